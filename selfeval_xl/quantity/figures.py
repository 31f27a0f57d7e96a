"""The grammar of written figures: which digits are a number with its unit, a range, a date, or part of a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.dates import date_at
from selfeval_xl.quantity.text import digits_end
from selfeval_xl.quantity.units import unit_end


class UncertainError(Exception):
    """The text holds a figure that can't be read with certainty."""


class Amount(NamedTuple):
    """A number as written: sign and digits, scale (万), unit (``""`` for none); ``more``: 余, 多, 来, + is with it."""

    digits: str
    scale: str
    unit: str
    more: bool


class Figure(NamedTuple):
    """One or two amounts (a range) at ``start:end`` of the text; ``spread``: written with ± (in ±5 ``low`` is None)."""

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


# Words that hold digits (第3批, 110kV, 5A景区): these are no figures, and stay in the words around one.
_QUOTED = lazy(r"""《[^》]*》 | “[^”]{0,30}” | "[^"]{0,30}" | 「[^」]*」""", re.VERBOSE)
_LISTED = lazy(
    r"""
    [〔\[(【](?:19|20)[0-9]{2}[〕\])】](?:第?[0-9]+号)?
  | (?:(?<=[;。])|^)\(?[0-9]{1,2}[.、)](?=[^\W0-9])
    """,
    re.VERBOSE,
)
_NAMED = lazy(
    r"""
    第[0-9]++(?:[-~、—][0-9]++)*+(?![名位日天]|季度|$) | 近[0-9]+年(?=\w)
  | (?:每(?:年|个?月|周|个?季度)|[次当本下末首]月)[0-9]{1,2}[日号] | 每[0-9]+年
  | 每[日天晚](?:[-~—至到]{0,2}(?:[01]?[0-9]|2[0-4]):[0-5][0-9])+
  | 指标[0-9]+:? | (?:附件|附?表)[0-9]+(?:-[0-9]+)* | 等保[0-9]\.[0-9]
    """,
    re.VERBOSE,
)
_CODE = lazy(
    r"""
    [A-Z]?K[0-9]++\+[0-9]{3}(?:\.[0-9]+)?+(?![0-9])
  | [A-Za-z]++[/-]?(?:[A-Za-z]+[/-]?)?[0-9]++(?:/[0-9]{1,2}(?=[.-][0-9]))?+
    (?:[.—-][0-9]+|:(?:19|20)[0-9]{2})*+(?![0-9%‰万亿元个人名家次场项件户台套篇辆部]|[.,]?[0-9])
  | [A-Z](?:\+(?:[0-9]{1,2}|[A-Z]))+(?![0-9A-Za-z%.个人家场次名万元户件项])
    """,
    re.VERBOSE,
)
_YEARS = lazy(
    r"""
    (?:19|20)[0-9]{2}年?(?:[-~、—至到]{1,2}(?:19|20)[0-9]{2})(?:学?年度?|$) | (?:19|20)[0-9]{2}(?:学年|年度?)
  | [0-9]+年(?=行动|规划|计划|攻坚)
    """,
    re.VERBOSE,
)
_COUNTING = lazy(
    r"""
    [0-9]++号 | (?:(?<=[;。])|^)[0-9]{1,2}[.、)](?=[^\W0-9]) | 0距离
  | (?:[2-6]G|[1-5]A|[23]D|[48]K|[5-9]S)(?![A-Za-z0-9]) | [0-9]+(?:kV|KV|千伏)(?=[^\W0-9A-Za-z_])
  | [0-9]{1,2}(?:\+(?:[0-9]{1,2}|[A-Z]))+(?![0-9A-Za-z%.个人家场次名万元户件项]) | 7[x×*]24(?:小时)?
  | (?:24小时|365天)(?=服务|值[班守]|不间断|监[控测]|在岗|开放|自助|全天|保障|响应|在线|供|热线|运[行转])
  | 1(?:2345|2315|2333|2348|2355|2351|2309|10|19|20|22)(?=热线|平台|电话|专线|工单|服务|接警|指挥|报警|急救)
  | [0-9]+(?:分钟|小时)(?=[^,;。]{0,6}圈)
  | [0-9]+(?:分钟|小时|天|个?工作日)(?=[^,;。0-9]{1,8}率[^,;。0-9]{0,6}[0-9.]+%)
  | [0-9~-]+周?岁(?:及?以[上下])?(?=[^\W0-9]) | (?:985|211)(?=工程|高校|院校)
  | [0-9]{1,2}·[0-9]{1,2}(?![0-9%‰]) | 1[^\W0-9A-Za-z_]1[^\W0-9A-Za-z_](?![0-9])
  | 1次性 | [0-9]+\.[0-9]+版 | (?:720|1080|1440|2160)[Pp](?![A-Za-z0-9])
  | (?:[01]?[0-9]|2[0-4]):[0-5][05](?:[-~—至到]{1,2}(?:[01]?[0-9]|2[0-4]):[0-5][05](?![0-9:])|(?=[之以]?[前后]))
    """,
    re.VERBOSE,
)
_NOISE = {
    **dict.fromkeys('《“"「', _QUOTED),
    **dict.fromkeys("〔[(【", _LISTED),
    **dict.fromkeys("第近每次当本下末首指附表等", _NAMED),
    **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", _CODE),
    **dict.fromkeys("0123456789", _COUNTING),
}
# A date without digits begins with a character of the first set before one of the second: 年底, 一季度, 上半年.
_PERIOD, _PART = frozenset("当本今年底末一二三四上下"), frozenset("年度季底末内终半")
# A number may begin a date, or be part of a word, only before one of these or before a character and a further digit.
_GOES_ON = frozenset("年月.-~—至到季底末之前以完号学、)距GADSPpKk千+x×*·小天热平电专工服接指报急分周岁高院版个")

