"""The score of the budget execution."""

from __future__ import annotations

from decimal import Decimal

from selfeval_xl.model import BudgetLine, BudgetScore
from selfeval_xl.scoring.rounding import ZERO, points


def score_budget(line: BudgetLine, weight: Decimal | None) -> BudgetScore:
    """Executed ÷ adjusted budget, and that rate × weight, at most the weight.  Unknown without a positive budget."""
    adjusted, executed = line.adjusted.value, line.executed.value
    rate = executed / adjusted if executed is not None and adjusted is not None and adjusted > 0 else None
    if weight == 0:
        return BudgetScore(rate, weight, points(ZERO, ZERO))
    return BudgetScore(rate, weight, None if rate is None or weight is None else points(rate, weight))
