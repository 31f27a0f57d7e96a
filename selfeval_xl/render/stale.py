"""Finds stored values that their formulas no longer give: a figure was changed by something that does not calculate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from selfeval_xl.model import Assessment, Deviation, Place
from selfeval_xl.read.file import Workbook
from selfeval_xl.read.ours import Ours, alike, formula_cells
from selfeval_xl.render.values import Cell, Computed, computed
from selfeval_xl.rules import RuleSet
from selfeval_xl.workbook.number_format import CellValue, agrees
from selfeval_xl.workbook.references import cell_name


def stale_values(ours: Ours, assessment: Assessment, rules: RuleSet, workbook: Workbook) -> tuple[Deviation, ...]:
    """Stored values of intact formulas that differ from what the formula gives now; missing ones are no finding.

    What we worked out ourselves is compared first; only where that differs is the formula asked, since between two runs
    the workbook may rightly show 待评定 for words that we can read.
    """
    return tuple(_stale(ours, computed(assessment, rules, ours.form, ours.layout), workbook))


def _stale(ours: Ours, values: Computed, workbook: Workbook) -> Iterator[Deviation]:
    for sheet, row, column, key, formula in formula_cells(ours.form, ours.layout):
        stored = workbook.stored(sheet, row, column)
        if stored is None or _same(stored, _ours(values, key, row)):
            continue
        grid = workbook.grids[sheet]
        raw = grid.cells[row, column]
        if raw.formula is None or alike(raw.formula) != alike(formula):
            continue  # template.formula says so
        now = workbook.calculator.result(sheet, (row, column))
        if now is not None and not agrees(stored, now):
            yield Deviation("stale", Place(sheet, cell_name(row, column)), str(stored), str(now))


def _ours(values: Computed, key: str, row: int) -> Cell | None:
    table, dot, column = key.partition(".")
    return values.tables.get(table, {}).get(row, {}).get(column) if dot else values.fields.get(key)


def _same(stored: CellValue, ours: Cell | None) -> bool:
    if isinstance(ours, int | Decimal):
        return agrees(stored, Decimal(ours))
    return ours is not None and str(stored) == ours
