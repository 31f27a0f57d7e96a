"""Workbooks as zips: taken apart, changed, and small ones made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import xlsxwriter


def parts(workbook: Path | bytes) -> dict[str, bytes]:
    """The parts by name, in the order of the file, with checksums verified."""
    with zipfile.ZipFile(io.BytesIO(workbook) if isinstance(workbook, bytes) else workbook) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The package of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def rewritten(data: bytes, changes: Mapping[str, bytes | None], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The package with some parts changed, added, or (None) left out."""
    return packed({name: part for name, part in (parts(data) | dict(changes)).items() if part is not None}, method)


def through(workbook: Path | bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The package with each part as ``change`` returns it, given name and content."""
    return packed({name: change(name, part) for name, part in parts(workbook).items()})


def built(write: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    """The workbook that ``write`` fills."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        write(book)
    return stream.getvalue()
