"""Subtotals: rows of an indicator table that add up others (产出指标小计), and which rows each of them may add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.checks.claims import Claim, complete, sums
from selfeval_xl.checks.figures import ZERO, number
from selfeval_xl.checks.levels import level_of
from selfeval_xl.checks.rows import Row
from selfeval_xl.checks.view import View
from selfeval_xl.model import Entry, Subtotal

_MOST = 60  # subtotals that are checked; no real form has as many


class WrongSubtotal(NamedTuple):
    """A subtotal that is the sum of none of the groups of rows it may add up.

    ``added`` is the sum of the likeliest group; for the subtotal of the ``whole`` table with the execution in it.
    """

    entry: Entry
    name: str
    claimed: Decimal
    added: Decimal
    whole: bool


def wrong_subtotals(
    view: View, column: str, claim: Callable[[Row], Claim | None], execution: Decimal | None, tolerance: Decimal
) -> Iterator[WrongSubtotal]:
    """The wrong subtotals of a column, each tried with and without the points of the execution."""
    rows = view.weighed

    def spans(group: Sequence[Row]) -> list[tuple[Decimal, Decimal]]:
        claims = complete([claim(row) for row in group])
        return list(sums(claims)) if claims else []

    for one in view.evaluation.subtotals[:_MOST]:
        entry: Entry = getattr(one, column)
        claimed = number(entry)
        meant = [group for group in _groups(one, view.evaluation.subtotals, rows, column) if group]
        if claimed is None or not meant or not (likeliest := spans(meant[0])):
            continue
        points = execution or ZERO
        others = {ZERO, points}
        if one.whole and view.points is not None:
            others.add(view.points.whole - view.points.indicators)
        results = [(low + more, high + more) for group in meant for low, high in spans(group) for more in others]
        if not any(low - tolerance <= claimed <= high + tolerance for low, high in results):
            comprised = one.whole or _comprises(one, view.evaluation.subtotals, rows, view.line.claimed_score)
            added = likeliest[0][0] + (points if comprised else ZERO)
            yield WrongSubtotal(entry, _name(one), claimed, added, one.whole)


def _groups(one: Subtotal, others: Sequence[Subtotal], rows: Sequence[Row], column: str) -> list[list[Row]]:
    """The groups of rows that a subtotal may add up, the likeliest first: its level's, those above it, below it, all.

    Of tables side by side, those above it stand in its own ``column``.  That of the whole table can only mean all.
    """
    if one.whole:
        return [list(rows)]
    first, last = _bounds(one, others)
    level1 = [row for row in rows if one.level1.text and level_of(row.indicator.level1) == level_of(one.level1)]
    level2 = [row for row in level1 if one.level2.text and level_of(row.indicator.level2) == level_of(one.level2)]
    below = [row for row in rows if one.row < row.indicator.row < last]
    if _heads(one):  # 预算执行 above the row that was taken as the execution may have no others
        return [level2, level1, below, list(rows)] if level2 or level1 else []
    above = [row for row in rows if first < row.indicator.row < one.row]
    so_far = [row for row in rows if row.indicator.row < one.row]
    under = [row for row in above if _column(getattr(row.indicator, column)) == _column(getattr(one, column))]
    return [level1, above, under, level2, below, so_far, list(rows)]


def _column(entry: Entry) -> str:
    """The letters of the column in which an entry stands."""
    return entry.place.cell.rstrip("0123456789") if entry.place else ""


def _heads(one: Subtotal) -> bool:
    """True for a subtotal that bears just the name of its level: it stands above the level's rows, as their heading."""
    return one.name.text in (one.level1.text, one.level2.text)


def _bounds(one: Subtotal, others: Sequence[Subtotal]) -> tuple[int, int]:
    """The row numbers of the subtotals above and below it; where there is none, 0 or one that no sheet has."""
    marks = [other.row for other in others]
    return (
        max((mark for mark in marks if mark < one.row), default=0),
        min((mark for mark in marks if mark > one.row), default=1 << 21),
    )


def _comprises(one: Subtotal, others: Sequence[Subtotal], rows: Sequence[Row], execution: Entry) -> bool:
    """True where the execution stands among the rows that it adds up: 预算完成率 below 预算执行."""
    if execution.place is None or one.name.place is None or execution.place.sheet != one.name.place.sheet:
        return False
    (first, last), at = _bounds(one, others), execution.place.row
    top = min(row.indicator.row for row in rows) - 1
    return one.row < at < last if _heads(one) else max(first + 1, top) <= at < one.row


def _name(one: Subtotal) -> str:
    plain = one.name.text in ("小计", "合计") and one.level1.text
    return f"“{one.level1.text}”{one.name.text}" if plain else f"“{one.name.text}”"
