"""What a person can't see though it is there: hidden rows and sheets, and formats and colours that make text vanish."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from selfeval_xl.workbook.edits import MARK_SIGN
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.markup import MAX_DEPTH, MarkupError, elements, parse
from selfeval_xl.workbook.number_format import BUILT_IN, NumberFormat
from selfeval_xl.workbook.package import Package
from selfeval_xl.workbook.references import tokens

_NOTHING_SHOWN = re.compile(r'\[[^\]]*\]|"\s*"|[_*\\].|[;\s]')
_WHITE_TEXT = re.compile(r"\[(?:white|color ?2)\]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\\.')
_OTHER_FIGURE = re.compile(r"[0#?],+(?![0#?,.])|(?<![/0-9])[1-9]")  # thousands left out; a digit that always stands
_CONTRAST = 24  # of 255, in the colour channel that differs most; less can't be read
_RATIO = 1.1  # of the two colours' brightness (WCAG 2); less can't be read: pale yellow and white differ in blue alone
_SMALLEST = 4.0  # points
LENIENT = ("1", "2")
"""Versions of seals that know neither that ratio nor number formats that restate a figure."""

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

    def hides(self, version: str) -> bool:
        """Whether it does, as seals of this version know it."""
        if self.code and (_misleads(self.code) or (version not in LENIENT and NumberFormat(self.code).restates)):
            return True
        if self.size is not None and self.size < _SMALLEST:
            return True
        font, fill = bytes.fromhex(self.font or _BLACK), bytes.fromhex(self.fill or _WHITE)
        apart = max(abs(one - other) for one, other in zip(font, fill, strict=True))
        if apart < _CONTRAST or version in LENIENT:
            return apart < _CONTRAST
        darker, brighter = sorted((_brightness(font), _brightness(fill)))
        return (brighter + 0.05) / (darker + 0.05) < _RATIO


def _brightness(color: bytes) -> float:
    """How bright a colour is seen, from 0 to 1 (WCAG 2, relative luminance)."""
    red, green, blue = (
        one / 255 / 12.92 if one <= 10 else ((one / 255 + 0.055) / 1.055) ** 2.4  # sRGB
        for one in color
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _misleads(code: str) -> bool:
    """True where a number format shows nothing, or something else than what stands in the cell."""
    if not _NOTHING_SHOWN.sub("", code) or _WHITE_TEXT.search(code):
        return True
    bare = re.sub(r"\[[^\]]*\]", "", code)
    if any(any(sign.isdecimal() for sign in quoted) for quoted in _QUOTED.findall(bare)):
        return True
    sections = _QUOTED.sub("", bare).split(";")
    return (len(sections) > 3 and "@" not in sections[3]) or _OTHER_FIGURE.search(";".join(sections)) is not None


class _Pending:
    """What the elements of one look have said so far; of conditional formats the ground is the other colour."""

    def __init__(self, *, conditional: bool = False) -> None:
        self._conditional = conditional
        self._ground = ("bgColor", "fgColor") if conditional else ("fgColor", "bgColor")
        self.clear()

    def clear(self) -> None:
        self.font: str | None = None
        self.fill: str | None = None
        self.size: float | None = None
        self.code: str | None = None
        self._color: str | None = None  # becomes the font's where a font ends; borders have colours too
        self._pattern: dict[str, str | None] = {}
        self._kind = ""  # of the pattern

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
            case "patternFill":  # told of once its colours are known, or both before and after them
                self._kind = attributes.get("patternType", self._kind)
                colors = [] if self._kind == "none" else [self._pattern.get(name) for name in self._ground]
                plain = self._kind == "solid" and not self._pattern and not self._conditional
                self.fill = next(filter(None, colors), _BLACK if plain else None)
            case "gradientFill":
                self.fill = self._color
            case "numFmt":
                self.code = attributes.get("formatCode")

    @property
    def format(self) -> _Format:
        return _Format(self.font, self.size, self.fill, self.code)


def looks_of(package: Package, grids: Mapping[str, Grid], version: str) -> Mapping[str, Looks]:
    """The looks of these sheets, as seals of this version know them."""
    names = package.related(package.main, "styles")
    styles = package.archive.once(names[0], _read_styles, version) if names else _Styles(frozenset(), (), version)
    return {name: _sheet(package, grid, styles) for name, grid in grids.items()}


class _Styles(NamedTuple):
    """The numbers of the cell formats that hide their text, and the looks of conditional formats; to ``version``."""

    hiding: frozenset[int]
    differential: tuple[_Format, ...]
    version: str


def _read_styles(chunks: Iterable[bytes], version: str) -> _Styles:
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
            one = _Pending(conditional=True)  # what follows
        elif name == "dxf":
            differential.append(one.format)
            one.clear()
    hiding = set()
    for number, xf in enumerate(cells):
        font, fill = _at(fonts, xf.get("fontId")), _at(fills, xf.get("fillId"))
        code = codes.get(int(xf["numFmtId"][:9])) if xf.get("numFmtId", "").isdecimal() else None
        if _Format(font and font.font, font and font.size, fill and fill.fill, code).hides(version):
            hiding.add(number)
    return _Styles(frozenset(hiding), tuple(differential), version)


def _sheet(package: Package, grid: Grid, styles: _Styles) -> Looks:
    sheet = package.sheet(grid.sheet)
    if sheet is None:
        return Looks("missing", styles.hiding, grid.hidden_rows, frozenset(), ())
    if grid.around:
        found = [_known_marks(piece, styles) for piece in grid.around]
    else:
        found = [package.archive.once(sheet.part, _read_marks, styles)]
    rules = frozenset().union(*(each.rules for each in found))
    areas = [area for each in found for area in each.areas]
    return Looks(sheet.state, styles.hiding, grid.hidden_rows, rules, areas)


class _Marks(NamedTuple):
    """The conditional formats of a sheet (without our marks) as comparable texts, and the first cells of those that
    hide text."""

    rules: frozenset[str]
    areas: tuple[str, ...]


@lru_cache(maxsize=64)
def _known_marks(piece: bytes, styles: _Styles) -> _Marks:
    return _read_marks((piece,), styles)


def _read_marks(chunks: Iterable[bytes], styles: _Styles) -> _Marks:
    reader = _SheetReader(styles)
    parse(chunks, reader.start, reader.end, reader.text.append)
    return _Marks(frozenset(reader.rules), tuple(reader.areas))


class _SheetReader:
    """The handlers for one sheet's XML; rules of Excel 2010's extension count like the others."""

    def __init__(self, styles: _Styles) -> None:
        self.rules: set[str] = set()
        self.areas: list[str] = []
        self._styles = styles
        self.text: list[str] = []
        self._depth = 0
        self._rule: dict[str, str] | None = None
        self._formulas: list[str] = []
        self._areas = ""
        self._hiding = False
        self._own = _Pending(conditional=True)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise MarkupError("too many levels")
        if local == "conditionalFormatting":
            self._areas, self._hiding = attributes.get("sqref", ""), False
        elif local in ("dataBar", "iconSet"):
            self._hiding |= attributes.get("showValue") in ("0", "false")  # it is shown instead of the figure
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
            elif local in ("font", "patternFill", "gradientFill"):
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
        look = _at(self._styles.differential, rule.get("dxfId")) or self._own.format
        hides = look.hides(self._styles.version)
        if not hides and any(MARK_SIGN in formula for formula in self._formulas):
            return
        self._hiding |= hides
        said = (rule.get("type", ""), rule.get("operator", ""), *map(_condition, self._formulas), str(hides))
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
    plain = _INDEXED.get(attributes.get("indexed", "")) or _THEME.get(attributes.get("theme", ""))
    tint = _number(attributes.get("tint")) or 0.0
    return _tinted(plain, max(-1.0, min(tint, 1.0))) if plain and tint else plain


def _tinted(color: str, tint: float) -> str:
    """A colour made darker (below 0) or lighter, as the theme's shades are."""
    channels = (one * (1 + tint) if tint < 0 else one + (255 - one) * tint for one in bytes.fromhex(color))
    return bytes(map(round, channels)).hex().upper()


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _at(formats: Sequence[_Format], number: str | None) -> _Format | None:
    return formats[int(number)] if number and number.isdecimal() and int(number) < len(formats) else None
