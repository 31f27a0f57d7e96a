"""A table of the sheet: its columns by key, and the rows of its heading."""

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
        """True where the cell begins in the column."""
        return self.first <= cell.column <= self.last


def within(cell: Cell, columns: Iterable[Column]) -> bool:
    """True where the cell begins in one of the columns."""
    return any(column.holds(cell) for column in columns)


class Table:
    """A table's columns by key, and the rows of its heading; data begin below ``bottom``, from column ``left`` on.

    ``purposes`` are the columns of amounts that stand below the name of a purpose, by that name and by key; ``parts``
    those that divide what stands over them all (预算数 over 基本支出 | 项目支出), where none has the sum, by its key;
    ``regions`` those that hold the same for one region each, and none for all (甲县完成值 | 乙县完成值).
    """

    def __init__(self, top: int, bottom: int, left: int = 1) -> None:
        self.top, self.bottom, self.left = top, bottom, left
        self.columns: dict[str, Column] = {}
        self.extra: list[Column] = []
        self.purposes: dict[str, dict[str, Column]] = {}
        self.parts: dict[str, list[Column]] = {}
        self.regions: dict[str, list[Column]] = {}

    def of(self, *keys: str) -> list[Column]:
        """The columns of these keys, as far as the table has them."""
        return [self.columns[key] for key in keys if key in self.columns]

    def take(self, column: Column, key: str) -> None:
        """Let a column that had none have this key."""
        self.extra.remove(column)
        self.columns[key] = column._replace(key=key)

    def drop(self, key: str) -> None:
        """Leave the column of this key without one."""
        self.extra.append(self.columns.pop(key)._replace(key=""))

    def rename(self, key: str, new: str) -> None:
        """Let a column have another key."""
        self.columns[new] = self.columns.pop(key)._replace(key=new)

    @property
    def in_order(self) -> list[Column]:
        """All columns from left to right, those too that have no key."""
        return sorted((*self.columns.values(), *self.extra), key=lambda column: column.first)


class Span(NamedTuple):
    """The rows of a table as the form has them, filler and blank ones too.

    ``columns`` are each key's first and last sheet column.  ``rows`` holds a row's entries by its number, each with its
    place, level names carried down; rows that are no entries (a level's name alone, a subtotal) are missing there.
    """

    first_row: int
    last_row: int
    columns: Mapping[str, tuple[int, int]]
    rows: Mapping[int, Row]
