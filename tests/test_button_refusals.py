"""Workbooks that a click can't work on: each ends in a clear message, and is as it was."""

from __future__ import annotations

import sys
from pathlib import Path

import libreoffice.com
import pytest
import xlsxwriter
from desk import PROJECT, Desk, filled, refused, state_of, unprotected

from selfeval_xl import excel
from selfeval_xl.read import Workbook, ours_in

pytest_plugins = "desk"


def test_another_password(desk: Desk, tmp_path: Path) -> None:
    book = desk.open(filled(PROJECT, tmp_path / "自评表.xlsx"))
    unprotected(book).page.protect("别的密码")
    told = refused(desk, book)
    assert "工作表“自评表”设了别的保护密码" in told and "selfeval" in told
    assert book.sheets("自评表").api.ProtectContents


def test_unknown_rule_set(desk: Desk, tmp_path: Path) -> None:
    book = desk.open(filled(PROJECT, tmp_path / "自评表.xlsx"))
    spot = ours_in(Workbook(tmp_path / "自评表.xlsx")).layout.fields["rules"]  # type: ignore[union-attr]
    unprotected(book, spot.sheet).range((spot.row, spot.column)).formula = "不存在的规则"
    told = refused(desk, book)
    assert "不存在的规则" in told
    assert book.sheets("校验结果").range("A2").raw_value == told


def test_read_only(desk: Desk, tmp_path: Path) -> None:
    path = filled(PROJECT, tmp_path / "自评表.xlsx")
    book = desk.app.books.open(str(path), read_only=True)
    assert "只读" in refused(desk, book)


def test_open_twice(desk: Desk, tmp_path: Path) -> None:
    """The second Excel gets it read-only, and its own click must not reach the first one's."""
    path = filled(PROJECT, tmp_path / "自评表.xlsx")
    first = desk.open(path)
    second = desk.app.books.open(str(path), read_only=True)
    desk.app.opened[:] = [second]
    before = state_of(first)
    (told,) = desk.press("recalculate", path.name)
    assert "已在别处打开" in told and state_of(first) == before
    desk.app.opened[:] = [first, second]


def test_a_cell_is_being_edited(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = desk.open(filled(PROJECT, tmp_path / "自评表.xlsx"))

    def rejected(_: object) -> bool:
        raise libreoffice.com.Error(-2147418111, "Call was rejected by callee.")

    monkeypatch.setattr(libreoffice.com.BookApi, "ReadOnly", property(rejected))
    assert "正在编辑" in refused(desk, book)


def test_no_workbook_of_ours(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "账.xlsx"
    with xlsxwriter.Workbook(path) as new:
        new.add_worksheet("收支").write("A1", "摘要")
    book = desk.open(path)
    assert "不是本工具生成的工作簿" in refused(desk, book)
    assert "没有找到自评表" in refused(desk, book, "check")


def test_nothing_is_open(
    app: libreoffice.App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["-c", "--wb=没有.xlsx", "--from_xl=1"])
    with pytest.raises(SystemExit) as stop:
        excel.recalculate()
    assert stop.value.code == 2  # the macro then tells what to do
    assert "没有找到要处理的工作簿" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["2024 年 自评（定稿）.xlsx", "a=b.xlsx"])
def test_names_of_files(name: str, desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "王 科长=的 文件"
    folder.mkdir()
    path = filled(PROJECT, folder / name)
    book = desk.open(path)
    told = book.sheets("校验结果").range("A2")
    before = told.raw_value
    assert desk.press("recalculate", name) == []
    assert told.raw_value != before


def test_our_names_are_damaged(desk: Desk, tmp_path: Path) -> None:
    """Without the place of the indicators nothing can be recalculated; that is not the same as a stranger's workbook."""
    book = desk.open(filled(PROJECT, tmp_path / "自评表.xlsx"))
    names = book.document.NamedRanges
    for name in names.ElementNames:
        if name.startswith("se.indicators."):
            names.getByName(name).setContent("#REF!.$A$1")
    assert "定义名称已损坏" in refused(desk, book)


def test_a_workbook_in_the_cloud(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its full name is an address: it can be worked on, and has no file to make a package from."""
    book = desk.open(filled(PROJECT, tmp_path / "自评表.xlsx"))
    address = property(lambda _: "https://d.docs.live.net/0123456789abcdef/自评表.xlsx")
    monkeypatch.setattr(libreoffice.com.BookApi, "FullName", address)
    assert "放在云端（d.docs.live.net）" in refused(desk, book, "submit")
    assert desk.press("recalculate", book.name) == []
    assert desk.press("undo", book.name) == ["已恢复到上次点按钮之前。"]


def test_a_failure_is_told_where_python_has_no_console(app: libreoffice.App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["-c"])
    monkeypatch.setattr(sys, "stderr", None)
    with pytest.raises(SystemExit) as stop:
        excel.recalculate()
    assert stop.value.code == 2
