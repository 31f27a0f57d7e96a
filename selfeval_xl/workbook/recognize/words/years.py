"""Years in text: 2024年度, （2024年1月-12月）, 二〇二三年, and the gap where an empty form wants one."""

from __future__ import annotations

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.words.labels import squeeze

YEARS = lazy(r"20\d\d\s*年?度?\s*[-—–~至到]+\s*20\d\d\s*年?度?")
"""2021-2023年: none of these years is the form's."""

OFFICES = "局委厅院办会社署处队站所馆校学府心司"  # last characters of units' names
YEAR = lazy(r"(?<!\d)(20\d\d)\s*年?")
_TO = r"\s*[-—–~至到]+\s*"
_MONTH = r"(?:0?[1-9]|1[0-2])(?:[月./-](?:0?[1-9]|[12]\d|3[01])[日号]?|月份?)?[初底末]?"
_LASTS = r"(?:共?(?:[1一]年|(?:12|十二)个月))?\(?"
_PERIOD = lazy(
    rf"{_LASTS}[自从由]?(20\d\d)(?:年?度?(?:全年)?|[年./-]{_MONTH}{_TO}(?:(?:\1|[当同本])[年./-])?{_MONTH}"
    rf"|[01]\d(?:[0-3]\d)?{_TO}\1[01]\d(?:[0-3]\d)?)止?\)?{_LASTS}\)?"
)
BUDGET_YEAR = lazy(r"(?<!\d)(20\d\d)年度")
_YEAR_OF = lazy(r"(?<!\d)(20\d\d)年(?=\D*(?:自评|绩效))")
YEAR_ALONE = lazy(
    r"[(\[【]?(?:(?:自评|评价)年度)?(20\d\d)"
    r"(?:年度?(?:自评)?|年?(?:预算|财政|会计)年度|财年|年1月?[-—–~至到]+12月(?=[)\]】]))?[)\]】]?"
)
_SPELLED_YEAR = lazy(r"二[〇○零][一二〇○零][一二三四五六七八九〇○零](?=年)")
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
# A year behind other words: 填报单位：甲 2023年度, 甲局（2023年度）, also （2023年度，金额单位：万元）.
_WORDS = r"[^\s:：,，;；()（）]{0,6}(?:单位|部门|名称)\s*[:：]"
YEAR_BESIDE = lazy(
    rf"(?:^|(?<!\s)\s++|(?<=元)[,，;；、]|(?<=[{OFFICES}])(?=[(（]))[(（]?\s*+(20\d\d)\s*年"
    rf"(?:度?\s*[)）](?=[\s(（]|$|{_WORDS})|度(?=\s|$)|度?(?=[\s,，;；、(（]+{_WORDS}))"
)

_OPEN = r" \t\u3000\xa0_＿〇○×xXＸ"
# The gap for the year in an empty form: （20  年度）, 202X年度, （  ）年度; not a date 20  年  月, nor 本 年预算数.
_GAP = (
    rf"(?:(?<!\d)(?:20\d?|二[〇○零]二?)[{_OPEN}]++|(?<![\d{_OPEN}全本当上去])[{_OPEN}]{{2,}}+|(?:^|(?<=[(（\[【]))[{_OPEN}]++)"
    r"(?=[)）]?\s*年(?!\s*月|[初末底终内均]))"
    r"|20(?=[)）]?年度)|(?<=[(（])(?=[)）]?年度)"
)
YEAR_GAP = lazy(_GAP)
_LONGEST_GAP = 60  # characters of a line with such a gap
_YEAR_OPEN = lazy(rf"\s*[(（\[【]?\s*(?:{_GAP})?[)）]?\s*年度?\s*[)）\]】]?\s*")


def is_open(text: str) -> bool:
    """True for a year alone that is left open: （    年度）."""
    short = len(text) <= _LONGEST_GAP
    return short and _YEAR_OPEN.fullmatch(text) is not None and YEAR_GAP.search(text) is not None


def year_named(text: str) -> str:
    """The one year that words outside a form name: 2024年度, 2024年部门自评; empty for none or several."""
    bare = YEARS.sub("", squeeze(with_digits(text)))
    label, _, behind = bare.rpartition(":")
    if alone := YEAR_ALONE.fullmatch(behind):
        return alone[1] if "年" in label or not label else ""  # 填报日期：2025年
    years = set(BUDGET_YEAR.findall(bare)) or set(_YEAR_OF.findall(bare))
    return years.pop() if len(years) == 1 else ""


def period_year(text: str) -> str:
    """The year of a period within one year (2024年1月-12月), or that is one; else empty."""
    period = _PERIOD.fullmatch(squeeze(with_digits(text)))
    return period[1] if period else ""


def with_digits(text: str) -> str:
    """二〇二三年度, ２０２３年度 → 2023年度; other words are left alone."""
    text = text.translate(_FULL_WIDTH)
    return _SPELLED_YEAR.sub(lambda match: match[0].translate(_NUMERALS), text) if "二" in text else text
