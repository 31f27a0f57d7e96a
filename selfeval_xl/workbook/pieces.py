"""A sheet cut into pieces that hold in every workbook: returns of one template have most of their rows in common, and
most cells but for their value, and each of those is read once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.markup import Node, document
from selfeval_xl.workbook.number_format import CellValue, NumberFormat
from selfeval_xl.workbook.references import Cell
from selfeval_xl.workbook.rows import (
    MAX_FORMULA,
    NAMES,
    Names,
    RawCell,
    RowReader,
    Rows,
    SheetError,
    address,
    integer,
    look_at,
    typed,
)
from selfeval_xl.workbook.shared import Formats

_ROWS, _LOOKS, _FORMULAS, _REMEMBERED = 1 << 9, 1 << 9, 1 << 10, 1 << 13  # that are remembered
_LONG_FORMULA = 1 << 9  # bytes from which a formula is not remembered
_LONG = 1 << 12  # bytes from which a row is not remembered
_MOST_ROWS = 2_000  # of a sheet that is read by its rows; one by one they cost more than as a whole
_OPENING = lazy(
    rb"(?:<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?:UTF|utf)-8[\"'])?(?: standalone=[\"']yes[\"'])? ?\?>)?\s*"
    rb"(<worksheet(?:\s[^<>]*)?>)"
)
_ROW_NUMBER = lazy(rb'<row r="[1-9][0-9]{0,5}')  # all of them within a sheet's rows
_CELL_NAME = lazy(rb'r="([A-Z]{1,3}[1-9][0-9]{0,6})"?')
_places: dict[bytes, Cell] = {}
_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_ODD = lazy("[<\\x00-\\x08\\x0b-\\x1f\\ufffd-\\uffff]|]]>")  # what XML does not take, or changes
_FORMULA_TAGS = b"<f", b'<f aca="false"'  # as LibreOffice writes them
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}  # decoded in this order


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
    """Rows told by what they share with others: the same looks with other values, as in the returns of one template.

    A row is cut where its cells begin.  A start tag is known by what stands behind its address, once XML was read where
    the same stood; what follows it is a plain formula and a plain value, or else nothing is told.
    """

    def __init__(self, formats: Formats) -> None:
        self._formats = formats
        self._rows: dict[bytes, bool] = {}  # a row's start tag behind its number → whether it can't be seen
        self._cells: dict[bytes, tuple[str, NumberFormat, int]] = {}  # behind the address → type, format, style
        self._blanks: set[bytes] = set()  # the same of cells without anything
        self._formulas: dict[bytes, str] = {}

    def read(self, row: bytes) -> Rows | None:
        """What the row says; None where something of it was not seen before, or is not plain."""
        before, *pieces = row.split(b"<c ")
        number, _, look = before.partition(b'" ')
        hidden = self._rows.get(look)
        if hidden is None or not _ROW_NUMBER.fullmatch(number):
            return None
        rows = Rows()
        if hidden:
            rows.hidden.append(int(number[8:]))
        known, formulas, cells = self._cells, self._formulas, rows.cells
        date1904 = self._formats.date1904
        for piece in pieces:
            start, end, rest = piece.partition(b">")
            name, _, look = start.partition(b'" ')
            key = _places.get(name) or _place(name)
            if not end or key is None:
                return None
            cell = known.get(look)
            if cell is None:
                if look in self._blanks and not rest:
                    continue
                return None
            kind, form, style = cell
            formula: str | None = None
            if rest.startswith(b"<f"):
                tag, _, rest = rest.partition(b">")
                content, _, rest = rest.partition(b"</f>")
                formula = formulas.get(content) or self._formula(content)
                if formula is None or tag not in _FORMULA_TAGS:
                    return None
                rows.characters += len(formula) - 1
            value: CellValue = None
            if formula is None or rest != b"</c>":
                text = _value(rest, kind)
                if text is None:
                    return None
                if kind == "s":
                    rows.strings.append((key, integer(text)))
                    value = ""
                else:
                    value = typed(key, kind, text, date1904)
            if value is None and formula is None:
                continue
            if key in cells:
                return None
            cells[key] = RawCell(value, form, formula, style)
        return rows

    def _formula(self, content: bytes) -> str | None:
        """The formula with its ``=``; None where it is empty or not plain."""
        text = _plain(content)
        if not text or len(text) > MAX_FORMULA:
            return None
        formula = "=" + text.removeprefix("=")
        if len(content) < _LONG_FORMULA:
            if len(self._formulas) >= _FORMULAS:
                self._formulas.clear()
            self._formulas[content] = formula
        return formula

    def learn(self, row: bytes, sheet: Node, rows: Rows, names: Names) -> None:
        """Remember the start tags, now that the row was read as XML."""
        before, *pieces = row.split(b"<c ")
        *empty, last = sheet
        cells = list(last)
        if (
            last.tag != names.row
            or any(each.tag != names.row or len(each) for each in empty)
            or len(cells) != len(pieces)
            or any(cell.tag != names.c for cell in cells)
            or not before.endswith(b">")
        ):
            return
        if max(len(self._rows), len(self._cells), len(self._blanks)) > _LOOKS:
            self._rows.clear()
            self._cells.clear()
            self._blanks.clear()
        if not empty and _plain_tag(before[5:-1], last.attrib):
            number, _, look = before.partition(b'" ')
            if _ROW_NUMBER.fullmatch(number):
                self._rows[look] = bool(rows.hidden)
        for piece, cell in zip(pieces, cells, strict=True):
            start, said = piece.partition(b">")[0], cell.attrib
            ended = start.endswith(b"/")
            name, _, look = start.partition(b'" ')
            if not _plain_tag(start, said) or (ended and len(cell)) or _place(name) is None:
                continue
            if ended:
                self._blanks.add(look)
            else:
                self._cells[look] = said.get("t", "n"), *look_at(said.get("s", "0"), self._formats)


def _plain_tag(start: bytes, said: Mapping[str, str]) -> bool:
    """Whether these are attributes in double quotes with nothing odd within: the tag ends where its first > stands."""
    return b"'" not in start and start.count(b'="') == len(said) and start.count(b'"') == 2 * len(said)


def _place(name: bytes) -> Cell | None:
    """The cell by its start tag's beginning, ``r="A9``; None where that is something else."""
    match = _CELL_NAME.fullmatch(name)
    if match is None:
        return None
    try:
        key = address(match[1].decode())
    except SheetError:
        return None
    if len(_places) < _REMEMBERED:
        _places[name] = key
    return key


def _value(rest: bytes, kind: str) -> str | None:
    """The value in what stands in a cell behind its formula; None where it is not plain."""
    if rest.startswith(b"<v>") and rest.endswith(b"</v></c>"):
        return _plain(rest[3:-8])
    if rest.startswith(b"<is><t>") and rest.endswith(b"</t></is></c>") and kind == "inlineStr":
        return _plain(rest[7:-13])
    return "" if rest == b"<v/></c>" else None


def _plain(data: bytes) -> str | None:
    """A text as XML means it; None where that takes more than the best known entities."""
    text = data.decode("utf-8", "replace")
    if _ODD.search(text):
        return None
    if "&" in text:
        if sum(map(text.count, _ENTITIES)) < text.count("&"):
            return None
        for entity, character in _ENTITIES.items():
            text = text.replace(entity, character)
    return text


@lru_cache(maxsize=32)
def _familiar(root: bytes, formats: Formats) -> _Familiar:
    return _Familiar(formats)
