"""The roll-call: who has returned what of all that is expected, who has not, and who is on no list."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from selfeval_xl.collect.versions import squeezed
from selfeval_xl.errors import DataError
from selfeval_xl.read.tablefile import decoded

RETURNED, TWICE, UNREAD, MISSING, UNKNOWN = "已交", "已交多版", "交了但读不了", "未交", "名单外"
STATES = (RETURNED, TWICE, UNREAD, MISSING, UNKNOWN)
_HEADINGS = {
    "unit": ("单位", "单位名称", "预算单位", "填报单位", "实施单位"),
    "project": ("项目", "项目名称"),
    "mail": ("邮箱", "电子邮箱", "邮件", "email", "e-mail"),
    "kind": ("类别", "单位类别", "类型", "单位类型"),
}


@dataclass(frozen=True, slots=True)
class Expected:
    """A return that is to come: of any project of the unit where ``project`` is empty."""

    unit: str
    project: str = ""
    mail: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Roll:
    """The list of units, looked up by name and by address."""

    expected: tuple[Expected, ...] = ()
    _by_unit: Mapping[str, Expected] = field(default_factory=dict)
    _by_mail: Mapping[str, str] = field(default_factory=dict)

    def unit_of(self, sender: str | None) -> str | None:
        """The unit that alone has this address."""
        return self._by_mail.get(sender or "") or None

    def kind_of(self, unit: str | None) -> str:
        """The kind of a unit on the list."""
        found = self._by_unit.get(squeezed(unit))
        return found.kind if found else ""

    def mail_of(self, unit: str | None) -> str:
        """The address of a unit on the list."""
        found = self._by_unit.get(squeezed(unit))
        return found.mail if found else ""

    def named_in(self, text: str) -> str | None:
        """The listed unit with the longest name that ``text`` (the name of a file) holds."""
        plain = squeezed(text)
        return max(
            (one.unit for key, one in self._by_unit.items() if key in plain), key=lambda unit: len(unit), default=None
        )


@dataclass(frozen=True, slots=True)
class Came:
    """A return that counts, or (``unread``) a file that gave none, as far as the roll-call goes."""

    unit: str | None
    project: str | None
    versions: int = 1
    sent: float = 0.0
    name: str = ""
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the roll-call; ``returns`` that count, ``versions`` of them in all."""

    expected: Expected
    state: str
    returns: int = 0
    versions: int = 0
    sent: float = 0.0
    note: str = ""


def read_units(path: Path) -> Roll:
    """The list in a CSV file (UTF-8 or GBK; 单位[, 项目, 邮箱, 类别]); DataError says what is wrong."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name}：读不到单位名单，请检查路径 {path}") from error
    text = decoded(raw, "replace")
    rows = list(csv.reader(text.splitlines(), delimiter="\t" if "\t" in text.partition("\n")[0] else ","))
    heading = [squeezed(cell) for cell in rows[0]] if rows else []
    columns = {key: at for key, names in _HEADINGS.items() if (at := _column(heading, names)) is not None}
    if "unit" not in columns:
        raise DataError(f"{path.name}：第 1 行应有“单位”一列，可再加 项目、邮箱、类别")
    expected = []
    for row in rows[1:]:
        cells = {key: row[at].strip() for key, at in columns.items() if at < len(row)}
        if cells.get("unit"):
            expected.append(Expected(**cells))
    if not expected:
        raise DataError(f"{path.name}：名单里一个单位也没有")
    return _roll(tuple(dict.fromkeys(expected)))


def roll_call(roll: Roll, came: Iterable[Came]) -> Iterator[Line]:
    """A line for each expected return in the list's order, then those on no list in the order in which they came."""
    read: dict[str, list[Came]] = defaultdict(list)
    unread: dict[str, list[Came]] = defaultdict(list)
    for one in came:
        (unread if one.unread else read)[squeezed(one.unit)].append(one)
    listed = {squeezed(one.unit) for one in roll.expected}
    projects = {(squeezed(one.unit), squeezed(one.project)) for one in roll.expected}
    for expected in roll.expected:
        unit, project = squeezed(expected.unit), squeezed(expected.project)
        mine = [
            one
            for one in read[unit]
            if (squeezed(one.project) == project if project else (unit, squeezed(one.project)) not in projects)
        ]
        yield _line(expected, mine, unread[unit])
    names = {squeezed(one.unit): one.unit for one in roll.expected}
    for unit, returns in read.items():
        for one in returns:
            if unit not in listed:
                near = get_close_matches(unit, names, 1, 0.75) if unit else []
                note = f"名单里有“{names[near[0]]}”，是不是它？" if near else "" if unit else "表里没有填单位"
                state = UNKNOWN if listed else None  # without a list nobody is unknown
                yield _line(Expected(one.unit or "", one.project or ""), [one], (), state, note)
            elif (unit, "") not in projects and (unit, squeezed(one.project)) not in projects:
                yield _line(Expected(one.unit or "", one.project or ""), [one], (), UNKNOWN, "名单里没有这个项目")
    for one in unread[""]:
        yield _line(Expected("", ""), [], [one], UNREAD, "看不出是哪个单位的")


def _line(
    expected: Expected, returns: list[Came], unread: Iterable[Came], state: str | None = None, note: str = ""
) -> Line:
    files = [one.name for one in unread]
    if returns:
        count = sum(one.versions for one in returns)
        own = TWICE if count > len(returns) else RETURNED
        return Line(expected, state or own, len(returns), count, max(one.sent for one in returns), note)
    if files:
        return Line(expected, UNREAD, note="；".join(filter(None, (note, *files[:3]))))
    return Line(expected, MISSING)


def _column(heading: list[str], names: tuple[str, ...]) -> int | None:
    return next((heading.index(name) for name in names if name in heading), None)


def _roll(expected: tuple[Expected, ...]) -> Roll:
    by_unit: dict[str, Expected] = {}
    by_mail: dict[str, str] = {}
    for one in expected:
        by_unit.setdefault(squeezed(one.unit), one)
        mail = one.mail.lower()
        if mail:  # an address that two units share says nothing
            by_mail[mail] = one.unit if by_mail.get(mail, one.unit) == one.unit else ""
    return Roll(expected, by_unit, by_mail)
