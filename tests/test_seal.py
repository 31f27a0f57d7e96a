"""The seal: whole after other programs, moves and looks; broken, with the cell named, after ten kinds of tampering."""

from __future__ import annotations

import errno
import io
import json
import os
import re
from base64 import encodebytes
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from conftest import Convert
from lxml import etree
from sealing import CLEAN, DAY, UNIT, ours_of, packed_bytes

from selfeval_xl.assess import assess
from selfeval_xl.cli import main
from selfeval_xl.errors import SelfEvalError
from selfeval_xl.examine import examine, examine_ours, examine_workbook, rules_of
from selfeval_xl.fill import fill
from selfeval_xl.forms.layout import Layout, Spot, Stretch
from selfeval_xl.model import Place, SealChange
from selfeval_xl.read import Workbook
from selfeval_xl.rules import DEFAULT, load
from selfeval_xl.score import score
from selfeval_xl.seal import SEALED, Seal, Verdict, check_code, known_keys, seal_of, verify
from selfeval_xl.seal.canon import VERSION, content_of
from selfeval_xl.seal.keyed import Formulas, Plan
from selfeval_xl.seal.record import read_seal, take
from selfeval_xl.seal.signing import new_keys, signed
from selfeval_xl.submit.pack import packed
from selfeval_xl.workbook.edits import Formula, Value
from selfeval_xl.workbook.opening.package import open_package
from selfeval_xl.workbook.references import cell_name, parse_cell
from selfeval_xl.workbook.writing.book import Book
from selfeval_xl.workbook.writing.notes import set_notes
from selfeval_xl.workbook.writing.ooxml import M, place
from selfeval_xl.workbook.writing.patch import Patch

Change = Callable[[Book], None]


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return packed_bytes(CLEAN)


def where(data: bytes, key: str, row: int = 0) -> Place:
    """The cell of a field, or of a table's column in its row (from 0)."""
    layout = ours_of(data).layout
    table, _, column = key.partition(".")
    if not column:
        return layout.fields[key].place
    return layout.tables[table].place(layout.tables[table].first_row + row, column)


def verdict(data: bytes) -> Verdict:
    workbook = Workbook(data, "test")
    found = verify(workbook, ours_of(data))
    assert found is not None
    return found


def test_what_was_sealed_long_ago_stays_whole() -> None:
    """A return that a unit sent in November 2026; what a seal covers must never change without a new version of it."""
    data = Path(__file__).with_name("sealed.xlsx").read_bytes()
    assert verdict(data) == Verdict("whole", "XLME-XSB3-MZTG")


@pytest.mark.parametrize(
    ("version", "code"), [("1", "XLME-XSB3-MZTG"), ("2", "KWM4-9P2D-9SVF"), ("3", "VGX2-NSRF-NJ4T")]
)
def test_what_earlier_versions_cover_never_changes(version: str, code: str) -> None:
    workbook = Workbook(Path(__file__).with_name("sealed.xlsx"))
    layout = ours_of(Path(__file__).with_name("sealed.xlsx").read_bytes()).layout
    assert check_code(take(content_of(workbook, layout, version)).digest) == code


def test_a_layout_is_known_whatever_seal_stands_beside_it(sealed: bytes) -> None:
    other = packed_bytes(CLEAN.replace("某市总工会机关", "另一个单位"))
    assert Workbook(sealed, "a").names != Workbook(other, "b").names
    assert ours_of(sealed).layout is ours_of(other).layout


def changed(data: bytes, change: Change) -> bytes:
    """The package after a change of its parts."""
    book = Book(open_package(data))
    change(book)
    book.settle()
    return book.parts.to_bytes()


def with_cell(data: bytes, at: Place, content: Value | Formula) -> bytes:
    patch = Patch(open_package(data))
    patch.set(at.sheet, at.cell, content)
    return patch.to_bytes()


def with_sheet_of(book: Book, data: bytes) -> None:
    """The evaluation sheet of another return in place of its own."""
    other = Book(open_package(data))
    book.parts.put(book.part("自评表"), other.parts.read(other.part("自评表")))
    strings = other.parts.related(other.main, "sharedStrings")
    assert strings
    book.parts.put(strings, other.parts.read(strings))


def row_element(book: Book, at: Place) -> etree._Element:
    return book.change(at.sheet).find(f"{M}sheetData/{M}row[@r='{parse_cell(at.cell)[0]}']")


def formula_at(data: bytes, at: Place) -> str:
    raw = Workbook(data, "test").grids[at.sheet].cells.get(parse_cell(at.cell))
    assert raw is not None and raw.formula is not None
    return raw.formula


# --- whole ---


def test_packed_workbook_is_whole_and_check_says_nothing(sealed: bytes) -> None:
    found = verdict(sealed)
    assert (found.state, found.places, found.signature) == ("whole", (), None)
    (assessment,) = examine_workbook(Workbook(sealed, "test"), returned=True)
    assert assessment.evaluation.structure.seal == "whole"
    assert not [finding for finding in assessment.findings if finding.id.startswith("seal.")]


def test_sealing_twice_gives_the_same_code(sealed: bytes) -> None:
    assert verdict(packed_bytes(CLEAN)).code == verdict(sealed).code
    other = CLEAN.replace("executed: 95", "executed: 94")
    assert other != CLEAN and verdict(packed_bytes(other)).code != verdict(sealed).code


def test_seal_is_missing_only_where_one_is_expected(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed_bytes(CLEAN, seal=False))
    assert examine(path)[0].evaluation.structure.seal is None
    ids = {finding.id: finding.severity for finding in examine(path, returned=True)[0].findings}
    assert ids["seal.missing"] == "warning"


def test_a_seal_that_was_taken_out_is_missed(sealed: bytes, tmp_path: Path) -> None:
    """汇总 still says the code."""

    def strip(book: Book) -> None:
        for piece in pieces_of(book):
            piece.getparent().remove(piece)  # type: ignore[union-attr]

    path = tmp_path / "a.xlsx"
    path.write_bytes(changed(sealed, strip))
    (finding,) = [one for one in examine(path)[0].findings if one.id.startswith("seal.")]
    assert (finding.id, finding.severity) == ("seal.missing", "warning")


def test_whole_after_libreoffice_saved_it(sealed: bytes, tmp_path: Path, soffice_convert: Convert) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(sealed)
    saved = soffice_convert([path], "xlsx")[0].read_bytes()
    assert saved != sealed and verdict(saved) == verdict(sealed)


