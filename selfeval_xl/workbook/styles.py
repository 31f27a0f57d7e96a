"""What is appended to styles.xml: the colours of findings, and the few looks of our own sheets; each only once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree

from selfeval_xl.errors import WorkbookError
from selfeval_xl.model import Severity
from selfeval_xl.workbook.book import Book
from selfeval_xl.workbook.edits import HEADING_COLOR, SEVERITY_COLORS, Style
from selfeval_xl.workbook.ooxml import MAIN, M, ensure


class _Look(NamedTuple):
    bold: bool = False
    underline: bool = False
    size: float | None = None
    color: str | None = None
    fill: str | None = None
    border: bool = False
    alignment: str = 'vertical="center"'


COLORS: Mapping[Severity, tuple[str, str]] = {
    severity: (f"FF{text}", f"FF{ground}") for severity, (text, ground) in SEVERITY_COLORS.items()
}
"""Text and ground of a finding as a file writes them: the colour in full strength."""

_WRAPPED = 'vertical="center" wrapText="1"'
_LOOKS: Mapping[Style, _Look] = {
    "plain": _Look(),
    "title": _Look(bold=True, size=16),
    "header": _Look(bold=True, fill=f"FF{HEADING_COLOR}", border=True, alignment=f'horizontal="center" {_WRAPPED}'),
    "wrap": _Look(border=True, alignment=_WRAPPED),
    "link": _Look(underline=True, color="FF0563C1", border=True, alignment=_WRAPPED),
    **{
        severity: _Look(color=text, fill=ground, border=True, alignment=_WRAPPED)
        for severity, (text, ground) in COLORS.items()
    },
}
_SIDES = ("left", "right", "top", "bottom")


def finding_format(book: Book, severity: Severity) -> int:
    """The number of the differential format that colours a finding of that severity."""
    text, ground = COLORS[severity]
    fill = solid(f'<fgColor rgb="{ground}"/>', f'<bgColor rgb="{ground}"/>')
    return append(book, "dxfs", f'<dxf><font><color rgb="{text}"/></font>{fill}</dxf>')


def cell_format(book: Book, style: Style) -> int:
    """The number of the cell format for a look of ours; its font is the workbook's ordinary one."""
    look = _LOOKS[style]
    fill = border = 0
    if look.fill:
        fill = append(book, "fills", solid(f'<fgColor rgb="{look.fill}"/>'))
    if look.border:
        sides = "".join(f'<{side} style="thin"><color rgb="FFBFBFBF"/></{side}>' for side in _SIDES)
        border = append(book, "borders", f"<border>{sides}<diagonal/></border>")
    return append(
        book,
        "cellXfs",
        f'<xf numFmtId="0" fontId="{_font(book, look)}" fillId="{fill}" borderId="{border}" xfId="0" applyFont="1" '
        f'applyFill="1" applyBorder="1" applyAlignment="1"><alignment {look.alignment}/></xf>',
    )


def _font(book: Book, look: _Look) -> int:
    ordinary = book.parts.look(styles_part(book)).find(f"{M}fonts/{M}font")
    base = {etree.QName(e).localname: e for e in (() if ordinary is None else ordinary)}
    kept = "".join(
        etree.tostring(base[name], encoding="unicode", with_tail=False)
        for name in ("name", "family", "charset", "scheme")
        if name in base
    )
    size = look.size or (base["sz"].get("val") if "sz" in base else 11)
    color = f'<color rgb="{look.color}"/>' if look.color else ""
    marks = ("<b/>" if look.bold else "") + ("<u/>" if look.underline else "")
    return append(book, "fonts", f'<font>{marks}<sz val="{size}"/>{color}{kept}</font>')


def solid(ground: str, back: str = '<bgColor indexed="64"/>') -> str:
    """The XML of a fill of one colour."""
    return f'<fill><patternFill patternType="solid">{ground}{back}</patternFill></fill>'


def append(book: Book, kind: str, xml: str) -> int:
    """The place of an element among its kind in the style sheet; appended where it is not there yet."""
    part = styles_part(book)
    new = etree.fromstring(f'<kind xmlns="{MAIN}">{xml}</kind>')[0]
    wanted, attributes = canonical(new), dict(new.attrib.items())
    holder = book.parts.look(part).find(f"{M}{kind}")
    for number, old in enumerate(() if holder is None else holder):
        # What is dear comes last: there may be 64,000 formats.
        if dict(old.attrib.items()) == attributes and canonical(old) == wanted:
            return number
    holder = ensure(book.parts.change(part), kind)
    holder.append(new)
    holder.set("count", str(len(holder)))
    return len(holder) - 1


def canonical(element: etree._Element) -> bytes:
    """The same bytes for the same element, however it is written."""
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)


def bordered(book: Book) -> frozenset[int]:
    """The numbers of the cell formats that draw a line at a side of the cell."""
    root = book.parts.look(styles_part(book))
    drawn = {
        str(number)
        for number, border in enumerate(root.iterfind(f"{M}borders/{M}border"))
        if any(side.get("style", "none") != "none" for side in border)
    }
    formats = root.iterfind(f"{M}cellXfs/{M}xf")
    return frozenset(number for number, form in enumerate(formats) if form.get("borderId", "0") in drawn)


def styles_part(book: Book) -> str:
    """The part of the workbook's styles."""
    part = book.parts.related(book.main, "styles")
    if part is None:
        raise WorkbookError("工作簿里没有样式表（styles.xml）：请在 Excel 或 WPS 里打开后另存一份再试。")
    return part
