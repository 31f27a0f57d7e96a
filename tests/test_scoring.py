"""Each rule of scoring with its edge cases, as tables; and what must hold for any figures."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl.evaluation import evaluation
from selfeval_xl.model import (
    BudgetLine,
    BudgetScore,
    Entries,
    Entry,
    Evaluation,
    Indicator,
    IndicatorScore,
    ManagementItem,
    Template,
    TotalScore,
)
from selfeval_xl.quantity import Op, Quantity, read
from selfeval_xl.rules import Grade, load
from selfeval_xl.scoring import (
    direction,
    grade_of,
    items_of,
    managed,
    not_applicable,
    propose_weights,
    round_half_up,
    score_budget,
    score_indicator,
    score_indicators,
    state_of,
    stated,
    total,
)

D = Decimal
RULES = load("mof-2020")
MINIMUM = RULES._replace(compound="minimum")
DEPARTMENT = load("department-guangdong")
EMPTY = Quantity("", "empty")


def entry(value: object = None) -> Entry:
    """A cell with a number or with words in it."""
    if value is None:
        return Entry()
    try:
        return Entry(str(value), D(str(value)))
    except ArithmeticError:
        return Entry(str(value))


def num(value: str, op: Op | None = None, unit: str | None = None, label: str = "", inferred: bool = False) -> Quantity:
    return Quantity(f"{op or ''}{value}{unit or ''}", "number", op, D(value), unit=unit, label=label, inferred=inferred)


def unrounded(fraction: str) -> Decimal:
    above, _, below = fraction.partition("/")
    return D(above) / D(below or 1)


def span(lower: str, upper: str, unit: str | None = None) -> Quantity:
    return Quantity(f"{lower}-{upper}", "range", value=D(lower), upper=D(upper), unit=unit)


def day(text: str) -> Quantity:
    return Quantity(text, "date", date=datetime.date.fromisoformat(text))


def several(*parts: Quantity) -> Quantity:
    return Quantity("、".join(part.text for part in parts), "compound", parts=parts)


def words(text: str) -> Quantity:
    return Quantity(text, "qualitative")


def row(
    target: Quantity,
    actual: Quantity,
    *,
    weight: object = 10,
    level1: str = "产出指标",
    level2: str = "数量指标",
    claimed: object = None,
    reason: str = "",
    state: str = "",
    op: str = "",
    child: bool = False,
    name: str = "",
) -> Indicator:
    return Indicator(
        name=Entry(name),
        level1=entry(level1),
        level2=entry(level2),
        op=entry(op or None),
        target=Entry(target.text),
        actual=Entry(actual.text),
        state=Entry(state),
        weight=entry(weight),
        claimed_score=entry(claimed),
        reason=Entry(reason),
        target_read=target,
        actual_read=actual,
        child=child,
    )


# --- rounding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("2.675", "2.68"), ("1.005", "1.01"), ("8.684549", "8.68"), ("-2.675", "-2.68"), ("0", "0.00"), ("10", "10.00"),
     ("8.68499999999999999", "8.69"), ("1E+30", "1" + "0" * 30 + ".00")],
)  # fmt: skip
def test_round_half_up(value: str, rounded: str) -> None:
    assert str(round_half_up(D(value))) == rounded


def test_round_half_up_to_other_digits() -> None:
    assert round_half_up(D("0.86845"), 4) == D("0.8685")
    assert str(round_half_up(D("0.5"), 0)) == "1"


@given(st.one_of(st.floats(-1e6, 1e6), st.integers(-10**6, 10**6).map(lambda cents: cents / 1000)))
def test_round_half_up_is_what_a_spreadsheet_shows(number: float) -> None:
    """ROUND(x, 2) as measured against LibreOffice; thousandths are where halves happen."""
    shown = D(format(number, ".15g")).quantize(D("0.01"), ROUND_HALF_UP)
    assert round_half_up(D(number)) == shown


# --- budget execution -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("executed", "adjusted", "weight", "score"),
    [
        ("175.48", "202.06", 10, "8.68"),  # 86.85% first would make it 8.69
        ("202.06", "202.06", 10, "10.00"),
        ("300", "200", 10, "10.00"),  # never above the weight
        ("0", "200", 10, "0.00"),
        ("-5", "200", 10, "0.00"),
        ("175.48", "202.06", 20, "17.37"),
        ("5.005", "15", 15, "5.01"),  # a third is endless, its half cent is not lost
        ("10", "0", 10, None),
        ("10", "-1", 10, None),
        (None, "200", 10, None),
        ("10", None, 10, None),
        ("10", "20", None, None),
        (None, None, 0, "0.00"),  # a rule set that gives execution no points of its own
    ],
)
def test_budget(executed: str | None, adjusted: str | None, weight: int | None, score: str | None) -> None:
    line = BudgetLine(executed=entry(executed), adjusted=entry(adjusted))
    found = score_budget(line, None if weight is None else D(weight))
    assert (None if found.score is None else str(found.score)) == score


def test_the_rate_stays_unrounded_and_needs_no_weight() -> None:
    line = BudgetLine(executed=entry("175.48"), adjusted=entry("202.06"))
    assert score_budget(line, None) == BudgetScore(rate=D("175.48") / D("202.06"))
    assert score_budget(line._replace(adjusted=entry("0")), D(10)).rate is None


@pytest.mark.parametrize(
    ("weights", "claimed", "scores", "score"),
    [
        ((5, 5), "7.5", ("5", "2.5"), "7.50"),
        ((5, 5), "9", ("5", "2.5"), "9.00"),
        ((5, 4), "7", ("5", "2"), "9.00"),
        ((5, 5), None, (None, None), "9.00"),
    ],
)
def test_a_score_that_its_parts_divide(
    weights: tuple[int, int], claimed: str | None, scores: tuple[str | None, str | None], score: str
) -> None:
    line = BudgetLine(executed=entry("90"), adjusted=entry("100"), weight=entry(10), claimed_score=entry(claimed))
    parts = [
        BudgetLine(executed=entry(spent), adjusted=entry(given), weight=entry(weight), claimed_score=entry(one))
        for spent, given, weight, one in zip(("80", "10"), ("80", "20"), weights, scores, strict=True)
    ]
    assert str(score_budget(line, D(10), parts).score) == score


# --- one figure against its target ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "target", "actual", "status", "score", "completion"),
    [
        # higher is better
        (">=", "10", "11", "met", "10.00", "1.1"), (">=", "10", "10", "met", "10.00", "1"), (">=", "10", "5", "missed", "5.00", "0.5"),
        (">=", "3", "2", "missed", "6.67", "2/3"), (">=", "10", "0", "missed", "0.00", "0"), (">=", "10", "-3", "missed", "0.00", "-0.3"),
        (">", "10", "11", "met", "10.00", "1.1"), (">", "10", "10", "missed", "10.00", "1"),
        ("=", "10", "12", "met", "10.00", "1.2"), ("=", "10", "9", "missed", "9.00", "0.9"),
        (None, "10", "10", "met", "10.00", "1"), (None, "10", "8", "missed", "8.00", "0.8"),
        # far above: told, not punished; 150% itself is not above 150%
        (">=", "10", "15", "met", "10.00", "1.5"), (">=", "10", "15.01", "exceeded", "10.00", "1.501"),
        # lower is better
        ("<=", "10", "10", "met", "10.00", "1"), ("<=", "10", "5", "met", "10.00", "2"), ("<=", "10", "12.5", "missed", "8.00", "0.8"),
        ("<=", "10", "0", "met", "10.00", "1"), ("<", "10", "9.9", "met", "10.00", "100/99"), ("<", "10", "10", "missed", "10.00", "1"),
        # zero targets
        (None, "0", "0", "met", "10.00", "1"), (None, "0", "2", "missed", "0.00", "0"),
        ("<=", "0", "0", "met", "10.00", "1"), ("<=", "0", "1", "missed", "0.00", "0"),
        ("=", "0", "0", "met", "10.00", "1"), ("=", "0", "2", "missed", "0.00", "0"),
        (">=", "0", "0", "met", "10.00", None), (">=", "0", "7", "met", "10.00", None), (">=", "0", "-1", "undecided", None, None),
        (">", "0", "0", "undecided", None, None),
        # below zero: met or not is certain, a proportion is not
        (">=", "-5", "-3", "met", "10.00", None), (">=", "-5", "-8", "undecided", None, None),
        ("<=", "-5", "-8", "met", "10.00", None), ("<=", "-5", "3", "undecided", None, None), ("<=", "3", "-1", "met", "10.00", None),
    ],
)  # fmt: skip
def test_quantitative(op: Op | None, target: str, actual: str, status: str, score: str | None, completion: str | None) -> None:
    found = score_indicator(row(num(target, op), num(actual)), RULES)
    assert (found.status, None if found.score is None else str(found.score)) == (status, score)
    assert found.completion == (None if completion is None else unrounded(completion))


@pytest.mark.parametrize(
    ("target", "level1", "level2", "expected"),
    [
        (num("10", ">="), "产出指标", "数量指标", "higher"), (num("10", "<="), "产出指标", "数量指标", "lower"),
        (num("10"), "产出指标", "成本指标", "lower"), (num("10"), "成本指标", "经济成本", "lower"), (num("10"), "产出指标", "成 本\n指标", "lower"),
        (num("10", ">=", inferred=True), "产出指标", "成本指标", "lower"), (num("10", "<=", inferred=True), "产出指标", "数量指标", "higher"),
        (num("10", ">="), "成本指标", "", "higher"), (num("10", "="), "产出指标", "成本指标", "higher"),
        (num("0"), "效益指标", "社会效益指标", "lower"), (num("0", ">="), "产出指标", "质量指标", "higher"), (num("0", "="), "产出指标", "质量指标", "lower"),
        (num("10"), "产出指标", "数量指标", "higher"),
        (several(num("1", "<="), num("2", "<=")), "产出指标", "数量指标", "lower"),
        (several(num("1", "<="), num("2", ">=")), "产出指标", "数量指标", "higher"),
    ],
)  # fmt: skip
def test_direction(target: Quantity, level1: str, level2: str, expected: str) -> None:
    assert direction(row(target, EMPTY, level1=level1, level2=level2)) == expected


def test_a_cost_without_a_sign_is_met_below_it() -> None:
    assert score_indicator(row(num("50"), num("40"), level2="成本指标"), RULES).status == "met"
    assert score_indicator(row(num("50"), num("62.5"), level2="成本指标"), RULES) == IndicatorScore("missed", D("8.00"), D("0.8"), D("0.8"))


@pytest.mark.parametrize(
    ("name", "target", "unit", "actual", "status"),
    [
        ("群众投诉次数", "5", "次", "3", "met"), ("群众投诉次数", "5", "次", "8", "missed"), ("群众投诉次数", "5", "次", "5", "met"),
        ("审批办结时限", "15", "工作日", "12", "met"), ("审批办结时限", "15", "工作日", "20", "missed"),
        ("投诉办结率", "95", "%", "90", "missed"), ("服务时长", "40", "小时", "50", "met"),
        ("公示天数", "7", "天", "7", "met"), ("公示天数", "7", "天", "5", "undecided"), ("公示天数", "7", "天", "9", "undecided"),
        ("信访件数", "100", "件", "120", "undecided"), ("PM2.5年均值", "35", "微克/立方米", "33", "met"),
    ],
)  # fmt: skip
def test_the_name_tells_the_direction_of_a_target_without_a_sign(name: str, target: str, unit: str, actual: str, status: str) -> None:
    unsigned = row(num(target, ">=", unit, inferred=True), num(actual, unit=unit), name=name)
    assert score_indicator(unsigned, RULES).status == status


def test_a_sign_that_is_written_decides_alone() -> None:
    assert score_indicator(row(num("5", ">=", "次"), num("3", unit="次"), name="投诉次数"), RULES).status == "missed"
    assert score_indicator(row(num("7", "<=", "天"), num("5", unit="天"), name="公示天数"), RULES).status == "met"


def test_the_words_beside_a_figure_come_before_the_name() -> None:
    target = several(num("100", ">=", "人", "培训", inferred=True), num("5", ">=", "次", "投诉", inferred=True))
    actual = several(num("110", None, "人", "培训"), num("3", None, "次", "投诉"))
    assert score_indicator(row(target, actual, name="培训及服务"), RULES).status == "met"
    assert direction(row(target, actual, name="培训及服务")) == "higher"


def test_a_ratio_of_either_way_is_met_by_its_very_figure_unless_the_sign_leaves_it_out() -> None:
    assert score_indicator(row(num("15", "<=", "1:"), num("15", unit="1:")), RULES).status == "met"
    assert score_indicator(row(num("15", "<", "1:"), num("15", unit="1:")), RULES).status == "undecided"
    assert score_indicator(row(num("15", ">", "1:"), num("15", unit="1:")), RULES).status == "undecided"


def test_better_than_a_figure_may_be_more_or_less() -> None:
    target = num("0.1", ">=", "nT", "优于", inferred=True)
    assert score_indicator(row(target, num("0.08", unit="nT"), name="探测灵敏度"), RULES).status == "undecided"


def test_units_are_converted_or_the_row_stays_undecided() -> None:
    assert score_indicator(row(num("10000", ">=", "元"), num("1.5", unit="万元")), RULES).completion == D("1.5")
    assert score_indicator(row(num("10", ">=", "个"), num("12", unit="万元")), RULES) == IndicatorScore("undecided")


@pytest.mark.parametrize(
    ("target", "actual"),
    [
        (EMPTY, num("3")),
        (Quantity("按分配名额", "reference"), num("3")),
        (Quantity("十来个", "unreadable"), num("3")),
        (num("3"), EMPTY),
        (words("有效提升"), EMPTY),
        (num("3"), Quantity("三五个", "unreadable")),
        (num("80", unit="%"), num("80", ">=", "%")),
        (num("3"), Quantity("完成", "status", state="reached")),
        (num("3"), span("2", "5")),
        (num("3"), day("2024-12-01")),
        (day("2024-12-31"), Quantity("完成", "status", state="reached")),
    ],
)
def test_undecided_without_a_score(target: Quantity, actual: Quantity) -> None:
    assert score_indicator(row(target, actual, claimed=10, reason="说明"), RULES) == IndicatorScore("undecided")


def test_in_our_workbook_a_row_with_an_error_value_is_not_judged() -> None:
    broken = row(num("4"), num("4"))._replace(unit=Entry("#REF!"), by_words=False)
    assert score_indicator(broken, RULES) == IndicatorScore("undecided")


@pytest.mark.parametrize(("weight", "score"), [(0, 0), (None, None)])
def test_a_standard_takes_nothing_from_a_row_without_points(weight: object, score: object) -> None:
    standard = row(num("100", ">=", "人"), num("98", unit="人"), weight=weight)._replace(standard=Entry("每少1人扣1分"))
    assert score_indicator(standard, RULES) == IndicatorScore("missed", score, D("0.98"))  # type: ignore[arg-type]


def test_above_a_range_the_units_own_score_counts_with_a_reason() -> None:
    above = row(span("80", "90"), num("95"), claimed=10, reason="需求增加")
    assert score_indicator(above, RULES) == IndicatorScore("undecided", D(10))


def test_without_a_weight_there_is_a_status_and_no_score() -> None:
    assert score_indicator(row(num("4"), num("3"), weight=None), RULES) == IndicatorScore("missed", None, D("0.75"), D("0.75"))


def test_a_weight_with_many_decimals_is_not_passed() -> None:
    weight = D(30) / 7
    score = score_indicator(row(num("4"), num("4"), weight=weight), RULES).score
    assert score == D("4.28")


# --- ranges and deadlines -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "actual", "where"),
    [
        (span("80", "90"), num("80"), "in"), (span("80", "90"), num("90"), "in"), (span("80", "90"), num("85"), "in"),
        (span("2", "8", "°C"), span("2", "8", "°C"), "in"), (span("2", "8"), span("3", "7"), "in"),
        (span("80", "90"), num("79.9"), "short"), (span("80", "90"), num("91"), "above"),
        (span("-5", "5"), num("5"), "in"), (span("-5", "5"), num("5.1"), "short"), (span("-5", "5"), num("-5.1"), "short"),
        (day("2024-12-31"), day("2024-12-31"), "in"), (day("2024-12-31"), day("2024-06-30"), "in"), (day("2024-12-31"), day("2025-01-01"), "short"),
    ],
)  # fmt: skip
def test_inside_is_full_marks_and_outside_is_the_units_to_say(target: Quantity, actual: Quantity, where: str) -> None:
    met = IndicatorScore("met", D("10.00"), D(1), D(1))
    outside = IndicatorScore("undecided", short=where == "short")
    assert score_indicator(row(target, actual), RULES) == (met if where == "in" else outside)
    with_reason = score_indicator(row(target, actual, claimed=7, reason="雨季停工"), RULES)
    assert with_reason == (met if where == "in" else outside._replace(score=D("7.00")))


def test_a_day_of_every_year_is_late_in_its_own_year_only() -> None:
    every = day("2023-01-31")._replace(label="每年")
    for done, short in (("2023-02-01", True), ("2024-01-25", False)):
        assert score_indicator(row(every, day(done)), RULES) == IndicatorScore("undecided", short=short)


def test_a_range_beyond_the_one_wanted_is_not_judged() -> None:
    assert score_indicator(row(span("2", "8"), span("1", "8")), RULES) == IndicatorScore("undecided")


@pytest.mark.parametrize(("claimed", "reason"), [(7, ""), (7, "无"), (7, "／"), (11, "停工"), (-1, "停工"), (None, "停工")])
def test_a_late_score_needs_a_reason_and_its_bounds(claimed: int | None, reason: str) -> None:
    late = row(day("2024-12-31"), day("2025-03-01"), claimed=claimed, reason=reason)
    assert score_indicator(late, RULES).score is None


# --- compound targets -----------------------------------------------------------------------------------------------

PAPERS = several(num("100", unit="篇"), num("10000", unit="人次"))
COURSES = several(num("3", unit="场", label="培训"), num("2", unit="场", label="讲座"))


@pytest.mark.parametrize(
    ("target", "actual", "status", "mean", "minimum", "completion"),
    [
        (PAPERS, several(num("120", unit="篇"), num("11000", unit="人次")), "met", "10.00", "10.00", "1.15"),
        (PAPERS, several(num("11000", unit="人次"), num("120", unit="篇")), "met", "10.00", "10.00", "1.15"),
        (PAPERS, several(num("200", unit="篇"), num("5000", unit="人次")), "missed", "7.50", "5.00", "1.25"),
        (PAPERS, several(num("151", unit="篇"), num("10000", unit="人次")), "exceeded", "10.00", "10.00", "1.255"),
        (PAPERS, num("120", unit="篇"), "undecided", None, None, None),
        (PAPERS, several(num("120"), num("11000")), "undecided", None, None, None),
        (COURSES, several(num("2", unit="场", label="讲座"), num("3", unit="场", label="培训")), "met", "10.00", "10.00", "1"),
        (COURSES, several(num("2", unit="场"), num("3", unit="场")), "undecided", None, None, None),
        (COURSES, num("5", unit="场"), "undecided", None, None, None),
        (PAPERS, several(num("100", unit="篇"), num("-10000", unit="人次")), "missed", "5.00", "0.00", "0"),
        (COURSES, Quantity("4 场", "number", value=D(4), unit="场", parts=several(num("3", unit="场", label="培训"), num("1", unit="场", label="讲座")).parts),
         "missed", "7.50", "5.00", "0.75"),
        (several(num("5", unit="篇"), day("2024-12-31")), several(num("5", unit="篇"), day("2024-11-30")), "met", "10.00", "10.00", "1"),
        (several(num("5", unit="篇"), day("2024-12-31")), several(num("5", unit="篇"), day("2025-01-31")), "undecided", None, None, None),
        (several(num("0", unit="起"), num("0", ">=", "件")), several(num("0", unit="起"), num("3", unit="件")), "met", "10.00", "10.00", None),
    ],
)  # fmt: skip
def test_compound(target: Quantity, actual: Quantity, status: str, mean: str | None, minimum: str | None, completion: str | None) -> None:
    for rules, score in ((RULES, mean), (MINIMUM, minimum)):
        found = score_indicator(row(target, actual), rules)
        assert (found.status, None if found.score is None else str(found.score)) == (status, score)
        assert found.completion == (None if completion is None else D(completion))


def test_a_single_target_finds_its_figure_among_several() -> None:
    actual = several(num("120", unit="篇"), num("98", unit="%"))
    assert score_indicator(row(num("95", ">=", "%"), actual), RULES).status == "met"


@pytest.mark.parametrize(
    ("name", "target", "actual", "status"),
    [
        ("办理件数", "≥30万件", "32.6万件，比上年增加2.1万件", "met"), ("办理件数", "≥30万件", "增加2.1万件，达28.6万件", "missed"),
        ("新增件数", "≥30万件", "办理32.6万件，增加2.1万件", "undecided"), ("增长率", "≥5%", "6%，比上年增加2%", "undecided"),
        ("新增件数", "≥30万件", "32.6万件，比上年增加2.1万件", "met"), ("满意度", "≥90%", "由92%提升到95%", "met"),
        ("满意度", "较上年提高5个百分点", "98.5%，较上年提升6个百分点", "met"), ("办理时限", "缩短2天", "由5天缩短至3天", "undecided"),
        ("办理时限", "≤3天", "由5天缩短至3天", "met"), ("群众满意度", "≥95%", "知晓率88%，满意度96%", "met"),
        ("活动场次", "≥12场", "已举办11场，1场推迟", "missed"), ("建成数", "≥4个", "完成4个，1个在建", "met"), ("活动场次", "≥11场", "11场，1场推迟", "met"),
        ("取消事项", "≥10项", "已取消12项，正在取消3项", "undecided"), ("新建涵闸", "≥6座", "3座完工，2座在建，1座未开工", "missed"), ("示范区", "≥5个", "已建成4个，1个推迟至2025年", "missed"),
        ("服务对象满意度", "≥90%", "非常满意86%，满意8%，综合满意度94%", "met"), ("合格率", "≥95%", "一次验收合格率92%，合格率100%", "met"), ("合格率", "≥95%", "抽检合格率92%，验收合格率100%", "undecided"),
        ("空气质量综合指数", "≤3.6", "3.42，同比改善5.3%", "met"), ("接种人次", "≥3万剂次", "3.12万剂", "met"), ("响应时间", "≤2秒", "平均0.8s", "met"),
        ("出口额", "同比增长5%", "↓5.2%", "missed"), ("出口额", "同比下降5%", "同比-5.2%", "met"),
        ("新增参保人员", "≥2万人", "新增1.8万人，累计参保36.8万人", "missed"), ("耗材", "1批", "1批次", "met"),
        ("温湿度", "温度18-26℃、湿度30%-70%", "温度22℃、湿度52%", "met"), ("抽检合格率", "≥98%", "抽检260批次，合格率98.9%", "met"),
        ("拥堵指数", "下降5%", "由1.82下降至1.70，下降6.6%", "met"), ("接通时间", "≤10秒", "由20秒压缩至12秒，压缩40%", "missed"),
        ("学生、家长满意度", "≥90%", "学生92%，家长89%", "missed"),
        ("蓄水量", "≥500万方", "520万立方米", "met"), ("改革事项", "≥3方面", "3方面", "met"),
        ("专利授权", "≥15项", "授权发明专利12项、实用新型8项", "undecided"), ("专利授权", "≥15项", "授权发明专利8项、实用新型2项", "missed"),
        ("群众满意度", "≥95%", "86%；投诉率0.2%", "missed"), ("更新设备", "20台（套）", "20台", "met"), ("新增学位", "≥1800个", "1,890个学位", "met"),
        ("合格率", "≥95%", "26个项目验收合格25个，合格率96.15%", "met"), ("群众满意度", "≥90%", "非常满意62%，满意33%，满意度95%", "met"),
        ("抽查企业", "≥260户", "全年抽查企业268户，发现问题42户", "met"), ("新增参保", "≥2万人", "新增2.1万人，累计参保36.8万人", "met"),
        ("带宽", "≥1Gbps", "1000Mbps", "met"), ("接通时间", "≤1分钟", "45秒", "met"),
        ("办结天数", "缩短至3天", "由5天缩短至3天", "met"), ("能耗下降率", "≥5%", "能耗6%，水耗7%", "met"), ("增长情况", "出口额≥5%", "出口额6%，比上年增加2%", "met"),
    ],
)  # fmt: skip
def test_how_much_it_has_changed_answers_only_a_change(name: str, target: str, actual: str, status: str) -> None:
    assert score_indicator(row(read(target), read(actual, role="actual"), name=name), RULES).status == status


@pytest.mark.parametrize(
    ("name", "target", "actual", "status"),
    [
        # so often a year, and so often a month
        ("巡查次数", "每季度1次", "4次", "met"), ("巡查次数", "每月≥4次", "月均4.5次", "met"), ("巡查次数", "每月2次", "全年20次", "missed"),
        ("巡查次数", "每月1次", "10次", "undecided"), ("巡查次数", "每月2次", "上半年共6次", "undecided"), ("故障次数", "≤1次/月", "8次", "undecided"),
        ("巡查次数", "≥12次", "每月1次", "met"), ("巡查次数", "每周1次", "每月4次", "undecided"), ("巡查次数", "每天1次", "全年250次", "undecided"),
        ("发放次数", "每季度1次", "每季度末发放，全年4次", "met"), ("例会", "每周两次", "104次", "met"), ("巡查次数", "每月1次", "12", "met"),
        ("巡查次数", "每月1次", "5", "undecided"), ("巡查次数", "每月1次", "1", "met"), ("每月巡查次数", "≥4次", "30", "undecided"),
        # months, days and working days
        ("办理时限", "≤1个月", "25天", "met"), ("办理时限", "≤30天", "1个月", "undecided"), ("办理时限", "≤30天", "2个月", "undecided short"),
        ("办理时限", "≤7个工作日", "5天", "met"), ("办理时限", "≤5天", "5个工作日", "undecided"), ("公示期", "≥7个工作日", "10天", "undecided"),
        ("办理时限", "≤5个工作日", "3-5个工作日", "met"), ("办理时限", "≤4个工作日", "3-5个工作日", "undecided"),
        # a figure without a sign of percent
        ("合格率", "1", "100%", "met"), ("合格率", "1", "98%", "undecided"), ("漏损率", "≤5%", "0.03", "met"), ("漏损率", "≤5%", "0.08", "undecided"),
        ("满意度", "≥90%", "9.5", "undecided"), ("满意度", "≥90%", "4.8", "undecided"), ("满意度", "≥95%", "4.6", "undecided short"),
        # a bound on the very edge, and a target that is only about so much
        ("走访企业", "≥300家", "近300家", "undecided"), ("走访企业", "≥300家", "近400家", "met"), ("项目成本", "≤50万元", "50余万元", "undecided"),
        ("使用年限", ">3年", "3年以上", "undecided"), ("差错率", "<5%", "5%以内", "undecided"), ("使用年限", ">3年", "3年", "missed"),
        ("受益人数", "500人左右", "495人", "undecided"), ("受益人数", "约500人", "300人", "missed"),
        # a sign of equality beside what is to be low, a rank, a rate that nobody wants to be 0
        ("工程造价", "=100万元", "120万元", "missed"), ("办理时限", "=30天", "25天", "undecided"), ("投诉次数", "=2次", "5次", "missed"), ("工程造价", "造价=100万元", "120万元", "missed"),
        ("考核排名", "≥第3名", "第2名", "met"), ("考核排名", "第3名及以上", "第5名", "missed"), ("验收合格率", "0", "100%", "undecided"),
        # a period that only the name tells
        ("每月巡查次数", "≥4次", "每月4次", "met"), ("月均巡查次数", "≥4次", "每月3次", "missed"), ("每月巡查次数", "≥4次", "5次", "met"),
        ("培训次数", "≥12次", "1-12月均开展12次", "met"), ("培训次数", "≥12次", "1-12月均开展6次", "missed"),
        ("每月巡查次数", "≥4次", "48次", "met"), ("每月巡查次数", "≥4次", "30次", "undecided"), ("每月例会次数", "≥12次", "每月1次", "met"),
        # what can't be held against each other, or leaves it open
        ("湿度", "30-70%", "40-60天", "undecided"), ("温度", "-18~-15℃", "-10℃", "undecided"), ("开工", "2024年7月10日后", "2024年7月12日", "undecided"), ("完工", "2024年12月底前", "2024年7月10日后", "undecided"),
        ("能耗下降率", "≥5%", "0.02", "undecided"), ("能耗", "≥5%", "下降0.02", "undecided"), ("公示天数", "7天", "2个月", "undecided"), ("办理时限", "≤1个月", "20余天", "undecided"), ("办理时限", "=1个月", "25天", "undecided"),
        ("工作", "巡查每月1次、宣传10篇", "巡查10次、宣传12篇", "undecided"), ("工作", "得分80-90分、培训10场", "得分95分、培训12场", "undecided"),
        # found to be nobody's fault
        ("投诉", "0起", "0起，经核查不属实", "met"), ("投诉", "0起", "1起，经核查不属实", "undecided"), ("投诉", "≤2起", "3起，均已办结", "missed"),
        ("投诉", "≤2起", "3起，经核查不属实", "undecided"), ("安全事故起数", "≤2起", "3起（非本单位责任）", "undecided"), ("办理时限", "≤15个工作日", "18个工作日，非本单位原因", "missed"),
        # fractions in words, two figures with a stroke between them, one satisfaction of several groups
        ("不良率", "≤5%", "二十分之一", "met"), ("演出", "≥30场/≥1万人次", "35场/1.2万人次", "met"), ("演出", "≥30场/≥1万人次", "35场/0.8万人次", "missed"),
        ("群众满意度", "≥95%", "学生97%，家长96%", "met"), ("群众满意度", "≥95%", "学生97%，家长93%", "undecided"), ("知晓率", "≥95%", "学生97%，家长96%", "undecided"), ("群众满意度", "90%-95%", "学生97%，家长96%", "undecided"),
    ],
)  # fmt: skip
def test_what_holds_however_the_figure_is_meant(name: str, target: str, actual: str, status: str) -> None:
    found = score_indicator(row(read(target), read(actual, role="actual"), name=name), RULES)
    assert f"{found.status}{' short' if found.short else ''}" == status


@pytest.mark.parametrize(
    ("name", "target", "actual", "status"),
    [
        ("每月巡查次数", "≥4次", "5次", "met"), ("考核排名", "≥第3名", "第2名", "missed"), ("验收合格率", "0", "100%", "missed"),
        ("工程造价", "=100万元", "120万元", "met"), ("办理时限", "≤1个月", "25天", "undecided"),
    ],
)  # fmt: skip
def test_a_workbook_of_ours_goes_by_its_figures_alone_as_its_formulas_do(
    name: str, target: str, actual: str, status: str
) -> None:
    ours = row(read(target), read(actual, role="actual"), name=name)._replace(by_words=False)
    assert score_indicator(ours, RULES).status == status


# --- qualitative ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "claimed", "status", "score"),
    [
        ("达成", 9, "met", "9.00"), ("达成", 8, "met", "8.00"), ("达成", 7.9, "met", None), ("达成", None, "met", None), ("达成", 11, "met", None),
        ("部分达成", 7, "missed", "7.00"), ("部分达成", 8, "missed", None), ("未达成", 5, "missed", "5.00"), ("未达成", 6, "missed", None),
        ("", 9, "undecided", "9.00"), ("", 0, "undecided", "0.00"), ("", 10.5, "undecided", None), ("", None, "undecided", None),
    ],
)  # fmt: skip
def test_qualitative(state: str, claimed: object, status: str, score: str | None) -> None:
    found = score_indicator(row(words("有效提升"), words("明显提升"), claimed=claimed, state=state), RULES)
    assert (found.status, None if found.score is None else str(found.score)) == (status, score)
    assert found.completion is None


@pytest.mark.parametrize(("claimed", "score"), [("8", None), ("7.9", "7.90"), ("5", "5.00"), ("4.9", None)])
def test_the_bands_are_the_rule_sets(claimed: str, score: str | None) -> None:
    partly = row(words("有效提升"), words("有所提升"), claimed=claimed, state="部分达成")
    found = score_indicator(partly, load("bands-80-50")).score
    assert (None if found is None else str(found)) == score


def test_a_status_word_is_a_state() -> None:
    done = Quantity("已完成", "status", state="reached")
    assert score_indicator(row(words("有效提升"), done, claimed=10), RULES) == IndicatorScore("met", D(10))
    assert state_of(row(words("有效提升"), done, state="未达成")) == "missed", "the state column comes first"


def test_the_forms_own_standard_comes_before_the_bands() -> None:
    lower = row(words("有效提升"), words("已开展"), claimed=7, state="达成")
    assert score_indicator(lower, RULES).score is None
    assert score_indicator(lower._replace(standard=Entry("酌情给分")), RULES).score == 7


def test_the_sign_makes_a_row_qualitative() -> None:
    assert score_indicator(row(num("100"), num("90"), op="定性", claimed=9), RULES) == IndicatorScore("undecided", D(9))


# --- rows that do not apply -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "reason", "excluded"),
    [("无", "项目取消", True), ("/", "项目取消", True), ("", "项目取消", False), ("无", "", False), ("/", "无", False), ("/", "……", False)],
)
def test_not_applicable_needs_a_reason(actual: str, reason: str, excluded: bool) -> None:
    indicator = row(num("3"), Quantity(actual, "empty"), reason=reason)
    assert not_applicable(indicator) is excluded
    assert score_indicator(indicator, RULES) == IndicatorScore("undecided", excluded=excluded)


@pytest.mark.parametrize(
    ("target", "actual", "weight", "excluded"),
    [
        (Quantity("不涉及", "empty"), EMPTY, None, True),
        (Quantity("不涉及", "empty"), EMPTY, 5, False),
        (num("3"), Quantity("不涉及", "empty"), None, False),
    ],
)
def test_an_unused_row_has_neither_points_nor_a_target(
    target: Quantity, actual: Quantity, weight: object, excluded: bool
) -> None:
    assert score_indicator(row(target, actual, weight=weight), RULES).excluded is excluded


@pytest.mark.parametrize(
    ("below", "status"),
    [
        (row(num("10"), num("12")), "met"),
        (row(EMPTY, num("3")), "met"),
        (row(num("3"), Quantity("无", "empty"), reason="项目取消"), "met"),
        (row(num("3"), EMPTY), "undecided"),
        (row(num("3"), num("2")), "undecided short"),
    ],
)
def test_rows_that_share_a_weight_are_met_together_and_those_that_say_nothing_do_not_count(
    below: Indicator, status: str
) -> None:
    shares = below._replace(shares=True, weight=Entry())
    first = row(num("10"), num("10"), claimed=10)
    found, _ = score_indicators((first, shares), RULES)
    failed = status == "undecided short"
    assert (found.status, found.score) == (status.split()[0], None if failed else D(10))
    cancelled = row(num("10"), Quantity("无", "empty"), reason="项目取消")
    assert score_indicators((cancelled, shares), RULES)[0] == IndicatorScore("undecided", excluded=True)


@pytest.mark.parametrize("filler", ["", " ", "无", "／", "—", "——", "–", "…", "……", "--", "\n"])
def test_a_filler_states_nothing(filler: str) -> None:
    assert not stated(Entry(filler))


# --- total ----------------------------------------------------------------------------------------------------------

GOOD = row(num("10"), num("10"), weight=60)
POOR = row(num("10"), num("5"), weight=30)
BUDGET = BudgetScore(D("0.868"), D(10), D("8.68"))


def sum_up(*indicators: Indicator, budget: BudgetScore = BUDGET) -> TotalScore:
    return total(budget, indicators, [score_indicator(indicator, RULES) for indicator in indicators], RULES)


def test_total_is_execution_and_all_indicators() -> None:
    assert sum_up(GOOD, POOR) == TotalScore(D("83.68"), "良", D("83.68"))


OPEN = row(num("10"), EMPTY, weight=30)
ABSENT = row(num("10"), Quantity("无", "empty"), weight=30, reason="项目取消")
CHILD = row(num("10"), EMPTY, weight=None, child=True)
WEIGHTED_CHILD = row(num("10"), num("10"), weight=5, child=True)
BARE = row(num("10"), num("10"), weight=None)
LATE = row(day("2024-12-31"), day("2025-01-01"), weight=30, claimed=20, reason="停工")


@pytest.mark.parametrize(
    ("indicators", "score", "attainable"),
    [
        ([GOOD, OPEN], None, "98.68"),
        ([GOOD, ABSENT], "68.68", "68.68"),
        ([GOOD, POOR, CHILD], "83.68", "83.68"),
        ([GOOD, WEIGHTED_CHILD], "73.68", "73.68"),
        ([GOOD, BARE], None, None),
        ([GOOD, LATE], "88.68", "98.68"),
        ([], None, None),
        ([ABSENT, CHILD], None, None),
    ],
)
def test_what_counts_in_the_total(indicators: list[Indicator], score: str | None, attainable: str | None) -> None:
    found = sum_up(*indicators)
    assert (found.score, found.attainable) == tuple(None if text is None else D(text) for text in (score, attainable))
    assert (found.grade is None) == (score is None)


def test_the_total_without_a_rate() -> None:
    assert sum_up(GOOD, POOR, budget=BudgetScore(weight=D(10))) == TotalScore(attainable=D(85))
    assert sum_up(GOOD, POOR, budget=BudgetScore()) == TotalScore()


def item(weight: object, claimed: object) -> ManagementItem:
    return ManagementItem(name=Entry("预算编制"), weight=entry(weight), claimed_score=entry(claimed))


@pytest.mark.parametrize(
    ("items", "score", "attainable"),
    [
        ([item(10, 9), item(5, 5)], "74", "74"), ([item(10, None)], None, "70"), ([item(10, 11)], None, "70"), ([item(None, 9)], None, None), ([], None, None),
    ],
)  # fmt: skip
def test_management_is_the_users_to_enter(items: Sequence[ManagementItem], score: str | None, attainable: str | None) -> None:
    none = score_budget(BudgetLine(), DEPARTMENT.execution_weight)
    found = total(none, [GOOD], [score_indicator(GOOD, DEPARTMENT)], DEPARTMENT, items)
    assert (found.score, found.attainable) == tuple(None if text is None else D(text) for text in (score, attainable))


@pytest.mark.parametrize(
    ("target", "actual", "level", "value"),
    [
        ("0起", "未发生", "质量指标", "0"), ("0起", "无", "质量指标", "0"), ("≤2起", "未发生", "质量指标", "0"), ("≤2起", "无", "质量指标", None),
        ("0次", "无泄密事件", "质量指标", "0"), ("0次", "无法统计", "质量指标", None), ("≤30%", "无变化", "质量指标", None), ("≤2万元", "未发生", "成本指标", None), ("≥2次", "未发生", "数量指标", None), ("100%", "已100%完成", "质量指标", "100"), ("≥3项", "已100%完成", "数量指标", None), ("100%", "未100%完成", "质量指标", None),
    ],
)  # fmt: skip
def test_words_that_are_a_figure_beside_their_target(target: str, actual: str, level: str, value: str | None) -> None:
    row = {"level2": Entry(level), "name": Entry("甲"), "target": Entry(target), "actual": Entry(actual)}
    (one,) = evaluation("project", Entries(tables={"indicators": (row,)})).indicators
    assert one.actual_read.value == (None if value is None else D(value))


@pytest.mark.parametrize(
    ("name", "target", "actual", "figures"),
    [
        ("任务完成率", "100%", "全部完成", ("100", "100")), ("产品合格率", "≥95%", "全部合格。", ("95", "100")), ("检查覆盖率", "100%", "已实现全覆盖", ("100", "100")),
        ("群众知晓率", "100%", "全部完成", ("100", None)), ("检查覆盖率", "100%", "基本全覆盖", ("100", None)), ("任务完成率", "100%", "未全部完成", ("100", None)),
        ("检查覆盖", "全覆盖", "98%", ("100", "98")), ("项目建设", "100%完成", "95%", ("100", "95")), ("检测项目", "全部", "满意率95%", (None, "95")),
        ("检查覆盖", "全覆盖", "全覆盖", (None, None)),
        ("抽检合格率", "≥99%", "送检86批次，全部合格", ("99", "100")), ("验收合格率", "≥95%", "完工项目全部合格", ("95", "100")), ("检查覆盖率", "100%", "12个街道全覆盖", ("100", "100")),
        ("设备合格率", "100%", "3台设备均合格", ("100", "100")), ("满意度", "≥90%", "人均满意", ("90", None)),
        ("按期办结率", "≥95%", "超期12件，全部办结", ("95", "12")), ("合格率", "≥95%", "整改后全部合格", ("95", None)), ("合格率", "≥95%", "发现问题3个，全部整改合格", ("95", "3")),
    ],
)  # fmt: skip
def test_all_of_it_is_the_whole_beside_a_share(name: str, target: str, actual: str, figures: tuple[str | None, str | None]) -> None:
    row = {"name": Entry(name), "target": Entry(target), "actual": Entry(actual)}
    (one,) = evaluation("project", Entries(tables={"indicators": (row,)})).indicators
    assert (one.target_read.value, one.actual_read.value) == tuple(None if value is None else D(value) for value in figures)


@pytest.mark.parametrize(
    ("name", "target", "actual", "kinds"),
    [
        ("有责投诉", "无", "无", ("qualitative", "number")), ("安全事故发生起数", "无。", "0 起", ("qualitative", "number")),
        ("重大违规问题", "无", "", ("qualitative", "empty")), ("重大舆情", "无", "无", ("qualitative", "number")),
        ("食品卫生", "无", "未发生食物中毒", ("qualitative", "number")), ("群体性事件", "无", "无", ("qualitative", "number")),
        ("失信事件", "无", "无", ("qualitative", "number")), ("审计问题", "≤3个", "无", ("number", "number")), ("解决群众问题", "无", "无", ("empty", "empty")),
        ("查处违规案件数", "无", "无", ("empty", "empty")), ("承办赛事件数", "无", "无", ("empty", "empty")), ("培训人次", "无", "无", ("empty", "empty")),
        ("安全生产", "不发生安全事故", "无", ("qualitative", "number")), ("舆情", "不发生", "无", ("qualitative", "number")), ("制度", "健全", "无", ("qualitative", "empty")),
        ("投诉办结率", "无", "无", ("empty", "empty")), ("管理成本", "无", "无", ("empty", "empty")), ("有责投诉", "", "无", ("empty", "empty")),
        ("系统故障次数", "≤5次", "无", ("number", "number")), ("返工率", "≤1%", "无", ("number", "number")), ("差旅费", "≤5万元", "无", ("number", "empty")), ("培训人次", "≥5次", "无", ("number", "empty")),
    ],
)  # fmt: skip
def test_of_what_nobody_wants_none_is_a_target(name: str, target: str, actual: str, kinds: tuple[str, str]) -> None:
    row = {"name": Entry(name), "target": Entry(target), "actual": Entry(actual)}
    (one,) = evaluation("project", Entries(tables={"indicators": (row,)})).indicators
    assert (one.target_read.kind, one.actual_read.kind) == kinds


@pytest.mark.parametrize(
    ("actual", "value"),
    [("301天（82.5%）", "82.5"), ("301天（比例80%）", "80"), ("80.1%（292天）", "80.1"), ("301天（完成率82.5%）", "301"), ("301天（1期）", "301"),
     ("优良天数301天（82.5%）", "82.5"), ("超标65天（17.5%）", "65"), ("301天（+2.5%）", "301")],
)
def test_of_two_figures_the_one_in_brackets_counts_where_it_alone_answers(actual: str, value: str) -> None:
    row = {"name": Entry("优良天数比例"), "target": Entry("≥82%"), "actual": Entry(actual)}
    (one,) = evaluation("project", Entries(tables={"indicators": (row,)})).indicators
    assert (one.actual_read.text, one.actual_read.value) == (actual, D(value))


@pytest.mark.parametrize(
    ("name", "target", "actual", "status"),
    [
        ("人均补贴", "≤800元/人", "789.47元", "met"), ("人均学时", "≥40学时", "38学时/人", "missed"),
        ("检查量", "≥40人次/天", "日均43人次", "met"), ("生均经费", "≤3000元/生·年", "2950元", "met"),
        ("单条平均点击量", "≥5000次/条", "6230次", "met"), ("户均增收", "300-500元/户", "420元", "met"),
        ("每平方米造价", "≤1200元/平方米", "1180元", "met"),
        ("开放时间", "≥67.5小时/周", "64小时", "missed"), ("开放时间", "≥67.5小时/周", "70小时", "met"), ("开放时间", "≥67.5小时/周", "累计70小时", "undecided"),
        ("处理量", "≥20吨/月", "250吨", "undecided"), ("巡查", "≥2次/周", "2次", "undecided"),
        ("补植苗木", "≥3000株", "2900棵", "missed"), ("新打机井", "8眼", "8口", "met"),  # called otherwise
        ("办结率", "≥95%", "11/12", "missed"), ("办结率", "≥90%", "11件/12件", "met"), ("办结率", "≥90%", "13/12", "undecided"),
        ("出勤比例", "≥66.67%", "三分之二", "met"), ("出勤比例", "≥66.67%", "2/3", "met"), ("出勤比例", "≥67%", "2/3", "missed"), ("办结率", "≥100.00%", "19999/20000", "missed"), ("办结", "≥12件", "11/12", "undecided"),
        ("人均补贴", "800元/人", "960000元", "undecided"), ("补贴", "800元/人", "789.47元", "undecided"),
        ("人均伙食费", "≤50元/人·天", "48元", "undecided"), ("每月巡查", "≥1次/月", "12次", "met"),
    ],
)  # fmt: skip
def test_a_name_or_words_beside_a_figure_say_that_it_is_for_each(
    name: str, target: str, actual: str, status: str
) -> None:
    row = {"name": Entry(name), "target": Entry(target), "actual": Entry(actual), "weight": Entry("10", D(10))}
    (one,) = evaluation("project", Entries(tables={"indicators": (row,)})).indicators
    assert score_indicator(one, RULES).status == status


@pytest.mark.parametrize(
    ("target", "actual", "status"),
    [
        ("全年100场，其中进校园≥30场", "105场，其中进校园32场", "met"),
        ("≥8篇，其中SCI≥3篇", "9篇，其中SCI 2篇", "missed"),
        ("AED10台、救护车2辆", "AED10台、救护车2辆", "met"),
    ],
)
def test_of_several_figures_each_answers_its_own(target: str, actual: str, status: str) -> None:
    row = {"name": Entry("数量"), "target": Entry(target), "actual": Entry(actual), "weight": Entry("10", D(10))}
    (one,) = evaluation("project", Entries(tables={"indicators": (row,)})).indicators
    assert score_indicator(one, RULES).status == status


@pytest.mark.parametrize(("actual", "met"), [("-3.2%", True), ("-2%", False)])
def test_a_change_below_zero_names_its_direction_by_its_sign(actual: str, met: bool) -> None:
    row = {"name": Entry("能耗降低"), "target": Entry("≤-3%"), "actual": Entry(actual), "weight": Entry("10", D(10))}
    (one,) = evaluation("project", Entries(tables={"indicators": (row,)})).indicators
    assert (score_indicator(one, RULES).status == "met") == met


def test_which_management_items_are_scored() -> None:
    pointed, bare = item(5, 5), item(None, None)
    form = Evaluation("project", management=(pointed, bare))
    assert items_of(form, RULES) == (pointed,), "those to which somebody's own form gives points"
    assert items_of(form._replace(template=Template("project", "1.0.0")), RULES) == (), "no part of this rule set"
    assert items_of(form, DEPARTMENT) == (pointed, bare)


def test_a_managed_score_within_its_weight() -> None:
    assert managed(item(10, "9.5")) == D("9.5")
    assert managed(item(10, "-1")) is None


@pytest.mark.parametrize(
    ("score", "grade"), [("100", "优"), ("90", "优"), ("89.99", "良"), ("80", "良"), ("79.99", "中"), ("60", "中"), ("59.99", "差"), ("0", "差"), ("-1", None)]
)
def test_grades(score: str, grade: str | None) -> None:
    assert grade_of(D(score), RULES) == grade


def test_grades_are_the_rule_sets() -> None:
    assert grade_of(D(70), RULES._replace(grades=(Grade("合格", D(70)), Grade("不合格", D(0))))) == "合格"


# --- proposed weights -----------------------------------------------------------------------------------------------


def rows_of(level1: str, count: int, child: bool = False) -> list[Indicator]:
    return [row(num("1"), num("1"), level1=level1, weight=None, child=child)] * count


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, ["50"]), (4, ["12.5"] * 4), (5, ["10"] * 5), (3, ["16.67", "16.67", "16.66"]), (7, ["7.15"] * 2 + ["7.14"] * 5)],
)
def test_proposed_weights(count: int, expected: list[str]) -> None:
    assert [str(weight) for weight in propose_weights(rows_of("产出指标（50分）", count), RULES)] == expected


def test_no_weight_is_proposed_where_the_rules_know_none() -> None:
    rows = rows_of("管理指标", 1) + rows_of("产出指标", 1, child=True) + rows_of("效益指标", 2)
    assert propose_weights(rows, RULES) == (None, None, D(15), D(15))
    assert propose_weights(rows, DEPARTMENT) == (None,) * 4
    assert propose_weights([], RULES) == ()
    unused = row(Quantity("不涉及", "empty"), EMPTY, weight=None, level1="效益指标")
    assert propose_weights([unused, *rows_of("效益指标", 1)], RULES) == (None, D(30))


@given(st.dictionaries(st.sampled_from(sorted(RULES.level_weights)), st.integers(1, 80)))
def test_proposed_weights_add_up_to_each_level(counts: dict[str, int]) -> None:
    rows = [indicator for level, count in counts.items() for indicator in rows_of(level, count)]
    proposed = propose_weights(rows, RULES)
    for level in counts:
        weights = [weight for indicator, weight in zip(rows, proposed, strict=True) if indicator.level1.text == level and weight is not None]
        assert sum(weights) == RULES.level_weights[level]
        assert max(weights) - min(weights) <= D("0.01")
        assert all(weight == round(weight, 2) for weight in weights)


# --- what holds for any figures -------------------------------------------------------------------------------------

figures = st.decimals(0, 10**6, places=3)
weights = st.one_of(st.decimals(0, 100, places=2), st.decimals(0, 100, places=5))
ops: st.SearchStrategy[Op | None] = st.sampled_from([None, ">=", ">", "=", "<=", "<"])


@given(ops, st.decimals(-100, 10**6, places=3), st.decimals(-100, 10**6, places=3), weights, st.sampled_from(["数量指标", "成本指标"]))
def test_a_score_lies_between_zero_and_the_weight(op: Op | None, target: D, actual: D, weight: D, level2: str) -> None:
    found = score_indicator(row(num(str(target), op), num(str(actual)), weight=weight, level2=level2), RULES)
    if found.score is None:
        assert found.status == "undecided"
    else:
        assert 0 <= found.score <= weight
        assert found.score == round(found.score, 2)


@given(ops, figures, figures, figures, weights)
def test_a_better_actual_never_scores_less(op: Op | None, target: D, one: D, other: D, weight: D) -> None:
    worse, better = sorted((one, other))
    if direction(row(num(str(target), op), EMPTY)) == "lower":
        worse, better = better, worse
    low, high = (score_indicator(row(num(str(target), op), num(str(actual)), weight=weight), RULES).score for actual in (worse, better))
    assert low is None or high is None or low <= high


@given(figures, figures, weights)
def test_the_execution_score_lies_between_zero_and_the_weight(executed: D, adjusted: D, weight: D) -> None:
    score = score_budget(BudgetLine(executed=entry(executed), adjusted=entry(adjusted)), weight).score
    assert score is None or 0 <= score <= weight


@given(st.lists(st.tuples(figures, figures), min_size=1, max_size=4), st.decimals("0.5", 100, places=2))
def test_the_minimum_is_never_above_the_mean(pairs: list[tuple[D, D]], weight: D) -> None:
    names = ["甲", "乙", "丙", "丁"]
    target = several(*(num(str(goal), ">=", "场", name) for name, (goal, _) in zip(names, pairs, strict=False)))
    actual = several(*(num(str(value), None, "场", name) for name, (_, value) in zip(names, pairs, strict=False)))
    mean, minimum = (score_indicator(row(target, actual, weight=weight), rules).score for rules in (RULES, MINIMUM))
    assert (mean is None) == (minimum is None)
    assert mean is None or minimum is None or minimum <= mean


@pytest.mark.parametrize(
    ("standard", "target", "actual", "score"),
    [
        ("每少1人扣1分，扣完为止", "≥100人", "98人", 8), ("每少一人，扣0.5分；扣完为止。", "≥100人", "98人", 9),
        ("培训人数每少1人扣1分", "≥100人", "60人", 0), ("每少5人扣1分", "≥100人", "90人", 8), ("每少5人扣1分", "≥100人", "88人", None),
        ("每少1个区扣1分", "≥100人", "98人", None), ("每减少1亩扣0.1分", "≥1.2万亩", "11990亩", 9), ("每少1户扣1分", "≥100", "98", None),
        ("每低1个百分点扣0.5分", "≥95%", "90%", D("7.5")), ("每低1个百分点扣0.5分", "≥95%", "90.5%", None),
        ("每低1%扣0.5分", "≥95%", "90%", None), ("每低1%扣0.5分", "100%", "90%", 5), ("每低1%扣1分", "≥95%", "60%", 0),
        ("完成率每降低1%扣1分", "≥200人", "190人", 5), ("完成目标值得满分，未达到的，每降低1%扣权重的5%", "≥100人", "90人", 5),
        ("95%（含）以上得10分；每低1个百分点扣1分；低于80%不得分", "≥95%", "90%", 5), ("每低1个百分点扣1分；低于80%不得分", "≥95%", "79%", 0),
        ("≥95%得满分，低于80%不得分", "≥95%", "79%", 0), ("≥95%得满分，低于80%不得分", "≥95%", "85%", None),
        ("每少1个村扣1分", "≥10个村", "8个村", 8), ("每少1个村扣1分", "≥10个", "8个", None),
        ("98%以上得满分，每低1个百分点扣1分", "≥95%", "90%", None), ("得8分，每低1个百分点扣1分", "≥95%", "90%", None),
        ("完成得满分，否则不得分", "≥100人", "90人", 0), ("基本完成得满分，未完成不得分", "≥100人", "90人", None),
        ("每超1天扣1分", "≤30天", "33天", 7), ("每少1天扣1分", "≤30天", "33天", None), ("每发生1起扣2分", "0起", "2起", 6), ("每发生1起扣2分", "0件", "2件", 6),
        ("完成得满分，未完成得一半分", "≥10份", "8份", 5), ("未完成减半得分", "≥10份", "8份", 5),
        ("每少1人扣1分（经批准的除外）", "≥100人", "98人", None), ("视情况每少1人扣1-2分", "≥100人", "98人", None),
        ("每少1人扣1分，每少10人扣20分", "≥100人", "98人", None), ("每少1人扣1分", "≥100人", "近98人", None),
        ("1.完成100人得满分\n2.每少1人扣1分", "≥100人", "98人", 8), ("（1）达到目标得满分（2）每少1人减1分", "≥100人", "98人", 8),
        ("每少1人扣1分，最多扣5分", "≥100人", "90人", 5), ("少1人扣1分，超额完成不加分", "≥100人", "98人", 8), ("发生1起扣2分", "0起", "3起", None),
        ("每少1万元扣1分", "≥100万元", "98万元", 8), ("每少100人次扣1分", "≥1.2万人次", "11800人次", 8), ("每少1小时扣1分", "≥5天", "4天", None),
        ("低于95%的，每低1个百分点扣1分", "≥95%", "90%", 5), ("合格率每低1个百分点扣1分", "≥100人", "90人", None), ("1.", "≥100人", "90人", None),
        ("执行率每低1个百分点扣1分", "≥100人", "90人", None), ("完成率每低1个百分点扣1分", "≥95%", "90%", None),
        ("达到得满分，否则按比例得分，低于60%不得分", "≥100人", "50人", 0), ("达到得满分，否则按比例得分，低于60%不得分", "≥100人", "80人", 8),
        ("完成率×分值", "≥90%", "88%", None), ("超支按比例扣分", "≤100万元", "110万元", None), ("酌情扣分", "≥100人", "90人", None),
        ("未达标扣2分", "≥95%", "90%", 8), ("95%以下不得分", "≥95%", "90%", 0), ("95%左右得满分，每低1个百分点扣1分", "≥95%", "94%", None),
        ("完成90%以上得满分，否则不得分", "≥90%", "88%", None), ("≥90%得满分，否则按比例得分", "≥95%", "92%", None),
        ("每高1%扣1分", "0%", "3%", 7), ("每低1个百分点扣0.5分", "≥100人", "90人", 5), ("每低1%扣1分", "≥200", "190", None), ("每少1扣1分", "≥100", "98", 8),
        ("每少1万小时扣1分", "≥10万小时", "8万小时", 8), ("完成得满分，否则按比例得分", "≤100万元", "110万元", None), ("完成得满分，否则按比例得分", "0起", "2起", 0),
        ("未完成按比例得分", "≥90%", "88%", D("9.78")), ("完成率×分值", "≥100人", "90人", 9), ("执行率×分值", "100%", "90%", None),
        ("完成100%得满分，每少1人扣1分", "≥100人", "98人", 8), ("达到100%得满分，每低1个百分点扣1分", "≥95%", "90%", None), ("完成100%得满分，每低1个百分点扣1分", "100%", "95%", 5),
        ("100个人得满分，每少1人扣1分", "≥100人", "98人", 8), ("95%以上得8分，每低1个百分点扣1分", "≥95%", "90%", None), ("完成得满分，弄虚作假的不得分", "≥100人", "90人", None),
        ("每少1人扣1分", "约100人", "80人", None), ("每少1人扣1分", "≥100人", "-5人", None), ("每少1个百分点扣1分", "增长10%", "下降2%", None), ("完成得满分", "≥100人", "90人", 9),
        ("每少1人扣1分，扣完10分为止", "≥100人", "80人", 0), ("每少1人扣1分，扣完8分为止", "≥100人", "80人", None),
        ("少5人扣1分", "≥100人", "90人", None), ("每少0人扣1分", "≥100人", "90人", None), ("每少验收1人扣1分", "≥100人", "98人", None), ("完成率每降低1人扣1分", "≥100人", "98人", None),
        ("每少1人扣5%的分值", "≥100人", "98人", 9), ("低于60个人不得分", "≥100人", "50人", 0), ("低于60个村不得分", "≥100个", "50个", None),
        ("完成率低于60%不得分", "≥100人", "50人", 0), ("完成率低于60%不得分", "≥95%", "58%", None), ("每低1个百分点扣0.1分，未完成60%不得分", "≥95%", "58%", None), ("未完成100%不得分", "≥100人", "90人", 0),
        ("发生1起不得分", "0起", "2起", 0), ("发生3起不得分", "0起", "2起", None), ("高于120万元不得分", "≤100万元", "110万元", None), ("发生不得分", "≥100人", "90人", None), ("超过目标值不得分", "≥100人", "90人", None),
        ("未发生得满分，每发生1起扣2分", "0起", "2起", 6), ("未发生得10分，每发生1起扣2分", "0起", "2起", 6), ("未发生得8分，每发生1起扣2分", "0起", "2起", None),
        ("未发生得满分，每发生1起扣2分", "≥100人", "98人", None), ("无投诉得满分，每发生1起扣2分", "0起", "2起", None),
        # bands
        ("完成年度目标得满分；完成90%以上得8分；完成80%-90%得6分；其余0分", "≥100场", "85场", 6), ("达到目标值得10分，80%以上得6分，其余不得分", "≥50人", "45人", 6),
        ("完成目标得满分，90-100人得8分，其余不得分", "≥100人", "95人", None), ("完成得满分，完成90%以上得8分，其余不得分", "≥95%", "90%", 8),
        ("90%以上得10分，80%–90%得8分，60%-80%得5分，60%以下不得分", "≥90%", "85%", 8), ("90%以上得10分，80%–90%得8分，80%以下不得分", "≥90%", "80%", None),
        ("90%（含）以上得10分，80%（含）-90%得8分，80%以下不得分", "≥90%", "80%", 8), ("90%以上得10分，80%-90%得8分，80%以下不得分", "≥100人", "85人", 8),
        ("90%以上得10分，90%-80%得8分，其余不得分", "≥90%", "85%", 8), ("90%以上得10分，80%-89%得8分，其余不得分", "≥90%", "89.5%", None),
        ("90%以上得10分，80%-89%得8分，其余不得分", "≥90%", "75%", 0),
        ("80%以上得10分，70%-80%得7分", "≥80%", "76%", 7), ("90%以上得10分，80%-90%得7分，80%以下不得分", "≥95%", "79%", None),
        ("完成率≥90%，得10分；80%≤完成率<90%，得8分；完成率<80%，不得分", "≥100人", "80人", 8), ("[90%,100%]得10分；[80%,90%)得8分；[0,80%)得0分", "100%", "90%", 10),
        ("5%以内得10分，5%～8%得5分", "≤5%", "6.2%", 5), ("5%以内得10分，5%～8%得5分", "≤5%", "9%", None), ("1天内得10分，1-3天得5分，3天以上不得分", "≤1天", "2天", 5),
        ("95%以上得10分，90%以上得8分，85%以上得5分，85%以下得0分", "≥95%", "92%", 8), ("95%以上：10分；大于等于90%小于95%：8分；小于90%：0分", "≥95%", "90%", 8),
        ("达到95%得10分，90%-95%扣2分，90%以下扣5分", "≥95%", "93%", 8), ("90%以上得满分，80%-90%得80%权重分，80%以下不得分", "≥90%", "85%", 8),
        ("90%以上得8分，80%-90%得6分，80%以下不得分", "≥90%", "85%", None), ("90%以上得10分，80%-90%得6-8分，80%以下不得分", "≥90%", "85%", None),
        ("合格率90%以上得10分，80%-90%得8分", "≥90%", "85%", None), ("90%以上得10分，80%-90%得8分，其余不得分", "≥90%", "75%", 0), ("100人以上得10分，80-100人得8分，80人以下不得分", "≥100人", "85人", 8),
    ],
)  # fmt: skip
def test_the_forms_own_standard_gives_points_where_it_leaves_one_reading(
    standard: str, target: str, actual: str, score: object
) -> None:
    assert_points("培训人数", standard, target, actual, score)


@pytest.mark.parametrize(
    ("name", "standard", "target", "actual", "score"),
    [
        ("安全事故发生起数", "发生1起扣2分", "0起", "1起", 8), ("产品合格率", "合格率×分值", "100%", "90%", 9),
        ("产品合格率", "合格率每低1个百分点扣1分", "≥95%", "90%", 5), ("产品合格率", "合格率每低1个百分点扣1分", "≥95", "90", None),
        ("学生、家长满意度", "满意度每低1个百分点扣1分", "≥95%", "90%", None),
    ],
)  # fmt: skip
def test_a_standard_may_repeat_the_name(name: str, standard: str, target: str, actual: str, score: object) -> None:
    assert_points(name, standard, target, actual, score)


def assert_points(name: str, standard: str, target: str, actual: str, score: object) -> None:
    one = {"name": entry(name), "target": Entry(target), "actual": Entry(actual), "weight": entry(10), "standard": Entry(standard)}
    (read_one,) = evaluation("project", Entries({}, {"indicators": (one,)})).indicators
    found = score_indicator(read_one, RULES)
    assert found.score == score
    assert found.share == (None if score is None else D(str(score)) / 10)
