"""Notes and colours of findings: put beside what is there, replaced, and taken away without a trace."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from lxml import etree
from zipped import built, parts, rewritten, through

from selfeval_xl.errors import WorkbookError
from selfeval_xl.workbook.edits import MARK_FORMULA, Edits, SheetEdits
from selfeval_xl.workbook.opening.package import open_package
from selfeval_xl.workbook.writing import marks, vml
from selfeval_xl.workbook.writing.notes import AUTHOR, HEADING
from selfeval_xl.workbook.writing.patch import Patch

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def bare(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("自评表")
    sheet.write_row("A1", (1, 2, 3))
    sheet.merge_range("A3:C4", "合并")
    book.add_worksheet("其他").write_comment("A1", "不动")


def commented(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("自评表")
    sheet.write_comment("B2", "原来的批注", {"author": "甲"})
    sheet.write_comment("C2", "第二条", {"author": "乙"})
    sheet.insert_button("E5", {"caption": "按钮"})
    sheet.data_validation("B2", {"validate": "list", "source": ["甲", "乙"]})
    sheet.conditional_format("B2:B9", {"type": "cell", "criteria": ">", "value": 1, "stop_if_true": True})
    sheet.conditional_format("C2:C9", {"type": "data_bar", "data_bar_2010": True})


OURS = f"{HEADING}\n"


def noted(data: bytes, notes: dict[str, str], sheet: str = "自评表") -> bytes:
    patch = Patch(open_package(data))
    patch.set_notes(sheet, notes)
    return patch.to_bytes()


def marked(data: bytes, marks: dict) -> bytes:
    patch = Patch(open_package(data))
    patch.set_marks("自评表", marks)
    return patch.to_bytes()


def comments(data: bytes, sheet: str = "自评表") -> dict[str, str]:
    cells = (cell for row in openpyxl.load_workbook(io.BytesIO(data))[sheet] for cell in row)
    return {cell.coordinate: cell.comment.text for cell in cells if cell.comment}


def canonical(part: bytes) -> bytes:
    return etree.tostring(etree.fromstring(part), method="c14n")


def differing(before: bytes, after: bytes) -> set[str]:
    """The parts that say something else, whatever their quotes and their order of attributes."""
    old, new = parts(before), parts(after)
    assert set(old) == set(new)
    return {name for name in old if old[name] != new[name] and canonical(old[name]) != canonical(new[name])}


def test_notes_come_into_a_sheet_without_any() -> None:
    data = built(bare)
    after = noted(data, {"B1": "金额不符", "C1": "请核对\n再填"})
    assert comments(after) == {"B1": f"{OURS}金额不符", "C1": f"{OURS}请核对\n再填"}
    assert comments(after, "其他") == {"A1": "不动"}
    old, new = parts(data), parts(after)
    assert {name for name in old if old[name] != new[name]} == {"xl/worksheets/sheet1.xml", "[Content_Types].xml"}
    [drawing] = (content.decode() for name, content in new.items() if name.endswith(".vml") and name not in old)
    assert drawing.count("visibility:hidden") == drawing.count('ObjectType="Note"') == 2
    assert re.findall(r"<x:Row>(\d+)</x:Row><x:Column>(\d+)</x:Column>", drawing) == [("0", "1"), ("0", "2")]
    boxes = [list(map(int, box.split(","))) for box in re.findall("<x:Anchor>([^<]*)<", drawing)]
    assert boxes == [[2, 15, 0, 8, 6, 47, 2, 14], [3, 15, 0, 8, 7, 47, 3, 10]], "288 pixels wide, as high as its lines"
    assert etree.fromstring(drawing.encode()) is not None


def test_shape_ids_of_two_sheets_differ() -> None:
    after = parts(noted(built(bare), {"B1": "甲", "C1": "乙"}))
    ids = [re.findall(rb'id="_x0000_s(\d+)"', content) for name, content in after.items() if name.endswith(".vml")]
    assert sorted(map(len, ids)) == [1, 2] and len({id for each in ids for id in each}) == 3


def test_a_drawing_that_is_full_takes_ids_that_no_other_one_has() -> None:
    """Of a range of 1,024 ids; Excel wants to know of each that a drawing uses."""
    boxes = {(row, 1): [0] * 8 for row in range(1, 1101)}
    drawing = vml.add_notes(vml.new(1), boxes, lambda: {2})
    ids = set(map(int, re.findall(rb'id="_x0000_s(\d+)"', drawing)))
    assert b'data="1,3"' in drawing and {id // 1024 for id in ids} == {1, 3} and len(ids) == len(boxes)
    more = vml.add_notes(drawing, {(1, 2): [0] * 8}, lambda: {2})
    assert vml.blocks(more) == [1, 3] and max(map(int, re.findall(rb'id="_x0000_s(\d+)"', more))) == max(ids) + 1


def test_a_covered_cell_has_its_note_on_the_merged_range() -> None:
    assert comments(noted(built(bare), {"B4": "一", "A3": "二"})) == {"A3": f"{OURS}一\n二"}


def test_ours_stands_under_somebody_elses() -> None:
    after = noted(built(commented), {"B2": "得分高于分值", "D2": "缺少原因"})
    assert comments(after) == {"B2": f"原来的批注\n{OURS}得分高于分值", "C2": "第二条", "D2": f"{OURS}缺少原因"}
    root = etree.fromstring(parts(after)["xl/comments1.xml"])
    assert [author.text for author in root.iter(f"{MAIN}author")] == ["甲", "乙", AUTHOR]
    drawing = parts(after)["xl/drawings/vmlDrawing1.vml"]
    assert drawing.count(b'ObjectType="Button"') == 1 and drawing.count(b'ObjectType="Note"') == 3


def test_the_box_under_a_longer_note_is_longer() -> None:
    def bottom(data: bytes) -> int:
        drawing = parts(data)["xl/drawings/vmlDrawing1.vml"]
        anchor = re.findall(rb"<x:Anchor>([^<]*)</x:Anchor>", drawing[drawing.index(b'"Note"') :])[0]
        return int(anchor.split(b",")[6])

    data = built(commented)
    assert bottom(noted(data, {"B2": "很长" * 100})) > bottom(noted(data, {"B2": "短"})) > bottom(data)


@pytest.mark.parametrize("write", [bare, commented])
def test_notes_go_without_a_trace(write) -> None:
    data = built(write)
    after = noted(noted(data, {"A1": "一", "B2": "二", "C2": "三\n" * 9}), {})
    old, new = parts(data), parts(after)
    assert set(old) == set(new)
    changed = {name for name in old if old[name] != new[name] and canonical(old[name]) != canonical(new[name])}
    assert changed <= {"[Content_Types].xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"}
    assert comments(after) == comments(data)
    boxes = [re.findall(rb"<x:Anchor>[^<]*|<x:Row>\d+", d["xl/drawings/vmlDrawing1.vml"]) for d in (old, new)]
    assert [b.replace(b" ", b"") for b in boxes[0]] == [b.replace(b" ", b"") for b in boxes[1]]


def test_new_notes_replace_our_old_ones() -> None:
    once = noted(built(commented), {"B2": "旧", "D2": "旧"})
    assert comments(noted(once, {"B2": "新", "E2": "新"})) == {
        "B2": f"原来的批注\n{OURS}新",
        "C2": "第二条",
        "E2": f"{OURS}新",
    }
    assert noted(once, {"B2": "旧", "D2": "旧"}) == noted(
        noted(once, {"B2": "旧", "D2": "旧"}), {"B2": "旧", "D2": "旧"}
    )


def test_notes_hang_on_none_that_go_from_another_sheet() -> None:
    def applied(data: bytes, notes: dict[str, dict[str, str]]) -> bytes:
        patch = Patch(open_package(data))
        patch.apply(Edits({sheet: SheetEdits(notes=texts) for sheet, texts in notes.items()}))
        return patch.to_bytes()

    first = noted(built(lambda book: [book.add_worksheet(name) for name in ("自评表", "勾稽核对")]), {"A1": "一"}, "勾稽核对")
    (drawing,) = (content for name, content in parts(first).items() if name.endswith(".vml"))
    assert b'<Default Extension="vml"' in parts(first)["[Content_Types].xml"] and b'id="_x0000_t202"' in drawing
    both = applied(first, {"自评表": {"A1": "二"}, "勾稽核对": {"A1": "一"}})
    one = applied(both, mended := {"自评表": {"A1": "二"}, "勾稽核对": {}})
    assert comments(one) and not comments(one, "勾稽核对")
    assert applied(one, mended) == one


def test_nothing_to_clear_changes_nothing() -> None:
    for write in (bare, commented):
        data = through(built(write), lambda _, content: content.replace(b'standalone="yes"', b"standalone='yes'"))
        patch = Patch(open_package(data))
        patch.set_notes("自评表", {})
        patch.set_marks("自评表", {})
        assert parts(patch.to_bytes()) == parts(data)


def test_plain_texts_and_ill_formed_drawings_are_taken_as_they_are() -> None:
    """openpyxl's notes have no runs; Excel's own drawings may hold a lone <br>."""
    book = openpyxl.Workbook()
    book.active.title = "自评表"
    book.active["A1"].comment = openpyxl.comments.Comment("手写", "甲")
    stream = io.BytesIO()
    book.save(stream)
    data = stream.getvalue()
    drawing = next(name for name in parts(data) if name.endswith(".vml"))
    broken = re.sub(rb"(<div[^>]*>)(</div>)?", rb"\1<br></div>", parts(data)[drawing], count=1)
    after = noted(rewritten(data, {drawing: broken}), {"A1": "多\n" * 30, "B2": "新"})
    assert comments(after)["A1"].startswith(f"手写\n{OURS}多")
    assert b"<br>" in parts(after)[drawing]
    assert comments(noted(after, {})) == {"A1": "手写"}


def test_a_drawing_that_opens_shapes_without_end_is_gone_through_once() -> None:
    """Were each opening looked for its end anew, this would take hours."""
    drawing = b"</v:shape>" + b"<v:shape" * 300_000 + b"<x:shape>1</x:shape>2<y:shape/></y:shape>"
    assert list(vml.shapes(drawing)) == [b"<x:shape>1</x:shape>", b"<y:shape/></y:shape>"]
    assert vml.changed(drawing, lambda _: b"") == b"</v:shape>" + b"<v:shape" * 300_000 + b"2"


def test_numbers_of_thousands_of_digits_in_a_drawing_end_nothing() -> None:
    long = b"9" * 5000
    anchor, row = b"<x:Anchor>" + b", ".join([long] * 8) + b"</x:Anchor>", b"<x:Row>" + long + b"</x:Row>"
    shape = b'<v:shape id="_x0000_s%b" ObjectType="Note">%b%b<x:Column>0</x:Column></v:shape>' % (long, anchor, row)
    assert vml.corners(shape) == [999_999_999] * 8 and vml.corners(b"<x:Anchor>1, 2, 3</x:Anchor>") == []
    assert vml.add_notes(vml.move_rows(shape, lambda row: row + 1) + b"</xml>", {(1, 1): [0] * 8}).endswith(b"</xml>")


def without(data: bytes, part: str, pattern: bytes) -> bytes:
    """The workbook once more, with what matches taken out of one part."""
    return rewritten(data, {part: re.sub(pattern, b"", parts(data)[part])})


def test_comments_that_lack_their_authors_or_list_get_them_back() -> None:
    for lost in (rb"<authors>.*</authors>", rb"<commentList>.*</commentList>"):
        data = without(built(commented), "xl/comments1.xml", lost)
        assert b"B3" in parts(noted(data, {"B3": "新"}))["xl/comments1.xml"]


def test_a_comments_part_of_another_namespace_is_damage_and_said() -> None:
    data = without(built(commented), "xl/comments1.xml", rb"spreadsheetml(?=/2006)")
    with pytest.raises(WorkbookError, match="批注已损坏"):
        noted(data, {"B3": "新"})


@pytest.mark.parametrize("write", [bare, commented])
def test_parts_are_found_however_the_relations_spell_them(write) -> None:
    """Names of parts know no case: a sheet that is called SHEET1.XML may lie under sheet1.xml."""

    def shout(name: str, content: bytes) -> bytes:
        upper = re.sub(rb"(?:sheet|comments)\d\.xml", lambda found: found[0].upper(), content)
        return upper if name.endswith(".rels") else content

    whole = built(write)
    after, wanted = parts(noted(through(whole, shout), {"B3": "新"})), parts(noted(whole, {"B3": "新"}))
    assert after.keys() == wanted.keys()
    assert after["xl/worksheets/sheet1.xml"] == wanted["xl/worksheets/sheet1.xml"]
    assert any("新".encode() in content for content in after.values())


def test_notes_stay_on_their_cells_when_rows_come_in() -> None:
    data = noted(built(commented), {"B2": "得分", "D2": "缺少"})
    patch = Patch(open_package(data))
    patch.insert_rows("自评表", 2, 3)
    after = patch.to_bytes()
    assert set(comments(after)) == {"B5", "C5", "D5"}
    old, new = (parts(each)["xl/drawings/vmlDrawing1.vml"] for each in (data, after))
    assert re.findall(rb"<x:Row>(\d+)", new) == [b"4"] * 3, "a box begins a row up, above the new ones"
    before, now = ([vml.corners(shape) for shape in vml.shapes(each)] for each in (old, new))
    assert now == [[*box[:2], box[2] + 3, *box[3:6], box[6] + 3, box[7]] for box in before] and len(now) == 4


# Marks


def rules(data: bytes) -> list[tuple[str, int, str]]:
    root = etree.fromstring(parts(data)["xl/worksheets/sheet1.xml"])
    return [
        (block.get("sqref"), int(rule.get("priority")), rule.findtext(f"{MAIN}formula") or "")
        for block in root.iter(f"{MAIN}conditionalFormatting")
        for rule in block.iter(f"{MAIN}cfRule")
    ]


def test_marks_come_first_and_leave_the_cells_alone() -> None:
    data = built(commented)
    after = marked(data, {"warning": ("C2", "C3"), "error": ("B2",), "info": ()})
    assert sorted(rules(after), key=lambda rule: rule[1])[:2] == [("B2", 1, MARK_FORMULA), ("C2 C3", 2, MARK_FORMULA)]
    assert [rule[1] for rule in rules(data)] == [1, 2]
    assert sorted(rule[1] for rule in rules(after)) == [1, 2, 3, 4]
    before_cells, after_cells = (
        re.search(rb"<sheetData.*?sheetData>|<sheetData/>", parts(d)["xl/worksheets/sheet1.xml"], re.DOTALL)
        for d in (data, after)
    )
    assert before_cells[0] == after_cells[0]
    names = [etree.QName(e).localname for e in etree.fromstring(parts(after)["xl/worksheets/sheet1.xml"])]
    assert names.index("conditionalFormatting") < names.index("dataValidations")
    sheet = openpyxl.load_workbook(io.BytesIO(after))["自评表"]
    fills = {
        str(area.sqref): rule.dxf.fill.bgColor.rgb
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.dxf
    }
    assert fills == {"B2": "FFFFC7CE", "C2 C3": "FFFFEB9C"}


def test_marks_go_without_a_trace_and_their_formats_are_kept_once() -> None:
    data = built(commented)
    once = marked(data, {"error": ("B2",), "warning": ("C2",)})
    assert differing(data, marked(once, {})) == {"xl/styles.xml"}
    again = marked(marked(once, {}), {"error": ("B2",), "warning": ("C2",)})
    assert differing(once, again) == set()
    assert rules(marked(once, {"info": ("A1",)}))[-1] == ("A1", 1, MARK_FORMULA)


def test_marks_of_more_cells_than_a_rule_takes_are_several_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "_MOST", 2)
    data = built(commented)
    after = marked(data, {"error": ("B2", "B3", "B2", "B4"), "info": ("A1",)})
    ours = [rule[:2] for rule in sorted(rules(after), key=lambda rule: rule[1]) if rule[2] == MARK_FORMULA]
    assert ours == [("B2 B3", 1), ("B4", 2), ("A1", 3)]
    assert differing(data, marked(after, {})) == {"xl/styles.xml"}


@pytest.mark.requires_soffice
def test_libreoffice_reads_notes_and_shows_colours(tmp_path: Path, soffice_convert) -> None:
    path = tmp_path / "自评.xlsx"
    path.write_bytes(marked(noted(built(commented), {"B2": "得分高于分值", "D2": "缺少"}), {"error": ("B2", "D2")}))
    [result] = soffice_convert([path], "xlsx")
    data = result.read_bytes()
    assert comments(data) == {"B2": f"原来的批注\n{OURS}得分高于分值", "C2": "第二条", "D2": f"{OURS}缺少"}
    areas = {str(area.sqref) for area in openpyxl.load_workbook(result)["自评表"].conditional_formatting}
    assert "B2 D2" in areas
    assert comments(noted(data, {})) == {"B2": "原来的批注", "C2": "第二条"}
