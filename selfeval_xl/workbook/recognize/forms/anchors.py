"""Finds where things begin on a sheet: titles, header labels and headings of tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from selfeval_xl.workbook.recognize.cells.money_words import (
    FUNDS_TOTAL,
    divides_money,
    names_share,
    names_total,
    share_money,
    side_of,
)
from selfeval_xl.workbook.recognize.cells.sheet import LAST_ROW, Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Table
from selfeval_xl.workbook.recognize.cells.titles import is_title, names_column
from selfeval_xl.workbook.recognize.cells.values import is_number
from selfeval_xl.workbook.recognize.money.crosswise import crosswise
from selfeval_xl.workbook.recognize.money.pairs import awaits_figures, goes_on
from selfeval_xl.workbook.recognize.money.sourced import of_source
from selfeval_xl.workbook.recognize.regions.along import regions_along
from selfeval_xl.workbook.recognize.regions.purposes import divided_by_purpose, heads_regions, shared_out, without_sum
from selfeval_xl.workbook.recognize.tables.abreast import blocks_abreast
from selfeval_xl.workbook.recognize.tables.anchor import FUNDS_BLOCKS, Anchor, Kind
from selfeval_xl.workbook.recognize.tables.headings import head_amounts, left_edge, read_table
from selfeval_xl.workbook.recognize.tables.years import year_of
from selfeval_xl.workbook.recognize.words.labels import guess, likeliest, lookup
from selfeval_xl.workbook.recognize.words.vocabulary import (
    ALLOCATIONS,
    BUDGET_NAMES,
    FIELDS,
    FUNDS,
    GOALS,
    INDICATORS,
    MONEY,
    MONEY_AND_RATE,
    NAMES,
    POINTS,
    TABLES,
    Vocabulary,
)
from selfeval_xl.workbook.references import MAX_COLUMN

_KINDS: Sequence[Kind] = ("indicators", "allocations", "budget", "funds", "management")
_VOCABULARIES: Sequence[tuple[Kind, Vocabulary]] = [*zip(_KINDS, TABLES, strict=True)]
_OF_MONEY = _VOCABULARIES[2:4]
_MEASURED = frozenset({"target", "actual"})
_REGIONS = " ".join(word for word, keys in ALLOCATIONS.items() if "region" in keys)
_MOST_HEADS = 3  # rows of one heading
_FIRST_LINES = 4  # first lines that identify a block: 基金收入, 上年结余, 基金支出, 年末结余
_LINES_OF_A_SIDE = 16  # lines from 基金收入 and its kinds down to 基金支出


def find(sheet: Sheet) -> list[Anchor]:
    """The anchors of a sheet, from top to bottom."""
    anchors: list[Anchor] = []
    done = -LAST_ROW
    for row, cells in sheet.rows():
        if row <= done:
            continue
        above = anchors[-1] if anchors and anchors[-1].kind == "pairs" else None
        if above and row == max(above.row, done) + 1 and goes_on(sheet.row(above.row), cells):
            done = row  # it is one block with the row above
            continue
        anchor = next(_openings(sheet, row, cells), None)
        if anchor is not None:
            anchors.append(anchor)
            done = anchor.table.bottom if anchor.table else row
    return [anchor for at, anchor in enumerate(anchors) if not (anchor.guessed and _is_other_money(anchors, at))]


def _is_other_money(anchors: Sequence[Anchor], at: int) -> bool:
    """True for 采购预算 | 采购支付金额 | 支付率 above the form's own funds block, or below its indicators."""
    above, below = anchors[:at][::-1], anchors[at + 1 :]
    before, after = ([one.kind for one in takewhile(lambda one: one.kind != "title", each)] for each in (above, below))
    if "indicators" in after:
        return not FUNDS_BLOCKS.isdisjoint(after[: after.index("indicators")])
    return "indicators" in before and not FUNDS_BLOCKS.isdisjoint(before)


