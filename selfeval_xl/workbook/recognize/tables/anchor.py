"""What begins in a row of a sheet, and the rows of one form with what begins in them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from selfeval_xl.workbook.recognize.cells.table import Table

Kind = Literal[
    "title", "header", "indicators", "allocations", "regions", "budget", "funds", "pairs", "crosswise", "management"
]

FUNDS_BLOCKS = frozenset({"funds", "pairs", "crosswise"})


class Anchor(NamedTuple):
    """A row in which something begins; ``table`` for the headings of tables, which may only be ``guessed`` ones."""

    kind: Kind
    row: int
    table: Table | None = None
    guessed: bool = False


class Segment(NamedTuple):
    """The rows of one form, and the tables in them."""

    first: int
    last: int
    anchors: tuple[Anchor, ...]

    @property
    def tables(self) -> list[tuple[Anchor, Table]]:
        """The anchors of tables, with these."""
        return [(anchor, anchor.table) for anchor in self.anchors if anchor.table is not None]

    def next_after(self, anchor: Anchor) -> int:
        """The first row that belongs to what begins after this anchor."""
        return min((other.row for other, _ in self.tables if other.row > anchor.row), default=self.last + 1)
