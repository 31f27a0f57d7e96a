"""Inserting rows: the sheet looks as after Excel's own insertion, and whatever pointed at a cell still points at it."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path

import formualizer
import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from zipped import built, packed, parts, rewritten

from selfeval_xl.errors import WorkbookError
from selfeval_xl.workbook.edits import Formula, Value
from selfeval_xl.workbook.opening.package import open_package
from selfeval_xl.workbook.writing import tail
from selfeval_xl.workbook.writing.book import Book
from selfeval_xl.workbook.writing.patch import Patch
from selfeval_xl.workbook.writing.sums import with_rows

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
FIRST, LAST = 8, 11  # the rows of the table


def form() -> bytes:
    """A form as ours: head, a table of four indicators below merged heads, a total, notes, a chart, names; two more sheets."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet, summary, other = (book.add_worksheet(name) for name in ("自评 表", "汇总", "其他"))
        frame, percent = book.add_format({"border": 1}), book.add_format({"num_format": "0.00%", "border": 1})
        sheet.freeze_panes(7, 0)
        sheet.merge_range("A1:F1", "项目支出绩效自评表", frame)
        sheet.merge_range(f"A{FIRST}:A{LAST}", "产出指标", frame)
        for row in range(FIRST, LAST + 1):
            sheet.set_row(row - 1, 30)
            sheet.merge_range(f"B{row}:C{row}", f"指标{row}", frame)
            sheet.write_row(row - 1, 3, (10, row), frame)
            sheet.write_formula(row - 1, 5, f"=IF(D{row}=0,0,E{row}/D{row})", percent, row / 10)
        sheet.write("A12", "合计", frame)
        sheet.write_formula("D12", f"=SUM(D{FIRST}:D{LAST})", frame, 40)
        sheet.write_formula("F12", f"=SUMPRODUCT($D${FIRST}:$D${LAST},F{FIRST}:F{LAST})/D12", percent, 0.95)
        sheet.merge_range("A13:F13", "说明", frame)
        sheet.write_url("A14", "internal:'自评 表'!A12", string="到合计")
        sheet.data_validation(f"E{FIRST}:E{LAST}", {"validate": "custom", "value": f"=E{FIRST}>=0"})
        sheet.data_validation("D14", {"validate": "list", "source": "='自评 表'!$B$11:$B$12"})
        sheet.conditional_format(
            f"A{FIRST}:F{LAST}", {"type": "formula", "criteria": f"=$E{FIRST}<$D{FIRST}", "format": percent}
        )
        sheet.conditional_format("D12", {"type": "formula", "criteria": "=$D$12<>100", "format": percent})
        sheet.conditional_format(
            f"E{FIRST}:E{LAST}",
            {"type": "data_bar", "data_bar_2010": True, "max_type": "formula", "max_value": "=$D$12"},
        )
        sheet.add_sparkline("G12", {"range": f"'自评 表'!E{FIRST}:E{LAST}"})
        sheet.print_area("A1:F13")
        sheet.repeat_rows(0, 6)
        sheet.set_h_pagebreaks([12, 7])
        sheet.write_comment("D12", "总分的说明")
        sheet.write_comment("A1", "表头的说明")
        sheet.ignore_errors({"number_stored_as_text": f"E{FIRST}:E{LAST}"})
        sheet.unprotect_range(f"E{FIRST}:E{LAST}", "填报")
        sheet.autofilter(f"A7:F{LAST}")
        sheet.insert_image("A20", "点.png", {"image_data": io.BytesIO(PNG)})
        chart = book.add_chart({"type": "bar"})
        chart.add_series(
            {"values": f"='自评 表'!$E${FIRST}:$E${LAST}", "categories": f"='自评 表'!$B${FIRST}:$B${LAST}"}
        )
        sheet.insert_chart("A16", chart)
        summary.write_formula("A1", f"=COUNTIF('自评 表'!E{FIRST}:E{LAST},\">9\")", None, 2)
        summary.write_formula("A2", "='自评 表'!F12", None, 0.95)
        summary.write_formula("A3", "='自评 表'!A1", None, "项目支出绩效自评表")
        summary.write_url("A4", "internal:'自评 表'!D12", string="去看")
        summary.conditional_format("A1", {"type": "formula", "criteria": "='自评 表'!$D$12>1", "format": percent})
        again = book.add_chart({"type": "bar"})
        again.add_series({"values": "='自评 表'!$F$8:$F$12"})
        summary.insert_chart("C3", again)
        other.write_formula("A12", "=A1&A11", None, "")
        other.write_comment("A12", "不动")
        foreign = book.add_chart({"type": "bar"})
        foreign.add_series({"values": "=其他!$A$8:$A$12"})
        other.insert_chart("C30", foreign)
        book.define_name("总分", "='自评 表'!$F$12")
        book.define_name("权重", f"='自评 表'!$D${FIRST}:$D${LAST}")
        book.define_name("外", "=其他!$A$12")
    return stream.getvalue()