def test_whole_after_openpyxl_saved_it_without_values(sealed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(sealed)
    book = openpyxl.load_workbook(path)
    book.save(path)
    assert verdict(path.read_bytes()).state == "whole"


def reordered(book: Book) -> None:
    """The sheet 汇总 first, as dragging its tab does; names local to a sheet follow it."""
    root = book.parts.change(book.main)
    sheets = root.find(f"{M}sheets")
    number = next(n for n, each in enumerate(sheets) if each.get("name") == "汇总")
    sheets.insert(0, sheets[number])
    for name in root.iter(f"{M}definedName"):
        if (old := name.get("localSheetId")) is not None:
            new = 0 if int(old) == number else int(old) + (int(old) < number)
            name.set("localSheetId", str(new))


def renamed(book: Book) -> None:
    """自评表 gets another name, in the tab and wherever a formula or a name says it, as Excel does it."""
    for part in [book.main, *book.sheets.values()]:
        text = book.parts.read(part).decode("utf-8")
        text = text.replace('name="自评表"', 'name="自评表 (2)"').replace("自评表!", "'自评表 (2)'!")
        book.parts.put(part, text.encode("utf-8"))


def restyled(book: Book) -> None:
    """A column hidden, others wider, a row higher, another number format."""
    root = book.change("自评表")
    columns = root.findall(f"{M}cols/{M}col")
    columns[0].set("hidden", "1")
    columns[1].set("width", "50")
    for row in root.iter(f"{M}row"):
        row.set("ht", "60")
    cell = root.find(f".//{M}c[@s]")
    cell.set("s", "0")


def painted(book: Book) -> None:
    """All text dark red on yellow, also the one that the form itself hides beside the grade."""
    styles = book.parts.related(book.main, "styles")
    assert styles
    root = book.parts.change(styles)
    for color in root.findall(f"{M}fonts/{M}font/{M}color"):
        color.attrib.clear()
        color.set("rgb", "FFC00000")
    for ground in root.findall(f"{M}fills/{M}fill/{M}patternFill/{M}fgColor"):
        ground.attrib.clear()
        ground.set("rgb", "FFFFFF00")


def blank_rows(book: Book) -> None:
    from selfeval_xl.workbook.writing.grow import Insertion, insert_rows

    stretch = ours_of(packed_bytes(CLEAN)).layout.tables["indicators"]
    insert_rows(book, Insertion(stretch.sheet, stretch.first_row + 2, 3))


def marked(book: Book) -> None:
    from selfeval_xl.workbook.writing.marks import set_marks
    from selfeval_xl.workbook.writing.notes import set_notes

    set_marks(book, "自评表", {"error": ("C15",)})
    set_notes(book, "自评表", {"C15": "请核实"})


def spaced(book: Book) -> None:
    """Blanks behind a text that was typed, and a remark beside the form."""
    book.cells("自评表").set(where(packed_bytes(CLEAN), "project").cell, Value("职工技能竞赛 "))
    book.cells("自评表").set("P1", Value("已阅"))


def saved_as_texts(book: Book) -> None:
    """The figures that formulas gave, saved as texts."""
    for sheet in book.sheets:
        for cell in book.change(sheet).iter(f"{M}c"):
            if cell.find(f"{M}f") is not None and cell.get("t") is None:
                cell.set("t", "str")


@pytest.mark.parametrize("change", [reordered, renamed, restyled, painted, blank_rows, marked, spaced, saved_as_texts])
def test_whole_after_what_changes_no_content(sealed: bytes, change: Change) -> None:
    after = changed(sealed, change)
    assert after != sealed and verdict(after) == verdict(sealed)


# --- tampering of ten kinds ---


def test_score_overwritten(sealed: bytes) -> None:
    at = where(sealed, "indicators.claimed_score", 1)
    found = verdict(with_cell(sealed, at, Value(1)))
    assert (found.state, found.changes) == ("broken", (SealChange(at, "content"),))
    assert found.code != verdict(sealed).code, "the code is that of what stands there now"


def test_formula_replaced_by_its_value(sealed: bytes) -> None:
    at = where(sealed, "indicators.score", 0)
    raw = Workbook(sealed, "test").grids[at.sheet].cells.get(parse_cell(at.cell))
    assert raw is not None
    found = verdict(with_cell(sealed, at, Value(raw.value)))  # type: ignore[arg-type]
    assert (found.state, found.changes) == ("broken", (SealChange(at, "value"),))


def test_formula_changed(sealed: bytes) -> None:
    at = where(sealed, "total_score")
    found = verdict(with_cell(sealed, at, Formula(f"{formula_at(sealed, at)}+0", 98)))
    assert (found.state, found.changes) == ("broken", (SealChange(at, "formula"),))


def test_weight_changed(sealed: bytes) -> None:
    at = where(sealed, "indicators.weight", 2)
    found = verdict(with_cell(sealed, at, Value(99)))
    assert (found.state, found.places) == ("broken", (at,))


def seal_rows(data: bytes) -> list[int]:
    """The sheet rows of the indicators that are filled."""
    ours = ours_of(data)
    return [parse_cell(row["name"].place.cell)[0] for row in ours.entries.tables["indicators"] if row["name"].place]


@pytest.mark.parametrize("number", [0, 1, -1])
def test_row_cleared(sealed: bytes, number: int) -> None:
    """The row's entries are taken out; it is named, and none of the others."""
    layout = ours_of(sealed).layout
    stretch = layout.tables["indicators"]
    filled = seal_rows(sealed)
    row = filled[number]

    def remove(book: Book) -> None:
        cells = book.cells(stretch.sheet)
        raws = Workbook(sealed, "test").grids[stretch.sheet].cells
        for column in stretch.columns.values():
            raw = raws.get((row, column))
            if raw and raw.formula is None and cells.first((row, column)) == (row, column):
                cells.set(
                    stretch.place(row, next(k for k, c in stretch.columns.items() if c == column)).cell, Value(None)
                )

    found = verdict(changed(sealed, remove))
    assert (found.state, found.changes) == ("broken", (SealChange(stretch.place(row, "level1"), "rows_gone", "1"),))


def test_row_removed_with_what_its_rules_refer_to(sealed: bytes) -> None:
    """The rules of a sheet that lose a cell with a row are no change of their own."""
    at = where(sealed, "indicators.level1")

    def remove(book: Book) -> None:
        row = row_element(book, at)
        row.getparent().remove(row)  # type: ignore[union-attr]
        for formula in book.change(at.sheet).iter(f"{M}formula"):
            formula.text = re.sub(rf"\$[A-Z]{{1,2}}{row.get('r')}(?![0-9])", "#REF!", formula.text or "")

    assert verdict(changed(sealed, remove)).changes == (SealChange(at, "rows_gone", "1"),)


def test_rows_in_another_order(sealed: bytes) -> None:
    """A row that only stands elsewhere is neither gone nor new."""
    lines = CLEAN.splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if "name: 竞赛场次" in line)
    lines[first : first + 2] = reversed(lines[first : first + 2])
    other = packed_bytes("".join(lines))
    data = changed(sealed, lambda book: with_sheet_of(book, other))
    changes = verdict(data).changes
    assert [one.kind for one in changes] == ["row_moved"] and changes[0].place in (
        where(sealed, "indicators.level1"), where(sealed, "indicators.level1", 1)
    )  # fmt: skip


def test_cells_pushed_by_a_column(sealed: bytes) -> None:
    """What stands in another column, as one was inserted before it, is what was sealed."""
    content = content_of(Workbook(sealed, "test"), ours_of(sealed).layout)
    at = {key: spot for key, spot in content.spots.items() if spot.sheet == "自评表" and key in content.fields}

    def before(key: str) -> str:
        said, column, gap = (f"\0{content.fields[key]}" if "." in key else content.fields[key]).rsplit("\0", 2)
        return f"{said}\0{int(column) - 1}\0{gap}".lstrip("\0" if "." in key else "")

    was = content._replace(fields=content.fields | {key: before(key) for key in at})
    found = verdict(resealed(sealed, lambda _: take(was)))
    assert set(found.changes) == {SealChange(spot.place, "moved") for spot in at.values()}


def test_formulas_of_all_filled_rows_replaced_by_their_values(sealed: bytes) -> None:
    """The blank rows, which have theirs still, are not accused."""
    data, rows = sealed, seal_rows(sealed)
    places = [where(sealed, "indicators.score", number - rows[0]) for number in rows]
    for at in places:
        raw = Workbook(sealed, "test").grids[at.sheet].cells.get(parse_cell(at.cell))
        assert raw is not None
        data = with_cell(data, at, Value(raw.value))  # type: ignore[arg-type]
    assert verdict(data).changes == tuple(SealChange(at, "value") for at in places)


def test_sheet_deleted_is_named(sealed: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sealed))
    del book["勾稽核对"]
    stream = io.BytesIO()
    book.save(stream)
    (assessment,) = examine_workbook(Workbook(stream.getvalue(), "test"))
    (said,) = [one.message for one in assessment.findings if one.id == "seal.broken"]
    assert "现在找不到工作表“勾稽核对”" in said


def test_row_added(sealed: bytes) -> None:
    at = where(sealed, "indicators.name", 5)
    found = verdict(with_cell(sealed, at, Value("后补的指标")))
    assert (found.state, found.changes) == ("broken", (SealChange(at, "row_added"),))


def test_row_entered_in_formulas(sealed: bytes) -> None:
    """Formulas of blank rows are sealed too: they may enter a row, or add to a sum."""
    name, weight = (where(sealed, f"indicators.{key}", 6) for key in ("name", "weight"))
    data = with_cell(with_cell(sealed, name, Formula('="加上的"', "加上的")), weight, Formula("=0", 0))
    assert set(verdict(data).changes) == {SealChange(name, "formula"), SealChange(weight, "formula")}


