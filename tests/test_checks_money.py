"""Checks of the money: budget, execution, units, and what the regions were given."""

from __future__ import annotations

from decimal import Decimal

import pytest
from build import (
    ALLOCATIONS,
    BUDGET,
    FUNDS,
    INDICATORS,
    SHEET,
    adding,
    allocations,
    change,
    entry,
    form,
    money,
    without,
)
from checking import (
    CASES,
    OURS,
    RULES,
    budget,
    check,
    line,
    loud,
    transfer,
)

from selfeval_xl.assess import assess
from selfeval_xl.model import (
    EMPTY,
    Ambiguity,
    BudgetLine,
    BudgetTable,
    Entry,
    Evaluation,
    Header,
    ManagementItem,
    Place,
    Statement,
    Template,
)


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
    assert any("资金情况的全年预算数是 29 万元，各行加起来是 39 万元，少 10 万元" in message for message in messages)


@pytest.mark.parametrize(("used", "identity"), [("18.4", "transfer.allocation"), ("18", "budget.overspent")])
def test_money_that_is_the_sum_of_the_regions_is_told_once(used: str, identity: str) -> None:
    """A form without a funds block has its money from the total row, which is over where a region is."""
    rows = allocations(change(change(ALLOCATIONS, "合计", 使用资金="29.4"), "新会区", 使用资金=used))
    line = BudgetLine(entry("年度资金总额"), 0, adjusted=rows[-1].allocated, executed=rows[-1].used)
    funds = BudgetTable("资金", "万元", (line,), frozenset({"adjusted", "executed"}))
    over = form(form="transfer", total="90", allocations=rows)._replace(funds=funds)
    found = {one.id for one in loud(over)} & {"budget.overspent", "transfer.allocation"}
    assert found == {identity}


@pytest.mark.parametrize(("spent", "whole", "score"), [({}, {}, "98.67"), ({"全年执行数": "19.00", "执行率": "95%"}, {"全年执行数": "94.00", "执行率": "94%", "得分": "9.4"}, "98.57")])
def test_a_budget_that_its_sum_shows_as_too_small_was_not_overspent(spent: dict[str, str], whole: dict[str, str], score: str) -> None:
    """It should be what was spent of it, or that of which the rate is."""
    funds = change(change(FUNDS, "上年结转资金", 全年预算数="2.00", **spent), "年度资金总额", **whole)
    assert [one.id for one in loud(form(funds=funds, total=score))] == ["budget.funds"]


def test_two_columns_of_a_line_that_were_swapped_are_both_told() -> None:
    funds = change(FUNDS, "其中：财政拨款", 全年预算数="75.00", 全年执行数="80.00")
    assert [one.cells[1][0] for one in loud(form(funds=funds)) if one.id == "budget.funds"] == ["C", "D"]


def test_of_many_lines_only_the_first_few_are_named() -> None:
    lines = [f"| 二级项目 | 子项目{number} | 10 | 5 |" for number in range(1, 10)]
    table = "\n".join(["| 层级 | 名称 | 全年预算数 | 全年执行数 |", "| 一级项目 | 竞赛 | 100 | 45 |", *lines])
    total, slow = (one.message for one in loud(form(budgets=(money(table, 2, "预算执行"),))) if one.id in ("budget.total", "budget.low_rate"))
    assert "应与各行（“子项目1” 10、“子项目2” 10、“子项目3” 10、“子项目4” 10、“子项目5” 10 等 9 行）的合计 90" in total
    assert "“子项目5”等 9 行的执行率是 50%、50%、50%、50%、50% 等，低于" in slow


def test_amounts_are_told_of_the_line_that_has_them() -> None:
    table = "| 层级 | 名称 | 全年预算数 | 全年执行数 |\n| 一级项目 | 竞赛 | 10 | 12 |\n| 一级项目 | 慰问 | 90 | 93 |\n"
    (found,) = (one for one in loud(form(budgets=(money(table, 2, "预算执行"),))) if one.id == "budget.overspent")
    assert "“竞赛”的全年执行数 12 万元超过了全年预算数 10 万元，多 2 万元；“慰问”也超过了。" in found.message


def test_a_whole_table_in_another_unit_is_no_wrong_total() -> None:
    listed = "| 层级 | 名称 | 全年预算数 | 全年执行数 |\n| 一级项目 | 竞赛 | 600000 | 570000 |\n| 一级项目 | 慰问 | 400000 | 380000 |\n| 合计 | 合计 | 1000000 | 950000 |\n"
    (found,) = loud(form(budgets=(money(listed, 2, "预算执行"),)))
    assert found.id == "budget.unit" and "资金总额的全年预算数填的是 100，预算执行表的合计是 1,000,000，只差在单位上" in found.message


@pytest.mark.parametrize(("total", "wrong"), [("29.1", False), ("28.9", False), ("29.3", True)])
def test_a_total_of_regions_may_differ_by_the_rounding_of_what_goes_in(total: str, wrong: bool) -> None:
    assert [one.id for one in loud(transfer("合计", 使用资金=total))] == ["transfer.total"] * wrong


