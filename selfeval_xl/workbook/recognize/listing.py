"""The scores and grades of a list of projects: each row's own, for a grade must be that of the score beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfeval_xl.model import Row
from selfeval_xl.workbook.recognize.anchors import Anchor
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.labels import lookup, squeeze
from selfeval_xl.workbook.recognize.rows_below import column_cells
from selfeval_xl.workbook.recognize.vocabulary import FIELDS, GRADES


def read_listed(draft: Draft, anchors: Sequence[Anchor]) -> Iterator[Row]:
    """``name``, ``claimed_score`` and ``claimed_grade`` of each row that has a score and a grade."""
    for anchor in anchors:
        table = anchor.table
        if anchor.kind != "budget" or table is None or "claimed_score" not in table.columns:
            continue
        graded = [one for one in table.extra if lookup(one.heading.label, FIELDS)[:1] == ("claimed_grade",)]
        for row, _ in draft.sheet.rows(table.bottom + 1, draft.last) if graded else ():
            names, scores = (column_cells(draft, table, row, key) for key in ("name", "claimed_score"))
            grades = draft.sheet.beginning(row, graded[0].first, graded[0].last)
            if names and scores and grades and squeeze(grades[0].text) in GRADES:
                yield {
                    "name": draft.take(names[0], "budget.name"),
                    "claimed_score": draft.take(scores[0], "listed.claimed_score"),
                    "claimed_grade": draft.take(grades[0], "listed.claimed_grade"),
                }
