"""What an overwritten formula of ours would give, and what its cell is called: the formula tells people neither."""

from __future__ import annotations

from decimal import Decimal

from selfeval_xl.checks.figures import percent, plain
from selfeval_xl.model import Assessment, Deviation, Evaluation
from selfeval_xl.read.ours import FormulaColumn, Ours, formula_columns
from selfeval_xl.render.values import Cell, Computed, computed
from selfeval_xl.rules import RuleSet
from selfeval_xl.workbook.references import parse_cell

_ROW_NAMES = ("name", "region", "topic", "statement")
_RATES = ("rate", "share", "completion")


def described(ours: Ours, assessment: Assessment, rules: RuleSet) -> Evaluation | None:
    """The evaluation whose overwritten formulas say what they are and what they give; None where there are none."""
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