@pytest.mark.parametrize("right", [True, False])
def test_regions_of_no_group_may_follow_the_sums_above_theirs(right: bool) -> None:
    lines = [("一、市辖区", 30, 30 if right else 33), ("甲区", 10, 10), ("乙区", 20, 20), ("省直", 5, 5), ("合计", 35, 35)]
    table = "\n".join(["| 地区 | 分配资金 | 使用资金 |", *(f"| {name} | {got} | {used} |" for name, got, used in lines)])
    rows = tuple(one._replace(total=one.total or "、" in one.region.text) for one in allocations(table))
    found = [one.cells for one in loud(form(form="transfer", allocations=rows)) if one.id == "transfer.total"]
    assert len(found) == (not right)


@pytest.mark.parametrize(("used", "wrong"), [("30", 0), ("31", 1)])
def test_a_citys_sum_is_of_its_counties(used: str, wrong: int) -> None:
    lines = [("甲市A县", 60, 60), ("甲市B县", 40, 40), ("乙市C县", 30, 30), ("乙市", used, used), ("合计", 130, 130)]
    table = "\n".join(["| 地区 | 分配资金 | 使用资金 |", *(f"| {name} | {got} | {spent} |" for name, got, spent in lines)])
    rows = tuple(one._replace(total=one.total or one.region.text == "乙市") for one in allocations(table))
    found = [one for one in loud(form(form="transfer", allocations=rows)) if one.id == "transfer.total" and "乙市" in one.message]
    assert len(found) == wrong * 2


@pytest.mark.parametrize(("used", "wrong"), [("38", False), ("35", True)])
@pytest.mark.parametrize("leading", [True, False])
def test_the_totals_of_two_tables_are_each_of_its_own(used: str, wrong: bool, leading: bool) -> None:
    central, local = [("甲县", 20, 19), ("乙县", 10, 10)], [("甲县", 60, 60), ("乙县", 40, used)]
    sums = [("合计", 30, 29), ("合计", 100, 98)]
    lines = [line for one, whole in zip((central, local), sums, strict=True) for line in ([whole, *one] if leading else [*one, whole])]
    table = "\n".join(["| 地区 | 分配资金 | 使用资金 |", *(f"| {name} | {got} | {spent} |" for name, got, spent in lines)])
    found = [one.cells for one in loud(form(form="transfer", allocations=allocations(table))) if one.id == "transfer.total"]
    assert [len(cells) for cells in found if len(cells) == 1] == [1] * wrong, "the others are all regions against the funds"


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


@pytest.mark.parametrize("name", ["合计", "年度资金总额：", "财政拨款合计"])
def test_a_sum_among_the_sources_of_ours_is_counted_twice(name: str) -> None:
    """Its formula adds up every line; 财政拨款合计 may be a source that others do not tell again."""
    funds = adding(FUNDS, f"| {name} | 100.00 | 100.00 | 95.00 | — | — | — |")
    found = [one.cells for one in check(form(template=OURS, funds=funds)) if one.id == "budget.counted_twice"]
    assert len(found) == (not name.startswith("财政"))
    assert "budget.counted_twice" not in {one.id for one in check(form(template=OURS))}


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
    ("altered", "ids"),
    [
        ({"全年执行数": "580000"}, ["budget.unit"]),
        ({"全年预算数": "61万元"}, ["budget.funds"]),  # the table's own unit
        ({"全年预算数": "610000元"}, ["budget.unit"]),
    ],
)
def test_a_split_in_which_a_mistake_was_found_says_nothing_of_the_total(altered: dict[str, str], ids: list[str]) -> None:
    assert [one.id for one in loud(by_nature(change(NATURE, "基本支出", **altered)))] == ids


def test_a_split_that_the_report_states_beside_the_total_is_told_once() -> None:
    stated = Statement(text=entry("全年预算"), stated=entry("100.00", Place(SHEET, "C40")), expected=entry("101.00", Place(SHEET, "D40")))
    one = by_nature(change(NATURE, "基本支出", 全年预算数="61.00"))._replace(statements=(stated,))
    assert [found.id for found in loud(one)] == ["tieout.mismatch"]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (("其中：基本支出：60.00", "项目支出：40.00"), []),
        (("其中：基本支出：58.00", "按支出性质：项目支出：37.00"), []),  # what was spent
        (("基本支出：60万元；项目支出：39.6万元",), []),  # rounded, as 60 says
        (("基本支出：600,000元", "项目支出：400,000元"), []),
        (("其中：基本支出：60.00", "项目支出：50.00"), ["budget.funds"]),
        (("其中：基本支出：60.00", "项目支出：50.00", "其他资金：40.00"), ["budget.funds"]),  # as what came in
        (("基本支出：60.00", "项目支出："), []),
        (("基本支出：60；项目支出：30；经营支出：10",), []), (("2023年：基本支出：60；项目支出：50",), []),
        (("基本支出：60.00", "项目支出：50.00", "项目支出：30.00"), []),  # of which year, nobody says
    ],
)
def test_the_split_by_nature_in_words_makes_one_of_the_totals(words: tuple[str, ...], ids: list[str]) -> None:
    said = tuple(entry(one, Place(SHEET, f"F{row}")) for row, one in enumerate(words, 7))
    assert [one.id for one in loud(form(form="department", budgets=())._replace(texts=said))] == ids


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


def test_a_formula_for_the_rate_of_no_money_has_no_result() -> None:
    none = change(FUNDS, "其他资金", 年初预算数="0", 全年预算数="0", 全年执行数="0", 执行率="#DIV/0!")
    assert loud(form(funds=none)) == []
    (told,) = [one for one in loud(form(funds=change(FUNDS, "其中：财政拨款", 执行率="#DIV/0!"))) if one.id == "table.not_number"]
    assert "填的是错误值 #DIV/0!" in told.message


