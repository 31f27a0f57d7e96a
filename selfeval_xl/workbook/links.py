"""Formulas that reach outside their workbook (other files, programs, the web), in a file or in an open workbook."""

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
    """The names of the files that links go to, without folders.

    A file and Excel write the folder differently, and not always the same way; the file's name is the same in all.
    """
    from urllib.parse import unquote

    ends = (target.replace("\\", "/").rstrip("/").rpartition("/")[2] for target in targets)
    return tuple(sorted({unquote(end) for end in ends}))


def calls(formula: str, numbers: Collection[int]) -> bool:
    """Whether a formula uses one of the external links with these numbers (``[1]!item``, as Excel saves them)."""
    return any(int(number) in numbers for number in re.findall(r"\[(\d{1,5})\]", outside(formula)))


def may_reach_out(formula: str) -> bool:
    """A quick test by its characters: False where a formula surely reaches for no program, file or web address."""
    code = outside(formula).upper()
    return any(sign in code for sign in _SIGNS)


def files_in(formula: str) -> list[str]:
    """The workbooks that a formula refers to by name (``='[b.xlsx]Sheet 1'!A1``).

    Programs that keep no list of links write it so; Excel itself saves the link's number there: ``[1]``.
    """
    return [quoted or bare for quoted, bare in _FILES.findall(outside(formula))]


def fetches(formula: str) -> bool:
    """Whether a formula takes something from the web; HYPERLINK only shows an address, and waits for a click."""
    return _FETCHES.search(outside(formula)) is not None


def starts_program(formula: str) -> bool:
    """Whether a formula has a DDE link in it (``=cmd|'/c …'!A1``), or calls one of the functions that start programs
    (``=DDE("cmd";"/c …";"x")``)."""
    if "(" not in formula and "|" not in formula:  # quick for most defined names: each workbook has hundreds
        return False
    code = outside(formula)
    return _COMMANDS.search(code) is not None or ("|" in code and _DDE.search(code) is not None)


def outside(formula: str) -> str:
    """The parts of a formula outside its quoted texts."""
    return "".join(formula.split('"')[::2])
