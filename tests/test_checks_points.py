"""Checks of weights, totals and grades."""

from __future__ import annotations

from decimal import Decimal

import pytest
from build import (
    FUNDS,
    INDICATORS,
    SHEET,
    adding,
    change,
    entry,
    form,
    without,
)
from checking import (
    CASES,
    OURS,
    PRINTED,
    RULES,
    check,
    line,
    loud,
    row,
    without_rows,
    without_state,
)

from selfeval_xl.assess import assess
from selfeval_xl.model import (
    ManagementItem,
    Place,
    Subtotal,
    Template,
)
from selfeval_xl.rules import RuleSet, load


def test_in_our_workbook_the_execution_has_a_weight_if_only_zero() -> None:
    blank = line("年度资金总额", 分值="")
    assert [one.id for one in loud(blank._replace(template=OURS)) if one.severity == "error"] == ["weights.missing"]
    assert "weights.missing" not in [one.id for one in loud(blank)], "other forms may score it elsewhere"


@pytest.mark.parametrize(("grade", "wrong"), [("优", False), ("优秀", False), ("合格", True), ("A", True), ("良", True)])
def test_in_our_workbook_a_grade_is_one_of_the_rules(grade: str, wrong: bool) -> None:
    found = loud(form(grade=grade, template=OURS))
    assert ("score.grade" in [one.id for one in found]) == wrong
    assert ("score.grade" in [one.id for one in loud(form(grade=grade))]) == (grade == "良")


@pytest.mark.parametrize(
    ("grade", "total", "wrong"),
    [("合格", "98.67", False), ("及格", "98.67", False), ("不合格", "98.67", True), ("不及格", "98.67", True), ("不合格", "50", False),
     ("达标", "98.67", False), ("未达标", "98.67", True), ("尚未达标", "50", False), ("达标，未发现问题", "98.67", False), ("较好", "98.67", False)],
)  # fmt: skip
def test_in_a_form_of_others_the_lowest_grade_and_all_above_it_may_have_names_of_their_own(
    grade: str, total: str, wrong: bool
) -> None:
    assert [one.id for one in loud(form(grade=grade, total=total)) if one.id == "score.grade"] == ["score.grade"] * wrong


def test_the_total_names_the_case_of_indicators_that_fill_all_hundred() -> None:
    (finding,) = loud(CASES["weights.total"]())
    assert (finding.provided, finding.expected, finding.difference) == ("110", "100", "10")
    assert "没有给预算执行率留出分值" in finding.message


def test_levels_can_be_anything_where_the_indicators_make_up_all_marks() -> None:
    table = change(INDICATORS, "培训人次", 分值="20", 得分="20")
    found = {one.id for one in loud(form(table, funds=without(FUNDS, "分值", "得分"), total="99.17"))}
    assert found == set()


@pytest.mark.parametrize("shift", ["0", "10"])
def test_a_form_without_a_weight_of_execution_may_give_ninety_or_a_hundred(shift: str) -> None:
    bare = without(FUNDS, "分值", "得分")
    weight = str(10 + int(shift))
    table = change(INDICATORS, "职工满意度", 分值=weight, 得分=weight)
    assert "weights.total" not in {one.id for one in check(form(table, funds=bare, total="", grade=""))}


@pytest.mark.parametrize(
    ("points", "dropped", "scored"),
    [
        ("10", ("分值", "得分"), True),  # room for the execution
        ("20", ("分值", "得分"), False),
        ("18", ("分值", "得分"), False),  # 98 points in all, and no word of the execution's
        ("18", ("分值",), True),
        ("", ("分值", "得分"), True),  # nobody knows how many there are to be
    ],
)
def test_the_execution_is_scored_where_the_form_says_so(points: str, dropped: tuple[str, ...], scored: bool) -> None:
    table = change(INDICATORS, "职工满意度", 分值=points, 得分=points)
    assessment = assess(form(table, funds=without(FUNDS, *dropped), total="", grade=""), RULES)
    assert assessment.budget.weight == (10 if scored else 0)