@pytest.fixture(scope="module")
def workbook() -> bytes:
    return form()


def grown(data: bytes, row: int, count: int, sheet: str = "自评 表", **how: int) -> bytes:
    patch = Patch(open_package(data))
    patch.insert_rows(sheet, row, count, **how)
    return patch.to_bytes()


@pytest.fixture(scope="module")
def taller(workbook: bytes) -> bytes:
    """Three rows before the table's last one."""
    return grown(workbook, LAST, 3)


def read(data: bytes, name: str) -> bytes:
    return parts(data)[name]


def names(data: bytes) -> list[str]:
    return list(parts(data))


def texts(data: bytes, part: str, pattern: str) -> list[str]:
    return re.findall(pattern, read(data, part).decode())


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_move_and_new_rows_take_after_the_one_above(taller: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(taller))["自评 表"]
    assert [sheet[f"E{row}"].value for row in range(8, 15)] == [8, 9, 10, None, None, None, 11]
    assert [sheet[f"F{row}"].value for row in range(8, 15)] == [f"=IF(D{n}=0,0,E{n}/D{n})" for n in range(8, 15)]
    assert [sheet.row_dimensions[row].height for row in range(10, 16)] == [30, 30, 30, 30, 30, None]
    assert [sheet[f"F{row}"].number_format for row in range(8, 16)] == ["0.00%"] * 8
    assert sheet["A15"].value == "合计" and sheet["A16"].value == "说明"
    assert sheet["D15"].value == "=SUM(D8:D14)"
    assert sheet["F15"].value == "=SUMPRODUCT($D$8:$D$14,F8:F14)/D15"


def test_merges_grow_repeat_and_move(taller: bytes) -> None:
    merged = {str(area) for area in openpyxl.load_workbook(io.BytesIO(taller))["自评 表"].merged_cells.ranges}
    assert merged == {"A1:F1", "A8:A14", "A16:F16"} | {f"B{row}:C{row}" for row in range(8, 15)}
    assert etree.fromstring(read(taller, SHEET)).find(f"{MAIN}mergeCells").get("count") == "10"


def test_rules_and_formats_follow(taller: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(taller))["自评 表"]
    formats = {str(area.sqref): [rule.formula for rule in area.rules] for area in sheet.conditional_formatting}
    assert formats == {"A8:F14": [["$E8<$D8"]], "D15": [["$D$15<>100"]], "E8:E14": [[]]}
    validations = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation}
    assert validations == {"E8:E14": "E8>=0", "D17": "'自评 表'!$B$14:$B$15"}
    xml = read(taller, SHEET).decode()
    assert "<xm:sqref>E8:E14</xm:sqref>" in xml and "<xm:f>$D$15</xm:f>" in xml
    assert "<xm:f>'自评 表'!E8:E14</xm:f><xm:sqref>G15</xm:sqref>" in xml
    assert '<ignoredError sqref="E8:E14"' in xml and 'sqref="E8:E14" name="填报"' in xml


def test_names_print_settings_breaks_and_filter_follow(taller: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(taller))
    sheet = book["自评 表"]
    assert {name: book.defined_names[name].attr_text for name in ("总分", "权重", "外")} == {
        "总分": "'自评 表'!$F$15",
        "权重": "'自评 表'!$D$8:$D$14",
        "外": "其他!$A$12",
    }
    assert (sheet.print_area, sheet.print_title_rows) == ("'自评 表'!$A$1:$F$16", "$1:$7")
    assert [each.id for each in sheet.row_breaks.brk] == [7, 15]
    assert sheet.auto_filter.ref == "A7:F14"
    assert sheet.freeze_panes == "A8"
    assert sheet.dimensions == "A1:F17"


