"""Import: official forms and earlier workbooks of ours into this year's standard workbook, with nothing dropped silently."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from form_corpus import built
from openpyxl.workbook.defined_name import DefinedName
from returns import varied
from sampled import sample

from selfeval_xl.cli import main
from selfeval_xl.demo import samples
from selfeval_xl.errors import SelfEvalError, TargetError, WorkbookError
from selfeval_xl.examine import examine
from selfeval_xl.fill import fill
from selfeval_xl.forms import template_file
from selfeval_xl.importing import import_workbook
from selfeval_xl.model import Entry, Evaluation, Indicator
from selfeval_xl.quantity import Quantity
from selfeval_xl.read import Workbook, ours_in, read
from selfeval_xl.read.file import CODE_LINE
from selfeval_xl.render.leftovers import PAGE
from selfeval_xl.rules import DEFAULT, load
from selfeval_xl.workbook.edits import Value
from selfeval_xl.workbook.recognize import recognize
from selfeval_xl.workbook.references import cell_name, parse_cell
from selfeval_xl.workbook.writing.patch import Patch

Rows = list[dict[str, tuple[str, Decimal | None, str | None]]]

LAYOUTS = (
    "allocation", "beijing-style", "below-table", "central-2019-project", "central-2021-project", "child-rows",
    "department-central", "department-plain-list", "execution-as-row", "formulas", "goal-pairs", "grade-ticks",
    "group-rows", "guangdong-score-table", "level-repeated", "no-scores-zhejiang", "offset-with-cover", "pairs-funds",
    "sichuan-style", "split-target", "target-three-cells", "transfer-central", "two-row-heading", "weight-as-percent",
)  # fmt: skip


def figure(entry: Entry) -> Decimal | str:
    return entry.value if entry.value is not None else "".join(entry.text.split())


def meaning(quantity: Quantity) -> object:
    if quantity.kind in ("qualitative", "reference", "unreadable", "status"):
        return quantity.kind, quantity.text.strip(), quantity.state
    return quantity.kind, quantity.op, quantity.value, quantity.upper, quantity.unit, quantity.bound, quantity.date


def row_of(indicator: Indicator) -> tuple[object, ...]:
    name = indicator.name.text.strip().removeprefix("其中").lstrip("：:")
    return (
        indicator.level1.text, indicator.level2.text, name, meaning(indicator.target_read),
        meaning(indicator.actual_read), figure(indicator.weight), figure(indicator.claimed_score),
        figure(indicator.state), figure(indicator.reason), indicator.child,
    )  # fmt: skip


def said(evaluation: Evaluation) -> dict[str, object]:
    """What a form says, but for what only one of both kinds of workbook has."""
    header, total = evaluation.header, evaluation.funds.total if evaluation.funds else None
    money = ("initial", "adjusted", "executed", "weight", "claimed_rate", "claimed_score", "reason")
    return {
        "header": [figure(entry) for entry in (header.year, header.unit, header.department, header.project)],
        "goals": [figure(evaluation.goal_expected), figure(evaluation.goal_actual)],
        "closing": [figure(evaluation.problems), figure(evaluation.measures), figure(evaluation.claimed_grade)],
        "total": figure(evaluation.claimed_total),
        "money": [figure(getattr(total, key)) if total else "" for key in money],
        "currency": evaluation.funds.currency_unit if total and not total.adjusted.blank and evaluation.funds else "",
        "indicators": [
            row_of(one._replace(weight=Entry()) if evaluation.weights_proposed else one)
            for one in evaluation.indicators
        ],
    }


# --- official forms ---


def test_import_never_writes_over_its_source(tmp_path: Path) -> None:
    source = built("central-2021-project", tmp_path)
    before = source.read_bytes()
    with pytest.raises(TargetError, match="不改原文件"):
        import_workbook(source, tmp_path / "." / source.name)
    assert source.read_bytes() == before
    (tmp_path / "new.xlsx").write_bytes(before)  # what another import left there goes
    import_workbook(source, tmp_path / "new.xlsx")
    assert ours_in(Workbook(tmp_path / "new.xlsx")) is not None


def test_rows_of_the_forms_own_filler_stay_behind(tmp_path: Path) -> None:
    """In our workbook, where formulas count every named row, they would keep the total open; typed there, they do."""
    source, output = built("central-2021-project", tmp_path), tmp_path / "new.xlsx"
    (form,) = read(source)
    book, one = openpyxl.load_workbook(source), form.indicators[0]
    for entry in (one.target, one.actual, one.weight, one.claimed_score):
        assert entry.place
        book[entry.place.sheet][entry.place.cell] = None
    assert one.name.place
    book[one.name.place.sheet][one.name.place.cell] = "……"
    assert one.reason.place
    book[one.reason.place.sheet][one.reason.place.cell] = "本年不涉及"
    book.save(source)
    left = import_workbook(source, output).left
    assert [each.text for each in left if each.where == one.reason.place] == ["本年不涉及"], "what was typed is told"
    assert [row.name.text for row in read(output)[0].indicators] == [row.name.text for row in form.indicators[1:]]
    assert examine(output)[0].total.score is not None
    patch, name = Patch(Workbook(output).package), read(output)[0].indicators[-1].name.place
    assert name
    below = cell_name(parse_cell(name.cell)[0] + 1, parse_cell(name.cell)[1])
    patch.set(name.sheet, below, Value("……"))
    patch.save(output)
    (assessment,) = examine(output)
    assert assessment.total.score is None
    assert ("target.placeholder", "warning") in [(one.id, one.severity) for one in assessment.findings]


def test_names_of_digits_keep_all_of_them(tmp_path: Path) -> None:
    source, output = built("central-2021-project", tmp_path), tmp_path / "new.xlsx"
    (form,) = read(source)
    names = [one.name.place for one in form.indicators[:2]]
    book = openpyxl.load_workbook(source)
    sheet = book[form.sheet or ""]
    assert names[0] and names[1]
    sheet[names[0].cell], sheet[names[1].cell] = "001", 20240001234567  # a text, and a number of 14 digits
    sheet[names[1].cell].number_format = "0"
    book.save(source)
    import_workbook(source, output)
    assert [one.name.text for one in read(output)[0].indicators[:2]] == ["001", "20240001234567"]


def test_a_target_that_became_a_formula_keeps_its_sign(tmp_path: Path) -> None:
    source = built("central-2021-project", tmp_path)
    book, (form,) = openpyxl.load_workbook(source), read(source)
    (place,) = [one.target.place for one in form.indicators if one.target.text == "=100%"]
    assert place
    book[place.sheet][place.cell], book[place.sheet][place.cell].number_format = "=100%", "0%"
    book.save(source)
    source.write_bytes(varied(source.read_bytes(), {"<f>100%</f><v></v>": "<f>100%</f><v>1</v>"}))  # as Excel saves it
    import_workbook(source, tmp_path / "new.xlsx")
    assert said(read(tmp_path / "new.xlsx")[0])["indicators"] == said(form)["indicators"]


@pytest.mark.parametrize("name", LAYOUTS)
def test_official_form_says_the_same_after_import_and_what_was_not_taken_is_listed(name: str, tmp_path: Path) -> None:
    source, output = built(name, tmp_path), tmp_path / "new.xlsx"
    imported = import_workbook(source, output)
    before, after = said(read(source)[0]), said(read(output)[0])
    if name == "formulas":  # saved without values: the import works them out
        before = {**before, **{key: after[key] for key in ("money", "total", "indicators")}}
    if before["money"][3] in ("", "—"):  # type: ignore[index]
        after["money"][3] = before["money"][3]  # type: ignore[index]  # our form presets 10 points
    if not before["header"][3]:  # type: ignore[index]
        after["header"][3] = ""  # type: ignore[index]  # 部门整体支出 stands in our department form already
    assert after == before
    assert after["indicators"], "a form without indicators proves nothing"
    assert ours_in(Workbook(output)) is not None
    assert imported.assessment.evaluation.form == read(source)[0].form
    listed = {str(one.where) for one in imported.left}
    for title, grid in Workbook(source).grids.items():
        for form in recognize(grid, title):
            cells = {f"{title}!{cell_name(*at)}" for at in form.leftovers if grid.cells[at].text.strip()}
            assert cells <= listed


def test_leftovers_stand_on_a_sheet_of_the_new_workbook(tmp_path: Path) -> None:
    imported = import_workbook(built("guangdong-score-table", tmp_path), tmp_path / "new.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "new.xlsx")[PAGE]
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=4, max_col=3)]
    assert ("评分表!I4", "培训通知", "标准表没有对应的格") in rows
    assert [str(one.where) for one in imported.left] == [row[0] for row in rows]


def test_a_date_that_nobody_wrote_is_not_left_over(tmp_path: Path) -> None:
    source = built("central-2021-project", tmp_path)
    book = openpyxl.load_workbook(source)
    last = book.active.max_row
    book.active.cell(last + 1, 1, "填报日期：      年   月   日")
    book.active.cell(last + 2, 1, "填报日期：2022年1月5日")
    book.save(source)
    left = import_workbook(source, tmp_path / "new.xlsx").left
    assert [one.text for one in left if "填报日期" in one.text] == ["填报日期：2022年1月5日"]


def test_no_leftovers_no_sheet(tmp_path: Path) -> None:
    assert import_workbook(built("central-2019-project", tmp_path), tmp_path / "new.xlsx").left == ()
    assert PAGE not in openpyxl.load_workbook(tmp_path / "new.xlsx").sheetnames


def test_targets_are_split_into_their_cells(tmp_path: Path) -> None:
    import_workbook(built("central-2019-project", tmp_path), tmp_path / "new.xlsx")
    ours = ours_in(Workbook(tmp_path / "new.xlsx"))
    assert ours is not None
    cells = [[row[key].text for key in ("op", "target", "unit", "actual")] for row in ours.entries.tables["indicators"]]
    assert cells[0] == ["≥", "1000", "人次", "1050"]
    assert cells[2] == ["≥", "95", "%", "92"]
    assert cells[3] == ["", "12月31日前", "", "12月20日"]
    assert cells[4] == ["定性", "有效提升", "", "有效提升"]


def test_amounts_keep_their_unit_and_join_it(tmp_path: Path) -> None:
    """A form in yuan stays in yuan; one whose cells name units of their own gets one unit for all."""
    import_workbook(built("split-target", tmp_path), tmp_path / "yuan.xlsx")
    funds = read(tmp_path / "yuan.xlsx")[0].funds
    assert funds is not None and funds.total is not None
    assert (funds.currency_unit, funds.total.executed.value) == ("元", Decimal(270000))
    import_workbook(built("units-in-cells", tmp_path), tmp_path / "mixed.xlsx")
    funds = read(tmp_path / "mixed.xlsx")[0].funds
    assert funds is not None and funds.total is not None
    assert (funds.currency_unit, funds.total.adjusted.value, funds.total.executed.value) == (
        "万元", Decimal(120), Decimal(114),
    )  # fmt: skip


@pytest.mark.parametrize("written", ["50万元", "50万"])
@pytest.mark.parametrize(("heading", "lines"), [("支出项目", [("办公费", Decimal(50)), ("培训费", Decimal(70))]), ("科目", [])])
def test_lines_on_a_sheet_in_another_unit_are_put_on_the_forms(
    heading: str, lines: list[tuple[str, Decimal]], written: str, tmp_path: Path
) -> None:
    """What was spent on what, below a heading that names no projects, belongs to no form: it is told."""
    book = openpyxl.load_workbook(built("central-2021-project", tmp_path))
    sheet = book.create_sheet("支出明细")
    for values in ([heading, "预算（元）", "支出（元）"], ["办公费", written, 495000], ["培训费", 700000, 693000], ["合计", 1200000, 1188000]):
        sheet.append(values)
    book.save(tmp_path / "旧表.xlsx")
    done = import_workbook(tmp_path / "旧表.xlsx", tmp_path / "新表.xlsx")
    (evaluation,) = read(tmp_path / "新表.xlsx")
    tables = [table for table in evaluation.budgets if table.lines]
    assert [(line.name.text, line.adjusted.value) for table in tables for line in table.lines] == lines
    assert any("是支出明细，不是自评表" in left.why for left in done.left) != bool(lines)


def test_parts_of_parts_are_not_added_up_twice(tmp_path: Path) -> None:
    imported = import_workbook(built("nested-parts", tmp_path), tmp_path / "new.xlsx")
    before, after = read(tmp_path / "nested-parts.xlsx")[0].funds, read(tmp_path / "new.xlsx")[0].funds
    assert before and after and before.total and after.total
    assert after.total.executed.value == before.total.executed.value
    assert sum("重复相加" in one.why for one in imported.left) == 3


def two_splits(folder: Path, changes: dict[str, object] | None = None) -> Path:
    """A department's form whose total is split by source (rows 6, 7) and again by nature (rows 8, 9)."""
    source = built("department-county-nature", folder)
    book = openpyxl.load_workbook(source)
    for cell, value in (changes or {}).items():
        book.active[cell] = value
    book.save(source)
    return source


