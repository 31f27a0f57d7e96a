"""A sheet of the open workbook: a rectangle of cells, read and written in few calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from selfeval_xl.excel.blocks import blocks
from selfeval_xl.model import EMPTY, Entry, Place
from selfeval_xl.quantity.words import ERROR_NUMBERS
from selfeval_xl.workbook.edits import Content, Formula, Value
from selfeval_xl.workbook.grid import Grid, RawCell
from selfeval_xl.workbook.number_format import BUILT_IN, CellValue, ErrorValue, NumberFormat
from selfeval_xl.workbook.references import Area, Cell, cell_name
from selfeval_xl.workbook.stored import fifteen

if TYPE_CHECKING:
    from xlwings import Range, Sheet

_FIRST_ERROR = -2146826288  # CVErr: an error value's number in Excel's automation, minus its number in files

# Excel gives its built-in short date formats in the American way, whatever it shows.
_DATES = {"m/d/yyyy": BUILT_IN[14], "m/d/yyyy h:mm": BUILT_IN[22]}

T = TypeVar("T")


class LiveSheet:
    """A rectangle of a sheet: values and formulas are read at once, number formats when a number's text is needed."""

    def __init__(self, sheet: Sheet, area: Area) -> None:
        self.sheet, self.area = sheet, area
        self._name = sheet.name  # stored, as each question to Excel is slow
        block = sheet.range((area.top, area.left), (area.bottom, area.right))
        self._values = rows_of(block.api.Value2)  # not Value: that rounds amounts in a currency format to four digits
        self._formulas = rows_of(block.formula)
        self._formats: dict[tuple[int, int], str] = {}

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in the rectangle."""
        return self.area.holds((row, column))

    def formula(self, row: int, column: int) -> str | None:
        """The cell's formula with its ``=``; None for a text that only begins with one."""
        text = self._formulas[row - self.area.top][column - self.area.left]
        is_formula = isinstance(text, str) and text.startswith("=") and text != self._raw(row, column)
        return text if is_formula else None

    def value(self, row: int, column: int) -> CellValue:
        """The cell's value, typed or calculated, as it would be read from a file."""
        raw = self._raw(row, column)
        if isinstance(raw, float):
            return fifteen(raw)
        if isinstance(raw, int) and not isinstance(raw, bool):
            return ErrorValue(ERROR_NUMBERS.get(raw - _FIRST_ERROR, "#VALUE!"))
        value: CellValue = raw
        return value

    def is_number(self, row: int, column: int) -> bool:
        """Whether the cell holds a number, so that its text depends on its format."""
        return isinstance(self._raw(row, column), float)

    def content(self, row: int, column: int) -> Content:
        """The cell's content such that it can be written back exactly."""
        formula = self.formula(row, column)
        if formula:
            return Formula(formula)
        raw, value = self._raw(row, column), self.value(row, column)
        if isinstance(raw, float):
            return Value(Decimal(repr(raw)))  # with all its digits
        return Value(str(value) if isinstance(value, ErrorValue) else value)

    def entry(self, row: int, column: int) -> Entry:
        """The cell as an entry."""
        value, formula = self.value(row, column), self.formula(row, column)
        if value is None and formula is None:
            return EMPTY
        place = Place(self._name, cell_name(row, column))
        if isinstance(value, Decimal):
            return Entry(self.format(row, column).text(value), value, place, formula)
        return Entry(NumberFormat().text(value), None, place, formula)

    def format(self, row: int, column: int) -> NumberFormat:
        """The number format of a cell with a number; asked for together with those of the numbers above and below."""
        if (row, column) not in self._formats:
            first = last = row
            while self.holds(first - 1, column) and self.is_number(first - 1, column):
                first -= 1
            while self.holds(last + 1, column) and self.is_number(last + 1, column):
                last += 1
            block = self.sheet.range
            for top, bottom, code in uniform(first, last, lambda a, b: block((a, column), (b, column)).number_format):
                self._formats |= {(each, column): code for each in range(top, bottom + 1)}
        code = self._formats[row, column]
        return NumberFormat(_DATES.get(code, code))

    def _raw(self, row: int, column: int) -> Any:
        return self._values[row - self.area.top][column - self.area.left]


def put(sheet: Sheet, cells: Mapping[Cell, Content], *, single: bool = False) -> None:
    """Write contents into cells, with one call for each rectangle; with ``single`` one for each cell."""
    for row, column, rows in blocks(cells, single=single):
        sheet.range((row, column), (row + len(rows) - 1, column + len(rows[0]) - 1)).formula = rows


def used_area(sheet: Sheet) -> Area:
    """The part of a sheet that is used, if only by formats."""
    return area_of(sheet.used_range)


def area_of(cells: Range) -> Area:
    """An Excel range as an Area."""
    rows, columns = cells.shape
    return Area(None, cells.row, cells.column, cells.row + rows - 1, cells.column + columns - 1)


def grid_of(live: LiveSheet) -> Grid:
    """A sheet's rectangle as a Grid, as if read from a file; without merged ranges."""
    grid = Grid(live.sheet.name)
    for at in live.area.cells():
        value, formula = live.value(*at), live.formula(*at)
        if value is not None or formula:
            grid.cells[at] = RawCell(value, live.format(*at) if live.is_number(*at) else NumberFormat(), formula, 0)
    return grid


def uniform(first: int, last: int, get: Callable[[int, int], T | None]) -> Iterator[tuple[int, int, T]]:
    """The stretches with one value of a property; ``get`` asks Excel for that of a range (None where it is mixed)."""
    value = get(first, last)
    if value is not None:
        yield first, last, value
    elif first < last:
        middle = (first + last) // 2
        yield from uniform(first, middle, get)
        yield from uniform(middle + 1, last, get)


def rows_of(data: Any) -> tuple[tuple[Any, ...], ...]:
    """Excel's data for a range as rows; for a single cell it gives the bare value."""
    return data if isinstance(data, tuple) else ((data,),)
