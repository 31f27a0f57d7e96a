"""The annotated copy: every finding on its cell and in the list, all the rest of the file byte for byte as it was."""

from __future__ import annotations

import io
import json
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import form_corpus
import openpyxl
import pytest
import xlsxwriter
from sampled import sample
from zipped import packed, parts

from selfeval_xl import forms
from selfeval_xl.annotate import annotate
from selfeval_xl.cli import main
from selfeval_xl.errors import TargetError, WorkbookError
from selfeval_xl.examine import examine
from selfeval_xl.fill import fill
from selfeval_xl.forms.outline import outline
from selfeval_xl.model import Finding
from selfeval_xl.render.findings import as_figure, findings_page
from selfeval_xl.score import score
from selfeval_xl.workbook.edits import MARK_FORMULA, MARK_SIGN
from selfeval_xl.workbook.writing.notes import HEADING

ERROR, WARNING, INFO = "FFFFC7CE", "FFFFEB9C", "FFDDEBF7"
SAMPLES = Path(__file__).parents[1] / "samples"
FORM = """
| 项目支出绩效自评表（2024年度） |
| 项目名称 | 培训项目 | | 实施单位 | 甲单位 | | |
| 资金 | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
| 年度资金总额 | 100 | 100 | 80 | 10 | 80% | 10 |
| 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 |
| 产出指标 | 数量指标 | 培训人次 | ≥100人次 | 120人次 | 50 | 50 |
| 效益指标 | 社会效益指标 | 就业人数 | ≥50人 | 40人 | 40 | 40 |
| 总分 | | | | | 100 | 100 |
"""
CLEAN = FORM.replace("80 | 10 | 80% | 10", "100 | 10 | 100% | 10").replace("40人", "52人")


def png() -> io.BytesIO:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 200)) + chunk(b"IEND", b""))


def write_form(book: xlsxwriter.Workbook, name: str = "自评表", table: str = FORM) -> xlsxwriter.worksheet.Worksheet:
    """The form, with looks of its own: a yellow ground in D4, a dotted one in E7, a merged G7:H7, nothing in row 9."""
    sheet = book.add_worksheet(name)
    looks = {
        "D4": book.add_format({"bg_color": "#FFFF00", "bold": True, "border": 1, "num_format": "0.00"}),
        "E7": book.add_format({"pattern": 6, "fg_color": "#00FF00", "bg_color": "#FFFFFF", "italic": True}),
    }
    for row, line in enumerate(table.strip().splitlines()):
        for column, text in enumerate(part.strip() for part in line.strip("| ").split("|")):
            cell = f"{chr(65 + column)}{row + 1}"
            if cell == "G7":
                sheet.merge_range("G7:H7", float(text), book.add_format({"num_format": "0.0", "align": "center"}))
            elif re.fullmatch(r"[\d.]+", text):
                sheet.write_number(cell, float(text), looks.get(cell))
            elif text:
                sheet.write_string(cell, text, looks.get(cell))
    return sheet


def everything(book: xlsxwriter.Workbook) -> None:
    """A form beside, under and behind all that a workbook can carry."""
    sheet = write_form(book)
    sheet.insert_image("J2", "图.png", {"image_data": png()})
    sheet.insert_textbox("J12", "盖章处")
    sheet.insert_button("J20", {"caption": "按钮", "macro": "无"})
    sheet.write_comment("A2", "财务处：请核对", {"author": "甲"})
    sheet.write_comment("D4", "财务处：执行数已核", {"author": "甲"})
    sheet.data_validation("D6:D7", {"validate": "length", "criteria": "<", "value": 99})
    sheet.conditional_format(
        "G4:G8", {"type": "cell", "criteria": ">", "value": 1, "format": book.add_format({"bg_color": "red"})}
    )
    sheet.set_header("&C&G", {"image_center": "图.png", "image_data_center": png()})
    sheet.print_area("A1:H9")
    sheet.protect("密码")
    other = book.add_worksheet("附表")
    other.write_comment("A1", "不动")
    other.write_formula("A2", "=自评表!D4*2", None, 160)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=自评表!$D$4:$D$4"})
    other.insert_chart("C3", chart)
    book.add_worksheet("深藏").very_hidden()
    book.set_custom_property("密级", "内部")
    book.define_name("执行数", "=自评表!$D$4")


