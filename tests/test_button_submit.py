"""【生成报送件】: the package of ``selfeval-xl submit``, from a workbook that stays open and as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from desk import Desk, contents, official, state_of, unprotected
from sealing import CLEAN, filled_bytes

from selfeval_xl.examine import examine
from selfeval_xl.fill import fill
from selfeval_xl.forms import template_file
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.seal import verify
from selfeval_xl.submit import submit

pytest_plugins = "desk"
pytestmark = pytest.mark.usefixtures("no_office")  # the one LibreOffice here plays Excel

WRONG = CLEAN.replace("claimed_total: 99.5", "claimed_total: 120").replace("weight: 30, claimed", "weight: 3, claimed")


def opened(desk: Desk, path: Path, data: str) -> Any:
    path.write_bytes(filled_bytes(data))
    return desk.open(path)


def test_makes_the_package_of_the_command_line(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "自评 表=1.xlsx"
    book = opened(desk, path, CLEAN)
    before, bytes_before = state_of(book), path.read_bytes()
    (told,) = desk.press("submit", book.name)
    folder = tmp_path / "报送件"
    (sent,) = folder.glob("*.xlsx")
    assert str(folder) in told and {each.suffix for each in folder.iterdir()} == {".xlsx", ".html", ".eml"}
    by_command = submit(path, tmp_path / "命令行")
    assert by_command.code and by_command.workbook and by_command.code in told
    assert sent.read_bytes() == by_command.workbook.read_bytes()
    workbook = Workbook(sent)
    ours = ours_in(workbook)
    assert ours is not None
    verdict = verify(workbook, ours)
    assert verdict is not None and verdict.state == "whole"
    assert state_of(book) == before and path.read_bytes() == bytes_before and book.name == path.name
    assert book.api.Saved


def test_sends_no_macros(desk: Desk, tmp_path: Path) -> None:
    source, template, path = tmp_path / "a.yaml", tmp_path / "模板.xlsm", tmp_path / "自评表.xlsm"
    source.write_text(CLEAN, encoding="utf-8")
    template.write_bytes(template_file("project", ".xlsm"))
    fill(source, path, template=template)
    assert Workbook(path).package.has_macros
    book = desk.open(path)
    desk.press("submit", book.name)
    (sent,) = (tmp_path / "报送件").glob("*.xls*")
    assert sent.suffix == ".xlsx" and not Workbook(sent).package.has_macros


def test_errors_are_listed_and_nothing_is_made(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "自评表.xlsx"
    book = opened(desk, path, WRONG)
    before = state_of(book)
    (told,) = desk.press("submit", book.name)
    (assessment,) = examine(path)
    errors = [finding.message for finding in assessment.findings if finding.severity == "error"]
    assert errors and told.startswith(f"有 {len(errors)} 个错误没有改好，没有生成报送件：\n1. {errors[0]}")
    assert all(message in told for message in errors[:6])
    assert ("点【检查】可以看到全部" in told) is (len(errors) > 6)
    assert not (tmp_path / "报送件").exists() and state_of(book) == before


def test_what_is_not_saved_is_not_sent(desk: Desk, tmp_path: Path) -> None:
    book = opened(desk, tmp_path / "自评表.xlsx", CLEAN)
    unprotected(book).range("Z60").formula = "改了"
    (told,) = desk.press("submit", book.name)
    assert "请先保存" in told and not (tmp_path / "报送件").exists()
    book.save()
    (told,) = desk.press("submit", book.name)
    assert "核对码：" in told and "改了" in str(contents(next((tmp_path / "报送件").glob("*.xlsx"))))


def test_an_official_form_has_no_package(desk: Desk, tmp_path: Path) -> None:
    book = desk.open(official(tmp_path / "附件.xlsx"))
    before = state_of(book)
    (told,) = desk.press("submit", book.name)
    assert "不是本工具的标准自评表" in told and "selfeval-xl import" in told
    assert state_of(book) == before and not (tmp_path / "报送件").exists()
