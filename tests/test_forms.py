"""The standard forms: what the specs promise is in the built workbooks, within what Excel 2010, WPS and LibreOffice know."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from selfeval_xl.forms import FORMS, PASSWORD, template_file
from selfeval_xl.forms.build import differences
from selfeval_xl.forms.layout import PREFIX, found, names_of, planned
from selfeval_xl.forms.load import load_spec
from selfeval_xl.forms.outline import outline
from selfeval_xl.model import SEVERITY_NAMES
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.render.values import computed
from selfeval_xl.rules import load
from selfeval_xl.workbook.edits import Formula
from selfeval_xl.workbook.references import cell_name, parse_cell, tokens
from selfeval_xl.workbook.writing.patch import Patch

# In Excel 2010, WPS and LibreOffice alike; none of those that came later (IFS, TEXTJOIN, XLOOKUP …).
COMMON = {
    "ABS", "AND", "COLUMN", "COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "FIND", "IF", "IFERROR", "INDEX", "INT",
    "ISERROR", "ISLOGICAL", "ISNUMBER", "LEFT", "LEN", "MAX", "MIN", "N", "NOT", "OFFSET", "OR", "RIGHT", "ROUND",
    "ROUNDDOWN", "ROW", "ROWS", "SEARCH", "SMALL", "SUBSTITUTE", "SUM", "SUMIF", "SUMIFS", "SUMPRODUCT", "TEXT",
    "TRIM",
}  # fmt: skip


@pytest.fixture(scope="module", params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return request.param


@cache
def opened(form: str) -> openpyxl.Workbook:
    """The template, which no test changes."""
    return openpyxl.load_workbook(BytesIO(template_file(form)))


@pytest.mark.parametrize("damage", [lambda data: data[:-200], lambda data: data[:300] + data[500:], lambda data: data[:300] + data[100:]])
def test_damaged_templates_are_told(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    for name in FORMS:
        (tmp_path / f"{name}.xlsx").write_bytes(damage(template_file(name)))
    told = [line for line in differences(tmp_path) if ".xlsx" in line]
    assert [f"{name}.xlsx" in line for name, line in zip(FORMS, told, strict=True)] == [True] * len(FORMS)


def test_a_template_is_small(form: str) -> None:
    assert len(template_file(form)) < 100_000


def test_formulas_use_only_functions_that_all_three_programs_have(form: str) -> None:
    used = {
        token.text.upper()
        for grid in Workbook(template_file(form)).grids.values()
        for raw in grid.cells.values()
        if raw.formula
        for token in tokens(raw.formula)
        if token.kind == "function"
    }
    assert used, "no formula was found"
    assert used <= COMMON


def test_every_key_has_its_defined_name(form: str) -> None:
    names = {name.name for name in Workbook(template_file(form)).package.defined_names if name.name.startswith(PREFIX)}
    assert names == set(names_of(planned(load_spec(form))))
    assert {"se.year", "se.indicators.target", "se.template_id", "se.total_score"} <= names


def test_every_formula_parameter_and_reading_has_a_value_of_ours(form: str) -> None:
    from selfeval_xl.assess import assess

    ours = ours_in(Workbook(template_file(form)))
    assert ours is not None
    rules = load("mof-2020")
    values = computed(assess(ours.evaluation, rules), rules, ours.form, ours.layout)
    for key, part in outline(form).fields.items():
        if part.role in ("formula", "parameter") and key != "card_findings":
            assert key in values.fields, key
    for table, columns in outline(form).tables.items():
        if table in ("findings", "missed"):
            continue
        row = next(iter(values.tables[table].values())) if any(p.formula for p in columns.values()) else {}
        assert {key for key, part in columns.items() if part.role in ("formula", "reading")} <= row.keys(), table


def test_entries_are_free_and_formulas_are_locked(form: str) -> None:
    book, layout, form_outline = opened(form), planned(load_spec(form)), outline(form)
    for sheet in book.worksheets:
        assert sheet.protection.sheet, sheet.title
        assert sheet.protection.insertRows is False  # False in the file: allowed
        sheet.protection.set_password(PASSWORD)
    for key, spot in layout.fields.items():
        cell = book[spot.sheet].cell(spot.row, spot.column)
        assert cell.protection.locked is (form_outline.fields[key].role != "entry"), key
    for table, stretch in layout.tables.items():
        for key, column in stretch.columns.items():
            for row in (stretch.first_row, stretch.last_row):
                cell = book[stretch.sheet].cell(row, column)
                assert cell.protection.locked is (form_outline.tables[table][key].role != "entry"), f"{table}.{key}"


def test_figures_of_any_size_can_be_read(form: str) -> None:
    book, layout = opened(form), planned(load_spec(form))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert ".#" not in cell.number_format, "Excel shows the whole number 4 as 4."
    money = {"initial", "cut", "added", "adjusted", "executed", "stated", "expected", "difference"}
    rates = {"rate", "claimed_rate", "completion"}  # 元 for 万元 makes 1000000.00%
    for table in ("funds", "indicators", "budget", "tieout"):
        stretch = layout.tables[table]
        for column in (money | rates) & stretch.columns.keys():
            cell = book[stretch.sheet].cell(stretch.first_row, stretch.columns[column])
            assert cell.alignment.shrink_to_fit, f"{table}.{column} would show 123,456,789,012.34 as ###"


def test_names_of_any_length_can_be_read(form: str) -> None:
    book, layout, parts = opened(form), planned(load_spec(form)), outline(form).fields
    for key in ("summary_line", *(key for key, part in parts.items() if part.role == "entry")):
        spot = layout.fields[key]
        alignment = book[spot.sheet].cell(spot.row, spot.column).alignment
        assert alignment.wrap_text or alignment.shrink_to_fit, f"{key} would be cut off"


def test_excels_limits_are_kept(form: str) -> None:
    book = opened(form)
    for sheet in book.worksheets:
        assert len(sheet.title) <= 31
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.formula1 or "") <= 255
            assert len(rule.promptTitle or "") <= 32
            assert len(rule.prompt or "") <= 255
            assert len(rule.errorTitle or "") <= 32
            assert len(rule.error or "") <= 225
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    assert len(cell.value) <= 8192


def test_dropdowns_offer_what_the_spec_lists(form: str) -> None:
    book, layout = opened(form), planned(load_spec(form))
    stretch = layout.tables["indicators"]
    cell = cell_name(stretch.first_row, stretch.columns["state"])
    rule = next(rule for rule in book["自评表"].data_validations.dataValidation if cell in rule.sqref)
    sheet, area = rule.formula1.replace("$", "").split("!")
    assert [row[0].value for row in book[sheet][area]] == ["达成", "部分达成", "未达成"]


def test_sheets_print_on_a4(form: str) -> None:
    for sheet in opened(form).worksheets:
        assert sheet.page_setup.paperSize == 9, sheet.title
        assert sheet.page_setup.fitToWidth in (None, 1)  # 1 is what a file means that says nothing
        assert sheet.page_setup.fitToHeight == (None if sheet.title == "填报说明" else 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_area


def test_every_page_repeats_the_headings_of_its_own_columns(form: str) -> None:
    book = opened(form)
    for sheet in load_spec(form).sheets:
        rows = [table.heading_row for table in sheet.tables if table.heading_row]
        repeated = f"${rows[-1]}:${rows[-1]}" if rows else None
        assert book[sheet.name].print_title_rows == repeated, sheet.name


def test_the_cursor_stands_where_one_begins_to_type(form: str) -> None:
    book = opened(form)
    for name in ("自评表", "预算执行", "勾稽核对"):
        cell = book[name][book[name].sheet_view.selection[-1].activeCell]
        assert not cell.protection.locked and cell.row <= 4, name


def test_a_card_shows_no_more_than_it_has_room_for(form: str) -> None:
    layout = planned(load_spec(form))
    book = openpyxl.load_workbook(BytesIO(template_file(form)), data_only=True)
    note, card = (layout.fields[key] for key in ("findings_note", "card_findings"))
    assert str(book[note.sheet].cell(note.row, note.column).value).startswith("尚未校验（")
    assert book[card.sheet].cell(card.row, card.column).value == "尚未校验"


def test_the_sheets_of_each_form() -> None:
    common = ["填报说明", "自评表", "预算执行", "勾稽核对", "汇总", "校验结果"]
    assert opened("project").sheetnames == common
    assert opened("transfer").sheetnames == common
    assert opened("department").sheetnames == [*common[:4], "整改情况", "管理效率", *common[4:]]


def test_the_summary_has_two_native_charts(form: str) -> None:
    with zipfile.ZipFile(BytesIO(template_file(form))) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+.xml", name)]
    assert len(charts) == 2
    assert all("汇总!" in chart for chart in charts)


def test_a_chart_stands_over_what_is_printed_and_its_labels_say_only_figures(form: str) -> None:
    """Excel takes what a label does not say as left out; LibreOffice, and Excel by the file's version, as shown."""
    area = openpyxl.utils.range_boundaries(opened(form)["汇总"].print_area.split("!")[1].replace("$", ""))
    with zipfile.ZipFile(BytesIO(template_file(form))) as archive:
        drawing = etree.fromstring(archive.read("xl/drawings/drawing1.xml"))
        charts = [etree.fromstring(archive.read(name)) for name in archive.namelist() if name.startswith("xl/charts/chart")]
    ends = sorted(
        tuple(int(anchor.findtext(f"{{*}}{corner}/{{*}}col", "")) for corner in ("from", "to")) for anchor in drawing
    )
    assert len(ends) == 2
    assert area[0] - 1 <= ends[0][0] <= ends[0][1] < ends[1][0] <= ends[1][1] < area[2], "0 is the first column"
    labelled = [list(chart.iterfind(".//{*}dLbls")) for chart in charts]
    assert any(labelled)
    for each in labelled:
        for labels in each:
            said = {etree.QName(one).localname: one.get("val") for one in labels if "show" in one.tag}
            hidden = ("showLegendKey", "showCatName", "showSerName", "showPercent", "showBubbleSize")
            assert said == {"showVal": "1", **dict.fromkeys(hidden, "0")}