def test_a_low_rate_of_a_total_without_cells_is_marked_at_its_parts() -> None:
    one = form(funds=change(FUNDS, "其中：财政拨款", 全年执行数="60.00"))
    assert one.funds is not None
    whole, *parts = one.funds.lines
    lines = (whole._replace(initial=EMPTY, adjusted=EMPTY, executed=EMPTY), *parts)
    found = check(one._replace(funds=one.funds._replace(lines=lines)))
    assert [each.cells for each in found if each.id == "budget.low_rate"] == [("D7", "D8")]


def test_a_kind_of_spending_has_its_rate_where_the_whole_has_none() -> None:
    alone = by_nature(change(NATURE, "项目支出", 全年执行数="20.00"))._replace(funds=None)
    assert "budget.low_rate" in {one.id for one in check(alone)}


@pytest.mark.parametrize(("name", "asked"), [("公务接待费", False), ("因公出国（境）费", False), ("结转下年使用", False), ("接待中心维修", True)])
@pytest.mark.parametrize("spent", ["2.00", "0.00"])
def test_what_is_to_be_spared_needs_no_word_where_it_was(name: str, asked: bool, spent: str) -> None:
    lines = money(f"| 名称 | 全年预算数 | 全年执行数 |\n| {name} | 10.00 | {spent} |", 10)
    found = {one.id for one in check(form(form="department", budgets=(lines,)))}
    assert bool({"budget.low_rate", "budget.not_started"} & found) is asked


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
    assert loud(budget("劳模津贴", 年初预算数="", 追加="", 全年预算数="", 全年执行数="", 执行率="", 原因="")) == []


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


@pytest.mark.parametrize(
    ("part", "spent", "wrong"),
    [("80", "80", []), ("90", "85", ["budget.total"]), ("95", "95", ["budget.total"]), ("", "", [])],
)
def test_one_part_alone_need_not_be_all_unless_it_has_all_the_budget(part: str, spent: str, wrong: list[str]) -> None:
    one = f"""
    | 层级     | 名称   | 全年预算数 | 全年执行数 | 原因 |
    | 一级项目 | 会议费 | 90         | 90         |      |
    | 二级项目 | 场租   | {part}     | {spent}    |      |
    """
    assert {finding.id for finding in loud(form(form="department", budgets=(money(one, 2, "预算执行"),)))} == {*wrong}
    total = money(one.replace("一级项目 | 会议费", "合计     | 合计  ").replace("二级", "一级"), 2, "预算执行")
    assert {finding.id for finding in loud(form(form="department", budgets=(total,)))} == ({"budget.total"} if part else set())


@pytest.mark.parametrize(
    ("lines", "columns"),
    [
        (["其中：中央预算内投资 | 50 | 60 | 60"], ""),
        (["其中：中央预算内投资 | 0 | 0 | 0"], ""),
        (["其中：中央预算内投资 | 100 | 110 | 100"], ""),  # what others were to pay has not come
        (["其中：财政拨款 | 100 | 120 | 110"], "E"),
        (["其中：财政拨款 | 100 | 110 | 110"], ""),
        (["其中：财政拨款 | 100 | 119 | 118"], "D"),
        (["其中：财政拨款 | 110 | 130 | 118"], "C D"),
        (["其中：财政拨款 | 50 | 60 | 60", "其他资金 | 10 | 10 | 10"], "C D E"),
        (["财政拨款 | 100 | 120 | 118", "中央 | 50 | 60 | 60", "省级 | 30 | 30 | 30"], ""),
        (["财政拨款 | 100 | 120 | 118", "中央 | 50 | 60 | 60", "省级 | 50 | 60 | 50"], "E"),
        (["财政拨款 | 0 | 120 | 118", "中央 | 0 | 60 | 60", "省级 | 0 | 30 | 30"], ""),  # nothing was planned of any
    ],
)
def test_what_is_only_some_of_the_funds_need_not_add_up(lines: list[str], columns: str) -> None:
    rows = "\n".join(f"| {'二' if '级' in one or one.startswith('中央') else '一'}级项目 | {one} | | | |" for one in lines)
    funds = f"""
    | 层级 | 名称         | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
    | 合计 | 年度资金总额 | 100        | 120        | 118        | 10   | 98.33% | 9.83 |
    {rows}
    """
    found = [one for one in loud(form(funds=funds, total="98.5")) if one.id.startswith("budget.")]
    assert sorted(one.cells[0][0] for one in found) == columns.split()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("基金收入", []), ("一、基金收入合计", []), ("年末滚存结余", []), ("年末结转和结余", []), ("结转至下一年度使用", []), ("结余资金", []),
        ("上年结余", ["budget.overspent"]), ("上年末结转", ["budget.overspent"]), ("结转资金", ["budget.overspent"]), ("支出合计", ["budget.overspent"]),
    ],
)  # fmt: skip
def test_only_what_is_spent_is_overspent(name: str, wrong: list[str]) -> None:
    lines = f"""
    | 层级     | 名称   | 全年预算数 | 全年执行数 | 原因 |
    | 一级项目 | {name} | 90         | 93         |      |
    | 一级项目 | 场租   | 10         | 10         |      |
    """
    found = loud(form(form="department", budgets=(money(lines, 2, "预算执行"),)))
    assert [finding.id for finding in found] == wrong


