"""A funds block turned on its side: sources of money, or units, along the top, and their amounts down the side."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain, takewhile

from selfeval_xl.model import CHANGE_COLUMNS, TOTAL_FIELDS, UNREAD_CHANGE
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.money_words import bare_name, names_source, names_total, side_of
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Table, within
from selfeval_xl.workbook.recognize.cells.values import blank, is_figure, number, settle_rate
from selfeval_xl.workbook.recognize.money.nesting import mark_parts
from selfeval_xl.workbook.recognize.tables.currency import currency_of, use_label
from selfeval_xl.workbook.recognize.tables.keys import CARRIED
from selfeval_xl.workbook.recognize.tables.years import of_form, year_of
from selfeval_xl.workbook.recognize.words.labels import likeliest, lookup, meaning
from selfeval_xl.workbook.recognize.words.totals import ANY_SUM
from selfeval_xl.workbook.recognize.words.vocabulary import FUNDS, MONEY, REGION

_DEEPEST = 8  # rows below the heading that are searched for labels of amounts
_CHANGES = frozenset({"initial", *CHANGE_COLUMNS})
_OF_ALL = frozenset({"weight", "claimed_rate", "claimed_score"})
_REMARKS = frozenset({"note", "reason"})
_RECEIVED = frozenset({"received", "received_rate"})  # 实际到位: known, but not used


def crosswise(sheet: Sheet, row: int, cells: list[Cell]) -> Table | None:
    """The block whose heading stands in ``row``: 资金总额 | 财政资金 | 其他资金, with rows of amounts below."""
    if not any(_is_whole(cell) or cell.label.core == "其中" or side_of(cell) or year_of(cell) for cell in cells):
        return None  # most rows
    sources, _ = _heading(sheet, row, cells)
    if len(sources) < 2 or _whole(sheet, sources) is None:
        return None
    table = Table(row, max(cell.row for cell in sources), sources[0].column)
    keys = [key for key, _, _ in _rows(sheet, table, row + _DEEPEST, sources) if key]
    return table if {"adjusted", "executed"} <= set(keys) and len(keys) == len(set(keys)) else None


def read_crosswise(draft: Draft, table: Table, end: int) -> None:
    """Read the column of the total into fields, and the other sources into the table ``funds``."""
    sheet = draft.sheet
    sources, beside = _heading(sheet, table.top, sheet.row(table.top))
    for cell in (*sheet.row(table.top), *sources):
        use_label(draft, cell)
    heads_all = _whole(sheet, sources)
    assert heads_all is not None
    whole = heads_all.column
    apart = year_of(heads_all)  # then the columns are years, and divide nothing
    divided = [cell for cell in sources if not (apart or cell is heads_all or side_of(cell) == "收入")]
    parts = {cell.column: {"name": sheet.words(cell, bare_name(cell))} for cell in divided}
    of_all = [column for column in beside if column.key in _OF_ALL]
    draft.funds_columns.update(column.key for column in of_all)
    beside_amounts: list[Cell] = []
    rows = _rows(sheet, table, end, sources)
    left_over = _may_lack_what_was_left(rows)
    doubtful = left_over and not _adds_what_was_left(rows)
    if left_over:
        draft.funds_columns.add(UNREAD_CHANGE)
    for key, label, behind in rows:
        if not key:
            continue
        sheet.use(label)
        if key in _RECEIVED or (doubtful and key == "adjusted"):
            continue
        currency_of(draft, label)
        draft.funds_columns.add(key)
        if all(cell.column != whole for cell in behind):
            draft.put_total(key, blank(sheet, label.row, whole))
        for cell in behind:
            if within(cell, of_all):
                beside_amounts.append(cell)
            elif not is_figure(cell) and not lookup(cell.label, FUNDS):
                draft.put("budget_reason", draft.take(cell, "budget_reason"))
            elif cell.column == whole:
                draft.take_total(key, cell)
            elif cell.column in parts:
                parts[cell.column][key] = draft.take(cell, f"funds.{key}")
    _take_of_all(draft, of_all, beside_amounts)
    found = [part for part in parts.values() if len(part) > 1]
    mark_parts(draft, found)
    draft.tables["funds"].extend(found)


def _take_of_all(draft: Draft, columns: list[Column], cells: list[Cell]) -> None:
    """Take the points and the rate behind the amounts: of — beside 预算数 and 9.5 beside 执行率, the figure."""
    amounts = {key: draft.total(key) for key in MONEY}
    for cell in sorted(cells, key=lambda one: number(one) is None):
        column = next(one for one in columns if one.holds(cell))
        value = draft.take(cell, TOTAL_FIELDS[column.key])
        if column.key == "claimed_rate":
            value = settle_rate(draft.sheet, cell, column, value, amounts)
        draft.put_total(column.key, value)


def _heading(sheet: Sheet, row: int, cells: list[Cell]) -> tuple[list[Cell], list[Column]]:
    """The sources of money in a heading, and the columns behind them: points, rate, a remark; nothing if it is none."""
    deep = any(map(_is_whole, cells))
    wide = [cell for cell in cells if cell.label.core == "其中" or (deep and cell.right > cell.column)]
    parts = {cell.at: _below(sheet, cell) for cell in wide}
    below = sheet.row(row + 2 if any(parts.values()) else row + 1)
    flat = [one for cell in cells for one in parts.get(cell.at) or [cell]]
    found = [cell for cell in flat if below and cell.column > below[0].column]
    sources = list(takewhile(_heads_money, found))
    beside = []
    for cell in found[len(sources) :]:
        key = next((key for key in lookup(cell.label, FUNDS) if key in _OF_ALL | _REMARKS), "")
        beside.append(Column(key, cell.column, cell.right, cell))
    return ([], []) if len(found) < 2 or not all(column.key for column in beside) else (sources, beside)


def _below(sheet: Sheet, cell: Cell) -> list[Cell]:
    """What divides a heading: 财政拨款 | 其他资金 below 其中, 人员经费 | 公用经费 below 基本支出."""
    below = sheet.under(cell)
    return [] if any(map(is_figure, below)) else below


def _heads_money(cell: Cell) -> bool:
    """True for a source of money, its sum, or a name explained by a sum beside it: a unit or a task, no region."""
    if _is_whole(cell) or names_source(cell):
        return True
    known = cell.opening.field or meaning(cell.label, FUNDS)
    return not (is_figure(cell) or REGION.fullmatch(cell.label.core) or known)


def _is_whole(cell: Cell) -> bool:
    """True for the name of a sum."""
    return names_total(cell) or cell.label.core == "小计"


def _whole(sheet: Sheet, sources: list[Cell]) -> Cell | None:
    """The heading of all the money: the sum, or 支出 if only 收入 stands beside it; among years the form's."""
    years = [cell for cell in sources if year_of(cell)]
    wholes = [cell for cell in sources if _is_whole(cell)]
    if len(years) > 1:
        wholes = [cell for cell in years if of_form(sheet, cell, cell.row)]
    if not wholes and sorted(map(side_of, sources)) == ["支出", "收入"]:
        wholes = [cell for cell in sources if side_of(cell) == "支出"]
    return wholes[0] if len(wholes) == 1 else None


