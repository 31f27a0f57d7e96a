"""Workbooks of ours that other programs have damaged: the names gone, the formulas gone, rows moved meanwhile."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from selfeval_xl.cli import main
from selfeval_xl.errors import WorkbookError
from selfeval_xl.examine import examine
from selfeval_xl.fill import fill
from selfeval_xl.forms.layout import PREFIX
from selfeval_xl.importing import import_workbook
from selfeval_xl.model import Finding
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.score import score
from selfeval_xl.shipped import shipped
from selfeval_xl.workbook.edits import Value
from selfeval_xl.workbook.opening.package import open_package
from selfeval_xl.workbook.references import parse_cell
from selfeval_xl.workbook.writing.patch import Patch

SAMPLES = sorted(shipped("samples").glob("*.yaml"))


def without(path: Path, *, names: bool = True, formulas: bool = False) -> Path:
    """A copy of a workbook without its defined names, or with values in place of its formulas."""
    output = path.with_name(f"copy-{path.name}")
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(output, "w") as copy:
        for name in whole.namelist():
            data = whole.read(name)
            if names and name == "xl/workbook.xml":
                data = re.sub(rb"<definedNames>.*?</definedNames>", b"", data, flags=re.DOTALL)
            if formulas and "/sheet" in name:
                data = re.sub(rb"<f>.*?</f>", b"", data, flags=re.DOTALL)
            copy.writestr(name, data)
    return output


def told(path: Path, *but: str) -> list[Finding]:
    (assessment,) = examine(path)
    return [one for one in assessment.findings if one.id not in but]


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda data: data.stem)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "a.xlsx"
    fill(request.param, path)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "p.xlsx"
    fill(next(data for data in SAMPLES if data.stem.startswith("project")), path)
    return path


def test_a_workbook_without_names_is_read_as_ours(sample: Path, tmp_path: Path) -> None:
    bare = without(sample)
    assert not [name for name, _ in Workbook(bare).names if name.startswith(PREFIX)]
    assert told(bare, "template.nameless") == told(sample)
    (finding,) = [one for one in told(bare) if one.id == "template.nameless"]
    assert finding.severity == "warning" and "selfeval-xl import" in finding.fix
    for path, output in ((sample, tmp_path / "1.xlsx"), (bare, tmp_path / "2.xlsx")):
        assert import_workbook(path, output).left == ()
    assert told(tmp_path / "2.xlsx") == told(tmp_path / "1.xlsx"), "everything that was entered was moved"
    score(bare, tmp_path / "3.xlsx")
    assert told(tmp_path / "3.xlsx") == told(sample), "the names are back"
    names, again = ({pair for pair in Workbook(path).names if "findings" not in pair[0]} for path in (sample, tmp_path / "3.xlsx"))
    assert again == names


def test_formulas_gone_altogether_are_one_finding_a_sheet(sample: Path, tmp_path: Path) -> None:
    pasted = without(sample, names=False, formulas=True)
    found = [one for one in told(pasted) if one.id == "template.formula"]
    sheets = [one.sheet for one in found]
    assert {"自评表", "预算执行"} <= {*sheets} and len(sheets) == len(set(sheets))
    assert all(one.severity == "error" and f"全没有了（{len(one.cells)} 格）" in one.message for one in found)
    assert told(pasted, "template.formula", "tieout.mismatch") == told(sample, "tieout.mismatch")
    left = [one.where for one in import_workbook(pasted, tmp_path / "new.xlsx").left]
    assert left == [f"工作表“{one}”" for one in sheets]
    score(pasted, tmp_path / "again.xlsx")
    assert told(tmp_path / "again.xlsx", "tieout.mismatch") == told(sample, "tieout.mismatch")


def test_figures_changed_among_pasted_values_are_told_apart(project: Path) -> None:
    before = Workbook(project)
    ours = ours_in(before)
    assert ours is not None
    stretch = ours.layout.tables["indicators"]
    scores = (stretch.place(row, "score") for row in stretch.rows)
    place = next(one for one in scores if before.entry(one.sheet, *parse_cell(one.cell)).value)
    pasted = without(project, names=False, formulas=True)
    patch = Patch(open_package(pasted))
    patch.set(place.sheet, place.cell, Value(1))
    patch.save(pasted)
    (one,) = [one for one in told(pasted) if one.id == "template.formula" and "全没有了" not in one.message]
    assert one.cells == (place.cell,) and "写的是 1.00，按公式应为" in one.message


def test_rows_and_sheets_may_have_moved_before_the_names_were_lost(project: Path) -> None:
    ours = ours_in(Workbook(project))
    assert ours is not None
    patch = Patch(Workbook(project).package)
    for table, count in (("budget", 3), ("indicators", 2), ("funds", 1)):
        stretch = ours.layout.tables[table]
        patch.insert_rows(stretch.sheet, stretch.last_row, count)
    patch.save(project)
    bare = without(project)
    moved = ours_in(Workbook(bare))
    assert moved is not None
    for table, more in (("budget", 3), ("indicators", 2), ("funds", 1), ("tieout", 0)):
        assert len(moved.layout.tables[table].rows) == len(ours.layout.tables[table].rows) + more
    assert told(bare, "template.nameless") == told(project)
    book = openpyxl.load_workbook(bare)
    book["自评表"].title = "2024"
    book.save(bare)
    again = ours_in(Workbook(bare))
    assert again is not None and again.evaluation.sheet == "2024"
    assert [one["name"] for one in again.entries.tables["indicators"]] != []


def test_of_sheets_left_behind_is_told_what_is_not_there(project: Path) -> None:
    bare = without(project)
    book = openpyxl.load_workbook(bare)
    for name in book.sheetnames:
        if name != "自评表":
            del book[name]
    book.save(bare)
    (missing,) = [one.message for one in told(bare) if one.id == "template.name"]
    assert "工作表“预算执行”" in missing and "自评表" not in missing


def test_columns_that_moved_are_no_guess(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bare = without(project)
    book = openpyxl.load_workbook(bare)
    book["自评表"].insert_cols(3)
    book.save(bare)
    with pytest.raises(WorkbookError) as caught:
        examine(bare)
    assert caught.value.reason == "package.renamed"
    for command in (["check"], ["import", "-o", str(tmp_path / "new.xlsx")]):
        assert main([*command, str(bare)]) == 2
        err = capsys.readouterr().err
        assert err.count("\n") == 1 and "原来的 .xlsx" in err
