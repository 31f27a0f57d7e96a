"""Reads lines of a budget, one for each project or task, with parts and totals; and lists of projects with scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from selfeval_xl.model import (
    AMOUNT_COLUMNS,
    CHANGE_COLUMNS,
    EMPTY,
    NATURES,
    SUM_NAMES,
    TOTAL_FIELDS,
    UNREAD_CHANGE,
    Entry,
    Row,
    kind_of_table,
)
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.cells.table import Column, Table, within
from selfeval_xl.workbook.recognize.cells.values import ZERO, is_figure, is_number, number
from selfeval_xl.workbook.recognize.money.across import divide_lines
from selfeval_xl.workbook.recognize.money.changed import read_heading
from selfeval_xl.workbook.recognize.money.funds import FUND_KEYS, weight_in_heading
from selfeval_xl.workbook.recognize.money.management import take_tasks
from selfeval_xl.workbook.recognize.money.nesting import (
    adds_up,
    alone_has_points,
    comprises_rest,
    is_rest,
    mark_inside,
    parts_of_parts,
)
from selfeval_xl.workbook.recognize.tables.rows import column_cells, figure_in, following, read_row, used_as
from selfeval_xl.workbook.recognize.words.labels import OF_WHICH, likeliest, lookup, read_label, squeeze
from selfeval_xl.workbook.recognize.words.marks import mark_alone, mark_of
from selfeval_xl.workbook.recognize.words.vocabulary import (
    EXECUTION_ROWS,
    FIELDS,
    FULL_MARKS,
    GOALS,
    GRADES,
    LINE_TOTALS,
    MONEY,
    MOST_OF_EXECUTION,
    POINTS,
)

BUDGET_KEYS = (*AMOUNT_COLUMNS, "claimed_rate", "reason")
_WHOLE = {key: field for key, field in TOTAL_FIELDS.items() if key not in CHANGE_COLUMNS}  # lines keep these


class _Line(NamedTuple):
    """A row of money with its name.  ``total``: it is called one; ``behind``: it stands below all rows with names;
    ``over``: it is the sum of those below it, which have their names in another column."""

    row: int
    cells: list[Cell]
    name: Cell
    total: bool
    behind: bool
    over: bool


def read_budget(draft: Draft, table: Table, end: int, *, whole: bool = False, came_in: bool = False) -> None:
    """Read a line for each project or task; lines from 其中 on, or numbered deeper, are parts of the line above.

    ``whole``: the form has no funds block, so the total line, or the only line that is no part, is the budget scored.
    ``came_in``: the table is headed by 收入, and so its 合计 is that of the income.
    """
    sheet = draft.sheet
    unread = {UNREAD_CHANGE: EMPTY} if read_heading(draft, table, end) else {}
    keys = [key for key in BUDGET_KEYS if key in table.columns]
    rows_read = _table_for(draft, keys)
    lines: list[dict[str, Entry]] = []
    named = _named(draft, table, end, keys)
    part = False
    inner = ""  # the first part of the line above
    of_group = False
    for row, cells, name, total, behind, over in named:
        text = name.text.strip()
        values = unread | read_row(draft, table, row, used_as("budget", BUDGET_KEYS))
        sums = total or (bool(lines) and _adds_up_above(name, lines[0]))
        sums = sums or (behind and adds_up(values, lines))  # 合计 without its name
        if of_which := OF_WHICH.match(text):
            text = text[of_which.end() :].lstrip(":： ")
        values["name"] = sheet.words(name, f"收入{text}" if came_in and text in SUM_NAMES else text)
        if of_which:
            part, inner = True, text
        elif over or of_group:
            of_group = part = not sums and (over or not _has_no_room(values, lines))
        elif part and not sums:
            part = not (_goes_on(lines[0]["name"].text, inner, text) or _has_no_room(values, lines))
        values["level"] = sheet.words(name, "合计" if sums else "二级项目" if part and not over else "一级项目")
        if name in cells or is_number(cells[0]):
            sheet.use(cells[0])
        sheet.use(name, "budget.name")
        rows_read.append(values)
        lines.append(values)
    rows = [line.row for line in named]
    totals = [(line.name.label.core == "小计", line.row) for line in named if line.total]  # subtotals last
    take_tasks(draft, table, [(line.row, line.name) for line in named])
    _nest(lines)
    own = [row for row, values in zip(rows, lines, strict=True) if values["level"].text != "二级项目"]
    if len(lines) > 1 and len(own) == len(lines):
        rows_read[len(rows_read) - len(lines) :] = divide_lines(draft, table, [*zip(rows, lines, strict=True)])
    sums_up = min(totals)[1] if totals else rows[0] if len(own) == 1 else None
    if sums_up is None:
        return
    own_lines = [values for values in lines if values["level"].text == "一级项目"]
    if whole and not comprises_rest(lines[rows.index(sums_up)], own_lines):
        _put_whole(draft, table, sums_up)
        _share_points(draft, table, [each for each in zip(rows, lines, strict=True) if each[0] != sums_up])
        if len(lines) == 1 and not totals and table.columns["name"].heading.label.core == "项目名称":
            draft.put("project", rows_read.pop()["name"])
    elif totals and alone_has_points(draft, table, [sums_up, *(row for row in rows if row != sums_up)]):
        take_points(draft, {key: table.columns[key] for key in POINTS if key in table.columns}, sums_up)


def _named(draft: Draft, table: Table, end: int, keys: Sequence[str]) -> list[_Line]:
    """The lines below the heading, down to where something else begins."""
    below = [*following(draft, table, end)]
    last = max((row for row, cells in below if _is_named(table, cells)), default=0)
    named: list[_Line] = []
    totalled = False
    for row, cells in below:
        total = next(filter(is_line_total, cells[:2]), None)
        given = next(iter(column_cells(draft, table, row, "name")), None)
        name = total or given
        goes_on = row < last or bool(named and (named[0].row < last or _has_source(draft, table, named[-1].row, cells)))
        over = _over_next(draft, table, row, cells) if name is None else None
        name = name or over or _name_above(table, named, cells, goes_on=goes_on)
        amounts = [cell for key in keys for cell in column_cells(draft, table, row, key)]
        if any(lookup(cell.label, FIELDS) or lookup(cell.label, GOALS) for cell in (cells[0], name) if cell):
            break
        if over is not None and not amounts:
            continue
        if name is None:
            break
        unnamed = given is None or given is cells[0] or is_number(given)
        if (unnamed and cells[0].label.core in EXECUTION_ROWS) or (total is not None and _has_points(name)):
            break  # 预算执行率得分（10分） | 9.5 below them, or 总计（120分） | 118
        heads_next = cells == [name] and row == end - 1  # 部门整体支出绩效指标 over the table below
        if (totalled or heads_next) and not any(map(is_number, amounts)):
            break
        named.append(_Line(row, cells, name, total is not None, row > last, over is not None))
        totalled = totalled or total is not None
    return named


def _is_named(table: Table, cells: Sequence[Cell]) -> bool:
    """True for a line of money that has a name, or is named as a total."""
    names = [cell for cell in cells if table.columns["name"].holds(cell)] or [*filter(is_line_total, cells[:2])]
    return bool(names) and any(is_number(cell) for cell in cells if within(cell, table.of(*AMOUNT_COLUMNS)))


def _has_points(name: Cell) -> bool:
    """True for 总计（120分）, whose figure is points; the one in 合计（3） is a count."""
    return name.label.points is not None and "分" in name.text


def _has_source(draft: Draft, table: Table, above: int, cells: Sequence[Cell]) -> bool:
    """True for a row with 省级 in a column of its own, before or behind the money, if the row above has 中央 there."""
    words = [cell for cell in cells if not is_figure(cell)]
    above_it = [cell for cell in draft.sheet.row(above) if not is_figure(cell)]
    return any(any(map(column.holds, words)) and any(map(column.holds, above_it)) for column in table.extra)


def _over_next(draft: Draft, table: Table, row: int, cells: Sequence[Cell]) -> Cell | None:
    """The department before the column of names, in a row above its projects: 一 | 县教育局, then 1 | | 营养改善."""
    names = table.columns["name"]
    words = [cell for cell in cells if cell.column < names.first and not is_figure(cell) and not mark_alone(cell.text)]
    below = draft.sheet.row(row + 1)
    if len(words) != 1 or not any(map(names.holds, below)):
        return None
    return None if any(cell.column == words[0].column and not is_figure(cell) for cell in below) else words[0]


def _name_above(table: Table, named: Sequence[_Line], cells: Sequence[Cell], *, goes_on: bool) -> Cell | None:
    """The name above, for a row of figures without one: another task, or source, of the same project.

    It is merged down over the row, or written once with lines going on below (``goes_on``).  Below a total there is
    none, nor for shares (60% below the amount).
    """
    name = named[-1].name if named else None
    if name is None or is_line_total(name) or not (goes_on or name.bottom >= cells[0].row):
        return None
    amounts = [cell for cell in cells if within(cell, table.of(*AMOUNT_COLUMNS))]
    figures = all(is_figure(cell) and "%" not in squeeze(cell.text) for cell in amounts)
    return name if figures and any(map(number, amounts)) and all(within(c, table.in_order) for c in cells) else None


def read_listed(draft: Draft, table: Table) -> Iterator[Row]:
    """The rows of a list of projects with a score and a grade each, so that the grade can be checked against the score.

    Of several scores (执行率得分 | 产出得分 | 总分) the grade is of the one that is called a project's total.
    """
    graded = [one for one in table.extra if likeliest(one.heading.label, FIELDS) == "claimed_grade"]
    scored = [column for key, column in table.columns.items() if key == "claimed_score"] + table.extra
    scored = [one for one in scored if one.heading.label.points in (None, FULL_MARKS)]  # 执行率得分（10分）
    scored = [one for one in scored if likeliest(one.heading.label, FIELDS) == "claimed_total"] or scored[:1]
    if not graded or not scored or "claimed_score" not in table.columns:
        return
    names: list[Cell] = []
    for row, _ in draft.sheet.rows(table.bottom + 1, draft.last):
        names = column_cells(draft, table, row, "name") or names  # named once for several rows
        scores, grades = draft.sheet.in_column(row, scored[0]), draft.sheet.in_column(row, graded[0])
        if names and scores and grades and squeeze(grades[0].text) in GRADES:
            yield {
                "name": draft.take(names[0], "budget.name"),
                "claimed_score": draft.take(scores[0], "listed.claimed_score"),
                "claimed_grade": draft.take(grades[0], "listed.claimed_grade"),
            }


def is_line_total(cell: Cell) -> bool:
    """True for 合计 and the like alone, which add up the lines of a table."""
    return cell.label.core in LINE_TOTALS


def take_points(draft: Draft, points: Mapping[str, Column], row: int) -> None:
    """Take 分值 | 得分 behind the money of all regions or tasks as points of the execution."""
    for key, column in points.items() if "weight" in points else ():
        for cell in draft.sheet.in_column(row, column):
            if (figure := number(cell)) is not None and figure <= MOST_OF_EXECUTION:
                draft.take_total(key, cell)


def _table_for(draft: Draft, keys: Sequence[str]) -> list[Row]:
    """The table that gets the lines: that above, if it lacks a total and has the same columns (续表 continues it).

    Otherwise they divide the same money once more (人员经费, then 年度主要任务), and are not added to the first.
    """
    above = [rows for key, rows in draft.tables.items() if kind_of_table(key) == "budget" and rows]
    if not above:
        return draft.tables["budget"]
    last = above[-1]
    ended = any(row["level"].text == "合计" for row in last)
    goes_on = not ended and {*BUDGET_KEYS} & last[-1].keys() == {*keys}
    return last if goes_on else draft.tables[f"budget{len(above) + 1}"]


def _nest(lines: list[dict[str, Entry]]) -> None:
    """Mark the parts of other lines, where all lines are numbered on two depths: 1.人员经费 below 一、基本支出.

    Without such numbers, names and figures decide: 人员经费 below 基本支出, if the total is right only without it.
    """
    own = [line for line in lines if line["level"].text != "合计"]
    marks = [mark_of(line["name"].text) for line in own]
    if all(marks) and len(set(marks)) == 2 and marks[0] == min(marks):
        for line, mark in zip(own, marks, strict=True):
            if mark != marks[0]:
                mark_inside(line)
    elif len(lines) == len(own) + 1 and not any(line["level"].text == "二级项目" for line in own):
        total = next(line for line in lines if line["level"].text == "合计")
        for line in parts_of_parts(total, own):
            mark_inside(line)


def _put_whole(draft: Draft, table: Table, row: int) -> None:
    """Take a row of the table as the form's budget."""
    draft.funds_columns.update(key for key in FUND_KEYS if key in _WHOLE and key in table.columns)
    for key, value in read_row(draft, table, row, _WHOLE).items():
        draft.put(TOTAL_FIELDS[key], value)
    weight_in_heading(draft, table)


