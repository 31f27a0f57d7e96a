"""Columns with ambiguous headings, decided by checking the rates that the table states against the amounts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Table, within
from selfeval_xl.workbook.recognize.cells.values import ZERO, gives, number

COST = lazy(
    "(?:项目)?总(?:投资|金额|资金|经费|造价)(?:额|数)?|(?:项目|专项|财政)*(?:资金|经费|投资)(?:额度?|规模)?"
    "|(?:(?:专项|一般)?债券(?:资金)?(?:发行)?|发行)(?:额度|金额|规模)"
)
"""What something costs, perhaps over all its years, or bonds for it: this year's budget only if the rate fits."""

_COMPLETION = lazy("(?:资金|支付|使用)?完成(?:率|比例|程度|进度|度|百分比)")

_AGREED = lazy("(?:采购|中标|成交|签订)*合同(?:总)?(?:金额|价款?|资金|额)|(?:中标|成交)(?:金额|价|额)")

_MOST_ROWS = 400


def gives_rates(
    sheet: Sheet, table: Table, parts: Sequence[Column], spent: str, rate: Column | None = None, *, lone: bool = False
) -> bool:
    """True if ``spent`` ÷ the sum of these columns is the stated rate, in two rows at least and in all but one.

    ``lone``: a single row is proof enough.
    """
    stated = rate or table.columns["claimed_rate"]
    right = [
        gives(whole, used, fraction)
        for line in lines_with(sheet, table, table.columns[spent])
        if (whole := sum(_figures(line, parts), ZERO))
        for used in _figures(line, [table.columns[spent]])[:1]
        for fraction in _figures(line, [stated])[:1]
    ]
    return (right.count(True) > 1 and right.count(False) < 2) or (lone and right == [True])


def take_cost(sheet: Sheet, table: Table) -> None:
    """总投资 | 累计支出 | 支出率: take the cost as the budget if the table has no other, and the rates fit it."""
    columns = table.columns
    if columns.keys() & {"initial", "adjusted"} or not {"executed", "claimed_rate"} <= columns.keys():
        return
    for one in table.extra:
        if COST.fullmatch(one.heading.label.core) and gives_rates(sheet, table, [one], "executed"):
            table.take(one, "adjusted")
            return


def take_completion(sheet: Sheet, table: Table) -> None:
    """分配资金 | 使用资金 | 完成比例: take the last as the rate of the money if it fits; beside 任务数 it may not."""
    columns = table.columns
    if "claimed_rate" in columns or not {"allocated", "used"} <= columns.keys():
        return
    for one in table.extra:
        of_money = _COMPLETION.fullmatch(one.heading.label.core)
        if of_money and gives_rates(sheet, table, [columns["allocated"]], "used", one):
            table.take(one, "claimed_rate")
            return


def leave_other_rate(sheet: Sheet, table: Table) -> None:
    """到位数 | 支出数 | 支出率: drop a rate of the money received, unless it fits the budget too.

    So for a rate of what was contracted (合同金额 | 支付金额 | 支付率).  But 预算执行率 and 执行率 mean the year's
    budget by name: if the form has that, a rate that doesn't fit it is wrong and must be checked.  计划投资 over
    several years is no year's budget: there the money received is the budget, if the rates are of it.
    """
    columns = table.columns
    budget = columns.get("adjusted") or columns.get("initial")
    others = [one for one in table.extra if _AGREED.fullmatch(one.heading.label.core)]
    others += [columns["received"]] if "received" in columns else []
    if budget is None or not others or not {"executed", "claimed_rate"} <= columns.keys():
        return
    of_budget, *of_others = (gives_rates(sheet, table, [one], "executed", lone=True) for one in (budget, *others))
    named = any(word in columns["claimed_rate"].heading.label.core for word in ("预算", "执行"))
    if not any(of_others) or of_budget:
        return
    came_in = "received" in columns and of_others[-1]
    if came_in and budget.key == "adjusted" and "投资" in budget.heading.text:
        table.drop("adjusted")
        table.rename("received", "adjusted")
    elif not (named and "adjusted" in columns):
        table.drop("claimed_rate")


def _figures(line: Sequence[Cell], columns: Sequence[Column]) -> list[Decimal]:
    """The figures that a row has in these columns."""
    found = (number(cell) for cell in line if within(cell, columns))
    return [figure for figure in found if figure is not None]


def lines_with(sheet: Sheet, table: Table, whole: Column) -> list[list[Cell]]:
    """The rows right below the heading that have a figure in this column, up to the first without one."""
    found: list[list[Cell]] = []
    for row, cells in sheet.rows(table.bottom + 1, table.bottom + _MOST_ROWS):
        figures = [cell for cell in cells if whole.holds(cell) and number(cell) is not None]
        if not figures or row != table.bottom + 1 + len(found):
            break
        found.append(cells)
    return found
