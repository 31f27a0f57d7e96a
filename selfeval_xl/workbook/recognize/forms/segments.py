"""Which rows of a sheet make up one form, and whether it is a form at all or a list, an annex, a monitoring report."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.cells.sheet import LAST_ROW, Cell, Sheet
from selfeval_xl.workbook.recognize.cells.titles import YEAR_LINE, is_title
from selfeval_xl.workbook.recognize.forms.meant import same_cells
from selfeval_xl.workbook.recognize.tables.anchor import FUNDS_BLOCKS, Anchor, Segment
from selfeval_xl.workbook.recognize.words.labels import likeliest, lookup
from selfeval_xl.workbook.recognize.words.vocabulary import FIELDS, FUNDS, INDICATORS

_LIST_TITLE = lazy("汇总|一览|目录|名单|清单|统计")
_EVALUATED = lazy("自评|评价")
_FORECAST = lazy("全年预计|预计全年|完成(?:绩效)?目标的?可能性|目标完成的?可能性")
_PROJECT_COLUMN = lazy("项目(?:名称)?$")


def segments(sheet: Sheet, anchors: Sequence[Anchor]) -> list[Segment]:
    """The forms that stand below one another.

    A form ends where, after its indicator table, there begins a new title, a new header above further indicators, a
    second funds block, or a table with the indicators of several projects.  If a funds block opened a form, the next
    header ends it.
    """
    starts = [0]
    seen: set[str] = set()
    last_of = {anchor.kind: index for index, anchor in enumerate(anchors) if anchor.table is not None}
    last_indicators, last_table = last_of.get("indicators", -1), max(last_of.values(), default=-1)
    for index, anchor in enumerate(anchors):
        before = (anchors[index - 1].kind, anchors[index - 1].row + 1) if index else None
        goes_on = anchor.kind == "pairs" and before == ("pairs", anchor.row)  # rows of labels and figures are one block
        more = index <= last_indicators or (index <= last_table and not seen.isdisjoint(("funds", "budget")))
        leads = anchor.kind == "header" and more
        opens = leads or anchor.kind == "title" or (anchor.kind in FUNDS_BLOCKS and "funds" in seen and not goes_on)
        opens = opens or ("indicators" in seen and project_column(sheet, anchor) is not None)
        headed = next((one.kind for one in anchors[index:] if one.kind != "title"), "") == "header"
        tail = headed and len(starts) > 1 and anchors[starts[-1]].kind in FUNDS_BLOCKS
        if tail or (opens and "indicators" in seen):
            starts.append(index)
            seen = set()
        seen.add("funds" if anchor.kind in FUNDS_BLOCKS else anchor.kind)
    found = []
    first = 1
    bottom = max((*sheet.numbers, *(row for row, _ in sheet.used)), default=0)  # with removed rows
    for position, start in enumerate(starts):
        end = starts[position + 1] if position + 1 < len(starts) else len(anchors)
        last = _rows_above(sheet, anchors[end].row) - 1 if end < len(anchors) else bottom
        found.append(Segment(first, last, tuple(anchors[start:end])))
        first = last + 1
    return found


def is_monitoring(sheet: Sheet, segment: Segment) -> bool:
    """True for 绩效运行监控表 with figures of half a year: it is no evaluation.

    So is a form with columns for what the year is expected to bring, even if called 执行情况表（1-9月）.
    """
    rows = sheet.rows(segment.first, segment.last)
    titles = [cell.label.core for _, cells in rows if is_title(cells) for cell in cells]
    tables = [table for _, table in segment.tables]
    aims = [column.heading for table in tables for column in table.of("target")]  # 全年预计值 | 全年实际值
    cells = [cell for table in tables for cell in sheet.cells(table.top, table.bottom)]
    heads = [cell.label.core for cell in cells if cell not in aims]
    monitored = any("监控" in title for title in titles) or any(map(_FORECAST.search, heads))
    return monitored and not any(map(_EVALUATED.search, titles))


def is_listing(sheet: Sheet, segment: Segment) -> bool:
    """True for a list of several projects with a score or a grade each: it is nobody's self-evaluation."""
    for table in (table for anchor, table in segment.tables if anchor.kind == "budget"):
        heads = sheet.cells(table.top, table.bottom)
        graded = any(likeliest(cell.label, FIELDS) == "claimed_grade" for cell in heads)
        scored = graded or any("claimed_score" in lookup(cell.label, FUNDS) for cell in heads)
        above = [cell.label.core for cell in sheet.cells(segment.first, table.top - 1)]
        if graded or (scored and any(map(_LIST_TITLE.search, (sheet.name, *above)))):
            return "weight" not in table.columns
    return False


def lists_projects(sheet: Sheet, anchor: Anchor) -> bool:
    """True for an annex with indicators of several projects; an export that repeats its one project is a form."""
    head = project_column(sheet, anchor)
    return head is not None and anchor.table is not None and not same_cells(sheet, anchor.table, head, LAST_ROW)


def project_column(sheet: Sheet, anchor: Anchor) -> Cell | None:
    """The heading of a column that names the projects of indicators, with another known heading behind it."""
    words = (INDICATORS, FUNDS, FIELDS)
    pairs = pairwise(_lowest_headings(sheet, anchor)) if anchor.kind == "indicators" else ()
    named = (one for one, after in pairs if any(lookup(after.label, known) for known in words))
    return next((one for one in named if _PROJECT_COLUMN.search(one.label.core)), None)


def _lowest_headings(sheet: Sheet, anchor: Anchor) -> list[Cell]:
    """The headings right above the rows: those in the last row of the heading, or merged down to it."""
    bottom = anchor.table.bottom if anchor.table is not None else anchor.row
    rows = (sheet.row(row) for row in range(anchor.row, bottom + 1))
    return sorted((cell for cells in rows for cell in cells if cell.bottom >= bottom), key=lambda cell: cell.column)


def _rows_above(sheet: Sheet, row: int) -> int:
    """The row in which the form of this anchor begins: years and annex numbers right above belong to it."""
    while cells := sheet.row(row - 1):
        if not all(YEAR_LINE.fullmatch(cell.label.core or cell.label.full) for cell in cells):
            break
        row -= 1
    return row
