"""Patching cells: what was asked for is there, everything else is byte for byte what it was."""

from __future__ import annotations

import datetime
import errno
import io
import os
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from lxml import etree
from zipped import built, parts, rewritten

from selfeval_xl.errors import TargetError, WorkbookError
from selfeval_xl.workbook import saving
from selfeval_xl.workbook.edits import Edits, Formula, Page, SheetEdits, Span, Value
from selfeval_xl.workbook.opening.markup import RELATIONSHIPS
from selfeval_xl.workbook.opening.package import open_package
from selfeval_xl.workbook.writing.parts import Parts
from selfeval_xl.workbook.writing.patch import Patch

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def plain(book: xlsxwriter.Workbook) -> None:
    form, other = book.add_worksheet("自评表"), book.add_worksheet("其他")
    bold = book.add_format({"bold": True, "bg_color": "#FFFFCC"})
    for row, (name, weight, actual) in enumerate((("培训人次", 10, 11), ("满意度", 20, 0.9), ("成本", 5, 3)), 1):
        form.write_row(row, 0, (name, weight, actual), bold)
        form.write_formula(row, 3, f"=C{row + 1}/B{row + 1}", None, actual / weight)
    form.merge_range("A6:C6", "合并", bold)
    form.set_column("H:H", 12, bold)
    form.data_validation("C2:C4", {"validate": "decimal", "criteria": ">=", "value": 0})
    form.conditional_format("D2:D4", {"type": "cell", "criteria": "<", "value": 1, "format": bold})
    form.conditional_format("C2:C4", {"type": "data_bar", "data_bar_2010": True})
    form.add_sparkline("F2", {"range": "自评表!B2:D2"})
    other.write("A1", "别动我")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=自评表!$C$2:$C$4"})
    other.insert_chart("B2", chart)
    book.define_name("总分", "=自评表!$D$4")


def differing(before: bytes, after: bytes) -> set[str]:
    old, new = parts(before), parts(after)
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def patched(data: bytes, cells: dict[str, Value | Formula], sheet: str = "自评表") -> bytes:
    patch = Patch(open_package(data))
    for cell, content in cells.items():
        patch.set(sheet, cell, content)
    return patch.to_bytes()


def cell_xml(data: bytes, cell: str, part: str = "xl/worksheets/sheet1.xml") -> etree._Element:
    return next(c for c in etree.fromstring(parts(data)[part]).iter(f"{MAIN}c") if c.get("r") == cell)


@pytest.fixture(scope="module")
def workbook() -> bytes:
    return built(plain)


def test_nothing_asked_nothing_changed(workbook: bytes) -> None:
    assert differing(workbook, Patch(open_package(workbook)).to_bytes()) == set()


def test_only_the_sheet_differs(workbook: bytes) -> None:
    after = patched(workbook, {"C2": Value(Decimal("8.68")), "B9": Value("新的")})
    assert differing(workbook, after) == {"xl/worksheets/sheet1.xml"}
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        assert [(i.filename, i.date_time, i.compress_type) for i in old.infolist()] == [
            (i.filename, i.date_time, i.compress_type) for i in new.infolist()
        ]


def test_parts_without_change_are_copied_as_they_were_packed(workbook: bytes) -> None:
    after = patched(workbook, {"C2": Value(1)})
    old, new = open_package(workbook).archive, open_package(after).archive
    assert old.raw("xl/styles.xml") == new.raw("xl/styles.xml")
    assert old.raw("xl/worksheets/sheet2.xml") == new.raw("xl/worksheets/sheet2.xml")


