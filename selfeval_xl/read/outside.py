"""Rows that a user added at the edge of a table of ours, where no defined name reaches and no formula counts them.

Excel lets a name follow a row that is inserted within it; one inserted above the first row, or below the last, lies
outside.  In the empty form nothing but its own texts stands there, so anything else was meant for the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import takewhile

from selfeval_xl.forms.layout import Layout, Stretch
from selfeval_xl.forms.outline import Outline
from selfeval_xl.model import SUM_NAMES, Entry, Outside
from selfeval_xl.quantity.text import unspaced

_FAR = 200  # rows looked at beyond a table's edge; nobody inserts more one by one


EntryAt = Callable[[str, int, int], Entry]
"""Sheet, row and column of a cell → what stands there."""


def outside(form: Outline, layout: Layout, entry: EntryAt) -> Iterator[Outside]:
    """Every row with something typed that lies directly outside of a table."""
    for table, parts in form.tables.items():
        stretch = layout.tables.get(table)
        if stretch is None or table not in form.gaps:
            continue
        entries = [column for key, column in stretch.columns.items() if key in parts and parts[key].role == "entry"]
        if entries:
            yield from _Edges(form, layout, entry, table, stretch, entries).rows()


class _Edges:
    """One table and what lies around it."""

    def __init__(
        self, form: Outline, layout: Layout, entry: EntryAt, table: str, stretch: Stretch, entries: list[int]
    ) -> None:
        self.form, self.entry, self.table, self.stretch, self.entries = form, entry, table, stretch, entries
        others = {column for column in stretch.columns.values() if column not in entries}
        # The entries' columns, and those between: an entry merged over two columns is not merged in an inserted row.
        self.columns = [column for column in range(min(entries), max(entries) + 1) if column not in others]
        named = [spot.row for spot in layout.fields.values() if spot.sheet == stretch.sheet]
        for key, other in layout.tables.items():
            if key != table and other.sheet == stretch.sheet:
                named += (other.first_row, other.last_row)
        self.above = max((row for row in named if row < stretch.first_row), default=None)
        self.below = min((row for row in named if row > stretch.last_row), default=None)

    def rows(self) -> Iterator[Outside]:
        for row in self._rows_above():
            yield from self._found(row, above=True)
        for row in self._rows_below():
            yield from self._found(row, above=False)

    def _rows_above(self) -> list[int]:
        first, room = self.stretch.first_row, self.form.gaps[self.table][0]
        start = 1 if self.above is None else self.above + 1
        rows = range(max(start, first - _FAR), first)
        if room == 0:
            return list(rows)
        # What stands above the headings (a title, a note) is no row of the table.
        under = list(takewhile(lambda row: not self._is_heading(row), reversed(rows)))
        if len(under) < len(rows):
            return under[::-1]
        return [] if room is None else list(rows[room:])  # reworded headings: what is beyond the form's own rows

    def _rows_below(self) -> list[int]:
        last, room = self.stretch.last_row, self.form.gaps[self.table][1]
        if self.below is not None and room is not None:
            rows = range(last + 1, min(self.below, last + 1 + _FAR))
            return list(rows) if len(rows) > room else []
        # Nothing of ours follows, so notes may stand here; but rows that continue a full table are meant as its rows.
        rows = range(last + 1, last + 1 + _FAR)
        return list(takewhile(self._goes_on, rows)) if self._goes_on(last) else []

    def _found(self, row: int, *, above: bool) -> Iterator[Outside]:
        typed = self._typed(row)
        if typed:
            bounded = above or self.below is not None
            # A user's own sum, by formulas, is no row of the table; a single word may be none.
            own = [entry for entry in typed if entry.formula is None and unspaced(entry.text) not in SUM_NAMES]
            sure = bounded and (len(own) > 1 or (bool(own) and self._is_named(row)))
            yield Outside(self.table, above, row, typed, sure, self.stretch.last_row, self.free)

    @cached_property
    def free(self) -> tuple[int, ...]:
        """The rows of the table in which every entry is blank; a printed name (财政拨款) is one that is not."""
        return tuple(row for row in self.stretch.rows if all(self._at(row, one).blank for one in self.entries))

    def _at(self, row: int, column: int) -> Entry:
        return self.entry(self.stretch.sheet, row, column)

    def _typed(self, row: int) -> tuple[Entry, ...]:
        found = (self._at(row, column) for column in self.columns)
        return tuple(entry for entry in found if not entry.blank and unspaced(entry.text) not in self.form.words)

    def _is_named(self, row: int) -> bool:
        column = self.stretch.columns.get("name")
        name = self._at(row, column).text if column is not None else ""
        return unspaced(name) not in ("", *SUM_NAMES)

    def _goes_on(self, row: int) -> bool:
        filled = [column for column in self.entries if not self._at(row, column).blank]
        return len(filled) > 1 and min(self.entries) in filled

    def _is_heading(self, row: int) -> bool:
        headings: Mapping[str, str] = self.form.headings.get(self.table, {})
        columns = [(headings.get(key), at) for key, at in self.stretch.columns.items() if at in self.entries]
        same = [heading for heading, at in columns if unspaced(self._at(row, at).text) == heading]
        return len(same) * 2 > len(columns)
