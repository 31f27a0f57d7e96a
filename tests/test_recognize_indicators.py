"""The indicator tables of official forms: columns, levels, points, and the rows that are none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from recognizing import INDICATOR_ROWS, grid_of, shown, taken

from selfeval_xl.model import HIDDEN_ROW, ONE_OF_REGIONS, UNUSED_COLUMN
from selfeval_xl.workbook.recognize import Recognized, recognize
from selfeval_xl.workbook.recognize.words.labels import read_label
from selfeval_xl.workbook.recognize.words.marks import mark_of
from selfeval_xl.workbook.recognize.words.vocabulary import ALLOCATIONS, BUDGET, INDICATORS, MANAGEMENT, TITLES


@pytest.mark.parametrize("order", [[0, 1, 2, 5, 3, 4, 6, 7], [0, 1, 2, 7, 6, 5, 4, 3], [3, 4, 0, 1, 2, 6, 5, 7]])
def test_columns_in_any_order(order: list[int]) -> None:
    plain = recognize(grid_of(INDICATOR_ROWS), "表")
    mixed = recognize(grid_of([[row[index] for index in order] for row in INDICATOR_ROWS]), "表")
    assert [shown(form)["tables"] for form in mixed] == [shown(form)["tables"] for form in plain]


@pytest.mark.parametrize(
    ("heads", "lines"),
    [
        (["一级指标", "二级指标", "工作任务"], [["产出指标", "数量指标", "甲"], ["产出指标", "质量指标", "乙"], ["效益指标", "社会效益指标", "丙"]]),
        (["工作任务", "一级指标", "二级指标"], [["任务一", "产出指标", "甲"], ["任务一", "产出指标", "乙"], ["任务二", "效益指标", "丙"]]),
        (["重点任务"], [["甲"], ["乙"], ["丙"]]),
        (["重点任务", "绩效指标"], [["任务一", "甲"], ["任务一", "乙"], ["任务二", "丙"]]),
    ],
)
def test_tasks_are_the_names_where_there_are_no_others(heads: list[str], lines: list[list[str]]) -> None:
    rows = [[*head, *row[3:]] for head, row in zip([heads, *lines], INDICATOR_ROWS, strict=True)]
    (form,) = recognize(grid_of(rows), "表")
    assert taken(form, "name") == ["甲", "乙", "丙"]


@pytest.mark.parametrize(("points", "score"), [("50（50）", 50), ("50分\n（50分）", 50), ("50（40）", None), ("（40）", 40)])
def test_points_said_twice_are_told_once(points: str, score: int | None) -> None:
    rows = [INDICATOR_ROWS[0], [*INDICATOR_ROWS[1][:6], points, None], *INDICATOR_ROWS[2:]]
    (form,) = recognize(grid_of(rows), "表")
    assert form.entries.tables["indicators"][0]["claimed_score"].value == score


@pytest.mark.parametrize("heads", [["年初目标值", "调整后目标值"], ["年度指标值", "调整后指标值"], ["年初目标", "调整目标"]])
def test_the_target_that_was_changed_counts_as_it_is_now(heads: list[str | float | None]) -> None:
    rows = [[*row[:3], heads[1] if at == 0 else row[3], *row[4:]] for at, row in enumerate(INDICATOR_ROWS)]
    before = [heads[0], "≥12人", "≥98%", "≥85%"]
    (form,) = recognize(grid_of([[*row[:3], old, *row[3:]] for row, old in zip(rows, before, strict=True)]), "表")
    assert [row["target"].text for row in form.entries.tables["indicators"]] == ["≥10人", "≥95%", "≥90%"]
    assert [each.text for each in form.ambiguities] == heads[:1]


def test_the_goal_that_the_names_serve_is_no_target() -> None:
    goals: list[str | float | None] = ["目标", "提升技能", None, "服务学员"]
    (form,) = recognize(grid_of([[goal, *row[2:]] for goal, row in zip(goals, INDICATOR_ROWS, strict=True)]), "表")
    assert taken(form, "target") == ["≥10人", "≥95%", "≥90%"]
    assert [each.text for each in form.ambiguities] == ["目标"]


@pytest.mark.parametrize("now", [[None, None, None], ["未调整", "/", "同年初"], ["≥8人", None, None]])
def test_a_target_that_nobody_changed_stays(now: list[str | float | None]) -> None:
    revised = ["年度指标值（调整后）", *now]
    (form,) = recognize(grid_of([[*row[:4], new, *row[4:]] for row, new in zip(INDICATOR_ROWS, revised, strict=True)]), "表")
    changed = [now[0]] if now[0] == "≥8人" else ["≥10人"]
    assert [row["target"].text for row in form.entries.tables["indicators"]] == [*changed, "≥95%", "≥90%"]
    assert bool(form.ambiguities) == (now[0] == "≥8人"), "nobody asks which of them counts while they are the same"


@pytest.mark.parametrize("other", ["上年决算", "项目总投资", "结余"])
def test_below_a_wide_heading_an_unknown_word_is_a_heading_too(other: str) -> None:
    rows: list[list[str | float | None]] = [
        ["支出类别", "预算安排", None, "全年执行数", "执行率"], [None, other, "全年预算"], ["合计", 80, 100, 96, "96%"]
    ]  # fmt: skip
    grid = grid_of([*rows, *INDICATOR_ROWS])
    grid.merges += [(1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 2, 4), (1, 5, 2, 5)]
    (form,) = recognize(grid, "表")
    assert form.entries.fields["funds_adjusted"].value == 100
    assert "funds_initial" not in form.entries.fields


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1 产出指标", (2, 1)), ("1.产出指标", (2, 1)), ("１．１．数量指标", (2, 2)), ("1.1、数量指标", (2, 2)),
        ("1.1.1 投放", (2, 3)), ("产出指标", ()), ("2024年", ()), ("50%以上", ()), ("5G基站", ()),
        ("一、产出指标", (0,)), ("（二）数量指标", (1,)), ("（1）投放", (3,)), ("一级指标", ()), ("十四五规划", ()),
    ],
)  # fmt: skip
def test_numbers_before_a_name(text: str, mark: tuple[int, ...]) -> None:
    assert mark_of(text) == mark


@pytest.mark.parametrize("reason", ["未使用原因", "未支出原因", "结余原因", "进度滞后原因"])
def test_a_column_named_for_its_reason_goes_before_a_remark(reason: str) -> None:
    rows = [["地区", "分配资金", "使用资金", "备注", reason], ["甲县", 120, 118, None, "结转"], ["乙县", 80, 78, "收回", None]]
    (form,) = recognize(grid_of(rows), "表")
    assert [row["reason"].text for row in form.entries.tables["allocations"]] == ["结转", "收回"]


@pytest.mark.parametrize("heading", ["得分情况说明", "自评得分说明", "自评说明", "自评情况说明"])
def test_what_explains_the_score_goes_before_a_remark(heading: str) -> None:
    rows = [[*line[:-1], heading if at == 0 else f"扣分{at}", "备注" if at == 0 else None] for at, line in enumerate(INDICATOR_ROWS)]
    (form,) = recognize(grid_of(rows), "表")
    assert [row["reason"].text for row in form.entries.tables["indicators"]] == ["扣分1", "扣分2", "扣分3"]


def test_a_filler_behind_the_parts_of_an_indicator_is_none_of_them() -> None:
    first, second, *others = INDICATOR_ROWS
    parts: list[list[str | float | None]] = [[None, None, name, "≥5人", "5人"] for name in ("其中：男", "女")]
    (form,) = recognize(grid_of([first, second, *parts, [None, None, "指标2："], *others]), "表")
    assert ["child" in row for row in form.entries.tables["indicators"][:4]] == [False, True, True, False]


@pytest.mark.parametrize("label", ["小计", "产出指标小计", "产出指标合计", "指标得分小计"])
@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_subtotal_is_no_indicator(label: str, column: int) -> None:
    rows = [list(row) for row in INDICATOR_ROWS]
    subtotal: list[str | float | None] = [None] * column + [label] + [None] * (4 - column) + [80, 78.42, None]
    (form,) = recognize(grid_of([*rows[:3], subtotal, *rows[3:]]), "表")
    assert [row["name"].text for row in form.entries.tables["indicators"]] == ["培训人数", "合格率", "学员满意度"]
    assert [(row["weight"].value, row["claimed_score"].value) for row in form.subtotals] == [(80, Decimal("78.42"))]


def test_a_total_below_figures_of_another_table_is_none_of_the_indicators() -> None:
    people: list[list[str | float | None]] = [
        ["各类对象人数及补助标准"], ["对象类别", None, "人数", None, "补助标准", "发放金额（万元）"], ["伤残军人", None, 36, None, 22810, 82.116],
        ["合计", None, 36, None, None, 82.116],
    ]  # fmt: skip
    total: list[str | float | None] = ["总分", *[None] * 4, 90, 88.42]
    (form,) = recognize(grid_of([*INDICATOR_ROWS, total, *people]), "表")
    assert [row["weight"].value for row in form.subtotals] == [90]
    assert form.entries.fields["claimed_total"].text == "88.42"


def test_scores_that_are_called_marks() -> None:
    rows = [["三级指标", "指标值", "实际完成值", "分值", "自评打分"], ["甲", 3, 3, 50, 49], ["乙", 2, 2, 50, 48]]
    (form,) = recognize(grid_of(rows), "表")
    assert [row["claimed_score"].value for row in form.entries.tables["indicators"]] == [49, 48]


OUTLINES: dict[str, list[tuple[str | float | None, ...]]] = {
    "prefix": [("1 产出指标",), ("1.1 数量指标",), ("1.1.1 甲",), ("1.2 成本指标",), ("1.2.1 乙",), ("2 满意度指标",), ("2.1 满意度指标",), ("2.1.1 丙",)],
    "chinese": [("一、产出指标",), ("（一）数量指标",), ("1.甲",), ("（二）成本指标",), ("1.乙",), ("二、满意度指标",), ("（一）满意度指标",), ("1.丙",)],
    "indented": [("产出指标",), ("　数量指标",), ("　　甲",), ("　成本指标",), ("　　乙",), ("满意度指标",), ("　满意度指标",), ("　　丙",)],
    "words": [("产出指标",), ("数量指标",), ("甲",), ("成本指标",), ("乙",), ("满意度指标",), ("服务对象满意度指标",), ("丙",)],
    "root": [("1 绩效指标",), ("1.1 产出指标",), ("1.1.1 数量指标",), ("1.1.1.1 甲",), ("1.1.2 成本指标",), ("1.1.2.1 乙",), ("1.2 满意度指标",), ("1.2.1 满意度指标",), ("1.2.1.1 丙",)],
    "own": [("一、产出指标",), ("（一）数量指标",), ("甲",), ("（二）成本指标",), ("乙",), ("二、满意度指标",), ("（一）满意度指标",), ("丙",)],
}  # fmt: skip


@pytest.mark.parametrize("points", [False, True])
@pytest.mark.parametrize("kind", OUTLINES)
def test_levels_in_one_column(kind: str, points: bool) -> None:
    rows: list[list[str | float | None]] = [["指标名称", "指标值", "实际完成值", "分值", "得分"]]
    for (name,) in OUTLINES[kind]:
        leaf = str(name)[-1] in "甲乙丙"
        rows.append([name, *(("≥10人", "12人", 30, 30) if leaf else (None, None, 30 if points else None, None))])
    levels = [["产出指标", "数量指标"], ["产出指标", "成本指标"], ["满意度指标", "服务对象满意度指标" if kind == "words" else "满意度指标"]]
    (form,) = recognize(grid_of(rows), "表")
    assert [[row["level1"].text, row["level2"].text] for row in form.entries.tables["indicators"]] == levels


@pytest.mark.parametrize("marks", [["1", "1.1", "1.1.1"], ["一", "（一）", "1"], ["一级", "二级", "三级"], ["1", "2", "3"]])
@pytest.mark.parametrize("right", [False, True])
def test_levels_told_by_a_column(marks: list[str], right: bool) -> None:
    if right and not marks[0].startswith("一级"):
        return
    heading = "级次" if marks[1] in ("二级", "2") else "编码"
    names = [(0, "履职效能"), (1, "按期办结"), (2, "甲"), (1, "成本指标"), (2, "乙"), (0, "社会效应"), (1, "满意度指标"), (2, "丙")]
    rows: list[list[str | float | None]] = [[heading, "指标名称", "指标值", "实际完成值", "分值", "得分"]]
    for depth, name in names:
        rows.append([marks[depth], name, *(("≥10人", "12人", 30, 30) if depth == 2 else (None, None, 30, None))])
    if right:
        rows = [[row[1], row[0], *row[2:]] for row in rows]
    levels = [["履职效能", "按期办结"], ["履职效能", "成本指标"], ["社会效应", "满意度指标"]]
    (form,) = recognize(grid_of(rows), "表")
    assert [[row["level1"].text, row["level2"].text] for row in form.entries.tables["indicators"]] == levels
    assert [row["name"].text for row in form.subtotals] == ["按期办结", "成本指标", "满意度指标"]


def test_an_indicator_still_to_be_filled_heads_nothing() -> None:
    head: list[str | float | None] = ["序号", "指标名称", "指标值", "实际完成值", "分值", "得分"]
    rows = [head, ["1", "培训人数", None, None, 40, None], ["1.1", "其中：女性", "≥10人", "12人", None, None], ["2", "合格率", "≥90%", "92%", 60, 60]]
    (form,) = recognize(grid_of(rows), "表")
    assert [row["name"].text for row in form.entries.tables["indicators"]] == ["培训人数", "其中：女性", "合格率"]


def test_a_levels_points_on_a_row_of_its_own_in_its_own_column() -> None:
    head: list[str | float | None] = ["一级指标", "二级指标", "三级指标", "指标值", "实际完成值", "分值", "得分"]
    rows = [head, ["产出指标", None, None, None, None, 60, 60], [None, "数量指标", None, None, None, 60, 60], [None, None, "甲", "≥10人", "12人", 60, 60]]
    (form,) = recognize(grid_of([*rows, ["总分", None, None, None, None, 60, 60]]), "表")
    (row,) = form.entries.tables["indicators"]
    assert (row["level1"].text, row["level2"].text, row["name"].text) == ("产出指标", "数量指标", "甲")
    assert [one["name"].text for one in form.subtotals] == ["产出指标", "数量指标", "总分"]


def under(heading: str, column: int, rows: list[list[str | float | None]] = INDICATOR_ROWS) -> Recognized:
    """The indicator table with another word above one of its columns."""
    (form,) = recognize(grid_of([[*rows[0][:column], heading, *rows[0][column + 1 :]], *rows[1:]]), "表")
    return form


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        *((word, 3) for word in ("考核目标", "任务目标", "绩效目标", "年度绩效目标", "任务量", "目标任务", "考核要求", "批复目标值", "应完成数", "计划完成", "计划", "预算批复指标值", "指标值（单位）")),
        *((word, 4) for word in ("实际业绩", "业绩值", "实绩", "自评业绩", "实际成效", "完成量", "任务完成数量", "计划完成情况", "实际执行值")),
    ],
)  # fmt: skip
def test_what_is_aimed_at_and_what_came_of_it_in_other_words(heading: str, column: int) -> None:
    form = under(heading, column)
    assert (taken(form, "target"), taken(form, "actual")) == (["≥10人", "≥95%", "≥90%"], ["11人", "90%", "92%"])
    assert form.ambiguities == ()


@pytest.mark.parametrize(("signs", "read"), [(["≥", "大于等于", "反向"], True), (["≥", "≥", "见附件"], False)])
def test_signs_under_an_unheard_of_heading_are_told_by_themselves(signs: list[str], read: bool) -> None:
    rows = [[*row[:3], sign, *row[3:]] for sign, row in zip(["指标趋向", *signs], INDICATOR_ROWS, strict=True)]
    (form,) = recognize(grid_of(rows), "表")
    assert ("op" in form.columns) == read


def test_points_in_brackets_are_points() -> None:
    rows = [[*row[:5], f"（{row[5]}）", *row[6:]] for row in INDICATOR_ROWS[1:]]
    (form,) = recognize(grid_of([INDICATOR_ROWS[0], *rows]), "表")
    assert [row["weight"].value for row in form.entries.tables["indicators"]] == [row[5] for row in INDICATOR_ROWS[1:]]


@pytest.mark.parametrize("heading", ["绩效目标", "年度绩效目标", "工作目标"])
def test_a_goal_before_the_names_is_no_column_of_targets(heading: str) -> None:
    rows = [[heading if not at else "完成培训" if at == 1 else None, *row[:3], *row[5:]] for at, row in enumerate(INDICATOR_ROWS)]
    (form,) = recognize(grid_of(rows), "表")
    assert form.columns == {"level1", "level2", "name", "weight", "claimed_score", "reason"}


def test_words_that_divide_a_heading_may_be_guessed() -> None:
    grid = grid_of([[*INDICATOR_ROWS[0][:3], "绩效目标完成情况", None, *INDICATOR_ROWS[0][5:]], [None, None, None, "考核目标", "业绩"], *INDICATOR_ROWS[1:]])
    grid.merges.append((1, 4, 1, 5))
    (form,) = recognize(grid, "表")
    assert (taken(form, "target")[0], taken(form, "actual")[0]) == ("≥10人", "11人")


def test_below_a_wide_heading_of_names_each_word_is_what_it_says() -> None:
    heads = [["绩效指标", None, None, None, None, None, "实际完成值"], [None, "一级指标", "二级指标", "三级指标", "指标性质", "指标值", None]]
    grid = grid_of([*heads, [None, "产出指标", "数量指标", "巡护次数", "≥", 480, 502]])
    grid.merges += [(1, 1, 1, 6), (1, 7, 2, 7)]
    (form,) = recognize(grid, "表")
    assert (taken(form, "name"), taken(form, "target")) == (["巡护次数"], ["480"])


@pytest.mark.parametrize("named", [True, False])
def test_below_a_wide_heading_all_three_levels_stand_whatever_their_words(named: bool) -> None:
    """The last column has the names, unless something measured has none there."""
    lines = [["产出", "巡护工作", "巡护次数"], [None, "巡护质量", "到位率"], ["效益", "林区", "火灾起数" if named else None]]
    rows = [[*line, "≥1", "2", 30, 30] for line in lines]
    grid = grid_of([["绩效指标", None, None, *INDICATOR_ROWS[0][3:7]], *rows])
    grid.merges.append((1, 1, 1, 3))
    (form,) = recognize(grid, "表")
    assert taken(form, "level1") == ["产出", "产出", "效益"]
    assert taken(form, "level2") == (["巡护工作", "巡护质量", "林区"] if named else [""] * 3)


@pytest.mark.parametrize("rows", [2, 3])
def test_a_heading_of_several_rows_that_is_called_as_a_section(rows: int) -> None:
    blank: list[list[str | float | None]] = [[None] * 8] * (rows - 1)
    grid = grid_of([[*INDICATOR_ROWS[0][:3], "绩效目标", *INDICATOR_ROWS[0][4:]], *blank, *INDICATOR_ROWS[1:]])
    grid.merges += [(1, column, rows, column) for column in range(1, 9)]
    (form,) = recognize(grid, "表")
    assert taken(form, "target") == ["≥10人", "≥95%", "≥90%"]


@pytest.mark.parametrize(("column", "title"), [(3, "年度指标值"), (4, "实际完成值")])
def test_a_column_under_an_unheard_of_heading_is_told_by_its_cells(column: int, title: str) -> None:
    form = under("达标线", column)
    assert (taken(form, "target"), taken(form, "actual")) == (["≥10人", "≥95%", "≥90%"], ["11人", "90%", "92%"])
    assert [one.readings for one in form.ambiguities] == [(title, "不采用这一列")]


@pytest.mark.parametrize(
    ("heading", "column", "cells"),
    [
        ("核查值", 3, ["11人", "90%", "92%"]), ("折算", 4, [0, 0, 0]), ("系数", 4, [1, 0.9, 1]), ("2024年", 4, ["11人", "90%", "92%"]),
        ("行业线", 4, ["≥12人", "≥96%", "≥91%"]), ("核定", 4, ["11场", "90%", "92分"]), ("核定", 4, ["11人", None, None]),
    ],
)  # fmt: skip
def test_a_column_whose_cells_could_be_something_else_is_not_taken(heading: str, column: int, cells: list[str | float | None]) -> None:
    filled = [INDICATOR_ROWS[0], *([*row[:column], cell, *row[column + 1 :]] for row, cell in zip(INDICATOR_ROWS[1:], cells, strict=True))]
    form = under(heading, column, filled)
    assert ("target", "actual")[column - 3] not in form.columns
    assert [one.readings for one in form.ambiguities] == [("没有认出的一列", ("年度指标值", "实际完成值")[column - 3])]


@pytest.mark.parametrize("heading", ["佐证材料", "上年实际值", "联系科室"])
def test_a_column_of_something_else_is_not_named_for_a_missing_one(heading: str) -> None:
    words = {"佐证材料": "附件1", "上年实际值": "9人", "联系科室": "人事科"}
    filled = [[*row[:4], words[heading] if at else heading, *row[5:]] for at, row in enumerate(INDICATOR_ROWS)]
    (form,) = recognize(grid_of(filled), "表")
    assert ("actual" in form.columns, form.ambiguities) == (False, ())


def test_two_columns_that_fit_are_both_told_and_neither_is_taken() -> None:
    rows = [[*row[:4], "核定" if not at else row[4], "复核" if not at else row[4], *row[5:]] for at, row in enumerate(INDICATOR_ROWS)]
    (form,) = recognize(grid_of(rows), "表")
    assert "actual" not in form.columns
    assert [one.text for one in form.ambiguities] == ["核定", "复核"]


LEVELLED: list[list[str | float | None]] = [
    ["产出指标", "数量指标", "培训人数", 50, 20, 20, "≥10人", "11人", 20],
    [None, "质量指标", "合格率", None, 30, 30, "≥95%", "97%", 30],
    ["效益指标", "社会效益指标", "提升人数", 30, 30, 30, "≥9人", "9人", 30],
    ["满意度指标", "服务对象满意度", "学员满意度", 10, 10, 10, "≥90%", "92%", 10],
]


@pytest.mark.parametrize(
    ("headings", "order"),
    [
        (["一级指标", "分值", "二级指标", "分值", "三级指标"], [0, 3, 1, 4, 2]),
        (["一级指标", "一级指标权重", "二级指标", "二级指标权重", "三级指标"], [0, 3, 1, 4, 2]),
        (["一级指标", "满分", "二级指标", "分值（二级）", "三级指标"], [0, 3, 1, 4, 2]),
        (["一级指标", "二级指标", "三级指标", "一级权重", "二级权重", "三级权重"], [0, 1, 2, 3, 4, 5]),
        (["一级指标", "分值", "二级指标", "三级指标", "分值"], [0, 3, 1, 2, 5]),
        (["一级指标", "分值", "二级指标", "分值"], [0, 3, 2, 4]),
        (["一级指标", "一级指标分值", "二级指标", "二级指标分值"], [0, 3, 2, 4]),
    ],
)  # fmt: skip
def test_points_of_the_levels_are_nobodys_weight(headings: list[str], order: list[int]) -> None:
    rows = [[*headings, "指标值", "完成值", "得分"], *([row[at] for at in (*order, 6, 7, 8)] for row in LEVELLED)]
    (form,) = recognize(grid_of(rows), "表")
    assert taken(form, "weight") == ["20", "30", "30", "10"]
    assert form.ambiguities == ()


def test_points_of_the_levels_say_what_a_sum_adds_up() -> None:
    """合计 | 90 | 88 with its points below those of the first levels; the total with the execution stands in another row."""
    rows = [["一级指标", "分值", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分"], *([row[at] for at in (0, 3, 1, 2, 6, 7, 5, 8)] for row in LEVELLED)]
    (form,) = recognize(grid_of([*rows, ["合计", 90, None, None, None, None, None, 88], ["自评总分", 97.6]]), "表")
    assert form.entries.fields["claimed_total"].text == "97.6"
    assert [(row["weight"].text, row["whole"].text) for row in form.subtotals[:1]] == [("90", "合计")]


@pytest.mark.parametrize("headings", [["一级指标", "分值", "二级指标", "分值", "三级指标"], ["一级指标", "分值", "二级指标", "三级指标"]])
def test_points_that_several_scores_share_are_nobodys_weight(headings: list[str]) -> None:
    order = [0, 3, 1, 4, 2] if len(headings) == 5 else [0, 3, 1, 2]
    shared = [LEVELLED[0], [None, None, "培训场次", None, None, None, "≥3场", "4场", 30], *LEVELLED[2:]]
    rows = [[*headings, "指标值", "完成值", "得分"], *([row[at] for at in (*order, 6, 7, 8)] for row in shared)]
    (form,) = recognize(grid_of(rows), "表")
    assert "weight" not in form.columns
    assert form.leftovers == ()


def test_a_weight_that_is_missing_beside_those_of_the_levels_stays_missing() -> None:
    alone = [[*row[:5], None if at == 1 else row[5], *row[6:]] for at, row in enumerate(LEVELLED)]
    rows = [["一级指标", "分值", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分"], *([row[at] for at in (0, 3, 1, 2, 6, 7, 5, 8)] for row in alone)]
    (form,) = recognize(grid_of(rows), "表")
    assert taken(form, "weight") == ["20", "", "30", "10"]


@pytest.mark.parametrize(
    "headings",
    [
        ("绩效指标（一级）", "绩效指标（二级）", "绩效指标（三级）"), ("指标（一级）", "指标（二级）", "指标（三级）"), ("指标名称(1级)", "指标名称(2级)", "指标名称(3级)"),
        ("绩效指标【一级指标】", "绩效指标【二级指标】", "绩效指标【三级指标】"), ("考核内容（第一级）", "考核内容（第二级）", "考核内容（第三级）"),
        ("绩效指标", "绩效指标", "绩效指标"), ("绩效指标", "内容", "事项"), ("指标类型", "指标类别", "考核内容"),
        ("绩效指标", "二级指标", "三级指标"), ("指标1级", "指标2级", "指标3级"), ("1级指标", "2级指标", "3级指标"),
        ("指标维度", "指标分类", "指标名称"),
    ],
)  # fmt: skip
def test_levels_told_by_brackets_or_by_what_they_hold(headings: tuple[str, str, str]) -> None:
    (form,) = recognize(grid_of([[*headings, *INDICATOR_ROWS[0][3:]], *INDICATOR_ROWS[1:]]), "表")
    (plain,) = recognize(grid_of(INDICATOR_ROWS), "表")
    assert (shown(form)["tables"], form.ambiguities) == (shown(plain)["tables"], ())


def test_further_names_behind_the_names_are_told() -> None:
    (form,) = recognize(grid_of([[*row[:3], "绩效指标" if at == 0 else "甲", *row[3:]] for at, row in enumerate(INDICATOR_ROWS)]), "表")
    assert [(one.place.cell, *one.readings) for one in form.ambiguities] == [("D1", UNUSED_COLUMN, "名称")]


@pytest.mark.parametrize(
    ("headings", "cells", "told"),
    [
        (["一级指标", "二级指标", "考核内容"], ["到课的人数", "考试的结果", "问卷的结果"], True),
        (["一级指标", "二级指标", "指标解释"], ["到课的人数", "考试的结果", "问卷的结果"], True),
        (["一级指标", "二级指标", "指标解释"], ["到课的人数", "", ""], False),
        (["指标类型", "指标", "责任科室"], ["人事科", "市教育局", "办公室"], False),
    ],
)
def test_names_of_levels_are_those_of_the_indicators_where_nothing_else_is(headings: list[str], cells: list[str], told: bool) -> None:
    rows = [[*headings, *INDICATOR_ROWS[0][3:]], *([*row[:2], cell, *row[3:]] for row, cell in zip(INDICATOR_ROWS[1:], cells, strict=True))]
    (form,) = recognize(grid_of(rows), "表")
    assert taken(form, "name") == (cells if told else ["数量指标", "质量指标", "满意度指标"])


@pytest.mark.parametrize("label", ["未完成绩效目标或偏离较多的原因、改进措施及其他说明", "绩效指标未完成的原因及下一步打算"])
def test_reasons_for_all_below_the_indicators_are_no_indicator(label: str) -> None:
    rows = [["绩效指标", *row[2:]] if at == 0 else [None, *row[2:]] for at, row in enumerate(INDICATOR_ROWS)]
    (form,) = recognize(grid_of([*rows, [label, "征地滞后，预计次年3月完工。"]]), "表")
    assert taken(form, "name") == ["培训人数", "合格率", "学员满意度"]
    assert form.entries.fields["problems"].text == "征地滞后，预计次年3月完工。"


@pytest.mark.parametrize(
    ("offered", "ticked"),
    [
        ("☑优 □良 □中 □差", "优"),
        ("□优 ☑良 □中 □差", "良"),
        ("优□ 良☑ 中□ 差□", "良"),
        ("优（90-100）□ 良（80-90）☑", "良"),
        ("等级为优☑良□中□差□", "优"),
        ("优秀（√） 良好（ ）", "优秀"),
        ("☑优 ☑良 □中 □差", ""),
    ],
)
def test_a_grade_may_be_ticked_in_the_total_row(offered: str, ticked: str) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, ["总分", None, None, None, offered, 90, 88.42]]), "表")
    fields = form.entries.fields
    claimed = fields["claimed_grade"].text if "claimed_grade" in fields else ""
    assert (claimed, fields["claimed_total"].text) == (ticked, "88.42")


@pytest.mark.parametrize(
    "ticked", ["□优（90-100分） ☑良（80-89分） □中", "□优 ☑良 □中 □差", "优□ 良☑ 中□", "优（ ） 良（√） 中（ ）", "优 √良 中 差", "优 良√ 中 差", "口优 √良 口中"]
)
@pytest.mark.parametrize("label", ["自评等级", "自评结论"])
def test_the_box_of_a_grade_stands_before_or_behind_it(label: str, ticked: str) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, [label, ticked]]), "表")
    assert form.entries.fields["claimed_grade"].text == "良"


@pytest.mark.parametrize("said", ["☑中央资金到位 □省级资金", "☑优先实施", "优：90分以上 ☑ 良：80-90分 □ 中：60-80分 □"])
def test_no_grade_is_a_word_that_begins_like_one_nor_the_one_behind_the_box_of_another(said: str) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, ["评价结论", said]]), "表")
    assert "claimed_grade" not in form.entries.fields


def test_a_conclusion_with_a_ticked_grade_in_it_is_told_as_left_over() -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, ["评价结论", "资金使用规范，任务全部完成，等级：□优 ☑良"]]), "表")
    assert (form.entries.fields["claimed_grade"].text, form.leftovers) == ("良", ((5, 2),))


@pytest.mark.parametrize("said", [["自评得分", 97.6], ["自评总分：97.6分"]])
@pytest.mark.parametrize("weight", [90, 100])
def test_a_sum_of_the_indicators_is_no_total_where_one_is_told_apart(weight: int, said: list[str | float | None]) -> None:
    added: list[str | float | None] = ["合计", None, None, None, None, weight, 88]
    for rows in ([*INDICATOR_ROWS, added, said], [said, *INDICATOR_ROWS, added]):
        (form,) = recognize(grid_of(rows), "表")
        assert form.entries.fields["claimed_total"].text.rstrip("分") == ("97.6" if weight == 90 else "88")


def test_where_no_target_was_changed_that_of_the_beginning_counts() -> None:
    rows = [[*row[:3], "调整指标值" if at == 0 else (row[3] if at == 1 else None), *row[4:]] for at, row in enumerate(INDICATOR_ROWS)]
    before = ["年初指标值", "≥8人", "≥95%", "≥90%"]
    (form,) = recognize(grid_of([[*row[:3], old, *row[3:]] for row, old in zip(rows, before, strict=True)]), "表")
    assert taken(form, "target") == ["≥10人", "≥95%", "≥90%"]


@pytest.mark.parametrize(
    ("target", "score", "moved"),
    [("=100.00%", 9.7, True), ("≥100%", 9.7, True), ("——", 9.7, True), ("无", 9.7, True), ("≥95.00%", 10, False),
     ("≥95.00%", 9, False), ("≥95.00%", 9.7, True)],
)  # fmt: skip
def test_a_row_of_the_execution_that_aims_at_all_of_it_or_is_scored_so_is_no_indicator(target: str, score: float, moved: bool) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, ["预算执行率", None, "预算执行率", target, "97.00%", 10, score]]), "表")
    assert ("预算执行率" in taken(form, "name")) is not moved
    assert ("budget_claimed_score" in form.entries.fields) is moved


@pytest.mark.parametrize("rate", ["98.00", "98%"])
def test_of_two_rates_the_one_that_the_amounts_deny_is_checked(rate: str) -> None:
    money: list[str | float | None] = ["预算数（万元）", "125", "执行数（万元）", "122.5", "预算执行率（%）", rate]
    execution = ["预算执行", "预算执行率", "预算执行率", "100%", "95%", 10, 9.8]
    (form,) = recognize(grid_of([money, *INDICATOR_ROWS, execution]), "表")
    assert form.entries.fields["budget_claimed_rate"].text == "95%"


def test_one_cell_across_target_and_actual_is_the_rate_of_the_execution() -> None:
    grid = grid_of([*INDICATOR_ROWS, ["预算执行率（10分）", None, None, "94.98%", None, 10, 9.5]])
    grid.merges += [(5, 1, 5, 3), (5, 4, 5, 5)]
    (form,) = recognize(grid, "表")
    assert form.entries.fields["budget_claimed_score"].value == Decimal("9.5")
    assert form.entries.fields["budget_claimed_rate"].value == Decimal("0.9498")


@pytest.mark.parametrize("blank", [[], [[None]]])
@pytest.mark.parametrize("name", ["预算执行", "执行率", "④预算执行", "指标4：预算执行率"])
def test_the_execution_below_the_indicators_as_a_level_across_keeps_its_score(
    name: str, blank: list[list[str | float | None]]
) -> None:
    execution = [name, None, None, None, None, 10, 9.3]
    grid = grid_of([*INDICATOR_ROWS, execution, *blank, ["总分", None, None, None, None, 100, 97.72]])
    grid.merges.append((5, 1, 5, 3))
    (form,) = recognize(grid, "表")
    assert form.entries.fields["budget_claimed_score"].value == Decimal("9.3")
    assert len(taken(form, "name")) == 3


def test_the_execution_may_be_a_level_beside_the_name_of_the_part() -> None:
    rows = [["绩效指标" if at == 0 else None, *row] for at, row in enumerate(INDICATOR_ROWS)]
    execution, total = [None, "预算执行（10分）", *[None] * 4, 10, 9.3], ["总分", *[None] * 5, 100, 97.72]
    grid = grid_of([*rows, execution, total])
    grid.merges += [(1, 1, 5, 1), (5, 2, 5, 4)]
    (form,) = recognize(grid, "表")
    assert form.entries.fields["budget_claimed_score"].value == Decimal("9.3")
    assert len(taken(form, "name")) == 3


def test_of_several_years_side_by_side_that_of_the_form_counts() -> None:
    years = ["2022年", None, "2023年", None]
    head = [*INDICATOR_ROWS[0][:3], *years, "分值", "得分"]
    rows = [[*row[:3], "≥1人", "1人", *row[3:7]] for row in INDICATOR_ROWS[1:]]
    grid = grid_of([["2023年度绩效自评表"], head, [None, None, None, *["目标值", "完成值"] * 2], *rows])
    grid.merges += [*((2, at, 3, at) for at in (1, 2, 3, 8, 9)), (2, 4, 2, 5), (2, 6, 2, 7)]
    (form,) = recognize(grid, "表")
    assert (taken(form, "target"), taken(form, "actual")) == (["≥10人", "≥95%", "≥90%"], ["11人", "90%", "92%"])
    assert form.ambiguities == ()


@pytest.mark.parametrize("step", ["-", "—", "——", " > ", "/", "·", "\n", "："])
@pytest.mark.parametrize("heading", ["绩效指标", "一级指标-二级指标-三级指标"])
def test_levels_before_a_name_in_its_cell(step: str, heading: str) -> None:
    names = [["产出指标（50分）", "数量", "培训-人数"], ["效益指标", "社会效益指标", "覆盖率"], ["满意度指标", "学员满意度"]]
    rows = [[step.join(name), *row[3:]] for name, row in zip(names, INDICATOR_ROWS[1:], strict=True)]
    (form,) = recognize(grid_of([[heading, *INDICATOR_ROWS[0][3:]], *rows]), "表")
    assert [taken(form, key) for key in ("level1", "level2", "name")] == [
        ["产出指标", "效益指标", "满意度指标"], ["数量", "社会效益指标", ""], ["培训-人数", "覆盖率", "学员满意度"],
    ]  # fmt: skip
    assert form.entries.tables["indicators"][0]["level1"].value == 50


@pytest.mark.parametrize("names", [["数量指标-人数", "成本指标-费用", "满意度指标-学员"], ["经济效益/社会效益", "质量/时效", "产出-进度"]])
def test_what_may_be_a_name_stays_one(names: list[str]) -> None:
    rows = [[name, *row[3:]] for name, row in zip(names, INDICATOR_ROWS[1:], strict=True)]
    (form,) = recognize(grid_of([["绩效指标", *INDICATOR_ROWS[0][3:]], *rows]), "表")
    assert taken(form, "name") == names


@pytest.mark.parametrize("heading", ["评价标准", "标准值"])
@pytest.mark.parametrize(("cells", "taken_as"), [(["≥10人", "≥95%", "≥90%"], True), (["完成得50分", "每低1%扣1分", "达到得10分"], False)])
def test_a_standard_is_the_target_where_its_cells_are(heading: str, cells: list[str], taken_as: bool) -> None:
    form = under(heading, 3, [INDICATOR_ROWS[0], *([*row[:3], cell, *row[4:]] for row, cell in zip(INDICATOR_ROWS[1:], cells, strict=True))])
    assert ("target" in form.columns) == taken_as
    assert len(form.ambiguities) == taken_as, "told where it is taken, and nothing said of how points are given"


def test_a_heading_that_is_only_guessed_is_divided_into_figure_and_unit() -> None:
    heads: list[list[str | float | None]] = [
        ["一级指标", "二级指标", "三级指标", "计划", None, "完成", None, "权重"], [None, None, None, "数值", "单位", "数值", "单位", None],
        ["产出指标", "数量指标", "清理垃圾", 800, "吨", 850000, "公斤", 60], ["效益指标", "社会效益指标", "带动农户", 1.2, "万户", 1.3, "万户", 30],
    ]  # fmt: skip
    grid = grid_of(heads)
    grid.merges += [(1, 4, 1, 5), (1, 6, 1, 7), *((1, column, 2, column) for column in (1, 2, 3, 8))]
    (form,) = recognize(grid, "表")
    assert taken(form, "target") == ["800", "1.2"]
    assert taken(form, "actual") == ["850000公斤", "1.3"]


def test_second_levels_in_a_column_below_rows_of_first_ones() -> None:
    rows = [["绩效指标", "指标名称", *INDICATOR_ROWS[0][3:]]]
    for first, row in zip(("产出指标（50分）", None, "满意度指标（10分）"), INDICATOR_ROWS[1:], strict=True):
        rows += [*([[first]] if first else []), row[1:]]
    (form,) = recognize(grid_of([*rows[:-1], ["服务对象满意度指标", *rows[-1][1:]]]), "表")
    assert taken(form, "level1") == ["产出指标", "产出指标", "满意度指标"]
    assert taken(form, "level2") == ["数量指标", "质量指标", "服务对象满意度指标"]


@pytest.mark.parametrize(
    ("scores", "value"), [((6.67, 6.67, 6.67), "20"), ((6, 6, 6), "18"), ((20, None, None), "20"), ((None, 20, None), ""), ((15, 10, None), "15")]
)
def test_scores_of_one_weight_come_to_no_more_than_it(scores: tuple[float | None, ...], value: str) -> None:
    rows = [[*(["产出指标", "数量指标"] if not at else [None] * 2), f"培训{at}", "≥2场", "2场", None if at else 20, score] for at, score in enumerate(scores)]
    grid = grid_of([INDICATOR_ROWS[0], *rows])
    grid.merges.append((2, 6, 4, 6))
    (form,) = recognize(grid, "表")
    first = form.entries.tables["indicators"][0]
    assert str(first["claimed_score"].value or "") == value


def test_levels_before_no_name_are_the_name() -> None:
    rows = [["产出指标-数量指标", *row[3:]] for row in INDICATOR_ROWS[1:2]]
    rows += [["产出指标-质量指标-合格率", *row[3:]] for row in INDICATOR_ROWS[2:3]]
    (form,) = recognize(grid_of([["绩效指标", *INDICATOR_ROWS[0][3:]], *rows]), "表")
    assert taken(form, "name") == ["产出指标-数量指标", "合格率"]


def test_a_score_written_as_a_part_changes_no_weight_of_a_column() -> None:
    rows = [INDICATOR_ROWS[0], [*INDICATOR_ROWS[1][:6], "9/10", None]]
    (form,) = recognize(grid_of(rows), "表")
    assert (taken(form, "weight"), taken(form, "claimed_score")) == (["50"], ["9/10"])


@pytest.mark.parametrize(
    ("score", "value"),
    [("49.8分（扣0.2分）", "49.8"), ("48（未完成（停工）扣2分）", "48"), ("9.8分(见说明)", "9.8"), ("8（10）", None), ("8分或9分（暂定）", None)],
)
def test_a_remark_in_brackets_behind_a_score(score: str, value: str | None) -> None:
    (form,) = recognize(grid_of([INDICATOR_ROWS[0], [*INDICATOR_ROWS[1][:6], score, None]]), "表")
    (row,) = form.entries.tables["indicators"]
    assert row["claimed_score"] == row["claimed_score"]._replace(text=score, value=value and Decimal(value))
    (form,) = recognize(grid_of([*INDICATOR_ROWS, ["总分", *[None] * 4, 100, score]]), "表")
    assert value is None or form.entries.fields["claimed_total"].value == Decimal(value)


LEVELS_OF_BOTH = [
    ("产出指标（50分）数量指标（20分）", "培训人数", "≥10人", "11人", 20), ("产出指标（50分）\n质量指标（30分）", "合格率", "≥95%", "96%", 30),
    ("效益指标（30分） 社会效益指标（30分）", "普及程度", "≥90%", "92%", 30), ("满意度指标服务对象满意度指标（10分）", "学员满意度", "≥90%", "92%", 10),
]  # fmt: skip


@pytest.mark.parametrize("heading", ["一级指标", "指标类型", "绩效指标"])
@pytest.mark.parametrize("above", [False, True])
def test_two_levels_in_one_cell_each_with_its_points(heading: str, above: bool) -> None:
    rows: list[list[str | float | None]] = [[heading, "指标内容", "年度指标值", "实际完成值", "分值", "得分"]]
    rows += [[levels, *values, values[-1]] for levels, *values in LEVELS_OF_BOTH]
    if above:
        rows = [["绩效指标", "年度指标值", "实际完成值", "分值", "得分"]]
        for levels, *values in LEVELS_OF_BOTH:
            rows += [[levels], [*values, values[-1]]]
    (form,) = recognize(grid_of(rows), "表")
    names = [(row["level1"].text, row["level2"].text, row["name"].text) for row in form.entries.tables["indicators"]]
    assert names == [
        ("产出指标", "数量指标", "培训人数"), ("产出指标", "质量指标", "合格率"),
        ("效益指标", "社会效益指标", "普及程度"), ("满意度指标", "服务对象满意度指标", "学员满意度"),
    ]  # fmt: skip
    levels = [(row["level1"].value, row["level2"].value) for row in form.entries.tables["indicators"]]
    assert levels == [(50, 20), (50, 30), (30, 30), (None, 10)]


@pytest.mark.parametrize(("second", "weights"), [("其中：乙班", [25, None, None]), ("乙班", [25, None, None])])
def test_points_that_the_parts_of_an_indicator_say_once_more(second: str, weights: list[float | None]) -> None:
    heads = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
    rows: list[list[str | float | None]] = [["产出指标", "数量指标", "培训人数", "≥30人", "30人", 25, 25]]
    rows += [[None, None, "其中：甲班", "≥10人", "10人", 10, 10], [None, None, second, "≥20人", "20人", 15, 15]]
    (form,) = recognize(grid_of([heads, *rows]), "表")
    assert [row["weight"].value for row in form.entries.tables["indicators"]] == weights
    rows[2][5] = 20
    (form,) = recognize(grid_of([heads, *rows]), "表")
    assert [row["weight"].value for row in form.entries.tables["indicators"]] == [25, 10, 20], "no sum of theirs"
    rows[2][1], rows[2][5] = "质量指标", 15
    (form,) = recognize(grid_of([heads, *rows]), "表")
    assert [row["weight"].value for row in form.entries.tables["indicators"]] == [25, 10, 15], "of another level"
    rows[2][1] = None
    (form,) = recognize(grid_of([heads, *rows, ["效益指标", "社会效益指标", "合格率", "90%", "95%", 50, 50]]), "表")
    assert [row["weight"].value for row in form.entries.tables["indicators"]] == [25, 10, 15, 50], "full marks with theirs"


@pytest.mark.parametrize("regions_first", [False, True])
@pytest.mark.parametrize("levels", [False, True])
def test_targets_of_regions_beside_those_of_all(regions_first: bool, levels: bool) -> None:
    names: list[str | float | None] = ["一级指标", "三级指标"] if levels else ["三级指标"]
    blank: list[str | float | None] = [None] * len(names)
    first: list[str | float | None] = ["产出指标", "补助人数"] if levels else ["补助人数"]
    at = len(names) + 1
    if regions_first:
        top = [*names, "甲县", None, "乙县", None, "全市", None]
        below = [*blank, *["指标值", "完成值"] * 3]
        values = [*first, "≥100人", "100人", "≥90人", "95人", "≥190人", "195人"]
        wide = [(1, one, 1, one + 1) for one in range(at, at + 6, 2)]
    else:
        top = [*names, "指标值", None, None, "完成值", None, None]
        below = [*blank, *["甲县", "乙县", "全市"] * 2]
        values = [*first, "≥100人", "≥90人", "≥190人", "100人", "95人", "195人"]
        wide = [(1, at, 1, at + 2), (1, at + 3, 1, at + 5)]
    grid = grid_of([top, below, values])
    grid.merges += [*((1, one, 2, one) for one in range(1, at)), *wide]
    (form,) = recognize(grid, "表")
    (row,) = form.entries.tables["indicators"]
    assert [row[key].text for key in ("name", "target", "actual")] == ["补助人数", "≥190人", "195人"]
    assert "unit" not in row
    assert not form.ambiguities


@pytest.mark.parametrize(
    ("written", "score", "reason"),
    [
        ("30（满分）", 30, ""), ("28.42分（三人缺考）", 28.42, "三人缺考"), ("28（三人缺考，扣2分）", 28, "三人缺考，扣2分"),
        ("28（缺考扣1分，补考扣1分）", 28, "缺考扣1分，补考扣1分"), ("29（详见附件3）", 29, "详见附件3"),
        ("28（有1次补考，通过率95%，扣2分）", 28, "有1次补考，通过率95%，扣2分"), ("28（复核26）", None, ""),
        ("30（扣2分）", None, ""), ("27（扣2分）", None, ""), ("28（复核26分）", None, ""), ("28（26）", None, ""),
    ],
)  # fmt: skip
def test_a_remark_behind_a_score_is_none_of_its_figure(written: str, score: float | None, reason: str) -> None:
    rows = [list(row) for row in INDICATOR_ROWS]
    rows[2][6], rows[2][7] = written, None
    (form,) = recognize(grid_of(rows), "表")
    row = form.entries.tables["indicators"][1]
    assert row["claimed_score"].value == (None if score is None else Decimal(str(score)))
    assert row["claimed_score"].text == written and row["reason"].text == reason
    rows[2][7] = "缺考"
    (form,) = recognize(grid_of(rows), "表")
    assert form.entries.tables["indicators"][1]["reason"].text == f"缺考；{reason}".rstrip("；")


@pytest.mark.parametrize("shape", ["above", "below", "before", "bare"])
@pytest.mark.parametrize("alike", [True, False])
def test_of_regions_without_a_column_for_all_only_what_they_have_alike_is_read(shape: str, alike: bool) -> None:
    values = ["≥90人", "≥90人", "95人", "95人" if alike else "80人"]
    tops: dict[str, list[list[str | float | None]]] = {
        "above": [["一级指标", "三级指标", "甲县", None, "乙县", None], [None, None, *["指标值", "完成值"] * 2]],
        "below": [["一级指标", "三级指标", "指标值", None, "完成值", None], [None, None, *["甲县", "乙县"] * 2]],
        "bare": [["一级指标", "三级指标", "指标值", None, "完成值", None], [None, None, *["县", "区"] * 2]],
        "before": [["一级指标", "三级指标", "甲县指标值", "乙县指标值", "甲县实际完成值", "乙县实际完成值"]],
    }
    if shape == "above":
        values = [values[at] for at in (0, 2, 1, 3)]
    grid = grid_of([*tops[shape], ["产出指标", "补助人数", *values]])
    if shape != "before":
        grid.merges += [(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4), (1, 5, 1, 6)]
    (form,) = recognize(grid, "表")
    (row,) = form.entries.tables["indicators"]
    assert [row[key].text for key in ("name", "target", "actual")] == ["补助人数", "≥90人", "95人" if alike else ""]
    assert alike == (row["actual"].place is not None), "no cell is to blame for the missing one"
    assert all(one.readings[0] == ONE_OF_REGIONS for one in form.ambiguities) and len(form.ambiguities) == 2
    assert ("县" if shape == "bare" else "甲县") in form.ambiguities[0].readings[1]
    assert not {"target", "actual"} & form.spans["indicators"].columns.keys(), "nobody fills one region's with all"


def test_targets_that_regions_do_not_have_alike_are_nobodys() -> None:
    heads: list[list[str | float | None]] = [["一级指标", "三级指标", "指标值", None, "完成值", None], [None, None, *["甲县", "乙县"] * 2]]
    grid = grid_of([*heads, ["产出指标", "补助人数", "≥90人", "≥60人", "95人", "61人"]])
    grid.merges += [(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4), (1, 5, 1, 6)]
    (form,) = recognize(grid, "表")
    assert (taken(form, "target"), taken(form, "actual")) == ([""], [""])


@pytest.mark.parametrize("mark", ["{0}", "（{0}）", "第{0}栏", "{1}", "（{1}）"])
@pytest.mark.parametrize("first", ["{}", "栏次", "甲"])
def test_a_row_that_numbers_the_columns_belongs_to_the_heading(mark: str, first: str) -> None:
    count = len(INDICATOR_ROWS[0])
    marks = [mark.format(at, "-ABCDEFGHI"[at]) for at in range(1, count + 1)]
    if first != "{}":
        marks = [first, *marks[: count - 1]]
    plain, numbered = (recognize(grid_of(rows), "表")[0] for rows in (INDICATOR_ROWS, [INDICATOR_ROWS[0], marks, *INDICATOR_ROWS[1:]]))
    assert shown(numbered)["tables"] == shown(plain)["tables"]
    assert {numbered.used[2, column] for column in range(1, count + 1)} == {"label"}


@pytest.mark.parametrize("row", [["A", "B", "培训人数"], [1, 2, None], [2, 3, 4], ["A级", "B级", "C级"], [1, 3, 2]])
def test_what_is_no_count_of_columns_is_a_row(row: list[str | float | None]) -> None:
    (form,) = recognize(grid_of([["指标名称", "目标值", "完成值"], row, ["合格率", "≥95%", "98%"]]), "表")
    assert len(form.entries.tables["indicators"]) == 2


@pytest.mark.parametrize("heading", ["偏差原因分析及拟采取的改进措施", "未完成绩效目标的原因及下一步改进措施"])
def test_a_long_heading_may_ask_for_reasons(heading: str) -> None:
    (form,) = recognize(grid_of([[*INDICATOR_ROWS[0][:7], heading], *INDICATOR_ROWS[1:]]), "表")
    assert taken(form, "reason") == ["", "缺考", ""]


@pytest.mark.parametrize("below", [[], [["填表人：", None, None, "审核人："]], [["注：一"], ["注：二"], ["注：三"]]])
def test_what_stands_below_the_total_says_nothing_of_the_levels(below: list[list[str | float | None]]) -> None:
    rows = [["指标", None, None, *INDICATOR_ROWS[0][3:]], *INDICATOR_ROWS[1:], ["其他", None, "加分项", "1项", "1项", None, 1]]
    (form,) = recognize(grid_of([*rows, ["总分", None, None, None, None, 90, 89], *below]), "表")
    assert taken(form, "level1") == ["产出指标", "产出指标", "满意度指标", "其他"]


def test_every_column_has_a_name_that_its_doubts_can_say() -> None:
    keys = {key for words in (INDICATORS, BUDGET, ALLOCATIONS, MANAGEMENT) for keys in words.values() for key in keys}
    assert keys <= TITLES.keys()


def test_dimensions_contents_and_points_are_levels() -> None:
    heads: list[str | float | None] = ["评价维度", "评价内容", "评价要点", "分值", "评分标准", "得分"]
    rows: list[list[str | float | None]] = [["部门管理（10分）", "预算编制", "目标覆盖率", 10, "全覆盖得满分", 9], ["履职效能", "履职完成", "任务完成率", 90, "完成率×分值", 88]]
    (form,) = recognize(grid_of([heads, *rows]), "表")
    assert [taken(form, key) for key in ("level1", "level2", "name")] == [["部门管理", "履职效能"], ["预算编制", "履职完成"], ["目标覆盖率", "任务完成率"]]
    ranked = [["绩效指标", "评价内容", *heads[3:], "目标值"], ["产出指标", "任务完成率", 60, None, 60, "100%"], ["满意度指标", "群众满意度", 40, None, 40, "≥90%"]]
    assert taken(recognize(grid_of(ranked), "表")[0], "name") == ["任务完成率", "群众满意度"]


def test_the_column_of_the_whole_city_beside_those_of_its_districts() -> None:
    heads: list[str | float | None] = ["三级指标", "目标值", "东区实际完成值", "南县实际完成值", "全市实际完成值"]
    (form,) = recognize(grid_of([heads, ["接种率", "≥90%", "95%", "93%", "94%"], ["建档率", "≥60%", "65%", "63%", "64%"]]), "表")
    assert taken(form, "actual") == ["94%", "64%"]
    assert not form.ambiguities


@pytest.mark.parametrize("share", ["得分率", "得分系数"])
def test_the_share_of_the_points_is_no_score(share: str) -> None:
    heads: list[str | float | None] = ["三级指标", "目标值", "完成值", share, "分值", "绩效得分"]
    (form,) = recognize(grid_of([heads, ["受理率", "100%", "96%", "96%", 50, 48], ["满意率", "≥90%", "92%", "100%", 50, 50]]), "表")
    assert taken(form, "claimed_score") == ["48", "50"]


def test_words_with_their_figures_inside_head_no_column() -> None:
    rows: list[list[str | float | None]] = [["预算执行率：99%", None, None, "分值：10分", None, "得分：9.9分"]]
    rows += [["指标类型", "指标名称", "目标值", "完成值", "分值", "得分"], ["履职完成", "受理率", "100%", "100%", 50, 50], ["履职效果", "满意率", "≥90%", "92%", 40, 39]]
    (form,) = recognize(grid_of(rows), "表")
    assert (taken(form, "weight"), taken(form, "actual")) == (["50", "40"], ["100%", "92%"])


@pytest.mark.parametrize("blank", [False, True])
def test_a_total_that_leads_the_table_ends_nothing(blank: bool) -> None:
    heads, *rows = INDICATOR_ROWS
    if blank:  # an empty form, in which the levels alone are printed
        rows = [[*row[:2], *[None] * 6] for row in rows]
    total: list[str | float | None] = ["总分", *[None] * 4, 90, 90, None]
    (form,) = recognize(grid_of([heads, total, *rows]), "表")
    names = [row["name"].text for row in form.entries.tables.get("indicators", ())]
    assert names == [row[2] for row in rows if not blank]
    assert form.entries.fields["claimed_total"].value == 90 and form.spans["indicators"].last_row == len(rows) + 2


_PRINTED: list[list[str | float | None]] = [
    [None, None, "培训"], [None, "数量指标", "人数", "≥10人", "11人", 50, 50], ["产出指标", None, "就业"],
    [None, "质量指标", "合格率", "≥95%", "95%", 40, 40], ["满意度指标", "满意度指标", "学员满意度", "≥90%", "92%", 10, 10],
]  # fmt: skip


def test_lines_that_may_end_one_row_or_begin_the_next_stay_apart() -> None:
    """培训 | 人数 | 就业 and 合格率, or 培训 | 人数 and 就业 | 合格率."""
    (form,) = recognize(grid_of([INDICATOR_ROWS[0], *_PRINTED]), "表")
    assert taken(form, "name") == ["培训", "人数", "就业", "合格率", "学员满意度"]
    assert taken(form, "weight") == ["", "50", "", "40", "10"], "a line without points is asked for them"


@pytest.mark.parametrize("weight", [50, 45])
def test_a_text_goes_on_only_below_a_full_line(weight: float) -> None:
    """人次 is what 组织师资培训 goes on with, as the line is full; it isn't the beginning of 结业合格率.

    That no row lacks its points the scores tell as well, which make their total, be one of the weights wrong.
    """
    lines: list[list[str | float | None]] = [
        [None, "数量指标", "组织师资培训", "≥10人", "11人", weight, 49], ["产出指标", None, "人次"],
        [None, "质量指标", "培训结业考核", "≥95%", "95%", 40, 40], [None, None, "合格率"],
        ["满意度指标", "满意度指标", "学员满意度", "≥90%", "92%", 10, 10], ["总分", None, None, None, None, 100, 99],
    ]  # fmt: skip
    (form,) = recognize(grid_of([INDICATOR_ROWS[0], *lines]), "表")
    assert taken(form, "name") == ["组织师资培训人次", "培训结业考核合格率", "学员满意度"]
    assert taken(form, "level1") == ["产出指标", "产出指标", "满意度指标"]


@pytest.mark.parametrize(("name", "joined"), [("乡村教师继续培训", True), ("乡村教师", False)])
def test_without_points_a_name_goes_on_below_a_full_line(name: str, joined: bool) -> None:
    """Where one that is not full goes before, its rows may be such as nobody has filled in."""
    lines: list[list[str | float | None]] = [
        [None, "数量指标", name, "≥10人", "11人"], ["产出指标", None, "的人数"], [None, "质量指标", "乡村教师培训结业", "≥95%", "95%"],
        [None, None, "合格率"], ["满意度指标", "满意度指标", "学员满意度", "≥90%", "92%"],
    ]  # fmt: skip
    (form,) = recognize(grid_of([INDICATOR_ROWS[0][:5], *lines]), "表")
    assert (f"{name}的人数" in taken(form, "name")) is joined
    assert ("乡村教师培训结业合格率" in taken(form, "name")) is joined
    assert (taken(form, "level1")[0] == "产出指标") is joined


def test_without_points_rows_that_nobody_filled_are_no_further_lines_of_the_names_above() -> None:
    names = ["农业技术培训人数", "农业机械推广台数", "培训结业合格比率", "设备验收合格比率", "参训学员的满意度"]
    told: list[list[str | float | None]] = [["≥10人", "11人"], [], ["≥95%", "96%"], [], ["≥90%", "92%"]]
    lines = [["产出指标", "数量指标", name, *values] for name, values in zip(names, told, strict=True)]
    (form,) = recognize(grid_of([INDICATOR_ROWS[0][:5], *lines]), "表")
    assert taken(form, "name") == names


def test_the_execution_may_be_a_level_in_lines() -> None:
    lines: list[list[str | float | None]] = [
        ["产出指", "数量指标", "乡村教师培训", "≥10人", "11人", 90, 90], ["标", None, "人数"],
        ["预算执", "预算执行", "预算执行率", "100%", "98%", 10, 9.8], ["行", "率"],
    ]  # fmt: skip
    (form,) = recognize(grid_of([INDICATOR_ROWS[0], *lines]), "表")
    assert taken(form, "name") == ["乡村教师培训人数"]
    assert form.entries.fields["budget_claimed_score"].value == Decimal("9.8")


@pytest.mark.parametrize(("last", "weights"), [("（10）", [50, 40, 10]), ("（15）", None), ("", None)])
def test_bare_figures_behind_all_names_are_points_if_they_make_100(last: str, weights: list[int] | None) -> None:
    names = [None, "培训人数（50）", "合格率（40）", f"学员满意度{last}"]
    rows = [[*row[:2], name or row[2], *row[3:5], row[6]] for row, name in zip(INDICATOR_ROWS, names, strict=True)]
    (form,) = recognize(grid_of(rows), "表")
    found = [row["weight"].value for row in form.entries.tables["indicators"] if "weight" in row]
    assert found == (weights or [])
    assert ("weight" in form.columns) is bool(weights)


@pytest.mark.parametrize(("scores", "points"), [((25, 25), False), ((None, None), False), ((40, 25), True)])
def test_bare_figures_behind_names_that_no_row_scored_are_what_is_counted(scores: tuple[int | None, ...], points: bool) -> None:
    lines = [["产出指标", "数量指标", f"{of}片户数（{n}）", f"≥{n}户", f"{n}户", score] for (of, n), score in zip((("东", 40), ("西", 60)), scores, strict=True)]
    (form,) = recognize(grid_of([[*INDICATOR_ROWS[0][:5], "得分"], *lines]), "表")
    assert ("weight" in form.columns) is points


@pytest.mark.parametrize(("full", "broken"), [(True, True), (False, True), (True, False)])
def test_a_line_with_all_that_a_row_says_goes_on_with_the_row_above_only_if_that_is_full(full: bool, broken: bool) -> None:
    """Where no other text was broken, it is an indicator for which nobody has written a weight."""
    name, until, done = ("教材印发", "2024年", "2024年") if full else ("教材", "年底", "上旬")
    further: list[list[str | float | None]] = [[None, None, "总数"]] if broken else []
    lines: list[list[str | float | None]] = [
        ["产出指标", "数量指标", "培训人员", "≥10人", "11人", 50, 50], *further,
        [None, "时效指标", name, until, done, 40, 40], [None, None, "时间", "10月前", "9月"],
        ["满意度指标", "满意度指标", "满意度", "≥90%", "92%", 10, 10],
    ]  # fmt: skip
    (form,) = recognize(grid_of([INDICATOR_ROWS[0], *lines]), "表")
    assert ("教材印发时间" in taken(form, "name")) is (full and broken)
    assert ("2024年10月前" in taken(form, "target")) is (full and broken)


def test_lines_of_a_text_may_be_words_that_stand_below_a_table_or_fill_a_form() -> None:
    lines: list[list[str | float | None]] = [
        ["产出指标", "时效指标", "工程竣工", "10月前", "9月", 50, 40, "待明年合理设定"], [None, None, "日期", None, None, None, None, "目标"],
        ["满意度指标", "满意度指标", "学员评价", "≥90%", "92%", 50, 50],
    ]  # fmt: skip
    (form,) = recognize(grid_of([INDICATOR_ROWS[0], *lines]), "表")
    assert taken(form, "name") == ["工程竣工日期", "学员评价"]
    assert taken(form, "reason") == ["待明年合理设定目标", ""]


def test_without_levels_a_text_goes_on_below_a_full_line_too() -> None:
    lines: list[list[str | float | None]] = [
        ["举办群众文", "≥110场", "118场", 60, 60], ["化活动场次"], ["群众满意度", "≥90%", "96%", 40, 40],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["指标名称", "年度指标值", "实际完成值", "分值", "得分"], *lines]), "表")
    assert taken(form, "name") == ["举办群众文化活动场次", "群众满意度"]


def test_the_name_of_a_level_above_its_rows_is_no_line_of_a_text() -> None:
    lines: list[list[str | float | None]] = [
        ["产出指标（60分）"], ["培训人数", "≥110人", "118人", 60, 60], ["满意度指标（40分）"], ["群众评价", "≥90%", "96%", 40, 40],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["指标名称", "年度指标值", "实际完成值", "分值", "得分"], *lines]), "表")
    assert taken(form, "name") == ["培训人数", "群众评价"]


def test_a_page_may_end_beside_the_name_of_the_part() -> None:
    head, first, *others = [[None, *row] for row in INDICATOR_ROWS]
    (form,) = recognize(grid_of([head, ["绩效指标", *first[1:]], [None, None, "- 1 -"], head, *others]), "表")
    assert taken(form, "name") == ["培训人数", "合格率", "学员满意度"]
    assert taken(form, "level1") == ["产出指标", "产出指标", "满意度指标"]


def test_a_cell_alone_below_a_table_without_third_level() -> None:
    lines: list[list[str | float | None]] = [
        ["数量指标", "≥110人", "118人", 60, 60], [None, None, "已核"], ["质量指标", "≥90%", "96%", 40, 40],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["二级指标", "年度指标值", "实际完成值", "分值", "得分"], *lines]), "表")
    assert taken(form, "name") == ["数量指标", "质量指标"]


def test_levels_beside_their_first_rows_where_a_page_ended() -> None:
    lines: list[list[str | float | None]] = [
        [None, None, "组织全市农村"], ["产出指标", "数量指标", "骨干教师培训", "≥10人", "11人", 50, 50], [None, None, "人数"],
        [None, "质量指标", "合格率", "≥95%", "95%", 40, 40], [None, None, "优秀率", "≥9%", "9%", 0, 0],
        ["满意度指标", "满意度指标", "学员满意度", "≥90%", "92%", 10, 10],
    ]  # fmt: skip
    (form,) = recognize(grid_of([INDICATOR_ROWS[0], *lines]), "表")
    assert taken(form, "name") == ["组织全市农村骨干教师培训人数", "合格率", "优秀率", "学员满意度"]
    assert taken(form, "level1") == ["产出指标"] * 3 + ["满意度指标"]


def test_a_level_in_the_middle_of_rows_that_may_be_another_is_a_doubt() -> None:
    names = [["数量指标", "甲"], [None, "乙"], ["质量指标", "丙"], [None, "丁"]]
    levels = [None, "产出指标", None, None]
    rows = [[level, *name, "≥1个", "1个", 20, 20] for level, name in zip(levels, names, strict=True)]
    last = ["满意度指标", "满意度指标", "学员满意度", "≥90%", "92%", 10, 10]
    (form,) = recognize(grid_of([INDICATOR_ROWS[0], *rows, last]), "表")
    assert taken(form, "level1") == ["产出指标"] * 4 + ["满意度指标"]
    assert {each.text: each.readings for each in form.ambiguities} == {
        "乙": ("产出指标 数量指标", "产出指标 质量指标"), "丁": ("产出指标 质量指标", "满意度指标 满意度指标"),
    }  # fmt: skip


@pytest.mark.parametrize("mark", ["第 2 页 共 3 页", "第二页", "- 2 -", "— 2 —", "Page 2 of 3"])
def test_the_number_of_a_page_is_no_row(mark: str) -> None:
    head, first, *others = INDICATOR_ROWS
    (form,) = recognize(grid_of([head, first, [None, None, None, mark], *others]), "表")
    assert taken(form, "name") == ["培训人数", "合格率", "学员满意度"]
    assert form.used[3, 4] == "note" and not form.leftovers
    assert 3 not in form.spans["indicators"].rows, "nobody fills an indicator in there"


def test_below_the_same_title_another_form_has_money_or_a_project_of_its_own() -> None:
    title: list[list[str | float | None]] = [["项目支出绩效自评表"]]
    named = [[*title, ["项目名称", name], *INDICATOR_ROWS] for name in ("甲项目", "乙项目")]
    assert [form.entries.fields["project"].text for form in recognize(grid_of([*named[0], *named[1]]), "表")] == ["甲项目", "乙项目"]
    (form,) = recognize(grid_of([*named[0], *named[0]]), "表")
    assert len(taken(form, "name")) == 6


def test_a_first_level_that_stands_again_keeps_its_second_one() -> None:
    rows = [*INDICATOR_ROWS[:2], ["产出指标", None, *INDICATOR_ROWS[2][2:]], ["满意度指标", None, *INDICATOR_ROWS[3][2:]]]
    (form,) = recognize(grid_of(rows), "表")
    assert taken(form, "level2") == ["数量指标", "数量指标", ""]


@pytest.mark.parametrize(
    ("name", "moved"), [("预算完成率", True), ("部门预算资金支出率", True), ("政府采购执行率", False), ("重点工作完成率", False)]
)
def test_the_rate_of_anything_but_the_budget_is_an_indicator(name: str, moved: bool) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, ["过程", "预算执行", name, "100%", "97%", 10, 9.7]]), "表")
    assert (name in taken(form, "name")) is not moved


def test_a_column_of_kinds_holds_signs_where_its_cells_say_so() -> None:
    signs = ["指标类型", "反向", "定性", "正向"]
    rows: list[list[str | float | None]] = [[row[2], sign, *row[3:]] for row, sign in zip(INDICATOR_ROWS, signs, strict=True)]
    rows[1][2] = "10人"
    (form,) = recognize(grid_of([rows[0], ["产出指标"], *rows[1:]]), "表")
    assert (taken(form, "op")[:2], taken(form, "level1")[:1]) == (["≤", "定性"], ["产出指标"])


def test_of_targets_of_several_years_the_one_of_the_form_counts() -> None:
    heads: list[list[str | float | None]] = [
        ["项目支出绩效自评表（2023年度）"],
        ["一级指标", "二级指标", "三级指标", "年度指标值", None, None, "实际完成值", "分值", "得分"],
        [None, None, None, "2022年", "2023年", "2024年"],
    ]
    rows = [[*row[:3], "≥1人", row[3], "≥99人", *row[4:7]] for row in INDICATOR_ROWS[1:]]
    grid = grid_of([*heads, *rows])
    grid.merges += [(2, column, 3, column) for column in (1, 2, 3, 7, 8, 9)] + [(2, 4, 2, 6)]
    (form,) = recognize(grid, "表")
    assert taken(form, "target") == taken(recognize(grid_of(INDICATOR_ROWS), "表")[0], "target")


def test_what_was_done_in_half_a_year_is_not_the_whole() -> None:
    halves = [[*row[:4], "1-6月完成值" if not at else "1人", *row[4:]] for at, row in enumerate(INDICATOR_ROWS)]
    halves[0][5] = "1-12月完成值"
    (form,) = recognize(grid_of(halves), "表")
    assert taken(form, "actual") == taken(recognize(grid_of(INDICATOR_ROWS), "表")[0], "actual")


def test_what_was_taken_off_gives_the_score() -> None:
    lost = ["扣分", 0, -2.5, None]
    (form,) = recognize(grid_of([[*row[:6], one] for row, one in zip(INDICATOR_ROWS, lost, strict=True)]), "表")
    rows = form.entries.tables["indicators"]
    assert [row["weight"].value - row["claimed_score"].value for row in rows] == [0, Decimal("2.5"), 0]  # type: ignore[operator]


def test_an_export_that_repeats_its_project_in_each_row_is_a_form_and_that_of_several_a_list() -> None:
    heads: list[str | float | None] = ["预算单位", "项目名称", "年度", "全年预算数（元）", "执行数（元）"]
    for names, listing in ((["甲项目"] * 3, False), (["甲项目", None, None], False), (["甲项目", "甲项目", "乙项目"], True)):
        own: list[list[str | float | None]] = [["某局", name, 2024, 100, 98] if name else [None] * 5 for name in names]
        (form,) = recognize(grid_of([[*said, *row] for said, row in zip([heads, *own], INDICATOR_ROWS, strict=True)]), "表")
        found = {key: entry.text for key, entry in form.entries.fields.items()}
        assert form.listing == listing
        whole = {"unit": "某局", "project": "甲项目", "year": "2024", "funds_adjusted": "100", "funds_executed": "98"}
        assert listing or whole.items() <= found.items()


@pytest.mark.parametrize("unknown", [[], ["评分标准"]])
def test_a_figure_far_beside_the_heading_hides_no_table(unknown: list[str | float | None]) -> None:
    heading, *rows = INDICATOR_ROWS
    (form,) = recognize(grid_of([[*heading, *unknown, None, "资金总额", 320], *rows]), "表")
    assert taken(form, "target") == ["≥10人", "≥95%", "≥90%"]


def test_of_two_columns_of_points_the_one_with_figures_counts() -> None:
    rows = [[*row[:5], None if at else "分值", *row[5:]] for at, row in enumerate(INDICATOR_ROWS)]
    (form,) = recognize(grid_of(rows), "表")
    assert taken(form, "weight") == ["50", "30", "10"]
    assert [each.place.cell for each in form.ambiguities] == ["F1"]


def test_without_an_actual_nothing_taken_off_is_no_full_score_and_words_are_no_points() -> None:
    lost = ["扣分", None, "见说明", None]
    rows = [[*row[:6], one] for row, one in zip(INDICATOR_ROWS, lost, strict=True)]
    rows[1][4] = None
    (form,) = recognize(grid_of(rows), "表")
    assert taken(form, "claimed_score") == ["", "见说明", "10"]


def test_the_columns_of_another_year_stand_back_behind_those_of_no_year() -> None:
    heads = [[*INDICATOR_ROWS[0][:3], "2023年", None, *INDICATOR_ROWS[0][3:]], [None, None, None, "目标值", "完成值"]]
    rows = [[*row[:3], "≥1人", "9人", *row[3:]] for row in INDICATOR_ROWS[1:]]
    grid = grid_of([["2024年度项目支出绩效自评表"], *heads, *rows])
    grid.merges += [(2, 4, 2, 5), *((2, column, 3, column) for column in (1, 2, 3, 6, 7, 8, 9, 10))]
    (form,) = recognize(grid, "表")
    assert (taken(form, "target"), taken(form, "actual")) == (["≥10人", "≥95%", "≥90%"], ["11人", "90%", "92%"])


def test_second_levels_in_the_column_of_the_names_stand_beside_the_first() -> None:
    heads, *rows = INDICATOR_ROWS[:3]
    lines = [line for row in rows for line in ([row[0], row[1]], [None, *row[2:]])]
    (form,) = recognize(grid_of([["一级指标", "指标名称", *heads[3:]], *lines]), "表")
    assert (taken(form, "level1"), taken(form, "level2")) == (["产出指标"] * 2, ["数量指标", "质量指标"])
    assert not form.leftovers


def test_the_title_of_a_further_page_is_no_row_whatever_stands_beside_it() -> None:
    title: list[str | float | None] = ["项目支出绩效自评表（续）", None, None, "单位：万元"]
    (form,) = recognize(grid_of([*INDICATOR_ROWS[:3], title, *INDICATOR_ROWS[3:]]), "表")
    assert taken(form, "name") == ["培训人数", "合格率", "学员满意度"]


def test_a_stray_blank_before_a_name_makes_no_level_of_the_row_above() -> None:
    rows = [row[2:] for row in INDICATOR_ROWS]
    rows[2][1:] = [None, None, 30]
    rows[3][0] = " 学员满意度"
    (form,) = recognize(grid_of(rows), "表")
    assert taken(form, "name") == ["培训人数", "合格率", "学员满意度"]


def test_weight_and_score_in_two_cells_below_one_heading() -> None:
    rows = [[*row[:5], "分值/得分", None, row[7]] if not at else row for at, row in enumerate(INDICATOR_ROWS)]
    grid = grid_of(rows)
    grid.merges.append((1, 6, 1, 7))
    (form,) = recognize(grid, "表")
    assert (taken(form, "weight"), taken(form, "claimed_score")) == (["50", "30", "10"], ["50", "28.42", "10"])


@pytest.mark.parametrize(("said", "standard"), [
    ("每低1%扣1分", True), ("达到得满分，否则按比例得分，低于60%不得分", True), ("完成率100%得满分，否则按比例得分", False), ("实际数÷目标数×分值", False),
    ("酌情扣分", True), ("超出部分按超支比例扣分", True), ("98%以上得满分", True), ("GB/T 50314-2015", False), ("根据完成情况评分", False),
])  # fmt: skip
def test_points_that_are_a_share_need_no_standard_of_the_form(said: str, standard: bool) -> None:
    rows = [[*row, said if at else "评分标准"] for at, row in enumerate(INDICATOR_ROWS)]
    (form,) = recognize(grid_of(rows), "表")
    assert all(("standard" in row) is standard for row in form.entries.tables["indicators"])
    assert {(2, 9), (3, 9), (4, 9)} <= set(form.leftovers)


@pytest.mark.parametrize(("said", "standard"), [("完成比例×50分", False), ("50分×完成比例", False), ("完成比例×60分", True), ("完成比例×50分，低于60%不得分", True)])
def test_a_share_may_be_told_in_the_points_of_the_row(said: str, standard: bool) -> None:
    heading, first, *rows = [[*row, None] for row in INDICATOR_ROWS]
    (form,) = recognize(grid_of([[*heading[:-1], "评分标准"], [*first[:-1], said], *rows]), "表")
    assert ("standard" in form.entries.tables["indicators"][0]) is standard


def test_signs_in_the_only_column_that_may_name_the_indicators_leave_them_their_names() -> None:
    rows = [[sign, *row[3:]] for sign, row in zip(["指标类型", "正向", "反向", "定性"], INDICATOR_ROWS, strict=True)]
    (form,) = recognize(grid_of(rows), "表")
    assert taken(form, "name") == ["正向", "反向", "定性"]


def test_an_expected_value_of_the_beginning_of_the_year_is_the_target() -> None:
    (form,) = recognize(grid_of([[*INDICATOR_ROWS[0][:3], "年初预期值", *INDICATOR_ROWS[0][4:]], *INDICATOR_ROWS[1:]]), "表")
    assert taken(form, "target") == ["≥10人", "≥95%", "≥90%"]


@pytest.mark.parametrize("below", [("年初", "调整后"), ("年初值", "调整值"), ("年初设定值", "年中调整值")])
@pytest.mark.parametrize(("revised", "targets"), [(None, ["≥10人", "≥95%", "≥90%"]), ("≥9人", ["≥9人", "≥95%", "≥90%"])])
def test_first_and_revised_targets_below_one_heading(
    below: tuple[str, str], revised: str | None, targets: list[str]
) -> None:
    heading, *rows = [[*row[:4], None, *row[4:]] for row in INDICATOR_ROWS]
    rows[0][4] = revised
    (form,) = recognize(grid_of([heading, [None, None, None, *below], *rows]), "表")
    assert taken(form, "target") == targets


def test_the_value_at_the_beginning_of_the_year_is_no_actual_and_a_name_below_the_targets_no_target() -> None:
    (heading, *rows) = ([*row[:5], None, *row[5:]] for row in INDICATOR_ROWS)
    ended = [[*row[:4], "1", row[4], *row[6:]] for row in rows]
    grid = grid_of([heading, [None, None, None, None, "年初", "年末"], *ended])
    assert taken(recognize(grid, "表")[0], "actual") == ["11人", "90%", "92%"]
    grid = grid_of([[*heading[:2], "年度指标值", None, *heading[4:5], *heading[6:]], [None, None, "指标名称", "指标值"], *INDICATOR_ROWS[1:]])
    assert taken(recognize(grid, "表")[0], "name") == ["培训人数", "合格率", "学员满意度"]


def test_a_unit_in_its_column_is_no_target() -> None:
    heads: list[str | float | None] = ["三级指标", "符号", "指标值", "单位（文字描述）", "实际完成值", "分值"]
    (form,) = recognize(grid_of([heads, ["人数", "≥", 10, "人", 11, 60], ["用时", "≤", None, "天", 3, 40]]), "表")
    assert taken(form, "target") == ["10", ""]


@pytest.mark.parametrize(
    ("target", "actual", "joined"),
    [(("≥95", "%"), ("96", "%"), True), (("≥1000", "人次"), ("1100人", "次"), True), (("≥95%", "≥3次"), ("96%", "3次"), False)],
)
def test_a_unit_alone_goes_on_below_its_figure_and_is_no_row(
    target: tuple[str, str], actual: tuple[str, str], joined: bool
) -> None:
    heads, *_ = INDICATOR_ROWS
    lines: list[list[str | float | None]] = [
        ["产出指标", "数量指标", "农村公路养", target[0], actual[0], 60, 60], [None, None, "护完成情况", target[1], actual[1]],
        ["满意度指标", "满意度指标", "满意度", "≥90%", "92%", 40, 40],
    ]  # fmt: skip
    (form,) = recognize(grid_of([heads, *lines, ["总分", None, None, None, None, 100, 100]]), "表")
    assert taken(form, "name")[0] == ("农村公路养护完成情况" if joined else "农村公路养")
    assert taken(form, "target")[0] == ("".join(target) if joined else target[0])
    assert taken(form, "actual")[0] == ("".join(actual) if joined else actual[0])


def test_a_standard_may_stand_in_brackets_behind_a_name_or_a_target() -> None:
    heading, first, second, third = [list(row) for row in INDICATOR_ROWS]
    first[2], second[3] = "培训人数（每少1人扣0.5分）", "≥95%（每低1%扣1分）"
    (form,) = recognize(grid_of([heading, first, second, third]), "表")
    assert taken(form, "standard") == ["每少1人扣0.5分", "每低1%扣1分", ""]


def test_the_name_of_a_level_alone_above_each_heading() -> None:
    heading, *rows = [row[2:] for row in INDICATOR_ROWS]
    blocks = [[["一、产出指标"], heading, rows[0]], [["二、效益指标"], heading, rows[1]], [["三、满意度指标"], heading, rows[2]]]
    for grid in ([row for block in blocks for row in block], [*blocks[0], blocks[1][0], rows[1], blocks[2][0], rows[2]]):
        (form,) = recognize(grid_of(grid), "表")
        assert taken(form, "level1") == ["产出指标", "效益指标", "满意度指标"]


@pytest.mark.parametrize("heading", ["指标类型", "指标类别"])
@pytest.mark.parametrize("levels", [["产出指标", "效益指标", "满意度指标"], ["数量指标", "质量指标", "满意度指标"]])
def test_the_only_levels_are_those_that_their_names_say(heading: str, levels: list[str | float | None]) -> None:
    rows = [[level, *row[2:]] for level, row in zip([heading, *levels], INDICATOR_ROWS, strict=True)]
    (form,) = recognize(grid_of(rows), "表")
    assert taken(form, "level1" if levels[0] == "产出指标" else "level2") == levels
    assert len({"level1", "level2"} & form.columns) == 1


def test_the_execution_of_the_budget_below_names_of_levels_is_none_of_an_indicator() -> None:
    levels = ["指标", "数量", "质量", "满意度"]
    rows = [[*row[:1], level, *row[2:]] for level, row in zip(levels, INDICATOR_ROWS, strict=True)]
    rows[0][:3] = ["指标", None, "指标内容"]
    grid = grid_of([*rows, ["预算执行", "执行率", "预算执行率", "100%", "98%", 10, 9.8, None]])
    grid.merges.append((1, 1, 1, 2))
    (form,) = recognize(grid, "表")
    assert taken(form, "name") == ["培训人数", "合格率", "学员满意度"]


def test_points_behind_names_need_no_column_of_their_own() -> None:
    heads: list[str | float | None] = ["一级指标", "二级指标", "三级指标及分值", "评分标准", "自评得分"]
    lines: list[list[str | float | None]] = [
        ["部门决策", "预算编制", "编制合理性（40分）", "不合理的扣分", 40], ["部门绩效", "效果性", "社会效益（60分）", "好的满分", 55],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["部门整体支出绩效自评表"], heads, *lines, ["总分", None, None, None, 95]]), "表")
    assert [taken(form, key) for key in ("weight", "claimed_score")] == [["40", "60"], ["40", "55"]]


@pytest.mark.parametrize(("before", "key"), [("权重", "claimed_score"), ("得分", "weight")])
def test_a_word_for_points_is_what_the_other_column_is_not(before: str, key: str) -> None:
    heading, *rows = [row[:7] for row in INDICATOR_ROWS]
    (form,) = recognize(grid_of([[*heading[:5], before, "赋分"], *rows]), "表")
    assert taken(form, key) == ["50", "28.42", "10"] and not form.ambiguities


@pytest.mark.parametrize("heading", ["履职目标", "重点任务"])
def test_goals_before_their_own_targets_and_scores_are_the_indicators(heading: str) -> None:
    heads: list[str | float | None] = [heading, "年度目标值", "完成情况", "权重", "得分"]
    rows: list[list[str | float | None]] = [["信访事项办结率", "≥95%", "97%", 60, 60], ["群众满意率", "≥85%", "90%", 40, 40]]
    (form,) = recognize(grid_of([["部门整体绩效自评表"], heads, *rows, ["合计", None, None, 100, 100]]), "表")
    assert [taken(form, key) for key in ("name", "target")] == [["信访事项办结率", "群众满意率"], ["≥95%", "≥85%"]]


def test_what_is_said_of_several_projects_makes_forms_only_with_money_or_points_of_each() -> None:
    heads: list[str | float | None] = ["项目名称", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
    lines = [("培训人数", "≥10人", "11人"), ("学员满意度", "≥90%", "92%")]
    for points, forms in ((50, 2), (10, 1)):
        rows = [[name if at == 0 else None, *line, points, points] for name in "甲乙" for at, line in enumerate(lines)]
        found = recognize(grid_of([heads, *rows]), "表")
        assert len(found) == forms
    one, other = (recognize(grid_of([heads, *[[*row[:4], 50, 50] for row in rows]]), "表")[at].spans["indicators"] for at in (0, 1))
    assert (one.first_row, one.last_row, other.first_row, other.last_row) == (2, 3, 4, 5)


def test_levels_named_in_each_row_are_not_read_put_together() -> None:
    """Thousands of such names would drive out what other forms of one intake have in common."""
    heads: list[str | float | None] = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
    levels = ("数量指标", "质量指标", "时效指标", "成本指标")
    rows: list[list[str | float | None]] = [["产出指标", levels[at % 4], f"任务{at}", "≥1个", "1个", 2, 2] for at in range(40)]
    read_label.cache_clear()
    (form,) = recognize(grid_of([heads, *rows]), "表")
    assert taken(form, "level2") == [row[1] for row in rows] and read_label.cache_info().misses < 120


@pytest.mark.parametrize(("last", "weights"), [(40, [60, 40]), (30, [None, None])])
def test_points_that_nobody_says_are_the_scores_where_these_are_full_marks(last: int, weights: list[int | None]) -> None:
    rows: list[list[str | float | None]] = [["一级指标", "三级指标", "年度指标值", "实际完成值", "得分"], ["产出指标", "培训人数", "≥30人", "30人", 60]]
    (form,) = recognize(grid_of([*rows, ["效益指标", "合格率", "≥90%", "80%", last]]), "表")
    assert [row["weight"].value if "weight" in row else None for row in form.entries.tables["indicators"]] == weights


@pytest.mark.parametrize(("points", "left_out"), [(10, True), (0, False)])
def test_a_hidden_row_that_breaks_the_full_marks_is_left_out(points: int, left_out: bool) -> None:
    """Last year's indicator, hidden instead of deleted; a row that a filter has hidden counts."""
    funds: list[list[str | float | None]] = [["资金来源", "全年预算数", "全年执行数", "分值"], ["年度资金总额", 100, 98, points]]
    old: list[str | float | None] = [None, None, "走访人数", "≥3人", "3人", 10, 10, None]
    grid = grid_of([*funds, *INDICATOR_ROWS[:2], old, *INDICATOR_ROWS[2:]])
    grid.hidden_rows.add(5)
    (form,) = recognize(grid, "表")
    assert ("走访人数" in taken(form, "name")) is not left_out
    assert [one.readings for one in form.ambiguities] == [(HIDDEN_ROW,)] * left_out
    assert ((5, 3) in form.leftovers) is left_out


