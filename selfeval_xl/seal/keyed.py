"""Formulas as they are sealed: with the form's keys in place of addresses, without what programs write differently."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from selfeval_xl.forms.layout import LAYOUTS, Layout, Spot, Stretch
from selfeval_xl.groups import by_key
from selfeval_xl.workbook.references import Token, column_number, tokens, unquote_sheet

_FINDINGS, _NOTE = "findings", "findings_note"
_CORNER = re.compile(r"(\$?)([A-Za-z]*)(\$?)([0-9]*)")
# The number of a row, where it stands in a reference: with any other such number a formula has the same pieces.
# It begins with a digit, which is quicker found than what stands before one.
_NUMBER = re.compile(r"([1-9](?<=[A-Za-z$][1-9])[0-9]{0,4})(?![0-9])")
_THIS = "@"  # behind a table's column: in the row of the formula
_REMEMBERED = 1 << 9  # rows of a layout


class Plan:
    """What is sealed of workbooks with one layout, worked out once for all of them.

    ``fields`` and ``tables`` are sorted by key; ``rows`` has the columns of fields by row, ``columns`` those of tables.
    ``tops`` is the topmost cell of the form on each sheet; ``above`` gives for the row of a field, or the first of a
    table, the last row of the table above it (0: none).
    """

    def __init__(self, layout: Layout) -> None:
        self.fields = sorted((key, spot) for key, spot in layout.fields.items() if key != _NOTE)
        self.tables = sorted((item for item in layout.tables.items() if item[0] != _FINDINGS), key=lambda item: item[0])
        places: list[tuple[str, Spot | Stretch]] = [*self.fields, *self.tables]
        keys = by_key((place.sheet, key) for key, place in places)
        self.sheets = dict(sorted(((sheet, sorted(each)) for sheet, each in keys.items()), key=lambda item: item[1]))
        self.tables_on = {sheet: {key: one for key, one in self.tables if one.sheet == sheet} for sheet in self.sheets}
        self.field_at: dict[tuple[str, int, int], str] = {spot: key for key, spot in layout.fields.items()}
        self.columns_at: dict[tuple[str, int], list[tuple[str, str, Stretch]]] = {}
        for key, stretch in layout.tables.items():
            for name, number in stretch.columns.items():
                self.columns_at.setdefault((stretch.sheet, number), []).append((key, name, stretch))
        self.tops = {sheet: self._top(sheet) for sheet in self.sheets}
        self.rows: dict[tuple[str, int], dict[str, int]] = {}
        for key, spot in self.fields:
            self.rows.setdefault((spot.sheet, spot.row), {})[key] = spot.column
        self.columns = {key: dict(sorted(one.columns.items())) for key, one in self.tables}
        firsts = {(stretch.sheet, stretch.first_row) for _, stretch in self.tables}
        self.above = {place: self.above_row(*place) for place in self.rows.keys() | firsts}
        self.spots = self._spots()
        self.known: dict[tuple[str, str, int, tuple[str | None, ...]], tuple[str, ...]] = {}  # see Formulas.keyed

    def _spots(self) -> dict[str, Spot]:
        """The cells to report for what has a fixed place: fields, the columns of tables, sheets (``!``)."""
        spots = dict(self.fields)
        for key, one in self.tables:
            spots |= {f"{key}.{name}": Spot(one.sheet, one.first_row, column) for name, column in one.columns.items()}
        return spots | {f"!{keys[0]}": self.tops[sheet] for sheet, keys in self.sheets.items()}

    def holds(self, sheet: str, row: int, column: int) -> bool:
        """Whether a cell is a field, or in the column of a table."""
        for _, _, one in self.columns_at.get((sheet, column), ()):
            if one.first_row <= row <= one.last_row:
                return True
        return (sheet, row, column) in self.field_at

    def above_row(self, sheet: str, row: int) -> int:
        """The last row of the table above a row, 0 where there is none."""
        return max((one.last_row for one in self.tables_on[sheet].values() if one.last_row < row), default=0)

    def _top(self, sheet: str) -> Spot:
        spots = [(spot.row, spot.column) for _, spot in self.fields if spot.sheet == sheet]
        spots += [(one.first_row, min(one.columns.values())) for one in self.tables_on[sheet].values()]
        return Spot(sheet, *min(spots))


plan = lru_cache(maxsize=LAYOUTS)(Plan)


class Formulas:
    """Puts keys into the formulas of one workbook; ``filled`` are the filled rows of each table."""

    def __init__(self, places: Plan, filled: Mapping[str, Sequence[int]]) -> None:
        self._plan, self._filled = places, filled
        self._above: dict[tuple[str, str], tuple[list[str], tuple[str, ...], bool]] = {}
        self._filling_matters = False  # to the row at hand
        self._row_matters = False  # which one of its table that is

    def keyed(self, formulas: tuple[str | None, ...], sheet: str, row: int, own: str) -> tuple[str, ...]:
        """The formulas of a row in the table ``own``, or outside of them (``""``); "" where there is none.

        Most rows stand in other workbooks of the same layout too, and most formulas but for their own row's number in
        the table's other rows: each is keyed once.
        """
        known, place = self._plan.known, (own, sheet, row, formulas)
        texts = known.get(place)
        if texts is None:
            self._filling_matters = False
            texts = (self._in_table if own else self._by_itself)(formulas, sheet, row, own)
            if not self._filling_matters:
                if len(known) >= _REMEMBERED:
                    known.clear()
                known[place] = texts
        return texts

    def _in_table(self, formulas: Sequence[str | None], sheet: str, row: int, own: str) -> tuple[str, ...]:
        """The formulas of a table's row, most of which are those of the row above but for its number."""
        above = self._above.get((own, sheet))
        if above is not None and str(row).join(above[0]) == "\0".join([formula or "" for formula in formulas]):
            _, texts, self._filling_matters = above
            return texts
        self._row_matters = False
        keyed = [self._keyed(formula, sheet, row, own) if formula else ("", "") for formula in formulas]
        texts = tuple([text for text, _ in keyed])
        if not self._row_matters:
            pieces = "\0".join([pattern for _, pattern in keyed]).split("\1")
            self._above[own, sheet] = pieces, texts, self._filling_matters
        return texts

    def _by_itself(self, formulas: Sequence[str | None], sheet: str, row: int, own: str) -> tuple[str, ...]:
        """The formulas of a row outside of the tables."""
        return tuple([self._keyed(formula, sheet, row, own)[0] if formula else "" for formula in formulas])

    def _keyed(self, formula: str, sheet: str, row: int, own: str) -> tuple[str, str]:
        """A formula with keys, and as it was, with a sign for the row's number wherever it means the table's own row.

        To have that in common with the row below, it must refer to no other cell that goes with its own.
        """
        pieces, texts = _NUMBER.split(formula), list[str]()
        places = iter(range(1, len(pieces), 2))
        for each in _shape("1".join(pieces[::2])) or _taken_apart(formula):
            if isinstance(each, str):
                texts.append(each)
                continue
            place = next(places) if each.digits is None else 0
            digits = pieces[place] if each.digits is None else each.digits
            text = self._corner(each, digits, sheet, row, own)
            if place and text.endswith(_THIS):
                pieces[place] = "\1"
            elif digits and not each.fixed:
                self._row_matters = True
            texts.append(text)
        text = "=" + "".join(texts).replace("TRUE()", "TRUE").replace("FALSE()", "FALSE")
        return intern(text), "".join(pieces)  # other layouts have it too

    def _corner(self, corner: _Corner, digits: str, sheet: str, row: int, own: str) -> str:
        """``{key}`` of a field; of a table's column with its row: ``@`` this, ``^`` first, ``$`` last, ``#3`` third."""
        prefix, letters, column, fixed, _ = corner
        if prefix is not None:
            sheet = prefix
        number = int(digits or 0)
        key = self._plan.field_at.get((sheet, number, column))
        if key is not None:
            return f"{{{key}}}"
        for table, name, stretch in self._plan.columns_at.get((sheet, column), ()):
            if not number or stretch.first_row <= number <= stretch.last_row:
                this = number == row and table == own and not fixed
                return f"{{{table}.{name}}}{_THIS if this else self._which(table, stretch, number)}"
        return f"{self._plan.sheets.get(sheet, [sheet])[0]}!{letters}{digits}"

    def _which(self, table: str, stretch: Stretch, number: int) -> str:
        if not number:
            return ""
        if number in (stretch.first_row, stretch.last_row):
            return "^" if number == stretch.first_row else "$"
        self._filling_matters = True
        filled = self._filled.get(table, ())
        return f"#{filled.index(number)}" if number in filled else "~"


