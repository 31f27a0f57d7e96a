"""The years of headings, and of tables that tell of one year after the other: which of them is the form's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Position, Sheet
from selfeval_xl.workbook.recognize.words.labels import squeeze
from selfeval_xl.workbook.recognize.words.years import YEAR, YEAR_ALONE
from selfeval_xl.workbook.references import MAX_COLUMN

_OF_YEAR = lazy(r"(20\d\d)年")
EARLIER = "earlier"  # no year's number, and whichever year the form is of, it is another


class Years:
    """The years of headings: of the form's ``own``, or else of all, that which most headings name is the table's.

    ``over`` has the years in the headings above: 2023年 over 目标值 | 完成值.
    """

    def __init__(self, cells: Sequence[Cell], own: frozenset[str], over: Mapping[Position, str]) -> None:
        self._over = over
        years = [year for cell in cells if (year := self._named(cell)) not in ("", EARLIER)]
        year = max(years, key=lambda one: (one in own, years.count(one), one), default="")
        self._year = "" if own and year not in own else year

    def _named(self, cell: Cell) -> str:
        return self._over.get(cell.at) or year_of(cell)

    def rank(self, cell: Cell) -> int:
        """-1 for a heading of the table's year, 1 for one of another year, 0 where none is named."""
        named = self._named(cell)
        return 0 if not named else -1 if named == self._year else 1

    def past(self, cell: Cell) -> bool:
        """True below another year: no column of the table's own."""
        return bool(self._over.get(cell.at)) and self.rank(cell) > 0


def year_of(cell: Cell) -> str:
    """The year that a heading begins with: 2023年预算数; empty for others."""
    match = _OF_YEAR.match(cell.label.core) if cell.label.core.startswith("20") else None
    return match[1] if match else ""


def by_years(sheet: Sheet, first: int, last: int) -> frozenset[Position]:
    """The cells that name one year after the other down a column, or along a row: what a table tells for each."""
    years = [(cell, said) for cell in sheet.cells(first, last) if YEAR_ALONE.fullmatch(said := squeeze(cell.text))]
    named = {cell.at: said for cell, said in years}
    found: set[Position] = set()
    for one, said in years:
        behind = sheet.beginning(one.row, one.right + 1, MAX_COLUMN)[:1]
        for beside in ((one.bottom + 1, one.column), *(cell.at for cell in behind)):
            next_to = named.get(beside, "")
            # 2023年度 over 2024 is apart.
            if next_to and said != next_to and YEAR.sub("", said) == YEAR.sub("", next_to):
                found |= {one.at, beside}
    return frozenset(found)


def of_form(sheet: Sheet, cell: Cell, top: int) -> bool:
    """True for 2024年 in a table that begins in ``top`` where this year, be it of the form, is named above it."""
    return any(sheet.years.get(year, top) < top for year in YEAR.findall(squeeze(cell.text)))
