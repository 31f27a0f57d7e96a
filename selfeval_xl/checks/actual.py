"""Checks of the actuals: is there one, is it a figure where a figure is asked for, can it be true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selfeval_xl.checks.figures import ZERO, plain
from selfeval_xl.checks.plausible import implausible
from selfeval_xl.checks.registry import Hit, check, together, unread
from selfeval_xl.checks.rows import SHOWN_NAMES, Row
from selfeval_xl.checks.view import View
from selfeval_xl.lazy import lazy
from selfeval_xl.model import Indicator
from selfeval_xl.quantity import Quantity, comparable, lacks_tail, scale_in_doubt
from selfeval_xl.quantity.text import squeeze
from selfeval_xl.quantity.units import TIMES
from selfeval_xl.quantity.words import none_of
from selfeval_xl.scoring import definite, in_time, is_qualitative, of_the_whole, state_of

IDS = (
    "actual.missing", "actual.unreadable", "actual.inequality", "actual.status_word", "actual.unit",
)  # fmt: skip

_PER_ONE = lazy("均|每|单[位价个次]|标准")  # a name that says what a figure is for

# Below these levels a fact can be verified, in papers or on the spot: 验收合格 or 日产日清 is so or not, and may repeat
# the target. How much better something became, or how well it went, can't.
_IN_PAPERS, _ONE_WORD = lazy("决策|过程"), 4
_ON_THE_SPOT, _FEW_WORDS = lazy("质量|时效|成本"), 12
_BY_DEGREES = lazy(
    "[提增改]|加[强快大]|[推促]进|推动|带动|优化|完善|扩大|维护|保障|满足|发挥|支撑|[减降]|有效|有序|有所|显著|明显|持续|长期|不断"
    "|逐步|进一步|稳[定步中]|[较高优]|(?<!完)好|基本|合理|可控|适[度中]|控制|效果|圆满|顺利|全面|积极|认真|切实|节[约省]|美观"
)
_OF_EFFECT = lazy("效益|满意")

_STOPS = dict.fromkeys(map(ord, ",，。;；、.!！"))


@check(*IDS)
def readable(view: View) -> Iterator[Hit]:
    """Actuals that are missing or can't be held against their target."""
    table = view.rows
    for id in IDS:
        found = [row for row in table if row.reading == id]
        if id == "actual.unreadable":
            yield from unread(id, found, "actual")
            continue
        short = [row for row in found if id == "actual.unit" and (_unit_is_short(row) or _are_times(row))]
        shares = [row for row in found if id == "actual.unit" and _is_share(row)]
        other = [row for row in found if row not in short and row not in shares]
        yield from together(id, other, "actual", why=_apart("单位不同", map(_units, other)))
        yield from together(id, short, "actual", severity="info", why=_apart("单位不同", map(_units, short)))
        yield from together(id, shares, "actual", why=_apart("分不清是不是同一个量级", map(_scales, shares)))


@check("actual.copied")
def copied(view: View) -> Iterator[Hit]:
    """Words that repeat the target and prove nothing."""
    yield from together("actual.copied", [row for row in _usable(view) if _repeats(row)], "actual")


@check("actual.state")
def contradicted(view: View) -> Iterator[Hit]:
    """A state (达成情况) that the row's own figures, or days, contradict; a target with an inferred sign does not."""
    yield from together("actual.state", [row for row in _usable(view) if _denied(row)], "state")


@check("actual.approximate")
def approximate(view: View) -> Iterator[Hit]:
    """Figures that are only approximate (约, 近, 超, 余, 多), with no exact one beside them (2小时内，平均1.2小时).

    A bound that keeps the target's limit (25日内) is exact enough.
    """
    answers = [(row, tuple(_answers(row.indicator))) for row in _usable(view)]
    found = [
        row
        for row, figures in answers
        if any(figure.bound and not _keeps_limit(row, figure) for figure in figures)
        and not any(map(of_the_whole, figures))
    ]
    yield from together("actual.approximate", [row for row in found if not is_qualitative(row.indicator)], "actual")


@check("actual.implausible")
def beyond_belief(view: View) -> Iterator[Hit]:
    """A share above 100%, half a person, fewer than no households, 元 for 万元."""
    found = {row: wrong for row in _usable(view) if (wrong := implausible(row.indicator))}
    why = list(dict.fromkeys(f"{wrong.figure}{wrong.why}" for wrong in found.values()))
    possible = {wrong.expected for wrong in found.values()}
    expected = possible.pop() if len(possible) == 1 else None
    yield from together("actual.implausible", found, "actual", why="；".join(why[:SHOWN_NAMES]), expected=expected)


