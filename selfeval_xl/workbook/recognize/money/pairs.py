"""Reads a funds block of labels with figures behind them: 预算数 | 100 | 执行数 | 95, and its parts in rows below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from selfeval_xl.groups import by_key
from selfeval_xl.lazy import lazy
from selfeval_xl.model import TOTAL_FIELDS, Entry, Row
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.money_words import (
    FUNDS_TOTAL,
    bare_name,
    names_source,
    names_total,
    share_money,
)
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Position, Sheet
from selfeval_xl.workbook.recognize.cells.table import Table
from selfeval_xl.workbook.recognize.cells.values import blank, is_figure, is_number, number
from selfeval_xl.workbook.recognize.money.funds import score_behind, weight_of
from selfeval_xl.workbook.recognize.money.nesting import adds_up
from selfeval_xl.workbook.recognize.money.sourced import keep_sourced, of_source
from selfeval_xl.workbook.recognize.tables.currency import use_label
from selfeval_xl.workbook.recognize.tables.keys import Slot, resolve
from selfeval_xl.workbook.recognize.words.labels import SAID_INSIDE, guess, likeliest, lookup, squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import (
    EXECUTION_ROWS,
    FUNDS,
    MONEY,
    MOST_OF_EXECUTION,
    POINTS,
    SECTIONS,
)

_WITH_POINTS = lazy(r"\D*[^\d(]\d+(?:\.\d+)?分(?P<of>\(满分\d+分\))?")  # 得分9分, unless 9 is the full points
_LEFT_OVER = lazy("(?:年末|期末|本年|当年|年度|项目|资金|预算|财政)*(?:结余|结转结余|余额)(?:资金|金额|数|额)?")
_POINTS = (("weight",), ("claimed_score",))
_BEHIND = (("claimed_rate",), *_POINTS)


def awaits_figures(cells: Sequence[Cell]) -> bool:
    """True for the row of such a block in an empty form: labels of money with empty cells behind them."""
    keys = [likeliest(cell.label, FUNDS) for cell in cells]
    apart = all(after.column > cell.right + 1 for cell, after in pairwise(cells))
    return apart and {"adjusted", "executed"} <= set(keys) <= TOTAL_FIELDS.keys()


def is_part(cells: Sequence[Cell]) -> bool:
    """True for 中央资金 | 600 | 执行数 | 590, which below 资金总额 | 1000 | 执行数 | 960 is a part of that.

    Its budget may have a label too: 中央资金 | 预算数 | 600 | 执行数 | 590.
    """
    name, *behind = cells
    known = of_source(name.label.core) or _keys(name, None, first=False) or name.label.core in SECTIONS
    labelled = len(behind) > 1 and likeliest(behind[0].label, FUNDS) in MONEY and is_figure(behind[1])
    figures = bool(behind) and (is_figure(behind[0]) or labelled)
    return figures and not known and _is_source(name) and not names_total(name)


def goes_on(above: Sequence[Cell], cells: Sequence[Cell]) -> bool:
    """True for a part below all the money, or below another part: 项目支出 | 预算数 | 2 below 基本支出 | 预算数 | 3."""
    return bool(cells) and is_part(cells) and (not is_part(above) or share_money([above[0], cells[0]]))


def _labels_own(cells: Sequence[Cell]) -> bool:
    """True for a part whose budget has a label too: 基本支出 | 预算数 | 60."""
    return is_part(cells) and not is_figure(cells[1])


def _is_source(name: Cell) -> bool:
    """True for a source of money, such as 上年结余; but 结余 beside labels with figures is what remains."""
    return names_source(name) and _LEFT_OVER.fullmatch(name.label.core) is None


def read_pairs(draft: Draft, block: Table, end: int) -> None:
    """Read the block: totals in the first row; below, names of parts under the labels of the amounts."""
    reader = _Reader(draft, block.top)
    for row, cells in draft.sheet.rows(block.top, end - 1):
        if not reader.take(row, cells):
            break
    _add(draft.tables["funds"], _of_one_division(draft, list(reader.parts.values())))
    section = draft.sheet.row(block.top)[0]
    if section.label.core in SECTIONS | EXECUTION_ROWS and "weight" not in draft.funds_columns:
        weight_of(draft, section)  # 预算执行情况（10分）before them
    score_behind(draft)


class _Reader:
    """Reads a block row by row.

    ``_heads`` has the key of the label right above by column, ``_amount`` the amount that the sources so far in the row
    divide: 执行数 | 95 | 执行率 | 95% over 财政拨款 | 90 | 其他 | 5.  ``_leads``: it begins with a part, and is all
    parts.
    """

    def __init__(self, draft: Draft, top: int) -> None:
        self._draft, self._sheet, self._top = draft, draft.sheet, top
        self._table = Table(top, top)
        self._heads: dict[int, str] = {}
        self._amount = ""
        self._leads = False
        self.parts: dict[str, dict[str, Entry]] = {}

    def take(self, row: int, cells: Sequence[Cell]) -> bool:
        """Read the figures of a row behind their labels; False if it has none."""
        pairs = list(_pairs(cells))
        if row == self._top:
            self._leads = is_part(cells) and goes_on(cells, self._sheet.row(row + 1))
        own = (row > self._top or self._leads) and _labels_own(cells)
        if own or self._leads:
            self._table = Table(row, row)  # its labels are not those above once more
        if row == self._top:
            pairs += _below_headings(self._sheet, cells)
        meant = self._meant(row, pairs)
        below = self._heads.get(cells[0].column) in MONEY
        part: dict[str, Entry] | None = None
        if own or (row > self._top and below and is_part(cells)):
            part = self._part(cells[0])
            self._sheet.use(cells[0])
        scored = {*POINTS} <= {meant.get(name.at) for name, _ in pairs}
        chosen = {column.heading.at for column in self._table.columns.values()}
        self._amount = ""
        read = 0
        for name, value in sorted(pairs, key=lambda pair: pair[0].at not in chosen):
            key = meant.get(name.at, "")
            # 得分（10分） is of all, as is 得分 | 9.8 below 分值 | 10 at the end of two parts.
            alone = key in POINTS and not scored and self._draft.total(key).blank
            of = None if alone or name.label.points is not None else part
            if self._take_pair(name, value, key, of):
                use_label(self._draft, name)
                read += 1
        if read and cells[0].label.core in SECTIONS:
            use_label(self._draft, cells[0])
        return read > 0

    def _meant(self, row: int, pairs: Sequence[tuple[Cell, Cell | None]]) -> dict[Position, str]:
        """The key of each label, given the labels beside it and those in the rows above."""
        first = row == self._top
        slots = [Slot(name.column, name.right, name, _keys(name, value, first=first)) for name, value in pairs]
        if not first and not self._draft.total("adjusted").blank and not _labels_own(self._sheet.row(row)):
            # 项目预算 below 年度预算 is a part of it, and not an initial budget
            slots = [slot for slot in slots if not {"initial", "adjusted"} <= {*slot.keys}]
        if first and slots and not any("adjusted" in slot.keys for slot in slots):
            name, value = pairs[0]
            if value is not None and FUNDS_TOTAL.search(name.label.core):
                slots[0] = slots[0]._replace(keys=("adjusted",))  # 年度资金总额 | 100 | 执行数 | 95
        resolve(self._table, [slot for slot in slots if slot.keys], FUNDS)
        again = [column for column in self._table.extra if lookup(column.heading.label, FUNDS)]
        return {column.heading.at: column.key for column in (*again, *self._table.columns.values())}

    def _take_pair(self, name: Cell, value: Cell | None, key: str, part: dict[str, Entry] | None) -> bool:
        """Take a figure for the part, for all the money, or for a source in the label; False for none of these."""
        head = self._heads.get(name.column, "")
        if part is not None and key in TOTAL_FIELDS:
            if self._leads:
                self._draft.funds_columns.add(key)
            part[key] = self._entry(name, value, f"funds.{key}")
        elif key in TOTAL_FIELDS:
            self._heads[name.column] = key
            self._draft.put_total(key, self._entry(name, value, TOTAL_FIELDS[key]))
            if key == "claimed_score":
                weight_of(self._draft, name)
        elif source := of_source(name.label.core):
            keep_sourced(self._draft, source, name, self._entry(name, value, f"funds.{source[1]}"))
        elif name.row > self._top and (of := _amount_over(head, self._amount)) and _is_source(name):
            self._amount = of
            self._part(name)[of] = self._entry(name, value, f"funds.{of}")
        else:
            return False
        return True

    def _part(self, name: Cell) -> dict[str, Entry]:
        """The part with this name, as read so far."""
        text = bare_name(name)
        return self.parts.setdefault(squeeze(text), {"name": self._sheet.words(name, text)})

    def _entry(self, name: Cell, value: Cell | None, use: str) -> Entry:
        return self._draft.take(value, use) if value is not None else blank(self._sheet, name.row, name.right + 1)


def _amount_over(head: str, before: str) -> str:
    """The amount that a source below a label divides; below a rate or points, that of the source before it."""
    return head if head in MONEY else before if head in ("claimed_rate", *POINTS) else ""


def _add(funds: list[Row], parts: Sequence[Row]) -> None:
    """Add the parts, joined with those of blocks above: 基本支出 below 全年预算, and again below 全年支出, is one."""
    above = by_key((squeeze(one["name"].text), at) for at, one in enumerate(funds))
    for part in parts:
        alike = above.get(squeeze(part["name"].text), ())
        known = next((at for at in alike if funds[at].keys() & part.keys() == {"name"}), None)
        if known is None:
            funds.append(part)
        else:
            funds[known] = {**part, **funds[known]}


def _of_one_division(draft: Draft, parts: list[dict[str, Entry]]) -> list[dict[str, Entry]]:
    """The parts without those below 执行数 that divide something else: 财政拨款 | 60 beside 基本支出 | 40.

    They stay if they add up to it, or if some part has both amounts.
    """
    spent = [part for part in parts if "executed" in part and not part.keys() & {"initial", "adjusted"}]
    if not 0 < len(spent) < len(parts) or any({"adjusted", "executed"} <= part.keys() for part in parts):
        return parts
    if adds_up({"executed": draft.total("executed")}, spent):
        return parts
    for entry in (entry for part in spent for entry in part.values()):
        draft.sheet.release(entry.place)  # so it is reported as left over
    return [part for part in parts if part not in spent]


def _keys(name: Cell, value: Cell | None, *, first: bool) -> tuple[str, ...]:
    """The keys that a label may have; below the first row only points are guessed: 项目支出 is a part there.

    自评得分 with more points than any form gives for the execution is the score of the whole form.
    """
    keys = lookup(name.label, FUNDS)
    if keys == ("claimed_score",) and value is not None and (number(value, points=True) or 0) > MOST_OF_EXECUTION:
        return ()
    guessed = guess(name.label, FUNDS) if value is not None and not of_source(name.label.core) else ()
    return keys or (guessed if first or guessed in _POINTS else ())


def _pairs(cells: Sequence[Cell]) -> Iterator[tuple[Cell, Cell | None]]:
    """Each label with the figure behind it, or with None for an empty cell in its place."""
    weighed = any(cell.label.points and lookup(cell.label, FUNDS) == ("weight",) for cell in cells)
    for cell, after in zip_longest(cells, cells[1:]):
        if after is not None and is_figure(after):
            yield cell, after
        elif is_number(cell) or _has_figure_inside(cell, weighed=weighed):
            continue
        elif after is None or after.column > cell.right + 1:
            yield cell, None


def _has_figure_inside(cell: Cell, *, weighed: bool) -> bool:
    """True for a label with its figure in the same cell; ``weighed``: another label gives the full points."""
    text = squeeze(cell.text)
    match = _WITH_POINTS.fullmatch(text)
    return bool(SAID_INSIDE.search(text) or (match and (weighed or match["of"])))


def _below_headings(sheet: Sheet, cells: Sequence[Cell]) -> Iterator[tuple[Cell, Cell]]:
    """A figure behind the last pair, with the heading above it: 执行进度（%） over 执行数 | 95 | 95.00."""
    for before, cell in pairwise(cells):
        if is_figure(before) and is_figure(cell):
            for above in sheet.beginning(cell.row - 1, cell.column, cell.right):
                if lookup(above.label, FUNDS) in _BEHIND:
                    yield above, cell
