"""Recognizes different spellings of one name of a unit or a project."""

from __future__ import annotations

from functools import lru_cache

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.text import squeezed

_CODE = r"(?!(?:19|20)[0-9]{2}[^0-9a-z])(?=[0-9a-z]{0,37}[0-9]{3})[0-9a-z]{3,40}+"
_CODED = lazy(
    rf"[\[(【〔](?P<boxed>{_CODE})[\])】〕][-_:、.]*(?=.)"
    rf"|(?P<set>{_CODE})[-_](?=[^0-9a-z])|(?P<bare>[0-9]{{6,40}}+[0-9a-z]{{0,40}}+)[-_:、.]*(?=[^0-9a-z])"
)
"""A code before a name: [101001]某局, 101-某局, 101001 某局; but no year, and not the 120 of 120急救中心."""
_AFTER = lazy(rf"[\[(【〔](?P<code>(?=[0-9a-z]{{6}}){_CODE})[\])】〕]$")
_STAMP = lazy(r"\((?:盖章|公章|签章|加盖公章|单位公章)\)$")
_MARKS = lazy(r"[《》“”\"]")
SEAT = lazy(r"\(?(本级|机关|机关本级)\)?$")
"""The ending that distinguishes a department's own unit from the department as a whole."""
_COPY = lazy(r"\s*[(（][0-9]{1,2}[)）]$")
"""The number that programs add to a file's name where one of that name exists: 自评表(1)."""


@lru_cache(maxsize=4096)
def identity(text: str | None) -> tuple[str, str]:
    """The code written with a name, or "", and the name itself in a normalized spelling."""
    name, code = _STAMP.sub("", _MARKS.sub("", squeezed(text))), ""
    if before := _CODED.match(name):
        code, name = before[before.lastgroup or 0], name[before.end() :]
    elif after := _AFTER.search(name):
        code, name = after["code"], name[: after.start()]
    return code, SEAT.sub(r"\1", name)


def named_after(stem: str, *names: str) -> bool:
    """Whether a file (``stem``: its name without the ending) is named after one of these ``names``."""
    return any(_same(own, name) for own in {stem, _COPY.sub("", stem)} for name in names if name.strip())


def _same(name: str, other: str) -> bool:
    """Whether two spellings are of one name; codes only count where both have one."""
    (code, bare), (its_code, its_bare) = identity(name), identity(other)
    return bare == its_bare and (not code or not its_code or code == its_code)
