"""What a seal covers, in a form that stays when another program saves the file, or when sheets and blank rows move.

Everything goes by the keys of the form and by the ordinal of a row among the filled ones, never by addresses or sheet
names; the tool's own findings, notes and marks are left out, as they come and go with every check.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from selfeval_xl.forms.layout import Layout, Stretch
from selfeval_xl.model import Place
from selfeval_xl.read import Workbook
from selfeval_xl.seal.looks import Looks, looks_of
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.number_format import CellValue, ErrorValue
from selfeval_xl.workbook.references import Cell, Token, cell_name, column_number, tokens, unquote_sheet

_FINDINGS, _NOTE = "findings", "findings_note"
_RESULTS = ("total_score", "total_grade", "budget_rate", "budget_score", "weight_total")
_RESULT_COLUMNS = {"indicators": ("score", "status")}
_NOISE = Decimal("1e-9")
_CORNER = re.compile(r"(\$?)([A-Za-z]*)(\$?)([0-9]*)")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing under the seal, and the cell to name where it differs."""

    content: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Table:
    """The filled rows of a table, each with its cells by column; ``""`` is the row itself."""

    place: Place
    rows: list[dict[str, Item]]


@dataclass(frozen=True, slots=True)
class Content:
    """All that is sealed: fields and column positions, table rows, sheets, and what the formulas gave."""

    fields: dict[str, Item] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    sheets: dict[str, Item] = field(default_factory=dict)
    results: dict[str, Item] = field(default_factory=dict)


def content_of(workbook: Workbook, layout: Layout) -> Content:
    """The content of a workbook of ours with this layout."""
    return _Reader(workbook, layout).content()


