"""What keeps people from seeing sealed cells that are what they were: things that lie over them, hidden columns.

A seal does not break by it: a stamp is put on a sheet in good faith, and columns are hidden to print it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import accumulate, islice
from typing import NamedTuple

from selfeval_xl.errors import WorkbookError
from selfeval_xl.forms.outline import Outline
from selfeval_xl.model import Place
from selfeval_xl.read import Workbook
from selfeval_xl.read.ours import Ours
from selfeval_xl.seal.keyed import Plan, plan
from selfeval_xl.workbook.markup import YES
from selfeval_xl.workbook.package import Package, Sheet
from selfeval_xl.workbook.references import cell_name

_MOST = 200  # things on a sheet that are looked at
_POINT, _PIXEL = 12700, 9525  # in the unit of drawings (EMU)
_SLIVER = 5 * _PIXEL  # what lies over no more of a cell covers nothing
_WIDTH, _HEIGHT = 9.14, 15.0  # of a column in characters and of a row in points, where a sheet says nothing
_CHARACTER = 7 * _PIXEL
_ROWS, _COLUMNS = 1 << 14, 1 << 9  # that are measured; no form reaches farther
_NAMESPACE = re.compile(r"\{[^}]*\}")
_OBJECT = re.compile(r".*Anchor/[^/]+/[^/]+")  # where the properties of an anchor's object stand
_SOLID = ("pic", "graphicFrame", "contentPart")  # things that one can't look through
_SHAPE = re.compile(rb"<v:shape\b(?!type).*?</v:shape\s*>", re.DOTALL)
_KIND, _SHOWN = re.compile(rb"ObjectType\s*=\s*[\"'](\w+)"), re.compile(rb"<x:Visible\s*/?>")
_ANCHOR = re.compile(rb"<x:Anchor>([\d\s,]+)</x:Anchor>")

_Corner = tuple[int, int, int, int]
"""A column and how far within it, a row and how far within it, both from 0."""


class Unseen(NamedTuple):
    """The filled cells that something lies over, and those typed in columns that nobody can see."""

    covered: tuple[Place, ...]
    hidden: tuple[Place, ...]


def unseen(workbook: Workbook, ours: Ours) -> Unseen:
    """What of a sealed workbook's cells can't be seen, as far as it is no part of its seal."""
    covered: list[Place] = []
    hidden: list[Place] = []
    places = plan(ours.layout)
    for name in places.sheets:
        sheet, grid = workbook.package.sheet(name), workbook.grids.get(name)
        if sheet is None or grid is None:
            continue
        entries = _entry_columns(ours.form, places, name) & grid.hidden_columns
        boxes = list(islice(_boxes(workbook.package, sheet), _MOST))
        if not entries and not boxes:
            continue
        filled = [at for at, raw in grid.cells.items() if raw.value not in (None, "")]
        lost = [at for at in filled if at[1] in entries and _is_entry(ours.form, places.keys(name, *at))]
        hidden += [Place(name, cell_name(*at)) for at in lost]
        merged = {(top, left): (bottom, right) for top, left, bottom, right in grid.merges}
        areas = [(*at, *merged.get(at, at)) for at in filled] if boxes else []
        near = [area for area in areas if any(box.reaches(*area) for box in boxes) and places.keys(name, *area[:2])]
        edges = _edges(workbook.package, sheet) if near else _Edges((), ())
        covered += [Place(name, cell_name(*area[:2])) for area in near if any(edges.over(box, *area) for box in boxes)]
    return Unseen(tuple(covered), tuple(hidden))


def _entry_columns(form: Outline, places: Plan, sheet: str) -> set[int]:
    """The columns of a sheet in which the form asks for something."""
    fields = {spot.column for key, spot in places.fields if spot.sheet == sheet and _is_entry(form, (key,))}
    return fields | {
        column
        for key, one in places.tables_on[sheet].items()
        for name, column in one.columns.items()
        if _is_entry(form, (f"{key}.{name}",))
    }


def _is_entry(form: Outline, keys: Iterable[str]) -> bool:
    """Whether the form asks for what stands under one of these keys; helper columns are hidden from the start."""
    for key in keys:
        table, dot, column = key.partition(".")
        part = form.tables.get(table, {}).get(column) if dot else form.fields.get(key)
        if part is not None and part.role == "entry":
            return True
    return False


class _Box(NamedTuple):
    """Where a thing lies: from a corner, or a point of the sheet, to another corner, or as large as it says."""

    start: _Corner | None
    end: _Corner | None
    point: tuple[float, float] = (0, 0)
    size: tuple[float, float] = (0, 0)

    def reaches(self, top: int, left: int, bottom: int, right: int) -> bool:
        """Whether it may lie over these cells, as far as is known without their sizes."""
        if self.start is None or self.end is None:
            return True
        across = self.start[0] < right and self.end[0] + 1 >= left
        return across and self.start[2] < bottom and self.end[2] + 1 >= top


class _Edges(NamedTuple):
    """How far from the sheet's left and top its columns and rows begin; each list ends where the last one does."""

    columns: Sequence[float]
    rows: Sequence[float]

    def over(self, box: _Box, top: int, left: int, bottom: int, right: int) -> bool:
        """Whether a thing lies over more than the margin of a cell, or of what is merged with it."""
        start = self._at(box.start) if box.start else box.point
        end = self._at(box.end) if box.end else (start[0] + box.size[0], start[1] + box.size[1])
        across = min(end[0], self._edge(self.columns, right)) - max(start[0], self._edge(self.columns, left - 1))
        down = min(end[1], self._edge(self.rows, bottom)) - max(start[1], self._edge(self.rows, top - 1))
        return across > _SLIVER and down > _SLIVER

    def _at(self, corner: _Corner) -> tuple[float, float]:
        column, right, row, down = corner
        x, y = (self._edge(self.columns, column), self._edge(self.columns, column + 1)), self._edge(self.rows, row)
        return min(x[0] + right, x[1]), min(y + down, self._edge(self.rows, row + 1))

    @staticmethod
    def _edge(edges: Sequence[float], number: int) -> float:
        return edges[min(number, len(edges) - 1)]


