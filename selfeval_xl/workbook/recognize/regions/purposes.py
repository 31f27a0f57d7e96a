"""Columns for each purpose in a table of regions, recognized by sums (地区 | 小计 | 造林 | 管护) or by 分配 | 使用."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise, zip_longest

from selfeval_xl.lazy import lazy
from selfeval_xl.model import ALLOCATION_COLUMNS as AMOUNTS
from selfeval_xl.workbook.recognize.cells.money_words import divides_money, names_batch
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Table
from selfeval_xl.workbook.recognize.cells.values import ZERO, number
from selfeval_xl.workbook.recognize.tables.headings import read_table
from selfeval_xl.workbook.recognize.tables.proven import gives_rates, lines_with
from selfeval_xl.workbook.recognize.words.labels import guess, likeliest, lookup, squeeze
from selfeval_xl.workbook.recognize.words.totals import SUM_OF_PURPOSES, is_sum
from selfeval_xl.workbook.recognize.words.vocabulary import ALLOCATIONS, AMOUNT_WORDS, SUBHEADINGS
from selfeval_xl.workbook.references import MAX_COLUMN

OF_MONEY = lazy("元|资金|金额|经费|补助|预算")
NO_PURPOSE = lazy("下达|第.批|结余|结转|未使用|未支出|未支付|差额|原因|备注|说明|[率例]$")
_OTHER_MONEY = lazy("上年|以前年度|历年|年初|到位")  # carried over, or received
_CITIES = lazy("省|市|州|设区市|省辖市|地级市")
_SPENT, _SHARED_OUT = lazy("使用|支出|支付|执行"), lazy("分配|安排|下达|预算|拨付")
_ROWS_ABOVE = 3  # rows above a table that say what it is about: a title, the unit
_HEADS = 3  # first cells of a heading, among which that of the regions is looked for
_EXACT = Decimal("0.000001")


def shared_out(sheet: Sheet, row: int, cells: Sequence[Cell]) -> Table | None:
    """The table whose heading is 地区 | 小计 | purposes, one after another, if the figures prove it; else None.

    Nothing else says that the sum is allocated money, so there must also be a total row, and words of money.
    """
    if not any(map(heads_regions, cells[:_HEADS])):
        return None
    table = read_table(sheet, row, ALLOCATIONS)
    if "region" not in table.columns or table.columns.keys() & {"allocated", "used"}:
        return None
    sums = [column for column in table.extra if SUM_OF_PURPOSES.fullmatch(column.heading.label.core)]
    if not sums or not OF_MONEY.search(words_above(sheet, row)):
        return None
    whole = sums[0]
    table.take(whole, assumed(sheet, row))
    totalled = any(is_sum(cell.label) for line in lines_with(sheet, table, whole) for cell in line[:2])
    return table if totalled and "purpose" not in table.columns and _parts(sheet, table, whole) else None


def divided_by_purpose(sheet: Sheet, row: int, cells: Sequence[Cell]) -> Table | None:
    """The table whose heading is 地区 | purposes, one after another, with 分配 | 使用 below each; else None."""
    region = next(filter(heads_regions, cells[:_HEADS]), None)
    if region is None:
        return None
    table = Table(row, row + 1)
    for head, below in _amounts_below(sheet, cells):
        known = [one for one in below if one.label.core in AMOUNT_WORDS]
        keys = {AMOUNT_WORDS[one.label.core]: one for one in known}
        if of_other_money(below):
            keys.pop("claimed_rate", None)
        columns = {key: Column(key, one.column, one.right, head) for key, one in keys.items()}
        if not below:
            reason = tuple(key for key in guess(head.label, ALLOCATIONS) if key == "reason")
            for key in lookup(head.label, ALLOCATIONS)[:1] or reason:
                table.columns.setdefault(key, Column(key, head.column, head.right, head))
        elif len({AMOUNT_WORDS[one.label.core] for one in known}) < len(known) or len(columns.keys() & {*AMOUNTS}) < 2:
            return None
        elif SUM_OF_PURPOSES.fullmatch(head.label.core):
            table.columns.update(columns)
        else:
            table.purposes[squeeze(head.text)] = columns
    inside = [column for group in table.purposes.values() for column in group.values()]
    return table if len(table.purposes) > 1 and region.right < min(one.first for one in inside) else None


def of_other_money(labels: Iterable[Cell]) -> bool:
    """True if a label of the table is about other money than the year's, which a rate beside it may include."""
    return any(_OTHER_MONEY.search(one.label.core) for one in labels)


