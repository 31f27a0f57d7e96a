"""Finds levels by what stands before names: numbering (1, 1.1, 一、（一）), a column 级次, indents, a level's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from selfeval_xl.lazy import lazy
from selfeval_xl.model import LEVELS
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Table, within
from selfeval_xl.workbook.recognize.cells.values import is_dash
from selfeval_xl.workbook.recognize.words.labels import LONGEST_LABEL, NO_LABEL, Label, both_levels, read_label, squeeze
from selfeval_xl.workbook.recognize.words.marks import Mark, mark_alone, mark_of, without_mark
from selfeval_xl.workbook.recognize.words.vocabulary import LEVEL1, LEVEL2, LEVEL_NAMES

_Row = tuple[int, Sequence[Cell]]
_RANK = lazy("([一二三四1-4])级?(?:指标)?")
_RANKS = "一二三四"
_STEP = lazy(r"\s*[-—–→>＞/／\\|｜·•:：\n]+\s*")
_CODE = lazy(r"\s*\d{1,8}[-—_\s]*")  # 01-产出指标, 0101 数量指标: a system names the code too
_MOSTLY_FIRST = frozenset({"满意度指标"})


def bare_level(cell: Cell) -> str:
    """The name of a level in the vocabulary's words, without numbering or code."""
    text = cell.text[: 3 * LONGEST_LABEL]  # a longer one is no label
    coded = read_label(text[found.end() :] if (found := _CODE.match(text)) else text).core
    return coded if coded in LEVEL_NAMES else read_label(without_mark(text)).core


def named_levels(cell: Cell) -> tuple[str, ...]:
    """The levels that a cell may name: both for 成本指标; 满意度指标 is taken as a first one."""
    core = bare_level(cell)
    second = core in LEVEL2 and core not in _MOSTLY_FIRST
    return tuple(key for key, named in zip(LEVELS, (core in LEVEL1, second), strict=True) if named)


def levels_together(cell: Cell) -> tuple[Label, Label] | None:
    """Both levels if one cell names them: 产出指标（50分）数量指标（20分）."""
    text, named = squeeze(cell.text), both_levels(cell.label.core)
    at = text.rfind(named[1]) if named else 0
    return (read_label(text[:at]), read_label(text[at:])) if at > 0 else None


def levels_within(text: str) -> tuple[tuple[Label, ...], str]:
    """The levels before a name in the same cell, and the name itself: 产出指标-数量指标-培训人数."""
    levels: list[Label] = []
    rest = text.strip()
    for words in (LEVEL1, LEVEL1 | LEVEL2):
        step = _STEP.search(rest)
        label = read_label(rest[: step.start()]) if step else NO_LABEL
        if step is None or label.core not in words or step.end() == len(rest):
            break
        levels.append(label)
        rest = rest[step.end() :]
    return (tuple(levels), rest) if levels and read_label(rest).core not in LEVEL2 else ((), text)


def outline(sheet: Sheet, table: Table, end: int) -> Mapping[int, str]:
    """The rows that head those below them according to their marks, each with its level.

    The level is empty if the form has more levels than an evaluation.  Such a row may still be an indicator, if it has
    a target: the reader decides.
    """
    free = [key for key in LEVELS if key not in table.columns]
    if not free:
        return {}
    rows = list(sheet.rows(table.bottom + 1, end - 1))
    for marks_of in (_ranks, _codes, _prefixes, _indents):
        marks = {row: mark for row, cells in rows if (mark := marks_of(table, cells))}
        if len(set(marks.values())) > 1 or (marks and marks_of is not _indents and max(marks.values()) < (2,)):
            if marks_of is _indents and not _indented(table, rows, marks):
                continue
            return _levels(table, rows, marks, free, ranked=marks_of is _ranks)
    return {}


def _levels(
    table: Table, rows: Sequence[_Row], marks: Mapping[int, Mark], free: Sequence[str], *, ranked: bool
) -> dict[int, str]:
    """The level of each row that deeper ones follow; if a column gives the ranks, of each row above the deepest."""
    depths = {mark: depth for depth, mark in enumerate(sorted(set(marks.values())))}
    heads: dict[int, int] = {}
    votes: Counter[int] = Counter()
    for (row, cells), (below, inside) in pairwise([*rows, (0, ())]):
        if row not in marks or not (name := _named(table, cells)):
            continue
        depth = depths[marks[row]]
        deeper = depths[marks[below]] > depth if below in marks else _measured(table, inside)
        if (ranked and depth + 1 < len(depths)) or (deeper and _shares_out(table, cells, inside)):
            heads[row] = depth
            named = [key for key in named_levels(name) if key in free]
            if len(named) == 1:
                votes[depth - free.index(named[0])] += 1
    outermost = votes.most_common(1)[0][0] if votes else 0
    return {row: free[depth - outermost] if 0 <= depth - outermost < len(free) else "" for row, depth in heads.items()}


def _ranks(table: Table, cells: Sequence[Cell]) -> Mark:
    cell = _in(table.columns.get("rank"), cells)
    match = _RANK.fullmatch(squeeze(cell.text)) if cell else None
    return (int(match[1]) if match[1].isdigit() else _RANKS.index(match[1]) + 1,) if match else ()


def _codes(table: Table, cells: Sequence[Cell]) -> Mark:
    before = (cell.text for cell in cells if cell.column < table.columns["name"].first)
    return next(filter(None, map(mark_alone, before)), ())


def _prefixes(table: Table, cells: Sequence[Cell]) -> Mark:
    name = _named(table, cells)
    return mark_of(name.text) if name else ()


def _indents(table: Table, cells: Sequence[Cell]) -> Mark:
    name = _named(table, cells)
    return (sum(2 if sign == "\u3000" else 1 for sign in name.text[: -len(name.text.lstrip())]) + 1,) if name else ()


def _indented(table: Table, rows: Sequence[_Row], marks: Mapping[int, Mark]) -> bool:
    """True if exactly the rows with a target or actual are indented most; otherwise indents are stray blanks."""
    deepest = max(marks.values())
    last = max(row for row, mark in marks.items() if mark == deepest)
    inside = [(row, cells) for row, cells in rows if row in marks and row <= last]
    return all(_measured(table, cells) == (marks[row] == deepest) for row, cells in inside)


def _named(table: Table, cells: Sequence[Cell]) -> Cell | None:
    """The cell with the name of a row: in its column, but no number, else words before that column."""
    name = table.columns["name"]
    levels = table.of(*LEVELS)
    words = [cell for cell in cells if cell.column <= name.last and not mark_alone(cell.text)]
    named = [cell for cell in words if not within(cell, levels)]
    return next((c for c in named if name.holds(c)), next(iter(named), None))


def _measured(table: Table, cells: Sequence[Cell]) -> bool:
    """True if the row has a target or an actual."""
    found = (_in(table.columns.get(key), cells) for key in ("target", "actual"))
    return any(cell is not None and not is_dash(cell) for cell in found)


def _shares_out(table: Table, cells: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """False for an indicator with 其中 rows that are still to be filled in: it has points, and they have none."""
    weights = [_in(table.columns.get("weight"), each) for each in (cells, below)]
    return weights[0] is None or weights[1] is not None or not _measured(table, below)


def _in(column: Column | None, cells: Sequence[Cell]) -> Cell | None:
    return next((c for c in cells if column and column.holds(c)), None)
