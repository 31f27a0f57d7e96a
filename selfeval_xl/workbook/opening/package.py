"""A workbook as a package: its sheets in order, defined names, relationships, and content that could do harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from selfeval_xl.errors import OldFormatError, WorkbookError
from selfeval_xl.workbook.opening.archive import Archive
from selfeval_xl.workbook.opening.markup import OFFICE, RELATIONSHIPS, Element, elements
from selfeval_xl.workbook.opening.zip import SAVE_ANEW, open_archive
from selfeval_xl.workbook.references import Area, area_name, parse_area
from selfeval_xl.workbook.stored import natural

State = Literal["visible", "hidden", "veryHidden"]
_STATES: Mapping[str, State] = {state: state for state in get_args(State)}

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
XLTX = "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"
XLSM = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
XLTM = "application/vnd.ms-excel.template.macroEnabled.main+xml"
_KINDS = {XLSX.lower(): ".xlsx", XLTX.lower(): ".xltx", XLSM.lower(): ".xlsm", XLTM.lower(): ".xltm"}
ENDINGS = frozenset(_KINDS.values())

PAGE_MARK = "selfeval_xl.page"
"""A defined name local to each sheet that we added, by which it is recognized; templates with such a sheet have it."""

_ON = ("1", "true", "on")
_MOST_COLUMNS = 1 << 15  # of all tables together; no form has as many
_OTHERS = (f"{RELATIONSHIPS}/metadata/", "http://schemas.microsoft.com/office/")
_ONE = frozenset({"officeDocument", "styles", "sharedStrings", "theme"})  # a part relates to one of each at most

_WITHIN = {
    "sheets": "workbook",
    "sheet": "workbook/sheets",
    "definedName": "workbook/definedNames",
    "workbookPr": "workbook",
    "externalReference": "workbook/externalReferences",
}
"""Where these elements belong in the workbook part; elsewhere (AlternateContent) only some programs would read them."""

_FOREIGN = (
    ("sheet.binary", f"这是二进制格式（.xlsb）的工作簿。{SAVE_ANEW}"),
    ("wordprocessingml", "这是 Word 文档，不是 Excel 工作簿。请提供 .xlsx 文件。"),
    ("ms-word", "这是 Word 文档，不是 Excel 工作簿。请提供 .xlsx 文件。"),
    ("presentationml", "这是演示文稿，不是 Excel 工作簿。请提供 .xlsx 文件。"),
    ("ms-powerpoint", "这是演示文稿，不是 Excel 工作簿。请提供 .xlsx 文件。"),
    ("addin", "这是 Excel 加载项，不是工作簿。请提供 .xlsx 文件。"),
)
_OTHER = f"这不是 Excel 工作簿。{SAVE_ANEW}"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_NO_TABLE = "这是 OpenDocument 的文稿（.odt 等），不是工作簿。请提供 .xlsx 文件。"
_ZIP = "这是压缩包，不是 Excel 工作簿。如果工作簿在里面，请先解压。"
_ZIPPED = {
    "OFD.xml": "这是 OFD 版式文件，不是 Excel 工作簿。请提供原来的 .xlsx 文件。",
    "Index/Document.iwa": "这是苹果 Numbers 的表格。请在 Numbers 里导出为 Excel（.xlsx）后再用。",
}
"""Files of other programs that are zips too, told by a part that each of them has."""


class Relationship(NamedTuple):
    """``target`` is a part's name, or as written where ``external``; ``type`` is the last word of the type's URI
    ("worksheet"), or the whole URI of an unknown type."""

    id: str
    type: str
    target: str
    external: bool = False


class Sheet(NamedTuple):
    """A sheet of the workbook; ``kind`` is worksheet, chartsheet, dialogsheet, a macro sheet's type, or module (of
    which the file has only the name, and no ``part``).
    """

    name: str
    part: str
    state: State
    kind: str = "worksheet"


class DefinedName(NamedTuple):
    """A name and the formula it stands for, without ``=``; ``sheet`` is the sheet that it is local to."""

    name: str
    text: str
    sheet: str | None = None


class Package:
    """A workbook's parts and structure; nothing of its cells is read yet.

    ``main`` is the name of the workbook part, ``external_links`` are the files and addresses that it links to,
    ``dde_links`` its links to programs as ``"service|topic"``, by the number that formulas use.
    """

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._relationships: dict[str, tuple[Relationship, ...]] = {}  # by part, as far as read
        types = _content_types(archive)
        self.main = self._main(types)
        self.content_type = _content_type(types, self.main)
        if self.content_type.lower() not in _KINDS:
            known = (message for mark, message in _FOREIGN if mark in self.content_type.lower())
            raise archive.not_workbook(next(known, _OTHER))
        found = archive.made(self.main, elements)
        if any(each.path != _WITHIN.get(each.name, each.path) for each in found):
            raise archive.damaged("工作簿的主文件写法不明")
        relations = {relation.id: relation for relation in self.relationships(self.main)}
        links = _links(archive, found, relations)
        self.sheets = _sheets(archive, found, relations)
        self.defined_names = _defined_names(found, self.sheets)
        self.date1904 = any(each.attributes.get("date1904") in _ON for each in found if each.name == "workbookPr")
        self.has_macros = _has_macros(archive, types)
        self.external_links = tuple(
            link.target for part in links.values() for link in self.relationships(part) if link.external
        )
        self.dde_links: Mapping[int, str] = {
            number: f"{each.attributes.get('ddeService', '')}|{each.attributes.get('ddeTopic', '')}"
            for number, part in links.items()
            for each in archive.elements(part)
            if each.name == "ddeLink"
        }

    def _main(self, types: Mapping[str, str]) -> str:
        """The name of the workbook part."""
        main = next((each.target for each in self.relationships("") if each.type == "officeDocument"), None)
        if main is None and not any(kind.lower() in _KINDS for kind in types.values()):
            raise self.archive.not_workbook(_OTHER)
        if main is None or main not in self.archive:
            raise self.archive.damaged("找不到工作簿的主文件")
        return main

    @property
    def ending(self) -> str:
        """The ending that fits its content type (``.xlsm``); Excel opens the file under no other one."""
        return _KINDS[self.content_type.lower()]

    def relationships(self, part: str) -> tuple[Relationship, ...]:
        """The relationships of a part (of the package itself for ``""``)."""
        if part not in self._relationships:
            self._relationships[part] = _relationships(self.archive, part)
        return self._relationships[part]

    def related(self, part: str, kind: str) -> tuple[str, ...]:
        """The names of the parts that ``part`` relates to under this type ("sharedStrings", "comments" …)."""
        return tuple(
            relation.target for relation in self.relationships(part) if relation.type == kind and not relation.external
        )

    @property
    def connections(self) -> tuple[str, ...]:
        """The names of queries and other data connections, which fetch figures from databases, files or the web."""
        return tuple(
            each.attributes.get("name", "")
            for part in self.related(self.main, "connections")
            if part in self.archive
            for each in self.archive.elements(part)
            if each.name == "connection"
        )

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of this name, whatever its case."""
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == name.casefold()), None)

    @property
    def pages(self) -> frozenset[str]:
        """The sheets of our own that were added to the workbook; they hold no form."""
        return frozenset(defined.sheet for defined in self.defined_names if defined.name == PAGE_MARK and defined.sheet)

    def name_text(self, name: str, sheet: str | None = None) -> str | None:
        """What a defined name, or a table's column (``表1[得分]``), refers to as seen from a sheet.

        The sheet's own names go before those of the workbook.
        """
        if name.endswith("]"):
            return self._columns.get(name.casefold())
        found = None
        for defined in self.defined_names:
            if defined.name.casefold() == name.casefold():
                if defined.sheet is None:
                    found = found or defined.text
                elif sheet is not None and defined.sheet.casefold() == sheet.casefold():
                    return defined.text
        return found

    @cached_property
    def _columns(self) -> Mapping[str, str]:
        """Table column (``表1[得分]``, lower-case) → its cells below the heading; damaged tables are left out."""
        owners = {part: sheet.name for sheet in self.sheets for part in self.related(sheet.part, "table")}
        found: dict[str, str] = {}
        for part, sheet in owners.items():
            if part not in self.archive or len(found) > _MOST_COLUMNS:
                continue
            with suppress(ValueError, WorkbookError):
                *within, table = self.archive.elements(part)
                attributes = table.attributes
                area = parse_area(attributes.get("ref", ""))
                top = area.top + (natural(attributes.get("headerRowCount", "1")) or 0)
                bottom = area.bottom - (natural(attributes.get("totalsRowCount")) or 0)
                names = (each.attributes.get("name", "") for each in within if each.name == "tableColumn")
                for column, name in zip(range(area.left, area.right + 1), names, strict=False):
                    cells = area_name(Area(sheet, top, column, bottom, column), absolute=True)
                    found.setdefault(f"{attributes.get('displayName', '')}[{name}]".casefold(), cells)
        return found


