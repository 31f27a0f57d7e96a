"""Fixtures of the button's tests: a workbook open in Excel's stand-in, clicks on its buttons, and its state afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import libreoffice
import pytest
import xlsxwriter
import xlwings
from sampled import sample

from selfeval_xl import excel
from selfeval_xl.excel import marks
from selfeval_xl.fill import fill
from selfeval_xl.model import Severity
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.read.ours import Ours, alike
from selfeval_xl.workbook.edits import BOLD, Value
from selfeval_xl.workbook.references import cell_name, parse_area
from selfeval_xl.workbook.writing.patch import Patch

DEPARTMENT = sample("department-2024")
PROJECT = sample("project")


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[libreoffice.App]:
    """Excel's stand-in; tests are skipped without it, except in CI."""
    missing = libreoffice.missing()
    if missing and os.environ.get("CI"):
        pytest.fail(f"CI leaves no test out, and {missing} is not installed")
    if missing:
        pytest.skip(f"{missing} is not installed")
    office = libreoffice.Office(tmp_path_factory.mktemp("profile"))
    yield libreoffice.install(office)
    office.stop()


class Desk:
    """Opens workbooks in Excel's stand-in, and presses their buttons."""

    def __init__(self, app: libreoffice.App, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self._patch = app, monkeypatch
        app.alerts.clear()
        app.statuses.clear()

    def open(self, path: Path) -> Any:
        return self.app.books.open(str(path))

    def press(self, job: str, book: str) -> list[str]:
        """Click a button; returns the message boxes that came up."""
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


def filled(data: Path, path: Path) -> Path:
    """A sample's workbook with three figures changed since it was scored."""
    path.write_bytes(_filled(data, path.suffix))
    return path


@cache
def _filled(data: Path, ending: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a{ending}"
        fill(data, path)
        with Patched(path) as (patch, ours):
            stretch = ours.layout.tables["indicators"]
            for row, actual in enumerate((Decimal("0.5"), Decimal("0.001"), Decimal(1000000)), stretch.first_row):
                place = stretch.place(row, "actual")
                patch.set(place.sheet, place.cell, Value(actual))
        return path.read_bytes()


class Patched:
    """Changes a workbook of ours in its file, without recalculating it."""

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
    """Every filled cell: its formula (in a spelling common to all programs) and its value."""
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
    return {
        sheet.title: {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
        for sheet in _loaded(path, path.stat().st_mtime_ns)
    }


@lru_cache(maxsize=1)
def _loaded(path: Path, written: int) -> Any:
    """A file as openpyxl reads it; cached, as that is slow."""
    import openpyxl

    return openpyxl.load_workbook(path)


def marks_in(path: Path) -> dict[str, dict[Severity, set[str]]]:
    """Our colour marks in a file: sheet → severity → cells."""
    found: dict[str, dict[Severity, set[str]]] = {}
    severities: dict[str, Severity] = {ground.lstrip("#"): severity for severity, (_, ground) in marks.COLORS.items()}
    for sheet in _loaded(path, path.stat().st_mtime_ns):
        for block in sheet.conditional_formatting:
            for rule in block.rules:
                if rule.formula == [marks.FORMULA]:
                    severity = severities[rule.dxf.fill.bgColor.rgb[2:]]
                    assert bool(rule.dxf.font.b) is (severity in BOLD), "to be told in black and white"
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
    """Our colour marks in an open workbook, as the button itself finds them."""
    sheets = xlwings.Book(impl=book).sheets
    found = {sheet.name: {key: set(cells) for key, cells in marks.our_marks(sheet).items()} for sheet in sheets}
    return {name: each for name, each in found.items() if each}


def notes_of(sheet: Any) -> dict[str, str]:
    """The notes on an open sheet."""
    return {note.location.address: note.text for note in sheet.notes}


def state_of(book: Any) -> dict[str, Any]:
    """Everything in an open workbook that a click may change."""
    shown: dict[str, Any] = {}
    marked = marks_of(book)
    for sheet in book.sheets:
        used, name = sheet.used_range, sheet.name
        looked_at = range(min(used.shape[0], 45)) if name in ("自评表", "校验结果") else ()
        rows = [sheet.rows.getByIndex(row) for row in looked_at]
        shown[name] = {
            "size": (used.row, used.column, used.shape),
            "formulas": used.formula,
            "values": used.api.Value2,
            "heights": [round(row.Height * 72 / 2540, 1) for row in rows],  # in points, as Excel tells them
            "hidden": [not row.IsVisible for row in rows],
            "notes": notes_of(sheet),
            "rules": sorted(
                (rule.formula, area.address)
                for rule in sheet.cells.conditional_formats
                for area in rule.Areas
                if "selfeval-xl" not in rule.formula
            ),
            "marks": marked.get(name),
            "protected": sheet.api.ProtectContents,
        }
    return shown


def unprotected(book: Any, name: str = "自评表") -> Any:
    """A sheet with its protection lifted, as a person can do in the menus."""
    sheet = book.sheets(name)
    sheet.page.unprotect("selfeval")
    return sheet


def refused(desk: Desk, book: Any, job: str = "recalculate") -> str:
    """The one message of a refused click, which may change nothing but the cell for messages."""
    before = state_of(book)
    (message,) = desk.press(job, book.name)
    after = state_of(book)
    if "汇总" in after:  # a workbook of ours, which has such a cell, and another that repeats it
        assert after["校验结果"]["values"][1][0] in (message, before["校验结果"]["values"][1][0])
        for key in ("formulas", "values"):
            before["校验结果"][key] = after["校验结果"][key]
            before["汇总"][key] = after["汇总"][key]
    assert after == before
    assert "Traceback" not in message
    return message


def official(path: Path) -> Path:
    """An official project form with a score that does not follow from its figures."""
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
