"""Quantity, the value that a cell is read into, and the comparison of two of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.units import convert, in_a_year, is_money, without_year

if TYPE_CHECKING:
    import datetime

Kind = Literal["number", "range", "compound", "date", "qualitative", "reference", "status", "empty", "unreadable"]
Op = Literal[">=", "<=", ">", "<", "="]
Bound = Literal["about", "below", "above"]
State = Literal["reached", "partly", "missed"]
Role = Literal["target", "actual"]


class Quantity(NamedTuple):
    """What one cell says.  ``text`` is the cell as written, whatever was made of it.

    ``value`` is the figure on ``unit`` (``"86.85%"`` is 86.85 on ``"%"``; money keeps the unit it is written in,
    counts are scaled out: ``"1.2万人次"`` is 12000 ``"人次"``); a range runs from ``value`` to ``upper``, both
    included.  ``inferred`` says that no comparison sign was written, ``bound`` marks a figure that is only a bound
    (约, 近, 超).  ``parts`` are the single figures of a compound, or those in the bracket behind a number.  ``date`` is
    the last day that a date may mean, ``since`` the first one (2024年3月); both are None where its year is not known.
    ``state`` and ``reason`` belong to words like 未完成（原因…）; ``label`` holds the words around the figure;
    ``placeholder`` marks a cell that shows nothing but the form's own filler; ``either`` is a second unit in brackets
    that may be meant instead of ``unit``: 册 of 份（册）.
    """

    text: str
    kind: Kind
    op: Op | None = None
    value: Decimal | None = None
    upper: Decimal | None = None
    unit: str | None = None
    bound: Bound | None = None
    inferred: bool = False
    date: datetime.date | None = None
    since: datetime.date | None = None
    parts: tuple[Quantity, ...] = ()
    state: State | None = None
    reason: str = ""
    label: str = ""
    placeholder: bool = False
    either: str = ""

    @property
    def singles(self) -> tuple[Quantity, ...]:
        """The single figures: the parts of a compound one, else itself."""
        return self.parts if self.kind == "compound" else (self,)

    @property
    def is_inequality(self) -> bool:
        """Whether a sign other than = was written before it: ≥80% is a bound, and no figure that was reached."""
        return self.op not in (None, "=") and not self.inferred


_SCALED = lazy(r"[0-9０-９][余多]?[十百千]?[万亿]")
_EITHER = {"台套": ("台", "套"), "件套": ("件", "套")}
_HIGH_RATE, _SHARE = Decimal(50), Decimal("1.5")
_MARKS = (_SHARE, 100), (Decimal(5), 20), (Decimal(10), 10)  # most, factor: 0.93, 4.6 of 5, 9.3 of 10 may be rates
_WHOLE_YEAR, _PART_OF_YEAR = lazy("全年|年度|年内|共|总计|合计|累计"), lazy("半年|季|月|周|日")
_SLACK = Decimal(3)  # days by which a number of months is longer or shorter, depending on where it begins
_MONTHS, _DAYS = Decimal(12), Decimal(365)
_AT_WORK = {52: Decimal("0.9"), 365: Decimal("0.65")}  # the part of a year's weeks, days that 每周, 每天 may mean


def maybe_share(figure: Decimal, rate: Decimal) -> bool:
    """True where a bare ``figure`` beside a rate in percent may well be a fraction: 0.92, 1.1 beside 90 (house rule).

    A % that stands in the unit column, and not with the figure, decides nothing.
    """
    return 0 < figure <= _SHARE and rate >= _HIGH_RATE


def scale_in_doubt(a: Quantity, b: Quantity) -> int:
    """What a figure without a unit may have to be multiplied by beside a rate; 1 where nothing is in doubt.

    0.93 beside 90% may be a fraction (100), 9.3 points of ten (10).  Two figures without % are taken as they are,
    unless the lesser looks like a fraction (0.93 beside 90).
    """
    if a.value is None or b.value is None or {a.unit, b.unit} not in ({None}, {None, "%"}):
        return 1
    bare, rate = (a.value, b.value) if _is_bare(a, b) else (b.value, a.value)
    if a.unit == b.unit:
        return _MARKS[0][1] if maybe_share(bare, rate) and bare % 1 else 1
    if 0 < abs(bare) <= 1:
        return _MARKS[0][1]
    return next((times for most, times in _MARKS if 0 < bare <= most), 1) if rate >= _HIGH_RATE else 1


def _is_bare(figure: Quantity, other: Quantity) -> bool:
    """True where ``figure`` is the one without a unit, or the lesser where neither has one."""
    return figure.unit is None if figure.unit != other.unit else (figure.value or 0) < (other.value or 0)


def _unit_beside(figure: Quantity, other: Quantity) -> str | None:
    """The unit of a figure; that of 30万 beside 500万元 is 元, not 万元."""
    if figure.unit is None and other.unit is not None and is_money(other.unit) and _SCALED.search(figure.text):
        return "元" + other.unit[len(other.unit.partition("/")[0]) :]
    return figure.unit


def _units(figure: Quantity) -> tuple[str, ...]:
    """The unit of a figure and what it may be called as well: 台套 (台（套）) counts 台 or 套."""
    unit = figure.unit or ""
    return unit, *([figure.either] if figure.either else []), *_EITHER.get(unit, ())


def comparable(a: Quantity, b: Quantity) -> Decimal | None:
    """The figure of ``b`` on the unit of ``a``, or None where the two can't be compared.

    House rule: a figure without a unit stands on the unit of the other one, unless :func:`scale_in_doubt` (is 0.95
    about one percent, or 95?).  One year is evaluated, so that 12期 answers 12期/年.
    """
    if b.value is None or a.value is None:
        return None
    units = _unit_beside(a, b), _unit_beside(b, a)
    if None not in units and None in (a.unit, b.unit):
        return convert(b.value, units[1] or "", units[0] or "")
    if a.unit is None or b.unit is None:
        of_year = _share_of_year(a, b)
        return of_year if of_year is not None else b.value if scale_in_doubt(a, b) == 1 else None
    value = convert(b.value, b.unit, a.unit)
    if value is None and "年" in a.unit + b.unit:
        value = convert(b.value, without_year(b.unit), without_year(a.unit))
    if value is None:
        pairs = ((mine, other) for mine in _units(a) for other in _units(b))
        value = next((found for mine, other in pairs if (found := convert(b.value, other, mine)) is not None), None)
    return value


def _share_of_year(a: Quantity, b: Quantity) -> Decimal | None:
    """A bare 12 beside 每月1次 as 1: a year's count per period, where it is enough for the year; else None."""
    events = in_a_year(a.unit or "")
    if events is None or a.value is None or b.value is None or b.value < a.value * events[1]:
        return None
    return b.value / events[1]


