"""Inserting rows: in the sheet itself, and in everything in the workbook that refers to it.

In the middle of a table this works as in Excel.  For rows added below a table's last row, Excel extends no range (a sum
would miss them); here ranges that end in that row are extended where asked for (``since``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from lxml import etree

from selfeval_xl.errors import WorkbookError
from selfeval_xl.lazy import lazy
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
from selfeval_xl.workbook.writing import vml
from selfeval_xl.workbook.writing.book import Book
from selfeval_xl.workbook.writing.ooxml import M, discard, flag, local, parent_of
from selfeval_xl.workbook.writing.styles import inner_line

_XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
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
_REF = ("hyperlink", "comment", "threadedComment", "location")  # the last of a pivot table
_AREAS = {**dict.fromkeys(_REF, ("ref",)), "selection": ("activeCell", "sqref"), "cellWatch": ("r",)}
_MERGED = {"mergeCell": ("ref",)}
_TABLES = dict.fromkeys(("autoFilter", "sortState", "sortCondition", "table"), ("ref",))
# Areas of formats and rules, which are extended to the new rows from the row above.
_RULES = ("conditionalFormatting", "dataValidation", "protectedRange", "ignoredError")
_INHERITED = {**dict.fromkeys(_RULES, ("sqref",)), "dimension": ("ref",)}


class Insertion(NamedTuple):
    """``added`` rows are inserted before row ``row`` of ``sheet``.

    Ranges that end in the row above are extended to the new rows if they begin at or above row ``since`` (0: none is).
    The new rows are copies of the row ``like`` (0: the row above), without entries.
    """

    sheet: str
    row: int
    added: int
    since: int = 0
    like: int = 0

    @property
    def model(self) -> int:
        return self.like or self.row - 1

    def number(self, row: int) -> int:
        """A row's number after the insertion."""
        return row + self.added if row >= self.row else row

    def formula(self, text: str, sheet: str | None, follows: int = MAX_ROW + 1) -> str:
        """A formula of ``sheet`` (None: of no sheet) after the insertion.

        Ranges that begin in row ``follows`` or below and end in a relative row are not extended: they follow the
        formula's own row, as in a running sum.
        """
        if not self._may_concern(text, sheet):
            return text

        def grows(top: int, relative: bool) -> bool:
            return top <= self.since and not (relative and top >= follows)

        return shift(text, sheet, self.sheet, self.row, self.added, grows)

    def areas(self, text: str, since: int = 0) -> str:
        """A list of areas of the sheet after the insertion: those below move, those that span the place are extended.

        So are those that end in the row above and begin at or above ``since``.
        """
        return " ".join(self._area(each, since) for each in text.split())

    def _may_concern(self, text: str, sheet: str | None) -> bool:
        """A quick test that saves parsing: False where a formula names neither the sheet nor a row so far down."""
        named = sheet == self.sheet or self.sheet.replace("'", "''").casefold() in text.casefold()
        first = self.row - (self.since > 0)
        return named and any(int(digits) >= first for digits in _DIGITS.findall(text))

    def _area(self, text: str, since: int) -> str:
        area = parse_area(text)
        grows = area.bottom == self.row - 1 and area.top <= since
        bottom = min(area.bottom + self.added if grows else self.number(area.bottom), MAX_ROW)
        moved = Area(None, min(self.number(area.top), MAX_ROW), area.left, bottom, area.right)
        return text if moved == area else area_name(moved)


def insert_rows(book: Book, insertion: Insertion) -> None:
    """Insert rows into a sheet, with the formats and formulas of their model row but without its entries.

    Raises :class:`WorkbookError` inside an array formula of several rows, and where the sheet has no room below.
    """
    sheet = insertion.sheet
    book.part(sheet)
    refuse(book, insertion)
    for name in book.sheets:
        _shift_formulas(book, name, insertion)
    _move_sheet(book.change(sheet), insertion)
    _move_cells(book, insertion)
    book.forget_cells(sheet)
    if insertion.since:
        _move_last_line(book, insertion)
    book.chain_stale = book.recalculate = True
    _move_attached(book, insertion)
    _shift_elsewhere(book, insertion)


