"""Every check: it fires on its own cause and on nothing else, fires again in the same process, and spares a clean form."""

from __future__ import annotations

import string
from decimal import Decimal

import pytest
from build import (
    SHEET,
    entry,
    form,
)
from checking import (
    CASES,
    CELL,
    CHILDREN,
    budget,
    check,
    line,
    loud,
    row,
    told,
    transfer,
)

from selfeval_xl.checks import UNREADABLE, catalogue, registered
from selfeval_xl.model import (
    Evaluation,
)


def test_the_catalogue_the_registry_and_these_cases_name_the_same_checks() -> None:
    assert registered() | set(UNREADABLE) == set(catalogue())
    assert set(CASES) | set(UNREADABLE) == set(catalogue())


def rated() -> Evaluation:
    """The clean allocations with their rates, where both figures stand."""
    found = transfer()
    rates = ("78.18%", "", "100%", "100%")
    rows = zip(found.allocations, rates, strict=True)
    return found._replace(allocations=tuple(one._replace(claimed_rate=entry(rate, CELL)) for one, rate in rows))


CLEAN = (form(), budget(), transfer(), rated(), told(), form(CHILDREN))
# What is said of a clean form all the same: how it was read, and what nobody could check.
TOLD = {"template.unknown", "score.undecided", "transfer.unchecked"}


def test_a_clean_form_has_no_error_and_no_warning() -> None:
    for clean in CLEAN:
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


def test_each_check_spares_the_clean_forms() -> None:
    assert {finding.id for clean in CLEAN for finding in check(clean)} == TOLD


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


def test_differences_are_said_in_words() -> None:
    (less,) = loud(row("培训人次", total="95.67", 得分="7", 原因="说明"))
    assert "应得 10 分，填了 7 分，少 3 分。" in less.message
    assert less.difference == "-3"
    (more,) = loud(line("年度资金总额", total="99.17", 得分="10"))
    assert "多 0.5 分。" in more.message
