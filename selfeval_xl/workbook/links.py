"""Where a workbook reaches outside itself, told alike by a file and by an open workbook: other files, and programs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_COMMANDS = re.compile(r"(?<![\w'\]])(?:DDE|CALL|REGISTER(?:\.ID)?|EXEC)\s*\(", re.IGNORECASE)


def linked_files(targets: Iterable[str]) -> tuple[str, ...]:
    """The names of the files that links go to.

    A file writes where they lie in one way, Excel in another, and both as the day has it; the name is the same.
    """
    from urllib.parse import unquote

    ends = (target.replace("\\", "/").rstrip("/").rpartition("/")[2] for target in targets)
    return tuple(sorted({unquote(end) for end in ends}))


def calls(formula: str, numbers: Collection[int]) -> bool:
    """Whether a formula uses one of these external links (``[1]!item``), as a file that Excel has saved writes them."""
    outside = "".join(formula.split('"')[::2])
    return any(int(number) in numbers for number in re.findall(r"\[(\d{1,5})\]", outside))


def may_start_program(formula: str) -> bool:
    """False where a look at the characters tells that :func:`starts_program` says no."""
    said = formula.upper()
    return "|" in said or "DDE" in said or "CALL" in said or "REGISTER" in said or "EXEC" in said


def starts_program(formula: str) -> bool:
    """Whether a formula is a DDE link (``=cmd|'/c …'!A1``: a bar outside quoted text, and then ``!``), or calls one of
    the functions that start programs (``=DDE("cmd";"/c …";"x")``)."""
    outside = "".join(formula.split('"')[::2])
    if _COMMANDS.search(outside):
        return True
    application, bar, topic = outside.lstrip("=+-@").partition("|")
    return bool(bar) and "!" in topic and application.replace("'", "").strip().isalnum()
