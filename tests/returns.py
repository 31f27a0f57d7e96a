"""A seeded generator of what a bureau gets back: good returns in folders, archives and mails, and fifteen bad kinds.

A handful of workbooks is made once; each return is one of them with unit, project and figures replaced in its XML.
"""

from __future__ import annotations

import csv
import io
import mailbox
import os
import random
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path

import xlsxwriter

from selfeval_xl.fill import fill

UNIT, PROJECT, EXECUTED = "样板单位甲乙", "样板项目丙丁", "91.37"
SHEET = "xl/worksheets/sheet2.xml"  # 自评表
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DAY = datetime(2025, 3, 1, 9, 0, tzinfo=UTC)
_SAVED = (2025, 3, 1, 9, 0, 0)
_DATA = """
form: {form}
fields:
  year: 2024
  project: {project}
  unit: {unit}
  department: 市财政局
  currency_unit: 万元
  budget_weight: 10
  goal_expected: 完成年度培训和帮扶任务。
  goal_actual: 已按计划完成培训和帮扶任务。
  claimed_total: {claimed}
tables:
  funds:
    - {{name: 当年财政拨款, initial: 100, adjusted: 100, executed: {executed}}}
  indicators:
    - {{level1: 产出指标, level2: 数量指标, name: 培训人次, target: ≥1000 人次, actual: 1194 人次, weight: 50}}
    - {{level1: 效益指标, level2: 社会效益指标, name: 帮扶户数, target: ≥300 户, actual: 306 户, weight: 30}}
    - {{level1: 满意度指标, level2: 服务对象满意度指标, name: 服务对象满意度, target: ≥90%, actual: 95%, weight: 10}}
"""


@dataclass(frozen=True)
class Made:
    """What was made, and the results expected by file name: ``expected`` None for a return that can be read, or else
    words of the reason; ``found`` the id that must be among the findings; ``passed`` are files to be skipped."""

    folder: Path
    units: Path
    expected: Mapping[str, str | None]
    found: Mapping[str, str]
    passed: frozenset[str]
    missing: tuple[str, ...]


@dataclass
class _Maker:
    folder: Path
    random: random.Random
    rows: int
    expected: dict[str, str | None] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    units: list[tuple[str, str, str]] = field(default_factory=list)


def build(folder: Path, count: int, *, seed: int = 2024, bad: float = 0.01, kinds: Sequence[str] = ()) -> Made:
    """Make ``count`` files under ``folder``, with at least one of each bad kind (or of ``kinds``), and the list of units."""
    maker = _Maker(folder / "收件", random.Random(seed), rows=1_000_000 if count > 1_000 else 100_000)
    kinds = kinds or tuple(BAD)
    number_of_bad = max(len(kinds), round(count * bad))
    good = _good(maker, count - number_of_bad)
    while batch := [one for _, one in zip(range(maker.random.choice((1, 1, 1, 12, 40))), good, strict=False)]:
        _deliver(maker, batch)
    for number in range(number_of_bad):
        kind = kinds[number % len(kinds)]
        BAD[kind](maker, f"坏{number:04d}{kind}")
    missing = ("没有交表的单位一", "没有交表的单位二")
    roll = folder / "单位名单.csv"
    with roll.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("单位", "项目", "邮箱", "类别"))
        writer.writerows((unit, "", mail, kind) for unit, mail, kind in maker.units)
        writer.writerows((unit, "", "", "市直") for unit in missing)
    return Made(maker.folder, roll, maker.expected, maker.found, frozenset(maker.passed), missing)


@cache
def base(form: str = "project", claimed: str = "99.14") -> bytes:
    """A filled workbook of ours, made once."""
    with tempfile.TemporaryDirectory() as folder:
        data, book = Path(folder) / "a.yaml", Path(folder) / "a.xlsx"
        text = _DATA.format(form=form, unit=UNIT, project=PROJECT, executed=EXECUTED, claimed=claimed)
        data.write_text(text, encoding="utf-8")
        fill(data, book)
        return book.read_bytes()


