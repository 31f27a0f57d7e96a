"""Checks of the indicators' rows: targets, actuals, directions, dates, reasons, and each row's score."""

from __future__ import annotations

from decimal import Decimal

import pytest
from build import (
    FUNDS,
    INDICATORS,
    SHEET,
    adding,
    cells,
    change,
    entry,
    form,
    without,
)
from checking import (
    CASES,
    CHILDREN,
    OURS,
    RULES,
    check,
    loud,
    row,
    scored_of,
    without_state,
)

from selfeval_xl.assess import assess
from selfeval_xl.model import (
    EMPTY,
    Evaluation,
    Place,
)


@pytest.mark.parametrize(
    ("first", "second", "score", "why", "ids", "total"),
    [
        ("1194 人次", "60 家", "20", ("", ""), [], "98.67"),
        ("1194 人次", "40 家", "16", ("", "两家企业停产"), [], "94.67"),
        ("900 人次", "60 家", "19", ("台风", ""), [], "97.67"),
        ("1194 人次", "40 家", "20", ("", ""), ["score.mismatch"], None),
        ("1194 人次", "40 家", "20", ("", "两家企业停产"), ["score.mismatch"], None),
        ("900 人次", "60 家", "20", ("台风", ""), ["score.mismatch"], None),
        ("1194 人次", "40 家", "16", ("", ""), ["reason.missing"], "94.67"),
    ],
)
def test_rows_that_share_a_weight_have_its_score_together(
    first: str, second: str, score: str, why: tuple[str, str], ids: list[str], total: str | None
) -> None:
    table = change(INDICATORS, "培训人次", 实际完成值=first, 分值="20", 得分=score, 原因=why[0])
    table = change(table, "参赛企业数", 实际完成值=second, 分值="", 得分="", 原因=why[1])
    one = form(table, total=str(Decimal("78.67") + Decimal(score)))
    rows = list(one.indicators)
    rows[1] = rows[1]._replace(child=True, shares=True)
    one = one._replace(indicators=tuple(rows))
    assert [found.id for found in loud(one)] == ids
    assert assess(one, RULES).total.score == (None if total is None else Decimal(total))
    told = [found.fix for found in check(one) if found.id == "score.undecided"]
    assert any("合用一个分值" in fix for fix in told) is (score in ("16", "19"))


def test_a_score_within_its_band_is_not_out_of_it_where_another_row_shares_the_weight() -> None:
    table = adding(without_state("帮扶机制", "达成", "10", ""), "| 效益指标 | 可持续影响指标 | 帮扶户数 | ≥50 户 | 40 户 | | | 迁出 | |")
    one = form(table)
    last = one.indicators[-1]._replace(child=True, shares=True)
    mechanism = next(each for each in one.indicators if each.name.text == "帮扶机制")
    rows = [each for each in one.indicators[:-1] if each is not mechanism]
    found = check(one._replace(indicators=(*rows, mechanism, last)))
    assert "score.out_of_band" not in [each.id for each in found]


def test_full_marks_for_a_missed_target_are_wrong_whatever_the_weights_add_up_to() -> None:
    table = change(INDICATORS, "参赛企业数", 指标值="≥6 家", 实际完成值="5 家")
    one = form(change(table, "考试合格率", 分值="8", 得分="8"), total="96.67")
    assert {found.id for found in loud(one)} == {"weights.total", "score.mismatch"}  # 10 is 5/6 of 12 by chance
    table = change(INDICATORS, "参赛企业数", 指标值="≥6 家", 实际完成值="5 家", 分值="12", 得分="8.33")
    found = {found.id for found in loud(form(table, total="97"))}
    assert found == {"weights.total", "reason.missing"}, "the score follows from the right weight, the reason is owed"


@pytest.mark.parametrize(
    ("full", "name", "score", "once"),
    [("1", "", "", True), ("100", "", "", True), ("100", "培训人次", "90", False), ("1", "培训人次", "5", False), ("10", "", "", False)],
)
def test_all_scored_of_so_many_points_whatever_the_weights_is_one_cause(full: str, name: str, score: str, once: bool) -> None:
    table = change(scored_of(full), "服务职工人次", 原因="")
    found = loud(form(change(table, name, 得分=score) if name else table, total="98.67"))
    told = [one.id for one in found if one.id.startswith("score.")]
    assert (told == ["score.scale"]) == once
    assert not once or [one.cells for one in found if one.id == "reason.missing"] == [("H20",)]


def test_a_few_scores_above_their_weights_are_told_each_where_others_are_right() -> None:
    """Where no rule decides, full marks by the weight speak against any other scale."""
    table = INDICATORS
    others = dict.fromkeys((one[2] for one in cells(INDICATORS)[1:]), "5")
    for name, score in {**others, "培训人次": "6", "参赛企业数": "7", "考试合格率": "8"}.items():
        table = change(table, name, 指标值="按上级要求", 实际完成值="12 家", 分值="5", 得分=score)
    told = [one.cells for one in loud(form(table)) if one.id in ("score.exceeds_weight", "score.scale")]
    assert len(told) == 3


@pytest.mark.parametrize(
    ("values", "total", "ids"),
    [
        ({"实际完成值": "3、4", "得分": "9"}, "97.67", ["actual.unreadable"]),  # nor is a reason asked for the point
        ({"指标值": "／"}, "98.67", ["target.missing"]), ({"指标值": "……"}, "98.67", ["target.placeholder"]),
        ({"得分": "-1"}, "87.67", ["score.exceeds_weight", "score.grade"]),
        ({"实际完成值": "1500 人次", "得分": "9", "原因": "目标偏低"}, "97.67", ["score.mismatch"]),
    ],
)  # fmt: skip
def test_one_cause_in_a_row_is_told_once(values: dict[str, str], total: str, ids: list[str]) -> None:
    assert [one.id for one in loud(row("培训人次", total, **values))] == ids


@pytest.mark.parametrize(
    ("added", "ids"),
    [
        ("指标2： | …… |  |  |  |", ["target.placeholder"]), ("指标2： |  |  | 0 | 0 |", ["target.placeholder"]),
        ("指标2： | 5个 |  |  |  |", ["weights.missing", "actual.missing"]),
        ("指标2： |  |  |  | 5 |", ["weights.missing", "target.missing", "score.total"]),
    ],
)  # fmt: skip
def test_a_row_is_the_forms_own_only_while_nobody_has_entered_anything(added: str, ids: list[str]) -> None:
    assert [one.id for one in loud(form(adding(INDICATORS, f"| 产出指标 | 数量指标 | {added}  |")))] == ids


