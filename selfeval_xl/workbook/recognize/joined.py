"""Texts taken apart: over two rows, or into every cell that they were merged over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby, pairwise

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.anchors import is_title, is_titled, names_column
from selfeval_xl.workbook.recognize.columns import LEVEL_KEYS
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.labels import OF_WHICH, field_of, is_filler, squeeze
from selfeval_xl.workbook.recognize.sheet import Cell, Sheet, Table
from selfeval_xl.workbook.recognize.totals import names_score, names_sum
from selfeval_xl.workbook.recognize.values import is_number, number
from selfeval_xl.workbook.recognize.vocabulary import LEVEL1, LEVEL2
from selfeval_xl.workbook.recognize.years import YEAR_ALONE, with_digits

_SAYS = lazy(r"20\d\d年|项目|部门|单位|整体|政策|专项|转移支付")
_NO_TITLE = lazy("[:：。；;]|^附[件表]")
_LONGEST = 40
_HEADS = 3  # words in a row that make it a heading
_MANY = 3  # equal cells side by side that say one thing

_TEXTS = (*LEVEL_KEYS, "name", "target", "actual", "unit", "reason")
_ASKED = {"name", "target", "actual"}
_FULL_MARKS = Decimal(100)


def join_titles(sheet: Sheet) -> None:
    """Join each title with the line above it that it goes on: 2023年度财政支出政策 over 绩效自评表."""
    rows = list(sheet.rows(1, 1 << 21))
    for (above, first), (below, second) in reversed(list(pairwise(rows))):
        if below == above + 1 and len(first) == 1 and is_title(second) and _opens(first[0], second[0]):
            sheet.join(first[0], second[0], "title")


def join_repeated(sheet: Sheet) -> None:
    """Where a title stands in many cells side by side, take other texts that do as merged over them too.

    But equal cells may be a target and its actual, where they neither begin the row nor are a label or as wide as one.
    """
    rows = [(cells, list(_runs(cells))) for _, cells in sheet.rows(1, 1 << 21)]
    if not any(len(run) >= _MANY and is_titled(run[0]) for _, runs in rows for run in runs):
        return
    heads: set[tuple[int, int]] = set()
    for cells, runs in rows:
        if sum(map(names_column, cells)) >= _HEADS:
            heads = {(run[0].column, run[-1].right) for run in runs if names_column(run[0])}
        for run in runs:
            across = run[0] is cells[0] and len(run) >= _MANY and not is_number(run[0])
            if across or field_of(run[0].label) or (run[0].column, run[-1].right) in heads:
                sheet.widen(run)


def _runs(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """The cells side by side that say the same."""
    for _, same in groupby(enumerate(cells), lambda each: (each[1].text, each[1].column - each[0], each[1].bottom)):
        run = [cell for _, cell in same]
        if len(run) > 1:
            yield run


def _opens(line: Cell, title: Cell) -> bool:
    """True for the first line of the title; one that is a title itself, or a year alone, stays apart."""
    text = squeeze(with_digits(line.text))
    apart = YEAR_ALONE.fullmatch(text) or is_titled(line) or field_of(line.label) or _NO_TITLE.search(text)
    return line.column == title.column and len(text) <= _LONGEST and not apart and _SAYS.search(text) is not None


def join_wrapped(draft: Draft, table: Table, end: int) -> None:
    """Join rows without points, which a conversion broke, to those above them that they go on with.

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
    return _FULL_MARKS in (points, points + (draft.total("weight").value or 0))
