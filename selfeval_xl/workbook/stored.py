"""What a cell can hold, and how files store it: numbers and days, texts with their escapes, Excel's own limits."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

from selfeval_xl.lazy import lazy

if TYPE_CHECKING:
    import datetime

MAX_FORMULA = 8_192  # characters, as Excel has it
MAX_TEXT = 32_767  # characters of a cell, as Excel counts them
NOT_XML = lazy("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML can't hold."""
_LONGEST = 9  # digits; what counts or numbers anything in a workbook has fewer
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def natural(text: str | None) -> int | None:
    """A number that counts, or goes by a place in a list, as XML has it; None where the text is none."""
    return int(text) if text and len(text) <= _LONGEST and text.isascii() and text.isdecimal() else None


def real(text: str | None) -> float | None:
    """A finite number as XML has it; None where the text is none: Python's own nan, inf and 1_0 are not."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if isfinite(value) and text and text.isascii() and "_" not in text else None


def number(text: str) -> Decimal | None:
    """A stored number; None where the text is none."""
    value = real(text)
    return None if value is None else fifteen(value)


def fifteen(value: float) -> Decimal:
    """A figure with the 15 digits that a spreadsheet knows; no minus before zero."""
    return Decimal(format(value, ".15g")) if value else Decimal(0)


def days_to(day: datetime.date, date1904: bool) -> float:
    """The number of a day (and time) as a workbook's calendar counts it."""
    import datetime

    moment = day if isinstance(day, datetime.datetime) else datetime.datetime(day.year, day.month, day.day)
    origin = datetime.datetime(1904, 1, 1) if date1904 else datetime.datetime(1899, 12, 30)
    return (moment.replace(tzinfo=None) - origin) / datetime.timedelta(days=1)


def too_long(text: str, most: int = MAX_TEXT) -> bool:
    """True for more than a cell (or what else takes so many characters) holds, as Excel counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) > 2 * most


def unescaped(text: str) -> str:
    """``_x000D_`` and its like as the characters that they stand for, if any can be shown; line ends as ``\\n``."""
    text = text[:MAX_TEXT]
    if "_x" in text:
        text = _ESCAPE.sub(_character, text)
    return text.replace("\r\n", "\n")


def _character(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character.isprintable() or character in "\r\n\t" else escape[0]
