"""The lines of money in official forms: which of them is the total, and which are its sources and parts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from recognizing import HEADS, INDICATOR_ROWS, grid_of, money_rows

from selfeval_xl.model import UNREAD_MONEY
from selfeval_xl.workbook.recognize import Recognized, recognize


def funds(name: str | None, other: str, *lines: tuple[str | None, str | float | None]) -> Recognized:
    """A form of lines (a name, and what stands between it and the money), the first of them the total."""
    money: list[list[str | float | None]] = [
        [100, 110, 99, "90%", 9],
        [60, 70, 63, "90%", "-"],
        [40, 40, 36, "90%", "-"],
    ]
    rows = [[None, *line, *figures] for line, figures in zip(lines, money, strict=True)]
    (form,) = recognize(grid_of([["项目资金", name, other, *HEADS], *rows, *INDICATOR_ROWS]), "表")
    return form


BESIDE: list[list[str | float | None]] = [
    [520, 300, 220], [0, 0, 0], ["财建〔2023〕1号", "财建〔2023〕2号", "财建〔2023〕3号"], [None, "财建2号", "财建2号"], ["—", "财建2号", "无"],
    ["农林水支出", "2130305水利项目资金", "其他支出合计"], ["全部资金", "见附件", None], [2024, 2023, 2022],
]  # fmt: skip


@pytest.mark.parametrize("name", [None, "资金来源", "项目", "款项类别"])
@pytest.mark.parametrize(
    "other", ["项目总投资", "上年预算数", "资金文号", "预算科目", "累计下达资金", "到位资金", "2022年预算数", "备注"]
)
@pytest.mark.parametrize("beside", BESIDE)
def test_what_stands_between_the_names_and_the_money_is_no_name(
    name: str | None, other: str, beside: list[str | float | None]
) -> None:
    form = funds(name, other, *zip(["合计", "财政拨款", "其他资金"], beside, strict=True))
    found = [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")]
    assert found == [100, 110, 99]
    assert form.entries.fields["budget_claimed_score"].value == 9
    assert [row["name"].text for row in form.entries.tables["funds"]] == ["财政拨款", "其他资金"]
    assert "year" not in form.entries.fields


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ([("合计", None), ("财政资金", "中央"), (None, "省级")], ["中央", "省级"]),
        ([("合计", "全部"), ("专项资金", "教育费"), ("专项资金", "其他")], ["专项资金", "专项资金"]),
        ([(None, "合计"), ("一", "财政拨款"), ("二", "其他资金")], ["财政拨款", "其他资金"]),
    ],
)
def test_a_total_is_never_added_to_its_parts(lines: list[tuple[str | None, str | None]], names: list[str]) -> None:
    """The names of parts may stand in two columns; of a column that is needed to tell them apart all are."""
    form = funds("款项类别", "款项细目", *lines)
    assert form.entries.fields["funds_adjusted"].value == 110
    assert [row["name"].text for row in form.entries.tables["funds"]] == names
    blank = funds(None, "", *lines)
    assert blank.entries.fields["funds_adjusted"].value == 110, "nor below headings that say nothing"


Line = tuple[str, list[str | float | None]]


def lines_of(*lines: Line) -> Recognized:
    """A form of lines below 年初预算数, 全年预算数, 全年执行数, 执行率, 得分."""
    (form,) = recognize(grid_of([["项目资金", *HEADS], *([name, *figures] for name, figures in lines), *INDICATOR_ROWS]), "表")
    return form


PARTS: list[Line] = [("省级财政资金", [700, 700, 690, "98.57%"]), ("市县配套资金", [260, 260, 252, "96.92%"])]


@pytest.mark.parametrize(
    ("name", "figures", "parts"),
    [
        *((name, [960, 960, 942, "98.13%"], PARTS) for name in (
            "年度金额：", "本年金额", "全年预算", "全年资金", "项目总经费", "一、预算资金", "项目总投资", "困难群众救助",
        )),
        ("年度金额", [960, 970, 900, "98.13%", 9.81], PARTS),  # wrong figures, but its name and its score say what it is
        ("年度金额", [700, 700, 690, "98.57%"], PARTS[:1]),
        ("救助资金", [700, 700, 690, "98.57%", 9.86], PARTS[:1]),
        ("财政资金", [960, 960, 942, "98.13%", 9.81], [("中央", [700, 700, 690]), ("省级", [260, 260, 252])]),
        ("本年金额", [960, 960, 942, "98.13%"], [("财政资金", [700, 700, 690]), ("中央", [500, 500, 490]), ("其他资金", [260, 260, 252])]),
        ("本年金额", [960, 960, 942, "98.13%"], [("财政资金", [700]), ("自筹", [260])]),
    ],
)  # fmt: skip
def test_the_first_line_is_the_total_where_figures_or_points_say_so(
    name: str, figures: list[str | float | None], parts: list[Line]
) -> None:
    form = lines_of((name, figures), *parts)
    found = [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")]
    assert found == figures[:3]
    assert form.entries.fields["budget_claimed_rate"].text == figures[3]
    assert [row["name"].text for row in form.entries.tables["funds"]] == [part for part, _ in parts]


@pytest.mark.parametrize(
    "lines",
    [
        [("财政资金", [50, 50, 45, "90%"]), ("自筹资金", [50, 50, 45, "90%"])],
        [("中央资金", [50, 50, 45, "90%"]), ("省级资金", [30, 30, 27, "90%"]), ("市级资金", [20, 20, 18, "90%"])],
        [("专项经费", [50, 50, 45, "90%"]), ("公用经费", [50, 50, 45, "90%"])],
        [("设备", [50, 50, 50, "100%"]), ("安装", [30, 30, 30, "100%"]), ("材料", [20, 20, 20, "100%"])],
        [("年度金额", [50, 50, 45, "90%"]), ("财政资金", [60, 60, 45, "75%"])],
        [("财政资金", [50, 50, 45, "90%", 9]), ("其他资金", [30, 30, 27, "90%"])],
    ],
)
def test_as_large_as_the_others_is_no_total_by_chance(lines: list[Line]) -> None:
    form = lines_of(*lines)
    assert "funds_adjusted" not in form.entries.fields
    assert len(form.entries.tables["funds"]) == len(lines)


def test_points_merged_along_the_lines_are_not_those_of_the_first() -> None:
    grid = grid_of([["项目资金", *HEADS], ["财政资金", 50, 50, 45, "90%", 9], ["自筹资金", 50, 50, 45], *INDICATOR_ROWS])
    grid.merges += [(2, 5, 3, 5), (2, 6, 3, 6)]
    (form,) = recognize(grid, "表")
    assert "funds_adjusted" not in form.entries.fields


CORNERS = ["预算资金", "年度预算（万元）", "资金安排", "预算金额", "项目预算", "全年预算安排情况", "年初预算", "预算执行率（10分）"]


@pytest.mark.parametrize("corner", CORNERS)
@pytest.mark.parametrize("line", ["项目总投资", "年度资金总额", "财政资金"])
@pytest.mark.parametrize("shape", ["above", "merged", "beside"])
@pytest.mark.parametrize("spent", [486, "约四百"])
def test_a_heading_above_the_names_is_none_of_amounts(corner: str, line: str, shape: str, spent: str | float) -> None:
    """The corner of a block may stand above the names, along them, or along a column before them."""
    wide = shape != "above"
    heads = [corner, *([None] if wide else []), "预算数", "执行数", "执行率", "分值", "得分"]
    row = [*([None] if wide else []), line, 540, spent, "90%", 10, 9]
    grid = grid_of([heads, row, *INDICATOR_ROWS])
    grid.merges += {"above": [], "merged": [(1, 1, 2, 1)], "beside": [(1, 1, 1, 2)]}[shape]
    (form,) = recognize(grid, "表")
    amounts = {key: form.entries.fields[f"funds_{key}"].text for key in ("adjusted", "executed")}
    assert amounts == {"adjusted": "540", "executed": str(spent)}
    assert "funds_initial" not in form.entries.fields
    assert not form.ambiguities


def test_a_total_left_blank_in_a_block_on_its_side_is_known_to_be_there() -> None:
    rows: list[list[str | float | None]] = [
        [None, "资金总额", "财政拨款", "其他资金"], ["全年预算数", 240, 200, 40], ["全年执行数", None, 190, 38],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    place = form.entries.fields["funds_executed"].place
    assert place is not None
    assert place.cell == "B3"


def test_points_behind_the_sources_of_a_block_on_its_side() -> None:
    rows: list[list[str | float | None]] = [
        ["项目资金（万元）", None, "资金总额", "财政拨款", "上年结转", "分值", "执行率", "得分"],
        [None, "全年预算数", 240, 200, 40], [None, "全年执行数", 228, 190, 38, 10, 95, 9.5],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    keys = ("funds_adjusted", "funds_executed", "budget_weight", "budget_claimed_rate", "budget_claimed_score")
    assert [form.entries.fields[key].value for key in keys] == [240, 228, 10, Decimal("0.95"), Decimal("9.5")]
    assert [row["executed"].value for row in form.entries.tables["funds"]] == [190, 38]


@pytest.mark.parametrize(
    "last",
    [
        ["自评得分合计：98.42分（其中预算执行得分10分）"], [None, None, None, None, None, "总分", 98.42],
        ["自评总分", 98.42], ["自评得分：98.42分，自评等级：优"], ["总分", None, None, None, None, 100, 98.42],
    ],
)  # fmt: skip
def test_where_the_total_may_stand(last: list[str | float | None]) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, last]), "表")
    assert form.entries.fields["claimed_total"].value == Decimal("98.42")
    assert [row["name"].text for row in form.entries.tables["indicators"]] == ["培训人数", "合格率", "学员满意度"]


SOURCES: list[tuple[str, str]] = [
    ("财政资金预算（万元）", "财政资金支出（万元）"), ("财政拨款预算数", "财政拨款支出数"), ("专项经费年初预算", "专项经费实际支出"),
]  # fmt: skip


@pytest.mark.parametrize("spent", [399, 400])
def test_lines_that_make_each_other_in_many_ways_are_looked_through_once(spent: int) -> None:
    rows: list[list[str | float | None]] = [["资金来源", "全年预算数", "全年执行数"], ["年度资金总额", 400, spent]]
    rows += [[f"第{number}笔资金", 2, 2] for number in range(400)]  # each makes the one before it
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    inside = [row for row in form.entries.tables["funds"] if "level" in row]
    assert len(inside) == (200 if spent == 400 else 0)


@pytest.mark.parametrize(("budget", "spent"), SOURCES)
@pytest.mark.parametrize("score", ["得分：9.5", "得分：9.5分"])
@pytest.mark.parametrize("shape", ["row", "rows", "cells"])
def test_the_only_source_of_money_is_all_of_it(budget: str, spent: str, score: str, shape: str) -> None:
    rows: list[list[str | float | None]] = {
        "row": [[budget, 260, spent, 247, score]],
        "rows": [[budget, 260], [spent, 247, score]],
        "cells": [[f"{budget}：260", f"{spent}：247", score]],
    }[shape]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    amounts = [form.entries.fields.get(f"funds_{key}") for key in ("initial", "adjusted", "executed")]
    assert [one.value for one in amounts if one] == [260, 247]
    assert form.entries.fields["budget_claimed_score"].value == Decimal("9.5")
    assert "budget_weight" not in form.entries.fields
    assert "funds" not in form.entries.tables


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("together", [True, False])
def test_several_sources_are_parts_of_the_money(total: bool, together: bool) -> None:
    one: list[str | float | None] = ["其中：财政资金预算", 260, "财政资金支出", 247]
    two: list[str | float | None] = ["自筹资金预算", 40, "自筹资金支出", 38]
    rows = [["预算数", 300, "支出数", 285]] if total else []
    (form,) = recognize(grid_of([*rows, *([[*one, *two]] if together else [one, two]), *INDICATOR_ROWS]), "表")
    parts = [(row["name"].text, row["adjusted"].value, row["executed"].value) for row in form.entries.tables["funds"]]
    assert parts == [("财政资金", 260, 247), ("自筹资金", 40, 38)]
    assert ("funds_adjusted" in form.entries.fields) == total


def test_kinds_of_spending_in_pairs_below_the_total_are_its_parts() -> None:
    total: list[str | float | None] = ["年度预算（万元）", 1000, "年度支出（万元）", 966]
    for kinds in (["基本预算", "基本支出", "项目预算", "项目支出"], [f"{of}支出{what}" for of in ("基本", "项目") for what in ("预算数", "决算数")]):
        rows: list[list[str | float | None]] = [[kinds[0], 200, kinds[1], 190], [kinds[2], 800, kinds[3], 776]]
        (form,) = recognize(grid_of([total, *rows, *INDICATOR_ROWS]), "表")
        assert [key for key in ("initial", "adjusted", "executed") if f"funds_{key}" in form.entries.fields] == ["adjusted", "executed"]
        sums = [sum(row[key].value or 0 for row in form.entries.tables["funds"] if key in row) for key in ("adjusted", "executed")]
        assert sums == [1000, 966]


@pytest.mark.parametrize(
    ("rate", "score", "read"),
    [
        ("95%\n9.5", None, ["0.95", "9.5"]),
        ("95%（9.5分）", None, ["0.95", "9.5"]),
        ("95%", "95%\n9.5", ["0.95", "9.5"]),
        ("95%\n8", None, [None, None]),
    ],
)
def test_the_rate_and_its_points_in_one_cell(rate: str, score: str | None, read: list[str | None]) -> None:
    heads: list[str | float | None] = ["项目资金", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
    (form,) = recognize(grid_of([heads, ["年度资金总额", 100, 100, 95, 10, rate, score], *INDICATOR_ROWS]), "表")
    found = [form.entries.fields[f"budget_{key}"].value for key in ("claimed_rate", "claimed_score")]
    assert found == [one and Decimal(one) for one in read]


@pytest.mark.parametrize("labelled", [True, False])
def test_rows_of_labels_and_figures_below_the_total_are_its_parts(labelled: bool) -> None:
    lines: list[tuple[str, float, float]] = [("资金总额", 1000, 960), ("其中：中央资金", 600, 590), ("省级资金", 400, 370)]
    rows: list[list[str | float | None]] = [
        [name, *(["全年预算数"] if labelled else []), got, "全年执行数", spent] for name, got, spent in lines
    ]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    parts = [(row["name"].text, row["adjusted"].value, row["executed"].value) for row in form.entries.tables["funds"]]
    assert parts == [("中央资金", 600, 590), ("省级资金", 400, 370)]
    assert [form.entries.fields[f"funds_{key}"].value for key in ("adjusted", "executed")] == [1000, 960]


def test_of_two_sources_without_a_total_neither_is_a_part_of_the_other() -> None:
    rows: list[list[str | float | None]] = [[name, "预算数", 100, "执行数", 90] for name in ("财政拨款", "其他资金")]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [row["name"].text for row in form.entries.tables["funds"]] == ["财政拨款", "其他资金"]
    assert not form.entries.fields.keys() & {"funds_adjusted", "funds_executed"}


def test_a_total_with_its_figure_and_one_label_more_is_the_money() -> None:
    rows: list[list[str | float | None]] = [["年度资金总额", 800, "执行数", 760], ["其中：财政拨款", 600, "执行数", 580]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("adjusted", "executed")] == [800, 760]


def test_what_is_planned_over_all_years_is_not_the_budget() -> None:
    rows: list[list[str | float | None]] = [["资金来源", "计划投资", "本年预算", "本年支出", "执行率"], ["合计", 900, 300, 285, "95%"]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_adjusted"].value == 300


def test_of_one_source_beside_the_total_the_rest_is_unsaid() -> None:
    row: list[str | float | None] = ["预算数", 300, "支出数", 285, "其中：财政资金支出", 200]
    (form,) = recognize(grid_of([row, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_executed"].value == 285
    assert "funds" not in form.entries.tables
    assert (1, 6) in form.leftovers


LEDGER: list[list[str | float | None]] = [
    ["科目", "预算（元）", "支出（元）"], ["办公费", 120000, 118000], ["培训费", 300000, 294000], ["合计", 420000, 412000]
]  # fmt: skip


@pytest.mark.parametrize(
    ("above", "heads", "supplement"),
    [
        ([], {}, True), ([["2024年项目支出明细表"], ["单位名称：某中学", None, "单位：元"]], {}, True), ([], {0: "经济分类"}, True),
        ([["项目名称", "实验教学改善"]], {}, False), ([["2024年预算执行情况表"]], {}, False), ([], {0: "资金来源"}, False),
        ([["部门整体支出绩效自评表"]], {}, False),
    ],
)  # fmt: skip
def test_what_was_spent_on_what_is_no_form(
    above: list[list[str | float | None]], heads: dict[int, str], supplement: bool
) -> None:
    first = [heads.get(at, word) for at, word in enumerate(LEDGER[0])]
    (form,) = recognize(grid_of([*above, first, *LEDGER[1:]]), "支出明细")
    assert form.supplement == supplement


@pytest.mark.parametrize("names", [["资金总额", "办公费"], ["财政拨款", "办公费"], ["基本支出", "项目支出"]])
def test_sources_of_money_make_a_form(names: list[str]) -> None:
    rows = [[name, 100, 96] for name in names]
    (form,) = recognize(grid_of([["类别", "全年预算数", "全年执行数"], *rows]), "表")  # type: ignore[list-item]
    assert not form.supplement


@pytest.mark.parametrize(
    ("names", "executed"),
    [
        (["年度收支总额", "财政拨款", "其他收入"], 96), (["合计", "按支出性质：基本支出", "项目支出"], 96),
        (["合计", "一般公共预算", "政府性基金"], 96), (["部门预算合计", "按资金来源", "财政拨款"], 96), (["合计", "甲项目", "乙项目"], None),
    ],
)  # fmt: skip
def test_the_money_of_a_department_below_a_heading_of_projects(names: list[str], executed: int | None) -> None:
    rows: list[list[str | float | None]] = [["项目", "年初预算数", "全年预算数", "全年执行数"]]
    rows += [[name, *((100, 100, 96) if not at else (50, 50, 48))] for at, name in enumerate(names)]
    (form,) = recognize(grid_of([*rows, [None], *INDICATOR_ROWS]), "表")
    assert ("funds" in form.entries.tables) == (executed is not None)
    assert ("budget" in form.entries.tables) == (executed is None)
    assert form.entries.fields["funds_executed"].value == 96


def test_the_project_in_the_place_of_the_total_and_its_sources() -> None:
    rows: list[list[str | float | None]] = [
        ["项目", "年初预算数", "全年预算数", "全年执行数", "分值", "得分"],
        ["河道治理", 90, 80, 76, 10, 9.5],
        ["其中：财政资金", 90, 80, 76],
    ]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    names = ("funds_adjusted", "funds_executed", "budget_claimed_score")
    assert [form.entries.fields[name].value for name in names] == [80, 76, Decimal("9.5")]


def test_what_came_in_is_no_part_of_what_was_spent() -> None:
    rows: list[list[str | float | None]] = [["项目", "年初预算数", "全年预算数", "全年执行数"]]
    rows += [["收入合计", 100, 100, 100], ["财政拨款收入", 90, 90, 90], ["其他收入", 10, 10, 10]]
    rows += [["支出合计", 100, 100, 96], ["基本支出", 60, 60, 60], ["项目支出", 40, 40, 36]]
    (form,) = recognize(grid_of([*rows, [None], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_executed"].value == 96
    assert ["level" in row for row in form.entries.tables["funds"]] == [True, True, False, False]


def test_income_spending_and_what_is_left_are_no_total_with_its_parts() -> None:
    rows: list[list[str | float | None]] = [["收支情况", "全年预算数", "全年执行数", "分值", "执行率", "得分"]]
    rows += [["1.基金收入", 186, 190, "—", "102.15%", "—"], ["2.基金支出", 168, 165, "—", "98.21%", "—"]]
    (form,) = recognize(grid_of([*rows, ["3.本年结余", 18, 25, "—", "138.89%", "—"], *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("adjusted", "executed")] == [168, 165]
    assert "funds" not in form.entries.tables


@pytest.mark.parametrize("label", ["预算执行率得分", "预算执行得分", "执行率得分（10分）", "预算执行率"])
def test_what_is_said_of_the_execution_below_the_funds_is_no_money(label: str) -> None:
    rows: list[list[str | float | None]] = [
        ["资金构成", "全年预算数", "全年执行数"], ["合计", 480, 408], ["财政拨款", 480, 408], [label, 8.5], *INDICATOR_ROWS
    ]  # fmt: skip
    (form,) = recognize(grid_of(rows), "表")
    assert [row["name"].text for row in form.entries.tables["funds"]] == ["财政拨款"]
    said = form.entries.fields["budget_claimed_score" if "得分" in label else "budget_claimed_rate"]
    assert said.value == Decimal("8.5")


@pytest.mark.parametrize(
    "label", ["预算执行分值", "预算执行率分值", "预算执行权重", "执行率权重", "分值", "预算支出进度分值"]
)
@pytest.mark.parametrize("blank", [False, True])
def test_points_below_labels_in_pairs_are_no_money(label: str, blank: bool) -> None:
    money: list[str | float | None] = ["年初预算数", 156.2, "全年预算数", 156.2, "全年执行数", 150.1]
    points: list[str | float | None] = [label, None if blank else 10, "预算执行得分", 9.61]
    (form,) = recognize(grid_of([money, ["其中：财政拨款", 156.2], points, *INDICATOR_ROWS]), "表")
    assert [row["name"].text for row in form.entries.tables["funds"]] == ["财政拨款"]
    assert form.entries.fields["funds_initial"].value == Decimal("156.2")
    assert form.entries.fields["budget_claimed_score"].value == Decimal("9.61")
    assert blank or form.entries.fields["budget_weight"].value == 10


@pytest.mark.parametrize(
    ("names", "levels"),
    [
        (["一、基本支出", "1.人员经费", "2.公用经费", "二、项目支出"], "1221"), (["一、基本支出", "（一）人员经费", "二、项目支出", "三、上缴支出"], "1211"),
        (["1.培训", "2.竞赛", "3.慰问", "4.宣传"], "1111"), (["培训", "1.竞赛", "2.慰问", "宣传"], "1111"),
    ],
)  # fmt: skip
def test_lines_numbered_deeper_are_parts_of_the_line_above(names: list[str], levels: str) -> None:
    rows: list[list[str | float | None]] = [["支出项目", "年初预算", "预算调整", "全年预算", "决算数", "执行率"]]
    rows += [[name, 100, 0, 100, 95, "95%"] for name in [*names, "合计"]]
    (form,) = recognize(grid_of([["绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    found = [row["level"].text for row in form.entries.tables["budget"]]
    assert found == [*({"1": "一级项目", "2": "二级项目"}[level] for level in levels), "合计"]


@pytest.mark.parametrize("numbers", [("一、", "二、"), ("1.", "2."), ("（一）", "（二）"), ("", "")])
def test_what_a_line_of_the_funds_is_split_into_is_added_up_once(numbers: tuple[str, str]) -> None:
    one, two = numbers
    head: list[str | float | None] = ["部门资金（元）", "年初预算数", "全年预算数", "全年执行数"]
    spent: list[list[str | float | None]] = [
        ["资金总额", 90, 100, 95], [f"{one}基本支出", 60, 60, 60], ["　　人员经费", 50, 51, 51], ["　　公用经费", 10, 9, 9], [f"{two}项目支出", 30, 40, 35],
    ]  # fmt: skip
    received: list[list[str | float | None]] = [
        ["资金总额", 90, 100, 95], [f"{one}财政拨款", 60, 60, 60], ["中央资金", 50, 51, 51], ["省级资金", 10, 9, 9],
        [f"{two}单位资金", 30, 40, 35], ["事业收入", 20, 25, 22], ["捐赠收入", 10, 15, 13],
    ]  # fmt: skip
    for rows in (spent, received):
        (form,) = recognize(grid_of([head, *rows, *INDICATOR_ROWS]), "表")
        parts = [name for name, level in money_rows(form) if not level]
        assert parts == [str(name).removeprefix(number) for number, (name, *_) in zip((one, two), (rows[1], rows[4]), strict=True)]


def test_the_departments_whole_budget_is_its_funds_total() -> None:
    rows: list[list[str | float | None]] = [
        ["预算执行情况", "项目", "年初预算", "调整后预算", "实际支出", "执行率"], [None, "部门预算总额（万元）", 90, 100, 96, "96%"],
        [None, "其中：基本支出（万元）", 60, 60, 60, "100%"], [None, "其中：项目支出（万元）", 30, 40, 36, "90%"],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")] == [90, 100, 96]
    assert [name.split("（")[0] for name, _ in money_rows(form)] == ["基本支出", "项目支出"]


def test_tasks_with_what_was_approved_for_each_are_lines_of_money() -> None:
    rows: list[list[str | float | None]] = [
        ["任务名称", "项目级次", "主要内容", "批复金额（万元）", None, "实际支出金额（万元）", "预算执行率", "预算执行偏低原因及改进措施"],
        [None, None, None, "财政总额", "其中：本级"], ["林木管护", "本级", "管护128万亩", 1560, 1560, 1560, "100%"],
        ["森林防火", "本级", "队伍建设", 420, 420, 348.6, "83%", "装备未到货"], ["部门整体支出绩效指标"],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["部门整体支出绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert [name for name, _ in money_rows(form, "budget")] == ["林木管护", "森林防火"]
    assert [(row["adjusted"].value, row["reason"].text) for row in form.entries.tables["budget"]] == [(1560, ""), (420, "装备未到货")]


def test_what_both_natures_of_spending_are_split_into_is_added_up_once() -> None:
    rows: list[list[str | float | None]] = [
        ["支出类型", "年初预算", "全年预算", "全年支出"], ["部门预算合计", 90, 100, 95], ["（一）基本支出", 60, 60, 60], ["1.人员经费", 50, 51, 51],
        ["2.公用经费", 10, 9, 9], ["（二）项目支出", 30, 40, 35], ["1.办案业务费", 20, 25, 22], ["2.业务装备费", 10, 15, 13],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [name for name, level in money_rows(form) if not level] == ["基本支出", "项目支出"]


def test_names_in_the_columns_of_money_end_its_lines() -> None:
    """Below 按收入性质分 | 按支出性质分 each amount stands behind its name: of which column it is, nobody says."""
    rows: list[list[str | float | None]] = [
        ["年度预算", None, "年初预算数", "全年预算数", "全年执行数"], [None, "年度资金总额", 90, 100, 95],
        [None, "按收入性质分：", None, None, "按支出性质分："], [None, "其中：财政拨款", 80, None, "其中：基本支出", 60],
        [None, "其他资金", 20, None, "项目支出", 40],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["部门整体支出绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")] == [90, 100, 95]
    assert "funds" not in form.entries.tables
    assert {(5, 3), (5, 6), (6, 3), (6, 6)} <= set(form.leftovers)


@pytest.mark.parametrize("names", [["基本支出", "项目支出"], ["财政拨款", "其他资金"]])
@pytest.mark.parametrize("lines", [False, True])
def test_an_amount_divided_without_a_sum_has_its_parts(names: list[str], lines: bool) -> None:
    heads: list[list[str | float | None]] = [
        ["资金情况（万元）", "预算数", None, "执行数", None, "执行率"], [None, *names, *names, None]
    ]  # fmt: skip
    apart: list[list[str | float | None]] = [["中央资金", 700, 300, 690, 260, "95%"], ["省级资金", 100, 100, 100, 90, "95%"]]
    grid = grid_of([*heads, *(apart if lines else []), ["合计", 800, 400, 790, 350, "95%"], *INDICATOR_ROWS])
    grid.merges += [(1, 2, 1, 3), (1, 4, 1, 5), (1, 1, 2, 1), (1, 6, 2, 6)]
    (form,) = recognize(grid, "表")
    parts = [[row[key].value for key in ("adjusted", "executed")] for row in form.entries.tables["funds"]]
    assert (parts, [name for name, _ in money_rows(form)]) == ([[800, 790], [400, 350]], names)
    assert "funds_adjusted" not in form.entries.fields, "its parts are added up"
    assert form.entries.fields["budget_claimed_rate"].text == "95%"


@pytest.mark.parametrize("last", [3, 4])
def test_a_rate_merged_along_all_parts_is_that_of_their_sum(last: int) -> None:
    rows: list[list[str | float | None]] = [["资金情况", "预算数", "执行数", "执行率", "得分"], ["基本支出", 800, 790, "95%", 9.5]]
    rows += [["项目支出", 300, 290], ["其他支出", 100, 60]]
    grid = grid_of([*rows, *INDICATOR_ROWS])
    grid.merges += [(2, 4, last, 4), (2, 5, last, 5)]
    (form,) = recognize(grid, "表")
    told = last == 4
    assert [key in form.entries.fields for key in ("budget_claimed_rate", "budget_claimed_score")] == [told, told]
    assert ("claimed_rate" in form.entries.tables["funds"][0]) != told


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ([("其中：财政拨款", 8), ("其中：一般债券", 3), ("其他资金", 2)], ["财政拨款", "-一般债券", "其他资金"]),
        ([("财政拨款", 8), ("其他资金", 2), ("其中：政府采购", 3)], ["-政府采购", "财政拨款", "其他资金"]),
        ([("其中：财政拨款", 8), ("其中：其他资金", 2)], ["财政拨款", "其他资金"]),
        ([("其中：财政拨款", 8), ("其中：其他资金", 3)], ["财政拨款", "其他资金"]),
    ],
)
def test_of_what_all_the_money_is_without_only_a_part_is_told(lines: list[tuple[str, float]], names: list[str]) -> None:
    total: list[str | float | None] = ["年度资金总额", 10, 10, 10, "100%", 10]
    rows = [total, *([name, *[money] * 3, None, None] for name, money in lines)]
    (form,) = recognize(grid_of([["项目资金", *HEADS], *rows, *INDICATOR_ROWS]), "表")
    assert [("-" if level else "") + name for name, level in money_rows(form)] == names


@pytest.mark.parametrize("marks", [["（A）", "（B）", "（C）", "（C/B）", "D=C/B×10"], [1, 2, 3, "4=3/2", 5]])
@pytest.mark.parametrize("first", [None, "栏次"])
def test_a_row_that_numbers_the_columns_is_no_money(marks: list[str | float | None], first: str | None) -> None:
    rows = [["年度资金总额", 100, 110, 99, "90%", 9], ["其中：财政拨款", 60, 70, 63, "90%", None], ["其他资金", 40, 40, 36, "90%", None]]
    (form,) = recognize(grid_of([["资金来源", *HEADS], [first, *marks], *rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")] == [100, 110, 99]
    assert money_rows(form) == [("财政拨款", ""), ("其他资金", "")]


def test_money_below_the_indicators_stays_above_the_next_title() -> None:
    form: list[list[str | float | None]] = [
        ["项目支出绩效自评表"], ["项目名称", "甲项目"], ["资金", *HEADS], ["资金总额", 100, 110, 99, "90%", 9], *INDICATOR_ROWS, [None],
        ["支出方向", "预算数", "执行数", "执行率"], ["工程款", 110, 99, "90%"], ["合计", 110, 99, "90%"], [None],
    ]  # fmt: skip
    grid = grid_of([*form, *form])
    found = [one for one in recognize(grid, "表") if "indicators" in one.entries.tables]
    assert [one.entries.fields["project"].text for one in found] == ["甲项目", "甲项目"]
    assert ["工程款" in str(one.entries.tables) for one in found] == [False, False]
    section: list[list[str | float | None]] = [["绩效目标完成情况"], *INDICATOR_ROWS]
    both = recognize(grid_of([*form[2:8], form[2], ["资金总额", 50, 50, 40, "80%", 8], *section]), "表")
    assert [one.entries.fields["funds_executed"].value for one in both] == [99, 40]


AMOUNTS = ("funds_initial", "funds_adjusted", "funds_executed", "budget_claimed_rate", "budget_claimed_score")


def amounts(form: Recognized) -> list[str]:
    return [form.entries.fields[key].text for key in AMOUNTS if key in form.entries.fields]


def test_money_below_the_heading_of_a_level_is_no_indicator() -> None:
    heads = ["支出情况", "指标类别", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
    lines = [[None, "全年支出", 120, 125, 100, 10, "80%", 8], [None, "人员经费", 50, 52, 52], [None, "项目经费", 70, 73, 48]]
    (form,) = recognize(grid_of([heads, *lines, *INDICATOR_ROWS]), "表")
    assert amounts(form) == ["120", "125", "100", "80%", "8"]
    assert (len(form.entries.tables["indicators"]), len(form.entries.tables["funds"])) == (3, 2)


@pytest.mark.parametrize(
    ("heads", "names"),
    [
        ([["委机关", "疾控中心", "血站", "合计", "得分"]], ["委机关", "疾控中心", "血站"]),
        ([["基本支出", None, "项目支出", "合计", "得分"], ["人员经费", "公用经费"]], ["人员经费", "公用经费", "项目支出"]),
    ],
)
def test_units_and_what_is_spent_may_stand_along_the_top(heads: list[list[str | float | None]], names: list[str]) -> None:
    money: list[list[str | float | None]] = [
        ["预算数", 60, 40, 20, 120, "—"], ["执行数", 54, 40, 20, 114, "—"], ["执行率", "90%", "100%", "100%", "95%", 9.5],
    ]  # fmt: skip
    grid = grid_of([*([None, *head] for head in heads), *money, *INDICATOR_ROWS])
    grid.merges += [(1, 2, 1, 3), (1, 4, 2, 4), (1, 5, 2, 5), (1, 6, 2, 6)] if len(heads) > 1 else []
    (form,) = recognize(grid, "表")
    assert amounts(form) == ["120", "114", "95%", "9.5"]
    assert [name for name, _ in money_rows(form)] == names


def test_a_score_behind_the_rates_of_units_is_no_reason() -> None:
    rows: list[list[str | float | None]] = [
        [None, "局机关", "支队", "合计"], ["预算数", 60, 40, 100], ["执行数", 59, 39, 98], ["执行率", "98.33%", "97.5%", "98%", "得分", 9.8],
    ]  # fmt: skip
    grid = grid_of([*rows, *INDICATOR_ROWS])
    grid.merges.append((1, 4, 1, 6))
    (form,) = recognize(grid, "表")
    assert amounts(form) == ["100", "98", "98%", "9.8"]
    assert "budget_reason" not in form.entries.fields


@pytest.mark.parametrize(("spent", "kept"), [((40, 20), 1), ((40, 15), 3)])
def test_names_of_another_kind_below_what_was_spent_divide_the_budget(spent: tuple[float, float], kept: int) -> None:
    rows: list[list[str | float | None]] = [["预算总额", 60, "执行总额", 55], ["财政拨款", 60, "基本支出", spent[0]], [None, None, "项目支出", spent[1]]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert amounts(form) == ["60", "55"]
    assert len(form.entries.tables["funds"]) == kept
    assert ((2, 4) in form.leftovers) == (kept == 1), "what is not taken is left over"


def test_the_total_before_what_was_spent_of_it_is_the_budget() -> None:
    (form,) = recognize(grid_of([["年度资金总额", 100, "执行数", 95, "执行率", "95%"], *INDICATOR_ROWS]), "表")
    assert amounts(form) == ["100", "95", "95%"]


def test_the_budget_of_a_source_beside_that_of_all_money_is_no_initial_budget() -> None:
    heads = [["项目资金（万元）", None, "合计", None, "上级资金", None, "本级资金"], [None, None, *["预算数", "执行数"] * 3]]
    (form,) = recognize(grid_of([*heads, ["年度资金总额", None, 100, 95, 60, 57, 40, 38], *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("adjusted", "executed")] == [100, 95]
    assert "funds_initial" not in form.entries.fields


@pytest.mark.parametrize("last", [30, 25])
@pytest.mark.parametrize("sum_first", [True, False])
def test_basic_and_project_spending_beside_their_sum_are_its_parts(sum_first: bool, last: float) -> None:
    names, money = ["基本支出", "项目支出"], [[60, 40, 100], [60, last, 90]]
    order = [2, 0, 1] if sum_first else [0, 1, 2]
    below = [[*names, "合计"][at] for at in order] * 2
    grid = grid_of([["预算数", None, None, "执行数", None, None, "执行率"], below, [*(one[at] for one in money for at in order), "90%"], *INDICATOR_ROWS])
    grid.merges += [(1, 1, 1, 3), (1, 4, 1, 6), (1, 7, 2, 7)]
    (form,) = recognize(grid, "表")
    assert [(row["name"].text, row["adjusted"].value, row["executed"].value) for row in form.entries.tables["funds"]] == [
        ("基本支出", 60, 60), ("项目支出", 40, last),
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["", "情况"])
def test_below_the_words_income_and_spending_it_is_the_spending_that_counts(said: str) -> None:
    heads: list[str | float | None] = ["项目", "全年预算", "决算"]
    lines: list[list[str | float | None]] = [
        ["财政拨款", 50, 50, "基本支出", 30, 29], ["其他资金", 4, 3, "项目支出", 24, 23], ["合计", 54, 53, "合计", 54, 52],
    ]  # fmt: skip
    grid = grid_of([[f"收入{said}", None, None, f"支出{said}"], heads * 2, *lines, *INDICATOR_ROWS])
    grid.merges += [(1, 1, 1, 3), (1, 4, 1, 6)]
    (form,) = recognize(grid, "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("adjusted", "executed")] == [54, 52]
    assert money_rows(form) == [("财政拨款", "二级项目"), ("其他资金", "二级项目"), ("基本支出", ""), ("项目支出", "")]


def test_income_and_spending_abreast() -> None:
    heads: list[str | float | None] = ["收入", "年初预算", "全年预算", "决算", "支出", "全年预算", "决算"]
    lines: list[list[str | float | None]] = [
        ["财政拨款收入", 48, 50, 50, "基本支出", 30, 29], ["其他收入", 4, 4, 3, "项目支出", 24, 23], ["收入合计", 52, 54, 53, "支出合计", 54, 52],
    ]  # fmt: skip
    (form,) = recognize(grid_of([heads, *lines, *INDICATOR_ROWS]), "表")
    assert amounts(form) == ["52", "54", "52"]
    assert money_rows(form)[-2:] == [("基本支出", ""), ("项目支出", "")]


def test_the_amounts_below_the_sum_are_those_of_all() -> None:
    top = [None, "上级资金", None, "本级资金", None, "合计"]
    grid = grid_of([top, [None, *["预算", "支出"] * 3], ["金额", 280, 280, 70, 63, 350, 343], *INDICATOR_ROWS])
    grid.merges += [(1, column, 1, column + 1) for column in (2, 4, 6)]
    (form,) = recognize(grid, "表")
    assert amounts(form) == ["350", "343"]


def test_a_list_below_two_headings_is_none_of_the_money_of_one_form() -> None:
    top = ["序号", "转移支付名称", "年度资金总额", None, "中央资金", None]
    rows = [top, [None, None, *["预算数", "执行数"] * 2], [1, "甲资金", 60, 57, 50, 48], [2, "乙资金", 40, 40, 40, 40]]
    grid = grid_of([["转移支付绩效自评汇总表"], *rows])
    grid.merges += [(2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 2, 4), (2, 5, 2, 6)]
    (form,) = recognize(grid, "表")
    assert form.supplement and [row["executed"].value for row in form.entries.tables["budget"]] == [57, 40]


@pytest.mark.parametrize(("other", "budget"), [("地方配套", [280, 70]), ("资金文号", [])])
def test_sources_side_by_side_divide_the_budget_without_a_heading_of_their_own(other: str, budget: list[int]) -> None:
    heads: list[str | float | None] = ["资金情况", "中央下达预算", other, "实际支出", "执行率"]
    lines: list[list[str | float | None]] = [["年度金额", 280, 70, 343, "98%"], ["其中：平台建设", 80, 30, 108, "98.18%"]]
    (form,) = recognize(grid_of([heads, *lines, *INDICATOR_ROWS]), "表")
    parts = [row["adjusted"].value for row in form.entries.tables["funds"] if "中央" in row["name"].text or "地方" in row["name"].text]
    assert parts == budget
    assert form.entries.fields["funds_executed"].text == "343"


def test_a_source_that_the_rate_leaves_out_is_no_part_of_the_budget() -> None:
    heads: list[str | float | None] = ["资金情况", "中央下达预算", "结转资金", "实际支出", "执行率"]
    (form,) = recognize(grid_of([heads, ["年度金额", 280, 70, 274.4, "98%"], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_adjusted"].value == 280


@pytest.mark.parametrize("regions", [["市", "区"], ["中央", "市县"]])
def test_a_budget_may_be_divided_among_kinds_of_regions(regions: list[str | float | None]) -> None:
    heads = [["项目资金", None, "全年预算数", None, "全年执行数"], [None, None, *regions * 2], [None, "年度资金总额", 280, 70, 275, 68]]
    grid = grid_of([*heads, *INDICATOR_ROWS])
    grid.merges += [(1, 1, 3, 1), (1, 3, 1, 4), (1, 5, 1, 6)]
    (form,) = recognize(grid, "表")
    found = [(row["name"].text, row["adjusted"].value, row["executed"].value) for row in form.entries.tables["funds"]]
    assert found == [(regions[0], 280, 275), (regions[1], 70, 68)]


@pytest.mark.parametrize(("rate", "spent", "kept"), [("支出率", 90, False), ("执行率", 90, True), ("支出率", 95, True)])
def test_a_rate_of_what_came_in_is_none_of_the_budget(rate: str, spent: int, kept: bool) -> None:
    """But a form that calls it that of the budget is wrong, and so is one that has other rates."""
    heads: list[str | float | None] = ["资金来源", "预算数", "到位数", "到位率", "支出数", rate]
    lines: list[list[str | float | None]] = [["市级资金", 60, 50, "83.33%", 45, "90%"], ["县级资金", 60, 50, "83.33%", spent - 45, "90%"]]
    (form,) = recognize(grid_of([heads, ["合计", 120, 100, "83.33%", spent, "90%"], *lines, *INDICATOR_ROWS]), "表")
    assert ("budget_claimed_rate" in form.entries.fields) is kept


def test_a_rate_of_what_came_in_is_none_of_the_first_budget() -> None:
    """Whatever it is called: the budget of the year, of which 执行率 is, such a form does not have."""
    heads: list[str | float | None] = ["资金来源", "年初预算数", "到位资金", "全年执行数", "执行率"]
    (form,) = recognize(grid_of([heads, ["合计", 80, 90, 81, "90%"], *INDICATOR_ROWS]), "表")
    assert "budget_claimed_rate" not in form.entries.fields


def test_what_stands_in_lines_beside_the_money_heads_it() -> None:
    rows: list[list[str | float | None]] = [
        ["资金投入", None, "全年预算数", "全年执行数", "预算执行率"], ["情况（万", None, "（A）", "（B）", "（B/A）"],
        ["元）", "年度资金总额", 350, 343, "98%"], [None, "其中：中央资金", 280, 280, "100%"], [None, "地方资金", 70, 63, "90%"],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert amounts(form) == ["350", "343", "98%"]
    assert form.entries.fields["currency_unit"].text == "万元"


def test_sums_of_money_are_known_by_what_they_seem_to_be() -> None:
    rows: list[list[str | float | None]] = [["年初预算安排资金总额", 120, "全年预算资金总额", 140], ["全年执行总额", 133, "执行率", "95%"]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert amounts(form) == ["120", "140", "133", "95%"]
    others: list[list[str | float | None]] = [["基本支出", 90, 89, "一般公共预算", 140, 136], ["合计", 150, 145, "合计", 150, 145]]
    (form,) = recognize(grid_of([["分类", "预算数", "执行数", "分类", "预算数", "执行数"], *others, *INDICATOR_ROWS]), "表")
    assert amounts(form)[:2] == ["150", "145"]


@pytest.mark.parametrize(
    ("first", "heads", "money"),
    [
        ("项目资金（万元）", ["本年计划", "本年完成", "完成率"], ["100", "96"]), ("资金来源", ["计划数", "完成数", "执行率"], ["100", "96"]),
        ("项目资金", ["年初计划", "全年预算数", "实际完成"], ["96", "0.96"]), ("资金来源", ["计划投资", "完成投资", "形象进度"], []),
        ("工作任务", ["本年计划", "本年完成", "完成率"], []), ("项目资金", ["本年计划", "本年预算", "执行数"], ["96", "0.96"]),
        ("资金情况", ["年度计划", "实际支出", "总投资"], ["100", "96"]), ("资金情况", ["年度投资计划", "实际支出", "总投资"], ["100", "96"]),
    ],
)  # fmt: skip
def test_what_is_planned_and_done_of_money_is_its_budget_and_what_was_spent(
    first: str, heads: list[str | float | None], money: list[str]
) -> None:
    (form,) = recognize(grid_of([[first, *heads], ["年度资金总额", 100, 96, 0.96], *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    assert [fields[key].text for key in ("funds_adjusted", "funds_executed") if key in fields] == money


def test_figures_behind_words_of_their_own_below_the_funds_are_no_money_of_them() -> None:
    block: list[list[str | float | None]] = [
        ["资金来源", *HEADS], ["财政拨款", 100, 110, 99, "90%", None], ["其他收入", 0, 20, 18, "90%", None], ["合计", 100, 130, 117, "90%", 9],
    ]  # fmt: skip
    assets: list[str | float | None] = ["固定资产原值", 862.4, "净值", 315.6, "闲置资产", 0]
    (form,) = recognize(grid_of([*block, assets, *INDICATOR_ROWS]), "表")
    assert [name for name, _ in money_rows(form)] == ["财政拨款", "其他收入"]
    (form,) = recognize(grid_of([*block[:-1], ["上级补助", 0, "—", 0, "/", 0], block[-1], *INDICATOR_ROWS]), "表")
    assert [name for name, _ in money_rows(form)] == ["财政拨款", "其他收入", "上级补助"]


def test_a_score_with_its_points_beside_a_part_is_that_of_the_whole() -> None:
    rows: list[list[str | float | None]] = [
        ["资金总额", 1650, "执行数", 1633.5, "执行率", "99%"], ["基本支出", 350, "执行数", 349.5, "得分（10分）", 9.9],
        ["项目支出", 1300, "执行数", 1284],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[key].value for key in ("budget_claimed_score", "budget_weight")] == [Decimal("9.9"), 10]


def test_tasks_may_be_told_by_the_projects_that_do_them() -> None:
    rows: list[list[str | float | None]] = [["对应项目", "预算数", "执行数"], ["小区改造", 100, 90], ["管网建设", 50, 48]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert money_rows(form, "budget") == [("小区改造", "一级项目"), ("管网建设", "一级项目")]


def test_points_in_the_first_line_alone_are_those_of_all_the_money() -> None:
    lines: list[list[str | float | None]] = [["财政资金", 100, 100, 98, "98%", 9.8], ["其他资金", 20, 10, 10, "100%", "-"]]
    for second, score in (("-", Decimal("9.8")), (9.9, None)):
        lines[1][-1] = second
        (form,) = recognize(grid_of([["资金来源", *HEADS], *lines, *INDICATOR_ROWS]), "表")
        claimed = form.entries.fields.get("budget_claimed_score")
        assert (claimed.value if claimed else None) == score


SIDES: list[list[list[str | float | None]]] = [
    [["部门收支（万元）", "预算数", None, "决算数", None], [None, "收入", "支出", "收入", "支出"], ["合计", 120, 100, 110, 98]],
    [["部门收支（万元）", "收入预算数", "收入决算数", "支出预算数", "支出决算数"], ["合计", 120, 110, 100, 98]],
    [["部门收支（万元）", "收入", "支出"], ["预算数", 120, 100], ["决算数", 110, 98]],
    [["项目", "预算数（万元）", "决算数（万元）"], ["收入", 120, 110], ["支出", 100, 98]],
    [["项目", "预算数（万元）", "决算数（万元）"], ["支出", 100, 98], ["收入", 120, 110]],
    [["项目", "预算数（万元）", "决算数（万元）"], ["支出合计", 100, 98], ["基本支出", 60, 58], ["项目支出", 40, 40],
     ["收入合计", 120, 110], ["财政拨款", 120, 110]],
    [["部门收支（万元）", "收入", None, "支出", None], [None, "预算数", "决算数", "预算数", "决算数"], ["合计", 120, 110, 100, 98]],
    [["部门收支（万元）", None, "预算数", "决算数"], ["收入", "合计", 120, 110], [None, "财政拨款", 120, 110],
     ["支出", "合计", 100, 98], [None, "基本支出", 60, 60], [None, "项目支出", 40, 38]],
    [["收支", "预算数", "决算数"], ["财政拨款收入", 80, 75], ["事业收入", 20, 35], ["收入合计", 100, 110],
     ["基本支出", 60, 60], ["项目支出", 40, 38], ["支出合计", 100, 98]],
    [["收支", "项目", "预算数", "决算数"], ["收入", "财政拨款收入", 80, 75], [None, "事业收入", 20, 35], [None, "收入合计", 100, 110],
     ["支出", "基本支出", 60, 60], [None, "项目支出", 40, 38], [None, "支出合计", 100, 98]],
    [["部门收支（万元）", "收入", None, "支出", None], [None, "预算数", "决算数", "预算数", "决算数"],
     ["基本支出", 60, 60, 60, 60], ["项目支出", 40, 50, 40, 38], ["合计", 100, 110, 100, 98]],
    [["资金（万元）", "收入", None, "支出", None], [None, "预算数", "决算数", "预算数", "决算数"],
     ["合计", 100, 110, 100, 98], ["基本支出", 60, 60, 60, 60], ["项目支出", 40, 50, 40, 38]],
    [["部门整体收入", None, None, "部门整体支出", None, None], ["项目", "预算数", "决算数", "项目", "预算数", "决算数"],
     ["财政拨款", 120, 110, "基本支出", 60, 60], [None, None, None, "项目支出", 40, 38], ["收入合计", 120, 110, "支出合计", 100, 98]],
    [["项目", "上年决算数", "本年预算数", "本年执行数"], ["一、基金收入", 90, 120, 110], ["二、上年结余", 5, 5, 5],
     ["三、基金支出", 95, 100, 98], ["四、年末结余", 0, 25, 17]],
    [["项目", "预算数", "决算数"], ["一、基金收入合计", 120, 110], ["1.缴费收入", 60, 50], ["2.财政补贴收入", 58, 58], ["3.利息收入", 2, 2],
     ["二、基金支出合计", 100, 98], ["1.基本支出", 60, 60], ["2.项目支出", 40, 38], ["三、本年收支结余", 20, 12], ["四、年末滚存结余", 90, 82]],
    [["收入项目", "预算数", "决算数", "支出项目", "预算数", "决算数"], ["保费收入", 80, 75, "基本支出", 60, 60],
     ["利息收入", 20, 35, "项目支出", 40, 38], ["收入合计", 100, 110, "支出合计", 100, 98], ["上年结余", 5, 5, "年末结余", 5, 17]],
    [["项目", "预算数", "决算数"], ["收入合计", 120, 110], ["支出合计", 100, 98], ["其中：基本支出", 60, 60], ["项目支出", 40, 38]],
    [["收入项目", "预算数", "决算数"], ["缴费收入", 120, 110], ["收入合计", 120, 110],
     ["支出项目", "预算数", "决算数"], ["待遇支出", 100, 98], ["支出合计", 100, 98]],
    [["类别", "科目", "预算数", "决算数"], ["收入", "保费", 100, 90], [None, "利息", 20, 20], [None, "小计", 120, 110],
     ["支出", "基本支出", 60, 60], [None, "项目支出", 40, 38], [None, "小计", 100, 98]],
    [["项目", None, "预算数（万元）", "决算数（万元）"], ["收入", "保险费收入", 80, 75], [None, "利息收入", 20, 35],
     [None, "收入合计", 100, 110], ["支出", "基本支出", 60, 60], [None, "项目支出", 40, 38], [None, "支出合计", 100, 98]],
]  # fmt: skip


@pytest.mark.parametrize("rows", SIDES)
def test_what_was_spent_is_told_from_what_came_in(rows: list[list[str | float | None]]) -> None:
    (form,) = recognize(grid_of([["部门整体支出绩效自评表（2024年度）"], *rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("adjusted", "executed")] == [100, 98]
    assert "funds_initial" not in form.entries.fields and not form.ambiguities
    spent = [name for name, level in (money_rows(form) if "funds" in form.entries.tables else []) if not level]
    assert spent in ([], ["基本支出", "项目支出"])


def test_a_block_of_what_came_in_above_that_of_what_was_spent_is_none_of_its_money() -> None:
    heads = ["年初预算数", "调整后预算数", "决算数", "执行率"]
    rows: list[list[str | float | None]] = [
        ["部门收支", "收入", *heads], [None, "财政拨款收入", 90, 105, 108, "102.86%"], [None, "收入总计", 90, 105, 108, "102.86%"],
        [None, "支出", *heads], [None, "基本支出", 50, 60, 60, "100%"], [None, "项目支出", 40, 40, 38, "95%"],
        [None, "支出总计", 90, 100, 98, "98%"],
    ]  # fmt: skip
    grid = grid_of([*rows, *INDICATOR_ROWS])
    grid.merges.append((1, 1, 7, 1))
    (form,) = recognize(grid, "表")
    assert amounts(form) == ["90", "100", "98", "98%"]
    assert [name for name, level in money_rows(form) if not level] == ["基本支出", "项目支出"]


def test_one_side_alone_is_told_by_its_total_as_before() -> None:
    rows: list[list[str | float | None]] = [
        [None, None, "预算数", "决算数"], ["支出", "合计", 100, 98], [None, "基本支出", 60, 60], [None, "项目支出", 40, 38],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_executed"].value == 98
    assert money_rows(form) == [("基本支出", ""), ("项目支出", "")]


BLOCK: list[list[str | float | None]] = [
    ["项目资金（万元）", "全年预算数", "全年执行数", "执行率", "分值", "得分"], ["年度资金总额", 100, 90, "90%", 10, 9],
    ["其中：财政拨款", 80, 72, "90%", "—", "—"], ["其他资金", 20, 18, "90%", "—", "—"],
]  # fmt: skip


@pytest.mark.parametrize("gap", [True, False])
def test_a_block_right_of_the_indicators_is_read_behind_a_gap_and_never_lost_in_silence(gap: bool) -> None:
    blank: list[str | float | None] = [None] * gap
    rows = [[*row, *blank, *block] for row, block in zip(INDICATOR_ROWS, BLOCK, strict=True)]
    (form,) = recognize(grid_of([["项目支出绩效自评表（2024年度）"], ["项目名称", "甲项目"], *rows, ["总分", None, None, None, None, 90, 88.42]]), "表")
    assert len(form.entries.tables["indicators"]) == 3 and form.entries.fields["project"].text == "甲项目"
    unread = [one.text for one in form.ambiguities if one.readings == (UNREAD_MONEY,)]
    if gap:
        assert [form.entries.fields[f"funds_{key}"].value for key in ("adjusted", "executed")] == [100, 90]
        assert money_rows(form) == [("财政拨款", ""), ("其他资金", "")]
        assert not form.ambiguities and not form.leftovers
    else:
        assert unread == ["年度资金总额"]


def test_a_form_without_money_is_silent_about_it() -> None:
    (form,) = recognize(grid_of([["项目支出绩效自评表（2024年度）"], *INDICATOR_ROWS, ["备注", "资金于年底到位"]]), "表")
    assert not form.ambiguities


def test_a_block_below_the_indicators_is_none_of_the_form_beside() -> None:
    rows = [["项目名称", "甲"], *INDICATOR_ROWS, [], ["项目支出绩效自评表（2024年度）"], ["项目名称", "乙"], *BLOCK]
    first, second = recognize(grid_of([["项目支出绩效自评表（2024年度）"], *rows]), "表")
    assert ("funds_adjusted" in first.entries.fields, "funds_adjusted" in second.entries.fields) == (False, True)


def test_a_source_named_on_either_side_is_no_total_of_its_side() -> None:
    heads: list[str | float | None] = ["资金情况", "来源", "全年预算数", "全年执行数"]
    came, spent = [["财政拨款", 100, 100], ["其他资金", 50, 50]], [["财政拨款", 80, 70], ["其他资金", 70, 60]]
    sides = [["收入", *came[0]], [None, *came[1]]], [["支出", *spent[0]], [None, *spent[1]]]
    for first, second in (sides, sides[::-1]):
        (form,) = recognize(grid_of([heads, *first, *second, *INDICATOR_ROWS]), "表")
        assert "funds_adjusted" not in form.entries.fields
        assert [level for _, level in money_rows(form)] == ["二级项目", "二级项目", "", ""]


@pytest.mark.parametrize(
    "heads",
    [
        ["本年年初预算", "本年调整预算", "本年实际支出", "本年执行率"],
        ["年初财政批复", "财政调整后批复", "国库实付金额", "支付完成率"],
        ["本年初下达预算", "调整后金额", "实付金额", "本年度支出完成率"],
    ],
)
@pytest.mark.parametrize("corner", ["项目总投资（万元）", "经费情况（万元）"])
def test_a_heading_of_words_that_are_only_guessed_is_one_of_money(corner: str, heads: list[str]) -> None:
    (form,) = recognize(grid_of([[corner, *heads], ["合计", 120, 100, 95, "95%"], *INDICATOR_ROWS]), "表")
    keys = "funds_initial", "funds_adjusted", "funds_executed", "budget_claimed_rate"
    assert [form.entries.fields[key].value for key in keys] == [120, 100, 95, Decimal("0.95")]


def test_guessed_words_make_no_money_of_the_form_beside_its_own() -> None:
    funds: list[list[str | float | None]] = [["项目资金", *HEADS], ["年度资金总额", 100, 100, 90, "90%", 9]]
    other: list[list[str | float | None]] = [["品目", "采购预算", "采购支付金额", "采购支付率"], ["设备", 50, 45, "90%"]]
    for rows in ([*funds, *INDICATOR_ROWS, *other], [*other, *funds, *INDICATOR_ROWS], [*funds, *other, *INDICATOR_ROWS]):
        (form,) = recognize(grid_of(rows), "表")
        assert amounts(form) == ["100", "100", "90", "90%", "9"] and not form.entries.tables.get("funds")


def test_what_offices_cost_in_two_years_is_no_money_of_the_form() -> None:
    costs: list[list[str | float | None]] = [["“三公”经费", "2021年决算数", "2022年预算数", "2022年决算数"], ["合计", 18, 17, 14]]
    (form,) = recognize(grid_of([*costs, *INDICATOR_ROWS]), "表")
    assert not form.funds_columns


def test_money_that_no_reader_takes_is_told_by_guessed_words_too() -> None:
    (form,) = recognize(grid_of([["该年预算", 100, "该年累计支出", 95], *INDICATOR_ROWS]), "表")
    assert UNREAD_MONEY in [reading for each in form.ambiguities for reading in each.readings]


def test_pairs_below_a_block_are_none_of_its_lines() -> None:
    rows: list[list[str | float | None]] = [
        ["项目资金", None, "全年预算数", "全年执行数", "执行率"], [None, "年度资金总额", 100, 90, "90%"], [None, "专项债券", 100, 90, "90%"],
        ["项目收益", "计划收益", 12, "实际收益", 10],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert money_rows(form) == [("专项债券", "")]


def test_a_label_of_the_block_merged_down_beside_its_line_heads_no_amounts() -> None:
    heads: list[str | float | None] = ["资金安排（万元）", "2022年预算", "2022年执行", "2023年预算", "2023年执行", "2023年执行率"]
    grid = grid_of([heads, [None, 80, 79, 100, 98, "98%"], *INDICATOR_ROWS])
    grid.merges.append((1, 1, 2, 1))
    (form,) = recognize(grid, "表")
    assert amounts(form) == ["100", "98", "98%"]


def test_headings_in_lines_beside_the_label_of_the_block() -> None:
    rows: list[list[str | float | None]] = [
        ["预算执行", "全年预算", "全年执行"], ["情况（万", "数", "数", "分值", "执行率", "得分"], ["元）", 100, 98, 10, "98%", 9.8],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*([one[0], None, *one[1:]] for one in rows), *INDICATOR_ROWS]), "表")
    assert amounts(form) == ["100", "98", "98%", "9.8"]


TASKS: list[list[str | float | None]] = [
    [None, "履职任务", "预算数", "执行数", "完成情况", "分值", "得分"], [1, "法律援助", 60, 57, "办结1326件", 25, 25],
    [2, "普法宣传", 40, 40, "活动52场", 25, 24],
]  # fmt: skip


@pytest.mark.parametrize("name", ["履职任务", "任务名称", "目标内容"])
@pytest.mark.parametrize("execution", [True, False])
def test_points_of_tasks_beside_their_money_are_theirs(name: str, execution: bool) -> None:
    block: list[list[str | float | None]] = [["预算执行情况（10分）", "预算数", "执行数", "执行率", "得分"], [None, 100, 97, "97%", 9.7]]
    head = [name if one == "履职任务" else one for one in TASKS[0]]
    total: list[str | float | None] = ["合计", None, 100, 97, None, 50, 49]
    rows = [*block, head, *TASKS[1:]] if execution else [head, *TASKS[1:], total]
    (form,) = recognize(grid_of([["部门整体支出绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    items = form.entries.tables["management"]
    assert [(one["name"].text, one["weight"].value, one["claimed_score"].value) for one in items] == [
        ("法律援助", 25, 25), ("普法宣传", 25, 24),
    ]  # fmt: skip
    assert "claimed_total" not in form.entries.fields
    assert amounts(form)[:2] == ["100", "97"]
    assert ("budget_claimed_score" in form.entries.fields) is execution


def test_points_of_tasks_that_are_100_in_all_are_those_of_the_whole_form() -> None:
    tasks = [[2 * one if isinstance(one, int) else one for one in row] for row in TASKS]
    (form,) = recognize(grid_of([["部门整体支出绩效自评表"], *tasks, ["合计", None, 200, 194, None, 100, 98]]), "表")
    assert form.entries.fields["claimed_total"].value == 98 and len(form.entries.tables["management"]) == 2
    assert not {"weight", "claimed_score"} & form.funds_columns


def test_a_list_with_grades_is_no_form_whatever_its_budgets_are_called() -> None:
    heads: list[str | float | None] = ["序号", "资金名称", "省级下达", "市县配套", "合计", "支出", "支出率", "自评分", "等次"]
    rows: list[list[str | float | None]] = [
        [1, "医疗补助", 300, 100, 400, 392, "98%", 95, "优"], [2, "老年补贴", 80, 20, 100, 85, "85%", 82, "良"], ["合计", None, 380, 120, 500, 477],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["转移支付绩效自评结果表"], heads, *rows]), "表")
    assert form.listing and [row["claimed_grade"].text for row in form.listed] == ["优", "良"]


def test_points_that_sources_repeat_are_no_tasks() -> None:
    heads: list[str | float | None] = ["资金来源", "预算数", "执行数", "分值", "得分"]
    rows: list[list[str | float | None]] = [[name, 10, 10, 10, 10] for name in ("中央资金", "省级资金", "市级资金", "其他资金")]
    (form,) = recognize(grid_of([heads, ["合计", 40, 40, 10, 10], *rows, *INDICATOR_ROWS]), "表")
    assert "management" not in form.entries.tables and form.entries.fields["budget_weight"].value == 10


@pytest.mark.parametrize(
    "labels",
    [("部门预算（万元）", "部门执行（万元）"), ("今年预算", "今年支出"), ("今年预算数", "今年实际支出数"),
     ("当年预算安排（万元）", "当年实际支出（万元）"), ("本年下达预算", "部门实际支出数"), ("全年预算数", "实际兑现金额")],
)
def test_the_year_and_whose_it_is_may_stand_before_any_word_for_money(labels: tuple[str, str]) -> None:
    (budget, spent) = labels
    for rows in ([[budget, 100, spent, 96]], [["资金来源", budget, spent], ["合计", 100, 96]]):
        (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
        assert amounts(form) == ["100", "96"]


@pytest.mark.parametrize("heading", ["得分（20分*执行率）", "得分（执行率×20分）"])
def test_the_points_of_the_execution_may_stand_in_how_it_is_scored(heading: str) -> None:
    rows: list[list[str | float | None]] = [["预算执行情况", "预算数", "执行数", heading], ["支出总额", 100, 95, 19]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[key].value for key in ("budget_weight", "budget_claimed_score")] == [20, 19]
