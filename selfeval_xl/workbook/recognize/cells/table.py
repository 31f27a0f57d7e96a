"""A table on the sheet: its columns by key, the rows of its heading, and where its data stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from selfeval_xl.model import Row
from selfeval_xl.workbook.recognize.cells.sheet import Cell


class Column(NamedTuple):
    """A column of a table: its key, its extent, and the heading that named it."""

    key: str
    first: int
    last: int
    heading: Cell

    def holds(self, cell: Cell) -> bool:
        """True if the cell begins in the column."""
        return self.first <= cell.column <= self.last


def within(cell: Cell, columns: Iterable[Column]) -> bool:
    """True if the cell begins in one of the columns."""
    return any(column.holds(cell) for column in columns)


class Table:
    """A table's columns by key, and the rows of its heading; the data are below ``bottom``, from column ``left`` on.

    - ``extra``: columns without a key of their own
    - ``purposes``: columns of amounts below the name of a purpose, by that name and then by key
    - ``parts``: columns that divide an amount (预算数 over 基本支出 | 项目支出) which has no column for its sum, by
      its key
    - ``regions``: columns that hold the same for one region each (甲县完成值 | 乙县完成值), if none holds it for all
    """

    def __init__(self, top: int, bottom: int, left: int = 1) -> None:
        self.top, self.bottom, self.left = top, bottom, left
        self.columns: dict[str, Column] = {}
        self.extra: list[Column] = []
        self.purposes: dict[str, dict[str, Column]] = {}
        self.parts: dict[str, list[Column]] = {}
        self.regions: dict[str, list[Column]] = {}

    def of(self, *keys: str) -> list[Column]:
        """The columns of these keys, leaving out those that the table lacks."""
        return [self.columns[key] for key in keys if key in self.columns]

    def take(self, column: Column, key: str) -> None:
        """Give this key to a column that had none."""
        self.extra.remove(column)
        self.columns[key] = column._replace(key=key)

    def drop(self, key: str) -> None:
        """Take the key from its column, which stays among the ``extra``."""
        self.extra.append(self.columns.pop(key)._replace(key=""))

    def rename(self, key: str, new: str) -> None:
        """Give a column another key."""
        self.columns[new] = self.columns.pop(key)._replace(key=new)

    @property
    def in_order(self) -> list[Column]:
        """All columns from left to right, with or without a key."""
        return sorted((*self.columns.values(), *self.extra), key=lambda column: column.first)


class Span(NamedTuple):
    """All rows of a table as the form has them, filler and blank rows included.

    ``columns``: each key's first and last sheet column.  ``rows``: each row's entries by row number, with their places
    and with level names carried down; rows that are no entries (a level's name alone, a subtotal) are missing.
    """

    first_row: int
    last_row: int
    columns: Mapping[str, tuple[int, int]]
    rows: Mapping[int, Row]
