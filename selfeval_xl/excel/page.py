"""The sheet 校验结果 in an official form's workbook: a click adds it or fills it again, 【撤销上次】 undoes that."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING

from selfeval_xl.errors import WorkbookError
from selfeval_xl.excel.blocks import same
from selfeval_xl.excel.caller import full_name
from selfeval_xl.excel.journal import Journal, PageChange, forget, save
from selfeval_xl.excel.marks import COLORS
from selfeval_xl.excel.session import unprotected
from selfeval_xl.excel.sheet import LiveSheet, put, used_area
from selfeval_xl.excel.write import changed_since
from selfeval_xl.model import SEVERITY_NAMES
from selfeval_xl.render.findings import TITLE, findings_page, link_formula, total_line
from selfeval_xl.workbook.edits import HEADING_COLOR, Content, Link, Value
from selfeval_xl.workbook.opening.package import PAGE_MARK
from selfeval_xl.workbook.references import cell_name, parse_cell, quote_sheet

if TYPE_CHECKING:
    from xlwings import Book, Sheet

    from selfeval_xl.model import Finding

Cells = Mapping[str, Content]

_WIDTHS = findings_page(()).widths
_HEADING = 3  # the row of headings; findings begin in the next row
_SEVERITY = 2  # the column of severities
_EMPTY = Value(None)


def pages(book: Book) -> Mapping[str, Sheet]:
    """The sheets that we added before, by name."""
    marked = {name.refers_to for name in book.names if name.name.rpartition("!")[2] == PAGE_MARK}
    return {sheet.name: sheet for sheet in book.sheets if _mark(sheet.name) in marked}


def show(book: Book, findings: tuple[Finding, ...]) -> None:
    """Put the findings on our sheet, or on a new one at the end; the active sheet stays active.

    What stood there is saved for 【撤销上次】.  Where a step fails, everything is undone.
    """
    sheet = next(iter(pages(book).values()), None)
    before = None if sheet is None else _contents(sheet)
    after = _cells(findings)
    if sheet is None:
        _refuse_locked(book)
    front = book.sheets.active
    try:
        if sheet is None:
            sheet = _added(book)
            sheet.names.add(PAGE_MARK, _mark(sheet.name))
        save(Journal(full_name(book), page=PageChange(sheet.name, before, after)))
        _fill(sheet, after)
    except BaseException:
        if sheet is not None:
            with suppress(Exception):  # what made the work fail may make this fail too
                _put_back(sheet, before)
        forget(full_name(book))
        raise
    finally:
        front.activate()


def take_back(book: Book, journal: Journal) -> None:
    """Restore our sheet as it was before the click, or remove it if the click has added it.

    Raises SelfEvalError, and changes nothing, where it no longer holds what the click has written.
    """
    page = journal.page
    assert page is not None
    sheet = next(iter(pages(book).values()), None)
    if sheet is None or not _same(_contents(sheet), page.after):
        raise changed_since(page.sheet)
    if page.before is None:
        _refuse_locked(book)
    _put_back(sheet, page.before)
    forget(journal.workbook)


def _put_back(sheet: Sheet, before: Cells | None) -> None:
    if before is None:
        sheet.delete()
    else:
        _fill(sheet, before)


def _added(book: Book) -> Sheet:
    taken = {sheet.name.casefold() for sheet in book.sheets}
    name = next(name for name in (TITLE, *(f"{TITLE} ({n})" for n in range(2, 99))) if name.casefold() not in taken)
    return book.sheets.add(name, after=book.sheets[len(book.sheets) - 1])


def _refuse_locked(book: Book) -> None:
    if book.api.ProtectStructure:
        raise WorkbookError(
            f"“{book.name}”保护了工作簿的结构，不能添加或删除工作表，工作簿没有改动。"
            "请用“审阅”里的“保护工作簿”取消保护，再点按钮。"
        )


def _mark(sheet: str) -> str:
    return f"={quote_sheet(sheet)}!$A$1"


def _cells(findings: tuple[Finding, ...]) -> dict[str, Content]:
    """The cells of the page that ``annotate`` adds to a file, but with another note, as no cells are marked here."""
    cells: dict[str, Content] = {
        cell_name(row, column): link_formula(content) if isinstance(content, Link) else content
        for row, line in enumerate(findings_page(findings).rows, 1)
        for column, (content, _) in enumerate(line, 1)
        if content != _EMPTY
    }
    if findings:
        cells["A2"] = Value(f"{total_line(findings)}点击“位置”跳到单元格；这张表可以删掉。")
    return cells


def _contents(sheet: Sheet) -> dict[str, Content]:
    """The filled cells of a sheet."""
    live = LiveSheet(sheet, used_area(sheet))
    found = {cell_name(*at): live.content(*at) for at in live.area.cells()}
    return {cell: content for cell, content in found.items() if content != _EMPTY}


def _same(first: Cells, second: Cells) -> bool:
    return all(same(first.get(cell, _EMPTY), second.get(cell, _EMPTY)) for cell in first.keys() | second.keys())


def _fill(sheet: Sheet, cells: Cells) -> None:
    """Replace all of a sheet's cells by these, and format them accordingly."""
    at = {parse_cell(cell): content for cell, content in cells.items()}
    with unprotected(sheet):
        sheet.clear()
        put(sheet, at)
        for column, width in enumerate(_WIDTHS, 1):
            sheet.range((1, column)).column_width = width
        last = max((row for row, _ in at), default=0)
        if last > _HEADING:
            sheet.range((_HEADING, 1), (last, len(_WIDTHS))).wrap_text = True
            sheet.range((_HEADING, 1), (_HEADING, len(_WIDTHS))).color = f"#{HEADING_COLOR}"
        for name, rows_of_it in groupby(range(_HEADING + 1, last + 1), lambda row: at.get((row, _SEVERITY), _EMPTY)):
            stretch = list(rows_of_it)
            for severity, title in SEVERITY_NAMES.items():
                if name == Value(title):
                    sheet.range((stretch[0], _SEVERITY), (stretch[-1], _SEVERITY)).color = COLORS[severity][1]
