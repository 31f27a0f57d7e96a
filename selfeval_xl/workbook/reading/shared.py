"""What the sheets of a workbook share, its strings and its number formats, read once per package."""

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
_LONG = 1 << 14  # bytes from which a string or a list is not remembered (formatted by LibreOffice a string gets long)
_ROOT = f'<sst xmlns="{MAIN[0]}">'.encode()
_OPENING = lazy(DECLARATION + re.escape(_ROOT[:-1]) + rb"(?: (?:count|uniqueCount)=\"[0-9]*\"){0,2}>")
_STRING, _EXTENSION, _RUN, _TEXT, _CODES, _CELL_FORMATS = (
    frozenset(f"{{{uri}}}{name}" for uri in MAIN) for name in ("si", "extLst", "r", "t", "numFmts", "cellXfs")
)


class Formats:
    """The number formats of cells; workbooks with identical styles share one object.

    ``look`` gives a cell's number format and its style index as a number, by the style index as the file writes it;
    ``workbooks`` counts the workbooks that share the object.
    """

    def __init__(self, formats: Sequence[NumberFormat], date1904: bool) -> None:
        self.date1904 = date1904
        self.workbooks = 0
        self.look = {str(index): (form, index) for index, form in enumerate(formats)}
        self._general = NumberFormat(date1904=date1904)

    def at(self, index: int) -> tuple[NumberFormat, int]:
        """As ``look``, by the index as a number; General for an index that doesn't exist."""
        return self.look.get(str(index)) or (self._general, index)


class Shared(NamedTuple):
    """What cells refer to by index.  ``rich`` are the strings with formats of their own for some characters, as XML
    documents; None where they were not collected."""

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
    """The text of a shared or inline string: its runs joined, without phonetic text."""
    runs = []
    for child in holder:
        if child.tag in _TEXT:
            runs.append(child.text or "")
        elif child.tag in _RUN:
            runs.extend(each.text or "" for each in child if each.tag in _TEXT)
    return "".join(runs)


def rich(holder: Node) -> list[bytes]:
    """A shared or inline string as an XML document, if parts of it have formats of their own."""
    return [ElementTree.tostring(holder)] if any(len(run) > 1 for run in holder) else []


def _strings(package: Package, *, familiar: bool) -> tuple[Sequence[str], Sequence[bytes] | None]:
    """Strings and ``rich`` ones as in :class:`Shared`; ``familiar`` where a workbook of the same styles came before."""
    parts = package.related(package.main, "sharedStrings")
    if not parts:
        return (), ()
    if package.archive.info(parts[0]).file_size <= _SMALL:
        with suppress(MarkupError):  # cut in the wrong place, a sound list looks broken: then parse it all
            data = package.archive.part(parts[0])
            return (_cut_strings if len(data) < _LONG else _cut_strings.__wrapped__)(data, familiar)
    return package.archive.made(parts[0], _read_strings), None


@lru_cache(maxsize=4)  # for returns that nobody has filled in; other lists differ from workbook to workbook
def _cut_strings(data: bytes, familiar: bool) -> tuple[Sequence[str], Sequence[bytes]]:
    """The strings of a list; MarkupError where they can't be cut out.  ``familiar``: other workbooks have most too."""
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
    """The one string in a piece of a list, which lacks its end tag."""
    return _plain_strings(_alone(piece), 1)[0]


def _plain_strings(data: bytes, count: int) -> list[str]:
    """The strings in a list of ``count``."""
    found = document(data)
    if [each.tag in _STRING for each in found] != [True] * count:
        raise MarkupError("not as many strings")
    shallow((found,))
    return [unescaped(words(each)) for each in found]


def _alone(piece: bytes) -> bytes:
    return _ROOT + piece + b"</si></sst>"


def _read_strings(chunks: Iterable[bytes]) -> Sequence[str]:
    strings: list[str] = []

    def take(root: Node, complete: bool) -> None:
        found = root if complete else ended(root)
        shallow(found)
        if not all(each.tag in _STRING or each.tag in _EXTENSION for each in found):
            raise MarkupError("strings that programs may count or not")
        strings.extend(unescaped(words(each)) for each in found if each.tag in _STRING)

    grow(chunks, take)
    return strings


def rich_strings(package: Package) -> Sequence[bytes]:
    """The strings with formats of their own for some characters, as XML documents; read here for a long list."""
    known = shared(package).rich
    if known is None:
        known = package.archive.made(package.related(package.main, "sharedStrings")[0], _read_rich)
    return known


def _read_rich(chunks: Iterable[bytes]) -> Sequence[bytes]:
    texts: list[bytes] = []

    def take(root: Node, complete: bool) -> None:
        for each in root if complete else ended(root):
            texts.extend(rich(each))

    grow(chunks, take)
    return texts


def _formats(package: Package) -> Formats:
    styles = package.related(package.main, "styles")
    return package.archive.once(styles[0], _read_formats, package.date1904) if styles else Formats((), package.date1904)


def _read_formats(chunks: Iterable[bytes], date1904: bool) -> Formats:
    """The number format of each cell format (``cellXfs``) by its index."""
    codes, identifiers = dict(BUILT_IN), list[int]()

    def take(root: Node, complete: bool) -> None:
        for part, found in parts(root, complete):
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