def test_the_words_of_severities_are_those_of_the_terminal(form: str) -> None:
    sheet = opened(form)["校验结果"]
    rules = " ".join(rule.formula[0] for block in sheet.conditional_formatting for rule in block.rules)
    card = opened(form)["汇总"]["I5"].value
    for word in SEVERITY_NAMES.values():
        assert f'"{word}"' in rules
        assert f'"{word}"' in card
    shown = [cell.value for page in opened(form).worksheets for row in page.iter_rows() for cell in row if cell.value]
    assert not [text for text in shown if "提醒" in str(text)]


def test_only_the_level_of_a_finding_is_coloured_and_long_figures_are_grouped(form: str) -> None:
    """A page of errors that is red all over can't be read in print."""
    sheet, stretch = opened(form)["校验结果"], planned(load_spec(form)).tables["findings"]
    rules = [(str(block.sqref)[0], rule) for block in sheet.conditional_formatting for rule in block.rules]
    coloured = {column for column, rule in rules if rule.dxf.fill}
    grouped = {column for column, rule in rules if rule.dxf.numFmt and "10000" in rule.formula[0]}
    at = {key: stretch.place(stretch.first_row, key).cell[0] for key in stretch.columns}
    assert coloured == {at["severity"]}
    assert grouped == {at[key] for key in ("provided", "expected", "difference")}