def _units(row: Row) -> str:
    target, actual = (one.unit or "没有单位" for one in (row.indicator.target_read, row.indicator.actual_read))
    return f"指标值 {target}，实际 {actual}"


def _apart(what: str, each: Iterable[str]) -> str:
    return f"{what}（{'；'.join(dict.fromkeys(each))}）"


def _is_share(row: Row) -> bool:
    """True for 0.965 beside 95%, or 95 beside 95%: a bare figure may be meant as either percentage."""
    units = {row.indicator.target_read.unit, row.indicator.actual_read.unit}
    return None in units and units <= {"%", None}


def _scales(row: Row) -> str:
    """Both figures, and the two percentages that the one without a sign may be."""
    target, actual = row.indicator.target_read, row.indicator.actual_read
    shown = [f"{plain(one.value or ZERO)}{one.unit or ''}" for one in (target, actual)]
    figure = min(one.value or ZERO for one in (target, actual) if one.unit is None)
    other = figure * scale_in_doubt(target, actual)
    return f"指标值 {shown[0]}，实际 {shown[1]}；{plain(figure)} 是 {plain(figure)}% 还是 {plain(other)}%"


def _unit_is_short(row: Row) -> bool:
    """True for 3000元 beside 3000元/户: probably the same unit, perhaps the sum of all, so only a remark."""
    target, actual = row.indicator.target_read.unit, row.indicator.actual_read.unit
    if target is None or actual is None:
        return False
    words = row.name + row.indicator.target.text + row.indicator.actual.text  # 户均增收, 人均≥3000元, 平均26分钟/次
    return lacks_tail(actual, target) or (lacks_tail(target, actual) and _PER_ONE.search(words) is not None)


def _are_times(row: Row) -> bool:
    """True for 1个月 beside 30天, and 工作日 beside either: all correct, but no fixed factor converts them."""
    units = row.indicator.target_read.unit, row.indicator.actual_read.unit
    return all(unit in TIMES for unit in units)


def _keeps_limit(row: Row, figure: Quantity) -> bool:
    """True where a bound keeps the target's limit: 25日内, 前28%, or the worst of several figures (最高80万元)."""
    if row.score.status not in ("met", "exceeded"):
        return False
    way = {"below": "<", "above": ">"}.get(figure.bound or "")
    worst = "最" in figure.text and (row.indicator.target_read.op or "")[:1] == way
    return worst or (figure.bound == "below" and any(word in figure.text for word in "内前"))


def _usable(view: View) -> list[Row]:
    return [row for row in view.filled if row.reading is None and not row.score.excluded]


def _answers(indicator: Indicator) -> Iterable[Quantity]:
    """The figures of the actual; of several, those that can be held against the target."""
    targets, actuals = indicator.target_read.singles, indicator.actual_read.singles
    if len(actuals) == 1:
        return actuals
    return [one for one in actuals if any(comparable(target, one) is not None for target in targets)]


def _denied(row: Row) -> bool:
    indicator, status = row.indicator, row.score.status
    inferred = any(one.inferred for one in indicator.target_read.singles)
    if indicator.state.blank or inferred:
        return False
    state = state_of(indicator)
    if is_qualitative(indicator):  # 12月底前 may be called 定性, and is a day all the same
        return state == "reached" and in_time(indicator.target_read, indicator.actual_read) is False
    if state is None or row.score.completion is None:
        return False
    return status == "missed" if state == "reached" else status in ("met", "exceeded")


def _repeats(row: Row) -> bool:
    """True for a qualitative actual that only repeats the target's words, though a result could be put otherwise."""
    indicator = row.indicator
    words, wanted = (squeeze(entry.text).translate(_STOPS) for entry in (indicator.actual, indicator.target))
    if not words or not is_qualitative(indicator) or words != wanted:
        return False
    read = indicator.actual_read
    absent = read.value == 0 or none_of(words) is not None  # 无安全事故 can't be said otherwise
    return not (read.state is not None or absent or definite(words) or _is_asked(indicator, words))


def _is_asked(indicator: Indicator, words: str) -> bool:
    """True where the target's words are a proper answer: 完整 to 预算编制完整性, or a fact that can be verified.

    Of a benefit, or of 满意, they are none.
    """
    of_effect = any(map(_OF_EFFECT.search, (indicator.level1.text, indicator.level2.text, words)))
    in_papers = _IN_PAPERS.search(indicator.level1.text) is not None and len(words) <= _ONE_WORD
    on_the_spot = _ON_THE_SPOT.search(indicator.level2.text) is not None and len(words) <= _FEW_WORDS
    looked_up = in_papers or (on_the_spot and _BY_DEGREES.search(words) is None)
    asked = squeeze(indicator.name.text).endswith((f"{words}性", f"{words}程度"))
    return (looked_up or asked) and not of_effect
