"""The blank formatted rows at the end of a sheet: kept as bytes, not parsed into the tree of elements.

Where somebody has formatted a sheet to its very bottom, a million of them would take two gigabytes there.
"""

from __future__ import annotations

from selfeval_xl.lazy import lazy

_LONG = 1 << 20  # bytes from which a tail is worth cutting off
_KEPT = 10_000  # blank rows that stay in the tree, so that rows can be inserted above without meeting the tail
_ROW, _END = b"<row ", b"</sheetData>"
_CONTENT = (b"<v", b"<f", b"<is", b"<ext")
_NUMBER = lazy(rb'<row (?:[^<>]*\s)?r="([0-9]+)"')


def split(data: bytes) -> tuple[bytes, bytes]:
    """A part without its tail, and the tail: numbered rows of cells without contents; b"" where there is none."""
    end = data.rfind(_END)
    if end < _LONG or data.count(_END) > 1 or b"<!" in data:
        return data, b""
    begin = max(data.rfind(sign, 0, end) for sign in _CONTENT)
    for _ in range(_KEPT + 1):
        begin = data.find(_ROW, begin + 1, end)
        if begin < 0 or end - begin < _LONG:
            return data, b""
    tail = data[begin:end]
    rows = tail.count(_ROW)
    plain = tail.count(b"<") == rows + tail.count(b"</row>") + tail.count(b"<c ") + tail.count(b"</c>")
    if not plain or tail.count(b'<row r="') < rows:
        return data, b""
    return data[:begin] + data[end:], tail


def joined(data: bytes, tail: bytes) -> bytes:
    """The part with its tail again, without those of its rows whose numbers are taken by now."""
    if not tail:
        return data
    end = data.rfind(_END)
    last = max((int(row[1]) for row in _NUMBER.finditer(data, data.rfind(_ROW, 0, end), end)), default=0)
    begin = next((row.start() for row in _NUMBER.finditer(tail) if int(row[1]) > last), len(tail))
    return data[:end] + tail[begin:] + data[end:]
