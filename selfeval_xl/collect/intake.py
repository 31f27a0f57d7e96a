"""The intake: all that came in, once it is read, with its versions, its counts and its roll-call.

Only a few facts of each return stay in memory; its full record is read from the journal when it is asked for.
"""

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
from selfeval_xl.collect.rollcall import BLANK, FORMLESS, STATES, UNREAD, Arrival, Line, Misnamed, roll_call
from selfeval_xl.collect.sources import NOISE, Passed, Source, label
from selfeval_xl.collect.units import Roll
from selfeval_xl.collect.versions import Dated, Version, versions
from selfeval_xl.collect.worker import UNCHANGED
from selfeval_xl.model import SEVERITY_NAMES
from selfeval_xl.quantity.text import squeezed
from selfeval_xl.words.identity import identity

SEVERITIES = tuple(SEVERITY_NAMES)
TO_MEND = ("error", "warning")
"""The severities of findings that somebody has to act on; the others are information."""
NOT_FILLED = "空白表（没有填）"
NO_FORM, UNSEALED = "package.no_form", "seal.missing"
_PAIRS = 20  # returns with nearly the same name that are compared with each other


@dataclass(frozen=True, slots=True)
class Kept:
    """A source (without its bytes), and its record: the offset in the journal, or the record itself if not in there."""

    source: Source
    at: int | str