def test_a_score_that_fits_the_missing_weight_is_named_with_the_weights() -> None:
    short = change(INDICATORS, "培训人次", 分值="8", 得分="10")
    (finding,) = loud(form(short))
    scores = {one.claimed_score.place for one in form(short).indicators if one.name.text == "培训人次"}
    assert finding.id == "weights.total" and {finding.cells[-1]} == {place.cell for place in scores if place}
    assert "“培训人次”的得分超过了自己的分值" in finding.message


def test_levels_may_carry_their_points() -> None:
    named = INDICATORS.replace("| 产出指标 ", "| 产出指标（50分） ").replace("| 效益指标 ", "| 效益指标（30分） ")
    assert loud(form(named)) == []


def test_weights_that_are_not_what_the_tool_proposes_are_the_units_own() -> None:
    """The mark 分值来源 is a cell that anybody can fill in: it hides no wrong sum."""
    proposed = form(weights_proposed=True)
    assert loud(proposed) == []
    equal = {"人均培训成本": "10", "服务职工人次": "15", "帮扶机制": "15"}
    table = INDICATORS
    for name, weight in equal.items():
        table = change(table, name, 分值=weight, 得分="")
    table = change(table, "服务职工人次", 得分="")
    assert assess(form(table, weights_proposed=True), RULES).evaluation.weights_proposed
    raised = change(table, "培训人次", 分值="60", 得分="60")
    assert "weights.total" in {one.id for one in loud(form(raised, weights_proposed=True))}
    short = "\n".join(line for line in table.splitlines() if "满意度" not in line)  # no row takes that level's points
    assert assess(form(short, weights_proposed=True), RULES).evaluation.weights_proposed
    (told,) = [one.message for one in loud(form(short, weights_proposed=True)) if one.id == "weights.total"]
    assert "“满意度指标”还没有指标，建议给它的分值没有分出去" in told


def test_levels_with_too_many_and_too_few_points_are_named_together() -> None:
    (shifted,) = loud(CASES["weights.level"]())
    assert (shifted.provided, shifted.expected) == ("产出指标 45、满意度指标 15", "产出指标 50、满意度指标 10")
    named = [one for one in assess(form(), load("bands-80-50")).findings if one.id == "weights.level"]
    assert [(one.provided, one.expected) for one in named] == [("10", "20")], "the execution has too few"
    within = [one.id for one in assess(form(), load("department-guangdong")).findings if one.id.startswith("weights.")]
    assert within == [], "it is one of the items of management, whatever the form gives it"


def test_points_of_the_total_that_no_rows_make_are_told_beside_levels_that_differ_from_the_rules() -> None:
    row = Subtotal(40, entry("总分", Place(SHEET, "A40")), weight=entry("101", Place(SHEET, "F40")), whole=True)
    shifted = CASES["weights.level"]()
    found = [one for one in loud(shifted._replace(subtotals=(row,))) if one.id == "weights.total"]
    assert [(one.cells, one.provided, one.expected) for one in found] == [(("F40",), "101", "100")]
    assert [one.id for one in loud(shifted._replace(subtotals=(row._replace(weight=entry("100")),)))] == ["weights.level"]


def test_points_for_the_management_of_the_money_make_a_scheme_of_the_forms_own() -> None:
    items = (ManagementItem(entry("资金管理"), weight=entry("10"), claimed_score=entry("10", Place(SHEET, "G40"))),)
    table = change(INDICATORS, "培训人次", 分值="5", 得分="5")
    fewer = change(table, "参赛企业数", 分值="5", 得分="5")
    assert loud(form(fewer, management=items)) == []


@pytest.mark.parametrize("template", [None, OURS])
def test_a_total_of_wrong_scores_is_not_wrong_itself(template: Template | None) -> None:
    wrong = row("服务职工人次", "99.5", 得分="20")._replace(template=template)
    assert [one.id for one in loud(wrong) if one.id.startswith("score.")] == ["score.mismatch"]
    other = row("服务职工人次", "90", 得分="20")._replace(template=template)
    assert [one.id for one in loud(other) if one.id.startswith("score.")] == ["score.mismatch", "score.total"]


