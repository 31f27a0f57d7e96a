"""Splits what stands side by side below a heading: two funds tables (资金来源 | 预算数 | 支出性质 | 预算数),
repeats."""

from __future__ import annotations

from collections.abc import Sequence

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.cells.money_words import side_of
from selfeval_xl.workbook.recognize.cells.sheet import Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Table
from selfeval_xl.workbook.recognize.cells.values import MEASURES, is_figure
from selfeval_xl.workbook.recognize.tables.keys import PART, Slot, resolve
from selfeval_xl.workbook.recognize.words.labels import likeliest, lookup, meaning, squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import ALLOCATIONS, FUNDS, INDICATORS, MONEY, SECTIONS, Vocabulary
from selfeval_xl.workbook.references import MAX_COLUMN

_MOST_SHARED = 3  # 绩效指标 | 一级指标 | 二级指标
_MOST_ABREAST = 6  # indicators side by side; no page has room for more
_NAMES = lazy("(?:性质|类别|类型|来源|构成|分类)$")


def blocks_abreast(sheet: Sheet, table: Table) -> tuple[Table, ...]:
    """The table itself, or its two halves if names stand between amounts and other amounts of the same kind.

    The half for income comes last: what was spent is what a form accounts for.  Names before all amounts belong to both
    sides (收入 | 支出, each over 预算数 | 执行数).
    """
    columns = [one for one in table.in_order if one.heading.bottom <= table.bottom]  # no side label 年度预算
    keys = [_key_of(one) for one in columns]
    spans = [(keys.index(key), len(keys) - 1 - keys[::-1].index(key)) for key in MONEY.intersection(keys)]
    amount = next((at for at, key in enumerate(keys) if key in MONEY), 0)
    begins = any(_over(sheet, one) for one in columns[: amount + 1])
    for at, column in enumerate(columns[1:-1], 1):
        if not any(first < at < last for first, last in spans):
            continue
        sided = begins and _over(sheet, column)
        if sided or _heads_names(column) or _heads_side(sheet, table, column):
            parts = sorted((columns[:at], columns[at:]), key=lambda part: of_income(sheet, part))
            return tuple(_block(sheet, table, part, FUNDS) for part in parts)
    return (table,)


def _key_of(column: Column) -> str:
    """The key that a column seems to have; none for 整体支出 beside the block, which only heads it, nor for names."""
    aside = not column.key and column.heading.label.core in SECTIONS
    return "" if aside or column.key in ("name", "beside") else next(iter(meaning(column.heading.label, FUNDS)), "")


def repeated(
    sheet: Sheet, table: Table, words: Vocabulary = ALLOCATIONS, *, shared: int = 0, most: int = MAX_COLUMN
) -> tuple[Table, ...]:
    """The table itself, or one table for each repetition of all its headings: 乡镇 | 金额 | 乡镇 | 金额.

    The first columns may be ``shared`` by all: 一级指标 before 三级指标 | 指标值 | 完成值 | 分值, twice.
    """
    whole = table.in_order
    first, columns = whole[:shared], whole[shared:]
    headings = [squeeze(column.heading.text) for column in columns]
    for width in range(2, len(columns) // 2 + 1):
        times, rest = divmod(len(columns), width)
        if not rest and times <= most and headings == headings[:width] * times:
            blocks = (columns[at : at + width] for at in range(0, len(columns), width))
            return tuple(_block(sheet, table, [*first, *block], words) for block in blocks)
    return (table,)


def indicators_abreast(sheet: Sheet, table: Table) -> tuple[Table, ...]:
    """The table itself, or one table for each of several indicators side by side in a row, which share their levels."""
    for shared in range(_MOST_SHARED):
        blocks = repeated(sheet, table, INDICATORS, shared=shared, most=_MOST_ABREAST)
        names = {one.columns["name"].first for one in blocks if "name" in one.columns and {*MEASURES} & {*one.columns}}
        if len(blocks) > 1 and len(names) == len(blocks):
            return blocks
    return (table,)


def _block(sheet: Sheet, table: Table, columns: list[Column], words: Vocabulary) -> Table:
    """The table that some of the columns make, with keys of their own."""
    first, *_ = columns
    headed = _heads_side(sheet, table, first)
    unnamed = words is FUNDS and not headed and likeliest(first.heading.label, words) in MONEY
    block = Table(table.top, table.bottom, table.left if unnamed or first.first == table.left else first.first)
    keys = [lookup(one.heading.label, words) or ((one.key,) if one.key else ()) for one in columns]
    if headed:
        keys[0] = PART
    slots = [Slot(one.first, one.last, one.heading, known) for one, known in zip(columns, keys, strict=True)]
    resolve(block, slots, words)
    return block


def of_income(sheet: Sheet, columns: Sequence[Column]) -> bool:
    """True if one of the columns is headed 收入性质 or the like, or stands below 收入."""
    return any("收入" in column.heading.label.core or _over(sheet, column) == "收入" for column in columns)


def _over(sheet: Sheet, column: Column) -> str:
    """The 收入 or 支出 in the heading above a column of names (收入情况); empty for other headings."""
    above = sheet.beginning(column.heading.row - 1, column.first, column.first)
    return next(filter(None, map(side_of, above)), "")


def _heads_side(sheet: Sheet, table: Table, column: Column) -> bool:
    """True for 支出 above the names 基本支出 and 项目支出, and for 收入预算 above what came in."""
    below = sheet.in_column(table.bottom + 1, column)
    return bool(side_of(column.heading) and below) and not any(map(is_figure, below))


def _heads_names(column: Column) -> bool:
    """True for 支出性质 or 支出类别, which head names and not amounts."""
    label = column.heading.label
    return likeliest(label, FUNDS) == "name" or label.core in SECTIONS or bool(_NAMES.search(label.core))
