"""Where each value of a form lives in a particular workbook, and how its formulas read there.

In the empty template a value is where the spec puts it; in a workbook that came back, where its defined name points
(``se.year`` is a field, ``se.indicators.target`` a column of a table), however people moved cells, rows and sheets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from itertools import chain
from sys import intern
from typing import TYPE_CHECKING, NamedTuple

from selfeval_xl.forms.outline import known_keys
from selfeval_xl.lazy import lazy
from selfeval_xl.model import Place
from selfeval_xl.workbook.references import Area, area_name, cell_name, column_letters, parse_area, quote_sheet

if TYPE_CHECKING:
    from selfeval_xl.forms.spec import Spec

PREFIX = "se."
MAX_NAMES = 2_000  # names with our prefix in a workbook; of more, only those that a form really has are read
LAYOUTS = 8  # layouts remembered; returns of one template often differ in their number of rows, so few are shared
MAX_ROWS = 20_000  # of a table; a name that claims more was made to do harm
_ROW = "\0"  # stands for the row's number until that is known
_KEY = lazy(r"\{([a-z_0-9]+)(?:\.([a-z_0-9]+))?\}")


class Spot(NamedTuple):
    """A field's cell."""

    sheet: str
    row: int
    column: int

    @property
    def place(self) -> Place:
        """The cell, as entries and findings name it."""
        return Place(self.sheet, cell_name(self.row, self.column))

    def absolute(self, seen_from: str | None = None) -> str:
        """The absolute reference to the cell, as in formulas on the sheet ``seen_from``."""
        area = Area(self.sheet, self.row, self.column, self.row, self.column)
        return area_name(area, absolute=True, seen_from=seen_from)


class Stretch(NamedTuple):
    """A table's rows, and the column of each of its keys."""

    sheet: str
    first_row: int
    last_row: int
    columns: Mapping[str, int]

    @property
    def rows(self) -> range:
        """The numbers of the rows."""
        return range(self.first_row, self.last_row + 1)

    def place(self, row: int, key: str) -> Place:
        """A column's cell in a row of the sheet; KeyError where the table lacks the column."""
        return Place(self.sheet, cell_name(row, self.columns[key]))

    def absolute(self, key: str, seen_from: str | None = None) -> str:
        """The absolute reference to a column's whole range, as in formulas on the sheet ``seen_from``."""
        letters = column_letters(self.columns[key])
        prefix = "" if self.sheet == seen_from else f"{quote_sheet(self.sheet)}!"
        return f"{prefix}${letters}${self.first_row}:${letters}${self.last_row}"


class Layout:
    """The places of all fields and tables in a workbook; never changed.  Workbooks with the same defined names share
    one object, so that caches can be keyed by it."""

    def __init__(self, fields: Mapping[str, Spot], tables: Mapping[str, Stretch]) -> None:
        self.fields, self.tables = fields, tables

    @cached_property
    def sheets(self) -> frozenset[str]:
        """The names of the sheets that have a field or a table."""
        return frozenset(one.sheet for places in (self.fields, self.tables) for one in places.values())


def planned(spec: Spec) -> Layout:
    """The layout of the empty template."""
    fields: dict[str, Spot] = {}
    tables: dict[str, Stretch] = {}
    for sheet in spec.sheets:
        for field in sheet.fields:
            fields[field.cell.key] = Spot(sheet.name, field.box[0], field.box[1])
        for table in sheet.tables:
            columns = {column.cell.key: column.first for column in table.columns}
            tables[table.key] = Stretch(sheet.name, table.first_row, table.last_row, columns)
    return Layout(fields, tables)


def names_of(layout: Layout) -> dict[str, str]:
    """The defined names that record a layout in a workbook: name → absolute reference."""
    names = {PREFIX + key: spot.absolute() for key, spot in layout.fields.items()}
    for table, stretch in layout.tables.items():
        names |= {f"{PREFIX}{table}.{key}": stretch.absolute(key) for key in stretch.columns}
    return names


