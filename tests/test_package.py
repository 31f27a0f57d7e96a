"""Opening a stranger's file: what is accepted, and that everything else is refused for the right reason."""

from __future__ import annotations

import gc
import io
import random
import re
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from zipped import packed, parts, rewritten

from selfeval_xl.errors import WorkbookError
from selfeval_xl.examine import examine
from selfeval_xl.forms import template_file
from selfeval_xl.workbook.opening import archive as archive_module
from selfeval_xl.workbook.opening import zip as opening
from selfeval_xl.workbook.opening.markup import TYPES, elements
from selfeval_xl.workbook.opening.package import XLSX, XLTX, open_package
from selfeval_xl.workbook.reading.shared import shared
from selfeval_xl.workbook.reading.sheet import read_grid
from selfeval_xl.workbook.writing.patch import Patch

MAIN = "xl/workbook.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def good(*, deflated: bool = True) -> bytes:
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = workbook.add_worksheet("自评表")
    sheet.write("A1", "项目名称")
    sheet.write("B1", 86.5, workbook.add_format({"num_format": "0.00"}))
    sheet.write_formula("B2", "=B1*2", None, 173)
    sheet.merge_range("A3:B4", "合并")
    workbook.add_worksheet("汇总").hide()
    workbook.add_worksheet("内部").very_hidden()
    workbook.define_name("总分", "=自评表!$B$1")
    workbook.define_name("汇总!总分", "=汇总!$A$1")
    workbook.close()
    return stream.getvalue() if deflated else rewritten(stream.getvalue(), {}, zipfile.ZIP_STORED)


def replaced(data: bytes, part: str, *pairs: tuple[str, str]) -> bytes:
    text = parts(data)[part].decode("utf-8")
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    return rewritten(data, {part: text.encode("utf-8")})


def good_part(name: str) -> bytes:
    return open_package(good()).archive.part(name)


def reason(data: bytes | Path) -> str:
    with pytest.raises(WorkbookError) as caught:
        package = open_package(data)
        for sheet in package.sheets:
            read_grid(package, sheet)
    assert str(caught.value).endswith("。"), "a message is a whole sentence"
    assert "请" in str(caught.value), "a message says how to mend it"
    return caught.value.reason


def test_columns_of_tables_go_by_their_names(tmp_path: Path) -> None:
    many = [f"列{number}" for number in range(8000)]
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as workbook:
        for name, options, columns in (
            ("甲", {"total_row": True}, ["指标", "得分", "a'[1]"]), ("乙", {}, ["得分"]), ("丙", {"header_row": False}, ["得分"]),
            ("丁", {}, many),
        ):  # fmt: skip
            heads = [{"header": column} for column in columns]
            workbook.add_worksheet(name).add_table(1, 1, 4, len(columns), {"name": f"表{name}", **options, "columns": heads})
    package = open_package(tmp_path / "a.xlsx")
    wanted = {"表甲[得分]": "甲!$C$3:$C$4", "表乙[得分]": "乙!$B$3:$B$5", "表丙[得分]": "丙!$B$2:$B$5"}
    assert {name: package.name_text(name) for name in wanted} == wanted
    unknown = ("表甲[没有]", "表戊[得分]", "表甲[[得分]]", "表甲[#All]", "表甲[a''[1']]")
    assert {package.name_text(name) for name in unknown} == {None}
    # Were the tables read for each formula, this would take minutes.
    assert None not in {package.name_text(f"表丁[{column}]") for column in many}


