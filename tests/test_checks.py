"""Every check: it fires on its own cause and on nothing else, fires again in the same process, and spares a clean form."""

from __future__ import annotations

import string
from collections.abc import Callable
from decimal import Decimal

import pytest
from build import (
    ALLOCATIONS,
    BUDGET,
    FUNDS,
    INDICATORS,
    SHEET,
    TIEOUT,
    adding,
    allocations,
    change,
    entry,
    form,
    money,
    statements,
    without,
)

from selfeval_xl.assess import assess
from selfeval_xl.checks import UNREADABLE, catalogue, finding_of_error, registered
from selfeval_xl.checks.figures import grouped
from selfeval_xl.errors import WorkbookError
from selfeval_xl.model import (
    UNKNOWN_COLUMN,
    UNUSED_COLUMN,
    Ambiguity,
    BudgetTable,
    Deviation,
    Entry,
    Evaluation,
    Finding,
    Header,
    ManagementItem,
    Outside,
    Place,
    SealChange,
    Structure,
    Template,
)
from selfeval_xl.quantity import read
from selfeval_xl.rules import RuleSet, load

RULES = load("mof-2020")


def check(evaluation: Evaluation, **overrides: str) -> list[Finding]:
    return list(assess(evaluation, RULES._replace(severities=overrides)).findings)


def loud(evaluation: Evaluation) -> list[Finding]:
    """The findings that are errors or warnings."""
    return [finding for finding in check(evaluation) if finding.severity != "info"]


def row(name: str, total: str = "98.67", **values: str) -> Evaluation:
    """The clean form with one indicator row altered."""
    return form(change(INDICATORS, name, **values), total=total)


def line(name: str, total: str = "98.67", **values: str) -> Evaluation:
    """The clean form with one row of the funds block altered."""
    return form(funds=change(FUNDS, name, **values), total=total)


def budget(name: str = "", **values: str) -> Evaluation:
    """The clean form with a budget table, one of its rows altered."""
    return form(budgets=(money(change(BUDGET, name, **values) if name else BUDGET, 2, "预算执行"),))


def file(**values: object) -> Evaluation:
    return form(structure=Structure(**values))  # type: ignore[arg-type]


def transfer(name: str = "", **values: str) -> Evaluation:
    table = change(ALLOCATIONS, name, **values) if name else ALLOCATIONS
    return form(form="transfer", allocations=allocations(table))


def told(name: str = "", **values: str) -> Evaluation:
    return form(statements=statements(change(TIEOUT, name, **values) if name else TIEOUT))


CELL = Place(SHEET, "F15")
OURS = Template("project", "1.0.0", "1.0.0")
WITH_CHILDREN = adding(
    INDICATORS,
    "| 产出指标 | 数量指标 | 获奖人数 | ≥100 人 | 120 人 |  |  |  |",
    "| 产出指标 | 数量指标 | 其中：一等奖 | | 20 人 |  |  |  |",
    "| 产出指标 | 数量指标 | 其中：二等奖 | | 100 人 |  |  |  |",
)
CHILDREN = change(WITH_CHILDREN, "获奖人数", 分值="5", 得分="5")
CHILDREN = change(CHILDREN, "培训人次", 分值="5", 得分="5")

