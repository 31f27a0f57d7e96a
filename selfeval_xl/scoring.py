"""What the rules give for the entered figures: the execution score, each indicator's, the total, and proposed weights.

Pure Decimal arithmetic that never reads a formula's result: the second of two computations that must agree.  Every
score is rounded once, at the end (house rule: 175.48 ÷ 202.06 × 10 = 8.68, not 8.69 by way of 86.85%).
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Literal, NamedTuple

from selfeval_xl.directions import Direction, is_cost, wanted
from selfeval_xl.lazy import lazy
from selfeval_xl.model import (
    OPEN_SIGN,
    BudgetLine,
    BudgetScore,
    Entry,
    Evaluation,
    Indicator,
    IndicatorScore,
    ManagementItem,
    Status,
    TotalScore,
)
from selfeval_xl.quantity import Quantity, comparable, read
from selfeval_xl.quantity.text import clean, squeeze
from selfeval_xl.quantity.words import is_change
from selfeval_xl.rules import RuleSet, State

ZERO = Decimal(0)
ONE = Decimal(1)
NOT_CONCERNED = frozenset({"不涉及", "未涉及", "不适用", "无此项", "N/A", "n/a", "NA"})
NO_REASON = frozenset({"", "无", "暂无", "/", "-", "--", "—", "——", "...", "......"})

# A spreadsheet shows 15 digits and rounds what it shows; wide enough for any number that can be typed into a cell.
SHEET = Context(prec=15, rounding=ROUND_HALF_EVEN)
WIDE = Context(prec=70_000)
Trend = Literal["up", "down"]
_TRENDS: Mapping[Trend, tuple[str, ...]] = {
    "up": ("增长", "增加", "提高", "提升", "上升", "增幅", "增速"),
    "down": ("下降", "减少", "降低", "降幅", "减幅", "缩短"),
}
_BECAME = lazy("[增减升降提缩长高加少低短][^,;。、]{0,3}[至到]$")
_CHANGING = frozenset("增减升降提缩涨扩")  # a name with one of these may be that of a change
_UNDECIDED = IndicatorScore("undecided")
_BESIDE = lazy("(?:(?:奖励|附加)?(?:加|扣|减|扣减|加减)分|扣减|附加)(?:分?项目?|指标|因素|事项|情况)?(?:[(:].*)?")
_LESS = ("扣", "减")


def round_half_up(value: Decimal, digits: int = 2) -> Decimal:
    """``value`` as a spreadsheet's ROUND gives it: to 15 significant digits first, then half away from zero.

    Agreed with LibreOffice in 3,000 of 3,000 cases as ``Decimal(format(x, ".15g"))`` (measured).
    """
    return SHEET.plus(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, WIDE)


def stated(entry: Entry) -> bool:
    """True where a reason stands there: something other than blanks and the fillers 无, /, — and ……"""
    return unicodedata.normalize("NFKC", entry.text).strip() not in NO_REASON


def score_budget(line: BudgetLine, weight: Decimal | None, rules: RuleSet) -> BudgetScore:
    """Executed ÷ adjusted budget, and that rate × weight, at most the weight.  Unknown without a positive budget."""
    adjusted, executed = line.adjusted.value, line.executed.value
    rate = executed / adjusted if executed is not None and adjusted is not None and adjusted > 0 else None
    if weight == 0:
        return BudgetScore(rate, weight, points(ZERO, ZERO))
    return BudgetScore(rate, weight, None if rate is None or weight is None else points(rate, weight))


def score_indicator(indicator: Indicator, rules: RuleSet) -> IndicatorScore:
    """Status, completion and score of one row; what no rule gives stays undecided, without a score."""
    if not_applicable(indicator):
        return IndicatorScore("undecided", excluded=True)
    if beside_the_points(indicator):
        return IndicatorScore("undecided", points_beside(indicator)[0])
    target, actual = indicator.target_read, indicator.actual_read
    if actual.kind == "empty" or target.kind in ("empty", "reference", "unreadable"):
        return _UNDECIDED
    if is_qualitative(indicator):
        return _qualitative(indicator, rules)
    measure = _measure(target, actual, _case(indicator), rules)
    if measure is None:
        return _UNDECIDED
    weight = indicator.weight.value
    if measure.share is None:
        own = stated(indicator.reason) and not (measure.short and fully_claimed(indicator))
        return IndicatorScore("undecided", _claimed(indicator) if own else None, short=measure.short)
    if _by_own_standard(indicator, measure.share):
        claimed = _claimed(indicator) if stated(indicator.reason) else None
        status = "undecided" if fully_claimed(indicator) else measure.status  # 95%以上得满分 where 100% is the target
        return IndicatorScore(status, claimed, measure.completion)
    score = None if weight is None else points(measure.share, weight)
    return IndicatorScore(measure.status, score, measure.completion, measure.share)


def _by_own_standard(indicator: Indicator, share: Decimal) -> bool:
    """True where the form itself says what is taken off for how much, so that no proportion gives the points."""
    marked_down = indicator.claimed_score.value is not None and not fully_claimed(indicator)
    return not indicator.standard.blank and (share < ONE or marked_down)


def score_indicators(indicators: Sequence[Indicator], rules: RuleSet) -> tuple[IndicatorScore, ...]:
    """The scores of all rows; the first of those with one weight in a merged cell has the score of them all."""
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
    missed = [score.short or score.status == "missed" for score in (own, *others)]
    if own.excluded or not (any(missed) or "undecided" in {score.status for score in others}):
        return own
    claimed = None if any(missed) and fully_claimed(indicator) else _claimed(indicator)
    return IndicatorScore("undecided", claimed, short=missed[0])


def total(
    budget: BudgetScore,
    indicators: Sequence[Indicator],
    scores: Sequence[IndicatorScore],
    rules: RuleSet,
    management: Sequence[ManagementItem] = (),
) -> TotalScore:
    """The sum of execution, indicators (``scores`` runs parallel) and the management items that are scored.

    Rows that do not apply and 其中 rows without a weight of their own are left out.  Both sums are None where a weight
    is unknown or nothing is there to be scored; ``attainable`` counts what is undecided at its full weight.
    """
    counted = [
        (ZERO, score.score, False)
        if beside_the_points(indicator)
        else (indicator.weight.value, score.score, score.status == "undecided")
        for indicator, score in zip(indicators, scores, strict=True)
        if not score.excluded and not (indicator.child and indicator.weight.value is None)
    ]
    items = [(item.weight.value, managed(item), False) for item in management]
    if not counted or (rules.management and not items):
        return TotalScore()
    parts = [(budget.weight, budget.score, False), *counted, *items]
    score = _sum(score for _, score, _ in parts)
    score = None if score is None else round_half_up(score)
    attainable = _sum(weight if undecided or score is None else score for weight, score, undecided in parts)
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


def grade_of(score: Decimal, rules: RuleSet) -> str | None:
    """The grade whose band holds ``score``; None below 0."""
    return next((grade.name for grade in rules.grades if score >= grade.at_least), None)


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


def direction(indicator: Indicator) -> Direction:
    """Whether more or less is better; a compound target is ``lower`` only where each of its parts is.

    ``either`` where no sign is written and the name leaves it open: met by the very figure, else undecided.
    """
    ways = {way_of(part, indicator) for part in singles(indicator.target_read)}
    return "either" if "either" in ways else "lower" if ways == {"lower"} else "higher"


def sign_is_open(indicator: Indicator) -> bool:
    """True where a sign is missing and nothing tells which it is."""
    return any(part.inferred for part in singles(indicator.target_read)) and direction(indicator) == "either"


def way_of(target: Quantity, indicator: Indicator) -> Direction:
    """The same for one figure of the indicator's target."""
    return _way(target, _case(indicator))


