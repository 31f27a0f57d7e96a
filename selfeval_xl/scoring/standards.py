"""The form's own scoring standard (评分标准): the points that it gives for a target that was missed.

It may take points off for each step (每少1场扣2分), give none, a share, or those of a band.  It counts only where all
of its words are understood.  They may leave several readings; and where a deduction can't be judged
(弄虚作假的不得分), no points are given, though it may still be clear that full marks are too many.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.model import Indicator
from selfeval_xl.quantity import comparable, convert, normalize_unit
from selfeval_xl.quantity.text import clean, squeeze, unnumbered
from selfeval_xl.quantity.units import CLOCK_TIMES, called_alike, plain
from selfeval_xl.scoring.bands import COUNT, Band, bands_of, bands_with, measure_end
from selfeval_xl.scoring.rounding import ONE, ZERO, rounded

_HUNDRED = Decimal(100)
_NUMERALS = {numeral: Decimal(value) for value, numeral in enumerate("一二三四五六七八九十", 1)}
_PER_HUNDRED = frozenset(("%", "百分点"))
_LONGEST = 300

_FIGURE = rf"(?P<at>{COUNT})(?P<unit>[^\d不得计给扣]{{0,6}}?)"
_TARGET = "(?:年度|绩效|预期|计划|目标|指标|任务|要求|标准){0,4}(?:数|值)?的?"
_SHORT = "(?:下降|降低|减少|缺少|不足|相差|未完成|少|低|降|减|差|欠|缺)"
_OVER = "(?:超支|超过|超出|超时|超期|超|高出|高于|高|多出|多|增加|增长|上升|提高|延长|延期|延迟|推迟|逾期)"
_HAPPENED = "(?:发生|出现|发现|有)"  # of what there should be none
_MISSED = "(?:(?:未|没有|没|不)能?(?:全部)?(?:完成|达到|达标|达成|实现)|达不到|否则|反之)"
_BELOW, _ABOVE = "(?:低于|不足|少于|小于|未达到|<)", "(?:超过|超出|高于|大于|>)"
_FULLY = r"(?:全部|全面|全年|年度|按[时期]|按(?:计划|要求)|如期|及时|足额|实际|已|均|[^\d未不多]{2,4}数量?){0,3}"
_KEPT = "(?:控制在|不超过?|未超过?|不突破)(?:预算|概算|目标|标准)值?(?:以?内)?"
_WORTH = "(?:本|该)?项?(?:指标)?(?:分值|权重分|权重|总分|满分)"
_POINTS = f"(?:(?:得|计|给)?(?:[满全]分|(?P<full>{COUNT})分)|不扣分)"
_NOUGHT = r"(?:不[得计给]分|[得计为]?(?<![\d.])0分)"
_LESS = "(?:扣除?减?|减|少得)"
_HALF = f"(?:[得计给]{_WORTH}?的?一半(?:的?(?:分值|权重|分数|分))?|{_WORTH}?减半[得计给]?分?)"

# The pieces of a standard, each between commas, brackets and colons.
_STEP = lazy(
    rf"(?:实际(?:完成)?值)?(?:(?:{_MISSED}|{_BELOW}|{_ABOVE}|与|比|较)?{_TARGET}(?:相比)?|(?P<rate>{_TARGET}完成率))"
    rf"(?P<each>每)?(?:(?P<short>{_SHORT})|(?P<over>{_OVER})|{_HAPPENED})(?:完成)?于?{_TARGET}(?P<of>[^\d扣减]{{0,4}}?)"
    rf"(?P<size>{COUNT}|[一二三四五六七八九十])(?P<measure>[^\d扣减少]{{0,10}}?)的?(?:相应)?"
    rf"{_LESS}(?:(?P<points>{COUNT})分|{_WORTH}的?(?P<part>{COUNT})%|(?P<share>{COUNT})%的?{_WORTH})"
)
_IF = lazy(
    rf"(?:如|若|凡)?(?P<rate>{_TARGET}完成率)?(?:{_MISSED}|(?P<short>{_BELOW})|(?P<over>{_ABOVE})|(?P<none>发生)){_TARGET}"
    rf"(?:{_FIGURE})?[的则者]?(?:(?P<nought>{_NOUGHT})|(?P<half>{_HALF})|{_LESS}(?P<points>{COUNT})分)?"
)
_SHARE = lazy(
    rf"(?:(?:{_MISSED}|{_BELOW}){_TARGET}[的则者]?)?则?(?:按照?(?:实际)?(?:完成)?(?:的|情况|数量?|值)?比例[得计给扣]?减?分?"
    rf"|按(?:实际)?(?P<rate>完成率)[计得]分|(?:得分=)?(?P<times>[^\d=]{{0,8}}率)[×*xX乘]{_WORTH}(?:[计得]分)?)"
)
_WHOLE = lazy(
    rf"(?:{_FULLY}(?:完成|达到|达标|达成|实现){_TARGET}[则者]?|[^\d每]{{0,6}}?{_KEPT})?的?{_POINTS}"
    rf"|(?:{_WORTH}|本项|该项)[为共计]?(?P<worth>{COUNT})分?"
)
_NONE = lazy(rf"(?:未|无|没有)(?:发生|出现)?(?P<of>[^\d,]{{0,8}}?){_POINTS}")
_WHOLE_AT = lazy(
    rf"[^\d不未基部否每整后补经]{{0,12}}?(?:不低于|不少于|不超过|不高于)?[≥≤=]?{_FIGURE}"
    rf"(?:及?以[上内下])?的?(?:{_POINTS}|为?(?:基准|标准|目标值?))"
)
_MOST = lazy(rf"最[多高]可?扣除?减?(?P<most>{COUNT})分|扣[完光](?P<all>{COUNT})分?(?:为止)?")
_ASIDE = lazy(
    rf"(?:直[到至])?扣[完光](?:{_WORTH}|[本该]项得分)?(?:为止)?|扣[至到]0分?(?:为止)?|最低[得为计]?0分|不得?负分"
    r"|[不未][足满]\d[^扣得]{1,8}的?[按以]\d[^扣得]{1,8}(?:计算?|算)|[^扣得]{0,12}不(?:再|另|予)?加分|(?:评分|计分|扣分|评价)(?:标准|方法|办法|细则|项|法)|减分项"
    rf"|(?:与|和|比|较|以)?{_TARGET}(?:相比|比较|为基准)|=[^\d=]{{1,40}}[×x*]100%"
)
_TAKES = lazy(rf"(?:(?!不扣|免扣|以内).)*(?:{_LESS}(?!0+(?:\.0+)?分){COUNT}分|{_NOUGHT}|一票否决)")
_INCLUDED = lazy(r"\(含(?:本数|\d[\d.]{0,9}[^\d()]{0,3})?\)")
_ITEM = lazy(r"\((?:\d{1,2}|[一二三四五六七八九十])\)")
_OR_LESS = lazy(rf"({COUNT}[^\d,;。不得计为]{{0,4}}?)及?以下的?(?=不|[得计为]?0分)")
_JOINED = lazy(rf"[,;]+(?=[扣减]除?减?(?:\d|{_WORTH})|[得计][满0-9]|不[得计给扣])")
_PIECES = lazy("[,;。、()!:]+")
_SEVERAL = lazy("[和及与、,;(]|其中")


class Reading(NamedTuple):
    """The points that may be left of the weight, one for each way of reading the standard; and ``how`` they come out,
    in words, where one step or band gives them (少 2 场，扣 2 分)."""

    points: frozenset[Decimal] = frozenset()
    how: str = ""

    def denies(self, claimed: Decimal, tolerance: Decimal) -> bool:
        """True for a score outside of the range from the fewest to the most points that a reading gives."""
        return bool(self.points) and not min(self.points) - tolerance <= claimed <= max(self.points) + tolerance


class _Loss(NamedTuple):
    """What a piece of a standard takes off, in each way of reading it (empty: it takes nothing off by itself).

    ``amount``: what is missing, in the piece's own words; ``cut``: it gives no points below a figure other than the
    target; ``sure``: that was not reached, so there are none whatever the others say; ``most``: all take off no more.
    """

    each: frozenset[Decimal] = frozenset()
    amount: str = ""
    cut: bool = False
    sure: bool = False
    most: Decimal = Decimal("Infinity")


class _Case(NamedTuple):
    """A target that was missed: its figure and the actual's on one unit, the weight, and the indicator's words."""

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

    def percents(self, unit: str, *, of_target: bool) -> set[Decimal]:
        """What is missing in per cent: in percentage points, or as a share of the target; of 95% it may be either."""
        missing = abs(self.goal - self.value)
        share = {missing / self.goal * _HUNDRED} if self.goal else set[Decimal]()
        if self.unit == "%" and unit == "百分点" and not of_target:
            return {missing}
        return {missing, *share} if self.unit in ("%", "") else share

    def missing(self, unit: str, size: Decimal, *, of_target: bool) -> set[Decimal]:
        """How many steps of this size are missing, in each way to count them; none where the units do not tell.

        Times on different units do not convert: a day of a course has not 24 hours.
        """
        if unit in _PER_HUNDRED:
            return {percent / size for percent in self.percents(unit, of_target=of_target)}
        one = size if called_alike(self.unit, unit) else convert(size, unit, self.unit)
        clock = {unit, self.unit} <= CLOCK_TIMES and one != size
        return {abs(self.goal - self.value) / one} if one and not clock else set()

    def shares(self, *, of_rate: bool) -> set[Decimal]:
        """The share of the weight: of 90% for 95% the rate itself, or what it is of the target; of what is too much
        what the target is of it, or what it is not above the target."""
        if self.way == "over":
            return {self.completion, max(ONE - (self.value - self.goal) / self.goal, ZERO) if self.goal else ZERO}
        return {self.completion, *({self.value / _HUNDRED} if of_rate and self.unit == "%" else ())}

    def is_goal(self, at: Decimal, unit: str) -> bool:
        return (unit, at) == (self.unit, self.goal) or (self.unit != "%" and (unit, at) == ("%", _HUNDRED))


def read_standard(indicator: Indicator, completion: Decimal | None) -> Reading:
    """The points of a missed row by the form's own standard; none where its words or the figures leave them open.

    A step that was only begun may cost nothing, a part, or all of it; 1% of 95% may be a point, or 0.95 of one.
    """
    target, actual, weight = indicator.target_read, indicator.actual_read, indicator.weight.value
    if weight is None or target.kind != "number" or actual.kind != "number" or target.bound or actual.bound:
        return Reading()
    goal, value = target.value, comparable(target, actual)
    if goal is None or value is None or min(goal, value) < 0 or goal == value:
        return Reading()
    name = squeeze(indicator.name.text)
    case = _Case(goal, value, target.unit or "", weight, name + clean(target.text))
    if completion != case.completion or len(indicator.standard.text) > _LONGEST:
        return Reading()  # a change, which is measured in its direction
    text = _ITEM.sub(";", clean(indicator.standard.text.replace("\n", ";")))
    if bands := bands_of(text, weight, case.words):
        return _in_bands(case, bands)
    text = _INCLUDED.sub("", text)
    text = _JOINED.sub("", _OR_LESS.sub(r"低于\1", text))
    return _read(case, [unnumbered(piece) for piece in _PIECES.split(text) if piece], name)


def _in_bands(case: _Case, bands: Sequence[Band]) -> Reading:
    """The points of the band in which the figure lies: of 76% for 80% the rate itself, or 95% of the target.

    Where the best band begins at the target, or they go by the indicator's name, the figure itself is meant.
    """
    unit = next(band.unit for band in bands if not band.is_rest)
    one = convert(ONE, unit, case.unit) if unit and case.unit else ONE if unit == case.unit else None
    values = {case.value / one} if one else set[Decimal]()
    best = max(bands, key=lambda band: band.points)
    of_rate = any(band.of_rate for band in bands)
    own = one is not None and (best.low if case.way == "short" else best.high) * one == case.goal
    named = any(band.named for band in bands)
    if of_rate and case.way == "over":
        return Reading()
    if unit == "%" and case.way == "short" and (of_rate or not (values and (own or named))):
        values.add(case.completion * _HUNDRED)
    held = [bands_with(bands, value) for value in values]
    if not held or not all(held):
        return Reading()
    found = {band.points: band for some in held for band in some}
    how = f"属 {next(iter(found.values()))} 一档" if len(found) == 1 else ""
    return Reading(frozenset(rounded(points, case.weight) for points in found), how)


def _read(case: _Case, pieces: Sequence[str], name: str) -> Reading:
    losses: list[_Loss] = []
    more = False
    for piece in pieces:
        loss = _loss(case, _without_name(case, piece, name)) or _loss(case, piece)
        if loss is not None:
            losses.append(loss)
        elif _TAKES.fullmatch(piece) is not None:
            more = True
        else:
            return Reading()
    if any(loss.sure for loss in losses):
        return Reading(frozenset((ZERO,)))
    costs = [loss for loss in losses if loss.each]
    if not losses or (not costs and (more or any(loss.cut for loss in losses))):
        return Reading()
    # Where no piece takes anything off, the points are the rule's share of the weight.
    most = min(loss.most for loss in losses)
    left = {case.weight - min(off, most) for loss in costs for off in loss.each} or {case.weight * case.completion}
    points = frozenset(rounded(max(one, ZERO), case.weight) for one in (*left, *([ZERO] if more else [])))
    amount = costs[0].amount if len(costs) == len(points) == 1 else ""
    off = case.weight - min(points)
    return Reading(points, f"{amount}，{'扣完' if off == case.weight else '扣'} {plain(off)} 分" if amount else "")


def _without_name(case: _Case, piece: str, name: str) -> str:
    """The piece without what it repeats of the name: 处理率每低1个百分点 of 污水处理率.

    Of a name with several things it may mean one only; and a rate says nothing of a number of people.
    """
    end = next((end for end in range(len(piece), 1, -1) if piece[:end] in name), 0)
    other = piece[:end].endswith(("率", "度", "比")) and case.unit not in ("%", "")
    return piece if other or _SEVERAL.search(name) else piece[end:]


def _loss(case: _Case, piece: str) -> _Loss | None:
    """What the piece says of this case; None where it is not understood, or meant for another case."""
    if (found := _STEP.fullmatch(piece)) is not None:
        return _of_steps(case, found)
    if (found := _IF.fullmatch(piece)) is not None:
        return _under_condition(case, found)
    if (found := _SHARE.fullmatch(piece)) is not None:
        rate = found["rate"] or found["times"]
        if rate and not (rate in case.words or rate.endswith("完成率")):
            return None
        return _Loss(frozenset(case.weight * (ONE - share) for share in case.shares(of_rate=bool(rate))))
    if (found := _MOST.fullmatch(piece)) is not None:
        most = Decimal(found["most"] or found["all"])
        return _Loss(most=most) if found["most"] or most == case.weight else None
    return _Loss() if _ASIDE.fullmatch(piece) or _is_whole(case, piece) else None


def _of_steps(case: _Case, step: re.Match[str]) -> _Loss | None:
    """What the steps that are missing may cost, those that were only begun left out, counted in part, or in full."""
    verb = step["short"] or step["over"]
    size = _NUMERALS.get(step["size"]) or Decimal(step["size"])
    if not (_applies(case, step) if verb else case.goal == 0) or not (size == 1 or (size and step["each"])):
        return None
    end = measure_end(step["measure"])
    if step["of"] not in case.words or step["measure"][end:] not in case.words:  # 每少1个村
        return None
    unit = normalize_unit(step["measure"][:end])
    if step["rate"] and unit not in _PER_HUNDRED:
        return None
    steps = case.missing(unit, size, of_target=bool(step["rate"]))
    part = step["part"] or step["share"]
    each = case.weight * Decimal(part) / _HUNDRED if part else Decimal(step["points"])
    counts = {count for some in steps for count in (some // 1, some, some.to_integral_value(ROUND_CEILING))}
    if counts and not (verb or step["each"]):
        counts.add(ONE)  # 发生1起扣2分 may be all that three of them cost
    if not counts:
        return None
    space = "" if step["measure"].startswith("%") else " "
    amount = f"{verb or '发生'} {plain(min(counts) * size)}{space}{step['measure']}" if len(counts) == 1 else ""
    return _Loss(frozenset(each * count for count in counts), amount)


def _under_condition(case: _Case, found: re.Match[str]) -> _Loss | None:
    """Below the target, or a figure of its own: no points, some less, or what the other pieces say."""
    if found["at"]:
        end = measure_end(found["unit"])
        unit, at = normalize_unit(found["unit"][:end]), Decimal(found["at"])
        if found["unit"][end:] not in case.words:
            return None
        of_rate = bool(found["rate"]) or (case.unit == "%" and "完成" in found[0])  # 未完成80% may be that of 95%
        of_target = at == _HUNDRED if of_rate else case.is_goal(at, unit)
        if not (of_target or (found["none"] and at <= case.value)):
            under = None if found["over"] or not found["nought"] else _is_under(case, at, unit, of_rate=of_rate)
            return None if under is None else _Loss(cut=True, sure=under)
    if not (case.goal == 0 if found["none"] else _applies(case, found)):
        return None
    if found["nought"] or found["half"]:
        return _Loss(frozenset((case.weight / (2 if found["half"] else 1),)))
    return _Loss(frozenset((Decimal(found["points"]),)) if found["points"] else frozenset())


def _applies(case: _Case, found: re.Match[str]) -> bool:
    """False for 低于目标值的 where less is better, and for 超过 where more is."""
    return found[case.way] is not None or not (found["short"] or found["over"])


def _is_under(case: _Case, at: Decimal, unit: str, *, of_rate: bool) -> bool | None:
    """Whether the actual is below the figure from which there are points; None where that is unclear."""
    reached = {case.value} if unit == case.unit else set[Decimal]()
    if unit == "%" and (of_rate or not reached):
        reached.add(case.completion * _HUNDRED)
    under = {one < at for one in reached}
    return under.pop() if case.way == "short" and len(under) == 1 and at not in reached else None


def _is_whole(case: _Case, piece: str) -> bool:
    """True for a piece that only says that the target itself earns the whole weight."""
    if (found := _WHOLE.fullmatch(piece)) is not None:
        return all(Decimal(said) == case.weight for said in (found["full"], found["worth"]) if said)
    if (found := _NONE.fullmatch(piece)) is not None:
        return case.goal == 0 and found["of"] in case.words and found["full"] in (None, f"{case.weight}")
    found = _WHOLE_AT.fullmatch(piece)
    if found is None or (found["full"] and Decimal(found["full"]) != case.weight):
        return False
    if case.unit == "%" and case.goal != _HUNDRED and "完成" in piece:
        return False  # 完成90%以上 may be that of 95%
    end = measure_end(found["unit"])
    unit = normalize_unit(found["unit"][:end])
    return found["unit"][end:] in case.words and case.is_goal(Decimal(found["at"]), unit)
