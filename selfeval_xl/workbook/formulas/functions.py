"""The spreadsheet functions that we can work out, each with Excel's way of taking blanks, words and errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from functools import partial
from typing import Protocol

from selfeval_xl.lazy import lazy
from selfeval_xl.model import FIFTEEN
from selfeval_xl.workbook.formulas.criteria import Test, criterion, exactly, like_text
from selfeval_xl.workbook.formulas.operators import (
    DIVISION,
    MISSING,
    NUMBER,
    REFERENCE,
    VALUE,
    Raised,
    as_bool,
    as_number,
    as_text,
    joined,
    number_in,
)
from selfeval_xl.workbook.formulas.tree import Unknown
from selfeval_xl.workbook.number_format import CellValue, ErrorValue, NumberFormat
from selfeval_xl.workbook.references import MAX_COLUMN, MAX_ROW, Area, Cell

Matrix = list[list[CellValue]]
Operand = CellValue | Area | Matrix

_ONE = Decimal(1)
_PLAIN_FORMAT = lazy(r"[#0,]*0(\.0+)?%?")


class Cells(Protocol):
    """What functions need to know of the cells (see :class:`~selfeval_xl.workbook.formulas.arithmetic.Calculator`)."""

    def filled(self, area: Area) -> Iterator[tuple[Cell, CellValue]]: ...

    def scalar(self, operand: Operand) -> CellValue: ...

    def matrix(self, operand: Operand) -> Matrix: ...


Function = Callable[[Cells, Sequence[Operand]], Operand]


def numbers(cells: Cells, operands: Iterable[Operand]) -> Iterator[Decimal]:
    """The numbers among the operands: of an area its numbers only, of single values whatever can be one (``"12"``)."""
    for operand in operands:
        if isinstance(operand, Area | list):
            yield from (value for value in _sound(_values(cells, operand)) if isinstance(value, Decimal))
        else:
            yield as_number(operand)


def _values(cells: Cells, operand: Operand) -> Iterator[CellValue]:
    if isinstance(operand, Area):
        yield from (value for _, value in cells.filled(operand))
    elif isinstance(operand, list):
        yield from (value for row in operand for value in row)
    else:
        yield operand


def _sound(values: Iterable[CellValue]) -> Iterator[CellValue]:
    """The values; the first error value among them is Raised, as it is then the result."""
    for value in values:
        if isinstance(value, ErrorValue):
            raise Raised(value)
        yield value


def whole(value: CellValue) -> int:
    """A number as functions take a count or an index: cut to its whole part."""
    number = FIFTEEN.plus(as_number(value))
    if abs(number) > 10**9:
        raise Unknown("a count out of all measure")
    return int(number)


def _product(cells: Cells, operands: Sequence[Operand]) -> Operand:
    product, seen = Decimal(1), False
    for number in numbers(cells, operands):
        product, seen = product * number, True
    return product if seen else Decimal(0)


def _average(cells: Cells, operands: Sequence[Operand]) -> Operand:
    found = list(numbers(cells, operands))
    return sum(found, Decimal(0)) / len(found) if found else DIVISION


def _count(cells: Cells, operands: Sequence[Operand]) -> Operand:
    counted = 0
    for operand in operands:
        if isinstance(operand, Area | list):
            counted += sum(isinstance(value, Decimal) for value in _values(cells, operand))
        elif isinstance(operand, str):
            counted += number_in(operand) is not None
        else:
            counted += not isinstance(operand, ErrorValue)
    return Decimal(counted)


def _counta(cells: Cells, operands: Sequence[Operand]) -> Operand:
    return Decimal(sum(value is not None for operand in operands for value in _values(cells, operand)))


def area_of(operand: Operand) -> Area:
    if not isinstance(operand, Area):
        raise Unknown("an area is wanted")
    return operand


_Condition = tuple[dict[Cell, CellValue], Test]


def _conditions(cells: Cells, operands: Sequence[Operand]) -> tuple[tuple[int, int], list[_Condition]]:
    """The common shape of the areas, and for each its filled cells with the criterion's test."""
    if not operands or len(operands) % 2:
        raise Unknown("a criterion is missing")
    pairs = zip(operands[::2], operands[1::2], strict=True)
    found = [(area_of(area), criterion(cells.scalar(wanted))) for area, wanted in pairs]
    shape, *others = {area.shape for area, _ in found}
    if others:
        raise Raised(VALUE)
    return shape, [(dict(cells.filled(area)), test) for area, test in found]


