"""Points: the weights of a form taken together, what they add up to, and how far that is from full marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.checks.figures import ZERO, nothing, number, sum_of
from selfeval_xl.checks.rows import real
from selfeval_xl.model import BudgetLine, BudgetScore, Evaluation, Indicator, ManagementItem
from selfeval_xl.rules import RuleSet
from selfeval_xl.scoring import beside_the_points, unused

EXECUTION = "预算执行率"
SLACK = Decimal("0.05")  # weights such as 30 ÷ 7 are shown rounded


class Points(NamedTuple):
    """The sums of the weights of indicators, execution (None: the form gives it none) and management.

    ``surplus`` is by how much they exceed what they should be; 0 where they are right, negative where they fall short.
    """

    indicators: Decimal
    budget: Decimal | None
    management: Decimal
    surplus: Decimal

    @property
    def whole(self) -> Decimal:
        """All weights together."""
        return self.indicators + (self.budget or ZERO) + self.management


def weighed(indicator: Indicator) -> bool:
    """True for a row that must have a weight: not a blank 其中 row, a 加分项, or a row that is not used."""
    without = unused(indicator) or beside_the_points(indicator)
    return not (indicator.child and nothing(indicator.weight)) and not without


def scores_execution(
    weights: Iterable[Decimal | None], rules: RuleSet, *, claimed: Decimal | None, columns: frozenset[str]
) -> bool:
    """Whether a form that prints no points for the execution scores it nevertheless.

    It does where it claims a score for it, where no indicator has a weight, and where the ``weights`` leave just the
    points that the rules give the execution.  If the funds block has a column of points or scores, or a weight is
    missing, it is enough that the weights are not full marks already.
    """
    asked = not columns.isdisjoint(("weight", "claimed_score"))
    given = list(weights)
    if claimed is not None or not any(given):
        return True
    room = rules.full_marks - sum_of(filter(None, given))
    return abs(room) > SLACK and (asked or None in given or abs(room - rules.execution_weight) <= SLACK)


def points_of(
    evaluation: Evaluation, rules: RuleSet, line: BudgetLine, budget: BudgetScore, items: Sequence[ManagementItem]
) -> Points | None:
    """The weights of all that is scored, whether the unit's or proposed by the tool.

    None where one is unknown, and for a list of several projects.
    """
    rows = [one for one in evaluation.indicators if real(one)]
    weights = [number(row.weight) for row in rows if weighed(row)]
    beside = sum_of(number(row.weight) or ZERO for row in rows if beside_the_points(row))
    others = [number(item.weight) for item in items]
    listing = evaluation.form == "unknown" and evaluation.lists
    if listing or not weights or None in weights or None in others:
        return None
    indicators, management = sum_of(filter(None, weights)), sum_of(filter(None, others))
    execution = number(line.weight)
    whole = indicators + (execution or ZERO) + management
    # A form that gives the execution no weight may leave room for it; management items may include its points.
    wholes = {whole} if execution is None or not management else {whole, whole - execution}
    rest = rules.full_marks - rules.execution_weight
    full = {rules.full_marks} if execution is not None else {rest}
    if execution is None and number(line.claimed_score) is None:
        full.add(rules.full_marks)
    wholes |= {one + beside for one in wholes}  # 加分项（5分）may be one of the hundred points all the same
    due = rules.full_marks - (budget.weight or ZERO if execution is None else ZERO)
    right = any(abs(one - marks) <= SLACK for one in wholes for marks in full)
    return Points(indicators, execution, management, ZERO if right else whole - due)