@pytest.mark.parametrize(
    ("name", "state", "told"),
    [
        ("培训人次", "达成", False), ("培训人次", "部分达成", True), ("培训人次", "未达成", True),
        ("服务职工人次", "达成", True), ("服务职工人次", "部分达成", False), ("服务职工人次", "未达成", False), ("服务职工人次", "", False),
        ("人均培训成本", "达成", False), ("人均培训成本", "未达成", True), ("帮扶机制", "达成", False),
    ],
)  # fmt: skip
def test_a_state_is_held_against_the_figures(name: str, state: str, told: bool) -> None:
    score, reason = ("19.17", "两场活动因台风取消") if name == "服务职工人次" else ("10", "")
    found = loud(form(without_state(name, state, score, reason)))
    assert [one.id for one in found] == (["actual.state"] if told else [])


def called_words(day: str, state: str, score: str, reason: str) -> Evaluation:
    """The clean form with a deadline called 定性."""
    lines = without_state("帮扶机制", state, score, reason).strip().splitlines()
    table = "\n".join(f"{one} {'' if number else '性质'} |" for number, one in enumerate(lines))
    total = str(Decimal("88.67") + Decimal(score))
    return form(change(table, "帮扶机制", 指标值="2024年12月底前", 实际完成值=day, 性质="定性"), total=total)


@pytest.mark.parametrize(("day", "state", "told"), [("2025年2月", "达成", True), ("2025年2月", "未达成", False), ("2024年11月", "达成", False), ("2024年11月", "未达成", False)])
def test_a_state_is_held_against_the_day_of_a_deadline(day: str, state: str, told: bool) -> None:
    score, reason = ("10", "") if state == "达成" else ("0", "招标流标")
    assert ("actual.state" in [one.id for one in loud(called_words(day, state, score, reason))]) is told


def test_what_was_late_is_said_to_be_late_though_it_is_called_words() -> None:
    (doubt,) = (one.message for one in check(called_words("2025年2月", "", "6", "招标流标")) if one.id == "score.undecided")
    assert "逾期该扣几分，规则没有规定" in doubt


def test_a_state_alone_is_no_actual() -> None:
    table = adding(without(INDICATORS, "原因"), "| 产出指标 | 质量指标 | 制度 | 完善 |  | 0 | 0 |")
    stated = form(table)
    *others, last = stated.indicators
    found = loud(stated._replace(indicators=(*others, last._replace(state=entry("达成", Place(SHEET, "Z30"))))))
    assert "actual.missing" in [one.id for one in found]


@pytest.mark.parametrize(("score", "wrong"), [("10", False), ("6", False), ("4", False), ("3", True), ("0", True)])
def test_a_target_set_too_low_costs_the_deviation_at_most(score: str, wrong: bool) -> None:
    found = loud(row("参赛企业数", 实际完成值="80 家", 得分=score, 原因="宣传到位"))
    assert ("score.mismatch" in [one.id for one in found]) == wrong


def test_figures_among_the_words_of_a_qualitative_row_are_evidence() -> None:
    told = row("帮扶机制", 指标值="持续改善", 实际完成值="产草量较上年提高4.2%，鼠害面积下降11%")
    assert loud(told) == []
    reached = row("帮扶机制", 指标值="达成预期指标", 实际完成值="达成预期指标，发布预警316条，准确率较上年提高3个百分点", 得分="7")
    assert [one.id for one in loud(reached)] == ["score.out_of_band"]


@pytest.mark.parametrize(("state", "wrong"), [("部分达成", True), ("基本达成", False), ("", False)])
def test_a_state_that_was_chosen_is_not_softened_by_the_words_beside_it(state: str, wrong: bool) -> None:
    table = change(without_state("帮扶机制", state, "8", "人手不足"), "帮扶机制", 指标值="健全", 实际完成值="基本健全")
    assert ("score.out_of_band" in [one.id for one in loud(form(table, total=""))]) == wrong


@pytest.mark.parametrize(
    ("target", "actual", "missed"),
    [
        ("同比增长≥2%", "同比下降2.6%", True), ("较上年下降≥5%", "较上年增长6%", True), ("增加20万人次", "减少50万人次", True),
        ("同比增长≥2%", "同比增长2.6%", False), ("较上年下降≥5%", "-6%", False), ("较上年下降≥5%", "下降6%", False),
        ("提升改造道路≥5公里", "改造道路5公里", False),
    ],
)  # fmt: skip
def test_a_change_in_the_other_direction_misses(target: str, actual: str, missed: bool) -> None:
    altered = row("服务职工人次", total="99.5", 指标值=target, 实际完成值=actual, 得分="20", 原因="")
    assert [one.id for one in loud(altered)] == (["score.mismatch"] if missed else [])


def test_the_name_may_say_which_way_is_meant() -> None:
    table = change(INDICATORS, "服务职工人次", 三级指标="经费增长率", 指标值="≥2%", 实际完成值="下降2.6%", 得分="20")
    assert [one.id for one in loud(form(table, total="99.5"))] == ["score.mismatch"]


def test_zero_may_be_written_in_words() -> None:
    altered = row("人均培训成本", 指标值="零", 实际完成值="零起")
    assert [one.id for one in loud(altered)] == []


def test_a_reason_below_the_table_may_name_the_indicator() -> None:
    silent = row("服务职工人次", 原因="")
    assert [one.id for one in loud(silent)] == ["reason.missing"]
    below = entry("1.服务职工人次：两场活动因台风取消，明年提前安排。", Place(SHEET, "B40"))
    assert loud(silent._replace(measures=below)) == []


def test_a_blank_reason_below_the_table_is_one_that_a_missed_row_lacks() -> None:
    silent = row("服务职工人次", 原因="")
    columns = silent.columns - {"reason"}
    assert loud(silent._replace(columns=columns)) == []  # nothing asks for a reason
    below = Place(SHEET, "B40")
    asked = silent._replace(columns=columns, problems=entry("", below))
    assert [one.id for one in loud(asked)] == ["reason.missing"]
    assert loud(asked._replace(problems=entry("两场活动因台风取消。", below))) == []
    assert loud(silent._replace(columns=columns, measures=entry("", below))) == [], "下一步工作计划 asks for none"


def test_the_same_row_under_another_second_level_is_there_twice() -> None:
    again = "| 产出指标 | 质量指标 | 参赛企业数 | ≥50 家 | 60 家 | 0 | 0 | |"
    assert "table.duplicate" in {one.id for one in loud(form(adding(INDICATORS, again)))}
    numbered = again.replace("参赛", "指标2：参赛")
    assert "table.duplicate" in {one.id for one in loud(form(adding(INDICATORS, numbered)))}
    other = again.replace("60 家", "70 家")
    assert "table.duplicate" not in {one.id for one in loud(form(adding(INDICATORS, other)))}


