"""Where things begin on a sheet: titles, header labels and headings of tables, and which of them make one form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from typing import Literal, NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.abreast import blocks_abreast
from selfeval_xl.workbook.recognize.crosswise import crosswise
from selfeval_xl.workbook.recognize.headings import head_amounts, left_edge, read_table
from selfeval_xl.workbook.recognize.keys import NAMES, year_of
from selfeval_xl.workbook.recognize.labels import (
    APART,
    PAIR,
    continues,
    guess,
    likeliest,
    lookup,
    read_label,
    squeeze,
)
from selfeval_xl.workbook.recognize.meant import of_source, said_alike
from selfeval_xl.workbook.recognize.money_words import FUNDS_TOTAL, divides_money, names_share, names_total, side_of
from selfeval_xl.workbook.recognize.pairs import SAID_INSIDE, awaits_figures, is_part
from selfeval_xl.workbook.recognize.purposes import divided, heads_regions, shared_out, without_sum
from selfeval_xl.workbook.recognize.regions import regions_along
from selfeval_xl.workbook.recognize.sheet import LAST_ROW, Cell, Sheet, Table
from selfeval_xl.workbook.recognize.values import is_number
from selfeval_xl.workbook.recognize.vocabulary import (
    ALLOCATIONS,
    BUDGET_NAMES,
    FIELDS,
    FUNDS,
    GOALS,
    INDICATORS,
    MONEY,
    MONEY_AND_RATE,
    POINTS,
    TABLES,
    Vocabulary,
)

Kind = Literal[
    "title", "header", "indicators", "allocations", "regions", "budget", "funds", "pairs", "crosswise", "management"
]

FUNDS_BLOCKS = frozenset({"funds", "pairs", "crosswise"})

_TITLE = lazy(r"(?:自评|评价|绩效|转移支付).*(?:表|报告|情况)$")
_LIST_TITLE = lazy("汇总|一览|目录|名单|清单|统计")
_EVALUATED = lazy("自评|评价")
_FORECAST = lazy("全年预计|预计全年|完成(?:绩效)?目标的?可能性|目标完成的?可能性")
_PROJECT_COLUMN = lazy("项目(?:名称)?$")
_YEAR_LINE = lazy(r"\(?(?:20\d\d|\s*)年?度?\)?|附[件表]\d*")
_KINDS: Sequence[Kind] = ("indicators", "allocations", "budget", "funds", "management")
_VOCABULARIES: Sequence[tuple[Kind, Vocabulary]] = [*zip(_KINDS, TABLES, strict=True)]
_OF_MONEY = _VOCABULARIES[2:4]
_MEASURED = frozenset({"target", "actual"})
_REGIONS = " ".join(word for word, keys in ALLOCATIONS.items() if "region" in keys)
_MOST_HEADS = 3  # rows of a heading, one below the other
_FIRST_LINES = 4  # of a block, by which it is told: 基金收入, 上年结余, 基金支出, 年末结余
_LINES_OF_A_SIDE = 16  # within which 基金支出 stands below 基金收入 and its kinds


class Anchor(NamedTuple):
    """A row in which something begins; ``table`` for the headings of tables, which may only be ``guessed`` ones."""

    kind: Kind
    row: int
    table: Table | None = None
    guessed: bool = False


class Segment(NamedTuple):
    """The rows of one form, and the tables in them."""

    first: int
    last: int
    anchors: tuple[Anchor, ...]

    @property
    def tables(self) -> list[tuple[Anchor, Table]]:
        """The anchors of tables, with these."""
        return [(anchor, anchor.table) for anchor in self.anchors if anchor.table is not None]

    def next_after(self, anchor: Anchor) -> int:
        """The first row that belongs to what begins after this anchor."""
        return min((other.row for other, _ in self.tables if other.row > anchor.row), default=self.last + 1)


def find(sheet: Sheet) -> list[Anchor]:
    """The anchors of a sheet from top to bottom."""
    anchors: list[Anchor] = []
    done = -LAST_ROW
    for row, cells in sheet.rows():
        if row <= done:
            continue
        above = anchors[-1] if anchors and anchors[-1].kind == "pairs" else None
        if above and row == max(above.row, done) + 1 and is_part(cells) and not is_part(sheet.row(above.row)):
            done = row  # one block with the rows above
            continue
        anchor = next(_openings(sheet, row, cells), None)
        if anchor is not None:
            anchors.append(anchor)
            done = anchor.table.bottom if anchor.table else row
    return [anchor for at, anchor in enumerate(anchors) if not (anchor.guessed and _is_other_money(anchors, at))]


def _is_other_money(anchors: Sequence[Anchor], at: int) -> bool:
    """True for 采购预算 | 采购支付金额 | 支付率 above the form's own funds, or below its indicators."""
    above, below = anchors[:at][::-1], anchors[at + 1 :]
    before, after = ([one.kind for one in takewhile(lambda one: one.kind != "title", each)] for each in (above, below))
    if "indicators" in after:
        return not FUNDS_BLOCKS.isdisjoint(after[: after.index("indicators")])
    return "indicators" in before and not FUNDS_BLOCKS.isdisjoint(before)


