"""Official forms of anybody's making, recognized by their labels wherever these stand; no configuration.

A form is read from the words up, each folder by those above it:

- ``words``: what headings, labels, figures and years say by themselves; the vocabulary is all that anybody configures
- ``cells``: the sheet as a reader sees it, its cells as entries, and the draft into which all readers put these
- ``tables``: which column of a heading holds what, and the rows below it
- ``pages``: lines, rows and headings that a conversion from print took apart are put together again
- ``money``, ``regions``, ``fields``, ``indicators``: the readers, each of one part of a form
- ``forms``: ``anchors`` finds what begins where, ``segments`` tells the forms of a sheet apart, ``form`` lets the
  readers claim their cells one after the other, and ``meant`` settles what only the whole form tells
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

_MOST_CUTS = 50  # that are tried; no sheet has as many forms beside one another


def recognize(grid: Grid, sheet_name: str) -> tuple[Recognized, ...]:
    """The forms of a sheet, from the left and from the top; ``()`` where there is none."""
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
    """The form with what stands in a block beside it."""
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
    """The sheet as one, or cut at empty columns where an indicator table stands on each side, or on the right of the
    only one the form's money."""
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
    return [anchor.kind for anchor in find(sheet) if anchor.table is not None]