def test_links_notes_and_drawings_follow(taller: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(taller))["自评 表"]
    assert (sheet["A17"].hyperlink.location, sheet["A17"].hyperlink.ref) == ("'自评 表'!A15", "A17")
    assert sheet["D15"].comment.text.endswith("总分的说明") and sheet["D12"].comment is None
    vml = "xl/drawings/vmlDrawing1.vml"
    assert sorted(texts(taller, vml, r"<x:Row>(\d+)</x:Row>")) == ["0", "14"]
    drawing = etree.fromstring(read(taller, "xl/drawings/drawing1.xml"))
    assert [e.text for e in drawing.iterfind(f"*/{XDR}from/{XDR}row")] == ["22", "18"]


def test_a_drawing_over_the_place_grows_where_it_is_sized_with_its_cells() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("甲")
        for column, position in ((0, 1), (10, 2)):
            chart = book.add_chart({"type": "bar"})
            chart.add_series({"values": "=甲!$A$1:$A$2"})
            sheet.insert_chart(1, column, chart, {"object_position": position})
    before = stream.getvalue()
    spans = [
        [[int(e.text or "") for e in anchor.iterfind(f"*/{XDR}row")] for anchor in drawing]
        for drawing in (etree.fromstring(read(data, "xl/drawings/drawing1.xml")) for data in (before, grown(before, 5, 3, "甲")))
    ]
    (sized, fixed), after = spans
    assert after == [[sized[0], sized[1] + 3], fixed]


def test_other_sheets_and_charts_follow(workbook: bytes, taller: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(taller))["汇总"]
    assert [sheet[f"A{row}"].value for row in range(1, 4)] == [
        "=COUNTIF('自评 表'!E8:E14,\">9\")",
        "='自评 表'!F15",
        "='自评 表'!A1",
    ]
    assert sheet["A4"].hyperlink.location == "'自评 表'!D15"
    assert [rule.formula for area in sheet.conditional_formatting for rule in area.rules] == [["'自评 表'!$D$15>1"]]
    charts = {texts(taller, f"xl/charts/chart{n}.xml", "<c:f>(.*?)</c:f>")[-1] for n in (1, 2, 3)}
    assert charts == {"'自评 表'!$E$8:$E$14", "'自评 表'!$F$8:$F$15", "其他!$A$8:$A$12"}


def test_what_pivot_tables_are_made_of_grows_along(workbook: bytes) -> None:
    book = Book(open_package(workbook))
    part = "xl/pivotCache/pivotCacheDefinition{}.xml"
    for number, sheet in enumerate(("自评 表", "其他"), 1):
        source = f'<worksheetSource ref="A7:F{LAST}" sheet="{sheet}"/>'
        definition = f'<pivotCacheDefinition xmlns="{MAIN[1:-1]}"><cacheSource>{source}</cacheSource></pivotCacheDefinition>'
        book.parts.put(part.format(number), definition.encode(), "application/xml")
    book.settle()
    after = grown(book.parts.to_bytes(), LAST, 3)
    assert [texts(after, part.format(number), 'ref="(.*?)"') for number in (1, 2)] == [["A7:F14"], ["A7:F11"]]


def test_parts_that_do_not_mention_the_sheet_stay_as_they_are(workbook: bytes, taller: bytes) -> None:
    same = {name for name in names(workbook) if read(workbook, name) == read(taller, name)}
    assert {"xl/worksheets/sheet3.xml", "xl/styles.xml", "xl/drawings/drawing3.xml", "xl/comments2.xml"} <= same
    assert {name for name in names(workbook) if name not in same} == {
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/charts/chart1.xml",
        "xl/charts/chart2.xml",
        "xl/drawings/drawing1.xml",
        "xl/drawings/vmlDrawing1.vml",
        "xl/comments1.xml",
    }


def test_a_sheet_that_nobody_mentions_leaves_the_others_alone(workbook: bytes) -> None:
    patch = Patch(open_package(workbook))
    patch.insert_rows("其他", 12, 2)
    after = patch.to_bytes()
    others = ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/charts/chart1.xml")
    assert all(read(after, name) == read(workbook, name) for name in others)