def only_form(book: xlsxwriter.Workbook) -> None:
    write_form(book)


def built(path: Path, write: Callable[[xlsxwriter.Workbook], object]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        write(book)
    return path


def with_parts(path: Path, extra: dict[str, bytes], relations: str = "") -> Path:
    """The workbook with more parts in it, and relations of the workbook to them."""
    old = parts(path)
    old["[Content_Types].xml"] = old["[Content_Types].xml"].replace(
        b"<Override", b'<Default Extension="bin" ContentType="application/octet-stream"/><Override', 1
    )
    name = "xl/_rels/workbook.xml.rels"
    old[name] = old[name].replace(b"</Relationships>", relations.encode() + b"</Relationships>")
    path.write_bytes(packed(old | extra))
    return path


def annotated(path: Path) -> tuple[Path, list[Finding]]:
    output = path.with_name(f"{path.stem}-批注{path.suffix}")
    return output, [finding for one in annotate(path, output) for finding in one.findings]


def fills(path: Path, sheet: str = "自评表") -> dict[str, str]:
    """The cells in one of our colours."""
    return {
        cell.coordinate: colour
        for cell in cells(path, sheet)
        if (colour := cell.fill.fgColor.rgb) in (ERROR, WARNING, INFO)
    }


def notes(path: Path, sheet: str = "自评表") -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for cell in cells(path, sheet) if cell.comment}


def cells(path: Path, sheet: str) -> Iterator[openpyxl.cell.Cell]:
    yield from (cell for row in openpyxl.load_workbook(path)[sheet].iter_rows() for cell in row)


def listed(path: Path, sheet: str = "校验结果") -> list[list[object]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[sheet].iter_rows(min_row=4)]


def test_every_finding_is_a_note_a_colour_and_a_line(tmp_path: Path) -> None:
    source = built(tmp_path / "a.xlsx", only_form)
    output, findings = annotated(source)
    assert {finding.id for finding in findings} >= {"budget.score", "score.mismatch", "template.unknown"}
    severities = {"error": ERROR, "warning": WARNING, "info": INFO}
    order = list(severities)
    expected: dict[str, str] = {}
    for finding in sorted(findings, key=lambda one: order.index(one.severity)):
        for cell in finding.cells:
            expected.setdefault(cell, severities[finding.severity])
            assert finding.message in notes(output)[cell]
            assert finding.fix in notes(output)[cell]
    assert expected and fills(output) == expected
    assert set(notes(output)) == set(expected)
    rows = listed(output)
    assert [(row[1], row[3], row[8]) for row in rows] == [
        ({"error": "错误", "warning": "警告", "info": "提示"}[one.severity], one.message, one.id)
        for one in sorted(findings, key=lambda one: order.index(one.severity))
    ]
    whole = next(row for row in rows if row[8] == "template.unknown")
    assert whole[2] is None  # a finding without cells stands in the list only


def test_long_figures_in_the_list_have_their_thousands_grouped() -> None:
    """A year, and a score, has none; nor has a figure with more decimals than the format shows."""
    finding = Finding("tieout.mismatch", "error", "自评表", ("C4",), "不一致。", "98765432.1", "2025", "98763407.1", "核对。")
    styles = dict(zip("ABCDEFGHI", (style for _, style in findings_page((finding,)).rows[-1]), strict=True))
    assert styles == {
        "A": "center", "B": "error", "C": "link", "D": "wrap", "E": "money", "F": "center", "G": "money", "H": "wrap", "I": "wrap",
    }  # fmt: skip
    exact = findings_page((finding._replace(provided="98765.4321"),)).rows[-1]
    assert [style for _, style in exact[4:7]] == ["center", "center", "money"]


