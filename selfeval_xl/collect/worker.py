"""The work on each source, in any process: read it, assess it, and make one line of JSON (its record) of the result.

A record holds no file name, so that equal files share it.  This module must import quickly, as every worker process
(and machine) does so.
"""

from __future__ import annotations

import gc
import hashlib
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from selfeval_xl.checks.rows import is_empty
from selfeval_xl.collect.sources import Source, content, unopened
from selfeval_xl.errors import RuleError, SelfEvalError, WorkbookError
from selfeval_xl.examine import Unassessed, examine_workbook, rules_of, unassessed
from selfeval_xl.mistakes import clipped
from selfeval_xl.model import Assessment, Evaluation, Indicator, IndicatorScore
from selfeval_xl.read import Opened, Workbook, is_our_ledger, opened
from selfeval_xl.read.file import MARKED
from selfeval_xl.report.json import assessed, failed, figure, number
from selfeval_xl.rules import RuleSet

if TYPE_CHECKING:
    from selfeval_xl.seal import Keys

UNCHANGED = "本工具的批注件（内容没有改动）"
_ASIDE = re.compile(r"[（(].*|\s+")  # 产出指标（50 分）
MAX_TEXT = 4_000  # characters of any text in a record
_COLLECT_EVERY = 200  # sources of the whole run, after which the process at hand collects its garbage

Numbered = tuple[int, Source]


class Outcome(NamedTuple):
    """The result for one source: the digest of its bytes (None where another try may end differently), and its record.

    The record is a JSON object.  ``forms`` are its forms as in ``check --json``, but with sums by ``levels`` in place
    of the indicators, ``blank`` where nobody filled the form in, the ``department`` where that may be the unit's only
    name, and the ``full_marks`` of its rules.  Where there is no form, ``reason`` and ``findings`` say why, and
    ``readable`` whether it was a sound workbook.  ``ledger`` marks a file that this tool made: a ledger, or a marked
    copy that came back unchanged.  ``original`` is the digest of the file that this one is a marked copy of.
    """

    digest: str | None
    record: str


class Measure(NamedTuple):
    """What returns are judged by: ``rules`` (None: those that each workbook names), and the units' public ``keys``."""

    rules: RuleSet | None = None
    keys: Keys | None = None


def look_into(items: Sequence[Numbered], measure: Measure) -> list[Outcome]:
    """The outcomes of some sources, in their order; a bad source gets a record with the reason."""
    enabled = gc.isenabled()
    gc.disable()  # workbooks leave next to no cycles, and looking for them all the time costs a tenth of the run
    try:
        outcomes = [_look_into(source, measure) for _, source in items]
    finally:
        if enabled:
            gc.enable()
    if any(number % _COLLECT_EVERY == 0 for number, _ in items):
        gc.collect()
    return outcomes


def unread(reason: str) -> str:
    """The record of a source that was not opened."""
    sentence = reason.removesuffix("。") + "。"
    return _line(_without_form(unassessed(WorkbookError(sentence, "package.unread"))._replace(reason=reason)))


def _without_form(why: Unassessed) -> dict[str, Any]:
    findings = failed("", why.reason, findings=(why.finding,))["findings"]
    return {"readable": why.readable, "reason": why.reason, "forms": [], "findings": findings}


def _look_into(source: Source, measure: Measure) -> Outcome:
    try:
        data = content(source)
    except OSError as error:
        return Outcome(None, unread(unopened(error)))
    try:
        return Outcome(hashlib.sha256(data).hexdigest(), _line(_record(source, data, measure)))
    except Exception as error:  # a bad file becomes a line of the ledger, and never ends the run
        reason = str(error) if isinstance(error, SelfEvalError) else f"程序内部出错（{type(error).__name__}）"
        return Outcome(None, unread(reason))


def _record(source: Source, data: bytes, measure: Measure) -> dict[str, Any]:
    label = f"_{Path(source.name).suffix}"
    try:
        workbook = opened(data, label)
        if is_our_ledger(workbook):
            return _made_here("本工具的台账")
        copy = _unchanged_copy(workbook)
        if copy == "":
            return _made_here(UNCHANGED)
        assessments = examine_workbook(workbook, measure.rules, returned=True, keys=measure.keys)
    except WorkbookError as error:
        plain = WorkbookError(str(error).removeprefix(f"{label}："), error.reason)  # a record holds no file name
        return _without_form(unassessed(plain))
    except RuleError as error:
        return _without_form(unassessed(error))
    if not assessments:
        return _without_form(unassessed())
    record = {"readable": True, "reason": None, "forms": [_form(one, measure) for one in assessments]}
    return record | ({"original": copy} if copy else {})


def _form(assessment: Assessment, measure: Measure) -> dict[str, Any]:
    """What the record keeps of one form."""
    full = assessed("", assessment, _points)
    kept = ("sheet", "form", "template", "rules", "header", "budget", "total", "seal", "findings")
    more = {
        "levels": _levels(full["indicators"]),
        "blank": is_empty(assessment.evaluation),
        "department": _only_department(assessment.evaluation),
        "full_marks": str((measure.rules or rules_of(assessment.evaluation)).full_marks),
    }
    return {key: full[key] for key in kept} | more


def _only_department(evaluation: Evaluation) -> str | None:
    """The 主管部门 of a form that has no cell for the unit, and so may be the unit's only name; else None."""
    unit, department = evaluation.header.unit, evaluation.header.department
    asked = evaluation.template is not None or unit.place is not None or not unit.blank
    return None if asked else department.text.strip() or None


def _points(indicator: Indicator, score: IndicatorScore) -> dict[str, Any]:
    """What :func:`_levels` needs of an indicator; the record keeps nothing else of it."""
    level1, weight = indicator.level1.text.strip(), figure(indicator.weight)
    return {"level1": level1, "status": score.status, "weight": weight, "score": number(score.score, 2)}


def _levels(indicators: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Counts and sums by first level; weights and scores only of the indicators that have both."""
    levels: dict[str, dict[str, Any]] = {}
    for one in indicators:
        name = _ASIDE.sub("", one["level1"])
        level = levels.setdefault(name, {"items": 0, "missed": 0, "undecided": 0, "weight": "0", "score": "0"})
        level["items"] += 1
        if one["status"] in ("missed", "undecided"):
            level[one["status"]] += 1
        if one["weight"] is not None and one["score"] is not None:
            for key in ("weight", "score"):
                level[key] = str(Decimal(level[key]) + Decimal(one[key]))
    return levels


def _unchanged_copy(workbook: Opened) -> str | None:
    """The digest of the file that this one is a marked copy of, None where it is none.

    "" for a copy that the bureau sent back and the unit did not change.
    """
    if not isinstance(workbook, Workbook) or not any(name == MARKED for name, _ in workbook.names):
        return None
    from selfeval_xl.annotate import copied_from

    return copied_from(workbook)


def _made_here(reason: str) -> dict[str, Any]:
    return {"readable": True, "reason": reason, "ledger": True, "forms": []}


def _line(record: dict[str, Any]) -> str:
    """The record as one line of JSON, long texts cut where it would be a long line."""
    line = _dumped(record)
    return line if len(line) <= MAX_TEXT else _dumped(_clipped(record))


def _dumped(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _clipped(value: Any) -> Any:
    """The value without the endless texts that a hostile file may hold."""
    if isinstance(value, str):
        return clipped(value, MAX_TEXT)
    if isinstance(value, dict):
        return {key: _clipped(item) for key, item in value.items()}
    return [_clipped(item) for item in value] if isinstance(value, list) else value
