"""Reads a cell's value or text as a figure: an amount, a rate or points, perhaps with a note behind it."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.words.labels import squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import CURRENCIES

if TYPE_CHECKING:
    from selfeval_xl.workbook.grid import RawCell


HUNDRED = Decimal(100)
_BEHIND = f"{'|'.join(CURRENCIES)}|[万亿分]"
# No amount has more digits: a longer run is a code, or no number at all.
_DIGITS = r"\d{1,20}"
_NUMBER = lazy(
    rf"[¥]?([-+]?(?:\d{{1,3}}(?:,\d{{3}}){{1,6}}|{_DIGITS})(?:\.{_DIGITS})?|[-+]?\.{_DIGITS})(%)?(?:{_BEHIND}|\((?:{_BEHIND})\))?"
)

_PARTS = lazy(r"(?<=[元万亿])\((?:其中|含|包括)[^()]*\)$")  # 260万元（其中基本支出180万元，项目支出80万元）
# A note behind an amount or rate: words, in which figures are only a part of it or what it was before; or its sum.
_NOTED = lazy(r"([^()]{1,40})\(([^()]{1,100})\)")
_OF_IT = lazy(
    r"[^\d]*|[^\d]*(?:含|包括|其中|追加|调[增减]|[核压]减|收回|结转|结余|剩余|年初|原|[未欠])"
    r"(?:(?!(?:后|[为至到是应改]|实际|[执支]出?行?)[^\d,、;]{0,3}\d).)*"
)
_TERM = lazy(r"[-+]?\d+(?:\.\d+)?")
_SUM = lazy(r"\d+(?:\.\d+)?(?:[-+]\d+(?:\.\d+)?)+")
_ENCLOSED = lazy(  # brackets would make an amount negative; 40（40） says the same twice
    rf"(?:(?P<again>\d{{1,3}}(?:\.{_DIGITS})?)分?(?=\((?P=again)分?\)))?\((\d{{1,3}}(?:\.{_DIGITS})?)分?\)"
)
_REMARKED = lazy(rf"({_DIGITS}(?:\.{_DIGITS})?)分?\((?=[^()]*[一-鿿])([^()]*(?:\([^()]*\)[^()]*)*)\)")
_DEDUCTED = lazy(rf"扣[除减了]?({_DIGITS}(?:\.{_DIGITS})?)分?")
_NO_POINTS = lazy(r"附[件表]\d+|(?<!\d)\d++(?:\.\d++)?+(?:[%％]|(?!分)[^\W\d_])")  # 有1次补考 is a count


def currency_behind(text: str) -> str:
    """The currency unit behind an amount, with 万 for 万元; empty if there is none."""
    bare = _PARTS.sub("", squeeze(text)).rstrip(")")  # 12.6（万元）
    bare += "元" if bare.endswith(("万", "亿")) else ""
    return next((unit for unit in CURRENCIES if bare.endswith(unit)), "")


@lru_cache(maxsize=512)
def plain_number(text: str) -> tuple[Decimal, bool] | None:
    """``"1,415.43万元"`` → (1415.43, False), ``"86.85%"`` → (86.85, True); None if there is anything else in the text.

    Several lines that are each a number are several numbers (180 over 180), not one long one.
    """
    lines = text.split("\n") if "\n" in text else ()
    if len(lines) > 1 and all(line[:1] != "." and _NUMBER.fullmatch(squeeze(line)) for line in lines):
        return None
    bare = _PARTS.sub("", squeeze(text))
    match = _NUMBER.fullmatch(bare[1:-1] if bare.endswith("分)") and bare.startswith("(") else bare)
    return (Decimal(match[1].replace(",", "")), bool(match[2])) if match else None


def remarked(text: str) -> tuple[Decimal, str] | None:
    """Points and the remark behind them: 8分（未完成，扣2分）; None if it may hold another score: 28（复核26）."""
    match = _REMARKED.fullmatch(squeeze(text))
    if match is None or any(map(str.isdigit, _NO_POINTS.sub("", _DEDUCTED.sub("", match[2])))):
        return None
    return Decimal(match[1]), match[2]


@lru_cache(maxsize=512)
def noted(text: str) -> tuple[Decimal, bool] | None:
    """An amount or rate with a note behind it, in the form of :func:`plain_number`: 45（含追加5）, 45（40+5）.

    None if the note may hold another figure for it: 50（实际45）.
    """
    match = _NOTED.fullmatch(squeeze(text)) if text.rstrip().endswith((")", "）")) else None
    read = plain_number(match[1]) if match else None
    if match is None or read is None:
        return None
    if _SUM.fullmatch(match[2]):
        return read if sum(map(Decimal, _TERM.findall(match[2]))) == read[0] else None
    return read if _OF_IT.fullmatch(match[2]) and not match[2].isascii() else None


def has_note(text: str) -> bool:
    """True for an amount or rate with more than its unit in brackets behind it: 45（含追加5）, 260万元（其中……）."""
    bare = squeeze(text)
    match = _NOTED.fullmatch(bare)
    return match is not None and _NUMBER.fullmatch(bare) is None and plain_number(match[1]) is not None


def is_doubtful(score: Decimal, remark: str, weight: Decimal | None) -> bool:
    """True if the score and what its remark deducts don't add up to the weight: 20（扣2分） of 20 may mean 18."""
    deducted = [Decimal(points) for points in _DEDUCTED.findall(remark)]
    return bool(deducted) and (weight is None or score + sum(deducted) != weight)


def figure(raw: RawCell | None, text: str, *, points: bool = False) -> Decimal | None:
    """The figure that a cell holds, a percentage as a fraction; None for words, dates and blanks.

    For ``points``, a percentage is in points, words in brackets behind are a remark (为何扣分), and （20） is 20.
    """
    if raw is None:
        return None
    value = raw.value
    if isinstance(value, Decimal):
        if raw.format.is_date:
            return None
        read = plain_number(text) if "%" in text else None
        if read is None:
            return value
        # A % that the number format only appends (0"%") doesn't scale the value: 86.85 shows as 86.85%.
        fraction = value / HUNDRED if abs(value - read[0]) < abs(value) / 2 else value
        return fraction * HUNDRED if points else fraction
    if not isinstance(value, str):
        return None
    enclosed = _ENCLOSED.fullmatch(squeeze(text)) if points else None
    read = plain_number(enclosed[2] if enclosed else text)
    if read is None and not points:
        read = noted(text)
    if read is None:
        found = remarked(text) if points else None
        return found[0] if found else None
    figure, percent = read
    return figure / HUNDRED if percent and not points else figure


def holds_number(raw: RawCell | None, text: str) -> bool:
    """True if a cell holds nothing but a figure, or a formula whose result was not stored."""
    unstored = raw is not None and raw.value is None and raw.formula is not None
    return unstored or figure(raw, text) is not None