def test_what_is_still_open_shows_in_colour(form: str) -> None:
    book, layout = opened(form), planned(load_spec(form))
    for key, colours in {"card_findings": ["FFFFC7CE", "FFFFE699"], "progress": ["FFBDD7EE"]}.items():
        place = layout.fields[key].place
        blocks = [one for one in book[place.sheet].conditional_formatting if place.cell in one.sqref]
        assert [rule.dxf.fill.bgColor.rgb for one in blocks for rule in one.rules] == colours


def test_headings_stay_in_sight_where_no_other_table_follows(form: str) -> None:
    assert opened(form)["预算执行"].freeze_panes == (None if form == "transfer" else "A4")


def test_the_guide_says_what_this_form_has_and_nothing_that_a_user_has_not(form: str) -> None:
    book = opened(form)
    guide = "\n".join(str(cell.value) for row in book["填报说明"].iter_rows(max_col=4) for cell in row if cell.value)
    assert not [sheet for sheet in book.sheetnames if f"“{sheet}”" not in guide and sheet != "填报说明"]
    assert ("资金分配" in guide) is ("allocations" in planned(load_spec(form)).tables)
    assert ".md" not in guide
    assert ".xlsx 没有按钮" in guide
    (head,) = [line for line in guide.splitlines() if "版本" in line and line.startswith("=")]
    assert load_spec(form).title in head, "beside the English name"


def test_decimals_and_proposed_weights_show_by_conditions(form: str) -> None:
    book, layout = opened(form), planned(load_spec(form))

    def formats(sheet: str, cell: str) -> dict[str, str | None]:
        return {
            rule.formula[0]: rule.dxf.numFmt.formatCode if rule.dxf.numFmt else None
            for block in book[sheet].conditional_formatting
            if cell in block.sqref
            for rule in block.rules
        }

    tieout, indicators = layout.tables["tieout"], layout.tables["indicators"]
    for key in ("stated", "expected", "difference"):
        (code,) = {code for rule, code in formats("勾稽核对", tieout.place(tieout.last_row, key).cell).items() if "元" in rule}
        assert code == "#,##0.00##"
        assert any("ROUND" in rule for rule in formats("勾稽核对", tieout.place(tieout.last_row, key).cell)), "10 ÷ 3 in all units"
    marked = formats("自评表", indicators.place(indicators.last_row, "weight").cell)
    assert [code for rule, code in marked.items() if "工具建议" in rule] == ['General"*"', 'General"*"']