def is_qualitative(indicator: Indicator) -> bool:
    """True where the target is words (or the sign says 定性), so that a state and a band decide, not a figure."""
    return indicator.op.text.strip() == "定性" or indicator.target_read.kind in ("qualitative", "status")


def state_of(indicator: Indicator) -> State | None:
    """达成, 部分达成 or 未达成, from the state column or else from the words of the actual."""
    return read(indicator.state.text, role="actual").state or indicator.actual_read.state


def fully_claimed(indicator: Indicator) -> bool:
    """True where the score entered is all of the weight, which a target that was missed can't earn.

    Text: full marks are for a target that was reached; how much is lost where there is no proportion (a late date),
    no rule says.
    """
    weight, claimed = indicator.weight.value, _claimed(indicator)
    return weight is not None and weight > 0 and claimed == points(ONE, weight)


def not_applicable(indicator: Indicator) -> bool:
    """True for an unused row, and where the actual says 无 or / and a reason is given: left out (house rule)."""
    answered = indicator.actual_read.kind == "empty" and not indicator.actual.blank
    return unused(indicator) or (answered and stated(indicator.reason))


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


def unused(indicator: Indicator) -> bool:
    """True for a row of the form that has no points and says of itself that it does not apply (不涉及)."""
    cells = indicator.target, indicator.actual
    return (
        any(squeeze(entry.text) in NOT_CONCERNED for entry in cells)
        and indicator.target_read.kind == indicator.actual_read.kind == "empty"
        and all(_without_points(entry) for entry in (indicator.weight, indicator.claimed_score))
    )


