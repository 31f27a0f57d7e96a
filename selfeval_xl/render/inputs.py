"""Where the entries of a data file go in a workbook of ours: each to its cell, table rows matched by name.

A row whose name stands in the table already goes into that row; the others take free rows, and rows are added when
those run out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import NamedTuple

from selfeval_xl.evaluation.entries import plain_number
from selfeval_xl.forms.layout import Layout, grown
from selfeval_xl.forms.outline import Outline
from selfeval_xl.model import EMPTY, FIGURE_KEYS, Entries, Entry, Place, Row
from selfeval_xl.quantity.text import plain_name
from selfeval_xl.render.apart import apart
from selfeval_xl.render.leftovers import Left, kept
from selfeval_xl.render.values.figures import row_of
from selfeval_xl.workbook.edits import Span

_NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "funds": ("name",),
    "nature": ("name",),
    "budget": ("name",),
    "indicators": ("name",),
    "allocations": ("region", "purpose"),
    "tieout": ("statement",),
    "management": ("name",),
    "rectification": ("problem",),
}


class Placed(NamedTuple):
    """All entries with their cells, the layout afterwards, the cells to be ``written``, and the rows to be added first.

    ``rows`` are the sheet rows of the data's rows, by table and in the data's order.  The spans of ``grow`` are those
    before any rows are added, as :class:`~selfeval_xl.workbook.edits.Edits` wants them.
    """

    layout: Layout
    entries: Entries
    written: Mapping[Place, Entry]
    grow: Mapping[Span, int]
    rows: Mapping[str, tuple[int, ...]]


def place(data: Entries, form: Outline, layout: Layout, present: Entries) -> Placed:
    """Give every entry of ``data`` its cell in a workbook that holds the entries ``present``; none of these is emptied.

    The result's ``entries`` are what the workbook holds afterwards.
    """
    grow: dict[Span, int] = {}
    after = layout
    positions: dict[str, list[int]] = {}
    present_rows: dict[str, dict[int, Row]] = {}
    for key in dict.fromkeys((*data.tables, *present.tables)):
        rows, stretch = data.tables.get(key, ()), layout.tables[key]
        capacity = len(stretch.rows)
        taken = {row_of(*row.values()) - stretch.first_row: row for row in present.tables.get(key, ())}
        extra = max(0, 1 + max(_positions(key, rows, taken), default=-1) - capacity)
        if extra:
            grow[Span(stretch.sheet, stretch.first_row, stretch.last_row)] = extra
            after = grown(after, key, extra)
            if capacity - 1 in taken:  # rows are inserted before a table's last row, which moves down
                taken[capacity - 1 + extra] = taken.pop(capacity - 1)
        positions[key], present_rows[key] = _positions(key, rows, taken), taken
    written: dict[Place, Entry] = {}
    tables = {
        key: _filled(key, data.tables.get(key, ()), positions[key], present_rows[key], form, after, written)
        for key in dict.fromkeys((*present.tables, *data.tables))
    }
    fields = {key: entry._replace(place=after.fields[key].place) for key, entry in present.fields.items()}
    for key, entry in data.fields.items():
        if key in after.fields and not entry.blank:
            spot = after.fields[key].place
            entered = _as_words(entry) if form.fields[key].role == "entry" and key not in FIGURE_KEYS else entry
            fields[key] = written[spot] = entered._replace(place=spot)
    placed = {key: tuple(after.tables[key].first_row + one for one in positions[key]) for key in data.tables}
    return Placed(after, Entries(fields, tables), written, grow, placed)


def untouched(data: Entries, present: Entries) -> Iterator[Left]:
    """By table, the rows of ``present`` that hold more than a name and that no row of ``data`` names."""
    for key, rows in present.tables.items():
        named = {_name(key, row) for row in data.tables.get(key, ())}
        naming = {"level", "level1", "level2", *_NAMED_BY.get(key, ())}
        filled = [row for row in rows if any(not entry.blank for name, entry in row.items() if name not in naming)]
        if others := [row for row in filled if _name(key, row) not in named]:
            where = next((entry.place for entry in others[0].values() if entry.place), "")
            names = [" ".join(row.get(column, EMPTY).text for column in _NAMED_BY.get(key, ())) for row in others]
            yield kept(where, [" ".join(name.split()) for name in names])


def _positions(key: str, rows: tuple[Row, ...], taken: Mapping[int, Row]) -> list[int]:
    """Each row's position in its table, from 0: that of the row of the same name, else the next free one."""
    names = {_name(key, row): position for position, row in taken.items() if any(_name(key, row))}
    free = (position for position in count() if position not in taken)
    return [names.pop(name) if (name := _name(key, row)) in names else next(free) for row in rows]


def _filled(
    key: str,
    rows: tuple[Row, ...],
    positions: list[int],
    present_rows: Mapping[int, Row],
    form: Outline,
    layout: Layout,
    written: dict[Place, Entry],
) -> tuple[Row, ...]:
    stretch = layout.tables[key]
    keys = [name for name, part in form.tables[key].items() if part.role == "entry" and name in stretch.columns]
    fresh = {
        position: apart(row, present_rows.get(position, {})) if key == "indicators" else row
        for position, row in zip(positions, rows, strict=True)
    }
    result = []
    for position in sorted(present_rows.keys() | fresh.keys()):
        line: dict[str, Entry] = {}
        for name in keys:
            there = stretch.place(stretch.first_row + position, name)
            old = present_rows.get(position, {}).get(name, EMPTY)
            new = fresh.get(position, {}).get(name, EMPTY)
            if new.blank or (name in _NAMED_BY.get(key, ()) and plain_name(old.text) == plain_name(new.text)):
                line[name] = old._replace(place=there)
            else:
                entered = new if name in FIGURE_KEYS else _as_words(new)
                line[name] = written[there] = entered._replace(place=there)
        result.append(line)
    return tuple(result)


def _as_words(entry: Entry) -> Entry:
    """An entry as words, with all its digits: as a number it would keep only 15, and no leading zeros (00123)."""
    if entry.value is not None and "E+" in entry.text:
        return entry._replace(text=plain_number(entry.value), value=None)
    return entry._replace(value=None)


def _name(key: str, row: Row) -> tuple[str, ...]:
    return tuple(plain_name(row.get(column, EMPTY).text) for column in _NAMED_BY.get(key, ()))
