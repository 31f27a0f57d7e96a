"""Marked copies of returns: a hidden name tells what was marked, so that they are not taken for new returns."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.read.file import MARKED
from selfeval_xl.workbook.patch import Patch

UNCHANGED = "本工具的批注件（内容没有改动）"
_NOISE = Decimal("1e-9")


def mark(patch: Patch, original: Workbook) -> None:
    """Put the mark of what ``original`` says into the copy that is made of it."""
    patch.set_name(MARKED, f'"{content_digest(original)}"')


def is_unchanged(workbook: Workbook) -> bool:
    """Whether it is a marked copy that says what the marked return said; one that was mended is a return."""
    held = next((text.strip('="') for name, text in workbook.names() if name == MARKED), None)
    return held is not None and held == content_digest(workbook)


def content_digest(workbook: Workbook) -> str:
    """What a workbook says, apart from our findings and notes; the same after another program has saved it.

    Of a workbook of ours what a seal covers except for results, as these follow; of any other the values of its cells:
    where a formula gives another result it counts as changed, as it may have been mended.
    """
    ours = ours_in(workbook)
    if ours is not None:
        from selfeval_xl.seal.canon import content_of
        from selfeval_xl.seal.record import digest_of

        return digest_of(content_of(workbook, ours.layout), {}).hex()
    digest = hashlib.sha256()
    for sheet, grid in workbook.grids.items():
        if sheet not in workbook.pages:
            for cell, raw in sorted(grid.cells.items()):
                if raw.value not in (None, ""):
                    digest.update(f"{sheet}\0{cell}\0{_plain(raw.value)}\n".encode(errors="surrogatepass"))
    return digest.hexdigest()


def _plain(value: object) -> str:
    """A value as every program gives it back: the last of a number's many digits is no content."""
    if isinstance(value, Decimal) and value.is_finite() and abs(value) < Decimal("1e15"):
        return format(value.quantize(_NOISE).normalize(), "f")
    return str(value).replace("\r\n", "\n")