def money_rows(path: Path, table: str) -> list[tuple[str, Decimal | None]]:
    """The lines of a workbook of ours that have money, with their budgets."""
    ours = ours_in(Workbook(path))
    assert ours is not None
    rows = ours.entries.tables[table]
    return [(row["name"].text, row["adjusted"].value) for row in rows if row["adjusted"].value is not None]


def test_money_split_two_ways_goes_into_both_tables_and_counts_once(tmp_path: Path) -> None:
    source = two_splits(tmp_path, {"B6": "按资金来源：政府性基金"})
    imported = import_workbook(source, tmp_path / "new.xlsx")
    natures = [("基本支出", Decimal("920.8")), ("项目支出", Decimal(700))]
    assert money_rows(tmp_path / "new.xlsx", "nature") == natures
    assert money_rows(tmp_path / "new.xlsx", "funds") == [  # in the rows that our form prints for them
        ("政府性基金预算财政拨款", Decimal("1520.8")), ("其他资金", Decimal(100)),
    ]  # fmt: skip
    (before,), (after,) = read(source), read(tmp_path / "new.xlsx")
    assert after.funds and before.funds and after.funds.total and before.funds.total
    assert after.funds.total.adjusted.value == before.funds.total.adjusted.value
    assert imported.left == () and not [one for one in imported.assessment.findings if one.severity == "error"]


def test_one_nature_among_tasks_is_a_task(tmp_path: Path) -> None:
    source = built("tasks-divided-by-source", tmp_path)
    book = openpyxl.load_workbook(source)
    book.active["B7"] = "基本支出"
    book.save(source)
    imported = import_workbook(source, tmp_path / "new.xlsx")
    assert money_rows(tmp_path / "new.xlsx", "nature") == []
    assert ("基本支出", Decimal(4610)) in money_rows(tmp_path / "new.xlsx", "budget")
    (one,) = [one for one in imported.assessment.findings if one.id == "budget.total"]
    assert "防震减灾科普" in one.message  # as in the form itself