@pytest.mark.parametrize("key", ["indicators.score", "budget.rate", "budget.executed"])
def test_formula_of_a_blank_row_changed(sealed: bytes, key: str) -> None:
    at = where(sealed, key, 6)
    assert verdict(with_cell(sealed, at, Formula("=1", 1))).changes == (SealChange(at, "formula"),)
    assert verdict(with_cell(sealed, at, Value(""))).state == "whole", "blank rows come and go"


@pytest.mark.parametrize(
    ("above", "formula"),
    [
        ("=A4+B5", "=A5+B5"),
        ("=A4+B4", "=A5+B4"),
        ("=A4+$B$5", "=A5+$B$5"),
        ('=A4&"B4"', '=A5&"B5"'),
        ('=A4&"B5"', '=A5&"B5"'),
        ('=A4&"', '=A5&"'),
        ("=A4+4", "=A5+5"),
        ("=A44+A4", "=A45+A5"),
        ("=A4+H4", "=A5+H5"),
        ("=A4:H4", "=A5:H5"),
        (None, None),
        (None, "=A5"),
        ("=A4", None),
    ],
)
def test_what_the_row_above_says_is_not_taken_for_what_a_row_says(above: str | None, formula: str | None) -> None:
    """Formulas of a table are taken apart once for all rows that differ in nothing but their own numbers."""
    places = Plan(Layout({}, {"t": Stretch("表", 3, 99, {"a": 1, "b": 2})}))
    alone = Formulas(places, {}).keyed((formula, "=A5"), "表", 5, "t")
    places.known.clear()
    formulas = Formulas(places, {})
    formulas.keyed((above, "=A4"), "表", 4, "t")
    assert formulas.keyed((formula, "=A5"), "表", 5, "t") == alone


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        ("=SUM(A3:$A$99) - A5 + A$5 + $A$1", "=SUM({t.a}^:{t.a}$)-{t.a}@+{t.a}~+{f}"),
        ("=SUM(A:A,$3:$99,C7,别处!A5)", "=SUM({t.a}:{t.a},f!3:f!99,f!C7,别处!A5)"),
        ("=LOG10(A5)", "=LOG10({t.a}@)"),
        ("=LOG2(A5)", "=LOG2({t.a}@)"),
        ('=A5&"A7"', '={t.a}@&"A7"'),
        ('=A5&"A8"', '={t.a}@&"A8"'),
        ("=A5*1E5", "={t.a}@*100000"),
        ("=A5*1E6", "={t.a}@*1000000"),
        ("=Sheet1!A5+ABCD5", "=Sheet1!A5+ABCD5"),
        ("=Sheet2!A5+ABCD6", "=Sheet2!A5+ABCD6"),
        ("=A1048576+A05", "=f!A1048576+A05"),
    ],
)
def test_formula_means_the_same_wherever_its_rows_stand(formula: str, meant: str) -> None:
    """Formulas that differ in nothing but rows are taken apart once, and what else has numbers is no row."""
    for last in (99, 120):
        places = Plan(Layout({"f": Spot("表", 1, 1)}, {"t": Stretch("表", 3, last, {"a": 1})}))
        said = formula.replace("$A$99", f"$A${last}")
        assert Formulas(places, {}).keyed((said,), "表", 5, "t") == (meant,)


@pytest.mark.parametrize("how", [{"hidden": "1"}, {"ht": "0.1", "customHeight": "1"}])
def test_row_hidden(sealed: bytes, how: dict[str, str]) -> None:
    at = where(sealed, "indicators.level1", 1)
    found = verdict(changed(sealed, lambda book: row_element(book, at).attrib.update(how)))
    assert (found.state, found.changes) == ("broken", (SealChange(at, "row_hidden"),))


def test_row_of_fields_hidden(sealed: bytes) -> None:
    both = {SealChange(where(sealed, key), "row_hidden") for key in ("goal_expected", "goal_actual")}
    at = where(sealed, "goal_actual")
    found = verdict(changed(sealed, lambda book: row_element(book, at).set("hidden", "1")))
    assert (found.state, set(found.changes)) == ("broken", both)


def test_row_of_an_empty_field_hidden(sealed: bytes) -> None:
    at = where(sealed, "problems")
    assert Workbook(sealed).entry(at.sheet, *parse_cell(at.cell)).blank
    found = verdict(changed(sealed, lambda book: row_element(book, at).set("hidden", "1")))
    assert (found.state, found.changes) == ("broken", (SealChange(at, "row_hidden"),))


def test_sheet_swapped(sealed: bytes) -> None:
    """The sheet of another return in place of the sealed one: every figure that differs is named."""
    other = packed_bytes(CLEAN.replace("actual: 96, unit: '%', weight: 20", "actual: 97, unit: '%', weight: 20"))
    found = verdict(changed(sealed, lambda book: with_sheet_of(book, other)))
    assert found.state == "broken" and where(sealed, "indicators.actual", 1) in found.places
    assert {one.sheet for one in found.places} == {"自评表"}


def test_sheet_hidden_behind_a_copy(sealed: bytes) -> None:
    def hide(book: Book) -> None:
        renamed(book)
        book.parts.change(book.main).find(f".//{M}sheet[@name='自评表 (2)']").set("state", "hidden")

    found = verdict(changed(sealed, hide))
    assert found.state == "broken"
    assert [(one.place.sheet, one.kind) for one in found.changes] == [("自评表 (2)", "sheet_hidden")]


@pytest.mark.parametrize(("key", "to"), [("se.claimed_total", "N40"), ("se.problems", "A60"), ("se.rules", "H1")])
def test_name_redirected_to_a_cell_that_says_the_same(sealed: bytes, key: str, to: str) -> None:
    spot = ours_of(sealed).layout.fields[key.removeprefix("se.")]
    raw = Workbook(sealed, "test").grids[spot.sheet].cells.get((spot.row, spot.column))

    def redirect(book: Book) -> None:
        book.cells(spot.sheet).set(to, Value(raw.value if raw else None))  # type: ignore[arg-type]
        name = book.parts.change(book.main).find(f".//{M}definedName[@name='{key}']")
        name.text = f"{spot.sheet}!${to[0]}${to[1:]}"

    found = verdict(changed(sealed, redirect))
    assert found.state == "broken"
    assert found.changes == (SealChange(Place(spot.sheet, to), "name", key),), "what is computed from it is not accused"


@pytest.mark.parametrize("key", ["claimed_total", "funds_executed"])
def test_name_deleted(sealed: bytes, key: str) -> None:
    def delete(book: Book) -> None:
        name = book.parts.change(book.main).find(f".//{M}definedName[@name='se.{key}']")
        name.getparent().remove(name)

    place = ours_of(sealed).layout.fields[key].place
    assert verdict(changed(sealed, delete)).changes == (SealChange(place, "name_gone", f"se.{key}"),)


def hiding_rule(book: Book, at: Place, look: str) -> None:
    styles = book.parts.related(book.main, "styles")
    assert styles
    formats = book.parts.change(styles).find(f"{M}dxfs")
    formats.append(etree.fromstring(f'<dxf xmlns="{M[1:-1]}">{look}</dxf>'))
    block = etree.Element(f"{M}conditionalFormatting", sqref=at.cell)
    rule = etree.SubElement(block, f"{M}cfRule", type="expression", priority="9", dxfId=str(len(formats) - 1))
    etree.SubElement(rule, f"{M}formula").text = "TRUE"
    place(book.change(at.sheet), block)


@pytest.mark.parametrize(
    "look",
    [
        '<numFmt numFmtId="190" formatCode=";;;"/>',
        '<font><color rgb="FFFFFFFF"/></font>',
        '<font><color rgb="FFFFC7CE"/></font><fill><patternFill><bgColor rgb="FFFFC7CE"/></patternFill></fill>',
    ],
)
def test_conditional_format_that_hides_text(sealed: bytes, look: str) -> None:
    at = where(sealed, "indicators.reason", 1)
    found = verdict(changed(sealed, lambda book: hiding_rule(book, at, look)))
    assert (found.state, found.changes) == ("broken", (SealChange(at, "veiled"),))


