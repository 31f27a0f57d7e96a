"""Scoring a file in place: what people did to the workbook meanwhile, and what must survive."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from checking import found
from engines import differing, embedded, stored
from sampled import sample
from zipped import parts, through

from selfeval_xl.errors import RuleError, TargetError, WorkbookError
from selfeval_xl.examine import examine
from selfeval_xl.fill import fill
from selfeval_xl.forms import template_file
from selfeval_xl.importing import import_workbook
from selfeval_xl.model import Assessment
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.report.json import assessed
from selfeval_xl.rules import load
from selfeval_xl.score import score
from selfeval_xl.submit.clean import refuse_links
from selfeval_xl.workbook.edits import Formula, Value
from selfeval_xl.workbook.references import cell_name, parse_cell
from selfeval_xl.workbook.writing.patch import Patch


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The 2022 department, filled: every row decided, no error but one slip of the report."""
    path = tmp_path_factory.mktemp("score") / "部门.xlsx"
    fill(sample("department-2022"), path)
    return path


@pytest.fixture
def mine(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(whole, tmp_path / "我的 自评表（1）.xlsx"))


def changed(path: Path, *edits: tuple[str, str, Value | Formula]) -> None:
    patch = Patch(Workbook(path).package)
    for sheet, cell, content in edits:
        patch.set(sheet, cell, content)
    path.write_bytes(patch.to_bytes())


def checked(path: Path) -> Assessment:
    (assessment,) = examine(path)
    return assessment


def test_scoring_again_changes_no_figure_and_no_other_part(mine: Path, whole: Path) -> None:
    (assessment,) = score(mine)
    assert assessment.findings == checked(whole).findings
    before, after = parts(whole), parts(mine)
    assert before.keys() == after.keys()
    untouched = {name for name in before if before[name] == after[name]}
    assert {"xl/theme/theme1.xml", "xl/charts/chart1.xml", "xl/charts/chart2.xml", "[Content_Types].xml"} <= untouched
    assert stored(Workbook(mine)) == stored(Workbook(whole))
    assert not list(mine.parent.glob("*备份*")), "the backup goes once the new file is safely there"


def test_a_changed_figure_reaches_everything_that_depends_on_it(mine: Path) -> None:
    changed(mine, ("自评表", "G21", Value(50)))
    (assessment,) = score(mine)
    assert [one.status for one in assessment.indicators].count("missed") == 3
    assert differing(stored(Workbook(mine)), embedded(mine)) == {}
    summary = openpyxl.load_workbook(mine, data_only=True)["汇总"]
    listed = [cell.value for row in summary.iter_rows() for cell in row if cell.value]
    assert "活动安全达标率" in listed


def test_a_part_is_one_behind_any_blanks(mine: Path, soffice_convert) -> None:  # type: ignore[no-untyped-def]
    cells = {"C26": "　其中：第一期", "D26": "≥", "E26": 5, "G26": 6}
    changed(mine, *(("自评表", cell, Value(value)) for cell, value in cells.items()))
    (assessment,) = score(mine)
    assert assessment.total.score is not None
    (again,) = soffice_convert([mine], "xlsx")
    assert differing(stored(Workbook(mine)), stored(Workbook(again))) == {}


def test_missed_rows_are_red_and_findings_are_noted_on_their_cells(mine: Path) -> None:
    changed(mine, ("自评表", "G21", Value("完成")))
    (assessment,) = score(mine)
    (finding,) = found(assessment, "actual.status_word")
    book = openpyxl.load_workbook(mine)
    note = book["自评表"]["G21"].comment
    assert finding.message in note.text and finding.fix in note.text
    rows = [[cell.value for cell in row] for row in book["校验结果"].iter_rows(min_row=4, max_col=9)]
    (line,) = [row for row in rows if row[8] == "actual.status_word"]
    assert line[1] == "错误"
    assert line[2] == '=HYPERLINK("#自评表!G21","自评表!G21")'
    changed(mine, ("自评表", "G21", Value(100)))
    score(mine)
    assert openpyxl.load_workbook(mine)["自评表"]["G21"].comment is None, "a mended cell loses its note"