def test_what_a_package_tells(tmp_path: Path) -> None:
    path = tmp_path / "自评.xlsx"
    path.write_bytes(good())
    package = open_package(path)
    assert [(sheet.name, sheet.state, sheet.kind) for sheet in package.sheets] == [
        ("自评表", "visible", "worksheet"),
        ("汇总", "hidden", "worksheet"),
        ("内部", "veryHidden", "worksheet"),
    ]
    assert package.sheets[0].part == "xl/worksheets/sheet1.xml"
    assert package.content_type == XLSX
    assert package.name_text("总分") == package.name_text("总分", "自评表") == "自评表!$B$1"
    assert package.name_text("总分", "汇总") == "汇总!$A$1"
    assert package.name_text("没有") is None
    assert package.related(MAIN, "styles") == ("xl/styles.xml",)
    assert not package.has_macros
    assert package.pages == frozenset(), "a sheet with a name of its own is none of our pages"
    assert package.external_links == () and package.dde_links == {}
    assert "XL/Workbook.xml" in package.archive
    assert package.archive.part("xl/WORKBOOK.xml").startswith(b"<?xml")
    assert zipfile.ZipFile(path).namelist() == list(package.archive.names)


@pytest.mark.parametrize("number", ["3", "99999", "999999", "-1", "x"])
def test_a_name_of_a_sheet_that_is_not_there_is_left_out(number: str) -> None:
    package = open_package(replaced(good(), MAIN, ('localSheetId="1"', f'localSheetId="{number}"')))
    assert [(one.name, one.sheet) for one in package.defined_names] == [("总分", None)]


def test_raw_parts_can_be_copied() -> None:
    package = open_package(good())
    for name in package.archive.names:
        raw, info = package.archive.raw(name), package.archive.info(name)
        assert len(raw) == info.compress_size
        assert zlib.decompress(raw, -15) == package.archive.part(name)


def test_templates_and_macro_workbooks_are_accepted() -> None:
    types = "[Content_Types].xml"
    assert open_package(replaced(good(), types, (XLSX, XLTX))).content_type == XLTX
    macro = "application/vnd.ms-office.vbaProject"
    data = replaced(good(), types, ("<Override", f'<Default Extension="bin" ContentType="{macro}"/><Override'))
    assert not open_package(data).has_macros
    assert open_package(rewritten(data, {"xl/vbaProject.bin": b"vba"})).has_macros
    assert open_package(rewritten(data, {"xl/else.bin": b"vba"})).has_macros
    assert open_package(rewritten(good(), {"xl/vbaProject.bin": b"vba"})).has_macros, "though no type is declared"
    old = '<Override PartName="/xl/a.xml" ContentType="application/vnd.ms-excel.macrosheet+xml"/></Types>'
    assert open_package(rewritten(replaced(good(), types, ("</Types>", old)), {"xl/a.xml": b"<a/>"})).has_macros


@pytest.mark.parametrize(("said", "since"), [("1", 1904), ("true", 1904), ("on", 1904), ("0", 1900), ("false", 1900)])
def test_the_calendar_is_told_however_programs_say_so(said: str, since: int) -> None:
    data = replaced(good(), MAIN, ("<workbookPr ", f'<workbookPr date1904="{said}" '))
    assert open_package(data).date1904 == (since == 1904)


