"""Cells of a workbook of ours that are not what its formulas give: overwritten formulas, and stale stored values."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from selfeval_xl.checks.figures import percent, plain
from selfeval_xl.model import Assessment, Deviation, Evaluation, Place
from selfeval_xl.read.file import Workbook
from selfeval_xl.read.ours import FormulaColumn, Ours, formula_columns
from selfeval_xl.render.values import Cell, Computed, computed
from selfeval_xl.rules import RuleSet
from selfeval_xl.workbook.number_format import CellValue, agrees
from selfeval_xl.workbook.references import cell_name, parse_cell
from selfeval_xl.workbook.stored import number

_ROW_NAMES = ("name", "region", "topic", "statement")
_RATES = ("rate", "share", "completion")


def described(ours: Ours, assessment: Assessment, rules: RuleSet) -> Evaluation | None:
    """The evaluation with each overwritten formula's cell named, and its right result; None where there is none."""
    structure = ours.evaluation.structure
    if not any(deviation.kind == "formula" for deviation in structure.deviations):
        return None
    values = computed(assessment, rules, ours.form, ours.layout)
    columns = formula_columns(ours.form, ours.layout)
    deviations = [
        _with_label(each, ours, columns, values) if each.kind == "formula" else each for each in structure.deviations
    ]
    return ours.evaluation._replace(structure=structure._replace(deviations=tuple(deviations)))


def _with_label(deviation: Deviation, ours: Ours, columns: tuple[FormulaColumn, ...], values: Computed) -> Deviation:
    row, column = parse_cell(deviation.place.cell)
    place = deviation.place.sheet, column
    found = next((each for each in columns if (each.sheet, each.column) == place and row in each.rows), None)
    if found is None:
        return deviation
    table, dot, _ = found.key.partition(".")
    name = _row_name(ours, table, row) if dot else ""
    label = "的".join(filter(None, (f"“{name}”" if name else "", ours.form.label(found.key))))
    rate = "%" in deviation.provided or found.key.endswith(_RATES) or found.key.startswith(_RATES)
    return deviation._replace(label=label, result=_shown(values.at(found.key, row), rate=rate))


def _row_name(ours: Ours, table: str, row: int) -> str:
    for entries in ours.entries.tables.get(table, ()):
        if any(entry.place and entry.place.row == row for entry in entries.values()):
            names = (entries[key].text for key in _ROW_NAMES if key in entries)
            return next((" ".join(name.split()) for name in names if name.strip()), "")
    return ""


def _shown(value: Cell | None, *, rate: bool) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return percent(Decimal(value)) if rate else plain(Decimal(value))


def stale_values(ours: Ours, assessment: Assessment, rules: RuleSet, workbook: Workbook) -> Iterator[Deviation]:
    """Stored values of intact formulas that these no longer give, as a program changed a figure without recalculating.

    A stored value is first compared with what we work out from the Assessment, and only where these differ with what
    the formula gives: between two runs the workbook may rightly show 待评定 for words that we can read.
    """
    values = computed(assessment, rules, ours.form, ours.layout)
    for formulas in formula_columns(ours.form, ours.layout):
        sheet, column, rows = formulas.sheet, formulas.column, formulas.rows
        cells, computed_values = workbook.column(sheet, column, rows), values.column(formulas.key, rows)
        for row, raw, expected in zip(rows, cells, computed_values, strict=True):
            if raw is None or raw.value is None or _same(raw.value, expected):
                continue
            stored, formula = _figure(raw.value), raw.formula
            if _same(stored, expected) or formula is None or not formulas.says(formula, row):
                continue  # a changed formula is the finding template.formula
            now = workbook.calculator.result(sheet, (row, column))
            if now is not None and not agrees(stored, now):
                yield Deviation("stale", Place(sheet, cell_name(row, column)), _said(stored), _said(now))


def _said(value: CellValue) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def _figure(stored: CellValue) -> CellValue:
    """A stored value, as a number also where a program has stored a formula's number as text."""
    figure = number(stored) if isinstance(stored, str) else None
    return stored if figure is None else figure


def _same(stored: CellValue, ours: Cell | None) -> bool:
    if type(stored) is type(ours) and stored == ours:
        return True
    if isinstance(ours, str):
        return str(stored) == ours
    return ours is not None and agrees(stored, Decimal(ours))
