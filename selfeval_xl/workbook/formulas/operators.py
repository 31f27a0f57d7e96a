"""Operators and conversions as a spreadsheet has them: values taken as numbers, texts or conditions, and compared."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow

from selfeval_xl.model import FIFTEEN
from selfeval_xl.workbook.formulas.tree import Unknown
from selfeval_xl.workbook.number_format import CellValue, ErrorValue, without_zeros
from selfeval_xl.workbook.stored import MAX_TEXT

DIVISION = ErrorValue("#DIV/0!")
VALUE = ErrorValue("#VALUE!")
NUMBER = ErrorValue("#NUM!")
REFERENCE = ErrorValue("#REF!")
MISSING = ErrorValue("#N/A")

OUT_OF_RANGE = (Overflow, InvalidOperation, DivisionByZero)
_NOISE = Decimal("1e-15")


class Raised(Exception):
    """An error value that becomes the formula's result unless IFERROR takes it."""

    def __init__(self, error: ErrorValue) -> None:
        super().__init__(error.code)
        self.error = error


def number_in(text: str) -> Decimal | None:
    """The number that a spreadsheet sees in a text (``"1,234.5"``, ``"85%"``); None for words.

    Unknown where that depends on Excel's regional settings (dates, times, currencies).
    """
    plain = text.strip()
    percent = plain.endswith("%")
    digits = plain.removesuffix("%").strip().replace(",", "")
    if not any(sign.isdigit() for sign in plain):
        return None
    body = digits.lstrip("+-")
    odd = len(digits) - len(body) > 1 or not body.isascii() or not body.replace(".", "", 1).isdigit()
    if odd or _misgrouped(plain):
        if any(sign.isalpha() for sign in plain) and not any(sign in plain for sign in "-/:年月日时分eE¥$￥"):
            return None
        raise Unknown(text)
    return FIFTEEN.create_decimal(digits) / (100 if percent else 1)


def _misgrouped(text: str) -> bool:
    integer = text.partition(".")[0].strip("+-% ")
    groups = integer.split(",")
    return len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:]))


def as_number(value: CellValue) -> Decimal:
    """A value as a number; Raised with #VALUE! for words, Unknown for texts like dates."""
    match value:
        case bool():
            return Decimal(int(value))
        case Decimal():
            return value
        case None:
            return Decimal(0)
        case ErrorValue():
            raise Raised(value)
    number = number_in(value)
    if number is None:
        raise Raised(VALUE)
    return number


def as_text(value: CellValue) -> str:
    """A value as a text, as ``&`` takes it."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return value
        case None:
            return ""
        case ErrorValue():
            raise Raised(value)
    number = FIFTEEN.plus(value)
    if number and not Decimal("1e-9") <= abs(number) < Decimal("1e20"):
        raise Unknown("a number that Excel would write with an exponent")
    return without_zeros(f"{number:f}")


def as_bool(value: CellValue) -> bool:
    """A value as a condition, as IF takes it."""
    if isinstance(value, str):
        if value.upper() not in ("TRUE", "FALSE"):
            raise Raised(VALUE)
        return value.upper() == "TRUE"
    return as_number(value) != 0


def equal(left: CellValue, right: CellValue) -> bool:
    """``=`` between two values: numbers by 15 digits, words whatever their case; a blank equals 0, "" and FALSE."""
    if left is None or right is None:
        return (right if left is None else left) in (None, "", 0)  # which False is too
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return FIFTEEN.plus(left) == FIFTEEN.plus(right)
    return type(left) is type(right) and left == right


def less(left: CellValue, right: CellValue) -> bool:
    """``<`` between two values: numbers < words < truth values; Unknown where words sort differently by language."""
    rank, other = _rank(left, right), _rank(right, left)
    if rank != other:
        return rank < other
    if rank == 1:
        words = as_text(left).casefold(), as_text(right).casefold()
        if words[0] != words[1] and not all(word.isascii() and word.isalnum() for word in words if word):
            raise Unknown("the order of words depends on the language")
        return words[0] < words[1]
    return FIFTEEN.plus(as_number(left)) < FIFTEEN.plus(as_number(right))


def _rank(value: CellValue, other: CellValue) -> int:
    kind = other if value is None else value
    return 2 if isinstance(kind, bool) else 1 if isinstance(kind, str) else 0


def joined(texts: Iterable[str]) -> CellValue:
    """The texts joined; #VALUE! where that is too long for a cell."""
    text = "".join(texts)
    return text if len(text) <= MAX_TEXT else VALUE


def operate(operator: str, left: CellValue, right: CellValue) -> CellValue:
    """One operator on one or two values; errors go through, the left one first."""
    for value in (left, right):
        if isinstance(value, ErrorValue):
            return value
    try:
        match operator:
            case "&":
                return joined((as_text(left), as_text(right)))
            case "=":
                return equal(left, right)
            case "<>":
                return not equal(left, right)
            case "<":
                return less(left, right)
            case ">":
                return less(right, left)
            case "<=":
                return equal(left, right) or less(left, right)
            case ">=":
                return equal(left, right) or less(right, left)
            case _:
                return _calculate(operator, as_number(left), as_number(right))
    except Raised as raised:
        return raised.error
    except OUT_OF_RANGE:
        return NUMBER


def _calculate(operator: str, left: Decimal, right: Decimal) -> CellValue:
    match operator:
        case "+" | "-":
            result = left + right if operator == "+" else left - right
            # As Excel does: a difference as small as the rounding errors of its terms is zero.
            return Decimal(0) if abs(result) < _NOISE * max(abs(left), abs(right)) else result
        case "*":
            return left * right
        case "/":
            return left / right if right else DIVISION
        case "^":
            if not left and right <= 0:
                return DIVISION if right else NUMBER
            return left**right
        case _:
            return left / 100
