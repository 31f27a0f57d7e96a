"""What we append to styles.xml, each format only once: colours of findings, formats of our own sheets, former fills."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Literal, NamedTuple

from lxml import etree

from selfeval_xl.errors import WorkbookError
from selfeval_xl.model import Severity
from selfeval_xl.workbook.edits import BOLD, HEADING_COLOR, SEVERITY_COLORS, Style
from selfeval_xl.workbook.writing.book import Book
from selfeval_xl.workbook.writing.ooxml import MAIN, M, ensure, local


class _Look(NamedTuple):
    bold: bool = False
    underline: bool = False
    size: float | None = None
    color: str | None = None
    fill: str | None = None
    border: bool = False
    alignment: str = 'vertical="center"'
    number: int = 0  # of a number format that Excel has built in


COLORS: Mapping[Severity, tuple[str, str]] = {
    severity: (f"FF{text}", f"FF{ground}") for severity, (text, ground) in SEVERITY_COLORS.items()
}
"""Text and fill colour of a finding as a file writes them: AARRGGBB, fully opaque."""

_WRAPPED = 'vertical="center" wrapText="1"'
_CENTRED = f'horizontal="center" {_WRAPPED}'
_LOOKS: Mapping[Style, _Look] = {
    "plain": _Look(),
    "title": _Look(bold=True, size=16),
    "header": _Look(bold=True, fill=f"FF{HEADING_COLOR}", border=True, alignment=_CENTRED),
    "wrap": _Look(border=True, alignment=_WRAPPED),
    "center": _Look(border=True, alignment=_CENTRED),
    "money": _Look(border=True, alignment=_CENTRED, number=4),  # 1,234.50
    "link": _Look(underline=True, color="FF0563C1", border=True, alignment=_WRAPPED),
    **{
        severity: _Look(color=text, fill=ground, border=True, alignment=_CENTRED)
        for severity, (text, ground) in COLORS.items()
    },
}
_PLAIN = f'<xf xmlns="{MAIN}" numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
"""The format of a cell without a style."""

_SIDES = ("left", "right", "top", "bottom")


def finding_format(book: Book, severity: Severity) -> int:
    """The number of the differential format that colours a finding of that severity."""
    text, ground = COLORS[severity]
    fill = _solid(f'<fgColor rgb="{ground}"/>', f'<bgColor rgb="{ground}"/>')
    bold = "<b/>" if severity in BOLD else ""
    return _append(book, "dxfs", f'<dxf><font>{bold}<color rgb="{text}"/></font>{fill}</dxf>')


def cell_format(book: Book, style: Style) -> int:
    """The number of the cell format for one of our styles, in the workbook's default font."""
    look = _LOOKS[style]
    fill = border = 0
    if look.fill:
        fill = _append(book, "fills", _solid(f'<fgColor rgb="{look.fill}"/>'))
    if look.border:
        sides = "".join(f'<{side} style="thin"><color rgb="FFBFBFBF"/></{side}>' for side in _SIDES)
        border = _append(book, "borders", f"<border>{sides}<diagonal/></border>")
    return _append(
        book,
        "cellXfs",
        f'<xf numFmtId="{look.number}" fontId="{_font(book, look)}" fillId="{fill}" borderId="{border}" xfId="0" '
        f'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
        f"<alignment {look.alignment}/></xf>",
    )


def finding_ground(book: Book, severity: Severity) -> int:
    """The number of the fill that marks a finding of that severity."""
    return _append(book, "fills", _solid(f'<fgColor rgb="{COLORS[severity][1]}"/>'))


def is_finding_ground(book: Book, style: str | None) -> bool:
    """True where the fill of that style is the colour of a finding."""
    color = _part_of(book, style, "fill").find(f"{M}patternFill[@patternType='solid']/{M}fgColor")
    return color is not None and color.get("rgb") in {ground for _, ground in COLORS.values()}


def with_ground(book: Book, style: str | None, fill: int) -> str:
    """The number of the cell format that is ``style`` with another fill; appended where there is none."""
    wanted = copy.deepcopy(_format(book, style))
    wanted.attrib.update({"fillId": str(fill), "applyFill": "1"})
    return str(_append(book, "cellXfs", wanted))


def keep(book: Book, style: str | None) -> int | None:
    """The number of a differential format that remembers the fill of ``style``; None where it has none."""
    ground = _part_of(book, style, "fill")
    pattern = ground.find(f"{M}patternFill")
    kind = "none" if pattern is None else pattern.get("patternType", "none")
    if kind == "solid" and pattern is not None:
        # The colour of a solid fill is its fgColor in a cell's format, but its bgColor in a differential one.
        color = _xml(pattern.find(f"{M}fgColor"))
        return _append(book, "dxfs", f"<dxf>{_solid(color, color.replace('fgColor', 'bgColor'))}</dxf>")
    if kind == "none" and ground.find(f"{M}gradientFill") is None:
        return None
    return _append(book, "dxfs", f"<dxf>{_xml(ground)}</dxf>")


