"""The roll-call: who has returned what of all that is expected, who has not, and who is on no list."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from itertools import islice
from pathlib import Path

from selfeval_xl.collect.sources import Passed, label
from selfeval_xl.errors import DataError
from selfeval_xl.quantity.text import squeezed
from selfeval_xl.read.tablefile import lines

RETURNED, TWICE, MISSING = "已交", "已交多版", "未交"
UNREAD, BLANK, FORMLESS = "交了但读不了", "交了空表", "交的不是自评表"
UNKNOWN, UNOWNED, OTHER_YEAR = "名单外", "看不出单位", "别的年度"
STATES = {
    RETURNED: "returned", TWICE: "twice", UNREAD: "unread", BLANK: "blank", FORMLESS: "unread", MISSING: "missing",
    UNKNOWN: "unknown", UNOWNED: "unread", OTHER_YEAR: "other_year",
}  # fmt: skip
"""The states of a line, in the order of the statistics, and what ``collect --json`` calls them."""
_NEAR = 0.75  # how much alike two names of one unit are
_TELLING = 2  # signs of a file's name from which it may be short for a unit's
_COMMON = re.compile(
    r"[\W\d_]+|项目支出|部门整体|支出|转移支付|绩效|自评|评价|报告|报送|年度|副本|改正|修改|最终|终稿|表"
)
_ABOVE = 10  # rows in which the headings are looked for: many lists have a title above them
_HEADINGS = {
    "unit": ("单位", "预算单位", "填报单位", "实施单位", "报送单位", "项目单位", "部门", "预算部门", "主管部门"),
    "project": ("项目",),
    "mail": ("邮箱", "电子邮箱", "邮件", "email", "e-mail"),
    "kind": ("类别", "单位类别", "类型", "单位类型"),
}
_NAMED = re.compile(r"(?:[（(]?(?:名称|全称)[）)]?){1,3}$")
"""How a heading may end that is that of a column all the same: 预算单位名称（全称）."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A return that is to come: of any project of the unit where ``project`` is empty."""

    unit: str
    project: str = ""
    mail: str = ""
    kind: str = ""


class Roll:
    """The list of units, looked up by name and by address; ``unused`` are the headings of what was not read."""

    def __init__(self, expected: Sequence[Expected] = (), unused: Sequence[str] = ()) -> None:
        self.expected, self.unused = expected, unused
        self._by_unit: dict[str, Expected] = {}
        self._by_mail: dict[str, str] = {}
        for one in expected:
            self._by_unit.setdefault(squeezed(one.unit), one)
            mail = one.mail.lower()
            if mail:  # an address that two units share says nothing
                self._by_mail[mail] = one.unit if self._by_mail.get(mail, one.unit) == one.unit else ""

    def unit_of(self, sender: str | None) -> str | None:
        """The unit that alone has this address."""
        return self._by_mail.get(sender or "") or None

    def of(self, unit: str | None) -> Expected:
        """What the list says of a unit; nothing, not even its name, where it does not stand there."""
        return self._by_unit.get(squeezed(unit), Expected(""))

    def named_in(self, text: str) -> str | None:
        """The listed unit with the longest name that ``text`` (the name of a file) holds."""
        plain = squeezed(text)
        return max(
            (one.unit for key, one in self._by_unit.items() if key in plain), key=lambda unit: len(unit), default=None
        )


