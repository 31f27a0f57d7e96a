"""Reads the funds block of a form: its total row and its parts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.model import AMOUNT_COLUMNS, TOTAL_FIELDS, UNREAD_CHANGE, Entry
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.money_words import (
    bare_name,
    divides_money,
    measures_money,
    names_total,
    side_of,
    speaks_of_money,
)
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.cells.table import Column, Table, within
from selfeval_xl.workbook.recognize.cells.values import ROUNDED, is_figure, is_number, number
from selfeval_xl.workbook.recognize.money.across import read_across, read_divided
from selfeval_xl.workbook.recognize.money.changed import read_heading
from selfeval_xl.workbook.recognize.money.management import take_tasks
from selfeval_xl.workbook.recognize.money.nesting import (
    adds_up,
    comprises_rest,
    first_is_total,
    is_rest,
    mark_inside,
    mark_parts,
    total_rows,
)
from selfeval_xl.workbook.recognize.tables.abreast import blocks_abreast, of_income
from selfeval_xl.workbook.recognize.tables.currency import use_label
from selfeval_xl.workbook.recognize.tables.rows import column_cells, figure_in, following, read_row, used_as
from selfeval_xl.workbook.recognize.tables.years import by_years, of_form
from selfeval_xl.workbook.recognize.words.labels import OF_WHICH, guess, is_filler, likeliest, lookup, squeeze
from selfeval_xl.workbook.recognize.words.totals import ends_as_total
from selfeval_xl.workbook.recognize.words.vocabulary import FUNDS, GOALS, MONEY, POINTS, SECTIONS
from selfeval_xl.workbook.references import parse_cell

_LEFT_OVER = lazy("(?:结余|结存|余额)$")
_EXECUTED = lazy("预算执行(?:情况)?$")
FUND_KEYS = (*AMOUNT_COLUMNS, "weight", "claimed_rate", "claimed_score")
_Row = tuple[int, list[Cell]]
_Named = tuple[int, Cell | None]
"""The row of a line and the cell with its name, if it has one."""


def read_funds(draft: Draft, table: Table, end: int) -> None:
    """Read the block below a heading: its total row into fields, its parts into the table ``funds``.

    A part of a part (中央 below 财政拨款) gets ``level`` 二级项目, so that nobody adds it up twice.
    """
    for block in blocks_abreast(draft.sheet, table):
        _read_block(draft, block, end)


def _read_block(draft: Draft, table: Table, end: int) -> None:
    unread = read_heading(draft, table, end)
    amounts = [key for key in FUND_KEYS if key in table.columns]
    draft.funds_columns.update(amounts, POINTS if "points" in table.columns else ())
    if unread:
        draft.funds_columns.add(UNREAD_CHANGE)
    rows = list(following(draft, table, end))
    for key in amounts:
        _leave_words(draft, table, [row for row, _ in rows], key)
    lines = _lines(draft, table, _of_own_year(draft, table, rows, end), amounts)
    if not _lies_on_its_side(lines):
        take_tasks(draft, table, lines)
        _keep_lines(draft, table, lines)
        if len(lines) == 1:
            read_across(draft, table, lines[0][0])
    _read_beside(draft, table)
    weight_in_heading(draft, table)
    score_behind(draft)


def _of_own_year(draft: Draft, table: Table, rows: list[_Row], end: int) -> list[_Row]:
    """The rows; if they list the money of several years, only the row of the form's year."""
    yearly = by_years(draft.sheet, table.top, end - 1)
    dated = [cells[0] for _, cells in rows if cells[0].at in yearly]
    if not dated:
        return rows
    points = table.of(*POINTS)
    own = [cell.row for cell in dated if of_form(draft.sheet, cell, table.top)]
    scored = {cell.row for _, cells in rows for cell in cells if within(cell, points) and is_number(cell)}
    return [(row, cells) for row, cells in rows if own == [row] and (row in scored or not scored)]


