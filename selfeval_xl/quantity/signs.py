"""Comparison and approximation in words: 不低于, 不超过, 以上, 以内, 约, 近, 超, 左右."""

from __future__ import annotations

import re

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.value import Bound, Op

_OPS: dict[str, Op] = {
    "≥": ">=", "≤": "<=", ">": ">", "<": "<", "=": "=", "大于等于": ">=", "大于或等于": ">=", "高于等于": ">=",
    "高于或等于": ">=", "等于或大于": ">=", "等于或高于": ">=", "达到或超过": ">=", "达到或高于": ">=",
    "小于等于": "<=", "小于或等于": "<=", "低于等于": "<=", "低于或等于": "<=",
    "等于或小于": "<=", "等于或低于": "<=", "至少": ">=", "最少": ">=", "最低": ">=", "起码": ">=",
    "至多": "<=", "最多": "<=", "最高": "<=", "控制在": "<=", "控制到": "<=", "高于": ">", "大于": ">", "多于": ">",
    "低于": "<", "小于": "<", "少于": "<", "等于": "=",
}  # fmt: skip
DIRECTIONS: dict[str, Op] = {
    "正向": ">=", "正向指标": ">=", "正指标": ">=", "越大越好": ">=", "越高越好": ">=", "越多越好": ">=",
    "反向": "<=", "反向指标": "<=", "负向": "<=", "负向指标": "<=", "逆向": "<=", "逆向指标": "<=", "逆指标": "<=",
    "越小越好": "<=", "越低越好": "<=", "越少越好": "<=",
}  # fmt: skip
"""What some forms write in the sign column (指标性质) instead of a sign."""
SIGNS: dict[Op, str] = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "="}
_OP = lazy(
    "(?P<most>(?:不(?:得|能|可|应|宜)?|未|没有)(?:超过?|超出|高于|大于|多于|突破)(?:或等于)?)"
    "|(?P<least>不(?:得|能|可|应|宜)?(?:低于|少于|小于|短于)(?:或等于)?)"
    # 最低生活保障金500万元 and “最多跑一次”事项98% compare nothing.
    "|最[低高多少](?=(?:限[价额])?(?:为|达到?|每[人年月天日次户亩个]+)*$)"
    f"|{'|'.join(sorted((word for word in _OPS if word[0] != '最'), key=len, reverse=True))}"
)
_COMPARING = frozenset("≥≤<>=于至最起控超突")  # each comparison has one of these

_NEAR = ("大约为", "大约", "约为", "接近", "不足", "不到", "超过", "超出", "突破", "高达", "约", "近", "~", "超", "逾")
_NOT_NEAR = tuple(
    [f"{sign}约" for sign in "节预签履违公集契条邀毁缔合特"]
    + [f"{sign}近" for sign in "附邻就最靠亲远"]
    + ["赶超", "达到或超过"]
    + [f"{what}突破" for what in ("技术", "重大", "关键", "科研")]
)

_TAIL = lazy(
    # No bound behind a rank or a size: 3名县级以上劳模, 5名科级及以下干部, 20家规模以上企业.
    r"(?P<least>(?<![级高职等类岁龄星甲模额及或含者])(?:[及或含]者?)*以上|之上|[及或]更多)"
    r"|(?P<most>(?<![级高职等类岁龄星甲模额及或含者])(?:[及或含]者?)*以下|之下|以内|之内"
    r"|(?:^|(?<=[围幅限])|(?<=[幅程额]度)|(?<=时间))内(?![部容设外地资科存网涝业陆蒙审控镜脏衣环循河湖海城]))"
    r"|(?P<about>左右(?!岸)|上下(?![游级]))"
)
_TAILS = frozenset("上下内左更")

ABOVE = frozenset(("超过", "超出", "超", "突破", "逾", "高达"))
_BELOW = frozenset(("近", "接近", "不足", "不到"))


def op_of(sign: str) -> Op | None:
    """The operator that a sign or its words stand for; None for any other text."""
    if sign in _OPS:
        return _OPS[sign]
    match = None if _COMPARING.isdisjoint(sign) else _OP.fullmatch(sign)
    return None if match is None else "<=" if match["most"] else ">="


def op_in_column(sign: str) -> Op | None:
    """The operator that a text in the sign column stands for, where 正向 means ≥ and 反向 ≤."""
    return op_of(sign) or DIRECTIONS.get(sign)


def comparisons(text: str, start: int = 0) -> list[re.Match[str]]:
    """The comparing signs and words in ``text`` from ``start`` on; :func:`op_of` gives the operator of each."""
    return [] if _COMPARING.isdisjoint(text) else list(_OP.finditer(text, start))


def near(before: str) -> str:
    """The word of approximation that stands last before a figure, or ``""`` (节约, 附近 and their like are none)."""
    if not before.endswith(_NEAR) or before.endswith(_NOT_NEAR):
        return ""
    return next(word for word in _NEAR if before.endswith(word))


def tail(after: str) -> re.Match[str] | None:
    """The first of 以上, 以内, 左右 and their like in the words after a figure."""
    return None if _TAILS.isdisjoint(after) else _TAIL.search(after)


def bound_of(word: str) -> Bound:
    """What a word of approximation, as :func:`near` gives it, stands for: 近 below, 超 above, 约 about."""
    return "above" if word in ABOVE else "below" if word in _BELOW else "about"
