"""Parts of the money in columns of their own behind the whole: 全年预算数 | 其中：财政拨款 | 其他资金 | 全年执行数."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from selfeval_xl.model import EMPTY, TOTAL_FIELDS, Entry
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.money_words import bare_name, names_source
from selfeval_xl.workbook.recognize.nesting import adds_up, mark_parts
from selfeval_xl.workbook.recognize.sheet import Cell, Column, Table
from selfeval_xl.workbook.recognize.values import blank, entry, is_number
from selfeval_xl.workbook.recognize.vocabulary import MONEY


def read_across(draft: Draft, table: Table, row: int) -> None:
    """The parts in the only line of a block, where those of one amount at least come to it: nothing else tells them."""
    sheet = draft.sheet
    found: dict[str, dict[str, Entry]] = {}
    cells = list(_parts(draft, table, row))
    for key, heading, cell in cells:
        name = Entry(bare_name(heading), None, sheet.place(*heading.at))
        found.setdefault(name.text, {"name": name})[key] = entry(sheet, cell, key)
    parts = list(found.values())
    totals = {key: draft.fields.get(TOTAL_FIELDS[key], EMPTY) for key in MONEY}
    mark_parts(draft, parts)
    whole = [part for part in parts if "level" not in part]
    if len(whole) < 2 or not any(adds_up({key: total}, whole) for key, total in totals.items()):
        return
    for key, _, cell in cells:
        sheet.use(cell, f"funds.{key}")
    draft.tables["funds"].extend(parts)


def read_divided(draft: Draft, table: Table, row: int) -> list[dict[str, Entry]]:
    """The parts in a row whose amounts are divided, by the names below the words for these (预算数, 执行数)."""
    sheet = draft.sheet
    found: dict[str, dict[str, Entry]] = {}
    for key, columns in table.parts.items():
        for column in columns:
            name = Entry(bare_name(column.heading), None, sheet.place(*column.heading.at))
            cells = sheet.beginning(row, column.first, column.last)[:1]
            value = draft.take(cells[0], f"funds.{key}") if cells else blank(sheet, row, column.first)
            found.setdefault(name.text, {"name": name})[key] = value
    return list(found.values())


def _parts(draft: Draft, table: Table, row: int) -> Iterator[tuple[str, Cell, Cell]]:
    """What each amount is, the source that its column is headed by, and its cell."""
    for key in sorted(MONEY & table.columns.keys()):
        for column in _behind(table, key):
            for cell in draft.sheet.beginning(row, column.first, column.last):
                if is_number(cell):
                    yield key, column.heading, cell


def _behind(table: Table, key: str) -> list[Column]:
    """The columns between an amount's and the next known one, where all of them are headed by sources of money."""
    own = table.columns[key].last
    end = min((column.first for column in table.columns.values() if column.first > own), default=1 << 14)
    behind = sorted((one for one in table.extra if one.first > own), key=lambda one: one.first)
    inside = list(takewhile(lambda one: one.first < end, behind))
    return inside if all(names_source(one.heading) for one in inside) else []
