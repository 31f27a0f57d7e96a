"""Official forms of other people's making, from the file to the findings: exactly those of the corpus, and no other.

The same forms in disguise (figures as text, full-width signs, cells unmerged, notes below) must give the same findings.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import form_corpus
import openpyxl
import pytest
from form_corpus import Case
from zipped import parts, through

from selfeval_xl.examine import examine
from selfeval_xl.report.json import assessed

CORPUS = [form_corpus.load(path) for path in form_corpus.cases()]
NOTES = (
    "注：1.得分按完成值与指标值的比例计算，最高不超过该指标分值。",
    "2.预算执行率10分、产出指标50分、效益指标30分。",
)


def said(path: Path, sheets: int) -> list[str]:
    """The findings as the corpus writes them, without the one that every official form has (template.unknown)."""
    return [
        " ".join(
            (
                finding.severity,
                finding.id,
                ", ".join(f"{finding.sheet}!{cell}" if sheets > 1 else cell for cell in finding.cells),
            )
        ).strip()
        for assessment in examine(path)
        for finding in assessment.findings
        if finding.id != "template.unknown"
    ]


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_exactly_these_findings(case: Case, tmp_path: Path) -> None:
    assert case.findings is not None, "the file has no part 发现"
    workbook = case.build(tmp_path / f"{case.name}.xlsx")
    assert said(workbook, len(case.sheets)) == case.findings


def as_text(cell: str) -> str:
    return f"'{cell}" if form_corpus.is_figure(cell) else cell


def full_width(cell: str) -> str:
    """Signs and digits as Chinese keyboards write them, with a space before and a line break behind."""
    if form_corpus.is_figure(cell):
        return cell
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign in "0123456789%().:<>=" else sign for sign in cell.lstrip("'"))
    return f"' {wide}<br>"


def unmerged(cell: str) -> str:
    return "" if cell in ("^", "<") else cell


DISGUISES: list[Callable[[str], str]] = [as_text, full_width, unmerged]


def disguised(case: Case, disguise: Callable[[str], str]) -> Case:
    def change(cell: str) -> str:
        kept = not cell or cell.startswith("=") or (cell in ("^", "<") and disguise is not unmerged)
        return cell if kept else disguise(cell)

    sheets = [
        (name, row, columns, [[change(cell) for cell in cells] for cells in rows])
        for name, row, columns, rows in case.sheets
    ]
    return Case(case.name, sheets)


def says_another_thing(case: Case, disguise: Callable[[str], str]) -> bool:
    """No disguise: formulas do not add up text, and where rows share a weight or a name only merged cells say so.

    So they do where borders were dragged: each cell alone may stand under the heading before its own.
    """
    if disguise is as_text:
        return any(cell.startswith("=") for _, _, _, rows in case.sheets for row in rows for cell in row)
    merged = ("dragged-borders", "judges-below-one-heading", "kinds-of-reasons", "merged-value-cells", "scores-of-one-weight", "tasks-named-as-money")
    return disguise is unmerged and case.name in merged


@pytest.mark.parametrize(
    ("case", "disguise"),
    [(case, each) for case in CORPUS for each in DISGUISES if not says_another_thing(case, each)],
    ids=lambda each: each.name if isinstance(each, Case) else each.__name__,
)
def test_the_same_findings_in_disguise(case: Case, disguise: Callable[[str], str], tmp_path: Path) -> None:
    workbook = disguised(case, disguise).build(tmp_path / "表.xlsx")
    assert said(workbook, len(case.sheets)) == case.findings


# Where no sheet that is seen holds a form, the hidden ones count.
@pytest.mark.parametrize("case", [case for case in CORPUS if case.forms], ids=lambda case: case.name)
def test_the_same_findings_among_other_things(case: Case, tmp_path: Path) -> None:
    """A cover before the form, notes below it, a list and last year's form on hidden sheets."""
    workbook = case.build(tmp_path / "表.xlsx")
    expected = said(workbook, 2)
    book = openpyxl.load_workbook(workbook)
    for sheet in book:
        below = sheet.max_row + 2
        for offset, note in enumerate(NOTES):
            sheet.cell(below + offset, sheet.min_column, note)
            sheet.merge_cells(
                start_row=below + offset,
                start_column=sheet.min_column,
                end_row=below + offset,
                end_column=sheet.max_column,
            )
    book.create_sheet("封面", 0)["A1"] = "2023年度绩效自评材料"
    book.create_sheet("选项")["A1"] = "数量指标"
    last_year = book.create_sheet("上年")
    for row in (
        ("项目名称", "上年项目"),
        ("三级指标", "指标值", "完成值", "分值", "得分"),
        ("甲", "≥10", "9", 100, 100),
    ):
        last_year.append(row)
    book["选项"].sheet_state = last_year.sheet_state = "hidden"
    book.save(workbook)
    assert said(workbook, 2) == expected


