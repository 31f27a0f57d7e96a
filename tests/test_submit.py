"""The package for the bureau: what it holds, what it leaves out, and when there is none."""

from __future__ import annotations

import email
import io
import re
import zipfile
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwings
from conftest import Convert
from lxml import etree
from sealing import CLEAN, DAY, filled_bytes, ours_of
from zipped import packed, parts

from selfeval_xl.cli import main
from selfeval_xl.errors import SelfEvalError, TargetError, WorkbookError
from selfeval_xl.examine import examine, examine_workbook
from selfeval_xl.filenames import file_stem, free
from selfeval_xl.read import Workbook
from selfeval_xl.seal import known_keys, verify
from selfeval_xl.seal.signing import new_keys
from selfeval_xl.submit import Submission, receipt, submit
from selfeval_xl.workbook.edits import Formula, Value
from selfeval_xl.workbook.opening.package import XLSM, XLSX, open_package
from selfeval_xl.workbook.writing.book import Book
from selfeval_xl.workbook.writing.ooxml import R_ID, M, ensure
from selfeval_xl.workbook.writing.patch import Patch

WRONG = CLEAN.replace("claimed_total: 99.5", "claimed_total: 120")
STEM = "2025_某市总工会机关_职工技能竞赛_自评表"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled_bytes(CLEAN))
    return path


def sent(done: Submission) -> bytes:
    assert done.workbook
    return done.workbook.read_bytes()


def spot(data: bytes, key: str) -> tuple[str, str]:
    place = ours_of(data).layout.fields[key].place
    return place.sheet, place.cell


# --- the whole ---


def test_round_trip(workbook: Path, tmp_path: Path, soffice_convert: Convert) -> None:
    """fill → score → submit → LibreOffice saves it → read: the seal is whole, the figures are equal."""
    before = workbook.read_bytes()
    done = submit(workbook, tmp_path / "out", day=DAY)
    assert not done.refused and workbook.read_bytes() == before
    assert done.receipt and done.receipt.suffix == ".pdf" and done.receipt.read_bytes().startswith(b"%PDF")
    saved = Workbook(soffice_convert([done.workbook], "xlsx")[0], "saved")  # type: ignore[list-item]
    (after,) = examine_workbook(saved, returned=True)
    (first,) = examine(workbook)
    assert after.evaluation.structure.seal == "whole"
    assert (after.total, after.budget, after.indicators) == (first.total, first.budget, first.indicators)
    assert not [finding for finding in after.findings if finding.severity != "info"]


def test_one_folder_with_three_files(workbook: Path, no_office: None) -> None:
    done = submit(workbook, day=DAY)
    folder = workbook.parent / "报送件"
    assert {path.name for path in folder.iterdir()} == {f"{STEM}.xlsx", f"{STEM}_报送单.html", f"{STEM}.eml"}
    again = submit(workbook, day=DAY)
    assert again == done and len(list(folder.iterdir())) == 3


def test_receipt_is_one_page_with_figures_and_code(workbook: Path, no_office: None) -> None:
    done = submit(workbook, day=DAY)
    assert done.receipt and done.code
    page = done.receipt.read_text(encoding="utf-8")
    for shown in (done.code, "95 ÷ 100 万元", "95.00%", "99.50", "职工技能竞赛", "2026年3月2日", f"{STEM}.xlsx"):
        assert shown in page, shown
    assert f"<td>{len(sent(done)):,} 字节</td>" in page, "in a cell of its own, so that the figure is not broken up"


@pytest.mark.parametrize("typed", ["", "  claimed_grade: 优\n"])
def test_where_no_total_is_typed_the_live_one_is_claimed(tmp_path: Path, no_office: None, typed: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled_bytes(CLEAN.replace("  claimed_total: 99.5\n  claimed_grade: 优\n", typed)))
    done = submit(path, day=DAY)
    assert done.receipt and "<td>自评总分</td><td>99.50 优</td>" in done.receipt.read_text(encoding="utf-8")
    body = draft(done).get_body(("plain",))
    assert body is not None and "自评总分：99.50 优" in body.get_content()


@pytest.mark.requires_soffice
def test_receipt_as_pdf_is_one_page(workbook: Path) -> None:
    done = submit(workbook, day=DAY)
    assert done.receipt
    assert len(re.findall(rb"/Type\s*/Page\b", done.receipt.read_bytes())) == 1


def test_receipt_is_html_where_libreoffice_fails(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipt.shutil, "which", lambda name: "/bin/false" if name == "soffice" else None)
    done = submit(workbook, day=DAY)
    assert done.receipt and done.receipt.suffix == ".html"


# --- errors ---


def test_refused_with_errors_and_nothing_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled_bytes(WRONG))
    assert submit(path, tmp_path / "out").refused
    assert main(["submit", str(path), "-o", str(tmp_path / "out")]) == 1
    shown = capsys.readouterr().out
    assert "score.total" in shown and "没有生成报送件" in shown
    assert [item.name for item in tmp_path.iterdir()] == ["a.xlsx"]


