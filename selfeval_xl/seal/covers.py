"""Finds sealed cells that are unchanged but can't be seen: pictures and shapes lie over them, or columns are hidden.

That breaks no seal: a stamp is put on a sheet in good faith, and columns are hidden to print it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import accumulate, chain, islice
from typing import NamedTuple

from selfeval_xl.errors import WorkbookError
from selfeval_xl.forms.layout import Spot
from selfeval_xl.model import Place
from selfeval_xl.read import Workbook
from selfeval_xl.read.ours import Ours
from selfeval_xl.seal.keyed import Plan, plan
from selfeval_xl.workbook.grid import HEIGHT, WIDTH, Grid
from selfeval_xl.workbook.opening.markup import YES, elements, parse
from selfeval_xl.workbook.opening.package import Package, Sheet
from selfeval_xl.workbook.references import Cell
from selfeval_xl.workbook.stored import real
from selfeval_xl.workbook.writing import vml

_MOST = 200  # things on a sheet that are looked at
_POINT, _PIXEL = 12700, 9525  # in the unit of drawings (EMU)
_SLIVER = 5 * _PIXEL  # what lies over no more of a cell covers nothing
_CHARACTER = 7 * _PIXEL
_ROWS, _COLUMNS = 1 << 14, 1 << 9  # that are measured; no form reaches farther
_NAMESPACE = re.compile(r"\{[^}]*\}")
_OBJECT = re.compile(r".*Anchor/[^/]+/[^/]+")  # where the properties of an anchor's object stand
_SOLID = ("pic", "graphicFrame", "contentPart")  # things that one can't look through
_SHOWN = re.compile(rb"<(?:\w+:)?Visible\s*/?>")


class Unseen(NamedTuple):
    """The filled cells that something lies over, and those typed in columns that nobody can see."""

    covered: tuple[Place, ...]
    hidden: tuple[Place, ...]


def unseen(workbook: Workbook, ours: Ours) -> Unseen:
    """The sealed cells that can't be seen, for reasons that the seal itself does not cover."""
    places = plan(ours.layout)
    found = [_covered(workbook.package, grid, places) for name in places.sheets if (grid := workbook.grids.get(name))]
    covered, hidden = chain.from_iterable(found), _hidden(workbook, ours)
    return Unseen(tuple(spot.place for spot in covered), tuple(spot.place for spot in hidden))


def _hidden(workbook: Workbook, ours: Ours) -> list[Spot]:
    """What the form asks for in columns that can't be seen; its helper columns are hidden from the start."""
    found = set[Spot]()
    for key, spot in plan(ours.layout).spots.items():
        grid = workbook.grids.get(spot.sheet)
        if grid is None or spot.column not in grid.hidden_columns:
            continue
        part, (table, dot, _) = ours.form.part(key), key.partition(".")
        if part is not None and part.role == "entry":
            rows = ours.layout.tables[table].rows if dot else (spot.row,)
            found |= {spot._replace(row=row) for row in rows if _is_filled(grid, (row, spot.column))}
    return sorted(found)


def _is_filled(grid: Grid, at: Cell) -> bool:
    raw = grid.cells.get(at)
    return raw is not None and raw.value not in (None, "")


class _Side(NamedTuple):
    """Where a thing lies along one axis: from how far within which column or row, both from 0, to how far within which
    other one; where that is None, how long it is."""

    first: int
    inset: float
    last: int | None
    beyond: float

    def reaches(self, first: int, last: int) -> bool:
        """Whether it may lie over these columns or rows, as far as is known without their sizes."""
        return self.first < last and (self.last is None or self.last + 1 >= first)

    def over(self, edges: Sequence[float], first: int, last: int) -> bool:
        """Whether it lies over more than their margin; ``edges`` are where each begins, and where the last one ends."""

        def edge(number: int) -> float:
            return edges[min(number, len(edges) - 1)]

        begin = edge(self.first) + self.inset
        end = begin + self.beyond
        if self.last is not None:  # what is beyond a column's end is taken for that
            begin = min(begin, edge(self.first + 1))
            end = min(edge(self.last) + self.beyond, edge(self.last + 1))
        return min(end, edge(last)) - max(begin, edge(first - 1)) > _SLIVER


_Box = tuple[_Side, _Side]
"""Where a thing lies across a sheet, and down."""


def _covered(package: Package, grid: Grid, places: Plan) -> Iterable[Spot]:
    """The filled cells of ours on a sheet, each with what is merged with it, that something lies over."""
    sheet = package.sheet(grid.sheet)
    boxes = list(islice(_boxes(package, sheet), _MOST)) if sheet else ()
    if sheet is None or not boxes:
        return ()
    merged = {(top, left): (bottom, right) for top, left, bottom, right in grid.merges}
    areas = [(*at, *merged.get(at, at)) for at in grid.cells if _is_filled(grid, at)]
    near = [
        (across, down, top, left, bottom, right)
        for top, left, bottom, right in areas
        for across, down in boxes
        if across.reaches(left, right) and down.reaches(top, bottom) and places.holds(sheet.name, top, left)
    ]
    columns, rows = _edges(package, sheet) if near else ((), ())
    return dict.fromkeys(
        Spot(sheet.name, top, left)
        for across, down, top, left, bottom, right in near
        if across.over(columns, left, right) and down.over(rows, top, bottom)
    )


