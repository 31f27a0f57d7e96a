"""How a value is written in a sheet's XML: its type and text, within Excel's limits."""

from __future__ import annotations

import datetime
import math
import unicodedata
from decimal import Decimal

from lxml import etree

from selfeval_xl.errors import WorkbookError
from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.words import OLD_ERRORS
from selfeval_xl.workbook.edits import Scalar
from selfeval_xl.workbook.stored import MAX_FORMULA, MAX_TEXT, NOT_XML, days_to, too_long

_EXACT = 1e15  # whole numbers below this are exact, and written without an exponent
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LIKE_AN_ESCAPE = lazy("_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as A


def clean(text: str) -> str:
    """The text without control characters, and with Excel's line ends."""
    return NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def text_element(parent: etree._Element, tag: str, text: str) -> etree._Element:
    """Add a child that holds a text (cleaned before) and keeps its outer spaces and line breaks."""
    element = etree.SubElement(parent, tag)
    element.text = text
    if text != text.strip() or "\n" in text:
        element.set(_SPACE, "preserve")
    return element


def lines(text: str, width: int) -> int:
    """How many lines a text takes where ``width`` half-width characters fit in one; Chinese ones count twice."""
    taken = (sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in line) for line in text.split("\n"))
    return sum(max(-(-each // width), 1) for each in taken)


def stored(value: Scalar, where: str, *, calendar_1904: bool = False) -> tuple[str, str | None]:
    """(cell type, text) of a value: ``n`` number, ``b`` truth value, ``e`` error, ``str`` text; text None for no value.

    Raises :class:`WorkbookError` for what no cell can hold; ``where`` names the cell in its message.
    """
    match value:
        case None | "":
            return "n", None
        case bool():
            return "b", "1" if value else "0"
        case int() | Decimal():
            number = float(value)
            if not math.isfinite(number):
                raise WorkbookError(f"{where}：{value} 不是可以写入的数。")
            return "n", str(int(number)) if number.is_integer() and abs(number) < _EXACT else repr(number).upper()
        case datetime.date():
            days = days_to(value, calendar_1904)
            return "n", str(int(days)) if days.is_integer() else repr(days)
        case str() if value in OLD_ERRORS:
            return "e", value
    text = clean(value)
    if too_long(text):
        raise WorkbookError(f"{where} 的文字超过 {MAX_TEXT} 个字符，单元格放不下，没有写入。")
    return "str", _LIKE_AN_ESCAPE.sub("_x005F_", text)


def formula_text(formula: str, where: str) -> str:
    """The formula as the file holds it: without ``=``.  Raises :class:`WorkbookError` where it is too long."""
    text = clean(formula.removeprefix("="))
    if len(text) > MAX_FORMULA:
        raise WorkbookError(f"{where} 的公式超过 {MAX_FORMULA} 个字符，Excel 打不开，没有写入。")
    return text