def test_what_is_sent_with_warnings_or_without_a_total_is_told(
    tmp_path: Path, no_office: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for data, told in ((CLEAN, ""), (CLEAN.replace("actual: 11,", "actual: 11 人,"), "警告 1 条、总分待评定：发送以前请用")):
        path = tmp_path / "a.xlsx"
        path.write_bytes(filled_bytes(data))
        assert main(["submit", str(path), "-o", str(tmp_path / "out")]) in (0, 1)
        shown = capsys.readouterr().out
        assert told in shown and ("发送以前" in shown) == bool(told)
    path.write_bytes(filled_bytes(WRONG))
    assert main(["submit", str(path), "-o", str(tmp_path / "out"), "--with-errors"]) == 1
    assert "\n错误 1 条" in capsys.readouterr().out


def test_packed_with_errors_says_so_on_the_summary(tmp_path: Path, no_office: None) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled_bytes(WRONG))
    done = submit(path, with_errors=True, day=DAY)
    book = openpyxl.load_workbook(done.workbook, data_only=True)  # type: ignore[arg-type]
    line = str(book["汇总"]["A3"].value)
    errors = sum(finding.severity == "error" for finding in done.assessment.findings)
    assert errors and f"带错误报送：错误 {errors} 项" in line and str(done.code) in line
    assert "明细留在本单位" in str(book["校验结果"][spot(sent(done), "findings_note")[1]].value), "above an empty table"
    assert f"错误 {errors}" in str(book["汇总"][spot(sent(done), "card_findings")[1]].value)


def test_a_total_typed_over_its_formula_is_sent_as_the_sum_that_it_is(workbook: Path, no_office: None) -> None:
    patch = Patch(Workbook(workbook).package)
    patch.set("自评表", "D6", Value(1))
    workbook.write_bytes(patch.to_bytes())
    (typed,) = examine(workbook)
    done = submit(workbook, with_errors=True, day=DAY)
    (there,) = examine(done.workbook)  # type: ignore[arg-type]
    assert there.budget == done.assessment.budget == typed.budget
    ids = {finding.id for finding in done.assessment.findings}
    assert "template.formula" in ids and not ids & {"budget.funds", "template.stale"}
    assert "template.stale" not in {finding.id for finding in there.findings}


def test_what_was_typed_without_a_recalculation_is_sent_recalculated_and_counts_nowhere(
    workbook: Path, no_office: None
) -> None:
    patch = Patch(Workbook(workbook).package)
    patch.set("自评表", "J3", Value(2024))
    workbook.write_bytes(patch.to_bytes())
    assert {finding.id for finding in examine(workbook)[0].findings} == {"template.stale"}
    done = submit(workbook, day=DAY)
    assert done.receipt and "<td>未发现问题</td>" in done.receipt.read_text(encoding="utf-8")
    assert not examine(done.workbook)[0].findings  # type: ignore[arg-type]


def test_a_lost_name_is_no_obstacle(workbook: Path, no_office: None) -> None:
    data = parts(workbook.read_bytes())
    name = b'<definedName name="se.findings.severity">'
    text = data["xl/workbook.xml"]
    assert name in text
    data["xl/workbook.xml"] = re.sub(name + rb"[^<]*", name + b"#REF!", text)
    workbook.write_bytes(packed(data))
    done = submit(workbook, with_errors=True, day=DAY)
    assert done.workbook and "template.name" in {finding.id for finding in done.assessment.findings}


def test_clean_one_shows_the_code_and_no_errors(workbook: Path, no_office: None) -> None:
    done = submit(workbook, day=DAY)
    book = openpyxl.load_workbook(done.workbook)  # type: ignore[arg-type]
    assert book["汇总"]["A3"].value == f"报送件　核对码 {done.code}　2026年3月2日"
    assert book.active is not None and book.active.title == "汇总"
    assert [page.title for page in book if page.sheet_view.tabSelected] == ["汇总"]


def test_a_seal_broken_by_the_work_itself_is_no_obstacle(workbook: Path, tmp_path: Path, no_office: None) -> None:
    """What was sent once is corrected and sent again: it gets a new seal."""
    first = submit(workbook, tmp_path / "one", day=DAY)
    patch = Patch(open_package(sent(first)))
    patch.set(*spot(sent(first), "problems"), Value("补充说明"))
    again = tmp_path / "b.xlsx"
    patch.save(again)
    assert any(finding.id == "seal.broken" for finding in examine(again)[0].findings)
    second = submit(again, tmp_path / "two", day=DAY)
    assert second.code != first.code
    data = sent(second)
    found = verify(Workbook(data, "b"), ours_of(data))
    assert found and found.state == "whole" and found.code == second.code


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (lambda path: openpyxl.Workbook().save(path), "不是本工具的标准自评表"),
        (lambda path: path.write_bytes(b"nothing"), "不是 Excel 工作簿"),
    ],
)
def test_what_can_not_be_packed_is_said(tmp_path: Path, make: object, part: str) -> None:
    path = tmp_path / "a.xlsx"
    make(path)  # type: ignore[operator]
    with pytest.raises(WorkbookError, match=part):
        submit(path)
    assert [item.name for item in tmp_path.iterdir()] == ["a.xlsx"]


