"""The record of a seal in a workbook: one digest of everything, and a short one of each cell to find changes by.

It is a text in hidden defined names, as every spreadsheet program keeps those, in pieces, as a constant has at most
255 characters.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring
from operator import add

from selfeval_xl.seal.canon import VERSIONS, Content

_PIECE = 240  # characters of a name's text
_TOKEN, _SHORT, _LONG = 4, 3, 12  # characters for the key of a thing, for its content, for a computed result
_CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, 1, I and O
_CODE_LENGTH, _CODE_GROUP = 12, 4
_PIECES = re.compile(r'="?([0-9A-Za-z_.~-]*)"?|"([0-9A-Za-z_.~-]*)"')


@dataclass(frozen=True, slots=True)
class Rows:
    """The short digests of a table: ``columns`` by token, each row as one text."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]

    def cells(self, row: int) -> list[str]:
        """The digests of a row's cells, in the order of the columns."""
        return _cut(self.rows[row], _SHORT)


@dataclass(frozen=True, slots=True)
class Seal:
    """``digest`` covers everything; ``items`` and ``tables`` (by token) only help to find what differs.

    ``results`` are under the digest as they stand here, since a program may save a formula without what it gave.
    """

    version: str
    digest: bytes
    items: Mapping[str, str]
    results: Mapping[str, str]
    tables: Mapping[str, Rows]
    signature: bytes | None = None

    @property
    def sound(self) -> bool:
        """False where parts of the seal are missing, as no seal was ever written so."""
        return (
            len(self.digest) == hashlib.sha256().digest_size
            and {_TOKEN}.issuperset(map(len, (*self.items, *self.results, *self.tables)))
            and {_SHORT}.issuperset(map(len, self.items.values()))
            and {_LONG}.issuperset(map(len, self.results.values()))
            and all(
                len(one.rows[-1]) == _SHORT * len(one.columns) and all(len(key) == _TOKEN for key in one.columns)
                for one in self.tables.values()
                if one.rows
            )
        )

    def pieces(self) -> list[str]:
        """The texts for the defined names, in their order."""
        parts = [self.version, _encoded(self.digest), _encoded(self.signature or b"")]
        parts += ["".join(key + digest for key, digest in each.items()) for each in (self.items, self.results)]
        parts += ["~".join((key, "".join(one.columns), "".join(one.rows))) for key, one in self.tables.items()]
        text = ".".join(parts)
        return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def digest_of(content: Content, results: Mapping[str, str]) -> bytes:
    """The digest of a content, with these ``results`` in place of its own."""
    digest = hashlib.sha256(f"selfeval_xl seal {content.version}\n".encode())
    for piece in _written(content, results):
        digest.update(piece)
    return digest.digest()


def _written(content: Content, results: Mapping[str, str]) -> Iterator[bytes]:
    """A content as JSON without a blank, all keys sorted; as a whole it is long, and would be copied time and again."""
    yield b'{"items":%b,"results":%b,"tables":{' % (_flat(content.items), _flat(results))
    for place, key in enumerate(sorted(content.tables)):
        rows = b",".join(map(_flat, content.tables[key].rows))
        yield b"%b%b[%b]" % (b"," if place else b"", _key(key), rows)
    yield b"}}"


def _flat(texts: Mapping[str, str]) -> bytes:
    """Texts by their keys, sorted by these, as one object."""
    keys = sorted(texts)
    return b"{%b}" % b",".join(map(add, map(_key, keys), map(_quoted, map(texts.__getitem__, keys))))


@lru_cache(maxsize=1 << 10)
def _key(key: str) -> bytes:
    return _quoted(key) + b":"


@lru_cache(maxsize=1 << 10)  # most texts are formulas, which returns of one form have in common
def _quoted(text: str) -> bytes:
    return encode_basestring(text).encode()


def take(content: Content) -> Seal:
    """The seal of a content, not signed."""
    results = results_of(content)
    return Seal(content.version, digest_of(content, results), items_of(content), results, tables_of(content))


def items_of(content: Content) -> dict[str, str]:
    """The short digests of fields and sheets by token."""
    items = content.items
    return dict(zip(map(token, items), map(short, items.values()), strict=True))


def results_of(content: Content) -> dict[str, str]:
    """The digests of what the formulas gave by token."""
    return dict(zip(map(token, content.results), map(long, content.results.values()), strict=True))


def tables_of(content: Content) -> dict[str, Rows]:
    """The short digests of the tables by token."""
    return {token(key): _rows(table.rows) for key, table in content.tables.items()}


def read_seal(pieces: Iterable[str]) -> Seal | None:
    """The seal that defined names hold (their texts in order); None where there is none, or of a version to come."""
    found = [_PIECES.fullmatch(piece.strip()) for piece in pieces]
    text = "".join((match[1] or match[2] or "") if match else "?" for match in found)
    version, _, rest = text.partition(".")
    if version not in VERSIONS:
        return None
    digest, signature, items, results, *tables = (rest + "...").split(".")
    rows = [part.split("~") for part in tables if part.count("~") == 2]
    return Seal(
        version=version,
        digest=_decoded(digest),
        items=_by_token(items, _SHORT),
        results=_by_token(results, _LONG),
        tables={key: _held(_cut(columns, _TOKEN), cells) for key, columns, cells in rows},
        signature=_decoded(signature) or None,
    )


def check_code(digest: bytes) -> str:
    """``"7K3M-Q9TX-2HBE"``: 60 bits of the digest in letters and figures that can't be taken for one another."""
    number = int.from_bytes(digest[:8], "big")
    signs = "".join(_CODE_ALPHABET[(number >> (59 - 5 * place)) & 31] for place in range(_CODE_LENGTH))
    return "-".join(_cut(signs, _CODE_GROUP))


@lru_cache(maxsize=1 << 10)
def token(key: str) -> str:
    """A key, shortened."""
    return _hashed(f"key {key}", _TOKEN)


@lru_cache(maxsize=1 << 10)  # most contents are formulas, which returns of one form have in common
def short(content: str) -> str:
    """A short digest of a content: enough to see that it differs."""
    return _hashed(f"content {content}", _SHORT)


@lru_cache(maxsize=1 << 8)  # more than a return has, each of which is asked for twice
def long(content: str) -> str:
    """A digest of a content, so long that nobody can find another content with the same one."""
    return _hashed(f"content {content}", _LONG)


def _by_token(text: str, length: int) -> dict[str, str]:
    return {each[:_TOKEN]: each[_TOKEN:] for each in _cut(text, _TOKEN + length)}


def _rows(rows: list[dict[str, str]]) -> Rows:
    columns = tuple(rows[0]) if rows else ()
    return Rows(
        tuple(token(column) for column in columns),
        tuple(["".join(map(short, map(row.__getitem__, columns))) for row in rows]),
    )


def _held(columns: list[str], cells: str) -> Rows:
    return Rows(tuple(columns), tuple(_cut(cells, _SHORT * len(columns))) if columns else ())


def _hashed(text: str, length: int) -> str:
    return _encoded(hashlib.sha256(text.encode()).digest())[:length]


def _cut(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(0, len(text), length)]


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b"?"
