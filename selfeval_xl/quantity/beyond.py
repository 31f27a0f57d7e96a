"""What is written clearly and is still no single figure: several on units of their own, one of two, a unit unknown."""

from __future__ import annotations

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.text import clean

_NUMBER = lazy(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_LETTERS = lazy(r"[A-Za-z]{1,3}(?![0-9A-Za-z])")
_MISTYPED = lazy(r"[A-Za-z][0-9]|[0-9][OolI](?![A-Za-z])|[0-9]月(?:[0-9]+日|初)|%%")
_NO_WORDS = frozenset(("", *" ,;:、。./·-~+=()"))
_EITHER = lazy(r"或(?!多|更多|以[上下])")


def beyond_reading(text: str) -> bool:
    """True for 甲类5个乙类10个, 3套×12幅, 220V, 2台或3台: nothing is wrong with it, though no rule can judge it."""
    plain = clean(text)
    figures = list(_NUMBER.finditer(plain))
    if not figures or _MISTYPED.search(plain):
        return False
    if _EITHER.search(plain):
        return True
    if any(plain[one.end() : one.end() + 1] in _NO_WORDS for one in figures):
        return False
    return len(figures) > 1 or _LETTERS.match(plain, figures[0].end()) is not None
