"""How figures stand in cells: a number as the text and the entry that it is, an entry as the text to read it from."""

from __future__ import annotations

from decimal import Decimal

from selfeval_xl.lazy import lazy
from selfeval_xl.model import OPEN_SIGN, Entry, Place
from selfeval_xl.quantity.text import halfwidth

_DECIMALS = lazy(r"-?\d+\.\d+")


def plain_number(value: Decimal) -> str:
    """A number as a spreadsheet's General format joins it to text: no exponent, no trailing zeros (15 digits)."""
    text = format(value.normalize(), "f")
    return "0" if text in ("-0", "") else text


def number_entry(value: Decimal, place: Place | None = None) -> Entry:
    """A number as the entry that it is where somebody types it."""
    return Entry(plain_number(value), value, place)


def whole_text(text: str, op: Entry, unit: Entry) -> str:
    """A figure as one would write it in a single cell, where the form has columns for its sign and its unit."""
    sign = op.text.strip() if op.text.strip() not in ("定性", OPEN_SIGN) and text[:1].isdigit() else ""
    name = unit.text.strip() if text[-1:].isdigit() else ""
    return f"{sign}{text}{' ' if name not in ('', '%', '％') else ''}{name}"


def figure_text(entry: Entry) -> str:
    """The text to read a figure from: a number in full, whatever its format shows; a date as shown.

    A percentage stands as shown (92.0%) where that is all of it.
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
