"""What a click has overwritten, kept so that 【撤销上次】 can bring it back.

It lies in a file of the user's own, not in the workbook: a hidden sheet would be mailed along with the figures of an
earlier state, and would be one more thing that differs from what ``selfeval-xl score`` writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from selfeval_xl.excel.blocks import Content
from selfeval_xl.excel.marks import Marks
from selfeval_xl.workbook.edits import Formula, Value

Stretch = tuple[int, int, float]
"""The first and the last of some rows, and their height in points."""


class State(NamedTuple):
    """Some of what a sheet shows: contents by cell (``"B3"``), heights, our notes and marks; None: not concerned."""

    cells: Mapping[str, Content] = {}
    heights: tuple[Stretch, ...] = ()
    notes: Mapping[str, str] | None = None
    marks: Marks | None = None

    def __bool__(self) -> bool:
        return bool(self.cells or self.heights) or self.notes is not None or self.marks is not None


class Kept(NamedTuple):
    """A sheet as it was, before it grew; and the cells that the click wrote, where they stand now."""

    before: State
    after: Mapping[str, Content]


class Growth(NamedTuple):
    """Rows that were inserted: the number of the first, and how many."""

    sheet: str
    row: int
    rows: int


class KeptPage(NamedTuple):
    """A sheet of ours in a workbook of others: what stood there (None: the click has added it), and what does now."""

    sheet: str
    before: Mapping[str, Content] | None
    after: Mapping[str, Content]


class Journal(NamedTuple):
    """Everything that one click has overwritten in the workbook with this full name."""

    workbook: str
    sheets: Mapping[str, Kept] = {}
    grown: tuple[Growth, ...] = ()
    page: KeptPage | None = None


def keep(journal: Journal) -> None:
    """Write it down, in place of an earlier click's."""
    path = _path(journal.workbook)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheets = {name: _sheet_out(sheet) for name, sheet in journal.sheets.items()}
    raw = {
        "workbook": journal.workbook,
        "grown": [each._asdict() for each in journal.grown],
        "sheets": sheets,
        "page": _page_out(journal.page),
    }
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def kept(workbook: str) -> Journal | None:
    """The last click's in this workbook; None where there is none that can be read."""
    try:
        raw = json.loads(_path(workbook).read_text(encoding="utf-8"))
        if raw["workbook"] != workbook:
            return None
        sheets = {name: _sheet_in(sheet) for name, sheet in raw["sheets"].items()}
        return Journal(workbook, sheets, tuple(Growth(**each) for each in raw["grown"]), _page_in(raw["page"]))
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
        return None


def forget(workbook: str) -> None:
    """The click is undone."""
    _path(workbook).unlink(missing_ok=True)


def _path(workbook: str) -> Path:
    local = os.environ.get("LOCALAPPDATA")
    folder = Path(local) if local else Path.home() / ".cache"
    name = workbook.casefold().encode("utf-8", "surrogatepass")
    return folder / "selfeval-xl" / "undo" / f"{crc32(name):08x}.json"


def _sheet_out(sheet: Kept) -> dict[str, Any]:
    state = sheet.before
    return {
        "before": _cells_out(state.cells),
        "after": _cells_out(sheet.after),
        "heights": state.heights,
        "notes": state.notes,
        "marks": state.marks,
    }


def _sheet_in(raw: Mapping[str, Any]) -> Kept:
    marks = raw["marks"]
    if marks is not None:
        marks = {severity: tuple(each) for severity, each in marks.items()}
    before = State(_cells_in(raw["before"]), _stretches(raw["heights"]), raw["notes"], marks)
    return Kept(before, _cells_in(raw["after"]))


def _page_out(page: KeptPage | None) -> Any:
    if page is None:
        return None
    before = None if page.before is None else _cells_out(page.before)
    return {"sheet": page.sheet, "before": before, "after": _cells_out(page.after)}


def _page_in(raw: Any) -> KeptPage | None:
    if raw is None:
        return None
    before = None if raw["before"] is None else _cells_in(raw["before"])
    return KeptPage(raw["sheet"], before, _cells_in(raw["after"]))


def _cells_out(cells: Mapping[str, Content]) -> dict[str, Any]:
    return {cell: _out(content) for cell, content in cells.items()}


def _cells_in(raw: Mapping[str, Any]) -> dict[str, Content]:
    return {cell: _in(each) for cell, each in raw.items()}


def _stretches(raw: Iterable[Any]) -> tuple[Stretch, ...]:
    return tuple((int(first), int(last), float(points)) for first, last, points in raw)


def _out(content: Content) -> Any:
    if isinstance(content, Formula):
        return {"formula": content.text}
    value = content.value
    return {"number": str(value)} if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def _in(raw: Any) -> Content:
    if isinstance(raw, dict):
        return Formula(raw["formula"]) if "formula" in raw else Value(Decimal(raw["number"]))
    return Value(raw)
