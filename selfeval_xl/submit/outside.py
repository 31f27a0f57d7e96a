"""Removes what points outside a workbook other than cell formulas: link targets, charts, conditional formats, lists.

The addresses would reveal the unit's folders, and Excel reports damage where a removed link is still used.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml import etree

from selfeval_xl.workbook import links
from selfeval_xl.workbook.references import tokens
from selfeval_xl.workbook.writing.book import Book
from selfeval_xl.workbook.writing.ooxml import OFFICE, local

_BY_NUMBER = re.compile(r"(?<![\w\]])\[[1-9]\d*\]|'[^']*\[[1-9]\d*\][^']*'!")  # [1]: the first workbook linked to
_PUBLIC = ("http://", "https://", "mailto:", "#")  # targets that may stay; # is a place in the workbook itself
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_LINKS = ("hyperlink", "hlinkClick", "hlinkHover", "externalData")
_HOLD = {  # element → the child without which it must be removed too, as it may not be empty
    "dataValidations": "dataValidation", "conditionalFormatting": "cfRule", "hyperlinks": "hyperlink",
    "conditionalFormattings": "conditionalFormatting", "sparklines": "sparkline", "sparklineGroup": "sparklines",
    "sparklineGroups": "sparklineGroup", "ext": "*", "extLst": "ext",
}  # fmt: skip
_DATA = ("cat", "val", "xVal", "yVal", "bubbleSize", "plus", "minus")  # of a chart: may hold literal figures instead


def reaches_out(text: str) -> bool:
    """Whether a formula or name refers to another workbook, by its number or by its file."""
    code = links.outside(text)
    return "[" in code and bool(_BY_NUMBER.search(code) or links.files_in(text))


def leaves(formula: str, names: Collection[str]) -> bool:
    """Whether a formula refers to another workbook, directly or by one of these defined names (case folded)."""
    if reaches_out(formula):
        return True
    return bool(names) and any(each.kind == "name" and each.text.casefold() in names for each in tokens(formula))


def cut(book: Book, names: Collection[str]) -> None:
    """Clean every part; charts keep the figures that they show.  ``names`` are the defined names that led outside."""
    for part in [name for name in book.parts if not name.endswith(".rels")]:
        _cut_targets(book, part)
    for part in book.sheets.values():
        for element in list(book.parts.look(part).iter("{*}dataValidation", "{*}cfRule", "{*}sparkline")):
            if any(leaves(str(text), names) for text in element.itertext()):
                book.parts.change(part)
                _remove(element)
    for part in [name for name in book.parts if "/charts/" in name and name.endswith(".xml")]:
        _cut_chart(book, part, names)


def _cut_targets(book: Book, part: str) -> None:
    """Remove a part's links to anything but the web, mail and the workbook itself, linked pictures included."""
    links = (each for each in book.parts.relations(part) if each.external)
    gone = [each for each in links if not each.target.lower().startswith(_PUBLIC)]
    if not gone:
        return
    root, numbers = book.parts.change(part), {each.id for each in gone}
    for element in list(root.iter("{*}*")):
        held = [key for key, value in element.attrib.items() if value in numbers and f"{{{OFFICE}}}" in str(key)]
        for key in held:
            del element.attrib[key]
            if local(element) in _LINKS:
                _remove(element)
    for target in {each.target for each in gone}:
        book.parts.unrelate(part, target)


def _cut_chart(book: Book, part: str, names: Collection[str]) -> None:
    for formula in list(book.parts.look(part).iter("{*}f", "{*}sqref")):
        if not leaves(formula.text or "", names):
            continue
        book.parts.change(part)
        reference = formula.getparent()
        parent = None if reference is None else reference.getparent()
        if reference is None or parent is None:
            continue
        cache = next((each for each in reference if each.tag in (f"{_CHART}numCache", f"{_CHART}strCache")), None)
        if reference.tag not in (f"{_CHART}numRef", f"{_CHART}strRef", f"{_CHART}multiLvlStrRef"):
            extension = next(formula.iterancestors("{*}ext"), None)
            _remove(formula if extension is None else extension)
        elif cache is not None and local(parent) in _DATA:
            cache.tag = cache.tag.replace("Cache", "Lit")
            parent.replace(reference, cache)
        elif cache is not None and local(parent) == "tx" and parent.getparent().tag == f"{_CHART}ser":  # type: ignore[union-attr]
            parent.remove(reference)
            etree.SubElement(parent, f"{_CHART}v").text = cache.findtext(f".//{_CHART}v")
        else:
            _remove(parent)


def _remove(element: etree._Element) -> None:
    """Remove an element, and any parent that would be left empty."""
    parent = element.getparent()
    if parent is None:
        return
    parent.remove(element)
    kind = _HOLD.get(local(parent))
    if kind is None:
        return
    rest = parent.findall(f"{{*}}{kind}")
    if not rest:
        _remove(parent)
    elif "count" in parent.attrib:
        parent.set("count", str(len(rest)))
