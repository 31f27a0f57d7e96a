"""Our colours on the cells of an open sheet: conditional formats that always hold, as in a scored file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from selfeval_xl.workbook.edits import BOLD, MARK_SIGN, SEVERITY_COLORS
from selfeval_xl.workbook.edits import MARK_FORMULA as FORMULA
from selfeval_xl.workbook.references import cell_name, parse_area

if TYPE_CHECKING:
    from xlwings import Sheet
    from xlwings.main import ConditionalFormat

    from selfeval_xl.model import Severity

COLORS: Mapping[Severity, tuple[str, str]] = {
    severity: (f"#{text}", f"#{ground}") for severity, (text, ground) in SEVERITY_COLORS.items()
}
"""Text and fill colour of a finding, as xlwings takes them."""

Marks = dict["Severity", tuple[str, ...]]

_ADDRESS = 240  # characters; Excel takes 255


def our_marks(sheet: Sheet) -> Marks:
    """The cells that have our colours, by severity."""
    found: Marks = {}
    severities = {ground: severity for severity, (_, ground) in COLORS.items()}
    for rule in _ours(sheet):
        severity = severities.get("#{:02X}{:02X}{:02X}".format(*(rule.fill_color or (0, 0, 0))), "info")
        found[severity] = (*found.get(severity, ()), *_cells(rule))
    return found


def set_marks(sheet: Sheet, marks: Mapping[Severity, tuple[str, ...]]) -> None:
    """Colour the cells of each severity, in place of all our earlier colours."""
    for rule in reversed(list(_ours(sheet))):  # from the last, as deleting renumbers those behind
        rule.delete()
    for severity in reversed(tuple(COLORS)):  # each new rule is put first, so the gravest comes last
        text, ground = COLORS[severity]
        for address in _addresses(dict.fromkeys(marks.get(severity, ()))):
            formats = sheet.range(address).conditional_formats
            formats.add_custom("=" + FORMULA, fill_color=ground, font_color=text, font_bold=severity in BOLD or None)


def same_marks(first: Mapping[Severity, tuple[str, ...]], second: Mapping[Severity, tuple[str, ...]]) -> bool:
    """Whether the same cells are coloured alike."""
    return all(set(first.get(severity, ())) == set(second.get(severity, ())) for severity in COLORS)


def _ours(sheet: Sheet) -> Iterator[ConditionalFormat]:
    for rule in sheet.cells.conditional_formats:
        with suppress(Exception):  # a kind of rule that xlwings can't read, so not ours
            if MARK_SIGN in (rule.formula or ""):
                yield rule


def _cells(rule: ConditionalFormat) -> Iterator[str]:
    """The single cells that a rule applies to."""
    for part in rule.impl.api.AppliesTo.Areas:  # xlwings itself has no call for that
        yield from (cell_name(*at) for at in parse_area(part.Address.replace("$", "")).cells())


def _addresses(cells: Iterable[str]) -> Iterator[str]:
    """The cells as addresses (``B3,B7``), each short enough for Excel."""
    address = ""
    for cell in cells:
        if address and len(address) + len(cell) >= _ADDRESS:
            yield address
            address = ""
        address += f",{cell}" if address else cell
    if address:
        yield address
