"""The value that a written figure is read into, and when two of them can be compared."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.units import convert, is_money, without_year

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
    ``placeholder`` marks a cell that shows nothing but the form's own filler; ``either`` is the unit that a bracket
    gives instead of the other, for the same count: 份（册）.
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


_SCALED = lazy(r"[0-9０-９][余多]?[十百千]?[万亿]")
_EITHER = {"台套": ("台", "套"), "件套": ("件", "套")}
_HIGH_RATE, _SHARE = Decimal(50), Decimal("1.5")


def maybe_share(figure: Decimal, rate: Decimal) -> bool:
    """True where a bare ``figure`` beside a rate in percent may well be a fraction: 0.92, 1.1 beside 90 (house rule).

    A sign of percent that stands in the column for units, and not with the figure, doesn't tell.
    """
    return 0 < figure <= _SHARE and rate >= _HIGH_RATE


def _unit_beside(figure: Quantity, other: Quantity) -> str | None:
    """The unit of a figure; 30万 beside an amount of money is 30万元, not so many 万元."""
    if figure.unit is None and other.unit is not None and is_money(other.unit) and _SCALED.search(figure.text):
        return "元" + other.unit[len(other.unit.partition("/")[0]) :]
    return figure.unit


def _units(figure: Quantity) -> tuple[str, ...]:
    """The unit of a figure and what it may be called as well: 台套 (台（套）) counts 台 or 套."""
    unit = figure.unit or ""
    return unit, *([figure.either] if figure.either else []), *_EITHER.get(unit, ())


def comparable(a: Quantity, b: Quantity) -> Decimal | None:
    """The figure of ``b`` on the unit of ``a``, or None where the two can't be compared.

    House rule: a figure without a unit stands on the unit of the other one.  Between a percentage and a bare figure
    up to 1 that is not certain (is 0.95 one percent or 95?), so these are not compared, unless the figure is 0, nor
    are such as :func:`maybe_share` tells of, nor two bare figures one of which is a broken one of these (0.965 beside
    95).  One year is evaluated, so that 12期 answers 12期/年.
    """
    if b.value is None or a.value is None:
        return None
    units = _unit_beside(a, b), _unit_beside(b, a)
    if None not in units and None in (a.unit, b.unit):
        return convert(b.value, units[1] or "", units[0] or "")
    if a.unit is None or b.unit is None:
        if a.unit != b.unit and "%" in (a.unit, b.unit):
            bare, rate = (a.value, b.value) if a.unit is None else (b.value, a.value)
            return b.value if bare == 0 or (abs(bare) > 1 and not maybe_share(bare, rate)) else None
        if a.unit is b.unit:
            bare, rate = (a.value, b.value) if a.value < b.value else (b.value, a.value)
            return None if maybe_share(bare, rate) and bare % 1 else b.value
        return b.value
    value = convert(b.value, b.unit, a.unit)
    if value is None and "年" in a.unit + b.unit:
        value = convert(b.value, without_year(b.unit), without_year(a.unit))
    if value is None:
        pairs = ((mine, other) for mine in _units(a) for other in _units(b))
        value = next((found for mine, other in pairs if (found := convert(b.value, other, mine)) is not None), None)
    return value
