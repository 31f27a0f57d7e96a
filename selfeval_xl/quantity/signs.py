"""Comparison and approximation in words: 不低于, 不超过, 以上, 以内, 约, 近, 超, 左右."""

from __future__ import annotations

import re

from selfeval_xl.quantity.value import Bound, Op

_OPS: dict[str, Op] = {
    "≥": ">=", "≤": "<=", ">": ">", "<": "<", "=": "=", "大于等于": ">=", "大于或等于": ">=", "高于等于": ">=",
    "小于等于": "<=", "小于或等于": "<=", "低于等于": "<=", "至少": ">=", "最少": ">=", "最低": ">=", "起码": ">=",
    "至多": "<=", "最多": "<=", "最高": "<=", "控制在": "<=", "控制到": "<=", "高于": ">", "大于": ">", "多于": ">",
    "低于": "<", "小于": "<", "少于": "<", "等于": "=",
}  # fmt: skip
OP = re.compile(
    "(?P<most>(?:不(?:得|能|可|应|宜)?|未|没有)(?:超过?|超出|高于|大于|多于|突破))"
    f"|(?P<least>不(?:得|能|可|应|宜)?(?:低于|少于|小于|短于))|{'|'.join(sorted(_OPS, key=len, reverse=True))}"
)
"""Matches a comparison."""

NEAR = re.compile(
    r"(?:大?约为?|近|接近|~|不足|不到|超过|超出|超|突破|逾|高达)$"
    r"(?<![节预签履违公集契条邀毁缔合特]约)(?<![附邻就最靠亲远]近)(?<!赶超)"
)
"""Matches the word of approximation that stands last before a figure (节约, 附近 and their like are none)."""

TAIL = re.compile(
    r"(?P<least>[及或含]*以上|之上)|(?P<most>[及或含]*以下|之下|以内|之内|内(?![部容设外地资科]))|(?P<about>左右|上下)"
)
"""Matches 以上, 以内, 左右 and their like in the words after a figure."""

ABOVE = frozenset(("超过", "超出", "超", "突破", "逾", "高达"))
_BELOW = frozenset(("近", "接近", "不足", "不到"))


def op_of(sign: str) -> Op | None:
    """The operator that a sign or its words stand for; None for any other text."""
    if sign in _OPS:
        return _OPS[sign]
    match = OP.fullmatch(sign)
    return None if match is None else "<=" if match["most"] else ">="


def bound_of(word: str) -> Bound:
    """Which way a word of approximation (a match of :data:`NEAR`) points."""
    return "above" if word in ABOVE else "below" if word in _BELOW else "about"
