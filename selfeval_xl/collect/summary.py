"""The summary of a run: the counts and lists that the command prints, as text or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from selfeval_xl.collect import tables
from selfeval_xl.collect.intake import Intake, Return
from selfeval_xl.collect.rollcall import STATES

if TYPE_CHECKING:
    from selfeval_xl.collect.replies import Answered

_STANDING = {
    tables.COUNTS: "counts", tables.SUPERSEDED: "superseded", tables.REPEATED: "repeated", tables.NOT_READ: "unread",
    tables.NO_FORM: "unread", tables.EMPTY_FORM: "blank", tables.OTHER_YEAR: "other_year",
}  # fmt: skip


class Summary(NamedTuple):
    """The ``intake`` of a run with all its counts (its records can't be asked any more: the journal is closed).

    ``details`` are the returns as JSON objects, if asked for; ``further`` are the further sheets of tables too long for
    one; ``backup`` is the copy that was kept of an older ledger into which somebody had written more, and ``left`` are
    backups that killed runs may have left; ``answered`` are the drafts, if asked for.
    """

    intake: Intake
    details: tuple[dict[str, Any], ...]
    further: tuple[str, ...]
    backup: str | None
    left: tuple[str, ...]
    answered: Answered | None


def to_json(ledger: str, result: Summary) -> dict[str, Any]:
    """The object that ``collect --json`` prints; keys are added, never renamed."""
    intake = result.intake
    return {
        "ledger": ledger,
        "returns": intake.returned,
        "counting": intake.counting,
        "unread": intake.unread,
        "no_form": intake.formless,
        "year": intake.year,
        "other_year": intake.other_year,
        "sealed": intake.sealed,
        "unsealed": intake.unsealed,
        "years": [{"year": year, "returns": count} for year, count in intake.years.items()],
        "backup": result.backup,
        "left": list(result.left),
        "blank": intake.blank,
        "wrong": intake.wrong,
        "errors": intake.errors,
        "flawed": intake.flawed,
        "passed_over": [{"file": one.name, "reason": one.reason} for one in intake.passed],
        "roll_call": [
            {
                "unit": line.expected.unit or None,
                "project": line.expected.project or None,
                "state": STATES[line.state],
                "returns": line.returns,
                "versions": line.versions,
                "note": line.note or None,
                "years": list(line.years),
                "lacking": line.lacking,
            }
            for line in intake.roll_call
        ],
        "unused_columns": list(intake.roll.unused.columns),
        "unused_rows": list(intake.roll.unused.rows),
        "unused_sheets": list(intake.roll.unused.sheets),
        "repeated_rows": list(intake.roll.unused.repeated),
        "replies": {key: list(names) for key, names in result.answered._asdict().items()} if result.answered else None,
        "files": list(result.details),
    }


def detail(one: Return) -> dict[str, Any]:
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
        "counts": one.severity_counts,
        "findings": one.findings,
    }
