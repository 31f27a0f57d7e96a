"""The heading of a table: which column holds what, also where a heading has two rows or a word can mean two columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

from selfeval_xl.lazy import lazy
from selfeval_xl.model import CHANGE_COLUMNS, ONE_OF_REGIONS, UNUSED_COLUMN
from selfeval_xl.workbook.recognize.column_marks import last_row
from selfeval_xl.workbook.recognize.labels import OF_WHICH, Label, guess, is_filler, lookup, squeeze
from selfeval_xl.workbook.recognize.money_words import (
    divides_money,
    ends_as_total,
    names_batch,
    names_source,
    names_total,
)
from selfeval_xl.workbook.recognize.proven import take_cost
from selfeval_xl.workbook.recognize.sheet import Cell, Column, Position, Sheet, Table
from selfeval_xl.workbook.recognize.values import is_number
from selfeval_xl.workbook.recognize.vocabulary import (
    ALLOCATIONS,
    FIELDS,
    FUNDS,
    INDICATORS,
    MAIN_SUBHEADINGS,
    MONEY,
    MONEY_AND_RATE,
    REGION,
    SECTIONS,
    SUBHEADINGS,
    TITLES,
    Vocabulary,
)

NAMES = ("level1", "level2", "name")
_OF_YEAR = lazy(r"(20\d\d)年")
_LAST_YEAR = lazy("(?:上|去|上一)年度?(?:情况|指标|目标|数据|实际)?")
_EARLIER = "earlier"  # no year's number, and whichever year the form is of, it is another
_REVIEW = lazy("复核|复评|抽查|评审")
_MOVED = lazy("调整(?!后)")
CARRIED = lazy("(?:上年|上年度|以前年度|历年|年初)?结[转余](?:结余)?(?:资金|预算|金额|数)?")
_OF_THIS_YEAR = lazy("[本当]年度?")
_ALL_REGIONS = lazy("全[省市县区州旗国](?:合计|总计|情况)?|合计|总计|汇总|总体|全部")
_SUM_OF = "合计|总计|小计|总额|总数"
WITH_CARRIED = lazy(
    f"(?:本年度?|全年|年度|可用|项目|预算|资金|金额|经费|收入)*(?:{_SUM_OF})数?|可用(?:资金|金额|经费)数?"
)
_ANY_SUM = lazy(
    f"(?:[本当]年度?|全年|年度|年初|期初|调整后?|可用|项目|预算|资金|金额|经费|收入|支出|支付|执行|使用|决算)*(?:{_SUM_OF})数?"
    "|可用(?:资金|金额|经费)数?"
)
Slot = tuple[int, int, Cell, tuple[str, ...]]
"""A heading: its first and last column, its cell, and the keys that it may mean."""
_TARGET_AND_ACTUAL = {("target",), ("actual",)}
_PART = ("",)  # of a sum that stands in another column: no key of its own, and nothing to be guessed


def read_table(sheet: Sheet, row: int, words: Vocabulary) -> Table:
    """The table whose heading begins in ``row``, read with the words of one kind of table; may have no columns."""
    left = left_edge(sheet, row, words)
    heads = [cell for cell in sheet.row(row) if cell.column >= left]
    depth = _depth(heads, words)
    cells = [cell for cell in heads if cell.bottom <= depth or not _is_side_label(cell, words)]
    slots: list[Slot] = []
    second = _second_row(sheet, cells, words)
    divided = _of_parts(cells, second) if words is not INDICATORS and words is not ALLOCATIONS else []
    over: dict[Position, str] = {}
    split: dict[Position, list[Column]] = {}
    for index, cell in enumerate(cells):
        last = cells[index + 1].column - 1 if index + 1 < len(cells) else cell.right
        below = sheet.beginning(row + 1, cell.column, last) if second and cell.bottom == row else []
        if not below:
            slots.append((cell.column, last, cell, lookup(cell.label, words)))
            continue
        if below[0].column > cell.column and lookup(cell.label, words):
            slots.append((cell.column, below[0].column - 1, cell, lookup(cell.label, words)))
        if words is FUNDS and _is_divided(cell, below):
            slots.append((cell.column, last, cell, lookup(cell.label, words)))
            ends = [*(one.column - 1 for one in below[1:]), max(last, below[-1].right)]
            split[cell.at] = [Column("", one.column, end, one) for one, end in zip(below, ends, strict=True)]
            continue
        pair = {"weight", "claimed_score"} <= {key for one in below for key in lookup(one.label, words)[:1]}
        for position, under in enumerate(below):
            end = below[position + 1].column - 1 if position + 1 < len(below) else max(last, under.right)
            meant = lookup(under.label, words) if pair else _under(cell.label, under.label, words)
            keys = () if cell in divided or _REVIEW.search(cell.label.core) else meant  # 自评 over 分值 is no 自评分值
            slots.append((under.column, end, under, keys))
            over[under.at] = _EARLIER if _LAST_YEAR.fullmatch(cell.label.core) else _year_of(cell)
    table = Table(row, max([row, *(cell.row for cell in second)]), left)
    if words is INDICATORS:
        slots = _of_all_regions(sheet, cells, slots)
        table.regions = _of_each_region(sheet, cells, slots)
        later = {column.first for columns in table.regions.values() for column in columns[1:]}
        slots = [(*slot[:3], _PART if slot[0] in later else slot[3]) for slot in slots]
    elif words is ALLOCATIONS:
        slots = _of_batches(slots)
    corner = _above_names(sheet.row(last_row(sheet, max(table.bottom, depth)) + 1), slots, words)
    table.extra.extend(Column("", first, last, cell) for first, last, cell, _ in corner)
    slots = [slot for slot in slots if slot not in corner]
    resolve(table, slots, words, _years_above(sheet, row) if any(map(_year_of, cells)) else frozenset(), over)
    _leave_empty(sheet, table)
    if words is not INDICATORS and words is not ALLOCATIONS:
        take_cost(sheet, table)
    headed = ((key, column.heading.at) for key, column in table.columns.items())
    table.parts = {key: split[at] for key, at in headed if at in split}
    known = {column.heading.at for column in table.columns.values()}
    known -= {cell.at for cell, after in pairwise(heads) if is_number(after)}
    for _, _, cell, _ in slots:
        # A label of the whole block, or of the figures beside it, says nothing about the height of the heading.
        alone = cell.bottom > depth and any(is_number(one) for one in sheet.row(cell.bottom))
        if cell.bottom <= row + 2 and cell.at in known and cell.label.core not in SECTIONS and not alone:
            table.bottom = max(table.bottom, cell.bottom)
    table.bottom = last_row(sheet, table.bottom)
    return table


def mark_heading(sheet: Sheet, table: Table) -> None:
    """Mark all cells of the heading as labels, and record the words that could be either of two columns."""
    for _, cells in sheet.rows(table.top, table.bottom):
        for cell in cells:
            if cell.column >= table.left:
                sheet.use(cell)
    for columns in table.regions.values():
        sheet.doubt(columns[0].heading, ONE_OF_REGIONS, *(squeeze(one.heading.text) for one in columns))
    for column in table.extra:
        if column.key in table.columns and column.heading.label.core not in SECTIONS and _may_be(sheet, table, column):
            sheet.doubt(column.heading, UNUSED_COLUMN, TITLES[column.key])


def _leave_empty(sheet: Sheet, table: Table) -> None:
    """Of two headings of one kind that counts which has figures below: 资金总额 may only stand beside them."""
    for index, other in enumerate(table.extra):
        column = table.columns.get(other.key) if other.key in MONEY_AND_RATE else None
        if column is not None and not _may_be(sheet, table, column) and _may_be(sheet, table, other):
            table.columns[other.key] = other
            table.extra[index] = column


def _may_be(sheet: Sheet, table: Table, column: Column) -> bool:
    """False for a heading of amounts without any figure below it: nobody would miss what it holds."""
    below = (sheet.beginning(table.bottom + down, column.first, column.last) for down in (1, 2, 3))
    return column.key not in MONEY_AND_RATE or any(is_number(cell) for cells in below for cell in cells)


def _above_names(line: list[Cell], slots: list[Slot], words: Vocabulary) -> list[Slot]:
    """The headings that may be those of amounts (预算资金 in the corner), but stand above the names of the lines.

    ``line``: the first cells below the heading.  Only where two others are left for the money: words below a heading of
    amounts may just as well be a wrong figure.
    """
    if words is INDICATORS or not line or is_number(line[0]) or is_filler(line[0].text):
        return []
    corner = [slot for slot in slots if slot[0] <= line[0].column and _means(slot, words, MONEY_AND_RATE)]
    if not corner:
        return []
    money = [slot for slot in slots if slot not in corner and _means(slot, words, MONEY)]
    figures = {cell.column for cell in line if is_number(cell)}
    named = not any(first <= column <= last for first, last, *_ in corner for column in figures)
    behind = all(line[0].column < first for first, *_ in money)
    return corner if named and behind and len(money) >= 2 else []


def _means(slot: Slot, words: Vocabulary, keys: frozenset[str]) -> bool:
    return not keys.isdisjoint(slot[3] or guess(slot[2].label, words))


def left_edge(sheet: Sheet, row: int, words: Vocabulary) -> int:
    """Where the table begins: behind fields and their values (项目名称 | 甲 | 年度 | 2024), which stand beside some.

    Headings of amounts that stand right below them leave behind whatever reaches down over these, or is a figure.
    """
    cells, left = sheet.row(row), 1
    while len(cells) > 3:
        field, value, *rest = cells
        alone = lookup(field.label, FIELDS)[:1] and not lookup(value.label, words) and not guess(value.label, words)
        below = sheet.beginning(row + 1, field.column, field.right)
        aside = is_number(value) or (alone and min(field.bottom, value.bottom) > row)
        if (alone and below and lookup(below[0].label, FIELDS)) or (aside and head_amounts(sheet, rest)):
            cells, left = rest, rest[0].column
        elif left > 1 or lookup(field.label, words):
            break
        else:
            cells = cells[1:]
    return left


def head_amounts(sheet: Sheet, cells: list[Cell]) -> bool:
    """True for a row of which two headings side by side have their figures right below, whatever stands beside them."""
    keys: set[str] = set()
    for cell, after in pairwise([*cells, None]):
        assert cell is not None
        if is_number(cell) or (after is not None and is_number(after)):
            keys = set()  # a figure, or a label that has its figure beside it
        elif cell.bottom == cell.row and any(map(is_number, sheet.beginning(cell.row + 1, cell.column, cell.right))):
            keys |= MONEY_AND_RATE.intersection(lookup(cell.label, FUNDS)[:1])
        if len(keys) > 1:
            return True
    return False


def _is_side_label(cell: Cell, words: Vocabulary) -> bool:
    """True for 绩效指标 beside the table, merged downwards along it, and for other labels that reach far down."""
    return cell.bottom > cell.row + 1 and (cell.label.core in SECTIONS or not lookup(cell.label, words))


def _depth(cells: list[Cell], words: Vocabulary) -> int:
    """The last row of a heading of several rows, which at least two of its words reach; 0 where there are none."""
    known = [cell.bottom for cell in cells if cell.label.core not in SECTIONS and lookup(cell.label, words)]
    return max((bottom for bottom in known if known.count(bottom) > 1), default=0)


def _second_row(sheet: Sheet, top: list[Cell], words: Vocabulary) -> list[Cell]:
    """The cells of a second heading row, or nothing where the next row already holds data."""
    if not top:
        return []
    row = top[0].row + 1
    cells = sheet.row(row)
    if len(cells) < 2 or any(is_number(cell) or not squeeze(cell.text) for cell in cells):
        return []
    if words is not INDICATORS and any(lookup(cell.label, INDICATORS)[:1] == ("level1",) for cell in cells):
        return []  # the heading of the table below
    if words is ALLOCATIONS and _depth(top, words) == row:
        below = [sheet.beginning(row, head.column, head.right) for head in top]
        if sum(len(parts) for parts in below if len(parts) > 1) == len(cells):
            return cells  # 造林 | 管护 below 下达资金, the headings beside which reach down to here, whatever they mean
    known = 0
    low = [head for head in top if head.bottom == head.row]
    for cell in cells:
        at = bisect_right(low, cell.column, key=lambda head: head.column)
        if not at or not cell.label.core or len(cell.label.core) > 14:
            return []
        above = low[at - 1]
        # Two words below one heading divide it, also where they are only guessed: 考核目标 | 业绩.
        shared = any(other is not cell for other in sheet.beginning(row, above.column, above.right))
        means = _under(above.label, cell.label, words) or (guess(cell.label, words) if shared else ())
        known += bool(means) or cell.label.core in SUBHEADINGS or above.label.core == "其中"
    if known >= 2 and known * 2 >= len(cells):
        return cells
    # Below a wide heading (预算安排) one known word tells that what stands beside it is a heading too.
    reach = [(head.column, end) for head, end in zip(top, _ends(top), strict=True) if end > head.column]
    wide = all(any(first <= cell.column <= end for first, end in reach) for cell in cells)
    return cells if known and wide else []


def _ends(top: list[Cell]) -> list[int]:
    """The last column below each heading, also where it is not merged over those."""
    return [max(head.right, after.column - 1) for head, after in pairwise(top)] + [cell.right for cell in top[-1:]]


def _under(above: Label, label: Label, words: Vocabulary) -> tuple[str, ...]:
    """What a heading means below another: 年初 below 预算数 is 年初预算数, 总额 below 全年预算数 all of it."""
    meant = lookup(above, words) or _guessed(above, words)
    if label.core in MAIN_SUBHEADINGS and meant:
        return meant
    if label.core in ("单位", "计量单位", "度量单位") and meant[:1] == ("actual",):
        return ("actual_unit",)
    together = next((text for text in (label.core + above.core, above.core + label.core) if text in words), None)
    return words[together] if together else lookup(label, words)


def _of_parts(top: list[Cell], second: list[Cell]) -> list[Cell]:
    """财政资金 and 自筹资金, each over its own 预算 | 执行, beside 合计 over those of all the money."""
    wide = [cell for cell, end in zip(top, _ends(top), strict=True) if second and end > cell.column]
    if sum(map(names_total, wide)) != 1:
        return []
    return [cell for cell in wide if names_source(cell) and not names_total(cell) and not lookup(cell.label, FUNDS)]


def _is_divided(above: Cell, below: list[Cell]) -> bool:
    """True for 预算数 over 基本支出 | 项目支出, without a column of their sum."""
    money = not MONEY.isdisjoint(lookup(above.label, FUNDS))
    own = all(divides_money(one) and not OF_WHICH.match(one.text) and not names_total(one) for one in below)
    return money and own and len(below) > 1 and below[0].column == above.column


def _guessed(above: Label, words: Vocabulary) -> tuple[str, ...]:
    """What a divided heading seems to mean: 2023年预算资金 over 中央 | 省级 | 小计, 完成 over 数值 | 单位."""
    return guess(above, words) if words in (ALLOCATIONS, INDICATORS) else ()


def _year_of(cell: Cell) -> str:
    match = _OF_YEAR.match(cell.label.core) if cell.label.core.startswith("20") else None
    return match[1] if match else ""


def _of_all_regions(sheet: Sheet, top: list[Cell], slots: list[Slot]) -> list[Slot]:
    """指标值 and 完成值 once for each region and once for all: the columns of 全市, where these stand together.

    The regions stand below 指标值 | 完成值, or above them.
    """
    below = {cell.at: sheet.beginning(cell.row + 1, cell.column, cell.right) for cell in top}
    for group in (below[cell.at] for cell in top if _ALL_REGIONS.fullmatch(cell.label.core)):
        whole = {slot[3][:1] for slot in slots if slot[2] in group} & _TARGET_AND_ACTUAL
        if len(whole) == 2:
            return [(*slot[:3], slot[3] if slot[2] in group or slot[3][:1] not in whole else _PART) for slot in slots]
    found: list[Slot] = []
    for first, last, cell, keys in slots:
        regions = below.get(cell.at, []) if keys[:1] in _TARGET_AND_ACTUAL else []
        total = next((one for one in regions if _ALL_REGIONS.fullmatch(one.label.core)), None)
        if total is None or len(regions) < 3:
            found.append((first, last, cell, keys))
        else:
            found += [(one.column, one.right, one, keys if one is total else _PART) for one in regions]
    return found


def _of_batches(slots: list[Slot]) -> list[Slot]:
    """提前下达 | 正式下达 without their sum: none of them is all that was allocated."""
    batches = [slot for slot in slots if not slot[3] and names_batch(slot[2])]
    others = (slot for slot in slots if slot not in batches)
    if len(batches) < 2 or any("allocated" in (keys or guess(cell.label, ALLOCATIONS)) for *_, cell, keys in others):
        return slots
    return [(*slot[:3], _PART if slot in batches else slot[3]) for slot in slots]


def _of_each_region(sheet: Sheet, top: list[Cell], slots: list[Slot]) -> dict[str, list[Column]]:
    """指标值 and 完成值 once for each region, and nowhere for all: each column under the name of its region.

    The regions stand above these words, below them, or before them (甲县完成值).
    """
    found: dict[str, list[Column]] = {}
    whole = set[str]()
    for first, last, cell, keys in slots:
        key = next(iter(keys or guess(cell.label, INDICATORS)), "")
        if (key,) not in _TARGET_AND_ACTUAL:
            continue
        above = [one for one in top if one.row < cell.row and one.column <= cell.column <= one.right]
        below = sheet.beginning(cell.row + 1, cell.column, cell.right)
        if len(below) > 1 and all(REGION.fullmatch(one.label.core) for one in below):
            found.setdefault(key, []).extend(Column(key, one.column, one.right, one) for one in below)
        elif region := next((one for one in above if REGION.fullmatch(one.label.core)), _before_word(cell)):
            found.setdefault(key, []).append(Column(key, first, last, region))
        else:
            whole.add(key)
    return {key: columns for key, columns in found.items() if key not in whole and len(columns) > 1}


def _before_word(cell: Cell) -> Cell | None:
    """The heading 甲县实际完成值: a region and what the column has of it; None for others."""
    core = cell.label.core
    words = (core[at:] for at in range(2, len(core)) if REGION.fullmatch(core[:at]))
    own = core not in INDICATORS and any(INDICATORS.get(word, ())[:1] in _TARGET_AND_ACTUAL for word in words)
    return cell if own else None


def _years_above(sheet: Sheet, row: int) -> frozenset[str]:
    """The years that stand over a table, in the form's title or beside it."""
    return frozenset(year for year, first in sheet.years.items() if first < row)


