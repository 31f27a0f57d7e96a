"""Finds the year of a form: in its title, beside a label, or in words (二〇二三年度)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from selfeval_xl.model import Entry
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.cells.titles import DOCUMENT
from selfeval_xl.workbook.recognize.words.labels import squeeze
from selfeval_xl.workbook.recognize.words.years import (
    BUDGET_YEAR,
    YEAR,
    YEAR_ALONE,
    YEAR_BESIDE,
    YEARS,
    is_open,
    with_digits,
)

_OF_DOCUMENT = 3  # the rank of a year in which a form was perhaps only asked for: its own where no other is named


def years_in(draft: Draft, cells: list[Cell], title: bool) -> Iterator[tuple[int, Cell, str]]:
    """The years that a form names, with ranks: 0 alone or beside a label, 1 as 年度 in the title, 2 elsewhere in it.

    3 (``_OF_DOCUMENT``) in the name of a document above the form.
    """
    for cell in cells:
        text = with_digits(cell.text)
        bare = squeeze(text)
        if match := YEAR_ALONE.fullmatch(bare):
            draft.sheet.use(cell, "year")
            yield 0, cell, match[1]
        elif title and len(bare) > 4:
            draft.sheet.use(cell, "title")
            document = DOCUMENT.search(bare) is not None
            if not draft.title and not document:
                draft.title = squeeze(cell.text)
            bare = YEARS.sub("", bare)
            if match := BUDGET_YEAR.search(bare):
                yield _OF_DOCUMENT if document else 1, cell, match[1]
            elif match := YEAR.search(bare):
                yield _OF_DOCUMENT if document else 2, cell, match[1]
        elif match := YEAR_BESIDE.search(text):
            yield 0, cell, match[1]
        elif bare == "年度" or is_open(cell.text):
            draft.sheet.use(cell)


def keep_year(draft: Draft, years: list[tuple[int, Cell, str]]) -> None:
    """Keep the year by its label, else the first of the best rank; a title that names another year is a doubt."""
    if not years:
        return
    labelled = "year" in draft.fields
    if not labelled:
        _, cell, text = min(years, key=lambda each: each[0])
        draft.fields["year"] = Entry(text, Decimal(text), draft.sheet.place(*cell.at))
    known = draft.fields["year"]
    top = min((cell.row for _, cell, _ in years), default=0)
    named = [each for each in years if each[0] < _OF_DOCUMENT]
    counted = [each for each in named if each[0] or not labelled or each[1].row == top]
    others = {(year, "年" if rank == 2 else "年度") for rank, _, year in counted}
    for year, word in sorted(others):
        if year != known.text:
            draft.sheet.doubt_at(known.place, known.text, f"{known.text}年度", f"{year}{word}")