def test_full_marks_for_what_was_late_are_part_of_the_total() -> None:
    late = row("考试合格率", "96", 指标值="2023年10月底前", 实际完成值="2023年12月15日", 原因="雨季停工", 得分="10")
    assert [one.id for one in loud(late) if one.id.startswith("score.")] == ["score.mismatch", "score.total"]


@pytest.mark.parametrize(("total", "wrong"), [("98.7", []), ("99", ["score.total"])])
def test_a_total_may_be_rounded_to_one_decimal_and_no_further(total: str, wrong: list[str]) -> None:
    assert [one.id for one in loud(form(total=total))] == wrong


@pytest.mark.parametrize(("total", "wrong"), [("99", False), ("98.7", False), ("89.17", False), ("100", True)])
def test_how_the_score_of_an_execution_that_no_cell_shows_was_rounded_nobody_sees(total: str, wrong: bool) -> None:
    found = [one for one in check(form(funds=without(FUNDS, "分值", "得分"), total=total)) if one.id == "score.total"]
    assert [one.expected for one in found] == ["89.17"] * wrong
    assert all("没有填预算执行率的得分，按规则是 9.5 分" in one.message for one in found)


def test_scores_are_added_up_where_the_execution_has_none() -> None:
    plain = without(FUNDS, "分值", "得分")
    table = change(change(INDICATORS, "服务职工人次", 分值="30", 得分="28.75"), "职工满意度", 分值="10")
    assert [one.id for one in loud(form(table, funds=plain, total="98.75")) if one.id == "score.total"] == []
    assert [one.id for one in loud(form(table, funds=plain, total="97")) if one.id == "score.total"] == ["score.total"]


def test_a_score_that_is_not_claimed_leaves_the_total_open() -> None:
    assert [one.id for one in loud(line("年度资金总额", "90", 得分=""))] == ["score.missing"]
    assert [one.id for one in loud(row("服务职工人次", "91", 得分=""))] == ["score.missing"]


@pytest.mark.parametrize(("total", "wrong"), [("98.67", False), ("88.67", False), ("95", False), ("100", True)])
def test_a_score_of_a_row_that_does_not_apply_may_count_or_not(total: str, wrong: bool) -> None:
    idle = row("考试合格率", total, 实际完成值="/", 原因="考试推迟到下一年", 得分="10")
    assert [(one.id, one.expected) for one in loud(idle)] == [("score.total", "98.67")] * wrong
    (said,) = [one.message for one in check(idle) if one.id == "reason.not_applicable"]
    assert said.endswith("不适用，已写明原因，不计入总分，共 10 分。")


@pytest.mark.parametrize(("total", "wrong"), [("98.67", False), ("93.67", True)])
def test_scores_of_management_are_part_of_the_total(total: str, wrong: bool) -> None:
    items = (ManagementItem(entry("绩效管理"), weight=entry("5"), claimed_score=entry("5", Place(SHEET, "G40"))),)
    managed = row("帮扶机制", total, 分值="5", 得分="5")._replace(management=items)
    found = assess(managed, RULES._replace(management=True)).findings
    assert ("score.total" in [one.id for one in found]) == wrong


def test_in_our_workbook_a_row_left_blank_that_no_rule_decides_breaks_nothing() -> None:
    blank = row("帮扶机制", "88.67", 得分="")._replace(template=OURS)
    assert "score.missing" in [one.id for one in loud(blank)]


def test_a_total_without_scores_can_be_more_than_the_rules_give() -> None:
    (finding,) = loud(form(without(INDICATORS, "得分"), total="100"))
    assert (finding.id, finding.provided, finding.expected) == ("score.unattainable", "100", "98.67")
    assert loud(form(without(INDICATORS, "得分"), total="98.67")) == []


