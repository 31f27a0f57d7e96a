"""The journal beside a ledger: every finished record, one JSON line each, so that no work is ever done twice."""

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
_SUM = 8  # digits of a line's checksum, which stands at its beginning and is that of all that follows
_SHAPE = 4  # of the records: those of another shape are made anew
_WHAT_DECIDES = ("*.toml", "*.json", "*.py")
_LOCKED = (1 << 31) - 2  # the byte that Windows locks: behind all that a journal ever holds


class Journal:
    """Records by the digest of the bytes they were made from, for this very program and these rules.

    A line that a kill or a power cut has torn off, or that a disk has changed, is dropped when the journal is opened
    again, with those behind it.  An open journal belongs to its process alone, by a lock that the system takes back
    however the process ends.
    """

    def __init__(self, path: Path, rules: str) -> None:
        """``rules`` tells sets of rules apart.  Raises OSError, and BlockingIOError where another run has it open."""
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
        windows = sys.platform == "win32"  # which deletes no file that anybody has open
        # Where nothing was done, nothing is left behind; as long as it is open, nobody else has it.
        for close in (windows, not windows):
            with suppress(OSError):  # also of the rest of a record for which there was no room
                if close:
                    self._file.close()
                elif not self._end:
                    self._path.unlink()

    def __bool__(self) -> bool:
        """Whether there is any record of use."""
        return bool(self._offsets)

    def find(self, digest: str) -> int | None:
        """Where the record of these bytes stands, if it does."""
        return self._offsets.get(digest)

    def add(self, digest: str, record: str) -> int:
        """Keep a record (a JSON object); returns where it stands.  TargetError where there is no room for it."""
        known = self._offsets.get(digest)
        if known is not None:
            return known
        said = _KEY + f'{digest}{self._suffix}","record":{record}}}\n'.encode()
        line = _HEAD + _checksum(said) + said
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
        self._file.seek(0)
        end = 0
        for line in self._file:
            said = line[len(_HEAD) + _SUM :]
            if line != _HEAD + _checksum(said) + said or not said.startswith(_KEY):
                break
            digest, mark, rest = said[len(_KEY) : said.index(b'"', len(_KEY))].decode().partition(":")
            if mark + rest == self._suffix:
                self._offsets[digest] = end
            end += len(line)
        self._file.truncate(end)
        return end


@cache
def made_by() -> str:
    """A digest of the forms, rules, checks and code that records are made by.

    A version that was mended in place, or a form that was changed, has the number of the one before.  What is shipped
    beside the code decides nothing, and lies elsewhere in a checkout.
    """
    found = (path for pattern in _WHAT_DECIDES for path in PACKAGE.rglob(pattern))
    files = sorted(path for path in found if path.relative_to(PACKAGE).parts[0] not in SHIPPED)
    digest = hashlib.sha256()
    for path in files:
        data = path.read_bytes()
        digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:16]


def _checksum(said: bytes) -> bytes:
    return b"%0*x" % (_SUM, zlib.crc32(said))


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
    except PermissionError as error:  # how Windows says the same
        raise BlockingIOError from error
    except OSError:
        return  # a file system without locks: better unguarded than not at all
