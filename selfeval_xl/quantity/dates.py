"""Deadlines: 12月31日前, 2024年12月底, 2024-12-31, 第四季度末; a month, a quarter and a year mean their last day."""

from __future__ import annotations

import re

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.text import digits_end

TYPE_CHECKING = False  # neither typing nor datetime is wanted where no date is read
if TYPE_CHECKING:
    import datetime

_YEAR = r"(?:19|20)[0-9]{2}"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_DUE = r"(?=之?前|以前|完[成工]|竣工|建成|到位)"

_SEPARATED = lazy(
    rf"""
    {_YEAR}[./-]{_MONTH}[./-]{_DAY}(?![0-9])(?:\ ?[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?)?
  | {_YEAR}[/-]{_MONTH}(?![0-9./-]|[^\W0-9]|%) | {_YEAR}[./-]{_MONTH}(?=底|末|之?前|以前|完[成工])
  | {_MONTH}[./]{_DAY}(?=之?前|以前)
    """,
    re.VERBOSE,
)
_SPELLED = lazy(
    rf"""
    (?:{_YEAR}年度?|(?<![0-9≥>.]))(?:{_MONTH}月?(?:{_DAY}[日号])?(?:[-~—]{{1,2}}|至|到))?
        {_MONTH}月(?:{_DAY}[日号]|[上中下]旬|份?[底末初中])?(?!以[上下]|龄)
  | (?:{_YEAR}年度?)?(?<![个每])第?[1-4一二三四]季度[底末]?
  | {_YEAR}年(?:年?[底末终]|度?内|[上下]半年)
  | ^{_YEAR}年度?(?:{_DUE}|$)
  | (?<![0-9])(?:[当本今]年度?)?年?[底末内终]{_DUE}
    """,
    re.VERBOSE,
)
# How a date goes on behind 2024年 or 2024年度, where that is not the end of the text.
_BEHIND_A_YEAR = (*"0123456789第一二三四年底末终内前", "之前", "以前", "完", "竣工", "建成", "到位", "上半年", "下半年")

_NUMBERS = lazy(r"[0-9]+")
_QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "一": 1, "二": 2, "三": 3, "四": 4}
_TENTHS = {"上旬": 10, "中旬": 20}


def date_at(text: str, at: int) -> re.Match[str] | None:
    """The date that begins at ``at``.  Without any digit it has to be a deadline: 年底前, 年内完成."""
    end = digits_end(text, at)
    sign = text[end : end + 1]
    if end > at and sign == "年":
        begin = end + 1 + text.startswith("度", end + 1)
        if begin < len(text) and not text.startswith(_BEHIND_A_YEAR, begin):
            return None
    separated = _SEPARATED.match(text, at) if end > at and sign in (".", "/", "-") else None
    return separated or _SPELLED.match(text, at)


def resolve(written: str, year: int | None) -> datetime.date | None:
    """The last day that ``written`` (as :func:`date_at` finds it) means; None where no year is written or given.

    A period ends on its last day.  Raises ValueError for a day that doesn't exist, and for 12月初, 12月中.
    """
    import datetime

    if written.startswith(("19", "20")) and len(written) > 4 and written[:4].isdigit():
        year, rest = int(written[:4]), written[4:]
    else:
        rest = written
    numbers = [int(number) for number in _NUMBERS.findall(rest.partition(" ")[0].partition(":")[0])]
    month, day = 12, None
    if "季度" in rest:
        month = 3 * _QUARTERS[rest[rest.index("季度") - 1]]
    elif "半年" in rest:
        month = 6 if "上" in rest else 12
    elif rest.endswith(("日", "号")) or ("月" not in rest and len(numbers) > 1):
        month, day = numbers[-2:]
    elif numbers:
        month, day = numbers[-1], _TENTHS.get(rest[-2:])
        if rest.endswith(("初", "中")):
            raise ValueError(written)
    if day is None:
        first = datetime.date(year or 2001, month, 1)
        last = (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
        return last if year else None
    day_in_year = datetime.date(year or 2000, month, day)
    return day_in_year if year else None
