"""Filling: data to workbook and back, with nothing lost, nothing guessed, and errors that say where."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import yaml
from engines import differing, embedded, stored
from openpyxl.comments import Comment
from openpyxl.styles import Border, Side
from zipped import parts

from selfeval_xl.errors import DataError, TargetError, WorkbookError
from selfeval_xl.examine import examine
from selfeval_xl.fill import fill, fill_and_tell
from selfeval_xl.forms import template_file
from selfeval_xl.model import Evaluation
from selfeval_xl.quantity import read as meaning
from selfeval_xl.read import Workbook, read

HEAD = {"form": "project", "fields": {"year": 2024, "unit": "某市图书馆", "project": "购书经费", "budget_weight": 10}}
MONEY = [{"name": "当年财政拨款", "initial": "50.00", "adjusted": 40, "executed": 38.5}]


def indicators(count: int) -> list[dict[str, object]]:
    return [
        {"level1": "产出指标", "level2": "数量指标", "name": f"第{n}项活动场次", "target": f"≥{n + 10} 场", "actual": f"{n + 11} 场"}
        for n in range(count)
    ]


def data_file(folder: Path, name: str = "数据.yaml", **tables: object) -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump({**HEAD, "tables": tables}, allow_unicode=True), encoding="utf-8")
    return path


def filled(folder: Path, **tables: object) -> tuple[Path, Evaluation]:
    path = folder / "自评 表（1）.xlsx"
    fill(data_file(folder, **tables), path)
    (evaluation,) = read(path)
    return path, evaluation


@pytest.mark.parametrize("count", [0, 1, 6, 15, 16, 300])
def test_any_number_of_indicators(tmp_path: Path, count: int) -> None:
    path, evaluation = filled(tmp_path, funds=MONEY, indicators=indicators(count))
    assert [one.name.text for one in evaluation.indicators] == [f"第{n}项活动场次" for n in range(count)]
    assert [one.target.value for one in evaluation.indicators] == [Decimal(n + 10) for n in range(count)]
    assert differing(stored(Workbook(path)), embedded(path)) == {}
    (assessment,) = examine(path)
    assert not [finding for finding in assessment.findings if finding.id.startswith("template.")]
    assert all(score.status == "met" for score in assessment.indicators)


def test_rows_that_a_user_has_filled_in_keep_all_of_theirs_where_the_table_grows(tmp_path: Path) -> None:
    path, _ = filled(tmp_path, indicators=indicators(15))
    book = openpyxl.load_workbook(path)
    sheet = book["自评表"]
    own = {"第1项活动场次": 14, "第14项活动场次": 27}  # the second one is the table's last, which moves down
    for row in own.values():
        sheet.row_dimensions[row].height = 77
        sheet.cell(row, 14, f"原因{row}").comment = Comment(f"批注{row}", "会计")
        sheet.cell(row, 7).number_format = "0.000"
        sheet.cell(row, 3).border = Border(bottom=Side(style="thick"))
        sheet.cell(row, 50, f"旁注{row}")
    book.save(tmp_path / "填了.xlsx")
    more = [{**indicators(15)[14], "actual": "99 场"}, *({**one, "name": f"新的{n}"} for n, one in enumerate(indicators(3)))]
    _, left = fill_and_tell(data_file(tmp_path, indicators=more), tmp_path / "out.xlsx", template=tmp_path / "填了.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["自评表"]
    names = [sheet.cell(row, 3).value for row in range(13, 31)]
    assert names == [*(f"第{n}项活动场次" for n in range(14)), "新的0", "新的1", "新的2", "第14项活动场次"]
    for name, before in own.items():
        row = 13 + names.index(name)
        assert (sheet.cell(row, 14).value, sheet.cell(row, 50).value) == (f"原因{before}", f"旁注{before}")
        assert f"批注{before}" in sheet.cell(row, 14).comment.text
        assert (sheet.cell(row, 7).number_format, sheet.cell(row, 3).border.bottom.style) == ("0.000", "thick")
        assert sheet.row_dimensions[row].height == 77
    assert sheet.cell(30, 7).value == 99 and "第0项活动场次" in left[0].text
    assert not [one for one in examine(tmp_path / "out.xlsx")[0].findings if one.id.startswith("template.")]


def test_grown_rows_look_and_behave_like_the_others(tmp_path: Path) -> None:
    path, _ = filled(tmp_path, indicators=indicators(40))
    sheet = openpyxl.load_workbook(path)["自评表"]
    first, last = 13, 52
    for column in range(1, 15):
        assert sheet.cell(last, column).has_style
        assert sheet.cell(last, column).fill.fgColor.rgb == sheet.cell(first, column).fill.fgColor.rgb
        assert sheet.cell(last, column).protection.locked == sheet.cell(first, column).protection.locked
    assert any(f"H{last}" in rule.sqref for rule in sheet.data_validations.dataValidation)
    assert any(f"M{last}" in area.sqref for area in sheet.conditional_formatting)
    assert sheet.cell(last + 1, 1).value == "总分"
    assert f"{last}" in str(sheet["K53"].value), "the total must sum the grown rows"
    assert sheet.print_area.endswith("$58")


@pytest.mark.parametrize(
    ("target", "actual", "cells"),
    [
        ("≥10 个", "11 个", ("≥", 10, "个", 11)),
        (">=530元/人*月", "500元/人*月", ("≥", 530, "元/人*月", 500)),
        ("100%", "98.5%", (None, 100, "%", 98.5)),
        ("≥80%", "≥80%", ("≥", 80, "%", "≥80%")),
        ("0", "0", (None, 0, None, 0)),
        ("≥1,000 人次", "1194人", ("≥", 1000, "人次", "1194人")),
        ("有效提升", "有效提升", ("定性", "有效提升", None, "有效提升")),
        ("按分配名额", "27个", (None, "按分配名额", None, "27个")),
        ("预计慰问费用约 232000 元", "实际使用 230500 元", (None, "预计慰问费用约 232000 元", None, "实际使用 230500 元")),
        ("1.2万人次", "1.3万人次", (None, "1.2万人次", None, "1.3万人次")),
        ("12月31日前", "11月30日", (None, "12月31日前", None, "11月30日")),
    ],
)
def test_a_plain_figure_is_split_and_anything_else_stays_as_written(
    tmp_path: Path, target: str, actual: str, cells: tuple[object, ...]
) -> None:
    row = {"level1": "产出指标", "level2": "数量指标", "name": "某项", "target": target, "actual": actual}
    path, evaluation = filled(tmp_path, indicators=[row])
    sheet = openpyxl.load_workbook(path)["自评表"]
    assert tuple(sheet[cell].value for cell in ("D13", "E13", "F13", "G13")) == cells
    (again,) = evaluation.indicators
    said = again.target_read, meaning(target, year=2024)
    assert said[0]._replace(text="") == said[1]._replace(text="")


def test_what_is_filled_is_read_back(tmp_path: Path) -> None:
    budget = [
        {"level": "一级项目", "name": "购书经费", "initial": 50, "cut": 10, "adjusted": 40, "executed": 38.5, "claimed_rate": "96.25%"},
        {"level": "二级项目", "name": "中文图书", "adjusted": 40, "executed": "38.50", "reason": "无"},
    ]
    _, evaluation = filled(tmp_path, funds=MONEY, budget=budget, indicators=indicators(2))
    assert (evaluation.header.year.text, evaluation.header.unit.text) == ("2024", "某市图书馆")
    assert evaluation.funds is not None and evaluation.funds.total is not None
    assert evaluation.funds.total.adjusted.value == 40
    (table,) = evaluation.budgets
    assert [(line.level, line.name.text, line.executed.value) for line in table.lines] == [
        (1, "购书经费", Decimal("38.5")),
        (2, "中文图书", Decimal("38.5")),
    ]
    assert table.lines[0].claimed_rate.value == Decimal("0.9625")
    assert table.lines[1].initial.blank


def test_without_any_weight_an_equal_split_is_proposed_and_marked(tmp_path: Path) -> None:
    rows = [*indicators(3), {"level1": "满意度指标", "level2": "服务对象满意度指标", "name": "满意度", "target": "≥90%", "actual": "95%"}]
    _, evaluation = filled(tmp_path, indicators=rows)
    assert [one.weight.text for one in evaluation.indicators] == ["16.67", "16.67", "16.66", "10"]
    assert evaluation.weights_proposed
    rows[0]["weight"] = 50
    _, evaluation = filled(tmp_path, indicators=rows)
    assert not evaluation.weights_proposed
    assert [one.weight.text for one in evaluation.indicators] == ["50", "", "", ""]


def test_no_split_is_proposed_that_the_scores_contradict(tmp_path: Path) -> None:
    rows = indicators(3)
    rows[0]["claimed_score"] = 20  # an equal split gives 16.67
    _, evaluation = filled(tmp_path, indicators=rows)
    assert [one.weight.text for one in evaluation.indicators] == ["", "", ""] and not evaluation.weights_proposed


def test_tables_in_csv_and_excel_files(tmp_path: Path) -> None:
    (tmp_path / "指标.csv").write_text(
        "一级指标,二级指标,三级指标,年度指标值,实际完成值,分值\n产出指标,数量指标,活动场次,≥10 场,11 场,50\n", encoding="utf-8-sig"
    )
    book = openpyxl.Workbook()
    book.active.append(["name", "initial", "adjusted", "executed"])
    book.active.append(["当年财政拨款", 50, 40, 38.5])
    book.save(tmp_path / "资金.xlsx")
    _, evaluation = filled(tmp_path, indicators="指标.csv", funds="资金.xlsx")
    assert [(one.name.text, one.weight.text) for one in evaluation.indicators] == [("活动场次", "50")]
    assert evaluation.funds is not None and evaluation.funds.total is not None
    assert evaluation.funds.total.executed.value == Decimal("38.5")


def test_json_data(tmp_path: Path) -> None:
    path = tmp_path / "数据.json"
    path.write_text(json.dumps({**HEAD, "tables": {"funds": MONEY}}), encoding="utf-8")
    assert fill(path, tmp_path / "out.xlsx").budget.score == Decimal("9.63")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"form": "projekt"}, ["form", "projekt", "是不是 project"]),
        ({"fields": {"yeer": 2024}}, ["fields", "yeer", "是不是 year"]),
        ({"fields": {"year": "二〇二四"}}, ["year", "二〇二四", "2024"]),
        ({"tables": {"indicator": []}}, ["indicator", "是不是 indicators"]),
        ({"tables": {"funds": [{"name": "拨款", "adjusted": "四十"}]}}, ["funds 第 1 行", "adjusted", "四十", "数字"]),
        ({"tables": {"budget": [{"name": "a"}, {"nome": "b"}]}}, ["budget 第 2 行", "nome", "是不是 name"]),
        ({"tables": {"indicators": "没有.csv"}}, ["没有.csv", "找不到"]),
        ({"tables": {"tieout": [{"statement": "某数", "stated": "1", "equals": "{没有.executed}"}]}}, ["tieout 第 1 行", "没有.executed"]),
        ({"tables": {"tieout": [{"statement": "某数", "stated": "1", "equals": "import os"}]}}, ["tieout 第 1 行", "import os"]),
        ({"tables": {"tieout": [{"statement": "某数", "equals": "1"}]}}, ["tieout 第 1 行", "stated"]),
        ({"tables": {"tieout": [{"statement": "某数", "stated": 1, "表内数": "=自评表!F6"}]}}, ["tieout 第 1 行", "=自评表!F6", "equals"]),
        (
            {"form": "transfer", "tables": {"allocations": [{"region": "甲区", "used": 5}], "tieout": [{"statement": "某数", "stated": 1, "equals": "{甲区.foo}"}]}},
            ["tieout 第 1 行", "甲区.foo"],
        ),
    ],
)
def test_what_cannot_be_used_is_said_with_file_row_and_field(tmp_path: Path, content: dict, said: list[str]) -> None:
    path = tmp_path / "数据.yaml"
    path.write_text(yaml.safe_dump({**HEAD, **content}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(DataError) as error:
        fill(path, tmp_path / "out.xlsx")
    message = str(error.value)
    assert "\n" not in message
    for words in said:
        assert words in message
    assert not (tmp_path / "out.xlsx").exists()


def test_broken_files_are_one_line(tmp_path: Path) -> None:
    path = tmp_path / "数据.yaml"
    path.write_text("form: project\n  fields: [", encoding="utf-8")
    with pytest.raises(DataError, match="第 2 行"):
        fill(path, tmp_path / "out.xlsx")
    with pytest.raises(DataError, match="找不到"):
        fill(tmp_path / "没有.yaml", tmp_path / "out.xlsx")


def test_a_target_that_cannot_be_written_loses_nothing(tmp_path: Path) -> None:
    data = data_file(tmp_path, funds=MONEY)
    with pytest.raises(TargetError):
        fill(data, tmp_path / "没有这个文件夹" / "out.xlsx")
    target = tmp_path / "out.xlsx"
    target.mkdir()
    with pytest.raises(TargetError):
        fill(data, target)


def test_a_workbook_of_ours_is_filled_and_the_rest_stays(tmp_path: Path) -> None:
    mine = tmp_path / "我的.xlsx"
    fill(data_file(tmp_path, funds=MONEY, indicators=indicators(2)), mine)
    more = data_file(
        tmp_path,
        "补充.yaml",
        indicators=[{"name": "第1项活动场次", "actual": "9 场", "reason": "场地维修"}, *indicators(4)[3:]],
    )
    output = tmp_path / "补充后.xlsx"
    _, left = fill_and_tell(more, output, template=mine)
    assert [(one.text, "保留" in one.why) for one in left] == [("当年财政拨款", True), ("第0项活动场次", True)]
    (evaluation,) = read(output)
    assert [(one.name.text, one.actual.text) for one in evaluation.indicators] == [
        ("第0项活动场次", "11"),
        ("第1项活动场次", "9"),
        ("第3项活动场次", "14"),
    ]
    assert evaluation.indicators[1].target.value == 11, "what the data does not name stays"
    assert evaluation.funds is not None and evaluation.funds.total is not None
    assert evaluation.funds.total.executed.value == Decimal("38.5")
    before, after = parts(mine), parts(output)
    sheets = {f"xl/worksheets/sheet{number}.xml" for number in range(1, 7)}
    same = {name for name in before if name not in sheets and before[name] == after.get(name)}
    assert {"xl/theme/theme1.xml", "xl/charts/chart1.xml", "docProps/app.xml"} <= same


def test_data_of_another_form_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "department.xlsx"
    other.write_bytes(template_file("department"))
    with pytest.raises(WorkbookError, match="部门整体支出绩效自评表"):
        fill(data_file(tmp_path, funds=MONEY), tmp_path / "out.xlsx", template=other)


def test_a_table_that_was_deleted_is_said(tmp_path: Path) -> None:
    path, _ = filled(tmp_path)
    book = openpyxl.load_workbook(path)
    del book["预算执行"]
    book.save(path)
    before = path.read_bytes()
    data = data_file(tmp_path, budget=[{"level": "一级项目", "name": "甲", "adjusted": 40}])
    with pytest.raises(WorkbookError, match="找不到“预算执行”"):
        fill(data, path, template=path)
    assert path.read_bytes() == before
    fill(data_file(tmp_path, indicators=indicators(2)), path, template=path)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("unit", "“实施单位”"),
        ("indicators.actual", "“绩效指标”的“实际完成值”"),
        ("tieout.expected", "“勾稽核对”的“表内数”"),
        ("tieout.unit", "“勾稽核对”的“单位”"),
        ("indicators.weight", None),
    ],
)
def test_data_whose_cells_have_lost_their_name_are_said(name: str, told: str | None, tmp_path: Path) -> None:
    """Points that nobody gave are proposed only where they have a place."""
    path = tmp_path / "空表.xlsx"
    path.write_bytes(template_file("project"))
    book = openpyxl.load_workbook(path)
    del book.defined_names[f"se.{name}"]
    book.save(path)
    stated = [{"statement": "场次", "stated": "50%", "equals": "1/2"}]
    data = data_file(tmp_path, indicators=indicators(2), tieout=stated)
    if told is None:
        assert [one.id for one in fill(data, path, template=path).findings].count("template.name") == 1
        return
    before = path.read_bytes()
    with pytest.raises(WorkbookError, match=f"找不到{told}（"):
        fill(data, path, template=path)
    assert path.read_bytes() == before


def test_a_target_keeps_a_unit_that_is_not_its_columns(tmp_path: Path) -> None:
    row = {"level1": "产出指标", "name": "设备费", "target": "≥10万元", "unit": "元", "actual": "12万元", "weight": 90}
    data, path = tmp_path / "a.yaml", tmp_path / "a.xlsx"
    data.write_text(yaml.safe_dump({**HEAD, "tables": {"indicators": [row]}}, allow_unicode=True), encoding="utf-8")
    fill(data, path)
    (one,) = read(path)[0].indicators
    assert (one.target.text, one.unit.text, one.actual.text) == ("≥10万元", "元", "12万元")


def test_tie_outs_become_live_formulas(tmp_path: Path) -> None:
    budget = [{"level": "一级项目", "name": "购书经费", "initial": 50, "cut": 10, "adjusted": 40, "executed": 38.5}]
    tieout = [
        {"id": "rate", "topic": "执行", "statement": "执行率", "stated": "96.25%", "equals": "{购书经费.executed}/{购书经费.adjusted}"},
        {"topic": "执行", "statement": "重述执行率", "stated": "96.25%", "equals": "{#rate}"},
        {"topic": "执行", "statement": "结余", "stated": "1.6", "unit": "万元", "equals": "{budget.adjusted}-{budget.executed}"},
        {"topic": "指标", "statement": "指标个数", "stated": "2", "unit": "个", "equals": "{count:level2=数量指标}"},
    ]
    path, evaluation = filled(tmp_path, funds=MONEY, budget=budget, indicators=indicators(2), tieout=tieout)
    assert [one.expected.value for one in evaluation.statements] == [Decimal("96.25"), Decimal("96.25"), Decimal("1.5"), Decimal(2)]
    assert evaluation.statements[0].expected.formula == '=IFERROR((预算执行!$G$4/预算执行!$F$4)*100,"")'
    (assessment,) = examine(path)
    (slip,) = [finding for finding in assessment.findings if finding.id == "tieout.mismatch"]
    assert (slip.provided, slip.expected) == ("1.6", "1.5")
    verdicts = [openpyxl.load_workbook(path, data_only=True)["勾稽核对"].cell(row, 8).value for row in range(4, 8)]
    assert verdicts == ["一致", "一致", "不一致", "一致"]


def test_a_tie_out_to_a_region_takes_no_other_for_it(tmp_path: Path) -> None:
    regions = [{"region": name, "purpose": "补助", "allocated": n, "used": n} for n, name in enumerate(("东*区", "东北区", '"甲"区'), 5)]
    names = ("东*区", '"甲"区', "东北区/补助")
    said = [{"statement": f"{name}使用数", "stated": 5, "equals": f"{{{name}.used}}"} for name in names]
    data, path = tmp_path / "a.yaml", tmp_path / "a.xlsx"
    whole = {**HEAD, "form": "transfer", "tables": {"allocations": regions, "tieout": said}}
    data.write_text(yaml.safe_dump(whole, allow_unicode=True), encoding="utf-8")
    fill(data, path)
    assert [one.expected.value for one in read(path)[0].statements] == [5, 7, 6]
    assert differing(stored(Workbook(path)), embedded(path)) == {}


def test_a_total_counts_sub_projects_once_from_the_start(tmp_path: Path) -> None:
    budget = [
        {"level": "一级项目", "name": "购书经费", "adjusted": 40, "executed": 38.5},
        {"level": "二级项目", "name": "中文图书", "adjusted": 30, "executed": 30},
        {"level": "二级项目", "name": "外文图书", "adjusted": 10, "executed": 8.5},
    ]
    tieout = [{"statement": "执行合计", "stated": "38.5", "equals": "{budget.executed}"}]
    path, evaluation = filled(tmp_path, funds=MONEY, budget=budget, tieout=tieout)
    assert evaluation.statements[0].expected.value == Decimal("38.5")
    assert differing(stored(Workbook(path)), embedded(path)) == {}


def test_a_row_of_funds_that_was_added_has_its_dashes(tmp_path: Path) -> None:
    funds = [{"name": f"第{n}项资金", "adjusted": 10, "executed": 9} for n in range(6)]
    path, _ = filled(tmp_path, funds=funds)
    sheet = openpyxl.load_workbook(path)["自评表"]
    rows = [row for row in range(5, 20) if "项资金" in str(sheet.cell(row, 1).value)]
    assert [[sheet.cell(row, column).value for column in range(8, 12)] for row in rows] == [["—"] * 4] * 6


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "尚未填写指标。"),
        (indicators(2), "未完成 0 项。"),
        ([{**indicators(1)[0], "actual": "完成"}], "未完成 0 项；待评定 1 项，见“自评表”完成状态标蓝的行。"),
        ([{**one, "actual": "1"} for one in indicators(16)], "未完成 16 项，列出前 15 项，其余见“自评表”标红的行。"),
    ],
)
def test_the_line_above_the_missed_targets_is_true_of_all(tmp_path: Path, rows: list[dict], said: str) -> None:
    path, _ = filled(tmp_path, funds=MONEY, indicators=rows)
    shown = [cell.value for row in openpyxl.load_workbook(path, data_only=True)["汇总"].iter_rows(max_col=1) for cell in row]
    assert shown[shown.index("未完成指标及原因") + 1] == said
    assert differing(stored(Workbook(path)), embedded(path)) == {}
