"""An assessment as plain Chinese text: who, how much, the scores, then the findings grouped by severity."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from selfeval_xl.evaluation import year_of
from selfeval_xl.forms import FORMS
from selfeval_xl.forms.outline import outline
from selfeval_xl.model import (
    SEVERITY_NAMES,
    STATUS_NAMES,
    Assessment,
    Evaluation,
    Finding,
    Indicator,
    IndicatorScore,
    SealState,
    Severity,
    SignatureState,
    Structure,
)
from selfeval_xl.quantity.text import on_one_line
from selfeval_xl.render.findings import count_line
from selfeval_xl.report.json import figure, number
from selfeval_xl.report.layout import Layout, pad
from selfeval_xl.scoring import beside_the_points

SEAL_TITLES: dict[SealState, str] = {"absent": "没有封签", "whole": "完好", "broken": "已破", "outdated": "已失效"}
SIGNATURE_TITLES: dict[SignatureState, str] = {
    "absent": "未签名", "false": "签名不符", "unknown": "签名人未登记", "known": "已签名",
}  # fmt: skip

_SIGNS: dict[Severity, tuple[str, str]] = {"error": ("✗", "red"), "warning": ("!", "yellow"), "info": ("·", "blue")}
_ASIDE = ("不适用", "加分、扣分")  # rows without a status to decide: excluded, or with points outside the total
_INDENT = "    "
_LABEL = 10  # columns of 预算执行 and one wide space


def render(file: str, assessment: Assessment, layout: Layout) -> str:
    """The whole report of one form in ``file``, ending in a newline."""
    return "\n".join([*_head(file, assessment, layout), *_findings(assessment.findings, layout), ""])


def summary(file: str, assessment: Assessment, layout: Layout) -> str:
    """A short report of one form: the scores and the number of findings, without the findings themselves."""
    return "\n".join([*_head(file, assessment, layout), f"  {pad('校验', _LABEL)}{counts(assessment.findings)}", ""])


def form_title(form: str, otherwise: str) -> str:
    """The title of a standard form; ``otherwise`` for a form of unknown kind."""
    return outline(form).title if form in FORMS else otherwise


def counts(findings: tuple[Finding, ...]) -> str:
    """``错误 1，警告 2，提示 0``, or 未发现问题 where there is nothing."""
    return count_line(findings) if findings else "未发现问题"


def in_general(pattern: str) -> str:
    """A message pattern of the catalogue with … in place of its figures: 把得分改为 …."""
    return re.sub(r"\{\w+\}", "…", pattern)


def _head(file: str, assessment: Assessment, layout: Layout) -> Iterator[str]:
    evaluation = assessment.evaluation
    header = evaluation.header
    when = year_of(header.year)
    yield layout.paint(f"{file} › {evaluation.sheet}" if evaluation.sheet else file, "bold")
    about = (
        form_title(evaluation.form, "未识别的表"),
        f"{when} 年" if when else header.year.text.strip(),
        *(on_one_line(name.text) for name in (header.unit, header.project)),
    )
    yield layout.wrap(" · ".join(part for part in about if part), "  ")
    for label, text in (
        ("预算执行", _execution(assessment)),
        ("指标", _indicators(assessment)),
        ("总分", _total(assessment)),
        ("规则", assessment.rules),
        ("封签", _seal(evaluation.structure)),
    ):
        if text:
            yield f"  {pad(label, _LABEL)}{text}"


def signature(state: SignatureState | None, signer: str | None) -> str:
    """Who signed, or why that is unknown; "" where the signature was not verified."""
    return f"由“{signer}”签名" if signer else SIGNATURE_TITLES[state] if state else ""


def _seal(structure: Structure) -> str:
    if structure.seal is None:
        return ""
    code = f"核对码 {structure.seal_code}" if structure.seal_code else ""
    signed = signature(structure.signature, structure.signer)
    return "，".join(filter(None, (SEAL_TITLES[structure.seal], code, signed)))


def spending(assessment: Assessment) -> str:
    """``10,508.37 ÷ 12,160.5 万元``: what was spent, and the budget; ``—`` for what is unknown."""
    known = [figure(one) for one in (assessment.line.executed, assessment.line.adjusted)]
    money = " ÷ ".join("—" if one is None else f"{Decimal(one):,}" for one in known)
    return f"{money} {assessment.table.currency_unit if assessment.table else ''}".rstrip()


def claimed(evaluation: Evaluation) -> str:
    """``96.5 优``: the total and the grade that the unit states, if it does."""
    return " ".join(filter(None, (figure(evaluation.claimed_total), evaluation.claimed_grade.text.strip())))


def _execution(assessment: Assessment) -> str:
    table, line, score = assessment.table, assessment.line, assessment.budget
    if table is None or score.rate is None:
        unknown = line.adjusted.value is None or line.executed.value is None
        return f"暂无法计算（{'预算数或执行数缺失' if unknown else '金额要先核对'}）"
    stated = figure(line.claimed_score)
    parts = [f"{spending(assessment)} = {number(score.rate * 100, 2)}%"]
    if score.score is not None:
        parts.append(f"得 {number(score.score, 2)} 分（满分 {number(score.weight)}）")
    if stated is not None:
        parts.append(f"自评 {stated} 分")
    return "，".join(parts)


def _indicators(assessment: Assessment) -> str:
    by_status = Counter(map(_status, assessment.evaluation.indicators, assessment.indicators))
    states = "，".join(f"{title} {by_status[title]}" for title in (*STATUS_NAMES.values(), *_ASIDE) if by_status[title])
    return f"{len(assessment.indicators)} 项：{states}" if states else "没有指标"


def _status(indicator: Indicator, score: IndicatorScore) -> str:
    not_applicable, beside = _ASIDE
    if score.excluded:
        return not_applicable
    return beside if beside_the_points(indicator) else STATUS_NAMES[score.status]


def _total(assessment: Assessment) -> str:
    evaluation, total = assessment.evaluation, assessment.total
    stated, computed = claimed(evaluation), f"测算 {_computed(total.score, total.grade, total.attainable)}"
    if not stated and evaluation.template is not None:  # a standard workbook needs none: its formulas give the total
        return computed
    weighed = any(indicator.weight.value for indicator in evaluation.indicators)
    if not stated and total.attainable is None and not weighed:
        return "表里没有分值，不测算"
    return f"自评 {stated or '未填'}，{computed}"


def _computed(score: Decimal | None, grade: str | None, attainable: Decimal | None) -> str:
    if score is not None:
        return " ".join(filter(None, (number(score, 2), grade)))
    return f"待评定（最高 {number(attainable, 2)}）" if attainable is not None else "待评定"


def _findings(findings: tuple[Finding, ...], layout: Layout) -> Iterator[str]:
    for severity, title in SEVERITY_NAMES.items():
        group = [finding for finding in findings if finding.severity == severity]
        if not group:
            continue
        sign, colour = _SIGNS[severity]
        yield ""
        yield layout.paint(f"  {title}（{len(group)}）", colour, "bold")
        for fix, alike in groupby(group, lambda finding: finding.fix):  # a fix that several share is printed once
            for finding in alike:
                message = layout.wrap(f"{finding.message} [{finding.id}]", _INDENT)
                yield f"  {layout.paint(sign, colour)} {message.removeprefix(_INDENT)}"
            if fix:
                yield layout.wrap(f"怎么改：{fix}", _INDENT)
    yield ""
    yield f"  {counts(findings)}"
