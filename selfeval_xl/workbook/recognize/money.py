"""The funds block of a form: its total row, its parts, and its currency unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from selfeval_xl.model import (
    AMOUNT_COLUMNS,
    CHANGE_COLUMNS,
    EMPTY,
    TOTAL_FIELDS,
    UNREAD_CHANGE,
    UNUSED_COLUMN,
    Entry,
)
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.headings import mark_heading
from selfeval_xl.workbook.recognize.labels import Label, field_of, lookup, read_label, squeeze
from selfeval_xl.workbook.recognize.nesting import adds_up, parts_of_parts
from selfeval_xl.workbook.recognize.sheet import Cell, Column, Table
from selfeval_xl.workbook.recognize.values import blank, is_number, number, settle_rate
from selfeval_xl.workbook.recognize.vocabulary import CURRENCIES, FUNDS, GOALS, MONEY, SECTIONS, TITLES

FUND_KEYS = (*AMOUNT_COLUMNS, "weight", "claimed_rate", "claimed_score")
_TOTAL = re.compile(
    "(?:总额|总金额|合计|总计|总预算|总支出|总资金|资金总量|整体支出|年度资金|项目资金|资金总数|总数|全部资金)$"
)
FUNDS_TOTAL = re.compile("资金总额$|^年度资金|^资金合计$|(?:收支|支出)(?:总额|合计)$")
"""The sum of all money, by which a funds block is told from a list of projects or tasks."""

_FUND = re.compile(
    "财政|拨款|资金|结转|自筹|补助|收入|支出|预算|贷款|债券|其他|基金|余额|结余"
    "|中央|省级|市级|县级|区级|地方|本级|配套|上级|自有|经费|捐赠|投资"
)
_DIVISION = re.compile(
    "(?:当年|本年|年度|本级|一般公共预算)?财政(?:性)?(?:拨款|资金|补助)(?:收入)?|(?:上年)?结[转余](?:结余)?(?:资金)?"
    "|(?:中央|省级?|市级?|县级?|区级?|地方|上级)(?:财政)?(?:资金|拨款|补助)?|其他(?:资金|收入)|(?:基本|项目)(?:支出|经费)"
    "|(?:人员|日常公用|公用)(?:支出|经费)"
    "|一般公共预算(?:资金|拨款|收入)?|政府性基金(?:预算)?(?:资金|拨款|收入)?"
    "|按(?:收入|支出|资金)?(?:来源|性质|类别|类型)(?:分类?|划分)?"
)
_WHOLE = re.compile("(?:年度?|[本当全]年度?|总|项目|预算|资金|金额|经费|投资|合计|安排|[数额])+")
"""Words that name neither a source of money nor what it is for: 年度金额, 全年预算, 项目总投资."""

_SOURCE = re.compile("财政|中央|[省市县区]|地方|上级|本级|配套|自[筹有]|拨款|补助|贷款|债券|结[转余]|捐赠|其他|社会")
_LONGEST_SOURCE = 12
_NEAR = Decimal("0.0051")
_PACE = "(?:执行率|支出率|支付率|(?:执行|支出|支付|拨付)进度)"
_BECAUSE = "(?:因(?!此|而|素|公|地|人)|由于|受(?!益|众|访|理)|主要是)"
_WHY = re.compile(
    "(?:执行|支出|支付|拨付)(?:率|进度|数)?[^。;]{0,12}(?:低|慢|滞后|原因|未达)"
    "|(?:未支付|未支出|结转|结余)[^。;]{0,12}原因"
    f"|{_BECAUSE}[^。;]{{1,60}}{_PACE}|{_PACE}[^。;]{{0,40}}{_BECAUSE}"
)
_PREFIX = re.compile(r"^\s*(?:其\s*中\s*[:：]?|按[^:：]{2,8}[:：]|[—–-]+|[（(]?\d+[)）.、])?\s*")
_SAID_BELOW = (("claimed_rate",), ("claimed_score",), ("weight",))
_MEASURE = re.compile("(?:分值|得分|权重|满分|率|比例|进度)$")
_PART = re.compile(r"\s*其\s*中")
_DASHES = frozenset({"-", "--", "---", "—", "——", "–", "/", "\\"})


def read_funds(draft: Draft, table: Table, end: int) -> None:
    """The block below a heading: its total row goes into fields, its parts into the table ``funds``.

    A part of a part (中央 below 财政拨款) carries ``level`` 二级项目, so that nobody adds it up twice.
    """
    sheet = draft.sheet
    mark_heading(sheet, table)
    read_currency(draft, table)
    doubt_change(draft, table)
    amounts = [key for key in FUND_KEYS if key in table.columns]
    draft.funds_columns.update(amounts)
    if unread_change(draft, table, end):
        draft.funds_columns.add(UNREAD_CHANGE)
    money_at = min(table.columns[key].first for key in amounts)
    rows = list(following(draft, table, end))
    figures = {row: [cell for key in amounts for cell in column_cells(draft, table, row, key)] for row, _ in rows}
    beside = _beside_names(table, [cells for row, cells in rows if any(map(_is_figure, figures[row]))], money_at)
    lines: list[tuple[int, Cell | None]] = []
    for row, cells in rows:
        left = [cell for cell in cells if cell.column < money_at]
        name = _name_in(left, beside)
        if not _belongs(cells[0], name, figures[row], first=not lines):
            break
        if not _is_heading_inside(name, figures[row]):
            lines.append((row, name))
        for cell in left:
            if cell.label.core in SECTIONS if cell is name else not _within(cell, beside):
                sheet.use(cell)
    if not any(name is None or names_total(name) for _, name in lines):
        lines = [(row, _total_beside(sheet.row(row), money_at) or name) for row, name in lines]
    _keep(draft, table, lines)
    if "weight" not in table.columns:
        _weight_in_heading(draft, table)


def _beside_names(table: Table, lines: Sequence[Sequence[Cell]], money_at: int) -> list[Column]:
    """The columns between the names and the money that have headings of their own, and hold no names.

    Nobody need know such a heading (资金文号, 预算科目): the lines have their names without it, each another one, or
    the total is only named beside it.
    """
    others = (*table.extra, *(column for key, column in table.columns.items() if key != "name"))
    unknown = [one for one in others if one.first < money_at and one.heading.label.core not in SECTIONS]
    found: list[Column] = []
    for column in sorted(unknown, key=lambda one: -one.first):
        names = [_name_in([cell for cell in cells if cell.column < money_at], [*found, column]) for cells in lines]
        known = [name for name in names if name is not None and not _within(name, [*found, column])]
        own = [cell for cells in lines for cell in cells if _within(cell, [column]) and not _is_figure(cell)]
        totals = {name.row for name in known if names_total(name)}
        hides_total = any(cell.row in totals and not names_total(cell) for cell in own)
        apart = len({squeeze(bare_name(name)) for name in known}) == len(names)
        if hides_total or (apart and (totals or not any(map(names_total, own)))):
            found.append(column)
    return found


def _name_in(cells: Sequence[Cell], beside: Sequence[Column]) -> Cell | None:
    """The last text of those before the money, one beside the names only where there is no other; never a figure."""
    texts = [cell for cell in cells if not _is_figure(cell)]
    return next(iter([cell for cell in texts if not _within(cell, beside)][-1:] or texts[-1:]), None)


def _total_beside(cells: Sequence[Cell], money_at: int) -> Cell | None:
    """合计 before a line's name, and of this line alone: nobody adds it to its parts, whatever stands behind it."""
    words = [cell for cell in cells if cell.column < money_at and cell.bottom == cell.row and names_total(cell)]
    return next((cell for cell in words if cell.label.core not in SECTIONS), None)


