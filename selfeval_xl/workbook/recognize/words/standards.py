"""What a form's own words on the points say: a share of the weight, as the rules give it, or a standard of its own.

完成率×15分 is that share where 15 is the weight, as 完成率×分值 is, and 15分×完成率 too; else it is a standard.
"""

from __future__ import annotations

import re
from decimal import Decimal

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.words.labels import Label, squeeze

_HEADING = lazy("评分|计分|打分|标准")
_OF_POINTS = lazy("分|扣|权重")
_TAKEN_OFF = lazy("扣|不[得计]分")
_MORE_THAN_A_SHARE = lazy(r"扣|减|不[得计给]满?分|酌情|视|(?<!不)超|档.*分|插值|一半|减半|\d")
_STEPS = lazy(r"扣[^,;。]{0,6}\d|不[得计给]分|[得计给]\d+(?:\.\d+)?分")
_TIMES = "[×*xX乘]"
_FIGURE = r"\d{1,3}(?:\.\d{1,2})?"
_TIMES_POINTS = lazy(rf"(?P<times>{_TIMES})(?P<behind>{_FIGURE})分(?!值)|(?<![\d.])(?P<before>{_FIGURE})分(?={_TIMES})")
# But not 执行率=甲/乙×100%.
_SHARE = lazy(rf"按[^,;。]{{0,10}}比例|比例[得计给扣]|(?<!\d分){_TIMES}(?!100%|\d+(?:\.\d+)?分)")
_RATE_TIMES = lazy(f"率{_TIMES}|按[^,;。]{{0,4}}率")
_WHOLE = lazy(r"(?<!\d)100%")


def heads_standard(label: Label) -> bool:
    """True for 评分标准 and their like over a column."""
    return _HEADING.search(label.core) is not None


def is_standard(text: str, weight: Decimal | None, *, of_rate: bool) -> bool:
    """True for words on the points that say more than a share of the completion.

    Of a target that is a rate (``of_rate``) 完成率×分值 may be the share of the rate itself: more than that, too.
    """
    said = _WHOLE.sub("", _with_share(text, weight))
    more = _MORE_THAN_A_SHARE.search(said) or (of_rate and _RATE_TIMES.search(said))
    return bool(more and _OF_POINTS.search(said))


def takes_steps(text: str, weight: Decimal | None) -> bool:
    """True for words that take off some points, or give some (每低1个百分点扣0.2分), and no share of the weight."""
    said = _with_share(text, weight)
    return _STEPS.search(said) is not None and _SHARE.search(said) is None


def takes_off(text: str) -> bool:
    """True for words that take points off, behind a name or a target: 培训人数（每少1人扣0.5分）."""
    return _TAKEN_OFF.search(text) is not None


def _with_share(text: str, weight: Decimal | None) -> str:
    """The squeezed words, what they give of all points told as such: 完成率×分值 for 完成率×15分."""

    def share(said: re.Match[str]) -> str:
        points = Decimal(said["behind"] or said["before"])
        return f"{said['times'] or ''}分值" if weight in (None, points) else said[0]

    return _TIMES_POINTS.sub(share, squeeze(text))
