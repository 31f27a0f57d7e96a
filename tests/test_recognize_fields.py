"""What stands around the tables of official forms: who, which project and year, goals, totals, grades, and single cells."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from recognizing import INDICATOR_ROWS, forms, grid_of, grids

from selfeval_xl.evaluation import evaluation
from selfeval_xl.read import read
from selfeval_xl.rules import load
from selfeval_xl.scoring import score_indicator
from selfeval_xl.workbook.grid import RawCell
from selfeval_xl.workbook.number_format import NumberFormat
from selfeval_xl.workbook.recognize import recognize
from selfeval_xl.workbook.recognize.words.figures import noted, plain_number
from selfeval_xl.workbook.recognize.words.labels import continues, is_filler, read_label


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,415.43", "1415.43"), ("202.06万元", "202.06"), ("90万", "90"), ("８.７分", "8.7"), ("50%", "50"), ("（90分）", "90"), ("（90）", None), ("12.6（万元）", "12.6"), ("12.6（含税）", None), ("-3", "-3"), ("1,41", None), ("约350", None), ("≥10", None), ("9" * 33, None), ("0." + "3" * 33, None), ("180\n180", None), ("180\n180\n0", None), ("1,234,5\n67.00", "1234567.00"), ("2563\n.5", "2563.5")],
)
def test_plain_number(text: str, value: str | None) -> None:
    read = plain_number(text)
    assert (read and read[0]) == (value and Decimal(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("45（年中追加5）", "45"), ("45（40+5）", "45"), ("45（50-5）", "45"), ("1,187.50(年底未结算62.5)", "1187.50"), ("12.6（含税）", "12.6"), ("98%（结算滞后）", "98"),
        ("45（其中：中央40，地方5）", "45"), ("45（原40）", "45"), ("45（40+6）", None), ("50（45）", None), ("50（实际45）", None), ("50（调整后45）", None),
        ("50（追加后为55）", None), ("50（原50，调整为45）", None), ("45（450000元）", None), ("45（B）", None), ("约45（追加5）", None),
    ],
)  # fmt: skip
def test_a_note_behind_an_amount_is_none_of_it(text: str, value: str | None) -> None:
    read = noted(text)
    assert (read and read[0]) == (value and Decimal(value))


@pytest.mark.parametrize(("name", "at"), [("child-rows", (3, 2)), ("central-2021-project", (21, 1)), ("central-2021-project", (15, 8))])
def test_a_long_text_in_any_cell_takes_no_long_time(name: str, at: tuple[int, int], tmp_path: Path) -> None:
    (grid, *_) = grids(name, tmp_path)
    for text in (" " * 20000 + "甲", "自评得分：" + " " * 30000, "1" * 30000 + "甲", "8分(甲" + "1" * 30000 + ")"):
        grid.cells[at] = RawCell(text, NumberFormat("General"), None, 0)
        started = time.process_time()
        recognize(grid, grid.sheet)
        assert time.process_time() - started < 1


def test_only_plain_figures_are_values_of_targets() -> None:
    rows = [["指标名称", "目标值", "完成值", "分值", "得分"], ["投入", "1亿元", "95%", 10, "8.5分"], ["人数", 10, "11", 10, 10]]
    (form,) = recognize(grid_of(rows), "表")
    first, second = form.entries.tables["indicators"]
    assert (first["target"].value, first["actual"].value) == (None, Decimal("0.95"))
    assert first["claimed_score"].value == Decimal("8.5")
    assert second["target"].value == 10


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("2022年度某市市场监督管理局整体绩效自评表", "department"),
        ("部门职责—工作活动绩效目标自评表", "department"),
        ("某项目整体绩效自评表", "project"),
        ("2024年中央就业补助资金绩效自评表", "transfer"),
        ("中央财政林业草原生态保护恢复资金绩效自评表", "transfer"),
        ("部门整体支出绩效评分共性指标体系框架", "department"),
        ("中央财政补助资金项目绩效自评表", "project"),
        ("绩效自评表", "project"),
    ],
)
def test_the_title_tells_whose_money_it_is_unless_it_names_a_project(title: str, kind: str) -> None:
    (form,) = recognize(grid_of([[title], *INDICATOR_ROWS]), "表")
    assert form.form == kind


def test_a_project_that_is_named_after_a_transfer_is_a_project() -> None:
    name: list[str | float | None] = ["项目名称", "中央政法转移支付资金"]
    (form,) = recognize(grid_of([["项目支出绩效自评表"], name, *INDICATOR_ROWS]), "表")
    (other,) = recognize(grid_of([["绩效自评表"], name, *INDICATOR_ROWS]), "表")
    assert (form.form, other.form) == ("project", "transfer")


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("2024年度部门整体绩效自评表\n填报单位：某局　　　　　　单位：万元", "某局"),
        ("附件2\n部门整体支出绩效自评表\n部门名称：某局  2024年度", "某局"),
        ("部门整体支出绩效自评表\n（2024年度）  单位：万元", None),
    ],
)
def test_a_title_and_fields_in_one_cell(title: str, unit: str | None) -> None:
    (form,) = recognize(grid_of([[title], *INDICATOR_ROWS]), "表")
    fields = {key: entry.text for key, entry in form.entries.fields.items()}
    assert (form.form, fields["year"], fields.get("unit")) == ("department", "2024", unit)


@pytest.mark.parametrize(
    ("title", "label", "unit"),
    [
        ("某市水务局2022年度部门整体支出绩效自评评分表", None, "某市水务局"),
        ("2022年度某县总工会部门整体支出绩效自评表", None, "某县总工会"),
        ("某县总工会部门整体支出绩效自评表", None, "某县总工会"),
        ("某职业技术学院（2022年）学生资助项目绩效自评表", None, "某职业技术学院"),
        ("某市财政局2022年度部门整体支出绩效自评表", "单位名称", "甲"),
        ("社区服务中心项目支出绩效自评表", None, None),
        ("某省2022年度部门整体支出绩效自评表", None, None),
    ],
)
def test_whose_form_it_is_may_stand_in_the_title_alone(title: str, label: str | None, unit: str | None) -> None:
    (form,) = recognize(grid_of([[title], ["2022年度"], *([[label, "甲"]] if label else []), *INDICATOR_ROWS]), "表")
    found = form.entries.fields.get("unit")
    assert (found and found.text) == unit


@pytest.mark.parametrize(
    ("label", "key"),
    [("经办机构", "unit"), ("实施机构", "unit"), ("建设单位", "unit"), ("被评价部门", "unit"), ("基金名称", "project"), ("服务项目", "project"),
     ("支出项目名称", "project")],
)  # fmt: skip
def test_labels_of_funds_and_institutions(label: str, key: str) -> None:
    (form,) = recognize(grid_of([[label, "甲"], *INDICATOR_ROWS]), "表")
    assert form.entries.fields[key].text == "甲"


def test_words_below_a_heading_in_its_cell_are_no_title() -> None:
    below = "部门整体支出绩效自评情况\n全年任务都已完成。"
    (form,) = recognize(grid_of([[below], *INDICATOR_ROWS]), "表")
    assert form.form != "department"


def test_weight_as_percent_means_points(tmp_path: Path) -> None:
    (form,) = forms("weight-as-percent", tmp_path)
    assert [row["weight"].value for row in form.entries.tables["indicators"]] == [50, 40, 10]


def test_points_behind_a_level_are_its_value(tmp_path: Path) -> None:
    (form,) = forms("central-2021-project", tmp_path)
    levels = {row["level1"].text: row["level1"].value for row in form.entries.tables["indicators"]}
    assert levels == {"产出指标": 50, "效益指标": 30, "满意度指标": 10}


def test_blank_cells_know_their_place(tmp_path: Path) -> None:
    (form,) = forms("central-2019-project", tmp_path)
    first = form.entries.tables["indicators"][0]
    assert first["reason"].blank
    assert str(first["reason"].place) == "自评表!J14"


def test_formulas_are_kept(tmp_path: Path) -> None:
    (form,) = forms("formulas", tmp_path)
    total = form.entries.fields["claimed_total"]
    assert (total.formula, total.value) == ("=SUM(G6:G7)+G4", Decimal("99.5"))  # no result is stored in the file


def test_a_target_stored_as_a_formula_is_text() -> None:
    general = NumberFormat("General")
    grid = grid_of([["指标名称", "目标值", "完成值", "分值", "得分"], ["甲", None, "5元", 50, 50], ["乙", None, "100%", 50, 50]])
    grid.cells[2, 2] = RawCell(None, general, "=5元/人·天", 0)
    grid.cells[3, 2] = RawCell(None, general, "=100%", 0)
    (form,) = recognize(grid, "表")
    assert [row["target"].text for row in form.entries.tables["indicators"]] == ["=5元/人·天", "=100%"]


def test_a_sign_that_the_number_format_shows_is_the_targets() -> None:
    rows = [["指标名称", "目标值", "完成值", "分值", "得分"], ["差错率", None, 0.01, 50, 50], ["乙", "100%", "100%", 50, 50]]
    grid = grid_of(rows)
    grid.cells[2, 2] = RawCell(Decimal("0.02"), NumberFormat('"≤"0%'), None, 0)
    (form,) = recognize(grid, "表")
    target = form.entries.tables["indicators"][0]["target"]
    assert (target.text, target.value) == ("≤2%", None)  # the words are read, the bare figure has lost the sign


@pytest.mark.parametrize(
    ("text", "core", "points", "unit"),
    [
        ("产出指标（50分）", "产出指标", 50, None),
        ("产出指标(50)", "产出指标", 50, None),
        ("产\n出\n指\n标\n50分", "产出指标", 50, None),
        ("全年执行数（Ｂ）", "全年执行数", None, None),
        ("执行率（B/A×100%）", "执行率", None, None),
        ("项目资金（万元）：", "项目资金", None, "万元"),
        ("★ 得　分", "得分", None, None),
        ("一、效益指标（30.5分）", "效益指标", Decimal("30.5"), None),
        ("④预算执行（10分）", "预算执行", 10, None),
        ("指标9：预算执行率", "预算执行率", None, None),
        ("Actual Value\n实际完成值", "实际完成值", None, None),
        ("Funds (10,000 yuan)/项目资金（万元）", "项目资金", None, "万元"),
        ("Output（产出指标）（50分）", "产出指标", 50, None),
        ("GDP增长率", "GDP增长率", None, None),
        ("预算执行情况：全年预算数（万元）", "全年预算数", None, "万元"),
        ("资金来源：财政拨款", "资金来源财政拨款", None, None),
    ],
)
def test_label(text: str, core: str, points: object, unit: str | None) -> None:
    label = read_label(text)
    assert (label.core, label.points, label.unit) == (core, points, unit)


@pytest.mark.parametrize("text", ["", "指标1：", "指标 2", "……", "...", "1、……", "（2）…", "/", "—", "无", "目标1："])
def test_filler(text: str) -> None:
    assert is_filler(text)


@pytest.mark.parametrize("text", ["0", "0.00", "指标1：资金支付完成率100%", "无投诉", "培训"])
def test_not_filler(text: str) -> None:
    assert not is_filler(text)


@pytest.mark.parametrize("title", ["项目支出绩效自评表（续）", "项目支出绩效自评表(续表)", "绩效自评续表2", "续", "自评表（接上页）"])
def test_a_title_that_goes_on(title: str) -> None:
    assert continues(title)


@pytest.mark.parametrize("text", ["项目支出绩效自评表", "可持续影响", "连续", "手续办理情况"])
def test_a_title_that_does_not(text: str) -> None:
    assert not continues(text)


@pytest.mark.parametrize("label", ["总分及等级", "总分/等级", "自评总分、等次", "综合得分及评价等级", "总分值", "综合评定"])
def test_a_total_row_that_names_the_grade_too(label: str) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, [label, None, None, None, None, 90, 88.5, "良"]]), "表")
    assert len(form.entries.tables["indicators"]) == 3
    assert [form.entries.fields[key].text for key in ("claimed_total", "claimed_grade")] == ["88.5", "良"]


@pytest.mark.parametrize("label", ["综合评分", "最终得分", "自评总分"])
def test_the_only_figure_of_the_total_row_may_stand_in_any_column(label: str) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, [label, None, 88.5, None, "评价等级", None, "良"]]), "表")
    assert [form.entries.fields[key].text for key in ("claimed_total", "claimed_grade")] == ["88.5", "良"]


def test_figures_below_the_words_of_the_total_row() -> None:
    heads, figures = ["总分", None, None, None, None, "总分值", "总得分", "自评等级"], [None] * 5 + [90, 88.5, "良"]
    (form,) = recognize(grid_of([*INDICATOR_ROWS, heads, figures, ["注：分为四档。"]]), "表")
    assert [form.entries.fields[key].text for key in ("claimed_total", "claimed_grade")] == ["88.5", "良"]


def test_a_figure_below_its_own_words_is_what_they_say_whatever_column_that_is() -> None:
    heads, figures = ["总分", None, None, "总分值", None, "总得分"], [None, None, None, 90, None, 88.5]  # below 分值
    (form,) = recognize(grid_of([*INDICATOR_ROWS, heads, figures]), "表")
    assert form.entries.fields["claimed_total"].text == "88.5" and form.subtotals == ()


@pytest.mark.parametrize("grade", ["（自评等级）良", "自评等级：良", "等次良"])
def test_a_grade_that_says_what_it_is(grade: str) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, ["总分", None, None, None, None, 90, 88.5, grade]]), "表")
    assert form.entries.fields["claimed_grade"].text == "良"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("预算金额", "调整后预算"), ("项目预算", "调整后预算数"), ("预算金额", "调整预算数"), ("年初预算", "调整后预算"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("together", [True, False])
def test_labels_in_pairs_are_weighed_against_each_other(first: str, second: str, together: bool) -> None:
    money: list[str | float | None] = ["实际支出", 1455.37, "预算执行率", "97.15%"]
    pairs: list[str | float | None] = [first, 1520.5, second, 1498]
    rows = [[*pairs, *money]] if together else [pairs, money]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    found = [form.entries.fields[key].value for key in ("funds_initial", "funds_adjusted", "funds_executed")]
    assert found == [Decimal("1520.5"), 1498, Decimal("1455.37")]


def test_a_merged_empty_cell_is_the_value_of_its_label() -> None:
    grid = grid_of([["主管部门", None, None, "财政科室", "经济建设科"], *INDICATOR_ROWS])
    grid.merges.append((1, 2, 1, 3))
    (form,) = recognize(grid, "表")
    department = form.entries.fields["department"]
    assert department.blank and department.place is not None and department.place.cell == "B1"
    assert form.leftovers[:2] == ((1, 4), (1, 5))


@pytest.mark.parametrize(("behind", "taken"), [(9.86, True), (8.86, False)])
def test_what_stands_beyond_cells_read_already_is_no_value_unless_it_follows_from_them(behind: float, taken: bool) -> None:
    row: list[str | float | None] = ["预算执行率（10分）", "全年预算数", 2800.5, "全年执行数", 2762.3, "执行率", "98.64%", behind]
    (form,) = recognize(grid_of([row, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["budget_claimed_rate"].text == "98.64%"
    assert ("budget_claimed_score" in form.entries.fields, (1, 8) in form.leftovers) == (taken, not taken)


@pytest.mark.parametrize(
    ("row", "unit", "department"),
    [
        (["预算部门：", "甲局", "项目单位：", "乙馆"], "乙馆", "甲局"),
        (["预算部门：甲局", None, "项目单位：乙馆"], "乙馆", "甲局"),
        (["预算部门", "甲局", "主管部门", "丙厅"], "甲局", "丙厅"),
        (["县级预算部门名称", "甲局"], "甲局", ""),
        (["部门：甲局", None, "主管部门", "甲局", "实施单位", "乙馆"], "乙馆", "甲局"),
        (["部门：甲局"], "甲局", ""), (["项目实施企业", "乙公司"], "乙公司", ""),
        (["编报单位", "甲局"], "甲局", ""), (["申报部门", "甲局"], "甲局", ""), (["项目填报部门名称", "甲局"], "甲局", ""),
        (["主管部门", "甲局"], "", "甲局"),
    ],
)
def test_the_superior_and_the_unit(row: list[str | float | None], unit: str, department: str) -> None:
    (form,) = recognize(grid_of([row, *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    assert [fields[key].text if key in fields else "" for key in ("unit", "department")] == [unit, department]


@pytest.mark.parametrize(
    ("row", "project", "left"),
    [
        (["一级项目名称", "教育发展", "二级项目名称", "教师培训"], "教师培训", [(2, 2)]),
        (["二级项目名称", "教师培训", "一级项目名称", "教育发展"], "教师培训", [(2, 4)]),
        (["一级项目名称", "教育发展", "项目名称", "教师培训"], "教师培训", [(2, 2)]),
        (["一级项目", "教育发展", "二级项目", "教师培训"], "教师培训", [(2, 2)]),
        (["一级项目名称：教育发展  二级项目名称：教师培训"], "教师培训", [(2, 1)]),
        (["一级项目名称", "教育发展", "二级项目名称", None], "教育发展", []),
        (["一级项目名称：教育发展"], "教育发展", []), (["基金名称", "教育发展", "项目名称", "教师培训"], "教师培训", [(2, 2)]),
    ],
)
def test_a_form_is_of_the_project_itself(
    row: list[str | float | None], project: str, left: list[tuple[int, int]]
) -> None:
    (form,) = recognize(grid_of([["绩效自评表"], row, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["project"].text == project
    assert list(form.leftovers) == left


@pytest.mark.parametrize(
    ("words", "year"),
    [
        ("二〇二三年度", "2023"), ("二○二三年", "2023"), ("二零二三年", "2023"), ("年度：２０２３", "2023"), ("2023预算年度", "2023"), ("2023年预算年度", "2023"), ("第二年度", None),
        ("自评期间：2023年1月1日至2023年12月31日", "2023"), ("（2023年1-12月）", "2023"), ("自评期间：2023年1月—12月", "2023"), ("（2023年3-12月）", None),
        ("评价年度2023年", "2023"), ("【2023年度】", "2023"), ("（2023年度自评）", "2023"), ("2023财年", "2023"),
        ("二〇二三年度项目支出绩效自评表", "2023"), ("2024年报送的2023年度项目支出绩效自评表", "2023"),
        ("（2023年度，单位：万元）", "2023"), ("(2023年度；金额单位:万元)", "2023"), ("2023年度（单位：万元）", "2023"), ("（2023年）单位：万元", "2023"),
        ("2023年 单位:元", "2023"), ("（二〇二三年度，单位：万元）", "2023"), ("单位：万元，2023年度", "2023"),
        ("单位：万元（2022年结转资金另列）", None), ("2022年 结转资金：20", None), ("依据：2022年，单位调整", None),
    ],
)  # fmt: skip
def test_years_in_words(words: str, year: str | None) -> None:
    (form,) = recognize(grid_of([["绩效自评表"], [words], *INDICATOR_ROWS]), "表")
    assert (form.entries.fields["year"].text if "year" in form.entries.fields else None) == year


@pytest.mark.parametrize(
    ("name", "cover", "year"),
    [
        ("2024年度", [], "2024"), ("2024", ["2023年度"], "2024"), ("自评表", ["某市2024年部门绩效自评报告", "2025年3月"], "2024"),
        ("自评表", ["年度：2024年", "填报日期：2025年"], "2024"), ("自评表", ["2024年度自评材料", "2023年度"], ""),
        ("自评表", ["填报日期：2025年3月20日"], ""), ("自评表", ["依据《某市2020年度绩效管理办法》，各部门在填报时应当对照年初批复的绩效目标逐项核对完成情况，并说明原因。"], ""),
    ],
)  # fmt: skip
def test_a_form_that_names_no_year_is_of_that_of_its_sheet_or_cover(
    name: str, cover: list[str], year: str, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "封面"
    for sheet, rows in (("封面", [[line] for line in cover]), (name, [["绩效自评表"], *INDICATOR_ROWS]), ("附", [["2022年度"]])):
        for row in rows:
            (book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)).append(row)
    book.save(tmp_path / "表.xlsx")
    (evaluation,) = read(tmp_path / "表.xlsx")
    assert evaluation.header.year.text == year


@pytest.mark.parametrize(("title", "unit"), [([], "某局"), ([["项目支出绩效自评表"]], "")])
def test_what_a_heading_above_several_forms_says_is_said_of_all(title: list[list[str]], unit: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    heading = [["2024年度项目支出绩效自评表"], ["填报单位：某局", None, "单位：元"]]
    for row in (*heading, ["项目名称", "甲"], *INDICATOR_ROWS, *title, ["项目名称", "乙"], *INDICATOR_ROWS):
        book.active.append(row)
    book.save(tmp_path / "表.xlsx")
    first, second = (one.header for one in read(tmp_path / "表.xlsx"))
    assert [(one.year.text, one.project.text) for one in (first, second)] == [("2024", "甲"), ("2024", "乙")]
    assert (second.unit.text, second.currency_unit.text) == (unit, "元" if unit else "")


def test_what_each_form_of_a_sheet_asks_for_is_not_that_of_the_first(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["2024年度项目支出绩效自评表"])
    for unit, project in (("某局", "甲"), (None, "乙")):
        for row in (["实施单位", unit], ["项目名称", project], *INDICATOR_ROWS):
            book.active.append(row)
    book.save(tmp_path / "表.xlsx")
    assert [(one.header.unit.text, one.header.year.text) for one in read(tmp_path / "表.xlsx")] == [("某局", "2024"), ("", "2024")]


@pytest.mark.parametrize(
    ("target", "actual", "status"),
    [
        ("9月底前", "9月20日", "met"), ("9月底前", "10月8日", "undecided"), ("2024年9月底前", "9月20日", "undecided"),
        ("9月底前", "2024年9月20日", "undecided"), ("9月15日前", "9月", "undecided"),
    ],
)  # fmt: skip
def test_days_of_no_year_are_of_one_year(target: str, actual: str, status: str) -> None:
    rows = [INDICATOR_ROWS[0], ["产出指标", "时效指标", "完成时间", target, actual, 50, 50, None]]
    (form,) = recognize(grid_of([["绩效自评表"], *rows]), "表")
    found = evaluation(form.form, form.entries).indicators
    assert score_indicator(found[0], load("mof-2020")).status == status


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("（单位：元）", ""), ("（2023年度，单位：元）", ""), ("2023年度（金额单位：元）", ""), ("（2023年）单位：元", ""), ("2023年 单位:元", ""),
        ("（单位：元，2023年度）", ""), ("（2023年度）  填报单位：甲局（盖章）  单位：元", "甲局"),
        ("二〇二三年度 单位：元", ""),
    ],
)  # fmt: skip
def test_the_unit_of_money_beside_the_year_and_in_brackets(words: str, unit: str) -> None:
    (form,) = recognize(grid_of([["绩效自评表"], [words], *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    assert fields["currency_unit"].text == "元"
    assert (fields["unit"].text if "unit" in fields else "") == unit
    assert ("year" in fields) == ("年" in words)


@pytest.mark.parametrize(
    ("title", "header", "readings"),
    [
        ("2023年度", ["年度", "2022"], [("2022年度", "2023年度")]),
        ("2023年度", ["（2022年度）"], [("2022年度", "2023年度")]),
        ("2023年", ["（2022年度）"], [("2022年度", "2023年")]),
        ("2023年度", ["年度", "2023"], []),
    ],
)
def test_a_title_of_another_year_is_a_doubt(title: str, header: list[str | float | None], readings: object) -> None:
    (form,) = recognize(grid_of([[f"{title}绩效自评表"], header, *INDICATOR_ROWS]), "表")
    assert [each.readings for each in form.ambiguities] == readings


@pytest.mark.parametrize(
    "header",
    [
        [["项目名称及编码", "技能培训"], ["实施单位及代码", "培训中心"]],
        [["项目名称：技能培训 实施单位：培训中心 评价年度：2023年"]],
        [["预算项目名称", "技能培训", "项目建设单位", "培训中心"]],
        [["项目全称", "技能培训", "项目法人", "培训中心"]],
        [["项目名称", "技能培训", "项目负责单位", "培训中心"]],
        [["项目代码及名称", "技能培训", "单位编码及名称", "培训中心"]],
        [["PPP项目名称", "技能培训", "预算单位", "351006", "培训中心"]],
        [["项目名称：技能培训，实施单位：（公章）培训中心，备注：无"]],
        [["一、项目基本信息"], ["1.项目名称：技能培训"], ["2.项目实施单位：培训中心（盖章）"]],
    ],
)
def test_whose_form_it_is_in_many_words(header: list[list[str | float | None]]) -> None:
    (form,) = recognize(grid_of([["项目支出绩效自评表"], *header, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[key].text for key in ("project", "unit")] == ["技能培训", "培训中心"]


@pytest.mark.parametrize("label", ["专项资金主管部门", "州级主管部门", "政策主管部门"])
def test_whose_superior_it_is_in_many_words(label: str) -> None:
    (form,) = recognize(grid_of([[label, "001-某局（本级）"], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["department"].text == "001-某局（本级）"


def test_a_numbered_note_is_none_of_the_fields() -> None:
    notes: list[list[str | float | None]] = [["1.填报说明：得分不超过分值。"], ["2.存在问题：据实填写。"]]
    (form,) = recognize(grid_of([*INDICATOR_ROWS, ["总分", None, None, None, None, 100, 98], *notes]), "表")
    assert "problems" not in form.entries.fields


@pytest.mark.parametrize(
    ("said", "total", "grade"),
    [
        ("（自评总分：95.2分）", "95.2", None), ("（2024年度，自评总分95.2分，等级：优）", "95.2", "优"), ("\n（得分：95.2分）", "95.2", None),
        ("（总分100分）", None, None), ("（自评总分100分）", None, None), ("（自评总分：100分）", "100", None), ("（总分：100分）", None, None), ("（预算执行得分9.5分）", None, None), ("（2024年度）", None, None),
    ],
)  # fmt: skip
def test_the_total_in_the_brackets_of_the_title(said: str, total: str | None, grade: str | None) -> None:
    (form,) = recognize(grid_of([[f"项目支出绩效自评表{said}"], *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    found = [fields[key].text.rstrip("分") if key in fields else None for key in ("claimed_total", "claimed_grade")]
    assert found == [total, grade]


@pytest.mark.parametrize("goals_first", [True, False])
@pytest.mark.parametrize("apart", [True, False])
def test_goals_beside_the_money(goals_first: bool, apart: bool) -> None:
    """As a label with its words, merged down along the money, or with headings of their own."""
    money: list[list[str | float | None]] = [["项目资金", "全年预算数", "全年执行数"], ["年度资金总额", 100, 90], ["财政拨款", 100, 90]]
    goals = [["预期目标", "实际完成情况"], ["完成培训", "已完成"]] if apart else [["年度总体目标", "完成培训"], [None, None]]
    goals.append([None, None])
    grid = grid_of([*((goal + line if goals_first else line + goal) for line, goal in zip(money, goals, strict=True)), *INDICATOR_ROWS])
    top, left = (2 if apart else 1), (1 if goals_first else 4)
    grid.merges += [(top, left, 3, left), (top, left + 1, 3, left + 1)]
    (form,) = recognize(grid, "表")
    fields = form.entries.fields
    assert fields["goal_expected"].text == "完成培训"
    assert ("goal_actual" in fields) == apart
    assert [fields[f"funds_{key}"].value for key in ("adjusted", "executed")] == [100, 90]


def test_goals_under_other_names() -> None:
    goals: list[list[str | float | None]] = [["年度预期目标", "具体完成情况", "总体完成率"], ["治理1200亩", "治理1180亩", "98%"]]
    (form,) = recognize(grid_of([*goals, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[key].text for key in ("goal_expected", "goal_actual")] == ["治理1200亩", "治理1180亩"]


def test_goals_and_project_as_the_forms_of_shanghai_and_of_bonds_call_them() -> None:
    fields: list[list[str | float | None]] = [["专项债券项目名称", "某水厂"], ["项目年度总目标：", "开放330天"], ["主要绩效：", "开放338天"]]
    (form,) = recognize(grid_of([*fields, *INDICATOR_ROWS]), "表")
    found = [form.entries.fields[key].text for key in ("project", "goal_expected", "goal_actual")]
    assert found == ["某水厂", "开放330天", "开放338天"]


@pytest.mark.parametrize("heading", ["全年预期目标", "当年总体预期目标", "本年绩效预期目标", "拟达到的成效"])
def test_goals_below_their_headings_beside_the_name_of_the_section(heading: str) -> None:
    goals: list[list[str | float | None]] = [
        ["总体目标", heading, None, "全年实际完成情况"], [None, "救助1.8万人次", None, "救助1.86万人次"]
    ]  # fmt: skip
    (form,) = recognize(grid_of([*goals, *INDICATOR_ROWS]), "表")
    found = [form.entries.fields[key].text for key in ("goal_expected", "goal_actual")]
    assert (found, form.leftovers) == (["救助1.8万人次", "救助1.86万人次"], ())


@pytest.mark.parametrize(
    ("row", "expected", "actual", "leftovers"),
    [
        (["年度总体目标", "降低患者负担", "完成情况：各项改革任务落实"], "降低患者负担", "各项改革任务落实", ()),
        (["年度绩效目标", "预期目标：治理18公里", "完成情况：治理18.3公里"], "治理18公里", "治理18.3公里", ()),
        (["年度绩效目标", "预期目标：治理18公里", "完成情况", "治理18.3公里"], "治理18公里", "治理18.3公里", ()),
        (["绩效目标：治理18公里"], "治理18公里", "", ()),
        (["部门职责及年度目标", "加强基层服务", "年度任务基本完成"], "加强基层服务", "", ((1, 3),)),
        (["部门职责及年度目标", "年初目标", "加强服务", "完成情况", "已加强"], "加强服务", "已加强", ()),
        (["存在问题", "完成情况：部分设备未到货"], "", "", ()),
        (["年度总体目标", "预期目标：治理18公里。　实际完成情况：治理18.3公里。"], "治理18公里。", "治理18.3公里。", ()),
        (["年度总体目标及完成情况", "预期目标：治理18公里\n二、完成情况：治理18.3公里"], "治理18公里", "治理18.3公里", ()),
        (["年度目标：治理18公里；完成情况：治理18.3公里"], "治理18公里；", "治理18.3公里", ()),
        (["年度目标：治理18公里\n完成情况："], "治理18公里", "", ()),
        (["年度目标", "治理18公里，完成情况每季度通报"], "治理18公里，完成情况每季度通报", "", ()),
        (["年度目标", "目标1：治理18公里 完成情况：18公里\n目标2：护岸2公里 完成情况：2公里"],
         "目标1：治理18公里 完成情况：18公里\n目标2：护岸2公里 完成情况：2公里", "", ()),
        (["年度目标", "治理18公里。完成情况：按季通报", "完成情况", "治理18.3公里"], "治理18公里。完成情况：按季通报", "治理18.3公里", ()),
    ],
)  # fmt: skip
def test_goals_within_their_cells(
    row: list[str | float | None], expected: str, actual: str, leftovers: tuple[tuple[int, int], ...]
) -> None:
    (form,) = recognize(grid_of([row, *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    assert [fields[key].text if key in fields else "" for key in ("goal_expected", "goal_actual")] == [expected, actual]
    assert form.leftovers == leftovers


def test_further_lines_of_a_goal_within_its_cell() -> None:
    grid = grid_of([["年度目标", "总体目标：治理18公里"], [None, "新建护岸22公里"], *INDICATOR_ROWS])
    grid.merges.append((1, 1, 2, 1))
    (form,) = recognize(grid, "表")
    assert (form.entries.fields["goal_expected"].text, form.leftovers) == ("治理18公里\n新建护岸22公里", ())


@pytest.mark.parametrize("rate", ["110.5%", 1.105, "1、超额完成"])
def test_a_column_that_nobody_knows_opens_no_notes(rate: str | float) -> None:
    rows = [[*row, "完成率" if not at else rate if at == 1 else None] for at, row in enumerate(INDICATOR_ROWS)]
    rows += [["注：超额完成的按满分计"], ["1.满意度为问卷结果"]]
    (form,) = recognize(grid_of([*rows]), "表")
    assert form.leftovers == ((2, 9),)
    assert [form.used[at, 1] for at in (5, 6)] == ["note", "note"]


@pytest.mark.parametrize("sideways", [False, True])
def test_years_of_a_table_are_not_the_years_of_the_form(sideways: bool) -> None:
    goals: list[list[str | float | None]] = [["财年", "目标"], [2023, "甲"], [2024, "乙"], [2025, "丙"]]
    if sideways:
        goals = [list(row) for row in zip(*goals, strict=True)]
    (form,) = recognize(grid_of([["整体支出绩效自评表（2022-2024年）"], ["编制单位：甲局", None, "2023年度"], *goals, *INDICATOR_ROWS]), "表")
    assert (form.entries.fields["year"].text, form.ambiguities) == ("2023", ())


@pytest.mark.parametrize(
    ("words", "grade"),
    [
        ("注：A（优）90分以上，B（良）80-90分，C（中）60-80分，D（差）60分以下。", "良"),
        ("注：等级分为优秀（A级）、良好（B级）、中等（C级）、较差（D级）。", "良"),
        ("A为优、B为良，依此类推", "良"), ("注：附件A、优先B。", None), ("注：B为良。", None), ("注：A（优），B（优）", None), ("", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("shown", ["field", "total"])
def test_a_letter_is_the_grade_that_the_form_says_it_is(words: str, grade: str | None, shown: str) -> None:
    total: list[str | float | None] = ["总分", None, None, None, None, 90, 88.42]
    last: list[list[str | float | None]] = [total, ["自评等级", "B级"]] if shown == "field" else [[*total, "B"]]
    (form,) = recognize(grid_of([*INDICATOR_ROWS, *last, [words or None]]), "表")
    found = form.entries.fields.get("claimed_grade")
    assert (found and found.text) == grade
    assert grade or form.leftovers, "a letter that says nothing is left over"


@pytest.mark.parametrize(
    ("written", "grade"),
    [("优等", "优"), ("优秀等次", "优秀"), ("良（B）", "良"), ("较好", "较好"), ("达标", "达标"), ("□优 □良", ""), ("优/良/中/差", ""), ("无", "")],
)
def test_a_grade_in_other_words_stays_as_it_was_typed(written: str, grade: str) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, ["总分", None, None, None, None, 90, 88.42], ["自评等级", written]]), "表")
    assert form.entries.fields["claimed_grade"].text == grade


def test_amounts_side_by_side_are_no_years() -> None:
    rows: list[list[str | float | None]] = [["（2023年度）"], ["某项未识别的资金", 2200, 2032]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert (form.entries.fields["year"].text, form.ambiguities) == ("2023", ())


def test_a_year_has_digits() -> None:
    rows: list[list[str | float | None]] = [["转移支付绩效自评表"], ["（2023年度）"], ["资金情况", "年度", "中央", "来源不明"], ["甲", "预算", 90, 60]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["year"].text == "2023"


@pytest.mark.parametrize(("figures", "total"), [([100, 99.5], "99.5"), ([96, 99.5], "96"), ([100], "100"), (["100分", "99.5分"], "99.5分")])
def test_full_marks_before_the_total_are_none_of_it(figures: list[str | float], total: str) -> None:
    rows: list[list[str | float | None]] = [["项目名称", "甲项目"], ["资金情况", "全年预算数", "全年执行数"], ["年度资金总额", 100, 95]]
    (form,) = recognize(grid_of([["项目支出绩效自评表"], *rows, [None], ["自评总分", *figures]]), "表")
    assert form.entries.fields["claimed_total"].text == total


@pytest.mark.parametrize(
    ("title", "beside", "foot", "unit"),
    [
        ("项目支出绩效自评表（单位：元）", None, None, "元"), ("2023年度项目支出绩效自评表 单位：元", None, None, "元"),
        ("项目支出绩效自评表", "（元）", None, "元"), ("项目支出绩效自评表", None, "说明：1.本表金额单位为元。", "元"),
        ("项目支出绩效自评表", None, "本表由单位：元江县财政局负责解释", None), ("项目支出绩效自评表", None, "产品单位：元/吨", None),
    ],
)  # fmt: skip
def test_the_unit_of_money_wherever_words_say_it(title: str, beside: str | None, foot: str | None, unit: str | None) -> None:
    rows = [[title], ["项目名称", "甲项目", None, beside], ["资金情况", "全年预算数", "全年执行数"], ["年度资金总额", 100, 95]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS, [foot]]), "表")
    assert (form.entries.fields["currency_unit"].text if "currency_unit" in form.entries.fields else None) == unit


@pytest.mark.parametrize(
    ("line", "title", "year", "kind"),
    [
        ("2023年度惠民殡葬补助", "绩效自评表", "2023", "project"), ("二〇二三年度", "绩效自评表", "2023", "project"),
        ("市级部门（单位）整体", "绩效自评表", None, "department"), ("某县2023年度部门整体支出", "绩效自评表（2）", "2023", "department"),
        ("填报单位：某局2023年度部门整体支出", "绩效自评表", None, "project"), ("注：2023年度部门整体支出。", "绩效自评表", None, "project"),
        ("某局关于开展2024年度绩效自评工作的通知", "2023年度绩效自评表", "2023", "project"), ("某局关于开展2024年度绩效自评工作的通知", "绩效自评表", "2024", "project"),
    ],
)  # fmt: skip
def test_a_title_in_two_rows(line: str, title: str, year: str | None, kind: str) -> None:
    grid = grid_of([[line], [title], *INDICATOR_ROWS])
    (form,) = recognize(grid, "表")
    assert (form.entries.fields["year"].text if "year" in form.entries.fields else None, form.form) == (year, kind)
    assert not form.ambiguities
    assert sorted([*form.used, *form.leftovers]) == sorted(grid.cells)


def test_the_name_of_a_part_in_each_of_its_rows_is_as_good_as_merged() -> None:
    money: list[list[str | float | None]] = [
        ["资金使用情况（万元）", "资金来源", "年初预算数", "全年预算数", "全年执行数", "执行率", "分值", "得分"],
        ["资金使用情况（万元）", "资金总额", 100, 110, 99, "90%", 10, 9],
        ["资金使用情况（万元）", "财政拨款", 100, 110, 99, "90%"],
    ]
    indicators = [["绩效指标", *row] for row in [*INDICATOR_ROWS, ["总分", None, None, None, None, 100, 97.42]]]
    (form,) = recognize(grid_of([*money, *indicators]), "表")
    assert [form.entries.fields[key].value for key in ("funds_initial", "funds_executed", "claimed_total")] == [
        100, 99, Decimal("97.42"),
    ]  # fmt: skip
    assert [row["name"].text for row in form.entries.tables["indicators"]] == ["培训人数", "合格率", "学员满意度"]
    assert not form.leftovers


def test_merged_ranges_taken_apart_with_their_text_in_every_cell() -> None:
    title = "2023年度项目支出绩效自评表"
    heads = ["一级指标", "二级指标", "三级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"]
    rows: list[list[str | float | None]] = [
        [title] * 9,
        ["项目名称", "项目名称", "甲项目", "甲项目", "甲项目", "实施单位", "某单位", "某单位", "某单位"],
        [*heads],
        ["产出指标", "数量指标", "培训人数", "培训人数", "10人", "10人", 45, 45, None],
        ["产出指标", "质量指标", "影响", "影响", "有效提升", "有效提升", 45, 45, None],
        ["总分", "总分", "总分", "总分", "总分", "总分", 90, 90, None],
    ]
    (form,) = recognize(grid_of(rows), "表")
    fields = {key: form.entries.fields[key].text for key in ("year", "project", "unit", "claimed_total")}
    assert fields == {"year": "2023", "project": "甲项目", "unit": "某单位", "claimed_total": "90"}
    found = [[row[key].text for key in ("name", "target", "actual", "weight")] for row in form.entries.tables["indicators"]]
    assert found == [["培训人数", "10人", "10人", "45"], ["影响", "有效提升", "有效提升", "45"]]


@pytest.mark.parametrize(
    ("title", "user", "form"),
    [
        ("养老保险补助资金绩效自评表", "各县（市、区）人社局", "transfer"), ("养老保险补助资金绩效自评表", "市直各区域中心", "project"),
        ("项目支出绩效自评表", "各县（市、区）人社局", "project"), ("补助资金绩效自评表", "各市直单位", "project"),
    ],
)  # fmt: skip
def test_money_for_several_regions_is_a_transfer(title: str, user: str, form: str) -> None:
    head: list[list[str | float | None]] = [[title], ["项目名称", "甲资金", "使用单位", user]]
    assert [one.form for one in recognize(grid_of([*head, *INDICATOR_ROWS]), "表")] == [form]


def test_slow_progress_is_explained() -> None:
    (form,) = recognize(grid_of([["进度滞后原因", "主体施工受雨季影响"], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["budget_reason"].text == "主体施工受雨季影响"


def test_names_go_on_alone_in_the_rows_below() -> None:
    head: list[list[str | float | None]] = [
        ["项目名称", "甲县农业农村局测土配方", None, "实施单位", "甲县农业"], [None, "施肥项目", None, None, "技术推广"], [None, None, None, None, "中心"],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*head, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[key].text for key in ("project", "unit")] == ["甲县农业农村局测土配方施肥项目", "甲县农业技术推广中心"]
    head = [["专项资金", "甲县测土", "资金使用", "甲县农业"], ["名称", "配方施肥", "单位", "农村局"]]
    (form,) = recognize(grid_of([*head, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[key].text for key in ("project", "unit")] == ["甲县测土配方施肥", "甲县农业农村局"]
    (form,) = recognize(grid_of([["绩效自评表"], ["（2023年度）"], ["项目名称"], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["year"].text == "2023"
    for other in ("项目资金", "2023年度", "主管部门", 100):  # below it says something of its own
        (form,) = recognize(grid_of([["项目名称", "甲项目"], [None, other], *INDICATOR_ROWS]), "表")
        assert form.entries.fields["project"].text == "甲项目"


def test_a_line_of_blanks_takes_no_long_time() -> None:
    started = time.process_time()
    recognize(grid_of([[f"{' ' * 30000}甲"], *INDICATOR_ROWS]), "表")
    assert time.process_time() - started < 4


def test_labels_that_have_their_values_are_whole() -> None:
    rows: list[list[str | float | None]] = [["专项资金", "100万元"], ["名称", "乡村道路"], ["单位", "某局"]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert "project" not in form.entries.fields
    (form,) = recognize(grid_of([["项目", "甲工程"], ["预算", 100, "执行", 95], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_adjusted"].value == 100



@pytest.mark.parametrize(("title", "unit"), [("部门整体绩效自评表", "某县农业农村委员会"), ("项目支出绩效自评表", None)])
def test_the_department_alone_is_whose_whole_form_it_is(title: str, unit: str | None) -> None:
    (form,) = recognize(grid_of([[title], ["主管部门", "某县农业农村委员会"], *INDICATOR_ROWS]), "表")
    assert (form.entries.fields["unit"].text if "unit" in form.entries.fields else None) == unit


@pytest.mark.parametrize(
    ("label", "key"), [("县（区）实施单位", "unit"), ("区县使用单位", "unit"), ("市县填报单位", "unit"), ("购买服务项目名称", "project"), ("债券项目名称", "project")]
)
def test_labels_of_units_below_and_of_projects_of_a_kind(label: str, key: str) -> None:
    (form,) = recognize(grid_of([[label, "某某"], *INDICATOR_ROWS]), "表")
    assert form.entries.fields[key].text == "某某"


@pytest.mark.parametrize(("caption", "year"), [("项目绩效目标自评（2024年度）", "2024"), ("填报单位：某局2024年度部门整体支出", None)])
def test_the_caption_of_a_form_names_its_year_whatever_the_form_is_called(caption: str, year: str | None) -> None:
    (form,) = recognize(grid_of([[caption], ["项目名称\ufeff", "甲"], *INDICATOR_ROWS]), "表")
    assert (form.entries.fields["year"].text if "year" in form.entries.fields else None) == year
    assert form.entries.fields["project"].text == "甲"


@pytest.mark.parametrize("above", [[], [["表14"]], [["表14"], ["某市"]], [["主管部门", "某局"]]])
def test_the_caption_may_stand_below_the_number_of_its_table(above: list[list[str | float | None]]) -> None:
    (form,) = recognize(grid_of([*above, ["2023年预算项目绩效目标自评"], ["项目名称", "甲"], *INDICATOR_ROWS]), "表")
    assert ("year" in form.entries.fields) == (len(above[-1:] and above[-1]) < 2)


@pytest.mark.parametrize(
    "foot",
    [
        [["项目名称：甲", "实施单位：某局", None, "实际支出：308.8"]],
        [["项目名称", "甲", None, "实施单位", "某局"], ["预算数", 320, None, "执行数", 308.8]],
    ],
)
def test_whose_form_it_is_may_stand_below_its_last_table(foot: list[list[str | float | None]]) -> None:
    (form,) = recognize(grid_of([["绩效自评表"], *INDICATOR_ROWS, ["合计", *[None] * 4, 90, 90], *foot]), "表")
    assert [form.entries.fields[key].text for key in ("project", "unit", "funds_executed")] == ["甲", "某局", "308.8"]


def test_a_total_may_have_its_grade_behind_it() -> None:
    (form,) = recognize(grid_of([["自评总分", "95分，等级为优"], *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[key].text for key in ("claimed_total", "claimed_grade")] == ["95", "优"]


def test_the_year_above_the_title_of_a_further_form_is_of_that() -> None:
    first, second = ([["项目支出绩效自评表"], ["项目名称", name], *INDICATOR_ROWS, ["总分", 90]] for name in ("甲", "乙"))
    forms = recognize(grid_of([["（2023年度）"], *first, ["（2024年度）"], *second]), "表")
    assert [form.entries.fields["year"].text for form in forms] == ["2023", "2024"]


def test_a_title_over_two_forms_side_by_side_leaves_them_two() -> None:
    left, right = ([["项目名称", name, *[None] * 6], *INDICATOR_ROWS] for name in ("甲", "乙"))
    grid = grid_of([["项目支出绩效自评表"], *([*one, None, *other] for one, other in zip(left, right, strict=True))])
    grid.merges.append((1, 1, 1, 17))
    assert [form.entries.fields["project"].text for form in recognize(grid, "表")] == ["甲", "乙"]


def test_a_year_behind_the_unit_in_its_cell_is_no_part_of_the_name() -> None:
    (form,) = recognize(grid_of([["项目支出绩效自评表"], ["实施单位", "某局 2023年度"], *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[key].text for key in ("unit", "year")] == ["某局", "2023"]


@pytest.mark.parametrize(("title", "read"), [("项目绩效运行监控表", 0), ("项目绩效运行监控及自评表", 1)])
def test_what_was_watched_in_the_year_is_no_evaluation_unless_it_is_that_too(title: str, read: int) -> None:
    assert len(recognize(grid_of([[title], ["项目名称", "甲"], *INDICATOR_ROWS]), "表")) == read


@pytest.mark.parametrize("heading", ["全年预计完成值", "预计全年完成情况", "完成目标可能性", "完成绩效目标的可能性"])
@pytest.mark.parametrize(("title", "read"), [("项目绩效目标执行情况表（1-9月）", 0), ("项目支出绩效自评表", 1)])
def test_what_a_column_expects_of_the_year_was_watched_in_it(heading: str, title: str, read: int) -> None:
    rows = [[*line, heading if line is INDICATOR_ROWS[0] else None] for line in INDICATOR_ROWS]
    assert len(recognize(grid_of([[title], ["项目名称", "甲"], *rows]), "表")) == read


def test_what_was_expected_as_a_target_was_not_watched() -> None:
    rows = [["全年预计值" if cell == INDICATOR_ROWS[0][3] else cell for cell in line] for line in INDICATOR_ROWS]
    (form,) = recognize(grid_of([["项目绩效目标完成情况表"], ["项目名称", "甲"], *rows]), "表")
    assert [row["target"].text for row in form.entries.tables["indicators"]] == [line[3] for line in INDICATOR_ROWS[1:]]


@pytest.mark.parametrize(
    ("rows", "key", "value"),
    [
        ([["单位：某县水利局（2022年度）"]], "year", "2022"), ([["单位：某县水利局（2022年度）"]], "unit", "某县水利局"),
        ([["评价期：2022年度"]], "year", "2022"), ([["转移支付（项"], ["目）名称", "水利发展资金"]], "project", "水利发展资金"),
        ([["附件2"], ["某中学食堂改造绩效自评（2023年）"]], "year", "2023"),
        ([["2022年度绩效自评表"], ["年度", "年初预期目标", "完成情况"], ["总体", "建设步道", "建成"], ["目标", None, None]], "year", "2022"),
    ],
)  # fmt: skip
def test_years_and_names_in_lines_and_in_brackets(rows: list[list[str | float | None]], key: str, value: str) -> None:
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields[key].text == value


@pytest.mark.parametrize(
    ("header", "year"),
    [
        (["2024", "年度"], "2024"), (["2024年", "度"], "2024"), (["（", 2024, "年度）"], "2024"), (["主管部门", "某局", "2024", "年度"], "2024"),
        (["年度", 2024], "2024"), (["2023", "年度", "2024"], "2024"),
    ],
)  # fmt: skip
def test_a_year_in_two_cells(header: list[str | float | None], year: str) -> None:
    (form,) = recognize(grid_of([["项目支出绩效自评表"], header, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["year"].text == year


@pytest.mark.parametrize(
    ("title", "header", "year"),
    [
        ("绩效自评表", ["项目起止时间", "2024年1月-2024年12月"], "2024"), ("绩效自评表", ["服务期限：2024.01.01-2024.12.31"], "2024"),
        ("绩效自评表", ["实施周期", "20240101-20241231"], "2024"), ("绩效自评表", ["项目期限", "2023年1月-2024年12月"], ""),
        ("绩效自评表", ["建设周期", "2023-25年"], ""), ("绩效自评表", ["项目期限", "2023年6月至次年5月"], ""),
        ("绩效自评表", ["项目期限", "2023年，期限3年"], ""), ("绩效自评表", ["服务期限", "一年（2024年3月至当年11月）"], "2024"),
        ("绩效自评表", ["建设期", "自2023年1月1日"], ""), ("绩效自评表", ["评价期间", "2021-2023年"], ""),
        ("绩效自评表", ["项目期限", "2024年起"], ""), ("绩效自评表", ["填报时间", "2025年3月"], ""),
        ("2024年度绩效自评表", ["项目期限", "2023年1月-12月"], "2024"),
    ],
)  # fmt: skip
def test_the_year_in_which_the_project_runs_where_no_other_is_named(
    title: str, header: list[str], year: str, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in ([title], header, *INDICATOR_ROWS):
        book.active.append(row)
    book.save(tmp_path / "表.xlsx")
    (evaluation,) = read(tmp_path / "表.xlsx")
    assert evaluation.header.year.text == year


@pytest.mark.parametrize(
    ("header", "project"),
    [
        (["项目", "甲工程", "主管部门", "某局"], "甲工程"), (["项目一：", "甲工程", "主管部门", "某局"], "甲工程"),
        (["项目1：甲工程", None, "主管部门", "某局"], "甲工程"), (["项目", "甲", "项目名称", "乙", "主管部门", "某局"], "乙"),
        (["项目一：甲", "项目二：乙", "主管部门", "某局"], ""), (["项目", 120, "主管部门", "某局"], ""), (["项目", "甲工程"], ""),
        (["主管部门", "某局", "项目", "内容", "金额"], ""),
    ],
)  # fmt: skip
def test_a_project_may_be_labelled_with_a_bare_word_beside_its_unit(header: list[str | float | None], project: str) -> None:
    (form,) = recognize(grid_of([["项目支出绩效自评表（2024年度）"], header, *INDICATOR_ROWS]), "表")
    assert (form.entries.fields["project"].text if "project" in form.entries.fields else "") == project


@pytest.mark.parametrize(
    ("remark", "total"), [("99分", 99), ("自评得分99分", 99), ("扣1分", None), ("3分", None), ("得分：3分", 3), ("按99分计", None), ("100分", None)]
)
def test_the_total_may_stand_among_the_remarks_of_its_row(remark: str, total: float | None) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, ["总分", None, None, None, None, 100, None, remark]]), "表")
    assert form.entries.fields["claimed_total"].value == total


@pytest.mark.parametrize(
    ("department", "unit", "carrier", "read"),
    [
        ("省林业厅", "省林业厅", "项目实施单位", "省林科院"), ("省林业厅", "省林业站", "项目实施单位", "省林业站"),
        ("省林业厅", "省林业厅", "填报单位", "省林业厅"),
    ],
)  # fmt: skip
def test_who_carries_a_project_out_is_its_unit_where_the_other_is_the_department(
    department: str, unit: str, carrier: str, read: str
) -> None:
    heads: list[list[str | float | None]] = [["单位名称", unit], ["主管部门", department], [carrier, "省林科院"]]
    (form,) = recognize(grid_of([["项目支出绩效自评表（2024年度）"], ["项目名称", "造林"], *heads, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["unit"].text == read