def test_a_wrong_budget_hides_no_slow_execution() -> None:
    funds = """
    | 名称         | 年初预算数 | 压减 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
    | 年度资金总额 | 200        | 5    | 190        | 158        | 10   | 83.16% | 8.32 |
    """
    assert {one.id for one in loud(form(funds=funds, total="97.49"))} == {"budget.adjustment", "budget.low_rate"}


@pytest.mark.parametrize(
    ("table", "id"),
    [
        (change(INDICATORS, "服务职工人次", 得分="20", 原因=""), "score.mismatch"),
        (change(INDICATORS, "服务职工人次", 得分="21", 原因=""), "score.exceeds_weight"),
        (without_state("帮扶机制", "部分达成", "10", ""), "score.out_of_band"),
        (change(INDICATORS, "按时完成率", 指标值="2023年12月底前", 实际完成值="2024年1月15日", 原因=""), "score.mismatch"),
    ],
)
def test_a_wrong_score_and_the_reason_left_out_are_one_finding(table: str, id: str) -> None:
    (finding,) = (one for one in loud(form(table, claimed_total=EMPTY)) if one.id.startswith(("score.", "reason.")))
    assert finding.id == id and len(finding.cells) == 2
    assert "也没有写偏差原因和改进措施" in finding.message and "补写偏差原因和改进措施" in finding.fix
    assert not any(one.id == "reason.missing" for one in check(form(without(table, "原因"), claimed_total=EMPTY)))
    assert not any("偏差原因" in one.message for one in loud(form(without(table, "原因"), claimed_total=EMPTY)))


@pytest.mark.parametrize(
    ("target", "actual", "reason", "wrong"),
    [
        ("2023年10月底前", "2023年12月15日", "雨季停工", True), ("2023年10月底前", "2023年第四季度末", "雨季停工", True),
        ("2023年10月底前", "未完成（雨季停工）", "", True),
        ("80-90", "70", "雨季停工", True), ("≥0%", "-2%", "雨季停工", True), ("≤-5%", "3%", "雨季停工", True),
        # In time, or nobody can tell.
        ("2023年10月底前", "2023年10月31日", "", False), ("2023年12月15日前", "2023年12月", "", False),
        ("2023年6月底前", "2023年", "", False), ("2023年10月底前", "已完成", "", False),
        ("80-90", "95", "", False), ("-5%", "-8%", "", False),
    ],
)  # fmt: skip
def test_full_marks_for_a_target_surely_missed_though_no_rule_says_what_that_costs(
    target: str, actual: str, reason: str, wrong: bool
) -> None:
    of_row = {"指标值": target, "实际完成值": actual, "原因": reason}
    found = [one for one in loud(row("按时完成率", **of_row)) if one.id.startswith(("score.", "reason.", "target.vac"))]
    assert [one.id for one in found] == ["score.mismatch"] * wrong
    if wrong:
        late = "没有按期完成却填了满分" if "年" in target else "没有完成却填了满分"
        assert (found[0].expected, found[0].difference) == (None, None)
        assert late in found[0].message and "应低于分值 10 分" in found[0].message
        assert not loud(row("按时完成率", "96.67", 得分="8", **{**of_row, "原因": "雨季停工"}))


def test_within_a_limit_is_exact_enough_where_the_limit_is_kept() -> None:
    for actual, vague in (("25日内", False), ("约25日", True), ("40日内", True)):
        found = loud(row("培训人次", 指标值="≤30日内", 实际完成值=actual))
        assert ("actual.approximate" in {one.id for one in found}) is vague, actual
    ranked = loud(row("培训人次", 指标值="进入前30%", 实际完成值="前28%"))
    assert "actual.approximate" not in {one.id for one in ranked}


@pytest.mark.parametrize(
    ("target", "actual", "ids"),
    [
        ("≤100万元", "最高80万元", []), ("≥60万元", "最低为80万元", []), ("≥60万元", "最高80万元", ["actual.approximate"]),
        ("≤100万元", "至多80万元", ["actual.inequality"]),
        ("按上年数", "710元/人", ["target.reference"]),
        *((target, "710元/人", []) for target in ("不低于上年", "≥上年水平", "与上年持平", "较上年提高")),
    ],
)  # fmt: skip
def test_the_worst_of_several_figures_and_whatever_is_held_against_last_year_are_answers(target: str, actual: str, ids: list[str]) -> None:
    found = loud(row("培训人次", 指标值=target, 实际完成值=actual))
    assert [one.id for one in found if one.id.startswith(("actual.", "target.ref"))] == ids


def test_a_bound_behind_the_figure_that_answers_is_no_inequality() -> None:
    answers = ("全年5次，每季度至少1次", "每季度至少1次，全年共5次")
    bounds = ("每季度至少1次，第四季度5次", "至少5次，服务3,600人")
    for actual, bound in (*((one, False) for one in answers), *((one, True) for one in bounds)):
        found = loud(row("培训人次", 指标值="≥4次（每季度不少于1次）", 实际完成值=actual))
        assert ("actual.inequality" in {one.id for one in found}) is bound, actual


@pytest.mark.parametrize(
    ("target", "actual", "id"),
    [
        ("≤3个工作日", "当日办结", "score.undecided"), ("≤24小时", "当天处理完毕", "score.undecided"), ("≤2小时", "即时办结", "score.undecided"),
        ("≥6个月", "全年", "score.undecided"), ("≥600元/年", "全年发放", "actual.status_word"),
        ("≤3个工作日", "已办结", "actual.status_word"), ("≥24次", "当天办结", "actual.status_word"),
    ],
)  # fmt: skip
def test_done_on_the_same_day_is_an_answer_to_how_long_it_may_take(target: str, actual: str, id: str) -> None:
    found = check(row("培训人次", 指标值=target, 实际完成值=actual))
    told = [one.id for one in found if "“培训人次”" in one.message and one.id in ("score.undecided", "actual.status_word")]
    assert told == [id]


@pytest.mark.parametrize(
    ("name", "target", "actual", "why"),
    [
        ("培训次数", "≥4次/季度", "10", "每月、每季度几次还是全年几次"), ("投诉件数", "≤0件", "2件（均不属实）", "写明不属实、非本单位责任的算不算"),
        ("安全事故数", "0起", "1起（非本单位责任）", "写明不属实、非本单位责任的算不算"),
    ],
)  # fmt: skip
def test_why_nobody_can_decide_a_figure_is_said(name: str, target: str, actual: str, why: str) -> None:
    found = check(row("培训人次", 三级指标=name, 指标值=target, 实际完成值=actual))
    assert [why in one.message for one in found if one.id == "score.undecided"] == [True]


