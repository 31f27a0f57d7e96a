"""Checks of the points: do they add up, level by level and as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from selfeval_xl.checks.figures import number, plain, sum_of
from selfeval_xl.checks.points import SLACK, Points, weighed
from selfeval_xl.checks.registry import Hit, check, hit, together
from selfeval_xl.checks.rows import Row, place
from selfeval_xl.checks.view import View
from selfeval_xl.model import Entry

Level = tuple[str, Decimal, Decimal, list[Row]]  # its name, the points given, the points of the rule set, its rows


@check("weights.missing")
def missing(view: View) -> Iterator[Hit]:
    """Scored rows without a weight, where the form has a column for it."""
    if "weight" in view.evaluation.columns and not view.evaluation.weights_proposed:
        blank = [row for row in _weighed(view) if number(row.indicator.weight) is None]
        yield from together("weights.missing", blank, "weight")


@check("weights.total", "weights.level")
def adding_up(view: View) -> Iterator[Hit]:
    """The whole, and only where that is right, each first level against the rule set."""
    points = view.points
    if points is not None and points.surplus:
        yield _wrong_total(view, points)
    elif points is not None:
        for level, given, right, rows in _wrong_levels(view):
            cells = [place(row.indicator, row.indicator.weight) for row in rows]
            yield hit("weights.level", cells, provided=given, expected=right, level=level)


def _wrong_total(view: View, points: Points) -> Hit:
    full = view.rules.full_marks
    named = {"各项指标": points.indicators, "预算执行率": points.budget, "管理效率": points.management or None}
    parts = "，".join(f"{name} {plain(given)} 分" for name, given in named.items() if given is not None)
    if points.budget and not points.management and abs(points.indicators - full) <= SLACK:
        why = "指标自身已合计满分，没有给预算执行率留出分值，"
    else:
        odd = [
            f"{level}是 {plain(given)} 分（规则 {plain(right)} 分）" for level, given, right, _ in _wrong_levels(view)
        ]
        why = f"其中{'、'.join(odd)}，" if odd else ""
    cells: list[Entry] = [view.line.weight] if points.budget is not None else []
    cells += [row.indicator.weight for row in _weighed(view)]
    return hit("weights.total", cells, provided=points.whole, expected=full, parts=parts, why=why)


def _wrong_levels(view: View) -> list[Level]:
    """The levels whose points are not the rule set's; none where they can't all be matched, or make up all marks."""
    groups: dict[str | None, list[Row]] = {}
    for row in _weighed(view):
        groups.setdefault(view.rules.level(row.indicator.level1.text), []).append(row)
    # A form without one of the levels has given its points to another one.
    if set(groups) != set(view.rules.level_weights) or number(view.line.weight) is None:
        return []
    levels = []
    for level, right in view.rules.level_weights.items():
        given = sum_of(number(row.indicator.weight) or Decimal(0) for row in groups[level])
        if abs(given - right) > SLACK:
            levels.append((level, given, right, groups[level]))
    return levels


def _weighed(view: View) -> list[Row]:
    return [row for row in view.rows if not row.filler and weighed(row.indicator)]