# What each check is there for: the clean form with one thing wrong.
CASES: dict[str, Callable[[], Evaluation]] = {
    "budget.funds": lambda: line("上年结转资金", 年初预算数="30.00"),
    "budget.total": lambda: budget("合计", 全年执行数="96.00"),
    "budget.adjustment": lambda: budget("竞赛", 压减="7.00"),
    "budget.overspent": lambda: budget("慰问", 全年执行数="27.00", 执行率="108%"),
    "budget.rate": lambda: budget("劳模津贴", 执行率="200%"),
    "budget.rate_missing": lambda: line("年度资金总额", 执行率=""),
    "budget.score": lambda: line("年度资金总额", total="99.17", 得分="10"),
    "budget.low_rate": lambda: form(
        funds="""
        | 名称           | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
        | 年度资金总额   | 202.06     | 202.06     | 175.48     | 10   | 86.85% | 8.68 |
        """,
        total="97.85",
    ),
    "budget.not_started": lambda: form(budgets=(money(change(change(BUDGET, "劳模津贴", 全年执行数="0", 执行率="0%", 原因=""), "合计", 全年执行数="85.00", 执行率="85%"), 2, "预算执行"),), funds=None, total="97.67"),
    "budget.changed": lambda: form(budgets=(money(change(change(BUDGET, "工会专项", 原因=""), "慰问", 原因=""), 2, "预算执行"),)),
    "budget.unit": lambda: line("年度资金总额", 全年执行数="950000"),
    "budget.double_weight": lambda: line("其中：财政拨款", 分值="10", 得分="9.5"),
    "budget.unchecked": lambda: form(funds=change(change(FUNDS, "年度资金总额", 全年执行数="", 执行率="", 得分=""), "其中：财政拨款", 全年执行数=""), total="", grade=""),
    "budget.summed": lambda: form(funds=change(FUNDS, "年度资金总额", 全年执行数="")),
    "budget.unnamed": lambda: form(budgets=(money(change(BUDGET, "劳模津贴", 名称=""), 2, "预算执行"),), template=OURS),
    "budget.incomplete": lambda: form(budgets=(money(change(BUDGET.rsplit("| 合计", 2)[0], "劳模津贴", 全年预算数=""), 2, "预算执行"),), template=OURS),
    "weights.total": lambda: form(change(change(INDICATORS, "培训人次", 分值="15", 得分="15"), "参赛企业数", 分值="15", 得分="15"), total="108.67"),
    "weights.level": lambda: form(change(change(INDICATORS, "培训人次", 分值="5", 得分="5"), "职工满意度", 分值="15", 得分="15")),
    "weights.missing": lambda: row("培训人次", "", 分值="", 得分=""),
    "target.missing": lambda: row("培训人次", 指标值=""),
    "target.in_name": lambda: form(INDICATORS.replace("培训人次  ", "指标1：培训1000人次").replace("≥1000 人次", "")),
    "target.reference": lambda: row("培训人次", 指标值="按分配名额", 实际完成值="27 人次"),
    "target.vacuous": lambda: row("培训人次", 指标值="≥0 人次"),
    "target.too_low": lambda: row("参赛企业数", 实际完成值="252 家"),
    "target.operator_inferred": lambda: row("培训人次", 指标值="1000 人次"),
    "target.unreadable": lambda: row("培训人次", 指标值="1000/1200 人次"),
    "target.placeholder": lambda: form(adding(INDICATORS, "| 产出指标 | 数量指标 | …… |  |  |  |  |  |")),
    "actual.missing": lambda: row("培训人次", "", 实际完成值="", 得分=""),
    "actual.unreadable": lambda: row("培训人次", 实际完成值="1194/1200 人次"),
    "actual.inequality": lambda: row("职工满意度", 实际完成值="≥90%"),
    "actual.status_word": lambda: row("培训人次", 实际完成值="已完成"),
    "actual.copied": lambda: row("帮扶机制", 实际完成值="持续运行"),
    "actual.approximate": lambda: row("培训人次", 实际完成值="约1194人次"),
    "actual.unit": lambda: row("培训人次", 实际完成值="1194 万元"),
    "actual.implausible": lambda: row("考试合格率", 实际完成值="103%"),
    "score.exceeds_weight": lambda: row("培训人次", "100.67", 得分="12"),
    "score.mismatch": lambda: row("服务职工人次", "99.5", 得分="20"),
    "score.out_of_band": lambda: form(without_state("帮扶机制", "部分达成", "10", "只做了两个季度"), total="98.67"),
    "score.missing": lambda: row("培训人次", "", 得分=""),
    "score.total": lambda: form(total="99.67"),
    "score.unattainable": lambda: form(without(INDICATORS, "得分"), total="100"),
    "score.grade": lambda: form(grade="良"),
    "score.undecided": lambda: form(),
    "reason.missing": lambda: row("服务职工人次", 原因=""),
    "reason.not_applicable": lambda: form(change(INDICATORS, "培训人次", 实际完成值="无", 得分="", 原因="省里取消了培训"), total="88.67", grade="良"),
    "table.empty": lambda: form(without_rows(), funds=None, total="", grade=""),
    "table.not_number": lambda: row("参赛企业数", 得分="满分"),
    "table.outside": lambda: file(outside=(Outside("indicators", False, 15, (entry("新加的", CELL),), True),)),
    "table.hierarchy": lambda: row("服务职工人次", 一级指标="社会效益指标", 二级指标=""),
    "table.duplicate": lambda: row("参赛企业数", 三级指标="培训人次"),
    "table.classification": lambda: row("考试合格率", 二级指标="数量指标"),
    "table.children": lambda: form(change(CHILDREN, "其中：二等奖", 实际完成值="90 人")),
    "table.count": lambda: form(goal_expected=entry("共设数量指标 3 个", CELL)),
    "table.claim": lambda: form(goal_actual=entry("各项绩效指标均已完成。", CELL)),
    "table.no_indicators": lambda: form(without_rows()),
    "table.unnamed": lambda: form(change(INDICATORS, "培训人次", 三级指标=""), template=OURS),
    "table.error_value": lambda: row("服务职工人次", 原因="#DIV/0!"),
    "table.header": lambda: form(header=Header(entry("二〇二四", CELL), entry("", CELL)), template=OURS),
    "table.list": lambda: form(lists=(CELL,)),
    "table.year": lambda: form(header=Header(entry("2022", CELL)), ambiguities=(Ambiguity(CELL, "2022", ("2022年度", "2023年度")),)),
    "reading.ambiguous": lambda: form(ambiguities=(Ambiguity(CELL, "3-4", ("3 月 4 日", "3 到 4")),)),
    "reading.column": lambda: form(without(INDICATORS, "指标值")),
    "tieout.mismatch": lambda: told("全年支出", 报告数="96"),
    "tieout.unchecked": lambda: told("全年支出", 表内数=""),
    "transfer.allocation": lambda: form(form="transfer", allocations=allocations(change(change(ALLOCATIONS, "金秋助学", 使用资金="3.4"), "合计", 使用资金="30"))),
    "transfer.purpose": lambda: form(form="transfer", allocations=allocations(change(change(ALLOCATIONS, "金秋助学", 分配资金="2"), "8.6", 分配资金="9"))),
    "transfer.total": lambda: transfer("合计", 分配资金="30"),
    "transfer.unchecked": lambda: transfer(),
    "transfer.people": lambda: transfer("合计", 户数="44"),
    "transfer.unnamed": lambda: form(form="transfer", template=OURS, allocations=allocations(change(ALLOCATIONS, "新会区", 地区=""))),
    "transfer.implausible": lambda: form(form="transfer", allocations=allocations(change(change(ALLOCATIONS, "金秋助学", 人数="-10"), "合计", 人数="-10"))),
    "template.unknown": lambda: form(),
    "template.old": lambda: form(template=Template("project", "0.9.0", "1.0.0")),
    "template.newer": lambda: form(template=Template("project", "1.10.0", "1.9.0")),
    "template.formula": lambda: file(deviations=(Deviation("formula", Place(SHEET, "K15"), "10", "=ROUND(I15,2)"),)),
    "template.parameters": lambda: form(template=OURS, parameters={"rule_grade_1": entry("60", CELL)}),
    "template.rules": lambda: form(template=OURS, rules="别的规则", parameters={"rule_grade_1": entry("60", CELL)}),
    "template.name": lambda: file(broken_names=("header_unit",)),
    "template.old_format": lambda: form(template=OURS, structure=Structure(old_format=".xls")),
    "template.stale": lambda: file(deviations=(Deviation("stale", Place(SHEET, "K15"), "10", "9.5"),)),
    "package.macro": lambda: file(macro=True),
    "package.external_link": lambda: file(external_links=("去年.xlsx",)),
    "package.dde": lambda: file(commands=(CELL,)),
    "package.web": lambda: file(fetches=(CELL,)),
    "package.hidden": lambda: file(hidden_sheets=("深藏",)),
    "package.old_format": lambda: file(old_format=".xls"),
    "seal.missing": lambda: file(seal="absent"),
    "seal.broken": lambda: file(seal="broken", seal_changes=(SealChange(CELL),)),
    "seal.outdated": lambda: file(seal="outdated"),
    "seal.signature": lambda: file(seal="whole", signature="false"),
    "seal.unknown_key": lambda: file(seal="whole", signature="unknown"),
    "seal.other_signer": lambda: file(seal="whole", signature="known", signer="别的单位"),
    "seal.unsigned": lambda: file(seal="whole", signature="absent"),
}  # fmt: skip


def without_rows() -> str:
    return INDICATORS.strip().splitlines()[0]


def without_state(name: str, state: str, score: str, reason: str) -> str:
    """The clean table with a column 达成情况, filled for one row."""
    lines = INDICATORS.strip().splitlines()
    table = "\n".join(f"{one.rstrip()} {'达成情况' if number == 0 else ''} |" for number, one in enumerate(lines))
    return change(table, name, 达成情况=state, 得分=score, 原因=reason)


def test_the_catalogue_the_registry_and_these_cases_name_the_same_checks() -> None:
    assert registered() | set(UNREADABLE) == set(catalogue())
    assert set(CASES) | set(UNREADABLE) == set(catalogue())


def test_a_clean_form_has_no_error_and_no_warning() -> None:
    for clean in (form(), budget(), transfer(), told(), form(CHILDREN)):
        assert loud(clean) == []


@pytest.mark.parametrize("id", CASES)
def test_each_check_fires_and_fires_again_and_is_not_said_twice(id: str) -> None:
    first, second = check(CASES[id]()), check(CASES[id]())
    count = [finding.id for finding in first].count(id)
    assert count == 1
    assert first == second
    severity = next(finding.severity for finding in first if finding.id == id)
    others = {finding.id for finding in first if finding.severity != "info"} - {id}
    assert not others, "one cause gives one finding"
    assert severity == catalogue()[id].severity


@pytest.mark.parametrize("id", set(CASES) - {"template.unknown", "score.undecided"})
def test_each_check_spares_the_clean_form(id: str) -> None:
    assert id not in {finding.id for finding in check(form())}


@pytest.mark.parametrize("id", CASES)
def test_messages_are_whole_plain_sentences(id: str) -> None:
    for finding in check(CASES[id]()):
        text = finding.message + finding.fix
        assert finding.message.endswith("。")
        assert finding.fix.endswith("。")
        assert not set(text) & set("{}"), text
        assert "None" not in text
        assert "Decimal" not in text
        if finding.cells:
            assert finding.message.startswith(f"{finding.sheet} {finding.cells[0]}")


def test_every_pattern_of_the_catalogue_can_be_filled() -> None:
    for spec in catalogue().values():
        assert all(name != "" for _, name, _, _ in string.Formatter().parse(spec.message + spec.fix))
        assert spec.severity in ("error", "warning", "info")
        assert spec.when.endswith("。")


def test_figures_are_plain_decimal_strings() -> None:
    (finding,) = loud(line("年度资金总额", total="99.17", 得分="10"))
    assert (finding.id, finding.sheet, finding.cells) == ("budget.score", SHEET, ("G6",))
    assert (finding.provided, finding.expected, finding.difference) == ("10", "9.5", "0.5")
    noisy = form().claimed_total._replace(value=Decimal("99.670000000000002"), text="99.67")
    (finding,) = loud(form()._replace(claimed_total=noisy))
    assert (finding.provided, finding.expected, finding.difference) == ("99.67", "98.67", "1")


def test_a_bound_below_zero_can_be_missed() -> None:
    below = row("培训人次", 指标值="≥-5%", 实际完成值="3%")
    assert "target.vacuous" not in {finding.id for finding in check(below)}


