"""Rewrites formulas of an earlier workbook for the new one: each cell they refer to is looked up by its name there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from selfeval_xl.forms.layout import PREFIX, Layout
from selfeval_xl.model import UNREAD, Entries, Entry, Place
from selfeval_xl.read.ours import Ours
from selfeval_xl.render.inputs import Placed
from selfeval_xl.render.leftovers import Left
from selfeval_xl.render.values.figures import row_of
from selfeval_xl.workbook.edits import Formula
from selfeval_xl.workbook.references import (
    MAX_ROW,
    Area,
    area_name,
    column_letters,
    parse_area,
    quote_sheet,
    tokens,
    unquote_sheet,
)


class _NoPlace(Exception):
    """The formula names something that the new workbook does not have."""


@dataclass(frozen=True, slots=True)
class _Mapping:
    """Both layouts, and where each row of data went: table → old row → new row."""

    old: Layout
    new: Layout
    rows: Mapping[str, Mapping[int, int]]


def moved_formulas(entries: Entries, placed: Placed, source: Ours) -> tuple[dict[Place, Formula], list[Left]]:
    """The formulas among ``entries`` as they stand in the new workbook; where one can't be moved, it is listed.

    Its value then stands in the cell, as :func:`~selfeval_xl.render.inputs.place` has put it there.
    """
    rows = {
        key: {row_of(*row.values()): new for row, new in zip(entries.tables[key], numbers, strict=True)}
        for key, numbers in placed.rows.items()
    }
    mapping = _Mapping(source.layout, placed.layout, rows)
    formulas: dict[Place, Formula] = {}
    left: list[Left] = []
    for entry, where in _entries(entries, placed):
        if entry.formula in (None, UNREAD) or entry.place is None:
            continue
        try:
            text = _moved(entry.formula, entry.place.sheet, where.sheet, mapping)
        except _NoPlace:
            left.append(Left(entry.place, entry.formula, f"公式引用了新表没有的格，只搬了它的结果 {entry.text}"))
        else:
            formulas[where] = Formula(text, entry.value if entry.value is not None else entry.text)
    return formulas, left


def _entries(entries: Entries, placed: Placed) -> Iterator[tuple[Entry, Place]]:
    """Each entry with its place in the new workbook."""
    for key, entry in entries.fields.items():
        if key in placed.layout.fields:
            yield entry, placed.layout.fields[key].place
    for key, rows in entries.tables.items():
        stretch = placed.layout.tables[key]
        for row, number in zip(rows, placed.rows[key], strict=True):
            for name, entry in row.items():
                if name in stretch.columns:
                    yield entry, stretch.place(number, name)


def _moved(formula: str, old_sheet: str, new_sheet: str, mapping: _Mapping) -> str:
    pieces = []
    for token in tokens(formula):
        if token.kind == "reference":
            if "[" in token.prefix or ":" in token.prefix:
                raise _NoPlace
            sheet = unquote_sheet(token.prefix.removesuffix("!")) if token.prefix else old_sheet
            area = _area(parse_area(token.text)._replace(sheet=sheet), mapping)
            prefix = "" if area.sheet in (None, new_sheet) else quote_sheet(area.sheet) + "!"
            pieces.append(prefix + _absolute(area))
        elif token.kind in ("name", "error", "bracket") and not _known(str(token), mapping.new):
            raise _NoPlace
        else:
            pieces.append(str(token))
    return "".join(pieces)


def _absolute(area: Area) -> str:
    if (area.top, area.bottom) == (1, MAX_ROW):
        return f"${column_letters(area.left)}:${column_letters(area.right)}"
    return area_name(area._replace(sheet=None), absolute=True)


def _known(name: str, layout: Layout) -> bool:
    """True for TRUE, FALSE and those of our names that the new workbook has too."""
    key, _, column = name.lower().removeprefix(PREFIX).partition(".")
    if not name.lower().startswith(PREFIX):
        return name.upper() in ("TRUE", "FALSE")
    return column in layout.tables[key].columns if key in layout.tables and column else key in layout.fields


def _area(area: Area, mapping: _Mapping) -> Area:
    """The area with the same cells in the new workbook."""
    if area.single:
        for key, spot in mapping.old.fields.items():
            if (spot.sheet, spot.row, spot.column) == (area.sheet, area.top, area.left):
                new = mapping.new.fields.get(key)
                if new is None:
                    raise _NoPlace
                return Area(new.sheet, new.row, new.column, new.row, new.column)
    for table, old in mapping.old.tables.items():
        whole = (area.top, area.bottom) == (1, MAX_ROW)
        if old.sheet != area.sheet or not (whole or old.first_row <= area.top <= area.bottom <= old.last_row):
            continue
        keys = [key for key, column in old.columns.items() if area.left <= column <= area.right]
        new_table = mapping.new.tables.get(table)
        if not {area.left, area.right} <= {old.columns[key] for key in keys}:
            continue
        if new_table is None or not set(keys) <= new_table.columns.keys():
            raise _NoPlace
        columns = sorted(new_table.columns[key] for key in keys)
        between = [key for key, column in new_table.columns.items() if columns[0] <= column <= columns[-1]]
        if set(between) != set(keys):
            raise _NoPlace
        if whole:
            top, bottom = 1, MAX_ROW
        elif (area.top, area.bottom) == (old.first_row, old.last_row):
            top, bottom = new_table.first_row, new_table.last_row
        else:
            top, bottom = _rows(area, mapping.rows.get(table, {}))
        return Area(new_table.sheet, top, columns[0], bottom, columns[-1])
    raise _NoPlace


def _rows(area: Area, rows: Mapping[int, int]) -> tuple[int, int]:
    """The new rows of the area's rows of a table; they must still stand together, with no others between."""
    wanted = {new for old, new in rows.items() if area.top <= old <= area.bottom}
    others = set(rows.values()) - wanted
    if not wanted or any(min(wanted) <= other <= max(wanted) for other in others):
        raise _NoPlace
    return min(wanted), max(wanted)
