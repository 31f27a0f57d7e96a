"""Finds what came in, in a stable order: the files under some folders, and what lies in their archives and mails."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, cast

from selfeval_xl.errors import ComponentError, SelfEvalError
from selfeval_xl.workbook.archive import LOCK_FILES, MAX_FILE

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".et", ".ods"})
CONTAINERS = frozenset({".zip", ".eml", ".mbox"})
_REFUSED = {
    ".rar": "这是 RAR 压缩包，程序打不开：请改用 .zip，或直接用里面的工作簿",
    ".7z": "这是 7z 压缩包，程序打不开：请改用 .zip，或直接用里面的工作簿",
    ".msg": "这是 Outlook 的 .msg 邮件：请在 Outlook 里另存为 .eml，或把附件存出来",
}
WITHIN = " › "
LOCK, SYSTEM, OWN = "Office 的锁文件", "系统文件", "本次要写的文件"
NOISE = frozenset({LOCK, SYSTEM, OWN})
"""Why files are passed over that nobody asks after."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file that may be a return, or that can't be opened and says why.

    ``name`` shows the way to it through its containers (``收件.zip › 甲.xlsx``), ``file`` is the file on the disk or a
    URL.  ``sent`` is when it was sent or made (POSIX seconds), ``sender`` the address it was mailed from, ``size`` how
    many bytes of ``file`` it stands for.  ``data`` is what a container held; None: ``file`` itself is to be read.
    """

    name: str
    file: str
    sent: float = 0.0
    size: int = 0
    sender: str | None = None
    data: bytes | None = None
    reason: str | None = None

    @property
    def label(self) -> str:
        """The file's own name, without the way to it."""
        return label(self.name)


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that is no return and was passed over, with the reason."""

    name: str
    reason: str


def label(name: str) -> str:
    """A file's own name, without the way to it through folders and containers."""
    return name.rpartition(WITHIN)[2].replace("\\", "/").rpartition("/")[2]


def asked_after(passed: Iterable[Passed]) -> list[Passed]:
    """Those of the files passed over that somebody may miss."""
    return [one for one in passed if one.reason not in NOISE]


def found(paths: Iterable[str], *, outputs: Sequence[Path] = ()) -> Iterator[Source | Passed]:
    """Every file under ``paths`` (files, folders, fsspec URLs), each once, sorted within its folder.

    ``outputs`` are files and folders that we write ourselves: they are passed over.
    """
    own = {path.resolve() for path in outputs}
    seen: set[str] = set()
    for path in paths:
        for one in _remote(path) if is_url(path) else _local(Path(path), own):
            # Links to one file keep their lines: somebody counts on each of them.
            key = one.name if is_url(path) else os.path.normcase(Path(one.name).absolute())
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


def content(source: Source) -> bytes:
    """The bytes of a source, hardly more than a workbook may have; raises OSError."""
    if source.data is not None:
        return source.data
    with open_source(source.file) as stream:
        return stream.read(MAX_FILE + 1)


def sorted_out(name: str) -> str | None:
    """Why a file of this name is no return: an office program's lock file, a system's shadow, another kind of file."""
    plain = name.replace("\\", "/").rpartition("/")[2]
    if plain.startswith(LOCK_FILES):
        return LOCK
    if plain.startswith((".", "Thumbs.db")) or "__MACOSX/" in name:
        return SYSTEM
    suffix = Path(plain).suffix.lower()
    if suffix not in WORKBOOKS | CONTAINERS | _REFUSED.keys():
        return "不是工作簿、压缩包或邮件"
    return None


def refused(name: str) -> str | None:
    """Why a file of this name can't be opened though it may hold returns."""
    return _REFUSED.get(Path(name).suffix.lower())


def _local(path: Path, own: set[Path]) -> Iterator[Source | Passed]:
    if not path.is_dir():
        yield _file(path)
        return
    closed: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=closed.append):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if (here / name).resolve() not in own)
        for name in sorted(names):
            why = OWN if (here / name).resolve() in own else sorted_out(name)
            yield Passed(str(here / name), why) if why else _file(here / name)
    for error in closed:
        yield Source(str(error.filename), str(error.filename), reason="打不开这个文件夹，可能没有权限")


def _file(path: Path) -> Source:
    try:
        status = path.stat()
    except OSError:
        return Source(str(path), str(path), reason="找不到这个文件，或没有权限读取")
    return Source(str(path), str(path), status.st_mtime, status.st_size, reason=refused(path.name))


def _remote(url: str) -> Iterator[Source | Passed]:
    try:
        system, root = _fsspec().core.url_to_fs(url)
        details = system.find(root, detail=True) or {root: system.info(root)}
    except (OSError, ValueError, ImportError) as error:
        raise SelfEvalError(f"{url}：打不开这个地址（{error}）") from error
    for path in sorted(details):
        try:
            sent = system.modified(path).timestamp()
        except (NotImplementedError, OSError):
            sent = 0.0
        name = system.unstrip_protocol(path)
        why = sorted_out(name)
        if why:
            yield Passed(name, why)
            continue
        yield Source(name, name, sent, int(details[path].get("size") or 0), reason=refused(path))


def _fsspec() -> Any:
    try:
        return import_module("fsspec")
    except ImportError as error:
        raise ComponentError("读取网址", "fsspec") from error
