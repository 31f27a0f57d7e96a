"""The cells of a sheet: values, what is shown, formulas and merges, whatever made the file."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import NamedTuple

from selfeval_xl.workbook.number_format import CellValue, NumberFormat
from selfeval_xl.workbook.references import Area, Cell

WIDTH, HEIGHT = 9.14, 15.0  # of a column in characters and of a row in points, where a sheet says nothing
MAX_CELLS = 2_000_000  # with a value or a formula, on one sheet
Merged = tuple[int, int, int, int]


class RawCell(NamedTuple):
    """A cell as it stands in the file.

    ``value`` is typed, or what the file says that the formula gave last (None where it says nothing); numbers carry the
    15 digits that a spreadsheet knows.  ``formula`` has its leading ``=``, or is
    :data:`~selfeval_xl.model.UNREAD`.  ``style`` is the index of its cell format.
    """

    value: CellValue
    format: NumberFormat
    formula: str | None
    style: int

    @property
    def text(self) -> str:
        """What a person sees: ``"86.85%"``, but dates the Chinese way."""
        return self.format.reading(self.value)


class Grid:
    """A sheet's cells by (row, column), both from 1, in the file's order.

    Merges are inclusive areas (top, left, bottom, right) and may be huge: test them, don't walk them.  ``hidden_rows``
    are also those that are too flat to be seen, ``hidden_columns`` those that are too narrow.  ``around`` is what the
    sheet's XML says before and behind its cells, as two documents; () where that can't be told apart with ease.
    ``outward`` are the cells of a file whose formulas may reach for a program, another file or the web.  ``rich``
    are the texts within its cells parts of which have looks of their own, as documents.
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
    """What is read of a file that can only be read: its sheets by name, its own defined names with what they refer to,
    and the sheets that no menu shows.
    """

    grids: dict[str, Grid]
    names: list[tuple[str, str]]
    hidden: tuple[str, ...] = ()
