"""The score of each row of the indicator table, and of rows that share one weight."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from selfeval_xl.model import Indicator, IndicatorScore
from selfeval_xl.rules import RuleSet
from selfeval_xl.scoring.answering import answered, same_figures
from selfeval_xl.scoring.entered import (
    beside_the_points,
    claimed_points,
    fully_claimed,
    is_qualitative,
    not_applicable,
    points_beside,
    state_of,
    stated,
)
from selfeval_xl.scoring.measuring import measured
from selfeval_xl.scoring.rounding import ONE, points, within
from selfeval_xl.scoring.standards import Reading, read_standard
from selfeval_xl.scoring.ways import case_of

_UNDECIDED = IndicatorScore("undecided")


def score_indicator(indicator: Indicator, rules: RuleSet) -> IndicatorScore:
    """Status, completion and score of one row; what no rule gives stays undecided, without a score."""
    if indicator.in_error:
        return _UNDECIDED
    if not_applicable(indicator):
        return IndicatorScore("undecided", excluded=True)
    if beside_the_points(indicator):
        return IndicatorScore("undecided", points_beside(indicator)[0])
    target, actual = indicator.target_read, indicator.actual_read
    if indicator.by_words and same_figures(target, actual):
        weight = indicator.weight.value
        return IndicatorScore("met", None if weight is None else points(ONE, weight), ONE, ONE)
    if actual.kind == "empty" or target.kind in ("empty", "reference", "unreadable"):
        return _UNDECIDED
    if is_qualitative(indicator):
        return _qualitative(indicator, rules)
    measure = measured(target, actual, case_of(indicator), rules)
    if measure is None:
        return _UNDECIDED
    weight = indicator.weight.value
    if measure.share is None:
        own = stated(indicator.reason) and not (measure.short and fully_claimed(indicator))
        return IndicatorScore("undecided", claimed_points(indicator) if own else None, short=measure.short)
    if _has_own_standard(indicator, measure.share):
        return _by_standard(indicator, measure, rules)
    score = None if weight is None else points(measure.share, weight)
    return IndicatorScore(measure.status, score, measure.completion, measure.share)


def score_indicators(indicators: Sequence[Indicator], rules: RuleSet) -> tuple[IndicatorScore, ...]:
    """The scores of all rows; the first of those that share a weight (in a merged cell) gets the score of them all."""
    scores = [score_indicator(indicator, rules) for indicator in indicators]
    groups: dict[int, list[IndicatorScore]] = {}
    first = 0
    for row, indicator in enumerate(indicators):
        if not indicator.shares:
            first = row
        elif indicator.target_read.kind != "empty" and not scores[row].excluded:
            groups.setdefault(first, []).append(scores[row])
    for first, others in groups.items():
        scores[first] = _shared(indicators[first], scores[first], others)
    return tuple(scores)


def _shared(indicator: Indicator, own: IndicatorScore, others: Sequence[IndicatorScore]) -> IndicatorScore:
    """Full marks where all rows were reached; else the unit's own score, as no rule divides the weight among them."""
    failed = any(score.failed for score in (own, *others))
    if own.excluded or not (failed or "undecided" in {score.status for score in others}):
        return own
    claimed = None if failed and fully_claimed(indicator) else claimed_points(indicator)
    return IndicatorScore("undecided", claimed, short=own.failed)


def _by_standard(indicator: Indicator, measure: IndicatorScore, rules: RuleSet) -> IndicatorScore:
    """The points by the form's own standard; where it leaves them open, the unit's own score, if there is a reason."""
    weight, whole = indicator.weight.value, fully_claimed(indicator)
    missed = measure.share is not None and measure.share < ONE
    reading = read_standard(indicator, measure.completion) if missed else Reading()
    due = reading.points
    if len(due) == 1:
        (left,) = due
        return IndicatorScore("missed", left, measure.completion, left / weight if weight else None)
    if whole and weight is not None and due and max(due) < weight:
        return IndicatorScore("undecided", None, measure.completion, short=True)
    claimed = claimed_points(indicator) if stated(indicator.reason) else None
    if claimed is not None and reading.denies(claimed, rules.tolerance):
        claimed = None
    status = "undecided" if whole else measure.status  # 95%以上得满分 where 100% is the target
    return IndicatorScore(status, claimed, measure.completion)


def _has_own_standard(indicator: Indicator, share: Decimal) -> bool:
    """True where the form itself says what is taken off for how much, so that no proportion gives the points."""
    marked_down = indicator.claimed_score.value is not None and not fully_claimed(indicator)
    return not indicator.standard.blank and (share < ONE or marked_down)


def _qualitative(indicator: Indicator, rules: RuleSet) -> IndicatorScore:
    """The state gives the status; the score is the unit's own, where it lies in the band of that state."""
    state = state_of(indicator)
    weight = indicator.weight.value
    claimed = within(indicator.claimed_score.value, weight)
    if state is None:
        return _in_words(indicator, rules)
    in_band = claimed is not None and weight is not None and rules.band(state).holds(claimed, weight)
    in_band = in_band or not indicator.standard.blank
    return IndicatorScore("met" if state == "reached" else "missed", claimed_points(indicator) if in_band else None)


def _in_words(indicator: Indicator, rules: RuleSet) -> IndicatorScore:
    """Without a state: reached where the words surely say so and the unit's own score agrees, or surely not reached.

    Words do not tell how far a target was missed: the score of a missed one need not lie in a band, but below full.
    """
    claimed, weight = claimed_points(indicator), indicator.weight.value
    target, actual = indicator.target_read, indicator.actual_read
    reached = answered(target, actual, indicator.name.text) if indicator.by_words else None
    if reached is False:
        return IndicatorScore("undecided", None if fully_claimed(indicator) else claimed, short=True)
    agrees = weight is None or claimed is None or rules.band("reached").holds(claimed, weight)
    return IndicatorScore("met" if reached and agrees else "undecided", claimed)
