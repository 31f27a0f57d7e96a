"""Finds the places of an empty form that hold nothing yet: rows for indicators, the row for the total of the money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from itertools import count, takewhile

from selfeval_xl.fill_official.rows import columns_of
from selfeval_xl.model import EMPTY, LEVELS, TOTAL_FIELDS, Entry
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.recognize import Recognized
from selfeval_xl.workbook.recognize.cells.money_words import names_total
from selfeval_xl.workbook.recognize.cells.sheet import Sheet
from selfeval_xl.workbook.recognize.cells.table import Span
from selfeval_xl.workbook.recognize.forms.anchors import find
from selfeval_xl.workbook.recognize.words.figures import plain_number
from selfeval_xl.workbook.recognize.words.labels import read_label, squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import LEVEL1, LEVEL2, TOTAL_ROWS
from selfeval_xl.workbook.references import Cell


def with_printed(span: Span, grid: Grid) -> Span:
    """The table with its rows that hold nothing but the name of a second level.

    Recognition takes such a row for the heading of a group, which in a filled form it is.  In an empty one it is a
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


def with_ruled(span: Span, grid: Grid, bordered: Collection[int]) -> Span:
    """The table with the blank rows below it that are ruled like it: places for indicators of its last level.

    ``grid`` holds blank cells too, ``bordered`` are the cell formats that draw lines.  Where the total stands right
    below the heading, they follow it.  In an empty table without borders they are all rows before the next text.
    """
    levels = {key: row[key] for row in list(span.rows.values())[-1:] for key in LEVELS if key in row}
    words = _texts(span, grid, span.first_row).values() if span.last_row < span.first_row else ()
    headed = any(read_label(text).core in TOTAL_ROWS for text in words)
    first = span.last_row + 1 + headed
    lined = any(cell.style in bordered for (row, _), cell in grid.cells.items() if row == span.first_row - 1)
    below = min((row for (row, _), cell in grid.cells.items() if row >= first and cell.text.strip()), default=first)
    if lined or span.rows:
        ruled = ruled_rows(grid, list(span.columns.values()), first, bordered)
    else:
        ruled = list(range(first, below))
    rows = {row: {**dict.fromkeys(span.columns, EMPTY), **levels} for row in ruled}
    return span._replace(last_row=ruled[-1], rows={**span.rows, **rows}) if ruled else span


def ruled_rows(
    grid: Grid, columns: Collection[tuple[int, int]], first: int, bordered: Collection[int]
) -> list[int]:
    """The blank rows from ``first`` on with a border in each column, in which no two columns are merged."""
    drawn, filled = defaultdict[int, set[int]](set), set[int]()
    for (row, column), cell in grid.cells.items():
        if cell.text.strip() or cell.formula:
            filled.add(row)
        if cell.style in bordered:
            drawn[row].add(column)
    across = [
        range(top, bottom + 1)
        for top, left, bottom, right in grid.merges
        if sum(start <= right and end >= left for start, end in set(columns)) > 1
    ]

    def ruled(row: int) -> bool:
        lined = all(not drawn[row].isdisjoint(range(start, end + 1)) for start, end in columns)
        return lined and row not in filled and not any(row in rows for rows in across)

    return list(takewhile(ruled, count(first)))


def blank_total(form: Recognized, grid: Grid) -> dict[str, Cell]:
    """The cells of the money's total, by their fields, where it is the one row below its heading and nothing names it.

    Recognition finds money by its figures and by the names of its lines; an empty row has neither.  Above a row that
    is called a total it is not the total.
    """
    filled = {row for (row, _), cell in grid.cells.items() if cell.text.strip() or cell.formula}
    rows = [row for row, _ in form.used]
    sheet = Sheet(grid, form.sheet)
    for anchor in find(sheet):
        table = anchor.table
        if anchor.kind != "funds" or table is None or not min(rows) <= table.top <= max(rows):
            continue
        row = table.bottom + 1
        if row not in filled and row + 1 in filled and not any(map(names_total, sheet.row(row + 1))):
            columns = table.columns.items()
            return {TOTAL_FIELDS[key]: (row, column.first) for key, column in columns if key in TOTAL_FIELDS}
    return {}


def _names(span: Span, grid: Grid, row: int) -> dict[str, Entry]:
    """The names of levels that begin in a row."""
    found = {}
    for key in filter(span.columns.__contains__, LEVELS):
        text = next((text for at, text in _texts(span, grid, row).items() if _within(span, key, at)), "")
        if text:
            found[key] = Entry(read_label(text).core or squeeze(text))
    return found


def _alone(span: Span, grid: Grid, row: int, names: Mapping[str, Entry]) -> bool:
    """True where a row holds nothing but the printed name of its second level, its first level and a number."""
    if "level2" not in names or names["level2"].text not in LEVEL1 | LEVEL2:
        return False
    return all(
        any(_within(span, key, at) for key in LEVELS) or (plain_number(text) and at < span.columns["name"][0])
        for at, text in _texts(span, grid, row).items()
    )


def _texts(span: Span, grid: Grid, row: int) -> dict[int, str]:
    """The filled cells of a row of the table, by their column."""
    cells = ((column, grid.cells.get((row, column))) for column in columns_of(span))
    return {column: cell.text for column, cell in cells if cell is not None and (cell.text.strip() or cell.formula)}


def _within(span: Span, key: str, column: int) -> bool:
    first, last = span.columns.get(key, (0, 0))
    return first <= column <= last
