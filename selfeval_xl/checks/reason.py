"""Checks of the reasons: missed or marked down without one, and rows that do not apply."""

from __future__ import annotations

from collections.abc import Iterator

from selfeval_xl.checks.figures import number, plain, sum_of
from selfeval_xl.checks.registry import Hit, check, together
from selfeval_xl.checks.rows import DECIDED_WRONG, Row
from selfeval_xl.checks.view import View
from selfeval_xl.scoring import unused


@check("reason.missing")
def missing(view: View) -> Iterator[Hit]:
    """Rows that were missed or marked down, and nobody says why; with a wrong score that is said in one sentence."""
    silent = [row for row in view.rows if row.unexplained and _is_unsaid(row)]
    yield from together("reason.missing", silent, "reason")


def _is_unsaid(row: Row) -> bool:
    """False where the finding of its wrong score says it, or where a score is only low as all are scored of 1 or 10."""
    return row.score.failed if row.scoring == "score.scale" else row.scoring not in DECIDED_WRONG


@check("reason.not_applicable")
def not_applicable(view: View) -> Iterator[Hit]:
    """Rows left out of the score, with the weight that is left out."""
    left_out = [row for row in view.rows if row.score.excluded]
    empty = [row for row in left_out if unused(row.indicator)]
    explained = [row for row in left_out if row not in empty]
    weights = [weight for row in explained if (weight := number(row.indicator.weight)) is not None]
    points = f"，共 {plain(sum_of(weights))} 分" if weights else ""
    yield from together("reason.not_applicable", explained, "actual", why="已写明原因", points=points)
    yield from together("reason.not_applicable", empty, "actual", why="没有分值", points="")
