"""Measuring: compares a figure with its target: reached or not, how far, and which share of the weight that gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from selfeval_xl.lazy import lazy
from selfeval_xl.model import IndicatorScore, Status
from selfeval_xl.quantity import Bound, Quantity, comparable, extremes
from selfeval_xl.quantity.single import each
from selfeval_xl.quantity.units import EVENTS, in_a_year
from selfeval_xl.quantity.words import cleared
from selfeval_xl.rules import RuleSet
from selfeval_xl.scoring.deadlines import in_time
from selfeval_xl.scoring.matching import answer_to, asks_all, asks_each, with_its_like
from selfeval_xl.scoring.rounding import ONE, ZERO
from selfeval_xl.scoring.ways import Case, Trend, better, keeps_to, trend_of
from selfeval_xl.words.directions import Direction, counts_harm

_NEARLY = Decimal("0.9")  # from here on 495人 may well be what 500人左右 meant; a house rule
_BECAME = lazy("[增减升降提缩长高加少低短][^,;。、]{0,3}[至到]$")


# The bound of an actual that leaves open whether it keeps to its target: 近 where more is better, 超 where less is.
_OPEN: Mapping[Direction, Bound] = {"lower": "above", "higher": "below", "either": "about"}
_INSIDE = IndicatorScore("met", completion=ONE, share=ONE)
_OUTSIDE = IndicatorScore("undecided")
_SHORT = _OUTSIDE._replace(short=True)


def measured(target: Quantity, actual: Quantity, case: Case, rules: RuleSet) -> IndicatorScore | None:
    """How far the target (or each part of it) was reached, without points; None where the two can't be compared.

    The share is None where no rule gives one: for a late date, a figure out of range, a missed target below zero.
    """
    if target.kind == "compound":
        return _compound(target, actual, case, rules)
    if (listed := asks_each(target, actual, case)) or asks_all(target, actual, case):
        shared = tuple(target._replace(label=part.label) for part in actual.parts)
        measure = _compound(Quantity(target.text, "compound", parts=shared), actual, case, rules)
        return measure if listed or (measure and not measure.failed) else None
    if _within(target, actual):
        return _INSIDE  # 2℃~8℃, kept all the year
    match = answer_to(target, actual.singles, case.name)
    if match is None:
        return None
    of_each = _of_each(target, case)
    measure = _single(of_each if of_each and match.unit != target.unit else target, match, case, rules)
    together = with_its_like(target, match, actual.singles, case.name) if measure and measure.failed else None
    if together and (in_all := _single(target, together, case, rules)) and not in_all.failed:
        return _OUTSIDE
    counted = of_each or (target if case.by_words and match.unit is None else None)
    often = in_a_year(counted.unit or "") if counted else None
    if counted and often and often[1] > 1 and measure and measure.status == "exceeded":
        yearly = match if match.unit else match._replace(unit=often[0])  # 48次 may be all the year's, as may a bare 48
        return _single(counted, yearly, case, rules) or _OUTSIDE
    return measure


def _of_each(target: Quantity, case: Case) -> Quantity | None:
    """The target per period where the name says so: 每月巡查次数 ≥4次 as 4次/月; None for others."""
    period = each(case.name) if case.by_words and target.unit in EVENTS else None
    yearly = in_a_year(f"{target.unit}/{period}") if period else None
    if yearly is None or target.value is None or not target.value < yearly[1]:
        return None
    return target._replace(unit=f"{target.unit}/{period}")


def _within(target: Quantity, actual: Quantity) -> bool:
    """True for two ranges, of which no figure of the one lies outside of the other."""
    ends = (target.value, actual.value, actual.upper, target.upper)
    known = [end for end in ends if end is not None]
    return target.unit == actual.unit and len(known) == len(ends) and known == sorted(known)


def _single(target: Quantity, actual: Quantity, case: Case, rules: RuleSet) -> IndicatorScore | None:
    if target.kind == "date":
        return _in_time(target, actual)
    if target.value is None:
        return None
    value = comparable(target, actual) if actual.kind == "number" else None
    if value is None:
        return _in_any_case(target, actual, case, rules)
    if target.value >= 0:  # a change below zero names its direction by its sign
        trend = trend_of(target.label) or case.trend
        if trend and _BECAME.search(actual.label) and not _BECAME.search(target.label or case.name):
            return None  # 下降至3% doesn't tell by how much
        value = _in_direction(value, trend, trend_of(actual.label))
    if target.kind == "range" and target.upper is not None:
        return _in_range(target.value, target.upper, value)
    return _against(target, target.value, value, actual, case, rules)


def _in_time(target: Quantity, actual: Quantity) -> IndicatorScore:
    if actual.state == "missed":
        return _SHORT
    kept = in_time(target, actual)
    return _OUTSIDE if kept is None else _INSIDE if kept else _SHORT


def _in_range(low: Decimal, high: Decimal, value: Decimal) -> IndicatorScore:
    if low <= value <= high:
        return _INSIDE
    beyond = low >= 0 or high <= 0  # more than 80-90 may be as good
    return _OUTSIDE if beyond and value > high else _SHORT


def _against(
    target: Quantity, goal: Decimal, value: Decimal, actual: Quantity, case: Case, rules: RuleSet
) -> IndicatorScore | None:
    """The actual's value against the target's figure; undecided where words (约, 近, 余) leave the result open."""
    way = better(target, case)
    if way == "either" and (value != goal or target.op in ("<", ">")):
        return _OUTSIDE
    if way == "higher" and keeps_to(target, case):
        if value < goal:
            return _OUTSIDE  # 30天 with = may be a limit, or a promise to last as long
        way = "lower"
    strictly = target.op in ("<", ">") and actual.bound is not None
    if value == goal and (strictly or actual.bound == _OPEN[way]):
        return _OUTSIDE  # 近300家 are not quite 300, 50余万元 more than 50; 3年以上 may be >3年
    measure = _number(target, goal, value, way == "lower", rules)
    if measure is None:
        return None
    harm = not goal or (case.by_words and counts_harm(case.name))
    if harm and measure.failed and cleared(actual.text):
        return _OUTSIDE
    nearly = measure.status == "missed" and (measure.completion or ZERO) >= _NEARLY
    return _OUTSIDE if nearly and target.bound == "about" and not case.denied else measure


def _in_any_case(target: Quantity, actual: Quantity, case: Case, rules: RuleSet) -> IndicatorScore | None:
    """The result that holds for both the least and the most that the actual may be; None where only one is met.

    Not for workbooks of ours, whose formulas know one figure only.
    """
    if not case.by_words:
        return None
    ends, way = extremes(target, actual), better(target, case)
    if ends is None or target.value is None or way == "either" or case.trend or trend_of(actual.label):
        return None
    if actual.bound == _OPEN[way] or (way == "higher" and keeps_to(target, case)):
        return None
    least, most = (_number(target, target.value, end, way == "lower", rules) for end in ends)
    if least is None or most is None or least == most:
        return least if least == most else None
    if least.failed != most.failed:
        return None
    return _SHORT if least.failed else _INSIDE._replace(completion=None)


def _in_direction(value: Decimal, wanted: Trend | None, happened: Trend | None) -> Decimal:
    """A change in the unwanted direction counts as negative; -6% is a decline of 6% where a decline is wanted."""
    if wanted is None:
        return value
    if happened is None:
        return abs(value) if wanted == "down" else value
    return value if happened == wanted else -abs(value)


def _number(target: Quantity, goal: Decimal, value: Decimal, lower: bool, rules: RuleSet) -> IndicatorScore | None:
    beyond = value < goal if lower else value > goal
    met = beyond or (value == goal and target.op not in ("<", ">"))
    completion = completion_of(goal, value, lower=lower, met=met)
    if met:
        exceeded = not lower and completion is not None and completion > rules.over_completion
        return IndicatorScore("exceeded" if exceeded else "met", completion=completion, share=ONE)
    if completion is None:
        # A missed target at or below zero has no proportion; without a sign it may be meant the other way.
        return None if target.inferred else _SHORT
    return IndicatorScore("missed", completion=completion, share=max(ZERO, completion))


def completion_of(goal: Decimal, value: Decimal, *, lower: bool, met: bool) -> Decimal | None:
    """How much of ``goal`` was reached; None where there is no such proportion."""
    if not lower:
        return value / goal if goal > 0 else None
    if value > 0:
        return goal / value if goal >= 0 else None
    return ONE if met and value == 0 else None


def _compound(target: Quantity, actual: Quantity, case: Case, rules: RuleSet) -> IndicatorScore | None:
    """Each single target against its own figure; their mean or minimum, as the rule set says (house rule)."""
    figures = actual.parts or (actual,)
    matches = [answer_to(part, figures, case.name) for part in target.parts]
    known = [match for match in matches if match is not None]
    if len({id(match) for match in known}) < len(target.parts):
        return None
    measures = [_single(part, match, case, rules) for part, match in zip(target.parts, known, strict=True)]
    single = [measure for measure in measures if measure is not None]
    if len(single) < len(measures):
        return None
    shares = [measure.share for measure in single if measure.share is not None]
    if len(shares) < len(single):
        return _SHORT if any(measure.failed for measure in single) else _OUTSIDE
    share = min(shares) if rules.compound == "minimum" else _mean(shares)
    completions = [measure.completion for measure in single if measure.completion is not None]
    completion = _mean(completions) if len(completions) == len(single) else None
    statuses = {measure.status for measure in single}
    status: Status = next(one for one in ("missed", "exceeded", "met") if one in statuses)
    return IndicatorScore(status, completion=completion, share=share)


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, ZERO) / len(values)
