"""Which row of an official indicator table each indicator gets, and where rows must be inserted for the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, takewhile
from typing import NamedTuple

from selfeval_xl.model import EMPTY, LEVELS, Indicator, Row
from selfeval_xl.quantity.text import plain_name
from selfeval_xl.workbook.recognize.cells.table import Span
from selfeval_xl.workbook.recognize.words.figures import plain_number
from selfeval_xl.workbook.recognize.words.labels import is_filler, read_label, squeeze


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table as it is to be.

    ``row`` is where it stood (None: a new one); ``fixed`` marks one that holds no indicator (a level's name alone),
    ``continued`` one of these that goes on with the line above; ``held`` one that somebody filled in or hid.
    ``level1`` and ``level2`` are its levels in the form's own words.  ``indicator`` is the number of the indicator that
    goes there.
    """

    row: int | None
    level1: str = ""
    level2: str = ""
    name: str = ""
    fixed: bool = False
    continued: bool = False
    held: bool = False
    indicator: int | None = None

    @property
    def keys(self) -> tuple[str, str]:
        """Its two levels by the keys that are the same in every form."""
        return level_key(self.level1), level_key(self.level2)


class Insert(NamedTuple):
    """``added`` new rows below the row ``behind``; merged cells and sums from ``since`` or above grow over them.

    They are made like the row ``like`` (0: the one above).
    """

    behind: int
    since: int = 0
    like: int = 0
    added: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """The table's rows from its first one on, in their order afterwards, and what is inserted for that, from above.

    ``homeless`` are the indicators that the form has no place for.
    """

    first_row: int
    lines: tuple[Line, ...]
    inserts: tuple[Insert, ...]
    homeless: tuple[int, ...] = ()

    def row(self, position: int) -> int:
        """Where a line stands afterwards."""
        return self.first_row + position

    @property
    def taken(self) -> frozenset[int]:
        """The rows, as they are afterwards, that indicators go into."""
        return frozenset(self.row(position) for position, line in enumerate(self.lines) if line.indicator is not None)

    def models(self) -> dict[int, int]:
        """Each inserted row (numbered as afterwards) with the row of the form (as it was) that it is made like."""
        new = (self.row(position) for position, line in enumerate(self.lines) if line.row is None)
        likes = (insert.like or insert.behind for insert in self.inserts for _ in range(insert.added))
        return dict(zip(new, likes, strict=True))


def columns_of(span: Span) -> range:
    """The sheet columns that the table takes."""
    firsts, lasts = zip(*span.columns.values(), strict=True)
    return range(min(firsts), max(lasts) + 1)


@lru_cache(maxsize=1 << 10)
def level_key(text: str) -> str:
    """A level's name without what differs from form to form: 产出指标（50分） and 产出 are the same."""
    label = read_label(text)
    core = (label.core or squeeze(text)).removesuffix("指标")
    return "满意度" if "满意度" in core else core


def plan(span: Span, continued: Collection[int], hidden: Collection[int], indicators: Sequence[Indicator]) -> Plan:
    """Give each indicator the row of its name, else a free row of its level, else a new one behind its level's last.

    ``continued`` are rows that only go on with the merged indicator above.  ``hidden`` ones stay as they are: nobody
    would see what is written there.  Levels that the form lacks come at the end.
    """
    shared = span.columns["name"][0] < span.columns["name"][1]
    lines = [
        _line(number, span.rows.get(number), number in continued, hidden=number in hidden, shared=shared)
        for number in range(span.first_row, span.last_row + 1)
    ]
    columns = [key for key in LEVELS if key in span.columns]
    homeless = []
    for number, indicator in enumerate(indicators):
        position = _position(lines, indicator)
        if position is not None:
            lines[position] = _taken(lines[position], number, indicator, columns)
            continue
        behind = _behind(lines, indicator, indicators, hidden)
        if behind is None and not columns and any(line.level1 for line in lines):
            homeless.append(number)  # its level would have to be a heading of its own
            continue
        model = lines[behind] if behind is not None else None
        at = _end(lines, hidden) if behind is None else _beside(lines, behind)
        lines.insert(at, _new(number, indicator, columns, model))
    return Plan(span.first_row, tuple(lines), _inserts(lines, span.first_row), tuple(homeless))


def _line(number: int, row: Row | None, continued: bool, *, hidden: bool, shared: bool) -> Line:
    """``shared``: the heading of the names reaches over two columns, of which the first may hold running numbers."""
    if row is None or continued:
        return Line(number, fixed=True, continued=continued)
    name = row.get("name", EMPTY).text
    if shared and plain_number(name):
        name = ""
    texts = [name, *(row[key].text for key in ("target", "actual", "state") if key in row)]
    return Line(
        number,
        row.get("level1", EMPTY).text,
        row.get("level2", EMPTY).text,
        name=name,
        held=hidden or not all(is_placeholder(text) or is_filler(text) for text in texts),
    )