@pytest.mark.parametrize("total", [True, False])
def test_money_split_by_nature_alone_keeps_its_total(tmp_path: Path, total: bool) -> None:
    """Sources without money beside natures: the total is no sum of noughts, and where it is missing that of these."""
    nothing: dict[str, object] = {f"{column}{row}": 0 for column in "CDE" for row in (6, 7)}
    if not total:
        nothing |= {f"{column}5": None for column in "CDE"}
    nothing |= {"B8": "基本支出（万元）", "B9": "项目支出（万元）"}
    import_workbook(two_splits(tmp_path, nothing), tmp_path / "new.xlsx")
    (after,) = read(tmp_path / "new.xlsx")
    assert after.funds and after.funds.total and after.funds.total.adjusted.value == Decimal("1620.8")
    assert [name for name, _ in money_rows(tmp_path / "new.xlsx", "nature")] == ["基本支出", "项目支出"]


def test_natures_that_do_not_make_the_total_are_told(tmp_path: Path) -> None:
    imported = import_workbook(two_splits(tmp_path, {"E9": 657.58}), tmp_path / "new.xlsx")
    assert ("整体!E5", "1588.38") in [(str(one.where), one.text) for one in imported.left if "1578.38" in one.why]


def test_sources_and_natures_that_make_the_total_together_are_one_split(tmp_path: Path) -> None:
    whole = {"C5": 3001, "D5": 3241.6, "E5": 3176.76}
    imported = import_workbook(two_splits(tmp_path, whole), tmp_path / "new.xlsx")
    assert len(money_rows(tmp_path / "new.xlsx", "funds")) == 4 and imported.left == ()
    assert money_rows(tmp_path / "new.xlsx", "nature") == []


def test_second_split_without_a_place_is_listed_not_added(tmp_path: Path) -> None:
    imported = import_workbook(two_splits(tmp_path), tmp_path / "new.xlsx", form="project")
    assert [name for name, _ in money_rows(tmp_path / "new.xlsx", "funds")] == ["当年财政拨款", "其他资金"]
    listed = [one for one in imported.left if "另一种分法" in one.why]
    assert [str(one.where) for one in listed] == ["整体!B8", "整体!B9"] and "667.58" in listed[1].text


def test_total_that_its_parts_do_not_give_is_told(tmp_path: Path) -> None:
    source = built("central-2019-project", tmp_path)
    book = openpyxl.load_workbook(source)
    book.active["G7"] = "175.99"  # the parts give 175.48
    book.save(source)
    left = import_workbook(source, tmp_path / "new.xlsx").left
    assert [(str(one.where), one.text) for one in left] == [("自评表!G7", "175.99")]
    assert "175.48" in left[0].why


def test_total_that_its_parts_do_not_give_is_told_before_what_follows_from_it(tmp_path: Path) -> None:
    source = built("central-2019-project", tmp_path)
    book = openpyxl.load_workbook(source)
    for cell, text in {"F7": "203", "G7": "175.99", "A21": "联系电话", "B21": "见封面"}.items():
        book.active[cell] = text
    book.save(source)
    left = import_workbook(source, tmp_path / "new.xlsx").left
    assert [str(one.where) for one in left[:2]] == ["自评表!F7", "自评表!G7"] and len(left) > 2
    assert all("请先核对" in one.why for one in left[:2])


@pytest.mark.parametrize(
    ("rate", "spent", "sources", "projects", "slow"),
    [
        (95, 1539.76, 1439.76, 618.96, []),  # 项目支出 has 88.42%
        (80, 1296.64, 1196.64, 375.84, ["“年度资金总额”"]),
    ],
)
def test_slow_spending_is_told_after_import_as_before(
    rate: int, spent: float, sources: float, projects: float, slow: list[str], tmp_path: Path
) -> None:
    """The same money in the funds block, then in the table 支出性质."""
    cells = {"E5": spent, "G5": f"{rate}%", "H5": rate / 10, "E6": sources, "E9": projects, "G6": "", "G9": ""}
    source = two_splits(tmp_path, cells)
    import_workbook(source, tmp_path / "new.xlsx")
    assert [name for name, _ in money_rows(tmp_path / "new.xlsx", "nature")] == ["基本支出", "项目支出"]
    for path in (source, tmp_path / "new.xlsx"):
        (assessment,) = examine(path)
        told = [one.message for one in assessment.findings if one.id == "budget.low_rate"]
        assert len(told) == len(slow) and all(map(str.__contains__, told, slow))


def test_money_in_two_units_is_left_to_its_writer(tmp_path: Path) -> None:
    """The total in yuan beside a part in ten thousands of yuan: our total would be the part's, a false rate its due."""
    source = built("central-2019-project", tmp_path)
    book = openpyxl.load_workbook(source)
    whole = next(cell for cell in ("G7", "F7") if book.active[cell].value)
    book.active[whole] = float(str(book.active[whole].value).replace(",", "")) * 10_000
    book.save(source)
    imported = import_workbook(source, tmp_path / "new.xlsx")
    listed = {str(one.where).partition("!")[2] for one in imported.left if "单位弄不清" in one.why}
    assert whole in listed and len(listed) > 1
    (after,) = read(tmp_path / "new.xlsx")
    assert after.funds and after.funds.total and after.funds.total.executed.value is None
    assert after.funds.total.adjusted.value is not None
    assert not [one for one in imported.assessment.findings if one.id == "budget.rate"]


@pytest.mark.parametrize(
    ("name", "weight"),
    [("zhejiang-pairs-adjusted", "0"), ("guangxi-direction-column", "10"), ("execution-as-row", None)],
)
def test_the_execution_gets_no_points_that_the_form_does_not_give(
    name: str, weight: str | None, tmp_path: Path
) -> None:
    new = tmp_path / "新.xlsx"
    import_workbook(built(name, tmp_path), new)
    (old,), (moved,) = examine(tmp_path / f"{name}.xlsx"), examine(new)
    assert moved.budget.weight == old.budget.weight
    assert weight is None or moved.budget.weight == Decimal(weight)
    assert moved.total.score == old.total.score


def test_several_forms_one_is_chosen_and_told(tmp_path: Path) -> None:
    source = built("rate-bare-one", tmp_path)
    names = [evaluation.sheet for evaluation in read(source)]
    assert len(names) > 1
    first = import_workbook(source, tmp_path / "a.xlsx")
    assert f"有 {len(names)} 张自评表" in first.taken and f"“{names[0]}”" in first.taken
    assert any("--sheet" in one.why for one in first.left)
    rows = len(read(source)[0].indicators)
    assert "个，" in first.taken and f"绩效指标 {rows} 行" in first.taken
    second = import_workbook(source, tmp_path / "b.xlsx", sheet=names[1])
    assert f"“{names[1]}”" in second.taken
    assert said(read(tmp_path / "b.xlsx")[0])["indicators"] == said(read(source)[1])["indicators"]
    with pytest.raises(WorkbookError, match="没有工作表“丙丁”"):
        import_workbook(source, tmp_path / "c.xlsx", sheet="丙丁")
    assert not (tmp_path / "c.xlsx").exists()


