"""Claims: the scores claimed that make up a total, and what their sum may be where some of them are wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.checks.figures import ZERO, sum_of
from selfeval_xl.checks.rows import DECIDED_WRONG, Row


class Claim(NamedTuple):
    """A score claimed; where it has been reported as wrong, the right one lies between ``low`` and ``high``."""

    claimed: Decimal
    low: Decimal
    high: Decimal

    @property
    def reported(self) -> bool:
        """True where a finding says that it is wrong, or nobody knows whether it counts."""
        return (self.low, self.high) != (self.claimed, self.claimed)


def complete(claims: Sequence[Claim | None]) -> tuple[Claim, ...]:
    """The claims; () where one is missing."""
    known = [one for one in claims if one is not None]
    return tuple(known) if len(known) == len(claims) else ()


def claim(claimed: Decimal | None, right: tuple[Decimal | None, Decimal | None] | None = None) -> Claim | None:
    """The claim of a score; ``right`` are the bounds of the right one, where that claimed is wrong.

    None where no score is claimed; a bound that is None is the score claimed.
    """
    if claimed is None:
        return None
    low, high = right or (claimed, claimed)
    return Claim(claimed, claimed if low is None else low, claimed if high is None else high)


def row_claim(row: Row, ours: bool = False) -> Claim | None:
    """The claim of a row, None where there is none; the score of an excluded row may count or not.

    In a workbook of ``ours`` a blank score is what the formula gives.
    """
    claimed, right = row.claimed, row.score.score
    if row.score.excluded:
        return claim(claimed or ZERO, (ZERO, claimed))
    known = right is not None and (row.score.share is not None or row.scoring != "score.scale")
    span = (right, right) if known else (ZERO, row.weight)
    # Full marks for a missed deadline are wrong, but nobody knows what would have been right: the total adds them up.
    wrong = row.scoring in DECIDED_WRONG and (known or row.scoring != "score.mismatch")
    return claim(right if claimed is None and ours else claimed, span if wrong else None)


def total_of(claims: Sequence[Claim]) -> Decimal | None:
    """The sum of the scores claimed; None where there are no claims."""
    return sum_of(claim.claimed for claim in claims) if claims else None


def sums(claims: Sequence[Claim]) -> Iterator[tuple[Decimal, Decimal]]:
    """The spans in which the total may lie: as claimed, with one of the reported scores put right, or with all."""
    whole = total_of(claims) or ZERO
    reported = [claim for claim in claims if claim.reported]
    for mended in ([], *([claim] for claim in reported), reported):
        rest = whole - sum_of(claim.claimed for claim in mended)
        yield rest + sum_of(claim.low for claim in mended), rest + sum_of(claim.high for claim in mended)
