"""Rows of an indicator table that add up others (产出指标小计): which rows they may mean, and what those come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.checks.figures import ZERO, number
from selfeval_xl.checks.rows import Row
from selfeval_xl.checks.view import View
from selfeval_xl.model import Entry, Subtotal

_MOST = 60  # subtotals that are looked at; no form has as many
Spans = Callable[[Sequence[Row]], Sequence[tuple[Decimal, Decimal]]]
"""What rows may come to, each as the lowest and the highest sum; nothing while one of them has no figure."""


class Wrong(NamedTuple):
    """A subtotal that is the sum of no rows it may mean: its cell, and the sum of those that it most likely means.

    That of the ``whole`` table should have the execution with them.
    """

    entry: Entry
    name: str
    claimed: Decimal
    added: Decimal
    whole: bool


def wrong_subtotals(
    view: View, column: str, rows: Sequence[Row], spans: Spans, execution: Decimal | None, tolerance: Decimal
) -> Iterator[Wrong]:
    """The subtotals of a column that no rows give, with or without the points of the execution."""
    for one in view.evaluation.subtotals[:_MOST]:
        entry: Entry = getattr(one, column)
        claimed = number(entry)
        meant = [group for group in _groups(one, view.evaluation.subtotals, rows) if group]
        if claimed is None or not meant or not (likeliest := spans(meant[0])):
            continue
        with_execution = execution or ZERO
        others = {ZERO, with_execution}
        if one.whole and view.points is not None:
            others.add(view.points.whole - view.points.indicators)
        sums = [(low + more, high + more) for group in meant for low, high in spans(group) for more in others]
        if not any(low - tolerance <= claimed <= high + tolerance for low, high in sums):
            added = likeliest[0][0] + (with_execution if one.whole else ZERO)
            yield Wrong(entry, _name(one), claimed, added, one.whole)


def _groups(one: Subtotal, others: Sequence[Subtotal], rows: Sequence[Row]) -> list[list[Row]]:
    """The rows that a subtotal may add up, the likeliest first: its level's, those above it, those below it, all.

    That of the whole table can only mean all.
    """
    if one.whole:
        return [list(rows)]
    at = one.row
    marks = [other.row for other in others]
    first, last = (
        max((mark for mark in marks if mark < at), default=0),
        min((m for m in marks if m > at), default=1 << 21),
    )
    level1 = [row for row in rows if one.level1.text and _level(row.indicator.level1) == _level(one.level1)]
    level2 = [row for row in level1 if one.level2.text and _level(row.indicator.level2) == _level(one.level2)]
    heads = one.name.text in (one.level1.text, one.level2.text)
    if heads and not (level2 or level1):
        return []  # 预算执行 above the row that was taken as the execution
    above = [row for row in rows if first < row.indicator.row < at]
    below = [row for row in rows if at < row.indicator.row < last]
    so_far = [row for row in rows if row.indicator.row < at]
    return [level2 if heads else level1, level1, above, level2, below, so_far, list(rows)]


def _level(entry: Entry) -> str:
    return entry.text.strip().removesuffix("指标")


def _name(one: Subtotal) -> str:
    plain = one.name.text in ("小计", "合计") and one.level1.text
    return f"“{one.level1.text}”的{one.name.text}" if plain else f"“{one.name.text}”"
