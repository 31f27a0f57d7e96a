"""The journal beside a ledger: every finished record as one line of JSON, so that no work is ever done twice."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from selfeval_xl import __version__
from selfeval_xl.errors import TargetError
from selfeval_xl.shipped import PACKAGE, SHIPPED
from selfeval_xl.workbook.saving import why

_HEAD = b'{"sum":"'
_KEY = b'","key":"'
_SUM = 8  # digits of the checksum at the beginning of a line, which covers the rest of the line
_SHAPE = 4  # version of the records' shape: records of another one are made anew
_WHAT_DECIDES = ("*.toml", "*.json", "*.py")
_LOCKED = (1 << 31) - 2  # the byte that Windows locks, behind the end of any journal


class Journal:
    """Records by the digest of the bytes they were made from, valid for this very program and these rules.

    When it is opened, a line with a wrong checksum (torn off by a kill or a power cut) is dropped with all behind it.
    An open journal is locked for its process; the system releases the lock however the process ends.
    """

    def __init__(self, path: Path, rules: str) -> None:
        """``rules`` identifies rules and keys.  Raises OSError, and BlockingIOError where another run has it open."""
        self._path, self._suffix = path, f":{__version__}.{_SHAPE}.{made_by()}:{rules}"
        self._offsets: dict[str, int] = {}
        self._file = path.open("a+b")
        try:
            _lock(self._file)
            self._end = self._load()
        except OSError:
            self._file.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        windows = sys.platform == "win32"  # where no open file can be deleted
        # An empty journal is deleted: where possible before it is closed, as then no other run can have it open.
        for close in (windows, not windows):
            with suppress(OSError):  # also of the rest of a record for which there was no room
                if close:
                    self._file.close()
                elif not self._end:
                    self._path.unlink()

    def __bool__(self) -> bool:
        """Whether it holds any record that is valid now."""
        return bool(self._offsets)

    def find(self, digest: str) -> int | None:
        """Where the record of these bytes stands, if it does."""
        return self._offsets.get(digest)

    def add(self, digest: str, record: str) -> int:
        """Keep a record (a JSON object); returns where it stands.  TargetError where there is no room for it."""
        known = self._offsets.get(digest)
        if known is not None:
            return known
        rest = _KEY + f'{digest}{self._suffix}","record":{record}}}\n'.encode()
        line = _HEAD + _checksum(rest) + rest
        try:
            self._file.write(line)
            self._file.flush()
        except OSError as error:
            kept = "做完的都已保存，再运行同一命令会从这里继续"
            raise TargetError(f"{self._path.name}：进度文件写不下，{why(error, self._path)}。{kept}") from error
        offset = self._offsets[digest] = self._end
        self._end += len(line)
        return offset

    def record(self, offset: int) -> Any:
        """The record that stands there."""
        self._file.seek(offset)
        return json.loads(self._file.readline())["record"]

    def _load(self) -> int:
        """Note where the valid records stand, cut the file behind the last sound line, and return its length."""
        self._file.seek(0)
        end = 0
        for line in self._file:
            rest = line[len(_HEAD) + _SUM :]
            if line != _HEAD + _checksum(rest) + rest or not rest.startswith(_KEY):
                break
            digest, colon, stamp = rest[len(_KEY) : rest.index(b'"', len(_KEY))].decode().partition(":")
            if colon + stamp == self._suffix:
                self._offsets[digest] = end
            end += len(line)
        self._file.truncate(end)
        return end


@cache
def made_by() -> str:
    """A digest of the forms, rules, checks and code that records are made by.

    The version number alone does not do, as code or a form may be changed under the same number.  Files that are merely
    shipped with the package (``SHIPPED``) are left out.
    """
    found = (path for pattern in _WHAT_DECIDES for path in PACKAGE.rglob(pattern))
    files = sorted(path for path in found if path.relative_to(PACKAGE).parts[0] not in SHIPPED)
    digest = hashlib.sha256()
    for path in files:
        data = path.read_bytes()
        digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:16]


def _checksum(data: bytes) -> bytes:
    return b"%0*x" % (_SUM, zlib.crc32(data))


def _lock(file: IO[bytes]) -> None:
    """Take the file for this process; BlockingIOError where another one has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(file.fileno(), _LOCKED, os.SEEK_SET)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except PermissionError as error:  # Windows' word for a file that is locked
        raise BlockingIOError from error
    except OSError:
        return  # a file system without locks: better unguarded than not at all
