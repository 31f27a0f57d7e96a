"""Reads one form: runs the readers of its parts in the order in which they claim their cells."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise, takewhile
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.model import UNREAD_MONEY, Ambiguity, Entries, Entry, Form, Review, Row
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.money_words import divides_money, names_share, names_total, side_of
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Position, Sheet
from selfeval_xl.workbook.recognize.cells.table import Span, Table
from selfeval_xl.workbook.recognize.cells.titles import is_titled
from selfeval_xl.workbook.recognize.cells.values import is_number
from selfeval_xl.workbook.recognize.fields.goals import read_goals
from selfeval_xl.workbook.recognize.fields.labelled import read_fields, read_texts
from selfeval_xl.workbook.recognize.forms.kinds import is_ledger, kind_of
from selfeval_xl.workbook.recognize.forms.meant import (
    settle_approved,
    settle_cost,
    settle_full_marks,
    settle_repeated,
    settle_shares,
    settle_unit,
)
from selfeval_xl.workbook.recognize.forms.segments import is_listing, is_monitoring, lists_projects
from selfeval_xl.workbook.recognize.indicators.reader import read_indicators
from selfeval_xl.workbook.recognize.indicators.reviews import read_reviews
from selfeval_xl.workbook.recognize.money.budget import read_budget, read_listed
from selfeval_xl.workbook.recognize.money.crosswise import read_crosswise
from selfeval_xl.workbook.recognize.money.funds import read_funds
from selfeval_xl.workbook.recognize.money.management import read_management
from selfeval_xl.workbook.recognize.money.pairs import read_pairs
from selfeval_xl.workbook.recognize.money.sourced import settle_sourced
from selfeval_xl.workbook.recognize.regions.allocations import read_allocations
from selfeval_xl.workbook.recognize.regions.along import read_regions, settle_regions
from selfeval_xl.workbook.recognize.tables.anchor import FUNDS_BLOCKS, Anchor, Segment
from selfeval_xl.workbook.recognize.tables.currency import settle_currency
from selfeval_xl.workbook.recognize.words.labels import continues, is_filler, lookup, meaning
from selfeval_xl.workbook.recognize.words.vocabulary import FIELDS, FUNDS, GOALS, MONEY

_AMOUNT = lazy(r"(?:预算|支出|执行|支付)[^\d,，。;；]{0,8}\d[\d.,]*\s*[万亿]?元")
OF_MONEY = FUNDS_BLOCKS | {"budget"}


class Recognized(NamedTuple):
    """A form found on a sheet, with every filled cell accounted for.

    - ``used``: as what each cell was taken: a field's key, ``table.column``, ``label``, ``title``, ``note``,
      ``filler``, ``subtotal`` or ``total_weight``; ``leftovers``: the cells that were not taken
    - ``columns``, ``funds_columns``: the column keys that the indicator table and the funds block have at all
    - ``supplement``: the sheet only has tables that belong to a form elsewhere (budget lines, allocations, spending
      by kind)
    - ``listing``: it lists several projects with their scores; ``listed``: its rows with a score and a grade
    - ``spans``: where the indicator table stands, for those who fill it in; ``subtotals``: its rows that add up
      others
    - ``reviews``: the scores of second judges; ``texts``: words in which the form repeats figures
    - ``continued``: the title, or the sheet's name, is that of a further page (续表)
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


def read_form(sheet: Sheet, segment: Segment, *, beside: bool) -> Recognized | None:
    """Read one form: its tables, then goals, then single fields; None if there is no table, or it is no evaluation.

    ``beside``: it is the first one to the right of another form, and may hold that form's money.
    """
    kinds = {anchor.kind for anchor, _ in segment.tables}
    if not kinds or is_monitoring(sheet, segment):
        return None
    draft = Draft(sheet, segment.first, segment.last)
    inside = [cell.at for cell in draft.cells] + [at for at in sheet.unseen if segment.first <= at[0] <= segment.last]
    already = len(sheet.ambiguities)
    tables = _read_tables(draft, segment, beside=beside)
    of_several = [anchor for anchor, _ in tables if lists_projects(sheet, anchor)]
    for anchor, table in tables:
        if anchor.kind == "indicators" and anchor not in of_several:
            settle_repeated(draft, table)
    _read_beside(draft)
    if "indicators" in kinds and not (draft.funds_columns or draft.tables["budget"]):
        _doubt_unread_money(sheet, segment)
    sheet.use_all((cell for cell in draft.cells if cell.at not in sheet.used and is_filler(cell.text)), "filler")
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
        leftovers=tuple(sorted(at for at in inside if at not in sheet.used)),
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


