"""Opens the zip under a workbook as if it were hostile: its directory is checked before anything is unpacked."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from selfeval_xl.errors import OldFormatError, WorkbookError
from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.opening.archive import BEGIN, Archive, Refusal
from selfeval_xl.workbook.opening.container import CONTAINER, OLD_STREAMS, first_stream

MAX_FILE = 100 << 20  # bytes of the file
MAX_ENTRIES = 4_000  # parts in it
MAX_UNPACKED = 320 << 20  # bytes of all parts; a million styled blank rows need about 100 MB
MAX_RATIO = 250  # unpacked to packed, of a part larger than RATIO_FROM; sheets reach 40
RATIO_FROM = 8 << 20
SAVE_ANEW = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后再用。"
_OFFSET = struct.Struct("<42xL")  # of a directory entry: the offset of the entry's header
BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError,
)  # fmt: skip
"""What zipfile raises for a file that is no zip, or not all of one."""
_EMPTY = "文件是空的，0 字节，可能没有存好或没有传完。请用原来的文件，或请对方重新发送。"
_HALF_OLD = (
    "这是不完整的旧格式（.xls）文件，或别的程序的旧格式文件，读不出来。请检查它是否完整，或请对方重新发送 .xlsx 文件。"
)
_ORIGINAL = "不是 Excel 工作簿。请提供原来的 .xlsx 文件。"
_INSIDE = "不是 Excel 工作簿。请先解压，再提供里面的 .xlsx 文件。"
_FOREIGN = (
    (b"%PDF", f"这是 PDF 文件，{_ORIGINAL}"),
    *((begin, f"这是图片，{_ORIGINAL}") for begin in (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*")),
    (b"Rar!", f"这是 RAR 压缩包，{_INSIDE}"),
    (b"7z\xbc\xaf", f"这是 7z 压缩包，{_INSIDE}"),
    (b"\x1f\x8b", f"这是 gz 压缩包，{_INSIDE}"),
    (b"{\\rtf", "这是 Word 文档，不是 Excel 工作簿。请提供 .xlsx 文件。"),
    (b"<", f"这是网页或 XML 文件，不是 Excel 工作簿（有些系统导出的 .xls 就是这样的）。{SAVE_ANEW}"),
    (b"MIME-Version:", f"这是单个文件网页（.mht）或邮件，不是 Excel 工作簿。{SAVE_ANEW}"),
)
_TEXT = f"这是纯文本（如 .csv），不是 Excel 工作簿，改扩展名没有用。{SAVE_ANEW}"
_UNKNOWN = (
    "这不是 Excel 工作簿（.xlsx），认不出是什么文件：可能只是改了扩展名，没有传完，或被单位的文档加密软件加了密。"
    "打得开的，请用 Excel 或 WPS 另存为“Excel 工作簿（*.xlsx）”后再用；加了密的，请先解密。"
)
_NO_TEXT = lazy(rb"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how a text in it begins

_ENCRYPTED = "EncryptedPackage"
_OLD_FOREIGN = {
    "WordDocument": "这是旧格式的 Word 文档，不是 Excel 工作簿。请提供 .xlsx 文件。",
    "PowerPoint Document": "这是旧格式的演示文稿，不是 Excel 工作簿。请提供 .xlsx 文件。",
}


def open_archive(source: Path | bytes, label: str | None = None, *, own: bool = False) -> Archive:
    """The file's parts.  WorkbookError (package.*) where it is no zip, or one that must not be unpacked.

    One of our ``own`` making (a ledger of a hundred thousand returns) may be of any size.
    """
    refusal = Refusal(label or (source.name if isinstance(source, Path) else "工作簿"))
    data = source if isinstance(source, bytes) else _read(source, refusal, -1 if own else MAX_FILE + 1)
    if len(data) > MAX_FILE and not own:
        raise refusal.too_large(f"文件超过 {MAX_FILE >> 20} MB")
    if not data.startswith(b"PK"):
        raise _not_a_zip(refusal, data)
    # Counted by signature: zipfile would first build an object for every entry.
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        raise refusal.too_large(f"内部文件超过 {MAX_ENTRIES} 个")
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
        require_whole(opened)
    except BROKEN as error:
        raise refusal.damaged("压缩包不完整") from error
    infos = files(opened)
    archive = Archive(refusal.label, data, {info.filename.replace("\\", "/"): info for info in infos})
    _judge(archive, infos, own)
    return archive


def files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The entries of a zip that are no folders (``is_dir`` fails on an empty name)."""
    return [info for info in archive.infolist() if not info.filename.endswith("/")]


