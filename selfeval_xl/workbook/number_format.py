"""What a cell shows: number formats, applied to values as Excel with Chinese settings does."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from selfeval_xl.lazy import lazy

if TYPE_CHECKING:
    import datetime


class ErrorValue(NamedTuple):
    """An error that stands in a cell: ``#REF!``, ``#DIV/0!`` …"""

    code: str

    def __str__(self) -> str:
        return self.code


CellValue = str | Decimal | bool | ErrorValue | None

_ACCOUNTING = '_ * #,##0{0}_ ;_ * -#,##0{0}_ ;_ * "-"??_ ;_ @_ '
_YEAR_MONTH, _MONTH_DAY, _HOUR_MINUTE = 'yyyy"年"m"月"', 'm"月"d"日"', 'h"时"mm"分"'
_LONG_DATE, _LONG_TIME = 'yyyy"年"m"月"d"日"', "h:mm:ss"
_NOON = "上午/下午"
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: _YEAR_MONTH, 28: _MONTH_DAY, 29: _MONTH_DAY, 30: "m-d-yy",
    31: _LONG_DATE, 32: _HOUR_MINUTE, 33: _HOUR_MINUTE + 'ss"秒"', 34: _NOON + _HOUR_MINUTE,
    35: _NOON + _HOUR_MINUTE + 'ss"秒"', 36: _YEAR_MONTH, 37: "#,##0;-#,##0", 38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 41: _ACCOUNTING.format(""), 42: _ACCOUNTING.format(""),
    43: _ACCOUNTING.format(".00"), 44: _ACCOUNTING.format(".00"), 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@", 50: _YEAR_MONTH, 51: _MONTH_DAY, 52: _YEAR_MONTH, 53: _MONTH_DAY, 54: _MONTH_DAY,
    55: _NOON + _HOUR_MINUTE, 56: _NOON + _HOUR_MINUTE + 'ss"秒"', 57: _YEAR_MONTH, 58: _MONTH_DAY,
}  # fmt: skip
"""The formats that files refer to by number only (ECMA-376 part 1, 18.8.30, with its list for zh-cn)."""

_PIECE = lazy(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|(?P<gap>[_*].)|\[(?P<bracket>[^\]]*)\]|(?P<general>General|G/通用格式)'
    r"|(?P<noon>AM/PM|A/P|上午/下午)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|aaa+|e+(?![+-])|g+)|(?P<exponent>E[+-])"
    r"|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>[%％])|(?P<text>@)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = lazy(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")
_HOLDS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
}  # fmt: skip
_NOISE, _ONE = Decimal("1e-9"), Decimal(1)
_MAX_DIGITS = 26  # within Decimal's precision of 28


class _Piece(NamedTuple):
    kind: str
    text: str


class _Layout(NamedTuple):
    """Where digits go: the indexes of the digit places before and after the point, of the point and the exponent."""

    whole: tuple[int, ...]
    decimals: tuple[int, ...]
    point: int
    exponent: int | None
    grouped: bool
    scale: int  # the power of ten that percent signs and trailing commas stand for


class _Section(NamedTuple):
    kind: str  # number, date, general, text, literal
    pieces: tuple[_Piece, ...]
    condition: tuple[str, Decimal] | None
    layout: _Layout | None = None  # None too for a number format that we can't apply (a fraction)