def _lines(draft: Draft, table: Table, rows: Sequence[_Row], amounts: Sequence[str]) -> list[_Named]:
    """The rows that are lines of the block, each with its name, down to where something else begins."""
    sheet, points = draft.sheet, table.of(*POINTS)
    money_at = min(column.first for column in table.of(*amounts))
    figures = {row: [cell for key in amounts for cell in column_cells(draft, table, row, key)] for row, _ in rows}
    beside = _beside_names(table, [cells for row, cells in rows if any(map(is_figure, figures[row]))], money_at)
    names = {row: _name_in([cell for cell in cells if cell.column < money_at], beside) for row, cells in rows}
    lines: list[_Named] = []
    for row, cells in rows:
        left = [cell for cell in cells if cell.column < money_at]
        amounts_of = [cell for cell in figures[row] if not within(cell, points)]
        name = names[row] or _name_above(lines, names.get(row + 1), amounts_of)
        if lines and (any(map(divides_money, figures[row])) or _in_pairs([*left[-1:], *figures[row]])):
            break  # 按收入性质分 | 按支出性质分: below these, each amount stands behind its name, not in a column
        if not _belongs(cells[0], name, figures[row], amounts_of, first=not lines):
            break
        if not _is_heading_inside(name, figures[row]):
            lines.append((row, name))
        for cell in left:
            if cell.label.core in SECTIONS if cell is name else not within(cell, beside):
                sheet.use(cell)
    if any(name is None or names_total(name) for _, name in lines):
        return lines
    return [(row, _total_beside(sheet.row(row), money_at) or name) for row, name in lines]


def _read_beside(draft: Draft, table: Table) -> None:
    """Read 全年预算数 | 75 in the row of the heading: a label with its figure, merged down beside the block."""
    for label, cell in pairwise(draft.sheet.row(table.top)):
        key = likeliest(label.label, FUNDS)
        own = key not in table.columns or table.columns[key].heading is label
        if key == "weight" and label.label.points is not None:
            continue  # in 分值10分 | 9.9 the figure is the score
        if key in TOTAL_FIELDS and own and is_number(cell) and draft.total(key).blank:
            use_label(draft, label)
            draft.take_total(key, cell)


def _leave_words(draft: Draft, table: Table, rows: Sequence[int], key: str) -> None:
    """Narrow a column to its figures if words before each of them (预算数：| 100) are names of the lines."""
    column = table.columns[key]
    others = (one.first for one in table.in_order if one.first > column.first)
    last = max(column.last, min(others, default=0) - 1)
    found = [draft.sheet.beginning(row, column.first, last) for row in rows]
    if any(len(cells) == 1 and is_number(cells[0]) and cells[0].column == column.first for cells in found):
        return  # 1200 right below the heading, and its parts further down: 基本支出 | 800
    lines = [cells for cells in found if len(cells) > 1]
    behind = {cell.column for _, cell, *_ in lines}
    if len(behind) == 1 and all(is_figure(cell) and not is_figure(words) for words, cell, *_ in lines):
        table.columns[key] = column._replace(first=min(behind), last=last)


def _lies_on_its_side(lines: Sequence[_Named]) -> bool:
    """True if the lines are called as columns are (年初批复, 全年执行数): they are no parts that add up."""
    labels = [name.label for _, name in lines if name is not None and not names_total(name)]
    known = {key for label in labels for key in lookup(label, FUNDS)[:1]}
    first = any(guess(label, FUNDS) == ("initial",) and "结" not in label.core for label in labels)  # 年初结转 is money
    return len(MONEY & (known | {"initial"} if first else known)) > 1


