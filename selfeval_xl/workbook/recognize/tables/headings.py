"""Reads the heading of a table: which column holds what, even in several rows, or if a word could mean two columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise, zip_longest

from selfeval_xl.lazy import lazy
from selfeval_xl.model import ONE_OF_REGIONS, UNUSED_COLUMN
from selfeval_xl.quantity.signs import DIRECTIONS, op_of
from selfeval_xl.workbook.recognize.cells.money_words import divides_money, names_source, names_total, share_money
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Position, Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Table
from selfeval_xl.workbook.recognize.cells.values import is_number
from selfeval_xl.workbook.recognize.tables.keys import AIMS, DERIVED, JUDGE, PART, Slot, means, resolve
from selfeval_xl.workbook.recognize.tables.proven import leave_other_rate, take_completion, take_cost
from selfeval_xl.workbook.recognize.tables.together import Split, settle_together
from selfeval_xl.workbook.recognize.tables.years import EARLIER, year_of
from selfeval_xl.workbook.recognize.words.figures import plain_number
from selfeval_xl.workbook.recognize.words.labels import (
    OF_WHICH,
    Label,
    guess,
    is_filler,
    likeliest,
    lookup,
    meaning,
    pair_in,
    read_label,
    squeeze,
)
from selfeval_xl.workbook.recognize.words.vocabulary import (
    ALLOCATIONS,
    FIELDS,
    FUNDS,
    GOALS,
    INDICATORS,
    MAIN_SUBHEADINGS,
    MONEY,
    MONEY_AND_RATE,
    NAMES,
    POINTS,
    SECTIONS,
    SUBHEADINGS,
    TASKS,
    TITLES,
    Vocabulary,
)

_LAST_YEAR = lazy("(?:上|去|上一)年度?(?:情况|指标|目标|数据|实际)?")
_ALL_YEARS = lazy(".{0,4}(?:累计|合计|总计)")
_REVIEW = lazy("复核|复评|抽查|评审")
_YEAR = lazy(r"20\d\d年度?")
_ROW = lazy("[栏列行]次|栏目|序号")
_MARK = lazy(
    r"\(?(?:第?(?P<number>\d{1,2})[栏列]?(?:=.{1,20})?|(?P<letter>[A-Z])(?:[=/÷×*+-].{1,20})?|[甲乙丙丁戊])\)?"
)
_AMOUNTS = MONEY_AND_RATE | {"allocated", "used"}
_MAIN_BELOW = {"level1": "指标名称", "level2": "指标名称", "target": "年初"}
_SIGNS = 9  # rows below a heading that are searched for a sign
_FEWEST = 3  # consecutive numbers that number the columns and are no data


def read_table(sheet: Sheet, row: int, words: Vocabulary) -> Table:
    """The table whose heading begins in ``row``, read with one kind of table's vocabulary; it may have no columns."""
    left = left_edge(sheet, row, words)
    lowest, heads = _unfolded(sheet, row, [cell for cell in sheet.row(row) if cell.column >= left], words)
    depth = lowest + 1 if lowest > row else _depth(heads, words)
    cells = [cell for cell in heads if cell.bottom <= depth or not _is_side_label(cell, words)]
    second = _second_row(sheet, lowest + 1, cells, words)
    table = Table(row, max([row, *(cell.row for cell in second)]), left)
    slots, over, split = _slots(sheet, lowest, cells, second, words)
    slots = settle_together(sheet, table, cells, slots, split, words)
    corner = _above_names(sheet.row(_last_row(sheet, max(table.bottom, depth)) + 1), slots, words)
    table.extra.extend(Column("", first, last, cell) for first, last, cell, _ in corner)
    slots = [slot for slot in slots if slot not in corner]
    years = _years_above(sheet, row, slots)
    above = sheet.years.items() if years or any(map(year_of, (*cells, *second))) else ()
    own = frozenset(year for year, first in above if first < row - bool(years))
    resolve(table, slots, words, own, years | over)
    if words is INDICATORS:
        _take_aims(table)
        _take_own_unit(table)
    _prefer_filled(sheet, table)
    for settle in (take_cost, take_completion, leave_other_rate):
        settle(sheet, table)
    table.parts = {key: split[at] for key, column in table.columns.items() if (at := column.heading.at) in split}
    known = {column.heading.at for column in table.columns.values()}
    known -= {cell.at for cell, after in pairwise(heads) if is_number(after)}
    for _, _, cell, _ in slots:
        # A label beside the whole block, or beside figures, says nothing about the height of the heading.
        alone = cell.bottom > depth and any(is_number(one) for one in sheet.row(cell.bottom))
        if cell.bottom <= lowest + 2 and cell.at in known and cell.label.core not in SECTIONS and not alone:
            table.bottom = max(table.bottom, cell.bottom)
    table.bottom = _last_row(sheet, table.bottom)
    return table


