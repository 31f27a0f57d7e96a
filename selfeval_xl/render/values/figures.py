"""Small calculations that the computed cells share: blanks as empty text, sums, differences, rates, sheet rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from selfeval_xl.evaluation.entries import plain_number
from selfeval_xl.forms.layout import Layout
from selfeval_xl.model import Entry
from selfeval_xl.scoring import round_half_up

Cell = str | Decimal | int
Values = Mapping[str, Cell]

ZERO = Decimal(0)


def cell(value: Decimal | None) -> Cell:
    """The number, or the empty text that a formula shows in place of an unknown one."""
    return "" if value is None else value


def number(value: Cell | Decimal | None) -> Decimal | None:
    """The number in a cell; None for text."""
    return Decimal(value) if isinstance(value, int | Decimal) else None


def rate(whole: Cell | Decimal | None, part: Cell | Decimal | None) -> Cell:
    """part ÷ whole; "" where one is unknown, or the whole is not above zero."""
    divisor, dividend = number(whole), number(part)
    return dividend / divisor if divisor is not None and dividend is not None and divisor > 0 else ""


def minus(first: Cell | Decimal | None, second: Cell | Decimal | None) -> Cell:
    """The difference of two numbers."""
    left, right = number(first), number(second)
    return "" if left is None or right is None else round_half_up(left - right, 6)


def total(entries: Iterable[Entry], *, of_nothing: Cell = "", digits: int = 6) -> Cell:
    """The sum of the numbers, ignoring words; "" where any entry is an error value, ``of_nothing`` without numbers."""
    counted = list(entries)
    if any(entry.is_error for entry in counted):
        return ""
    known = [entry.value for entry in counted if entry.value is not None]
    return round_half_up(sum(known, ZERO), digits) if known else of_nothing


def compare(what: str, ours: Cell, theirs: Cell) -> str:
    """The words beside a sum that should equal one on 自评表: 一致, or by how much they differ."""
    gap = number(minus(ours, theirs))
    if gap is None:
        return ""
    if abs(gap) < Decimal("0.005"):
        return f"与自评表{what}一致"
    figure = f"{gap:,.6f}"  # as TEXT(…,"#,##0.00####") writes it
    return f"与自评表{what}相差 {figure[:-4]}{figure[-4:].rstrip('0')}"


def shown(entry: Entry) -> str:
    """The entry as a text, as ``&`` takes it."""
    return plain_number(entry.value) if entry.value is not None else entry.text


def row_of(*entries: Entry) -> int:
    """The sheet row of the first entry that knows its cell; 0 where none does."""
    return next((entry.place.row for entry in entries if entry.place), 0)


def each_row(layout: Layout, table: str, known: Mapping[int, Values], blank: Values) -> dict[int, Values]:
    """Values for every row of a table: the known ones, and those of a blank row for the rest."""
    stretch = layout.tables.get(table)
    return {row: known.get(row, blank) for row in stretch.rows} if stretch else {}
