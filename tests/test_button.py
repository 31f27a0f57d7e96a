"""The button's own code, driven as the macros drive it, in a workbook that LibreOffice has open in Excel's place.

What it leaves behind must be, cell for cell, what ``selfeval-xl score`` makes of the same file.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import libreoffice.com
import libreoffice.office
import libreoffice.ranges
import openpyxl
import pytest
import yaml
from desk import (
    PROJECT,
    Desk,
    Patched,
    contents,
    differing,
    filled,
    marks_in,
    marks_of,
    notes_in,
    state_of,
    unprotected,
)
from openpyxl.workbook.defined_name import DefinedName

from selfeval_xl.demo import samples
from selfeval_xl.excel.jobs import summary
from selfeval_xl.fill import fill
from selfeval_xl.forms import template_file
from selfeval_xl.score import score
from selfeval_xl.workbook.edits import Value

pytest_plugins = "desk"


# What the button writes


@pytest.mark.parametrize(
    ("data", "ending"),
    [*((data, ".xlsx") for data in samples()), (PROJECT, ".xlsm")],
    ids=lambda each: each if isinstance(each, str) else each.stem,
)
def test_recalculates_as_score_does(data: Path, ending: str, desk: Desk, tmp_path: Path) -> None:
    path = filled(data, tmp_path / f"自评 表{ending}")
    score(path, tmp_path / f"scored{ending}")
    book = desk.open(path)
    assert desk.press("recalculate", path.name) == []
    live = desk.saved(book, tmp_path / f"live{ending}")
    assert differing(live, tmp_path / f"scored{ending}") == {}
    assert differing(live, path)  # something had to be written
    assert notes_in(live) == notes_in(tmp_path / f"scored{ending}")
    assert marks_of(book) == marks_in(tmp_path / f"scored{ending}")


def insert_rows(book: Any) -> None:
    sheet = unprotected(book)
    row = next(row for row in range(1, 60) if sheet.range((row, 1)).raw_value == "效益指标") - 1
    sheet.page.Rows.insertByIndex(row, 3)
    sheet.range((row + 2, 3)).formula = "新增的指标"
    sheet.range((row + 2, 5), (row + 2, 8)).formula = [["30", "人", "29", ""]]
    sheet.page.protect("selfeval")


def rename_sheet(book: Any) -> None:
    book.sheets("自评表").name = "自评 (2024)"
    book.sheets("校验结果").name = "结果"


def filter_on(book: Any) -> None:
    sheet = unprotected(book)
    stretch = sheet.range("A12:N25").cells
    descriptor = stretch.createFilterDescriptor(True)
    uno = libreoffice.office.uno()
    field = uno.createUnoStruct("com.sun.star.sheet.TableFilterField", Field=12, StringValue="未完成")
    field.Operator = uno.Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
    descriptor.setFilterFields((field,))
    descriptor.ContainsHeader = True
    stretch.filter(descriptor)
    sheet.page.protect("selfeval")


def lose_names(book: Any) -> None:
    book.document.NamedRanges.removeByName("se.indicators.reason")
    book.document.NamedRanges.getByName("se.total_score").setContent("#REF!.$A$1")


def protect_without_password(book: Any) -> None:
    unprotected(book).page.protect("")
    book.sheets("汇总").page.unprotect("selfeval")


def hide(book: Any) -> None:
    book.sheets("自评表").page.Columns.getByIndex(1).IsVisible = False
    book.sheets("自评表").page.Rows.getByIndex(13).IsVisible = False
    book.sheets("汇总").visible = False


CHANGES = [(insert_rows, hide), (filter_on,), (lose_names, protect_without_password, rename_sheet)]


def shown(sheet: Any) -> str:
    """The rows that are not hidden, as LibreOffice writes them."""
    return str(sheet.page.getCellRangeByPosition(0, 0, 0, 44).queryVisibleCells().RangeAddressesAsString)


def rows_and_protection(book: Any) -> list[tuple[str, bool]]:
    return [(shown(sheet), sheet.api.ProtectContents) for sheet in book.sheets]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: changes[0].__name__)
def test_recalculates_what_people_have_changed(
    changes: tuple[Callable[[Any], None], ...], desk: Desk, tmp_path: Path
) -> None:
    """Several changes at once, where none of them hides what another does."""
    book = desk.open(filled(PROJECT, tmp_path / "自评表.xlsx"))
    for change in changes:
        change(book)
    score(desk.saved(book, tmp_path / "start.xlsx"), tmp_path / "scored.xlsx")
    before = rows_and_protection(book)
    assert desk.press("recalculate", book.name) == []
    live = desk.saved(book, tmp_path / "live.xlsx")
    assert differing(live, tmp_path / "scored.xlsx") == {}
    assert notes_in(live) == notes_in(tmp_path / "scored.xlsx")
    assert marks_of(book) == marks_in(tmp_path / "scored.xlsx")
    assert rows_and_protection(book) == before
    evaluation = book.sheets(2)
    if filter_on in changes:
        assert evaluation.api.FilterMode and shown(evaluation).count(":") > 1
    if protect_without_password in changes:
        assert not book.sheets("汇总").api.ProtectContents
        evaluation.page.unprotect("")
        assert not evaluation.api.ProtectContents
    if hide in changes:
        assert not evaluation.page.Columns.getByIndex(1).IsVisible and not book.sheets("汇总").visible


def many(path: Path) -> Path:
    """A project with 300 indicators, all of them met."""
    content = yaml.load(PROJECT.read_text(encoding="utf-8"), yaml.BaseLoader)
    row = {"level1": "产出指标", "level2": "数量指标", "target": "≥100 件", "actual": "100 件", "weight": "0.3"}
    rows = [{**row, "name": f"第{number}项"} for number in range(300)]
    content["tables"] = {"funds": content["tables"]["funds"], "indicators": rows}
    data = path.with_suffix(".yaml")
    data.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    fill(data, path)
    return path


def test_three_hundred_indicators_and_more_findings_than_rows(desk: Desk, tmp_path: Path) -> None:
    path = many(tmp_path / "三百.xlsx")
    with Patched(path) as (patch, ours):
        stretch = ours.layout.tables["indicators"]
        for number, row in enumerate(range(stretch.first_row, stretch.first_row + 60)):
            for key, value in (("actual", Decimal(50 + number // 2)), ("claimed_score", Decimal("0.25"))):
                place = stretch.place(row, key)
                patch.set(place.sheet, place.cell, Value(value))
    score(path, tmp_path / "scored.xlsx")
    book = desk.open(path)
    before = state_of(book)
    assert desk.press("recalculate", path.name) == []
    live = desk.saved(book, tmp_path / "live.xlsx")
    assert differing(live, tmp_path / "scored.xlsx") == {}
    assert state_of(book)["校验结果"]["size"] != before["校验结果"]["size"]
    assert desk.press("undo", path.name) == ["已恢复到上次点按钮之前。"]
    assert state_of(book) == before


def test_tie_outs_to_results_need_one_click(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "自评表.xlsx"
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    sheet, tieout, own = book["自评表"], book["勾稽核对"], book.create_sheet("底稿")
    sheet["I6"], own["A1"], own["A2"] = 0, "=自评表!K28*1", 0
    book.defined_names["底稿总分"] = DefinedName("底稿总分", attr_text="底稿!$A$1")
    for cell, value in zip("ABCDEFGI", ("产出指标", "数量指标", "人数", "≥", 300, "人", "300人", 90), strict=True):
        sheet[f"{cell}13"] = value
    sums = [(90, "=自评表!K28"), (90, "=底稿!A1"), (80, "=底稿总分+自评表!K13-90"), (5, "=底稿!A2"), (5, "=底稿!A3")]
    for row, (stated, formula) in enumerate(sums, 4):
        tieout[f"B{row}"], tieout[f"C{row}"], tieout[f"E{row}"] = "自评总分", stated, formula
    book.save(path)
    live_book = desk.open(path)
    told = desk.press("check", path.name)
    (assessment,) = score(path, tmp_path / "scored.xlsx")
    assert told == [summary(assessment.findings)]
    tied = [(one.id, one.cells) for one in assessment.findings if one.id.startswith("tieout")]
    assert tied == [("tieout.mismatch", ("C6", "E6")), ("tieout.mismatch", ("C7", "E7")), ("tieout.unchecked", ("C8",))]
    assert desk.press("recalculate", path.name) == []
    differences = differing(desk.saved(live_book, tmp_path / "live.xlsx"), tmp_path / "scored.xlsx")
    assert [sheet for sheet, _ in differences] == ["底稿"], "which only a spreadsheet calculates"


def test_check_writes_the_findings_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    path = filled(PROJECT, tmp_path / "自评表.xlsx")
    score(path, tmp_path / "scored.xlsx")
    book = desk.open(path)
    before = state_of(book)
    (told,) = desk.press("check", path.name)
    assert told.startswith("检查完成，共 ") and "校验结果" in told
    after = state_of(book)
    assert [name for name in before if after[name] != before[name]] == ["汇总", "校验结果"]
    expected = {key: cell for key, cell in contents(tmp_path / "scored.xlsx").items() if key[0] == "校验结果"}
    live = contents(desk.saved(book, tmp_path / "live.xlsx"))
    assert {key: cell for key, cell in live.items() if key[0] == "校验结果"} == expected


def test_clear_takes_away_ours_and_leaves_what_others_wrote(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "自评表.xlsx"
    fill(PROJECT, path)
    book = desk.open(path)
    sheet = unprotected(book)
    noted = next(note.location for note in sheet.notes)
    noted.note.text = f"科室意见：请核实\n{noted.note.text}"
    sheet.range("B2").add_note("已核对")
    before = state_of(book)
    assert desk.press("clear", path.name) == []
    assert {note.text for each in book.sheets for note in each.notes} == {"科室意见：请核实", "已核对"}
    assert marks_of(book) == {}
    assert desk.press("undo", path.name) == ["已恢复到上次点按钮之前。"]
    assert state_of(book) == before


def test_undo_refuses_after_the_results_were_changed(desk: Desk, tmp_path: Path) -> None:
    path = filled(PROJECT, tmp_path / "自评表.xlsx")
    book = desk.open(path)
    (told,) = desk.press("undo", path.name)
    assert "没有可以撤销的操作" in told
    desk.press("recalculate", path.name)
    book.sheets("校验结果").page.unprotect("selfeval")
    book.sheets("校验结果").range("D4").formula = "我改过这里"
    before = state_of(book)
    (told,) = desk.press("undo", path.name)
    assert "不能撤销" in told and "校验结果" in told
    after = state_of(book)
    assert {name: each["formulas"] for name, each in after.items() if name != "校验结果"} == {
        name: each["formulas"] for name, each in before.items() if name != "校验结果"
    }


# What is as before


def test_excel_is_as_before_and_tells_what_it_does(desk: Desk, tmp_path: Path) -> None:
    path = filled(PROJECT, tmp_path / "自评表.xlsx")
    book = desk.open(path)
    desk.app.calculation, desk.app.status_bar = "manual", "科室的提示"
    desk.app.statuses.clear()
    book.sheets("汇总").api.Protect(Password="selfeval", AllowFiltering=False, AllowFormattingCells=False)
    desk.press("recalculate", path.name)
    assert desk.app.statuses[0] == "绩效自评：正在读取……" and desk.app.statuses[-1] == "科室的提示"
    assert (desk.app.calculation, desk.app.screen_updating, desk.app.enable_events, desk.app.display_alerts) == (
        "manual", True, True, True,
    )  # fmt: skip
    options = book.sheets("汇总").api.Protection
    assert (options.AllowFiltering, options.AllowFormattingCells, options.AllowSorting) == (False, False, True)
    assert all(sheet.api.ProtectContents for sheet in book.sheets)
    desk.app.calculation, desk.app.status_bar = "automatic", False


def test_a_locked_cell_in_the_way(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel says that a sheet is open, and then refuses a cell: what went into the other sheets is taken back."""
    book = desk.open(filled(PROJECT, tmp_path / "自评表.xlsx"))
    before = state_of(book)
    protected = libreoffice.com.SheetApi.ProtectContents

    def told(api: libreoffice.com.SheetApi) -> bool:
        return api._sheet.name != "校验结果" and bool(protected.fget(api))  # type: ignore[attr-defined]

    monkeypatch.setattr(libreoffice.com.SheetApi, "ProtectContents", property(told))
    (message,) = desk.press("recalculate", book.name)
    monkeypatch.setattr(libreoffice.com.SheetApi, "ProtectContents", protected)
    assert message.startswith("程序内部出错") and "工作簿已恢复原样" in message
    assert state_of(book) == before
    assert desk.press("undo", book.name)[0].startswith("没有可以撤销的操作")