@pytest.mark.parametrize("kind", ["iconSet", "dataBar"])
def test_conditional_format_that_stands_in_place_of_the_figure(sealed: bytes, kind: str) -> None:
    at = where(sealed, "indicators.score")

    def hide(book: Book) -> None:
        block = etree.Element(f"{M}conditionalFormatting", sqref=at.cell)
        rule = etree.SubElement(block, f"{M}cfRule", type=kind, priority="900")
        etree.SubElement(rule, f"{M}{kind}", showValue="0")
        place(book.change(at.sheet), block)

    assert verdict(changed(sealed, hide)).changes == (SealChange(at, "veiled"),)


def test_conditional_format_of_a_later_excel_that_hides_text(sealed: bytes) -> None:
    at = where(sealed, "indicators.reason", 1)
    later = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"

    def hide(book: Book) -> None:
        look = f'<x14:dxf><font xmlns="{M[1:-1]}"><color rgb="FFFFFFFF"/></font></x14:dxf>'
        rule = f'<x14:cfRule type="expression" priority="9"><xm:f>TRUE</xm:f>{look}</x14:cfRule>'
        spaces = f'xmlns:x14="{later}" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
        block = f"<x14:conditionalFormatting {spaces}>{rule}<xm:sqref>{at.cell}</xm:sqref></x14:conditionalFormatting>"
        whole = f'<extLst xmlns="{M[1:-1]}"><ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}">{block}</ext></extLst>'
        place(book.change(at.sheet), etree.fromstring(whole))

    assert verdict(changed(sealed, hide)).changes == (SealChange(at, "veiled"),)


def test_column_redirected(sealed: bytes) -> None:
    """The name is told of, and none of the many formulas that seem to say something else."""

    def redirect(book: Book) -> None:
        name = book.parts.change(book.main).find(f".//{M}definedName[@name='se.indicators.weight']")
        name.text = re.sub(r"\$[A-Z]+\$", "$B$", name.text or "")

    (change,) = verdict(changed(sealed, redirect)).changes
    assert (change.kind, change.detail) == ("name", "se.indicators.weight")
    assert change.place.cell.startswith("B")


def test_name_redirected_to_another_blank_on_another_sheet(sealed: bytes) -> None:
    def redirect(book: Book) -> None:
        book.parts.change(book.main).find(f".//{M}definedName[@name='se.problems']").text = "汇总!$L$50"

    assert SealChange(Place("汇总", "L50"), "name", "se.problems") in verdict(changed(sealed, redirect)).changes


def formatted(book: Book, at: Place, group: str, element: etree._Element, id: str, number: str = "") -> None:
    """Give a cell a format of its own, with a new element in a group of the styles: by its number, or else its place."""
    styles = book.parts.related(book.main, "styles")
    assert styles
    root = book.parts.change(styles)
    root.find(f"{M}{group}").append(element)
    which = {"numFmtId": "0", "fontId": "0", "fillId": "0", "borderId": "0", "xfId": "0"}
    which[id] = number or str(len(root.find(f"{M}{group}")) - 1)
    formats = root.find(f"{M}cellXfs")
    etree.SubElement(formats, f"{M}xf", which)
    book.cells(at.sheet).set_style(at.cell, str(len(formats) - 1))


def coded(book: Book, at: Place, code: str) -> None:
    """Give a cell a number format of its own."""
    number = str(390 + sum(code.encode()))
    formatted(book, at, "numFmts", etree.Element(f"{M}numFmt", numFmtId=number, formatCode=code), "numFmtId", number)


def test_format_of_the_cell_that_hides_text(sealed: bytes) -> None:
    at = where(sealed, "indicators.actual", 0)

    found = verdict(changed(sealed, lambda book: coded(book, at, ';;;""')))
    assert (found.state, found.changes) == ("broken", (SealChange(at, "hidden"),))


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ('"99"', True), ('"59.50"', True), ("0,", True), ('" ";" "', True), ("[White]General", True), ("0;0;0;", True),
        ("0.000", False), ("0%", True), ("0.0%", True), ("yyyy/m/d", True), ('0.0"%"', True), ("[<20]0%;0", True),
        ("#,##0.00", False), ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', False), ('0"场"', False),
        ("-0", True), ("[>10](0)", True), ('0"百"', True), ('"已完成"', True), ('0;-0;"未完成"', True), ('0;-0;"—"', False),
        ("0_);(0)", False), ("[<0]-0;0", False), ("¥#,##0;-¥#,##0", False),
    ],
)  # fmt: skip
def test_number_format_that_misleads(sealed: bytes, code: str, broken: bool) -> None:
    at = where(sealed, "indicators.actual")

    found = verdict(changed(sealed, lambda book: coded(book, at, code)))
    assert (found.state, found.places) == (("broken", (at,)) if broken else ("whole", ()))


def test_a_typed_rate_stays_one_however_it_is_written(sealed: bytes, tmp_path: Path, soffice_convert: Convert) -> None:
    """How a value is shown decides what it is read as: what is sealed as a rate, a date or with words stays so."""
    rate, day, word = (where(sealed, f"indicators.{key}") for key in ("actual", "target", "reason"))
    scored = packed_bytes(CLEAN, seal=False)
    for at, content, code in (
        (rate, Value(Decimal("0.935")), "0.0%"),
        (day, Value(46022), "yyyy/m/d"),
        (word, Value("好"), '"未"@'),
    ):
        scored = changed(with_cell(scored, at, content), lambda book, at=at, code=code: coded(book, at, code))  # type: ignore[misc]
    workbook, ours = Workbook(scored, "test"), ours_of(scored)
    data = packed(workbook, ours, examine_ours(ours, workbook), rules_of(ours.evaluation), day=DAY).data
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert verdict(soffice_convert([path], "xlsx")[0].read_bytes()) == verdict(data)
    for at, same, other in (
        (rate, "0%", "0.000"),
        (day, 'yyyy"年"m"月"d"日"', "0"),
        (word, 'General;General;General;"未"@', "@"),
    ):
        after = {
            code: verdict(changed(data, lambda book, at=at, code=code: coded(book, at, code))) for code in (same, other)
        }  # type: ignore[misc]
        assert (after[same].state, after[other].state, after[other].places) == ("whole", "broken", (at,))


def test_truths_and_errors_that_were_typed_stay_though_saved_as_formulas(
    tmp_path: Path, soffice_convert: Convert
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed_bytes(CLEAN, seal=False))
    book = openpyxl.load_workbook(path)
    for key, value in (("problems", True), ("measures", "#N/A"), ("indicators.actual", "#N/A")):
        at = where(path.read_bytes(), key)
        book[at.sheet][at.cell] = value
    book.save(path)
    workbook, ours = Workbook(path), ours_of(path.read_bytes())
    path.write_bytes(packed(workbook, ours, examine_ours(ours, workbook), rules_of(ours.evaluation), day=DAY).data)
    saved = soffice_convert([path], "xlsx")[0].read_bytes()
    assert verdict(saved) == verdict(path.read_bytes())


@pytest.mark.parametrize(
    ("kind", "look", "broken"),
    [
        ("font", '<sz val="3.5"/>', True), ("font", '<sz val="8"/>', False),
        ("font", '<sz val="10"/><color rgb="FFF8F8F8"/>', True), ("font", '<sz val="10"/><color theme="0"/>', True),
        ("font", '<sz val="10"/><color theme="0" tint="-0.5"/>', False),
        ("font", '<sz val="10"/><color indexed="9"/>', True), ("font", '<sz val="10"/><color rgb="FFD9D9D9"/>', False),
        ("font", '<sz val="10"/><color rgb="FFFFFBE6"/>', True),
        ("font", '<sz val="10"/><color rgb="FFFFC000"/>', False),
        ("fill", '<patternFill patternType="solid"/>', True),  # black, as programs see it; so do scripts say it
        ("fill", '<patternFill patternType="solid"><fgColor theme="4"/></patternFill>', False),
        ("fill", '<patternFill patternType="none"/>', False),
        ("fill", '<gradientFill><stop position="0"><color theme="4"/></stop><stop position="1"><color indexed="8"/></stop></gradientFill>', True),
    ],
)  # fmt: skip
def test_looks_that_nobody_can_read(sealed: bytes, kind: str, look: str, broken: bool) -> None:
    at = where(sealed, "indicators.actual")

    new = f'<{kind} xmlns="{M[1:-1]}">{look}</{kind}>'
    found = verdict(changed(sealed, lambda book: formatted(book, at, f"{kind}s", etree.fromstring(new), f"{kind}Id")))
    assert (found.state, found.places) == (("broken", (at,)) if broken else ("whole", ()))


