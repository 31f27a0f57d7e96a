"""OLE containers ([MS-CFB]), the format of .xls files and of macros: which streams one has, and their content."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import islice

from selfeval_xl.lazy import lazy

CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of a container."""

OLD_STREAMS = ("Workbook", "Book")
"""The name of the stream with an .xls's cells, since Excel 97 and before."""

_END = 0xFFFFFFFA  # sector numbers from here on end a chain
_MODULE = lazy(rb"^(?:Module|Class|BaseClass|Package)=([^\r\n]*)", re.MULTILINE)


def first_stream(data: bytes, *names: str) -> str | None:
    """The first of these streams that a container names, found by search so that a file cut off is known too.

    Directory entries start at multiples of 128 bytes.
    """
    data = data.upper()
    begins = ((found.start(), name) for name in names for found in re.finditer(re.escape(_named(name)), data))
    return next((name for begin, name in begins if begin % 128 == 0), None)


def stream_of(data: bytes, *names: str) -> bytes:
    """The first of these streams that the container has; ValueError where it has none of them."""
    shift, small = struct.unpack_from("<HH", data, 30)
    first_directory, cutoff, first_small, extra = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60, 68))
    if shift not in (9, 12) or small != 6:
        raise ValueError("not a container")
    size = 1 << shift

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    tables = list(struct.unpack_from("<109I", data, 76))
    while extra < _END and len(tables) * size <= len(data):
        more = _numbers(sector(extra))
        tables, extra = tables + more[:-1], more[-1]
    listed = (number for table in tables if table < _END for number in _numbers(sector(table)))
    allocation = list(islice(listed, len(data) // size))  # so that no chain is longer than the file

    def chain(start: int) -> bytes:
        return b"".join(sector(number) for number in _walk(start, allocation))

    directory = chain(first_directory)
    entries = [directory[at : at + 128] for at in range(0, len(directory), 128)]
    found = [one for name in names for one in entries if one[66] == 2 and one.upper().startswith(_named(name))]
    if not found:
        raise ValueError("no such stream")
    start, length = struct.unpack_from("<II", found[0], 116)
    if length >= cutoff:
        return chain(start)[:length]
    holder = chain(struct.unpack_from("<I", entries[0], 116)[0])
    small_allocation = _numbers(chain(first_small))[: len(holder) // 64]
    pieces = (holder[number * 64 : number * 64 + 64] for number in _walk(start, small_allocation))
    return b"".join(pieces)[:length]


def _named(name: str) -> bytes:
    """How a directory entry of this name begins, in capitals: such names are compared whatever their case."""
    return name.upper().encode("utf-16-le") + b"\0\0"


def _numbers(sector: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))


def _walk(start: int, allocation: list[int]) -> Iterator[int]:
    """The sectors of a chain; a circular chain ends too."""
    for _ in allocation:
        if start >= _END:
            return
        yield start
        start = allocation[start]


def modules_of(project: bytes) -> frozenset[str] | None:
    """The names of a VBA project's modules, classes and forms (not its sheets), from its own list.

    None where the list can't be read.  No code is read or run.
    """
    try:
        listed = stream_of(project, "PROJECT")
    except (struct.error, IndexError, ValueError):
        return None
    return frozenset(name.decode("latin-1").strip() for name in _MODULE.findall(listed))
