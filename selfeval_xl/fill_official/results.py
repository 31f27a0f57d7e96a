"""The values stored with the formulas of a filled form, brought up to date for programs that do not calculate."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from math import prod

from selfeval_xl.errors import WorkbookError
from selfeval_xl.read import Workbook
from selfeval_xl.workbook.edits import Formula
from selfeval_xl.workbook.formulas.arithmetic import Calculator, Names
from selfeval_xl.workbook.grid import Grid, RawCell
from selfeval_xl.workbook.number_format import CellValue, ErrorValue
from selfeval_xl.workbook.references import Area, Cell, cell_name, parse_area, split_sheet, tokens
from selfeval_xl.workbook.writing.patch import Patch

_Changed = dict[str, set[Cell]]  # by the sheet's name, to look up in lower case
_BY_WORDS = ("INDIRECT", "OFFSET")  # functions that take cells which they do not name


def recalculated(before: Mapping[str, Grid], filled: Workbook) -> Patch:
    """The filled form with every formula's value; ``before`` are its sheets as they were.

    A formula that can't be worked out here loses its value where it depends on a changed cell: the old value is wrong.
    """
    fresh, grids, names = Patch(filled.package), dict(filled.grids), filled.package.name_text
    changed = {name.casefold(): _differing(before.get(name), grid) for name, grid in grids.items()}
    while True:
        calculator = Calculator(grids, names)
        results = {(name, at): calculator.result(name, at) for name, at, _ in _formulas(grids)}
        for (name, at), value in results.items():  # what gives another value than before has changed too
            if value is not None and value != grids[name].cells[at].value:
                changed[name.casefold()].add(at)
        stale = _stale(grids, results, changed, names)
        if not any(stale.values()):
            break
        for name, cells in stale.items():
            for at in cells:
                fresh.forget(name, cell_name(*at))
            changed[name.casefold()] |= cells
            old = grids[name].cells
            grids[name] = grids[name].with_cells(old | {at: old[at]._replace(value=None) for at in cells})
    for name, at, cell in _formulas(grids):
        value = results[name, at]
        if value is not None and value != cell.value and not isinstance(value, ErrorValue):
            with contextlib.suppress(WorkbookError):  # a cell of an array formula: Excel works it out on opening
                fresh.set(name, cell_name(*at), Formula(cell.formula or "", value))
    return fresh


def _stale(
    grids: Mapping[str, Grid], results: Mapping[tuple[str, Cell], CellValue], changed: _Changed, names: Names
) -> _Changed:
    """By sheet, the formulas whose stored values are outdated, with all that depend on them."""
    stale: _Changed = {name: set() for name in grids}
    found: _Changed = {name.casefold(): cells for name, cells in stale.items()}  # the same sets
    formulas = list(_formulas(grids))
    for name, at, cell in chain(formulas, reversed(formulas)):  # formulas use cells above and below them
        if cell.formula is None or cell.value is None or at in stale[name]:
            continue
        if (results[name, at] is None and _depends(cell.formula, name, changed, names)) or (
            any(found.values()) and _depends(cell.formula, name, found, names)
        ):
            stale[name].add(at)
    return stale


def _formulas(grids: Mapping[str, Grid]) -> Iterator[tuple[str, Cell, RawCell]]:
    for name, grid in grids.items():
        for at, cell in grid.cells.items():
            if cell.formula:
                yield name, at, cell


def _differing(before: Grid | None, after: Grid) -> set[Cell]:
    """The cells of a sheet that have another content than before."""
    old, new = (before.cells if before else {}), after.cells
    return {at for at in old.keys() | new.keys() if _content(old.get(at)) != _content(new.get(at))}


def _content(cell: RawCell | None) -> tuple[CellValue, str | None] | None:
    return (cell.value, cell.formula) if cell else None


def _depends(formula: str, sheet: str, changed: _Changed, names: Names) -> bool:
    """True where a formula of ``sheet`` takes a changed cell, or may take one that it does not name."""
    texts, known = [formula.removeprefix("=")], set[tuple[str, str]]()  # what its names stand for is added
    for text in texts:
        for token in tokens(text):
            if token.kind == "bracket" or (token.kind == "function" and token.text.upper() in _BY_WORDS):
                return True
            if token.kind == "name":
                own, name = split_sheet(token.text)
                key = name, own or sheet
                meaning = names(*key) if key not in known else None
                known.add(key)
                if meaning:
                    texts.append(meaning)
            if token.kind == "reference":
                with contextlib.suppress(ValueError):  # A1049999 is no cell of a sheet
                    area = parse_area(str(token))
                    if _takes(area, changed.get((area.sheet or sheet).casefold(), ())):
                        return True
    return False


def _takes(area: Area, cells: Collection[Cell]) -> bool:
    """True where an area holds one of the cells; whichever of the two has fewer cells is searched."""
    if prod(area.shape) < len(cells):
        return any(cell in cells for cell in area.cells())
    return any(area.holds(cell) for cell in cells)
