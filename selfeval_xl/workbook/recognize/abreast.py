"""Blocks of money side by side below one heading: 资金来源 | 预算数 | 执行数 | 支出性质 | 预算数 | 执行数."""

from __future__ import annotations

import re
from collections.abc import Iterable

from selfeval_xl.workbook.recognize.headings import resolve
from selfeval_xl.workbook.recognize.labels import guess, lookup
from selfeval_xl.workbook.recognize.sheet import Column, Table
from selfeval_xl.workbook.recognize.vocabulary import FUNDS, MONEY, SECTIONS

_NAMES = re.compile("(?:性质|类别|类型|来源|构成|分类)$")


def blocks_abreast(table: Table) -> tuple[Table, ...]:
    """The table as it is, or divided where names stand between amounts and others of the same kind.

    What came in stands last: what was spent is what a form accounts for.
    """
    columns = sorted((*table.columns.values(), *table.extra), key=lambda column: column.first)
    columns = [one for one in columns if one.heading.bottom <= table.bottom]  # no 年度预算 beside them
    for at, column in enumerate(columns[1:-1], 1):
        left = {key for one in columns[:at] for key in _means(one)[:1]} & MONEY
        right = {key for one in columns[at + 1 :] for key in _means(one)[:1]} & MONEY
        if _heads_names(column) and left & right:
            return tuple(_block(table, part) for part in sorted((columns[:at], columns[at:]), key=of_income))
    return (table,)


def _block(table: Table, columns: list[Column]) -> Table:
    block = Table(table.top, table.bottom, table.left if columns[0].first == table.left else columns[0].first)
    resolve(block, [(one.first, one.last, one.heading, lookup(one.heading.label, FUNDS)) for one in columns], FUNDS)
    return block


def of_income(columns: Iterable[Column]) -> bool:
    """True for columns of which one is headed 收入性质 and the like."""
    return any("收入" in column.heading.label.core for column in columns)


def _means(column: Column) -> tuple[str, ...]:
    return lookup(column.heading.label, FUNDS) or guess(column.heading.label, FUNDS)


def _heads_names(column: Column) -> bool:
    """True for 支出性质 and 支出类别, which stand above names and no amounts."""
    label = column.heading.label
    return lookup(label, FUNDS)[:1] == ("name",) or label.core in SECTIONS or bool(_NAMES.search(label.core))
