"""Anchors, which say what begins in a row of the sheet, and segments: the rows of one form with their anchors."""

from __future__ import annotations

from typing import Literal, NamedTuple

from selfeval_xl.workbook.recognize.cells.table import Table

Kind = Literal[
    "title", "header", "indicators", "allocations", "regions", "budget", "funds", "pairs", "crosswise", "management"
]

FUNDS_BLOCKS = frozenset({"funds", "pairs", "crosswise"})


class Anchor(NamedTuple):
    """A row in which something begins.  ``table``: its heading, if it is a table; ``guessed``: by unknown words
    only."""

    kind: Kind
    row: int
    table: Table | None = None
    guessed: bool = False


class Segment(NamedTuple):
    """The rows of one form, and what begins in them."""

    first: int
    last: int
    anchors: tuple[Anchor, ...]

    @property
    def tables(self) -> list[tuple[Anchor, Table]]:
        """The anchors of tables, each with its table."""
        return [(anchor, anchor.table) for anchor in self.anchors if anchor.table is not None]

    def next_after(self, anchor: Anchor) -> int:
        """The row after the last one that can belong to this anchor: where the next table begins, or the form ends."""
        return min((other.row for other, _ in self.tables if other.row > anchor.row), default=self.last + 1)
