"""The computed cells of the indicator table: scores and states, and what was read from words for the formulas' use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from selfeval_xl.evaluation import figure_text, plain_number
from selfeval_xl.forms.layout import Layout
from selfeval_xl.model import Assessment, Entry, Indicator, IndicatorScore, Status
from selfeval_xl.quantity import comparable
from selfeval_xl.render.values.figures import ZERO, Values, cell, shown
from selfeval_xl.rules import STATE_NAMES, RuleSet
from selfeval_xl.scoring import direction, is_qualitative, points, round_half_up, state_of

STATUS_NAMES: Mapping[Status, str] = {
    "met": "已完成",
    "missed": "未完成",
    "exceeded": "超额完成",
    "undecided": "待评定",
}
EXCLUDED = "不适用"

_READINGS = ("target", "goal", "actual", "done", "op", "kind", "completion", "share", "state")
_NO_READING: Values = {f"read_{key}": "" for key in _READINGS}
_STEPS = ("judged", "goal", "done", "met", "share", "number_score", "words_score", "missed_row", "level", "score",
          "completion", "status")  # fmt: skip
_BLANK: Values = {**_NO_READING, **dict.fromkeys(_STEPS, ""), "read_valid": "否", "direction": 1, "strict": 0}


def indicator_rows(assessment: Assessment, rules: RuleSet, layout: Layout) -> Iterator[tuple[int, Values]]:
    """Every row of the table with its values."""
    stretch = layout.tables["indicators"]
    pairs = zip(assessment.evaluation.indicators, assessment.indicators, strict=True)
    known = {indicator.row: (indicator, score) for indicator, score in pairs}
    level = ""
    for row in range(stretch.first_row, stretch.last_row + 1):
        if row not in known:
            yield row, _BLANK
            continue
        indicator, score = known[row]
        level = indicator.level1.text or level
        yield row, _row(indicator, score, rules, row, level)


def _row(indicator: Indicator, score: IndicatorScore, rules: RuleSet, row: int, level: str) -> Values:
    readings = _readings(indicator, score)
    valid = bool(readings["read_kind"])
    goal, done = _pair(indicator)
    lower = direction(indicator) == "lower"
    strict = (indicator.target_read.op or "") in ("<", ">")
    met = _met(goal, done, lower, strict)
    share = score.share if readings["read_share"] != "" else _share(goal, done, lower, met)
    weight = indicator.weight.value
    judged = indicator.state.text.strip() or str(readings["read_state"])
    unused = indicator.name.blank and indicator.target.blank and indicator.actual.blank
    status = EXCLUDED if score.excluded else STATUS_NAMES[score.status]
    return {
        **readings,
        "read_valid": "是" if valid else "否",
        "judged": judged,
        "goal": cell(goal),
        "done": cell(done),
        "direction": -1 if lower else 1,
        "strict": 1 if strict else 0,
        "met": "" if met is None else met,
        "share": cell(share),
        "number_score": cell(points(share, weight) if share is not None and weight is not None else None),
        "words_score": cell(_words_score(indicator, judged, rules)),
        "score": cell(score.score),
        "completion": cell(score.completion),
        "status": "" if unused else status,
        "missed_row": row if status == STATUS_NAMES["missed"] and not unused else "",
        "level": level if not indicator.name.blank else "",
    }


def _pair(indicator: Indicator) -> tuple[Decimal | None, Decimal | None]:
    """Target and actual as two numbers on the target's unit, where each is a single figure."""
    target, actual = indicator.target_read, indicator.actual_read
    goal = target.value if target.kind == "number" else None
    inequality = actual.op not in (None, "=") and not actual.inferred
    if actual.kind != "number" or inequality:
        return goal, None
    return goal, comparable(target, actual) if goal is not None else actual.value


def _met(goal: Decimal | None, done: Decimal | None, lower: bool, strict: bool) -> int | None:
    """1 met, 0 missed, -1 missed without a proportion (a target at or below zero)."""
    if goal is None or done is None:
        return None
    if (done < goal if lower else done > goal) or (done == goal and not strict):
        return 1
    return 0 if (goal >= 0 if lower else goal > 0) else -1


def _share(goal: Decimal | None, done: Decimal | None, lower: bool, met: int | None) -> Decimal | None:
    if goal is None or done is None or met is None or met < 0:
        return None
    if met:
        return Decimal(1)
    if lower:
        return goal / done if goal else ZERO
    return max(ZERO, done / goal)


def _words_score(indicator: Indicator, judged: str, rules: RuleSet) -> Decimal | None:
    """The entered score where it lies in the band of the state (in any, where no state is chosen)."""
    claimed, weight = indicator.claimed_score.value, indicator.weight.value
    if claimed is None or weight is None or not 0 <= claimed <= weight:
        return None
    states = {name: state for state, name in STATE_NAMES.items()}
    if judged in states and not rules.band(states[judged]).holds(claimed, weight):
        return None
    return round_half_up(claimed)


def _readings(indicator: Indicator, score: IndicatorScore) -> Values:
    """What was read from words; empty where both cells hold plain numbers, which the formulas read themselves."""
    target, actual = indicator.target, indicator.actual
    if target.blank and actual.blank:
        return _NO_READING
    if _plain(target) and (actual.blank or _plain(actual)) and not score.excluded:
        return _NO_READING
    goal, done = _pair(indicator)
    single = goal is not None and done is not None and not is_qualitative(indicator)
    measured = score.share is not None and not single
    state = state_of(indicator) if is_qualitative(indicator) else None
    return {
        "read_target": "|".join(shown(entry) for entry in (indicator.op, target, indicator.unit)),
        "read_goal": cell(goal),
        "read_actual": shown(actual),
        "read_done": cell(done),
        "read_op": _sign(indicator) if goal is not None else "",
        "read_kind": _kind(indicator, score, single, measured),
        "read_completion": cell(score.completion if measured else None),
        "read_share": cell(score.share if measured else None),
        "read_state": STATE_NAMES[state] if state else "",
    }


def _plain(entry: Entry) -> bool:
    return entry.value is not None and figure_text(entry) == plain_number(entry.value)


def _sign(indicator: Indicator) -> str:
    op = indicator.target_read.op
    if direction(indicator) == "lower":
        return "<" if op == "<" else "≤"
    return ">" if op == ">" else "≥"


def _kind(indicator: Indicator, score: IndicatorScore, single: bool, measured: bool) -> str:
    """How the formulas are to take the row: by its numbers, by a share we read, by the entered score, or not at all."""
    if score.excluded:
        return EXCLUDED
    if measured:
        return "超额" if score.status == "exceeded" else "读数"
    if single and score.status != "undecided":
        return "数值"
    if is_qualitative(indicator) or score.score is not None:
        return "定性"
    return "待定"