def _within(cell: Cell, columns: Iterable[Column]) -> bool:
    return any(column.first <= cell.column <= column.last for column in columns)


def _weight_in_heading(draft: Draft, table: Table) -> None:
    """预算执行情况（20分）: the points of the execution, where the block has no column for them."""
    for _, cells in draft.sheet.rows(table.top, table.bottom):
        for cell in cells:
            weight_of(draft, cell)


def weight_of(draft: Draft, label: Cell) -> None:
    """Keep the points that a label names behind it as those of the execution."""
    if (points := label.label.points) is not None and label.label.core:
        draft.funds_columns.add("weight")
        draft.put("budget_weight", Entry(f"{points}", points, draft.sheet.place(*label.at)))


def read_row(draft: Draft, table: Table, row: int, used_as: Mapping[str, str]) -> dict[str, Entry]:
    """The entries of a row by column key; an empty cell gives an empty entry that knows its place.

    ``used_as`` says which columns are wanted, and as what their cells are marked.  A remark beside a blank reason is
    the reason.
    """
    values: dict[str, Entry] = {}
    rate: Cell | None = None
    for key, use in used_as.items():
        if key not in table.columns:
            continue
        cell = next(iter(column_cells(draft, table, row, key)), None)
        if key == "reason" and cell is None and "note" in table.columns:
            cell = next(iter(column_cells(draft, table, row, "note")), None)
        values[key] = draft.take(cell, use) if cell else blank(draft.sheet, row, table.columns[key].first)
        if key == "claimed_rate":
            rate = cell
    if rate is not None:
        column = table.columns["claimed_rate"]
        values["claimed_rate"] = settle_rate(
            draft.sheet, rate, column, values["claimed_rate"], values.get("adjusted"), values.get("executed")
        )
    return values


