"""Reads allocations with the regions along the top: a column for each (or 分配 | 使用), or both words down the side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, dropwhile, takewhile
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, OF_REGIONS, ONE_OF_REGIONS, Entry, Row
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.money_words import bare_name
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Table
from selfeval_xl.workbook.recognize.cells.values import is_number, number
from selfeval_xl.workbook.recognize.regions.purposes import (
    NO_PURPOSE,
    OF_MONEY,
    assumed,
    of_other_money,
    with_parts,
    words_above,
)
from selfeval_xl.workbook.recognize.tables.currency import read_currency
from selfeval_xl.workbook.recognize.tables.headings import mark_heading
from selfeval_xl.workbook.recognize.tables.rows import take_share
from selfeval_xl.workbook.recognize.words.labels import OF_WHICH, Label, likeliest, lookup, meaning, read_label, squeeze
from selfeval_xl.workbook.recognize.words.totals import ends_as_total, is_sum
from selfeval_xl.workbook.recognize.words.vocabulary import ALLOCATIONS, AMOUNT_WORDS, FUNDS, MONEY, POINTS, REGION

_CORNER = lazy(r"[/\\|、\s]+")
_PEOPLE = lazy("(?:人[数次口]|户[数次]?|比例|占比|率)$")
_REMARKS = frozenset({"reason", "note"})
_MONEY = frozenset(OF_REGIONS.values())
_OF_FORM = OF_REGIONS | {"claimed_rate": "claimed_rate"}
_DEEPEST = 200  # rows below the heading that are read


class _Amount(NamedTuple):
    """Where an amount stands, its ``key``, and its purpose; its region is the heading of its column."""

    row: int
    column: Column
    key: str
    purpose: Cell | None


def regions_along(sheet: Sheet, row: int, cells: Sequence[Cell]) -> Table | None:
    """The table whose heading, in ``row`` or the next one, names two regions or more above amounts; else None.

    ``extra`` are the columns of the regions and their sums, each under its name, without a key if the rows say what
    they hold.  With a single kind of amount, there must be purposes down the side, and words of money above.  Points
    and score of the execution may stand behind the regions.
    """
    labels = list(takewhile(_heads_labels, cells))
    heads = cells[len(labels) :] if labels else list(dropwhile(lambda cell: not _is_place(cell), cells))
    if not heads:
        return None
    second = [cell for cell in sheet.row(row + 1) if cell.column >= heads[0].column]
    if any(map(is_number, sheet.row(row + 1))):
        second = []
    table = Table(row, row + bool(second), labels[0].column if labels else 1)
    for head, parts in with_parts(heads, second):
        for part in parts or [head]:
            follows = part is not head and part.label.core not in AMOUNT_WORDS and NO_PURPOSE.search(part.label.core)
            points = likeliest(part.label, FUNDS)
            if points in POINTS:
                table.columns[points] = Column(points, part.column, part.right, part)
            if follows or points in POINTS or _is_remark(part):
                continue
            column = _column(head, part)
            if column is None:
                return None
            table.extra.append(column)
    if len({column.heading.label.core for column in table.extra if not _is_total(column.heading.label)}) < 2:
        return None
    keys = {amount.key for amount in _amounts(sheet, table, row + _DEEPEST)}
    purposes = any("purpose" in lookup(word, ALLOCATIONS) for cell in labels for word in _words(cell))
    of_money = purposes and OF_MONEY.search(words_above(sheet, row))
    return table if keys >= _MONEY or (keys and of_money) else None


def read_regions(draft: Draft, table: Table, end: int) -> None:
    """Read a row for each region and purpose, as from a table with the regions down the side."""
    sheet = draft.sheet
    mark_heading(sheet, table)
    read_currency(draft, table)
    amounts = list(_amounts(sheet, table, end))
    labels = sheet.cells(table.top, max((one.row for one in amounts), default=table.bottom))
    if of_other_money(labels):
        amounts = [one for one in amounts if one.key != "claimed_rate"]
    if not _divides_sums(sheet, table, [one.row for one in amounts]):
        return  # it is unclear which rows are parts of which
    found: dict[tuple[int, int], dict[str, Entry]] = {}
    lines: dict[str, int] = {}
    order = {column.heading.label.core: number for number, column in reversed(list(enumerate(table.extra)))}
    for one in amounts:
        sheet.use_all(sheet.beginning(one.row, table.left, table.extra[0].first - 1))
        purpose, at = one.purpose, order[one.column.heading.label.core]
        if one.key == "reason":
            mine = [row for (of, line), row in found.items() if of == at and (not purpose or line == purpose.row)]
            _give_reason(draft, one, mine)
            continue
        line = purpose.row if purpose else 0
        first = lines.setdefault(squeeze(bare_name(purpose)) if purpose else "", line)
        if one.key not in found.get((at, first), {}):
            line = first  # the same purpose below 执行数 as below 预算数
        _take(draft, one, found.setdefault((at, line), {}))
    for key, column in table.columns.items():
        for cell in chain(*(sheet.in_column(row, column) for row in {one.row for one in amounts})):
            if number(cell) is not None:
                draft.take_total(key, cell)
    draft.tables["allocations"].extend(values for _, values in sorted(found.items(), key=lambda each: each[0]))


def _take(draft: Draft, one: _Amount, values: dict[str, Entry]) -> None:
    """Put an amount into the ``values`` of its region and purpose, with their names."""
    sheet, region, purpose = draft.sheet, one.column.heading, one.purpose
    values["region"] = sheet.words(region, region.text.strip())
    sheet.use(region, "allocations.region")
    if purpose is not None and not _is_total(purpose.label):
        values["purpose"] = sheet.words(purpose, bare_name(purpose))
        sheet.use(purpose, "allocations.purpose")
    total = next((cell for cell in (region, purpose) if cell is not None and _is_total(cell.label)), None)
    if total is not None:
        values["level"] = sheet.words(total, "合计")
    take_share(draft, one.row, one.column, one.key, values)


def settle_regions(draft: Draft) -> None:
    """If a form gives its money by regions only, their total is the form's; a missing total is a doubt."""
    rows = draft.tables.get("allocations", [])
    known = any(not draft.total(key).blank for key in MONEY) or draft.tables.get("funds")
    if known or not rows or not draft.tables.get("indicators") or draft.tables.get("budget"):
        return
    totals = [row for row in rows if "level" in row and row.get("purpose", EMPTY).blank and _sums_up(row)]
    if len(totals) == 1:
        for key, of in _OF_FORM.items():
            if of in totals[0] and totals[0][of].place is not None:
                draft.put_total(key, totals[0][of])
        return
    names = list(dict.fromkeys(row["region"].text for row in rows if not row["region"].blank))
    if not totals and len(names) > 1:
        place = next((row["region"].place for row in rows if row["region"].place), None)
        draft.sheet.doubt_at(place, rows[0]["region"].text, ONE_OF_REGIONS, *names)


