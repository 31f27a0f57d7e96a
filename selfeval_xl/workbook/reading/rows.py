"""Reads the XML of a sheet's rows: typed values, formulas, formats and hidden rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import prod
from sys import intern
from typing import NamedTuple

from selfeval_xl.workbook.grid import RawCell
from selfeval_xl.workbook.number_format import CellValue, ErrorValue, NumberFormat
from selfeval_xl.workbook.opening.markup import MAIN, NO, YES, Node, shallow
from selfeval_xl.workbook.reading.shared import Formats, rich, words
from selfeval_xl.workbook.references import MAX_COLUMN, MAX_ROW, Area, Cell, cell_name, column_number, parse_area
from selfeval_xl.workbook.stored import MAX_FORMULA, days_to, fifteen, natural, number, real, unescaped

_REMEMBERED = 1 << 13  # addresses in all, and values per RowReader
_FLAT = 4.0  # points; lower rows count as hidden, as nobody can read them
_NARROW = 0.5  # characters; narrower columns count as hidden
_addresses: dict[str, Cell] = {}


class Names(NamedTuple):
    """The names of a sheet's elements in its namespace."""

    row: str
    c: str
    v: str
    f: str
    inline: str


CELLS = frozenset(f"{{{uri}}}{name}" for uri in MAIN for name in ("sheetData", "row", "c", "v", "f"))
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"  # AlternateContent: programs pick one of it
_WORDS = ("str", "inlineStr", "d")  # the types of cells whose text is in the cell itself
_PICTURE = "=DISPIMG("  # what WPS stores beside its formula for a picture in the cell
_COVERED = 1_000_000  # most cells that the array formulas of a sheet may cover
NAMES = {uri: Names(*(f"{{{uri}}}{name}" for name in ("row", "c", "v", "f", "is"))) for uri in MAIN}
SHEET_DATA = {f"{{{uri}}}sheetData": names for uri, names in NAMES.items()}
"""The name of the element that holds a sheet's rows → the names of the elements in it."""


class SheetError(Exception):
    """Why a sheet can't be read with certainty: words to follow the sheet's name; ``at`` is the cell."""

    def __init__(self, what: str, at: Cell | None = None) -> None:
        super().__init__(f"的 {cell_name(*at)} {what}" if at else what)


class Rows:
    """Some rows of a sheet, with references that are resolved later.

    ``cells`` hold ``""`` where one of the ``strings`` (cell, index in the workbook's list) belongs, and the formula
    ``"="`` for the ``followers`` (cell, key) of a shared formula (``shared``: key, cell, text).  ``arrays`` are areas
    filled by an array formula or a data table, with its formula.  ``characters`` counts those of all formulas.
    ``outward`` are cells whose formulas may reach for a program, a file or the web; None where that was not tested.
    ``rich`` are texts with formats of their own for some characters, as XML documents.
    """

    __slots__ = ("arrays", "cells", "characters", "followers", "hidden", "outward", "rich", "shared", "strings")

    def __init__(self) -> None:
        self.cells: dict[Cell, RawCell] = {}
        self.strings: list[tuple[Cell, int]] = []
        self.shared: list[tuple[str, Cell, str]] = []
        self.followers: list[tuple[Cell, str]] = []
        self.arrays: list[tuple[Area, str]] = []
        self.hidden: list[int] = []
        self.outward: list[Cell] | None = None
        self.rich: list[bytes] = []
        self.characters = 0