def found(names: Iterable[tuple[str, str]]) -> tuple[Layout, tuple[str, ...]]:
    """The layout that a workbook's defined names give, and those of our names that are broken (``#REF!`` …).

    ``names`` are (name, reference) pairs; other people's names are ignored.  A table spans the rows that its columns
    have in common; a column on another sheet than the rest counts as broken.
    """
    ours = [pair for pair in names if pair[0].lower().startswith(PREFIX)]
    if len(ours) > MAX_NAMES:
        known = known_keys()
        ours = [(name, reference) for name, reference in ours if name[len(PREFIX) :].lower() in known]
    return _found("\0".join(chain.from_iterable(ours)))  # as a cache key, one text takes a third of the memory


@lru_cache(maxsize=LAYOUTS)
def _found(names: str) -> tuple[Layout, tuple[str, ...]]:
    pieces = names.split("\0")
    fields: dict[str, Spot] = {}
    areas: dict[str, dict[str, tuple[str, int, int, int]]] = {}
    broken: list[str] = []
    for name, reference in zip(pieces[::2], pieces[1::2], strict=False):
        key, _, column = name[len(PREFIX) :].lower().partition(".")
        try:
            area = parse_area(reference.lstrip("="))
        except ValueError:
            broken.append(name)
            continue
        if area.sheet is None:
            broken.append(name)
        elif column:
            areas.setdefault(key, {})[column] = (area.sheet, area.top, area.bottom, area.left)
        else:
            fields[key] = Spot(area.sheet, area.top, area.left)
    tables: dict[str, Stretch] = {}
    for key, columns in areas.items():
        sheet = next(iter(columns.values()))[0]
        there = {column: area for column, area in columns.items() if area[0] == sheet}
        broken.extend(f"{PREFIX}{key}.{column}" for column in columns if column not in there)
        first, last = max(area[1] for area in there.values()), min(area[2] for area in there.values())
        if first <= last:
            columns_at = {column: area[3] for column, area in there.items()}
            tables[key] = Stretch(sheet, first, min(last, first + MAX_ROWS - 1), columns_at)
        else:
            broken.extend(f"{PREFIX}{key}.{column}" for column in there)
    return Layout(fields, tables), tuple(broken)


def grown(layout: Layout, table: str, count: int) -> Layout:
    """The layout after ``count`` rows were added to a table: everything below it on its sheet moves down."""
    stretch = layout.tables[table]

    def moved(sheet: str, row: int) -> int:
        return row + count if sheet == stretch.sheet and row > stretch.last_row else row

    fields = {key: spot._replace(row=moved(spot.sheet, spot.row)) for key, spot in layout.fields.items()}
    tables = {
        key: other._replace(first_row=moved(other.sheet, other.first_row), last_row=moved(other.sheet, other.last_row))
        for key, other in layout.tables.items()
    }
    tables[table] = stretch._replace(last_row=stretch.last_row + count)
    return Layout(fields, tables)


def written(formula: str, layout: Layout, sheet: str) -> str:
    """A spec's formula as an Excel formula in a cell of ``sheet`` outside the tables.

    ``{key}`` is a field; ``{table.key}`` a column's whole range.  KeyError where the layout lacks the key.
    """
    return _KEY.sub(lambda match: _reference(match, layout, sheet, None), formula)


@lru_cache(maxsize=1 << 8)  # each row of a table asks for the same few
def row_formula(formula: str, layout: Layout, table: str) -> Callable[[int], str]:
    """A spec's formula in a table's column, as a function of the row.

    As :func:`written`, but ``{key}`` is a column of the same table in the same row, or else a field.
    """
    stretch = layout.tables[table]
    text = _KEY.sub(lambda match: _reference(match, layout, stretch.sheet, stretch), formula)
    pieces = [intern(piece) for piece in text.split(_ROW)]  # most are the same in other layouts
    return lambda row: str(row).join(pieces)


def _reference(match: re.Match[str], layout: Layout, sheet: str, own: Stretch | None) -> str:
    key, column = match.groups()
    if own and not column and key in own.columns:
        return f"${column_letters(own.columns[key])}{_ROW}"
    return _absolute(key, column, layout, sheet)


@lru_cache(maxsize=1 << 9)  # many formulas of a layout refer to the same cells
def _absolute(key: str, column: str | None, layout: Layout, sheet: str) -> str:
    return layout.tables[key].absolute(column, sheet) if column else layout.fields[key].absolute(sheet)
