"""Putting a file on the disk so that nothing is lost: written beside its target, then moved over it in one step."""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from selfeval_xl.errors import TargetError
from selfeval_xl.filenames import REFUSED, lock_files

_TOO_LONG = "文件名太长，或文件夹太深：请换个短些的文件名，或换个上层的文件夹"
_MARK, _TOKEN = 10, 6  # characters of a temporary file's name: for its target (a hash), and at random
_BACKUP = ".备份"


def replace(path: Path, data: bytes) -> None:
    """Put ``data`` in place of the file ``path``, or leave the file as it was and raise :class:`TargetError`."""
    rewrite(path, lambda stream: stream.write(data))


def rewrite(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """As :func:`replace`, with contents that ``fill`` writes to a stream, so that they need not be held in memory."""
    with _explained(path):
        target = _replaceable(path)
        fresh = _fresh(target)
        try:
            with fresh.open("xb") as stream:
                fill(stream)
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                shutil.copymode(target, fresh)
            fresh.replace(target)
        except BaseException:
            _drop(fresh)
            raise


def require_file(path: Path, *endings: str) -> None:
    """TargetError where ``path`` is a folder, has none of the ``endings``, or stands in a folder that is missing."""
    if path.is_dir():
        raise TargetError(f"{path} 是文件夹，请给出文件名")
    if path.suffix.lower() not in endings:
        raise TargetError(f"{path} 的扩展名应为 {' 或 '.join(endings)}")
    if not path.parent.is_dir():
        raise TargetError(f"文件夹不存在：{path.parent}")


def require_replaceable(path: Path) -> None:
    """TargetError where it is clear beforehand that the file ``path`` can't be replaced, or must not be."""
    with _explained(path):
        _replaceable(path)


def replace_all(files: Mapping[Path, bytes]) -> None:
    """Write all files or none: where one fails, those written before it get their old contents back."""
    before: dict[Path, bytes | None] = {}
    try:
        for path, data in files.items():
            old = path.read_bytes() if path.is_file() else None
            if old != data:
                replace(path, data)
                before[path] = old
    except BaseException:
        for path, old in before.items():
            if old is None:
                path.unlink()
            else:
                replace(path, old)
        raise


def make_folder(folder: Path, failure: str = "不能建立这个文件夹，或不能往里面写，请用 -o 另选一个。") -> None:
    """Make a folder unless it exists; TargetError with ``failure`` where it can't be made, or not be written into."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = _fresh(folder / "试写")
        trial.open("xb").close()  # on Windows only a trial shows whether one may write there
        _drop(trial)
    except OSError as error:
        raise TargetError(f"{folder}：{failure}") from error


def sweep(folder: Path) -> None:
    """Remove temporary files of killed runs from a folder of our own, in which nobody is writing now."""
    _sweep(folder, "[0-9a-f]" * _MARK)


def sweep_of(path: Path) -> None:
    """Remove temporary files of killed runs for one target, which nobody else writes now; others are left alone."""
    target = Path(os.path.realpath(path))
    _sweep(target.parent, _mark(target))


def _sweep(folder: Path, mark: str) -> None:
    for path in folder.glob(f"~{mark}{'[0-9a-f]' * _TOKEN}.tmp"):
        _drop(path)


def _fresh(target: Path) -> Path:
    """The path of a new temporary file beside ``target``."""
    return target.with_name(f"~{_mark(target)}{os.urandom(_TOKEN // 2).hex()}.tmp")


def _mark(target: Path) -> str:
    return hashlib.sha256(target.name.encode("utf-8", "surrogateescape")).hexdigest()[:_MARK]


def copied(path: Path, marks: Iterable[str]) -> Path:
    """Copy a file to a free name: its stem with the first of ``marks`` for which no file exists yet."""
    names = (path.with_name(f"{path.stem}{mark}{path.suffix}") for mark in marks)
    copy = next(name for name in names if not name.exists())
    try:
        shutil.copy2(path, copy)
    except OSError:
        copy.unlink(missing_ok=True)
        raise
    return copy


def backups(path: Path) -> list[str]:
    """The names of a file's backups: those left by killed runs, and any that somebody keeps, which look the same."""
    stem = f"{path.stem}{_BACKUP}"
    found = path.parent.glob(f"{glob.escape(stem)}*{path.suffix}")
    return sorted(one.name for one in found if not one.stem.removeprefix(stem).strip("0123456789"))


@contextlib.contextmanager
def backup(path: Path) -> Iterator[None]:
    """Keep a backup of the file ``path``, ``name.备份.xlsx``, while the block replaces the file.

    Afterwards the backup is deleted if the file can be read, and otherwise moved back in its place.  For a file that
    can't be replaced no backup is made: TargetError (on Windows a copy of a read-only file couldn't be deleted).
    """
    require_replaceable(path)
    try:
        copy = copied(path, (f"{_BACKUP}{n or ''}" for n in (0, *range(2, 1000)))) if path.is_file() else None
    except OSError as error:
        cause = why(error, Path(error.filename or path))
        raise TargetError(f"{path.name}：没有保存，备份写不下，{cause}。原文件没有改动。") from error
    try:
        yield
    finally:
        if copy and _readable(path):
            _drop(copy)
        elif copy:
            copy.replace(path)


def _drop(path: Path) -> None:
    """Delete a temporary file if possible: Windows deletes no file that a virus scanner has open."""
    with contextlib.suppress(OSError):
        path.unlink()


@contextlib.contextmanager
def _explained(named: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        unchanged = "原文件没有改动。" if os.path.lexists(named) else ""
        raise TargetError(f"{named.name}：没有保存，{why(error, named)}。{unchanged}") from error


def _replaceable(named: Path) -> Path:
    """The file to be replaced, with links resolved, so that a link stays a link.

    OSError where moving the new file into place would wrongly succeed on some systems: over a folder, a read-only file,
    or a file that a program has open (only Windows refuses that), whose next save would overwrite ours.
    """
    target = Path(os.path.realpath(named))  # unlike Path.resolve, never a RuntimeError
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a directory", str(target))
    if target.exists() and not (target.stat().st_mode & 0o222 and os.access(target, os.W_OK)):
        raise PermissionError(errno.EROFS, "read-only", str(target))
    if os.name != "nt" and target.exists():
        locks = (*lock_files(named), *lock_files(target))
        lock = next((lock for lock in locks if os.access(lock, os.F_OK)), None)  # no error where the name is too long
        if lock is not None:
            raise OSError(errno.ETXTBSY, "is open", str(lock))
    return target


def _readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:
        return False


def why(error: OSError, target: Path) -> str:
    """Why the file ``target`` could not be written, and what to do (Chinese)."""
    match error.errno:
        case errno.EROFS:
            return "文件或所在的文件夹是只读的：请在文件属性里取消“只读”，或换个位置保存"
        case errno.EISDIR:
            return "同名的是一个文件夹，请换个文件名"
        case errno.ENAMETOOLONG:
            return _TOO_LONG
        case errno.ENOENT if Path(os.path.realpath(target)).parent.is_dir():  # from 260 characters on Windows says so
            return _TOO_LONG
        case errno.ENOENT | errno.ENOTDIR:
            return f"文件夹“{target.parent}”不存在，请先建好文件夹"
        case errno.ENOSPC | errno.EDQUOT:
            return "磁盘已满，请先腾出空间"
        case errno.EACCES | errno.EPERM if not os.path.lexists(target):
            return "没有权限在这个文件夹里写文件，请换个位置保存"
        case errno.EACCES | errno.EPERM | errno.EBUSY:
            return "文件正被 Excel 或别的程序打开，或没有写入权限：请先关闭该文件再试"
        case errno.ETXTBSY:
            opened = f"文件正在别的程序里打开（旁边有锁文件 {Path(error.filename).name}）：请先关闭该文件再试"
            return f"{opened}；确实没有打开的，请删除这个隐藏的锁文件"
        case errno.EINVAL if REFUSED.search(target.name):
            return "文件名里有不能用的字符，请换个文件名"
        case _:
            return f"磁盘写入出错（{error.strerror or error}）"
