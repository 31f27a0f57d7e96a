"""Which way is better for a figure: by its sign, else by its level and by the words beside it or of the indicator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from selfeval_xl.model import OPEN_SIGN, Indicator
from selfeval_xl.quantity import Quantity
from selfeval_xl.scoring.entered import state_of
from selfeval_xl.words.directions import RISES, Direction, is_cost, is_promise, wanted

Trend = Literal["up", "down"]
_TRENDS: Mapping[Trend, tuple[str, ...]] = {
    "up": RISES,
    "down": ("下降", "减少", "降低", "降幅", "减幅", "缩短", "压减"),
}


class Case(NamedTuple):
    """What the indicator says around a figure: its name, its levels, the direction of a change (投诉下降率: down).

    ``by_words``: the name, or the words beside the figure, may tell which way is better; ``open``: the sign is 待定,
    so nothing does; ``denied``: the unit itself says that the target was not reached.
    """

    name: str
    levels: str
    trend: Trend | None
    by_words: bool
    open: bool
    denied: bool


def case_of(indicator: Indicator) -> Case:
    """What an indicator says around the figures of its target and actual."""
    name = indicator.name.text
    levels = indicator.level1.text + indicator.level2.text
    open, denied = indicator.op.text.strip() == OPEN_SIGN, state_of(indicator) == "missed"
    return Case(name, levels, trend_of(name), indicator.by_words, open, denied)


def direction(indicator: Indicator) -> Direction:
    """Whether more or less is better; a compound target is ``lower`` only where each of its parts is.

    ``either`` where no sign is written and the name leaves it open: met by exactly the target's figure, else undecided.
    """
    ways = {way_of(part, indicator) for part in indicator.target_read.singles}
    return "either" if "either" in ways else "lower" if ways == {"lower"} else "higher"


def sign_is_open(indicator: Indicator) -> bool:
    """True where a sign is missing and nothing tells which it is."""
    return any(part.inferred for part in indicator.target_read.singles) and direction(indicator) == "either"


def way_of(target: Quantity, indicator: Indicator) -> Direction:
    """Which way is better for one figure of the indicator's target."""
    return better(target, case_of(indicator))


def better(target: Quantity, case: Case) -> Direction:
    """By the sign.  Without one, a cost is to be low, and for all else the words decide: those beside the figure first,
    then the indicator's name.  Zero, without a sign or with = (no complaints), is to be low."""
    if target.unit == "1:":
        return "either"  # ≤1:15 may be meant for the ratio or for its second figure
    if target.unit == "名次" and case.by_words:
        return "lower"  # ≥第3名 as well: the second is better
    zero = target.kind == "number" and target.value == 0
    if not (target.op is None or target.inferred):
        return "lower" if target.op in ("<=", "<") or (target.op == "=" and zero) else "higher"
    if zero:
        return "either" if case.by_words and is_promise(case.name) else "lower"
    if case.open:
        return "either"
    if target.kind != "number" or not case.by_words:
        return "lower" if is_cost(case.levels) else "higher"
    if target.label and (beside := wanted(target.label, "", target.unit, target.value)):
        return beside
    said = wanted(case.name, case.levels, target.unit, target.value)
    return said or ("either" if target.unit == ":1" or target.label.endswith(("优于", "好于")) else "higher")


def keeps_to(target: Quantity, case: Case) -> bool:
    """True for = with words that want a low figure (工程造价 =100万元): more than that is surely too much."""
    by_words = target.op == "=" and not target.inferred and case.by_words and target.kind == "number"
    if not by_words or target.unit == "%":
        return False
    return wanted(target.label or case.name, case.levels, target.unit, target.value) == "lower"


def trend_of(words: str) -> Trend | None:
    """The direction of change that words name last: 较上年下降 is down; None where they name none."""
    at = {words.rfind(word): trend for trend, named in _TRENDS.items() for word in named if word in words}
    return at[max(at)] if at else None
