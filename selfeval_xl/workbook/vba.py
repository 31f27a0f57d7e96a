"""What modules a VBA project says that it has, read from its own list; no code is read, far less run."""

from __future__ import annotations

import re
import struct

from selfeval_xl.workbook.biff import stream_of

_MODULE = re.compile(rb"^(?:Module|Class|BaseClass|Package)=([^\r\n]*)", re.MULTILINE)


def modules_of(project: bytes) -> frozenset[str] | None:
    """The names of its modules, classes and forms, without those of the sheets; None where the list can't be read."""
    try:
        listed = stream_of(project, "PROJECT")
    except (struct.error, IndexError, ValueError):
        return None
    return frozenset(name.decode("latin-1").strip() for name in _MODULE.findall(listed))