def require_whole(archive: zipfile.ZipFile) -> None:
    """BadZipFile where a zip's end was cut off and zipfile took the directory of a zip stored within it for its own.

    Offsets in an inner zip's directory count from its own start, so they are too small by what precedes it in the file.
    What precedes it is an entry then, and not the program that stands before a self-extracting zip.
    """
    infos, stream = archive.infolist(), cast(BinaryIO, archive.fp)
    stream.seek(0)
    if stream.read(len(BEGIN)) != BEGIN:
        return
    stream.seek(archive.start_dir)
    if not infos or _OFFSET.unpack(stream.read(_OFFSET.size))[0] < infos[0].header_offset:
        raise zipfile.BadZipFile("the end is missing")


def is_workbook(data: bytes) -> bool:
    """Whether a file is a workbook by its content, whatever its name: .xlsx, .ods, .xls, or one with a password."""
    if data.startswith(BEGIN):
        return b"xl/workbook." in data or b"application/vnd.oasis.opendocument.spreadsheet" in data[:128]
    return data.startswith(CONTAINER) and first_stream(data, *OLD_STREAMS, _ENCRYPTED) is not None


def _read(path: Path, refusal: Refusal, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError as error:
        raise refusal.not_workbook("找不到这个文件。请检查文件名和所在文件夹。") from error
    except OSError as error:
        if path.is_dir():
            raise refusal.not_workbook("这是文件夹，不是工作簿。") from error
        raise refusal.not_workbook("打不开这个文件。请在 Excel 或 WPS 中关闭它，并检查读取权限。") from error


def _judge(archive: Archive, infos: list[zipfile.ZipInfo], own: bool) -> None:
    if len({name.lower() for name in archive.names}) != len(infos):
        raise archive.damaged("内部有重名的文件")
    for name, info in archive.entries.items():
        if name.startswith("/") or ":" in name or ".." in name.split("/"):
            raise archive.damaged("内部文件名指向文件之外")
        if info.flag_bits & 0x1:
            raise archive.encrypted()
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise archive.damaged("压缩方法不是工作簿所用的")
        if not own and info.file_size > max(RATIO_FROM, MAX_RATIO * info.compress_size):
            raise archive.too_large(f"里面的 {name} 展开后是原来的 {MAX_RATIO} 倍以上")
    if not own and sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise archive.too_large(f"展开后超过 {MAX_UNPACKED >> 20} MB")
    if sum(info.compress_size for info in infos) > len(archive.data):  # only damaged, as bombs were refused above
        raise archive.damaged("内部文件互相重叠，或中间缺了一段")


def _not_a_zip(refusal: Refusal, data: bytes) -> WorkbookError:
    if not data:
        return refusal.not_workbook(_EMPTY)
    if data.startswith(CONTAINER):
        stream = first_stream(data, _ENCRYPTED, *OLD_STREAMS, *_OLD_FOREIGN)
        if stream == _ENCRYPTED:
            return refusal.encrypted()
        if stream in OLD_STREAMS:
            return OldFormatError(refusal.label, f"这是旧格式（.xls）的工作簿。{SAVE_ANEW}", "xls")
        return refusal.not_workbook(_OLD_FOREIGN[stream] if stream else _HALF_OLD)
    head = data[:1024]
    if head.startswith(_UTF_16):
        head = head.decode("utf-16", "ignore").encode("utf-8", "ignore")
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    kinds = (message for signature, message in _FOREIGN if head.startswith(signature))
    return refusal.not_workbook(next(kinds, _UNKNOWN if _NO_TEXT.search(head) else _TEXT))
