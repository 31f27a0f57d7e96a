"""Our colours on the cells of a live sheet: conditional formats that always hold, as in a scored file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from selfeval_xl.workbook.edits import MARK_FORMULA as FORMULA
from selfeval_xl.workbook.edits import MARK_SIGN, SEVERITY_COLORS
from selfeval_xl.workbook.references import cell_name, parse_area

if TYPE_CHECKING:
    from xlwings import Sheet
    from xlwings.main import ConditionalFormat

    from selfeval_xl.model import Severity

COLORS: Mapping[Severity, tuple[str, str]] = {
    severity: (f"#{text}", f"#{ground}") for severity, (text, ground) in SEVERITY_COLORS.items()
}
"""Text and ground of a finding as xlwings takes them."""

Marks = dict["Severity", tuple[str, ...]]

_ADDRESS = 240  # characters; Excel takes 255


def our_marks(sheet: Sheet) -> Marks:
    """The cells that carry our colours."""
    found: Marks = {}
    severities = {ground: severity for severity, (_, ground) in COLORS.items()}
    for rule in _ours(sheet):
        severity = severities.get("#{:02X}{:02X}{:02X}".format(*(rule.fill_color or (0, 0, 0))), "info")
        found[severity] = (*found.get(severity, ()), *_cells(rule))
    return found


def set_marks(sheet: Sheet, marks: Mapping[Severity, tuple[str, ...]]) -> None:
    """Colour the cells of each severity, and no others."""
    for rule in reversed(list(_ours(sheet))):  # from the last: the numbers of those behind move up
        rule.delete()
    for severity in reversed(tuple(COLORS)):  # each new rule goes before the others, and the gravest shall stand first
        text, ground = COLORS[severity]
        for address in _addresses(dict.fromkeys(marks.get(severity, ()))):
            formats = sheet.range(address).conditional_formats
            formats.add_custom("=" + FORMULA, fill_color=ground, font_color=text)


def same_marks(first: Mapping[Severity, tuple[str, ...]], second: Mapping[Severity, tuple[str, ...]]) -> bool:
    """Whether the same cells are coloured alike."""
    return all(set(first.get(severity, ())) == set(second.get(severity, ())) for severity in COLORS)


def _ours(sheet: Sheet) -> Iterator[ConditionalFormat]:
    for rule in sheet.cells.conditional_formats:
        with suppress(Exception):  # a rule of a kind that xlwings can't ask is none of ours
            if MARK_SIGN in (rule.formula or ""):
                yield rule


def _cells(rule: ConditionalFormat) -> Iterator[str]:
    """The single cells that a rule is on."""
    for part in rule.impl.api.AppliesTo.Areas:  # xlwings does not tell where a rule applies
        yield from (cell_name(*at) for at in parse_area(part.Address.replace("$", "")).cells())


def _addresses(cells: Iterable[str]) -> Iterator[str]:
    """Lists of cells, each short enough for Excel."""
    address = ""
    for cell in cells:
        if address and len(address) + len(cell) >= _ADDRESS:
            yield address
            address = ""
        address += f",{cell}" if address else cell
    if address:
        yield address