@pytest.mark.parametrize(("spent", "whole", "wrong"), [(60, 135, []), (75, 150, ["budget.overspent"]), (60, 140, ["budget.total", "budget.overspent"])])
def test_a_sum_with_what_is_left_is_not_all_spent(spent: int, whole: int, wrong: list[str]) -> None:
    lines = f"""
    | 层级     | 名称           | 全年预算数 | 全年执行数 | 原因 |
    | 一级项目 | 基本支出       | 60         | 60         |      |
    | 一级项目 | 项目支出       | 70         | {spent}    |      |
    | 一级项目 | 年末结转和结余 | 0          | 15         |      |
    | 合计     | 合计           | 130        | {whole}    |      |
    """
    found = loud(form(form="department", budgets=(money(lines, 2, "预算执行"),)))
    assert [finding.id for finding in found] == wrong


@pytest.mark.parametrize(("reason", "told"), [("", True), ("工程进度慢", True), ("上年多付的工程款退回，冲减支出", False)])
def test_a_total_below_zero_is_told_unless_money_came_back(reason: str, told: bool) -> None:
    one = CASES["budget.negative"]()._replace(problems=entry(reason))
    assert ("budget.negative" in {finding.id for finding in check(one)}) == told


def test_what_is_part_of_an_income_is_not_overspent() -> None:
    lines = """
    | 层级     | 名称           | 全年预算数 | 全年执行数 | 原因 |
    | 一级项目 | 一、基金收入   | 90         | 94         |      |
    | 二级项目 | 其中：财政补贴 | 60         | 62         |      |
    | 二级项目 | 利息           | 30         | 32         |      |
    | 一级项目 | 二、基金支出   | 80         | 79         |      |
    """
    assert not loud(form(form="department", budgets=(money(lines, 2, "预算执行"),)))


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


def test_the_rate_of_what_was_not_spent_in_full_need_not_be_rounded_up_to_all() -> None:
    for shown, right in (("100%", True), ("99.99%", True), ("99.9%", True), ("99.98%", False), ("98%", False)):
        funds = f"""
        | 名称         | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率  | 得分 |
        | 年度资金总额 | 98.32      | 98.32      | 98.319     | 10   | {shown} | 10   |
        """
        assert ("budget.rate" not in {one.id for one in loud(form(funds=funds))}) is right, shown


@pytest.mark.parametrize(("shown", "ids"), [("98.130000", []), ("98.130000%", []), ("0.98130000", []), ("98.1270", []), ("98.120000", ["budget.rate"]), ("98.131000", ["budget.rate"])])
def test_zeros_that_a_system_fills_in_are_no_precision(shown: str, ids: list[str]) -> None:
    assert [one.id for one in loud(line("年度资金总额", 年初预算数="3865", 全年预算数="3865", 全年执行数="3792.6", 执行率=shown)) if one.id == "budget.rate"] == ids


def test_a_rate_that_was_cut_off_is_told_with_as_many_digits() -> None:
    cut = line("年度资金总额", 年初预算数="3865", 全年预算数="3865", 全年执行数="3792.6", 执行率="98.1267%")
    (message,) = (one.message for one in loud(cut) if one.id == "budget.rate")
    assert "填的是 98.1267%" in message and "= 98.1268%" in message


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


@pytest.mark.parametrize(
    ("unit", "adjusted", "executed", "words", "found"),
    [
        ("千元", "1000", "950", "全年执行数95万元", []),
        ("千元", "1000", "950", "全年执行数950千元", []),
        ("千元", "1000", "950", "全年执行数9.5万元", ["tieout.mismatch"]),
        ("千元", "1000", "95万元", "", ["budget.unit"]),
        ("千元", "1000千元", "950", "", []),
        ("万元", "100", "950千元", "", ["budget.unit"]),
        ("百万元", "100", "95", "全年执行数9500万元", []),
        ("百万元", "100", "95", "全年执行数0.95亿元", []),
        ("百万元", "100", "95", "全年执行数95亿元", ["tieout.mismatch"]),
        ("百万元", "100百万元", "95", "", []),
        ("百万元", "100", "9500万元", "", ["budget.unit"]),
    ],
)
def test_thousands_and_millions_are_units_too(unit: str, adjusted: str, executed: str, words: str, found: list[str]) -> None:
    funds = form(
        funds=f"""
    | 名称     | 全年预算数 | 全年执行数 | 分值 | 得分 |
    | 资金总额 | {adjusted} | {executed} | 10   | 9.5  |
    """
    ).funds
    assert funds is not None
    one = form(funds=None)._replace(funds=funds._replace(currency_unit=unit), goal_actual=entry(words, Place(SHEET, "C9")))
    assert [each.id for each in loud(one)] == found


@pytest.mark.parametrize("adjusted", ["0", "-5.00"])
def test_what_was_spent_without_a_budget_is_too_much(adjusted: str) -> None:
    only = f"""
    | 名称         | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
    | 年度资金总额 | {adjusted} | {adjusted} | 95.00      | 10   |        |      |
    """
    assert [one.id for one in loud(form(funds=only)) if one.severity == "error"][:1] == ["budget.overspent"]


