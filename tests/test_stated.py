"""Figures stated in words beside a form's tables: taken only where they can be meant of nothing but this form."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from build import BUDGET, FUNDS, INDICATORS, SHEET, change, form, money
from checking import told

from selfeval_xl.assess import assess
from selfeval_xl.checks.words import figures_in
from selfeval_xl.model import EMPTY, Entry, Evaluation, Header, Place, Statement, Subtotal
from selfeval_xl.rules import load

CELL = Place(SHEET, "B40")
HEADER = Header(Entry("2024"), Entry("某市图书馆"), EMPTY, Entry("图书购置专项"))


def test_words_that_come_again_and_again_take_no_long_time() -> None:
    started = time.process_time()
    assert stated(f"{'最后' * 60}甲全年执行数198万元。") == []
    assert time.process_time() - started < 4


def stated(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.text + one.unit) for one in figures_in(Entry(text, None, CELL), form(header=HEADER))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("自评结论：本项目全年预算200万元，全年执行数198万元，执行率97.5%，自评得分98.75分，自评等级为良。",
         [("adjusted", "200万元"), ("executed", "198万元"), ("rate", "97.5%"), ("total", "98.75分"), ("grade", "良")]),
        ("图书购置专项2024年全年预算数2,000,000.00元，执行数1,950,000元。", [("adjusted", "2000000.00元"), ("executed", "1950000元")]),
        ("经综合评价，本项目自评总得分为98.75分，评价等级为“优秀”。", [("total", "98.75分"), ("grade", "优秀")]),
        ("上年自评得分95分，等级为优；本年自评得分98.75分。", [("total", "98.75分")]),
        ("截至2024年12月31日，全年执行数１９５万元", [("executed", "195万元")]),
        ("全年执行数198万元（其中财政拨款100万元），执行率97.5%", [("executed", "198万元"), ("rate", "97.5%")]),
        ("2023年全年执行数180万元，2024年全年执行数195万元。", [("executed", "195万元")]),
        ("2024年预算执行率为97.2%，较2023年提高3.1个百分点，自评得分98.75分。", [("rate", "97.2%"), ("total", "98.75分")]),
        ("单位自评得分98.75分，财政部门复核得分95分。", [("total", "98.75分")]),
        ("根据财政局文件要求，本项目自评91分（90分及以上为优，80—90分为良）。", [("total", "91分")]),
        ("按90分（含）以上为优、80—90分为良的标准，本项目自评91分，等级为优。", [("total", "91分"), ("grade", "优")]),
        ("项目评价结果为“良”。", [("grade", "良")]),
        ("经自评，评定为优秀。", [("grade", "优秀")]),
        ("自评等次良好", [("grade", "良好")]),
        ("资金执行率达97.2%", [("rate", "97.2%")]),
        ("支付进度已达到97.2%", [("rate", "97.2%")]),
        ("本项目完成培训10期，累计支出95万元，结余5万元。", [("executed", "95万元"), ("balance", "5万元")]),
        ("一、年初预算120万元，调整后预算100万元，实际支付95万元", [("initial", "120万元"), ("adjusted", "100万元"), ("executed", "95万元")]),
        ("本项目综合得分96分。", [("total", "96分")]),
        ("执行率95%，其中财政拨款100万元，本年执行率95.2%。", [("rate", "95%")]),
        ("全年预算数120万元，其中财政拨款100万元，本年执行率95.2%，总执行率95%。", [("adjusted", "120万元"), ("rate", "95%")]),
        ("年初预算执行率79%，调整后预算执行率95%。", [("rate", "95%")]),
        ("年初预算120万元，年中调减10万元，年度预算120万元，调整后预算110万元，预算执行率95%。",
         [("initial", "120万元"), ("adjusted", "110万元"), ("rate", "95%")]),
        ("2023年全年执行数180万元，2024年全年执行数195万元，执行率97.5%。", [("executed", "195万元"), ("rate", "97.5%")]),
        ("全年执行数195万元，执行率97.5%。综上，全年执行数1,950,000元，执行率98%。", [("executed", "1950000元"), ("rate", "97.5%")]),
    ],
)  # fmt: skip
def test_what_words_state_of_the_form(text: str, found: list[tuple[str, str]]) -> None:
    assert stated(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "2.预算执行率10分、产出指标50分、效益指标30分。",
        "自评得分90分（含）以上为优，80（含）-90分为良。",
        "自评等级：90分以上为优，80至90分为良。",
        "评价等级分为优、良、中、差四个等级。",
        "其中：馆藏建设全年预算数50万元，执行数40万元，执行率80%。",
        "馆舍维修项目全年预算数50万元。执行数40万元，执行率80%。",
        "财政资金执行数190万元，执行率95%。",
        "中央资金全年执行数100万元；地方资金全年执行数95万元。",
        "全年执行数约200万元，自评得分98分左右。",
        "本次共对3个项目开展自评，平均得分95分，自评得分最高98分。",
        "甲项目自评得分95分，乙项目自评得分96分。",
        "自评得分95分，自评得分96分。",
        "满意度指标自评得分9.5分，产出指标总得分50分。",
        "预算执行率达到95%以上得满分。",
        "截至6月底，全年执行数100万元，预算执行率50%。",
        "例如：全年预算数100万元，执行数90万元，执行率90%。",
        "2023年，预算执行率88.4%，自评得分92.5分。",
        "2023年、2024年预算执行率分别为88.4%、95.5%。",
        "全年执行数180万元（2023年）。",
        "等级：优（90-100分）、良（80-90分）、中（60-80分）、差（0-60分）。",
        "评价等级为优、良、中、差四档。",
        "评分在80分以上90分以下的，等级为良。",
        "经财政部门组织复核，评价等级为良。",
        "该活动被省厅评为优秀，读者评价结果为良，验收结果为合格。",
        "开展培训10期，累计支出38.2万元，执行率96%。",
        "2022年启动，项目累计支出500万元，其中2024年支出95万元。",
        "用于购置图书支出38万元，采购结余3.2万元。",
        "上年结余3.2万元，资金到位率100%。",
        "预算执行率比上年提高7个百分点，达到97.5%。",
        "得分98.75分，产出指标50分，得分50分。",
        "全年预算120万元，调整后预算110万元。",
        "其中财政拨款100万元，执行率95.2%，综合考虑，执行率90%。",
        "上年结转资金支出20万元，本年预算支出75万元。",
        "培训经费追加20万元，执行率90%。",
        "年中执行率50%。",
    ],
)  # fmt: skip
def test_what_may_be_said_of_something_else(text: str) -> None:
    assert stated(text) == []


def test_the_spending_on_projects_is_not_all_of_a_departments() -> None:
    text = Entry("项目支出预算执行率80%。", None, CELL)
    kinds = [[one.kind for one in figures_in(text, form(form=each, header=HEADER))] for each in ("department", "project")]
    assert kinds == [[], ["rate"]]


def ids(evaluation: Evaluation) -> list[tuple[str, tuple[str, ...]]]:
    found = assess(evaluation, load("mof-2020")).findings
    return [(one.id, one.cells) for one in found if one.severity != "info"]


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("本项目全年预算数100万元，执行数95万元，预算执行率95%，自评得分98.67分，等级为优。", None),
        ("全年执行数950000元，自评得分98.7分，预算执行率95.0%。", None),
        ("全年执行数97万元，执行率97%。", "tieout.mismatch"),
        ("全年预算数0万元，执行数95万元，预算执行率95%。", "tieout.mismatch"),
        ("自评得分96分。", "tieout.mismatch"),
        ("预算执行率95%，自评得分9.5分。", None),
        ("预算执行率98%。", "tieout.mismatch"),
        ("自评等级为良。", "score.grade"),
        ("共设置绩效指标9个，完成5个。", "table.count"),
        ("设置三级绩效指标9个，完成5个。", "table.count"),
        ("指标个数：9个", "table.count"),
        ("共设置9个绩效指标，绩效指标共9个，三级指标总数9个。", "table.count"),
        ("二级指标共8个，未完成指标共1个。", None),
        ("设置一级指标3个、二级指标7个、三级指标8个。", None),
        ("设一级指标3个，二级指标7个，三级指标14个。", "table.count"),
        ("共设置绩效指标：一级3个、二级12个、三级8个。", "table.count"),
        ("绩效指标一级4个、二级8个、三级8个（一级含预算执行）。", None),
        ("三级指标8个，其中产出指标5个、效益指标4个、满意度指标1个。", "table.count"),
        ("共设定量指标7个、定性指标1个。", None),
        ("共设定性指标3个。", "table.count"),
        ("未完成的有数量指标1个、效益指标1个。", None),
        ("产出指标2个、效益指标1个未完成。", None),
        ("各项绩效指标全部完成。", "table.claim"),
        ("效益指标均已完成。", "table.claim"),
        ("产出指标均已完成，质量指标全部达标。", None),
        ("完成全部绩效指标。", "table.claim"),
        ("共设置三级指标8个，均已完成。", "table.claim"),
        ("各项指标均得满分。", "table.claim"),
        ("各项绩效指标全部完成，得分均为满分。", "table.claim"),
        ("除服务职工人次外，其他指标均已完成。", None),
        ("指标全部完成的得满分，各项任务全部完成。", None),
        ("实际支出97万元，结余3万元。", "tieout.mismatch"),
        ("结余6万元。", "tieout.mismatch"),
        ("支付进度97.2%。", "tieout.mismatch"),
        ("年初预算执行率79%，调整后预算执行率97%。", "tieout.mismatch"),
        ("执行率97%，其中当年财政拨款50万元，本年执行率95%。", "tieout.mismatch"),
        ("评价结果为合格。", None),
        ("评价结果为不合格。", "score.grade"),
        ("绩效等级：B", None),
    ],
)  # fmt: skip
def test_words_against_the_tables(text: str, id: str | None) -> None:
    assert ids(form()) == []
    assert ids(form(texts=(Entry(text, None, CELL),))) == ([(id, ("B40",))] if id else [])


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("实际支出97万元。", ("97", "95")), ("实际支出970000元。", ("970000", "950000")), ("预算执行率98%。", ("98", "95")),
        ("结余6万元。", ("6", "5")), ("自评得分96分。", ("96", "98.67")),
    ],
)  # fmt: skip
def test_what_words_should_state_is_said_in_their_unit(text: str, figures: tuple[str, str]) -> None:
    found = assess(form(texts=(Entry(text, None, CELL),)), load("mof-2020")).findings
    assert [(one.provided, one.expected) for one in found if one.id == "tieout.mismatch"] == [figures]


def test_words_are_not_held_against_tables_that_contradict_themselves() -> None:
    wrong = change(FUNDS, "年度资金总额", 全年执行数="96.00")
    tables = (money(BUDGET, 2, "预算执行"),)
    words = (Entry("全年执行数97万元。", None, CELL),)
    assert ids(form(funds=wrong, budgets=tables, texts=words)) == ids(form(funds=wrong, budgets=tables))
    untold = change(change(FUNDS, "年度资金总额", 全年预算数=""), "其中：财政拨款", 全年预算数="")
    assert ids(form(funds=untold, texts=(Entry("结余6万元。", None, CELL),))) == ids(form(funds=untold))


@pytest.mark.parametrize(("name", "id"), [("资金支付进度", None), ("按时完成率", "tieout.mismatch")])
def test_an_indicator_on_the_payments_may_be_what_words_state(name: str, id: str | None) -> None:
    table = change(INDICATORS, "按时完成率", 三级指标=name, 指标值="≥95%", 实际完成值="97.2%")
    assert ids(form(table, texts=(Entry("支付进度97.2%。", None, CELL),))) == ([(id, ("B40",))] if id else [])


def test_a_wrong_number_of_indicators_is_told_once_for_all_its_cells() -> None:
    one = form(goal_actual=Entry("共设置绩效指标9个。", None, CELL), texts=(Entry("共设三级指标9个。", None, Place(SHEET, "B41")),))
    assert ids(one) == [("table.count", ("B40", "B41"))]
    other = form(goal_actual=Entry("共设绩效指标9个。", None, CELL), texts=(Entry("共设三级指标7个。", None, Place(SHEET, "B41")),))
    assert ids(other) == [("table.count", ("B40",)), ("table.count", ("B41",))]


@pytest.mark.parametrize(("claimed", "right"), [("50", True), ("49", False)])
def test_a_subtotal_against_its_rows(claimed: str, right: bool) -> None:
    one = form()
    rows = [row for row in one.indicators if row.level1.text == "产出指标"]
    points = sum(int(row.weight.text) for row in rows)
    at = Place(SHEET, "F99")
    weight = Entry(str(points - 50 + int(claimed)), None, at)
    subtotal = Subtotal(max(row.row for row in rows) + 1, Entry("小计", None, at), Entry("产出指标"), EMPTY, weight, EMPTY)
    assert ids(form(subtotals=(subtotal,))) == ([] if right else [("weights.total", ("F99",))])


@pytest.mark.parametrize(("claimed", "right"), [("100", True), ("90", True), ("95", False), ("50", False)])
def test_the_weight_in_the_total_row_against_all_rows(claimed: str, right: bool) -> None:
    at = Place(SHEET, "F99")
    subtotal = Subtotal(99, Entry("总分", None, at), weight=Entry(claimed, None, at), whole=True)
    assert ids(form(subtotals=(subtotal,))) == ([] if right else [("weights.total", ("F99",))])


def test_a_wrong_total_row_is_told_with_the_execution_and_fits_no_part_of_the_rows() -> None:
    part = Subtotal(19, Entry("小计"), weight=Entry("50", Decimal(50), Place(SHEET, "F19")))
    whole = Subtotal(99, Entry("总分"), weight=Entry("40", Decimal(40), Place(SHEET, "F99")), whole=True)
    found = assess(form(subtotals=(part, whole)), load("mof-2020")).findings
    (wrong,) = [one for one in found if one.severity != "info"]
    assert (wrong.cells, wrong.provided, wrong.expected) == (("F99",), "40", "100")
    assert "各行加上预算执行率" in wrong.message and "合计与各行之和一致" in (wrong.fix or "")
    all_points = form(change(INDICATORS, "培训人次", 分值="20", 得分="20"), funds=None, claimed_total=EMPTY, subtotals=(whole,))
    (wrong,) = [one for one in assess(all_points, load("mof-2020")).findings if one.severity != "info"]
    assert "它的各行相加" in wrong.message


def test_a_total_and_a_grade_that_only_words_state_are_the_ones_claimed() -> None:
    words = Entry("自评得分96分，等级为良。", None, CELL)
    found = assess(form(claimed_total=EMPTY, claimed_grade=EMPTY, texts=(words,)), load("mof-2020"))
    one = found.evaluation
    assert (one.claimed_total, one.claimed_grade) == (Entry("96", Decimal(96), CELL), Entry("良", None, CELL))
    twice = form(claimed_total=EMPTY, texts=(words, Entry("总得分96.0分。", None, Place(SHEET, "B41"))))
    assert assess(twice, load("mof-2020")).evaluation.claimed_total.value == 96
    loud = [(one.id, one.cells) for one in found.findings if one.severity != "info"]
    assert loud == [("score.total", ("B40",)), ("score.grade", ("B40",))]


@pytest.mark.parametrize("text", ["自评得分96分。综上，自评得分97分。", "执行得分9.5分。", "自评得分9.5分。", ""])
def test_no_total_is_claimed_where_words_are_not_clear(text: str) -> None:
    unclear = form(claimed_total=EMPTY, texts=(Entry(text, None, CELL),))
    assert assess(unclear, load("mof-2020")).evaluation.claimed_total.blank


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("全年预算执行率97.5%，完成培训10期。", "tieout.mismatch"),
        ("本项目完成培训10期，累计支出97万元。", "tieout.mismatch"),
        ("全年预算100万元，实际支出93万元，完成培训10期。", "tieout.mismatch"),
        ("全年预算100万元，用于馆藏修复，实际支出93万元。", None),
        ("1.完成馆藏修复30册，执行率98%；2.举办培训10期，支出20万元。", None),
        ("完成馆藏修复任务，预算执行率98%，结余6万元统筹使用。", None),
    ],
)
def test_a_goal_goes_through_tasks_with_money_of_their_own(text: str, id: str | None) -> None:
    assert ids(form(goal_actual=Entry(text, None, CELL))) == ([(id, ("B40",))] if id else [])


@pytest.mark.parametrize(
    ("row", "figures"),
    [
        ({"报告数": "1", "单位": "个", "表内数": "2"}, ("1", "2")),
        ({"报告数": "94", "单位": "%", "表内数": "95.2"}, ("94", "95.2")),
        ({"报告数": "0.94", "单位": "%", "表内数": "95.2"}, ("94", "95.2")),
        ({"报告数": "94", "单位": "%", "表内数": "0.952"}, ("94", "95.2")),
    ],
)
def test_a_figure_of_the_report_and_its_cell_are_told_on_one_scale(row: dict[str, str], figures: tuple[str, str]) -> None:
    (found,) = [one for one in assess(told("全年支出", **row), load("mof-2020")).findings if one.id == "tieout.mismatch"]
    assert (found.provided, found.expected) == figures


def test_a_number_of_indicators_that_the_table_answers_is_not_left_unchecked() -> None:
    for topic, unchecked in (("三级指标个数", False), ("培训期数", True)):
        one = form(statements=(Statement(text=Entry(topic), stated=Entry("8", Decimal(8), CELL)),))
        assert ("tieout.unchecked" in {found.id for found in assess(one, load("mof-2020")).findings}) is unchecked
