"""Reads a sheet's XML into a grid: row by row where that is quicker (``pieces``), as a whole where that fails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from selfeval_xl.errors import WorkbookError
from selfeval_xl.workbook.grid import MAX_CELLS, Grid, Merged
from selfeval_xl.workbook.links import may_reach_out
from selfeval_xl.workbook.opening.markup import (
    MAIN,
    YES,
    MarkupError,
    Node,
    discard,
    document,
    ended,
    grow,
    parts,
    shallow,
)
from selfeval_xl.workbook.opening.package import Package, Sheet
from selfeval_xl.workbook.reading.pieces import Cut, cut, rows_in
from selfeval_xl.workbook.reading.rows import (
    CELLS,
    SHEET_DATA,
    RowReader,
    Rows,
    SheetError,
    integer,
    narrow,
    with_arrays,
    with_strings,
    without_cells,
)
from selfeval_xl.workbook.reading.shared import Shared, shared
from selfeval_xl.workbook.references import MAX_COLUMN, Area, Cell, parse_area, translate

MAX_FORMULAS = 64 << 20  # characters of all formulas of a sheet, shared ones written out
_WRITING_OUT = 8  # writing out a shared formula for a follower takes that many times longer than reading it
_FOLLOWER = 256  # the least characters that a follower of a shared formula counts for
_CELL_PARTS = 1 << 19  # elements of one cell; in a rich text each character may have a run with its own font
_SMALL = 1 << 19  # bytes of a sheet that may be read row by row

_WORKSHEET, _MERGE, _COLUMN = ({f"{{{uri}}}{name}" for uri in MAIN} for name in ("worksheet", "mergeCell", "col"))


class _Around(NamedTuple):
    """What stands in a sheet beside its cells."""

    merges: list[Merged]
    hidden_columns: set[int]

    def take(self, found: Iterable[Node]) -> None:
        """Take in the elements of a part of the sheet."""
        shallow(found)
        merges, hidden = dict.fromkeys(self.merges), set[tuple[int, int]]()
        for each in found:
            if each.tag in _MERGE:
                merges[_area(each.get("ref", ""))] = None
            elif each.tag in _COLUMN:
                if each.get("hidden") in YES or narrow(each.get("width")):
                    hidden.add((max(integer(each.get("min", "")), 1), min(integer(each.get("max", "")), MAX_COLUMN)))
            elif len(each) or each.tag in CELLS:
                without_cells((each,), choices=True)
        self.merges[:] = merges
        done = 0
        for first, last in sorted(hidden):  # each column once, however many ranges name it
            self.hidden_columns.update(range(max(first, done + 1), last + 1))
            done = max(done, last)


def read_grid(package: Package, sheet: Sheet | str, *, blanks: bool = False) -> Grid:
    """Read a sheet (or the sheet of this name); cells without value and formula only where ``blanks`` asks for them.

    WorkbookError: package.damaged where the sheet can't be read with certainty, package.too_large beyond
    :data:`MAX_CELLS`.  Sheets that hold no cells (charts) give an empty grid.
    """
    found = package.sheet(sheet) if isinstance(sheet, str) else sheet
    if found is None:
        raise package.archive.damaged(f"没有工作表“{sheet}”")
    common = shared(package)
    if not blanks and package.archive.info(found.part).file_size <= _SMALL:
        pieces = cut(package.archive.part(found.part))
        if pieces is not None:
            # A row may look broken only because it was cut out: reading the whole sheet then decides, and says why.
            with suppress(MarkupError, SheetError, WorkbookError):
                return _by_rows(package, found, pieces, common)
    reader = _SheetReader(package, found, common, blanks)
    try:
        package.archive.made(found.part, grow, reader.take)
        return reader.sheet.finished()
    except SheetError as error:
        raise package.archive.damaged(f"工作表“{found.name}”{error}") from error


def _by_rows(package: Package, sheet: Sheet, pieces: Cut, common: Shared) -> Grid:
    """The sheet from its pieces."""
    builder = _Sheet(package, sheet.name, common.strings)
    grid = builder.grid
    grid.around = pieces.before + b"</worksheet>", pieces.root + pieces.behind
    for piece in grid.around:
        around = _around(piece)
        grid.merges.extend(around.merges)
        grid.hidden_columns |= around.hidden_columns
    for rows in rows_in(pieces, common.formats, common.strings):
        builder.add(rows)
    return builder.finished()


@lru_cache(maxsize=32)
def _around(data: bytes) -> _Around:
    """What a piece of the sheet without cells holds."""
    root = document(data)
    if root.tag not in _WORKSHEET:
        raise SheetError("的内容不是工作表")
    around = _Around([], set())
    for part in root:
        around.take(part)
    return around


class _Sheet:
    """The grid of a sheet, built up as its rows come in."""

    def __init__(self, package: Package, name: str, strings: Sequence[str]) -> None:
        self.grid = Grid(name)
        self._archive = package.archive
        self._strings = strings
        self._shared: dict[str, tuple[Cell, str]] = {}
        self._followers: list[tuple[Cell, str]] = []
        self._arrays: list[tuple[Area, str]] = []
        self._outward: list[Cell] | None = []
        self._characters = 0

    def add(self, rows: Rows) -> None:
        """Add the rows that come next."""
        cells = self.grid.cells
        if len(cells) + len(rows.cells) > MAX_CELLS:
            raise self._too_large(f"的非空单元格超过 {MAX_CELLS} 个")
        if not cells.keys().isdisjoint(rows.cells):
            raise SheetError("出现了两次", next(key for key in rows.cells if key in cells))
        cells.update(rows.cells)
        with_strings(cells, rows.strings, self._strings)
        self.grid.hidden_rows.update(rows.hidden)
        self.grid.rich += rows.rich
        for key, cell, formula in rows.shared:
            self._shared.setdefault(key, (cell, formula))
        self._followers += rows.followers
        self._arrays += rows.arrays
        if self._outward is not None and rows.outward is not None:
            self._outward += rows.outward
        else:
            self._outward = None
        self._count(rows.characters)

    def finished(self) -> Grid:
        """The grid, after shared formulas were written out for the cells that follow them."""
        cells = self.grid.cells
        for key, index in self._followers:
            if index not in self._shared:
                raise SheetError("共用的公式缺失", key)
            origin, formula = self._shared[index]
            self._count(max(len(formula) * _WRITING_OUT, _FOLLOWER))
            cells[key] = cells[key]._replace(formula="=" + translate(formula, origin, key))
        with_arrays(cells, self._arrays)
        outward = (at for at, raw in cells.items() if raw.formula and may_reach_out(raw.formula))
        self.grid.outward = tuple(outward) if self._outward is None else self._outward
        return self.grid

    def _count(self, characters: int) -> None:
        self._characters += characters
        if self._characters > MAX_FORMULAS:
            raise self._too_large("的公式太多")

    def _too_large(self, what: str) -> WorkbookError:
        return self._archive.too_large(f"工作表“{self.grid.sheet}”{what}")


class _SheetReader:
    """Reads one sheet's XML while it grows (see :func:`.markup.grow`)."""

    def __init__(self, package: Package, sheet: Sheet, common: Shared, blanks: bool) -> None:
        self.sheet = _Sheet(package, sheet.name, common.strings)
        self._kind = sheet.kind
        self._rows = RowReader(common.formats, row=0, blanks=blanks)
        self._around = _Around(self.sheet.grid.merges, self.sheet.grid.hidden_columns)
        self._data: Node | None = None

    def take(self, root: Node, complete: bool) -> None:
        """Read the elements finished since the last call, and drop them."""
        if self._kind == "worksheet" and root.tag not in _WORKSHEET:
            raise SheetError("的内容不是工作表")
        for part, found in parts(root, complete):
            names = SHEET_DATA.get(part.tag)
            if names is None:
                self._around.take(found)
                continue
            if self._data not in (None, part):
                raise SheetError("的单元格分成了两处")  # some programs would read only one of them
            self._data = part
            for row in found:
                self._rows.read(row, row, names)
        if not complete and len(root):
            part = root[0]
            if part.tag not in SHEET_DATA:
                discard(part)
            elif len(part):
                self._rows.read(part[0], ended(part[0]), SHEET_DATA[part.tag])
                if len(part[0]) and sum(1 for _ in part[0].iter()) > _CELL_PARTS:
                    raise SheetError("有异常庞大的单元格")
        self.sheet.add(self._rows.taken())


def _area(reference: str) -> Merged:
    try:
        area = parse_area(reference)
    except ValueError as error:
        raise SheetError("的合并单元格无法识别") from error
    return area.top, area.left, area.bottom, area.right