def refuse(book: Book, insertion: Insertion) -> None:
    """Raise :class:`WorkbookError` where the rows can't be inserted."""
    cells = book.cells(insertion.sheet)
    where = f"工作表“{insertion.sheet}”第 {insertion.row} 行"
    if any(area.top < insertion.row <= area.bottom for area in cells.arrays):
        raise WorkbookError(f"{where}处在一个多行的数组公式中间，不能插入行：请先把数组公式改为普通公式。")
    filled = (row for row in sorted(cells.rows, reverse=True) if any(map(len, cells.rows[row])))
    last = max([next(filled, 0), *(area.top for area in cells.merges)])
    if not 2 <= insertion.row <= MAX_ROW or last + insertion.added > MAX_ROW:
        raise WorkbookError(f"{where}处不能再插入 {insertion.added} 行：工作表放不下。请先删去最下面用不着的内容。")


def _shift_formulas(book: Book, name: str, insertion: Insertion) -> None:
    """Rewrite all formulas of the sheet ``name``, also of conditional formats, validations, sparklines and tables."""
    cells, root = book.cells(name), book.look(name)
    # A shared formula can only be rewritten as a whole, but perhaps only some of its cells refer to what moved.
    quoted = insertion.sheet.replace("'", "''").casefold()
    mentioned = any(quoted in (element.text or "").casefold() for element in root.iter(f"{M}f"))
    unshared = (name == insertion.sheet or mentioned) and cells.unshare()
    following = _following(book, insertion) if name == insertion.sheet and insertion.since else {}
    if _shift_below(root, name, insertion, following) or unshared:
        book.change(name)
    for relation in book.parts.relations(book.part(name)):
        part = relation.target
        if relation.type in ("table", "ctrlProp") and _shift_below(book.parts.look(part), name, insertion):
            book.parts.change(part)
        elif relation.type == "vmlDrawing" and part in book.parts:
            old = book.parts.read(part)
            if (new := vml.with_formulas(old, partial(insertion.formula, sheet=name))) != old:
                book.parts.put(part, new)


def _following(book: Book, insertion: Insertion) -> dict[etree._Element, int]:
    """For each formula in the row above the new ones: from which first row on its ranges follow the formula's own row.

    All ranges of a running sum do (the formula is one that another row has too, copied down); of any other formula
    ranges within the row itself.
    """
    cells, row, found = book.cells(insertion.sheet), insertion.row - 1, dict[etree._Element, int]()
    others = sorted(cells.rows.keys() - {row}, key=lambda other: abs(other - row))  # most often it is the next one
    for column, cell in cells.in_row(row).items():
        formula = cell.find(f"{M}f")
        if formula is not None:
            text, columns = formula.text or "", ((other, cells.in_row(other)) for other in others)
            there = ((other, beside[column].findtext(f"{M}f")) for other, beside in columns if column in beside)
            running = any(copy and copy == translate(text, (row, column), (other, column)) for other, copy in there)
            found[formula] = 1 if running else row
    for rule in book.look(insertion.sheet).iter(*_FORMULAS):
        owner: etree._Element | None = rule
        while owner is not None and owner.get("sqref") is None and owner.find(f"{_XM}sqref") is None:
            owner = owner.getparent()
        if owner is not None:
            areas = (owner.get("sqref") or owner.findtext(f"{_XM}sqref") or "").split()
            if min((parse_area(area).top for area in areas), default=0) == row:
                found[rule] = 1
    return found


def _shift_below(
    root: etree._Element,
    sheet: str | None,
    insertion: Insertion,
    following: Mapping[etree._Element, int] = MappingProxyType({}),
) -> bool:
    """Rewrite the formulas in a part; True where one changed."""
    changed = _rewrite(root, _FORMULA_ATTRIBUTES, lambda text: insertion.formula(text, sheet))
    for element in root.iter(*_FORMULAS):
        follows = following.get(element, MAX_ROW + 1)
        if element.text and (text := insertion.formula(element.text, sheet, follows)) != element.text:
            element.text = text
            changed = True
    return changed


def _move_areas(root: etree._Element, insertion: Insertion) -> bool:
    """Rewrite the areas that a part names in attributes; True where one changed."""
    above = insertion.row - 1
    rising = ((_AREAS, 0), (_TABLES, insertion.since), (_MERGED, min(insertion.since, above - 1)), (_INHERITED, above))
    changed = False
    for table, since in rising:
        changed |= _rewrite(root, table, partial(insertion.areas, since=since))
    return changed


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
    """Move everything on the sheet that names its own cells or rows, except the cells themselves."""
    _move_areas(root, insertion)
    _repeat_merges(root, insertion)
    for element in root.iter(f"{_XM}sqref"):
        owner = element.getparent()
        inherits = owner is not None and local(owner) != "sparkline"
        element.text = insertion.areas(element.text or "", insertion.row - 1 if inherits else 0)
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
    """Repeat merges within the model row in each of the new rows."""
    holder = root.find(f"{M}mergeCells")
    if holder is None:
        return
    for merge in list(holder):
        area = parse_area(merge.get("ref", ""))
        if area.top == area.bottom == insertion.model:
            for row in range(insertion.row, insertion.row + insertion.added):
                etree.SubElement(holder, f"{M}mergeCell", ref=area_name(area._replace(top=row, bottom=row)))
    holder.set("count", str(len(holder)))