class RowReader:
    """Reads cells from row elements, which may come in parts; ``row`` is the number of the row before, if known."""

    def __init__(self, formats: Formats, *, row: int | None = None, blanks: bool = False) -> None:
        self._formats = formats
        self._blanks = blanks
        self._row, self._column = row, 0
        self._open: Node | None = None  # the row that was begun last
        self._rows = Rows()
        self._values: dict[tuple[str, str], CellValue] = {}

    def taken(self) -> Rows:
        """The rows read since the last call."""
        rows, self._rows = self._rows, Rows()
        return rows

    def read(self, row: Node, found: Iterable[Node], names: Names) -> None:
        """Read some cells of a row.  Blank cells, by far the most in many sheets, are skipped quickly."""
        if row.tag != names.row:
            without_cells((row,))
            return
        if row is not self._open:
            self._begin(row)
        _, c, v, f, inline = names
        for cell in found:
            if cell.tag != c:
                without_cells((cell,))
                continue
            reference = cell.get("r")
            if reference is None:
                assert self._row is not None, "a row has begun"
                key = self._row, self._column + 1
                if self._column == MAX_COLUMN:
                    raise SheetError("有超出范围的单元格")
            else:
                key = _addresses.get(reference) or address(reference)
            self._column = key[1]
            if not len(cell) and not self._blanks:
                continue
            value: CellValue = None
            formula = None
            if len(cell) > 1:
                tags = {child.tag for child in cell}
                if len(tags) < len(cell) or {v, inline} <= tags:  # programs differ in which one they take
                    raise SheetError("的内容写了不止一次", key)
            for child in cell:
                tag = child.tag
                if tag == v:
                    value = self._value(key, cell.get("t", "n"), child.text or "")
                elif tag == f:
                    formula = self._formula(key, child)
                elif tag == inline and cell.get("t") == "inlineStr":
                    value = unescaped(words(child))
                    self._rows.rich += rich(child)
                elif tag != inline:
                    without_cells((child,))
                if len(child):
                    shallow((child,))
            if "vm" in cell.attrib and formula is None and isinstance(value, ErrorValue):
                value = None  # a picture in the cell, or the like: the error is what an older Excel shows instead
            self._keep(key, cell.get("s") or "0", value, formula)

    def _keep(self, key: Cell, styled: str, value: CellValue, formula: str | None) -> None:
        if value is None and formula is None and not self._blanks:
            return
        cells = self._rows.cells
        if key in cells:
            raise SheetError("出现了两次", key)
        form, style = look_at(styled, self._formats)
        cells[key] = RawCell(value, form, formula, style)

    def _begin(self, row: Node) -> None:
        given = row.get("r")
        if given is None and self._row is None:
            raise SheetError("有没有编号的行")
        number = (self._row or 0) + 1 if given is None else integer(given)
        if not 1 <= number <= MAX_ROW:
            raise SheetError("有超出范围的行")
        self._open, self._row, self._column = row, number, 0
        if row.get("hidden") in YES or _below(row.get("ht"), _FLAT):
            self._rows.hidden.append(number)

    def _value(self, key: Cell, kind: str, text: str) -> CellValue:
        """The value stored in a cell; remembered by type and text, as values repeat in a table."""
        if kind == "s" and text:
            self._rows.strings.append((key, integer(text)))
            return ""
        stored = kind, text
        if stored in self._values:
            return self._values[stored]
        value = typed(key, kind, text, self._formats.date1904)
        if len(self._values) < _REMEMBERED:
            self._values[stored] = value
        return value

    def _formula(self, key: Cell, element: Node) -> str | None:
        """The formula with its ``=``; for a follower of a shared formula ``"="`` alone, and the follower is noted."""
        text, kind = element.text or "", element.get("t")
        if kind == "dataTable":
            text = f"TABLE({element.get('r1', '')},{element.get('r2', '')})"
        elif kind == "shared" and not text:
            self._rows.followers.append((key, element.get("si", "")))
            return "="
        elif kind == "shared":
            self._rows.shared.append((element.get("si", ""), key, text))
        elif not text and kind != "array":
            return None
        if len(text) > MAX_FORMULA:
            raise SheetError(f"的公式超过 {MAX_FORMULA} 个字符", key)
        self._rows.characters += len(text)
        formula = intern("=" + text.removeprefix("="))  # most formulas are in other workbooks of the template too
        if kind in ("dataTable", "array"):
            self._fill(key, element.get("ref"), formula)
        return formula

    def _fill(self, key: Cell, reference: str | None, formula: str) -> None:
        """Note the area of an array or a data table."""
        try:
            area = parse_area(reference or cell_name(*key))
        except ValueError as error:
            raise SheetError("的公式范围无法识别", key) from error
        if area[1:] != (*key, *key):
            self._rows.arrays.append((area, formula))


