"""Sums that list single cells (``E5+E8``): extended to inserted rows, which Excel would leave out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from selfeval_xl.workbook.references import Token, parse_cell, tokens
from selfeval_xl.workbook.stored import MAX_FORMULA
from selfeval_xl.workbook.writing.ooxml import M, parent_of

_LISTS = ("SUM", "SUBTOTAL")
_NOTHING = Token("other", "")


class _Term(NamedTuple):
    """One term of a sum: a cell, or in an argument list a range of one column.

    ``place`` is its index among the tokens of the formula, ``number`` its position in the sum; ``column`` includes any
    dollar signs (``$E$``).  ``listed``: an argument of SUM, not joined by plus signs; ``alone``: the only argument.
    """

    place: int
    number: int
    column: str
    top: int
    bottom: int
    listed: bool
    alone: bool


def take_in(root: etree._Element, rows: range, since: int = 0) -> None:
    """Extend the sums on a sheet to the inserted ``rows``, where they sum the cells above and below these.

    So are sums that end in the row above if they begin at or above ``since``, unless they stand in that row themselves.
    """
    above = rows.start - 1
    for element in root.iter(f"{M}f"):
        text = element.text or ""
        if element.get("t", "normal") != "normal" or f"{above}" not in text:
            continue
        at = parent_of(element).get("r", "")
        own = above <= parse_cell(at)[0] < rows.stop
        column = at.rstrip("0123456789")  # a total below a table of one row may just repeat that row (=E5)
        total = since >= above and (at, text.replace("$", "")) == (f"{column}{rows.stop}", f"{column}{above}")
        grown = widened(text, range(above, rows.stop)) if total else with_rows(text, rows, 0 if own else since)
        if grown != text and len(grown) <= MAX_FORMULA:
            element.text = grown


def with_rows(formula: str, rows: range, since: int = 0) -> str:
    """``E5+E8``, ``SUM(E5,E8)`` and ``SUM(E3:E5,E8)`` with inserted rows 6 and 7 (``SUM(E5:E8)`` has them already).

    Likewise ``E4+E5`` and ``SUM(E4,E5)``, if they begin at or above ``since``.
    """
    above = rows.start - 1
    if f"{above}" not in formula or not (since or f"{rows.stop}" in formula):
        return formula
    pieces = list(tokens(formula))
    written = [str(piece) for piece in pieces]
    for terms in _sums(pieces):
        ends = [term for term in terms if term.bottom == above]
        met = [
            first
            for first, second in pairwise(terms)
            if first.number + 1 == second.number and first.column == second.column and first.listed == second.listed
            if (first.bottom, second.top) == (above, rows.stop) or (second.bottom, first.top) == (above, rows.stop)
        ]
        for term in met:
            written[term.place] += _more(term, rows)
        for end in ends if not met else ():
            alike = [term for term in terms if term.column == end.column]
            if _reaches(end, alike, since) and all(term.top != rows.stop for term in alike):
                written[end.place] = _down_to(end, rows[-1]) if end.listed else written[end.place] + _more(end, rows)
    return "".join(written)


def widened(formula: str, rows: range) -> str:
    """A total's formula over the first of ``rows`` only (``=E5``, ``SUM(E5)``), extended to all of them."""
    pieces = list(tokens(formula))
    written = [str(piece) for piece in pieces]
    first = rows.start
    for term in (term for terms in _sums(pieces) for term in terms if (term.top, term.bottom) == (first, first)):
        if len([piece for piece in pieces if piece.text != "="]) == 1:
            written[term.place] = f"SUM({_down_to(term, rows[-1])})"
        elif term.alone:
            written[term.place] = _down_to(term, rows[-1])
    return "".join(written)


def _more(term: _Term, rows: range) -> str:
    """The new cells as text to follow a term: ``,E6:E7`` in a list, else ``+E6+E7``."""
    cells = [f"{term.column}{row}" for row in rows]
    if term.listed:  # SUM takes 255 arguments at most
        return f",{cells[0]}" if len(cells) == 1 else f",{cells[0]}:{cells[-1]}"
    return "".join(f"+{cell}" for cell in cells)


def _down_to(term: _Term, row: int) -> str:
    return f"{term.column}{term.top}:{term.column}{row}"


def _reaches(end: _Term, alike: Sequence[_Term], since: int) -> bool:
    """True where the sum that ends in ``end`` covers rows without a gap, or by ranges, from ``since`` or above."""
    top = end.top
    for term in sorted(alike, key=lambda term: -term.top):
        top = term.top if term.bottom == top - 1 else top
    if end.listed and (end.alone or any(term.top < term.bottom for term in alike)):
        top = min(term.top for term in alike)
        return top <= since
    return top < end.top and top <= since


def _sums(pieces: Sequence[Token]) -> Iterator[list[_Term]]:
    """The terms of each sum in a formula."""
    places = [place for place, piece in enumerate(pieces) if piece.kind != "space"]
    padded = [_NOTHING, *(pieces[place] for place in places), _NOTHING]
    sums: list[list[_Term]] = [[]]
    within: list[tuple[int, str, int]] = [(0, "", 0)]  # per open bracket: the sum's index, the function, the next term
    for place, (before, piece, after) in zip(places, zip(padded, padded[1:], padded[2:], strict=False), strict=True):
        sum_, called, number = within[-1]
        if piece.text == "(":
            sums.append([])
            within.append((len(sums) - 1, before.text.upper() if before.kind == "function" else "", 0))
        elif piece.text == ")" and len(within) > 1:
            within.pop()
        elif piece.text == "+" or (piece.text == "," and called in _LISTS):
            within[-1] = (sum_, called, number + 1)
        elif piece.kind == "other" and piece.text not in tuple("-*/^:%"):
            sums.append([])
            within[-1] = (len(sums) - 1, called, 0)
        elif piece.kind == "reference" and not piece.prefix:
            signs = before.text, after.text
            cells = piece.text.split(":")
            column, *others = {cell.rstrip("0123456789") for cell in cells}
            rows = [int(cell[len(column) :] or 0) for cell in cells] if not others else [0]
            listed = called in _LISTS and "+" not in signs
            summed = before.text in ("", "=", "(", "+", ",") and after.text in ("", ")", "+", "-", ",")
            if summed and all(rows) and (listed or len(cells) == 1):
                alone = listed and after.text == ")" and (before.text == "(" or (called == "SUBTOTAL" and number == 1))
                sums[sum_].append(_Term(place, number, column, rows[0], rows[-1], listed, alone))
    yield from sums
