"""What the sheets of a workbook share: its strings and its number formats, read once a package."""

from __future__ import annotations

import re
from typing import NamedTuple
from weakref import WeakKeyDictionary

from selfeval_xl.workbook.markup import MAIN, MAX_DEPTH
from selfeval_xl.workbook.number_format import BUILT_IN, NumberFormat
from selfeval_xl.workbook.package import Package

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOCAL = {f"{namespace} {name}": name for namespace in MAIN for name in ("si", "t", "rPh")}


class Shared(NamedTuple):
    """Strings and number formats by the index that cells know them by."""

    strings: list[str]
    formats: list[NumberFormat]


_read: WeakKeyDictionary[Package, Shared] = WeakKeyDictionary()


def shared(package: Package) -> Shared:
    """The strings and formats of a workbook; WorkbookError where they are broken."""
    if package not in _read:
        _read[package] = Shared(_strings(package), _formats(package))
    return _read[package]


def unescaped(text: str) -> str:
    """``_x000D_`` and its like as the characters that they stand for, if any can be shown; line ends as ``\\n``."""
    if "_x" in text:
        text = _ESCAPE.sub(_character, text).replace("\r\n", "\n")
    return text


def _character(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character.isprintable() or character in "\r\n\t" else escape[0]


def _strings(package: Package) -> list[str]:
    strings: list[str] = []
    buffer: list[str] = []
    runs: list[str] = []
    phonetic, depth = False, 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal phonetic, depth
        depth += 1
        if depth > MAX_DEPTH:
            raise package.archive.damaged("共享文字的内容层次太深")
        local = _LOCAL.get(name)
        if local == "si":
            runs.clear()
        elif local == "rPh":
            phonetic = True
        buffer.clear()

    def end(name: str) -> None:
        nonlocal phonetic, depth
        depth -= 1
        local = _LOCAL.get(name)
        if local == "t" and not phonetic:
            runs.append("".join(buffer))
        elif local == "rPh":
            phonetic = False
        elif local == "si":
            strings.append(unescaped("".join(runs)))

    for part in package.related(package.main, "sharedStrings"):
        package.archive.parse(part, start, end, buffer.append)
    return strings


def _formats(package: Package) -> list[NumberFormat]:
    """The number format of each cell format (``cellXfs``) by its index."""
    codes, identifiers = dict(BUILT_IN), []
    for part in package.related(package.main, "styles"):
        pending: list[str] = []
        for element in package.archive.elements(part):
            if element.name == "numFmt" and element.attributes.get("numFmtId", "").isdecimal():
                codes[int(element.attributes["numFmtId"][:9])] = element.attributes.get("formatCode", "General")
            elif element.name == "xf":
                pending.append(element.attributes.get("numFmtId", "0"))
            elif element.name == "cellXfs":
                identifiers = pending
            elif element.name == "cellStyleXfs":
                pending = []
    shared = {code: NumberFormat(code, package.date1904) for code in codes.values()}
    return [shared[codes.get(int(each[:9]) if each.isdecimal() else 0, "General")] for each in identifiers]
