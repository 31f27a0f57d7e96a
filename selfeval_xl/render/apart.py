"""A plain figure in words ("≥10 个") taken apart into its cells (≥, 10, 个); anything else stays as it was written."""

from __future__ import annotations

import re
from decimal import Decimal

from selfeval_xl.evaluation.entries import figure_text, number_entry
from selfeval_xl.model import EMPTY, Entry, Row
from selfeval_xl.quantity import Quantity, comparable, normalize_unit, read
from selfeval_xl.quantity.signs import SIGNS, op_in_column
from selfeval_xl.quantity.text import clean, halfwidth

_PLAIN = re.compile(r"(≥|≤|=|>|<|>=|<=)?\s*([-+]?\d[\d,，]*(?:\.\d+)?)\s*(%|[^\d\s%（(][^\d（(]*)?")


def apart(row: Row, held: Row) -> Row:
    """A plain target into sign, number and unit; a plain actual of the same unit into its number.

    ``held`` is what stands in the row already, where the data leaves something out.
    """
    whole = {**held, **{key: entry for key, entry in row.items() if not entry.blank}}
    cells = dict(row)
    target = whole.get("target", EMPTY)
    unit = whole.get("unit", EMPTY)
    text = figure_text(target)
    quantity = read(text, role="target", unit=_own(whole, "unit"), op=_own(whole, "op"))
    number = _plain(text, quantity)
    if number is None:
        if quantity.kind == "qualitative" and whole.get("op", EMPTY).blank:
            cells["op"] = Entry("定性")
        return cells
    own = _written_unit(text)
    if own and not unit.blank and normalize_unit(own) != normalize_unit(unit.text.strip()):
        return cells  # ≥10万元 beside 元 would become 10元
    sign = whole.get("op", EMPTY)
    if not (sign.blank or quantity.inferred or quantity.op == op_in_column(clean(sign.text))):
        return cells  # ≥20场 beside ≤ would become ≤20
    actual = row.get("actual", EMPTY)
    reached = figure_text(actual)
    figure = read(reached, role="actual")
    if unit.blank and figure.unit is None and figure.value is not None and comparable(quantity, figure) is None:
        return cells  # 0.93 for ≥90% may be 93%: a unit of its own cell would make it 0.93%
    if "target" in row:
        cells["target"] = number_entry(number)
        if not quantity.inferred and quantity.op and whole.get("op", EMPTY).blank:
            cells["op"] = Entry(SIGNS[quantity.op])
        if quantity.unit and unit.blank:
            unit = cells["unit"] = Entry(own)
    done = _plain(reached, figure) if figure.op is None else None  # "≥80%" is no figure, and must be seen
    if done is not None and _written_unit(reached) in ("", unit.text.strip()):
        cells["actual"] = number_entry(done)
    return cells


def _own(row: Row, key: str) -> str | None:
    return row.get(key, EMPTY).text.strip() or None


def _plain(text: str, quantity: Quantity) -> Decimal | None:
    """The figure of a text that is a sign, a number and a unit and nothing else, not scaled (1.2万人次 stays words)."""
    match = _PLAIN.fullmatch(halfwidth(text))
    if not match or quantity.kind != "number" or quantity.bound or quantity.parts:
        return None
    number = Decimal(match[2].replace(",", ""))
    if number != quantity.value or (match[3] and normalize_unit(match[3].strip()) != quantity.unit):
        return None
    return number


def _written_unit(text: str) -> str:
    match = _PLAIN.fullmatch(halfwidth(text))
    return (match[3] or "").strip() if match else ""
