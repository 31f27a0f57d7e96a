"""A sheet read by its rows, of which others are remembered, says what it says when it is read as a whole."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from zipped import packed, through

from selfeval_xl.errors import WorkbookError
from selfeval_xl.workbook.opening import archive as archive_module
from selfeval_xl.workbook.opening.package import Package, open_package
from selfeval_xl.workbook.reading import pieces as pieces_module
from selfeval_xl.workbook.reading import shared as shared_module
from selfeval_xl.workbook.reading import sheet as sheet_module
from selfeval_xl.workbook.reading.pieces import cut
from selfeval_xl.workbook.reading.shared import shared
from selfeval_xl.workbook.reading.sheet import read_grid
from selfeval_xl.workbook.stored import natural, real
from tests.test_grid import MAIN, raw_package

SHEET = "xl/sheet.xml"
HEAD = f'<worksheet xmlns="{MAIN}" xmlns:x="urn:x"><cols><col min="2" max="2" hidden="1"/></cols><sheetData>'
TAIL = '</sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>'
STRINGS = "<si><t>零</t></si><si><t>一</t></si>"
PLAIN = (
    '<row r="1" ht="0.5"><c r="A1" s="0" t="s"><v>1</v></c><c r="B1"/><c r="C1"><f>A1&amp;"&lt;"</f><v>5</v></c></row>'
    '<row r="2" hidden="1"/><row r="3"><c r="A3" t="inlineStr"><is><t>甲</t></is></c><c r="B3" t="str"><f>C1</f><v></v></c>'
    '<c r="C3"><f>IF(A1="","",1)</f><v/></c><c r="D3" t="b"><v>1</v></c><c r="E3" t="e"><v>#REF!</v></c></row>'
    '<row r="4"><c r="A4" t="str"><f t="array" ref="A4">B3</f><v>乙&#10;丙</v></c><c r="B4" t="d"><v>2024-12-31</v></c></row>'
)
ODD = {
    "a comment": PLAIN.replace("<row r", "<!-- </row> --><row r", 1),
    "character data": PLAIN.replace("甲", "<![CDATA[</row><c r='A9'><v>1</v></c>]]>"),
    "an instruction": PLAIN.replace("<row", "<?x <row r='9'><c r='A9'><v>9</v></c></row>?><row", 1),
    "no numbers": re.sub(r'<row r="\d"', "<row", PLAIN),
    "no addresses": re.sub(r'<c r="\w+"', "<c", PLAIN),
    "a cell twice": PLAIN.replace("A3", "A1"),
    "a cell twice in a row": PLAIN.replace("B3", "A3"),
    "a formula that reaches out": PLAIN.replace("<f>C1</f>", "<f>[1]!C1</f>"),
    "a shared one that does": PLAIN.replace("<f>C1</f>", '<f t="shared" ref="B3:B5" si="0">[1]!C1</f>')
    + '<row r="5"><c r="B5"><f t="shared" si="0"/><v>5</v></c></row>',
    "an array that does": PLAIN.replace('<f t="array" ref="A4">B3', '<f t="array" ref="A4:B4">[1]!B3'),
    "a shared formula": PLAIN.replace("<f>C1</f>", '<f t="shared" ref="B3:B5" si="0">C1</f>')
    + '<row r="5"><c r="B5"><f t="shared" si="0"/><v>5</v></c></row>',
    "a lost shared formula": PLAIN + '<row r="5"><c r="B5"><f t="shared" si="7"/><v>5</v></c></row>',
    "a data table": PLAIN.replace("<f>C1</f>", '<f t="dataTable" ref="B3" r1="A1" r2="B1"/>'),
    "a row within a row": PLAIN.replace('<c r="D3"', '<row r="7"><c r="A7"><v>7</v></c></row><c r="D3"'),
    "a cell within a cell": PLAIN.replace("<v>1</v></c>", '<v>1</v><x:y><c r="Z9"><v>9</v></c></x:y></c>', 1),
    "a foreign row": PLAIN.replace("<row", '<x:row r="9"><c r="A9"><v>9</v></c></x:row><row', 1),
    "an unknown prefix": PLAIN.replace("<row", '<row y:a="1"', 1),
    "an attribute twice": PLAIN.replace('s="0"', 's="0" s="0"'),
    "a lost string": PLAIN.replace("<v>1</v>", "<v>99</v>", 1),
    "no number": PLAIN.replace("<v>5</v>", "<v>fünf</v>"),
    "an entity": PLAIN.replace("<v>5</v>", "<v>&#53;</v>"),
    "an unknown entity": PLAIN.replace("甲", "&nbsp;"),
    "a cell that ends at once": PLAIN.replace('t="b">', 't="b"/>'),
    "a value behind a blank cell": PLAIN.replace('<c r="B1"/>', '<c r="B1"/><v>5</v></c>'),
    "a cell without anything": PLAIN.replace('<c r="B1"/>', '<c r="B1"></c>'),
    "a bracket": PLAIN.replace("甲", "5>3"),
    "the end of character data": PLAIN.replace("甲", "a]]>b"),
    "a control character": PLAIN.replace("甲", "a\x01b"),
    "no character": PLAIN.replace("甲", "a\ufffeb"),
    "line ends": PLAIN.replace("甲", "甲\r\n乙\r丙\n\t"),
    "a cell beyond the columns": PLAIN.replace('"C1"', '"XFE1"'),
    "a cell beyond the rows": PLAIN.replace('"C1"', '"C1048577"'),
    "a cell of no row": PLAIN.replace('"C1"', '"C0"'),
    "a blank cell beyond the columns": PLAIN.replace('"B1"', '"XFE1"'),
    "an address with a zero": PLAIN.replace('"C1"', '"C01"'),
    "an address in small letters": PLAIN.replace('"C1"', '"c1"'),
    "an address in two pieces": PLAIN.replace('"C1"', '"C" s="1"'),
    "an address in single quotes": PLAIN.replace('"C1"', "'C1'"),
    "a row beyond the sheet": PLAIN.replace('<row r="4"', '<row r="1048577"'),
    "a row of no number": PLAIN.replace('<row r="4"', '<row r="0"'),
    "a row's number with a zero": PLAIN.replace('<row r="4"', '<row r="04"'),
    "a number in two pieces": PLAIN.replace('<row r="4"', '<row r="4" r="5"'),
    "a flat row elsewhere": PLAIN.replace('<row r="4"', '<row r="4" ht="0.5"'),
    "a hidden row before": PLAIN.replace('<row r="4"', '<row r="9" hidden="1"/><row r="4"'),
    "a tag that does not end": PLAIN.replace('<c r="B1"/>', '<c r="B1"/'),
    "a value that ends in a tag": PLAIN.replace('<c r="A1" s="0" t="s">', """<c r="A1" s="0" t="s" x='="">'>"""),
    "a tag that ends within a value": PLAIN.replace('<c r="A1" s="0" t="s">', """<c r="A1" s="0" t="s" x='="">"""),
    "no style": PLAIN.replace('s="0"', 's="x"'),
    "a far style": PLAIN.replace('s="0"', 's="77"'),
    "no height": PLAIN.replace('ht="0.5"', 'ht="low"'),
    "a far row": PLAIN.replace('r="4"', 'r="9999999"'),
    "no end": PLAIN.replace("</c></row>", "</row>", 1),
    "text between rows": PLAIN.replace("</row>", "</row>text", 1),
    "two cells' worth": PLAIN.replace("<v>1</v></c>", "<v>1</v></c></row><row r='9'><c r='A9'><v>2</v></c>", 1),
    "rich text": PLAIN.replace("<t>甲</t>", '<r><rPr/><t>甲</t></r><r><t xml:space="preserve"> 乙 </t></r>'),
    "two values": PLAIN.replace("<v>5</v>", "<v>5</v><v>6</v>"),
    "a value before its formula": PLAIN.replace("<f>C1</f><v></v>", "<v>3</v><f>C1</f>"),
    "an inline text of another type": PLAIN.replace('t="inlineStr"', 't="str"'),
    "another row's number in an address": PLAIN.replace('"C3"', '"C4"').replace('"B4"', '"C3"'),
    "an address without a number": PLAIN.replace('"C3"', '"C"'),
    "an address in a value's tag": PLAIN.replace('<c r="A1" s="0" t="s"><v>', '<c s="0" t="s"><v r="A1">'),
    "an address on a line of its own": PLAIN.replace('<c r="A1" s="0" t="s"><v>', '<c\nr="A1" s="0" t="s"><v r="A1">'),
    "an address within single quotes": PLAIN.replace('<c r="C1">', """<c x=' r="C1"'>"""),
    "a number at the end of a height": PLAIN.replace('<row r="4"', '<row r="4" ht="0.1E4"'),
    "a number at the end of a style": PLAIN.replace('<c r="C3">', '<c r="C3" s="3">'),
    "values that change places": PLAIN.replace("<v></v>", "<v>7</v>").replace(
        '<v>1</v></c><c r="E3"', '<v></v></c><c r="E3"'
    ),
    "a text beside a value": PLAIN.replace("<v>5</v>", "5<v></v>"),
    "a text behind a value": PLAIN.replace("<v>5</v>", "<v></v>5"),
    "a text in a tag of another name": PLAIN.replace("<v>5</v>", "<x:v>5</x:v>"),
    "an element within a value": PLAIN.replace("<v>5</v>", "<v>5<x:y/></v>"),
    "a value outside its text": PLAIN.replace("<is><t>甲</t></is>", "<t>甲</t>"),
    "a formula within a text": PLAIN.replace("<is><t>甲</t></is>", "<is><f>甲</f></is>"),
    "a formula without anything": PLAIN.replace("<f>C1</f>", "<f></f>"),
    "signs of our own": PLAIN.replace('r="C1"', 'r="\0C\1"'),
    "an escape": PLAIN.replace("甲", "_x000D_"),
}


