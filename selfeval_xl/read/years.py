"""What an official form does not say itself: the heading above several on a sheet, and the year of sheet or cover.

Where these name no year either, it is that in which the project runs, if it runs in one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, Entry, Place
from selfeval_xl.workbook.recognize.words.labels import lookup, read_label, squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import INDICATORS
from selfeval_xl.workbook.recognize.words.years import period_year, year_named
from selfeval_xl.workbook.references import cell_name

if TYPE_CHECKING:
    from selfeval_xl.read.file import Sheets
    from selfeval_xl.workbook.grid import Grid
    from selfeval_xl.workbook.recognize import Recognized

_MOST_CELLS = _LONGEST_TITLE = 40
_PERIOD_LABEL = lazy(
    "(?:项目|服务|任务)?(?:实施|执行|起止|建设|存续|服务)(?:起止)?(?:期限|周期|时间|年限|期间|日期|期)|项目(?:期限|周期|时间|年限|期)"
)


def with_heading(forms: Sequence[Recognized], workbook: Sheets) -> list[Recognized]:
    """The forms, each completed by what a heading above several of them says of all, and by the year that its sheet or
    the cover names; where two years are named, by neither."""
    found: list[Recognized] = []

    @cache  # asked for each further form of a sheet
    def asked(sheet: str, first: int, second: int) -> frozenset[str]:
        return _asked(workbook.grids[sheet], first, second)

    for form in forms:
        own = {key: entry for key, entry in form.entries.fields.items() if not entry.blank}
        said = _above(form, found, asked) | own
        year = EMPTY if "year" in said else _year(form.sheet, forms[0].sheet, workbook) or _of_period(form, workbook)
        if not year.blank:
            said["year"] = year
        found.append(form._replace(entries=form.entries._replace(fields={**form.entries.fields, **said})))
    return found


def _above(
    form: Recognized, forms: Sequence[Recognized], asked: Callable[[str, int, int], frozenset[str]]
) -> dict[str, Entry]:
    """What stands above the project of the first form on its sheet, for the form of a further one; below a title of its
    own just the year.  What the second form asks for again, be it left blank, is each form's own."""
    fields = [one.entries.fields for one in (*forms, form) if one.sheet == form.sheet]
    projects = [one.get("project", EMPTY).place for one in (fields[0], *fields[1:2])]
    if len(fields) < 2 or None in projects or fields[-1].get("project", EMPTY).blank:
        return {}
    first, second = (place.row for place in projects if place is not None)
    shared = ("year",) if form.title else ("year", "unit", "currency_unit")
    heading = {key: fields[0][key] for key in shared if key in fields[0]}
    heading = {key: entry for key, entry in heading.items() if entry.place and entry.place.row < first}
    again = asked(form.sheet, first, second) if heading else frozenset()
    return {key: entry for key, entry in heading.items() if key not in again}


def _asked(grid: Grid, first: int, second: int) -> frozenset[str]:
    """The fields whose labels stand below the first of two rows, down to the second."""
    labels = (read_label(cell.text) for (row, _), cell in grid.cells.items() if first < row <= second)
    return frozenset(key for label in labels if not lookup(label, INDICATORS) for key in label.field[:1])


def _year(sheet: str, first: str, workbook: Sheets) -> Entry | None:
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


def _of_period(form: Recognized, workbook: Sheets) -> Entry:
    """The one year in which the project runs, by 起止时间 and the like; nothing for several."""
    cells = workbook.grids[form.sheet].cells
    places = {*form.leftovers, *(at for at, key in form.used.items() if key == "label")}
    texts = [(at, squeeze(cells[at].text)) for at in sorted(places) if at in cells]
    years = set[str]()
    for (at, text), (beside, value) in pairwise([*texts, ((0, 0), "")]):
        label, _, said = text.partition(":")
        if _PERIOD_LABEL.fullmatch(read_label(label).core):
            said = said or (value if beside[0] == at[0] else "")
            years |= {period_year(said)} if said else set()
    year = years.pop() if len(years) == 1 else ""
    return Entry(year, Decimal(year)) if year else EMPTY