class NumberFormat(NamedTuple):
    """A number format's code, and whether the workbook counts dates from 1904."""

    code: str = "General"
    date1904: bool = False

    @property
    def is_date(self) -> bool:
        """True where numbers are shown as dates or times."""
        return _sections(self.code)[0].kind == "date"

    @property
    def restates(self) -> bool:
        """True where what is shown may differ from the figure: a sign or digits added, or words in its place."""
        sections = _sections(self.code)
        return _negates(sections[0]) or any(
            any(map(str.isalnum, _literals(section)))
            if section.kind == "literal"
            else section.kind in ("number", "general") and any(map(str.isnumeric, _literals(section)))
            for section in sections
        )

    def reading(self, value: CellValue) -> str:
        """What the cell shows, with dates the Chinese way: shown in another order or in English (31-Dec-24, 3/4/24),
        they could not be read back without the format."""
        if not isinstance(value, Decimal) or self.code == "General" or not self.is_date:
            return self.text(value)
        return self._replace(code=_year_first(_sections(self.code)[0]) or self.code).text(value)

    def text(self, value: CellValue) -> str:
        """What the cell shows, without padding.

        A value that the format hides altogether (``;;;``) is given as it is, since the cell still holds it; so is one
        under a format that we can't apply (fractions).  Chinese numerals ([DBNum]) are given as digits.
        """
        if value is None:
            return ""
        if self.code == "General":
            if isinstance(value, str):
                return value
            if isinstance(value, Decimal):
                return general(value)
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, ErrorValue):
            return value.code
        sections = _sections(self.code)
        if isinstance(value, str):
            words = sections[-1] if sections[-1].kind == "text" else None
            return "".join(value if piece.kind == "text" else piece.text for piece in words.pieces) if words else value
        section, unsigned = _chosen(sections, value)
        shown = ""
        if section.kind == "date":
            shown = _date(section, value, self.date1904)
        elif section.kind == "number":
            shown = _number(section, abs(value))
        elif section.kind == "literal":
            shown = "".join(piece.text for piece in section.pieces)
        elif section.kind == "general":
            around = (general(abs(value)) if piece.kind == "general" else piece.text for piece in section.pieces)
            shown = "".join(around)
        if shown.strip() and value < 0 and not unsigned and section.kind != "date":
            shown = "-" + shown.strip()
        return shown.strip() or general(value)


def _literals(section: _Section) -> str:
    return "".join(piece.text for piece in section.pieces if piece.kind == "literal")


def _negates(section: _Section) -> bool:
    """True for a first section that puts a minus or a bracket before figures that may be positive."""
    if section.kind not in ("number", "general") or (section.condition and section.condition[0] not in (">", ">=")):
        return False
    before = takewhile(lambda piece: piece.kind not in ("digit", "general"), section.pieces)
    return any(sign in "-－−—(（" for piece in before if piece.kind == "literal" for sign in piece.text)


def general(value: Decimal) -> str:
    """The number in the format General: at most 11 characters without the sign, scientific where that is too few."""
    text = str(value)
    if len(text) <= 11 and text.isdecimal():
        return text
    size = abs(value)
    if size >= Decimal("1e11") or 0 < size < Decimal("1e-9"):
        mantissa, _, exponent = f"{value:.5E}".partition("E")
        return f"{without_zeros(mantissa)}E{exponent[0]}{exponent[1:].zfill(2)}"
    places = max(10 - max(size.adjusted() + 1, 1), 0) if size else 0
    return without_zeros(f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}")