@pytest.mark.parametrize(
    ("actual", "score", "reason", "ids"),
    [
        ("未开展", "0", "选址未定", []), ("项目未实施，未开展调查", "0", "选址未定", []), ("未完成", "0", "", ["reason.missing"]),
        ("未完成", "5", "选址未定", ["actual.status_word"]), ("已完成", "0", "选址未定", ["actual.status_word"]),
    ],
)  # fmt: skip
def test_what_was_not_done_and_claims_nothing_needs_no_figure(
    actual: str, score: str, reason: str, ids: list[str]
) -> None:
    found = loud(row("培训人次", "88.67", 实际完成值=actual, 得分=score, 原因=reason))
    assert [one.id for one in found if "“培训人次”" in one.message] == ids


def test_only_the_figure_that_answers_must_be_exact() -> None:
    for actual, vague in (("26次，服务3,600余人", False), ("26余次，服务3,600人", True), ("每月2次以上，共26次", False)):
        found = loud(row("培训人次", 指标值="≥24次", 实际完成值=actual))
        assert ("actual.approximate" in {one.id for one in found}) is vague, actual


def test_a_name_that_says_what_the_figure_is_for_completes_the_unit_of_its_target() -> None:
    plain, actual = "≤1500元", "1430元/人"
    for name, target, done, severity in (
        ("人均成本", plain, actual, "info"), ("培训成本", plain, actual, "warning"),
        ("培训成本", plain, f"平均{actual}", "info"), ("培训成本", f"人均{plain}", actual, "info"),
    ):  # fmt: skip
        found = check(row("培训人次", 三级指标=name, 指标值=target, 实际完成值=done))
        assert [one.severity for one in found if one.id == "actual.unit"] == [severity]


def test_no_tree_is_planted_by_half() -> None:
    found = check(row("培训人次", 三级指标="挂牌古树", 指标值="≥86 株", 实际完成值="86.5 株"))
    assert [one.provided for one in found if one.id == "actual.implausible"] == ["86.5 株"]


def test_what_many_people_have_is_counted_in_parts_and_at_most_all_are_insured() -> None:
    assert loud(row("培训人次", 三级指标="万人发明专利拥有量", 指标值="≥18件", 实际完成值="18.7件")) == []
    found = check(row("考试合格率", 三级指标="基本医保参保率", 实际完成值="103%"))
    assert [one.provided for one in found if one.id == "actual.implausible"] == ["103%"]


def test_how_often_is_no_share() -> None:
    for name, unit, wrong in (("检查频率", "次", False), ("检查合格率", "次", True), ("泊位周转率", "次/日", False)):
        found = loud(row("培训人次", 三级指标=name, 指标值=f"≥4{unit}", 实际完成值=f"4{unit}"))
        assert ("table.classification" in {one.id for one in found}) is wrong, name


def test_a_count_that_is_to_grow_by_a_share_is_none() -> None:
    for target, wrong in (("比上年增长5%", False), ("≥95%", True)):
        found = loud(row("培训人次", 指标值=target, 实际完成值="比上年增长6%" if not wrong else "96%"))
        assert ("table.classification" in {one.id for one in found}) is wrong, target


def test_a_score_that_may_be_two_figures_is_said() -> None:
    for written, said in (("10（扣1分）", True), ("10分", False)):
        found = [one.id for one in loud(row("培训人次", 得分=written))]
        assert ("table.not_number" in found) is said, written


def test_a_figure_with_a_unit_for_a_weight_is_told_once() -> None:
    found = [one.id for one in loud(row("培训人次", 分值="372套"))]
    assert "table.not_number" in found and "weights.missing" not in found


def test_a_late_date_needs_a_reason() -> None:
    late = row("按时完成率", 指标值="2023年12月底前", 实际完成值="2024年1月15日", 得分="8", total="96.67")
    (finding,) = loud(late)
    assert finding.id == "reason.missing" and "“按时完成率”没有按期完成，没有写" in finding.message
    assert not any("按时完成率" in one.message for one in check(late) if one.id == "score.undecided")
    told = row("按时完成率", 指标值="2023年12月底前", 实际完成值="2024年1月15日", 原因="雨季停工", 得分="8")
    assert "reason.missing" not in {one.id for one in check(told)}


def test_the_same_thing_in_many_cells_is_one_finding() -> None:
    table = change(change(INDICATORS, "培训人次", 实际完成值="", 得分=""), "参赛企业数", 实际完成值="", 得分="")
    (finding,) = loud(form(table, total=""))
    assert (finding.id, finding.cells) == ("actual.missing", ("E15", "E16"))
    assert "“培训人次”、“参赛企业数”" in finding.message


def test_scores_left_blank_everywhere_are_one_finding() -> None:
    table = INDICATORS
    for line_ in INDICATORS.strip().splitlines()[1:]:
        table = change(table, line_.split("|")[3].strip(), 得分="")
    (finding,) = loud(form(table, funds=change(FUNDS, "年度资金总额", 得分=""), total="", grade=""))
    assert finding.id == "score.missing"
    assert len(finding.cells) == 9


def test_a_score_that_is_missing_is_said_with_what_it_should_be() -> None:
    (one,) = loud(row("培训人次", "", 实际完成值="900 人次", 得分="", 原因="疫情影响，已补训"))
    assert (one.expected, one.message) == ("9", f"{SHEET} G15：“培训人次”（分值 10 分，应得 9 分）没有填得分。")
    table = change(INDICATORS, "培训人次", 得分="")
    table = change(table, "帮扶机制", 实际完成值="部分达成预期指标并具有一定效果", 得分="", 原因="机制运行不满一年")
    (several,) = loud(form(table, funds=change(FUNDS, "年度资金总额", 得分=""), total=""))
    assert several.expected is None
    for said in ("预算执行率（分值 10 分，应得 9.5 分）", "“培训人次”（分值 10 分，应得 10 分）", "“帮扶机制”（分值 10 分，应在 6 至不满 8 分）"):
        assert said in several.message


