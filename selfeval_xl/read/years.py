"""The year of an official form that names none itself: that of its sheet's name, or of the cover before the forms."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING

from selfeval_xl.model import EMPTY, Entry, Place
from selfeval_xl.workbook.recognize.years import year_named
from selfeval_xl.workbook.references import cell_name

if TYPE_CHECKING:
    from selfeval_xl.read.file import Opened
    from selfeval_xl.workbook.recognize import Recognized

_MOST_CELLS = _LONGEST_TITLE = 40


def with_years(forms: Sequence[Recognized], workbook: Opened) -> list[Recognized]:
    """The forms, those that name no year with the one that their sheet or the cover names; never with one of two."""
    found = []
    for form in forms:
        fields = form.entries.fields
        if fields.get("year", EMPTY).blank and (year := _year(form.sheet, forms[0].sheet, workbook)):
            form = form._replace(entries=form.entries._replace(fields={**fields, "year": year}))
        found.append(form)
    return found


def _year(sheet: str, first: str, workbook: Opened) -> Entry | None:
    """What the sheet's name says, or else what the few words of the sheets before the ``first`` form agree on."""
    if year := year_named(sheet):
        return Entry(year, Decimal(year))
    covers = takewhile(lambda one: one[0] != first, workbook.grids.items())
    few = [(name, grid) for name, grid in covers if name not in workbook.hidden and len(grid.cells) <= _MOST_CELLS]
    titles = [(name, at, cell.text) for name, grid in few for at, cell in grid.cells.items() if "年" in cell.text]
    named = {year_named(text): (name, at) for name, at, text in titles if len(text) <= _LONGEST_TITLE}
    named.pop("", None)
    if len(named) != 1:
        return None
    [(year, (name, at))] = named.items()
    return Entry(year, Decimal(year), Place(name, cell_name(*at)))
