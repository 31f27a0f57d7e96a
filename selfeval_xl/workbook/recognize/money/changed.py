"""Settles what a column between two budgets holds, the change or the budget after it (调整); reads money's headings."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from selfeval_xl.model import CHANGE_COLUMNS, UNUSED_COLUMN
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.table import Table, within
from selfeval_xl.workbook.recognize.cells.values import gives, number
from selfeval_xl.workbook.recognize.tables.currency import read_currency
from selfeval_xl.workbook.recognize.tables.headings import mark_heading
from selfeval_xl.workbook.recognize.tables.keys import CARRIED
from selfeval_xl.workbook.recognize.tables.rows import figure_in, following
from selfeval_xl.workbook.recognize.words.labels import lookup
from selfeval_xl.workbook.recognize.words.vocabulary import FUNDS, TITLES


def read_heading(draft: Draft, table: Table, end: int) -> bool:
    """Mark the heading, keep its unit, tell the budgets apart; True if a budget changed by figures we can't read."""
    mark_heading(draft.sheet, table)
    read_currency(draft, table)
    _doubt_change(draft, table, end)
    return _unread_change(draft, table, end)


def _doubt_change(draft: Draft, table: Table, end: int) -> None:
    """Settle a heading 调整: the budget after the change, or the change; a doubt unless the figures decide."""
    columns = table.columns
    if "change" in columns and not {"initial", "adjusted"} <= columns.keys():
        before = "initial" if "initial" in columns else "adjusted"
        rows = [row for row, _ in following(draft, table, end)]
        if not _settle_change(draft, table, rows, before, "change") and _is_before_change(draft, table, rows):
            table.rename("adjusted", "initial")
    column = columns.get("adjusted")
    if column is None or column.heading.label.core not in ("调整", "调整数") or "initial" not in columns:
        return
    rows = [row for row, _ in following(draft, table, end)]
    if _settle_change(draft, table, rows, "initial", "adjusted") == "change":
        return
    budgets = []
    for row in rows:
        initial, adjusted = (figure_in(draft, table, row, key) for key in ("initial", "adjusted"))
        if initial is not None and adjusted is not None:
            moved = (figure_in(draft, table, row, "added") or 0) - (figure_in(draft, table, row, "cut") or 0)
            like = adjusted and abs(adjusted) >= abs(initial) / 4
            budgets.append(like and (not moved or initial + moved == adjusted))
    if not (budgets and all(budgets)):
        draft.sheet.doubt(column.heading, "调整后预算数", "调整额")


def _is_before_change(draft: Draft, table: Table, rows: Sequence[int]) -> bool:
    """True for 预算数 | 调整数 if something was changed, and no rate shows that 预算数 is the final budget."""
    column = table.columns.get("adjusted")
    if column is None or not {"initial", "adjusted"} <= {*lookup(column.heading.label, FUNDS)}:
        return False
    if not any(figure_in(draft, table, row, "change") for row in rows):
        return False
    lines = ((figure_in(draft, table, row, "adjusted"), figure_in(draft, table, row, "executed"), row) for row in rows)
    return not any(budget and gives(budget, executed, _rate(draft, table, row)) for budget, executed, row in lines)


def _unread_change(draft: Draft, table: Table, end: int) -> bool:
    """True if the budget was changed, and its final amount is unknown, or there are changes in an unknown column.

    Such a column stands between 年初 and 调整后, beside another column of changes; without 调整后, between 年初 and
    what was spent.  Money carried over (上年结转) may be included in 年初 or not, wherever its column stands.
    """
    columns = table.columns
    if "adjusted" not in columns:
        rows = [row for row, _ in following(draft, table, end)]
        if any(figure_in(draft, table, row, key) for row in rows for key in CHANGE_COLUMNS):
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


def _settle_change(draft: Draft, table: Table, rows: Sequence[int], before: str, between: str) -> str:
    """Give two columns the keys that the figures prove; returns that of the second, empty if they prove nothing.

    The proof is the stated rate, or the score's share of its weight.  An ``adjusted`` budget equals the initial one, or
    fits the rate by itself; a ``change`` fits it only if added to the initial budget.
    """
    found, unrated = set[str](), set[str]()  # the parts of a sum may lack their rates
    for row in rows:
        first, second = (figure_in(draft, table, row, key) for key in (before, between))
        if first and second:
            executed, rate = figure_in(draft, table, row, "executed"), _rate(draft, table, row)
            alone, added, left = (gives(one, executed, rate) for one in (second, first + second, first))
            same = (alone or first == second) and not added
            proven = "adjusted" if same else "change" if added and not (alone or left) else ""
            (unrated if rate is None else found).add(proven)
    keys = found or unrated
    key = keys.pop() if len(keys) == 1 else ""
    if key:
        table.rename(before, "initial")
        table.rename(between, key)
    return key


def _rate(draft: Draft, table: Table, row: int) -> Decimal | None:
    """The rate that a row states, or else the share of its weight that it scores."""
    rate, weight, score = (figure_in(draft, table, row, key) for key in ("claimed_rate", "weight", "claimed_score"))
    return rate if rate is not None or not weight or score is None else score / weight