@pytest.mark.parametrize(
    ("name", "actual", "expected", "why"),
    [
        ("考试合格率", "103%", "不超过 100%", "103% 超过了 100%"),
        ("培训人次", "2000.5 人次", "整数", "2000.5 人次不是整数"),
        ("培训人次", "-5 人次", "不小于 0", "-5 人次小于 0"),
    ],
)
def test_what_can_not_be_true_is_said_with_its_figure(name: str, actual: str, expected: str, why: str) -> None:
    (one,) = [one for one in check(row(name, 实际完成值=actual)) if one.id == "actual.implausible"]
    assert (one.provided, one.expected) == (actual, expected)
    assert one.message.endswith(f"“{name}”的实际完成值不合常理：{why}。")


@pytest.mark.parametrize(
    ("limit", "cost", "expected"),
    [("≤1.8万元", "1.76元", "1.76 万元"), ("≤1亿元", "0.98万元", "0.98 亿元"), ("≤1.8万元", "17600元", None), ("≤2万元", "200元", None), ("≥2万元", "1.9元", None),
     ("=1.8万元", "1.76元", "1.76 万元"), ("1.8万元", "1.76元", "1.76 万元"), ("≤1.8万元", "17600万元", "1.76 万元"), ("≤18000元", "1.76亿元", "17600 元"),
     ("≤1.8万元", "18万元", None), ("≥100元", "90万元", "90 元"), ("≥300万元", "320亿元", "320 万元"), ("≥1000元", "1.1万元", None)],
)  # fmt: skip
def test_money_far_from_its_target_has_another_unit(limit: str, cost: str, expected: str | None) -> None:
    altered = row("培训人次", 三级指标="培训成本", 指标值=limit, 实际完成值=cost, 原因="市场变化")
    found = [one.expected for one in check(altered) if one.id == "actual.implausible"]
    assert found == ([expected] if expected else [])


def test_money_without_a_unit_is_told_in_that_of_its_target() -> None:
    altered = row("培训人次", 三级指标="培训成本", 指标值="≤20万元", 实际完成值="199876")
    (message,) = [one.message for one in check(altered) if one.id == "actual.implausible"]
    assert "199876 万元 远高于指标值 20 万元" in message


def test_what_can_not_be_true_is_not_also_missed() -> None:
    assert [one.id for one in loud(row("培训人次", 实际完成值="-5 人次", 得分="10"))] == ["actual.implausible"]
    dear = row("培训人次", 三级指标="单位成本", 指标值="≤1.8万元", 实际完成值="17600万元", 得分="10")
    assert "score.mismatch" not in [one.id for one in loud(dear)]


def test_in_our_workbook_formulas_score_what_the_rules_decide() -> None:
    ours = {"template": OURS}
    table = change(INDICATORS, "培训人次", 得分="")
    assert loud(form(table, **ours)) == []
    (finding,) = loud(form(change(table, "帮扶机制", 得分=""), total="", **ours))
    assert (finding.id, finding.cells) == ("score.missing", ("G21",))


def test_a_target_set_too_low_names_each_part_once_a_row() -> None:
    table = change(INDICATORS, "参赛企业数", 指标值="发布宣传报道 100 篇、阅读量 10000 人次", 实际完成值="宣传报道 605 篇，阅读总量 430426 人次")
    table = change(table, "培训人次", 指标值="80 人次", 实际完成值="245 人次")
    found = loud(form(table))
    assert [one.id for one in found] == ["target.too_low"] * 2
    assert "245 人次，是 80 人次的 306%" in found[0].message
    assert "605 篇，是 100 篇的 605%" in found[1].message
    assert "430,426 人次，是 10,000 人次的 4304%" in found[1].message
    table = change(INDICATORS, "培训人次", 指标值="国家级1次、省级5次、市级20次", 实际完成值="国家级2次、省级6次、市级31次")
    (found,) = [one for one in loud(form(table)) if one.id == "target.too_low"]
    assert "2 次，是 1 次的 200%；实际 31 次，是 20 次的 155%，" in found.message
    assert loud(form(change(CASES_TABLE, "参赛企业数", 原因="大赛升格为全省赛事"))) == []


CASES_TABLE = change(INDICATORS, "参赛企业数", 实际完成值="252 家")


def test_a_decline_written_below_zero_is_told_by_its_completion() -> None:
    (finding,) = loud(row("考试合格率", 三级指标="投诉下降率", 指标值="≥10%", 实际完成值="-60%"))
    assert finding.id == "target.too_low" and "完成率 600%" in finding.message


@pytest.mark.parametrize(
    ("name", "target", "actual", "low"),
    [
        ("单位能耗", "同比下降5%", "下降8%", False), ("能耗下降率", "≥5%", "8%", False), ("公用经费压减", "≥5%", "8%", False), ("经营收入", "增长5%", "增长12%", False),
        ("经营收入", "增长5%", "增长80%", True), ("投诉量下降率", "≥10%", "50%", True), ("群众参与率", "≥30%", "50%", True),
    ],
)  # fmt: skip
def test_a_target_of_a_change_is_low_where_the_whole_became_far_more_or_less(name: str, target: str, actual: str, low: bool) -> None:
    found = {one.id for one in check(row("考试合格率", 三级指标=name, 指标值=target, 实际完成值=actual))}
    assert ("target.too_low" in found) == low


def test_a_target_in_the_name_is_told_at_the_name() -> None:
    assert [one.cells for one in loud(CASES["target.in_name"]()) if one.id == "target.in_name"] == [("C15",)]


@pytest.mark.parametrize(
    ("name", "target", "actual", "wrong"),
    [
        ("培训人次", "≥1000 人次", "1194.5", True), ("培训人次", "≥1000 人次", "1194", False),
        ("培训人次", "≥1000 人次、≥3 场", "1194 人次、3.5 场", True), ("培训人次", "≥1000 人次、≥3 场", "1194 人次、3 场", False),
        ("平均每场培训人数", "≥40 人", "45.5 人", False), ("培训", "≥40 人", "月均45.5 人", False), ("培训人数", "≥40 人", "45.5 人", True),
        ("培训人数（人）", "40", "45.5", True), ("培训人数（单位：人）", "40", "45.5", True), ("每场培训人数（人）", "40", "45.5", False), ("培训人数（万人）", "40", "45.5", False),
    ],
)  # fmt: skip
def test_what_is_counted_comes_in_whole_numbers(name: str, target: str, actual: str, wrong: bool) -> None:
    counted = row("培训人次", 三级指标=name, 指标值=target, 实际完成值=actual)
    assert [one.id for one in loud(counted)] == ["actual.implausible"] * wrong


def test_a_missed_row_with_full_marks_and_no_reason_is_one_finding() -> None:
    (finding,) = loud(row("服务职工人次", "99.5", 得分="20", 原因=""))
    assert finding.id == "score.mismatch"
    assert "没有完成却填了满分" in finding.message
    assert "补写偏差原因" in finding.fix


