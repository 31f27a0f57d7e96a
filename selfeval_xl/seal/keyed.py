"""Formulas under a seal: with the form's keys for addresses, and without what programs write differently."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from selfeval_xl.forms.layout import LAYOUTS, Layout, Spot, Stretch
from selfeval_xl.workbook.references import Token, column_number, tokens, unquote_sheet

_FINDINGS, _NOTE = "findings", "findings_note"
_CORNER = re.compile(r"(\$?)([A-Za-z]*)(\$?)([0-9]*)")
# A text, or else a reference within its sheet to a row that goes with the cell: the column, and the row's number.
_ROW = re.compile(r'"[^"\0]*"?|(?<![!:\w$])(\$?[A-Z]{1,3})([0-9]+)')
_REMEMBERED = 1 << 9  # rows of a layout


class Plan:
    """What is sealed of workbooks with one layout: their ``fields`` and ``tables`` in order, and by sheet.

    ``tops`` is the topmost cell of ours on a sheet; ``above`` the last row of the table above the row of a field or of
    another table, 0 where there is none.
    """

    def __init__(self, layout: Layout) -> None:
        self.fields = sorted((key, spot) for key, spot in layout.fields.items() if key != _NOTE)
        self.tables = sorted((item for item in layout.tables.items() if item[0] != _FINDINGS), key=lambda item: item[0])
        keys: dict[str, list[str]] = {}
        places: list[tuple[str, Spot | Stretch]] = [*self.fields, *self.tables]
        for key, place in places:
            keys.setdefault(place.sheet, []).append(key)
        self.sheets = dict(sorted(((sheet, sorted(each)) for sheet, each in keys.items()), key=lambda item: item[1]))
        self.tables_on = {sheet: {key: one for key, one in self.tables if one.sheet == sheet} for sheet in self.sheets}
        self.field_at = {(spot.sheet, spot.row, spot.column): key for key, spot in layout.fields.items()}
        self.columns_at: dict[tuple[str, int], list[tuple[str, str, Stretch]]] = {}
        for key, stretch in layout.tables.items():
            for name, number in stretch.columns.items():
                self.columns_at.setdefault((stretch.sheet, number), []).append((key, name, stretch))
        self.tops = {sheet: self._top(sheet) for sheet in self.sheets}
        rows = {(spot.sheet, spot.row) for _, spot in self.fields}
        rows |= {(stretch.sheet, stretch.first_row) for _, stretch in self.tables}
        self.above = {place: self.above_row(*place) for place in rows}
        self.spots = self._spots()
        self.known: dict[tuple[str, str, int, tuple[str | None, ...]], Sequence[str]] = {}  # see Formulas.keyed

    def _spots(self) -> dict[str, Spot]:
        """The cells to name for what has a fixed place: fields, the columns of tables, sheets (``!``)."""
        spots = dict(self.fields)
        for key, one in self.tables:
            spots |= {f"{key}.{name}": Spot(one.sheet, one.first_row, column) for name, column in one.columns.items()}
        return spots | {f"!{keys[0]}": self.tops[sheet] for sheet, keys in self.sheets.items()}

    def above_row(self, sheet: str, row: int) -> int:
        """The last row of the table above a row, 0 where there is none."""
        return max((one.last_row for one in self.tables_on[sheet].values() if one.last_row < row), default=0)

    def _top(self, sheet: str) -> Spot:
        spots = [(spot.row, spot.column) for _, spot in self.fields if spot.sheet == sheet]
        spots += [(one.first_row, min(one.columns.values())) for one in self.tables_on[sheet].values()]
        return Spot(sheet, *min(spots))


@lru_cache(maxsize=LAYOUTS)
def plan(layout: Layout) -> Plan:
    """The plan of a layout."""
    return Plan(layout)


class Formulas:
    """Puts keys into the formulas of one workbook; ``filled`` are the filled rows of each table."""

    def __init__(self, places: Plan, filled: Mapping[str, Sequence[int]]) -> None:
        self._plan, self._filled = places, filled
        self._patterns: dict[tuple[str, str, str], tuple[str, bool]] = {}
        self._above: dict[tuple[str, str], tuple[list[str], list[tuple[str, bool]]]] = {}
        self._filling_matters = False  # to the formula at hand

    def keyed(self, formulas: tuple[str | None, ...], sheet: str, row: int, own: str) -> Sequence[str]:
        """The formulas of a row in the table ``own``, or outside of them (``""``); "" where there is none.

        Most rows stand in other workbooks of the same layout too, and most formulas but for their own row's number in
        the table's other rows: each is taken apart once.
        """
        known, place = self._plan.known, (own, sheet, row, formulas)
        texts = known.get(place)
        if texts is None:
            if own:
                found = self._in_table(formulas, sheet, row, own)
            else:
                found = [self._keyed(each, sheet, row, own) if each else ("", False) for each in formulas]
            texts = [text for text, _ in found]
            if not any(filling_matters for _, filling_matters in found):
                if len(known) >= _REMEMBERED:
                    known.clear()
                known[place] = texts
        return texts

    def _in_table(self, formulas: Sequence[str | None], sheet: str, row: int, own: str) -> list[tuple[str, bool]]:
        """The formulas of a table's row, most of which are those of the row above but for its number."""
        whole, number, numbers = "\0".join([formula or "" for formula in formulas]), str(row), set[str]()
        above = self._above.get((own, sheet))
        if above is not None and number.join(above[0]) == whole:
            return above[1]

        def without(match: re.Match[str]) -> str:
            numbers.add(match[2] or number)
            return f"{match[1]}\1" if match[2] == number else match[0]

        pattern = _ROW.sub(without, whole)
        found = [
            self._by_pattern((own, sheet, said), formula, row) if formula else ("", False)
            for said, formula in zip(pattern.split("\0"), formulas, strict=True)
        ]
        if numbers == {number}:  # no other row's number can become a row's own elsewhere
            self._above[own, sheet] = pattern.split("\1"), found
        return found

    def _by_pattern(self, pattern: tuple[str, str, str], formula: str, row: int) -> tuple[str, bool]:
        if pattern not in self._patterns:
            own, sheet, _ = pattern
            self._patterns[pattern] = self._keyed(formula, sheet, row, own)
        return self._patterns[pattern]

    def _keyed(self, formula: str, sheet: str, row: int, own: str) -> tuple[str, bool]:
        """The formula with its keys, and whether they hang on which rows are filled."""
        self._filling_matters = False
        parts = []
        for each in tokens(formula.lstrip("=")):
            if each.kind == "reference":
                parts.append(self._reference(each, sheet, row, own))
            elif each.kind != "space":
                parts.append(_plain(each))
        text = "=" + "".join(parts).replace("TRUE()", "TRUE").replace("FALSE()", "FALSE")
        return text, self._filling_matters

    def _reference(self, reference: Token, sheet: str, row: int, own: str) -> str:
        there = unquote_sheet(reference.prefix[:-1]) if reference.prefix else sheet
        return ":".join(self._corner(corner, there, row, own) for corner in reference.text.split(":"))

    def _corner(self, text: str, sheet: str, row: int, own: str) -> str:
        """``{key}`` of a field; of a table's column with its row: ``@`` this, ``^`` first, ``$`` last, ``#3`` third."""
        match = _CORNER.fullmatch(text)
        if match is None:
            return text
        letters, fixed, digits = match[2], match[3], match[4]
        column, number = column_number(letters) if letters else 0, int(digits or 0)
        key = self._plan.field_at.get((sheet, number, column))
        if key is not None:
            return f"{{{key}}}"
        for table, name, stretch in self._plan.columns_at.get((sheet, column), ()):
            if not number or stretch.first_row <= number <= stretch.last_row:
                this = number == row and table == own and not fixed
                return f"{{{table}.{name}}}{'@' if this else self._which(table, stretch, number)}"
        return f"{self._plan.sheets.get(sheet, [sheet])[0]}!{letters.upper()}{digits}"

    def _which(self, table: str, stretch: Stretch, number: int) -> str:
        if not number:
            return ""
        if number in (stretch.first_row, stretch.last_row):
            return "^" if number == stretch.first_row else "$"
        self._filling_matters = True
        filled = self._filled.get(table, ())
        return f"#{filled.index(number)}" if number in filled else "~"


def _plain(each: Token) -> str:
    """A piece of a formula that is no reference, as every program means it."""
    if each.kind == "text":
        return unicodedata.normalize("NFC", str(each))
    if each.kind == "number":
        return format(Decimal(each.text).normalize(), "f")
    return str(each).replace("'", "").upper().removeprefix("_XLFN.")
