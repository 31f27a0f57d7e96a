"""The replies to the units: a draft of a mail for each, with the marked copies of its returns, and the reminders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from selfeval_xl.collect.copies import copies, kept
from selfeval_xl.collect.drafts import put
from selfeval_xl.collect.gather import Means, Run, every
from selfeval_xl.collect.intake import TO_MEND, UNSEALED, Intake, Return
from selfeval_xl.collect.reminders import outstanding, reminders
from selfeval_xl.collect.reviews import UNTRUE
from selfeval_xl.collect.rollcall import BLANK, FORMLESS, UNREAD
from selfeval_xl.collect.sources import Passed, Source
from selfeval_xl.collect.statistics import year_name
from selfeval_xl.collect.tables import FORMS, grade
from selfeval_xl.collect.units import addresses
from selfeval_xl.filenames import file_stem, free
from selfeval_xl.model import SEVERITY_NAMES
from selfeval_xl.rules import RuleSet
from selfeval_xl.submit.mail import unsent
from selfeval_xl.workbook import saving

NOBODY, _DRAFT, _REMINDER = "未知单位", "审核意见", "催报"
_SHOWN = 20  # findings listed in a mail whose attached copy marks them all
_ACTIVE = ("package.macro", "package.connection", "package.dde", "package.web")
"""Findings about workbooks that may run or fetch something when they are opened."""
_OURS = ("template.unknown", UNSEALED)
"""Findings that, as infos, concern the bureau only; there is nothing for the unit to mend."""
_UNSEEN = {
    BLANK: "贵单位报送的自评表是空白的，没有审核，请填写后重新报送。",
    FORMLESS: "贵单位报送的文件里没有自评表，没有审核，请报送填好的自评表。",
    UNREAD: "没有从贵单位发来的文件或邮件里读到自评表，没有审核，请按下面说的处理后重新报送。",
    None: "贵单位报送的文件里没有能审核的自评表，请按下面说的处理后重新报送。",
}
"""The opening of a reply where all that came failed in one way, or (None) in several."""
_LEVELS = "标“错误”的必须改正；标“警告”的请核对，确实无误的在原因栏说明；标“提示”的供了解，不用改。"
_OUTSTANDING = "在收到能审核的自评表以前，按名单，贵单位仍算没有报送。"
_WITHHELD = "这份工作簿带有宏、外部数据连接，或有调用外部程序、访问网址的公式，标注的副本没有随信发送。"
_SHARED = "这份工作簿里还有别的单位的自评表，标注的副本没有随信发送。"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply to one unit about its returns (where the ``unit`` is not known, "": about those in one file).

    ``copies`` are the names of the marked copies to attach, by source.  ``withheld`` gives for each copy that is not
    attached the sentence that says why: it has macros or the like, or shows findings on other units' forms.  ``year``
    is the one asked for.  ``dismissed`` is what reviewers called untrue: indexes of returns with ids of findings.
    ``missing`` are the expected returns for which only unusable files came: None for no such, () where that is all that
    the list expects of the unit.
    """

    unit: str
    to: str
    returns: list[Return]
    copies: Mapping[str, str]
    year: int | None
    withheld: Mapping[str, str]
    dismissed: frozenset[tuple[int, str]]
    missing: Sequence[str] | None

    @property
    def about(self) -> str:
        """The unit, or the file."""
        return self.unit or self.returns[0].source.label

    @property
    def named(self) -> str:
        """The draft's file name, without 审核意见 and the ending."""
        return self.unit or f"{NOBODY}_{Path(self.about).stem}"


class Answered(NamedTuple):
    """The names of the drafts after a run.

    ``written`` are new, ``unchanged`` those that an earlier run wrote alike, ``earlier`` those of earlier runs that
    have no successor; ``kept`` are old ones that somebody edited, with new ones beside them (``copies_kept``: the same
    of marked copies).  The ``reminders`` are among the first two; for ``unaddressed`` units there is none, as the list
    has no address.  Replies to the units ``without_address`` were written, and need a recipient.
    """

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    reminders: tuple[str, ...] = ()
    unaddressed: tuple[str, ...] = ()
    copies_kept: tuple[str, ...] = ()
    without_address: tuple[str, ...] = ()


