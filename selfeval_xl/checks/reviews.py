"""Checks of a second judge's scores (复核得分 beside the unit's own): none above its weight, the total their sum."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import takewhile
from typing import NamedTuple

from selfeval_xl.checks.claims import claim, sums, total_of
from selfeval_xl.checks.figures import ZERO, decimals, half, in_quotes, number, sum_of
from selfeval_xl.checks.points import EXECUTION
from selfeval_xl.checks.registry import Hit, check, hit
from selfeval_xl.checks.score import left_out
from selfeval_xl.checks.view import View
from selfeval_xl.model import EMPTY, Entry, Review


class _Given(NamedTuple):
    """A score that the judge gave: for what, its cell, and the weight that it must not exceed."""

    name: str
    entry: Entry
    weight: Decimal | None

    @property
    def points(self) -> Decimal | None:
        """The score; None where none was given."""
        return number(self.entry)

    @property
    def wrong(self) -> bool:
        """True above the weight or below 0."""
        return self.points is not None and self.weight is not None and not 0 <= self.points <= self.weight


@check("score.exceeds_weight", "score.total", ours=False)
def reviewed(view: View) -> Iterator[Hit]:
    """Scores above their weight, and a total that is not their sum: warnings, as the unit does not claim these."""
    for review in view.evaluation.reviews:
        given = _given(view, review)
        wrong = [one for one in given if one.wrong]
        if len(wrong) * 2 >= sum(one.points is not None for one in given):
            continue  # most are out of bounds: no scores by the weights at all
        for one in wrong:
            facts = {"name": f"{one.name}的{in_quotes(review.name)}", "due": "", "unsaid": "", "reason": ""}
            yield hit(
                "score.exceeds_weight",
                [one.entry],
                provided=one.points,
                expected=one.weight,
                severity="warning",
                **facts,
            )
        yield from _wrong_total(view, review, given)


def _given(view: View, review: Review) -> list[_Given]:
    """The judge's score, given or not, for each row that has points and for the execution.

    A score may be that of a whole level, beside its first row: the blank rows below it then count with their weights.
    """
    by_row = {(one.place.sheet, one.place.row): one for one in review.scores if one.place is not None}
    rows = ((row, row.indicator.place) for row in (*view.weighed, *view.beside))
    given = [
        _Given(row.name, by_row.get((place.sheet, place.row), EMPTY), None if row.beside else row.weight)
        for row, place in rows
        if place is not None
    ]
    for at, one in enumerate(given):
        if one.points is not None and one.weight is not None:
            rest = takewhile(lambda each: each.points is None, given[at + 1 :])
            given[at] = one._replace(weight=one.weight + sum_of(each.weight or ZERO for each in rest))
    return [*given, _Given(EXECUTION, review.execution, view.budget.weight)] if view.budget.weight else given


def _wrong_total(view: View, review: Review, given: list[_Given]) -> Iterator[Hit]:
    """A total that is not the sum of the scores; not judged where one is blank, as the judge may have agreed there."""
    total = number(review.total)
    claims = [claim(one.points, (ZERO, one.weight) if one.wrong else None) for one in given]
    known = tuple(one for one in claims if one is not None)
    added = total_of(known)
    if total is None or added is None or len(known) < len(claims):
        return
    tolerance = max(view.rules.tolerance, half(max(1, decimals(review.total))))
    right = {total, total + (number(review.execution) or ZERO if left_out(view) else ZERO)}
    if not any(low - tolerance <= one <= high + tolerance for low, high in sums(known) for one in right):
        facts = {"name": f"{in_quotes(review.name)}的总分", "rows": "这一列的各项得分"}
        yield hit("score.total", [review.total], provided=total, expected=added, severity="warning", **facts)
