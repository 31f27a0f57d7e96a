"""Drafts of mails in a folder: one that did not change is left alone, and one that somebody edited is kept.

Each draft holds a digest of itself in a header of our own.  Where the file no longer fits it, somebody edited it.
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
    """The names of some drafts: those ``written`` anew, those ``unchanged`` since an earlier run, and those that
    somebody edited and were ``kept``, with what is to be said by now beside them."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]


def put(folder: Path, drafts: Iterable[tuple[str, bytes]]) -> Put:
    """Put drafts, by the stems of their names, into a folder; TargetError: one can't be written.

    Whoever sorts by time sees what is to be sent: a draft of which the same one stands already is left alone, also
    where somebody edited that.
    """
    taken: set[str] = set()
    written, unchanged, kept = list[str](), list[str](), list[str]()
    for stem, draft in drafts:
        digest = _digest(draft)
        for name in free(stem, taken, ".eml"):
            standing = _standing(folder / name)
            said = _HEADER.search(standing)
            if said and said[1] == digest:
                unchanged.append(name)
                break
            if not standing or (said and _digest(standing[: said.start()] + standing[said.end() :]) == said[1]):
                saving.replace(folder / name, b"X-Selfeval-Digest: %s\r\n%s" % (digest, draft))
                written.append(name)
                break
            kept.append(name)
    return Put(tuple(written), tuple(unchanged), tuple(kept))


def _digest(draft: bytes) -> bytes:
    return hashlib.sha256(draft).hexdigest().encode()


def _standing(path: Path) -> bytes:
    """What stands under a name; nothing of what can't be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