@pytest.fixture(autouse=True)
def strangers() -> None:
    """The first workbook of each test is alone: none with its styles came before."""
    archive_module._made.cache_clear()


def with_sheet(sheet: bytes, strings: str = STRINGS) -> Package:
    package = raw_package(PLAIN, strings=strings)
    archive = package.archive
    return open_package(packed({name: sheet if name == SHEET else archive.part(name) for name in archive.names}))


def said(package: Package, sheet: str) -> object:
    try:
        grid = read_grid(package, sheet)
    except WorkbookError as error:
        return str(error)
    return list(grid.cells.items()), grid.merges, grid.hidden_rows, grid.hidden_columns, list(grid.outward)


def whole(package: Package, sheet: str, monkeypatch: pytest.MonkeyPatch) -> object:
    with monkeypatch.context() as patched:
        patched.setattr(sheet_module, "_SMALL", -1)
        return said(package, sheet)


def test_a_common_sheet_is_cut() -> None:
    found = cut((HEAD + PLAIN + TAIL).encode())
    assert found is not None
    assert (
        found.before + b"<sheetData>" + b"</row>".join([*found.rows, b""]) + b"</sheetData>" + found.behind
    ).decode() == HEAD + PLAIN + TAIL


@pytest.mark.parametrize("odd", ODD)
def test_odd_rows(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone, and also where the usual form of the same row is known already."""
    assert ODD[odd] != PLAIN
    for _ in range(3):
        package = with_sheet((HEAD + ODD[odd] + TAIL).encode())
        assert said(package, "表") == whole(package, "表", monkeypatch)
        assert said(with_sheet((HEAD + PLAIN + TAIL).encode()), "表") == whole(
            with_sheet((HEAD + PLAIN + TAIL).encode()), "表", monkeypatch
        )


@pytest.mark.parametrize(
    "sheet",
    [
        HEAD.replace("<sheetData>", "<!-- <sheetData> --><sheetData>") + PLAIN + TAIL,
        HEAD.replace("<sheetData>", "<x:y><sheetData>") + PLAIN + TAIL.replace("</sheetData>", "</sheetData></x:y>"),
        HEAD.replace("<sheetData>", '<x:y xmlns="urn:y"><sheetData>') + PLAIN + TAIL.replace("</sheetData>", "</sheetData></x:y>"),
        HEAD.replace('xmlns="', 'a=">" xmlns="') + PLAIN + TAIL,
        HEAD.replace("<worksheet", "<chartsheet") + PLAIN + TAIL.replace("</worksheet", "</chartsheet"),
        HEAD.replace(MAIN, "urn:other") + PLAIN + TAIL,
        HEAD + PLAIN + TAIL.replace("</sheetData>", "</sheetData><sheetData><row r='8'><c r='A8'><v>8</v></c></row></sheetData>"),
        HEAD + PLAIN.replace("</row>", "</row></sheetData><sheetData>", 1) + TAIL,
        HEAD + PLAIN.replace("<v>5</v>", "<v>5</v><?x </row> ?>", 1) + TAIL,
        HEAD + PLAIN.replace("<v>5</v>", "<v>5</v><?x ?>", 1) + TAIL,
        HEAD + PLAIN.replace("<v>5</v>", "<v><![CDATA[5]]></v>", 1) + TAIL,
        HEAD + PLAIN + TAIL.replace("<mergeCells>", "<!-- </sheetData> --><mergeCells>"),
        HEAD + PLAIN + TAIL.replace("A1:B2", "?"),
        HEAD + PLAIN + TAIL + "<x/>",
        HEAD + PLAIN + TAIL[:-3],
        HEAD + TAIL,
        '<?xml version="1.0" encoding="utf-16"?>' + HEAD + PLAIN + TAIL,
        '<?xml version="1.1"?>' + HEAD + PLAIN + TAIL,
        "\ufeff" + HEAD + PLAIN + TAIL,
    ],
)  # fmt: skip
def test_odd_sheets(sheet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    package = with_sheet(sheet.encode())
    assert said(package, "表") == whole(package, "表", monkeypatch)


def spoiled(data: bytes, chance: random.Random) -> Iterator[bytes]:
    """The sheet with something cut out, doubled, moved or overwritten."""
    for _ in range(40):
        first, second = sorted(chance.sample(range(len(data)), 2))
        second = min(second, first + chance.randrange(1, 60))
        piece = data[first:second]
        other = chance.randrange(len(data))
        yield chance.choice(
            (
                data[:first] + data[second:],
                data[:second] + piece + data[second:],
                data[:first] + bytes([chance.randrange(256)]) + data[first + 1 :],
                data[:other] + piece + data[other:],
                data[:first] + chance.choice((b"<c ", b"</row>", b"</c>", b"<row>", b"/>", b"&", b'"', b"/", b">", b"<f>", b"</v>", b"<v>5</v>")) + data[first:],
            )
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_spoiled_sheets(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    good = (HEAD + PLAIN + TAIL).encode()
    for sheet in spoiled(good, chance):
        said(with_sheet(good), "表")  # what is known of the good one must not make the other look good
        package = with_sheet(sheet)
        assert said(package, "表") == whole(package, "表", monkeypatch), sheet


@pytest.mark.parametrize("template", sorted(Path("workbook_templates").glob("*.xlsx")), ids=lambda path: path.stem)
def test_other_values_in_known_rows(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As returns of one template: the rows are known but for their values."""
    for turn in range(4):

        def other(name: str, data: bytes, value: bytes = b"<v>%d</v></c>" % turn) -> bytes:
            changed = re.sub(rb"<v>\d+</v></c>(?=<c r=\"[A-Z]+\d*[13579]\")", value, data)
            return changed if name.startswith("xl/worksheets/sheet") else data

        package = open_package(through(template, other))
        for sheet in package.sheets:
            assert said(package, sheet.name) == whole(package, sheet.name, monkeypatch)


def test_each_look_of_a_row_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In rows of other numbers, with other values and formulas, nothing is read as XML again."""
    look = (
        '<row r="7" spans="1:4"><c r="A7" s="0" t="s"><v>0</v></c><c r="B7"/><c r="C7" t="inlineStr"><is><t>甲</t></is></c>'
        '<c r="D7"><f>SUM($A7:C7)+7</f><v>7</v></c></row>'
    )
    sheets = [
        look,
        look,
        look.replace("7", "12").replace("甲", "乙&lt;").replace("SUM", "MAX").replace("<v>0<", "<v>1<"),
    ]
    for sheet in sheets[:2]:
        said(with_sheet((HEAD + sheet + TAIL).encode()), "表")
    package = with_sheet((HEAD + sheets[2] + TAIL).encode())
    expected = whole(package, "表", monkeypatch)
    monkeypatch.setattr(pieces_module, "document", lambda _: pytest.fail("read as XML"))
    assert said(package, "表") == expected


@pytest.mark.parametrize("formula", ['IF(A7=1775,"7&amp;",$B$7)+77', "[1]!A7", "'7|7'!A1", "7" * 2000])
def test_a_formula_is_known_in_the_rows_of_other_numbers(formula: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for the digits of its row's number, wherever these stand in it; in some row that makes it too long."""
    row = f'<row r="7"><c r="A7"><f>{formula}</f><v>1</v></c></row>'
    for _ in range(3):  # alone, then its look, then its formula
        said(with_sheet((HEAD + row + TAIL).encode()), "表")
    for number in ("3", "70", "7", "300007"):
        package = with_sheet((HEAD + row.replace("7", number) + TAIL).encode())
        expected = whole(package, "表", monkeypatch)
        with monkeypatch.context() as patched:
            patched.setattr(pieces_module, "_formula", lambda *_: pytest.fail("not known"))
            assert said(package, "表") == expected


@pytest.mark.parametrize("strings", [STRINGS.replace("一", "二"), STRINGS.partition("</si>")[0] + "</si>", STRINGS * 2])
def test_a_known_row_in_a_workbook_with_other_strings(strings: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row remembered as it is names its strings by their places in a list of which each workbook has its own."""
    sheet = (HEAD + PLAIN.partition('<row r="2"')[0] + TAIL).encode()
    for each in (STRINGS, STRINGS, STRINGS, strings, strings, STRINGS):
        assert said(with_sheet(sheet, each), "表") == whole(with_sheet(sheet, each), "表", monkeypatch)


@pytest.mark.parametrize(
    "strings",
    [
        STRINGS,
        "<si><r><t>零</t></r><r><t xml:space='preserve'> 一</t></r><rPh><t>二</t></rPh></si>\n<si><t>_x000D_</t></si>",
        "<si/>" + STRINGS,
        STRINGS + "<si/>",
        STRINGS + "<extLst><si><t>二</t></si></extLst>",
        STRINGS.replace("<si>", "<si><si>", 1).replace("</si>", "</si></si>", 1),
        STRINGS.replace("零", "<![CDATA[</si>]]>"),
        STRINGS.replace("<si>", "<!-- <si></si> --><si>"),
        STRINGS.replace("零", "零<?x </si> ?>"),
        STRINGS.replace("</si>", "</si><x>", 1),
        STRINGS.replace("</si>", "</si></sst><sst>", 1),
    ],
)
def test_odd_strings(strings: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone, and also where their usual form is known already; a list says the same cut and as a whole."""
    alone = strings_of(raw_package(PLAIN, strings=strings))
    assert shared(raw_package(PLAIN, strings=STRINGS)).strings == ["零", "一"]
    found = strings_of(raw_package(PLAIN, strings=strings))
    monkeypatch.setattr(shared_module, "_SMALL", -1)
    assert alone == found == strings_of(raw_package(PLAIN, strings=strings))


def strings_of(package: Package) -> list[str] | str:
    try:
        return list(shared(package).strings)
    except WorkbookError as error:
        return str(error)


def test_a_string_that_comes_again_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    expected, _ = (list(shared(raw_package(PLAIN, strings=STRINGS)).strings) for _ in range(2))  # the first one alone
    monkeypatch.setattr(shared_module, "document", lambda _: pytest.fail("read as XML"))
    assert shared(raw_package(PLAIN, strings=STRINGS)).strings == expected


def test_a_row_that_comes_again_is_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = (HEAD + '<row r="9" x:unique="1"><c r="A9" t="s"><v>1</v></c></row>' + TAIL).encode()
    expected = [said(with_sheet(sheet), "表") for _ in range(4)]  # alone, then its look, then twice by its look
    monkeypatch.setattr(pieces_module, "_addresses_in", lambda _: pytest.fail("taken apart"))
    assert [said(with_sheet(sheet), "表")] * 4 == expected


def test_looks_stay_known_however_many_workbooks_come() -> None:
    """Strings and names, of which each has its own, don't push out the styles that they share."""
    packages = [raw_package(PLAIN, strings=f"<si><t>{number}</t></si>" * 2) for number in range(50)]
    first, *others = (shared(package).formats for package in packages)
    assert all(formats is first for formats in others)


@pytest.mark.parametrize("text", [None, "", " ", "nan", "inf", "1e400", "-9e999", "1_0", "٣", "１", "²", "0x10", "甲", "9" * 5000])
def test_what_is_no_number_in_xml_is_none(text: str | None) -> None:
    assert (natural(text), real(text)) == (None, None)


def test_numbers_in_xml() -> None:
    assert [natural(text) for text in ("0", "007", "999999999", "-1", "1.5")] == [0, 7, 999_999_999, None, None]
    assert [real(text) for text in ("0", "-1.5", "1E2", " 7 ")] == [0, -1.5, 100, 7]
