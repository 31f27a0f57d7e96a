"""What the unit entered for an indicator besides figures: whether it applies, its state, its reason, its score."""

from __future__ import annotations

from decimal import Decimal

from selfeval_xl.lazy import lazy
from selfeval_xl.model import Entry, Indicator
from selfeval_xl.quantity import State, read
from selfeval_xl.quantity.text import DASHES, FILLERS, NOT_CONCERNED, halfwidth, squeeze
from selfeval_xl.scoring.rounding import ONE, ZERO, points, rounded, within

_COMES_OR_GOES = lazy(r"[加扣减]\d*(?:\.\d+)?分")
_BESIDE = lazy("(?:(?:奖励|附加)?(?:加|扣|减|扣减|加减)分|扣减|附加)(?:分?项目?|指标|因素|事项|情况)?(?:[(:].*)?")
_LESS = ("扣", "减")
_YES_OR_NO = {"是", "否"}
_ASKS = lazy("是否|是[/或、]否|^[不未无没]|有无|[吗?]$")
_ANSWERS: tuple[State, State] = ("missed", "reached")
# Reasons that say there is no deviation, and so explain none.
_NO_REASON = lazy(
    "(?:无|没有|未出现|未产生|不存在)(?:任何|明显)?(?:偏差|差异)(?:情况)?"
    "|(?:已经?|均|全部|按[时期]|按计划|如期)*(?:完成|达标)(?:目标|任务|指标)?"
)
_NO_POINTS = FILLERS | NOT_CONCERNED | {"0", "0.0", "0.00", "0分"}


def stated(entry: Entry) -> bool:
    """True where the entry states something: not blank, nor one of 无, /, —, ……, 无偏差."""
    text = halfwidth(entry.text)
    return text not in FILLERS and _NO_REASON.fullmatch(text.rstrip("。")) is None


def is_qualitative(indicator: Indicator) -> bool:
    """True where the target is words (or the sign says 定性), so that a state and a band decide, not a figure."""
    return indicator.op.text.strip() == "定性" or indicator.target_read.kind in ("qualitative", "status")


def state_of(indicator: Indicator) -> State | None:
    """达成, 部分达成 or 未达成, from the state column or else from the words of the actual; 否 may be the target.

    Where the target is itself a question (是/否, 是否逾期), or names what must not happen, 否 may be what is wanted.
    """
    wanted, said = squeeze(indicator.target.text), squeeze(indicator.actual.text)
    answer = indicator.actual_read.state
    if said in _YES_OR_NO and wanted in _YES_OR_NO:
        answer = _ANSWERS[wanted == said]
    elif said in _YES_OR_NO and _ASKS.search(wanted):
        answer = None
    return read(indicator.state.text, role="actual").state or answer


def claimed_points(indicator: Indicator) -> Decimal | None:
    """The score entered, rounded; None without one, or where it does not lie between 0 and the weight."""
    weight = indicator.weight.value
    score = within(indicator.claimed_score.value, weight)
    return None if score is None or weight is None else rounded(score, weight)


def fully_claimed(indicator: Indicator) -> bool:
    """True where the score entered is all of the weight, which a target that was missed can't earn.

    The regulation gives full marks only for a target that was reached; no rule says how much is lost where there is no
    proportion (a late date).
    """
    weight, claimed = indicator.weight.value, claimed_points(indicator)
    return weight is not None and weight > 0 and claimed == points(ONE, weight)


def not_applicable(indicator: Indicator) -> bool:
    """True for an unused row, and where the actual says 无 or / and a reason is given: left out (house rule)."""
    answered = indicator.actual_read.kind == "empty" and not indicator.actual.blank
    return unused(indicator) or (answered and stated(indicator.reason))


def unused(indicator: Indicator) -> bool:
    """True for a row of the form that has no points and says of itself that it does not apply (不涉及).

    So does one with a dash for its target and its actual, and a dash or a zero for its weight: with each of them typed,
    nothing was forgotten.
    """
    cells = (indicator.name, indicator.target, indicator.actual)
    points = (indicator.weight, indicator.claimed_score)
    crossed_out = all(entry.text and halfwidth(entry.text) in DASHES for entry in cells[1:])
    return (
        indicator.target_read.kind == indicator.actual_read.kind == "empty"
        and (
            any(squeeze(entry.text) in NOT_CONCERNED for entry in cells)
            or (crossed_out and not indicator.weight.blank)
        )
        and not any(entry.value or squeeze(entry.text) not in _NO_POINTS for entry in points)
    )


def beside_the_points(indicator: Indicator) -> bool:
    """True for 加分项 and 扣减项 of an official form, which stand outside of its points: only the unit scores them.

    One with points and a target is an indicator like all others; a text that only says what points are added or taken
    off for (每项加1分) is no target.
    """
    if not indicator.by_words or not any(map(_is_beside, (indicator.level1, indicator.level2, indicator.name))):
        return False
    weight, target = indicator.weight.value, indicator.target
    aims = indicator.target_read.kind != "empty" and not _COMES_OR_GOES.search(squeeze(target.text))
    return weight is None or weight <= 0 or not aims


def points_beside(indicator: Indicator) -> tuple[Decimal | None, Decimal, Decimal]:
    """What such a row adds to the total, and its least and most: 扣减项 | 1 may mean 1 or -1, so the first is None."""
    claimed = indicator.claimed_score.value or ZERO
    named = (squeeze(entry.text) for entry in (indicator.level1, indicator.level2, indicator.name) if _is_beside(entry))
    if claimed <= 0 or not any(name.startswith(_LESS) for name in named):
        return claimed, claimed, claimed
    return None, -claimed, claimed


def _is_beside(entry: Entry) -> bool:
    return _BESIDE.fullmatch(squeeze(entry.text)) is not None
