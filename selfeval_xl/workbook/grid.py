"""The cells of a sheet: values, what is shown, formulas and merges, read in one pass whatever made the file."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import NamedTuple

from selfeval_xl.errors import WorkbookError
from selfeval_xl.workbook.markup import MAIN, Node, discard, ended, parts, shallow
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
from selfeval_xl.workbook.shared import Shared, shared, unescaped, words

MAX_CELLS = 2_000_000  # with a value or a formula, on one sheet
MAX_FORMULA = 8_192  # characters, Excel's own limit
MAX_FORMULAS = 64 << 20  # characters of all formulas of a sheet, shared ones written out
_FOLLOWER = 256  # characters that a cell following a shared formula counts for at least, as writing it out takes time
_CELL_PARTS = 1 << 19  # elements of one cell; each character of a rich text may have a run with its own font
_REMEMBERED = 1 << 13  # addresses, and values of one sheet
_addresses: dict[str, Cell] = {}


class _Names(NamedTuple):
    """What a sheet calls its elements, by its namespace."""

    row: str
    c: str
    v: str
    f: str
    inline: str


_DATA = {f"{{{uri}}}sheetData": _Names(*(f"{{{uri}}}{name}" for name in ("row", "c", "v", "f", "is"))) for uri in MAIN}
_WORKSHEET, _MERGE, _COLUMN = ({f"{{{uri}}}{name}" for uri in MAIN} for name in ("worksheet", "mergeCell", "col"))


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
    package.archive.grow(found.part, reader.take)
    return reader.finished()


class _SheetReader:
    """Takes the cells out of one sheet's XML as it grows."""

    def __init__(self, package: Package, sheet: Sheet, common: Shared, blanks: bool) -> None:
        self.grid = Grid(sheet.name)
        self._sheet = sheet
        self._package = package
        self._strings, self._formats = common
        self._blanks = blanks
        self._open: Node | None = None  # the row that was begun last
        self._row = self._column = 0
        self._row_hidden = False
        self._shared: dict[str, tuple[Cell, str]] = {}
        self._followers: list[tuple[Cell, str]] = []
        self._formula_characters = 0
        self._looks: dict[str, tuple[NumberFormat, int]] = {}
        self._general = NumberFormat(date1904=package.date1904)
        self._values: dict[tuple[str, str], CellValue] = {}

    def take(self, root: Node, whole: bool) -> None:
        """Read what has ended since the last time, and forget it (see :func:`selfeval_xl.workbook.markup.grow`)."""
        if self._sheet.kind == "worksheet" and root.tag not in _WORKSHEET:
            raise self._broken("的内容不是工作表")
        for part, found in parts(root, whole):
            self._part(part, found)
        if not whole and len(root):
            part = root[0]
            if part.tag not in _DATA:
                discard(part)
            elif len(part):
                self._cells(part[0], ended(part[0]), _DATA[part.tag])
                if len(part[0]) and sum(1 for _ in part[0].iter()) > _CELL_PARTS:
                    raise self._broken("有异常庞大的单元格")

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

    def _part(self, part: Node, found: Iterable[Node]) -> None:
        """Some of what stands in a part of the sheet."""
        if part.tag in _DATA:
            names = _DATA[part.tag]
            for row in found:
                self._cells(row, row, names)
            return
        shallow(found)
        for each in found:
            if each.tag in _MERGE:
                self._merge(each.get("ref", ""))
            elif each.tag in _COLUMN:
                self._hide(each)

    def _begin(self, row: Node) -> None:
        self._open = row
        number = row.get("r")
        self._row = self._row + 1 if number is None else self._integer(number)
        if not 1 <= self._row <= MAX_ROW:
            raise self._broken("有超出范围的行")
        self._column = 0
        self._row_hidden = row.get("hidden") in ("1", "true")

    def _cells(self, row: Node, found: Iterable[Node], names: _Names) -> None:
        """Some cells of a row.  Most sheets hold far more blank cells than others: those are passed by quickly."""
        if row.tag != names.row:
            shallow((row,))
            return
        if row is not self._open:
            self._begin(row)
        _, c, v, f, inline = names
        values, looks, blanks = self._values, self._looks, self._blanks
        for cell in found:
            if cell.tag != c:
                shallow((cell,))
                continue
            reference = cell.get("r")
            if reference is None:
                key = self._row, self._column + 1
                if self._column == MAX_COLUMN:
                    raise self._broken("有超出范围的单元格")
            else:
                key = _addresses.get(reference) or self._address(reference)
            self._column = key[1]
            if not len(cell) and not blanks:
                continue
            value: CellValue = None
            formula = None
            for child in cell:
                tag = child.tag
                if tag == v:
                    said = cell.get("t", "n"), child.text or ""
                    value = values[said] if said in values else self._typed(key, *said)
                elif tag == f:
                    formula = self._formula(key, child)
                elif tag == inline and cell.get("t") == "inlineStr":
                    value = unescaped(words(child))
                if len(child):
                    shallow((child,))
            if value is not None or formula is not None or blanks:
                styled = cell.get("s", "0")
                form, style = looks.get(styled) or self._look(styled)
                self._keep(key, RawCell(value, form, formula, style))

    def _address(self, reference: str) -> Cell:
        letters = reference.rstrip("0123456789")
        try:
            key = int(reference[len(letters) :]), column_number(letters)
        except ValueError as error:
            raise self._broken("有无法识别的单元格") from error
        if not 1 <= key[0] <= MAX_ROW:
            raise self._broken("有超出范围的单元格")
        if len(_addresses) < _REMEMBERED:
            _addresses[reference] = key
        return key

    def _keep(self, key: Cell, cell: RawCell) -> None:
        cells = self.grid.cells
        if key in cells:
            raise self._damaged(key, "出现了两次")
        if len(cells) >= MAX_CELLS:
            raise self._package.archive.too_large(f"工作表“{self.grid.sheet}”的非空单元格超过 {MAX_CELLS} 个")
        cells[key] = cell
        if self._row_hidden:
            self.grid.hidden_rows.add(key[0])

    def _look(self, styled: str) -> tuple[NumberFormat, int]:
        style = self._integer(styled)
        look = self._formats[style] if style < len(self._formats) else self._general, style
        self._looks[styled] = look
        return look

    def _typed(self, key: Cell, kind: str, text: str) -> CellValue:
        """What a stored text of this type means; remembered, as many cells of a table say the same."""
        value: CellValue
        if kind == "n":
            value = _number(text) if text.strip() else None
            if value is None and text.strip():
                raise self._damaged(key, f"的数字“{text[:20]}”无法识别")
        elif kind == "s":
            index = self._integer(text)
            if index >= len(self._strings):
                raise self._damaged(key, "的文字缺失")
            value = self._strings[index]
        elif kind == "b":
            value = text.strip() in ("1", "true")
        elif kind == "e":
            value = ErrorValue(text.strip())
        elif kind != "d" or (value := _serial(text, self._package.date1904)) is None:
            value = unescaped(text)
        if len(self._values) < _REMEMBERED:
            self._values[kind, text] = value
        return value

    def _formula(self, key: Cell, element: Node) -> str | None:
        """The formula with its ``=``; still empty for a cell that follows a shared one, which is noted."""
        text, kind = element.text, element.get("t")
        if kind == "dataTable":
            return f"=TABLE({element.get('r1', '')},{element.get('r2', '')})"
        if kind == "shared" and not text:
            self._followers.append((key, element.get("si", "")))
            return ""
        if not text:
            return None
        self._count_formula(key, text)
        if kind == "shared":
            self._shared.setdefault(element.get("si", ""), (key, text))
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

    def _hide(self, columns: Node) -> None:
        if columns.get("hidden") in ("1", "true"):
            first, last = self._integer(columns.get("min", "")), self._integer(columns.get("max", ""))
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


def _number(text: str) -> Decimal | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if not isfinite(number) or not text.isascii() or "_" in text:
        return None
    return Decimal(format(number, ".15g")) if number else Decimal(0)