def open_package(source: Path | bytes, label: str | None = None, *, own: bool = False) -> Package:
    """Open an .xlsx, .xlsm, .xltx or .xltm file (or its bytes), transitional or strict, without trusting it.

    ``label`` names the file in messages (the file's name by default).  A file of our ``own`` making (a ledger) may have
    any size; read its sheets as a stream then (``archive.made``).  WorkbookError says in Chinese what is wrong and how
    to mend it; its reason is package.not_workbook, legacy, encrypted, damaged or too_large.
    """
    return Package(open_archive(source, label, own=own))


def _content_types(archive: Archive) -> Mapping[str, str]:
    """Content types by ``/part`` and by ``.ending``, lower-case."""
    kind = archive.part("mimetype") if "mimetype" in archive else b""
    if kind.startswith(f"{_OPEN_DOCUMENT}spreadsheet".encode()):
        raise OldFormatError(archive.label, f"这是 OpenDocument（.ods）文件。{SAVE_ANEW}", "ods")
    if "[Content_Types].xml" not in archive:
        known = (message for part, message in _ZIPPED.items() if part in archive)
        other = kind.startswith(_OPEN_DOCUMENT.encode())
        raise archive.not_workbook(_NO_TABLE if other else next(known, _ZIP))
    types = {}
    for each in archive.elements("[Content_Types].xml"):
        if each.name == "Override":
            types[each.attributes.get("PartName", "").lower()] = each.attributes.get("ContentType", "")
        elif each.name == "Default":
            types["." + each.attributes.get("Extension", "").lower()] = each.attributes.get("ContentType", "")
    return types