@pytest.mark.parametrize(
    ("name", "values", "ids"),
    [
        ("竞赛", {"压减": "-10.00"}, ["budget.total"]),  # below zero it is the same cut, only its sum is another
        ("劳模津贴", {"追加": "若干"}, ["table.not_number"]),
        ("劳模津贴", {"追加": ""}, ["budget.adjustment"]),
        ("劳模津贴", {"全年预算数": "100000"}, ["budget.unit"]),
    ],
)
def test_a_change_of_the_budget_is_held_against_what_is_known(
    name: str, values: dict[str, str], ids: list[str]
) -> None:
    assert [one.id for one in loud(budget(name, **values))] == ids


def test_a_sum_that_would_be_nothing_explains_no_unit() -> None:
    lines = """
    | 层级     | 名称 | 年初预算数 | 全年预算数 | 全年执行数 |
    | 一级项目 | 场租 | 600000     | 0          | 0          |
    | 一级项目 | 竞赛 | 400000     | 0          | 0          |
    | 合计     | 合计 | 1000000    | 100        | 0          |
    """
    assert "budget.total" in {one.id for one in loud(form(form="department", budgets=(money(lines, 2, "预算执行"),)))}


def test_a_table_in_another_unit_is_as_exact_as_the_funds_are() -> None:
    funds = "| 名称 | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 得分 |\n| 年度资金总额 | 123 | 123 | 117 | 10 | 9.51 |"
    lines = "| 层级 | 名称 | 年初预算数 | 全年预算数 | 全年执行数 |\n| 合计 | 合计 | 1234567 | 1234567 | {} |"
    for executed, wrong in (("1174321", []), ("1184321", ["budget.total"])):
        table = money(lines.format(executed), 2, "预算执行", "元")
        assert [one.id for one in loud(form(funds=funds, budgets=(table,), total="98.68"))] == wrong


def test_what_ours_leaves_out_of_its_sums_is_told_of_lines_that_are_filled_in() -> None:
    unnamed = change(BUDGET.rsplit("| 合计", 2)[0], "劳模津贴", 名称="", 全年预算数="")
    found = {one.id for one in check(form(budgets=(money(unnamed, 2, "预算执行"),), template=OURS))}
    assert "budget.unnamed" in found and "budget.incomplete" not in found
    split = by_nature(change(NATURE, "基本支出", 全年执行数=""))._replace(template=OURS)
    assert "budget.incomplete" not in {one.id for one in check(split)}


def test_a_line_without_a_name_is_told_as_such() -> None:
    (found,) = loud(budget("劳模津贴", 名称="", 全年执行数="11"))
    assert (found.id, "未写名称的一行" in found.message) == ("budget.overspent", True)


@pytest.mark.parametrize(("word", "found"), [
    *((word, []) for word in ("无", "暂无", "不涉及", "不适用", "N/A", "——", "～", "\\", "……", "*", "//", "――", "一", "0")),
    *((word, ["table.not_number"]) for word in ("×", "√", "未定")),
])  # fmt: skip
def test_what_says_that_there_is_no_money(word: str, found: list[str]) -> None:
    assert [one.id for one in loud(form(funds=change(FUNDS, "其他资金", 全年预算数=word)))] == found


@pytest.mark.parametrize(("claimed", "share", "wrong"), [("9.3", "4.3", ""), ("9.5", "4.5", "各行得分加起来应得 9.3 分"), ("9.5", "4.3", "")])
def test_lines_that_divide_the_points_give_the_score_as_the_form_adds_them_up(claimed: str, share: str, wrong: str) -> None:
    funds = f"""
    | 名称           | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分      |
    | 年度资金总额   | 100        | 95         | 10   | 95%    | {claimed} |
    | 其中：财政拨款 | 64.29      | 64.29      | 5    | 100%   | 5         |
    | 其他资金       | 35.71      | 30.71      | 5    | 86%    | {share}   |
    """
    found = [one.message for one in loud(form(funds=funds, total=f"{Decimal(claimed) + Decimal('89.17')}")) if one.id == "budget.score"]
    assert ([wrong in message for message in found] == [True]) if wrong else not found


@pytest.mark.parametrize(("mark", "share", "total", "wrong"), [
    ("", "4.3", "98.47", []), ("—", "4.3", "98.47", []), ("", "5", "99.17", ["budget.score"]), ("", "4.3", "99.47", ["score.total"]),
])  # fmt: skip
def test_points_left_to_the_lines_are_those_of_the_execution(mark: str, share: str, total: str, wrong: list[str]) -> None:
    funds = f"""
    | 名称           | 全年预算数 | 全年执行数 | 分值   | 执行率 | 得分    |
    | 年度资金总额   | 100        | 95         | {mark} | 95%    | {mark}  |
    | 其中：基本支出 | 64.29      | 64.29      | 5      | 100%   | 5       |
    | 项目支出       | 35.71      | 30.71      | 5      | 86%    | {share} |
    """
    assert [one.id for one in loud(form(funds=funds, total=total))] == wrong


def test_a_total_left_to_its_parts_has_their_sum() -> None:
    assessment = assess(line("年度资金总额", 全年预算数="", 全年执行数=""), RULES)
    assert assessment.budget.score == Decimal("9.5")
    assert [one.id for one in assessment.findings if one.severity != "info"] == []


def test_the_funds_block_ties_to_the_budget_table() -> None:
    table = change(change(BUDGET, "劳模津贴", 全年执行数="8.00", 执行率="80%"), "合计", 全年执行数="93.00", 执行率="93%")
    found = loud(form(budgets=(money(table, 2, "预算执行"),)))
    assert [one.id for one in found] == ["budget.total"]
    assert (found[0].sheet, found[0].provided, found[0].expected) == (SHEET, "95", "93")


