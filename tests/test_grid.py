"""Reading cells: values, what is shown, formulas, merges and what is hidden, whatever wrote the file."""

from __future__ import annotations

import datetime
import io
import tracemalloc
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from zipped import packed, parts, rewritten

from selfeval_xl.errors import WorkbookError
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.number_format import ErrorValue
from selfeval_xl.workbook.opening import archive as archive_module
from selfeval_xl.workbook.opening import markup as markup_module
from selfeval_xl.workbook.opening.package import Package, open_package
from selfeval_xl.workbook.reading import sheet as sheet_module
from selfeval_xl.workbook.reading.sheet import read_grid
from tests.conftest import Convert

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="r"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = '<Relationship Id="{0}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{1}" Target="{2}"/>'
BOOK = f'<workbook xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr{{}}/><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>'


def raw_package(rows: str, *, around: str = "", strings: str = "", styles: str = "", book: str = "") -> Package:
    """A minimal package around this sheetData; ``around`` is what stands before and, after a bar, behind it."""
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(RELATION.format("rId1", "officeDocument", "/xl/workbook.xml")),
        "xl/workbook.xml": BOOK.format(book),
        "xl/_rels/workbook.xml.rels": RELATIONS.format(
            RELATION.format("rId1", "worksheet", "sheet.xml")
            + RELATION.format("rId2", "sharedStrings", "strings.xml")
            + RELATION.format("rId3", "styles", "styles.xml")
        ),
        "xl/sheet.xml": f'<worksheet xmlns="{MAIN}">{around.partition("|")[0]}<sheetData>{rows}</sheetData>{around.partition("|")[2]}</worksheet>',
        "xl/strings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    return open_package(packed(parts))


def raw_grid(rows: str, **parts: str) -> Grid:
    return read_grid(raw_package(rows, **parts), "表")


def values(grid: Grid) -> dict[tuple[int, int], object]:
    return {key: cell.value for key, cell in grid.cells.items()}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<c><v>0.30000000000000004</v></c>", Decimal("0.3")),
        ("<c><v>175.47999999999999</v></c>", Decimal("175.48")),
        ("<c><v>1E+20</v></c>", Decimal("1e20")),
        ("<c><v>-0</v></c>", Decimal(0)),
        ('<c t="n"><v> 5 </v></c>', Decimal(5)),
        ('<c t="s"><v>1</v></c>', "富文本"),
        ('<c t="s" s=""><v>1</v></c>', "富文本"),
        ('<c t="str"><v>公式给的文字</v></c>', "公式给的文字"),
        ('<c t="str"><f>""</f><v></v></c>', ""),
        ('<c t="b"><v>1</v></c>', True),
        ('<c t="b"><v>0</v></c>', False),
        ('<c t="b"><v>TRUE</v></c>', True),
        ('<c t="e"><v>#DIV/0!</v></c>', ErrorValue("#DIV/0!")),
        ('<c t="d"><v>2024-12-31T12:00:00</v></c>', Decimal("45657.5")),
        ('<c t="inlineStr"><is><t>内联</t></is></c>', "内联"),
        ('<c t="inlineStr"><is><r><t>内</t></r><r><t xml:space="preserve"> 联</t></r><rPh sb="0" eb="1"><t>nei</t></rPh></is></c>', "内 联"),
        ('<c t="str"><v>一_x000D_\n二_x0041__x005F_x0041_</v></c>', "一\n二A_x0041_"),
        ('<c t="str"><v>一&#13;\n二</v></c>', "一\n二"),
        ('<c t="str"><v>_xD800_</v></c>', "_xD800_"),
    ],
)
def test_values(cell: str, value: object) -> None:
    strings = "<si><t>零</t></si><si><r><rPr><b/></rPr><t>富</t></r><r><t>文本</t></r><rPh sb='0' eb='1'><t>fu</t></rPh></si>"
    found = raw_grid(f"<row>{cell}</row>", strings=strings).cells[1, 1].value
    assert found == value
    assert type(found) is type(value)


def test_a_text_without_a_number_is_none() -> None:
    row = '<row r="1"><c r="A1" t="s"><v/></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="s"><f>B1</f><v></v></c></row>'
    assert values(raw_grid(row, strings="<si><t>零</t></si>")) == {(1, 2): "零", (1, 3): None}