def _edges(package: Package, sheet: Sheet) -> tuple[Sequence[float], Sequence[float]]:
    """How far from the sheet's left its columns begin, and from its top its rows; and where the last of each ends."""
    widths, heights = [WIDTH] * _COLUMNS, [HEIGHT] * _ROWS

    def start(name: str, attributes: dict[str, str]) -> None:
        local, hidden = name.rpartition(" ")[2], attributes.get("hidden") in YES
        if local == "sheetFormatPr":
            widths[:] = [_size(attributes.get("defaultColWidth"), WIDTH)] * _COLUMNS
            heights[:] = [_size(attributes.get("defaultRowHeight"), HEIGHT)] * _ROWS
        elif local == "col":
            width = 0.0 if hidden else _size(attributes.get("width"), widths[-1])
            first, last = (int(_size(attributes.get(key), 0)) for key in ("min", "max"))
            for number in range(max(first, 1), min(last, _COLUMNS) + 1):
                widths[number - 1] = width
        elif local == "row" and 1 <= (number := int(_size(attributes.get("r"), 0))) <= _ROWS:
            heights[number - 1] = 0.0 if hidden else _size(attributes.get("ht"), heights[number - 1])

    package.archive.made(sheet.part, parse, start, lambda _: None, lambda _: None)
    return (
        list(accumulate((width * _CHARACTER for width in widths), initial=0.0)),
        list(accumulate((height * _POINT for height in heights), initial=0.0)),
    )


def _boxes(package: Package, sheet: Sheet) -> Iterator[_Box]:
    """The things on a sheet that can be seen; of a drawing that can't be read none are known."""
    for part in package.related(sheet.part, "drawing"):
        if part in package.archive:
            with suppress(WorkbookError):
                yield from package.archive.once(part, _drawn)
    for part in package.related(sheet.part, "vmlDrawing"):
        if part in package.archive:
            yield from _noted(package.archive.part(part))


def _drawn(chunks: Iterable[bytes]) -> Sequence[_Box]:
    """Pictures, charts and shapes; not what is hidden, nor lines and frames that one looks through."""
    found: list[_Box] = []
    said: dict[str, float] = {}  # of the anchor at hand: "from/col", "cx" …
    seen: set[str] = set()
    for element in elements(chunks):
        name, path = _NAMESPACE.sub("", element.name), _NAMESPACE.sub("", element.path)
        if name in ("col", "colOff", "row", "rowOff"):
            said[f"{path.rpartition('/')[2]}/{name}"] = _size(element.text, 0)
        elif name in ("ext", "pos") and path.endswith("Anchor"):
            said |= {key: _size(text, 0) for key, text in element.attributes.items()}
        elif name == "cNvPr" and _OBJECT.fullmatch(path) and element.attributes.get("hidden") in YES:
            seen.add("hidden")
        elif name in ("t", "sp", *_SOLID) or (name == "noFill" and path.endswith("/spPr")):
            seen.add(name)
        elif name.endswith("Anchor"):
            shape = "sp" in seen and ("noFill" not in seen or "t" in seen)
            if "hidden" not in seen and (shape or not seen.isdisjoint(_SOLID)):
                found.append((_side(said, "col", "x"), _side(said, "row", "y")))
            said, seen = {}, set()
    return found


def _side(said: Mapping[str, float], name: str, axis: str) -> _Side:
    """An anchor's side: from a corner, or a point of the sheet, to another corner, or as long as it says."""
    first, inset = int(said.get(f"from/{name}", 0)), said.get(f"from/{name}Off", said.get(axis, 0))
    if f"to/{name}" in said:
        return _Side(first, inset, int(said[f"to/{name}"]), said.get(f"to/{name}Off", 0))
    return _Side(first, inset, None, said.get(f"c{axis}", 0))


def _noted(drawing: bytes) -> Iterator[_Box]:
    """Controls, and notes that are shown without being pointed at."""
    for shape in vml.shapes(drawing):
        kind, corners = vml.kind(shape), vml.corners(shape)
        if corners and kind and (kind != b"Note" or _SHOWN.search(shape)):
            left, inset, top, down, right, beyond, bottom, below = (max(each, 0) for each in corners)
            across = _Side(left, inset * _PIXEL, right, beyond * _PIXEL)
            yield across, _Side(top, down * _PIXEL, bottom, below * _PIXEL)


def _size(text: str | None, otherwise: float) -> float:
    size = real(text)
    return otherwise if size is None else max(size, 0.0)