@pytest.mark.parametrize(
    ("project", "others", "template", "wrong"),
    [("工会专项", "劳模津贴", None, 0), ("职工服务", "劳模津贴", None, 3), ("工会专项", "", None, 3), ("工会专项", "劳模津贴", OURS, 3)],
)
def test_a_list_of_projects_is_not_held_against_the_funds_of_one_of_them(
    project: str, others: str, template: Template | None, wrong: int
) -> None:
    """A project alone is no list, nor are the lines of ours one, where the sheet adds them up."""
    own, more, whole = ("一级项目 | 工会专项 | 110 | 110 | 100", f"一级项目 | {others} | 40 | 40 | 40", "合计 | 合计 | 150 | 150 | 140")
    if not others:
        more, whole = "", "合计 | 合计 | 110 | 110 | 100"
    lines = "\n".join(f"| {one} |" for one in (own, more, "" if template else whole) if one)
    table = money(f"| 层级 | 名称 | 年初预算数 | 全年预算数 | 全年执行数 |\n{lines}", 2, "预算执行")
    header = Header(entry("2024"), entry("某市总工会"), project=entry(project))
    found = loud(form(header=header, budgets=(table,), template=template))
    assert [one.id for one in found if one.id == "budget.total"] == ["budget.total"] * wrong


@pytest.mark.parametrize(("rate", "wrong"), [("110%", False), ("100%", False), ("95%", False), ("150%", True)])
def test_a_rate_beside_what_was_overspent_is_the_true_one_or_what_it_could_be(rate: str, wrong: bool) -> None:
    funds = f"""
    | 名称         | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
    | 年度资金总额 | 100.00     | 100.00     | 110.00     | 10   | {rate} | 10   |
    """
    assert {one.id for one in loud(form(funds=funds, total="99.17"))} == {"budget.overspent"} | ({"budget.rate"} if wrong else set())


def test_a_capped_rate_that_is_wrong_is_not_also_a_wrong_score() -> None:
    (found,) = loud(line("年度资金总额", "99.17", 执行率="105%", 得分="10"))
    assert found.id == "budget.rate"


@pytest.mark.parametrize(("value", "ids"), [("0.95", []), ("0.9499", ["budget.rate"]), ("0.96", ["budget.rate"])])
def test_a_rate_in_ours_counts_as_typed_however_many_digits_its_format_shows(value: str, ids: list[str]) -> None:
    funds = form(funds=change(FUNDS, "年度资金总额", 全年执行数="95.30")).funds
    assert funds is not None
    line = funds.lines[0]._replace(claimed_rate=Entry(f"{Decimal(value):.2%}", Decimal(value), Place(SHEET, "F6")))
    one = form(funds=None, budgets=(funds._replace(lines=(line,)),), template=OURS)
    assert [found.id for found in check(one) if found.id == "budget.rate"] == ids


def test_a_score_beside_what_was_overspent_is_not_judged() -> None:
    funds = change(change(FUNDS, "年度资金总额", 全年执行数="105", 执行率="105%", 得分="8"), "其中：财政拨款", 全年执行数="85")
    assert [one.id for one in loud(form(funds=funds, total="97.17"))] == ["budget.overspent"]


@pytest.mark.parametrize(
    ("rate", "score", "ambiguous", "id"),
    [
        ("95%", "8", False, "budget.score"), ("95%", "8", True, None), ("95%", "9.5", False, None),
        ("105%", "10", False, None), ("", "12", False, "score.exceeds_weight"),
    ],
)
def test_a_score_without_amounts_follows_from_the_rate_and_keeps_to_its_weight(
    rate: str, score: str, ambiguous: bool, id: str | None
) -> None:
    funds = f"""
    | 名称         | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分    |
    | 年度资金总额 |            |            |            | 10   | {rate} | {score} |
    """
    two = (Ambiguity(Place(SHEET, "F6"), rate, (rate, "80%")),) if ambiguous else ()
    found = loud(form(funds=funds, total=str(Decimal("89.17") + Decimal(score)), ambiguities=two))
    assert [(one.id, one.cells) for one in found] == ([(id, ("G6",))] if id else [])


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


def test_a_reason_below_the_only_table_of_money_is_one_for_its_lines() -> None:
    slow = change(BUDGET, "劳模津贴", 全年执行数="8.00", 执行率="80%", 原因="")
    slow = change(slow, "合计", 全年执行数="93.00", 执行率="93%")
    table = money(slow, 2, "预算执行")
    assert table.total is not None
    scored = table.total._replace(weight=entry("10"), claimed_score=entry("9.3"))
    for why, asked in ((EMPTY, True), (entry("推迟开工，次年付清"), False)):
        funds = BudgetTable("资金", "万元", (scored._replace(reason=why),))
        found = check(form(funds=None, total="98.47", budgets=(table,))._replace(funds=funds))
        assert ("budget.low_rate" in {one.id for one in found}) is asked


