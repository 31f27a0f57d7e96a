"""Rows below a heading that only number its columns: 栏次 | 1 | 2 | 3, （A） | （B） | （B/A）, 甲 | 乙 | 1 | 2=1/3."""

from __future__ import annotations

from collections.abc import Sequence

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.labels import squeeze
from selfeval_xl.workbook.recognize.sheet import Cell, Sheet

_ROW = lazy("[栏列行]次|栏目|序号")
_MARK = lazy(
    r"\(?(?:第?(?P<number>\d{1,2})[栏列]?(?:=.{1,20})?|(?P<letter>[A-Z])(?:[=/÷×*+-].{1,20})?|[甲乙丙丁戊])\)?"
)
_FEWEST = 3  # numbers in their order that are no data


def last_row(sheet: Sheet, bottom: int) -> int:
    """The last row of a heading that ends in ``bottom``, with such a row below it."""
    return bottom + 1 if _number_columns(sheet.row(bottom + 1)) else bottom


def _number_columns(cells: Sequence[Cell]) -> bool:
    texts = [squeeze(cell.text).upper() for cell in cells]
    marks = [_MARK.fullmatch(text) for text in (texts[1:] if texts and _ROW.fullmatch(texts[0]) else texts)]
    numbers = [int(mark["number"]) for mark in marks if mark and mark["number"]]
    letters = "".join(mark["letter"] or "" for mark in marks if mark)
    counted = len(numbers) >= _FEWEST and numbers == [*range(1, len(numbers) + 1)]
    return all(marks) and (counted or (letters.startswith("AB") and not numbers))