def test_an_overtyped_total_is_one_finding_and_the_parts_count(mine: Path) -> None:
    statement = ours_in(Workbook(mine)).layout.tables["tieout"]  # type: ignore[union-attr]
    row = statement.first_row
    tied = {"statement": Value("执行率"), "stated": Value(Decimal("86.85")), "unit": Value("%"),
            "expected": Formula("=自评表!L6*100")}  # fmt: skip
    changed(mine, *((*statement.place(row, key), content) for key, content in tied.items()))
    score(mine)
    before = checked(mine)
    changed(mine, ("自评表", "F6", Value(99)))
    after = checked(mine)
    new = [one for one in after.findings if one.id != "template.stale" and one not in before.findings]
    assert [(one.id, one.cells) for one in new] == [("template.formula", ("F6",))]
    assert after.total == before.total


def test_an_overtyped_formula_is_found_and_put_back(mine: Path) -> None:
    changed(mine, ("自评表", "K17", Value(8)))
    (finding,) = found(checked(mine), "template.formula")
    assert finding.cells == ("K17",)
    assert finding.provided == "8.00"
    (assessment,) = score(mine)
    assert found(assessment, "template.formula") == [finding], "what was put back is said"
    assert found(checked(mine), "template.formula") == []
    assert differing(stored(Workbook(mine)), embedded(mine)) == {}


def test_nothing_follows_from_a_total_that_was_typed_over_its_formula(mine: Path) -> None:
    """The formula comes back, so the rate, the score, the summary and the tie-out are those of its sum."""
    before = checked(mine)
    changed(mine, ("自评表", "D6", Value(99)))
    (finding,) = found(checked(mine), "template.formula")
    assert finding.provided == "99.00"
    (assessment,) = score(mine)
    assert assessment.budget == before.budget
    assert found(assessment, "template.formula") == [finding]
    assert found(assessment, "budget.funds") == [], "what is no longer there is not said"
    assert found(checked(mine), "template.stale") == []
    assert differing(stored(Workbook(mine)), embedded(mine)) == {}


def test_a_changed_formula_is_found(mine: Path) -> None:
    changed(mine, ("自评表", "L6", Formula("=F6/C6", 1)))
    (finding,) = found(checked(mine), "template.formula")
    assert finding.cells == ("L6",)
    assert "F6/C6" in (finding.provided or "")


def test_a_formula_may_write_its_numbers_in_another_way(mine: Path) -> None:
    """Gnumeric saves the double of 0.01 with all its digits."""
    formula = Workbook(mine).entry("勾稽核对", 4, 6).formula
    assert formula and ",0.01," in formula
    patch = Patch(Workbook(mine).package)
    patch.set("勾稽核对", "F4", Formula(formula.replace(",0.01,", ",0.0099999999999999999998,")))
    mine.write_bytes(patch.to_bytes())
    assert found(checked(mine), "template.formula") == []
    patch.set("勾稽核对", "F4", Formula(formula.replace(",0.01,", ",0.011,")))
    mine.write_bytes(patch.to_bytes())
    assert [one.cells for one in found(checked(mine), "template.formula")] == [("F4",)]


@pytest.mark.parametrize(("sheet", "cell"), [("自评表", "K17"), ("自评表", "C6"), ("自评表", "K31"), ("汇总", "A5")])
def test_a_formula_that_was_taken_out_is_found_and_put_back(sheet: str, cell: str, mine: Path) -> None:
    assert Workbook(mine).grids[sheet].cells[parse_cell(cell)].formula
    patch = Patch(Workbook(mine).package)
    patch.set(sheet, cell, Value(None))
    mine.write_bytes(patch.to_bytes())
    (finding,) = found(checked(mine), "template.formula")
    assert (finding.sheet, finding.cells) == (sheet, (cell,))
    score(mine)
    assert found(checked(mine), "template.formula") == []