def test_it_never_writes_over_its_source(workbook: Path, no_office: None) -> None:
    named = workbook.rename(workbook.with_name(f"{STEM}.xlsx"))
    with pytest.raises(TargetError, match="盖掉"):
        submit(named, named.parent)


# --- what is left out ---


@pytest.fixture
def macros(tmp_path: Path) -> dict[str, bytes]:
    """The parts of a small workbook with macros and a button, as XlsxWriter makes it from xlwings' own project."""
    template = Path(xlwings.__file__).with_name("quickstart_standalone.xlsm")
    project = tmp_path / "vbaProject.bin"
    with zipfile.ZipFile(template) as archive:
        project.write_bytes(archive.read("xl/vbaProject.bin"))
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    page = book.add_worksheet()
    book.add_vba_project(str(project))
    page.insert_button("B2", {"macro": "Score", "caption": "重新计算"})
    page.write_comment("A1", "说明", {"author": "某人"})
    book.close()
    return parts(stream.getvalue())


def with_macros(data: bytes, macros: dict[str, bytes]) -> bytes:
    """A workbook of ours as an .xlsm with a VBA project, a button, a ribbon, a hidden sheet and names of people, scrolled."""
    book = Book(open_package(data))
    put, types = book.parts.put, book.parts.change("[Content_Types].xml")
    put("xl/vbaProject.bin", macros["xl/vbaProject.bin"], "application/vnd.ms-office.vbaProject")
    book.parts.relate(book.main, "vbaProject", "xl/vbaProject.bin")
    override = types.find(f"{{*}}Override[@PartName='/{book.main}']")
    override.set("ContentType", XLSM)
    book.parts.default_type("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
    sheet = book.part("填报说明")
    put("xl/drawings/vmlDrawing9.vml", macros["xl/drawings/vmlDrawing1.vml"])
    put(
        "xl/comments9.xml",
        macros["xl/comments1.xml"],
        "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml",
    )
    legacy = etree.SubElement(book.change("填报说明"), f"{M}legacyDrawing")
    legacy.set(
        "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
        book.parts.relate(sheet, "vmlDrawing", "xl/drawings/vmlDrawing9.vml"),
    )
    book.parts.relate(sheet, "comments", "xl/comments9.xml")
    put("customUI/customUI.xml", b"<customUI/>", "application/xml")
    book.parts.relate("", "extensibility", "customUI/customUI.xml")
    put("docProps/custom.xml", "<Properties>某单位内部编号</Properties>".encode(), "application/xml")
    book.parts.relate("", "custom-properties", "docProps/custom.xml")
    core = book.parts.change("docProps/core.xml")
    for element in core:
        if etree.QName(element).localname in ("creator", "lastModifiedBy"):
            element.text = "某人"
    app = book.parts.change("docProps/app.xml")
    app.find("{*}Company").text = "某公司"
    strings = book.parts.change("xl/sharedStrings.xml")
    etree.SubElement(etree.SubElement(strings, f"{M}si"), f"{M}t").text = "机密底稿"
    put(
        "xl/worksheets/sheet99.xml",
        f'<worksheet xmlns="{M[1:-1]}"><sheetData><row r="1"><c r="A1" t="s"><v>{len(strings) - 1}</v></c></row>'
        "</sheetData></worksheet>".encode(),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
    )
    hidden = etree.Element(f"{M}sheet", name="底稿", sheetId="99", state="veryHidden")
    hidden.set(
        "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
        book.parts.relate(book.main, "worksheet", "xl/worksheets/sheet99.xml"),
    )
    root = book.parts.change(book.main)
    ensure(root, "sheets").insert(1, hidden)
    root.insert(1, etree.Element(f"{M}fileSharing", userName="某人"))
    root.find(f"{M}bookViews/{M}workbookView").set("firstSheet", "3")
    for name in root.iter(f"{M}definedName"):
        local = name.get("localSheetId")
        if local is not None and int(local) >= 1:
            name.set("localSheetId", str(int(local) + 1))
    foreign = etree.SubElement(ensure(root, "definedNames"), f"{M}definedName", name="底稿数")
    foreign.text = "底稿!$A$1"
    book.settle()
    return book.parts.to_bytes()


def test_no_macro_button_hidden_sheet_or_person_leaves(
    tmp_path: Path, macros: dict[str, bytes], no_office: None
) -> None:
    path = tmp_path / "a.xlsm"
    path.write_bytes(with_macros(filled_bytes(CLEAN), macros))
    assert open_package(path).has_macros and examine(path)[0].evaluation.structure.hidden_sheets == ("底稿",)
    done = submit(path, day=DAY)
    data, package = sent(done), open_package(sent(done))
    assert done.workbook and done.workbook.suffix == ".xlsx"
    assert package.content_type == XLSX and not package.has_macros
    assert [sheet.name for sheet in package.sheets] == [
        sheet.name for sheet in open_package(filled_bytes(CLEAN)).sheets
    ]
    whole = b"".join(parts(data).values()) + " ".join(parts(data)).encode()
    for trace in ("vbaProject", "Score", "Button", "底稿", "某人", "某公司", "某单位", "customUI", "firstSheet"):
        assert trace.encode() not in whole, trace
    assert "说明".encode() in parts(data)["xl/comments9.xml"], "a note of the unit's own stays"
    assert b'ObjectType="Note"' in parts(data)["xl/drawings/vmlDrawing9.vml"], "and the box that shows it"
    (assessment,) = examine_workbook(Workbook(data, "a"), returned=True)
    assert assessment.evaluation.structure.seal == "whole"
    assert not [finding for finding in assessment.findings if finding.severity != "info"]
    local = {name.name: name.sheet for name in package.defined_names if name.sheet}
    before = open_package(filled_bytes(CLEAN))
    assert local == {name.name: name.sheet for name in before.defined_names if name.sheet}


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ('sheet="底稿"', False), ('sheet="填报说明"', True), ('name="se.year"', True), ('name="表1"', False),
        ('sheet="填报说明" r:id="rId9"', False),  # of another workbook
    ],
)  # fmt: skip
def test_pivot_tables_keep_nothing_of_hidden_sheets(
    source: str, kept: bool, tmp_path: Path, macros: dict[str, bytes], no_office: None
) -> None:
    book = Book(open_package(with_macros(filled_bytes(CLEAN), macros)))
    cache, kind = "xl/pivotCache/pivotCacheDefinition1.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml."
    told = f'<cacheSource type="worksheet"><worksheetSource ref="A1:B2" {source}/></cacheSource><cacheFields count="0"/>'
    records = f'<pivotCacheRecords xmlns="{M[1:-1]}"><r><s v="一行数据"/></r></pivotCacheRecords>'
    book.parts.put(cache, f'<pivotCacheDefinition xmlns="{M[1:-1]}" xmlns:r="{R_ID[1:-3]}">{told}</pivotCacheDefinition>'.encode(), f"{kind}pivotCacheDefinition+xml")
    book.parts.put("xl/pivotCache/pivotCacheRecords1.xml", records.encode(), f"{kind}pivotCacheRecords+xml")
    book.parts.change(cache).set(R_ID, book.parts.relate(cache, "pivotCacheRecords", "xl/pivotCache/pivotCacheRecords1.xml"))
    book.parts.relate(book.main, "pivotCacheDefinition", cache)
    book.settle()
    path = tmp_path / "a.xlsm"
    path.write_bytes(book.parts.to_bytes())
    whole = parts(sent(submit(path, day=DAY)))
    assert ("一行数据".encode() in b"".join(whole.values())) is kept
    assert (R_ID in etree.fromstring(whole[cache]).attrib) is kept


