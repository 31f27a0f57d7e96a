"""Scoring standards in bands, and the points that they give: 90%以上得10分，80%-90%得8分，80%以下不得分.

A standard counts only where all of its words are understood and the best band has the whole weight.  A figure at the
edge of two bands may have the points of either: 80%-90% leaves open whether 90% belongs to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity import normalize_unit
from selfeval_xl.quantity.units import SCALES, unit_end

COUNT = r"(?<![\d.])\d{1,15}(?:\.\d{1,15})?(?![\d.])"
_HUNDRED, _ENDLESS = Decimal(100), Decimal("Infinity")

# One way to write each limit: 不低于80% and 大于等于80% as ≥80%, 80%(含) as 80%含, [80%,90%) without its comma.
_SPELLED = (
    (lazy(rf"\((不?含)(?:本数|{COUNT}[^\d()]{{0,3}})?\)"), r"\1"),
    (lazy(rf"([\[(]{COUNT}[^\d,]{{0,4}}),(?={COUNT}[^\d,]{{0,4}}[\])])"), r"\1~"),
    (lazy("[大高多]于(?:或者?)?等于|不[低少小]于"), "≥"),
    (lazy("[小低少]于(?:或者?)?等于|不[高多大]于|不超过"), "≤"),
    (lazy("(?:未|没有?)(?:达到?|完成)(?=[0-9])|不足|[低少小]于"), "<"),
    (lazy("超[过出]|[高大多]于"), ">"),
    (lazy(":(?=[得计不扣满0-9])"), ""),
)
_PIECES = lazy("[,;。、!]+")


def _limit(name: str) -> str:
    unit = r"[^\d不含得计给扣及或以内~至到,:≤<≥>=\[\]()—-]{0,8}?"
    return rf"(?P<{name}>{COUNT})(?P<{name}_unit>{unit})(?P<{name}_in>不?含)?"


_LOW, _HIGH, _ONE = _limit("low"), _limit("high"), _limit("one")
_STOP = r"(?=[且但并\d≥≤<>=]|[的时者]?则?\Z)"
_LIMITS = (
    lazy(rf"{_LOW}(?P<from>[<≤])(?P<of>[^\d<≤]{{0,12}})(?P<to>[<≤]){_HIGH}{_STOP}"),
    lazy(rf"{_HIGH}(?P<to>[>≥])(?P<of>[^\d>≥]{{0,12}})(?P<from>[>≥]){_LOW}{_STOP}"),
    lazy(rf"(?P<open>[\[(])?{_LOW}(?:[-—~]{{1,2}}|[至到]){_HIGH}(?P<close>[\])])?(?:之间|区间|范围)?(?:以?内)?{_STOP}"),
    lazy(rf"(?P<sign>[≥≤<>=])?{_ONE}(?:[及或]?以?(?P<side>(?<=以)[上下]|内)(?P<also>不?含)?)?{_STOP}"),
)
_AND = ("且", "但", "并")
_BEHIND = lazy("[的时者]?则?")
_OTHERS = lazy("(?:其[余他它](?:情况|均|一律)*|否则)(?:的|则)?")
_ALL = lazy(
    "(?:全部|按[时期])?(?:完成|达到|实现|达成)(?:全年|年[度初]|预期|绩效|既定|设定|计划)?(?:目标值?|任务|指标值?|计划)?的?"
    "|达标的?"
)
_LEAD = lazy(
    "^(?:实际|全部|全年|年度|达到?(?!成率)|完成(?!率|比例|程度|进度)|为|在|介于|[1-9][.、])+"
    "|(?:达到?|完成|在|为|处于|介于)+$"
)
_OF_RATE = lazy("(?:实际|年度|目标|任务|指标|计划|预期|绩效)*(?:完成|达成|实现)(?:率|比例|程度|进度)")

_WORTH = "(?:本项|该项)?(?:指标)?(?:分值|权重分值?|权重|标准分|总分|满分)"
_POINTS = lazy(
    rf"(?:(?P<none>不[得计给]分|[得计记为]?(?<![\d.])0分)|(?P<full>[得计给记为]?满分|不扣分)"
    rf"|扣除?减?(?P<less>{COUNT})分|可?[得计给记为]?(?P<points>{COUNT})分"
    rf"|[得计给记按]{_WORTH}的?(?P<part>{COUNT})%(?:[计得给]分)?"
    rf"|[得计给记按](?P<share>{COUNT})%的?(?:{_WORTH}|分数?)(?:[计得给]分)?)\Z"
)


class Band(NamedTuple):
    """From ``low`` to ``high``, with its points; each end is included or not, None where that is unclear.

    ``of_rate``: its limits may be rates of completion (完成90%以上); ``named``: it repeats the indicator's own name.
    """

    low: Decimal = -_ENDLESS
    high: Decimal = _ENDLESS
    with_low: bool | None = None
    with_high: bool | None = None
    unit: str = ""
    points: Decimal = Decimal(0)
    of_rate: bool = False
    named: bool = False

    @property
    def is_rest(self) -> bool:
        """True for 其余, the band for all figures that no other band holds."""
        return self.low == -_ENDLESS and self.high == _ENDLESS

    def __str__(self) -> str:
        """80–90%, 90% 以上, 超过 0."""
        if self.is_rest:
            return "其余"
        space = "" if self.unit in ("", "%") else " "
        low, high = (f"{one}{space}{self.unit}" for one in (self.low, self.high))
        if self.high == _ENDLESS:
            return f"超过 {low}" if self.with_low is False else f"{low} 以上"
        if self.low == -_ENDLESS:
            return f"不到 {high}" if self.with_high is False else f"{high} 以下"
        return high if low == high else f"{self.low}–{high}"

    def holds(self, value: Decimal) -> bool | None:
        """Whether a figure lies within it; None at an edge of which it is unclear whether it is included."""
        for edge, included in ((self.low, self.with_low), (self.high, self.with_high)):
            if value == edge:
                return included
        return self.low < value < self.high


_WHOLE = Band(_HUNDRED, with_low=True, unit="%", of_rate=True)  # 完成目标得满分，完成90%以上得8分


def bands_of(text: str, weight: Decimal, words: str) -> tuple[Band, ...]:
    """The bands of a cleaned standard, all on one unit; () where it says anything else, or the best is not the weight.

    ``words`` are those of the indicator, which a band may repeat.
    """
    for spelled, sign in _SPELLED:
        text = spelled.sub(sign, text)
    bands: list[Band] = []
    begun = ""
    for piece in _PIECES.split(text):
        begun += piece
        if points := _POINTS.search(begun):
            band = _band(begun[: points.start()], words)
            if band is None:
                return ()
            bands.append(band._replace(points=_worth(points, weight)))
            begun = ""
    one_scale = len({band.unit for band in bands if not band.is_rest}) == 1 and sum(band.is_rest for band in bands) < 2
    limited = any(band._replace(points=Decimal(0)) not in (_WHOLE, Band()) for band in bands)
    whole = one_scale and len(bands) > 1 and not begun and max(band.points for band in bands) == weight
    return tuple(bands) if whole and limited else ()


def bands_with(bands: Sequence[Band], value: Decimal) -> list[Band]:
    """The bands that hold a figure; several where it stands at an edge.  Of 95%以上, 90%以上 the narrowest.

    A gap between two bands (89.5% between 80%-89% and 90%以上) is not meant by 其余 with fewer points than either.
    """
    limited = [band for band in bands if not band.is_rest]
    held = [band for band in limited if band.holds(value)] or [band for band in limited if band.holds(value) is None]
    if not held:
        held = [band for band in bands if band.is_rest]
        above, below = ([b.points for b in limited if b.low >= value], [b.points for b in limited if b.high <= value])
        if held and above and below and held[0].points < min(*above, *below):
            return []
    return [band for band in held if not any(_is_within(other, band) for other in held)]


def measure_end(text: str) -> int:
    """Where the unit ends that the words begin with: 元/(人·月), 万亩, 家 of 家企业."""
    if end := unit_end(text, 0):
        return end
    scale = max((scale for scale in SCALES if text.startswith(scale)), key=len)
    end = unit_end(text, len(scale))
    return end if end > len(scale) else 0


def _is_within(narrow: Band, wide: Band) -> bool:
    """True for two bands that are open on the same side, the ``narrow`` one inside the other: 95%以上 in 90%以上."""
    above = narrow.high == wide.high == _ENDLESS and narrow.low > wide.low
    return above or (narrow.low == wide.low == -_ENDLESS and narrow.high < wide.high)


def _worth(found: re.Match[str], weight: Decimal) -> Decimal:
    if found["none"] or found["full"]:
        return weight if found["full"] else Decimal(0)
    if share := found["part"] or found["share"]:
        return weight * Decimal(share) / _HUNDRED
    return Decimal(found["points"]) if found["points"] else max(weight - Decimal(found["less"]), Decimal(0))


def _band(said: str, words: str) -> Band | None:
    """The band between the written limits, without its points; None where anything else is written."""
    if _OTHERS.fullmatch(said):
        return Band()
    if _ALL.fullmatch(said):
        return _WHOLE
    begin = next((at for at, sign in enumerate(said) if sign in "0123456789≥≤<>=[("), len(said))
    band, at, leads = Band(), begin, [said[:begin]]
    units: set[str] = set()
    while at < len(said) and not _BEHIND.fullmatch(said, at):
        found = next((match for limit in _LIMITS if (match := limit.match(said, at))), None)
        if found is None:
            return None
        parts = found.groupdict()
        leads.append(parts.get("of") or "")
        written = parts.get("one_unit") or parts.get("high_unit") or ""
        for unit in {written, parts.get("low_unit") or written}:
            end = measure_end(unit)
            if unit[end:] not in words:
                return None
            units.add(normalize_unit(unit[:end]))
        band = _limited(band, parts)
        at = found.end() + (said[found.end() : found.end() + 1] in _AND)
    of = [lead for lead in (_LEAD.sub("", one) for one in leads) if lead not in ("", "x", "X")]
    others = [lead for lead in of if len(lead) < 2 or lead not in words]
    if len(units) != 1 or not all(map(_OF_RATE.fullmatch, others)):
        return None
    of_rate = bool(others) or "完成" in "".join(leads)
    return band._replace(unit=units.pop(), of_rate=of_rate, named=len(of) > len(others))


def _limited(band: Band, parts: Mapping[str, str | None]) -> Band:
    """The band with one more limit: 80%以上, <90%, or both ends at once; a bare figure is both ends."""
    if parts.get("low"):
        brackets = (parts.get("open") or "") + (parts.get("close") or "")
        bracketed = len(brackets) == 2 and brackets != "()"
        with_low, with_high = (
            sign in "≤≥" if sign else bracket in "[]" if bracketed else _said(parts[f"{name}_in"])
            for name, sign, bracket in (
                ("low", parts.get("from"), brackets[:1]),
                ("high", parts.get("to"), brackets[-1:]),
            )
        )
        low, high = Decimal(parts["low"] or 0), Decimal(parts["high"] or 0)
        if low > high:  # 90%-80%
            low, high, with_low, with_high = high, low, with_high, with_low
        return band._replace(low=low, high=high, with_low=with_low, with_high=with_high)
    value, sign, side = Decimal(parts["one"] or 0), parts["sign"] or "", parts["side"] or ""
    included = _said(parts["one_in"] or parts["also"])
    if sign in ("≥", ">") or side == "上":
        return band._replace(low=value, with_low=sign != ">" if included is None else included)
    if sign in ("≤", "<") or side:
        kept = {"≤": True, "<": False}.get(sign, True if side == "内" else None)
        return band._replace(high=value, with_high=kept if included is None else included)
    return band._replace(low=value, high=value, with_low=True, with_high=True)


def _said(included: str | None) -> bool | None:
    return None if included is None else included == "含"