@pytest.mark.parametrize(("name", "title"), [("填报示例", "自评表"), ("表2", "项目支出绩效自评表（示例）")])
def test_an_example_counts_only_where_nothing_else_is_filled_in(name: str, title: str, tmp_path: Path) -> None:
    heads = ("三级指标", "指标值", "完成值", "分值", "得分")
    book = openpyxl.Workbook()
    own, example = book.active, book.create_sheet(name)
    for sheet, project in ((own, "水质监测"), (example, "某项目")):
        for line in ((title if sheet is example else "自评表",), ("项目名称", project), heads, ("甲", "≥10", "11", 100, 100)):
            sheet.append(line)
    book.save(tmp_path / "a.xlsx")
    (counted,) = examine(tmp_path / "a.xlsx")
    assert counted.evaluation.header.project.text == "水质监测"
    assert [one.provided for one in counted.findings if one.id == "package.example"] == [name]
    example.title, example["A1"] = "示例基地", "示例基地建设项目支出绩效自评表"
    book.save(tmp_path / "a.xlsx")
    assert len(examine(tmp_path / "a.xlsx")) == 2, "a project of its own"
    example.title, example["A1"] = name, title
    own["C4"] = None
    book.save(tmp_path / "a.xlsx")
    assert len(examine(tmp_path / "a.xlsx")) == 2


def test_a_sheet_that_claims_to_hold_one_cell(tmp_path: Path) -> None:
    """Some programs write the dimension A1 whatever stands on the sheet."""
    case = form_corpus.load(form_corpus.FORMS / "dirty-scores.md")
    path = case.build(tmp_path / "a.xlsx")
    claimed = re.compile(rb'<dimension ref="[^"]*"')
    assert any(claimed.search(part) for part in parts(path).values())
    path.write_bytes(through(path, lambda _, part: claimed.sub(b'<dimension ref="A1"', part)))
    assert said(path, 1) == case.findings


def test_rows_that_were_hidden_because_nobody_used_them(tmp_path: Path) -> None:
    path = form_corpus.load(form_corpus.FORMS / "numbered-with-filler.md").build(tmp_path / "a.xlsx")
    assert any("target.placeholder" in line for line in said(path, 1))
    book = openpyxl.load_workbook(path)
    for row in (12, 14):
        book.active.row_dimensions[row].hidden = True
    book.save(path)
    assert not any("target.placeholder" in line for line in said(path, 1))


