"""The looks of sheets as far as they hide content: hidden rows and sheets, formats and colours that hide text."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, TypeVar

from selfeval_xl.workbook.edits import MARK_SIGN
from selfeval_xl.workbook.grid import Grid, RawCell
from selfeval_xl.workbook.number_format import BUILT_IN, NumberFormat
from selfeval_xl.workbook.opening.markup import elements, parse
from selfeval_xl.workbook.opening.package import Package
from selfeval_xl.workbook.reading.shared import rich_strings
from selfeval_xl.workbook.references import tokens
from selfeval_xl.workbook.stored import natural, real, unescaped

T = TypeVar("T")

_NOTHING_SHOWN = re.compile(r'\[[^\]]*\]|"\s*"|[_*\\].|[;\s]')
_WHITE_TEXT = re.compile(r"\[(?:white|color ?2)\]", re.IGNORECASE)
_COLOR = re.compile(r"\[(?:(black|white|red|green|blue|yellow|magenta|cyan)|color ?([1-9][0-9]?))\]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\\.')
_OTHER_FIGURE = re.compile(r"[0#?],+(?![0#?,.])|(?<![/0-9])[1-9]")  # thousands left out; a digit that always stands
_CONTRAST = 24  # of 255, in the colour channel that differs most; less can't be read
_RATIO = 1.1  # of the two colours' brightness (WCAG 2); less can't be read: pale yellow and white differ in blue alone
_SMALLEST = 4.0  # points
_RULES = re.compile(b"conditionalFormatting|cfRule")
_HEXADECIMAL = re.compile("[0-9A-Fa-f]{6}")
_RATIO_KNOWN = 3  # the version of seals that first knew that ratio, and number formats that restate a figure
_COLORS_KNOWN = 4  # the one that first knew all colours: of the theme, the palette, and number formats
_NAMES = ("black", "white", "red", "green", "blue", "yellow", "magenta", "cyan")  # the first colours of the palette
_PALETTE = _HEXADECIMAL.findall(
    """
    000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF 000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF
    800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF
    000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99
    3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333
    000000 FFFFFF
    """
)
"""The colours that go by a number where a workbook has none of its own; the last two are the window's."""
_THEME = _HEXADECIMAL.findall("FFFFFF 000000 EEECE1 1F497D 4F81BD C0504D 9BBB59 8064A2 4BACC6 F79646 0000FF 800080")
"""The theme's colours where a workbook has no theme."""
_THEME_NAMES = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
_BLACK, _WHITE = "000000", "FFFFFF"
_FIRST_KNOWN = (
    tuple(_THEME[:2]),
    tuple([color if number in (0, 1, 8, 9, 64, 65) else "" for number, color in enumerate(_PALETTE)]),
)
"""The colours of the theme and of the palette that earlier seals knew."""


class Looks(NamedTuple):
    """Of one sheet: its state, cell formats that hide their text, rows that can't be seen, the conditional formats
    (without our marks) as comparable texts, the first cells of those that hide text, and the looks that parts of a text
    have of their own."""

    state: str
    styles: _Styles
    hidden_rows: Set[int]
    rules: Set[str]
    hiding_areas: Sequence[str]
    runs: Mapping[str, Set[_Format]]

    def hide(self, raw: RawCell) -> bool:
        """Whether nobody can see what stands in a cell, or a part of it."""
        if raw.style in self.styles.hiding:
            return True
        runs = self.runs.get(raw.value) if self.runs and isinstance(raw.value, str) else None
        if not runs:
            return False
        grounds, colors = self.styles.grounds, self.styles.colors
        ground = grounds[raw.style] if raw.style < len(grounds) else None
        return any(run._replace(fill=ground).hides(colors) for run in runs)