def test_overwritten_formulas_are_told_without_the_formula(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    shutil.copy(SAMPLES.parent / "workbook_templates" / "project.xlsx", source)
    workbook = openpyxl.load_workbook(source)
    sheet = workbook["自评表"]
    for cell, value in {"C7": 100, "D7": 100, "F7": 96, "L6": 1, "K28": 100}.items():
        sheet[cell] = value
    workbook.save(source)
    output, findings = annotated(source)
    messages = {finding.cells: finding.message for finding in findings if finding.id == "template.formula"}
    assert messages == {
        ("L6",): "自评表 L6：资金总额的执行率写的是 100.00%，按公式应为 96%（公式被盖住了）。",
        ("K28",): "自评表 K28：总分写的是 100.00，它应由公式算出，现在的填报还算不出结果。",
    }
    assert messages[("L6",)] in notes(output)["L6"] and "=IF" not in notes(output)["L6"]
    shown = [row[5] for row in listed(output) if row[8] == "template.formula"]
    whole = [finding.expected or "" for finding in findings if finding.id == "template.formula"]
    assert all(len(formula) > 41 for formula in whole), "the finding holds all of it"
    assert sorted(map(str, shown)) == sorted(f"{formula[:40]}…" for formula in whole)


@pytest.mark.parametrize("form", forms.FORMS)
def test_what_people_see_has_a_name_by_which_its_formula_is_told(form: str) -> None:
    for table, columns in ((None, outline(form).fields), *outline(form).tables.items()):
        keys = [key for key, part in columns.items() if part.formula is not None]
        titles = {key: outline(form).label(f"{table}.{key}" if table else key) for key in keys}
        assert {key for key, title in titles.items() if not title} <= {"level", "parent"}, "helpers that nobody sees"
        assert not any(re.search("[a-z_]", title) for title in titles.values())


def test_links_jump_to_the_cells(tmp_path: Path) -> None:
    output, _ = annotated(built(tmp_path / "a.xlsx", lambda book: write_form(book, "自评 '1'表")))
    sheet = openpyxl.load_workbook(output)["校验结果"]
    links = {cell.coordinate: cell.hyperlink.location for row in sheet for cell in row if cell.hyperlink}
    assert links["C4"].startswith("'自评 ''1''表'!")
    assert sheet["C4"].value.startswith("自评 '1'表!")
    assert not any(cell.data_type == "f" for row in sheet for cell in row)


def test_only_the_marked_sheet_and_the_lists_of_parts_differ(tmp_path: Path) -> None:
    source = built(tmp_path / "a.xlsx", everything)
    link = '<Relationship Id="rId90" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
    more = {
        "customXml/item1.xml": b"<a  b='1' />",
        "xl/printerSettings/printerSettings1.bin": b"\0printer",
        "xl/externalLinks/externalLink1.xml": b"<externalLink xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'/>",
        "xl/calcChain.xml": b"<calcChain xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><c r='A2' i='2'/></calcChain>",
    }
    with_parts(
        source,
        more,
        link.format("externalLink", "externalLinks/externalLink1.xml")
        + link.format("calcChain", "calcChain.xml").replace("90", "91"),
    )
    output, _ = annotated(source)
    old, new = parts(source), parts(output)
    assert set(new) - set(old) == {"xl/worksheets/sheet4.xml"}
    assert set(old) <= set(new)
    assert {name for name in old if old[name] != new[name]} == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }
    assert old["xl/workbook.xml"].count(b"fullCalcOnLoad") == new["xl/workbook.xml"].count(b"fullCalcOnLoad")
    assert notes(output, "附表") == {"A1": "不动"}


def test_existing_notes_are_kept_and_looks_differ_in_the_ground_only(tmp_path: Path) -> None:
    source = built(tmp_path / "a.xlsx", everything)
    output, _ = annotated(source)
    there = notes(output)
    assert there["A2"] == "财务处：请核对"
    assert there["D4"] == "财务处：执行数已核"
    before, after = openpyxl.load_workbook(source)["自评表"], openpyxl.load_workbook(output)["自评表"]
    assert fills(output)
    for cell in fills(output):
        old, new = before[cell], after[cell]
        assert old.value == new.value and old.number_format == new.number_format
        for look in ("font", "border", "alignment", "protection"):
            assert repr(getattr(old, look)) == repr(getattr(new, look)), (cell, look)
    unmarked = {cell.coordinate for row in before for cell in row} - set(fills(output))
    assert all(before[cell]._style == after[cell]._style for cell in unmarked)  # the same numbers of styles
    assert after.protection.sheet


