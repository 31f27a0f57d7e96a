"""The computed cells of the indicator table: scores, states, the formulas' steps, and the readings.

The formulas of a workbook can calculate with numbers but not read words.  Where a row needs that (约350名, 已完成),
hidden ``read_…`` cells tell them what we read, together with the texts that it was read from.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from selfeval_xl.evaluation.entries import figure_text, plain_number
from selfeval_xl.forms.layout import Layout
from selfeval_xl.model import OPEN_SIGN, STATUS_NAMES, Assessment, Entry, Indicator, IndicatorScore
from selfeval_xl.quantity import comparable
from selfeval_xl.quantity.text import DIGITS
from selfeval_xl.render.values.figures import ZERO, Values, cell, number, shown
from selfeval_xl.rules import STATE_NAMES, RuleSet
from selfeval_xl.scoring import completion_of, direction, is_qualitative, points, rounded, state_of, within

EXCLUDED = "不适用"
ERROR_HERE = "有错误值"

_READINGS = ("target", "goal", "actual", "done", "op", "kind", "completion", "share", "state")
_NO_READING: Values = {f"read_{key}": "" for key in _READINGS}
_ALL_STEPS = ("judged", "goal", "done", "met", "share", "number_score", "words_score", "missed_row", "level", "score",
          "completion", "status")  # fmt: skip
_COST = "成本"
_SIGNS = frozenset(("", "≥", "≤", "=", ">", "<", "定性"))
_PERCENT = ("", "%", "％")
_FIRST_DAY, _LAST_DAY = 36525, 73051  # 2000 and 2099 in a spreadsheet's calendar
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_LESS = frozenset("降减缩")
_BLANK: Values = {**_NO_READING, **dict.fromkeys(_ALL_STEPS, ""), "read_valid": "否", "strict": 0}


def indicator_rows(assessment: Assessment, rules: RuleSet, layout: Layout) -> Iterator[tuple[int, Values]]:
    """Every row of the table with its values."""
    stretch = layout.tables["indicators"]
    pairs = zip(assessment.evaluation.indicators, assessment.indicators, strict=True)
    known = {indicator.row: (indicator, score) for indicator, score in pairs}
    level = ""
    for row in stretch.rows:
        if row not in known:
            yield row, {**_BLANK, "level": level, "direction": -1 if _COST in level else 1}
            continue
        indicator, score = known[row]
        level = level if indicator.level1.is_error else indicator.level1.text or level
        yield row, _row(indicator, score, rules, row - stretch.first_row + 1, level)


def _row(indicator: Indicator, score: IndicatorScore, rules: RuleSet, number_in_table: int, level: str) -> Values:
    broken = indicator.in_error
    readings = _NO_READING
    steps = _steps_in_error(indicator, rules) if broken else _steps(indicator, readings, rules, level)
    # Readings are given where the formulas alone can't know, or come to another result.
    either = score.status == "undecided" and direction(indicator) == "either"  # unknown which way is better
    own_state = not (indicator.state.blank or _chosen(indicator))  # a state in the unit's own words
    unknowable = either or own_state or _unclear(indicator, level)
    if not broken and (unknowable or not _plain(indicator, score) or not _agree(indicator, steps, score)):
        readings = _readings(indicator, score)
        steps = _steps(indicator, readings, rules, level)
    unused = indicator.name.blank and indicator.target.blank and indicator.actual.blank and not broken
    status = EXCLUDED if score.excluded else STATUS_NAMES[score.status]
    return {
        **readings,
        **steps,
        "score": cell(score.score),
        "completion": ERROR_HERE if broken else cell(score.completion),
        "status": "" if unused else status,
        "missed_row": number_in_table if status == STATUS_NAMES["missed"] and not unused else "",
        "level": level,
    }


def _steps(indicator: Indicator, readings: Values, rules: RuleSet, level: str) -> Values:
    """The steps of the calculation as the formulas do them: from the row's cells, or from its ``readings``."""
    read = readings["read_kind"] != ""
    undecided = _maybe_date(indicator) or shown(indicator.op) == OPEN_SIGN
    goal = number(readings["read_goal"]) if read else _live(indicator.target, undecided)
    done = number(readings["read_done"]) if read else _live(indicator.actual, _unclear(indicator, level))
    op = str(readings["read_op"]) or shown(indicator.op)
    lower = _lower(op, goal, indicator, level)
    met = _met(goal, done, lower, strict=op in ("<", ">"))
    read_share = number(readings["read_share"])
    share = read_share if read_share is not None else _share(goal, done, lower, met)
    weight = indicator.weight.value
    judged = str(readings["read_state"]).rpartition("|")[2]
    if _chosen(indicator) and (read or shown(indicator.op) == "定性" or DIGITS.isdisjoint(shown(indicator.target))):
        judged = shown(indicator.state)
    return {
        "read_valid": "是" if read else "否",
        "judged": judged,
        "goal": cell(goal),
        "done": cell(done),
        "direction": -1 if lower else 1,
        "strict": 1 if op in ("<", ">") else 0,
        "met": "" if met is None else met,
        "share": cell(share),
        "number_score": cell(points(share, weight) if share is not None and weight is not None else None),
        "words_score": cell(_words_score(indicator, judged, rules)),
    }


