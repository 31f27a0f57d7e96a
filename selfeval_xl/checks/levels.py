"""The names of indicator levels (产出, 数量): those that most forms share, and how to find one in a cell's text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from selfeval_xl.lazy import lazy
from selfeval_xl.model import Entry

LEVEL1 = frozenset({"产出", "效益"})
LEVEL2 = frozenset({"数量", "质量", "时效", "经济效益", "社会效益", "生态效益", "可持续影响", "服务对象满意度"})

_NUMBERED = lazy("^(?:[A-Za-z]|[一二三四五六七八九十]+)?[.、]+")  # once its digits are gone


def level_of(entry: Entry) -> str:
    """The name of a level without 指标, its number, points and spaces: "A1.产出指标（50分）" → "产出"."""
    return _name(entry.text)


@lru_cache(maxsize=1024)
def _name(text: str) -> str:
    plain = re.sub(r"\([^()]*\)|\d+分?|\s|指标|[:★*]", "", unicodedata.normalize("NFKC", text))
    return _NUMBERED.sub("", plain)
