"""What goes back to the units: the marked copy of each return, and for each unit a draft of a mail with its copies."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from threading import Event

from selfeval_xl.collect.copies import copies
from selfeval_xl.collect.gather import Means, every
from selfeval_xl.collect.intake import SEVERITIES, Intake, Return
from selfeval_xl.collect.sources import Passed, Source
from selfeval_xl.errors import TargetError
from selfeval_xl.model import SEVERITY_NAMES, Entry, Evaluation, Header
from selfeval_xl.rules import RuleSet
from selfeval_xl.submit.naming import file_stem
from selfeval_xl.workbook import saving

NOBODY = "未知单位"
_SHOWN = 20  # findings told in the mail; the copy marks them all
_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(slots=True)
class Reply:
    """What one unit is told: its returns, and the names of the copies that could be made.

    Where the ``unit`` is not known ("") they are those of one file.
    """

    unit: str
    to: str
    returns: list[Return]
    copies: list[str]

    @property
    def about(self) -> str:
        """The unit, or the file."""
        return self.unit or self.returns[0].source.label


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
    wanted = {one.source.name: names[one.index] for one in intake.counting_returns() if one.index in names}
    sources = ((source, wanted[source.name]) for source in every(top, []) if source.name in wanted)
    made = copies(sources, folder, intake.journal, Means(means.jobs), rules, stopping, progress)
    if not stopping.is_set():
        taken: Counter[str] = Counter()
        for reply in replies(intake, {index: made.get(stem, "") for index, stem in names.items()}):
            stem = draft_stem(reply)
            taken[stem.casefold()] += 1
            times = taken[stem.casefold()]
            saving.replace(folder / f"{stem}{'' if times == 1 else f'（{times}）'}.eml", draft(reply, folder))


def stems(intake: Intake) -> dict[int, str]:
    """A name for the copy of each return that counts, by the number of the return; no two are alike."""
    taken: Counter[str] = Counter()
    names = {}
    for one in intake.counting_returns():
        if one.filled:
            stem = f"{_stem(one.unit, one.project, one.year)}_批注"
            taken[stem.casefold()] += 1
            times = taken[stem.casefold()]
            names[one.index] = stem if times == 1 else f"{stem}（{times}）"
    return names


def replies(intake: Intake, names: dict[int, str]) -> Iterator[Reply]:
    """The units in the order in which they first came; ``names`` are those of the copies by return.

    What is of no known unit is answered file by file: nobody is to read what was found in the file of somebody else.
    """
    together: dict[tuple[str, str], list[Return]] = defaultdict(list)
    for one in intake.counting_returns():
        together[(one.unit, "") if one.unit else ("", one.source.name)].append(one)
    for (unit, _), returns in together.items():
        senders = [one.source.sender for one in returns if one.source.sender]
        to = intake.roll.mail_of(unit) or (senders[-1] if senders else "")
        yield Reply(unit, to, returns, [names[one.index] for one in returns if names.get(one.index)])


def draft(reply: Reply, folder: Path) -> bytes:
    """The draft as an ``.eml`` file that opens ready to be sent, with the unit's copies attached."""
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"  # Outlook opens such a file for editing
    message["Subject"] = f"绩效自评表审核意见：{' '.join(reply.about.split())[:80]}"
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
    whose = reply.unit or f"{NOBODY}_{Path(reply.about).stem}"
    return f"{_stem(whose, None, None).removesuffix('自评表')}审核意见"


def _stem(unit: str | None, project: str | None, year: int | None) -> str:
    header = Header(Entry(str(year or "")), Entry(unit or ""), Entry(), Entry(project or ""))
    return file_stem(Evaluation("unknown", header=header))


def _words(reply: Reply) -> Iterator[str]:
    yield f"{reply.unit}：" if reply.unit else "您好："
    yield ""
    yield "贵单位报送的绩效自评表已审核，意见如下" + (
        "；附件为标注了问题的副本，请对照修改后重新报送。" if reply.copies else "。"
    )
    for one in reply.returns:
        yield ""
        if one.form is None or one.blank:
            reason = f"{one.reason}，请填写后重新报送" if one.blank else _to_them(one.reason or "")
            yield f"文件“{one.source.label}”：{reason.removesuffix('。')}。"
            continue
        total = one.form["total"]
        about = " ".join(str(part) for part in (one.year, one.project) if part) or "自评表"
        yield f"【{about}】自评总分 {total['claimed'] or '未填'}，按规则测算 {total['score'] or '待评定'}。"
        if not one.findings:
            yield "未发现问题。"
        worst_first = sorted(one.findings, key=lambda finding: SEVERITIES.index(finding["severity"]))
        for number, finding in enumerate(worst_first[:_SHOWN], 1):
            yield f"{number}. [{SEVERITY_NAMES[finding['severity']]}] {finding['message']}"
            if finding["fix"]:
                yield f"   怎么改：{finding['fix']}"
        if len(one.findings) > _SHOWN:
            yield f"……共 {len(one.findings)} 条，其余见附件。"


def _to_them(reason: str) -> str:
    """A reason that tells the bureau what to ask the unit for, as the request itself."""
    return reason.replace("请对方", "请")