_NUMBER = lazy(r"(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?!\.?[0-9]|[,:^*×x·][0-9]|/(?!10万)[0-9])")
_RATIO = lazy(r"(?:([1-9][0-9]*(?:\.[0-9]+)?):1|1:([1-9][0-9]*(?:\.[0-9]+)?|0\.[0-9]*[1-9]))(?![0-9.:/%])")
_SCALE = lazy(
    r"[ ]?([余多]|来(?=[个人家户名件次场])|\+(?![0-9A-Za-z]))?"
    r"(万亿|[十百千]?[万亿]|千(?![米克瓦伏卡帕])|百(?!分))?([余多]|\+(?![0-9A-Za-z]))?"
)
_COUNTED = lazy("[0-9]+[个人名家次场项件户台套篇辆部]")
_SCALED = frozenset(" 余多来+万亿十百千")
_UP_TO = lazy(r"(?:[-—]{1,2}|[~至到])(-?)(?=[0-9])")
_TO = frozenset("-—~至到")
# A unit that no table knows, in letters: 3pcs, 12.5m³/s, 0.1μSv/h; but no single letter behind a figure, as in 3A, 1E3.
_LETTERS = r"[A-Za-zμ]{1,8}(?:\^?[23])?"
_LATIN_UNIT = lazy(
    rf"({_LETTERS}(?:[/·]{_LETTERS})*)(?<![0-9][A-Za-z])(?<![0-9][A-Za-ln-z][23])"
    r"(?=$|[-—~至到]{1,2}[0-9.]+\1$|以[上下内]$)"
)


def tokens(text: str) -> Iterator[Figure | Day]:
    """The figures and dates of a cleaned text.  Raises :class:`UncertainError` at digits that can't be explained."""
    at = _next(text, 0)
    while at < len(text):
        number = _NUMBER.match(text, at)
        date = noise = None
        ratio = _RATIO.match(text, at) if ":" in text else None
        if ratio and (number is None or ratio.end() > number.end()):
            yield _of_ratio(text, ratio)
            at = _next(text, ratio.end())
            continue
        if number is None or _goes_on(text, number.end()):
            date = date_at(text, at)
            noise = _noise(text, at) if date is None else None
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
        at = _next(text, end)


def _next(text: str, at: int) -> int:
    """Where the next figure, date or word that holds digits may begin, from ``at`` on; the text's length for none."""
    for begin in range(at, len(text)):
        first = text[begin]
        if first in _NOISE or (first in _PERIOD and text[begin + 1 : begin + 2] in _PART):
            return begin
    return len(text)


