"""What of a workbook of ours is not what its formulas give: cells that were typed over, stored values gone stale."""

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
    """The evaluation whose overwritten formulas say what they are called and would give; None without such."""
    structure = ours.evaluation.structure
    if not any(one.kind == "formula" for one in structure.deviations):
        return None
    values = computed(assessment, rules, ours.form, ours.layout)
    columns = formula_columns(ours.form, ours.layout)
    told = (_told(one, ours, columns, values) if one.kind == "formula" else one for one in structure.deviations)
    return ours.evaluation._replace(structure=structure._replace(deviations=tuple(told)))


def _told(one: Deviation, ours: Ours, columns: tuple[FormulaColumn, ...], values: Computed) -> Deviation:
    row, column = parse_cell(one.place.cell)
    at = (each for each in columns if (each.sheet, each.column) == (one.place.sheet, column) and row in each.rows)
    found = next(at, None)
    if found is None:
        return one
    table, dot, _ = found.key.partition(".")
    name = _row_name(ours, table, row) if dot else ""
    label = "的".join(filter(None, (f"“{name}”" if name else "", ours.form.label(found.key))))
    rate = "%" in one.provided or found.key.endswith(_RATES) or found.key.startswith(_RATES)
    return one._replace(label=label, result=_shown(values.at(found.key, row), rate=rate))


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
    """Stored values of intact formulas that these no longer give, as something changed a figure and did not calculate.

    What we worked out ourselves is compared first; only where that differs is the formula asked, since between two runs
    the workbook may rightly show 待评定 for words that we can read.
    """
    values = computed(assessment, rules, ours.form, ours.layout)
    for one in formula_columns(ours.form, ours.layout):
        sheet, column, rows = one.sheet, one.column, one.rows
        cells, given = workbook.column(sheet, column, rows), values.column(one.key, rows)
        for row, raw, mine in zip(rows, cells, given, strict=True):
            if raw is None or raw.value is None or _same(raw.value, mine):
                continue
            stored, said = _figure(raw.value), raw.formula
            if _same(stored, mine) or said is None or not one.says(said, row):
                continue  # template.formula says so
            now = workbook.calculator.result(sheet, (row, column))
            if now is not None and not agrees(stored, now):
                yield Deviation("stale", Place(sheet, cell_name(row, column)), str(stored), str(now))


def _figure(stored: CellValue) -> CellValue:
    """A figure also where a program has saved it as a text beside its formula."""
    figure = number(stored) if isinstance(stored, str) else None
    return stored if figure is None else figure


def _same(stored: CellValue, ours: Cell | None) -> bool:
    if type(stored) is type(ours) and stored == ours:
        return True
    if isinstance(ours, str):
        return str(stored) == ours
    return ours is not None and agrees(stored, Decimal(ours))