@dataclass(frozen=True, slots=True)
class Came:
    """A return that counts, or what is none, for the roll-call: it ``failed`` (:data:`UNREAD`, :data:`BLANK` or
    :data:`FORMLESS`), or is of ``another`` year."""

    unit: str | None
    project: str | None
    versions: int = 1
    sent: float = 0.0
    name: str = ""
    failed: str | None = None
    year: int | None = None
    another: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the roll-call; ``returns`` that count, ``versions`` of them in all, and the ``years`` they are of."""

    expected: Expected
    state: str
    returns: int = 0
    versions: int = 0
    sent: float = 0.0
    note: str = ""
    years: tuple[int, ...] = ()


def read_units(path: Path) -> Roll:
    """The list in a CSV file or a workbook (单位[, 项目, 邮箱, 类别]).

    DataError says what is wrong with it, WorkbookError why a workbook can't be read.
    """
    try:
        rows = (line.cells for line in lines(path))
        headings = next((cells for cells in islice(rows, _ABOVE) if _columns(cells)), None)
        if headings is None:
            names = "、".join(_HEADINGS["unit"])
            raise DataError(f"{path.name}：前 {_ABOVE} 行里没有单位一列的标题（{names}），可再加 项目、邮箱、类别")
        columns = _columns(headings)
        expected = []
        for cells in rows:
            known = {key: cells[at] for key, at in columns.items() if at in cells}
            if "unit" in known:
                expected.append(Expected(**known))
    except OSError as error:
        raise DataError(f"{path.name}：读不到单位名单，请检查路径 {path}") from error
    if not expected:
        raise DataError(f"{path.name}：名单里一个单位也没有")
    unused = tuple(title for at, title in headings.items() if at not in columns.values())
    return Roll(tuple(dict.fromkeys(expected)), unused)


def _columns(cells: Mapping[int, str]) -> dict[str, int]:
    """Which column holds what, by the headings that these cells are; {} for a row without that of the units."""
    titles = {column: _NAMED.sub("", squeezed(text)) for column, text in cells.items()}
    found = {}
    for key, names in _HEADINGS.items():
        at = next((column for name in names for column, title in titles.items() if title == name), None)
        if at is not None:
            found[key] = at
    return found if "unit" in found else {}


def roll_call(roll: Roll, came: Iterable[Came], skipped: Iterable[Passed] = ()) -> Iterator[Line]:
    """A line for each expected return in the list's order, then those on no list in the order in which they came.

    ``skipped`` are files that were passed over: one of them may be what is missing.
    """
    read: dict[str, list[Came]] = defaultdict(list)
    failed: dict[str, list[Came]] = defaultdict(list)
    another: dict[str, list[Came]] = defaultdict(list)
    for one in came:
        (another if one.another else failed if one.failed else read)[squeezed(one.unit)].append(one)
    listed = {squeezed(one.unit): one.unit for one in roll.expected}
    projects = {(squeezed(one.unit), squeezed(one.project)) for one in roll.expected if one.project}
    of_any = {squeezed(one.unit) for one in roll.expected if not one.project}
    hints = _hints(listed, read, failed, [(one, squeezed(roll.unit_of(one.sender))) for one in skipped])
    for expected in roll.expected:
        unit, project = squeezed(expected.unit), squeezed(expected.project)
        mine = [
            one
            for one in read[unit]
            if (squeezed(one.project) == project if project else (unit, squeezed(one.project)) not in projects)
        ]
        years = sorted({one.year for one in another[unit] if one.year})
        others = [f"交来的是 {'、'.join(map(str, years))} 年度的"] if years else []
        yield _line(expected, mine, failed[unit], hints=(*others, *hints[unit]))
    for unit, returns in read.items():
        for one in returns:
            if unit not in listed:
                near = _near(unit, listed) or _near_file(label(one.name), listed)
                note = "；".join(filter(None, ("" if unit else "表里没有填单位", _question(near, listed))))
                state = UNKNOWN if listed else None  # without a list nobody is unknown
                yield _line(Expected(one.unit or "", one.project or ""), [one], (), state, note)
            elif unit not in of_any and (unit, squeezed(one.project)) not in projects:
                yield _line(Expected(one.unit or "", one.project or ""), [one], (), UNKNOWN, "名单里没有这个项目")
    for unit, files in failed.items():
        if unit and unit not in listed and not read.get(unit):
            yield _line(Expected(files[0].unit or ""), [], files, UNKNOWN if listed else None, files[0].failed or "")
    for one in failed[""]:
        about = "；".join(filter(None, (one.failed, _question(_near_file(label(one.name), listed), listed))))
        yield _line(Expected(""), [], [one], UNOWNED, about)
    for one in (one for returns in another.values() for one in returns):
        yield _line(Expected(one.unit or "", one.project or ""), [one], (), OTHER_YEAR, one.name)


def _hints(
    listed: Mapping[str, str],
    read: Mapping[str, list[Came]],
    failed: Mapping[str, list[Came]],
    skipped: Iterable[tuple[Passed, str]],
) -> dict[str, list[str]]:
    """What may be the return that is missing, by the unit on the list: by a name much like it, or by the file's.

    Of what was ``skipped`` the unit that mailed it is known, or "".
    """
    hints: dict[str, list[str]] = defaultdict(list)
    for unit, returns in read.items():
        if unit in listed:
            continue
        for one in returns:
            if near := _near(unit, listed):
                hints[near].append(f"名单外有一份相近的“{one.unit}”（{label(one.name)}），可能就是它")
            elif near := _near_file(label(one.name), listed):
                hints[near].append(f"名单外的“{label(one.name)}”看文件名可能是它")
    for one in failed.get("", ()):
        if near := _near_file(label(one.name), listed):
            hints[near].append(f"“{label(one.name)}”看文件名可能是它（{one.failed}）")
    for skip, sender in skipped:
        if sender:
            hints[sender].append(f"它的邮箱发来过“{label(skip.name)}”（{skip.reason}）")
        elif near := _near_file(label(skip.name), listed):
            hints[near].append(f"“{label(skip.name)}”看文件名可能是它（不是工作簿，跳过了）")
    return hints


def _near(unit: str, listed: Mapping[str, str]) -> str | None:
    """The only listed unit whose name is nearly the same, or that a name is short for, or that it says more of.

    None for "", of whom nobody knows.
    """
    if not unit:
        return None
    close = get_close_matches(unit, listed, 2, _NEAR)
    if len(close) == 2 and _alike(unit, close[0]) == _alike(unit, close[1]):
        return None  # 市教育局 may be that of any town
    return next(iter(close), None) or _short(unit, listed) or _only([name for name in listed if name in unit])


def _alike(unit: str, name: str) -> float:
    return SequenceMatcher(None, name, unit).ratio()


def _near_file(name: str, listed: Mapping[str, str]) -> str | None:
    """The only listed unit that the name of a file may be short for: 人民医院, or 残联 for 残疾人联合会."""
    return _short(_COMMON.sub("", squeezed(Path(name).stem)), listed)


def _short(name: str, listed: Mapping[str, str]) -> str | None:
    """The only listed unit that a name may be short for."""
    if len(name) < _TELLING:
        return None
    return _only([unit for unit in listed if name in unit] or [unit for unit in listed if _within(name, unit)])


def _only(units: Sequence[str]) -> str | None:
    return units[0] if len(units) == 1 else None


def _within(short: str, name: str) -> bool:
    """Whether the signs of ``short`` stand in ``name`` in their order."""
    signs = iter(name)
    return all(sign in signs for sign in short)


def _question(near: str | None, listed: Mapping[str, str]) -> str:
    return f"名单里有“{listed[near]}”，是不是它？" if near else ""


def _line(
    expected: Expected,
    returns: list[Came],
    failed: Sequence[Came],
    state: str | None = None,
    note: str = "",
    hints: Sequence[str] = (),
) -> Line:
    if returns:
        count = sum(one.versions for one in returns)
        own = TWICE if count > len(returns) else RETURNED
        years = tuple(sorted({one.year for one in returns if one.year}))
        sent = max(one.sent for one in returns)
        note = "；".join(filter(None, (note, _also([one for one in failed if one.failed == UNREAD], sent))))
        return Line(expected, state or own, len(returns), count, sent, note, years)
    if failed:
        reasons = {one.failed for one in failed}
        own = next(reason for reason in (UNREAD, BLANK, FORMLESS) if reason in reasons)
        words = (note, *(one.name for one in failed[:3]), *hints)
        return Line(expected, state or own, note="；".join(filter(None, words)))
    return Line(expected, MISSING, note="；".join(hints[:3]))


def _also(unread: Sequence[Came], sent: float) -> str:
    """What else of a unit could not be read: where it is later than its return, this may not be what was meant."""
    later = "，比已交的晚，可能是更正" if any(one.sent > sent for one in unread) else ""
    return f"另有文件读不了{later}：{'、'.join(label(one.name) for one in unread[:3])}" if unread else ""
