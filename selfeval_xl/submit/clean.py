"""Removes from a workbook what must not leave the unit: macros, buttons, links, hidden sheets, names of people.

Afterwards only parts that relationships reach remain, and shared texts that no cell shows any more are blanked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from lxml import etree

from selfeval_xl.errors import WorkbookError
from selfeval_xl.mistakes import few
from selfeval_xl.read import Workbook
from selfeval_xl.read.file import COPIED, MARKED
from selfeval_xl.submit.outside import cut, leaves, reaches_out
from selfeval_xl.workbook.links import starts_program
from selfeval_xl.workbook.opening.package import XLSX
from selfeval_xl.workbook.references import cell_name, tokens, unquote_sheet
from selfeval_xl.workbook.writing import vml
from selfeval_xl.workbook.writing.book import Book
from selfeval_xl.workbook.writing.ooxml import R_ID, M, discard, flag, local, parent_of
from selfeval_xl.workbook.writing.parts import CONTENT_TYPES, TYPES

_ROOT_KEPT = ("officeDocument", "core-properties", "extended-properties")
_MAIN_DROPPED = (
    "vbaProject", "vbaProjectSignature", "externalLink", "externalLinkPath", "customXml", "person", "attachedToolbars",
    "revisionHeaders", "usernames",
)  # fmt: skip
_SHEET_DROPPED = ("control", "ctrlProp", "threadedComment")
_KEPT = {  # of the properties; LibreOffice needs the version to read charts rightly
    "core-properties": ("title", "created", "modified"),
    "extended-properties": ("Application", "AppVersion"),
}
_MACRO_NAME = re.compile(r"(_xlnm\.)?auto_(open|close|activate|deactivate)", re.IGNORECASE)
_SHOWN = 5  # cells named in a message


def refuse_links(workbook: Workbook) -> None:
    """WorkbookError where figures come from outside the workbook, as removing the links would change them."""
    package = workbook.package
    names = {name.name.casefold() for name in package.defined_names if reaches_out(name.text)}
    cells = [
        f"{sheet}!{cell_name(*cell)}"
        for sheet, grid in workbook.grids.items()
        for cell, raw in grid.cells.items()
        if raw.formula and leaves(raw.formula, names)
    ]
    structure = workbook.structure
    cells = list(dict.fromkeys((*cells, *map(str, (*structure.commands, *structure.fetches)))))
    if cells:
        shown = few(cells, _SHOWN, " 等 {} 格")
        raise WorkbookError(
            f"公式引用了别的工作簿、程序或网址：{shown}。请改为数值或本工作簿里的引用，再生成报送件。",
            "package.external_link",
        )
    if package.related(package.main, "connections"):
        raise WorkbookError(
            "工作簿带有外部数据连接：请在 Excel 的“数据—查询和连接”里删除，再生成报送件。", "package.external_link"
        )


def clean(book: Book, ours: Collection[str], open_at: str | None) -> None:
    """Remove what must not be sent; ``ours`` are the sheets of the form, ``open_at`` the one to show first.

    WorkbookError where a formula needs a hidden sheet that is not the form's.
    """
    _drop_sheets(book, ours)
    _drop_cached(book)
    for sheet in book.parts.change(book.main).iterfind(f"{M}sheets/{M}sheet"):
        if sheet.get("name") in ours:
            discard(sheet, "state")  # no sheet of the form stays hidden from the recipient
    for relation in book.parts.relations(""):
        if relation.type not in _ROOT_KEPT:
            book.parts.unrelate("", relation.target)
    _unrelate(book, book.main, _MAIN_DROPPED)
    names = _clean_main(book)
    for part in book.sheets.values():
        _clean_sheet(book, part)
    _clean_properties(book)
    _drop_strings(book)
    _open_at(book, open_at)
    book.settle()
    _drop_unreachable(book)
    cut(book, names)
    _declare_plain(book)


def _unrelate(book: Book, owner: str, kinds: Iterable[str]) -> None:
    for relation in book.parts.relations(owner):
        if relation.type in kinds:
            book.parts.unrelate(owner, relation.target)


def _drop_sheets(book: Book, ours: Collection[str]) -> None:
    """Remove hidden sheets that are not the form's, and macro sheets."""
    root = book.parts.look(book.main)
    sheets = root.findall(f"{M}sheets/{M}sheet")
    relations = {relation.id: relation for relation in book.parts.relations(book.main)}
    gone = {}
    for number, sheet in enumerate(sheets):
        relation = relations.get(_relation_id(sheet))
        unwanted = relation is None or relation.type not in ("worksheet", "chartsheet")
        if unwanted or (sheet.get("state", "visible") != "visible" and sheet.get("name") not in ours):
            gone[number] = sheet, relation
    if not gone:
        return
    names = {sheet.get("name", "") for sheet, _ in gone.values()}
    for name in names:
        book.sheets.pop(name, None)
    _refuse_needed(book, names)
    root = book.parts.change(book.main)
    for sheet, relation in gone.values():
        if relation:
            book.parts.unrelate(book.main, relation.target)
        parent_of(sheet).remove(sheet)
    places = {old: new for new, old in enumerate(n for n in range(len(sheets)) if n not in gone)}
    for defined in root.findall(f"{M}definedNames/{M}definedName"):
        where = defined.get("localSheetId")
        if (where is not None and int(where) in gone) or names & set(_sheets_in(defined.text or "")):
            parent_of(defined).remove(defined)
        elif where is not None:
            defined.set("localSheetId", str(places[int(where)]))
    book.chain_stale = True


