"""The package for the bureau: a sealed workbook without macros, a receipt, and a mail draft with the workbook.

``pack`` makes the workbook (scored, cleaned by ``clean`` and ``outside``, sealed), ``receipt`` and ``mail`` the rest.
"""

from __future__ import annotations

import datetime
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from selfeval_xl.errors import TargetError, WorkbookError
from selfeval_xl.examine import assess_ours, for_ours, rules_of
from selfeval_xl.filenames import file_stem, free, quoted
from selfeval_xl.forms.outline import outline
from selfeval_xl.model import Assessment, Evaluation
from selfeval_xl.quantity.text import squeezed
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.rules import RuleSet
from selfeval_xl.score import restored
from selfeval_xl.workbook.references import parse_cell, split_sheet
from selfeval_xl.workbook.saving import make_folder, replace_all

if TYPE_CHECKING:
    from selfeval_xl.submit.receipt import Facts

FOLDER = "报送件"
RECIPIENT = "报送邮箱"
"""The defined name (of a cell or a text) by which a bureau's workbook gives the address to send it to."""

_MOST = 99  # submissions with the same file name (numbered) in a folder


@dataclass(frozen=True, slots=True)
class Submission:
    """The result of :func:`submit`; without files where it was refused, as errors must be mended first.

    ``draft`` opens in a mail program, ready to be sent; ``code`` is the check code that workbook and receipt show.
    """

    assessment: Assessment
    workbook: Path | None = None
    receipt: Path | None = None
    draft: Path | None = None
    code: str | None = None

    @property
    def refused(self) -> bool:
        """Whether nothing was written."""
        return self.workbook is None


def submit(
    path: Path,
    directory: Path | None = None,
    *,
    to: str | None = None,
    with_errors: bool = False,
    key: Path | None = None,
    letter: Path | None = None,
    rules: RuleSet | None = None,
    day: datetime.date | None = None,
) -> Submission:
    """Write the package of a workbook of ours into ``directory`` (default: 报送件 beside it); ``path`` stays as it is.

    The draft is addressed ``to`` this, or else to the workbook's own address (:data:`RECIPIENT`), or else the letter's.
    ``key`` signs the seal, ``letter`` replaces the usual text of the mail, ``rules`` override those that the workbook
    names, ``day`` is today's date.
    Raises WorkbookError (not one of ours, unreadable, empty, without year, unit or project, or dependent on other
    files), TargetError and SelfEvalError; nothing is written then.
    """
    from selfeval_xl.submit.mail import draft, load_letter
    from selfeval_xl.submit.pack import packed
    from selfeval_xl.submit.receipt import facts_of

    words = load_letter(letter)
    workbook = Workbook(path)
    ours = ours_in(workbook)
    if ours is None:
        raise WorkbookError(
            f"{path.name}：不是本工具的标准自评表，不能生成报送件。"
            f"请先用 selfeval-xl import {quoted(str(path))} -o 自评表.xlsx 导入标准表，补齐后再报送。"
        )
    rules = for_ours(rules or rules_of(ours.evaluation))
    workbook, ours = restored(workbook, ours, rules)
    # Stale values don't matter here, as the workbook sent holds fresh ones.
    assessment = _of_what_leaves(assess_ours(ours, rules, workbook))
    _refuse_nameless(path, assessment)
    if not with_errors and any(finding.severity == "error" for finding in assessment.findings):
        return Submission(assessment)
    day = day or datetime.date.today()
    package = packed(workbook, ours, assessment, rules, day=day, key=key)
    folder = directory or path.parent / FOLDER
    header = ours.evaluation.header
    stem = _free(folder, file_stem(header.year.text, header.unit.text, header.project.text), ours.evaluation)
    facts = facts_of(assessment, package, f"{stem}.xlsx", day)
    if (folder / f"{stem}.xlsx").resolve() == path.resolve():
        raise TargetError(f"{path.name}：报送件会盖掉原来的工作簿，请用 -o 另选文件夹。")
    mail = draft(words, facts, package.data, to or _recipient(workbook))
    return Submission(assessment, *_written(folder, stem, facts, package.data, mail), package.code)


def _written(folder: Path, stem: str, facts: Facts, workbook: bytes, mail: bytes) -> tuple[Path, Path, Path]:
    """Write the files of a submission, all or none: the workbook, its receipt, and the draft."""
    from selfeval_xl.submit.receipt import receipt

    page, ending = receipt(facts)
    files = {f"{stem}.xlsx": workbook, f"{stem}_报送单{ending}": page, f"{stem}.eml": mail}
    make_folder(folder)
    replace_all({folder / name: data for name, data in files.items()})
    for other in {".pdf", ".html"} - {ending}:  # an earlier submission's receipt, with a code that is void now
        with suppress(OSError):
            (folder / f"{stem}_报送单{other}").unlink()
    sheet, slip, draft = (folder / name for name in files)
    return sheet, slip, draft


def _of_what_leaves(assessment: Assessment) -> Assessment:
    """Without findings about what cleaning removes anyway: programs in links and names that no formula calls."""
    if assessment.evaluation.structure.commands:
        return assessment
    return assessment._replace(findings=tuple(one for one in assessment.findings if one.id != "package.dde"))


def _refuse_nameless(path: Path, assessment: Assessment) -> None:
    """WorkbookError for a form that is empty, or doesn't say whose it is: the bureau could not register it."""
    if any(finding.id == "table.empty" for finding in assessment.findings):
        raise WorkbookError(f"{path.name}：还没有填写指标和金额，没有可报送的内容。")
    header, form = assessment.evaluation.header, assessment.evaluation.form
    needed = [("年度", header.year), ("单位", header.unit)]
    if form != "department":  # that form is about the unit as a whole
        needed.append((outline(form).labels["project"], header.project))
    missing = [title for title, entry in needed if not entry.text.strip()]
    if missing:
        raise WorkbookError(f"{path.name}：还没有填写{'、'.join(missing)}，财政部门无法登记。请填好后再报送。")


def _free(folder: Path, stem: str, evaluation: Evaluation) -> str:
    """A file stem that is free, or has an earlier submission of the same form: no other one is overwritten."""
    for name in islice(free(stem, set()), _MOST):
        path = folder / f"{name}.xlsx"
        if not path.exists() or _whose(path) == _identity(evaluation):
            return name
    raise TargetError(f"{folder}：已有太多同名的报送件，请用 -o 另选一个文件夹。")


def _whose(path: Path) -> tuple[str, ...] | None:
    """The identity of the form in a file; None where the file is no workbook of ours."""
    try:
        ours = ours_in(Workbook(path))
    except WorkbookError:
        return None
    return _identity(ours.evaluation) if ours else None


def _identity(evaluation: Evaluation) -> tuple[str, ...]:
    header = evaluation.header
    return evaluation.form, *(squeezed(entry.text) for entry in (header.year, header.unit, header.project))


def _recipient(workbook: Workbook) -> str | None:
    """The address that the workbook gives, if any."""
    text = next((text.lstrip("=") for name, text in workbook.names if name == RECIPIENT), "")
    if text.startswith('"'):
        return text[1:-1].strip() or None
    sheet, cell = split_sheet(text)
    if sheet is None:
        return None
    try:
        return workbook.entry(sheet, *parse_cell(cell)).text.strip() or None
    except ValueError:  # the cell is gone
        return None
