"""Cells beside the indicators: which formulas new rows must get as well, and which cells must grow with a level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from selfeval_xl.fill_official.levels import Changes, runs
from selfeval_xl.fill_official.rows import Plan
from selfeval_xl.model import LEVELS
from selfeval_xl.workbook.edits import Formula, Value
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.recognize.cells.table import Span
from selfeval_xl.workbook.references import Area, Cell, area_name, cell_name, translate
from selfeval_xl.workbook.writing.sums import widened


def add_beside(changes: Changes, span: Span, plan: Plan, before: Grid, after: Grid) -> None:
    """Add what ``plan`` asks for; ``before`` is the sheet as the form has it, ``after`` with the new rows."""
    if not plan.inserts:
        return
    changes.lone.update(_lone(plan, before, after))
    changes.cells |= {cell_name(*at): Value(None) for at in changes.lone}
    for key in LEVELS:
        columns = _columns_of_level(span, plan, key, before)
        for start, run in runs(plan.lines, key):
            own = [line.row for line in run if line.row is not None]
            if len(own) == 1 < len(run):
                rows = range(plan.row(start), plan.row(start + len(run)))
                for left, right in columns:
                    _widen(changes, rows, left, right, after)


def _lone(plan: Plan, before: Grid, after: Grid) -> Iterator[Cell]:
    """The cells of new rows whose formula was copied from a row that alone in the table has one like it."""
    rows = [line.row for line in plan.lines if line.row is not None and not line.fixed]
    formulas = _formulas(before)
    known: dict[Cell, bool] = {}
    added = _formulas(after)
    for row, like in plan.models().items():
        for column in added.get(row, ()):
            at = like, column
            if at not in known:
                own = formulas.get(like, {}).get(column, "")
                known[at] = len(rows) == 1 or any(
                    formulas.get(other, {}).get(column) == translate(own, at, (other, column))
                    for other in rows
                    if other != like
                )
            if not known[at]:
                yield row, column


def _formulas(grid: Grid) -> Mapping[int, Mapping[int, str]]:
    """The formulas of a sheet by row and column."""
    found: dict[int, dict[int, str]] = {}
    for (row, column), cell in grid.cells.items():
        if cell.formula:
            found.setdefault(row, {})[column] = cell.formula
    return found


def _columns_of_level(span: Span, plan: Plan, key: str, before: Grid) -> set[tuple[int, int]]:
    """The columns, other than those of the levels' names, in which cells are merged over just the rows of a level."""
    named = {span.columns[each][0] for each in LEVELS if each in span.columns}
    levels = set()
    for _, run in runs(plan.lines, key):
        own = [line for line in run if line.row is not None]
        if sum(not line.fixed for line in own) > 1:
            levels.add((own[0].row, own[-1].row))
    merged = (area for area in before.merges if (area[0], area[2]) in levels and area[1] not in named)
    return {(left, right) for _, left, _, right in merged}


def _widen(changes: Changes, rows: range, left: int, right: int, after: Grid) -> None:
    """Merge a level's cell, which stood beside the level's only row, over all of ``rows``."""
    for row in rows:
        if right > left:
            changes.old.append(area_name(Area(None, row, left, row, right)))
        if row > rows.start and (row, left) in after.cells:
            changes.lone.add((row, left))
            changes.cells[cell_name(row, left)] = Value(None)
    changes.new.append(area_name(Area(None, rows.start, left, rows[-1], right)))
    head = after.cells.get((rows.start, left))
    if head is not None and head.formula:
        changes.cells[cell_name(rows.start, left)] = Formula(widened(head.formula, rows))
