"""Where the rows of a table stand on its sheet, with those that a form leaves blank for its user."""

from __future__ import annotations

from collections.abc import Mapping

from selfeval_xl.model import EMPTY, Entry, Row
from selfeval_xl.workbook.recognize.columns import LEVEL_KEYS
from selfeval_xl.workbook.recognize.sheet import Sheet, Span, Table
from selfeval_xl.workbook.recognize.values import blank


def span_of(sheet: Sheet, table: Table, read: Mapping[int, Row], last: int) -> Span:
    """The rows from below the heading to ``last``; ``read`` are those in which something stands.

    A blank row belongs to the level whose merged range covers it, else to that of the row above.  A column that is one
    region's is none of the span's.
    """
    rows: dict[int, Row] = {}
    levels: dict[str, Entry] = {}
    for row in range(table.bottom + 1, last + 1):
        if row in read:
            rows[row] = read[row]
        elif not sheet.row(row):
            covers = {key: sheet.covering(row, table.columns[key].first) for key in LEVEL_KEYS if key in table.columns}
            own = {key: read.get(cell.row, {}).get(key, EMPTY) for key, cell in covers.items() if cell and cell.text}
            blanks = {key: blank(sheet, row, column.first) for key, column in table.columns.items()}
            rows[row] = {**blanks, **levels, **own}
        levels = {key: rows[row][key] for key in LEVEL_KEYS if key in rows[row]} if row in rows else levels
    of_all = ((key, column) for key, column in table.columns.items() if key not in table.regions)
    columns = {key: (column.first, column.last) for key, column in of_all}
    return Span(table.bottom + 1, last, columns, rows)