def _read_beside(draft: Draft) -> None:
    """Read what stands outside the tables, and settle what only the whole form can decide."""
    read_goals(draft)
    read_fields(draft)
    for settle in (settle_sourced, settle_approved, settle_cost, settle_regions, settle_currency):
        settle(draft)
    settle_shares(draft)
    settle_full_marks(draft)


def _read_tables(draft: Draft, segment: Segment, *, beside: bool) -> list[tuple[Anchor, Table]]:
    """Read the form's own tables, the indicators last; returns them with their anchors.

    Tables of income or of certain spending (三公经费) are read after those of all the money, if at all.
    """
    sheet, tables = draft.sheet, segment.tables
    kinds = {anchor.kind for anchor, _ in tables}
    others = [anchor for anchor, table in tables if _of_other_money(sheet, anchor, table)]
    spent = {anchor.kind for anchor, _ in tables if anchor not in others}
    if not spent & OF_MONEY:  # income alone doesn't say how much was spent
        tables = [
            (anchor, table)
            for anchor, table in tables
            if not _only_came_in(sheet, anchor, table, segment.next_after(anchor))
        ]
    whole = (beside or "indicators" in kinds) and not spent & FUNDS_BLOCKS
    if "indicators" in kinds:  # then the points of tasks are not the form's
        tables = [each for each in tables if not _is_of_tasks(*each)]
    for anchor, table in sorted(tables, key=lambda each: (each[0].kind == "indicators", each[0] in others)):
        own = whole and not (anchor in others and spent & OF_MONEY)
        budget = partial(read_budget, whole=own, came_in=_of_income(sheet, anchor, table))
        reader = budget if anchor.kind == "budget" else _READERS[anchor.kind]
        end = segment.next_after(anchor)
        # Goals and fields below it have columns of their own.
        own_rows = takewhile(lambda row: not any(map(_is_label, row[1])), sheet.rows(table.bottom + 1, end - 1))
        sheet.straighten(table.in_order, own_rows)
        reader(draft, table, end)
    return tables


def _is_label(cell: Cell) -> bool:
    return bool(lookup(cell.label, FIELDS) or lookup(cell.label, GOALS))


def _is_of_tasks(anchor: Anchor, table: Table) -> bool:
    """True for 任务名称 | 完成情况 | 分值 | 得分; a table on how money was managed has a column for problems."""
    return anchor.kind == "management" and "name" in table.columns and "measure" not in table.columns


def _of_other_money(sheet: Sheet, anchor: Anchor, table: Table) -> bool:
    """True for a table headed by 收入 or 三公经费: a form accounts for all that was spent, and for nothing else."""
    return any(map(names_share, _first_headings(sheet, anchor, table))) or _of_income(sheet, anchor, table)


def _of_income(sheet: Sheet, anchor: Anchor, table: Table) -> bool:
    return any(side_of(head) == "收入" for head in _first_headings(sheet, anchor, table))


def _first_headings(sheet: Sheet, anchor: Anchor, table: Table) -> list[Cell]:
    """The heading of the names and the cell before it, merged down beside the rows or not: 收入 | 项目 | 预算数."""
    if anchor.kind not in OF_MONEY:
        return []
    return [*sheet.row(table.top)[:1], *(one.heading for one in table.in_order[:1])]


def _only_came_in(sheet: Sheet, anchor: Anchor, table: Table, end: int) -> bool:
    """True for a table headed by 收入 without any line about spending."""
    spent = any("支出" in cell.label.core for cell in sheet.cells(anchor.row, end - 1))
    return _of_income(sheet, anchor, table) and not spent


def _doubt_unread_money(sheet: Sheet, segment: Segment) -> None:
    """Report the first words of money with a figure, side by side or in a caption, that no reader has taken."""
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
