"""Checks of the written report: each figure that it states against the cell that must hold the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from selfeval_xl.checks.figures import HUNDRED, exact, half, number, plain
from selfeval_xl.checks.registry import Hit, check, hit
from selfeval_xl.checks.table import stated_counts
from selfeval_xl.checks.view import View
from selfeval_xl.model import Entry, Statement
from selfeval_xl.quantity import Quantity, convert, read
from selfeval_xl.scoring import round_half_up

ABOUT = Decimal("0.05")  # 约 allows this share of the figure (house rule)

_DIGITS = re.compile(r"\d[\d,]*(?:\.(\d+))?")


@check("tieout.mismatch")
def mismatch(view: View) -> Iterator[Hit]:
    """Statements that the tables contradict, each with its own figures."""
    for statement in view.evaluation.statements:
        figure, expected = _stated(statement), statement.expected.value
        if figure is None or expected is None:
            continue
        value, unit, bound = figure
        right = _on_scale(value, exact(expected), unit)
        if _agrees(value, right, bound, _tolerance(statement, value)):
            continue
        about = statement.text.text.strip() or statement.topic.text.strip()
        yield hit(
            "tieout.mismatch",
            [statement.stated, statement.expected],
            provided=value,
            expected=_as_exact_as(value, right),
            about=f"“{about}”" if about else "这一条",
            unit=unit,
        )


@check("tieout.unchecked")
def unchecked(view: View) -> Iterator[Hit]:
    """Statements that have nothing to be compared with, or can't be read: said, never skipped."""
    counted = {id(entry) for entry, *_ in stated_counts(view.evaluation)}
    open_ones = [
        statement
        for statement in view.evaluation.statements
        if _given(statement.stated)
        and id(statement.stated) not in counted
        and (statement.expected.value is None or _stated(statement) is None)
    ]
    if open_ones:
        places: list[Entry] = [statement.stated for statement in open_ones]
        yield hit("tieout.unchecked", places, count=len(open_ones))


def _given(entry: Entry) -> bool:
    return not entry.blank or entry.value is not None


def _stated(statement: Statement) -> tuple[Decimal, str, str | None] | None:
    """The figure on the scale of the unit column, that unit, and its bound; None where no figure can be read."""
    entry, unit = statement.stated, statement.unit.text.strip()
    if not _given(entry):
        return None
    text = entry.text if not entry.blank else plain(entry.value or Decimal(0))
    figure: Quantity = read(text, unit=unit or None, role="actual")
    if figure.kind != "number" or figure.value is None:
        return None
    value, own = figure.value, figure.unit
    if unit and own and own != unit:
        converted = convert(value, own, unit)
        if converted is None:
            return value, own, figure.bound
        value = converted
    return value, unit or own or "", figure.bound


def _on_scale(value: Decimal, expected: Decimal, unit: str) -> Decimal:
    """A cell that holds a rate as a fraction, put beside a statement in percent."""
    if unit not in ("%", "％"):
        return expected
    return min((expected, expected * HUNDRED), key=lambda one: abs(one - value))


def _as_exact_as(value: Decimal, expected: Decimal) -> Decimal:
    """The expected figure with no more digits than are needed beside the stated one."""
    digits = max(2, -int(value.as_tuple().exponent))
    shown = round_half_up(expected, digits)
    return expected if shown == value else shown


def _tolerance(statement: Statement, value: Decimal) -> Decimal:
    """What the sheet allows, or half of the last digit that was written (on the scale of the value)."""
    given = number(statement.tolerance)
    if given is not None:
        return abs(given)
    written = _DIGITS.search(unicodedata.normalize("NFKC", statement.stated.text))
    if written is None:
        return half(0)
    raw = Decimal(written[0].replace(",", ""))
    scale = abs(value / raw) if raw else Decimal(1)
    return half(len(written[1] or "")) * scale


def _agrees(value: Decimal, expected: Decimal, bound: str | None, tolerance: Decimal) -> bool:
    if bound == "above":
        return expected >= value - tolerance
    if bound == "below":
        return expected <= value + tolerance
    if bound == "about":
        return abs(expected - value) <= max(tolerance, abs(value) * ABOUT)
    return abs(expected - value) <= tolerance
