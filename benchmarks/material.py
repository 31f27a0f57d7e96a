"""Makes returns as units send them: each with indicators and figures of its own; ours filled, scored and sealed.

As in reality, returns share only their templates: no two have a filled row in common.
"""

from __future__ import annotations

import datetime
import io
import random
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
import yaml

from selfeval_xl.examine import examine_ours, rules_of
from selfeval_xl.fill import fill
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.submit.pack import packed

_FORMS = ("project", "project", "department", "transfer")
_DAY = datetime.date(2025, 3, 1)
_POINTS = {"产出指标": 50, "效益指标": 30}
_KINDS = (
    ("产出指标", "数量指标", "培训人次", "人次"),
    ("产出指标", "数量指标", "帮扶户数", "户"),
    ("产出指标", "质量指标", "验收合格率", "%"),
    ("产出指标", "时效指标", "按时完成率", "%"),
    ("效益指标", "经济效益指标", "带动增收", "万元"),
    ("效益指标", "社会效益指标", "受益人数", "人"),
    ("效益指标", "可持续影响指标", "管护覆盖率", "%"),
)
_REASON = "年中调整了计划"


class Indicator(NamedTuple):
    """A row of the indicator table."""

    level1: str
    level2: str
    name: str
    target: float
    actual: float
    unit: str
    weight: int

    @property
    def reason(self) -> str:
        """Why the target was missed, if it was."""
        return _REASON if self.actual < self.target else ""


def make(folder: Path, count: int) -> None:
    """Write ``count`` returns, four of ours for each official form; the same number gives the same return."""
    with ProcessPoolExecutor() as pool:
        for number, data in enumerate(pool.map(made, range(count), chunksize=10)):
            (folder / f"{number:05}.xlsx").write_bytes(data)


def made(number: int) -> bytes:
    """One return."""
    chance = random.Random(number)
    return _official(number, chance) if number % 5 == 4 else _ours(number, chance)


def _indicators(chance: random.Random) -> Iterator[Indicator]:
    """Eight to twenty-two of them, with 90 points in all; some miss their targets."""
    kinds = [kind for kind in _KINDS for _ in range(chance.randint(1, 3))]
    left = dict(_POINTS)
    for number, (level1, level2, name, unit) in enumerate(kinds):
        follow = sum(kind[0] == level1 for kind in kinds[number + 1 :])
        weight = min(chance.randint(2, 6), left[level1] - 2 * follow) if follow else left[level1]
        left[level1] -= weight
        target = chance.randint(80, 100) if unit == "%" else chance.randint(20, 2_000)
        actual = round(target * chance.choice((1, 1, 1, chance.uniform(0.5, 1.2))), 2 if unit in ("%", "万元") else 0)
        name = f"{name}（{chance.randint(1, 99)}批）"
        yield Indicator(level1, level2, name, target, min(actual, 100) if unit == "%" else actual, unit, weight)
    yield Indicator(
        "满意度指标", "服务对象满意度指标", "服务对象满意度", 90, round(chance.uniform(85, 100), 1), "%", 10
    )


def _ours(number: int, chance: random.Random) -> bytes:
    form = chance.choice(_FORMS)
    fields = {
        "year": 2024,
        "unit": f"第{number:05}单位",
        "department": "市财政局",
        "currency_unit": "万元",
        "budget_weight": 10,
        "goal_expected": f"完成第{number}号任务。",
        "goal_actual": f"已完成第{number}号任务。",
    }
    if form != "department":
        fields["project"] = f"专项{number:05}"
    funds = []
    for name in ("当年财政拨款", "上年结转资金", "其他资金")[: chance.randint(1, 3)]:
        money, spent = round(chance.uniform(10, 900), 2), chance.uniform(0.6, 1)
        funds.append({"name": name, "initial": money, "adjusted": money, "executed": round(money * spent, 2)})
    indicators = [
        {
            **dict(zip(("level1", "level2", "name"), one, strict=False)),
            "target": f"≥{one.target:g}{one.unit}",
            "actual": f"{one.actual:g}{one.unit}",
            "weight": one.weight,
            "reason": one.reason,
        }
        for one in _indicators(chance)
    ]
    data = {"form": form, "fields": fields, "tables": {"funds": funds, "indicators": indicators}}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "a.yaml", Path(folder) / "a.xlsx"
        source.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        fill(source, target)
        workbook = Workbook(target)
        ours = ours_in(workbook)
        assert ours is not None
        assessment = examine_ours(ours, workbook)
        return packed(workbook, ours, assessment, rules_of(ours.evaluation), day=_DAY).data


def _official(number: int, chance: random.Random) -> bytes:
    budget = round(chance.uniform(10, 900), 2)
    executed = round(budget * chance.uniform(0.6, 1), 2)
    score = round(10 * executed / budget, 2)
    rows: list[list[str | float]] = [
        ["项目支出绩效自评表"],
        ["（2024年度）"],
        ["项目名称", f"专项{number:05}"],
        ["主管部门", "市财政局", "", "", "实施单位", f"第{number:05}单位"],
        ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["", "年度资金总额", budget, budget, executed, 10, f"{executed / budget:.2%}", score],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"],
    ]
    total = score
    for one in _indicators(chance):
        given = round(one.weight * min(one.actual / one.target, 1), 2)
        total += given
        figures = f"≥{one.target:g}{one.unit}", f"{one.actual:g}{one.unit}", one.weight, given
        rows.append([one.level1, one.level2, one.name, *figures, one.reason])
    rows.append(["总分", "", "", "", "", 100, round(total, 2)])
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = workbook.add_worksheet("Sheet1")
    for row, cells in enumerate(rows):
        sheet.write_row(row, 0, cells)
    workbook.close()
    return stream.getvalue()
