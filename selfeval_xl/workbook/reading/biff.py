"""What an .xls says of its cells beside their values: number formats, which have formulas, and what names lead there.

The stream ``Workbook`` of the file is a list of records ([MS-XLS], BIFF8).
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from selfeval_xl.quantity.words import ERROR_NUMBERS
from selfeval_xl.workbook.number_format import BUILT_IN
from selfeval_xl.workbook.opening.container import OLD_STREAMS, stream_of
from selfeval_xl.workbook.references import Area, Cell, area_name

_BOF, _EOF, _FORMAT, _XF, _SHEET, _DATEMODE, _PASSWORD = 0x0809, 0x000A, 0x041E, 0x00E0, 0x0085, 0x0022, 0x002F
_BOOKS, _PLACES, _NAME = 0x01AE, 0x0017, 0x0018
_UNICODE = 0x0600  # the version since which texts are Unicode
_OWN = b"\x01\x04"  # stands for the file itself where the name of a workbook would
_AT, _AREA = 0x1A, 0x1B  # how a formula begins that is one cell, or several, of a sheet
_NUMBER, _RK, _RKS, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
_TRUTH = 0x0205  # or an error
_SIZE, _SIZE_OF_OLD = 0x0200, 8  # bytes that say it in files before Excel 97
_MOST = 1 << 24  # cells of a sheet: 65,536 rows, 256 columns
_WORDS, _WORD = 0x00FC, 0x00FD  # all texts of the workbook, and a cell that has one of them
_TORN = 0  # in place of a record: a hole, which reads as an empty one of this kind, or an end before the end
_ODD = struct.error, IndexError, ValueError  # what a record ends in that is none as it should be
_CELLS = frozenset((_NUMBER, _RK, _RKS, _FORMULA, _TRUTH, _WORD, 0x0204, 0x00D6))  # the last two hold words


@dataclass(slots=True)
class SheetLooks:
    """By cell: the codes of number formats, the errors and the numbers; the cells with formulas, the last row and
    column (``reach``).  ``boundless`` is a sheet that says it is larger than any can be: a reader that believes it ends
    the process for want of memory.  ``torn``: some of its records are missing, of which that reader says nothing.
    """

    formats: dict[Cell, str] = field(default_factory=dict)
    errors: dict[Cell, str] = field(default_factory=dict)
    numbers: dict[Cell, float] = field(default_factory=dict)
    formulas: set[Cell] = field(default_factory=set)
    reach: Cell = (0, 0)
    boundless: bool = False
    torn: bool = False


@dataclass(slots=True)
class Looks:
    """``names`` are the workbook's own, with what they refer to.  ``ancient``: from before Excel 97, whose Chinese
    texts the reader garbles.
    """

    encrypted: bool = False
    ancient: bool = False
    date1904: bool = False
    sheets: dict[str, SheetLooks] = field(default_factory=lambda: defaultdict(SheetLooks))
    names: list[tuple[str, str]] = field(default_factory=list)


def looks(data: bytes) -> Looks:
    """What is known of the cells' looks; of files before Excel 97, and of what is broken, nothing."""
    found = Looks()
    with suppress(*_ODD):
        _globals(stream_of(data, *OLD_STREAMS), found)
    return found


