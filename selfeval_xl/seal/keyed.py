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
_REMEMBERED = 1 << 12  # formulas of a layout
_NONE: Mapping[str, str] = {}


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
        self.above = {place: self._above(*place) for place in rows}
        self._formulas: dict[tuple[str, str, int], dict[str, str]] = {}
        self._known = 0

    def known(self, own: str, sheet: str, row: int) -> Mapping[str, str]:
        """The formulas of a row that are known already (:meth:`Formulas.keyed`)."""
        return self._formulas.get((own, sheet, row), _NONE)

    def remember(self, own: str, sheet: str, row: int, formula: str, text: str) -> None:
        """Keep a formula of a row."""
        if self._known >= _REMEMBERED:
            self._formulas.clear()
            self._known = 0
        self._formulas.setdefault((own, sheet, row), {})[formula] = text
        self._known += 1

    def _above(self, sheet: str, row: int) -> int:
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
        self._filling_matters = False  # to the formula at hand

    def keyed(self, formula: str, sheet: str, row: int, own: str) -> str:
        """A formula in a row of the table ``own``, or outside of them (``""``).

        Most stand in other workbooks of the same layout too, and but for their own row's number in the table's other
        rows: each is taken apart once.
        """
        text = self._plan.known(own, sheet, row).get(formula)
        if text is None:
            self._filling_matters = False
            text = self._by_pattern(formula, sheet, row, own)
            if not self._filling_matters:
                self._plan.remember(own, sheet, row, formula, text)
        return text

    def _by_pattern(self, formula: str, sheet: str, row: int, own: str) -> str:
        if not own:
            return self._keyed(formula, sheet, row, own)
        pieces = formula.split('"')
        pieces[::2] = [re.sub(rf"(?<![!:\w$])(\$?[A-Z]{{1,3}}){row}(?![0-9])", r"\1@", each) for each in pieces[::2]]
        pattern = own, sheet, '"'.join(pieces)
        if pattern not in self._patterns:
            self._patterns[pattern] = self._keyed(formula, sheet, row, own), self._filling_matters
        text, self._filling_matters = self._patterns[pattern]
        return text

    def _keyed(self, formula: str, sheet: str, row: int, own: str) -> str:
        parts = []
        for each in tokens(formula.lstrip("=")):
            if each.kind == "reference":
                parts.append(self._reference(each, sheet, row, own))
            elif each.kind != "space":
                parts.append(_plain(each))
        return "=" + "".join(parts).replace("TRUE()", "TRUE").replace("FALSE()", "FALSE")

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
