"""Numbers and entries converted to each other: a number as text or as an entry, an entry as a text to read."""

from __future__ import annotations

from decimal import Decimal

from selfeval_xl.lazy import lazy
from selfeval_xl.model import OPEN_SIGN, Entry, Place
from selfeval_xl.quantity.text import halfwidth

_DECIMALS = lazy(r"-?\d+\.\d+")


def plain_number(value: Decimal) -> str:
    """A number as a text without exponent and trailing zeros, as ``&`` joins it to a text."""
    text = format(value.normalize(), "f")
    return "0" if text in ("-0", "") else text


def number_entry(value: Decimal, place: Place | None = None) -> Entry:
    """A number as an entry, as if typed into a cell."""
    return Entry(plain_number(value), value, place)


def whole_text(text: str, op: Entry, unit: Entry) -> str:
    """A figure with the sign and the unit from its row's other columns, as in a single cell: ``≥10 个``."""
    sign = op.text.strip() if op.text.strip() not in ("定性", OPEN_SIGN) and text[:1].isdigit() else ""
    name = unit.text.strip() if text[-1:].isdigit() else ""
    return f"{sign}{text}{' ' if name not in ('', '%', '％') else ''}{name}"


def figure_text(entry: Entry) -> str:
    """The text to read a quantity from: a number in full, whatever its format shows; a date as shown.

    A percentage as shown (92.0%) where that is its exact value, else in full with %.
    """
    shown = entry.text.strip()
    if entry.value is None or not shown:
        return entry.text
    if halfwidth(shown).endswith("%"):
        full = plain_number(entry.value * 100)
        bare = shown[:-1].rstrip()
        return shown if _DECIMALS.fullmatch(bare) and bare.rstrip("0").rstrip(".") == full else full + "%"
    if any(mark in shown for mark in "年月/:") or shown.count("-") > 1:
        return entry.text
    return plain_number(entry.value)