class _Colors(NamedTuple):
    """The colours that a workbook names by numbers, "" for those that seals of this ``version`` don't know."""

    version: int
    theme: tuple[str, ...]
    palette: tuple[str, ...]

    def of(self, attributes: Mapping[str, str]) -> str | None:
        """The colour that an element says."""
        rgb = attributes.get("rgb", "")[-6:]
        if _HEXADECIMAL.fullmatch(rgb):
            return rgb
        indexed, theme = attributes.get("indexed"), attributes.get("theme")
        plain = _at(self.palette, indexed) or _at(self.theme, theme)
        tint = real(attributes.get("tint")) or 0.0
        return _tinted(plain, max(-1.0, min(tint, 1.0))) if plain and tint else plain or None

    def of_texts(self, code: str, font: str) -> Iterable[str]:
        """The colours that the sections of a number format give the text of a cell, the font's where they say none."""
        for section in _QUOTED.sub("", code).split(";"):
            named = _COLOR.search(section)
            if named is None:
                yield font
            elif named[1]:
                yield _PALETTE[_NAMES.index(named[1].lower())]
            else:
                yield _at(self.palette, str(int(named[2]) + 7)) or font


class _Format(NamedTuple):
    """The parts of a look that can hide text; None where the look leaves them alone."""

    font: str | None
    size: float | None
    fill: str | None
    code: str | None

    def hides(self, colors: _Colors) -> bool:
        """Whether it hides text, as far as seals of that version know."""
        code, version = self.code or "", colors.version
        if code and (_misleads(code) or (version >= _RATIO_KNOWN and NumberFormat(code).restates)):
            return True
        if self.size is not None and self.size < _SMALLEST:
            return True
        font, fill = self.font or _BLACK, self.fill or _WHITE
        if version < _COLORS_KNOWN:
            return bool(_WHITE_TEXT.search(code)) or _alike(font, fill, version)
        return any(_alike(each, fill, version) for each in colors.of_texts(code, font))


def _alike(one: str, other: str, version: int) -> bool:
    """Whether nobody can read text of one of these colours on the other."""
    colors = bytes.fromhex(one), bytes.fromhex(other)
    apart = max(abs(mine - yours) for mine, yours in zip(*colors, strict=True))
    if apart < _CONTRAST or version < _RATIO_KNOWN:
        return apart < _CONTRAST
    darker, brighter = sorted(map(_brightness, colors))
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
    if not _NOTHING_SHOWN.sub("", code):
        return True
    bare = re.sub(r"\[[^\]]*\]", "", code)
    if any(any(sign.isdecimal() for sign in quoted) for quoted in _QUOTED.findall(bare)):
        return True
    sections = _QUOTED.sub("", bare).split(";")
    return (len(sections) > 3 and "@" not in sections[3]) or _OTHER_FIGURE.search(";".join(sections)) is not None


class _Pending:
    """Collects the elements of one look; in conditional formats the background is the other colour of the pattern."""

    def __init__(self, colors: _Colors, *, conditional: bool = False) -> None:
        self._colors = colors
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
                self._color = self._colors.of(attributes)
            case "font":
                self.font = self._color
            case "sz":
                self.size = real(attributes.get("val"))
            case "fgColor" | "bgColor":
                self._pattern[name] = self._colors.of(attributes)
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


def looks_of(package: Package, grids: Mapping[str, Grid], version: int) -> Mapping[str, Looks]:
    """The looks of these sheets, as seals of this version know them."""
    names, themes = package.related(package.main, "styles"), package.related(package.main, "theme")
    colors = _Colors(version, *_FIRST_KNOWN)
    if version >= _COLORS_KNOWN:
        theme = package.archive.once(themes[0], _read_theme) if themes else tuple(_THEME)
        colors = _Colors(version, theme, tuple(_PALETTE))
    styles = package.archive.once(names[0], _read_styles, colors) if names else _Styles(frozenset(), (), (), colors)
    runs: dict[str, set[_Format]] = {}
    if version >= _COLORS_KNOWN:
        for text in chain(rich_strings(package), *(grid.rich for grid in grids.values())):
            whole, formats = _runs(text, styles.colors)
            runs.setdefault(whole, set()).update(formats)
    return {name: _sheet(package, grid, styles, runs) for name, grid in grids.items()}


@lru_cache(maxsize=1 << 8)  # LibreOffice gives each script a font of its own
def _runs(text: bytes, colors: _Colors) -> tuple[str, Set[_Format]]:
    """A text, and the looks that parts of it have of their own."""
    look, found = _Pending(colors), set[_Format]()
    whole = said = ""
    own = False  # the run at hand has a look of its own
    for element in elements((text,)):
        match element.name:
            case "t" if not element.path.endswith("rPh"):  # which tells how a text is spoken
                said = element.text
                whole += said
            case "rPr":
                look.take("font", {})
                own = True
            case "r":
                if own and said.strip():
                    found.add(look.format)
                own, said = False, ""
                look.clear()
            case name:
                look.take(name, element.attributes)
    return unescaped(whole), found