def _may_lack_what_was_left(rows: list[tuple[str, Cell, list[Cell]]]) -> bool:
    """True if 上年结转 stands above a budget (本年预算) that may not include it."""
    budget = next((at for at, (key, _, _) in enumerate(rows) if key == "adjusted"), 0)
    carried = [behind for _, label, behind in rows[:budget] if CARRIED.fullmatch(label.label.core)]
    return any(map(number, chain(*carried))) and ANY_SUM.fullmatch(rows[budget][1].label.core) is None


def _adds_what_was_left(rows: list[tuple[str, Cell, list[Cell]]]) -> bool:
    """True if some source proves that the budget includes it: 上年结转 + 年初预算 + 追加 is the budget."""
    added: dict[int, Decimal] = {}
    carried: set[int] = set()
    for key, label, behind in rows:
        figures = [(cell.column, value) for cell in behind if (value := number(cell)) is not None]
        if key == "adjusted":
            return any(added.get(column) == value for column, value in figures if column in carried)
        left_over = CARRIED.fullmatch(label.label.core) is not None
        carried |= {column for column, value in figures if left_over and value}
        for column, value in figures if left_over or key in _CHANGES else ():
            added[column] = added.get(column, Decimal(0)) + (-value if key == "cut" else value)
    return False


def _rows(sheet: Sheet, table: Table, end: int, sources: list[Cell]) -> list[tuple[str, Cell, list[Cell]]]:
    """The rows of amounts below the ``sources``: the key of each, its label, and its figures with a remark.

    They end at the first row that is no such row.  An amount that isn't needed (上年结转, 年末结余) has no key.
    """
    found: list[tuple[str, Cell, list[Cell]]] = []
    columns = {cell.column for cell in sources}
    for row, cells in sheet.rows(table.bottom + 1, end - 1):
        labels = [cell for cell in cells if cell.column < table.left]
        behind = [cell for cell in cells if cell.column >= table.left]
        key = likeliest(labels[-1].label, FUNDS) if labels else ""
        amounts = [cell for cell in behind if cell.column in columns]
        known = key in TOTAL_FIELDS.keys() | _RECEIVED
        if not labels or not behind or not all(map(is_figure, amounts)) or row != table.bottom + 1 + len(found):
            break
        if not known and len(amounts) < len(sources):
            break
        found.append((key if known else "", labels[-1], behind))
    return found
