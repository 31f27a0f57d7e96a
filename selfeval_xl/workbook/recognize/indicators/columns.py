"""Settles the columns of an indicator table that headings leave open: levels, names, points, target and actual."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from selfeval_xl.lazy import lazy
from selfeval_xl.model import LEVELS, UNKNOWN_COLUMN, UNUSED_COLUMN
from selfeval_xl.quantity import Quantity, comparable, read
from selfeval_xl.quantity.signs import op_of
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Table
from selfeval_xl.workbook.recognize.cells.values import MEASURES, is_number
from selfeval_xl.workbook.recognize.words.labels import both_levels, guess, is_filler, lookup, meaning, opaque, squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import (
    INDICATORS,
    LEVEL1,
    LEVEL2,
    LEVEL_NAMES,
    SIGN_WORDS,
    TASKS,
    TITLES,
    TOTAL_ROWS,
)

_VALUES = (*MEASURES, "weight", "claimed_score")
_UPPER = ("一级", "二级")
_SHORTEST_NAME = 3  # characters of a person's name; most indicators have longer ones
_UNCHANGED = lazy("(?:未|无|没有|不)(?:作|做)?调整|不变|(?:同|与)(?:年初|左).*")
_YEAR = lazy(r"20\d\d")
_STANDARD = lazy("(?:评价|考核|衡量|评估|达标)标准$|标准值$")  # the target, or how it is scored: the cells decide
_FIGURES = frozenset({"number", "range", "compound", "date"})
_EXPLAINS = lazy("^指标(?:解释|说明|释义|内涵|含义|描述)|^(?:考核|评价|评估|绩效)(?:内容|要点)")
_OFFICE = lazy(r"[\u4e00-\u9fff]*(?:局|处|科|部|中心|办|院|所|站|委|公司|学校|单位)")


def settle_columns(draft: Draft, table: Table) -> list[Column]:
    """Give the columns of the table their final keys; returns those that hold the points of the levels."""
    columns = table.columns
    _find_signs(draft, table)
    if "level4" in columns:
        columns["name"] = columns.pop("level4")
    if "name" not in columns:
        columns["name"] = columns.pop("level2" if "level2" in columns else "level1")
    _settle_target(draft, table)
    columns.pop("number", None)
    _move_name(draft, table)
    _find_rank(draft, table)
    if not {*LEVELS} <= columns.keys():
        _find_levels(draft, table)
    _doubt_unit(draft, table)
    _find_measures(draft, table)
    return _nested_points(draft, table)


def _find_signs(draft: Draft, table: Table) -> None:
    """Take 指标类型 as signs if its cells say 正向 | 反向 | 定性 instead of names of levels; and so a column with an
    unknown heading whose cells are all signs."""
    columns = table.columns
    for key in [key for key in LEVELS if key in columns and "op" not in columns]:
        cells = _below(draft, table, columns[key])
        named = columns.keys() & {*LEVELS, "level4", "name"} - {key}
        if any(map(_is_sign, cells)) and named and not any(cell.label.core in LEVEL_NAMES for cell in cells):
            columns["op"] = columns.pop(key)
    for column in list(table.extra):
        cells = _below(draft, table, column)
        if "op" not in columns and cells and all(map(_is_sign, cells)):
            table.take(column, "op")


def _find_rank(draft: Draft, table: Table) -> None:
    """Decide by the names in it whether the only column of levels (指标类型, 指标类别) has first or second ones."""
    level = table.columns.get("level1")
    if level is None or "level2" in table.columns or "level2" not in lookup(level.heading.label, INDICATORS):
        return
    # 指标类别 may be merged over both levels: the names in its first column decide.
    names = [cell.label.core for cell in _below(draft, table, level) if cell.column == level.first]
    if sum(name in LEVEL2 for name in names) > sum(name in LEVEL1 for name in names):
        table.columns["level2"] = table.columns.pop("level1")._replace(key="level2")


def _is_sign(cell: Cell) -> bool:
    word = squeeze(cell.text)
    return word in SIGN_WORDS or op_of(word) is not None


def _settle_target(draft: Draft, table: Table) -> None:
    """Take the revised targets if there are no others; initial ones that differ from them are reported as unused."""
    columns = table.columns
    if "revised" not in columns:
        return
    if "target" not in columns:
        columns["target"] = columns.pop("revised")
        return
    first = {cell.row: squeeze(cell.text) for cell in _below(draft, table, columns["target"])}
    revised = _below(draft, table, columns["revised"])
    if any(is_revised(cell) and squeeze(cell.text) != first.get(cell.row) for cell in revised):
        draft.sheet.doubt(columns["target"].heading, UNUSED_COLUMN, TITLES["target"])


def is_revised(cell: Cell) -> bool:
    """True for a revised target; 未调整 or a filler leaves the initial one in force."""
    return not is_filler(cell.text) and _UNCHANGED.fullmatch(squeeze(cell.text)) is None


def _move_name(draft: Draft, table: Table) -> None:
    """If all measured rows have level names in the column of names, take the next column before the values as names.

    A form without third level (一级指标 | 二级指标 | 指标值) has no other names, but for tasks or explained indicators.
    """
    columns, name = table.columns, table.columns["name"]
    values = min((one.first for one in table.of(*_VALUES)), default=0)
    others = (*table.extra, *table.of("level2"))
    spare = sorted((one for one in others if name.last < one.first < values), key=lambda one: one.first)
    if any(rank in name.heading.label.full for rank in _UPPER):
        spare = [one for one in spare if _tells_what(one)]
    if not spare:
        return
    measured = _measured(draft, table)
    names = {one.first: [c for c in _below(draft, table, one) if c.row in measured] for one in (name, *spare)}
    if not _are_levels(names[name.first]):
        return
    for one in spare:
        mostly = len(names[one.first]) * 2 > len(measured)
        if mostly and not _are_levels(names[one.first]) and _may_name(one, names[one.first]):
            columns["name"] = one._replace(key="name")
            if one.key == "level2":
                del columns["level2"]  # 评价内容
            else:
                table.extra.remove(one)
            return


def _are_levels(names: list[Cell]) -> bool:
    """True for two cells or more that all name levels."""
    return len(names) > 1 and all(cell.label.core in LEVEL_NAMES for cell in names)


def _may_name(column: Column, names: list[Cell]) -> bool:
    """False for 责任科室 and 联系人, and for a heading with another meaning."""
    telling = [cell for cell in names if len(cell.text) > _SHORTEST_NAME and not _OFFICE.fullmatch(squeeze(cell.text))]
    likely = guess(column.heading.label, INDICATORS) == ("level2",) or opaque(column.heading.label)
    return column.key == "name" or _tells_what(column) or (likely and len(telling) * 2 > len(names))


def _tells_what(column: Column) -> bool:
    """True for 工作任务, 指标解释 and 考核内容, which say what the indicator is if nothing else does."""
    core = column.heading.label.core
    return core in TASKS or _EXPLAINS.search(core) is not None


def _find_levels(draft: Draft, table: Table) -> None:
    """Find columns of level names that have no heading of their own, below a merged 绩效指标 or 指标类型."""
    columns = table.columns
    rows = draft.sheet.rows(table.bottom + 1, draft.last)
    totals = (row for row, cells in rows if cells[0].label.core in TOTAL_ROWS and row > table.bottom + 1)
    total = max(totals, default=draft.last + 1)  # a total right below the heading stands before the rows
    for column in range(table.left, columns["name"].last):
        if any(one.first == one.last == column for one in columns.values()):
            continue
        below = _below(draft, table, Column("", column, column, columns["name"].heading))
        cells = [cell for cell in below if cell.label.core not in TOTAL_ROWS and cell.row < total]  # no 填表人
        pairs = [cell for cell in cells if both_levels(cell.label.core) and cell.right < columns["name"].last]
        named = [
            (key, [cell for cell in cells if cell.label.core in words or (key == "level1" and cell in pairs)])
            for key, words in (("level1", LEVEL1), ("level2", LEVEL2))
        ]
        for key, known in sorted(named, key=lambda each: -len(each[1])):  # among second levels there may be a 产出指标
            if len(known) < 2 or len(known) * 2 < len(cells) or (key in columns and columns[key].first != column):
                continue
            heading = columns.get("level1", columns["name"]).heading
            columns[key] = Column(key, column, column, heading)
            table.extra = [one for one in table.extra if one.first != column]
            name = columns["name"]
            if name.first <= column:
                columns["name"] = name._replace(key="name", first=column + 1)
            break
    _split_names(draft, table)


def _split_names(draft: Draft, table: Table) -> None:
    """Split columns below a heading of level 1 merged over two more: the last has names if it fills all measured rows.

    The one before them then has second levels, whatever its words: 决策 | 项目立项 | 立项依据充分性.
    """
    columns, name = table.columns, table.columns["name"]
    level = columns.get("level1", name)
    apart = "level2" in columns or level.heading.at != name.heading.at
    if apart or (level.last + 1, name.first + 1) != (name.first, name.last):
        return
    inner, last = (Column(key, at, at, name.heading) for key, at in (("level2", name.first), ("name", name.last)))
    measured = _measured(draft, table)
    named = {cell.row for cell in _below(draft, table, last) if not is_number(cell)}
    if measured and measured <= named and _below(draft, table, inner):
        columns |= {"level2": inner, "name": last}


def _nested_points(draft: Draft, table: Table) -> list[Column]:
    """一级指标 | 分值 | 二级指标 | 分值 | 三级指标 | 分值: take the points behind the names as the indicators' weights.

    Without such a column, take points that stand apart from the levels, else those filled in most rows: 分值 behind the
    second level if the third has none.  But points that several scores share are no indicator's weight.
    """
    columns, name = table.columns, table.columns["name"]
    if "weight" not in columns:
        return []
    others = [one for one in table.extra if meaning(one.heading.label, INDICATORS)[:1] == ("weight",)]
    same = [columns["weight"], *others]
    behind = {one.last + 1 for one in table.of(*LEVELS)}
    outer = [column for column in same if column.first in behind or _is_of_level(column, name)]
    filled = {column.first: sum(map(is_number, _below(draft, table, column))) for column in same}
    apart = [column for column in same if column not in outer]
    apart.sort(key=lambda column: (column.first != name.last + 1, not filled[column.first]))
    own = apart[0] if apart else max(outer, key=lambda column: (filled[column.first], column.first))
    columns["weight"] = own
    table.extra = [column for column in table.extra if column not in same] + apart[1:]
    if own in outer and _is_shared(draft, table):
        del columns["weight"]
        return outer
    return [column for column in outer if column is not own]


def _is_shared(draft: Draft, table: Table) -> bool:
    """True if an indicator has a score of its own while its points stand with a level that began above it."""
    columns = table.columns
    keys = [key for key in LEVELS if key in columns and columns[key].last + 1 == columns["weight"].first]
    if not keys or "claimed_score" not in columns:
        return False
    name, score, points, level = (
        {cell.row for cell in _below(draft, table, columns[key])}
        for key in ("name", "claimed_score", "weight", keys[0])
    )
    return bool((name & score) - points - level)


def _is_of_level(column: Column, name: Column) -> bool:
    """True for 一级指标分值, and for 分值（二级） unless the second level has the names."""
    full, own = column.heading.label.full, name.heading.label.full
    return any(rank in full and rank not in own for rank in _UPPER)


def _below(draft: Draft, table: Table, column: Column) -> list[Cell]:
    """The filled cells below a column's heading."""
    rows = draft.sheet.rows(table.bottom + 1, draft.last)
    return [cell for row, _ in rows for cell in draft.sheet.in_column(row, column)]