def _divides_sums(sheet: Sheet, table: Table, rows: Sequence[int]) -> bool:
    """False if a row from 其中 on stands below anything but a sum (年度资金总额)."""
    before: Cell | None = None
    for cell in chain(*(_labels(sheet, table, row) for row in dict.fromkeys(rows))):
        if OF_WHICH.match(cell.text) and not (before is not None and _is_total(before.label)):
            return False
        if _is_total(cell.label) or cell.label.core not in AMOUNT_WORDS:
            before = cell
    return True


def _sums_up(row: Row) -> bool:
    """True for the row of all regions."""
    label = read_label(row["region"].text)
    return not label.core or _is_total(label)


def _is_total(label: Label) -> bool:
    return ends_as_total(label) or is_sum(label)


def _give_reason(draft: Draft, one: _Amount, rows: Sequence[dict[str, Entry]]) -> None:
    """Give a region's reason, which may be merged over several regions, to those of its rows that have none."""
    without = [values for values in rows if values.get("reason", EMPTY).blank]
    if not without:
        return  # 备注 below 未使用原因 stays left over
    merged = draft.sheet.covering(one.row, one.column.first)
    use = "allocations.reason"
    given = draft.take(merged, use) if merged else draft.take_in(one.row, one.column, use)
    for values in without:
        values["reason"] = given


