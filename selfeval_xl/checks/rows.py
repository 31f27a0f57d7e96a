"""The rows of the indicator table, and what is wrong with each: decided once, so that one cause gives one finding."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from itertools import dropwhile, islice, takewhile
from typing import NamedTuple

from selfeval_xl.checks.figures import ZERO, decimals, in_quotes, nothing, number, sum_of
from selfeval_xl.checks.ledger import COLUMNS
from selfeval_xl.checks.plausible import implausible
from selfeval_xl.lazy import lazy
from selfeval_xl.mistakes import few
from selfeval_xl.model import Entry, Evaluation, Indicator, IndicatorScore, Place
from selfeval_xl.quantity import comparable, read
from selfeval_xl.quantity.text import DASHES, halfwidth, squeeze
from selfeval_xl.quantity.units import TIMES
from selfeval_xl.rules import RuleSet
from selfeval_xl.scoring import (
    beside_the_points,
    fully_claimed,
    is_qualitative,
    of_the_whole,
    read_standard,
    round_half_up,
    sign_is_open,
    state_of,
    stated,
)

NUMERIC = ("number", "range", "compound")
SHOWN_NAMES = 5
_BRIEF = 24  # characters of a name that stand for it among others
_WHY = lazy("因|由于|受.{1,20}影响")
_SHORTEST_NAME = 3  # characters from which a name is not found in a text by chance
ROUNDING = Decimal("0.01")
DECIDED_WRONG = ("score.exceeds_weight", "score.mismatch", "score.out_of_band", "score.scale")
"""The findings about a row's score that say it is wrong (score.missing does not)."""
_OFF_SCALE = frozenset(DECIDED_WRONG) - {"score.out_of_band"}
_MORE_THAN_POINTS = Decimal("1.5")  # times full marks: no slip in adding up points comes to as much
_SCALES, _SEVERAL, _NEAR = (Decimal(1), Decimal(10), Decimal(100)), 3, Decimal("0.005")
_OF_UNITS = ("actual.unit", "target.unreadable")

_FILLER_NAME = lazy(
    r"(?:(?:三级)?指标[\d一二三四五六七八九十]*:?|[(]?\d{1,2}[.、)])?[.…·。]*"
    r"|[(]?(?:请|此处|在此)?填[写报列].*"
)
# 当天办结, 全年 say how long it took, though in no figure: whether that keeps to 3个工作日 or 6个月 the unit knows.
_HOW_LONG = lazy("当[天日场]|即[时日]|全年(?!度)")
# 未开展 is as good as 0 where nothing is claimed for it.
_NOT_DONE = lazy("(?:本年度?|全年|年内|项目|工作|目前|尚|还|暂|均|并)*[未没]")
# The figure that ends a name ("指标1：资金支付完成率100%"); a year in it is no figure.
_FIGURE_AT_END = lazy(r"(?<!\d)\d[\d,.]*\s*(?:%|(?:万|亿)?(?!年|月|日|号|届|期)[^\W\d]{1,3})?\s*(?:以上|以下|以内)?$")


