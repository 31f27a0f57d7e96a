"""The score of the execution, what all scores add up to, and weights for indicators that have none yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from selfeval_xl.model import BudgetLine, BudgetScore, Evaluation, Indicator, IndicatorScore, ManagementItem, TotalScore
from selfeval_xl.rules import RuleSet
from selfeval_xl.scoring.entered import beside_the_points, unused
from selfeval_xl.scoring.rounding import ZERO, points, round_half_up


def score_budget(line: BudgetLine, weight: Decimal | None, parts: Iterable[BudgetLine] = ()) -> BudgetScore:
    """Executed ÷ adjusted budget, and that rate × weight, at most the weight.  Unknown without a positive budget.

    Where the ``parts`` share out the weight, and the unit has added up their scores, they are added up here too.
    """
    adjusted, executed = line.adjusted.value, line.executed.value
    rate = executed / adjusted if executed is not None and adjusted is not None and adjusted > 0 else None
    if weight == 0:
        return BudgetScore(rate, weight, points(ZERO, ZERO))
    if rate is None or weight is None:
        return BudgetScore(rate, weight)
    return BudgetScore(rate, weight, _added_up(line, weight, parts) or points(rate, weight))


def _added_up(line: BudgetLine, weight: Decimal, parts: Iterable[BudgetLine]) -> Decimal | None:
    scored = [part for part in parts if part.weight.value is not None]
    if len(scored) < 2 or sum_if_known(part.weight.value for part in scored) != weight:
        return None
    claimed = sum_if_known(part.claimed_score.value for part in scored)
    if claimed is None or claimed != line.claimed_score.value:
        return None
    return sum_if_known(score_budget(part, part.weight.value).score for part in scored)


def total(
    budget: BudgetScore,
    indicators: Sequence[Indicator],
    scores: Sequence[IndicatorScore],
    rules: RuleSet,
    management: Sequence[ManagementItem] = (),
) -> TotalScore:
    """The sum of execution, indicators (``scores`` runs parallel) and the management items that are scored.

    Rows that do not apply and 其中 rows without a weight of their own are left out.  ``attainable`` counts what is
    undecided at its full weight.  Both sums are None where a weight is unknown or nothing is there to be scored; so it
    is with management items of an official form without indicators, unless they complete the full marks.
    """
    counted = [
        (ZERO, score.score, False)
        if beside_the_points(indicator)
        else (indicator.weight.value, score.score, score.status == "undecided")
        for indicator, score in zip(indicators, scores, strict=True)
        if not score.excluded and not (indicator.child and indicator.weight.value is None)
    ]
    items = [(item.weight.value, managed(item), False) for item in management]
    parts = [(budget.weight, budget.score, False), *counted, *items]
    whole = sum_if_known(weight for weight, _, _ in parts) == rules.full_marks
    if (rules.management and not items) or not (counted or (items and whole and not rules.management)):
        return TotalScore()
    score = sum_if_known(score for _, score, _ in parts)
    score = None if score is None else round_half_up(score)
    attainable = sum_if_known(weight if undecided or score is None else score for weight, score, undecided in parts)
    return TotalScore(score, None if score is None else grade_of(score, rules), attainable)


def items_of(evaluation: Evaluation, rules: RuleSet) -> tuple[ManagementItem, ...]:
    """The management items that are scored: by the rule set, else those to which somebody's own form gives points."""
    if rules.management:
        return evaluation.management
    own = evaluation.management if evaluation.template is None else ()
    return tuple(item for item in own if item.weight.value is not None)


def managed(item: ManagementItem) -> Decimal | None:
    """The score that the unit enters for an item of 管理效率, where it lies between 0 and the item's weight."""
    score, weight = item.claimed_score.value, item.weight.value
    return score if score is not None and weight is not None and 0 <= score <= weight else None


def propose_weights(indicators: Sequence[Indicator], rules: RuleSet) -> tuple[Decimal | None, ...]:
    """An equal split of each level's points over its rows (其中 rows aside), in hundredths, parallel to ``indicators``.

    Adds up to the level exactly: the hundredths left over go to the level's first rows (largest remainder; house rule).
    None for a row whose level has no points in the rule set.
    """
    rows: dict[str, list[int]] = defaultdict(list)
    for number, indicator in enumerate(indicators):
        level = rules.level(indicator.level1.text)
        if level is not None and not indicator.child and not unused(indicator):
            rows[level].append(number)
    weights: list[Decimal | None] = [None] * len(indicators)
    for level, numbers in rows.items():
        share, left_over = divmod(int(rules.level_weights[level] * 100), len(numbers))
        for position, number in enumerate(numbers):
            weights[number] = Decimal(share + (position < left_over)) / 100
    return tuple(weights)


def grade_of(score: Decimal, rules: RuleSet) -> str | None:
    """The grade whose band holds ``score``; None below 0."""
    return next((grade.name for grade in rules.grades if score >= grade.at_least), None)


def sum_if_known(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None where any value is None."""
    total = ZERO
    for value in values:
        if value is None:
            return None
        total += value
    return total