def _content_type(types: Mapping[str, str], part: str) -> str:
    return types.get(f"/{part.lower()}") or types.get("." + part.lower().rpartition(".")[2]) or ""


def _relationships(archive: Archive, part: str) -> tuple[Relationship, ...]:
    rels = archive.relationships_of(part)
    if rels not in archive:
        return ()
    elements = [each.attributes for each in archive.elements(rels) if each.name == "Relationship"]
    found = tuple([relationship(archive, part, each.get) for each in elements])
    kinds = [relation.type for relation in found if relation.type in _ONE]
    if len({relation.id for relation in found}) < len(found) or len(set(kinds)) < len(kinds):
        raise archive.damaged("内部各部分的对应关系有重复")  # programs differ in which of them they follow
    return found


def relationship(archive: Archive, owner: str, get: Callable[[str, str], str]) -> Relationship:
    """A relationship of ``owner`` (a part, or "" for the package), from the element whose attributes ``get`` gives."""
    target, external = get("Target", ""), get("TargetMode", "") == "External"
    if not external:
        target = archive.target(owner, target)
    return Relationship(get("Id", ""), _kind(get("Type", "")), target, external)


def _kind(uri: str) -> str:
    """The last word of a known type's URI; a foreign URI in full, so that it can't pass for a known type."""
    start, _, end = uri.rpartition("/")
    if start in OFFICE:
        return end
    return end if uri.startswith(_OTHERS) and end not in _ONE else uri


def _sheets(archive: Archive, found: Sequence[Element], relations: Mapping[str, Relationship]) -> tuple[Sheet, ...]:
    sheets: list[Sheet] = []
    for each in found:
        if each.name != "sheet":
            continue
        name, relation = each.attributes.get("name", ""), relations.get(each.attributes.get("id", ""))
        state = _STATES.get(each.attributes.get("state", "visible"), "visible")
        if name and not each.attributes.get("id"):  # a code sheet of Excel 5, whose code is kept elsewhere since
            sheets.append(Sheet(name, "", state, "module"))
            continue
        if not name or relation is None or relation.external or relation.target not in archive:
            raise archive.damaged(f"工作表“{name}”的内容缺失")
        sheets.append(Sheet(name, relation.target, state, relation.type))
    if not sheets:
        raise archive.damaged("没有工作表")
    if len({sheet.name.casefold() for sheet in sheets}) != len(sheets):
        raise archive.damaged("有重名的工作表")
    parts = [sheet.part for sheet in sheets if sheet.part]
    if len(set(parts)) != len(parts):  # thousands of sheets of one part would be a bomb too
        raise archive.damaged("几张工作表的内容是内部的同一个文件")
    return tuple(sheets)


def _links(archive: Archive, found: Sequence[Element], relations: Mapping[str, Relationship]) -> dict[int, str]:
    """The parts of external links by the number that formulas use; those missing from the workbook's list come last."""
    called = [each.attributes.get("id", "") for each in found if each.name == "externalReference"]
    rest = [relation.id for relation in relations.values() if relation.type == "externalLink"]
    linked = [relations[id].target for id in dict.fromkeys((*called, *rest)) if id in relations]
    return {number: part for number, part in enumerate(linked, 1) if part in archive}


def _defined_names(found: Sequence[Element], sheets: tuple[Sheet, ...]) -> tuple[DefinedName, ...]:
    names = []
    for each in found:
        if each.name != "definedName":
            continue
        name, local = each.attributes.get("name", ""), each.attributes.get("localSheetId")
        if local is None:
            names.append(DefinedName(name, each.text))
        elif (number := natural(local)) is not None and number < len(sheets):
            names.append(DefinedName(name, each.text, sheets[number].name))
    return tuple(names)


def _has_macros(archive: Archive, types: Mapping[str, str]) -> bool:
    """Whether there is a VBA project, or an Excel 4.0 macro sheet, under whatever name."""
    kinds = ((name.lower(), _content_type(types, name).lower()) for name in archive.names)
    return any("vbaproject" in kind or "macrosheet" in kind or name.endswith("vbaproject.bin") for name, kind in kinds)
