"""The contract's JSON and the text report of an assessment."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import form_corpus
import pytest

from selfeval_xl.assess import assess
from selfeval_xl.evaluation import year_of
from selfeval_xl.examine import examine
from selfeval_xl.forms import FORMS, template_file
from selfeval_xl.model import (
    Assessment,
    BudgetLine,
    BudgetScore,
    BudgetTable,
    Entry,
    Evaluation,
    Finding,
    Header,
    Indicator,
    IndicatorScore,
    Place,
    Template,
    TotalScore,
)
from selfeval_xl.quantity import read
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.report import text
from selfeval_xl.report.json import assessed, dumps, failed, number
from selfeval_xl.report.layout import Layout, layout_of, pad, width
from selfeval_xl.rules import load


def entry(shown: str, value: str | None = None) -> Entry:
    return Entry(shown, None if value is None else Decimal(value))


def typed(value: str) -> Entry:
    return entry(value, value)


TOTAL = BudgetLine(
    name=entry("年度资金总额"),
    level=0,
    initial=typed("236.98"),
    adjusted=typed("202.06"),
    executed=typed("175.48"),
    claimed_score=typed("10"),
)
EVALUATION = Evaluation(
    "project",
    "自评表",
    Header(year=entry("（2024年度）"), unit=entry("某市总工会"), project=entry("送温暖")),
    funds=BudgetTable("项目资金", "万元", (TOTAL,)),
    indicators=(
        Indicator(
            place=Place("自评表", "A14"),
            row=14,
            level1=entry("产出指标"),
            level2=entry("数量指标"),
            name=entry("培训场次"),
            target=entry("≥10 个"),
            actual=entry("11 个"),
            weight=typed("10"),
            claimed_score=typed("10"),
            target_read=read("≥10 个"),
            actual_read=read("11 个", role="actual"),
        ),
    ),
    claimed_total=typed("100"),
    template=Template("project", "1.0.0"),
)
FINDING = Finding(
    "budget.score", "error", "自评表", ("K7",), "自评表 K7：得分应为 8.68", "10", "8.68", "1.32", "把得分改为 8.68"
)
ASSESSMENT = Assessment(
    EVALUATION,
    "mof-2020",
    BudgetScore(Decimal("175.48") / Decimal("202.06"), Decimal(10), Decimal("8.68")),
    (IndicatorScore("met", Decimal("10.00"), Decimal("1.1")),),
    TotalScore(Decimal("98.68"), "优", Decimal("98.68")),
    (FINDING,),
    EVALUATION.funds,
    TOTAL,
)

# The object that the contract prints, word for word where it prints a word.
CONTRACT = {
    "file": "a.xlsx",
    "sheet": "自评表",
    "readable": True,
    "reason": None,
    "form": "project",
    "template": {"id": "project", "version": "1.0.0"},
    "rules": "mof-2020",
    "header": {"year": 2024, "unit": "某市总工会", "project": "送温暖"},
    "budget": {
        "initial": "236.98",
        "adjusted": "202.06",
        "executed": "175.48",
        "currency_unit": "万元",
        "rate": "0.8685",
        "claimed_rate": None,
        "weight": "10",
        "score": "8.68",
        "claimed_score": "10",
    },
    "indicators": [
        {
            "sheet": "自评表",
            "row": 14,
            "level1": "产出指标",
            "level2": "数量指标",
            "name": "培训场次",
            "target": {"text": "≥10 个", "kind": "number", "op": ">=", "value": "10", "unit": "个"},
            "actual": {"text": "11 个", "kind": "number", "op": None, "value": "11", "unit": "个"},
            "weight": "10",
            "claimed_score": "10",
            "score": "10.00",
            "completion": "1.1000",
            "status": "met",
        }
    ],
    "total": {"claimed": "100", "score": "98.68", "grade": "优", "claimed_grade": None},
    "seal": None,
    "findings": [
        {
            "id": "budget.score",
            "severity": "error",
            "sheet": "自评表",
            "cells": ["K7"],
            "message": "自评表 K7：得分应为 8.68",
            "provided": "10",
            "expected": "8.68",
            "difference": "1.32",
            "fix": "把得分改为 8.68",
        }
    ],
}


def shape(value: object) -> object:
    """The keys of nested objects, in order; lists by their first item."""
    if isinstance(value, dict):
        return [(key, shape(inner)) for key, inner in value.items()]
    return [shape(value[0])] if isinstance(value, list) and value else None


def test_object_is_the_contracts() -> None:
    assert assessed("a.xlsx", ASSESSMENT) == CONTRACT
    assert shape(assessed("a.xlsx", ASSESSMENT)) == shape(CONTRACT)  # == on dicts is blind to order


def test_failed_has_the_same_keys_and_knows_nothing() -> None:
    unreadable = failed("b.xlsx", "文件已加密", findings=[FINDING])
    assert list(unreadable) == list(CONTRACT)
    assert (unreadable["readable"], unreadable["reason"], unreadable["form"]) == (False, "文件已加密", "unknown")
    assert unreadable["findings"] == CONTRACT["findings"]
    for part in ("header", "budget", "total"):
        assert list(unreadable[part]) == list(CONTRACT[part]) and set(unreadable[part].values()) == {None}  # type: ignore[call-overload, attr-defined]
    assert failed("c.xlsx", "没有找到自评表", readable=True)["readable"] is True


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (None, 2, None),
        ("10.00", None, "10"),
        ("100", None, "100"),
        ("1E+3", None, "1000"),
        ("0.86850000000000005", None, "0.8685"),
        ("-0.0", None, "0"),
        ("8.675", 2, "8.68"),
        ("1.1", 4, "1.1000"),
        ("0.86845491438", 4, "0.8685"),
        ("1234567.5", None, "1234567.5"),
    ],
)
def test_number(value: str | None, digits: int | None, shown: str | None) -> None:
    assert number(None if value is None else Decimal(value), digits) == shown


@pytest.mark.parametrize(
    ("written", "value", "shown"),
    [
        ("86.85%", "0.868454", "0.8685"),
        ("86.85", "86.85", "0.8685"),
        ("98.2%", None, "0.9820"),
        ("98.254%", None, "0.98254"),
        ("见附件", None, None),
        ("", None, None),
    ],
)
def test_claimed_rate_is_a_fraction(written: str, value: str | None, shown: str | None) -> None:
    line = BudgetLine(level=0, claimed_rate=entry(written, value))
    assessment = Assessment(Evaluation("project"), "mof-2020", BudgetScore(), (), TotalScore(), line=line)
    assert assessed("a.xlsx", assessment)["budget"]["claimed_rate"] == shown


@pytest.mark.parametrize(
    ("op", "target", "unit", "shown"),
    [
        ("≥", "10", "个", "≥10 个"),
        ("≥", "95", "%", "≥95%"),
        ("", "≥10 个", "", "≥10 个"),
        ("≥", "≥10 个", "个", "≥10 个"),
        ("定性", "有效提升", "", "有效提升"),
        ("", "", "个", ""),
    ],
)
def test_target_text_is_whole_where_it_stands_in_three_columns(op: str, target: str, unit: str, shown: str) -> None:
    indicator = Indicator(op=entry(op), unit=entry(unit), target_read=read(target))
    evaluation = Evaluation("project", indicators=(indicator,))
    assessment = Assessment(evaluation, "mof-2020", BudgetScore(), (IndicatorScore("undecided"),), TotalScore())
    assert assessed("a.xlsx", assessment)["indicators"][0]["target"]["text"] == shown


@pytest.mark.parametrize(
    ("written", "found"),
    [("2024", 2024), ("（2024年度）", 2024), ("2024.0", 2024), ("２０２４年", 2024), ("", None), ("2023-2024", None), ("120240", None)],
)
def test_year(written: str, found: int | None) -> None:
    assert year_of(entry(written)) == found


def test_budget_is_the_funds_total_or_else_the_first_tables() -> None:
    other = BudgetTable("按项目", "元", (BudgetLine(level=1), BudgetLine(level=0, adjusted=typed("7"))))
    for funds, adjusted, unit in ((EVALUATION.funds, "202.06", "万元"), (None, "7", "元")):
        evaluation = Evaluation("project", funds=funds, budgets=(BudgetTable("无合计", "亿元"), other))
        budget = assessed("a", assess(evaluation, load("mof-2020")))["budget"]
        assert (budget["adjusted"], budget["currency_unit"]) == (adjusted, unit)


def test_each_row_of_one_weight_claims_what_its_own_cell_says(tmp_path: Path) -> None:
    for name, claimed in (
        ("scores-of-one-weight", ["6.67", "6.67", "6.67", "15", "11.25", "30", "30", "10"]),
        ("points-of-levels-alone", ["18", "20", "10", "30", "10"]),
    ):
        assessment = examine(form_corpus.built(name, tmp_path))[0]
        assert [one["claimed_score"] for one in assessed("a", assessment)["indicators"]] == claimed


def test_money_of_millions_is_said_with_its_thousands_apart() -> None:
    line = BudgetLine(level=0, adjusted=typed("12160.5"), executed=typed("10508.37"))
    shown = text.spending(assess(Evaluation("project", funds=BudgetTable("资金", "万元", (line,))), load("mof-2020")))
    assert shown == "10,508.37 ÷ 12,160.5 万元"


def test_dumps_is_an_array_of_lines_in_plain_chinese() -> None:
    shown = dumps([CONTRACT, CONTRACT])
    assert json.loads(shown) == [CONTRACT, CONTRACT]
    assert shown.count("\n") == 2 and "自评表" in shown
    assert json.loads(dumps([])) == []


def test_text_says_who_how_much_and_what_is_wrong() -> None:
    shown = text.render("a.xlsx", ASSESSMENT, Layout())
    for part in (
        "a.xlsx › 自评表",
        "项目支出绩效自评表 · 2024 年 · 某市总工会 · 送温暖",
        "175.48 ÷ 202.06 万元 = 86.85%，得 8.68 分（满分 10），自评 10 分",
        "1 项：已完成 1",
        "自评 100，测算 98.68 优",
        "错误（1）",
        "自评表 K7：得分应为 8.68",
        "怎么改：把得分改为 8.68",
        "错误 1，警告 0，提示 0",
    ):
        assert part in shown
    assert "\x1b" not in shown and shown.endswith("\n")
    named = EVALUATION.header._replace(unit=entry("某市\n总工会"), project=entry("UNICEF\nAid"))
    wrapped = ASSESSMENT._replace(evaluation=EVALUATION._replace(header=named))
    assert "· 某市总工会 · UNICEF Aid" in text.render("a.xlsx", wrapped, Layout())
    assert assessed("a.xlsx", wrapped)["header"] == {"year": 2024, "unit": "某市总工会", "project": "UNICEF Aid"}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_has_one_name_in_the_text_and_in_its_workbook(form: str) -> None:
    workbook = Workbook(template_file(form))
    ours = ours_in(workbook)
    assert ours is not None
    said = text.render("a.xlsx", assess(ours.evaluation, load(ours.form.rules)), Layout()).splitlines()[1]
    assert said.strip().partition(" · ")[0] in {cell.text for cell in workbook.grids["自评表"].cells.values()}


def test_text_of_a_clean_form_and_of_unknown_scores() -> None:
    clean = Assessment(
        EVALUATION, "mof-2020", BudgetScore(), ASSESSMENT.indicators, TotalScore(None, None, Decimal(95))
    )
    shown = text.render("a.xlsx", clean, Layout())
    assert "未发现问题" in shown and "错误" not in shown
    assert "测算 待评定（最高 95.00）" in shown and "暂无法计算" in shown


def test_a_total_that_is_not_claimed_is_asked_for_in_others_forms_only() -> None:
    ours = EVALUATION._replace(claimed_total=entry(""))
    forms = ours, ours._replace(template=None)
    shown = [text.render("a.xlsx", ASSESSMENT._replace(evaluation=one), Layout()) for one in forms]
    assert "未填" not in shown[0] and "测算 98.68 优" in shown[0] and "自评 未填，测算 98.68 优" in shown[1]


def test_rows_that_nobody_has_to_decide_are_counted_apart() -> None:
    (open,) = EVALUATION.indicators
    beside = Indicator(name=entry("加分项"), claimed_score=typed("1"))
    one = EVALUATION._replace(indicators=(open, open, beside))
    scores = (IndicatorScore("undecided"), IndicatorScore("undecided", excluded=True), IndicatorScore("undecided"))
    shown = text.render("a.xlsx", Assessment(one, "mof-2020", BudgetScore(), scores, TotalScore()), Layout())
    assert "3 项：待评定 1，不适用 1，加分、扣分 1" in shown


def test_text_puts_errors_before_warnings_before_hints() -> None:
    findings = tuple(
        Finding(f"x.{severity}", severity, None, (), severity) for severity in ("info", "error", "warning")
    )
    shown = text.render("a", Assessment(EVALUATION, "r", BudgetScore(), ASSESSMENT.indicators, TotalScore(), findings), Layout())
    assert shown.index("错误（1）") < shown.index("警告（1）") < shown.index("提示（1）")


def test_text_says_once_what_mends_several() -> None:
    findings = tuple(Finding("x.y", "error", None, (), word, fix=fix) for word, fix in (("甲", "改"), ("乙", "改"), ("丙", "")))
    shown = text.render("a", Assessment(EVALUATION, "r", BudgetScore(), ASSESSMENT.indicators, TotalScore(), findings), Layout())
    assert shown.count("怎么改：改") == 1 and shown.index("乙 [") < shown.index("怎么改：改") < shown.index("丙 [")


def test_width_counts_columns() -> None:
    assert (width("预算 86%"), width(pad("预算", 6)), pad("预算执行率", 4)) == (8, 6, "预算执行率")


def test_wrap_keeps_to_the_columns_and_never_splits_a_number() -> None:
    line = "预算执行得分应为 175.48 ÷ 202.06 × 10 = 8.68，现在填的是 10，请改为 8.68。"
    shown = Layout(30).wrap(line, "  ").splitlines()
    assert len(shown) > 1 and all(row.startswith("  ") and width(row) <= 32 for row in shown)
    assert "175.48" in "".join(shown) and not any(row.strip().startswith(("，", "。")) for row in shown)
    assert "".join("".join(shown).split()) == "".join(line.split())
    assert Layout().wrap(line) == line


def test_colours_only_where_they_are_welcome(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert layout_of(Terminal()) == Layout(80, True)
    assert layout_of(io.StringIO()) == Layout()
    monkeypatch.setenv("NO_COLOR", "1")
    assert layout_of(Terminal()) == Layout(80, False)
    assert Layout(coloured=True).paint("错", "red", "bold") == "\x1b[31;1m错\x1b[0m"
