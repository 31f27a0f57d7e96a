"""Forms that stand side by side: a sheet cut at an empty column where an indicator table stands on each side."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from selfeval_xl.workbook.recognize.anchors import find
from selfeval_xl.workbook.recognize.sheet import Sheet

if TYPE_CHECKING:
    from selfeval_xl.workbook.grid import Grid

_MOST_CUTS = 50  # that are tried; no sheet has as many forms beside one another


def bands(grid: Grid, name: str) -> list[Sheet]:
    """The sheet as one, or in as many parts as there are forms beside one another."""
    whole = Sheet(grid, name)
    occupied = sorted(whole.occupied)
    if not occupied:
        return []
    cuts = [after for before, after in pairwise(occupied) if after > before + 1]
    parts: list[Sheet] = []
    left = 1
    for cut in cuts[:_MOST_CUTS]:
        part = Sheet(grid, name, range(left, cut))
        if _has_indicators(part) and _has_indicators(Sheet(grid, name, range(cut, 1 << 20))):
            parts.append(part)
            left = cut
    if not parts:
        return [whole]
    return [*parts, Sheet(grid, name, range(left, 1 << 20))]


def _has_indicators(sheet: Sheet) -> bool:
    return any(anchor.kind == "indicators" for anchor in find(sheet))
