"""Containers: takes sources out of zip archives, mails and mailboxes.  None is trusted, nothing is written to disk."""

from __future__ import annotations

import contextlib
import datetime
import io
import zipfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import BinaryIO

from selfeval_xl.collect import mails
from selfeval_xl.collect.sources import (
    CONTAINERS,
    DRAFT,
    WITHIN,
    Passed,
    Source,
    kind_of,
    open_source,
    refused,
    unopened,
)
from selfeval_xl.workbook.opening.zip import BROKEN, MAX_FILE, MAX_RATIO, RATIO_FROM, files, require_whole

MAX_MEMBERS = 100_000  # files in one archive
MAX_MAIL = 256 << 20  # bytes of one mail
MAX_DEPTH = 2  # archives within each other
_FORGOTTEN = "邮件里没有附件：请对方把填好的自评表作为附件重新发送（网盘链接、超大附件收不到）"

Found = Iterator[Source | Passed]


def unpacked(source: Source) -> Found:
    """The source itself, or in its place all that it holds if it is a container; one that can't be opened stays."""
    if source.reason is not None or source.kind not in CONTAINERS:
        yield source
        return
    try:
        with open_source(source.file) as stream:
            yield from _opened(source, stream, 0)
    except OSError as error:
        yield source._replace(reason=unopened(error))


def _opened(source: Source, stream: BinaryIO, depth: int) -> Found:
    """What a source holds if it is a container, else the source itself; ``depth``: how many archives are around it."""
    match source.kind:
        case ".zip":
            yield from _zip(source, stream, depth + 1)
        case ".eml":
            yield from _mail(source, stream.read(MAX_MAIL + 1), depth)
        case ".mbox":
            yield from _mailbox(source, stream, depth)
        case _:
            yield source


def _zip(source: Source, stream: BinaryIO, depth: int) -> Found:
    if depth > MAX_DEPTH:
        yield source._replace(data=None, reason="压缩包套了太多层：请用解压后的文件")
        return
    try:
        members = _members(stream)
    except BROKEN as error:
        stream.seek(0)
        head = stream.read(8)
        what = str(error) if isinstance(error, _RefusedError) else "不完整" if head else "是空的，0 字节"
        yield source._replace(data=None, reason=refused(head) or f"压缩包读不了（{what}）：请对方重新压缩后发送")
        return
    archive, infos = members
    if not infos:
        yield source._replace(data=None, reason="压缩包是空的：请对方重新压缩后发送")
    for info in infos:
        yield from _member(source, archive, info, depth)


class _RefusedError(ValueError):
    """An archive that is not to be opened, and why."""


def _members(stream: BinaryIO) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """The archive and its entries that are files; raises where its directory is not harmless."""
    # Entries are counted by their signature first, as zipfile would build an object for each of them.
    count = size = 0
    tail = b""
    while block := stream.read(1 << 20):
        count += (tail + block).count(b"PK\x01\x02")
        size += len(block)
        tail = block[-3:]
    if count > MAX_MEMBERS:
        raise _RefusedError(f"里面的文件超过 {MAX_MEMBERS} 个")
    stream.seek(0)
    archive = zipfile.ZipFile(stream)
    require_whole(archive)
    infos = files(archive)
    if sum(info.compress_size for info in infos) > size:
        raise _RefusedError("里面的文件比它自己还大：可能是分卷压缩包的一卷，也可能是炸弹包")
    return archive, infos


def _member(source: Source, archive: zipfile.ZipFile, info: zipfile.ZipInfo, depth: int) -> Found:
    inner = _zip_name(info)
    sent, reason = _zip_time(info, source.sent), _suspicious(inner, info)
    member = source._replace(
        name=source.name + WITHIN + inner, sent=sent, size=info.compress_size, data=None, reason=reason
    )
    yield from _held(member, inner, lambda: None if reason else _unzipped(archive, info), depth)


def _unzipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    """The content of an entry, hardly more than a workbook may have; None where it is damaged."""
    try:
        with archive.open(info) as file:
            return file.read(MAX_FILE + 1)
    except BROKEN:
        return None


def _held(member: Source, name: str, read: Callable[[], bytes | None], depth: int) -> Found:
    """A file in a container, with its ``name`` there and a function that reads it; it may be a container itself."""
    read = cache(read)  # read only if its content matters, and only once
    kind = kind_of(name, lambda most: (read() or b"")[:most])
    reason = member.reason or kind.refused
    if kind.passed:
        yield Passed(member.name, kind.passed)
    elif reason is None and (data := read()) is not None:
        yield from _opened(member._replace(kind=kind.ending, data=data), io.BytesIO(data), depth)
    else:
        yield member._replace(reason=reason or "压缩包里的这个文件已损坏：请对方重新压缩后发送")