class _Corner(NamedTuple):
    """A cell in a formula, a row or a column; ``sheet`` is None where it is the formula's own, ``digits`` where they
    are left open.  ``fixed``: the row stays where the formula is copied."""

    sheet: str | None
    letters: str
    column: int
    fixed: bool
    digits: str | None


@lru_cache(maxsize=1 << 9)  # a form has some 90, wherever its rows stand
def _shape(sample: str) -> Sequence[str | _Corner] | None:
    """The pieces of all formulas that have this text but for the numbers of rows, each of which is 1 here.

    None where one of these may be no row's.
    """
    pieces = _taken_apart(sample, open_rows=True)
    rows = sum(each.digits is None for each in pieces if isinstance(each, _Corner))
    return pieces if rows == len(_NUMBER.findall(sample)) else None


def _taken_apart(formula: str, *, open_rows: bool = False) -> list[str | _Corner]:
    """The corners of a formula's references, the numbers of their rows left open if asked, and what is between them."""
    pieces: list[str | _Corner] = []
    for each in tokens(formula.lstrip("=")):
        if each.kind == "reference":
            sheet = unquote_sheet(each.prefix[:-1]) if each.prefix else None
            for count, text in enumerate(each.text.split(":")):
                _, letters, fixed, digits = _CORNER.findall(text)[0]
                column, open_row = column_number(letters) if letters else 0, open_rows and _NUMBER.search(text)
                corner = _Corner(sheet, letters.upper(), column, bool(fixed), None if open_row else digits)
                pieces += [":", corner] if count else [corner]
        elif each.kind != "space":
            if pieces and isinstance(before := pieces[-1], str):
                pieces[-1] = before + _plain(each)
            else:
                pieces.append(_plain(each))
    return pieces


def _plain(each: Token) -> str:
    """A piece of a formula that is no reference, as every program means it."""
    if each.kind == "text":
        return unicodedata.normalize("NFC", str(each))
    if each.kind == "number":
        return format(Decimal(each.text).normalize(), "f")
    return str(each).replace("'", "").upper().removeprefix("_XLFN.")
