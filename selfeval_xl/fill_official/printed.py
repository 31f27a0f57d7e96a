"""Rows that an empty form prints with a level's name alone (质量指标): places for indicators of that level."""

from __future__ import annotations

from collections.abc import Mapping

from selfeval_xl.fill_official.rows import LEVELS
from selfeval_xl.model import EMPTY, Entry
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.recognize.labels import read_label, squeeze
from selfeval_xl.workbook.recognize.sheet import Span
from selfeval_xl.workbook.recognize.values import plain_number
from selfeval_xl.workbook.recognize.vocabulary import LEVEL1, LEVEL2


def with_printed(span: Span, grid: Grid) -> Span:
    """The table with its rows that hold nothing but the name of a second level.

    Who reads a form takes such a row for the heading of a group, which in a filled form it is.  In an empty one it is a
    place for an indicator, unless rows without a level of their own stand below it: then those are the group's.  Where
    a second level's name stands in the row of its first level, it is a place whatever stands below it, and so are
    the others; the blank rows below are of the same levels.
    """
    if "level2" not in span.columns:
        return span
    rows = dict(span.rows)
    places = any("level2" in _names(span, grid, row) for row in rows)
    level1, printed = EMPTY, dict[str, Entry]()
    for row in range(span.first_row, span.last_row + 1):
        names = _names(span, grid, row)
        if row in rows:
            printed = {} if names else printed
            rows[row] = {**rows[row], **printed}
            level1 = rows[row].get("level1", EMPTY)
        elif _alone(span, grid, row, names) and (places or row == span.last_row or _names(span, grid, row + 1)):
            level1 = names.get("level1", level1)
            printed = {"level1": level1, "level2": names["level2"]}
            rows[row] = {**dict.fromkeys(span.columns, EMPTY), **printed}
    return span._replace(rows=dict(sorted(rows.items())))


def _names(span: Span, grid: Grid, row: int) -> dict[str, Entry]:
    """The names of levels that begin in a row."""
    found = {}
    for key in filter(span.columns.__contains__, LEVELS):
        text = next((text for at, text in _texts(span, grid, row).items() if _within(span, key, at)), "")
        if text:
            found[key] = Entry(read_label(text).core or squeeze(text))
    return found


def _alone(span: Span, grid: Grid, row: int, names: Mapping[str, Entry]) -> bool:
    """True where a row says its second level, by a name that forms print, and nothing beside its levels and number."""
    if "level2" not in names or names["level2"].text not in LEVEL1 | LEVEL2:
        return False
    return all(
        any(_within(span, key, at) for key in LEVELS) or (plain_number(text) and at < span.columns["name"][0])
        for at, text in _texts(span, grid, row).items()
    )


def _texts(span: Span, grid: Grid, row: int) -> dict[int, str]:
    """The filled cells of a row of the table, by their column."""
    first = min(first for first, _ in span.columns.values())
    last = max(last for _, last in span.columns.values())
    cells = ((column, grid.cells.get((row, column))) for column in range(first, last + 1))
    return {column: cell.text for column, cell in cells if cell is not None and (cell.text.strip() or cell.formula)}


def _within(span: Span, key: str, column: int) -> bool:
    first, last = span.columns.get(key, (0, 0))
    return first <= column <= last