def test_rows_behind_the_last_take_formats_and_rules_but_not_the_sums(workbook: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(grown(workbook, LAST + 1, 1)))["自评 表"]
    assert "A8:F12" in {str(area.sqref) for area in sheet.conditional_formatting}
    assert "E8:E12" in {str(v.sqref) for v in sheet.data_validations.dataValidation}
    assert sheet["D13"].value == "=SUM(D8:D11)"
    assert "B12:C12" in {str(area) for area in sheet.merged_cells.ranges}


def test_behind_the_last_row_everything_that_ends_there_grows_where_it_is_asked_for(workbook: bytes, taller: bytes) -> None:
    """As before the last row, but that row stays where it is."""
    behind = grown(workbook, LAST + 1, 3, since=LAST)
    after, before = (openpyxl.load_workbook(io.BytesIO(data)) for data in (behind, taller))
    sheet, other = after["自评 表"], before["自评 表"]
    assert [sheet[f"E{row}"].value for row in range(8, 15)] == [8, 9, 10, 11, None, None, None]
    assert [sheet[f"F{row}"].value for row in range(8, 16)] == [other[f"F{row}"].value for row in range(8, 16)]
    assert sheet["D15"].value == other["D15"].value == "=SUM(D8:D14)"
    for one, two in ((sheet, other), (after["汇总"], before["汇总"])):
        assert {str(area) for area in one.merged_cells.ranges} == {str(area) for area in two.merged_cells.ranges}
        assert [rule.formula for area in one.conditional_formatting for rule in area.rules] == [
            rule.formula for area in two.conditional_formatting for rule in area.rules
        ]
    assert (sheet.auto_filter.ref, sheet.print_area) == (other.auto_filter.ref, other.print_area)
    assert after.defined_names["权重"].attr_text == "'自评 表'!$D$8:$D$14"
    same = ("xl/worksheets/sheet2.xml", "xl/charts/chart1.xml", "xl/charts/chart2.xml", "xl/workbook.xml")
    assert [read(behind, name) for name in same] == [read(taller, name) for name in same]
    level = openpyxl.load_workbook(io.BytesIO(grown(workbook, LAST + 1, 3, since=FIRST - 1)))["自评 表"]
    assert level["D15"].value == "=SUM(D8:D11)" and level.auto_filter.ref == "A7:F14", "only what begins further up"


def test_sums_of_the_last_row_itself_stay_and_its_strong_line_moves_down() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "甲"
    for row in range(1, 5):
        sheet.append([row, f"=SUM(A$1:A{row})", "=SUM(A1:A4)" if row == 4 else None, f"=SUM(A{row}:A{row})"])
        sheet.cell(row, 1).border = Border(bottom=Side("medium" if row == 4 else "thin"))
    for row in (1, 2, 4):  # the third may be a 小计
        sheet.cell(row, 7, f"=SUM(A$1:A{row})")
    sheet["A5"], sheet["B5"] = "=A4", "=SUM(A4)"
    sheet.conditional_formatting.add("A4", FormulaRule(["COUNTIF(A$1:A4,A4)>1"]))
    sheet.add_table(Table(displayName="表", ref="E1:E4"))
    stream = io.BytesIO()
    book.save(stream)
    after = openpyxl.load_workbook(io.BytesIO(grown(stream.getvalue(), 5, 2, "甲", since=4)))["甲"]
    for column in "BG":
        assert [after[f"{column}{row}"].value for row in range(4, 7)] == ["=SUM(A$1:A4)", "=SUM(A$1:A5)", "=SUM(A$1:A6)"]
    assert (after["C4"].value, after["D4"].value, after["D6"].value) == ("=SUM(A1:A6)", "=SUM(A4:A4)", "=SUM(A6:A6)")
    assert (after["A7"].value, after["B7"].value) == ("=SUM(A4:A6)", "=SUM(A4:A6)")
    assert [after[f"A{row}"].border.bottom.style for row in range(3, 7)] == ["thin", "thin", "thin", "medium"]
    assert [rule.formula for area in after.conditional_formatting for rule in area.rules] == [["COUNTIF(A$1:A4,A4)>1"]]
    assert after.tables["表"].ref == "E1:E6" and after.tables["表"].autoFilter.ref == "E1:E6"
    asis = openpyxl.load_workbook(io.BytesIO(grown(stream.getvalue(), 5, 2, "甲")))["甲"]
    assert [asis[f"A{row}"].border.bottom.style for row in (3, 4)] == ["thin", "medium"], "as in Excel"


