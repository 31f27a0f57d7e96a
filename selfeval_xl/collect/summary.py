"""What a run has come to: the counts and lists that the command prints, as text or as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from selfeval_xl.collect import tables
from selfeval_xl.collect.intake import Intake, Return
from selfeval_xl.collect.rollcall import STATES, Line
from selfeval_xl.collect.sources import Passed

_STANDING = {
    tables.COUNTS: "counts", tables.SUPERSEDED: "superseded", tables.REPEATED: "repeated", tables.NOT_READ: "unread",
    tables.NO_FORM: "unread", tables.EMPTY_FORM: "blank", tables.OTHER_YEAR: "other_year",
}  # fmt: skip
_CODES = ("returned", "twice", "unread", "blank", "unread", "missing", "unknown", "unread", "other_year")
_STATES = dict(zip(STATES, _CODES, strict=True))


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a run: ``returns`` that were read, ``counting`` of them (the newest versions), ``unread`` files
    (``formless`` of them sound workbooks without a form), ``blank`` forms, ``another`` year's returns where one
    ``year`` was asked for, and by ``years`` those that count; ``wrong``: how many of those that count have errors,
    ``wrong_before``: how many of the others; ``errors``: how many of what counts have errors or could not be read,
    ``flawed``: how many of all that came.

    ``rolled`` says whether there was a list to call, ``unused`` which of its columns were not read; ``details`` are the
    returns as JSON objects, if asked for; ``further`` are the ledger's sheets on which tables go on that are too long
    for one; ``backup`` is the copy that was kept of an older ledger, as somebody had written more into it.
    """

    returns: int
    counting: int
    unread: int
    blank: int
    wrong: int
    wrong_before: int
    errors: int
    flawed: int
    passed: tuple[Passed, ...]
    roll_call: tuple[Line, ...]
    rolled: bool
    unused: tuple[str, ...] = ()
    details: tuple[dict[str, Any], ...] = ()
    further: tuple[str, ...] = ()
    formless: int = 0
    year: int | None = None
    another: int = 0
    years: tuple[tuple[int | None, int], ...] = ()
    backup: str | None = None

    @property
    def states(self) -> dict[str, int]:
        """How many lines of the roll-call are in each state."""
        counts = Counter(line.state for line in self.roll_call)
        return {state: counts[state] for state in STATES}


def summary(intake: Intake, *, details: bool, further: tuple[str, ...] = (), backup: str | None = None) -> Summary:
    """The summary of an intake."""
    return Summary(
        returns=intake.returned,
        counting=intake.counting,
        unread=intake.unread,
        blank=intake.blank,
        wrong=intake.wrong,
        wrong_before=intake.wrong_before,
        errors=intake.errors,
        flawed=intake.flawed,
        passed=tuple(intake.passed),
        roll_call=intake.roll_call,
        rolled=bool(intake.roll.expected),
        unused=intake.roll.unused,
        details=tuple(_detail(one) for one in intake.returns()) if details else (),
        further=further,
        formless=intake.formless,
        year=intake.year,
        another=intake.another,
        years=tuple(intake.years.items()),
        backup=backup,
    )


def to_json(ledger: str, result: Summary) -> dict[str, Any]:
    """The object that ``collect --json`` prints; keys are added, never renamed."""
    return {
        "ledger": ledger,
        "returns": result.returns,
        "counting": result.counting,
        "unread": result.unread,
        "no_form": result.formless,
        "year": result.year,
        "other_year": result.another,
        "years": [{"year": year, "returns": count} for year, count in result.years],
        "backup": result.backup,
        "blank": result.blank,
        "wrong": result.wrong,
        "errors": result.errors,
        "flawed": result.flawed,
        "passed_over": [{"file": one.name, "reason": one.reason} for one in result.passed],
        "roll_call": [
            {
                "unit": line.expected.unit or None,
                "project": line.expected.project or None,
                "state": _STATES[line.state],
                "returns": line.returns,
                "versions": line.versions,
                "note": line.note or None,
                "years": list(line.years),
            }
            for line in result.roll_call
        ],
        "unused_columns": list(result.unused),
        "files": list(result.details),
    }


def _detail(one: Return) -> dict[str, Any]:
    """A return in the words of ``check --json``, with its standing among its versions."""
    form = one.form or {}
    seal = form.get("seal") or {}
    return {
        "file": one.source.name,
        "sheet": form.get("sheet"),
        "readable": one.form is not None,
        "reason": one.reason,
        "form": form.get("form", "unknown"),
        "unit": one.unit,
        "project": one.project,
        "year": one.year,
        "total": form.get("total"),
        "seal": seal.get("state"),
        "check_code": seal.get("code"),
        "signature": seal.get("signature"),
        "signer": seal.get("signer"),
        "standing": _STANDING[tables.standing(one)],
        "version": one.version.number,
        "versions": one.version.of,
        "counts": one.counted,
        "findings": one.findings,
    }
