"""Sheets of our own: added at the end or put in place of ours, in a workbook that Excel opens without a word."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from lxml import etree
from zipped import built, parts, rewritten

from selfeval_xl.workbook.edits import Formula, Link, Page, Value
from selfeval_xl.workbook.opening.markup import RELATIONSHIPS
from selfeval_xl.workbook.opening.package import PAGE_MARK as MARK
from selfeval_xl.workbook.opening.package import open_package
from selfeval_xl.workbook.writing import sheets
from selfeval_xl.workbook.writing.ooxml import OFFICE
from selfeval_xl.workbook.writing.patch import Patch

THREADS = "http://schemas.microsoft.com/office/2017/10/relationships"
PAGE = Page(
    rows=(
        ((Value("校验结果"), "title"),),
        ((Value("序号"), "header"), (Value("位置"), "header"), (Value("问题"), "header"), (Value("金额"), "header")),
        (
            (Value(1), "wrap"),
            (Formula('=HYPERLINK("#\'自评表\'!B2","自评表!B2")', "自评表!B2"), "link"),
            (Value("执行率与金额不符，请核对后重填。" * 4), "error"),
            (Value(Decimal("8.68")), "money"),
        ),
        ((Value(2), "wrap"), (Value("全表"), "wrap"), (Value("提示"), "warning"), (Value(None), "info")),
    ),
    widths=(6, 14, 50, 10.5),
    frozen_rows=2,
)


def form(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("自评表")
    sheet.write("B2", 5, book.add_format({"bold": True}))
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=自评表!$B$2:$B$3"})
    sheet.insert_chart("D2", chart)
    book.define_name("总分", "=自评表!$B$2")


def with_page(data: bytes, page: Page = PAGE, name: str = "校验结果") -> tuple[str, bytes]:
    patch = Patch(open_package(data))
    given = patch.put_page(name, page)
    return given, patch.to_bytes()


def test_a_sheet_is_added_at_the_end() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        form(book)
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=自评表!$B$2:$B$3"})
        book.add_chartsheet("图").set_chart(chart)

    data = built(write)
    name, after = with_page(data)
    book = openpyxl.load_workbook(io.BytesIO(after))
    sheet = book["校验结果"]
    assert (name, book.sheetnames) == ("校验结果", ["自评表", "图", "校验结果"])
    assert [[cell.value for cell in row] for row in sheet][2] == [
        1,
        '=HYPERLINK("#\'自评表\'!B2","自评表!B2")',
        PAGE.rows[2][2][0].value,
        8.68,
    ]
    assert sheet.freeze_panes == "A3"
    assert (sheet.print_title_rows, sheet.oddFooter.center.text) == ("$2:$2", "第 &P 页，共 &N 页")
    assert [sheet.column_dimensions[letter].width for letter in "ABCD"] == [6, 14, 50, 10.5]
    assert [sheet.row_dimensions[row].height for row in range(1, 5)] == [27, None, 45, None]
    assert [sheet[cell].fill.fgColor.rgb for cell in ("C3", "C4", "D4")] == ["FFFFC7CE", "FFFFEB9C", "FFDDEBF7"]
    assert (sheet["A2"].font.b, sheet["C3"].alignment.wrap_text, sheet["B3"].font.u) == (True, True, "single")
    assert (sheet["D3"].number_format, sheet["D3"].alignment.horizontal) == ("#,##0.00", "center")
    assert sheet["A2"].font.name == book["自评表"]["A1"].font.name
    assert openpyxl.load_workbook(io.BytesIO(after), data_only=True)["校验结果"]["B3"].value == "自评表!B2"
    assert book["自评表"]["B2"].font.b and book.defined_names["总分"].attr_text == "自评表!$B$2"
    assert sheet.defined_names[MARK].attr_text == "校验结果!$A$1"


def test_only_what_lists_the_sheets_and_styles_differs() -> None:
    data = built(form)
    old, new = parts(data), parts(with_page(data)[1])
    assert {name for name in old if old[name] != new[name]} == {
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/workbook.xml",
    }
    assert new.keys() - old.keys() == {"xl/worksheets/sheet2.xml"}


def test_our_sheet_is_replaced_with_everything_on_it() -> None:
    _, once = with_page(built(form))
    patch = Patch(open_package(once))
    patch.set_notes("校验结果", {"C3": "说明"})
    patch.set("校验结果", "A9", Value("手写"))
    noted = patch.to_bytes()
    name, again = with_page(noted, Page(rows=(((Value("未发现问题"), "plain"),),)))
    sheet = openpyxl.load_workbook(io.BytesIO(again))["校验结果"]
    assert (name, sheet.dimensions, sheet["A1"].value) == ("校验结果", "A1:A1", "未发现问题")
    assert sheet.print_title_rows is None, "nothing stays in view there"
    assert parts(again).keys() == parts(once).keys()
    assert parts(again)["[Content_Types].xml"].count(b'Extension="vml"') == 1
    assert with_page(with_page(again)[1]) == with_page(again)


def test_what_somebody_made_of_our_sheet_goes_with_it() -> None:
    """A table or a thread of comments that its sheet no longer knows of is damage."""
    _, once = with_page(built(form))
    owner, kinds = "xl/worksheets/_rels/sheet2.xml.rels", {"table": OFFICE, "threadedComment": THREADS, "image": OFFICE}
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{uri}/{kind}" Target="../{kind}1.xml"/>'
        for n, (kind, uri) in enumerate(kinds.items())
    )
    added = {f"xl/{kind}1.xml": b"<a/>" for kind in kinds}
    worked = rewritten(once, {owner: f'<Relationships xmlns="{RELATIONSHIPS}">{relations}</Relationships>'.encode(), **added})
    assert parts(with_page(worked)[1]).keys() - parts(once).keys() == {"xl/image1.xml"}, "another sheet may show it too"


def test_somebody_elses_sheet_of_that_name_is_left_alone() -> None:

    def theirs(book: xlsxwriter.Workbook) -> None:
        form(book)
        sheet = book.add_worksheet("校验结果")
        sheet.write("A1", "别人的")
        sheet.print_area("A1:B2")

    data = built(theirs)
    name, once = with_page(data)
    assert (name, with_page(once)[0]) == ("校验结果 (2)", "校验结果 (2)")
    book = openpyxl.load_workbook(io.BytesIO(with_page(once)[1]))
    assert book.sheetnames == ["自评表", "校验结果", "校验结果 (2)"] and book["校验结果"]["A1"].value == "别人的"
    long = "很长的名字" * 6 + "一"
    data = built(lambda book: (form(book), book.add_worksheet(long)))
    assert len(with_page(data, name=long)[0]) <= 31


def test_a_template_may_bring_the_sheet_with_its_mark() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        form(book)
        book.add_worksheet("校验结果").write("A1", "尚未校验")
        book.define_name(f"校验结果!{MARK}", "=校验结果!$A$1")

    name, after = with_page(built(write))
    assert name == "校验结果" and len(openpyxl.load_workbook(io.BytesIO(after)).sheetnames) == 2


def test_styles_are_appended_once() -> None:
    _, once = with_page(built(form))
    assert parts(with_page(once)[1])["xl/styles.xml"] == parts(once)["xl/styles.xml"]
    root = etree.fromstring(parts(once)["xl/styles.xml"])
    for kind in ("fonts", "fills", "borders", "cellXfs"):
        holder = root.find("{*}" + kind)
        assert holder.get("count") == str(len(holder))


def test_the_page_can_be_edited_and_grown_at_once() -> None:
    patch = Patch(open_package(built(form)))
    patch.put_page("校验结果", PAGE)
    patch.set("校验结果", "A4", Value(3))
    patch.insert_rows("自评表", 2, 2)
    book = openpyxl.load_workbook(io.BytesIO(patch.to_bytes()))
    assert book["校验结果"]["A4"].value == 3 and book["自评表"]["B4"].value == 5


@pytest.mark.requires_soffice
def test_libreoffice_shows_the_sheet(tmp_path: Path, soffice_convert) -> None:
    path = tmp_path / "自评.xlsx"
    path.write_bytes(with_page(built(form))[1])
    [result] = soffice_convert([path], "xlsx")
    sheet = openpyxl.load_workbook(result, data_only=True)["校验结果"]
    assert (sheet["A1"].value, sheet["B3"].value, sheet["D3"].value) == ("校验结果", "自评表!B2", 8.68)
    assert 40 < sheet.row_dimensions[3].height < 55  # three lines of wrapped text, each as high as the fonts make it


def test_a_sheet_holds_no_more_links_than_excel_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_MOST_LINKS", 1)
    page = Page(tuple(((Link(cell, "自评表", cell), "link"),) for cell in ("B2", "B3")))
    sheet = openpyxl.load_workbook(io.BytesIO(with_page(built(form), page)[1]))["校验结果"]
    assert [sheet[cell].hyperlink is not None for cell in ("A1", "A2")] == [True, False]
    assert [sheet[cell].value for cell in ("A1", "A2")] == ["B2", "B3"]
