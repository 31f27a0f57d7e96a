"""Reads the rows below the heading of a table, cell by cell for the table's columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from selfeval_xl.model import EMPTY, LEVELS, Entry, Row
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Span, Table
from selfeval_xl.workbook.recognize.cells.values import (
    blank,
    is_number,
    number,
    rate_and_score,
    settle_rate,
    weight_and_score,
)
from selfeval_xl.workbook.recognize.tables.currency import own_units
from selfeval_xl.workbook.recognize.words.figures import currency_behind


def following(draft: Draft, table: Table, end: int) -> Iterator[tuple[int, list[Cell]]]:
    """The rows below a heading up to the first blank one; a blank row is skipped if figures follow in the next."""
    for row in range(table.bottom + 1, end):
        cells = [cell for cell in draft.sheet.row(row) if cell.column >= table.left]
        if not cells and not any(is_number(cell) for cell in draft.sheet.row(row + 1)):
            return
        if cells:
            yield row, cells


def column_cells(draft: Draft, table: Table, row: int, key: str) -> list[Cell]:
    """The filled cells that begin in this row and column."""
    return draft.sheet.in_column(row, table.columns[key])


def figure_in(draft: Draft, table: Table, row: int, key: str) -> Decimal | None:
    """The figure of a row in a column; for a divided amount, the sum of its parts."""
    cells = column_cells(draft, table, row, key)[:1] if key in table.columns else []
    parts = table.parts.get(key, ())
    own = [cell for one in parts for cell in draft.sheet.in_column(row, one)] if parts else cells
    figures = [one for cell in own if (one := number(cell)) is not None]
    return sum(figures, Decimal(0)) if figures else None


def read_row(draft: Draft, table: Table, row: int, used_as: Mapping[str, str]) -> dict[str, Entry]:
    """The entries of a row by column key; an empty cell gives an empty entry that knows its place.

    ``used_as``: the wanted columns, and the marks of their cells.  A remark beside a blank reason is the reason.
    """
    values: dict[str, Entry] = {}
    rate: Cell | None = None
    for key, use in used_as.items():
        if key not in table.columns or key in table.parts:
            continue
        cell = next(iter(column_cells(draft, table, row, key)), None)
        if key == "reason" and cell is None and "note" in table.columns:
            cell = next(iter(column_cells(draft, table, row, "note")), None)
        values[key] = draft.take(cell, use) if cell else blank(draft.sheet, row, table.columns[key].first)
        if key == "claimed_rate":
            rate = cell
    for key, unit in own_units(table).items():
        if key in values and values[key].value is not None and not currency_behind(values[key].text):
            values[key] = values[key]._replace(text=f"{values[key].text}{unit}")
    points, cells = weight_and_score(draft.sheet, table, row)
    for key in (key for key in points if key in used_as):
        values[key] = points[key]
        draft.sheet.use_all(cells, used_as[key])
    for own in [values[key] for key in ("claimed_rate", "claimed_score") if key in values]:
        for key, one in rate_and_score(own, values.get("weight", EMPTY).value).items():
            if key in used_as and values.get(key, EMPTY).value is None:
                values[key] = one
    if rate is not None:
        column = table.columns["claimed_rate"]
        values["claimed_rate"] = settle_rate(draft.sheet, rate, column, values["claimed_rate"], values)
    return values


def take_share(draft: Draft, row: int, column: Column, key: str, values: dict[str, Entry]) -> None:
    """Put a cell of an allocation into its ``values``; they decide how a bare rate is meant."""
    values[key] = draft.take_in(row, column, f"allocations.{key}")
    if key == "claimed_rate" and (cells := draft.sheet.in_column(row, column)):
        values[key] = settle_rate(draft.sheet, cells[0], column, values[key], values)


def used_as(table: str, keys: Iterable[str]) -> dict[str, str]:
    """The marks of a table's cells: ``used_as("budget", ["initial"])`` → ``{"initial": "budget.initial"}``."""
    return {key: f"{table}.{key}" for key in keys}


def span_of(sheet: Sheet, table: Table, read: Mapping[int, Row], last: int) -> Span:
    """The rows from below the heading to ``last``; ``read`` holds those that were read.

    A blank row belongs to the level whose merged range covers it, else to that above.  Single regions' columns are left
    out.
    """
    rows: dict[int, Row] = {}
    levels: dict[str, Entry] = {}
    taken = {row for row, _ in sheet.used}  # has rows that were removed, too: headings of further pages
    for row in range(table.bottom + 1, last + 1):
        if row in read:
            rows[row] = read[row]
        elif not sheet.row(row) and row not in taken:
            covers = {key: sheet.covering(row, table.columns[key].first) for key in LEVELS if key in table.columns}
            own = {key: read.get(cell.row, {}).get(key, EMPTY) for key, cell in covers.items() if cell and cell.text}
            blanks = {key: blank(sheet, row, column.first) for key, column in table.columns.items()}
            rows[row] = {**blanks, **levels, **own}
        levels = {key: rows[row][key] for key in LEVELS if key in rows[row]} if row in rows else levels
    of_all = ((key, column) for key, column in table.columns.items() if key not in table.regions)
    columns = {key: (column.first, column.last) for key, column in of_all}
    return Span(table.bottom + 1, last, columns, rows)
