"""The button's own code, driven as the macros drive it, in a workbook that LibreOffice has open in Excel's place.

What it leaves behind must be, cell for cell, what ``selfeval-xl score`` makes of the same file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import libreoffice.com
import libreoffice.office
import libreoffice.ranges
import pytest
import xlsxwriter
import xlwings
import yaml

from selfeval_xl import excel
from selfeval_xl.demo import samples
from selfeval_xl.examine import examine
from selfeval_xl.excel import journal, marks, notes
from selfeval_xl.excel.blocks import blocks, typed
from selfeval_xl.fill import fill
from selfeval_xl.model import Severity
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.read.ours import Ours, alike
from selfeval_xl.score import score
from selfeval_xl.workbook.edits import Formula, Value
from selfeval_xl.workbook.patch import Patch
from selfeval_xl.workbook.references import cell_name, parse_area

DEPARTMENT = next(path for path in samples() if path.stem.startswith("department-2024"))
PROJECT = next(path for path in samples() if path.stem.startswith("project"))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[libreoffice.App]:
    """Excel's stand-in; left out without it, except in CI."""
    missing = libreoffice.missing()
    if missing and os.environ.get("CI"):
        pytest.fail(f"CI leaves no test out, and {missing} is not installed")
    if missing:
        pytest.skip(f"{missing} is not installed")
    office = libreoffice.Office(tmp_path_factory.mktemp("profile"))
    yield libreoffice.install(office)
    office.stop()


