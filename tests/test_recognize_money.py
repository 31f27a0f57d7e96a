"""The money of official forms: which amount is the budget and what was spent, in which unit, at which rate, and why."""

from __future__ import annotations

from decimal import Decimal
from itertools import zip_longest

import pytest
from recognizing import HEADS, INDICATOR_ROWS, grid_of, money_rows, taken

from selfeval_xl.model import UNREAD_MONEY
from selfeval_xl.workbook.recognize import recognize


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("全年预算数（A）", "funds_adjusted"),
        ("调整后\n预算数", "funds_adjusted"),
        ("预算安排数：", "funds_adjusted"),
        ("下达预算数", "funds_adjusted"),
        ("全年预算（Ａ）（万元）", "funds_adjusted"),
        ("年初预算数", "funds_initial"),
        ("预算数（年初）", "funds_initial"),
        ("资金额（万元）", "funds_adjusted"),
        ("全年（调整）总金额", "funds_adjusted"),
    ],
)
def test_money_headings(heading: str, key: str) -> None:
    (form,) = recognize(grid_of([["项目资金", heading, "全年执行数（B）", "执行率"], ["资金总额", 100, 90, "90%"]]), "表")
    assert form.entries.fields[key].value == 100
    assert form.entries.fields["funds_executed"].value == 90


def test_a_field_of_money_names_the_unit() -> None:
    rows: list[list[str | float | None]] = [
        ["项目名称", "助餐服务", "当年预算数（元）", 4600000], ["自评时间", "2023年3月", "预算执行数（元）", 4462000],
    ]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["currency_unit"].text == "元"


