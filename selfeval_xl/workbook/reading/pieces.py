"""A sheet cut into its rows: returns of one template have them in common but for their numbers, values and formulas,
and each look of a row is read as XML once.
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

_LOOKS, _FORMULAS = 1 << 8, 1 << 10  # that are remembered, of a kind of sheet and of all of them
_LONG = 1 << 11  # bytes from which a formula is not remembered
_LONG_LOOK = 1 << 13  # the same of a look
_ROWS, _LONG_ROW = 1 << 9, 1 << 11  # rows that are remembered as they are, of all sheets; bytes of the longest
_SEEN = 1 << 11  # rows that are known to have come once
_LONG_NUMBER = 1 << 5  # bytes from which a number is read as XML; no program writes so many
_MOST_ROWS = 2_000  # of a sheet that is read by its rows; one by one they cost more than as a whole
_OPENING = lazy(DECLARATION + rb"(<worksheet(?:\s[^<>]*)?>)")
_ROW = b'<row r="'
_NUMBER = lazy(rb"[1-9][0-9]{0,5}")  # all of them within a sheet's rows
_TEXT = lazy(rb">([^<]+)<")
_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_ODD = lazy("[<\\x00-\\x08\\x0b-\\x1f\\ufffd-\\uffff]|]]>")  # what XML does not take, or changes
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
    """The pieces of a sheet; None where they can't be told, or are too many.

    Where a comment, a second ``sheetData`` or the like has misled the knife, a piece is no plain XML by itself.
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
    """What the rows of a sheet say; MarkupError or SheetError where it can't be told without the rest."""
    if formats.workbooks > 1:
        read = _familiar(pieces.root, formats).read
        for row in pieces.rows:
            yield read(row, strings)
    elif pieces.rows:  # of one alone nothing comes again
        yield _parsed(b"</row>".join(pieces.rows), pieces.root, formats)


def _parsed(rows: bytes, root: bytes, formats: Formats) -> Rows:
    """What rows say, read as XML; the last one lacks its end tag."""
    sheet = _document(rows, root)
    names = NAMES[sheet.tag[1:].rpartition("}")[0]]
    reader = RowReader(formats)
    for each in sheet:
        reader.read(each, each, names)
    return reader.taken()


def _document(row: bytes, root: bytes) -> Node:
    return document(root + row + b"</row></worksheet>")


class _Cell(NamedTuple):
    """A cell of a look: whether a formula and a value are to be filled in, or else its ``value``."""

    column: int
    kind: str
    format: NumberFormat
    style: int
    formula: bool
    valued: bool
    value: CellValue


class _Formula(NamedTuple):
    """A formula with its ``=`` and with a sign, that no XML has, wherever the digits of its row's number stand: so all
    rows of a table have it in common.  ``outward`` where it may reach for a program, a file or the web."""

    text: str
    outward: bool


class _Look(NamedTuple):
    """A row but for its number, formulas and values: rows before it that can't be seen, whether it can't, its cells."""

    before: Sequence[int]
    hidden: bool
    cells: Sequence[_Cell]


class _Known(NamedTuple):
    """What a row says, as long as the workbook's list has these strings in these places."""

    rows: Rows
    strings: Sequence[tuple[int, str]]

    def holds(self, strings: Sequence[str]) -> bool:
        count = len(strings)
        return all(index < count and strings[index] == text for index, text in self.strings)


class _Familiar:
    """Rows told by their looks.

    The bytes of a row are a look with its number and some texts filled in.  With any plain texts in the same places it
    is well-formed again, and has the same elements.  Rows that nobody has filled are the same in many workbooks, byte
    for byte.
    """

    def __init__(self, root: bytes, formats: Formats) -> None:
        self._root, self._formats = root, formats
        self._looks: dict[bytes, _Look | None] = {}  # None: to be read as XML each time

    def read(self, row: bytes, strings: Sequence[str]) -> Rows:
        """What the row says; not to be changed."""
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
        addresses = _addresses_in(number)(b"\0".join(parts[::2]))  # signs that no XML has mark where something was
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
            except (MarkupError, SheetError):  # a text in an attribute; a style that says nothing, of a blank cell
                self._looks[key] = None
        return rows

    def _filled(self, look: _Look, number: bytes, texts: Iterable[bytes], strings: Sequence[str]) -> _Known | None:
        """The row with these texts; None where one of them is not plain."""
        rows, row, own = Rows(), int(number), number.decode()
        said, outward = list[tuple[int, str]](), list[Cell]()
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
                    said.append((index, value))
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
        return _Known(rows, said)

    def _look(self, sample: bytes, addresses: int, texts: int) -> _Look | None:
        """The look of a row in which every text is ``0``; None where some may stand elsewhere than in its cells."""
        sheet = _document(sample, self._root)
        uri = sheet.tag[1:].rpartition("}")[0]
        names = NAMES[uri]
        *before, last = sheet
        odd = any(each.tag != names.row for each in sheet) or any(map(len, before))
        # Of single quotes there are none: addresses are taken out where they are some, each cell's and no other's.
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
    """Keep a row that comes for the second time."""
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
    """Splits a row where its cells' addresses stand; the columns are every second piece."""
    return re.compile(rb' r="([A-Z]{1,3})' + number + b'"').split


def _formula(content: bytes, number: bytes) -> _Formula | None:
    """A formula of the row with this number; None where it is empty or not plain."""
    text = _plain(content.replace(b"\1", number))
    if not text:
        return None
    formula = _Formula("=" + text.removeprefix("=").replace(number.decode(), "\1"), may_reach_out(text))
    if len(content) < _LONG:
        if len(_formulas) >= _FORMULAS:
            _formulas.clear()
        _formulas[content] = formula
    return formula


@lru_cache(maxsize=1 << 9)  # most are scores, weights and states
def _number(content: bytes) -> Decimal | None:
    text = _plain(content)
    return None if text is None else number(text)


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


_familiar = lru_cache(maxsize=32)(_Familiar)