def _slots(
    sheet: Sheet, lowest: int, cells: list[Cell], second: list[Cell], words: Vocabulary
) -> tuple[list[Slot], dict[Position, str], Split]:
    """The headings in row ``lowest`` and below it, the years over them, and the columns that divide each amount."""
    slots: list[Slot] = []
    over: dict[Position, str] = {}
    split: Split = {}
    divided = _of_parts(cells, second) if words is not INDICATORS and words is not ALLOCATIONS else []
    shares = _shares(cells, second) if words is FUNDS else []
    first_of: dict[tuple[str, ...], Position] = {}
    yearly = sum(map(bool, map(year_of, cells))) > 1
    for cell, last in zip(cells, _ends(cells, second), strict=True):
        keys = lookup(cell.label, words)
        below = sheet.beginning(lowest + 1, cell.column, last) if second and cell.bottom <= lowest else []
        if not below:
            slots.append(Slot(cell.column, last, cell, keys))
            continue
        if words is INDICATORS and keys[:1] == ("reason",) and all(map(_gives_reasons, below)):
            slots.append(Slot(cell.column, max(last, below[-1].right), cell, keys))  # 经费保障 | 人员保障 | 原因说明
            continue
        if below[0].column > cell.column and keys:
            slots.append(Slot(cell.column, below[0].column - 1, cell, keys))
        ends = [*_ends(below)[:-1], max(last, below[-1].right)]
        if words is FUNDS and _is_divided(cell, below):
            slots.append(Slot(cell.column, last, cell, keys))
            split[cell.at] = [Column("", one.column, end, one) for one, end in zip(below, ends, strict=True)]
            continue
        if cell in shares:
            for under, end in zip(below, ends, strict=True):
                meant = meaning(under.label, words)
                meant = PART if MONEY_AND_RATE.isdisjoint(meant) else meant
                first = first_of.setdefault(meant, under.at)  # what stands below the further shares is a part of it
                split.setdefault(first, []).append(Column("", under.column, end, cell))
                slots.append(Slot(under.column, end, under, meant if first == under.at else PART))
            continue
        apart = cell in divided or _REVIEW.search(cell.label.core)
        named = {key for one in below for key in lookup(one.label, words)[:1]}
        if words is not INDICATORS:
            named |= {*keys} & {"weight"}  # 分值 over 执行率 | 得分
        pair = {*POINTS} <= named
        other = _LAST_YEAR.fullmatch(cell.label.core) or (yearly and _ALL_YEARS.fullmatch(cell.label.core))
        money = words is INDICATORS and sum(not MONEY.isdisjoint(lookup(one.label, FUNDS)) for one in below) > 1
        for under, end in zip(map(_of_execution, below) if money else below, ends, strict=True):
            meant = lookup(under.label, words) if pair else _meaning_below(cell.label, under.label, words)
            slots.append(Slot(under.column, end, under, () if apart else meant))  # 自评 over 分值 is no 自评分值
            over[under.at] = EARLIER if other else year_of(cell) or year_of(under)
    return slots, over, split


def _of_execution(cell: Cell) -> Cell:
    """得分 beside 预算数 | 执行数, below 预算执行情况, read as 执行率得分: it is no indicator's score."""
    of_points = not {*POINTS}.isdisjoint(lookup(cell.label, FUNDS))
    return cell._replace(label=read_label(f"执行率{cell.label.core}")) if of_points else cell