def test_a_merged_cell_is_marked_on_its_first_cell(tmp_path: Path) -> None:
    output, findings = annotated(built(tmp_path / "a.xlsx", only_form))
    assert any("G7" in finding.cells for finding in findings)
    assert fills(output)["G7"] == ERROR and "H7" not in fills(output) and "H7" not in notes(output)


def test_a_cell_that_does_not_exist_is_made(tmp_path: Path) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        write_form(book, table=FORM.replace("| 40 | 40 |", "| 40 | |").replace("| 40人 |", "| 52人 |"))

    source = built(tmp_path / "a.xlsx", write)
    data = re.sub(rb'<c r="G7"[^>]*/>|<c r="G7".*?</c>', b"", parts(source)["xl/worksheets/sheet1.xml"])
    with_parts(source, {"xl/worksheets/sheet1.xml": data})
    output, findings = annotated(source)
    assert any(finding.id == "score.missing" and "G7" in finding.cells for finding in findings)
    assert fills(output)["G7"] == ERROR


def test_where_a_conditional_format_would_hide_the_ground_ours_comes_first(tmp_path: Path) -> None:
    output, _ = annotated(built(tmp_path / "a.xlsx", everything))
    xml = parts(output)["xl/worksheets/sheet1.xml"].decode()
    block = next(
        block
        for block in re.findall(r"<conditionalFormatting.*?</conditionalFormatting>", xml)
        if MARK_FORMULA in block.replace("&quot;", '"')
    )
    covered = set(re.findall(r"G\d+", block))
    assert covered == {cell for cell in fills(output) if cell.startswith("G")} and 'priority="1"' in block


def test_a_second_run_replaces_the_first(tmp_path: Path) -> None:
    source = built(tmp_path / "a.xlsx", everything)
    once, findings = annotated(source)
    twice, again = annotated(once)
    assert again == findings, "the sheet of findings is no form"
    old, new = parts(once), parts(twice)
    assert {name for name in new if old[name] != new[name]} <= {"[Content_Types].xml"}  # in another order


def test_colours_notes_and_lines_go_once_all_is_mended(tmp_path: Path) -> None:
    source = built(tmp_path / "a.xlsx", everything)
    once, _ = annotated(source)
    book = openpyxl.load_workbook(once)  # another program: styles are numbered anew
    sheet = book["自评表"]
    sheet["D4"], sheet["F4"], sheet["E7"] = 100, "100%", "52人"
    book.save(once)
    twice, findings = annotated(once)
    assert {finding.severity for finding in findings} == {"info"}
    marked = {cell for finding in findings for cell in finding.cells}
    before, after = openpyxl.load_workbook(source)["自评表"], openpyxl.load_workbook(twice)["自评表"]
    assert set(fills(twice)) == marked
    for cell in {"D4", "E7", "G4", "G7"} - marked:
        old, new = before[cell].fill, after[cell].fill
        assert (old.patternType, old.fgColor.rgb) == (new.patternType, new.fgColor.rgb), cell
    assert after["D4"].fill.fgColor.rgb == "FFFFFF00" and after["E7"].fill.patternType == before["E7"].fill.patternType
    assert notes(twice)["D4"] == "财务处：执行数已核"


def test_a_ground_that_somebody_changed_since_stays(tmp_path: Path) -> None:
    once, _ = annotated(built(tmp_path / "a.xlsx", only_form))
    book = openpyxl.load_workbook(once)
    blue = openpyxl.styles.PatternFill("solid", fgColor="FF0000FF")
    sheet = book["自评表"]
    sheet["D4"], sheet["F4"], sheet["E7"], sheet["G4"].fill = 100, "100%", "52人", blue
    book.save(once)
    twice, _ = annotated(once)
    assert openpyxl.load_workbook(twice)["自评表"]["G4"].fill.fgColor.rgb == "FF0000FF"