def _drop_cached(book: Book) -> None:
    """Remove the rows that pivot tables have cached from sheets now gone; they show the same without these."""
    for relation in book.parts.relations(book.main):
        if relation.type != "pivotCacheDefinition" or relation.external:
            continue
        source = book.parts.look(relation.target).find(f"{M}cacheSource/{M}worksheetSource")
        if source is not None and not _is_kept(book, source):
            _unrelate(book, relation.target, ("pivotCacheRecords",))
            root = book.parts.change(relation.target)
            discard(root, R_ID)
            root.set("saveData", "0")


def _is_kept(book: Book, source: etree._Element) -> bool:
    """Whether a pivot table's source is still in the workbook: a sheet, a table, or a defined name."""
    sheet, name = source.get("sheet"), source.get("name", "").casefold()
    if _relation_id(source):  # in another workbook
        return False
    if sheet is not None:
        return sheet in book.sheets
    names = book.parts.look(book.main).iterfind(f"{M}definedNames/{M}definedName")
    tables = (
        book.parts.look(relation.target)
        for part in book.sheets.values()
        for relation in book.parts.relations(part)
        if relation.type == "table"
    )
    known = (*(each.get("name", "") for each in names), *(each.get("displayName", "") for each in tables))
    return name in map(str.casefold, known)


def _refuse_needed(book: Book, names: Collection[str]) -> None:
    for sheet in book.sheets:
        for formula in book.look(sheet).iter(f"{M}f"):
            for name in _sheets_in(formula.text or ""):
                if name in names:
                    raise WorkbookError(
                        f"工作表“{sheet}”的公式引用了隐藏的工作表“{name}”：请取消隐藏，或把公式改为数值，再生成报送件。",
                        "package.hidden",
                    )


def _sheets_in(formula: str) -> Iterator[str]:
    if "!" in formula:
        yield from (unquote_sheet(each.prefix[:-1]) for each in tokens(formula) if each.prefix)


def _clean_main(book: Book) -> set[str]:
    """Clean the workbook part, names of macros and our marks included; returns the removed names that led outside."""
    root = book.parts.change(book.main)
    for element in list(root):
        if local(element) in ("fileSharing", "externalReferences", "functionGroups") or (
            local(element) == "AlternateContent" and element.find(".//{*}absPath") is not None
        ):
            root.remove(element)
    gone = set()
    for defined in root.findall(f"{M}definedNames/{M}definedName"):
        name, text = defined.get("name", ""), defined.text or ""
        macro = any(flag(defined, key) for key in ("xlm", "vbProcedure", "function"))
        outside = reaches_out(text) or starts_program(text)
        if outside:
            gone.add(name.casefold())
        if macro or outside or name in (COPIED, MARKED) or _MACRO_NAME.fullmatch(name):
            parent_of(defined).remove(defined)
    return gone


def _clean_sheet(book: Book, part: str) -> None:
    """Remove buttons and other controls, and the names of notes' authors."""
    root = book.parts.look(part)
    for element in list(root):
        if local(element) == "controls" or (
            local(element) == "AlternateContent" and element.find(".//{*}controls") is not None
        ):
            book.parts.change(part).remove(element)
    _unrelate(book, part, _SHEET_DROPPED)
    for relation in book.parts.relations(part):
        if relation.external:
            continue
        if relation.type == "vmlDrawing":
            _clean_shapes(book, part, relation.id, relation.target)
        elif relation.type == "drawing":
            _clean_drawing(book, relation.target)
        elif relation.type == "comments":
            for author in book.parts.change(relation.target).iter(f"{M}author"):
                author.text = ""