def without_zeros(text: str) -> str:
    """A number without trailing zeros after its decimal point."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _chosen(sections: tuple[_Section, ...], value: Decimal) -> tuple[_Section, bool]:
    """The section for a number, and whether the section itself shows that the number is negative."""
    numeric = [section for section in sections if section.kind != "text"] or list(sections[:1])
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _HOLDS[section.condition[0]](value, section.condition[1]):
                below_zero = section.condition is not None and section.condition[0] in ("<", "<=")
                return section, below_zero and section.condition is not None and not section.condition[1]
        return _sections("General")[0], False  # no condition holds: as LibreOffice shows it
    if value < 0 and len(numeric) > 1:
        return numeric[1], True
    return (numeric[2], True) if value == 0 and len(numeric) > 2 else (numeric[0], False)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    if "[$-F800]" in code.upper():
        code = _LONG_DATE
    elif "[$-F400]" in code.upper():
        code = _LONG_TIME
    pieces: list[list[_Piece]] = [[]]
    for match in _PIECE.finditer(code[:255]):
        kind = match.lastgroup or "literal"
        if kind == "literal" and match[kind] == ";":
            pieces.append([])
        else:
            pieces[-1].append(_Piece(kind, match[kind]))
    return tuple(_section(each) for each in pieces)


def _section(pieces: list[_Piece]) -> _Section:
    condition, cleaned, kinds = None, [], set()
    for kind, text in pieces:
        if kind == "bracket":
            found = _CONDITION.fullmatch(text.strip())
            if found and found[2].count(".") < 2 and found[2].strip("-."):
                condition = (found[1], Decimal(found[2]))
            elif text and not text.strip("hmsHMS"):
                cleaned.append(_Piece("elapsed", text.lower()))
            elif text.startswith("$"):
                cleaned.append(_Piece("literal", text[1:].partition("-")[0]))
        elif kind in ("quoted", "escaped"):
            cleaned.append(_Piece("literal", text))
        elif kind == "gap":
            cleaned.append(_Piece("literal", ""))
        else:
            cleaned.append(_Piece(kind, text.lower() if kind == "date" else text))
        kinds.add(cleaned[-1].kind if cleaned else "")
    if kinds & {"date", "elapsed", "noon"} and not kinds & {"digit"}:
        return _Section("date", tuple(_minutes(cleaned)), condition)
    for kind, name in (("text", "text"), ("general", "general"), ("digit", "number")):
        if kind in kinds:
            return _Section(name, tuple(cleaned), condition, _layout(cleaned) if name == "number" else None)
    return _Section("literal", tuple(cleaned), condition)


def _year_first(section: _Section) -> str | None:
    """The format of the same date with the year first and the month as a number; None where it is so already."""
    following = zip(section.pieces, (*section.pieces[1:], _Piece("literal", "")), strict=True)
    order, plain = "", True
    for (kind, text), after in following:
        if kind != "date" or text[0] not in "yemd" or (text[0] == "d" and len(text) > 2):  # a time, a day of the week
            continue
        order += "y" if text[0] == "e" else text[0]
        short = text[0] == "y" and len(text) < 3 and not after.text.startswith("年")
        plain = plain and not short and not (text[0] == "m" and len(text) > 2)
    ordered = "".join(sorted(order, key="ymd".index))
    if plain and order == ordered:
        return None
    shown = {piece.text[0] for piece in section.pieces if piece.kind == "date"}
    code = {"ymd": BUILT_IN[14], "ym": _YEAR_MONTH, "md": _MONTH_DAY, "m": 'm"月"'}.get(ordered)
    return f"{code} {BUILT_IN[21 if 's' in shown else 20]}" if code and "h" in shown else code


def _minutes(pieces: list[_Piece]) -> list[_Piece]:
    """``m`` beside hours or seconds means minutes, written here as ``n``."""
    timed = [index for index, piece in enumerate(pieces) if piece.kind in ("date", "elapsed")]
    for position, index in enumerate(timed):
        before = pieces[timed[position - 1]].text if position else ""
        after = pieces[timed[position + 1]].text if position + 1 < len(timed) else ""
        if pieces[index].text in ("m", "mm") and (before.startswith("h") or after.startswith("s")):
            pieces[index] = _Piece(pieces[index].kind, pieces[index].text.replace("m", "n"))
    return pieces


def _layout(pieces: list[_Piece]) -> _Layout | None:
    kinds = [piece.kind for piece in pieces]
    if _Piece("literal", "/") in pieces:
        return None
    exponent = kinds.index("exponent") if "exponent" in kinds else None
    end = len(kinds) if exponent is None else exponent
    point = kinds.index("point") if "point" in kinds[:end] else end
    digits = [index for index in range(end) if kinds[index] == "digit"]
    whole, decimals = tuple(i for i in digits if i < point), tuple(i for i in digits if i > point)
    if not digits or len(digits) > _MAX_DIGITS:
        return None
    last = whole[-1] if whole else -1
    commas = [index for index in range(end) if kinds[index] == "comma"]
    thousands = sum(index > last for index in commas)
    scale = 2 * kinds.count("percent") - 3 * thousands
    return _Layout(whole, decimals, point, exponent, len(commas) > thousands, scale)


def _number(section: _Section, value: Decimal) -> str:
    """A number, not negative, as the section shows it; "" where that can't be done."""
    layout = section.layout
    if layout is None:
        return ""
    digit = Decimal(1).scaleb(-len(layout.decimals))
    value, exponent = value.scaleb(layout.scale), 0
    if layout.exponent is not None and value:
        step = max(len(layout.whole), 1)
        exponent = (value.adjusted() // step) * step
        if value.scaleb(-exponent).quantize(digit, ROUND_HALF_UP) >= 10**step:
            exponent += step
        value = value.scaleb(-exponent)
    if value.adjusted() + len(layout.decimals) > _MAX_DIGITS:
        return ""
    left, _, right = f"{value.quantize(digit, ROUND_HALF_UP):f}".partition(".")
    filled = _fill_whole(section, layout, left.lstrip("0"))
    shown = len(layout.decimals)
    while shown and right[shown - 1] == "0" and section.pieces[layout.decimals[shown - 1]].text != "0":
        shown -= 1
    for position, index in enumerate(layout.decimals):
        filled[index] = right[position] if position < shown else ""
    if not layout.whole and left.strip("0"):
        filled[layout.point] = left + "."
    out = []
    for index, piece in enumerate(section.pieces):
        if index in filled:
            out.append(filled[index])
        elif piece.kind == "exponent":
            sign = "-" if exponent < 0 else "+" if piece.text[1] == "+" else ""
            places = sum(each.kind == "digit" for each in section.pieces[index:])
            out.append(f"E{sign}{abs(exponent):0{places}}")
        elif piece.kind not in ("comma", "digit"):
            out.append(piece.text)
    return "".join(out)


def _fill_whole(section: _Section, layout: _Layout, digits: str) -> dict[int, str]:
    """The digits before the point, put into their places from the right; the leftmost place takes all that remain."""
    filled = {}
    for count, index in enumerate(reversed(layout.whole)):
        stop = max(len(digits) - count, 0)
        part = digits[0 if index == layout.whole[0] else max(stop - 1, 0) : stop]
        if not part and section.pieces[index].text == "0":
            part = "0"
        if layout.grouped:
            places = range(count + len(part) - 1, count - 1, -1)
            marked = (
                each + ("," if place and place % 3 == 0 else "") for each, place in zip(part, places, strict=True)
            )
            part = "".join(marked)
        filled[index] = part
    return filled


def _date(section: _Section, serial: Decimal, date1904: bool) -> str:
    """A serial number as the section shows its date; "" where Excel shows none (negative, or after the year 9999)."""
    import datetime

    if not 0 <= serial < 2_958_466:
        return ""
    fractions = (piece.text.partition(".")[2] for piece in section.pieces if piece.kind == "date")
    fine = max(map(len, fractions), default=0)
    seconds = (serial * 86_400).quantize(Decimal(1).scaleb(-min(fine, 3)), ROUND_HALF_UP)
    days, rest = int(seconds // 86_400), seconds % 86_400
    # Excel counts 29 February 1900, a day that didn't exist.
    origin = datetime.date(1904, 1, 1) if date1904 else datetime.date(1899, 12, 31 if days < 60 else 30)
    if days > 2_958_465 - (1_462 if date1904 else 0):
        return ""
    day = origin + datetime.timedelta(days=days)
    hour, minute, second = int(rest // 3600), int(rest % 3600 // 60), rest % 60
    noon = any(piece.kind == "noon" for piece in section.pieces)
    elapsed = {"h": int(seconds // 3600), "n": int(seconds // 60), "s": int(seconds)}
    elapsed["m"] = elapsed["n"]
    out = []
    for kind, text in section.pieces:
        if kind == "elapsed":
            out.append(str(elapsed[text[0]]).zfill(len(text)))
        elif kind == "noon":
            before, _, after = text.partition("/")
            out.append(before if hour < 12 else after)
        elif kind == "date":
            out.append(_date_piece(text, day, (hour - 1) % 12 + 1 if noon else hour, minute, second))
        else:
            out.append(text)
    return "".join(out)


def _date_piece(text: str, day: datetime.date, hour: int, minute: int, second: Decimal) -> str:
    width = min(len(text), 2)
    match text[0]:
        case "y":
            return f"{day.year % 100:02}" if len(text) < 3 else f"{day.year}"
        case "e":
            return f"{day.year}"
        case "m":
            name = day.strftime("%b" if len(text) == 3 else "%B")
            return f"{day.month:0{width}}" if len(text) < 3 else name[0] if len(text) == 5 else name
        case "d":
            return f"{day.day:0{width}}" if len(text) < 3 else day.strftime("%a" if len(text) == 3 else "%A")
        case "a":
            return ("星期" if len(text) > 3 else "") + "一二三四五六日"[day.weekday()]
        case "h":
            return f"{hour:0{width}}"
        case "n":
            return f"{minute:0{width}}"
        case "s":
            places = len(text.partition(".")[2])
            return f"{second:0{places + 3}.{places}f}" if places else f"{int(second):0{width}}"
        case _:
            return ""


def agrees(stored: CellValue, computed: CellValue) -> bool:
    """Whether a stored value is what a formula gives, up to the rounding of binary numbers (1 in 10⁹)."""
    if isinstance(stored, Decimal) and isinstance(computed, Decimal):
        return stored == computed or abs(stored - computed) <= _NOISE * max(abs(stored), abs(computed), _ONE)
    return type(stored) is type(computed) and stored == computed