def test_a_blank_actual_is_not_also_a_missing_score_or_reason() -> None:
    assert [one.id for one in loud(row("服务职工人次", "", 实际完成值="", 得分="", 原因=""))] == ["actual.missing"]


def test_scores_within_the_tolerance_agree() -> None:
    assert loud(row("服务职工人次", "98.7", 得分="19.2")) == []
    (finding,) = loud(row("服务职工人次", "99", 得分="19.5"))
    assert finding.id == "score.mismatch"
    assert "得分不是按完成比例算的" in finding.message


def test_a_marked_down_row_needs_a_reason_or_is_wrong() -> None:
    (finding,) = loud(row("培训人次", "96.67", 得分="8"))
    assert finding.id == "score.mismatch"
    assert "已经完成" in finding.message
    (finding,) = loud(row("帮扶机制", "97.67", 得分="9"))
    assert finding.id == "reason.missing" and "“帮扶机制”扣了分，没有写" in finding.message


@pytest.mark.parametrize(
    ("reason", "explained"),
    [("无偏差", False), ("不存在偏差。", False), ("已完成", False), ("已按计划完成任务", False), ("已完成整改，补考合格", True), ("未完成原因：缺员", True)],
)
def test_a_reason_that_tells_of_no_deviation_explains_none(reason: str, explained: bool) -> None:
    found = loud(row("帮扶机制", "97.67", 得分="9", 原因=reason))
    assert [one.id for one in found] == ([] if explained else ["reason.missing"])


@pytest.mark.parametrize(
    ("actual", "score", "due"),
    [("93.2%", "9", ""), ("93.2%", "8", ""), ("93.2%", "9.5", "得分应在 8–9 分"), ("93.2%", "7", "改为 8–9 之间的得分")],
)
def test_a_score_that_no_way_to_read_the_standard_gives_is_wrong(actual: str, score: str, due: str) -> None:
    one = row("考试合格率", 指标值="≥95%", 实际完成值=actual, 得分=score, 原因="考题偏难，已加强考前辅导")
    own = "每低1个百分点扣1分"
    table = [each._replace(standard=entry(own)) if each.name.text == "考试合格率" else each for each in one.indicators]
    found = [one for one in loud(one._replace(indicators=tuple(table))) if one.id == "score.mismatch"]
    assert len(found) == bool(due) and all(due in one.message + one.fix for one in found)


def test_one_child_row_may_be_a_part_only() -> None:
    lines = CHILDREN.splitlines()
    alone = "\n".join(line_ for line_ in lines if "二等奖" not in line_)
    assert loud(form(alone)) == []
    (finding,) = loud(form(change(alone, "其中：一等奖", 实际完成值="130 人")))
    assert finding.id == "table.children"


@pytest.mark.parametrize(
    ("actual", "severity"),
    [
        ("1200人次（线上700人次，线下600人次）", "warning"), ("1200人次（线上700人次、线下400人次）", "info"),
        ("1200人次（线上700人次，线下500人次）", None), ("1200人次（其中线上700人次，线下600人次）", None),
        ("1200人次（包括线上300人次、线下200人次）", None), ("268页（文书180页，民生98页）", "warning"),
        ("1.2万人次（线上8021人次，线下4023人次）", None), ("1200人次（人均培训2人次，每期50人次）", None),
        ("4场（线上3场，讲座2场）", "warning"), ("检查200家（合格190家，不合格12家）", "warning"), ("200场（下乡190场，进校园9场，展演0场）", "info"),
        ("300人（男120人，女180人，党员50人）", None), ("500份（发到490份，有用485份）", None), ("300人（村干部30人，技术员20人）", None),
        ("检查200家（发现问题110家，整改100家）", None), ("200户（东村120户，西村75户等）", None),
    ],
)  # fmt: skip
def test_what_a_bracket_lists_adds_up_to_its_figure(actual: str, severity: str | None) -> None:
    found = [finding for finding in check(row("培训人次", "100", 实际完成值=actual)) if finding.id == "table.children"]
    assert [finding.severity for finding in found] == [severity] * (severity is not None)


@pytest.mark.parametrize(
    ("name", "target", "actual", "score", "found"),
    [
        ("群众投诉次数", "5次", "3次", "10", []), ("群众投诉次数", "5次", "8次", "10", ["score.mismatch"]), ("差错率", "1%", "0.5%", "10", []),
        ("审批办结时限", "15个工作日", "12个工作日", "10", []), ("审批办结时限", "15个工作日", "20个工作日", "10", ["score.mismatch"]),
        ("平均响应时间（分钟）", "30", "22", "10", []), ("投诉办结率", "95%", "90%", "10", ["score.mismatch"]),
        ("志愿服务时长", "40小时", "30小时", "10", ["score.mismatch"]),
        ("慰问金发放时限", "春节前10日", "春节前12日", "10", []), ("慰问金发放时限", "10日", "12日", "10", ["score.mismatch"]),
        ("公示天数", "7天", "9天", "10", []), ("公示天数", "7天", "5天", "10", []), ("生师比", "15:1", "14:1", "10", []), ("师生比", "≥1:15", "1:14", "10", []),
    ],
)  # fmt: skip
def test_the_name_tells_which_way_is_better(name: str, target: str, actual: str, score: str, found: list[str]) -> None:
    altered = row("培训人次", 二级指标="质量指标", 三级指标=name, 指标值=target, 实际完成值=actual, 得分=score)
    assert [one.id for one in loud(altered)] == found


def test_what_was_inferred_of_a_target_without_a_sign_is_said_once() -> None:
    def said(name: str, target: str, actual: str) -> list[str]:
        altered = row("培训人次", 三级指标=name, 指标值=target, 实际完成值=actual)
        return [one.message for one in check(altered) if f"“{name}”" in one.message]

    (lower,) = said("群众投诉次数", "5次", "3次")
    assert lower.endswith("没有比较符号，按“≤”理解。")
    (doubtful,) = said("公示天数", "7天", "9天")
    assert "看不出越大越好还是越小越好" in doubtful
    (ratio,) = said("师生比", "≥1:15", "1:14")
    assert "不能判定" in ratio