def _share_points(draft: Draft, table: Table, lines: Sequence[tuple[int, dict[str, Entry]]]) -> None:
    """Read the points that lines have for themselves; those that only the first line has are the whole's.

    Points beyond what any form gives for the execution are those of each project's own evaluation (甲项目 | 100 | 97).
    """
    points = {row: figure_in(draft, table, row, "weight") for row, _ in lines}
    if sum(filter(None, points.values())) > MOST_OF_EXECUTION:
        return
    scored = [each for each in lines if points[each[0]] is not None]
    if scored and scored == lines[:1]:
        take_points(draft, {key: table.columns[key] for key in POINTS if key in table.columns}, lines[0][0])
    for row, values in scored if len(scored) > 1 else ():
        values |= read_row(draft, table, row, used_as("budget", POINTS))


def _goes_on(first: str, inner: str, text: str) -> bool:
    """True if a line is no part any more: 二、项目支出 (or 项目支出) behind the parts of 一、基本支出 (or 基本支出)."""
    outer, mark = mark_of(first), mark_of(text)
    natures = {read_label(first).core, read_label(text).core} == NATURES
    return natures or (bool(mark) and mark == outer != mark_of(inner))


def _has_no_room(line: Row, above: Sequence[Row]) -> bool:
    """True if a line can't be a part of what those above divide: its amounts are far more than what is left.

    One amount alone may be a mistake, unless the line is 年末结转, which mostly stands beside what was spent.
    """
    parts = [*takewhile(lambda one: one["level"].text == "二级项目", reversed(above))]
    whole = above[-len(parts) - 1] if len(parts) < len(above) else line
    if whole is line or whole["level"].text != "一级项目":
        return False
    amounts = ([one.get(key, EMPTY).value or ZERO for one in (line, whole, *parts)] for key in MONEY)
    return sum(own > max(ZERO, 2 * (of - sum(others))) for own, of, *others in amounts) > (0 if is_rest(line) else 1)


def _adds_up_above(name: Cell, first: Row) -> bool:
    """True for 项目支出小计 behind its lines; if a table begins with a sum, its sums stand before their lines."""
    begins = first["level"].text == "合计" or first["name"].text.endswith("小计")
    return name.label.core.endswith("小计") and not begins