def _beside_names(table: Table, lines: Sequence[Sequence[Cell]], money_at: int) -> list[Column]:
    """The columns between names and money that have headings of their own, and hold no names (资金文号, 预算科目).

    Such a heading may be unknown.  What shows it is that without this column every line still has a name, no two the
    same, or that the total is only named beside it.
    """
    others = (*table.extra, *(column for key, column in table.columns.items() if key != "name"))
    unknown = [one for one in others if one.first < money_at and one.heading.label.core not in SECTIONS]
    found: list[Column] = []
    for column in sorted(unknown, key=lambda one: -one.first):
        names = [_name_in([cell for cell in cells if cell.column < money_at], [*found, column]) for cells in lines]
        known = [name for name in names if name is not None and not within(name, [*found, column])]
        own = [cell for cells in lines for cell in cells if within(cell, [column]) and not is_figure(cell)]
        totals = {name.row for name in known if names_total(name)}
        hides_total = any(cell.row in totals and not names_total(cell) for cell in own)
        apart = len({squeeze(bare_name(name)) for name in known}) == len(names)
        if hides_total or (apart and (totals or not any(map(names_total, own)))):
            found.append(column)
    return found


def _name_in(cells: Sequence[Cell], beside: Sequence[Column]) -> Cell | None:
    """The last text before the money, one beside the names only if there is no other; never a figure."""
    texts = [cell for cell in cells if not is_figure(cell)]
    return next(iter([cell for cell in texts if not within(cell, beside)][-1:] or texts[-1:]), None)


def _name_above(lines: Sequence[_Named], below: Cell | None, amounts: Sequence[Cell]) -> Cell | None:
    """The name above for amounts without one, where a further source follows: another line of the same source."""
    name = lines[-1][1] if lines else None
    inside = name is not None and not names_total(name) and below is not None and divides_money(below)
    return name if inside and any(map(is_number, amounts)) else None


def _total_beside(cells: Sequence[Cell], money_at: int) -> Cell | None:
    """The 合计 before a line's name and for this line only: it makes the line a total, whatever the name says."""
    words = [cell for cell in cells if cell.column < money_at and cell.bottom == cell.row and names_total(cell)]
    return next((cell for cell in words if cell.label.core not in SECTIONS), None)


def weight_in_heading(draft: Draft, table: Table) -> None:
    """Take the points in 预算执行情况（20分）, maybe alone above a block without such a column, as the execution's."""
    if "weight" in table.columns:
        return
    above = draft.sheet.row(table.top - 1) if table.top > draft.first else []
    section = [cell for cell in above if len(above) == 1 and _EXECUTED.search(cell.label.core)]
    for cell in [*draft.sheet.cells(table.top, table.bottom), *section]:
        weight_of(draft, cell)


def score_behind(draft: Draft) -> None:
    """Take a figure without a heading, behind the rate or its points, as the score if it is what the rate earns."""
    weight, rate, adjusted, executed, known = (
        draft.total(key) for key in ("weight", "claimed_rate", "adjusted", "executed", "claimed_score")
    )
    if not known.blank or not (weight.value and adjusted.value and executed.value):
        return
    earned = min(executed.value / adjusted.value, Decimal(1)) * weight.value
    for place in filter(None, (rate.place, weight.place)):
        row, column = parse_cell(place.cell)
        for before in draft.sheet.beginning(row, column, column):
            for cell in draft.sheet.beginning(row, before.right + 1, before.right + 1):
                score = number(cell, points=True)
                if score is not None and cell.at not in draft.sheet.used and abs(score - earned) <= ROUNDED:
                    draft.take_total("claimed_score", cell)


def weight_of(draft: Draft, label: Cell) -> None:
    """Keep the points named behind a label as those of the execution."""
    if (points := label.label.points) is not None and label.label.core:
        draft.put_total("weight", Entry(f"{points}", points, draft.sheet.place(*label.at)))


