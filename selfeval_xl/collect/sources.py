"""Sources: finds the files under folders and URLs, in a stable order, and says of each whether it may hold a return."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from selfeval_xl.errors import SelfEvalError, component
from selfeval_xl.filenames import LOCK_FILES
from selfeval_xl.workbook.opening.zip import MAX_FILE, is_workbook

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".xlt", ".et", ".ett", ".ods", ".ots"})
CONTAINERS = frozenset({".zip", ".eml", ".mbox"})
_REFUSED = {
    ".rar": "这是 RAR 压缩包，程序打不开：请改用 .zip，或直接用里面的工作簿",
    ".7z": "这是 7z 压缩包，程序打不开：请改用 .zip，或直接用里面的工作簿",
    **dict.fromkeys((".gz", ".tgz", ".tar"), "这是 tar、gz 压缩包，程序打不开：请改用 .zip，或直接用里面的工作簿"),
    ".numbers": "这是苹果 Numbers 的表格，程序打不开：请在 Numbers 里导出为 Excel（.xlsx）后再用",
    ".msg": "这是 Outlook 的 .msg 邮件：请在 Outlook 里另存为 .eml，或把附件存出来",
    ".p7m": "这是加密的邮件，程序打不开：请在邮件程序里打开，把附件存出来",
    ".tnef": "附件被 Outlook 包进了 winmail.dat，程序打不开：请对方把邮件格式改为“纯文本”后重新发送，或把附件存出来",
}
_KNOWN = WORKBOOKS | CONTAINERS | _REFUSED.keys()
_REAL_ENDING = re.compile(r"\.(?!dat$|bin$|tmp$|\d+$)[a-z0-9]{1,5}")
"""An ending that says what kind of file it is, unlike those of 1.自评表 and attachment.dat."""
_PATH = 260  # characters from which on Windows opens no path, unless it is configured to
_HEAD = 1 << 10  # bytes from which most kinds of files can be told
_PACKED = (b"PK", b"\xd0\xcf")  # how workbooks begin, but other files too
_BEGIN = (
    (b"Rar!", ".rar"),
    (b"7z\xbc\xaf", ".7z"),
    (b"\x1f\x8b", ".gz"),
    (b"\x78\x9f\x3e\x22", ".tnef"),
)
_MAILBOX = re.compile(rb"From [^\r\n]*\r?\n[!-9;-~]+:")  # the line before a mail, and the first of its headers
WITHIN = " › "
LOCK, SYSTEM, OWN, DRAFT = "Office 的锁文件", "系统文件", "本次要写的文件", "没有发出的邮件草稿"
NOISE = frozenset({LOCK, SYSTEM, OWN, DRAFT})
"""Reasons to pass a file over that need not be reported to anybody."""


class Source(NamedTuple):
    """One file that may be a return; ``reason`` says why it can't be opened, if so.

    ``name`` shows the way to it through its containers (``收件.zip › 甲.xlsx``); its first ``above`` characters are the
    folder that was given.  ``file`` is the path on the disk or the URL.  ``sent`` is when it was sent or made (POSIX
    seconds), ``sender`` the address it was mailed from, ``size`` how many bytes of ``file`` it stands for.  ``data`` is
    what a container held; None: ``file`` itself is to be read.  ``kind`` is the ending that its name has, or should
    have.
    """

    name: str
    file: str
    sent: float = 0.0
    size: int = 0
    sender: str | None = None
    data: bytes | None = None
    reason: str | None = None
    kind: str = ""
    above: int = 0

    @property
    def label(self) -> str:
        """The file's own name, without the way to it."""
        return label(self.name)

    @property
    def place(self) -> str:
        """The path to it from the folder that was given, whose own name does not say whose return it is."""
        return self.name[self.above :].replace("\\", "/").replace(WITHIN, "/")


class Passed(NamedTuple):
    """A file that is no return and was passed over, with the reason; a mail with its ``sender``'s address."""

    name: str
    reason: str
    sender: str | None = None