def _move_cells(book: Book, insertion: Insertion) -> None:
    cells = book.cells(insertion.sheet)
    for number, row in cells.rows.items():
        if number >= insertion.row:
            new = insertion.number(number)
            if new > MAX_ROW:  # a blank row: with anything in it the insertion would have been refused
                parent_of(row).remove(row)
                continue
            for column, cell in cells.in_row(number).items():
                cell.set("r", cell_name(new, column))
                formula = cell.find(f"{M}f")
                if formula is not None and formula.get("ref"):
                    formula.set("ref", insertion.areas(formula.get("ref", "")))
            row.set("r", str(new))
    above, model = cells.rows.get(insertion.row - 1), cells.rows.get(insertion.model)
    if above is not None and model is not None:
        taken = list(cells.in_row(insertion.model).items())
        merged = [parse_area(merge.get("ref", "")) for merge in book.look(insertion.sheet).iter(f"{M}mergeCell")]
        covered = {
            column
            for area in merged
            if area.top < insertion.row <= area.bottom
            for column in range(area.left, area.right + 1)
        }
        for number in reversed(range(insertion.row, insertion.row + insertion.added)):
            above.addnext(_row_after(model, taken, covered, number))


def _move_last_line(book: Book, insertion: Insertion) -> None:
    """Move the stronger border line at a table's end from below the row above to below the last of the new rows."""
    cells, above = book.cells(insertion.sheet), insertion.row - 1
    for column in list(cells.in_row(above)):
        end = cells.style(cell_name(above, column))
        inner = inner_line(book, end, cells.style(cell_name(above - 1, column)))
        if inner is not None:
            for row in range(above, above + insertion.added):
                cells.set_style(cell_name(row, column), inner)
            cells.set_style(cell_name(above + insertion.added, column), end)


def _row_after(
    model: etree._Element, taken: list[tuple[int, etree._Element]], covered: Collection[int], number: int
) -> etree._Element:
    """A new row with the formats and formulas of the row ``model``, whose cells are ``taken``.

    Columns ``covered`` by a merged range from above get no formula.
    """
    row = etree.Element(model.tag)
    row.attrib.update({**model.attrib, "r": str(number)})
    discard(row, "hidden", "collapsed")
    for column, cell in taken:
        formula = cell.find(f"{M}f") if column not in covered else None
        if formula is None and cell.get("s") is None:
            continue
        new = etree.SubElement(row, f"{M}c", r=cell_name(number, column))
        if cell.get("s"):
            new.set("s", cell.get("s", ""))
        if formula is not None and formula.get("t", "normal") in ("normal", "array"):
            origin, at = parse_cell(cell.get("r", "")), (number, column)
            copied = etree.SubElement(new, formula.tag)
            copied.attrib.update(formula.attrib)
            copied.text = translate(formula.text or "", origin, at)
            if copied.get("ref"):
                copied.set("ref", translate(copied.get("ref", ""), origin, at))
            if cell.get("cm"):
                new.set("cm", cell.get("cm", ""))
    return row


def _move_attached(book: Book, insertion: Insertion) -> None:
    """Move the sheet's tables, notes, drawings and pivot tables."""
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
    """Move a drawing below the new rows; extend one around them that is ``sized`` with its cells; True for either."""
    # Excel writes the from and to of a form control in the sheet's own namespace, against the schema.
    rows = [e for name in ("from", "to") for e in anchor.iterfind(f"{{*}}{name}/{_XDR}row")]
    numbers = [int(e.text or "0") + 1 for e in rows]
    moves = bool(numbers) and numbers[0] >= insertion.row
    changed = False
    for element, number in zip(rows, numbers, strict=True):
        if number >= insertion.row and (moves or sized):
            element.text = str(insertion.number(number) - 1)
            changed = True
    return changed


def _shift_elsewhere(book: Book, insertion: Insertion) -> None:
    """Rewrite defined names, charts and pivot sources of the whole workbook."""
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
                new = insertion.areas(old, insertion.since) if source.get("sheet") == insertion.sheet else old
                if new != old:
                    source.set("ref", new)
                    parts.change(part)