def _years_above(sheet: Sheet, row: int, slots: Sequence[Slot]) -> dict[Position, str]:
    """The years over the headings (2023年 | 2024年), from a row above that is no part of the heading."""
    above = sheet.row(row - 1)
    over = [(cell, last, year) for cell, last in zip(above, _ends(above), strict=True) if (year := year_of(cell))]
    if len({year for _, _, year in over}) < 2:
        return {}
    starts = [cell.column for cell, _, _ in over]
    nearest = ((slot, over[at - 1]) for slot in slots if (at := bisect_right(starts, slot.first)))
    return {slot.cell.at: year for slot, (_, last, year) in nearest if slot.first <= last}


def _take_aims(table: Table) -> None:
    """Take 履职目标 | 目标值 | 分值 or 工作任务 | 指标值 | 完成值 as names, if no other column has any."""
    columns = table.columns
    if {*NAMES} & columns.keys() or "target" not in columns:
        return
    before = [one for one in table.extra if one.last < columns["target"].first]
    goals = [one for one in before if one.heading.label.core.endswith(AIMS)]
    tasks = [one for one in before if one.heading.label.core in TASKS]
    money = any(MONEY.intersection(lookup(one.heading.label, FUNDS)) for one in table.extra)
    if goals and {*POINTS} <= columns.keys():
        table.take(goals[0], "name")
    elif len(tasks) == 1 and "actual" in columns and not money:
        table.take(tasks[0], "name")


def _take_own_unit(table: Table) -> None:
    """Take the second 单位 of 指标值 | 单位 | 完成值 | 单位 as the unit of the actuals."""
    actual = table.columns.get("actual")
    for column in [one for one in table.extra if actual and one.key == "unit" and one.first == actual.last + 1]:
        table.take(column, "actual_unit")


def mark_heading(sheet: Sheet, table: Table) -> None:
    """Mark the cells of the heading as labels, and record the headings that could be either of two columns."""
    goals = _goals_beside(sheet, table) if MONEY & table.columns.keys() else ()
    for cell in sheet.cells(table.top, table.bottom):
        if cell.column >= table.left and cell not in goals:
            sheet.use(cell)
    for columns in table.regions.values():
        sheet.doubt(columns[0].heading, ONE_OF_REGIONS, *(squeeze(one.heading.text) for one in columns))
    for column in table.extra:
        beside = column.heading.label.core in SECTIONS and not _is_behind_names(table, column)
        own = column.key == "claimed_score" and "自评" in table.columns["claimed_score"].heading.label.core
        other = own and second_judge(sheet, table, column)
        if column.key in table.columns and not beside and not other and _fits_below(sheet, table, column):
            sheet.doubt(column.heading, UNUSED_COLUMN, TITLES[column.key])


def second_judge(sheet: Sheet, table: Table, column: Column) -> str:
    """The name of a column of somebody else's scores (主管部门评分, or 得分 below 复核); empty for other columns.

    Beside 自评得分 any other scores (评价得分) are somebody else's, unless they are worked out from these (折算得分).
    """
    heading = column.heading
    over = sheet.row(table.top)[: bisect_right(sheet.row(table.top), heading.column, key=lambda cell: cell.column)]
    above = over[-1].label.core if heading.row > table.top and over else ""
    core = heading.label.core
    own = table.columns.get(column.key) if column.key == "claimed_score" else None
    beside = own is not None and "自评" in own.heading.label.core and "自评" not in above + core
    names = (above + core, core + above)  # 得分 below 复核, 主管部门 below 得分
    return next((name for name in names if JUDGE.fullmatch(name) or (beside and not DERIVED.search(name))), "")