@cache
def official() -> bytes:
    """An official form."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = workbook.add_worksheet("Sheet1")
    rows = [
        ["项目支出绩效自评表"], ["（2024年度）"], ["项目名称", PROJECT], ["主管部门", "市财政局", "", "", "实施单位", UNIT],
        ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["", "年度资金总额", 100, 100, float(EXECUTED), 10, "91.37%", 9.14],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"],
        ["产出指标", "数量指标", "培训人次", "≥1000人次", "1194人次", 60, 60, ""],
        ["效益指标", "社会效益指标", "帮扶户数", "≥300户", "306户", 30, 30, ""],
        ["总分", "", "", "", "", 100, 99.14],
    ]  # fmt: skip
    for row, cells in enumerate(rows):
        sheet.write_row(row, 0, cells)
    workbook.close()
    return stream.getvalue()


def varied(data: bytes, changes: Mapping[str, str], parts: Mapping[str, bytes] | None = None) -> bytes:
    """The workbook with texts replaced in all its XML, and whole parts replaced or added; the same bytes every time."""
    pairs = [(before.encode(), after.encode()) for before, after in changes.items()]
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w") as new,
    ):
        contents = {name: old.read(name) for name in old.namelist()} | dict(parts or {})
        for name, content in contents.items():
            for before, after in pairs:
                content = content.replace(before, after)
            new.writestr(zipfile.ZipInfo(name, _SAVED), content, zipfile.ZIP_DEFLATED, compresslevel=1)
    return stream.getvalue()


def part(data: bytes, name: str) -> bytes:
    """A part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)


def letter(sender: str, attachments: Mapping[str, bytes], when: datetime = _DAY) -> bytes:
    """A mail with files attached."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"经办人 <{sender}>"
    message["To"] = "bureau@example.org"
    message["Subject"] = "报送绩效自评表"
    message["Date"] = format_datetime(when)
    message.set_content("见附件。")
    for name, data in attachments.items():
        message.add_attachment(data, "application", "octet-stream", filename=name)
    return message.as_bytes()


class _Gbk(zipfile.ZipInfo):
    """An entry as Chinese Windows writes it: its name in GBK, without declaring that."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def zipped(files: Mapping[str, bytes], *, gbk: bool = False) -> bytes:
    """An archive of some files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr((_Gbk if gbk else zipfile.ZipInfo)(name, (2025, 3, 2, 10, 0, 0)), data)
    return stream.getvalue()


def _good(maker: _Maker, count: int) -> Iterator[tuple[str, str, bytes]]:
    """(mail address, file name, workbook) of good returns; every thirtieth unit sends its return a second time."""
    kinds = ("市直", "县区", "乡镇")
    for number in range(count):
        again = number % 30 == 29
        serial = number - 1 if again else number
        unit, project = f"{_city(serial)}第{serial}单位", f"专项{serial}"
        mail = f"unit{serial}@example.org"
        executed = f"{maker.random.uniform(60, 100):.2f}" if again or number % 4 == 0 else EXECUTED
        source = official() if number % 5 == 3 else base()
        if not again:
            maker.units.append((unit, mail, kinds[serial % 3]))
        name = f"2024_{unit}_{project}_自评表{'（改）' if again else ''}.xlsx"
        maker.expected[name] = None
        yield mail, name, varied(source, {UNIT: unit, PROJECT: project, f">{EXECUTED}<": f">{executed}<"})


def _city(number: int) -> str:
    return ("江北", "江南", "山前", "山后", "湖东")[number % 5]


def _deliver(maker: _Maker, batch: list[tuple[str, str, bytes]]) -> None:
    """Write a single return as a file or a mail, several as an archive or a mailbox."""
    number = len(maker.expected)
    folder = maker.folder / _city(number)
    folder.mkdir(parents=True, exist_ok=True)
    if len(batch) == 1:
        mail, name, data = batch[0]
        if maker.random.random() < 0.3:
            (folder / f"来信{number}.eml").write_bytes(letter(mail, {name: data}, _DAY + timedelta(minutes=number)))
        else:
            _write(folder / name, data, number)
    elif len(batch) < 20:
        files = {name: data for _, name, data in batch}
        (folder / f"汇总{number}.zip").write_bytes(zipped(files, gbk=number % 2 == 0))
    else:
        box = mailbox.mbox(folder / f"邮箱{number}.mbox")
        for mail, name, data in batch:
            box.add(letter(mail, {name: data}))
        box.close()


def _write(path: Path, data: bytes, minutes: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    when = (_DAY + timedelta(minutes=minutes)).timestamp()
    os.utime(path, (when, when))


Bad = Callable[[_Maker, str], None]


def _bad(content: Callable[[], bytes], reason: str | None, ending: str = ".xlsx", finding: str | None = None) -> Bad:
    def make(maker: _Maker, stem: str) -> None:
        name = stem + ending
        _write(maker.folder / "其他" / name, content())
        maker.expected[name] = reason
        if finding:
            maker.found[name] = finding

    return make


@cache
def bomb() -> bytes:
    stream = io.BytesIO(base())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        package.writestr("xl/media/image1.bin", bytes(64 << 20))
    return stream.getvalue()


@cache
def blank_rows(count: int) -> bytes:
    """A sound form with many formatted rows without values below it."""
    sheet = part(base(), SHEET)
    rows = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(1_000, 1_000 + count))
    return varied(
        base(), {UNIT: "百万空行的单位"}, {SHEET: sheet.replace(b"</sheetData>", rows.encode() + b"</sheetData>")}
    )


def entities() -> bytes:
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    return varied(base(), {}, {SHEET: laughs + part(base(), SHEET).partition(b"?>")[2]})


def wrong_form() -> bytes:
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = workbook.add_worksheet("通讯录")
    for row, cells in enumerate((("姓名", "科室"), ("某某", "办公室"))):
        sheet.write_row(row, 0, cells)
    workbook.close()
    return stream.getvalue()


def with_macro() -> bytes:
    types = (
        part(base(), "[Content_Types].xml")
        .replace(b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml")
        .replace(b"application/vnd.openxmlformats-officedocument.ms-excel", b"application/vnd.ms-excel")
    )
    types = types.replace(
        b"</Types>", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    )
    return varied(base(), {UNIT: "带宏的单位"}, {"[Content_Types].xml": types, "xl/vbaProject.bin": b"\0" * 64})


def with_links() -> bytes:
    rels = "xl/_rels/workbook.xml.rels"
    relation = b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>'
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    target = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" Target="file:///C:/a.xlsx" TargetMode="External"/></Relationships>'
    return varied(
        base(),
        {UNIT: "有外部链接的单位"},
        {
            rels: part(base(), rels).replace(b"</Relationships>", relation),
            "xl/externalLinks/externalLink1.xml": link,
            "xl/externalLinks/_rels/externalLink1.xml.rels": target,
        },
    )


@cache
def huge_strings() -> bytes:
    """A project name of 16 MB, random so that it is not compressed enough to look like a zip bomb."""
    noise = random.Random(7).randbytes(8 << 20).hex()
    return varied(base(), {UNIT: "超长文字的单位", PROJECT: noise})


def duplicate_names() -> bytes:
    stream = io.BytesIO(base())
    with zipfile.ZipFile(stream, "a") as package, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        package.writestr(SHEET, b"<worksheet/>")
    return stream.getvalue()


def _blank(maker: _Maker, stem: str) -> None:
    _bad(lambda: blank_rows(maker.rows), None)(maker, stem)


def _climbing(maker: _Maker, stem: str) -> None:
    path = maker.folder / "其他" / f"{stem}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zipped({f"../../../{stem}.xlsx": varied(base(), {UNIT: "爬出去的单位"})}))
    maker.expected[f"{stem}.xlsx"] = "包外"


def _locked(maker: _Maker, stem: str) -> None:
    """Write a workbook as if open in somebody's Excel: it is sound, but has a lock file beside it."""
    _write(maker.folder / "其他" / f"{stem}.xlsx", varied(base(), {UNIT: f"{stem}单位"}))
    _write(maker.folder / "其他" / f"~${stem}.xlsx", b"\x05user" + bytes(160))
    maker.expected[f"{stem}.xlsx"] = None
    maker.passed.add(f"~${stem}.xlsx")


