"""Where returns come in: folders, links, archives and mails, also those that can not be opened."""

from __future__ import annotations

import base64
import io
import os
import time
import zipfile
from pathlib import Path

import pytest
import returns
from intake import book, call, cells, column, last, put, run
from returns import base, letter, zipped
from zipped import packed

from selfeval_xl.collect.containers import unpacked
from selfeval_xl.collect.sources import Passed, Source, found


def test_files_are_found_once_and_each_on_its_own(tmp_path: Path) -> None:
    put(tmp_path / "b" / "a.xlsx", b"1")
    put(tmp_path / "a.xlsx", b"1")
    for name in ("x.xlsx", "y.xlsx"):
        (tmp_path / name).symlink_to(tmp_path / "nothing")
    names = [one.name for one in found([str(tmp_path / "b"), str(tmp_path), str(tmp_path / "a.xlsx")])]
    assert names == [str(tmp_path / name) for name in ("b/a.xlsx", "a.xlsx", "x.xlsx", "y.xlsx")]


def test_a_folder_given_in_several_ways_is_one(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "周一" / "a.xlsx", book())
    (tmp_path / "今年").symlink_to(tmp_path / "收件")
    (tmp_path / "收件" / "圈").symlink_to(".")
    paths = [str(tmp_path / each) for each in ("收件", "收件/周一", "收件/../收件", "今年", "收件/周一/a.xlsx")]
    assert len(list(found(paths))) == 1


def test_our_own_drafts_are_no_mails_that_somebody_sent(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "好.xlsx", book())
    put(tmp_path / "收件" / "坏.xlsx", b"broken")
    run(tmp_path, annotate=tmp_path / "收件" / "退回")
    assert run(tmp_path, ledger="另一份.xlsx").intake.unread == 1


def test_links_that_lead_nowhere_stop_nothing(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "甲.xlsx", book())
    (tmp_path / "收件" / "圈.xlsx").symlink_to("圈.xlsx")
    (tmp_path / "收件" / "圈").symlink_to("圈")
    (tmp_path / "台账.xlsx").symlink_to("台账.xlsx")
    result = run(tmp_path)
    assert {last(one["file"]): one["readable"] for one in result.details} == {"甲.xlsx": True, "圈.xlsx": False}
    assert [last(one.name) for one in result.intake.passed] == ["圈"]
    assert column(tmp_path / "台账.xlsx", "一览", "单位")


def test_a_path_too_long_for_windows_is_told_where_a_file_can_not_be_opened(tmp_path: Path) -> None:
    deep = tmp_path / ("某" * 80) / ("市" * 80) / ("县" * 80)
    deep.mkdir(parents=True)
    (deep / "甲.xlsx").symlink_to("没有")
    (one,) = found([str(tmp_path)])
    assert isinstance(one, Source) and "请把文件夹移到上层" in (one.reason or "")


def names_in(path: Path) -> dict[str, str | None]:
    """What a file holds: the name and the reason where it can't be opened; ``-`` before what is passed over."""
    result: dict[str, str | None] = {}
    for one in found([str(path)]):
        for inner in (one,) if isinstance(one, Passed) else unpacked(one):
            own = inner.name.removeprefix(f"{path}").removeprefix(" › ")
            result["-" + own if isinstance(inner, Passed) else own] = (
                inner.reason if isinstance(inner, Source) else None
            )
    return result


@pytest.mark.parametrize("sep", ["/", "\\"])  # which zipfile takes for what parts folders; 嘰 ends in a backslash in GBK
def test_archives_with_chinese_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sep: str) -> None:
    files = {"甲单位/自评表.xlsx": b"1", "甲单位/说明.docx": b"2", "~$自评表.xlsx": b"3", "__MACOSX/._a.xlsx": b"4", "嘰.xlsx": b"5"}
    archives = [put(tmp_path / f"{gbk}.zip", zipped(files, gbk=gbk)) for gbk in (False, True)]
    monkeypatch.setattr(os, "sep", sep)
    for path in archives:
        assert names_in(path) == {
            "甲单位/自评表.xlsx": None, "-甲单位/说明.docx": None, "-~$自评表.xlsx": None, "-__MACOSX/._a.xlsx": None, "嘰.xlsx": None,
        }  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="names on Windows are text")