def _openings(sheet: Sheet, row: int, cells: Sequence[Cell]) -> Iterator[Anchor]:
    """What a row may begin, in order of preference."""
    sideways = crosswise(sheet, row, list(cells))
    if sideways is not None:  # first, as its 资金总额 alone would make it a budget
        yield Anchor("crosswise", row, sideways)
    shared = divided_by_purpose(sheet, row, cells)
    if shared is None and _heads_regions(cells):
        shared = read_table(sheet, row, ALLOCATIONS)
    if shared is not None:
        yield from _if_holds(sheet, "allocations", shared)
    along = regions_along(sheet, row, cells)
    if along is not None and any(column.key for column in along.extra):  # else the rows may be projects
        yield Anchor("regions", row, along)
    yield from _by_known_words(sheet, row, cells)
    yield from _by_what_is_below(sheet, row, cells)
    if along is not None:
        yield Anchor("regions", row, along)
    if is_title(cells):
        yield Anchor("title", row)
    if any(likeliest(cell.opening, FIELDS) == "project" for cell in cells[:3]):
        yield Anchor("header", row)


def _if_holds(sheet: Sheet, kind: Kind, table: Table, *, guessed: bool = False) -> Iterator[Anchor]:
    """The table's anchor, if its columns make a table of this kind."""
    if _holds(sheet, kind, table):
        yield Anchor(kind, table.top, table, guessed)


def _by_known_words(sheet: Sheet, row: int, cells: Sequence[Cell]) -> Iterator[Anchor]:
    """What two known words, or words that seem to be of money, begin: labels with figures behind them, or a heading."""
    heads = [cell for cell in cells if names_column(cell)]
    money = [{source[1]} for cell in cells if (source := of_source(cell.label.core))]
    apart = not any(is_number(cell) and is_number(after) for cell, after in pairwise(cells))
    sums = [guess(cell.label, FUNDS) or ("adjusted",) * apart for cell in _sums_before_figures(cells, heads)]
    money += [{key} for keys in sums for key in keys if key in MONEY]
    money += [{"executed"} for cell in _spent_beside(sheet, cells) if cell not in heads]
    if len(heads) + len(money) < 2:
        return
    in_pairs = awaits_figures(cells)
    if _has_figures(sheet, row, cells):
        before = [one for one, after in pairwise(cells) if after in heads]  # not 执行, the level before 预算执行率
        money += [{*lookup(one.label, FUNDS)} & MONEY_AND_RATE for one in heads if one not in before]
        keys = set[str]().union(*money)
        in_pairs = sum(map(bool, money)) >= 2 and len(keys) >= 2 and not keys.isdisjoint(("adjusted", "executed"))
    elif not in_pairs:
        yield from _headings(sheet, row, heads)
    if in_pairs and not names_share(cells[0]):
        yield Anchor("pairs", row, Table(row, row - 1))


def _has_figures(sheet: Sheet, row: int, cells: Sequence[Cell]) -> bool:
    """True for figures among the words, unless left of the money (年度 | 2024) or beside headings over figures."""
    figures = [] if _heads_apart(cells) else [cell.column for cell in cells if is_number(cell)]
    if not figures:
        return False
    left = left_edge(sheet, row, FUNDS)
    return figures[-1] >= left and not head_amounts(sheet, [cell for cell in cells if cell.column >= left])


def _headings(sheet: Sheet, row: int, heads: Sequence[Cell]) -> Iterator[Anchor]:
    """The tables that known words may head."""
    for kind, vocabulary in _VOCABULARIES:
        if sum(bool(lookup(cell.label, vocabulary)) for cell in heads) < 2 or not _may_head(sheet, row, kind):
            continue
        if kind == "indicators" and all(lookup(cell.label, GOALS) for cell in heads):
            continue  # 年度目标 | …… | 完成情况 | …… above a heading
        table = read_table(sheet, row, vocabulary)
        if kind == "indicators" and not _MEASURED & table.columns.keys() and _divides_funds(heads):
            continue  # 指标类别 | 年初预算数 | 全年执行数 | 分值 | 得分
        yield from _if_holds(sheet, kind, table)


