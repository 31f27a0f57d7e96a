"""The view: all that a check may look at, and what several checks need, worked out once (rows, money, points)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from selfeval_xl.checks.claims import Claim, claim, complete, row_claim
from selfeval_xl.checks.figures import ZERO, nothing, number
from selfeval_xl.checks.ledger import Ledger
from selfeval_xl.checks.points import Points, points_of, weighed
from selfeval_xl.checks.rows import Row, are_shares, examine, is_empty
from selfeval_xl.model import (
    CHANGE_COLUMNS,
    UNREAD_CHANGE,
    BudgetLine,
    BudgetScore,
    Evaluation,
    IndicatorScore,
    ManagementItem,
    TotalScore,
)
from selfeval_xl.rules import RuleSet
from selfeval_xl.scoring import items_of, points_beside, round_half_up


class View:
    """What was entered, the rules, and the scores that these give.

    ``ours`` is True for a workbook made from a template of ours.  ``line`` is the money line whose execution is scored;
    ``indicators`` are the scores, one for each of ``evaluation.indicators``; ``ledgers`` are the tables of money, the
    more detailed ones first, the funds block last.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        rules: RuleSet,
        line: BudgetLine,
        budget: BudgetScore,
        indicators: tuple[IndicatorScore, ...],
        total: TotalScore,
        ledgers: Sequence[Ledger],
    ) -> None:
        self.evaluation, self.rules, self.line = evaluation, rules, line
        self.ours = evaluation.template is not None
        self.budget, self.indicators, self.total, self.ledgers = budget, indicators, total, ledgers

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the indicator table that are not blank, each with what is wrong with it."""
        surplus = self.points.surplus if self.points else ZERO
        return examine(self.evaluation, self.rules, self.indicators, surplus)

    @cached_property
    def filled(self) -> tuple[Row, ...]:
        """The rows that somebody filled in: without the form's own filler (……, 指标2：)."""
        return tuple(row for row in self.rows if not row.filler)

    @cached_property
    def weighed(self) -> tuple[Row, ...]:
        """The filled rows that must have a weight."""
        return tuple(row for row in self.filled if weighed(row.indicator))

    @cached_property
    def counted(self) -> tuple[Row, ...]:
        """The weighed rows whose score counts: none that is excluded as not applicable."""
        return tuple(row for row in self.weighed if not row.score.excluded)

    @cached_property
    def beside(self) -> tuple[Row, ...]:
        """The rows whose points come on top of the hundred (加分项, 扣减项): the total still includes them."""
        return tuple(row for row in self.filled if row.beside)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The scores that make up the total; () where one of them is missing, so that their sum is unknown.

        In a workbook of ours a score left blank is no gap where a rule decides it: a formula fills it in.
        """
        counted = self.counted or self.total.attainable is not None
        if self.evaluation.weights_proposed or not counted or (self.ours and self.budget.weight is None):
            return ()
        if (self.rules.management and not self.items) or self.scored_in_shares:
            return ()
        excluded = [row for row in self.rows if row.score.excluded and row.claimed is not None]
        claims = [self._claim_of_execution(self.budget.weight)] if self.budget.weight else []
        claims += [row_claim(row, self.ours) for row in (*excluded, *self.counted)]
        claims += [claim(number(item.claimed_score)) for item in self.items]
        for row in self.beside:
            claimed, low, high = points_beside(row.indicator)
            claims.append(Claim(low if claimed is None else claimed, low, high))
        return complete(claims)

    @cached_property
    def scored_in_shares(self) -> bool:
        """Whether a form without points scores each row of so many as the whole has: they add up to no total."""
        return are_shares(self.counted, self.rules.full_marks)

    def _claim_of_execution(self, weight: Decimal) -> Claim | None:
        claimed, right = number(self.line.claimed_score), self.budget.score
        if right is None:
            return claim(claimed)
        if claimed is None and self.ours:
            return claim(right)
        if claimed is None and not self.asks_for_execution_score:
            # The form has no cell for this score: the total may leave it out, include it, or include it rounded.
            doubtful = any(ledger.breaches or ledger.overspent for ledger in self.ledgers)
            low, high = sorted((right, round_half_up(right, 0)))
            return Claim(ZERO, *((ZERO, weight) if doubtful else (low, high)))
        wrong = claimed is not None and abs(claimed - right) > self.rules.tolerance
        return claim(claimed, (right, right) if wrong else None)

    @property
    def asks_for_execution_score(self) -> bool:
        """Whether the form has a place for the score of the execution."""
        return any("claimed_score" in table.columns for table in self.evaluation.money_tables)

    @cached_property
    def points(self) -> Points | None:
        """What the weights add up to; None where one is unknown."""
        return points_of(self.evaluation, self.rules, self.line, self.budget, self.items)

    @cached_property
    def budget_column(self) -> str:
        """The column by which a stated rate is checked: the budget of the year ("adjusted"), or the initial one.

        The initial budget (年初预算数) stands in for it only where the form has no other and states no change of it.
        """
        columns = frozenset[str]().union(*(ledger.table.columns for ledger in self.ledgers))
        figures = (each for ledger in self.ledgers for each in ledger.figures.items())
        changed = {column for (_, column), figure in figures if figure} & {*CHANGE_COLUMNS}
        known = changed or columns & {"adjusted", UNREAD_CHANGE}
        return "initial" if "initial" in columns and not known else "adjusted"

    @property
    def items(self) -> tuple[ManagementItem, ...]:
        """The management items that are scored; none where the whole table was left as printed."""
        items = items_of(self.evaluation, self.rules)
        return items if any(not (nothing(item.weight) and nothing(item.claimed_score)) for item in items) else ()

    @cached_property
    def empty(self) -> bool:
        """True for a form that was only opened: nothing is missing yet."""
        return is_empty(self.evaluation)