def heads_regions(cell: Cell) -> bool:
    """True for the heading of the regions' names."""
    return likeliest(cell.label, ALLOCATIONS) == "region"


def take_outer(sheet: Sheet, table: Table) -> Column | None:
    """市 | 县（市、区）: the column of the cities, if the regions in the column beside it lie in them; else None."""
    region = table.columns["region"]
    for cell in sheet.cells(table.top, table.bottom):
        inside = cell.column == region.last + 1 and heads_regions(cell)
        if inside or (cell.right + 1 == region.first and (heads_regions(cell) or _CITIES.fullmatch(cell.label.core))):
            table.extra = [one for one in table.extra if one.heading is not cell]
            beside = Column("region", cell.column, cell.right, cell)
            if inside:
                table.columns["region"] = beside
            return region if inside else beside
    return None


def words_above(sheet: Sheet, row: int) -> str:
    """The words of a heading and of the rows right above it."""
    return "".join(cell.text for _, line in sheet.rows(row - _ROWS_ABOVE, row) for cell in line)


def assumed(sheet: Sheet, row: int) -> str:
    """The key of amounts that only the title explains."""
    above = words_above(sheet, row)
    return "used" if _SPENT.search(above) and not _SHARED_OUT.search(above) else "allocated"


def with_parts(heads: Sequence[Cell], cells: Sequence[Cell]) -> list[tuple[Cell, list[Cell]]]:
    """Each cell of a heading with the cells of the next row that stand below it."""
    ends = [*(cell.column for cell in heads[1:]), MAX_COLUMN + 1]
    return [(head, [c for c in cells if head.column <= c.column < end]) for head, end in zip(heads, ends, strict=True)]


def _amounts_below(sheet: Sheet, cells: Sequence[Cell]) -> list[tuple[Cell, list[Cell]]]:
    """Each heading with the names of amounts, or 结余 and 执行率, below it; nothing if other words stand there too."""
    below = sheet.below(cells[0].row)
    known = all(cell.label.core in AMOUNT_WORDS or NO_PURPOSE.search(cell.label.core) for cell in below)
    return with_parts(cells, below) if known else []


def without_sum(sheet: Sheet, table: Table) -> dict[str, dict[str, Column]]:
    """The columns 中央 | 省级 below 下达资金, if no column has their sum, by name and then by amount.

    Without such a heading (其中：中央补助 | 省级补助) they are what was allocated if the stated rates are of their sum.
    """
    found: dict[str, dict[str, Column]] = {}
    if "purpose" in table.columns:
        return found
    heads = sheet.row(table.top)
    for head, after in zip_longest(heads, heads[1:]):
        key = AMOUNT_WORDS.get(head.label.core, "")
        end = after.column if after else head.right + 1
        inside = [one for one in table.extra if head.column <= one.first < end and one.heading is not head]
        if key in AMOUNTS and key not in table.columns and len(inside) > 1 and _are_sources(inside):
            for column in inside:
                found.setdefault(squeeze(column.heading.text), {})[key] = column
    if not found and "allocated" not in table.columns and {"used", "claimed_rate"} <= table.columns.keys():
        used = table.columns["used"]
        parts: list[Column] = []
        for one in sorted((one for one in table.extra if one.last < used.first), key=lambda one: -one.first):
            if one.last + 1 == (parts[-1] if parts else used).first and _are_sources([one]):
                parts.append(one)
        if len(parts) > 1 and gives_rates(sheet, table, parts, "used"):
            found = {squeeze(one.heading.text): {"allocated": one} for one in reversed(parts)}
    return found


def take_sum(sheet: Sheet, table: Table) -> None:
    """中央资金 | 省级资金 | 合计 | 支出: take the sum as what was allocated, if it is right, or rates are of it."""
    if "allocated" in table.columns or "used" not in table.columns:
        return
    for one in table.extra:
        if SUM_OF_PURPOSES.fullmatch(one.heading.label.core) and one.heading.row == table.top:
            whole = one._replace(key="allocated")
            rated = "claimed_rate" in table.columns and gives_rates(sheet, table, [whole], "used")
            parts = _parts(sheet, table, whole)
            if rated or (parts and _are_sources(parts)):
                table.take(one, "allocated")
                return


def leave_myriads(table: Table) -> None:
    """Drop the key of 受益人口（万人）, as people are counted in whole numbers."""
    for column in table.of("households", "persons"):
        if "万" in column.heading.text:
            table.drop(column.key)


