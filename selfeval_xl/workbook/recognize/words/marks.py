"""Numbering before names (1, 1.1, 一、（一）), and how deep each kind of it stands."""

from __future__ import annotations

import re
import unicodedata

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.words.labels import squeeze

Mark = tuple[int, ...]
"""How deep the numbering before a name is, outermost first: (0,) 一、 (1,) （一） (2, 1) 1 (2, 2) 1.1 (3,) （1）."""

_CODE = r"(?P<code>\d{1,2}(?:\.\d{1,2}){0,3})"
_OTHERS = r"(?P<chinese>[一二三四五六七八九十]{1,3}%s)|(?P<inner>\([一二三四五六七八九十]{1,3}\))|(?P<last>\(\d{1,2}\))"
_BEFORE = lazy(rf"\s*(?:{_CODE}(?![\dA-Z%])[.、\s]*(?=\D)|{_OTHERS % '、'})")
_ALONE = lazy(rf"(?:{_CODE}|{_OTHERS % ''})[.、]?")
_LONGEST = 40  # characters of a text that are searched for numbering


def mark_of(text: str) -> Mark:
    """The mark of the numbering before a name; empty if there is none."""
    return _mark(_BEFORE.match(unicodedata.normalize("NFKC", text[:_LONGEST])))


def mark_alone(text: str) -> Mark:
    """The mark of numbering that has a cell to itself."""
    return _mark(_ALONE.fullmatch(squeeze(text))) if len(text) < _LONGEST else ()


def without_mark(text: str) -> str:
    """A name without its numbering."""
    return _BEFORE.sub("", unicodedata.normalize("NFKC", text), count=1)


def _mark(match: re.Match[str] | None) -> Mark:
    if match is None:
        return ()
    if code := match["code"]:
        return 2, len(re.sub(r"(?:\.0)+$", "", code).split("."))
    return (("chinese", "inner", "", "last").index(match.lastgroup or ""),)
