"""The grounds of cells: coloured for a finding, kept in mind while coloured, and given back."""

from __future__ import annotations

import copy

from lxml import etree

from selfeval_xl.model import Severity
from selfeval_xl.workbook.book import Book
from selfeval_xl.workbook.ooxml import MAIN, M, ensure
from selfeval_xl.workbook.styles import COLORS, append, canonical, solid, styles_part

_PLAIN = f'<xf xmlns="{MAIN}" numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'


def finding_ground(book: Book, severity: Severity) -> int:
    """The number of the fill that marks a finding of that severity."""
    return append(book, "fills", solid(f'<fgColor rgb="{COLORS[severity][1]}"/>'))


def is_finding_ground(book: Book, style: str | None) -> bool:
    """True where a cell of that style wears the colour of a finding."""
    color = _ground(book, style).find(f"{M}patternFill[@patternType='solid']/{M}fgColor")
    return color is not None and color.get("rgb") in {ground for _, ground in COLORS.values()}


def with_ground(book: Book, style: str | None, fill: int) -> str:
    """The number of the cell format that differs from ``style`` in its fill only; appended where there is none."""
    wanted = copy.deepcopy(_format(book, style))
    wanted.attrib.update({"fillId": str(fill), "applyFill": "1"})
    for number, old in enumerate(_holder(book, "cellXfs")):
        if _looks(old) == _looks(wanted) and list(map(canonical, old)) == list(map(canonical, wanted)):
            return str(number)
    holder = ensure(book.parts.change(styles_part(book)), "cellXfs")
    if not len(holder):
        holder.append(etree.fromstring(_PLAIN))  # what a cell without a style has
    holder.append(wanted)
    holder.set("count", str(len(holder)))
    return str(len(holder) - 1)


def keep(book: Book, style: str | None) -> int | None:
    """The number of a differential format that remembers the ground of ``style``; None where it has none."""
    ground = _ground(book, style)
    pattern = ground.find(f"{M}patternFill")
    kind = "none" if pattern is None else pattern.get("patternType", "none")
    if kind == "solid" and pattern is not None:
        # A solid ground has its colour in fgColor in a cell's format, in bgColor in a differential one.
        color = _xml(pattern.find(f"{M}fgColor"))
        return append(book, "dxfs", f"<dxf>{solid(color, color.replace('fgColor', 'bgColor'))}</dxf>")
    if kind == "none" and ground.find(f"{M}gradientFill") is None:
        return None
    return append(book, "dxfs", f"<dxf>{_xml(ground)}</dxf>")


def kept(book: Book, number: str | None) -> int:
    """The number of the fill that a differential format remembers; 0, which is none, without one."""
    formats = _holder(book, "dxfs")
    ground = formats[int(number)].find(f"{M}fill") if number and int(number) < len(formats) else None
    if ground is None:
        return 0
    pattern = ground.find(f"{M}patternFill")
    if pattern is None or pattern.get("patternType", "solid") not in ("solid", "none"):
        return append(book, "fills", _xml(ground))
    color = _xml(pattern.find(f"{M}bgColor"))
    if not color or pattern.get("patternType") == "none":
        return 0
    return append(book, "fills", solid(color.replace("bgColor", "fgColor")))


def _format(book: Book, style: str | None) -> etree._Element:
    formats, number = _holder(book, "cellXfs"), int(style or 0)
    return formats[number] if number < len(formats) else etree.fromstring(_PLAIN)


def _ground(book: Book, style: str | None) -> etree._Element:
    fills, number = _holder(book, "fills"), int(_format(book, style).get("fillId", "0"))
    return fills[number] if number < len(fills) else etree.Element(f"{M}fill")


def _holder(book: Book, kind: str) -> etree._Element:
    found = book.parts.look(styles_part(book)).find(f"{M}{kind}")
    return etree.Element(f"{M}{kind}") if found is None else found


def _looks(xf: etree._Element) -> dict[str, str]:
    """The attributes that show: some programs leave ``applyFill`` out, and all show the fill without it."""
    return {str(key): str(value) for key, value in xf.attrib.items() if key != "applyFill"}


def _xml(element: etree._Element | None) -> str:
    return "" if element is None else canonical(element).decode()