def test_a_stored_total_that_its_formula_does_not_give_is_found(mine: Path) -> None:
    raw = Workbook(mine).grids["自评表"].cells.get((31, 11))
    assert raw is not None and raw.formula
    changed(mine, ("自评表", "K31", Formula(raw.formula, Decimal("99.9"))))
    (finding,) = found(checked(mine), "template.stale")
    assert (finding.cells, finding.provided) == (("K31",), "99.9")


def test_a_stored_value_that_its_formula_does_not_give_is_found(mine: Path) -> None:
    formula = Workbook(mine).entry("自评表", 17, 11).formula
    assert formula
    changed(mine, ("自评表", "K17", Formula(formula, 9)))
    (finding,) = found(checked(mine), "template.stale")
    assert finding.cells == ("K17",)


def test_a_stale_rate_of_nothing_spent_is_said_without_an_exponent(mine: Path) -> None:
    changed(mine, ("自评表", "F7", Value(0)))
    (finding,) = (one for one in found(checked(mine), "template.stale") if "L6" in one.cells)
    assert "L6 存的是 0.98252121263503，公式应得 0。" in finding.message


def test_a_stored_value_may_be_the_text_of_its_figure(mine: Path) -> None:
    formula = Workbook(mine).entry("自评表", 17, 11).formula
    assert formula
    changed(mine, ("自评表", "K17", Formula(formula, f"{Workbook(mine).grids['自评表'].cells[17, 11].value}0")))
    assert found(checked(mine), "template.stale") == []


def test_stored_values_may_be_missing(mine: Path) -> None:
    mine.write_bytes(through(mine, lambda name, part: re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part) if "sheet" in name else part))
    assert found(checked(mine), "template.stale") == []
    assert checked(mine).total.score is not None
    score(mine)
    assert differing(stored(Workbook(mine)), embedded(mine)) == {}


def test_inserted_rows_are_read_and_get_their_formulas(mine: Path, whole: Path) -> None:
    patch = Patch(Workbook(mine).package)
    patch.insert_rows("自评表", 18, 2)
    for row in (18, 19):  # as Excel inserts them: empty
        for column in range(1, 37):
            with suppress(WorkbookError):  # the rest of a merged cell
                patch.set("自评表", cell_name(row, column), Value(None))
    patch.insert_rows("自评表", 2, 1)
    mine.write_bytes(patch.to_bytes())
    changed(
        mine,
        ("自评表", "C19", Value("新增指标")),
        ("自评表", "D19", Value("≥")),
        ("自评表", "E19", Value(10)),
        ("自评表", "G19", Value(5)),
        ("自评表", "I19", Value(4)),
    )
    before = checked(mine)
    assert found(before, "template.formula") == [] and found(before, "template.name") == []
    assert len(before.evaluation.indicators) == len(checked(whole).evaluation.indicators) + 1
    score(mine)
    book = openpyxl.load_workbook(mine, data_only=True)
    assert book["自评表"]["K19"].value == 2
    assert differing(stored(Workbook(mine)), embedded(mine)) == {}
    assert found(checked(mine), "template.formula") == []


def test_sheets_renamed_moved_and_columns_hidden(mine: Path, whole: Path) -> None:
    def renamed(name: str, part: bytes) -> bytes:
        if name == "xl/workbook.xml":
            part = part.replace('name="自评表"'.encode(), 'name="一中 自评"'.encode())
        return part.replace("自评表!".encode(), "'一中 自评'!".encode())  # the blank in the new name asks for quotes

    mine.write_bytes(through(mine, renamed))

    def moved(name: str, part: bytes) -> bytes:
        if name != "xl/workbook.xml":
            return part
        sheets = re.findall(rb"<sheet [^>]*/>", part)
        body = b"".join([sheets[-1], *sheets[:-1]])
        part = re.sub(rb"<sheets>.*</sheets>", lambda _: b"<sheets>" + body + b"</sheets>", part)
        last = len(sheets) - 1  # localSheetId counts sheets by their place
        return re.sub(rb'localSheetId="(\d+)"', lambda m: b'localSheetId="%d"' % ((int(m[1]) + 1) % (last + 1)), part)

    mine.write_bytes(through(mine, moved))
    assessment = checked(mine)
    assert assessment.evaluation.sheet == "一中 自评"
    assert assessment.total == checked(whole).total
    assert [finding for finding in assessment.findings if finding.id.startswith("template.")] == []
    score(mine)
    assert differing(stored(Workbook(mine)), embedded(mine)) == {}


