"""The cells of one sheet's XML: looked up by address, and written with style and order kept."""

from __future__ import annotations

import functools
from bisect import bisect_left
from functools import cached_property
from typing import NamedTuple, cast

from lxml import etree

from selfeval_xl.errors import WorkbookError
from selfeval_xl.workbook.edits import Content, Formula, Scalar, Value
from selfeval_xl.workbook.references import (
    Area,
    Cell,
    area_name,
    cell_name,
    column_number,
    parse_area,
    parse_cell,
    translate,
)
from selfeval_xl.workbook.writing.ooxml import MAIN, M, discard, flag, parent_of
from selfeval_xl.workbook.writing.values import formula_text, stored, text_element

_F, _V, _IS, _T, _EXT = (f"{M}{name}" for name in ("f", "v", "is", "t", "extLst"))
_special_formulas = etree.XPath("m:sheetData/m:row/m:c/m:f[@t]", namespaces={"m": MAIN})
_column = functools.cache(column_number)


class Context(NamedTuple):
    """What a sheet must know of its workbook: the indexes of shared strings, and whether dates count from 1904."""

    strings: dict[str, int]
    calendar_1904: bool


class Cells:
    """The cells of one sheet.

    ``rows`` are the row elements by number.  ``changed``: anything was changed; ``contents_changed``: not only styles;
    ``formulas_changed``: a formula too.
    """

    def __init__(self, root: etree._Element, sheet: str, context: Context) -> None:
        data = root.find(f"{M}sheetData")
        if data is None:
            raise WorkbookError(f"工作表“{sheet}”里没有单元格数据，不能写入。")
        self._root, self._data, self._sheet, self._context = root, data, sheet, context
        self.rows: dict[int, etree._Element] = {}
        self._cells: dict[int, dict[int, etree._Element]] = {}
        self._columns: dict[int, list[int]] = {}
        number = 0
        for row in data.iterchildren(f"{M}row"):
            given = row.get("r")
            if given is None:  # WPS and others leave the number out
                row.set("r", str(number + 1))
            number = int(given or number + 1)
            if number in self.rows:  # we might write a cell into one that the other has too
                raise ValueError(number)
            self.rows[number] = row
        self._row_numbers = sorted(self.rows)
        self._merged: dict[int, list[Area]] = {}
        dimension = root.find(f"{M}dimension")
        self._extent = None if dimension is None else parse_area(dimension.get("ref", "A1"))
        self.changed = self.contents_changed = self.formulas_changed = False

    def in_row(self, row: int) -> dict[int, etree._Element]:
        """The cell elements of a row by column, in order."""
        known = self._cells.get(row)
        if known is None:
            known, column = {}, 0
            element = self.rows.get(row)
            for cell in () if element is None else element.iterchildren(f"{M}c"):
                if cell.get("r") is None:
                    cell.set("r", cell_name(row, column + 1))
                reference = cell.get("r", "")
                letters = reference.rstrip("0123456789")
                column = _column(letters)
                if column in known or reference != f"{letters}{row}":  # other programs see it in another row
                    raise ValueError(reference)
                known[column] = cell
            self._cells[row], self._columns[row] = known, sorted(known)
        return known

    def set(self, reference: str, content: Content) -> None:
        """Write one cell; its style stays.

        Raises :class:`WorkbookError` for a cell inside an array formula or covered by a merged one.
        """
        at = self._parse(reference)
        self._refuse(at)
        absent = at[1] not in self.in_row(at[0])
        if absent and isinstance(content, Value) and content.value in (None, ""):
            return
        cell = self._ensure(at)
        if isinstance(content, Formula):
            self._set_formula(cell, at, content)
        else:
            self._set_value(cell, at, content.value)

    def forget(self, reference: str) -> None:
        """Remove the result stored with a formula (of an array too), so that whoever opens the file recalculates it."""
        row, column = self._parse(reference)
        cell = self.in_row(row)[column]
        for child in [child for child in cell if child.tag == _V]:
            cell.remove(child)
            self._finish(cell, "n")

    def set_height(self, row: int, points: float, *, or_higher: bool = False) -> None:
        """Make an existing row this high, or at least this high (``or_higher``); a row without cells is left alone."""
        element = self.rows.get(row)
        if element is not None and not (or_higher and float(element.get("ht", 0)) >= points):
            element.set("ht", f"{points:g}")
            element.set("customHeight", "1")
            self.changed = True

    def style(self, reference: str) -> str | None:
        """The number of the style that a cell shows: its own, or else its row's or its column's."""
        row, column = self._parse(reference)
        cell = self.in_row(row).get(column)
        return cell.get("s") if cell is not None else self._default_style(row, column)

    def set_style(self, reference: str, style: str | None) -> None:
        """Give a cell the style of that number (None: the workbook's default style)."""
        cell = self._ensure(self._parse(reference))
        if cell.get("s", "0") != (style or "0"):
            cell.set("s", style or "0")
            self.changed = True

    def unshare(self) -> bool:
        """Give every cell of a shared formula its own text; True where there was one."""
        numbers = {element.get("si") for element in self._special.values() if element.get("t") == "shared"}
        for number in numbers:
            self._unshare(number)
        return bool(numbers)

    def first(self, at: Cell) -> Cell:
        """The first cell of the merged range that covers a cell; the cell itself where none does."""
        if at[0] not in self._merged:
            self._merged[at[0]] = [area for area in self.merges if area.top <= at[0] <= area.bottom]
        firsts = ((area.top, area.left) for area in self._merged[at[0]] if area.holds(at))
        return next((first for first in firsts if first != at), at)

    @cached_property
    def merges(self) -> list[Area]:
        """The merged ranges, as they were when first asked for."""
        return [parse_area(element.get("ref", "")) for element in self._root.iter(f"{M}mergeCell")]

    @cached_property
    def arrays(self) -> list[Area]:
        """The areas of array formulas and data tables."""
        found = (e.get("ref") for e in self._special.values() if e.get("t") in ("array", "dataTable"))
        return [parse_area(reference) for reference in found if reference]

    @cached_property
    def _special(self) -> dict[Cell, etree._Element]:
        """Shared formulas, array formulas and data tables, by cell."""
        found = cast("list[etree._Element]", _special_formulas(self._root))
        return {parse_cell(parent_of(e).get("r", "")): e for e in found if e.get("t") != "normal"}

    @cached_property
    def _masters(self) -> dict[str | None, tuple[str, Cell]]:
        """Each shared formula's text and first cell, by its number (``si``)."""
        return {e.get("si"): (e.text, at) for at, e in self._special.items() if e.get("t") == "shared" and e.text}

    def _unshare(self, number: str | None) -> None:
        """Write the shared formula of that number out in each of its cells."""
        group = [(at, e) for at, e in self._special.items() if e.get("t") == "shared" and e.get("si") == number]
        for at, element in group:
            element.text = self._formula_text(element, at)
        for at, element in group:
            discard(element, "t", "si", "ref")
            del self._special[at]
        self._masters.pop(number, None)

    def _formula_text(self, element: etree._Element, at: Cell) -> str:
        if element.get("t") == "shared" and not element.text:
            text, origin = self._masters.get(element.get("si"), ("", at))
            return translate(text, origin, at)
        return element.text or ""

    def _parse(self, reference: str) -> Cell:
        try:
            return parse_cell(reference)
        except ValueError as error:
            raise WorkbookError(f"“{reference}”不是单元格地址。") from error

    def _where(self, at: Cell) -> str:
        return f"{self._sheet}!{cell_name(*at)}"

    def _stored(self, value: Scalar, at: Cell) -> tuple[str, str | None]:
        return stored(value, self._where(at), calendar_1904=self._context.calendar_1904)

    def _refuse(self, at: Cell) -> None:
        first = self.first(at)
        if first != at:
            raise WorkbookError(f"{self._where(at)} 是合并单元格的一部分：请写入它的左上角 {cell_name(*first)}。")
        if any(area.holds(at) for area in self.arrays):
            raise WorkbookError(
                f"{self._where(at)} 属于数组公式，不能单独改动：请先在 Excel 里把数组公式改为普通公式。"
            )

    def _ensure(self, at: Cell) -> etree._Element:
        """The cell's element; row and cell are made, in their order, where there is none."""
        number, column = at
        row = self.rows.get(number)
        if row is None:
            row = etree.Element(f"{M}row", r=str(number))
            _insert(self._data, row, number, self._row_numbers, self.rows)
        cells = self.in_row(number)
        cell = cells.get(column)
        if cell is None:
            cell = etree.Element(f"{M}c", r=cell_name(number, column))
            style = self._default_style(number, column)
            if style is not None:
                cell.set("s", style)
            _insert(row, cell, column, self._columns[number], cells)
            discard(row, "spans")
            self._widen(at)
        return cell

    def _default_style(self, row: int, column: int) -> str | None:
        element = self.rows.get(row)
        if element is not None and flag(element, "customFormat"):
            return element.get("s")
        return next((style for first, last, style in self._column_styles if first <= column <= last), None)

    @cached_property
    def _column_styles(self) -> list[tuple[int, int, str]]:
        columns = self._root.iterfind(f"{M}cols/{M}col[@style]")
        return [(int(e.get("min", 0)), int(e.get("max", 0)), e.get("style", "")) for e in columns]

    def _widen(self, at: Cell) -> None:
        """Extend the sheet's declared dimension to a new cell."""
        old = self._extent
        if old is None or old.holds(at):
            return
        self._extent = old._replace(
            top=min(old.top, at[0]),
            left=min(old.left, at[1]),
            bottom=max(old.bottom, at[0]),
            right=max(old.right, at[1]),
        )
        for dimension in self._root.iterchildren(f"{M}dimension"):
            dimension.set("ref", area_name(self._extent))

    def _set_formula(self, cell: etree._Element, at: Cell, content: Formula) -> None:
        text = formula_text(content.text, self._where(at))
        kind, value = self._stored(content.value, at)
        old = {child.tag: child for child in cell}
        element = old.get(_F)
        if element is not None and self._formula_text(element, at) == text:
            if (cell.get("t", "n"), old[_V].text if _V in old else None) == (kind, value):
                return
            for tag in (_V, _IS):
                if tag in old:
                    cell.remove(old[tag])
        else:
            self._empty(cell, at)
            element = _leaf(_F, text)
            cell.insert(0, element)
            self.formulas_changed = True
        if value is not None:
            cell.insert(1, _leaf(_V, value))
        self._finish(cell, kind)

    def _set_value(self, cell: etree._Element, at: Cell, value: Scalar) -> None:
        kind, text = self._stored(value, at)
        if kind == "str" and text is not None:
            number = self._context.strings.get(text)
            kind, text = ("inlineStr", text) if number is None else ("s", str(number))
        if text is None and not len(cell):
            return
        if text is not None and len(cell) == 1 and cell.get("t", "n") == kind and _content(cell[0]) == text:
            return
        self._empty(cell, at)
        if kind == "inlineStr":
            holder = etree.Element(_IS)
            text_element(holder, _T, text or "")
            cell.insert(0, holder)
        elif text is not None:
            cell.insert(0, _leaf(_V, text))
        self._finish(cell, kind)

    def _empty(self, cell: etree._Element, at: Cell) -> None:
        """Remove the contents; a shared formula that other cells depend on is first written out for them."""
        for child in list(cell):
            if child.tag == _F:
                self.formulas_changed = True
                if child.get("t") == "shared" and child.text:
                    self._unshare(child.get("si"))
                self._special.pop(at, None)
            if child.tag != _EXT:
                cell.remove(child)
        discard(cell, "cm", "vm")

    def _finish(self, cell: etree._Element, kind: str) -> None:
        if kind == "n":
            discard(cell, "t")
        else:
            cell.set("t", kind)
        self.changed = self.contents_changed = True


def _insert(
    parent: etree._Element, new: etree._Element, number: int, numbers: list[int], elements: dict[int, etree._Element]
) -> None:
    """Insert a child in order of its number, beside its neighbour: by index lxml would walk through all the others."""
    index = bisect_left(numbers, number)
    if index:
        elements[numbers[index - 1]].addnext(new)
    else:
        parent.insert(0, new)
    numbers.insert(index, number)
    elements[number] = new


def _leaf(tag: str, text: str) -> etree._Element:
    element = etree.Element(tag)
    element.text = text
    return element


def _content(holder: etree._Element) -> str | None:
    """The text in a value element, or in an inline string without formatted runs."""
    if holder.tag == _V:
        return holder.text
    return holder[0].text if holder.tag == _IS and len(holder) == 1 and holder[0].tag == _T else None
