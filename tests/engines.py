"""Results of a workbook's formulas by spreadsheet engines, to compare our own figures with."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import formualizer

from selfeval_xl.model import Place
from selfeval_xl.read import Workbook
from selfeval_xl.workbook.references import cell_name

Shown = str | Decimal | None


def formulas(workbook: Workbook) -> list[tuple[str, int, int]]:
    """Every cell that holds a formula."""
    return [
        (name, *cell)
        for name, grid in workbook.grids.items()
        for cell, raw in grid.cells.items()
        if raw.formula is not None
    ]


def stored(workbook: Workbook) -> dict[Place, Shown]:
    """The value that the file stores with each formula."""
    return {
        Place(name, cell_name(row, column)): _shown(workbook.grids[name].cells[row, column].value)
        for name, row, column in formulas(workbook)
    }


def embedded(path: Path) -> dict[Place, Shown]:
    """The embedded engine's result of each formula."""
    engine = formualizer.load_workbook(str(path))
    engine.evaluate_all()
    return {
        Place(name, cell_name(row, column)): _shown(engine.get_value(name, row, column))
        for name, row, column in formulas(Workbook(path))
    }


def differing(ours: Mapping[Place, Shown], theirs: Mapping[Place, Shown]) -> dict[str, tuple[Shown, Shown]]:
    """The cells in which two sets of values differ, without HYPERLINK cells, which engines show in their own ways."""
    return {
        str(place): (value, theirs.get(place))
        for place, value in ours.items()
        if place.sheet != "校验结果" and not _same(value, theirs.get(place))
    }


def _shown(value: object) -> Shown:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return Decimal(format(float(value), ".15g"))
    return value if isinstance(value, Decimal) else str(value)


def _same(ours: Shown, theirs: Shown) -> bool:
    if isinstance(ours, Decimal) and isinstance(theirs, Decimal):
        return abs(ours - theirs) <= Decimal("1e-9") * max(1, abs(ours))
    return ours == theirs
