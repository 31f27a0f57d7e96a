"""The cells of a sheet (values, texts shown, formulas, merges), the same for every file format."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import NamedTuple

from selfeval_xl.workbook.number_format import CellValue, NumberFormat
from selfeval_xl.workbook.references import Area, Cell

WIDTH, HEIGHT = 9.14, 15.0  # a column's default width in characters, a row's default height in points
MAX_CELLS = 2_000_000  # cells with a value or a formula on one sheet
Merged = tuple[int, int, int, int]


class RawCell(NamedTuple):
    """A cell as it stands in the file.

    ``value`` was typed, or is the result stored with the formula (None where none is); numbers have the 15 digits that
    a spreadsheet keeps.  ``formula`` has its leading ``=``, or is :data:`~selfeval_xl.model.UNREAD`; None for no
    formula.  ``style`` is the index of the cell's format.
    """

    value: CellValue
    format: NumberFormat
    formula: str | None
    style: int

    @property
    def text(self) -> str:
        """What a person sees (``"86.85%"``), but with dates the Chinese way."""
        return self.format.reading(self.value)


class Grid:
    """A sheet's cells by (row, column), both from 1, in the file's order.

    Merges are inclusive areas (top, left, bottom, right) and may be huge: test them, don't walk their cells.
    ``hidden_rows`` and ``hidden_columns`` include those too low or too narrow to be read.  ``around`` is the sheet's
    XML before and after its cells, as two documents; () where the sheet was not cut up that way.  ``outward`` are the
    cells whose formulas may reach for a program, another file or the web.  ``rich`` are the cells' inline texts with
    formats of their own for some characters, as XML documents.
    """

    __slots__ = ("around", "cells", "hidden_columns", "hidden_rows", "merges", "outward", "rich", "sheet")

    def __init__(self, sheet: str, cells: dict[Cell, RawCell] | None = None) -> None:
        self.sheet = sheet
        self.cells = {} if cells is None else cells
        self.merges: list[Merged] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.around: tuple[bytes, ...] = ()
        self.rich: list[bytes] = []
        self.outward: Sequence[Cell] = ()

    def area(self, at: Cell) -> Area:
        """The merged range that a cell belongs to, or the cell alone."""
        row, column = at
        for top, left, bottom, right in self.merges:
            if top <= row <= bottom and left <= column <= right:
                return Area(None, top, left, bottom, right)
        return Area(None, *at, *at)

    def with_cells(self, cells: dict[Cell, RawCell]) -> Grid:
        """The same sheet with other cells."""
        other = copy(self)
        other.cells = cells
        return other


class OldSheets(NamedTuple):
    """An .xls or .ods file as read: its sheets by name, the workbook's defined names with what they refer to, and the
    sheets hidden so that no menu shows them (``veryHidden``).
    """

    grids: dict[str, Grid]
    names: list[tuple[str, str]]
    hidden: tuple[str, ...] = ()
