"""Reads grades: in words, ticked (☑优 □良), or as letters that the form explains: A为优、B为良, or 优（A）、良（B）."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.text import says_nothing
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.words.labels import squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import GRADES

_WORD = "优秀?(?![先化质惠势])|良好?(?![种性])|中等?(?![央心期间型])|较?差(?![旅额异错距])"
GRADE = f"({_WORD})"
_TICKED = frozenset("☑√■✓✔☒")
_BOX = r"[☑√■✓✔☒□☐口○]|[(（]\s*(?:[√✓✔]\s*)?[)）]"
_ALONE = rf"(?:(?<![\u4e00-\u9fff])|(?<=[级次为]))(?:{_WORD})"
_OFFERED = (
    lazy(rf"(?P<box>{_BOX})\s*(?P<grade>{_WORD})"),
    lazy(
        rf"(?P<grade>{_ALONE})(?:(?!{_BOX})[(（][^()（）]*[)）])?"
        rf"(?:\s+(?=(?:{_BOX})(?!\S)))?(?P<box>{_BOX})"  # in 优 √良 the tick belongs to 良
    ),
)
_FREE, _ENDS = lazy(_ALONE), lazy(rf"(?:{_BOX})\s*$")
_NAMED = lazy(r"^\(?(?:自评|评价|绩效|评定)?等[级次]\)?:?(?=.)")  # （自评等级）优
_TAIL = lazy(r"(?:等级|等次|[等级档])?(?:\([A-D][级等档]?\))?$")  # 优等, 优秀等次, 优（A）
_OTHER = lazy("(?!.*[优良中差])[一-鿿]{1,4}")
_LETTER = lazy("([A-D])[级等档]?")
_MEANT = lazy(
    rf"(?<![A-Za-z])([A-D])[级等档]?[(:=为是-]{{0,2}}(?!优良)({_WORD})"
    rf"|(?!优良)({_WORD})[级等档]?[(:=为是-]{{1,2}}([A-D])(?![A-Za-z])"
)


class Offer(NamedTuple):
    """A grade to choose, with its box at ``start:end`` of the text."""

    grade: str
    ticked: bool
    start: int
    end: int


def offered(text: str) -> list[Offer]:
    """The grades with boxes: □优 ☑良, or 优□ 良☑; whether boxes come before or after is the same throughout the text.

    Nothing for 优：90分以上 ☑ 良：80-90分 □, where each box belongs to the words before it.
    """
    found = [list(pattern.finditer(text)) for pattern in _OFFERED]
    if found[0] and _ENDS.search(text) and (grade := _FREE.search(text)) and grade.start() < found[0][0].start():
        found[0] = []
    first = min(found, key=lambda boxes: boxes[0].start() if boxes else len(text))
    return [Offer(one["grade"], not _TICKED.isdisjoint(one["box"]), *one.span("box")) for one in first]


def bare(grade: str) -> str:
    """The character that identifies a grade: 优 for 优秀."""
    return grade.removeprefix("较")[:1]


def is_letter(text: str) -> bool:
    """True for B or B级, which mean nothing by themselves."""
    return _LETTER.fullmatch(squeeze(text)) is not None


def other_grade(text: str) -> str:
    """A short word for a grade of the form's own: 好, 较好, 达标; empty for a choice (□优 □良) or a sentence."""
    word = squeeze(text)
    return word if _OTHER.fullmatch(word) and not says_nothing(word) else ""


def grade_of(draft: Draft, text: str) -> str:
    """The grade that a text names, ticks, or gives by a letter; empty if that is unclear."""
    bare_text = _NAMED.sub("", squeeze(text))
    for word in (bare_text, _TAIL.sub("", bare_text)):
        if word in GRADES:
            return word
    ticked = [one.grade for one in offered(text) if one.ticked]
    letter = _LETTER.fullmatch(bare_text)
    if letter is None:
        return ticked[0] if len(ticked) == 1 else ""
    if draft.letters is None:
        draft.letters = _meanings(draft)
    return draft.letters.get(letter[1], "")


def _meanings(draft: Draft) -> dict[str, str]:
    """The grade of each letter, as the form explains it; nothing if that is unclear."""
    meanings: dict[str, set[str]] = defaultdict(set)
    for match in (match for cell in draft.cells for match in _MEANT.finditer(squeeze(cell.text))):
        meanings[match[1] or match[4]].add(bare(match[2] or match[3]))
    grades = [grade for several in meanings.values() for grade in several]
    clear = len(meanings) > 1 and len(grades) == len(meanings) == len({*grades})
    return dict(zip(meanings, grades, strict=True)) if clear else {}