def test_macros_of_charts_and_shapes_and_those_that_start_by_themselves_go(tmp_path: Path, no_office: None) -> None:
    book = Book(open_package(filled_bytes(CLEAN)))
    root = book.parts.change("xl/drawings/drawing1.xml")
    for frame in list(root.iter("{*}graphicFrame")):
        frame.set("macro", "[0]!Score")
    drawing = f"{{{etree.QName(root).namespace}}}"
    etree.SubElement(etree.SubElement(root, f"{drawing}twoCellAnchor"), f"{drawing}sp", macro="[0]!Score")
    names = ensure(book.parts.change(book.main), "definedNames")
    etree.SubElement(names, f"{M}definedName", name="Auto_Open").text = "填报说明!$A$1"
    book.settle()
    path = tmp_path / "a.xlsx"
    path.write_bytes(book.parts.to_bytes())
    whole = parts(sent(submit(path, day=DAY)))
    assert not [name for name, part in whole.items() if b"Score" in part or b"Auto_Open" in part]
    kept = etree.fromstring(whole["xl/drawings/drawing1.xml"])
    assert len(kept) == len(list(kept.iter("{*}graphicFrame"))) == 2


def test_a_hidden_sheet_that_figures_come_from_is_refused(tmp_path: Path, macros: dict[str, bytes]) -> None:
    data = with_macros(filled_bytes(CLEAN), macros)
    book = Book(open_package(data))
    stretch = ours_of(data).layout.tables["tieout"]
    book.cells(stretch.sheet).set(stretch.place(stretch.first_row, "expected").cell, Formula("=底稿!A1", 95))
    book.settle()
    path = tmp_path / "a.xlsm"
    path.write_bytes(book.parts.to_bytes())
    with pytest.raises(WorkbookError, match="勾稽核对”的公式引用了隐藏的工作表“底稿”"):
        submit(path, with_errors=True, day=DAY)
    assert not list(tmp_path.glob("*自评表*"))


@pytest.mark.requires_soffice
def test_without_macros_it_still_opens(
    tmp_path: Path, macros: dict[str, bytes], no_office: None, soffice_convert: Convert
) -> None:
    path = tmp_path / "a.xlsm"
    path.write_bytes(with_macros(filled_bytes(CLEAN), macros))
    done = submit(path, day=DAY)
    assert openpyxl.load_workbook(done.workbook)["汇总"]["A3"].value  # type: ignore[arg-type]
    saved = Workbook(soffice_convert([done.workbook], "xlsx")[0], "saved")  # type: ignore[list-item]
    assert examine_workbook(saved, returned=True)[0].evaluation.structure.seal == "whole"