def _globals(stream: bytes, found: Looks) -> None:
    """What stands before the sheets: the workbook's formats, names, and where each sheet begins."""
    sheets = [
        (struct.unpack_from("<I", body)[0], _text(body[6:], 1))
        for kind, body in _records(stream, 0, nested=True)
        if kind == _SHEET and len(body) > 7
    ]
    for position, name in sheets:  # before anything that may be odd elsewhere ends the search
        _measure(_records(stream, position, nested=True), found.sheets[name])
    codes, styles, words = dict(BUILT_IN), list[int](), 0
    books, places, names = list[bytes](), list[tuple[int, int, int]](), list[bytes]()
    for kind, body in _records(stream, 0):
        if kind == _BOF:
            found.ancient = struct.unpack_from("<H", body)[0] != _UNICODE
        if kind == _PASSWORD:
            found.encrypted = True
            return
        if found.ancient:
            continue
        if kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _text(body[2:], 2)
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _WORDS:
            words = struct.unpack_from("<I", body, 4)[0]
        elif kind == _DATEMODE:
            found.date1904 = body[:1] == b"\x01"
        elif kind == _BOOKS:
            books.append(body[2:4])
        elif kind == _PLACES:
            places += struct.iter_unpack("<HHH", body[2 : 2 + len(body[2:]) // 6 * 6])
        elif kind == _NAME:
            names.append(body)
    titles = [
        sheets[first][1] if first == last < len(sheets) and books[book : book + 1] == [_OWN] else None
        for book, first, last in places
    ]
    for body in names:
        with suppress(*_ODD):
            found.names += filter(None, [_named(body, titles)])
    for position, name in sheets:
        formats = [codes.get(style, "General") for style in styles]
        _sheet(_records(stream, position), formats, words, found.sheets[name])


def _sheet(records: Iterator[tuple[int, bytes]], codes: Sequence[str], words: int, found: SheetLooks) -> None:
    """``codes`` are the number formats by the number of a cell's style, ``words`` how many texts the workbook has.

    A record that is odd says nothing of its cell, and all of those behind it.
    """
    for kind, body in records:
        if kind in _CELLS:
            with suppress(*_ODD):
                _cell(kind, body, codes, words, found)


def _cell(kind: int, body: bytes, codes: Sequence[str], words: int, found: SheetLooks) -> None:
    row, column, style = struct.unpack_from("<HHH", body)
    at = row + 1, column + 1
    if kind == _FORMULA:
        found.formulas.add(at)
    elif kind == _WORD:
        found.torn |= struct.unpack_from("<I", body, 6)[0] >= words
    if kind == _RKS:
        last = struct.unpack_from("<H", body, len(body) - 2)[0]
        for number in range(min(last - column + 1, (len(body) - 6) // 6)):
            style, packed = struct.unpack_from("<HI", body, 4 + 6 * number)
            at = row + 1, column + number + 1
            found.formats[at] = codes[style]
            found.numbers[at] = _unpacked(packed)
    elif kind == _TRUTH and body[7]:
        found.errors[at] = ERROR_NUMBERS.get(body[6], "#VALUE!")
    elif kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        found.errors[at] = ERROR_NUMBERS.get(body[8], "#VALUE!")
    elif kind in (_NUMBER, _RK, _FORMULA):
        found.formats[at] = codes[style]
        if kind != _FORMULA or body[12:14] != b"\xff\xff":  # else it gives no number
            packed = struct.unpack_from("<I" if kind == _RK else "<d", body, 6)[0]
            found.numbers[at] = _unpacked(packed) if kind == _RK else packed


def _measure(records: Iterator[tuple[int, bytes]], found: SheetLooks) -> None:
    """How far the cells go, be their records as odd as they may: by that a reader asks for its memory."""
    bottom, right = found.reach
    for kind, body in records:
        found.torn |= kind == _TORN
        if kind == _SIZE and len(body) >= _SIZE_OF_OLD:
            found.boundless |= _is_boundless(*struct.unpack_from("<HHHH" if len(body) < 12 else "<IIHH", body))
        elif kind in _CELLS and len(body) >= 4:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _RKS else column
            bottom, right = max(bottom, row + 1), max(right, last + 1)
    found.reach = bottom, right


def _unpacked(packed: int) -> float:
    """The number in four bytes: a whole one or the upper half of any, as it is or a hundredfold."""
    signed: int = struct.unpack("<i", struct.pack("<I", packed))[0]
    upper: float = struct.unpack("<d", struct.pack("<Q", (packed & ~3) << 32))[0]
    return (signed >> 2 if packed & 2 else upper) / (100 if packed & 1 else 1)


def _is_boundless(top: int, bottom: int, left: int, right: int) -> bool:
    """Whether rows from ``top`` to before ``bottom``, and such columns, can't be; 0 is the end of an empty sheet."""
    return bool(bottom and right) and (top > bottom or left > right or (bottom - top) * (right - left) > _MOST)


def _records(stream: bytes, position: int, *, nested: bool = False) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the stream; what is nested in it (a chart) is passed over, unless asked for."""
    depth = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        if kind == _TORN and not length:
            break
        body = stream[position + 4 : position + 4 + length]
        position += 4 + length
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if kind != _TORN and (depth == 1 or nested):  # one with that number is what said how a file was encrypted
            yield kind, body
    yield _TORN, b""


def _named(body: bytes, titles: Sequence[str | None]) -> tuple[str, str] | None:
    """A name and the cells it refers to, ``#REF!`` where that are none; None where it belongs to one sheet.

    ``titles`` are the sheets that references count through.
    """
    length, wide = body[3], body[14] & 1
    end = 15 + length * (2 if wide else 1)
    if body[8:10] != b"\0\0":
        return None
    name, said = body[15:end].decode("utf-16-le" if wide else "latin-1", "replace"), body[end:]
    kind = said[0] & 0x1F if said else 0
    if kind == _AREA and len(said) >= 11:
        place, top, bottom, left, right = struct.unpack_from("<HHHHH", said, 1)
    elif kind == _AT and len(said) >= 7:
        place, top, left = struct.unpack_from("<HHH", said, 1)
        bottom, right = top, left
    else:
        return name, "#REF!"
    title = titles[place] if place < len(titles) else None
    if title is None:
        return name, "#REF!"
    area = Area(title, top + 1, (left & 0xFF) + 1, bottom + 1, (right & 0xFF) + 1)
    return name, area_name(area, absolute=True)


def _text(body: bytes, counted: int) -> str:
    """A string whose length stands in its first ``counted`` bytes."""
    length = int.from_bytes(body[:counted], "little")
    wide, start = body[counted] & 1, counted + 1
    return body[start : start + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1", "replace")