def test_rows_in_the_frozen_head_are_frozen_too(workbook: bytes) -> None:
    assert openpyxl.load_workbook(io.BytesIO(grown(workbook, 3, 2)))["自评 表"].freeze_panes == "A10"


def test_form_controls_selections_and_sorting_follow_and_no_new_row_is_hidden(workbook: bytes) -> None:
    book = Book(open_package(workbook))
    anchor = f'<anchor {{}}><from><d:row xmlns:d="{XDR[1:-1]}">{{}}</d:row></from><to><d:row xmlns:d="{XDR[1:-1]}">{{}}</d:row></to></anchor>'
    moved, sized = 'moveWithCells="1"', 'moveWithCells="1" sizeWithCells="1"'
    drawn = [(moved, 10, 13), ("", 11, 13), (moved, 9, 12), (sized, 9, 12)]
    said = (
        '<selection pane="bottomLeft" activeCell="B12" sqref="B12:C12 E3"/><ignoredError sqref="A2:F5 C12"/>',
        '<sortState ref="A8:F11"><sortCondition ref="D8:D11"/></sortState>',
        '<controlPr linkedCell="$D$12" listFillRange="$B$9:$B$11"/>',
        *(anchor.format(*one) for one in drawn),
    )
    book.change("自评 表").extend(etree.fromstring(f'<x xmlns="{MAIN[1:-1]}">{"".join(said)}</x>'))
    book.cells("自评 表").rows[10].set("hidden", "1")
    book.cells("自评 表").set("B10", Formula("=D10"))
    properties = '<formControlPr xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" fmlaLink="$D$12" fmlaRange="$B$9:$B$11"/>'
    for kind, content in (("ctrlProp", properties), ("threadedComment", '<c><threadedComment ref="D12"/></c>')):
        book.parts.put(f"xl/{kind}1.xml", content.encode(), "application/xml")
        book.parts.relate(SHEET, kind, f"xl/{kind}1.xml")
    vml, linked = "xl/drawings/vmlDrawing1.vml", ("$D$12", "$D$9", "'自评 表'!$D$12", "其他!$D$12", "$B$9:$B$11")
    older = "".join(f'<v:shape><x:ClientData ObjectType="Drop"><x:FmlaLink>{one}</x:FmlaLink></x:ClientData></v:shape>' for one in linked)
    book.parts.put(vml, book.parts.read(vml).replace(b"</xml>", f"{older}</xml>".encode()))
    book.settle()
    after = grown(book.parts.to_bytes(), LAST, 3)
    xml = read(after, SHEET).decode()
    assert 'activeCell="B15" sqref="B15:C15 E3"' in xml and 'linkedCell="$D$15" listFillRange="$B$9:$B$14"' in xml
    assert '<sortState ref="A8:F14"><sortCondition ref="D8:D14"/>' in xml
    assert re.findall(r"<d:row[^>]*>(\d+)<", xml) == ["13", "16", "11", "13", "9", "12", "9", "15"]
    assert 'fmlaLink="$D$15" fmlaRange="$B$9:$B$14"' in read(after, "xl/ctrlProp1.xml").decode()
    moved_there = ["$D$15", "$D$9", "'自评 表'!$D$15", "其他!$D$12", "$B$9:$B$14"]
    assert texts(after, vml, "<x:FmlaLink>([^<]*)<") == moved_there
    assert b'ref="D15"' in read(after, "xl/threadedComment1.xml") and 'sqref="A2:F5 C15"' in xml
    assert re.findall(r'<row r="(\d+)"[^>]* hidden="1"', xml) == ["10"]
    assert re.findall(r'<c r="(B\d+)"[^>]*><f>(D\d+)</f>', xml) == [(f"B{row}", f"D{row}") for row in range(10, 14)]