def read_currency(draft: Draft, table: Table) -> None:
    """The unit that the headings name: 项目资金（万元）, 预算数（元）; two different ones are a doubt."""
    for _, cells in draft.sheet.rows(table.top, table.bottom):
        for cell in cells:
            currency_of(draft, cell)


def doubt_change(draft: Draft, table: Table) -> None:
    """A heading 调整 may be the budget after the change, or the change: doubted unless the figures say which."""
    if "adjusted" not in table.columns and _holds_result(draft, table):
        table.columns["adjusted"] = replace(table.columns.pop("change"), key="adjusted")
    column = table.columns.get("adjusted")
    if column is None or column.heading.label.core not in ("调整", "调整数") or "initial" not in table.columns:
        return
    rows = [row for row, _ in draft.sheet.rows(table.bottom + 1, table.bottom + 40)]
    known = 0
    for row in rows:
        initial, adjusted = (_figure(draft, table, row, key) for key in ("initial", "adjusted"))
        if initial is None or adjusted is None:
            continue
        known += 1
        moved = (_figure(draft, table, row, "added") or 0) - (_figure(draft, table, row, "cut") or 0)
        if adjusted == 0 or abs(adjusted) < abs(initial) / 4 or (moved and initial + moved != adjusted):
            draft.sheet.doubt(column.heading, "调整后预算数", "调整额")
            return
    if not known:
        draft.sheet.doubt(column.heading, "调整后预算数", "调整额")


def _holds_result(draft: Draft, table: Table) -> bool:
    """True where 预算调整数 is what the budget came to: as much as at the beginning, or what alone gives the rate."""
    if "change" not in table.columns:
        return False
    found = []
    for row, _ in draft.sheet.rows(table.bottom + 1, table.bottom + 40):
        initial, change = (_figure(draft, table, row, key) for key in ("initial", "change"))
        if initial and change:
            executed, rate = (_figure(draft, table, row, key) for key in ("executed", "claimed_rate"))
            told = _gives(change, executed, rate) and not _gives(initial + change, executed, rate)
            found.append(told or change == initial)
    return bool(found) and all(found)


