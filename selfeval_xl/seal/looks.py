"""What a person can't see though it is there: hidden rows and sheets, and formats and colours that make text vanish."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.markup import MAX_DEPTH, MarkupError, elements, parse
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


class Looks(NamedTuple):
    """Of one sheet: its state, cell formats that hide their text, rows that can't be seen, the conditional formats
    (without our marks) as comparable texts, and the first cells of those that hide text."""

    state: str
    hiding_styles: frozenset[int]
    hidden_rows: Set[int]
    rules: Set[str]
    hiding_areas: Sequence[str]


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


def looks_of(package: Package, grids: Mapping[str, Grid]) -> Mapping[str, Looks]:
    """The looks of these sheets."""
    names = package.related(package.main, "styles")
    styles = package.archive.once(names[0], _read_styles) if names else _Styles(frozenset(), ())
    return {name: _sheet(package, grid, styles) for name, grid in grids.items()}


class _Styles(NamedTuple):
    """The numbers of the cell formats that hide their text, and the looks of conditional formats."""

    hiding: frozenset[int]
    differential: tuple[_Format, ...]


def _read_styles(chunks: Iterable[bytes]) -> _Styles:
    codes = dict(BUILT_IN)
    fonts: list[_Format] = []
    fills: list[_Format] = []
    cells: list[Mapping[str, str]] = []
    differential: list[_Format] = []
    xfs: list[Mapping[str, str]] = []
    one = _Pending()
    for element in elements(chunks):
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
    return _Styles(frozenset(hiding), tuple(differential))


def _sheet(package: Package, grid: Grid, styles: _Styles) -> Looks:
    sheet = package.sheet(grid.sheet)
    if sheet is None:
        return Looks("missing", styles.hiding, grid.hidden_rows, frozenset(), ())
    if grid.around:
        found = [_known_marks(piece, styles.differential) for piece in grid.around]
    else:
        found = [package.archive.once(sheet.part, _read_marks, styles.differential)]
    rules = frozenset().union(*(each.rules for each in found))
    areas = [area for each in found for area in each.areas]
    return Looks(sheet.state, styles.hiding, grid.hidden_rows, rules, areas)


class _Marks(NamedTuple):
    """The conditional formats of a sheet (without our marks) as comparable texts, and the first cells of those that
    hide text."""

    rules: frozenset[str]
    areas: tuple[str, ...]


@lru_cache(maxsize=64)
def _known_marks(piece: bytes, differential: Sequence[_Format]) -> _Marks:
    return _read_marks((piece,), differential)


def _read_marks(chunks: Iterable[bytes], differential: Sequence[_Format]) -> _Marks:
    reader = _SheetReader(differential)
    parse(chunks, reader.start, reader.end, reader.text.append)
    return _Marks(frozenset(reader.rules), tuple(reader.areas))


class _SheetReader:
    """The handlers for one sheet's XML; rules of Excel 2010's extension count like the others."""

    def __init__(self, differential: Sequence[_Format]) -> None:
        self.rules: set[str] = set()
        self.areas: list[str] = []
        self._differential = differential
        self.text: list[str] = []
        self._depth = 0
        self._rule: dict[str, str] | None = None
        self._formulas: list[str] = []
        self._areas = ""
        self._hiding = False
        self._own = _Pending()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise MarkupError("too many levels")
        if local == "conditionalFormatting":
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
            self.areas.append(self._areas.split()[0].partition(":")[0])
        self.text.clear()

    def _end_rule(self, rule: Mapping[str, str]) -> None:
        if any(_OUR_MARK in formula for formula in self._formulas):
            return
        look = _at(self._differential, rule.get("dxfId")) or self._own.format
        self._hiding |= look.hides
        said = (rule.get("type", ""), rule.get("operator", ""), *map(_condition, self._formulas), str(look.hides))
        self.rules.add("|".join(said))


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


def _at(formats: Sequence[_Format], number: str | None) -> _Format | None:
    return formats[int(number)] if number and number.isdecimal() and int(number) < len(formats) else None
