"""What the rules give for the entered figures: the execution score, each indicator's, the total, and proposed weights.

Pure Decimal arithmetic that never reads a formula's result: the second of two computations that must agree.  Every
score is rounded once, at the end (house rule: 175.48 ÷ 202.06 × 10 = 8.68, not 8.69 by way of 86.85%).

A row's way: ``entered`` (does it count, and what does the unit say?), ``matching`` (which figure answers which
target?), ``ways`` (is more or less better?), ``deadlines`` (was it in time?), ``measuring`` (which share of the
weight?), ``standards`` (what do the form's own words give instead?), ``answering`` (do words reach words?),
``indicators`` (the score, by ``rounding``).  ``bands`` are one kind of ``standards``; ``totals`` has what is scored
besides, and the sum.
"""

from __future__ import annotations

from selfeval_xl.scoring.answering import definite
from selfeval_xl.scoring.deadlines import in_time
from selfeval_xl.scoring.entered import (
    beside_the_points,
    fully_claimed,
    is_qualitative,
    not_applicable,
    points_beside,
    state_of,
    stated,
    unused,
)
from selfeval_xl.scoring.indicators import score_indicator, score_indicators
from selfeval_xl.scoring.matching import answer_to, of_the_whole
from selfeval_xl.scoring.measuring import completion_of
from selfeval_xl.scoring.rounding import points, round_half_up, rounded, within
from selfeval_xl.scoring.standards import read_standard
from selfeval_xl.scoring.totals import grade_of, items_of, managed, propose_weights, score_budget, sum_if_known, total
from selfeval_xl.scoring.ways import direction, sign_is_open, way_of

__all__ = [
    "answer_to", "beside_the_points", "completion_of", "definite", "direction", "fully_claimed", "grade_of",
    "in_time", "is_qualitative", "items_of", "managed", "not_applicable", "of_the_whole", "points", "points_beside",
    "propose_weights", "read_standard", "round_half_up", "rounded", "score_budget", "score_indicator",
    "score_indicators", "sign_is_open", "state_of", "stated", "sum_if_known", "total", "unused", "way_of", "within",
]  # fmt: skip