def dressed(book: Book, at: Place, font: str, fill: str, code: str) -> None:
    """Give a cell a font, a ground and a number format of its own."""
    styles = book.parts.related(book.main, "styles")
    assert styles
    root, which = book.parts.change(styles), {"numFmtId": "397", "borderId": "0", "xfId": "0"}
    root.find(f"{M}numFmts").append(etree.Element(f"{M}numFmt", numFmtId="397", formatCode=code))
    ground = f'<patternFill patternType="solid"><fgColor {fill}/><bgColor indexed="64"/></patternFill>'
    for kind, look in (("font", f"<color {font}/>"), ("fill", ground)):
        root.find(f"{M}{kind}s").append(etree.fromstring(f'<{kind} xmlns="{M[1:-1]}">{look}</{kind}>'))
        which[f"{kind}Id"] = str(len(root.find(f"{M}{kind}s")) - 1)
    formats = root.find(f"{M}cellXfs")
    etree.SubElement(formats, f"{M}xf", which)
    book.cells(at.sheet).set_style(at.cell, str(len(formats) - 1))


@pytest.mark.parametrize(
    ("font", "fill", "code", "broken"),
    [
        ('theme="1"', 'theme="4" tint="0.8"', "General", False),  # as Excel writes black on a pale colour of the theme
        ('theme="4" tint="0.6"', 'theme="4" tint="0.6"', "General", True),
        ('theme="2"', 'theme="0"', "General", False), ('theme="0"', 'theme="2" tint="0.9"', "General", True),
        ('indexed="26"', 'indexed="9"', "General", True), ('indexed="10"', 'rgb="FFFF0000"', "General", True),
        ('indexed="8"', 'rgb="FFFF0000"', "[Red]General", True), ('indexed="9"', 'indexed="12"', "0.0", False),
        ('indexed="8"', 'rgb="FFFFFFFF"', "0;[Red]-0", False), ('indexed="8"', 'indexed="12"', "[White]0", False),
        ('indexed="8"', 'rgb="FFFFFFFF"', "[Color19]0", True),
    ],
)  # fmt: skip
def test_text_in_the_colour_of_its_ground(sealed: bytes, font: str, fill: str, code: str, broken: bool) -> None:
    at = where(sealed, "indicators.actual")

    found = verdict(changed(sealed, lambda book: dressed(book, at, font, fill, code)))
    assert (found.state, found.places) == (("broken", (at,)) if broken else ("whole", ()))


def with_white_for_red(book: Book) -> None:
    """Give a workbook a palette of its own."""
    styles = book.parts.related(book.main, "styles")
    assert styles
    colors = "".join(f'<rgbColor rgb="00{"FFFFFF" if number == 10 else "000000"}"/>' for number in range(64))
    new = f'<colors xmlns="{M[1:-1]}"><indexedColors>{colors}</indexedColors></colors>'
    book.parts.change(styles).append(etree.fromstring(new))


def test_colours_that_a_workbook_redefines(sealed: bytes) -> None:
    at = where(sealed, "indicators.actual")

    def theme(book: Book) -> None:
        part = book.parts.related(book.main, "theme")
        assert part
        for accent in book.parts.change(part).iter("{*}accent1"):
            accent[0].set("val", "FFFFFF")
        dressed(book, at, 'theme="4"', 'rgb="FFFFFFFF"', "General")

    def palette(book: Book) -> None:
        dressed(book, at, 'indexed="10"', 'rgb="FFFFFFFF"', "General")
        with_white_for_red(book)

    for change in (theme, palette):
        assert verdict(changed(sealed, change)).changes == (SealChange(at, "hidden"),)


@pytest.mark.parametrize(("color", "broken"), [("FFFFFFFF", True), ("FFFF0000", False)])
def test_part_of_a_text_that_nobody_can_read(
    sealed: bytes, tmp_path: Path, soffice_convert: Convert, color: str, broken: bool
) -> None:
    at = where(sealed, "goal_actual")

    def white(book: Book) -> None:
        (cell,) = book.change(at.sheet).iterfind(f".//{M}c[@r='{at.cell}']")
        for child in list(cell):
            cell.remove(child)
        cell.set("t", "inlineStr")
        runs = f'<r><t>全部</t></r><r><rPr><sz val="10"/><color rgb="{color}"/></rPr><t>完成。</t></r>'
        cell.append(etree.fromstring(f'<is xmlns="{M[1:-1]}">{runs}</is>'))

    path = tmp_path / "a.xlsx"
    path.write_bytes(changed(sealed, white))
    for data in (
        path.read_bytes(),
        soffice_convert([path], "xlsx")[0].read_bytes(),
    ):  # in its cell, and as a shared one
        found = verdict(data)
        assert (found.state, found.changes) == (("broken", (SealChange(at, "hidden"),)) if broken else ("whole", ()))


@pytest.mark.parametrize(("color", "odd"), [('rgb="FFFFFFFF"', False), ('rgb="FFFFFFFF"', True), ('indexed="10"', False)])
def test_part_of_a_text_that_another_cell_shows_in_full(sealed: bytes, color: str, odd: bool) -> None:
    """The same text, once with a white part and once without; some programs write signs by their numbers."""
    at = where(sealed, "goal_actual")

    def white(book: Book) -> None:
        strings = book.parts.related(book.main, "sharedStrings")
        assert strings
        root = book.parts.change(strings)
        (cell,) = book.change(at.sheet).iterfind(f".//{M}c[@r='{at.cell}']")
        del cell[:]
        cell.set("t", "s")
        etree.SubElement(cell, f"{M}v").text = str(len(root))
        for each in (color, 'rgb="FF000000"'):
            runs = f'<r><t>_x5168_部</t></r><r><rPr><color {each}/></rPr><t>完成。</t></r>'
            root.append(etree.fromstring(f'<si xmlns="{M[1:-1]}">{runs}</si>'))
        with_white_for_red(book)
        if odd:  # the list can't be cut into its strings
            root.append(etree.Comment("end"))

    assert verdict(changed(sealed, white)).changes == (SealChange(at, "hidden"),)


@pytest.mark.parametrize(
    ("key", "said"),
    [("indicators.claimed_score", "核定得分"), ("indicators.target", "实际值"), ("project", "单位"), ("", "复评表")],
)
def test_label_changed(sealed: bytes, key: str, said: str) -> None:
    """What a reader takes a figure for, by the heading of its column, the word beside it, or the title."""
    at = where(sealed, key) if key else Place("自评表", "A2")
    row, column = parse_cell(at.cell)
    label = {"project": (row, 1), "": (1, 1)}.get(key, (row - 1, column))
    data = with_cell(sealed, Place("自评表", cell_name(*label)), Value(said))
    assert verdict(data).changes == (SealChange(at, "label"),)


def test_code_of_another_content_on_the_summary(sealed: bytes) -> None:
    """Somebody sealed anew, and shows the code that the receipt has."""
    spot = ours_of(sealed).layout.fields["summary_line"]
    at = Place(spot.sheet, cell_name(spot.row + 1, spot.column))
    data = with_cell(sealed, at, Value("报送件　核对码 ABCD-EFGH-JKLM　2026-03-02"))
    (assessment,) = examine_workbook(Workbook(data), returned=True)
    (finding,) = [one for one in assessment.findings if one.id.startswith("seal.")]
    assert (finding.id, finding.cells, finding.expected) == ("seal.code", (at.cell,), verdict(sealed).code)


def ids_of(data: bytes) -> dict[str, tuple[str, ...]]:
    """The findings on the seal, with their cells."""
    (assessment,) = examine_workbook(Workbook(data), returned=True)
    return {one.id: one.cells for one in assessment.findings if one.id.startswith("seal.")}


_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_BOX = "<xdr:sp><xdr:spPr>{}</xdr:spPr><xdr:txBody><a:t>100</a:t></xdr:txBody></xdr:sp>"