def leave_mixed_rate(sheet: Sheet, table: Table) -> None:
    """Drop a rate beside 上年结转, which may include that, unless it is used ÷ allocated (可用资金合计)."""
    columns = table.columns
    if "claimed_rate" not in columns or not of_other_money(one.heading for one in table.extra):
        return
    given = {"allocated", "used"} <= columns.keys()
    if not (given and gives_rates(sheet, table, [columns["allocated"]], "used")):
        table.drop("claimed_rate")


def _are_sources(columns: Sequence[Column]) -> bool:
    heads = [one.heading for one in columns]
    return all(divides_money(head) or names_batch(head) or head.label.core in SUBHEADINGS for head in heads)


def take_purposes(sheet: Sheet, table: Table) -> dict[str, dict[str, Column]]:
    """The columns of each purpose, by name and then by amount; they are no longer ``extra``.

    Those that only their sum shows are not taken if the rows have purposes of their own, or a region has several rows
    (the columns are batches, or years), or rows from 其中 on are parts of the row above.
    """
    found = table.purposes or without_sum(sheet, table)
    if not (found or "purpose" in table.columns or not table.extra) and _each_once(sheet, table):
        found = _with_sum(sheet, table)
    taken = [column for columns in found.values() for column in columns.values()]
    table.extra = [one for one in table.extra if one not in taken]
    return found


def _with_sum(sheet: Sheet, table: Table) -> dict[str, dict[str, Column]]:
    found: dict[str, dict[str, Column]] = {}
    for key in AMOUNTS:
        if key in table.columns:
            for column in _parts(sheet, table, table.columns[key]):
                found.setdefault(squeeze(column.heading.text), {})[key] = column
    return found


def _each_once(sheet: Sheet, table: Table) -> bool:
    """True if every row but totals names a region, none twice, and none as a part of another."""
    region = table.columns["region"]
    whole, *_ = table.of(*AMOUNTS)
    names = [
        squeeze("".join(cell.text for cell in line if region.holds(cell)))
        for line in lines_with(sheet, table, whole)
        if not any(is_sum(cell.label) for cell in line[:2])
    ]
    return all(name and not name.startswith("其中") for name in names) and len(set(names)) == len(names)


def _parts(sheet: Sheet, table: Table, whole: Column) -> list[Column]:
    """The unknown columns on one side of a sum that add up to it in half of the rows, and in two at least.

    Two of them must have a figure in some such row: a single one may just repeat the amount.
    """
    lines = lines_with(sheet, table, whole)
    own = [one for one in table.extra if not _of_another(sheet, table, one, whole)]
    after = _adjoining(whole, sorted((one for one in own if one.first > whole.last), key=lambda one: one.first))
    before = _adjoining(whole, sorted((one for one in own if one.last < whole.first), key=lambda one: -one.first))
    for side in (after, before):
        equal, divided = [0] * len(side), [False] * len(side)  # by the number of columns added: rows that are right
        for line in lines:
            figures = {cell.column: number(cell) or ZERO for cell in line}
            parts = [figures.get(column.first, ZERO) for column in side]
            for index, (added, filled) in enumerate(zip(accumulate(parts), accumulate(map(bool, parts)), strict=True)):
                same = abs(added - figures.get(whole.first, ZERO)) < _EXACT
                equal[index] += same
                divided[index] |= same and filled > 1
        most = max((count for count, proven in zip(equal, divided, strict=True) if proven), default=0)
        if most >= max(2, (len(lines) + 1) // 2):
            last = next(index for index, count in enumerate(equal) if count == most and divided[index])
            return sorted(side[: last + 1], key=lambda one: one.first)
    return []


def _of_another(sheet: Sheet, table: Table, part: Column, whole: Column) -> bool:
    """True for a column below another amount's heading: 中央 | 省级 below 下达资金 don't divide 实际支出."""
    *_, head = sheet.beginning(table.top, table.left, part.first) or [part.heading]
    key = AMOUNT_WORDS.get(head.label.core, "") if head is not part.heading else ""
    return bool(key and whole.key) and key != whole.key


def _adjoining(whole: Column, side: Sequence[Column]) -> list[Column]:
    """Those of the columns, nearest first, that stand side by side without a known one between them."""
    kept: list[Column] = []
    for last, one in pairwise([whole, *side]):
        apart = one.first != last.last + 1 and one.last != last.first - 1
        if apart or NO_PURPOSE.search(one.heading.label.core):
            break
        kept.append(one)
    return kept
