"""The zip under a workbook, opened as if it were hostile: what its directory says is judged before unpacking."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

from selfeval_xl.errors import OldFormatError, WorkbookError
from selfeval_xl.workbook.markup import DeclarationError, Element, MarkupError, Node, elements, grow, parse

LOCK_FILES = ("~$", ".~")  # how the names begin that Excel and WPS give to theirs
MAX_FILE = 100 << 20  # bytes of the file
MAX_ENTRIES = 4_000  # parts in it
MAX_UNPACKED = 320 << 20  # bytes of all parts; a million styled blank rows need about 100 MB
MAX_RATIO = 250  # unpacked to packed, of a part larger than RATIO_FROM; sheets reach 40
RATIO_FROM = 8 << 20
CHUNK = 1 << 16  # bytes unpacked at a time
_SMALL = 1 << 16  # bytes of a part whose content is kept in mind

SAVE_ANEW = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后再用。"
_BEGIN = b"PK\x03\x04"  # of an entry's header
_OFFSET = struct.Struct("<42xL")  # in an entry of the directory: where it says that the entry's header lies
_LOCAL = struct.Struct("<4s22xHH")  # the signature of an entry's header, the lengths of its name and of its extras
BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError,
)  # fmt: skip
"""What zipfile raises for a zip that is none, or not whole."""
_DAMAGED = "文件已损坏，读不出来（{}）。请用 Excel 打开并修复、另存为 .xlsx，或请对方重新发送。"
_DECLARES = (
    "{} 里声明了 XML 的实体或文档类型（DTD），表格软件从不这样写，文件可能被人动过手脚。"
    "请不要打开它，请对方用 Excel 或 WPS 重新做一份发来。"
)
_EMPTY = "文件是空的，0 字节，可能没有存好或没有传完。请用原来的文件，或请对方重新发送。"
_HALF_OLD = (
    "这是不完整的旧格式（.xls）文件，或别的程序的旧格式文件，读不出来。请检查它是否完整，或请对方重新发送 .xlsx 文件。"
)
_TOO_LARGE = "文件大得不正常（{}），为安全起见没有展开。请删去多余的图片、空行和附件，另存为 .xlsx 后再用。"
_FOREIGN = (
    (b"%PDF", "这是 PDF 文件，不是 Excel 工作簿。请提供原来的 .xlsx 文件。"),
    (b"\xff\xd8\xff", "这是图片，不是 Excel 工作簿。请提供原来的 .xlsx 文件。"),
    (b"\x89PNG", "这是图片，不是 Excel 工作簿。请提供原来的 .xlsx 文件。"),
    (b"Rar!", "这是 RAR 压缩包，不是 Excel 工作簿。请先解压，再提供里面的 .xlsx 文件。"),
    (b"7z\xbc\xaf", "这是 7z 压缩包，不是 Excel 工作簿。请先解压，再提供里面的 .xlsx 文件。"),
    (b"<", "这是网页或 XML 文件，只是改了扩展名，不是 Excel 工作簿。" + SAVE_ANEW),
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD = ("Workbook", "Book")  # the stream that an .xls has
_OLD_FOREIGN = (
    ("WordDocument", "这是旧格式的 Word 文档，不是 Excel 工作簿。请提供 .xlsx 文件。"),
    ("PowerPoint Document", "这是旧格式的演示文稿，不是 Excel 工作簿。请提供 .xlsx 文件。"),
)

T = TypeVar("T")


class Archive:
    """The parts of a zip by their names, in the order of its directory.  ``label`` names the file in messages."""

    def __init__(self, label: str, data: bytes, entries: Mapping[str, zipfile.ZipInfo]) -> None:
        self.label, self.data, self.entries = label, data, entries
        self._lowered = {name.lower(): name for name in entries}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts."""
        return tuple(self.entries)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._lowered

    def spelled(self, name: str) -> str:
        """The name as the file's directory spells it; as it is given where there is no such part."""
        return self._lowered.get(name.lower(), name)

    def info(self, name: str) -> zipfile.ZipInfo:
        """The directory's entry of a part; parts are found whatever their case, as the standard wants."""
        if name.lower() not in self._lowered:
            raise self.damaged(f"缺少 {name}")
        return self.entries[self._lowered[name.lower()]]

    def raw(self, name: str) -> bytes:
        """A part as it lies packed in the file."""
        info = self.info(name)
        try:
            sign, name_length, extra_length = _LOCAL.unpack_from(self.data, info.header_offset)
        except struct.error as error:
            raise self.damaged(f"{name} 读不出来") from error
        if sign != _BEGIN:
            raise self.damaged(f"{name} 读不出来")
        begin = info.header_offset + 30 + name_length + extra_length
        return self.data[begin : begin + info.compress_size]

    def whole(self, name: str) -> bytes:
        """As :meth:`raw`, of a part that is sound: what is copied unread must not pass damage on."""
        for _ in self.stream(name):
            pass
        return self.raw(name)

    def part(self, name: str) -> bytes:
        """A part, unpacked."""
        return b"".join(self.stream(name))

    def stream(self, name: str) -> Iterator[bytes]:
        """A part in pieces, never more than its declared size in all; its checksum is checked."""
        info = self.info(name)
        unpacked = _stored if info.compress_type == zipfile.ZIP_STORED else _inflated
        size = checksum = 0
        try:
            for piece in unpacked(self.raw(name)):
                size, checksum = size + len(piece), zlib.crc32(piece, checksum)
                if size > info.file_size:
                    break
                yield piece
        except zlib.error as error:
            raise self.damaged(f"{name} 解压失败") from error
        if size != info.file_size or checksum != info.CRC:
            raise self.damaged(f"{name} 解压失败")

    def once(self, name: str, read: Callable[..., T], *given: object) -> T:
        """The same as :meth:`made` for a part that many workbooks have in common: of a small one it is made only once.

        Parts that each workbook has its own of would only push those out.
        """
        if self.info(name).file_size >= _SMALL:
            return self.made(name, read, *given)
        try:
            return cast(T, _made(read, self.part(name), *given))
        except MarkupError as error:
            raise self.malformed(name, error) from error

    def made(self, name: str, read: Callable[..., T], *given: object) -> T:
        """What ``read`` makes of an XML part's pieces and what is ``given``."""
        try:
            return read(self.stream(name), *given)
        except MarkupError as error:
            raise self.malformed(name, error) from error

    def elements(self, name: str) -> Sequence[Element]:
        """The elements of a small XML part that many workbooks have in common."""
        return self.once(name, elements)

    def grow(self, name: str, take: Callable[[Node, bool], object]) -> None:
        """Show a large XML part as it grows (see :func:`selfeval_xl.workbook.markup.grow`)."""
        try:
            grow(self.stream(name), take)
        except MarkupError as error:
            raise self.malformed(name, error) from error

    def parse(
        self,
        name: str,
        start: Callable[[str, dict[str, str]], object],
        end: Callable[[str], object],
        text: Callable[[str], object],
    ) -> None:
        """Feed a large XML part to the handlers, piece by piece (see :func:`selfeval_xl.workbook.markup.parse`)."""
        try:
            parse(self.stream(name), start, end, text)
        except MarkupError as error:
            raise self.malformed(name, error) from error

    def damaged(self, what: str) -> WorkbookError:
        """The error to raise where the file is broken."""
        return damaged(self.label, what)

    def malformed(self, name: str, error: MarkupError) -> WorkbookError:
        """The error to raise where a part is no XML that a spreadsheet program writes."""
        if isinstance(error, DeclarationError):
            return self.not_workbook(_DECLARES.format(name))
        return self.damaged(f"{name} 不是正确的 XML")

    def too_large(self, what: str) -> WorkbookError:
        """The error to raise where the file is a bomb, or might as well be."""
        return too_large(self.label, what)

    def not_workbook(self, what: str) -> WorkbookError:
        """The error to raise where the file is something else; ``what`` is a whole sentence."""
        return _not_workbook(self.label, what)