def test_tables_and_rules_of_openpyxl_follow() -> None:
    book = openpyxl.Workbook()
    sheet, other = book.active, book.create_sheet("乙")
    sheet.title = "甲"
    sheet.append(["名称", "数"])
    for row in range(2, 6):
        sheet.append([f"行{row}", row])
    sheet["D2"] = "=SUM(B2:B5)"
    other["A1"] = "=甲!B5+SUM(甲!B:B)+SUM(甲!2:3)"
    sheet.add_table(Table(displayName="表", ref="A1:B5"))
    rule = DataValidation("list", formula1="乙!$A$1:$A$9", sqref="B2:B5")
    sheet.add_data_validation(rule)
    sheet.conditional_formatting.add("A2:B5", FormulaRule(["$B2>3"]))
    stream = io.BytesIO()
    book.save(stream)
    after = openpyxl.load_workbook(io.BytesIO(grown(stream.getvalue(), 4, 2, "甲")))
    assert after["甲"].tables["表"].ref == "A1:B7" and after["甲"].tables["表"].autoFilter.ref == "A1:B7"
    assert after["甲"]["D2"].value == "=SUM(B2:B7)"
    assert after["乙"]["A1"].value == "=甲!B7+SUM(甲!B:B)+SUM(甲!2:3)"
    assert str(after["甲"].data_validations.dataValidation[0].sqref) == "B2:B7"


def test_shared_formulas_are_written_out_where_the_place_divides_them() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet, other, apart = (book.add_worksheet(name) for name in "甲乙丙")
        for row in range(1, 6):
            apart.write_formula(f"B{row}", f"=A{row}*2", None, 0)
            sheet.write(f"A{row}", row)
            sheet.write_formula(f"B{row}", f"=A{row}*2", None, row * 2)
            other.write_formula(f"B{row}", f"=甲!A{row}", None, row)
    content = parts(stream.getvalue())
    for part in [f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3)]:
        text = content[part].decode()
        text = re.sub("<f>(A1[*]2|甲!A1)</f>", r'<f t="shared" ref="B1:B5" si="0">\1</f>', text)
        content[part] = re.sub("<f>[^<]*</f>", '<f t="shared" si="0"/>', text).encode()
    assert b'si="0"/>' in content["xl/worksheets/sheet2.xml"]
    whole = grown(packed(content), 3, 1, "甲")
    assert read(whole, "xl/worksheets/sheet3.xml") == content["xl/worksheets/sheet3.xml"], "nothing of it moved"
    after = openpyxl.load_workbook(io.BytesIO(whole))
    assert [after["甲"][f"B{n}"].value for n in range(1, 7)] == [f"=A{n}*2" for n in range(1, 7)]
    assert [after["乙"][f"B{n}"].value for n in range(1, 6)] == ["=甲!A1", "=甲!A2", "=甲!A4", "=甲!A5", "=甲!A6"]


def test_new_rows_keep_the_prefixes_that_excel_is_told_to_ignore(taller: bytes) -> None:
    assert texts(taller, SHEET, r'<row r="(1[0-3])"[^>]* x14ac:dyDescent="') == ["10", "11", "12", "13"]
    xml = read(taller, SHEET)
    assert xml.count(b"xmlns:x14ac=") == 1 and b"ns0" not in xml


def test_writing_after_growing_finds_the_moved_cells(workbook: bytes) -> None:
    patch = Patch(open_package(workbook))
    patch.set("自评 表", "E11", Value(1))
    patch.insert_rows("自评 表", LAST, 2)
    patch.set("自评 表", "E11", Value(2))
    patch.insert_rows("自评 表", 3, 1)
    sheet = openpyxl.load_workbook(io.BytesIO(patch.to_bytes()))["自评 表"]
    assert (sheet["E12"].value, sheet["E14"].value) == (2, 1)


def test_what_excel_refuses_is_refused() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("甲")
        sheet.write_array_formula("A1:A3", "{=ROW(1:3)}")
        sheet.write("C1048576", 1)
    patch = Patch(open_package(stream.getvalue()))
    with pytest.raises(WorkbookError, match="数组公式") as refused:
        patch.insert_rows("甲", 2, 1)
    assert "读不懂" not in str(refused.value), "nothing is damaged"
    with pytest.raises(WorkbookError, match="放不下"):
        patch.insert_rows("甲", 5, 1)
    with pytest.raises(WorkbookError, match="没有工作表"):
        patch.insert_rows("乙", 5, 1)


def to_the_bottom(rows: str) -> bytes:
    """A sheet 甲 with these rows in place of its own."""
    data = built(lambda book: book.add_worksheet("甲").write("A1", 1))
    sheet = "xl/worksheets/sheet1.xml"
    return rewritten(data, {sheet: re.sub(b"<row .*</row>", rows.encode(), parts(data)[sheet])})


