"""The JSON object of an assessment, or of a file that gave none, as promised to users' scripts (``check --json``).

Scripts of finance bureaus read these keys: add, never rename.  Every figure is a decimal string, a rate is a fraction
with four decimals (one that the unit states may have more), what can't be known is null.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from selfeval_xl.checks import figures
from selfeval_xl.checks.figures import plain
from selfeval_xl.evaluation import year_of
from selfeval_xl.evaluation.entries import whole_text
from selfeval_xl.model import (
    EMPTY,
    Assessment,
    BudgetLine,
    BudgetScore,
    BudgetTable,
    Entry,
    Evaluation,
    Finding,
    Indicator,
    IndicatorScore,
    Structure,
    TotalScore,
)
from selfeval_xl.quantity import Quantity
from selfeval_xl.quantity.text import on_one_line
from selfeval_xl.scoring import direction, round_half_up


def dumps(objects: Iterable[dict[str, Any]]) -> str:
    """The ``objects`` as a JSON array, one per line for reading by eye and by ``grep``; ends in a newline."""
    return "[" + ",\n ".join(json.dumps(item, ensure_ascii=False) for item in objects) + "]\n"


Describe = Callable[[Indicator, IndicatorScore], dict[str, Any]]


def assessed(file: str, assessment: Assessment, describe: Describe | None = None) -> dict[str, Any]:
    """The object of a form that was read and assessed; ``file`` is its name as the user gave it.

    ``describe`` gives an indicator's object, where not the whole one is wanted.
    """
    evaluation = assessment.evaluation
    template, header = evaluation.template, evaluation.header
    return {
        "file": file,
        "sheet": evaluation.sheet,
        "readable": True,
        "reason": None,
        "form": evaluation.form,
        "template": {"id": template.id, "version": template.version} if template else None,
        "rules": assessment.rules,
        "header": {"year": year_of(header.year), "unit": _name(header.unit), "project": _name(header.project)},
        "budget": _budget(assessment.table, assessment.line, assessment.budget),
        "indicators": [
            (describe or _indicator)(indicator, score)
            for indicator, score in zip(evaluation.indicators, assessment.indicators, strict=True)
        ],
        "total": _total(evaluation, assessment.total),
        "seal": _seal(evaluation.structure),
        "findings": [{**finding._asdict(), "cells": list(finding.cells)} for finding in assessment.findings],
    }


def failed(file: str, reason: str, *, readable: bool = False, findings: Sequence[Finding] = ()) -> dict[str, Any]:
    """The object of a file that gave no assessment, with the reason: not readable, or (``readable``) without a form."""
    nothing = Assessment(Evaluation("unknown"), "", BudgetScore(), (), TotalScore(), tuple(findings))
    return assessed(file, nothing) | {"readable": readable, "reason": reason, "rules": None}


def number(value: Decimal | None, digits: int | None = None) -> str | None:
    """``value`` as a decimal string without exponent: rounded half up to ``digits`` decimals, or exact and short."""
    if value is None:
        return None
    return plain(value) if digits is None else format(round_half_up(value, digits), "f")


def figure(entry: Entry) -> str | None:
    """The number in a cell, typed as a number or as text; None for words."""
    return number(figures.number(entry))


def _budget(table: BudgetTable | None, line: BudgetLine, score: BudgetScore) -> dict[str, Any]:
    return {
        "initial": figure(line.initial),
        "adjusted": figure(line.adjusted),
        "executed": figure(line.executed),
        "currency_unit": (table.currency_unit or None) if table else None,
        "rate": number(score.rate, 4),
        "claimed_rate": _rate(line.claimed_rate),
        "weight": figure(line.weight) if score.weight is None else number(score.weight),
        "score": number(score.score, 2),
        "claimed_score": figure(line.claimed_score),
    }


def _indicator(indicator: Indicator, score: IndicatorScore) -> dict[str, Any]:
    return {
        "sheet": indicator.place.sheet if indicator.place else None,
        "row": indicator.row,
        "level1": _text(indicator.level1),
        "level2": _text(indicator.level2),
        "name": _text(indicator.name),
        "target": _quantity(indicator.target_read, indicator.op, indicator.unit) | _inferred(indicator),
        "actual": _quantity(indicator.actual_read, EMPTY, indicator.unit),
        "weight": figure(indicator.weight),
        "claimed_score": figure(indicator.claimed_score if indicator.own_score.blank else indicator.own_score),
        "score": number(score.score, 2),
        "completion": number(score.completion, 4),
        "status": score.status,
    }


def _inferred(indicator: Indicator) -> dict[str, str | None]:
    """For a target without a sign the one that it was scored by; None in it where the direction is doubtful."""
    signs = {"higher": ">=", "lower": "<=", "either": None}
    return {"op": signs[direction(indicator)]} if indicator.target_read.inferred else {}


def _quantity(quantity: Quantity, op: Entry, unit: Entry) -> dict[str, Any]:
    return {
        "text": whole_text(quantity.text, op, unit),
        "kind": quantity.kind,
        "op": quantity.op,
        "value": number(quantity.value),
        "unit": quantity.unit,
    }


def _total(evaluation: Evaluation, total: TotalScore) -> dict[str, Any]:
    return {
        "claimed": figure(evaluation.claimed_total),
        "score": number(total.score, 2),
        "grade": total.grade,
        "claimed_grade": _text(evaluation.claimed_grade),
    }


def _seal(structure: Structure) -> dict[str, str | None] | None:
    if structure.seal is None:
        return None
    keys = ("code", structure.seal_code), ("signature", structure.signature), ("signer", structure.signer)
    return {"state": structure.seal, **dict(keys)}


def _text(entry: Entry) -> str | None:
    return entry.text.strip() or None


def _name(entry: Entry) -> str | None:
    return on_one_line(entry.text) or None


def _rate(entry: Entry) -> str | None:
    """A stated rate as a fraction, with all its digits (at least four decimals)."""
    rate = figures.rate(entry)
    return number(rate[0], max(4, rate[1])) if rate else None
