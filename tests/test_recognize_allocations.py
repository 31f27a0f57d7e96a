"""What official forms say of regions and purposes, and of people."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from recognizing import INDICATOR_ROWS, grid_of

from selfeval_xl.model import EMPTY, ONE_OF_REGIONS
from selfeval_xl.workbook.recognize import Recognized, recognize


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("单位：万元、人", ("万元", "")), ("单位：人，元", ("元", "")), ("单位：万元", ("万元", "")), ("单位：人、户", ("", "")),
        ("单位：某市民政局", ("", "某市民政局")), ("单位：住房和城乡建设局", ("", "住房和城乡建设局")),
    ],
)  # fmt: skip
def test_units_of_money_and_of_people_are_no_unit_that_fills_a_form(words: str, kept: tuple[str, str]) -> None:
    (form,) = recognize(grid_of([[words], *INDICATOR_ROWS]), "表")
    assert tuple(form.entries.fields[key].text if key in form.entries.fields else "" for key in ("currency_unit", "unit")) == kept


def test_people_whatever_is_done_for_them() -> None:
    rows: list[list[str | float | None]] = [["地区", "分配资金", "使用资金", "保障人数", "安置户数"], ["甲县", 120, 118, 8210, 40]]
    (form,) = recognize(grid_of(rows), "表")
    (row,) = form.entries.tables["allocations"]
    assert (row["persons"].value, row["households"].value) == (8210, 40)


@pytest.mark.parametrize(
    ("heads", "rates"),
    [
        (["资金分配额（万元）", "实际使用额（万元）", "完成比例"], ["100%", "75%", "90%"]),
        (["分配资金", "使用资金", "完成率"], ["100%", "75%", "90%"]),
        (["分配资金", "使用资金", "完成率"], ["90%", "100%", "95%"]),  # of the tasks
    ],
)
def test_a_rate_of_completion_is_that_of_the_money_where_it_is(heads: list[str | float | None], rates: list[str]) -> None:
    lines = [["甲县", 60, 60, rates[0]], ["乙县", 40, 30, rates[1]], ["合计", 100, 90, rates[2]]]
    (form,) = recognize(grid_of([["地区", *heads], *lines]), "表")
    rows = form.entries.tables["allocations"]
    found = [(row["allocated"].value, row["used"].value, "claimed_rate" in row) for row in rows]
    assert found == [(all_, used, rates[0] == "100%") for all_, used in ((60, 60), (40, 30), (100, 90))]


@pytest.mark.parametrize("heading", ["县名", "各县区", "县（市、区）名", "旗县区名称", "乡镇名称", "区名"])
def test_whatever_the_regions_are_called(heading: str) -> None:
    heads: list[str | float | None] = [heading, "全年预算", "全年支出", "支出率"]
    lines: list[list[str | float | None]] = [["全市合计", 9, 8, "88.89%"], ["甲县", 5, 4, "80%"], ["乙县", 4, 4, "100%"]]
    (form,) = recognize(grid_of([["各县资金情况"], heads, *lines]), "表")
    found = [(row["region"].text, row["allocated"].value, row["used"].value) for row in form.entries.tables["allocations"]]
    assert found == [("全市合计", 9, 8), ("甲县", 5, 4), ("乙县", 4, 4)]
    assert form.supplement


@pytest.mark.parametrize(
    ("heading", "lines", "split"),
    [
        (["地区", "合计", "造林", "管护"], [["甲县", 100, 60, 40], ["乙县", 90, 50, 40], ["合计", 190, 110, 80]], True),
        (["地区", "造林", "管护", "小计"], [["甲县", 60, 40, 100], ["乙县", 50, 40, 90], ["合计", 110, 80, 190]], True),
        (["地区", "分配资金", "造林", "管护"], [["甲县", 100, 60, 40], ["乙县", 90, 90, None]], True),
        (["地区", "分配资金", "实际拨付", "结余"], [["甲县", 100, 95, 5], ["乙县", 90, 80, 10]], False),
        (["地区", "分配资金", "实际拨付", "文件"], [["甲县", 100, 100, None], ["乙县", 90, 90, None]], False),
        (["地区", "分配资金", "造林", "其中国土绿化"], [["甲县", 100, 60, 20], ["乙县", 90, 50, 30]], False),
        (["地区", "分配资金", "第一批", "第二批"], [["甲县", 100, 60, 40], [None, 90, 50, 40]], False),
        (["地区", "分配资金", "造林", "管护"], [["甲市", 100, 60, 40], ["其中：市本级", 90, 50, 40]], False),
        (
            ["地区", "用途", "分配资金", "第一批", "第二批"],
            [["甲县", "造林", 100, 60, 40], ["乙县", "造林", 9, 5, 4]],
            False,
        ),
    ],
)
def test_columns_are_purposes_where_they_make_the_sum(heading: list[str], lines: list[list[Any]], split: bool) -> None:
    (form,) = recognize(grid_of([["资金分配表（万元）"], heading, *lines]), "表")
    rows = [{key: entry.text for key, entry in row.items()} for row in form.entries.tables["allocations"]]
    assert {row.get("purpose", "") for row in rows} - {""} == ({"造林", "管护"} if split else {"造林"} & {*lines[0]})


@pytest.mark.parametrize("parts", [["中央资金", "省级资金"], ["造林", "管护"]])
@pytest.mark.parametrize("head", ["下达资金", "其中"])
def test_columns_below_the_word_for_another_amount_are_no_parts_of_this_one(head: str, parts: list[Any]) -> None:
    rows = [["地区", head, None, "实际支出"], [None, *parts, None], ["甲县", 60, 40, 100], ["乙县", 50, 40, 90]]
    grid = grid_of([["资金分配使用情况表（万元）"], *rows])
    grid.merges += [(2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 3, 4)]
    (form,) = recognize(grid, "表")
    split = head == "其中" or "中央资金" in parts  # sources of it are its own parts
    assert allocated(form)[-1] == ("乙县", "", "90" if split and head != "其中" else "", "90", "合计" if split else "")
    assert {purpose for _, purpose, *_ in allocated(form)} == ({*parts, ""} if split else {""})


def test_a_total_of_columns_that_are_no_money_is_no_allocation() -> None:
    people = [
        ["受益情况表（人）"],
        ["地区", "合计", "男", "女"],
        ["甲县", 10, 6, 4],
        ["乙县", 9, 5, 4],
        ["合计", 19, 11, 8],
    ]
    assert not any(form.entries.tables.get("allocations") for form in recognize(grid_of(people), "表"))


def test_people_in_tens_of_thousands_are_no_count() -> None:
    lines = [["资金分配表（万元）"], ["地区", "分配资金", "受益人口（万人）"], ["甲县", 100, 12.5], ["乙县", 90, 3.2]]
    (form,) = recognize(grid_of(lines), "表")
    assert all("persons" not in row for row in form.entries.tables["allocations"])


def allocated(form: Recognized) -> list[tuple[str, ...]]:
    keys = ("region", "purpose", "allocated", "used", "level")
    return [tuple(row[key].text if key in row else "" for key in keys) for row in form.entries.tables["allocations"]]


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("total", [True, False])
def test_regions_down_and_purposes_across_with_both_amounts(total: bool, merged: bool) -> None:
    width = 3 if total else 2
    heads = [head for name in ("低保", "临时救助", "合计")[:width] for head in (name, None)]
    rows: list[list[str | float | None]] = [
        ["地区", *heads], [None, *["分配", "使用"] * width], *([name, *figures[: 2 * width]] for name, *figures in (
            ["甲县", 60, 60, 40, 45, 100, 105], ["乙县", 50, 50, 40, 40, 90, 90], ["合计", 110, 110, 80, 85, 190, 195]))
    ]  # fmt: skip
    grid = grid_of([["救助补助资金绩效自评表（万元）"], *rows, *INDICATOR_ROWS])
    if merged:
        grid.merges += [(2, 1, 3, 1), *((2, at, 2, at + 1) for at in range(2, 2 * width + 2, 2))]
    (form,) = recognize(grid, "表")
    found = allocated(form)
    assert found[:2] == [("甲县", "低保", "60", "60", ""), ("甲县", "临时救助", "40", "45", "")]
    assert (("甲县", "", "100", "105", "合计") in found) == total


@pytest.mark.parametrize("shape", ["purposes", "amounts", "below", "below, merged"])
def test_regions_across_and_what_they_got_and_used(shape: str) -> None:
    amounts: list[list[str | float | None]] = [["分配", 60, 50, 110], ["使用", 60, 45, 105], ["执行率", "100%", "90%", "95%"]]
    of = ["产业", "就业"]
    rows: list[list[str | float | None]] = [["项目", "甲县", "乙区", "合计"], *amounts]
    if shape == "amounts":
        of = [""]
    elif shape == "purposes":
        rows = [["支出方向", *rows[0]], *([None if at else one, *amounts[at]] for one in of for at in (0, 1))]
    else:
        rows = [["资金用途", "甲县", None, "乙区", None, "合计", None, "备注"], [None, *["分配资金", "使用资金"] * 3]]
        rows += [[one, 60, 60, 50, 45, 110, 105] for one in of]
    grid = grid_of([["转移支付绩效自评表（万元）"], *rows, *INDICATOR_ROWS])
    if shape == "below, merged":
        grid.merges += [(2, 1, 3, 1), *((2, at, 2, at + 1) for at in (2, 4, 6)), (2, 8, 3, 8)]
    (form,) = recognize(grid, "表")
    expected = [("甲县", "60", "60", ""), ("乙区", "50", "45", ""), ("合计", "110", "105", "合计")]
    assert allocated(form) == [(name, one, got, used, level) for name, got, used, level in expected for one in of]


@pytest.mark.parametrize("corner", ["地区", "指标/地区", "县（市、区）", None])
@pytest.mark.parametrize("merged", [True, False])
def test_regions_across_and_why_they_did_not_use_all(corner: str | None, merged: bool) -> None:
    rows: list[list[str | float | None]] = [
        [corner, "合计", "甲县", "乙区"], ["分配资金", 110, 60, 50], ["使用资金", 105, 60, 45], ["结余资金", 5, 0, 5],
        ["受益户数", 30, 20, 10], ["未使用原因", *(["尾款未到期", None, None] if merged else [None, None, "尾款未到期"])],
    ]  # fmt: skip
    grid = grid_of([["转移支付绩效自评表（万元）"], *INDICATOR_ROWS, ["各地区资金分配使用情况"], *rows])
    if merged:
        end = len(INDICATOR_ROWS) + 2 + len(rows)
        grid.merges.append((end, 2, end, 4))
    (form,) = recognize(grid, "表")
    assert len(form.entries.tables["indicators"]) == 3
    assert allocated(form) == [("合计", "", "110", "105", "合计"), ("甲县", "", "60", "60", ""), ("乙区", "", "50", "45", "")]
    found = [(row["households"].text, row["reason"].text) for row in form.entries.tables["allocations"]]
    assert found == [(count, "尾款未到期" if merged or count == "10" else "") for count in ("30", "20", "10")]


@pytest.mark.parametrize("corner", ["资金名称", "项目名称"])
def test_funds_down_and_regions_across_are_no_list_of_projects(corner: str) -> None:
    rows: list[list[str | float | None]] = [
        ["序号", corner, "合计", None, "甲县", None, "乙县", None], [None, None, *["下达", "支出"] * 3],
        [1, "义务教育", 90, 89, 50, 50, 40, 39], [2, "学生资助", 30, 29, 18, 18, 12, 11], ["合计", None, 120, 118, 68, 68, 52, 50],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["转移支付资金分县下达及支出情况表（万元）"], *rows]), "表")
    found = [one[:4] for one in allocated(form) if not one[4]]
    assert found == [("甲县", "义务教育", "50", "50"), ("甲县", "学生资助", "18", "18"), ("乙县", "义务教育", "40", "39"), ("乙县", "学生资助", "12", "11")]


@pytest.mark.parametrize("named", [True, False])
def test_the_reason_of_a_region_counts_for_all_its_purposes(named: bool) -> None:
    rows: list[list[str | float | None]] = [
        ["支出方向", "项目", "甲县", "乙区"], ["产业", "下达资金", 60, 50], [None, "实际支出", 60, 45],
        ["就业", "下达资金", 9, 8], [None, "实际支出", 9, 7], [None, "未执行原因", None, "据实结算"] if named else ["未执行原因", None, None, "据实结算"],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["转移支付绩效自评表（万元）"], *rows]), "表")
    found = [(row["region"].text, row["purpose"].text, row["reason"].text) for row in form.entries.tables["allocations"] if "reason" in row]
    expected = [("甲县", "产业", ""), ("甲县", "就业", ""), ("乙区", "产业", "据实结算"), ("乙区", "就业", "据实结算")]
    assert found == [one for one in expected if not named or one[1] == "就业"]


def test_subtotals_of_their_own_row_add_up_the_rows_above_them() -> None:
    rows: list[list[str | float | None]] = [
        ["乡镇", "项目名称", "下达资金", "支出"], ["甲镇", "水渠", 10, 10], ["甲镇", "村道", 20, 20], ["小计", None, 30, 30],
        ["乙乡", "大棚", 40, 40], ["小计", None, 40, 40], ["合计", None, 70, 70],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["转移支付项目资金表（万元）"], *rows]), "表")
    assert [(one[0], one[4]) for one in allocated(form) if one[4]] == [(name, "合计") for name in ("小计", "小计", "合计")]


@pytest.mark.parametrize(
    ("lines", "sums"),
    [
        ([["一、市辖区", 30], ["甲区", 10], ["乙区", 20], ["二、县", 50], ["丙县", 50], ["三、省直", 5], ["合计", 95]], "一、市辖区 二、县"),
        ([["A市", 30], ["甲区", 10], ["乙区", 20], ["B市", 50], ["丙县", 20], ["丁县", 30], ["省直", 5], ["合计", 85]], "A市 B市"),
        ([["A市", 30], ["甲区", 10], ["乙区", 20], ["合计", 60]], ""),
        ([["1.甲区", 10], ["2.乙区", 70], ["本级", 5], ["合计", 95]], ""),
        ([["一、市辖区", 30], ["甲区", 10], ["其中：乙镇", 20], ["合计", 30]], ""),
    ],
)  # fmt: skip
def test_sums_above_their_regions_are_told_by_figures_and_by_numbers(lines: list[list[Any]], sums: str) -> None:
    (form,) = recognize(grid_of([["资金分配表（万元）"], ["地区", "分配资金"], *lines]), "表")
    rows = [row["region"].text for row in form.entries.tables["allocations"] if "level" in row]
    assert rows == [*sums.split(), "合计"]


@pytest.mark.parametrize("number", [True, False])
def test_a_list_of_regions_that_goes_on_beside_itself(number: bool) -> None:
    heading, *halves = [["序号", "乡镇", "安排资金", "支出资金"], [1, "甲镇", 60, 60], [2, "乙镇", 50, 45]]
    right = [[3, "丙乡", 7, 7], [None, "合计", 117, 112]]
    first = 0 if number else 1
    rows = [[*left[first:], *beside[first:]] for left, beside in zip([heading, *halves], [heading, *right], strict=True)]
    (form,) = recognize(grid_of([["资金分配表（万元）"], *rows]), "表")
    expected = [("甲镇", "60", "60", ""), ("乙镇", "50", "45", ""), ("丙乡", "7", "7", ""), ("合计", "117", "112", "合计")]
    assert [(one[0], *one[2:]) for one in allocated(form)] == expected
    assert not form.ambiguities and not form.leftovers


def test_a_region_whose_sum_stands_above_its_purposes() -> None:
    lines: list[list[Any]] = [["甲县", "小计", 30], [None, "水渠", 10], [None, "村道", 20], ["乙县", "小计", 40], [None, "大棚", 40]]
    (form,) = recognize(grid_of([["资金分配表（万元）"], ["地区", "用途", "分配资金"], *lines, ["合计", None, 70]]), "表")
    assert [one[:2] for one in allocated(form) if not one[4]] == [("甲县", "水渠"), ("甲县", "村道"), ("乙县", "大棚")]


def test_what_was_due_by_a_standard_and_what_was_paid() -> None:
    heading: list[str | float | None] = ["乡镇", "补贴面积（亩）", "补贴标准（元/亩）", "应兑付金额（元）", "实际兑付金额（元）"]
    (form,) = recognize(grid_of([["补贴资金兑付表"], heading, ["甲镇", 120, 93, 11160, 11160]]), "表")
    assert allocated(form) == [("甲镇", "", "11160", "11160", "")]


def test_money_of_regions_under_headings_that_are_only_guessed() -> None:
    rows: list[list[str | float | None]] = [
        ["地区", "2022年预算资金（万元）", None, None, "执行资金（万元）"], [None, "中央", "省级", "小计"],
        ["甲县", 60, 40, 100, 95], ["乙县", 50, 40, 90, 90], ["全市合计", 110, 80, 190, 185],
    ]  # fmt: skip
    grid = grid_of([["转移支付绩效自评表"], *rows, *INDICATOR_ROWS])
    grid.merges += [(2, 1, 3, 1), (2, 2, 2, 4), (2, 5, 3, 5)]
    (form,) = recognize(grid, "表")
    assert [(name, got) for name, one, got, _, _ in allocated(form) if not one] == [("甲县", "100"), ("乙县", "90"), ("全市合计", "190")]
    assert [(name, used) for name, _, _, used, _ in allocated(form) if used] == [("甲县", "95"), ("乙县", "90"), ("全市合计", "185")]


def test_the_sum_of_what_came_in_several_batches_is_what_a_region_got() -> None:
    rows: list[list[str | float | None]] = [
        ["县区", "提前下达", "正式下达", "下达资金合计", "支出"], ["东县", 300, 200, 500, 480], ["西县", 250, 150, 400, 380], ["合计", 550, 350, 900, 860],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["转移支付资金下达和使用情况表（万元）"], *rows]), "表")
    sums = [(one[0], one[2], one[3]) for one in allocated(form) if not one[1]]
    assert sums == [("东县", "500", "480"), ("西县", "400", "380"), ("合计", "900", "860")]


@pytest.mark.parametrize(
    ("other", "across", "read"),
    [("上年结转", False, False), ("到位资金", False, False), ("结余资金", False, True), ("上年结转", True, False), ("结余资金", True, True)],
)
def test_a_rate_may_be_that_of_other_money(other: str, across: bool, read: bool) -> None:
    rows: list[list[str | float | None]] = [["县区", "下达资金", other, "支出", "执行率"], ["东县", 100, 20, 90, "75%"], ["西县", 80, 20, 50, "50%"]]
    rows = [list(row) for row in zip(*rows, strict=True)] if across else rows
    (form,) = recognize(grid_of([["转移支付资金情况表（万元）"], *rows]), "表")
    found = [row["claimed_rate"].text for row in form.entries.tables["allocations"] if "claimed_rate" in row]
    assert found == (["75%", "50%"] if read else [])


def test_a_heading_that_seems_to_be_that_of_reasons_is_beside_purposes_too() -> None:
    heads = ["资金合计", "预算数", "执行数", "中央资金", "预算数", "执行数", "地方资金", "预算数", "执行数"]
    rows: list[list[str | float | None]] = [
        ["县区", *(one for name in heads[::3] for one in (name, None)), "执行率偏低原因", "备注"], [None, *heads[1:3] * 3, None, None],
        ["东县", 700, 660, 500, 480, 200, 180, "配套未到位", None], ["西县", 500, 480, 400, 385, 100, 95, "配套未到位", None],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["转移支付资金情况表（万元）"], *rows]), "表")
    assert {row["reason"].text for row in form.entries.tables["allocations"]} == {"配套未到位"}


def test_what_was_left_over_and_this_years_money_together_are_what_a_region_had() -> None:
    rows: list[list[str | float | None]] = [["地区", "上年结转", "本年预算", "资金合计", "全年执行数"], ["甲县", 10, 90, 100, 95], ["乙县", 0, 80, 80, 80]]
    (form,) = recognize(grid_of([["转移支付绩效自评表（万元）"], *rows, *INDICATOR_ROWS]), "表")
    assert [one[2:4] for one in allocated(form)] == [("100", "95"), ("80", "80")]


@pytest.mark.parametrize(
    ("title", "heading", "first", "key"),
    [
        ("资金分配表（万元）", ["用途", "甲县", "乙县", "合计"], "造林", "allocated"),
        ("各地资金支出情况（万元）", ["支出方向", "甲镇", "乙乡", "资金总额"], "造林", "used"),
        ("资金分配表（万元）", ["用途", "甲县", "乙县", "合计"], "其中：造林", None),
        ("受益情况表（人）", ["用途", "甲县", "乙县", "合计"], "造林", None),
        ("资金分配表（万元）", ["用途", "第一批", "第二批", "合计"], "造林", None),
        ("资金分配表（万元）", ["用途", "甲县", "上级下达", "合计"], "造林", None),
    ],
)
def test_regions_have_columns(title: str, heading: list[str], first: str, key: str | None) -> None:
    lines: list[list[str | float | None]] = [[title], [*heading], [first, 60, 40, 100], ["管护", 50, 40, 90], ["合计", 110, 80, 190]]
    rows = [row for form in recognize(grid_of(lines), "表") for row in form.entries.tables.get("allocations", ())]
    found = [(row["region"].text, row["purpose"].text, row[key or ""].text) for row in rows if "level" not in row]
    cells = [(heading[1], (60, 50)), (heading[2], (40, 40))] if key else []
    assert found == [(region, what, str(one)) for region, money in cells for what, one in zip(("造林", "管护"), money, strict=True)]


@pytest.mark.parametrize(
    "rows",
    [
        [["地区", "低保", None, "特困"], [None, "分配", "使用", "分配", "使用", "使用"], ["甲县", 60, 60, 40, 30, 10], ["乙县", 50, 50, 40, 40, 0]],
        [["低保", None, "地区", "特困"], ["分配", "使用", None, "分配", "使用"], [60, 60, "甲县", 40, 30], [50, 50, "乙县", 40, 40]],
    ],
    ids=["使用 twice", "regions between"],
)
def test_purposes_of_another_order_are_left_over(rows: list[list[str | float | None]]) -> None:
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert "allocations" not in form.entries.tables
    assert {(3, column) for column, value in enumerate(rows[2], 1) if value} <= set(form.leftovers)


def test_regions_along_the_top_end_at_a_blank_row() -> None:
    rows: list[list[str | float | None]] = [["资金分配表（万元）"], ["用途", "甲县", "乙县"], ["造林", 60, 40], [], ["管护", 50, 40]]
    (form,) = recognize(grid_of(rows), "表")
    assert [one[:3] for one in allocated(form)] == [("甲县", "造林", "60"), ("乙县", "造林", "40")]


@pytest.mark.parametrize("shape", ["below", "both below", "batches below", "beside", "batches"])
@pytest.mark.parametrize("wrong", [False, True])
def test_what_came_from_several_sources_is_added_up_where_no_column_does(shape: str, wrong: bool) -> None:
    rows = [["甲县", 400, 100, 480, "96%"], ["乙县", 300, 100, 380, "95%"], ["合计", 700, 200, 860, "95.56%"]]
    heads: list[list[Any]] = [["地区", "下达资金", None, "支出资金", "执行率"], [None, "中央", "省级", None, None]]
    merges = [(2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 3, 4), (2, 5, 3, 5)]
    if shape == "both below":
        heads = [["地区", "下达资金", None, "支出资金", None, "执行率"], [None, *["中央", "省级"] * 2, None]]
        rows = [[*row[:3], row[3] - 100, 100, row[4]] for row in rows]  # type: ignore[operator]
        merges = [(2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 2, 5), (2, 6, 3, 6)]
    elif shape == "batches below":
        heads[1][1:3] = ["提前下达", "正式下达"]
    elif shape in ("beside", "batches"):
        names = ["其中：中央补助", "省级补助"] if shape == "beside" else ["提前下达", "第二批"]
        heads, merges = [["地区", *names, "支出资金", "执行率"]], []
        rows = [[*row[:3], row[3] if not wrong else 99, row[4]] for row in rows]
    grid = grid_of([["分县资金情况表（万元）"], *heads, *rows])
    grid.merges += merges
    (form,) = recognize(grid, "表")
    told = shape not in ("beside", "batches") or not wrong
    found = [(row["region"].text, row.get("allocated", EMPTY).value) for row in form.entries.tables["allocations"]]
    assert found[:3] == ([("甲县", 400), ("甲县", 100), ("甲县", 500)] if told else [(name, None) for name in ("甲县", "乙县", "合计")])
    whole = next((row for row in form.entries.tables["allocations"] if row["region"].text == "甲县" and "level" in row), {})
    assert not told or whole["allocated"].place is None, "no cell has the sum, and none is to be filled with it"


@pytest.mark.parametrize("total", [None, "全市", "合计"])
@pytest.mark.parametrize("own", [True, False])
def test_the_money_of_a_form_that_gives_it_by_regions_alone(total: str | None, own: bool) -> None:
    rows: list[list[str | float | None]] = [["资金（万元）", total, "甲县", "乙县"], ["全年预算数", 640, 380, 260], ["全年执行数", 627, 372, 255]]
    if total is None:
        rows = [[row[0], *row[2:]] for row in rows]
    if own:
        rows += [[None], ["资金情况", "全年预算数", "全年执行数"], ["年度资金总额", 700, 650]]
    (form,) = recognize(grid_of([["转移支付绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    money = [form.entries.fields[key].text for key in ("funds_adjusted", "funds_executed") if key in form.entries.fields]
    assert money == (["700", "650"] if own else ["640", "627"] if total else [])
    told = [one.readings for one in form.ambiguities]
    assert told == ([] if own or total else [(ONE_OF_REGIONS, "甲县", "乙县")])
    assert [row["region"].text for row in form.entries.tables["allocations"] if "level" in row] == ([total] if total else [])


def test_a_source_of_money_called_as_regions_are_is_none() -> None:
    rows: list[list[str | float | None]] = [
        ["资金情况（万元）", "预算数", None, None, "执行数", None, None, "执行率"], [None, *["合计", "中央", "市县"] * 2, None],
        ["年度资金总额", 1500, 1000, 500, 1425, 980, 445, "95%"],
    ]  # fmt: skip
    grid = grid_of([["转移支付绩效自评表"], *rows, *INDICATOR_ROWS])
    grid.merges += [(2, 1, 3, 1), (2, 2, 2, 4), (2, 5, 2, 7), (2, 8, 3, 8)]
    (form,) = recognize(grid, "表")
    assert "allocations" not in form.entries.tables
    assert [form.entries.fields[key].text for key in ("funds_adjusted", "funds_executed")] == ["1500", "1425"]


@pytest.mark.parametrize("due", [("应发放", "实际发放"), ("应拨资金", "实拨资金"), ("应补", "实补")])
def test_schools_and_what_is_due_to_them(due: tuple[str, str]) -> None:
    heads = [["学校", due[0], None, due[1], None], [None, "人数", "金额", "人数", "金额"]]
    grid = grid_of([*heads, ["一中", 50, 16, 49, 15.8], ["二中", 40, 14, 40, 14], ["合计", 90, 30, 89, 29.8], *INDICATOR_ROWS])
    grid.merges += [(1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5)]
    (form,) = recognize(grid, "表")
    found = [(row["region"].text, row["allocated"].text, row["used"].text) for row in form.entries.tables["allocations"]]
    assert found == [("一中", "16", "15.8"), ("二中", "14", "14"), ("合计", "30", "29.8")]


def test_purposes_behind_the_word_for_the_money_with_regions_across() -> None:
    rows: list[list[str | float | None]] = [
        [None, None, "全省合计", "甲市", "乙市", "得分"],
        ["预算数", "年度资金总额", 40, 25, 15], [None, "其中：中央补助", 30, 20, 10], [None, "地方资金", 10, 5, 5],
        ["执行数", "年度资金总额", 38, 24, 14], [None, "其中：中央补助", 29, 20, 9], [None, "地方资金", 9, 4, 5],
        ["执行率", "年度资金总额", "95%", "96%", "93.33%", 9.5],
    ]  # fmt: skip
    grid = grid_of([*rows, *INDICATOR_ROWS])
    grid.merges += [(2, 1, 4, 1), (5, 1, 7, 1)]
    (form,) = recognize(grid, "表")
    assert [form.entries.fields[key].text for key in ("funds_adjusted", "funds_executed", "budget_claimed_rate", "budget_claimed_score")] == [
        "40", "38", "95%", "9.5",
    ]  # fmt: skip
    keys = ("region", "purpose", "allocated", "used")
    lines = [[row.get(key, EMPTY).text for key in keys] for row in form.entries.tables["allocations"] if "level" not in row]
    assert lines == [
        ["甲市", "中央补助", "20", "20"], ["甲市", "地方资金", "5", "4"], ["乙市", "中央补助", "10", "9"], ["乙市", "地方资金", "5", "5"],
    ]  # fmt: skip


def test_a_share_of_one_level_is_not_all_that_was_allocated() -> None:
    rows: list[list[str | float | None]] = [["地区", "上年结余", "中央下达", "地方配套", "支出数"], ["甲县", 10, 200, 50, 250], ["乙县", 20, 300, 80, 390]]
    (form,) = recognize(grid_of([["资金情况（万元）"], *rows, *INDICATOR_ROWS]), "表")
    assert ["allocated" in row for row in form.entries.tables["allocations"]] == [False, False]


@pytest.mark.parametrize(("rates", "kept"), [(("98%", "90%", "100%"), True), (("99%", "90%", "101%"), False)])
def test_rates_beside_what_was_left_over_are_checked_where_they_are_of_the_sum(rates: tuple[str, ...], kept: bool) -> None:
    heads: list[str | float | None] = ["市州", "上年结转", "本年下达", "可用资金合计", "实际支出", "支出率"]
    money = [["甲市", 20, 480, 500, 490], ["乙州", 0, 200, 200, 190], ["丙州", 30, 270, 300, 300]]
    (form,) = recognize(grid_of([heads, *([*line, rate] for line, rate in zip(money, rates, strict=True)), *INDICATOR_ROWS]), "表")
    assert ["claimed_rate" in row for row in form.entries.tables["allocations"]] == [kept] * 3


@pytest.mark.parametrize(
    ("rates", "sums", "read"), [(("97%", "97%"), (100, 75), True), ((None, None), (100, 75), True), ((None, None), (90, 70), False)]
)
def test_a_sum_beside_what_was_spent_is_what_was_allocated(rates: tuple[str | None, ...], sums: tuple[float, ...], read: bool) -> None:
    heads: list[str | float | None] = ["市县", "资金文号", "中央资金", "省级资金", "合计", "支出", "支出进度"]
    money = [["甲市", "1号", 80, 20, sums[0], 97, rates[0]], ["乙县", "2号", 60, 15, sums[1], 72.75, rates[1]]]
    (form,) = recognize(grid_of([heads, *money, *INDICATOR_ROWS]), "表")
    rows = [row for row in form.entries.tables["allocations"] if row.get("purpose", EMPTY).blank]
    assert [row["allocated"].value for row in rows if "allocated" in row] == (list(sums) if read else [])


CITIES: list[list[str | float | None]] = [["市", "县（市、区）", "分配资金", "使用资金"]]


@pytest.mark.parametrize("sums", [["甲市", None], ["甲市", "小计"]])
def test_of_two_columns_of_regions_the_counties_lie_in_the_cities(sums: list[str | float | None]) -> None:
    counties: list[list[str | float | None]] = [[None, "A县", 60, 59], [None, "市本级", 40, 40], ["乙市", "市本级", 50, 50]]
    (form,) = recognize(grid_of([*CITIES, [*sums, 100, 99], *counties, ["合计", None, 150, 149], *INDICATOR_ROWS]), "表")
    found = [(row["region"].text, row["allocated"].value, "level" in row) for row in form.entries.tables["allocations"]]
    assert found == [("甲市", 100, True), ("甲市A县", 60, False), ("甲市市本级", 40, False), ("乙市市本级", 50, False), ("", 150, True)]


@pytest.mark.parametrize(("total", "own"), [(200, True), (100, False), (210, False)])
def test_a_city_above_its_counties_has_money_of_its_own_where_the_total_says_so(total: float, own: bool) -> None:
    rows: list[list[str | float | None]] = [["甲市", None, 100, 100], [None, "A县", 60, 60], [None, "B县", 40, 40]]
    (form,) = recognize(grid_of([*CITIES, *rows, ["合计", None, total, total], *INDICATOR_ROWS]), "表")
    assert ["level" in row for row in form.entries.tables["allocations"]] == [not own, False, False, True]


def test_two_columns_of_regions_that_are_both_known() -> None:
    rows: list[list[str | float | None]] = [["县区", "学校名称", "下达资金", "使用资金"], ["甲区", "一中", 6, 6], ["乙县", "一中", 4, 4]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [row["region"].text for row in form.entries.tables["allocations"]] == ["甲区一中", "乙县一中"]
    assert all(one.text != "学校名称" for one in form.ambiguities), "neither of the headings is a doubt"


def test_what_was_allocated_is_the_budget_after_the_change() -> None:
    rows: list[list[str | float | None]] = [["地区", "年初预算", "调整预算", "支出数"], ["甲县", 60, 66, 65], ["乙县", 40, 44, 44]]
    (form,) = recognize(grid_of([["资金情况（万元）"], *rows, *INDICATOR_ROWS]), "表")
    assert [row["allocated"].value for row in form.entries.tables["allocations"]] == [66, 44]
    assert all(one.text != "年初预算" for one in form.ambiguities)


def test_a_label_beside_the_table_takes_no_column_from_the_sums_of_its_purposes() -> None:
    heads: list[list[str | float | None]] = [
        ["资金使用", "地区", "分配数", None, None, "使用数"], [None, None, *["小计", "研发", "平台"] * 2]
    ]  # fmt: skip
    rows: list[list[str | float | None]] = [[None, "甲市", 90, 50, 40, 88, 49, 39], [None, "乙市", 60, 40, 20, 59, 39, 20]]
    grid = grid_of([*heads, *rows, [None, "合计", 150, 90, 60, 147, 88, 59], *INDICATOR_ROWS])
    grid.merges += [(1, 1, 5, 1), (1, 2, 2, 2), (1, 3, 1, 5), (1, 6, 1, 8)]
    (form,) = recognize(grid, "表")
    found = [(row["purpose"].text, row["used"].value) for row in form.entries.tables["allocations"] if "level" not in row]
    assert found == [("研发", 49), ("平台", 39), ("研发", 39), ("平台", 20)]


def test_points_behind_the_money_of_all_regions_are_those_of_the_execution() -> None:
    rows: list[list[str | float | None]] = [
        ["地区", "任务名称", "计划资金", "完成资金", "分值", "得分"], ["甲县", "轮作", 60, 57, None, None], ["合计", None, 60, 57, 10, 9.5]
    ]  # fmt: skip
    goals: list[list[str | float | None]] = [["年度目标", "推广轮作制度", None, None, "已推广轮作制度"]]
    (form,) = recognize(grid_of([*rows, *goals, *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    assert [fields[key].value for key in ("budget_weight", "budget_claimed_score")] == [10, Decimal("9.5")]
    assert form.entries.tables["allocations"][0]["purpose"].text == "轮作"
    assert fields["goal_expected"].text == "推广轮作制度", "and the row below the table is none of it"
    assert (4, 5) not in form.used or form.used[4, 5] != "allocations.claimed_score"


def test_amounts_below_each_region_are_no_budget_of_the_tasks_beside_them() -> None:
    heads: list[list[Any]] = [["序号", "项目", "甲县", None, "乙县", None], [None, None, *["下达资金", "使用资金"] * 2]]
    grid = grid_of([["分县资金情况表（万元）"], *heads, [1, "道路", 10, 9, 20, 19], [2, "桥梁", 5, 5, 6, 6]])
    grid.merges += [(2, 3, 2, 4), (2, 5, 2, 6)]
    (form,) = recognize(grid, "表")
    assert form.entries.tables.keys() == {"allocations"}
    assert [one[:3] for one in allocated(form)] == [("甲县", "道路", "10"), ("甲县", "桥梁", "5"), ("乙县", "道路", "20"), ("乙县", "桥梁", "6")]


def test_the_points_of_the_execution_below_the_regions_are_no_region() -> None:
    rows: list[list[str | float | None]] = [["地区", "下达资金", "支出金额"], ["甲县", 100, 98], ["合计", 100, 98], ["预算执行率得分", "分值", 10, "得分", 9.8]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert len(form.entries.tables["allocations"]) == 2
    assert [form.entries.fields[f"budget_{key}"].text for key in ("weight", "claimed_score")] == ["10", "9.8"]