def linked(data: bytes, *, used: bool) -> bytes:
    """With a link to another workbook; a formula uses it, or it was only left behind."""
    book = Book(open_package(data))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    part = "xl/externalLinks/externalLink1.xml"
    book.parts.put(
        part,
        f'<externalLink xmlns="{M[1:-1]}"><externalBook xmlns:r="{office}" r:id="rId1"/></externalLink>'.encode(),
        kind,
    )
    book.parts.put(
        "xl/externalLinks/_rels/externalLink1.xml.rels",
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
        b'Target="file:///C:/x.xlsx" TargetMode="External"/></Relationships>',
    )
    references = ensure(book.parts.change(book.main), "externalReferences")
    reference = etree.SubElement(references, f"{M}externalReference")
    reference.set(f"{{{office}}}id", book.parts.relate(book.main, "externalLink", part))
    if used:
        stretch = ours_of(data).layout.tables["tieout"]
        book.cells(stretch.sheet).set(stretch.place(stretch.first_row, "expected").cell, Formula("=[1]Sheet1!A1", 95))
    book.settle()
    return book.parts.to_bytes()


def test_links_that_nothing_uses_are_cut(tmp_path: Path, no_office: None) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(linked(filled_bytes(CLEAN), used=False))
    assert open_package(path).external_links
    package = open_package(sent(submit(path, day=DAY)))
    assert not package.external_links and not [name for name in package.archive.names if "external" in name.lower()]
    assert b"externalReference" not in package.archive.part(package.main), "what leads nowhere Excel wants to repair"


NAMED = (
    '<c:strRef xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:f/>'
    '<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{}</c:v></c:pt></c:strCache></c:strRef>'
)


def leading_out(data: bytes) -> bytes:
    """With a path behind a link, names, a list of choices, a colour rule and a chart that lead to other workbooks."""
    book = Book(open_package(data))
    names = ensure(book.parts.change(book.main), "definedNames")
    for name, text in (("底稿", "'[底稿.xlsx]S'!$A$1"), ("本簿", "自评表!$A$1"), ("程序", "cmd|'/c calc'!A0")):
        etree.SubElement(names, f"{M}definedName", name=name).text = text
    sheet = book.change("填报说明")
    part, office = book.part("填报说明"), "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    held = ensure(sheet, "hyperlinks")
    for cell, target in (("B30", "file:///C:\\Users\\某人\\底稿.xlsx"), ("B31", "https://example.gov.cn/")):
        number = book.parts.relate(part, "hyperlink", "x")
        for relation in book.parts.change("xl/worksheets/_rels/" + part.rpartition("/")[2] + ".rels"):
            if relation.get("Id") == number:
                relation.set("Target", target)
                relation.set("TargetMode", "External")
        etree.SubElement(held, f"{M}hyperlink", {"ref": cell, f"{{{office}}}id": number})
    choices = ensure(sheet, "dataValidations")
    for cell, text in (("B30", "'[2]Sheet1'!$A$1:$A$9"), ("B31", "底稿"), ("B32", "本簿")):
        choice = etree.SubElement(choices, f"{M}dataValidation", type="list", sqref=cell)
        etree.SubElement(choice, f"{M}formula1").text = text
    rules = etree.Element(f"{M}conditionalFormatting", sqref="B30")
    choices.addprevious(rules)
    rule = etree.SubElement(rules, f"{M}cfRule", type="expression", priority="99")
    etree.SubElement(rule, f"{M}formula").text = "[1]S!A1>0"
    chart = next(name for name in book.parts if "charts/chart" in name and name.endswith(".xml"))
    root = book.parts.change(chart)
    for name in root.iterfind(".//{*}ser/{*}tx"):  # a series that is named after a cell
        (shown,) = name
        name.append(etree.fromstring(NAMED.format(shown.text)))
        name.remove(shown)
    for formula in root.iter("{*}f"):
        formula.text = "[1]Sheet1!$A$1:$A$3"
    book.settle()
    return book.parts.to_bytes()


@pytest.mark.requires_soffice
def test_nothing_that_leads_out_is_left(tmp_path: Path, no_office: None, soffice_convert: Convert) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(leading_out(linked(filled_bytes(CLEAN), used=False)))
    before = parts(path.read_bytes())
    done = submit(path, day=DAY)
    whole = parts(sent(done))
    for name, data in whole.items():
        for trace in ("底稿", "C:", "cmd|", "[1]", "[2]"):
            assert trace.encode() not in data, (name, trace)
    sheet = whole["xl/worksheets/sheet1.xml"].decode()
    assert sheet.count("<hyperlink ") == 1 and sheet.count("<dataValidation ") == 1
    assert "<cfRule" not in sheet and "<conditionalFormatting" not in sheet, "nor an empty one, which Excel would mend"
    assert "本簿".encode() in whole["xl/workbook.xml"]
    charts = [name for name in whole if "charts/chart" in name]
    shown = re.compile(rb"<c:v>([^<]*)</c:v>")
    assert [shown.findall(whole[name]) for name in charts] == [shown.findall(before[name]) for name in charts]
    assert any(b"<c:numLit" in whole[name] and b"<c:strLit" in whole[name] for name in charts)
    assert not any(b"<c:tx><c:strLit" in whole[name] or b"<c:tx/>" in whole[name] for name in charts), "names are texts"
    saved = Workbook(soffice_convert([done.workbook], "xlsx")[0], "saved")  # type: ignore[list-item]
    assert examine_workbook(saved, returned=True)[0].evaluation.structure.seal == "whole"