def test_a_missing_sheet_and_a_broken_name_are_findings(mine: Path) -> None:
    def broken(name: str, part: bytes) -> bytes:
        if name != "xl/workbook.xml":
            return part
        part = re.sub(rb'(<definedName name="se\.year">)[^<]*', rb"\1#REF!", part)
        return re.sub(rb'(<definedName name="se\.tieout[^>]*>)[^<]*', rb"\1#REF!", part)

    mine.write_bytes(through(mine, broken))
    (finding,) = found(checked(mine), "template.name")
    assert "se.year" in finding.message + str(finding.provided)
    (assessment,) = score(mine)
    assert assessment.total.score is not None


def test_a_sheet_that_was_deleted_is_said(mine: Path, whole: Path) -> None:
    book = openpyxl.load_workbook(mine)
    del book["勾稽核对"]
    book.save(mine)
    (finding,) = found(checked(mine), "template.name")
    assert "tieout" in str(finding.provided) and "工作表“勾稽核对”" in finding.message
    assert finding.severity == "warning" and "“报告数”" not in finding.message, "the sheet is gone: one thing, not eight"
    assert checked(mine).total == checked(whole).total
    score(mine)
    assert "勾稽核对" not in openpyxl.load_workbook(mine).sheetnames


def lost(path: Path, name: str) -> None:
    """Names of ours lead nowhere, as where somebody deleted the columns or the sheet that they stood for."""
    pattern = re.compile(rf'(<definedName name="se\.{name}"[^>]*>)[^<]*'.encode())
    path.write_bytes(through(path, lambda part, data: pattern.sub(rb"\1#REF!", data) if part == "xl/workbook.xml" else data))


def test_a_deleted_column_that_scores_depend_on_is_an_error_and_the_only_one(mine: Path, tmp_path: Path) -> None:
    before = {one.id for one in checked(mine).findings}
    lost(mine, r"indicators\.actual")
    (finding,) = found(checked(mine), "template.name")
    assert finding.severity == "error" and "“绩效指标”的“实际完成值”" in finding.message
    assert {one.id for one in checked(mine).findings} - before == {"template.name"}
    assert import_workbook(mine, tmp_path / "新.xlsx").left[0].where == "“绩效指标”的“实际完成值”"


def test_a_deleted_guide_is_no_old_template(mine: Path, tmp_path: Path) -> None:
    lost(mine, r"(?:guide_version|rule\w*|template_\w+)")
    (finding,) = [one for one in checked(mine).findings if one.id.startswith("template.")]
    assert finding.id == "template.name" and "工作表“填报说明”" in finding.message
    imported = import_workbook(mine, tmp_path / "新.xlsx")
    assert "模板" not in imported.taken and [one.where for one in imported.left] == ["工作表“填报说明”"]


def test_foreign_names_are_passed_over(mine: Path) -> None:
    extra = '<definedName name="我的区域">自评表!$A$1</definedName><definedName name="坏的">#REF!</definedName></definedNames>'
    mine.write_bytes(through(mine, lambda name, part: part.replace(b"</definedNames>", extra.encode())))
    assert found(checked(mine), "template.name") == []


def test_a_workbook_is_read_once_however_often_it_is_asked(mine: Path) -> None:
    workbook = Workbook(mine)
    assert ours_in(workbook) is ours_in(workbook) is not None