def is_placeholder(text: str) -> bool:
    """True where a cell's text is nothing but the form's own filler (目标1：, 指标2：, ……); 无 is something said."""
    pieces = [piece for piece in text.replace("；", "\n").split("\n") if piece.strip()]
    return all(is_filler(piece) and squeeze(piece)[:1] not in "无/\\-—–不N" for piece in pieces)


def _position(lines: Sequence[Line], indicator: Indicator) -> int | None:
    """The line of the form that an indicator goes into; None where the form has no free one of its level."""
    level1, level2 = level_key(indicator.level1.text), level_key(indicator.level2.text)
    name = plain_name(indicator.name.text)
    for position, line in enumerate(lines):
        if name and line.held and line.indicator is None and plain_name(line.name) == name:
            return position
    free = [n for n, line in enumerate(lines) if not (line.held or line.fixed) and line.indicator is None]
    has1, has2 = any(line.level1 for line in lines), any(line.level2 for line in lines)
    wanted = [(level1 if has1 else "", level2 if has2 else ""), (level1 if has1 else "", ""), ("", "")]
    return next((n for keys in dict.fromkeys(wanted) for n in free if lines[n].keys == keys), None)


def _taken(line: Line, number: int, indicator: Indicator, columns: Sequence[str]) -> Line:
    """The row with its indicator, whose levels stand in for those that the row has no name for."""
    blank = {key: getattr(indicator, key).text for key in columns if not getattr(line, key)}
    return replace(line, indicator=number, **blank)


def _behind(
    lines: Sequence[Line], indicator: Indicator, indicators: Sequence[Indicator], hidden: Collection[int]
) -> int | None:
    """The last visible row of the indicator's level; None where the form has no such level.

    In a form without first levels that is the row behind the last of ``indicators`` with the same one.
    """
    one, two = level_key(indicator.level1.text), level_key(indicator.level2.text)
    has1, has2 = any(line.level1 for line in lines), any(line.level2 for line in lines)

    def last(fits: Callable[[Line], bool]) -> int | None:
        places = range(len(lines) - 1, -1, -1)
        return next((n for n in places if not lines[n].fixed and lines[n].row not in hidden and fits(lines[n])), None)

    def akin(line: Line) -> bool:
        return line.indicator is not None and level_key(indicators[line.indicator].level1.text) == one

    same = last(lambda line: line.keys == (one if has1 else "", two))
    if same is None:
        same = last(lambda line: line.keys[0] == one) if has1 else last(akin)
    return same if same is not None or has1 or has2 else last(lambda _: True)


def _end(lines: Sequence[Line], hidden: Collection[int]) -> int:
    """The place behind the last visible line: nothing may go among hidden rows below it."""
    return 1 + max((n for n, line in enumerate(lines) if line.row not in hidden), default=len(lines) - 1)


def _beside(lines: Sequence[Line], behind: int) -> int:
    """Where a new line goes: behind the line ``behind`` and the rows that go on with it."""
    return next((n for n in range(behind + 1, len(lines)) if not lines[n].continued), len(lines))


def _new(number: int, indicator: Indicator, columns: Sequence[str], model: Line | None) -> Line:
    """A row for an indicator behind the row ``model``, whose words it takes over for a level of the same meaning."""
    if model is not None and not columns:
        return Line(None, model.level1, model.level2, indicator=number)  # below the same heading

    def words(key: str) -> str:
        own, text = getattr(model, key) if model else "", getattr(indicator, key).text
        return str(own if level_key(own) == level_key(text) else text) if key in columns else ""

    return Line(None, words("level1"), words("level2"), indicator=number)


def _inserts(lines: Sequence[Line], first_row: int) -> tuple[Insert, ...]:
    """Where rows go in, from above: behind the last row that they belong to."""
    inserts: list[Insert] = []
    above: list[Line] = []  # rows of the form's own
    for (new, _), group in groupby(lines, lambda line: (line.row is None, line.keys if line.row is None else None)):
        found = list(group)
        if new:
            insert = _insert(above, found[0]) or Insert(first_row - 1)
            inserts.append(insert._replace(added=len(found)))
        else:
            above += found
    return tuple(inserts)


def _insert(above: Sequence[Line], new: Line) -> Insert | None:
    """Where one new row goes below the rows ``above``, and which merged cells and sums grow over it (``since``).

    If it is of the last row's second level, those of that level; if only of its first level, those that reach up into
    another second level; else those that reach up into another first level.  Without another level, those of all rows.
    """
    ordinary = [line for line in above if not line.fixed]
    end = next((line.row for line in reversed(above) if line.row is not None), None)
    last = ordinary[-1] if ordinary else None
    if end is None or last is None or last.row is None:
        return None if end is None else Insert(end)
    one = last.keys[0]
    level = list(takewhile(lambda line: line.keys[0] == one, reversed(ordinary)))
    if one not in ("", new.keys[0]) or (end != last.row and not above[-1].continued):
        others = ordinary[: -len(level)] or level[-1:]
    elif last.keys[1] not in ("", new.keys[1]):
        others = [line for line in reversed(level) if line.keys[1] != last.keys[1]] or level[-1:]
    else:
        others = [last]
    return Insert(end, min(others[-1].row or 0, last.row - (end != last.row)), last.row)
