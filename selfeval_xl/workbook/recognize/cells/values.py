"""Cells as entries: numbers behind texts, percentages as fractions, rates and scores that need their surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, OF_REGIONS, POINT_KEYS, Entry
from selfeval_xl.quantity import normalize_unit
from selfeval_xl.quantity.units import known as known_unit
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Table
from selfeval_xl.workbook.recognize.words.figures import HUNDRED, figure
from selfeval_xl.workbook.recognize.words.labels import DASH, squeeze

_DASH = lazy(DASH)
MEASURES = ("target", "actual")
"""Columns whose texts carry units of their own."""

RATES_APART = Decimal("0.0051")
"""The smallest difference between two different rates; one of them may be rounded to a whole percent."""

_FIGURE = lazy(r"[-+(]?\.?\d")
_UNIT_BEHIND = lazy(r"[^\d\s,.%％]\s*$")
ZERO = Decimal(0)
ROUNDED = Decimal("0.05")  # points lost or gained by rounding
_NEAR = Decimal("0.01")
_BOTH = lazy(r"(\d{1,3}(?:\.\d+)?)分?[/|](\d{1,3}(?:\.\d+)?)分?")
_RATE_AND_POINTS = lazy(r"(\d{1,3}(?:\.\d+)?)[%％]\s*[\n,，;；、/(（]\s*(\d{1,3}(?:\.\d+)?)分?[)）]?")


def gives(budget: Decimal, executed: Decimal | None, rate: Decimal | None) -> bool:
    """True if executed ÷ budget is the rate, which may be a fraction or a percentage."""
    if budget <= 0 or executed is None or rate is None:
        return False
    return any(abs(executed / budget - one) < RATES_APART for one in (rate, rate / HUNDRED))


def number(cell: Cell, *, points: bool = False) -> Decimal | None:
    """The cell's :func:`figure`."""
    return figure(cell.raw, cell.text, points=points)


def is_number(cell: Cell) -> bool:
    """True if the cell holds nothing but a figure, or a formula whose result was not stored."""
    return cell.is_number


def is_dash(cell: Cell) -> bool:
    """True for a dash, which says that no figure belongs here."""
    return _DASH.fullmatch(squeeze(cell.text)) is not None


def is_unit(cell: Cell) -> bool:
    """True for a unit alone (%, 人次): it completes a figure elsewhere, and says nothing about the row itself."""
    return known_unit(normalize_unit(squeeze(cell.text)))


def is_figure(cell: Cell) -> bool:
    """True for a figure, and for a dash in its place."""
    return is_number(cell) or is_dash(cell)


def entry(sheet: Sheet, cell: Cell, key: str) -> Entry:
    """The cell as an entry; it is not marked as used."""
    value = number(cell, points=key in POINT_KEYS)
    text = squeeze(cell.text)
    behind = not text.endswith("%") and _UNIT_BEHIND.search(cell.text)
    if key in MEASURES and (behind or not _FIGURE.match(text)):
        value = None  # "1亿元" is no plain 1, nor is the 98% below a format "≥"0%: the quantity's reader sees to them
    return Entry(cell.text.strip(), value, sheet.place(*cell.at), cell.raw.formula if cell.raw else None)


def weight_and_score(sheet: Sheet, table: Table, row: int) -> tuple[dict[str, Entry], list[Cell]]:
    """Weight and score written in one cell (10/9.5), or in two cells below one heading, with these cells; else nothing.

    The heading says which comes first (分值/得分); if it names the score only, the smaller figure is the score.
    """
    column = table.columns.get("points") or (None if "weight" in table.columns else table.columns.get("claimed_score"))
    cells = sheet.in_column(row, column) if column else []
    if column is None or not cells:
        return {}, []
    named, place = column.key == "points", sheet.place(*cells[0].at)
    match = _BOTH.fullmatch(squeeze(cells[0].text)) if len(cells) == 1 else None
    if match is not None:
        one, two = (Entry(figure, Decimal(figure), place) for figure in match.groups())
    elif named and len(cells) == 2 and all(map(is_number, cells)):
        one, two = (entry(sheet, cell, "weight") for cell in cells)
    else:
        return {}, []
    by_size = (one.value or 0) < (two.value or 0)
    score_first = column.heading.label.core.startswith(("得分", "自评", "实际")) if named else by_size
    score, weight = (one, two) if score_first else (two, one)
    return {"weight": weight, "claimed_score": score}, cells


def rate_and_score(entry: Entry, weight: Decimal | None) -> dict[str, Entry]:
    """Rate and score of the execution from one cell (95% ⏎ 9.5), if the score is that share of the weight."""
    match = _RATE_AND_POINTS.fullmatch(entry.text.strip())
    if match is None or weight is None:
        return {}
    rate, score = Decimal(match[1]) / HUNDRED, Decimal(match[2])
    if abs(rate * weight - score) > ROUNDED:
        return {}
    return {
        "claimed_rate": Entry(f"{match[1]}%", rate, entry.place),
        "claimed_score": Entry(match[2], score, entry.place),
    }


def blank(sheet: Sheet, row: int, column: int) -> Entry:
    """The entry of an empty cell, which still knows its place."""
    return Entry(place=sheet.place(row, column))


def settle_rate(sheet: Sheet, cell: Cell, column: Column, found: Entry, amounts: Mapping[str, Entry]) -> Entry:
    """The rate with its value as a fraction: a bare 86.85 is 86.85%; a bare 1 is a doubt unless the amounts decide.

    ``amounts``: budget and executed, or allocated and used, by their keys.

    A percentage (by a sign in the text or in the number format) is certain.  For a bare figure the reading that agrees
    with executed ÷ adjusted is taken; if neither agrees, a % in the heading decides, then the figure's size.
    """
    adjusted, executed = (amounts.get(key, amounts.get(of, EMPTY)) for key, of in OF_REGIONS.items())
    bare = found.value
    if bare is None or bare == 0 or "%" in squeeze(found.text):
        return found
    as_percent = column.heading.label.unit == "%" or bare > 2
    readings = (bare / HUNDRED, bare) if as_percent else (bare, bare / HUNDRED)
    quotient = executed.value / adjusted.value if adjusted.value and executed.value is not None else None
    near = Decimal(0) if quotient is None else min(_NEAR, quotient / 2)  # of a tiny rate, a hundredth is a lot
    agreeing = [reading for reading in readings if quotient is not None and abs(reading - quotient) < near]
    doubtful = bare <= 1 if column.heading.label.unit == "%" else 1 <= bare <= 2
    if not agreeing and doubtful:
        sheet.doubt(cell, *(f"{(reading * HUNDRED).normalize():f}%" for reading in readings))
    value = agreeing[0] if agreeing else readings[0]
    return Entry(found.text, value, found.place, found.formula)