class Desk:
    """A workbook open in Excel, and a finger on its buttons."""

    def __init__(self, app: libreoffice.App, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self._patch = app, monkeypatch
        app.alerts.clear()
        app.statuses.clear()

    def open(self, path: Path) -> Any:
        return self.app.books.open(str(path))

    def press(self, job: str, book: str) -> list[str]:
        """Click; the message boxes that came up."""
        self._patch.setattr(
            sys, "argv", ["-c", f"--wb={book}", "--from_xl=1", "--app=C:\\Office\\Excel", f"--hwnd={self.app.hwnd}"]
        )
        self.app.alerts.clear()
        getattr(excel, job)()
        return list(self.app.alerts)

    def saved(self, book: Any, path: Path) -> Path:
        """A copy of the open workbook as a file."""
        book.save_copy(path)
        return path


@pytest.fixture
def desk(app: libreoffice.App, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Desk]:
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    if not app.office.alive:
        app.start_anew()
    with app.office.at_most(300):
        yield Desk(app, monkeypatch)
    if app.office.alive:
        for book in list(app.opened):
            book.close()


def test_a_libreoffice_that_died_is_replaced(desk: Desk, tmp_path: Path) -> None:
    """Of the desk itself: the first try loses its LibreOffice, the second one has another."""
    path = filled(PROJECT, tmp_path / "表.xlsx")
    if tmp_path.name != "again":
        desk.app.office.kill()
    assert desk.open(path).name == path.name
    assert tmp_path.name == "again"


def filled(data: Path, path: Path) -> Path:
    """A sample's workbook in which three figures were changed since it was scored."""
    fill(data, path)
    with Patched(path) as (patch, ours):
        stretch = ours.layout.tables["indicators"]
        for row, actual in enumerate((Decimal("0.5"), Decimal("0.001"), Decimal(1000000)), stretch.first_row):
            place = stretch.place(row, "actual")
            patch.set(place.sheet, place.cell, Value(actual))
    return path


class Patched:
    """A workbook of ours in a file, to be changed as nobody's program would recalculate it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._workbook = Workbook(path)
        self._patch = Patch(self._workbook.package)

    def __enter__(self) -> tuple[Patch, Ours]:
        ours = ours_in(self._workbook)
        assert ours is not None
        return self._patch, ours

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is None:
            self._patch.save(self._path)


def contents(path: Path) -> Mapping[tuple[str, str], tuple[str | None, object]]:
    """Every cell that holds something: its formula, without what programs write differently, and its value."""
    return {
        (name, cell_name(*at)): (alike(cell.formula) if cell.formula else None, _plain(cell.value))
        for name, grid in Workbook(path).grids.items()
        for at, cell in grid.cells.items()
        if cell.formula or cell.value not in (None, "")
    }


def _plain(value: object) -> object:
    return format(float(value), ".12g") if isinstance(value, Decimal) else value or None


def differing(ours: Path, theirs: Path) -> dict[tuple[str, str], tuple[object, object]]:
    first, second = contents(ours), contents(theirs)
    return {key: (first.get(key), second.get(key)) for key in first | second if first.get(key) != second.get(key)}


def notes_in(path: Path) -> dict[str, dict[str, str]]:
    import openpyxl

    book = openpyxl.load_workbook(path)
    return {
        sheet.title: {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
        for sheet in book
    }


def marks_in(path: Path) -> dict[str, dict[Severity, set[str]]]:
    """The marks that the file has, by the place of their rule in it: error, warning, info."""
    import openpyxl

    found: dict[str, dict[Severity, set[str]]] = {}
    severities: dict[str, Severity] = {ground.lstrip("#"): severity for severity, (_, ground) in marks.COLORS.items()}
    for sheet in openpyxl.load_workbook(path):
        for block in sheet.conditional_formatting:
            for rule in block.rules:
                if rule.formula == [marks.FORMULA]:
                    severity = severities[rule.dxf.fill.bgColor.rgb[2:]]
                    cells = {cell for part in str(block.sqref).split() for cell in _cells(part)}
                    found.setdefault(sheet.title, {}).setdefault(severity, set()).update(cells)
    return found


def _cells(area: str) -> set[str]:
    found = parse_area(area)
    return {
        cell_name(row, column)
        for row in range(found.top, found.bottom + 1)
        for column in range(found.left, found.right + 1)
    }


def marks_of(book: Any) -> dict[str, dict[Severity, set[str]]]:
    """The marks in an open workbook, as the button itself would find them again."""
    sheets = xlwings.Book(impl=book).sheets
    found = {sheet.name: {key: set(cells) for key, cells in marks.our_marks(sheet).items()} for sheet in sheets}
    return {name: each for name, each in found.items() if each}


def state_of(book: Any) -> dict[str, Any]:
    """Everything in an open workbook that a click may change, as Excel shows it."""
    shown: dict[str, Any] = {}
    for sheet in book.sheets:
        used = sheet.used_range
        looked_at = range(1, min(used.shape[0], 45) + 1) if sheet.name in ("自评表", "校验结果") else ()
        shown[sheet.name] = {
            "size": (used.row, used.column, used.shape),
            "formulas": used.formula,
            "values": used.api.Value2,
            "heights": [sheet.range((row, 1)).row_height for row in looked_at],
            "hidden": [sheet.range((row, 1)).row_hidden for row in looked_at],
            "notes": {note.location.address: note.text for note in sheet.notes},
            "rules": sorted(
                (rule.formula, area.address)
                for rule in sheet.cells.conditional_formats
                for area in rule.Areas
                if "selfeval-xl" not in rule.formula
            ),
            "marks": marks_of(book).get(sheet.name),
            "protected": sheet.api.ProtectContents,
        }
    return shown


def unprotected(book: Any, name: str = "自评表") -> Any:
    """A sheet without its protection, for what a person does in the menus."""
    sheet = book.sheets(name)
    sheet.page.unprotect("selfeval")
    return sheet


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


@pytest.mark.parametrize("change", [insert_rows, rename_sheet, filter_on, lose_names])
def test_recalculates_what_people_have_changed(change: Callable[[Any], None], desk: Desk, tmp_path: Path) -> None:
    book = desk.open(filled(PROJECT, tmp_path / "自评表.xlsx"))
    change(book)
    score(desk.saved(book, tmp_path / "start.xlsx"), tmp_path / "scored.xlsx")
    before = state_of(book)
    assert desk.press("recalculate", book.name) == []
    live = desk.saved(book, tmp_path / "live.xlsx")
    assert differing(live, tmp_path / "scored.xlsx") == {}
    after = state_of(book)
    for name in before:
        assert after[name]["protected"] == before[name]["protected"]
        assert after[name]["hidden"] == before[name]["hidden"]
    if change is filter_on:
        assert book.sheets("自评表").api.FilterMode and True in before["自评表"]["hidden"]


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


# Workbooks that can't be worked on


def refused(desk: Desk, book: Any, job: str = "recalculate") -> str:
    """The one message of a click that must change nothing but the message cell."""
    before = state_of(book)
    (told,) = desk.press(job, book.name)
    after = state_of(book)
    if "校验结果" in after:
        assert after["校验结果"]["values"][1][0] in (told, before["校验结果"]["values"][1][0])
        for key in ("formulas", "values"):
            before["校验结果"][key] = after["校验结果"][key]
            before["汇总"][key] = after["汇总"][key]
    assert after == before
    assert "Traceback" not in told
    return told


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
    before = state_of(book)
    assert desk.press("recalculate", name) == []
    assert state_of(book)["校验结果"] != before["校验结果"]


# Official forms of others


def official(path: Path) -> Path:
    """A project form of somebody else's making, with a score that does not follow from its figures."""
    with xlsxwriter.Workbook(path) as new:
        sheet = new.add_worksheet("附件1")
        frame, percent = new.add_format({"border": 1}), new.add_format({"num_format": "0.00%"})
        sheet.merge_range("A1:I1", "项目支出绩效自评表", frame)
        sheet.write_row("A2", ["项目名称", "职工培训", "", "", "主管部门", "市总工会"])
        sheet.write_row(
            "A3", ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
        )
        sheet.write_row("A4", ["", "年度资金总额", 100, 100, 80, 10])
        sheet.write_formula("G4", "=E4/D4", percent, 0.8)
        sheet.write("H4", 8)
        sheet.write_row(
            "A5",
            ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"],
        )
        sheet.merge_range("A6:A7", "产出指标", frame)
        sheet.write_row("B6", ["数量指标", "培训人次", "≥1000人次", "500人次", 50, 50])
        sheet.write_row("B7", ["质量指标", "合格率", "≥95%", "96%", 40, 40])
        sheet.write_row("A8", ["总分", "", "", "", "", 100, 98])
    return path


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
    assert (listed - {"检查编号"} == found and "score.differs" in found) or found


# The parts


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
        "C:\\表\\a=b.xlsx", {"自评表": journal.Kept(state, {"A1": Value(1)})}, (journal.Growth("x", 4, 2),)
    )
    journal.keep(entry)
    assert journal.kept(entry.workbook) == entry
    assert journal.kept("C:\\表\\c.xlsx") is None
    next(tmp_path.rglob("*.json")).write_text("{", encoding="utf-8")
    assert journal.kept(entry.workbook) is None
    journal.forget(entry.workbook)
    assert not list(tmp_path.rglob("*.json"))