def _may_head(sheet: Sheet, row: int, kind: Kind) -> bool:
    """False for a heading of money without any word for projects or regions: it is no heading of these."""
    labels = (cell.label for cell in sheet.cells(row, row + _MOST_HEADS - 1))
    if kind == "budget":
        return any(label.core in BUDGET_NAMES for label in labels)
    if kind == "allocations":  # 市 over 区: either is a part of such a word
        return any((one.core and one.core in _REGIONS) or "region" in lookup(one, ALLOCATIONS) for one in labels)
    return True


def _by_what_is_below(sheet: Sheet, row: int, cells: Sequence[Cell]) -> Iterator[Anchor]:
    """A heading that is recognized only by what stands below it: further words, or figures."""
    for kind, vocabulary in _OF_MONEY if _over_amounts(sheet, cells) else ():
        yield from _if_holds(sheet, kind, read_table(sheet, row, vocabulary))
    if head_amounts(sheet, cells):  # guessed words need a rate, which 三公经费 of two years lacks
        table = read_table(sheet, row, FUNDS)  # but 项目预算 | 项目支出 alone may lack it
        other = "adjusted" if len(cells) == 2 and _is_spent_of(*cells) else "claimed_rate"
        if {"executed", other} <= table.columns.keys():
            yield from _if_holds(sheet, "funds", table, guessed=True)
    if _measured_below(sheet, cells):
        yield from _if_holds(sheet, "indicators", read_table(sheet, row, INDICATORS))
    if (shared := shared_out(sheet, row, cells)) is not None:
        yield Anchor("allocations", row, shared)


def _heads_apart(cells: Sequence[Cell]) -> bool:
    """True for a heading of indicators with a gap behind it, whatever figures follow there."""
    gap = next((at for at, (one, after) in enumerate(pairwise(cells), 1) if after.column > one.right + 1), len(cells))
    keys = [key for cell in cells[:gap] for key in lookup(cell.label, INDICATORS)[:1]]
    return gap < len(cells) and {*keys} >= _MEASURED


def _divides_funds(heads: Sequence[Cell]) -> bool:
    """True for the heading of a funds block: it has two kinds of amounts."""
    return len({key for cell in heads for key in lookup(cell.label, FUNDS)[:1] if key in MONEY}) > 1


def _sums_before_figures(cells: Sequence[Cell], heads: Sequence[Cell]) -> list[Cell]:
    """Unknown labels of sums with a figure right behind them: 全年预算资金总额 | 100."""
    return [one for one, after in pairwise(cells) if is_number(after) and names_total(one) and one not in heads]


def _spent_beside(sheet: Sheet, cells: Sequence[Cell]) -> list[Cell]:
    """The 项目支出 that is what was spent, and no kind of spending: behind 项目预算 and its figure, with its own.

    Beside or below other amounts it may be a part of these.
    """
    if sum(map(is_number, cells)) != 2 or any(map(is_number, sheet.row(cells[0].row - 1))):
        return []
    behind = zip(cells, cells[1:], cells[2:], cells[3:], strict=False)
    figures = ((budget, spent) for budget, a, spent, b in behind if is_number(a) and is_number(b))
    return [spent for budget, spent in figures if _is_spent_of(budget, spent)]


def _is_spent_of(budget: Cell, spent: Cell) -> bool:
    known = likeliest(budget.label, FUNDS) in MONEY
    return known and budget.label.core.endswith("预算") and f"{budget.label.core[:-2]}支出" == spent.label.core


def _over_amounts(sheet: Sheet, cells: Sequence[Cell]) -> bool:
    """True for 上级资金 | 本级资金 (with 合计 or without it), or 2023年 | 2024年, each over its own 预算 | 支出."""
    ends = [*(after.column - 1 for after in cells[1:]), MAX_COLUMN]  # they may not be merged over all of it
    over = [cell for cell, end in zip(cells, ends, strict=True) if len(_money_below(sheet, cell, end)) > 1]
    divided = sum(map(names_total, over)) == 1 or share_money(over)
    return len(over) > 1 and (divided or len({*filter(None, map(year_of, over))}) > 1)


