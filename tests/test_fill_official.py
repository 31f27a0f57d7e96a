"""Filling somebody's empty official form: what check reads afterwards is what the data says, and the form stays whole."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import form_corpus
import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.cell import MergedCell
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from sampled import sample
from test_import import said

from selfeval_xl.cli import main
from selfeval_xl.errors import WorkbookError
from selfeval_xl.fill import fill, fill_and_tell, filled
from selfeval_xl.fill_official import Filled, fill_official
from selfeval_xl.fill_official.results import recalculated
from selfeval_xl.fill_official.writer import Writer
from selfeval_xl.forms import template_file
from selfeval_xl.forms.outline import outline
from selfeval_xl.importing.choosing import found_in
from selfeval_xl.importing.official import official_entries
from selfeval_xl.model import Entries, Entry, Row
from selfeval_xl.read import Workbook, read
from selfeval_xl.read.datafile import Data
from selfeval_xl.rules import load
from selfeval_xl.workbook.grid import Grid, RawCell
from selfeval_xl.workbook.number_format import NumberFormat

# Empty by its labels: these are what a form prints itself.
PRINTED = {
    "funds.name", "budget.name", "label", "title", "note", "filler", "indicators.level1", "indicators.level2", "year",
    "currency_unit", "total_weight", "budget_weight", "subtotal",
}  # fmt: skip
LAYOUTS = (
    "allocation", "ambiguous-columns", "beijing-style", "below-table", "budget-table", "central-2019-project",
    "central-2021-project", "department-central", "department-plain-list", "execution-as-row", "guangdong-score-table",
    "nested-parts", "offset-with-cover", "pairs-funds", "sichuan-style", "split-target", "stacked-forms",
    "target-three-cells", "tasks-table", "two-row-heading", "weight-as-percent", "weight-before-target",
)  # fmt: skip
PROJECT = sample("project")


def emptied(name: str, folder: Path, *, placeholders: bool) -> tuple[Path, Path]:
    """A form of the corpus as it was filled in, and the empty form that it was: (full, empty)."""
    full = form_corpus.built(name, folder)
    form = found_in(Workbook(full), name, None).form
    book = openpyxl.load_workbook(full)
    sheet = book[form.sheet]
    for at, use in form.used.items():
        cell = sheet.cell(*at)
        if use in PRINTED or isinstance(cell, MergedCell):
            continue
        label, colon, _ = str(cell.value or "").replace("：", ":").partition(":")
        inline = bool(colon) and use in ("project", "unit", "department", "claimed_total", "claimed_grade")
        cell.value = f"{label}：" if inline else "指标1：" if placeholders and use == "indicators.name" else None
    book.save(folder / "empty.xlsx")
    return full, folder / "empty.xlsx"


def refilled(full: Path, empty: Path, extra: tuple[Row, ...] = ()) -> Filled:
    """The empty form filled with what the full one says (and more indicators)."""
    found = found_in(Workbook(full), full.name, None)
    target = outline(found.form.form)
    entries, _ = official_entries(Workbook(full), found, target, load())
    tables = {**entries.tables, "indicators": (*entries.tables["indicators"], *extra)}
    data = Entries(entries.fields, tables)
    own, _ = filled(Data(target, "mof-2020", data), full.name, Workbook(template_file(target.id)), load())
    return fill_official(Workbook(empty), own, data, load())


@pytest.mark.parametrize("placeholders", [False, True], ids=["blank", "placeholders"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_filled_form_says_what_the_data_say(name: str, placeholders: bool, tmp_path: Path) -> None:
    full, empty = emptied(name, tmp_path, placeholders=placeholders)
    form = refilled(full, empty)
    form.patch.save(tmp_path / "filled.xlsx")
    before, after = said(read(full)[0]), said(read(tmp_path / "filled.xlsx")[0])
    for key in ("indicators", "goals"):
        assert after[key] == before[key]
    assert after["total"] == before["total"]
    for one, other in zip(after["money"], before["money"], strict=True):  # type: ignore[call-overload]
        assert one == pytest.approx(other, abs=Decimal("0.0001")) if isinstance(other, Decimal) else one == other
    missing = [one.where for one in form.left if "没有这一项的位置" in one.why]
    assert after["header"] == before["header"] and not missing
    assert form.assessment.evaluation.sheet == read(full)[0].sheet


MORE = tuple(
    {key: Entry(text) for key, text in zip(("level1", "level2", "name", "target", "actual"), row, strict=True)}
    for row in (
        ("产出指标", "数量指标", "新增甲", "≥7场", "8场"),
        ("产出指标", "数量指标", "新增乙", "≥3次", "3次"),
        ("效益指标", "社会效益指标", "新增丙", "≥60%", "70%"),
        ("满意度指标", "服务对象满意度指标", "新增丁", "≥85%", "88%"),
        ("成本指标", "经济成本指标", "新增戊", "≤90万元", "80万元"),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "beijing-style", "below-table", "central-2019-project", "central-2021-project", "level-repeated",
        "offset-with-cover", "split-target", "target-three-cells", "two-row-heading", "weight-before-target",
    ],
)  # fmt: skip
def test_rows_grow_within_their_levels(name: str, tmp_path: Path) -> None:
    full, empty = emptied(name, tmp_path, placeholders=True)
    form = refilled(full, empty, MORE)
    form.patch.save(tmp_path / "filled.xlsx")
    before, after = read(full)[0], read(tmp_path / "filled.xlsx")[0]
    names = [one.name.text for one in after.indicators]
    assert sorted(names) == sorted([*(one.name.text for one in before.indicators), *(row["name"].text for row in MORE)])
    levels = {one.name.text: (one.level1.text, one.level2.text) for one in after.indicators}
    for one in before.indicators:
        assert levels[one.name.text] == (one.level1.text, one.level2.text)
    for row in MORE:
        level1, level2 = levels[row["name"].text]
        assert level1.removesuffix("指标") == row["level1"].text.removesuffix("指标")
        assert level2 == row["level2"].text or "满意度" in level2
    assert names.index("新增乙") == names.index("新增甲") + 1
    total = after.claimed_total.place
    assert total is not None and before.claimed_total.place is not None
    assert said(after)["header"] == said(before)["header"]
    merges = openpyxl.load_workbook(tmp_path / "filled.xlsx")[after.sheet or ""].merged_cells.ranges
    cells = [cell for area in merges for cell in area.cells]
    assert len(cells) == len(set(cells)), "merged ranges overlap"


# --- a form with everything that hangs on its rows ---


def central_form(path: Path, *, rows: int = 2) -> Path:
    """An empty form as a bureau sends it: borders, heights, formulas, rules, a chart, names, signatures below."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "自评表"
    thin = Side(style="thin", color="FF000000")

    def put(reference: str, value: Any = None, area: str | None = None) -> None:
        sheet[reference] = value
        if area:
            sheet.merge_cells(area)

    put("A1", "项目支出绩效自评表", "A1:H1")
    put("A2", "（     年度）", "A2:H2")
    put("A3", "项目名称")
    put("B3", None, "B3:H3")
    put("A4", "主管部门")
    put("B4", None, "B4:D4")
    put("E4", "实施单位")
    put("F4", None, "F4:H4")
    for column, text in enumerate(
        ("项目资金（元）", None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"), 1
    ):
        sheet.cell(5, column, text)
    sheet.merge_cells("A5:A9")
    for row, text in zip(range(6, 10), ("年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金"), strict=True):
        sheet.cell(row, 2, text)
    for letter in "CDE":
        put(f"{letter}6", f"=SUM({letter}7:{letter}9)")
    put("F6", 10)
    put("G6", '=IF(D6=0,"",E6/D6)')
    sheet["G6"].number_format = "0.00%"
    put("A10", "年度总体目标", "A10:A11")
    put("B10", "预期目标", "B10:D10")
    put("E10", "实际完成情况", "E10:H10")
    put("B11", "目标1：\n目标2：\n……", "B11:D11")
    put("E11", None, "E11:H11")
    for column, text in enumerate(
        ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"), 1
    ):
        sheet.cell(12, column, text)
    row = 13
    for level1, seconds in (
        ("产出指标", ("数量指标", "质量指标", "时效指标")), ("效益指标", ("社会效益指标", "可持续影响指标")),
        ("满意度指标", ("服务对象满意度指标",)),
    ):  # fmt: skip
        top = row
        for level2 in seconds:
            for number in range(1, rows + 1):
                sheet.cell(row, 3, f"指标{number}：" if number < rows else "……")
                row += 1
            sheet.cell(row - rows, 2, level2)
            if rows > 1:
                sheet.merge_cells(start_row=row - rows, end_row=row - 1, start_column=2, end_column=2)
        sheet.cell(top, 1, level1)
        if row - top > 1:
            sheet.merge_cells(start_row=top, end_row=row - 1, start_column=1, end_column=1)
    last, total = row - 1, row
    put(f"A{total}", "总分", f"A{total}:E{total}")
    put(f"F{total}", f"=SUM(F13:F{last})+F6")
    put(f"G{total}", f"=SUM(G13:G{last})+H6")
    put(f"A{total + 1}", "填表人：", f"A{total + 1}:D{total + 1}")
    put(f"E{total + 1}", "单位负责人（签字）：", f"E{total + 1}:H{total + 1}")
    put(f"A{total + 2}", "注：得分一档最高不能超过该指标分值上限。", f"A{total + 2}:H{total + 2}")
    for line in sheet.iter_rows(min_row=1, max_row=total, max_col=8):
        for cell in line:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
    for number in range(13, total):
        sheet.row_dimensions[number].height = 31.5
    sheet.row_dimensions[total].height = 24
    rule = CellIsRule(operator="greaterThan", formula=["$F13"], fill=PatternFill("solid", bgColor="FFFFC7CE"))
    sheet.conditional_formatting.add(f"G13:G{last}", rule)
    validation = DataValidation(type="decimal", operator="between", formula1="0", formula2="100")
    validation.add(f"F13:G{last}")
    sheet.add_data_validation(validation)
    sheet.print_area = f"A1:H{total + 2}"
    book.defined_names["总分"] = DefinedName("总分", attr_text=f"'自评表'!$G${total}")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=7, min_row=13, max_row=last))
    sheet.add_chart(chart, f"A{total + 5}")
    book.save(path)
    return path