def _gives(budget: Decimal, executed: Decimal | None, rate: Decimal | None) -> bool:
    """True where what was spent of the budget is the rate, a fraction or a percentage."""
    if budget <= 0 or executed is None or rate is None:
        return False
    return any(abs(executed / budget - one) < _NEAR for one in (rate, rate / 100))


def unread_change(draft: Draft, table: Table, end: int) -> bool:
    """True where the budget was changed, and nobody knows to what, or by figures whose heading nobody knows.

    They stand between 年初 and 调整后, beside a column of changes; without 调整后, between 年初 and what was spent.
    """
    columns = table.columns
    if "adjusted" not in columns:
        rows = [row for row, _ in following(draft, table, end)]
        if any(_figure(draft, table, row, key) for row in rows for key in CHANGE_COLUMNS):
            return True
    until = "adjusted" if "adjusted" in columns else "executed"
    if not {"initial", until} <= columns.keys() or (until == "adjusted" and not columns.keys() & set(CHANGE_COLUMNS)):
        return False
    first, last = sorted(columns[key].first for key in ("initial", until))
    for column in (one for one in table.extra if first < one.first < last):
        below = [cell for _, cells in following(draft, table, end) for cell in cells if _within(cell, [column])]
        if any(map(number, below)):
            if until == "adjusted":
                draft.sheet.doubt(column.heading, UNUSED_COLUMN, TITLES["change"])
            return True
    return False


def following(draft: Draft, table: Table, end: int) -> Iterator[tuple[int, list[Cell]]]:
    """The rows below a heading, up to the first blank one; beyond that only where figures go on behind it."""
    for row in range(table.bottom + 1, end):
        cells = [cell for cell in draft.sheet.row(row) if cell.column >= table.left]
        if not cells and not any(is_number(cell) for cell in draft.sheet.row(row + 1)):
            return
        if cells:
            yield row, cells


def column_cells(draft: Draft, table: Table, row: int, key: str) -> list[Cell]:
    """The filled cells that begin in this row of a column."""
    column = table.columns[key]
    return draft.sheet.beginning(row, column.first, column.last)


def is_dash(cell: Cell) -> bool:
    """True for the sign that no figure belongs here."""
    return squeeze(cell.text) in _DASHES


def _is_figure(cell: Cell) -> bool:
    return is_number(cell) or is_dash(cell)


def _figure(draft: Draft, table: Table, row: int, key: str) -> Decimal | None:
    cells = column_cells(draft, table, row, key) if key in table.columns else []
    return number(cells[0]) if cells else None


def _belongs(first_cell: Cell, name: Cell | None, figures: Sequence[Cell], *, first: bool) -> bool:
    """True while a row is part of the block."""
    has_figures = any(map(_is_figure, figures))
    if name is None:
        return has_figures and first
    if _TOTAL.search(name.label.core):
        return True
    if any(lookup(cell.label, GOALS) or _names_field(cell, has_figures) for cell in (first_cell, name)):
        return False
    if not has_figures and field_of(read_label(squeeze(name.text).partition(":")[0])):
        return False  # 预算调整说明：……
    if _measures(name.label):
        return False
    return has_figures or bool(_FUND.search(name.label.core))


def _names_field(cell: Cell, has_figures: bool) -> bool:
    """True for the label of a field; 其他 before figures is a source of money, and before words a remark."""
    keys = field_of(cell.label)
    return bool(keys) and not (has_figures and keys == ("remarks",))


def _is_heading_inside(name: Cell | None, figures: Sequence[Cell]) -> bool:
    """True for a row that only says how the next ones are split (按收入性质分), or has its figures inside its words."""
    if name is None:
        return False
    words = [cell for cell in figures if not _is_figure(cell)]
    bare = name.label.core in SECTIONS and not figures
    return bare or (bool(words) and len(words) == len(figures)) or (not figures and name.text.rstrip()[-1:].isdigit())


