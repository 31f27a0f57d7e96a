"""Deadlines: 12月31日前, 2024年12月底, 2024-12-31, 第四季度末; a month, a quarter and a year mean their last day."""

from __future__ import annotations

import re

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.text import DIGITS, digits_end

TYPE_CHECKING = False  # typing and datetime are imported only where a date is read
if TYPE_CHECKING:
    import datetime

_YEAR = r"(?:19|20)[0-9]{2}"
_SHORT_YEAR = r"[12][0-9]年(?=(?:1[0-2]|0?[1-9])月|年?[底末])"  # 24年12月, as a cell with the format yy年m月 shows it
_MONTH = r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_OF_YEAR = rf"(?:{_YEAR}年度?|{_SHORT_YEAR}|(?<![0-9≥>.]))"
_TO = "(?:[-~—]{1,2}|至|到)"
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
    {_OF_YEAR}{_MONTH}月{_DAY}[日号]?{_TO}{_DAY}[日号]
  | {_OF_YEAR}(?:{_MONTH}月?(?:{_DAY}[日号]|(?<=月){_DAY})?{_TO})?
        {_MONTH}月(?:{_DAY}(?:[日号]|{_DUE}|(?=[,;)]|$))|[上中下]旬|份?[底末初中])?(?!以[上下]|龄)
  | (?:{_YEAR}年度?)?(?<![个每])第?[1-4一二三四]季度[底末]?
  | (?:{_YEAR}年|{_SHORT_YEAR})(?:年?[底末终]|度?内|[上下]半年)
  | ^[上下]半年(?:[底末内]|{_DUE}|$)
  | ^{_YEAR}年度?(?:{_DUE}|$)
  | (?<![0-9])(?:[当本今]年度?)?年?[底末内终]{_DUE}
    """,
    re.VERBOSE,
)
# What may follow 2024年 or 2024年度 in a date; before any other text the year is no date.
_BEHIND_A_YEAR = (*"0123456789第一二三四年底末终内前", "之前", "以前", "完", "竣工", "建成", "到位", "上半年", "下半年")

_NUMBERS = lazy(r"[0-9]+")
_ONE_MONTH = lazy(r"[^0-9]*[0-9]+月[^月]*$")  # 5月20日-27日
_QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "一": 1, "二": 2, "三": 3, "四": 4}
Days = tuple[int, int | None]
"""The first and the last day of a month that a date may mean; None: the last one of that month."""
_WHOLE: Days = (1, None)
_TENTHS: dict[str, Days] = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, None)}


def date_at(text: str, at: int) -> re.Match[str] | None:
    """The date that begins at ``at``; None for none.  年底 and 年内 count only as deadlines: 年底前, 年内完成."""
    end = digits_end(text, at)
    following = text[end : end + 1]
    if end > at and following == "年":
        begin = end + 1 + text.startswith("度", end + 1)
        if begin < len(text) and not text.startswith(_BEHIND_A_YEAR, begin):
            return None
    separated = _SEPARATED.match(text, at) if end > at and following in (".", "/", "-") else None
    return separated or _SPELLED.match(text, at)


def resolve(written: str, year: int | None) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day that ``written`` (as :func:`date_at` finds it) may mean; None where no year is known.

    2024年3月 may be any day of that month, 3月底 any from the 21st on; the end of a quarter or a year (季度末, 年底)
    any day of its last month.  Raises ValueError for a day that doesn't exist, and for 12月初, 12月中.
    """
    import datetime

    if written[:4].isdigit():
        year, rest = int(written[:4]), written[4:]
    elif written[:2].isdigit() and written[2:3] == "年":
        year, rest = 2000 + int(written[:2]), written[3:]
    else:
        rest = written
    begin, end, (first_day, last_day) = _months_and_days(rest)
    known = year or 2000  # a leap year, which has every day
    first, last = datetime.date(known, begin, first_day), datetime.date(known, end, last_day or 1)
    if last_day is None:
        last = (last + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
    return (first, last) if year else None


def _months_and_days(written: str) -> tuple[int, int, Days]:
    """The first and the last month that may be meant, and the first day in the one and the last day in the other."""
    numbers = [int(number) for number in _NUMBERS.findall(written.partition(" ")[0].partition(":")[0])]
    at_end = written.endswith(("底", "末", "终"))
    if "季度" in written:
        end = 3 * _QUARTERS[written[written.index("季度") - 1]]
        return end if at_end else end - 2, end, _WHOLE
    if "半年" in written:
        return (1, 6, _WHOLE) if "上" in written else (7, 12, _WHOLE)
    if len(numbers) == 3 and _ONE_MONTH.match(written):
        return numbers[0], numbers[0], (numbers[1], numbers[2])
    if written.endswith(("日", "号", *DIGITS)) and len(numbers) > 1:
        return numbers[-2], numbers[-2], (numbers[-1], numbers[-1])
    if not numbers:
        return 12 if at_end else 1, 12, _WHOLE
    if written.endswith(("初", "中")):
        raise ValueError(written)
    return numbers[-1], numbers[-1], _TENTHS.get(written[-2:], (21 if at_end else 1, None))
