"""【检查】 on official forms of others: the findings come on a sheet of our own, which can be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import libreoffice.com
import libreoffice.ranges
import pytest
from desk import Desk, contents, official, refused, state_of
from test_nameless import without

from selfeval_xl.examine import examine
from selfeval_xl.fill import fill
from selfeval_xl.shipped import shipped

pytest_plugins = "desk"


def test_checks_an_official_form(desk: Desk, tmp_path: Path) -> None:
    path = official(tmp_path / "附件.xlsx")
    book = desk.open(path)
    before = state_of(book)
    for _ in range(2):  # the second click puts its sheet in place of the first one's
        (told,) = desk.press("check", path.name)
        assert "检查完成，共 " in told
        after = state_of(book)
        assert list(after) == ["附件1", "校验结果"] and after["附件1"] == before["附件1"]
    live = desk.saved(book, tmp_path / "live.xlsx")
    found = {finding.id for one in examine(path) for finding in one.findings}
    listed = {value for (sheet, cell), (_, value) in contents(live).items() if sheet == "校验结果" and cell[0] == "I"}
    assert listed - {"编号"} == found and "score.mismatch" in found


def test_a_workbook_of_ours_without_its_names_is_no_official_form(desk: Desk, tmp_path: Path) -> None:
    fill(next(shipped("samples").glob("project-*.yaml")), tmp_path / "p.xlsx")
    book = desk.open(without(tmp_path / "p.xlsx"))
    before = state_of(book)
    (told,) = desk.press("check", book.name)
    assert "名称全丢了" in told and "selfeval-xl score" in told and state_of(book) == before


def test_undo_takes_the_sheet_away_again(desk: Desk, tmp_path: Path) -> None:
    book = desk.open(official(tmp_path / "附件.xlsx"))
    before = state_of(book)
    desk.press("check", book.name)
    assert list(state_of(book)) == ["附件1", "校验结果"]
    assert desk.press("undo", book.name) == ["已恢复到上次点按钮之前。"]
    assert state_of(book) == before
    assert desk.press("undo", book.name)[0].startswith("没有可以撤销的操作")


def test_undo_brings_back_the_sheet_of_the_click_before(desk: Desk, tmp_path: Path) -> None:
    book = desk.open(official(tmp_path / "附件.xlsx"))
    desk.press("check", book.name)
    page = book.sheets("校验结果")
    page.range("J4").formula = "已请甲科核实"  # one's own remark beside a finding
    page.name = "问题清单"
    before, looks = state_of(book), grounds(page)
    book.sheets("附件1").range("H4").formula = "9.5"
    desk.press("check", book.name)
    after = state_of(book)
    assert list(after) == list(before) and after["问题清单"] != before["问题清单"]
    book.sheets("附件1").range("H4").formula = "8"
    assert desk.press("undo", book.name) == ["已恢复到上次点按钮之前。"]
    assert state_of(book) == before and grounds(page) == looks


def test_undo_refuses_after_the_sheet_was_changed(desk: Desk, tmp_path: Path) -> None:
    book = desk.open(official(tmp_path / "附件.xlsx"))
    desk.press("check", book.name)
    book.sheets("校验结果").range("D4").formula = "我改过这里"
    before = state_of(book)
    (told,) = desk.press("undo", book.name)
    assert "不能撤销" in told and "校验结果" in told and state_of(book) == before


def grounds(sheet: Any) -> list[Any]:
    return [[sheet.range((row, column)).color for column in range(1, 10)] for row in range(1, 12)]


def test_a_failure_halfway_leaves_no_sheet_behind(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = desk.open(official(tmp_path / "附件.xlsx"))
    before = state_of(book)
    for clicks in range(2):  # the second one fails on the sheet of the first
        with monkeypatch.context() as patch:
            patch.setattr(libreoffice.ranges.Range, "wrap_text", property(None, failing))
            (told,) = desk.press("check", book.name)
        assert "工作簿已恢复原样" in told
        if clicks == 0:
            assert state_of(book) == before
            desk.press("check", book.name)
            before = state_of(book)
    assert {name: each["values"] for name, each in state_of(book).items()} == {
        name: each["values"] for name, each in before.items()
    }


def failing(_: object, __: object) -> None:
    raise libreoffice.com.Error(-2146827284, "no")


def test_a_workbook_that_takes_no_new_sheet(desk: Desk, tmp_path: Path) -> None:
    book = desk.open(official(tmp_path / "附件.xlsx"))
    start = state_of(book)
    book.document.protect("")
    assert "保护了工作簿的结构" in refused(desk, book, "check")
    book.document.unprotect("")
    desk.press("check", book.name)
    book.document.protect("")
    assert "保护了工作簿的结构" in refused(desk, book, "undo")
    book.document.unprotect("")
    assert desk.press("undo", book.name) == ["已恢复到上次点按钮之前。"] and state_of(book) == start