class Row(NamedTuple):
    """An indicator, the score that the rules give it, the weight and score that the unit typed, and what is wrong.

    ``reading`` is the id of what keeps target or actual from being used ("actual.missing"), ``scoring`` that of what is
    wrong with the score claimed ("score.mismatch"), None where nothing is.  ``unexplained``: a reason is missing.
    ``filler`` marks a row that holds only the form's own words (……), ``beside`` one whose points come on top of the
    hundred (加分项).  ``missed`` is the missed one of the rows that share this row's points, where it claims all these.
    """

    indicator: Indicator
    score: IndicatorScore
    weight: Decimal | None
    claimed: Decimal | None
    filler: bool = False
    reading: str | None = None
    scoring: str | None = None
    unexplained: bool = False
    beside: bool = False
    missed: Row | None = None

    @property
    def name(self) -> str:
        """The indicator's name in quotation marks, or where it stands."""
        name = self.indicator.name.text.strip()
        return in_quotes(name) if name else f"第 {self.indicator.row} 行的指标"

    @property
    def is_part(self) -> bool:
        """True for a 其中 row; one that only has its points in a cell with the row above is an indicator like any."""
        one = self.indicator
        return one.child and (not one.shares or squeeze(one.name.text).startswith("其中"))

    @property
    def undecided(self) -> bool:
        """True where no rule decides the row, and no other finding says why (such as a target without a sign)."""
        silent = self.reading is None and not sign_is_open(self.indicator) and self.scoring is None and not self.filler
        missed = self.unexplained and self.score.failed  # which reason.missing says
        measured = self.score.share is not None or is_qualitative(self.indicator)
        by_standard = not self.indicator.standard.blank and not measured
        unscored = self.score.score is None and self.indicator.weight.value is not None
        open = self.score.status == "undecided" or by_standard or unscored
        aside = self.score.excluded or self.beside
        return silent and self.asked and open and not aside and not missed

    @property
    def asked(self) -> bool:
        """True where the table has a column for the target and one for the actual."""
        return self.asks("target") and self.asks("actual")

    def asks(self, column: str) -> bool:
        """Whether the indicator's table has such a column: without it even a blank entry has no place."""
        return getattr(self.indicator, column).place is not None or self.indicator.place is None

    def at(self, column: str) -> Place | None:
        """The cell of a column; the row's own place where that column has no cell."""
        place: Place | None = getattr(self.indicator, column).place
        return place or self.indicator.place

    @property
    def above_weight(self) -> bool:
        """True for a score above its weight, the weight rounded to as many decimals as the score shows."""
        if self.weight is None or self.claimed is None or self.claimed <= self.weight:
            return False
        return self.claimed > round_half_up(self.weight, decimals(self.indicator.claimed_score))


def examine(
    evaluation: Evaluation, rules: RuleSet, scores: Iterable[IndicatorScore], surplus: Decimal
) -> tuple[Row, ...]:
    """The rows that hold anything, in the order of the table.

    ``scores`` has one score for each indicator; ``surplus`` is by how much all weights together exceed full marks.
    """
    pairs = zip(evaluation.indicators, scores, strict=True)
    overwritten = frozenset(deviation.place for deviation in evaluation.structure.deviations)
    rows = (
        Row(indicator, score, number(indicator.weight), number(indicator.claimed_score))
        for indicator, score in pairs
        if holds_anything(indicator)
    )
    found = [_examined(row, evaluation, rules, surplus, overwritten) for row in rows]
    full = scale_of(found)
    if full is None:
        return tuple(_with_shared(found))
    return tuple(row if _has_own_verdict(row, full) else row._replace(scoring="score.scale") for row in found)


def _with_shared(rows: Sequence[Row]) -> list[Row]:
    """The rows; one that claims full marks for several rows that share its points is wrong where one of them missed."""
    examined, first = list(rows), 0
    for at, row in enumerate(rows):
        if not row.indicator.shares:
            first = at
            continue
        holder, scored_apart = examined[first], row.claimed is not None and row.claimed != examined[first].weight
        sound = holder.scoring is None and holder.reading is None
        missed = row.score.failed and row.reading is None and not implausible(row.indicator)
        if not missed or not sound or scored_apart or holder.score.failed or holder.score.excluded:
            continue
        if fully_claimed(holder.indicator):
            examined[first] = holder._replace(scoring="score.mismatch", missed=row, unexplained=row.unexplained)
            examined[at] = row._replace(unexplained=False)
    return examined


def _has_own_verdict(row: Row, full: Decimal) -> bool:
    """True for a row that score.scale does not concern: its score is right, or wrong for a cause of its own."""
    own = row.scoring is not None and row.scoring not in _OFF_SCALE
    return own or row.beside or row.score.excluded or row.claimed is None or row.weight in (None, full)


def scale_of(rows: Sequence[Row]) -> Decimal | None:
    """1, 10 or 100 where every row was scored out of that many points, whatever its weight; else None."""
    for full in _SCALES if sum(row.scoring in _OFF_SCALE for row in rows) >= _SEVERAL else ():
        if all(_may_be_out_of(row, full) for row in rows if not row.beside):
            return full
    return None


