"""An official form that stands on several sheets (续表), and the tables of other sheets that belong to it, as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from selfeval_xl.model import EMPTY, LEVELS, Entries, Entry, Row
from selfeval_xl.quantity.text import squeezed, unspaced
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.recognize import Recognized, recognize
from selfeval_xl.workbook.recognize.cells.values import ZERO
from selfeval_xl.workbook.recognize.words.labels import read_label
from selfeval_xl.workbook.recognize.words.vocabulary import FULL_MARKS, LEVEL1, LEVEL2, POINTS

_OWN = frozenset({"unit", "department", "project", "funds_initial", "funds_adjusted", "funds_executed"})
"""Fields that tell whose form it is, or what money it is about."""

_WHOSE = ("project", "unit", "department", "year", "claimed_total")
"""Fields that are the same on two sheets of one form, where both have them."""


def recognized_on(sheets: Iterable[tuple[str, Grid]]) -> list[Recognized]:
    """What is recognized on the sheets; one where nothing is may continue the indicators of the sheet before.

    A conversion from print makes a sheet of each page, and only the first may have the heading.
    """
    found: list[Recognized] = []
    above = Grid("")
    for name, grid in sheets:
        here = recognize(grid, name)
        if not here and found and _is_open(found[-1]):
            grid = _headed(grid, above, found[-1])
            here = tuple(_own(page) for page in recognize(grid, name) if _is_page(page, found[-1]))
        above = grid if here else above
        found.extend(here)
    return found


def _is_open(form: Recognized) -> bool:
    """True for indicators without a total below them so far (or in a form without points)."""
    return "indicators" in form.spans and not form.supplement and "claimed_total" not in form.entries.fields


def _headed(grid: Grid, above: Grid, form: Recognized) -> Grid:
    """The sheet with the heading of the form's indicators above its first row, in row 0 and before."""
    below = form.spans["indicators"].first_row
    taken = {row: {form.used.get(at, "label") for at in above.cells if at[0] == row} for row in range(below - 3, below)}
    top = next((row + 1 for row in range(below - 1, below - 4, -1) if taken.get(row) != {"label"}), below - 3)
    heading = {(row - below + 1, column): cell for (row, column), cell in above.cells.items() if top <= row < below}
    headed = grid.with_cells({**heading, **grid.cells})
    merges = ((first - below + 1, left, min(last - below + 1, 0), right) for first, left, last, right in above.merges)
    headed.merges = [*grid.merges, *(one for one in merges if top - below < one[0] <= 0)]
    return headed


def _is_page(page: Recognized, form: Recognized) -> bool:
    """True for a sheet with nothing but further indicators, or the total.

    Each row has points (or, in a form without points, target and actual), and one of the rows has a level that is usual
    or in the form so far; this is not asked where their points complete the form's full marks.
    """
    rows = page.entries.tables.get("indicators", ())
    scored = all(any(row.get(key, EMPTY).value is not None for key in POINTS) for row in rows)
    if form.columns.isdisjoint(POINTS):
        scored = bool(rows) and not any(row.get(key, EMPTY).blank for row in rows for key in ("target", "actual"))
    above = form.entries.tables.get("indicators", ())
    levels, known = (
        {read_label(row[key].text).core for row in of for key in LEVELS if not row.get(key, EMPTY).blank}
        for of in (rows, above)
    )
    named = not rows or _complete_together((form,), page) or not levels.isdisjoint(LEVEL1 | LEVEL2 | known)
    last = page.spans["indicators"].last_row if "indicators" in page.spans else 0
    left = any(row <= last for row, _ in page.leftovers)
    return scored and named and not left and _goes_on((form,), page)


def _complete_together(pages: Sequence[Recognized], page: Recognized) -> bool:
    """True if the page's points complete the full marks of the form so far, with those of the execution or without."""
    above, here = (sum(map(_points, forms)) for forms in (pages, (page,)))
    execution = pages[0].entries.fields.get("budget_weight", EMPTY).value or 0
    return bool(above and here) and FULL_MARKS in (above + here, above + here + execution)


def _points(form: Recognized) -> Decimal:
    """All points of the indicators."""
    rows = form.entries.tables.get("indicators", ())
    return sum((row["weight"].value or ZERO for row in rows if "weight" in row), ZERO)


def _own(page: Recognized) -> Recognized:
    """The page without remarks on the heading that was put above it, which stands on another sheet."""
    return page._replace(ambiguities=tuple(one for one in page.ambiguities if one.place.row > 0))


def in_pages(forms: Iterable[Recognized]) -> tuple[tuple[Recognized, ...], ...]:
    """Each of the forms with its further pages, which stand right behind it."""
    forms = tuple(forms)
    pages: list[tuple[Recognized, ...]] = []
    for form in forms:
        if pages and (_goes_on(pages[-1], form) or _completes(pages[-1], form, alone=len(forms) == 2)):
            pages[-1] += (form,)
        else:
            pages.append((form,))
    return tuple(pages)


