"""Texts that a conversion from PDF or Word broke over two rows: what goes on below is joined to what it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from selfeval_xl.model import EMPTY
from selfeval_xl.workbook.recognize.columns import LEVEL_KEYS
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.labels import OF_WHICH, is_filler, squeeze
from selfeval_xl.workbook.recognize.sheet import Cell, Table
from selfeval_xl.workbook.recognize.totals import names_score, names_sum
from selfeval_xl.workbook.recognize.values import number
from selfeval_xl.workbook.recognize.vocabulary import LEVEL1, LEVEL2

_TEXTS = (*LEVEL_KEYS, "name", "target", "actual", "unit", "reason")
_ASKED = {"name", "target", "actual"}
_FULL_MARKS = Decimal(100)


def join_wrapped(draft: Draft, table: Table, end: int) -> None:
    """Join the rows without points to those above them that they go on with.

    Such a row has nothing but ends of texts, and it isn't a row that somebody forgot to fill in: no cells are merged
    downwards, as those of the levels are in any form that was typed, and the points of the others are complete.
    """
    sheet, columns = draft.sheet, table.columns
    rows = list(sheet.rows(table.bottom + 1, end - 1))
    merged = any(cell.bottom > cell.row for _, cells in rows for cell in cells)
    if merged or "weight" not in columns or columns.keys().isdisjoint(LEVEL_KEYS) or not _complete(draft, table, end):
        return
    keys = {at: key for key in _TEXTS if key in columns for at in range(columns[key].first, columns[key].last + 1)}
    above: dict[str, Cell] = {}
    last = 0
    for row, cells in rows:
        pieces = {keys.get(cell.column, ""): cell for cell in cells}
        if sheet.beginning(row, columns["weight"].first, columns["weight"].last):
            above = {key: cell for key, cell in pieces.items() if key}
        elif above and len(pieces) == len(cells) and last == row - 1 and _go_on(pieces, above):
            above |= {key: sheet.join(above[key], cell, f"indicators.{key}") for key, cell in pieces.items()}
        else:
            above = {}
        last = row


def _go_on(pieces: Mapping[str, Cell], above: Mapping[str, Cell]) -> bool:
    """True for ends of texts, below those that they end; a level's name must be one of the known ones then."""
    if not pieces.keys() <= above.keys() or pieces.keys() >= _ASKED:
        return False
    words = [cell for key, end in pieces.items() for cell in (above[key], end)]
    texts = all(cell.raw is not None and isinstance(cell.raw.value, str) for cell in words)
    filler = any(is_filler(cell.text) or OF_WHICH.match(cell.text) for cell in pieces.values())
    levels = (squeeze(above[key].text + pieces[key].text) for key in pieces.keys() & {*LEVEL_KEYS})
    return texts and not filler and all(level in LEVEL1 | LEVEL2 for level in levels)


def _complete(draft: Draft, table: Table, end: int) -> bool:
    """True where the points of the rows, perhaps with those of the execution, are all that there are."""
    points = Decimal(0)
    for _, cells in draft.sheet.rows(table.bottom + 1, end - 1):
        if not any(names_sum(cell.label) or names_score(cell.label) for cell in cells):
            points += sum(number(cell, points=True) or 0 for cell in cells if table.columns["weight"].holds(cell))
    return _FULL_MARKS in (points, points + (draft.fields.get("budget_weight", EMPTY).value or 0))
