"""Weights for indicators that have none yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from selfeval_xl.model import Indicator
from selfeval_xl.rules import RuleSet
from selfeval_xl.scoring.entered import unused


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