def test_nothing_found_is_said(tmp_path: Path) -> None:
    source = built(tmp_path / "a.xlsx", lambda book: write_form(book, table=CLEAN))
    rules = tmp_path / "静.toml"
    silent = {finding.id for one in examine(source) for finding in one.findings}
    rules.write_text(
        'extends = "mof-2020"\n[severities]\n' + "".join(f'"{id}" = "off"\n' for id in silent), encoding="utf-8"
    )
    output = tmp_path / "b.xlsx"
    assert main(["annotate", str(source), "-o", str(output), "--rules", str(rules)]) == 0
    sheet = openpyxl.load_workbook(output)["校验结果"]
    assert [cell.value for row in sheet for cell in row if cell.value] == ["校验结果", "未发现问题。"]
    assert parts(output)["xl/worksheets/sheet1.xml"] == parts(source)["xl/worksheets/sheet1.xml"]


def test_somebody_elses_sheet_of_that_name_stays(tmp_path: Path) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        write_form(book)
        book.add_worksheet("校验结果").write("A1", "手工记录")

    source = built(tmp_path / "a.xlsx", write)
    once, _ = annotated(source)
    twice, _ = annotated(once)
    book = openpyxl.load_workbook(twice)
    assert book.sheetnames == ["自评表", "校验结果", "校验结果 (2)"]
    assert book["校验结果"]["A1"].value == "手工记录"


def test_several_forms_share_one_list(tmp_path: Path) -> None:
    case = form_corpus.load(form_corpus.FORMS / "rate-bare-one.md")
    output, findings = annotated(case.build(tmp_path / "a.xlsx"))
    assert len(listed(output)) == len(set(findings))


# Workbooks of ours


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ours") / "项目.xlsx"
    fill(sample("project"), path)
    return path


def test_a_workbook_of_ours_lists_them_on_its_own_sheet(tmp_path: Path, ours: Path) -> None:
    source = Path(shutil.copy(ours, tmp_path / "a.xlsx"))
    output, findings = annotated(source)
    before, after = openpyxl.load_workbook(source), openpyxl.load_workbook(output)
    assert after.sheetnames == before.sheetnames
    assert [row[3] for row in listed(output) if row[3]] and {row[8] for row in listed(output) if row[8]} == {
        one.id for one in findings
    }
    for name in before.sheetnames:
        if name != "校验结果":
            values = [[[cell.value for cell in row] for row in book[name]] for book in (before, after)]
            assert values[0] == values[1]
    cells = {cell for finding in findings for cell in finding.cells if finding.sheet == "自评表"}
    plain = fills(source)
    assert cells and {cell for cell, colour in fills(output).items() if plain.get(cell) != colour} == cells
    xml = parts(output)["xl/worksheets/sheet2.xml"].decode()
    assert MARK_SIGN.replace('"', "&quot;") in xml or MARK_SIGN in xml


def test_scoring_an_annotated_copy_takes_the_grounds_away(tmp_path: Path, ours: Path) -> None:
    source = Path(shutil.copy(ours, tmp_path / "a.xlsx"))
    output, _ = annotated(source)
    score(output)
    again = tmp_path / "b.xlsx"
    score(source, again)
    assert fills(output) == fills(again) == fills(source)
    assert notes(output) == notes(again)