def test_names_of_other_workbooks_that_figures_come_from_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    data = leading_out(filled_bytes(CLEAN))
    patch, stretch = Patch(open_package(data)), ours_of(data).layout.tables["tieout"]
    patch.set(stretch.sheet, stretch.place(stretch.first_row, "expected").cell, Formula("=底稿", 95))
    path.write_bytes(patch.to_bytes())
    with pytest.raises(WorkbookError, match="勾稽核对!E4"):
        submit(path, with_errors=True, day=DAY)


def test_a_form_that_was_hidden_is_seen(tmp_path: Path, no_office: None) -> None:
    book = Book(open_package(filled_bytes(CLEAN)))
    book.parts.change(book.main).findall(f"{M}sheets/{M}sheet")[1].set("state", "hidden")
    book.settle()
    path = tmp_path / "a.xlsx"
    path.write_bytes(book.parts.to_bytes())
    done = submit(path, with_errors=True, day=DAY)
    assert {sheet.state for sheet in open_package(sent(done)).sheets} == {"visible"}


def test_links_that_figures_come_from_are_refused_with_the_cell(tmp_path: Path, no_office: None) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(linked(filled_bytes(CLEAN), used=True))
    with pytest.raises(WorkbookError, match="勾稽核对!E4"):
        submit(path, with_errors=True, day=DAY)
    assert [item.name for item in tmp_path.iterdir()] == ["a.xlsx"]


def test_formulas_stay_alive_with_their_values(workbook: Path, no_office: None) -> None:
    data = sent(submit(workbook, day=DAY))
    before, after = Workbook(filled_bytes(CLEAN), "a"), Workbook(data, "b")
    for sheet, grid in before.grids.items():
        for cell, raw in grid.cells.items():
            if raw.formula:
                assert after.grids[sheet].cells[cell].formula == raw.formula
                assert after.grids[sheet].cells[cell].value == raw.value, (sheet, cell)


def test_our_notes_marks_and_findings_stay_at_home(tmp_path: Path, no_office: None) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled_bytes(WRONG))
    assert any("comments" in name for name in parts(path.read_bytes()))
    done = submit(path, with_errors=True, day=DAY)
    data, findings = sent(done), done.assessment.findings
    assert not [name for name in parts(data) if "comments" in name or "vml" in name]
    assert b"selfeval-xl" not in b"".join(part for name, part in parts(data).items() if "worksheets" in name)
    grid = Workbook(data, "a").grids["校验结果"]
    stretch = ours_of(data).layout.tables["findings"]
    assert not [
        cell for cell, raw in grid.cells.items() if stretch.first_row <= cell[0] <= stretch.last_row and raw.value
    ]
    whole = b"".join(parts(data).values())
    assert findings and not [finding.message for finding in findings if finding.message.encode() in whole]


def test_charts_mean_the_same_after_cleaning(workbook: Path, no_office: None) -> None:
    """Programs judge by the version in the properties what a chart that says less than it could means."""
    before, after = parts(workbook.read_bytes()), parts(sent(submit(workbook, day=DAY)))
    version = re.compile(rb"<AppVersion>[^<]+</AppVersion>")
    (kept,) = version.findall(before["docProps/app.xml"])
    assert version.findall(after["docProps/app.xml"]) == [kept]
    charts = [name for name in before if "charts/chart" in name]
    assert len(charts) == 2 and all(before[name] == after[name] for name in charts)


# --- names ---


@pytest.mark.parametrize(
    ("year", "unit", "project", "stem"),
    [
        ("2025", "市总工会", "劳模津贴", "2025_市总工会_劳模津贴_自评表"),
        ("2025", "市/县: 工会?", 'a<b>"c"|d*', "2025_市-县- 工会_a-b-c-d_自评表"),
        ("2025", "工会.", "  甲\n乙  ", "2025_工会_甲-乙_自评表"),
        ("", "", "", "自评表"),
        ("2025", "", "项目", "2025_项目_自评表"),
        ("", "Con.能源", "项目", "_Con.能源_项目_自评表"),
        ("", "Console", "", "Console_自评表"),
        ("2025", "工会", "乡村道路提升工程" * 5, f"2025_工会_{'乡村道路提升工程' * 5}_自评表"),
        ("2025", "工会", "乡村道路提升工程" * 5 + "款", f"2025_工会_{'乡村道路提升工程' * 3}乡村道…升工程乡村道路提升工程款_自评表"),
    ],
)
def test_file_name(year: str, unit: str, project: str, stem: str) -> None:
    assert file_stem(year, unit, project) == stem


def test_file_name_is_bounded_in_bytes() -> None:
    stem = file_stem("2025", "很长的单位名称" * 30, "很长的项目名称" * 30)
    assert len(f"{stem}_报送单.html".encode()) < 255 and stem.endswith("_自评表")
    assert "_很长的项目" in stem, "a long unit leaves room for the project"


