"""The widths and heights of a sheet's cells, as its file gives them."""

from __future__ import annotations

from lxml import etree

from selfeval_xl.workbook.grid import HEIGHT, WIDTH
from selfeval_xl.workbook.references import Area, Cell, parse_area
from selfeval_xl.workbook.writing.ooxml import M, flag


class Measures:
    """Widths in characters, heights in points; 0 for what is hidden."""

    def __init__(self, root: etree._Element) -> None:
        form = root.find(f"{M}sheetFormatPr")
        self._width = WIDTH if form is None else float(form.get("defaultColWidth", WIDTH))
        self._height = HEIGHT if form is None else float(form.get("defaultRowHeight", HEIGHT))
        self._columns = [
            (int(each.get("min", 0)), int(each.get("max", 0)), self._shown(each))
            for each in root.iterfind(f"{M}cols/{M}col")
        ]
        self._rows = {
            int(e.get("r", 0)): 0.0 if flag(e, "hidden") else float(e.get("ht", self._height))
            for e in root.iterfind(f"{M}sheetData/{M}row")
            if e.get("ht") or flag(e, "hidden")
        }
        merges = (parse_area(e.get("ref", "")) for e in root.iterfind(f"{M}mergeCells/{M}mergeCell"))
        self._merges = {(area.top, area.left): area for area in merges}

    def area(self, cell: Cell) -> Area:
        """The merged range that begins at the cell, or the cell alone."""
        return self._merges.get(cell, Area(None, *cell, *cell))

    def width(self, area: Area) -> float:
        return sum(self.column(number) for number in range(area.left, area.right + 1))

    def height(self, row: int) -> float:
        return self._rows.get(row, self._height)

    def column(self, number: int) -> float:
        return next((width for first, last, width in self._columns if first <= number <= last), self._width)

    def _shown(self, column: etree._Element) -> float:
        return 0.0 if flag(column, "hidden") else float(column.get("width", self._width))
