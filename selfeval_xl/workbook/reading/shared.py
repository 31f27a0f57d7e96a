"""What the sheets of a workbook share: its strings and its number formats, read once a package."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary
from xml.etree import ElementTree

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.number_format import BUILT_IN, NumberFormat
from selfeval_xl.workbook.opening.archive import Archive
from selfeval_xl.workbook.opening.markup import (
    DECLARATION,
    MAIN,
    MarkupError,
    Node,
    discard,
    document,
    ended,
    grow,
    parts,
    shallow,
)
from selfeval_xl.workbook.opening.package import Package
from selfeval_xl.workbook.stored import natural, unescaped

_SMALL = 1 << 18  # bytes of a list that is cut into its strings
_LONG = 1 << 14  # bytes from which a string, or a list, is not remembered; LibreOffice gives each script its own font
_ROOT = f'<sst xmlns="{MAIN[0]}">'.encode()
_OPENING = lazy(DECLARATION + re.escape(_ROOT[:-1]) + rb"(?: (?:count|uniqueCount)=\"[0-9]*\"){0,2}>")
_STRING, _EXTENSION, _RUN, _TEXT, _CODES, _CELL_FORMATS = (
    frozenset(f"{{{uri}}}{name}" for uri in MAIN) for name in ("si", "extLst", "r", "t", "numFmts", "cellXfs")
)


class Formats:
    """The number formats of cells; workbooks with the same styles have one in common.

    ``look`` gives a cell's format, and the index of its cell format as a number, by that index as it is written;
    ``workbooks`` counts those that had them.
    """

    def __init__(self, formats: Sequence[NumberFormat], date1904: bool) -> None:
        self.date1904 = date1904
        self.workbooks = 0
        self.look = {str(index): (form, index) for index, form in enumerate(formats)}
        self._general = NumberFormat(date1904=date1904)

    def at(self, index: int) -> tuple[NumberFormat, int]:
        """The same by the number; General for a cell format that is not there."""
        return self.look.get(str(index)) or (self._general, index)


class Shared(NamedTuple):
    """What cells know by its index.  ``rich`` are the strings parts of which have looks of their own, as documents;
    None where nobody looked for them."""

    strings: Sequence[str]
    formats: Formats
    rich: Sequence[bytes] | None


_read: WeakKeyDictionary[Archive, Shared] = WeakKeyDictionary()


def shared(package: Package) -> Shared:
    """The strings and formats of a workbook; WorkbookError where they are broken."""
    if package.archive not in _read:
        formats = _formats(package)
        formats.workbooks += 1
        strings, looks = _strings(package, familiar=formats.workbooks > 1)
        _read[package.archive] = Shared(strings, formats, looks)
    return _read[package.archive]


def words(holder: Node) -> str:
    """The text of a shared or inline string, its runs joined, without what stands above it as a reading aid."""
    runs = []
    for child in holder:
        if child.tag in _TEXT:
            runs.append(child.text or "")
        elif child.tag in _RUN:
            runs.extend(each.text or "" for each in child if each.tag in _TEXT)
    return "".join(runs)


def rich(holder: Node) -> list[bytes]:
    """A shared or inline string as a document, if parts of it have looks of their own."""
    return [ElementTree.tostring(holder)] if any(len(run) > 1 for run in holder) else []


def _strings(package: Package, *, familiar: bool) -> tuple[Sequence[str], Sequence[bytes] | None]:
    """The list of strings; ``familiar`` where others like it may have come before."""
    parts = package.related(package.main, "sharedStrings")
    if not parts:
        return (), ()
    if package.archive.info(parts[0]).file_size <= _SMALL:
        with suppress(MarkupError):  # what is odd about a string may hang on the others
            data = package.archive.part(parts[0])
            return (_cut_strings if len(data) < _LONG else _cut_strings.__wrapped__)(data, familiar)
    return package.archive.made(parts[0], _read_strings), None


@lru_cache(maxsize=4)  # of returns without a text of their own; other lists are each workbook's own
def _cut_strings(data: bytes, familiar: bool) -> tuple[Sequence[str], Sequence[bytes]]:
    """The strings of a list; MarkupError where they can't be cut out.  ``familiar``: most are other workbooks' too."""
    opening = _OPENING.match(data)
    if opening is None:
        raise MarkupError("no common list of strings")
    *pieces, rest = data[opening.end() :].split(b"</si>")
    if rest.strip() != b"</sst>":
        raise MarkupError("more than strings")
    if familiar:
        strings = [(_string if len(piece) < _LONG else _string.__wrapped__)(piece) for piece in pieces]
    else:
        strings = _plain_strings(data, len(pieces))
    return strings, [_alone(piece) for piece in pieces if b"rPr" in piece] if b"rPr" in data else ()


@lru_cache(maxsize=1 << 10)
def _string(piece: bytes) -> str:
    """The one string in a piece of a list, which lacks its end."""
    return _plain_strings(_alone(piece), 1)[0]


def _plain_strings(data: bytes, count: int) -> list[str]:
    """The strings in a list of so many."""
    found = document(data)
    if [each.tag in _STRING for each in found] != [True] * count:
        raise MarkupError("not as many strings")
    shallow((found,))
    return [unescaped(words(each)) for each in found]


def _alone(piece: bytes) -> bytes:
    return _ROOT + piece + b"</si></sst>"


def _read_strings(chunks: Iterable[bytes]) -> Sequence[str]:
    strings: list[str] = []

    def take(root: Node, whole: bool) -> None:
        found = root if whole else ended(root)
        shallow(found)
        if not all(each.tag in _STRING or each.tag in _EXTENSION for each in found):
            raise MarkupError("strings that programs may count or not")
        strings.extend(unescaped(words(each)) for each in found if each.tag in _STRING)

    grow(chunks, take)
    return strings


def rich_strings(package: Package) -> Sequence[bytes]:
    """The strings parts of which have looks of their own, as documents; of long lists, nobody else asks for them."""
    known = shared(package).rich
    if known is None:
        known = package.archive.made(package.related(package.main, "sharedStrings")[0], _read_rich)
    return known


def _read_rich(chunks: Iterable[bytes]) -> Sequence[bytes]:
    texts: list[bytes] = []

    def take(root: Node, whole: bool) -> None:
        for each in root if whole else ended(root):
            texts.extend(rich(each))

    grow(chunks, take)
    return texts


def _formats(package: Package) -> Formats:
    styles = package.related(package.main, "styles")
    return package.archive.once(styles[0], _read_formats, package.date1904) if styles else Formats((), package.date1904)


def _read_formats(chunks: Iterable[bytes], date1904: bool) -> Formats:
    """The number format of each cell format (``cellXfs``) by its index."""
    codes, identifiers = dict(BUILT_IN), list[int]()

    def take(root: Node, whole: bool) -> None:
        for part, found in parts(root, whole):
            shallow(found)
            if part.tag in _CODES:
                for each in found:
                    if (identifier := natural(each.get("numFmtId"))) is not None:
                        codes[identifier] = each.get("formatCode", "General")
            elif part.tag in _CELL_FORMATS:
                identifiers.extend(natural(each.get("numFmtId")) or 0 for each in found)
            elif found is not part:
                discard(part)

    grow(chunks, take)
    known = {code: NumberFormat(code, date1904) for code in codes.values()}
    wanted = (codes.get(each, "General") for each in identifiers)
    return Formats([known[code] for code in wanted], date1904)
