"""Allocations with the regions along the top: 分配 and 使用 down the side or below each region, by purpose perhaps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selfeval_xl.model import Entry
from selfeval_xl.workbook.recognize.currency import currency_of
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.labels import lookup
from selfeval_xl.workbook.recognize.money_words import measures_money
from selfeval_xl.workbook.recognize.purposes import amounts_below
from selfeval_xl.workbook.recognize.sheet import Cell, Sheet, Table
from selfeval_xl.workbook.recognize.values import blank, is_number
from selfeval_xl.workbook.recognize.vocabulary import ALLOCATIONS, AMOUNT_WORDS, LINE_TOTALS

_REGION = re.compile(".+(?:县|市|区|旗|州|盟|镇|乡|街道|本级|市直|省直|兵团)")
_REMARKS = frozenset({"reason", "note"})
_DEEPEST = 200  # rows below the heading that are looked at


class _Amount(NamedTuple):
    """Where an amount stands: its row and columns, what it is (``key``), of which region, and for which purpose."""

    row: int
    first: int
    last: int
    key: str
    region: Cell
    purpose: Cell | None


def regions_along(sheet: Sheet, row: int, cells: Sequence[Cell]) -> Table | None:
    """The table whose heading in ``row`` names two regions or more, above amounts of both kinds; else None."""
    regions = _regions(cells)
    if sum(not _is_total(cell) for cell in regions) < 2:
        return None
    table = Table(row, row + bool(_below(sheet, regions)), regions[0].column)
    keys = {amount.key for amount in _amounts(sheet, table, row + _DEEPEST)}
    return table if {"allocated", "used"} <= keys else None


def read_regions(draft: Draft, table: Table, end: int) -> None:
    """A row for each region and purpose, as a table with the regions down the side gives them."""
    sheet = draft.sheet
    for _, cells in sheet.rows(table.top, table.bottom):
        for cell in cells:
            sheet.use(cell)
            currency_of(draft, cell)
    found: dict[tuple[int, int], dict[str, Entry]] = {}
    for amount in _amounts(sheet, table, end):
        for label in sheet.row(amount.row):
            if label.column < table.left:
                sheet.use(label)
        region, purpose = amount.region, amount.purpose
        values = found.setdefault((region.column, purpose.row if purpose else 0), {})
        values["region"] = Entry(region.text.strip(), None, sheet.place(*region.at))
        sheet.use(region, "allocations.region")
        if purpose is not None and not _is_total(purpose):
            values["purpose"] = Entry(purpose.text.strip(), None, sheet.place(*purpose.at))
            sheet.use(purpose, "allocations.purpose")
        total = next((cell for cell in (region, purpose) if cell is not None and _is_total(cell)), None)
        if total is not None:
            values["level"] = Entry("合计", None, sheet.place(*total.at))
        own = sheet.beginning(amount.row, amount.first, amount.last)
        use = f"allocations.{amount.key}"
        values[amount.key] = draft.take(own[0], use) if own else blank(sheet, amount.row, amount.first)
    draft.tables["allocations"].extend(values for _, values in sorted(found.items(), key=lambda each: each[0]))


def _amounts(sheet: Sheet, table: Table, end: int) -> Iterator[_Amount]:
    """The amounts below a heading, by rows, up to the first row that has none; rates between them are passed by."""
    regions = _regions(sheet.row(table.top))
    below = _below(sheet, regions)
    purpose: Cell | None = None
    for row, cells in sheet.rows(table.bottom + 1, end - 1):
        labels = [cell for cell in cells if cell.column < table.left]
        if not labels or not any(is_number(cell) for cell in cells if cell.column >= table.left):
            return
        for region, words in below:
            for one in words:
                yield _Amount(row, one.column, one.right, AMOUNT_WORDS[one.label.core], region, labels[-1])
        if below:
            continue
        *before, label = labels
        purpose = before[-1] if before else purpose
        key = AMOUNT_WORDS.get(label.label.core, "")
        if not key and not measures_money(label.label):
            return
        for region in regions if key else ():
            yield _Amount(row, region.column, region.right, key, region, purpose)


def _below(sheet: Sheet, regions: Sequence[Cell]) -> list[tuple[Cell, list[Cell]]]:
    """The regions with 分配 | 使用 below each of them, where a second row of the heading has them."""
    found = amounts_below(sheet, regions)
    return found if all(len(words) > 1 for _, words in found) else []


def _regions(cells: Sequence[Cell]) -> list[Cell]:
    """The cells of a heading that name regions, and their sum; empty where more than a remark stands among them."""
    named = [cell for cell in cells if _is_region(cell)]
    found = [cell for cell in cells if named and cell.column >= named[0].column]
    if found and not _REMARKS.isdisjoint(lookup(found[-1].label, ALLOCATIONS)):
        found.pop()
    return found if all(_is_region(cell) or _is_total(cell) for cell in found) else []


def _is_region(cell: Cell) -> bool:
    return _REGION.fullmatch(cell.label.core) is not None and not lookup(cell.label, ALLOCATIONS)


def _is_total(cell: Cell) -> bool:
    return cell.label.core in LINE_TOTALS
