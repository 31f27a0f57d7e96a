"""Splits one table with the indicators of several projects, as budget systems export it, into a form for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Table, within
from selfeval_xl.workbook.recognize.cells.values import MEASURES, is_number, number
from selfeval_xl.workbook.recognize.forms.anchors import find
from selfeval_xl.workbook.recognize.forms.segments import project_column
from selfeval_xl.workbook.recognize.tables.anchor import Segment
from selfeval_xl.workbook.recognize.words.labels import meaning, squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import FULL_MARKS, FUNDS, MONEY, MOST_OF_EXECUTION, TOTAL_ROWS

_Lines = list[tuple[int, list[Cell]]]


def by_project(sheet: Sheet, segment: Segment) -> Iterator[tuple[Sheet, Segment]]:
    """The segment itself; for such a table, the heading with the rows of each project.

    The project's name stands in each row, is merged down, or stands in its first row.  A table is split only if each
    project has several indicators, and its own money or points for a whole form; otherwise it is an annex to some form.
    """
    tables = segment.tables
    head = project_column(sheet, tables[0][0]) if len(tables) == 1 else None
    groups = _groups(sheet, tables[0][1], head, segment.last) if head is not None else []
    if head is None or not _are_forms(tables[0][1], groups):
        yield sheet, segment
        return
    above = range(segment.first, tables[0][1].bottom + 1)
    sums = [[row for row, cells in lines if _is_sum(cells, head)] for lines in groups]
    for lines, own in zip(groups, sums, strict=True):
        part = sheet.only({*above, *(row for row, _ in lines)})
        kept = own[:1] if all(sums) else []
        for row in own[len(kept) :]:  # the sum of all projects
            part.leave_out(row, "subtotal")
        for row in kept:  # a 小计 in the first column is the project's total
            part.rename(part.row(row)[0], "合计")
        of_project = segment._replace(anchors=tuple(find(part)))
        for _, table in of_project.tables:
            table.bottom = max(table.bottom, lines[0][0] - 1)  # rows in between are other projects', not blank ones
        yield part, of_project


def _groups(sheet: Sheet, table: Table, head: Cell, last: int) -> list[_Lines]:
    groups: list[_Lines] = []
    name = ""
    for row, cells in sheet.rows(table.bottom + 1, last):
        found = [] if _is_sum(cells, head) or _is_note(cells, head) else sheet.beginning(row, head.column, head.right)
        own = squeeze("".join(cell.text for cell in found)) or name
        if own != name:
            groups.append([])
            name = own
        if groups:
            groups[-1].append((row, cells))
    return groups


def _are_forms(table: Table, groups: Sequence[_Lines]) -> bool:
    measures, points = table.of(*MEASURES), table.of("weight")
    measured = [[cells for _, cells in lines if any(within(cell, measures) for cell in cells)] for lines in groups]
    if len(groups) < 2 or min(map(len, measured)) < 2:
        return False
    money = {key for column in table.extra for key in meaning(column.heading.label, FUNDS)[:1]} & MONEY
    weighed = [[cell for cells in rows for cell in cells if within(cell, points)] for rows in measured]
    sums = [sum(filter(None, (number(cell, points=True) for cell in cells))) for cells in weighed]
    return len(money) > 1 or all(FULL_MARKS - MOST_OF_EXECUTION <= points <= FULL_MARKS for points in sums)


def _is_sum(cells: Sequence[Cell], head: Cell) -> bool:
    return cells[0].column <= head.right and (cells[0].label.core in TOTAL_ROWS or cells[0].label.core == "小计")


def _is_note(cells: Sequence[Cell], head: Cell) -> bool:
    """True for what stands below the projects (填表人：…, a line across) and names none."""
    across = cells[0].right > head.right or any(mark in cells[0].text for mark in "：:")
    return cells[0].column <= head.right and across and not any(map(is_number, cells))
