"""Writes drafts of mails into a folder: an unchanged one is left alone, and one that somebody edited is kept.

Each draft holds a digest of itself in a header of our own; where the file no longer fits it, somebody edited it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from selfeval_xl.filenames import free
from selfeval_xl.workbook import saving

_HEADER = re.compile(rb"^X-Selfeval-Digest: ([0-9a-f]{64})\r?\n", re.MULTILINE | re.IGNORECASE)


class Put(NamedTuple):
    """The names of the drafts: ``written`` anew, ``unchanged`` since an earlier run, and edited by somebody: ``kept``.

    Beside one that was kept stands the new draft.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]


def put(folder: Path, drafts: Iterable[tuple[str, bytes]]) -> Put:
    """Put drafts, by the stems of their names, into a folder; TargetError: one can't be written.

    A draft that stands there already is left alone, even if somebody edited it, so that its time shows what is new.
    """
    taken: set[str] = set()
    written, unchanged, kept = list[str](), list[str](), list[str]()
    for stem, draft in drafts:
        digest = _digest(draft)
        for name in free(stem, taken, ".eml"):
            standing = _standing(folder / name)
            noted = _HEADER.search(standing)
            if noted and noted[1] == digest:
                unchanged.append(name)
                break
            if not standing or (noted and _digest(standing[: noted.start()] + standing[noted.end() :]) == noted[1]):
                saving.replace(folder / name, b"X-Selfeval-Digest: %s\r\n%s" % (digest, draft))
                written.append(name)
                break
            kept.append(name)
    return Put(tuple(written), tuple(unchanged), tuple(kept))


def _digest(draft: bytes) -> bytes:
    return hashlib.sha256(draft).hexdigest().encode()


def _standing(path: Path) -> bytes:
    """The content of a file; b"" where it can't be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