def test_the_rule_set_switches_checks_off_and_changes_their_severity() -> None:
    low = CASES["target.too_low"]()
    assert "target.too_low" not in {finding.id for finding in check(low, **{"target.too_low": "off"})}
    (finding,) = [one for one in check(low, **{"target.too_low": "error"}) if one.id == "target.too_low"]
    assert finding.severity == "error"


# One cell altered and nothing else, as it happens: not the total, not the score, not the rate that follow from it.
ONE_CELL = [
    ("score.mismatch", row("服务职工人次", 得分="20")),
    ("score.mismatch", row("培训人次", 得分="8")),
    ("score.mismatch", row("培训人次", 实际完成值="800 人次")),
    ("score.exceeds_weight", row("培训人次", 得分="12")),
    ("weights.total", row("培训人次", 分值="15")),
    ("weights.total", row("培训人次", 分值="5")),
    ("weights.total", line("年度资金总额", 分值="20")),
    ("weights.missing", row("培训人次", 分值="")),
    ("actual.missing", row("培训人次", 实际完成值="")),
    ("actual.unit", row("参赛企业数", 实际完成值="60 万元")),
    ("budget.score", line("年度资金总额", 得分="10")),
    ("budget.score", line("年度资金总额", 得分="8")),
    ("budget.rate", line("年度资金总额", 执行率="90%")),
    ("budget.funds", line("年度资金总额", 全年执行数="85.00")),
    ("budget.funds", line("年度资金总额", 全年预算数="1000.00")),
    ("budget.total", budget("合计", 全年预算数="110.00")),
    ("budget.total", budget("劳模津贴", 全年执行数="9.00")),
    ("budget.adjustment", budget("慰问", 全年预算数="35.00")),
    ("budget.overspent", budget("竞赛", 全年执行数="72.00")),
    ("budget.unit", budget("竞赛", 全年执行数="620000")),
    ("budget.rate", budget("竞赛", 执行率="82.67%")),
    ("transfer.allocation", transfer("金秋助学", 使用资金="4.4")),
    ("transfer.allocation", transfer("新会区", 分配资金="20")),
    ("transfer.total", transfer("合计", 使用资金="30")),
    ("transfer.total", transfer("合计", 使用资金="28")),
    ("score.total", form(total="96.67")),
]  # fmt: skip


@pytest.mark.parametrize(("id", "altered"), ONE_CELL, ids=[f"{number}-{id}" for number, (id, _) in enumerate(ONE_CELL)])
def test_one_altered_cell_is_one_finding(id: str, altered: Evaluation) -> None:
    assert [finding.id for finding in loud(altered)] == [id]


# --- money ---

def test_one_region_that_used_too_much_is_one_finding() -> None:
    for altered in ({"使用资金": "9.4"}, {"使用资金": "3.4"}):
        found = [(one.id, one.cells) for one in loud(transfer("金秋助学", **altered))]
        assert found == [("transfer.allocation", ("C3", "D3", "D4"))]
    untotalled = "\n".join(ALLOCATIONS.strip().splitlines()[:-1])
    funds = "| 名称 | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |\n| 年度资金总额 | 29 | 29 | 29 | 10 | 100% | 10 |"
    over = form(form="transfer", funds=funds, total="99.17", allocations=allocations(change(untotalled, "金秋助学", 使用资金="9.4")))
    assert [one.id for one in loud(over)] == ["transfer.allocation"]
    other = form(form="transfer", funds=funds, total="99.17", allocations=allocations(change(untotalled, "新会区", 分配资金="28", 使用资金="28")))
    messages = [one.message for one in loud(other) if one.id == "transfer.total"]
    assert any("资金情况的全年预算数是 29，各行加起来是 39" in message for message in messages)


@pytest.mark.parametrize(("total", "wrong"), [("29.1", False), ("28.9", False), ("29.3", True)])
def test_a_total_of_regions_may_differ_by_the_rounding_of_what_goes_in(total: str, wrong: bool) -> None:
    assert [one.id for one in loud(transfer("合计", 使用资金=total))] == ["transfer.total"] * wrong


def test_a_total_of_what_no_region_tells_is_left_alone() -> None:
    untold = change(change(ALLOCATIONS, "江海区", 户数=""), "新会区", 户数="")
    assert loud(form(form="transfer", allocations=allocations(untold))) == []


@pytest.mark.parametrize(("first", "second"), [("江海区", "江海 区"), ("A 镇", "a镇")])
def test_a_region_is_one_however_its_name_is_spelled(first: str, second: str) -> None:
    table = change(change(ALLOCATIONS, "金秋助学", 地区=second), "8.6", 地区=first)
    assert loud(form(form="transfer", allocations=allocations(table))) == []


def test_a_region_goes_on_below_its_name_for_other_purposes() -> None:
    ours = form(form="transfer", template=OURS, allocations=allocations(change(ALLOCATIONS, "金秋助学", 地区="")))
    assert "transfer.unnamed" not in {one.id for one in check(ours)}


NATURE = """
| 名称     | 年初预算数 | 全年预算数 | 全年执行数 |
| 基本支出 | 60.00      | 60.00      | 58.00      |
| 项目支出 | 40.00      | 40.00      | 37.00      |
"""


def by_nature(table: str) -> Evaluation:
    """A department's form with its money split by 支出性质 too."""
    spent = money(table, 10)
    lines = tuple(one._replace(level=1) for one in spent.lines)
    return form(form="department", budgets=(spent._replace(title="支出性质", lines=lines),))


@pytest.mark.parametrize(
    ("altered", "ids"),
    [
        ({}, []),
        ({"全年预算数": "61.00"}, ["budget.funds"]),
        ({"全年执行数": "57.00"}, ["budget.funds"]),
        ({"全年执行数": "57.99"}, []),  # rounded
        ({"全年执行数": "70.00"}, ["budget.overspent"]),
        ({"全年执行数": ""}, []),  # not filled in yet
    ],
)
def test_the_split_by_nature_makes_the_same_total(altered: dict[str, str], ids: list[str]) -> None:
    assert [one.id for one in loud(by_nature(change(NATURE, "基本支出", **altered)))] == ids


@pytest.mark.parametrize(
    ("spent", "cells"),
    [
        (("58.00", "37.00"), []),
        (("60.00", "35.00"), []),  # 87.5%, of a whole with 95%
        (("60.00", "20.00"), [("D6",)]),  # the whole's 80%
    ],
)
@pytest.mark.parametrize("title", ["支出性质", "预算执行", None])
def test_a_low_rate_is_that_of_the_whole_in_whichever_table_it_is_split(
    title: str | None, spent: tuple[str, str], cells: list[tuple[str, ...]]
) -> None:
    whole = Decimal(spent[0]) + Decimal(spent[1])
    total = f"""
    | 名称         | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
    | 年度资金总额 | 100.00     | 100.00     | {whole}    | 10   | {whole}% | {whole / 10} |
    """
    split = change(change(NATURE, "基本支出", 全年执行数=spent[0]), "项目支出", 全年执行数=spent[1])
    if title is None:  # in the funds block itself
        lines = [f"{row.rstrip().removesuffix('|')}| | | |" for row in split.strip().splitlines()[1:]]
        one = form(form="department", funds="\n".join((total.rstrip(), *lines)))
    else:
        table = money(split, 10)
        parts = tuple(line._replace(level=1) for line in table.lines)
        one = form(form="department", funds=total, budgets=(table._replace(title=title, lines=parts),))
    assert [found.cells for found in check(one) if found.id == "budget.low_rate"] == cells