def test_a_picture_in_a_cell_is_neither_an_error_nor_a_text() -> None:
    """Excel stores an error beside it, for older ones; WPS the text of its formula.  Rows that came before are known."""
    row = (
        '<row r="4"><c r="A4" t="e" vm="1"><v>#VALUE!</v></c><c r="B4" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
        '<c r="C4" t="e"><v>#VALUE!</v></c><c r="D4" t="e" vm="2"><f>_xlfn.UNIQUE(A1:A9)</f><v>#VALUE!</v></c></row>'
    )
    error = ErrorValue("#VALUE!")
    for _ in range(3):
        assert values(raw_grid(row)) == {(4, 2): None, (4, 3): error, (4, 4): error}


def test_places_without_references() -> None:
    rows = '<row><c><v>1</v></c><c/><c><v>3</v></c></row><row r="5"><c r="D5"><v>4</v></c><c><v>5</v></c></row><row><c><v>6</v></c></row>'
    assert values(raw_grid(rows)) == {(1, 1): 1, (1, 3): 3, (5, 4): 4, (5, 5): 5, (6, 1): 6}


def test_any_prefix_and_a_wrong_dimension() -> None:
    stream, part = io.BytesIO(), "xl/worksheets/sheet1.xml"
    workbook = openpyxl.Workbook()
    workbook.active["B7"] = 7
    workbook.save(stream)
    sheet = parts(stream.getvalue())[part].decode()
    sheet = sheet.replace("<", "<甲:").replace("<甲:/", "</甲:").replace("xmlns=", "xmlns:甲=").replace('ref="B7"', 'ref="A1"')
    prefixed = rewritten(stream.getvalue(), {part: sheet.encode()})
    assert values(read_grid(open_package(prefixed), "Sheet")) == {(7, 2): 7}


def test_formats() -> None:
    styles = (
        '<numFmts><numFmt numFmtId="176" formatCode="0.00&quot;万元&quot;"/></numFmts><cellStyleXfs><xf numFmtId="9"/><xf numFmtId="9"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="176"/><xf numFmtId="31"/><xf numFmtId="999"/></cellXfs><dxfs><dxf><numFmt numFmtId="176" formatCode="other"/></dxf></dxfs>'
    )
    cells = "".join(f'<c s="{style}"><v>45657</v></c>' for style in (0, 1, 2, 3, 77))
    grid = raw_grid(f"<row>{cells}</row>", styles=styles)
    assert [cell.text for cell in grid.cells.values()][2:] == ["2024年12月31日", "45657", "45657"]
    assert grid.cells[1, 2].style == 1
    dated = raw_grid(f"<row>{cells}</row>", styles=styles, book=' date1904="1"')
    assert dated.cells[1, 3].text == "2029年1月1日"


def test_formulas() -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1*$C$1</f><v>2</v></c><c r="B1"><f t="array" ref="B1">SUM(C1:C2*D1:D2)</f></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>4</v></c><c r="B2"><f t="dataTable" ref="B2" r1="A1" r2="A2"/><v>1</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/></c><c r="B3"><f/><v>3</v></c></row>'
    )
    grid = raw_grid(rows)
    assert {key: cell.formula for key, cell in grid.cells.items()} == {
        (1, 1): "=B1*$C$1", (1, 2): "=SUM(C1:C2*D1:D2)", (2, 1): "=B2*$C$1", (2, 2): "=TABLE(A1,A2)", (3, 1): "=B3*$C$1", (3, 2): None,
    }  # fmt: skip
    assert grid.cells[3, 1].value is None, "a formula without a stored value"
    with pytest.raises(WorkbookError, match="A1 共用的公式缺失"):
        raw_grid('<row><c><f t="shared" si="0"/><v>4</v></c></row>')


def test_merges_and_hidden() -> None:
    rows = '<row r="1" hidden="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="true"/><row r="3"><c r="A3"><v>1</v></c></row>'
    around = '<cols><col min="2" max="3" hidden="1"/><col min="5" max="5"/></cols>|<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="C3"/></mergeCells>'
    grid = raw_grid(rows, around=around)
    assert grid.merges == [(1, 1, 2, 2), (3, 3, 3, 3)]
    assert grid.hidden_rows == {1, 2}
    assert grid.hidden_columns == {2, 3}