def test_digital_signatures_go_with_the_first_change(workbook: bytes) -> None:
    kind = f"{RELATIONSHIPS}/digital-signature"
    relations = f'<Relationships xmlns="{RELATIONSHIPS}"><Relationship Id="r" Type="{kind}/signature" Target="sig1.xml"/></Relationships>'
    root = parts(workbook)["_rels/.rels"].replace(
        b"</Relationships>", f'<Relationship Id="s" Type="{kind}/origin" Target="_xmlsignatures/origin.sigs"/></Relationships>'.encode()
    )
    signature = {
        "_xmlsignatures/origin.sigs": b"", "_xmlsignatures/sig1.xml": b"<Signature/>",
        "_xmlsignatures/_rels/origin.sigs.rels": relations.encode(),
    }  # fmt: skip
    signed = rewritten(workbook, {"_rels/.rels": root, **signature})
    assert differing(signed, patched(signed, {})) == set()
    after = patched(signed, {"C2": Value(1)})
    assert differing(signed, after) == {"xl/worksheets/sheet1.xml", "_rels/.rels", *signature}
    assert open_package(after).relationships("") == open_package(workbook).relationships("")


def test_a_comment_among_relations_is_none(workbook: bytes) -> None:
    sheet, drawing = "xl/worksheets/sheet2.xml", "xl/drawings/drawing1.xml"
    package = Parts(open_package(workbook).archive)
    part = "xl/worksheets/_rels/sheet2.xml.rels"
    package.put(part, package.read(part).replace(b"<Relationship ", b"<!-- c --><Relationship "))
    assert package.related(sheet, "drawing") == drawing
    package.unrelate(sheet, drawing)
    assert package.relations(sheet) == ()


def test_a_part_that_is_damaged_is_not_passed_on(workbook: bytes) -> None:
    archive = open_package(workbook).archive
    at = workbook.index(archive.raw("xl/charts/chart1.xml"))
    damaged = workbook[: at + 50] + bytes([workbook[at + 50] ^ 4]) + workbook[at + 51 :]
    with pytest.raises(WorkbookError, match=r"^工作簿：(?!工作簿：).*xl/charts/chart1\.xml 解压失败"):
        patched(damaged, {"C2": Value(1)})


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (Decimal("8.68"), None, "8.68"),
        (Decimal("0.1") + Decimal("0.2"), None, "0.3"),
        (Decimal("100.00"), None, "100"),
        (Decimal("1E-7"), None, "1E-07"),
        (-3, None, "-3"),
        (True, "b", "1"),
        (False, "b", "0"),
        (datetime.date(2024, 12, 31), None, "45657"),
        (datetime.datetime(2024, 12, 31, 12), None, "45657.5"),
    ],
)
def test_values_are_written_as_excel_writes_them(workbook: bytes, value, kind, text) -> None:
    cell = cell_xml(patched(workbook, {"E3": Value(value)}), "E3")
    assert (cell.get("t"), cell.findtext(f"{MAIN}v")) == (kind, text)


@pytest.mark.parametrize("text", [" 前后有空格 ", "两\n行", "=1+1", "_x0041_", "a<b&c", "汉字😀", "0012"])
def test_texts_come_back_as_they_were(workbook: bytes, text: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(patched(workbook, {"E3": Value(text)})))
    # openpyxl leaves Excel's escape of a text that looks like one
    assert book["自评表"]["E3"].value == text.replace("_x0041_", "_x005F_x0041_")
    assert book["自评表"]["E3"].data_type in ("s", "f" if text.startswith("=") else "s")


def test_a_text_like_a_formula_stays_a_text(workbook: bytes) -> None:
    cell = cell_xml(patched(workbook, {"E3": Value("=cmd|'/c calc'!A1")}), "E3")
    assert cell.get("t") == "inlineStr" and cell.find(f"{MAIN}f") is None


def test_control_characters_go_and_shared_strings_are_used_again(workbook: bytes) -> None:
    after = patched(workbook, {"E3": Value("甲\x00\x0b乙\r\n丙"), "E4": Value("满意度")})
    assert cell_xml(after, "E3").findtext(f"{MAIN}is/{MAIN}t") == "甲乙\n丙"
    assert cell_xml(after, "E4").get("t") == "s"
    assert openpyxl.load_workbook(io.BytesIO(after))["自评表"]["E4"].value == "满意度"
    assert "xl/sharedStrings.xml" not in differing(workbook, after)