def are_shares(rows: Sequence[Row], full: Decimal) -> bool:
    """True where no row has points and each score is out of ``full``: nobody says how much each row counts."""
    if not all(row.weight is None and row.claimed is not None and _may_be_out_of(row, full) for row in rows):
        return False
    return sum_of(row.claimed or ZERO for row in rows) > full * _MORE_THAN_POINTS


def _may_be_out_of(row: Row, full: Decimal) -> bool:
    """True for a score that may have been given out of ``full`` points; one that is just the weight was not."""
    if row.claimed is None:
        return True
    if row.score.share is not None:
        return abs(row.claimed / full - row.score.share) <= _NEAR
    return row.claimed <= full and (row.claimed != row.weight or row.weight == full)


def real(indicator: Indicator) -> bool:
    """True for a row that somebody filled in: neither blank nor the form's own filler."""
    return holds_anything(indicator) and not is_filler(indicator)


def is_filler(indicator: Indicator) -> bool:
    """True for a row like "……" or "指标2：" with nothing else in it."""
    entered = (indicator.actual, indicator.weight, indicator.claimed_score)
    target = indicator.target
    return (
        all(nothing(entry) or number(entry) == 0 for entry in entered)
        and (nothing(target) or indicator.target_read.placeholder)
        and bool(_FILLER_NAME.fullmatch(squeeze(indicator.name.text)))
    )


def is_empty(evaluation: Evaluation) -> bool:
    """True for a form in which nothing was filled in: no indicator, no figure but zero."""
    lines = [line for table in evaluation.money_tables for line in table.lines]
    money = [getattr(line, column) for line in lines for column in COLUMNS]
    money += [entry for row in evaluation.allocations for entry in (row.allocated, row.used)]
    money += [evaluation.claimed_total, *(statement.stated for statement in evaluation.statements)]
    return not any(map(real, evaluation.indicators)) and all(nothing(entry) or number(entry) == 0 for entry in money)


def names(items: Iterable[Row]) -> str:
    """The names of the first few rows; of several, a long name is cut to what tells it from the others."""
    all_names = [row.name for row in items]
    if len(all_names) == 1:
        return all_names[0]
    told = all_names[:SHOWN_NAMES]
    return few([*(_short(name, told) for name in told), *all_names[SHOWN_NAMES:]], SHOWN_NAMES, "等 {} 项")


