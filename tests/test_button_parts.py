"""The parts of a click that need no Excel: what a cell is given, and what is kept for undoing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from selfeval_xl.excel import journal, marks
from selfeval_xl.excel.blocks import blocks, typed
from selfeval_xl.workbook.edits import Formula, Value
from selfeval_xl.workbook.links import calls, linked_files, may_reach_out, starts_program


@pytest.mark.parametrize(
    ("content", "given"),
    [
        (Value("未完成"), "未完成"),
        (Value("86.85%"), "'86.85%"),
        (Value("2024-12-31"), "'2024-12-31"),
        (Value("1月"), "'1月"),
        (Value("=1+1"), "'=1+1"),
        (Value("-"), "'-"),
        (Value("true"), "'true"),
        (Value("'引号"), "''引号"),
        (Value("#N/A"), "#N/A"),
        (Value("第 3 条很长的说明，" * 9), "第 3 条很长的说明，" * 9),
        (Value(Decimal("8.70")), 8.7),
        (Value(3), 3.0),
        (Value(True), True),
        (Value(None), ""),
        (Formula("SUM(A1:A2)", Decimal(3)), "=SUM(A1:A2)"),
        (Formula("=A1"), "=A1"),
    ],
)
def test_what_a_cell_is_given(content: Value | Formula, given: object) -> None:
    assert typed(content) == given


def test_cells_go_out_as_rectangles() -> None:
    cells = {(row, column): Value(row * 10 + column) for row in (1, 2, 4) for column in (1, 2, 5)}
    assert sorted(blocks(cells)) == [
        (1, 1, [[11, 12], [21, 22]]), (1, 5, [[15], [25]]), (4, 1, [[41, 42]]), (4, 5, [[45]]),
    ]  # fmt: skip
    assert len(list(blocks(cells, single=True))) == 9
    assert list(blocks({})) == []


def test_the_journal_brings_back_what_it_was_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    state = journal.State(
        {"A1": Value("文字"), "A2": Value(Decimal("0.1")), "A3": Formula("=A1"), "A4": Value(None), "A5": Value(True)},
        ((3, 5, 18.75),), {"B2": "批注"}, {"error": ("C1", "C2")},
    )  # fmt: skip
    entry = journal.Journal(
        "C:\\表\\a=b.xlsx",
        {"自评表": journal.SheetChange(state, {"A1": Value(1)})},
        (journal.Growth("x", 4, 2),),
        journal.PageChange("校验结果", {"A1": Value("旧")}, {"A1": Value("新")}),
    )
    journal.save(entry)
    assert journal.load(entry.workbook) == entry
    assert journal.load("C:\\表\\c.xlsx") is None
    added = journal.Journal("C:\\表\\附件.xlsx", page=journal.PageChange("校验结果", None, {"A1": Value("新")}))
    journal.save(added)
    assert journal.load(added.workbook) == added
    journal.forget(added.workbook)
    next(tmp_path.rglob("*.json")).write_text("{", encoding="utf-8")
    assert journal.load(entry.workbook) is None
    journal.forget(entry.workbook)
    assert not list(tmp_path.rglob("*.json"))


def test_colours_are_the_same_in_files_and_in_excel() -> None:
    from selfeval_xl.workbook.writing.styles import COLORS

    in_excel = {severity: [color.removeprefix("#") for color in pair] for severity, pair in marks.COLORS.items()}
    in_files = {severity: [color[2:] for color in pair] for severity, pair in COLORS.items()}
    assert in_files["error"] == ["9C0006", "FFC7CE"]
    assert in_excel == in_files


def test_links_are_told_by_the_names_of_their_files() -> None:
    in_file = ("去年.xlsx", "file:///D:\\数据\\%E5%8E%BB%E5%B9%B4.xlsx", "/x/b=1%20c.xlsx", "https://a.cn/表/d.xlsx")
    in_excel = ("D:\\数据\\去年.xlsx", "C:\\x\\b=1 c.xlsx", "https://a.cn/表/d.xlsx")
    assert linked_files(in_file) == linked_files(in_excel) == ("b=1 c.xlsx", "d.xlsx", "去年.xlsx")


@pytest.mark.parametrize(
    ("formula", "does"),
    [
        ("cmd|'/c calc'!A1", True),
        ("=cmd|'/c calc'!A1", True),
        ("+MSEXCEL|'\\..\\x.exe'!''", True),
        ('=DDE("cmd","/c calc","x")', True),
        ('=1+_xlfn.dde ("cmd";"/c calc";"x")', True),
        ("=CALL(A1)", True),
        ('="a\n"&cmd|\'/c calc\'!A1&"b"', True),
        ("=2+5+cmd|' /C calc'!A0", True),
        ("=SUM('c m d'|'t'!x,1)", True),
        ("='a|b'!A1+A2", False),
        ('=IF(A1="a|b!",1,2)', False),
        ('=A1&"DDE(x)"', False),
        ("=ADDE(1)+EXECUTED+CALLS(2)", False),
        ("=A1&B1", False),
    ],
)
def test_a_formula_that_starts_a_program(formula: str, does: bool) -> None:
    assert starts_program(formula) is does
    assert may_reach_out(formula) >= does


def test_a_formula_that_excel_has_saved_calls_a_link_by_its_number() -> None:
    assert calls("=[2]!'!A1'+1", {2}) and calls("IF(A1,[12]!x)", {2, 12})
    assert not calls('=[1]Sheet1!A1&"[2]!x"', {2}) and not calls("表1[2]", {1})
