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


WHY = "年中新增任务，按程序报批。"
CHANGED: list[list[str | float | None]] = [
    ["2024年度项目支出绩效自评表"],
    ["项目名称", "甲项目", None, "实施单位", "某单位"],
    ["项目资金（万元）", "资金来源", "年初预算数", "全年预算数", "全年执行数", "执行率"],
    [None, "年度资金总额", 100, 110, 88, "80%"],
    [None, "其中：财政拨款", 90, 100, 80, "80%"],
    [None, "其他资金", 10, 10, 8, "80%"],
]
GOALS_MET: list[list[str | float | None]] = [
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"],
    ["产出指标", "数量指标", "培训人数", "≥300人", "320人", 90, 90],
]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["调整说明", WHY], True), (["预算调整情况", WHY], True), ([f"年中预算调整情况说明：{WHY}"], True),
        ([None, "资金变动原因", WHY], True), (["其他需要说明事项", "年中追加10万元"], True),
        (["调整说明", None], False), (["预算调整情况", None], False), (["其他需要说明事项", "已公开"], False),
    ],
)  # fmt: skip
def test_a_row_that_says_why_the_budget_was_changed(row: list[str | float | None], told: bool, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for values in [*CHANGED, row, *GOALS_MET]:
        book.active.append(values)
    book.save(tmp_path / "表.xlsx")
    found = {line.split()[1] for line in said(tmp_path / "表.xlsx", 1)}
    assert ("budget.changed" in found) != told
    assert "budget.low_rate" in found, "why it was changed is no reason for a slow pace"


@pytest.mark.parametrize("heading", ["调整原因", "调整说明", "预算调整情况"])
@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("line", [3, 4])
def test_a_column_that_says_why_the_budget_was_changed(heading: str, beside: bool, line: int, tmp_path: Path) -> None:
    rows = [list(row) for row in CHANGED]
    extra: list[list[str | float | None]] = [["偏差原因"], [None]] if beside else [[], []]
    rows[2] += [*extra[0], heading]
    rows[line] += [*extra[1], WHY]
    book = openpyxl.Workbook()
    for values in [*rows, *GOALS_MET]:
        book.active.append(values)
    book.save(tmp_path / "表.xlsx")
    assert not any("budget.changed" in each for each in said(tmp_path / "表.xlsx", 1))