def _measured(draft: Draft, table: Table) -> set[int]:
    """The rows that have a target or an actual."""
    return {cell.row for one in table.of(*MEASURES) for cell in _below(draft, table, one)}


def _doubt_unit(draft: Draft, table: Table) -> None:
    """Drop a column 单位 of offices in charge (局, 中心) instead of 度量单位; any office in it is a doubt.  Drop it too
    if it stands before all names, where it says whose project it is."""
    column = table.columns.get("unit")
    if column is None or column.heading.label.core != "单位":
        return
    if all(column.first < one.first for one in table.of(*LEVELS, "name")):
        table.drop("unit")
        return
    texts = [squeeze(cell.text) for cell in _below(draft, table, column)]
    offices = [text for text in texts if _OFFICE.fullmatch(text) and len(text) > 2]
    mostly = len(offices) * 2 > len(texts)
    if offices:
        draft.sheet.doubt(column.heading, *("责任单位", "度量单位")[:: 1 if mostly else -1])
    if mostly:
        del table.columns["unit"]


def _find_measures(draft: Draft, table: Table) -> None:
    """Take a column with an unknown heading as target or actual if its cells leave no doubt about it.

    That is so if the other of the two is known, and only this column matches it row by row, in units, signs or dates:
    bare figures could be anything, and targets without a sign could be another actual.  The choice is reported all the
    same, and so is every such heading that stays unknown.
    """
    columns, sheet = table.columns, draft.sheet
    missing = [key for key in MEASURES if key not in columns]
    if not missing:
        return
    rows = _rows(draft, table)
    unknown = [one for one in table.extra if _may_measure(one, columns["name"])]
    unknown = [one for one in unknown if _holds_figures(_texts(sheet, one, rows))]
    if len(missing) == 1:
        (key,), (known,) = missing, table.of(*MEASURES)
        others = _texts(sheet, known, rows)
        answering = [one for one in unknown if _answers(key, _texts(sheet, one, rows), others)]
        if len(answering) == 1 and not _YEAR.search(answering[0].heading.text):
            table.take(answering[0], key)
            sheet.doubt(answering[0].heading, TITLES[key], UNUSED_COLUMN)
            return
    for one in (one for one in unknown if opaque(one.heading.label)):
        sheet.doubt(one.heading, UNKNOWN_COLUMN, *(TITLES[key] for key in missing))