def drawn(book: Book, at: Place, thing: str, *, how: str = "two") -> None:
    """Put a thing over a cell of 汇总, where there are charts."""
    row, column = parse_cell(at.cell)
    size = '<xdr:ext cx="300000" cy="150000"/>'
    start = f"<xdr:col>{column - 1}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row - 1}</xdr:row><xdr:rowOff>0</xdr:rowOff>"
    end = start.replace(f"row>{row - 1}<", f"row>{row}<").replace(f"col>{column - 1}<", f"col>{column}<")
    where = {
        "two": f"<xdr:from>{start}</xdr:from><xdr:to>{end}</xdr:to>",
        "one": f"<xdr:from>{start}</xdr:from>{size}",
        "absolute": f'<xdr:pos x="0" y="0"/>{size.replace("0000", "00000000")}',
    }[how]
    spaces = f'xmlns:xdr="{_DRAWING}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    part = book.parts.related(book.part(at.sheet), "drawing")
    assert part
    anchor = f"<xdr:{how}CellAnchor {spaces}>{where}{thing}</xdr:{how}CellAnchor>".replace("absoluteCell", "absolute")
    book.parts.change(part).append(etree.fromstring(anchor))


@pytest.mark.parametrize(
    ("thing", "how", "found"),
    [
        (_BOX.format(""), "two", True), (_BOX.format(""), "one", True), (_BOX.format(""), "absolute", True),
        ("<xdr:pic/>", "two", True), ("<xdr:graphicFrame/>", "two", True), ("<xdr:cxnSp/>", "two", False),
        ("<xdr:sp><xdr:spPr><a:noFill/></xdr:spPr></xdr:sp>", "two", False),  # a frame drawn around a figure
        ('<xdr:pic><xdr:nvPicPr><xdr:cNvPr hidden="1"/></xdr:nvPicPr></xdr:pic>', "two", False),
    ],
)  # fmt: skip
def test_things_that_lie_over_a_cell(sealed: bytes, thing: str, how: str, found: bool) -> None:
    at = where(sealed, "card_total")
    data = changed(sealed, lambda book: drawn(book, at, thing, how=how))
    assert verdict(data) == verdict(sealed)
    assert (at.cell in ids_of(data).get("seal.covered", ())) is found


@pytest.mark.parametrize("shown", [True, False])
def test_a_note_that_is_always_shown_lies_over_cells(sealed: bytes, shown: bool) -> None:
    at = where(sealed, "card_total")

    def note(book: Book) -> None:
        set_notes(book, at.sheet, {f"A{parse_cell(at.cell)[0]}": "请核实"})
        part = book.parts.related(book.part(at.sheet), "vmlDrawing")
        assert part
        drawing = book.parts.read(part)
        wide = re.sub(rb"<x:Anchor>[^<]*<", b"<x:Anchor>0, 0, 0, 0, 30, 0, 30, 0<", drawing)
        assert wide != drawing and b"visibility:hidden" in wide
        visible = wide.replace(b"visibility:hidden", b"").replace(b"<x:Row>", b"<x:Visible/><x:Row>")
        book.parts.put(part, visible if shown else wide)

    data = changed(sealed, note)
    assert verdict(data) == verdict(sealed)
    assert (at.cell in ids_of(data).get("seal.covered", ())) is shown


def test_things_beside_the_cells_cover_nothing(sealed: bytes) -> None:
    free = Place("汇总", "A48")
    assert ids_of(changed(sealed, lambda book: drawn(book, free, "<xdr:pic/>"))) == {}


@pytest.mark.parametrize("number", ["nan", "inf", "-1e400", "9" * 5000])
def test_sizes_that_are_none_are_no_obstacle(sealed: bytes, number: str) -> None:
    def spoil(book: Book) -> None:
        drawn(book, where(sealed, "card_total"), "<xdr:pic/>")
        part = book.parts.related(book.part("汇总"), "drawing")
        assert part
        for element in [*book.parts.change(part)][-1].iter(f"{{{_DRAWING}}}row"):
            element.text = number
        for column in book.change("汇总").findall(f"{M}cols/{M}col"):
            column.set("width", number)

    assert "seal.broken" not in ids_of(changed(sealed, spoil))


def test_drawing_that_can_not_be_read_is_no_obstacle(sealed: bytes) -> None:
    def spoil(book: Book) -> None:
        part = book.parts.related(book.part("汇总"), "drawing")
        assert part
        book.parts.put(part, b"<xdr:wsDr")

    assert ids_of(changed(sealed, spoil)) == {}


@pytest.mark.parametrize("how", [{"hidden": "1"}, {"width": "0.1"}])
def test_entries_in_a_column_that_nobody_can_see(sealed: bytes, how: dict[str, str]) -> None:
    """The seal holds, as columns are hidden to print a form; the form's own helper columns are not told of."""
    data = changed(sealed, lambda book: book.change("自评表").findall(f"{M}cols/{M}col")[0].attrib.update(how))
    assert verdict(data) == verdict(sealed)
    first = where(sealed, "indicators.level1").cell
    assert list(found := ids_of(data)) == ["seal.hidden_column"] and first in found["seal.hidden_column"]


def test_sheet_that_looks_like_the_form(sealed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(sealed)
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book["自评表"])
    book.save(path)
    assert ids_of(path.read_bytes()) == {"seal.other_sheet": ()}


def merged(sealed: bytes, sheet: str, area: str) -> bytes:
    def merge(book: Book) -> None:
        etree.SubElement(book.change(sheet).find(f"{M}mergeCells"), f"{M}mergeCell", ref=area)

    return changed(sealed, merge)


def test_cell_beneath_a_merge(sealed: bytes) -> None:
    at = where(sealed, "indicators.actual", 1)
    row, column = parse_cell(at.cell)

    assert verdict(merged(sealed, at.sheet, f"{cell_name(row - 1, column)}:{at.cell}")).places == (at,)


def test_cells_beneath_a_merge_to_the_end_of_the_sheet(sealed: bytes) -> None:
    """No place of the many that such a merge covers is looked at one by one."""
    at = where(sealed, "indicators.actual", 1)
    row, column = parse_cell(at.cell)

    found = verdict(merged(sealed, at.sheet, f"{cell_name(row - 1, column)}:XFD1048576"))
    covered = {place.cell for place in found.places if place.sheet == at.sheet}
    assert at.cell in covered and cell_name(row - 1, column) not in covered
    assert all(place[0] >= row - 1 and place[1] >= column for place in map(parse_cell, covered))


def test_days_counted_from_another_year(sealed: bytes) -> None:
    def move(book: Book) -> None:
        book.parts.change(book.main).find(f"{M}workbookPr").set("date1904", "1")

    assert verdict(changed(sealed, move)).state == "broken"


def test_our_mark_hides_nothing(sealed: bytes) -> None:
    """A rule that only claims to be one of ours counts as soon as it makes text vanish."""
    at = where(sealed, "indicators.actual")

    def hide(book: Book) -> None:
        hiding_rule(book, at, '<font><color rgb="FFFFFFFF"/></font>')
        for formula in book.change(at.sheet).iter(f"{M}formula"):
            if formula.text == "TRUE":
                formula.text = 'OR(TRUE,"selfeval-xl"="")'

    assert verdict(changed(sealed, hide)).state == "broken"


def test_rule_set_changed(sealed: bytes) -> None:
    at = where(sealed, "rules")
    found = verdict(with_cell(sealed, at, Value("bands-80-50")))
    assert (found.state, found.changes) == ("broken", (SealChange(at, "rules"),))
    at = where(sealed, "rule_over_limit")
    assert verdict(with_cell(sealed, at, Value(9))).places == (at,)


def test_stored_result_changed_under_an_intact_formula(sealed: bytes) -> None:
    at = where(sealed, "total_score")
    found = verdict(with_cell(sealed, at, Formula(formula_at(sealed, at), 100)))
    assert (found.state, found.changes) == ("broken", (SealChange(at, "result"),))