def test_second_form_of_a_sheet_is_reached_as_the_message_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = built("stacked-forms", tmp_path)
    book = openpyxl.load_workbook(source)
    book[read(source)[0].sheet or ""].title = "自评 表"
    book.save(source)
    first, second = read(source)[:2]
    assert first.sheet == second.sheet == "自评 表"
    imported = import_workbook(source, tmp_path / "a.xlsx")
    (told,) = [one for one in imported.left if "另有一张表" in one.why]
    assert told.text == second.header.project.text and first.header.project.text in imported.taken
    options = shlex.split(told.why.partition("加上 ")[2])
    assert options == ["--sheet", first.sheet, "--number", "2"]
    assert main(["import", source.name, "-o", "b.xlsx", *options]) in (0, 1)
    assert said(read(tmp_path / "b.xlsx")[0])["indicators"] == said(second)["indicators"]
    import_workbook(source, tmp_path / "c.xlsx", number=2)  # of the whole file
    assert read(tmp_path / "c.xlsx")[0].header.project.text == second.header.project.text
    capsys.readouterr()
    assert main(["import", source.name, "-o", "d.xlsx", "--number", "9"]) == 2
    assert "没有第 9 张" in capsys.readouterr().err
    assert main(["import", "c.xlsx", "-o", "d.xlsx", "--number", "2"]) == 2
    assert "没有第 2 张" in capsys.readouterr().err
    assert main(["import", source.name, "-o", "d.xlsx", "--number", "0"]) == 2
    assert "应为大于 0 的整数" in capsys.readouterr().err


def test_form_on_a_hidden_sheet_is_taken_only_where_it_is_asked_for(tmp_path: Path) -> None:
    source = official_form(tmp_path, [("购置设备", "≥4台", "4台", 90, 90)])
    book = openpyxl.load_workbook(source)
    draft = book.copy_worksheet(book.active)
    draft.title, draft.sheet_state = "草稿", "hidden"
    book.move_sheet(draft, -1)
    book.save(source)
    [told] = [one for one in import_workbook(source, tmp_path / "a.xlsx").left if "草稿" in str(one.where)]
    assert told.why.endswith("加上 --sheet 草稿")
    assert "“草稿”" in import_workbook(source, tmp_path / "b.xlsx", sheet="草稿").taken


def test_each_form_takes_the_tables_on_the_sheet_behind_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, money in (("甲", 10), ("乙", 30)):
        form, table = book.create_sheet(name), book.create_sheet(f"{name}明细")
        for row in (["项目名称", f"{name}项目"], ["三级指标", "指标值", "实际完成值", "分值"], ["栽树", "≥10棵", "12棵", 100]):
            form.append(row)
        for row in (["资金分配表（万元）"], ["地区", "分配金额", "使用金额"], ["某县", money, money]):
            table.append(row)
    book.save(tmp_path / "a.xlsx")
    result = import_workbook(tmp_path / "a.xlsx", tmp_path / "b.xlsx", form="transfer", number=2)
    (moved,) = read(tmp_path / "b.xlsx")
    assert [one.allocated.value for one in moved.allocations] == [30]
    assert {one.where: one.why for one in result.left}["工作表“甲明细”"] == "属于另一张自评表，没有导入"


def test_kind_that_can_not_be_told_must_be_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["三级指标", "指标值", "实际完成值", "得分"], ["栽树", "≥10棵", "12棵", 10]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(WorkbookError, match="--form"):
        import_workbook(tmp_path / "a.xlsx", tmp_path / "b.xlsx")
    import_workbook(tmp_path / "a.xlsx", tmp_path / "b.xlsx", form="department")
    assert [len(one.indicators) for one in read(tmp_path / "b.xlsx")] == [1]


