"""The criteria of SUMIF, COUNTIF and their like, wildcards included."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from selfeval_xl.lazy import lazy
from selfeval_xl.model import FIFTEEN
from selfeval_xl.workbook.formulas.operators import equal, number_in
from selfeval_xl.workbook.formulas.tree import Unknown
from selfeval_xl.workbook.number_format import CellValue, ErrorValue

Test = Callable[[CellValue], bool]

_SIGNS = ("<>", "<=", ">=", "<", ">", "=")
_LETTER = lazy(r"[^\W\d_eE]")
_LIKE_A_DATE = lazy(r"\d\s*[-/年月:]\s*\d")


def criterion(wanted: CellValue) -> Test:
    """The test that a criterion of SUMIF, COUNTIF and their like stands for (``">=60"``, ``"<>"``, ``"完成*"``)."""
    if isinstance(wanted, ErrorValue):
        raise Unknown("an error as criterion")
    if isinstance(wanted, bool):
        return exactly(wanted)
    if not isinstance(wanted, str):
        return _like_number(Decimal(0) if wanted is None else wanted)
    operator = next((sign for sign in _SIGNS if wanted.startswith(sign)), "")
    rest = wanted.removeprefix(operator)
    if not rest:
        if operator in ("", "="):
            return lambda value: value is None or (not operator and value == "")
        if operator == "<>":
            return lambda value: value is not None
        raise Unknown("a comparison with nothing")
    if _LIKE_A_DATE.search(rest):
        raise Unknown("a criterion like a date")
    number = None if _LETTER.search(rest) else number_in(rest)
    if operator in ("", "=", "<>"):
        if number is not None:
            same = _like_number(number)
        else:
            same = exactly(rest.upper() == "TRUE") if rest.upper() in ("TRUE", "FALSE") else like_text(rest)
        return (lambda value: not same(value)) if operator == "<>" else same
    if number is None:
        raise Unknown("the order of words depends on the language")
    limit = FIFTEEN.plus(number)
    above, equally = operator.startswith(">"), operator.endswith("=")

    def within(value: CellValue) -> bool:
        if not isinstance(value, Decimal):
            return False
        own = FIFTEEN.plus(value)
        return (own > limit if above else own < limit) or (equally and own == limit)

    return within


def like_text(pattern: str) -> Test:
    """The test for a text, whatever its case, with the wildcards ``*`` and ``?`` (``~*`` means the sign itself)."""
    if pattern.count("*") > 3:
        raise Unknown("too many wildcards")
    parts = re.findall(r"~[*?~]|.", pattern, re.DOTALL)
    signs = {"*": ".*", "?": "."}
    expression = "".join(signs.get(part) or re.escape(part[-1]) for part in parts)
    compiled = re.compile(expression, re.IGNORECASE | re.DOTALL)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def exactly(wanted: CellValue) -> Test:
    """The test for a value of the same type that equals this one; a blank cell fails it."""
    return lambda value: type(value) is type(wanted) and equal(value, wanted)


def _like_number(wanted: Decimal) -> Test:
    def same(value: CellValue) -> bool:
        if isinstance(value, str):
            try:
                return number_in(value) == wanted
            except Unknown:
                return False
        return isinstance(value, Decimal) and equal(value, wanted)

    return same
