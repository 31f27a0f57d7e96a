"""Checks of the points: do they add up, level by level and as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from selfeval_xl.checks.figures import ZERO, nothing, number, plain, sum_of
from selfeval_xl.checks.numbers import worded
from selfeval_xl.checks.points import SLACK, Points
from selfeval_xl.checks.registry import Hit, check, hit, together
from selfeval_xl.checks.rows import Row, above_weight, names, place
from selfeval_xl.checks.subtotals import wrong_subtotals
from selfeval_xl.checks.view import View
from selfeval_xl.model import Entry
from selfeval_xl.rules import DEFAULT

Level = tuple[str, Decimal, Decimal, list[Entry]]  # its name, the points given, those of the rule set, the cells
EXECUTION = "预算执行率"


@check("weights.missing")
def missing(view: View) -> Iterator[Hit]:
    """Scored rows without a weight, where the form has a column for it; words for one are table.not_number."""
    if "weight" in view.evaluation.columns and not view.evaluation.weights_proposed:
        ours = view.evaluation.template is not None
        weights = [(row, row.indicator.weight) for row in view.weighed]
        blank = [row for row, weight in weights if number(weight) is None and not worded(weight, ours)]
        yield from together("weights.missing", blank, "weight")
        if ours and nothing(view.line.weight):  # its formulas give no total then, not even where it is not scored
            yield hit("weights.missing", [view.line.weight], names=f"“{EXECUTION}”", count=1)
    items = [item for item in view.items if nothing(item.weight)]
    if items:
        names = "、".join(f"“{item.name.text.strip()}”" for item in items)
        yield hit("weights.missing", [item.weight for item in items], names=names, count=len(items))


@check("weights.total", "weights.level")
def adding_up(view: View) -> Iterator[Hit]:
    """The whole; where that is right, each first level against the rule set; where those are, the subtotals."""
    points = view.points
    if points is not None and points.surplus:
        yield _wrong_total(view, points)
    elif points is not None and (wrong := _wrong_levels(view)):
        yield _shifted(wrong)
    elif not view.evaluation.weights_proposed:
        yield from _wrong_subtotals(view)


def _wrong_subtotals(view: View) -> Iterator[Hit]:
    def spans(rows: Sequence[Row]) -> list[tuple[Decimal, Decimal]]:
        weights = [number(row.indicator.weight) for row in rows]
        return [] if None in weights else [(total := sum_of(filter(None, weights)), total)]

    for one in wrong_subtotals(view, "weight", view.weighed, spans, view.budget.weight, SLACK):
        facts: dict[str, Any] = {
            "name": f"{one.name}的分值",
            "parts": "各行加上预算执行率" if one.whole and view.budget.weight else "它的各行相加",
            "why": "",
            "whole": f"{'合计' if one.whole else '小计'}与各行之和一致，都",
        }
        yield hit("weights.total", [one.entry], provided=one.claimed, expected=one.added, **facts)


def _shifted(wrong: list[Level]) -> Hit:
    """Points that one level has too many another one lacks: one finding for all of them."""
    cells = [entry for *_, entries in wrong for entry in entries]
    _, provided, expected, _ = wrong[0]
    if len(wrong) > 1:
        given = "、".join(f"{level} {plain(points)}" for level, points, _, _ in wrong)
        right = "、".join(f"{level} {plain(points)}" for level, _, points, _ in wrong)
        return hit("weights.level", cells, provided=given, expected=right, levels=_told(wrong))
    return hit("weights.level", cells, provided=provided, expected=expected, levels=_told(wrong))


def _told(wrong: list[Level]) -> str:
    return "、".join(f"{level}是 {plain(given)} 分（规则 {plain(right)} 分）" for level, given, right, _ in wrong)


def _wrong_total(view: View, points: Points) -> Hit:
    full = view.rules.full_marks
    items = "管理效率" if view.rules.management else "资金管理"
    named = {
        "各项指标": points.indicators,
        "预算执行率": points.budget,
        items: points.management if points.management or view.rules.management else None,
    }
    parts = "，".join(f"{name} {plain(given)} 分" for name, given in named.items() if given is not None)
    if points.budget and not points.management and abs(points.indicators - full) <= SLACK:
        why = "指标自身已合计满分，没有给预算执行率留出分值，"
    else:
        odd = _told(_wrong_levels(view))
        why = f"其中{odd}，" if odd else ""
    # What fits the weight that is missing has not been told as a score above its own.
    over = [row for row in view.rows if row.scoring is None and above_weight(row.indicator)]
    why += f"{names(over)}的得分超过了自己的分值，" if over else ""
    cells: list[Entry] = [view.line.weight] if points.budget is not None else []
    cells += [row.indicator.weight for row in view.weighed]
    cells += [row.indicator.claimed_score for row in over]
    facts: dict[str, Any] = {"name": "分值合计", "parts": parts, "why": why, "whole": "包括预算执行率在内的合计"}
    return hit("weights.total", cells, provided=points.whole, expected=full, **facts)


def _wrong_levels(view: View) -> list[Level]:
    """The levels whose points are not the form's own (产出指标（50分）), or where it prints none, the rule set's."""
    groups: dict[str, list[Row]] = {}
    for row in view.weighed:
        level = row.indicator.level1.text.strip()
        groups.setdefault(view.rules.level(level) or level, []).append(row)
    levels = []
    for level, right in _right_points(view, groups).items():
        given = sum_of(number(row.indicator.weight) or Decimal(0) for row in groups[level])
        # The execution may be a row of a level that is the form's own (部门管理).
        execution = ZERO if view.rules.level(level) else number(view.line.weight) or ZERO
        if min(abs(given - right), abs(given + execution - right)) > SLACK:
            weights = (row.indicator for row in groups[level])
            levels.append((level, given, right, [one.weight._replace(place=place(one, one.weight)) for one in weights]))
    return [*_wrong_execution(view, groups), *levels]


def _wrong_execution(view: View, groups: dict[str, list[Row]]) -> list[Level]:
    """The weight of the execution, where it is not that of rules which somebody has named.

    The default rules say nothing of a place that has its own; items of management may comprise the execution.
    """
    rules, given = view.rules, number(view.line.weight)
    named = rules.name != DEFAULT and not rules.management and not _printed(groups)
    if given is None or not named or abs(given - rules.execution_weight) <= SLACK:
        return []
    return [(EXECUTION, given, rules.execution_weight, [view.line.weight])]


def _right_points(view: View, groups: dict[str, list[Row]]) -> Mapping[str, Decimal]:
    """What each level should have; nothing where the form distributes its points by a scheme that is not ours.

    Such a scheme shows in other levels (one that is missing has given its points to another), in points for the
    management of the money, or in another weight of the execution, printed or left to it, unless somebody has named the
    rules that are to be followed.
    """
    own = _printed(groups)
    if own:
        return own
    rules, printed = view.rules, number(view.line.weight)
    usual = view.budget.weight == rules.execution_weight and (not view.items or bool(rules.management))
    ruled = usual or (printed is not None and rules.name != DEFAULT)
    return rules.level_weights if ruled and set(groups) == set(rules.level_weights) else {}


def _printed(groups: dict[str, list[Row]]) -> dict[str, Decimal]:
    """The points that the form itself prints behind its levels."""
    printed = {level: {row.indicator.level1.value for row in rows} for level, rows in groups.items()}
    return {level: one for level, points in printed.items() if len(points) == 1 and (one := next(iter(points)))}
