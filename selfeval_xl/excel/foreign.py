"""Official forms in the open workbook: recognized by their labels and checked; only a sheet 校验结果 is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from selfeval_xl.assess import assess
from selfeval_xl.errors import SelfEvalError
from selfeval_xl.examine import NO_FORM, rules_of
from selfeval_xl.excel.page import pages, show
from selfeval_xl.excel.sheet import LiveSheet, area_of, grid_of, used_area
from selfeval_xl.model import Finding, Structure
from selfeval_xl.read import official
from selfeval_xl.read.nameless import is_nameless
from selfeval_xl.render.findings import gravest_first
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.references import Area, Cell

if TYPE_CHECKING:
    from xlwings import Book, Sheet

_ROWS, _COLUMNS = 3_000, 256  # read of a sheet at most: no form is larger, but some are formatted to the last row
_VISIBLE = -1


class _Live(NamedTuple):
    """The open workbook as recognition takes it (a :class:`~selfeval_xl.read.file.Sheets`)."""

    structure: Structure
    grids: dict[str, Grid]
    pages: frozenset[str]
    hidden: frozenset[str]


def check_official(book: Book, structure: Structure) -> tuple[Finding, ...]:
    """Check every form in the workbook, put the findings on a sheet of their own, and return them.

    ``structure`` is the workbook's as a file.  Raises SelfEvalError where no form is recognized, or where the workbook
    is one of ours without its names (which the command line can restore); the workbook is untouched then.
    """
    live = _Live(
        structure,
        grids={sheet.name: _grid(sheet) for sheet in book.sheets},
        pages=frozenset(pages(book)),
        hidden=frozenset(sheet.name for sheet in book.sheets if sheet.api.Visible != _VISIBLE),
    )
    if is_nameless(live):
        raise SelfEvalError(
            f"“{book.name}”是本工具的表，格子的名称全丢了（转存或复制工作表时会丢），按钮认不出来，工作簿没有改动。"
            "请用原来的 .xlsx；找不到了的，保存并关闭它，用 selfeval-xl score 补回名称后再点。"
        )
    for sheet in book.sheets:  # only now, as asking Excel for merged cells is slow
        live.grids[sheet.name].merges.extend(_merges(sheet, _area(sheet)))
    evaluations = official(live)
    if not evaluations:
        raise SelfEvalError(f"“{book.name}”里{NO_FORM}。")
    assessments = [assess(each, rules_of(each)) for each in evaluations]
    findings = gravest_first(finding for assessment in assessments for finding in assessment.findings)
    show(book, findings)
    return findings


def _area(sheet: Sheet) -> Area:
    area = used_area(sheet)
    return area._replace(bottom=min(area.bottom, _ROWS), right=min(area.right, _COLUMNS))


def _grid(sheet: Sheet) -> Grid:
    """The sheet's cells, still without its merged ranges."""
    area = _area(sheet)
    return Grid(sheet.name) if _is_empty(area) else grid_of(LiveSheet(sheet, area))


def _is_empty(area: Area) -> bool:
    return area.top > area.bottom or area.left > area.right


def _merges(sheet: Sheet, area: Area) -> Iterator[tuple[int, int, int, int]]:
    """The merged ranges, found by halving: a rectangle is cut in two while Excel says that it has merged cells."""
    covered: set[Cell] = set()
    todo = [] if _is_empty(area) else [area]
    while todo:
        part = todo.pop()
        if part.single and (part.top, part.left) in covered:
            continue
        cells = sheet.range((part.top, part.left), (part.bottom, part.right))
        if cells.merge_cells is False:
            continue
        if part.single:
            merged = area_of(cells.merge_area)
            covered.update(merged.cells())
            yield merged.top, merged.left, merged.bottom, merged.right
        elif part.bottom > part.top:
            middle = (part.top + part.bottom) // 2
            todo += [part._replace(top=middle + 1), part._replace(bottom=middle)]
        else:
            middle = (part.left + part.right) // 2
            todo += [part._replace(left=middle + 1), part._replace(right=middle)]
