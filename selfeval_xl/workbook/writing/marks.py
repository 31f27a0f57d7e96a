"""Colours on the cells of findings, which can be removed again: as conditional formats, or as real fills.

Usually a conditional format that always holds colours a cell, whose own format stays untouched.  An annotated copy has
real fills, which every phone and every script shows; a cell's former fill is then remembered in a conditional format
that never holds (a memory rule), as that moves along with the cell in any program.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from lxml import etree

from selfeval_xl.groups import by_key
from selfeval_xl.model import Severity
from selfeval_xl.workbook.edits import MARK_FORMULA, MARK_SIGN, SEVERITY_COLORS
from selfeval_xl.workbook.references import Area, Cell, cell_name, parse_area, parse_cell
from selfeval_xl.workbook.writing.book import Book
from selfeval_xl.workbook.writing.ooxml import M, parent_of, place
from selfeval_xl.workbook.writing.styles import (
    finding_format,
    finding_ground,
    is_finding_ground,
    keep,
    kept,
    with_ground,
)

_MOST = 8_192  # ranges that Excel lets one rule have


def set_marks(book: Book, sheet: str, marks: Mapping[Severity, tuple[str, ...]], *, fills: bool = False) -> None:
    """Colour the cells of each severity, in place of all our earlier marks on the sheet.

    ``fills`` gives the cells (of a merged range the first) real fills; cells with conditional formats of their own,
    which might hide the fill, get one of ours as well.
    """
    clear_marks(book, sheet)
    if fills:
        colored = _by_first_cell(book, sheet, marks)
        hiding = [area for block in book.look(sheet).iterfind(f"{M}conditionalFormatting") for area in _areas(block)]
        _fill(book, sheet, colored)
        marks = _by_severity((at, severity) for at, severity in colored.items() if any(a.holds(at) for a in hiding))
    wanted = [(severity, some) for severity in SEVERITY_COLORS for some in _portions(marks.get(severity, ()))]
    if not wanted:
        return
    root = book.change(sheet)
    _raise_priorities(root, len(wanted))
    for priority, (severity, cells) in enumerate(wanted, 1):
        _add_rule(root, cells, MARK_FORMULA, finding_format(book, severity), priority)


def clear_marks(book: Book, sheet: str) -> None:
    """Remove our marks from a sheet: other rules get their old priorities back, cells their former fills."""
    _unfill(book, sheet)
    _remove_rules(book, sheet, MARK_SIGN)
    ours = _remove_rules(book, sheet, MARK_FORMULA)
    if ours:
        _raise_priorities(book.change(sheet), -ours)


def _fill(book: Book, sheet: str, colored: Mapping[Cell, Severity]) -> None:
    cells = book.cells(sheet)
    before: dict[int | None, list[str]] = defaultdict(list)
    looks: dict[tuple[str | None, Severity], tuple[int | None, str]] = {}  # thousands of cells share a few
    for at, severity in colored.items():
        reference = cell_name(*at)
        style = cells.style(reference)
        if (style, severity) not in looks:
            looks[style, severity] = keep(book, style), with_ground(book, style, finding_ground(book, severity))
        ground, marked = looks[style, severity]
        before[ground].append(reference)
        cells.set_style(reference, marked)
    if before:
        root = book.change(sheet)
        last = max((int(rule.get("priority", "0")) for rule in root.iter("{*}cfRule")), default=0)
        portions = ((ground, some) for ground, references in before.items() for some in _portions(references))
        for priority, (ground, references) in enumerate(portions, last + 1):
            _add_rule(root, references, MARK_SIGN, ground, priority)


def _unfill(book: Book, sheet: str) -> None:
    """Give the cells back the fills that the memory rules remember, unless somebody has changed their fill since."""
    for rule in book.look(sheet).iter(f"{M}cfRule"):
        if rule.findtext(f"{M}formula") != MARK_SIGN:
            continue
        cells = book.cells(sheet)
        ground = kept(book, rule.get("dxfId"))
        looks: dict[str | None, str | None] = {}
        for area in _areas(parent_of(rule)):
            for row in _within(cells.rows, area.top, area.bottom):
                for column in _within(cells.in_row(row), area.left, area.right):
                    reference = cell_name(row, column)
                    style = cells.style(reference)
                    if style not in looks:
                        looks[style] = with_ground(book, style, ground) if is_finding_ground(book, style) else None
                    if (own := looks[style]) is not None:
                        cells.set_style(reference, own)


def _within(numbers: Collection[int], first: int, last: int) -> list[int]:
    """Those of the numbers from the first to the last; in no more steps than there are of the fewer."""
    span = range(first, last + 1)
    few, many = sorted((span, numbers), key=len)
    return [one for one in few if one in many]


def _by_first_cell(book: Book, sheet: str, marks: Mapping[Severity, tuple[str, ...]]) -> dict[Cell, Severity]:
    """The gravest severity of each cell (of a merged range: of its first cell), in the order of the sheet."""
    cells, found = book.cells(sheet), dict[Cell, Severity]()
    for severity in SEVERITY_COLORS:
        for reference in marks.get(severity, ()):
            found.setdefault(cells.first(parse_cell(reference)), severity)
    return dict(sorted(found.items()))


def _by_severity(colored: Iterable[tuple[Cell, Severity]]) -> dict[Severity, tuple[str, ...]]:
    found = by_key((severity, cell_name(*at)) for at, severity in colored)
    return {severity: tuple(cells) for severity, cells in found.items()}


def _portions(cells: Iterable[str]) -> Iterator[list[str]]:
    """The cells without repeats, in portions as large as one rule can take."""
    rest = iter(dict.fromkeys(cells))
    while some := list(islice(rest, _MOST)):
        yield some


def _add_rule(root: etree._Element, cells: Iterable[str], formula: str, number: int | None, priority: int) -> None:
    block = etree.Element(f"{M}conditionalFormatting", sqref=" ".join(cells))
    rule = etree.SubElement(block, f"{M}cfRule", type="expression")
    if number is not None:
        rule.set("dxfId", str(number))
    rule.set("priority", str(priority))
    etree.SubElement(rule, f"{M}formula").text = formula
    place(root, block)


def _remove_rules(book: Book, sheet: str, formula: str) -> int:
    """Remove the rules with this formula; returns how many there were."""
    ours = [rule for rule in book.look(sheet).iter(f"{M}cfRule") if rule.findtext(f"{M}formula") == formula]
    if ours:
        book.change(sheet)
    for rule in ours:
        block = parent_of(rule)
        block.remove(rule)
        if not len(block) and (holder := block.getparent()) is not None:
            holder.remove(block)
    return len(ours)


def _raise_priorities(root: etree._Element, by: int) -> None:
    """Raise all rules' priority numbers (Excel 2010's extension shares them), to make room in front or close a gap."""
    for rule in root.iter("{*}cfRule"):
        priority = rule.get("priority")
        if priority is not None:
            rule.set("priority", str(max(int(priority) + by, 1)))


def _areas(block: etree._Element) -> Iterator[Area]:
    yield from map(parse_area, block.get("sqref", "").split())
