"""Reads the scores of a second judge (主管部门评分, 复核得分); the unit's own scores stay what the form claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfeval_xl.model import EMPTY, Entry, Review
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.table import Column, Table
from selfeval_xl.workbook.recognize.cells.values import entry
from selfeval_xl.workbook.recognize.tables.anchor import Anchor
from selfeval_xl.workbook.recognize.tables.headings import second_judge


def read_reviews(draft: Draft, tables: Sequence[tuple[Anchor, Table]]) -> Iterator[Review]:
    """The scores of each judge, by the heading of the column.  As our workbook has no column for them, the cells are
    not marked as used: they stay left over."""
    judged: dict[str, list[tuple[Anchor, Table, Column]]] = {}
    for anchor, table in tables:
        for column in table.extra:
            if "claimed_score" in table.columns and (name := second_judge(draft.sheet, table, column)):
                judged.setdefault(name, []).append((anchor, table, column))
    whole = _row_of(draft, "claimed_total")
    execution = _row_of(draft, "budget_claimed_score") or _row_of(draft, "budget_weight")
    for name, columns in judged.items():
        rows: dict[int, Entry] = {}
        for anchor, table, column in columns:
            below = draft.sheet.rows(table.bottom + 1, draft.last)
            found = {row: cells[0] for row, _ in below if (cells := draft.sheet.in_column(row, column))}
            own = found if anchor.kind == "indicators" else found.keys() & {execution}
            rows |= {row: entry(draft.sheet, found[row], "claimed_score") for row in own}
        apart = {row: rows.pop(row, EMPTY) for row in {whole, execution}}
        yield Review(name, tuple(rows.values()), apart[execution], apart[whole])


def _row_of(draft: Draft, field: str) -> int:
    """The row in which a field stands on this sheet; 0 if it does not."""
    place = draft.fields.get(field, EMPTY).place
    return place.row if place is not None and place.sheet == draft.sheet.name else 0
