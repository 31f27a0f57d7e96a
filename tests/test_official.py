"""Official forms of other people's making, from the file to the findings: exactly those of the corpus, and no other.

The same forms in disguise (figures as text, full-width signs, cells unmerged, notes below) must give the same findings.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import form_corpus
import openpyxl
import pytest
from form_corpus import Case

from selfeval_xl.examine import examine

CORPUS = form_corpus.cases()
NOTES = (
    "注：1.得分按完成值与指标值的比例计算，最高不超过该指标分值。",
    "2.预算执行率10分、产出指标50分、效益指标30分。",
)


def said(path: Path, sheets: int) -> list[str]:
    """The findings as the corpus writes them, without the one that every official form has (template.unknown)."""
    return [
        " ".join(
            (
                finding.severity,
                finding.id,
                ", ".join(f"{finding.sheet}!{cell}" if sheets > 1 else cell for cell in finding.cells),
            )
        ).strip()
        for assessment in examine(path)
        for finding in assessment.findings
        if finding.id != "template.unknown"
    ]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_exactly_these_findings(path: Path, tmp_path: Path) -> None:
    case = form_corpus.load(path)
    assert case.findings is not None, "the file has no part 发现"
    workbook = case.build(tmp_path / f"{path.stem}.xlsx")
    assert said(workbook, len(case.sheets)) == case.findings


def as_text(cell: str) -> str:
    return f"'{cell}" if form_corpus.is_figure(cell) else cell


def full_width(cell: str) -> str:
    """Signs and digits as Chinese keyboards write them, with a space before and a line break behind."""
    if form_corpus.is_figure(cell):
        return cell
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign in "0123456789%().:<>=" else sign for sign in cell.lstrip("'"))
    return f"' {wide}<br>"


def unmerged(cell: str) -> str:
    return "" if cell in ("^", "<") else cell


DISGUISES: list[Callable[[str], str]] = [as_text, full_width, unmerged]


def disguised(case: Case, disguise: Callable[[str], str]) -> Case:
    def change(cell: str) -> str:
        kept = not cell or cell.startswith("=") or (cell in ("^", "<") and disguise is not unmerged)
        return cell if kept else disguise(cell)

    sheets = [
        (name, row, columns, [[change(cell) for cell in cells] for cells in rows])
        for name, row, columns, rows in case.sheets
    ]
    return Case(case.name, sheets)


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_same_findings_in_disguise(path: Path, disguise: Callable[[str], str], tmp_path: Path) -> None:
    case = form_corpus.load(path)
    if disguise is unmerged and path.stem == "merged-value-cells":
        pytest.skip("there the merged cells say which rows share a weight")
    if disguise is as_text and any(
        cell.startswith("=") for _, _, _, rows in case.sheets for row in rows for cell in row
    ):
        pytest.skip("a formula does not add up text")
    workbook = disguised(case, disguise).build(tmp_path / "表.xlsx")
    assert said(workbook, len(case.sheets)) == case.findings


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_same_findings_among_other_things(path: Path, tmp_path: Path) -> None:
    """A cover before the form, notes below it, a list and last year's form on hidden sheets."""
    case = form_corpus.load(path)
    workbook = case.build(tmp_path / "表.xlsx")
    expected = said(workbook, 2)
    if not expected and not examine(workbook):
        pytest.skip("where no sheet that is seen holds a form, the hidden ones count")
    book = openpyxl.load_workbook(workbook)
    for sheet in book:
        below = sheet.max_row + 2
        for offset, note in enumerate(NOTES):
            sheet.cell(below + offset, sheet.min_column, note)
            sheet.merge_cells(
                start_row=below + offset,
                start_column=sheet.min_column,
                end_row=below + offset,
                end_column=sheet.max_column,
            )
    book.create_sheet("封面", 0)["A1"] = "2023年度绩效自评材料"
    book.create_sheet("选项")["A1"] = "数量指标"
    last_year = book.create_sheet("上年")
    for row in (
        ("项目名称", "上年项目"),
        ("三级指标", "指标值", "完成值", "分值", "得分"),
        ("甲", "≥10", "9", 100, 100),
    ):
        last_year.append(row)
    book["选项"].sheet_state = last_year.sheet_state = "hidden"
    book.save(workbook)
    assert said(workbook, 2) == expected


def test_a_sheet_that_claims_to_hold_one_cell(tmp_path: Path) -> None:
    """Some programs write the dimension A1 whatever stands on the sheet."""
    case = form_corpus.load(form_corpus.FORMS / "dirty-scores.md")
    source, target = case.build(tmp_path / "a.xlsx"), tmp_path / "b.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/"):
                before, _, rest = data.partition(b'<dimension ref="')
                data = before + b'<dimension ref="A1"' + rest.partition(b'"')[2]
                assert b'ref="A1"' in data
            new.writestr(name, data)
    assert said(target, 1) == case.findings


def test_rows_that_were_hidden_because_nobody_used_them(tmp_path: Path) -> None:
    path = form_corpus.load(form_corpus.FORMS / "numbered-with-filler.md").build(tmp_path / "a.xlsx")
    assert any("target.placeholder" in line for line in said(path, 1))
    book = openpyxl.load_workbook(path)
    for row in (12, 14):
        book.active.row_dimensions[row].hidden = True
    book.save(path)
    assert not any("target.placeholder" in line for line in said(path, 1))
