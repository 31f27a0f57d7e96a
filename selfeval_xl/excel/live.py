"""The open workbook as ``read`` takes it: its defined names, and the part of each sheet that our names span."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import prod
from typing import TYPE_CHECKING

from selfeval_xl.excel.sheet import LiveSheet, grid_of, used_area
from selfeval_xl.forms.layout import PREFIX
from selfeval_xl.model import EMPTY, Entry
from selfeval_xl.read.file import settling
from selfeval_xl.workbook.edits import Content
from selfeval_xl.workbook.references import Area, parse_area, split_sheet

if TYPE_CHECKING:
    from xlwings import Book

    from selfeval_xl.read.file import Known
    from selfeval_xl.read.ours import Settle

_LARGEST = 200_000  # cells of a sheet that is read as a whole; some are formatted down to the last row
_TALL = 5_000  # rows; where our names span more (whole columns), only the used part is read


class LiveBook:
    """The open workbook; a sheet is read when one of its cells is first needed."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.all_names = [(name.name, name.refers_to or "") for name in book.names]
        self.names = [pair for pair in self.all_names if "!" not in pair[0]]
        self._areas = _areas(self.names)
        self._sheets: dict[str, LiveSheet | None] = {}

    def sheet(self, name: str) -> LiveSheet | None:
        """A sheet: the part that our names span, or all of a sheet without any; None for an unknown or huge one."""
        if name not in self._sheets:
            area = self._areas.get(name)
            self._sheets[name] = LiveSheet(self.book.sheets[name], self._cut(name, area)) if area else self._whole(name)
        return self._sheets[name]

    def entry(self, sheet: str, row: int, column: int) -> Entry:
        """A cell as an entry; EMPTY outside the part of the sheet that is read."""
        live = self.sheet(sheet)
        return live.entry(row, column) if live and live.holds(row, column) else EMPTY

    def formulas(self, sheet: str, column: int, rows: range) -> Sequence[str | None]:
        """The formulas of a column in these rows, with their ``=``."""
        live = self.sheet(sheet)
        return [live.formula(row, column) if live and live.holds(row, column) else None for row in rows]

    def filled(self, sheet: str, rows: range, columns: Collection[int]) -> range:
        """Those of the ``rows`` that were read, and so may be filled."""
        live = self.sheet(sheet)
        if live is None or not columns:
            return range(0)
        return range(max(rows.start, live.area.top), min(rows.stop, live.area.bottom + 1))

    def settled(self, entry: Entry) -> Entry:
        """The entry as it is, since Excel has calculated it."""
        return entry

    def settling(self, known: Known) -> Settle:
        """A function for what formulas give once the sheets' cells hold these values; reads every sheet.

        A sheet too large to be read in a click is left out; formulas that refer to it keep the value that Excel shows.
        """
        texts = {}
        for name, reference in self.all_names:
            scope, own = split_sheet(name)
            texts[scope and scope.casefold(), own.casefold()] = reference.removeprefix("=") or None

        def text(name: str, sheet: str | None) -> str | None:
            own = sheet and sheet.casefold(), name.casefold()
            return texts[own] if own in texts else texts.get((None, name.casefold()))

        wholes = {sheet.name: self._whole(sheet.name) for sheet in self.book.sheets}
        return settling({name: grid_of(whole) for name, whole in wholes.items() if whole}, text, known)

    def content(self, sheet: str, row: int, column: int) -> Content:
        """A cell's content as it was typed or written."""
        live = self.sheet(sheet)
        if live and live.holds(row, column):
            return live.content(row, column)
        return LiveSheet(self.book.sheets[sheet], Area(sheet, row, column, row, column)).content(row, column)

    def _whole(self, name: str) -> LiveSheet | None:
        """All of a sheet; None where it is too large to be read in a click, or not in this workbook."""
        if not any(sheet.name == name for sheet in self.book.sheets):
            return None
        area = used_area(self.book.sheets[name])
        return LiveSheet(self.book.sheets[name], area) if prod(area.shape) <= _LARGEST else None

    def _cut(self, name: str, area: Area) -> Area:
        if area.bottom - area.top < _TALL:
            return area
        return area._replace(bottom=max(min(area.bottom, used_area(self.book.sheets[name]).bottom), area.top))


def _areas(names: list[tuple[str, str]]) -> dict[str, Area]:
    """For each sheet the rectangle around all cells that our defined names refer to."""
    areas: dict[str, Area] = {}
    for name, reference in names:
        if not name.lower().startswith(PREFIX):
            continue
        try:
            area = parse_area(reference.lstrip("="))
        except ValueError:  # a broken name, which reading reports
            continue
        if area.sheet is not None:
            known = areas.get(area.sheet, area)
            top, left = min(known.top, area.top), min(known.left, area.left)
            areas[area.sheet] = Area(
                area.sheet, top, left, max(known.bottom, area.bottom), max(known.right, area.right)
            )
    return areas