def label(name: str) -> str:
    """A file's own name, without the way to it through folders and containers."""
    return name.rpartition(WITHIN)[2].replace("\\", "/").rpartition("/")[2]


def found(paths: Iterable[str], *, outputs: Sequence[Path] = ()) -> Iterator[Source | Passed]:
    """Every file under ``paths`` (files, folders, fsspec URLs), each once, sorted within its folder.

    ``outputs`` are files and folders that we write ourselves: they are passed over.
    """
    own = {os.path.realpath(path) for path in outputs}
    seen: set[str] = set()
    folder = cache(lambda path: Path(os.path.realpath(path)))  # never RuntimeError
    for path in paths:
        for one in _remote(path) if is_url(path) else _local(Path(path), own):
            # Only folders are resolved: two links to one file are two sources, as somebody put both there.
            plain = Path(one.name)
            key = one.name if is_url(path) else os.path.normcase(folder(plain.parent) / plain.name)
            if key not in seen:
                seen.add(key)
                yield one


def is_url(path: str) -> bool:
    """Whether ``path`` is a URL for fsspec (``s3://…``) and no path on this machine."""
    return "://" in path


def open_source(file: str) -> BinaryIO:
    """The file or URL, opened for reading; raises OSError."""
    if not is_url(file):
        return Path(file).open("rb")
    return cast(BinaryIO, _fsspec().open(file, "rb").open())


def unopened(error: OSError) -> str:
    """Why a file that was listed can't be opened now: files are moved and renamed while others are being read."""
    if isinstance(error, FileNotFoundError):
        return "这个文件刚才还在，读的时候已经不在了（被删除、移走或改了名）：请核对以后再收一次"
    return "打不开这个文件：请检查它是否正被别的程序打开、有没有读取权限"


def content(source: Source) -> bytes:
    """The bytes of a source, at most one more than a workbook may have; raises OSError."""
    if source.data is not None:
        return source.data
    with open_source(source.file) as stream:
        return stream.read(MAX_FILE + 1)


class Kind(NamedTuple):
    """What kind of file something is: the ``ending`` that its name has, or should have, in lower case.

    ``passed`` is why it can't be a return, ``refused`` why it can't be opened though it may hold returns.
    """

    ending: str = ""
    passed: str | None = None
    refused: str | None = None


def kind_of(name: str, read: Callable[[int], bytes]) -> Kind:
    """The kind of a file, by its name; where the ending says nothing, by its content.

    ``read`` returns as many of its first bytes as it is asked for.
    """
    plain = name.replace("\\", "/").rpartition("/")[2]
    if plain.startswith(LOCK_FILES):
        return Kind(passed=LOCK)
    if plain.startswith((".", "Thumbs.db")) or "__MACOSX/" in name:
        return Kind(passed=SYSTEM)
    ending = Path(plain).suffix.lower()
    if ending not in _KNOWN and not _REAL_ENDING.fullmatch(ending):
        ending = _ending_by_content(read)
    if ending not in _KNOWN:
        return Kind(passed="不是工作簿、压缩包或邮件")
    return Kind(ending, refused=_REFUSED.get(ending))


def _ending_by_content(read: Callable[[int], bytes]) -> str:
    """The ending that a file with this content should have; "" for a file of no use here."""
    head = read(_HEAD)
    if head.startswith(_PACKED):
        return ".xlsx" if is_workbook(read(MAX_FILE + 1)) else ""  # its real format shows when it is opened
    if _MAILBOX.match(head):
        return ".mbox"
    return _ending_by_signature(head)


def _ending_by_signature(head: bytes) -> str:
    return next((ending for begin, ending in _BEGIN if head.startswith(begin)), "")


def refused(head: bytes) -> str | None:
    """Why a file that begins like this can't be opened, whatever its name says; None where it may be."""
    return _REFUSED.get(_ending_by_signature(head))