def _keep(draft: Draft, table: Table, lines: Sequence[tuple[int, Cell | None]]) -> None:
    """Tell the total row from its parts, and among these the parts of parts."""
    totals = _totals(draft, table, lines)
    divided = len(lines) > 1 and (name := lines[1][1]) is not None and _PART.match(name.text) is not None
    named = {row: name.label.core for row, name in lines if row in totals and name is not None}
    spent = next((row for row, core in named.items() if "支出" in core), None)
    income = spent is not None and "收入" in named.get(totals[0], "")  # 收入合计 and its sources, then 支出合计
    whole = spent if income else totals[0] if totals else None
    if not totals and lines and (len(lines) == 1 or divided or _comprises(draft, table, lines)):
        whole = lines[0][0]
    parts = [(row, name) for row, name in lines if name is not None and row != whole and row not in totals]
    if _is_other_money(draft, table, whole, [name for _, name in parts]):
        return
    for row, name in lines:
        if row == whole:
            if name is not None:
                draft.sheet.use(name)
                currency_of(draft, name)
            for key, value in read_row(draft, table, row, TOTAL_FIELDS).items():
                draft.put(TOTAL_FIELDS[key], value)
    found: list[dict[str, Entry]] = []
    for row, name in parts:
        values = read_row(draft, table, row, used_as("funds", (*FUND_KEYS, "reason")))
        values["name"] = Entry(bare_name(name), None, draft.sheet.place(*name.at))
        draft.sheet.use(name, "funds.name")
        found.append(values)
    for values, (row, _) in zip(found, parts, strict=True):
        if income and whole is not None and row < whole:
            values["level"] = Entry("二级项目", None, values["name"].place)  # what came in is no part of what was spent
    for values in parts_of_parts({key: draft.fields.get(TOTAL_FIELDS[key], EMPTY) for key in MONEY}, found):
        values["level"] = Entry("二级项目", None, values["name"].place)
    draft.tables["funds"].extend(found)


def _is_other_money(draft: Draft, table: Table, whole: int | None, parts: Sequence[Cell]) -> bool:
    """True for a second block that does not split the total of the first: 三公经费, 政府采购."""
    known = {key: draft.fields.get(TOTAL_FIELDS[key], EMPTY).value for key in MONEY & table.columns.keys()}
    if all(value is None for value in known.values()):
        return False
    if whole is None:
        return not any(map(divides_money, parts))
    return all(value != _figure(draft, table, whole, key) for key, value in known.items())


def _totals(draft: Draft, table: Table, lines: Sequence[tuple[int, Cell | None]]) -> list[int]:
    """The rows of the totals.

    Where none is called so they are the rows 小计 of the same money, split in several ways (按来源小计, 按性质小计), or
    a lone 小计 above or below all others.
    """
    totals = [row for row, name in lines if name is None or names_total(name)]
    named = {row: name.label.core for row, name in lines if name is not None and name.label.core.endswith("小计")}
    if totals or not named:
        return totals
    if len(named) == 1:
        row, core = next(iter(named.items()))
        return [row] if core == "小计" and len(lines) > 1 and row in (lines[0][0], lines[-1][0]) else []
    sums = {tuple(_figure(draft, table, row, key) for key in MONEY & table.columns.keys()) for row in named}
    return [*named] if len(sums) == 1 and any(sums.pop()) else []


