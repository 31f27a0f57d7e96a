"""The package for the bureau: a sealed workbook without macros, a receipt, and a mail draft with the workbook."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from selfeval_xl.errors import TargetError, WorkbookError
from selfeval_xl.examine import examine_ours, rules_of
from selfeval_xl.model import Assessment
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.workbook.saving import replace

FOLDER = "报送件"


@dataclass(frozen=True, slots=True)
class Submission:
    """What came of it; refused, where errors are to be mended first, it has no files.

    ``draft`` opens in a mail program, ready to be sent; ``code`` is the check code that workbook and receipt show.
    """

    assessment: Assessment
    workbook: Path | None = None
    receipt: Path | None = None
    draft: Path | None = None
    code: str | None = None

    @property
    def refused(self) -> bool:
        return self.workbook is None


def submit(
    path: Path,
    directory: Path | None = None,
    *,
    to: str | None = None,
    with_errors: bool = False,
    key: Path | None = None,
    letter: Path | None = None,
    day: datetime.date | None = None,
) -> Submission:
    """Write the package of a workbook of ours into ``directory`` (default: 报送件 beside it); ``path`` stays as it is.

    ``key`` signs the seal, ``letter`` is a text for the mail in place of the usual one, ``day`` is today's date.
    Raises WorkbookError (none of ours, unreadable, or hanging on other files), TargetError and SelfEvalError; nothing
    is written then.
    """
    from selfeval_xl.submit.mail import draft, load_letter
    from selfeval_xl.submit.naming import file_stem
    from selfeval_xl.submit.pack import packed
    from selfeval_xl.submit.receipt import facts_of, receipt

    words = load_letter(letter)
    workbook = Workbook(path)
    ours = ours_in(workbook)
    if ours is None:
        raise WorkbookError(
            f"{path.name}：不是本工具的标准自评表，不能生成报送件；请先用 selfeval-xl import 导入标准表。"
        )
    assessment = examine_ours(ours, workbook)
    if not with_errors and any(finding.severity == "error" for finding in assessment.findings):
        return Submission(assessment)
    day = day or datetime.date.today()
    package = packed(workbook, ours, assessment, rules_of(ours.evaluation), day=day, key=key)
    stem = file_stem(ours.evaluation)
    facts = facts_of(assessment, package, f"{stem}.xlsx", day)
    folder = directory or path.parent / FOLDER
    if (folder / f"{stem}.xlsx").resolve() == path.resolve():
        raise TargetError(f"{path.name}：报送件会盖掉原来的工作簿，请用 -o 另选文件夹。")
    page, ending = receipt(facts)
    files = {
        f"{stem}.xlsx": package.data,
        f"{stem}_报送单{ending}": page,
        f"{stem}.eml": draft(words, facts, package.data, to),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TargetError(f"{folder}：不能建立这个文件夹，请用 -o 另选一个。") from error
    for name, data in files.items():
        replace(folder / name, data)
    sheet, slip, mail = (folder / name for name in files)
    return Submission(assessment, sheet, slip, mail, package.code)