def test_another_rule_set(mine: Path) -> None:
    (assessment,) = score(mine, rules=load("bands-80-50"))
    assert assessment.rules == "bands-80-50"
    assert checked(mine).rules == "bands-80-50", "the workbook names the rule set that it was scored with"


def test_a_workbook_cannot_name_a_rule_file(mine: Path, tmp_path: Path) -> None:
    rules = tmp_path / "本地.toml"
    rules.write_text('extends = "mof-2020"\nlow_rate = 0.5\n', encoding="utf-8")
    changed(mine, ("填报说明", "B20", Value(str(rules))))
    with pytest.raises(RuleError, match="--rules"):
        examine(mine)
    (assessment,) = score(mine, rules=load(rules))
    assert assessment.rules == "本地"


def test_a_workbook_of_somebody_else_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "别的表"
    path = tmp_path / "别的.xlsx"
    book.save(path)
    before = path.read_bytes()
    with pytest.raises(WorkbookError, match=r"selfeval-xl import 别的\.xlsx"):
        score(path)
    assert path.read_bytes() == before


def test_a_target_that_cannot_be_written_leaves_the_file(mine: Path, tmp_path: Path) -> None:
    before = mine.read_bytes()
    (tmp_path / "夹").mkdir()
    with pytest.raises(TargetError):
        score(mine, tmp_path / "夹")
    assert mine.read_bytes() == before


def test_texts_where_numbers_belong_are_seen(mine: Path) -> None:
    changed(mine, ("自评表", "F7", Value("一千三百万")), ("自评表", "I17", Value("八分")))
    assessment = checked(mine)
    assert assessment.budget.rate is None or assessment.budget.rate < 1
    assert [finding for finding in assessment.findings if finding.severity == "error" and "F7" in finding.cells]
    assert [finding for finding in assessment.findings if finding.severity == "error" and "I17" in finding.cells]


def test_libreoffice_may_save_the_workbook_in_between(mine: Path, whole: Path, soffice_convert) -> None:
    (again,) = soffice_convert([mine], "xlsx")
    assessment = checked(again)
    assert assessment.total == checked(whole).total
    assert [finding.id for finding in assessment.findings] == [finding.id for finding in checked(whole).findings]
    score(again)
    assert differing(stored(Workbook(again)), embedded(again)) == {}


def test_a_second_score_changes_no_byte_where_two_sheets_have_notes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(template_file("project"))
    book = openpyxl.load_workbook(path)
    book["勾稽核对"]["B4"], book["勾稽核对"]["C4"], book["勾稽核对"]["E4"] = "某数", 5, 7
    book["自评表"]["C13"], book["自评表"]["I13"] = "培训人次", 10
    book.save(path)
    score(path)
    first = path.read_bytes()
    assert sum(name.startswith("xl/comments") for name in Workbook(path).package.archive.names) == 2
    score(path)
    assert path.read_bytes() == first


def typed(form: str, path: Path, **sheets: dict[str, object]) -> Path:
    """An empty form with cells typed into it."""
    path.write_bytes(template_file(form))
    book = openpyxl.load_workbook(path)
    for sheet, cells in sheets.items():
        for cell, value in cells.items():
            book[sheet][cell] = value
    book.save(path)
    return path


ROW = dict(zip("ABCDEFGI", ("产出指标", "数量指标", "场次", "≥", 10, "个", 10, 50), strict=True))