def _short(name: str, others: Iterable[str]) -> str:
    if len(name) <= _BRIEF + 2:
        return name
    alike = {one for one in others if one[:_BRIEF] == name[:_BRIEF]}
    same = takewhile(lambda signs: len({*signs}) == 1, zip(*alike, strict=False))
    apart = sum(1 for _ in same) if len(alike) > 1 else 0
    while apart and name[apart - 1].isdigit():  # a number is told as a whole
        apart -= 1
    beginning, own = (_BRIEF // 2, name[apart:]) if apart else (_BRIEF, "")
    rest = own if 0 < len(own) <= _BRIEF // 2 else f"{own[: _BRIEF // 2]}…”"
    return f"{name[:beginning]}{'…' if own else ''}{rest}"


def holds_anything(indicator: Indicator) -> bool:
    """True for a row that is not blank; it may be the form's own filler."""
    entries = (indicator.name, indicator.target, indicator.actual, indicator.weight, indicator.claimed_score)
    return any(not entry.blank or entry.value is not None for entry in entries)


def _examined(
    row: Row, evaluation: Evaluation, rules: RuleSet, surplus: Decimal, overwritten: Collection[Place]
) -> Row:
    """The row with what is wrong with it; ``overwritten`` are the cells reported for an overwritten formula."""
    indicator, score = row.indicator, row.score
    if is_filler(indicator):
        return row._replace(filler=True)
    if beside_the_points(indicator):
        return row._replace(beside=True)
    if score.excluded:
        return row
    reading = _target_problem(row) or _actual_problem(row)
    if reading in _OF_UNITS and (score.status != "undecided" or score.short):
        reading = None  # the two could be compared all the same: 25天 keeps to 1个月
    row = row._replace(reading=reading)
    scoring = None if indicator.claimed_score.place in overwritten else _score_problem(row, evaluation, rules)
    unexplained = reading is None and _unexplained(row, evaluation, rules)
    if (scoring in DECIDED_WRONG or scoring is None) and _weight_is_wrong(row, rules, surplus):
        # The score follows from the right weight, so only the weight is wrong; a missed target still needs a reason.
        return row._replace(unexplained=unexplained and score.failed)
    return row._replace(scoring=scoring, unexplained=unexplained)


def _target_problem(row: Row) -> str | None:
    """The id of what keeps the target from being used; None where nothing does."""
    indicator = row.indicator
    kind = indicator.target_read.kind
    if kind == "empty":
        if (indicator.child and nothing(indicator.weight)) or not row.asks("target"):
            return None
        if halfwidth(indicator.target.text) not in DASHES:
            return "target.placeholder"
        return "target.in_name" if _FIGURE_AT_END.search(halfwidth(indicator.name.text)) else "target.missing"
    return {"unreadable": "target.unreadable", "reference": "target.reference"}.get(kind)


def _actual_problem(row: Row) -> str | None:
    """The id of what keeps the actual from being compared with the target; None where nothing does."""
    target, actual = row.indicator.target_read, row.indicator.actual_read
    if target.kind == "empty":
        return None
    if actual.kind == "empty":
        return "actual.missing" if row.asks("actual") else None
    if is_qualitative(row.indicator):
        return None  # figures in the words are evidence
    doubtful = [one for one in actual.singles if one.kind == "unreadable"]
    if actual in doubtful or any(comparable(goal, one) is not None for goal in target.singles for one in doubtful):
        return "actual.unreadable"
    if target.kind not in NUMERIC:
        return None
    if actual.kind in ("status", "qualitative", "reference"):
        timed = target.unit in TIMES and _HOW_LONG.search(actual.text)
        undone = row.claimed == 0 and _NOT_DONE.match(squeeze(actual.text))
        return None if timed or undone else "actual.status_word"
    bounds = [one for one in actual.singles if one.kind == "number" and one.is_inequality]
    first, *others = actual.singles
    telling = [one for one in (first, *filter(of_the_whole, others)) if one not in bounds]
    answered = target.kind == "number" and any(comparable(target, one) is not None for one in telling)
    if bounds and not answered:  # 全年5次，每季度至少1次 answers ≥4次, in either order
        return "actual.inequality"
    if target.kind == actual.kind == "number" and comparable(target, actual) is None:
        return "actual.unit"
    return None


def _score_problem(row: Row, evaluation: Evaluation, rules: RuleSet) -> str | None:
    """The id of what is wrong with the score claimed; None where nothing is, or nobody can say."""
    indicator, score, weight, claimed = row.indicator, row.score, row.weight, row.claimed
    if claimed is not None and ((claimed < 0 and weight is not None) or row.above_weight):
        return "score.exceeds_weight"
    if row.reading is not None or weight is None:
        return None
    if claimed is None:
        if evaluation.template is not None and indicator.weight.value is None:
            return None  # words for a weight, which table.not_number has reported: no formula scores by them
        # In a workbook of ours formulas give the score of every row that a rule decides.
        # Weights that the tool has proposed are none that a unit could have scored by.
        has_column = "claimed_score" in evaluation.columns and not evaluation.weights_proposed
        asked = has_column and nothing(indicator.claimed_score) and indicator.claimed_score.formula is None
        by_formula = evaluation.template is not None and score.score is not None
        return "score.missing" if asked and not by_formula else None
    if score.short:
        return "score.mismatch" if fully_claimed(indicator) and not implausible(indicator) else None
    if score.score is None and _off_standard(row, rules):
        return "score.mismatch"
    if score.score is None:
        # What is undecided for another reason (no actual, one weight for several rows) is in no band, nor out of it.
        # 9分 may be in the band, and no formula takes it: that is table.not_number.
        state = state_of(indicator) if score.status != "undecided" and is_qualitative(indicator) else None
        inside = state is None or rules.band(state).holds(claimed, weight) or _between_states(row, rules)
        return None if inside else "score.out_of_band"
    if abs(claimed - score.score) <= rules.tolerance or implausible(indicator):
        return None  # an actual that can't be true decides no score; it is reported as actual.implausible
    return None if _marked_down(row) else "score.mismatch"


def _off_standard(row: Row, rules: RuleSet) -> bool:
    """True for a score that the form's own standard (评分标准) does not give, in whichever way one reads it."""
    if row.claimed is None or not row.score.failed:
        return False
    return read_standard(row.indicator, row.score.completion).denies(row.claimed, rules.tolerance)


def _marked_down(row: Row) -> bool:
    """True where the unit took points off for a target that it had set too low, with a reason.

    The most that it may take off is the share by which the target was exceeded.
    """
    score, claimed = row.score, row.claimed
    if score.status != "exceeded" or score.score is None or score.completion is None or claimed is None:
        return False
    by_deviation = score.score * max(2 - score.completion, ZERO) - ROUNDING <= claimed < score.score
    return by_deviation and stated(row.indicator.reason)


def _between_states(row: Row, rules: RuleSet) -> bool:
    """True for 基本达成, which is none of the three states, with a score that suits 达成 or 部分达成.

    The word is looked for in the column of states, or in the actual where that is blank.
    """
    state = row.indicator.actual if row.indicator.state.blank else row.indicator.state
    if row.weight is None or row.claimed is None or not halfwidth(state.text).startswith("基本"):
        return False
    return rules.band("partly").lower * row.weight <= row.claimed <= row.weight


def _weight_is_wrong(row: Row, rules: RuleSet, surplus: Decimal) -> bool:
    """True where the score claimed follows from another weight: that with which all weights would add up.

    A score equal to the weight that stands there was given by that weight.
    """
    weight, claimed, score = row.weight, row.claimed, row.score
    if not surplus or not weight or claimed is None or claimed == weight:
        return False
    right = weight - surplus
    state = state_of(row.indicator) if is_qualitative(row.indicator) else None
    if right > 0 and state is not None:
        return rules.band(state).holds(claimed, right)
    if score.score is None or score.status == "undecided":
        return claimed == right
    return abs(score.score / weight * right - claimed) <= ROUNDING


def _unexplained(row: Row, evaluation: Evaluation, rules: RuleSet) -> bool:
    """True for a row that was missed or marked down, in a form that asks for the reason, without one."""
    indicator = row.indicator
    words = (indicator.reason.text, indicator.actual_read.reason, read(indicator.state.text, role="actual").reason)
    if any(stated(Entry(text)) for text in words):
        return False
    name, below = halfwidth(indicator.name.text), (evaluation.problems, evaluation.measures)
    if len(name) >= _SHORTEST_NAME and any(name in halfwidth(entry.text) for entry in below):
        return False  # 县域内就诊率：部分专科转诊较多
    weight, claimed = row.weight, row.claimed
    if indicator.child and weight is None and not indicator.shares:
        return False
    missed = row.score.failed and not implausible(indicator)
    if missed or "reason" not in evaluation.columns:
        return missed and _asks_why(evaluation)
    marked_down = weight is not None and claimed is not None and claimed < weight - rules.tolerance
    behind = islice(dropwhile(lambda one: one is not indicator, evaluation.indicators), 1, None)
    sharing = takewhile(lambda one: one.shares, behind)  # with their points in the same merged cell
    return marked_down and not any(stated(one.reason) for one in sharing)


def _asks_why(evaluation: Evaluation) -> bool:
    """True for a form with a column of reasons, or with a cell for them below the table in which there are none.

    下一步工作计划 or 有关建议 alone ask for no reason.
    """
    if "reason" in evaluation.columns:
        return True
    below, others = (evaluation.problems, evaluation.measures), (evaluation.goal_actual, *evaluation.texts)
    explained = any(map(stated, below)) or any(_WHY.search(entry.text) for entry in others)
    return not explained and evaluation.problems.place is not None