@pytest.mark.parametrize(
    ("first", "second", "score", "why", "ids", "total"),
    [
        ("1194 人次", "60 家", "20", ("", ""), [], "98.67"),
        ("1194 人次", "40 家", "16", ("", "两家企业停产"), [], "94.67"),
        ("900 人次", "60 家", "19", ("台风", ""), [], "97.67"),
        ("1194 人次", "40 家", "20", ("", ""), ["reason.missing"], None),
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
    assert any("合用一个分值" in fix for fix in told) is (second == "40 家" or score == "19")


def test_full_marks_for_a_missed_target_are_wrong_whatever_the_weights_add_up_to() -> None:
    table = change(INDICATORS, "参赛企业数", 指标值="≥6 家", 实际完成值="5 家")
    one = form(change(table, "考试合格率", 分值="8", 得分="8"), total="96.67")
    assert {found.id for found in loud(one)} == {"weights.total", "score.mismatch"}  # 10 is 5/6 of 12 by chance
    table = change(INDICATORS, "参赛企业数", 指标值="≥6 家", 实际完成值="5 家", 分值="12", 得分="8.33")
    found = {found.id for found in loud(form(table, total="97"))}
    assert found == {"weights.total", "reason.missing"}, "the score follows from the right weight, the reason is owed"


def test_a_formula_for_the_rate_of_no_money_has_no_result() -> None:
    none = change(FUNDS, "其他资金", 年初预算数="0", 全年预算数="0", 全年执行数="0", 执行率="#DIV/0!")
    assert loud(form(funds=none)) == []
    assert "table.not_number" in {one.id for one in loud(form(funds=change(FUNDS, "其中：财政拨款", 执行率="#DIV/0!")))}


def test_a_kind_of_spending_has_its_rate_where_the_whole_has_none() -> None:
    alone = by_nature(change(NATURE, "项目支出", 全年执行数="20.00"))._replace(funds=None)
    assert "budget.low_rate" in {one.id for one in check(alone)}



def test_a_total_row_of_zero_above_parts_with_figures_is_wrong() -> None:
    funds = change(FUNDS, "年度资金总额", 全年执行数="0", 执行率="0%", 得分="0")
    found = loud(form(funds=funds, total="89.17", grade="良"))
    assert [finding.id for finding in found] == ["budget.funds"]
    assert found[0].cells[0] == "D6"


def test_parts_without_any_figure_are_an_open_sum() -> None:
    open_parts = change(FUNDS, "其中：财政拨款", 年初预算数="", 全年预算数="", 全年执行数="")
    assert loud(form(funds=change(open_parts, "上年结转资金", 年初预算数="", 全年预算数="", 全年执行数=""))) == []


def test_a_line_without_its_figure_leaves_the_sum_open() -> None:
    assert loud(budget("劳模津贴", 全年执行数="", 执行率="")) == []


def test_sums_may_differ_by_the_rounding_of_what_goes_in() -> None:
    rounded = """
    | 层级     | 名称   | 年初预算数 | 压减 | 全年预算数 | 全年执行数 | 原因 |
    | 一级项目 | 会议费 | 7.65       | 0.64 | 7.02       | 7.02       | 压减 |
    | 一级项目 | 竞赛   | 75.00      | 20.65 | 54.35     | 51.43      | 压减 |
    | 合计     | 合计   | 82.65      | 21.28 | 61.36     | 58.45      | 压减 |
    """
    assert loud(form(form="department", budgets=(money(rounded, 2, "预算执行"),))) == []


def test_a_wrong_total_is_not_also_a_wrong_rate_adjustment_or_overspending() -> None:
    assert [one.id for one in loud(budget("合计", 全年执行数="195.00"))] == ["budget.total"]
    assert [one.id for one in loud(budget("合计", 全年预算数="104.00"))] == ["budget.total"]


def test_a_wrong_level_one_line_is_said_once() -> None:
    found = loud(budget("工会专项", 全年执行数="83.00"))
    assert [one.id for one in found] == ["budget.total"]
    assert (found[0].provided, found[0].expected) == ("83", "85")


def test_the_rate_names_the_denominator_that_was_taken() -> None:
    funds = """
    | 名称         | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
    | 年度资金总额 | 236.98     | 202.06     | 191.96     | 10   | 81.00% | 8.1  |
    """
    (finding,) = loud(form(funds=funds, total="97.27"))
    assert (finding.id, finding.provided, finding.expected) == ("budget.rate", "0.81", "0.95")
    assert "年初预算数 236.98" in finding.message


def test_the_rate_is_compared_at_the_precision_shown() -> None:
    for shown in ("95%", "95.0%", "95.00%", "0.95", "95"):
        assert loud(line("年度资金总额", 执行率=shown)) == []
    assert [one.id for one in loud(line("年度资金总额", 执行率="95.1%"))] == ["budget.rate"]


def test_a_rate_typed_without_its_sign_into_a_cell_of_percentages_counts_as_typed() -> None:
    funds = form().funds
    assert funds is not None
    for value, ids in ((Decimal(33), []), (Decimal("33.1"), ["budget.rate"])):
        third = {key: Entry(text, Decimal(text)) for key, text in (("adjusted", "300"), ("executed", "99.99"))}
        line = funds.lines[0]._replace(claimed_rate=Entry(f"{value * 100}.00%", value, Place(SHEET, "H6")), **third)
        found = {one.id for one in assess(form(funds=None, budgets=(funds._replace(lines=(line,)),)), RULES).findings}
        assert [one for one in found if one == "budget.rate"] == ids


def test_a_unit_in_the_cell_that_contradicts_the_column() -> None:
    foreign = Entry("1000000元", None, Place(SHEET, "C6"))
    funds = form().funds
    assert funds is not None
    lines = (funds.lines[0]._replace(adjusted=foreign), *funds.lines[1:])
    found = [one.id for one in loud(form(funds=None, budgets=(funds._replace(lines=lines),)))]
    assert found == ["budget.unit"]


def test_a_form_with_its_units_in_the_cells_mixes_them_freely() -> None:
    funds = """
    | 名称     | 全年预算数 | 全年执行数  | 分值 | 执行率 | 得分 |
    | 资金总额 | 100万元    | 950,000元   | 10   | 95%    | 9.5  |
    """
    assessment = assess(form(funds=funds), RULES)
    assert [one.id for one in assessment.findings if one.severity != "info"] == []
    assert assessment.budget.score == Decimal("9.5")


def test_a_total_left_to_its_parts_has_their_sum() -> None:
    assessment = assess(line("年度资金总额", 全年预算数="", 全年执行数=""), RULES)
    assert assessment.budget.score == Decimal("9.5")
    assert [one.id for one in assessment.findings if one.severity != "info"] == []


def test_the_funds_block_ties_to_the_budget_table() -> None:
    table = change(change(BUDGET, "劳模津贴", 全年执行数="8.00", 执行率="80%"), "合计", 全年执行数="93.00", 执行率="93%")
    found = loud(form(budgets=(money(table, 2, "预算执行"),)))
    assert [one.id for one in found] == ["budget.total"]
    assert (found[0].sheet, found[0].provided, found[0].expected) == (SHEET, "95", "93")


def test_a_slow_pace_is_asked_about_only_where_a_form_has_room_for_the_answer() -> None:
    funds = """
    | 名称         | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
    | 年度资金总额 | 200.00     | 200.00     | 170.00     | 10   | 85%    | 8.5  |
    """
    room = "\n".join(f"{one} {'原因' * (not at)} |" for at, one in enumerate(funds.strip().splitlines()))
    rows = without(INDICATORS, "原因")
    asked = [form(funds=funds), form(rows, funds=room)]
    messages = [one.message for each in asked for one in check(each) if one.id == "budget.low_rate"]
    assert messages == ["自评表 D6：“年度资金总额”的执行率是 85%，低于 90%，没有写明原因。"] * 2
    assert "budget.low_rate" not in {one.id for one in check(form(rows, funds=funds))}


def test_a_reason_beside_any_line_of_the_funds_is_one_for_all_of_them() -> None:
    idle = change(change(FUNDS, "上年结转资金", 全年执行数="0"), "年度资金总额", 全年执行数="75", 执行率="75%", 得分="7.5")
    rows = [f"{one} {'原因' * (not at)} |" for at, one in enumerate(idle.splitlines())]
    assert "budget.not_started" in {one.id for one in check(form(funds="\n".join(rows)))}
    rows[2] = rows[2].removesuffix(" |") + "结转项目本年停建 |"
    assert "budget.not_started" not in {one.id for one in check(form(funds="\n".join(rows)))}


@pytest.mark.parametrize(("adjusted", "why"), [("0", "全年预算数是 0，"), ("", "缺少全年预算数，")])
def test_a_rate_that_can_not_be_worked_out_says_why(adjusted: str, why: str) -> None:
    funds = f"""
    | 名称         | 年初预算数 | 全年预算数 | 全年执行数 | 分值 |
    | 年度资金总额 | 0          | {adjusted} | 0          | 10   |
    """
    (found,) = [one for one in check(form(funds=funds)) if one.id == "budget.unchecked"]
    assert why in found.message and "没有核对" in found.message


@pytest.mark.parametrize("id", ["budget.low_rate", "budget.not_started"])
def test_a_reason_silences_the_warning(id: str) -> None:
    explained = CASES[id]()._replace(problems=entry("劳模评选未获批复，未能开展，执行率偏低", Place(SHEET, "B40")))
    assert id not in {finding.id for finding in check(explained)}


@pytest.mark.parametrize("change_of", ["5.00", "-5.00"])
def test_one_column_may_hold_what_was_cut_or_added(change_of: str) -> None:
    adjusted = "105.00" if change_of == "5.00" else "95.00"
    funds = f"""
    | 名称         | 年初预算数 | 调整 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 | 原因 |
    | 年度资金总额 | 100.00 | {change_of} | {adjusted} | {adjusted} | 10   | 100%   | 10   | 追加 |
    """
    assert loud(form(funds=funds, total="99.17")) == []
    for told in ("5.00", adjusted):  # without its sign; the budget after the change
        assert loud(form(funds=change(funds, "年度资金总额", 调整=told), total="99.17")) == []
    (finding,) = loud(form(funds=change(funds, "年度资金总额", 调整="7.00"), total="99.17"))
    assert (finding.id, finding.provided, finding.expected) == ("budget.adjustment", adjusted.removesuffix(".00"), "107")


def test_only_the_total_may_say_what_was_changed() -> None:
    funds = """
    | 名称           | 年初预算数 | 调整 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 | 原因 |
    | 年度资金总额   | 100.00     | 5    | 105.00     | 105.00     | 10   | 100%   | 10   | 追加 |
    | 其中：财政拨款 | 100.00     |      | 105.00     | 105.00     | —    | —      | —    |      |
    """
    assert loud(form(funds=funds, total="99.17")) == []


def test_a_rate_of_figures_in_two_units_is_unknown() -> None:
    assessment = assess(line("年度资金总额", 全年执行数="950000"), RULES)
    assert (assessment.budget.rate, assessment.budget.score, assessment.total.score) == (None, None, None)
    assert [one.id for one in assessment.findings if one.severity != "info"] == ["budget.unit"]
    assert "单位" in next(one.message for one in assessment.findings if one.id == "budget.unchecked")


YUAN = {"currency_unit": "元"}
IN_YUAN = """
| 名称           | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
| 年度资金总额   | 4500000    | 4650000    | 4417500    | 10   | 95%    | 9.5  |
| 其中：财政拨款 | 4500000    | 4650000    | 4417500    | —    | 95%    | —    |
"""


@pytest.mark.parametrize(
    ("part", "cells"),
    [
        ({"全年执行数": "441.75"}, ["D7"]),
        ({"年初预算数": "450", "全年预算数": "465", "全年执行数": "441.75"}, ["B7", "C7", "D7"]),
    ],
)
def test_in_a_table_of_yuan_the_smaller_figure_is_mistaken(part: dict[str, str], cells: list[str]) -> None:
    funds = form(funds=change(IN_YUAN, "其中：财政拨款", **part)).funds
    assert funds is not None
    assessment = assess(form(funds=None, budgets=())._replace(funds=funds._replace(**YUAN)), RULES)
    (found,) = [one for one in assessment.findings if one.id == "budget.unit"]
    assert list(found.cells) == cells
    assert assessment.budget.rate == Decimal("0.95")  # the total is right


@pytest.mark.parametrize(("initial", "adjusted"), [("120", "1200000"), ("120", "1150000"), ("1200000", "115")])
def test_budgets_before_and_after_the_change_are_in_one_unit(initial: str, adjusted: str) -> None:
    funds = f"""
    | 名称         | 年初预算数 | 全年预算数 | 全年执行数 | 分值 |
    | 年度资金总额 | {initial}  | {adjusted} | {adjusted} | 10   |
    """
    assert [one.id for one in loud(form(funds=funds, total="99.17"))] == ["budget.unit"]


@pytest.mark.parametrize(("unit", "adjusted", "executed", "cell"), [("元", "4600000", "446.2", "C6"), ("万元", "4600000", "446.2", "B6")])
def test_a_rate_worked_out_in_one_unit_tells_which_figure_is_in_another(
    unit: str, adjusted: str, executed: str, cell: str
) -> None:
    funds = f"""
    | 名称         | 全年预算数 | 全年执行数 | 分值 | 执行率 |
    | 年度资金总额 | {adjusted} | {executed} | 10   | 97%    |
    """
    table = form(funds=funds).funds
    assert table is not None
    found = loud(form(funds=None, budgets=())._replace(funds=table._replace(currency_unit=unit)))
    assert [(one.id, list(one.cells)) for one in found if one.id.startswith("budget.")] == [("budget.unit", [cell])]


def test_a_unit_in_a_cell_is_not_also_another_cells_mistake() -> None:
    funds = change(IN_YUAN.replace("0000", "").replace("7500", ".75"), "其中：财政拨款", 全年预算数="465元")
    assert [one.id for one in loud(form(funds=funds))] == ["budget.unit"]


WHOLE = """
| 名称           | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
| 年度资金总额   | 100        | 100        | {executed} | 10   | {rate} | {score}  |
| 其中：财政拨款 | 90         | 90         | {part}     | —    |        | —    |
"""
OTHER = "| 其他资金       | 10         | 10         | 8          | —    |        | —    |"


@pytest.mark.parametrize(
    ("funds", "wrong"),
    [
        (WHOLE.format(executed="95", rate="95%", score="9.5", part="87") + OTHER, False),
        (WHOLE.format(executed="96", rate="96%", score="9.6", part="87") + OTHER, False),  # parts may be rounded
        (WHOLE.format(executed="96", rate="95%", score="9.5", part="87") + OTHER, True),  # the rate says they are not
        (WHOLE.format(executed="95", rate="95%", score="9.5", part="94").replace("90 ", "100"), True),  # but one part
        (WHOLE.format(executed="95", rate="95%", score="9.5", part="95").replace("90 ", "100"), False),
        (WHOLE.format(executed="95.2", rate="95.2%", score="9.52", part="95.24").replace("90 ", "100"), False),
    ],
)
def test_a_whole_number_may_be_out_by_the_rounding_of_several_parts(funds: str, wrong: bool) -> None:
    found = [one for one in loud(form(funds=funds)) if one.id.startswith("budget.")]
    assert [one.id for one in found] == ["budget.funds"] * wrong


def test_the_same_total_stated_twice_is_the_same_figure() -> None:
    table = """
    | 层级     | 名称   | 年初预算数 | 全年预算数 | 全年执行数 |
    | 一级项目 | 会议费 | 60         | 60         | 60         |
    | 一级项目 | 竞赛   | 40         | 40         | 36         |
    | 合计     | 合计   | 100        | 100        | 96         |
    """
    funds = WHOLE.format(executed="95", rate="95%", score="9.5", part="87") + OTHER
    found = loud(form(funds=funds, budgets=(money(table, 2, "预算执行"),)))
    assert [one.id for one in found] == ["budget.total"]


def test_endless_totals_are_not_all_held_against_endless_lines() -> None:
    """A table that nobody has written by hand: with every total looked at anew for each line it would take minutes."""
    heading = ["| 层级 | 名称 | 年初预算数 | 全年预算数 | 全年执行数 |"]
    lines = [f"| 一级项目 | 任务{number} | 10 | 10 | 9 |" for number in range(400)]
    totals = [f"| 合计 | 合计 | {9000 + 7 * number} | 4000 | 3600 |" for number in range(60)]
    found = check(form(budgets=(money("\n".join(heading + lines + totals), 2, "预算执行"),)))
    assert len([one for one in found if one.id == "budget.total" and "任务399" in one.message]) == 50


@pytest.mark.parametrize(("listed", "id"), [("300.00", "budget.total"), ("1000000.00", "budget.unit")])
def test_our_list_of_the_money_adds_up_to_the_funds_block(listed: str, id: str) -> None:
    table = f"""
    | 层级     | 名称   | 年初预算数 | 全年预算数 | 全年执行数 |
    | 一级项目 | 会议费 | 100.00     | {listed}   | 95.00      |
    """
    budgets = (money(table, 2, "预算执行"),)
    assert [one.id for one in loud(form(budgets=budgets, template=OURS)) if one.severity == "error"] == [id]
    assert not [one for one in loud(form(budgets=budgets)) if one.id == "budget.total"]  # it need not be all of it


def test_a_wrong_total_of_a_table_is_not_also_a_wrong_rate_of_the_form() -> None:
    funds = form().funds
    table = money(change(BUDGET, "合计", 全年执行数="94.00"), 2, "预算执行")
    assert funds is not None
    shared = funds.lines[0]._replace(executed=table.lines[-1].executed)
    found = loud(form(funds=None, budgets=(table,))._replace(funds=funds._replace(lines=(shared,))))
    assert [one.id for one in found] == ["budget.total"]


def test_in_our_workbook_a_figure_typed_as_text_is_nothing_but_that() -> None:
    funds = form(template=OURS).funds
    assert funds is not None
    total, first, *others = funds.lines
    words = first._replace(executed=Entry("80.00", None, first.executed.place))
    left_out = total._replace(executed=Entry("20", Decimal(20), total.executed.place, "=SUM(D7:D8)"))
    found = loud(form(template=OURS)._replace(funds=funds._replace(lines=(left_out, words, *others))))
    assert [one.id for one in found if one.id.startswith(("budget", "table"))] == ["table.not_number"]


def test_a_part_in_another_unit_is_not_also_a_wrong_rate_of_the_sum() -> None:
    funds = """
    | 名称           | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
    | 年度资金总额   | 100.00     | 100.00     | 750020     | 10   | 95%    | 9.5  |
    | 其中：财政拨款 | 80.00      | 80.00      | 750000     | —    | —      | —    |
    | 上年结转资金   | 20.00      | 20.00      | 20.00      | —    | —      | —    |
    """
    found = loud(form(funds=funds))
    assert [(one.id, list(one.cells)) for one in found] == [("budget.unit", ["D7"])]
    assert assess(form(funds=funds), RULES).budget.rate is None


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
    [("合格", "98.67", False), ("及格", "98.67", False), ("不合格", "98.67", True), ("不及格", "98.67", True), ("不合格", "50", False)],
)
def test_in_a_form_of_others_the_lowest_grade_and_all_above_it_may_have_names_of_their_own(
    grade: str, total: str, wrong: bool
) -> None:
    assert [one.id for one in loud(form(grade=grade, total=total)) if one.id == "score.grade"] == ["score.grade"] * wrong


def test_an_idle_total_is_one_mistake() -> None:
    zero = {"年初预算数": "0", "全年预算数": "0", "全年执行数": "0"}
    funds = change(FUNDS, "年度资金总额", **zero, 执行率="", 得分="")
    found = [one for one in loud(form(funds=funds)) if one.id == "budget.funds"]
    assert [one.cells[0] for one in found] == ["B6"]
    assert {"C6", "D6"} <= set(found[0].cells)


def test_a_total_that_would_be_slow_without_its_idle_part_is_named_beside_it() -> None:
    funds = change(FUNDS, "上年结转资金", 全年执行数="0")
    slow = change(change(funds, "其中：财政拨款", 全年执行数="65"), "年度资金总额", 全年执行数="65", 执行率="65%", 得分="6.5")
    found = {one.id: one.cells for one in loud(form(funds=slow, total="95.67"))}
    assert found == {"budget.low_rate": ("D6",), "budget.not_started": ("D8",)}
    idle = change(change(funds, "其中：财政拨款", 全年执行数="75"), "年度资金总额", 全年执行数="75", 执行率="75%", 得分="7.5")
    assert [one.id for one in loud(form(funds=idle, total="96.67"))] == ["budget.not_started"]


def test_goals_may_explain_a_changed_budget() -> None:
    funds = change(change(FUNDS, "年度资金总额", 年初预算数="90"), "其中：财政拨款", 年初预算数="70")
    silent = form(funds=funds)
    assert [one.cells for one in check(silent) if one.id == "budget.changed"] == [("C6",)], "the total speaks for its parts"
    told = silent._replace(goal_actual=entry("全部完成。年中追加预算10万元。", Place(SHEET, "B9")))
    assert "budget.changed" not in {one.id for one in check(told)}


# --- words and dates ---


def test_figures_among_the_words_of_a_qualitative_row_are_evidence() -> None:
    told = row("帮扶机制", 指标值="持续改善", 实际完成值="产草量较上年提高4.2%，鼠害面积下降11%")
    assert loud(told) == []
    reached = row("帮扶机制", 指标值="达成预期指标", 实际完成值="达成预期指标，发布预警316条，准确率较上年提高3个百分点", 得分="7")
    assert [one.id for one in loud(reached)] == ["score.out_of_band"]


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


def test_the_same_row_under_another_second_level_is_there_twice() -> None:
    again = "| 产出指标 | 质量指标 | 参赛企业数 | ≥50 家 | 60 家 | 0 | 0 | |"
    assert "table.duplicate" in {one.id for one in loud(form(adding(INDICATORS, again)))}
    other = again.replace("60 家", "70 家")
    assert "table.duplicate" not in {one.id for one in loud(form(adding(INDICATORS, other)))}


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
    ],
)
def test_a_number_of_indicators_may_be_stated_in_many_words(words: str, stated: bool) -> None:
    told = form(goal_expected=entry(words, Place(SHEET, "B9")))
    assert ("table.count" in {one.id for one in loud(told)}) == stated


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
    (finding,) = (one for one in loud(form(table, total="")) if one.id.startswith(("score.", "reason.")))
    assert finding.id == id and len(finding.cells) == 2
    assert "也没有写偏差原因和改进措施" in finding.message and "补写偏差原因和改进措施" in finding.fix
    assert not any(one.id == "reason.missing" for one in check(form(without(table, "原因"), total="")))
    assert not any("偏差原因" in one.message for one in loud(form(without(table, "原因"), total="")))


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


