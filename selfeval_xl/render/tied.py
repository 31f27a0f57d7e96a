"""What a tie-out's formula gives where it takes a result of ours that the sheet does not show yet, or no longer.

Most reports state the total: 自评总分 beside ``=自评表!K28``, which is empty as long as an actual such as 约350名 was
not read, and what we work out once it is scored.  So is a sum that somebody has typed over.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from decimal import Decimal
from typing import Protocol

from selfeval_xl.model import EMPTY, Assessment, Entry, Row
from selfeval_xl.read.file import Known
from selfeval_xl.read.ours import FormulaColumn, Ours, Settle, formula_columns
from selfeval_xl.render.values import Computed, computed
from selfeval_xl.rules import RuleSet
from selfeval_xl.workbook.number_format import CellValue
from selfeval_xl.workbook.references import Cell, parse_area, tokens

_SCORED = ("indicators.", "total_", "weight_", "score_", "rate_", "count_", "share_")


class Calculates(Protocol):
    """A workbook, as a file or open in Excel, that can say what its formulas will give."""

    def settling(self, known: Known) -> Settle:
        """What they give with these values in the sheets' cells."""


def tied(ours: Ours, assessment: Assessment, rules: RuleSet, workbook: Calculates) -> Ours:
    """The workbook with such figures as they will be once it is scored; the same where no tie-out takes one."""
    overtyped = any(one.kind == "formula" for one in ours.evaluation.structure.deviations)
    every = formula_columns(ours.form, ours.layout)
    columns = [one for one in every if overtyped or one.key.startswith(_SCORED)]
    rows = ours.entries.tables.get("tieout", ())
    if not any(_takes(row.get("expected", EMPTY), columns) for row in rows):
        return ours
    settle = workbook.settling(_known(computed(assessment, rules, ours.form, ours.layout), columns))
    tieout = tuple(_settled(row, settle(row["expected"])) if "expected" in row else row for row in rows)
    if tieout == rows:
        return ours
    return ours.with_entries(ours.entries._replace(tables={**ours.entries.tables, "tieout": tieout}))


def _takes(entry: Entry, columns: list[FormulaColumn]) -> bool:
    """Whether the formula names a cell of these columns."""
    own = entry.place.sheet if entry.place else ""
    for token in tokens(entry.formula or ""):
        if token.kind == "reference":
            with suppress(ValueError):
                area = parse_area(str(token))
                if any(
                    one.sheet == (area.sheet or own)
                    and area.left <= one.column <= area.right
                    and area.top < one.rows.stop
                    and one.rows.start <= area.bottom
                    for one in columns
                ):
                    return True
    return False


def _known(values: Computed, columns: list[FormulaColumn]) -> Known:
    known: dict[str, dict[Cell, CellValue]] = defaultdict(dict)
    for one in columns:
        for row in one.rows:
            if (value := values.at(one.key, row)) is not None:
                known[one.sheet][row, one.column] = Decimal(value) if isinstance(value, int) else value
    return known


def _settled(row: Row, expected: Entry) -> Row:
    """The row with that figure; a 0 out of cells that are empty yet stays none."""
    if "hollow" in row and not expected.value:
        return row
    return {key: expected if key == "expected" else entry for key, entry in row.items() if key != "hollow"}