def numbers(data: bytes) -> list[int]:
    return [int(number) for number in re.findall(rb'<row r="(\d+)"', parts(data)["xl/worksheets/sheet1.xml"])]


def test_blank_rows_to_the_bottom_make_room_and_are_no_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """In Excel formats are enough for a refusal; here nothing is lost that anybody has entered."""
    filled = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, 4))
    blank = "".join(f'<row r="{row}" ht="20"><c r="A{row}" s="0"/></row>' for row in range(1_048_537, 1_048_577))
    data = to_the_bottom(filled + '<row r="4"/>' + blank)
    for long in (1 << 20, 400):  # in the tree, and not
        monkeypatch.setattr(tail, "_LONG", long)
        monkeypatch.setattr(tail, "_KEPT", 8)
        patch = Patch(open_package(data))
        patch.set("甲", "A2", Value(7))
        assert numbers(patch.to_bytes()) == numbers(data)
        assert len(patch._book.look("甲").findall(f".//{MAIN}row")) == (44 if long > 400 else 11)
        patch.insert_rows("甲", 3, 2)
        after = patch.to_bytes()
        first = 1_048_537 + 2
        assert numbers(after) == [*range(1, 7), *range(first, 1_048_577)]
        assert openpyxl.load_workbook(io.BytesIO(after))["甲"]["A5"].value == 3
    merged = parts(data)["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1048575:B1048576"/></mergeCells>'
    )
    with pytest.raises(WorkbookError, match="放不下"):
        Patch(open_package(rewritten(data, {"xl/worksheets/sheet1.xml": merged}))).insert_rows("甲", 3, 2)


@pytest.mark.parametrize(
    "odd", ["<row><c s=\"0\"/></row>", "<!-- <row r=\"90\"/> -->", '<row r="99"><c r="A99"><v>5</v></c></row>', ""]
)
def test_what_is_no_blank_tail_stays_in_the_tree(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "_LONG", 200)
    monkeypatch.setattr(tail, "_KEPT", 2)
    blank = "".join(f'<row r="{row}"/>' for row in range(2, 60))
    data = parts(to_the_bottom(f'<row r="1"><c r="A1"><v>1</v></c></row>{blank}{odd}'))["xl/worksheets/sheet1.xml"]
    kept, cut = tail.split(data)
    assert bool(cut) is not bool(odd)
    assert tail.joined(kept, cut) == data


# Every formula gives what it gave before.

PIECES = (
    "{c}{r}", "${c}${r}", "SUM({c}{r}:{c}{s})", "SUM($A$1:{c}${s})", "甲!{c}{r}", "SUM(甲!{c}{r}:{c}{s})",
    "IF({c}{r}>3,{c}{s},0)", "ROUND(乙!A{r}/7,2)", "COUNTIF(甲!A1:C12,\">\"&{c}{r})", "SUM(甲!A:A)", "LEN(\"A1甲!B2\")",
)  # fmt: skip


def random_book(seed: int) -> bytes:
    """Numbers in A1:C12 of two sheets, formulas over them in E1:F12: none refers to a formula, so there are no circles."""
    dice = random.Random(seed)

    def formula() -> str:
        low, high = sorted(dice.sample(range(1, 13), 2))
        pieces = dice.sample(PIECES, 2)
        return "=" + "+".join(piece.format(c=dice.choice("ABC"), r=low, s=high) for piece in pieces)

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for sheet in (book.add_worksheet("甲"), book.add_worksheet("乙")):
            for row in range(12):
                sheet.write_row(row, 0, [dice.randint(1, 9) for _ in "ABC"])
                sheet.write_formula(row, 4, formula())
                sheet.write_formula(row, 5, formula())
    return stream.getvalue()


