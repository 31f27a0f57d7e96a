"""The tables beside the form proper: budget lines, money by region, and how the money was managed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, pairwise, takewhile

from selfeval_xl.model import ALLOCATION_COLUMNS as AMOUNTS
from selfeval_xl.model import (
    AMOUNT_COLUMNS,
    CHANGE_COLUMNS,
    EMPTY,
    NATURES,
    OF_REGIONS,
    SUM_NAMES,
    TOTAL_FIELDS,
    UNREAD_CHANGE,
    Entry,
    Row,
    kind_of_table,
)
from selfeval_xl.workbook.recognize.abreast import divide_lines, repeated
from selfeval_xl.workbook.recognize.changed import read_heading
from selfeval_xl.workbook.recognize.currency import read_currency
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.headings import mark_heading
from selfeval_xl.workbook.recognize.labels import OF_WHICH, likeliest, lookup, read_label, squeeze
from selfeval_xl.workbook.recognize.money import FUND_KEYS, weight_in_heading
from selfeval_xl.workbook.recognize.money_words import bare_name, names_total
from selfeval_xl.workbook.recognize.nesting import adds_up, alone_has_points, parts_of_parts, put_inside
from selfeval_xl.workbook.recognize.outline import mark_of
from selfeval_xl.workbook.recognize.purposes import is_sum, leave_mixed_rate, take_outer, take_purposes, take_sum
from selfeval_xl.workbook.recognize.rows_below import column_cells, following, read_row, take_share, used_as
from selfeval_xl.workbook.recognize.sheet import Cell, Column, Table, within
from selfeval_xl.workbook.recognize.tasks import take_tasks
from selfeval_xl.workbook.recognize.values import ZERO, is_figure, is_number, number
from selfeval_xl.workbook.recognize.vocabulary import (
    EXECUTION_ROWS,
    FIELDS,
    FULL_MARKS,
    FUNDS,
    GOALS,
    GRADES,
    LINE_TOTALS,
    MONEY,
    MOST_OF_EXECUTION,
    POINTS,
)

BUDGET_KEYS = (*AMOUNT_COLUMNS, "claimed_rate", "reason")
_WHOLE = {key: field for key, field in TOTAL_FIELDS.items() if key not in CHANGE_COLUMNS}  # those stay with the lines
ALLOCATION_KEYS = ("region", "purpose", *AMOUNTS, "claimed_rate", "reason")


def read_budget(draft: Draft, table: Table, end: int, *, whole: bool = False, came_in: bool = False) -> None:
    """A line for each project or task.  Lines from 其中 on, or numbered deeper, are parts (二级项目) of the line above.

    ``whole``: the form has no funds block, so the total line, or the only one that is no part, is the budget scored.
    ``came_in``: the table is headed by 收入, and so is its 合计.
    """
    sheet = draft.sheet
    unread = {UNREAD_CHANGE: EMPTY} if read_heading(draft, table, end) else {}
    keys = [key for key in BUDGET_KEYS if key in table.columns]
    kept = _table_for(draft, keys)
    lines: list[tuple[int, dict[str, Entry]]] = []
    named: list[tuple[int, Cell | None]] = []
    totals: list[tuple[bool, int]] = []  # those of some lines only behind the others
    part = False
    inner = ""  # the first part of the line above
    below = [*following(draft, table, end)]
    last = max((row for row, cells in below if _is_named(table, cells)), default=0)
    for row, cells in below:
        total = next(filter(_is_total, cells[:2]), None)
        given = next(iter(column_cells(draft, table, row, "name")), None)
        name = total or given
        goes_on = row < last or bool(named and (named[0][0] < last or _has_source(draft, table, named[-1][0], cells)))
        name = name or _name_above(table, named, cells, goes_on=goes_on)
        amounts = [cell for key in keys for cell in column_cells(draft, table, row, key)]
        if name is None or any(lookup(c.label, FIELDS) or lookup(c.label, GOALS) for c in (cells[0], name)):
            break
        unnamed = given is None or given is cells[0] or is_number(given)
        if (unnamed and cells[0].label.core in EXECUTION_ROWS) or (total is not None and _has_points(name)):
            break  # 预算执行率得分（10分） | 9.5 below them, or 总计（120分） | 118
        heads_next = cells == [name] and row == end - 1  # 部门整体支出绩效指标 over the table below
        if (totals or heads_next) and not any(is_number(cell) for cell in amounts):
            break
        text = name.text.strip()
        values = unread | read_row(draft, table, row, used_as("budget", BUDGET_KEYS))
        sums = total is not None or (bool(lines) and _adds_up_above(name, lines[0][1]))
        sums = sums or (row > last and adds_up(values, [each for _, each in lines]))  # 合计 without its name
        if OF_WHICH.match(text):
            part, text = True, OF_WHICH.sub("", text, count=1).lstrip(":： ")
            inner = text
        elif part and not sums:
            above = [each for _, each in lines]
            part = not (_goes_on(above[0]["name"].text, inner, text) or _has_no_room(values, above))
        values["name"] = sheet.words(name, f"收入{text}" if came_in and text in SUM_NAMES else text)
        values["level"] = sheet.words(name, "合计" if sums else "二级项目" if part else "一级项目")
        if name in cells or is_number(cells[0]):
            sheet.use(cells[0])
        sheet.use(name, "budget.name")
        kept.append(values)
        lines.append((row, values))
        named.append((row, name))
        if total is not None:
            totals.append((name.label.core == "小计", row))
    take_tasks(draft, table, named)
    _nest([values for _, values in lines])
    own = [row for row, values in lines if values["level"].text != "二级项目"]
    if len(lines) > 1 and len(own) == len(lines):
        kept[len(kept) - len(lines) :] = divide_lines(draft, table, lines)
    sums_up = min(totals)[1] if totals else lines[0][0] if len(own) == 1 else None
    if sums_up is None:
        return
    if whole:
        _put_whole(draft, table, sums_up)
        if len(lines) == 1 and not totals and table.columns["name"].heading.label.core == "项目名称":
            draft.put("project", kept.pop()["name"])
    elif totals and alone_has_points(draft, table, [sums_up, *(row for row, _ in lines if row != sums_up)]):
        _take_points(draft, {key: table.columns[key] for key in POINTS if key in table.columns}, sums_up)


def _is_named(table: Table, cells: Sequence[Cell]) -> bool:
    """True for a line of money with a name of its own, be it that of a total."""
    names = [cell for cell in cells if table.columns["name"].holds(cell)] or [*filter(_is_total, cells[:2])]
    return bool(names) and any(is_number(cell) for cell in cells if within(cell, table.of(*AMOUNT_COLUMNS)))


def _has_points(name: Cell) -> bool:
    """True for 总计（120分）; 合计（3） tells of how many."""
    return name.label.points is not None and "分" in name.text


def _has_source(draft: Draft, table: Table, above: int, cells: Sequence[Cell]) -> bool:
    """True for 省级 in a column of its own before the money, where the row above has 中央."""
    money_at = min((column.first for column in table.of(*AMOUNT_COLUMNS)), default=0)
    above_it = [cell for cell in draft.sheet.row(above) if not is_figure(cell)]
    words = [cell for cell in cells if not is_figure(cell)]
    beside = [column for column in table.extra if column.first < money_at]
    return any(any(map(column.holds, words)) and any(map(column.holds, above_it)) for column in beside)


def _name_above(
    table: Table, named: Sequence[tuple[int, Cell | None]], cells: Sequence[Cell], *, goes_on: bool
) -> Cell | None:
    """The name over a row of the table's figures: a further task, or source, of the same project.

    It is merged down over that row, or named once where the lines go on below.  What stands so below a total is none,
    nor are shares (60% below the amount).
    """
    name = named[-1][1] if named else None
    if name is None or _is_total(name) or not (goes_on or name.bottom >= cells[0].row):
        return None
    amounts = [cell for cell in cells if within(cell, table.of(*AMOUNT_COLUMNS))]
    figures = all(is_figure(cell) and "%" not in squeeze(cell.text) for cell in amounts)
    return name if figures and any(map(number, amounts)) and all(within(c, table.in_order) for c in cells) else None


def read_listed(draft: Draft, table: Table) -> Iterator[Row]:
    """The rows of a list of projects that have a score and a grade, each its own: a grade must be that of the score.

    Of several scores (执行率得分 | 产出得分 | 总分) the graded one is that called a project's.
    """
    graded = [one for one in table.extra if likeliest(one.heading.label, FIELDS) == "claimed_grade"]
    scored = [column for key, column in table.columns.items() if key == "claimed_score"] + table.extra
    scored = [one for one in scored if one.heading.label.points in (None, FULL_MARKS)]  # 执行率得分（10分）
    scored = [one for one in scored if likeliest(one.heading.label, FIELDS) == "claimed_total"] or scored[:1]
    if not graded or not scored or "claimed_score" not in table.columns:
        return
    names: list[Cell] = []
    for row, _ in draft.sheet.rows(table.bottom + 1, draft.last):
        names = column_cells(draft, table, row, "name") or names  # named once for several rows
        scores, grades = draft.sheet.in_column(row, scored[0]), draft.sheet.in_column(row, graded[0])
        if names and scores and grades and squeeze(grades[0].text) in GRADES:
            yield {
                "name": draft.take(names[0], "budget.name"),
                "claimed_score": draft.take(scores[0], "listed.claimed_score"),
                "claimed_grade": draft.take(grades[0], "listed.claimed_grade"),
            }


def read_allocations(draft: Draft, table: Table, end: int) -> None:
    """Allocation and use by region and purpose; a region that is named once counts for the rows below it.

    Where each purpose has a column, a row of the sheet gives a row for each, and a total of them.
    """
    before = len(draft.tables["allocations"])
    divided = [_read_shares(draft, part, end) for part in repeated(draft.sheet, table)]
    if not any(divided):
        draft.tables["allocations"][before:] = _with_groups(draft.tables["allocations"][before:])


def _read_shares(draft: Draft, table: Table, end: int) -> bool:
    """The rows of one table; True where these are of purposes."""
    sheet, before = draft.sheet, len(draft.tables["allocations"])
    for key in ("households", "persons"):  # 受益人口（万人）: nobody is counted in fractions
        if key in table.columns and "万" in table.columns[key].heading.text:
            table.drop(key)
    take_sum(sheet, table)
    leave_mixed_rate(sheet, table)
    purposes = take_purposes(sheet, table)
    points = {key: one for one in table.extra if (key := likeliest(one.heading.label, FUNDS)) in POINTS}
    outer = take_outer(sheet, table)
    mark_heading(sheet, table)
    read_currency(draft, table)
    region: Entry | None = None
    around: Cell | None = None  # the city in whose rows we are
    columns = table.of(*AMOUNTS)
    columns += [column for group in purposes.values() for column in group.values()]
    for row, cells in following(draft, table, end):
        amounts = [cell for cell in cells if within(cell, columns)]
        if not any(map(is_number, amounts)) or any(lookup(cell.label, FUNDS) for cell in amounts):
            break  # 预算执行率得分 | 分值 | 10 | 得分 | 9.7 below them
        values = read_row(draft, table, row, used_as("allocations", ALLOCATION_KEYS))
        total = next((cell for cell in cells[:2] if is_sum(cell.label)), None)
        if total is not None and _is_total(total) and total.label.core != "小计":
            _take_points(draft, points, row)
        if outer is not None:
            around = next(iter(sheet.in_column(row, outer)), around)
            values |= _within(draft, table, row, around, total)
            around = None if around is total else around
        if total is not None:
            values["level"] = sheet.words(total, "合计")
            of_some = not _is_total(total) or total.label.core == "小计"
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
    """甲市 above its counties is no sum of them where the total is that of all the rows: it has money of its own."""
    city = ["level" in row and row["level"].place == row["region"].place for row in rows]
    totals = [row for row, own in zip(rows, city, strict=True) if "level" in row and not own]
    others = [row for row, own in zip(rows, city, strict=True) if own or "level" not in row]
    lines = [{"name": row["region"], **_as_money(row)} for row in others]
    if len(totals) != 1 or not adds_up(_as_money(totals[0]), lines):
        return rows
    return [row if row is totals[0] else {key: row[key] for key in row if key != "level"} for row in rows]


def _within(draft: Draft, table: Table, row: int, city: Cell | None, total: Cell | None) -> dict[str, Entry]:
    """The region of a row in a city's rows: 甲市A县; the city itself where no county is named, or their sum is."""
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


