"""What goes back to the units: the marked copy of each return, and for each unit a draft of a mail with its copies."""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from threading import Event
from typing import NamedTuple

from selfeval_xl.collect.engine import Engine
from selfeval_xl.collect.gather import Means, every
from selfeval_xl.collect.intake import Intake, Return
from selfeval_xl.collect.sources import Passed, Source
from selfeval_xl.collect.worker import on_disk
from selfeval_xl.errors import SelfEvalError, TargetError
from selfeval_xl.model import Entry, Evaluation, Header
from selfeval_xl.report.text import SEVERITY_TITLES
from selfeval_xl.rules import RuleSet
from selfeval_xl.submit.naming import file_stem
from selfeval_xl.workbook import saving

NOBODY = "未知单位"
_SHOWN = 20  # findings told in the mail; the copy marks them all
_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class Task(NamedTuple):
    """A copy to be made: of which source, under which name (without its ending), in which folder."""

    source: Source
    stem: str
    folder: str


@dataclass(slots=True)
class Reply:
    """What one unit is told: its returns, and the names of the copies that could be made."""

    unit: str
    to: str
    returns: list[Return]
    copies: list[str]


def answer(
    folder: Path,
    top: Iterable[Source | Passed],
    intake: Intake,
    means: Means,
    rules: RuleSet | None,
    stopping: Event,
    progress: Callable[[int], None],
) -> None:
    """Write the copies and drafts into ``folder``, going once more through ``top``, the files that the intake is of.

    The copies are made on this machine.  Raises TargetError where the folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        saving.sweep(folder)
    except OSError as error:
        raise TargetError(f"{folder}：不能建立这个文件夹，请另选一个") from error
    names = stems(intake)
    wanted = {one.source.name: one.index for one in intake.counting_returns() if one.index in names}
    local = Means(means.jobs)
    engine = Engine(functools.partial(mark, rules=rules), local.executor, local.window, stopping)
    sources = (source for source in every(top, []) if source.name in wanted)
    tasks = ([Task(source, names[wanted[source.name]], str(folder))] for source in sources)
    copies = {}
    for task, name in engine.run(tasks):
        copies[wanted[task.source.name]] = name or ""
        progress(1)
    if not stopping.is_set():
        taken: Counter[str] = Counter()
        for reply in replies(intake, copies):
            stem = draft_stem(reply)
            taken[stem.casefold()] += 1
            times = taken[stem.casefold()]
            saving.replace(folder / f"{stem}{'' if times == 1 else f'（{times}）'}.eml", draft(reply, folder))


def mark(tasks: Sequence[Task], rules: RuleSet | None) -> list[str]:
    """Write the marked copies; the name of each, "" where there can be none (an old format, a damaged file)."""
    return [_mark(task, rules) for task in tasks]


def stems(intake: Intake) -> dict[int, str]:
    """A name for the copy of each return that counts and was read, by the number of the return; no two are alike."""
    taken: Counter[str] = Counter()
    names = {}
    for one in intake.counting_returns():
        if one.form is not None:
            stem = f"{_stem(one.unit, one.project, one.year)}_批注"
            taken[stem.casefold()] += 1
            times = taken[stem.casefold()]
            names[one.index] = stem if times == 1 else f"{stem}（{times}）"
    return names


def replies(intake: Intake, copies: dict[int, str]) -> Iterator[Reply]:
    """The units in the order in which they first came; ``copies`` are the names of the copies by return."""
    by_unit: dict[str, list[int]] = defaultdict(list)
    found: dict[int, Return] = {}
    for one in intake.counting_returns():
        by_unit[one.unit or one.source.sender or NOBODY].append(one.index)
        found[one.index] = one
    for unit, indexes in by_unit.items():
        returns = [found[index] for index in indexes]
        senders = [one.source.sender for one in returns if one.source.sender]
        to = intake.roll.mail_of(unit) or (senders[-1] if senders else "")
        yield Reply(unit, to, returns, [copies[index] for index in indexes if copies.get(index)])


def draft(reply: Reply, folder: Path) -> bytes:
    """The draft as an ``.eml`` file that opens ready to be sent, with the unit's copies attached."""
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"  # Outlook opens such a file for editing
    message["Subject"] = f"绩效自评表审核意见：{' '.join(reply.unit.split())[:80]}"
    if reply.to and "@" in reply.to and not reply.to.isspace():
        try:
            message["To"] = reply.to
        except ValueError:  # an address that somebody made up: left to the user
            del message["To"]
    message.set_content("\n".join(_words(reply)), charset="utf-8", cte="base64")
    for name in reply.copies:
        message.add_attachment((folder / name).read_bytes(), *_XLSX, filename=name)
    return message.as_bytes()


def draft_stem(reply: Reply) -> str:
    """The name of a draft, without its ending."""
    return _stem(reply.unit, None, None).replace("自评表", "审核意见")


def _mark(task: Task, rules: RuleSet | None) -> str:
    from selfeval_xl.annotate import annotated
    from selfeval_xl.read import Workbook

    try:
        with on_disk(task.source) as path:
            workbook = Workbook(path)
            _, patch = annotated(workbook, rules)
            name = f"{task.stem}{'.xlsm' if workbook.package.has_macros else '.xlsx'}"
            saving.replace(Path(task.folder) / name, patch.to_bytes())
    except (SelfEvalError, OSError):
        return ""
    return name


def _stem(unit: str | None, project: str | None, year: int | None) -> str:
    header = Header(Entry(str(year or "")), Entry(unit or ""), Entry(), Entry(project or ""))
    return file_stem(Evaluation("unknown", header=header))


def _words(reply: Reply) -> Iterator[str]:
    yield f"{reply.unit}：" if reply.unit != NOBODY else "您好："
    yield ""
    yield "贵单位报送的绩效自评表已审核，意见如下" + (
        "；附件为标注了问题的副本，请对照修改后重新报送。" if reply.copies else "。"
    )
    for one in reply.returns:
        yield ""
        if one.form is None:
            yield f"文件“{Path(one.source.name).name}”：{one.reason}"
            continue
        total = one.form["total"]
        about = " ".join(str(part) for part in (one.year, one.project) if part) or "自评表"
        yield f"【{about}】自评总分 {total['claimed'] or '未填'}，按规则测算 {total['score'] or '待评定'}。"
        if not one.findings:
            yield "未发现问题。"
        for number, finding in enumerate(one.findings[:_SHOWN], 1):
            yield f"{number}. [{SEVERITY_TITLES[finding['severity']]}] {finding['message']} {finding['fix']}".rstrip()
        if len(one.findings) > _SHOWN:
            yield f"……共 {len(one.findings)} 条，其余见附件。"