def data_of(folder: Path, lines: str, **fields: str) -> Path:
    """A data file with these indicators, a line each: level1|level2|name|target|actual|weight."""
    keys = ("level1", "level2", "name", "target", "actual", "weight", "reason")
    text = "form: project\nfields:\n" + "".join(f"  {key}: {value}\n" for key, value in fields.items())
    text += "tables:\n  funds:\n    - {name: 当年财政拨款, initial: 100, adjusted: 90, executed: 81}\n  indicators:\n"
    for line in lines.split():
        cells = zip(keys, line.split("|"), strict=False)
        text += "    - {" + ", ".join(f'{key}: "{value}"' for key, value in cells) + "}\n"
    (folder / "数据.yaml").write_text(text, encoding="utf-8")
    return folder / "数据.yaml"


FIELDS = {
    "year": "2024", "project": "技能提升", "department": "某某局", "unit": "某某中心", "currency_unit": "万元",
    "goal_expected": "完成培训", "goal_actual": "已完成", "budget_weight": "10",
}  # fmt: skip
TEN = """
产出指标|数量指标|培训人次|≥1000人次|1194人次|10
产出指标|数量指标|培训班次|≥20班|21班|5
产出指标|数量指标|教材册数|≥500册|500册|5
产出指标|数量指标|参赛队数|≥8队|9队|5
产出指标|质量指标|合格率|≥95%|92%|10|三人缺考
产出指标|时效指标|完成及时率|100%|100%|15
效益指标|社会效益指标|就业人数|≥100人|120人|20
效益指标|经济效益指标|增收额|≥50万元|51万元|10
满意度指标|服务对象满意度指标|学员满意度|≥90%|95%|5
满意度指标|服务对象满意度指标|企业满意度|≥90%|91%|5
"""


def test_grown_form_keeps_what_hangs_on_its_rows(tmp_path: Path) -> None:
    template = central_form(tmp_path / "空表.xlsx")
    assessment, left = fill_and_tell(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    sheet = book.active
    names = [sheet.cell(row, 3).value for row in range(13, 30)]
    assert names == [
        "培训人次", "培训班次", "教材册数", "参赛队数", "合格率", None, "完成及时率", None, "就业人数", None, None, None,
        "增收额", "学员满意度", "企业满意度", None, None,
    ]  # fmt: skip
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A13:A20", "B13:B16", "B17:B18", "B19:B20", "A21:A25", "B21:B22", "B23:B24", "A26:A27", "B26:B27"} <= merged
    assert {"A28:E28", "A29:D29", "E29:H29", "A30:H30", "B3:H3", "B11:D11"} <= merged
    assert [sheet["A13"].value, sheet["B13"].value, sheet["A26"].value, sheet["B25"].value] == [
        "产出指标", "数量指标", "满意度指标", "经济效益指标",
    ]  # fmt: skip
    assert sheet["F28"].value == "=SUM(F13:F27)+F6" and sheet["G28"].value == "=SUM(G13:G27)+H6"
    assert sheet.print_area == "'自评表'!$A$1:$H$30"
    assert book.defined_names["总分"].attr_text.replace("'", "") == "自评表!$G$28"
    assert [str(area.sqref) for area in sheet.conditional_formatting] == ["G13:G27"]
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["F13:G27"]
    heights = {row: sheet.row_dimensions[row].height for row in range(13, 29)}
    assert set(heights.values()) == {31.5, 24} and heights[28] == 24
    for row in range(13, 28):
        for column in range(1, 9):
            assert sheet.cell(row, column).border.left.style == "thin", f"{row},{column}"
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        (chart,) = [name for name in archive.namelist() if "charts/chart" in name]
        assert "$G$13:$G$27" in archive.read(chart).decode()
    assert sheet["A2"].value == "（2024年度）" and sheet["B11"].value == "完成培训"
    assert assessment.total.score is not None
    shown = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True).active
    assert shown["G28"].value == pytest.approx(float(assessment.total.score))
    assert (shown["F28"].value, shown["G6"].value) == (100, 0.9)
    assert left == ()


def test_a_sign_and_a_unit_that_joined_the_target_have_found_their_place(tmp_path: Path) -> None:
    data = data_of(tmp_path, "产出指标|数量指标|面积|800|850|90", **FIELDS)
    data.write_text(data.read_text(encoding="utf-8").replace('target: "800"', "target: 800, op: ≥, unit: 平方米"), encoding="utf-8")
    _, left = fill_and_tell(data, tmp_path / "out.xlsx", template=central_form(tmp_path / "空表.xlsx"))
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").active["D13"].value == "≥800平方米" and left == ()


