"""Reads the total row of an indicator table: the claimed total, the sum of the weights, the grade."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from selfeval_xl.lazy import lazy
from selfeval_xl.model import Entry
from selfeval_xl.words.unspent import explains_unspent
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Table, within
from selfeval_xl.workbook.recognize.cells.values import blank, is_number, number, weight_and_score
from selfeval_xl.workbook.recognize.fields.grades import GRADE, grade_of
from selfeval_xl.workbook.recognize.indicators.row import IndicatorRow
from selfeval_xl.workbook.recognize.tables.headings import second_judge
from selfeval_xl.workbook.recognize.words.figures import remarked
from selfeval_xl.workbook.recognize.words.labels import likeliest, lookup, squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import FIELDS, FULL_MARKS, MOST_OF_EXECUTION

_SCORE_GRADE = lazy(rf"(\d{{1,3}}(?:\.\d+)?)分?[,;、/]?\(?(?:(?:自评|评价|绩效)?等[级次][:为]?)?{GRADE}\)?")
_SCORE_ALONE = lazy(r"(\d{1,3}(?:\.\d+)?)分?(?:\([^()]*\))?()")
_SCORE_IN_REMARK = lazy(r"((?:自评|评价|综合|总)*(?:得分|总分|评分|合计)?[:为]?)(\d{1,3}(?:\.\d+)?)分")  # in a remark
_CLAIMED = lazy("[得评]分|自评|评价")


def read_total(draft: Draft, table: Table, row: IndicatorRow) -> None:
    """Read the total row: the claimed total below the scores, the sum of weights below the weights, and a grade."""
    sheet, first = draft.sheet, row.first
    behind = [cell for cell in row.cells if cell is not first]
    cells = [cell for cell in _headed(draft, first, behind) or behind if row.key(cell) != "deducted"]
    sheet.use(first)
    if match := _score_and_grade(first):
        draft.put("claimed_total", Entry(match[1], Decimal(match[1]), sheet.place(*first.at)))
        _grade(draft, match[2], first)
    weights = table.columns.get("weight")
    scores = table.columns.get("claimed_score") or table.columns.get("points")
    name = sheet.words(first, squeeze(first.text))
    points, both = weight_and_score(sheet, table, row.number)
    if points:
        draft.subtotals.append({"name": name, "weight": points["weight"], "whole": name})
        draft.put("claimed_total", points["claimed_score"])
        cells = [cell for cell in cells if cell not in both]
        sheet.use_all(both, "claimed_total")
    figures = [
        cell for cell in cells if is_number(cell) or remarked(cell.text) or _SCORE_GRADE.fullmatch(squeeze(cell.text))
    ]
    score = _score_among(cells, figures, scores, weights, first)
    others = [cell for cell in figures if cell is not score]
    below = [cell for cell in others if weights and weights.holds(cell)]
    whole = next(iter(below or (cell for cell in others if row.key(cell) == "level_points")), None)
    if whole is None:
        partial = score is not None and _lacks_execution(draft, score)
    else:
        weight = draft.take(whole, "total_weight")
        partial = weight.value is not None and weight.value < FULL_MARKS and any(_stated_elsewhere(draft, row.number))
        draft.subtotals.append({"name": name, "weight": weight, "whole": name})
    judged = _of_judges(sheet, table, cells)
    _take_words(draft, [cell for cell in cells if cell is not whole and cell not in judged])
    if score is not None and partial:
        draft.subtotals.append({"name": name, "claimed_score": _take_score(draft, score), "whole": name})
    elif score is not None:
        draft.put("claimed_total", _take_score(draft, score))
    elif scores and (found := _score_in_remark(cells, scores)) is not None:
        cell, figure = found
        sheet.use(cell, "claimed_total")
        draft.put("claimed_total", Entry(figure, Decimal(figure), sheet.place(*cell.at)))
    elif scores:
        draft.put("claimed_total", blank(sheet, row.number, scores.first))


def _take_words(draft: Draft, cells: Sequence[Cell]) -> None:
    """Take the grade, its label, and the reason for unspent money, if the row has them."""
    for cell in cells:
        if explains_unspent(cell.text):
            draft.put("budget_reason", draft.take(cell, "budget_reason"))
        elif grade := grade_of(draft, cell.text):
            _grade(draft, grade, cell)
        elif likeliest(cell.label, FIELDS) == "claimed_grade":
            draft.sheet.use(cell)


def _of_judges(sheet: Sheet, table: Table, cells: Sequence[Cell]) -> list[Cell]:
    """The cells of second judges, whose grade is not the unit's; none if the row labels the grade."""
    if any(likeliest(cell.label, FIELDS) == "claimed_grade" for cell in cells):
        return []
    judged = [column for column in table.extra if second_judge(sheet, table, column)]
    return [cell for cell in cells if within(cell, judged)]


