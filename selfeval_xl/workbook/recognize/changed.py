"""What a column between two budgets holds: the change, or what the budget came to."""

from __future__ import annotations

from decimal import Decimal

from selfeval_xl.model import CHANGE_COLUMNS, UNUSED_COLUMN
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.headings import CARRIED
from selfeval_xl.workbook.recognize.rows_below import figure, following, within
from selfeval_xl.workbook.recognize.sheet import Table
from selfeval_xl.workbook.recognize.values import RATES_APART, number
from selfeval_xl.workbook.recognize.vocabulary import TITLES


def doubt_change(draft: Draft, table: Table) -> None:
    """A heading 调整 may be the budget after the change, or the change: doubted unless the figures say which."""
    if "adjusted" not in table.columns and _holds_result(draft, table):
        table.columns["adjusted"] = table.columns.pop("change")._replace(key="adjusted")
    column = table.columns.get("adjusted")
    if column is None or column.heading.label.core not in ("调整", "调整数") or "initial" not in table.columns:
        return
    rows = [row for row, _ in draft.sheet.rows(table.bottom + 1, table.bottom + 40)]
    known = 0
    for row in rows:
        initial, adjusted = (figure(draft, table, row, key) for key in ("initial", "adjusted"))
        if initial is None or adjusted is None:
            continue
        known += 1
        moved = (figure(draft, table, row, "added") or 0) - (figure(draft, table, row, "cut") or 0)
        if adjusted == 0 or abs(adjusted) < abs(initial) / 4 or (moved and initial + moved != adjusted):
            draft.sheet.doubt(column.heading, "调整后预算数", "调整额")
            return
    if not known:
        draft.sheet.doubt(column.heading, "调整后预算数", "调整额")


def unread_change(draft: Draft, table: Table, end: int) -> bool:
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
    if "change" not in table.columns:
        return False
    found = []
    for row, _ in draft.sheet.rows(table.bottom + 1, table.bottom + 40):
        initial, change = (figure(draft, table, row, key) for key in ("initial", "change"))
        if initial and change:
            executed, rate = (figure(draft, table, row, key) for key in ("executed", "claimed_rate"))
            told = _gives(change, executed, rate) and not _gives(initial + change, executed, rate)
            found.append(told or change == initial)
    return bool(found) and all(found)


def _gives(budget: Decimal, executed: Decimal | None, rate: Decimal | None) -> bool:
    """True where what was spent of the budget is the rate, a fraction or a percentage."""
    if budget <= 0 or executed is None or rate is None:
        return False
    return any(abs(executed / budget - one) < RATES_APART for one in (rate, rate / 100))