def _noise(text: str, at: int) -> re.Match[str] | None:
    """The word at ``at`` whose digits are no figure (第3批, 110kV); None for none."""
    if text[at] not in _NOISE:
        return None
    end = digits_end(text, at)
    year = _YEARS.match(text, at) if end > at else None
    if year or (end > at and text[end : end + 1] in ("年", "学") and not "0" <= text[end + 1 : end + 2] <= "9"):
        return year
    return _NOISE[text[at]].match(text, at)


def _goes_on(text: str, end: int) -> bool:
    """True where a number that ends here may be the beginning of a date, or part of a word."""
    return text[end : end + 1] in _GOES_ON or text[end + 1 : end + 2].isdigit() or text.startswith("次性", end)


def _figure(text: str, at: int) -> Figure:
    sign, before = _sign(text, at)
    low, end = _amount(text, at, sign)
    high: Amount | None = None
    if before == "±":
        return Figure(at - 1, end, None, low, spread=True)
    if text.startswith("±", end):
        high, end = _amount(text, end + 1, "")
        return Figure(at - len(sign), end, low, high, spread=True)
    up_to = _UP_TO.match(text, end) if text[end : end + 1] in _TO else None
    if up_to:
        high, end = _amount(text, up_to.end(), up_to[1])
    if _runs_on(text, end) or (not low.unit and "0" <= text[end : end + 1] <= "9"):
        raise UncertainError
    if before == "¥" and not low.unit:
        low = Amount(low.digits, low.scale, "元", low.more)
    return Figure(at - len(sign) - (before == "¥"), end, low, high)


def _of_ratio(text: str, ratio: re.Match[str]) -> Figure:
    """15:1 as 15 on the unit ``:1``, 1:15 as 15 on the unit ``1:``."""
    sign, _ = _sign(text, ratio.start())
    if sign or _runs_on(text, ratio.end()):
        raise UncertainError
    unit = ":1" if ratio[1] else "1:"
    return Figure(ratio.start(), ratio.end(), Amount(ratio[1] or ratio[2], "", unit, more=False))


def _runs_on(text: str, end: int) -> bool:
    """True where the figure does not end cleanly: before letters that are no unit, 几, or a dash with more digits."""
    following, behind = text[end : end + 1], text[end + 1 : end + 2]
    return (
        (following.isascii() and following.isalpha())
        or "Ͱ" <= following <= "Ͽ"
        or following == "几"
        or (following in ("-", "~", "—") and "0" <= behind <= "9")
    )


def _sign(text: str, at: int) -> tuple[str, str]:
    """The + or - before the digits at ``at``, and the character before; a dash behind a word may be no minus."""
    before = text[at - 1 : at]
    if before in ("+", "-"):
        word = text[at - 2 : at - 1] if at > 1 else ""
        changed = text.endswith(("同比", "环比"), 0, at - 1)
        if word and (word.isalnum() or word in "%)-~") and word not in "率长降增幅为值" and not changed:
            raise UncertainError
        return before, word
    glued = before.isascii() and before.isalpha() and not _counts_named(text, at)
    if glued or before in ("/", "—", ".", "^"):
        raise UncertainError
    return "", before


def _counts_named(text: str, at: int) -> bool:
    """True for the 10 of AED10台: two capitals before it name what is counted; A4个 and Win10套 may be names."""
    word = text[max(0, at - 2) : at]
    return len(word) == 2 and word.isalpha() and word.isupper() and _COUNTED.match(text, at) is not None


def _amount(text: str, at: int, sign: str) -> tuple[Amount, int]:
    number = _NUMBER.match(text, at)
    if not number:
        raise UncertainError
    scale = _SCALE.match(text, number.end()) if text[number.end() : number.end() + 1] in _SCALED else None
    begin = scale.end() if scale else number.end()
    end = unit_end(text, begin)
    if end < len(text) and (latin := _LATIN_UNIT.match(text, begin)):
        end = max(end, latin.end())
    rest = text.startswith(("余", "多"), end) and end > begin
    more = rest or bool(scale and (scale[1] or scale[3]))
    return Amount(sign + number[0], (scale and scale[2]) or "", text[begin:end], more), end + rest