def test_score_tells_that_it_writes_under_a_seal(
    sealed: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, again = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for data, state in (
        (sealed, "whole"),
        (packed_bytes(CLEAN.replace("claimed_total: 99.5", "claimed_total: 98")), "whole"),  # findings are not sealed
        (
            Path(__file__).with_name("sealed.xlsx").read_bytes(),
            "broken",
        ),  # of an older form, whose formulas are renewed
        (with_cell(sealed, where(sealed, "problems"), Value("补充说明")), "broken"),
    ):
        path.write_bytes(data)
        (assessment,) = score(path, again)
        told = [one for one in assessment.findings if one.id.startswith("seal.")]
        assert verdict(again.read_bytes()).state == state
        assert [(one.id, one.severity) for one in told] == ([("seal.outdated", "warning")] if state == "broken" else [])
        assert ("封签已失效" in " ".join(cells_of(again))) == (state == "broken")
    (mended,) = score(again)  # the seal stays with what it was taken of, and is told of again
    assert "seal.outdated" in {one.id for one in mended.findings} and verdict(again.read_bytes()).state == "broken"
    main(["score", str(again)])
    out = capsys.readouterr().out
    assert "封签      已失效" in out and "重新生成报送件" in "".join(out.split())


def test_fill_tells_that_it_writes_under_a_seal(sealed: bytes, tmp_path: Path) -> None:
    data, template = tmp_path / "a.yaml", tmp_path / "a.xlsx"
    data.write_text(CLEAN.replace("executed: 95", "executed: 96"), encoding="utf-8")
    template.write_bytes(sealed)
    assert "seal.outdated" in {one.id for one in fill(data, tmp_path / "b.xlsx", template=template).findings}


def cells_of(path: Path) -> list[str]:
    return [cell.text for grid in Workbook(path).grids.values() for cell in grid.cells.values()]


def test_check_names_the_cell(sealed: bytes, tmp_path: Path) -> None:
    at = where(sealed, "indicators.claimed_score", 1)
    path = tmp_path / "a.xlsx"
    path.write_bytes(with_cell(sealed, at, Value(1)))
    (finding,) = [one for one in examine(path)[0].findings if one.id == "seal.broken"]
    assert (finding.severity, finding.sheet, finding.cells) == ("error", at.sheet, (at.cell,))
    path.write_bytes(changed(path.read_bytes(), lambda book: row_element(book, at).set("hidden", "1")))
    said = [one.message for one in examine(path)[0].findings if one.id == "seal.broken"]
    row = parse_cell(at.cell)[0]
    assert len(said) == 2 and f"自评表 A{row}：封签已破：这一行在封签之后被隐藏。" in said


# --- the record ---


def test_record_in_the_names_is_read_back(sealed: bytes) -> None:
    workbook = Workbook(sealed, "test")
    seal = seal_of(workbook, ours_of(sealed))
    assert read_seal(f'"{piece}"' for piece in seal.pieces()) == seal
    assert all(len(piece) < 255 for piece in seal.pieces())
    names = [name for name in workbook.package.defined_names if name.name.startswith(SEALED)]
    assert len(names) == len(seal.pieces())
    for name in names:
        assert re.search(
            rb'<definedName [^>]*name="%s"[^>]* hidden="1"' % name.name.encode(),
            workbook.package.archive.part("xl/workbook.xml"),
        )


@pytest.mark.parametrize("damage", ["A", "", "zzzz", "A."])
def test_damaged_record_is_broken_never_an_error(sealed: bytes, damage: str) -> None:
    def spoil(book: Book) -> None:
        name = book.parts.change(book.main).find(f".//{M}definedName[@name='{SEALED}0001']")
        name.text = f'"1.{damage}{(name.text or "")[20:]}'

    assert verdict(changed(sealed, spoil)).state == "broken"


def pieces_of(book: Book) -> list[etree._Element]:
    names = book.parts.change(book.main).iter(f"{M}definedName")
    return [name for name in names if name.get("name", "").startswith(SEALED)]


def test_a_seal_that_is_not_all_there_is_broken_and_accuses_no_cell(sealed: bytes, tmp_path: Path) -> None:
    """Whichever piece is gone or says something else, and whatever else was changed."""

    def lost(number: int) -> Change:
        return lambda book: pieces_of(book)[number].getparent().remove(pieces_of(book)[number])  # type: ignore[union-attr]

    def altered(number: int) -> Change:
        def alter(book: Book) -> None:
            piece = pieces_of(book)[number]
            text = piece.text or ""
            piece.text = text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:]

        return alter

    def newer(book: Book) -> None:
        pieces_of(book)[0].text = (pieces_of(book)[0].text or "").replace(f"{VERSION}.", f"{int(VERSION) + 1}.", 1)

    def other_digest(book: Book) -> None:
        text = pieces_of(book)[0].text or ""
        pieces_of(book)[0].text = text[:9] + ("A" if text[9] != "A" else "B") + text[10:]

    count = len(seal_of(Workbook(sealed, "a"), ours_of(sealed)).pieces())
    assert count > 3
    damages = [newer, other_digest, *(kind(number) for kind in (lost, altered) for number in range(count))]
    for damage in damages:
        data = changed(sealed, damage)
        found = verdict(data)
        assert (found.state, found.places, found.damaged) == ("broken", (), True)
        assert found.code == verdict(sealed).code, "the content is what was printed"
    for number in range(count):
        both = with_cell(changed(sealed, lost(number)), where(sealed, "indicators.weight", 1), Value(9))
        assert verdict(both).state == "broken"
        assert set(verdict(both).places) <= {where(sealed, "indicators.weight", 1), where(sealed, "weight_total")}
    path = tmp_path / "a.xlsx"
    path.write_bytes(changed(sealed, lost(0)))
    (finding,) = [one for one in examine(path, returned=True)[0].findings if one.id.startswith("seal.")]
    assert (finding.id, finding.cells) == ("seal.broken", ())
    assert "残缺" in finding.message


def test_a_seal_that_lacks_a_single_sign_is_not_sound(sealed: bytes) -> None:
    text = "".join(seal_of(Workbook(sealed, "a"), ours_of(sealed)).pieces())
    whole = read_seal([f'"{text}"'])
    assert whole is not None and whole.sound
    for at in (at for at in range(2, len(text), 5) if text[at] not in ".~"):
        short = read_seal([f'"{text[:at]}{text[at + 1 :]}"'])
        assert short is not None and not short.sound, text[at - 9 : at + 9]


def test_record_of_a_version_to_come_is_not_judged(sealed: bytes) -> None:
    assert (
        read_seal([f'"{int(VERSION) + 1}.abc"']) is None
        and read_seal([]) is None
        and read_seal(["自评表!$A$1"]) is None
    )


def test_code_is_twelve_signs_without_lookalikes() -> None:
    code = check_code(bytes(range(32)))
    assert re.fullmatch("[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}", code)
    assert check_code(b"\xff" * 32) == "ZZZZ-ZZZZ-ZZZZ" and check_code(b"\0" * 32) == "2222-2222-2222"
    assert check_code(bytes([0, *range(31)])) != check_code(bytes([8, *range(31)]))