@pytest.mark.parametrize("label", ["已支付（万元）", "已使用金额", "已支出数"])
def test_what_has_been_spent_already_is_executed(label: str) -> None:
    (form,) = recognize(grid_of([["资金总额（万元）", 2680, label, 2612], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_executed"].value == 2612


@pytest.mark.parametrize(
    ("initial", "adjusted", "executed"),
    [("年初支出预算", "调整支出预算", "支出决算"), ("年初", "全年", "截至2024年12月31日执行数"), ("年初支出预算数", "支出预算数", "截止12月底累计支出数")],
)
def test_budgets_of_spending_and_what_was_spent_by_the_end_of_the_year(initial: str, adjusted: str, executed: str) -> None:
    heads = ["险种", initial, adjusted, executed, "执行率"]
    rows = [heads, ["失业保险", 40, 50, 45, "90%"], ["工伤保险", 50, 50, 45, "90%"], ["合计", 90, 100, 90, "90%"]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")] == [90, 100, 90]


@pytest.mark.parametrize("label", ["政府采购（万元）", "“三公”经费"])
def test_a_rate_of_certain_spending_is_none_of_the_forms_money(label: str) -> None:
    heads = ["项目资金", None, *HEADS[:-1]]
    rows = [heads, [None, "年度资金总额", 180, 190, 180.5, "95%"], [label, None, "预算数", 38, "执行数", 37.24, "执行率", "98%"]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["budget_claimed_rate"].text == "95%"
    assert form.ambiguities == form.texts == ()


def test_labels_of_what_was_spent_before_their_figures() -> None:
    pairs: list[str | float | None] = ["预算安排金额（元）", "1,000,000.00", "预算执行金额（元）", "985,000.00"]
    (form,) = recognize(grid_of([pairs, *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    assert [fields[key].text for key in ("funds_adjusted", "funds_executed", "currency_unit")] == [pairs[1], pairs[3], "元"]


@pytest.mark.parametrize(("score", "field"), [(9.5, "budget_claimed_score"), (98.5, "claimed_total")])
def test_whose_score_stands_beside_the_rate(score: float, field: str) -> None:
    pairs: list[list[str | float | None]] = [["项目名称", "甲"], ["预算数", 100, "执行数", 95], ["执行率", "95%", "自评得分", score]]
    (form,) = recognize(grid_of([*pairs, *INDICATOR_ROWS]), "表")
    assert [key for key in ("budget_claimed_score", "claimed_total") if key in form.entries.fields] == [field]


def test_words_below_a_heading_of_amounts_are_a_wrong_figure() -> None:
    (form,) = recognize(grid_of([["年初预算数", "全年预算数", "执行率"], ["约一百", 100, "90%"], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_initial"].text == "约一百"


def test_headings_of_years_are_told_apart_by_the_year_of_the_form() -> None:
    heads: list[str | float | None] = [
        "资金来源",
        "2022年预算数",
        "2023年预算数",
        "2023年支出数",
        "2024年预算数",
        "执行率",
    ]
    (form,) = recognize(
        grid_of([["2023年度项目支出绩效自评表"], heads, ["合计", 80, 100, 96, 120, "96%"], *INDICATOR_ROWS]), "表"
    )
    assert [form.entries.fields[f"funds_{key}"].value for key in ("adjusted", "executed")] == [100, 96]
    assert not form.ambiguities


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2023年预算", "2023年调整后预算"), ("核定预算", "调整后核定预算"), ("预算批复数", "调整后预算数"), ("预算数", "调整后核定预算"),
        ("调整后核定预算", "核定预算"), ("2023年预算数", "2023年调整预算数"), ("预算批复数", "全年预算安排"), ("批复金额", "年末预算数"),
        ("年初预算数", "可执行指标"),
    ],
)  # fmt: skip
def test_a_budget_beside_one_after_the_change_is_that_before(before: str, after: str) -> None:
    figures = {before: 90, after: 100} if "调整" in before else {before: 100, after: 90}
    heads: list[str | float | None] = ["资金来源", before, after, "全年支出", "执行率"]
    (form,) = recognize(grid_of([heads, ["合计", *figures.values(), 81, "90%"], *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")] == [100, 90, 81]
    assert not form.ambiguities


@pytest.mark.parametrize("before", ["年初预算数", "预算批复数"])
@pytest.mark.parametrize(("heading", "change"), [("预算调整数", -10), ("预算调整额", 95), ("年中追加", 10)])
def test_a_budget_that_was_changed_to_nobody_knows_what(before: str, heading: str, change: float) -> None:
    heads: list[str | float | None] = ["资金来源", before, heading, "全年执行数", "执行率"]
    (form,) = recognize(grid_of([heads, ["合计", 100, change, 81, "90%"], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_initial"].value == 100
    assert "funds_adjusted" not in form.entries.fields
    assert "unread_change" in form.funds_columns
    (same,) = recognize(grid_of([heads, ["合计", 100, 0, 81, "81%"], *INDICATOR_ROWS]), "表")
    assert "unread_change" not in same.funds_columns


@pytest.mark.parametrize(("change", "rate"), [(90, "90%"), (90, 90), (100, "81%"), (100, None)])
@pytest.mark.parametrize("before", ["年初预算数", "预算批复数"])
def test_the_budget_after_the_change_may_be_called_the_change(before: str, change: float, rate: str | float) -> None:
    heads: list[str | float | None] = ["资金来源", before, "预算调整数", "全年执行数", "执行率"]
    (form,) = recognize(grid_of([heads, ["合计", 100, change, 81, rate], *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted")] == [100, change]


@pytest.mark.parametrize(("rate", "adjusted"), [("90%", 90), ("81%", 100)])
def test_the_rate_tells_the_budget_of_two_that_say_little(rate: str, adjusted: float) -> None:
    heads: list[str | float | None] = ["资金来源", "预算数", "调整数", "执行数", "执行率"]
    (form,) = recognize(grid_of([heads, ["合计", 100, 90, 81, rate], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_adjusted"].value == adjusted


@pytest.mark.parametrize("before", ["年初预算数", "预算数"])
@pytest.mark.parametrize(("moved", "spent", "rate"), [(-10, 81, "90%"), (100, 190, "95%"), (90, 81, "90%")])
def test_the_rate_tells_a_change_from_what_it_came_to(before: str, moved: int, spent: int, rate: str) -> None:
    heads: list[str | float | None] = ["资金来源", before, "调整数", "执行数", "执行率"]
    lines: list[list[str | float | None]] = [["合计", 100, moved, spent, rate], ["财政拨款", 100, moved, spent]]
    (form,) = recognize(grid_of([heads, *lines, *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    assert (fields["funds_initial"].value, "funds_adjusted" in fields) == (100, moved == 90)


@pytest.mark.parametrize(("moved", "score", "adjusted"), [(110, 9, 110), (10, 9, None), (10, 9.9, 100), (110, 10, None), (110, None, None), (10, None, None)])
def test_the_score_tells_it_where_no_rate_is_stated_and_else_nobody_knows(
    moved: float, score: float | None, adjusted: float | None
) -> None:
    heads: list[str | float | None] = ["资金来源", "预算数", "调整数", "执行数", "分值", "得分"]
    (form,) = recognize(grid_of([heads, ["合计", 100, moved, 99, 10, score], *INDICATOR_ROWS]), "表")
    found = form.entries.fields.get("funds_adjusted")
    assert (found and found.value) == adjusted
    assert ("unread_change" in form.funds_columns) == (adjusted is None)



def test_a_short_heading_means_what_it_says_together_with_the_one_above() -> None:
    rows: list[list[str | float | None]] = [
        ["项目资金", "预算数", None, "执行数", "执行率"], [None, "年初", "调整后", "全年"], ["合计", 100, 90, 81, "90%"]
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")] == [100, 90, 81]


def test_an_amount_with_a_sign_of_money_is_in_yuan() -> None:
    rows = [[*row[:3], "≤30万元", "￥298,000.00", *row[5:]] if at == 1 else row for at, row in enumerate(INDICATOR_ROWS)]
    (form,) = recognize(grid_of(rows), "表")
    actual = form.entries.tables["indicators"][0]["actual"]
    assert (actual.text, actual.value) == ("￥298,000.00", None), "the reader of quantities sees to its unit"


def test_a_bare_rate_is_no_hundredth_of_itself_because_an_amount_is_wrong() -> None:
    rows: list[list[str | float | None]] = [["项目资金", *HEADS], ["年度资金总额", 100, 1_000_000, 97, 0.97, 9.7]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["budget_claimed_rate"].value == Decimal("0.97")


@pytest.mark.parametrize(
    ("sentence", "amounts", "doubted"),
    [
        ("2024年度，年初预算100万元，调整后120万元，实际支出118万元，执行率98.3%", [100, 120, 118], False),
        ("（本项目2024年度年初预算100万元，调整后预算120万元，实际支出118万元）", [100, 120, 118], False),
        ("2024年度，年初预算100万元，实际支出98万元，结余2万元", [None] * 3, True),
        ("2023年度，年初预算100万元，调整后120万元，实际支出118万元", [None] * 3, True),
        ("2024年度，共实施15个项目", [None] * 3, False),
    ],
)
def test_money_in_a_sentence_below_the_title(sentence: str, amounts: list[float | None], doubted: bool) -> None:
    (form,) = recognize(grid_of([["2024年度项目支出绩效自评表"], [sentence], *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    found = [fields[f"funds_{key}"].value if f"funds_{key}" in fields else None for key in ("initial", "adjusted", "executed")]
    assert found == amounts
    assert any(one.readings[0] == UNREAD_MONEY for one in form.ambiguities) == doubted


@pytest.mark.parametrize(
    ("sentence", "amounts"),
    [
        ("该项目全年预算90万元，其中财政拨款80万元、自筹资金10万元，实际支出81万元，预算执行率90%。", [None, 90, 81]),
        ("2023年预算安排1,090万元，实际支出为981万元，执行率为90%，自评得分9分（满分10分）。", [None, 1090, 981]),
        ("年初预算：100万元，调整后预算：90万元，全年执行数：81万元；执行率：90%", [100, 90, 81]),
        ("预算安排90万元，支持企业12家，实际支出81万元", [None, None, None]), ("全年预算90万元", [None, None, None]),
        ("全年预算90万元，调整后预算80万元，实际支出约81万元", [None, None, None]),
        ("资金使用效率：98%，预算绩效：90万元", [None, None, None]),
        ("资金情况：年初预算100万元，调整后预算90万元，实际支出81万元，执行率90%，分值10分，得分9分。", [100, 90, 81]),
        ("主要内容：年初预算100万元，调整后预算90万元，实际支出81万元", [None, None, None]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("heading", ["项目资金", "预算（万元）", "预算执行"])
def test_money_in_a_sentence(heading: str, sentence: str, amounts: list[float | None]) -> None:
    (form,) = recognize(grid_of([["绩效自评表"], [heading, sentence], *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    found = [fields[f"funds_{key}"].value if f"funds_{key}" in fields else None for key in ("initial", "adjusted", "executed")]
    assert found == amounts


@pytest.mark.parametrize(("label", "read"), [("预算执行情况", True), ("主要内容", False)])
def test_money_in_a_sentence_behind_another_field(label: str, read: bool) -> None:
    row: list[str | float | None] = ["项目名称", "甲", label, "预算15万元，支出14.7万元，执行率98%"]
    (form,) = recognize(grid_of([["绩效自评表"], row, *INDICATOR_ROWS]), "表")
    assert ("funds_executed" in form.entries.fields) == read


@pytest.mark.parametrize(
    ("first", "second"), [("当年预算数（元）（年初）", "当年预算数（元）（调整后）"), ("项目预算（年初批复）", "项目预算（调整后）")]
)
@pytest.mark.parametrize("table", [True, False])
def test_brackets_say_which_budget_it_is(first: str, second: str, table: bool) -> None:
    heads, figures = [first, second, "预算执行数"], [100, 90, 81]
    pairs: list[list[str | float | None]] = [[head, figure] for head, figure in zip(heads, figures, strict=True)]
    rows = [["资金来源", *heads], ["合计", *figures]] if table else pairs
    (form,) = recognize(grid_of([["绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")] == figures


@pytest.mark.parametrize(
    ("said", "score"),
    [("自评得9.5分", 9.5), ("得 9.5 分", 9.5), ("预算执行得9.5分", 9.5), ("该项得9.5分", 9.5), ("自评得98分", None)],
)
def test_the_score_of_the_execution_in_a_sentence_of_its_money(said: str, score: float | None) -> None:
    sentence = f"全年预算100万元，全年执行95万元，执行率95%，{said}。"
    (form,) = recognize(grid_of([["绩效自评表"], ["项目资金", sentence], *INDICATOR_ROWS]), "表")
    found = form.entries.fields.get("budget_claimed_score")
    assert (found and found.value) == (score and Decimal(str(score)))


@pytest.mark.parametrize("said", ["分值10 得分9.5", "分值：10 得分：9.5", "执行率95% 分值10分 得分9.5分"])
def test_points_in_one_cell_beside_the_money(said: str) -> None:
    money: list[str | float | None] = ["预算数：", 100, "执行数：", 95, said]
    (form,) = recognize(grid_of([["绩效自评表"], ["预算执行情况", *money], *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"budget_{key}"].value for key in ("weight", "claimed_score")] == [10, Decimal("9.5")]


def test_two_guesses_for_one_column_are_a_doubt() -> None:
    heads: list[str | float | None] = ["资金来源", "累计下达资金", "当年预算安排额", "全年执行数"]
    (form,) = recognize(grid_of([heads, ["合计", 80, 100, 76], *INDICATOR_ROWS]), "表")
    assert [each.text for each in form.ambiguities] == ["当年预算安排额"]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("年中追加", "added"), ("本年追加数", "added"), ("预算调增", "added"), ("年中调减", "cut"), ("年中压减", "cut"),
        ("本年调减", "cut"), ("年中核减", "cut"), ("预算调减", "cut"), ("调减（-）", "cut"), ("年中预算调减数", "cut"),
        ("调整数", "change"), ("预算追加调减", "change"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["资金来源", "子项目名称"])
def test_headings_of_what_changed_the_budget(heading: str, key: str, name: str) -> None:
    heads: list[str | float | None] = [name, "年初预算数", heading, "调整后预算数", "执行数"]
    rows: list[list[str | float | None]] = [
        ["甲", 100, 20, 80, 76],
        ["乙", 80, 20, 60, 57],
        ["合计", 180, 20, 160, 152],
    ]
    (form,) = recognize(grid_of([heads, *rows, *INDICATOR_ROWS]), "表")
    lines = form.entries.tables["funds" if name == "资金来源" else "budget"]
    assert [row[key].value for row in lines] == [20] * len(lines)


@pytest.mark.parametrize("of_which", ["其中：", "其  中：", "\u3000其　中"])
def test_lines_from_of_which_on_are_parts_however_it_is_spread(of_which: str) -> None:
    rows: list[list[str | float | None]] = [["项目名称", "全年预算数", "全年执行数"], ["会议", 100, 95]]
    rows += [[f"{of_which}场租", 60, 57], ["餐费", 40, 38], ["合计", 100, 95]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    lines = [(row["name"].text, row["level"].text) for row in form.entries.tables["budget"]]
    assert lines == [("会议", "一级项目"), ("场租", "二级项目"), ("餐费", "二级项目"), ("合计", "合计")]


def test_a_line_far_above_what_is_left_is_no_part() -> None:
    rows: list[list[str | float | None]] = [["项目名称", "全年预算数", "全年执行数"], ["会议", 100, 95]]
    rows += [["其中：场租", 60, 57], ["餐费", 40, 38], ["培训", 90, 88]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    lines = [(row["name"].text, row["level"].text) for row in form.entries.tables["budget"]]
    assert lines == [("会议", "一级项目"), ("场租", "二级项目"), ("餐费", "二级项目"), ("培训", "一级项目")]


@pytest.mark.parametrize("heading", ["批复经费（万元）", "批复预算", "批复预算数", "批复数"])
@pytest.mark.parametrize("second", [None, "调整后预算数", "预算数", "项目总投资"])
@pytest.mark.parametrize("table", [True, False])
def test_what_was_approved_is_the_budget_where_there_is_no_other(heading: str, second: str | None, table: bool) -> None:
    heads, figures = [heading, *([second] if second else []), "实际使用"], [180, *([170] if second else []), 160]
    pairs = [cell for pair in zip(heads, figures, strict=True) for cell in pair]
    rows: list[list[str | float | None]] = (
        [["资金来源", *heads], ["合计", *figures]] if table else [[*pairs, "执行率", "90%"]]
    )
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    found = {
        key: form.entries.fields[f"funds_{key}"].value
        for key in ("initial", "adjusted")
        if f"funds_{key}" in form.entries.fields
    }
    if second in (None, "项目总投资"):
        unread = second is not None and table  # it may be the budget after the change
        assert found == ({"initial": 180} if unread else {"adjusted": 180})
    else:
        assert found == {"initial": 180, "adjusted": 170}


@pytest.mark.parametrize("label", ["项目总金额", "项目总投资（万元）", "经费额度"])
@pytest.mark.parametrize(("cost", "budget", "found"), [(100, None, 100), (500, None, None), (500, 100, 100)])
@pytest.mark.parametrize("table", [True, False])
def test_the_cost_of_a_project_is_the_budget_that_its_rate_is_of(
    label: str, cost: float, budget: float | None, found: float | None, table: bool
) -> None:
    heads = [label, *(["全年预算数"] if budget else []), "实际支出", "执行率"]
    figures = [cost, *([budget] if budget else []), 95, "95%"]
    pairs = [cell for pair in zip(heads, figures, strict=True) for cell in pair]
    rows = [["资金来源", *heads], ["合计", *figures]] if table else [pairs]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    adjusted = form.entries.fields.get("funds_adjusted")
    assert (adjusted and adjusted.value) == found


def test_the_budget_of_the_beginning_stays_that() -> None:
    (form,) = recognize(grid_of([["年初批复预算", 180, "实际使用", 160, "执行率", "90%"], *INDICATOR_ROWS]), "表")
    assert "funds_adjusted" not in form.entries.fields
    assert form.entries.fields["funds_initial"].value == 180


@pytest.mark.parametrize(
    "heads", [["指标性质", "指标值", "计量单位"], ["指标值", None, None], ["指标趋向", "指标值内容", "计量单位"]]
)
@pytest.mark.parametrize(("said", "sign"), [("小于等于", "≤"), ("等于", "="), ("不低于", "≥"), ("≥", "≥")])
def test_signs_may_be_words(said: str, sign: str, heads: list[str | float | None]) -> None:
    table: list[list[str | float | None]] = [
        ["一级指标", "二级指标", "三级指标", *heads, "完成值", "分值", "得分"],
        ["产出指标", "数量指标", "办件数", said, "30", "件", 26, 90, 90],
    ]
    (form,) = recognize(grid_of(table), "表")
    assert [row["op"].text for row in form.entries.tables["indicators"]] == [sign]


@pytest.mark.parametrize(("sign", "rate"), [("≥", 98), ("=", "98"), ("正向", "98%"), (None, "９８"), ("≥", "98％")])
def test_the_execution_among_indicators_whose_targets_are_divided(sign: str | None, rate: str | float) -> None:
    table: list[list[str | float | None]] = [
        ["一级指标", "二级指标", "三级指标", "指标性质", "指标值", "计量单位", "完成值", "分值", "得分"],
        ["产出指标", "数量指标", "机具数量", "≥", 1200, "台", 1265, 90, 90],
        ["预算执行", None, "预算执行率", sign, 100, "%", rate, 10, 9.8],
    ]
    (form,) = recognize(grid_of(table), "表")
    assert [row["name"].text for row in form.entries.tables["indicators"]] == ["机具数量"]
    fields = {key: form.entries.fields[f"budget_{key}"].value for key in ("claimed_rate", "weight", "claimed_score")}
    assert fields == {"claimed_rate": Decimal("0.98"), "weight": Decimal(10), "claimed_score": Decimal("9.8")}


def test_two_rates_that_nothing_decides_between_are_a_doubt() -> None:
    row: list[str | float | None] = ["预算执行", "预算执行率", "预算执行率", "100%", "96%", 10, 9.6, None]
    (form,) = recognize(grid_of([["预算执行率", "98%"], *INDICATOR_ROWS, row]), "表")
    assert form.entries.fields["budget_claimed_rate"].text == "96%"
    assert [each.readings for each in form.ambiguities] == [("96%", "98%")]


@pytest.mark.parametrize(("stated", "readings"), [("98.00", None), (98, None), ("97.00", ("98%", "97.00"))])
def test_a_rate_with_and_without_its_sign_is_one_rate(stated: str | float, readings: tuple[str, str] | None) -> None:
    row: list[str | float | None] = ["预算执行", "预算执行率", "预算执行率", "100%", "98%", 10, 9.8, None]
    (form,) = recognize(grid_of([["预算执行率（%）：", stated], *INDICATOR_ROWS, row]), "表")
    assert [each.readings for each in form.ambiguities] == ([readings] if readings else [])


@pytest.mark.parametrize(("again", "readings"), [(9.8, None), (9, ("9.8", "9"))])
def test_another_score_of_the_execution_among_the_indicators_is_a_doubt(
    again: float, readings: tuple[str, str] | None
) -> None:
    money: list[list[str | float | None]] = [["预算执行", "预算数", "执行数", "执行率", "得分"], [None, 50, 49, "98%", 9.8]]
    row: list[str | float | None] = ["预算执行", "预算执行率", "预算执行率", "100%", "98%", 10, again, None]
    (form,) = recognize(grid_of([*money, *INDICATOR_ROWS, row]), "表")
    assert [each.readings for each in form.ambiguities] == ([readings] if readings else [])
    assert form.entries.fields["budget_claimed_score"].value == Decimal("9.8")


@pytest.mark.parametrize(
    ("weight", "score", "repeated"), [(10, 9.8, True), (10, None, True), (10, 9, False), (5, 9.8, False)]
)
def test_the_points_of_the_execution_among_indicators_that_are_100_with_them(
    weight: float, score: float | None, repeated: bool
) -> None:
    """The funds have the same points: as the indicators alone would be 90, the row says them once more."""
    money: list[list[str | float | None]] = [
        ["资金", "预算数", "执行数", "执行率", "分值", "得分"], ["资金总额", 50, 49, "98%", 10, 9.8]
    ]  # fmt: skip
    row: list[str | float | None] = ["预算执行率", None, None, "100%", "98%", weight, score, "尾款未付"]
    (form,) = recognize(grid_of([*money, *INDICATOR_ROWS, row]), "表")
    assert len(form.entries.tables["indicators"]) == (3 if repeated else 4)
    assert ("budget_reason" in form.entries.fields) is repeated
    assert form.entries.fields["budget_claimed_score"].value == Decimal("9.8")


@pytest.mark.parametrize(
    ("points", "weight", "score"),
    [(["分值10分", "得分9分"], 10, 9), (["得分10分"], 10, None), (["得分9分（满分10分）"], 10, 9), (["分值：10分", "得分：9分"], 10, 9)],
)
def test_points_in_the_cells_of_their_labels_beside_the_money(
    points: list[str], weight: int, score: int | None
) -> None:
    """得分10分 may be all that there are, and nothing yet got."""
    money: list[list[str | float | None]] = [["执行情况", "全年预算总额", "138.6万元", "执行总额", "124.74万元"]]
    (form,) = recognize(grid_of([*money, [None, "执行率", "90%", *points], *INDICATOR_ROWS]), "表")
    keys = "funds_adjusted", "funds_executed", "budget_weight", "budget_claimed_score"
    found = [form.entries.fields[key].value if key in form.entries.fields else None for key in keys]
    assert found == [Decimal("138.6"), Decimal("124.74"), weight, score]


def test_received_money_is_not_executed_money() -> None:
    rows = [["项目资金", "全年预算数", "到位资金", "执行数"], ["资金总额", 100, 95, 90]]
    (form,) = recognize(grid_of(rows), "表")
    assert form.entries.fields["funds_executed"].value == 90
    assert form.leftovers == ((2, 3),)


@pytest.mark.parametrize(
    ("rate", "code", "executed", "value", "readings"),
    [
        (0.8685, "0.00%", 86.85, "0.8685", ()),
        ("86.85%", "@", 86.85, "0.8685", ()),
        (86.85, "General", 86.85, "0.8685", ()),
        (86.85, '0.00"%"', 86.85, "0.8685", ()),
        (0.8685, "General", 86.85, "0.8685", ()),
        (1, "General", 100, "1", ()),
        (1, "General", 1, "0.01", ()),
        (1, "General", 60, "1", ("100%", "1%")),
        (95, "General", None, "0.95", ()),
        (1, "General", None, "1", ("100%", "1%")),
        (0.5, "General", None, "0.5", ()),
    ],
)
def test_rate(rate: str | float, code: str, executed: float | None, value: str, readings: tuple[str, ...]) -> None:
    rows = [["项目资金", "全年预算数", "全年执行数", "执行率"], ["资金总额", 100, executed, rate]]
    (form,) = recognize(grid_of(rows, {(2, 4): code}), "表")
    assert form.entries.fields["budget_claimed_rate"].value == Decimal(value)
    assert [each.readings for each in form.ambiguities] == ([readings] if readings else [])


def test_rate_under_a_heading_in_percent() -> None:
    rows = [["项目资金", "全年预算数", "全年执行数", "执行率（%）"], ["资金总额", 100, 60, 1]]
    (form,) = recognize(grid_of(rows), "表")
    assert form.entries.fields["budget_claimed_rate"].value == Decimal("0.01")
    assert [each.readings for each in form.ambiguities] == [("1%", "100%")]


def test_the_points_of_the_execution_below_a_funds_table() -> None:
    rows: list[list[str | float | None]] = [
        ["资金构成", "全年预算数", "全年执行数"], ["合计", 480, 408], ["财政拨款", 480, 408], ["预算执行率分值", 10], *INDICATOR_ROWS
    ]  # fmt: skip
    (form,) = recognize(grid_of(rows), "表")
    assert [row["name"].text for row in form.entries.tables["funds"]] == ["财政拨款"]
    assert form.entries.fields["budget_weight"].value == 10


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ("执行偏差原因", True), ("未完成预算原因", True), ("资金结余原因：", True), ("预算执行率未达90%的原因", True), ("支出进度慢的原因", True),
        ("预算调整及未执行原因", True), ("项目经费使用科目", False), ("未完成绩效目标预算原因", False), ("预算调剂原因", False),
        ("调整及偏差说明", True), ("资金结余情况说明", True), ("项目支出说明", False), ("绩效目标执行说明", False),
    ],
)  # fmt: skip
def test_why_the_money_was_not_spent_below_the_funds(label: str, why: bool) -> None:
    rows: list[list[str | float | None]] = [["资金（万元）", "年初数", "调整后数", "执行数", "执行率"], ["合计", 1580, 1600, 1328, "83%"]]
    reason: list[str | float | None] = [label, "数字资源采购流标"]
    (form,) = recognize(grid_of([["绩效自评表"], *rows, reason, *INDICATOR_ROWS]), "表")
    found = form.entries.fields.get("budget_reason")
    assert (found is not None and found.text == "数字资源采购流标") is why


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("因6场演出取消，执行率为88.88%，结余资金已由财政收回", True), ("执行率88%，主要是招标节约", True), ("受疫情影响，支付进度为70%", True),
        ("执行率偏低的原因：尾款待验收后支付", True), ("执行率较低，项目跨年实施", True), ("合同尾款待验收后支付", True), ("预算执行率为100%", False), ("因公出国2人次，执行率100%", False), ("执行率95%，受益人数300人", False),
    ],
)  # fmt: skip
def test_remarks_that_say_why_money_was_not_spent(words: str, why: bool) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, ["备注", words]]), "表")
    assert ("budget_reason" in form.entries.fields) is why


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize(("received", "levels"), [(95, ["", "", "", ""]), (98, ["二级项目", "二级项目", "", ""])])
def test_money_divided_twice_side_by_side(received: float, levels: list[str], beside: bool) -> None:
    rows: list[list[str | float | None]] = [
        ["收入来源", "预算数", "决算数", "支出类型", "预算数", "决算数", "执行率"],
        ["财政拨款", 90, received - 10, "基本支出", 60, 60, "100%"], ["其他资金", 10, 10, "项目支出", 40, 35, "87.5%"],
        ["合计", 100, received, "合计", 100, 95, "95%"],
    ]  # fmt: skip
    if beside:  # merged down along the block
        rows = [["年度预算（万元）" if row is rows[0] else None, *row] for row in rows]
    grid = grid_of([*rows, *INDICATOR_ROWS])
    grid.merges += [(1, 1, 4, 1)] if beside else []
    (form,) = recognize(grid, "表")
    assert "initial" not in form.funds_columns
    assert form.entries.fields["funds_executed"].text == "95", "what was spent, not what came in"
    assert [level for _, level in sorted(money_rows(form), key=lambda one: one[0] in ("基本支出", "项目支出"))] == levels
    assert {row["name"].text: row["adjusted"].value for row in form.entries.tables["funds"]} == {
        "财政拨款": 90, "其他资金": 10, "基本支出": 60, "项目支出": 40,
    }  # fmt: skip
    assert [row["claimed_rate"].text for row in form.entries.tables["funds"] if "claimed_rate" in row] == ["100%", "87.5%"]


@pytest.mark.parametrize(
    ("heads", "figures", "read"),
    [
        (["上年结转", "本年预算", "合计", "结转支出", "本年支出", "合计"], [10, 90, 100, 10, 85, 95], ["", "100", "95"]),
        (["合计", "上年结转", "本年预算", "合计", "结转支出", "本年支出"], [100, 10, 90, 95, 10, 85], ["", "100", "95"]),
        (["上年结转", "年初预算", "合计", "调整后预算", "合计", "支出"], [10, 80, 90, 90, 100, 95], ["90", "100", "95"]),
        (["上年结转", "年初预算数", "年初预算合计", "全年预算数", "全年预算合计", "支出"], [10, 80, 90, 90, 100, 95], ["90", "100", "95"]),
        (["上年结转", "本年预算", "预算合计", "本年支出", "支出合计", "年末结转"], [10, 90, 100, 85, 95, 5], ["", "100", "95"]),
        (["上年结转", "年初预算数", "预算调整数", "合计", "支出", "年末结转"], [10, 80, 10, 100, 95, 5], ["80", "100", "95"]),
        (["年初预算数", "第一批", "第二批", "合计", "支出", "备注"], [80, 60, 40, 100, 95, None], ["80", "100", "95"]),
    ],
)  # fmt: skip
def test_several_sums_beside_what_was_left_over(heads: list[str], figures: list[float | None], read: list[str]) -> None:
    (form,) = recognize(grid_of([["项目资金", *heads], ["资金总额", *figures], *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    assert [fields[key].text if key in fields else "" for key in ("funds_initial", "funds_adjusted", "funds_executed")] == read
    assert not form.ambiguities


@pytest.mark.parametrize(
    ("top", "below", "merges"),
    [
        (["部门名称", "某局", "资金（万元）", "全年预算数", "全年执行数", "执行率", "分值", "得分"], [None, None, None, 75, 74.25, "99%", 10, 9.9], (1, 2)),
        (["部门名称", "某局", "全年预算数", 75, "全年执行数", "执行率", "分值", "得分"], ["主管部门", "某局", None, None, 74.25, "99%", 10, 9.9], (3, 4)),
        (["部门名称", "某局", "分值", 10, "全年预算数", "全年执行数", "执行率", "得分"], ["主管部门", "某局", None, None, 75, 74.25, "99%", 9.9], (3, 4)),
        (["部门名称", "某局", "全年预算数", "全年执行数", "执行率", "分值", "得分", 9.9], ["主管部门", "某局", 75, 74.25, "99%", 10, None, None], (7, 8)),
    ],
)  # fmt: skip
def test_labels_merged_downwards_beside_the_heading_of_the_money(
    top: list[str | float | None], below: list[str | float | None], merges: tuple[int, int]
) -> None:
    grid = grid_of([top, below, *INDICATOR_ROWS])
    grid.merges += [(1, at, 2, at) for at in merges]
    (form,) = recognize(grid, "表")
    keys = "unit", "funds_adjusted", "funds_executed", "budget_claimed_rate", "budget_weight", "budget_claimed_score"
    assert [form.entries.fields[key].text for key in keys] == ["某局", "75", "74.25", "99%", "10", "9.9"]


def test_parts_of_the_money_in_columns_behind_it() -> None:
    heads = ["全年预算数", "其中：财政拨款", "其他资金", "全年执行数", "其中：财政拨款", "其他资金", "执行率"]
    (form,) = recognize(grid_of([heads, [75, 70, 5, 74.25, 69.25, 5, "99%"], *INDICATOR_ROWS]), "表")
    parts = [[row[key].text for key in ("name", "adjusted", "executed")] for row in form.entries.tables["funds"]]
    assert parts == [["财政拨款", "70", "69.25"], ["其他资金", "5", "5"]]
    (form,) = recognize(grid_of([heads, [75, 40, 5, 74.25, 40, 5, "99%"], *INDICATOR_ROWS]), "表")
    assert "funds" not in form.entries.tables, "what does not come to the whole may be any part of it"


def test_the_parts_of_a_source_along_the_top_and_a_heading_over_them() -> None:
    heads = ["资金来源", "资金总额", "财政拨款", "其中：中央", "其中：省级", "其他资金"]
    rows: list[list[str | float | None]] = [["全年预算数", 75, 70, 40, 30, 5], ["全年执行数", 74, 69, 39, 30, 5]]
    (form,) = recognize(grid_of([heads, *rows, *INDICATOR_ROWS]), "表")
    inside = "二级项目"
    assert money_rows(form) == [("财政拨款", ""), ("中央", inside), ("省级", inside), ("其他资金", "")]
    flat: list[list[str | float | None]] = [
        ["项目资金", "资金总额", "其中", None, "得分"], [None, None, "财政拨款", "其他资金", None],
        ["全年预算数", 75, 70, 5, 9.9], ["全年执行数", 74.25, 69.25, 5, None],
    ]  # fmt: skip
    grid = grid_of([*flat, *INDICATOR_ROWS])
    grid.merges += [(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4), (1, 5, 2, 5)]
    (form,) = recognize(grid, "表")
    assert money_rows(form) == [("财政拨款", ""), ("其他资金", "")]
    assert form.entries.fields["budget_claimed_score"].text == "9.9"


@pytest.mark.parametrize(
    ("heading", "taken"),
    [
        *((one, True) for one in ("支出进度", "支付率", "预算完成率", "资金使用率", "完成率", "支出完成率", "资金拨付率", "完成年度预算的%", "占预算比例")),
        *((one, False) for one in ("序时进度", "资金到位率", "调整率", "占年初预算比例", "完成预算")),
    ],
)  # fmt: skip
def test_what_headings_call_the_rate(heading: str, taken: bool) -> None:
    rows: list[list[str | float | None]] = [["项目资金", "全年预算数", "全年执行数", heading], ["资金总额", 75, 74.25, "99%"]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert ("budget_claimed_rate" in form.entries.fields) == taken


@pytest.mark.parametrize(("score", "taken"), [(9.9, True), (9.5, False)])
def test_a_score_without_a_heading_behind_the_rate(score: float, taken: bool) -> None:
    rows: list[list[str | float | None]] = [["项目资金", "全年预算数", "全年执行数", "执行率（10分）"], ["资金总额", 75, 74.25, "99%", score]]
    pairs: list[str | float | None] = ["预算执行情况（10分）", "预算数", 75, "执行数", 74.25, "执行率", "99%", score]
    for block in (rows, [pairs]):
        (form,) = recognize(grid_of([*block, *INDICATOR_ROWS]), "表")
        assert ("budget_claimed_score" in form.entries.fields) == taken


@pytest.mark.parametrize(("points", "read"), [([None, None, None], True), ([None, 9, None], True), ([None, None, 8.7], False)])
def test_money_of_several_years_a_line_each(points: list[float | None], read: bool) -> None:
    amounts = ([2022, 9, 10, 8], [2023, 19, 20, 18], ["累计", 28, 30, 26])
    rows: list[list[str | float | None]] = [["年度", "年初预算数", "全年预算数", "全年执行数", "得分"]]
    rows += [[*line, score] for line, score in zip(amounts, points, strict=True)]
    (form,) = recognize(grid_of([["2023年度绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["year"].text == "2023"
    assert ({"funds_adjusted", "funds_executed"} <= form.entries.fields.keys()) == read


def test_points_of_the_execution_behind_its_score_also_above_tasks() -> None:
    rows: list[list[str | float | None]] = [
        ["任务名称", "预算数（万元）", "执行数（万元）", "执行率", "得分（20分）"], ["保洁", 60, 60, "100%", None], ["绿化", 40, 35, "87.5%", None],
        ["合计", 100, 95, "95%", 19],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["部门整体绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["budget_weight"].value == 20


@pytest.mark.parametrize(("second", "lines"), [("省级", 2), (None, 1)])
def test_a_source_of_its_own_tells_a_further_line_of_the_project_above(second: str | None, lines: int) -> None:
    rows: list[list[str | float | None]] = [
        ["项目名称", "资金来源", "年初预算数", "全年预算数", "全年执行数"], ["培训", "中央", 60, 60, 57], [None, second, 40, 40, 38],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["项目支出绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert len(form.entries.tables.get("budget", [])) == (lines if lines > 1 else 0)
    assert ("funds_adjusted" in form.entries.fields) is (lines == 1), "what is all the money nobody says"


@pytest.mark.parametrize("row", [["预算执行率得分（10分）", 9.5], [None, "预算执行率得分（10分）", None, 9.5], ["预算执行率得分（10分）", None, None, 9.5]])
@pytest.mark.parametrize("total", [[], [["总计（100分）", None, None, 98]]])
def test_the_score_of_the_execution_and_the_total_below_the_tasks_are_none(
    row: list[str | float | None], total: list[list[str | float | None]]
) -> None:
    rows: list[list[str | float | None]] = [
        ["资金来源", "全年预算数", "全年执行数"], ["年度资金总额", 100, 95],
        ["年度主要任务", "任务名称", "预算数", "执行数"], [None, "保洁", 60, 60], [None, "绿化", 40, 35], row, *total,
    ]  # fmt: skip
    (form,) = recognize(grid_of([["部门整体绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert [name for name, _ in money_rows(form, "budget")] == ["保洁", "绿化"]
    assert [form.entries.fields[f"budget_{key}"].value for key in ("weight", "claimed_score")] == [10, 9.5]


@pytest.mark.parametrize(("section", "weight"), [("一、当年预算执行情况（20分）", 20), ("一、部门概况（20分）", None)])
def test_points_of_the_execution_alone_above_its_heading(section: str, weight: int | None) -> None:
    rows: list[list[str | float | None]] = [[section], ["指标名称", "预算数", "执行数", "执行率", "得分"], ["预算总额", 100, 97, "97%", 19.4]]
    (form,) = recognize(grid_of([["部门整体绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert ("budget_weight" in form.entries.fields) == bool(weight)
    assert weight is None or form.entries.fields["budget_weight"].value == weight


@pytest.mark.parametrize("total", ["金额合计", "支出合计", "本年支出合计", "合计（2）"])
def test_the_sum_of_what_was_spent_on_what_is_all_the_money(total: str) -> None:
    rows: list[list[str | float | None]] = [
        ["项目", "年初预算数", "调整预算数", "执行数"], ["工资福利支出", 50, 60, 60], ["项目支出", 40, 40, 35], [total, 90, 100, 95],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["部门整体绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].text for key in ("initial", "adjusted", "executed")] == ["90", "100", "95"]


@pytest.mark.parametrize(("score", "of_tasks", "kept"), [(9.5, "/", "9.5"), (95, "/", ""), (9.5, 40, "")])
def test_points_behind_the_sum_of_the_tasks_are_those_of_the_execution(score: float, of_tasks: str | float, kept: str) -> None:
    """Where no task has any, and no more than the execution is worth anywhere."""
    tasks: list[list[str | float | None]] = [
        ["任务名称", "预算数", "执行数", "分值", "得分"], ["保洁", 60, 60, of_tasks, of_tasks], ["绿化", 40, 35, of_tasks, of_tasks],
        ["金额合计", 100, 95, 10, score],
    ]  # fmt: skip
    funds: list[list[str | float | None]] = [["预算情况", "年初预算", "调整预算", "实际执行"], ["部门预算", 90, 100, 95]]
    (form,) = recognize(grid_of([["部门整体绩效自评表"], *tasks, *funds, *INDICATOR_ROWS]), "表")
    found = form.entries.fields.get("budget_claimed_score")
    assert (found.text if found else "") == kept


def test_a_heading_over_the_money_names_its_unit() -> None:
    rows: list[list[str | float | None]] = [["项目资金（亿元）"], ["资金来源", "全年预算", "全年支出"], ["总计", 38.2, 37.4]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["currency_unit"].text == "亿元"


def test_amounts_with_their_unit_in_brackets_behind_the_name_of_the_project() -> None:
    row: list[str | float | None] = ["项目名称", "甲", "项目预算", "12.6（万元）", "实际支出", "12（万元）"]
    (form,) = recognize(grid_of([["绩效自评表"], row, *INDICATOR_ROWS]), "表")
    fields = [form.entries.fields[key] for key in ("project", "funds_adjusted", "funds_executed", "currency_unit")]
    assert [fields[0].text, fields[1].value, fields[2].value, fields[3].text] == ["甲", Decimal("12.6"), 12, "万元"]


def test_money_that_was_paid_out_to_firms_was_spent() -> None:
    rows: list[list[str | float | None]] = [["政策资金", "预算数（含上年结转）", "实际兑付数", "兑付率"], ["合计", 2600, 2418, "93%"]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[key].text for key in ("funds_adjusted", "funds_executed", "budget_claimed_rate")] == ["2600", "2418", "93%"]


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        ([["年初预算数", 40, 60, 100], ["全年执行数", 30, 60, 90]], ("", "")),
        ([["上年结转", 10, 0, 10], ["本年下达", 30, 60, 90], ["可用资金", 40, 60, 100], ["本年支出", 30, 60, 90], ["年末结余", 10, 0, 10]], ("100", "90")),
        ([["上年结转", 10, 0, 10], ["本年预算", 30, 60, 90], ["本年支出", 30, 60, 90]], ("", "90")),
        ([["上年结转", 0, 0, 0], ["本年预算", 30, 60, 90], ["本年支出", 30, 60, 90]], ("90", "90")),
        ([["上年结转", 10, 0, 10], ["年初预算数", 20, 60, 80], ["年中追加", 0, 5, 5], ["全年预算数", 30, 65, 94], ["全年执行数", 30, 60, 90]], ("94", "90")),
        ([["上年结转", 10, 0, 10], ["年初预算数", 20, 60, 80], ["全年预算数", 20, 60, 80], ["全年执行数", 20, 60, 80]], ("", "80")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("total", ["合计", "小计"])
def test_what_was_left_over_stands_among_the_rows_of_a_block_on_its_side(
    total: str, rows: list[list[str | float | None]], read: tuple[str, str]
) -> None:
    (form,) = recognize(grid_of([["资金（万元）", "中央补助", "区级资金", total], *rows, *INDICATOR_ROWS]), "表")
    found = tuple(form.entries.fields[key].text if key in form.entries.fields else "" for key in ("funds_adjusted", "funds_executed"))
    assert found == read, "an amount of one source is not that of all, and 本年预算 may be without what was left"


def test_lines_called_as_columns_are_no_sources_of_money() -> None:
    rows: list[list[str | float | None]] = [
        ["资金（万元）", "预算数", "执行数"], ["年初批复", 90, None], ["调整后", 100, 95], ["执行率", None, "95%"],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert "funds" not in form.entries.tables, "90 and 100 would make a budget of 190"


def test_parts_of_a_line_are_told_where_one_column_of_three_is_wrong() -> None:
    head: list[str | float | None] = ["资金（元）", "年初预算数", "全年预算数", "全年执行数"]
    parts: list[list[str | float | None]] = [["基本支出", 60, 61, 61], ["项目支出", 30, 40, 35], ["其中：办案费", 20, 28, 25], ["　　　装备费", 10, 12, 10]]
    (form,) = recognize(grid_of([head, *parts, ["合计", 90, 101, 69], *INDICATOR_ROWS]), "表")
    assert money_rows(form) == [("基本支出", ""), ("项目支出", ""), ("办案费", "二级项目"), ("装备费", "二级项目")]


def test_points_behind_the_title_of_each_table_are_no_line_of_it() -> None:
    money: list[list[str | float | None]] = [["资金（万元）", None, None, "全年预算数", "全年执行数", "分值", "得分"], ["资金总额", None, None, 100, 95, 10, 9.5]]
    goals = [["履职目标1：公正审判", None, None, None, None, "权重", 90], ["履职目标2：优化服务", None, None, None, None, "权重", 90]]
    (form,) = recognize(grid_of([*money, goals[0], *INDICATOR_ROWS, goals[1], *INDICATOR_ROWS]), "表")
    assert "funds" not in form.entries.tables
    assert taken(form, "name") == ["培训人数", "合格率", "学员满意度"] * 2
    assert [form.entries.fields[key].text for key in ("budget_weight", "budget_claimed_score")] == ["10", "9.5"]


def test_labels_and_figures_in_rows_below_the_indicators_are_one_block() -> None:
    money: list[list[str | float | None]] = [["年初预算（万元）", 90, "调整后预算（万元）", 100], ["全年支出（万元）", 95, "预算执行率", "95%"]]
    (form,) = recognize(grid_of([["项目名称", "甲"], *INDICATOR_ROWS, *money]), "表")
    assert [form.entries.fields[f"funds_{key}"].text for key in ("initial", "adjusted", "executed")] == ["90", "100", "95"]


@pytest.mark.parametrize(("standard", "moved"), [("≥95%", False), ("达到90%以上", False), ("100%", True), ("按比例得分", True)])
def test_a_rate_that_is_enough_for_all_points_is_no_share_of_them(standard: str, moved: bool) -> None:
    row: list[str | float | None] = ["预算执行", None, "预算执行率", standard, "96%", 10, 10]
    (form,) = recognize(grid_of([[*INDICATOR_ROWS[0][:3], "评分细则", *INDICATOR_ROWS[0][4:]], row, *INDICATOR_ROWS[1:]]), "表")
    assert ("budget_claimed_score" in form.entries.fields) == moved


def test_a_list_above_the_sources_of_its_money_is_no_part_of_them() -> None:
    listed: list[list[str | float | None]] = [["子项目名称", "下达资金（万元）", "支付资金（万元）", "支付率"], ["治河", 60, 60, "100%"], ["修坝", 40, 35, "87.5%"], ["合计", 100, 95, "95%"]]
    money: list[list[str | float | None]] = [["资金来源", "预算数", "执行数", "执行率"], ["中央资金", 70, 70, "100%"], ["地方资金", 30, 25, "83.33%"], ["合计", 100, 95, "95%"]]
    (form,) = recognize(grid_of([*listed, *money, *INDICATOR_ROWS]), "表")
    assert money_rows(form) == [("中央资金", ""), ("地方资金", "")]
    assert money_rows(form, "budget") == [("治河", "一级项目"), ("修坝", "一级项目"), ("合计", "合计")]


def test_the_budget_of_the_beginning_is_the_one_although_the_cost_fits_the_rate() -> None:
    rows: list[list[str | float | None]] = [["项目总投资", 100, "年初批复预算", 80, "实际支出", 95, "执行率", "95%"]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_initial"].value == 80
    assert "funds_adjusted" not in form.entries.fields


def test_a_task_without_money_ends_no_list_of_them() -> None:
    rows: list[list[str | float | None]] = [["任务名称", "全年预算数", "全年执行数"], ["林木管护", 1560, 1560], ["森林防火"], ["病虫防治", 420, 400]]
    (form,) = recognize(grid_of([["部门整体支出绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert [name for name, _ in money_rows(form, "budget")] == ["林木管护", "森林防火", "病虫防治"]


@pytest.mark.parametrize(
    ("weights", "scores", "points"),
    [
        ((0.1, 0.6, "0.3"), (9.8, 60, 28), (10, 60, 30)),
        ((0.1, 0.6, 0.35), (9.8, 60, 28), (10, 60, 35)),
        ((0.1, 0.6, 0.3), (0.1, 0.6, 0.28), ("0.1", "0.6", "0.3")),
        ((10, 60, 30), (9.8, 60, 28), (10, 60, 30)),
    ],
)
def test_weights_that_are_shares_of_one_are_points(
    weights: tuple[float, float, float | str], scores: tuple[float, float, float], points: tuple[object, object, object]
) -> None:
    money: list[list[str | float | None]] = [
        ["资金", "全年预算数", "全年执行数", "权重", "得分"], ["合计", 100, 98, weights[0], scores[0]]
    ]  # fmt: skip
    rows: list[list[str | float | None]] = [
        ["一级指标", "三级指标", "年度指标值", "实际完成值", "权重", "得分"],
        ["产出指标", "培训人数", "≥100人", "105人", weights[1], scores[1]],
        ["效益指标", "就业率", "≥90%", "84%", weights[2], scores[2]],
        ["总分", None, None, None, 1, sum(scores)],
    ]
    (form,) = recognize(grid_of([["绩效自评表"], *money, *rows]), "表")
    found = [form.entries.fields["budget_weight"], *(row["weight"] for row in form.entries.tables["indicators"])]
    assert [entry.value for entry in found] == [Decimal(one) for one in points]  # type: ignore[arg-type]


def test_a_label_of_the_block_named_as_the_rate_is_no_column_of_it() -> None:
    heads: list[str | float | None] = ["预算执行率", "年初预算", "调整预算", "实际支出", "执行率", "权重", "得分"]
    grid = grid_of([heads, [None, 100, 120, 114, "95.00%", "10%", 9.5], *INDICATOR_ROWS])
    grid.merges.append((1, 1, 2, 1))
    (form,) = recognize(grid, "表")
    keys = ("funds_initial", "funds_adjusted", "funds_executed", "budget_claimed_rate", "budget_weight")
    assert [form.entries.fields[key].text for key in keys] == ["100", "120", "114", "95.00%", "10%"]
    assert not form.ambiguities


@pytest.mark.parametrize(("rate", "read"), [("92%", True), ("50%", False)])
def test_what_projects_cost_is_their_budget_where_the_rates_are_of_it(rate: str, read: bool) -> None:
    rows: list[list[str | float | None]] = [
        ["项目清单（万元）"], ["序号", "项目名称", "总投资", "其中：中央资金", "地方资金", "累计支出", "支出率"],
        [1, "东片", 1500, 1000, 500, 1380, rate], [2, "西片", 1000, 600, 400, 920, rate], ["合计", None, 2500, 1600, 900, 2300, rate],
    ]  # fmt: skip
    found = recognize(grid_of(rows), "表")
    lines = [[row["name"].text, row["adjusted"].value] for form in found for row in form.entries.tables.get("budget", ())]
    parts = [[["中央资金", one], ["地方资金", other]] for one, other in ((1000, 500), (600, 400), (1600, 900))]
    assert lines == ([["东片", 1500], *parts[0], ["西片", 1000], *parts[1], ["合计", 2500], *parts[2]] if read else [])
    assert all(form.supplement for form in found) == read


def test_names_below_an_amount_of_all_move_no_column() -> None:
    rows: list[list[str | float | None]] = [
        ["年度预算（万元）", None, "年初预算数", "全年预算数", "全年执行数", None, "执行率"], [None, "年度资金总额", 1200, 1300, 1261, None, "97%"],
        [None, "按收入性质分：", None, None, "按支出性质分："], [None, "其中：一般公共预算", 1250, None, "其中：基本支出", 800], [None, "其他资金", 50, None, "项目支出", 500],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    keys = ("funds_initial", "funds_adjusted", "funds_executed")
    assert [form.entries.fields[key].text for key in keys] == ["1200", "1300", "1261"]
    assert "funds" not in form.entries.tables, "which of the amounts is divided, nobody says"


@pytest.mark.parametrize(("marks", "inner"), [(("一、", "二、"), ""), (("", ""), ""), (("1.", "2."), "（1）")])
def test_the_line_behind_the_parts_of_another_is_no_part_of_it(marks: tuple[str, str], inner: str) -> None:
    first, second = (f"{mark}{name}支出" for mark, name in zip(marks, ("基本", "项目"), strict=True))
    rows: list[list[str | float | None]] = [
        ["项目", "年初预算", "预算合计", "决算数"], [first, 10, 10, 9], [f"其中：{inner}人员支出", 6, 6, 6], ["公用支出", 4, 4, 3],
        [second, 5, 5, 5], ["其中：甲", 3, 3, 3], ["乙", 2, 2, 2], ["合计", 15, 15, 14],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    levels = [row["level"].text for row in form.entries.tables["budget"]]
    assert levels == ["一级项目", "二级项目", "二级项目", "一级项目", "二级项目", "二级项目", "合计"]


def test_numbered_parts_stay_parts() -> None:
    lines: list[list[str | float | None]] = [["1.甲", 10, 9], ["其中：1.子甲", 6, 5], ["2.子乙", 4, 4], ["合计", 10, 9]]
    (form,) = recognize(grid_of([["项目", "全年预算数", "全年执行数"], *lines, *INDICATOR_ROWS]), "表")
    assert [row["level"].text for row in form.entries.tables["budget"]] == ["一级项目", "二级项目", "二级项目", "合计"]


@pytest.mark.parametrize(("rate", "budget"), [("75%", "120"), ("50%", None)])
def test_bonds_are_the_budget_where_the_rate_is_of_them(rate: str, budget: str | None) -> None:
    rows: list[list[str | float | None]] = [["债券发行额度", 120, "已支出金额", 90], ["支出进度", rate]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    adjusted = form.entries.fields.get("funds_adjusted")
    assert (adjusted.text if adjusted else None, form.entries.fields["funds_executed"].text) == (budget, "90")


@pytest.mark.parametrize(("name", "target"), [("预算执行率（%）", 100), ("预算执行率", "100%")])
def test_the_execution_below_a_level_of_its_name_says_its_unit_or_not(name: str, target: str | float) -> None:
    actual = 98 if target == 100 else "98%"
    row: list[str | float | None] = ["执行", None, name, target, actual, 10, 9.8, None]
    (form,) = recognize(grid_of([*INDICATOR_ROWS, row]), "表")
    assert len(form.entries.tables["indicators"]) == len(INDICATOR_ROWS) - 1
    fields = {key: form.entries.fields[f"budget_{key}"].value for key in ("claimed_rate", "weight", "claimed_score")}
    assert fields == {"claimed_rate": Decimal("0.98"), "weight": Decimal(10), "claimed_score": Decimal("9.8")}


@pytest.mark.parametrize(("second", "spent", "doubted"), [(50, 1040, True), (50, None, True), (900, 880, False)])
def test_a_column_called_change_is_a_doubt_unless_it_may_well_be_a_budget(second: int, spent: int | None, doubted: bool) -> None:
    rows: list[list[str | float | None]] = [["资金来源", "年初预算数", "调整数", "执行数"], ["年度资金总额", 1000, second, spent]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [each.readings for each in form.ambiguities] == [("调整后预算数", "调整额")] * doubted


def test_two_units_of_money_around_a_form_are_a_doubt() -> None:
    rows: list[list[str | float | None]] = [["资金来源", *HEADS[1:3]], ["年度资金总额", 100, 90]]
    titles: list[list[str | float | None]] = [["项目支出绩效自评表（金额单位：万元）"], ["项目名称", "甲"]]
    (form,) = recognize(grid_of([*titles, *rows, *INDICATOR_ROWS, ["注：单位：元"]]), "表")
    assert [each.readings for each in form.ambiguities] == [("万元", "元")]


def test_parts_of_a_line_are_parts_though_one_of_their_amounts_is_wrong() -> None:
    lines: list[list[str | float | None]] = [["甲类", 600, 620, 500], ["子甲", 400, 420, 300], ["子乙", 200, 200, 190]]
    rows = [["资金来源", *HEADS[:3]], ["年度资金总额", 1000, 1020, 900], *lines, ["乙类", 400, 400, 400]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [level for _, level in money_rows(form)] == ["", "二级项目", "二级项目", ""]


def test_the_execution_said_again_without_figures_is_no_indicator_whatever_all_points_are() -> None:
    rows: list[list[str | float | None]] = [["资金来源", "全年预算数", "执行数", "分值", "得分"], ["年度资金总额", 100, 90, 10, 9]]
    again: list[str | float | None] = ["预算执行率", None, "预算执行率", None, None, 10, 9]
    bare: list[str | float | None] = ["预算执行率得分（10分）", *[None] * 5, 9]
    for grid in ([INDICATOR_ROWS[0], again, *INDICATOR_ROWS[1:3]], [*INDICATOR_ROWS[:3], bare]):
        (form,) = recognize(grid_of([*rows, *grid]), "表")
        assert taken(form, "name") == ["培训人数", "合格率"]


def test_a_label_that_names_a_source_is_read_before_an_empty_cell_too() -> None:
    rows: list[list[str | float | None]] = [["财政资金预算数", 60, "财政资金执行数", None], ["其他资金预算数", 40, "其他资金执行数", 40]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [row["executed"].place and row["executed"].place.cell for row in form.entries.tables["funds"]] == ["D1", "D2"]


def test_a_bare_rate_below_a_heading_in_percent_without_brackets_is_a_doubt() -> None:
    rows: list[list[str | float | None]] = [["资金来源", "全年预算数", "全年执行数", "执行率%"], ["年度资金总额", 1000, None, 0.9]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [each.readings for each in form.ambiguities] == [("0.9%", "90%")]


@pytest.mark.parametrize("label", ["结余（万元）", "资金结余", "年末结转结余"])
def test_what_is_left_is_no_part_of_the_money_beside_it(label: str) -> None:
    for second in (["支出率", "90%", label, 150], [label, 150, "支出率", "90%"]):
        (form,) = recognize(grid_of([["预算数", 1500, "执行数", 1350], second, *INDICATOR_ROWS]), "表")
        assert (form.entries.fields["funds_executed"].value, "funds" in form.entries.tables) == (1350, False)


def test_the_execution_among_the_indicators_may_be_called_that_of_spending() -> None:
    rows = [*INDICATOR_ROWS, ["支出进度", None, None, "100%", "90%", 20, 18]]
    (form,) = recognize(grid_of(rows), "表")
    assert form.entries.fields["budget_weight"].value == 20


@pytest.mark.parametrize(("standard", "own"), [
    ("执行率×10分", False), ("按比例得分", False), ("每低1个百分点扣0.5分", True), ("低于90%不得分", True),
    ("按执行率×10分计分，低于60%不得分", False), ("按执行率×15分计分，低于60%不得分", True), ("15分×执行率，低于60%不得分", True),
])  # fmt: skip
def test_the_execution_among_the_indicators_has_points_that_are_a_share_of_the_rate(standard: str, own: bool) -> None:
    heading, *rows = [[*row, None] for row in INDICATOR_ROWS]
    rows.append(["预算执行", None, "预算执行率", "100%", "90%", 10, 9, None, standard])
    (form,) = recognize(grid_of([[*heading[:-1], "评分标准"], *rows]), "表")
    assert ("预算执行率" in taken(form, "name")) is own


@pytest.mark.parametrize(("adjusted", "stated", "again", "kept"), [(None, "125%", "100%", "125%"), (100, "100%", "90%", "90%")])
def test_a_rate_among_the_indicators_may_be_that_of_a_budget_nobody_gives(
    adjusted: int | None, stated: str, again: str, kept: str
) -> None:
    heads: list[str | float | None] = ["资金情况", "年初预算数", "全年预算数" if adjusted else None, "决算数", "执行率"]
    money: list[str | float | None] = ["年度资金总额", 80, adjusted, 100, stated]
    rate: list[str | float | None] = ["过程", "预算执行", "预算执行率", "100%", again, 10, 10, None]
    (form,) = recognize(grid_of([heads, money, *INDICATOR_ROWS, rate]), "表")
    assert form.entries.fields["budget_claimed_rate"].text == kept


def test_money_with_a_title_of_its_own_beside_a_form_is_another_forms() -> None:
    left = [["项目支出绩效自评表"], *INDICATOR_ROWS]
    right = [["2023年度部门整体支出"], ["资金来源", "全年预算数", "全年执行数"], ["年度资金总额", 500, 400]]
    lines = zip_longest(left, right, fillvalue=[])
    forms = recognize(grid_of([[*row, *[None] * (9 - len(row)), *beside] for row, beside in lines]), "表")
    assert ["funds_adjusted" in form.entries.fields for form in forms] == [False, True]


@pytest.mark.parametrize("budget", ["260万元（其中基本支出180万元，项目支出80万元）", "260万元"])
def test_an_amount_may_name_its_parts_in_brackets(budget: str) -> None:
    (form,) = recognize(grid_of([["年初预算", budget, "决算", "252.2万元（含质保金6万元）"], *INDICATOR_ROWS]), "表")
    found = [form.entries.fields[f"funds_{key}"].value for key in ("initial", "executed")]
    assert (found, form.entries.fields["currency_unit"].text) == ([260, Decimal("252.2")], "万元")


def test_the_day_on_which_money_was_handed_down_is_no_money() -> None:
    rows: list[list[str | float | None]] = [
        ["资金下达文件", "下达时间", "资金额（万元）", "已支付（万元）", "支付率"],
        ["财建〔2022〕12号", "2022年3月", 560, 560, "100%"], ["财建〔2022〕48号", "2022年7月", 240, 216, "90%"],
        ["合计", None, 800, 776, "97%"],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("adjusted", "executed")] == [800, 776]
    assert "funds_initial" not in form.entries.fields


def test_what_was_handed_down_stands_beside_what_was_spent() -> None:
    (form,) = recognize(grid_of([["资金（万元）", "下达数", 320, "支出数", 313.6, "98%"], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_adjusted"].value == 320


def test_what_stands_below_points_is_what_it_is_called_beside_a_score() -> None:
    rows: list[list[str | float | None]] = [
        ["任务名称", "预算数（万元）", None, "执行数（万元）", None, "分值", None],
        [None, "总额", "其中：财政", "总额", "其中：财政", "执行率", "得分"],
        ["甲任务", 60, 60, 60, 60, "100%", "—"], ["乙任务", 40, 30, 35, 28, "87.5%", "—"], ["金额合计", 100, 90, 95, 88, "95%", 9.5],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["部门整体支出绩效自评表（2024年度）"], *rows, *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    assert (fields["budget_claimed_rate"].text, fields["budget_claimed_score"].text) == ("95%", "9.5")
    assert "budget_weight" not in fields


SUMS_OF_SOURCES: list[tuple[list[str], list[float]]] = [
    (["省级", "市级", "合计"], [60, 40, 100]),
    (["政策资金总额", "其中：省级", "市级"], [100, 60, 40]),
    (["合计", "一般公共预算", "政府性基金预算"], [100, 60, 40]),
    (["一般公共预算", "政府性基金", "合计预算"], [60, 40, 100]),
]


@pytest.mark.parametrize(("heads", "amounts"), SUMS_OF_SOURCES)
@pytest.mark.parametrize("names", ["项目资金（万元）", "任务名称"])
def test_a_sum_beside_its_sources_is_the_budget(heads: list[str], amounts: list[float], names: str) -> None:
    rows: list[list[str | float | None]] = [
        [names, *heads, "执行数", "执行率"], ["甲", *amounts, 90, "90%"], ["合计", *amounts, 90, "90%"],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[key].value for key in ("funds_adjusted", "funds_executed")] == [100, 90]
    assert not form.ambiguities


def test_a_sum_beside_its_sources_behind_the_budget_is_none() -> None:
    rows: list[list[str | float | None]] = [
        ["项目资金（万元）", "全年预算数", "省级", "市级", "合计", "执行数"], ["年度资金总额", 100, 50, 30, 80, 90],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_adjusted"].value == 100


_YEARS_OF_MONEY: list[list[list[str | float | None]]] = [
    [["项目资金", "2023年", "2024年", "累计"], ["预算数", 90, 100, 190], ["执行数", 85, 97, 182]],
    [["项目资金", "累计", "2024年", "2023年"], ["预算数", 190, 100, 90], ["执行数", 182, 97, 85]],
    [["项目资金", "预算数", "执行数"], ["2023年", 90, 85], ["2024年", 100, 97], ["累计", 190, 182]],
    [
        ["项目资金", "累计", None, "2023年", None, "2024年", None],
        [None, "预算数", "执行数", "预算数", "执行数", "预算数", "执行数"],
        ["年度资金总额", 190, 182, 90, 85, 100, 97],
    ],
    [
        [None, "2023年", None, "2024年", None],
        ["资金来源", "预算数", "执行数", "预算数", "执行数"],
        ["年度资金总额", 90, 85, 100, 97],
    ],
]


@pytest.mark.parametrize("lines", _YEARS_OF_MONEY, ids=["across", "across, all first", "down", "above", "apart"])
def test_of_the_money_of_several_years_that_of_the_forms_year_counts(lines: list[list[str | float | None]]) -> None:
    grid = grid_of([["项目支出绩效自评表（2024年度）"], *lines, *INDICATOR_ROWS])
    if len(lines[0]) > 4:
        grid.merges = [(2, column, 2, column + 1) for column in (2, 4, 6)]
    (form,) = recognize(grid, "表")
    assert [form.entries.fields[key].value for key in ("funds_adjusted", "funds_executed")] == [100, 97]
    assert not form.ambiguities


@pytest.mark.parametrize("lines", _YEARS_OF_MONEY[:3], ids=["across", "across, all first", "down"])
def test_of_the_money_of_several_years_none_is_read_where_no_year_is_named(lines: list[list[str | float | None]]) -> None:
    (form,) = recognize(grid_of([["项目支出绩效自评表"], *lines, *INDICATOR_ROWS]), "表")
    assert "funds_adjusted" not in form.entries.fields


@pytest.mark.parametrize(("spent", "names"), [(["财政拨款：280万元", "其他资金：20万元"], ["财政拨款", "其他资金"]), (["其他资金：26万元", None], None)])
def test_parts_below_amounts_that_say_what_they_are(spent: list[str | None], names: list[str] | None) -> None:
    rows: list[list[str | float | None]] = [
        ["项目资金", "全年预算：326万元", "执行：300万元", "执行率：92.02%"],
        [None, "其中：财政拨款：300万元", spent[0]], [None, "其他资金：26万元" if spent[1] else None, spent[1]],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [row["name"].text for row in form.entries.tables.get("funds", ())] == (names or [])
    if names:
        assert [row["executed"].value for row in form.entries.tables["funds"]] == [280, 20]


_MANAGED: list[list[str | float | None]] = [
    ["资金（万元）", "全年预算数", "全年执行数"], ["年度资金总额", 100, 95],
    ["任务名称", "情况说明", "存在问题和改进措施"], ["任务一", "好", "无"], ["任务二", "好", "无"],
]  # fmt: skip


@pytest.mark.parametrize("below", [[["合计", None, None]], INDICATOR_ROWS], ids=["a sum without points", "indicators"])
def test_how_money_was_managed_is_read_below_any_word_for_its_items(below: list[list[str | float | None]]) -> None:
    (form,) = recognize(grid_of([["转移支付绩效自评表（2024年度）"], *_MANAGED, *below]), "表")
    assert [row["note"].text for row in form.entries.tables["management"]] == ["好", "好"]


def test_a_level_of_which_only_a_part_is_listed_keeps_the_form_readable() -> None:
    rows: list[list[str | float | None]] = [
        ["一级指标", "分值", "二级指标", "分值", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
        ["产出指标", 60, "数量指标", 60, "其中：男", "≥50人", "50人", None, None],
        ["效益指标", 40, "社会效益指标", 40, "就业率", "≥90%", "95%", 40, 40], ["总分", None, None, None, None, None, None, 100, 40],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["项目支出绩效自评表（2024年度）"], *rows]), "表")
    assert [row["name"].text for row in form.entries.tables["indicators"]] == ["其中：男", "就业率"]


_LISTED: list[str | float | None] = ["项目", "全年预算数", "全年执行数", "执行率", "分值", "得分"]


@pytest.mark.parametrize(("points", "read"), [(5, True), (100, False)])
def test_points_of_each_projects_own_evaluation_are_none_of_the_execution(points: int, read: bool) -> None:
    lines = [_LISTED, ["甲项目", 60, 57, "95%", points, 4], ["乙项目", 40, 38, "95%", points, 4], ["合计", 100, 95, "95%"]]
    (form,) = recognize(grid_of([["部门整体支出绩效自评表"], *lines, *INDICATOR_ROWS]), "表")
    assert all(("weight" in row) is read for row in form.entries.tables["budget"][:2])
    assert ((3, 5) in form.leftovers) is not read


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        ([["项目支出", 40, 37], ["其中：甲", 30, 30], ["乙", 10, 7], ["年末结转结余", None, 3], ["合计", 40, 40]], ["甲", "乙"]),
        ([["其他支出", 40, 37], ["其中：甲", 30, 30], ["上年结转", 10, 7], ["合计", 40, 37]], ["甲", "上年结转"]),
    ],
)
def test_what_is_left_at_the_end_of_the_year_is_no_part_of_the_last_line(rows: list[list[str | float | None]], parts: list[str]) -> None:
    (form,) = recognize(grid_of([["部门整体支出绩效自评表"], _LISTED[:3], *rows, *INDICATOR_ROWS]), "表")
    assert [row["name"].text for row in form.entries.tables["budget"] if row["level"].text == "二级项目"] == parts


def test_a_project_for_which_its_group_has_no_room_stands_alone() -> None:
    heads: list[str | float | None] = ["序号", "科室", "项目名称", "全年预算数", "全年执行数"]
    rows = [["一", "基教科", None, 60, 58], [1, None, "营养", 20, 20], [2, None, "校舍", 40, 38], ["二", None, "其他项目", 40, 37]]
    (form,) = recognize(grid_of([["部门整体支出绩效自评表"], heads, *rows, ["合计", None, None, 100, 95], *INDICATOR_ROWS]), "表")
    levels = ["一级项目", "二级项目", "二级项目", "一级项目", "合计"]
    assert [row["level"].text for row in form.entries.tables["budget"]] == levels
