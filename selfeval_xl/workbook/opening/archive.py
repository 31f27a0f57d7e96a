"""The parts of the zip under a workbook, never unpacked beyond their declared size; and the errors for a bad file."""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar, cast

from selfeval_xl.errors import WorkbookError
from selfeval_xl.mistakes import clipped
from selfeval_xl.workbook.opening.markup import DeclarationError, Element, MarkupError, elements

CHUNK = 1 << 16  # bytes unpacked at a time
_SMALL = 1 << 16  # bytes of a part whose reading is remembered
_LONGEST = 120  # characters of a message's detail: names in a file may be endless
BEGIN = b"PK\x03\x04"  # how an entry's header begins
_LOCAL = struct.Struct("<4s22xHH")  # the signature of an entry's header, the lengths of its name and of its extras
_DAMAGED = "文件已损坏，读不出来（{}）。请用 Excel 打开并修复、另存为 .xlsx，或请对方重新发送。"
_DECLARES = (
    "文件内部有表格软件从不会写的内容（{} 里声明了实体或文档类型 DTD），可能被人动过手脚。"
    "请不要打开它，请对方用 Excel 或 WPS 重新做一份发来。"
)
_ENCRYPTED = (
    "工作簿设了打开密码，读不了。请在 Excel 中打开，经“文件—信息—保护工作簿”（WPS 是“文件—文档加密”）去掉密码后保存，"
    "再重新提供。"
)
_TOO_LARGE = "文件大得不正常（{}），为安全起见没有展开。请删去多余的图片、空行和附件，另存为 .xlsx 后再用。"

T = TypeVar("T")


class Refusal:
    """The errors to raise where a file can't be read; ``label`` names it in messages."""

    def __init__(self, label: str) -> None:
        self.label = label

    def damaged(self, what: str) -> WorkbookError:
        """It is broken."""
        return self._error(_DAMAGED.format(clipped(what, _LONGEST)), "package.damaged")

    def too_large(self, what: str) -> WorkbookError:
        """It is a zip bomb, or as large as one."""
        return self._error(_TOO_LARGE.format(clipped(what, _LONGEST)), "package.too_large")

    def not_workbook(self, what: str) -> WorkbookError:
        """It is something else; ``what`` is a whole sentence."""
        return self._error(what, "package.not_workbook")

    def encrypted(self) -> WorkbookError:
        """It has a password."""
        return self._error(_ENCRYPTED, "package.encrypted")

    def _error(self, message: str, reason: str) -> WorkbookError:
        return WorkbookError(f"{self.label}：{message}", reason)


class Archive(Refusal):
    """The parts of a zip by their names, in the order of its directory."""

    def __init__(self, label: str, data: bytes, entries: Mapping[str, zipfile.ZipInfo]) -> None:
        super().__init__(label)
        self.data, self.entries = data, entries
        self._lowered = {name.lower(): name for name in entries}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.entries)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._lowered

    def spelled(self, name: str) -> str:
        """The part's name as the zip's directory spells it; the given name where there is no such part."""
        return self._lowered.get(name.lower(), name)

    def target(self, part: str, path: str) -> str:
        """The name of the part that ``path`` means in the relationships of ``part``."""
        path = posixpath.join("/", posixpath.dirname(part), path.replace("\\", "/"))
        return self.spelled(posixpath.normpath(path).lstrip("/"))

    def relationships_of(self, part: str) -> str:
        """The name of the part that holds the relationships of ``part`` (of the package for "")."""
        folder, name = posixpath.split(part)
        return self.spelled(posixpath.join(folder, "_rels", f"{name}.rels"))

    def info(self, name: str) -> zipfile.ZipInfo:
        """The directory's entry of a part; part names are matched whatever their case, as the standard wants."""
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
        if sign != BEGIN:
            raise self.damaged(f"{name} 读不出来")
        begin = info.header_offset + _LOCAL.size + name_length + extra_length
        return self.data[begin : begin + info.compress_size]

    def whole(self, name: str) -> bytes:
        """As :meth:`raw`, after checking that it unpacks: a part copied unread must not pass on damage."""
        for _ in self.stream(name):
            pass
        return self.raw(name)

    def part(self, name: str) -> bytes:
        """A part, unpacked."""
        return b"".join(self.stream(name))

    def stream(self, name: str) -> Iterator[bytes]:
        """A part unpacked in pieces, never more than its declared size in all; its checksum is verified."""
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
        """As :meth:`made`, remembered for the content of a small part: for parts that many workbooks have in common.

        Parts that differ in every workbook would only push the common ones out of the cache.
        """
        if self.info(name).file_size >= _SMALL:
            return self.made(name, read, *given)
        try:
            return cast(T, _made(read, self.part(name), *given))
        except MarkupError as error:
            raise self.malformed(name, error) from error

    def made(self, name: str, read: Callable[..., T], *given: object) -> T:
        """The result of ``read``, a reader of :mod:`.markup`, called with an XML part's pieces and ``given``."""
        try:
            return read(self.stream(name), *given)
        except MarkupError as error:
            raise self.malformed(name, error) from error

    def elements(self, name: str) -> Sequence[Element]:
        """The elements of a small XML part, remembered as by :meth:`once`."""
        return self.once(name, elements)

    def malformed(self, name: str, error: MarkupError) -> WorkbookError:
        """The error for a part that is not XML as a spreadsheet program writes it."""
        if isinstance(error, DeclarationError):
            return self.not_workbook(_DECLARES.format(name))
        return self.damaged(f"{name} 不是正确的 XML")


def _stored(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK):
        yield data[start : start + CHUNK]


def _inflated(data: bytes) -> Iterator[bytes]:
    """Deflated bytes, unpacked piece by piece."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while data and not inflater.eof:
        yield inflater.decompress(data, CHUNK)
        data = inflater.unconsumed_tail
    yield inflater.flush()


@lru_cache(maxsize=32)
def _made(read: Callable[..., object], data: bytes, *given: object) -> object:
    return read((data,), *given)