def _belongs(
    first_cell: Cell, name: Cell | None, figures: Sequence[Cell], amounts: Sequence[Cell], *, first: bool
) -> bool:
    """True while a row is part of the block; points alone, behind words that are not about money, don't make it one."""
    has_figures = any(map(is_figure, figures))
    if name is None:
        return has_figures and first
    if ends_as_total(name.label):
        return True
    if any(lookup(cell.label, GOALS) or _names_field(cell, has_figures) for cell in (first_cell, name)):
        return False
    if not has_figures and name.opening.field:
        return False  # a field such as 预算调整说明：……
    if measures_money(name.label):
        return False
    return any(map(is_figure, amounts)) or speaks_of_money(name.label)


def _in_pairs(cells: Sequence[Cell]) -> bool:
    """True if each figure stands behind words of its own: 资产总额 | 862 | 资产净值 | 315."""
    pairs = list(pairwise(sorted(cells, key=lambda cell: cell.column)))
    worded = [is_figure(after) and not (is_figure(one) or is_filler(one.text)) for one, after in pairs]
    return sum(worded) > 1 and sum(worded) == sum(is_figure(after) for _, after in pairs)


def _names_field(cell: Cell, has_figures: bool) -> bool:
    """True for the label of a field; but 其他 before figures is a source of money, and only before words a remark."""
    keys = cell.label.field
    return bool(keys) and not (has_figures and keys == ("remarks",))


def _is_heading_inside(name: Cell | None, figures: Sequence[Cell]) -> bool:
    """True for a row that only says how the next ones are split (按收入性质分), or has its figures within its words.

    A formula that shows nothing yet doesn't count as words.
    """
    if name is None:
        return False
    shown = [cell for cell in figures if cell.text.strip()]
    bare = name.label.core in SECTIONS and not figures
    worded = bool(shown) and not any(map(is_figure, shown))
    return bare or worded or (not figures and name.text.rstrip()[-1:].isdigit())


def _keep_lines(draft: Draft, table: Table, lines: Sequence[_Named]) -> None:
    """Put the total into the fields and its parts into the table, with parts of parts marked as such."""
    whole, spent, parts, earned = _shares(draft, table, lines)
    apart = _apart_from_total(draft, table, whole)
    if _is_other_money(apart, whole, [name for _, name in parts]):
        return
    if whole is not None:
        if (label := dict(lines)[whole]) is not None:
            use_label(draft, label)
        for key, value in read_row(draft, table, whole, TOTAL_FIELDS).items():
            draft.put(TOTAL_FIELDS[key], value)
    came_in = any(apart) and of_income(draft.sheet, table.in_order)
    found: list[dict[str, Entry]] = []
    opened: list[dict[str, Entry]] = []
    for row, name in parts:
        values = read_row(draft, table, row, used_as("funds", (*FUND_KEYS, "reason")))
        values["name"] = draft.sheet.words(name, bare_name(name))
        draft.sheet.use(name, "funds.name")
        if found and OF_WHICH.match(name.text):
            opened.append(values)
        if came_in or row in earned:
            mark_inside(values)  # income is no part of what was spent
        found.append(values)
    spending = [values for values in found if "level" not in values]
    total = {key: draft.total(key) for key in MONEY}
    if whole is not None and not comprises_rest(total, spending):
        of_spending = whole == spent and not adds_up(total, spending)
        for values in spending:
            if is_rest(values) or (of_spending and _LEFT_OVER.search(squeeze(values["name"].text))):
                mark_inside(values)  # nor is money left over: 年末滚存结余
    found.sort(key=lambda values: "level" not in values)
    if whole is not None:
        found += read_divided(draft, table, whole)
    else:
        _leave_to_total(draft, table, [row for row, _ in parts], found)
    mark_parts(draft, found, opened)
    funds = draft.tables["funds"]
    funds[:] = [*found, *funds] if came_in else [*funds, *found]  # in front, income divides no other line


class _Shares(NamedTuple):
    """What the lines of a block are: total, all spending, the parts, and the rows of income (``earned``)."""

    whole: int | None
    spent: int
    parts: list[tuple[int, Cell]]
    earned: frozenset[int]