def test_a_failure_halfway_leaves_everything_as_it_was(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(PROJECT, tmp_path / "自评 表.xlsx")
    book = desk.open(path)
    before = state_of(book)
    written = iter(range(5))
    range_formula = libreoffice.ranges.Range.formula

    def failing(area: Any, data: Any) -> None:
        if next(written, None) is None:
            monkeypatch.setattr(libreoffice.ranges.Range, "formula", range_formula)
            raise libreoffice.com.Error(-2146827284, "a locked cell")
        range_formula.fset(area, data)

    monkeypatch.setattr(libreoffice.ranges.Range, "formula", property(range_formula.fget, failing))
    (told,) = desk.press("recalculate", path.name)
    log = path.with_suffix(".log")
    assert told == f"程序内部出错（Error），没有做完，工作簿已恢复原样。详细记录：{log}"
    assert "a locked cell" in log.read_text(encoding="utf-8")
    after = state_of(book)
    assert after["校验结果"]["values"][1][0] == told
    after["校验结果"] |= {key: before["校验结果"][key] for key in ("formulas", "values")}
    after["汇总"]["values"] = before["汇总"]["values"]  # which shows the message too
    assert after == before
    assert (desk.app.calculation, desk.app.screen_updating) == ("automatic", True)


# The stand-in itself


def test_a_libreoffice_that_died_is_replaced(desk: Desk, tmp_path: Path) -> None:
    """Of the desk itself: the first try loses its LibreOffice, the second one has another."""
    path = filled(PROJECT, tmp_path / "表.xlsx")
    if tmp_path.name != "again":
        desk.app.office.kill()
    assert desk.open(path).name == path.name
    assert tmp_path.name == "again"