def test_style_is_kept_and_inherited(workbook: bytes) -> None:
    patch = Patch(open_package(workbook))
    patch.set("自评表", "C2", Value(None))
    patch.set("自评表", "H30", Value(1))
    sheet = openpyxl.load_workbook(io.BytesIO(patch.to_bytes()))["自评表"]
    assert sheet["C2"].value is None
    assert [sheet[cell].font.b for cell in ("C2", "H30", "E3")] == [True, True, False]


def test_new_rows_and_cells_stand_in_order(workbook: bytes) -> None:
    after = patched(workbook, {c: Value(1) for c in ("E40", "AA3", "B12", "A40", "E3", "B5", "B1048576")})
    root = etree.fromstring(parts(after)["xl/worksheets/sheet1.xml"])
    rows = [int(row.get("r")) for row in root.iter(f"{MAIN}row")]
    assert rows == sorted(set(rows))
    assert [c.get("r") for c in root.find(f"{MAIN}sheetData/{MAIN}row[@r='3']")] == [
        "A3",
        "B3",
        "C3",
        "D3",
        "E3",
        "AA3",
    ]
    assert root.find(f"{MAIN}dimension").get("ref") == "A2:AA1048576"


def test_formulas_stand_with_their_values(workbook: bytes) -> None:
    after = patched(workbook, {"E2": Formula("=ROUND(D2,2)", Decimal("1.1")), "E3": Formula("B3&C3", "二〇")})
    assert openpyxl.load_workbook(io.BytesIO(after))["自评表"]["E2"].value == "=ROUND(D2,2)"
    values = openpyxl.load_workbook(io.BytesIO(after), data_only=True)["自评表"]
    assert (values["E2"].value, values["E3"].value, values["D2"].value) == (1.1, "二〇", 1.1)
    errors = patched(workbook, {"E2": Formula("=1/0", "#DIV/0!")})
    assert cell_xml(errors, "E2").get("t") == "e"


def test_writing_what_is_there_changes_nothing(workbook: bytes) -> None:
    same = {"A2": Value("培训人次"), "B2": Value(10), "D2": Formula("=C2/B2", Decimal("1.1")), "Z9": Value(None)}
    assert patched(workbook, same) == patched(workbook, {})
    once = patched(workbook, {"E9": Value("新的"), "E8": Formula("=A2", "x")})
    assert differing(once, patched(once, {"E9": Value("新的"), "E8": Formula("=A2", "x")})) == set()


