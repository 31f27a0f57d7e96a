"""What the button does, on a file: read, assess, write formulas, readings, highlights, summary and findings back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from selfeval_xl.assess import assess
from selfeval_xl.errors import WorkbookError
from selfeval_xl.examine import rules_of
from selfeval_xl.model import Assessment
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.render.edits import edits
from selfeval_xl.rules import load

if TYPE_CHECKING:
    from selfeval_xl.workbook.patch import Patch


def score(path: Path, output: Path | None = None, *, rules: str | None = None) -> tuple[Assessment, ...]:
    """Score a workbook of ours and write it to ``output``, or in place (the old file is kept until then).

    Raises WorkbookError where it can't be read or is none of ours, TargetError where it can't be written.
    """
    assessment, patch = scored(Workbook(path), rules)
    patch.save(output or path)
    return (assessment,)


def scored(workbook: Workbook, rules: str | None = None) -> tuple[Assessment, Patch]:
    """The assessment of a workbook of ours, and the changes that write it back."""
    from selfeval_xl.workbook.patch import Patch

    ours = ours_in(workbook)
    if ours is None:
        label = workbook.package.archive.label
        raise WorkbookError(
            f"{label}：不是本工具生成的工作簿，不能重新计算；请用 selfeval-xl check 检查，"
            "或先用 selfeval-xl new 新建标准表再填写。"
        )
    rule_set = load(rules) if rules else rules_of(ours.evaluation)
    assessment = assess(ours.evaluation, rule_set)
    patch = Patch(workbook.package)
    patch.apply(edits(assessment, rule_set, ours.form, ours.layout))
    return assessment, patch