def test_blanks_only_where_asked() -> None:
    rows = '<row><c r="A1" s="1"/><c r="B1" s="1"><v></v></c><c r="C1"><v>1</v></c></row>'
    assert list(raw_grid(rows).cells) == [(1, 3)]
    assert list(read_grid(raw_package(rows), "表", blanks=True).cells) == [(1, 1), (1, 2), (1, 3)]


def test_blank_styled_rows_cost_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "CHUNK", 1 << 16)
    peaks = []
    for count in (20_000, 60_000):
        rows = "".join(f'<row r="{row}" s="1"><c r="A{row}" s="1"/></row>' for row in range(1, count + 1))
        package = raw_package(rows + '<row><c t="str"><v>末行</v></c></row>')
        tracemalloc.start()
        grid = read_grid(package, "表")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert values(grid) == {(count + 1, 1): "末行"}
    assert peaks[1] < peaks[0] + 500_000, peaks


@pytest.mark.parametrize(
    "endless",
    [
        '|<row r="1">' + "{}</row>",
        "<extLst><ext>{}</ext></extLst>|",
        "<dataValidations>{}</dataValidations>|",
        "{}|",
    ],
)
def test_what_is_of_no_use_costs_no_memory(endless: str) -> None:
    """Also within an element that goes on for the whole file."""
    around, _, row = endless.partition("|")
    peaks = []
    for count in (20_000, 60_000):
        cells, others = '<c r="A1" s="1"/>' * count, '<brk id="1"/>' * count
        package = raw_package(row.format(cells) + '<row r="2"><c><v>1</v></c></row>', around=around.format(others))
        tracemalloc.start()
        grid = read_grid(package, "表")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert values(grid) == {(2, 1): 1}
    assert peaks[1] < peaks[0] + 500_000, peaks


def test_what_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "CHUNK", 1 << 10)
    monkeypatch.setattr(sheet_module, "_CELL_PARTS", 1_000)
    with pytest.raises(WorkbookError, match="异常庞大的单元格"):
        raw_grid("<row><c>" + "<is/>" * 2_000 + "</c></row>")
    monkeypatch.setattr(markup_module, "_OPEN", 1 << 14)
    for endless in ("<c><v>" + "1" * 20_000 + "</v></c>", "<!--" + "x" * 20_000 + "-->", f'<c r="{"A" * 20_000}"/>'):
        with pytest.raises(WorkbookError, match="不是正确的 XML"):
            raw_grid(f"<row>{endless}</row>")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("before", ["", f"<!--{'x' * 5_000}-->"])
def test_a_document_type_is_refused_wherever_it_stands(encoding: str, before: str) -> None:
    package = raw_package("")
    text = f'<?xml version="1.0" encoding="{encoding}"?>{before}<!DOCTYPE w [<!ENTITY a "5">]>'
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row><c><v>{{}}</v></c></row></sheetData></worksheet>'
    held = {name: package.archive.part(name) for name in package.archive.names}

    def read(xml: str) -> Grid:
        return read_grid(open_package(packed(held | {"xl/sheet.xml": xml.encode(encoding)})), "表")

    assert values(read(text.partition("<!DOCTYPE")[0] + sheet.format(5))) == {(1, 1): 5}
    with pytest.raises(WorkbookError, match="声明了实体或文档类型"):
        read(text + sheet.format("&a;"))


@pytest.mark.parametrize("chunk", [1, 7, 64, 1000])
def test_pieces_of_any_size_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    """Wherever a piece ends: within a tag, a text, between cells, rows and the parts of a sheet."""
    sample(tmp_path / "a.xlsx")
    files = [tmp_path / "a.xlsx", *sorted(Path("workbook_templates").glob("*.xlsx"))[: chunk > 1]]

    def read() -> list[object]:
        packages = [open_package(path) for path in files]
        grids = [read_grid(package, sheet) for package in packages for sheet in package.sheets]
        return [(grid.cells, grid.merges, grid.hidden_rows, grid.hidden_columns) for grid in grids]

    whole = read()
    monkeypatch.setattr(archive_module, "CHUNK", chunk)
    assert read() == whole


