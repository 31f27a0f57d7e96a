"""Contents prepared for Excel: so that it takes each as meant, and grouped into rectangles to need few calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from selfeval_xl.groups import by_key
from selfeval_xl.quantity.words import OLD_ERRORS
from selfeval_xl.workbook.edits import Content, Formula, Scalar
from selfeval_xl.workbook.references import Cell

Typed = str | float | bool
Block = tuple[int, int, list[list[Typed]]]
"""A rectangle of cells: row and column of the first, and the contents row by row."""

_READ_BY_EXCEL = re.compile(r"[=+\-@'#].*|(?i:true|false)|(?=.*\d).{1,32}", re.DOTALL)
"""Texts that Excel may take for a formula, a number, a date or a truth value when typed."""


def typed(content: Content) -> Typed:
    """The value to assign to a cell's ``Formula``; an apostrophe keeps a text from being taken for anything else."""
    if isinstance(content, Formula):
        return "=" + content.text.removeprefix("=")
    value = content.value
    if value is None:
        return ""
    if isinstance(value, str):
        return "'" + value if _READ_BY_EXCEL.fullmatch(value) and value not in OLD_ERRORS else value
    if isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal):
        return float(value)
    raise TypeError(f"the button writes no {type(value).__name__}")


def same(first: Content, second: Content) -> bool:
    """Whether two contents are the same, whatever Excel's spelling of a formula; numbers by 15 digits."""
    if isinstance(first, Formula) or isinstance(second, Formula):
        return isinstance(first, Formula) and isinstance(second, Formula) and _alike(first.text, second.text)
    return _plain(first.value) == _plain(second.value)


def blocks(cells: Mapping[Cell, Content], *, single: bool = False) -> Iterator[Block]:
    """The cells grouped into full rectangles; with ``single`` each cell for itself."""
    rows_of = by_key((column, row) for row, column in sorted(cells))
    # The columns filled from one row to another, by these rows.
    columns = by_key((stretch, column) for column, rows in sorted(rows_of.items()) for stretch in runs(rows, single))
    for (first, last), filled in columns.items():
        for left, right in runs(filled, single):
            filling = range(left, right + 1)
            yield first, left, [[typed(cells[row, each]) for each in filling] for row in range(first, last + 1)]


def runs(numbers: list[int], single: bool = False) -> Iterator[tuple[int, int]]:
    """First and last of each run of consecutive numbers."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if single or number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def _alike(first: str, second: str) -> bool:
    first, second = first.removeprefix("="), second.removeprefix("=")
    if first == second:
        return True
    from selfeval_xl.read.ours import alike

    return alike(first) == alike(second)


def _plain(value: Scalar) -> object:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(float(value), ".15g")
    return None if value == "" else value
