"""Splits a plain figure written as text ("≥10 个") into its cells (≥, 10, 个); anything else stays as written."""

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
    """The row with a plain target split into sign, number and unit, and a plain actual of the same unit as a number.

    ``held`` is what the workbook's row holds already, for what the data leaves out.
    """
    merged = {**held, **{key: entry for key, entry in row.items() if not entry.blank}}
    cells = dict(row)
    target = merged.get("target", EMPTY)
    unit = merged.get("unit", EMPTY)
    text = figure_text(target)
    quantity = read(text, role="target", unit=_text(merged, "unit"), op=_text(merged, "op"))
    number = _plain(text, quantity)
    if number is None:
        if quantity.kind == "qualitative" and merged.get("op", EMPTY).blank:
            cells["op"] = Entry("定性")
        return cells
    own = _written_unit(text)
    if own and not unit.blank and normalize_unit(own) != normalize_unit(unit.text.strip()):
        return cells  # ≥10万元 beside 元 would become 10元
    sign = merged.get("op", EMPTY)
    if not (sign.blank or quantity.inferred or quantity.op == op_in_column(clean(sign.text))):
        return cells  # ≥20场 beside ≤ would become ≤20
    actual = row.get("actual", EMPTY)
    reached = figure_text(actual)
    figure = read(reached, role="actual")
    if unit.blank and figure.unit is None and figure.value is not None and comparable(quantity, figure) is None:
        return cells  # 0.93 for ≥90% may mean 93%: with % in the unit's cell it would become 0.93%
    if "target" in row:
        cells["target"] = number_entry(number)
        if not quantity.inferred and quantity.op and merged.get("op", EMPTY).blank:
            cells["op"] = Entry(SIGNS[quantity.op])
        if quantity.unit and unit.blank:
            unit = cells["unit"] = Entry(own)
    done = _plain(reached, figure) if figure.op is None else None  # an actual of "≥80%" is no figure, and must stay
    if done is not None and _written_unit(reached) in ("", unit.text.strip()):
        cells["actual"] = number_entry(done)
    return cells


def _text(row: Row, key: str) -> str | None:
    return row.get(key, EMPTY).text.strip() or None


def _plain(text: str, quantity: Quantity) -> Decimal | None:
    """The number of a text of just sign, number and unit; None for others, and for scaled units (1.2万人次)."""
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