def test_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "<row>" + "<c><v>1</v></c>" * 11 + "</row>"
    monkeypatch.setattr(sheet_module, "MAX_CELLS", 10)
    with pytest.raises(WorkbookError, match="非空单元格超过 10 个") as caught:
        raw_grid(rows)
    assert caught.value.reason == "package.too_large"
    monkeypatch.setattr(sheet_module, "MAX_FORMULAS", 1000)
    shared = '<row><c><f t="shared" si="0">A1+1</f></c>' + '<c><f t="shared" si="0"/></c>' * 5 + "</row>"
    with pytest.raises(WorkbookError, match="公式太多"):
        raw_grid(shared)
    with pytest.raises(WorkbookError, match="公式超过 8192 个字符"):
        raw_grid(f"<row><c><f>{'1+' * 5000}1</f></c></row>")


def sample(path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "自评表"
    sheet["A1"] = CellRichText("预算", TextBlock(InlineFont(b=True), "执行率"))
    sheet["B1"], sheet["B1"].number_format = 0.868454, "0.00%"
    sheet["A2"] = "2024年度\n合计"
    sheet["B2"], sheet["B2"].number_format = datetime.date(2024, 12, 31), 'yyyy"年"m"月"d"日"'
    sheet["B3"], sheet["B3"].number_format = 1234567.891, "#,##0.00"
    sheet["B4"] = True
    sheet["B5"] = "=ROUND(B1*10,2)"
    sheet["B6"] = '=IF(B5>8,"达成",1/0)'
    sheet["B7"] = "=1/0"
    sheet["B8"] = "001"
    sheet.merge_cells("A5:A7")
    sheet.row_dimensions[8].hidden = True
    sheet.column_dimensions["D"].hidden = True
    workbook.save(path)


def test_openpyxl_files(tmp_path: Path) -> None:
    sample(tmp_path / "a.xlsx")
    grid = read_grid(open_package(tmp_path / "a.xlsx"), "自评表")
    assert [grid.cells[row, 1].text for row in (1, 2)] == ["预算执行率", "2024年度\n合计"]
    assert [grid.cells[row, 2].text for row in range(1, 5)] == ["86.85%", "2024年12月31日", "1,234,567.89", "TRUE"]
    assert grid.cells[5, 2] == (None, grid.cells[5, 2].format, "=ROUND(B1*10,2)", 0)
    assert grid.merges == [(5, 1, 7, 1)]
    assert (grid.hidden_rows, grid.hidden_columns) == ({8}, {4})


@pytest.mark.requires_soffice
def test_libreoffice_files(tmp_path: Path, soffice_convert: Convert) -> None:
    sample(tmp_path / "a.xlsx")
    (saved,) = soffice_convert([tmp_path / "a.xlsx"], "xlsx")
    grid = read_grid(open_package(saved), "自评表")
    assert [grid.cells[row, 1].text for row in (1, 2)] == ["预算执行率", "2024年度\n合计"]
    assert [grid.cells[row, 2].text for row in range(1, 9)] == [
        "86.85%", "2024年12月31日", "1,234,567.89", "TRUE", "8.68", "达成", "#DIV/0!", "001",
    ]  # fmt: skip
    assert grid.cells[5, 2].formula == "=ROUND(B1*10,2)"
    assert grid.merges == [(5, 1, 7, 1)]
    assert (grid.hidden_rows, grid.hidden_columns) == ({8}, {4})


# --- what programs may read in different ways ---

CHOICE = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("rows", "around"),
    [
        (ROW, f'|<x:sheetData xmlns:x="{MAIN}"><x:row r="1"><x:c r="A1"><x:v>2</x:v></x:c></x:row></x:sheetData>'),
        (ROW, f'|<sheetData>{ROW.replace("1<", "2<")}</sheetData>'),
        (ROW, f"<mc:AlternateContent {CHOICE}><mc:Choice><sheetData>{ROW}</sheetData></mc:Choice></mc:AlternateContent>|"),
        (f"<mc:AlternateContent {CHOICE}><mc:Choice>{ROW}</mc:Choice></mc:AlternateContent>", ""),
        (ROW.replace("<c", f"<mc:AlternateContent {CHOICE}><mc:Choice/></mc:AlternateContent><c"), ""),
        (ROW.replace("<v>", f"<mc:AlternateContent {CHOICE}><mc:Choice><v>2</v></mc:Choice></mc:AlternateContent><v>"), ""),
        (ROW.replace("<v>", "<v>2</v><v>"), ""),
        (ROW.replace("<v>", "<f>1</f><f>2</f><v>"), ""),
        (ROW.replace('"A1">', '"A1" t="inlineStr"><is><t>2</t></is>'), ""),
    ],
)
def test_cells_that_may_be_read_otherwise_are_damage(rows: str, around: str) -> None:
    assert values(raw_grid(ROW)) == {(1, 1): 1}
    with pytest.raises(WorkbookError, match=r"两处|写法不明|不止一次"):
        raw_grid(rows, around=around)


