"""Rows that people add at the edge of a table: nothing reads them, so they are said, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from selfeval_xl.examine import examine
from selfeval_xl.explain import explain
from selfeval_xl.fill import fill
from selfeval_xl.forms import FORMS, template_file
from selfeval_xl.importing import import_workbook
from selfeval_xl.model import Finding
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.workbook.edits import Formula, Value
from selfeval_xl.workbook.writing.patch import Patch

ROW = {"A": "产出指标", "B": "质量指标", "C": "新加的指标", "D": "≥", "E": 10, "F": "个", "G": 8, "I": 5}
LINE = {"A": "二级项目", "B": "新加的项目", "C": 50, "F": 50, "G": 20}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled project form: indicators in 自评表 13–27, headings in 12, 总分 in 28; budget lines in 预算执行 4–13."""
    indicators = [
        {"level1": "产出指标", "level2": "数量指标", "name": "场次", "target": "≥10 场", "actual": "11 场", "weight": 50},
        {"level1": "效益指标", "level2": "社会效益指标", "name": "人次", "target": "≥90 人次", "actual": "99 人次", "weight": 30},
        {"level1": "满意度指标", "level2": "服务对象满意度指标", "name": "满意度", "target": "≥90%", "actual": "95%", "weight": 10},
    ]
    data = {
        "form": "project",
        "fields": {"year": 2024, "unit": "某市图书馆", "project": "购书经费"},
        "tables": {
            "funds": [{"name": "当年财政拨款", "initial": 40, "adjusted": 40, "executed": 39}],
            "budget": [{"level": "一级项目", "name": "购书", "initial": 40, "adjusted": 40, "executed": 39}],
            "indicators": indicators,
        },
    }
    folder = tmp_path_factory.mktemp("outside")
    (folder / "数据.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    fill(folder / "数据.yaml", folder / "自评表.xlsx")
    return folder / "自评表.xlsx"


def inserted(source: Path, target: Path, sheet: str, row: int | None, cells: dict[str, object], at: int = 0) -> Path:
    """A copy with a row inserted before ``row`` as Excel does it, and typed into there (or into the row ``at``)."""
    patch = Patch(Workbook(source).package)
    if row:
        patch.insert_rows(sheet, row, 1)
    for column, value in cells.items():
        content = value if isinstance(value, Formula) else Value(value)  # type: ignore[arg-type]
        patch.set(sheet, f"{column}{at or row}", content)
    target.write_bytes(patch.to_bytes())
    return target


def outside(path: Path) -> list[Finding]:
    (assessment,) = examine(path)
    return [one for one in assessment.findings if one.id == "table.outside"]


@pytest.mark.parametrize(
    ("sheet", "row", "cells", "edge"),
    [
        ("自评表", 28, ROW, "最后一行的下面"),
        ("自评表", 13, ROW, "第一行的上面"),
        ("预算执行", 14, LINE, "最后一行的下面"),
        ("预算执行", 4, LINE, "第一行的上面"),
        ("自评表", 7, {"A": "专项债券", "C": 5, "D": 5, "F": 4}, "第一行的上面"),
        ("自评表", 10, {"A": "专项债券", "C": 5, "D": 5, "F": 4}, "最后一行的下面"),
        ("勾稽核对", 4, {"B": "全年支出", "C": 39}, "第一行的上面"),
    ],
)
def test_a_row_at_the_edge_is_an_error_with_its_cells(
    whole: Path, tmp_path: Path, sheet: str, row: int, cells: dict[str, object], edge: str
) -> None:
    path = inserted(whole, tmp_path / "a.xlsx", sheet, row, cells)
    (finding,) = outside(path)
    assert (finding.severity, finding.sheet) == ("error", sheet)
    assert finding.cells == tuple(f"{column}{row}" for column in cells)
    assert edge in finding.message and f"第 {row} 行" in finding.message
    (explanation,) = explain(Workbook(path))
    assert {place.cell for place, _ in explanation.unused} == set(finding.cells)
    left = import_workbook(path, tmp_path / "b.xlsx").left
    assert {str(one.where) for one in left} == {f"{sheet}!{cell}" for cell in finding.cells}, "each cell, and once"


@pytest.mark.parametrize(
    ("sheet", "row", "cells", "at"),
    [
        ("自评表", 28, {}, 0),  # a row that stayed empty
        ("自评表", 20, ROW, 0),  # within the table: it is read
        ("自评表", 12, {"A": "以下为绩效指标"}, 0),  # above the headings
        ("自评表", None, {"P": "备注", "A": "填表人：某甲"}, 60),
        ("预算执行", 15, {"A": "注：含上年结转"}, 0),  # below the sums
        ("勾稽核对", None, {"A": "填表人", "B": "某甲"}, 40),
        ("自评表", 2, {"A": "某市", "P": "2024"}, 0),
    ],
)
def test_what_is_typed_elsewhere_is_no_row(
    whole: Path, tmp_path: Path, sheet: str, row: int | None, cells: dict[str, object], at: int
) -> None:
    assert outside(inserted(whole, tmp_path / "a.xlsx", sheet, row, cells, at)) == []


def test_a_lone_word_may_be_a_note(whole: Path, tmp_path: Path) -> None:
    (finding,) = outside(inserted(whole, tmp_path / "a.xlsx", "自评表", 28, {"A": "（以下空白）"}))
    assert finding.severity == "warning"


def test_a_sum_of_ones_own_stops_nobody(whole: Path, tmp_path: Path) -> None:
    cells = {"B": "小计", "F": Formula("=SUM(F4:F13)", 40), "G": Formula("=SUM(G4:G13)", 39)}
    (finding,) = outside(inserted(whole, tmp_path / "a.xlsx", "预算执行", 14, cells))
    assert finding.severity == "warning"


def test_words_that_another_version_has_there_are_no_row(whole: Path, tmp_path: Path) -> None:
    path = inserted(whole, tmp_path / "a.xlsx", "自评表", 28, {"A": "得分汇总", "C": "由单位填写"})
    assert len(outside(path)) == 1
    assert outside(inserted(path, tmp_path / "b.xlsx", "填报说明", None, {"F": "0.9.0"}, 2)) == []
    assert len(outside(inserted(path, tmp_path / "c.xlsx", "自评表", None, {"I": 5}, 28))) == 1


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_form_has_nothing_outside(form: str) -> None:
    ours = ours_in(Workbook(template_file(form), form))
    assert ours is not None and ours.evaluation.structure.outside == ()


def test_a_full_table_that_goes_on_below_the_form(tmp_path: Path) -> None:
    patch = Patch(Workbook(template_file("department"), "部门").package)
    for row in range(4, 11):  # the table ends in row 9, and nothing follows
        patch.set("整改情况", f"A{row}", Value(f"问题{row}"))
        patch.set("整改情况", f"B{row}", Value("已改"))
    patch.set("整改情况", "A12", Value("填表人：某甲"))
    path = tmp_path / "a.xlsx"
    path.write_bytes(patch.to_bytes())
    (finding,) = outside(path)
    assert (finding.severity, finding.cells) == ("warning", ("A10", "B10"))
