"""What a formula gives, worked out from the cells that were read: without Excel, in Decimal, and never by guessing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext

from selfeval_xl.model import FIFTEEN
from selfeval_xl.workbook.formulas.functions import (
    FUNCTIONS,
    ONE_BY_ONE,
    SUBTOTALS,
    Function,
    Matrix,
    Operand,
    area_of,
    whole,
)
from selfeval_xl.workbook.formulas.operators import NUMBER, OUT_OF_RANGE, Raised, as_bool, operate
from selfeval_xl.workbook.formulas.tree import (
    Binary,
    Call,
    Constant,
    Name,
    Node,
    Reference,
    Unary,
    Unknown,
    parse_formula,
)
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.number_format import CellValue, ErrorValue
from selfeval_xl.workbook.references import Area, Cell

MAX_DEPTH = 600  # Python frames of formulas that refer to formulas; Python itself stops at 1,000
MAX_WORK = 2_000_000  # cells looked at for one answer
MAX_TOTAL_WORK = 20_000_000  # for all answers about one workbook
MAX_MATRIX = 100_000  # cells of an area that is multiplied cell by cell

_CONTEXT = Context(prec=28, Emax=308, Emin=-308, traps=[Overflow, InvalidOperation, DivisionByZero])
_NODE, _CELL = 4, 8  # frames that a node of a formula's tree, and a cell with a formula, take at most

Names = Callable[[str, str], str | None]
"""(name, sheet of the formula) → what the defined name refers to, as text; see ``Package.name_text``."""

_Key = tuple[str, Cell]


class _Hopeless(Unknown):
    """A cycle, or more work than any form needs: then no stored value may replace the result."""


class _TooDeep(Unknown):
    """A chain of formulas too long to be worked out at once, counted from the cell asked for."""


class Calculator:
    """Works out formulas of one workbook, and remembers the results.

    Inputs that are formulas are worked out too; where that fails, an input counts as its stored value.
    """

    def __init__(self, grids: Mapping[str, Grid], names: Names = lambda name, sheet: None) -> None:
        """``grids`` by the names of their sheets; ``names`` looks up defined names."""
        self._grids = {name.casefold(): grid for name, grid in grids.items()}
        self._names = names
        self._results: dict[_Key, CellValue] = {}
        self._unknown: dict[_Key, type[Unknown]] = {}
        self._active: dict[_Key, None] = {}  # cells being worked out, each needed by the one before it
        self._inmost: _Key | None = None  # the last active cell when the chain became too long
        self._waiting: dict[_Key, None] = {}  # cells put off until such an innermost cell is worked out
        self._depth = 0
        self._work = 0  # left for the cell asked for
        self._left = MAX_TOTAL_WORK  # left for all

    def result(self, sheet: str, cell: Cell) -> CellValue:
        """What the formula in a cell gives, whatever value is stored with it; for a cell without a formula its value.

        None for a blank cell, and where the result can't be known.
        """
        grid = self._grids.get(sheet.casefold())
        raw = grid.cells.get(cell) if grid else None
        if raw is None or raw.formula is None:
            return raw.value if raw else None
        try:
            with self._started():
                return self._inmost_first((sheet.casefold(), cell))
        except Unknown:
            return None

    def _inmost_first(self, asked: _Key) -> CellValue:
        """What a cell with a formula gives; where the chain of formulas behind it is too long to be worked out at once,
        the innermost cell reached goes first."""
        key = asked
        while True:
            try:
                value = self._worked_out(key, self._grids[key[0]].cells[key[1]].formula or "")
            except _TooDeep:
                if self._inmost is None or self._inmost == key:
                    raise
                self._waiting[key] = None
                key = self._inmost
                continue
            except _Hopeless:  # noted for the cells on the way too, so that others stop there
                self._unknown |= dict.fromkeys([*self._waiting, key][1:], _Hopeless)
                raise
            except Unknown:  # remembered by _worked_out
                if key == asked:
                    raise
            else:
                if key == asked:
                    return value
            key, _ = self._waiting.popitem()

    def _started(self) -> AbstractContextManager[Context]:
        self._active.clear()
        self._waiting.clear()
        self._depth = 0
        self._work = MAX_WORK
        return localcontext(_CONTEXT)

    # Cells, as functions see them

    def filled(self, area: Area) -> Iterator[tuple[Cell, CellValue]]:
        """The cells of an area that are not blank, as (row, column) within it from 0, with their values."""
        grid = self._grid(area.sheet)
        for key in self._within(grid, area):
            value = self._cell(grid, key)
            if value is not None:
                yield (key[0] - area.top, key[1] - area.left), value

    def _within(self, grid: Grid, area: Area) -> list[Cell]:
        """The cells of an area that are in the grid, by the quicker of two ways."""
        rows, columns = range(area.top, area.bottom + 1), range(area.left, area.right + 1)
        size = len(rows) * len(columns)
        self._spend(min(size, len(grid.cells)))
        if size <= len(grid.cells):
            return [(row, column) for row in rows for column in columns if (row, column) in grid.cells]
        return [key for key in grid.cells if key[0] in rows and key[1] in columns]

    def scalar(self, operand: Operand) -> CellValue:
        """A single value; Unknown for an area of several cells."""
        if isinstance(operand, Area):
            if not operand.single:
                raise Unknown("one cell of an area, which depends on the version of Excel")
            return self._cell(self._grid(operand.sheet), (operand.top, operand.left))
        if isinstance(operand, list):
            raise Unknown("a matrix for a value")
        return operand

    def matrix(self, operand: Operand) -> Matrix:
        """All values of an area, row by row; a single value as a matrix of one."""
        if isinstance(operand, list):
            return operand
        if not isinstance(operand, Area):
            return [[operand]]
        rows, columns = operand.shape
        if rows * columns > MAX_MATRIX:
            raise Unknown("an area too large to multiply")
        self._spend(rows * columns)
        matrix: Matrix = [[None] * columns for _ in range(rows)]
        for (row, column), value in self.filled(operand):
            matrix[row][column] = value
        return matrix

    def _grid(self, sheet: str | None) -> Grid:
        grid = self._grids.get((sheet or "").casefold())
        if grid is None:
            raise Unknown(f"no sheet {sheet}")
        return grid

    def _cell(self, grid: Grid, cell: Cell) -> CellValue:
        self._spend(1)
        raw = grid.cells.get(cell)
        if raw is None or raw.formula is None:
            return raw.value if raw else None
        try:
            return self._worked_out((grid.sheet.casefold(), cell), raw.formula)
        except _Hopeless:
            raise
        except Unknown:
            if raw.value is None:
                raise
            return raw.value

    def _worked_out(self, key: _Key, formula: str) -> CellValue:
        if key in self._results:
            return self._results[key]
        if key in self._unknown:
            raise self._unknown[key](formula)
        if key in self._active or key in self._waiting:
            raise _Hopeless("a cycle")
        self._deeper(_CELL)
        self._active[key] = None
        try:
            self._results[key] = self._formula(formula, key[0])
        except (_Hopeless, _TooDeep):
            raise
        except Unknown:
            self._unknown[key] = Unknown
            raise
        finally:
            self._depth -= _CELL
            self._active.pop(key, None)
        return self._results[key]

    def _deeper(self, frames: int) -> None:
        if self._depth + frames > MAX_DEPTH:
            self._inmost = next(reversed(self._active), None)
            raise _TooDeep("formulas within formulas")
        self._depth += frames

    def _spend(self, work: int) -> None:
        self._work -= work
        self._left -= work
        if self._work < 0 or self._left < 0:
            raise _Hopeless("too much work")

    # Formulas

    def _formula(self, formula: str, sheet: str) -> CellValue:
        """The value of a whole formula: 0, not blank, where it only refers to a blank cell."""
        try:
            value = self.scalar(self._node(parse_formula(formula), sheet, array=False))
        except Raised as raised:
            return raised.error
        if value is None:
            return Decimal(0)
        return FIFTEEN.plus(value) if isinstance(value, Decimal) else value

    def _node(self, node: Node, sheet: str, *, array: bool) -> Operand:
        self._deeper(_NODE)
        try:
            match node:
                case Constant(value):
                    return value
                case Reference(area):
                    return area if area.sheet else area._replace(sheet=sheet)
                case Name(name, own):
                    text = self._names(name, own or sheet)
                    if text is None:
                        raise Unknown(name)
                    return self._node(parse_formula(text), own or sheet, array=array)
                case Unary(operator, operand):
                    inner = self._node(operand, sheet, array=array)
                    if operator == "-":
                        return self._each("-", Decimal(0), inner, array=array)
                    return self._each("%", inner, None, array=array) if operator == "%" else inner
                case Binary():
                    return self._chain(node, sheet, array=array)
                case Call():
                    return self._call(node, sheet, array=array)
        finally:
            self._depth -= _NODE

    def _chain(self, node: Binary, sheet: str, *, array: bool) -> Operand:
        """Operators from left to right, in a loop: recursion would go a hundred levels deep for a sum of 100 cells."""
        pending: list[tuple[str, Node]] = []
        left: Node = node
        while isinstance(left, Binary):
            pending.append((left.operator, left.right))
            left = left.left
        value = self._node(left, sheet, array=array)
        for operator, right in reversed(pending):
            value = self._each(operator, value, self._node(right, sheet, array=array), array=array)
        return value

    def _each(self, operator: str, left: Operand, right: Operand, *, array: bool) -> Operand:
        """The operator on two values, or cell by cell on whole areas (within SUMPRODUCT: ``array``)."""
        if array and (_several(left) or _several(right)):
            return self._cell_by_cell(lambda values: operate(operator, *values), (left, right))
        return operate(operator, self.scalar(left), self.scalar(right))

    def _call(self, node: Call, sheet: str, *, array: bool) -> Operand:
        if node.function == "IF":
            return self._if(node, sheet, array=array)
        if node.function == "IFERROR":
            return self._iferror(node, sheet, array=array)
        if node.function in ("ROW", "COLUMN"):
            return Decimal(self._cell_of(node, sheet)[node.function == "COLUMN"])
        if node.function == "SUBTOTAL":
            return self._subtotal(node, sheet)
        function, fewest, most = FUNCTIONS.get(node.function, (None, 0, 0))
        if function is None or not fewest <= len(node.arguments) <= most:
            raise Unknown(node.function)
        array = array or node.function == "SUMPRODUCT"
        try:
            operands = [self._node(argument, sheet, array=array) for argument in node.arguments]
        except Raised as raised:
            return raised.error
        if array and node.function in ONE_BY_ONE and any(map(_several, operands)):
            return self._cell_by_cell(lambda values: self.scalar(self._called(function, values)), operands)
        return self._called(function, operands)

    def _called(self, function: Function, operands: Sequence[Operand]) -> Operand:
        try:
            return function(self, operands)
        except Raised as raised:
            return raised.error
        except OUT_OF_RANGE:
            return NUMBER

    def _cell_by_cell(self, function: Callable[[list[CellValue]], CellValue], operands: Sequence[Operand]) -> Matrix:
        """A function of single values on areas of one shape; a single row, column or value is repeated to fill it."""
        matrices = [self.matrix(each) for each in operands]
        rows, columns = max(map(len, matrices)), max(len(each[0]) for each in matrices)
        if any(len(each) not in (1, rows) or len(each[0]) not in (1, columns) for each in matrices):
            raise Unknown("areas of different shapes")
        self._spend(rows * columns)
        return [
            [function([_at(each, row, column) for each in matrices]) for column in range(columns)]
            for row in range(rows)
        ]

    def _cell_of(self, node: Call, sheet: str) -> Cell:
        """The cell that ROW or COLUMN asks about: that of its argument, or the one whose formula this is."""
        if not node.arguments:
            return next(reversed(self._active))[1]
        area = self._node(node.arguments[0], sheet, array=False)
        if len(node.arguments) > 1 or not isinstance(area, Area) or _several(area):
            raise Unknown(node.function)
        return area.top, area.left

    def _if(self, node: Call, sheet: str, *, array: bool) -> Operand:
        if not 2 <= len(node.arguments) <= 3:
            raise Unknown(node.function)
        try:
            holds = as_bool(self.scalar(self._node(node.arguments[0], sheet, array=array)))
        except Raised as raised:
            return raised.error
        if not holds and len(node.arguments) == 2:
            return False
        return self._node(node.arguments[1 if holds else 2], sheet, array=array)

    def _subtotal(self, node: Call, sheet: str) -> Operand:
        """SUBTOTAL: a function by its number, over cells that are no subtotals themselves.

        Numbers from 101 on skip all hidden rows.  Below, it skips only rows hidden by a filter; as those can't be told
        from rows hidden by hand, the result is Unknown where there is a hidden row.
        """
        code, *areas = (self._node(argument, sheet, array=False) for argument in node.arguments or (Constant(None),))
        number = whole(self.scalar(code))
        function = SUBTOTALS.get(number % 100) if 0 < number < 200 else None
        if function is None or not areas:
            raise Unknown(node.function)
        values: list[CellValue] = []
        for area in map(area_of, areas):
            grid = self._grid(area.sheet)
            for cell in self._within(grid, area):
                if "SUBTOTAL(" in (grid.cells[cell].formula or "").upper():
                    continue
                if cell[0] not in grid.hidden_rows:
                    values.append(self._cell(grid, cell))
                elif number < 100:
                    raise Unknown("a hidden row")
        return self._called(function, [[values]])

    def _iferror(self, node: Call, sheet: str, *, array: bool) -> Operand:
        if len(node.arguments) != 2:
            raise Unknown(node.function)
        try:
            value = self.scalar(self._node(node.arguments[0], sheet, array=array))
        except Raised:
            value = NUMBER
        return self._node(node.arguments[1], sheet, array=array) if isinstance(value, ErrorValue) else value


def _several(operand: Operand) -> bool:
    return isinstance(operand, list) or (isinstance(operand, Area) and not operand.single)


def _at(matrix: Matrix, row: int, column: int) -> CellValue:
    line = matrix[row if len(matrix) > 1 else 0]
    return line[column if len(line) > 1 else 0]
