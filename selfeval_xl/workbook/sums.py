"""Sums written cell by cell: they take in rows that came in between two of their cells, which Excel leaves out."""

from __future__ import annotations

from lxml import etree

from selfeval_xl.workbook.ooxml import M
from selfeval_xl.workbook.references import Token, tokens
from selfeval_xl.workbook.rows import MAX_FORMULA


def take_in(root: etree._Element, rows: range) -> None:
    """Let the formulas of a sheet, into which ``rows`` have come, sum the new cells as those above and below them."""
    for element in root.iter(f"{M}f"):
        grown = with_rows(element.text or "", rows)
        if element.get("t", "normal") == "normal" and grown != element.text and len(grown) <= MAX_FORMULA:
            element.text = grown


def with_rows(formula: str, rows: range) -> str:
    """``E5+E8``, ``SUM(E5,E8)`` and ``SUM(E3:E5,E8)`` with E6 and E7, as ``SUM(E5:E8)`` has them already."""
    if f"{rows.start - 1}" not in formula or f"{rows.stop}" not in formula:
        return formula
    pieces = list(tokens(formula))
    written = [str(piece) for piece in pieces]
    places = [place for place, piece in enumerate(pieces) if piece.kind != "space"]
    nothing = Token("other", "")
    said = [nothing, *(pieces[place] for place in places), nothing, nothing]
    functions: list[str] = []  # in whose arguments a token stands
    for place, (behind, before, sign, after, beyond) in zip(
        places[1:], zip(said, said[1:], said[2:], said[3:], said[4:], strict=False), strict=False
    ):
        if before.text == "(":
            functions.append(behind.text.upper() if behind.kind == "function" else "")
        elif before.text == ")" and functions:
            functions.pop()
        term = behind.text not in tuple("-*/^:") and beyond.text not in tuple("*/^%:")
        cells = ":" not in before.text + after.text
        summed = (sign.text == "+" and cells) or (sign.text == "," and functions[-1:] == ["SUM"])
        if term and summed and (column := _column(before, after, rows)):
            new = [f"{column}{row}" for row in rows]
            if sign.text == "," and len(new) > 1:  # SUM takes 255 arguments at most
                new = [f"{new[0]}:{new[-1]}"]
            written[place] = "".join(f"{sign}{cell}" for cell in new) + sign.text
    return "".join(written)


def _column(before: Token, after: Token, rows: range) -> str | None:
    """The column, with its signs (``$E$``), of two of which one ends right above the rows, one begins right below."""
    ranges = [str(token).split(":") for token in (before, after)]
    column, *others = {cell.rstrip("0123456789") for cells in ranges for cell in cells}
    ends = f"{column}{rows.start - 1}", f"{column}{rows.stop}"
    met = ends in [(above[-1], below[0]) for above, below in (ranges, ranges[::-1])]
    return column if met and not (others or before.prefix or after.prefix) else None