def _clean_shapes(book: Book, part: str, number: str, drawing: str) -> None:
    """Remove all shapes but notes and pictures; a drawing left empty goes too."""
    data = book.parts.read(drawing)
    rest = vml.changed(data, lambda shape: shape if vml.kind(shape) in (None, b"Note", b"Pict") else b"")
    if rest == data:
        return
    book.parts.put(drawing, rest)
    if not vml.has_shapes(rest):
        root = book.parts.change(part)
        for element in [each for each in root if local(each) == "legacyDrawing" and _relation_id(each) == number]:
            root.remove(element)
        book.parts.unrelate(part, drawing)


def _clean_drawing(book: Book, drawing: str) -> None:
    """Remove shapes that run a macro or stand for a control; pictures and charts only lose their macro."""
    for anchor in list(book.parts.look(drawing)):
        shapes = [each for each in anchor.iter("{*}sp") if each.get("macro")]
        if shapes or anchor.find(".//{*}compatExt") is not None:
            book.parts.change(drawing).remove(anchor)
        elif any(each.get("macro") for each in anchor.iter()):
            book.parts.change(drawing)
            for each in anchor.iter():
                if each.get("macro"):
                    each.set("macro", "")


def _clean_properties(book: Book) -> None:
    for relation in book.parts.relations(""):
        if relation.type in _KEPT:
            root = book.parts.change(relation.target)
            for element in [each for each in root if local(each) not in _KEPT[relation.type]]:
                root.remove(element)


def _drop_strings(book: Book) -> None:
    """Blank shared texts of removed cells, which could still be read in the file; indexes must not change."""
    part = book.parts.related(book.main, "sharedStrings")
    if part is None or part not in book.parts:
        return
    used = {
        cell.findtext(f"{M}v", "")
        for sheet in book.sheets
        for cell in book.look(sheet).iter(f"{M}c")
        if cell.get("t") == "s"
    }
    for number, item in enumerate(book.parts.look(part).findall(f"{M}si")):
        if str(number) not in used and len(item):
            book.parts.change(part)
            for child in list(item):
                item.remove(child)
            etree.SubElement(item, f"{M}t")


def _open_at(book: Book, name: str | None) -> None:
    root = book.parts.change(book.main)
    sheets = root.findall(f"{M}sheets/{M}sheet")
    number = next((n for n, sheet in enumerate(sheets) if sheet.get("name") == name), 0)
    discard(sheets[number], "state")
    for view in root.iterfind(f"{M}bookViews/{M}workbookView"):
        view.set("activeTab", str(number))
        discard(view, "firstSheet")
    shown = sheets[number].get("name")
    for sheet in book.sheets:
        for view in book.look(sheet).iterfind(f"{M}sheetViews/{M}sheetView"):
            book.change(sheet)
            discard(view, "tabSelected")
            if sheet == shown:
                view.set("tabSelected", "1")


def _drop_unreachable(book: Book) -> None:
    parts = book.parts
    reached, waiting = set[str](), [""]
    while waiting:
        for relation in parts.relations(waiting.pop()):
            if not relation.external and relation.target not in reached:
                reached.add(relation.target)
                waiting.append(relation.target)
    for name in list(parts):
        if name in parts and name not in reached and name != CONTENT_TYPES and not name.endswith(".rels"):
            parts.drop(name)


def _declare_plain(book: Book) -> None:
    """Declare the main part as a workbook without macros, and drop the content type of VBA projects."""
    types = book.parts.change(CONTENT_TYPES)
    for default in types.findall(f"{TYPES}Default"):
        if "vbaproject" in default.get("ContentType", "").lower():
            types.remove(default)
    for override in types.findall(f"{TYPES}Override[@PartName='/{book.main}']"):
        types.remove(override)
    etree.SubElement(types, f"{TYPES}Override", PartName=f"/{book.main}", ContentType=XLSX)


def _relation_id(element: etree._Element) -> str:
    return next((str(value) for name, value in element.attrib.items() if str(name).endswith("}id")), "")
