"""Builds evaluations from Markdown tables in a test, each cell with its place; with a clean form to start from.

``change(INDICATORS, "培训人次", 得分="8")`` gives the table with that cell altered, ``without(FUNDS, "得分")`` without
that column: what a test alters is all that it shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from selfeval_xl.model import (
    Allocation,
    BudgetLine,
    BudgetTable,
    Entry,
    Evaluation,
    Header,
    Indicator,
    Place,
    Statement,
)
from selfeval_xl.quantity import Quantity, read

SHEET = "自评表"

FUNDS = """
| 名称             | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
| 年度资金总额     | 100.00     | 100.00     | 95.00      | 10   | 95%    | 9.5  |
| 其中：财政拨款   | 80.00      | 80.00      | 75.00      | —    | —      | —    |
| 上年结转资金     | 20.00      | 20.00      | 20.00      | —    | —      | —    |
| 其他资金         |            |            |            | —    | —      | —    |
"""
INDICATORS = """
| 一级指标   | 二级指标           | 三级指标         | 指标值      | 实际完成值         | 分值 | 得分  | 原因                   |
| 产出指标   | 数量指标           | 培训人次         | ≥1000 人次  | 1194 人次          | 10   | 10    |                        |
| 产出指标   | 数量指标           | 参赛企业数       | ≥50 家      | 60 家              | 10   | 10    |                        |
| 产出指标   | 质量指标           | 考试合格率       | ≥95%        | 96%                | 10   | 10    |                        |
| 产出指标   | 时效指标           | 按时完成率       | ≥100%       | 100%               | 10   | 10    |                        |
| 产出指标   | 成本指标           | 人均培训成本     | ≤500 元/人  | 480 元/人          | 10   | 10    |                        |
| 效益指标   | 社会效益指标       | 服务职工人次     | ≥24000 人次 | 23000 人次         | 20   | 19.17 | 两场活动因台风取消     |
| 效益指标   | 可持续影响指标     | 帮扶机制         | 持续运行    | 季度回访，全年不断 | 10   | 10    |                        |
| 满意度指标 | 服务对象满意度指标 | 职工满意度       | ≥90%        | 95%                | 10   | 10    |                        |
"""
BUDGET = """
| 层级     | 名称     | 年初预算数 | 压减  | 追加 | 全年预算数 | 全年执行数 | 执行率 | 原因         |
| 一级项目 | 工会专项 | 95.00      | 10.00 | 5.00 | 90.00      | 85.00      | 94.44% | 年中统一压减 |
| 二级项目 | 竞赛     | 75.00      | 10.00 | 0    | 65.00      | 62.00      | 95.38% | 年中统一压减 |
| 二级项目 | 慰问     | 20.00      | 0     | 5.00 | 25.00      | 23.00      | 92%    | 增加慰问     |
| 一级项目 | 劳模津贴 | 5.00       |       | 5.00 | 10.00      | 10.00      | 100%   | 提高标准     |
| 合计     | 合计     | 100.00     | 10.00 | 10.00 | 100.00    | 95.00      | 95%    |              |
"""
ALLOCATIONS = """
| 地区   | 用途     | 分配资金 | 使用资金 | 户数 | 人数 | 原因 |
| 江海区 | 生活救助 | 11       | 8.6      | 15   |      |      |
| 江海区 | 金秋助学 |          | 2.4      |      | 10   |      |
| 新会区 | 生活救助 | 18       | 18       | 28   |      |      |
| 合计   |          | 29       | 29       | 43   | 10   |      |
"""
TIEOUT = """
| 主题 | 表述         | 报告数 | 单位 | 表内数 | 尾差 |
| 执行 | 全年支出     | 95     | 万元 | 95     |      |
| 执行 | 执行率       | 95%    | %    | 0.95   |      |
| 产出 | 企业超 50 家 | 超50家 | 家   | 60     |      |
"""

HEADINGS = {
    "名称": "name", "年初预算数": "initial", "压减": "cut", "追加": "added", "调整": "change", "全年预算数": "adjusted",
    "全年执行数": "executed", "分值": "weight", "执行率": "claimed_rate", "得分": "claimed_score", "原因": "reason",
    "一级指标": "level1", "二级指标": "level2", "三级指标": "name", "性质": "op", "指标值": "target", "单位": "unit",
    "实际完成值": "actual", "达成情况": "state", "层级": "level", "地区": "region", "用途": "purpose",
    "分配资金": "allocated", "使用资金": "used", "户数": "households", "人数": "persons", "主题": "topic",
    "表述": "statement", "报告数": "stated", "表内数": "expected", "尾差": "tolerance",
}  # fmt: skip
LEVELS = {"合计": 0, "一级项目": 1, "二级项目": 2}

Cells = list[list[str]]


def cells(table: str) -> Cells:
    """The cells of a Markdown table, headings first."""
    lines = (line.strip() for line in table.strip().splitlines())
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def markdown(rows: Cells) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def change(table: str, row_name: str, **values: str) -> str:
    """The table with the cells of one row altered; the row is the one that holds ``row_name`` in any cell."""
    rows = cells(table)
    row = next(row for row in rows[1:] if row_name in row)
    for heading, value in values.items():
        row[rows[0].index(heading)] = value
    return markdown(rows)


def without(table: str, *headings: str) -> str:
    """The table without these columns."""
    rows = cells(table)
    keep = [index for index, heading in enumerate(rows[0]) if heading not in headings]
    return markdown([[row[index] for index in keep] for row in rows])


def adding(table: str, *lines: str) -> str:
    """The table with more rows at its end."""
    return "\n".join([table.strip(), *lines])


def entry(text: str, place: Place | None = None) -> Entry:
    """A cell as a reader gives it: the text, and its number."""
    number = text.replace(",", "").removesuffix("%")
    try:
        value = Decimal(number) if number and number.isascii() else None
    except ArithmeticError:
        value = None
    if value is not None and text.endswith("%"):
        value /= 100
    return Entry(text, value, place)


def rows(table: str, first: int, sheet: str = SHEET) -> list[dict[str, Entry]]:
    """Each row as entries by column key; the headings stand in row ``first``, the first column is A."""
    headings, *body = cells(table)
    return [
        {
            HEADINGS[heading]: entry(text, Place(sheet, f"{chr(65 + column)}{first + 1 + number}"))
            for column, (heading, text) in enumerate(zip(headings, line, strict=True))
        }
        for number, line in enumerate(body)
    ]


def money(table: str, first: int = 5, sheet: str = SHEET, unit: str = "万元") -> BudgetTable:
    """A funds block (its first row is the total) or, with a column 层级, a budget table."""
    lines = []
    found = rows(table, first, sheet)
    for number, row in enumerate(found):
        level = LEVELS[row.pop("level").text] if "level" in row else min(number, 1)
        lines.append(BudgetLine(level=level, **row))
    return BudgetTable("资金", unit, tuple(lines), frozenset(found[0]))


def indicators(table: str, first: int = 14) -> tuple[Indicator, ...]:
    """The rows of the indicator table as every source gives them; a name that begins with 其中 makes a child row."""
    made = []
    for number, row in enumerate(rows(table, first)):
        unit, op = row.get("unit", Entry()).text or None, row.get("op", Entry()).text or None
        target, actual = (row.get(key, Entry()).text for key in ("target", "actual"))
        made.append(
            Indicator(
                place=row["name"].place,
                row=first + 1 + number,
                target_read=read(target, unit=unit, op=op),
                actual_read=read(actual, unit=unit, role="actual") if actual else Quantity("", "empty"),
                child=row["name"].text.startswith("其中"),
                **row,
            )
        )
    return tuple(made)


def allocations(table: str = ALLOCATIONS) -> tuple[Allocation, ...]:
    return tuple(Allocation(total=row["region"].text == "合计", **row) for row in rows(table, 2, "资金分配"))


def statements(table: str = TIEOUT) -> tuple[Statement, ...]:
    return tuple(Statement(text=row.pop("statement"), **row) for row in rows(table, 2, "勾稽核对"))


def form(
    table: str = INDICATORS,
    *,
    funds: str | None = FUNDS,
    total: str = "98.67",
    grade: str = "优",
    **more: Any,
) -> Evaluation:
    """An official project form; with nothing given, the clean one."""
    columns: Mapping[str, object] = dict.fromkeys(HEADINGS[heading] for heading in cells(table)[0])
    given = {
        "form": "project",
        "sheet": SHEET,
        "header": Header(entry("2024"), entry("某市总工会")),
        "funds": money(funds) if funds else None,
        "indicators": indicators(table),
        "columns": frozenset(columns),
        "claimed_total": entry(total, Place(SHEET, "G30")),
        "claimed_grade": entry(grade, Place(SHEET, "H30")),
    }
    return Evaluation(**(given | more))
