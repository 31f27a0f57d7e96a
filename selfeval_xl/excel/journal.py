"""What a click has overwritten, saved so that 【撤销上次】 can restore it.

It is saved in the user's own data folder and not in the workbook: a hidden sheet would be mailed along with earlier
figures, and would differ from what ``selfeval-xl score`` writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from selfeval_xl.excel.marks import Marks
from selfeval_xl.workbook.edits import Content, Formula, Value

Stretch = tuple[int, int, float]
"""First row, last row, and their height in points."""


class State(NamedTuple):
    """A part of a sheet's state: contents by cell (``"B3"``), row heights, our notes and marks (None: not affected)."""

    cells: Mapping[str, Content] = {}
    heights: tuple[Stretch, ...] = ()
    notes: Mapping[str, str] | None = None
    marks: Marks | None = None

    def __bool__(self) -> bool:
        return bool(self.cells or self.heights) or self.notes is not None or self.marks is not None


class SheetChange(NamedTuple):
    """A sheet's state before the click (and before rows were added), and the cells as the click left them."""

    before: State
    after: Mapping[str, Content]


class Growth(NamedTuple):
    """Rows that were inserted: the number of the first, and how many."""

    sheet: str
    row: int
    rows: int


class PageChange(NamedTuple):
    """Our sheet in an official form's workbook: its cells before (None: the click has added it) and after the click."""

    sheet: str
    before: Mapping[str, Content] | None
    after: Mapping[str, Content]


class Journal(NamedTuple):
    """Everything that one click has overwritten in the workbook with this full name."""

    workbook: str
    sheets: Mapping[str, SheetChange] = {}
    grown: tuple[Growth, ...] = ()
    page: PageChange | None = None


def save(journal: Journal) -> None:
    """Save a journal, in place of an earlier click's."""
    path = _path(journal.workbook)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(journal, default=_out, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def load(workbook: str) -> Journal | None:
    """The journal of the last click in this workbook; None where there is none, or it can't be read."""
    try:
        name, sheets, grown, page = json.loads(_path(workbook).read_text(encoding="utf-8"), object_hook=_in)
        if name != workbook:
            return None
        if page is not None:
            sheet, before, after = page
            page = PageChange(sheet, None if before is None else _cells(before), _cells(after))
        known = {sheet: _sheet_change(*each) for sheet, each in sheets.items()}
        return Journal(name, known, tuple(Growth(*each) for each in grown), page)
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
        return None


def forget(workbook: str) -> None:
    """Delete the journal, as the click is undone."""
    _path(workbook).unlink(missing_ok=True)


def _path(workbook: str) -> Path:
    local = os.environ.get("LOCALAPPDATA")
    folder = Path(local) if local else Path.home() / ".cache"
    name = workbook.casefold().encode("utf-8", "surrogatepass")
    return folder / "selfeval-xl" / "undo" / f"{crc32(name):08x}.json"


def _sheet_change(before: Any, after: Mapping[str, Any]) -> SheetChange:
    cells, heights, notes, marks = before
    if marks is not None:
        marks = {severity: tuple(each) for severity, each in marks.items()}
    return SheetChange(State(_cells(cells), tuple(map(tuple, heights)), notes, marks), _cells(after))


def _cells(raw: Mapping[str, Any]) -> dict[str, Content]:
    return {cell: Value(*each) if len(each) == 1 else Formula(*each) for cell, each in raw.items()}


def _out(number: Decimal) -> dict[str, str]:
    return {"": str(number)}


def _in(raw: dict[str, Any]) -> Any:
    return Decimal(raw[""]) if "" in raw else raw