def test_strict_workbooks_are_accepted() -> None:
    transitional, strict = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"
    data = good()
    for part in (MAIN, "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        data = replaced(data, part, (f"{transitional}spreadsheetml/2006/main", f"{strict}spreadsheetml/main"))
    relations = f"{transitional}officeDocument/2006/relationships", f"{strict}officeDocument/relationships"
    for part in (MAIN, "xl/_rels/workbook.xml.rels", "_rels/.rels"):
        data = replaced(data, part, relations)
    grid = read_grid(open_package(data), "自评表")
    assert [(cell.text, cell.format.code) for cell in grid.cells.values()][:2] == [("项目名称", "General"), ("86.50", "0.00")]
    with pytest.raises(WorkbookError, match=r"Strict Open XML.*另存为"):
        Patch(open_package(data))


def test_links_and_commands() -> None:
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"
    dde = '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x/externalLinkPath" Target="file:///C:/去年.xlsx" TargetMode="External"/></Relationships>'
    data = replaced(good(), "xl/_rels/workbook.xml.rels", ("</Relationships>", f'<Relationship Id="rId99" Type="{links}" Target="externalLinks/externalLink1.xml"/></Relationships>'))
    parts = {"xl/externalLinks/externalLink1.xml": dde.encode(), "xl/externalLinks/_rels/externalLink1.xml.rels": rels.encode()}
    package = open_package(rewritten(data, parts))
    assert package.external_links == ("file:///C:/去年.xlsx",)
    assert package.dde_links == {1: "cmd|/c calc"}


@pytest.mark.parametrize("part", ["link", "name"])
def test_a_program_is_told_that_no_formula_calls(part: str, tmp_path: Path) -> None:
    """Excel offers to start it as soon as the links are brought up to date."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    dde = '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    link = f'<Relationship Id="rId99" Type="{office}/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>'
    name = "<definedName name=\"甲\">cmd|'/c calc'!A0</definedName></definedNames>"
    clean = template_file("project")
    if part == "link":
        data = rewritten(
            replaced(clean, "xl/_rels/workbook.xml.rels", ("</Relationships>", link)),
            {"xl/externalLinks/externalLink1.xml": dde.encode()},
        )
    else:
        data = replaced(clean, "xl/workbook.xml", ("</definedNames>", name))
    for content, told in ((clean, []), (data, ["package.dde"]), (clean, []), (data, ["package.dde"])):
        (tmp_path / "a.xlsx").write_bytes(content)
        (assessment,) = examine(tmp_path / "a.xlsx")
        found = [one for one in assessment.findings if one.id.startswith("package.")]
        assert [one.id for one in found] == told and all("cmd|" in str(one.provided) for one in found)


def ole(stream: str) -> bytes:
    return OLE + bytes(504) + bytes(512) + stream.encode("utf-16-le").ljust(128, b"\0") + bytes(384)


def zipped(**parts: bytes) -> bytes:
    return packed(parts)


@pytest.mark.parametrize(
    ("data", "expected", "word"),
    [
        (ole("Workbook"), "package.legacy", "另存为"),
        (ole("Book"), "package.legacy", ".xls"),
        (ole("EncryptedPackage"), "package.encrypted", "密码"),
        (ole("WordDocument"), "package.not_workbook", ".xlsx"),
        (ole("Workbook")[:1024], "package.not_workbook", "不完整"),
        (b"", "package.not_workbook", "重新发送"),
        (b"%PDF-1.7", "package.not_workbook", "PDF"),
        (b"\xef\xbb\xbf\r\n<html><table>", "package.not_workbook", "网页"),
        ("<html><table>绩效自评".encode("utf-16"), "package.not_workbook", "网页"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "package.not_workbook", "XML"),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook", "package.not_workbook", ".mht"),
        ("单位,得分\n甲,90\n".encode("gbk"), "package.not_workbook", "纯文本"),
        (b"\x1f\x8b\x08", "package.not_workbook", "gz 压缩包"),
        (b"\x62\x14\x23\x65\x01", "package.not_workbook", "加密软件"),
        (b"PK\x03\x04" + bytes(100), "package.damaged", "压缩包"),
        (zipped(readme=b"x"), "package.not_workbook", "压缩包"),
        (packed({"Index/Document.iwa": b"x"}), "package.not_workbook", "Numbers"),
        (packed({"OFD.xml": b"x"}), "package.not_workbook", "OFD"),
        (packed({"[Content_Types].xml": f'<Types xmlns="{TYPES}"/>'}), "package.not_workbook", "另存为"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "package.legacy", ".ods"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), "package.not_workbook", ".odt"),
        (replaced(good(), "[Content_Types].xml", (XLSX, "application/vnd.ms-excel.sheet.binary.macroEnabled.main")), "package.not_workbook", ".xlsb"),
        (replaced(good(), "[Content_Types].xml", (XLSX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml")), "package.not_workbook", "Word"),
    ],
    ids=lambda given: "file" if isinstance(given, bytes) else None,  # an archive holds the time at which it was made
)
def test_other_files(data: bytes, expected: str, word: str, tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(data)
    assert reason(path) == expected
    with pytest.raises(WorkbookError, match=r"^表\.xlsx：") as caught:
        open_package(path)
    assert word in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    assert reason(tmp_path / "没有.xlsx") == "package.not_workbook"
    with pytest.raises(WorkbookError, match="文件夹"):
        open_package(tmp_path)


def broken(part: str, *pairs: tuple[str, str]) -> Callable[[], bytes]:
    return lambda: replaced(good(), part, *pairs)


def twice() -> bytes:
    stream = io.BytesIO(good())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("XL/Workbook.xml", b"<other/>")
    return stream.getvalue()


def with_method(method: int) -> Callable[[], bytes]:
    return lambda: rewritten(good(), {}, method)


def lying() -> bytes:
    """A part that declares 10 bytes and holds a million."""
    data = bytearray(rewritten(good(), {"xl/styles.xml": bytes(1_000_000)}))
    entry = data.index(b"xl/styles.xml", data.index(b"PK\x01\x02")) - 46
    struct.pack_into("<L", data, entry + 24, 10)
    return bytes(data)


def said_of(part: str, at: int, value: int) -> Callable[[], bytes]:
    """A directory that says something else of a part: of its checksum (16), its size (24) or where it lies (42)."""

    def make() -> bytes:
        data = bytearray(good())
        entry = data.index(part.encode(), data.index(b"PK\x01\x02")) - 46
        struct.pack_into("<L", data, entry + at, value)
        return bytes(data)

    return make


@pytest.mark.parametrize("stored", [False, True])
def test_parts_are_unpacked_piece_by_piece(stored: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "CHUNK", 100)
    package = open_package(good(deflated=not stored))
    sheet = "xl/worksheets/sheet1.xml"
    pieces = list(package.archive.stream(sheet))
    assert b"".join(pieces) == good_part(sheet)
    assert len(pieces) > 1 and max(map(len, pieces)) <= 100


def test_what_many_workbooks_have_is_made_once() -> None:
    one, other = open_package(good()), open_package(rewritten(good(), {"docProps/core.xml": b"<other/>"}))
    third = open_package(replaced(good(), "xl/styles.xml", ("<styleSheet", "<styleSheet a='1'")))
    assert shared(one).formats is shared(other).formats
    assert shared(one).formats is not shared(third).formats


@pytest.mark.parametrize(
    "make",
    [
        said_of("xl/styles.xml", 16, 5),
        said_of("xl/styles.xml", 24, 5),
        said_of("xl/styles.xml", 24, 500_000),
        said_of("xl/styles.xml", 42, 7),
        broken("xl/worksheets/sheet1.xml", ("</row>", "")),
        broken("xl/worksheets/sheet1.xml", ("<sheetData>", "<a>" * 200 + "</a>" * 200 + "<sheetData>")),
        broken("xl/sharedStrings.xml", ("<si>", "<a>" * 200 + "</a>" * 200 + "<si>")),
        broken(MAIN, ("<sheets>", "<a>" * 200 + "</a>" * 200 + "<sheets>")),
        broken("xl/worksheets/sheet1.xml", ("<worksheet", "<html"), ("</worksheet", "</html")),
        broken("xl/sharedStrings.xml", ("项目名称", "&undefined;")),
        broken("xl/_rels/workbook.xml.rels", ("worksheets/sheet1.xml", "../../../etc/passwd")),
        broken(MAIN, ("汇总", "自评表")),
        broken("_rels/.rels", ("relationships/officeDocument", "relationships/other")),
        broken("xl/worksheets/sheet1.xml", ('r="B1"', 'r="A1"')),
        broken("xl/worksheets/sheet1.xml", ('r="B1"', 'r="B0"')),
        broken("xl/worksheets/sheet1.xml", ('r="B1"', 'r="B9999999"')),
        broken("xl/worksheets/sheet1.xml", ("<v>86.5</v>", "<v>八十</v>")),
        broken("xl/worksheets/sheet1.xml", ("<v>86.5</v>", "<v>1e999</v>")),
        broken("xl/worksheets/sheet1.xml", ("<v>0</v>", "<v>99</v>")),
        lambda: rewritten(good(), {MAIN: None}),
        lambda: rewritten(good(), {"xl/worksheets/sheet2.xml": None}),
        lambda: rewritten(good(), {"../evil.xml": b"x"}),
        lambda: rewritten(good(), {"/etc/evil.xml": b"x"}),
        lambda: rewritten(good(), {"C:/evil.xml": b"x"}),
        twice,
        lying,
        with_method(zipfile.ZIP_LZMA),
        with_method(zipfile.ZIP_BZIP2),
        lambda: good()[:-30],
        lambda: good()[:2000],
        lambda: good()[:400] + good()[2800:],
    ],
)
def test_damaged(make: Callable[[], bytes]) -> None:
    assert reason(make()) == "package.damaged"


@pytest.mark.parametrize(
    "make",
    [
        broken(MAIN, ("<workbook", "<!DOCTYPE workbook><workbook")),
        broken(MAIN, ("<workbook", '<!DOCTYPE workbook [<!ENTITY a "b">]><workbook')),
        broken(MAIN, ("<workbook", '<!DOCTYPE workbook SYSTEM "https://example.org/a.dtd"><workbook')),
        broken("xl/worksheets/sheet1.xml", ("<worksheet", '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet')),
        broken("xl/sharedStrings.xml", ("<sst", '<!DOCTYPE w [<!ENTITY a "aaaaaaaa">]><sst')),
    ],
)
def test_nobody_is_asked_to_open_what_declares_entities(make: Callable[[], bytes]) -> None:
    data = make()
    assert reason(data) == "package.not_workbook"
    with pytest.raises(WorkbookError, match="不要打开") as caught:
        [read_grid(package, sheet) for package in (open_package(data),) for sheet in package.sheets]
    assert "修复" not in str(caught.value)


def test_the_end_of_a_workbook_within_is_not_that_of_the_file() -> None:
    """A stored workbook that is embedded has a directory of its own, which counts from its own beginning."""
    whole = rewritten(good(), {"xl/embeddings/a.xlsx": good(), "zzz.bin": b"x" * 900}, zipfile.ZIP_STORED)
    assert open_package(whole).archive.names[-1] == "zzz.bin"
    ends = [whole.index(b"PK\x05\x06") + 22, *(len(whole) - cut for cut in (1, 20, 500, 2_000))]
    for end in ends:  # the first one ends with the embedded workbook itself
        with pytest.raises(WorkbookError, match="压缩包不完整"):
            open_package(whole[:end])


def test_encrypted_entries() -> None:
    data = bytearray(good())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert reason(bytes(data)) == "package.encrypted"


def test_bombs(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = rewritten(good(), {"xl/media/image1.png": bytes(opening.RATIO_FROM + 1)})
    assert reason(bomb) == "package.too_large"
    many = rewritten(good(), {f"xl/{index}.xml": b"" for index in range(opening.MAX_ENTRIES)})
    assert reason(many) == "package.too_large"
    for limit in ("MAX_UNPACKED", "MAX_FILE"):
        with monkeypatch.context() as one:
            one.setattr(opening, limit, 5_000)
            assert reason(good()) == "package.too_large"


def test_declared_size_is_judged_before_unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that claims 4 GB is refused although nothing of it is there to unpack."""
    data = bytearray(good())
    entry = data.index(b"PK\x01\x02")
    struct.pack_into("<L", data, entry + 24, 0xFFFFFFF0)
    monkeypatch.setattr(zlib, "decompressobj", lambda *_: pytest.fail("unpacked"))
    assert reason(bytes(data)) == "package.too_large"


def test_an_entry_without_a_name_is_one_like_others() -> None:
    data = good()
    entry = data.index(b"PK\x01\x02", data.rindex(b"docProps/core.xml"))
    length = int.from_bytes(data[entry + 28 : entry + 30], "little")
    nameless = data[: entry + 28] + b"\0\0" + data[entry + 30 : entry + 46] + data[entry + 46 + length :]
    end = nameless.rindex(b"PK\x05\x06")
    size = int.from_bytes(nameless[end + 12 : end + 16], "little") - length
    nameless = nameless[: end + 12] + size.to_bytes(4, "little") + nameless[end + 16 :]
    assert "" in open_package(nameless).archive.names


def test_endless_comment() -> None:
    """Expat would read it anew with every chunk; letters of a fixed key keep it below the ratio of a bomb."""
    letters = random.Random(5).randbytes(300).hex().encode()
    sheet = good_part("xl/worksheets/sheet1.xml").replace(b"<sheetData", b"<!--" + letters * 60_000 + b"--><sheetData")
    started = time.process_time()
    assert reason(rewritten(good(), {"xl/worksheets/sheet1.xml": sheet})) == "package.damaged"
    assert time.process_time() - started < 30


def test_broken_bytes_never_surprise() -> None:
    """Truncated and with bytes flipped, packed and stored: a clear refusal or a reading, never another error."""
    generator = random.Random(20241231)
    outcomes = set()
    for base in (good(), good(deflated=False)):
        for _ in range(200):
            data = bytearray(base)
            if generator.random() < 0.3:
                del data[generator.randrange(len(data)) :]
            else:
                for _ in range(generator.choice([1, 1, 2, 8, 50])):
                    data[generator.randrange(len(data))] = generator.randrange(256)
            try:
                package = open_package(bytes(data))
                for sheet in package.sheets:
                    [cell.text for cell in read_grid(package, sheet).cells.values()]
                outcomes.add("read")
            except WorkbookError as error:
                outcomes.add(error.reason)
    assert {"read", "package.damaged"} <= outcomes


def test_broken_xml_never_surprises() -> None:
    """The same within parts whose checksums are right."""
    generator = random.Random(7)
    parts = [MAIN, "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]
    data = good()
    bits = [b"9" * 12, b"-1", b"1e400", b"nan", b"<c/>", b"<row/>", b"<v>5</v>", "表".encode(), b"<f t='shared' si='3'/>", b"&#x41;"]
    outcomes = {"read": 0, "refused": 0}
    for _ in range(300):
        part = generator.choice(parts)
        content = bytearray(open_package(data).archive.part(part))
        at = generator.randrange(len(content))
        content[at : at + generator.choice([0, 1, 5])] = generator.choice(bits)
        try:
            package = open_package(rewritten(data, {part: bytes(content)}))
            for sheet in package.sheets:
                [cell.text for cell in read_grid(package, sheet).cells.values()]
            outcomes["read"] += 1
        except WorkbookError:
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 5


def test_openpyxl_files_are_read(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "自评表"
    workbook.create_chartsheet("图")
    workbook.save(tmp_path / "a.xlsx")
    package = open_package(tmp_path / "a.xlsx")
    assert [(sheet.name, sheet.kind) for sheet in package.sheets] == [("自评表", "worksheet"), ("图", "chartsheet")]
    assert read_grid(package, "图").cells == {}


def test_reading_loads_nothing_heavy() -> None:
    code = "import sys, selfeval_xl.workbook.formulas.arithmetic; print(*{'lxml', 'openpyxl', 'pandas', 'numpy', 'yaml', 'rich'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    assert done.stdout.strip() == ""


# --- what programs may read in different ways ---


def test_relationships_are_known_by_their_whole_type() -> None:
    """A decoy that other programs pass by must not be what we read."""
    rels = "_rels/.rels"
    decoy = '<Relationship Id="rId0" Type="urn:x/officeDocument" Target="xl/decoy.xml"/>'
    data = good()
    text = open_package(data).archive.part(rels).decode()
    start = text.index("<Relationship ")
    found = open_package(rewritten(data, {rels: (text[:start] + decoy + text[start:]).encode()}))
    assert found.main == MAIN
    second = decoy.replace("urn:x/", "http://schemas.openxmlformats.org/officeDocument/2006/relationships/")
    with pytest.raises(WorkbookError, match="重复"):
        open_package(rewritten(data, {rels: (text[:start] + second + text[start:]).encode()}))


def test_an_attribute_of_a_stranger_is_none_of_ours() -> None:
    data = replaced(good(), MAIN, ("<sheet ", '<sheet xmlns:d="urn:d" d:id="rId99" d:state="hidden" '))
    assert open_package(data).sheets == open_package(good()).sheets


def test_a_connection_to_data_elsewhere_is_told(tmp_path: Path) -> None:
    kind, path = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/connections", tmp_path / "甲.xlsx"
    data = replaced(
        template_file("project"), "xl/_rels/workbook.xml.rels",
        ("</Relationships>", f'<Relationship Id="rId99" Type="{kind}" Target="connections.xml"/></Relationships>'),
    )  # fmt: skip
    connection = '<connection id="1" name="查询" type="4" refreshOnLoad="1"><webPr url="http://example.org/a"/></connection>'
    path.write_bytes(rewritten(data, {"xl/connections.xml": f"<connections>{connection}</connections>".encode()}))
    (found,) = [one for form in examine(path) for one in form.findings if one.id == "package.connection"]
    assert (found.severity, found.provided) == ("warning", "查询")


def test_an_endless_name_is_not_repeated_at_length() -> None:
    data = template_file("project")
    styles = parts(data)["xl/_rels/workbook.xml.rels"].replace(b"styles.xml", b"a" * 60_000 + b".xml")
    package = open_package(rewritten(data, {"xl/_rels/workbook.xml.rels": styles}))
    with pytest.raises(WorkbookError, match="aaa…") as caught:
        read_grid(package, "自评表")
    assert len(str(caught.value)) < 400 and str(caught.value).endswith("重新发送。")


def test_sheets_that_share_a_part_are_damage() -> None:
    with pytest.raises(WorkbookError, match="同一个文件"):
        open_package(replaced(good(), "xl/_rels/workbook.xml.rels", ("worksheets/sheet2.xml", "worksheets/sheet1.xml")))


def test_a_module_of_an_old_workbook_has_a_name_and_no_content() -> None:
    modules = "".join(f'<sheet name="{name}" sheetId="{9 + len(name)}" state="veryHidden" r:id=""/>' for name in ("模", "模块"))
    package = open_package(replaced(good(), MAIN, ("</sheets>", f"{modules}</sheets>")))
    assert [(sheet.name, sheet.kind) for sheet in package.sheets[3:]] == [("模", "module"), ("模块", "module")]
    assert [sheet.kind for sheet in package.sheets[:3]] == ["worksheet"] * 3


def test_an_id_that_stands_twice_is_damage() -> None:
    rels = "xl/_rels/workbook.xml.rels"
    text = open_package(good()).archive.part(rels).decode()
    first = re.search("<Relationship [^>]*/>", text)
    assert first is not None
    with pytest.raises(WorkbookError, match="重复"):
        open_package(replaced(good(), rels, ("</Relationships>", f"{first[0]}</Relationships>")))


@pytest.mark.parametrize(
    "within", ['<extLst><ext uri="x">{}</ext></extLst>', '<m:AlternateContent xmlns:m="urn:m"><m:Choice>{}</m:Choice></m:AlternateContent>']
)
def test_sheets_and_names_elsewhere_in_the_workbook_are_damage(within: str) -> None:
    name = "<definedNames><definedName name='se.year'>表!$A$1</definedName></definedNames>"
    with pytest.raises(WorkbookError, match="写法不明"):
        open_package(replaced(good(), MAIN, ("</workbook>", f"{within.format(name)}</workbook>")))


def test_what_was_read_is_no_cycle() -> None:
    """Workers of the intake don't look for any while they read."""
    gc.collect()
    gc.disable()
    try:
        assert [each.name for each in elements((b"<a><b/>", b"<c/></a>"))] == ["b", "c", "a"]
        assert gc.collect() == 0
    finally:
        gc.enable()
