"""Checks of the execution: the rates stated, and the score that follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from selfeval_xl.checks.figures import (
    ZERO,
    decimals,
    gives_rate,
    grouped,
    half,
    nothing,
    number,
    of_wrong_rate,
    percent,
    rate,
    sum_of,
)
from selfeval_xl.checks.ledger import COLUMNS, Ledger, name_of, names_of
from selfeval_xl.checks.registry import Hit, check, hit
from selfeval_xl.checks.view import View
from selfeval_xl.model import Entry, Place
from selfeval_xl.scoring import points, round_half_up


@check("budget.rate", "budget.score")
def rates(view: View) -> Iterator[Hit]:
    """Stated rates, and the execution's score; a rate that a wrong amount explains is not reported once more."""
    reported: set[Place] = set()  # tables may share cells
    for ledger in view.ledgers:
        same: dict[tuple[Any, ...], Hit] = {}  # a line with all of the total's money repeats the total's rate
        for index, line in enumerate(ledger.lines):
            wrong = _wrong_rate(view, ledger, index)
            if wrong is not None and reported.isdisjoint(wrong.places):
                reported.update(wrong.places)
                mistake = wrong.provided, wrong.expected, wrong.facts["sum"]
                first = same.get(mistake, wrong)
                places = wrong.places if first is wrong else first.places + wrong.places
                same[mistake] = first._replace(places=places)
            place = line.claimed_score.place
            if line.claimed_score is view.line.claimed_score or (place and place == view.line.claimed_score.place):
                yield from _wrong_score(view, ledger, index, wrong is not None)
        yield from same.values()


@check("budget.rate_missing", ours=False)
def rate_missing(view: View) -> Iterator[Hit]:
    """Money executed and a score claimed, but no rate in a form that has a column for it.

    A budget of 0 has no rate.  In a workbook of ours the rate is a formula.
    """
    for ledger in view.ledgers:
        if "claimed_rate" in ledger.table.columns:
            lines = [
                line
                for line in ledger.lines
                if not line.level
                and nothing(line.claimed_rate)
                and number(line.claimed_score) is not None
                and (number(line.executed) or ZERO) > 0
                and number(getattr(line, view.budget_column)) != 0
            ]
            if lines:
                yield hit("budget.rate_missing", [line.claimed_rate for line in lines], names=names_of(lines))


def _wrong_rate(view: View, ledger: Ledger, index: int) -> Hit | None:
    line, budget = ledger.lines[index], view.budget_column
    executed, adjusted = (ledger.spent((index, column)) for column in ("executed", budget))
    claimed = rate(line.claimed_rate)
    if claimed is None or executed is None or adjusted is None or adjusted <= 0:
        return None
    value, digits = claimed
    if view.ours:  # the cell's format shows a typed 96% as 96.00%
        digits = min(digits, max(2, decimals(Entry("", value))))
        claimed = value, digits

    def holds(executed: Decimal, **of: Decimal) -> bool:
        return gives_rate(executed, of[budget], claimed)

    figures = {"executed": executed, budget: adjusted}
    if holds(**figures) or ledger.mended(index, figures, holds) or (index in ledger.overspent and value <= 1):
        return None
    if all(nothing(one.claimed_rate) for one in ledger.lines if one is not line):
        whole = {key: sum_of(ledger.total(key).values()) for key in ("executed", budget)}
        if whole[budget] > 0 and holds(**whole):
            return None  # the rate of the whole table, typed beside its first line
    initial, why = ledger.value((index, "initial")), ""
    if budget == "initial":
        why = "表里没有全年预算数，"
    elif initial is not None and gives_rate(executed, initial, claimed):
        why = f"那是按年初预算数 {grouped(initial)} 算的，"
    facts = of_wrong_rate(executed, adjusted, claimed) | {"name": name_of(line), "why": why, "budget": COLUMNS[budget]}
    return hit("budget.rate", [line.claimed_rate], **facts)


def _wrong_score(view: View, ledger: Ledger, index: int, wrong_rate: bool) -> Iterator[Hit]:
    line, budget, tolerance = view.line, view.budget, view.rules.tolerance
    claimed, weight = number(line.claimed_score), budget.weight
    if claimed is None or weight is None:
        return
    if budget.score is None:
        if not wrong_rate:
            yield from _score_of_stated_rate(view, claimed, weight)
        return
    earned = {claimed, claimed * weight / view.rules.full_marks if view.scored_in_shares else claimed}
    if any(abs(one - budget.score) <= tolerance for one in earned):
        return
    if index in ledger.overspent and 0 <= claimed <= weight:
        return  # what was really executed, and so its score, is not known
    stated_rate = rate(line.claimed_rate)
    if wrong_rate and stated_rate is not None and abs(claimed - min(stated_rate[0], Decimal(1)) * weight) <= tolerance:
        return  # it follows from the rate, which has been reported
    executed, adjusted = (ledger.spent((index, column)) for column in ("executed", "adjusted"))
    if executed is None or adjusted is None:
        return  # words in place of an amount, which table.not_number reports

    def holds(executed: Decimal, adjusted: Decimal) -> bool:
        return adjusted > 0 and abs(min(executed / adjusted, Decimal(1)) * weight - claimed) <= tolerance

    surplus = view.points.surplus if view.points else ZERO
    if surplus and abs((budget.rate or ZERO) * (weight - surplus) - claimed) <= tolerance:
        return  # the weight is wrong, which has been reported
    if ledger.mended(index, {"executed": executed, "adjusted": adjusted}, holds) or any(
        deviation.place == line.claimed_score.place for deviation in view.evaluation.structure.deviations
    ):
        return
    by_lines = budget.rate is not None and budget.score != points(budget.rate, weight)
    how = "各行得分加起来" if by_lines else _product(budget.rate or ZERO, weight)
    yield hit("budget.score", [line.claimed_score], provided=claimed, expected=budget.score, how=how)


def _product(rate: Decimal, weight: Decimal) -> str:
    return f"执行率 {percent(rate)} × 分值 {grouped(weight)} "


def _score_of_stated_rate(view: View, claimed: Decimal, weight: Decimal) -> Iterator[Hit]:
    """The score of a form that states the rate and no budget of the year: it must follow from that rate."""
    line, stated_rate = view.line, rate(view.line.claimed_rate)
    if stated_rate is None or not nothing(line.adjusted) or not 0 <= claimed <= weight:
        return
    if any(one.readings[0] == line.claimed_rate.text.strip() for one in view.evaluation.ambiguities):
        return  # the form states another one too, and nobody knows which is right
    value, digits = stated_rate
    right = min(value, Decimal(1)) * weight
    if abs(claimed - right) > view.rules.tolerance + half(digits) * weight:
        expected, how = round_half_up(right), _product(value, weight)
        yield hit("budget.score", [line.claimed_score], provided=claimed, expected=expected, how=how)
