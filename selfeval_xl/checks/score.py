"""Checks of the scores claimed: row by row, then their sum, then what the sum is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from selfeval_xl.checks.claims import row_claim, sums, total_of
from selfeval_xl.checks.figures import ZERO, decimals, gap, half, nothing, number, plain, sum_of
from selfeval_xl.checks.points import EXECUTION
from selfeval_xl.checks.registry import Hit, check, hit, together
from selfeval_xl.checks.rows import DECIDED_WRONG, SHOWN_NAMES, Row, scale_of
from selfeval_xl.checks.subtotals import WrongSubtotal, wrong_subtotals
from selfeval_xl.checks.view import View
from selfeval_xl.checks.words import figures_in, own_texts
from selfeval_xl.evaluation.entries import whole_text
from selfeval_xl.lazy import lazy
from selfeval_xl.mistakes import brief, few
from selfeval_xl.model import EMPTY, Entry, Listed, Place
from selfeval_xl.quantity.units import in_a_year
from selfeval_xl.quantity.words import cleared
from selfeval_xl.rules import STATE_NAMES, RuleSet
from selfeval_xl.scoring import (
    fully_claimed,
    grade_of,
    is_qualitative,
    managed,
    points_beside,
    read_standard,
    state_of,
    sum_if_known,
)

_OF_ALL = lazy("(?!.*指标).*总(?:得|评)?分")
_PASSED = lazy("([不未没]有?)?(?:合格|及格|达标)")


@check("score.exceeds_weight")
def exceeds_weight(view: View) -> Iterator[Hit]:
    """Scores above their weight or below zero, of indicators, management items and (without a rate) the execution."""
    for row in view.rows:
        if row.scoring == "score.exceeds_weight":
            score = row.score.score if row.reading is None and row.score.share is not None else None
            due = f"（按完成情况应得 {plain(score)} 分）" if score is not None else ""
            yield _wrong_score(row, provided=row.claimed, expected=row.weight, due=due)
    others = [
        (one.claimed_score, number(one.weight), f"“{one.name.text.strip()}”") for one in view.evaluation.management
    ]
    if view.budget.score is None:
        others.append((view.line.claimed_score, view.budget.weight, EXECUTION))
    for entry, weight, name in others:
        claimed = number(entry)
        if claimed is not None and weight is not None and not 0 <= claimed <= weight:
            facts = {"name": name, "due": "", **_EXPLAINED}
            yield hit("score.exceeds_weight", [entry], provided=claimed, expected=weight, **facts)


@check("score.mismatch")
def mismatch(view: View) -> Iterator[Hit]:
    """Scores that do not follow from the figures: full marks though missed, or marked down though met."""
    for row in view.rows:
        claimed, score = row.claimed, row.score.score
        if row.scoring != "score.mismatch" or claimed is None:
            continue
        missed = row.missed or row
        one = missed.indicator
        target = whole_text(one.target_read.text.strip(), one.op, one.unit)
        actual = whole_text(one.actual_read.text.strip(), EMPTY, one.unit)
        if not missed.score.failed:
            why = "已经完成，却少填了分"
        elif row.missed:
            why = "没有完成，合用这个分值的几行却填了满分"
        elif fully_claimed(one):
            why = "没有按期完成却填了满分" if one.target_read.kind == "date" else "没有完成却填了满分"
        else:
            basis = "按完成比例算" if one.standard.blank else "按表里的评分标准扣"
            why = f"没有完成，但得分不是{basis}的"
        due, span = ("", "") if one.standard.blank or row.missed else _by_standard(row)
        below = f"低于分值 {plain(row.weight or ZERO)}"
        allowed, instead = (f"在 {span}", f" {span} 之间") if span else (below, f"{below} ")
        yield _wrong_score(
            row,
            provided=claimed,
            expected=score,
            why=why,
            figures=f"指标值 {target}，实际 {actual}",
            due=f"{due}得分应{allowed}" if score is None else f"{due}应得 {plain(score)}",
            over="" if score is None else f"，{gap(claimed - score)} 分",
            right=f"{instead}的得分" if score is None else f" {plain(score)}",
        )


def _by_standard(row: Row) -> tuple[str, str]:
    """What a message says of a score by the form's own standard: the standard, and the span of points that it gives."""
    one = row.indicator
    points, how = read_standard(one, row.score.completion)
    span = f"{plain(min(points))}–{plain(max(points))}" if len(points) > 1 else ""
    return f"按表里的评分标准“{brief(one.standard.text, 60)}”{how and f'，{how}，'}", span


