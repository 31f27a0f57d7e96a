"""The lower half of the engine: cells, read and written in blocks as in Excel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from libreoffice.com import RangeApi
from libreoffice.formats import ConditionalFormats
from libreoffice.notes import Note, text_of
from libreoffice.office import uno

if TYPE_CHECKING:
    from libreoffice.engine import Sheet

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")
_ROWS = re.compile(r"(\d+):(\d+)")
_FORMULA = 16  # com.sun.star.sheet.CellFlags
_ERROR = 4  # com.sun.star.sheet.FormulaResult
_EXCEL_ERRORS = {
    532: -2146826281, 519: -2146826273, 524: -2146826265, 525: -2146826259, 503: -2146826252, 32767: -2146826246,
    521: -2146826288,
}  # fmt: skip
_VALUE_ERROR = -2146826273
_POINT = 2540 / 72  # hundredths of a millimetre
_NATIVE = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")|(?P<split>;)|\$?(?P<sheet>'(?:[^']|'')*'|\w+)\.(?=\$?[A-Z]|\#REF!)|\$(?P<lost>\#REF!)\."""
)
_PLAIN = re.compile(r"[^\W\d]\w*")


def letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def number(text: str) -> int:
    value = 0
    for letter in text:
        value = value * 26 + ord(letter) - 64
    return value


@cache  # workbooks are read many times, and most formulas never change
def excel(formula: str) -> str:
    """LibreOffice's formula in Excel's syntax; LibreOffice's own parser would take a hundred times longer."""

    def piece(match: re.Match[str]) -> str:
        if match["sheet"]:
            name = match["sheet"]
            bare = name[1:-1] if name.startswith("'") else name
            return f"{bare if _PLAIN.fullmatch(bare) else name}!"
        return "," if match["split"] else "#REF!" if match["lost"] else match[0]

    return _NATIVE.sub(piece, formula)


def corners(sheet: Sheet, given: Any) -> Range:
    """The range of ``"A1"``, ``"A1:B2"``, ``"3:5"``, ``(row, column)``, or of a range itself."""
    if isinstance(given, Range):
        return given
    if isinstance(given, tuple):
        return Range(sheet, *given, 1, 1)
    if rows := _ROWS.fullmatch(given):
        return Range(sheet, int(rows[1]), 1, int(rows[2]) - int(rows[1]) + 1, 16384)
    cells = [_CELL.fullmatch(corner) for corner in given.split(":")]
    places = [(int(cell[2]), number(cell[1])) for cell in cells if cell]
    if len(places) != len(cells):
        raise KeyError(given)
    (top, left), (bottom, right) = places[0], places[-1]
    return Range(sheet, top, left, bottom - top + 1, right - left + 1)