def segments(sheet: Sheet, anchors: Sequence[Anchor]) -> list[Segment]:
    """The forms that stand below one another.

    A form ends where, after its indicator table, a new title begins, a new header above further indicators, a second
    funds block, or a table of the indicators of several projects.  What such a block opened ends where the next form
    says whose it is.
    """
    starts = [0]
    seen: set[str] = set()
    last_of = {anchor.kind: index for index, anchor in enumerate(anchors) if anchor.table is not None}
    last_indicators, last_table = last_of.get("indicators", -1), max(last_of.values(), default=-1)
    for index, anchor in enumerate(anchors):
        before = (anchors[index - 1].kind, anchors[index - 1].row + 1) if index else None
        goes_on = anchor.kind == "pairs" and before == ("pairs", anchor.row)  # rows of labels and figures are one block
        more = index <= last_indicators or (index <= last_table and not seen.isdisjoint(("funds", "budget")))
        leads = anchor.kind == "header" and more
        opens = leads or anchor.kind == "title" or (anchor.kind in FUNDS_BLOCKS and "funds" in seen and not goes_on)
        opens = opens or ("indicators" in seen and project_column(sheet, anchor) is not None)
        headed = next((one.kind for one in anchors[index:] if one.kind != "title"), "") == "header"
        tail = headed and len(starts) > 1 and anchors[starts[-1]].kind in FUNDS_BLOCKS
        if tail or (opens and "indicators" in seen):
            starts.append(index)
            seen = set()
        seen.add("funds" if anchor.kind in FUNDS_BLOCKS else anchor.kind)
    found = []
    first = 1
    bottom = max((*sheet.numbers, *(row for row, _ in sheet.used)), default=0)  # perhaps the number of the last page
    for position, start in enumerate(starts):
        end = starts[position + 1] if position + 1 < len(starts) else len(anchors)
        last = _rows_above(sheet, anchors[end].row) - 1 if end < len(anchors) else bottom
        found.append(Segment(first, last, tuple(anchors[start:end])))
        first = last + 1
    return found


def names_column(cell: Cell) -> bool:
    """True for a word that heads a column of some table; 得分：9.9分 says its figure itself."""
    return cell.label.heads_column and not SAID_INSIDE.search(squeeze(cell.text))


def is_title(cells: Sequence[Cell]) -> bool:
    """True for a row that holds a form's title, beside it at most a year or a unit."""
    words = [cell for cell in cells if not _YEAR_LINE.fullmatch(cell.label.core)]
    others = [cell for cell in words if not cell.label.core.startswith("单位")]
    titles = [cell for cell in words if is_titled(cell) and not continues(cell.text)] if len(others) < 2 else []
    return len(titles) == 1 and all(cell in titles for cell in others)


def is_titled(cell: Cell) -> bool:
    """True for a title, in the same cell at most a year, the number of an annex, and fields: …自评表 ⏎ 填报单位：甲."""
    whole = _TITLE.search(cell.label.core) is not None
    parts = APART.split(cell.text)
    if whole or len(parts) == 1:
        return whole
    title, *fields = [one for one in parts if not _YEAR_LINE.fullmatch(squeeze(one))] or [""]
    pairs = [PAIR.match(field.strip()) for field in fields]
    return bool(_TITLE.search(read_label(title).core)) and all(
        pair and read_label(pair["label"]).field for pair in pairs
    )