def test_management_items_count_only_where_the_rules_score_them(tmp_path: Path, soffice_convert) -> None:  # type: ignore[no-untyped-def]
    names = Workbook(typed("department", tmp_path / "a.xlsx"))
    ours = ours_in(names)
    assert ours is not None
    first = ours.layout.tables["indicators"].first_row
    form = {f"{column}{first}": value for column, value in ROW.items()} | {"C7": 100, "D7": 100, "F7": 100, "I6": 10}
    items = {f"{column}{row}": 5 for row in range(4, 10) for column in "BC"}

    def told(path: Path) -> list[tuple[str, str]]:
        return [(one.id, one.message) for one in examine(path)[0].findings if one.id.startswith(("weights", "score"))]

    unscored = typed("department", tmp_path / "b.xlsx", 自评表=form)
    assert [id for id, _ in told(unscored)] == ["weights.total"], "the items of 管理效率 without points hide nothing"
    for number, (wrong, id) in enumerate([({"C4": 6}, "score.exceeds_weight"), ({"B4": None}, "weights.missing")]):
        path = typed("department", tmp_path / f"{number}.xlsx", 自评表=form, 管理效率=items | wrong)
        score(path, rules=load("department-guangdong"))
        assert id in [each for each, _ in told(path)]
        assert examine(path)[0].total.score is None
        (again,) = soffice_convert([path], "xlsx")
        assert differing(stored(Workbook(path)), stored(Workbook(again))) == {}


@pytest.mark.parametrize("said", [None, "人民币"])
def test_a_currency_that_is_not_known_is_told_and_not_guessed(said: str | None, tmp_path: Path, soffice_convert) -> None:  # type: ignore[no-untyped-def]
    path = typed("project", tmp_path / "a.xlsx", 自评表={"N3": said, "C7": 100, "D7": 100, "F7": 100, "I6": 10, "J3": 2024, "J4": "某局"})
    score(path)
    (finding,) = [one for one in examine(path)[0].findings if one.id == "table.header"]
    assert (finding.cells, finding.message) == (("N3",), "自评表 N3：表头的金额单位没有填，或认不出来。")
    assert assessed("a.xlsx", examine(path)[0])["budget"]["currency_unit"] == said
    (again,) = soffice_convert([path], "xlsx")
    assert differing(stored(Workbook(path)), stored(Workbook(again))) == {}


def test_a_weight_in_words_gives_no_total(tmp_path: Path, soffice_convert) -> None:  # type: ignore[no-untyped-def]
    rows = {f"{column}13": value for column, value in ROW.items()}
    path = typed("project", tmp_path / "a.xlsx", 自评表={**rows, "C7": 100, "D7": 100, "F7": 100, "I6": "10分"})
    score(path)
    assert examine(path)[0].total.score is None
    (again,) = soffice_convert([path], "xlsx")
    assert differing(stored(Workbook(path)), stored(Workbook(again))) == {}


@pytest.mark.parametrize("whole", ["合计", "合　计", " 小 计 "])
def test_a_total_row_that_was_typed_into_the_regions_is_not_added_twice(whole: str, tmp_path: Path, soffice_convert) -> None:  # type: ignore[no-untyped-def]
    regions = {"A15": "甲区", "C15": 60, "D15": 60, "A16": "乙区", "C16": 40, "D16": 40, "A17": whole, "C17": 100, "D17": 100}
    budget = {"A4": "合计", "B4": "合计", "F4": 100, "A5": "一级项目", "B5": "补助", "F5": 100}
    path = typed("transfer", tmp_path / "a.xlsx", 预算执行={**regions, **budget}, 自评表={"D7": 100, "F7": 100, "I6": 10})
    score(path)
    assert Workbook(path).entry("预算执行", 35, 4).value == 100
    (again,) = soffice_convert([path], "xlsx")
    assert differing(stored(Workbook(path)), stored(Workbook(again))) == {}


def test_a_row_of_words_without_points_leaves_no_total_open(tmp_path: Path, soffice_convert) -> None:  # type: ignore[no-untyped-def]
    words = dict(zip("ABCDEGHIJ", ("效益指标", "社会效益指标", "影响", "定性", "提升", "有所提升", "部分达成", 0, 0), strict=True))
    form = {"C7": 100, "D7": 100, "F7": 100, "I6": 10, **{f"{column}16": value for column, value in ROW.items()}}
    path = typed("project", tmp_path / "a.xlsx", 自评表={**form, "I16": 90, **{f"{column}17": value for column, value in words.items()}})
    score(path)
    assert examine(path)[0].total.score == 100
    (again,) = soffice_convert([path], "xlsx")
    assert differing(stored(Workbook(path)), stored(Workbook(again))) == {}