WHY = "年中新增任务，按程序报批。"
CHANGED: list[list[str | float | None]] = [
    ["2024年度项目支出绩效自评表"],
    ["项目名称", "甲项目", None, "实施单位", "某单位"],
    ["项目资金（万元）", "资金来源", "年初预算数", "全年预算数", "全年执行数", "执行率"],
    [None, "年度资金总额", 100, 110, 88, "80%"],
    [None, "其中：财政拨款", 90, 100, 80, "80%"],
    [None, "其他资金", 10, 10, 8, "80%"],
]
GOALS_MET: list[list[str | float | None]] = [
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"],
    ["产出指标", "数量指标", "培训人数", "≥300人", "320人", 90, 90],
]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["调整说明", WHY], True), (["预算调整情况", WHY], True), ([f"年中预算调整情况说明：{WHY}"], True),
        ([None, "资金变动原因", WHY], True), (["其他需要说明事项", "年中追加10万元"], True),
        (["调整说明", None], False), (["预算调整情况", None], False), (["其他需要说明事项", "已公开"], False),
    ],
)  # fmt: skip
def test_a_row_that_says_why_the_budget_was_changed(row: list[str | float | None], told: bool, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for values in [*CHANGED, row, *GOALS_MET]:
        book.active.append(values)
    book.save(tmp_path / "表.xlsx")
    found = {line.split()[1] for line in said(tmp_path / "表.xlsx", 1)}
    assert ("budget.changed" in found) != told
    assert "budget.low_rate" in found, "why it was changed is no reason for a slow pace"


@pytest.mark.parametrize("heading", ["调整原因", "调整说明", "预算调整情况"])
@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("line", [3, 4])
def test_a_column_that_says_why_the_budget_was_changed(heading: str, beside: bool, line: int, tmp_path: Path) -> None:
    rows = [list(row) for row in CHANGED]
    extra: list[list[str | float | None]] = [["偏差原因"], [None]] if beside else [[], []]
    rows[2] += [*extra[0], heading]
    rows[line] += [*extra[1], WHY]
    book = openpyxl.Workbook()
    for values in [*rows, *GOALS_MET]:
        book.active.append(values)
    book.save(tmp_path / "表.xlsx")
    assert not any("budget.changed" in each for each in said(tmp_path / "表.xlsx", 1))


Rows = list[list[str | float | None]]


def saved(folder: Path, *sheets: Rows) -> Path:
    """A workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"表{number}")
        for values in rows:
            sheet.append(values)
    book.save(folder / "表.xlsx")
    return folder / "表.xlsx"


def changed_by(heading: str, total: float) -> Rows:
    """A form of two tasks of which one was cut by 20, in a column with this heading."""
    return [
        ["2024年度项目支出绩效自评表"],
        ["项目名称", "甲项目", None, "实施单位", "某单位"],
        ["子项目名称", "年初预算", "年中追加", heading, "调整后预算", "实际支出", "执行率", "备注"],
        ["平台开发", 320, 30, 0, 350, 343, "98%"],
        ["设备采购", 180, 0, 20, 160, 152, "95%", "年中调整"],
        ["合计", 500, 30, 20, total, 495, "97.06%"],
        *GOALS_MET,
    ]


@pytest.mark.parametrize("heading", ["年中调减", "本年压减", "预算调减数", "收回统筹"])
def test_what_was_cut_under_any_name_is_no_mistake(heading: str, tmp_path: Path) -> None:
    """A heading that nobody knows is told of, and the budget after the change then not held against it."""
    known = heading != "收回统筹"
    found = said(saved(tmp_path, changed_by(heading, 510)), 1)
    assert [line for line in found if line.startswith("error")] == []
    assert ("info reading.ambiguous D3" in found) != known


@pytest.mark.parametrize("heading", ["年中调减", "收回统筹"])
def test_a_wrong_total_beside_what_was_cut_is_said_once(heading: str, tmp_path: Path) -> None:
    (mistake,) = [
        finding
        for assessment in examine(saved(tmp_path, changed_by(heading, 520)))
        for finding in assessment.findings
        if "E6" in finding.cells and finding.severity == "error"
    ]
    assert (mistake.id, mistake.difference) == ("budget.total", "10")


def test_a_rate_that_two_tables_share_is_said_once(tmp_path: Path) -> None:
    rows = changed_by("年中调减", 510)
    rows[5][6] = "95.00%"
    assert [line for line in said(saved(tmp_path, rows), 1) if "budget.rate" in line] == ["error budget.rate G6"]


@pytest.mark.parametrize(("second", "wrong"), [(500, False), (520, True)])
def test_two_budget_tables_are_two_splits_of_the_money(second: float, wrong: bool, tmp_path: Path) -> None:
    """Each has its total; a table that goes on below a repeated heading has the one at its end."""
    tasks: Rows = [["任务名称", "主要内容", "预算金额", "执行金额"], ["开馆", "全年免费开放", 300, 290]]
    more: Rows = [["讲座", "每周一次", 200, 200], ["合计", None, second, 490]]
    first = [*changed_by("年中调减", 510)[:6], ["年度主要任务完成情况"]]
    for rows in ([*first, *tasks, *more, *GOALS_MET], [*first, *tasks, tasks[0], *more, *GOALS_MET]):
        found = [line for line in said(saved(tmp_path, rows), 1) if line.startswith("error budget")]
        assert [line.split()[1] for line in found] == ["budget.total"] * wrong


@pytest.mark.parametrize("other", ["债务还本", "对企业补助", "预备费"])
def test_kinds_of_spending_that_make_the_total_together(other: str, tmp_path: Path) -> None:
    rows: Rows = [
        ["2024年度部门整体支出绩效自评表"],
        ["部门名称", "某单位"],
        ["项目", "年初预算数", "全年预算数", "全年执行数"],
        ["合计", 100, 100, 99],
        ["人员经费", 60, 60, 60],
        ["公用经费", 20, 20, 19],
        [other, 20, 20, 20],
        *GOALS_MET,
    ]
    assert [line for line in said(saved(tmp_path, rows), 1) if "budget.funds" in line] == []
    rows[4][3] = 50
    assert len([line for line in said(saved(tmp_path, rows), 1) if "budget.funds" in line]) == 1


@pytest.mark.parametrize("total", [[], [["合计", 17, 14]]], ids=["open", "summed"])
def test_a_second_block_of_other_money_is_no_part_of_the_first(total: Rows, tmp_path: Path) -> None:
    first: Rows = [
        ["2024年度部门整体支出绩效自评表"],
        ["部门名称", "某单位"],
        ["资金情况（万元）", "全年预算数", "全年执行数"],
        ["年度资金总额", 100, 99],
        ["财政拨款", 100, 99],
    ]
    cars: Rows = [["“三公”经费", "预算数", "决算数"], *total, ["公务接待费", 5, 3.2], ["公务用车运行维护费", 12, 10.8]]
    split: Rows = [["支出构成", "预算数", "决算数"], ["基本支出", 60, 60], ["项目支出", 50, 39]]
    found = said(saved(tmp_path, [*first, *cars, *GOALS_MET]), 1)
    assert [line for line in found if "budget" in line and not line.startswith("info")] == []
    found = said(saved(tmp_path, [*first, *split, *GOALS_MET]), 1)
    assert [line.split()[1] for line in found if line.startswith("error budget")] == ["budget.funds"]


@pytest.mark.parametrize("heading", ["项目名称", "转移支付名称", "政策名称", "单位名称", "部门名称", "预算单位"])
def test_a_list_of_whatever_was_evaluated_is_no_form(heading: str, tmp_path: Path) -> None:
    rows: Rows = [
        ["2024年度绩效自评结果汇总表"],
        ["序号", heading, "预算数", "执行数", "执行率", "自评得分", "自评等级"],
        [1, "甲", 100, 98, "98%", 97.5, "优"],
        [2, "乙", 50, 50, "100%", 88, "良"],
        ["合计", None, 150, 148, "98.67%"],
    ]
    assert "info table.list A1" in said(saved(tmp_path, rows), 1)
    rows[4][2] = 160
    assert any("budget.total C5" in line for line in said(saved(tmp_path, rows), 1))


def test_a_list_of_the_indicators_of_several_projects_is_no_form(tmp_path: Path) -> None:
    heads = ["项目名称", "预算数（万元）", "执行数（万元）", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
    lines = [[name, 50, 50, "产出指标", "数量指标", "培训人数", "≥10人", "12人", 100, 100] for name in ("甲", "乙")]
    told = said(saved(tmp_path, [["2024年度项目绩效自评明细"], heads, *lines]), 1)
    assert "info table.list A1" in told and not any("weights.total" in line for line in told)


def test_one_project_with_its_money_in_a_column_has_a_form(tmp_path: Path) -> None:
    heads = ["项目名称", "预算数（万元）", "执行数（万元）", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
    lines = [["甲", 50, 50, "产出指标", "数量指标", f"{of}人数", "≥10人", "12人", 60, 60] for of in ("培训", "参赛")]
    told = said(saved(tmp_path, [["2024年度项目绩效自评表"], heads, *lines]), 1)
    assert any("weights.total" in line for line in told) and not any("table.list" in line for line in told)




def test_a_list_whose_sheet_says_so_gives_no_reasons(tmp_path: Path) -> None:
    listed: Rows = [
        ["序号", "项目名称", "全年预算数", "全年执行数", "执行率", "自评得分"],
        [1, "办案业务费", 60, 60, "100%", 100],
        [2, "审判庭维修", 40, 34, "85%", 96.5],
    ]
    funds: Rows = [["资金", "年初预算数", "全年预算数", "全年执行数"], ["年度资金总额", 200, 200, 194]]
    for sheet, asked in (("项目汇总", False), ("项目支出", True)):
        file = saved(tmp_path, [["部门整体支出绩效自评表"], *funds, *GOALS_MET], listed)
        book = openpyxl.load_workbook(file)
        book["表2"].title = sheet
        book.save(file)
        assert any("budget.low_rate" in line for line in said(file, 1)) is asked, sheet


def executed(*money: str | float | None) -> Rows:
    """A form with this one row of money, below its headings."""
    heads = ["年初预算数", "调整文号", "全年执行数", "分值", "执行率", "得分"]
    return [
        ["2024年度项目支出绩效自评表"],
        ["项目名称", "甲项目", None, "实施单位", "某单位"],
        ["资金来源", *heads],
        ["资金总额", *money],
        *GOALS_MET,
    ]


def test_a_rate_is_held_against_the_initial_budget_where_there_is_no_other(tmp_path: Path) -> None:
    right = said(saved(tmp_path, executed(180, None, 172.8, 10, "96.00%", 9.6)), 1)
    assert right == ["info budget.unchecked D4"]
    wrong = examine(saved(tmp_path, executed(180, None, 172.8, 10, "98.00%", 9.6)))[0]
    told = {finding.id: finding.message for finding in wrong.findings}
    assert "表里没有全年预算数，应为全年执行数 ÷ 年初预算数：172.8 ÷ 180 = 96%" in told["budget.rate"]
    assert "只按年初预算数核对" in told["budget.unchecked"]
    assert "budget.score" not in told
    rows = executed(180, 20, 190, 10, "95%", 9.5)  # of 200, which no cell says
    rows[2][2] = "年中追加"
    assert said(saved(tmp_path, rows), 1) == ["info budget.unchecked D4"]
    blank = examine(saved(tmp_path, executed(None, None, 172.8, 10, "96.00%", 9.6)))[0]
    (said_of_it,) = [finding.message for finding in blank.findings if finding.id == "budget.unchecked"]
    assert "没有核对" in said_of_it, "there is no initial budget either"
    assert wrong.budget.rate is None, "what the budget of the year was nobody knows"


def test_a_score_follows_from_the_rate_stated_where_no_budget_tells(tmp_path: Path) -> None:
    found = said(saved(tmp_path, executed(180, None, 172.8, 10, "96.00%", 9)), 1)
    assert [line for line in found if line.startswith("error")] == ["error budget.score G4"]


def test_no_rate_is_held_against_a_budget_that_may_have_changed(tmp_path: Path) -> None:
    found = said(saved(tmp_path, executed(180, 176, 172.8, 10, "98.18%", 9.82)), 1)
    assert [line for line in found if "budget" in line] == ["info budget.unchecked D4"]


FORM: Rows = executed(120, None, 118.8, 10, "99%", 9.9)
FORM[2][2], FORM[3][2] = "全年预算数", 120
SPENT: Rows = [
    ["科目", "预算（元）", "支出（元）"],
    ["办公费", 500000, 495000],
    ["培训费", 700000, 693000],
    ["合计", 1200000, 1188000],
]


def test_what_was_spent_on_what_beside_a_form_is_no_form(tmp_path: Path) -> None:
    (assessment,) = examine(saved(tmp_path, SPENT, FORM))
    assert assessment.evaluation.sheet == "表2"
    assert not assessment.evaluation.budgets
    assert examine(saved(tmp_path, SPENT)), "alone it is all that there is"


@pytest.mark.parametrize(("figure", "wrong"), [(495000, False), (485000, True)])
def test_lines_on_a_sheet_of_their_own_keep_their_unit(figure: float, wrong: bool, tmp_path: Path) -> None:
    lines = [["支出项目", *SPENT[0][1:]], ["办公费", 500000, figure], *SPENT[2:]]
    path = saved(tmp_path, lines, FORM)
    (assessment,) = examine(path)
    (table,) = assessment.evaluation.budgets
    assert (table.currency_unit, table.lines[-1].executed.value) == ("元", 1188000)
    assert [line for line in said(path, 2) if line.startswith("error")] == (
        ["error budget.total 表1!C4, 表1!C2, 表1!C3"] if wrong else []
    )


@pytest.mark.parametrize(
    ("actual", "code", "text", "value"),
    [(0.92, "0.0%", "92.0%", "92"), (0.9215, "0.0%", "92.15%", "92.15"), (1, "0.00%", "100.00%", "100"), (0.92, "0%", "92%", "92")],
)  # fmt: skip
def test_a_percentage_stands_as_shown_where_that_is_all_of_it(actual: float, code: str, text: str, value: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"])
    book.active.append(["产出指标", "质量指标", "合格率", "≥90%", actual, 90, 90])
    book.active["E2"].number_format = code
    book.save(tmp_path / "表.xlsx")
    (assessment,) = examine(tmp_path / "表.xlsx")
    (indicator,) = assessed("表.xlsx", assessment)["indicators"]
    assert (indicator["actual"]["text"], indicator["actual"]["value"]) == (text, value)


@pytest.mark.parametrize(("used", "wrong"), [(30, False), (35, True)])
def test_what_regions_got_and_what_they_used_may_stand_on_two_sheets(used: int, wrong: bool, tmp_path: Path) -> None:
    form = [
        ["项目支出绩效自评表（2024年度）"], ["资金（万元）", "全年预算数", "全年执行数", "分值", "得分"], ["年度资金总额", 150, 150, 10, 10],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"], ["产出指标", "数量指标", "项目数", "≥9个", "9个", 90, 90],
    ]  # fmt: skip
    heading, whole = ["县区", "产业", "基建", "合计"], ["合计", 100, 50, 150]
    got = [["资金分配下达表（万元）"], heading, ["甲县", 60, 30, 90], ["乙县", 40, 20, 60], whole]
    spent = [["资金支出情况表（万元）"], heading, ["甲县", 60, used, 60 + used], ["乙县", 40, 50 - used, 90 - used], whole]
    for sheets in ((form, got, spent), (form, spent, got)):
        found = [line for line in said(saved(tmp_path, *sheets), 1) if "transfer" in line]
        assert [line.split()[:2] for line in found] == [["error", "transfer.allocation"]] * wrong


@pytest.mark.parametrize("each", [True, False])
def test_regions_go_with_the_form_before_them_where_each_has_some(each: bool, tmp_path: Path) -> None:
    form: Rows = [
        ["转移支付绩效自评表（2024年度）"], ["项目名称", "某资金"], ["资金（万元）", "全年预算数", "全年执行数", "分值", "得分"],
        ["年度资金总额", 150, 150, 10, 10], *GOALS_MET,
    ]  # fmt: skip
    regions: Rows = [["资金分配使用表（万元）"], ["地区", "分配资金", "使用资金"], ["甲县", 60, 60], ["乙县", 90, 95], ["合计", 150, 155]]
    found = examine(saved(tmp_path, form, *([regions] if each else []), form, regions))
    assert [len(one.evaluation.allocations) for one in found] == ([3, 3] if each else [0, 0])


def test_a_name_beside_several_rows_is_there_once_and_a_small_percent_sign_is_one(tmp_path: Path) -> None:
    kinds: Rows = [
        ["一级指标", "二级指标", "三级指标", "品种", "年度指标值", "实际完成值", "分值", "得分"],
        ["产出指标", "数量指标", "承保面积", "水稻", "≥12亩", "13亩", 40, 40],
        [None, None, None, "小麦", "≥8亩", "9亩", 40, 40],
        ["满意度指标", "满意度指标", "农户满意度", None, "≥90%", "91﹪", 20, 20],
    ]
    for merged in (True, False):
        kinds[2][2] = None if merged else "承保面积"
        file = saved(tmp_path, [["项目支出绩效自评表"], *kinds])
        book = openpyxl.load_workbook(file)
        if merged:
            book["表1"].merge_cells("C3:C4")
        book.save(file)
        found = said(file, 1)
        assert any("table.duplicate" in line for line in found) != merged
        assert not any("actual.unit" in line for line in found)


@pytest.mark.parametrize(("above", "wrong"), [("98", ["F2"]), ("95.0", []), ("100", []), ("自评得分：98", ["E2"])])
def test_a_second_total_above_the_table_must_be_the_same(tmp_path: Path, above: str, wrong: list[str]) -> None:
    header = [above] if "：" in above else ["自评总分", above]
    rows: Rows = [
        ["项目支出绩效自评表（2024年度）"], ["项目名称", "某工程", None, None, *header],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
        ["产出指标", "数量指标", "建设泵站", "≥5座", "5座", 50, 50], ["效益指标", "社会效益指标", "受益", "明显", "较明显", 50, 45],
        ["合计", None, None, None, None, 100, 95],
    ]  # fmt: skip
    (assessment,) = examine(saved(tmp_path, rows))
    assert [one.cells for one in assessment.findings if one.id == "tieout.mismatch"] == [tuple(wrong)] * bool(wrong)
