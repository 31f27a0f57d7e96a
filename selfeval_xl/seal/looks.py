"""What a person can't see though it is there: hidden rows and sheets, and formats and colours that make text vanish."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from selfeval_xl.workbook.archive import Archive
from selfeval_xl.workbook.markup import MAX_DEPTH
from selfeval_xl.workbook.number_format import BUILT_IN
from selfeval_xl.workbook.package import Package
from selfeval_xl.workbook.references import tokens

_OUR_MARK = '"selfeval-xl"=""'
"""In the formula of the marks that findings put on cells (:mod:`selfeval_xl.workbook.marks`), whoever saved them."""

_NOTHING_SHOWN = re.compile(r'\[[^\]]*\]|""|[_*\\].|[;\s]')
_CONTRAST = 24  # of 255, in the colour channel that differs most; less can't be read
_SMALLEST = 2.0  # points
_INDEXED = {"0": "000000", "1": "FFFFFF", "8": "000000", "9": "FFFFFF", "64": "000000", "65": "FFFFFF"}
_THEME = {"0": "FFFFFF", "1": "000000"}
_BLACK, _WHITE = "000000", "FFFFFF"


@dataclass(frozen=True, slots=True)
class Looks:
    """Of one sheet: its state, rows that are hidden or have no height, cell formats that hide their text, the
    conditional formats (without our marks) as comparable texts, and the first cells of those that hide text."""

    state: str
    hiding_styles: frozenset[int]
    hidden_rows: set[int] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    hiding_areas: list[str] = field(default_factory=list)


class _Format(NamedTuple):
    """The parts of a look that can hide text; None where the look leaves them alone."""

    font: str | None
    size: float | None
    fill: str | None
    code: str | None

    @property
    def hides(self) -> bool:
        if self.code and not _NOTHING_SHOWN.sub("", self.code):
            return True
        if self.size is not None and self.size < _SMALLEST:
            return True
        font, fill = bytes.fromhex(self.font or _BLACK), bytes.fromhex(self.fill or _WHITE)
        return max(abs(one - other) for one, other in zip(font, fill, strict=True)) < _CONTRAST


class _Pending:
    """What the elements of one look have said so far."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.font: str | None = None
        self.fill: str | None = None
        self.size: float | None = None
        self.code: str | None = None
        self._color: str | None = None  # becomes the font's where a font ends; borders have colours too
        self._pattern: dict[str, str | None] = {}

    def take(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case "color":
                self._color = _color(attributes)
            case "font":
                self.font = self._color
            case "sz":
                self.size = _number(attributes.get("val"))
            case "fgColor" | "bgColor":
                self._pattern[name] = _color(attributes)
            case "fill":
                self.fill = self._pattern.get("fgColor") or self._pattern.get("bgColor")
            case "numFmt":
                self.code = attributes.get("formatCode")

    @property
    def format(self) -> _Format:
        return _Format(self.font, self.size, self.fill, self.code)


def looks_of(package: Package, sheets: Iterable[str]) -> Mapping[str, Looks]:
    """The looks of these sheets."""
    styles, differential = _styles(package)
    return {name: _sheet(package, name, styles, differential) for name in sheets}


def _styles(package: Package) -> tuple[frozenset[int], list[_Format]]:
    """The numbers of the cell formats that hide their text, and the looks of conditional formats."""
    codes = dict(BUILT_IN)
    fonts: list[_Format] = []
    fills: list[_Format] = []
    cells: list[Mapping[str, str]] = []
    differential: list[_Format] = []
    xfs: list[Mapping[str, str]] = []
    one = _Pending()
    parts = package.related(package.main, "styles")
    for element in (each for part in parts for each in package.archive.elements(part)):
        name = element.name
        one.take(name, element.attributes)
        if name == "numFmt" and element.attributes.get("numFmtId", "").isdecimal():
            codes[int(element.attributes["numFmtId"][:9])] = element.attributes.get("formatCode", "")
        elif name in ("font", "fill") and not cells:  # those of conditional formats come behind the cell formats
            (fonts if name == "font" else fills).append(one.format)
            one.clear()
        elif name in ("fonts", "fills", "border", "numFmts"):
            one.clear()
        elif name == "xf":
            xfs.append(element.attributes)
        elif name == "cellStyleXfs":
            xfs = []
        elif name == "cellXfs":
            cells = xfs
        elif name == "dxf":
            differential.append(one.format)
            one.clear()
    hiding = set()
    for number, xf in enumerate(cells):
        font, fill = _at(fonts, xf.get("fontId")), _at(fills, xf.get("fillId"))
        code = codes.get(int(xf["numFmtId"][:9])) if xf.get("numFmtId", "").isdecimal() else None
        if _Format(font and font.font, font and font.size, fill and fill.fill, code).hides:
            hiding.add(number)
    return frozenset(hiding), differential


def _sheet(package: Package, name: str, styles: frozenset[int], differential: list[_Format]) -> Looks:
    sheet = package.sheet(name)
    looks = Looks(sheet.state if sheet else "missing", styles)
    if sheet is None:
        return looks
    reader = _SheetReader(package.archive, looks, differential)
    package.archive.parse(sheet.part, reader.start, reader.end, reader.text.append)
    return looks


class _SheetReader:
    """The handlers for one sheet's XML; rules of Excel 2010's extension count like the others."""

    def __init__(self, archive: Archive, looks: Looks, differential: list[_Format]) -> None:
        self._archive, self._looks, self._differential = archive, looks, differential
        self.text: list[str] = []
        self._row = self._depth = 0
        self._rule: dict[str, str] | None = None
        self._formulas: list[str] = []
        self._areas = ""
        self._hiding = False
        self._own = _Pending()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._archive.damaged("工作表的内容层次太深")
        if local == "row":
            given = attributes.get("r", "")
            self._row = int(given) if given.isdecimal() else self._row + 1
            height = _number(attributes.get("ht"))
            if attributes.get("hidden") in ("1", "true") or (height is not None and height < 1):
                self._looks.hidden_rows.add(self._row)
        elif local == "conditionalFormatting":
            self._areas, self._hiding = attributes.get("sqref", ""), False
        elif local == "cfRule":
            self._rule, self._formulas = attributes, []
            self._own.clear()
        elif self._rule is not None:
            self._own.take(local, attributes)
        self.text.clear()

    def end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        self._depth -= 1
        if self._rule is not None:
            if local in ("formula", "f"):
                self._formulas.append("".join(self.text))
            elif local in ("font", "fill"):
                self._own.take(local, {})
            elif local == "cfRule":
                self._end_rule(self._rule)
                self._rule = None
        elif local == "sqref":
            self._areas = "".join(self.text)
        elif local == "conditionalFormatting" and self._hiding and self._areas:
            self._looks.hiding_areas.append(self._areas.split()[0].partition(":")[0])
        self.text.clear()

    def _end_rule(self, rule: Mapping[str, str]) -> None:
        if any(_OUR_MARK in formula for formula in self._formulas):
            return
        look = _at(self._differential, rule.get("dxfId")) or self._own.format
        self._hiding |= look.hides
        said = (rule.get("type", ""), rule.get("operator", ""), *map(_condition, self._formulas), str(look.hides))
        self._looks.rules.add("|".join(said))


def _condition(formula: str) -> str:
    """A rule's formula without rows and sheets, which move."""
    parts = []
    for each in tokens(formula):
        if each.kind == "reference":
            parts.append("".join(sign for sign in each.text.upper() if sign.isalpha() or sign == ":"))
        elif each.kind != "space":
            parts.append(str(each) if each.kind == "text" else str(each).upper())
    return "".join(parts).replace("TRUE()", "TRUE").replace("FALSE()", "FALSE")


def _color(attributes: Mapping[str, str]) -> str | None:
    rgb = attributes.get("rgb", "")[-6:]
    if re.fullmatch("[0-9A-Fa-f]{6}", rgb):
        return rgb
    if attributes.get("tint", "0") not in ("", "0"):
        return None
    return _INDEXED.get(attributes.get("indexed", "")) or _THEME.get(attributes.get("theme", ""))


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _at(formats: list[_Format], number: str | None) -> _Format | None:
    return formats[int(number)] if number and number.isdecimal() and int(number) < len(formats) else None
