"""Points that stand elsewhere than in their indicator's row, or that belong to several rows together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from selfeval_xl.groups import by_key
from selfeval_xl.model import EMPTY, LEVELS, SHARED, Entry, Place, Row
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.sheet import Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Table
from selfeval_xl.workbook.recognize.cells.values import ROUNDED, number
from selfeval_xl.workbook.recognize.indicators.row import says_something
from selfeval_xl.workbook.recognize.words.labels import OF_WHICH, read_label
from selfeval_xl.workbook.recognize.words.vocabulary import FULL_MARKS, MOST_OF_EXECUTION, POINTS
from selfeval_xl.workbook.references import parse_cell

Points = Mapping[Place | None, Decimal]


def with_points(draft: Draft, table: Table, columns: Sequence[Column], rows: list[Row]) -> list[Row]:
    """The rows with the points given in their names or with their levels; ``columns`` are the levels' points."""
    return _beside_levels(draft.sheet, table, columns, _of_levels(draft, table, _in_names(draft, rows)))


def _beside_levels(sheet: Sheet, table: Table, columns: Sequence[Column], rows: list[Row]) -> list[Row]:
    """The rows with points from the columns beside the levels: 产出指标 | 50 is like 产出指标（50分）.

    These must be the sums of what is below, for most levels.  Or they are shares: 产出指标 | 50%, of it 数量指标 | 60%,
    of that a row 30%; then the products are the points, if they come to the sum of the first levels.
    """
    outer, *inner = (_given(sheet, table, key, columns, rows) for key in LEVELS)
    scored = [row for row in rows if "child" not in row]
    weights = [row.get("weight", EMPTY).value for row in scored]
    below = by_key((row.get("level1", EMPTY).place, weight) for row, weight in zip(scored, weights, strict=True))
    full = {place: sum(filter(None, points)) for place, points in below.items() if None not in points}
    right = [points == full[place] for place, points in outer.items() if place in full]
    if 2 * right.count(True) > len(right):
        return [_with(row, "level1", outer) if row.get("level1", EMPTY).place in full else row for row in rows]
    whole = sum(outer.values(), Decimal(0))
    if None in weights or None in below or not 1 < whole <= FULL_MARKS:
        return rows
    shares = {id(row): _share(row, (outer, *inner)) for row in scored}
    if abs(sum(shares.values()) - whole) > ROUNDED:
        return rows
    return [{**row, "weight": _points(row["weight"], shares[id(row)])} if id(row) in shares else row for row in rows]


def _given(sheet: Sheet, table: Table, key: str, columns: Sequence[Column], rows: Sequence[Row]) -> Points:
    """The points in the column behind a level's names, by the places of these names."""
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


def _in_names(draft: Draft, rows: list[Row]) -> list[Row]:
    """The rows, with bare figures in brackets behind names (参训人次（20）) as points if they make full marks.

    Such figures may also be counts (东片（40）, 西片（60）), so some row must have scored exactly as many.
    """
    points = [read_label(row["name"].text).points for row in rows]
    known = any(not row.get("weight", EMPTY).blank for row in rows)
    scored = any(own == row.get("claimed_score", EMPTY).value for own, row in zip(points, rows, strict=True))
    whole = sum(filter(None, points), draft.total("weight").value or 0)
    if known or not scored or not all(points) or whole != FULL_MARKS:
        return rows
    pairs = zip(rows, points, strict=True)
    return [{**row, "weight": Entry(f"{own}", own, row["name"].place)} for row, own in pairs]


def _of_levels(draft: Draft, table: Table, rows: list[Row]) -> list[Row]:
    """The rows; those without points get those of their level (数量指标（10分）): one takes all, several share them.

    If the form has a column of points, each of several rows must have its own there.  A figure in brackets may be no
    points at all: all points must make full marks, or leave room for an execution without any.
    """
    below: dict[Place, list[int]] = {}
    given: dict[Place, Decimal] = {}
    for at, row in enumerate(rows):
        if "child" in row or not row.get("weight", EMPTY).blank or not says_something(row):
            continue
        level = next((row[key] for key in reversed(LEVELS) if row.get(key, EMPTY).value is not None), EMPTY)
        if level.place is None or level.value is None:
            return rows
        below.setdefault(level.place, []).append(at)
        given[level.place] = level.value
    execution = draft.total("weight").value
    own = (row.get("weight", EMPTY).value for row in rows)
    room = FULL_MARKS - sum(filter(None, (*own, *given.values(), execution)))
    asked = "weight" in table.columns and any(len(sharing) > 1 for sharing in below.values())
    if asked or (room and (execution is not None or not 0 < room <= MOST_OF_EXECUTION)):
        return rows
    kept = list(rows)
    for place, (first, *others) in below.items():
        points, own_cell = given[place], rows[first].get("weight", EMPTY).place
        kept[first] = {**rows[first], "weight": Entry(f"{points}", points, own_cell or place)}
        for each in others:
            kept[each] = {**rows[each], "child": Entry(SHARED, None, rows[each]["name"].place)}
    return kept


def scored_as_parents(rows: Sequence[Row], execution: Decimal) -> list[Row]:
    """The rows; 其中 rows that share out the weight of the row above lose their points, which are that row's.

    They keep them if all points, with those of the ``execution``, make full marks.
    """
    kept = list(rows)
    if sum((row.get("weight", EMPTY).value or 0 for row in rows), execution) == FULL_MARKS:
        return kept
    for at, parent in enumerate(rows):
        left, end = parent.get("weight", EMPTY).value, at + 1
        if not left or end == len(rows) or not OF_WHICH.match(rows[end]["name"].text):
            continue
        while end < len(rows) and left > 0 and (weight := rows[end].get("weight", EMPTY).value):
            if any(rows[end].get(key, EMPTY).text != parent.get(key, EMPTY).text for key in LEVELS):
                break
            left, end = left - weight, end + 1
        for part in range(at + 1, end if not left and end > at + 2 else 0):
            without = {key: Entry(place=entry.place) for key in POINTS if (entry := rows[part].get(key)) is not None}
            kept[part] = {**rows[part], **without, "child": Entry("其中", None, rows[part]["name"].place)}
    return kept


def scored_together(rows: Sequence[Row]) -> list[Row]:
    """The rows; if those with one shared weight have scores of their own, the first gets them all, written as a sum.

    More than the weight can't be such a sum: each score may be that of all of them, and every row stays as it is.
    """
    kept: list[Row] = []
    groups: list[list[Row]] = []
    for row in rows:
        if row.get("child", EMPTY).text == SHARED and groups:
            groups[-1].append(row)
        else:
            groups.append([row])
    for first, *others in groups:
        weight = first.get("weight", EMPTY).value
        scores = [entry for row in (first, *others) if (entry := row.get("claimed_score", EMPTY)).value is not None]
        whole = sum((entry.value for entry in scores if entry.value is not None), Decimal(0))
        if not others or len(scores) < 2 or weight is None or whole > weight + ROUNDED:  # of thirds of 20
            kept += [first, *others]
            continue
        added = Entry("+".join(entry.text for entry in scores), min(whole, weight), first["claimed_score"].place)
        kept.append({**first, "claimed_score": added, "own_score": first["claimed_score"]})
        kept += [_unscored(row) for row in others]
    return kept


def _unscored(row: Row) -> Row:
    own = row["claimed_score"]
    return {**row, "claimed_score": Entry(place=own.place), "own_score": own}