@pytest.mark.parametrize("length", [20, 33, 60])
def test_long_names_keep_their_ends(length: int) -> None:
    def stem(batch: str) -> str:
        project = "乡村道路提升工程建设补助资金" * 9
        name = f"{project[:length]}（第{batch}批）"
        return file_stem("2025", "某" * length, name)

    assert stem("一").endswith("（第一批）_自评表") and stem("二") == stem("一").replace("一批", "二批")
    assert len(stem("一").encode()) < 200


def test_another_ones_package_is_not_written_over(tmp_path: Path, no_office: None) -> None:
    """Their names differ in signs that no file name holds."""
    done = []
    for name in ("技能/竞赛", "技能?竞赛", "技能/竞赛"):
        path = tmp_path / "a.xlsx"
        path.write_bytes(filled_bytes(CLEAN.replace("职工技能竞赛", name)))
        done.append(submit(path, tmp_path / "out", day=DAY))
    first, second, again = (one.workbook.name for one in done if one.workbook)
    assert (first, second) == tuple(f"2025_某市总工会机关_技能-竞赛_自评表{n}.xlsx" for n in ("", "（2）")) and again == first
    assert len(list((tmp_path / "out").iterdir())) == 6
    assert done[1].receipt and second in done[1].receipt.read_text(encoding="utf-8")


def test_names_that_differ_in_case_are_one() -> None:
    taken = {"甲a.eml"}
    names = free("甲A", taken, ".eml")
    assert [next(names), next(names)] == ["甲A（2）.eml", "甲A（3）.eml"]
    assert taken == {"甲a.eml", "甲a（2）.eml", "甲a（3）.eml"}


def test_the_receipt_of_an_earlier_submission_goes(
    workbook: Path, no_office: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = submit(workbook, day=DAY).receipt
    monkeypatch.setattr(receipt, "_pdf", lambda _page: b"%PDF")
    second = submit(workbook, day=DAY).receipt
    assert first and second and second.suffix == ".pdf" and not first.exists()


def test_where_one_of_the_files_can_not_be_written_the_earlier_package_stays_whole(
    workbook: Path, no_office: None
) -> None:
    done = submit(workbook, day=DAY)
    assert done.receipt
    folder = done.receipt.parent
    before = {path: path.read_bytes() for path in folder.iterdir()}
    done.receipt.chmod(0o444)  # as where it is open in another program
    with pytest.raises(TargetError):
        submit(workbook, day=DAY.replace(day=3))
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    sent_before = before.pop(folder / f"{STEM}.xlsx")
    (folder / f"{STEM}.xlsx").unlink()
    with pytest.raises(TargetError):
        submit(workbook, day=DAY.replace(day=3))
    assert {path: path.read_bytes() for path in folder.iterdir()} == before and sent_before, "nor does a new part stay"


# --- the draft ---


def draft(done: Submission) -> EmailMessage:
    assert done.draft
    message = email.message_from_bytes(done.draft.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_draft_holds_the_workbook_byte_for_byte(workbook: Path, no_office: None) -> None:
    done = submit(workbook, to="yusuan@example.gov.cn", day=DAY)
    message = draft(done)
    assert message["X-Unsent"] == "1" and message["To"] == "yusuan@example.gov.cn" and message["From"] is None
    assert message["Subject"] == "报送2025年度绩效自评表：某市总工会机关 职工技能竞赛"
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == f"{STEM}.xlsx" and attached.get_content_type() == SPREADSHEET
    assert attached.get_payload(decode=True) == sent(done) and not open_package(sent(done)).has_macros
    body = message.get_body(("plain",))
    assert body is not None and str(done.code) in body.get_content() and "99.50" in body.get_content()


def test_draft_is_plain_ascii_with_the_name_by_rfc_2231(workbook: Path, no_office: None) -> None:
    done = submit(workbook, day=DAY)
    assert done.draft
    raw = done.draft.read_bytes()
    assert raw.isascii() and b"\r\n" in raw and b"\n" not in raw.replace(b"\r\n", b"")
    assert re.search(rb"filename\*(0\*)?=utf-8''2025_%E6%9F%90", raw)
    name = re.search(rb'spreadsheetml\.sheet;\r\n name="((?:[^"\r\n]{1,76}(?:\r\n )?)+)"\r\n', raw)
    assert name and str(make_header(decode_header(name[1].decode().replace("\r\n", "")))) == f"{STEM}.xlsx"
    assert "To" not in draft(done), "without a recipient the line is left to the user"


def test_letter_of_the_bureau(workbook: Path, tmp_path: Path, no_office: None) -> None:
    letter = tmp_path / "信.toml"
    letter.write_text('to = "a@b.cn"\nsubject = "{unit}"\nbody = "{code} {findings}"\n', encoding="utf-8")
    message = draft(submit(workbook, letter=letter, day=DAY))
    assert (message["To"], message["Subject"]) == ("a@b.cn", "某市总工会机关")
    assert draft(submit(workbook, letter=letter, to="c@d.cn", day=DAY))["To"] == "c@d.cn"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('subject = "{uni}"\nbody = ""', r"信\.toml：邮件模板里的 \{uni\} 不认识；可用的有：\{year\}、\{unit\}"),
        ('subject = "{unit"\nbody = ""', r"信\.toml：邮件模板里的花括号写法不对"),
        ('subject = "{unit.name}"\nbody = ""', r"信\.toml：邮件模板里的花括号写法不对"),
        ('subject = "a"', "缺少 body"),
        ('subject = "a"\nbody = ""\nfrom = "x"', "from"),
        ("subject = a", r"信\.toml：第 1 行不符合 TOML 写法"),
        ("subject = \ud800", r"信\.toml：不是 UTF-8 编码"),
        ('to = "nobody"\nsubject = "a"\nbody = ""', "nobody"),
        ('to = "a@b.cn\\nBcc: c@d.cn"\nsubject = "a"\nbody = ""', "不是邮件地址"),
    ],
)
def test_letter_that_is_none_is_said_and_nothing_written(
    workbook: Path, tmp_path: Path, no_office: None, text: str, part: str
) -> None:
    letter = tmp_path / "信.toml"
    letter.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(SelfEvalError, match=part):
        submit(workbook, tmp_path / "out", letter=letter, day=DAY)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("field", "shown"),
    [("year: 2025", "年度"), ("unit: 某市总工会机关", "单位"), ("project: 职工技能竞赛", "项目名称")],
)
def test_nobodys_workbook_is_refused(tmp_path: Path, field: str, shown: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled_bytes(CLEAN.replace(field, field.partition(":")[0] + ":")))
    with pytest.raises(WorkbookError, match=f"还没有填写{shown}"):
        submit(path, tmp_path / "out", with_errors=True, day=DAY)
    assert not (tmp_path / "out").exists()