def _suspicious(name: str, info: zipfile.ZipInfo) -> str | None:
    if name.startswith("/") or ":" in name or ".." in name.split("/"):
        return "压缩包里的文件名指到了包外，为安全起见没有打开：请用解压后的文件"
    if info.flag_bits & 0x1:
        return "压缩包设了密码：请用解压后的文件"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "压缩方法不常见，程序打不开：请用解压后的文件"
    if info.file_size > MAX_FILE or info.file_size > max(RATIO_FROM, MAX_RATIO * info.compress_size):
        return "展开后大得不正常，为安全起见没有打开：请对方检查文件，重新发送"
    return None


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The entry's name: archives made on a Chinese Windows hold GBK without declaring it.

    So ``orig_filename`` is decoded: in ``filename`` Windows puts "/" for each backslash byte, even within a character.
    """
    name = info.filename
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeEncodeError):  # zipfile took the name from the entry's Unicode field
            name.encode("cp437")
            name = mails.decoded(info.orig_filename.partition("\0")[0].encode("cp437"))
    return name.replace("\\", "/")


def _zip_time(info: zipfile.ZipInfo, otherwise: float) -> float:
    try:
        return datetime.datetime(*info.date_time).timestamp()
    except (ValueError, OverflowError, OSError):
        return otherwise


def _mail(source: Source, data: bytes, depth: int, alone: bool = True) -> Found:
    """What is attached to a mail; one that lies ``alone``, in no mailbox, is reported where it holds nothing."""
    if len(data) > MAX_MAIL:
        yield source._replace(data=None, reason="邮件大得不正常，没有打开：请把附件存出来")
        return
    try:
        yield from _attached(source, data, depth, alone)
    except RecursionError:  # parts within parts, a thousand deep
        yield source._replace(data=None, reason="邮件一层套一层，没有打开：请把附件存出来")


def _attached(source: Source, data: bytes, depth: int, alone: bool) -> Found:
    message = mails.message_of(data)
    mail = source._replace(sender=mails.sender_of(message), sent=mails.sent_at(message, source.sent), data=None)
    any_attached = any_found = False
    for part in message.walk():
        size = 0 if any_found else len(data)  # the mail's bytes count once
        inner = mails.forwarded(part)
        if inner is not None:
            member = mail._replace(name=f"{mail.name}{WITHIN}转发的邮件", size=size)
            yield from _mail(member, inner, depth, alone)
            any_found = True
            continue
        name = mails.attached_name(part)
        if name is None:
            continue
        member = mail._replace(name=mail.name + WITHIN + name, size=size)
        any_attached |= not mails.is_shown(part)
        for one in _held(member, name, partial(mails.payload, part), depth):
            any_found |= isinstance(one, Source) or one.name != member.name  # not the attachment itself, passed over
            yield one
    if any_found:
        return
    if mails.is_draft(message):
        yield Passed(mail.name, DRAFT)
    elif alone and not any_attached:
        yield mail._replace(reason=_FORGOTTEN)
    else:
        yield Passed(mail.name, "邮件里没有附上工作簿", mail.sender)


def _mailbox(source: Source, stream: BinaryIO, depth: int) -> Found:
    number = 0
    for number, data in enumerate(_mails(stream), 1):
        mail = source._replace(name=f"{source.name}{WITHIN}第 {number} 封", size=len(data), data=None)
        yield from _mail(mail, data, depth, alone=False)
    if not number:
        yield source._replace(data=None, reason="邮箱文件里没有邮件：请重新导出")


def _mails(stream: BinaryIO) -> Iterator[bytes]:
    """The mails of an mbox file, one by one: each starts with a line ``From `` after an empty line.

    Lines may end in CR CR LF, where a script on Windows wrote mails into it as text.
    """
    lines: list[bytes] = []
    size, empty_before = 0, True
    for line in (written.replace(b"\r\r\n", b"\r\n") for written in stream):
        if empty_before and line.startswith(b"From "):
            if lines:
                yield b"".join(lines)
            lines, size = [], 0
        elif size <= MAX_MAIL:
            lines.append(line)
            size += len(line)
        empty_before = line in (b"\n", b"\r\n")
    if lines:
        yield b"".join(lines)
