"""The spec of a standard form as objects: all its labels, cells, formulas and lists of choices.

In the files a form is a list of sheets, and a sheet a stack of blocks, each with labels, fields and at most one table.
Here :mod:`selfeval_xl.forms.load` has put the blocks together: all rows are rows of the sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["entry", "formula", "parameter", "reading", "result", "label"]
Box = tuple[int, int, int, int]  # first row, first column, last row, last column; from 1


@dataclass(frozen=True, slots=True)
class Cellspec:
    """A field, or each cell of a table's column: its role, style, formula, and what may be entered.

    ``former`` are formulas that earlier versions of the form have there, which must not count as tampering; among them
    is the current one where it quotes the form's title or date, with ``ANY_TEXT`` for these.  ``origin`` names the
    place in the files, for messages.
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
    """A conditional format, where ``when`` is true.

    It is one of a table's columns ``first`` to ``last``, row by row, or of the fields ``first`` to ``last`` of a sheet.
    """

    first: str
    last: str
    when: str
    style: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of the same columns, to which rows can be added; ``heading_row`` is None where labels serve as headings."""

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
    """A native chart that covers the cells of its box; a series' figures are the fields ``from`` … ``to``, in one
    column."""

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
    highlights: tuple[Highlight, ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    last_row: int

    def field(self, key: str) -> Field:
        """The field under that key; KeyError where the sheet has none."""
        for field in self.fields:
            if field.cell.key == key:
                return field
        raise KeyError(key)

    def cells(self) -> Iterator[tuple[str, Cellspec]]:
        """Every field (``"year"``) and column (``"indicators.target"``)."""
        yield from ((field.cell.key, field.cell) for field in self.fields)
        for table in self.tables:
            yield from ((f"{table.key}.{column.cell.key}", column.cell) for column in table.columns)


@dataclass(frozen=True, slots=True)
class Spec:
    """A whole standard form.  ``styles`` include what they extend; ``defaults`` are entries preset in an empty
    workbook; ``idle_texts`` are names of texts that the form's file gives but no block uses."""

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
        """Every field and column of all sheets, by name."""
        for sheet in self.sheets:
            yield from sheet.cells()