def test_amounts_are_written_in_the_unit_of_the_form(tmp_path: Path) -> None:
    fill(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=central_form(tmp_path / "空表.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [sheet[cell].value for cell in ("C7", "D7", "E7", "C6")] == [1000000, 900000, 810000, "=SUM(C7:C9)"]
    funds = read(tmp_path / "out.xlsx")[0].funds
    assert funds and funds.total and (funds.currency_unit, funds.total.executed.value) == ("元", 810000)


def test_spare_rows_lose_their_placeholders_only(tmp_path: Path) -> None:
    template = central_form(tmp_path / "空表.xlsx", rows=3)
    book = openpyxl.load_workbook(template)
    sheet = book.active
    sheet["H14"], sheet["C17"], sheet["C18"] = "由业务科填写", "上级规定的指标", "无"
    book.save(template)
    lines = "产出指标|数量指标|培训人次|≥1000人次|1194人次|90"
    _, left = fill_and_tell(data_of(tmp_path, lines, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [sheet[f"C{row}"].value for row in range(13, 20)] == [
        "培训人次", None, None, None, "上级规定的指标", "无", None,
    ]  # fmt: skip
    assert sheet["H14"].value == "由业务科填写" and sheet["B16"].value == "质量指标"
    assert left == ()


def test_indicators_that_the_bureau_set_are_filled_in_place(tmp_path: Path) -> None:
    """Names, targets and weights stand in the form already: only what is missing is written, a difference is told."""
    template = central_form(tmp_path / "空表.xlsx")
    book = openpyxl.load_workbook(template)
    sheet = book.active
    sheet["C15"], sheet["D15"], sheet["F15"] = "合格率", "≥98%", 10
    book.save(template)
    _, left = fill_and_tell(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    row = next(cell.row for cell in sheet["C"] if cell.value == "合格率")
    assert [sheet.cell(row, column).value for column in (4, 5, 6, 8)] == ["≥98%", "92%", 10, "三人缺考"]
    assert [(one.text, "≥98%" in one.why) for one in left] == [("≥95%", True)]
    assert len(read(tmp_path / "out.xlsx")[0].indicators) == 10
    twice = f"{TEN}产出指标|质量指标|合格率|≥98%|99%|5"
    fill(data_of(tmp_path, twice, **FIELDS), tmp_path / "twice.xlsx", template=template)
    rates = [one.actual.text for one in read(tmp_path / "twice.xlsx")[0].indicators if one.name.text == "合格率"]
    assert rates == ["92%", "99%"]


def test_last_row_of_the_table_keeps_its_place_when_a_level_is_added_behind_it(tmp_path: Path) -> None:
    """Rows go in behind the last one, and sums grow all the same."""
    template = central_form(tmp_path / "空表.xlsx", rows=1)
    book = openpyxl.load_workbook(template)
    sheet = book.active
    sheet["C18"], sheet["D18"], sheet["I18"] = "学员满意度", "≥90%", "问卷"
    book.save(template)
    cost = "成本指标|经济成本指标|人均成本|≤500元/人|480元/人|5\n成本指标|经济成本指标|总成本|≤90万元|81万元|5"
    data = data_of(tmp_path, f"满意度指标|满意度指标|学员满意度|≥90%|95%|10\n{cost}", **FIELDS)
    _, left = fill_and_tell(data, tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    rows = [[sheet.cell(row, column).value for column in (1, 2, 3, 4, 5, 9)] for row in (18, 19, 20)]
    assert rows == [
        ["满意度指标", "服务对象满意度指标", "学员满意度", "≥90%", "95%", "问卷"],
        ["成本指标", "经济成本指标", "人均成本", "≤500元/人", "480元/人", None],
        [None, None, "总成本", "≤90万元", "81万元", None],
    ]
    assert sheet["G21"].value == "=SUM(G13:G20)+H6" and {"A19:A20", "B19:B20"} <= {
        str(a) for a in sheet.merged_cells.ranges
    }
    assert left == ()


def test_blank_rows_below_merged_levels_are_used(tmp_path: Path) -> None:
    template = central_form(tmp_path / "空表.xlsx", rows=4)
    book = openpyxl.load_workbook(template)
    for row in range(13, 37):
        book.active.cell(row, 3).value = None
    book.save(template)
    before = {str(area) for area in book.active.merged_cells.ranges}
    lines = "\n".join(line for line in TEN.split() if "增收额" not in line)
    fill(data_of(tmp_path, lines, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [sheet.cell(row, 3).value for row in (13, 16, 17, 21, 25, 33, 34)] == [
        "培训人次", "参赛队数", "合格率", "完成及时率", "就业人数", "学员满意度", "企业满意度",
    ]  # fmt: skip
    assert {str(area) for area in sheet.merged_cells.ranges} == before


def test_a_first_level_that_reaches_over_both_columns_has_no_second(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["项目绩效自评表"],
        ["项目名称", None],
        ["年度", None],
        ["一级指标", "二级指标", "三级指标", "指标值", "实际完成值", "分值", "得分"],
        ["产出指标", "数量指标"],
        ["满意度指标"],
        ["总分"],
    ):
        book.active.append(row)
    book.active.merge_cells("A6:B6")
    book.save(tmp_path / "空表.xlsx")
    fill(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=tmp_path / "空表.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    levels = [(row[0], row[1]) for row in sheet.iter_rows(min_row=5, values_only=True) if row[0] and row[2]]
    assert ("产出指标", "数量指标") in levels and {two for one, two in levels if one == "满意度指标"} == {None}
    assert sheet["B3"].value == 2024


@pytest.mark.parametrize(
    ("rows", "merged", "lines", "written", "told"),
    [
        (  # levels as headings, and none for this one
            [["三级指标", "指标值", "实际完成值", "分值", "得分"], ["产出指标"], ["指标1："], ["满意度指标"], ["指标1："]],
            ["A4:E4", "A6:E6"],
            "产出指标|数量指标|培训人次|≥10人次|12人次|60\n成本指标|经济成本指标|总成本|≤10万元|9万元|40",
            {"A5": "培训人次", "A7": None},
            ("指标", "总成本", "表里没有“成本指标”这一级，没有填"),
        ),
        (  # one weight for two rows
            [["一级指标", "三级指标", "指标值", "实际完成值", "分值", "得分"], ["产出指标"], [""]],
            ["A4:A5", "E4:E5"],
            "产出指标|数量指标|培训人次|≥10人次|12人次|60\n产出指标|数量指标|培训班次|≥2班|2班|40",
            {"E4": 60, "E5": None, "B5": "培训班次"},
            ("“培训班次”的分值", "40", "这一格与上面的行合并，没有填"),
        ),
    ],
)
def test_what_the_table_has_no_cell_for_is_told(
    rows: list[list[str]], merged: list[str], lines: str, written: dict[str, object], told: tuple[str, ...], tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (["项目绩效自评表"], ["项目名称", None], *rows, ["总分"]):
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    book.save(tmp_path / "空表.xlsx")
    _, left = fill_and_tell(data_of(tmp_path, lines, **FIELDS), tmp_path / "out.xlsx", template=tmp_path / "空表.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert {cell: sheet[cell].value for cell in written} == written and told in {tuple(map(str, one)) for one in left}


@pytest.mark.parametrize("rows", [[["指标1："]], []], ids=["one", "none"])
def test_table_of_a_row_or_none_grows(rows: list[list[str]], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["项目绩效自评表"],
        ["项目名称", None],
        ["三级指标", "指标值", "实际完成值", "分值", "得分"],
        *rows,
        ["总分"],
    ):
        book.active.append(row)
    book.save(tmp_path / "空表.xlsx")
    fill(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=tmp_path / "空表.xlsx")
    assert [one.name.text for one in read(tmp_path / "out.xlsx")[0].indicators][::9] == ["培训人次", "企业满意度"]


def test_grade_is_ticked_among_several(tmp_path: Path) -> None:
    full, _ = emptied("grade-ticks", tmp_path, placeholders=False)
    book = openpyxl.load_workbook(tmp_path / "empty.xlsx")
    sheet = book.active
    (cell,) = [c for row in sheet.iter_rows() for c in row if c.value == "自评等级"]
    sheet.cell(cell.row, cell.column + 1).value = "优□ 良□ 中□ 差□"
    book.save(tmp_path / "empty.xlsx")
    refilled(full, tmp_path / "empty.xlsx").patch.save(tmp_path / "out.xlsx")
    assert (
        openpyxl.load_workbook(tmp_path / "out.xlsx").active.cell(cell.row, cell.column + 1).value == "优☑ 良□ 中□ 差□"
    )
    assert read(tmp_path / "out.xlsx")[0].claimed_grade.text == "优"


@pytest.mark.parametrize(
    ("offered", "grade", "ticked"),
    [
        ("□优   □良  □中  □差", "优", "☑优   □良  □中  □差"),
        ("□优秀 □良好 □中等 □较差", "差", "□优秀 □良好 □中等 ☑较差"),
        ("优（90-100）□ 良（80-90）□", "良", "优（90-100）□ 良（80-90）☑"),
        ("优（ ） 良（ ）", "良", "优（ ） 良（√）"),
        ("优☑ 良□ 中□ 差□", "优", None),
    ],
)
def test_the_box_of_the_grade_itself_is_ticked(offered: str, grade: str, ticked: str | None) -> None:
    writer = Writer(Grid("自评表", {(1, 1): RawCell(offered, NumberFormat(), None, 0)}))
    assert writer.tick((1, 1), grade) and [one.value for one in writer.cells.values()] == ([ticked] if ticked else [])


@pytest.mark.parametrize(
    ("offered", "grade"),
    [*(("优□ 良□ 中□ 差□", grade) for grade in ("*", ".", "及格")), ("□优 ☑良 □中 □差", "优")],
)
def test_a_grade_that_is_none_of_those_to_be_ticked(offered: str, grade: str) -> None:
    writer = Writer(Grid("自评表", {(1, 1): RawCell(offered, NumberFormat(), None, 0)}))
    assert not writer.tick((1, 1), grade) and not writer.cells


def form_of(path: Path, *sheets: tuple[str, list[list[str | None]]]) -> Path:
    """An empty form of these rows, sheet by sheet, every cell wrapped."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, text in enumerate(row, 1):
                sheet.cell(number, column, text).alignment = Alignment(wrap_text=True)
    book.save(path)
    return path


TABLE: list[list[str | None]] = [
    ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分", "备注"],
    ["产出指标", None, None, None, None, None, None, None],
    ["效益指标", None, None, None, None, None, None, None],
    ["满意度指标", None, None, None, None, None, None, None],
    ["总分", None, None, None, None, 100, None, None],
]


def printed_form(path: Path) -> Path:
    """The central form as it is handed out: a row for each second level with its name alone, two for the first."""
    template = central_form(path, rows=1)
    book = openpyxl.load_workbook(template)
    sheet = book.active
    sheet.unmerge_cells("A13:A15")
    sheet.merge_cells("A13:A14")
    for row in range(13, 19):
        sheet.cell(row, 3).value = None
    sheet["A13"] = "产出指标\n（50分）"
    sheet["A15"], sheet["B15"] = "成本指标", "经济成本指标"
    sheet["F19"], sheet["G19"] = None, None
    book.save(template)
    return template


def test_rows_printed_with_a_level_alone_are_used_and_stay(tmp_path: Path) -> None:
    lines = "\n".join(line for line in TEN.split() if not re.search("时效|班次|教材|经济", line))
    _, left = fill_and_tell(
        data_of(tmp_path, lines, **FIELDS), tmp_path / "out.xlsx", template=printed_form(tmp_path / "空表.xlsx")
    )
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [[sheet.cell(row, column).value for column in (1, 2, 3)] for row in range(13, 22)] == [
        ["产出指标\n（50分）", "数量指标", "培训人次"],
        [None, None, "参赛队数"],
        [None, "质量指标", "合格率"],
        ["成本指标", "经济成本指标", None],
        ["效益指标", "社会效益指标", "就业人数"],
        [None, "可持续影响指标", None],
        ["满意度指标", "服务对象满意度指标", "学员满意度"],
        [None, None, "企业满意度"],
        ["总分", None, None],
    ]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A13:A15", "B13:B14", "A17:A18", "A19:A20", "B19:B20"} <= merged
    (read_back,) = read(tmp_path / "out.xlsx")
    assert [(one.level1.text, one.level2.text) for one in read_back.indicators][2:4] == [
        ("产出指标", "质量指标"), ("效益指标", "社会效益指标"),
    ]  # fmt: skip
    assert left == ()


def test_levels_printed_once_hold_for_the_blank_rows_below_them(tmp_path: Path) -> None:
    """Nothing is merged: each level's name stands in the first of its rows."""
    template = central_form(tmp_path / "空表.xlsx", rows=1)
    book = openpyxl.load_workbook(template)
    sheet = book.active
    for area in [str(area) for area in sheet.merged_cells.ranges if area.min_row > 12 and area.max_col < 3]:
        sheet.unmerge_cells(area)
    names = [("产出指标", "数量指标"), (None, None), (None, "质量指标"), (None, None), (None, "时效指标"), ("效益指标", "社会效益指标")]
    for row, (one, two) in enumerate(names, 13):
        sheet.cell(row, 1).value, sheet.cell(row, 2).value, sheet.cell(row, 3).value = one, two, None
    book.save(template)
    lines = """产出指标|数量指标|培训人次|≥1000人次|1194人次|10|10
产出指标|数量指标|参赛队数|≥50支|60支|10|10
产出指标|质量指标|合格率|≥95%|96%|10|10
产出指标|质量指标|优秀率|≥30%|36%|10|10
产出指标|时效指标|按时完成率|100%|100%|10|10"""
    fill(data_of(tmp_path, lines, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [sheet.cell(row, 3).value for row in range(13, 19)] == [line.split("|")[2] for line in lines.split()] + [None]
    assert [(sheet.cell(row, 1).value, sheet.cell(row, 2).value) for row in range(13, 19)] == names


@pytest.mark.parametrize(("stated", "written"), [("96%", "96.00%"), ("90%", "90.11%"), ("", "90.11%")])
def test_a_rate_that_does_not_follow_stays_as_entered(stated: str, written: str, tmp_path: Path) -> None:
    template = central_form(tmp_path / "空表.xlsx", rows=1)
    book = openpyxl.load_workbook(template)
    book.active["G6"] = None
    book.active["G6"].number_format = "General"
    book.save(template)
    data = data_of(tmp_path, TEN, **FIELDS, budget_claimed_rate=stated)
    data.write_text(data.read_text(encoding="utf-8").replace("executed: 81", "executed: 81.1"), encoding="utf-8")
    found, _ = fill_and_tell(data, tmp_path / "out.xlsx", template=template)
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").active["G6"].value == written
    assert ("budget.rate" in {one.id for one in found.findings}) == (stated == "96%")


def test_a_total_row_is_filled_though_the_head_has_the_total_too(tmp_path: Path) -> None:
    template = printed_form(tmp_path / "空表.xlsx")
    book = openpyxl.load_workbook(template)
    sheet = book.active
    sheet.unmerge_cells("B3:H3")
    sheet["G3"] = "自评总分"
    book.save(template)
    fill(data_of(tmp_path, TEN, **FIELDS, claimed_total="99.6"), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    total = next(cell.row for cell in sheet["A"] if cell.value == "总分")
    assert [sheet["H3"].value, sheet.cell(total, 6).value, sheet.cell(total, 7).value] == [99.6, 100, 99.6]


def test_points_of_a_form_without_the_execution_are_those_of_its_indicators(tmp_path: Path) -> None:
    template = printed_form(tmp_path / "空表.xlsx")
    book = openpyxl.load_workbook(template)
    sheet = book.active
    for area in [str(area) for area in sheet.merged_cells.ranges if 5 <= area.min_row <= 9]:
        sheet.unmerge_cells(area)
    for cells in sheet["A5:H9"]:
        for cell in cells:
            cell.value = None
    book.save(template)
    fields = {key: value for key, value in FIELDS.items() if key != "budget_weight"}
    fill(data_of(tmp_path, TEN, **fields), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    total = next(cell.row for cell in sheet["A"] if cell.value == "总分")
    assert sheet.cell(total, 6).value == 90


def test_points_of_the_total_row_are_their_sum_or_nothing(tmp_path: Path) -> None:
    template = printed_form(tmp_path / "空表.xlsx")
    fill(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    total = next(cell.row for cell in sheet["A"] if cell.value == "总分")
    assert sheet.cell(total, 6).value == 100
    open_ended = TEN.replace("1194人次|10", "1194人次|")
    fill(data_of(tmp_path, open_ended, **FIELDS), tmp_path / "open.xlsx", template=template)
    assert openpyxl.load_workbook(tmp_path / "open.xlsx").active.cell(total, 6).value is None


@pytest.mark.parametrize("name", ["execution-row-across", "numbers-in-name-column", "one-source-of-money"])
def test_odd_rows_keep_their_words_and_take_the_indicators(name: str, tmp_path: Path) -> None:
    """A row merged across the levels, running numbers before the names, a table with second levels alone."""
    _, empty = emptied(name, tmp_path, placeholders=False)
    before = openpyxl.load_workbook(empty).active
    _, left = fill_and_tell(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=empty)
    after = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    (form,) = read(tmp_path / "out.xlsx")
    assert sorted(one.name.text for one in form.indicators) == sorted(line.split("|")[2] for line in TEN.split())
    kept = {str(cell.value) for row in after.iter_rows() for cell in row}
    printed = {str(cell.value) for row in before.iter_rows(max_col=3) for cell in row if cell.value is not None}
    assert {text for text in printed if not text.endswith("：")} <= kept
    assert not [one for one in left if one.where == "指标"]
    levels = {one.name.text: one.level2.text for one in form.indicators}
    assert levels["合格率"] in ("质量指标", "质量") and levels["培训人次"] in ("数量指标", "数量")


def test_scores_that_were_entered_stay_and_are_flagged(tmp_path: Path) -> None:
    """As in our own workbook: a wrong total is the unit's to mend, and a formula's result is told beside it."""
    lines = TEN.strip()
    data = data_of(tmp_path, lines, **FIELDS, claimed_total="97.2", budget_claimed_score="9.5")
    template = printed_form(tmp_path / "空表.xlsx")
    assessment, left = fill_and_tell(data, tmp_path / "out.xlsx", template=template)
    (form,) = read(tmp_path / "out.xlsx")
    assert form.claimed_total.value == Decimal("97.2") and left == ()
    assert form.funds and form.funds.total and form.funds.total.claimed_score.value == Decimal("9.5")
    assert "score.total" in {one.id for one in assessment.findings}
    data = data_of(tmp_path, lines, **FIELDS, budget_claimed_score="8.5")  # the rules give 9
    assessment, _ = fill_and_tell(data, tmp_path / "out.xlsx", template=template)
    assert read(tmp_path / "out.xlsx")[0].claimed_total.value == (assessment.total.score or 0) - Decimal("0.5")
    data = data_of(tmp_path, lines, **FIELDS, claimed_total="97.2")
    _, left = fill_and_tell(data, tmp_path / "out.xlsx", template=central_form(tmp_path / "公式.xlsx"))
    assert [(one.where, one.text, "是公式" in one.why) for one in left] == [("总分", "97.2", True)]


def test_both_splits_of_a_department_go_into_their_rows(tmp_path: Path) -> None:
    """The form prints its sources by shorter names than our data, and the natures below them."""
    full, empty = emptied("department-county-nature", tmp_path, placeholders=False)
    for path in (full, empty):
        book = openpyxl.load_workbook(path)
        book.active["B6"] = "按资金来源：一般公共预算"
        book.save(path)
    data = tmp_path / "数据.yaml"
    data.write_text(
        """
form: department
fields: {year: 2022, unit: 某局, currency_unit: 元}
tables:
  funds:
    - {name: 一般公共预算财政拨款, initial: 9000000, adjusted: 8000000, executed: 7000000}
    - {name: 其他资金, initial: 0, adjusted: 1000000, executed: 1000000}
  nature:
    - {name: 基本支出, initial: 4000000, adjusted: 4000000, executed: 4000000}
    - {name: 项目支出, initial: 5000000, adjusted: 5000000, executed: 4000000}
  indicators:
    - {level1: 产出指标, level2: 数量指标, name: 里程, target: ≥85公里, actual: 86公里, weight: 90}
""",
        encoding="utf-8",
    )
    _, left = fill_and_tell(data, tmp_path / "out.xlsx", template=empty)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [[sheet.cell(row, column).value for column in (3, 4, 5)] for row in range(5, 10)] == [
        [900, 900, 800], [900, 800, 700], [0, 100, 100], [400, 400, 400], [500, 500, 400],
    ]  # fmt: skip
    assert not [one for one in left if "资金" in str(one.where)]
    back = refilled(full, empty)  # what import makes of the full form fills it again
    back.patch.save(tmp_path / "back.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "back.xlsx").active
    assert [sheet.cell(row, 5).value for row in range(5, 10)] == [1588.38, 1488.38, 100, 920.8, 667.58]


def test_labels_of_money_are_filled_to_their_right(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [
        ["2024年度项目绩效自评表"],
        ["项目名称", None, None, None, "填报单位", None],
        ["预算数（万元）", None, "执行数（万元）", None, "执行率", None, "得分", None],
        ["其中：财政拨款", None, "其中：财政拨款", None],
        *TABLE,
    ]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    assessment, _ = fill_and_tell(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [sheet[cell].value for cell in ("B3", "D3", "F3", "H3", "B4", "D4")] == [90, 81, "90.00%", 9, 90, 81]
    # The one row of each level, in which only its name stands, is no heading: the indicators begin there.
    assert [sheet.cell(row, 1).value for row in range(6, 17)] == ["产出指标"] * 6 + ["效益指标"] * 2 + [
        "满意度指标", "满意度指标", "总分",
    ]  # fmt: skip
    assert assessment.total.score == Decimal("98.68")


def test_labels_of_money_are_filled_behind_their_colons(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [
        ["项目绩效自评表"],
        ["项目名称：", "填报单位："],
        ["年初预算数（万元）：", "全年预算数（万元）：", "全年执行数（万元）：", "执行率："],
        *TABLE,
    ]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    fill(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [sheet[cell].value for cell in ("A2", "A3", "B3", "C3")] == [
        "项目名称：技能提升", "年初预算数（万元）：100", "全年预算数（万元）：90", "全年执行数（万元）：81",
    ]  # fmt: skip
    funds = read(tmp_path / "out.xlsx")[0].funds
    assert funds and funds.total and funds.total.executed.value == 81 and funds.currency_unit == "万元"


def test_a_row_of_money_without_a_name_is_filled(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [
        ["2024年度项目绩效自评表"],
        ["项目名称", None, "填报单位", None],
        ["项目资金（万元）", "年初预算数", "全年预算数", "全年执行数", "执行率", "分值", "得分"],
        [None] * 7,
        *TABLE,
    ]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    _, left = fill_and_tell(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [cell.value for cell in sheet[4]][:7] == [None, 100, 90, 81, "90.00%", 10, 9]
    assert not [one for one in left if "资金总额" in str(one.where)]


def test_lines_of_money_whose_rates_show_nothing_yet_are_filled(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [
        ["转移支付区域绩效自评表"],
        ["资金情况（万元）", None, "全年预算数", "全年执行数", "预算执行率"],
        [None, "年度资金总额", None, None, '=IF(C3=0,"",D3/C3)'],
        [None, "其中：财政拨款", None, None, '=IF(C4=0,"",D4/C4)'],
        [None, "其他资金", None, None, '=IF(C5=0,"",D5/C5)'],
        *TABLE,
    ]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    fill(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True).active
    assert [[cell.value for cell in sheet[row]][2:5] for row in (3, 4)] == [[90, 81, 0.9]] * 2


@pytest.mark.parametrize(
    ("title", "line", "filled"),
    [
        ("项目绩效自评表", "（20    年度）", "（2024年度）"),
        ("项目绩效自评表", "（202  年度）", "（2024年度）"),
        ("项目绩效自评表", "（20XX年度）", "（2024年度）"),
        ("项目绩效自评表", "（    年）", "（2024年）"),
        ("202X年度项目绩效自评表", "填报日期：    年  月  日", "填报日期：    年  月  日"),
        ("项目绩效自评表", "年度：", "年度：2024"),
    ],
)
def test_the_year_goes_into_its_gap(title: str, line: str, filled: str, tmp_path: Path) -> None:
    template = form_of(tmp_path / "空表.xlsx", ("自评表", [[title], [line], *TABLE]))
    book = openpyxl.load_workbook(template)
    book.active.merge_cells("A2:H2")
    book.save(template)
    _, left = fill_and_tell(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").active["A2"].value == filled
    assert read(tmp_path / "out.xlsx")[0].header.year.text == "2024" and "年度" not in {one.where for one in left}


BUDGET: list[list[str | None]] = [
    ["项目名称", "年初预算数（元）", "全年预算数（元）", "全年执行数（元）", "执行率", "未完成原因"],
    [None] * 6,
    [None] * 6,
    ["合计", None, None, None, None, None],
]


@pytest.mark.parametrize("beside", [False, True])
def test_budget_table_on_a_sheet_of_its_own_is_filled(beside: bool, tmp_path: Path) -> None:
    rows = [["项目支出绩效自评表"], ["项目名称", None], *TABLE]
    one = ("自评表", [*BUDGET, [], *rows]) if beside else ("自评表", rows)
    template = form_of(tmp_path / "空表.xlsx", one, *(() if beside else (("预算执行", BUDGET),)))
    _, left = fill_and_tell(PROJECT, tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["自评表" if beside else "预算执行"]
    lines = [[sheet.cell(row, column).value for column in range(1, 6)] for row in range(2, 8)]
    assert lines[1] == ["庆五一暨劳模座谈会专项会议费", 76500, 70200, 70200, "100.00%"]
    assert [line[0] for line in lines][3:] == ["情暖职工春节活动经费", "2024年江门市劳动模范和先进集体表彰项目", "合计"]
    assert lines[5] == ["合计", 2369800, 2020600, 1754800, "86.85%"]  # the project as a whole
    assert not [one for one in left if one.where == "预算执行明细"]


def test_total_of_a_budget_table_is_the_sum_of_its_lines_where_all_have_a_figure(tmp_path: Path) -> None:
    rows = [["项目支出绩效自评表"], ["项目名称", None], *TABLE]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows), ("预算执行", BUDGET))
    data = data_of(tmp_path, TEN, **FIELDS)
    lines = "  budget:\n    - {name: 竞赛, initial: 60, adjusted: 50, executed: 41}\n    - {name: 慰问, adjusted: 40, executed: 40}\n"
    data.write_text(data.read_text(encoding="utf-8") + lines, encoding="utf-8")
    fill(data, tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["预算执行"]
    assert [cell.value for cell in sheet[4]][:5] == ["合计", None, 900000, 810000, "90.00%"]


def test_budget_table_without_a_total_ends_with_its_lines(tmp_path: Path) -> None:
    rows = [["项目支出绩效自评表"], ["项目名称", None], *TABLE]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows), ("预算执行", BUDGET[:2]))
    book = openpyxl.load_workbook(template)
    thin = Side(style="thin")
    for cells in book["预算执行"].iter_rows(min_row=1, max_row=3, max_col=6):
        for cell in cells:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    book.save(template)
    _, left = fill_and_tell(PROJECT, tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["预算执行"]
    assert [sheet.cell(row, 2).value for row in range(2, 7)] == [750000, 76500, 300000, 1006700, None]
    assert not [one for one in left if one.where == "预算执行明细"]


def test_several_projects_with_parts_do_not_fit_a_flat_budget_table(tmp_path: Path) -> None:
    department = sample("department-2024")
    rows = [["部门整体支出绩效自评表"], ["部门名称", None], *TABLE]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows), ("预算执行", BUDGET))
    _, left = fill_and_tell(department, tmp_path / "out.xlsx", template=template)
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["预算执行"]["A2"].value is None
    assert [one.why for one in left if one.where == "预算执行明细"] == [
        "有几个一级项目各带二级项目，表里分不出两级，没有填"
    ]


def test_rows_are_raised_for_long_texts_only(tmp_path: Path) -> None:
    template = central_form(tmp_path / "空表.xlsx")
    before = openpyxl.load_workbook(template).active
    fields = FIELDS | {"goal_expected": "完成全年技能培训和竞赛任务，" * 20}
    fill(data_of(tmp_path, TEN, **fields), tmp_path / "out.xlsx", template=template)
    after = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    heights = {row: after.row_dimensions[row].height for row in range(1, 13)}
    assert (heights.pop(11) or 0) > 3 * (before.row_dimensions[11].height or 15)
    assert heights == {row: before.row_dimensions[row].height for row in heights}


def test_what_the_form_has_no_place_for_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = form_corpus.load(form_corpus.FORMS / "empty-form.md").build(tmp_path / "空表.xlsx")
    code = main(["fill", str(PROJECT), "--template", str(template), "-o", str(tmp_path / "out.xlsx")])
    out = capsys.readouterr().out
    assert code == 1
    for part in ("实施单位  江门市总工会：表里没有这一项的位置", "勾稽核对  33 行", "预算执行明细  6 行", "工具建议"):
        assert part in out


def test_a_second_form_in_the_workbook_is_told(tmp_path: Path) -> None:
    template = form_of(tmp_path / "空表.xlsx", ("甲项目", TABLE), ("乙项目", TABLE))
    _, left = fill_and_tell(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    assert [one.why for one in left if one.where == "工作表“乙项目”"] == ["这里还有一张自评表，没有填；数据只填进了“甲项目”的一张"]
    assert not any(one.where == "工作表“甲项目”" for one in left)


@pytest.mark.parametrize("problems", ["培训班次偏少", ""])
def test_measures_go_behind_the_problems_where_the_form_has_one_place_for_both(tmp_path: Path, problems: str) -> None:
    template = form_of(tmp_path / "空表.xlsx", ("自评表", [*TABLE, ["存在问题", None]]))
    told = {"problems": problems} if problems else {}
    data = data_of(tmp_path, TEN, **FIELDS, **told, measures="增开两班")
    _, left = fill_and_tell(data, tmp_path / "out.xlsx", template=template)
    written = [cell.value for row in openpyxl.load_workbook(tmp_path / "out.xlsx").active for cell in row]
    assert f"{problems}\n改进措施：增开两班".strip() in written and "增开两班" not in [one.text for one in left]


def test_beside_the_heading_of_a_column_is_no_room_for_a_field(tmp_path: Path) -> None:
    heading = [*TABLE[0][:-1], "偏差原因分析及改进措施", None]
    rows = [["2024年度项目绩效自评表"], ["项目名称", None, "填报单位", None, "金额单位", "万元", "联系人", None, "联系电话"]]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", [*rows, heading, *TABLE[1:]]))
    data = data_of(tmp_path, TEN, **FIELDS, problems="培训班次偏少")
    _, left = fill_and_tell(data, tmp_path / "out.xlsx", template=template)
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").active["I3"].value is None
    assert ("存在问题", "培训班次偏少") in [one[:2] for one in left]


def test_data_of_the_samples_fill_a_form_and_are_read_back(tmp_path: Path) -> None:
    template = central_form(tmp_path / "空表.xlsx")
    fill(PROJECT, tmp_path / "own.xlsx")
    fill(PROJECT, tmp_path / "out.xlsx", template=template)
    own, official = read(tmp_path / "own.xlsx")[0], read(tmp_path / "out.xlsx")[0]
    assert {one.name.text: (one.target_read.value, one.actual_read.value) for one in official.indicators} == {
        one.name.text: (one.target_read.value, one.actual_read.value) for one in own.indicators
    }
    assert own.funds and own.funds.total and official.funds and official.funds.total
    assert official.funds.total.executed.value == (own.funds.total.executed.value or 0) * 10000


def test_workbook_without_a_form_is_refused(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(WorkbookError, match="没有找到自评表的指标表头"):
        fill(PROJECT, tmp_path / "out.xlsx", template=tmp_path / "a.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.requires_soffice
def test_grown_forms_hold_in_libreoffice(
    tmp_path: Path, soffice_convert: Callable[[list[Path], str], list[Path]]
) -> None:
    """LibreOffice works out the same total, weights and rate as stand in the file; no formula broke."""
    outputs = []
    for number, rows in enumerate((1, 2, 4)):
        template = central_form(tmp_path / f"空表{number}.xlsx", rows=rows)
        outputs.append(tmp_path / f"out{number}.xlsx")
        fill(data_of(tmp_path, TEN, **FIELDS), outputs[-1], template=template)
    for output, again in zip(outputs, soffice_convert(outputs, "xlsx"), strict=True):
        ours = openpyxl.load_workbook(output, data_only=True).active
        theirs = openpyxl.load_workbook(again, data_only=True).active
        total = next(cell.row for cell in ours["A"] if cell.value == "总分")
        for reference in (f"F{total}", f"G{total}", "C6", "E6", "G6"):
            assert theirs[reference].value == pytest.approx(ours[reference].value), reference
        assert ours[f"F{total}"].value == 100


HEADS: list[str | None] = [*TABLE[0][:3], "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]


def ruled_form(path: Path, *, total: str) -> Path:
    """A form whose places are three blank rows with lines around them; the total stands above, below, or nowhere."""
    sums = ["总分", None, None, None, None, "=SUM(F{0}:F{1})", "=SUM(G{0}:G{1})", None]
    first = 3 + (total == "above")
    line = [text and text.format(first, first + 2) for text in sums]
    blank: list[list[str | None]] = [[None] * 8] * 3
    rows = [["项目绩效自评表"], HEADS, *([line] if total == "above" else []), *blank]
    form_of(path, ("自评表", [*rows, *([line] if total == "below" else []), ["填表人：", None, None, None, "联系电话："]]))
    book = openpyxl.load_workbook(path)
    thin = Side(style="thin")
    for cells in book.active.iter_rows(min_row=2, max_row=5 + (total != "none"), max_col=8):
        for cell in cells:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.font = Font(bold=cell.row == 2)
    book.save(path)
    return path


@pytest.mark.parametrize("total", ["above", "below", "none"])
def test_blank_rows_with_lines_are_places(total: str, tmp_path: Path) -> None:
    template, lines = ruled_form(tmp_path / "空表.xlsx", total=total), TEN.split()
    fields = {key: FIELDS[key] for key in ("year", "project", "currency_unit")}
    fill(data_of(tmp_path, TEN, **fields), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    first = 3 + (total == "above")
    assert [sheet.cell(row, 3).value for row in range(first, first + 10)] == [line.split("|")[2] for line in lines]
    assert {sheet.cell(row, 3).font.b for row in range(first, first + 10)} == {False}, "none looks like the heading"
    assert sheet.cell(first + 10 + (total == "below"), 1).value == "填表人："
    if total != "none":
        assert sheet.cell(3 if total == "above" else 13, 7).value == f"=SUM(G{first}:G{first + 9})"
    assert len(read(tmp_path / "out.xlsx")[0].indicators) == 10
    fill(data_of(tmp_path, TEN, **fields), tmp_path / "again.xlsx", template=tmp_path / "out.xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as once, zipfile.ZipFile(tmp_path / "again.xlsx") as twice:
        assert all(once.read(name) == twice.read(name) for name in {*once.namelist(), *twice.namelist()})


def test_sums_of_a_level_take_in_the_rows_that_it_gets(tmp_path: Path) -> None:
    rows = [["项目绩效自评表"], HEADS, ["产出指标", "数量指标"], [None, "质量指标"], ["小计"], ["效益指标", "社会效益指标"],
            [None, "经济效益指标"], ["小计"], ["满意度指标", "满意度指标"], [], ["总分"]]  # fmt: skip
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    book = openpyxl.load_workbook(template)
    for row, area in ((5, "G3:G4"), (8, "G6:G7"), (11, "G3:G10")):
        book.active.cell(row, 7, f"=SUBTOTAL(9,{area})")
    book.save(template)
    fields = {key: FIELDS[key] for key in ("year", "project", "currency_unit")}
    lines = [*TEN.split()[:5], "产出指标|质量指标|优秀率|≥30%|36%|15", *TEN.split()[6:]]
    found, _ = fill_and_tell(data_of(tmp_path, "\n".join(lines), **fields), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    sums = [cell.value for cell in sheet["G"] if "SUBTOTAL" in str(cell.value)]
    assert sums == ["=SUBTOTAL(9,G3:G8)", "=SUBTOTAL(9,G10:G11)", "=SUBTOTAL(9,G3:G14)"]
    assert not {"score.total", "weights.total"} & {one.id for one in found.findings}
    shown = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True).active
    assert [shown.cell(row, 7).value for row in (9, 12, 15)] == [pytest.approx(49.68), 30, pytest.approx(89.68)]


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        ([["产出指标", "数量指标"], [None, "质量指标"], ["小计"], ["效益指标", "社会效益指标"], ["小计"]], "满意度指标"),
        ([["产出指标", "数量指标"], [None, "小计"], [None, "质量指标"], [None, "小计"], ["效益指标", "社会效益指标"], [None, "小计"],
          ["满意度指标", "服务对象满意度指标"], [None, "小计"]], "时效指标、经济效益指标"),
        ([["产出指标", "数量指标"], ["小计"], ["效益指标", "社会效益指标"]], None),  # not each of its own has one
        ([["产出指标", "数量指标"], ["小计"], ["效益指标", "社会效益指标"], ["小计"], ["满意度指标", "满意度"], ["小计"]], None),
    ],
)  # fmt: skip
def test_a_level_that_comes_in_without_a_sum_of_its_own_is_told(
    levels: list[list[str | None]], told: str | None, tmp_path: Path
) -> None:
    template = form_of(tmp_path / "空表.xlsx", ("自评表", [["项目绩效自评表"], HEADS, *levels, ["总分"]]))
    fields = {key: FIELDS[key] for key in ("year", "project", "currency_unit")}
    _, left = fill_and_tell(data_of(tmp_path, TEN, **fields), tmp_path / "out.xlsx", template=template)
    assert [one.text for one in left if one.where == "小计"] == ([told] if told else [])


def test_sums_cell_by_cell_and_running_numbers_go_on_over_new_rows(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["项目绩效自评表"], ["序号", *HEADS], [1, "产出指标", "数量指标"], [2, None, "质量指标"], [3, None, "时效指标"],
        [4, "效益指标", "社会效益指标"], [5, None, "经济效益指标"], [6, "满意度指标", "满意度指标"],
        ["总分", *[None] * 5, "=SUM(G3,G4,G5,G6,G7,G8)", "=H3+H4+H5+H6+H7+H8", "=ROWS(H3:H8)"],
    ]  # fmt: skip
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    fields = {key: FIELDS[key] for key in ("year", "project", "currency_unit")}
    found, _ = fill_and_tell(data_of(tmp_path, TEN, **fields), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True).active
    assert [sheet.cell(row, 1).value for row in range(3, 14)] == [*range(1, 11), "总分"]
    assert [sheet.cell(13, column).value for column in (7, 8, 9)] == [90, pytest.approx(89.68), 10]
    assert not {"score.total", "weights.total"} & {one.id for one in found.findings}
    more = f"{TEN}产出指标|数量指标|证书张数|≥5张|5张|5"  # into the form as it has become
    fill(data_of(tmp_path, more, **fields), tmp_path / "more.xlsx", template=tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "more.xlsx", data_only=True).active
    assert [sheet.cell(14, column).value for column in (7, 8, 9)] == [95, pytest.approx(94.68), 11]


def test_what_is_merged_beside_a_level_grows_with_it(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["项目绩效自评表"], [*HEADS, "一级指标得分"], ["产出指标", "数量指标"], [None, "质量指标"],
            [None, "时效指标"], ["效益指标", "社会效益指标"], [None, "经济效益指标"], ["满意度指标", "满意度指标"], ["总分"]]  # fmt: skip
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    book = openpyxl.load_workbook(template)
    for first, last in ((3, 5), (6, 7)):
        book.active.cell(first, 9, f"=SUM(G{first}:G{last})")
        book.active.merge_cells(f"I{first}:I{last}")
    book.save(template)
    lines = TEN.replace("产出指标|数量指标|教材", "产出指标|时效指标|教材")
    fill(data_of(tmp_path, lines, year="2024"), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert (sheet["I3"].value, sheet["I9"].value) == ("=SUM(G3:G8)", "=SUM(G9:G10)")
    assert {"I3:I8", "I9:I10"} <= {str(area) for area in sheet.merged_cells.ranges}


def test_the_last_row_of_a_level_keeps_what_is_its_own(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["项目绩效自评表"], [*HEADS, "一级指标得分"], ["产出指标", "数量指标"], [None, "质量指标"],
            ["效益指标", "社会效益指标"], [None, "经济效益指标"], ["满意度指标", "满意度指标"],
            ["总分", *[None] * 4, "=SUM(F3:F7)", "=SUM(G3:G7)", None, "=SUM(I3:I7)"]]  # fmt: skip
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    book = openpyxl.load_workbook(template)
    sheet = book.active
    for first, last in ((3, 4), (5, 6), (7, 7)):
        sheet.cell(first, 9, f"=SUM(G{first}:G{last})" if last > first else "=G7")
        if last > first:
            sheet.merge_cells(f"I{first}:I{last}")
    sheet["K7"], sheet["L7"] = "=1+1", "局里备注"
    sheet["C7"].comment, sheet["C7"].fill = Comment("问卷", "局"), PatternFill("solid", fgColor="FFFFFF00")
    sheet.row_dimensions[7].height = 44
    book.save(template)
    fill(data_of(tmp_path, TEN, year="2024"), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    row = next(cell.row for cell in sheet["C"] if cell.value == "学员满意度")
    assert (sheet.cell(row, 11).value, sheet.cell(row, 12).value) == ("=1+1", "局里备注")
    assert [sheet.cell(other, 11).value for other in (row - 1, row + 1)] == [None, None]
    assert (sheet.cell(row, 3).comment.text, sheet.row_dimensions[row].height) == ("问卷", 44)
    assert sheet.cell(row, 3).fill.patternType == "solid" and sheet.cell(row + 1, 3).value == "企业满意度"
    assert (sheet.cell(row, 9).value, sheet.cell(row + 2, 9).value) == (f"=SUM(G{row}:G{row + 1})", f"=SUM(I3:I{row + 1})")
    assert f"I{row}:I{row + 1}" in {str(area) for area in sheet.merged_cells.ranges}
    shown = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True).active
    assert shown.cell(row + 2, 9).value == pytest.approx(89.68)


def test_where_the_last_row_alone_has_a_formula_the_row_behind_it_keeps_its_format(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["项目绩效自评表"], HEADS, ["产出指标", "数量指标"], ["效益指标", "社会效益指标"],
                             ["满意度指标", "满意度指标"], ["总分"]]  # fmt: skip
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    book = openpyxl.load_workbook(template)
    book.active["F5"] = "=1-SUM(F3:F4)"
    for row in (3, 4, 5):
        book.active.cell(row, 6).number_format = "0%"
    book.save(template)
    fill(data_of(tmp_path, TEN, year="2024"), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert (sheet["C12"].value, sheet["F12"].value, sheet["F12"].number_format) == ("企业满意度", 0.05, "0%")


def test_a_total_over_the_column_of_a_table_counts_the_rows_that_came_in(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["项目绩效自评表"], HEADS, ["产出指标", "数量指标"], ["效益指标", "社会效益指标"],
                             ["满意度指标", "满意度指标"], ["总分", *[None] * 4, "=SUM(指标[分值])", "=SUM(指标[得分])"]]  # fmt: skip
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    book = openpyxl.load_workbook(template)
    book.active.add_table(Table(displayName="指标", ref="A2:H5"))
    book.save(template)
    fill(data_of(tmp_path, TEN, year="2024"), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True).active
    assert sheet.tables["指标"].ref == "A2:H12"
    assert (sheet["F13"].value, sheet["G13"].value) == (90, pytest.approx(89.68))


@pytest.mark.parametrize("hidden", [5, 7, 8])
def test_nothing_is_written_into_a_hidden_row_at_the_end_of_a_level(hidden: int, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["项目绩效自评表"], HEADS, ["产出指标", "数量指标"], [None, "质量指标"], [None, "时效指标"],
            ["效益指标", "社会效益指标"], [None, "经济效益指标"], ["满意度指标", "满意度指标"], ["总分", *[None] * 4, "=SUM(F3:F8)"]]  # fmt: skip
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    book = openpyxl.load_workbook(template)
    book.active.row_dimensions[hidden].hidden = True
    book.save(template)
    lines = TEN.replace("产出指标|数量指标|教材", "产出指标|时效指标|教材")
    fill(data_of(tmp_path, lines, year="2024"), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    named = {row: sheet.cell(row, 3).value for row in range(3, sheet.max_row) if sheet.cell(row, 3).value}
    assert sorted(named.values()) == sorted(line.split("|")[2] for line in lines.split())
    assert not any(sheet.row_dimensions[row].hidden for row in named)
    assert sheet.cell(sheet.max_row, 6).value == f"=SUM(F3:F{sheet.max_row - 1})"


@pytest.mark.parametrize(
    ("numbers", "after"),
    [
        ([1, 2, 3, 1, 2, 1], [1, 2, 3, 4, 5, 6, 1, 2, 1, 2]),  # anew in each first level
        ([1, None, None, 2, None, 3], [1, None, None, None, None, None, 2, None, 3, None]),  # of the levels themselves
    ],
)
def test_numbers_of_rows_run_as_the_form_began(numbers: list[int | None], after: list[int], tmp_path: Path) -> None:
    levels = [("产出指标", "数量指标"), (None, "质量指标"), (None, "时效指标"), ("效益指标", "社会效益指标"),
              (None, "经济效益指标"), ("满意度指标", "满意度指标")]  # fmt: skip
    rows = [[number, *level] for number, level in zip(numbers, levels, strict=True)]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", [["项目绩效自评表"], ["序号", *HEADS], *rows, ["总分"]]))
    fill(data_of(tmp_path, TEN, year="2024"), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [sheet.cell(row, 1).value for row in range(3, 13)] == after


def test_a_value_that_cannot_be_worked_out_anew_is_not_left_standing(tmp_path: Path) -> None:
    template = tmp_path / "空表.xlsx"
    with xlsxwriter.Workbook(template) as book:
        sheet = book.add_worksheet("自评表")
        for row, cells in enumerate([["项目绩效自评表"], HEADS, [], [], ["总分"]]):
            sheet.write_row(row, 0, cells)
        for row in (2, 3):
            sheet.write_row(row, 0, [""] * 8, book.add_format({"border": 1}))
        sheet.write_formula("G5", "=AGGREGATE(9,6,G3:G4)", None, 77)
        sheet.write_formula("J1", "=AGGREGATE(9,6,J2:J3)", None, 55)
        sheet.write_array_formula("F5", "{=SUM(F3:F4*1)}", None, 66)
        sheet.write_formula("J5", "=G5+1", None, 78)
        book.define_name("得分列", "=自评表!$G$3:$G$4")
        book.define_name("别处", "=自评表!$K$1:$K$2")
        sheet.write_formula("K5", "=AGGREGATE(9,6,得分列)", None, 79)
        sheet.write_formula("L5", "=AGGREGATE(9,6,别处)", None, 80)
        sheet.write_formula("M1", "=G3", None, 0)  # stays as it is, and gives something else now
        sheet.write_formula("N1", "=AGGREGATE(9,6,M1)", None, 81)
        book.add_worksheet("说明")
    fields = {key: FIELDS[key] for key in ("year", "project", "currency_unit")}
    _, left = fill_and_tell(data_of(tmp_path, TEN, **fields), tmp_path / "out.xlsx", template=template)
    shown = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True).active
    assert [shown[cell].value for cell in ("F13", "G13", "J13", "J1", "K13", "L13")] == [None] * 3 + [55, None, 80]
    assert (shown["M1"].value, shown["N1"].value) == (10, None)
    assert "AGGREGATE(9,6,G3:G12)" in openpyxl.load_workbook(tmp_path / "out.xlsx").active["G13"].value
    assert [one.where for one in left if "在 Excel 或 WPS 里打开核对" in one.why] == ["总分"]


def test_formulas_that_lean_on_one_another_upwards_take_no_long_time(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "表.xlsx") as book:
        sheet = book.add_worksheet("表")
        for row in range(1, 800):
            sheet.write_formula(f"A{row}", f"=B{row}+A{row + 1}", None, 7)
        sheet.write_formula("A800", "=AGGREGATE(9,6,B1:B2)", None, 7)
        for number in range(9):
            book.define_name(f"名{number}", f"={'+'.join([f'名{number + 1}'] * 8)}")
        sheet.write_formula("C1", "=AGGREGATE(9,6,名0)", None, 7)
        sheet.write("B1", 5)
    started = time.process_time()
    grid = Workbook(recalculated({}, Workbook(tmp_path / "表.xlsx")).to_bytes()).grids["表"]
    assert {grid.cells[row, 1].value for row in range(1, 801)} == {None} and grid.cells[1, 3].value == 7
    assert time.process_time() - started < 4


def test_rows_that_the_data_do_not_name_stay_and_are_told(tmp_path: Path) -> None:
    fill(data_of(tmp_path, TEN, **FIELDS), tmp_path / "full.xlsx", template=central_form(tmp_path / "空表.xlsx"))
    some = "\n".join(TEN.split()[:3])
    _, left = fill_and_tell(data_of(tmp_path, some, **FIELDS), tmp_path / "out.xlsx", template=tmp_path / "full.xlsx")
    full, out = (openpyxl.load_workbook(tmp_path / name).active for name in ("full.xlsx", "out.xlsx"))
    assert [[cell.value for cell in row] for row in full] == [[cell.value for cell in row] for row in out]
    (kept,) = [one for one in left if "保留未动" in one.why]
    assert (kept.where, kept.text) == ("自评表 第 16 行", "参赛队数、合格率、完成及时率、就业人数、增收额等 7 行")


@pytest.mark.parametrize("head", ["财政\n年初预算数", "本 年预算数", "全  年预算数"])
def test_words_that_hold_a_year_are_no_gap_for_it(head: str, tmp_path: Path) -> None:
    rows = [["项目绩效自评表"], ["资金来源", head, "全年执行数"], ["年度资金总额", None, None], *TABLE]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    _, left = fill_and_tell(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").active["B2"].value == head
    assert "年度" in {one.where for one in left}


@pytest.mark.parametrize(("below", "filled"), [("其中：财政拨款", [100, 90, 81, "90.00%", None]), ("年度资金总额", [None] * 5)])
def test_a_blank_row_of_money_is_the_total_unless_that_has_a_line(below: str, filled: list[object], tmp_path: Path) -> None:
    """The rate goes below its heading, not beside it."""
    heads = ["资金来源", "年初预算数", "全年预算数", "全年执行数", "执行率"]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", [["项目绩效自评表"], heads, [None], [below], *TABLE]))
    fill(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert ([cell.value for cell in sheet[3]][1:6], sheet["F2"].value) == (filled, None)


def test_filling_once_more_changes_nothing_and_tells_nothing_new(tmp_path: Path) -> None:
    template, once, twice = (tmp_path / name for name in ("空表.xlsx", "once.xlsx", "twice.xlsx"))
    book = openpyxl.load_workbook(central_form(template))
    book.active["G6"] = None
    book.save(template)
    data = data_of(tmp_path, TEN, **FIELDS)
    data.write_text(data.read_text(encoding="utf-8").replace("executed: 81", "executed: 81.1"), encoding="utf-8")
    _, left = fill_and_tell(data, once, template=template)
    assert (left, fill_and_tell(data, twice, template=once)[1]) == ((), ())
    with zipfile.ZipFile(once) as one, zipfile.ZipFile(twice) as two:
        assert [one.read(name) for name in one.namelist()] == [two.read(name) for name in two.namelist()]


def test_an_indicator_of_a_level_called_execution_is_not_written_over(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [
        ["2024年度部门整体绩效自评表"], ["一级指标", "二级指标", "三级指标", "分值", "目标值", "完成值", "自评得分"],
        ["管理", "预算执行", *[None] * 5], ["产出指标", "数量指标", *[None] * 5], ["总分"],
    ]  # fmt: skip
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    lines = "管理|预算执行|公用经费控制率|≤100%|88%|40\n产出指标|数量指标|培训人次|≥10人次|9人次|50|有人缺席"
    fill(data_of(tmp_path, lines, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [cell.value for cell in sheet[3]][2:7] == ["公用经费控制率", 40, "≤100%", "88%", 40]


def test_a_row_of_the_execution_gets_its_rate_though_the_money_has_it_too(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [
        ["2024年度项目绩效自评表"], ["项目资金（万元）", "全年预算数", "全年执行数", "执行率"],
        ["年度资金总额", None, None, None], TABLE[0],
        ["预算执行率", "预算执行率", "预算执行率", "100%", None, "10", None, None], *TABLE[1:],
    ]  # fmt: skip
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    fill(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [sheet[cell].value for cell in ("D3", "E5", "G5")] == ["90.00%", "90.00%", 9]


def test_a_column_that_the_form_lacks_is_told_once(tmp_path: Path) -> None:
    rows = [[cell for cell in row if cell not in ("分值", 100)][:7] for row in TABLE]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", [["项目绩效自评表"], *rows]))
    data = data_of(tmp_path, TEN, **FIELDS)
    parts = 'op: "≥", target: "90", unit: "%"'
    data.write_text(data.read_text(encoding="utf-8").replace('target: "≥90%"', parts), encoding="utf-8")
    _, left = fill_and_tell(data, tmp_path / "out.xlsx", template=template)
    assert [(one.where, one.text) for one in left if one.why == "表里没有这一栏"] == [("分值", "10 行")]


def test_money_that_the_form_does_not_split_is_told_in_a_line_a_source(tmp_path: Path) -> None:
    rows = [["2024年度项目绩效自评表"], ["预算数（元）", None, "执行数（元）", None], *TABLE]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    data = data_of(tmp_path, TEN, **FIELDS)
    more = "  funds:\n    - {name: 其他资金, adjusted: 10, executed: 9.5}\n"
    data.write_text(data.read_text(encoding="utf-8").replace("  funds:\n", more), encoding="utf-8")
    _, left = fill_and_tell(data, tmp_path / "out.xlsx", template=template)
    assert [(one.where, one.text) for one in left if one.why == "表里没有这一项资金"] == [
        ("当年财政拨款", "年初预算数 1000000，全年预算数 900000，全年执行数 810000"),
        ("其他资金", "全年预算数 100000，全年执行数 95000"),
    ]


def test_formulas_without_a_result_are_told_once(tmp_path: Path) -> None:
    template = central_form(tmp_path / "空表.xlsx")
    book = openpyxl.load_workbook(template)
    for row in range(13, 25):
        book.active.cell(row, 7).value = f"=ROUND(F{row}*E{row}/D{row},2)"
    book.save(template)
    _, left = fill_and_tell(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    (told,) = [one for one in left if "在 Excel 或 WPS 里打开核对" in one.why]
    assert (told.where, told.why.split("是公式")[0]) == ("“培训人次”的自评得分等", "自评表!G13 等 10 格")


def test_a_row_is_raised_for_the_name_of_its_level(tmp_path: Path) -> None:
    template = form_of(tmp_path / "空表.xlsx", ("自评表", [["项目绩效自评表"], *TABLE]))
    book = openpyxl.load_workbook(template)
    book.active.column_dimensions["C"].width = 40
    book.save(template)
    fill(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    (row,) = [cell.row for cell in sheet["C"] if cell.value == "学员满意度"]
    assert sheet.cell(row, 2).value == "服务对象满意度指标" and (sheet.row_dimensions[row].height or 0) > 20


def test_the_indicators_of_a_form_may_stand_on_its_second_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (["部门整体绩效自评基本情况"], ["部门名称", "某某局", "年度", 2024],
                 ["部门预算（万元）", "年初预算", "调整预算", "决算数"], ["合计", 100, 90, 81]):  # fmt: skip
        book.active.append(line)
    further = book.create_sheet("表2")
    further.append(["部门整体绩效指标自评情况（续表）"])
    further.append(["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分"])
    for line in TEN.split():
        further.append([*line.split("|")[:3]])
    book.save(tmp_path / "空表.xlsx")
    template, output = tmp_path / "空表.xlsx", tmp_path / "out.xlsx"
    assert len(read(template)) == 1
    assessment = fill(data_of(tmp_path, TEN, **FIELDS), output, template=template)
    assert [one.actual.text for one in assessment.evaluation.indicators][:2] == ["1194人次", "21班"]
    assert assessment.evaluation.header.unit.text == "某某局"


def test_a_form_on_a_hidden_sheet_is_left_alone(tmp_path: Path) -> None:
    template, output = central_form(tmp_path / "空表.xlsx"), tmp_path / "out.xlsx"
    book = openpyxl.load_workbook(template)
    former = book.copy_worksheet(book.active)
    former.title, former.sheet_state = "旧稿", "hidden"
    book.move_sheet(former, -1)
    book.active = 1
    book.save(template)
    assessment = fill(data_of(tmp_path, TEN, **FIELDS), output, template=template)
    assert (assessment.evaluation.sheet, len(assessment.evaluation.indicators)) == ("自评表", 10)
    sheets = openpyxl.load_workbook(output)
    assert (sheets["自评表"]["B3"].value, sheets["旧稿"]["B3"].value) == ("技能提升", None)


def test_nothing_is_written_into_hidden_rows(tmp_path: Path) -> None:
    template = central_form(tmp_path / "空表.xlsx")
    book = openpyxl.load_workbook(template)
    book.active.row_dimensions[14].hidden = True
    book.save(template)
    fill(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [(sheet.cell(row, 3).value, sheet.row_dimensions[row].hidden) for row in range(13, 18)] == [
        ("培训人次", False), ("培训班次", False), ("教材册数", False), ("参赛队数", False), ("……", True),
    ]  # fmt: skip
    assert "B13:B17" in {str(area) for area in sheet.merged_cells.ranges}


def test_a_new_level_looks_like_the_others(tmp_path: Path) -> None:
    template = central_form(tmp_path / "空表.xlsx")
    book = openpyxl.load_workbook(template)
    for row in range(13, 25):
        for column in (1, 2):
            book.active.cell(row, column).alignment = Alignment(horizontal="center" if row % 2 else None)
    book.save(template)
    data = data_of(tmp_path, TEN.replace("时效指标|完", "成本指标|完"), **FIELDS)
    fill(data, tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    named = {cell.value: cell.alignment.horizontal for row in sheet["A13:B28"] for cell in row if cell.value}
    assert "成本指标" in named and set(named.values()) == {"center"}


def test_a_form_of_another_kind_than_the_data_is_told(tmp_path: Path) -> None:
    template = form_of(tmp_path / "空表.xlsx", ("自评表", [["2024年度部门整体支出绩效自评表"], *TABLE]))
    data = data_of(tmp_path, TEN, **FIELDS)
    told = [fill_and_tell(data, tmp_path / "out.xlsx", template=one)[1] for one in (template, central_form(tmp_path / "表.xlsx"))]
    kinds = "这张表像是“部门整体支出绩效自评表”，数据是“项目支出绩效自评表”，照表头填了；请核对是不是拿错了表"
    assert [[one.why for one in left if "拿错了表" in one.why] for left in told] == [[kinds], []]


def test_a_split_that_nobody_gave_is_not_missed(tmp_path: Path) -> None:
    data = data_of(tmp_path, TEN, **{key: text for key, text in FIELDS.items() if key not in ("project", "department")})
    data.write_text(data.read_text(encoding="utf-8").replace("form: project", "form: department"), encoding="utf-8")
    _, left = fill_and_tell(data, tmp_path / "out.xlsx", template=central_form(tmp_path / "空表.xlsx"))
    assert not [one for one in left if "支出性质" in str(one.where)]


def test_blank_rows_of_a_table_without_lines_are_places(tmp_path: Path) -> None:
    rows = [["项目绩效自评表"], HEADS, [], [], [], ["填表人：", None, None, None, "联系电话："]]
    template = form_of(tmp_path / "空表.xlsx", ("自评表", rows))
    fields = {key: FIELDS[key] for key in ("year", "project", "currency_unit")}
    fill(data_of(tmp_path, "\n".join(TEN.split()[:2]), **fields), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [sheet.cell(row, 3).value for row in (3, 4, 5)] == ["培训人次", "培训班次", None]
    assert sheet["A6"].value == "填表人："


def test_new_rows_stand_beside_indicators_of_two_rows(tmp_path: Path) -> None:
    """Never in the middle of one."""
    template = central_form(tmp_path / "空表.xlsx", rows=2)
    book = openpyxl.load_workbook(template)
    for row in range(13, 25, 2):
        book.active.cell(row, 3).value = book.active.cell(row + 1, 3).value = None
        for letter in "CDEFGH":
            book.active.merge_cells(f"{letter}{row}:{letter}{row + 1}")
    book.save(template)
    _, left = fill_and_tell(data_of(tmp_path, TEN, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    names = [sheet.cell(row, 3).value for row in range(13, 30)]
    assert names == [
        "培训人次", None, "培训班次", "教材册数", "参赛队数", "合格率", None, "完成及时率", None, "就业人数", None,
        None, None, "增收额", "学员满意度", None, "企业满意度",
    ]  # fmt: skip
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A13:A21", "B13:B17", "C13:C14", "B18:B19", "C18:C19", "A27:A29", "B27:B29", "H27:H28"} <= merged
    assert sheet["G30"].value == "=SUM(G13:G29)+H6" and left == ()
    cost = TEN + "成本指标|经济成本指标|人均成本|≤500元/人|480元/人|5"
    fill(data_of(tmp_path, cost, **FIELDS), tmp_path / "out.xlsx", template=template)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert "C27:C28" in {str(area) for area in sheet.merged_cells.ranges} and sheet["C30"].value == "人均成本"
