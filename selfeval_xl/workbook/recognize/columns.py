"""The columns of an indicator table where headings alone don't tell: levels named otherwise, points at each level."""

from __future__ import annotations

import re

from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.labels import squeeze
from selfeval_xl.workbook.recognize.sheet import Column, Table
from selfeval_xl.workbook.recognize.vocabulary import LEVEL1, LEVEL2

LEVEL_KEYS = ("level1", "level2")

_OFFICE = re.compile(r"[\u4e00-\u9fff]*(?:局|处|科|部|中心|办|院|所|站|委|公司|学校|单位)")


def settle(draft: Draft, table: Table) -> list[Column]:
    """Give the columns of the table their keys for good; returns those that hold the points of the levels."""
    columns = table.columns
    if "level4" in columns:
        columns["name"] = columns.pop("level4")
    if "name" not in columns:
        for key in reversed(LEVEL_KEYS):
            if key in columns:
                columns["name"] = columns.pop(key)
                break
    columns.pop("number", None)
    if "level2" not in columns:
        _find_levels(draft, table)
    _doubt_unit(draft, table)
    return _nested_points(table)


def _find_levels(draft: Draft, table: Table) -> None:
    """Columns that hold names of levels, though no heading of their own says so: 绩效指标 or 指标类型 over them all."""
    columns = table.columns
    for column in range(table.left, columns["name"].last):
        if any(one.first == one.last == column for one in columns.values()):
            continue
        cells = [
            cell
            for row, _ in draft.sheet.rows(table.bottom + 1, draft.last)
            for cell in draft.sheet.beginning(row, column, column)
        ]
        for key, words in (("level1", LEVEL1), ("level2", LEVEL2)):
            known = [cell for cell in cells if cell.label.core in words]
            if len(known) < 2 or len(known) * 2 < len(cells) or (key in columns and columns[key].first != column):
                continue
            heading = columns.get("level1", columns["name"]).heading
            columns[key] = Column(key, column, column, heading)
            name = columns["name"]
            if name.first <= column:
                columns["name"] = Column("name", column + 1, name.last, name.heading)
            break


def _nested_points(table: Table) -> list[Column]:
    """一级指标 | 分值 | 二级指标 | 分值 | 三级指标 | 分值: the indicators' weights are those behind their names."""
    columns = table.columns
    if "weight" not in columns:
        return []
    named = {columns[key].last + 1 for key in (*LEVEL_KEYS, "name") if key in columns}
    same = [column for column in (columns["weight"], *table.extra) if column.key == "weight" and column.first in named]
    own = next((column for column in same if column.first == columns["name"].last + 1), None)
    if own is None or len(same) < 2:
        return []
    columns["weight"] = own
    table.extra = [column for column in table.extra if column not in same]
    return [column for column in same if column is not own]


def _doubt_unit(draft: Draft, table: Table) -> None:
    """A column 单位 may hold 度量单位 or the unit (局, 中心) in charge: its cells say which."""
    column = table.columns.get("unit")
    if column is None or column.heading.label.core != "单位":
        return
    texts = [
        squeeze(cell.text)
        for row, _ in draft.sheet.rows(table.bottom + 1, draft.last)
        for cell in draft.sheet.beginning(row, column.first, column.last)
    ]
    offices = [text for text in texts if _OFFICE.fullmatch(text) and len(text) > 2]
    if offices:
        draft.sheet.doubt(column.heading, *("责任单位", "度量单位")[:: 1 if len(offices) * 2 > len(texts) else -1])
        if len(offices) * 2 > len(texts):
            del table.columns["unit"]
