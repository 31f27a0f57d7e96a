"""Which line of a funds block is the total of the others, by its name, its figures and its points."""

from __future__ import annotations

from collections.abc import Sequence

from selfeval_xl.lazy import lazy
from selfeval_xl.model import Entry
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.money_words import names_total
from selfeval_xl.workbook.recognize.nesting import adds_up, parts_of_parts
from selfeval_xl.workbook.recognize.rows_below import column_cells, figure
from selfeval_xl.workbook.recognize.sheet import Cell, Table
from selfeval_xl.workbook.recognize.values import is_number
from selfeval_xl.workbook.recognize.vocabulary import MONEY

_WHOLE = lazy("(?:年度?|[本当全]年度?|总|项目|预算|资金|金额|经费|投资|合计|安排|[数额])+")
"""Words that name neither a source of money nor what it is for: 年度金额, 全年预算, 项目总投资."""

_SOURCE = lazy("财政|中央|[省市县区]|地方|上级|本级|配套|自[筹有]|拨款|补助|贷款|债券|结[转余]|捐赠|其他|社会")


def total_rows(draft: Draft, table: Table, lines: Sequence[tuple[int, Cell | None]]) -> list[int]:
    """The rows of the totals.

    Where none is called so they are the rows 小计 of the same money, split in several ways (按来源小计, 按性质小计), or
    a lone 小计 above or below all others.
    """
    totals = [row for row, name in lines if name is None or names_total(name)]
    named = {row: name.label.core for row, name in lines if name is not None and name.label.core.endswith("小计")}
    if totals or not named:
        return totals
    if len(named) == 1:
        row, core = next(iter(named.items()))
        return [row] if core == "小计" and len(lines) > 1 and row in (lines[0][0], lines[-1][0]) else []
    sums = {tuple(figure(draft, table, row, key) for key in MONEY & table.columns.keys()) for row in named}
    return [*named] if len(sums) == 1 and any(sums.pop()) else []


def comprises(draft: Draft, table: Table, lines: Sequence[tuple[int, Cell | None]]) -> bool:
    """True where the first line is the total of the others, though its name is none of a total.

    Its figures are their sums, or its name is that of all money and those below it are sources.  Two sources of the
    same amount prove nothing, nor does one source that happens to be as large as the others together: then the points,
    which it alone has, must say so too; without them a name that says nothing needs columns that differ.
    """
    (_, name), *others = lines
    if name is None or not others:
        return False
    of = name.label.core
    sources = any(one is not None and _SOURCE.search(one.label.core) for _, one in others)
    general = _WHOLE.fullmatch(of) is not None and sources
    scored = _alone_has_points(draft, table, [each for each, _ in lines])
    if general and scored:
        return True
    amounts = {key: [figure(draft, table, each, key) for each, _ in lines] for key in MONEY & table.columns.keys()}
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


def _alone_has_points(draft: Draft, table: Table, rows: Sequence[int]) -> bool:
    """True where only the first of some rows has points, a score or a rate, and not merged with those below it."""
    for key in {"weight", "claimed_score", "claimed_rate"} & table.columns.keys():
        figures = [cell for row in rows for cell in column_cells(draft, table, row, key) if is_number(cell)]
        if len(figures) == 1 and figures[0].row == figures[0].bottom == rows[0]:
            return True
    return False
