"""Target and actual that no heading names: taken for what stands in the column, or told as not recognized."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from selfeval_xl.lazy import lazy
from selfeval_xl.model import UNKNOWN_COLUMN, UNUSED_COLUMN
from selfeval_xl.quantity import Quantity, comparable, read
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.labels import is_filler, unheard
from selfeval_xl.workbook.recognize.sheet import Column, Sheet, Table
from selfeval_xl.workbook.recognize.values import MEASURES
from selfeval_xl.workbook.recognize.vocabulary import TITLES, TOTAL_ROWS

_YEAR = lazy(r"20\d\d")
_STANDARD = lazy("(?:评价|考核|衡量|评估|达标)标准$|标准值$")  # a target or how it is scored: the cells say which
_FIGURES = frozenset({"number", "range", "compound", "date"})


def find_measures(draft: Draft, table: Table) -> None:
    """Take a column under an unheard-of heading for the target, or the actual, where its cells leave no doubt of it.

    They leave none where the other one is known, and this column alone answers it row by row, in units, signs or dates:
    bare figures could be anything, and targets without any sign another's actuals.  The reading is told all the same,
    and so is every such heading that stays unknown.
    """
    columns, sheet = table.columns, draft.sheet
    missing = [key for key in MEASURES if key not in columns]
    if not missing:
        return
    rows = _rows(draft, table)
    unknown = [one for one in table.extra if _may_measure(one, columns["name"])]
    unknown = [one for one in unknown if _holds_figures(_texts(sheet, one, rows))]
    if len(missing) == 1:
        key, known = missing[0], next(columns[key] for key in MEASURES if key in columns)
        others = _texts(sheet, known, rows)
        answering = [one for one in unknown if _answers(key, _texts(sheet, one, rows), others)]
        if len(answering) == 1 and not _YEAR.search(answering[0].heading.text):
            column = answering[0]
            columns[key] = Column(key, column.first, column.last, column.heading)
            table.extra.remove(column)
            sheet.doubt(column.heading, TITLES[key], UNUSED_COLUMN)
            return
    for one in (one for one in unknown if unheard(one.heading.label)):
        sheet.doubt(one.heading, UNKNOWN_COLUMN, *(TITLES[key] for key in missing))


def _rows(draft: Draft, table: Table) -> list[int]:
    """The rows of the table, down to its total."""
    rows = draft.sheet.rows(table.bottom + 1, draft.last)
    return [row for row, _ in takewhile(lambda each: each[1][0].label.core not in TOTAL_ROWS, rows)]


def _may_measure(column: Column, name: Column) -> bool:
    label = column.heading.label
    return column.first > name.last and not column.key and (unheard(label) or _STANDARD.search(label.core) is not None)


def _texts(sheet: Sheet, column: Column, rows: Sequence[int]) -> list[str]:
    """What the column holds in each of the rows, empty where that is nothing or a filler."""
    found = [sheet.beginning(row, column.first, column.last)[:1] for row in rows]
    return ["".join(cell.text for cell in cells if not is_filler(cell.text)) for cells in found]


def _holds_figures(texts: Sequence[str]) -> bool:
    """True where the column is filled, and at least every other cell of it holds a figure or a date."""
    filled = [text for text in texts if text]
    return bool(filled) and sum(read(text).kind in _FIGURES for text in filled) * 2 >= len(filled)


def _answers(key: str, texts: Sequence[str], known: Sequence[str]) -> bool:
    """True where the cells go with those of the known column: filled where these are, hardly one that does not fit."""
    pairs = [(text, other) for text, other in zip(texts, known, strict=True) if other]
    target_first = [pair if key == "target" else pair[::-1] for pair in pairs if pair[0]]
    if len(target_first) < 2 or len(target_first) * 4 < len(pairs) * 3:
        return False
    quantities = [(read(target), read(actual, role="actual")) for target, actual in target_first]
    signs = [_signed(target) for target, _ in quantities if target.kind == "number"]
    if key == "target" and (not signs or signs.count(True) * 2 < len(signs)):
        return False
    fits = [_fits(target, actual) for target, actual in quantities]
    return fits.count(True) * 2 >= len(pairs) and fits.count(False) * 5 <= len(pairs)


def _signed(figure: Quantity) -> bool:
    return figure.op is not None and not figure.inferred


def _fits(target: Quantity, actual: Quantity) -> bool | None:
    """Whether the one answers the other; None where that is open: words, and figures without a unit."""
    if target.kind == "number" and actual.kind == "number":
        if _signed(actual):
            return False
        if target.unit is None and actual.unit is None:
            return True if _signed(target) else None
        return comparable(target, actual) is not None and target.unit is not None and actual.unit is not None
    if target.kind in _FIGURES:
        return target.kind == actual.kind or (target.kind == "range" and actual.kind == "number")
    return None