def test_empty_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert main(["new", "department", "-o", str(path)]) == 0
    with pytest.raises(WorkbookError, match="没有可报送的内容"):
        submit(path, with_errors=True)
    assert [item.name for item in tmp_path.iterdir()] == ["a.xlsx"]


def test_letter_leaves_out_what_is_not_known(tmp_path: Path, no_office: None) -> None:
    path = tmp_path / "a.xlsx"
    whole = filled_bytes(CLEAN.replace("form: project", "form: department").replace("actual: 11", "actual: ''"))
    patch = Patch(open_package(whole))
    patch.set(*spot(whole, "project"), Value(None))
    path.write_bytes(patch.to_bytes())
    message = draft(submit(path, with_errors=True, day=DAY))
    body = message.get_body(("plain",))
    assert message["Subject"] == "报送2025年度绩效自评表：某市总工会机关" and body is not None
    assert "现报送某市总工会机关2025年度部门整体支出绩效自评表" in body.get_content()
    assert "按规则测算：待评定\r\n" in body.get_content() and "—" not in body.get_content()


def named(data: bytes, text: str, cell: str | None = None) -> bytes:
    """With the name 报送邮箱, and an address in the cell that it points to."""
    book = Book(open_package(data))
    names = ensure(book.parts.change(book.main), "definedNames")
    etree.SubElement(names, f"{M}definedName", name="报送邮箱").text = text
    if cell:
        book.cells("填报说明").set("B35", Value(cell))
    book.settle()
    return book.parts.to_bytes()


@pytest.mark.parametrize(
    ("text", "cell", "to"),
    [
        ("填报说明!$B$35", "yusuan@example.gov.cn", "yusuan@example.gov.cn"),
        ('"jixiao@example.gov.cn"', None, "jixiao@example.gov.cn"),
        ("填报说明!$B$35", None, None),
        ("#REF!", None, None),
        ("没有的表!$A$1", None, None),
    ],
)
def test_recipient_comes_from_the_workbook_or_the_option(
    tmp_path: Path, no_office: None, text: str, cell: str | None, to: str | None
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(named(filled_bytes(CLEAN), text, cell))
    assert draft(submit(path, day=DAY))["To"] == to
    assert draft(submit(path, to="c@d.cn", day=DAY))["To"] == "c@d.cn"


def test_signed_submission_says_so(workbook: Path, tmp_path: Path, no_office: None) -> None:
    pytest.importorskip("cryptography")
    secret, public = new_keys("某市总工会机关", tmp_path / "密钥")
    done = submit(workbook, key=secret, day=DAY)
    assert done.receipt and "已用单位私钥签名" in done.receipt.read_text(encoding="utf-8")
    secret.unlink()
    data = sent(done)
    found = verify(Workbook(data, "a"), ours_of(data), known_keys(public.parent))
    assert found and (found.state, found.signature, found.signer) == ("whole", "known", "某市总工会机关")


# --- the command ---


def test_command(workbook: Path, capsys: pytest.CaptureFixture[str], no_office: None) -> None:
    assert main(["submit", str(workbook), "--to", "a@b.cn"]) == 0
    shown = capsys.readouterr().out
    assert f"{STEM}.xlsx" in shown and "核对码" in shown
    assert main(["submit", str(workbook), "--key", "没有.pem"]) == 2
    assert "没有.pem" in capsys.readouterr().err
