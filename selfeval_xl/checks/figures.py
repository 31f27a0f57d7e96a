"""Reading and comparing the numbers of entries: what a cell holds, how exactly it is shown, and how to say it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from selfeval_xl.evaluation.entries import plain_number
from selfeval_xl.lazy import lazy
from selfeval_xl.model import FIFTEEN, Entry
from selfeval_xl.quantity.text import halfwidth, says_nothing
from selfeval_xl.quantity.units import CURRENCY
from selfeval_xl.scoring import round_half_up

ZERO = Decimal(0)
HUNDRED = Decimal(100)

# 元 in 万元 and 亿元: the two factors by which figures differ when somebody mistakes the unit.
UNIT_FACTORS = (Decimal(10) ** 4, Decimal(10) ** 8)
MIXED_UNITS = "，相差上万倍，请核对是不是元、万元写错了"
GROUPED_FROM = 10_000
_TYPED_DIGITS = 4  # zeros behind these were filled in, not worked out
RATE_DIGITS = 8  # a rate shown with more digits comes from a formula, and nobody typed it

_INNER_QUOTES = str.maketrans("“”", "‘’")
_NUMBER = lazy(rf"([+-]?\d[\d,]{{0,25}}(?:\.(\d{{1,20}}))?)\s*(%|分|[万亿]|{'|'.join(CURRENCY)})?$")

ROUNDED = 1000
"""A whole number of money from here on may be a rounded one (house rule)."""


def exact(value: Decimal) -> Decimal:
    """``value`` without the noise that a spreadsheet keeps behind 15 digits (0.30000000000000004)."""
    return FIFTEEN.plus(value)


def plain(value: Decimal) -> str:
    """``value`` as people write it: no exponent, no trailing zeros, no minus before zero."""
    return plain_number(exact(value))


def grouped(value: Decimal) -> str:
    """``value`` in a sentence: from 10,000 on with its thousands grouped (1,439,646.69), so never a year or a score."""
    text = plain(value)
    return f"{Decimal(text):,}" if abs(value) >= GROUPED_FROM else text


def gap(difference: Decimal) -> str:
    """多 3 or 少 3: what was provided, beside what was expected."""
    return f"{'少' if difference < 0 else '多'} {grouped(abs(difference))}"


def in_quotes(name: str) -> str:
    """A name on one line in quotation marks; those that it has itself become single ones."""
    return f"“{' '.join(name.split()).translate(_INNER_QUOTES)}”"


def percent(rate: Decimal, digits: int = 2) -> str:
    """A fraction as a percentage: 0.868454 → 86.85%."""
    return f"{plain(round_half_up(rate * HUNDRED, digits))}%"


def number(entry: Entry) -> Decimal | None:
    """The number that stands in the entry, be it typed as a number or as text ("1,415.43", "10分"); None for words."""
    if entry.value is not None:
        return exact(entry.value)
    match = _NUMBER.match(halfwidth(entry.text))
    if match is None:
        return None
    value = Decimal(match[1].replace(",", ""))
    return value / HUNDRED if match[3] == "%" else value


def nothing(entry: Entry) -> bool:
    """True for a blank cell, and for one that says so in place of a figure: a dash, 无, 不涉及."""
    return entry.formula is None and entry.value is None and says_nothing(entry.text)


def decimals(entry: Entry) -> int:
    """How many decimal digits are shown, on the scale of the value: "86.85%" shows 4, "1,415.43万元" shows 2.

    A percentage without its sign, "86.85" with the value 0.8685, shows 4 too.  Zeros that a system has filled in behind
    the fourth (98.130000) are no digits.
    """
    match = _NUMBER.match(halfwidth(entry.text))
    if match is not None:
        bare = entry.value and match[3] is None and Decimal(match[1].replace(",", "")) == exact(entry.value * HUNDRED)
        places = match[2] or ""
        shown = len(places) + (2 if bare or match[3] == "%" else 0)
        return max(shown - len(places) + len(places.rstrip("0")), min(shown, _TYPED_DIGITS))
    return max(0, -int(exact(entry.value).as_tuple().exponent)) if entry.value is not None else 0


def half(digits: int) -> Decimal:
    """Half of the last digit where ``digits`` decimals are shown."""
    return Decimal(1).scaleb(-digits) / 2


def written_unit(entry: Entry) -> str | None:
    """The currency unit that is written in the cell itself."""
    match = _NUMBER.match(halfwidth(entry.text))
    unit = f"{match[3].rstrip('元')}元" if match is not None and match[3] else ""  # 90万 is 90万元
    return unit if unit in CURRENCY else None


def rate(entry: Entry) -> tuple[Decimal, int] | None:
    """A rate as a fraction, and the decimals shown on that scale; "86.85", "86.85%" and 0.8685 are all the same."""
    value = number(entry)
    if value is None:
        return None
    if abs(value) <= 2:
        return value, min(decimals(entry), RATE_DIGITS)
    # No rate of execution is above 200%: this was typed as a percentage without its sign, be it shown as 8685.00%.
    typed = entry._replace(text=plain(value)) if halfwidth(entry.text).endswith("%") else entry
    fraction = value.scaleb(-2)
    return fraction, min(decimals(typed._replace(value=fraction)), RATE_DIGITS)


def gives_rate(executed: Decimal, adjusted: Decimal, stated: tuple[Decimal, int]) -> bool:
    """True where the rate stated, as :func:`rate` gives it, is executed ÷ budget at the decimals that it shows.

    Of money that was not spent in full, 99.99% is right as well where rounding would make it 100%.
    """
    value, digits = stated
    if adjusted <= 0:
        return False
    exact = executed / adjusted
    return abs(exact - value) <= half(digits) or value < exact < 1 == value + 2 * half(digits)


def of_wrong_rate(executed: Decimal, budget: Decimal, stated: tuple[Decimal, int]) -> dict[str, Any]:
    """The facts of a finding about a wrong rate: the one stated, and the right one, executed ÷ budget."""
    value, digits = stated
    shown, right = max(digits - 2, 2), executed / budget
    near = percent(value) == percent(right)  # they differ in the digits behind (98.1267%, 98.1268%)
    return {
        "provided": value,
        "expected": round_half_up(right, max(digits, 4)),
        "stated": percent(value, shown),
        "right": percent(right, shown if near else 2),
        "sum": f"{grouped(executed)} ÷ {grouped(budget)}",
    }


def unit_factor(one: Decimal, other: Decimal) -> Decimal | None:
    """10⁴ or 10⁸ where the two figures differ by just that, within half a percent; else None."""
    small, big = sorted((abs(one), abs(other)))
    if not small:
        return None
    return next((factor for factor in UNIT_FACTORS if abs(big / small / factor - 1) < Decimal("0.005")), None)


def scale(own: str, unit: str) -> Decimal | None:
    """The factor that converts amounts in the unit ``own`` into ``unit``; None where one of them is unknown."""
    if own == unit:
        return Decimal(1)
    return CURRENCY[own] / CURRENCY[unit] if {own, unit} <= CURRENCY.keys() else None


def sum_of(values: Iterable[Decimal]) -> Decimal:
    """The sum, as a Decimal also where there is nothing to add."""
    return sum(values, ZERO)
