"""Tables side by side below one heading: of other money (资金来源 | 预算数 | 支出性质 | 预算数), or a longer one."""

from __future__ import annotations

from collections.abc import Iterable

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.headings import resolve
from selfeval_xl.workbook.recognize.labels import guess, lookup, squeeze
from selfeval_xl.workbook.recognize.sheet import Column, Table
from selfeval_xl.workbook.recognize.vocabulary import FUNDS, MONEY, SECTIONS, Vocabulary

_NAMES = lazy("(?:性质|类别|类型|来源|构成|分类)$")


def blocks_abreast(table: Table) -> tuple[Table, ...]:
    """The table as it is, or divided where names stand between amounts and others of the same kind.

    What came in stands last: what was spent is what a form accounts for.
    """
    columns = [one for one in table.in_order if one.heading.bottom <= table.bottom]  # no 年度预算 beside them
    for at, column in enumerate(columns[1:-1], 1):
        left = {key for one in columns[:at] for key in _means(one)[:1]} & MONEY
        right = {key for one in columns[at + 1 :] for key in _means(one)[:1]} & MONEY
        if _heads_names(column) and left & right:
            return tuple(_block(table, part, FUNDS) for part in sorted((columns[:at], columns[at:]), key=of_income))
    return (table,)


def repeated(table: Table, words: Vocabulary) -> tuple[Table, ...]:
    """The table as it is, or one for each time that all of its headings stand there: 乡镇 | 金额 | 乡镇 | 金额."""
    columns = table.in_order
    headings = [squeeze(column.heading.text) for column in columns]
    for width in range(2, len(columns) // 2 + 1):
        times, rest = divmod(len(columns), width)
        if not rest and headings == headings[:width] * times:
            return tuple(_block(table, columns[at : at + width], words) for at in range(0, len(columns), width))
    return (table,)


def _block(table: Table, columns: list[Column], words: Vocabulary) -> Table:
    block = Table(table.top, table.bottom, table.left if columns[0].first == table.left else columns[0].first)
    keys = [lookup(one.heading.label, words) or ((one.key,) if one.key else ()) for one in columns]
    slots = [(one.first, one.last, one.heading, known) for one, known in zip(columns, keys, strict=True)]
    resolve(block, slots, words)
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