def without_cells(found: Iterable[Node], *, choices: bool = False) -> None:
    """Skip other elements (with ``choices`` AlternateContent too); SheetError where programs may find cells in them."""
    shallow(found)
    odd = (each.tag for one in found for each in one.iter())
    if any(tag in CELLS or (not choices and tag.startswith(_CHOICE)) for tag in odd):
        raise SheetError("有写法不明的单元格")


def with_arrays(cells: dict[Cell, RawCell], arrays: Sequence[tuple[Area, str]]) -> None:
    """Give the cells filled by an array formula or a data table a formula that says so: ``=ARRAY(…)``."""
    covering = 0
    for area, formula in arrays:
        covering += prod(area.shape)
        if covering > _COVERED:
            raise SheetError("的数组公式范围太大")
        for key in area.cells():
            covered = cells.get(key)
            if covered is None:
                cells[key] = RawCell(None, NumberFormat(), f"=ARRAY({formula[1:]})", 0)
            elif covered.formula is None:
                cells[key] = covered._replace(formula=f"=ARRAY({formula[1:]})")


def look_at(styled: str, formats: Formats) -> tuple[NumberFormat, int]:
    """A cell's format by the style index that the cell names, and that index as a number."""
    return formats.look.get(styled) or formats.at(integer(styled))


def typed(key: Cell, kind: str, text: str, date1904: bool) -> CellValue:
    """The value of a stored text by the cell's type (``t``)."""
    if kind == "n":
        value = number(text) if text.strip() else None
        if value is None and text.strip():
            raise SheetError(f"的数字“{text[:20]}”无法识别", key)
        return value
    if kind == "b":
        truth = text.strip().lower()
        if truth and truth not in (*YES, *NO):
            raise SheetError(f"的真假值“{text[:20]}”无法识别", key)
        return truth in YES if truth else None
    if kind == "e":
        return ErrorValue(text.strip())
    if kind == "s":  # without an index: some programs write blank cells so
        return None
    if kind not in _WORDS:
        raise SheetError(f"的类型“{kind[:20]}”无法识别", key)
    if kind == "str" and text.startswith(_PICTURE):
        return None
    serial = _serial(text, date1904) if kind == "d" else None
    return unescaped(text) if serial is None else serial


def with_strings(cells: dict[Cell, RawCell], wanted: Sequence[tuple[Cell, int]], strings: Sequence[str]) -> None:
    """Put the workbook's strings into the cells that refer to them (``wanted``: cell, index)."""
    for key, index in wanted:
        if index >= len(strings):
            raise SheetError("的文字缺失", key)
        _, form, formula, style = cells[key]
        cells[key] = RawCell(strings[index], form, formula, style)


def address(reference: str) -> Cell:
    """The cell that an address names; SheetError where it names none."""
    letters = reference.rstrip("0123456789")
    try:
        key = int(reference[len(letters) :]), column_number(letters)
    except ValueError as error:
        raise SheetError("有无法识别的单元格") from error
    if not 1 <= key[0] <= MAX_ROW:
        raise SheetError("有超出范围的单元格")
    if len(_addresses) < _REMEMBERED:
        _addresses[reference] = key
    return key


def integer(text: str) -> int:
    """The number of a row, a column, a style or a string; SheetError where the text is none."""
    number = natural(text)
    if number is None:
        raise SheetError("有无法识别的编号")
    return number


def narrow(width: str | None) -> bool:
    """Whether a column is too narrow to be seen."""
    return _below(width, _NARROW)


def _below(size: str | None, limit: float) -> bool:
    value = real(size)
    return value is not None and value < limit


def _serial(text: str, date1904: bool) -> Decimal | None:
    """An ISO date (of strict Open XML) as a serial number; None where the text is no date."""
    import datetime

    try:
        moment = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return fifteen(days_to(moment, date1904))
