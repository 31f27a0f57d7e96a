"""A workbook of ours that came without its defined names: known by what our sheets print, and its names found again.

Converters and online editors drop names, and so does copying the sheets into another workbook.  Rows may have been
added to the tables or deleted; what the form prints around them shows where everything is now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from selfeval_xl.forms import FORMS, template_file
from selfeval_xl.forms.layout import Layout, Spot, Stretch, found, grown, names_of
from selfeval_xl.forms.outline import outline
from selfeval_xl.groups import by_key
from selfeval_xl.quantity.text import unspaced
from selfeval_xl.read.file import Opened, Sheets, Workbook
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.references import Cell

_ALIKE = (2, 3)  # this share of a part's texts must be there: other versions word some of them otherwise
_COLUMNS = 256  # as many as an .xls has: what lies beyond is lost there
_HELPERS = ("formula", "reading")


class _Part(NamedTuple):
    """What a sheet has above its tables, or below the table ``behind``: texts that the form prints, formulas' places.

    A ``loose`` part has neither, as the next table follows at once: its texts are then those found only in that table's
    first row, which a user may have changed.
    """

    behind: str | None
    printed: Mapping[Cell, str]
    formulas: frozenset[Cell]
    loose: bool


def is_nameless(workbook: Sheets) -> bool:
    """Whether a sheet of it has the headings of the columns that only our indicator table has."""
    wanted = _helper_headings()
    return any(
        wanted <= {raw.value for raw in grid.cells.values() if raw.value in wanted} for grid in workbook.grids.values()
    )


@cache
def _helper_headings() -> frozenset[object]:
    form = outline(FORMS[0])
    names = ((key, form.headings["indicators"].get(key, key)) for key in form.tables["indicators"])
    shown = ("score", "completion", "status")  # columns of other forms may be called the same
    return frozenset(
        name
        for key, name in names
        if name != key and form.tables["indicators"][key].role in _HELPERS and key not in shown
        if f"indicators.{key}" not in form.added
    )


def names_again(workbook: Opened) -> list[tuple[str, str]]:
    """The defined names that such a workbook had, as far as that is sure; none if not even its indicators are found."""
    said = {raw.value for grid in workbook.grids.values() for raw in grid.cells.values()}
    best = Layout({}, {})
    for form in FORMS:
        if form in said or outline(form).title in said:  # the forms have most of their words in common
            layout = _layout(workbook, *_printed(form))
            if "indicators" in layout.tables and len(layout.sheets) > len(best.sheets):
                best = layout
    return list(names_of(best).items())


@cache
def _printed(form: str) -> tuple[Layout, Mapping[str, tuple[_Part, ...]]]:
    """The layout of the empty form, and the parts of its sheets."""
    blank = Workbook(template_file(form))
    layout = found(blank.names)[0]
    return layout, {name: tuple(_parts(name, grid, layout)) for name, grid in blank.grids.items()}


def _parts(sheet: str, grid: Grid, layout: Layout) -> Iterator[_Part]:
    tables = sorted((one for one in layout.tables.items() if one[1].sheet == sheet), key=lambda one: one[1].first_row)
    named = {(spot.row, spot.column) for spot in layout.fields.values() if spot.sheet == sheet}
    typed = ((at, raw.value) for at, raw in grid.cells.items() if not raw.formula and at[1] <= _COLUMNS)
    words = {at: unspaced(value) for at, value in typed if isinstance(value, str)}
    often = Counter((column, text) for (_, column), text in words.items())
    names: list[str | None] = [None, *(key for key, _ in tables)]
    starts = [*(stretch.first_row for _, stretch in tables), max((row for row, _ in grid.cells), default=0) + 1]
    before = 0
    for behind, start in zip(names, starts, strict=True):
        between = range(before + 1, start)
        printed = {at: text for at, text in words.items() if at[0] in between and at not in named and text}
        formulas = frozenset(at for at, raw in grid.cells.items() if at[0] in between and raw.formula)
        loose = not printed and not formulas
        if loose:
            printed = {at: text for at, text in words.items() if at[0] == start and often[at[1], text] == 1}
        yield _Part(behind, printed, formulas, loose)
        before = next((stretch.last_row for _, stretch in tables if stretch.first_row == start), start)


def _layout(workbook: Opened, blank: Layout, sheets: Mapping[str, Sequence[_Part]]) -> Layout:
    """Where the form's places are in the workbook, without those on sheets that do not look as the form has them."""
    fields: dict[str, Spot] = {}
    tables: dict[str, Stretch] = {}
    free = dict(workbook.grids)
    for sheet, parts in sheets.items():
        for name in [sheet] if sheet in workbook.grids else [*free]:
            there = _laid(parts, free[name], blank)
            if there is not None:
                del free[name]
                at = {key: spot for key, spot in there.fields.items() if spot.sheet == sheet}
                fields |= {key: spot._replace(sheet=name) for key, spot in at.items()}
                tables |= {part.behind: there.tables[part.behind]._replace(sheet=name) for part in parts if part.behind}
                break
    return Layout(fields, tables)


def _laid(parts: Iterable[_Part], grid: Grid, layout: Layout) -> Layout | None:
    """The layout with the tables of one sheet as long as they are in ``grid``; None where that is not sure."""
    texts = ((at, raw.value) for at, raw in grid.cells.items() if isinstance(raw.value, str))
    words = by_key(((column, unspaced(text)), row) for (row, column), text in texts)
    moved, unsure = 0, False
    for part in parts:
        table = layout.tables[part.behind] if part.behind else None
        shift = _shift(part, grid, words, table.first_row if table else 0)
        if part.loose and shift is None:
            unsure = bool(part.printed)  # new rows here may belong to this table or to the next
            shift = moved if unsure or table is None else moved + _longer(table, grid)
        elif shift is None or (unsure and shift != moved):
            return None
        else:
            unsure = False
        if part.behind and table:
            if len(table.rows) + shift - moved < 1:
                return None
            layout = grown(layout, part.behind, shift - moved)
        elif shift:
            return None
        moved = shift
    return layout


def _shift(part: _Part, grid: Grid, words: Mapping[tuple[int, str], list[int]], top: int) -> int | None:
    """By how many rows a part was moved, if only one number fits its texts below ``top``; None for none or several."""
    agreeing = Counter(
        there - row
        for (row, column), text in part.printed.items()
        for there in words.get((column, text), ())
        if there > top
    )
    standing = Counter(
        {
            shift: count + sum((row + shift, column) in grid.cells for row, column in part.formulas)
            for shift, count in agreeing.items()
            if count * _ALIKE[1] >= len(part.printed) * _ALIKE[0]
        }
    )
    best = standing.most_common(2)
    return best[0][0] if best and best[0][1] > best[-1][1] * (len(best) - 1) else None


def _longer(stretch: Stretch, grid: Grid) -> int:
    """How many rows were added to a table with nothing below it: those that follow its last one without a gap."""
    filled = {row for row, column in grid.cells if column in stretch.columns.values() and grid.cells[row, column].text}
    last = stretch.last_row
    while {last, last + 1} <= filled:
        last += 1
    return last - stretch.last_row