def _money_below(sheet: Sheet, cell: Cell, end: int) -> frozenset[str]:
    """The kinds of amounts in the headings right below one, up to where the next begins."""
    below = sheet.beginning(cell.bottom + 1, cell.column, end) if end > cell.column else []
    return MONEY.intersection(likeliest(one.label, FUNDS) for one in below)


def _measured_below(sheet: Sheet, cells: Sequence[Cell]) -> bool:
    """True for 三级指标 before regions, each over its own 指标值 | 完成值."""
    named = any(cell.bottom > cell.row and likeliest(cell.label, INDICATORS) == "name" for cell in cells)
    below = [lookup(cell.label, INDICATORS)[:1] for cell in sheet.row(cells[0].row + 1)] if named else []
    return min(below.count(("target",)), below.count(("actual",))) > 1


def _heads_regions(cells: Sequence[Cell]) -> bool:
    """True for 地区 before two guessed amounts: 2023年预算资金 | 执行资金."""
    guessed = (guess(cell.label, ALLOCATIONS)[:1] for cell in cells[1:])
    return heads_regions(cells[0]) and {("allocated",), ("used",)} <= {*guessed}


def _is_funds_block(sheet: Sheet, table: Table) -> bool:
    """True if the first line is the sum of all money (年度资金总额), or 收入 and 支出 stand before or in the names.

    合计 may also be the sum of projects; it is that of all money if sources of money follow.
    """
    name = table.columns["name"]
    rows = [sheet.beginning(table.bottom + down, table.left, name.last) for down in range(1, _LINES_OF_A_SIDE + 1)]
    lines = [cells for cells in rows[:_FIRST_LINES] if cells and cells[-1].right >= name.first]
    if not lines:
        return False
    (*before, first), *others = lines
    of_sides = rows if side_of(first) else lines
    sides = {side for cells in of_sides for cell in cells if (side := side_of(cell))}
    if any(map(side_of, before)) or sides == {"收入", "支出"}:
        return True
    following = [cells[-1] for cells in others[:1]]
    return bool(FUNDS_TOTAL.search(first.label.core)) or (names_total(first) and any(map(divides_money, following)))


def _holds_figures(sheet: Sheet, table: Table, key: str) -> bool:
    """True if a figure stands right below a heading: 市县 among 中央 | 省级 is then a source, and no region."""
    return any(map(is_number, sheet.in_column(table.bottom + 1, table.columns[key])[:1]))


def _holds(sheet: Sheet, kind: Kind, table: Table) -> bool:
    """True if the columns make a table of this kind."""
    keys = frozenset(table.columns)
    if kind == "indicators":
        done = keys & {"actual", "claimed_score", "state"}
        return bool(keys & {*NAMES} and done and keys & {"target", "actual", "weight", "level1"} and len(keys) >= 3)
    if kind == "allocations":
        amounts = keys & {"allocated", "used"} or table.purposes or without_sum(sheet, table)
        return "region" in keys and bool(amounts) and not _holds_figures(sheet, table, "region")
    if kind == "management":  # or tasks with points, without money or targets
        return {"note", "measure"} <= keys or {"name", "note", *POINTS} <= keys
    money = keys & (MONEY | {"cut", "added", "change"})
    if kind == "budget":
        named = "name" in keys and table.columns["name"].heading.label.core in BUDGET_NAMES
        alone = named and len(blocks_abreast(sheet, table)) == 1
        graded = any(likeliest(one.heading.label, FIELDS) == "claimed_grade" for one in table.extra)  # a list
        return alone and table.left == 1 and len(money) + graded >= 2 and not _is_funds_block(sheet, table)
    return len(keys & MONEY) >= 2 or bool(keys & {"adjusted", "executed"} and "claimed_rate" in keys)