def _amounts(sheet: Sheet, table: Table, end: int) -> Iterator[_Amount]:
    """The amounts below a heading, row by row, up to the first row without any; rates and counts of people are skipped.

    If the rows say what they hold, one of them may have the reasons.
    """
    left = table.extra[0].first
    by_row = not any(column.key for column in table.extra)
    spread = by_row and not any(
        AMOUNT_WORDS.get(cell.label.core) in _MONEY
        for _, cells in sheet.rows(table.bottom + 1, end - 1)
        for cell in cells[:3]
    )
    only = assumed(sheet, table.top)
    purpose: Cell | None = None
    over: Cell | None = None  # 预算数 before its purposes
    last = table.bottom
    for row, cells in sheet.rows(table.bottom + 1, end - 1):
        labels = _labels(sheet, table, row)
        if row > last + 1 or not labels:
            return
        *before, label = labels
        reasons = by_row and not spread and _is_remark(label)
        if not reasons and not any(is_number(cell) for cell in cells if cell.column >= left):
            return
        last = row
        key = "reason" if reasons else AMOUNT_WORDS.get(label.label.core, "")
        named = _is_total(label.label) or label.label.core not in AMOUNT_WORDS
        kinds = [cell for cell in before if named and cell.label.core in AMOUNT_WORDS]
        over = next(iter(kinds), over if over is not None and over.bottom >= row else None)
        if over is not None and by_row and not reasons:
            purpose, key = label, AMOUNT_WORDS[over.label.core]
        elif by_row and not spread:
            purpose = before[-1] if before else purpose
            if not key:
                continue
        elif _PEOPLE.search(label.label.core):
            continue
        else:
            purpose, key = label, only
        of_all = reasons and label.column == table.left  # not beside the name of a purpose
        for column in table.extra:
            yield _Amount(row, column, column.key or key, None if of_all else purpose)


def _labels(sheet: Sheet, table: Table, row: int) -> list[Cell]:
    """The texts of a row before its amounts."""
    return [cell for cell in sheet.beginning(row, table.left, table.extra[0].first - 1) if not is_number(cell)]


def _column(head: Cell, part: Cell) -> Column | None:
    """The column of a region or a sum named in one of the two cells; None for what can't be understood."""
    place = next(filter(_is_place, (head, part)), None)
    if place is None:
        return None
    key = AMOUNT_WORDS.get((part if place is head else head).label.core, "") if head is not part else ""
    return Column(key, part.column, part.right, place) if key or head is part else None


def _heads_labels(cell: Cell) -> bool:
    """True for 用途, 用途/地区, 指标/地区, 地区 or 序号 at the beginning of a heading."""
    kinds = {key for label in (cell.label, *_words(cell)) for key in lookup(label, ALLOCATIONS)}
    return not kinds.isdisjoint(("number", "region", "purpose"))


def _words(cell: Cell) -> list[Label]:
    """The words in the corner of a table: 用途 and 地区 of 用途/地区."""
    return [read_label(word) for word in _CORNER.split(cell.text) if word]


def _is_remark(cell: Cell) -> bool:
    return not _REMARKS.isdisjoint(meaning(cell.label, ALLOCATIONS))


def _is_place(cell: Cell) -> bool:
    """True for a region, or for a sum of regions."""
    region = REGION.fullmatch(cell.label.core) and not lookup(cell.label, ALLOCATIONS)
    return bool(region) or _is_total(cell.label)
