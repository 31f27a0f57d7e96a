"""Years in headings, and in tables that list one year after another: which of them is the form's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Position, Sheet
from selfeval_xl.workbook.recognize.words.labels import squeeze
from selfeval_xl.workbook.recognize.words.years import YEAR, YEAR_ALONE
from selfeval_xl.workbook.references import MAX_COLUMN

_OF_YEAR = lazy(r"(20\d\d)年")
EARLIER = "earlier"  # 上年, or 累计 of several years: whichever year is the form's, it is another


class Years:
    """The years of a table's headings; its own is the one most often named, of the form's years if it names any.

    ``own``: the form's years; ``over``: the years in headings above, like 2023年 over 目标值 | 完成值.
    """

    def __init__(self, cells: Sequence[Cell], own: frozenset[str], over: Mapping[Position, str]) -> None:
        self._over = over
        years = [year for cell in cells if (year := self._named(cell)) not in ("", EARLIER)]
        year = max(years, key=lambda one: (one in own, years.count(one), one), default="")
        self._year = "" if own and year not in own else year

    def _named(self, cell: Cell) -> str:
        return self._over.get(cell.at) or year_of(cell)

    def rank(self, cell: Cell) -> int:
        """-1 for a heading of the table's year, 1 for one of another year, 0 if it names none."""
        named = self._named(cell)
        return 0 if not named else -1 if named == self._year else 1

    def past(self, cell: Cell) -> bool:
        """True for a heading below another year: its column is not about the form's year."""
        return bool(self._over.get(cell.at)) and self.rank(cell) > 0


def year_of(cell: Cell) -> str:
    """The year that a heading begins with (2023年预算数); empty if there is none."""
    match = _OF_YEAR.match(cell.label.core) if cell.label.core.startswith("20") else None
    return match[1] if match else ""


def by_years(sheet: Sheet, first: int, last: int) -> frozenset[Position]:
    """The cells that list years, down a column or along a row."""
    texts = [(cell, squeeze(cell.text)) for cell in sheet.cells(first, last)]
    years = [(cell, written) for cell, written in texts if YEAR_ALONE.fullmatch(written)]
    named = {cell.at: written for cell, written in years}
    found: set[Position] = set()
    for one, written in years:
        behind = sheet.beginning(one.row, one.right + 1, MAX_COLUMN)[:1]
        for beside in ((one.bottom + 1, one.column), *(cell.at for cell in behind)):
            next_to = named.get(beside, "")
            # 2023年度 over 2024 is no list: its years are all written alike.
            if next_to and written != next_to and YEAR.sub("", written) == YEAR.sub("", next_to):
                found |= {one.at, beside}
    return frozenset(found)


def of_form(sheet: Sheet, cell: Cell, top: int) -> bool:
    """True for 2024年 in a table that begins in ``top``, if that year is also named above: then it is the form's."""
    return any(sheet.years.get(year, top) < top for year in YEAR.findall(squeeze(cell.text)))
