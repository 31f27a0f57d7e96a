"""Legacy VML drawings (notes, form buttons), edited as text: Excel's own are often no well-formed XML."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import count

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.references import Cell

# Drawings are untrusted: no pattern may search far ahead from many places (which would take quadratic time), and
# numbers are limited to the length of a real cell's or shape's.
_SHAPE_TAG = lazy(rb"<(?:((?:\w+:)?)shape\b|/((?:\w+:)?)shape\s*>\s*)")
_KIND = lazy(rb"\bObjectType\s*=\s*[\"'](\w+)")
_ROW = lazy(rb"(<(?:\w+:)?Row>\s*)(\d{1,9})")
_COLUMN = lazy(rb"(<(?:\w+:)?Column>\s*)(\d{1,9})")
_ANCHOR = lazy(rb"(<(?:\w+:)?Anchor>)([\d,\s-]*)")
_CORNER = lazy(rb"(-?\d{1,9})\d*")
_FORMULA = lazy(rb"(<(?:\w+:)?(?:FmlaLink|FmlaRange|FmlaPict)>)([^<]*)")
_SHAPE_ID = lazy(rb"_x0000_s(\d{1,9})")
_BLOCKS = lazy(rb"(<(?:\w+:)?idmap\b[^<>]*\bdata\s*=\s*[\"'])(\d[\d,\s]*)")
_BLOCK = lazy(rb"\d{1,9}")
_NOTE_TYPE = lazy(rb"<(?:\w+:)?shapetype\b[^<>]*_x0000_t202\b")
_END = lazy(rb"</(?:\w+:)?xml\s*>\s*$")
_TYPE = "_x0000_t202"
_IDS = 1024  # shape ids in a range; the first is the drawing's own

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
    """A drawing without shapes; ``block`` is the number of its range of shape ids, a different one on each sheet."""
    return _NEW.format(block=block).encode()


def blocks(drawing: bytes) -> list[int]:
    """The numbers of the drawing's ranges of shape ids."""
    found = _BLOCKS.search(drawing)
    return [int(number) for number in _BLOCK.findall(found[2])] if found else [1]


def add_notes(
    drawing: bytes, notes: Mapping[Cell, Iterable[int]], elsewhere: Callable[[], Collection[int]] = tuple
) -> bytes:
    """The drawing with a hidden note box added for each cell (row and column from 1); see :func:`corners` for a box.

    ``elsewhere`` gives the ranges of shape ids that other drawings have.
    """
    end = _END.search(drawing)
    if end is None:
        return drawing
    own = blocks(drawing)
    free = _free_ids(own, {int(id) for id in _SHAPE_ID.findall(drawing)}, elsewhere)
    added = "" if _NOTE_TYPE.search(drawing) else _SHAPE_TYPE
    added += "".join(
        _NOTE_SHAPE.format(id=next(free), z=n, anchor=_anchor(box), row=row - 1, column=column - 1)
        for n, ((row, column), box) in enumerate(notes.items(), 1)
    )
    extended = drawing[: end.start()] + added.encode("ascii") + drawing[end.start() :]
    if own == blocks(drawing):
        return extended
    return _BLOCKS.sub(lambda ranges: ranges[1] + ",".join(map(str, own)).encode(), extended, count=1)


def _free_ids(own: list[int], taken: Collection[int], elsewhere: Callable[[], Collection[int]]) -> Iterator[int]:
    """Free shape ids, as no two sheets may use the same.

    Once the drawing's ``own`` ranges are full, the next range that no drawing has is added to them.
    """
    yield from (id for block in own for id in _ids(block) if id not in taken)
    theirs = {*own, *elsewhere()}
    for block in count(1):
        if block not in theirs:
            own.append(block)
            yield from (id for id in _ids(block) if id not in taken)


def _ids(block: int) -> range:
    return range(_IDS * block + 1, _IDS * (block + 1))


