"""Removes what pages of a print left among a form's rows: page numbers, signatures, the repeated heading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from selfeval_xl.lazy import lazy
from selfeval_xl.model import LEVELS
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Table, within
from selfeval_xl.workbook.recognize.cells.titles import names_column
from selfeval_xl.workbook.recognize.cells.values import is_number
from selfeval_xl.workbook.recognize.words.labels import continues, squeeze
from selfeval_xl.workbook.recognize.words.totals import names_score
from selfeval_xl.workbook.recognize.words.vocabulary import POINTS, SECTIONS

if TYPE_CHECKING:
    from selfeval_xl.workbook.recognize.tables.anchor import Anchor


_COUNT = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_NUMBER = rf"第{_COUNT}页[,/、]?(?:[共总]{_COUNT}页)?|[共总]{_COUNT}页"
_PAGE = lazy(rf"{_NUMBER}|[-—~·]+\d{{1,3}}[-—~·]+|page\d{{1,3}}(?:of\d{{1,3}})?")
_NUMBERED = lazy(rf"\(?(?:{_NUMBER})\)?$")  # behind the words of a title
_BARE = lazy(r"\d{1,3}(?:/\d{1,3})?")  # taken as a page number only if a new page begins below
_MARGIN = frozenset({"person", "date", "currency_unit"})  # fields that a page has above or below its table
_CLOSING = frozenset({"problems", "measures", "conclusion", "remarks", "opinion"})
Words = tuple[str, ...]


def leave_out_numbers(sheet: Sheet) -> None:
    """Remove the rows that hold nothing but a page number."""
    for row, cells in list(sheet.rows()):
        if all(_PAGE.fullmatch(squeeze(cell.text).lower()) for cell in cells):
            sheet.leave_out(row, "note")


def leave_out_headings(sheet: Sheet, anchors: Sequence[Anchor]) -> bool:
    """Remove what a further page repeats above the rows that it continues; True if there was any.

    This is the title with whose form it is, the heading of the indicators, or both, perhaps below the signatures of the
    page before.  It must be the same word for word, and stand above any total: another form has another project, or its
    own money between title and indicators.  Below the total, it is repeated only above what closes the form (存在问题).
    """
    found = list(_repeated(sheet, anchors))
    for row, key in found:
        sheet.leave_out(row, key)
    return bool(found)


def _repeated(sheet: Sheet, anchors: Sequence[Anchor]) -> Iterator[tuple[int, str]]:
    """The rows to remove, each with the mark for its cells."""
    tables = {anchor.row: (anchor.kind, anchor.table) for anchor in anchors if anchor.table is not None}
    above: set[Words] = set()
    opened: Table | None = None  # the indicator table that a further page would continue
    ended: tuple[set[Words], Table] | None = None  # what stands above an indicator table with a total, and the table
    rows = list(sheet.rows())
    at, begun = 0, False
    while at < len(rows):
        row, cells = rows[at]
        before = rows[at - 1]
        number = len(before[1]) == 1 and _BARE.fullmatch(squeeze(before[1][0].text)) is not None
        page: list[tuple[int, str]] = []
        if opened is not None and (number or not _heads_rows(opened, before[1])):
            page = _page(sheet, rows[at:], above, opened)
        elif ended is not None:
            page = _page(sheet, rows[at:], *ended, ended=True)
        if page and number:
            yield before[0], "note"
        yield from page
        if row in tables and not page:
            kind, table = tables[row]
            begun, opened, ended = True, table if kind == "indicators" else None, None
            at += sum(row < number <= table.bottom for number, _ in rows[at:])
        elif opened is not None and any(names_score(cell.label) for cell in cells[:2]):
            ended = above, opened
            above, begun, opened = set(), False, None
        elif not begun:
            above.add(_words(cells))
        at += len(page) or 1


def _page(
    sheet: Sheet, rows: Sequence[tuple[int, list[Cell]]], above: set[Words], table: Table, *, ended: bool = False
) -> list[tuple[int, str]]:
    """The rows at the head of a further page, with their marks; none if the table does not continue below them.

    If the table has ``ended`` with its total, only what closes a form can follow.
    """
    lines = [cells for _, cells in sheet.rows(table.top, table.bottom)]
    heading = {_words(cells): _columns(cells) for cells in lines}
    page: list[tuple[int, str]] = []
    for row, cells in rows:
        words = _words(cells)
        if heading.get(words) == _columns(cells):
            page.append((row, "label"))
        elif (words and words in above) or (len(cells) == 1 and continues(cells[0].text)):
            page.append((row, "title"))
        elif _is_margin(cells, above):
            page.append((row, "note"))
        elif ended:
            return page if _CLOSING.intersection(cells[0].label.field) else []
        else:
            headed = any(key == "label" for _, key in page)
            return page if headed or words in heading or _has_points(table, cells) else []
    return []


def _is_margin(cells: Sequence[Cell], above: set[Words]) -> bool:
    """True for signatures, dates, and what is said above in other cells (填报单位 | 甲 as 填报单位：甲)."""
    if "person" in cells[0].opening.field:  # the names stand behind
        return True
    texts = [squeeze(cell.text).replace(":", "") for cell in cells if _MARGIN.isdisjoint(cell.opening.field)]
    lines = [[word.replace(":", "") for word in words] for words in above]
    if not all(any(text in "".join(line) for line in lines) for text in texts):
        return False
    # Whole cells only: 甲项目 is another project than 甲项目（二期）.
    said = {"".join(line[at:end]) for line in lines for at in range(len(line)) for end in range(at + 1, len(line) + 1)}
    return "".join(texts) in said or all(text in said for text in texts)


def _heads_rows(table: Table, cells: Sequence[Cell]) -> bool:
    """True for a row that heads the rows below it (履职目标2 | 权重 | 45): the heading below it is another table's.

    An indicator's own name may be that of a column elsewhere (受益人数): with points beside it, it heads nothing.
    """
    names = table.of("name", *reversed(LEVELS), "level4")
    alone = len(cells) == 1 and bool(names) and cells[0].column < names[0].first
    named = names[:1] if _has_points(table, cells) else []
    others = (cell for cell in cells if not any(column.holds(cell) for column in named))
    return alone or any(names_column(cell) for cell in others if cell.label.core not in SECTIONS)


def _has_points(table: Table, cells: Sequence[Cell]) -> bool:
    """True if the row has a weight or a score in its column."""
    return any(is_number(cell) and within(cell, table.of(*POINTS)) for cell in cells)


def _words(cells: Sequence[Cell]) -> Words:
    """The words of a row, without a page number behind them and the name of the part beside the rows (绩效指标)."""
    texts = (_NUMBERED.sub("", squeeze(cell.text)) for cell in cells if cell.label.core not in SECTIONS)
    return tuple(filter(None, texts))


def _columns(cells: Sequence[Cell]) -> tuple[int, ...]:
    """The columns in which the cells of a row begin, without the name of the part beside it."""
    return tuple(cell.column for cell in cells if cell.label.core not in SECTIONS)
