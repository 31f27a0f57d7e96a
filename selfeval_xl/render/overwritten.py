"""What an overwritten formula of ours would give, and what its cell is called: the formula tells people neither."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from selfeval_xl.checks.figures import percent, plain
from selfeval_xl.forms.outline import Outline
from selfeval_xl.model import Assessment, Deviation, Evaluation
from selfeval_xl.read.ours import FormulaColumn, Ours, formula_columns
from selfeval_xl.render.values import Cell, Computed, computed
from selfeval_xl.rules import RuleSet
from selfeval_xl.workbook.references import parse_cell

FIELDS: Mapping[str, str] = {
    "guide_version": "模板版本", "year_line": "年度", "funds_label": "资金栏目名称", "budget_unit_line": "金额单位",
    "funds_initial": "资金总额的年初预算数", "funds_adjusted": "资金总额的全年预算数",
    "funds_executed": "资金总额的全年执行数", "budget_score": "预算执行率的得分", "budget_rate": "资金总额的执行率",
    "weight_total": "分值合计", "total_score": "总分", "total_grade": "等级", "progress": "评定进度",
    "excluded_weighted": "不适用指标数", "budget_sum_initial": "年初预算数合计", "budget_sum_cut": "压减合计",
    "budget_sum_added": "追加合计", "budget_sum_adjusted": "全年预算数合计", "budget_sum_executed": "全年执行数合计",
    "budget_sum_rate": "合计的执行率", "budget_sum_balance": "结余合计", "budget_compare": "与自评表的核对",
    "tieout_summary": "勾稽结论", "allocated_sum": "分配资金合计", "used_sum": "使用资金合计",
    "households_sum": "户数合计", "persons_sum": "人数合计", "allocation_balance": "资金结余",
    "allocation_compare": "与自评表的核对", "management_weight": "管理效率的分值合计",
    "management_score": "管理效率的得分合计", "management_rate": "管理效率的得分率", "summary_line": "单位和项目",
    "card_total": "总分", "card_grade": "等级", "card_rate": "执行率", "card_claimed": "自评总分",
    "card_findings": "问题数", "missed_note": "未完成指标的说明",
}  # fmt: skip
_PARTS = {
    "budget": "预算执行", "cost": "成本指标", "output": "产出指标", "benefit": "效益指标",
    "satisfaction": "满意度指标", "other": "其他指标", "sum": "合计", "met": "已完成", "exceeded": "超额完成",
    "missed": "未完成", "undecided": "待评定", "excluded": "不适用", "all": "全部",
}  # fmt: skip
_FIGURES = {"weight": "分值", "score": "得分", "rate": "得分率", "count": "指标数", "share": "占比"}
_ROW_NAMES = ("name", "region", "topic", "statement")
_RATES = ("rate", "share", "completion")


def described(ours: Ours, assessment: Assessment, rules: RuleSet) -> Evaluation | None:
    """The evaluation whose overwritten formulas say what they are and what they give; None where there are none."""
    structure = ours.evaluation.structure
    if not any(one.kind == "formula" for one in structure.deviations):
        return None
    values = computed(assessment, rules, ours.form, ours.layout)
    columns = formula_columns(ours.form, ours.layout)
    told = (_told(one, ours, columns, values) if one.kind == "formula" else one for one in structure.deviations)
    return ours.evaluation._replace(structure=structure._replace(deviations=tuple(told)))


def title(key: str, form: Outline) -> str:
    """What a cell is called by its key: 总分, 测算得分; "" where people have no name for it."""
    table, dot, column = key.partition(".")
    if dot:
        heading = form.headings.get(table, {}).get(column, "")
        return heading if heading != column else {"rate": "执行率"}.get(column, "")
    if key in FIELDS:
        return FIELDS[key]
    figure, _, part = key.partition("_")
    return f"{_PARTS[part]}的{_FIGURES[figure]}" if part in _PARTS and figure in _FIGURES else ""


def _told(one: Deviation, ours: Ours, columns: tuple[FormulaColumn, ...], values: Computed) -> Deviation:
    row, column = parse_cell(one.place.cell)
    at = (each for each in columns if (each.sheet, each.column) == (one.place.sheet, column) and row in each.rows)
    found = next(at, None)
    if found is None:
        return one
    table, dot, key = found.key.partition(".")
    value = values.tables.get(table, {}).get(row, {}).get(key) if dot else values.fields.get(found.key)
    name = _row_name(ours, table, row) if dot else ""
    label = "的".join(filter(None, (f"“{name}”" if name else "", title(found.key, ours.form))))
    rate = "%" in one.provided or found.key.endswith(_RATES) or found.key.startswith(_RATES)
    return one._replace(label=label, result=_shown(value, rate=rate))


def _row_name(ours: Ours, table: str, row: int) -> str:
    for entries in ours.entries.tables.get(table, ()):
        if any(entry.place and parse_cell(entry.place.cell)[0] == row for entry in entries.values()):
            names = (entries[key].text for key in _ROW_NAMES if key in entries)
            return next((" ".join(name.split()) for name in names if name.strip()), "")
    return ""


def _shown(value: Cell | None, *, rate: bool) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return percent(Decimal(value)) if rate else plain(Decimal(value))