def test_a_form_without_weights_still_loses_what_the_execution_lost() -> None:
    table = without(INDICATORS, "分值", "得分")
    found = loud(form(table, funds=without(FUNDS, "分值", "得分"), total="100"))
    assert [(one.id, one.expected) for one in found] == [("score.unattainable", "99.5")]


def test_the_grade_is_compared_with_the_total_beside_it() -> None:
    assert loud(form(grade="优秀")) == []
    (finding,) = loud(form(grade="良好"))
    assert (finding.id, finding.expected) == ("score.grade", "优")
    assert [one.id for one in loud(form(without(INDICATORS, "得分"), grade="差"))] == ["score.grade"]


@pytest.mark.parametrize(("grade", "wrong"), [("优", False), ("良", False), ("中", True)])
def test_a_score_left_out_and_so_missing_in_the_total_is_no_wrong_grade(grade: str, wrong: bool) -> None:
    found = loud(form(change(INDICATORS, "培训人次", 得分=""), grade=grade, total="88.67"))
    assert [one.id for one in found] == ["score.missing", "score.grade"][: 1 + wrong]


def test_a_grade_may_be_said_at_more_length() -> None:
    assert loud(form(grade="优秀")) == []
    (finding,) = loud(form(grade="良好"))
    assert (finding.id, finding.provided, finding.expected) == ("score.grade", "良好", "优")


def test_a_total_without_any_indicator_is_not_compared() -> None:
    assert [one.id for one in loud(form(without_rows()))] == ["table.no_indicators"]
    assert loud(form(without_rows(), total="", grade="")) == []
    (told,) = [one for one in check(form(without_rows(), total="", grade="")) if one.id == "table.no_indicators"]
    assert told.severity == "info" and "没有读到绩效指标" in told.message and "表头" in told.fix
    (ours,) = [one for one in check(form(without_rows(), template=OURS)) if one.id == "table.no_indicators"]
    assert "表头" not in ours.fix, "its headings are locked"
    (bare,) = [one for one in loud(form(without_rows(), template=OURS, total="", grade="")) if "indicators" in one.id]
    assert bare.severity == "warning" and "没有填绩效指标" in bare.message, "nothing of it is hidden from us"


def test_management_items_count_and_keep_to_their_weight() -> None:
    items = (ManagementItem(entry("预算编制", None), entry("5", None), entry("6", Place("管理效率", "C3"))),)
    found = [one.id for one in loud(form(management=items, funds=None, total="", grade=""))]
    assert "score.exceeds_weight" in found


def test_a_score_of_an_execution_without_a_rate_keeps_to_its_weight() -> None:
    nothing = {"年初预算数": "", "全年预算数": "", "全年执行数": ""}
    funds = change(FUNDS, "年度资金总额", **nothing, 执行率="", 得分="12")
    for part in ("其中：财政拨款", "上年结转资金"):
        funds = change(funds, part, **nothing)
    found = [one for one in check(form(funds=funds, total="")) if one.id == "score.exceeds_weight"]
    assert [(one.cells, one.provided, one.expected) for one in found] == [(("G6",), "12", "10")]


def test_management_items_left_as_printed_have_no_points() -> None:
    assert loud(form(management=PRINTED)) == []
    assert [one.id for one in loud(form(management=PRINTED, total="90", grade=""))] == ["score.total"]
    short = form(change(INDICATORS, "培训人次", 分值="5", 得分="5"), management=PRINTED, total="", grade="")
    assert "weights.total" in [one.id for one in loud(short)]


def test_management_items_of_which_some_have_points_must_all_have_some() -> None:
    some = (PRINTED[0]._replace(weight=entry("20"), claimed_score=entry("20")), PRINTED[1])
    found = assess(form(management=some, total="", grade=""), load("department-guangdong")).findings
    assert [one.message for one in found if one.id == "weights.missing" and "“目标设置”" in one.message]


def test_a_score_below_zero_without_a_weight_lacks_the_weight() -> None:
    altered = form(change(INDICATORS, "培训人次", 分值="", 得分="-1"), total="87.67", grade="良")
    assert [one.id for one in loud(altered)] == ["weights.missing"]


