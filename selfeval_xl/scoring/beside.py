"""加分项 and 扣减项 of official forms, which stand outside of the points and which only the unit scores."""

from __future__ import annotations

from decimal import Decimal

from selfeval_xl.lazy import lazy
from selfeval_xl.model import Entry, Indicator
from selfeval_xl.quantity.text import squeeze
from selfeval_xl.scoring.rounding import ZERO

_BESIDE = lazy("(?:(?:奖励|附加)?(?:加|扣|减|扣减|加减)分|扣减|附加)(?:分?项目?|指标|因素|事项|情况)?(?:[(:].*)?")
_LESS = ("扣", "减")


def beside_the_points(indicator: Indicator) -> bool:
    """True for 加分项 and 扣减项 of an official form, which stand outside of its points: only the unit scores them.

    One with points and a target is an indicator like all others.
    """
    weight = indicator.weight.value
    if not indicator.by_words or (weight is not None and weight > 0 and indicator.target_read.kind != "empty"):
        return False
    return any(map(_is_beside, (indicator.level1, indicator.level2, indicator.name)))


def points_beside(indicator: Indicator) -> tuple[Decimal | None, Decimal, Decimal]:
    """What such a row adds to the total, and between what that lies: of 扣减项 | 1 nobody knows whether it is -1."""
    claimed = indicator.claimed_score.value or ZERO
    named = (squeeze(entry.text) for entry in (indicator.level1, indicator.level2, indicator.name) if _is_beside(entry))
    if claimed <= 0 or not any(name.startswith(_LESS) for name in named):
        return claimed, claimed, claimed
    return None, -claimed, claimed


def _is_beside(entry: Entry) -> bool:
    return _BESIDE.fullmatch(squeeze(entry.text)) is not None
