"""Cell references as text: column letters, A1 names, areas; and formulas rewritten when rows are inserted or copied."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from selfeval_xl.lazy import lazy

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
_REMEMBERED = 1 << 9

Cell = tuple[int, int]
"""(row, column), both counted from 1."""


class Area(NamedTuple):
    """A rectangle of cells, counted from 1 and inclusive; ``sheet`` is None where the text names no sheet."""

    sheet: str | None
    top: int
    left: int
    bottom: int
    right: int

    @property
    def single(self) -> bool:
        return (self.top, self.left) == (self.bottom, self.right)

    @property
    def shape(self) -> tuple[int, int]:
        return self.bottom - self.top + 1, self.right - self.left + 1

    def cells(self) -> Iterator[Cell]:
        return product(range(self.top, self.bottom + 1), range(self.left, self.right + 1))

    def holds(self, cell: Cell) -> bool:
        """Whether a cell lies within it, on whatever sheet."""
        return self.top <= cell[0] <= self.bottom and self.left <= cell[1] <= self.right


class Token(NamedTuple):
    """A piece of a formula.  ``prefix`` is a reference's sheet with its ``!`` as written, or empty.

    ``kind`` is text, reference, function (a name before a parenthesis), name, number, error, bracket (a structured
    reference), space, or other (operators, and anything unknown).
    """

    kind: str
    text: str
    prefix: str = ""

    def __str__(self) -> str:
        return self.prefix + self.text


_token = lru_cache(maxsize=1 << 9)(Token)  # the same few signs and functions come again and again

# Only up to column XFD and row 1,04x,xxx: YTD2024 is no cell, so it may be a defined name.
_COLUMN = "(?:[A-Wa-w][A-Za-z]{0,2}|[Xx](?:[A-Ea-e][A-Za-z]?|[Ff][A-Da-d]?|[G-Zg-z])?|[YZyz][A-Za-z]?)"
_CELL = rf"\$?{_COLUMN}\$?(?:10[0-4][0-9]{{4}}|[1-9][0-9]{{0,5}})"
_PREFIX = r"(?:'(?:[^']|'')*'|(?:\[[^\[\]]*\])?[\w.\\?]+(?::[\w.\\?]+)?)!"
_TOKEN = lazy(
    r"[-+*/^&=(),;:%]"  # first, for speed: half of all tokens, and no other token begins so
    r'|(?P<text>"(?:[^"]|"")*(?:"|$))'
    rf"|(?P<prefix>{_PREFIX})?(?P<reference>{_CELL}(?::{_CELL})?|\$?{_COLUMN}:\$?{_COLUMN}"
    r"|\$?[0-9]{1,7}:\$?[0-9]{1,7})(?![\w.(!\[\\?])"
    r"|(?P<error>#(?:REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|N/A|GETTING_DATA|SPILL!|CALC!))"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?)"
    rf"|(?P<function>(?!\d)[\w.\\?]+(?=\())|(?P<name>(?:{_PREFIX})?(?!\d)[\w.\\?]+)"
    r"|(?P<bracket>\[(?:[^\[\]]|\[[^\[\]]*\])*\])|(?P<space>\s+)|(?P<other>'(?:[^']|'')*(?:'|$)|<=|>=|<>|.)",
    re.DOTALL,
)
_CORNER = lazy(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]{0,7})")
_PLAIN_SHEET = lazy(r"(?!\d)\w+")


@lru_cache(maxsize=_REMEMBERED)
def column_letters(column: int) -> str:
    """``28`` → ``"AB"``."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """``"AB"`` → ``28``; ValueError where it is no column of a sheet."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"no column: {letters!r}")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= MAX_COLUMN:
        raise ValueError(f"no column: {letters!r}")
    return number


@lru_cache(maxsize=_REMEMBERED)
def cell_name(row: int, column: int) -> str:
    """``(3, 2)`` → ``"B3"``."""
    return f"{column_letters(column)}{row}"


@lru_cache(maxsize=_REMEMBERED)
def parse_cell(text: str) -> Cell:
    """``"$B$3"`` → ``(3, 2)``; ValueError where the text is no single cell."""
    match = _CORNER.fullmatch(text)
    if not match or not match[2] or not match[4]:
        raise ValueError(f"no cell: {text!r}")
    return _row_number(match[4]), column_number(match[2])


