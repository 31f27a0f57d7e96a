"""One spelling for what is typed in many: full-width characters, look-alikes of ≥ and -, spaces, thousands commas."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from selfeval_xl.lazy import lazy

# Invisible characters (soft hyphen, joiners, byte order mark) are dropped; look-alikes become one: dashes and the
# strokes of a table, minus signs, ℅ (which input methods offer beside ％).
_ALIKE: dict[int, str | None] = {
    **dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)),
    **dict.fromkeys(map(ord, "–―─━︲"), "—"),
    **dict.fromkeys(map(ord, "−‐‑‒⁻₋"), "-"),
    ord("℅"): "%",
}
# Applied before NFKC, which makes ① a 1 and 10⁴ 104: here ① becomes a separator, and 10⁴ becomes 10^4.
_BEFORE = _ALIKE | {
    **dict.fromkeys((*range(0x2460, 0x2474), *range(0x2776, 0x2780)), ";"),
    **{ord(sign): f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
}
_AFTER = str.maketrans(
    {"≧": "≥", "⩾": "≥", "≮": "≥", "≦": "≤", "⩽": "≤", "≯": "≤", "≈": "约", "⁄": "/", "∶": ":", "٪": "%"}
    | {"↑": "增长", "↓": "下降"}
    | dict.fromkeys("〜∼∽", "~")
    | dict.fromkeys("•・‧∙⋅", "·")
)
# 12w元, 10W+, 1.2w, but 100W户外灯, 5W点光源, 100W
_TEN_THOUSAND = lazy(
    r"(?<=[0-9])(?:[wW](?=[余多+]?(?:[元名次亩吨阅浏]|点(?!光)|人(?![体造工])|户(?![外用内]))|[余多+](?=$|[,;。)]))|w(?=$|[,;。)]))"
)
_SIGN = lazy(r"[<>≤≥=][<>=]")
_SIGNS = {">=": "≥", "=>": "≥", "≥=": "≥", "<=": "≤", "=<": "≤", "≤=": "≤", "==": "="}
_THOUSANDS = lazy(r"(?<![0-9.])(?<![0-9],)[0-9]{1,3}(?:,[0-9]{3})+(?!,?[0-9]|(?<=,100)%)")
# ≥1 200人, where these are all its digits; 1 100% may be the first of several items.
_SPACED = lazy(r"([^0-9]*)([1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9])(?:\.[0-9]+)?)((?!%|‰)[^0-9]*)")
_ITEM = lazy(r"(?<!\s)\s++(?=\(?[0-9]{1,2}[.、)][^0-9.])")
_ITEM_SIGNS = frozenset(".、)")
_BROKEN = lazy(r"(?<![^\S\r\n])[^\S\r\n]*+[\r\n]\s*+")
_LINE = "\0"
_WITHIN = lazy(
    rf"(?<=[0-9]){_LINE}(?=[.][0-9]|,[0-9]{{3}}(?![0-9]))"
    rf"|(?<=[0-9][.]){_LINE}(?=[0-9])|(?<=[0-9],){_LINE}(?=[0-9]{{3}}(?![0-9]))"
    rf"|(?<=[0-9]){_LINE}(?=年 ?[0-9]{{1,2}} ?月|月 ?[0-9]{{1,2}} ?[日号])"
    rf"|(?<=年){_LINE}(?=[0-9]{{1,2}} ?月)|(?<=月){_LINE}(?=[0-9]{{1,2}} ?[日号])"
)
_ITEM_NUMBER, _BROKEN_FIGURE = lazy(r"\s*\(?([0-9]{1,2})[.、)]"), lazy(r"[0-9]+[.][0-9]+(?![0-9.])")
_NUMBERED_ITEMS = lazy(r"(?s)\s*[(（]?1[.．、)）].*[\s;；][(（]?2[.．、)）]")
_ITEM_ALONE = lazy(r"\(?(?:1?[0-9]|20)[.]")  # 1. above its item; nobody lists 98 of them
_NUMERAL = "一二三四五六七八九十"
_NUMBERED = lazy(
    rf"^(?:[{_NUMERAL}]+、|\([{_NUMERAL}0-9]+\)|[0-9]{{1,2}}[.、](?![0-9])|(?:三级)?指标[{_NUMERAL}0-9]{{1,3}}:(?=.))"
)

DIGITS = frozenset("0123456789")
DASHES = frozenset({"", "/", "\\", "-", "--", "—", "——", "~", "无", "暂无"})
"""What a cell says for nothing, in half-width characters; the sets below build on it."""
FILLERS = DASHES | {"...", "......"}
NOT_CONCERNED = frozenset(("不涉及", "未涉及", "不适用", "无此项", "N/A", "n/a", "NA"))
"""What says that a row or a figure does not apply to the unit; unlike 无, this is a reason where one is asked for."""
NOTHING = DASHES | NOT_CONCERNED
_BREAK_IN_NAME = lazy(r"(?<![A-Za-z0-9])\s*[\r\n]\s*|\s*[\r\n]\s*(?![\sA-Za-z0-9])")
_STROKES = frozenset("-—一/\\~*.·")  # 一 for the stroke that input methods lack


@lru_cache(maxsize=1024)
def says_nothing(text: str) -> bool:
    """True for a blank text, and for what stands in for a figure: 无, 不涉及, or only strokes, stars and dots."""
    bare = squeeze(text)
    return bare in NOTHING or _STROKES.issuperset(bare)


@lru_cache(maxsize=1024)
def squeeze(text: str) -> str:
    """The text on one line, in half-width characters, without any space."""
    return "".join(unicodedata.normalize("NFKC", text.translate(_ALIKE)).split())


def halfwidth(text: str) -> str:
    """The text in half-width characters, without blanks around it."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text.translate(_ALIKE)).strip()


