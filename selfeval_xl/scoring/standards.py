"""What a form's own standard gives for a target that was missed: so many points less for each step, or none at all.

Its words give the points only where all of them are understood and leave one reading; else they may still tell that
full marks are too many.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.model import Indicator
from selfeval_xl.quantity import comparable, convert, normalize_unit
from selfeval_xl.quantity.text import clean, halfwidth, squeeze, unnumbered
from selfeval_xl.quantity.units import unit_end
from selfeval_xl.scoring.rounding import ONE, ZERO, rounded

_HUNDRED = Decimal(100)
_NUMERALS = {numeral: Decimal(value) for value, numeral in enumerate("一二三四五六七八九十", 1)}
_PER_HUNDRED = frozenset(("%", "百分点"))

_COUNT = r"\d{1,15}(?:\.\d{1,15})?"
_TARGET = "(?:年度|绩效|预期|计划|目标|指标|任务|要求|标准)*(?:数|值)?的?"
_SHORT = "(?:(?:下降|降低|减少|缺少|不足|相差|少|低|降|减|差|欠|缺)(?:完成)?|未完成)于?"
_OVER = "(?:超支|超过|超出|超|高出|高于|高|多出|多|增加|增长|上升|提高|延长|延期|延迟|推迟|逾期)"
_HAPPENED = "(?:发生|出现|发现|有)"  # of what there should be none
_MISSED = (
    rf"(?:如|若|凡)?(?:(?:(?:未|没有|没|不)能?(?:全部|按[时期]|如期)?(?:完成|达到|达标|达成|实现)|达不到){_TARGET}|否则|反之)[的则]?"
)
_BELOW, _ABOVE = (f"(?:{words}){_TARGET}" for words in ("低于|不足|少于|小于", "超过|超出|高于|大于"))
_WORTH = "(?:本|该)?项?(?:指标)?(?:分值|权重分|权重|总分|满分)"
_POINTS = f"(?:(?:得|计|给)?(?:[满全]分|(?P<full>{_COUNT})分)|不扣分)"
_NOUGHT = "(?:不得分|不计分|[得计为]?0分)"

# The pieces of a standard, each between commas and brackets.
_STEP = lazy(
    rf"(?:{_MISSED}|{_BELOW}|{_ABOVE}|(?:与|比|较)?{_TARGET}(?:相比)?|(?:完成|执行)率)"
    rf"每(?:(?P<short>{_SHORT})|(?P<over>{_OVER})|{_HAPPENED}){_TARGET}(?P<size>{_COUNT}|[一二三四五六七八九十])"
    rf"(?P<unit>[^\d扣]{{0,10}}?)的?(?:相应)?扣除?减?(?:(?P<points>{_COUNT})分|{_WORTH}的?(?P<part>{_COUNT})%"
    rf"|(?P<share>{_COUNT})%的?{_WORTH})"
)
_WHOLE = lazy(
    rf"(?:(?:全部|全面|全年|按[时期]|按(?:计划|要求)|如期|及时|足额|实际|已|均)*(?:完成|达到|达标|达成|实现){_TARGET}[则者]?)?{_POINTS}"
    rf"|{_WORTH}[为共计]?(?P<worth>{_COUNT})分?"
)
_WHOLE_AT = lazy(
    rf"[^\d不未基部否每]{{0,12}}?(?:不低于|不少于|不超过|不高于)?[≥≤=]?(?P<at>{_COUNT})(?P<unit>[^\d得计给]{{0,6}}?)"
    rf"(?:及?以[上内下])?的?{_POINTS}"
)
_NOUGHT_BELOW = lazy(
    rf"(?P<rate>(?:完成|执行)率)?(?:低于|小于|不足|未达到|<)(?P<at>{_COUNT})(?P<unit>[^\d不得计为]{{0,4}}?)的?{_NOUGHT}"
)
_NOUGHT_IF = lazy(rf"(?:{_MISSED}|(?P<short>{_BELOW})|(?P<over>{_ABOVE})){_NOUGHT}")
_IF = lazy(rf"{_MISSED}|(?P<short>{_BELOW})|(?P<over>{_ABOVE})")
_UNTIL = lazy(rf"(?:直[到至])?扣[完光](?:{_WORTH})?(?:为止)?|扣[至到]0分?(?:为止)?|最低[得为计]?0分|不得?负分")
_INCLUDED = lazy(r"\(含(?:本数)?\)")
_JOINED = lazy("[,;]+(?=扣(?![完光至到])|[得计][满0-9]|不[得计扣])")
_PIECES = lazy("[,;。、()]+")

_ANY_STEP = lazy(r"每(?:降?低|减?少|下?降|差|欠)[^\d,;。]{0,6}(\d+(?:\.\d+)?)([^\d,;。扣]{0,10}),?扣")
_ALL_OR_NOTHING = lazy(
    "(?:未完成|未达标|不达标|未达到|达不到|低于|否则)(?:年度|绩效)*(?:目标|指标|计划|标准|要求)?值?的?(?:不得分|不计分|得?0分)"
)
_FULL_AT = lazy(r"(?<![\d.])(\d{1,15}(?:\.\d{1,15})?)(?!\d)[^,;。]{0,60}?(?:满分|得\d|不扣)")
_LONGEST = 300


class _Case(NamedTuple):
    """A target that was missed: the figures on one unit, the weight, the words around them, and which way it was."""

    goal: Decimal
    value: Decimal
    unit: str
    weight: Decimal
    words: str

    @property
    def way(self) -> str:
        return "short" if self.value < self.goal else "over"

    @property
    def completion(self) -> Decimal:
        return self.value / self.goal if self.value < self.goal else self.goal / self.value

    def percents(self, unit: str) -> set[Decimal]:
        """What is missing in per cent: in points of a rate, or as a share of the target; of 95% one may mean either."""
        missing = abs(self.goal - self.value)
        share = {missing / self.goal * _HUNDRED} if self.goal else set[Decimal]()
        if self.unit == "%" and unit == "百分点":
            return {missing}
        return {missing, *share} if self.unit in ("%", "") else share

    def missing(self, unit: str, size: Decimal) -> set[Decimal]:
        """How many steps of this size are missing, in each way to count them; none where the units do not tell."""
        if unit in _PER_HUNDRED:
            return {percent / size for percent in self.percents(unit)}
        one = convert(size, unit, self.unit) if unit and self.unit else None
        return {abs(self.goal - self.value) / one} if one else set()


def points_by_standard(indicator: Indicator, completion: Decimal | None) -> Decimal | None:
    """The points of a missed row by the form's own standard; None where its words or the figures leave them open.

    A step that was only begun may cost nothing, a part, or all of it; 1% of 95% may be a point, or 0.95 of one.
    """
    target, actual, weight = indicator.target_read, indicator.actual_read, indicator.weight.value
    if weight is None or target.kind != "number" or actual.kind != "number" or target.bound or actual.bound:
        return None
    goal, value = target.value, comparable(target, actual)
    if goal is None or value is None or min(goal, value) < 0 or goal == value:
        return None
    name = squeeze(indicator.name.text)
    case = _Case(goal, value, target.unit or "", weight, name + clean(target.text))
    if completion != case.completion:
        return None  # a change, which is measured in its direction
    text = _JOINED.sub("", _INCLUDED.sub("", clean(indicator.standard.text)))
    pieces = [unnumbered(piece) for piece in _PIECES.split(text) if piece] if len(text) <= _LONGEST else []
    scores = _scores(case, pieces, name)
    return rounded(scores.pop(), weight) if len(scores) == 1 else None


def _scores(case: _Case, pieces: Sequence[str], name: str) -> set[Decimal]:
    """What the words may give, each way of reading them; none where one of the pieces is not understood."""
    losses: list[set[Decimal]] = []
    below = False
    for piece in pieces:
        before, each, step = piece.partition("每")
        if (found := _STEP.fullmatch(each + step if before in name else piece)) is not None:
            losses.append(_losses(case, found))
        elif (found := _NOUGHT_BELOW.fullmatch(piece)) is not None:
            under = _is_under(case, found)
            if under is None:
                return set()
            below |= under
        elif (found := _NOUGHT_IF.fullmatch(piece)) is not None and _applies(case, found):
            losses.append({case.weight})
        elif not (_says_whole(case, piece) or _UNTIL.fullmatch(piece)):
            found = _IF.fullmatch(piece)
            if found is None or not _applies(case, found):
                return set()
    if below and len(losses) < 2:
        return {ZERO}
    return {max(case.weight - loss, ZERO) for loss in losses[0]} if len(losses) == 1 else set()


def _losses(case: _Case, step: re.Match[str]) -> set[Decimal]:
    """What the steps that are missing may cost, those that were only begun left out, counted in part, or in full."""
    happened = not (step["short"] or step["over"])
    if not (case.goal == 0 if happened else _applies(case, step)):
        return set()
    part = step["part"] or step["share"]
    each = case.weight * Decimal(part) / _HUNDRED if part else Decimal(step["points"])
    size = _NUMERALS.get(step["size"]) or Decimal(step["size"])
    noun = step["unit"][unit_end(step["unit"], 0) :]  # 每少1个村
    several = case.missing(_unit(step["unit"]), size) if size and noun in case.words else set()
    return {each * steps for some in several for steps in (some // 1, some, -(-some // 1))}


def _applies(case: _Case, found: re.Match[str]) -> bool:
    """False for 低于目标值的 where less is better, and for 超过 where more is."""
    return found[case.way] is not None or not (found["short"] or found["over"])


def _is_under(case: _Case, found: re.Match[str]) -> bool | None:
    """Whether what was reached is below the figure from which there are points; None where that may be or not."""
    unit, at = _unit(found["unit"]), Decimal(found["at"])
    reached = {case.value} if unit == case.unit else set[Decimal]()
    if unit == "%" and (found["rate"] or not reached):
        reached.add(case.completion * _HUNDRED)
    under = {one < at for one in reached}
    return under.pop() if case.way == "short" and len(under) == 1 else None


def _says_whole(case: _Case, piece: str) -> bool:
    """True for what says no more than that the target itself has the whole weight."""
    found = _WHOLE.fullmatch(piece)
    if found is not None:
        return all(Decimal(said) == case.weight for said in (found["full"], found["worth"]) if said)
    found = _WHOLE_AT.fullmatch(piece)
    if found is None or (found["full"] and Decimal(found["full"]) != case.weight):
        return False
    unit, at = _unit(found["unit"]), Decimal(found["at"])
    return (unit, at) in ((case.unit, case.goal), ("%", _HUNDRED))[: 1 if case.unit == "%" else 2]


def _unit(text: str) -> str:
    """The unit that the words begin with; 每低1元/(人·月)扣1分."""
    bare = text.replace("/(", "/")
    return normalize_unit(bare[: unit_end(bare, 0)])


def costs_points(indicator: Indicator, completion: Decimal | None) -> bool:
    """True where full marks are surely too many by the form's own standard: each step that is missing costs points
    (每低1个百分点扣0.5分, 每少1场扣0.5分), or all that is missing (否则不得分).

    One with another figure for full marks (95%以上得满分) may give them for less than the target.
    """
    standard, goal = halfwidth(indicator.standard.text), indicator.target_read
    if completion is None or completion >= ONE or goal.kind != "number" or goal.value is None:
        return False
    if any(Decimal(figure) != goal.value for figure in _FULL_AT.findall(standard)):
        return False
    step = _ANY_STEP.search(standard)
    if step is None:
        return _ALL_OR_NOTHING.search(standard) is not None
    unit = _unit(step[2])
    share = unit in _PER_HUNDRED
    size = convert(Decimal(step[1]), "%" if share else unit, "%" if share else goal.unit or "")
    whole = _HUNDRED if share and goal.unit != "%" else goal.value
    return size is not None and whole * (ONE - completion) >= size
