"""Additions: keeps a copy of an old ledger into which somebody wrote more than the next one takes over.

A sum over its texts, which the ledger itself holds, shows that.  It depends neither on the order of the rows (they may
have been sorted) nor on the program that saved the file, and leaves out what is read back anyway (:mod:`.reviews`) and
the results of formulas.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZipInfo

from selfeval_xl.collect.reviews import READ_BACK, SHEET, each_row
from selfeval_xl.errors import TargetError
from selfeval_xl.quantity.text import unspaced
from selfeval_xl.workbook.opening.package import Package, Sheet, open_package
from selfeval_xl.workbook.saving import copied

PROPERTY = "selfeval_ledger_sum"
PLACEHOLDER = "0" * 41
PART = "docProps/custom.xml"
_SHEETS = "xl/worksheets/"
_FOREIGN = ("/comments", "/threadedComments/", "xl/media/")  # parts that no ledger of ours has
_VALUE = re.compile(rf'name="{PROPERTY}".*?>([0-9a-f]{{32}}) ([0-9a-f]{{8}})<', re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_BITS = 128


class Tally:
    """A sum over rows of texts, whatever their order."""

    def __init__(self) -> None:
        self._sum = 0

    def add(self, cells: Iterable[tuple[str, str]]) -> None:
        """Count a row: the letters of its columns, and what stands there."""
        joined = "\x1f".join(f"{letters}\x1e{plain}" for letters, text in cells if (plain := _plain(text)))
        if joined:
            row = hashlib.blake2b(joined.encode("utf-8", "replace"), digest_size=_BITS // 8).digest()
            self._sum = (self._sum + int.from_bytes(row, "big")) % (1 << _BITS)

    def count(self, package: Package) -> None:
        for sheet in package.sheets:
            if sheet.kind == "worksheet":
                self._count(package, sheet)

    def _count(self, package: Package, sheet: Sheet) -> None:
        kept: set[str] | None = None  # the columns that are read back

        def row(cells: dict[str, str], formulas: dict[str, str]) -> None:
            nonlocal kept
            if kept is None:
                review = sheet.name.startswith(SHEET)
                kept = {at for at, title in cells.items() if title in READ_BACK} if review else set()
                self.add(sorted(cells.items()))
                return
            self.add((at, text) for at, text in sorted(cells.items()) if at not in formulas and at not in kept)

        each_row(package, sheet, row)

    def __str__(self) -> str:
        return f"{self._sum:032x}"


def value(tally: Tally, parts: Iterable[ZipInfo]) -> str:
    """The note for a ledger with these parts: the sum, and a checksum that shows whether it was saved since."""
    return f"{tally} {_untouched(parts):08x}"


def keep(ledger: Path) -> Path | None:
    """Copy a ledger into which somebody has written more, before it is made anew; None where nothing would be lost.

    TargetError where the copy can't be written.
    """
    if not ledger.exists() or not _holds_more(open_package(ledger, own=True)):
        return None
    now = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    try:
        return copied(ledger, (f".{now}{f'-{n}' if n else ''}" for n in range(1000)))
    except OSError as error:
        raise TargetError(f"{ledger.name}：里面有自己加的内容，要先另存一份，但写不下。台账没有改动。") from error


def _holds_more(package: Package) -> bool:
    if any(mark in name for name in package.archive.names for mark in _FOREIGN):
        return True
    noted = _VALUE.search(package.archive.part(PART).decode("utf-8", "replace")) if PART in package.archive else None
    if noted is None:  # a ledger of an earlier version, without a sum: it may hold more
        return True
    if int(noted[2], 16) == _untouched(package.archive.info(name) for name in package.archive.names):
        return False
    tally = Tally()
    tally.count(package)
    return str(tally) != noted[1]


def _untouched(parts: Iterable[ZipInfo]) -> int:
    sheets = (part.CRC for part in parts if part.filename.startswith(_SHEETS) and part.filename.endswith(".xml"))
    return sum(sheets) % (1 << 32)


def _plain(text: str) -> str:
    """A text without what programs save differently: blanks, and digits of a number behind the twelfth."""
    text = unspaced(text)
    return format(float(text), ".12g") if text[-1:].isdigit() and _NUMBER.fullmatch(text) else text