def test_names_of_files_that_windows_wrote_are_read_on_other_systems(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode("教育局".encode("gbk"))
    path = put(folder / os.fsdecode("甲单位自评表.xlsx".encode("gbk")), b"1")
    (one,) = found([str(folder)])
    assert isinstance(one, Source)
    assert (one.name, one.place, one.file) == (str(tmp_path / "教育局/甲单位自评表.xlsx"), "甲单位自评表.xlsx", str(path))


def test_archives_within_archives_to_a_depth(tmp_path: Path) -> None:
    inner = zipped({"a.xlsx": b"1"})
    path = put(tmp_path / "外.zip", zipped({"内.zip": inner, "套.zip": zipped({"太深.zip": inner})}))
    got = names_in(path)
    assert got["内.zip › a.xlsx"] is None
    assert "太多层" in (got["套.zip › 太深.zip"] or "")


def test_archive_that_never_ends(tmp_path: Path) -> None:
    """Mails and archives in turn count as levels, too."""
    data = zipped({"a.xlsx": b"1"})
    for level in range(6):
        data = zipped({f"{level}.eml": letter("a@example.org", {f"{level}.zip": data})})
    assert len(names_in(put(tmp_path / "套娃.zip", data))) == 1


def listed(*, times: int, **how: tuple[int, ...]) -> bytes:
    """An archive of one workbook, which its directory lists so many times."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(zipfile.ZipInfo("a.xlsx", **how), base())
        made.filelist *= times
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (zipped({"../../a.xlsx": b"1"}), "包外"),
        (zipped({"/etc/a.xlsx": b"1"}), "包外"),
        (zipped({"C:\\a.xlsx": b"1"}), "包外"),
        (zipped({"a.rar": b"1"}), "RAR"),
        (zipped({"a.xlsx": b"1"})[:-30], "不完整"),
        (b"PK\x03\x04" + bytes(100), "不完整"),
        (zipped({"a.xlsx": base(), "b.xlsx": base()})[:-20], "不完整"),
        (zipped({"a.xlsx": base(), "b.xlsx": base()})[:-5_000], "不完整"),
        (zipped({"a.xlsx": base(), "b.xlsx": base()})[: len(base()) + 36], "不完整"),  # up to the end of the first
        (zipped({}), "空的"),
        (packed({"a.xlsx": b"1" * 99}, zipfile.ZIP_BZIP2), "压缩方法不常见"),
        (listed(times=4), "比它自己还大"),
        (b"PK\x01\x02" * 100_001, "超过 100000 个"),
    ],
)
def test_archives_that_are_not_to_be_opened(tmp_path: Path, data: bytes, word: str) -> None:
    assert [word in (reason or "") for reason in names_in(put(tmp_path / "a.zip", data)).values()] == [True]


def test_archive_that_unpacks_itself(tmp_path: Path) -> None:
    """A program stands before its entries."""
    data = b"MZ" + bytes(3_000) + zipped({"a.xlsx": base()})
    assert names_in(put(tmp_path / "a.zip", data)) == {"a.xlsx": None}


def test_archive_that_knows_no_dates(tmp_path: Path) -> None:
    data = listed(times=1, date_time=(1980, 0, 0, 0, 0, 0))
    assert names_in(put(tmp_path / "a.zip", data)) == {"a.xlsx": None}


def test_directory_from_which_the_first_entry_was_struck(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("旧.xlsx", b"1")
        made.writestr("新.xlsx", b"2")
        del made.filelist[0]
    assert names_in(put(tmp_path / "a.zip", stream.getvalue())) == {"新.xlsx": None}


def test_pipes_are_not_opened(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes of this kind")
    for name in ("管道.xlsx", "管道"):
        os.mkfifo(tmp_path / name)
    got = names_in(tmp_path)
    assert "管道或设备" in (got["/管道.xlsx"] or "") and got["-/管道"] is None


def test_content_tells_where_the_name_says_nothing(tmp_path: Path) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016)
    said = {name: old + name.encode("utf-16-le").ljust(512, b"\0") for name in ("Workbook", "WordDocument")}
    mail = b"From - Sat Mar  1 09:00:00 2025\n" + letter("a@example.org", {"x.xlsx": b"1"}).replace(b"\r\n", b"\n")
    files = {
        "附件": base(), "附件.dat": base(), "1.甲单位自评表": base(), "a.xlsx(1)": base(), "旧": said["Workbook"],
        "文档": said["WordDocument"], "文字": b"From here on: nothing", "其他.docx": base(), "._附件": base(),
        "压缩": zipped({"a.txt": b"1"}), "收件箱": mail, "包.dat": b"Rar!",
    }  # fmt: skip
    holds = {"收件箱": "收件箱 › 第 1 封 › x.xlsx"}
    returned = {holds.get(name, name) for name in ("附件", "附件.dat", "1.甲单位自评表", "a.xlsx(1)", "旧", "收件箱", "包.dat")}
    expected = returned | {f"-{name}" for name in ("文档", "文字", "其他.docx", "._附件", "压缩")}
    for name, data in files.items():
        put(tmp_path / "散" / name, data)
    put(tmp_path / "a.zip", zipped(files))
    put(tmp_path / "a.eml", letter("a@example.org", files))
    told = names_in(tmp_path / "散")
    assert {name.replace("/", "", 1) for name in told} == expected
    assert "RAR" in (told["/包.dat"] or "")
    for container in ("a.zip", "a.eml"):
        got = names_in(tmp_path / container)
        assert got.keys() == expected, container
        assert [name for name, reason in got.items() if reason] == ["包.dat"]
    put(tmp_path / "收件" / "附件", book("甲单位"))
    put(tmp_path / "收件" / "a.eml", letter("a@example.org", {"附件.dat": book("乙单位")}))
    assert [one["unit"] for one in run(tmp_path).details] == ["乙单位", "甲单位"]


def test_mails_that_hold_no_file_say_so(tmp_path: Path) -> None:
    forgotten, tnef, scan = letter("a@example.org", {}), b"\x78\x9f\x3e\x22" + bytes(80), b"%PDF"
    assert "没有附件" in str(names_in(put(tmp_path / "忘了.eml", forgotten)))
    assert "winmail.dat" in (names_in(put(tmp_path / "a.eml", letter("a@example.org", {"winmail.dat": tnef})))["winmail.dat"] or "")
    assert names_in(put(tmp_path / "b.eml", letter("a@example.org", {"a.pdf": scan}))) == {"-a.pdf": None, "-": None}
    picture = b"--B\r\nContent-Type: image/png\r\nContent-ID: <1>\r\nContent-Disposition: inline; filename=a.png\r\n\r\nx\r\n--B--\r\n"
    signed = b'Content-Type: multipart/related; boundary="B"\r\n\r\n' + picture
    assert "没有附件" in str(names_in(put(tmp_path / "署名.eml", signed))), "a picture in the text was not attached"
    box = b"From x@example.org Sat Mar  1 09:00:00 2025\n" + forgotten.replace(b"\r\n", b"\n")
    assert names_in(put(tmp_path / "c.mbox", box)) == {"-第 1 封": None}, "a mailbox holds other mails, too"
    assert "没有邮件" in str(names_in(put(tmp_path / "d.mbox", b"")))
    put(tmp_path / "收件" / "忘了.eml", forgotten)
    assert "没有附件" in run(tmp_path).details[0]["reason"]


@pytest.mark.parametrize("packed", [False, True])
def test_forwarded_mails(tmp_path: Path, packed: bool) -> None:
    inner = letter("a@example.org", {"表.xlsx": b"1"})
    encoding = b"Content-Transfer-Encoding: base64\r\n" if packed else b""
    body = base64.encodebytes(inner) if packed else inner
    mail = b'Content-Type: multipart/mixed; boundary="B"\r\n\r\n--B\r\nContent-Type: message/rfc822\r\n' + encoding + b"\r\n" + body + b"\r\n--B--\r\n"
    assert last(*names_in(put(tmp_path / "a.eml", b"\xef\xbb\xbf\r\n" + mail))) == "表.xlsx"
    mislabelled = inner.replace(b"MIME-Version", b"Content-Transfer-Encoding: base64\r\nMIME-Version", 1)
    assert b"base64\r\nMIME" in mislabelled
    assert last(*names_in(put(tmp_path / "b.eml", mislabelled))) == "表.xlsx", "no mail, though it says that it is packed"


def locked(data: bytes) -> bytes:
    """The archive as if it had a password: the mark of it set at each entry."""
    return data.replace(b"PK\x03\x04\x14\0\0", b"PK\x03\x04\x14\0\1").replace(
        b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\1"
    )


def test_what_can_not_be_opened_is_a_clear_line(tmp_path: Path) -> None:
    encrypted = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(1016)
        + "EncryptedPackage".encode("utf-16-le").ljust(128, b"\0")
        + bytes(384)
    )
    files = {
        "a.rar": (b"Rar!", "RAR 压缩包"), "b.7z": (b"7z", "7z 压缩包"), "c.msg": (b"x", "另存为 .eml"),
        "d.xlsx": (encrypted, "设了打开密码"), "e.et": (encrypted, "设了打开密码"), "f.et": (b"x" * 600, "不是 Excel 工作簿"), "f.ett": (encrypted, "设了打开密码"),
        "g.zip": (locked(zipped({"a.xlsx": b"1"})), "压缩包设了密码"), "h.xlsx": (zipped({"a.xlsx": b"1"}), "这是压缩包"),
        "i.zip": (zipped({"内.zip": zipped({"j.xlsx": encrypted})}), "设了打开密码"), "k.eml": (letter("a@example.org", {"l.rar": b"Rar!"}), "RAR 压缩包"),
        "m.xls": (b"<html>", "网页"), "n.xlsx": (b"", "0 字节"),
        "o.zip": (b"", "0 字节"), "p.zip": (b"Rar!\x1a\x07", "RAR 压缩包"),
        "q.tar.gz": (b"\x1f\x8b", "tar、gz 压缩包"), "r.numbers": (b"PK", "Numbers"),
        "s.eml": (letter("a@example.org", {"smime.p7m": b"0\x82"}), "加密的邮件"),
    }  # fmt: skip
    for name, (data, _) in files.items():
        put(tmp_path / "收件" / name, data)
    reasons = {Path(one["file"].split(" › ")[0]).name: one["reason"] for one in run(tmp_path).details}
    assert reasons.keys() == files.keys()
    for name, (_, word) in files.items():
        assert word in reasons[name], (name, reasons[name])
        assert "：" in reasons[name] or "。" in reasons[name], "says what to do"
    told = [said for said in column(tmp_path / "台账.xlsx", "一览", "说明") if str(said).startswith("j.xlsx：")]
    assert len(told) == 1, "a printed ledger shows no paths"


def test_each_file_that_gave_nothing_has_its_error_in_the_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位\n甲单位\n", encoding="utf-8")
    put(tmp_path / "收件" / "好.xlsx", book())
    put(tmp_path / "收件" / "~$好.xlsx", b"lock")
    put(tmp_path / "收件" / "扫描.pdf", b"%PDF")
    expected = {"甲单位.rar": "package.unread", "信.msg": "package.unread", "通讯录.xlsx": "package.no_form", "坏.xlsx": "package.not_workbook"}
    contents = {"通讯录.xlsx": returns.wrong_form()}
    for name in expected:
        put(tmp_path / "收件" / name, contents.get(name, b"broken"))
    ledger = tmp_path / "台账.xlsx"
    assert call(str(tmp_path / "收件"), "-o", str(ledger), "--units", str(units), "--jobs", "1") == 1
    out = capsys.readouterr().out
    assert "计入 1 份，其中有错误的 0 份；没有读出自评表的文件 4 个（其中不是自评表的工作簿 1 个）" in out
    assert "已交 1，看不出单位 3" in out and "跳过 1 个" in out
    numbers = {row[0]: row[1:] for row in cells(ledger, "统计") if row[0]}
    assert numbers["跳过的文件（个，不是自评表）"][0] == 1
    assert (numbers["催报：交了但读不了"][0], numbers["催报：看不出单位"][0]) == (0, 3)
    overview = zip(*(column(ledger, "一览", title) for title in ("计入", "错误")), strict=True)
    assert sorted(overview) == [("不是自评表", 1), ("计入", 0), *[("读不了", 1)] * 3]  # type: ignore[type-var]
    told = [str(note).partition("：") for note in column(ledger, "催报", "说明")[1:]]
    assert {file for file, _, why in told if why} == {"信.msg", "通讯录.xlsx", "坏.xlsx"}, "and why; no path"
    told = zip(*(column(ledger, "问题清单", title) for title in ("问题", "级别", "编号")), strict=True)
    found_ids = {str(text).partition("：")[0]: id for text, level, id in told if level == "错误"}
    assert found_ids == expected


def test_files_that_are_no_returns_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    put(tmp_path / "收件" / "~$a.xlsx", b"lock")
    for number in range(12):
        put(tmp_path / "收件" / f"扫描件{number:02}.pdf", b"%PDF")
    assert call(str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--jobs", "1") == 0
    out = capsys.readouterr().out
    assert "跳过 12 个" in out and "扫描件00.pdf" in out and "扫描件09.pdf" in out and "其余" in out
    assert "扫描件10.pdf" not in out and "~$" not in out


def test_bombs_in_archives(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xlsx", bytes(32 << 20))
    assert "大得不正常" in str(names_in(put(tmp_path / "a.zip", stream.getvalue())))


@pytest.mark.parametrize(
    "disposition",
    [
        'attachment; filename="自评表.xlsx"',  # bare bytes, as old mailers write
        "attachment; filename==?gb2312?B?19TGwLHtLnhsc3g=?=",
        "attachment; filename*=utf-8''%E8%87%AA%E8%AF%84%E8%A1%A8.xlsx",
        "attachment; filename*0*=gbk''%D7%D4%C6%C0; filename*1*=%B1%ED.xlsx",
        'attachment; filename="../自评表.xlsx"',
        'attachment; filename="C:\\信\\自评表.xlsx"',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_mails_with_chinese_names(tmp_path: Path, disposition: str, encoding: str) -> None:
    mail = f"From: x <A@example.org>\nDate: Sat, 01 Mar 2025 09:00:00 +0800\nContent-Type: application/octet-stream\nContent-Disposition: {disposition}\n\nabc"
    path = put(tmp_path / "a.eml", mail.encode(encoding))
    (one,) = (inner for top in found([str(path)]) if isinstance(top, Source) for inner in unpacked(top))
    assert isinstance(one, Source)
    assert (one.name.rpartition(" › ")[2], one.data, one.sender, one.sent) == ("自评表.xlsx", b"abc", "a@example.org", 1740790800.0)


@pytest.mark.parametrize(
    ("kind", "name"),
    [('application/octet-stream; name="自评表.xlsx"', "自评表.xlsx"), ("application/vnd.ms-spreadsheet", "附件.xlsx")],
)
def test_a_file_in_a_mail_may_have_its_name_with_its_kind_or_none(tmp_path: Path, kind: str, name: str) -> None:
    mail = f"From: x <a@example.org>\nContent-Type: {kind}\nContent-Disposition: attachment\n\nabc"
    path = put(tmp_path / "a.eml", mail.encode())
    (one,) = (inner for top in found([str(path)]) if isinstance(top, Source) for inner in unpacked(top))
    assert last(one.name) == name


def test_mailbox(tmp_path: Path) -> None:
    made = b"".join(
        b"From x@example.org Sat Mar  1 09:00:00 2025\n" + letter("a@example.org", {f"{name}.xlsx": name.encode()}).replace(b"\r\n", b"\n") + b"\n"
        for name in ("甲", "乙")
    )  # fmt: skip
    made = made.replace(b"\n\n--=", b"\n\nSaid below:\nFrom here on\n--=")  # what mailers put before the first part
    assert b"\nFrom here" in made
    for ending in (b"\n", b"\r\n", b"\r\r\n"):
        path = put(tmp_path / "a.mbox", made.replace(b"\n", ending))
        assert names_in(path) == {"第 1 封 › 甲.xlsx": None, "第 2 封 › 乙.xlsx": None}


def test_two_attachments_of_one_name(tmp_path: Path) -> None:
    sent = letter("a@example.org", {"a.xlsx": book("甲单位"), "b.xlsx": book("乙单位")})
    put(tmp_path / "收件" / "信.eml", sent.replace(b"b.xlsx", b"a.xlsx"))
    assert {last(one["file"]): one["unit"] for one in run(tmp_path).details} == {"a.xlsx": "甲单位", "a（2）.xlsx": "乙单位"}


@pytest.mark.parametrize("inner", [b"Content-Type: multipart/mixed; boundary=X%d\n\n--X%d\n", b"Content-Type: message/rfc822\n\nA%d: %d\n"])
def test_a_mail_within_a_thousand_others_is_told_and_stops_nothing(tmp_path: Path, inner: bytes) -> None:
    parts = b"".join(inner % (number, number) for number in range(2000))
    put(tmp_path / "a.eml", b"From: a@example.org\n" + parts + b"Content-Type: text/plain\n\n1\n")
    put(tmp_path / "b.eml", letter("a@example.org", {"x.xlsx": base()}))
    got = names_in(tmp_path)
    assert ["一层套一层" in (got.pop("/a.eml") or ""), *got.values()] == [True, None]


@pytest.mark.parametrize("header", [b"From", b"Content-Type"])
def test_long_headers_of_a_mail_take_no_long_time(tmp_path: Path, header: bytes) -> None:
    for text in (b"(a)" * 8000, b'"' * 30000, b"(" * 30000):
        mail = put(tmp_path / "a.eml", header + b": " + text + b"\n\n1\n")
        started = time.process_time()
        assert len(names_in(mail)) == 1
        assert time.process_time() - started < 1
