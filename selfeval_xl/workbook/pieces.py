"""A sheet cut into pieces that hold in every workbook: returns of one template have most of their rows in common, and
most cells but for their value, and each of those is read once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.markup import Node, document
from selfeval_xl.workbook.number_format import CellValue
from selfeval_xl.workbook.references import Cell
from selfeval_xl.workbook.rows import NAMES, Names, RawCell, RowReader, Rows, SheetError, address, integer, typed
from selfeval_xl.workbook.shared import Formats, words

_ROWS, _CELLS = 1 << 10, 1 << 13  # that are remembered
_LONG = 1 << 12  # bytes from which a row is not remembered
_MOST_ROWS = 2_000  # of a sheet that is read by its rows; one by one they cost more than as a whole
_OPENING = lazy(
    rb"(?:<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?:UTF|utf)-8[\"'])?(?: standalone=[\"']yes[\"'])? ?\?>)?\s*"
    rb"(<worksheet(?:\s[^<>]*)?>)"
)
_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_ODD = lazy("[<&\\x00-\\x08\\x0b-\\x1f\\ufffd-\\uffff]")  # what XML does not take as it is, or changes
_VALUE_ENDS, _TEXT_ENDS = b"</v></c>", b"</t></is></c>"


class Cut(NamedTuple):
    """A sheet's XML in UTF-8 without comments: the start tag of its root, what stands before and behind the cells, and
    the rows, each without its end tag (rows without a cell may stand before another).

    Every piece is well-formed by itself exactly if the whole is.
    """

    root: bytes
    before: bytes
    rows: list[bytes]
    behind: bytes


def cut(data: bytes) -> Cut | None:
    """The pieces of a sheet; None where they can't be told with certainty, or are too many."""
    opening = _OPENING.match(data)
    if opening is None or data.find(b"<!") >= 0 or data.find(b"<?", 2) >= 0:
        return None
    begin, end = data.find(_BEGIN), data.find(_END)
    if begin < opening.end() or end < begin or data.find(b"<sheetData", begin + 1) >= 0:
        return None
    rows = data[begin + len(_BEGIN) : end].split(b"</row>")
    if rows.pop().strip() or len(rows) > _MOST_ROWS:
        return None
    return Cut(opening[1], data[:begin], rows, data[end + len(_END) :])


def rows_of(row: bytes, root: bytes, formats: Formats) -> Rows:
    """What a row of a :class:`Cut` says; MarkupError or SheetError where it can't be told without the rest."""
    return (_known if len(row) < _LONG else _rows_of)(row, root, formats)


def _rows_of(row: bytes, root: bytes, formats: Formats) -> Rows:
    known = _familiar(root, formats) if formats.workbooks > 1 else None  # of one alone nothing comes again
    if known is not None and (rows := known.read(row)) is not None:
        return rows
    sheet = document(root + row + b"</row></worksheet>")
    names = NAMES.get(sheet.tag[1:].rpartition("}")[0])
    if names is None:
        raise SheetError("的内容不是工作表")
    reader = RowReader(formats)
    for each in sheet:
        reader.read(each, each, names)
    rows = reader.taken()
    if known is not None:
        known.learn(row, sheet, rows, names)
    return rows


_known = lru_cache(maxsize=_ROWS)(_rows_of)


class _Familiar:
    """Rows told by what they share with others: the same cells with other values, as in the returns of one template.

    A row is cut where its cells begin.  What stands before the value of a cell is known by its bytes, once XML was read
    where the same bytes stood; a value without markup then changes nothing but itself.
    """

    def __init__(self, formats: Formats) -> None:
        self._date1904 = formats.date1904
        self._starts: dict[bytes, list[int]] = {}  # the hidden ones among the rows
        self._cells: dict[bytes, tuple[Cell, str, RawCell] | None] = {}  # with its type and without its value

    def read(self, row: bytes) -> Rows | None:
        """What the row says; None where something of it was not seen before."""
        start, *pieces = row.split(b"<c ")
        hidden = self._starts.get(start)
        if hidden is None:
            return None
        rows = Rows()
        rows.hidden = hidden
        known, cells = self._cells, rows.cells
        for piece in pieces:
            head, text = _parted(piece)
            if head not in known:
                return None
            cell = known[head]
            if cell is None:
                continue
            key, kind, (_, form, formula, style) = cell
            value: CellValue = None
            if text is not None:
                said = text.decode("utf-8", "replace")
                if _ODD.search(said):
                    return None
                if kind == "s":
                    rows.strings.append((key, integer(said)))
                    value = ""
                else:
                    value = typed(key, kind, said, self._date1904)
            if value is None and formula is None:
                continue
            if key in cells:
                return None
            if formula is not None:
                rows.characters += len(formula) - 1
            cells[key] = RawCell(value, form, formula, style)
        return rows

    def learn(self, row: bytes, sheet: Node, rows: Rows, names: Names) -> None:
        """Remember what the row and its cells look like, now that they were read as XML."""
        start, *pieces = row.split(b"<c ")
        *before, last = sheet
        cells = list(last)
        if (
            last.tag != names.row
            or any(each.tag != names.row or len(each) for each in before)
            or len(cells) != len(pieces)
            or any(cell.tag != names.c for cell in cells)
            or not start.endswith(b">")
            or not all(piece.endswith((b"/>", b"</c>")) for piece in pieces)
            or rows.shared
            or rows.followers
        ):
            return
        if len(self._cells) + len(pieces) > _CELLS:
            self._starts.clear()
            self._cells.clear()
        self._starts[start] = rows.hidden
        for piece, cell in zip(pieces, cells, strict=True):
            head, text = _parted(piece)
            parts = [child.tag for child in cell]
            if not parts:
                self._cells[head] = None
            elif "r" in cell.attrib and parts in ([names.f], [names.v], [names.f, names.v], [names.inline]):
                key, inline = address(cell.attrib["r"]), parts == [names.inline]
                raw = rows.cells.get(key)
                if raw is None or inline != (cell.get("t") == "inlineStr"):
                    continue
                said = words(cell[0]) if inline else cell[-1].text or ""
                if raw.value is None if text is None else text.decode("utf-8", "replace") == said:
                    self._cells[head] = key, cell.get("t", "n"), raw._replace(value=None)


def _parted(piece: bytes) -> tuple[bytes, bytes | None]:
    """What stands in a cell before its value (a text's end with it); and the value, None where there is none."""
    if piece.endswith(_VALUE_ENDS):
        begin = piece.rfind(b">", 0, -len(_VALUE_ENDS)) + 1
        return piece[:begin], piece[begin : -len(_VALUE_ENDS)]
    if piece.endswith(_TEXT_ENDS):
        begin = piece.rfind(b">", 0, -len(_TEXT_ENDS)) + 1
        return piece[:begin] + _TEXT_ENDS, piece[begin : -len(_TEXT_ENDS)]
    return piece, None


@lru_cache(maxsize=8)
def _familiar(root: bytes, formats: Formats) -> _Familiar:
    return _Familiar(formats)
