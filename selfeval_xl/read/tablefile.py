"""Reads a table that stands beside a data file, in CSV or in a workbook: its rows under its headings.

CSV as Excel writes it in China (GBK) and elsewhere; a workbook's figures with all their digits, dates and percentages
as they are shown.  No cell is ever shifted to another column: one without a heading is an error.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from selfeval_xl.errors import DataError
from selfeval_xl.evaluation.entries import figure_text
from selfeval_xl.model import Place
from selfeval_xl.quantity.text import unspaced
from selfeval_xl.read import Opened, Workbook, opened
from selfeval_xl.read.file import entry_of
from selfeval_xl.workbook.references import cell_name, column_letters

ABOVE = 10  # rows in which the headings are looked for: many lists have a title above them
COUNTER = "序号"  # the heading of row numbers, which are not read

_DELIMITERS = ",;\t"
_TEXTS = (".csv", ".tsv", ".txt")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how their files begin


class Line(NamedTuple):
    """A row: its number as a spreadsheet counts, from 1, and what stands in it by column, from 1, without blanks."""

    number: int
    cells: dict[int, str]


class Table(NamedTuple):
    """What stands above the headings, and each row below them: its number and its texts by heading, without blanks."""

    above: tuple[str, ...]
    rows: Iterator[tuple[int, dict[str, str]]]


def read_table(path: Path, known: Callable[[str], object]) -> Table:
    """The table in a file; blank rows are left out.

    The headings are the first row with two that are ``known``, as many tables have a title above them, or else the
    first one.  DataError says why a file can't be used; WorkbookError, why a workbook can't be read.
    """
    if not path.is_file():
        raise DataError(f"{path.name or path}：找不到这个文件，它应与数据文件放在同一个文件夹")
    rows = lines(path)
    top = list(islice(rows, ABOVE))
    if not top:
        raise DataError(f"{path.name}：是空的，第一行应为各列的标题")
    at = next((at for at, line in enumerate(top) if sum(map(bool, map(known, line.cells.values()))) > 1), 0)
    above = tuple(text for line in top[:at] for text in line.cells.values())
    return Table(above, _under(path, top[at], chain(top[at + 1 :], rows)))


def _under(path: Path, first: Line, rows: Iterable[Line]) -> Iterator[tuple[int, dict[str, str]]]:
    headings = {column: unspaced(text) for column, text in first.cells.items()}
    twice = next((text for text in headings.values() if list(headings.values()).count(text) > 1), None)
    if twice:
        raise DataError(f"{path.name}：第 {first.number} 行有两列的标题都是“{twice}”")
    for line in rows:
        stray = min(line.cells.keys() - headings.keys(), default=None)
        if stray:
            where = f"第 {line.number} 行的 {column_letters(stray)} 列"
            raise DataError(f"{path.name}：{where}有内容“{line.cells[stray][:30]}”，这一列没有标题")
        yield line.number, {headings[column]: text for column, text in line.cells.items()}


def lines(path: Path) -> Iterator[Line]:
    """The rows that hold anything, of a text file or of a workbook's first sheet; a workbook may be called ``.csv``.

    Raises OSError, DataError and WorkbookError.
    """
    return next((rows for _, rows in sheets(path)), iter(()))


def sheets(path: Path) -> Iterator[tuple[str, Iterator[Line]]]:
    """The name and the :func:`lines` of each visible sheet; a text file is one sheet, without a name."""
    with path.open("rb") as stream:
        text = path.suffix.lower() in _TEXTS and not stream.read(len(_WORKBOOKS[0])).startswith(_WORKBOOKS)
    for name, rows in (("", _csv(path)),) if text else _sheets(path):
        yield name, (line for line in rows if line.cells)


def decoded(data: bytes) -> str:
    """A text file's text: UTF-8, GBK (what Excel and Notepad in China write), or UTF-16 by its mark; UnicodeError."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _csv(path: Path) -> Iterator[Line]:
    try:
        text = decoded(path.read_bytes())
    except UnicodeError as error:
        raise DataError(f"{path.name}：文字编码认不出，请另存为 UTF-8 编码的 .csv") from error
    headings = text.lstrip().partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=headings.count), strict=True)
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            yield Line(number, {column: text.strip() for column, text in enumerate(row, 1) if text.strip()})
    except csv.Error as error:
        raise DataError(f"{path.name}：第 {number + 1} 行读不出，可能是引号没有成对，请用 Excel 打开检查") from error


def _sheets(path: Path) -> Iterator[tuple[str, Iterator[Line]]]:
    workbook = opened(path)
    return ((name, _sheet(path, workbook, name)) for name in workbook.grids if name not in workbook.hidden)


def _sheet(path: Path, workbook: Opened, name: str) -> Iterator[Line]:
    rows: dict[int, dict[int, str]] = {}
    for (row, column), raw in workbook.grids[name].cells.items():
        if isinstance(workbook, Workbook) and raw.formula and raw.value is None:
            where = f"第 {row} 行的 {column_letters(column)} 列"
            raise DataError(f"{path.name}：{where}是公式，文件里没有它的结果，请用 Excel 打开并保存一次")
        text = figure_text(entry_of(raw, Place(name, cell_name(row, column)))).strip()
        if text:
            rows.setdefault(row, {})[column] = text
    yield from (Line(number, rows[number]) for number in sorted(rows))
