"""What each button does to the workbook in front, once Excel is quiet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from selfeval_xl.errors import SelfEvalError
from selfeval_xl.excel.journal import kept
from selfeval_xl.excel.live import LiveBook
from selfeval_xl.excel.session import say
from selfeval_xl.excel.write import revert, write
from selfeval_xl.model import Structure
from selfeval_xl.read.file import OWN_MACROS
from selfeval_xl.read.ours import Ours, read_ours
from selfeval_xl.workbook.edits import Edits, SheetEdits, Value

if TYPE_CHECKING:
    from xlwings import Book

    from selfeval_xl.model import Assessment, Finding
    from selfeval_xl.rules import RuleSet

_VERY_HIDDEN = 2
_LINKS = 1  # of LinkSources: to other workbooks


def recalculate(book: Book) -> None:
    """Write all that ``selfeval-xl score`` writes into a file."""
    live = LiveBook(book)
    ours = _ours(live)
    if ours is None:
        raise SelfEvalError(
            f"“{book.name}”不是本工具生成的工作簿，不能重新计算，工作簿没有改动。官方格式的表可以点【检查】。"
        )
    from selfeval_xl.render.edits import edits

    assessment, rules = _assessed(book, ours)
    say(book.app, "正在写入结果")
    write(live, edits(assessment, rules, ours.form, ours.layout))


def check(book: Book) -> str:
    """Write the findings, and nothing else; returns how many there are."""
    live = LiveBook(book)
    ours = _ours(live)
    if ours is None:
        from selfeval_xl.excel.foreign import check_official

        return summary(check_official(book))
    from selfeval_xl.render.edits import findings_edits
    from selfeval_xl.render.findings import gravest_first

    assessment, _ = _assessed(book, ours)
    findings = gravest_first(assessment.findings)
    say(book.app, "正在写入校验结果")
    write(live, findings_edits(findings, ours.form, ours.layout))
    return summary(findings)


def summary(findings: tuple[Finding, ...]) -> str:
    """How many findings there are, in one sentence."""
    from selfeval_xl.render.findings import CLEAN, TITLE, total_line

    return f"检查完成，{total_line(findings)}详见工作表“{TITLE}”。" if findings else f"检查完成，{CLEAN}"


def clear(book: Book) -> None:
    """Take our notes and colours off every sheet."""
    live = LiveBook(book)
    write(live, Edits({sheet.name: SheetEdits(notes={}, marks={}) for sheet in book.sheets}))


def undo(book: Book) -> str:
    """Bring back what the last click has overwritten."""
    journal = kept(book.fullname)
    if journal is None:
        raise SelfEvalError("没有可以撤销的操作：这个工作簿里还没有点过按钮，或已经撤销过了。")
    say(book.app, "正在恢复")
    revert(LiveBook(book), journal)
    return "已恢复到上次点按钮之前。"


def submit(book: Book) -> str:
    """Make the package for the bureau from the saved file, which stays as it is and open."""
    if not book.api.Saved:
        raise SelfEvalError("报送件按已保存的文件生成。请先保存工作簿，再点【生成报送件】。")
    from pathlib import Path

    from selfeval_xl.submit import submit as make

    say(book.app, "正在生成报送件")
    made = make(Path(book.fullname))
    if made.workbook is None:
        return f"有错误没有改好，没有生成报送件。{summary(made.assessment.findings)}请先点【重新计算】，改好再试。"
    return f"报送件已放在：{made.workbook.parent}\n校验码：{made.code}"


JOBS: Mapping[str, Callable[[Book], str | None]] = {
    "recalculate": recalculate,
    "check": check,
    "clear": clear,
    "submit": submit,
    "undo": undo,
}


def put_message(book: Book, message: str) -> None:
    """Write a message into the cell of 校验结果 that sums up the findings; nothing where the workbook has none."""
    live = LiveBook(book)
    ours = read_ours(live.names, live.entry, lambda entry: entry)
    spot = ours.layout.fields.get("findings_note") if ours else None
    if spot:
        write(live, Edits({spot.sheet: SheetEdits({spot.place.cell: Value(message)})}))


def _ours(live: LiveBook) -> Ours | None:
    say(live.book.app, "正在读取")
    return read_ours(live.names, live.entry, lambda entry: entry, structure_of(live.book, live.names))


def structure_of(book: Book, names: Iterable[tuple[str, str]]) -> Structure:
    """What the open workbook is like as a file."""
    return Structure(
        macro=bool(book.api.HasVBProject),
        own_macros=any(name == OWN_MACROS for name, _ in names),
        external_links=tuple(book.api.LinkSources(_LINKS) or ()),
        hidden_sheets=tuple(sheet.name for sheet in book.sheets if sheet.api.Visible == _VERY_HIDDEN),
    )


def _assessed(book: Book, ours: Ours) -> tuple[Assessment, RuleSet]:
    from selfeval_xl.assess import assess
    from selfeval_xl.examine import rules_of

    say(book.app, "正在测算和校验")
    rules = rules_of(ours.evaluation)
    return assess(ours.evaluation, rules), rules
