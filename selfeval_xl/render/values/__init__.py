"""What every computed cell of a workbook of ours shows, worked out from the Assessment and never from the formula.

The keys are those of the form specs.  Each formula is written together with the value found here, so that a preview
shows the right figure, and the tests hold both against spreadsheet engines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from selfeval_xl.forms.layout import Layout
from selfeval_xl.forms.outline import Outline
from selfeval_xl.model import Assessment
from selfeval_xl.render.values.figures import Cell, Values
from selfeval_xl.render.values.indicators import indicator_rows
from selfeval_xl.render.values.money import (
    allocation_fields,
    allocation_rows,
    budget_fields,
    funds_fields,
    management_fields,
    management_rows,
    money_rows,
)
from selfeval_xl.render.values.summary import (
    closing_fields,
    heading_fields,
    missed_note,
    missed_rows,
    parameter_fields,
    summary_fields,
    tieout_rows,
    tieout_summary,
)
from selfeval_xl.rules import RuleSet

__all__ = ["Cell", "Computed", "Values", "computed"]


class Computed(NamedTuple):
    """Values of fields by key, and of tables by key and row number (rows of the sheet)."""

    fields: Values
    tables: Mapping[str, Mapping[int, Values]]

    def at(self, key: str, row: int) -> Cell | None:
        """What the field ``"total_score"``, or the column ``"indicators.score"`` in a row, shows; None for no such."""
        table, dot, column = key.partition(".")
        return self.tables.get(table, {}).get(row, {}).get(column) if dot else self.fields.get(key)


def computed(assessment: Assessment, rules: RuleSet, form: Outline, layout: Layout) -> Computed:
    """The value of every formula, parameter and reading cell of a workbook with this layout."""
    evaluation = assessment.evaluation
    rows = dict(indicator_rows(assessment, rules, layout))
    tieout = tieout_rows(assessment, layout)
    tables = {
        **money_rows(assessment, layout),
        "indicators": rows,
        "allocations": allocation_rows(evaluation.allocations, layout),
        "management": management_rows(evaluation.management, layout),
        "tieout": tieout,
        "missed": missed_rows(assessment, rows, layout),
    }
    fields = {
        **parameter_fields(rules, form),
        **heading_fields(assessment, form),
        **funds_fields(assessment),
        **closing_fields(assessment, rows, rules),
        **management_fields(evaluation.management),
        "tieout_summary": tieout_summary(tieout),
    }
    fields |= budget_fields(assessment, fields["funds_adjusted"])
    fields |= allocation_fields(evaluation.allocations, fields["funds_executed"])
    fields |= summary_fields(assessment, rows, fields)
    fields["missed_note"] = missed_note(fields, len(tables["missed"]))
    return Computed(fields, tables)