def _steps_in_error(indicator: Indicator, rules: RuleSet) -> Values:
    """The steps' values in a row with an error value among its inputs."""
    by_words = cell(_words_score(indicator, "", rules))
    return {**dict.fromkeys(_ALL_STEPS, ""), "read_valid": "错", "direction": 1, "strict": 0, "words_score": by_words}


def _agree(indicator: Indicator, steps: Values, score: IndicatorScore) -> bool:
    """Whether the formulas come to our score without readings."""
    if score.short and score.score is not None:
        return False  # figures without a proportion (target ≥0%, actual -2%): the score is the unit's own
    by_words = shown(indicator.op) == "定性" or steps["share"] == ""
    return score.share is None if by_words else score.share == steps["share"]


def _live(entry: Entry, doubtful: bool) -> Decimal | None:
    return None if doubtful else entry.value


def _maybe_date(indicator: Indicator) -> bool:
    """Numbers without a unit that may be dates (both in their range, or the target alone under 时效指标), or a month
    (2024.06): formulas leave them to the readings."""
    if shown(indicator.unit) not in ("", "日期"):
        return False
    timely = "时效" in _own(indicator.level1, indicator) + _own(indicator.level2, indicator)
    day = _may_be_day(indicator.target) and (timely or _may_be_day(indicator.actual))
    month = indicator.target.value
    return day or (month is not None and _FIRST_YEAR < month < _LAST_YEAR and month % 1 != 0)


def _may_be_day(entry: Entry) -> bool:
    return entry.value is not None and _FIRST_DAY < entry.value < _LAST_DAY


def _unclear(indicator: Indicator, level: str) -> bool:
    """Figures that may be shares or a decline, or a sign not in the dropdown list: left to the readings too."""
    return _maybe_share(indicator, level) or _maybe_decline(indicator) or shown(indicator.op) not in _SIGNS


def _maybe_decline(indicator: Indicator) -> bool:
    goal, done = indicator.target.value, indicator.actual.value
    below = goal is not None and done is not None and done < 0 <= goal
    return below and not _LESS.isdisjoint(indicator.name.text)


def _chosen(indicator: Indicator) -> bool:
    """Whether the state was chosen from the dropdown list."""
    return shown(indicator.state) in STATE_NAMES.values()


def _maybe_share(indicator: Indicator, level: str) -> bool:
    """One of the figures may be a fraction of the other's percentage: left to the readings too.  Unit: none, or %.

    92% typed into a cell is stored as 0.92, beside a target of 90.  With a small target such as 5, an actual below 1 is
    suspect if as a plain number it would be a tenth of the target or less (where less is better: just above a
    hundredth); and so is a target below 1 that is about a hundredth of its actual.
    """
    goal, done = indicator.target.value, indicator.actual.value
    if goal is None or done is None or shown(indicator.unit).strip(" ") not in _PERCENT:
        return False
    if _lower(shown(indicator.op), goal, indicator, level):
        hardly = goal / 100 < done <= goal / 50
    else:
        hardly = done <= goal / 10
    return (
        _up_to_twice(done, goal)
        or _up_to_twice(goal, done)
        or (0 < done < 1 and hardly)
        or (0 < goal < 1 and goal * 50 <= done <= goal * 200)
    )


def _up_to_twice(figure: Decimal, rate: Decimal) -> bool:
    """160% beside 100 is stored as 1.6; where it was no percentage after all, the reading says so."""
    return 0 < figure <= 2 and rate >= 50


def _lower(op: str, goal: Decimal | None, indicator: Indicator, level: str) -> bool:
    if op in ("≤", "<"):
        return True
    if op in ("≥", ">"):
        return False
    if goal == 0:
        return True
    return op != "=" and _COST in level + _own(indicator.level2, indicator)