def test_notes_and_marks_are_those_of_a_scored_file() -> None:
    from selfeval_xl.workbook import marks as in_files
    from selfeval_xl.workbook import notes as notes_in_files
    from selfeval_xl.workbook.styles import COLORS

    assert (marks.FORMULA, notes.HEADING) == (in_files.FORMULA, notes_in_files.HEADING)
    assert {severity: tuple(f"FF{color[1:]}" for color in pair) for severity, pair in marks.COLORS.items()} == COLORS


def test_a_click_of_its_own_process_loads_nothing_it_does_not_need(
    app: libreoffice.App, desk: Desk, tmp_path: Path
) -> None:
    path = filled(DEPARTMENT, tmp_path / "自评 表.xlsx")
    book = desk.open(path)
    before = state_of(book)
    slim = ("pandas", "numpy", "PIL", "matplotlib")  # the button's environment has none of them
    command = [sys.executable, "-m", "libreoffice", app.office.name, str(path), "recalculate", *slim]
    own = (str(Path(__file__).parent), str(Path(excel.__file__).parents[2]))
    paths = os.pathsep.join((*own, os.environ.get("PYTHONPATH", "")))
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env={**os.environ, "PYTHONPATH": paths}
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    told = json.loads(done.stdout)
    assert told["alerts"] == [] and state_of(book)["校验结果"] != before["校验结果"]
    heavy = {"openpyxl", "lxml", "yaml", "rich", "xlsxwriter", "zipfile", "tempfile", "argparse", *slim}
    loaded = {name.partition(".")[0] for name in told["loaded"]}
    assert not loaded & heavy
    assert {name for name in told["loaded"] if name.startswith("selfeval_xl.excel")} == {
        f"selfeval_xl.excel{part}"
        for part in (
            "",
            ".blocks",
            ".caller",
            ".click",
            ".jobs",
            ".journal",
            ".live",
            ".marks",
            ".notes",
            ".session",
            ".write",
        )
    }
