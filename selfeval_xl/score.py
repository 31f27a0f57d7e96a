"""What the button does, on a file: read, assess, write formulas, readings, highlights, summary and findings back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from selfeval_xl.errors import WorkbookError
from selfeval_xl.examine import assess_ours, for_ours, rules_of
from selfeval_xl.model import Assessment
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.render.edits import edits
from selfeval_xl.rules import RuleSet, load
from selfeval_xl.shell import quoted

if TYPE_CHECKING:
    from selfeval_xl.workbook.patch import Patch


def score(path: Path, output: Path | None = None, *, rules: str | None = None) -> tuple[Assessment, ...]:
    """Score a workbook of ours and write it to ``output``, or in place (the old file is kept until then).

    Raises WorkbookError where it can't be read or is none of ours, TargetError where it can't be written.
    """
    assessment, patch = scored(Workbook(path), load(rules) if rules else None)
    patch.save(output or path)
    return (assessment,)


def scored(workbook: Workbook, rules: RuleSet | None = None) -> tuple[Assessment, Patch]:
    """The assessment of a workbook of ours, and the changes that write it back."""
    from selfeval_xl.workbook.patch import Patch

    ours = ours_in(workbook)
    if ours is None:
        label = workbook.package.archive.label
        raise WorkbookError(
            f"{label}：不是本工具的标准自评表，不能写入测算结果。请用 selfeval-xl check 检查，"
            f"或先用 selfeval-xl import {quoted(label)} -o 自评表.xlsx 导入标准表，再测算。"
        )
    rule_set = for_ours(rules or rules_of(ours.evaluation))
    assessment = assess_ours(ours, rule_set)
    patch = Patch(workbook.package)
    patch.apply(edits(assessment, rule_set, ours.form, ours.layout))
    return assessment, patch
