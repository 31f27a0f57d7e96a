"""Which lines of a table of money include others, by their names and figures: a block's total, 财政拨款 above 中央."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, Entry, Row
from selfeval_xl.words.unspent import names_rest
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.money_words import names_total
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.cells.table import Table
from selfeval_xl.workbook.recognize.cells.values import is_number
from selfeval_xl.workbook.recognize.tables.rows import column_cells, figure_in
from selfeval_xl.workbook.recognize.words.labels import squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import MONEY

_DIVIDED = (
    (
        lazy(r"(?:^|当年|本年|年度|本级)财政(?:性)?(?:拨款|资金|补助)$|^财政$"),
        lazy("中央|省级|省财政|市级|市财政|县级|区级|县财政|区财政|地方|一般公共预算|政府性基金|国有资本"),
    ),
    (lazy("^基本(?:支出|经费)$"), lazy("人员|公用|对个人和家庭|工资|商品和服务")),
)
"""Names of lines, each with the names of lines below that are its parts."""

_BY_NATURE = lazy("基本支出|项目支出")

_WHOLE = lazy("(?:年度?|[本当全]年度?|总|项目|预算|资金|金额|经费|投资|合计|安排|[数额])+")
"""Words that name neither a source of money nor its purpose: 年度金额, 全年预算, 项目总投资."""

_SOURCE = lazy("财政|中央|[省市县区]|地方|上级|本级|配套|自[筹有]|拨款|补助|贷款|债券|结[转余]|捐赠|其他|社会")

_MOST_LINES = 500  # lines whose figures are compared; no block has that many
_SLACK = Decimal("0.02")
_MARK = lazy(r"^[(（]?(?:\d{1,2}|[一二三四五六七八九十]+)[)）.、]")

Amounts = Mapping[str, Decimal]


def mark_parts(draft: Draft, lines: list[dict[str, Entry]], opened: Sequence[dict[str, Entry]] = ()) -> None:
    """Mark those lines that are parts of parts of the form's money with their ``level``.

    Lines ``opened`` by 其中 are marked if the others are the total without them: 财政拨款 | 80, 其中：债券 | 30, 其他 |
    20.  A marked one that has more than the line above can't be its part: it goes to the front, below no line.  Lines
    that already have a level (income beside spending) divide nothing.
    """
    total = {key: draft.total(key) for key in MONEY}
    dividing = [line for line in lines if "level" not in line]
    inside = parts_of_parts(total, dividing)
    apart = [line for line in dividing if line not in inside]
    whole = [line for line in apart if line not in opened]
    if opened and adds_up(total, whole) and not adds_up(total, apart):
        inside += [line for line in apart if line in opened]
    for line in inside:
        mark_inside(line)
    above: Row = {}
    for line in [*lines]:
        if line not in inside:
            above = line
        elif line in opened and any(_sum([line], key) > _sum([above], key) for key in MONEY):
            lines.remove(line)
            lines.insert(0, line)


def mark_inside(line: dict[str, Entry]) -> None:
    """Mark a line, by its ``level``, as part of another one."""
    line["level"] = Entry("二级项目", None, line["name"].place)


def total_rows(draft: Draft, table: Table, lines: Sequence[tuple[int, Cell | None]]) -> list[int]:
    """The rows of totals: those called so, else each 小计 of the same money, else one 小计 above or below all lines."""
    totals = [row for row, name in lines if name is None or names_total(name)]
    named = {row: name.label.core for row, name in lines if name is not None and name.label.core.endswith("小计")}
    if totals or not named:
        return totals
    if len(named) == 1:
        row, core = next(iter(named.items()))
        return [row] if core == "小计" and len(lines) > 1 and row in (lines[0][0], lines[-1][0]) else []
    sums = {tuple(figure_in(draft, table, row, key) for key in MONEY & table.columns.keys()) for row in named}
    return [*named] if len(sums) == 1 and any(sums.pop()) else []


def first_is_total(draft: Draft, table: Table, lines: Sequence[tuple[int, Cell | None]]) -> bool:
    """True if the first line is the total of the others, though it isn't called one.

    Its figures must be their sums; or it has the name of all money, sources follow, and it alone has points.  Sums may
    be equal by chance, so the name or the points must confirm them; or the sums of several columns differ and the name
    is no source's.
    """
    (_, name), *others = lines
    of = name.label.core if name else ""
    sources = any(one is not None and _SOURCE.search(one.label.core) for _, one in others)
    general = _WHOLE.fullmatch(of) is not None and sources
    scored = alone_has_points(draft, table, [each for each, _ in lines])
    if general and scored:
        return True
    amounts = {key: [figure_in(draft, table, each, key) for each, _ in lines] for key in MONEY & table.columns.keys()}
    filled = {key: column for key, column in amounts.items() if any(one is not None for one in column[1:])}
    whole, *parts = (
        {"name": Entry(one.text if one else "")} | {key: Entry(value=column[at]) for key, column in filled.items()}
        for at, (_, one) in enumerate(lines)
    )
    inside = parts_of_parts(whole, parts)
    if not adds_up(whole, [part for part in parts if part not in inside]):
        return False
    apart = len({column[0] for column in filled.values()} - {None}) > 1 and len(others) > 1
    return general or scored or (apart and not _SOURCE.search(of))


def alone_has_points(draft: Draft, table: Table, rows: Sequence[int]) -> bool:
    """True if only the first of these rows has points, a score or a rate, and not merged with those below it."""
    for key in {"weight", "claimed_score", "claimed_rate"} & table.columns.keys():
        figures = [cell for row in rows for cell in column_cells(draft, table, row, key) if is_number(cell)]
        if len(figures) == 1 and figures[0].row == figures[0].bottom == rows[0]:
            return True
    return False


def parts_of_parts(total: Row, lines: Sequence[dict[str, Entry]]) -> list[dict[str, Entry]]:
    """The lines that another line includes, so that nobody adds them up twice.

    ``total`` and ``lines`` hold amounts by column key.  If all lines add up to the total, none includes another,
    whatever their names; if not, a line that is the sum of those below it includes them.
    """
    named = _by_name(lines)
    sources = [line for line in lines if not _BY_NATURE.search(_name(line))]
    if adds_up(total, sources):
        return _inside_nature(total, lines) or [line for line in named if line not in sources]
    others = [line for line in lines if line not in named]
    if adds_up(total, others):
        return named
    apart = [line for line in sources if line in others]
    inside = _by_figures(total, apart)
    return [*named, *(inside or (_by_figures(total, others) if len(apart) < len(others) else []))]


def _name(line: Row) -> str:
    return _MARK.sub("", squeeze(line["name"].text))


def _by_name(lines: Sequence[dict[str, Entry]]) -> list[dict[str, Entry]]:
    """The lines that are parts of a line above by their names: 中央 below 财政拨款."""
    found = []
    part: re.Pattern[str] | None = None
    for line in lines:
        name = _name(line)
        if part is not None and part.search(name):
            found.append(line)
        else:
            part = next((parts for whole, parts in _DIVIDED if whole.search(name)), None)
    return found


def _inside_nature(total: Row, lines: Sequence[dict[str, Entry]]) -> list[dict[str, Entry]]:
    """Lines right below 基本支出 and 项目支出 that add up to each of them, if these two in turn make the total."""
    own = [bool(_BY_NATURE.search(_name(line))) for line in lines]
    starts = [index for index, by_nature in enumerate(own) if by_nature]
    found: list[dict[str, Entry]] = []
    for start, end in pairwise([*starts, len(lines)]):
        inside = lines[start + 1 : end]
        if adds_up(lines[start], inside):
            found += inside
    return found if found and adds_up(total, [line for line in lines if line not in found]) else []


def _by_figures(total: Row, lines: Sequence[dict[str, Entry]]) -> list[dict[str, Entry]]:
    """Lines that are parts of lines above them by their sums, if without them the others make the total."""
    if len(lines) > _MOST_LINES:
        return []
    wholes = _amounts(total)
    left = _less(wholes, lines)
    ends = {index: end for index in range(len(lines)) if (end := _end_of_parts(lines, index))}
    for first in ends if any(wholes.values()) else ():
        inside: list[dict[str, Entry]] = []
        missing, after = left, first
        for index, end in ends.items():
            if index >= after:
                parts, after = lines[index + 1 : end], end
                missing = {key: value + _sum(parts, key) for key, value in missing.items()}
                inside += parts
                if _proves(wholes, missing):
                    return inside
    return []


def _end_of_parts(lines: Sequence[Row], whole: int) -> int | None:
    """The index behind the lines that add up to the line ``whole``; None if none do."""
    wholes = left = _amounts(lines[whole])
    nearly = None
    for end in range(whole + 2, len(lines) + 1 if any(left.values()) else 0):
        left = _less(left, lines[end - 1 : end])
        if all(abs(value) <= _SLACK for value in left.values()):
            return end
        if nearly is None and _proves(wholes, left):
            nearly = end
    return nearly


def adds_up(total: Row, lines: Iterable[Row]) -> bool:
    """True if the lines add up to the total in every column that it has, and not to zeros only."""
    wholes = _amounts(total)
    return any(wholes.values()) and _proves(wholes, _less(wholes, list(lines)))


def comprises_rest(total: Row, lines: Iterable[dict[str, Entry]]) -> bool:
    """True where the total holds what was left at the end of the year as well, and so is not what was spent."""
    lines = list(lines)
    inside = parts_of_parts(total, lines)
    rest = [line for line in lines if is_rest(line)]
    left = _less(_amounts(total), [line for line in lines if line not in inside])
    return any(_sum(rest, key) and abs(value) <= _SLACK for key, value in left.items())


def is_rest(line: Row) -> bool:
    """True for 年末结转; 结余资金 with a budget is a source."""
    return names_rest(_name(line), budgeted=any(_sum([line], key) for key in ("initial", "adjusted")))


def _amounts(line: Row) -> Amounts:
    return {key: entry.value for key, entry in line.items() if key in MONEY and entry.value is not None}


def _sum(lines: Sequence[Row], key: str) -> Decimal:
    return sum((line.get(key, EMPTY).value or Decimal(0) for line in lines), Decimal(0))


def _less(amounts: Amounts, lines: Sequence[Row]) -> Amounts:
    """What remains of the amounts after subtracting those of the lines."""
    return {key: value - _sum(lines, key) for key, value in amounts.items()}


def _proves(wholes: Amounts, left: Amounts) -> bool:
    """True if nothing remains in any column; one column of three may be wrong if the other two are right and differ."""
    right = {key: whole for key, whole in wholes.items() if abs(left[key]) <= _SLACK}
    return len(right) == len(left) or (len(left) == 3 and len({*right.values()} - {Decimal(0)}) == 2)