def _comprises(draft: Draft, table: Table, lines: Sequence[tuple[int, Cell | None]]) -> bool:
    """True where the first line is the total of the others, though its name is none of a total.

    Its figures are their sums, or its name is that of all money and those below it are sources.  Two sources of the
    same amount prove nothing, nor does one source that happens to be as large as the others together: then the points,
    which it alone has, must say so too; without them a name that says nothing needs columns that differ.
    """
    (_, name), *others = lines
    if name is None or not others:
        return False
    of = name.label.core
    sources = any(one is not None and _SOURCE.search(one.label.core) for _, one in others)
    general = _WHOLE.fullmatch(of) is not None and sources
    scored = _alone_has_points(draft, table, [each for each, _ in lines])
    if general and scored:
        return True
    amounts = {key: [_figure(draft, table, each, key) for each, _ in lines] for key in MONEY & table.columns.keys()}
    filled = {key: column for key, column in amounts.items() if any(one is not None for one in column[1:])}
    whole, *parts = (
        {"name": Entry(one.text if one else "")} | {key: Entry(value=column[at]) for key, column in filled.items()}
        for at, (_, one) in enumerate(lines)
    )
    inside = parts_of_parts(whole, parts)
    if not adds_up(whole, [part for part in parts if part not in inside]):
        return False
    apart = len({column[0] for column in filled.values()} - {None}) > 1 and len(others) > 1
    return general or scored or (apart and not _SOURCE.search(of))


def _alone_has_points(draft: Draft, table: Table, rows: Sequence[int]) -> bool:
    """True where only the first of some rows has points, a score or a rate, and not merged with those below it."""
    for key in {"weight", "claimed_score", "claimed_rate"} & table.columns.keys():
        figures = [cell for row in rows for cell in column_cells(draft, table, row, key) if is_number(cell)]
        if len(figures) == 1 and figures[0].row == figures[0].bottom == rows[0]:
            return True
    return False


def explains_execution(text: str) -> bool:
    """True for words that say why money was not spent: 执行率偏低原因：尾款待验收后支付."""
    return bool(_WHY.search(squeeze(text)))


def names_total(name: Cell) -> bool:
    """True for 年度资金总额, 合计 and their like."""
    return bool(_TOTAL.search(name.label.core)) and not name.label.core.startswith("其中")


def names_source(name: Cell) -> bool:
    """True for words that name a source of money, or what it is spent on."""
    core = name.label.core
    return bool(core) and len(core) <= _LONGEST_SOURCE and bool(_FUND.search(core)) and not _measures(name.label)


def _measures(label: Label) -> bool:
    """True for what is said of the money and is none: 预算执行率, 预算执行分值, 执行率得分."""
    return lookup(label, FUNDS)[:1] in _SAID_BELOW or bool(_MEASURE.search(label.core))


def divides_money(name: Cell) -> bool:
    """True for the words by which forms divide their money (财政拨款, 按支出性质：基本支出); no project has them."""
    return any(_DIVISION.fullmatch(words) for words in (squeeze(bare_name(name)), name.label.core))


def bare_name(cell: Cell) -> str:
    """``"其中：当年财政拨款："`` → ``"当年财政拨款"``."""
    return _PREFIX.sub("", cell.text.strip()).rstrip(":： ").strip() or cell.text.strip()


def currency_of(draft: Draft, cell: Cell) -> None:
    """Keep the unit that a label names behind it; a second, different one is a doubt."""
    unit = cell.label.unit
    if unit is None or unit not in CURRENCIES:
        return
    known = draft.fields.get("currency_unit")
    if known is None:
        draft.fields["currency_unit"] = Entry(unit, None, draft.sheet.place(*cell.at))
    elif known.text != unit:
        draft.sheet.doubt(cell, known.text, unit)


def currency_from_amounts(draft: Draft) -> None:
    """Where no heading names the unit, that of the first amount that carries one (120万元)."""
    amounts = [draft.fields[field] for field in list(TOTAL_FIELDS.values())[:3] if field in draft.fields]
    for amount in amounts:
        text = squeeze(amount.text)
        unit = next((unit for unit in CURRENCIES if text.endswith(unit)), "元" if text.startswith("¥") else None)
        if unit and "currency_unit" not in draft.fields:
            draft.fields["currency_unit"] = Entry(unit, None, amount.place)


def used_as(table: str, keys: Iterable[str]) -> dict[str, str]:
    """The marks of a table's cells: ``used_as("budget", ["initial"])`` → ``{"initial": "budget.initial"}``."""
    return {key: f"{table}.{key}" for key in keys}
