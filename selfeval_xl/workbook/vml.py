"""Legacy VML drawings (notes, form buttons) as text: Excel's own are often no well-formed XML, and must stay as is."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.references import Cell

_SHAPE = lazy(rb"<((?:\w+:)?)shape\b.*?</\1shape\s*>\s*", re.DOTALL)
_NOTE = lazy(rb"<(?:\w+:)?ClientData\b[^>]*ObjectType\s*=\s*[\"']Note[\"']")
_ROW = lazy(rb"(<(?:\w+:)?Row>\s*)(\d+)")
_COLUMN = lazy(rb"(<(?:\w+:)?Column>\s*)(\d+)")
_ANCHOR = lazy(rb"(<(?:\w+:)?Anchor>)([\d,\s-]*)")
_SHAPE_ID = lazy(rb"_x0000_s(\d+)")
_BLOCK = lazy(rb"idmap\b[^>]*\bdata\s*=\s*[\"'](\d+)")
_END = lazy(rb"</(?:\w+:)?xml\s*>\s*$")
_TYPE = "_x0000_t202"

_NAMESPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_NEW = f"""<xml {_NAMESPACES}>
<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{{block}}"/></o:shapelayout>
</xml>
"""
_SHAPE_TYPE = f"""<v:shapetype {_NAMESPACES} id="{_TYPE}" coordsize="21600,21600" o:spt="202" \
path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>\
<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>
"""
_NOTE_SHAPE = f"""<v:shape {_NAMESPACES} id="_x0000_s{{id}}" type="#{_TYPE}" \
style="position:absolute;z-index:{{z}};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">\
<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>\
<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>\
<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{{anchor}}</x:Anchor>\
<x:AutoFill>False</x:AutoFill><x:Row>{{row}}</x:Row><x:Column>{{column}}</x:Column></x:ClientData></v:shape>
"""


def new(block: int) -> bytes:
    """A drawing without shapes; ``block`` numbers the drawing's range of shape ids, one to a sheet."""
    return _NEW.format(block=block).encode()


def block(drawing: bytes) -> int:
    """The number of the drawing's range of shape ids."""
    found = _BLOCK.search(drawing)
    return int(found[1]) if found else 1


def add_notes(drawing: bytes, notes: Mapping[Cell, Iterable[int]]) -> bytes:
    """The drawing with a hidden note box for each cell (row, column counted from 1); its corners as in an anchor."""
    end = _END.search(drawing)
    if end is None:
        return drawing
    first = 1024 * block(drawing)
    free = max((int(n) for n in _SHAPE_ID.findall(drawing)), default=first) + 1
    added = "" if re.search(rb"shapetype\b[^>]*_x0000_t202\b", drawing) else _SHAPE_TYPE
    added += "".join(
        _NOTE_SHAPE.format(id=free + n, z=n + 1, anchor=_anchor(box), row=row - 1, column=column - 1)
        for n, ((row, column), box) in enumerate(notes.items())
    )
    return drawing[: end.start()] + added.encode("ascii") + drawing[end.start() :]


def remove_notes(drawing: bytes, cells: Collection[Cell]) -> bytes:
    """The drawing without the note boxes of these cells."""
    return _SHAPE.sub(lambda shape: b"" if _note_cell(shape[0]) in cells else shape[0], drawing)


def stretch_notes(drawing: bytes, rows: Mapping[Cell, int]) -> bytes:
    """The drawing with the boxes of these cells' notes longer by so many rows (shorter, where negative)."""

    def stretched(shape: re.Match[bytes]) -> bytes:
        cell = _note_cell(shape[0])
        if cell is None or cell not in rows:
            return shape[0]
        return _with_corners(shape[0], lambda corners: [*corners[:6], max(corners[6] + rows[cell], 0), corners[7]])

    return _SHAPE.sub(stretched, drawing)


def has_shapes(drawing: bytes) -> bool:
    return _SHAPE.search(drawing) is not None


def move_rows(drawing: bytes, move: Callable[[int], int]) -> bytes:
    """The drawing after rows (counted from 1) were moved: notes follow their cells, other things their upper edge."""

    def moved(shape: re.Match[bytes]) -> bytes:
        text = shape[0]
        cell, corners = _note_cell(text), _corners(text)
        top = cell[0] if cell else corners[2] + 1 if corners else 1
        by = move(top) - top
        if not by:
            return text
        text = _ROW.sub(lambda row: row[1] + b"%d" % (int(row[2]) + by), text)
        return _with_corners(text, lambda c: [*c[:2], c[2] + by, *c[3:6], c[6] + by, c[7]])

    return _SHAPE.sub(moved, drawing)


def _corners(shape: bytes) -> list[int]:
    """Left column and offset, top row and offset, right column and offset, bottom row and offset; or nothing."""
    anchor = _ANCHOR.search(shape)
    numbers = re.findall(rb"-?\d+", anchor[2]) if anchor else []
    return [int(n) for n in numbers] if len(numbers) == 8 else []


def _with_corners(shape: bytes, change: Callable[[list[int]], list[int]]) -> bytes:
    corners = _corners(shape)
    if not corners:
        return shape
    text = _anchor(change(corners)).encode("ascii")
    return _ANCHOR.sub(lambda anchor: anchor[1] + text, shape)


def _anchor(corners: Iterable[int]) -> str:
    return ", ".join(map(str, corners))


def _note_cell(shape: bytes) -> Cell | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    if not (row and column and _NOTE.search(shape)):
        return None
    return int(row[2]) + 1, int(column[2]) + 1