@pytest.mark.parametrize("form", ["project", "department", "transfer"])
def test_a_project_without_its_budget_is_said(form: str, tmp_path: Path) -> None:
    lines = {"A4": "一级项目", "B4": "甲", "F4": 60, "G4": 60, "A5": "一级项目", "B5": "乙", "G5": 40}
    path = typed(form, tmp_path / "a.xlsx", 预算执行=lines)
    (finding,) = [one for one in examine(path)[0].findings if one.id == "budget.incomplete"]
    assert (finding.severity, finding.cells) == ("info", ("F5",)) and "“乙”没有填全年预算数" in finding.message
    path = typed(form, tmp_path / "b.xlsx", 预算执行={"A4": "一级项目", "B4": "甲", "A5": "二级项目", "B5": "子", "F5": 60, "G5": 60})
    assert "budget.incomplete" not in [one.id for one in examine(path)[0].findings]


def test_a_row_of_projects_without_formulas_leaves_their_sum_open(tmp_path: Path) -> None:
    lines = {"A4": "一级项目", "B4": "甲", "F4": 60, "G4": 60, "A5": "二级项目", "B5": "乙", "F5": 0, "A6": "二级项目", "B6": "丙", "F6": 60}
    path = typed("project", tmp_path / "a.xlsx", 预算执行={**lines, "M5": None, "N5": None, "O5": None})  # as Excel inserts it

    ours = ours_in(Workbook(path))
    assert ours is not None
    places = [ours.layout.fields[key].place for key in ("budget_sum_adjusted", "budget_compare")]
    assert [embedded(path)[place] for place in places] == [None, "插入的行还没有公式，合计未定：请重新计算"]
    score(path)
    assert [embedded(path)[place] for place in places] == [Decimal(60), None]


def test_what_follows_from_words_for_money_is_not_told_again(tmp_path: Path) -> None:
    path = typed("project", tmp_path / "a.xlsx", 自评表={"D7": "100万元", "F7": "95万元", "J6": 9.5})
    assert [one.id for one in examine(path)[0].findings if one.id.startswith(("budget", "table.not"))] == ["table.not_number"]


def test_money_that_is_missing_beside_words_for_other_money_is_told(tmp_path: Path) -> None:
    path = typed("project", tmp_path / "a.xlsx", 自评表={"D7": "见批复", "J6": 9.5})
    told = [one.message for one in examine(path)[0].findings if one.id == "budget.unchecked"]
    assert len(told) == 1 and "缺少全年执行数，" in told[0], "and not the budget, which has been told"


def test_no_rate_is_missed_where_the_form_has_its_formula(tmp_path: Path) -> None:
    path = typed("project", tmp_path / "a.xlsx", 自评表={"D7": 100, "F7": 95, "J6": 9.5})
    assert [one.id for one in examine(path)[0].findings if one.id.startswith("budget")] == []


def test_a_reason_of_spaces_is_none_in_the_summary_too(tmp_path: Path) -> None:
    rows = {f"{column}13": value for column, value in ROW.items()} | {"G13": 5, "N13": "　 "}
    path = typed("project", tmp_path / "a.xlsx", 自评表=rows)
    score(path)
    assert differing(stored(Workbook(path)), embedded(path)) == {}
    assert "（未填写原因）" in stored(Workbook(path)).values()


def test_a_copy_of_the_form_in_the_workbook_is_said_to_be_unread(mine: Path) -> None:
    book = openpyxl.load_workbook(mine)
    book.copy_worksheet(book["自评表"]).title = "自评表 (2)"
    book.create_sheet("底稿")["A1"] = "三级指标"
    book.save(mine)
    (finding,) = found(checked(mine), "package.further")
    assert finding.provided == "自评表 (2)"