@pytest.mark.parametrize(
    ("name", "amount", "ids"),
    [
        ("其他", "0", []), ("经营支出", "0", []), ("财政拨款", "5.00", []),
        ("其他", "5.00", ["budget.funds"]), ("经营支出", "5.00", ["budget.funds"]),
    ],
)
def test_other_spending_behind_kinds_of_spending_is_one_more_of_them(name: str, amount: str, ids: list[str]) -> None:
    funds = f"""
    | 名称         | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
    | 年度资金总额 | 100.00     | 100.00     | 95.00      | 10   | 95%    | 9.5  |
    | 基本支出     | 60.00      | 60.00      | 58.00      |      |        |      |
    | 项目支出     | 40.00      | 40.00      | 37.00      |      |        |      |
    | {name}       | {amount}   | {amount}   | {amount}   |      |        |      |
    """
    assert sorted({one.id for one in loud(form(funds=funds))}) == ids


def test_kinds_of_spending_behind_the_source_of_all_the_money_split_it_once_more() -> None:
    funds = """
    | 名称         | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
    | 年度资金总额 | 100.00     | 100.00     | 95.00      | 10   | 95%    | 9.5  |
    | 其他资金     | 100.00     | 100.00     | 95.00      |      |        |      |
    | 基本支出     | 60.00      | 60.00      | 58.00      |      |        |      |
    | 项目支出     | 40.00      | 40.00      | 37.00      |      |        |      |
    """
    assert loud(form(funds=funds)) == []


def test_tasks_beside_kinds_of_spending_add_up_with_them() -> None:
    tasks = """
    | 层级     | 名称     | 全年预算数 |
    | 一级项目 | 人员经费 | 60         |
    | 一级项目 | 会议费   | 40         |
    | 合计     | 合计     | 105        |
    """
    found = loud(form(form="department", budgets=(money(tasks, 2, "预算执行"),)))
    assert [(one.id, one.provided, one.expected) for one in found] == [("budget.total", "105", "100")]


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
    for said, silent in (("因未获批复，执行率偏低", True), ("因地制宜开展培训。预算执行率95%", False)):
        reached = CASES[id]()._replace(goal_actual=entry(f"完成培训10期。{said}。", Place(SHEET, "B40")))
        assert (id not in {finding.id for finding in check(reached)}) == silent


@pytest.mark.parametrize(
    ("problems", "done", "silent"),
    [
        ("合同约定分期付款，剩余款项次年支付", "", True), ("项目进度滞后，资金支付较慢", "", True), ("部分样品检测不及时", "", False),
        ("政府采购节约资金30万元", "", True), ("指标年底收回", "", True), ("工程滞后，未达到付款条件", "", True), ("资金12月下达，来不及支付", "", True), ("据实结算", "", True),
        ("节约用水宣传不够", "", False), ("", "因采购节约经费30万元", True),
        ("", "完成监测3050批次。因招标较晚，项目尾款在次年验收后支付。", True), ("", "招标流标两次，资金未能按期支付", True), ("", "执行率60%，主要是部分项目跨年实施", True),
        ("", "完成监测3050批次，预算执行率为60%，资金使用规范。", False), ("", "节约了经费。因天气原因，部分样品延后采集。", False),
    ],
)  # fmt: skip
def test_why_money_was_left_may_stand_among_the_problems_or_in_what_was_done(problems: str, done: str, silent: bool) -> None:
    one = CASES["budget.low_rate"]()._replace(problems=entry(problems, Place(SHEET, "B40")), goal_actual=entry(done))
    assert ("budget.low_rate" not in {finding.id for finding in check(one)}) == silent
    managed = CASES["budget.low_rate"]()._replace(management=(ManagementItem(measure=entry(problems)),))
    assert ("budget.low_rate" not in {finding.id for finding in check(managed)}) == (silent and bool(problems))


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
    assert not loud(form(funds=funds.replace("465元", "465万")))


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
    assert len([one for one in found if one.id == "budget.total" and len(one.cells) > 400]) == 50


@pytest.mark.parametrize(("listed", "id"), [("300.00", "budget.total"), ("1000000.00", "budget.unit")])
def test_our_list_of_the_money_adds_up_to_the_funds_block(listed: str, id: str) -> None:
    table = f"""
    | 层级     | 名称   | 年初预算数 | 全年预算数 | 全年执行数 |
    | 一级项目 | 会议费 | 100.00     | {listed}   | 95.00      |
    """
    budgets = (money(table, 2, "预算执行"),)
    assert [one.id for one in loud(form(budgets=budgets, template=OURS)) if one.severity == "error"] == [id]
    assert not [one for one in loud(form(budgets=budgets)) if one.id == "budget.total"]  # it need not be all of it


def test_a_stated_figure_of_twelve_digits_is_read_in_full() -> None:
    """The format General shows 8.76543E+11 for both."""
    said, right = (Entry("8.76543E+11", Decimal(f"87654321098{end}.65"), Place(SHEET, f"{column}40")) for end, column in (("8", "C"), ("7", "D")))
    (found,) = loud(form()._replace(statements=(Statement(text=entry("全年支出"), stated=said, expected=right),)))
    assert (found.id, found.difference) == ("tieout.mismatch", "1")


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
    tasks = silent._replace(budgets=(money("| 名称 | 全年预算数 | 全年执行数 |\n| 甲任务 | 10.00 | 10.00 |", 2),))
    assert "budget.changed" in {one.id for one in check(tasks)}, "tasks have no budget of the year's beginning"
    blank = silent._replace(budgets=(money("| 名称 | 年初预算数 | 全年预算数 | 全年执行数 |\n| 基本支出 |  |  |  |", 2),))
    assert "budget.changed" in {one.id for one in check(blank)}, "a table that nobody filled says nothing"
    told = silent._replace(goal_actual=entry("全部完成。年中追加预算10万元。", Place(SHEET, "B9")))
    assert "budget.changed" not in {one.id for one in check(told)}


