"""Formulas parsed into trees: the part of Excel's grammar that can be worked out from one workbook's cells."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from selfeval_xl.model import FIFTEEN
from selfeval_xl.workbook.number_format import CellValue, ErrorValue
from selfeval_xl.workbook.references import Area, Token, parse_area, split_sheet, tokens

MAX_NESTING = 64  # parentheses and functions, Excel's own limit

# Excel's order: a leading sign binds tighter than ^ (-2^2 is 4), and all operators go from left to right.
_PRECEDENCE = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_SIGN = 6
_END = Token("end", "")


class Unknown(Exception):
    """The value can't be worked out here, and is never guessed."""


class Constant(NamedTuple):
    value: CellValue


class Reference(NamedTuple):
    area: Area


class Name(NamedTuple):
    name: str
    sheet: str | None


class Unary(NamedTuple):
    operator: str  # + - %
    operand: Node


class Binary(NamedTuple):
    operator: str
    left: Node
    right: Node


class Call(NamedTuple):
    function: str  # upper case, without _xlfn.
    arguments: tuple[Node, ...]


Node = Constant | Reference | Name | Unary | Binary | Call


@lru_cache(maxsize=1024)
def parse_formula(formula: str) -> Node:
    """The tree of a formula, with or without ``=``.

    Raises Unknown for references beyond one workbook's cells (other workbooks, 3-D), for arrays in braces, unions and
    intersections, and for what is no formula.  A table's column (``表1[得分]``) becomes a Name.
    """
    parser = _Parser([*(token for token in tokens(formula.removeprefix("=")) if token.kind != "space"), _END])
    node = parser.expression(0)
    if parser.token is not _END:
        raise Unknown(formula)
    return node


class _Parser:
    """Precedence climbing over the tokens of one formula."""

    def __init__(self, pieces: list[Token]) -> None:
        self._pieces = pieces
        self._at = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        return self._pieces[self._at]

    def expression(self, lowest: int) -> Node:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise Unknown("nested too deep")
        node = self._operand()
        while (sign := self.token.text) == "%" or _PRECEDENCE.get(sign, 0) > lowest:
            self._at += 1
            node = Unary("%", node) if sign == "%" else Binary(sign, node, self.expression(_PRECEDENCE[sign]))
        self._depth -= 1
        return node

    def _operand(self) -> Node:
        token = self.token
        self._at += token is not _END
        match token.kind:
            case "number" if len(token.text.upper().partition("E")[2]) < 5:
                return Constant(FIFTEEN.create_decimal(token.text))
            case "text" if len(token.text) > 1 and token.text.endswith('"'):
                return Constant(token.text[1:-1].replace('""', '"'))
            case "error":
                return Constant(ErrorValue(token.text))
            case "reference":
                return _reference(token)
            case "name":
                column = self.token.text if self.token.kind == "bracket" else ""  # of a table
                self._at += bool(column)
                return _name(token._replace(text=f"{token.text}{column}"))
            case "function":
                return self._call(token)
            case "other" if token.text in ("+", "-"):
                return Unary(token.text, self.expression(_SIGN))
            case "other" if token.text == "(":
                node = self.expression(0)
                self._expect(")")
                return node
        raise Unknown(str(token))

    def _call(self, token: Token) -> Node:
        self._expect("(")
        name = token.text.upper().removeprefix("_XLFN.")
        arguments: list[Node] = []
        if self._skip(")"):
            return Call(name, ())
        while True:
            arguments.append(Constant(None) if self.token.text in (",", ")") else self.expression(0))
            if self._skip(")"):
                return Call(name, tuple(arguments))
            self._expect(",")

    def _skip(self, sign: str) -> bool:
        found = self.token.text == sign
        self._at += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._skip(sign):
            raise Unknown(f"no {sign}")


def _reference(token: Token) -> Reference:
    if "[" in token.prefix or ":" in token.prefix:
        raise Unknown(str(token))
    try:
        return Reference(parse_area(str(token)))
    except ValueError as error:
        raise Unknown(str(token)) from error


def _name(token: Token) -> Node:
    sheet, name = split_sheet(token.text)
    if sheet and ("[" in sheet or ":" in sheet):
        raise Unknown(str(token))
    if sheet is None and name.upper() in ("TRUE", "FALSE"):
        return Constant(name.upper() == "TRUE")
    return Name(name, sheet)
