"""The roll-call (催报): who of the list has returned what, who has not, and who is not on the list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from selfeval_xl.collect.names import is_whole, near, near_file, same_project
from selfeval_xl.collect.sources import Passed, label
from selfeval_xl.collect.units import Expected, Roll
from selfeval_xl.mistakes import brief, few

RETURNED, TWICE, PARTLY, UNCLEAR, MISSING, EXCUSED = "已交", "已交多版", "没交齐", "名单重名", "未交", "不用交"
UNREAD, BLANK, FORMLESS = "交了但读不了", "交了空表", "交的不是自评表"
UNKNOWN, UNOWNED, OTHER_YEAR = "名单外", "看不出单位", "别的年度"
STATES = {
    RETURNED: "returned", TWICE: "twice", PARTLY: "partly", UNCLEAR: "unclear", UNREAD: "unread", BLANK: "blank",
    FORMLESS: "unread", MISSING: "missing", EXCUSED: "excused", UNKNOWN: "unknown", UNOWNED: "unread",
    OTHER_YEAR: "other_year",
}  # fmt: skip
"""The states of a line, in the order of the statistics, and what ``collect --json`` calls them."""
TO_ASK, TO_LOOK_AT = (MISSING, PARTLY, UNREAD, BLANK, FORMLESS), (UNKNOWN, TWICE, UNCLEAR, UNOWNED)
"""The states in which a unit is to be asked, and those that the bureau has to look at first."""
_SHOWN = 3  # hints of a line
_SEVERAL = "名单里有 {} 行是这个名称，分不清交来的 {} 份是哪一行的：请核对名单，重复的删去，两个单位的写全名称或编码"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came in, as the roll-call sees it: a return, a blank form, or a file without one.

    ``failed`` is None, or how it is no return (:data:`UNREAD`, :data:`BLANK`, :data:`FORMLESS`), with the ``reason``.
    ``other_year``: it is not of the year asked for.  ``place`` is the path of its file within the folder that was
    given, ``owner`` the listed unit that mailed it (by its address).  ``whole``: it is the form of a whole department.
    ``doubts`` are sentences about what somebody has to look at.
    """

    unit: str | None
    project: str | None
    versions: int = 1
    sent: float = 0.0
    name: str = ""
    failed: str | None = None
    reason: str = ""
    year: int | None = None
    other_year: bool = False
    place: str = ""
    owner: str | None = None
    whole: bool = False
    doubts: tuple[str, ...] = ()


