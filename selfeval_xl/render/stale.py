"""Finds stored values that their formulas no longer give: a figure was changed by something that does not calculate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from selfeval_xl.model import Assessment, Deviation, Place
from selfeval_xl.read.file import Workbook
from selfeval_xl.read.ours import Ours, formula_columns
from selfeval_xl.render.values import Cell, computed
from selfeval_xl.rules import RuleSet
from selfeval_xl.workbook.number_format import CellValue, agrees
from selfeval_xl.workbook.references import cell_name


def stale_values(ours: Ours, assessment: Assessment, rules: RuleSet, workbook: Workbook) -> Iterator[Deviation]:
    """Stored values of intact formulas that differ from what the formula gives now; missing ones are no finding.

    What we worked out ourselves is compared first; only where that differs is the formula asked, since between two runs
    the workbook may rightly show 待评定 for words that we can read.
    """
    values = computed(assessment, rules, ours.form, ours.layout)
    for one in formula_columns(ours.form, ours.layout):
        sheet, column, rows = one.sheet, one.column, one.rows
        for row, raw in zip(rows, workbook.column(sheet, column, rows), strict=True):
            if raw is None or raw.value is None or _same(raw.value, values.at(one.key, row)):
                continue
            stored, said = raw.value, raw.formula
            if said is None or not one.says(said, row):
                continue  # template.formula says so
            now = workbook.calculator.result(sheet, (row, column))
            if now is not None and not agrees(stored, now):
                yield Deviation("stale", Place(sheet, cell_name(row, column)), str(stored), str(now))


def _same(stored: CellValue, ours: Cell | None) -> bool:
    if type(stored) is type(ours) and stored == ours:
        return True
    if isinstance(ours, int | Decimal):
        return agrees(stored, Decimal(ours))
    return ours is not None and str(stored) == ours
