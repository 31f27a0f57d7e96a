"""Matching: which figure of an actual answers which target."""

from __future__ import annotations

from collections.abc import Iterable

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity import Quantity, comparable, extremes
from selfeval_xl.quantity.text import clean, squeeze
from selfeval_xl.quantity.units import EVENTS
from selfeval_xl.quantity.words import is_change
from selfeval_xl.scoring.rounding import ZERO
from selfeval_xl.scoring.ways import Case, trend_of

_WHOLE = lazy("(?:全年度?|年度|本年|实际)*(?:累计|[合总]计|总?共|平均)|全年")
_OF_YEAR = lazy("(?:全年度?|本?年度|本年|实际|共)+")  # 累计 may count other years too
# 已举办11场，1场推迟: words for what was done, and for what was not.
_FINISHED = lazy("已|实际|完成|完工|竣工|建成|办结|验收|举办|开展|召开|组织|实施|到[货位]|发放|投用")
_UNFINISHED = lazy("推迟|延[期后迟]|取消|暂停|停办|顺延|改期|在建|续建|正在|尚|[未没待]")
_LONGEST = 40  # characters of a figure's words that are looked for in a name
_CHANGING = frozenset("增减升降提缩涨扩")  # a name with one of these may ask for a change


def answer_to(target: Quantity, figures: Iterable[Quantity], name: str) -> Quantity | None:
    """The one figure that can answer the target: by its unit, and by the words around it where several fit.

    A figure of a change (the 21 of 326件，比上年增加21件) answers only a target of a change.
    """
    figures = tuple(figures)
    fitting = [figure for figure in figures if _fits(target, figure)]
    fitting = fitting or [figure for figure in figures if _may_fit(target, figure)]
    others = [figure for figure in fitting if not is_change(figure.label, figure.text)]
    if others and _CHANGING.isdisjoint(name + target.label):
        fitting = others
    fitting = _finished(fitting, name + target.label)
    if len(fitting) > 1:
        if len(others) < len(fitting) and not target.label and trend_of(name):
            return None
        own = [figure for figure in fitting if figure.label == target.label]
        own = own or [figure for figure in fitting if _counted(figure) == _counted(target)]  # 105场 answers 全年100场
        if not (own or target.label):  # 知晓率88%，满意度96% answers 群众满意度
            named = [(_named(_counted(figure), squeeze(name)), figure) for figure in fitting]
            longest = max((thing for thing, _ in named), key=len)
            own = [figure for thing, figure in named if thing and (thing == longest or thing not in longest)]
            if len(own) > 1:
                own = [figure for figure in own if _counted(figure) in squeeze(name)]
        fitting = own
    return fitting[0] if len(fitting) == 1 else None


def _finished(figures: list[Quantity], asked: str) -> list[Quantity]:
    """What was done (已举办11场，1场推迟: 11), where each figure says whether it was; else all of them."""
    if len(figures) < 2 or _UNFINISHED.search(asked):
        return figures
    done = [figure for figure in figures if not _UNFINISHED.search(figure.label)]
    return done if done and all(_FINISHED.search(figure.label) for figure in done) else figures


def _named(thing: str, name: str) -> str:
    """The longest ending of ``thing`` (two characters at least) that the name holds; "" for none."""
    end = thing[-_LONGEST:]
    return next((end[at:] for at in range(len(end) - 1) if end[at:] in name), "")


def with_its_like(target: Quantity, figure: Quantity, figures: Iterable[Quantity], name: str) -> Quantity | None:
    """The sum of the figure and all others in its unit, where the name may ask for them together; else None.

    授权发明专利12项、实用新型8项 may be meant as 20 for 专利授权数; what was not done is not added.
    """
    if figure.unit == "%" or _counted(figure) in squeeze(name):
        return None
    alike = [one for one in figures if one.unit == figure.unit and not is_change(one.label, one.text)]
    alike = _finished(alike, name + target.label)
    return figure._replace(value=sum((one.value or ZERO for one in alike), ZERO)) if len(alike) > 1 else None


def _counted(figure: Quantity) -> str:
    """What a figure counts: 抽查企业 of 全年抽查企业."""
    within = _OF_YEAR.match(figure.label)
    return figure.label[within.end() :] if within else figure.label


def of_the_whole(figure: Quantity) -> bool:
    """True for a figure that sums up the actual (全年共26次, 平均1.2小时), whatever stands beside it."""
    exact = figure.kind == "number" and not figure.bound and not figure.is_inequality
    return exact and _WHOLE.match(figure.label) is not None


def asks_each(target: Quantity, actual: Quantity, case: Case) -> bool:
    """True for one percentage that each of several groups in the name must reach: 学生、家长满意度 ≥90%."""
    return _is_shared(target, actual) and all(part.label in clean(case.name) for part in actual.parts)


def asks_all(target: Quantity, actual: Quantity, case: Case) -> bool:
    """True for one target of satisfaction answered for several groups that the name does not list: 学生97%，家长96%."""
    shared = "满意" in case.name and _is_shared(target, actual)
    return shared and not any(part.label.endswith(("率", "度")) for part in actual.parts)


def _is_shared(target: Quantity, actual: Quantity) -> bool:
    """True for one share beside several, each with words of its own."""
    shared = target.kind == "number" and target.unit == "%" and not target.label and actual.kind == "compound"
    return shared and all(part.label and _fits(target, part) for part in actual.parts)


def _fits(target: Quantity, figure: Quantity) -> bool:
    if target.kind == "date":
        return figure.kind == "date" or figure.state == "missed"  # 未完成（…）
    alike = figure.kind == "number" and not figure.is_inequality and _for_each(target) == _for_each(figure)
    return alike and comparable(target, figure) is not None


def _may_fit(target: Quantity, figure: Quantity) -> bool:
    """True for 每月1次 beside ≥12次, 25天 beside 1个月: no figure on the target's unit, yet within known bounds."""
    number = target.kind == "number" and figure.kind in ("number", "range") and not figure.is_inequality
    return number and _for_each(target) == _for_each(figure) and extremes(target, figure) is not None


def _for_each(figure: Quantity) -> bool:
    """True for 每户1次, 每两月1期, which are no total count."""
    return figure.unit in EVENTS and "每" in figure.label.rpartition(",")[2]
