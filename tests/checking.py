"""Shared by the tests of the checks: the clean form with one thing changed, and its findings."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from build import (
    ALLOCATIONS,
    BUDGET,
    FUNDS,
    INDICATORS,
    SHEET,
    TIEOUT,
    adding,
    allocations,
    cells,
    change,
    entry,
    form,
    money,
    statements,
    without,
)

from selfeval_xl.assess import assess
from selfeval_xl.model import (
    Ambiguity,
    Assessment,
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
from selfeval_xl.rules import load

RULES = load("mof-2020")


def check(evaluation: Evaluation, **overrides: str) -> list[Finding]:
    return list(assess(evaluation, RULES._replace(severities=overrides)).findings)


def found(assessment: Assessment, identity: str) -> list[Finding]:
    """The findings of one check."""
    return [finding for finding in assessment.findings if finding.id == identity]


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


# An example for each check: the clean form with one thing wrong.
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
    "budget.negative": lambda: form(funds=change(change(FUNDS, "年度资金总额", 全年执行数="-95.00", 执行率="-95%", 得分="0"), "其中：财政拨款", 全年执行数="-115.00"), total="89.17", grade="良"),
    "budget.unchecked": lambda: form(funds=change(change(FUNDS, "年度资金总额", 全年执行数="", 执行率="", 得分=""), "其中：财政拨款", 全年执行数=""), total="", grade=""),
    "budget.summed": lambda: form(funds=change(FUNDS, "年度资金总额", 全年执行数="")),
    "budget.unnamed": lambda: form(budgets=(money(change(BUDGET, "劳模津贴", 名称=""), 2, "预算执行"),), template=OURS),
    "budget.counted_twice": lambda: form(funds=adding(change(FUNDS, "年度资金总额", 年初预算数="200", 全年预算数="200", 全年执行数="190"), "| 合计 | 100.00 | 100.00 | 95.00 | — | — | — |"), template=OURS),
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
    "target.contrary": lambda: form(INDICATORS.replace("| 指标值 ", "| 性质 | 指标值 ").replace("| ≥1000 人次  |", "| ≤ | ≥1000 人次 |").replace("| ≥", "| ≥ | ≥").replace("| ≤ | ≥ |", "| ≤ |").replace("| ≤500", "| ≤ | ≤500").replace("| 持续运行", "| 定性 | 持续运行")),
    "target.unreadable": lambda: row("培训人次", 指标值="1000/1200 人次"),
    "target.placeholder": lambda: form(adding(INDICATORS, "| 产出指标 | 数量指标 | 指标2： |  |  |  |  |  |")),
    "actual.missing": lambda: row("培训人次", "", 实际完成值="", 得分=""),
    "actual.unreadable": lambda: row("培训人次", 实际完成值="1194/1200 人次"),
    "actual.inequality": lambda: row("职工满意度", 实际完成值="≥90%"),
    "actual.status_word": lambda: row("培训人次", 实际完成值="已完成"),
    "actual.copied": lambda: row("帮扶机制", 实际完成值="持续运行"),
    "actual.state": lambda: form(without_state("培训人次", "未达成", "10", "")),
    "actual.approximate": lambda: row("培训人次", 实际完成值="约1194人次"),
    "actual.unit": lambda: row("培训人次", 实际完成值="1194 万元"),
    "actual.implausible": lambda: row("考试合格率", 实际完成值="103%"),
    "score.exceeds_weight": lambda: row("培训人次", "100.67", 得分="12"),
    "score.mismatch": lambda: row("服务职工人次", "99.5", 得分="20"),
    "score.scale": lambda: form(scored_of("100"), total="98.67"),
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
    "table.goal": lambda: form(goal_expected=entry("培训1300人次。", CELL)),
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
    "transfer.rate": lambda: form(form="transfer", allocations=[one._replace(claimed_rate=entry("90%", CELL)) if at == 2 else one for at, one in enumerate(allocations())]),
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
    "template.nameless": lambda: form(template=OURS, structure=Structure(nameless=True)),
    "template.old_format": lambda: form(template=OURS, structure=Structure(old_format=".xls")),
    "template.stale": lambda: file(deviations=(Deviation("stale", Place(SHEET, "K15"), "10", "9.5"),)),
    "package.macro": lambda: file(macro=True),
    "package.external_link": lambda: file(external_links=("去年.xlsx",)),
    "package.connection": lambda: file(connections=("查询",)),
    "package.dde": lambda: file(commands=(CELL,), programs=("cmd|/c calc",)),
    "package.web": lambda: file(fetches=(CELL,)),
    "package.hidden": lambda: file(hidden_sheets=("深藏",)),
    "package.further": lambda: file(further=("自评表 (2)",)),
    "package.example": lambda: file(examples=("填报示例",)),
    "package.old_format": lambda: file(old_format=".xls"),
    "seal.missing": lambda: file(seal="absent"),
    "seal.broken": lambda: file(seal="broken", seal_changes=(SealChange(CELL),)),
    "seal.code": lambda: file(seal="whole", seal_code="A", code_line=Entry("核对码 B", None, CELL)),
    "seal.covered": lambda: file(seal="whole", covered=(CELL,)),
    "seal.hidden_column": lambda: file(seal="whole", unseen=(CELL,)),
    "seal.other_sheet": lambda: file(seal="whole", unsealed=("自评表 (2)",)),
    "seal.outdated": lambda: file(seal="outdated"),
    "seal.signature": lambda: file(seal="whole", signature="false"),
    "seal.unknown_key": lambda: file(seal="whole", signature="unknown"),
    "seal.other_signer": lambda: file(seal="whole", signature="known", signer="别的单位"),
    "seal.unsigned": lambda: file(seal="whole", signature="absent"),
}  # fmt: skip


def without_rows() -> str:
    return INDICATORS.strip().splitlines()[0]


def scored_of(full: str) -> str:
    """The clean table with each row scored out of so many points, whatever its weight."""
    table = change(INDICATORS, "服务职工人次", 得分=f"{Decimal(full) * 23 / 24:.2f}")
    others = [one[2] for one in cells(INDICATORS)[1:] if one[2] != "服务职工人次"]
    for name in others:
        table = change(table, name, 得分=full)
    return table


def without_state(name: str, state: str, score: str, reason: str) -> str:
    """The clean table with a column 达成情况, filled for one row."""
    lines = INDICATORS.strip().splitlines()
    table = "\n".join(f"{one.rstrip()} {'达成情况' if number == 0 else ''} |" for number, one in enumerate(lines))
    return change(table, name, 达成情况=state, 得分=score, 原因=reason)


PRINTED = tuple(ManagementItem(entry(name, Place("管理效率", f"A{row}"))) for row, name in enumerate(("预算编制", "目标设置"), 3))
