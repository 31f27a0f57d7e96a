"""Where a workbook reaches outside itself, told alike by a file and by an open workbook: other files, and programs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from selfeval_xl.lazy import lazy

_COMMANDS = lazy(r"(?<![\w'\]])(?:DDE|CALL|REGISTER(?:\.ID)?|EXEC)\s*\(", re.IGNORECASE)
_DDE = lazy(r"(?:'[^']+'|(?<![\w.])[\w.]+)\s*\|\s*(?:'(?:[^']|'')*'|[\w.]+)!")
_FILES = lazy(
    r"'[^'\[\]]*\[([^'\[\]]*[^'\[\]\d][^'\[\]]*)\][^'\[\]]+'!|(?<![\w\]])\[([^\[\]]*[^\[\]\d][^\[\]]*)\][\w.]+!"
)
_FETCHES = lazy(r"(?<![\w.'\]])(?:_xlfn\.)?WEBSERVICE\s*\(", re.IGNORECASE)
_SIGNS = ("|", "[", "DDE", "CALL", "REGISTER", "EXEC", "WEBSERVICE")


def linked_files(targets: Iterable[str]) -> tuple[str, ...]:
    """The names of the files that links go to.

    A file writes where they lie in one way, Excel in another, and both as the day has it; the name is the same.
    """
    from urllib.parse import unquote

    ends = (target.replace("\\", "/").rstrip("/").rpartition("/")[2] for target in targets)
    return tuple(sorted({unquote(end) for end in ends}))


def calls(formula: str, numbers: Collection[int]) -> bool:
    """Whether a formula uses one of these external links (``[1]!item``), as a file that Excel has saved writes them."""
    return any(int(number) in numbers for number in re.findall(r"\[(\d{1,5})\]", outside(formula)))


def may_reach_out(formula: str) -> bool:
    """False where a look at the characters tells that a formula reaches for no program, no file and not the web."""
    said = outside(formula).upper()
    return any(sign in said for sign in _SIGNS)


def files_in(formula: str) -> list[str]:
    """The workbooks that a formula calls by their names, as programs write it that keep no list of links.

    ``='[b.xlsx]Sheet 1'!A1``; Excel itself saves the link's number there: ``[1]``.
    """
    return [quoted or bare for quoted, bare in _FILES.findall(outside(formula))]


def fetches(formula: str) -> bool:
    """Whether a formula takes something from the web; HYPERLINK only shows an address, and waits for a click."""
    return _FETCHES.search(outside(formula)) is not None


def starts_program(formula: str) -> bool:
    """Whether a formula has a DDE link in it (``=cmd|'/c …'!A1``), or calls one of the functions that start programs
    (``=DDE("cmd";"/c …";"x")``)."""
    if "(" not in formula and "|" not in formula:  # as of most names, of which each workbook has hundreds
        return False
    said = outside(formula)
    return _COMMANDS.search(said) is not None or ("|" in said and _DDE.search(said) is not None)


def outside(formula: str) -> str:
    """A formula without its quoted texts."""
    return "".join(formula.split('"')[::2])