def _read_theme(chunks: Iterable[bytes]) -> tuple[str, ...]:
    """The colours of a theme by the numbers that cells have for them."""
    found: dict[str, str] = {}
    color = ""
    for element in elements(chunks):
        name = element.name.rpartition("}")[2]
        if name in ("srgbClr", "sysClr"):
            color = element.attributes.get("lastClr", element.attributes.get("val", ""))
        elif name in _THEME_NAMES:
            found.setdefault(name, color if _HEXADECIMAL.fullmatch(color) else "")
    return tuple(found.get(name, "") for name in _THEME_NAMES)


class _Styles(NamedTuple):
    """The numbers of the cell formats that hide their text, the grounds of all of them, and the looks of conditional
    formats, in these colours."""

    hiding: frozenset[int]
    grounds: tuple[str | None, ...]
    differential: tuple[_Format, ...]
    colors: _Colors


def _read_styles(chunks: Iterable[bytes], colors: _Colors) -> _Styles:
    codes = dict(BUILT_IN)
    fonts: list[_Format] = []
    fills: list[_Format] = []
    cells: list[Mapping[str, str]] = []
    differential: list[_Format] = []
    xfs: list[Mapping[str, str]] = []
    found = elements(chunks)
    own = [colors.of(element.attributes) or "" for element in found if element.name == "rgbColor"]
    if own and colors.version >= _COLORS_KNOWN:
        colors = colors._replace(palette=(*own, *_PALETTE[len(own) :]))
    one = _Pending(colors)
    for element in found:
        name = element.name
        one.take(name, element.attributes)
        if name == "numFmt" and (identifier := natural(element.attributes.get("numFmtId"))) is not None:
            codes[identifier] = element.attributes.get("formatCode", "")
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
            one = _Pending(colors, conditional=True)  # what follows
        elif name == "dxf":
            differential.append(one.format)
            one.clear()
    hiding = set()
    grounds = []
    for number, xf in enumerate(cells):
        font, fill = _at(fonts, xf.get("fontId")), _at(fills, xf.get("fillId"))
        identifier = natural(xf.get("numFmtId"))
        code = None if identifier is None else codes.get(identifier)
        if _Format(font and font.font, font and font.size, fill and fill.fill, code).hides(colors):
            hiding.add(number)
        grounds.append(fill and fill.fill)
    return _Styles(frozenset(hiding), tuple(grounds), tuple(differential), colors)


def _sheet(package: Package, grid: Grid, styles: _Styles, runs: Mapping[str, Set[_Format]]) -> Looks:
    sheet = package.sheet(grid.sheet)
    if sheet is None:
        return Looks("missing", styles, grid.hidden_rows, frozenset(), (), runs)
    if grid.around:
        found = [_known_marks(piece, styles) for piece in grid.around if _RULES.search(piece)]
    else:
        found = [package.archive.once(sheet.part, _read_marks, styles)]
    rules = frozenset().union(*(each.rules for each in found))
    areas = [area for each in found for area in each.areas]
    return Looks(sheet.state, styles, grid.hidden_rows, rules, areas, runs)


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
        self._rule: dict[str, str] | None = None
        self._formulas: list[str] = []
        self._areas = ""
        self._hiding = False
        self._own = _Pending(styles.colors, conditional=True)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
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
        hides = look.hides(self._styles.colors)
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


def _tinted(color: str, tint: float) -> str:
    """A colour made darker (below 0) or lighter, as the theme's shades are."""
    hue, light, strong = colorsys.rgb_to_hls(*(one / 255 for one in bytes.fromhex(color)))
    light = light * (1 + tint) if tint < 0 else light + (1 - light) * tint
    return bytes(round(one * 255) for one in colorsys.hls_to_rgb(hue, light, strong)).hex().upper()


def _at(found: Sequence[T], number: str | None) -> T | None:
    """What goes by a number; None where nothing does."""
    index = natural(number)
    return found[index] if index is not None and index < len(found) else None
