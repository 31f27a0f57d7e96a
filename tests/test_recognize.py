"""Official forms are recognized by their labels, wherever these stand; the corpus in tests/forms holds the layouts."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import form_corpus
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recognizing import INDICATOR_ROWS, forms, grid_of, grids, shown

from selfeval_xl.model import Place
from selfeval_xl.read import read
from selfeval_xl.read.pages import in_one, in_pages, recognized_on
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.recognize import recognize
from selfeval_xl.workbook.recognize.cells.unstored import with_results

CORPUS = form_corpus.cases()


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_corpus(path: Path, tmp_path: Path) -> None:
    expected = form_corpus.load(path).forms
    found = [shown(form) for form in forms(path.stem, tmp_path)]
    assert [form["sheet"] for form in found] == [form.sheet for form in expected]
    for have, want in zip(found, expected, strict=True):
        assert have["fields"] == want.fields
        rows = {name: [{k: v for k, v in row.items() if v} for row in rows] for name, rows in want.tables.items()}
        assert have["tables"] == rows


def test_sheets_that_go_on_below_the_same_heading_are_pages_of_one_form(tmp_path: Path) -> None:
    (evaluation,) = read(form_corpus.built("pages-on-sheets", tmp_path))
    assert [row.level1.text for row in evaluation.indicators] == ["产出指标"] * 3 + ["效益指标"] * 2 + ["满意度指标"]
    assert evaluation.claimed_total.value == Decimal("99.75")


def test_sheets_of_a_print_go_on_without_the_heading() -> None:
    (heading, first, second, third), total = INDICATOR_ROWS, ["总分", None, None, None, None, 90, 88.42]
    heads = [["项目支出绩效自评表"], [*heading[:3], "指标情况", None, "评分情况"], [None, None, None, *heading[3:]], first]
    sheets = [heads, [second, third], [total, ["注：按比例计分"]]]
    opening, *others = (grid_of(rows) for rows in sheets)
    opening.merges += [(2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 3, 3), (2, 4, 2, 5), (2, 6, 2, 8)]
    ((whole, *pages),) = in_pages(recognized_on([("表1", opening), ("表2", others[0]), ("表3", others[1])]))
    form = in_one((whole, *pages))
    found = [(row["level1"].text, row["name"].text, row["name"].place) for row in form.entries.tables["indicators"]]
    cells = [Place("表1", "C4"), Place("表2", "C1"), Place("表2", "C2")]
    assert found == [("产出指标", "培训人数", cells[0]), ("产出指标", "合格率", cells[1]), ("满意度指标", "学员满意度", cells[2])]
    assert form.entries.fields["claimed_total"].place == Place("表3", "G1")


def test_sheets_of_a_print_go_on_where_there_are_no_points() -> None:
    heading, *rows = ([*row[:5], row[7]] for row in INDICATOR_ROWS)
    sheets = [("表1", grid_of([["转移支付区域绩效自评表"], heading, *rows[:2]])), ("表2", grid_of(rows[2:]))]
    ((first, second),) = in_pages(recognized_on(sheets))
    assert [row["name"].text for row in in_one((first, second)).entries.tables["indicators"]] == ["培训人数", "合格率", "学员满意度"]
    assert len(recognized_on([sheets[0], ("表2", grid_of([row[:4] for row in rows]))])) == 1  # a catalogue of targets


@pytest.mark.parametrize(("first", "points", "pages"), [("党建引领", 40, 2), (None, 40, 2), ("产出指标", 30, 2), ("党建引领", 30, 1)])
def test_a_page_whose_levels_nobody_knows_goes_on_where_all_points_are_full_marks_with_it(
    first: str | None, points: int, pages: int
) -> None:
    page: list[list[str | float | None]] = [[first, None, "走访户数", "≥10户", "11户", points, 30], [None, None, "满意度", "≥90%", "92%", 10, 10]]
    found = recognized_on([("表1", grid_of([["项目支出绩效自评表"], *INDICATOR_ROWS[:2]])), ("表2", grid_of(page))])
    assert len(found) == pages


@pytest.mark.parametrize(
    "rows",
    [
        [["产出指标", "数量指标", "培训人数", "≥10人", "参照上年"], ["产出指标", "质量指标", "合格率", "≥95%", "参照上年"]],  # of a catalogue
        [["3月1日", "付", "教材款", "25册", "新华书店", 1250, 1250], ["3月2日", "付", "场地费", "1天", "会议中心", 800, 800]],
        [["日期", "凭证", "摘要", "数量", "对方", "金额", "余额"], ["3月2日", "付", "数量指标", "1天", "会议中心", 800, 800]],
    ],
)  # fmt: skip
def test_other_sheets_do_not_go_on_with_a_form(rows: list[list[str | float | None]]) -> None:
    (form,) = recognized_on([("表1", grid_of([["项目支出绩效自评表"], *INDICATOR_ROWS])), ("表2", grid_of(rows))])
    assert form.sheet == "表1" and len(form.entries.tables["indicators"]) == 3


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_cell_is_used_or_left_over(path: Path, tmp_path: Path) -> None:
    for grid in grids(path.stem, tmp_path):
        found = recognize(grid, grid.sheet)
        if found:
            accounted = [at for form in found for at in (*form.used, *form.leftovers)]
            accounted = sorted({*accounted} if len(found) > 1 else accounted)  # forms may share a heading
            assert accounted == sorted(at for at, cell in grid.cells.items() if cell.text.strip() or cell.formula)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_offset_changes_nothing(path: Path, tmp_path: Path) -> None:
    down, right = 7, 3
    for grid in map(with_results, grids(path.stem, tmp_path)):
        shifted = Grid(grid.sheet, {(row + down, column + right): cell for (row, column), cell in grid.cells.items()})
        shifted.merges = [(top + down, left + right, bottom + down, end + right) for top, left, bottom, end in grid.merges]
        moved, stayed = (
            [(shown(form)["tables"], {key: one.text for key, one in form.entries.fields.items()}) for form in recognize(each, grid.sheet)]
            for each in (shifted, grid)
        )
        assert moved == stayed


WORDS = st.sampled_from(
    ["项目名称", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "产出指标", "总分", "全年预算数", "全年执行数",
     "执行率", "资金总额", "其中：财政拨款", "年度总体目标", "预期目标", "实际完成情况", "地区", "分配资金", "存在问题", "单位：万元", "优", "10", "95%",
     "≥10个", "项目支出绩效自评表", "2023年度", "指标1：", "合计", "调整"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.one_of(st.none(), WORDS, st.integers(0, 100)), min_size=1, max_size=7), max_size=12), st.data())
def test_any_sheet_is_read_without_an_error(rows: list[list[str | float | None]], data: st.DataObject) -> None:
    grid = grid_of(rows)
    for _ in range(data.draw(st.integers(0, 4))):
        top, left = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 7))
        grid.merges.append((top, left, top + data.draw(st.integers(0, 4)), left + data.draw(st.integers(0, 4))))
    found = recognize(grid, "表")
    accounted = [at for form in found for at in (*form.used, *form.leftovers)]
    assert len(accounted) == len(set(accounted))


def test_a_row_of_many_columns_takes_no_endless_time() -> None:
    wide: list[str | float | None] = [None, "项目"] * 1000
    started = time.process_time()
    recognize(grid_of([*INDICATOR_ROWS, wide]), "表")
    assert time.process_time() - started < 20, "it took minutes"
