"""Inserting rows as Excel would: the sheet itself, and everything in the workbook that points into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from lxml import etree

from selfeval_xl.errors import WorkbookError
from selfeval_xl.lazy import lazy
from selfeval_xl.workbook import vml
from selfeval_xl.workbook.book import Book
from selfeval_xl.workbook.ooxml import M, discard, flag, local
from selfeval_xl.workbook.references import (
    MAX_ROW,
    Area,
    area_name,
    cell_name,
    parse_area,
    parse_cell,
    shift,
    translate,
)

_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_DIGITS = lazy("[0-9]+")
_CHART = lazy(r"(^|/)charts/[^/]+\.xml$", re.IGNORECASE)

# Elements of a sheet (also of its 2010 extensions), a chart or a table whose text is a formula.
_FORMULAS = tuple(
    "{*}" + name for name in ("f", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula")
)
_FORMULA_ATTRIBUTES = {
    "cfvo": ("val",),
    "hyperlink": ("location",),
    "controlPr": ("linkedCell", "listFillRange"),
    "formControlPr": ("fmlaLink", "fmlaRange"),
}
_REF = (
    "mergeCell", "hyperlink", "autoFilter", "sortState", "sortCondition", "table", "comment", "threadedComment",
    "location",  # of a pivot table
)  # fmt: skip
_AREAS = {**dict.fromkeys(_REF, ("ref",)), "selection": ("activeCell", "sqref"), "cellWatch": ("r",)}
# Areas of formats and rules, which the new rows take over from the row above.
_RULES = ("conditionalFormatting", "dataValidation", "protectedRange", "ignoredError")
_INHERITED = {**dict.fromkeys(_RULES, ("sqref",)), "dimension": ("ref",)}


class Insertion(NamedTuple):
    """``added`` rows come in before row ``row`` of ``sheet``."""

    sheet: str
    row: int
    added: int

    def number(self, row: int) -> int:
        """Where a row is afterwards."""
        return row + self.added if row >= self.row else row

    def formula(self, text: str, sheet: str | None) -> str:
        """A formula of ``sheet`` (None: of no sheet) afterwards."""
        if not self._may_concern(text, sheet):
            return text
        return shift(text, sheet, self.sheet, self.row, self.added)

    def areas(self, text: str, *, inherit: bool = False) -> str:
        """A list of areas of the sheet afterwards: those below move, those that span the place grow.

        With ``inherit`` those that end in the row above grow too, as the new rows take after it.
        """
        return " ".join(self._area(each, inherit) for each in text.split())

    def _may_concern(self, text: str, sheet: str | None) -> bool:
        """Taking a formula apart costs much more than seeing that it names neither the sheet nor a row so far down."""
        named = sheet == self.sheet or self.sheet.replace("'", "''").casefold() in text.casefold()
        return named and any(int(digits) >= self.row for digits in _DIGITS.findall(text))

    def _area(self, text: str, inherit: bool) -> str:
        area = parse_area(text)
        grows = inherit and area.bottom == self.row - 1
        bottom = min(area.bottom + self.added if grows else self.number(area.bottom), MAX_ROW)
        moved = Area(None, self.number(area.top), area.left, bottom, area.right)
        return text if moved == area else area_name(moved)


def insert_rows(book: Book, sheet: str, row: int, count: int) -> None:
    """Insert ``count`` rows before ``row`` of a sheet; they take after the row above, formulas included, entries not.

    Raises :class:`WorkbookError` inside an array formula of several rows, and where the sheet has no room below.
    """
    insertion = Insertion(sheet, row, count)
    book.part(sheet)
    refuse(book, insertion)
    for name in book.sheets:
        _shift_formulas(book, name, insertion)
    _move_sheet(book.change(sheet), insertion)
    _move_cells(book, insertion)
    book.forget_cells(sheet)
    book.chain_stale = book.recalculate = True
    _move_attached(book, insertion)
    _shift_elsewhere(book, insertion)


def refuse(book: Book, insertion: Insertion) -> None:
    """Raise :class:`WorkbookError` where the rows can't be inserted."""
    cells = book.cells(insertion.sheet)
    where = f"工作表“{insertion.sheet}”第 {insertion.row} 行"
    if any(area.top < insertion.row <= area.bottom for area in cells.arrays):
        raise WorkbookError(f"{where}处在一个多行的数组公式中间，不能插入行：请先把数组公式改为普通公式。")
    if not 2 <= insertion.row <= MAX_ROW or max(cells.rows, default=0) + insertion.added > MAX_ROW:
        raise WorkbookError(f"{where}处不能再插入 {insertion.added} 行：工作表放不下。")


