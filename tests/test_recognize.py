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

from selfeval_xl.read import read
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.recognize import recognize
from selfeval_xl.workbook.recognize.unstored import with_results

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
