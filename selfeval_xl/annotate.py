"""The annotated copy of any workbook: each finding as a note and a colour on its cell, and as a row of a sheet.

A hidden defined name says which file it is a copy of, so that the bureau's intake doesn't take it for a new return.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from selfeval_xl.errors import TargetError, WorkbookError
from selfeval_xl.examine import NO_FORM, examine_workbook
from selfeval_xl.model import Assessment
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.read.file import MARKED
from selfeval_xl.render.edits import findings_edits
from selfeval_xl.render.findings import TITLE, findings_page, gravest_first, marks_of, notes_of
from selfeval_xl.rules import RuleSet
from selfeval_xl.seal.canon import VERSIONS, content_of
from selfeval_xl.seal.record import digest_of
from selfeval_xl.workbook.writing.patch import Patch

_NOISE = Decimal("1e-9")


def annotate(path: Path, output: Path, rules: RuleSet | None = None) -> tuple[Assessment, ...]:
    """Write the annotated copy of a workbook to ``output``; the assessment of each form in it.

    Raises WorkbookError (can't be read, holds no form), RuleError and TargetError; nothing is written then.
    """
    workbook = Workbook(path)
    if output.exists() and output.samefile(path):
        raise TargetError(f"{output.name}：标注写的是副本，不改原文件；请换一个文件名。")
    original = copied_from(workbook)  # a copy of a copy still names the first original
    if original is None:
        original = hashlib.sha256(path.read_bytes()).hexdigest()
    assessments, patch = annotated(workbook, rules, original)
    patch.save(output)
    return assessments


def annotated(
    workbook: Workbook, rules: RuleSet | None = None, original: str = ""
) -> tuple[tuple[Assessment, ...], Patch]:
    """The assessments, and the changes that make the copy; what an earlier run left in it is replaced.

    A workbook of ours lists the findings on its own findings sheet, any other one on a sheet added at its end.
    ``original`` is the digest of the file copied, where a unit annotates it for itself: it may then send in the copy
    instead of the original.  It is "" for a copy that the bureau sends back.
    """
    ours = ours_in(workbook)
    assessments = examine_workbook(workbook, rules)
    if not assessments:
        raise WorkbookError(
            f"{workbook.label}：{NO_FORM}，没有写出标注的副本。请核对是不是放错了文件。", "package.not_workbook"
        )
    findings = gravest_first(finding for assessment in assessments for finding in assessment.findings)
    patch = Patch(workbook.package)
    listed = ours is not None and "findings" in ours.layout.tables
    if ours and listed:
        patch.apply(findings_edits(findings, ours.form, ours.layout))
    marks, notes = marks_of(findings), notes_of(findings)
    for sheet in patch.sheets:
        patch.set_notes(sheet, notes.get(sheet, {}))
        patch.set_marks(sheet, marks.get(sheet, {}), fills=True)
    if not listed:
        patch.put_page(TITLE, findings_page(findings))
    patch.set_name(MARKED, f'"{next(_digests(workbook))}{original and "."}{original}"')
    return assessments, patch


def copied_from(workbook: Workbook) -> str | None:
    """The ``original`` that an annotated copy was made with (see :func:`annotated`); None for any other workbook.

    None too for a copy whose content was changed since: a corrected copy is a return like any other.
    """
    mark = next((text.strip('="') for name, text in workbook.names if name == MARKED), None)
    if mark is None:
        return None
    content, _, original = mark.partition(".")
    return original if content in _digests(workbook) else None


def _digests(workbook: Workbook) -> Iterator[str]:
    """Digests of a workbook's content without our findings and notes, by this version's method and by earlier ones.

    They stay the same when another program saves the file.  Of a workbook of ours they cover what a seal covers, but no
    results, which follow from the rest.  Of any other they cover the values of all cells: where a formula gives another
    result the workbook counts as changed, since it may have been corrected.
    """
    ours = ours_in(workbook)
    if ours is not None:
        yield from (digest_of(content_of(workbook, ours.layout, version), {}).hex() for version in reversed(VERSIONS))
        return
    digest = hashlib.sha256()
    for sheet, grid in workbook.grids.items():
        if sheet not in workbook.pages:
            for cell, raw in sorted(grid.cells.items()):
                if raw.value not in (None, ""):
                    digest.update(f"{sheet}\0{cell}\0{_plain(raw.value)}\n".encode(errors="surrogatepass"))
    yield digest.hexdigest()


def _plain(value: object) -> str:
    """A value as text that is the same whichever program saved it: programs differ in a number's last digits."""
    if isinstance(value, Decimal) and value.is_finite() and abs(value) < Decimal("1e15"):
        return format(value.quantize(_NOISE).normalize(), "f")
    return str(value).replace("\r\n", "\n")
