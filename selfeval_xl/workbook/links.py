"""Where a workbook reaches outside itself, told alike by a file and by an open workbook: other files, and programs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable


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


def starts_program(formula: str) -> bool:
    """Whether a formula is a DDE link (``=cmd|'/c …'!A1``): a bar outside quoted text, and then ``!``."""
    outside = "".join(formula.split('"')[::2])
    application, bar, topic = outside.lstrip("=+-@").partition("|")
    return bool(bar) and "!" in topic and application.replace("'", "").strip().isalnum()