def in_one(pages: Sequence[Recognized], supplements: Sequence[Recognized] = ()) -> Recognized:
    """A form over several sheets as one; its leftovers stay with their own sheets."""
    return pages[0]._replace(
        entries=_joined(pages, supplements),
        columns=frozenset().union(*(one.columns for one in pages)),
        funds_columns=frozenset().union(*(one.funds_columns for one in pages)),
        ambiguities=tuple(each for one in pages for each in one.ambiguities),
        subtotals=tuple(row for one in pages for row in one.subtotals),
        reviews=tuple(review for one in pages for review in one.reviews),
        texts=tuple(each for one in pages for each in one.texts),
    )


def _goes_on(pages: Sequence[Recognized], form: Recognized) -> bool:
    """True for a further page of the form so far, which says neither whose it is nor what money it is about.

    Its title says so (续表), or it has the indicators where the form so far has none, or it continues them below the
    same heading, with no other title, where the form so far has no total.  On the same sheet it does so beside them,
    and only together they have the full marks.
    """
    fields, tables = form.entries.fields, form.entries.tables
    own = any(not fields[key].blank for key in _OWN & fields.keys())
    if own or tables.keys() & {"funds", "budget"}:
        return False
    if form.sheet == pages[-1].sheet and (form.title or not _complete_together(pages, form)):
        return False
    first, last = pages[0].entries, pages[-1]
    ended = any("claimed_total" in one.entries.fields for one in pages)
    begun = "indicators" not in first.tables and not ended and "funds_executed" in first.fields
    same = form.title in ("", pages[0].title) and form.columns == last.columns
    if "indicators" not in tables:
        return same and not ended and "claimed_total" in fields  # which is all that the last page holds
    return form.continued or begun or (same and not ended and "indicators" in last.entries.tables)


def _completes(pages: Sequence[Recognized], form: Recognized, *, alone: bool) -> bool:
    """True for the money of a project whose indicators stand on a sheet before, or the other way round.

    Both name the same project, or there is no other form that the one without a name might belong to.
    """
    first = pages[0]
    money, measured = (first, form) if _holds_money(first) else (form, first)
    if len(pages) > 1 or first.sheet == form.sheet or first.form != form.form:
        return False
    if not _holds_money(money) or _holds_money(measured):
        return False
    if "indicators" in money.entries.tables or "indicators" not in measured.entries.tables:
        return False
    both = [(first.entries.fields.get(key, EMPTY), form.entries.fields.get(key, EMPTY)) for key in _WHOSE]
    alike = [squeezed(one.text) == squeezed(other.text) for one, other in both if not (one.blank or other.blank)]
    return all(alike) and (alone or not (both[0][0].blank or both[0][1].blank))


def _holds_money(form: Recognized) -> bool:
    amounts = any(key.startswith("funds_") and not entry.blank for key, entry in form.entries.fields.items())
    return amounts or bool(form.entries.tables.keys() & {"funds", "budget"})


def _joined(pages: Sequence[Recognized], supplements: Sequence[Recognized]) -> Entries:
    """The entries of a form's pages, with the tables that only a supplement has.

    A supplement's funds (what was spent) are no sources of money, and the lines of a list are other projects: neither
    splits this form's money.
    """
    fields: dict[str, Entry] = {}
    tables: dict[str, tuple[Row, ...]] = dict(pages[0].entries.tables)
    for page in pages:
        fields = {**page.entries.fields, **fields}
    for page in pages[1:]:
        above, rows = tables.get("indicators", ()), page.entries.tables.get("indicators", ())
        tables = {**page.entries.tables, **tables, "indicators": (*above, *_below(above, rows))}
    for one in reversed(supplements):
        unit = one.entries.fields.get("currency_unit")
        for kind, rows in one.entries.tables.items():
            key = "listed" if one.listing and kind == "budget" else kind
            unit_of = f"{key}_currency_unit"
            if key not in tables and key != "funds":
                tables[key] = rows
                if unit is not None:
                    fields[unit_of] = unit
            elif key == "allocations" and (unit.text if unit else "") == fields.get(unit_of, EMPTY).text:
                tables[key] = _got_and_used(rows, tables[key])
    return Entries(fields, tables)


def _below(above: Sequence[Row], rows: Sequence[Row]) -> Iterator[Row]:
    """The rows of a further page; those above its first level name get the levels of the page before."""
    last = dict(above[-1]) if above else {}
    for row in rows:
        levels = {key: row[key] for key in LEVELS if key in row and not row[key].blank}
        if "level1" in levels:
            last = {}
        known = {key: last[key] for key in LEVELS if key in last and key in row}
        last = {**known, **levels}
        yield {**row, **last}


def _got_and_used(before: Sequence[Row], known: tuple[Row, ...]) -> tuple[Row, ...]:
    """The known rows, joined with those ``before`` if one sheet says what each region got, the other what it used."""
    sheets = [{_of_whom(row): row for row in rows} for rows in (before, known)]
    amounts = [{key for row in rows for key in ("allocated", "used") if key in row} for rows in (before, known)]
    alike = sheets[0].keys() == sheets[1].keys() and len(before) == len(known) == len(sheets[0])
    if not alike or {"allocated"} not in amounts or {"used"} not in amounts:
        return known
    return tuple(
        {**row, **{key: entry for key, entry in sheets[1][whom].items() if row.get(key, EMPTY).blank}}
        for whom, row in sheets[0].items()
    )


def _of_whom(row: Row) -> tuple[str, ...]:
    return tuple(unspaced(row.get(key, EMPTY).text) for key in ("region", "purpose", "level"))
