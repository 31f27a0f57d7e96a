"""Scoring standards in a form's own words: a plain share of the weight, as our rules give, or a standard of its own.

完成率×分值 is such a share, and so are 完成率×15分 and 15分×完成率 if 15 is the weight; anything else is a standard.
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
    """True for 评分标准 and similar headings of a column."""
    return _HEADING.search(label.core) is not None


def is_standard(text: str, weight: Decimal | None, *, of_rate: bool) -> bool:
    """True for words on the points that are more than a share of the completion.

    If the target itself is a rate (``of_rate``), 完成率×分值 may mean the share of that rate: then it is more, too.
    """
    bare = _WHOLE.sub("", _with_share(text, weight))
    more = _MORE_THAN_A_SHARE.search(bare) or (of_rate and _RATE_TIMES.search(bare))
    return bool(more and _OF_POINTS.search(bare))


def takes_steps(text: str, weight: Decimal | None) -> bool:
    """True for words that deduct or give points in steps (每低1个百分点扣0.2分), and not as a share of the weight."""
    bare = _with_share(text, weight)
    return _STEPS.search(bare) is not None and _SHARE.search(bare) is None


def takes_off(text: str) -> bool:
    """True for words behind a name or target that deduct points: 培训人数（每少1人扣0.5分）."""
    return _TAKEN_OFF.search(text) is not None


def _with_share(text: str, weight: Decimal | None) -> str:
    """The squeezed words, with the full weight written as 分值: 完成率×分值 for 完成率×15分."""

    def share(match: re.Match[str]) -> str:
        points = Decimal(match["behind"] or match["before"])
        return f"{match['times'] or ''}分值" if weight in (None, points) else match[0]

    return _TIMES_POINTS.sub(share, squeeze(text))
