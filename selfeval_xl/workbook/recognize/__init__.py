"""Recognizes official forms of any making by their labels, wherever these stand; nothing is configured per form.

``recognize`` turns one sheet into the forms on it.  Each folder builds only on those listed before it:

- ``words``: what a heading, label, figure or year means by its text alone; the vocabulary is the only configuration
- ``cells``: the sheet as a human sees it (merged ranges seen through), cells as entries, the draft that readers fill
- ``tables``: which column of a heading holds what, and the rows below the heading
- ``pages``: puts together lines, rows and headings that a conversion from print (PDF, Word) broke apart
- ``money``, ``regions``, ``fields``, ``indicators``: the readers, each for one part of a form
- ``forms``: ``anchors`` finds where each part begins, ``segments`` separates the forms of a sheet, ``form`` runs the
  readers, each of which claims its cells, and ``meant`` settles what only the whole form can decide
"""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING

from selfeval_xl.model import Entries
from selfeval_xl.workbook.recognize.cells.money_words import name_planned
from selfeval_xl.workbook.recognize.cells.sheet import Sheet
from selfeval_xl.workbook.recognize.cells.unstored import with_results
from selfeval_xl.workbook.recognize.forms.anchors import find
from selfeval_xl.workbook.recognize.forms.exported import by_project
from selfeval_xl.workbook.recognize.forms.form import OF_MONEY, Recognized, read_form
from selfeval_xl.workbook.recognize.forms.segments import segments
from selfeval_xl.workbook.recognize.pages.joined import join
from selfeval_xl.workbook.recognize.pages.paged import leave_out_headings, leave_out_numbers
from selfeval_xl.workbook.recognize.tables.anchor import FUNDS_BLOCKS
from selfeval_xl.workbook.recognize.words.vocabulary import MONEY

if TYPE_CHECKING:
    from selfeval_xl.workbook.grid import Grid

__all__ = ["Recognized", "recognize"]

_MOST_CUTS = 50  # empty columns tried as cuts; no sheet has that many forms side by side


def recognize(grid: Grid, sheet_name: str) -> tuple[Recognized, ...]:
    """The forms of a sheet, from left to right and from top to bottom; ``()`` if there is none."""
    found: list[Recognized] = []
    for sheet in _bands(with_results(grid), sheet_name):
        left = len(found)  # forms further to the left
        leave_out_numbers(sheet)
        join(sheet)
        name_planned(sheet)
        anchors = find(sheet)
        if leave_out_headings(sheet, anchors):
            anchors = find(sheet)
        for own, segment in chain.from_iterable(by_project(sheet, each) for each in segments(sheet, anchors)):
            first = 0 < left == len(found)
            form = read_form(own, segment, beside=first)
            if form is None:
                continue
            apart = first and (form.columns or form.listing or MONEY & found[-1].funds_columns)
            if first and form.funds_columns and not apart and not (form.title and found[-1].title):
                found[-1] = _with_money(found[-1], form)
            else:
                found.append(form)
    return tuple(found)


def _with_money(form: Recognized, money: Recognized) -> Recognized:
    """The form, completed by the money that was read in a block beside it."""
    own, beside = form.entries, money.entries
    return form._replace(
        entries=Entries({**beside.fields, **own.fields}, {**beside.tables, **own.tables}),
        funds_columns=form.funds_columns | money.funds_columns,
        used={**form.used, **money.used},
        leftovers=tuple(sorted((*form.leftovers, *money.leftovers))),
        ambiguities=(*form.ambiguities, *money.ambiguities),
        texts=(*form.texts, *money.texts),
    )


def _bands(grid: Grid, name: str) -> list[Sheet]:
    """The sheet as one band of columns; or cut at empty columns if each side has an indicator table, or only the left
    one has, and the form's money stands on its right."""
    whole = Sheet(grid, name)
    cuts = [after for before, after in pairwise(sorted(whole.occupied)) if after > before + 1]
    parts: list[Sheet] = []
    left = 1
    for cut in cuts[:_MOST_CUTS]:
        part = Sheet(grid, name, range(left, cut))
        here = _kinds(part)
        beyond = _kinds(Sheet(grid, name, range(cut, 1 << 20))) if "indicators" in here else []
        money = len(beyond) == 1 and beyond[0] in OF_MONEY and not {*FUNDS_BLOCKS, *beyond} & {*here}
        if "indicators" in beyond or (money and here.count("indicators") == 1):
            parts.append(part)
            left = cut
    return [*parts, Sheet(grid, name, range(left, 1 << 20)) if parts else whole]


def _kinds(sheet: Sheet) -> list[str]:
    """The kinds of the tables on a sheet, from top to bottom."""
    return [anchor.kind for anchor in find(sheet) if anchor.table is not None]