def test_a_late_date_needs_a_reason() -> None:
    late = row("按时完成率", 指标值="2023年12月底前", 实际完成值="2024年1月15日", 得分="8", total="96.67")
    assert [one.id for one in loud(late)] == ["reason.missing"]
    assert not any("按时完成率" in one.message for one in check(late) if one.id == "score.undecided")
    told = row("按时完成率", 指标值="2023年12月底前", 实际完成值="2024年1月15日", 原因="雨季停工", 得分="8")
    assert "reason.missing" not in {one.id for one in check(told)}


# --- points ---


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


def test_columns_that_a_form_does_not_have_are_not_missing() -> None:
    for headings in (("分值", "得分"), ("得分",), ("原因",), ("分值", "得分", "原因")):
        table = without(INDICATORS, *headings)
        found = {one.id for one in loud(form(table, funds=without(FUNDS, "分值", "得分"), total="", grade=""))}
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


# --- rows ---


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
        ("培训人次", "2000.5 人次", "整数", "2000.5 人次 不是整数"),
        ("培训人次", "-5 人次", "不小于 0", "-5 人次 小于 0"),
    ],
)
def test_what_can_not_be_true_is_said_with_its_figure(name: str, actual: str, expected: str, why: str) -> None:
    (one,) = [one for one in check(row(name, 实际完成值=actual)) if one.id == "actual.implausible"]
    assert (one.provided, one.expected) == (actual, expected)
    assert one.message.endswith(f"“{name}”的实际完成值不合常理：{why}。")


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
    assert "430426 人次，是 10000 人次的 4304%" in found[1].message
    assert loud(form(change(CASES_TABLE, "参赛企业数", 原因="大赛升格为全省赛事"))) == []