@pytest.mark.parametrize(
    ("rules", "points", "written"),
    [
        (DEFAULT, 90, "10 分"),
        (DEFAULT, 100, "0 分（指标合计 100 分）"),
        (DEFAULT, 50, "0 分（指标合计 50 分）"),
        ("bands-80-50", 80, "20 分"),
        ("department-guangdong", 50, "0 分（指标合计 50 分）"),
    ],
)
def test_weight_of_the_execution_is_told_as_it_stands_in_the_new_workbook(
    rules: str, points: int, written: str, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (["三级指标", "指标值", "实际完成值", "分值", "得分"], ["栽树", "≥10棵", "12棵", points, points]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    imported = import_workbook(tmp_path / "a.xlsx", tmp_path / "b.xlsx", form="project", rules=load(rules))
    assert [one.why for one in imported.left if "分值" in one.why] == [f"没有写预算执行率的分值，新表按 {written}，请核对"]
    assert f"{imported.assessment.budget.weight} 分" == written.partition("（")[0]


def test_error_values_are_not_moved_as_figures(tmp_path: Path) -> None:
    source = built("central-2019-project", tmp_path)
    book = openpyxl.load_workbook(source)
    book.active["I20"] = "#DIV/0!"
    book.active["I14"] = "#REF!"
    book.active["I15"] = "#SPILL!"
    book.save(source)
    left = import_workbook(source, tmp_path / "new.xlsx").left
    assert {str(one.where): one.why for one in left} == {
        "自评表!I20": "标准表没有对应的格", "自评表!I14": "单元格里是错误值", "自评表!I15": "单元格里是错误值",
    }  # fmt: skip
    assert read(tmp_path / "new.xlsx")[0].claimed_total.blank


def test_rows_beyond_the_template_grow_it(tmp_path: Path) -> None:
    source = built("level-repeated", tmp_path)
    book = openpyxl.load_workbook(source)
    sheet = book.active
    for number in range(40):
        sheet.insert_rows(10)
        for column, value in enumerate(
            ("产出指标", "数量指标", f"路段{number}", f"≥{number + 1}公里", f"{number + 2}公里"), 1
        ):
            sheet.cell(10, column, value)
    book.save(source)
    import_workbook(source, tmp_path / "new.xlsx")
    assert said(read(tmp_path / "new.xlsx")[0])["indicators"] == said(read(source)[0])["indicators"]
    assert len(read(source)[0].indicators) == 44


@pytest.mark.requires_soffice
def test_imported_totals_hold_in_libreoffice(
    tmp_path: Path, soffice_convert: Callable[[list[Path], str], list[Path]]
) -> None:
    names = ("central-2019-project", "two-row-heading", "transfer-central")
    outputs = []
    for name in names:
        outputs.append(tmp_path / f"new-{name}.xlsx")
        import_workbook(built(name, tmp_path), outputs[-1])
    for output, recalculated in zip(outputs, soffice_convert(outputs, "xlsx"), strict=True):
        ours = ours_in(Workbook(output))
        assert ours is not None
        (assessment,) = examine(output)
        book = openpyxl.load_workbook(recalculated, data_only=True)
        for key, expected in (("total_score", assessment.total.score), ("budget_score", assessment.budget.score)):
            spot = ours.layout.fields[key]
            shown = book[spot.sheet].cell(spot.row, spot.column).value
            assert shown == (pytest.approx(float(expected)) if expected is not None else shown)
            assert expected is not None or not isinstance(shown, float)


# --- what a source leaves to be worked out ---

Said = tuple[object, ...]


def official_form(folder: Path, rows: list[Said], *, total: object = 100, shared: str | None = None) -> Path:
    """A small project form with these rows of 名称, 指标值, 实际完成值, 分值, 得分; ``shared`` is a merged range."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "自评"
    for line in (
        ("项目支出绩效自评表",),
        ("项目名称", "", "服务热线"),
        ("项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
        ("", "年度资金总额", 100, 100, 100, 10, "100%", 10),
        ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"),
        *(("产出指标", "数量指标", *row) for row in rows),
        ("总分", "", "", "", "", 100, total),
    ):
        sheet.append(line)
    if shared:
        sheet.merge_cells(shared)
    book.save(folder / "official.xlsx")
    return folder / "official.xlsx"


def imported(source: Path, folder: Path) -> tuple[Rows, set[str], list[str]]:
    """The rows of the imported workbook, the errors and warnings in it, and why what was not moved as it stood."""
    result = import_workbook(source, folder / "new.xlsx")
    ours = ours_in(Workbook(folder / "new.xlsx"))
    assert ours is not None
    rows = [{key: (one.text, one.value, None) for key, one in row.items()} for row in ours.entries.tables["indicators"]]
    loud = {one.id for one in result.assessment.findings if one.severity != "info"}
    return rows, loud - {"table.header", "table.classification"}, [one.why for one in result.left]


def test_direction_that_the_name_gives_is_written_as_a_sign(tmp_path: Path) -> None:
    rows: list[Said] = [
        ("重复投诉率", "5%", "3.2%", 40, 40),
        ("平均接通时长", "15秒", "12秒", 30, 30),
        ("培训人次", "100人次", "120人次", 20, 20),
    ]
    source = official_form(tmp_path, rows)
    (before,) = examine(source)
    moved, loud, why = imported(source, tmp_path)
    (after,) = examine(tmp_path / "new.xlsx")
    assert [row["op"][0] for row in moved] == ["≤", "待定", ""]
    assert loud == set()
    assert [one.status for one in after.indicators] == [one.status for one in before.indicators]
    assert [one.status for one in after.indicators] == ["met", "undecided", "met"]
    assert sum("没有比较符号" in one for one in why) == 2


@pytest.mark.requires_soffice
def test_sign_left_open_is_decided_by_no_formula(
    tmp_path: Path, soffice_convert: Callable[[list[Path], str], list[Path]]
) -> None:
    import_workbook(official_form(tmp_path, [("平均接通时长", "15秒", "12秒", 90, 90)]), tmp_path / "new.xlsx")
    ours = ours_in(Workbook(tmp_path / "new.xlsx"))
    assert ours is not None
    stretch = ours.layout.tables["indicators"]
    book = openpyxl.load_workbook(tmp_path / "new.xlsx")
    book[stretch.sheet].cell(stretch.first_row, stretch.columns["actual"]).value = 11  # no reading holds any more
    book.save(tmp_path / "typed.xlsx")
    (recalculated,) = soffice_convert([tmp_path / "typed.xlsx"], "xlsx")
    sheet = openpyxl.load_workbook(recalculated, data_only=True)[stretch.sheet]
    assert sheet.cell(stretch.first_row, stretch.columns["status"]).value == "待评定"


def test_bare_share_is_not_given_the_unit_of_its_target(tmp_path: Path) -> None:
    source = official_form(tmp_path, [("群众满意度", "≥90%", 0.93, 90, 90)])
    moved, loud, _ = imported(source, tmp_path)
    assert {key: moved[0][key][0] for key in ("target", "unit", "actual")} == {
        "target": "≥90%", "unit": "", "actual": "0.93",
    }  # fmt: skip
    assert loud == {"actual.unit"}


def test_words_behind_points_are_moved_as_a_reason_or_told(tmp_path: Path) -> None:
    rows: list[Said] = [("培训人员", "≥300人次", "326人次", "90（调整后）", "90分（不扣分）")]
    moved, _, why = imported(official_form(tmp_path, rows), tmp_path)
    assert [(row["weight"][1], row["claimed_score"][1], row["reason"][0]) for row in moved] == [(90, 90, "不扣分")]
    assert sum("括号里的话" in one for one in why) == 1


def test_notes_behind_amounts_are_told_and_units_called_otherwise_stay_scored(tmp_path: Path) -> None:
    notes = import_workbook(built("notes-beside-amounts", tmp_path), tmp_path / "notes.xlsx").left
    assert any("（" in one.text and "括号里的话" in one.why for one in notes)
    units = import_workbook(built("units-called-otherwise", tmp_path), tmp_path / "units.xlsx").assessment
    assert [score.status for score in units.indicators[:3]] == ["missed", "met", "met"]


def test_row_that_shares_its_points_keeps_its_name(tmp_path: Path) -> None:
    rows: list[Said] = [("建设中心", "≥4个", "4个", 90, 90), ("培训人员", "≥300人次", "326人次")]
    moved, loud, why = imported(official_form(tmp_path, rows, shared="F6:F7"), tmp_path)
    assert [(row["name"][0], row["weight"][1]) for row in moved] == [("建设中心", 90), ("培训人员", 0)]
    assert loud == set() and any("合用一个分值" in one for one in why)


def test_scores_of_rows_that_share_their_points_are_moved_as_their_sum(tmp_path: Path) -> None:
    rows: list[Said] = [("建设中心", "≥4个", "4个", 90, 60), ("培训人员", "≥300人次", "326人次", None, 30)]
    moved, loud, why = imported(official_form(tmp_path, rows, shared="F6:F7"), tmp_path)
    assert [row["claimed_score"][1] for row in moved] == [90, 0]
    assert loud == set() and any("得分相加" in one for one in why)


def test_scores_of_rows_that_share_their_points_stay_where_one_of_them_was_missed(tmp_path: Path) -> None:
    rows: list[Said] = [("建设中心", "≥4个", "4个", 90, 70, "场地未交付"), ("培训人员", "≥300人次", "200人次")]
    source = official_form(tmp_path, rows, total=80, shared="F6:F7")
    (before,) = examine(source)
    moved, loud, why = imported(source, tmp_path)
    assert [(row["op"][0], row["target"][0]) for row in moved] == [("定性", "≥4个"), ("≥", "300")]
    assert examine(tmp_path / "new.xlsx")[0].total.score == before.total.score == 80
    assert "score.mismatch" not in loud and any("有的没有完成" in one for one in why)


def test_a_reason_beside_a_row_that_shares_its_points_stands_where_they_do_too(tmp_path: Path) -> None:
    rows: list[Said] = [("建设中心", "≥4个", "4个", 90, 60), ("培训人员", "≥300人次", "200人次", None, 20, "名额减少")]
    moved, loud, why = imported(official_form(tmp_path, rows, total=90, shared="F6:F7"), tmp_path)
    assert [(row["claimed_score"][1], row["reason"][0]) for row in moved] == [(80, "培训人员：名额减少"), (0, "名额减少")]
    assert loud == set() and len(why) == len(set(why)) and not any("没有这一栏" in one for one in why)


def test_score_by_a_standard_of_the_forms_own_is_moved_as_the_units(tmp_path: Path) -> None:
    source, output = built("department-own-standard", tmp_path), tmp_path / "new.xlsx"
    imported = import_workbook(source, output)
    (before,), (after,) = examine(source), examine(output)
    assert [one.claimed_score.value for one in after.evaluation.indicators] == [10, 10, 9, 5, 9, 9, 40]
    assert [one.op.text for one in after.evaluation.indicators] == ["≤", "≤", "定性", "定性", "≥", "定性", "≥"]
    wrong = [[one.id for one in each.findings if one.id == "score.mismatch"] for each in (before, after)]
    assert wrong == [["score.mismatch"]] * 2  # of 按比例得分
    told = [one.text for one in imported.left if "自己的评分标准" in one.why]
    assert told == ["预算调整率：≤10%", "结转结余率：≤5%", "固定资产利用率：≥90%"]


def test_form_over_two_sheets_is_moved_whole(tmp_path: Path) -> None:
    source, output = built("form-over-two-sheets", tmp_path), tmp_path / "new.xlsx"
    imported = import_workbook(source, output)
    assert said(read(output)[0])["indicators"] == said(read(source)[0])["indicators"]
    assert imported.left == () and "“自评表”和续表“自评表2”" in imported.taken
    assert [one.id for one in imported.assessment.findings if one.severity == "error"] == ["reason.missing"]


def test_rate_of_few_digits_is_still_right_in_a_cell_that_shows_more(tmp_path: Path) -> None:
    source = official_form(tmp_path, [("购置设备", "≥4台", "4台", 90, 90)], total=99.6)
    book = openpyxl.load_workbook(source)
    book.active["E4"], book.active["G4"], book.active["H4"] = 96.04, "96%", 9.6
    book.save(source)
    assert imported(source, tmp_path)[1] == set()
    book.active["G4"] = "96.1%"
    book.save(source)
    assert imported(source, tmp_path)[1] == {"budget.rate"}


def test_points_beside_the_points_are_told_and_not_moved(tmp_path: Path) -> None:
    source = official_form(tmp_path, [("购置设备", "≥4台", "4台", 90, 90)], total=101)
    book = openpyxl.load_workbook(source)
    sheet = book["自评"]
    sheet.insert_rows(7, 2)
    for row, name, actual, points in ((7, "加分项", "获省级表彰", 2), (8, "扣减项", "审计发现问题1个", -1)):
        sheet[f"A{row}"], sheet[f"E{row}"], sheet[f"G{row}"] = name, actual, points
    book.save(source)
    result = import_workbook(source, tmp_path / "new.xlsx")
    assert [one.text for one in result.left] == ["加分项，获省级表彰，2", "101", "扣减项，审计发现问题1个，-1"]
    assert [one for one in result.assessment.findings if one.severity == "error"] == []


def test_score_that_is_missing_stays_missing(tmp_path: Path) -> None:
    rows: list[Said] = [("购置设备", "≥4台", "4台", 60, 60), ("培训人员", "≥300人次", "326人次", 30, None)]
    source = official_form(tmp_path, rows, total=70)
    (before,) = examine(source)
    _, loud, _ = imported(source, tmp_path)
    assert loud == {one.id for one in before.findings if one.severity != "info"} == {"score.missing"}


def test_what_may_be_read_in_two_ways_is_told_as_check_tells_it(tmp_path: Path) -> None:
    imported = import_workbook(built("ambiguous-columns", tmp_path), tmp_path / "new.xlsx")
    assert [one.why for one in imported.left][-2:] == [
        "“单位”可读作“责任单位”或“度量单位”，取了前一种，请核对",
        "“年度指标值”一列看着也是年度指标值，已有别的列作为它，这一列没有采用，请核对",
    ]


def test_notes_that_are_not_moved_are_counted(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(built("central-2019-project", tmp_path))
    book.active["A1"].comment = openpyxl.comments.Comment("请补充", "财政局")
    book.save(tmp_path / "old.xlsx")
    left = import_workbook(tmp_path / "old.xlsx", tmp_path / "new.xlsx").left
    assert [one.where for one in left if one.why == "图片和批注不导入"] == ["整个文件"]


def test_list_of_projects_gives_no_lines_of_the_budget(tmp_path: Path) -> None:
    source = official_form(tmp_path, [("购置设备", "≥4台", "4台", 90, 90)])
    book = openpyxl.load_workbook(source)
    sheet = book.create_sheet("汇总表")
    for line in (
        ("项目绩效自评汇总表",),
        ("序号", "项目名称", "全年预算数（万元）", "全年执行数（万元）", "自评得分", "等级"),
        (1, "服务热线", 100, 100, 100, "优"),
        (2, "设备更新", 150, 150, 99, "优"),
    ):
        sheet.append(line)
    book.save(source)
    _, loud, why = imported(source, tmp_path)
    assert loud == set() and any("多个项目的汇总表" in one for one in why)


@pytest.mark.parametrize("form", [None, "project"])
@pytest.mark.parametrize("sheet", [None, "汇总表"])
def test_list_of_projects_alone_is_no_form(form: str | None, sheet: str | None, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "汇总表"
    for line in (
        ("项目绩效自评汇总表",),
        ("序号", "项目名称", "全年预算数（万元）", "全年执行数（万元）", "自评得分", "等级"),
        (1, "服务热线", 100, 100, 100, "优"),
        (2, "设备更新", 150, 150, 99, "优"),
    ):
        book.active.append(line)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(WorkbookError, match="“汇总表”是多个项目的汇总表，不是自评表"):
        import_workbook(tmp_path / "a.xlsx", tmp_path / "b.xlsx", form=form, sheet=sheet)
    assert not (tmp_path / "b.xlsx").exists()


@pytest.mark.parametrize(
    ("total", "words", "told"),
    [
        (100, "本项目自评得分100分，自评等级为“优”。", ["自评等级"]),
        (None, "本项目自评得分100分，自评等级为“优”。", ["自评总分", "自评等级"]),
        (100, "上年自评等级为“优”。", []),
    ],
)
def test_what_only_words_claim_is_taken_and_told(
    total: int | None, words: str, told: list[str], tmp_path: Path
) -> None:
    source = official_form(tmp_path, [("购置设备", "≥4台", "4台", 90, 90)], total=total)
    book = openpyxl.load_workbook(source)
    book.active.append(("自评结论", words))
    book.save(source)
    result = import_workbook(source, tmp_path / "new.xlsx")
    (before,), (after,) = examine(source), examine(tmp_path / "new.xlsx")
    for each in (after, result.assessment):
        for key in ("claimed_total", "claimed_grade"):
            was, now = getattr(before.evaluation, key), getattr(each.evaluation, key)
            assert figure(now) == figure(was), key
    assert [one.why[5:9] for one in result.left if one.why.startswith("表里没有填")] == told
    assert words in [one.text for one in result.left]


@pytest.mark.requires_soffice
@pytest.mark.parametrize("to", ["xls", "ods"])
def test_old_format_says_the_same_after_import(
    to: str, tmp_path: Path, soffice_convert: Callable[[list[Path], str], list[Path]]
) -> None:
    (source,) = soffice_convert([built("central-2019-project", tmp_path)], to)
    left = import_workbook(source, tmp_path / "new.xlsx").left
    assert said(read(tmp_path / "new.xlsx")[0]) == said(read(source)[0])
    assert [(one.where, one.text) for one in left] == [("整个文件", f".{to}")]


@pytest.mark.requires_soffice
def test_old_format_without_its_reader_is_one_line(
    tmp_path: Path,
    soffice_convert: Callable[[list[Path], str], list[Path]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (source,) = soffice_convert([built("central-2019-project", tmp_path)], "xls")
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    assert main(["import", str(source), "-o", str(tmp_path / "new.xlsx")]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "pip install python-calamine" in err and "另存为" in err


def test_execution_gets_no_points_where_the_indicators_leave_no_room(tmp_path: Path) -> None:
    source = official_form(tmp_path, [("购置设备", "≥4台", "4台", 98, 98)], total=98)
    book = openpyxl.load_workbook(source)
    for cell in ("F3", "F4", "H3", "H4"):
        book.active[cell].value = None
    book.save(source)
    (before,) = examine(source)
    _, loud, _ = imported(source, tmp_path)
    assert loud == {one.id for one in before.findings if one.severity != "info"} == {"weights.total"}


def test_form_without_points_gets_proposed_ones_and_says_so(tmp_path: Path) -> None:
    source = built("transfer-central", tmp_path)
    _, loud, why = imported(source, tmp_path)
    (after,) = examine(tmp_path / "new.xlsx")
    assert after.evaluation.weights_proposed and "weights.missing" not in loud
    assert sum("原表的指标没有分值" in one for one in why) == 1


# --- workbooks of ours ---


def entered(path: Path) -> tuple[dict[str, object], dict[str, Rows]]:
    ours = ours_in(Workbook(path))
    assert ours is not None
    roles = {key: part.role for key, part in ours.form.fields.items()}
    fields = {k: figure(e) for k, e in ours.entries.fields.items() if roles[k] == "entry" and not e.blank}
    tables = {
        table: [{key: (one.text, one.value, one.formula) for key, one in row.items() if not one.blank} for row in rows]
        for table, rows in ours.entries.tables.items()
    }
    return fields, tables


@pytest.mark.parametrize("kind", [".xlsx", ".xlsm"])
@pytest.mark.parametrize("data", samples(), ids=lambda path: path.stem)
def test_own_workbook_is_moved_whole(data: Path, kind: str, tmp_path: Path) -> None:
    old = tmp_path / f"old{kind}"
    fill(data, old)
    imported = import_workbook(old, tmp_path / "new.xlsx")
    assert imported.left == ()
    assert entered(tmp_path / "new.xlsx") == entered(old)
    before, after = examine(old)[0], examine(tmp_path / "new.xlsx")[0]
    assert (after.total, after.findings) == (before.total, before.findings)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A filled workbook of ours, as last year's."""
    fill(sample("project"), tmp_path / "old.xlsx")
    return tmp_path / "old.xlsx"


def test_tie_out_formulas_follow_to_other_rows(old: Path, tmp_path: Path) -> None:
    """Rows were inserted in the old workbook, above and within its tables: the formulas find what they meant."""
    ours = ours_in(Workbook(old))
    assert ours is not None
    patch = Patch(Workbook(old).package)
    budget, indicators = ours.layout.tables["budget"], ours.layout.tables["indicators"]
    patch.insert_rows(budget.sheet, budget.first_row + 2, 3)
    patch.insert_rows(budget.sheet, budget.first_row - 1, 2)
    patch.insert_rows(indicators.sheet, indicators.first_row + 1, 2)
    patch.save(tmp_path / "moved.xlsx")
    before = entered(tmp_path / "moved.xlsx")[1]["tieout"]
    assert before != entered(old)[1]["tieout"]
    assert import_workbook(tmp_path / "moved.xlsx", tmp_path / "new.xlsx").left == ()
    assert entered(tmp_path / "new.xlsx")[1]["tieout"] == entered(old)[1]["tieout"]


def test_older_template_version_is_moved_into_this_one(old: Path, tmp_path: Path) -> None:
    """A column that this year's form lacks is listed, its name in words; the year stays as it was entered."""
    book = openpyxl.load_workbook(old)
    ours = ours_in(Workbook(old))
    assert ours is not None
    stretch = ours.layout.tables["indicators"]
    sheet = book[stretch.sheet]
    version = ours.layout.fields["template_version"]
    book[version.sheet].cell(version.row, version.column).value = "0.9.0"
    extra = 60
    sheet.cell(stretch.first_row, extra, "财务科提供")
    letters = openpyxl.utils.get_column_letter(extra)
    area = f"'{stretch.sheet}'!${letters}${stretch.first_row}:${letters}${stretch.last_row}"
    book.defined_names["se.indicators.source"] = DefinedName("se.indicators.source", attr_text=area)
    del book.defined_names["se.indicators.reason"]
    book.save(tmp_path / "older.xlsx")
    imported = import_workbook(tmp_path / "older.xlsx", tmp_path / "new.xlsx")
    assert "0.9.0 版" in imported.taken
    assert any(one.text == "财务科提供" and "se.indicators.source" in one.why for one in imported.left)
    assert read(tmp_path / "new.xlsx")[0].header.year.text == "2024"
    assert len(read(tmp_path / "new.xlsx")[0].indicators) == 11


def test_what_stands_beside_the_form_is_listed(old: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(old)
    book["自评表"]["AZ3"] = "问过财政局，按此填"
    book["汇总"]["A3"] = f"{CODE_LINE}7K3M-Q9TX-2HBE　2025-03-01"  # as submit prints it
    book.create_sheet("底稿")["A1"] = "草稿"
    ours = ours_in(Workbook(old))
    assert ours is not None
    spot = ours.layout.fields["total_score"]
    book[spot.sheet].cell(spot.row, spot.column).value = 99
    book.save(tmp_path / "changed.xlsx")
    left = import_workbook(tmp_path / "changed.xlsx", tmp_path / "new.xlsx").left
    told = {str(one.where): one.text for one in left}
    assert told["自评表!AZ3"] == "问过财政局，按此填" and "汇总!A3" not in told
    assert told["工作表“底稿”"] == "1 个有内容的单元格"
    assert told[str(spot.place)] == "99.00"


def test_a_formula_that_points_at_another_row_is_nothing_typed(old: Path, tmp_path: Path) -> None:
    ours = ours_in(Workbook(old))
    assert ours is not None
    stretch = ours.layout.tables["indicators"]
    first, second = (stretch.place(stretch.first_row + row, "score") for row in (0, 1))
    book = openpyxl.load_workbook(old)
    book[first.sheet][first.cell] = book[second.sheet][second.cell].value
    book.save(tmp_path / "pasted.xlsx")
    assert "template.formula" in [one.id for one in examine(tmp_path / "pasted.xlsx")[0].findings]
    assert import_workbook(tmp_path / "pasted.xlsx", tmp_path / "new.xlsx").left == ()


def test_dates_and_percentages_stay_what_they_are(old: Path, tmp_path: Path) -> None:
    """Typed into our cells they get a format, and the number behind it would be read as something else."""
    ours = ours_in(Workbook(old))
    assert ours is not None
    chosen = (0, 1, 2, 3, 6)
    cells = [ours.entries.tables["indicators"][number]["actual"].place for number in chosen]
    book = openpyxl.load_workbook(old)
    entries = [(45981, "yyyy-mm-dd"), (0.93, "0%"), ("=0.5+0.43", "0%"), (0.93, "General"), (95.678, "0.0")]
    for cell, (value, look) in zip(cells, entries, strict=True):
        assert cell is not None
        book[cell.sheet][cell.cell].value, book[cell.sheet][cell.cell].number_format = value, look
    book.save(tmp_path / "typed.xlsx")
    left = import_workbook(tmp_path / "typed.xlsx", tmp_path / "new.xlsx").left
    rows = entered(tmp_path / "new.xlsx")[1]["indicators"]
    assert [rows[number]["actual"][0] for number in chosen] == ["2025-11-20", "93%", "93%", "0.93", "95.678"]
    assert [one.why for one in left] == ["公式的结果显示为 93%，新表里写的是这个结果"]
    before, after = (examine(tmp_path / name)[0] for name in ("typed.xlsx", "new.xlsx"))
    assert [one.score for one in before.indicators] == [one.score for one in after.indicators]


def test_a_bare_share_beside_a_percentage_is_carried_over_as_what_it_is_read_as(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    sheet = book["自评表"]
    for row, unit in ((13, "%"), (14, None)):
        for column, value in zip("ABCDEFGI", ("产出指标", "质量指标", f"第{row}率", "≥", 0.95, unit, 0.965, 45), strict=True):
            sheet[f"{column}{row}"] = value
        sheet[f"E{row}"].number_format = "0%"
    book.save(tmp_path / "old.xlsx")
    import_workbook(tmp_path / "old.xlsx", tmp_path / "new.xlsx")
    before, after = (examine(tmp_path / name)[0].indicators for name in ("old.xlsx", "new.xlsx"))
    assert [one.score for one in before] == [one.score for one in after] == [45, 45]


def test_formula_that_can_not_be_moved_leaves_its_value(old: Path, tmp_path: Path) -> None:
    ours = ours_in(Workbook(old))
    assert ours is not None
    cell = next(row["expected"].place for row in ours.entries.tables["tieout"] if row["expected"].formula)
    assert cell is not None
    book = openpyxl.load_workbook(old)
    book.create_sheet("底稿")["A1"] = 5
    book[cell.sheet][cell.cell] = "=底稿!A1*2"
    book.save(tmp_path / "changed.xlsx")
    left = import_workbook(tmp_path / "changed.xlsx", tmp_path / "new.xlsx").left
    (one,) = [one for one in left if one.text == "=底稿!A1*2"]
    assert str(one.where) == str(cell) and "结果 10" in one.why
    tieout = entered(tmp_path / "new.xlsx")[1]["tieout"]
    row = parse_cell(cell.cell)[0] - ours.layout.tables["tieout"].first_row
    assert tieout[row]["expected"][1:] == (Decimal(10), None)


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("=SUM({sheet}!${column}:${column})", True),
        ("=IF(TRUE,se.funds_executed,0)", True),
        ("=SUM({sheet}!${column}:$AZ)", False),
        ("=[1]别处!A1", False),
        ("=没有这个名称", False),
        ("=IFERROR(#REF!,0)", False),
    ],
)
def test_formula_goes_along_where_all_that_it_names_does(formula: str, moved: bool, old: Path, tmp_path: Path) -> None:
    ours = ours_in(Workbook(old))
    assert ours is not None
    budget, cell = ours.layout.tables["budget"], ours.entries.tables["tieout"][0]["expected"].place
    assert cell is not None
    column = openpyxl.utils.get_column_letter(budget.columns["executed"])
    book = openpyxl.load_workbook(old)
    book[cell.sheet][cell.cell] = written = formula.format(sheet=budget.sheet, column=column)
    book.save(tmp_path / "changed.xlsx")
    left = import_workbook(tmp_path / "changed.xlsx", tmp_path / "new.xlsx").left
    assert [one.text for one in left] == ([] if moved else [written])
    expected = entered(tmp_path / "new.xlsx")[1]["tieout"][0].get("expected", ("", None, None))
    assert (expected[2] == written) is moved


# --- the command ---


def test_command_tells_what_was_left_and_exits_as_check_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    built("split-target", tmp_path)
    assert main(["import", "split-target.xlsx", "-o", "new.xlsx"]) == main(["check", "new.xlsx"])
    out = capsys.readouterr().out
    assert "项目支出绩效自评表!B2  440000000001：标准表没有对应的格" in out and PAGE in out


@pytest.mark.parametrize(
    ("argv", "part"),
    [
        (["import", "没有.xlsx", "-o", "new.xlsx"], "文件不存在"),
        (["import", "none.xlsx", "-o", "new.xlsx"], "没有找到自评表"),
        (["import", "none.xlsx", "-o", "new.docx"], ".xlsx 或 .xlsm"),
        (["import", "none.xlsx", "-o", "new.xlsx", "--form", "projct"], "是不是 project"),
    ],
)
def test_mistakes_are_one_line(
    argv: list[str], part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    book = openpyxl.Workbook()
    book.active["A1"] = "会议纪要"
    book.save("none.xlsx")
    assert main(argv) == 2
    err = capsys.readouterr().err
    assert part in err and err.count("\n") == 1
    assert not Path("new.xlsx").exists()


def test_errors_are_ours(tmp_path: Path) -> None:
    with pytest.raises(SelfEvalError):
        import_workbook(built("no-form", tmp_path), tmp_path / "new.xlsx")


def test_a_sheet_that_our_own_workbook_does_not_have_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(template_file("project"))
    with pytest.raises(WorkbookError, match="没有工作表“无”，有的是：填报说明、自评表"):
        import_workbook(path, tmp_path / "new.xlsx", sheet="无")
    assert not (tmp_path / "new.xlsx").exists()
    import_workbook(path, tmp_path / "new.xlsx", sheet="自评表")


def test_subtotals_are_listed_as_our_form_has_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    rows = [["三级指标", "指标值", "实际完成值", "分值", "得分"], ["栽树", "≥10棵", "12棵", 60, 60], ["成活率", "≥90%", "95%", 30, 28]]
    for row in [*rows, ["小计", None, None, 90, 88]]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    imported = import_workbook(tmp_path / "a.xlsx", tmp_path / "b.xlsx", form="project")
    assert [one.text for one in imported.left if "小计" in one.why] == ["90", "88"]
    assert not [one for one in imported.left if "金额单位" in one.why]  # without money there is none to look at


@pytest.mark.parametrize(("weight", "total", "moved"), [(90, 88, None), (100, 98, 98), (90, 98, 98)])
def test_a_total_of_the_indicators_alone_is_not_that_of_our_form(weight: int, total: int, moved: int | None, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["项目资金（万元）", None, "全年预算数", "全年执行数", "分值", "执行率", "得分"], [None, "年度资金总额", 50, 50, 10, "100%", 10],
        ["三级指标", "指标值", "实际完成值", "分值", "得分"], ["栽树", "≥10棵", "12棵", 60, 60], ["成活率", "≥90%", "95%", 30, 28], ["合计", None, None, weight, total],
    ):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    imported = import_workbook(tmp_path / "a.xlsx", tmp_path / "b.xlsx", form="project")
    (form,) = read(tmp_path / "b.xlsx")
    assert form.claimed_total.value == (None if moved is None else Decimal(moved))
    assert [one.text for one in imported.left if "没有预算执行率的得分" in one.why] == ([] if moved else ["88"])


def test_total_of_a_budget_table_is_compared_where_it_says_a_sum(tmp_path: Path) -> None:
    source = built("budget-table", tmp_path)
    book = openpyxl.load_workbook(source)
    book["预算执行明细"]["B6"], book["预算执行明细"]["E6"] = None, 60
    book.save(source)
    told = [one.why for one in import_workbook(source, tmp_path / "new.xlsx").left if one.text.startswith("合计")]
    assert [one.partition("，得 ")[2] for one in told] == ["55.8"]


def test_totals_of_regions_and_purposes_are_compared_with_their_own_parts(tmp_path: Path) -> None:
    result = import_workbook(built("purposes-as-columns", tmp_path), tmp_path / "new.xlsx")
    totals = [one.why for one in result.left if one.why.startswith("合计由标准表的公式计算")]
    assert len(totals) == 6
    assert [one.partition("，")[2] for one in totals if "不一致" in one] == [
        "与这里写的 1000 不一致，得 950", "与这里写的 1920 不一致，得 1910", "与这里写的 3350 不一致，得 3300",
    ]  # fmt: skip
    ours = ours_in(Workbook(tmp_path / "new.xlsx"))
    assert ours is not None
    rows = [(one["region"].text, one["purpose"].text) for one in ours.entries.tables["allocations"] if not one["purpose"].blank]
    assert len(rows) == 6 and rows[0] == ("平川县", "造林补助")
