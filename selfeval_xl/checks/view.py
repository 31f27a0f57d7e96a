"""All that a check may look at, and what several checks share: the rows and the money, examined once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from selfeval_xl.checks.claims import Claim, claims_of
from selfeval_xl.checks.figures import nothing
from selfeval_xl.checks.ledger import Ledger
from selfeval_xl.checks.points import Points, points_of, weighed
from selfeval_xl.checks.rows import Row, examine, is_empty
from selfeval_xl.model import (
    UNREAD_CHANGE,
    BudgetLine,
    BudgetScore,
    Evaluation,
    IndicatorScore,
    ManagementItem,
    TotalScore,
)
from selfeval_xl.rules import RuleSet
from selfeval_xl.scoring import items_of


class View:
    """What was entered, the rules, and what the rules give; ``ours`` is a workbook made from a template of ours.

    ``line`` is the line whose execution is scored; ``indicators`` runs parallel to ``evaluation.indicators``;
    ``ledgers`` are the tables of money, the more detailed ones first, the funds block last.
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
        """The rows of the indicator table that hold something, each with what is wrong with it."""
        surplus = self.points.surplus if self.points else Decimal(0)
        return examine(self.evaluation, self.rules, self.indicators, surplus)

    @cached_property
    def filled(self) -> tuple[Row, ...]:
        """Those of them that somebody filled in: all but the form's own filler."""
        return tuple(row for row in self.rows if not row.filler)

    @cached_property
    def weighed(self) -> tuple[Row, ...]:
        """The rows that must have a weight."""
        return tuple(row for row in self.filled if weighed(row.indicator))

    @cached_property
    def counted(self) -> tuple[Row, ...]:
        """Those of them whose score counts."""
        return tuple(row for row in self.weighed if not row.score.excluded)

    @cached_property
    def beside(self) -> tuple[Row, ...]:
        """The rows outside of the points (加分项, 扣减项), which the total comprises all the same."""
        return tuple(row for row in self.filled if row.beside)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The scores that make up the total; () where one is not claimed."""
        return claims_of(self)

    @cached_property
    def points(self) -> Points | None:
        """What the weights add up to; None where one is unknown."""
        return points_of(self)

    @cached_property
    def budget_column(self) -> str:
        """The budget that a stated rate is held against: the year's, or the initial one where a form has no other."""
        columns = frozenset[str]().union(*(ledger.table.columns for ledger in self.ledgers))
        return "initial" if "initial" in columns and not columns & {"adjusted", UNREAD_CHANGE} else "adjusted"

    @property
    def items(self) -> tuple[ManagementItem, ...]:
        """The management items that are scored; left as printed the table is not used."""
        items = items_of(self.evaluation, self.rules)
        return items if any(not (nothing(item.weight) and nothing(item.claimed_score)) for item in items) else ()

    @cached_property
    def empty(self) -> bool:
        """True for a form that was only opened: nothing is missing yet."""
        return is_empty(self.evaluation)
