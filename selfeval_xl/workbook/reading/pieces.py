"""Reads a sheet row by row without parsing each row's XML, for the intake of many returns made from one template.

Rows of such returns differ only in row number, values and formulas.  What remains of a row without these is its look:
a look is parsed as XML once, and every further row of the same look only has its texts filled in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.grid import RawCell
from selfeval_xl.workbook.links import may_reach_out
from selfeval_xl.workbook.number_format import CellValue, NumberFormat
from selfeval_xl.workbook.opening.markup import DECLARATION, MarkupError, Node, document
from selfeval_xl.workbook.reading.rows import NAMES, RowReader, Rows, SheetError, address, look_at, typed
from selfeval_xl.workbook.reading.shared import Formats
from selfeval_xl.workbook.references import Cell
from selfeval_xl.workbook.stored import MAX_FORMULA, number

_LOOKS, _FORMULAS = 1 << 8, 1 << 10  # looks remembered per kind of sheet, formulas remembered in all
_LONG = 1 << 11  # bytes from which a formula is not remembered
_LONG_LOOK = 1 << 13  # bytes from which a look is not remembered
_ROWS, _LONG_ROW = 1 << 9, 1 << 11  # whole rows remembered in all, and the bytes from which one is not
_SEEN = 1 << 11  # hashes remembered of rows that came once
_LONG_NUMBER = 1 << 5  # bytes from which a number is left to the XML parser; no program writes so many
_MOST_ROWS = 2_000  # of a sheet read by rows; for more, parsing the whole sheet is quicker
_OPENING = lazy(DECLARATION + rb"(<worksheet(?:\s[^<>]*)?>)")
_ROW = b'<row r="'
_NUMBER = lazy(rb"[1-9][0-9]{0,5}")  # always a valid row number
_TEXT = lazy(rb">([^<]+)<")
_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_ODD = lazy("[<\\x00-\\x08\\x0b-\\x1f\\ufffd-\\uffff]|]]>")  # what XML forbids in a text, or changes
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}  # decoded in this order


class Cut(NamedTuple):
    """A sheet's XML cut up: the root's start tag, what stands before and after the rows, and each row without its end
    tag (together with any rows without cells before it, ``<row …/>``).

    Every piece, completed by tags, is well-formed exactly if the whole sheet is.
    """

    root: bytes
    before: bytes
    rows: list[bytes]
    behind: bytes


def cut(data: bytes) -> Cut | None:
    """The pieces of a sheet; None where they can't be told apart, or are too many.

    A cut in the wrong place, by a comment or a second ``sheetData``, shows later: the pieces are not well-formed then.
    """
    opening = _OPENING.match(data)
    if opening is None or b"\0" in data or b"\1" in data:
        return None
    begin, end = data.find(_BEGIN), data.rfind(_END)
    if begin < opening.end() or end < begin:
        return None
    rows = data[begin + len(_BEGIN) : end].split(b"</row>")
    if rows.pop().strip() or len(rows) > _MOST_ROWS:
        return None
    return Cut(opening[1], data[:begin], rows, data[end + len(_END) :])


def rows_in(pieces: Cut, formats: Formats, strings: Sequence[str]) -> Iterator[Rows]:
    """The rows of a sheet; MarkupError or SheetError where they can't be read without the rest of the sheet."""
    if formats.workbooks > 1:
        read = _familiar(pieces.root, formats).read
        for row in pieces.rows:
            yield read(row, strings)
    elif pieces.rows:  # the first workbook of its kind: nothing known can be used yet
        yield _parsed(b"</row>".join(pieces.rows), pieces.root, formats)


def _parsed(rows: bytes, root: bytes, formats: Formats) -> Rows:
    """Rows parsed as XML; the last one lacks its end tag."""
    sheet = _document(rows, root)
    names = NAMES[sheet.tag[1:].rpartition("}")[0]]
    reader = RowReader(formats)
    for each in sheet:
        reader.read(each, each, names)
    return reader.taken()


def _document(row: bytes, root: bytes) -> Node:
    return document(root + row + b"</row></worksheet>")


class _Cell(NamedTuple):
    """A cell of a look: whether a ``formula`` and a value (``valued``) are to be filled in, or else its ``value``."""

    column: int
    kind: str
    format: NumberFormat
    style: int
    formula: bool
    valued: bool
    value: CellValue