def extremes(a: Quantity, b: Quantity) -> tuple[Decimal, Decimal] | None:
    """The least and the most that ``b`` may be on the unit of ``a``, where it is no single figure on that unit.

    1 beside 100% is 1% or 100%; 12次 beside 每月1次 may be those of a year or of a month; a month has 28 to 31 days;
    3-5天 may be either end.  None where nothing bounds it.
    """
    if a.value is None or b.value is None:
        return None
    if b.kind == "range":
        ends = comparable(a, b), comparable(a, b._replace(value=b.upper))
        return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])
    if (times := scale_in_doubt(a, b)) > 1:
        other = b.value / times if _is_bare(a, b) else b.value * times
        return min(b.value, other), max(b.value, other)
    return _over_the_year(a, b) or _in_days(a, b)


def _over_the_year(a: Quantity, b: Quantity) -> tuple[Decimal, Decimal] | None:
    """Events per period and per year: 每季度1次 is 4次; 全年4次 is 1 in a quarter, a bare 4次 is 1 to 4 in one."""
    mine, other = in_a_year(a.unit or ""), in_a_year(b.unit or "")
    value = convert(b.value or Decimal(0), other[0], mine[0]) if mine and other else None
    if mine is None or other is None or value is None:
        return None
    yearly, loose = value * other[1] / mine[1], (_AT_WORK.get(mine[1], 1), _AT_WORK.get(other[1], 1))
    summed = _WHOLE_YEAR.search(b.label) and not _PART_OF_YEAR.search(b.label)
    most = yearly / loose[0] if other[1] > 1 or summed or "年" in (b.unit or "") else value
    return yearly * loose[1], most


def _in_days(a: Quantity, b: Quantity) -> tuple[Decimal, Decimal] | None:
    """The least and the most of a time on the unit of ``a``, where months, days or working days meet."""
    least, most = _days(b)
    if most is None:
        return None
    if a.unit == "工作日":
        return Decimal(0), most
    if (size := convert(Decimal(1), a.unit or "", "天")) is not None:
        return least / size, most / size
    if (size := convert(_DAYS / _MONTHS, a.unit or "", "月")) is not None:
        return (least - _SLACK) / size, (most + _SLACK) / size
    return None


def _days(time: Quantity) -> tuple[Decimal, Decimal | None]:
    """The fewest and the most days of a time; working days have weekends and holidays between them."""
    value, unit = time.value or Decimal(0), time.unit or ""
    if (days := convert(value, unit, "天")) is not None:
        return days, days
    if (months := convert(value, unit, "月")) is not None:
        days = months * _DAYS / _MONTHS
        return days - _SLACK, days + _SLACK
    return value, 3 * value + 10 if unit == "工作日" else None