@lru_cache(maxsize=_REMEMBERED)
def parse_area(text: str) -> Area:
    """``"'自评表'!$A$1:$B$9"`` → Area; whole columns or rows span the sheet.  ValueError where it is no single area."""
    sheet, cells = split_sheet(text)
    first, colon, last = cells.partition(":")
    corners = [_CORNER.fullmatch(corner) for corner in ((first, last) if colon else (first,))]
    shapes = {(bool(corner[2]), bool(corner[4])) for corner in corners if corner}
    if None in corners or len(shapes) != 1 or shapes == {(False, False)} or (not colon and shapes != {(True, True)}):
        raise ValueError(f"no area: {text!r}")
    rows = sorted(_row_number(corner[4]) for corner in corners if corner and corner[4]) or [1, MAX_ROW]
    columns = sorted(column_number(corner[2]) for corner in corners if corner and corner[2]) or [1, MAX_COLUMN]
    return Area(sheet, rows[0], columns[0], rows[-1], columns[-1])


def area_name(area: Area, *, absolute: bool = False, seen_from: str | None = None) -> str:
    """The area as text: ``自评表!A1:B9``, or ``自评表!$A$1:$B$9`` where ``absolute``.

    The sheet is left out where it is ``seen_from``, as in formulas on that sheet.
    """
    mark = "$" if absolute else ""
    corners = [f"{mark}{column_letters(area.left)}{mark}{area.top}"]
    if not area.single:
        corners.append(f"{mark}{column_letters(area.right)}{mark}{area.bottom}")
    prefix = f"{quote_sheet(area.sheet)}!" if area.sheet not in (None, seen_from) else ""
    return prefix + ":".join(corners)


@lru_cache(maxsize=_REMEMBERED)
def split_sheet(text: str) -> tuple[str | None, str]:
    """``"'a''b'!A1"`` → ``("a'b", "A1")``; ``(None, text)`` without a sheet."""
    prefix, mark, rest = text.rpartition("!")
    if not mark or text.startswith("#"):
        return None, text
    return unquote_sheet(prefix), rest


def quote_sheet(name: str) -> str:
    """A sheet's name as formulas write it: quoted, unless it is a plain word, and no cell's or truth value's."""
    like_other = rf"{_CELL}|[RrCc]\d*|[Rr]\d*[Cc]\d*|(?i:true|false)"
    if _PLAIN_SHEET.fullmatch(name) and not re.fullmatch(like_other, name):
        return name
    return "'" + name.replace("'", "''") + "'"


def unquote_sheet(text: str) -> str:
    """``"'a''b'"`` → ``"a'b"``; plain names stay."""
    return text[1:-1].replace("''", "'") if len(text) > 1 and text[0] == text[-1] == "'" else text


def tokens(formula: str) -> Iterator[Token]:
    """The formula in tokens, which joined give the formula again."""
    for match in _TOKEN.finditer(formula):
        prefix = match["prefix"] or "" if match.lastgroup == "reference" else ""
        yield _token(match.lastgroup or "other", match[0][len(prefix) :], prefix)


def shift(
    formula: str,
    sheet_of_formula: str | None,
    edited_sheet: str,
    at_row: int,
    count: int,
    grows: Callable[[int, bool], bool] | None = None,
) -> str:
    """The formula's text after ``count`` rows were inserted before row ``at_row`` of ``edited_sheet``.

    References at or below the row move, ranges that span it grow, whole columns stay, what moves beyond the sheet's end
    becomes ``#REF!``.  References to other sheets, to other workbooks and across sheets (3-D) stay as they are.  Lists
    of areas (``"A1:B2 C3"``) work too.  A range that ends in the row just above grows where ``grows`` allows it, given
    the range's first row and whether its end is relative; ``A5:C5``, within one row, is not meant to run down.
    """

    def moved(corner: re.Match[str], ends: bool) -> str:
        row = int(corner[4]) if corner[4] else 0
        if row >= at_row or ends:
            row = min(row + count, MAX_ROW + 1)
        return f"{corner[1]}{corner[2]}{corner[3]}{row or ''}"

    def move(token: Token) -> str:
        sheet = unquote_sheet(token.prefix[:-1]) if token.prefix else sheet_of_formula
        if sheet is None or sheet.casefold() != edited_sheet.casefold():
            return str(token)
        corners = _corners(token.text)
        end = _end(corners, at_row - 1, grows) if grows else None
        return token.prefix + _within(":".join(moved(corner, corner is end) for corner in corners))

    return _rewritten(formula, move)