def answer(
    folder: Path,
    top: Iterable[Source | Passed],
    intake: Intake,
    dismissed: frozenset[tuple[int, str]],
    rules: RuleSet | None,
    run: Run,
) -> Answered:
    """Write the copies and drafts into ``folder``, going once more through ``top``, the files that the intake is of.

    The copies are made on this machine.  Raises TargetError where the folder can't be written.
    """
    saving.make_folder(folder, "不能建立这个文件夹，或不能往里面写，请另选一个")
    saving.sweep(folder)
    taken: set[str] = set()
    wanted: dict[str, str] = {}
    shared = intake.shared
    for one in intake.counting_returns():
        if one.failed or one.source.name in wanted:
            continue  # of a file with several forms the first one gives the name, unless it is that of one of many
        named = (str(one.year or ""), one.unit or "", one.project or "")
        stem = file_stem(*([Path(one.source.label).stem] if one.source.name in shared else named))
        wanted[one.source.name] = next(free(f"{stem}_批注", taken))
    known = intake.records
    sources = ((one, wanted[one.name], known[one.name]) for one in every(top, []) if one.name in wanted)
    here = run._replace(means=Means(run.means.jobs))
    made = copies(sources, folder, intake.journal, rules, here)
    if run.stopping.is_set():
        return Answered()
    answers = [*replies(intake, {name: made.get(stem, "") for name, stem in wanted.items()}, shared, dismissed)]
    answered = put(folder, ((file_stem(one.named, ending=_DRAFT), draft(one, folder)) for one in answers))
    due = list(reminders(intake))
    addressed = ((file_stem(unit, ending=_REMINDER), data) for unit, data in due if data is not None)
    reminded = put(folder, addressed)
    written, unchanged, edited = (one + other for one, other in zip(answered, reminded, strict=True))
    ours = {path.name for ending in (_DRAFT, _REMINDER) for path in folder.glob(f"*_{ending}*.eml")}
    earlier = tuple(sorted(ours - {*written, *unchanged, *edited}))
    unaddressed = tuple(unit for unit, data in due if data is None)
    ours_due = (*reminded.written, *reminded.unchanged)
    asked = any(addresses(one.mail) for one in intake.roll.expected)
    without = tuple(one.unit for one in answers if asked and one.unit and not one.to)
    return Answered(written, unchanged, earlier, edited, ours_due, unaddressed, kept(made, folder), without)


def replies(
    intake: Intake, names: dict[str, str], shared: frozenset[str], dismissed: frozenset[tuple[int, str]]
) -> Iterator[Reply]:
    """A reply for each unit, in the order in which they first came; ``names`` are those of the copies, by source.

    A copy goes to the unit of the first form in the file, and only where anything is marked in it; the copy of a file
    that several units ``shared`` goes to none.  Files of unknown units get a reply each, so that nobody reads the
    findings on somebody else's file.
    """
    together: dict[tuple[str, str], list[Return]] = defaultdict(list)
    missing = outstanding(intake)
    owners: dict[str, tuple[str, str]] = {}
    for one in intake.returns():
        if one.version.counts or (one.other_year and one.instead is None):
            whose = (one.unit, "") if one.unit else ("", one.source.name)
            together[whose].append(one)
            if one.version.counts:
                owners.setdefault(one.source.name, whose)
    for whose, returns in together.items():
        unit, _ = whose
        senders = [one.source.sender for one in returns if one.source.sender]
        to = ", ".join(addresses(intake.roll.of(unit).mail)) or (senders[-1] if senders else "")
        marked = [one.source.name for one in returns if not one.failed and not one.other_year and _for_unit(one)]
        mine = [name for name in marked if (owners[name] == whose or name in shared) and names.get(name)]
        active = {one.source.name for one in returns for finding in one.findings if finding["id"] in _ACTIVE}
        withheld = {name: _WITHHELD for name in mine if name in active or not names[name].endswith(".xlsx")}
        withheld |= {name: _SHARED for name in mine if name in shared}
        copies = {name: names[name] for name in mine if name not in withheld}
        key = intake.roll.names.unit(unit) if unit else ""
        yield Reply(unit, to, returns, copies, intake.year, withheld, dismissed, missing.get(key))


def draft(reply: Reply, folder: Path) -> bytes:
    """The draft as an ``.eml`` file that opens ready to be sent, with the unit's copies attached."""
    subject, text = f"绩效自评表审核意见：{' '.join(reply.about.split())[:80]}", "\n".join(_words(reply))
    workbooks = {name: (folder / name).read_bytes() for name in reply.copies.values()}
    try:
        return unsent(subject, reply.to if "@" in reply.to else "", text, workbooks)
    except ValueError:  # an address that somebody made up: left to the user
        return unsent(subject, "", text, workbooks)