class _Formula(NamedTuple):
    """A formula with ``=``, and with the character 1 (which XML can't hold) in place of its row's number, so that all
    rows of a table share it.  ``outward``: it may reach for a program, a file or the web."""

    text: str
    outward: bool


class _Look(NamedTuple):
    """A row without its number, formulas and values: hidden rows just before it, whether it is hidden, its cells."""

    before: Sequence[int]
    hidden: bool
    cells: Sequence[_Cell]


class _Known(NamedTuple):
    """A row as read, valid while the workbook's list of strings has these ``strings`` at these indexes."""

    rows: Rows
    strings: Sequence[tuple[int, str]]

    def holds(self, strings: Sequence[str]) -> bool:
        count = len(strings)
        return all(index < count and strings[index] == text for index, text in self.strings)


class _Familiar:
    """Reads rows by their looks.

    The bytes of a row are a look with a row number and some texts filled in; with any other plain texts in these places
    it is well-formed too, and has the same elements.  Rows that nobody has filled in are identical in many workbooks,
    so whole rows are remembered too.
    """

    def __init__(self, root: bytes, formats: Formats) -> None:
        self._root, self._formats = root, formats
        self._looks: dict[bytes, _Look | None] = {}  # None: such rows must be parsed each time

    def read(self, row: bytes, strings: Sequence[str]) -> Rows:
        """A row, which the caller must not change."""
        itself = self, row
        known = _rows.get(itself)
        if known is not None and known.holds(strings):
            return known.rows
        begin = row.rfind(_ROW)
        end = row.find(b'"', begin + len(_ROW))
        number = row[begin + len(_ROW) : end]
        if begin < 0 or not _NUMBER.fullmatch(number):
            return _parsed(row, self._root, self._formats)
        parts = _TEXT.split(row[end:])
        texts = parts[1::2]
        # Characters that XML can't hold mark where texts (0) and cell addresses (1) were taken out.
        addresses = _addresses_in(number)(b"\0".join(parts[::2]))
        key = row[: begin + len(_ROW)] + b"\1".join(addresses)
        look = self._looks.get(key)
        if look is not None:
            known = self._filled(look, number, texts, strings)
            if known is not None:
                if len(row) < _LONG_ROW:
                    _remember(itself, known)
                return known.rows
        rows = _parsed(row, self._root, self._formats)
        if look is None and key not in self._looks and len(key) < _LONG_LOOK:
            if len(self._looks) >= _LOOKS:
                self._looks.clear()
            sample = row[:end] + b">0<".join(parts[::2])
            try:
                self._looks[key] = self._look(sample, len(addresses) // 2, len(texts))
            except (MarkupError, SheetError):  # a ">…<" within an attribute; a blank cell with an unreadable style
                self._looks[key] = None
        return rows

    def _filled(self, look: _Look, number: bytes, texts: Iterable[bytes], strings: Sequence[str]) -> _Known | None:
        """A row of this look with these texts; None where one of them must be left to the XML parser."""
        rows, row, own = Rows(), int(number), number.decode()
        used_strings, outward = list[tuple[int, str]](), list[Cell]()
        rows.outward = outward
        rows.hidden += look.before
        if look.hidden:
            rows.hidden.append(row)
        cells, date1904 = rows.cells, self._formats.date1904
        following = iter(texts)
        for column, kind, form, style, has_formula, valued, value in look.cells:
            key, formula = (row, column), None
            if has_formula:
                content = next(following).replace(number, b"\1")
                known = _formulas.get(content) or _formula(content, number)
                if known is None:
                    return None
                formula = intern(known.text.replace("\1", own))
                if len(formula) > MAX_FORMULA:
                    return None
                rows.characters += len(formula) - 1
                if known.outward:
                    outward.append(key)
            if valued:
                content = next(following)
                if kind == "s":
                    if not content.isdigit() or len(content) > 9 or (index := int(content)) >= len(strings):
                        return None
                    value = strings[index]
                    used_strings.append((index, value))
                elif kind == "n":
                    value = _number(content) if len(content) < _LONG_NUMBER else None
                    if value is None:
                        return None
                else:
                    text = _plain(content)
                    if text is None:
                        return None
                    value = typed(key, kind, text, date1904)
            if value is not None or formula is not None:
                cells[key] = RawCell(value, form, formula, style)
        return _Known(rows, used_strings)

    def _look(self, sample: bytes, addresses: int, texts: int) -> _Look | None:
        """The look of a row whose texts were all replaced by ``0``; None where some may not be texts of its cells."""
        sheet = _document(sample, self._root)
        uri = sheet.tag[1:].rpartition("}")[0]
        names = NAMES[uri]
        *before, last = sheet
        odd = any(each.tag != names.row for each in sheet) or any(map(len, before))
        # As many addresses were cut out as there are cells, each with one; in single quotes one would be missed.
        if odd or b"'" in sample or not addresses == len(last) == sum("r" in each.attrib for each in last.iter()) - 1:
            return None
        cells: list[_Cell] = []
        for cell in last:
            kind, leaves = cell.get("t", "n"), list(cell)
            orders: list[list[str]] = [[], [names.v], [names.f], [names.f, names.v]]
            if kind == "inlineStr" and [leaf.tag for leaf in leaves] == [names.inline]:
                leaves, orders = list(leaves[0]), [[f"{{{uri}}}t"]]
            tags = [leaf.tag for leaf in leaves]
            filled = [leaf.text is not None for leaf in leaves]
            formula, valued = names.f in tags, tags[-1:] != [names.f] and filled[-1:] == [True]
            if cell.tag != names.c or "r" not in cell.attrib or tags not in orders or (formula and not filled[0]):
                return None
            if any(len(leaf) or "t" in leaf.attrib for leaf in leaves):  # shared formulas and the like
                return None
            if "vm" in cell.attrib:  # a picture in the cell
                return None
            if leaves:
                key = address(cell.get("r", ""))
                value = typed(key, kind, "", self._formats.date1904) if tags[-1] != names.f and not valued else None
                cells.append(_Cell(key[1], kind, *look_at(cell.get("s") or "0", self._formats), formula, valued, value))
        columns = {cell.column for cell in cells}
        if sum(cell.formula + cell.valued for cell in cells) != texts or len(columns) < len(cells):
            return None
        reader = RowReader(self._formats)
        for each in before:
            reader.read(each, (), names)
        hidden = reader.taken().hidden
        reader.read(last, (), names)
        return _Look(hidden, bool(reader.taken().hidden), cells)


_formulas: dict[bytes, _Formula] = {}
_rows: dict[tuple[_Familiar, bytes], _Known] = {}
_seen: set[int] = set()


def _remember(row: tuple[_Familiar, bytes], known: _Known) -> None:
    """Keep a row when it comes for the second time."""
    if hash(row) not in _seen:
        if len(_seen) >= _SEEN:
            _seen.clear()
        _seen.add(hash(row))
        return
    if len(_rows) >= _ROWS:
        _rows.clear()
    _rows[row] = known


@lru_cache(maxsize=1 << 8)
def _addresses_in(number: bytes) -> Callable[[bytes], list[bytes]]:
    """A function that splits a row at its cells' addresses; every second piece is a column."""
    return re.compile(rb' r="([A-Z]{1,3})' + number + b'"').split


def _formula(content: bytes, number: bytes) -> _Formula | None:
    """The formula of a row with this number; None where it is empty or must be left to the XML parser."""
    text = _plain(content.replace(b"\1", number))
    if not text:
        return None
    formula = _Formula("=" + text.removeprefix("=").replace(number.decode(), "\1"), may_reach_out(text))
    if len(content) < _LONG:
        if len(_formulas) >= _FORMULAS:
            _formulas.clear()
        _formulas[content] = formula
    return formula


@lru_cache(maxsize=1 << 9)  # scores and weights repeat a lot
def _number(content: bytes) -> Decimal | None:
    text = _plain(content)
    return None if text is None else number(text)


def _plain(data: bytes) -> str | None:
    """An XML text decoded; None where it holds more than the five standard entities."""
    text = data.decode("utf-8", "replace")
    if _ODD.search(text):
        return None
    if "&" in text:
        if sum(map(text.count, _ENTITIES)) < text.count("&"):
            return None
        for entity, character in _ENTITIES.items():
            text = text.replace(entity, character)
    return text


_familiar = lru_cache(maxsize=32)(_Familiar)
