"""The vocabulary between render and both ends, file and live Excel: what is to change in a workbook, not how.

Cells are named by their A1 reference.  A workbook that grows does so first: every reference in :class:`Edits` is meant
as it reads afterwards.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from selfeval_xl.model import Severity

Scalar = str | Decimal | int | bool | datetime.date | None

Style = Literal["plain", "title", "header", "wrap", "error", "warning", "info", "link"]


MARK_FORMULA = 'OR(TRUE,"selfeval-xl"="")'
"""Always true, and recognizable: the condition of our colour marks, in a file and in a live workbook."""

NOTE_HEADING = "―― selfeval-xl 校验 ――"
"""The line with which our part of a cell's note begins."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a person could have typed; None empties the cell and keeps its look."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula (with or without its leading ``=``) and the value it has now, for those who show it uncalculated."""

    text: str
    value: Scalar = None


@dataclass(frozen=True, slots=True)
class Link:
    """A text that jumps to a cell of the workbook when it is clicked."""

    text: str
    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Span:
    """The rows ``first`` to ``last`` of a sheet that hold one table's entries; a table grows behind its last row."""

    sheet: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Page:
    """A whole sheet of our own: rows of (content, look), column widths in characters, rows that stay in view."""

    rows: tuple[tuple[tuple[Value | Formula | Link, Style], ...], ...]
    widths: tuple[float, ...] = ()
    frozen_rows: int = 0


@dataclass(frozen=True, slots=True)
class SheetEdits:
    """What changes on one sheet.

    ``clear`` ranges are emptied before ``cells`` are written.  ``heights`` sets rows (by number) to points.  ``notes``
    and ``marks`` replace all of our earlier ones on the sheet; None leaves those as they are.
    """

    cells: Mapping[str, Value | Formula] = field(default_factory=dict)
    clear: tuple[str, ...] = ()
    heights: Mapping[int, float] = field(default_factory=dict)
    notes: Mapping[str, str] | None = None
    marks: Mapping[Severity, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Edits:
    """What changes in a workbook: ``grow`` first, then ``sheets``, then ``pages`` (added, or put in place of ours)."""

    sheets: Mapping[str, SheetEdits] = field(default_factory=dict)
    grow: Mapping[Span, int] = field(default_factory=dict)
    pages: Mapping[str, Page] = field(default_factory=dict)
