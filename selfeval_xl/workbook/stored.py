"""What a cell can hold, and how files store it: numbers and days, texts with their escapes, Excel's own limits."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

from selfeval_xl.lazy import lazy

if TYPE_CHECKING:
    import datetime

MAX_FORMULA = 8_192  # characters of a formula, Excel's limit
MAX_TEXT = 32_767  # characters of a cell, as Excel counts them
NOT_XML = lazy("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML can't hold."""
_LONGEST = 9  # digits; no count or index in a workbook has more
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def natural(text: str | None) -> int | None:
    """A count or an index from XML; None where the text is no such number."""
    return int(text) if text and len(text) <= _LONGEST and text.isascii() and text.isdecimal() else None


def real(text: str | None) -> float | None:
    """A finite number from XML; None where the text is none (``nan``, ``inf`` and ``1_0`` are so only to Python)."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if isfinite(value) and text and text.isascii() and "_" not in text else None


def number(text: str) -> Decimal | None:
    """A stored number, as a Decimal of 15 digits; None where the text is no number."""
    value = real(text)
    return None if value is None else fifteen(value)


def fifteen(value: float) -> Decimal:
    """A number with the 15 digits that a spreadsheet keeps; zero without a minus."""
    return Decimal(format(value, ".15g")) if value else Decimal(0)


def days_to(day: datetime.date, date1904: bool) -> float:
    """The serial number of a date (and time) in a workbook's calendar."""
    import datetime

    moment = day if isinstance(day, datetime.datetime) else datetime.datetime(day.year, day.month, day.day)
    origin = datetime.datetime(1904, 1, 1) if date1904 else datetime.datetime(1899, 12, 30)
    return (moment.replace(tzinfo=None) - origin) / datetime.timedelta(days=1)


def too_long(text: str, most: int = MAX_TEXT) -> bool:
    """True for a text of more than ``most`` characters as Excel counts them (by default what a cell can hold)."""
    return len(text.encode("utf-16-le", "surrogatepass")) > 2 * most


def unescaped(text: str) -> str:
    """The text with escapes like ``_x000D_`` replaced by their characters, if these can be shown; line ends ``\\n``."""
    text = text[:MAX_TEXT]
    if "_x" in text:
        text = _ESCAPE.sub(_character, text)
    return text.replace("\r\n", "\n")


def _character(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character.isprintable() or character in "\r\n\t" else escape[0]
