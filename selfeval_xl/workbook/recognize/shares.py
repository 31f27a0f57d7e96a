"""Weights written as shares of one (0.1 of 1, beside scores out of 100), read as points."""

from __future__ import annotations

from decimal import Decimal

from selfeval_xl.model import EMPTY, Entry
from selfeval_xl.workbook.recognize.draft import Draft

_ABOUT_ONE = Decimal("0.5"), Decimal("1.5")  # what the shares of a form add up to, be there one too many or too few


def settle_shares(draft: Draft) -> None:
    """Turn the weights of a form into points where they are shares: about one in all, and scored above them."""
    rows = draft.tables.get("indicators", [])
    claims = [draft.fields.get("budget_claimed_score", EMPTY), *(row.get("claimed_score", EMPTY) for row in rows)]
    weights = [draft.fields.get("budget_weight", EMPTY), *(row.get("weight", EMPTY) for row in rows)]
    known = [weight.value for weight in weights if weight.value is not None]
    scored = any(claim.value is not None and claim.value > 1 for claim in claims)
    if len(known) < 2 or not scored or max(known) > 1 or not _ABOUT_ONE[0] <= sum(known) <= _ABOUT_ONE[1]:
        return
    if "budget_weight" in draft.fields:
        draft.fields["budget_weight"] = _points(draft.fields["budget_weight"])
    for table in (rows, draft.tables.get("funds", []), draft.subtotals):
        table[:] = [{**row, "weight": _points(row["weight"])} if "weight" in row else row for row in table]


def _points(share: Entry) -> Entry:
    return share if share.value is None or share.value > 1 else share._replace(value=share.value * 100)