def resolve(
    table: Table,
    slots: list[Slot],
    words: Vocabulary,
    own: frozenset[str] = frozenset(),
    over: Mapping[Position, str] = MappingProxyType({}),
) -> None:
    """Give each column its key: clear words first, then weak ones, then guesses, then the names of sections.

    三级指标 goes before what else may head the names (指标, 指标内容), 调整后预算 before what it stands for now.
    A guessed reason (未使用原因) goes before the weak words: 备注 beside it is a remark.  What a project costs over
    all its years (项目总预算) is this year's budget only where no other is given.  Of guesses those of the form's year
    go first (2023年预算数), those of another year last, and sums before parts (提前下达 | 正式下达 | 下达资金合计); two
    others for one column are a doubt.  It is the one of its ``own`` years, or else of all, that most headings name.
    ``over`` has the years in the headings above (2023年 over 目标值 | 完成值): what is another year's by that is no
    column of this one's.
    """

    def named_year(cell: Cell) -> str:
        return over.get(cell.at) or _year_of(cell)

    years = [year for slot in slots if (year := named_year(slot[2])) not in ("", _EARLIER)]
    year = max(years, key=lambda one: (one in own, years.count(one), one), default="")
    if own and year not in own:
        year = ""

    def order(slot: Slot) -> tuple[bool, bool, bool, bool, int, bool, bool]:
        label, keys = slot[2].label, slot[3]
        reason = not keys and guess(label, words) == ("reason",)
        lasting = "总预算" in label.core
        known = 0 if len(keys) == 1 else 1 if reason else 2 if keys else 4 + of_year(slot[2])
        stale = "调整后" not in label.core
        part = not keys and not ends_as_total(label)
        return label.core in SECTIONS, past(slot[2]), stale, lasting, known, part, not label.core.startswith("三级")

    def of_year(cell: Cell) -> int:
        named = named_year(cell)
        return 0 if not named else -1 if named == year else 1

    def past(cell: Cell) -> bool:
        return bool(over.get(cell.at)) and of_year(cell) > 0

    guessed: set[str] = set()
    either: set[tuple[str, tuple[str, ...]]] = set()  # words that have been given one of their meanings
    for slot in sorted(_told_apart(_added_up(slots, words), words), key=order):
        first, last, cell, keys = slot
        likely = keys or (() if _heads_goals(table, first, cell) else guess(cell.label, words))
        again = len(keys) > 1 and (cell.label.full, keys) in either
        either.add((cell.label.full, keys))
        key = None if again else next((key for key in likely if key and key not in table.columns), None)
        if key is not None:
            table.columns[key] = Column(key, first, last, cell)
            if not keys and not of_year(cell):
                guessed.add(key)
        else:
            doubted = () if past(cell) else keys or (likely if guessed.issuperset(likely) and not of_year(cell) else ())
            table.extra.append(Column(doubted[0] if doubted else "", first, last, cell))


