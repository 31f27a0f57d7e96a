"""The grammar of written figures: what in a text is a number with its unit, a range, a date, and what only looks so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from selfeval_xl.quantity.dates import DATE
from selfeval_xl.quantity.units import unit_end


class UncertainError(Exception):
    """A figure is there and can't be read with certainty."""


class Amount(NamedTuple):
    """A number as written: sign and digits, scale (万), unit (``""`` for none), and whether 余 or 多 stands in it."""

    digits: str
    scale: str
    unit: str
    more: bool


class Figure(NamedTuple):
    """One or two amounts (a range) at ``start:end`` of the text; ``spread`` for ±, where ``low`` may be None."""

    start: int
    end: int
    low: Amount | None
    high: Amount | None = None
    spread: bool = False


class Day(NamedTuple):
    """A date as written, at ``start:end`` of the text."""

    start: int
    end: int
    written: str


# Digits that are part of a word; they stay in the words around a figure.
_NOISE = re.compile(
    r"""
    《[^》]*》 | “[^”]{0,30}” | "[^"]{0,30}" | 「[^」]*」
  | [〔\[(【](?:19|20)[0-9]{2}[〕\])】](?:第?[0-9]+号)? | [0-9]++号
  | 第[0-9]++(?:[-~、—][0-9]++)*+(?![名位]|季度|$) | 近[0-9]+年(?=\w) | 每(?:年|月|周|季度)[0-9]{1,2}[日号] | 每[0-9]+年
  | (?:19|20)[0-9]{2}年?(?:[-~—至到]{1,2}(?:19|20)[0-9]{2})(?:学?年度?|$) | (?:19|20)[0-9]{2}(?:学年|年度?)
  | (?:(?<=[;。])|^)\(?[0-9]{1,2}[.、)](?=[^\W0-9]) | 指标[0-9]+:? | (?:附件|附?表)[0-9]+(?:-[0-9]+)*
  | 等保[0-9]\.[0-9] | 0距离
  | [A-Za-z]++[/-]?(?:[A-Za-z]+[/-]?)?[0-9]++(?:[.-][0-9]+)*+(?![0-9%‰万亿元个人名家次场项件户]|[.,]?[0-9])
  | (?:[2-6]G|[1-5]A|[23]D|[48]K|[5-9]S)(?![A-Za-z0-9]) | [0-9]+(?:kV|KV|千伏)(?=[^\W0-9])
  | (?:[0-9]{1,2}|[A-Z])(?:\+(?:[0-9]{1,2}|[A-Z]))+(?![0-9A-Za-z%.个人家场次名万元户件项]) | 7[x×*]24(?:小时)?
  | (?:24小时|365天)(?=服务|值[班守]|不间断|监[控测]|在岗|开放|自助|全天|保障|响应|在线|供|热线|运[行转])
  | 1(?:2345|2315|2333|2348|2355|2351|2309|10|19|20|22)(?=热线|平台|电话|专线|工单|服务|接警|指挥|报警|急救)
  | [0-9]+(?:分钟|小时)(?=[^,;。]{0,6}圈) | [0-9~-]+周?岁(?:及?以[上下])?(?=[^\W0-9]) | (?:985|211)(?=工程|高校|院校)
  | [0-9]{1,2}·[0-9]{1,2}(?![0-9%‰]) | 1[一-龥]1[一-龥](?![0-9])
  | [0-9]+年(?=行动|规划|计划|攻坚) | 1次性 | [0-9]+\.[0-9]+版
    """,
    re.VERBOSE,
)
_START = re.compile(r"""[0-9《“"「〔\[【(第近每指附表等A-Za-z]|[当本今年底末一二三四](?=[年度季底末内终])""")
# Behind a number these begin a unit, and neither a date nor a word.
_ORDINARY = frozenset("%‰个家人元万亿名场件项次户篇套台余多")

_NUMBER = re.compile(r"(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?!\.?[0-9]|[,/:^*×x·][0-9])")
_SCALE = re.compile(
    r"[ ]?([余多]|来(?=[个人家户名件次场])|\+(?![0-9A-Za-z]))?"
    r"(万亿|[十百千]?[万亿]|千(?![米克瓦伏卡帕])|百(?!分))?([余多])?"
)
_UP_TO = re.compile(r"(?:[-—]{1,2}|[~至到])(-?)(?=[0-9])")
_FOLLOWED = re.compile(r"[A-Za-zͰ-Ͽ几]|[-~—][0-9]")


def tokens(text: str) -> Iterator[Figure | Day]:
    """The figures and dates of a cleaned text.  Raises :class:`UncertainError` at digits that are nothing known."""
    start = _START.search(text)
    while start:
        at = start.start()
        number = _NUMBER.match(text, at)
        follower = text[number.end() : number.end() + 2] if number else ""
        if follower[:1] in _ORDINARY and not follower[1:].isdigit():
            noise = date = None
        else:
            date = DATE.match(text, at)
            noise = None if date else _NOISE.match(text, at)
        if date:
            yield Day(at, date.end(), date[0])
            end = date.end()
        elif noise:
            end = noise.end()
        elif number:
            figure = _figure(text, at)
            yield figure
            end = figure.end
        elif "0" <= text[at] <= "9":
            raise UncertainError
        else:
            end = at + 1
        start = _START.search(text, end)


def _figure(text: str, at: int) -> Figure:
    sign, before = _sign(text, at)
    low, end = _amount(text, at, sign)
    high: Amount | None = None
    if before == "±":
        return Figure(at - 1, end, None, low, spread=True)
    if text.startswith("±", end):
        high, end = _amount(text, end + 1, "")
        return Figure(at - len(sign), end, low, high, spread=True)
    up_to = _UP_TO.match(text, end)
    if up_to:
        high, end = _amount(text, up_to.end(), up_to[1])
    if _FOLLOWED.match(text, end) or (not low.unit and "0" <= text[end : end + 1] <= "9"):
        raise UncertainError
    if before == "¥" and not low.unit:
        low = Amount(low.digits, low.scale, "元", low.more)
    return Figure(at - len(sign) - (before == "¥"), end, low, high)


def _sign(text: str, at: int) -> tuple[str, str]:
    """The sign before the digits at ``at`` and what stands before it: a dash behind a word is not surely a minus."""
    before = text[at - 1 : at]
    if before in ("+", "-"):
        word = text[at - 2 : at - 1] if at > 1 else ""
        if word and (word.isalnum() or word in "%)-~") and word not in "率长降增幅为值":
            raise UncertainError
        return before, word
    if before in ("/", "—", ".", "^") or (before.isascii() and before.isalpha()):
        raise UncertainError
    return "", before


def _amount(text: str, at: int, sign: str) -> tuple[Amount, int]:
    number = _NUMBER.match(text, at)
    if not number:
        raise UncertainError
    scale = _SCALE.match(text, number.end())
    begin = scale.end() if scale else number.end()
    end = unit_end(text, begin)
    rest = text.startswith(("余", "多"), end) and end > begin
    more = rest or bool(scale and (scale[1] or scale[3]))
    return Amount(sign + number[0], (scale and scale[2]) or "", text[begin:end], more), end + rest
