"""Colours on the cells of findings: conditional formats that always hold; the cells' own looks stay untouched."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from selfeval_xl.model import Severity
from selfeval_xl.workbook.book import Book
from selfeval_xl.workbook.ooxml import M, place
from selfeval_xl.workbook.styles import finding_format

# Always true, and by it the block is known again after Excel has saved it.
FORMULA = 'OR(TRUE,"selfeval-xl"="")'
_ORDER: tuple[Severity, ...] = ("error", "warning", "info")


def set_marks(book: Book, sheet: str, marks: Mapping[Severity, tuple[str, ...]]) -> None:
    """Colour the cells of each severity and nothing else: earlier marks of ours on the sheet go."""
    clear_marks(book, sheet)
    wanted = [(severity, marks[severity]) for severity in _ORDER if marks.get(severity)]
    if not wanted:
        return
    root = book.change(sheet)
    _raise_priorities(root, len(wanted))
    for priority, (severity, cells) in enumerate(wanted, 1):
        block = etree.Element(f"{M}conditionalFormatting", sqref=" ".join(dict.fromkeys(cells)))
        rule = etree.SubElement(block, f"{M}cfRule", type="expression")
        rule.set("dxfId", str(finding_format(book, severity)))
        rule.set("priority", str(priority))
        etree.SubElement(rule, f"{M}formula").text = FORMULA
        place(root, block)


def clear_marks(book: Book, sheet: str) -> None:
    """Take our marks off a sheet; the other rules get their old priorities back."""
    ours = [rule for rule in book.look(sheet).iter(f"{M}cfRule") if rule.findtext(f"{M}formula") == FORMULA]
    if not ours:
        return
    root = book.change(sheet)
    for rule in ours:
        block = rule.getparent()
        assert block is not None
        block.remove(rule)
        if not len(block) and (holder := block.getparent()) is not None:
            holder.remove(block)
    _raise_priorities(root, -len(ours))


def _raise_priorities(root: etree._Element, by: int) -> None:
    """Make room in front of the sheet's rules (those of Excel 2010's extension count along), or close the gap."""
    for rule in root.iter("{*}cfRule"):
        priority = rule.get("priority")
        if priority is not None:
            rule.set("priority", str(max(int(priority) + by, 1)))
