"""The cells of a sheet: values, what is shown, formulas and merges, read in one pass whatever made the file."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import NamedTuple

from selfeval_xl.errors import WorkbookError
from selfeval_xl.workbook.markup import MAIN, MAX_DEPTH
from selfeval_xl.workbook.number_format import CellValue, ErrorValue, NumberFormat
from selfeval_xl.workbook.package import Package, Sheet
from selfeval_xl.workbook.references import (
    MAX_COLUMN,
    MAX_ROW,
    Cell,
    cell_name,
    column_number,
    parse_area,
    parse_cell,
    translate,
)
from selfeval_xl.workbook.shared import Shared, shared, unescaped

MAX_CELLS = 2_000_000  # with a value or a formula, on one sheet
MAX_FORMULA = 8_192  # characters, Excel's own limit
MAX_FORMULAS = 64 << 20  # characters of all formulas of a sheet, shared ones written out
_FOLLOWER = 256  # characters that a cell following a shared formula counts for at least, as writing it out takes time
_READ = ("worksheet", "col", "row", "c", "v", "f", "is", "t", "rPh", "mergeCell")
_LOCAL = {f"{namespace} {name}": name for namespace in MAIN for name in _READ}


class RawCell(NamedTuple):
    """A cell as it stands in the file.

    ``value`` is typed, or what the file says that the formula gave last (None where it says nothing); numbers carry the
    15 digits that a spreadsheet knows.  ``formula`` has its leading ``=``.  ``style`` is the index of its cell format.
    """

    value: CellValue
    format: NumberFormat
    formula: str | None
    style: int

    @property
    def number_format(self) -> str:
        """The code of the number format: ``"0.00%"``."""
        return self.format.code

    @property
    def text(self) -> str:
        """What a person sees: ``"86.85%"``."""
        return self.format.text(self.value)


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A sheet's cells by (row, column), both from 1, in the file's order.

    Merges are inclusive areas and may be huge: test them, don't walk them.  ``hidden_rows`` are those that hold a cell.
    """

    sheet: str
    cells: dict[Cell, RawCell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def at(self, reference: str) -> RawCell | None:
        """The cell of an A1 reference, or None."""
        return self.cells.get(parse_cell(reference))


def read_grid(package: Package, sheet: Sheet | str, *, blanks: bool = False) -> Grid:
    """Read a sheet (or the sheet of this name); cells without value and formula only where ``blanks`` asks for them.

    WorkbookError: package.damaged where the sheet can't be read with certainty, package.too_large beyond
    :data:`MAX_CELLS`.  Sheets that hold no cells (charts) give an empty grid.
    """
    found = package.sheet(sheet) if isinstance(sheet, str) else sheet
    if found is None:
        raise package.archive.damaged(f"没有工作表“{sheet}”")
    reader = _SheetReader(package, found, shared(package), blanks)
    package.archive.parse(found.part, reader.start, reader.end, reader.buffer.append)
    return reader.finished()


class _SheetReader:
    """The handlers for one sheet's XML, and what they have seen so far."""

    def __init__(self, package: Package, sheet: Sheet, common: Shared, blanks: bool) -> None:
        self.grid = Grid(sheet.name)
        self._sheet = sheet
        self.buffer: list[str] = []
        self._package = package
        self._strings, self._formats = common
        self._blanks = blanks
        self._root_seen = False
        self._depth = 0
        self._row = self._column = 0
        self._row_hidden = False
        self._key: Cell | None = None
        self._attributes: dict[str, str] = {}
        self._value: str | None = None
        self._inline: list[str] | None = None
        self._phonetic = False
        self._formula: str | None = None
        self._formula_attributes: dict[str, str] | None = None
        self._shared: dict[str, tuple[Cell, str]] = {}
        self._followers: list[tuple[Cell, str]] = []
        self._formula_characters = 0
        self._styles: dict[str, int] = {}
        self._general = NumberFormat(date1904=package.date1904)
        self._number = _number_reader()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _LOCAL.get(name)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._broken("的内容层次太深")
        if not self._root_seen:
            self._root_seen = True
            if local != "worksheet" and self._sheet.kind == "worksheet":
                raise self._broken("的内容不是工作表")
        if local == "c":
            self._start_cell(attributes)
        elif local == "v" or local == "t":
            self.buffer.clear()
        elif local == "f":
            self.buffer.clear()
            self._formula_attributes = attributes
        elif local == "row":
            self._start_row(attributes)
        elif local == "is":
            self._inline = []
        elif local == "rPh":
            self._phonetic = True
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif local == "col":
            self._columns(attributes)

    def end(self, name: str) -> None:
        local = _LOCAL.get(name)
        self._depth -= 1
        if local == "c":
            self._end_cell()
        elif local == "v":
            self._value = "".join(self.buffer)
        elif local == "f":
            self._formula = "".join(self.buffer)
        elif local == "t" and self._inline is not None and not self._phonetic:
            self._inline.append("".join(self.buffer))
        elif local == "rPh":
            self._phonetic = False
        self.buffer.clear()

    def finished(self) -> Grid:
        """The grid, after shared formulas were written out for the cells that follow them."""
        cells = self.grid.cells
        for key, index in self._followers:
            if index not in self._shared:
                raise self._damaged(key, "共用的公式缺失")
            origin, formula = self._shared[index]
            self._count_formula(key, formula, _FOLLOWER)
            cells[key] = cells[key]._replace(formula="=" + translate(formula, origin, key))
        return self.grid

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = self._integer(attributes["r"]) if "r" in attributes else self._row + 1
        if not 1 <= self._row <= MAX_ROW:
            raise self._broken("有超出范围的行")
        self._column = 0
        self._row_hidden = attributes.get("hidden") in ("1", "true")

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            row, column = self._row, self._column + 1
        else:
            letters = reference.rstrip("0123456789")
            try:
                row, column = int(reference[len(letters) :]), _column(letters)
            except ValueError as error:
                raise self._broken("有无法识别的单元格") from error
        if not 1 <= row <= MAX_ROW or column > MAX_COLUMN:
            raise self._broken("有超出范围的单元格")
        self._column = column
        self._key = row, column
        self._attributes = attributes
        self._value = self._inline = self._formula = self._formula_attributes = None

    def _end_cell(self) -> None:
        key, attributes = self._key, self._attributes
        if key is None:
            return
        self._key = None
        formula = self._formula_text(key) if self._formula_attributes is not None else None
        value = self._typed(key, attributes.get("t", "n"))
        following = formula is None and self._formula_attributes is not None
        if value is None and formula is None and not following and not self._blanks:
            return
        if key in self.grid.cells:
            raise self._damaged(key, "出现了两次")
        if len(self.grid.cells) >= MAX_CELLS:
            raise self._package.archive.too_large(f"工作表“{self.grid.sheet}”的非空单元格超过 {MAX_CELLS} 个")
        styled = attributes.get("s", "0")
        if styled not in self._styles:
            self._styles[styled] = self._integer(styled)
        style = self._styles[styled]
        number_format = self._formats[style] if style < len(self._formats) else self._general
        self.grid.cells[key] = RawCell(value, number_format, formula, style)
        if self._row_hidden:
            self.grid.hidden_rows.add(key[0])

    def _typed(self, key: Cell, kind: str) -> CellValue:
        text = self._value
        if kind == "inlineStr" and self._inline is not None:
            return unescaped("".join(self._inline))
        if text is None:
            return None
        if kind == "n":
            if not text.strip():
                return None
            value = self._number(text)
            if value is None:
                raise self._damaged(key, f"的数字“{text[:20]}”无法识别")
            return value
        if kind == "s":
            index = self._integer(text)
            if index >= len(self._strings):
                raise self._damaged(key, "的文字缺失")
            return self._strings[index]
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "e":
            return ErrorValue(text.strip())
        if kind == "d" and (moment := _serial(text, self._package.date1904)) is not None:
            return moment
        return unescaped(text)

    def _formula_text(self, key: Cell) -> str | None:
        """The formula with its ``=``; None for a cell that follows a shared one, which is noted."""
        attributes, text = self._formula_attributes or {}, self._formula or ""
        kind = attributes.get("t")
        if kind == "dataTable":
            return f"=TABLE({attributes.get('r1', '')},{attributes.get('r2', '')})"
        if kind == "shared" and not text:
            self._followers.append((key, attributes.get("si", "")))
            return None
        if not text:
            return None
        self._count_formula(key, text)
        if kind == "shared":
            self._shared.setdefault(attributes.get("si", ""), (key, text))
        return "=" + text.removeprefix("=")

    def _count_formula(self, key: Cell, text: str, least: int = 0) -> None:
        self._formula_characters += max(len(text), least)
        if len(text) > MAX_FORMULA:
            raise self._damaged(key, f"的公式超过 {MAX_FORMULA} 个字符")
        if self._formula_characters > MAX_FORMULAS:
            raise self._package.archive.too_large(f"工作表“{self.grid.sheet}”的公式太多")

    def _merge(self, reference: str) -> None:
        try:
            area = parse_area(reference)
        except ValueError as error:
            raise self._broken("的合并单元格无法识别") from error
        self.grid.merges.append((area.top, area.left, area.bottom, area.right))

    def _columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = self._integer(attributes.get("min", "")), self._integer(attributes.get("max", ""))
            self.grid.hidden_columns.update(range(max(first, 1), min(last, MAX_COLUMN) + 1))

    def _integer(self, text: str) -> int:
        if not text.isdecimal() or len(text) > 9:
            raise self._broken("有无法识别的编号")
        return int(text)

    def _damaged(self, key: Cell, what: str) -> WorkbookError:
        return self._broken(f"的 {cell_name(*key)} {what}")

    def _broken(self, what: str) -> WorkbookError:
        return self._package.archive.damaged(f"工作表“{self._sheet.name}”{what}")


def _serial(text: str, date1904: bool) -> Decimal | None:
    """A date of the strict format as a number of days; None where it is none."""
    try:
        moment = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    origin = datetime.datetime(1904, 1, 1) if date1904 else datetime.datetime(1899, 12, 30)
    return Decimal(format((moment.replace(tzinfo=None) - origin) / datetime.timedelta(days=1), ".15g"))


@cache
def _column(letters: str) -> int:
    return column_number(letters)


def _number_reader() -> Callable[[str], Decimal | None]:
    """A reader of numbers that remembers them, as many cells of a table say the same; None for what is no number."""

    @cache
    def read(text: str) -> Decimal | None:
        try:
            number = float(text)
        except ValueError:
            return None
        if not isfinite(number) or not text.isascii() or "_" in text:
            return None
        return Decimal(format(number, ".15g")) if number else Decimal(0)

    return read
