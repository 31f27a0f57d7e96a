"""Plausibility of actuals: no share above 100%, no half a person, no money in the wrong unit."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.checks.figures import UNIT_FACTORS, plain
from selfeval_xl.lazy import lazy
from selfeval_xl.model import Indicator
from selfeval_xl.quantity import Quantity, comparable
from selfeval_xl.quantity.text import squeeze
from selfeval_xl.quantity.units import is_money
from selfeval_xl.scoring import direction
from selfeval_xl.words.directions import unit_behind

# Rates of a part in a whole, which can't exceed 100%. 完成率, 增长率 and 执行率 can; 按时完成率 can't, as what was done
# in time is a part of what was done.
_PART_OF_WHOLE = lazy(
    "(?:合格|满意|覆盖|准确|达标|发放|参与|到位|及时|通过|知晓|优良|合规|规范|出勤|就业|成活|存活|完好|正确|治愈|符合|检出"
    "|回收|反馈|公开|归档|整改|接种|起诉|处置|建档|随访|持证|签约|参保|无害化(?:处理)?|在线|可用|修复|响应|采纳|履约|毕业|及格)"
    "(?:率|度)|满意度"
    "|(?:按期|按时|如期|准时|准点|及时)(?:(?!增长|增加|提高|提升|下降|降低)[^0-9率]){0,6}率(?!提升|提高|增长)"
)
_AVERAGE = lazy("均|每|[百千万亿](?:人|户|元)|单位(?!:)|人次比|生师比|指数|系数|密度|频[率次]|强度")
_MIXED_UP = 1000  # a cost this many times below its limit may be in the wrong unit: 1.76元 of 1.8万元
_SCALES = "万亿千"
_WHOLE_UNITS = frozenset(
    (
        *"人名位个家次件户场项期台套宗起篇支所辆座处份株棵头只匹栋幢间本册盏页条枚艘架",
        *("场次", "人次", "户次", "家次", "件次", "批次", "课时"),
    )
)


class Implausible(NamedTuple):
    """A figure with its unit, why it can't be true, and what it should be, in words."""

    figure: str
    why: str
    expected: str


def counted(figure: Quantity, indicator: Indicator) -> bool:
    """True for an exact count: 300 人, but not 1.2万人次 (rounded) nor 人均 3 次 (a mean)."""
    return figure.unit in _WHOLE_UNITS and integral(figure.value) and not _is_rough(figure, indicator)


def integral(value: Decimal | None) -> bool:
    """True for a number without a fraction."""
    return value is not None and value == value.to_integral_value()


def _is_rough(figure: Quantity, indicator: Indicator) -> bool:
    """True for a figure that may have decimals: a mean, or one in 万 (1.2万人)."""
    mean = _AVERAGE.search(squeeze(indicator.name.text) + figure.label)
    return mean is not None or any(scale in figure.text for scale in _SCALES)


def implausible(indicator: Indicator) -> Implausible | None:
    """The first figure of the actual that can't be true, or None."""
    name = squeeze(indicator.name.text)
    actual, target = indicator.actual_read, indicator.target_read
    for figure in actual.singles:
        if figure.kind != "number" or figure.value is None:
            continue
        unit = figure.unit or target.unit or indicator.unit.text.strip() or unit_behind(indicator.name.text)
        if unit == "%" and figure.value > 100 and _PART_OF_WHOLE.search(name):
            return Implausible(f"{plain(figure.value)}%", " 超过了 100%", "不超过 100%")
        if unit in _WHOLE_UNITS and figure.value < 0:
            return Implausible(f"{plain(figure.value)} {unit}", "小于 0", "不小于 0")
        broken = target.value is not None and not integral(target.value)
        if unit in _WHOLE_UNITS and not (integral(figure.value) or broken or _is_rough(figure, indicator)):
            return Implausible(f"{plain(figure.value)} {unit}", "不是整数", "整数")
    return _mixed_up(indicator)


def _mixed_up(indicator: Indicator) -> Implausible | None:
    """Money far from its target that would be near it in another unit: 1.76元 or 17600万元 of 1.8万元.

    What earns too little is missed, whatever its unit; only a cost so far below its limit is beyond belief.
    """
    target, actual = indicator.target_read, indicator.actual_read
    limit, money, same = target.value, actual.value, comparable(target, actual)
    most = target.op == "=" or direction(indicator) != "higher"
    if not limit or not money or same is None or not is_money(target.unit or ""):
        return None
    below = 0 < same * _MIXED_UP <= limit
    if below and not most:
        return None
    for meant in (money,) if below else (same / factor for factor in UNIT_FACTORS):
        if limit <= meant * 2 <= limit * 4:
            why = f" 远{'低' if below else '高'}于指标值 {plain(limit)} {target.unit}，多半是单位写错了"
            return Implausible(f"{plain(money)} {actual.unit or target.unit}", why, f"{plain(meant)} {target.unit}")
    return None
