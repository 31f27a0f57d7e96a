"""The parts of an amount in columns beside it: 小计 | 财政拨款 | 其他资金."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfeval_xl.model import NATURES, Entry, Row
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.money_words import bare_name, names_source
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Table
from selfeval_xl.workbook.recognize.cells.values import entry, is_number
from selfeval_xl.workbook.recognize.money.nesting import adds_up, mark_parts
from selfeval_xl.workbook.recognize.words.vocabulary import MONEY


def read_across(draft: Draft, table: Table, row: int) -> None:
    """Read the parts in a block's only line (全年预算数 | 财政拨款 | 其他资金), if those of one amount add up to it.

    基本支出 and 项目支出 are all that is spent, even if they don't add up.
    """
    found, cells = _across(draft, table, row)
    parts = list(found.values())
    mark_parts(draft, parts)
    whole = [part for part in parts if "level" not in part]
    proven = found.keys() >= NATURES or any(adds_up({key: draft.total(key)}, whole) for key in MONEY)
    if len(whole) < 2 or not proven:
        return
    for key, cell in cells:
        draft.sheet.use(cell, f"funds.{key}")
    draft.tables["funds"].extend(parts)


def divide_lines(draft: Draft, table: Table, lines: Sequence[tuple[int, Row]]) -> list[Row]:
    """The lines, each followed by the parts in its row (小计 | 财政拨款 | 其他资金), if these add up in some row.

    In the only total row such parts are totals, too: of the parts with the same name in the other rows.
    """
    found = [(values, *_across(draft, table, row)) for row, values in lines]
    proven = any(
        len(parts) > 1 and adds_up({key: values[key] for key, _ in cells}, parts.values())
        for values, parts, cells in found
    )
    divided: list[Row] = []
    levels = {"一级项目": "二级项目"}
    if sum(values["level"].text == "合计" for values, *_ in found) == 1:
        levels["合计"] = "合计"
    for values, parts, cells in found:
        divided.append(values)
        if proven and (level := levels.get(values["level"].text)):
            divided += [{**part, "level": Entry(level, None, part["name"].place)} for part in parts.values()]
            for key, cell in cells:
                draft.sheet.use(cell, f"budget.{key}")
    return divided


def _across(draft: Draft, table: Table, row: int) -> tuple[dict[str, dict[str, Entry]], list[tuple[str, Cell]]]:
    """The parts in a row by the names that head their columns, and their cells with the keys of the amounts."""
    sheet, cells = draft.sheet, list(_parts(draft, table, row))
    found: dict[str, dict[str, Entry]] = {}
    for key, heading, cell in cells:
        name = sheet.words(heading, bare_name(heading))
        found.setdefault(name.text, {"name": name})[key] = entry(sheet, cell, key)
    return found, [(key, cell) for key, _, cell in cells]


def read_divided(draft: Draft, table: Table, row: int) -> list[dict[str, Entry]]:
    """The parts in a row whose amounts are divided, by the names below 预算数 and 执行数."""
    sheet = draft.sheet
    found: dict[str, dict[str, Entry]] = {}
    for key, columns in table.parts.items():
        for column in columns:
            name = sheet.words(column.heading, bare_name(column.heading))
            found.setdefault(name.text, {"name": name})[key] = draft.take_in(row, column, f"funds.{key}")
    return list(found.values())


def _parts(draft: Draft, table: Table, row: int) -> Iterator[tuple[str, Cell, Cell]]:
    """The key of each amount that is a part, the source heading its column, and its cell."""
    for key in sorted(MONEY & table.columns.keys()):
        for column in _beside(draft.sheet, table, key):
            for cell in draft.sheet.in_column(row, column):
                if is_number(cell):
                    yield key, column.heading, cell


def _beside(sheet: Sheet, table: Table, key: str) -> list[Column]:
    """The columns that may divide an amount: those below the same heading (预算数 over 基本支出 | 项目支出 | 合计).

    Without such a heading, those up to the next known column.  All of them must be headed by sources of money.
    """
    own = table.columns[key]
    above = sheet.covering(own.heading.row - 1, own.first) if own.heading.row > table.top else None
    if above is not None and above.right > above.column:
        first, end = above.column, above.right + 1
    else:
        first = own.last + 1
        end = min((column.first for column in table.columns.values() if column.first > own.last), default=1 << 14)
    inside = sorted((one for one in table.extra if first <= one.first < end), key=lambda one: one.first)
    return inside if all(names_source(one.heading) for one in inside) else []
