"""Checks of the form itself: columns, overwritten formulas, stated figures, files; and how findings are worded."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from build import (
    FUNDS,
    INDICATORS,
    SHEET,
    TIEOUT,
    adding,
    change,
    entry,
    form,
    statements,
    without,
)
from checking import (
    CASES,
    CELL,
    RULES,
    check,
    file,
    loud,
    row,
)

from selfeval_xl.assess import assess
from selfeval_xl.checks import UNREADABLE, finding_of_error
from selfeval_xl.checks.figures import grouped
from selfeval_xl.errors import WorkbookError
from selfeval_xl.model import (
    EMPTY,
    UNKNOWN_COLUMN,
    UNREAD_MONEY,
    UNUSED_COLUMN,
    Ambiguity,
    BudgetTable,
    Deviation,
    Evaluation,
    Place,
    Structure,
)
from selfeval_xl.quantity import read


@pytest.mark.parametrize(
    ("words", "stated"),
    [
        ("关键绩效指标有12个", True),
        ("绩效指标共 12 项", True),
        ("质量指标有2项未完成", False),
        ("完成数量指标 3 个", False),
        ("共 20 个指标，全部完成", True),
        ("本项目共设20个绩效指标。", True),
        ("自评表设置 20 项三级指标", True),
        ("按要求共设8个产出指标", True),
        ("共设3个一级指标", False),
        ("20项三级指标中有18项完成", False),
        ("完成20项指标", False),
        ("共20项指标未完成", False),
        ("产出方面，共设20个指标", False),
        ("全部指标中，完成的共20项指标", False),
        ("本年增设20个指标", False),
        ("共设定性指标3个", True),
        ("共设定性指标1个，定量指标7个", False),
    ],
)
def test_a_number_of_indicators_may_be_stated_in_many_words(words: str, stated: bool) -> None:
    told = form(goal_expected=entry(words, Place(SHEET, "B9")))
    assert ("table.count" in {one.id for one in loud(told)}) == stated


def test_words_that_come_again_and_again_take_no_long_time() -> None:
    row = f"| 产出指标 | 数量指标 | 指标{' ' * 2000}甲 |  |  |  |  |  |"
    started = time.process_time()
    told = form(adding(INDICATORS, row), goal_expected=entry(f"数量指标{'共计' * 10000}甲", CELL))
    assert "table.count" not in {one.id for one in loud(told)}
    assert time.process_time() - started < 4


def test_a_number_of_indicators_may_be_stated_among_the_figures() -> None:
    for stated, cells in (("3", ("C3",)), ("2", None)):
        table = f"| 主题 | 表述 | 报告数 | 单位 | 表内数 | 尾差 |\n| 产出 | 数量指标个数 | {stated} | 个 |  |  |"
        found = [one for one in loud(form(statements=statements(table))) if one.id == "table.count"]
        assert [one.cells for one in found] == ([cells] if cells else [])


@pytest.mark.parametrize(
    ("words", "level", "stated"),
    [("共设三级指标9个", "", True), ("共设三级指标8个", "产出指标", False), ("共设三级指标7个", "产出指标", False), ("共设数量指标3个", "", False)],
)
def test_without_levels_only_the_number_of_all_indicators_is_known(words: str, level: str, stated: bool) -> None:
    """Not even that where the levels are rows of their own."""
    table = without(INDICATORS, "一级指标", "二级指标")
    told = form(adding(table, f"| {level} |  |  |  |  |  |") if level else table, goal_expected=entry(words, CELL))
    assert ("table.count" in {one.id for one in loud(told)}) == stated


def test_columns_that_a_form_does_not_have_are_not_missing() -> None:
    for headings in (("分值", "得分"), ("得分",), ("原因",), ("分值", "得分", "原因")):
        table = without(INDICATORS, *headings)
        found = {one.id for one in loud(form(table, funds=without(FUNDS, "分值", "得分"), claimed_total=EMPTY, grade=""))}
        assert not found & {"weights.missing", "weights.total", "score.missing", "reason.missing"}, headings


def test_an_empty_form_is_no_error() -> None:
    filler = """
    | 一级指标 | 二级指标 | 三级指标 | 指标值 | 实际完成值 | 分值 | 得分 | 原因 |
    | 产出指标 | 数量指标 | 指标1：   |        |            |      |      |      |
    | 产出指标 | 数量指标 | ……       | ……     |            |      |      |      |
    """
    blank = """
    | 名称           | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
    | 年度资金总额   | 0.00       | 0.00       | 0.00       | 10   |        |      |
    | 其中：财政拨款 |            |            |            | —    | —      | —    |
    """
    empty = form(filler, funds=blank, total="0", grade="", structure=Structure(seal="absent"))
    assert [finding.id for finding in check(empty)] == ["table.empty"]


def test_a_column_that_was_not_taken_is_told_in_plain_words() -> None:
    (finding,) = [one for one in check(form(ambiguities=(Ambiguity(CELL, "年度指标值", (UNUSED_COLUMN, "年度指标值")),))) if one.id == "reading.ambiguous"]
    assert "“年度指标值”一列看着也是年度指标值，已有别的列作为它，这一列没有采用。" in finding.message


def test_money_that_nobody_read_is_told_where_no_other_was() -> None:
    one = form(ambiguities=(Ambiguity(CELL, "年度资金总额", (UNREAD_MONEY,)),))
    for said, told in ((one, []), (one._replace(funds=None, budgets=()), ["“年度资金总额”后面的数看着是预算执行情况的，没有读到"])):
        found = [finding.message for finding in check(said) if finding.id == "reading.ambiguous"]
        assert len(found) == len(told) and all(words in message for words, message in zip(told, found, strict=True))


@pytest.mark.parametrize(("lacking", "said"), [(["指标值"], "年度指标值一列"), (["实际完成值"], "实际完成值一列"), (["指标值", "实际完成值"], "年度指标值、实际完成值两列")])
def test_a_column_that_is_not_there_is_told_once_and_blames_no_row(lacking: list[str], said: str) -> None:
    table = without(INDICATORS, *lacking)
    assert loud(form(table)) == []
    (finding,) = [one for one in check(form(table)) if one.id in ("reading.column", "score.undecided")]
    assert (finding.id, finding.severity, finding.cells) == ("reading.column", "info", ("C15",))
    assert f"没有认出{said}，各项是否完成、该得几分没有核对" in finding.message


def test_a_heading_that_nobody_knows_is_named_where_a_column_is_missing() -> None:
    unknown = Ambiguity(CELL, "考评", (UNKNOWN_COLUMN, "年度指标值"))
    (finding,) = [one for one in check(form(without(INDICATORS, "指标值"), ambiguities=(unknown,))) if one.id.startswith("reading.")]
    assert (finding.id, finding.cells, finding.provided) == ("reading.column", (CELL.cell,), "“考评”")
    assert "没有认出年度指标值一列（不知道“考评”填的是什么，没有采用）" in finding.message


def test_why_nothing_gives_the_total_is_told() -> None:
    scored = form(without(INDICATORS, "分值"))
    assert assess(scored, RULES).total.score is None
    (finding,) = [one for one in check(scored) if one.id == "reading.column"]
    assert "没有认出分值一列，各项该得几分没有核对" in finding.message and "改成“分值”" in finding.fix
    bare = form(without(INDICATORS, "分值", "得分"), funds=without(FUNDS, "分值", "得分"), total="", grade="")
    assert "reading.column" not in [one.id for one in check(bare)], "it scores nothing"
    moneyless = form(funds=None)
    (finding,) = [one for one in check(moneyless) if one.id == "budget.unchecked"]
    assert "没有读到全年预算数和全年执行数" in finding.message


def test_without_targets_points_and_reasons_are_still_asked_for() -> None:
    table = without(INDICATORS, "指标值", "实际完成值")
    assert [one.id for one in loud(form(change(table, "培训人次", 得分=""), total=""))] == ["score.missing"]
    assert [one.id for one in loud(form(change(table, "服务职工人次", 原因="")))] == ["reason.missing"]


def test_a_total_left_blank_is_asked_for() -> None:
    (found,) = loud(form(total=""))
    assert (found.id, found.severity, found.cells, found.expected) == ("score.missing", "warning", ("G30",), "98.67")
    assert loud(form(claimed_total=EMPTY)) == [], "the form has no place for it"


@pytest.mark.parametrize(
    ("stated", "unit", "expected", "agrees"),
    [
        ("94.63%", "%", "0.946274149", True),
        ("94.63", "%", "94.6274149", True),
        ("94.68%", "%", "0.946274149", False),
        ("95%", "", "95", True),
        ("0.95", "%", "95", True),
        ("252 家", "家", "252", True),
        ("175.48", "万元", "175.48000000000002", True),
        ("1754800 元", "万元", "175.48", True),
        ("372.81", "万元", "372.51", False),
        ("约350", "名", "352", True),
        ("300余", "场次", "306", True),
        ("300余", "场次", "290", False),
        ("近2000", "人", "1987", True),
        ("超5000", "人次", "4990", False),
        ("1.2万", "人次", "12038", True),
        ("超94%", "%", "0.946274149", True),
        ("超96%", "%", "0.946274149", False),
        ("百分之九十五", "%", "0.95", True),
        ("百分之九十六", "%", "0.95", False),
        ("3小时", "天", "3", False),
        ("3小时", "家", "3", True),
    ],
)
def test_stated_figures_are_compared_as_they_are_written(stated: str, unit: str, expected: str, agrees: bool) -> None:
    table = f"| 主题 | 表述 | 报告数 | 单位 | 表内数 | 尾差 |\n| 产出 | 某数 | {stated} | {unit} | {expected} |  |"
    assert ([one.id for one in loud(form(statements=statements(table)))] == []) is agrees


@pytest.mark.parametrize("stated", ["95.8", "95.8 万元"])
@pytest.mark.parametrize(("tolerance", "ids"), [("1", []), ("-1", []), ("0.5", ["tieout.mismatch"])])
def test_a_difference_within_the_tolerance_that_is_entered_is_none(tolerance: str, ids: list[str], stated: str) -> None:
    table = change(TIEOUT, "全年支出", 报告数=stated, 尾差=tolerance)
    assert [one.id for one in loud(form(statements=statements(table)))] == ids


def test_a_statement_in_another_unit_of_money_is_asked_for_its_unit() -> None:
    (one,) = loud(form(statements=statements(change(TIEOUT, "全年支出", 报告数="950000", 单位="元"))))
    assert (one.id, one.expected) == ("tieout.mismatch", "95") and "表里是 95，" in one.message
    assert "核对是不是元、万元写错了" in one.message
    (other,) = loud(form(statements=statements(change(TIEOUT, "全年支出", 报告数="96"))))
    assert "写的是 96 万元，表里是 95 万元，多 1 万元。" in other.message


def test_a_statement_about_a_value_that_is_missing_is_not_also_wrong() -> None:
    table = change(TIEOUT, "全年支出", 报告数="1194", 单位="人次", 表内数="0")
    said, *others = statements(table)
    blank = row("培训人次", "", 实际完成值="", 得分="")
    actual = next(one.actual.place for one in blank.indicators if one.name.text == "培训人次")
    assert actual is not None
    for formula, ids in (
        (f"={actual.sheet}!${actual.cell[0]}${actual.cell[1:]}", ["tieout.unchecked", "actual.missing"]),
        (f"=SUM('{actual.sheet}'!{actual.cell},{actual.sheet}!A1)", ["tieout.unchecked", "actual.missing"]),
        (f"={actual.sheet}!{actual.cell}0", ["tieout.mismatch", "actual.missing"]),
        (f"=SUM({actual.sheet}!A1:{actual.cell})", ["tieout.mismatch", "actual.missing"]),
    ):
        linked = said._replace(expected=said.expected._replace(formula=formula))
        found = check(blank._replace(statements=(linked, *others)))
        assert sorted(one.id for one in found if one.id in ids or one.id.startswith("tieout")) == sorted(ids)


def test_a_stated_figure_is_shown_beside_one_of_the_same_precision() -> None:
    table = "| 主题 | 表述 | 报告数 | 单位 | 表内数 | 尾差 |\n| 执行 | 执行率 | 92.72% | % | 0.932094907118034 |  |"
    (finding,) = loud(form(statements=statements(table)))
    assert (finding.provided, finding.expected, finding.difference) == ("92.72", "93.21", "-0.49")
    assert "写的是 92.72%，表里是 93.21%，少 0.49 个百分点。" in finding.message


@pytest.mark.parametrize(
    ("name", "altered"),
    [
        ("帮扶机制", {"实际完成值": "举办技能大赛 300 余场"}),  # a bound is no shortcoming where words are asked for
        ("培训人次", {"指标值": "≥1万人次", "实际完成值": "1.23456万人次"}),  # rounded, no fraction of a person
        ("培训人次", {"三级指标": "满意度调查次数"}),  # counted, no satisfaction
        ("按时完成率", {"实际完成值": "105%"} | {"三级指标": "任务完成率"}),  # may pass 100%
    ],
)
def test_what_only_looks_wrong_is_left_alone(name: str, altered: dict[str, str]) -> None:
    assert loud(row(name, **altered)) == []


def test_a_formula_changed_all_down_a_column_is_one_finding() -> None:
    changes = tuple(Deviation("formula", Place(SHEET, f"K{row}"), "10", f"=ROUND(I{row},2)") for row in (15, 16, 17))
    (finding,) = loud(file(deviations=changes))
    assert finding.cells == ("K15", "K16", "K17")
    assert (finding.provided, finding.expected) == ("10", "=ROUND(I15,2)")


@pytest.mark.parametrize(
    ("provided", "label", "result", "said"),
    [
        ("100.00", "总分", "95.6", "总分写的是 100.00，按公式应为 95.60（公式被盖住了）。"),
        ("90.00%", "执行率", "60%", "执行率写的是 90.00%，按公式应为 60%（公式被盖住了）。"),
        ("良", "等级", "优", "等级写的是 良，按公式应为 优（公式被盖住了）。"),
        ("95.60", "总分", "95.604", "总分写的是 95.60，和公式的结果一样，但公式被盖住了，以后改了填报它不会跟着变。"),
        ("100", "总分", "", "总分写的是 100，它应由公式算出，现在的填报还算不出结果。"),
        ("100", "总分", None, "总分写的是 100，盖住了原来的公式。"),
        ("100", "", None, "K15 写的是 100，盖住了原来的公式。"),
        ("=SUM(A1:A9)", "总分", "95.6", "总分的公式被改成了别的公式，按公式应为 95.6。"),
        ("=ROUND(A1*0.4444,2)", "总分", "95.6", "总分的公式被改成了别的公式，按公式应为 95.6。"),
        ("=SUM(A1:A9)", "", None, "K15 的公式被改成了别的公式。"),
        (" ", "总分", "95.6", "总分的公式被删掉了，按公式应为 95.6。"),
    ],
)
def test_an_overwritten_formula_is_told_by_what_it_gives(provided: str, label: str, result: str | None, said: str) -> None:
    one = Deviation("formula", Place(SHEET, "K15"), provided, "=IF(OR(NOT(ISNUMBER($K$6))),1,2)", label, result)
    (finding,) = loud(file(deviations=(one,)))
    assert finding.message == f"{SHEET} K15：{said}"
    assert (finding.provided, finding.expected) == (provided, one.expected)


def test_overwritten_formulas_of_a_column_are_told_the_wrong_ones_first() -> None:
    given = {"K15": ("10", "10"), "K16": ("9", "8"), "K17": ("7", "7"), "K18": ("6", "7"), "K19": ("5", "4")}
    changes = tuple(
        Deviation("formula", Place(SHEET, cell), stands, f"=ROUND(I{cell[1:]},2)", f"“{cell}”的得分", gives)
        for cell, (stands, gives) in given.items()
    )
    (finding,) = loud(file(deviations=changes))
    told = [part.partition("”")[0].rpartition("“")[2] for part in finding.message.split("；")]
    assert told[:3] == ["K16", "K18", "K19"] and finding.message.endswith("；共 5 格。")


def test_what_is_true_of_several_overwritten_formulas_is_said_once() -> None:
    given = {"K15": "8", "K16": "7", "K17": "7", "K18": "7"}
    changes = tuple(
        Deviation("formula", Place(SHEET, cell), "", f"=ROUND(I{cell[1:]},2)", f"“{cell}”的得分", gives)
        for cell, gives in given.items()
    )
    (finding,) = loud(file(deviations=changes))
    told = "“K15”的得分、“K16”的得分、“K17”的得分等 4 格的公式被删掉了，按公式依次应为 8、7、7 等。"
    assert finding.message == f"{SHEET} K15、K16、K17、K18：{told}"
    (finding,) = loud(file(deviations=changes[1:3]))
    assert finding.message == f"{SHEET} K16、K17：“K16”的得分、“K17”的得分的公式被删掉了，按公式应为 7。"


def test_an_overwritten_score_is_not_also_a_mismatch() -> None:
    changed = Structure(deviations=(Deviation("formula", Place(SHEET, "G20"), "20", "=K20"),))
    table = change(INDICATORS, "服务职工人次", 得分="20")
    assert [one.id for one in loud(form(table, total="99.5", structure=changed))] == ["template.formula"]


def test_an_unreadable_file_has_a_finding_of_its_reason() -> None:
    for reason in UNREADABLE:
        finding = finding_of_error(WorkbookError("读不了这个文件", reason))
        assert (finding.id, finding.severity, finding.message) == (reason, "error", "读不了这个文件")
        assert finding.fix
    assert finding_of_error(WorkbookError("怪", "package.unheard_of")).id == "package.damaged"


def test_an_evaluation_without_anything_can_be_assessed() -> None:
    assert [one.id for one in check(Evaluation("unknown"))] == ["table.empty"]
    assert [one.id for one in check(Evaluation("project", funds=BudgetTable("资金", "万元")))] == ["table.empty"]


def test_long_figures_are_said_with_their_thousands_apart() -> None:
    table = change(FUNDS, "年度资金总额", 全年预算数="1234567.8", 全年执行数="95")
    (finding,) = (one for one in check(form(funds=table)) if one.id == "budget.funds")
    assert "填的是 1,234,567.8 万元" in finding.message and "多 1,234,467.8 万元" in finding.message
    assert (finding.provided, finding.difference) == ("1234567.8", "1234467.8"), "as programs read them"


def test_long_names_are_shortened_among_others() -> None:
    name = "开展乡镇街道财务人员能力提升专题培训，含线上课程与线下集中授课"
    rows = [f"| 产出指标 | 数量指标 | {name}{n} | ≥10 次 | | 5 | | |" for n in range(2)]
    missing = [one for one in check(form(adding(INDICATORS, *rows))) if one.id == "actual.missing"]
    assert ["“开展乡镇街道财务人员能…0”、“开展乡镇街道财务人员能…1”" in one.message for one in missing] == [True]
    several = (f"| 产出指标 | 数量指标 | {name[:26]}第{n}批，{name} | ≥10 次 | | 5 | | |" for n in (1, 12))
    (middle,) = (one for one in check(form(adding(INDICATORS, *several))) if one.id == "actual.missing")
    assert "能…1批，开展乡镇街道财务人…”、“开展乡镇街道财务人员能…12批，开展乡镇街道财务…”" in middle.message
    other = f"| 产出指标 | 数量指标 | 另一项{name} | ≥10 次 | | 5 | | |"
    (apart,) = (one for one in check(form(adding(INDICATORS, rows[0], other))) if one.id == "actual.missing")
    assert f"“{name[:23]}…”、“另一项{name[:20]}…”" in apart.message, "where the beginning tells them apart"
    (alone,) = (one for one in check(form(adding(INDICATORS, rows[0]))) if one.id == "actual.missing")
    assert name in alone.message


def test_a_line_break_in_a_cell_breaks_no_sentence() -> None:
    wrong = row("服务职工人次", "99", 得分="19.5")
    broken = [one._replace(target_read=read(one.target.text.replace(" ", "\n"))) for one in wrong.indicators]
    (finding,) = loud(wrong._replace(indicators=tuple(broken)))
    assert "指标值 ≥24000 人次，实际 23000 人次" in finding.message


def test_a_sum_is_said_without_a_stray_space() -> None:
    (wrong,) = [one for one in check(CASES["budget.total"]()) if one.id == "budget.total"]
    assert "万元一致，少 " in wrong.message or "万元一致，多 " in wrong.message


def test_the_advice_to_an_undecided_row_suits_it() -> None:
    date = row("按时完成率", 指标值="2023年12月底前", 实际完成值="已完成")
    (both,) = [one for one in check(date) if one.id == "score.undecided"]
    assert "定性指标" in both.fix and "年月日" in both.fix  # 帮扶机制 of the clean form is undecided too
    (plain,) = [one for one in check(form()) if one.id == "score.undecided"]
    assert "年月日" not in plain.fix
    beyond = change(INDICATORS, "帮扶机制", 指标值="≥1 项", 实际完成值="1 项")
    (bare,) = [one for one in check(form(change(beyond, "培训人次", 指标值="900-1100 人次"))) if one.id == "score.undecided"]
    assert "仍不能判定" in plain.fix and bare.fix.startswith("在原因一栏写明得分理由")


def test_programs_that_no_formula_calls_are_named() -> None:
    (finding,) = [one for one in check(file(programs=("cmd|/c calc",))) if one.id == "package.dde"]
    assert "命令“cmd|/c calc”" in finding.message


def test_first_levels_of_the_forms_own_may_hold_the_usual_ones() -> None:
    own = [one._replace(level1=entry("履职效果"), level2=entry("产出")) for one in form().indicators]
    assert "table.hierarchy" not in {finding.id for finding in check(form()._replace(indicators=tuple(own)))}
    (slipped,) = [f for f in check(form()._replace(indicators=(*form().indicators, own[0]))) if f.id == "table.hierarchy"]
    assert "产出" in slipped.message
    pleased = own[-1]._replace(level1=entry("服务对象满意度"), level2=entry("群众"))
    found = check(form()._replace(indicators=(*own[:-1], pleased)))
    assert "table.hierarchy" not in {finding.id for finding in found}


@pytest.mark.parametrize(("figure", "shown"), [("9999.5", "9999.5"), ("10000", "10,000"), ("-12345.60", "-12,345.6")])
def test_only_a_long_figure_has_its_thousands_apart(figure: str, shown: str) -> None:
    assert grouped(Decimal(figure)) == shown


@pytest.mark.parametrize(
    ("said", "table"),
    [
        # parts are no indicators, nor are their levels
        ("一级指标3个、二级指标8个、三级指标8个。", adding(INDICATORS, "| 其他指标 | 其他 | 其中：女职工 | ≥100 人 | 120 人 |  |  |  |")),
        # where a row has no level, nobody knows how many there are
        ("一级指标5个、二级指标8个、三级指标8个。", INDICATORS.replace("| 产出指标   | 数量指标           | 培训", "|  |  | 培训")),
        # what is said twice is no list of kinds
        ("数量指标3个、数量指标3个。", INDICATORS),
        # a score that is missing is none below full marks
        ("产出指标均得满分。", change(INDICATORS, "培训人次", 得分="")),
    ],
)  # fmt: skip
def test_what_words_say_of_the_table_is_held_against_what_it_tells(said: str, table: str) -> None:
    found = {one.id for one in loud(form(table, goal_actual=entry(said)))}
    assert not found & {"table.count", "table.claim"}


@pytest.mark.parametrize(
    ("key", "said", "figure"),
    [
        ("goal_expected", "1.完成1,300人次培训；2.学员满意。", "1300"), ("goal_actual", "全年培训1300人次，执行率95%。", "1300"),
        ("goal_expected", "培训0.13万人次。", "1300"), ("goal_expected", "2024年，培训1300人次。", "1300"), ("goal_expected", "2024年度完成培训1300人次。", "1300"),
        # what its row says as well, of others, of a part, twice, of another year, about so many, on another unit
        ("goal_expected", "完成培训1000人次。", None), ("goal_expected", "培训教师1300人次。", None), ("goal_expected", "其中，培训1300人次。", None), ("goal_expected", "三年内，培训3000人次。", None),
        ("goal_expected", "春季培训完毕，培训1300人次，培训1250人次。", None), ("goal_actual", "2019年培训1300人次。", None),
        ("goal_actual", "培训约1300人次，培训1300余人次，比上年增加培训100人次。", None), ("goal_expected", "培训1300课时。", None),
    ],
)  # fmt: skip
def test_a_figure_of_the_goal_against_the_one_indicator_that_counts_its_thing(key: str, said: str, figure: str | None) -> None:
    found = [one for one in check(form(**{key: entry(said, CELL)})) if one.id == "table.goal"]
    assert [one.provided for one in found] == ([figure] if figure else [])
    assert all(f"“培训人次”是 {figure} 人次，指标表里是 {one.expected} 人次。" in one.message for one in found)
