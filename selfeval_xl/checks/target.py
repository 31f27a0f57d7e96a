"""Checks of the targets: is there one, can it be read, can it be missed at all, was it set too low."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from selfeval_xl.checks.figures import ZERO, grouped, percent
from selfeval_xl.checks.plausible import implausible
from selfeval_xl.checks.registry import Hit, check, hit, together, unread
from selfeval_xl.checks.rows import Row
from selfeval_xl.checks.view import View
from selfeval_xl.lazy import lazy
from selfeval_xl.model import Indicator
from selfeval_xl.quantity import Op, Quantity, beyond_reading, comparable
from selfeval_xl.quantity.signs import op_of
from selfeval_xl.quantity.text import clean, squeeze
from selfeval_xl.scoring import answer_to, direction, stated
from selfeval_xl.scoring.ways import trend_of
from selfeval_xl.words.directions import Direction

_READINGS: Mapping[Direction, str] = {
    "higher": "，按“≥”理解",
    "lower": "，按“≤”理解",
    "either": "，从名称也看不出越大越好还是越小越好；实际完成值与它不同的，没有判定是否完成，得分以单位填写的为准",
}

_WAYS: Mapping[Op | None, Direction] = {">=": "higher", ">": "higher", "<=": "lower", "<": "lower"}
_CLEAR = {"why": "写得清楚，但规则无法核对", "first": "写得清楚的，不用改；要由规则核对的，"}
_MORE = lazy("[.…·。]+")
_LAST_WORDS = 5  # characters at the end of a name that may say it is about a change: 能耗下降幅度
_FULL = Decimal(100)
IDS = ("target.missing", "target.in_name", "target.reference", "target.unreadable", "target.placeholder")


@check(*IDS)
def readable(view: View) -> Iterator[Hit]:
    """Targets that can't be used; a row of the form's own filler counts as a placeholder."""
    for id in IDS:
        found = [row for row in view.rows if row.reading == id or (row.filler and id == "target.placeholder")]
        open = [row for row in found if id == "target.unreadable" and beyond_reading(row.indicator.target.text)]
        yield from together(id, open, "target", severity="info", **_CLEAR)
        if id == "target.placeholder" and not view.ours:  # a printed row …… needs no answer, unlike 指标2：
            open = [row for row in found if row.filler and _MORE.fullmatch(squeeze(row.indicator.name.text))]
            yield from together(id, open, "name", severity="info")
        found = [row for row in found if row not in open]
        column = "name" if id == "target.in_name" or all(row.filler for row in found) else "target"
        yield from unread(id, found, column) if id == "target.unreadable" else together(id, found, column)


@check("target.vacuous")
def vacuous(view: View) -> Iterator[Hit]:
    """Targets that can't be missed: at least zero."""
    unmissed = [row for row in view.rows if not row.score.short]  # yet -2% misses a growth of ≥0%
    found = [row for row in unmissed if any(_nothing_misses(part) for part in row.indicator.target_read.singles)]
    yield from together("target.vacuous", found, "target")


@check("target.operator_inferred")
def operator_inferred(view: View) -> Iterator[Hit]:
    """Targets without a sign, and how they were read."""
    aimed = (row for row in view.rows if not row.beside)
    found = [row for row in aimed if any(part.inferred for part in row.indicator.target_read.singles)]
    for way, reading in _READINGS.items():
        rows = [row for row in found if direction(row.indicator) == way]
        yield from together("target.operator_inferred", rows, "target", reading=reading)


@check("target.contrary")
def contrary(view: View) -> Iterator[Hit]:
    """Targets whose words contradict the sign that was picked beside them (不低于 beside ≤): the words count."""
    yield from together("target.contrary", [row for row in view.rows if _is_contrary(row.indicator)], "target")


def _is_contrary(indicator: Indicator) -> bool:
    picked = _WAYS.get(op_of(clean(indicator.op.text)))
    read = [part for part in indicator.target_read.singles if part.kind == "number" and not part.inferred]
    return picked is not None and any(_WAYS.get(part.op, picked) != picked for part in read)


@check("target.too_low")
def too_low(view: View) -> Iterator[Hit]:
    """Targets that were exceeded by more than the rule set allows, with each part of a compound one."""
    limit = view.rules.over_completion
    for row in view.rows:
        indicator, completion = row.indicator, row.score.completion
        if row.reading or row.score.status != "exceeded" or stated(indicator.reason) or implausible(indicator):
            continue
        unit = indicator.unit.text.strip()
        if _changed_less(row, limit):
            continue
        over = "；".join(
            f"实际 {_shown(actual, unit)}，是 {_shown(target, unit)}的 {percent(ratio, 0)}"
            for target, actual, ratio in _over(row, limit)
        )
        yield hit(
            "target.too_low",
            [row.at("target"), row.at("actual")],
            provided=indicator.target.text.strip() or None,
            name=row.name,
            over=over or f"完成率 {percent(completion or ZERO, 0)}",
            limit=percent(limit),
        )


def _nothing_misses(target: Quantity) -> bool:
    """True for ≥0; a negative bound is no such target, as a growth of ≥-5% can be missed."""
    return target.kind == "number" and target.op == ">=" and not target.inferred and target.value == 0


def _changed_less(row: Row, limit: Decimal) -> bool:
    """True for a change like 下降8% beside 下降5% that is not far off: it left 92 of 100 where 95 were aimed at."""
    target, name, completion = row.indicator.target_read, squeeze(row.indicator.name.text), row.score.completion
    trend = trend_of(target.label) or trend_of(name[-_LAST_WORDS:])
    if trend is None or target.unit not in ("%", "百分点") or completion is None or target.value is None:
        return False
    value = target.value * completion
    became, aimed = (_FULL + value, _FULL + target.value) if trend == "up" else (_FULL - target.value, _FULL - value)
    return aimed > 0 and became <= limit * aimed


def _over(row: Row, limit: Decimal) -> Iterator[tuple[Quantity, Quantity, Decimal]]:
    """Each single target that was exceeded, with its actual and their ratio."""
    target, actual = row.indicator.target_read, row.indicator.actual_read
    figures = (actual.parts or (actual,)) if target.kind == "compound" else actual.singles
    for part in target.singles:
        figure = answer_to(part, figures, row.indicator.name.text)
        value = comparable(part, figure) if figure and figure.kind == part.kind == "number" else None
        if figure and value is not None and part.value and part.value > 0 and value / part.value > limit:
            yield part, figure, value / part.value


def _shown(figure: Quantity, unit: str) -> str:
    value, own = grouped(figure.value or ZERO), figure.unit or unit
    return f"{value}{own}" if own in ("", "%") else f"{value} {own}"
