"""Writes the rows of a ledger's sheet as streamed XML: many times faster than cell by cell, for tables of any length.

The sheet itself (widths, styles, filters, print settings) is made by XlsxWriter with one empty row, the pattern: every
streamed row looks like it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from decimal import Decimal
from html import escape
from math import ceil

from selfeval_xl.collect.additions import Tally
from selfeval_xl.collect.sources import is_url
from selfeval_xl.collect.tables import NUMBERS, Cell, Column, Derived, Kind, Link
from selfeval_xl.render.findings import as_figure
from selfeval_xl.workbook.references import column_letters
from selfeval_xl.workbook.stored import MAX_TEXT, NOT_XML, real, too_long, unescaped

MAX_LITERAL = 255  # characters of a text within a formula
LINE, EDGE = 16, 2  # points of a line of text, and around it
HIGHEST = 400  # points; a row can't have more than 409
WRAPPED = ("wrap", "figure")  # kinds of columns whose texts may take several lines
_PATTERN = re.compile(rb'<row r="2"[^>]*>(.*?)</row>', re.DOTALL)
_DIMENSION = re.compile(rb'(<dimension ref="A1:[A-Z]+)2(")')
_STYLE = re.compile(rb'<c r="([A-Z]+)2"(?: s="(\d+)")?')
_BATCH = 500  # rows
_NO_TEXT = re.compile("[\udc80-\udcff]")


def split(sheet: bytes, count: int) -> tuple[bytes, dict[str, str], bytes]:
    """A sheet's XML before and behind its pattern row, made for ``count`` rows, and the style of each column."""
    pattern = _PATTERN.search(sheet)
    assert pattern is not None, "a pattern row was written"
    styles = {letters.decode(): (style or b"0").decode() for letters, style in _STYLE.findall(pattern[1])}
    before = _DIMENSION.sub(rb"\g<1>%d\g<2>" % (count + 1), sheet[: pattern.start()])
    return before, styles, sheet[pattern.end() :]


def rows_xml(
    columns: Sequence[Column],
    styles: dict[str, str],
    rows: Iterable[tuple[Cell, ...]],
    locate: Callable[[str], str],
    tally: Tally,
    aside: Container[str],
) -> Iterator[bytes]:
    """The rows from the second on; ``locate`` says where a file lies as seen from the ledger.

    Each row is counted in ``tally``, but for the columns whose titles are put ``aside``.
    """
    letters = [column_letters(number) for number in range(1, len(columns) + 1)]
    heads = [f'<c r="{letter}{{}}" s="{styles.get(letter, "0")}"' for letter in letters]
    wrapped = [(index, column.width - 1) for index, column in enumerate(columns) if column.kind in WRAPPED]
    counted = [(index, letters[index]) for index, column in enumerate(columns) if column.title not in aside]
    batch: list[str] = []
    for number, row in enumerate(rows, 2):
        at = str(number)
        cells = [
            _cell(head.replace("{}", at), at, column.kind, cell, locate)
            for head, column, cell in zip(heads, columns, row, strict=True)
        ]
        tally.add(sorted((letter, text) for index, letter in counted if (text := _text(row[index], locate))))
        lines = max((_lines(row[index], width) for index, width in wrapped), default=1)
        height = f' ht="{min(LINE * lines + EDGE, HIGHEST)}" customHeight="1"' if lines > 1 else ""
        batch.append(f'<row r="{at}"{height}>{"".join(cells)}</row>')
        if len(batch) == _BATCH:
            yield "".join(batch).encode()
            batch.clear()
    yield "".join(batch).encode()


def _cell(head: str, row: str, kind: Kind, cell: Cell, locate: Callable[[str], str]) -> str:
    if cell is None or cell == "":
        return f"{head}/>"
    if isinstance(cell, Link):
        target = locate(cell.target)
        address = _address(target)
        if too_long(address, MAX_LITERAL):
            return f'{head} t="inlineStr"><is><t>{_escaped(target)}</t></is></c>'
        quoted = _escaped(address.replace('"', '""'))
        return f'{head} t="str"><f>HYPERLINK("{quoted}","{cell.text}")</f><v>{cell.text}</v></c>'
    if isinstance(cell, Derived):
        return f'{head} t="str"><f>{_escaped(cell.formula.replace("{row}", row))}</f><v>{_escaped(cell.text)}</v></c>'
    if _is_number(kind, str(cell)):
        return f"{head}><v>{cell}</v></c>"
    return f'{head} t="inlineStr"><is><t xml:space="preserve">{_escaped(str(cell))}</t></is></c>'


def _is_number(kind: Kind, text: str) -> bool:
    """Whether a cell is written as a number; one that no spreadsheet can hold would damage the file."""
    if kind in NUMBERS:
        return real(text) is not None
    return kind == "figure" and isinstance(as_figure(text), Decimal)


def _address(target: str) -> str:
    """A path as HYPERLINK takes it: with # and % escaped, and so the bytes of a name that is no valid UTF-8.

    In an address # starts a place within the file, and %20 is a blank.
    """
    if is_url(target):
        return target
    return _NO_TEXT.sub(lambda byte: f"%{ord(byte[0]) & 0xFF:02X}", target.replace("%", "%25").replace("#", "%23"))


def _text(cell: Cell, locate: Callable[[str], str]) -> str:
    """The text that reading the cell back will give; "" for a formula."""
    if cell is None or isinstance(cell, Derived):
        return ""
    if isinstance(cell, Link):
        target = locate(cell.target)
        return _cleaned(target) if too_long(_address(target), MAX_LITERAL) else ""
    return unescaped(_cleaned(str(cell)))


def _lines(cell: Cell, width: float) -> int:
    """About how many lines a text takes: not every program finds the height of wrapped texts itself."""
    if not isinstance(cell, str):
        return 1
    # In GB18030 a Chinese character takes two bytes, as it takes two columns.
    return sum(ceil(len(line.encode("gb18030", "replace")) / width) or 1 for line in cell.split("\n"))


def _escaped(text: str) -> str:
    return escape(_cleaned(text), quote=False)


def _cleaned(text: str) -> str:
    """A text without what XML can't hold, cut off where a cell can't hold more."""
    if too_long(text):
        text = text.encode("utf-16-le", "surrogatepass")[: 2 * (MAX_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
    if not text.isprintable():
        text = NOT_XML.sub("", text)
    return text