class _Measure(NamedTuple):
    """A figure against its target: ``share`` of the weight, None where no rule gives one (late, out of range).

    ``short`` tells those apart that were surely not reached: late, below the range or outside ±5%, or of a target
    below zero.
    """

    status: Status
    share: Decimal | None
    completion: Decimal | None
    short: bool = False


_INSIDE = _Measure("met", ONE, ONE)
_OUTSIDE = _Measure("undecided", None, None)
_SHORT = _OUTSIDE._replace(short=True)


class _Case(NamedTuple):
    """What the indicator around a figure says: its name, its levels, and a change in which direction (投诉下降率).

    ``by_words``: the name, or the words beside the figure, may tell which way is better; ``open``: nothing does yet.
    """

    name: str
    levels: str
    trend: Trend | None
    by_words: bool
    open: bool


def _case(indicator: Indicator) -> _Case:
    name = indicator.name.text
    levels = indicator.level1.text + indicator.level2.text
    return _Case(name, levels, _trend(name), indicator.by_words, indicator.op.text.strip() == OPEN_SIGN)


def _measure(target: Quantity, actual: Quantity, case: _Case, rules: RuleSet) -> _Measure | None:
    """None where the two can't be compared with certainty."""
    if target.kind == "compound":
        return _compound(target, actual, case, rules)
    if _asks_each(target, actual, case):
        each = tuple(target._replace(label=part.label) for part in actual.parts)
        return _compound(Quantity(target.text, "compound", parts=each), actual, case, rules)
    match = _match(target, singles(actual), case.name)
    return None if match is None else _single(target, match, case, rules)


def _single(target: Quantity, actual: Quantity, case: _Case, rules: RuleSet) -> _Measure | None:
    if target.kind == "date":
        if actual.state == "missed":
            return _SHORT
        if target.date is None or actual.date is None:
            return _OUTSIDE
        if actual.date <= target.date:
            return _INSIDE
        # 2024年3月 for 2024年3月15日 may have been in time or not.
        return _SHORT if actual.since is None or actual.since > target.date else _OUTSIDE
    value = comparable(target, actual)
    if value is None or target.value is None:
        return None
    if target.value >= 0:  # a change below zero names its direction by its sign
        trend = _trend(target.label) or case.trend
        if trend and _BECAME.search(actual.label) and not _BECAME.search(target.label or case.name):
            return None  # 下降至3% doesn't tell by how much
        value = _in_direction(value, trend, _trend(actual.label))
    if target.kind == "range":
        if target.upper is not None and target.value <= value <= target.upper:
            return _INSIDE
        beyond = target.upper is None or target.value >= 0 or target.upper <= 0  # more than 80-90 may be as good
        return _OUTSIDE if beyond and value >= target.value else _SHORT
    way = _way(target, case)
    if way == "either" and (value != target.value or target.op in ("<", ">")):
        return _OUTSIDE
    return _number(target, target.value, value, way == "lower", rules)


