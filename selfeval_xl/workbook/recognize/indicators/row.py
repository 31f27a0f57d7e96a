"""One row of an indicator table: its cells by column, merged ranges seen through, and the values of its indicator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from selfeval_xl.groups import by_key
from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, LEVELS, Entry, Row
from selfeval_xl.quantity import read
from selfeval_xl.quantity.signs import DIRECTIONS, SIGNS, op_of
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Table
from selfeval_xl.workbook.recognize.cells.values import blank, entry, is_number, is_unit, number, weight_and_score
from selfeval_xl.workbook.recognize.indicators.columns import is_revised
from selfeval_xl.workbook.recognize.indicators.outline import bare_level
from selfeval_xl.workbook.recognize.words.figures import is_doubtful, remarked
from selfeval_xl.workbook.recognize.words.labels import is_filler, squeeze
from selfeval_xl.workbook.recognize.words.marks import mark_alone, mark_of
from selfeval_xl.workbook.recognize.words.standards import heads_standard, is_standard, takes_off
from selfeval_xl.workbook.recognize.words.vocabulary import EXECUTION_ROWS, LEVEL_NAMES, OPERATORS, POINTS

VALUE_KEYS = ("op", "target", "unit", "actual", "state", "weight", "claimed_score", "reason")

_NAME_POINTS = lazy(r"[(（]\s*(\d{1,3}(?:\.\d+)?)\s*分\s*[)）]\s*$")
_FULL_MARKS = lazy("得?满分")
_BRACKET = lazy(r"[(（](.+)[)）]\s*$", re.DOTALL)


class IndicatorRow:
    """The filled cells that begin in row ``number``; ``keys`` gives the key of each sheet column."""

    __slots__ = ("_by_key", "_keys", "_sheet", "_table", "cells", "number")

    def __init__(self, sheet: Sheet, table: Table, keys: Mapping[int, str], number: int, cells: list[Cell]) -> None:
        self._sheet, self._table, self._keys = sheet, table, keys
        self.number, self.cells = number, cells
        self._by_key = by_key((keys.get(cell.column, ""), cell) for cell in cells)

    @property
    def first(self) -> Cell:
        """The first text of the row, behind a weight or a running number; else its first cell."""
        return next((cell for cell in self.cells if not is_number(cell)), self.cells[0])

    def key(self, cell: Cell) -> str:
        """The key of the column in which a cell begins; empty outside the columns."""
        return self._keys.get(cell.column, "")

    def of(self, *keys: str) -> list[Cell]:
        """The filled cells of these columns that begin in this row."""
        return [cell for key in keys for cell in self._by_key.get(key, ())]

    def through(self, key: str) -> Cell | None:
        """The column's cell in this row, or the filled range merged down over it; for targets the revised one."""
        if key == "target" and (revised := self.through("revised")) is not None and is_revised(revised):
            return revised
        if own := self._by_key.get(key):
            # A running number may stand in the name's column, before the name.
            return next((cell for cell in own if not is_number(cell)), own[0]) if key == "name" else own[0]
        if (column := self._table.columns.get(key)) is None:
            return None
        above = self._sheet.covering(self.number, column.first)
        return above if above and column.holds(above) and above.text and above.row > self._table.bottom else None

    def is_mark(self, cell: Cell) -> bool:
        """True for numbering before a name, and for a cell in the column 级次."""
        key, before = self.key(cell), cell.column <= self._table.columns["name"].first
        return key == "rank" or (before and key not in LEVELS and (is_number(cell) or bool(mark_alone(cell.text))))

    def level(self, cell: Cell) -> Entry:
        """A level's name without its points: 产出指标（50分） → text 产出指标, value 50."""
        name, points = _NAME_POINTS.sub("", squeeze(cell.text)).removesuffix(":"), cell.label.points
        if points is not None and cell.label.core:
            name = cell.label.core
        elif mark_of(cell.text) or (name[:1].isdigit() and bare_level(cell) in LEVEL_NAMES):  # 110指挥中心 stays
            name = bare_level(cell) or name
        return Entry(name, points, self._sheet.place(*cell.at))

    def values(self) -> dict[str, Entry]:
        """The entries of the indicator; its cells are marked as used."""
        columns = self._table.columns
        name = self.through("name") or self._name_before()
        values = {"name": self._take(name, "name") if name else blank(self._sheet, self.number, columns["name"].first)}
        values |= {key: self._value(key) for key in VALUE_KEYS if key in columns}
        values |= self._divided_target()
        values |= self._worded("target", "unit", values)
        if worded := self._worded("actual", "actual_unit", values):
            values |= worded
        elif unit := next(iter(self.of("actual_unit")), None):
            values["actual"] = self._in_unit(values["actual"], unit, values.get("unit", EMPTY))
        points, cells = weight_and_score(self._sheet, self._table, self.number)
        values |= points
        self._sheet.use_all(cells, "indicators.claimed_score")
        if "deducted" in columns and "claimed_score" not in columns:
            values |= self._left_over(values)
        if standard := self._standard(values) or _standard_in(values["name"], values.get("target", EMPTY)):
            values["standard"] = standard
        if "state" in values and "reason" not in columns and (match := _BRACKET.search(values["state"].text)):
            values["reason"] = Entry(match[1].strip(), None, values["state"].place)  # 未完成（原因）
        if "weight" not in columns and (match := _NAME_POINTS.search(values["name"].text)):
            values["weight"] = Entry(match[1], Decimal(match[1]), values["name"].place)
        values |= self._remark(values.get("claimed_score", EMPTY), values)
        return values

    def _remark(self, score: Entry, values: Mapping[str, Entry]) -> dict[str, Entry]:
        """The reason in brackets behind the score: 18（材料不全，扣2分）; if they contradict, the score is unknown."""
        if (found := remarked(score.text)) is None:
            return {}
        if is_doubtful(*found, values.get("weight", EMPTY).value):
            return {"claimed_score": score._replace(value=None)}
        if _FULL_MARKS.fullmatch(found[1]):
            return {}
        reason, remark = values.get("reason", EMPTY), _BRACKET.findall(score.text)[0].strip()
        text = remark if reason.blank else f"{reason.text}；{remark}"
        return {"reason": Entry(text, None, reason.place or score.place)}

    def _left_over(self, values: Row) -> dict[str, Entry]:
        """The score in a form that only asks for deductions: weight minus 扣分, where a blank deducts nothing."""
        weight, cell = values.get("weight", EMPTY).value, next(iter(self.of("deducted")), None)
        if weight is None or values.get("actual", EMPTY).blank:
            return {}
        if cell is None or is_filler(cell.text):
            column = self._table.columns["deducted"].first
            return {"claimed_score": Entry(f"{weight}", weight, self._sheet.place(self.number, column))}
        taken = self._take(cell, "claimed_score")
        lost = number(cell, points=True)
        if lost is None:
            return {"claimed_score": taken}
        return {"claimed_score": taken._replace(text=f"{weight}-{abs(lost)}", value=weight - abs(lost))}

    def _standard(self, values: Row) -> Entry | None:
        """The form's own scoring standard, if it is more than a share of the completion.  As our workbook has no column
        for it, the cell is not marked as used: it stays left over."""
        target, weight = values.get("target", EMPTY), values.get("weight", EMPTY).value
        rate = "率" in values["name"].text and not target.blank and "100" not in target.text
        for column in self._table.extra:
            if not heads_standard(column.heading.label):
                continue
            beside = self._sheet.in_column(self.number, column)
            cell = next(iter(beside), None) or self._sheet.covering(self.number, column.first)
            if cell is not None and cell.row > self._table.bottom and column.holds(cell):
                own = is_standard(cell.text, weight, of_rate=rate)
                return entry(self._sheet, cell, "standard") if own else None
        return None

    def _name_before(self) -> Cell | None:
        """A name left of the levels, in a row without any: 预算执行率 before the total row."""
        first, columns = self.cells[0], self._table.columns
        names = columns["name"].first
        levels = min((one.first for one in self._table.of(*LEVELS)), default=names)
        alone = first.column < levels and not self.of(*LEVELS)
        return first if alone and (first.right >= names or bare_level(first) in EXECUTION_ROWS) else None

    def _value(self, key: str) -> Entry:
        if key in self._table.regions:
            return self._of_regions(key)
        if key == "reason" and len(self.of(key)) > 1:
            return self._reasons(self.of(key))
        cell = next(iter(self.of(key)), None) if key in POINTS else self.through(key)
        if cell is None:
            return blank(self._sheet, self.number, self._table.columns[key].first)
        return self._sign(cell) if key == "op" else self._take(cell, key)

    def _reasons(self, cells: list[Cell]) -> Entry:
        """What stands below kinds of reasons, where each has a column: the words, or the ticks where there are none."""
        taken = [self._take(cell, "reason") for cell in cells]
        told = [one for one in taken if any(map(str.isalnum, one.text))] or taken
        return told[0]._replace(text="；".join(dict.fromkeys(one.text for one in told)))

    def _of_regions(self, key: str) -> Entry:
        """What all regions have alike; empty if they differ, as no cell says what they have together."""
        columns = self._table.regions[key]
        cells = [cell for one in columns for cell in self._sheet.in_column(self.number, one)[:1]]
        if len(cells) < len(columns) or len({squeeze(cell.text) for cell in cells}) > 1:
            return EMPTY
        first, *_ = [self._take(cell, key) for cell in cells]
        return first

    def _sign(self, cell: Cell) -> Entry:
        """A sign, perhaps in words (大于等于), or the one that 正向 or 反向 means for a bare target; else empty."""
        word = squeeze(cell.text)
        if word in OPERATORS:
            return self._take(cell, "op")
        if op := op_of(word):
            return self._take(cell, "op")._replace(text=SIGNS[op])
        target = self.through("target")
        if word not in DIRECTIONS or target is None or not read(target.text).inferred:
            return blank(self._sheet, self.number, cell.column)
        return self._take(cell, "op")._replace(text=SIGNS[DIRECTIONS[word]])

    def _divided_target(self) -> dict[str, Entry]:
        """A target in several cells below one heading: sign, value, unit."""
        cells = self.of("target")
        if len(cells) < 2 or "op" in self._table.columns or "target" in self._table.regions:
            return {}
        values = {}
        word = squeeze(cells[0].text)
        if word in OPERATORS or op_of(word):
            values["op"] = self._sign(cells.pop(0))
        values["target"] = self._take(cells[0], "target")
        if len(cells) > 1 and "unit" not in self._table.columns and not any(map(str.isdigit, cells[1].text)):
            values["unit"] = self._take(cells[1], "unit")
        return values

    def _worded(self, key: str, unit: str, values: Row) -> dict[str, Entry]:
        """A target or actual in the column of its unit, if that is also for words: 文字描述 | | 11月30日前."""
        cell, column = next(iter(self.of(unit)), None), self._table.columns.get(unit)
        for_words = column is not None and "描述" in column.heading.text
        if cell is None or not for_words or not values.get(key, EMPTY).blank or is_filler(cell.text) or is_unit(cell):
            return {}
        self._sheet.used.pop(cell.at, None)  # it was marked as the unit
        own = {unit: blank(self._sheet, self.number, cell.column)} if unit in values else {}
        return {key: self._take(cell, key), **own}

    def _in_unit(self, actual: Entry, unit: Cell, of_target: Entry) -> Entry:
        """The actual with the unit from its own column, if it differs from the target's."""
        self._sheet.use(unit, "indicators.unit")
        if actual.value is None or is_filler(unit.text) or squeeze(unit.text) == squeeze(of_target.text):
            return actual
        return actual._replace(text=actual.text + unit.text.strip(), value=None)

    def _take(self, cell: Cell, key: str) -> Entry:
        self._sheet.use(cell, f"indicators.{key}")
        return entry(self._sheet, cell, key)


def _standard_in(*entries: Entry) -> Entry | None:
    """A scoring standard in brackets behind a name or a target: 培训人数（每少1人扣0.5分）."""
    found = ((one, _BRACKET.search(one.text)) for one in entries)
    return next((Entry(match[1], None, one.place) for one, match in found if match and takes_off(match[1])), None)


def says(values: Row, *keys: str) -> bool:
    """True if one of these entries is more than filler."""
    return any(not is_filler(values[key].text) for key in keys if key in values)


def says_something(values: Row) -> bool:
    """False for a row of nothing but filler (指标1：, ……, 无); a weight alone counts unless it is 0."""
    words = says(values, "name", "target", "actual", "state", "reason")
    return words or any(values.get(key, EMPTY).value for key in POINTS)