CASES_TABLE = change(INDICATORS, "参赛企业数", 实际完成值="252 家")


def test_a_decline_written_below_zero_is_told_by_its_completion() -> None:
    (finding,) = loud(row("考试合格率", 三级指标="投诉下降率", 指标值="≥10%", 实际完成值="-30%"))
    assert finding.id == "target.too_low" and "完成率 300%" in finding.message


def test_levels_with_too_many_and_too_few_points_are_named_together() -> None:
    (shifted,) = loud(CASES["weights.level"]())
    assert (shifted.provided, shifted.expected) == ("产出指标 45、满意度指标 15", "产出指标 50、满意度指标 10")
    named = [one for one in assess(form(), load("bands-80-50")).findings if one.id == "weights.level"]
    assert [(one.provided, one.expected) for one in named] == [("10", "20")], "the execution has too few"


def test_a_target_in_the_name_is_told_at_the_name() -> None:
    assert [one.cells for one in loud(CASES["target.in_name"]()) if one.id == "target.in_name"] == [("C15",)]


@pytest.mark.parametrize(
    ("name", "target", "actual", "wrong"),
    [
        ("培训人次", "≥1000 人次", "1194.5", True), ("培训人次", "≥1000 人次", "1194", False),
        ("培训人次", "≥1000 人次、≥3 场", "1194 人次、3.5 场", True), ("培训人次", "≥1000 人次、≥3 场", "1194 人次、3 场", False),
        ("平均每场培训人数", "≥40 人", "45.5 人", False), ("培训人数", "≥40 人", "45.5 人", True),
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
    assert finding.id == "reason.missing"


@pytest.mark.parametrize("template", [None, OURS])
def test_a_total_of_wrong_scores_is_not_wrong_itself(template: Template | None) -> None:
    wrong = row("服务职工人次", "99.5", 得分="20")._replace(template=template)
    assert [one.id for one in loud(wrong) if one.id.startswith("score.")] == ["score.mismatch"]
    other = row("服务职工人次", "90", 得分="20")._replace(template=template)
    assert [one.id for one in loud(other) if one.id.startswith("score.")] == ["score.mismatch", "score.total"]


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


def test_a_grade_may_be_said_at_more_length() -> None:
    assert loud(form(grade="优秀")) == []
    (finding,) = loud(form(grade="良好"))
    assert (finding.id, finding.provided, finding.expected) == ("score.grade", "良好", "优")


def test_a_total_without_any_indicator_is_not_compared() -> None:
    assert [one.id for one in loud(form(without_rows()))] == ["table.no_indicators"]
    assert loud(form(without_rows(), total="", grade="")) == []


def test_management_items_count_and_keep_to_their_weight() -> None:
    items = (ManagementItem(entry("预算编制", None), entry("5", None), entry("6", Place("管理效率", "C3"))),)
    found = [one.id for one in loud(form(management=items, funds=None, total="", grade=""))]
    assert "score.exceeds_weight" in found


PRINTED = tuple(ManagementItem(entry(name, Place("管理效率", f"A{row}"))) for row, name in enumerate(("预算编制", "目标设置"), 3))


def test_management_items_left_as_printed_have_no_points() -> None:
    assert loud(form(management=PRINTED)) == []
    assert [one.id for one in loud(form(management=PRINTED, total="90", grade=""))] == ["score.total"]
    short = form(change(INDICATORS, "培训人次", 分值="5", 得分="5"), management=PRINTED, total="", grade="")
    assert "weights.total" in [one.id for one in loud(short)]


def test_management_items_of_which_some_have_points_must_all_have_some() -> None:
    some = (PRINTED[0]._replace(weight=entry("20"), claimed_score=entry("20")), PRINTED[1])
    found = assess(form(management=some, total="", grade=""), load("department-guangdong")).findings
    assert [one.message for one in found if one.id == "weights.missing" and "“目标设置”" in one.message]


# --- the rest ---


def test_a_column_that_was_not_taken_is_told_in_plain_words() -> None:
    (finding,) = [one for one in check(form(ambiguities=(Ambiguity(CELL, "年度指标值", (UNUSED_COLUMN, "年度指标值")),))) if one.id == "reading.ambiguous"]
    assert "“年度指标值”一列看着也是年度指标值，已有别的列作为它，这一列没有采用。" in finding.message


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


def test_without_targets_points_and_reasons_are_still_asked_for() -> None:
    table = without(INDICATORS, "指标值", "实际完成值")
    assert [one.id for one in loud(form(change(table, "培训人次", 得分=""), total=""))] == ["score.missing"]
    assert [one.id for one in loud(form(change(table, "服务职工人次", 原因="")))] == ["reason.missing"]


def test_one_child_row_may_be_a_part_only() -> None:
    lines = CHILDREN.splitlines()
    alone = "\n".join(line_ for line_ in lines if "二等奖" not in line_)
    assert loud(form(alone)) == []
    (finding,) = loud(form(change(alone, "其中：一等奖", 实际完成值="130 人")))
    assert finding.id == "table.children"


def test_a_purpose_may_use_more_than_its_share_where_that_is_explained() -> None:
    table = change(change(ALLOCATIONS, "金秋助学", 分配资金="2"), "8.6", 分配资金="9")
    (finding,) = loud(form(form="transfer", allocations=allocations(table)))
    assert (finding.id, finding.cells, finding.severity) == ("transfer.purpose", ("D4",), "warning")
    assert loud(form(form="transfer", allocations=allocations(change(table, "金秋助学", 原因="两项用途统筹使用")))) == []


def test_money_of_no_told_purpose_leaves_the_totals_of_purposes_open() -> None:
    lines = ALLOCATIONS.replace("| 合计   |          |", "| 合计   | 生活救助 | 29       | 26.6     | 43   |      |      |\n| 合计   |          |")
    assert loud(form(form="transfer", allocations=allocations(lines))) == []
    unsaid = change(lines, "新会区", 用途="")
    assert loud(form(form="transfer", allocations=allocations(unsaid))) == []


def test_a_region_that_used_less_is_a_warning_without_a_reason() -> None:
    less = change(change(ALLOCATIONS, "金秋助学", 使用资金="1.4"), "合计", 使用资金="28")
    (finding,) = loud(form(form="transfer", allocations=allocations(less)))
    assert (finding.id, finding.severity) == ("transfer.allocation", "warning")
    assert loud(form(form="transfer", allocations=allocations(change(less, "金秋助学", 原因="两人退学")))) == []


@pytest.mark.parametrize(
    ("stated", "unit", "expected", "agrees"),
    [
        ("94.63%", "%", "0.946274149", True),
        ("94.63", "%", "94.6274149", True),
        ("94.68%", "%", "0.946274149", False),
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
    ],
)
def test_stated_figures_are_compared_as_they_are_written(stated: str, unit: str, expected: str, agrees: bool) -> None:
    table = f"| 主题 | 表述 | 报告数 | 单位 | 表内数 | 尾差 |\n| 产出 | 某数 | {stated} | {unit} | {expected} |  |"
    assert ([one.id for one in loud(form(statements=statements(table)))] == []) is agrees


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


@pytest.mark.parametrize(
    ("name", "target", "actual", "score", "found"),
    [
        ("群众投诉次数", "5次", "3次", "10", []), ("群众投诉次数", "5次", "8次", "10", ["score.mismatch"]), ("差错率", "1%", "0.5%", "10", []),
        ("审批办结时限", "15个工作日", "12个工作日", "10", []), ("审批办结时限", "15个工作日", "20个工作日", "10", ["score.mismatch"]),
        ("平均响应时间（分钟）", "30", "22", "10", []), ("投诉办结率", "95%", "90%", "10", ["score.mismatch"]),
        ("志愿服务时长", "40小时", "30小时", "10", ["score.mismatch"]),
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
        ("12期/年", "12期", None), ("≥4次/年", "5次", None), ("≥3000元/户/年", "3200元", "info"), ("≥4次/月", "50次", "info"),
        ("≥4次/月", "5万元", "warning"), ("≥12件/万人", "13件/万人", None), ("≤0.52吨标准煤/万元", "0.5吨标准煤/万元", None),
    ],
)  # fmt: skip
def test_a_unit_that_lacks_its_tail_is_no_warning(target: str, actual: str, severity: str | None) -> None:
    found = check(row("培训人次", 指标值=target, 实际完成值=actual))
    assert [one.severity for one in found if one.id == "actual.unit"] == ([severity] if severity else [])
    assert not any("“培训人次”" in one.message for one in found if one.id == "score.undecided")


@pytest.mark.parametrize(
    ("words", "copied"),
    [
        ("二星级", False), ("7×24小时", False), ("A级", False), ("三级甲等", False), ("国家级", False), ("Ⅲ类", False), ("达到国家二级标准", False),
        ("不超预算", False), ("控制在预算范围内", False), ("无安全事故", False),
        ("持续运行", True), ("进一步提升", True), ("2024年持续提升", True), ("有效提升服务水平", True), ("按〔2024〕12号文执行", True), ("一流", True), ("提升区级治理能力", True),
    ],
)  # fmt: skip
def test_a_grade_that_was_reached_copies_nothing(words: str, copied: bool) -> None:
    assert [one.id for one in loud(row("帮扶机制", 指标值=words, 实际完成值=words))] == (["actual.copied"] if copied else [])


@pytest.mark.parametrize(("target", "actual"), [("不超预算", "未超预算"), ("不超过年初预算数", "控制在预算内"), ("不超概算", "98万元"), ("不超支", "未超支")])
def test_a_cost_within_the_budget_points_nowhere_else(target: str, actual: str) -> None:
    assert loud(row("人均培训成本", 指标值=target, 实际完成值=actual)) == []


@pytest.mark.parametrize(("weight", "score"), [("—", "—"), ("", ""), ("0", "0"), ("/", "")])
def test_an_unused_row_says_so_itself(weight: str, score: str) -> None:
    unused = f"| 产出指标 | 成本指标 | 不涉及 | 不涉及 | 不涉及 | {weight} | {score} | |"
    twice = form(adding(INDICATORS, unused, unused))
    assert loud(twice) == []
    (said,) = [one for one in check(twice) if one.id == "reason.not_applicable"]
    assert said.message.endswith("不适用，没有分值，不计入总分。")
    assert len(said.cells) == 2


def test_a_row_with_points_needs_a_reason_not_to_apply() -> None:
    assert loud(row("培训人次", 实际完成值="不涉及")) != []


@pytest.mark.parametrize(
    ("name", "implausible"),
    [
        ("活动按期完成率", True), ("资金拨付及时率", True), ("按时办结率", True), ("苗木成活率", True), ("检查结果符合率", True), ("任务完成率", False),
        ("及时办结率提升", False), ("投资完成率", False), ("及时提高收入增长率", False), ("义务教育巩固率", False),
    ],
)  # fmt: skip
def test_what_was_done_in_time_is_a_part_of_what_was_done(name: str, implausible: bool) -> None:
    found = {one.id for one in check(row("考试合格率", 三级指标=name, 实际完成值="104%"))}
    assert ("actual.implausible" in found) == implausible


def test_differences_are_said_in_words() -> None:
    (less,) = loud(row("培训人次", total="95.67", 得分="7", 原因="说明"))
    assert "应得 10 分，填了 7 分，少 3 分。" in less.message
    assert less.difference == "-3"
    (more,) = loud(line("年度资金总额", total="99.17", 得分="10"))
    assert "多 0.5 分。" in more.message


def test_long_figures_are_said_with_their_thousands_apart() -> None:
    table = change(FUNDS, "年度资金总额", 全年预算数="1234567.8", 全年执行数="95")
    (finding,) = (one for one in check(form(funds=table)) if one.id == "budget.funds")
    assert "填的是 1,234,567.8 万元" in finding.message and "多 1,234,467.8 万元" in finding.message
    assert (finding.provided, finding.difference) == ("1234567.8", "1234467.8"), "as programs read them"


def test_long_names_are_shortened_among_others() -> None:
    name = "开展乡镇街道财务人员能力提升专题培训，含线上课程与线下集中授课"
    rows = [f"| 产出指标 | 数量指标 | {name}{n} | ≥10 次 | | 5 | | |" for n in range(2)]
    missing = [one for one in check(form(adding(INDICATORS, *rows))) if one.id == "actual.missing"]
    assert [name[:15] in one.message and name not in one.message for one in missing] == [True]
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


def test_first_levels_of_the_forms_own_may_hold_the_usual_ones() -> None:
    own = [one._replace(level1=entry("履职效果"), level2=entry("产出")) for one in form().indicators]
    assert "table.hierarchy" not in {finding.id for finding in check(form()._replace(indicators=tuple(own)))}
    (slipped,) = [f for f in check(form()._replace(indicators=(*form().indicators, own[0]))) if f.id == "table.hierarchy"]
    assert "产出" in slipped.message
    pleased = own[-1]._replace(level1=entry("服务对象满意度"), level2=entry("群众"))
    found = check(form()._replace(indicators=(*own[:-1], pleased)))
    assert "table.hierarchy" not in {finding.id for finding in found}


def test_an_amount_in_another_unit_is_told_once_also_beside_the_regions() -> None:
    funds = """
    | 名称 | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
    | 年度资金总额 |  | 29 | 290000 | 10 | 100% | 10 |
    | 其中：中央财政资金 |  | 20 | 20 |  |  |  |
    | 地方资金 |  | 9 | 9 |  |  |  |
    """
    regions = allocations("\n".join(ALLOCATIONS.strip().splitlines()[:-1]))
    found = {one.id for one in loud(form(form="transfer", funds=funds, total="99.17", allocations=regions))}
    assert "budget.unit" in found and "transfer.total" not in found


def test_a_score_below_zero_without_a_weight_lacks_the_weight() -> None:
    altered = form(change(INDICATORS, "培训人次", 分值="", 得分="-1"), total="87.67", grade="良")
    assert [one.id for one in loud(altered)] == ["weights.missing"]


@pytest.mark.parametrize(("figure", "shown"), [("9999.5", "9999.5"), ("10000", "10,000"), ("-12345.60", "-12,345.6")])
def test_only_a_long_figure_has_its_thousands_apart(figure: str, shown: str) -> None:
    assert grouped(Decimal(figure)) == shown


@pytest.mark.parametrize(("level2", "ids"), [("效益指标", []), ("产出指标", ["table.hierarchy"])])
def test_a_second_level_may_be_called_as_its_first(level2: str, ids: list[str]) -> None:
    assert [one.id for one in loud(row("服务职工人次", 二级指标=level2))] == ids


@pytest.mark.parametrize(("rules", "name"), [(RULES, "资金管理"), (RULES._replace(management=True), "管理效率")])
def test_points_of_the_management_are_called_as_the_form_has_them(rules: RuleSet, name: str) -> None:
    items = tuple(item._replace(weight=entry("5"), claimed_score=entry("5")) for item in PRINTED)
    found = assess(row("培训人次", total="103.67", 分值="5", 得分="5")._replace(management=items), rules).findings
    (wrong,) = [one for one in found if one.id == "weights.total"]
    assert f"{name} 10 分" in wrong.message