def test_points_in_a_row_beside_the_table_are_not_missed_once_more(tmp_path: Path) -> None:
    rows = {f"{column}13": value for column, value in ROW.items()}
    path = typed("project", tmp_path / "a.xlsx", 自评表=rows)
    patch = Patch(Workbook(path).package)
    patch.insert_rows("自评表", 28, 1)  # above the total
    patch.save(path)
    changed(path, *(("自评表", f"{column}28", Value(40 if column == "I" else value)) for column, value in ROW.items()))
    told = [one.id for one in examine(path)[0].findings if one.id in ("weights.total", "table.outside")]
    assert told == ["table.outside"]


def test_formulas_of_a_row_that_became_others_are_told_together(mine: Path) -> None:
    ours = ours_in(Workbook(mine))
    assert ours is not None
    stretch = ours.layout.tables["indicators"]
    places = [stretch.place(stretch.first_row + 1, key) for key in ("score", "completion", "status")]
    changed(mine, *((place.sheet, place.cell, Formula("=1+1")) for place in places))
    (finding,) = found(checked(mine), "template.formula")
    assert finding.cells == tuple(place.cell for place in places)


def test_other_workbooks_and_the_web_within_formulas(tmp_path: Path) -> None:
    cells = {"C30": "='[去年的.xlsx]自评表'!A1", "C31": '=WEBSERVICE("http://x.invalid")', "C32": '=HYPERLINK("http://x.invalid","[a.xlsx]b!")'}
    path = typed("project", tmp_path / "a.xlsx", 预算执行=cells)
    found = {one.id: one for one in examine(path)[0].findings if one.id.startswith("package")}
    assert found.keys() == {"package.external_link", "package.web"}
    assert found["package.external_link"].provided == "去年的.xlsx"
    assert found["package.web"].cells == ("C31",)
    with pytest.raises(WorkbookError, match="预算执行!C30、预算执行!C31"):
        refuse_links(Workbook(path))


def test_an_error_value_is_no_words(tmp_path: Path) -> None:
    path = typed("project", tmp_path / "a.xlsx", 自评表={f"{column}13": value for column, value in ROW.items()} | {"G13": "#N/A"})
    (told,) = (one for one in examine(path)[0].findings if one.id.startswith("actual"))
    assert told.id == "actual.unreadable" and "实际完成值是错误值 #N/A" in told.message
    assert told.fix.startswith("清掉错误值")


def test_scoring_makes_rows_high_enough_for_what_was_typed_and_none_lower(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(template_file("project"))
    book = openpyxl.load_workbook(path)
    sheet, reason = book["自评表"], "因上级部门调整工作安排，原定三季度开展的培训推迟至下一年度，下一步将提前制定计划。"
    sheet["N13"], sheet["N14"], sheet["N15"], sheet["N17"] = reason, reason, "已调整", reason * 20
    sheet.row_dimensions[14].height = sheet.row_dimensions[15].height = 200
    guide = book["填报说明"].row_dimensions[21].height
    book.save(path)
    score(path)
    scored = openpyxl.load_workbook(path)
    rows = scored["自评表"].row_dimensions
    assert 56 <= rows[13].height < 100 and rows[14].height == rows[15].height == 200 and rows[16].height == 24
    assert rows[17].height == 409
    assert "（“自评表”第 17 行的文字太多，最高的行也放不下" in scored["校验结果"]["A2"].value
    assert scored["填报说明"].row_dimensions[21].height == guide, "what no user types stays as the form has it"


@pytest.mark.parametrize("key", ["year", "currency_unit", "unit", "op", "target"])
def test_what_is_put_together_from_a_full_cell_is_left_to_the_spreadsheet(
    key: str, mine: Path, tmp_path: Path
) -> None:
    ours = ours_in(Workbook(mine))
    assert ours is not None
    place = (ours.entries.fields | ours.entries.tables["indicators"][0])[key].place
    assert place is not None
    changed(mine, (*place, Value("长" * 32_767)))
    score(mine, tmp_path / "out.xlsx")
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")[place.sheet][place.cell].value == "长" * 32_767
