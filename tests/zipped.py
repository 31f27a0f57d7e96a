"""Workbooks as the zips that they are: their parts, and small ones made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlsxwriter


def parts(workbook: Path | bytes) -> dict[str, bytes]:
    """The parts by name, in the order of the file; each one's checksum is looked at."""
    with zipfile.ZipFile(io.BytesIO(workbook) if isinstance(workbook, bytes) else workbook) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def built(write: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    """The workbook that ``write`` fills."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        write(book)
    return stream.getvalue()