def _stored(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK):
        yield data[start : start + CHUNK]


def _inflated(data: bytes) -> Iterator[bytes]:
    """The content of packed bytes, a piece at a time."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while data and not inflater.eof:
        yield inflater.decompress(data, CHUNK)
        data = inflater.unconsumed_tail
    yield inflater.flush()


@lru_cache(maxsize=32)
def _made(read: Callable[..., object], data: bytes, *given: object) -> object:
    return read((data,), *given)


def open_archive(source: Path | bytes, label: str | None = None, *, own: bool = False) -> Archive:
    """The file's parts.  WorkbookError (package.*) where it is no zip, or one that must not be unpacked.

    One of our ``own`` making (a ledger of a hundred thousand returns) may be of any size.
    """
    label = label or (source.name if isinstance(source, Path) else "工作簿")
    data = source if isinstance(source, bytes) else _read(source, label, -1 if own else MAX_FILE + 1)
    if len(data) > MAX_FILE and not own:
        raise too_large(label, f"文件超过 {MAX_FILE >> 20} MB")
    if not data.startswith(b"PK"):
        raise _not_a_zip(label, data)
    # Counted by signature, as zipfile builds an object of every entry before it could be asked.
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        raise too_large(label, f"内部文件超过 {MAX_ENTRIES} 个")
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
        require_whole(opened)
    except BROKEN as error:
        raise damaged(label, "压缩包不完整") from error
    infos = files(opened)
    archive = Archive(label, data, {info.filename.replace("\\", "/"): info for info in infos})
    _judge(archive, infos, own)
    return archive


def files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The entries of a zip that are no folders; ``is_dir`` would stumble over a name that is empty."""
    return [info for info in archive.infolist() if not info.filename.endswith("/")]


