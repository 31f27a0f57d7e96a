"""The functions that look for a cell: by its place, by what stands in it, or by its rank."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from selfeval_xl.workbook.criteria import exactly, like_text
from selfeval_xl.workbook.formula import Unknown
from selfeval_xl.workbook.functions import Cells, Function, Operand, area_of, numbers, whole
from selfeval_xl.workbook.number_format import ErrorValue
from selfeval_xl.workbook.operators import MISSING, NUMBER, REFERENCE, VALUE, Raised
from selfeval_xl.workbook.references import MAX_COLUMN, MAX_ROW, Area


def _index(cells: Cells, operands: Sequence[Operand]) -> Operand:
    area, row = area_of(operands[0]), whole(cells.scalar(operands[1]))
    rows, columns = area.shape
    if len(operands) > 2:
        column = whole(cells.scalar(operands[2]))
    elif min(rows, columns) == 1:
        row, column = (1, row) if rows == 1 else (row, 1)
    else:
        raise Unknown("a row of a rectangle")
    if not (0 <= row <= rows and 0 <= column <= columns):
        raise Raised(REFERENCE if row >= 0 and column >= 0 else VALUE)
    top, bottom = (area.top + row - 1,) * 2 if row else (area.top, area.bottom)
    left, right = (area.left + column - 1,) * 2 if column else (area.left, area.right)
    return Area(area.sheet, top, left, bottom, right)


def _match(cells: Cells, operands: Sequence[Operand]) -> Operand:
    if len(operands) < 3 or whole(cells.scalar(operands[2])) != 0:
        raise Unknown("a search in sorted cells")
    wanted, area = cells.scalar(operands[0]), area_of(operands[1])
    if isinstance(wanted, ErrorValue):
        raise Raised(wanted)
    if wanted is None or min(area.shape) != 1:
        raise Unknown("a search for nothing, or in a rectangle")
    test = like_text(wanted) if isinstance(wanted, str) else exactly(wanted)
    found = [sum(place) for place, value in cells.filled(area) if test(value)]
    return Decimal(min(found) + 1) if found else MISSING


def _offset(cells: Cells, operands: Sequence[Operand]) -> Operand:
    area, down, right = area_of(operands[0]), whole(cells.scalar(operands[1])), whole(cells.scalar(operands[2]))
    moved = area._replace(
        top=area.top + down, bottom=area.bottom + down, left=area.left + right, right=area.right + right
    )
    if moved.top < 1 or moved.left < 1 or moved.bottom > MAX_ROW or moved.right > MAX_COLUMN:
        raise Raised(REFERENCE)
    return moved


def _small(cells: Cells, operands: Sequence[Operand]) -> Operand:
    ranked, rank = sorted(numbers(cells, operands[:1])), whole(cells.scalar(operands[1]))
    return ranked[rank - 1] if 1 <= rank <= len(ranked) else NUMBER


LOOKUPS: dict[str, tuple[Function, int, int]] = {
    "INDEX": (_index, 2, 3),
    "MATCH": (_match, 2, 3),
    "OFFSET": (_offset, 3, 3),
    "SMALL": (_small, 2, 2),
}
"""Each function with how many arguments it takes; ROW and COLUMN, which ask where they stand, are the calculator's."""