@pytest.mark.parametrize(("rules", "name"), [(RULES, "资金管理或任务"), (RULES._replace(management=True), "管理效率")])
def test_points_of_the_management_are_called_as_the_form_has_them(rules: RuleSet, name: str) -> None:
    items = tuple(item._replace(weight=entry("5"), claimed_score=entry("5")) for item in PRINTED)
    found = assess(row("培训人次", total="103.67", 分值="5", 得分="5")._replace(management=items), rules).findings
    (wrong,) = [one for one in found if one.id == "weights.total"]
    assert f"{name} 10 分" in wrong.message


@pytest.mark.parametrize(
    ("cells", "total", "computed"),
    [
        ("扣减项 | | 未按时公开 | | | | -1 |", "97.67", "97.67"), ("加分项 | 表彰 | 获省级表彰 | ≥1次 | 1次 | | 1 |", "99.67", "99.67"),
        ("加减分项 | | 审计问题 | | | / | -1 |", "97.67", "97.67"), ("扣减项 | | 未按时公开 | | | -1 | -1 |", "97.67", "97.67"),
        ("扣减项 | | 未按时公开 | | | 5 | -1 |", "97.67", "97.67"), ("扣分项 | | 违规使用资金 | 0 | 0 | | 0 |", "98.67", "98.67"),
        ("扣减项（最多扣5分） | | 未按时公开 | | | | 1 |", "97.67", None), ("加分项 | | 获省级表彰 | | | | |", "98.67", "98.67"),
        ("加分项 | | 获省级表彰 | 每项加1分 | 1项 | 2 | 1 |", "99.67", "99.67"),
    ],
)  # fmt: skip
def test_points_that_are_added_or_taken_off_beside_the_hundred(cells: str, total: str, computed: str | None) -> None:
    one = form(adding(INDICATORS, f"| {cells} |"), total=total)
    assert loud(one) == []
    score = assess(one, RULES).total.score
    assert (None if score is None else str(score)) == computed
    said = [found.id for found in check(one) if "未按时公开" in found.message]
    assert said == (["score.undecided"] if computed is None else []), "why nobody knows the total"


def test_points_beside_the_hundred_count_in_the_total() -> None:
    assert [found.id for found in loud(form(adding(INDICATORS, "| 扣减项 | | 未按时公开 | | | | -1 | |")))] == ["score.total"]
    inside = adding(INDICATORS, "| 产出指标 | 数量指标 | 宣传次数 | ≥3次 | 3次 | | 5 | |")
    assert "weights.missing" in {found.id for found in loud(form(inside))}, "no row of theirs"


def heading(name: str, row: int, score: str) -> Subtotal:
    """The row of a first level above its own rows, with their score."""
    return Subtotal(row, entry(name, Place(SHEET, f"A{row}")), entry(name), claimed_score=entry(score, Place(SHEET, f"G{row}")))


def test_a_heading_adds_up_the_rows_below_it_and_not_those_above() -> None:
    """效益指标 40 is what the four rows above it come to by chance."""
    marks = (heading("产出指标", 14, "50"), heading("效益指标", 19, "40"))
    found = [one for one in loud(form(subtotals=marks)) if one.id == "score.total"]
    assert [(one.cells, one.provided, one.expected) for one in found] == [(("G19",), "40", "29.17")]


@pytest.mark.parametrize(("weight", "wrong"), [("90", []), ("100", ["score.total"])])
def test_a_total_may_be_that_of_the_indicators_where_its_weight_says_so(weight: str, wrong: list[str]) -> None:
    """合计 | 90 | 89.17 below indicators, and the 9.5 points of the execution above them; 总分 | 90 left them out."""
    row = Subtotal(40, entry("合计"), weight=entry(weight), whole=True)
    assert [one.id for one in loud(form(total="89.17", subtotals=(row,))) if one.id == "score.total"] == wrong
    assert not loud(form(subtotals=(row,))) and loud(form(total="88", subtotals=(row,)))
    row = row._replace(name=entry("总分"))
    (found,) = [one for one in loud(form(total="89.17", subtotals=(row,))) if one.id == "score.total"]
    assert (found.severity, found.expected) == ("warning" if weight == "90" else "error", "98.67")
    assert not loud(form(subtotals=(row,)))
    row = row._replace(name=entry("绩效指标总分"))
    assert [one.id for one in loud(form(total="89.17", subtotals=(row,))) if one.id == "score.total"] == wrong