def _words(reply: Reply) -> Iterator[str]:
    yield f"{reply.unit}：" if reply.unit else "您好："
    yield ""
    yield _opening(reply)
    if _amend(reply):
        yield _LEVELS
    for one in reply.returns:
        yield ""
        yield from _about(one, reply)
    if reply.missing is not None:
        yield ""
        yield "按名单，贵单位的下面各项还没有收到能审核的自评表：" if reply.missing else _OUTSTANDING
        yield from reply.missing


def _opening(reply: Reply) -> str:
    """The first sentence: what became of the returns, and what the unit is asked to do, if anything."""
    seen = [one for one in reply.returns if _seen(one)]
    if not seen:
        return _unseen(reply)
    rest = "另有文件没有审核，请看下面的说明。" if len(seen) < len(reply.returns) else ""
    if _amend(reply):
        copies = "；附件为标注了问题的副本，请对照修改后重新报送。" if reply.copies else "，请修改后重新报送。"
        return f"贵单位报送的绩效自评表已审核，意见如下{copies}{rest}"
    if any(map(_for_unit, seen)):
        copies = "（附件的副本里有标注）" if reply.copies else ""
        return f"贵单位报送的绩效自评表已收到并审核，没有要修改的问题，不用重新报送；下面的内容{copies}供参考。{rest}"
    return f"贵单位报送的绩效自评表已收到并审核，未发现问题，不用重新报送。{rest}"


def _unseen(reply: Reply) -> str:
    """The first sentence where no return could be examined."""
    if all(one.other_year for one in reply.returns):
        return f"贵单位报送的自评表不是 {reply.year} 年度的，没有计入，请报送 {reply.year} 年度的自评表。"
    failed = {one.failed for one in reply.returns}
    return _UNSEEN[failed.pop() if len(failed) == 1 else None]


def _amend(reply: Reply) -> bool:
    """Whether anything is to be amended."""
    return any(
        finding["severity"] in TO_MEND and (one.index, finding["id"]) not in reply.dismissed
        for one in reply.returns if _seen(one) for finding in one.findings
    )  # fmt: skip


def _seen(one: Return) -> bool:
    return not one.failed and not one.other_year


def _for_unit(one: Return) -> list[Mapping[str, Any]]:
    """The findings that concern the unit, the gravest first."""
    return [each for each in one.gravest_first if each["severity"] in TO_MEND or each["id"] not in _OURS]


def _about(one: Return, reply: Reply) -> Iterator[str]:
    """The paragraph about one return."""
    if one.other_year:
        had = any(_seen(other) for other in reply.returns)
        wanted = "" if had else f"，请报送 {reply.year} 年度的"
        yield f"文件“{one.source.label}”：这是 {one.year} 年度的自评表，没有计入{wanted}。"
        return
    if one.form is None or one.failed:
        blank = one.failed == BLANK
        reason = f"{one.reason}，请填写后重新报送" if blank else (one.reason or "").replace("请对方", "请")
        wanted = "。请报送填好的自评表" if one.failed == FORMLESS else ""
        yield f"文件“{one.source.label}”：{reason.removesuffix('。')}{wanted}。"
        return
    named = one.project or f"{FORMS.get(one.form['form'], '')}自评表"
    when = "" if one.year is None or str(one.year) in named else f"{year_name(one.year)} "
    yield f"【{when}{named}】{_totals(one)}。"
    findings = _for_unit(one)
    if not findings:
        yield "未发现问题。"
    if withheld := reply.withheld.get(one.source.name):
        yield withheld
    shown = findings[: _SHOWN if one.source.name in reply.copies else None]
    for number, finding in enumerate(shown, 1):
        yield f"{number}. [{SEVERITY_NAMES[finding['severity']]}] {finding['message']}"
        if (one.index, finding["id"]) in reply.dismissed:
            yield f"   复核：{UNTRUE}，不用改。"
        elif finding["fix"]:
            yield f"   怎么改：{finding['fix']}"
    if len(findings) > len(shown):
        yield f"……共 {len(findings)} 条，其余见附件。"


def _totals(one: Return) -> str:
    """The total and grade claimed beside those computed; a standard workbook claims none, as its formulas give them."""
    assert one.form is not None
    total = one.form["total"]
    score = f"按规则测算 {_graded(total['score'], grade(one))}" if total["score"] else "按规则测算，总分待评定"
    claimed = _graded(total["claimed"], total["claimed_grade"]) or ("" if one.form["template"] else "未填")
    return f"自评总分 {claimed}，{score}" if claimed else score


def _graded(score: str | None, mark: str | None) -> str:
    return f"{score} {mark}" if score and mark else score or ""
