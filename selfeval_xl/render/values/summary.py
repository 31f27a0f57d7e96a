"""The computed cells of the heading, the closing rows, the tie-out and 汇总."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from selfeval_xl.checks.tieout import NOISE, allowance, factor
from selfeval_xl.evaluation.entries import plain_number
from selfeval_xl.forms.layout import Layout
from selfeval_xl.forms.outline import Outline
from selfeval_xl.model import EMPTY, STATUS_NAMES, Assessment, Entry
from selfeval_xl.quantity.text import DIGITS
from selfeval_xl.render.values.figures import ZERO, Cell, Values, cell, each_row, minus, number, rate, row_of, shown
from selfeval_xl.render.values.indicators import EXCLUDED
from selfeval_xl.render.values.money import weight_of
from selfeval_xl.rules import RuleSet
from selfeval_xl.scoring import round_half_up

_PARTS = {"cost": "成本", "output": "产出", "benefit": "效益", "satisfaction": "满意"}
_VERDICTS = ("一致", "不一致", "待核对")


def parameter_fields(rules: RuleSet, form: Outline) -> dict[str, Cell]:
    """Template, version, and the rule set's numbers that the formulas use."""
    return {
        "template_id": form.id,
        "template_version": form.version,
        "rules": rules.name,
        "rules_title": rules.title,
        "rules_plain": "\n".join(rules.plain),
        **rules.parameters,
    }


def heading_fields(assessment: Assessment, form: Outline) -> dict[str, Cell]:
    """The lines put together from entries: year, unit, project, currency unit."""
    header = assessment.evaluation.header
    year, unit, project, currency = map(shown, (header.year, header.unit, header.project, header.currency_unit))
    return {
        "year_line": f"（{year}年度）" if year else "（    年度）",
        "funds_label": f"{form.subject}（{currency}）",
        "budget_unit_line": f"单位：{currency}",
        "guide_version": f"模板 {form.title}（{form.id}）　版本 {form.version}　更新 {form.updated}",
        "summary_line": unit + ("　" if unit and project else "") + project + (f"　{year}年度" if year else ""),
    }


def closing_fields(assessment: Assessment, rows: Mapping[int, Values], rules: RuleSet) -> dict[str, Cell]:
    """The total, the grade and the progress of scoring."""
    evaluation, score = assessment.evaluation, cell(assessment.total.score)
    weights = [indicator.weight.value for indicator in evaluation.indicators if indicator.weight.value is not None]
    others = (assessment.budget.weight or ZERO) + (weight_of(evaluation.management) if rules.management else ZERO)
    if all(indicator.name.blank for indicator in evaluation.indicators):
        progress = "尚未填写指标"
    else:
        progress = f"{_open(assessment, rows)}，总分未定" if score == "" else "全部指标已评定"
    pairs = zip(evaluation.indicators, assessment.indicators, strict=True)
    return {
        "weight_total": round_half_up(others + sum(weights, ZERO), 6) if weights else "",
        "total_score": score,
        "total_grade": assessment.total.grade or "",
        "progress": progress,
        "excluded_weighted": sum(one.excluded and indicator.weight.value is not None for indicator, one in pairs),
    }


def _open(assessment: Assessment, rows: Mapping[int, Values]) -> str:
    """Why there is no total yet: the first thing to look for."""
    waiting = [row["score"] for row in rows.values() if row["status"] == STATUS_NAMES["undecided"]]
    if "" in waiting:
        return f"尚有 {len(waiting)} 项待评定"
    unscored = any(
        rows[one.row]["score"] == "" and rows[one.row]["status"] not in ("", EXCLUDED)
        for one in assessment.evaluation.indicators
        if one.row in rows and not (shown(one.name)[:2] == "其中" and one.weight.value is None)
    )
    if unscored:
        return "有指标的分值或自评得分未填或不对"
    return "预算执行率没有得分" if assessment.budget.score is None else "还有内容没有填好"


def tieout_rows(assessment: Assessment, layout: Layout) -> dict[int, Values]:
    """Each tie-out's difference and verdict, as the sheet shows them; figures in words are left to the checks."""
    known: dict[int, Values] = {}
    for statement in assessment.evaluation.statements:
        stated, expected, unit = statement.stated, statement.shown, statement.unit.text
        gap: Cell = ""
        verdict = "" if stated.blank else _VERDICTS[2]
        allowed = statement.tolerance.value
        # An expected 0 may come from cells still blank, which formulas can't tell: then there is no verdict.
        if stated.value is not None and expected is not None and (expected or abs(stated.value) <= (allowed or ZERO)):
            gap = minus(stated.value, expected * factor(stated.value, expected, unit))
            if allowed is None:
                allowed = allowance(stated.value, expected, unit)
            verdict = _VERDICTS[abs(number(gap) or ZERO) > allowed + NOISE]
        known[row_of(statement.text, stated)] = {"difference": gap, "verdict": verdict}
    return each_row(layout, "tieout", known, {"difference": "", "verdict": ""})


def tieout_summary(rows: Mapping[int, Values]) -> str:
    """The line below the tie-out."""
    verdicts = [row["verdict"] for row in rows.values()]
    counts = [verdicts.count(verdict) for verdict in _VERDICTS]
    return f"共 {sum(counts)} 项：" + "，".join(f"{name} {n} 项" for name, n in zip(_VERDICTS, counts, strict=True))


