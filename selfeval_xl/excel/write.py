"""Carries Edits out in the open workbook: only what differs, in blocks, all or nothing; and undoes them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from selfeval_xl.errors import SelfEvalError
from selfeval_xl.excel.blocks import runs, same
from selfeval_xl.excel.caller import full_name
from selfeval_xl.excel.journal import Growth, Journal, SheetChange, State, Stretch, forget, save
from selfeval_xl.excel.live import LiveBook
from selfeval_xl.excel.marks import our_marks, same_marks, set_marks
from selfeval_xl.excel.notes import by_first_cell, our_notes, set_notes
from selfeval_xl.excel.session import unprotected
from selfeval_xl.excel.sheet import put, uniform
from selfeval_xl.groups import by_key
from selfeval_xl.workbook.edits import Content, Edits, SheetEdits, Value
from selfeval_xl.workbook.references import cell_name, parse_cell

if TYPE_CHECKING:
    from xlwings import Book, Sheet

_POINT = 1.0  # heights this close are the same, as Excel rounds them to what the screen can show


def write(live: LiveBook, edits: Edits) -> None:
    """Carry out ``edits``; what they overwrite is saved for 【撤销上次】.  Where a step fails, everything is undone."""
    grown = tuple(
        Growth(span.sheet, max(span.last, span.first + 1), extra) for span, extra in edits.grow.items() if extra > 0
    )
    compared = {name: _compare(live, name, wanted, grown) for name, wanted in edits.sheets.items()}
    changes = {name: change for name, (change, _) in compared.items() if change}
    if not changes and not grown:
        return
    sheets = {name: SheetChange(compared[name][1], change.cells) for name, change in changes.items()}
    journal = Journal(full_name(live.book), sheets, grown)
    with ExitStack() as stack:
        for name in dict.fromkeys((*changes, *(each.sheet for each in grown))):
            stack.enter_context(unprotected(live.book.sheets[name]))
        save(journal)
        try:
            for growth in grown:
                _grow(live.book.sheets[growth.sheet], growth)
            for name, change in changes.items():
                _carry_out(live.book.sheets[name], change)
        except BaseException:
            with suppress(Exception):  # what made the work fail may make this fail too
                _put_back(live.book, journal)
            forget(journal.workbook)
            raise


def revert(live: LiveBook, journal: Journal) -> None:
    """Restore what a click has overwritten.

    Raises SelfEvalError, and changes nothing, where its cells no longer hold what it wrote.
    """
    names = {sheet.name for sheet in live.book.sheets}
    for name, change in journal.sheets.items():
        if name not in names or any(
            not same(live.content(name, *parse_cell(cell)), content) for cell, content in change.after.items()
        ):
            raise changed_since(name)
    with ExitStack() as stack:
        for name in dict.fromkeys((*journal.sheets, *(each.sheet for each in journal.grown))):
            stack.enter_context(unprotected(live.book.sheets[name]))
        _put_back(live.book, journal)
    forget(journal.workbook)


def changed_since(sheet: str) -> SelfEvalError:
    """The error that a click can't be undone, as a sheet was changed after it."""
    return SelfEvalError(f"上次点按钮以后，工作表“{sheet}”的结果又改动过，不能撤销，工作簿没有改动。")


def _compare(live: LiveBook, name: str, wanted: SheetEdits, grown: tuple[Growth, ...]) -> tuple[State, State]:
    """What must change on a sheet, by its rows after they were added; and the same now, by its present rows."""
    cells: dict[str, Content] = {}
    before: dict[str, Content] = {}
    for cell, content in wanted.cells.items():
        row, column = parse_cell(cell)
        old = _old_row(name, row, grown)
        present = Value(None) if old is None else live.content(name, old, column)
        if not same(present, content):
            cells[cell] = content
            if old is not None:
                before[cell_name(old, column)] = present
    sheet = live.book.sheets[name]
    heights, old_heights = _heights(sheet, wanted.heights, wanted.room, grown)
    after, now = State(cells, heights), State(before, old_heights)
    if wanted.notes is not None:
        notes = our_notes(sheet)
        if dict(wanted.notes) != notes and (seen := by_first_cell(sheet, wanted.notes)) != notes:
            after, now = after._replace(notes=seen), now._replace(notes=notes)
    if wanted.marks is not None and not same_marks(wanted.marks, marks := our_marks(sheet)):
        after, now = after._replace(marks=dict(wanted.marks)), now._replace(marks=marks)
    return after, now


