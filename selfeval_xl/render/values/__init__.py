"""What every computed cell of a workbook of ours shows, worked out from the Assessment, independently of its formula.

The keys are those of the form specs.  Each formula is written together with its value from here, so that previews show
the right figure; tests compare both with spreadsheet engines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from selfeval_xl.forms.layout import Layout
from selfeval_xl.forms.outline import Outline
from selfeval_xl.model import Assessment
from selfeval_xl.render.values import indicators, money, summary
from selfeval_xl.render.values.figures import Cell, Values
from selfeval_xl.rules import RuleSet

__all__ = ["Cell", "Computed", "Values", "computed"]


class Computed(NamedTuple):
    """Values of fields by key, and of tables by key and row number (rows of the sheet)."""

    fields: Values
    tables: Mapping[str, Mapping[int, Values]]

    def at(self, key: str, row: int) -> Cell | None:
        """The value of a field (``"total_score"``), or of a column (``"indicators.score"``) in a row; None if none."""
        return self.column(key, (row,))[0]

    def column(self, key: str, rows: Iterable[int]) -> Sequence[Cell | None]:
        """As :meth:`at`, for several rows."""
        table, dot, column = key.partition(".")
        if not dot:
            return [self.fields.get(key) for _ in rows]
        there, nothing = self.tables.get(table, {}), dict[str, Cell]()
        return [there.get(row, nothing).get(column) for row in rows]


def computed(assessment: Assessment, rules: RuleSet, form: Outline, layout: Layout) -> Computed:
    """The value of every formula, parameter and reading cell of a workbook with this layout."""
    evaluation = assessment.evaluation
    rows = dict(indicators.indicator_rows(assessment, rules, layout))
    tieout = summary.tieout_rows(assessment, layout)
    tables = {
        **money.money_rows(assessment, layout),
        "indicators": rows,
        "allocations": money.allocation_rows(evaluation.allocations, layout),
        "management": money.management_rows(evaluation.management, layout),
        "tieout": tieout,
        "missed": summary.missed_rows(assessment, rows, layout),
    }
    fields = {
        **summary.parameter_fields(rules, form),
        **summary.heading_fields(assessment, form),
        **money.funds_fields(assessment),
        **summary.closing_fields(assessment, rows, rules),
        **money.management_fields(evaluation.management),
        "tieout_summary": summary.tieout_summary(tieout),
    }
    fields |= money.budget_fields(assessment, fields["funds_adjusted"])
    fields |= money.allocation_fields(evaluation.allocations, fields["funds_executed"])
    fields |= summary.summary_fields(assessment, rows, fields)
    fields["missed_note"] = summary.missed_note(fields, len(tables["missed"]))
    return Computed(fields, tables)