def _heads_goals(table: Table, column: int, cell: Cell) -> bool:
    """True for 绩效目标 before the indicators' names: it says which goal they serve, and is no target of theirs."""
    before = any(column <= table.columns[key].first for key in NAMES if key in table.columns)
    return before and cell.label.core.endswith(("目标", "任务"))


def _added_up(slots: list[Slot], words: Vocabulary) -> list[Slot]:
    """上年结转 | 本年预算 | 合计: the budget is the sum, and that of this year alone is a part of it.

    Of several sums each adds up the columns since the one before: 合计 behind 结转支出 | 本年支出 is what was spent.
    """
    carried = [at for at, slot in enumerate(slots) if CARRIED.fullmatch(slot[2].label.core)]
    sums = [at for at, slot in enumerate(slots) if _ANY_SUM.fullmatch(slot[2].label.core)]
    if not carried or not sums:
        return slots
    leading = sums[0] < carried[0]  # 合计 | 上年结转 | 本年预算
    keys: dict[int, tuple[str, ...]] = {}
    for before, at, after in zip([-1, *sums], sums, [*sums[1:], len(slots)], strict=False):
        parts = range(at + 1, after) if leading else range(before + 1, at)
        inside = {slots[part][3][0] for part in parts if slots[part][3]} & {*MONEY, *CHANGE_COLUMNS}
        told = slots[at][3] or guess(slots[at][2].label, words)
        goes_on = any(slot[3][:1] == ("adjusted",) for slot in slots[at + 1 :])  # 年初预算 | 合计 | 调整后预算 | 合计
        alone = inside == {"executed"} or (inside == {"initial"} and goes_on)
        key = told[0] if told else next(iter(inside)) if alone else "adjusted"
        if key not in MONEY or (key,) in keys.values():
            continue
        own = (slot for slot in enumerate(slots) if key in slot[1][3])
        keys |= {part: () for part, slot in own if _OF_THIS_YEAR.match(slot[2].label.core)}
        if len(sums) > 1:
            keys |= {part: _PART for part in parts if key in slots[part][3][:1]}
        keys[at] = (key,)
    return [(*slot[:3], keys.get(at, slot[3])) for at, slot in enumerate(slots)]


