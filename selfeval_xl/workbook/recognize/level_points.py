"""Points in columns of their own behind the levels' names: what a level has in all, or of which its rows are shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from selfeval_xl.model import EMPTY, LEVELS, Entry, Place, Row
from selfeval_xl.workbook.recognize.sheet import Column, Sheet, Table
from selfeval_xl.workbook.recognize.values import number
from selfeval_xl.workbook.recognize.vocabulary import FULL_MARKS
from selfeval_xl.workbook.references import parse_cell

_SLACK = Decimal("0.05")

Points = Mapping[Place | None, Decimal]


def with_level_points(sheet: Sheet, table: Table, columns: Sequence[Column], rows: list[Row]) -> list[Row]:
    """The rows; 产出指标 | 50 says the level's points as 产出指标（50分）does, where most levels have what is below.

    Where 产出指标 | 50% has 数量指标 | 60% of it, and a row 30% of that, the row's points are what this comes to, if
    it comes to those of the first levels in all.
    """
    outer, *inner = (_given(sheet, table, key, columns, rows) for key in LEVELS)
    scored = [row for row in rows if "child" not in row]
    weights = [row.get("weight", EMPTY).value for row in scored]
    below: dict[Place | None, list[Decimal | None]] = {}
    for row, weight in zip(scored, weights, strict=True):
        below.setdefault(row.get("level1", EMPTY).place, []).append(weight)
    full = {place: sum(filter(None, points)) for place, points in below.items() if None not in points}
    right = [points == full[place] for place, points in outer.items() if place in full]
    if 2 * right.count(True) > len(right):
        return [_with(row, "level1", outer) if row.get("level1", EMPTY).place in full else row for row in rows]
    whole = sum(outer.values(), Decimal(0))
    if None in weights or None in below or not 1 < whole <= FULL_MARKS:
        return rows
    shares = {id(row): _share(row, (outer, *inner)) for row in scored}
    if abs(sum(shares.values()) - whole) > _SLACK:
        return rows
    return [{**row, "weight": _points(row["weight"], shares[id(row)])} if id(row) in shares else row for row in rows]


def _given(sheet: Sheet, table: Table, key: str, columns: Sequence[Column], rows: Sequence[Row]) -> Points:
    """The figures right behind the names of a level, by the places of these."""
    behind = table.columns[key].last + 1 if key in table.columns else 0
    column = next((one for one in columns if one.first == behind), None)
    found: dict[Place | None, Decimal] = {}
    for place in dict.fromkeys(row[key].place for row in rows) if column else ():
        cells = sheet.in_column(parse_cell(place.cell)[0], column) if place and column else []
        if (points := next((number(cell, points=True) for cell in cells), None)) is not None:
            found[place] = points
    return found


def _with(row: Row, key: str, given: Points) -> Row:
    level = row.get(key, EMPTY)
    return {**row, key: level._replace(value=given[level.place])} if level.place in given else row


def _share(row: Row, levels: Sequence[Points]) -> Decimal:
    share = row["weight"].value or Decimal(0)
    for key, given in zip(LEVELS, levels, strict=True):
        share *= given.get(row.get(key, EMPTY).place, FULL_MARKS) / FULL_MARKS
    return share


def _points(weight: Entry, share: Decimal) -> Entry:
    return weight._replace(text=f"{share.normalize():f}", value=share)
