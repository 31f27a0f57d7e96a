"""A sheet of the open workbook: the cells of a rectangle read in a few calls, and written in few."""

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

_FIRST_ERROR = -2146826288  # from which the numbers of errors count in Excel's automation (CVErr)

# Excel names its own short dates in American, whatever it shows.
_DATES = {"m/d/yyyy": BUILT_IN[14], "m/d/yyyy h:mm": BUILT_IN[22]}

T = TypeVar("T")


class LiveSheet:
    """A rectangle of a sheet: values and formulas are read at once, number formats when a number's text is wanted."""

    def __init__(self, sheet: Sheet, area: Area) -> None:
        self.sheet, self.area = sheet, area
        self._name = sheet.name  # asking Excel costs as much as reading a cell
        block = sheet.range((area.top, area.left), (area.bottom, area.right))
        self._values = rows_of(block.api.Value2)  # not Value: that rounds amounts in a currency format to four digits
        self._formulas = rows_of(block.formula)
        self._formats: dict[tuple[int, int], str] = {}

    def holds(self, row: int, column: int) -> bool:
        """Whether the rectangle reaches that far."""
        return self.area.holds((row, column))

    def formula(self, row: int, column: int) -> str | None:
        """The cell's formula with its ``=``; a text that only begins with one is no formula."""
        text = self._formulas[row - self.area.top][column - self.area.left]
        is_formula = isinstance(text, str) and text.startswith("=") and text != self._raw(row, column)
        return text if is_formula else None

    def value(self, row: int, column: int) -> CellValue:
        """What the cell holds or its formula gives, as a file would have it."""
        raw = self._raw(row, column)
        if isinstance(raw, float):
            return fifteen(raw)
        if isinstance(raw, int) and not isinstance(raw, bool):
            return ErrorValue(ERROR_NUMBERS.get(raw - _FIRST_ERROR, "#VALUE!"))
        value: CellValue = raw
        return value

    def is_number(self, row: int, column: int) -> bool:
        """Whether the cell holds a number, whose look its format says."""
        return isinstance(self._raw(row, column), float)

    def content(self, row: int, column: int) -> Content:
        """What was put into the cell, so that it can be put there again."""
        formula = self.formula(row, column)
        if formula:
            return Formula(formula)
        raw, value = self._raw(row, column), self.value(row, column)
        if isinstance(raw, float):
            return Value(Decimal(repr(raw)))  # in full: what is put back must be exactly what was there
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
        """The number format of a cell that holds a number; those above and below it are asked for along with it."""
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
    """Put contents into cells, in as few calls as there are rectangles of them; ``single``: each cell for itself."""
    for row, column, rows in blocks(cells, single=single):
        sheet.range((row, column), (row + len(rows) - 1, column + len(rows[0]) - 1)).formula = rows


def used_area(sheet: Sheet) -> Area:
    """The part of a sheet in which anything stands, if only a format."""
    return area_of(sheet.used_range)


def area_of(cells: Range) -> Area:
    """The rectangle that a range of Excel's is."""
    rows, columns = cells.shape
    return Area(None, cells.row, cells.column, cells.row + rows - 1, cells.column + columns - 1)


def grid_of(live: LiveSheet) -> Grid:
    """What was read of a sheet as cells of a file; which of them are merged is not asked."""
    grid = Grid(live.sheet.name)
    for at in live.area.cells():
        value, formula = live.value(*at), live.formula(*at)
        if value is not None or formula:
            grid.cells[at] = RawCell(value, live.format(*at) if live.is_number(*at) else NumberFormat(), formula, 0)
    return grid


def uniform(first: int, last: int, get: Callable[[int, int], T | None]) -> Iterator[tuple[int, int, T]]:
    """Stretches of one property: Excel tells a range's property where all of it has the same, and else None."""
    value = get(first, last)
    if value is not None:
        yield first, last, value
    elif first < last:
        middle = (first + last) // 2
        yield from uniform(first, middle, get)
        yield from uniform(middle + 1, last, get)


def rows_of(data: Any) -> tuple[tuple[Any, ...], ...]:
    """What Excel gives for a range, as rows: a single cell's comes bare."""
    return data if isinstance(data, tuple) else ((data,),)
