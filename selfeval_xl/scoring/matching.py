"""Which of the figures that were reached answers which target."""

from __future__ import annotations

from collections.abc import Iterable

from selfeval_xl.quantity import Quantity, comparable
from selfeval_xl.quantity.text import clean, squeeze
from selfeval_xl.quantity.words import is_change
from selfeval_xl.scoring.ways import Case, trend_of

_CHANGING = frozenset("增减升降提缩涨扩")  # a name with one of these may be that of a change


def answer_to(target: Quantity, figures: Iterable[Quantity], name: str) -> Quantity | None:
    """The one figure that can answer the target: by its unit, and by the words around it where several fit.

    How much it has changed (326件，比上年增加21件) answers only a target of a change.
    """
    fitting = [figure for figure in figures if _fits(target, figure)]
    others = [figure for figure in fitting if not is_change(figure.label, figure.text)]
    if others and _CHANGING.isdisjoint(name + target.label):
        fitting = others
    if len(fitting) > 1:
        if len(others) < len(fitting) and not target.label and trend_of(name):
            return None
        own = [figure for figure in fitting if figure.label == target.label]
        if not (own or target.label):  # 知晓率88%，满意度96% answers 群众满意度
            own = [figure for figure in fitting if len(figure.label) > 1 and figure.label in squeeze(name)]
        fitting = own
    return fitting[0] if len(fitting) == 1 else None


def asks_each(target: Quantity, actual: Quantity, case: Case) -> bool:
    """True for one share that each of several is to reach, which the name lists: 学生、家长满意度 ≥90%."""
    return (
        target.kind == "number"
        and actual.kind == "compound"
        and target.unit == "%"
        and not target.label
        and all(part.label and part.label in clean(case.name) and _fits(target, part) for part in actual.parts)
    )


def _fits(target: Quantity, figure: Quantity) -> bool:
    if target.kind == "date":
        return figure.kind == "date" or figure.state == "missed"  # 未完成（…）
    inequality = figure.op not in (None, "=") and not figure.inferred
    return figure.kind == "number" and not inequality and comparable(target, figure) is not None
