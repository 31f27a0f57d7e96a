"""Official forms of other making in the open workbook: recognized by their labels, checked, else left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, cast

from selfeval_xl.assess import assess
from selfeval_xl.errors import SelfEvalError
from selfeval_xl.examine import NO_FORM, rules_of
from selfeval_xl.excel.blocks import blocks
from selfeval_xl.excel.jobs import structure_of
from selfeval_xl.excel.live import LiveSheet
from selfeval_xl.excel.marks import COLORS
from selfeval_xl.model import Finding, Structure
from selfeval_xl.read import official
from selfeval_xl.render.findings import TITLE, findings_page, gravest_first, link_formula, total_line
from selfeval_xl.workbook.edits import Link, Page, Style, Value
from selfeval_xl.workbook.grid import Grid, RawCell
from selfeval_xl.workbook.number_format import NumberFormat
from selfeval_xl.workbook.package import PAGE_MARK
from selfeval_xl.workbook.references import Area, Cell, quote_sheet

if TYPE_CHECKING:
    from xlwings import Book, Sheet

    from selfeval_xl.read import Workbook

_ROWS, _COLUMNS = 3_000, 256  # of a sheet that are read: no form is larger, and some have formats down to the last row
_VISIBLE = -1
_HEADER = "#D9E1F2"


def check_official(book: Book) -> tuple[Finding, ...]:
    """The findings of every form in the workbook, which are put on a sheet of their own.

    Raises SelfEvalError where no form is recognized; the workbook is untouched then.
    """
    # It has all that is asked of a workbook there: the cells, and which sheets are pages of ours.
    evaluations = official(cast("Workbook", LiveForms(book)))
    if not evaluations:
        raise SelfEvalError(f"“{book.name}”里{NO_FORM}。")
    assessments = [assess(each, rules_of(each)) for each in evaluations]
    findings = gravest_first(finding for assessment in assessments for finding in assessment.findings)
    _show(book, findings)
    return findings


class LiveForms:
    """The open workbook as the recognition wants it."""

    def __init__(self, book: Book) -> None:
        self._book = book

    @cached_property
    def grids(self) -> dict[str, Grid]:
        """Every sheet's cells, by name."""
        return {sheet.name: _grid(sheet) for sheet in self._book.sheets}

    @cached_property
    def pages(self) -> frozenset[str]:
        """The sheets that an earlier check has added."""
        return frozenset(_pages(self._book))

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The sheets that nobody sees."""
        return frozenset(sheet.name for sheet in self._book.sheets if sheet.api.Visible != _VISIBLE)

    def structure(self) -> Structure:
        """What the workbook is like as a file."""
        return structure_of(self._book, ())


def _pages(book: Book) -> Mapping[str, Sheet]:
    marked = {name.refers_to for name in book.names if name.name.rpartition("!")[2] == PAGE_MARK}
    return {sheet.name: sheet for sheet in book.sheets if _mark(sheet.name) in marked}


def _mark(sheet: str) -> str:
    return f"={quote_sheet(sheet)}!$A$1"


def _grid(sheet: Sheet) -> Grid:
    used = sheet.used_range
    bottom, right = used.row + used.shape[0] - 1, used.column + used.shape[1] - 1
    area = Area(None, used.row, used.column, min(bottom, _ROWS), min(right, _COLUMNS))
    grid = Grid(sheet.name)
    if area.top > area.bottom or area.left > area.right:
        return grid
    live = LiveSheet(sheet, area)
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            value, formula = live.value(row, column), live.formula(row, column)
            if value is not None or formula:
                shown = live.format(row, column) if live.is_number(row, column) else NumberFormat()
                grid.cells[row, column] = RawCell(value, shown, formula, 0)
    grid.merges.extend(_merges(sheet, area))
    return grid


def _merges(sheet: Sheet, area: Area) -> Iterator[tuple[int, int, int, int]]:
    """The merged ranges: a rectangle is cut in two as long as Excel says that something in it is merged."""
    covered: set[Cell] = set()
    todo = [area]
    while todo:
        part = todo.pop()
        if (part.top, part.left) in covered and (part.top, part.left) == (part.bottom, part.right):
            continue
        cells = sheet.range((part.top, part.left), (part.bottom, part.right))
        if cells.merge_cells is False:
            continue
        if (part.top, part.left) == (part.bottom, part.right):
            whole = cells.merge_area
            rows, columns = whole.shape
            found = whole.row, whole.column, whole.row + rows - 1, whole.column + columns - 1
            covered |= {(r, c) for r in range(found[0], found[2] + 1) for c in range(found[1], found[3] + 1)}
            yield found
        elif part.bottom > part.top:
            middle = (part.top + part.bottom) // 2
            todo += [part._replace(top=middle + 1), part._replace(bottom=middle)]
        else:
            middle = (part.left + part.right) // 2
            todo += [part._replace(left=middle + 1), part._replace(right=middle)]


def _show(book: Book, findings: tuple[Finding, ...]) -> None:
    """Put the findings on a sheet at the end; the sheet in front stays in front."""
    front = book.sheets.active
    sheet = next(iter(_pages(book).values()), None)
    new = sheet is None
    if sheet is None:
        sheet = book.sheets.add(_free_name(book), after=book.sheets[len(book.sheets) - 1])
    try:
        if new:
            sheet.names.add(PAGE_MARK, _mark(sheet.name))
        sheet.clear()
        _fill(sheet, findings_page(findings), findings)
    except BaseException:
        if new:
            sheet.delete()
        raise
    finally:
        front.activate()


def _free_name(book: Book) -> str:
    taken = {sheet.name.casefold() for sheet in book.sheets}
    return next(name for name in (TITLE, *(f"{TITLE} ({n})" for n in range(2, 99))) if name.casefold() not in taken)


def _fill(sheet: Sheet, page: Page, findings: tuple[Finding, ...]) -> None:
    cells = {
        (row, column): link_formula(content) if isinstance(content, Link) else content
        for row, line in enumerate(page.rows, 1)
        for column, (content, _) in enumerate(line, 1)
    }
    if findings:
        cells[2, 1] = Value(f"{total_line(findings)}点击“位置”跳到单元格；这张表可以删掉。")
    for row, column, rows in blocks(cells):
        sheet.range((row, column), (row + len(rows) - 1, column + len(rows[0]) - 1)).formula = rows
    for column, width in enumerate(page.widths, 1):
        sheet.range((1, column)).column_width = width
    if findings:
        last = len(page.rows)
        sheet.range((3, 1), (last, len(page.widths))).wrap_text = True
        sheet.range((3, 1), (3, len(page.widths))).color = _HEADER
        for first, end, style in _severities(page):
            sheet.range((first, 2), (end, 2)).color = COLORS[style][1]  # type: ignore[index]


def _severities(page: Page) -> Iterator[tuple[int, int, Style]]:
    """Stretches of rows of one severity, which the rows are sorted by."""
    styles = [line[1][1] for line in page.rows[3:]]
    first = 0
    for number, style in enumerate(styles):
        if number + 1 == len(styles) or styles[number + 1] != style:
            yield first + 4, number + 4, style
            first = number + 1