def test_formulas_of_earlier_copies_are_no_tampering() -> None:
    sealed = Path(__file__).with_name("sealed.xlsx").read_bytes()
    ours = ours_in(Workbook(sealed, "a"))
    assert ours is not None
    former = outline("transfer").former
    stands = {key: Workbook(sealed, "a").entry(*ours.layout.fields[key]).formula for key in former if "." not in key}
    column = ours.layout.tables["indicators"]
    done = Workbook(sealed, "a").formulas(column.sheet, column.columns["done"], column.rows)
    assert "indicators.done" in former and not any("50" in str(formula) for formula in done), "columns have earlier formulas too"
    assert "没有未完成指标" in str(stands["missed_note"]), "the copy is an earlier one"
    assert "待定" in str(stands["card_total"]) and "待定" in former["card_total"][0]
    assert ours.evaluation.structure.deviations == ()
    spot = ours.layout.fields["missed_note"]
    patch = Patch(Workbook(sealed, "a").package)
    patch.set(spot.sheet, spot.place.cell, Formula(str(stands["missed_note"]).replace("没有未完成指标", "都完成了"), "都完成了。"))
    changed = ours_in(Workbook(patch.to_bytes(), "b"))
    assert changed is not None
    assert [one.place for one in changed.evaluation.structure.deviations] == [spot.place]
    cell = ours.layout.tables["tieout"].place(ours.layout.tables["tieout"].first_row, "verdict")
    verdict = str(Workbook(sealed, "a").entry(cell.sheet, *parse_cell(cell.cell)).formula)
    assert "TRIM" not in verdict, "that of a table's column too"
    patch.set(cell.sheet, cell.cell, Formula(verdict.replace("不一致", "一致"), ""))
    twice = ours_in(Workbook(patch.to_bytes(), "c"))
    assert twice is not None
    assert cell in [one.place for one in twice.evaluation.structure.deviations]


def test_the_official_labels_stand_in_the_official_order() -> None:
    texts = [
        cell.value for row in opened("project")["自评表"].iter_rows(max_col=14) for cell in row if isinstance(cell.value, str)
    ]
    plain = ["".join(text.split()) for text in texts]
    wanted = ["项目支出绩效自评表", "项目名称", "主管部门", "实施单位", "年初预算数", "年度资金总额", "当年财政拨款", "上年结转资金",
              "其他资金", "预期目标", "实际完成情况", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "偏差原因分析及改进措施",
              "总分"]  # fmt: skip
    positions = [plain.index(label) for label in wanted]
    assert positions == sorted(positions)


def test_what_a_formula_gives_has_a_name_of_its_own(form: str) -> None:
    whole = outline(form)
    names = [whole.label(key) for key, part in whole.fields.items() if part.role == "formula"]
    entered = {whole.label(key) for key, part in whole.fields.items() if part.role == "entry"}
    assert "" not in names and len(set(names)) == len(names) and not entered & set(names)
    assert whole.called("budget_sum_cut") == "“压减合计”" and whole.called("excluded_weighted") == "“不适用指标数”"
    assert whole.called("funds.rate") == "“资金来源”的“执行率（B/A）”" and whole.label("funds.rate") == "执行率（B/A）"


def test_an_empty_workbook_has_nothing_wrong(form: str) -> None:
    from selfeval_xl.assess import assess

    ours = ours_in(Workbook(template_file(form)))
    assert ours is not None
    findings = assess(ours.evaluation, load("mof-2020")).findings
    assert [finding for finding in findings if finding.severity != "info"] == []


def test_a_layout_is_only_shared_by_workbooks_with_the_same_names() -> None:
    names = list(names_of(planned(load_spec("project"))).items())
    moved = [(name, reference.replace("$", "$A", 1) if name == f"{PREFIX}year" else reference) for name, reference in names]
    first, second = ours_in(Workbook(template_file("project"))), ours_in(Workbook(template_file("project")))
    assert first is not None
    assert second is not None
    assert first.layout is second.layout
    assert names_of(found(names)[0]) == dict(names)
    assert names_of(found(moved)[0]) == dict(moved) != dict(names)
    assert names_of(found(names)[0]) == dict(names)
