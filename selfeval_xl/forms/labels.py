"""The names of a form's cells for users: of computed cells a fixed name, of others the printed text beside or above."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from selfeval_xl.quantity.text import unspaced

if TYPE_CHECKING:
    from selfeval_xl.forms.spec import Box, Label, Spec

# The text beside a computed cell (合计, a card's title) often stands for several; so each has a name of its own here.
_COMPUTED = {
    "guide_version": "模板版本", "template_id": "模板编号", "template_version": "模板版本",
    "rule_management": "管理效率是否计分", "year_line": "标题下的年度", "funds_label": "资金栏目名称",
    "budget_unit_line": "预算执行的金额单位",
    "funds_initial": "资金总额的年初预算数", "funds_adjusted": "资金总额的全年预算数",
    "funds_executed": "资金总额的全年执行数", "budget_score": "预算执行率的得分", "budget_rate": "资金总额的执行率",
    "weight_total": "分值合计", "total_score": "总分", "total_grade": "等级", "progress": "评定进度",
    "excluded_weighted": "不适用指标数", "budget_sum_initial": "年初预算数合计", "budget_sum_cut": "压减合计",
    "budget_sum_added": "追加合计", "budget_sum_adjusted": "全年预算数合计", "budget_sum_executed": "全年执行数合计",
    "budget_sum_rate": "合计的执行率", "budget_sum_balance": "结余合计", "budget_compare": "预算执行与自评表的核对",
    "tieout_summary": "勾稽结论", "allocated_sum": "分配资金合计", "used_sum": "使用资金合计",
    "households_sum": "户数合计", "persons_sum": "人数合计", "allocation_balance": "资金结余",
    "allocation_compare": "资金分配与自评表的核对", "management_weight": "管理效率的分值合计",
    "management_score": "管理效率的得分合计", "management_rate": "管理效率的得分率", "summary_line": "单位和项目",
    "card_total": "汇总的总分", "card_grade": "汇总的等级", "card_rate": "汇总的执行率",
    "card_claimed": "汇总的自评总分", "card_findings": "汇总的问题数", "missed_note": "未完成指标的说明",
}  # fmt: skip
_PARTS = {
    "budget": "预算执行", "cost": "成本指标", "output": "产出指标", "benefit": "效益指标",
    "satisfaction": "满意度指标", "other": "其他指标", "sum": "合计", "met": "已完成", "exceeded": "超额完成",
    "missed": "未完成", "undecided": "待评定", "excluded": "不适用", "all": "全部",
}  # fmt: skip
_FIGURES = {"weight": "分值", "score": "得分", "rate": "得分率", "count": "指标数", "share": "占比"}


def labels_of(spec: Spec) -> Iterator[tuple[str, str]]:
    """The names of fields, and of columns without a heading (``"funds.initial"``), as far as they have one."""
    for sheet in spec.sheets:
        words = [label for label in sheet.labels if label.style != "title" and any(map(str.isalnum, label.text))]
        for field in sheet.fields:
            block = field.cell.origin.partition("：")[0]
            own = [label for label in words if label.origin.partition("：")[0] == block]
            top, left, _, _ = field.box
            beside = [one for one in own if one.box[0] <= top <= one.box[2] and one.box[3] < left]
            # A label of several rows names a group, so only one on the same row counts as adjacent.
            adjacent = [one for one in beside if one.box[0] == top and one.box[3] == left - 1]
            adjacent += [one for one in _over(own, field.box) if one.box[2] == top - 1]
            nearest = max(beside, key=lambda one: one.box[3], default=None)
            label = _text(adjacent[0]) if adjacent else (field.cell.help or [_text(nearest)])[0]
            if field.cell.role != "entry":  # entries keep the bare label, which data files use too
                label = _computed(field.cell.key) or (f"{label}（{sheet.name}）" if label else "")
            if label:
                yield field.cell.key, label
        for table in sheet.tables:
            for column in table.columns:
                box = (table.heading_row or table.first_row, column.first, table.first_row, column.last)
                above = max(_over(words, box), key=lambda one: one.box[2], default=None)
                if not column.heading and (label := _text(above)):
                    yield f"{table.key}.{column.cell.key}", label


def _computed(key: str) -> str:
    figure, _, part = key.partition("_")
    of_part = f"{_PARTS[part]}的{_FIGURES[figure]}" if part in _PARTS and figure in _FIGURES else ""
    return _COMPUTED.get(key, of_part)


def _over(labels: Iterable[Label], box: Box) -> list[Label]:
    top, left, _, right = box
    return [one for one in labels if one.box[2] < top and one.box[1] <= right and one.box[3] >= left]


def _text(label: Label | None) -> str:
    return unspaced(label.text) if label else ""