# --- signatures ---


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A folder with the public keys of the unit and of another one, their private ones beside it."""
    pytest.importorskip("cryptography")
    folder = tmp_path / "公钥"
    folder.mkdir()
    for name in (UNIT, "别的单位"):
        _, public = new_keys(name, tmp_path)
        public.rename(folder / public.name)
    return folder


def private(keys: Path, name: str = UNIT) -> Path:
    return keys.parent / f"{name}_私钥.pem"


def judged_by(data: bytes, keys: Path) -> tuple[str | None, str | None]:
    found = verify(Workbook(data, "test"), ours_of(data), known_keys(keys))
    assert found is not None
    return found.signature, found.signer


def seal_in(data: bytes) -> Seal:
    seal = read_seal(text for name, text in sorted(Workbook(data, "test").names) if name.startswith(SEALED))
    assert seal
    return seal


def resealed(data: bytes, change: Callable[[Seal], Seal]) -> bytes:
    """The workbook with another seal in its names."""
    book = Book(open_package(data))
    pieces = pieces_of(book)
    root = pieces[0].getparent()
    assert root is not None
    for name in pieces:
        root.remove(name)
    for number, piece in enumerate(change(seal_in(data)).pieces(), 1):
        etree.SubElement(root, f"{M}definedName", name=f"{SEALED}{number:04}", hidden="1").text = f'"{piece}"'
    book.settle()
    return book.parts.to_bytes()


def test_signature_is_judged_by_the_known_keys(keys: Path, sealed: bytes) -> None:
    data = packed_bytes(CLEAN, key=private(keys))
    assert judged_by(data, keys) == ("known", UNIT)
    assert judged_by(sealed, keys) == ("absent", None)
    (keys / f"{UNIT}.pem").unlink()
    assert judged_by(data, keys) == ("unknown", None)
    assert verdict(data).signature is None, "without keys nobody judges"


def test_a_key_that_was_saved_twice_is_the_units(keys: Path) -> None:
    (keys / f"{UNIT}(1).pem").write_bytes((keys / f"{UNIT}.pem").read_bytes())
    (keys / "备份.pem").write_bytes((keys / f"{UNIT}.pem").read_bytes())
    (keys / f"._{UNIT}.pem").write_bytes(b"\0\5\x16\7")  # as macOS leaves them on other disks
    data = packed_bytes(CLEAN, key=private(keys))
    assert judged_by(data, keys) == ("known", f"{UNIT}(1)"), "the first that is called after the unit"


def test_signature_holds_for_its_seal_only(keys: Path) -> None:
    """Content changed and sealed anew, with the old signature."""
    other = packed_bytes(CLEAN.replace("executed: 95", "executed: 94"))
    signature = seal_in(packed_bytes(CLEAN, key=private(keys))).signature
    forged = resealed(other, lambda seal: replace(seal, signature=signature))
    assert verdict(forged).state == "whole"
    assert judged_by(forged, keys) == ("false", None)


# Not of zeros: as a key they are a point of order four, whose signatures of zeros hold for every fourth text.
@pytest.mark.parametrize("signature", [b"short", b"\1" * 96])
def test_signature_that_is_none_is_false(keys: Path, sealed: bytes, signature: bytes) -> None:
    assert judged_by(resealed(sealed, lambda seal: replace(seal, signature=signature)), keys) == ("false", None)


@pytest.mark.parametrize(
    ("signed_by", "known", "ids", "said"),
    [
        (UNIT, (UNIT, "别的单位"), [], f"由“{UNIT}”签名"),
        (UNIT, ("别的单位",), ["seal.unknown_key"], "签名人未登记"),
        ("别的单位", (UNIT, "别的单位"), ["seal.other_signer"], "由“别的单位”签名"),
        (None, (UNIT,), ["seal.unsigned"], "未签名"),
    ],
)
def test_check_says_who_signed(
    keys: Path,
    capsys: pytest.CaptureFixture[str],
    signed_by: str | None,
    known: tuple[str, ...],
    ids: list[str],
    said: str,
) -> None:
    for path in keys.iterdir():
        if path.stem not in known:
            path.unlink()
    book = keys.parent / "a.xlsx"
    book.write_bytes(packed_bytes(CLEAN, key=private(keys, signed_by) if signed_by else None))
    assert main(["check", str(book), "--keys", str(keys), "--json"]) == 0
    (form,) = json.loads(capsys.readouterr().out)
    assert [finding["id"] for finding in form["findings"] if finding["id"].startswith("seal.")] == ids
    assert form["seal"]["state"] == "whole" and form["seal"]["code"] == verdict(book.read_bytes()).code
    assert form["seal"]["signer"] == (signed_by if signed_by in known else None)
    assert main(["check", str(book), "--keys", str(keys)]) == 0
    assert f"完好，核对码 {form['seal']['code']}，{said}" in capsys.readouterr().out


def test_check_with_keys_of_a_false_signature_ends_in_1(
    keys: Path, sealed: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    book = keys.parent / "a.xlsx"
    book.write_bytes(resealed(sealed, lambda seal: replace(seal, signature=b"\1" * 96)))
    assert main(["check", str(book), "--keys", str(keys)]) == 1
    assert "seal.signature" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("unit", "signers", "others"),
    [
        ("东风镇(本级)", ("东风镇（本级）", "东 风镇(本级)", "东风镇（本级） (1)"), ("东风镇",)),
        ("101001 某局（盖章）", ("某局", "[101001]某局", "某局（2）"), ("[102001]某局", "某局2")),
    ],
)
def test_signer_is_the_unit_however_its_name_is_written(
    unit: str, signers: tuple[str, ...], others: tuple[str, ...]
) -> None:
    evaluation = ours_of(packed_bytes(CLEAN.replace(UNIT, unit))).evaluation
    for signer in (*signers, *others):
        ids = [] if signer in signers else ["seal.other_signer"]
        structure = evaluation.structure._replace(seal="whole", signature="known", signer=signer)
        found = assess(evaluation._replace(structure=structure), load(DEFAULT)).findings
        assert [one.id for one in found if one.id.startswith("seal.")] == ids


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_key_that_is_none_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    pytest.importorskip("cryptography")
    path = tmp_path / "a.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SelfEvalError, match=re.escape(str(path))):
        signed(b"", path)
    with pytest.raises(SelfEvalError, match="公钥"):
        known_keys(tmp_path)


def test_keys_that_are_taken_for_one_another_are_told_apart(keys: Path) -> None:
    with pytest.raises(SelfEvalError, match="这是公钥"):
        signed(b"", keys / f"{UNIT}.pem")
    private(keys).rename(keys / "交错了.pem")
    with pytest.raises(SelfEvalError, match=r"交错了.*这是私钥"):
        known_keys(keys)


def test_keys_of_another_kind_are_refused(keys: Path) -> None:
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    other, path = X25519PrivateKey.generate(), keys / "别的.pem"
    path.write_bytes(other.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption()))
    with pytest.raises(SelfEvalError, match=r"别的\.pem：不是签名用的私钥"):
        signed(b"", path)
    locked, path = path, keys / "有密码的"
    form = forms.Encoding.PEM, forms.PrivateFormat.PKCS8
    path.write_bytes(other.private_bytes(*form, forms.BestAvailableEncryption(b"1")))
    with pytest.raises(SelfEvalError, match="私钥设了密码"):
        signed(b"", path)
    path = locked
    private(keys).unlink()
    public = other.public_key().public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)
    known = generate_private_key(SECP256R1()).public_key()
    shape = known.public_bytes(forms.Encoding.DER, forms.PublicFormat.SubjectPublicKeyInfo)
    sm2 = shape.replace(bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a811ccf5501822d"))
    for data in (public, b"-----BEGIN PUBLIC KEY-----\n%b-----END PUBLIC KEY-----\n" % encodebytes(sm2)):
        path.write_bytes(data)
        with pytest.raises(SelfEvalError, match=r"别的\.pem：不是核验签名用的公钥"):
            known_keys(keys)


def test_half_a_pair_is_not_left_where_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cryptography")
    opened, public = os.open, tmp_path / f"{UNIT}.pem"

    def full(path: Path, *args: int) -> int:
        if path == public:
            raise OSError(errno.ENOSPC, "no room")
        return opened(path, *args)

    with monkeypatch.context() as patched, pytest.raises(SelfEvalError, match="写不进"):
        patched.setattr(os, "open", full)
        new_keys(UNIT, tmp_path)
    assert not list(tmp_path.iterdir())
    assert all(path.exists() for path in new_keys(UNIT, tmp_path))


def test_command_makes_a_pair_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cryptography")
    folder = tmp_path / "密钥"
    assert main(["keys", UNIT, "-o", str(folder)]) == 0
    shown = capsys.readouterr().out
    secret, public = folder / f"{UNIT}_私钥.pem", folder / f"{UNIT}.pem"
    assert str(secret) in shown and str(public) in shown
    assert secret.stat().st_mode & 0o077 == 0 or os.name == "nt"
    before = secret.read_bytes()
    assert main(["keys", UNIT, "-o", str(folder)]) == 2
    assert "已有" in capsys.readouterr().err and secret.read_bytes() == before
    secret.rename(tmp_path / secret.name)
    assert list(known_keys(folder)) == [UNIT]
    for name in ("a/b", "", "甲:乙", "CON", "aux.甲"):
        assert main(["keys", name, "-o", str(folder)]) == 2