def _local(path: Path, own: set[str]) -> Iterator[Source | Passed]:
    if not stat.S_ISDIR(_mode(path)):
        yield _within(path.parent, _file(path, _kind(path)))
        return
    closed: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=closed.append):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if os.path.realpath(here / name) not in own)
        for name in sorted(names):
            kind = Kind(passed=OWN) if os.path.realpath(here / name) in own else _kind(here / name)
            yield Passed(_legible(here / name), kind.passed) if kind.passed else _within(path, _file(here / name, kind))
    for error in closed:
        name = str(error.filename)
        yield Source(_legible(Path(name)), name, reason=f"打不开这个文件夹，可能没有权限{_too_deep(Path(name))}")


def _within(folder: Path, source: Source) -> Source:
    """The source, with the length of the given folder's name in ``above``."""
    return source._replace(above=len(source.name) - len(str(Path(source.name).relative_to(_legible(folder)))))


def _legible(path: Path) -> str:
    """The path as readable text: a name in GBK, from a Chinese Windows, is no valid text on systems with UTF-8."""
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        from selfeval_xl.collect.mails import decoded

        return str(Path(*(decoded(os.fsencode(part)) for part in path.parts)))
    return text


def _kind(path: Path) -> Kind:
    try:
        return kind_of(path.name, lambda most: _head(path, most))
    except PermissionError:
        return Kind()  # opening it will say why that can't be done


def _head(path: Path, most: int) -> bytes:
    """The first bytes of a file; b"" for a pipe, a broken link and the like.  Raises PermissionError."""
    try:
        if stat.S_ISREG(path.stat().st_mode):  # to open a pipe might take for ever
            with path.open("rb") as stream:
                return stream.read(most)
    except PermissionError:
        raise
    except OSError:
        pass
    return b""


def _mode(path: Path) -> int:
    """The mode of a path (see ``stat``); 0 where it can't be read."""
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def _file(path: Path, kind: Kind) -> Source:
    try:
        status = path.stat()
    except OSError:
        return Source(_legible(path), str(path), reason=f"找不到这个文件，或没有权限读取{_too_deep(path)}")
    plain = stat.S_ISREG(status.st_mode)
    reason = kind.refused if plain else "这不是普通的文件（是管道或设备），没有打开：请换成真正的工作簿文件"
    return Source(_legible(path), str(path), status.st_mtime, status.st_size, reason=reason, kind=kind.ending)


def _too_deep(path: Path) -> str:
    """A hint that the path may be too long for Windows to open; "" for a short one."""
    length = len(str(path.absolute()))
    hint = f"；路径有 {length} 个字符，Windows 打不开这么长的：请把文件夹移到上层，或改短名称"
    return hint if length >= _PATH else ""


def _begin(file: str, most: int) -> bytes:
    """The first bytes of a file or URL; b"" where it can't be read."""
    with suppress(OSError), open_source(file) as stream:
        return stream.read(most)
    return b""


def _remote(url: str) -> Iterator[Source | Passed]:
    try:
        system, root = _fsspec().core.url_to_fs(url)
        details = system.find(root, detail=True) or {root: system.info(root)}
    except ImportError as error:
        raise SelfEvalError(f"{url}：读这种网址还要另装组件（{error}）") from error
    except (OSError, ValueError) as error:
        raise SelfEvalError(f"{url}：打不开这个地址（{error}）") from error
    for path in sorted(details):
        try:
            sent = system.modified(path).timestamp()
        except (NotImplementedError, OSError):
            sent = 0.0
        name = system.unstrip_protocol(path)
        kind = kind_of(name, partial(_begin, name))
        if kind.passed:
            yield Passed(name, kind.passed)
            continue
        size = int(details[path].get("size") or 0)
        above = len(system.unstrip_protocol(root)) if path != root else len(name) - len(label(name))
        yield Source(name, name, sent, size, reason=kind.refused, kind=kind.ending, above=above)


def _fsspec() -> Any:
    return component("fsspec", "读取网址", "fsspec")