def is_monitoring(sheet: Sheet, segment: Segment) -> bool:
    """True for 绩效运行监控表, whose figures are those of half a year: nothing that was evaluated.

    So is what has columns for what the year is expected to bring, be it called 执行情况表（1-9月）.
    """
    rows = sheet.rows(segment.first, segment.last)
    titles = [cell.label.core for _, cells in rows if is_title(cells) for cell in cells]
    tables = [table for _, table in segment.tables]
    aims = [column.heading for table in tables for column in table.of("target")]  # 全年预计值 | 全年实际值
    cells = [cell for table in tables for cell in sheet.cells(table.top, table.bottom)]
    heads = [cell.label.core for cell in cells if cell not in aims]
    monitored = any("监控" in title for title in titles) or any(map(_FORECAST.search, heads))
    return monitored and not any(map(_EVALUATED.search, titles))


def is_listing(sheet: Sheet, segment: Segment) -> bool:
    """True for a list of several projects, each with a score or a grade of its own: nobody's self-evaluation."""
    for table in (table for anchor, table in segment.tables if anchor.kind == "budget"):
        heads = sheet.cells(table.top, table.bottom)
        graded = any(likeliest(cell.label, FIELDS) == "claimed_grade" for cell in heads)
        scored = graded or any("claimed_score" in lookup(cell.label, FUNDS) for cell in heads)
        above = [cell.label.core for cell in sheet.cells(segment.first, table.top - 1)]
        if graded or (scored and any(map(_LIST_TITLE.search, (sheet.name, *above)))):
            return "weight" not in table.columns
    return False


def lists_projects(sheet: Sheet, anchor: Anchor) -> bool:
    """True for an annex to some form; an export, which repeats its one project in each row, is the form itself."""
    head = project_column(sheet, anchor)
    return head is not None and anchor.table is not None and not said_alike(sheet, anchor.table, head, LAST_ROW)


def project_column(sheet: Sheet, anchor: Anchor) -> Cell | None:
    """The heading of a column for the projects that indicators are of, which another one follows."""
    words = (INDICATORS, FUNDS, FIELDS)
    pairs = pairwise(_lowest_headings(sheet, anchor)) if anchor.kind == "indicators" else ()
    named = (one for one, after in pairs if any(lookup(after.label, known) for known in words))
    return next((one for one in named if _PROJECT_COLUMN.search(one.label.core)), None)


def _lowest_headings(sheet: Sheet, anchor: Anchor) -> list[Cell]:
    """The headings right above the rows, so those below one that heads several (预算执行情况 over 预算数 | 执行数)."""
    bottom = anchor.table.bottom if anchor.table is not None else anchor.row
    rows = (sheet.row(row) for row in range(anchor.row, bottom + 1))
    return sorted((cell for cells in rows for cell in cells if cell.bottom >= bottom), key=lambda cell: cell.column)


def _rows_above(sheet: Sheet, row: int) -> int:
    """The row in which a form begins whose first anchor is ``row``: years and numbers of annexes above go with it."""
    while cells := sheet.row(row - 1):
        if not all(_YEAR_LINE.fullmatch(cell.label.core or cell.label.full) for cell in cells):
            break
        row -= 1
    return row


def _openings(sheet: Sheet, row: int, cells: Sequence[Cell]) -> Iterator[Anchor]:
    """What a row may open: of all readings the first is the anchor."""
    sideways = crosswise(sheet, row, list(cells))
    if sideways is not None:  # before all others: its 资金总额 alone may be called that of a budget
        yield Anchor("crosswise", row, sideways)
    shared = divided(sheet, row, cells)
    if shared is None and _heads_regions(cells):
        shared = read_table(sheet, row, ALLOCATIONS)
    if shared is not None:
        yield from _held(sheet, "allocations", shared)
    along = regions_along(sheet, row, cells)
    if along is not None and any(column.key for column in along.extra):  # else 合计 of the regions may be of projects
        yield Anchor("regions", row, along)
    yield from _by_known_words(sheet, row, cells)
    yield from _by_what_is_below(sheet, row, cells)
    if along is not None:
        yield Anchor("regions", row, along)
    if is_title(cells):
        yield Anchor("title", row)
    if any(likeliest(cell.opening, FIELDS) == "project" for cell in cells[:3]):
        yield Anchor("header", row)


def _held(sheet: Sheet, kind: Kind, table: Table, *, guessed: bool = False) -> Iterator[Anchor]:
    """The table's anchor, if its columns make one of this kind."""
    if _holds(sheet, kind, table):
        yield Anchor(kind, table.top, table, guessed)