def test_a_heading_above_the_row_of_the_execution_is_told_with_its_points() -> None:
    """预算完成率 stands among the rows of 效益指标, and was taken as the execution; not one of another sheet."""
    one = form(subtotals=(heading("效益指标", 19, "40"),))
    assert one.funds is not None
    total, *parts = one.funds.lines
    for sheet, expected in ((SHEET, "38.67"), ("预算执行", "29.17")):
        moved = total._replace(claimed_score=total.claimed_score._replace(place=Place(sheet, "G20")))
        (found,) = loud(one._replace(funds=one.funds._replace(lines=(moved, *parts))))
        assert (found.id, found.provided, found.expected) == ("score.total", "40", expected)


def test_points_that_a_level_prints_are_told_as_the_forms_own() -> None:
    named = INDICATORS.replace("| 产出指标 ", "| 产出指标（40分） ").replace("| 效益指标 ", "| 效益指标（40分） ")
    one = form(named)
    rows = [row._replace(level1=row.level1._replace(value=Decimal(40))) if "40" in row.level1.text else row for row in one.indicators]
    (found,) = loud(one._replace(indicators=tuple(rows)))
    assert found.id == "weights.level" and {"A15", "A20", "F15"} <= set(found.cells)
    assert "分值与表里写明的不同" in found.message and "“产出指标”各行共 50 分（写明 40 分）" in found.message
    named = assess(one._replace(indicators=tuple(rows)), load("bands-80-50")).findings
    assert not [told for told in named if told.id == "weights.level" and "规则 20 分" in told.message], "nor is the execution by another"


def test_weights_beside_an_execution_without_one_should_leave_room_for_it() -> None:
    table = change(INDICATORS, "培训人次", 分值="12", 得分="12")
    (found,) = [one for one in loud(form(table, funds=without(FUNDS, "分值"))) if one.id == "weights.total"]
    assert (found.provided, found.expected, found.difference) == ("92", "90", "2")
    assert "预算执行率没有单列分值，按规则占 10 分" in found.message and "各项指标的合计为 90 分" in found.fix


@pytest.mark.parametrize(("score", "id"), [("6", None), ("5", "score.out_of_band")])
def test_a_score_for_words_may_suit_the_weight_that_the_row_should_have(score: str, id: str | None) -> None:
    """6 of 12 is too little for 部分达成, 6 of the 10 that are right is not."""
    table = change(without_state("帮扶机制", "部分达成", score, "只做了两个季度"), "帮扶机制", 分值="12")
    found = {one.id for one in loud(form(table, total=str(Decimal("88.67") + Decimal(score))))}
    assert found == {"weights.total"} | ({id} if id else set())


def test_the_score_of_the_execution_is_missing_also_where_its_weight_is_not_printed() -> None:
    funds = change(without(FUNDS, "分值"), "年度资金总额", 得分="")
    (found,) = [one for one in loud(form(funds=funds)) if one.id == "score.missing"]
    assert found.expected == "9.5" and "预算执行率（分值 10 分，应得 9.5 分）" in found.message
    full = change(INDICATORS, "培训人次", 分值="20", 得分="20")
    assert loud(form(full, funds=funds, total="99.17")) == [], "nothing is left for it"


def test_a_score_above_its_weight_is_told_with_the_right_one() -> None:
    (met,) = [one for one in loud(row("培训人次", 得分="12")) if one.id == "score.exceeds_weight"]
    assert "（按完成情况应得 10 分）" in met.fix
    (open_one,) = [one for one in loud(row("帮扶机制", 得分="12")) if one.id == "score.exceeds_weight"]
    assert "应得" not in open_one.fix
