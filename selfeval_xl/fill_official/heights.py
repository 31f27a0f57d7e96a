"""Rows of an official form that are too low for what was written into them, raised as far as that takes."""

from __future__ import annotations

from collections.abc import Mapping

from selfeval_xl.render.heights import HIGHEST, LINE, MARGIN, height
from selfeval_xl.workbook.edits import Value
from selfeval_xl.workbook.measures import Measures
from selfeval_xl.workbook.references import parse_cell

_FONT = 1.1  # official forms are set in 11 or 12 points, :func:`height` counts on 10


def raised(measures: Measures, cells: Mapping[str, Value]) -> dict[int, float]:
    """The heights, by row, that the texts in ``cells`` need; in a merged range its last row takes what is missing.

    A row without a height of its own is raised too: not every program fits it to its texts on opening.
    """
    needed: dict[int, float] = {}
    for reference, content in cells.items():
        if not isinstance(content.value, str):
            continue
        area = measures.area(parse_cell(reference))
        there = sum(measures.height(row) for row in range(area.top, area.bottom + 1))
        lines = (height([(content.value, measures.width(area) / _FONT)], 0) or 0) - MARGIN
        if lines > LINE and lines * _FONT > there:
            own = measures.height(area.bottom)
            needed[area.bottom] = max(needed.get(area.bottom, own), min(own + lines * _FONT - there, HIGHEST))
    return needed