class Range(base_classes.Range):  # type: ignore[misc]
    """A rectangle of cells."""

    sheet: Any = None
    row = column = 0
    shape = (0, 0)
    api: Any = None

    def __init__(self, sheet: Sheet, row: int, column: int, rows: int, columns: int) -> None:
        self.sheet, self.row, self.column, self.shape = sheet, row, column, (rows, columns)
        self.options: dict[str, Any] = {}
        self.api = RangeApi(self)

    @classmethod
    def of(cls, sheet: Sheet, address: Any) -> Range:
        rows, columns = address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1
        return cls(sheet, address.StartRow + 1, address.StartColumn + 1, rows, columns)

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            row, column = (row - 1) // self.shape[1] + 1, (row - 1) % self.shape[1] + 1
        return Range(self.sheet, self.row + row - 1, self.column + column - 1, 1, 1)

    @property
    def cells(self) -> Any:
        """LibreOffice's own range."""
        (rows, columns), row, column = self.shape, self.row - 1, self.column - 1
        return self.sheet.page.getCellRangeByPosition(
            column,
            row,
            min(column + columns, 1024) - 1,
            row + rows - 1,  # LibreOffice 7.4 has 1,024 columns
        )

    def at(self, row: int = 0, column: int = 0) -> Any:
        address = uno().createUnoStruct("com.sun.star.table.CellAddress")
        address.Sheet, address.Column, address.Row = self.sheet.index - 1, self.column - 1 + column, self.row - 1 + row
        return address

    def _runs(self, ranges: Any) -> Iterator[tuple[int, range]]:
        """For each row the columns (both from 0) in which these ranges and the cells overlap."""
        for area in ranges.RangeAddresses:
            columns = range(area.StartColumn - self.column + 1, area.EndColumn - self.column + 2)
            for row in range(area.StartRow - self.row + 1, area.EndRow - self.row + 2):
                yield row, columns

    def _each(self, ranges: Any) -> Iterator[tuple[int, int]]:
        return ((row, column) for row, columns in self._runs(ranges) for column in columns)

    def values(self) -> list[list[Any]]:
        """As Excel's Value2: numbers (dates, truth values too) as floats, errors as integers, empty cells as None."""
        cells = self.cells
        data = [list(row) for row in cells.getDataArray()]
        for row, columns in self._runs(cells.queryEmptyCells()):
            data[row][columns.start : columns.stop] = [None] * len(columns)
        for row, column in self._each(cells.queryFormulaCells(_ERROR)):
            data[row][column] = _EXCEL_ERRORS.get(cells.getCellByPosition(column, row).getError(), _VALUE_ERROR)
        return data

    def shaped(self, data: list[list[Any]]) -> Any:
        """The value of a single cell, or the rows of a block."""
        return data[0][0] if self.shape == (1, 1) else tuple(map(tuple, data))

    @property
    def raw_value(self) -> Any:
        return self.shaped(self.values())

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        self.formula = data

    @property
    def formula(self) -> Any:
        cells = self.cells
        data = [[text.removeprefix("'") for text in row] for row in cells.getFormulaArray()]
        for row, column in self._each(cells.queryContentCells(_FORMULA)):
            data[row][column] = excel(data[row][column])
        return self.shaped(data)

    @formula.setter
    def formula(self, data: Any) -> None:
        if not isinstance(data, list | tuple):
            data = [[data] * self.shape[1] for _ in range(self.shape[0])]
        texts: list[tuple[int, int, str]] = []

        def native(value: Any, row: int, column: int) -> Any:
            if isinstance(value, bool):
                return "TRUE" if value else "FALSE"
            if not isinstance(value, str) or not value:
                return "" if value is None else value
            if value.startswith("'"):  # as in Excel, the rest is text, whatever it looks like
                texts.append((row, column, value[1:]))
                return ""
            return self.sheet.book.native(value, self.at(row, column)) if value.startswith("=") else value

        rows = [[native(value, i, j) for j, value in enumerate(line)] for i, line in enumerate(data)]
        block = Range(self.sheet, self.row, self.column, len(rows), len(rows[0])).cells
        block.setFormulaArray(tuple(map(tuple, rows)))
        for row, column, text in texts:
            block.getCellByPosition(column, row).setString(text)

    @property
    def number_format(self) -> str | None:
        cells = self.cells
        if cells.getPropertyState("NumberFormat").value == "AMBIGUOUS_VALUE":
            return None
        return str(self.sheet.book.document.NumberFormats.getByKey(cells.NumberFormat).FormatString)

    @number_format.setter
    def number_format(self, code: str) -> None:
        formats = self.sheet.book.document.NumberFormats
        english = uno().createUnoStruct("com.sun.star.lang.Locale", Language="en", Country="US")
        key = formats.queryKey(code, english, False)
        self.cells.NumberFormat = key if key != -1 else formats.addNew(code, english)

    @property
    def _rows(self) -> Iterator[Any]:
        rows = self.sheet.rows
        return (rows.getByIndex(self.row - 1 + index) for index in range(self.shape[0]))

    @property
    def row_height(self) -> float | None:
        heights = {round(row.Height / _POINT, 1) for row in self._rows}
        return heights.pop() if len(heights) == 1 else None

    @row_height.setter
    def row_height(self, points: float) -> None:
        self.cells.Rows.Height = round(points * _POINT)

    @property
    def row_hidden(self) -> bool | None:
        hidden = {not row.IsVisible for row in self._rows}
        return hidden.pop() if len(hidden) == 1 else None

    @property
    def column_width(self) -> float | None:
        return float(self.cells.Columns.getByIndex(0).Width)

    @column_width.setter
    def column_width(self, characters: float) -> None:
        self.cells.Columns.Width = round(characters * 190)

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        assert self.shape[1] == 16384, "only whole rows are inserted"
        self.sheet.page.Rows.insertByIndex(self.row - 1, self.shape[0])

    def delete(self, shift: str | None = None) -> None:
        assert self.shape[1] == 16384, "only whole rows are deleted"
        self.sheet.page.Rows.removeByIndex(self.row - 1, self.shape[0])

    @property
    def merge_area(self) -> Range:
        cursor = self.sheet.page.createCursorByRange(self.cells)
        cursor.collapseToMergedArea()
        return Range.of(self.sheet, cursor.RangeAddress)

    @property
    def merge_cells(self) -> bool | None:
        merged = {self(row + 1, column + 1)._merged for row in range(self.shape[0]) for column in range(self.shape[1])}
        return merged.pop() if len(merged) == 1 else None

    @property
    def _merged(self) -> bool:
        return len(self.merge_area) > 1

    def merge(self, across: bool) -> None:
        for row in range(self.shape[0]) if across else (None,):
            part = self if row is None else Range(self.sheet, self.row + row, self.column, 1, self.shape[1])
            part.cells.merge(True)

    @property
    def note(self) -> Note | None:
        annotation = self.cells.getCellByPosition(0, 0).Annotation
        return Note(self.sheet, annotation) if text_of(annotation) else None

    def add_note(self, text: str) -> Note:
        self.sheet.page.Annotations.insertNew(self.at(), text)
        return Note(self.sheet, self.cells.getCellByPosition(0, 0).Annotation)

    @property
    def conditional_formats(self) -> ConditionalFormats:
        return ConditionalFormats(self.sheet, [self])

    @property
    def wrap_text(self) -> bool:
        return bool(self.cells.IsTextWrapped)

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self.cells.IsTextWrapped = value

    @property
    def color(self) -> Any:
        color = self.cells.CellBackColor
        return None if color in (-1, None) else ((color >> 16) & 255, (color >> 8) & 255, color & 255)

    @color.setter
    def color(self, value: str) -> None:
        self.cells.CellBackColor = int(value.lstrip("#"), 16)

    def clear_contents(self) -> None:
        self.cells.clearContents(1 | 2 | 4 | 16)

    def get_address(self, row_absolute: bool = True, col_absolute: bool = True, external: bool = False) -> str:
        first, last = (
            f"${letters(column)}${row}"
            for row, column in (
                (self.row, self.column),
                (self.row + self.shape[0] - 1, self.column + self.shape[1] - 1),
            )
        )
        return first if len(self) == 1 else f"{first}:{last}"

    address = Address = property(get_address)  # the latter is Excel's own


class Areas(base_classes.Range):  # type: ignore[misc]
    """Several rectangles at once, of which only the conditional formats are used."""

    def __init__(self, sheet: Sheet, areas: list[Range]) -> None:
        self._sheet, self._areas = sheet, areas
        self.options: dict[str, Any] = {}

    @property
    def conditional_formats(self) -> ConditionalFormats:
        return ConditionalFormats(self._sheet, self._areas)
