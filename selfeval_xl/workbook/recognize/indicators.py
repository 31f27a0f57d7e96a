"""The indicator table: its rows with level names filled down, and its total row with the grade."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import takewhile

from selfeval_xl.model import EMPTY, Entry
from selfeval_xl.quantity import read
from selfeval_xl.workbook.recognize.columns import LEVEL_KEYS, settle
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.headings import mark_heading
from selfeval_xl.workbook.recognize.labels import continues, is_filler, lookup, read_label, squeeze
from selfeval_xl.workbook.recognize.money import is_dash
from selfeval_xl.workbook.recognize.outline import bare_level, mark_alone, mark_of, named_levels, outline
from selfeval_xl.workbook.recognize.sheet import Cell, Column, Table
from selfeval_xl.workbook.recognize.spans import span_of
from selfeval_xl.workbook.recognize.totals import level_of_sum, names_sum, read_total
from selfeval_xl.workbook.recognize.values import blank, entry, is_number, number, plain_number
from selfeval_xl.workbook.recognize.vocabulary import (
    DIRECTIONS,
    EXECUTION_ROWS,
    FIELDS,
    GRADES,
    LEVEL1,
    OPERATORS,
    TOTAL_ROWS,
)

VALUE_KEYS = ("op", "target", "unit", "actual", "state", "weight", "claimed_score", "reason")
ENDING = frozenset(
    {"problems", "measures", "conclusion", "remarks", "instructions", "person", "date", "opinion", "claimed_grade"}
)
"""Fields that stand below an indicator table, and never are indicators."""

_NAME_POINTS = re.compile(r"[(（]\s*(\d{1,3}(?:\.\d+)?)\s*分\s*[)）]\s*$")
_BRACKET = re.compile(r"[(（](.+)[)）]\s*$", re.DOTALL)
_PLACEHOLDER = re.compile(
    r"\s*(?:(?:三级)?指标\s*[0-9０-９一二三四五六七八九十]*\s*[:：]\s*[.…·。]*|[.…·。]{2,}|…)\s*"
)
_TOTAL_NAME = re.compile("(?:自评|评价|综合|绩效|项目|得分|指标|分值|总){1,3}(?:总分|得分|合计|总计|总和)值?")
_WHOLE = frozenset({"", "100%", "=100%", "≥100%", "1", "-", "—", "/"})
_GRADE = ("claimed_grade",)
_SUMS = frozenset({"合计", "总计"})
_POINTS = ("weight", "claimed_score")
_NEXT_GROUP = LEVEL1 | TOTAL_ROWS
_CHILD = re.compile(r"\s*其\s*中")


class IndicatorReader:
    """Reads one indicator table row by row; level names are carried down to the rows that they stand for."""

    def __init__(self, draft: Draft, table: Table) -> None:
        self._draft = draft
        self._sheet = draft.sheet
        self._table = table
        self._rows: list[dict[str, Entry]] = []
        self._levels: dict[str, Entry] = {}
        self._numbers: dict[int, dict[str, Entry]] = {}
        self._last = table.bottom
        self._ended = False
        self._end = 0
        self._opened = 0  # the row of the last first level that had one of its own
        self._parent_weighted = False
        self._level_points = settle(draft, table)
        columns = self._table.columns
        self._key_at = {at: key for key, column in columns.items() for at in range(column.first, column.last + 1)}
        self._values_at = min((column.first for key, column in columns.items() if key in VALUE_KEYS), default=0)
        self._found: dict[str, list[Cell]] = {}
        self._outline: Mapping[int, str] = {}

    def read(self, end: int) -> None:
        """Read down to row ``end`` (exclusive)."""
        self._end = end
        self._outline = outline(self._sheet, self._table, end)
        mark_heading(self._sheet, self._table)
        for row, cells in self._sheet.rows(self._table.bottom + 1, end - 1):
            self._found = {}
            for cell in cells:
                self._found.setdefault(self._key_at.get(cell.column, ""), []).append(cell)
            if len(cells) <= 3 and continues(cells[0].text):
                self._sheet.use(cells[0], "title")  # perhaps a year or a unit beside it
            elif self._is_total(row, cells):
                if not self._ended:
                    self._last = row - 1
                read_total(self._draft, self._table, row, cells)
                self._ended = True
            elif self._ends(cells):
                self._ended = True
            elif not self._ended:
                self._last = max(
                    self._last, row, *(c.bottom for c in cells if self._key_at.get(c.column) in LEVEL_KEYS)
                )
                if not self._is_sum(row, cells) and not self._is_group(row, cells):
                    self._read_row(row, cells)
        self._draft.spans["indicators"] = span_of(self._sheet, self._table, self._numbers, min(self._last, end - 1))
        self._finish()

    def _is_total(self, row: int, cells: list[Cell]) -> bool:
        first = cells[0]
        word = read_label(squeeze(first.text).partition(":")[0])
        # A target and an actual make a row of it, be it called 总得分; a grade in their columns does not.
        figures = [*self._cells("target"), *self._cells("actual")]
        graded = any(squeeze(cell.text) in GRADES or lookup(cell.label, FIELDS)[:1] == _GRADE for cell in figures)
        measured = self._cells("target") and self._cells("actual") and not graded
        named = word.core in TOTAL_ROWS or _TOTAL_NAME.fullmatch(word.core)
        # 指标得分合计 above 总分 is the sum of the indicators without the execution.
        partial = "指标" in word.core and any(one.label.core in TOTAL_ROWS for one in self._sheet.row(row + 1)[:1])
        partial = partial or (word.core in _SUMS and self._is_totalled_below(row))
        return first.column <= self._name.last and bool(named) and not measured and not partial

    def _is_totalled_below(self, row: int) -> bool:
        """True where the table goes on to another total row: 合计 is then the sum of some rows only."""
        for _, cells in self._sheet.rows(row + 1, self._end - 1):
            keys = {self._key_at.get(cell.column) for cell in cells[1:]}
            scored = any(is_number(cell) and self._key_at.get(cell.column) in _POINTS for cell in cells[1:])
            word = read_label(squeeze(cells[0].text).partition(":")[0]).core
            if word in TOTAL_ROWS or _TOTAL_NAME.fullmatch(word):
                return scored and cells[0].column <= self._name.last
            if not scored and not keys & {"target", "actual"}:
                return False
        return False

    def _ends(self, cells: list[Cell]) -> bool:
        """True for a row that belongs to what stands below the table."""
        if self._cells("target") and self._cells("actual"):
            return False
        first = cells[0]
        word = re.sub(r"\d+$", "", squeeze(first.text).partition(":")[0])
        keys = lookup(read_label(word), FIELDS)
        return bool(keys and keys[0] in ENDING) or self._is_prose(cells)

    def _is_prose(self, cells: list[Cell]) -> bool:
        """True for a lone text across the table, or a long one that begins left of the indicators' names."""
        if len(cells) > 1 or is_number(cells[0]):
            return False
        cell = cells[0]
        across = cell.column < self._name.first and cell.right >= self._name.last
        return len(cell.text.strip()) > 20 and (across or cell.column < self._name.first)

    def _is_sum(self, row: int, cells: list[Cell]) -> bool:
        """A row that adds up others (小计, 产出指标小计), the name of its level perhaps before it: no indicator."""
        label = next((one for one in cells if one.column <= self._name.last and names_sum(one.label)), None)
        measured = [one for one in (*self._cells("target"), *self._cells("actual")) if not is_filler(one.text)]
        if label is None or measured:
            return False
        for key in LEVEL_KEYS:
            if key in self._table.columns and (level := self._through(row, key)) and not names_sum(level.label):
                self._read_level(row, key)
        self._keep_sum(Entry(squeeze(label.text), None, self._sheet.place(*label.at)), level_of_sum(label.label))
        for cell in cells:
            self._sheet.use(cell, "subtotal")
        return True

    def _keep_sum(self, name: Entry, level: str) -> None:
        """The points that a row gives for others; ``level`` is the first level that its name says, if any."""
        values = {"name": name, "level1": Entry(level) if level else self._levels.get("level1", EMPTY)}
        if not level:
            values["level2"] = self._levels.get("level2", EMPTY)
        for key in _POINTS:
            if cells := self._cells(key):
                values[key] = entry(self._sheet, cells[0], key)
        if values.keys() & {"weight", "claimed_score"}:
            self._draft.subtotals.append(values)

    def _level_named(self, row: int, cell: Cell) -> str | None:
        """The level whose name the cell holds, by its place in the outline or by its words; empty for one too many.

        Words that name both (成本指标) are a second level right below a first one, and where the table has second
        levels and none begins below.
        """
        if row in self._outline:
            return self._outline[row]
        named = named_levels(cell)
        if len(named) < 2:
            return next(iter(named), None)
        below = next((one for one in self._sheet.row(row + 1) if one.column == cell.column), None)
        nested = "level2" in self._levels and not (below and named_levels(below))
        return "level2" if nested or self._opened == row - 1 else "level1"

    def _is_group(self, row: int, cells: list[Cell]) -> bool:
        """A level's name alone on its row: taken, and no indicator."""
        if any(not is_dash(cell) for key in ("target", "actual") for cell in self._cells(key)):
            return False
        marks = list(takewhile(self._is_mark, cells[:-1]))
        *outer, first = [c for c in cells[len(marks) :] if c.column <= self._name.last] or cells[-1:]
        rest = [cell for cell in cells if cell not in (*marks, *outer, first)]
        own = self._key_at.get(first.column)
        step = bool(rest) and own in LEVEL_KEYS and self._steps_down(row, first)
        known = own if step else self._level_named(row, first)
        if known is None or (own == known and first.bottom > row):
            return False
        if not all(is_number(cell) or is_dash(cell) or self._is_mark(cell) for cell in rest):
            return False
        if any(self._key_at.get(cell.column) not in LEVEL_KEYS for cell in outer):
            return False
        if (rest or outer) and not step and not self._spans_levels(first):
            return False
        if not rest and row not in self._outline and self._is_bare(row, first, known):
            return False
        for key in LEVEL_KEYS:
            if any(self._key_at.get(cell.column) == key for cell in outer):
                self._read_level(row, key)
        level = self._level_entry(first)
        points = next((number(cell) for cell in rest if self._key_at.get(cell.column) == "weight"), None)
        self._sheet.use(first, f"indicators.{known}" if known else "label")
        if known:
            self._levels[known] = level if points is None else level._replace(value=points)
        if known == "level1":
            self._levels.pop("level2", None)
            self._opened = row
        if self._cells("claimed_score") or known == "level2":
            self._keep_sum(level, "")  # a first level's weight alone says its points, and sums up nothing
        for cell in rest:
            self._sheet.use(cell, "subtotal")
        for cell in marks:
            self._sheet.use(cell)
        return True

    def _is_mark(self, cell: Cell) -> bool:
        """True for the number of a row before its name, and for the level that a column of its own tells."""
        key = self._key_at.get(cell.column)
        return key == "rank" or (
            cell.column <= self._name.first and key not in LEVEL_KEYS and (is_number(cell) or bool(mark_alone(cell)))
        )

    def _steps_down(self, row: int, cell: Cell) -> bool:
        """True where the next row goes on to the right of a level's name, which has a row of its own there."""
        below = next((one for one in self._sheet.row(row + 1) if not self._is_mark(one)), None)
        return cell.bottom == row and below is not None and cell.right < below.column <= self._name.last

    def _is_bare(self, row: int, cell: Cell, known: str) -> bool:
        """True where nothing stands below a level: the only row that an empty form has for it."""
        below = next(iter(self._sheet.row(row + 1)), None)
        if below is None or below.column != cell.column or below.label.core not in _NEXT_GROUP:
            return False
        apart = self._key_at.get(cell.column) == known  # its second level would stand in another column
        return apart or known != "level1" or "level2" not in named_levels(below)

    def _spans_levels(self, cell: Cell) -> bool:
        return cell.right >= self._name.first

    def _read_row(self, row: int, cells: list[Cell]) -> None:
        values: dict[str, Entry] = {}
        for key in LEVEL_KEYS:
            values[key] = self._read_level(row, key)
        name = self._through(row, "name") or self._name_before(cells[0])
        values["name"] = self._taken(name, "name") if name else blank(self._sheet, row, self._name.first)
        for key in VALUE_KEYS:
            if key in self._table.columns:
                values[key] = self._read_value(row, key)
        self._split_target(row, values)
        self._split_state(values)
        self._mark_child(row, values)
        if "weight" not in self._table.columns and (match := _NAME_POINTS.search(values["name"].text)):
            values["weight"] = Entry(match[1], Decimal(match[1]), values["name"].place)
            self._draft.columns.add("weight")
        for cell in cells:
            if any(column.first <= cell.column <= column.last for column in self._level_points):
                self._sheet.use(cell, "subtotal")
            elif cell.column < self._name.first and cell.right < self._values_at and self._is_mark(cell):
                self._sheet.use(cell)
        self._rows.append(values)
        self._numbers[row] = values

    def _name_before(self, first: Cell) -> Cell | None:
        """A name that begins left of the levels, where the row has none of them: 预算执行率 before the total row."""
        levels = [column.first for key, column in self._table.columns.items() if key in LEVEL_KEYS]
        alone = first.column < min(levels, default=0) and not any(map(self._cells, LEVEL_KEYS))
        return first if alone and (self._spans_levels(first) or first.label.core in EXECUTION_ROWS) else None

    def _read_level(self, row: int, key: str) -> Entry:
        """The level's name for this row: its own cell, the merged range that reaches here, or the one above."""
        if key not in self._table.columns:
            return self._levels.get(key, EMPTY)
        column = self._table.columns[key]
        cell = self._through(row, key)
        if cell is None:
            beside = self._sheet.covering(row, column.first)
            if beside is not None and beside.column < column.first and beside.text:
                self._levels.pop(key, None)  # a level-1 name that reaches over this column: there is no level 2
            return self._levels.get(key, EMPTY)
        value = self._level_entry(cell)
        if key == "level1" and value != self._levels.get(key):
            self._levels.pop("level2", None)
        self._levels[key] = value
        self._sheet.use(cell, f"indicators.{key}")
        return value

    def _level_entry(self, cell: Cell) -> Entry:
        """A level's name without what hangs on it: 产出指标（50分） → text 产出指标, value 50."""
        name = _NAME_POINTS.sub("", squeeze(cell.text))
        name = name.removesuffix(":")
        if mark_of(cell.text) and (bare := bare_level(cell)):
            name = bare
        points = cell.label.points
        if points is not None and cell.label.core:
            name = cell.label.core
        return Entry(name, points, self._sheet.place(*cell.at))

    def _read_value(self, row: int, key: str) -> Entry:
        column = self._table.columns[key]
        if key in _POINTS:
            cells = self._cells(key)
            cell = cells[0] if cells else None
        else:
            cell = self._through(row, key)
        if cell is None:
            return blank(self._sheet, row, column.first)
        if key == "op" and squeeze(cell.text) not in OPERATORS:
            return self._sign(row, cell)
        return self._taken(cell, key)

    def _sign(self, row: int, cell: Cell) -> Entry:
        """The sign that 正向 or 反向 says of a figure without one; empty for 定量 and beside any other target."""
        sign = DIRECTIONS.get(squeeze(cell.text))
        target = self._through(row, "target") if "target" in self._table.columns else None
        if sign is None or target is None or not read(target.text).inferred:
            return blank(self._sheet, row, cell.column)
        return self._taken(cell, "op")._replace(text=sign)

    def _split_target(self, row: int, values: dict[str, Entry]) -> None:
        """A target that stands in several cells below one heading: sign, value, unit."""
        if "target" not in self._table.columns:
            return
        cells = self._cells("target")
        if len(cells) < 2 or "op" in self._table.columns:
            return
        rest = cells
        if squeeze(cells[0].text) in OPERATORS:
            values["op"] = self._taken(cells[0], "op")
            self._draft.columns.add("op")
            rest = cells[1:]
        values["target"] = self._taken(rest[0], "target")
        if len(rest) > 1 and "unit" not in self._table.columns:
            values["unit"] = self._taken(rest[1], "unit")
            self._draft.columns.add("unit")

    def _split_state(self, values: dict[str, Entry]) -> None:
        """未完成（原因）in a column of states holds the reason too, where the form has no column for it."""
        state = values.get("state")
        if state is None or "reason" in self._table.columns or not (match := _BRACKET.search(state.text)):
            return
        values["reason"] = Entry(match[1].strip(), None, state.place)
        self._draft.columns.add("reason")

    def _mark_child(self, row: int, values: dict[str, Entry]) -> None:
        """其中 rows, the unweighted ones that follow them, and rows that share the weight of the one above."""
        weight = values.get("weight", EMPTY)
        own = not weight.blank
        named = bool(_CHILD.match(values["name"].text))
        follows = bool(self._rows) and "child" in self._rows[-1] and self._parent_weighted and not own
        shares = False
        if "weight" in self._table.columns and self._rows:
            cover = self._sheet.covering(row, self._table.columns["weight"].first)
            shares = cover is not None and cover.row < row and bool(cover.text)
        if named or shares or (follows and "weight" in self._table.columns):
            values["child"] = Entry("其中", None, values["name"].place)
        else:
            self._parent_weighted = own

    def _finish(self) -> None:
        """Keep the rows that say something, and beside them the form's own filler (指标3：, ……) that was left in."""
        draft = self._draft
        draft.columns.update(key for key in ("level1", "level2", "name", *VALUE_KEYS) if key in self._table.columns)
        hidden = self._sheet.hidden_rows
        kept = [
            values
            for row, values in self._numbers.items()
            if _says_something(values) or (row not in hidden and _PLACEHOLDER.fullmatch(values["name"].text))
        ]
        if "budget_weight" not in draft.funds_columns and not draft.fields.get("budget_weight", EMPTY).text:
            for values in filter(_is_execution, kept):
                self._move_execution(values)
                kept.remove(values)
                break
        else:
            kept = [values for values in kept if not self._repeats_execution(values)]
        if any(not is_filler(values["name"].text) or _has_figures(values) for values in kept):
            draft.tables["indicators"].extend(kept)

    def _repeats_execution(self, values: dict[str, Entry]) -> bool:
        """True for a row 预算执行率 above the total that says once more what the funds block has: it counts once."""
        weight = self._draft.fields.get("budget_weight", EMPTY).value
        silent = all(values.get(key, EMPTY).blank for key in ("target", "actual"))
        return _is_execution(values) and silent and weight is not None and values.get("weight", EMPTY).value == weight

    def _move_execution(self, values: dict[str, Entry]) -> None:
        """A row 预算执行率 among the indicators is the score of the budget's execution, told in another place."""
        moves = {
            "weight": "budget_weight",
            "claimed_score": "budget_claimed_score",
            "actual": "budget_claimed_rate",
            "reason": "budget_reason",
        }
        for key, field in moves.items():
            value = values.get(key, EMPTY)
            if key == "actual" and (value.value is None or "%" not in squeeze(value.text)):
                continue
            if key == "actual":
                self._draft.put_rate(value)
            else:
                self._draft.put(field, value)
            if key != "reason":
                self._draft.funds_columns.add("claimed_rate" if key == "actual" else key)

    @property
    def _name(self) -> Column:
        return self._table.columns["name"]

    def _cells(self, key: str) -> list[Cell]:
        """The filled cells of a column that begin in the row being read."""
        return self._found.get(key, [])

    def _through(self, row: int, key: str) -> Cell | None:
        """The column's cell in this row, or the filled range merged downwards over it."""
        if own := self._cells(key):
            # A running number may stand in the name's column, before the name.
            named = [cell for cell in own if not is_number(cell)] if key == "name" else own
            return (named or own)[0]
        column = self._table.columns[key]
        above = self._sheet.covering(row, column.first)
        inside = above is not None and column.first <= above.column <= column.last
        return above if above and inside and above.text and above.row > self._table.bottom else None

    def _taken(self, cell: Cell, key: str) -> Entry:
        self._sheet.use(cell, f"indicators.{key}")
        return entry(self._sheet, cell, key)


def _is_execution(values: dict[str, Entry]) -> bool:
    """True for a row 预算执行率 that is scored as the rate itself; one with a target of its own is an indicator."""
    named = any(read_label(values[key].text).core in EXECUTION_ROWS for key in ("level1", "level2", "name"))
    return named and squeeze(values.get("target", EMPTY).text) in _WHOLE


def _has_figures(values: dict[str, Entry]) -> bool:
    return any(not is_filler(values[key].text) for key in ("target", "actual") if key in values)


def _says_something(values: dict[str, Entry]) -> bool:
    """False for a row of filler (指标1：, ……, 无) with nothing else; a weight alone is something unless it is 0."""
    weight = values.get("weight", EMPTY)
    return (
        not is_filler(values["name"].text)
        or any(not is_filler(values[key].text) for key in ("target", "actual", "state", "reason") if key in values)
        or any(bool(values[key].value) for key in ("weight", "claimed_score") if key in values)
        or bool(weight.text and weight.value is None and plain_number(weight.text))
    )