def shapes(drawing: bytes) -> Iterator[bytes]:
    """The XML of each of the drawing's shapes."""
    return (drawing[begin:end] for begin, end in _spans(drawing))


def changed(drawing: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The drawing with each shape as ``change`` gives it."""
    pieces, done = list[bytes](), 0
    for begin, end in _spans(drawing):
        pieces += drawing[done:begin], change(drawing[begin:end])
        done = end
    return b"".join((*pieces, drawing[done:]))


def kind(shape: bytes) -> bytes | None:
    """Excel's type of the shape (Note, Pict, Button …); None for a plain drawing."""
    found = _KIND.search(shape)
    return found[1] if found else None


def corners(shape: bytes) -> list[int]:
    """A shape's box: left, top, right and bottom, each as a column or row and an offset in it; [] where it has none."""
    anchor = _ANCHOR.search(shape)
    numbers = _CORNER.findall(anchor[2]) if anchor else []
    return [int(n) for n in numbers] if len(numbers) == 8 else []


def remove_notes(drawing: bytes, cells: Collection[Cell]) -> bytes:
    """The drawing without the note boxes of these cells."""
    return changed(drawing, lambda shape: b"" if _note_cell(shape) in cells else shape)


def stretch_notes(drawing: bytes, rows: Mapping[Cell, int]) -> bytes:
    """The drawing with the note boxes of these cells made longer by so many rows (shorter where negative)."""

    def stretched(shape: bytes) -> bytes:
        cell = _note_cell(shape)
        if cell is None or cell not in rows:
            return shape
        return _with_corners(shape, lambda box: [*box[:6], max(box[6] + rows[cell], 0), box[7]])

    return changed(drawing, stretched)


def has_shapes(drawing: bytes) -> bool:
    return next(_spans(drawing), None) is not None


def move_rows(drawing: bytes, move: Callable[[int], int]) -> bytes:
    """The drawing after rows (from 1) were moved: notes follow their cells, other shapes the row of their top edge."""

    def moved(shape: bytes) -> bytes:
        cell, box = _note_cell(shape), corners(shape)
        top = cell[0] if cell else box[2] + 1 if box else 1
        by = move(top) - top
        if not by:
            return shape
        shape = _ROW.sub(lambda row: row[1] + b"%d" % (int(row[2]) + by), shape)
        return _with_corners(shape, lambda box: [*box[:2], box[2] + by, *box[3:6], box[6] + by, box[7]])

    return changed(drawing, moved)


def with_formulas(drawing: bytes, change: Callable[[str], str]) -> bytes:
    """The drawing with the formulas of its controls (a linked cell, a list's choices) as ``change`` gives them."""
    from html import escape, unescape

    def changed(found: re.Match[bytes]) -> bytes:
        old = unescape(found[2].decode("utf-8", "surrogateescape"))
        new = change(old)
        return found[0] if new == old else found[1] + escape(new, quote=False).encode("utf-8", "surrogateescape")

    return _FORMULA.sub(changed, drawing)


def _spans(drawing: bytes) -> Iterator[tuple[int, int]]:
    """Where each shape begins and ends; in one pass, as a hostile drawing may open 100,000 shapes and close none."""
    opened: dict[bytes, int] = {}
    for tag in _SHAPE_TAG.finditer(drawing):
        if tag[1] is not None:
            opened.setdefault(tag[1], tag.start())
        elif tag[2] in opened:
            yield opened[tag[2]], tag.end()
            opened.clear()


def _with_corners(shape: bytes, change: Callable[[list[int]], list[int]]) -> bytes:
    box = corners(shape)
    if not box:
        return shape
    text = _anchor(change(box)).encode("ascii")
    return _ANCHOR.sub(lambda anchor: anchor[1] + text, shape)


def _anchor(box: Iterable[int]) -> str:
    return ", ".join(map(str, box))


def _note_cell(shape: bytes) -> Cell | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    if not (row and column and kind(shape) == b"Note"):
        return None
    return int(row[2]) + 1, int(column[2]) + 1