def test_a_web_page_that_a_system_exports_as_it_stood() -> None:
    funds: list[list[str | float | None]] = [["项目名称", "甲项目&nbsp;"], ["资金来源", "全年<br/>预算数", "全年<br/>执行数"], ["年度资金总额", "100.00&nbsp;", "98.00&nbsp;"]]
    rows = [[f"<p>{cell.replace('≥', '&ge;')}&nbsp;</p>" if isinstance(cell, str) else cell for cell in row] for row in INDICATOR_ROWS]
    (form,) = recognize(grid_of([*funds, *rows]), "表")
    assert form.entries.fields["project"].text == "甲项目"
    assert [form.entries.fields[f"funds_{key}"].value for key in ("adjusted", "executed")] == [100, 98]
    assert [text.strip() for text in taken(form, "target")] == ["≥10人", "≥95%", "≥90%"]


@pytest.mark.parametrize("level", ["110指挥中心", "12345热线", "5G基站建设"])
def test_a_level_whose_name_begins_with_a_figure_keeps_it(level: str) -> None:
    first, *others = INDICATOR_ROWS[1:]
    (form,) = recognize(grid_of([INDICATOR_ROWS[0], [first[0], level, *first[2:]], *others]), "表")
    assert taken(form, "level2")[0] == level


def test_the_heading_above_another_project_is_of_another_form() -> None:
    """甲项目 is no repetition of 甲项目（二期）."""
    forms = [[["项目支出绩效自评表"], ["项目名称", name, "主管部门", "某局"], *INDICATOR_ROWS] for name in ("甲项目（二期）", "甲项目")]
    found = recognize(grid_of([row for rows in forms for row in rows]), "表")
    assert [form.entries.fields["project"].text for form in found] == ["甲项目（二期）", "甲项目"]