@pytest.mark.parametrize(
    ("target", "actual", "severity"),
    [
        ("12期/年", "12期", None), ("≥4次/年", "5次", None), ("≥3000元/户/年", "3200元", "info"), ("≥5次/月", "50次", "info"), ("≥4次/月", "50次", None),
        ("≥4次/月", "5万元", "warning"), ("≤30天", "1个月", "info"), ("≤1个月", "22个工作日", "info"), ("≤1个月", "25天", None), ("≤30天", "2个月", None), ("≤7个工作日", "5天", None), ("≤30天", "5次", "warning"), ("≥12件/万人", "13件/万人", None), ("≤0.52吨标准煤/万元", "0.5吨标准煤/万元", None),
    ],
)  # fmt: skip
def test_a_unit_that_lacks_its_tail_is_no_warning(target: str, actual: str, severity: str | None) -> None:
    found = check(row("培训人次", 指标值=target, 实际完成值=actual))
    assert [one.severity for one in found if one.id == "actual.unit"] == ([severity] if severity else [])
    assert not any("“培训人次”" in one.message for one in found if one.id == "score.undecided")


@pytest.mark.parametrize(
    ("words", "copied"),
    [
        ("二星级", False), ("好", False), ("动态清零", False), ("未造成环境污染", False), ("7×24小时", False), ("A级", False), ("三级甲等", False), ("国家级", False), ("Ⅲ类", False), ("达到国家二级标准", False),
        ("不超预算", False), ("控制在预算范围内", False), ("无安全事故", False), ("无重大火灾事故", False),
        ("持续运行", True), ("进一步提升", True), ("2024年持续提升", True), ("有效提升服务水平", True), ("按〔2024〕12号文执行", True), ("一流", True), ("提升区级治理能力", True),
    ],
)  # fmt: skip
def test_a_grade_that_was_reached_copies_nothing(words: str, copied: bool) -> None:
    assert [one.id for one in loud(row("帮扶机制", 指标值=words, 实际完成值=words))] == (["actual.copied"] if copied else [])


@pytest.mark.parametrize(
    ("level", "name", "copied"),
    [
        ("投入管理指标", "预算编制完整性", False), ("投入管理指标", "预算编制情况", True), ("能力建设", "规划完整程度", False), ("效益指标", "制度完整性", True),
        ("过程指标", "管理制度", False), ("产出指标", "管理制度", True),
    ],
)
def test_what_the_name_asks_is_no_copy(level: str, name: str, copied: bool) -> None:
    altered = row("帮扶机制", 一级指标=level, 三级指标=name, 指标值="完整", 实际完成值="完整")
    assert ("actual.copied" in [one.id for one in loud(altered)]) == copied
    pleased = row("帮扶机制", 一级指标=level, 三级指标="职工满意程度", 指标值="满意", 实际完成值="满意")
    assert "actual.copied" in [one.id for one in loud(pleased)]


def test_a_row_of_dots_is_the_forms_own_and_asks_for_nothing() -> None:
    (found,) = [one for one in check(form(adding(INDICATORS, "| 产出指标 | 数量指标 | …… |  |  |  |  |  |"))) if one.id == "target.placeholder"]
    assert found.severity == "info"


@pytest.mark.parametrize(("target", "actual"), [("不超预算", "未超预算"), ("不超过概算批复", "未超概算批复"), ("不超过年初预算数", "控制在预算内"), ("不超概算", "98万元"), ("不超支", "未超支"), ("不超标准", "均未超过配置标准")])
def test_a_cost_within_the_budget_points_nowhere_else(target: str, actual: str) -> None:
    assert loud(row("人均培训成本", 指标值=target, 实际完成值=actual)) == []


@pytest.mark.parametrize("target", ["不涉及", "—"])
@pytest.mark.parametrize(("weight", "score"), [("—", "—"), ("", ""), ("0", "0"), ("/", "")])
def test_an_unused_row_says_so_itself(target: str, weight: str, score: str) -> None:
    unused = f"| 产出指标 | 成本指标 | 不涉及 | {target} | {target} | {weight} | {score} | |"
    twice = form(adding(INDICATORS, unused, unused))
    assert loud(twice) == []
    (said,) = [one for one in check(twice) if one.id == "reason.not_applicable"]
    assert said.message.endswith("不适用，没有分值，不计入总分。")
    assert len(said.cells) == 2


@pytest.mark.parametrize(("online", "wrong"), [("350", []), ("250", ["score.mismatch"])])
def test_a_part_with_a_sign_of_its_own_is_to_be_reached_too(online: str, wrong: list[str]) -> None:
    told = loud(row("培训人次", 指标值="≥500人次，其中线上≥300人次", 实际完成值=f"620人次，其中线上{online}人次"))
    assert [one.id for one in told] == wrong


@pytest.mark.parametrize(("target", "weight", "told"), [("—", "—", []), ("/", "/", []), ("/", "0", []), ("", "—", ["target.missing", "weights.missing"]), ("—", "", ["target.missing", "weights.missing"])])
def test_a_row_crossed_out_with_dashes_is_not_used(target: str, weight: str, told: list[str]) -> None:
    crossed_out = f"| 产出指标 | 成本指标 | （涉密，略） | {target} | — | {weight} | — | |"
    assert sorted(one.id for one in loud(form(adding(INDICATORS, crossed_out)))) == told


def test_a_row_with_points_needs_a_reason_not_to_apply() -> None:
    assert loud(row("培训人次", 实际完成值="不涉及")) != []


@pytest.mark.parametrize(
    ("name", "implausible"),
    [
        ("活动按期完成率", True), ("资金拨付及时率", True), ("按时办结率", True), ("苗木成活率", True), ("检查结果符合率", True), ("任务完成率", False),
        ("案件起诉率", True), ("火情处置率", True), ("疫苗接种率", True), ("体检结果反馈率", True), ("生活垃圾无害化处理率", True), ("及时办结率提升", False), ("投资完成率", False), ("及时提高收入增长率", False), ("义务教育巩固率", False),
    ],
)  # fmt: skip
def test_what_was_done_in_time_is_a_part_of_what_was_done(name: str, implausible: bool) -> None:
    found = {one.id for one in check(row("考试合格率", 三级指标=name, 实际完成值="104%"))}
    assert ("actual.implausible" in found) == implausible


@pytest.mark.parametrize(
    ("level", "level2", "words", "copied"),
    [
        ("产出指标", "质量指标", "一次性验收合格", False), ("产出指标", "时效指标", "日产日清", False), ("产出指标", "时效指标", "按合同约定及时支付", False),
        ("成本指标", "经济成本指标", "按政府采购价", False), ("产出指标", "质量指标", "设备完好", False), ("产出指标", "质量指标", "效果好", True), ("产出指标", "质量指标", "优质服务", True), ("产出指标", "质量指标", "有效提升", True), ("产出指标", "数量指标", "日产日清", True), ("效益指标", "质量指标", "验收合格", True),
    ],
)  # fmt: skip
def test_what_was_seen_on_the_spot_is_no_copy(level: str, level2: str, words: str, copied: bool) -> None:
    altered = row("帮扶机制", 一级指标=level, 二级指标=level2, 指标值=words, 实际完成值=words)
    assert ("actual.copied" in [one.id for one in loud(altered)]) == copied