def _countifs(cells: Cells, operands: Sequence[Operand]) -> Operand:
    (rows, columns), conditions = _conditions(cells, operands)
    places = set[Cell]().union(*(filled for filled, _ in conditions))
    counted = sum(all(test(filled.get(place)) for filled, test in conditions) for place in places)
    if all(test(None) for _, test in conditions):
        counted += rows * columns - len(places)
    return Decimal(counted)


def _sumifs(cells: Cells, operands: Sequence[Operand]) -> Operand:
    shape, conditions = _conditions(cells, operands[1:])
    summed = area_of(operands[0])
    if summed.shape != shape:
        raise Raised(VALUE)
    total = Decimal(0)
    for place, value in cells.filled(summed):
        if isinstance(value, Decimal | ErrorValue) and all(test(filled.get(place)) for filled, test in conditions):
            total += as_number(value)
    return total


def _sumif(cells: Cells, operands: Sequence[Operand]) -> Operand:
    area = area_of(operands[0])
    summed = area_of(operands[2]) if len(operands) > 2 else area
    rows, columns = area.shape  # the sum's area is as large as the area tested, whatever it says
    summed = summed._replace(bottom=summed.top + rows - 1, right=summed.left + columns - 1)
    return _sumifs(cells, (summed, area, operands[1]))


def _sumproduct(cells: Cells, operands: Sequence[Operand]) -> Operand:
    matrices = [cells.matrix(operand) for operand in operands]
    if len({(len(matrix), len(matrix[0])) for matrix in matrices}) != 1:
        raise Raised(VALUE)
    total = Decimal(0)
    for values in zip(*((value for row in matrix for value in row) for matrix in matrices), strict=True):
        product = Decimal(1)
        for value in _sound(values):
            product *= value if isinstance(value, Decimal) else 0
        total += product
    return total


def _truths(cells: Cells, operands: Sequence[Operand]) -> list[bool]:
    truths: list[bool] = []
    for operand in operands:
        if isinstance(operand, Area | list):
            truths += [one != 0 for one in _sound(_values(cells, operand)) if isinstance(one, Decimal | bool)]
        else:
            truths.append(as_bool(operand))
    if not truths:
        raise Raised(VALUE)
    return truths


def _rounded(value: CellValue, places: CellValue, *, rounding: str) -> CellValue:
    number, digits = FIFTEEN.plus(as_number(value)), whole(places)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= digits:
        return number
    return number.quantize(Decimal(1).scaleb(-digits), rounding) if digits > -300 else Decimal(0)


def _text(value: CellValue, pattern: CellValue) -> CellValue:
    code = as_text(pattern)
    if not _PLAIN_FORMAT.fullmatch(code) or isinstance(value, bool):
        raise Unknown("a format that is not plain")
    return value if isinstance(value, str) else NumberFormat(code).text(FIFTEEN.plus(as_number(value)))


def _n(cells: Cells, operands: Sequence[Operand]) -> Operand:
    value = cells.scalar(operands[0])
    return Decimal(0) if isinstance(value, str) else as_number(value)


def _substitute(*values: CellValue) -> CellValue:
    text, old, new = map(as_text, values)
    return text.replace(old, new) if old else text


def _find(sought: CellValue, within: CellValue, begin: CellValue = _ONE, *, exactly: bool) -> CellValue:
    wanted, text, start = as_text(sought), as_text(within), whole(begin)
    if not exactly and set("?*~") & set(wanted):
        raise Unknown("a search with wildcards")
    place = text.find(wanted, start - 1) if exactly else text.lower().find(wanted.lower(), start - 1)
    if start < 1 or place < 0:
        raise Raised(VALUE)
    return Decimal(place + 1)


def _end(value: CellValue, signs: CellValue = _ONE, *, left: bool) -> CellValue:
    text, count = as_text(value), whole(signs)
    if count < 0:
        raise Raised(VALUE)
    return text[:count] if left else text[max(len(text) - count, 0) :]


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


def _of_values(function: Callable[..., CellValue]) -> Function:
    return lambda cells, operands: function(*map(cells.scalar, operands))


