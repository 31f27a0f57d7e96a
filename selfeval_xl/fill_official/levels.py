"""The level names of an official indicator table after rows were inserted: written and merged as the form does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from selfeval_xl.fill_official.rows import Line, Plan
from selfeval_xl.model import LEVELS
from selfeval_xl.workbook.edits import Content, Value
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.recognize.cells.table import Span
from selfeval_xl.workbook.references import Area, Cell, area_name, cell_name


@dataclass(slots=True)
class Changes:
    """What to change on the sheet: merged ranges to take apart (``old``) and to make (``new``), contents of ``cells``,
    ``looks`` (cell → the one whose format it takes), ``lone`` cells (they lose a formula that inserted rows copied)."""

    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    cells: dict[str, Content] = field(default_factory=dict)
    looks: dict[str, str] = field(default_factory=dict)
    lone: set[Cell] = field(default_factory=set)


def level_changes(span: Span, plan: Plan, before: Grid, after: Grid) -> Changes:
    """The changes that ``plan`` asks for; ``before`` is the sheet as the form has it, ``after`` with the new rows."""
    changes = Changes()
    covered: set[int] = set()  # rows whose level-1 name reaches over the column of level 2
    for key in LEVELS:
        if key not in span.columns or not _touched(plan, span, key):
            continue
        first, _ = span.columns[key]
        style = _style(span, key, before)
        changes.old.extend(area_name(area) for area in _inside(after, plan, span, key))
        model: str | None = None  # the last cell with a name of the form's own
        for start, run in runs(plan.lines, key):
            rows = [plan.row(start + offset) for offset in range(len(run))]
            if key == "level2" and covered & set(rows):
                continue
            left, right = _extent(run, before, first)
            if key == "level1" and "level2" in span.columns and right >= span.columns["level2"][0]:
                covered.update(rows)
            text = _printed(run, before, left) or getattr(run[0], key)
            for number, row in enumerate(rows):
                shown = text if number == 0 or style == "repeated" else ""
                there, cell = after.cells.get((row, left)), cell_name(row, left)
                standing = there.text if there is not None else ""
                if shown != standing:
                    changes.cells[cell] = Value(shown or None)
                if standing.strip():
                    model = cell
                elif shown and model is not None:  # a cell that a merged range covered may lack the format
                    changes.looks[cell] = model
            for block in [rows] if style == "merged" else [[row] for row in rows]:
                if len(block) > 1 or right > left:
                    changes.new.append(area_name(Area(None, block[0], left, block[-1], right)))
    return changes


def _touched(plan: Plan, span: Span, key: str) -> bool:
    """True where rows were inserted, or a row without a level's name has got one."""
    if plan.inserts:
        return True
    return any(
        line.row is not None and getattr(line, key) and not span.rows[line.row][key].text
        for line in plan.lines
        if not line.fixed
    )


def _style(span: Span, key: str, before: Grid) -> str:
    """How the form shows a level's name for several rows: merged, once at their head, or repeated.

    Where each of a column's names stands for one row only, the other level's column decides.
    """
    for column in (key, *(other for other in LEVELS if other != key and other in span.columns)):
        first, last = span.columns[column]
        rows = range(span.first_row, span.last_row + 1)
        if any(top in rows and bottom > top and first <= left <= last for top, left, bottom, _ in before.merges):
            return "merged"
        named = [row for row in rows if row in span.rows and span.rows[row][column].text]
        standing = [row for row in named if (cell := before.cells.get((row, first))) and cell.text.strip()]
        if any(span.rows[one][column].text == span.rows[two][column].text for one, two in pairwise(standing)):
            return "repeated"
        if len(standing) < len(named):
            return "once"
    return "repeated"


def _printed(run: Sequence[Line], before: Grid, column: int) -> str:
    """A level's name as the form prints it, with its points: 产出指标（50分）; "" for none."""
    cells = (before.cells.get((line.row, column)) for line in run if line.row is not None)
    return next((cell.text for cell in cells if cell is not None and cell.text.strip()), "")


def runs(lines: Sequence[Line], key: str) -> Iterator[tuple[int, list[Line]]]:
    """Rows of one level that follow one another, with the position of the first; a group's heading separates them."""

    def sign(position: int, line: Line) -> tuple[object, ...]:
        one, two = line.keys
        if line.fixed or not getattr(line, key):
            return (position,)
        return (one,) if key == "level1" else (one, two)

    signs: list[tuple[object, ...]] = []
    for position, line in enumerate(lines):
        signs.append(signs[-1] if line.continued and signs else sign(position, line))
    for _, group in groupby(enumerate(lines), key=lambda pair: signs[pair[0]]):
        pairs = list(group)
        if not pairs[0][1].fixed:
            yield pairs[0][0], [line for _, line in pairs]


def _inside(grid: Grid, plan: Plan, span: Span, key: str) -> Iterator[Area]:
    """The merged ranges that hold a level's names, without headings merged over the indicators' names, and sums."""
    first, last = span.columns[key]
    rows = {plan.row(position) for position, line in enumerate(plan.lines) if not line.fixed}
    bottom_row, names = plan.row(len(plan.lines) - 1), span.columns["name"][0]
    for top, left, bottom, right in grid.merges:
        inside = plan.first_row <= top <= bottom <= bottom_row and first <= left <= last and right < names
        if inside and not rows.isdisjoint(range(top, bottom + 1)):
            yield Area(None, top, left, bottom, right)


def _extent(run: Sequence[Line], before: Grid, first: int) -> tuple[int, int]:
    """The columns over which the form merges this level's name."""
    areas = (before.area((line.row, first)) for line in run if line.row is not None)
    merged = next((area for area in areas if not area.single), None)
    return (merged.left, merged.right) if merged else (first, first)