def _own(entry: Entry, indicator: Indicator) -> str:
    """A level's name if it stands in the row itself, as the row's formulas see no other."""
    return entry.text if entry.place and entry.place.row == indicator.row else ""


def _pair(indicator: Indicator) -> tuple[Decimal | None, Decimal | None]:
    """Target and actual as numbers in the target's unit; None for one that is not a single figure."""
    target, actual = indicator.target_read, indicator.actual_read
    goal = target.value if target.kind == "number" else None
    if actual.kind != "number" or actual.is_inequality:
        return goal, None
    return goal, comparable(target, actual) if goal is not None else actual.value


def _met(goal: Decimal | None, done: Decimal | None, lower: bool, *, strict: bool) -> int | None:
    """1: met; 0: missed; -1: missed without a proportion (target at or below zero, or 0 where less is better)."""
    if goal is None or done is None:
        return None
    if (done < goal if lower else done > goal) or (done == goal and not strict):
        return 1
    return 0 if (goal >= 0 and done > 0 if lower else goal > 0) else -1


def _share(goal: Decimal | None, done: Decimal | None, lower: bool, met: int | None) -> Decimal | None:
    if goal is None or done is None or met is None or met < 0:
        return None
    return Decimal(1) if met else max(ZERO, completion_of(goal, done, lower=lower, met=False) or ZERO)


def _words_score(indicator: Indicator, judged: str, rules: RuleSet) -> Decimal | None:
    """The entered score, if it lies in the band of its state; where no state is known, any up to the weight."""
    weight = indicator.weight.value
    claimed = within(indicator.claimed_score.value, weight)
    if claimed is None or weight is None:
        return None
    states = {name: state for state, name in STATE_NAMES.items()}
    if judged in states and not rules.band(states[judged]).holds(claimed, weight):
        return None
    return rounded(claimed, weight)


def _plain(indicator: Indicator, score: IndicatorScore) -> bool:
    """Whether the formulas can take target and actual themselves: numbers shown as numbers, or blank cells."""
    return not score.excluded and _bare(indicator.target) and _bare(indicator.actual)


def _bare(entry: Entry) -> bool:
    return entry.blank or (entry.value is not None and figure_text(entry) == plain_number(entry.value))


def _readings(indicator: Indicator, score: IndicatorScore) -> Values:
    """What was read from the row's words, and how the formulas are to take it."""
    target, actual = indicator.target, indicator.actual
    if target.blank and actual.blank:
        return _NO_READING
    goal, done = (None, None) if score.status == "undecided" else _pair(indicator)
    sign = _sign(indicator) if goal is not None else ""
    single = _as_they_stand(goal, done, sign, score)
    measured = score.share is not None and not single
    state = state_of(indicator) if is_qualitative(indicator) and not _chosen(indicator) else None
    return {
        "read_target": "|".join(shown(entry) for entry in (indicator.op, target, indicator.unit)),
        "read_goal": cell(goal),
        "read_actual": shown(actual),
        "read_done": cell(done),
        "read_op": sign,
        "read_kind": _kind(indicator, score, single, measured),
        "read_completion": cell(score.completion if measured else None),
        "read_share": cell(score.share if measured else None),
        "read_state": f"{shown(indicator.state)}|{STATE_NAMES[state]}" if state else "",
    }


def _sign(indicator: Indicator) -> str:
    op = indicator.target_read.op
    if direction(indicator) == "lower":
        return "<" if op == "<" else "≤"
    return ">" if op == ">" else "≥"


def _as_they_stand(goal: Decimal | None, done: Decimal | None, sign: str, score: IndicatorScore) -> bool:
    """Whether the two figures alone give the score, unlike (say) a decline of 2% where growth was wanted."""
    if goal is None or done is None or score.share is None:
        return False
    lower = sign in ("≤", "<")
    met = _met(goal, done, lower, strict=sign in ("<", ">"))
    completion = completion_of(goal, done, lower=lower, met=met == 1)
    return score.share == _share(goal, done, lower, met) and score.completion == completion


def _kind(indicator: Indicator, score: IndicatorScore, single: bool, measured: bool) -> str:
    """How the formulas score the row: by its two numbers, by the share we read, by the entered score, or not at all."""
    if score.excluded:
        return EXCLUDED
    if measured:
        return "超额" if score.status == "exceeded" else "读数"
    if single:
        return "数值"
    if is_qualitative(indicator) and indicator.target_read.kind != "empty" and indicator.actual_read.kind != "empty":
        return "定性"
    return "自评" if score.score is not None else "待定"