@check("score.scale")
def scale(view: View) -> Iterator[Hit]:
    """Scores that were all given out of 1, 10 or 100 points, whatever the weights: one cause, one finding."""
    found = [row for row in view.rows if row.scoring == "score.scale"]
    if found:
        yield from together("score.scale", found, "claimed_score", full=scale_of(view.rows))


@check("score.out_of_band")
def out_of_band(view: View) -> Iterator[Hit]:
    """Qualitative scores outside the band of the row's state."""
    for row in view.rows:
        state = state_of(row.indicator)
        if row.scoring != "score.out_of_band" or state is None:
            continue
        allowed = _scores_of(row, view.rules)
        yield _wrong_score(row, provided=row.claimed, expected=allowed, state=STATE_NAMES[state])


_EXPLAINED: Mapping[str, Any] = {"unsaid": "", "reason": ""}


def _wrong_score(row: Row, **facts: Any) -> Hit:
    """A hit for a row's score; where the reason for the missed target is missing too, the same hit says so."""
    missed = row.missed or row
    cells, words = [row.at("claimed_score"), missed.indicator.own_score.place], _EXPLAINED
    if row.unexplained and missed.score.failed:
        cells.append(missed.at("reason"))
        words = {"unsaid": "，也没有写偏差原因和改进措施", "reason": "，并补写偏差原因和改进措施"}
    return hit(row.scoring or "", cells, name=missed.name, **words, **facts)


def _scores_of(row: Row, rules: RuleSet) -> str:
    """The scores that the state of a qualitative row allows: 16–20, or 12 至不满 16; "" where that is not known."""
    state, weight = state_of(row.indicator), row.weight
    if state is None or weight is None or not is_qualitative(row.indicator):
        return ""
    band = rules.band(state)
    low, high = plain(band.lower * weight), plain(band.upper * weight)
    return f"{low}–{high}" if band.upper == 1 else f"{low} 至不满 {high}"


class _MissingScore(NamedTuple):
    """A score that is not filled in: of what, its cell and weight, and what the rules give (or the span they allow)."""

    name: str
    cell: Entry | Place | None
    weight: Decimal | None
    score: Decimal | None = None
    allowed: str = ""

    def __str__(self) -> str:
        if self.weight is None:
            return self.name
        by_unit = f"应在 {self.allowed} 分" if self.allowed else "由单位评定"
        points = by_unit if self.score is None else f"应得 {plain(self.score)} 分"
        return f"{self.name}（分值 {plain(self.weight)} 分，{points}）"


@check("score.missing")
def missing(view: View) -> Iterator[Hit]:
    """Rows with weight, target and actual but no score, in a form that has a place for it: one finding."""
    found: list[_MissingScore] = []
    if _execution_unscored(view):
        found.append(_MissingScore(EXECUTION, view.line.claimed_score, view.budget.weight, view.budget.score))
    for row in [*(row for row in view.rows if row.scoring == "score.missing"), *_passed_over(view)]:
        allowed = _scores_of(row, view.rules)
        found.append(_MissingScore(row.name, row.at("claimed_score"), row.weight, row.score.score, allowed))
    for item in view.evaluation.management:
        weight = number(item.weight)
        if weight is not None and nothing(item.claimed_score):
            found.append(_MissingScore(f"“{item.name.text.strip()}”", item.claimed_score, weight))
    if found:
        names, expected = few([*map(str, found)], SHOWN_NAMES, "等 {} 项"), found[0].score if len(found) == 1 else None
        yield hit("score.missing", [one.cell for one in found], names=names, expected=expected)
    total, added = view.evaluation.claimed_total, total_of(view.claims)
    if not view.ours and total.blank and total.place is not None and added is not None and not found:
        due = f"总分（各项得分加起来是 {plain(added)} 分）"
        yield hit("score.missing", [total], names=due, expected=added, severity="warning")