def _trend(words: str) -> Trend | None:
    """The direction of change that words name last: 较上年下降 is down; None where they name none."""
    at = {words.rfind(word): trend for trend, named in _TRENDS.items() for word in named if word in words}
    return at[max(at)] if at else None


def _in_direction(value: Decimal, wanted: Trend | None, happened: Trend | None) -> Decimal:
    """A change the other way counts below zero; one of -6% is a decline of 6% where a decline is wanted."""
    if wanted is None:
        return value
    if happened is None:
        return abs(value) if wanted == "down" else value
    return value if happened == wanted else -abs(value)


def _number(target: Quantity, goal: Decimal, value: Decimal, lower: bool, rules: RuleSet) -> _Measure | None:
    beyond = value < goal if lower else value > goal
    met = beyond or (value == goal and target.op not in ("<", ">"))
    completion: Decimal | None
    if not lower:
        completion = value / goal if goal > 0 else None
    elif value > 0:
        completion = goal / value if goal >= 0 else None
    else:
        completion = ONE if met and value == 0 else None
    if met:
        exceeded = not lower and completion is not None and completion > rules.over_completion
        return _Measure("exceeded" if exceeded else "met", ONE, completion)
    if completion is None:
        # A missed target at or below zero has no proportion; without a sign it may be meant the other way.
        return None if target.inferred else _SHORT
    return _Measure("missed", max(ZERO, completion), completion)


def _compound(target: Quantity, actual: Quantity, case: _Case, rules: RuleSet) -> _Measure | None:
    """Each single target against its own figure; their mean or minimum, as the rule set says (house rule)."""
    figures = actual.parts or (actual,)
    matches = [_match(part, figures, case.name) for part in target.parts]
    known = [match for match in matches if match is not None]
    if not known or len({id(match) for match in known}) < len(target.parts):
        return None
    measures = [_single(part, match, case, rules) for part, match in zip(target.parts, known, strict=True)]
    if any(measure is None for measure in measures):
        return None
    single = [measure for measure in measures if measure is not None]
    shares = [measure.share for measure in single if measure.share is not None]
    if len(shares) < len(single):
        return _SHORT if any(measure.short or measure.status == "missed" for measure in single) else _OUTSIDE
    share = min(shares) if rules.compound == "minimum" else _mean(shares)
    completions = [measure.completion for measure in single if measure.completion is not None]
    completion = _mean(completions) if len(completions) == len(single) else None
    statuses = {measure.status for measure in single}
    status: Status = next(one for one in ("missed", "exceeded", "met") if one in statuses)
    return _Measure(status, share, completion)


def _asks_each(target: Quantity, actual: Quantity, case: _Case) -> bool:
    """True for one share that each of several is to reach, which the name lists: 学生、家长满意度 ≥90%."""
    return (
        target.kind == "number"
        and actual.kind == "compound"
        and target.unit == "%"
        and not target.label
        and all(part.label and part.label in clean(case.name) for part in actual.parts)
    )


def _match(target: Quantity, figures: Iterable[Quantity], name: str) -> Quantity | None:
    """The one figure that can answer the target: by its unit, and by the words around it where several fit.

    How much it has changed (326件，比上年增加21件) answers only a target of a change.
    """
    fitting = [figure for figure in figures if _fits(target, figure)]
    others = [figure for figure in fitting if not is_change(figure.label, figure.text)]
    if others and _CHANGING.isdisjoint(name + target.label):
        fitting = others
    if len(fitting) > 1:
        if len(others) < len(fitting) and not target.label and _trend(name):
            return None
        own = [figure for figure in fitting if figure.label == target.label]
        if not (own or target.label):  # 知晓率88%，满意度96% answers 群众满意度
            own = [figure for figure in fitting if len(figure.label) > 1 and figure.label in squeeze(name)]
        fitting = own
    return fitting[0] if len(fitting) == 1 else None