def _headed(draft: Draft, first: Cell, behind: Sequence[Cell]) -> list[Cell]:
    """The cells behind 总分 if they head figures in the next row (总分值 | 总得分), with these figures; else none."""
    values = draft.sheet.below(first.row)
    headed = any(_CLAIMED.search(cell.label.core) for cell in behind) and not any(map(is_number, behind))
    if not headed or not any(map(is_number, values)) or any(cell.column <= first.right for cell in values):
        return []
    draft.sheet.use_all(behind, "claimed_total")
    return sorted([*behind, *values], key=lambda cell: (cell.column, cell.row))


def _score_among(
    cells: Sequence[Cell], figures: Sequence[Cell], scores: Column | None, weights: Column | None, first: Cell
) -> Cell | None:
    """The figure that is the score: behind its own label, below the scores, or the only one behind 自评总分.

    In a table without a column of scores or of weights, it is the last figure.
    """
    named = [b for a, b in pairwise(cells) if b in figures and "claimed_total" in lookup(a.label, FIELDS)]
    below = [cell for cell in figures if scores and scores.holds(cell)]
    # The only figure may stand in any column.
    alone = figures if len(figures) == 1 and _CLAIMED.search(first.label.core) else []
    others = [cell for cell in figures if not (weights and (scores or weights.holds(cell)))]
    return next(iter([*named, *below, *alone, *others[-1:]]), None)


def _take_score(draft: Draft, cell: Cell) -> Entry:
    """The score as an entry, without the grade behind it."""
    value = draft.take(cell, "claimed_total")
    match = _SCORE_GRADE.fullmatch(squeeze(cell.text))
    if match is None:
        return value
    _grade(draft, match[2], cell)
    return Entry(match[1], Decimal(match[1]), value.place, value.formula)


def _score_and_grade(cell: Cell) -> re.Match[str] | None:
    """The score behind the colon, and perhaps the grade: 总分：97.2分，等级：优."""
    _, _, behind = squeeze(cell.text).partition(":")
    return _SCORE_GRADE.fullmatch(behind) or _SCORE_ALONE.fullmatch(behind)


def _lacks_execution(draft: Draft, score: Cell) -> bool:
    """True if another row states this score and that of the execution together: 合计 | 90 above 综合得分：99.8."""
    own, execution = number(score, points=True), draft.total("claimed_score").value
    return own is not None and bool(execution) and own + (execution or 0) in _stated_elsewhere(draft, score.row)


def _stated_elsewhere(draft: Draft, row: int) -> Iterator[Decimal]:
    """The totals that other rows state: 合计 | 90 | 88 are the indicators', 自评得分 | 97.6 is of all."""
    for cell, after in pairwise([*draft.cells, None]):
        if cell is not None and cell.row != row and likeliest(cell.opening, FIELDS) == "claimed_total":
            inline = _score_and_grade(cell)
            beside = number(after, points=True) if after is not None and after.row == cell.row else None
            stated = Decimal(inline[1]) if inline else beside or Decimal(0)
            if stated > MOST_OF_EXECUTION:
                yield stated


def _score_in_remark(cells: Sequence[Cell], scores: Column) -> tuple[Cell, str] | None:
    """The only remark behind the scores that states the total: 自评得分99分, or 99分.

    A bare 3分 or 100分 may be a deduction, or the full marks.
    """
    behind = ((cell, _SCORE_IN_REMARK.fullmatch(squeeze(cell.text))) for cell in cells if cell.column > scores.last)
    stated = [(cell, match) for cell, match in behind if match]
    found = [(cell, one[2]) for cell, one in stated if one[1] or FULL_MARKS / 2 < Decimal(one[2]) < FULL_MARKS]
    return found[0] if len(found) == 1 else None


def _grade(draft: Draft, text: str, cell: Cell) -> None:
    if text:
        draft.sheet.use(cell, "claimed_grade")
        draft.put("claimed_grade", draft.sheet.words(cell, text))