@pytest.mark.parametrize(("level2", "ids"), [("效益指标", []), ("产出指标", ["table.hierarchy"])])
def test_a_second_level_may_be_called_as_its_first(level2: str, ids: list[str]) -> None:
    assert [one.id for one in loud(row("服务职工人次", 二级指标=level2))] == ids


@pytest.mark.parametrize(
    ("name", "severity"),
    [("疫苗接种率", "info"), ("7岁以下儿童健康管理率", "info"), ("补助覆盖率", "info"), ("参训率", "info"), ("监测点覆盖乡镇比例", "info"), ("学员招收完成率", "info"), ("土建工程形象进度", "info"), ("考试合格率", "warning"), ("资金拨付及时率", "warning")],
)  # fmt: skip
def test_rates_of_how_much_is_done_may_be_counted_as_quantity(name: str, severity: str) -> None:
    found = [one for one in check(row("考试合格率", 三级指标=name, 二级指标="数量指标")) if one.id == "table.classification"]
    assert [(one.severity, "不用改" in one.fix) for one in found] == [(severity, severity == "info")]


@pytest.mark.parametrize(
    ("standard", "actual", "due"),
    [
        ("每低1个百分点扣0.5分", "85%", "，低 10 个百分点，扣 5 分，应得 5 分"),
        ("完成得满分，每降低 1% 扣 0.5 分，扣完为止", "93%", "得分应在 8.5–9 分"),
        ("每低1个百分点扣0.5分", "94.5%", ""),
        ("95%得满分，每低1个百分点扣0.5分", "85%", "，低 10 个百分点，扣 5 分，应得 5 分"),
        ("完成30场得满分，每少1场扣0.5分", "15场", "，少 15 场，扣 7.5 分，应得 2.5 分"),
        ("完成30场得满分，每少5场，扣2分", "26场", ""),
        ("每少1个区扣1分", "15场", ""),
        ("95%以上得10分，80%-95%得8分，80%以下不得分", "85%", "，属 80–95% 一档，应得 8 分"),
        ("≥95%得10分；<95%不得分", "85%", "，属 不到 95% 一档，应得 0 分"),
        ("达标得满分，否则不得分", "94.5%", "应得 0 分"),
        ("90%以上得满分，每低1个百分点扣0.5分", "91%", ""),
        ("低于上年不得分", "85%", ""),
        ("每低1个百分点扣1分；弄虚作假的不得分", "93%", "得分应在 0–8 分"),
        ("每低1个百分点扣1分（经批准调整的除外）", "85%", ""),
        ("因不可抗力未完成的不扣分，其他每少1场扣1分", "15场", ""),
        ("允许误差±2%，每低1个百分点扣0.5分", "94%", ""),
        ("市级活动每少1场扣1分", "15场", ""),
        ("与上年相比每少1场扣1分", "15场", ""),
        ("连续两年未达标不得分", "85%", ""),
        ("1" * 30000, "85%", ""),
        ("按完成情况评定", "85%", ""),
    ],
)
def test_full_marks_for_a_missed_target_against_the_forms_own_standard(standard: str, actual: str, due: str) -> None:
    target = "≥30场" if actual.endswith("场") else "≥95%"
    one = row("考试合格率", 指标值=target, 实际完成值=actual, 原因="考题偏难，已加强考前辅导")
    table = [each._replace(standard=entry(standard)) if each.name.text == "考试合格率" else each for each in one.indicators]
    found = [one.message for one in loud(one._replace(indicators=tuple(table))) if one.id == "score.mismatch"]
    assert len(found) == bool(due) and all(f"按表里的评分标准“{standard}”{due}" in message for message in found)


@pytest.mark.parametrize("level", ["A1.数量指标", "1.1 数量指标", "一、数量指标", "（一）数量指标"])
def test_a_level_may_have_a_number(level: str) -> None:
    assert [one.id for one in loud(row("培训人次", 二级指标=level, 三级指标="培训出勤率", 指标值="≥90%", 实际完成值="95%"))] == [
        "table.classification"
    ]


@pytest.mark.parametrize("unit", ["元", "元/人", "元/人·天"])
def test_a_cost_is_no_quality_be_it_by_the_head(unit: str) -> None:
    found = loud(row("考试合格率", 三级指标="培训成本", 指标值=f"≤500{unit}", 实际完成值=f"480{unit}"))
    assert [one.id for one in found] == ["table.classification"]


def test_quotation_marks_within_a_name_become_single_ones() -> None:
    (found,) = [one for one in loud(row("培训人次", 三级指标="“三公”经费控制率", 实际完成值="")) if one.id == "actual.missing"]
    assert "“‘三公’经费控制率”没有填" in found.message


@pytest.mark.parametrize(
    ("target", "severity"),
    [
        ("甲类5个乙类10个", "info"), ("3套×12幅", "info"), ("≥220V", "info"), ("2台或3台", "info"), ("100%或达到国家标准", "info"),
        ("十来个", "error"), ("1,2,3", "error"), ("5O个", "error"), ("2月30日", "error"), ("1.2.3", "error"),
    ],
)  # fmt: skip
def test_what_is_clear_to_people_and_beyond_the_rules_is_nobodys_mistake(target: str, severity: str) -> None:
    found = check(row("培训人次", 指标值=target, 实际完成值="12个"))
    told = [one for one in found if one.id == "target.unreadable"]
    assert [(one.severity, "不用改" in one.fix) for one in told] == [(severity, severity == "info")]


@pytest.mark.parametrize(
    ("target", "actual", "why"),
    [
        ("有效提升", "开展培训3次", "从实际完成值的文字看不出"), ("每户走访1次", "326次", "每户"), ("2024年6月30日前", "2024年8月1日", "逾期"),
        ("80%-90%", "70%", "区间"), ("≥300家", "近300家", "约数"), ("≥1:15", "1:14", "比值"),
    ],
)  # fmt: skip
def test_what_can_not_be_compared_is_named(target: str, actual: str, why: str) -> None:
    found = check(row("培训人次", 指标值=target, 实际完成值=actual, 得分="9", 原因="停工"))
    told = [one.message for one in found if "“培训人次”" in one.message and "没有核对" in one.message]
    assert any(why in one for one in told)
