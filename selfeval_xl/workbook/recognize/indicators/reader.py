"""Reads the indicator table row by row: what each row is, and which level names apply to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from decimal import Decimal
from itertools import takewhile

from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, HIDDEN_ROW, LEVELS, SHARED, Entry, Row
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.sheet import LAST_ROW, Cell
from selfeval_xl.workbook.recognize.cells.table import Column, Table
from selfeval_xl.workbook.recognize.cells.values import entry, is_dash, is_figure, is_number, number
from selfeval_xl.workbook.recognize.indicators.columns import settle_columns
from selfeval_xl.workbook.recognize.indicators.execution import without_execution
from selfeval_xl.workbook.recognize.indicators.outline import levels_together, levels_within, named_levels, outline
from selfeval_xl.workbook.recognize.indicators.points import scored_as_parents, scored_together, with_points
from selfeval_xl.workbook.recognize.indicators.row import VALUE_KEYS, IndicatorRow, says, says_something
from selfeval_xl.workbook.recognize.indicators.totals import read_total
from selfeval_xl.workbook.recognize.pages.printed import join_printed
from selfeval_xl.workbook.recognize.tables.abreast import indicators_abreast
from selfeval_xl.workbook.recognize.tables.headings import mark_heading
from selfeval_xl.workbook.recognize.tables.rows import span_of
from selfeval_xl.workbook.recognize.words.labels import OF_WHICH, continues, is_filler, likeliest, read_label, squeeze
from selfeval_xl.workbook.recognize.words.totals import level_of_sum, names_score, names_sum
from selfeval_xl.workbook.recognize.words.vocabulary import (
    EXECUTION_ROWS,
    FULL_MARKS,
    INDICATORS,
    LEVEL1,
    POINTS,
    TOTAL_ROWS,
)

ENDING = frozenset(
    {"problems", "measures", "conclusion", "remarks", "instructions", "person", "date", "opinion", "claimed_grade"}
)
"""Fields below an indicator table, which are never indicators."""

_PLACEHOLDER = lazy(
    r"\s*(?:(?:三级)?指标\s*[0-9０-９一二三四五六七八九十]*\s*[:：]\s*[.…·。]*"
    r"|(?:[(（]?[0-9]{1,2}[.、)）])?(?:[.…·。]{2,}|…))\s*"
)
_SUMS = frozenset({"合计", "总计"})
_NEXT_GROUP = LEVEL1 | TOTAL_ROWS


def read_indicators(draft: Draft, table: Table, end: int) -> None:
    """Read the rows below a heading, down to row ``end`` (exclusive), into the table ``indicators``."""
    for block in indicators_abreast(draft.sheet, table):
        own = [column.heading for column in block.in_order]
        _Reader(draft, block, end, [column for column in table.in_order if column.heading not in own]).read()


class _Reader:
    """Reads one table from the top; ``_levels`` are the level names that apply to the current row."""

    def __init__(self, draft: Draft, table: Table, end: int, beside: Sequence[Column] = ()) -> None:
        self._draft, self._sheet, self._table, self._end = draft, draft.sheet, table, end
        self._beside = beside  # columns of other indicators in the same rows
        self._level_points = settle_columns(draft, table)
        join_printed(draft, table, end)
        columns = [*(("level_points", column) for column in self._level_points), *table.columns.items()]
        self._keys = {at: key for key, column in columns for at in range(column.first, column.last + 1)}
        self._name = table.columns["name"]
        self._values_at = min((column.first for key, column in columns if key in VALUE_KEYS), default=0)
        self._outline = outline(self._sheet, table, end)
        self._within = self._levels_stand_before_names()
        self._levels: dict[str, Entry] = {}
        self._opened = 0  # the last row that only named a first level
        self._rows: dict[int, Row] = {}
        self._parent: Row = {}  # the last row that is no part (其中) of another

    def read(self) -> None:
        mark_heading(self._sheet, self._table)
        self._take_level_above()
        last, ended, apart = self._table.bottom, False, False
        for row in self._below(last):
            first = row.cells[0]
            if len(row.cells) <= 3 and continues(first.text):
                self._sheet.use(first, "title")  # a title (续), perhaps with a year or a unit beside it
            elif not apart and self._is_total(row):
                leads = not ended and self._leads(row)
                last = last if ended else row.number - (not leads)
                ended = not leads
                read_total(self._draft, self._table, row)
            elif not ended and self._is_note_between(row):
                self._sheet.use(row.cells[0], "note")
            elif ended or self._ends(row):
                ended = True
                apart = apart or any(map(is_number, row.cells))  # a 合计 below another table's figures is that table's
            elif self._heads_next(row):
                ended = True
                self._sheet.use(first, "title")
            else:
                last = max(last, row.number, *(cell.bottom for cell in row.of(*LEVELS)))
                if not self._take_sum(row) and not self._take_group(row):
                    self._take_indicator(row)
        if "claimed_total" not in self._draft.fields:
            self._find_total()
        self._draft.spans["indicators"] = span_of(self._sheet, self._table, self._rows, min(last, self._end - 1))
        self._keep()

    def _take_level_above(self) -> None:
        """Take 一、产出指标, alone in the row above the heading, as the level of the first rows."""
        above = self._sheet.row(self._table.top - 1)
        if len(above) == 1 and "level1" in named_levels(above[0]) and "level1" not in self._table.columns:
            row = IndicatorRow(self._sheet, self._table, self._keys, above[0].row, above)
            self._levels["level1"] = row.level(above[0])
            self._sheet.use(above[0], "indicators.level1")

    def _below(self, row: int) -> Iterator[IndicatorRow]:
        """The rows below ``row``, without cells of other indicators beside."""
        for number_of, cells in self._sheet.rows(row + 1, self._end - 1):
            if own := [cell for cell in cells if not self._is_beside(cell)]:
                yield IndicatorRow(self._sheet, self._table, self._keys, number_of, own)

    def _is_beside(self, cell: Cell) -> bool:
        """True for a cell of another indicator in the same row; but a 总分 on the left is that of all."""
        column = next((one for one in self._beside if one.holds(cell)), None)
        return column is not None and cell.right <= column.last and not names_score(cell.opening)

    def _levels_stand_before_names(self) -> bool:
        """True if the table has no columns of levels, and names like 产出指标-数量指标-培训人数."""
        if self._table.columns.keys() & {*LEVELS}:
            return False
        names = (cell for row in self._below(self._table.bottom) for cell in row.of("name"))
        return any(len(levels_within(cell.text)[0]) > 1 for cell in names)

    def _find_total(self) -> None:
        """Read 总分 below another table (资金情况 below the indicators) if its score stands in this table's column."""
        for number_of, cells in self._sheet.rows(self._end, self._draft.last):
            if any(likeliest(cell.label, INDICATORS) == "level1" for cell in cells):
                return
            row = IndicatorRow(self._sheet, self._table, self._keys, number_of, cells)
            scored = any(map(is_number, row.of("claimed_score")))
            if scored and cells[0].at not in self._sheet.used and self._is_total(row):
                read_total(self._draft, self._table, row)
                return

    def _is_total(self, row: IndicatorRow) -> bool:
        """True for the row of the form's total score; not for a sum of some rows."""
        first = row.first
        word = first.opening
        if not names_score(word):
            return False
        if first.column > self._name.last:  # 总分 right before its score
            return len(row.cells) > 1 and all(is_number(cell) for cell in row.cells if cell is not first)
        # 指标得分合计 above 总分 is the sum of the indicators without the execution.
        below = self._sheet.below(row.number)[:1]
        partial = "指标" in word.core and any(one.label.core in TOTAL_ROWS for one in below)
        return not partial and not (word.core in _SUMS and self._is_totalled_below(row))

    def _leads(self, row: IndicatorRow) -> bool:
        """True for a total right below the heading, with the indicators below it."""
        below = next(self._below(row.number), None)
        if row.number != self._table.bottom + 1 or below is None or self._ends(below) or self._is_total(below):
            return False
        named = any(named_levels(cell) for cell in below.of(*LEVELS))
        return named or bool(below.of("name") and below.of("target", "actual"))

    def _is_totalled_below(self, row: IndicatorRow) -> bool:
        """True if the table has another total row further down: then 合计 is the sum of some rows only."""
        for below in self._below(row.number):
            first = below.first
            scored = any(is_number(cell) for cell in below.of(*POINTS) if cell is not first)
            if names_score(first.opening):
                return scored and first.column <= self._name.last
            if not scored and all(cell is first for cell in below.of("target", "actual")):
                return False
        return False

    def _ends(self, row: IndicatorRow) -> bool:
        """True for a row that belongs to what follows the table."""
        if row.of("target") and row.of("actual"):
            return False
        keys = read_label(squeeze(row.cells[0].text).partition(":")[0].rstrip("0123456789")).field
        return not ENDING.isdisjoint(keys[:1]) or self._is_prose(row)

    def _is_note_between(self, row: IndicatorRow) -> bool:
        """True for a lone text that would end the table (注：……) if there were not more rows right below it."""
        if len(row.cells) > 1 or not self._ends(row):
            return False
        below = next((one for one in self._below(row.number) if len(one.cells) > 1), None)
        if below is None or below.cells[0].column > self._name.last or self._is_total(below):
            return False
        return bool(below.of("target") and below.of("actual")) or any(map(is_number, below.of(*POINTS)))

    def _is_prose(self, row: IndicatorRow) -> bool:
        """True for a lone long text that begins left of the indicators' names."""
        cell = row.cells[0]
        alone = len(row.cells) == 1 and not is_number(cell)
        return alone and cell.column < self._name.first and len(cell.text.strip()) > 20

    def _heads_next(self, row: IndicatorRow) -> bool:
        """True for the title of the next table: a lone text, left of the names or merged over the values.

        Points with their label may stand behind it (履职目标2：优化服务 | 权重 | 45).
        """
        cell, *behind = row.cells
        aside = cell.column < self._name.first or cell.right > self._name.last
        points = [one for one in behind if likeliest(one.label, INDICATORS) == "weight"]
        alone = not behind or (bool(points) and all(one in points or is_number(one) for one in behind))
        return alone and not any(self._below(row.number)) and aside and not named_levels(cell)

    def _take_sum(self, row: IndicatorRow) -> bool:
        """Take a row that adds up others (小计, 产出指标小计), perhaps behind its level; False for other rows."""
        label = next((one for one in row.cells if one.column <= self._name.last and names_sum(one.label)), None)
        if label is None or not all(is_filler(one.text) for one in row.of("target", "actual")):
            return False
        for key in LEVELS:
            if (level := row.through(key)) and not names_sum(level.label):
                self._level(row, key)
        self._keep_sum(row, self._sheet.words(label, squeeze(label.text)), level_of_sum(label.label))
        self._sheet.use_all(row.cells, "subtotal")
        return True

    def _keep_sum(self, row: IndicatorRow, name: Entry, level: str) -> None:
        """Keep the points that a row states for others; ``level``: the first level in its name, if any."""
        points = {key: entry(self._sheet, cells[0], key) for key in POINTS if (cells := row.of(key))}
        of = {"level1": Entry(level)} if level else {key: self._levels.get(key, EMPTY) for key in LEVELS}
        if points:
            self._draft.subtotals.append({"name": name, **of, **points})

    def _take_group(self, row: IndicatorRow) -> bool:
        """Take a row that only names a level, perhaps behind outer levels and numbering; False for other rows."""
        marks = list(takewhile(row.is_mark, row.cells[:-1]))
        others = row.cells[len(marks) :]
        *outer, first = [cell for cell in others if cell.column <= self._name.last] or others[-1:]
        rest = [cell for cell in others if cell is not first and cell not in outer]
        known = self._headed(row, outer, first, rest)
        if known is None:
            return False
        for key in LEVELS:
            if any(row.key(cell) == key for cell in outer):
                self._level(row, key)
        outer_level, level = self._pair(first) or (None, row.level(first))
        if outer_level is not None:
            self._levels["level1"] = outer_level
        points = next((number(cell) for cell in rest if row.key(cell) == "weight"), None)
        self._sheet.use(first, f"indicators.{known}" if known else "label")
        if known:
            self._levels[known] = level if points is None else level._replace(value=points)
        if known == "level1":
            self._levels.pop("level2", None)
            self._opened = row.number
        if row.of("claimed_score") or known == "level2":
            self._keep_sum(row, level, "")  # a weight alone, with a first level, is its points and no sum
        self._sheet.use_all(rest, "subtotal")
        self._sheet.use_all(marks)
        return True

    def _headed(self, row: IndicatorRow, outer: list[Cell], first: Cell, rest: list[Cell]) -> str | None:
        """The level that the name ``first`` heads rows of, empty for one too many; None if it heads none."""
        if not all(is_dash(cell) for cell in row.of("target", "actual")):
            return None
        own = row.key(first)
        step = bool(rest) and own in LEVELS and self._steps_down(row, first)
        known = own if step else self._level_named(row, first)
        if known is None or (own == known and first.bottom > row.number):
            return None
        figures = all(is_figure(cell) or row.is_mark(cell) for cell in rest)
        if not figures or any(row.key(cell) not in LEVELS for cell in outer):
            return None
        if (rest or outer) and not step and first.right < self._name.first and row.number not in self._outline:
            return None
        lone = not rest or first.label.core in EXECUTION_ROWS
        if lone and row.number not in self._outline and self._is_bare(row, first, known):
            return None
        return known

    def _level_named(self, row: IndicatorRow, cell: Cell) -> str | None:
        """The level named by the cell, by the outline or by its words; empty for one too many, None for other words.

        Words that name both (成本指标) are a second level right below a first one, or in a table with second levels if
        none begins in the next row.
        """
        if row.number in self._outline:
            return self._outline[row.number]
        if levels_together(cell):
            return "level2"
        named = named_levels(cell)
        if len(named) < 2:
            return next(iter(named), None)
        below = next((one for one in self._sheet.below(row.number) if one.column == cell.column), None)
        nested = "level2" in self._levels and not (below and named_levels(below))
        return "level2" if nested or self._opened == row.number - 1 else "level1"

    def _steps_down(self, row: IndicatorRow, cell: Cell) -> bool:
        """True if the next row continues to the right of a level's name that has this row to itself."""
        below = next((one for one in self._sheet.below(row.number) if not row.is_mark(one)), None)
        return cell.bottom == row.number and below is not None and cell.right < below.column <= self._name.last

    def _is_bare(self, row: IndicatorRow, cell: Cell, known: str) -> bool:
        """True if nothing stands below a level: it is the only row that an empty form has for it."""
        below = next(iter(self._sheet.below(row.number)), None)
        if below is None or below.column > cell.column or below.label.core not in _NEXT_GROUP:
            return False
        apart = row.key(cell) == known  # its second level would stand in another column
        return apart or known != "level1" or "level2" not in named_levels(below)

    def _take_indicator(self, row: IndicatorRow) -> None:
        values = {key: self._level(row, key) for key in LEVELS} | row.values()
        if self._within:
            values |= _apart(values["name"])
        if self._shares_weight(row):
            values["child"] = Entry(SHARED, None, values["name"].place)
        elif self._is_child(values):
            values["child"] = Entry("其中", None, values["name"].place)
        else:
            self._parent = values
        self._sheet.use_all(row.of("level_points"), "subtotal")
        for cell in row.cells:
            if cell.column < self._name.first and cell.right < self._values_at and row.is_mark(cell):
                self._sheet.use(cell)
        self._rows[row.number] = values

    def _level(self, row: IndicatorRow, key: str) -> Entry:
        """The level's name for this row: in its own cell, in a merged range that covers it, or from above."""
        if (cell := row.through(key)) and key == "level1" and (pair := self._pair(cell)):
            self._levels |= dict(zip(LEVELS, pair, strict=True))
            self._sheet.use(cell, "indicators.level1")
        elif cell:
            level = row.level(cell)
            if key == "level1" and level.text != self._levels.get(key, EMPTY).text:
                self._levels.pop("level2", None)
            self._levels[key] = level
            self._sheet.use(cell, f"indicators.{key}")
        elif column := self._table.columns.get(key):
            beside = self._sheet.covering(row.number, column.first)
            if beside is not None and beside.column < column.first and beside.text and not levels_together(beside):
                self._levels.pop(key, None)  # a first level merged over this column: no second level
        return self._levels.get(key, EMPTY)

    def _pair(self, cell: Cell) -> tuple[Entry, Entry] | None:
        """Both levels, if the cell names two."""
        if (labels := levels_together(cell)) is None:
            return None
        outer, inner = (Entry(one.core, one.points, self._sheet.place(*cell.at)) for one in labels)
        return outer, inner

    def _is_child(self, values: Row) -> bool:
        """True for 其中 rows, and for rows without weight that follow these or rows sharing one; not for fillers."""
        if OF_WHICH.match(values["name"].text):
            return True
        if "weight" not in self._table.columns or not self._rows or _PLACEHOLDER.fullmatch(values["name"].text):
            return False
        follows = "child" in next(reversed(self._rows.values())) and not self._parent.get("weight", EMPTY).blank
        return follows and values["weight"].blank

    def _shares_weight(self, row: IndicatorRow) -> bool:
        """True if the weight is merged down over this row, unless its name is that of a part (其中)."""
        column = self._table.columns.get("weight")
        if column is None or not self._rows or any(OF_WHICH.match(cell.text) for cell in row.of("name")):
            return False
        cover = self._sheet.covering(row.number, column.first)
        return cover is not None and cover.row < row.number and bool(cover.text)

    def _keep(self) -> None:
        """Keep rows with content, and the form's own fillers (指标3：, ……) among them, and settle their points."""
        hidden = self._sheet.hidden_rows
        self._leave_out(self._rows.keys() & hidden)
        kept = [
            values
            for row, values in self._rows.items()
            if says_something(values) or (row not in hidden and _PLACEHOLDER.fullmatch(values["name"].text))
        ]
        kept = with_points(self._draft, self._table, self._level_points, kept)
        found = {key for values in (*self._rows.values(), *kept) for key in values} & {*VALUE_KEYS}
        self._draft.columns |= found | {key for key in (*LEVELS, "name", *VALUE_KEYS) if key in self._table.columns}
        kept = scored_as_parents(kept, self._draft.total("weight").value or Decimal(0))
        kept = without_execution(self._draft, scored_together(kept))
        if any(says(values, "name", "target", "actual") for values in kept):
            self._draft.tables["indicators"].extend(kept)

    def _leave_out(self, hidden: Set[int]) -> None:
        """Leave out hidden rows (last year's indicators) if the points are complete only without them."""
        whole = FULL_MARKS - (self._draft.total("weight").value or 0)
        points = {row: values["weight"].value or Decimal(0) for row, values in self._rows.items() if "weight" in values}
        old = sum(points[row] for row in hidden & points.keys())
        if not old or sum(points.values()) != whole + old:
            return
        for row in sorted(hidden):
            for cell in self._sheet.beginning(row, self._name.first, LAST_ROW):
                self._sheet.used.pop(cell.at, None)
                if self._name.holds(cell):
                    self._sheet.doubt(cell, HIDDEN_ROW)
            del self._rows[row]


def _apart(name: Entry) -> dict[str, Entry]:
    """The levels before a name in its cell, and the name without them."""
    levels, bare = levels_within(name.text)
    found = {key: Entry(label.core, label.points, name.place) for key, label in zip(LEVELS, levels, strict=False)}
    return {**found, "name": name._replace(text=bare)}
