"""An official form that stands on several sheets (续表), and the tables of other sheets that belong to it, as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from selfeval_xl.model import EMPTY, Entries, Entry, Row
from selfeval_xl.quantity.text import unspaced

if TYPE_CHECKING:
    from selfeval_xl.workbook.recognize import Recognized

_OWN = frozenset({"unit", "department", "project", "funds_initial", "funds_adjusted", "funds_executed"})
"""Fields that tell of whom or of what money a form is."""


def in_pages(forms: Iterable[Recognized]) -> tuple[tuple[Recognized, ...], ...]:
    """Each of the forms with its further pages, which stand right behind it."""
    pages: list[tuple[Recognized, ...]] = []
    for form in forms:
        if pages and _goes_on(pages[-1][-1], form):
            pages[-1] += (form,)
        else:
            pages.append((form,))
    return tuple(pages)


def in_one(pages: Sequence[Recognized], supplements: Sequence[Recognized] = ()) -> Recognized:
    """A form over several sheets as one; what found no place stays with its own sheet."""
    return pages[0]._replace(
        entries=_joined(pages, supplements),
        columns=frozenset().union(*(one.columns for one in pages)),
        funds_columns=frozenset().union(*(one.funds_columns for one in pages)),
        ambiguities=tuple(each for one in pages for each in one.ambiguities),
        subtotals=tuple(row for one in pages for row in one.subtotals),
        texts=tuple(each for one in pages for each in one.texts),
    )


def _goes_on(above: Recognized, form: Recognized) -> bool:
    """True for a further page of the form above, which says neither whose it is nor what money it is about.

    Its title says so (续表), or it has the indicators, of which the form above has none.
    """
    fields, tables = form.entries.fields, form.entries.tables
    own = any(not fields[key].blank for key in _OWN & fields.keys())
    if own or form.sheet == above.sheet or "indicators" not in tables or tables.keys() & {"funds", "budget"}:
        return False
    begun = "indicators" not in above.entries.tables and "claimed_total" not in above.entries.fields
    return form.continued or (begun and "funds_executed" in above.entries.fields)


def _joined(pages: Sequence[Recognized], supplements: Sequence[Recognized]) -> Entries:
    """The entries of a form's pages, with the tables that only a supplement has.

    What that was spent on is no source of money, and the lines of a list are other projects: their money is no split of
    this form's.
    """
    fields: dict[str, Entry] = {}
    tables: dict[str, tuple[Row, ...]] = dict(pages[0].entries.tables)
    for page in pages:
        fields = {**page.entries.fields, **fields}
    for page in pages[1:]:
        tables["indicators"] = (*tables.get("indicators", ()), *page.entries.tables["indicators"])
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


def _got_and_used(before: Sequence[Row], known: tuple[Row, ...]) -> tuple[Row, ...]:
    """The known rows, and where one of two sheets says what each region got and the other what it used, both as one."""
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