def test_extensions_and_their_prefixes_survive(workbook: bytes) -> None:
    before, after = (parts(d)["xl/worksheets/sheet1.xml"] for d in (workbook, patched(workbook, {"C2": Value(1)})))
    tail = before[before.index(b"</sheetData>") :]
    assert tail in after and b"x14:sparkline" in tail and b"dataBar" in tail
    assert after.startswith(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>')


def test_ignorable_prefixes_stay_declared() -> None:
    data = built(plain)
    sheet = parts(data)["xl/worksheets/sheet1.xml"].replace(
        b'mc:Ignorable="x14ac"',
        b'mc:Ignorable="x14ac xr" xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"',
    )
    assert b"xmlns:xr" in sheet
    after = parts(patched(rewritten(data, {"xl/worksheets/sheet1.xml": sheet}), {"C2": Value(1)}))
    head = after["xl/worksheets/sheet1.xml"].split(b">")[1]
    assert b"xmlns:xr=" in head and b"xmlns:x14ac=" in head and b'mc:Ignorable="x14ac xr"' in head


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    return rewritten(data, {name: content})


def shared_formulas() -> bytes:
    data = built(plain)
    sheet = parts(data)["xl/worksheets/sheet1.xml"].decode()
    sheet = sheet.replace("<f>C2/B2</f>", '<f t="shared" ref="D2:D4" si="0">C2/B2</f>')
    for row in (3, 4):
        sheet = sheet.replace(f"<f>C{row}/B{row}</f>", '<f t="shared" si="0"/>')
    return with_part(data, "xl/worksheets/sheet1.xml", sheet.encode())


def test_followers_outlive_the_master_of_a_shared_formula() -> None:
    after = patched(shared_formulas(), {"D2": Value(5)})
    sheet = openpyxl.load_workbook(io.BytesIO(after))["自评表"]
    assert [sheet[cell].value for cell in ("D2", "D3", "D4")] == [5, "=C3/B3", "=C4/B4"]
    assert b"shared" not in parts(after)["xl/worksheets/sheet1.xml"]


def test_a_follower_that_keeps_its_formula_stays_shared() -> None:
    after = patched(shared_formulas(), {"D3": Formula("=C3/B3", Decimal("0.05"))})
    assert cell_xml(after, "D3").find(f"{MAIN}f").get("t") == "shared"
    assert cell_xml(after, "D3").findtext(f"{MAIN}v") == "0.05"


CHAIN = "xl/calcChain.xml"


def chained(data: bytes) -> bytes:
    """The workbook with a calcChain, as Excel saves it."""
    data = with_part(data, CHAIN, f'<calcChain xmlns="{MAIN[1:-1]}"><c r="D2" i="1"/></calcChain>'.encode())
    types = parts(data)["[Content_Types].xml"].replace(
        b"</Types>", f'<Override PartName="/{CHAIN}" ContentType="application/x"/></Types>'.encode()
    )
    relations = parts(data)["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain" '
        b'Target="calcChain.xml"/></Relationships>',
    )
    return with_part(with_part(data, "[Content_Types].xml", types), "xl/_rels/workbook.xml.rels", relations)


def test_calc_chain_goes_only_with_formulas() -> None:
    def paged(data: bytes, content: Value | Formula) -> bytes:
        patch = Patch(open_package(data))
        patch.put_page("校验结果", Page(rows=(((content, "plain"),),)))
        return patch.to_bytes()

    data = chained(built(plain))
    assert CHAIN in parts(patched(data, {"C2": Value(3), "D2": Formula("=C2/B2", 5)}))
    assert CHAIN in parts(paged(data, Value(1)))
    longer = Patch(open_package(data))
    longer.insert_rows("自评表", 2, 1)
    calculated = paged(data, Formula("=1+1"))
    again = paged(chained(calculated), Value(1))
    for after in map(parts, (patched(data, {"D2": Value(3)}), longer.to_bytes(), calculated, again)):
        assert CHAIN not in after
        assert b"calcChain" not in after["[Content_Types].xml"] + after["xl/_rels/workbook.xml.rels"]


@pytest.mark.parametrize("calculation", [b'<calcPr calcId="191029" calcMode="manual"/>', b""])
def test_excel_is_told_to_calculate(calculation: bytes) -> None:
    data = built(plain)
    main = parts(data)["xl/workbook.xml"]
    start = main.index(b"<calcPr")
    end = main.index(b"/>", start) + 2
    data = with_part(data, "xl/workbook.xml", main[:start] + calculation + main[end:])
    longer = Patch(open_package(data))
    longer.insert_rows("自评表", 2, 1)
    for after in (patched(data, {"C2": Value(3)}), longer.to_bytes()):
        root = etree.fromstring(parts(after)["xl/workbook.xml"])
        assert root.find(f"{MAIN}calcPr").get("fullCalcOnLoad") == "1"
        names = [etree.QName(child).localname for child in root]
        assert names.index("calcPr") == names.index("definedNames") + 1


@pytest.mark.parametrize(
    ("cell", "content", "words"),
    [
        ("B6", Value(1), "A6"),
        ("F9", Value("长" * 32_768), "32767"),
        ("F9", Value("😀" * 16_384), "32767"),
        ("F9", Formula("=" + "1+" * 4_096 + "1"), "8192"),
        ("F9", Value(Decimal("NaN")), "不是可以写入的数"),
        ("XFE1", Value(1), "不是单元格地址"),
        ("A1:B2", Value(1), "不是单元格地址"),
    ],
)
def test_what_no_cell_can_hold_is_refused(workbook: bytes, cell: str, content, words: str) -> None:
    with pytest.raises(WorkbookError, match=words):
        patched(workbook, {cell: content})


def test_a_part_of_an_array_formula_is_refused() -> None:
    data = built(lambda book: book.add_worksheet("自评表").write_array_formula("A1:A3", "{=ROW(1:3)}"))
    with pytest.raises(WorkbookError, match="数组公式") as refused:
        patched(data, {"A2": Value(1)})
    label = open_package(data).archive.label
    assert str(refused.value).startswith(f"{label}：") and str(refused.value).count(label) == 1, "which file it is"
    with pytest.raises(WorkbookError, match="没有工作表"):
        patched(data, {"A2": Value(1)}, "没有的表")


def test_two_tables_of_a_sheet_grow() -> None:
    data = built(lambda book: book.add_worksheet("自评表").write_column("A1", range(1, 10)))
    patch = Patch(open_package(data))
    patch.apply(Edits(grow={Span("自评表", 6, 8): 1, Span("自评表", 2, 4): 2}))
    sheet = openpyxl.load_workbook(io.BytesIO(patch.to_bytes()))["自评表"]
    assert [row[0] for row in sheet.values] == [1, 2, 3, None, None, 4, 5, 6, 7, None, 8, 9]


def test_a_refusal_names_the_row_as_the_file_has_it() -> None:
    data = built(lambda book: book.add_worksheet("自评表").write_array_formula("A8:A10", "{=ROW(1:3)}"))
    with pytest.raises(WorkbookError, match="第 9 行"):
        Patch(open_package(data)).apply(Edits(grow={Span("自评表", 2, 4): 5, Span("自评表", 7, 9): 1}))


@pytest.mark.parametrize("sheet", ['<row r="x"/>', '<row r="1"><c r="@"/></row>', '<row r="1"><c r="A1">'])
def test_a_broken_sheet_is_said_to_be_broken(sheet: str) -> None:
    text = f'<worksheet xmlns="{MAIN[1:-1]}"><sheetData>{sheet}</sheetData></worksheet>'
    data = with_part(built(plain), "xl/worksheets/sheet2.xml", text.encode())
    with pytest.raises(WorkbookError, match="请在 Excel 或 WPS 里打开"):
        patched(data, {"A1": Value(1)}, "其他")


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim", encoding="utf-8")
    text = (
        f'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
        f'<worksheet xmlns="{MAIN[1:-1]}"><sheetData><row r="1"><c r="A1"><v>&x;</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(WorkbookError, match="DOCTYPE"):
        patched(with_part(built(plain), "xl/worksheets/sheet2.xml", text.encode()), {"B1": Value(1)}, "其他")


def test_rows_and_cells_without_numbers_are_counted() -> None:
    data = built(plain)
    sheet = f'<worksheet xmlns="{MAIN[1:-1]}"><sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c r="B2"><v>3</v></c></row></sheetData></worksheet>'
    after = patched(
        with_part(data, "xl/worksheets/sheet2.xml", sheet.encode()), {"C1": Value(9), "A2": Value(8)}, "其他"
    )
    rows = list(openpyxl.load_workbook(io.BytesIO(after))["其他"].iter_rows(values_only=True))
    assert rows == [(1, 2, 9), (8, 3, None)]


def test_1904_calendar() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": True}) as book:
        book.add_worksheet("自评表")
    assert (
        cell_xml(patched(stream.getvalue(), {"A1": Value(datetime.date(1904, 1, 2))}), "A1").findtext(f"{MAIN}v") == "1"
    )


def test_edits_are_applied_in_their_order(workbook: bytes) -> None:
    edits = Edits(
        grow={Span("自评表", 2, 4): 2},
        sheets={
            "自评表": SheetEdits(
                cells={"A6": Value("第五行"), "C6": Value(7)},
                notes={"C6": "看这里"},
                marks={"error": ("C6",)},
            )
        },
        pages={"校验结果": Page(rows=(((Value("未发现问题"), "plain"),),))},
    )
    patch = Patch(open_package(workbook))
    patch.apply(edits)
    book = openpyxl.load_workbook(io.BytesIO(patch.to_bytes()))
    sheet = book["自评表"]
    assert [sheet.cell(row, 1).value for row in range(5, 9)] == [None, "第五行", None, "合并"]
    assert [sheet.cell(row, 4).value for row in range(2, 7)] == [f"=C{row}/B{row}" for row in range(2, 7)]
    assert sheet["C6"].comment.text.endswith("看这里")
    assert book.defined_names["总分"].attr_text == "自评表!$D$6"
    assert book["校验结果"]["A1"].value == "未发现问题"


# Saving


def test_saving_replaces_the_file_and_leaves_no_trace(workbook: bytes, tmp_path: Path) -> None:
    path = tmp_path / "自评.xlsx"
    path.write_bytes(workbook)
    path.chmod(0o640)
    mode = path.stat().st_mode
    patch = Patch(open_package(path))
    patch.set("自评表", "C2", Value(99))
    patch.save(path)
    assert path.stat().st_mode == mode, "who may read it"
    assert openpyxl.load_workbook(path)["自评表"]["C2"].value == 99
    assert [p.name for p in tmp_path.iterdir()] == ["自评.xlsx"]


def test_a_backup_stands_beside_while_a_file_is_replaced(tmp_path: Path) -> None:
    path, earlier = tmp_path / "自评.xlsx", tmp_path / "自评.备份.xlsx"
    path.write_bytes(b"old")
    earlier.write_bytes(b"somebody's")
    with saving.backup(path):
        assert (tmp_path / "自评.备份2.xlsx").read_bytes() == b"old"
        saving.replace(path, b"new")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {path.name: b"new", earlier.name: b"somebody's"}


def test_a_file_that_got_lost_comes_back_from_its_backup(tmp_path: Path) -> None:
    path = tmp_path / "自评.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), saving.backup(path):
        path.write_bytes(b"")
        raise KeyboardInterrupt
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {path.name: b"old"}


def test_a_backup_that_can_not_be_deleted_is_no_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On Windows a virus scanner may still have it open."""
    path = tmp_path / "自评.xlsx"
    path.write_bytes(b"old")

    def scanned(_path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", scanned)
    with saving.backup(path):
        saving.replace(path, b"new")
    assert path.read_bytes() == b"new"


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _read_only(path: Path) -> Path:
    path.write_bytes(b"old")
    path.chmod(0o444)
    return path


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (lambda tmp: _folder(tmp / "甲.xlsx"), "是一个文件夹"),
        (lambda tmp: tmp / "没有" / "甲.xlsx", "不存在"),
        (lambda tmp: _read_only(tmp / "甲.xlsx"), "只读"),
        (lambda tmp: tmp / ("长" * 300 + ".xlsx"), "文件名太长"),
    ],
)
def test_a_save_that_fails_says_why_and_loses_nothing(
    workbook: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target, words: str
) -> None:
    plain = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.exists() and not path.stat().st_mode & 0o200:  # which Windows does not delete
            raise PermissionError(13, "Permission denied")
        plain(path, missing_ok)

    path = target(tmp_path)
    monkeypatch.setattr(Path, "unlink", unlink)
    before = {p: p.is_file() and p.read_bytes() for p in tmp_path.rglob("*")}
    with pytest.raises(TargetError, match=words):
        Patch(open_package(workbook)).save(path)
    assert {p: p.is_file() and p.read_bytes() for p in tmp_path.rglob("*")} == before


@pytest.mark.parametrize(("before", "kept"), [({"甲.xlsx": b"old"}, "原文件没有改动。"), ({}, "")])
def test_what_fails_half_written_leaves_no_piece(before: dict[str, bytes], kept: str, tmp_path: Path) -> None:
    def fill(stream: io.BytesIO) -> None:
        stream.write(b"half")
        raise OSError(errno.ENOSPC, "full")

    for name, data in before.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(TargetError, match=rf"磁盘已满[^。]*。{kept}$"):
        saving.rewrite(tmp_path / "甲.xlsx", fill)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only where there is a disk that is always full")
def test_a_full_disk_is_named() -> None:
    with pytest.raises(OSError) as caught, Path("/dev/full").open("wb", buffering=0) as stream:
        stream.write(b"x")
    assert "磁盘已满" in saving.why(caught.value, Path("甲.xlsx"))


@pytest.mark.skipif(os.name == "nt", reason="Windows itself refuses to replace a file that is open")
@pytest.mark.parametrize("lock", ["~$甲.xlsx", ".~甲.xlsx", ".~lock.甲.xlsx#"])
def test_a_file_that_a_program_has_open_is_left_alone(workbook: bytes, lock: str, tmp_path: Path) -> None:
    path, link = tmp_path / "甲.xlsx", tmp_path / "别名.xlsx"
    path.write_bytes(workbook)
    link.symlink_to(path)
    (tmp_path / lock).write_bytes(b"lock")
    for target in (path, link):
        with pytest.raises(TargetError, match=f"锁文件 {re.escape(lock)}"):
            Patch(open_package(workbook)).save(target)
    assert path.read_bytes() == workbook and len(list(tmp_path.iterdir())) == 3
    Patch(open_package(workbook)).save(tmp_path / "乙.xlsx")
    (tmp_path / lock).unlink()
    Patch(open_package(workbook)).save(path)


def test_an_open_file_is_named_but_not_where_there_is_none(tmp_path: Path) -> None:
    denied = PermissionError(13, "Permission denied")
    assert "先关闭该文件" in saving.why(denied, tmp_path)
    assert "这个文件夹" in saving.why(denied, tmp_path / "新.xlsx")
    missing, refused = FileNotFoundError(2, "No such file"), OSError(22, "Invalid argument")  # as Windows says them
    assert "文件夹太深" in saving.why(missing, tmp_path / "长.xlsx") and "不能用的字符" in saving.why(refused, Path("甲?.xlsx"))
    with pytest.raises(TargetError, match=r"不存在，请先建好文件夹。$"):  # nothing of a file that was not changed
        saving.replace(tmp_path / "没有" / "新.xlsx", b"new")


# LibreOffice


@pytest.mark.requires_soffice
def test_libreoffice_reads_and_recalculates(workbook: bytes, tmp_path: Path, soffice_convert) -> None:
    path = tmp_path / "自评.xlsx"
    path.write_bytes(patched(workbook, {"C2": Value(Decimal("5.5")), "E2": Formula("=D2*2", 0), "E4": Value("文字 ")}))
    [result] = soffice_convert([path], "xlsx")
    sheet = openpyxl.load_workbook(result, data_only=True)["自评表"]
    assert (sheet["D2"].value, sheet["E2"].value, sheet["E4"].value) == (0.55, 1.1, "文字 ")


@pytest.mark.parametrize(
    ("part", "good", "bad"),
    [
        ("xl/worksheets/sheet1.xml", 'r="2"', 'r="2" ht="low"'),
        ("xl/worksheets/sheet1.xml", 'width="12', 'width="nan'),
        ("xl/worksheets/sheet1.xml", 'min="8"', 'min="H"'),
        ("xl/worksheets/sheet1.xml", 'defaultRowHeight="15"', 'defaultRowHeight="1e999"'),
        ("xl/worksheets/sheet1.xml", 'priority="1"', 'priority="first"'),
        ("xl/workbook.xml", 'sheetId="1"', 'sheetId="one"'),
        ("xl/worksheets/sheet1.xml", '<c r="B2"', '<c r="A1"'),  # shown in another row than the one it is written into
        ("xl/worksheets/sheet1.xml", '<c r="B2"', '<c r="A2"'),
        ("xl/worksheets/sheet1.xml", '<row r="3"', '<row r="2"'),
    ],
)
def test_what_should_be_a_number_and_is_none_is_said(part: str, good: str, bad: str) -> None:
    old = parts(built(plain))
    assert good in old[part].decode()
    data = rewritten(built(plain), {part: old[part].replace(good.encode(), bad.encode(), 1)})
    changes = SheetEdits({"J2": Value(1)}, room={2: 30.0}, notes={"A2": "短"}, marks={"error": ("A2",)})
    with pytest.raises(WorkbookError, match="收到的表：工作簿内部有读不懂的地址或数字"):
        patch = Patch(open_package(data, "收到的表"))
        patch.apply(Edits({"自评表": changes}, pages={"校验结果": Page(())}))
