"""Headings that only all the headings of a table together explain: of all regions or of one, a sum or a part of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise, takewhile

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.cells.money_words import bare_name, divides_money, names_batch, names_total
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Position, Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Table
from selfeval_xl.workbook.recognize.cells.values import gives, number
from selfeval_xl.workbook.recognize.tables.keys import PART, Slot, means
from selfeval_xl.workbook.recognize.words.labels import guess, lookup, squeeze
from selfeval_xl.workbook.recognize.words.totals import ENDS_AS_SUM
from selfeval_xl.workbook.recognize.words.vocabulary import (
    ALLOCATIONS,
    BARE_REGION,
    BUDGET,
    FUNDS,
    INDICATORS,
    MAIN_SUBHEADINGS,
    REGION,
    SECTIONS,
    SUBHEADINGS,
    Vocabulary,
)

_ALL_REGIONS = lazy("全[省市县区州旗国](?:合计|总计|情况)?|合计|总计|汇总|总体|全部")
_ALLOCATED = frozenset({"allocated"})
_BUDGETS, _SPENT, _RATE = frozenset({"initial", "adjusted"}), frozenset({"executed"}), frozenset({"claimed_rate"})
_SOURCES = SUBHEADINGS - MAIN_SUBHEADINGS
_TARGET_AND_ACTUAL = {("target",), ("actual",)}


_FIRST_ROWS = 3  # rows below a heading whose figures are looked at

Split = dict[Position, list[Column]]
"""For the heading of an amount without a column for its sum, the columns that divide it."""


def settle_together(
    sheet: Sheet, table: Table, cells: list[Cell], slots: list[Slot], split: Split, words: Vocabulary
) -> list[Slot]:
    """The headings with the keys that they have in view of all the others; parts of other columns have none.  Columns
    that divide an amount go into ``split``, and columns of single regions into the table."""
    if words is INDICATORS:
        slots = _of_all_regions(sheet, cells, slots)
        table.regions = _of_each_region(sheet, cells, slots)
        later = {column.first for columns in table.regions.values() for column in columns[1:]}
        return _as_parts(slots, [slot for slot in slots if slot.first in later])
    if words is ALLOCATIONS:
        return _without_first(_of_batches(slots))
    if (words is FUNDS or words is BUDGET) and (whole := _whole_of_sources(sheet, table, slots)) is not None:
        sources = [slot for slot in slots if slot is not whole and _is_source(slot)]
        return _as_parts([slot._replace(keys=("adjusted",)) if slot is whole else slot for slot in slots], sources)
    sources = _of_sources(slots) if words is FUNDS else []
    if not sources or _counts_alone(sheet, table, slots, sources):
        return slots
    split[sources[0].cell.at] = [Column("", slot.first, slot.last, slot.cell) for slot in sources]
    whole = sources[0]._replace(last=sources[-1].last, keys=("adjusted",))
    return [whole, *(slot for slot in slots if slot not in sources)]


def _of_all_regions(sheet: Sheet, top: list[Cell], slots: list[Slot]) -> list[Slot]:
    """If 指标值 and 完成值 stand once for each region and once for all, keep the keys of the latter (全市) only.

    The regions stand below 指标值 | 完成值, above them, or before them in the same cell (全市完成值).
    """
    of_all, of_one = (
        {slot.cell.at: key for slot in slots if (key := _behind_name(slot.cell, names))}
        for names in (_ALL_REGIONS, REGION)
    )
    beside = [at for at, key in of_one.items() if at not in of_all and key in of_all.values()]
    if len(beside) > 1:
        own = {at: (key,) for at, key in of_all.items()} | dict.fromkeys(beside, PART)
        return [slot._replace(keys=own.get(slot.cell.at, slot.keys)) for slot in slots]
    below = {cell.at: sheet.under(cell) for cell in top}
    for group in (below[cell.at] for cell in top if _ALL_REGIONS.fullmatch(cell.label.core)):
        whole = {slot.keys[:1] for slot in slots if slot.cell in group} & _TARGET_AND_ACTUAL
        if len(whole) == 2:
            others = [slot for slot in slots if slot.cell not in group and slot.keys[:1] in whole]
            return _as_parts(slots, others)
    found: list[Slot] = []
    for slot in slots:
        regions = below.get(slot.cell.at, []) if slot.keys[:1] in _TARGET_AND_ACTUAL else []
        total = next((one for one in regions if _ALL_REGIONS.fullmatch(one.label.core)), None)
        if total is None or len(regions) < 3:
            found.append(slot)
        else:
            found += [Slot(one.column, one.right, one, slot.keys if one is total else PART) for one in regions]
    return found


def _of_batches(slots: list[Slot]) -> list[Slot]:
    """提前下达 | 正式下达, or 中央下达 | 地方配套, without their sum: none of them is all that was allocated."""
    batches = [slot for slot in slots if not slot.keys and (names_batch(slot.cell) or divides_money(slot.cell))]
    others = (slot for slot in slots if slot not in batches)
    if len(batches) < 2 or any(means(slot, ALLOCATIONS, _ALLOCATED) for slot in others):
        return slots
    return _as_parts(slots, batches)


def _of_sources(slots: list[Slot]) -> list[Slot]:
    """中央下达预算 | 地方配套 side by side, without their sum: together they are the budget, as below one heading."""
    sources = [slot for slot in slots if not slot.keys and divides_money(slot.cell)]
    others = [slot for slot in slots if slot not in sources]
    known = any(means(slot, FUNDS, _BUDGETS) or names_total(slot.cell) for slot in others)
    beside = all(after.first == before.last + 1 for before, after in pairwise(sources))
    both = any(means(slot, FUNDS, _BUDGETS) for slot in sources) and any(means(slot, FUNDS, _SPENT) for slot in others)
    return sources if len(sources) > 1 and both and beside and not known else []


def _whole_of_sources(sheet: Sheet, table: Table, slots: list[Slot]) -> Slot | None:
    """The sum of sources that is the budget, if no other column is: 省级 | 市级 | 合计 before what was spent, or
    政策资金总额 | 其中：省级 | 市级."""
    sums = [at for at, slot in enumerate(slots) if ENDS_AS_SUM.search(slot.cell.label.core)]
    heads = [slot for slot in slots if slot.cell.label.core not in SECTIONS] if sums else []
    spent = next((slots.index(slot) for slot in heads if means(slot, FUNDS, _SPENT)), 0)
    for at in (at for at in sums if at < spent):
        whole = slots[at]
        before = [*takewhile(_is_source, reversed(slots[:at]))]
        behind = [*takewhile(_is_source, slots[at + 1 : spent])]
        sources = max(before, behind, key=len)
        others = [one for one in heads if one is not whole and one not in sources]
        below = range(table.bottom + 1, table.bottom + _FIRST_ROWS)
        filled = any(sheet.beginning(row, whole.first, whole.last) for row in below)
        if len(sources) > 1 and filled and not any(means(one, FUNDS, _BUDGETS) for one in others):
            return whole
    return None


def _is_source(slot: Slot) -> bool:
    bare = squeeze(bare_name(slot.cell))
    return not slot.keys and (divides_money(slot.cell) or bare in _SOURCES)


def _as_parts(slots: list[Slot], parts: Sequence[Slot]) -> list[Slot]:
    """The slots, with these made parts of other columns."""
    return [slot._replace(keys=PART) if slot in parts else slot for slot in slots]


def _counts_alone(sheet: Sheet, table: Table, slots: list[Slot], sources: list[Slot]) -> bool:
    """True if the stated rates are of the one source that is called the budget, and not of all sources."""
    budget, spent, rate = (
        next((slot for slot in slots if means(slot, FUNDS, keys)), None) for keys in (_BUDGETS, _SPENT, _RATE)
    )
    if budget is None or spent is None or rate is None:
        return False
    for row, _ in sheet.rows(table.bottom + 1, table.bottom + _FIRST_ROWS):
        cells = {slot.first: sheet.beginning(row, slot.first, slot.last)[:1] for slot in (*sources, spent, rate)}
        figures = {first: number(cell) for first, found in cells.items() for cell in found}
        own, executed, stated = (figures.get(slot.first) for slot in (budget, spent, rate))
        whole = sum(filter(None, (figures.get(slot.first) for slot in sources)), Decimal(0))
        if own and gives(own, executed, stated) and not gives(whole, executed, stated):
            return True
    return False


def _without_first(slots: list[Slot]) -> list[Slot]:
    """年初预算 | 调整预算: the adjusted one is what was allocated in the end."""
    budgets = [slot for slot in slots if means(slot, ALLOCATIONS, _ALLOCATED)]
    first = [slot for slot in budgets if lookup(slot.cell.label, FUNDS) == ("initial",)]
    last = any("adjusted" in lookup(slot.cell.label, FUNDS) for slot in budgets if slot not in first)
    return _as_parts(slots, first) if last else slots


def _of_each_region(sheet: Sheet, top: list[Cell], slots: list[Slot]) -> dict[str, list[Column]]:
    """If 指标值 and 完成值 stand once for each region and nowhere for all: their columns, under the regions' names.

    A region's name stands above these words, below them, or before them in the same cell (甲县完成值).
    """
    found: dict[str, list[Column]] = {}
    whole = set[str]()
    for first, last, cell, keys in slots:
        key = next(iter(keys or guess(cell.label, INDICATORS)), "")
        if (key,) not in _TARGET_AND_ACTUAL:
            continue
        above = [one for one in top if one.row < cell.row and one.column <= cell.column <= one.right]
        below = sheet.under(cell)
        own = cell if _behind_name(cell, REGION) else None
        named = (REGION.fullmatch(one.label.core) or BARE_REGION.fullmatch(one.label.core) for one in below)
        if len(below) > 1 and all(named):
            found.setdefault(key, []).extend(Column(key, one.column, one.right, one) for one in below)
        elif region := next((one for one in above if REGION.fullmatch(one.label.core)), own):
            found.setdefault(key, []).append(Column(key, first, last, region))
        else:
            whole.add(key)
    return {key: columns for key, columns in found.items() if key not in whole and len(columns) > 1}


def _behind_name(cell: Cell, names: re.Pattern[str]) -> str:
    """The key named behind a region's name (甲县实际完成值): target or actual; empty for other headings."""
    core = cell.label.core
    words = (core[at:] for at in range(2, len(core)) if names.fullmatch(core[:at]))
    known = (INDICATORS.get(word, ())[:1] for word in words if core not in INDICATORS)
    return next((keys[0] for keys in known if keys in _TARGET_AND_ACTUAL), "")