def _take_points(draft: Draft, points: Mapping[str, Column], row: int) -> None:
    """分值 | 得分 behind the money of all regions or tasks are those of the execution."""
    for key, column in points.items() if "weight" in points else ():
        for cell in draft.sheet.in_column(row, column):
            if (figure := number(cell)) is not None and figure <= MOST_OF_EXECUTION:
                draft.take_total(key, cell)


def _with_groups(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows, the sums above their regions (一、市辖区 above its districts) with the ``level`` of such.

    Where all rows make more than the total, and without such parts just that; or where their own numbers tell them and
    one of the sums is right.
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
    """The row for each purpose with a figure, then their total; the row itself where none has any.

    An amount that is not split (人数) stands once for all the purposes of a region, as in a merged cell; one whose
    sum has no column is added up.
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
            values[key] = Entry(f"{whole}", whole)  # of no cell: the form has none for the sum
    if values.keys() & {*AMOUNTS, "claimed_rate"}:
        yield {"level": Entry("合计", None, values["region"].place)} | values


def read_management(draft: Draft, table: Table, end: int) -> None:
    """How the money was managed (分配科学性, 下达及时性, …): an item a row with what the unit says about it.

    So are tasks (任务名称 | 主要内容 | 完成情况) with points of their own, of which the last row may be the sum.
    """
    sheet = draft.sheet
    mark_heading(sheet, table)
    name = table.columns.get("name")
    note_at = table.columns["note"].first
    for row, cells in following(draft, table, end):
        names = sheet.in_column(row, name) if name else [cell for cell in cells if cell.column < note_at]
        if not names or any(lookup(cell.label, FIELDS) or lookup(cell.label, GOALS) for cell in cells):
            break
        if name and names_total(names[0]):
            said = read_row(draft, table, row, {"weight": "total_weight", "claimed_score": "claimed_total"})
            sheet.use(names[0])
            draft.put("claimed_total", said.get("claimed_score", EMPTY))
            break
        values = read_row(draft, table, row, used_as("management", ("note", "measure", "weight", "claimed_score")))
        values["name"] = draft.take(names[-1], "management.name")
        sheet.use_all(names)
        draft.tables["management"].append(values)


def _table_for(draft: Draft, keys: Sequence[str]) -> list[Row]:
    """Where the lines go: on with the table above (续表), where that lacks its total and has these columns.

    Else they are the money split once more (人员经费 and so on, then 年度主要任务), which is not added to the first.
    """
    above = [rows for key, rows in draft.tables.items() if kind_of_table(key) == "budget" and rows]
    if not above:
        return draft.tables["budget"]
    last = above[-1]
    ended = any(row["level"].text == "合计" for row in last)
    goes_on = not ended and {*BUDGET_KEYS} & last[-1].keys() == {*keys}
    return last if goes_on else draft.tables[f"budget{len(above) + 1}"]


def _nest(lines: list[dict[str, Entry]]) -> None:
    """Lines with numbers of two depths, all of them: 1.人员经费 below 一、基本支出 is a part of it.

    Without such numbers names and figures tell: 人员经费 below 基本支出, where only without it they make the total.
    """
    own = [line for line in lines if line["level"].text != "合计"]
    marks = [mark_of(line["name"].text) for line in own]
    if all(marks) and len(set(marks)) == 2 and marks[0] == min(marks):
        for line, mark in zip(own, marks, strict=True):
            if mark != marks[0]:
                put_inside(line)
    elif len(lines) == len(own) + 1 and not any(line["level"].text == "二级项目" for line in own):
        total = next(line for line in lines if line["level"].text == "合计")
        for line in parts_of_parts(total, own):
            put_inside(line)


def _put_whole(draft: Draft, table: Table, row: int) -> None:
    draft.funds_columns.update(key for key in FUND_KEYS if key in _WHOLE and key in table.columns)
    for key, value in read_row(draft, table, row, _WHOLE).items():
        draft.put(TOTAL_FIELDS[key], value)
    weight_in_heading(draft, table)


def _goes_on(first: str, inner: str, text: str) -> bool:
    """True for 二、项目支出 behind the parts of 一、基本支出, and for 项目支出 behind those of 基本支出."""
    outer, mark = mark_of(first), mark_of(text)
    natures = {read_label(first).core, read_label(text).core} == NATURES
    return natures or (bool(mark) and mark == outer != mark_of(inner))


def _has_no_room(line: Row, above: Sequence[Row]) -> bool:
    """True where a line is no part of the one that those above are parts of: amounts are far more than it has left."""
    parts = [*takewhile(lambda one: one["level"].text == "二级项目", reversed(above))]
    whole = above[-len(parts) - 1] if len(parts) < len(above) else line
    if whole is line or whole["level"].text != "一级项目":
        return False
    amounts = ([one.get(key, EMPTY).value or ZERO for one in (line, whole, *parts)] for key in MONEY)
    return sum(own > max(ZERO, 2 * (of - sum(others))) for own, of, *others in amounts) > 1


def _adds_up_above(name: Cell, first: Row) -> bool:
    """True for 项目支出小计 behind its lines; where a table begins with a sum, the sums stand before their lines."""
    begins = first["level"].text == "合计" or first["name"].text.endswith("小计")
    return name.label.core.endswith("小计") and not begins


def _is_total(cell: Cell) -> bool:
    return cell.label.core in LINE_TOTALS