def _fits(target: Quantity, figure: Quantity) -> bool:
    if target.kind == "date":
        return figure.kind == "date" or figure.state == "missed"  # 未完成（…）
    inequality = figure.op not in (None, "=") and not figure.inferred
    return figure.kind == "number" and not inequality and comparable(target, figure) is not None


def _qualitative(indicator: Indicator, rules: RuleSet) -> IndicatorScore:
    """The state gives the status; the score is the unit's own, where it lies in the band of that state."""
    state = state_of(indicator)
    weight = indicator.weight.value
    claimed = within(indicator.claimed_score.value, weight)
    if state is None:
        return IndicatorScore("undecided", _claimed(indicator))
    in_band = claimed is not None and weight is not None and rules.band(state).holds(claimed, weight)
    in_band = in_band or not indicator.standard.blank
    return IndicatorScore("met" if state == "reached" else "missed", _claimed(indicator) if in_band else None)


def _way(target: Quantity, case: _Case) -> Direction:
    """By the sign; without one a cost, and zero, be it unsigned or with = (no complaint), are to be low, and for all
    else the words decide: those beside the figure before the name of the indicator."""
    if target.unit == "1:":
        return "either"  # ≤1:15 may be meant for the ratio or for its second figure
    zero = target.kind == "number" and target.value == 0
    if not (target.op is None or target.inferred):
        return "lower" if target.op in ("<=", "<") or (target.op == "=" and zero) else "higher"
    if zero:
        return "lower"
    if case.open:
        return "either"
    if target.kind != "number" or not case.by_words:
        return "lower" if is_cost(case.levels) else "higher"
    if target.label and (beside := wanted(target.label, "", target.unit, target.value)):
        return beside
    said = wanted(case.name, case.levels, target.unit, target.value)
    return said or ("either" if target.unit == ":1" else "higher")


def _without_points(entry: Entry) -> bool:
    return not entry.value and squeeze(entry.text) in NO_REASON | NOT_CONCERNED | {"0", "0.0", "0.00", "0分", "–"}


def singles(quantity: Quantity) -> tuple[Quantity, ...]:
    """The single figures of a quantity: the parts of a compound one, else itself."""
    return quantity.parts if quantity.kind == "compound" else (quantity,)


def _claimed(indicator: Indicator) -> Decimal | None:
    weight = indicator.weight.value
    score = within(indicator.claimed_score.value, weight)
    return None if score is None or weight is None else rounded(score, weight)


def within(score: Decimal | None, weight: Decimal | None) -> Decimal | None:
    """The score that was entered, where it lies between 0 and the weight; 4.29, or 4.3, of 30 ÷ 7 is all of it."""
    if score is None or weight is None or score < 0:
        return None
    return min(score, weight) if score <= max(weight, round_half_up(weight, 1), round_half_up(weight)) else None


def points(share: Decimal, weight: Decimal) -> Decimal:
    """``share`` of the weight in points, between 0 and the weight (text: no score above the weight)."""
    return rounded(max(share, ZERO) * weight, weight)


def rounded(points: Decimal, weight: Decimal) -> Decimal:
    """Two decimals, at most the weight; one with more decimals (30 ÷ 7) must not be passed by rounding up either."""
    rounded = round_half_up(points)
    return rounded if rounded <= weight else weight.quantize(Decimal("0.01"), ROUND_FLOOR, WIDE)


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, ZERO) / len(values)


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None while one is."""
    total = ZERO
    for value in values:
        if value is None:
            return None
        total += value
    return total
