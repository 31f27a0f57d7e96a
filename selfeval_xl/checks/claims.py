"""The scores claimed that make up a total, and what their sum may be where some of them are wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from selfeval_xl.checks.figures import ZERO, number, sum_of
from selfeval_xl.checks.rows import DECIDED_WRONG, Row
from selfeval_xl.scoring import points_beside

if TYPE_CHECKING:
    from selfeval_xl.checks.view import View


def asks_for_execution_score(view: View) -> bool:
    """Whether the form has a place for the score of the execution."""
    return any("claimed_score" in table.columns for table in view.evaluation.money_tables)


class Claim(NamedTuple):
    """A score claimed; where it has been reported as wrong, the right one lies between ``low`` and ``high``."""

    claimed: Decimal
    low: Decimal
    high: Decimal

    @property
    def reported(self) -> bool:
        """True where a finding has said that it is wrong, or nobody knows whether it counts."""
        return (self.low, self.high) != (self.claimed, self.claimed)


def claims_of(view: View) -> tuple[Claim, ...]:
    """The scores that make up the total; () where one is not claimed (an open sum).

    In a workbook of ours a formula gives the score of the execution and of every row that a rule decides.
    """
    if view.evaluation.weights_proposed or not view.counted or (view.ours and view.budget.weight is None):
        return ()
    if view.rules.management and not view.items:
        return ()
    claims: list[Claim | None] = []
    if view.budget.weight:
        claimed, right = number(view.line.claimed_score), view.budget.score
        wrong = claimed is not None and right is not None and abs(claimed - right) > view.rules.tolerance
        if claimed is None and not view.ours and right is not None and not asks_for_execution_score(view):
            # The form has no place for it, so that the total may or may not have it.
            doubtful = any(ledger.breaches or ledger.overspent for ledger in view.ledgers)
            claims.append(Claim(ZERO, *((ZERO, view.budget.weight) if doubtful else (right, right))))
        else:
            given = right if claimed is None and view.ours else claimed
            claims.append(claim(given, (right, right) if wrong else None))
    excluded = [row for row in view.rows if row.score.excluded and row.claimed is not None]
    claims += [row_claim(row, view.ours) for row in (*excluded, *view.counted)]
    claims += [claim(number(item.claimed_score)) for item in view.items]
    for row in view.beside:
        claimed, low, high = points_beside(row.indicator)
        claims.append(Claim(low if claimed is None else claimed, low, high))
    return complete(claims)


def complete(claims: Sequence[Claim | None]) -> tuple[Claim, ...]:
    """The claims; () where one is missing."""
    known = [one for one in claims if one is not None]
    return tuple(known) if len(known) == len(claims) else ()


def claim(claimed: Decimal | None, right: tuple[Decimal | None, Decimal | None] | None = None) -> Claim | None:
    """What is claimed, and between which figures it lies where it is not ``right``; None where nothing is."""
    if claimed is None:
        return None
    low, high = right or (claimed, claimed)
    return Claim(claimed, claimed if low is None else low, claimed if high is None else high)


def passed_over(view: View) -> list[Row]:
    """Rows of a workbook of ours without a score claimed, where the total claimed is the sum of all the others.

    Their formulas have a score for them, but whoever added up had none.
    """
    total, counted = number(view.evaluation.claimed_total), view.counted
    blank = [row for row in counted if row.claimed is None]
    if not view.ours or total is None or not 0 < len(blank) < len(counted):
        return []
    whole, tolerance = total_of(view.claims), view.rules.tolerance
    without = sum_of(row.score.score or ZERO for row in blank)
    return blank if whole is not None and abs(whole - without - total) <= tolerance < abs(whole - total) else []


def row_claim(row: Row, ours: bool = False) -> Claim | None:
    """The score claimed of a row; an excluded one may count or not.  Of ``ours`` the formula gives what is not claimed.

    None where nothing is claimed.
    """
    claimed, right = row.claimed, row.score.score
    if row.score.excluded:
        return claim(claimed or ZERO, (ZERO, claimed))
    known = right is not None and (row.score.share is not None or row.scoring != "score.scale")
    span = (right, right) if known else (ZERO, row.weight)
    wrong = row.scoring in DECIDED_WRONG
    return claim(right if claimed is None and ours else claimed, span if wrong else None)


def total_of(claims: Sequence[Claim]) -> Decimal | None:
    """What the scores claimed come to; None where they are not known."""
    return sum_of(claim.claimed for claim in claims) if claims else None


def sums(claims: Sequence[Claim]) -> Iterator[tuple[Decimal, Decimal]]:
    """What the total may be: the sum of the scores claimed, or with one or all of the reported ones put right."""
    whole = total_of(claims) or ZERO
    reported = [claim for claim in claims if claim.reported]
    for mended in ([], *([claim] for claim in reported), reported):
        rest = whole - sum_of(claim.claimed for claim in mended)
        yield rest + sum_of(claim.low for claim in mended), rest + sum_of(claim.high for claim in mended)
