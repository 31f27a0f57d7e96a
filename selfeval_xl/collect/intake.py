"""All that came in, once it is read: small facts of every return in memory, its record from the journal when asked."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from typing import Any, NamedTuple

from selfeval_xl.collect.journal import Journal
from selfeval_xl.collect.names import core, more_final, years_in
from selfeval_xl.collect.rollcall import BLANK, FORMLESS, STATES, UNREAD, Came, Line, Misnamed, roll_call
from selfeval_xl.collect.sources import NOISE, Passed, Source, label
from selfeval_xl.collect.units import Roll
from selfeval_xl.collect.versions import Dated, Version, versions
from selfeval_xl.collect.worker import UNCHANGED
from selfeval_xl.model import SEVERITY_NAMES
from selfeval_xl.quantity.text import squeezed
from selfeval_xl.words.identity import identity

SEVERITIES = tuple(SEVERITY_NAMES)
TO_MEND = ("error", "warning")
"""The severities of what somebody has to look at; the rest is told for information."""
NOT_FILLED = "空白表（没有填）"
NO_FORM, UNSEALED = "package.no_form", "seal.missing"
_PAIRS = 20  # returns of nearly one name that are held against each other


@dataclass(frozen=True, slots=True)
class Kept:
    """A source (without its bytes) and its record: where it stands in the journal, or itself if it stands in none."""

    source: Source
    at: int | str


@dataclass(frozen=True, slots=True)
class Return:
    """One form that came back, or one file that gave none (``form`` None).

    A file without a form, or a blank one, is no return: it ``failed`` (see :class:`Came`) and ``reason`` says why.
    ``another``: it is of another year than the one asked for. ``instead`` is what counts in its place, as number
    (from 0) and source; ``doubts`` are what somebody has to look at. ``form`` and ``findings`` are the contract's
    objects of ``check --json``.
    """

    source: Source
    index: int
    unit: str | None
    project: str | None
    year: int | None
    kind: str
    version: Version
    form: dict[str, Any] | None
    failed: str | None
    reason: str | None
    findings: list[dict[str, Any]]
    another: bool
    instead: tuple[int, Source] | None
    doubts: tuple[str, ...]

    @property
    def beyond(self) -> frozenset[str]:
        """Which totals (``claimed``, ``score``) are above full marks: no average is to hold them."""
        if self.form is None:
            return frozenset()
        full, total = Decimal(self.form["full_marks"]), self.form["total"]
        return frozenset(key for key in ("claimed", "score") if total[key] is not None and Decimal(total[key]) > full)

    @property
    def gravest_first(self) -> list[dict[str, Any]]:
        """The findings, errors before warnings before what is told for information."""
        return sorted(self.findings, key=lambda finding: SEVERITIES.index(finding["severity"]))

    @property
    def counted(self) -> dict[str, int]:
        """How many findings there are of each severity, the gravest first."""
        found = _severities(self.findings)
        return {severity: found[severity] for severity in SEVERITIES}


class _Surveyed(NamedTuple):
    """What follows from the record of a return.

    ``at`` are its source and its form by number (of a file without any -1), ``content`` is what tells its content,
    ``alone`` what it is known by where no name says whose version it may be, and ``found`` counts its findings.
    Of a workbook of ours that somebody filled in it is known whether it is ``sealed``.
    """

    at: tuple[int, int]
    came: Came
    content: Hashable
    alone: Hashable
    found: Counter[str]
    sealed: bool | None = None


class Intake:
    """The returns of one run, in the order in which their sources were found, with the counts of them.

    Of those ``returned`` (of whatever version) the newest of their kind are ``counting``; ``years`` has how many of
    these are of each year, the latest first, those without a year last.  ``unread`` files gave no form (``formless``
    ones of them are sound workbooks), ``blank`` forms hold nothing, those of ``another`` year than the one asked for do
    not count; of the returns ``wrong`` count and have errors, ``older`` are superseded or repeated ones,
    ``wrong_before`` those of them with errors.  ``errors`` are all that have errors or were not read among what counts,
    ``flawed`` among all that came; ``findings`` are those of what counts; of the workbooks of ours among it some are
    ``sealed``, others ``unsealed``.
    ``states`` has how many lines of the ``roll_call`` are in each state, and ``missed`` those of the files
    ``passed`` over that somebody may ask after.
    """

    def __init__(
        self,
        journal: Journal,
        kept: Sequence[Kept],
        passed: Sequence[Passed],
        roll: Roll,
        year: int | None = None,
    ) -> None:
        """``year``: returns of other years don't count; those that name none do."""
        self.journal, self._kept, self.roll, self.year = journal, kept, roll, year
        self.passed: list[Passed] = list(passed)
        self.returned = self.counting = self.unread = self.formless = self.blank = self.another = 0
        self.wrong = self.older = self.wrong_before = self.errors = self.flawed = self.findings = 0
        self.sealed = self.unsealed = 0
        self.years: dict[int | None, int] = {}
        surveyed = list(self._survey())
        self.roll = roll = Roll(roll.expected, roll.unused, ((one.came.unit, one.came.project) for one in surveyed))
        surveyed = self._named(surveyed)
        self._each: list[tuple[tuple[int, int], Came, Version]] = []
        for one, version in zip(surveyed, versions(list(self._dated(surveyed))), strict=True):
            known = replace(version, counts=version.counts and not one.came.another)
            self._each.append((one.at, replace(one.came, versions=version.of), known))
            self._count(one.came, known, one.found)
            if known.counts and one.sealed is not None:
                self.sealed, self.unsealed = self.sealed + one.sealed, self.unsealed + (not one.sealed)
        misnamed = list(self._misnamed())
        self._doubt(misnamed)
        self.years = dict(sorted(self.years.items(), key=lambda item: (item[0] is None, -(item[0] or 0))))
        self.missed = [one for one in self.passed if one.reason not in NOISE]
        called = (came for _, came, its in self._each if its.counts or (came.another and its.by is None))
        self.roll_call: tuple[Line, ...] = tuple(roll_call(roll, called, self.missed, misnamed))
        states = Counter(line.state for line in self.roll_call)
        self.states = {state: states[state] for state in STATES}

    def __len__(self) -> int:
        return len(self._each)

    @property
    def seals_asked(self) -> bool:
        """Whether a seal is expected: where most of our workbooks have none, that is how things are done here, and no
        fault of a unit's."""
        return self.sealed >= self.unsealed

    @property
    def newest(self) -> float:
        """When the last of them was sent."""
        return max((kept.source.sent for kept in self._kept), default=0.0)

    @property
    def records(self) -> dict[str, int | str]:
        """Where the record of each file is, by the file's name."""
        return {kept.source.name: kept.at for kept in self._kept}

    @property
    def shared(self) -> frozenset[str]:
        """The names of the files that hold forms of several units."""
        units: dict[str, set[str]] = defaultdict(set)
        for _, came, _ in self._each:
            if came.unit:
                units[came.name].add(self.roll.called.unit(came.unit))
        return frozenset(name for name, those in units.items() if len(those) > 1)

    def returns(self) -> Iterator[Return]:
        """Every return, one at a time."""
        last, record = -1, dict[str, Any]()
        for index, ((kept, number), came, version) in enumerate(self._each):
            if kept != last:
                last, record = kept, self._record(self._kept[kept])
            form = None if number < 0 else record["forms"][number]
            yield Return(
                source=self._kept[kept].source,
                index=index,
                unit=came.unit,
                project=came.project,
                year=came.year,
                kind=self.roll.of(came.unit).kind,
                version=version,
                form=form,
                failed=came.failed,
                reason=NOT_FILLED if came.failed == BLANK else record["reason"],
                findings=self._eased(form["findings"] if form else record["findings"]),
                another=came.another,
                doubts=came.doubts,
                instead=None if version.by is None else (version.by, self._kept[self._each[version.by][0][0]].source),
            )

    def _eased(self, findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The findings with a missing seal as an info where none is expected; rules that make it an error want seals,
        and where a code is printed there was one."""
        if self.seals_asked:
            return findings
        return [
            {**one, "severity": "info"}
            if (one["id"], one["severity"], one["provided"]) == (UNSEALED, "warning", None)
            else one
            for one in findings
        ]

    def counting_returns(self) -> Iterator[Return]:
        """The returns that count, the blank forms, and the files that could not be read."""
        return (one for one in self.returns() if one.version.counts)

    def _survey(self) -> Iterator[_Surveyed]:
        """Look at every record once: each return, what tells its versions, and how many findings of which severity."""
        here = {kept.at for kept in self._kept}
        for number, kept in enumerate(self._kept):
            record, source = self._record(kept), kept.source
            if record.get("ledger"):
                self.passed.append(Passed(source.name, record["reason"]))
            elif self.journal.find(record.get("original", "")) in here:  # else the copy is all that came of the return
                self.passed.append(Passed(source.name, UNCHANGED))
            elif record["forms"]:
                yield from self._forms(number, kept, record["forms"])
            else:
                formless = any(finding["id"] == NO_FORM for finding in record["findings"])
                unit, failed = self._whose(source), FORMLESS if formless else UNREAD
                came = Came(
                    unit, None, sent=source.sent, name=source.name, failed=failed, reason=record["reason"],
                    place=source.place, owner=self.roll.unit_of(source.sender),
                )  # fmt: skip
                whose = "", _owner(unit, source), _file(number, kept)
                yield _Surveyed((number, -1), came, kept.at, whose, _severities(record["findings"]))

    def _forms(self, number: int, kept: Kept, forms: Sequence[dict[str, Any]]) -> Iterator[_Surveyed]:
        """The same of the forms in the file with this number."""
        source = kept.source
        for at, form in enumerate(forms):
            header, unit, blank = form["header"], self._unit(form, source), form["blank"]
            project, year = header["project"], header["year"]
            whole = form["form"] == "department"
            alone: Hashable = None
            content: Hashable = kept.at
            if blank:
                unit = unit or self._whose(source)
                alone = "", _owner(unit, source), _file(number, kept), at
            else:
                content = _content(form, kept.at)
                # A form without a name is nobody's new version.
                alone = None if squeezed(unit) and (squeezed(project) or whole) else (kept.at, at)
            another = not blank and self.year is not None and year not in (None, self.year)
            failed = BLANK if blank else None
            came = Came(
                unit, project, sent=source.sent, name=source.name, failed=failed, reason=NOT_FILLED if blank else "",
                year=year, another=another, place=source.place, owner=self.roll.unit_of(source.sender),
                whole=whole,
            )  # fmt: skip
            sealed = None if blank or not form["seal"] else form["seal"]["state"] != "absent"
            yield _Surveyed((number, at), came, content, alone, _severities(form["findings"]), sealed)

    def _named(self, surveyed: Sequence[_Surveyed]) -> list[_Surveyed]:
        """The same with one spelling of each unit, and of each of its projects."""
        return [
            one._replace(came=replace(one.came, unit=unit, project=project))
            for one in surveyed
            for unit, project in (self.roll.called.shown(one.came.unit, one.came.project),)
        ]

    def _dated(self, surveyed: Sequence[_Surveyed]) -> Iterator[Dated]:
        """What tells the versions of each; two forms of one file are not each other's."""
        file, seen = -1, Counter[Hashable]()
        for (number, _), came, content, alone, *_ in surveyed:
            if number != file:
                file, seen = number, Counter()
            key = (*self.roll.called.key(came.unit, came.project), came.year, came.whole)
            yield Dated((key, seen[key]) if alone is None else alone, came.sent, content)
            seen[key] += 1

    def _misnamed(self) -> Iterator[Misnamed]:
        """What was filled in under the name of one listed unit in a file that is called by another, of which nothing
        came: somebody sent a colleague's form, or filled in a copy of it and left the name."""
        key = self.roll.called.unit
        there = {key(came.unit) for _, came, version in self._each if version.counts and not came.failed}
        missing = {identity(one.unit)[1] for one in self.roll.expected if key(one.unit) not in there}
        for index, (_, came, version) in enumerate(self._each):
            name = squeezed(label(came.name))
            if came.failed or came.another or not any(each in name for each in missing):
                continue
            named = self.roll.named_in(name)
            own = identity(came.unit)[1]
            if own and named and own in name.replace(identity(named)[1], ""):
                continue  # 第三小学（报市教育局）
            if named and key(named) not in there and self.roll.of(came.unit).unit:
                yield Misnamed(index if version.by is None else version.by, came, named, copied=version.repeated)

    def _doubt(self, misnamed: Iterable[Misnamed]) -> None:
        """Note on what counts where a look at it may show that it is not what it seems."""
        doubts: dict[int, list[str]] = defaultdict(list)
        for one in misnamed:
            if not one.copied:
                said = f"“{label(one.came.name)}”里写的单位是“{one.came.unit}”，看文件名却是“{one.named}”的，请看是谁的"
                doubts[one.at].append(said)
        together: dict[Hashable, list[int]] = defaultdict(list)
        for index, (_, came, version) in enumerate(self._each):
            if came.failed or came.another:
                continue
            if version.by is not None and (said := _rival(came, version, *self._each[version.by][1:])):
                doubts[version.by].append(said)
            if not version.counts:
                continue
            if came.year is None and (years := years_in(came.place)):
                doubts[index].append(f"表里没写年度，文件名写着 {'、'.join(years)}")
            if came.unit and (came.project or came.whole):
                unit, project = self.roll.called.key(came.unit, came.project)
                together[unit, core(came.project) or project, came.whole].append(index)
        for group in together.values():
            for first, second in combinations(group[:_PAIRS], 2):
                if said := self._same(first, second):
                    doubts[first].append(said)
                    doubts[second].append(said)
        for index, notes in doubts.items():
            at, came, version = self._each[index]
            self._each[index] = at, replace(came, doubts=tuple(dict.fromkeys(notes))), version

    def _same(self, one: int, other: int) -> str:
        """Why two returns of a unit may be one, though they don't go by one name, or "" """
        mine, its = self._each[one][1], self._each[other][1]
        if mine.year is not None and its.year is not None and mine.year != its.year:
            return ""
        if self.roll.called.key(mine.unit, mine.project) == self.roll.called.key(its.unit, its.project):
            if mine.year == its.year:  # two forms of one file are meant to be two
                return ""
            lone, year = (mine, its.year) if mine.year is None else (its, mine.year)
            told = years_in(lone.place)
            same = not told or str(year) in told
            return f"“{label(lone.name)}”没写年度，请看与 {year} 年度的是不是同一份" if same else ""
        years = years_in(mine.project or ""), years_in(its.project or "")
        same = not all(years) or years[0] == years[1]
        return f"“{mine.project}”与“{its.project}”名称相近，请看是不是同一个项目" if same else ""

    def _count(self, came: Came, version: Version, found: Counter[str]) -> None:
        filled, unread, wrong = not came.failed, came.failed in (UNREAD, FORMLESS), bool(found["error"])
        self.returned += filled
        self.unread += unread
        self.formless += came.failed == FORMLESS
        self.blank += came.failed == BLANK
        self.another += came.another
        self.flawed += unread or wrong
        if version.counts:
            self.counting += filled
            self.findings += found.total()
            self.errors += unread or (wrong and filled)
            self.wrong += wrong and filled
            if filled:
                self.years[came.year] = self.years.get(came.year, 0) + 1
        elif not came.another:
            self.older += filled
            self.wrong_before += wrong and filled

    def _unit(self, form: Any, source: Source) -> str | None:
        """The unit that a form names, else its sender; of one that only has a 主管部门 this, where it is expected."""
        named = form["header"]["unit"] or self.roll.unit_of(source.sender)
        return named or self.roll.of(form["department"]).unit or None

    def _whose(self, source: Source) -> str | None:
        """The unit that a file without a name in it came from: the sender's, or the one that its path names."""
        return self.roll.unit_of(source.sender) or self.roll.named_in(source.place)

    def _record(self, kept: Kept) -> Any:
        return json.loads(kept.at) if isinstance(kept.at, str) else self.journal.record(kept.at)


def _rival(came: Came, its: Version, counting: Came, other: Version) -> str:
    """Why an older version may be the one that is meant, or "" """
    name, newer = label(came.name), label(counting.name)
    if its.number == other.number:
        return ""  # the same content: there is nothing to choose
    if more_final(name, newer):
        return f"“{name}”不比它晚，看文件名却更像定稿，请看以哪一份为准"
    if came.sent == counting.sent and not more_final(newer, name):
        return f"“{name}”的时间与它相同，内容不同，请看以哪一份为准"
    return ""


def _severities(findings: Sequence[dict[str, Any]]) -> Counter[str]:
    return Counter(finding["severity"] for finding in findings)


def _file(number: int, kept: Kept) -> Hashable:
    """What tells a file's content from that of others; of one whose record stands in no journal, the file itself."""
    return kept.at if isinstance(kept.at, int) else f"#{number}"


def _content(form: dict[str, Any], at: int | str) -> Hashable:
    """What tells the content of a form: its seal, whoever saved the file since, or else where its file's record is."""
    seal = form["seal"]
    return ("seal", seal["code"], seal["signature"]) if seal and seal["state"] == "whole" else at


def _owner(unit: str | None, source: Source) -> str:
    """Who sent a file without a return: the same file from somebody else is no copy, as each of them is to be told."""
    return squeezed(unit) or source.sender or ""
