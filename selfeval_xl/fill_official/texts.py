"""What is written into an official form: figures in its unit, a target as its columns want it, rates and scores."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from selfeval_xl.evaluation.entries import plain_number
from selfeval_xl.model import EMPTY, Entry, Indicator, Row
from selfeval_xl.quantity import convert
from selfeval_xl.scoring import round_half_up
from selfeval_xl.workbook.edits import Scalar


def scalar(entry: Entry) -> Scalar:
    """The number where it is one, else the words."""
    return entry.value if entry.value is not None else entry.text.strip() or None


def amount(value: Decimal, unit: str, wanted: str) -> Decimal:
    """An amount in the unit that the form is in; as it is where one of them is unknown."""
    converted = convert(value, unit, wanted)
    return value if converted is None else converted


def percent(rate: Decimal) -> str:
    """0.868454 → 86.85%."""
    return f"{round_half_up(rate * 100)}%"


def measures(raw: Row, split: Indicator, columns: Collection[str]) -> dict[str, Scalar]:
    """Target and actual for the columns that the form has for them.

    With a column for the sign or the unit the target is split as far as the form splits it; without, it stays the text
    that was entered, or is put together from its parts.
    """
    op, unit = split.op.text.strip(), split.unit.text.strip()
    words = op == "定性"
    target, actual = raw.get("target", EMPTY), raw.get("actual", EMPTY)
    apart = ("op" in columns and op) or ("unit" in columns and unit)
    whole = all(raw.get(key, EMPTY).blank for key in ("op", "unit"))
    values: dict[str, Scalar] = {}
    if not apart and whole:
        values["target"] = scalar(target)
    else:
        number = scalar(split.target)
        shown = plain_number(number) if isinstance(number, Decimal) else str(number or "")
        before = op if shown and "op" not in columns and not words else ""
        behind = unit if shown and "unit" not in columns else ""
        values["target"] = number if not before and not behind else f"{before}{shown}{behind}"
        # What has become part of the target has its place.
        values["op"], values["unit"] = None if before else op or None, None if behind else unit or None
        if "unit" in columns:
            actual = split.actual
    values["actual"] = scalar(actual)
    return values