_ONE_BY_ONE: dict[str, tuple[Callable[..., CellValue], int, int]] = {
    "NOT": (lambda value: not as_bool(value), 1, 1),
    "ISNUMBER": (lambda value: isinstance(value, Decimal), 1, 1),
    "ISLOGICAL": (lambda value: isinstance(value, bool), 1, 1),
    "ISTEXT": (lambda value: isinstance(value, str), 1, 1),
    "ISERROR": (lambda value: isinstance(value, ErrorValue), 1, 1),
    "ROUND": (partial(_rounded, rounding=ROUND_HALF_UP), 2, 2),
    "ROUNDUP": (partial(_rounded, rounding=ROUND_UP), 2, 2),
    "ROUNDDOWN": (partial(_rounded, rounding=ROUND_DOWN), 2, 2),
    "INT": (lambda value: FIFTEEN.plus(as_number(value)).to_integral_value("ROUND_FLOOR"), 1, 1),
    "ABS": (lambda value: abs(as_number(value)), 1, 1),
    "TEXT": (_text, 2, 2),
    "VALUE": (lambda value: VALUE if isinstance(value, bool) else as_number(value), 1, 1),
    "LEN": (lambda value: Decimal(len(as_text(value).encode("utf-16-le")) // 2), 1, 1),
    "TRIM": (lambda value: re.sub(" +", " ", as_text(value).strip(" ")), 1, 1),
    "SUBSTITUTE": (_substitute, 3, 3),
    "FIND": (partial(_find, exactly=True), 2, 3),
    "SEARCH": (partial(_find, exactly=False), 2, 3),
    "LEFT": (partial(_end, left=True), 1, 2),
    "RIGHT": (partial(_end, left=False), 1, 2),
}
ONE_BY_ONE = frozenset(_ONE_BY_ONE)
"""Functions of single values, which SUMPRODUCT applies to each cell of an area."""

FUNCTIONS: dict[str, tuple[Function, int, int]] = {
    "SUM": (lambda cells, operands: sum(numbers(cells, operands), Decimal(0)), 1, 255),
    "PRODUCT": (_product, 1, 255),
    "AVERAGE": (_average, 1, 255),
    "MIN": (lambda cells, operands: min(numbers(cells, operands), default=Decimal(0)), 1, 255),
    "MAX": (lambda cells, operands: max(numbers(cells, operands), default=Decimal(0)), 1, 255),
    "COUNT": (_count, 1, 255),
    "COUNTA": (_counta, 1, 255),
    "COUNTIF": (_countifs, 2, 2),
    "COUNTIFS": (_countifs, 2, 254),
    "SUMIF": (_sumif, 2, 3),
    "SUMIFS": (_sumifs, 3, 255),
    "SUMPRODUCT": (_sumproduct, 1, 255),
    "AND": (lambda cells, operands: all(_truths(cells, operands)), 1, 255),
    "OR": (lambda cells, operands: any(_truths(cells, operands)), 1, 255),
    "TRUE": (lambda cells, operands: True, 0, 0),
    "FALSE": (lambda cells, operands: False, 0, 0),
    "ISBLANK": (lambda cells, operands: cells.scalar(operands[0]) is None, 1, 1),
    "N": (_n, 1, 1),
    "CONCATENATE": (lambda cells, operands: joined(as_text(cells.scalar(each)) for each in operands), 1, 255),
    "INDEX": (_index, 2, 3),
    "MATCH": (_match, 2, 3),
    "OFFSET": (_offset, 3, 3),
    "SMALL": (_small, 2, 2),
    "ROWS": (lambda cells, operands: Decimal(area_of(operands[0]).shape[0]), 1, 1),
    "COLUMNS": (lambda cells, operands: Decimal(area_of(operands[0]).shape[1]), 1, 1),
    **{name: (_of_values(function), fewest, most) for name, (function, fewest, most) in _ONE_BY_ONE.items()},
}
"""Function, and the fewest and most arguments that it takes.

The calculator itself does IF and IFERROR, which evaluate only one branch, ROW and COLUMN, which need the formula's
place, and SUBTOTAL.
"""

SUBTOTALS: dict[int, Function] = {
    number: FUNCTIONS[name][0]
    for number, name in {1: "AVERAGE", 2: "COUNT", 3: "COUNTA", 4: "MAX", 5: "MIN", 6: "PRODUCT", 9: "SUM"}.items()
}
"""The function that SUBTOTAL applies, by its first argument; the calculator chooses the cells."""
