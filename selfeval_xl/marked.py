"""Marked copies of returns: a hidden name tells what was marked, so that they are not taken for new returns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal

from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.read.file import MARKED
from selfeval_xl.seal.canon import VERSIONS, content_of
from selfeval_xl.seal.record import digest_of
from selfeval_xl.workbook.patch import Patch

_NOISE = Decimal("1e-9")


def mark(patch: Patch, workbook: Workbook, original: str = "") -> None:
    """Put the mark of what ``workbook`` says into the copy that is made of it.

    ``original`` is the digest of a file that somebody had marked for their own use, and may send the copy in its place.
    """
    patch.set_name(MARKED, f'"{next(_digests(workbook))}{original and "."}{original}"')


def copy_in(workbook: Workbook) -> str | None:
    """Of what file a marked copy is one (see :func:`mark`), "" where the bureau sent it back.

    None for anything else, and for one that does not say what that said: a mended one is a return like any other.
    """
    held = next((text.strip('="') for name, text in workbook.names if name == MARKED), None)
    if held is None:
        return None
    said, _, original = held.partition(".")
    return original if said in _digests(workbook) else None


def _digests(workbook: Workbook) -> Iterator[str]:
    """What a workbook says, apart from our findings and notes, as this version tells it and as earlier ones did; the
    same after another program has saved it.

    Of a workbook of ours what a seal covers except for results, as these follow; of any other the values of its cells:
    where a formula gives another result it counts as changed, as it may have been mended.
    """
    ours = ours_in(workbook)
    if ours is not None:
        yield from (digest_of(content_of(workbook, ours.layout, version), {}).hex() for version in reversed(VERSIONS))
        return
    digest = hashlib.sha256()
    for sheet, grid in workbook.grids.items():
        if sheet not in workbook.pages:
            for cell, raw in sorted(grid.cells.items()):
                if raw.value not in (None, ""):
                    digest.update(f"{sheet}\0{cell}\0{_plain(raw.value)}\n".encode(errors="surrogatepass"))
    yield digest.hexdigest()


def _plain(value: object) -> str:
    """A value as every program gives it back: the last of a number's many digits is no content."""
    if isinstance(value, Decimal) and value.is_finite() and abs(value) < Decimal("1e15"):
        return format(value.quantize(_NOISE).normalize(), "f")
    return str(value).replace("\r\n", "\n")
