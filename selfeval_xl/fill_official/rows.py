"""Which row of an official indicator table each indicator gets, and where rows must be inserted for the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from selfeval_xl.model import EMPTY, LEVELS, Indicator, Row
from selfeval_xl.quantity.text import plain_name
from selfeval_xl.workbook.recognize.labels import is_filler, read_label, squeeze
from selfeval_xl.workbook.recognize.sheet import Span
from selfeval_xl.workbook.recognize.values import plain_number


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
        return level_key(self.level1), level_key(self.level2)


@dataclass(frozen=True, slots=True)
class Plan:
    """The table's rows from its first one on, in their order afterwards; ``inserts`` are (before row, count) before it.

    ``homeless`` are the indicators that the form has no place for.
    """

    first_row: int
    lines: tuple[Line, ...]
    inserts: tuple[tuple[int, int], ...]
    homeless: tuple[int, ...] = ()

    def row(self, position: int) -> int:
        """Where a line stands afterwards."""
        return self.first_row + position

    @property
    def taken(self) -> frozenset[int]:
        """The rows, as they are afterwards, that indicators go into."""
        return frozenset(self.row(position) for position, line in enumerate(self.lines) if line.indicator is not None)

    def shifted(self, row: int) -> int:
        """Where a row of the form is once rows were inserted."""
        return row + sum(count for before, count in self.inserts if before <= row)


def columns_of(span: Span) -> range:
    """The sheet columns that the table takes."""
    firsts, lasts = zip(*span.columns.values(), strict=True)
    return range(min(firsts), max(lasts) + 1)


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
    return Plan(span.first_row, tuple(lines), _inserts(lines, span), tuple(homeless))


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
    """The row for an indicator among those that the form has."""
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
    """The last row of the indicator's level that is to be seen; None where the form has no such level.

    In a form without first levels that is the row behind the last of ``indicators`` with the same one.
    """
    keys = level_key(indicator.level1.text), level_key(indicator.level2.text)
    ordinary = [(n, line) for n, line in enumerate(lines) if not line.fixed and line.row not in hidden]
    has1, has2 = any(line.level1 for line in lines), any(line.level2 for line in lines)
    same = [n for n, line in ordinary if line.keys == ((keys[0] if has1 else ""), keys[1])]
    same = same or [n for n, line in ordinary if has1 and line.keys[0] == keys[0]]
    same = same or [
        n
        for n, line in ordinary
        if not has1 and line.indicator is not None and level_key(indicators[line.indicator].level1.text) == keys[0]
    ]
    if same:
        return same[-1]
    return None if has1 or has2 or not ordinary else ordinary[-1][0]


def _end(lines: Sequence[Line], hidden: Collection[int]) -> int:
    """Behind the last line that is to be seen, before hidden rows: into those nothing may move."""
    return 1 + max((n for n, line in enumerate(lines) if line.row not in hidden), default=len(lines) - 1)


def _beside(lines: Sequence[Line], behind: int) -> int:
    """Where a new line goes: behind the line ``behind`` and the rows that go on with it.

    Before it where those end the table: there sums over all rows still grow.
    """
    end = behind + 1
    while end < len(lines) and lines[end].continued:
        end += 1
    return behind if end == len(lines) > behind + 1 and behind else end


def _new(number: int, indicator: Indicator, columns: Sequence[str], model: Line | None) -> Line:
    """A row for an indicator behind the row ``model``, whose words it takes over for a level of the same meaning."""
    if model is not None and not columns:
        return Line(None, model.level1, model.level2, indicator=number)  # below the same heading

    def words(key: str) -> str:
        own, text = getattr(model, key) if model else "", getattr(indicator, key).text
        return str(own if level_key(own) == level_key(text) else text) if key in columns else ""

    return Line(None, words("level1"), words("level2"), indicator=number)


def _inserts(lines: Sequence[Line], span: Span) -> tuple[tuple[int, int], ...]:
    """Where rows go in, from above.

    At the end of the table, of a first level, and of rows that one below them sums up, they go in before the last row,
    so that sums over all of them, and what is merged beside them, grow along; that row's contents then move up to where
    they belong.
    """
    counts: dict[int, int] = {}
    anchor = span.first_row - 1
    for line in lines:
        if line.row is not None:
            anchor = line.row
        else:
            counts[anchor] = counts.get(anchor, 0) + 1
    ordinary = {line.row for line in lines if line.row is not None and not line.fixed}
    continued = {line.row for line in lines if line.continued}
    level = {line.row: line.keys[0] for line in lines if line.row in ordinary}
    inserts: dict[int, int] = {}
    for row, count in counts.items():
        last = row == span.last_row or (row in ordinary and row + 1 not in span.rows)
        last = last or (row in ordinary and level.get(row - 1) == level[row] != level.get(row + 1))
        inside = last and row - 1 in ordinary and row not in continued
        inserts[row if inside else row + 1] = inserts.get(row if inside else row + 1, 0) + count
    return tuple(sorted(inserts.items()))
