"""The cells of an OpenDocument spreadsheet: values, each with a number format that gives the text stored beside it."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path

from selfeval_xl.model import UNREAD
from selfeval_xl.quantity.words import OLD_ERRORS
from selfeval_xl.workbook.grid import MAX_CELLS, Grid, OldSheets, RawCell
from selfeval_xl.workbook.number_format import CellValue, ErrorValue, NumberFormat
from selfeval_xl.workbook.opening.archive import Archive
from selfeval_xl.workbook.opening.markup import MAX_DEPTH, parse
from selfeval_xl.workbook.opening.zip import open_archive
from selfeval_xl.workbook.references import MAX_COLUMN, MAX_ROW, quote_sheet, unquote_sheet
from selfeval_xl.workbook.stored import natural, number

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_TABLE, _OFFICE, _TEXT = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0 " for name in ("table", "office", "text"))
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_OWN_NAMES = [f"{_OFFICE}spreadsheet", f"{_TABLE}named-expressions"]
_NAMES = (f"{_TABLE}named-range", f"{_TABLE}named-expression")
_SIGNS = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_ADDRESS = re.compile(
    r"\$?('(?:[^']|'')+'|[^'.#]+)\.(\$?[A-Z]+\$?\d+)(?::\$?(?:'(?:[^']|'')+'|[^'.]*)\.(\$?[A-Z]+\$?\d+))?"
)
_FIGURE = re.compile(r"([^\d-]*)-?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(\D*)")
_GENERAL = NumberFormat("General")


def read_ods(source: Path | bytes, label: str | None = None) -> OldSheets:
    """Read an .ods.  WorkbookError: package.encrypted, package.damaged or package.too_large."""
    archive = open_archive(source, label)
    if _MANIFEST in archive and b"encryption-data" in archive.part(_MANIFEST):
        raise archive.encrypted()
    reader = _Reader(archive)
    archive.made(_CONTENT, parse, reader.start, reader.end, reader.text)
    grids = {grid.sheet: grid for grid in reader.grids}
    if len(grids) < len(reader.grids):
        raise archive.damaged("有重名的工作表")
    return OldSheets(grids, reader.names)


class _Reader:
    """The handlers for the content's XML, and what they have read so far."""

    def __init__(self, archive: Archive) -> None:
        self.grids: list[Grid] = []
        self.names: list[tuple[str, str]] = []
        self._archive = archive
        self._open: list[str] = []  # the elements that are open now
        self._table = 0  # the depth of the open sheet, 0 for none
        self._cell = 0  # the depth of the open cell, 0 for none
        self._attributes: dict[str, str] = {}
        self._paragraphs: list[str] = []
        self._row = self._rows = self._next_row = self._column = 1
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._open.append(name)
        depth = len(self._open)
        if depth > MAX_DEPTH:
            raise self._archive.damaged(f"{_CONTENT} 的层次太深")
        if name == f"{_TABLE}table" and self._open[-2:-1] == [f"{_OFFICE}spreadsheet"]:
            self.grids.append(Grid(attributes.get(f"{_TABLE}name", "")))
            self._table, self._next_row = depth, 1
        elif self._cell:
            self._inside(name, attributes, depth)
        elif self._table and name == f"{_TABLE}table-row":
            self._row, self._rows = self._next_row, self._number(attributes, f"{_TABLE}number-rows-repeated")
            self._next_row, self._column = self._row + self._rows, 1
        elif self._table and name in _CELLS:
            self._cell, self._attributes, self._paragraphs = depth, attributes, []
        elif name in _NAMES and self._open[-3:-1] == _OWN_NAMES:
            address = attributes.get(f"{_TABLE}cell-range-address", "")
            self.names.append((attributes.get(f"{_TABLE}name", ""), reference_of(address)))

    def end(self, _name: str) -> None:
        depth = len(self._open)
        self._open.pop()
        if depth == self._cell:
            self._finish()
            self._cell = 0
        elif depth == self._table:
            self._table = 0

    def text(self, text: str) -> None:
        """Add text of the cell itself; text of its notes and drawings lies deeper."""
        if self._cell and self._open[self._cell : self._cell + 1] == [f"{_TEXT}p"]:
            self._paragraphs[-1] += text

    def _inside(self, name: str, attributes: dict[str, str], depth: int) -> None:
        if name == f"{_TEXT}p" and depth == self._cell + 1:
            self._paragraphs.append("")
        elif name in _SIGNS:
            self.text(_SIGNS[name] * min(self._number(attributes, f"{_TEXT}c"), 1_000))

    def _finish(self) -> None:
        row, column, attributes = self._row, self._column, self._attributes
        columns = self._number(attributes, f"{_TABLE}number-columns-repeated")
        self._column += columns
        down = self._number(attributes, f"{_TABLE}number-rows-spanned")
        right = self._number(attributes, f"{_TABLE}number-columns-spanned")
        grid = self.grids[-1]
        if down > 1 or right > 1:
            grid.merges.append((row, column, row + down - 1, column + right - 1))
        text = "\n".join(self._paragraphs)
        value = _value(attributes, text)
        formula = UNREAD if f"{_TABLE}formula" in attributes else None
        if (value is None or value == "") and formula is None:
            return
        self._count += self._rows * columns
        if self._count > MAX_CELLS or self._next_row - 1 > MAX_ROW or self._column - 1 > MAX_COLUMN:
            raise self._archive.too_large(f"工作表“{grid.sheet}”的非空单元格太多")
        cell = RawCell(value, format_of(value, text) if isinstance(value, Decimal) else _GENERAL, formula, 0)
        for line in range(row, self._next_row):
            grid.cells.update(((line, each), cell) for each in range(column, self._column))

    def _number(self, attributes: dict[str, str], name: str) -> int:
        number = natural(attributes.get(name, "1"))
        if number is None:
            raise self._archive.damaged(f"{_CONTENT} 有无法识别的编号")
        return max(number, 1)


def _value(attributes: dict[str, str], text: str) -> CellValue:
    """A cell's number; dates, truth values and words as the text shown."""
    if attributes.get(f"{_OFFICE}value-type") in ("float", "percentage", "currency"):
        figure = number(attributes.get(f"{_OFFICE}value", ""))
        return text if figure is None else figure
    return ErrorValue(text) if text in OLD_ERRORS else text


def reference_of(address: str) -> str:
    """``$表.$A$1:.$B$2`` as an A1 reference; ``#REF!`` where it names no cells of one sheet."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return "#REF!"
    sheet, *corners = match.groups()
    return f"{quote_sheet(unquote_sheet(sheet))}!{':'.join(filter(None, corners))}"


@cache
def format_of(value: Decimal, text: str) -> NumberFormat:
    """A number format that shows ``value`` as ``text`` (apart from padding); General where none is found."""
    text = text.strip()
    match = _FIGURE.fullmatch(text)
    if match is None:
        return _GENERAL
    before, integer, decimals, behind = match.groups()
    digits = ("#,##0" if "," in integer else "0") + ("." + "0" * len(decimals) if decimals else "")
    signs = (part if part in ("", "%") else '"{}"'.format(part.replace('"', "")) for part in (before, behind))
    found = NumberFormat(digits.join(signs))
    return found if found.text(value) == text else _GENERAL
