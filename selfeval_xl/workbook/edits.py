"""What is to change in a workbook, not how: ``render`` says it in these terms, for a file and for live Excel alike.

Cells are named by their A1 reference.  Rows are inserted first: references in :class:`Edits` count with them in place.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from selfeval_xl.model import Severity

Scalar = str | Decimal | int | bool | datetime.date | None

Style = Literal["plain", "title", "header", "wrap", "center", "money", "error", "warning", "info", "link"]


MARK_SIGN = '"selfeval-xl"=""'
"""A condition that is never true, by which our colour marks are recognized whichever program saved them."""

MARK_FORMULA = f"OR(TRUE,{MARK_SIGN})"
"""The condition of our colour marks (conditional formats): always true, and recognizable by its second half."""

SEVERITY_COLORS: Mapping[Severity, tuple[str, str]] = {
    "error": ("9C0006", "FFC7CE"),
    "warning": ("9C5700", "FFEB9C"),
    "info": ("1F4E78", "DDEBF7"),
}
"""Text and fill colour of a finding, as RRGGBB: Excel's own "bad" and "neutral", and a calm blue."""

BOLD: frozenset[Severity] = frozenset({"error"})
"""Findings in bold type, to be told on a black-and-white print, and from the red of a whole row that was missed."""

HEADING_COLOR = "D9E1F2"
"""The fill colour of headings on our own sheets."""

NOTE_HEADING = "―― selfeval-xl 校验 ――"
"""The line with which our part of a cell's note begins."""


class Value(NamedTuple):
    """A value as a person could type it; None empties the cell but keeps its format."""

    value: Scalar


class Formula(NamedTuple):
    """A formula (with or without ``=``) and its value now, for programs that show files without recalculating."""

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
    """The rows ``first`` to ``last`` of a sheet that hold one table's entries; new rows are added below the last."""

    sheet: str
    first: int
    last: int


class Page(NamedTuple):
    """A whole sheet of our own: rows of (content, style), column widths in characters, number of frozen rows."""

    rows: tuple[tuple[tuple[Content | Link, Style], ...], ...]
    widths: tuple[float, ...] = ()
    frozen_rows: int = 0


class SheetEdits(NamedTuple):
    """What changes on one sheet.

    ``heights`` gives rows (by number) a height in points, ``room`` a least height.  ``notes`` and ``marks`` replace all
    of our earlier ones on the sheet; None leaves those as they are.
    """

    cells: Mapping[str, Content] = {}
    heights: Mapping[int, float] = {}
    room: Mapping[int, float] = {}
    notes: Mapping[str, str] | None = None
    marks: Mapping[Severity, tuple[str, ...]] | None = None


class Edits(NamedTuple):
    """What changes, in this order: ``grow`` (span → rows to add), ``sheets``, ``pages`` (added, or replacing ours)."""

    sheets: Mapping[str, SheetEdits] = {}
    grow: Mapping[Span, int] = {}
    pages: Mapping[str, Page] = {}