def unspaced(text: str) -> str:
    """The text without any space, all other characters as they are."""
    return "".join(text.split())


def on_one_line(text: str) -> str:
    """A name without the line breaks that a narrow cell made somebody type: none within Chinese, else a blank."""
    return " ".join(_BREAK_IN_NAME.sub("", text).split())


def squeezed(text: str | None) -> str:
    """A name as it is compared: half-width, without blanks, in lower case."""
    return squeeze(text or "").casefold()


def plain_name(text: str) -> str:
    """A row's name as it is compared: squeezed, without a leading 其中."""
    return squeeze(text).removeprefix("其中").lstrip(":")


def unnumbered(name: str) -> str:
    """A squeezed name without the number before it: 1、培训人数, （一）产出指标, 指标2：培训人数."""
    return _NUMBERED.sub("", name, count=1)


def digits_end(text: str, at: int) -> int:
    """Where the run of digits that begins at ``at`` ends; ``at`` for none."""
    return len(text) - len(text[at:].lstrip("0123456789"))


def _join_lines(text: str) -> str:
    """The text on one line: a break between two lines that both hold a figure becomes ";", any other is dropped.

    Also dropped is a break within one figure (98. | 5%) or date (11 | 月25日), where the cell was too narrow; between
    two digits it may be either, and separates.
    """
    joined, *lines = _BROKEN.split(text)
    last = joined
    for line in lines:
        within = _WITHIN.search(f"{last}{_LINE}{line}") and not _ITEM_ALONE.fullmatch(last)
        joined += (";" if not (DIGITS.isdisjoint(last) or DIGITS.isdisjoint(line) or within) else "") + line
        last = line
    return joined


def lists_items(name: str) -> bool:
    """True for 1.培训人数 above 2.培训场次."""
    return _NUMBERED_ITEMS.match(name) is not None


def _uncounted(text: str, *, listed: bool) -> str:
    """Items without the numbers that count them: 1、100%;2、95%; unless ``listed``, 1.5;2.3 are kept as two figures."""
    items = [item for item in text.split(";") if item]
    numbers = [number for number in map(_ITEM_NUMBER.match, items) if number]
    counted = len(items) > 1 and [int(number[1]) for number in numbers] == [*range(1, len(items) + 1)]
    if not counted or (not listed and all(map(_BROKEN_FIGURE.match, items))):
        return text
    return ";".join(item[number.end() :] for item, number in zip(items, numbers, strict=True))


def clean(text: str, *, listed: bool = False) -> str:
    """``text`` in half-width characters, with ≥ and ≤ for all their spellings, without spaces and thousands separators.

    ``listed``: the name that it answers lists numbered items (:func:`lists_items`).
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_BEFORE)).translate(_AFTER)
    if "\n" in text or "\r" in text:
        text = _join_lines(text.strip())
    if " " in text and not _ITEM_SIGNS.isdisjoint(text):
        text = _ITEM.sub(";", text)
    text = _uncounted(text, listed=listed) if ";" in text else text
    first, *words = text.split() or ("",)
    text = first
    for word in words:  # a space between two digits stays, unless it separates the thousands
        text += f" {word}" if text[-1] in DIGITS and word[0] in DIGITS else word
    if " " in text and (spaced := _SPACED.fullmatch(text)):
        text = spaced[1] + spaced[2].replace(" ", "") + spaced[3]
    if "w" in text or "W" in text:
        text = _TEN_THOUSAND.sub("万", text)
    if "=" in text:
        text = _SIGN.sub(lambda match: _SIGNS.get(match[0], match[0]), text)
    if "," in text:
        text = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), text)
    return text