class _Reader:
    """Reads one workbook; knows its grids, which rows of each table are filled, and what can't be seen."""

    def __init__(self, workbook: Workbook, layout: Layout) -> None:
        self.workbook = workbook
        self.fields = {key: spot for key, spot in layout.fields.items() if key != _NOTE}
        self.tables = {key: stretch for key, stretch in layout.tables.items() if key != _FINDINGS}
        self.keys: dict[str, list[str]] = {}
        for spots in (self.fields, self.tables):
            for key, spot in spots.items():
                self.keys.setdefault(spot.sheet, []).append(key)
        self.filled = {key: self._filled(stretch) for key, stretch in self.tables.items()}
        self.field_at = {(spot.sheet, spot.row, spot.column): key for key, spot in layout.fields.items()}
        self.known: dict[tuple[int, str, str], str] = {}
        self.columns_at: dict[tuple[str, int], list[tuple[str, str, Stretch]]] = {}
        for key, stretch in layout.tables.items():
            for name, number in stretch.columns.items():
                self.columns_at.setdefault((stretch.sheet, number), []).append((key, name, stretch))
        self.used = {sheet: self._used(sheet) for sheet in self.keys}
        self.looks: Mapping[str, Looks] = looks_of(workbook.package, self.keys)

    def content(self) -> Content:
        content = Content()
        for key, spot in sorted(self.fields.items()):
            hidden = "\0row" if spot.row in self.looks[spot.sheet].hidden_rows else ""
            at = f"\0{spot.column}\0{self._gap(spot.sheet, spot.row)}"
            content.fields[key] = Item(self._cell(spot.sheet, spot.row, spot.column) + hidden + at, spot.place)
            if key in _RESULTS:
                content.results[f"={key}"] = self._result(spot.sheet, (spot.row, spot.column))
        for key, stretch in sorted(self.tables.items()):
            for column, number in sorted(stretch.columns.items()):
                at = f"{number}\0{self._gap(stretch.sheet, stretch.first_row)}"
                content.fields[f"{key}.{column}"] = Item(at, stretch.place(stretch.first_row, column))
            content.tables[key] = self._table(key, stretch, content)
        for sheet, keys in sorted(self.keys.items(), key=lambda item: min(item[1])):
            looks = self.looks[sheet]
            first = self._first(sheet)
            where = Place(sheet, looks.hiding_areas[0]) if looks.hiding_areas else first
            said = "\0".join((looks.state, " ".join(sorted(keys)), *sorted(looks.rules)))
            content.sheets[f"!{min(keys)}"] = Item(said, where)
        return content

    def _table(self, key: str, stretch: Stretch, content: Content) -> Table:
        columns = sorted(stretch.columns)
        first = min(columns, key=lambda column: stretch.columns[column])
        rows = []
        for ordinal, number in enumerate(self.filled[key]):
            hidden = number in self.looks[stretch.sheet].hidden_rows
            row = {"": Item("hidden" if hidden else "", stretch.place(number, first))}
            for column in columns:
                at = stretch.columns[column]
                row[column] = Item(self._cell(stretch.sheet, number, at, stretch), stretch.place(number, column))
                if column in _RESULT_COLUMNS.get(key, ()):
                    content.results[f"={key}.{column}.{ordinal}"] = self._result(stretch.sheet, (number, at))
            rows.append(row)
        return Table(stretch.place(stretch.first_row, first), rows)

    def _first(self, sheet: str) -> Place:
        """The topmost place of ours on a sheet."""
        spots = [(spot.row, spot.column) for spot in self.fields.values() if spot.sheet == sheet]
        spots += [(one.first_row, min(one.columns.values())) for one in self.tables.values() if one.sheet == sheet]
        return Place(sheet, cell_name(*min(spots)))

    def _filled(self, stretch: Stretch) -> list[int]:
        """The rows of a table in which something was entered."""
        cells = self._grid(stretch.sheet).cells
        found = []
        for row in range(stretch.first_row, stretch.last_row + 1):
            raws = (cells.get((row, column)) for column in stretch.columns.values())
            if any(raw is not None and raw.formula is None and raw.value not in (None, "") for raw in raws):
                found.append(row)
        return found

    def _used(self, sheet: str) -> list[int]:
        """The rows outside of our tables in which anything stands, in their order."""
        inside = [(one.first_row, one.last_row) for one in self.tables.values() if one.sheet == sheet]
        rows = {
            row
            for (row, _), raw in self._grid(sheet).cells.items()
            if (raw.formula or raw.value not in (None, "")) and not any(top <= row <= end for top, end in inside)
        }
        return sorted(rows)

    def _gap(self, sheet: str, row: int) -> int:
        """How many rows with anything in them lie between the table above (or the top) and a row."""
        ends = [one.last_row for one in self.tables.values() if one.sheet == sheet and one.last_row < row]
        above = max(ends, default=0)
        return sum(above < used < row for used in self.used[sheet])

    def _grid(self, sheet: str) -> Grid:
        return self.workbook.grids.get(sheet) or Grid(sheet)

    def _cell(self, sheet: str, row: int, column: int, own: Stretch | None = None) -> str:
        raw = self._grid(sheet).cells.get((row, column))
        if raw is None or (raw.formula is None and raw.value in (None, "")):
            return ""
        said = self._formula(raw.formula, sheet, row, own) if raw.formula else _value(raw.value)
        return said + ("\0hidden" if raw.style in self.looks[sheet].hiding_styles else "")

    def _result(self, sheet: str, at: Cell) -> Item:
        """What a formula gave, without the noise by which two programs' arithmetic may differ."""
        raw = self._grid(sheet).cells.get(at)
        value = raw.value if raw else None
        if isinstance(value, Decimal):
            value = value.quantize(_NOISE, ROUND_HALF_UP) if abs(value) < 10_000 else value
        return Item(_value(value), Place(sheet, cell_name(*at)))

    def _formula(self, formula: str, sheet: str, row: int, own: Stretch | None) -> str:
        """A formula with keys for addresses, without blanks, case and what else programs write differently.

        The rows of a table hold the same formulas but for their own row's number: each is taken apart once.
        """
        pieces = formula.split('"')
        pieces[::2] = [re.sub(rf"(?<![!:\w$])(\$?[A-Z]{{1,3}}){row}(?![0-9])", r"\1@", each) for each in pieces[::2]]
        pattern = (id(own), sheet, '"'.join(pieces))
        if own is None or pattern not in self.known:
            self.known[pattern] = self._keyed(formula, sheet, row, own)
        return self.known[pattern]

    def _keyed(self, formula: str, sheet: str, row: int, own: Stretch | None) -> str:
        parts = []
        for each in tokens(formula.lstrip("=")):
            if each.kind == "reference":
                parts.append(self._reference(each, sheet, row, own))
            elif each.kind != "space":
                parts.append(_plain(each))
        return "=" + "".join(parts).replace("TRUE()", "TRUE").replace("FALSE()", "FALSE")

    def _reference(self, reference: Token, sheet: str, row: int, own: Stretch | None) -> str:
        there = unquote_sheet(reference.prefix[:-1]) if reference.prefix else sheet
        return ":".join(self._corner(corner, there, row, own) for corner in reference.text.split(":"))

    def _corner(self, text: str, sheet: str, row: int, own: Stretch | None) -> str:
        """``{key}`` of a field; of a table's column with its row: ``@`` this, ``^`` first, ``$`` last, ``#3`` third."""
        match = _CORNER.fullmatch(text)
        if match is None:
            return text
        letters, fixed, digits = match[2], match[3], match[4]
        column, number = column_number(letters) if letters else 0, int(digits or 0)
        key = self.field_at.get((sheet, number, column))
        if key is not None:
            return f"{{{key}}}"
        for table, name, stretch in self.columns_at.get((sheet, column), ()):
            if not number or stretch.first_row <= number <= stretch.last_row:
                this = number == row and stretch is own and not fixed
                return f"{{{table}.{name}}}{'@' if this else self._which(table, stretch, number)}"
        return f"{min(self.keys.get(sheet, [sheet]))}!{letters.upper()}{digits}"

    def _which(self, table: str, stretch: Stretch, number: int) -> str:
        if not number:
            return ""
        if number in (stretch.first_row, stretch.last_row):
            return "^" if number == stretch.first_row else "$"
        filled = self.filled.get(table, [])
        return f"#{filled.index(number)}" if number in filled else "~"


def _plain(each: Token) -> str:
    """A piece of a formula that is no reference, as every program means it."""
    if each.kind == "text":
        return unicodedata.normalize("NFC", str(each))
    if each.kind == "number":
        return format(Decimal(each.text).normalize(), "f")
    return str(each).replace("'", "").upper().removeprefix("_XLFN.")


def _value(value: CellValue) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return f"b{int(value)}"
        case Decimal():
            return "n" + format(value.normalize() + 0, "f")
        case ErrorValue():
            return f"e{value}"
    return "t" + unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