def require_whole(archive: zipfile.ZipFile) -> None:
    """BadZipFile where the end of a zip was cut off, and what was taken for it is the end of a zip stored within.

    The offsets in the directory of that one count from its own beginning, so they fall short by what stands before it.
    This is an entry then; before a zip that unpacks itself it is a program.
    """
    infos, stream = archive.infolist(), cast(BinaryIO, archive.fp)
    stream.seek(0)
    if stream.read(len(_BEGIN)) != _BEGIN:
        return
    stream.seek(archive.start_dir)
    if not infos or _OFFSET.unpack(stream.read(_OFFSET.size))[0] < infos[0].header_offset:
        raise zipfile.BadZipFile("the end is missing")


def is_workbook(data: bytes) -> bool:
    """Whether a file is a workbook by its content, whatever its name: of today, of old, or one with a password."""
    if data.startswith(_BEGIN):
        return b"xl/workbook." in data or b"application/vnd.oasis.opendocument.spreadsheet" in data[:128]
    return data.startswith(_OLE) and any(_holds_stream(data, name) for name in (*_OLD, "EncryptedPackage"))


def _read(path: Path, label: str, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError as error:
        raise _not_workbook(label, "找不到这个文件。请检查文件名和所在文件夹。") from error
    except OSError as error:
        if path.is_dir():
            raise _not_workbook(label, "这是文件夹，不是工作簿。") from error
        raise _not_workbook(label, "打不开这个文件。请在 Excel 或 WPS 中关闭它，并检查读取权限。") from error


def _judge(archive: Archive, infos: list[zipfile.ZipInfo], own: bool) -> None:
    if len(archive._lowered) != len(infos):
        raise archive.damaged("内部有重名的文件")
    for name, info in archive.entries.items():
        if name.startswith("/") or ":" in name or ".." in name.split("/"):
            raise archive.damaged("内部文件名指向文件之外")
        if info.flag_bits & 0x1:
            raise encrypted(archive.label)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise archive.damaged("压缩方法不是工作簿所用的")
        if not own and info.file_size > max(RATIO_FROM, MAX_RATIO * info.compress_size):
            raise archive.too_large(f"{name} 的压缩比超过 {MAX_RATIO} 倍")
    if not own and sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise archive.too_large(f"展开后超过 {MAX_UNPACKED >> 20} MB")
    if sum(info.compress_size for info in infos) > len(archive.data):  # what would be a bomb was refused above
        raise archive.damaged("内部文件互相重叠，或中间缺了一段")


def _not_a_zip(label: str, data: bytes) -> WorkbookError:
    if not data:
        return _not_workbook(label, _EMPTY)
    if data.startswith(_OLE):
        if _holds_stream(data, "EncryptedPackage"):
            return encrypted(label)
        if any(_holds_stream(data, name) for name in _OLD):
            return OldFormatError(f"{label}：这是旧格式（.xls）的工作簿。{SAVE_ANEW}", "package.legacy", "xls")
        known = (message for name, message in _OLD_FOREIGN if _holds_stream(data, name))
        return _not_workbook(label, next(known, _HALF_OLD))
    head = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    for signature, message in _FOREIGN:
        if head.startswith(signature):
            return _not_workbook(label, message)
    return _not_workbook(label, "这不是 Excel 工作簿（.xlsx），可能只是改了扩展名。" + SAVE_ANEW)


def damaged(label: str, what: str) -> WorkbookError:
    """The error to raise where the file called ``label`` is broken."""
    return WorkbookError(f"{label}：{_DAMAGED.format(what)}", "package.damaged")


def too_large(label: str, what: str) -> WorkbookError:
    """The error to raise where it is a bomb, or might as well be."""
    return WorkbookError(f"{label}：{_TOO_LARGE.format(what)}", "package.too_large")


def _not_workbook(label: str, what: str) -> WorkbookError:
    return WorkbookError(f"{label}：{what}", "package.not_workbook")


def encrypted(label: str) -> WorkbookError:
    """The error to raise where it has a password."""
    message = "工作簿设了打开密码，读不了。请在 Excel 中打开，经“文件—信息—保护工作簿”去掉密码后保存，再重新提供。"
    return WorkbookError(f"{label}：{message}", "package.encrypted")


def _holds_stream(data: bytes, name: str) -> bool:
    """Whether an OLE file has a stream of this name: its directory's entries start at multiples of 128 bytes."""
    needle = name.encode("utf-16-le") + b"\0\0"
    position = data.find(needle)
    while position >= 0 and position % 128:
        position = data.find(needle, position + 1)
    return position >= 0
