"""The parts of a workbook's package that is built here, and the package of its parts: the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_TIME = (2026, 1, 1, 0, 0, 0)


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts by name, in their order; BadZipFile where ``data`` is no package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The package of these parts, with a fixed time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, part in parts.items():
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, part)
    return stream.getvalue()