def _goals_beside(sheet: Sheet, table: Table) -> list[Cell]:
    """Labels of goals among headings of money, and their texts merged down beside: 年度总体目标 | 完成培训."""
    heads = [column.heading for column in table.columns.values()]
    others = [cell for cell in sheet.row(table.top) if cell not in heads]
    goals = [cell for cell in others if lookup(cell.label, GOALS)]
    down = [cell for cell in others if cell.bottom > table.bottom and not lookup(cell.label, FUNDS)]
    return goals + [cell for before, cell in pairwise(sheet.row(table.top)) if before in goals and cell in down]


def _is_behind_names(table: Table, column: Column) -> bool:
    """True for 绩效指标 behind 三级指标, which may hold names too; before them it only heads the block."""
    return column.key == "name" and "target" in table.columns and table.columns["name"].last < column.first


def _prefer_filled(sheet: Sheet, table: Table) -> None:
    """Of two columns of one kind, keep the one with figures, names or signs below it: the other may be a label beside
    (资金总额 and 资金使用), in the corner (绩效指标), or 指标性质 before 指标方向."""
    for index, other in enumerate(table.extra):
        column = table.columns.get(other.key)
        if column is not None and not _fits_below(sheet, table, column) and _fits_below(sheet, table, other):
            table.columns[other.key] = other
            table.extra[index] = column


def _fits_below(sheet: Sheet, table: Table, column: Column) -> bool:
    """True if what stands below can be what the heading says: figures for amounts, a word for names other than the
    heading's (主要任务 | 任务名称), signs and not 定量 | 定性.  Nobody would miss the column otherwise."""
    if column.key == "op":
        signs = (cell for down in range(1, _SIGNS) for cell in sheet.in_column(table.bottom + down, column))
        return any(op_of(squeeze(cell.text)) or squeeze(cell.text) in DIRECTIONS for cell in signs)
    if column.key not in _AMOUNTS and column.key != "name":
        return True
    below = [cell for down in (1, 2, 3) for cell in sheet.in_column(table.bottom + down, column)]
    if column.key == "name":
        return bool(below) and below[0].label.core != column.heading.label.core
    return any(map(is_number, below))


def _above_names(line: list[Cell], slots: list[Slot], words: Vocabulary) -> list[Slot]:
    """Headings that may be of amounts (预算资金 in the corner), but stand above the names of the lines.

    ``line``: the first row below the heading, beside which a label of the whole block may reach down.  Two others must
    be left for the money: a word below a heading of amounts may as well be a wrong figure.
    """
    if not line or is_filler(line[0].text):
        return []
    unnamed = is_number(line[0])
    over = [slot for slot in slots if (slot.cell.bottom >= line[0].row if unnamed else slot.first <= line[0].column)]
    corner = [slot for slot in over if slot.first <= line[0].column and means(slot, words, MONEY_AND_RATE)]
    money = [slot for slot in slots if slot not in corner and means(slot, words, MONEY)]
    figures = {cell.column for cell in line if is_number(cell)}
    named = not any(first <= column <= last for first, last, *_ in corner for column in figures)
    behind = all(line[0].column < first + unnamed for first, *_ in money)
    return corner if named and behind and len(money) >= 2 else []


