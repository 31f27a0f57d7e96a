"""The XML of spreadsheet parts: parsed without entities, written as Excel writes it, children in the schema's order."""

from __future__ import annotations

from lxml import etree

from selfeval_xl.errors import WorkbookError
from selfeval_xl.workbook.opening import markup

MAIN, OFFICE = markup.MAIN[0], markup.OFFICE[0]
M = f"{{{MAIN}}}"
R_ID = f"{{{OFFICE}}}id"

_ORDER = {
    "workbook": """fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups
        externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes
        webPublishing fileRecoveryPr webPublishObjects extLst""",
    "worksheet": """sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection
        protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr
        conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks
        colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF
        picture oleObjects controls webPublishItems tableParts extLst""",
    "comments": "authors commentList extLst",
    "styleSheet": """numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst""",
}


def parse(data: bytes, part: str) -> etree._Element:
    """The root of an XML part; no entity is expanded, nothing is fetched, a DOCTYPE is refused.

    Comments and instructions are dropped: among elements that are counted by position they would count too.
    """
    reader = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, reader)
    except etree.XMLSyntaxError as error:
        raise WorkbookError(f"工作簿内部有一处已损坏（{part}）：请在 Excel 或 WPS 里打开后另存一份再试。") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise WorkbookError(f"工作簿内部有表格软件从不会写的内容（{part} 里的 DOCTYPE 声明），没有处理。")
    return root


def serialize(root: etree._Element) -> bytes:
    """The part as bytes, with the XML declaration that Excel writes."""
    body = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + body


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def parent_of(element: etree._Element) -> etree._Element:
    """The parent of an element that is not a part's root."""
    parent = element.getparent()
    assert parent is not None
    return parent


def place(parent: etree._Element, child: etree._Element) -> None:
    """Insert ``child`` where the schema wants it, after any children of the same name.

    WorkbookError where the part's root is not what its place in the package promises.
    """
    if local(parent) not in _ORDER or etree.QName(parent).namespace != MAIN:
        raise WorkbookError(
            f"工作簿内部的样式、工作表或批注已损坏（里面是 {local(parent)}）：请在 Excel 或 WPS 里打开后另存一份再试。"
        )
    order = _ORDER[local(parent)].split()
    before = set(order[: order.index(local(child)) + 1])
    parent.insert(max((i for i, e in enumerate(parent, 1) if local(e) in before), default=0), child)


def ensure(parent: etree._Element, name: str) -> etree._Element:
    """The child of that name, made in its place in the schema's order where it is missing."""
    found = parent.find(f"{M}{name}")
    if found is None:
        found = etree.Element(f"{M}{name}")
        place(parent, found)
    return found


def flag(element: etree._Element, attribute: str) -> bool:
    """Whether a yes-or-no attribute says yes."""
    return element.get(attribute) in markup.YES


def discard(element: etree._Element, *attributes: str) -> None:
    """Remove attributes, as far as they are there."""
    for name in attributes:
        if name in element.attrib:
            del element.attrib[name]
