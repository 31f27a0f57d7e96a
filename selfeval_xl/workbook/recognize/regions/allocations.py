"""Reads money by region and purpose, with a region in each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, pairwise

from selfeval_xl.model import ALLOCATION_COLUMNS as AMOUNTS
from selfeval_xl.model import OF_REGIONS, Entry, Row
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.money_words import bare_name
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.cells.table import Column, Table, within
from selfeval_xl.workbook.recognize.cells.values import is_number, number
from selfeval_xl.workbook.recognize.money.budget import is_line_total, take_points
from selfeval_xl.workbook.recognize.money.nesting import adds_up, parts_of_parts
from selfeval_xl.workbook.recognize.regions.purposes import (
    leave_mixed_rate,
    leave_myriads,
    take_outer,
    take_purposes,
    take_sum,
)
from selfeval_xl.workbook.recognize.tables.abreast import repeated
from selfeval_xl.workbook.recognize.tables.currency import read_currency
from selfeval_xl.workbook.recognize.tables.headings import mark_heading
from selfeval_xl.workbook.recognize.tables.rows import column_cells, following, read_row, take_share, used_as
from selfeval_xl.workbook.recognize.words.labels import OF_WHICH, likeliest, lookup
from selfeval_xl.workbook.recognize.words.marks import mark_of
from selfeval_xl.workbook.recognize.words.totals import is_sum
from selfeval_xl.workbook.recognize.words.vocabulary import FUNDS, POINTS

ALLOCATION_KEYS = ("region", "purpose", *AMOUNTS, "claimed_rate", "reason")


def read_allocations(draft: Draft, table: Table, end: int) -> None:
    """Read allocation and use by region and purpose; a region that is named once counts for the rows below it.

    If each purpose has a column, a row of the sheet gives a row for each purpose, and one for their total.
    """
    before = len(draft.tables["allocations"])
    divided = [_read_shares(draft, part, end) for part in repeated(draft.sheet, table)]
    if not any(divided):
        draft.tables["allocations"][before:] = _with_groups(draft.tables["allocations"][before:])


def _read_shares(draft: Draft, table: Table, end: int) -> bool:
    """Read the rows of one table; True if these are of purposes."""
    sheet, before = draft.sheet, len(draft.tables["allocations"])
    leave_myriads(table)
    take_sum(sheet, table)
    leave_mixed_rate(sheet, table)
    purposes = take_purposes(sheet, table)
    points = {key: one for one in table.extra if (key := likeliest(one.heading.label, FUNDS)) in POINTS}
    outer = take_outer(sheet, table)
    mark_heading(sheet, table)
    read_currency(draft, table)
    region: Entry | None = None
    around: Cell | None = None  # the city that the current rows lie in
    columns = table.of(*AMOUNTS)
    columns += [column for group in purposes.values() for column in group.values()]
    for row, cells in following(draft, table, end):
        amounts = [cell for cell in cells if within(cell, columns)]
        if not any(map(is_number, amounts)) or any(lookup(cell.label, FUNDS) for cell in amounts):
            break  # 预算执行率得分 | 分值 | 10 | 得分 | 9.7 below them
        values = read_row(draft, table, row, used_as("allocations", ALLOCATION_KEYS))
        total = next((cell for cell in cells[:2] if is_sum(cell.label)), None)
        if total is not None and is_line_total(total) and total.label.core != "小计":
            take_points(draft, points, row)
        if outer is not None:
            around = next(iter(sheet.in_column(row, outer)), around)
            values |= _within(draft, table, row, around, total)
            around = None if around is total else around
        if total is not None:
            values["level"] = sheet.words(total, "合计")
            of_some = not is_line_total(total) or total.label.core == "小计"
            if of_some and values["region"].blank:
                values["region"] = sheet.words(total, total.text.strip())
        elif values["region"].blank and region is not None:
            values["region"] = region
        if total is None or not table.columns["region"].holds(total):  # 甲县 | 小计 above its purposes
            region = values["region"]
        sheet.use(cells[0])
        draft.tables["allocations"].extend(_by_purpose(draft, row, values, purposes))
    if outer is not None:
        draft.tables["allocations"][before:] = _with_own(draft.tables["allocations"][before:])
    return bool(purposes) or "purpose" in table.columns


def _with_own(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows; 甲市 above its counties has money of its own, and is no sum, if the total includes it beside them."""
    city = ["level" in row and row["level"].place == row["region"].place for row in rows]
    totals = [row for row, own in zip(rows, city, strict=True) if "level" in row and not own]
    others = [row for row, own in zip(rows, city, strict=True) if own or "level" not in row]
    lines = [{"name": row["region"], **_as_money(row)} for row in others]
    if len(totals) != 1 or not adds_up(_as_money(totals[0]), lines):
        return rows
    return [row if row is totals[0] else {key: row[key] for key in row if key != "level"} for row in rows]