def _shift_formulas(book: Book, name: str, insertion: Insertion) -> None:
    """Every formula on the sheet ``name``: cells, conditional formats, validations, sparklines, links, tables."""
    cells, root = book.cells(name), book.look(name)
    # A shared formula moves as a whole, but only some of its cells may refer to what moved.
    quoted = insertion.sheet.replace("'", "''").casefold()
    mentioned = any(quoted in (element.text or "").casefold() for element in root.iter(f"{M}f"))
    unshared = (name == insertion.sheet or mentioned) and cells.unshare()
    if _shift_below(root, name, insertion) or unshared:
        book.change(name)
    for relation in book.parts.relations(book.part(name)):
        if relation.type in ("table", "ctrlProp") and _shift_below(book.parts.look(relation.target), name, insertion):
            book.parts.change(relation.target)


def _shift_below(root: etree._Element, sheet: str | None, insertion: Insertion) -> bool:
    """The formulas in a part; True where one changed."""
    changed = _rewrite(root, _FORMULA_ATTRIBUTES, lambda text: insertion.formula(text, sheet))
    for element in root.iter(*_FORMULAS):
        if element.text and (text := insertion.formula(element.text, sheet)) != element.text:
            element.text = text
            changed = True
    return changed


def _move_areas(root: etree._Element, insertion: Insertion) -> bool:
    """The areas that a part names in attributes; True where one changed."""
    moved = _rewrite(root, _AREAS, insertion.areas)
    return _rewrite(root, _INHERITED, lambda text: insertion.areas(text, inherit=True)) or moved


def _rewrite(root: etree._Element, table: Mapping[str, tuple[str, ...]], new: Callable[[str], str]) -> bool:
    changed = False
    for element in root.iter(*("{*}" + name for name in table)):
        for attribute in table[local(element)]:
            old = element.get(attribute)
            if old and (text := new(old)) != old:
                element.set(attribute, text)
                changed = True
    return changed


def _move_sheet(root: etree._Element, insertion: Insertion) -> None:
    """Everything on the sheet that names its own cells or rows, except the cells."""
    _move_areas(root, insertion)
    _repeat_merges(root, insertion)
    for element in root.iter("{http://schemas.microsoft.com/office/excel/2006/main}sqref"):
        owner = element.getparent()
        inherit = owner is not None and local(owner) != "sparkline"
        element.text = insertion.areas(element.text or "", inherit=inherit)
    for breaks in root.iter(f"{M}rowBreaks"):
        for each in breaks.iterchildren(f"{M}brk"):
            each.set("id", str(insertion.number(int(each.get("id", "0")) + 1) - 1))  # it stands above the row id + 1
    for pane in root.iter(f"{M}pane"):
        frozen = pane.get("state") in ("frozen", "frozenSplit")
        if frozen and insertion.row <= int(float(pane.get("ySplit", "0"))):
            pane.set("ySplit", str(int(float(pane.get("ySplit", "0"))) + insertion.added))
            if pane.get("topLeftCell"):
                pane.set("topLeftCell", insertion.areas(pane.get("topLeftCell", "")))
    for anchor in root.iter(f"{M}anchor"):  # of form controls
        if flag(anchor, "moveWithCells"):
            _move_anchor(anchor, insertion, sized=flag(anchor, "sizeWithCells"))


def _repeat_merges(root: etree._Element, insertion: Insertion) -> None:
    """Cells merged within the row above are merged in each new row too."""
    holder = root.find(f"{M}mergeCells")
    if holder is None:
        return
    for merge in list(holder):
        area = parse_area(merge.get("ref", ""))
        if area.top == area.bottom == insertion.row - 1:
            for row in range(insertion.row, insertion.row + insertion.added):
                etree.SubElement(holder, f"{M}mergeCell", ref=area_name(area._replace(top=row, bottom=row)))
    holder.set("count", str(len(holder)))