@dataclass(frozen=True, slots=True)
class Return:
    """One form that came back, or one file that gave none (``form`` None).

    A file without a form, or a blank form, is no proper return: ``failed`` is how (see :class:`Arrival`) and ``reason``
    says why.  ``other_year``: it is of another year than the one asked for.  ``instead`` is the return that counts in
    its place: its index and its source.  ``doubts`` are sentences about what somebody has to look at.  ``form`` and
    ``findings`` are the objects of ``check --json``.
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
    other_year: bool
    instead: tuple[int, Source] | None
    doubts: tuple[str, ...]

    @property
    def above_full(self) -> frozenset[str]:
        """Which totals (``claimed``, ``score``) are above full marks: they are left out of averages."""
        if self.form is None:
            return frozenset()
        full, total = Decimal(self.form["full_marks"]), self.form["total"]
        return frozenset(key for key in ("claimed", "score") if total[key] is not None and Decimal(total[key]) > full)

    @property
    def gravest_first(self) -> list[dict[str, Any]]:
        """The findings: errors, then warnings, then infos."""
        return sorted(self.findings, key=lambda finding: SEVERITIES.index(finding["severity"]))

    @property
    def severity_counts(self) -> dict[str, int]:
        """How many findings there are of each severity, the gravest first."""
        found = _severities(self.findings)
        return {severity: found[severity] for severity in SEVERITIES}


class _Surveyed(NamedTuple):
    """What the first pass over the records keeps of a return.

    ``at`` is the index of its source and that of the form in it (-1: the file has none).  Equal ``content`` means the
    same content.  ``own_key`` stands in for unit and project where these do not say whose version it is; None where
    they do.  ``found`` counts its findings by severity.  ``sealed`` is known of our workbooks that were filled in.
    """

    at: tuple[int, int]
    came: Arrival
    content: Hashable
    own_key: Hashable
    found: Counter[str]
    sealed: bool | None = None


class Intake:
    """The returns of one run, in the order in which their sources were found, and these counts:

    - ``returned``: filled-in forms of any version; ``counting``: those that count, the newest version of each;
      ``older``: superseded or repeated ones; ``other_year``: those of another year than the one asked for
    - ``blank``: forms that nobody filled in; ``unread``: files that gave no form, of which ``formless`` are sound
      workbooks without one
    - ``wrong``: counting returns with errors; ``wrong_before``: older ones with errors; ``errors``: what counts and has
      errors or could not be read; ``flawed``: the same among all that came, of whatever version
    - ``findings``: the findings of all that counts; ``sealed`` and ``unsealed``: our workbooks among it
    - ``years``: how many counting returns there are of each year, the latest first, those without a year last
    - ``states``: how many lines of the ``roll_call`` are in each state

    ``passed`` are the files that were passed over, ``missed`` those of them that somebody may ask for.
    """

    def __init__(
        self,
        journal: Journal,
        kept: Sequence[Kept],
        passed: Sequence[Passed],
        roll: Roll,
        year: int | None = None,
    ) -> None:
        """``year`` is the one asked for: returns of other years don't count, those that name no year do."""
        self.journal, self._kept, self.roll, self.year = journal, kept, roll, year
        self.passed: list[Passed] = list(passed)
        self.returned = self.counting = self.unread = self.formless = self.blank = self.other_year = 0
        self.wrong = self.older = self.wrong_before = self.errors = self.flawed = self.findings = 0
        self.sealed = self.unsealed = 0
        self.years: dict[int | None, int] = {}
        surveyed = list(self._survey())
        self.roll = roll = Roll(roll.expected, roll.unused, ((one.came.unit, one.came.project) for one in surveyed))
        surveyed = self._named(surveyed)
        self._each: list[tuple[tuple[int, int], Arrival, Version]] = []
        for one, version in zip(surveyed, versions(list(self._dated(surveyed))), strict=True):
            known = replace(version, counts=version.counts and not one.came.other_year)
            self._each.append((one.at, replace(one.came, versions=version.of), known))
            self._count(one.came, known, one.found)
            if known.counts and one.sealed is not None:
                self.sealed, self.unsealed = self.sealed + one.sealed, self.unsealed + (not one.sealed)
        misnamed = list(self._misnamed())
        self._doubt(misnamed)
        self.years = dict(sorted(self.years.items(), key=lambda item: (item[0] is None, -(item[0] or 0))))
        self.missed = [one for one in self.passed if one.reason not in NOISE]
        called = (came for _, came, its in self._each if its.counts or (came.other_year and its.by is None))
        self.roll_call: tuple[Line, ...] = tuple(roll_call(roll, called, self.missed, misnamed))
        states = Counter(line.state for line in self.roll_call)
        self.states = {state: states[state] for state in STATES}

    def __len__(self) -> int:
        return len(self._each)

    @property
    def seals_asked(self) -> bool:
        """Whether a seal is expected: not where most of our workbooks came without one, as that is the custom here."""
        return self.sealed >= self.unsealed

    @property
    def newest(self) -> float:
        """When the newest source was sent."""
        return max((kept.source.sent for kept in self._kept), default=0.0)

    @property
    def records(self) -> dict[str, int | str]:
        """By the name of each file, the offset of its record in the journal (or the record itself)."""
        return {kept.source.name: kept.at for kept in self._kept}

    @property
    def shared(self) -> frozenset[str]:
        """The names of the files that hold forms of several units."""
        units: dict[str, set[str]] = defaultdict(set)
        for _, came, _ in self._each:
            if came.unit:
                units[came.name].add(self.roll.names.unit(came.unit))
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
                other_year=came.other_year,
                doubts=came.doubts,
                instead=None if version.by is None else (version.by, self._kept[self._each[version.by][0][0]].source),
            )

    def _eased(self, findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The findings, a missing seal being an info only where none is expected.

        It stays what it is under rules that make it an error, and where the sheet shows a code, as there was a seal.
        """
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
        """Go through every record once, and keep of each return what versions, counts and roll-call need."""
        here = {kept.at for kept in self._kept}
        for number, kept in enumerate(self._kept):
            record, source = self._record(kept), kept.source
            if record.get("ledger"):
                self.passed.append(Passed(source.name, record["reason"]))
            elif self.journal.find(record.get("original", "")) in here:  # without its original, a marked copy counts
                self.passed.append(Passed(source.name, UNCHANGED))
            elif record["forms"]:
                yield from self._forms(number, kept, record["forms"])
            else:
                formless = any(finding["id"] == NO_FORM for finding in record["findings"])
                unit, failed = self._whose(source), FORMLESS if formless else UNREAD
                came = Arrival(
                    unit, None, sent=source.sent, name=source.name, failed=failed, reason=record["reason"],
                    place=source.place, owner=self.roll.unit_of(source.sender),
                )  # fmt: skip
                whose = "", _owner(unit, source), _file(number, kept)
                yield _Surveyed((number, -1), came, kept.at, whose, _severities(record["findings"]))

    def _forms(self, number: int, kept: Kept, forms: Sequence[dict[str, Any]]) -> Iterator[_Surveyed]:
        """The same for the forms in one file."""
        source = kept.source
        for at, form in enumerate(forms):
            header, unit, blank = form["header"], self._unit(form, source), form["blank"]
            project, year = header["project"], header["year"]
            whole = form["form"] == "department"
            own_key: Hashable = None
            content: Hashable = kept.at
            if blank:
                unit = unit or self._whose(source)
                own_key = "", _owner(unit, source), _file(number, kept), at
            else:
                content = _content(form, kept.at)
                # A form without a name is a new version of no other.
                own_key = None if squeezed(unit) and (squeezed(project) or whole) else (kept.at, at)
            other_year = not blank and self.year is not None and year not in (None, self.year)
            failed = BLANK if blank else None
            came = Arrival(
                unit, project, sent=source.sent, name=source.name, failed=failed, reason=NOT_FILLED if blank else "",
                year=year, other_year=other_year, place=source.place, owner=self.roll.unit_of(source.sender),
                whole=whole,
            )  # fmt: skip
            sealed = None if blank or not form["seal"] else form["seal"]["state"] != "absent"
            yield _Surveyed((number, at), came, content, own_key, _severities(form["findings"]), sealed)

    def _named(self, surveyed: Sequence[_Surveyed]) -> list[_Surveyed]:
        """The same with one spelling of each unit, and of each of its projects."""
        return [
            one._replace(came=replace(one.came, unit=unit, project=project))
            for one in surveyed
            for unit, project in (self.roll.names.shown(one.came.unit, one.came.project),)
        ]

    def _dated(self, surveyed: Sequence[_Surveyed]) -> Iterator[Dated]:
        """What decides about the versions of each return; two forms in one file are never versions of each other."""
        file, seen = -1, Counter[Hashable]()
        for (number, _), came, content, own_key, *_ in surveyed:
            if number != file:
                file, seen = number, Counter()
            key = (*self.roll.names.key(came.unit, came.project), came.year, came.whole)
            yield Dated((key, seen[key]) if own_key is None else own_key, came.sent, content)
            seen[key] += 1

    def _misnamed(self) -> Iterator[Misnamed]:
        """Returns that name one listed unit, in files that are named after another one, of which nothing came.

        Somebody sent a colleague's form, or filled in a copy of it and left the name.
        """
        key = self.roll.names.unit
        there = {key(came.unit) for _, came, version in self._each if version.counts and not came.failed}
        missing = {identity(one.unit)[1] for one in self.roll.expected if key(one.unit) not in there}
        for index, (_, came, version) in enumerate(self._each):
            name = squeezed(label(came.name))
            if came.failed or came.other_year or not any(each in name for each in missing):
                continue
            named = self.roll.named_in(name)
            own = identity(came.unit)[1]
            if own and named and own in name.replace(identity(named)[1], ""):
                continue  # 第三小学（报市教育局）
            if named and key(named) not in there and self.roll.of(came.unit).unit:
                yield Misnamed(index if version.by is None else version.by, came, named, copied=version.repeated)

    def _doubt(self, misnamed: Iterable[Misnamed]) -> None:
        """Note doubts on what counts: a misleading file name, a rival version, a missing year, a similar project."""
        doubts: dict[int, list[str]] = defaultdict(list)
        for one in misnamed:
            if not one.copied:
                name, unit = label(one.came.name), one.came.unit
                doubts[one.at].append(f"“{name}”里写的单位是“{unit}”，看文件名却是“{one.named}”的，请看是谁的")
        together: dict[Hashable, list[int]] = defaultdict(list)
        for index, (_, came, version) in enumerate(self._each):
            if came.failed or came.other_year:
                continue
            if version.by is not None and (doubt := _rival(came, version, *self._each[version.by][1:])):
                doubts[version.by].append(doubt)
            if not version.counts:
                continue
            if came.year is None and (years := years_in(came.place)):
                doubts[index].append(f"表里没写年度，文件名写着 {'、'.join(years)}")
            if came.unit and (came.project or came.whole):
                unit, project = self.roll.names.key(came.unit, came.project)
                together[unit, core(came.project) or project, came.whole].append(index)
        for group in together.values():
            for first, second in combinations(group[:_PAIRS], 2):
                if doubt := self._same(first, second):
                    doubts[first].append(doubt)
                    doubts[second].append(doubt)
        for index, notes in doubts.items():
            at, came, version = self._each[index]
            self._each[index] = at, replace(came, doubts=tuple(dict.fromkeys(notes))), version

    def _same(self, one: int, other: int) -> str:
        """The doubt that two returns of a unit, under similar names, may be the same one; "" for none."""
        mine, its = self._each[one][1], self._each[other][1]
        if mine.year is not None and its.year is not None and mine.year != its.year:
            return ""
        if self.roll.names.key(mine.unit, mine.project) == self.roll.names.key(its.unit, its.project):
            if mine.year == its.year:  # two forms in one file are meant to be two
                return ""
            undated, year = (mine, its.year) if mine.year is None else (its, mine.year)
            in_name = years_in(undated.place)
            same = not in_name or str(year) in in_name
            return f"“{label(undated.name)}”没写年度，请看与 {year} 年度的是不是同一份" if same else ""
        years = years_in(mine.project or ""), years_in(its.project or "")
        same = not all(years) or years[0] == years[1]
        return f"“{mine.project}”与“{its.project}”名称相近，请看是不是同一个项目" if same else ""

    def _count(self, came: Arrival, version: Version, found: Counter[str]) -> None:
        """Add one return, with its findings by severity, to the counts."""
        filled, unread, wrong = not came.failed, came.failed in (UNREAD, FORMLESS), bool(found["error"])
        self.returned += filled
        self.unread += unread
        self.formless += came.failed == FORMLESS
        self.blank += came.failed == BLANK
        self.other_year += came.other_year
        self.flawed += unread or wrong
        if version.counts:
            self.counting += filled
            self.findings += found.total()
            self.errors += unread or (wrong and filled)
            self.wrong += wrong and filled
            if filled:
                self.years[came.year] = self.years.get(came.year, 0) + 1
        elif not came.other_year:
            self.older += filled
            self.wrong_before += wrong and filled

    def _unit(self, form: Any, source: Source) -> str | None:
        """The unit that a form names, else its sender, else its 主管部门 where that is on the list."""
        named = form["header"]["unit"] or self.roll.unit_of(source.sender)
        return named or self.roll.of(form["department"]).unit or None

    def _whose(self, source: Source) -> str | None:
        """The unit of a file that names none: the sender's, or the one that its path names."""
        return self.roll.unit_of(source.sender) or self.roll.named_in(source.place)

    def _record(self, kept: Kept) -> Any:
        return json.loads(kept.at) if isinstance(kept.at, str) else self.journal.record(kept.at)


def _rival(came: Arrival, its: Version, counting: Arrival, other: Version) -> str:
    """The doubt that an older version may be the one that is meant; "" for none."""
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
    """A key for the content of a file; where its record is not in the journal, one for the file itself."""
    return kept.at if isinstance(kept.at, int) else f"#{number}"


def _content(form: dict[str, Any], at: int | str) -> Hashable:
    """A key for the content of a form: its seal, which survives another save of the file, else its file's record."""
    seal = form["seal"]
    return ("seal", seal["code"], seal["signature"]) if seal and seal["state"] == "whole" else at


def _owner(unit: str | None, source: Source) -> str:
    """Who sent a file without a form: from two senders the same file is no copy, as each of them gets a reply."""
    return squeezed(unit) or source.sender or ""
