"""Tasks with points of their own beside their money: 履职目标 | 预算数 | 执行数 | 完成情况 | 分值 | 得分."""

from __future__ import annotations

from collections.abc import Sequence

from selfeval_xl.model import EMPTY
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.money_words import bare_name, divides_money, names_total
from selfeval_xl.workbook.recognize.rows_below import figure, read_row, used_as
from selfeval_xl.workbook.recognize.sheet import Cell, Table
from selfeval_xl.workbook.recognize.vocabulary import FULL_MARKS, MOST_OF_EXECUTION, POINTS


def take_tasks(draft: Draft, table: Table, lines: Sequence[tuple[int, Cell | None]]) -> None:
    """Take the points of the lines out of a table of money where they are those of the tasks, each scored by the unit.

    They are more than an execution is worth anywhere, and their sum where it stands; no source of money has any.  The
    sum of 100 is that of the whole form.
    """
    if not table.columns.keys() >= {*POINTS}:
        return
    given = [(row, name, weight) for row, name in lines if (weight := figure(draft, table, row, "weight")) is not None]
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
        said = read_row(draft, table, row, {"claimed_score": "claimed_total"})
        draft.put("claimed_total", said.get("claimed_score", EMPTY))
    for key in POINTS:
        table.drop(key)
        if draft.total(key).blank:
            draft.funds_columns.discard(key)
