"""Whole sheets of our own in a workbook: added at its end, or replacing an earlier one of ours."""

from __future__ import annotations

from lxml import etree

from selfeval_xl.workbook.edits import Content, Formula, Link, Page, Style, Value
from selfeval_xl.workbook.opening.package import PAGE_MARK
from selfeval_xl.workbook.references import cell_name, quote_sheet
from selfeval_xl.workbook.writing.book import Book
from selfeval_xl.workbook.writing.cells import Cells
from selfeval_xl.workbook.writing.ooxml import MAIN, OFFICE, R_ID, M, ensure, parse, serialize
from selfeval_xl.workbook.writing.styles import cell_format
from selfeval_xl.workbook.writing.values import lines

_WORKSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_NAME_LIMIT = 31
_TITLES = "_xlnm.Print_Titles"
_LINE, _TITLE, _HIGHEST = 15, 27, 409  # heights of rows in points; the last is Excel's limit
_MOST_LINKS = 65_530  # per sheet; with more Excel calls the file damaged
_OWN = ("comments", "threadedComment", "vmlDrawing", "drawing", "table", "printerSettings")
"""Related parts that belong to one sheet only, and are removed with it."""


def put_page(book: Book, name: str, page: Page) -> str:
    """Put ``page`` on the sheet ``name``; returns its name, which has a number where another sheet has that name."""
    ours = _our_sheets(book)
    free = (name, *(f"{name[: _NAME_LIMIT - 4]} ({n})" for n in range(2, 100)))
    taken = {sheet.get("name", "").casefold() for sheet in _sheets(book)}
    name = next(each for each in free if each in ours or each.casefold() not in taken)
    if name in ours:
        part = book.part(name)
        book.chain_stale |= next(book.look(name).iter(f"{M}f"), None) is not None
        book.forget_cells(name)
        for target, kind in {relation.target: relation.type for relation in book.parts.relations(part)}.items():
            if kind in _OWN:
                book.parts.remove(part, target)
            else:
                book.parts.unrelate(part, target)
    else:
        part = _add_sheet(book, name)
    number = str([sheet.get("name") for sheet in _sheets(book)].index(name))
    headings = f"{quote_sheet(name)}!${page.frozen_rows}:${page.frozen_rows}" if page.frozen_rows else ""
    book.define(_TITLES, headings, number)  # the last frozen row is printed on every page
    book.parts.put(part, serialize(_root(book, name, page)), _WORKSHEET_TYPE)
    book.chain_stale |= any(isinstance(content, Formula) for row in page.rows for content, _ in row)
    return name


def _sheets(book: Book) -> list[etree._Element]:
    return book.parts.look(book.main).findall(f"{M}sheets/{M}sheet")


def _our_sheets(book: Book) -> set[str]:
    names = book.parts.look(book.main).findall(f"{M}definedNames/{M}definedName")
    marked = {e.get("localSheetId") for e in names if e.get("name") == PAGE_MARK}
    return {e.get("name", "") for number, e in enumerate(_sheets(book)) if str(number) in marked} & book.sheets.keys()


def _add_sheet(book: Book, name: str) -> str:
    """Register a new last sheet in the workbook, with our mark; returns the name of its part, still to be written."""
    part = book.parts.free_name("xl/worksheets/sheet{}.xml")
    sheets = _sheets(book)
    root = book.parts.change(book.main)
    number = max(int(sheet.get("sheetId", "0")) for sheet in sheets) + 1
    sheet = etree.SubElement(ensure(root, "sheets"), f"{M}sheet", name=name, sheetId=str(number))
    sheet.set(R_ID, book.parts.relate(book.main, "worksheet", part))
    book.define(PAGE_MARK, f"{quote_sheet(name)}!$A$1", str(len(sheets)), hidden=True)
    book.sheets[name] = part
    return part


def _root(book: Book, name: str, page: Page) -> etree._Element:
    root = parse(f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"/>'.encode(), name)
    properties = etree.SubElement(root, f"{M}sheetPr")
    etree.SubElement(properties, f"{M}pageSetUpPr", fitToPage="1")
    view = etree.SubElement(
        etree.SubElement(root, f"{M}sheetViews"), f"{M}sheetView", showGridLines="0", workbookViewId="0"
    )
    if page.frozen_rows:
        below = cell_name(page.frozen_rows + 1, 1)
        frozen = {"ySplit": str(page.frozen_rows), "topLeftCell": below, "activePane": "bottomLeft", "state": "frozen"}
        etree.SubElement(view, f"{M}pane", frozen)
        etree.SubElement(view, f"{M}selection", pane="bottomLeft", activeCell=below, sqref=below)
    etree.SubElement(root, f"{M}sheetFormatPr", defaultRowHeight="15")
    if page.widths:
        columns = etree.SubElement(root, f"{M}cols")
        for number, width in enumerate(page.widths, 1):
            each = {"min": str(number), "max": str(number), "width": f"{width:g}", "customWidth": "1"}
            etree.SubElement(columns, f"{M}col", each)
    etree.SubElement(root, f"{M}sheetData")
    _links(root, page)
    margins = {"left": "0.4", "right": "0.4", "top": "0.6", "bottom": "0.6", "header": "0.3", "footer": "0.3"}
    etree.SubElement(root, f"{M}pageMargins", margins)
    etree.SubElement(root, f"{M}pageSetup", paperSize="9", orientation="landscape", fitToHeight="0")
    footer = etree.SubElement(root, f"{M}headerFooter")
    etree.SubElement(footer, f"{M}oddFooter").text = "&C&9第 &P 页，共 &N 页&R&9&A"
    cells = Cells(root, name, book.context)
    styles = dict.fromkeys(style for contents in page.rows for _, style in contents)
    formats = {style: str(cell_format(book, style)) for style in styles}
    for row, contents in enumerate(page.rows, 1):
        height = max((_height(*cell, *page.widths[n : n + 1]) for n, cell in enumerate(contents)), default=_LINE)
        for column, (content, style) in enumerate(contents, 1):
            reference = cell_name(row, column)
            cells.set_style(reference, formats[style])
            cells.set(reference, Value(content.text) if isinstance(content, Link) else content)
        if height > _LINE:
            cells.rows[row].set("ht", str(height))
    return root


def _links(root: etree._Element, page: Page) -> None:
    """Add the links as real hyperlinks, which also work on phones, unlike many HYPERLINK formulas."""
    links = [
        (cell_name(row, column), content)
        for row, contents in enumerate(page.rows, 1)
        for column, (content, _) in enumerate(contents, 1)
        if isinstance(content, Link)
    ]
    holder = etree.SubElement(root, f"{M}hyperlinks") if links else root
    for reference, link in links[:_MOST_LINKS]:
        target = f"{quote_sheet(link.sheet)}!{link.cell}"
        etree.SubElement(holder, f"{M}hyperlink", ref=reference, location=target, display=link.text)


def _height(content: Content | Link, style: Style, width: float = 9) -> int:
    """The height that a cell needs, in points; LibreOffice and previews don't work it out themselves."""
    if style == "title":
        return _TITLE
    text = content.text if isinstance(content, Link) else content.value
    if style == "plain" or not isinstance(text, str):
        return _LINE
    return min(lines(text, max(int(width) - 1, 1)) * _LINE, _HIGHEST)
