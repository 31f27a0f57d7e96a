"""The vocabulary between render and both ends, file and live Excel: what is to change in a workbook, not how.

Cells are named by their A1 reference.  A workbook that grows does so first: every reference in :class:`Edits` is meant
as it reads afterwards.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from selfeval_xl.model import Severity

Scalar = str | Decimal | int | bool | datetime.date | None

Style = Literal["plain", "title", "header", "wrap", "error", "warning", "info", "link"]


MARK_SIGN = '"selfeval-xl"=""'
"""Never true: by it our marks are known again, in every program that has saved them."""

MARK_FORMULA = f"OR(TRUE,{MARK_SIGN})"
"""Always true, and recognizable: the condition of our colour marks, in a file and in a live workbook."""

SEVERITY_COLORS: Mapping[Severity, tuple[str, str]] = {
    "error": ("9C0006", "FFC7CE"),
    "warning": ("9C5700", "FFEB9C"),
    "info": ("1F4E78", "DDEBF7"),
}
"""Text and ground of a finding, as RRGGBB: Excel's own "bad" and "neutral", and a calm blue."""

HEADING_COLOR = "D9E1F2"
"""The ground of the headings on our own sheets, likewise."""

NOTE_HEADING = "―― selfeval-xl 校验 ――"
"""The line with which our part of a cell's note begins."""


class Value(NamedTuple):
    """What a person could have typed; None empties the cell and keeps its look."""

    value: Scalar


class Formula(NamedTuple):
    """A formula (with or without its leading ``=``) and the value it has now, for those who show it uncalculated."""

    text: str
    value: Scalar = None


Content = Value | Formula
"""What a cell may be given."""


class Link(NamedTuple):
    """A text that jumps to a cell of the workbook when it is clicked."""

    text: str
    sheet: str
    cell: str


class Span(NamedTuple):
    """The rows ``first`` to ``last`` of a sheet that hold one table's entries; a table grows behind its last row."""

    sheet: str
    first: int
    last: int


class Page(NamedTuple):
    """A whole sheet of our own: rows of (content, look), column widths in characters, rows that stay in view."""

    rows: tuple[tuple[tuple[Content | Link, Style], ...], ...]
    widths: tuple[float, ...] = ()
    frozen_rows: int = 0


class SheetEdits(NamedTuple):
    """What changes on one sheet.

    ``heights`` sets rows (by number) to points, ``room`` makes them so high where they are lower.  ``notes`` and
    ``marks`` replace all of our earlier ones on the sheet; None leaves those as they are.
    """

    cells: Mapping[str, Content] = {}
    heights: Mapping[int, float] = {}
    room: Mapping[int, float] = {}
    notes: Mapping[str, str] | None = None
    marks: Mapping[Severity, tuple[str, ...]] | None = None


class Edits(NamedTuple):
    """What changes in a workbook: ``grow`` first, then ``sheets``, then ``pages`` (added, or put in place of ours)."""

    sheets: Mapping[str, SheetEdits] = {}
    grow: Mapping[Span, int] = {}
    pages: Mapping[str, Page] = {}
