"""Shows how a form was read, on the terminal and in JSON: every filled cell with what it was taken as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from selfeval_xl.explain import Explanation, Taken
from selfeval_xl.mistakes import brief
from selfeval_xl.model import TOTAL_FIELDS, Place
from selfeval_xl.report.layout import Layout
from selfeval_xl.workbook.references import parse_cell

_FIELDS: Mapping[str, str] = {
    "year": "年度", "project": "项目名称", "department": "主管部门", "unit": "实施单位", "currency_unit": "金额单位",
    "rules": "评分规则", "weights_origin": "分值来源", "template_id": "模板", "template_version": "模板版本",
    "goal_expected": "年初目标", "goal_actual": "目标完成情况", "problems": "存在问题", "measures": "改进措施",
    "claimed_total": "自评总分", "claimed_grade": "自评等级", "total_weight": "分值合计", "subtotal": "小计",
}  # fmt: skip
_TABLES: Mapping[str, str] = {
    "funds": "资金", "nature": "支出性质", "budget": "预算明细", "indicators": "指标", "allocations": "资金分配",
    "listed": "项目清单",
    "tieout": "勾稽", "management": "管理效率", "rectification": "整改",
}  # fmt: skip
_COLUMNS: Mapping[str, str] = {
    "name": "名称", "level": "层级", "initial": "年初预算数", "cut": "压减", "added": "追加", "change": "调整",
    "adjusted": "全年预算数", "executed": "全年执行数", "weight": "分值", "claimed_rate": "执行率",
    "claimed_score": "得分", "claimed_grade": "等级", "reason": "原因",
    "level1": "一级指标", "level2": "二级指标", "op": "指标性质", "target": "指标值", "unit": "单位",
    "actual": "实际完成值", "state": "达成情况", "region": "地区", "purpose": "用途", "allocated": "分配资金",
    "used": "使用资金", "households": "户数", "persons": "人数", "topic": "主题", "statement": "表述",
    "stated": "报告数", "expected": "表内数", "tolerance": "允许尾差", "note": "说明", "problem": "问题",
    "measure": "措施", "effect": "效果",
}  # fmt: skip
_ASIDE: Mapping[str, str] = {"title": "标题", "label": "栏目名称", "note": "说明文字", "filler": "占位内容"}
_OF_TOTAL = {field: column for column, field in TOTAL_FIELDS.items()}


def text(explanation: Explanation, layout: Layout) -> str:
    """The part of the report that says how the form was read, ending in a newline."""
    return "\n".join([*_lines(explanation, layout), ""])


def json(explanation: Explanation) -> dict[str, Any]:
    """The object under the key ``explain``."""
    return {
        "used": [{**_cell(cell.place, cell.text), "as": cell.key} for cell in explanation.taken],
        "unused": [_cell(place, words) for place, words in explanation.unused],
        "ambiguous": [
            {**_cell(cell.place, cell.text), "readings": list(cell.readings)} for cell in explanation.ambiguities
        ],
    }


def title(key: str) -> str:
    """The Chinese name of a key: 年度, 指标 指标值; the key itself where it is unknown."""
    table, dot, column = key.partition(".")
    if key in _OF_TOTAL:
        return f"资金总额 {_COLUMNS[_OF_TOTAL[key]]}"
    if not dot:
        return _FIELDS.get(key) or _ASIDE.get(key) or key
    if table not in _TABLES or column not in _COLUMNS:
        return key
    return f"{_TABLES[table]} {_COLUMNS[column]}"


def _cell(place: Place, words: str) -> dict[str, Any]:
    return {"sheet": place.sheet, "cell": place.cell, "text": words}


def _lines(explanation: Explanation, layout: Layout) -> Iterator[str]:
    how = "按定义名称读取" if explanation.by_names else "按栏目名称识别"
    yield layout.paint(f"  识别说明（{how}）", "bold")
    in_order = sorted(explanation.taken, key=lambda cell: (cell.place.sheet, parse_cell(cell.place.cell)))
    for sheet, cells in groupby(in_order, key=lambda cell: cell.place.sheet):
        yield f"    工作表 {sheet}"
        taken = list(cells)
        fields = [cell for cell in taken if "." not in cell.key and cell.key not in _ASIDE]
        for cell in fields:
            yield layout.wrap(f"{title(cell.key)}：{_shown(cell)}", "      ")
        keys = ((cell, *cell.key.partition(".")) for cell in taken)
        in_tables = [(cell, table, column) for cell, table, dot, column in keys if dot]
        for (table, row), rest in groupby(in_tables, key=lambda found: (found[1], found[0].place.row)):
            parts = "；".join(f"{_COLUMNS.get(column, column)} {_shown(cell)}" for cell, _, column in rest)
            yield layout.wrap(f"{_TABLES.get(table, table)}第 {row} 行：{parts}", "      ")
        for key, words in _ASIDE.items():
            aside = [cell.place.cell for cell in taken if cell.key == key]
            if aside:
                yield layout.wrap(f"{words}：{'、'.join(aside)}", "      ")
    yield from _group("没有用到的单元格", layout, [_quoted(*cell) for cell in explanation.unused])
    doubts = [f"{_quoted(at, words)} 可读作 {' 或 '.join(readings)}" for at, words, readings in explanation.ambiguities]
    yield from _group("有两种读法的单元格（取第一种）", layout, doubts)


def _group(heading: str, layout: Layout, lines: Iterable[str]) -> Iterator[str]:
    lines = list(lines)
    yield f"    {heading}：{'' if lines else '无'}"
    for line in lines:
        yield layout.wrap(line, "      ")


def _shown(cell: Taken) -> str:
    return f"{cell.place.cell}“{brief(cell.text)}”" if cell.text else cell.place.cell


def _quoted(place: Place, words: str) -> str:
    return f"{place}“{brief(words)}”"