def _passed_over(view: View) -> list[Row]:
    """Rows of a workbook of ours without a score, where the total claimed is the sum of all others.

    The formulas do give these rows a score; whoever typed the total left them out.
    """
    total, counted = number(view.evaluation.claimed_total), view.counted
    blank = [row for row in counted if row.claimed is None]
    if not view.ours or total is None or not 0 < len(blank) < len(counted):
        return []
    added, tolerance = total_of(view.claims), view.rules.tolerance
    if added is None or abs(added - total) <= tolerance:
        return []
    without = added - sum_of(row.score.score or ZERO for row in blank)
    return blank if abs(without - total) <= tolerance else []


@check("score.total", "score.unattainable")
def totals(view: View) -> Iterator[Hit]:
    """The total against the scores claimed, or else against the most that the rules can give."""
    entry, added = view.evaluation.claimed_total, total_of(view.claims)
    total = None if entry.formula is not None and view.ours else number(entry)
    partial = list[WrongSubtotal]()
    if not view.evaluation.weights_proposed:
        execution = number(view.line.claimed_score)
        partial += wrong_subtotals(view, "claimed_score", row_claim, execution, view.rules.tolerance)
    if total is not None and added is not None and not _passed_over(view):
        tolerance = max(view.rules.tolerance, half(max(1, decimals(entry))))
        spans = [(low - tolerance, high + tolerance) for low, high in sums(view.claims)]
        holds, with_rest = (any(low <= one <= high for low, high in spans) for one in (total, total + left_out(view)))
        if holds or with_rest:
            whole = [one for one in view.evaluation.subtotals if one.whole and _OF_ALL.match(one.name.text)]
            less = [one for one in whole if (number(one.weight) or view.rules.full_marks) < view.rules.full_marks]
            if not holds and less:  # 合计 or 指标总分 | 90 | 88 may be the indicators' alone, 总分 | 90 | 88 should not
                yield hit(
                    "score.total",
                    [entry],
                    provided=total,
                    expected=added,
                    severity="warning",
                    name=less[0].name.text,
                    rows=_added(view),
                )
        else:
            # A total that adds up wrong subtotals is wrong only because they are: one finding for all.
            carried = partial and abs(total - added - sum_of(one.claimed - one.added for one in partial)) <= tolerance
            cells = [entry, *(one.entry for one in partial if carried)]
            yield hit("score.total", cells, provided=total, expected=added, name="总分", rows=_added(view))
            partial = [] if carried else partial
    elif total is not None:
        most, why = _attainable(view)
        if most is not None and total > most + view.rules.tolerance:
            yield hit("score.unattainable", [entry], provided=total, expected=most, why=why)
    for one in partial:
        facts: dict[str, Any] = {"name": f"{one.name}的得分", "rows": "它的各行得分"}
        yield hit("score.total", [one.entry], provided=one.claimed, expected=one.added, **facts)


def _added(view: View) -> str:
    """What the total must be the sum of, in words; a form without a cell for the execution's score leaves that out."""
    right = view.budget.score
    if not view.budget.weight:
        return "各项得分"
    if right is None or view.ours or view.asks_for_execution_score:
        return "各项得分（含预算执行率）"
    return f"各项得分（没有填预算执行率的得分，按规则是 {plain(right)} 分）"


def left_out(view: View) -> Decimal:
    """The execution's score, where the total row is that of the indicators alone (合计 | 90 | 88); else 0."""
    weights = [number(one.weight) for one in view.evaluation.subtotals if one.whole]
    alone = view.points is not None and view.points.indicators in weights
    return (number(view.line.claimed_score) if alone else None) or ZERO