def _within(draft: Draft, table: Table, row: int, city: Cell | None, total: Cell | None) -> dict[str, Entry]:
    """The region of a row among a city's rows: 甲市A县; the city itself if the row names no county, or sums them up."""
    sheet = draft.sheet
    own = next(iter(column_cells(draft, table, row, "region")), None)
    if city is None or city is total:
        return {}
    if own is not None and own is not total:
        name, inner = city.text.strip(), own.text.strip()
        return {"region": sheet.words(own, inner if inner.startswith(name) else name + inner)}
    if own is None and city.row != row:
        return {}  # a further purpose of the region above
    sheet.use(city, "allocations.region")
    counties = column_cells(draft, table, row + 1, "region")
    divided = bool(counties) and not sheet.beginning(row + 1, city.column, city.column)
    level = {"level": sheet.words(city, "合计")} if own is None and divided else {}
    return {"region": sheet.words(city, city.text.strip()), **level}


def _with_groups(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows, with sums above their regions (一、市辖区 above its districts) marked by ``level``.

    All rows then make more than the total, and those without such parts just that; or numbering shows them, if one of
    the sums is right.
    """
    own = [row for row in rows if "level" not in row]
    totals = [row for row in rows if "level" in row]
    if len(own) < 2 or len(totals) != 1 or any(OF_WHICH.match(row["region"].text) for row in own):
        return rows
    total, lines = _as_money(totals[0]), [{"name": row["region"], **_as_money(row)} for row in own]
    parts = parts_of_parts(total, lines)
    if not parts and not adds_up(total, lines):
        marks = [mark_of(row["region"].text) for row in own]
        heads = [at for at, mark in enumerate(marks) if mark and mark == marks[0]]
        groups = [(lines[at], lines[at + 1 : end]) for at, end in pairwise([*heads, len(lines)])]
        if any(adds_up(head, below) for head, below in groups):
            parts = [line for _, below in groups for line in below]
    after = zip(own, pairwise(lines), strict=False)
    sums = [row for row, (line, below) in after if below in parts and line not in parts]
    return [{**row, "level": Entry("合计", None, row["region"].place)} if row in sums else row for row in rows]


def _as_money(row: Row) -> dict[str, Entry]:
    return {key: row[of] for key, of in OF_REGIONS.items() if of in row}


def _by_purpose(
    draft: Draft, row: int, values: dict[str, Entry], purposes: Mapping[str, Mapping[str, Column]]
) -> Iterator[dict[str, Entry]]:
    """The row for each purpose with a figure, then their total; the row itself if no purpose has any.

    An amount that is not split (人数) is kept once for all purposes of a region; a sum without a column is added up.
    """
    sheet = draft.sheet
    found = []
    for columns in purposes.values():
        amounts = {key: sheet.in_column(row, column)[:1] for key, column in columns.items()}
        sheet.use_all(chain(*amounts.values()))
        if any(map(is_number, chain(*amounts.values()))):
            found.append((columns, amounts))
    if not found:
        yield values
        return
    split = {key for columns in purposes.values() for key in columns}
    once = {key: values.pop(key) for key in AMOUNTS if key in values.keys() - split and "level" not in values}
    beside = once
    for columns, _ in found:
        heading = next(iter(columns.values())).heading
        part = {key: values[key] for key in ("region", "level", "reason") if key in values} | once
        part["purpose"] = sheet.words(heading, bare_name(heading))
        for key, column in columns.items():
            take_share(draft, row, column, key, part)
        yield part
        once = {key: Entry("", None, entry.place) for key, entry in once.items()}
    unsummed = split - values.keys() - {"claimed_rate"}
    if unsummed and (beside or values.keys() & {*AMOUNTS, "claimed_rate"}):
        values |= beside
        for key in unsummed:
            figures = [number(cell) for _, amounts in found for cell in amounts.get(key, ())]
            whole = sum((figure for figure in figures if figure is not None), Decimal(0))
            values[key] = Entry(f"{whole}", whole)  # without a place, as the form has no cell for it
    if values.keys() & {*AMOUNTS, "claimed_rate"}:
        yield {"level": Entry("合计", None, values["region"].place)} | values
