"""Tie-outs whose formula refers to one of our results that the sheet doesn't show yet, or no longer: what it will give.

Most reports state the total: 自评总分 is compared with ``=自评表!K28``, a cell that stays blank until the workbook is
scored if an actual like 约350名 must be read from words.  Likewise for a sum that somebody has typed over.
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
        """A function for what a formula's cell gives once the sheets' cells hold these values."""


def tied(ours: Ours, assessment: Assessment, rules: RuleSet, workbook: Calculates) -> Ours:
    """The workbook with its tie-out figures as they will be once scored; the same where none uses our results."""
    overtyped = any(deviation.kind == "formula" for deviation in ours.evaluation.structure.deviations)
    every = formula_columns(ours.form, ours.layout)
    columns = [column for column in every if overtyped or column.key.startswith(_SCORED)]
    rows = ours.entries.tables.get("tieout", ())
    if not any(_refers_to(row.get("expected", EMPTY), columns) for row in rows):
        return ours
    settle = workbook.settling(_known(computed(assessment, rules, ours.form, ours.layout), columns))
    tieout = tuple(_settled(row, settle(row["expected"])) if "expected" in row else row for row in rows)
    if tieout == rows:
        return ours
    return ours.with_entries(ours.entries._replace(tables={**ours.entries.tables, "tieout": tieout}))


def _refers_to(entry: Entry, columns: list[FormulaColumn]) -> bool:
    """Whether the entry's formula refers to a cell of these columns."""
    own = entry.place.sheet if entry.place else ""
    for token in tokens(entry.formula or ""):
        if token.kind == "reference":
            with suppress(ValueError):
                area = parse_area(str(token))
                if any(
                    column.sheet == (area.sheet or own)
                    and area.left <= column.column <= area.right
                    and area.top < column.rows.stop
                    and column.rows.start <= area.bottom
                    for column in columns
                ):
                    return True
    return False


def _known(values: Computed, columns: list[FormulaColumn]) -> Known:
    known: dict[str, dict[Cell, CellValue]] = defaultdict(dict)
    for column in columns:
        for row in column.rows:
            if (value := values.at(column.key, row)) is not None:
                known[column.sheet][row, column.column] = Decimal(value) if isinstance(value, int) else value
    return known


def _settled(row: Row, expected: Entry) -> Row:
    """The row with that figure; but it stays hollow where the figure is a 0 from blank cells."""
    if "hollow" in row and not expected.value:
        return row
    return {key: expected if key == "expected" else entry for key, entry in row.items() if key != "hollow"}
