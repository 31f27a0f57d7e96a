"""Old formats: .xls and .ods give the same findings as the .xlsx that they were saved from, and never a guess."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import re
import struct
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import form_corpus
import olefile
import openpyxl
import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from zipped import parts, rewritten

from selfeval_xl.cli import main
from selfeval_xl.demo import samples
from selfeval_xl.errors import OldFormatError, WorkbookError
from selfeval_xl.examine import examine
from selfeval_xl.fill import fill
from selfeval_xl.forms import template_file
from selfeval_xl.importing import import_workbook
from selfeval_xl.model import UNREAD, Finding
from selfeval_xl.read import opened
from selfeval_xl.workbook.edits import Edits, SheetEdits, Value
from selfeval_xl.workbook.opening.container import CONTAINER, stream_of
from selfeval_xl.workbook.opening.package import open_package
from selfeval_xl.workbook.reading.biff import looks
from selfeval_xl.workbook.reading.ods import format_of, read_ods, reference_of
from selfeval_xl.workbook.reading.unlocked import MOST_LOCKED
from selfeval_xl.workbook.references import cell_name
from selfeval_xl.workbook.writing.patch import Patch

OLD = ("xls", "ods")
SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {"o": "office", "t": "table", "x": "text"}.items()
)


def findings(path: Path) -> list[list[Finding]]:
    return [[one for one in each.findings if not one.id.endswith(".old_format")] for each in examine(path)]


def shown(path: Path) -> list[tuple[str, str]]:
    """The cells of the first sheet and what they show."""
    grid = next(iter(opened(path).grids.values()))
    return [(cell_name(*at), cell.text) for at, cell in sorted(grid.cells.items())]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, soffice_convert) -> dict[str, list[Path]]:
    """Every form of the corpus as .xlsx, .xls and .ods."""
    folder = tmp_path_factory.mktemp("corpus")
    sources = [form_corpus.load(path).build(folder / f"{path.stem}.xlsx") for path in form_corpus.cases()]
    return {"xlsx": sources, **{to: soffice_convert(sources, to) for to in OLD}}


@pytest.fixture(scope="module")
def found(corpus: dict[str, list[Path]]) -> list[list[list[Finding]]]:
    """What is found in the .xlsx of the corpus."""
    return [findings(path) for path in corpus["xlsx"]]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory, soffice_convert) -> dict[str, Path]:
    """One sheet of everything a cell can be, in both formats."""
    path = tmp_path_factory.mktemp("mixed") / "甲.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表 一"
    rows = [
        ("文字", None), (0.8685, "0.00%"), (1415.4333, "#,##0.00"), (202.06, "General"), (12, '0"个"'), (True, None),
        (datetime.date(2024, 6, 30), "yyyy-mm-dd"), ("=1/0", None), ("=B4*2", "0.0"), ("两行\n文字  空格", None), (-3, "0"),
        (30, "yyyy/m/d"), (45000.123456789, "yyyy/m/d"), (1.25, "h:mm"),
    ]  # fmt: skip
    for row, (value, code) in enumerate(rows, 3):
        sheet.cell(row, 2).value = value
        if code:
            sheet.cell(row, 2).number_format = code
    for column in range(2, 6):
        sheet.cell(20, column).value = column / 100
        sheet.cell(20, column).number_format = "0%" if column % 2 else "0.000"
    sheet["D3"] = "合并"
    sheet.merge_cells("D3:F5")
    sheet["H3"].comment = openpyxl.comments.Comment("批注不是内容", "甲")
    hidden = book.create_sheet("深藏")
    hidden["A1"], hidden.sheet_state = 1, "veryHidden"
    book.save(path)
    return {to: soffice_convert([path], to)[0] for to in OLD}


@pytest.mark.requires_soffice
@pytest.mark.parametrize("to", OLD)
def test_the_corpus_gives_the_same_findings(
    corpus: dict[str, list[Path]], found: list[list[list[Finding]]], to: str
) -> None:
    assert [old.stem for new, old in zip(found, corpus[to], strict=True) if new != findings(old)] == []


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, soffice_convert) -> dict[str, list[Path]]:
    """Workbooks of ours in all formats: two samples, one with a formula overtyped, and a tie-out to an empty cell."""
    folder = tmp_path_factory.mktemp("own")
    sources = [folder / f"{data.stem}.xlsx" for data in samples()[:2]]
    for data, path in zip(samples(), sources, strict=False):
        fill(data, path)
    patch = Patch(open_package(sources[0]))
    patch.apply(Edits({"自评表": SheetEdits({"K14": Value(5)})}))
    patch.save(sources[0])
    open_tie = folder / "空.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(template_file("project")))
    book["勾稽核对"]["B4"], book["勾稽核对"]["C4"], book["勾稽核对"]["E4"] = "全年预算", 100, "=预算执行!F4"
    book.save(open_tie)
    return {"xlsx": [*sources, open_tie], **{to: soffice_convert([*sources, open_tie], to) for to in OLD}}


@pytest.mark.requires_soffice
@pytest.mark.parametrize("to", OLD)
def test_our_own_form_is_read_as_ours(own: dict[str, list[Path]], to: str) -> None:
    for new, old in zip(own["xlsx"], own[to], strict=True):
        (theirs,) = examine(old, returned=True)
        assert findings(old) == findings(new)
        assert [(one.id, one.severity) for one in theirs.findings if one.id.startswith(("seal", "package"))] == []
        (told,) = [one for one in theirs.findings if one.id == "template.old_format"]
        assert f".{to}" in told.message and "封签" in told.message
    ids = [[one.id for one in found] for (found,) in map(findings, own[to])]
    assert "template.formula" in ids[0] and "template.formula" not in ids[1]
    assert "tieout.unchecked" in ids[2] and "tieout.mismatch" not in ids[2]


@pytest.mark.requires_soffice
@pytest.mark.parametrize("to", OLD)
def test_our_own_form_is_imported_as_ours(own: dict[str, list[Path]], to: str, tmp_path: Path) -> None:
    for new, old in list(zip(own["xlsx"], own[to], strict=True))[:2]:  # the third's formula finds no place in either
        one, other = tmp_path / f"新-{new.stem}.xlsx", tmp_path / f"旧-{new.stem}.xlsx"
        left = import_workbook(new, one).left
        told = import_workbook(old, other).left
        assert findings(other) == findings(one)
        assert [each.where for each in told] == [*(each.where for each in left), "整个文件"]


@pytest.mark.requires_soffice
def test_names_that_a_program_has_changed_are_found_again(own: dict[str, list[Path]], soffice_convert) -> None:
    """LibreOffice makes se_year of se.year where it opens an .xls."""
    before = findings(own["xlsx"][0])
    (path,) = soffice_convert([own["xls"][0]], "xlsx")
    ids = [one.id for one in findings(path)[0]]
    assert "template.nameless" in ids and {*ids} - {"template.nameless"} <= {one.id for one in before[0]}


@pytest.mark.requires_soffice
@pytest.mark.parametrize("to", OLD)
def test_what_was_not_looked_at_is_said(corpus: dict[str, list[Path]], to: str) -> None:
    path = next(path for path in corpus[to] if examine(path))
    [said] = [one for one in examine(path)[0].findings if one.id == "package.old_format"]
    assert said.severity == "info" and f".{to}" in said.message


@pytest.mark.requires_soffice
@pytest.mark.parametrize("to", OLD)
def test_cells_show_what_they_showed(mixed: dict[str, Path], to: str) -> None:
    grid = opened(mixed[to]).grids["表 一"]
    shown = {at: cell.text for at, cell in grid.cells.items()}
    assert shown[3, 2] == "文字"
    assert (shown[4, 2], grid.cells[4, 2].value) == ("86.85%", Decimal("0.8685"))
    assert (shown[5, 2], grid.cells[5, 2].value) == ("1,415.43", Decimal("1415.4333"))
    assert shown[6, 2] == "202.06" and shown[7, 2] == "12个" and shown[8, 2] == "TRUE"
    assert shown[9, 2] == "2024-06-30"
    assert shown[10, 2] == "#DIV/0!" and shown[11, 2] == "1.7"
    if to == "xls":  # other programs count the days before March 1900 in other ways
        assert [grid.cells[row, 2].value for row in (14, 15, 16)] == [30, Decimal("45000.123456789"), Decimal("1.25")]
    assert shown[12, 2] == "两行\n文字  空格" and shown[13, 2] == "-3"
    assert [shown[20, column] for column in range(2, 6)] == ["0.020", "3%", "0.040", "5%"]
    assert grid.merges == [(3, 4, 5, 6)] and shown[3, 4] == "合并"
    assert (3, 8) not in grid.cells
    assert {at: cell.formula for at, cell in grid.cells.items() if cell.formula} == dict.fromkeys(
        [(8, 2), (10, 2), (11, 2)], UNREAD
    )


@pytest.mark.requires_soffice
def test_without_the_reader_one_line_says_how_to_get_it(
    mixed: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    assert main(["check", "--json", str(mixed["xls"])]) == 2
    out, err = capsys.readouterr()
    assert err.count("\n") == 1 and "pip install python-calamine" in err and "另存为" in err
    assert [one["id"] for one in json.loads(out)[0]["findings"]] == ["package.legacy"]
    assert main(["check", str(mixed["ods"])]) == 2  # no form in it; but it was read
    assert "没有找到自评表" in capsys.readouterr().err


@pytest.mark.requires_soffice
def test_a_password_is_said(mixed: dict[str, Path], tmp_path: Path) -> None:
    data = mixed["xls"].read_bytes()
    start = data.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")  # the stream's first record, then any second one
    path = tmp_path / "密.xls"
    path.write_bytes(data[: start + 20] + struct.pack("<H", 0x2F) + data[start + 22 :])
    with pytest.raises(WorkbookError, match="打开密码") as caught:
        examine(path)
    assert caught.value.reason == "package.encrypted"
    path.write_bytes(path.read_bytes() + bytes(MOST_LOCKED))  # too large to try whether it opens without a password
    with pytest.raises(WorkbookError, match="保护了结构的") as caught:
        examine(path)
    assert caught.value.reason == "package.too_large"


def locked(path: Path, to: Path, method: str, password: str) -> None:
    """The .xls as Excel encrypts it: its record with the user's name, which is as long, now says how."""
    to.write_bytes(path.read_bytes())
    secret, salt, proof = password.encode("utf-16-le"), bytes(range(16)), bytes(16)
    if method == "md5":
        short = hashlib.md5((hashlib.md5(secret).digest()[:5] + salt) * 16).digest()[:5]
        said = struct.pack("<HHH", 1, 1, 1) + salt
    else:
        short = hashlib.sha1(salt + secret).digest()
        header = struct.pack("<8I", 4, 0, 0x6801, 0x8004, 128, 1, 0, 0) + bytes(2)
        said = struct.pack("<HHHII", 1, 4, 2, 4, len(header)) + header + struct.pack("<I", 16) + salt

    def mixed(block: int, data: bytes) -> bytes:
        key = hashlib.new(method, short + struct.pack("<I", block)).digest()[:16]
        return Cipher(ARC4(key), mode=None).encryptor().update(data)

    proved = mixed(0, proof + hashlib.new(method, proof).digest())
    said += proved[:16] + (b"" if method == "md5" else struct.pack("<I", 20)) + proved[16:]
    with olefile.OleFileIO(str(to), write_mode=True) as file:
        stream = file.openstream("Workbook").read()
        made = bytearray(b"".join(mixed(at // 1024, stream[at : at + 1024]) for at in range(0, len(stream), 1024)))
        place = 0
        while place + 4 <= len(stream):  # what begins a record stays as it is, and so do some records
            kind, length = struct.unpack_from("<HH", stream, place)
            clear = length if kind in (0x809, 0xE1) else 4 if kind == 0x85 else 0
            made[place : place + 4 + clear] = stream[place : place + 4 + clear]
            place += 4 + length
        at = stream.index(b"\x5c\0\x70\0")
        made[at : at + 4 + len(said)] = struct.pack("<HH", 0x2F, 0x70) + said
        file.write_stream("Workbook", bytes(made))


@pytest.mark.requires_soffice
@pytest.mark.parametrize("method", ["md5", "sha1"])
def test_an_xls_whose_structure_is_protected_asks_for_no_password(
    mixed: dict[str, Path], tmp_path: Path, method: str
) -> None:
    """Excel encrypts it with a password that all programs know, and opens it for everybody."""
    path = tmp_path / "结构.xls"
    locked(mixed["xls"], path, method, "VelvetSweatshop")
    assert shown(path) == shown(mixed["xls"]) and findings(path) == findings(mixed["xls"])
    locked(mixed["xls"], path, method, "123")
    with pytest.raises(WorkbookError, match="打开密码"):
        opened(path)


@pytest.mark.requires_soffice
@pytest.mark.parametrize("cut", [600, 3000, 5000])
def test_a_broken_xls_is_damaged(mixed: dict[str, Path], tmp_path: Path, cut: int) -> None:
    data = mixed["xls"].read_bytes()
    path = tmp_path / "坏.xls"
    path.write_bytes(data[:512] + b"\xff" * cut + data[512 + cut :])
    with pytest.raises(WorkbookError) as caught:
        examine(path)
    assert caught.value.reason in ("package.damaged", "package.not_workbook")


@pytest.mark.requires_soffice
def test_a_sheet_larger_than_any_does_not_end_the_process(mixed: dict[str, Path], tmp_path: Path) -> None:
    """The reader would lay its cells out, and be ended by the system for want of memory."""
    data = bytearray(mixed["xls"].read_bytes())
    size = data.index(b"\x00\x02\x0e\x00") + 4
    for first, last in ((9, 3), (0, 0xFFFFFF00)):
        struct.pack_into("<II", data, size, first, last)
        assert any(sheet.boundless for sheet in looks(bytes(data)).sheets.values())
        path = tmp_path / "坏.xls"
        path.write_bytes(data)
        with pytest.raises(WorkbookError, match="读不懂"):
            examine(path)


@pytest.mark.requires_soffice
def test_a_hole_in_a_sheet_is_no_end_of_it(mixed: dict[str, Path], tmp_path: Path) -> None:
    """The reader gives the cells before it, and says nothing of the others."""
    whole = mixed["xls"].read_bytes()
    cell = whole.index(b"\xfd\x00\x0a\x00")
    for at, other in ((cell, bytes(14)), (cell + 10, b"\xff\xff\0\0")):  # no records; a text that there is not
        path = tmp_path / "坏.xls"
        path.write_bytes(whole[:at] + other + whole[at + len(other) :])
        with pytest.raises(WorkbookError, match="读不懂") as caught:
            examine(path)
        assert caught.value.reason == "package.damaged"


@pytest.mark.requires_soffice
def test_a_far_cell_is_seen_behind_an_odd_one(mixed: dict[str, Path], tmp_path: Path) -> None:
    """A style that is not there costs one cell its looks: formulas and errors behind it are known all the same."""
    data = bytearray(mixed["xls"].read_bytes())
    odd = data.index(b"\x03\x02\x0e\x00") + 4
    far = data.index(b"\x03\x02\x0e\x00", odd) + 4
    whole = looks(bytes(data))
    struct.pack_into("<H", data, odd + 4, 0xFFFF)
    for name, sheet in whole.sheets.items():
        other = looks(bytes(data)).sheets[name]
        assert (other.formulas, other.errors) == (sheet.formulas, sheet.errors)
        assert len(sheet.formats) - len(other.formats) <= 1
    assert any(sheet.formulas for sheet in whole.sheets.values())
    struct.pack_into("<HH", data, far, 0xFFFF, 0xFFFF)
    path = tmp_path / "坏.xls"
    path.write_bytes(data)
    with pytest.raises(WorkbookError, match="散") as caught:
        examine(path)
    assert caught.value.reason == "package.too_large"


@pytest.mark.requires_soffice
def test_the_case_of_a_stream_counts_for_nothing(mixed: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "大写.xls"
    path.write_bytes(mixed["xls"].read_bytes().replace("Workbook".encode("utf-16-le"), "WORKBOOK".encode("utf-16-le")))
    assert shown(path) == shown(mixed["xls"])


@pytest.mark.requires_soffice
def test_a_number_is_no_date_where_the_file_has_another_format_of_that_number(
    mixed: dict[str, Path], tmp_path: Path
) -> None:
    """Gnumeric numbers the formats of its own from 50; the next few are dates in a Chinese Excel."""
    data = mixed["xls"].read_bytes()
    (own,) = re.findall(rb"\x1e\x04..(..)\x05\x00" + re.escape(b"\x000.000"), data, re.DOTALL)
    for record in (rb"\x1e\x04..", rb"\xe0\x00\x14\x00.."):
        data = re.sub(b"(" + record + b")" + re.escape(own), lambda found: found[1] + b"\x32\x00", data, flags=re.DOTALL)
    path = tmp_path / "甲.xls"
    path.write_bytes(data)
    assert data != mixed["xls"].read_bytes() and shown(path) == shown(mixed["xls"])


@pytest.mark.requires_soffice
def test_what_is_no_number_is_an_error(mixed: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "非数.xls"
    path.write_bytes(mixed["xls"].read_bytes().replace(struct.pack("<d", 1415.4333), struct.pack("<d", float("nan"))))
    assert ("B5", "#NUM!") in shown(path)
    cell = '<t:table-cell o:value-type="float" o:value="NaN"><x:p>#NUM!</x:p></t:table-cell>'
    other = ods(tmp_path / "非数.ods", f"<t:table-row>{cell}</t:table-row>")
    assert shown(other) == [("A1", "#NUM!")]
    assert examine(path) == examine(other) == ()


@pytest.mark.requires_soffice
@pytest.mark.parametrize(("follows", "reason"), [(b"", "package.legacy"), (b"\x2f\0\2\0\1\2", "package.encrypted")])
def test_what_is_older_than_excel_97_is_refused(
    mixed: dict[str, Path], tmp_path: Path, follows: bytes, reason: str
) -> None:
    """Its texts stand in the bytes of a code page, which the reader takes apart."""
    data = mixed["xls"].read_bytes()
    start = data.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    begun = b"\x09\x08\x08\0\0\5\5\0\0\0\0\0" + follows + b"\x0a\0\0\0"
    data = data.replace("Workbook\0".encode("utf-16-le"), "Book\0\0\0\0\0".encode("utf-16-le"))
    path = tmp_path / "九五.xls"
    path.write_bytes(data[:start] + begun + data[start + len(begun) :])
    with pytest.raises(WorkbookError, match=r"旧格式（\.xls）|打开密码") as caught:
        examine(path)
    assert caught.value.reason == reason


@pytest.mark.requires_soffice
def test_a_panic_of_the_reader_is_one_line(
    mixed: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "坏.xls"
    for missing in range(10, 1500, 37):
        path.write_bytes(mixed["xls"].read_bytes()[:-missing])
        with suppress(WorkbookError):
            examine(path)
    assert capfd.readouterr() == ("", "")


def test_looks_of_what_is_no_container_are_unknown() -> None:
    for data in (b"", b"\xd0\xcf\x11\xe0" * 8, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4096):
        assert not looks(data).sheets


def ods(path: Path, rows: str, manifest: str = "<manifest/>") -> Path:
    content = f'<o:document-content {SPACES}><o:body><o:spreadsheet><t:table t:name="表">{rows}</t:table></o:spreadsheet></o:body></o:document-content>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return path


def test_repeated_rows_and_cells_are_written_out(tmp_path: Path) -> None:
    cell = '<t:table-cell t:number-columns-repeated="2" o:value-type="float" o:value="3"><x:p>3</x:p></t:table-cell>'
    path = ods(
        tmp_path / "a.ods",
        f'<t:table-row t:number-rows-repeated="4"/><t:table-row t:number-rows-repeated="2"><t:table-cell/>{cell}</t:table-row>'
        '<t:table-row><t:table-cell/><t:table-cell t:number-columns-spanned="2" t:number-rows-spanned="3"/></t:table-row>',
    )
    grid = read_ods(path).grids["表"]
    assert set(grid.cells) == {(5, 2), (5, 3), (6, 2), (6, 3)} and grid.merges == [(7, 2, 9, 3)]


@pytest.mark.parametrize(
    ("address", "reference"),
    [
        ("$表.$A$1", "表!$A$1"),
        ("$'甲 (1)'.$B$2:.$B$9", "'甲 (1)'!$B$2:$B$9"),
        ("$'它''s'.$B$2:$'它''s'.$C$9", "'它''s'!$B$2:$C$9"),
        ("$#REF!.$A$1", "#REF!"),
        ("", "#REF!"),
    ],
)
def test_names_of_an_ods_refer_as_elsewhere(address: str, reference: str) -> None:
    assert reference_of(address) == reference


def test_notes_and_drawings_in_a_cell_are_not_its_text(tmp_path: Path) -> None:
    inside = "<o:annotation><x:p>批注</x:p></o:annotation><x:p>正<x:span>文</x:span><x:s x:c='2'/>完</x:p><x:p>二</x:p>"
    path = ods(tmp_path / "a.ods", f"<t:table-row><t:table-cell>{inside}</t:table-cell></t:table-row>")
    assert read_ods(path).grids["表"].cells[1, 1].text == "正文  完\n二"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ('<t:table-row t:number-rows-repeated="1048576"><t:table-cell t:number-columns-repeated="16384"><x:p>炸</x:p></t:table-cell></t:table-row>', "package.too_large"),
        ('<t:table-row t:number-rows-repeated="99999999999"><t:table-cell/></t:table-row>', "package.damaged"),
        ("<t:table-row><t:table-cell>", "package.damaged"),
        ("<t:table-row>" * 200 + "</t:table-row>" * 200, "package.damaged"),
        ('</t:table><t:table t:name="表">', "package.damaged"),
    ],
)  # fmt: skip
def test_hostile_ods(tmp_path: Path, rows: str, reason: str) -> None:
    with pytest.raises(WorkbookError) as caught:
        read_ods(ods(tmp_path / "a.ods", rows))
    assert caught.value.reason == reason


def test_an_ods_in_an_encoding_that_no_parser_knows_is_damaged(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", "")
    content = b'<?xml version="1.0" encoding="gb18030"?>' + parts(path)["content.xml"]
    path.write_bytes(rewritten(path.read_bytes(), {"content.xml": content}))
    with pytest.raises(WorkbookError, match="不是正确的 XML"):
        read_ods(path)


def test_an_encrypted_ods_is_said(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as caught:
        examine(ods(tmp_path / "a.ods", "", "<manifest><encryption-data/></manifest>"))
    assert caught.value.reason == "package.encrypted"


@pytest.mark.parametrize(
    ("value", "text", "code"),
    [
        ("0.8685", "86.85%", "0.00%"), ("0.95", "95%", "0%"), ("1415.433", "1,415.43", "#,##0.00"), ("-3", "-3", "0"),
        ("12", "12个", '0"个"'), ("8.5", "￥8.50", '"￥"0.00'), ("0.5", "1/2", "General"), ("7", "看不懂", "General"),
        ("3", "5", "General"), ("1415.433", " 1,415.43 ", "#,##0.00"),
    ],
)  # fmt: skip
def test_a_format_is_found_that_shows_the_same(value: str, text: str, code: str) -> None:
    found = format_of(Decimal(value), text)
    assert found.code == code
    assert code == "General" or found.text(Decimal(value)) == text.strip()


@pytest.mark.parametrize("command", [["annotate"], ["score"]])
def test_writing_into_an_old_format_is_refused(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = ods(tmp_path / "a.ods", "")
    assert main([*command, str(path), "-o", str(tmp_path / "b.xlsx")]) == 2
    assert "另存为" in capsys.readouterr().err and not (tmp_path / "b.xlsx").exists()


def test_the_kind_of_file_is_told_by_its_content(tmp_path: Path) -> None:
    make: Callable[[], Path] = lambda: ods(tmp_path / "其实是.xlsx", "")  # noqa: E731
    with pytest.raises(OldFormatError):
        from selfeval_xl.read import Workbook

        Workbook(make())
    assert opened(make()).grids["表"].cells == {}


def test_a_chain_that_bites_its_own_tail_is_no_longer_than_its_file() -> None:
    """All of the 109 tables are sector 1, by which the directory in sector 0 goes on in sector 0."""
    head = bytearray(512)
    struct.pack_into("<8s22xHH", head, 0, CONTAINER, 9, 6)
    struct.pack_into("<I4xIII4xI", head, 48, 0, 4096, 0, 0, 0xFFFFFFFE)
    struct.pack_into("<109I", head, 76, *[1] * 109)
    tracemalloc.start()
    with pytest.raises(ValueError, match="no such stream"):
        stream_of(bytes(head) + bytes(3 * 512), "Workbook")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20