def kept(book: Book, number: str | None) -> int:
    """The number of the fill that a differential format remembers; 0 (no fill) where it remembers none."""
    formats = _holder(book, "dxfs")
    ground = formats[int(number)].find(f"{M}fill") if number and int(number) < len(formats) else None
    if ground is None:
        return 0
    pattern = ground.find(f"{M}patternFill")
    if pattern is None or pattern.get("patternType", "solid") not in ("solid", "none"):
        return _append(book, "fills", _xml(ground))
    color = _xml(pattern.find(f"{M}bgColor"))
    if not color or pattern.get("patternType") == "none":
        return 0
    return _append(book, "fills", _solid(color.replace("bgColor", "fgColor")))


def bordered(book: Book) -> frozenset[int]:
    """The numbers of the cell formats with a border line on any side."""
    drawn = {
        str(number)
        for number, border in enumerate(_holder(book, "borders"))
        if any(side.get("style", "none") != "none" for side in border)
    }
    formats = enumerate(_holder(book, "cellXfs"))
    return frozenset(number for number, form in formats if form.get("borderId", "0") in drawn)


def inner_line(book: Book, style: str | None, above: str | None) -> str | None:
    """The cell format that is ``style`` with the bottom line of ``above``.

    None unless the bottom line of ``style`` is the stronger one, as at the end of a table.
    """
    own, inner = (_part_of(book, each, "border").find(f"{M}bottom") for each in (style, above))
    if own is None or inner is None or _strength(own) <= _strength(inner) or not _strength(inner):
        return None
    border = copy.deepcopy(_part_of(book, style, "border"))
    for line in border.iterfind(f"{M}bottom"):
        border.replace(line, copy.deepcopy(inner))
    wanted = copy.deepcopy(_format(book, style))
    wanted.attrib.update({"borderId": str(_append(book, "borders", border)), "applyBorder": "1"})
    return str(_append(book, "cellXfs", wanted))


def _strength(side: etree._Element) -> int:
    kind = side.get("style", "none")
    return 0 if kind == "none" else 2 if kind == "double" or kind == "thick" or kind.startswith("medium") else 1


def _font(book: Book, look: _Look) -> int:
    ordinary = next(iter(_holder(book, "fonts")), ())
    base = {local(e): e for e in ordinary}
    carried = "".join(
        etree.tostring(base[name], encoding="unicode", with_tail=False)
        for name in ("name", "family", "charset", "scheme")
        if name in base
    )
    size = look.size or (base["sz"].get("val") if "sz" in base else 11)
    color = f'<color rgb="{look.color}"/>' if look.color else ""
    marks = ("<b/>" if look.bold else "") + ("<u/>" if look.underline else "")
    return _append(book, "fonts", f'<font>{marks}<sz val="{size}"/>{color}{carried}</font>')


def _solid(ground: str, back: str = '<bgColor indexed="64"/>') -> str:
    return f'<fill><patternFill patternType="solid">{ground}{back}</patternFill></fill>'


def _append(book: Book, kind: str, new: str | etree._Element) -> int:
    """The index of an element (or its XML) among its kind in the style sheet; appended where no equal one exists."""
    if isinstance(new, str):
        new = etree.fromstring(f'<kind xmlns="{MAIN}">{new}</kind>')[0]
    attributes, within = _shown(new), [_canonical(one) for one in new]
    for number, old in enumerate(_holder(book, kind)):
        # The slow comparison comes last: there may be 64,000 formats.
        if _shown(old) == attributes and [_canonical(one) for one in old] == within:
            return number
    found = ensure(book.parts.change(_part(book)), kind)
    if kind == "cellXfs" and not len(found):
        found.append(etree.fromstring(_PLAIN))
    found.append(new)
    found.set("count", str(len(found)))
    return len(found) - 1


def _shown(element: etree._Element) -> dict[str, str]:
    """The attributes that matter: all programs show a fill without ``applyFill``, and some leave that out."""
    return {str(key): str(value) for key, value in element.attrib.items() if key != "applyFill"}


def _canonical(element: etree._Element) -> bytes:
    """The element in canonical XML: equal elements give equal bytes."""
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)


def _holder(book: Book, kind: str) -> etree._Element:
    """The elements of a kind in the style sheet, to be read only."""
    found = book.parts.look(_part(book)).find(f"{M}{kind}")
    return etree.Element(f"{M}{kind}") if found is None else found


def _part(book: Book) -> str:
    part = book.parts.related(book.main, "styles")
    if part is None:
        raise WorkbookError("工作簿里没有样式表（styles.xml）：请在 Excel 或 WPS 里打开后另存一份再试。")
    return part


def _format(book: Book, style: str | None) -> etree._Element:
    formats, number = _holder(book, "cellXfs"), int(style or 0)
    return formats[number] if number < len(formats) else etree.fromstring(_PLAIN)


def _part_of(book: Book, style: str | None, kind: Literal["fill", "border"]) -> etree._Element:
    """The fill, or the border, of a style."""
    known, number = _holder(book, f"{kind}s"), int(_format(book, style).get(f"{kind}Id", "0"))
    return known[number] if number < len(known) else etree.Element(f"{M}{kind}")


def _xml(element: etree._Element | None) -> str:
    return "" if element is None else _canonical(element).decode()