def test_the_rate_of_a_region_follows_from_its_own_money_or_from_what_mends_the_sum() -> None:
    def rated(table: str, *rates: str) -> list[tuple[str, tuple[str, ...]]]:
        rows = zip(allocations(table), rates, strict=True)
        table_of = tuple(one._replace(claimed_rate=entry(rate, Place(SHEET, f"Z{at}"))) for at, (one, rate) in enumerate(rows, 1))
        return [(one.id, one.cells) for one in loud(form(form="transfer", allocations=table_of))]

    assert rated(ALLOCATIONS, "", "", "100%", "100.00%") == []
    assert rated(ALLOCATIONS, "", "", "96%", "100%") == [("transfer.rate", ("Z3",))]
    assert rated(change(ALLOCATIONS, "合计", 分配资金="30"), "", "", "1", "100%") == [("transfer.total", ("C6",))]


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


def test_all_regions_that_used_less_without_a_reason_are_one_finding() -> None:
    less = change(change(change(ALLOCATIONS, "金秋助学", 使用资金="1.4"), "新会区", 使用资金="16"), "合计", 使用资金="26")
    (finding,) = loud(form(form="transfer", allocations=allocations(less)))
    assert (finding.id, finding.severity, finding.provided) == ("transfer.allocation", "warning", None)
    assert "“江海区”分配 11 万元，使用 10 万元；“新会区”分配 18 万元，使用 16 万元，没有用完" in finding.message
    rows = [f"| 甲县{n} | 生活救助 | 29218107032.92 | 25514403662.55 | 4 | 5 | |" for n in range(30)]
    many = "\n".join([*ALLOCATIONS.strip().splitlines()[:2], *rows])
    (told,) = [one for one in loud(form(form="transfer", allocations=allocations(many))) if one.id == finding.id]
    assert "25,514,403,662.55 万元等 31 个，没有用完" in told.message, "no figure is cut off"
    over = change(less, "新会区", 使用资金="20")
    assert [one.severity for one in loud(form(form="transfer", allocations=allocations(over))) if one.id == finding.id] == [
        "error", "warning",
    ]  # fmt: skip


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


@pytest.mark.parametrize(
    ("name", "values", "cell"),
    [
        ("其中：财政拨款", {"全年预算数": "0.008"}, "C7"),
        ("其中：财政拨款", {"全年执行数": "0.0075"}, "D7"),
        ("其中：财政拨款", {"全年预算数": "800000"}, "C7"),
        ("年度资金总额", {"全年执行数": "0.0095"}, "D6"),
    ],
)
def test_the_sums_and_the_rate_tell_which_figure_is_in_another_unit(name: str, values: dict[str, str], cell: str) -> None:
    found = loud(form(funds=change(FUNDS, name, **values)))
    assert [(one.id, one.cells) for one in found if one.id == "budget.unit"] == [("budget.unit", (cell,))]
    assert not [one for one in found if one.id in ("budget.funds", "budget.rate", "budget.overspent")]


@pytest.mark.parametrize("asked", [False, True])
def test_money_left_explains_a_wrong_total_only_where_it_was_reported(asked: bool) -> None:
    table = change(ALLOCATIONS, "新会区", 使用资金="9")
    found = [one.id for one in loud(form(form="transfer", allocations=allocations(table if asked else without(table, "原因"))))]
    assert found == (["transfer.allocation"] if asked else ["transfer.total"])


def test_a_region_that_used_ten_thousand_times_too_much_is_asked_for_its_unit() -> None:
    (one,) = [one for one in loud(transfer("新会区", 使用资金="180000")) if one.id == "transfer.allocation"]
    assert "核对是不是元、万元写错了" in one.message
    (other,) = [one for one in loud(transfer("新会区", 使用资金="19")) if one.id == "transfer.allocation"]
    assert "元、万元" not in other.message


def test_a_purpose_without_a_name_is_told_without_empty_quotation_marks() -> None:
    table = change(change(ALLOCATIONS, "金秋助学", 用途="", 分配资金="2", 使用资金="2.4"), "11", 分配资金="9")
    (one,) = [one for one in loud(form(form="transfer", allocations=allocations(table))) if one.id == "transfer.purpose"]
    assert "“江海区”的这一行分配 2" in one.message


def test_a_message_repeats_no_more_of_a_cell_than_a_person_reads() -> None:
    told = [one for one in loud(form(funds=change(FUNDS, "其中：财政拨款", 执行率="年度" * 9000))) if one.id == "table.not_number"]
    assert [("年度…”" in one.message, len(one.message) < 120, len(one.provided or "")) for one in told] == [(True, True, 18000)]


def test_a_number_with_more_digits_than_arithmetic_has_is_judged_like_any_other() -> None:
    table = allocations(change(ALLOCATIONS, "金秋助学", 人数="1" + "0" * 15))
    many = [one._replace(persons=one.persons._replace(value=Decimal("1E+30"))) for one in table]
    assert not [one for one in check(form(form="transfer", allocations=tuple(many))) if one.id == "transfer.implausible"]


def test_a_budget_of_nothing_has_no_rate_to_fill_in() -> None:
    funds = change(FUNDS, "年度资金总额", 全年预算数="0", 执行率="", 得分="9.5")
    assert not any(one.id == "budget.rate_missing" for one in check(form(funds=funds)))