def left_edge(sheet: Sheet, row: int, words: Vocabulary) -> int:
    """The column where the table begins, behind fields with their values (项目名称 | 甲 | 年度 | 2024) in its row.

    Before headings of amounts with figures right below, values that reach down or are figures are left out too.
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


def head_amounts(sheet: Sheet, cells: Sequence[Cell]) -> bool:
    """True if two headings of money side by side have their figures right below, whatever else the row holds."""
    keys: set[str] = set()
    for cell, after in zip_longest(cells, cells[1:]):
        if is_number(cell) or (after is not None and is_number(after)) or _has_figure(cell):
            keys = set()  # a figure, or a label with its figure beside it
        elif cell.bottom == cell.row and any(map(is_number, sheet.under(cell))):
            keys |= MONEY_AND_RATE.intersection(meaning(cell.label, FUNDS)[:1])
        if len(keys) > 1:
            return True
    return False


def _has_figure(cell: Cell) -> bool:
    """True for a label with its figure in the same cell: 全年预算：326万元."""
    pair = pair_in(cell.text)
    return pair is not None and plain_number(pair.value) is not None


def _is_side_label(cell: Cell, words: Vocabulary) -> bool:
    """True for 绩效指标 merged down beside the table, and for other labels that reach far down."""
    return cell.bottom > cell.row + 1 and (cell.label.core in SECTIONS or not lookup(cell.label, words))


def _depth(cells: list[Cell], words: Vocabulary) -> int:
    """The last row of a heading with cells merged down, if at least two known words reach it; else 0."""
    known = [cell.bottom for cell in cells if cell.label.core not in SECTIONS and lookup(cell.label, words)]
    return max((bottom for bottom in known if known.count(bottom) > 1), default=0)


def _unfolded(sheet: Sheet, row: int, heads: list[Cell], words: Vocabulary) -> tuple[int, list[Cell]]:
    """The last row that heads others, with its headings: the second row of a heading with three, else ``row``.

    In such a heading the third row (名称 | 权重) divides wide cells of the second (一级指标), below 评价指标.
    """
    if not _second_row(sheet, row + 1, heads, words):
        return row, heads
    ends = zip(heads, _ends(heads), strict=True)
    below = {head.at: sheet.beginning(row + 1, head.column, end) for head, end in ends if head.bottom == row}
    inner = [cell for head in heads for cell in below.get(head.at) or [head]]
    third = _second_row(sheet, row + 2, inner, words)
    return (row + 1, inner) if third and _all_below_wide(third, inner) else (row, heads)


def _second_row(sheet: Sheet, row: int, top: list[Cell], words: Vocabulary) -> list[Cell]:
    """The cells of ``row`` if it is the second row of a heading; nothing if it already holds data."""
    cells = sheet.row(row)
    if len(cells) < 2 or any(is_number(cell) or not squeeze(cell.text) for cell in cells):
        return []
    if words is not INDICATORS and any(likeliest(cell.label, INDICATORS) == "level1" for cell in cells):
        return []  # the heading of the table below
    if words is ALLOCATIONS and _depth(top, words) == row:
        return cells  # 造林 | 管护 below 下达资金: the headings beside it reach down to here, so any words are headings
    known, bare = 0, MAIN_SUBHEADINGS if words is INDICATORS else SUBHEADINGS
    low = [head for head in top if head.bottom < row]
    for cell in cells:
        at = bisect_right(low, cell.column, key=lambda head: head.column)
        if not at or not cell.label.core or len(cell.label.core) > 14:
            return []
        above = low[at - 1]
        # Two words below one heading divide it, even if they are only guessed: 考核目标 | 业绩.
        shared = any(other is not cell for other in sheet.beginning(row, above.column, above.right))
        guessed = _of_shared(above.label, cell.label, words) if shared else ()
        means = _meaning_below(above.label, cell.label, words) or guessed
        known += bool(means) or cell.label.core in bare or above.label.core == "其中"
    if known >= 2 and known * 2 >= len(cells):
        return cells
    # Below wide headings (预算安排) one known word is enough: what stands beside it is a heading too.
    return cells if known and _all_below_wide(cells, top) else []


def _of_shared(above: Label, label: Label, words: Vocabulary) -> tuple[str, ...]:
    """What a heading may mean beside others below one; below 偏差原因 these are kinds of reasons, whatever they say."""
    over = lookup(above, words)[:1] if words is INDICATORS else ()
    return guess(label, words) or (over if over == ("reason",) else ())


def _gives_reasons(cell: Cell) -> bool:
    """True for 经费保障 | 人员保障 | 原因说明 below 偏差原因分析, and for 改进措施: no columns of another kind."""
    keys = lookup(cell.label, INDICATORS) or guess(cell.label, INDICATORS)
    return not keys or "reason" in keys


def _all_below_wide(cells: list[Cell], top: list[Cell]) -> bool:
    """True if each cell stands below a heading that spans several columns."""
    reach = [(head.column, end) for head, end in zip(top, _ends(top), strict=True) if end > head.column]
    return all(any(first <= cell.column <= end for first, end in reach) for cell in cells)


def _ends(top: list[Cell], second: Sequence[Cell] = ()) -> list[int]:
    """The last column of each heading, even if not merged over its columns; the ``second`` row ends the last one."""
    beyond = [cell.right for cell in second if top[-1].bottom < cell.row]
    return [max(head.right, after.column - 1) for head, after in pairwise(top)] + [
        max([cell.right, *beyond]) for cell in top[-1:]
    ]


def _meaning_below(above: Label, label: Label, words: Vocabulary) -> tuple[str, ...]:
    """What a heading means below another one: 年初 below 预算数 is 年初预算数, and 总额 below 全年预算数 is all of it.

    2023年 | 2024年 below 指标值 are targets of these years, 年初 beside 调整后 is the initial target, and 指标名称
    below 一级指标 the level's name.
    """
    # A guess counts for 完成 over 数值 | 单位, but not in a funds block: 2023年预算资金 over 中央 | 省级 | 小计.
    meant = lookup(above, words) if words is FUNDS else meaning(above, words)
    own = words is INDICATORS and label.core == _MAIN_BELOW.get(meant[0] if meant else "")
    main = own or label.core in MAIN_SUBHEADINGS or _YEAR.fullmatch(label.core)
    if main and meant and not (meant[0] == "name" and label.core in words):
        return meant  # but 指标值 below 绩效指标, beside 一级指标, is the target
    if meant[:1] == ("actual",) and (part := lookup(label, words)[:1]) in (("unit",), ("op",)):
        return ("actual_unit",) if part == ("unit",) else PART
    together = next((text for text in (label.core + above.core, above.core + label.core) if text in words), None)
    return words[together] if together else lookup(label, words)


def _divided(top: list[Cell], second: list[Cell]) -> list[Cell]:
    """The headings over several of the second row, whether merged over these or not."""
    ends = zip(top, _ends(top, second), strict=True)
    return [cell for cell, end in ends if sum(cell.column <= one.column <= end for one in second) > 1]


def _of_parts(top: list[Cell], second: list[Cell]) -> list[Cell]:
    """Headings of parts (财政资金, 自筹资金), each over its own 预算 | 执行, beside 合计 over those of all money."""
    wide = _divided(top, second)
    if sum(map(names_total, wide)) != 1:
        return []
    return [cell for cell in wide if names_source(cell) and not names_total(cell) and not lookup(cell.label, FUNDS)]


def _shares(top: list[Cell], second: list[Cell]) -> list[Cell]:
    """基本支出 and 项目支出, each over its own 预算 | 执行, where these stand nowhere for all the money."""
    found = _divided(top, second)
    return found if share_money(found) and not any(lookup(cell.label, FUNDS) for cell in found) else []


def _is_divided(above: Cell, below: list[Cell]) -> bool:
    """True for 预算数 over 基本支出 | 项目支出, if no column has their sum."""
    money = not MONEY.isdisjoint(lookup(above.label, FUNDS))
    own = all(divides_money(one) and not OF_WHICH.match(one.text) and not names_total(one) for one in below)
    return money and own and len(below) > 1 and below[0].column == above.column


def _last_row(sheet: Sheet, bottom: int) -> int:
    """The last row of a heading that ends in ``bottom``, or the row below it that numbers the columns: 栏次 | 1 | 2."""
    return bottom + 1 if _number_columns(sheet.row(bottom + 1)) else bottom


def _number_columns(cells: list[Cell]) -> bool:
    """True for a row that only numbers or letters the columns: 栏次 | 1 | 2 | 3, or A | B | C=B/A."""
    texts = [squeeze(cell.text).upper() for cell in cells]
    marks = [_MARK.fullmatch(text) for text in (texts[1:] if texts and _ROW.fullmatch(texts[0]) else texts)]
    numbers = [int(mark["number"]) for mark in marks if mark and mark["number"]]
    letters = "".join(mark["letter"] or "" for mark in marks if mark)
    counted = len(numbers) >= _FEWEST and numbers == [*range(1, len(numbers) + 1)]
    return all(marks) and (counted or (letters.startswith("AB") and not numbers))