def _old_row(sheet: str, row: int, grown: tuple[Growth, ...]) -> int | None:
    """A row's number before rows were added; None for a new row."""
    for growth in reversed(grown):
        if growth.sheet == sheet and row >= growth.row:
            if row < growth.row + growth.rows:
                return None
            row -= growth.rows
    return row


def _heights(
    sheet: Sheet, heights: Mapping[int, float], room: Mapping[int, float], grown: tuple[Growth, ...]
) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """The row heights that must change, and the present heights of these rows."""
    wanted = {**room, **heights}
    if not wanted:
        return (), ()
    old = {row: _old_row(sheet.name, row, grown) for row in wanted}
    rows = [row for row in old.values() if row is not None]
    now: dict[int, float] = {}
    if rows:
        for first, last, points in uniform(min(rows), max(rows), lambda a, b: sheet.range((a, 1), (b, 1)).row_height):
            now |= dict.fromkeys(range(first, last + 1), points)
    changed = {}
    for row, points in wanted.items():
        lower = math.inf if (before := old[row]) is None else points - now.get(before, 0.0)
        if (abs(lower) if row in heights else lower) > _POINT:
            changed[row] = points
    earlier = {before: now[before] for row in changed if (before := old[row]) is not None}
    return _stretches(changed), _stretches(earlier)


def _stretches(heights: Mapping[int, float]) -> tuple[Stretch, ...]:
    """Heights by row, with consecutive rows of one height put together."""
    rows_of = by_key((points, row) for row, points in sorted(heights.items()))
    return tuple((first, last, points) for points, rows in rows_of.items() for first, last in runs(rows))


def _grow(sheet: Sheet, growth: Growth) -> None:
    """Insert rows with the formats of the row above, and merged like it."""
    sheet.range(f"{growth.row}:{growth.row + growth.rows - 1}").insert("down", "format_from_left_or_above")
    above, column = growth.row - 1, 1
    last = sheet.used_range.column + sheet.used_range.shape[1] - 1
    while column <= last:
        width = sheet.range((above, column)).merge_area.shape
        if width[0] == 1 and width[1] > 1:
            new = sheet.range((growth.row, column), (growth.row + growth.rows - 1, column + width[1] - 1))
            new.merge(across=True)
        column += width[1]


def _carry_out(sheet: Sheet, state: State) -> None:
    # While a filter is on, Excel writes a block to its visible rows only.
    single = bool(state.cells) and bool(sheet.api.FilterMode)
    put(sheet, {parse_cell(cell): each for cell, each in state.cells.items()}, single=single)
    for first, last, points in state.heights:
        sheet.range((first, 1), (last, 1)).row_height = points
    if state.notes is not None:
        set_notes(sheet, state.notes)
    if state.marks is not None:
        set_marks(sheet, state.marks)


def _put_back(book: Book, journal: Journal) -> None:
    """Restore every sheet, even after one has failed; the first failure is raised in the end."""
    failures: list[Exception] = []
    for growth in reversed(journal.grown):
        try:
            book.sheets[growth.sheet].range(f"{growth.row}:{growth.row + growth.rows - 1}").delete("up")
        except Exception as error:
            failures.append(error)
    for name, change in journal.sheets.items():
        try:
            _carry_out(book.sheets[name], change.before)
        except Exception as error:
            failures.append(error)
    if failures:
        raise failures[0]