def _rows(draft: Draft, table: Table) -> list[int]:
    """The rows of the table, above its total."""
    rows = draft.sheet.rows(table.bottom + 1, draft.last)
    return [row for row, _ in takewhile(lambda each: each[1][0].label.core not in TOTAL_ROWS, rows)]


def _may_measure(column: Column, name: Column) -> bool:
    """True for a column behind the names whose heading leaves open what it measures."""
    label = column.heading.label
    return column.first > name.last and not column.key and (opaque(label) or _STANDARD.search(label.core) is not None)


def _texts(sheet: Sheet, column: Column, rows: Sequence[int]) -> list[str]:
    """The text of the column in each of the rows, empty for a filler."""
    found = [sheet.in_column(row, column)[:1] for row in rows]
    return ["".join(cell.text for cell in cells if not is_filler(cell.text)) for cells in found]


def _holds_figures(texts: Sequence[str]) -> bool:
    """True if the column has cells, and at least half of them are figures or dates."""
    filled = [text for text in texts if text]
    return bool(filled) and sum(read(text).kind in _FIGURES for text in filled) * 2 >= len(filled)


def _answers(key: str, texts: Sequence[str], known: Sequence[str]) -> bool:
    """True if the cells match those of the known column: filled in the same rows, with hardly one that doesn't fit."""
    pairs = [(text, other) for text, other in zip(texts, known, strict=True) if other]
    target_first = [pair if key == "target" else pair[::-1] for pair in pairs if pair[0]]
    if len(target_first) < 2 or len(target_first) * 4 < len(pairs) * 3:
        return False
    quantities = [(read(target), read(actual, role="actual")) for target, actual in target_first]
    signs = [_signed(target) for target, _ in quantities if target.kind == "number"]
    if key == "target" and (not signs or signs.count(True) * 2 < len(signs)):
        return False
    fits = [_fits(target, actual) for target, actual in quantities]
    return fits.count(True) * 2 >= len(pairs) and fits.count(False) * 5 <= len(pairs)


def _signed(figure: Quantity) -> bool:
    return figure.op is not None and not figure.inferred


def _fits(target: Quantity, actual: Quantity) -> bool | None:
    """Whether target and actual fit together; None if that is open, as for words or figures without a unit."""
    if target.kind == "number" and actual.kind == "number":
        if _signed(actual):
            return False
        if target.unit is None and actual.unit is None:
            return True if _signed(target) else None
        return comparable(target, actual) is not None and target.unit is not None and actual.unit is not None
    if target.kind in _FIGURES:
        return target.kind == actual.kind or (target.kind == "range" and actual.kind == "number")
    return None