def _by_known_words(sheet: Sheet, row: int, cells: Sequence[Cell]) -> Iterator[Anchor]:
    """Of two words that are known, or seem to be of money: labels with their figures behind them, or a heading."""
    heads = [cell for cell in cells if names_column(cell)]
    money = [{source[1]} for cell in cells if (source := of_source(cell.label.core))]
    apart = not any(is_number(cell) and is_number(after) for cell, after in pairwise(cells))
    sums = [guess(cell.label, FUNDS) or ("adjusted",) * apart for cell in _sums_before_figures(cells, heads)]
    money += [{key} for keys in sums for key in keys if key in MONEY]
    money += [{"executed"} for cell in _spent_beside(sheet, cells) if cell not in heads]
    if len(heads) + len(money) < 2:
        return
    told = awaits_figures(cells)
    if _has_figures(sheet, row, cells):
        before = [one for one, after in pairwise(cells) if after in heads]  # 执行 as the level of 预算执行率
        money += [{*lookup(one.label, FUNDS)} & MONEY_AND_RATE for one in heads if one not in before]
        keys = set[str]().union(*money)
        told = sum(map(bool, money)) >= 2 and len(keys) >= 2 and not keys.isdisjoint(("adjusted", "executed"))
    elif not told:
        yield from _headings(sheet, row, heads)
    if told and not names_share(cells[0]):
        yield Anchor("pairs", row, Table(row, row - 1))


def _has_figures(sheet: Sheet, row: int, cells: Sequence[Cell]) -> bool:
    """True for figures among the words, neither left of the money (年度 | 2024) nor beside headings over figures."""
    figures = [] if _heads_apart(cells) else [cell.column for cell in cells if is_number(cell)]
    if not figures:
        return False
    left = left_edge(sheet, row, FUNDS)
    return figures[-1] >= left and not head_amounts(sheet, [cell for cell in cells if cell.column >= left])


def _headings(sheet: Sheet, row: int, heads: Sequence[Cell]) -> Iterator[Anchor]:
    for kind, vocabulary in _VOCABULARIES:
        if sum(bool(lookup(cell.label, vocabulary)) for cell in heads) < 2 or not _may_head(sheet, row, kind):
            continue
        if kind == "indicators" and all(lookup(cell.label, GOALS) for cell in heads):
            continue  # 年度目标 | …… | 完成情况 | …… above a heading
        table = read_table(sheet, row, vocabulary)
        if kind == "indicators" and not _MEASURED & table.columns.keys() and _divides_funds(heads):
            continue  # 指标类别 | 年初预算数 | 全年执行数 | 分值 | 得分
        yield from _held(sheet, kind, table)


def _may_head(sheet: Sheet, row: int, kind: Kind) -> bool:
    """False for a heading of money alone: without a word for regions, or projects, it need not be read as of these."""
    labels = (cell.label for cell in sheet.cells(row, row + _MOST_HEADS - 1))
    if kind == "budget":
        return any(label.core in BUDGET_NAMES for label in labels)
    if kind == "allocations":  # 市 over 区: either is a part of such a word
        return any((one.core and one.core in _REGIONS) or "region" in lookup(one, ALLOCATIONS) for one in labels)
    return True


def _by_what_is_below(sheet: Sheet, row: int, cells: Sequence[Cell]) -> Iterator[Anchor]:
    """A heading that only what stands below it tells: further words, or figures."""
    for kind, vocabulary in _OF_MONEY if _over_amounts(sheet, cells) else ():
        yield from _held(sheet, kind, read_table(sheet, row, vocabulary))
    if head_amounts(sheet, cells):  # of words that are guessed; 三公经费 of two years has no rate
        table = read_table(sheet, row, FUNDS)  # 项目预算 | 项目支出 alone has none either
        other = "adjusted" if len(cells) == 2 and _is_spent_of(*cells) else "claimed_rate"
        if {"executed", other} <= table.columns.keys():
            yield from _held(sheet, "funds", table, guessed=True)
    if _measured_below(sheet, cells):
        yield from _held(sheet, "indicators", read_table(sheet, row, INDICATORS))
    if (shared := shared_out(sheet, row, cells)) is not None:
        yield Anchor("allocations", row, shared)


