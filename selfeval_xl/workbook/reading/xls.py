"""The cells of an old .xls: values by python-calamine, and what that doesn't tell from the records (``biff``)."""

from __future__ import annotations

import datetime
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from selfeval_xl.errors import OldFormatError, WorkbookError
from selfeval_xl.model import UNREAD
from selfeval_xl.quantity.words import OLD_ERRORS
from selfeval_xl.workbook.grid import MAX_CELLS, Grid, OldSheets, RawCell
from selfeval_xl.workbook.number_format import CellValue, ErrorValue, NumberFormat
from selfeval_xl.workbook.opening.archive import Refusal
from selfeval_xl.workbook.reading.biff import Looks, looks
from selfeval_xl.workbook.reading.unlocked import MOST_LOCKED, unlocked
from selfeval_xl.workbook.stored import days_to, fifteen

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MAX_AREA = 2 * MAX_CELLS  # cells from A1 to a sheet's last row and column: the reader takes memory for them all
_INSTALL = "也可以装上读取旧格式的组件后直接读取：python -m pip install python-calamine msoffcrypto-tool"
_UNREADABLE = "旧格式 .xls 的内容读不懂"
_GENERAL = NumberFormat("General")
_NOTHING = RawCell("", _GENERAL, None, 0)
_DATE, _TIME = NumberFormat("yyyy/m/d"), NumberFormat("h:mm:ss")
_FIRST, _DAY = datetime.date(1899, 12, 30), datetime.timedelta(days=1)


def read_xls(source: Path | bytes, refused: OldFormatError) -> OldSheets:
    """Read an .xls; ``refused`` is the error to raise for one from before Excel 97, whose texts would be garbled.

    WorkbookError: package.legacy (that, or python-calamine is not installed), package.encrypted, package.damaged or
    package.too_large.
    """
    try:
        from python_calamine import PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook
    except ModuleNotFoundError as error:
        raise WorkbookError(f"{refused}{_INSTALL}", "package.legacy") from error
    data, refusal = source if isinstance(source, bytes) else source.read_bytes(), Refusal(refused.label)
    known = looks(data)
    if known.encrypted:
        if len(data) > MOST_LOCKED:  # it may have no password to open it at all
            raise refusal.too_large(f"有密码或保护了结构的 .xls，超过 {MOST_LOCKED >> 20} MB")
        plain = unlocked(data)
        if plain is None:
            raise refusal.encrypted()
        data, known = plain, looks(plain)
    if known.ancient:
        raise refused
    if not known.sheets or any(sheet.boundless or sheet.torn for sheet in known.sheets.values()):
        raise refusal.damaged(_UNREADABLE)
    if any(row * column > MAX_AREA for row, column in (sheet.reach for sheet in known.sheets.values())):
        raise refusal.too_large("单元格分布得太散")
    try:
        with _hushed():
            book = load_workbook(io.BytesIO(data))
            sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            grids = {sheet.name: _grid(book.get_sheet_by_name(sheet.name), known) for sheet in sheets}
            hidden = tuple(sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.VeryHidden)
    except PasswordError as error:
        raise refusal.encrypted() from error
    except BaseException as error:  # the reader, written in Rust, may "panic", which is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise refusal.damaged(_UNREADABLE) from error
    return OldSheets(grids, known.names, hidden)


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep standard error silent: the reader prints lines of its own there when it panics."""
    try:
        stderr = os.dup(2)
    except OSError:  # a program without a console
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


def _grid(sheet: CalamineSheet, known: Looks) -> Grid:
    grid, looked = Grid(sheet.name), known.sheets[sheet.name]
    top, left = sheet.start or (0, 0)
    for row, values in enumerate(sheet.to_python(), top + 1):
        for column, value in enumerate(values, left + 1):
            if value == "":
                continue
            # The reader takes some plain numbers for dates, and its dates before March 1900 are off by a day.
            found, usual = _found(looked.numbers.get((row, column), value), known.date1904)
            code = looked.formats.get((row, column))
            shown = usual if code is None else NumberFormat(code, known.date1904)
            grid.cells[row, column] = RawCell(found, shown, None, 0)
    for at, error in looked.errors.items():  # which the reader leaves out
        grid.cells[at] = RawCell(ErrorValue(error), _GENERAL, None, 0)
    for at in looked.formulas:
        grid.cells[at] = grid.cells.get(at, _NOTHING)._replace(formula=UNREAD)
    for (top_row, left_column), (bottom_row, right_column) in sheet.merged_cell_ranges or ():
        grid.merges.append((top_row + 1, left_column + 1, bottom_row + 1, right_column + 1))
    return grid


def _found(value: object, date1904: bool) -> tuple[CellValue, NumberFormat]:
    """A value of the reader's as a cell value, and its number format where the file gives none."""
    match value:
        case bool():
            return value, _GENERAL
        case int() | float():
            return _number(value), _GENERAL
        case datetime.date():
            return _number(days_to(value, date1904)), _DATE
        case datetime.time():
            return _number(days_to(datetime.datetime.combine(_FIRST, value), date1904=False)), _TIME
        case datetime.timedelta():
            return _number(value / _DAY), _TIME
    return ErrorValue(str(value)) if value in OLD_ERRORS else str(value), _GENERAL


def _number(value: float) -> Decimal | ErrorValue:
    return fifteen(value) if isfinite(value) else ErrorValue("#NUM!")
