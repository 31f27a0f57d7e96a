"""Examines the files of a ``check`` one by one: one that can't be read never stops the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from selfeval_xl.cli import console
from selfeval_xl.errors import RuleError, WorkbookError
from selfeval_xl.examine import examine_workbook, unassessed
from selfeval_xl.filenames import LOCK_FILES
from selfeval_xl.model import Assessment, Finding
from selfeval_xl.read import opened
from selfeval_xl.rules import RuleSet

if TYPE_CHECKING:
    from selfeval_xl.explain import Explanation
    from selfeval_xl.seal import Keys

_WILD = frozenset("*?[")


class Examined(NamedTuple):
    """The result for one file: an assessment for each form, or the ``reason`` why there is none."""

    file: str
    assessments: tuple[Assessment, ...] = ()
    reason: str | None = None
    readable: bool = True
    findings: tuple[Finding, ...] = ()
    explanations: tuple[Explanation, ...] = ()

    @property
    def forms(self) -> Iterable[tuple[Assessment, Explanation | None]]:
        """The assessments, each with its explanation where that was asked for."""
        return zip_longest(self.assessments, self.explanations)


def expand(names: Iterable[str]) -> Iterator[str]:
    """``names`` with wildcards expanded (Windows leaves that to the program), without lock files."""
    for name in names:
        if name == console.STANDARD or _WILD.isdisjoint(name) or Path(name).exists():
            yield name
        else:
            import glob

            folder = name.removesuffix(Path(name).name)
            there = Path(folder).is_dir()  # an existing folder's name is no pattern: 收件[1]
            pattern = glob.escape(folder) + name.removeprefix(folder) if there else name
            matches = glob.glob(pattern)  # noqa: PTH207  Path.glob takes no absolute pattern
            found = sorted(match for match in matches if not Path(match).name.startswith(LOCK_FILES))
            yield from found or [name]


def look_into(file: str, rules: RuleSet | None, *, explained: bool, keys: Keys | None) -> Examined:
    """Examine ``file`` under ``rules`` (None: those that each evaluation names); a failure comes back as a reason.

    With ``keys`` the file counts as one returned to the bureau: a signed seal is expected.
    """
    explanations: tuple[Explanation, ...] = ()
    try:
        with console.source(file, ".xlsx") as path:
            workbook = opened(path)
        assessments = examine_workbook(workbook, rules, returned=keys is not None, keys=keys)
        if explained:
            from selfeval_xl.explain import explain

            explanations = explain(workbook)
        if assessments:
            return Examined(file, assessments, explanations=explanations)
        why = unassessed()
    except (WorkbookError, RuleError) as error:
        why = unassessed(error)
    except Exception as error:
        return Examined(file, reason=console.reason_of(error), readable=False)
    return Examined(file, reason=why.reason, readable=why.readable, findings=(why.finding,))