class Misnamed(NamedTuple):
    """A return whose file is ``named`` after another listed unit than the form in it.

    ``at`` is the index of the return that counts for it; ``copied``: it is a mere copy of that one.
    """

    at: int
    came: Arrival
    named: str
    copied: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the roll-call: how many ``returns`` count, their ``versions`` in all, and the ``years`` they are of.

    ``lacking`` is how many are certainly missing: 0 where somebody has to look first at what came, or at the list.
    ``unread`` is how many are missing where a file that could not be used may be one of them: the reply about that file
    asks for them, so that no reminder does.
    """

    expected: Expected
    state: str
    returns: int = 0
    versions: int = 0
    sent: float = 0.0
    note: str = ""
    years: tuple[int, ...] = ()
    lacking: int = 0
    unread: int = 0


def roll_call(
    roll: Roll, came: Iterable[Arrival], skipped: Iterable[Passed] = (), misnamed: Iterable[Misnamed] = ()
) -> Iterator[Line]:
    """A line for each expected return in the list's order, then for those on no list in the order in which they came.

    ``skipped`` are files that were passed over; one of these, or of the ``misnamed``, may be a missing return.
    """
    key = roll.names.unit
    read: dict[str, list[Arrival]] = defaultdict(list)
    failed: dict[str, list[Arrival]] = defaultdict(list)
    other_year: dict[str, list[Arrival]] = defaultdict(list)
    for one in came:
        (other_year if one.other_year else failed if one.failed else read)[key(one.unit)].append(one)
    listed = {key(one.unit): one.unit for one in roll.expected}
    wanted = _Wanted(roll)
    times = Counter(wanted.key(one.unit, one.project) for one in roll.expected)
    meant = {unit: near(unit, listed) for unit in read if unit not in listed}
    excused = {wanted.key(one.unit, one.project) for one in roll.expected if one.count == 0}
    hints = _hints(key, listed, meant, read, failed, [(one, key(roll.unit_of(one.sender))) for one in skipped])
    for wrong in misnamed:
        hint = f"“{label(wrong.came.name)}”看文件名可能是它，里面写的单位是“{wrong.came.unit}”"
        hints[key(wrong.named)].append(hint)
    for expected in roll.expected:
        unit, project = known = wanted.key(expected.unit, expected.project)
        mine = [one for one in read[unit] if wanted.of(one) == known]
        years = sorted({one.year for one in other_year[unit] if one.year})
        others = [f"交来的是 {'、'.join(map(str, years))} 年度的"] if years else []
        stray = [one for one in read[unit] if project and wanted.of(one) is None]
        others += _others(expected.project, stray)
        others += _excuses(expected, twice=bool(excused & {known, (unit, "")}))
        notes = tuple(dict.fromkeys((*others, *hints[unit])))
        yield _line(expected, mine, failed[unit], notes, alike=times[known], some=bool(read[unit]))
    for unit, returns in read.items():
        for one in returns:
            if unit not in listed:
                question = _question(meant[unit] or _posted(one, key) or _placed(one, listed), listed)
                note = "；".join(filter(None, ("" if unit else f"{label(one.name)}：表里没有填单位", question)))
                yield _unlisted(one, UNKNOWN if listed else None, note)  # without a list nobody is unknown
            elif wanted.of(one) is None:
                yield _unlisted(one, UNKNOWN, _stray(one, wanted.named[unit]))
    for unit, files in failed.items():
        if unit and unit not in listed and not read.get(unit):
            line = _unusable(Expected(files[0].unit or ""), files, ())
            yield replace(line, state=UNKNOWN) if listed else replace(line, unread=1)
    for one in failed[""]:
        yield replace(_unusable(Expected(""), [one], [_question(_placed(one, listed), listed)]), state=UNOWNED)
    for one in (one for returns in other_year.values() for one in returns):
        yield _unlisted(one, OTHER_YEAR, label(one.name))


class _Wanted:
    """The projects that the list names for each unit; 部门整体支出 means the form of the whole department."""

    def __init__(self, roll: Roll) -> None:
        self.key = roll.names.key
        self._keys = {self.key(one.unit, one.project) for one in roll.expected}
        self.named: dict[str, list[str]] = defaultdict(list)
        for one in roll.expected:
            self.named[roll.names.unit(one.unit)].append(one.project)
        each = ((unit, name) for unit, named in self.named.items() for name in named)
        self._whole = {unit: self.key(unit, name) for unit, name in each if is_whole(name)}

    def of(self, one: Arrival) -> tuple[str, str] | None:
        """The listed key that a return answers: its project, the whole department, or any project; None for none."""
        key = self.key(one.unit, one.project)
        whole = self._whole.get(key[0]) if one.whole else None
        return next((each for each in (key, whole, (key[0], "")) if each in self._keys), None)


def _others(project: str, stray: Sequence[Arrival]) -> list[str]:
    """Hints about returns of the unit that are on no line of the list: one may be the project that is missing."""
    named = [one.project for one in stray if one.project]
    like = same_project(project, named)
    if like:
        return [f"它交了名称相近的{_quoted(like)}，可能就是它"]
    hints = [f"它交了名单里没有的项目：{_quoted(named)}"] if named else []
    nameless = [label(one.name) for one in stray if not one.project and not one.whole]
    return [*hints, f"它交了没有写项目名称的{_quoted(nameless)}，可能就是它"] if nameless else hints


def _excuses(expected: Expected, *, twice: bool) -> list[str]:
    """Hints that the list may excuse the unit; ``twice``: another row of it says that it need not return anything."""
    excuses = [f"名单备注写着“{brief(expected.doubt)}”，请核对后再催"] if expected.doubt else []
    return [*excuses, "名单里另有一行写着它不用交，请核对名单"] if twice and expected.count != 0 else excuses


def _stray(one: Arrival, named: Sequence[str]) -> str:
    """Why a return of a listed unit is on no line of the list."""
    if not one.project:
        return f"名单里列的是项目，这份{'是部门整体的' if one.whole else '没有写项目名称'}"
    like = same_project(one.project, named)
    return f"名单里没有这个项目{f'，名称相近的有{_quoted(like)}' if like else ''}"


def _hints(
    key: Callable[[str | None], str],
    listed: Mapping[str, str],
    meant: Mapping[str, Sequence[str]],
    read: Mapping[str, list[Arrival]],
    failed: Mapping[str, list[Arrival]],
    skipped: Iterable[tuple[Passed, str]],
) -> dict[str, list[str]]:
    """By listed unit, hints at what may be its missing return: by a similar name, by the sender, by the file's name.

    ``meant`` has for each unlisted unit the listed ones that it may mean; ``skipped`` pairs each file that was passed
    over with the unit that mailed it, or "".
    """
    hints: dict[str, list[str]] = defaultdict(list)
    for unit, like in meant.items():
        for one in read[unit]:
            for owner in like:
                hints[owner].append(f"名单外有一份相近的“{one.unit}”（{label(one.name)}），可能就是它")
            posted = [owner for owner in _posted(one, key) if owner not in like]
            for owner in posted:
                hints[owner].append(f"它的邮箱发来了名单外的“{one.unit}”（{label(one.name)}），可能就是它")
            for owner in () if like or posted else _placed(one, listed):
                hints[owner].append(f"名单外的“{_shown(one)}”看文件名可能是它")
    for one in failed.get("", ()):
        for owner in _placed(one, listed):
            hints[owner].append(f"“{_shown(one)}”看文件名可能是它（{one.failed}）")
    for skip, sender in skipped:
        if sender:
            hints[sender].append(f"它的邮箱发来过“{label(skip.name)}”（{skip.reason}）")
        elif found := near_file(label(skip.name), listed):
            hints[found].append(f"“{label(skip.name)}”看文件名可能是它（{skip.reason}，跳过了）")
    return hints


def _posted(one: Arrival, key: Callable[[str | None], str]) -> list[str]:
    """The listed unit that mailed a return which names another one: it may have been renamed."""
    return [key(one.owner)] if one.unit and one.owner else []


def _placed(one: Arrival, listed: Collection[str]) -> list[str]:
    """The one listed unit that the file's name can mean; where the form names no unit, the folders' names too."""
    folders = [] if one.unit else [folder.name for folder in Path(one.place).parents]
    return [found for name in (label(one.name), *folders) if (found := near_file(name, listed))][:1]


def _shown(one: Arrival) -> str:
    """A file with the folder in which it lies."""
    return label(one.name) if one.unit else "/".join(Path(one.place).parts[-2:]) or label(one.name)


def _failure(one: Arrival) -> str:
    """A file that gave no return, and why, so that its sender can be asked."""
    return f"{_shown(one)}：{one.reason.removesuffix('。') or one.failed}"


def _question(meant: Sequence[str], listed: Mapping[str, str]) -> str:
    if len(meant) == 1:
        return f"名单里有“{listed[meant[0]]}”，是不是它？"
    return f"名单里有{_quoted([listed[name] for name in meant])}，是不是其中一个？" if meant else ""


def _quoted(names: Sequence[str]) -> str:
    return few([f"“{name}”" for name in names], _SHOWN, " 等 {} 个", "")


def _line(
    expected: Expected,
    returns: list[Arrival],
    failed: Sequence[Arrival],
    hints: Sequence[str],
    *,
    alike: int,
    some: bool,
) -> Line:
    """The line of an expected return; ``alike``: how many lines have its name; ``some``: its unit returned anything."""
    wanted = 1 if expected.count is None else expected.count
    if returns:
        several = _SEVERAL.format(alike, len(returns)) if alike > 1 else ""
        projects = sum(not one.whole for one in returns)  # the form of a whole department is none of them
        fewer = max((expected.count or 0) - projects, 0)
        lacking = f"名单里写着 {expected.count} 个项目，只交了 {projects} 个" if fewer else ""
        unread = _also([one for one in failed if one.failed == UNREAD], max(one.sent for one in returns))
        notes = several, lacking, unread, *_doubts(returns), *(hints[:_SHOWN] if lacking else ())
        line = _returned(expected, returns, notes)
        state = PARTLY if lacking else UNCLEAR if len(returns) < alike else line.state
        due = 0 if hints else fewer
        return replace(line, state=state, lacking=0 if unread else due, unread=due if unread else 0)
    due = 0 if hints else wanted
    if failed:
        line = _unusable(expected, failed, hints)
        # A file that can't be read may be the missing return; a blank form, or none, is not, if others were read.
        sure = some and line.state != UNREAD
        return replace(line, lacking=due if sure else 0, unread=0 if sure else due)
    return Line(expected, MISSING if wanted else EXCUSED, note="；".join(hints[:_SHOWN]), lacking=due)


def _unlisted(one: Arrival, state: str | None, note: str) -> Line:
    """The line of a return that no line of the list expects; without a ``state``, that of any return."""
    line = _returned(Expected(one.unit or "", one.project or ""), [one], (note, *_doubts([one])))
    return replace(line, state=state) if state else line


def _returned(expected: Expected, returns: Sequence[Arrival], notes: Iterable[str]) -> Line:
    """A line with the returns that came for it."""
    versions = sum(one.versions for one in returns)
    state = TWICE if versions > len(returns) else RETURNED
    years = tuple(sorted({one.year for one in returns if one.year}))
    sent = max(one.sent for one in returns)
    return Line(expected, state, len(returns), versions, sent, "；".join(filter(None, notes)), years)


def _unusable(expected: Expected, files: Sequence[Arrival], notes: Iterable[str]) -> Line:
    """A line for which only files came that gave no return."""
    reasons = {one.failed for one in files}
    state = next(reason for reason in (UNREAD, BLANK, FORMLESS) if reason in reasons)
    return Line(expected, state, note="；".join(filter(None, (*map(_failure, files[:_SHOWN]), *notes))))


def _doubts(returns: Sequence[Arrival]) -> list[str]:
    """The first few doubts about the returns, and how many more there are."""
    doubts = list(dict.fromkeys(doubt for one in returns for doubt in one.doubts))
    more = [f"另有 {len(doubts) - _SHOWN} 处要看，见“一览”的“说明”"] if len(doubts) > _SHOWN else []
    return doubts[:_SHOWN] + more


def _also(unread: Sequence[Arrival], sent: float) -> str:
    """A note on files of the unit that could not be read; one sent after its return may be a correction of that."""
    later = "，比已交的晚，可能是更正" if any(one.sent > sent for one in unread) else ""
    return f"另有文件读不了{later}：{'、'.join(label(one.name) for one in unread[:_SHOWN])}" if unread else ""
