"""A row 预算执行率 among the indicators: the score of the budget's execution, told in another place."""

from __future__ import annotations

from collections.abc import Sequence

from selfeval_xl.model import EMPTY, TOTAL_FIELDS, Row
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.labels import read_label, squeeze
from selfeval_xl.workbook.recognize.vocabulary import EXECUTION_ROWS

_WHOLE = frozenset({"", "100%", "=100%", "≥100%", "1", "-", "—", "/"})


def without_execution(draft: Draft, rows: Sequence[Row]) -> list[Row]:
    """The rows that are indicators; the execution's goes to the funds, where these have no points for it.

    Where they have them, it is left out only if it says them once more: it counts once.
    """
    if draft.fields.get("budget_weight", EMPTY).text:
        return [row for row in rows if not _repeats(draft, row)]
    moved = next(filter(_is_execution, rows), None)
    if moved is not None:
        _move(draft, moved)
    return [row for row in rows if row is not moved]


def _is_execution(row: Row) -> bool:
    """True for a row 预算执行率 that is scored as the rate itself; one with a target of its own is an indicator."""
    named = any(read_label(row[key].text).core in EXECUTION_ROWS for key in ("level1", "level2", "name"))
    return named and squeeze(row.get("target", EMPTY).text) in _WHOLE


def _repeats(draft: Draft, row: Row) -> bool:
    weight = draft.fields["budget_weight"].value
    silent = all(row.get(key, EMPTY).blank for key in ("target", "actual"))
    return silent and weight is not None and row.get("weight", EMPTY).value == weight and _is_execution(row)


def _move(draft: Draft, row: Row) -> None:
    for key in ("weight", "claimed_score"):
        draft.put(TOTAL_FIELDS[key], row.get(key, EMPTY))
        draft.funds_columns.add(key)
    rate = row.get("actual", EMPTY)
    if rate.value is not None and "%" in squeeze(rate.text):
        draft.put_rate(rate)
        draft.funds_columns.add("claimed_rate")
    draft.put("budget_reason", row.get("reason", EMPTY))