def test_macros_stay(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsm"
    forms.new("project", source)
    output, _ = annotated(source)
    old, new = parts(source), parts(output)
    assert any("vbaProject" in name for name in old)
    assert all(
        old[name] == new[name] for name in old if "vba" in name or name.startswith(("xl/media", "customUI", "docProps"))
    )


# The command


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, output = built(tmp_path / "a.xlsx", only_form), tmp_path / "b.xlsx"
    assert main(["annotate", str(source), "-o", str(output)]) == 1
    assert "score.mismatch" in capsys.readouterr().out and output.exists()
    clean = built(tmp_path / "c.xlsx", lambda book: write_form(book, table=CLEAN))
    assert main(["annotate", str(clean), "-o", str(output)]) == 0
    empty = built(tmp_path / "d.xlsx", lambda book: book.add_worksheet().write("A1", "通讯录"))
    before = output.read_bytes()
    assert main(["annotate", str(empty), "-o", str(output)]) == 2
    assert "没有找到自评表" in capsys.readouterr().err and output.read_bytes() == before
    assert main(["annotate", str(source), "-o", str(tmp_path / "无" / "b.xlsx")]) == 2


@pytest.mark.parametrize(
    ("name", "output", "part"),
    [("a.xlsx", "a.xlsx", "换一个文件名"), ("a.xlsx", "b.xlsm", "也要是 .xlsx"), ("a.xlsm", "b.xlsx", "也要是 .xlsm")],
)
def test_a_copy_that_would_do_harm_is_refused(tmp_path: Path, name: str, output: str, part: str) -> None:
    forms.new("project", tmp_path / name)
    before = (tmp_path / name).read_bytes()
    with pytest.raises(TargetError, match=part):
        annotate(tmp_path / name, tmp_path / output)
    assert (tmp_path / name).read_bytes() == before


def test_styles_that_are_none_are_said(tmp_path: Path) -> None:
    source = built(tmp_path / "a.xlsx", everything)
    core = parts(source)["docProps/core.xml"]
    with_parts(source, {"xl/styles.xml": core})
    with pytest.raises(WorkbookError, match="已损坏"):
        annotate(source, tmp_path / "b.xlsx")
    assert not (tmp_path / "b.xlsx").exists()


def test_comments_and_instructions_among_the_styles_are_not_counted(tmp_path: Path) -> None:
    plain, noted = built(tmp_path / "a.xlsx", only_form), built(tmp_path / "b.xlsx", only_form)
    styles = "xl/styles.xml"
    said = parts(noted)[styles].replace(b"<font>", b"<!-- c --><font>").replace(b"<xf ", b"<?p i?><xf ")
    noted.write_bytes(packed(parts(noted) | {styles: said}))
    assert parts(annotated(noted)[0])[styles] == parts(annotated(plain)[0])[styles]


def test_old_formats_are_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(WorkbookError, match="另存为"):
        annotate(path, tmp_path / "b.xlsx")


def test_the_copy_is_checked_as_its_original(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = built(tmp_path / "a.xlsx", everything)
    output, _ = annotated(source)
    main(["check", "--json", str(source), str(output)])
    first, second = json.loads(capsys.readouterr().out)
    assert first["findings"] == second["findings"]


@pytest.mark.requires_soffice
def test_libreoffice_shows_it_and_a_copy_that_it_saved_is_annotated_anew(tmp_path: Path, soffice_convert) -> None:
    output, findings = annotated(built(tmp_path / "a.xlsx", everything))
    [saved] = soffice_convert([output], "xlsx")
    marked = fills(output)
    shown = fills(saved)
    assert marked and {cell: shown.get(cell) for cell in marked} == marked
    assert {cell for cell, text in notes(saved).items() if HEADING in text} == set(marked)
    assert openpyxl.load_workbook(saved).sheetnames[-1] == "校验结果"
    again, same = annotated(Path(shutil.copy(saved, tmp_path / "b.xlsx")))
    # LibreOffice knows no sheets that are hidden so deeply.
    assert [(one.id, one.cells) for one in same] == [
        (one.id, one.cells) for one in findings if one.id != "package.hidden"
    ]
    assert {cell: fills(again).get(cell) for cell in marked} == marked
    assert openpyxl.load_workbook(again).sheetnames.count("校验结果") == 1
    assert not [name for name in openpyxl.load_workbook(again).sheetnames if "(2)" in name]


def test_a_number_beyond_all_size_is_told_as_it_is_written() -> None:
    assert [as_figure(text) for text in ("12.5", "1E999999999", "1e-999999999")] == [
        Decimal("12.5"), "1E999999999", "1e-999999999",
    ]  # fmt: skip
