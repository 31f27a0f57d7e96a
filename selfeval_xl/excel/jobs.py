"""What each button does to the active workbook, once Excel is quiet (see ``session``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from selfeval_xl.errors import SelfEvalError
from selfeval_xl.excel.caller import file_of, full_name
from selfeval_xl.excel.journal import load
from selfeval_xl.excel.live import LiveBook
from selfeval_xl.excel.session import say
from selfeval_xl.excel.structure import sealed_structure, structure_of
from selfeval_xl.excel.write import revert, write
from selfeval_xl.forms.layout import PREFIX
from selfeval_xl.read.file import is_sealed
from selfeval_xl.read.ours import Ours, read_ours
from selfeval_xl.workbook.edits import Edits, SheetEdits, Value

if TYPE_CHECKING:
    from xlwings import Book

    from selfeval_xl.model import Assessment, Finding, Structure
    from selfeval_xl.rules import RuleSet

_SHOWN = 6  # errors listed in a message box
_SEAL_AT_STAKE = (
    "这份工作簿是带封签的报送件，内容一改动，封签就失效。保存后可以点【检查】核对封签；"
    "已失效的，改好后请点【生成报送件】重新生成，再报送。"
)
_UNSEEN_SEAL = "\n工作簿带有封签，这次没有核对：封签按已保存的文件核对，请先保存工作簿，再点【检查】。"


def recalculate(book: Book) -> str | None:
    """Write all that ``selfeval-xl score`` writes into a file; returns a warning where that may break a seal."""
    live = LiveBook(book)
    ours = _ours(live, structure_of(book, live.all_names))
    if ours is None:
        raise SelfEvalError(
            f"“{book.name}”里本工具的定义名称已损坏，找不到指标表，不能重新计算，工作簿没有改动。"
            "请撤销刚才的删除，或用 selfeval-xl import 导入新的标准表。"
            if any(name.lower().startswith(PREFIX) for name, _ in live.names)
            else f"“{book.name}”不是本工具生成的工作簿，不能重新计算，工作簿没有改动。官方格式的表可以点【检查】。"
        )
    from selfeval_xl.render.edits import edits

    assessment, rules = _assessed(live, ours, to_write=True)
    say(book.app, "正在写入结果")
    write(live, edits(assessment, rules, ours.form, ours.layout, ours.entries))
    # The seal covers the saved file, which is no longer what is open: whether it still holds shows after saving.
    return _SEAL_AT_STAKE if is_sealed(live.names) and not book.api.Saved else None


def check(book: Book) -> str:
    """Write the findings, and nothing else; returns the message with their number."""
    live = LiveBook(book)
    sealed = is_sealed(live.names)
    seen = sealed_structure(book) if sealed else None
    structure = seen or structure_of(book, live.all_names)
    ours = _ours(live, structure)
    if ours is None:
        from selfeval_xl.excel.foreign import check_official

        return summary(check_official(book, structure))
    from selfeval_xl.render.edits import findings_edits
    from selfeval_xl.render.findings import gravest_first

    assessment, _ = _assessed(live, ours)
    findings = gravest_first(assessment.findings)
    say(book.app, "正在写入校验结果")
    write(live, findings_edits(findings, ours.form, ours.layout))
    return summary(findings) + (_UNSEEN_SEAL if sealed and seen is None else "")


def summary(findings: tuple[Finding, ...]) -> str:
    """How many findings there are, in one sentence."""
    from selfeval_xl.render.findings import CLEAN, TITLE, total_line

    return f"检查完成，{total_line(findings)}详见工作表“{TITLE}”。" if findings else f"检查完成，{CLEAN}"


def clear(book: Book) -> None:
    """Remove our notes and colours from every sheet."""
    write(LiveBook(book), Edits({sheet.name: SheetEdits(notes={}, marks={}) for sheet in book.sheets}))


def undo(book: Book) -> str:
    """Restore what the last click has overwritten."""
    journal = load(full_name(book))
    if journal is None:
        raise SelfEvalError("没有可以撤销的操作：这个工作簿里还没有点过按钮，或已经撤销过了。")
    say(book.app, "正在恢复")
    if journal.page:
        from selfeval_xl.excel.page import take_back

        take_back(book, journal)
    else:
        revert(LiveBook(book), journal)
    return "已恢复到上次点按钮之前。"


def submit(book: Book) -> str:
    """Make the package for the bureau from the saved file; the file and the open workbook stay as they are."""
    if not book.api.Saved:
        raise SelfEvalError("报送件按已保存的文件生成。请先保存工作簿，再点【生成报送件】。")
    from selfeval_xl.submit import submit as make

    say(book.app, "正在生成报送件")
    made = make(file_of(book))
    if made.workbook is None:
        return _to_mend([each.message for each in made.assessment.findings if each.severity == "error"])
    return (
        f"报送件已放在：{made.workbook.parent}\n核对码：{made.code}\n"
        "里面有不带宏的工作簿、报送单和邮件草稿；打开着的工作簿没有改动。"
    )


def _to_mend(errors: list[str]) -> str:
    """The message that there is no package, with the first errors: a message box has no room for a long list."""
    lines = [f"{number}. {error}" for number, error in enumerate(errors[:_SHOWN], 1)]
    if len(errors) > _SHOWN:
        lines.append(f"……共 {len(errors)} 个，点【检查】可以看到全部。")
    listed = "\n".join(lines)
    return f"有 {len(errors)} 个错误没有改好，没有生成报送件：\n{listed}\n改好并保存后，再点【生成报送件】。"


JOBS: Mapping[str, Callable[[Book], str | None]] = {
    "recalculate": recalculate,
    "check": check,
    "clear": clear,
    "submit": submit,
    "undo": undo,
}


def put_message(book: Book, message: str) -> None:
    """Write a message into the cell of 校验结果 that sums up the findings, if the workbook has that cell."""
    live = LiveBook(book)
    ours = read_ours(live)
    spot = ours.layout.fields.get("findings_note") if ours else None
    if spot:
        write(live, Edits({spot.sheet: SheetEdits({spot.place.cell: Value(message)})}))


def _ours(live: LiveBook, structure: Structure) -> Ours | None:
    say(live.book.app, "正在读取")
    return read_ours(live, structure)


def _assessed(live: LiveBook, ours: Ours, *, to_write: bool = False) -> tuple[Assessment, RuleSet]:
    from selfeval_xl.examine import assess_ours, rules_of

    say(live.book.app, "正在测算和校验")
    rules = rules_of(ours.evaluation)
    return assess_ours(ours, rules, live, to_write=to_write), rules