def _move_cells(book: Book, insertion: Insertion) -> None:
    cells = book.cells(insertion.sheet)
    numbers = sorted(cells.rows, reverse=True)
    for number in numbers:
        if number >= insertion.row:
            new = insertion.number(number)
            for column, cell in cells.in_row(number).items():
                cell.set("r", cell_name(new, column))
                formula = cell.find(f"{M}f")
                if formula is not None and formula.get("ref"):
                    formula.set("ref", insertion.areas(formula.get("ref", "")))
            cells.rows[number].set("r", str(new))
    above = cells.rows.get(insertion.row - 1)
    if above is not None:
        model = list(cells.in_row(insertion.row - 1).items())
        for number in reversed(range(insertion.row, insertion.row + insertion.added)):
            above.addnext(_row_after(above, model, number))


def _row_after(above: etree._Element, model: list[tuple[int, etree._Element]], number: int) -> etree._Element:
    """A new row with the looks and the formulas of the row above."""
    row = etree.Element(above.tag)
    row.attrib.update({**above.attrib, "r": str(number)})
    discard(row, "hidden", "collapsed")
    for column, cell in model:
        formula = cell.find(f"{M}f")
        if formula is None and cell.get("s") is None:
            continue
        new = etree.SubElement(row, f"{M}c", r=cell_name(number, column))
        if cell.get("s"):
            new.set("s", cell.get("s", ""))
        if formula is not None and formula.get("t", "normal") in ("normal", "array"):
            origin, at = parse_cell(cell.get("r", "")), (number, column)
            taken = etree.SubElement(new, formula.tag)
            taken.attrib.update(formula.attrib)
            taken.text = translate(formula.text or "", origin, at)
            if taken.get("ref"):
                taken.set("ref", translate(taken.get("ref", ""), origin, at))
            if cell.get("cm"):
                new.set("cm", cell.get("cm", ""))
    return row


def _move_attached(book: Book, insertion: Insertion) -> None:
    """The sheet's tables, notes, drawings and pivot tables."""
    parts = book.parts
    for relation in parts.relations(book.part(insertion.sheet)):
        part = relation.target
        if relation.external or part not in parts:
            continue
        if relation.type in ("table", "comments", "threadedComment", "pivotTable"):
            if _move_areas(parts.look(part), insertion):
                parts.change(part)
        elif relation.type == "vmlDrawing":
            old = parts.read(part)
            if (new := vml.move_rows(old, insertion.number)) != old:
                parts.put(part, new)
        elif relation.type == "drawing":
            anchors = [e for name in ("twoCellAnchor", "oneCellAnchor") for e in parts.look(part).iter(_XDR + name)]
            moved = [
                _move_anchor(anchor, insertion, sized=anchor.get("editAs", "twoCell") == "twoCell")
                for anchor in anchors
                if anchor.get("editAs") != "absolute"
            ]
            if any(moved):
                parts.change(part)


def _move_anchor(anchor: etree._Element, insertion: Insertion, *, sized: bool) -> bool:
    """Move a drawing that starts below; let one grow that spans the place and is sized with its cells."""
    rows = [e for name in ("from", "to") for e in anchor.iterfind(f"{_XDR}{name}/{_XDR}row")]
    numbers = [int(e.text or "0") + 1 for e in rows]
    moves = bool(numbers) and numbers[0] >= insertion.row
    changed = False
    for element, number in zip(rows, numbers, strict=True):
        if number >= insertion.row and (moves or sized):
            element.text = str(insertion.number(number) - 1)
            changed = True
    return changed


def _shift_elsewhere(book: Book, insertion: Insertion) -> None:
    """Defined names, charts and pivot sources of the whole workbook."""
    parts = book.parts
    for name in parts.look(book.main).iter(f"{M}definedName"):
        old = name.text or ""
        if (new := insertion.formula(old, None)) != old:
            name.text = new
            parts.change(book.main)
    for part in list(parts):
        if _CHART.search(part) and _shift_below(parts.look(part), None, insertion):
            parts.change(part)
        elif "pivotcachedefinition" in part.lower() and part.endswith(".xml"):
            for source in parts.look(part).iter(f"{M}worksheetSource"):
                old = source.get("ref", "")
                if source.get("sheet") == insertion.sheet and (new := insertion.areas(old)) != old:
                    source.set("ref", new)
                    parts.change(part)
