"""Reads how the money was managed, and tasks with points of their own, with money beside them or not."""

from __future__ import annotations

from collections.abc import Sequence

from selfeval_xl.model import EMPTY
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.money_words import bare_name, divides_money, names_total
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.cells.table import Table
from selfeval_xl.workbook.recognize.tables.headings import mark_heading
from selfeval_xl.workbook.recognize.tables.rows import figure_in, following, read_row, used_as
from selfeval_xl.workbook.recognize.words.labels import lookup
from selfeval_xl.workbook.recognize.words.vocabulary import FIELDS, FULL_MARKS, GOALS, MOST_OF_EXECUTION, POINTS


def read_management(draft: Draft, table: Table, end: int) -> None:
    """Read items of management (分配科学性, 下达及时性, …), one a row with what the unit says about it.

    Tasks with points of their own (任务名称 | 主要内容 | 完成情况) are read alike; their last row may be the sum.
    """
    sheet = draft.sheet
    mark_heading(sheet, table)
    name = table.columns.get("name")
    note_at = table.columns["note"].first
    for row, cells in following(draft, table, end):
        names = sheet.in_column(row, name) if name else [cell for cell in cells if cell.column < note_at]
        if not names or any(lookup(cell.label, FIELDS) or lookup(cell.label, GOALS) for cell in cells):
            break
        if name and names_total(names[0]):
            of_all = read_row(draft, table, row, {"weight": "total_weight", "claimed_score": "claimed_total"})
            sheet.use(names[0])
            draft.put("claimed_total", of_all.get("claimed_score", EMPTY))
            break
        values = read_row(draft, table, row, used_as("management", ("note", "measure", "weight", "claimed_score")))
        values["name"] = draft.take(names[-1], "management.name")
        sheet.use_all(names)
        draft.tables["management"].append(values)


def take_tasks(draft: Draft, table: Table, lines: Sequence[tuple[int, Cell | None]]) -> None:
    """Take the points of the lines out of a table of money if they are the tasks', which the unit scores one by one:
    履职目标 | 预算数 | 执行数 | 完成情况 | 分值 | 得分.

    They come to more than any form gives for the execution, and to their sum if one is stated; no line is a source of
    money.  A sum of 100 is that of the whole form.
    """
    if not table.columns.keys() >= {*POINTS}:
        return
    given = [
        (row, name, weight) for row, name in lines if (weight := figure_in(draft, table, row, "weight")) is not None
    ]
    tasks = [(row, name, weight) for row, name, weight in given if name is not None and not names_total(name)]
    whole = sum(weight for _, _, weight in tasks)
    totals = [(row, weight) for row, name, weight in given if name is None or names_total(name)]
    if len(tasks) < 2 or not MOST_OF_EXECUTION < whole <= FULL_MARKS or any(weight != whole for _, weight in totals):
        return
    if any(divides_money(name) for _, name, _ in tasks):
        return
    for row, name, _ in tasks:
        values = read_row(draft, table, row, used_as("management", POINTS))
        draft.tables["management"].append(values | {"name": draft.sheet.words(name, bare_name(name))})
    for row, _ in totals if whole == FULL_MARKS else ():
        of_all = read_row(draft, table, row, {"claimed_score": "claimed_total"})
        draft.put("claimed_total", of_all.get("claimed_score", EMPTY))
    for key in POINTS:
        table.drop(key)
        if draft.total(key).blank:
            draft.funds_columns.discard(key)
