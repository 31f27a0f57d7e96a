"""Takes a built workbook's package apart, and puts parts together again so that the bytes are the same every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_TIME = (2026, 1, 1, 0, 0, 0)
_VALUE_SHOWN = b'<c:showVal val="1"/>'
_NOT_SHOWN = "".join(f'<c:show{what} val="0"/>' for what in ("CatName", "SerName", "Percent", "BubbleSize"))
_ONLY_VALUE_SHOWN = b'<c:showLegendKey val="0"/>' + _VALUE_SHOWN + _NOT_SHOWN.encode()  # in the schema's order


def explicit_labels(name: str, part: bytes) -> bytes:
    """The part; in a chart with the data labels' switches that are off written out too.

    XlsxWriter writes only those that are on, and a program may take missing ones as on: then every label would show
    series and category too.
    """
    return part.replace(_VALUE_SHOWN, _ONLY_VALUE_SHOWN) if name.startswith("xl/charts/chart") else part


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts by name, in their order."""
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
