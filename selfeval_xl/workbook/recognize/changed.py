"""The heading of a table of money, and what its column between two budgets holds: the change, or what it came to."""

from __future__ import annotations

from selfeval_xl.model import CHANGE_COLUMNS, UNUSED_COLUMN
from selfeval_xl.workbook.recognize.currency import read_currency
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.headings import mark_heading
from selfeval_xl.workbook.recognize.keys import CARRIED
from selfeval_xl.workbook.recognize.rows_below import figure, following
from selfeval_xl.workbook.recognize.sheet import Table, within
from selfeval_xl.workbook.recognize.values import gives, number
from selfeval_xl.workbook.recognize.vocabulary import TITLES


def read_heading(draft: Draft, table: Table, end: int) -> bool:
    """Mark the heading, keep its unit, tell the budgets apart; True where one was changed, nobody says how."""
    mark_heading(draft.sheet, table)
    read_currency(draft, table)
    _doubt_change(draft, table)
    return _unread_change(draft, table, end)


def _doubt_change(draft: Draft, table: Table) -> None:
    """A heading 调整 may be the budget after the change, or the change: doubted unless the figures say which."""
    if _holds_result(draft, table):
        if "adjusted" in table.columns:  # 预算数 | 调整数 | 执行数
            table.columns["initial"] = table.columns.pop("adjusted")._replace(key="initial")
        table.columns["adjusted"] = table.columns.pop("change")._replace(key="adjusted")
    column = table.columns.get("adjusted")
    if column is None or column.heading.label.core not in ("调整", "调整数") or "initial" not in table.columns:
        return
    told = []
    for row, _ in draft.sheet.rows(table.bottom + 1, table.bottom + 40):
        initial, adjusted = (figure(draft, table, row, key) for key in ("initial", "adjusted"))
        if initial is not None and adjusted is not None:
            moved = (figure(draft, table, row, "added") or 0) - (figure(draft, table, row, "cut") or 0)
            like = adjusted and abs(adjusted) >= abs(initial) / 4
            told.append(like and (not moved or initial + moved == adjusted))
    if not (told and all(told)):
        draft.sheet.doubt(column.heading, "调整后预算数", "调整额")


def _unread_change(draft: Draft, table: Table, end: int) -> bool:
    """True where the budget was changed, and nobody knows to what, or by figures whose heading nobody knows.

    They stand between 年初 and 调整后, beside a column of changes; without 调整后, between 年初 and what was spent.
    What was left of the last year (上年结转) may be in the amount of 年初 or not, wherever it stands.
    """
    columns = table.columns
    if "adjusted" not in columns:
        rows = [row for row, _ in following(draft, table, end)]
        if any(figure(draft, table, row, key) for row in rows for key in CHANGE_COLUMNS):
            return True
    until = "adjusted" if "adjusted" in columns else "executed"
    if not {"initial", until} <= columns.keys() or (until == "adjusted" and not columns.keys() & set(CHANGE_COLUMNS)):
        return False
    first, last = sorted(columns[key].first for key in ("initial", until))
    for column in table.extra:
        carried = CARRIED.fullmatch(column.heading.label.core) is not None
        below = [cell for _, cells in following(draft, table, end) for cell in cells if within(cell, [column])]
        if (carried or first < column.first < last) and any(map(number, below)):
            if until == "adjusted" and not carried:
                draft.sheet.doubt(column.heading, UNUSED_COLUMN, TITLES["change"])
            return True
    return False


def _holds_result(draft: Draft, table: Table) -> bool:
    """True where 预算调整数 is what the budget came to: as much as at the beginning, or what alone gives the rate."""
    if "change" not in table.columns or {"initial", "adjusted"} <= table.columns.keys():
        return False
    before = "adjusted" if "adjusted" in table.columns else "initial"
    found = []
    for row, _ in draft.sheet.rows(table.bottom + 1, table.bottom + 40):
        initial, change = (figure(draft, table, row, key) for key in (before, "change"))
        if initial and change:
            executed, rate = (figure(draft, table, row, key) for key in ("executed", "claimed_rate"))
            told = gives(change, executed, rate) and not gives(initial + change, executed, rate)
            found.append(told or change == initial)
    return bool(found) and all(found)