def _unreadable(maker: _Maker, stem: str) -> None:
    """Make a file that can't be read: a link to a missing file."""
    path = maker.folder / "其他" / f"{stem}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(maker.folder / "没有这个文件.xlsx")
    maker.expected[path.name] = "找不到"


BAD: Mapping[str, Bad] = {
    "加密": _bad(
        lambda: _OLE + bytes(1016) + "EncryptedPackage".encode("utf-16-le").ljust(128, b"\0") + bytes(384), "密码"
    ),
    "截断": _bad(lambda: base()[: len(base()) // 2], "损坏"),
    "炸弹": _bad(bomb, "展开后是原来的"),
    "空行": _blank,
    "实体": _bad(entities, "不要打开"),
    "别的": _bad(lambda: b"%PDF-1.7\n" + bytes(2000), "PDF"),
    "空的": _bad(lambda: b"", "空的"),
    "错表": _bad(wrong_form, "没有找到自评表"),
    "宏": _bad(with_macro, None, ".xlsm", "package.macro"),
    "链接": _bad(with_links, None, finding="package.external_link"),
    "长文": _bad(huge_strings, None),
    "重名": _bad(duplicate_names, "重名"),
    "爬出": _climbing,
    "占用": _locked,
    "读不到": _unreadable,
}
