"""Official forms of anybody's making, recognized by their labels wherever these stand; no configuration.

``vocabulary`` and ``labels`` know the words, ``sheet`` the cells, ``values`` the figures.  ``paged``, ``joined`` and
``printed`` put together what a conversion from print took apart.  ``anchors`` finds what opens where, by ``headings``
and ``keys`` (which column means what), and tells the forms of a sheet apart.  Then come the readers, which put what
they take into a ``draft``: of money (``money``, ``pairs``, ``crosswise``, ``inline``), of further tables (``lines``,
``regions``, ``tasks``), of ``indicators``, ``goals`` and single fields (``headers``).  ``meant`` settles what only
the whole form tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.model import UNREAD_MONEY, Ambiguity, Entries, Entry, Form, Review, Row
from selfeval_xl.workbook.recognize.anchors import (
    FUNDS_BLOCKS,
    Anchor,
    Segment,
    find,
    is_listing,
    is_monitoring,
    is_titled,
    lists_projects,
    segments,
)
from selfeval_xl.workbook.recognize.crosswise import read_crosswise
from selfeval_xl.workbook.recognize.currency import settle_currency
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.exported import by_project
from selfeval_xl.workbook.recognize.goals import read_goals
from selfeval_xl.workbook.recognize.headers import read_fields, read_texts
from selfeval_xl.workbook.recognize.indicators import read_indicators
from selfeval_xl.workbook.recognize.joined import join
from selfeval_xl.workbook.recognize.kinds import is_ledger, kind_of
from selfeval_xl.workbook.recognize.labels import continues, is_filler, meaning
from selfeval_xl.workbook.recognize.lines import read_allocations, read_budget, read_listed, read_management
from selfeval_xl.workbook.recognize.meant import (
    settle_approved,
    settle_cost,
    settle_repeated,
    settle_shares,
    settle_sourced,
    settle_unit,
)
from selfeval_xl.workbook.recognize.money import read_funds
from selfeval_xl.workbook.recognize.money_words import divides_money, name_planned, names_share, names_total, side_of
from selfeval_xl.workbook.recognize.paged import leave_out_headings, leave_out_numbers
from selfeval_xl.workbook.recognize.pairs import read_pairs
from selfeval_xl.workbook.recognize.regions import read_regions, settle_regions
from selfeval_xl.workbook.recognize.reviews import read_reviews
from selfeval_xl.workbook.recognize.sheet import Cell, Position, Sheet, Span, Table
from selfeval_xl.workbook.recognize.unstored import with_results
from selfeval_xl.workbook.recognize.values import is_number
from selfeval_xl.workbook.recognize.vocabulary import FUNDS, MONEY

if TYPE_CHECKING:
    from selfeval_xl.workbook.grid import Grid

__all__ = ["Recognized", "recognize"]


_AMOUNT = lazy(r"(?:预算|支出|执行|支付)[^\d,，。;；]{0,8}\d[\d.,]*\s*[万亿]?元")
_OF_MONEY = FUNDS_BLOCKS | {"budget"}
_MOST_CUTS = 50  # that are tried; no sheet has as many forms beside one another


class Recognized(NamedTuple):
    """A form found on a sheet, with every filled cell accounted for.

    ``used`` says as what a cell was taken: a field's key, ``table.column``, ``label``, ``title``, ``note``,
    ``filler``, ``subtotal`` or ``total_weight``.  ``leftovers`` are the cells that were not taken.  ``columns`` and
    ``funds_columns`` are the column keys that the indicator table and the funds block have at all.  ``supplement``
    marks a sheet that holds only tables which belong to a form elsewhere (budget lines, allocations, what was spent on
    what); ``listing`` one that lists several projects with their scores.  ``spans`` is where the indicator table
    stands, for those who fill it in; ``subtotals`` are its rows that add up others, ``reviews`` the scores
    of a second judge, ``listed`` the rows of a list that have a score and a grade, ``texts`` the words in which a form
    states figures once more.
    ``continued`` says that its title, or its sheet's, is that of a further page (续表).
    """

    form: Form
    sheet: str
    entries: Entries
    columns: frozenset[str]
    funds_columns: frozenset[str]
    used: Mapping[Position, str]
    leftovers: tuple[Position, ...]
    ambiguities: tuple[Ambiguity, ...]
    supplement: bool = False
    spans: Mapping[str, Span] = {}
    listing: bool = False
    subtotals: tuple[Row, ...] = ()
    reviews: tuple[Review, ...] = ()
    listed: tuple[Row, ...] = ()
    texts: tuple[Entry, ...] = ()
    continued: bool = False
    title: str = ""


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
            form = _read(own, segment, beside=first)
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
        money = len(beyond) == 1 and beyond[0] in _OF_MONEY and not {*FUNDS_BLOCKS, *beyond} & {*here}
        if "indicators" in beyond or (money and here.count("indicators") == 1):
            parts.append(part)
            left = cut
    return [*parts, Sheet(grid, name, range(left, 1 << 20)) if parts else whole]


def _kinds(sheet: Sheet) -> list[str]:
    return [anchor.kind for anchor in find(sheet) if anchor.table is not None]


def _read(sheet: Sheet, segment: Segment, *, beside: bool) -> Recognized | None:
    """One form, its parts read in the order in which they claim their cells: tables, goals, single fields.

    ``beside``: it is the first on the right of another, whose money it may have.
    """
    kinds = {anchor.kind for anchor, _ in segment.tables}
    if not kinds or is_monitoring(sheet, segment):
        return None
    draft = Draft(sheet, segment.first, segment.last)
    inside = [cell.at for cell in draft.cells]
    already = len(sheet.ambiguities)
    tables = _read_tables(draft, segment, beside=beside)
    of_several = [anchor for anchor, _ in tables if lists_projects(sheet, anchor)]
    for anchor, table in tables:
        if anchor.kind == "indicators" and anchor not in of_several:
            settle_repeated(draft, table)
    read_goals(draft)
    read_fields(draft)
    for settle in (settle_sourced, settle_approved, settle_cost, settle_regions, settle_shares, settle_currency):
        settle(draft)
    if "indicators" in kinds and not (draft.funds_columns or draft.tables["budget"]):
        _doubt_unread_money(sheet, segment)
    for cell in draft.cells:
        if cell.at not in sheet.used and is_filler(cell.text):
            sheet.use(cell, "filler")
    unseen = [at for at in sheet.unseen if segment.first <= at[0] <= segment.last]
    kind = kind_of(draft)
    settle_unit(draft, kind)
    annex = "claimed_total" not in draft.fields and bool(of_several)
    supplement = annex if "indicators" in kinds else not kinds & FUNDS_BLOCKS or is_ledger(draft)
    listing = supplement and (annex or is_listing(sheet, segment))
    budgets = [table for anchor, table in tables if listing and anchor.kind == "budget"]
    listed = tuple(row for table in budgets for row in read_listed(draft, table))
    return Recognized(
        form="unknown" if listing else kind,
        sheet=sheet.name,
        entries=Entries(draft.fields, {name: tuple(rows) for name, rows in draft.tables.items() if rows}),
        columns=frozenset(draft.columns),
        funds_columns=frozenset(draft.funds_columns),
        used={at: key for at, key in sheet.used.items() if segment.first <= at[0] <= segment.last},
        leftovers=tuple(sorted([at for at in inside if at not in sheet.used] + unseen)),
        ambiguities=tuple(sheet.ambiguities[already:]),
        supplement=supplement,
        spans=draft.spans,
        listing=listing,
        subtotals=tuple(draft.subtotals),
        reviews=tuple(read_reviews(draft, tables)),
        listed=listed,
        texts=tuple(read_texts(draft)),
        title=draft.title,
        continued=any(map(continues, (sheet.name, *(cell.text for cell in sheet.row(segment.first))))),
    )


def _read_tables(draft: Draft, segment: Segment, *, beside: bool) -> list[tuple[Anchor, Table]]:
    """Read the form's own tables, the indicators last, and return them with their anchors.

    Money that only came in, or is that of some things (三公经费), is read behind that of the whole, if at all.
    """
    sheet, tables = draft.sheet, segment.tables
    kinds = {anchor.kind for anchor, _ in tables}
    others = [anchor for anchor, table in tables if _of_other_money(sheet, anchor, table)]
    spent = {anchor.kind for anchor, _ in tables if anchor not in others}
    if not spent & _OF_MONEY:  # with what came in alone nobody knows how much of it was spent
        tables = [
            (anchor, table)
            for anchor, table in tables
            if not _only_came_in(sheet, anchor, table, segment.next_after(anchor))
        ]
    whole = (beside or "indicators" in kinds) and not spent & FUNDS_BLOCKS
    if "indicators" in kinds:  # beside them the points of tasks are not those of the form
        tables = [each for each in tables if not _is_of_tasks(*each)]
    for anchor, table in sorted(tables, key=lambda each: (each[0].kind == "indicators", each[0] in others)):
        own = whole and not (anchor in others and spent & _OF_MONEY)
        budget = partial(read_budget, whole=own, came_in=_of_income(sheet, anchor, table))
        reader = budget if anchor.kind == "budget" else _READERS[anchor.kind]
        reader(draft, table, segment.next_after(anchor))
    return tables


def _is_of_tasks(anchor: Anchor, table: Table) -> bool:
    """True for 任务名称 | 完成情况 | 分值 | 得分, unlike how the money was managed, which has a column for problems."""
    return anchor.kind == "management" and "name" in table.columns and "measure" not in table.columns


def _of_other_money(sheet: Sheet, anchor: Anchor, table: Table) -> bool:
    """True for a table whose names are headed by 收入 or 三公经费: a form accounts for all that was spent."""
    heads_share = any(map(names_share, _first_headings(sheet, anchor, table)))
    return heads_share or _of_income(sheet, anchor, table)


def _of_income(sheet: Sheet, anchor: Anchor, table: Table) -> bool:
    return any(side_of(head) == "收入" for head in _first_headings(sheet, anchor, table))


def _first_headings(sheet: Sheet, anchor: Anchor, table: Table) -> list[Cell]:
    """The heading of the names, and what stands before it, merged down along them or not: 收入 | 项目 | 预算数."""
    if anchor.kind not in _OF_MONEY:
        return []
    return [*sheet.row(table.top)[:1], *(one.heading for one in table.in_order[:1])]


def _only_came_in(sheet: Sheet, anchor: Anchor, table: Table, end: int) -> bool:
    """True for a table headed by 收入 in which no line tells of what was spent."""
    spent = any("支出" in cell.label.core for cell in sheet.cells(anchor.row, end - 1))
    return _of_income(sheet, anchor, table) and not spent


def _doubt_unread_money(sheet: Sheet, segment: Segment) -> None:
    """Tell of the first words of money with a figure behind them that no reader has taken, be it as a caption."""
    for _, cells in sheet.rows(segment.first, segment.last):
        for caption in cells:
            if sheet.used.get(caption.at) == "title" and _AMOUNT.search(caption.text) and not is_titled(caption):
                sheet.doubt(caption, UNREAD_MONEY)
                return
        for words, figure in pairwise(cells):
            of_money = divides_money(words) or names_total(words) or MONEY.intersection(meaning(words.label, FUNDS))
            if of_money and is_number(figure) and not {words.at, figure.at} & sheet.used.keys():
                sheet.doubt(words, UNREAD_MONEY)
                return


_READERS = {
    "crosswise": read_crosswise,
    "funds": read_funds,
    "indicators": read_indicators,
    "allocations": read_allocations,
    "management": read_management,
    "pairs": read_pairs,
    "regions": read_regions,
}