@check("score.grade")
def grade(view: View) -> Iterator[Hit]:
    """The grades claimed, in the cell and in the text, against the band of the total claimed."""
    entry = view.evaluation.claimed_grade
    if entry.formula is not None and view.ours:
        return
    grades = [(entry, entry.text.strip())]
    for words in own_texts(view.evaluation):
        stated_grades = [one.text for one in figures_in(words, view.evaluation) if one.kind == "grade"]
        grades += [(words, one) for one in stated_grades if one not in (known for _, known in grades)]
    for cell, text in grades:
        yield from _wrong_grade(view, cell, text)
    for one in view.evaluation.listed:
        yield from _wrong_in_list(view, one)


def _wrong_in_list(view: View, one: Listed) -> Iterator[Hit]:
    """A project's grade in a list against the score beside it; a grade that the rules do not know is not judged."""
    score, grade = number(one.claimed_score), one.claimed_grade.text.strip()
    named = _grades_meant(grade, view.rules, others=False)
    if score is not None and named and (right := grade_of(score, view.rules)) not in named:
        yield hit("score.grade", [one.claimed_grade], provided=grade, expected=right, total=score)


def _wrong_grade(view: View, entry: Entry, text: str) -> Iterator[Hit]:
    ours = view.ours and bool(text)  # other forms may have grades of their own
    named = _grades_meant(text, view.rules, others=not ours)
    if not named and not ours:
        return
    stated_total = number(view.evaluation.claimed_total)
    total = stated_total if stated_total is not None else view.total.score
    # Where the total is wrong, or lacks a score (which is reported), the grade may be that of the sum.
    lacking = [row.score.score for row in view.rows if row.scoring == "score.missing"]
    whole = sum_if_known([total, *lacking]) if lacking else None
    sums = (total, total_of(view.claims), whole)
    right = [grade_of(one, view.rules) for one in sums if one is not None]
    if total is not None and right and not named & set(right):
        yield hit("score.grade", [entry], provided=text, expected=right[0], total=total)


def _grades_meant(text: str, rules: RuleSet, *, others: bool) -> set[str]:
    """The grades that a word may mean: 优秀 is 优; nothing where a text names several.

    With ``others``, the words of other forms count too: 不合格 is the lowest, and 合格 any above it, as places differ
    in where it begins; so for 达标.
    """
    if others and (said := _PASSED.search(text)):
        lowest, *above = (one.name for one in sorted(rules.grades, key=lambda one: one.at_least))
        return {lowest} if said[1] else set(above)
    named = {one.name for one in rules.grades if one.name in text}
    return named if len(named) == 1 else set()


@check("score.undecided")
def undecided(view: View) -> Iterator[Hit]:
    """Rows that the rules can't decide, with what the unit can do about it: reported, never skipped."""
    found = [row for row in view.rows if row.undecided]
    sharing = {id(row) for row, below in pairwise(view.rows) if below.indicator.shares}
    doubts = dict.fromkeys(_SHARED if id(row) in sharing else _doubt(row) for row in found)
    why = "；".join(one.why for one in doubts if one.why)
    advice = "".join(dict.fromkeys(one.advice for one in doubts))
    advice += "仍不能判定的，" if advice else ""
    yield from together("score.undecided", found, "actual", advice=advice, why=f"（{why}）" if why else "")
    unsigned = [row for row in view.beside if row.score.score is None and not row.score.excluded]
    yield from together("score.undecided", unsigned, "claimed_score", advice="扣分的得分请写成负数（如 -1）；", why="")


class _Doubt(NamedTuple):
    """Why no rule decides a row, and what the unit can do about it."""

    why: str = ""
    advice: str = ""


