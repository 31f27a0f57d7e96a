"""Works out formulas whose results were never stored, as in a sheet that no spreadsheet program has saved."""

from __future__ import annotations

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.formulas.arithmetic import Calculator
from selfeval_xl.workbook.grid import Grid, RawCell

_TYPED = lazy(r"=\s*\d[\d.,]*\s*[%‰％]?(?:[^\W\d_A-Za-z].*)?")  # a figure and its unit, which no formula looks like


def with_results(grid: Grid) -> Grid:
    """The grid with the results of such formulas, worked out from its own cells; the same grid if there are none.

    A target like ``=100%`` or ``=3个``, which a program has stored as a formula, is meant as that text.
    """
    unstored = {at: cell for at, cell in grid.cells.items() if cell.formula is not None and cell.value is None}
    if not unstored:
        return grid
    calculator = Calculator({grid.sheet: grid})
    cells = dict(grid.cells)
    for at, cell in unstored.items():
        assert cell.formula is not None
        if _TYPED.fullmatch(cell.formula):
            cells[at] = RawCell(cell.formula, cell.format, None, cell.style)
        elif (value := calculator.result(grid.sheet, at)) is not None:
            cells[at] = cell._replace(value=value)
    return grid.with_cells(cells)
