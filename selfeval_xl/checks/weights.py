"""Checks of the weights (分值): does each row have one, and do they add up, level by level and as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from selfeval_xl.checks.cells import worded
from selfeval_xl.checks.claims import claim
from selfeval_xl.checks.figures import ZERO, nothing, number, plain, sum_of
from selfeval_xl.checks.points import EXECUTION, SLACK, Points
from selfeval_xl.checks.registry import Hit, check, hit, together
from selfeval_xl.checks.rows import Row, names
from selfeval_xl.checks.subtotals import wrong_subtotals
from selfeval_xl.checks.view import View
from selfeval_xl.groups import by_key
from selfeval_xl.model import Entry, Place
from selfeval_xl.rules import DEFAULT


class Level(NamedTuple):
    """A first level with other points than it should have, by the rule set, or (``printed``) by the form itself."""

    name: str
    given: Decimal
    right: Decimal
    cells: list[Entry | Place | None]
    printed: bool = False


@check("weights.missing")
def missing(view: View) -> Iterator[Hit]:
    """Scored rows without a weight, where the form has a column for it; words for one are table.not_number."""
    if "weight" in view.evaluation.columns and not view.evaluation.weights_proposed:
        unknown = [row for row in view.weighed if row.weight is None]
        blank = [row for row in unknown if not worded(row.indicator.weight, ours=True)]  # nor is 372套 a weight
        yield from together("weights.missing", blank, "weight")
        if view.ours and nothing(view.line.weight):  # its formulas give no total then, not even where it is not scored
            yield hit("weights.missing", [view.line.weight], names=f"“{EXECUTION}”", count=1)
    items = [item for item in view.items if nothing(item.weight)]
    if items:
        names = "、".join(f"“{item.name.text.strip()}”" for item in items)
        yield hit("weights.missing", [item.weight for item in items], names=names, count=len(items))


@check("weights.total", "weights.level")
def adding_up(view: View) -> Iterator[Hit]:
    """The sum of all weights; where that is right, each first level's; where those are right too, the subtotals.

    The grand total's row is checked even where levels are wrong: how the points are shared out does not alter it.
    """
    points = view.points
    if points is not None and points.surplus and abs(points.surplus + _outside(view)) <= SLACK:
        return  # the missing points stand in rows outside the table, which table.outside reports
    if points is not None and points.surplus:
        yield _wrong_total(view, points)
    elif points is not None and (wrong := _wrong_levels(view)):
        yield _shifted(wrong)
        yield from _of_subtotals(view, whole=True)
    elif not view.evaluation.weights_proposed:
        yield from _of_subtotals(view)


def _outside(view: View) -> Decimal:
    """The points typed in rows just outside the table, where no formula reads them."""
    columns = {_column(row.indicator.weight) for row in view.weighed}
    rows = (one for one in view.evaluation.structure.outside if one.table == "indicators")
    return sum_of(number(cell) or ZERO for one in rows for cell in one.cells if _column(cell) in columns)


def _column(entry: Entry) -> str:
    return entry.place.cell.rstrip("0123456789") if entry.place else ""


def _of_subtotals(view: View, *, whole: bool = False) -> Iterator[Hit]:
    """Subtotals that are not the sum of their rows; with ``whole`` only those of the whole table."""
    for one in wrong_subtotals(view, "weight", lambda row: claim(row.weight), view.budget.weight, SLACK):
        if whole and not one.whole:
            continue
        facts: dict[str, Any] = {
            "name": f"{one.name}的分值",
            "parts": f"各行加上{EXECUTION}" if one.whole and view.budget.weight else "它的各行相加",
            "why": "",
            "whole": f"{'合计' if one.whole else '小计'}与各行之和一致，都",
        }
        yield hit("weights.total", [one.entry], provided=one.claimed, expected=one.added, **facts)


def _shifted(wrong: list[Level]) -> Hit:
    """One hit for all wrong levels: the points that one has too many, another has too few."""
    cells = [cell for level in wrong for cell in level.cells]
    facts: dict[str, Any] = {"levels": _described(wrong), "whose": "表里写明的" if wrong[0].printed else "规则"}
    if len(wrong) > 1:
        given = "、".join(f"{level.name} {plain(level.given)}" for level in wrong)
        right = "、".join(f"{level.name} {plain(level.right)}" for level in wrong)
        return hit("weights.level", cells, provided=given, expected=right, **facts)
    return hit("weights.level", cells, provided=wrong[0].given, expected=wrong[0].right, **facts)


def _described(wrong: list[Level]) -> str:
    return "、".join(
        f"“{level.name}”各行共 {plain(level.given)} 分（写明 {plain(level.right)} 分）"
        if level.printed
        else f"{level.name}是 {plain(level.given)} 分（规则 {plain(level.right)} 分）"
        for level in wrong
    )


def _wrong_total(view: View, points: Points) -> Hit:
    full, due = view.rules.full_marks, points.whole - points.surplus
    items = "管理效率" if view.rules.management else "资金管理或任务"
    named = {
        "各项指标": points.indicators,
        EXECUTION: points.budget,
        items: points.management if points.management or view.rules.management else None,
    }
    parts = "，".join(f"{name} {plain(given)} 分" for name, given in named.items() if given is not None)
    if points.budget and not points.management and abs(points.indicators - full) <= SLACK:
        why = "指标自身已合计满分，没有给预算执行率留出分值，"
    else:
        levels = _described(_wrong_levels(view))
        why = f"其中{levels}，" if levels else ""
    if view.evaluation.weights_proposed and (absent := _absent(view)):
        why += f"{'、'.join(f'“{level}”' for level in absent)}还没有指标，建议给它的分值没有分出去，"
    # A score above its weight that fits the right weight has no finding of its own: say it here.
    over = [row for row in view.rows if row.scoring is None and row.above_weight]
    why += f"{names(over)}的得分超过了自己的分值，" if over else ""
    whole = "包括预算执行率在内的合计"
    if due < full:
        whole = "各项指标的合计"
        why += f"{EXECUTION}没有单列分值，按规则占 {plain(full - due)} 分，"
    cells: list[Entry] = [view.line.weight] if points.budget is not None else []
    cells += [row.indicator.weight for row in view.weighed]
    cells += [row.indicator.claimed_score for row in over]
    facts: dict[str, Any] = {"name": "分值合计", "parts": parts, "why": why, "whole": whole}
    return hit("weights.total", cells, provided=points.whole, expected=due, **facts)


def _absent(view: View) -> list[str]:
    """The first levels of the rule set without any row: the points that the tool proposes for them go to nobody."""
    named = {view.rules.level(row.indicator.level1.text) for row in view.weighed}
    return [level for level in view.rules.level_weights if level not in named]


def _wrong_levels(view: View) -> list[Level]:
    """The levels whose points are not those the form prints (产出指标（50分）), or else those of the rules."""
    named = ((row.indicator.level1.text.strip(), row) for row in view.weighed)
    groups = by_key((view.rules.level(level) or level, row) for level, row in named)
    levels = []
    printed = bool(_printed(groups))
    for level, right in _right_points(view, groups).items():
        rows = groups[level]
        given = sum_of(row.weight or ZERO for row in rows)
        # In a level of the form's own (部门管理) the execution may be one of the rows.
        execution = ZERO if view.rules.level(level) else number(view.line.weight) or ZERO
        given = min(given, given + execution, key=lambda points: abs(points - right))
        if abs(given - right) > SLACK:
            heads = [rows[0].indicator.level1] if printed else []
            levels.append(Level(level, given, right, [*heads, *(row.at("weight") for row in rows)], printed))
    return [*_wrong_execution(view, groups), *levels]


def _wrong_execution(view: View, groups: dict[str, list[Row]]) -> list[Level]:
    """The weight of the execution, where somebody chose a rule set by name and the weight is not that set's.

    By the default rules it is not judged, as places have their own; and items of management may include the execution.
    """
    rules, given = view.rules, number(view.line.weight)
    named = rules.name != DEFAULT and not rules.management and not _printed(groups)
    if given is None or not named or abs(given - rules.execution_weight) <= SLACK:
        return []
    return [Level(EXECUTION, given, rules.execution_weight, [view.line.weight])]


def _right_points(view: View, groups: dict[str, list[Row]]) -> Mapping[str, Decimal]:
    """The points that each level should have: as the form prints them, or by the rules; none for a scheme of its own.

    Such a scheme shows in levels that are not those of the rules, in points for the management of the money, or in
    another weight of the execution; but where the form has that weight, a rule set chosen by name (not the default one)
    is taken to apply all the same.
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
