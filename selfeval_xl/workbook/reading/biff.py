"""What our .xls reader (python-calamine) doesn't tell: number formats, errors, exact numbers, formulas, defined names.

Read from the records ([MS-XLS], BIFF8) in the stream ``Workbook`` of the file.
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
_UNICODE = 0x0600  # the version from which on texts are Unicode
_OWN = b"\x01\x04"  # in the list of workbooks: this file itself
_AT, _AREA = 0x1A, 0x1B  # how a formula begins that is a reference to one cell, or several, of a sheet
_NUMBER, _RK, _RKS, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
_TRUTH = 0x0205  # or an error
_SIZE, _SIZE_OF_OLD = 0x0200, 8  # the second: bytes of that record in files before Excel 97
_MOST = 1 << 24  # cells of a sheet: 65,536 rows, 256 columns
_WORDS, _WORD = 0x00FC, 0x00FD  # all texts of the workbook, and a cell that has one of them
_TORN = 0  # stands for missing records: a gap (its zeros read as empty ones), or a stream that ends too early
_ODD = struct.error, IndexError, ValueError  # raised while a malformed record is read
_CELLS = frozenset((_NUMBER, _RK, _RKS, _FORMULA, _TRUTH, _WORD, 0x0204, 0x00D6))  # the last two hold words


@dataclass(slots=True)
class SheetLooks:
    """What is known of one sheet's cells: number format codes, errors, numbers, and which have formulas.

    ``reach`` is the last row and column.  ``boundless``: the sheet claims to be larger than possible, which would make
    python-calamine run out of memory.  ``torn``: records are missing, which python-calamine doesn't report.
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
    """What is known of a workbook; ``names`` are its defined names with what they refer to.  ``ancient``: from before
    Excel 97, whose Chinese texts python-calamine garbles.
    """

    encrypted: bool = False
    ancient: bool = False
    date1904: bool = False
    sheets: dict[str, SheetLooks] = field(default_factory=lambda: defaultdict(SheetLooks))
    names: list[tuple[str, str]] = field(default_factory=list)


def looks(data: bytes) -> Looks:
    """What can be read of a file; little or nothing of one that is broken, or from before Excel 97."""
    found = Looks()
    with suppress(*_ODD):
        _globals(stream_of(data, *OLD_STREAMS), found)
    return found


def _globals(stream: bytes, found: Looks) -> None:
    """Read the part before the sheets (formats, names, where each sheet begins), then the sheets."""
    sheets = [
        (struct.unpack_from("<I", body)[0], _text(body[6:], 1))
        for kind, body in _records(stream, 0, nested=True)
        if kind == _SHEET and len(body) > 7
    ]
    for position, name in sheets:  # first, as a malformed record further on ends the reading
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
    """Read a sheet.  ``codes`` are the number formats by style number, ``words`` is how many texts the workbook has.

    A malformed record is skipped; those after it are still read.
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
    """Find how far the cells go, even with malformed records: python-calamine takes memory accordingly."""
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
    """A number stored in four bytes (RK): an integer or the upper half of a float, as it is or times 100."""
    signed: int = struct.unpack("<i", struct.pack("<I", packed))[0]
    upper: float = struct.unpack("<d", struct.pack("<Q", (packed & ~3) << 32))[0]
    return (signed >> 2 if packed & 2 else upper) / (100 if packed & 1 else 1)


def _is_boundless(top: int, bottom: int, left: int, right: int) -> bool:
    """Whether no sheet can have these rows and columns (each to before its end); an empty sheet ends at 0."""
    return bool(bottom and right) and (top > bottom or left > right or (bottom - top) * (right - left) > _MOST)


def _records(stream: bytes, position: int, *, nested: bool = False) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the stream; those of a part ``nested`` in it (a chart) only where asked for."""
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
    """A defined name and the cells it refers to (``#REF!`` where it refers to none); None for a sheet's local name.

    ``titles`` are the sheets by the index that references use.
    """
    length, wide = body[3], body[14] & 1
    end = 15 + length * (2 if wide else 1)
    if body[8:10] != b"\0\0":
        return None
    name, formula = body[15:end].decode("utf-16-le" if wide else "latin-1", "replace"), body[end:]
    kind = formula[0] & 0x1F if formula else 0
    if kind == _AREA and len(formula) >= 11:
        place, top, bottom, left, right = struct.unpack_from("<HHHHH", formula, 1)
    elif kind == _AT and len(formula) >= 7:
        place, top, left = struct.unpack_from("<HHH", formula, 1)
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
