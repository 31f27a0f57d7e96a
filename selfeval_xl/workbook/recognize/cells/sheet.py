"""The sheet as readers see it: cells with their extent, merged ranges seen through, and marks on what was used."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from html import unescape
from itertools import islice, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.model import Ambiguity, Entry, Place
from selfeval_xl.workbook.recognize.words.figures import holds_number
from selfeval_xl.workbook.recognize.words.labels import Label, read_label, squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import SECTIONS
from selfeval_xl.workbook.recognize.words.years import YEARS
from selfeval_xl.workbook.references import cell_name, parse_cell

if TYPE_CHECKING:
    from selfeval_xl.workbook.grid import Grid, RawCell
    from selfeval_xl.workbook.recognize.cells.table import Column


MAX_ROWS = 5_000  # rows of a sheet that are read; no form is longer
MAX_MERGES = 20_000
LAST_ROW = 1 << 21  # beyond what any sheet has
MAX_WIDTH = 256  # of a merged range, in columns

Position = tuple[int, int]


class Cell(NamedTuple):
    """A filled cell, or the first cell of a merged range, with the last row and column that it covers.

    ``is_number``: it holds nothing but a figure, or a formula whose result was not stored.
    """

    at: Position
    row: int
    column: int
    bottom: int
    right: int
    text: str
    label: Label
    raw: RawCell | None
    is_number: bool

    @property
    def opening(self) -> Label:
        """The label that the text begins with: 项目名称 for 项目名称：甲."""
        word, colon, _ = squeeze(self.text).partition(":")
        return read_label(word) if colon else self.label


_YEAR = lazy(r"20\d\d")
_BREAK = lazy(r"<br ?/?>|</p>")
_TAG = lazy(r"</?(?:p|div|span|b|strong|font)\b[^<>]*>")
_column = attrgetter("column")


def _without_markup(text: str) -> str:
    """The text of a web page that a system has exported as it stood: 486.00&nbsp;, 年初<br/>预算数."""
    if "&" not in text and "<" not in text:
        return text
    return unescape(_TAG.sub("", _BREAK.sub("\n", text)))


def _cell(at: Position, bottom: int, right: int, text: str, raw: RawCell | None) -> Cell:
    return Cell(at, *at, bottom, right, text, read_label(text), raw, holds_number(raw, text))


class Sheet:
    """The cells of a grid, or of some of its columns.  ``used`` says as what each position was taken."""

    def __init__(self, grid: Grid, name: str, columns: range | None = None) -> None:
        self.name = name
        self._grid = grid
        self._columns = columns or range(1, 1 << 20)
        self.used: dict[Position, str] = {}
        self.ambiguities: list[Ambiguity] = []
        self._rows: dict[int, list[Cell]] = defaultdict(list)
        self._merged: dict[int, dict[int, Cell]] = defaultdict(dict)
        self.hidden_rows = grid.hidden_rows
        self.unseen: list[Position] = []  # hidden under a merged range, or far below any form
        self._load()

    def _load(self) -> None:
        filled = {
            at: (text, cell)
            for at, cell in self._grid.cells.items()
            if at[1] in self._columns and ((text := _without_markup(cell.text)).strip() or cell.formula)
        }
        numbers = sorted({row for row, _ in filled})
        beyond = numbers[MAX_ROWS] if len(numbers) > MAX_ROWS else LAST_ROW
        for top, left, bottom, right in islice(self._grid.merges, MAX_MERGES):
            if left not in self._columns or top >= beyond:
                continue
            text, raw = filled.get((top, left), ("", None))
            merged = _cell((top, left), bottom, right, text, raw)
            for row in numbers[bisect_left(numbers, top) : bisect_right(numbers, min(bottom, top + MAX_ROWS))]:
                self._merged[row].update(dict.fromkeys(range(left, min(right, left + MAX_WIDTH) + 1), merged))
        for (row, column), (text, raw) in sorted(filled.items()):
            cover = self.covering(row, column)
            if row >= beyond or (cover is not None and cover.at != (row, column)):
                self.unseen.append((row, column))
                continue
            cell = cover or _cell((row, column), row, column, text, raw)
            if cover is None and not self._rows.get(row) and self._goes_on(cell):
                continue
            self._rows[row].append(cell)
        self.numbers = sorted(self._rows)

    def _goes_on(self, cell: Cell) -> bool:
        """Merge 项目资金 (or another part's name) into the leftmost cell above if that says the same; True if so."""
        if cell.label.core not in SECTIONS:
            return False
        above = self.covering(cell.row - 1, cell.column) or next(iter(self.row(cell.row - 1)), None)
        if above is None or (above.bottom, above.text) != (cell.row - 1, cell.text):
            return False
        if not above.column == above.right == cell.column or self._rows[above.row][0].at != above.at:
            return False
        whole = above._replace(bottom=cell.row)
        self._rows[above.row][0] = whole
        for row in range(above.row, cell.row + 1):
            self._merged[row][cell.column] = whole
        self.used[cell.at] = "label"
        return True

    def only(self, rows: Collection[int]) -> Sheet:
        """These rows as a separate sheet on which nothing is used yet."""
        part = Sheet(self._grid.with_cells({}), self.name, self._columns)
        part._rows.update((row, [*self._rows[row]]) for row in self.numbers if row in rows)
        part._merged.update((row, {**self._merged[row]}) for row in part._rows if row in self._merged)
        part.numbers = [*part._rows]
        return part

    def row(self, number: int) -> list[Cell]:
        """The filled cells that begin in this row, from the left."""
        return self._rows.get(number, [])

    def below(self, number: int) -> list[Cell]:
        """The cells of the next row that has any; blank rows are skipped."""
        after = bisect_right(self.numbers, number)
        return self._rows[self.numbers[after]] if after < len(self.numbers) else []

    def rows(self, first: int = -LAST_ROW, last: int = LAST_ROW) -> Iterator[tuple[int, list[Cell]]]:
        """The rows from ``first`` to ``last`` that have cells.

        Row numbers may be 0 or less: the heading of an earlier page, given a sheet of its own, ends in row 0.
        """
        for number in self.numbers[bisect_left(self.numbers, first) : bisect_right(self.numbers, last)]:
            yield number, self._rows[number]

    def cells(self, first: int, last: int) -> list[Cell]:
        """The filled cells of some rows."""
        return [cell for _, cells in self.rows(first, last) for cell in cells]

    def beginning(self, row: int, first: int, last: int) -> list[Cell]:
        """The filled cells that begin in this row between two columns."""
        cells = self.row(row)
        return cells[bisect_left(cells, first, key=_column) : bisect_right(cells, last, key=_column)]

    def in_column(self, row: int, column: Column) -> list[Cell]:
        """The filled cells of a row that begin in the column."""
        return self.beginning(row, column.first, column.last)

    def under(self, cell: Cell) -> list[Cell]:
        """The filled cells right below a cell: in the next row, within its width."""
        return self.beginning(cell.row + 1, cell.column, cell.right)

    def gather(self, cells: Sequence[Cell], top: int, bottom: int, key: str, between: str = "") -> Cell:
        """Join cells into one, in row ``top`` and merged down to ``bottom``; all but the first are marked as used."""
        first, *others = cells
        text = between.join(cell.text for cell in cells)
        number = holds_number(first.raw, text)
        whole = first._replace(row=top, bottom=bottom, text=text, label=read_label(text), is_number=number)
        for cell in cells:
            self._rows[cell.row].remove(cell)
        self.use_all(others, key)
        insort(self._rows[top], whole, key=_column)
        for row in {cell.row for cell in cells if not self._rows[cell.row]}:
            del self._rows[row]
            self.numbers.remove(row)
        if bottom > top:
            for row in range(top, bottom + 1):
                self._merged[row].update(dict.fromkeys(range(whole.column, whole.right + 1), whole))
        return whole

    def leave_out(self, number: int, key: str) -> None:
        """Remove a row, as if it were blank; its cells are marked as used."""
        self.use_all(self._rows.pop(number), key)
        self.numbers.remove(number)

    def widen(self, cells: Sequence[Cell]) -> None:
        """Treat cells side by side that say the same as one cell, merged over all of them."""
        first, *others = cells
        whole = first._replace(right=cells[-1].right)
        self._rows[first.row] = [whole if cell is first else cell for cell in self.row(first.row) if cell not in others]
        self._merged[first.row].update(dict.fromkeys(range(whole.column, whole.right + 1), whole))
        self.use_all(others)

    def straighten(self, columns: Sequence[Column], rows: Iterable[tuple[int, list[Cell]]]) -> None:
        """Move cells that begin a little before their headings (in Word, borders are dragged) to where these begin.

        Such a cell begins inside one column, behind that column's own, has at least as much of itself in the next,
        doesn't fill the one after that, and the next has no other cell.
        """
        behind_of = {own.last: behind for own, behind in pairwise(columns)}
        own_of = {at: own for own in columns for at in range(own.first + 1, own.last + 1)}
        for _, cells in rows:
            for at, cell in reversed(list(enumerate(cells))):
                own = own_of.get(cell.column)
                behind = own and behind_of.get(own.last)
                if not own or not behind or behind.holds(cells[min(at + 1, len(cells) - 1)]):
                    continue
                merged = self.covering(cell.row, own.first)
                if not (merged and merged.text) and not (at and own.holds(cells[at - 1])):
                    continue
                after = behind_of.get(behind.last)
                inside = min(cell.right, behind.last) - behind.first >= own.last - cell.column
                if inside and own.last + 1 == behind.first and (after is None or cell.right < after.last):
                    cells[at] = moved = cell._replace(column=behind.first)
                    for row in range(cell.row, cell.bottom + 1):
                        self._merged[row].update(dict.fromkeys(range(moved.column, moved.right + 1), moved))

    def rename(self, cell: Cell, words: str) -> None:
        """Read the cell's label as if it were these words."""
        cells = self._rows[cell.row]
        cells[cells.index(cell)] = cell._replace(label=read_label(words))

    def covering(self, row: int, column: int) -> Cell | None:
        """The merged range, filled or empty, that covers this position."""
        return self._merged[row].get(column) if row in self._merged else None

    def place(self, row: int, column: int) -> Place:
        """The place of a cell; for one inside a merged range, that of the range's first cell."""
        merged = self.covering(row, column)
        return Place(self.name, cell_name(*(merged.at if merged else (row, column))))

    def words(self, cell: Cell, text: str) -> Entry:
        """A text of a cell as an entry without a figure."""
        return Entry(text, None, self.place(*cell.at))

    def use(self, cell: Cell, key: str = "label") -> None:
        """Mark a cell as used for ``key``; only a mark as label may be replaced by a later one."""
        if self.used.get(cell.at, "label") == "label":
            self.used[cell.at] = key

    def use_all(self, cells: Iterable[Cell], key: str = "label") -> None:
        """Mark several cells as used for ``key``."""
        for cell in cells:
            self.use(cell, key)

    def release(self, place: Place | None) -> None:
        """Take back the mark of a cell, so that it counts as left over."""
        if place is not None:
            self.used.pop(parse_cell(place.cell), None)

    def doubt(self, cell: Cell, *readings: str) -> None:
        """Record that a cell can be read in several ways, of which the first was taken."""
        self.doubt_at(Place(self.name, cell_name(*cell.at)), cell.text, *readings)

    def doubt_at(self, place: Place | None, text: str, *readings: str) -> None:
        """The same for an entry's text; an entry without a place is not reported."""
        if place is not None:
            self.ambiguities.append(Ambiguity(place, text, readings))

    @cached_property
    def years(self) -> Mapping[str, int]:
        """The years named anywhere on the sheet, each with the first row that names it."""
        found: dict[str, int] = {}
        for row, cells in self.rows():
            for year in (year for cell in cells for year in _YEAR.findall(YEARS.sub("", squeeze(cell.text)))):
                found.setdefault(year, row)
        return found

    @cached_property
    def occupied(self) -> frozenset[int]:
        """The columns that have content or merged ranges, apart from wide cells alone in their row (titles, notes)."""
        columns: set[int] = set()
        for _, cells in self.rows():
            if len(cells) == 1 and cells[0].right > cells[0].column:
                continue
            for cell in cells:
                columns.update(range(cell.column, min(cell.right, cell.column + MAX_WIDTH) + 1))
        return frozenset(columns)
