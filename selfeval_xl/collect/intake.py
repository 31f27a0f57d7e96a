"""All that came in, once it is read: small facts of every return in memory, its record from the journal when asked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from selfeval_xl.collect.journal import Journal
from selfeval_xl.collect.rollcall import Came, Line, Roll, roll_call
from selfeval_xl.collect.sources import Passed, Source
from selfeval_xl.collect.versions import Dated, Version, squeezed, versions

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Kept:
    """A source (without its bytes) and its record: where it stands in the journal, or itself if it stands in none."""

    source: Source
    at: int | str


@dataclass(frozen=True, slots=True)
class Return:
    """One form that came back, or one file that gave none (``form`` None, ``reason`` says why).

    ``form`` and ``findings`` are the contract's objects of ``check --json``.
    """

    source: Source
    index: int
    unit: str | None
    project: str | None
    year: int | None
    kind: str
    version: Version
    form: dict[str, Any] | None
    reason: str | None
    findings: list[dict[str, Any]]

    @property
    def counted(self) -> dict[str, int]:
        """How many findings there are, by severity."""
        found = Counter(finding["severity"] for finding in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}


@dataclass(frozen=True, slots=True)
class _Fact:
    """What is kept in memory of a return: its source and form by number, and whose it is."""

    kept: int
    number: int
    unit: str | None
    project: str | None
    year: int | None


class Intake:
    """The returns of one run, in the order in which their sources were found."""

    def __init__(self, journal: Journal, kept: Sequence[Kept], passed: Sequence[Passed], roll: Roll) -> None:
        self._journal, self._kept, self.roll = journal, kept, roll
        self.passed: list[Passed] = list(passed)
        self.unread = self.errors = self.flawed = self.findings = 0
        self._facts: list[_Fact] = []
        self._counted = self._survey()
        self.roll_call: tuple[Line, ...] = tuple(roll_call(roll, self._came()))

    def __len__(self) -> int:
        return len(self._facts)

    @property
    def counting(self) -> int:
        """How many returns count: read, and the newest of their kind."""
        return sum(
            version.counts and fact.number >= 0 for fact, version in zip(self._facts, self._counted, strict=True)
        )

    @property
    def newest(self) -> float:
        """When the last of them was sent."""
        return max((kept.source.sent for kept in self._kept), default=0.0)

    def returns(self) -> Iterator[Return]:
        """Every return, one at a time."""
        last, record = -1, None
        for index, (fact, version) in enumerate(zip(self._facts, self._counted, strict=True)):
            if fact.kept != last:
                last, record = fact.kept, self._record(self._kept[fact.kept])
            assert record is not None
            form = record["forms"][fact.number] if fact.number >= 0 else None
            yield Return(
                source=self._kept[fact.kept].source,
                index=index,
                unit=fact.unit,
                project=fact.project,
                year=fact.year,
                kind=self.roll.kind_of(fact.unit),
                version=version,
                form=form,
                reason=record["reason"],
                findings=form["findings"] if form else record.get("findings", []),
            )

    def counting_returns(self) -> Iterator[Return]:
        """The returns that count, and the files that could not be read."""
        return (one for one in self.returns() if one.version.counts)

    def _survey(self) -> list[Version]:
        """Look at every record once: whose it is, and what there is to count."""
        dated: list[Dated] = []
        severities: list[Counter[str]] = []
        for number, kept in enumerate(self._kept):
            record = self._record(kept)
            if record.get("ledger"):
                self.passed.append(Passed(kept.source.name, record["reason"]))
                continue
            seen: Counter[tuple[str, str, int | None]] = Counter()
            for at, form in enumerate(record["forms"]):
                header = form["header"]
                unit = header["unit"] or self.roll.unit_of(kept.source.sender)
                fact = _Fact(number, at, unit, header["project"], header["year"])
                key = squeezed(unit), squeezed(fact.project), fact.year
                # A form without a name is nobody's new version; two forms of one file aren't each other's.
                known = key[0] and (key[1] or form["form"] == "department")
                self._add(fact, dated, Dated((key, seen[key]) if known else (kept.at, at), kept.source.sent, kept.at))
                seen[key] += 1
                severities.append(Counter(finding["severity"] for finding in form["findings"]))
            if not record["forms"]:
                self.unread += 1
                unit = self.roll.unit_of(kept.source.sender) or self.roll.named_in(kept.source.name)
                self._add(
                    _Fact(number, -1, unit, None, None),
                    dated,
                    Dated(("", kept.at if isinstance(kept.at, int) else f"#{number}"), kept.source.sent, kept.at),
                )
                severities.append(Counter(finding["severity"] for finding in record.get("findings", [])))
        counted = versions(dated)
        for fact, found, version in zip(self._facts, severities, counted, strict=True):
            flawed = fact.number < 0 or bool(found["error"])
            self.flawed += flawed
            if version.counts:
                self.findings += found.total()
                self.errors += flawed
        return counted

    def _add(self, fact: _Fact, dated: list[Dated], one: Dated) -> None:
        self._facts.append(fact)
        dated.append(one)

    def _came(self) -> Iterator[Came]:
        for fact, version in zip(self._facts, self._counted, strict=True):
            source = self._kept[fact.kept].source
            if version.counts:
                yield Came(fact.unit, fact.project, version.of, source.sent, source.name, fact.number < 0)

    def _record(self, kept: Kept) -> Any:
        return json.loads(kept.at) if isinstance(kept.at, str) else self._journal.record(kept.at)