@pytest.mark.parametrize("cell", ['t="b"><v>x</v>', 't="b"><v>2</v>', 't="s"><v>１</v>', 't="S"><v>1</v>', 's="１"><v>1</v>'])
def test_what_no_program_writes_is_no_guess(cell: str) -> None:
    with pytest.raises(WorkbookError, match="无法识别"):
        raw_grid(f'<row r="1"><c r="A1" {cell}</c></row>', strings="<si><t>零</t></si><si><t>一</t></si>")
    assert values(raw_grid('<row r="1"><c r="A1" t="b"><v></v></c></row>')) == {}


@pytest.mark.parametrize("formula", ['<f t="array" ref="A1:B2">{9,9}</f>', '<f t="dataTable" ref="A1:B2" r1="C1"/>'])
def test_what_an_array_formula_fills_is_no_entry(formula: str) -> None:
    grid = raw_grid(f'<row r="1"><c r="A1">{formula}<v>1</v></c><c r="B1"><v>2</v></c></row><row r="3"><c r="B3"><v>3</v></c></row>')
    filled = {at: cell.formula is not None for at, cell in grid.cells.items()}
    assert filled == {(1, 1): True, (1, 2): True, (2, 1): True, (2, 2): True, (3, 2): False}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('<row r="1"><c r="A1"><f t="array" ref="A">{9}</f></c></row>', "公式范围无法识别"),
        ('<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">{9}</f></c></row>', "数组公式范围太大"),
        ('<row r="1"><c r="XFD1"><v>1</v></c><c><v>2</v></c></row>', "超出范围的单元格"),
    ],
)
def test_cells_that_no_sheet_has_are_damage(rows: str, said: str) -> None:
    with pytest.raises(WorkbookError, match=said):
        raw_grid(rows)


def test_what_else_a_row_may_hold_is_passed_by() -> None:
    other = "<extLst><ext/></extLst>"
    assert values(raw_grid(f"{other}{ROW.replace('</row>', f'{other}</row>')}")) == {(1, 1): 1}


def test_a_data_table_may_fill_another_cell_than_its_own() -> None:
    grid = raw_grid('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="dataTable" ref="A1" r1="C1"/><v>2</v></c></row>')
    assert grid.cells[1, 1].formula is not None


def test_an_empty_array_formula_is_a_formula() -> None:
    assert raw_grid('<row r="1"><c r="A1"><f t="array" ref="A1"></f><v>1</v></c></row>').cells[1, 1].formula == "="


def test_texts_end_where_a_cell_of_excel_does() -> None:
    grid = raw_grid('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings=f"<si><t>{'长' * 40_000}</t></si>")
    assert len(str(grid.cells[1, 1].value)) == 32_767


def test_endless_columns_and_merges_are_read_once() -> None:
    columns = '<col min="1" max="16384" hidden="1"/>' * 40_000
    merges = '<mergeCell ref="A1:XFD1048576"/>' * 40_000
    grid = raw_grid(ROW, around=f"<cols>{columns}</cols>|<mergeCells>{merges}</mergeCells>")
    assert (len(grid.hidden_columns), grid.merges) == (16_384, [(1, 1, 1_048_576, 16_384)])
