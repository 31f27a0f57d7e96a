"""The spec of a standard form: every label, cell, formula and choice of it stands there once.

A form is a list of sheets, a sheet a stack of blocks; a block holds labels, fields and at most one table.  Here they
stand in rows of the sheet, as :mod:`selfeval_xl.forms.load` has put them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["entry", "formula", "parameter", "reading", "result", "label"]
Box = tuple[int, int, int, int]  # first row, first column, last row, last column; from 1


@dataclass(frozen=True, slots=True)
class Cellspec:
    """What a field, or each cell of a table's column, is: its role, look, formula, and what may be entered.

    ``former`` are formulas that earlier copies of the form have there: they are no tampering.  In these, and in the
    formula as it stands in the file, the form's facts stay open (``ANY_TEXT``).  ``origin`` is where the file says it.
    """

    key: str
    role: Role
    style: str
    formula: str | None = None
    choices: str | None = None
    number: tuple[int, int] | bool = False
    help: tuple[str, str] | None = None
    text: str | None = None
    former: tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A single cell (or merged box) with a key."""

    cell: Cellspec
    box: Box


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``first`` and ``last`` are its sheet columns (merged where they differ)."""

    cell: Cellspec
    first: int
    last: int
    heading: str | None = None
    number_from: int | None = None


@dataclass(frozen=True, slots=True)
class Highlight:
    """A conditional format over a table's columns from ``first`` to ``last``, where ``when`` is true of the row."""

    first: str
    last: str
    when: str
    style: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of like cells, which grow; ``heading_row`` is None where the headings stand elsewhere."""

    key: str
    title: str
    heading_row: int | None
    first_row: int
    last_row: int
    height: float
    columns: tuple[Column, ...]
    highlights: tuple[Highlight, ...]
    origin: str = ""

    def column(self, key: str) -> Column:
        """The column under that key; KeyError where there is none."""
        for column in self.columns:
            if column.cell.key == key:
                return column
        raise KeyError(f"{self.key}.{key}")


@dataclass(frozen=True, slots=True)
class Label:
    """Fixed text."""

    box: Box
    text: str
    style: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart over the cells of its box; each series' figures stand in the fields ``from`` … ``to``, one below
    the other."""

    box: Box
    kind: str
    title: str
    series: tuple[Mapping[str, Any], ...]
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the form with its print set-up."""

    key: str
    name: str
    landscape: bool
    one_page: bool
    widths: Mapping[str, float]
    hidden: str | None
    print_columns: str
    freeze: str | None
    tab: str
    heights: Mapping[int, float]
    labels: tuple[Label, ...]
    fields: tuple[Field, ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    last_row: int

    def cells(self) -> Iterator[tuple[str, Cellspec]]:
        """Every field (``"year"``) and column (``"indicators.target"``)."""
        yield from ((field.cell.key, field.cell) for field in self.fields)
        for table in self.tables:
            yield from ((f"{table.key}.{column.cell.key}", column.cell) for column in table.columns)


@dataclass(frozen=True, slots=True)
class Spec:
    """A whole standard form.  ``styles`` are whole, with what they extend; ``defaults`` the entries that stand in an
    empty workbook already; ``idle_texts`` the names of texts that its file gives and no block shows."""

    id: str
    version: str
    title: str
    updated: str
    subject: str
    rules: str
    sheets: tuple[Sheet, ...]
    styles: Mapping[str, Mapping[str, Any]]
    choices: Mapping[str, tuple[str, ...]]
    strict: frozenset[str]
    defaults: Mapping[str, Any]
    rows: Mapping[str, int]
    idle_texts: tuple[str, ...]

    def cells(self) -> Iterator[tuple[str, Cellspec]]:
        """Those of all sheets."""
        for sheet in self.sheets:
            yield from sheet.cells()