def _heads_apart(cells: Sequence[Cell]) -> bool:
    """True for a heading of indicators that ends before a gap, whatever figures stand behind it."""
    gap = next((at for at, (one, after) in enumerate(pairwise(cells), 1) if after.column > one.right + 1), len(cells))
    keys = [key for cell in cells[:gap] for key in lookup(cell.label, INDICATORS)[:1]]
    return gap < len(cells) and {*keys} >= _MEASURED


def _divides_funds(heads: Sequence[Cell]) -> bool:
    """True for the heading of a funds block: two kinds of money in it."""
    return len({key for cell in heads for key in lookup(cell.label, FUNDS)[:1] if key in MONEY}) > 1


def _sums_before_figures(cells: Sequence[Cell], heads: Sequence[Cell]) -> list[Cell]:
    """The labels of sums beside the known ones that have a figure right behind them: 全年预算资金总额 | 100."""
    return [one for one, after in pairwise(cells) if is_number(after) and names_total(one) and one not in heads]


def _spent_beside(sheet: Sheet, cells: Sequence[Cell]) -> list[Cell]:
    """项目支出 behind 项目预算 and its figure, with one of its own: what was spent of it, and no kind of spending.

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
    """True for 上级资金 | 本级资金 | 合计, and for 2023年 | 2024年, each over its own 预算 | 支出."""
    over = [cell for cell in cells if len(_money_below(sheet, cell)) > 1]
    return len(over) > 1 and (sum(map(names_total, over)) == 1 or len({*filter(None, map(year_of, over))}) > 1)


def _money_below(sheet: Sheet, cell: Cell) -> frozenset[str]:
    below = sheet.under(cell) if cell.right > cell.column else []
    return MONEY.intersection(likeliest(one.label, FUNDS) for one in below)


def _measured_below(sheet: Sheet, cells: Sequence[Cell]) -> bool:
    """True for 三级指标 before regions, each over its own 指标值 | 完成值."""
    named = any(cell.bottom > cell.row and likeliest(cell.label, INDICATORS) == "name" for cell in cells)
    below = [lookup(cell.label, INDICATORS)[:1] for cell in sheet.row(cells[0].row + 1)] if named else []
    return min(below.count(("target",)), below.count(("actual",))) > 1


def _heads_regions(cells: Sequence[Cell]) -> bool:
    """True for 地区 before amounts of which two are only guessed: 2023年预算资金 | 执行资金."""
    guessed = (guess(cell.label, ALLOCATIONS)[:1] for cell in cells[1:])
    return heads_regions(cells[0]) and {("allocated",), ("used",)} <= {*guessed}


def _is_funds_block(sheet: Sheet, table: Table) -> bool:
    """True where the first line is the sum of all money (年度资金总额), or 收入 and 支出 stand before or in the names.

    合计 is the sum of projects too; that of the money where sources of it follow.
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
    """True where a figure stands right below a heading: 市县 among 中央 | 省级 is a source of money, and no region."""
    column = table.columns[key]
    return any(map(is_number, sheet.in_column(table.bottom + 1, column)[:1]))


def _holds(sheet: Sheet, kind: Kind, table: Table) -> bool:
    """True where the columns make a table of this kind."""
    keys = frozenset(table.columns)
    if kind == "indicators":
        done = keys & {"actual", "claimed_score", "state"}
        return bool(keys & {*NAMES} and done and keys & {"target", "actual", "weight", "level1"} and len(keys) >= 3)
    if kind == "allocations":
        amounts = keys & {"allocated", "used"} or table.purposes or without_sum(sheet, table)
        return "region" in keys and bool(amounts) and not _holds_figures(sheet, table, "region")
    if kind == "management":  # or tasks with points of their own, and neither money nor targets
        return {"note", "measure"} <= keys or {"name", "note", *POINTS} <= keys
    money = keys & (MONEY | {"cut", "added", "change"})
    if kind == "budget":
        named = "name" in keys and table.columns["name"].heading.label.core in BUDGET_NAMES
        alone = named and len(blocks_abreast(sheet, table)) == 1
        graded = any(likeliest(one.heading.label, FIELDS) == "claimed_grade" for one in table.extra)  # a list of them
        return alone and table.left == 1 and len(money) + graded >= 2 and not _is_funds_block(sheet, table)
    return len(keys & MONEY) >= 2 or bool(keys & {"adjusted", "executed"} and "claimed_rate" in keys)