def translate(formula: str, from_cell: Cell, to_cell: Cell) -> str:
    """The formula of ``from_cell`` as it reads when copied to ``to_cell``: relative references move along.

    For copies within a column, of which there may be many, the formula is parsed only once.
    """
    down, right = to_cell[0] - from_cell[0], to_cell[1] - from_cell[1]
    if not right:
        text, rows = _moving_rows(formula)
        if not rows or 1 <= min(rows) + down <= max(rows) + down <= MAX_ROW:
            return text % tuple([row + down for row in rows])

    def moved(corner: re.Match[str]) -> str:
        column_fixed, letters, row_fixed, digits = corner.groups()
        if not letters:  # in a reference to whole rows ($3:$5) the pattern takes the $ for the column's
            column_fixed, row_fixed = "", column_fixed or row_fixed
        if letters and not column_fixed:
            column = column_number(letters) + right
            letters = column_letters(column) if 1 <= column <= MAX_COLUMN else "?"
        if digits and not row_fixed:
            digits = str(max(int(digits) + down, 0))
        return f"{column_fixed}{letters}{row_fixed}{digits}"

    def move(token: Token) -> str:
        corners = [moved(corner) for corner in _corners(token.text)]
        lost = any("?" in corner for corner in corners)
        return token.prefix + ("#REF!" if lost else _within(":".join(corners), clip=False))

    return _rewritten(formula, move)


@lru_cache(maxsize=4096)
def _moving_rows(formula: str) -> tuple[str, tuple[int, ...]]:
    """The formula's text with ``%d`` for each relative row number, and these numbers."""
    pieces: list[str] = []
    rows: list[int] = []
    for part in _parts(formula):
        if isinstance(part, str):
            pieces.append(part.replace("%", "%%"))
            continue
        pieces.append(part.prefix.replace("%", "%%"))
        for number, corner in enumerate(_corners(part.text)):
            column_fixed, letters, row_fixed, digits = corner.groups()
            fixed = row_fixed if letters else column_fixed or row_fixed
            moves = digits and not fixed
            pieces += (":" if number else "", column_fixed, letters, row_fixed, "%d" if moves else digits)
            if moves:
                rows.append(int(digits))
    return "".join(pieces), tuple(rows)


def _rewritten(formula: str, move: Callable[[Token], str]) -> str:
    return "".join(part if isinstance(part, str) else move(part) for part in _parts(formula))


@lru_cache(maxsize=4096)
def _parts(formula: str) -> tuple[Token | str, ...]:
    """The references of a formula, and the texts between them; cached, as the rows of a table repeat a formula."""
    parts: list[Token | str] = []
    for token in tokens(formula):
        if token.kind == "reference":
            parts.append(token)
        elif parts and not isinstance(parts[-1], Token):
            parts[-1] += str(token)
        else:
            parts.append(str(token))
    return tuple(parts)


def _corners(reference: str) -> list[re.Match[str]]:
    return [match for part in reference.split(":") if (match := _CORNER.fullmatch(part))]


def _end(corners: list[re.Match[str]], row: int, grows: Callable[[int, bool], bool]) -> re.Match[str] | None:
    """The lower corner of a range that ends in this row and grows there; None for any other range."""
    if len(corners) < 2:
        return None
    top, end = sorted(corners, key=lambda corner: int(corner[4] or 0))
    runs_down = top[4] != end[4] or top[2].upper() == end[2].upper()
    fixed = end[3] or (end[1] and not end[2])
    return end if end[4] == str(row) and runs_down and grows(int(top[4]), not fixed) else None


def _within(reference: str, *, clip: bool = True) -> str:
    """The reference, or ``#REF!`` where it is outside the sheet; with ``clip`` an area that only ends there is cut."""
    rows = [int(corner[4]) for corner in _corners(reference) if corner[4]]
    if not rows or (min(rows) >= 1 and max(rows) <= MAX_ROW):
        return reference
    if clip and 1 <= min(rows) <= MAX_ROW:
        return reference.replace(str(max(rows)), str(MAX_ROW))
    return "#REF!"


def _row_number(digits: str) -> int:
    row = int(digits)
    if not 1 <= row <= MAX_ROW:
        raise ValueError(f"no row: {digits!r}")
    return row