def summary_fields(assessment: Assessment, rows: Mapping[int, Values], fields: Values) -> dict[str, Cell]:
    """汇总: the cards, the scores by level, the counts."""
    result = _levels(assessment, rows, scored=fields["total_score"] != "")
    statuses = [row["status"] for row in rows.values()]
    counts = {str(key): statuses.count(name) for key, name in STATUS_NAMES.items()}
    counts["excluded"] = statuses.count(EXCLUDED)
    counts["all"] = sum(counts.values())
    for key, count in counts.items():
        result[f"count_{key}"] = count
        result[f"share_{key}"] = rate(counts["all"], count)
    for card, key in (("card_total", "total_score"), ("card_grade", "total_grade"), ("card_rate", "budget_rate")):
        result[card] = STATUS_NAMES["undecided"] if fields[key] == "" else fields[key]
    claimed = assessment.evaluation.claimed_total
    result["card_claimed"] = claimed.value if claimed.value is not None else claimed.text or "以测算为准"
    return result


def _levels(assessment: Assessment, rows: Mapping[int, Values], *, scored: bool) -> dict[str, Cell]:
    """The points of each level, and what share of them it got: none while a row waits for its score.

    ``scored``: the form has its total.
    """
    points: list[tuple[str, dict[str, Decimal]]] = [
        (str(rows[indicator.row]["level"]), {"weight": indicator.weight.value or ZERO, "score": score.score or ZERO})
        for indicator, score in zip(assessment.evaluation.indicators, assessment.indicators, strict=True)
        if indicator.row in rows
    ]
    result: dict[str, Cell] = {
        "weight_budget": assessment.budget.weight or ZERO,
        "score_budget": cell(assessment.budget.score),
    }
    for what in ("weight", "score"):
        every = sum((own[what] for _, own in points), ZERO)
        sums = {key: sum((own[what] for level, own in points if word in level), ZERO) for key, word in _PARTS.items()}
        sums["other"] = every - sum(sums.values(), ZERO)
        sums["sum"] = every + (number(result[f"{what}_budget"]) or ZERO)
        result |= {f"{what}_{key}": round_half_up(value, 6) for key, value in sums.items()}
    result["weight_other"] = round_half_up(Decimal(result["weight_other"]), 4)
    waiting = [str(row["level"]) for row in rows.values() if _waits(row)]
    unknown = {key for key, word in _PARTS.items() if any(word in level for level in waiting)}
    unknown |= {"other"} if any(not any(word in level for word in _PARTS.values()) for level in waiting) else set()
    unknown |= set() if scored else {"sum"}
    for key in ("budget", *_PARTS, "other", "sum"):
        known = key not in unknown
        result[f"rate_{key}"] = rate(result[f"weight_{key}"], result[f"score_{key}"]) if known else ""
    return result


def _waits(row: Values) -> bool:
    return row["status"] == STATUS_NAMES["undecided"] and row["score"] == ""


def missed_rows(assessment: Assessment, rows: Mapping[int, Values], layout: Layout) -> dict[int, Values]:
    """The first missed targets with their reasons."""
    stretch = layout.tables.get("missed")
    if stretch is None:
        return {}
    missed = [one for one in assessment.evaluation.indicators if rows.get(one.row, {}).get("missed_row", "") != ""]
    known: dict[int, Values] = {}
    for place, indicator in enumerate(missed[: len(stretch.rows)]):
        score = number(rows[indicator.row]["score"])
        known[stretch.first_row + place] = {
            "row": place + 1,
            "name": shown(indicator.name),
            "target": _written(indicator.target, indicator.unit, indicator.op),
            "actual": _written(indicator.actual, indicator.unit),
            "score": "" if indicator.weight.is_error else _out_of(score, indicator.weight),
            "reason": "（未填写原因）" if indicator.reason.blank else shown(indicator.reason),
        }
    return each_row(layout, "missed", known, dict.fromkeys(("row", "name", "target", "actual", "score", "reason"), ""))


def _out_of(score: Decimal | None, weight: Entry) -> str:
    return f"{'' if score is None else plain_number(score)}/{shown(weight)}"


def _written(entry: Entry, unit: Entry, op: Entry = EMPTY) -> str:
    """A figure with its sign and unit (≥10个); words as they stand."""
    value = entry.value
    text = shown(entry) if value is None else f"{Decimal(plain_number(round_half_up(value, 6))):,}"
    sign = shown(op) if shown(op) != "定性" and (value is not None or text[:1] in DIGITS) else ""
    return f"{sign}{text}{shown(unit) if text[-1:] in DIGITS else ''}"


def missed_note(fields: Values, room: int) -> str:
    """The line above the list of missed targets, which has ``room`` for so many."""
    every, missed, undecided = (int(fields[f"count_{key}"]) for key in ("all", "missed", "undecided"))
    if not every:
        return "尚未填写指标。"
    rest = f"，列出前 {room} 项，其余见“自评表”标红的行" if missed > room else ""
    waiting = f"；待评定 {undecided} 项，见“自评表”完成状态标蓝的行。" if undecided else "。"
    return f"未完成 {missed} 项{rest}{waiting}"