def _shares(draft: Draft, table: Table, lines: Sequence[_Named]) -> _Shares:
    """Sort the lines of a block into its total, its parts and its income."""
    sides = _sides(draft, table, lines)
    of_side = {sides[row]: row for row, name in lines if sides and name is not None and name.label.core == "小计"}
    totals = total_rows(draft, table, lines) or [*of_side.values()] * (len(of_side) > 1)
    named = [
        (row, sides.get(row, "") + name.label.core)
        for row, name in lines
        if name is not None and (not totals or row in totals)
    ]
    opposite = {core.replace("收入", "支出") for _, core in named if "收入" in core}
    sums_named = totals or not sides  # else 支出财政拨款 is a source on its side
    spent = next((row for row, core in named if sums_named and "支出" in core and (totals or core in opposite)), 0)
    came = next((row for row, core in named if "收入" in core), 0)
    # 收入合计 and its sources, then 支出合计, or the reverse; or 基金收入, 基金支出, 本年结余
    income = min(spent, came) > 0 and named[0][0] in (spent, came)
    whole = spent if income else totals[0] if totals else None
    divided = len(lines) > 1 and (name := lines[1][1]) is not None and OF_WHICH.match(name.text) is not None
    if whole is None and lines and (len(lines) == 1 or divided or first_is_total(draft, table, lines)):
        whole = lines[0][0]
    parts = [(row, name) for row, name in lines if name is not None and row != whole and row not in totals]
    if table.parts or (income and not totals):
        parts = []  # the columns divide all the money already; or nothing divides it
    earned = {row for row, side in sides.items() if side == "收入"}
    if income:
        # 收入合计 stands above its lines if the block begins with a total, else below them.
        border = (max if lines[0][0] in (spent, came) else min)(spent, came)
        earned |= {row for row, _ in parts if (row < border) == (came < spent)}
    return _Shares(whole, spent, parts, frozenset(earned))


def _sides(draft: Draft, table: Table, lines: Sequence[_Named]) -> dict[int, str]:
    """The side of each line if 收入 and 支出 stand before the names, merged down along the lines or not."""
    found: dict[int, str] = {}
    names_at = min((name.column for _, name in lines if name is not None), default=0)
    side = next(filter(None, map(side_of, draft.sheet.beginning(table.top, table.left, names_at - 1))), "")
    for row, name in lines:
        before = draft.sheet.beginning(row, table.left, name.column - 1) if name is not None else []
        side = next(filter(None, map(side_of, before)), side)
        found[row] = side
    return found if {*found.values()} >= {"收入", "支出"} else {}


def _leave_to_total(draft: Draft, table: Table, rows: Sequence[int], lines: Sequence[dict[str, Entry]]) -> None:
    """Give rate, points and score that are merged along all lines, and so in none, to their sum.

    The same for points that only the first line has.
    """
    for key in [key for key in ("claimed_rate", *POINTS) if key in table.columns] if len(rows) > 1 else ():
        first, *others = (column_cells(draft, table, row, key) for row in rows)
        again = any(is_number(one) for own in others for one in own)
        alone = key in POINTS and not again and any(is_number(one) and one.bottom == one.row for one in first)
        if alone or any(cell.bottom >= rows[-1] for cell in first):
            draft.put_total(key, lines[0].pop(key))


def _apart_from_total(draft: Draft, table: Table, whole: int | None) -> list[bool]:
    """For each amount whose total is known from an earlier block, whether this block's total differs."""
    known = {key: draft.total(key).value for key in MONEY & table.columns.keys()}
    figures = {key: figure_in(draft, table, whole, key) if whole is not None else None for key in known}
    return [value != figures[key] for key, value in known.items() if value is not None]


def _is_other_money(apart: Sequence[bool], whole: int | None, parts: Sequence[Cell]) -> bool:
    """True for a second block that does not split the total of the first one: 三公经费, 政府采购."""
    return bool(apart) and (all(apart) if whole is not None else not any(map(divides_money, parts)))