def _told_apart(slots: list[Slot], words: Vocabulary) -> list[Slot]:
    """The budgets before and after a change, and the change, each told by what stands beside it.

    调整预算数 alone is the budget after the change; beside 全年预算数 it is the change, whichever stands first.  Beside
    调整后核定预算 another budget is that before it, and so is 预算批复数 beside a change.
    """
    change = [slot for slot in slots if slot[3] == ("adjusted",) and _MOVED.search(slot[2].label.core)]
    if any(slot[3] == ("adjusted",) for slot in slots if slot not in change):
        slots = [(*slot[:3], ("change",)) if slot in change else slot for slot in slots]
    after = any("调整后" in slot[2].label.core and _means(slot, words, MONEY) for slot in slots)
    changed = any(slot[3] and slot[3][0] in CHANGE_COLUMNS for slot in slots)
    if any(slot[3] == ("initial",) for slot in slots):
        return slots
    return [(*slot[:3], ("initial",)) if _is_before(slot, words, after, changed) else slot for slot in slots]


def _is_before(slot: Slot, words: Vocabulary, after: bool, changed: bool) -> bool:
    """True for a budget that may be either, beside the one ``after`` the change; for 批复 also where it ``changed``."""
    core, keys = slot[2].label.core, slot[3]
    either = {"initial", "adjusted"} <= set(keys) or (not keys and guess(slot[2].label, words) == ("adjusted",))
    return either and "调整后" not in core and (after or (changed and "批复" in core))
