"""A copy of a workbook of any making in which each finding is a note and a colour on its cell, and a row of a sheet."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from selfeval_xl.errors import TargetError, WorkbookError
from selfeval_xl.examine import NO_FORM, examine_workbook
from selfeval_xl.model import Assessment
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.render.edits import findings_edits
from selfeval_xl.render.findings import TITLE, findings_page, gravest_first, marks_of, notes_of
from selfeval_xl.rules import RuleSet

if TYPE_CHECKING:
    from selfeval_xl.workbook.patch import Patch


def annotate(path: Path, output: Path, rules: RuleSet | None = None) -> tuple[Assessment, ...]:
    """Write the annotated copy of a workbook to ``output``; the assessment of each form in it.

    The bureau's intake knows it for a copy of this file.
    Raises WorkbookError (can't be read, holds no form), RuleError and TargetError; nothing is written then.
    """
    from selfeval_xl import marked

    workbook = Workbook(path)
    if output.exists() and output.samefile(path):
        raise TargetError(f"{output.name}：标注写的是副本，不改原文件；请换一个文件名。")
    assessments, patch = annotated(workbook, rules)
    if marked.copy_in(workbook) is None:  # else it goes on being a copy of what it is one of
        marked.mark(patch, workbook, hashlib.sha256(path.read_bytes()).hexdigest())
    patch.save(output)
    return assessments


def annotated(workbook: Workbook, rules: RuleSet | None = None) -> tuple[tuple[Assessment, ...], Patch]:
    """The assessments, and the changes that make the copy; what an earlier run left in it is replaced.

    A workbook of ours lists the findings on the sheet that it has for them, any other one on a sheet added at its end.
    """
    from selfeval_xl.workbook.patch import Patch

    ours = ours_in(workbook)
    assessments = examine_workbook(workbook, rules)
    if not assessments:
        raise WorkbookError(
            f"{workbook.package.archive.label}：{NO_FORM}，没有写出标注的副本。", "package.not_workbook"
        )
    findings = gravest_first(finding for assessment in assessments for finding in assessment.findings)
    patch = Patch(workbook.package)
    if ours and "findings" in ours.layout.tables:
        patch.apply(findings_edits(findings, ours.form, ours.layout))
    marks, notes = marks_of(findings), notes_of(findings)
    for sheet in patch.sheets:
        patch.set_notes(sheet, notes.get(sheet, {}))
        patch.set_marks(sheet, marks.get(sheet, {}), fills=True)
    if not (ours and "findings" in ours.layout.tables):
        patch.put_page(TITLE, findings_page(findings))
    return assessments, patch
