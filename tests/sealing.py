"""Shared by the tests of seal and submission: a clean project evaluation, packed for the bureau."""

from __future__ import annotations

import datetime
import tempfile
from functools import cache
from pathlib import Path

from selfeval_xl.examine import examine_ours, rules_of
from selfeval_xl.fill import fill
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.read.ours import Ours
from selfeval_xl.submit.pack import packed

DAY = datetime.date(2026, 3, 2)
UNIT = "某市总工会机关"

CLEAN = """
form: project
rules: mof-2020
fields:
  year: 2025
  project: 职工技能竞赛
  department: 某市总工会
  unit: 某市总工会机关
  currency_unit: 万元
  goal_expected: 举办竞赛，提高技能。
  goal_actual: 全部完成。
  claimed_total: 99.5
  claimed_grade: 优
  budget_claimed_score: 9.5
  budget_claimed_rate: 95%
tables:
  funds:
    - {name: 当年财政拨款, initial: 100, adjusted: 100, executed: 95}
  indicators:
    - {level1: 产出指标, level2: 数量指标, name: 竞赛场次, op: ≥, target: 10, actual: 11, unit: 场, weight: 30, claimed_score: 30}
    - {level1: 产出指标, level2: 质量指标, name: 参赛合格率, op: ≥, target: 95, actual: 96, unit: '%', weight: 20, claimed_score: 20}
    - {level1: 效益指标, level2: 社会效益指标, name: 服务职工人次, op: ≥, target: 2000, actual: 2100, unit: 人次, weight: 30, claimed_score: 30}
    - {level1: 满意度指标, level2: 服务对象满意度指标, name: 职工满意度, op: ≥, target: 90, actual: 95, unit: '%', weight: 10, claimed_score: 10}
  tieout:
    - {topic: 资金, statement: 全年支出 95 万元, stated: 95, unit: 万元, equals: "95"}
"""


@cache
def filled_bytes(data: str) -> bytes:
    """The scored workbook of an evaluation in YAML."""
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / "a.yaml", Path(folder) / "a.xlsx"
        source.write_text(data, encoding="utf-8")
        fill(source, output)
        return output.read_bytes()


def ours_of(data: bytes) -> Ours:
    ours = ours_in(Workbook(data, "test"))
    assert ours is not None
    return ours


@cache
def packed_bytes(data: str, *, key: Path | None = None, seal: bool = True) -> bytes:
    """The same packed for the bureau; without ``seal`` just scored."""
    scored = filled_bytes(data)
    if not seal:
        return scored
    workbook, ours = Workbook(scored, "test"), ours_of(scored)
    return packed(workbook, ours, examine_ours(ours, workbook), rules_of(ours.evaluation), day=DAY, key=key).data