def _edges(package: Package, sheet: Sheet) -> _Edges:
    widths, heights = [_WIDTH] * _COLUMNS, [_HEIGHT] * _ROWS

    def start(name: str, attributes: dict[str, str]) -> None:
        local, hidden = name.rpartition(" ")[2], attributes.get("hidden") in YES
        if local == "sheetFormatPr":
            widths[:] = [_size(attributes.get("defaultColWidth"), _WIDTH)] * _COLUMNS
            heights[:] = [_size(attributes.get("defaultRowHeight"), _HEIGHT)] * _ROWS
        elif local == "col":
            width = 0.0 if hidden else _size(attributes.get("width"), widths[-1])
            first, last = (int(_size(attributes.get(key), 0)) for key in ("min", "max"))
            for number in range(max(first, 1), min(last, _COLUMNS) + 1):
                widths[number - 1] = width
        elif local == "row" and 1 <= (number := int(_size(attributes.get("r"), 0))) <= _ROWS:
            heights[number - 1] = 0.0 if hidden else _size(attributes.get("ht"), heights[number - 1])

    package.archive.parse(sheet.part, start, lambda _: None, lambda _: None)
    return _Edges(
        list(accumulate((width * _CHARACTER for width in widths), initial=0.0)),
        list(accumulate((height * _POINT for height in heights), initial=0.0)),
    )


def _boxes(package: Package, sheet: Sheet) -> Iterator[_Box]:
    """The things on a sheet that can be seen; of a drawing that can't be read none are known."""
    for part in package.related(sheet.part, "drawing"):
        if part in package.archive:
            with suppress(WorkbookError):
                yield from _drawn(package, part)
    for part in package.related(sheet.part, "vmlDrawing"):
        if part in package.archive:
            yield from _noted(package.archive.part(part))


def _drawn(package: Package, part: str) -> Iterator[_Box]:
    """Pictures, charts and shapes; not what is hidden, nor lines and frames that one looks through."""
    corner: dict[str, int] = {}
    corners: dict[str, _Corner] = {}
    said: dict[str, tuple[float, float]] = {}
    seen: set[str] = set()
    for element in package.archive.elements(part):
        name, path = _NAMESPACE.sub("", element.name), _NAMESPACE.sub("", element.path)
        if name in ("col", "colOff", "row", "rowOff"):
            corner[name] = int(_size(element.text, 0))
        elif name in ("from", "to"):
            corners[name] = (*(corner.get(key, 0) for key in ("col", "colOff", "row", "rowOff")),)  # type: ignore[assignment]
        elif name in ("ext", "pos") and path.endswith("Anchor"):
            x, y = (_size(element.attributes.get(key), 0) for key in (("cx", "cy") if name == "ext" else ("x", "y")))
            said[name] = x, y
        elif name == "cNvPr" and _OBJECT.fullmatch(path) and element.attributes.get("hidden") in YES:
            seen.add("hidden")
        elif name in ("t", "sp", *_SOLID) or (name == "noFill" and path.endswith("/spPr")):
            seen.add(name)
        elif name.endswith("Anchor"):
            shape = "sp" in seen and ("noFill" not in seen or "t" in seen)
            if "hidden" not in seen and (shape or not seen.isdisjoint(_SOLID)):
                yield _Box(corners.get("from"), corners.get("to"), said.get("pos", (0, 0)), said.get("ext", (0, 0)))
            corners, said, seen = {}, {}, set()


def _noted(drawing: bytes) -> Iterator[_Box]:
    """Controls, and notes that are shown without being pointed at."""
    for shape in _SHAPE.findall(drawing):
        kind, anchor = _KIND.search(shape), _ANCHOR.search(shape)
        if kind is None or anchor is None or (kind[1] == b"Note" and not _SHOWN.search(shape)):
            continue
        numbers = [int(each) for each in anchor[1].split(b",") if each.strip().isdigit()]
        if len(numbers) == 8:
            yield _Box(_in_pixels(numbers[:4]), _in_pixels(numbers[4:]))


def _in_pixels(numbers: Sequence[int]) -> _Corner:
    column, right, row, down = numbers
    return column, right * _PIXEL, row, down * _PIXEL


def _size(text: str | None, otherwise: float) -> float:
    try:
        return max(float(text), 0.0) if text else otherwise
    except ValueError:
        return otherwise