def results(data: bytes, folder: Path) -> dict[tuple[str, str], object]:
    path = folder / "book.xlsx"
    path.write_bytes(data)
    book = formualizer.load_workbook(str(path))
    book.evaluate_all()
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    return {
        (sheet.title, cell.coordinate): book.evaluate_cell(sheet.title, cell.row, cell.column)
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(seed=st.integers(0, 10**6), row=st.integers(2, 13), count=st.integers(1, 4))
def test_every_formula_keeps_its_value(tmp_path: Path, seed: int, row: int, count: int) -> None:
    data = random_book(seed)
    before, after = results(data, tmp_path), results(grown(data, row, count, "甲"), tmp_path)
    for (sheet, cell), value in before.items():
        column, number = cell[0], int(cell[1:])
        moved = number + count if sheet == "甲" and number >= row else number
        assert after[sheet, f"{column}{moved}"] == value, (sheet, cell)


@pytest.mark.requires_soffice
def test_libreoffice_gives_the_same_results(workbook: bytes, taller: bytes, tmp_path: Path, soffice_convert) -> None:
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    before.write_bytes(workbook)
    after.write_bytes(taller)
    old, new = (openpyxl.load_workbook(p, data_only=True) for p in soffice_convert([before, after], "xlsx"))
    assert [old["汇总"][f"A{n}"].value for n in (1, 2, 3)] == [new["汇总"][f"A{n}"].value for n in (1, 2, 3)]
    assert old["自评 表"]["F12"].value == new["自评 表"]["F15"].value == pytest.approx(0.95)
    assert new["自评 表"]["F12"].value == 0  # the copied formula over cells not yet filled


@pytest.mark.parametrize(
    ("formula", "grown"),
    [
        ("E5+E8", "E5+E6+E7+E8"),
        ("E8 + E5", "E8+E6+E7 + E5"),
        ("(1+$E$5+$E$8)/2", "(1+$E$5+$E$6+$E$7+$E$8)/2"),
        ("SUM(E4,E5,E8)", "SUM(E4,E5,E6:E7,E8)"),
        ("SUM(E3:E5,E8)", "SUM(E3:E5,E6:E7,E8)"),
        ("SUM(E8:E9,$A$1,E5)", "SUM(E8:E9,$A$1,E5)"),
        ("SUM(E8:E9,E5)", "SUM(E8:E9,E6:E7,E5)"),
        ("SUM(IF(A1,E5,E8),E5,E8)", "SUM(IF(A1,E5,E8),E5,E6:E7,E8)"),
        *((other, other) for other in ("-E5+E8", "2*E5+E8", "E5+E8*2", "E5+F8", "E4+E8", "MAX(E5,E8)", '"E5+E8"')),
        *((other, other) for other in ("别的表!E5+E8", "别的表!E5+别的表!E8", "SUM(E5:E8)", "E5-E8")),
        *((other, other) for other in ("E4:E5+E8", "SUM(D4:E5,E8)", "SUM(别的表!E4:E5,E8)", "SUM(E4:E5,E7)")),
    ],
)
def test_a_sum_of_single_cells_takes_in_the_rows_between_them(formula: str, grown: str) -> None:
    assert with_rows(formula, range(6, 8)) == grown


@pytest.mark.parametrize(
    ("formula", "since", "grown"),
    [
        ("E3+E4+E5", 3, "E3+E4+E5+E6+E7"),
        ("SUM($E$4,$E$5)", 5, "SUM($E$4,$E$5:$E$7)"),
        ("SUM(E5)", 5, "SUM(E5:E7)"),
        ("SUBTOTAL(9,E5)", 5, "SUBTOTAL(9,E5:E7)"),
        ("SUM(E1:E2,E4:E5)", 2, "SUM(E1:E2,E4:E7)"),
        *((other, 3, other) for other in ("E4+E5", "E1+E5", "SUM(E1,E5)", "SUM(E4:E5)", "E5", "MAX(E5)", "E5*E4", "E3-E5")),
    ],
)
def test_a_sum_of_single_cells_goes_on_behind_its_last_one(formula: str, since: int, grown: str) -> None:
    assert with_rows(formula, range(6, 8), since) == grown


def test_a_formula_without_a_value_is_emptied() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    stream = io.BytesIO()
    book.save(stream)
    content = parts(stream.getvalue())
    content["xl/worksheets/sheet1.xml"] = re.sub(rb"<v ?/>|<v></v>", b"", content["xl/worksheets/sheet1.xml"])
    patch = Patch(open_package(packed(content)))
    patch.set("Sheet", "A1", Value(None))
    assert openpyxl.load_workbook(io.BytesIO(patch.to_bytes())).active["A1"].value is None
