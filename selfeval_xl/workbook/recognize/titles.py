"""Titles taken apart: over two rows, or into every cell that they were merged over, as all other texts then are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.anchors import is_title, is_titled, names_column
from selfeval_xl.workbook.recognize.labels import field_of, squeeze
from selfeval_xl.workbook.recognize.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.values import is_number
from selfeval_xl.workbook.recognize.years import YEAR_ALONE, with_digits

_SAYS = lazy(r"20\d\d年|项目|部门|单位|整体|政策|专项|转移支付")
_NO_TITLE = lazy("[:：。；;]|^附[件表]")
_LONGEST = 40
_HEADS = 3  # words in a row that make it a heading
_MANY = 3  # equal cells side by side that say one thing


def join_titles(sheet: Sheet) -> None:
    """Join each title with the line above it that it goes on: 2023年度财政支出政策 over 绩效自评表."""
    rows = list(sheet.rows(1, 1 << 21))
    for (above, first), (below, second) in reversed(list(pairwise(rows))):
        if below == above + 1 and len(first) == 1 and is_title(second) and _opens(first[0], second[0]):
            sheet.join(first[0], second[0], "title")


def join_repeated(sheet: Sheet) -> None:
    """Where a title stands in many cells side by side, take other texts that do as merged over them too.

    Equal cells may be a target and what came of it, unless they begin the row, are a label, or stand below a heading
    as wide.
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