_SHARED = _Doubt("几行合用一个分值，没有都完成", "几行合用一个分值、没有都完成的，请给每行分别填分值和得分；")
_WORDS = _Doubt("从实际完成值的文字看不出是否达到指标值", "定性指标请写明达成、部分达成或未达成；")
_LATE = _Doubt("逾期该扣几分，规则没有规定")
_NO_DAY = _Doubt("没有可以同期限比较的完成日期", "期限和完成日期请写明年月日；")
_OUTSIDE = _Doubt("实际完成值在指标值的区间之外")
_RATIO = _Doubt("比值 1:几 看不出以大为好还是以小为好")
_EACH = _Doubt("看不出每户、每人的数合计是多少", "指标值和实际完成值请写同一口径的数，都写合计，或都写每户、每人的数；")
_SO_OFTEN = _Doubt("看不出实际完成值是每月、每季度几次还是全年几次", "实际完成值请写明每月、每季度几次，或全年共几次；")
_CLEARED = _Doubt("写明不属实、非本单位责任的算不算，规则没有规定")
_OWN = _Doubt("没有完成的按表里自己的评分标准扣分")
_ROUGH = _Doubt("实际完成值是约数，比指标值多还是少说不准", "约数请改成准确的数；")
_MORE_OR_LESS = _Doubt(
    "实际完成值是一个区间，或没有写明没做的算没算在内，说不准是否达到指标值", "实际完成值请写一个准确的数；"
)
_NO_FIGURE = _Doubt(
    "实际完成值里找不到可以同指标值比较的数", "请在实际完成值里先写与指标值同一单位的数，其余的写在后面的括号里；"
)


def _doubt(row: Row) -> _Doubt:
    target, actual = row.indicator.target_read, row.indicator.actual_read
    if is_qualitative(row.indicator):
        return _LATE if row.score.short and target.date else _WORDS
    if target.kind == "date":
        return _LATE if row.score.short else _NO_DAY
    if not row.indicator.standard.blank:
        return _OWN
    if target.kind == "range" and actual.kind == "number":
        return _OUTSIDE
    if any(one.kind == "range" for one in actual.singles):
        return _MORE_OR_LESS
    if target.kind == actual.kind == "number":
        if actual.unit is None and (often := in_a_year(target.unit or "")) and often[1] > 1:
            return _SO_OFTEN
        if "每" in target.label + actual.label:
            return _EACH
        if cleared(actual.text):
            return _CLEARED
        return _RATIO if target.unit == "1:" else _ROUGH if actual.bound else _Doubt()
    return _NO_FIGURE


def _execution_unscored(view: View) -> bool:
    entry = view.line.claimed_score
    weighed = number(view.line.weight) is not None or (entry.place is not None and bool(view.budget.weight))
    asked = view.asks_for_execution_score and not view.ours
    return asked and weighed and nothing(entry) and view.budget.score is not None


def _attainable(view: View) -> tuple[Decimal | None, str]:
    """The highest total that is possible, and why.

    A score that is reported as too high counts as claimed, so that the same mistake is not reported for the total.
    """
    budget, rules, claimed_execution = view.budget, view.rules, number(view.line.claimed_score)
    execution = (
        budget.score if claimed_execution is None or budget.score is None else max(budget.score, claimed_execution)
    )
    lost = budget.weight - execution if budget.weight is not None and execution is not None else ZERO
    beside = sum_of(max(points_beside(row.indicator)[2], ZERO) for row in view.beside)
    most = sum_if_known(map(_most, view.counted)) if view.counted else None
    if view.evaluation.weights_proposed or most is None or budget.weight is None:
        # Without the unit's own weights only the loss by the execution is certain.
        return (rules.full_marks - lost + beside, f"预算执行率一项就少得 {plain(lost)} 分") if lost > 0 else (None, "")
    scores = ((managed(item), number(item.weight)) for item in view.items)
    items = sum_if_known(weight if score is None else score for score, weight in scores)
    if items is None or (rules.management and not view.items):
        return None, ""
    return most + (budget.weight - lost) + items + beside, "不能判定的指标已按满分计"


def _most(row: Row) -> Decimal | None:
    if row.weight is None:
        return None
    if row.scoring in DECIDED_WRONG and row.claimed is not None:
        return max(row.claimed, row.score.score or ZERO)
    return row.weight if row.score.score is None else max(row.score.score, min(row.claimed or ZERO, row.weight))
