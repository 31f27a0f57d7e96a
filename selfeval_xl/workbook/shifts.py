"""What the insertion of rows does to row numbers, areas and formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selfeval_xl.workbook.references import MAX_ROW, Area, area_name, parse_area, shift

_DIGITS = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Insertion:
    """``count`` rows come in before row ``row`` of ``sheet``."""

    sheet: str
    row: int
    count: int

    def number(self, row: int) -> int:
        """Where a row is afterwards."""
        return row + self.count if row >= self.row else row

    def formula(self, text: str, sheet: str | None) -> str:
        """A formula of ``sheet`` (None: of no sheet) afterwards."""
        if not self._may_concern(text, sheet):
            return text
        return shift(text, sheet, self.sheet, self.row, self.count)

    def areas(self, text: str, *, inherit: bool = False) -> str:
        """A list of areas of the sheet afterwards: those below move, those that span the place grow.

        With ``inherit`` those that end in the row above grow too, as the new rows take after it.
        """
        return " ".join(self._area(each, inherit) for each in text.split())

    def _may_concern(self, text: str, sheet: str | None) -> bool:
        """Taking a formula apart costs much more than seeing that it names neither the sheet nor a row so far down."""
        named = sheet == self.sheet or self.sheet.replace("'", "''").casefold() in text.casefold()
        return named and any(int(digits) >= self.row for digits in _DIGITS.findall(text))

    def _area(self, text: str, inherit: bool) -> str:
        area = parse_area(text)
        grows = inherit and area.bottom == self.row - 1
        bottom = min(area.bottom + self.count if grows else self.number(area.bottom), MAX_ROW)
        moved = Area(None, self.number(area.top), area.left, bottom, area.right)
        return text if moved == area else area_name(moved)
