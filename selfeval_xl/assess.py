"""From an evaluation to its assessment: scores, then findings.  A pure function: no file, no Excel, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from selfeval_xl import checks, scoring
from selfeval_xl.checks.figures import nothing, number, plain
from selfeval_xl.checks.ledger import Ledger, ledgers_of
from selfeval_xl.checks.points import scores_execution, weighed
from selfeval_xl.checks.rows import holds_anything, real
from selfeval_xl.checks.words import with_claims_in_words
from selfeval_xl.model import Assessment, BudgetLine, BudgetScore, Entry, Evaluation, IndicatorScore, TotalScore
from selfeval_xl.rules import RuleSet


def assess(evaluation: Evaluation, rules: RuleSet) -> Assessment:
    """What the rule set gives for the evaluation, and all that is wrong with it, in a stable order."""
    evaluation = with_claims_in_words(_with_own_weights(evaluation, rules))
    ledgers = ledgers_of(evaluation)
    ledger, line, parts = _main(evaluation, ledgers)
    weight = _execution_weight(evaluation, line, rules)
    # A figure of the rate is surely in another unit (元 for 万元): no score; but ours is scored as by its formulas.
    misread = ledger is not None and evaluation.template is None and ledger.misread
    budget = BudgetScore(weight=weight) if misread else scoring.score_budget(line, weight, parts)
    indicators = scoring.score_indicators(evaluation.indicators, rules)
    total = _total(evaluation, budget, indicators, rules)
    view = checks.View(evaluation, rules, line, budget, indicators, total, ledgers)
    table = ledger.table if ledger else None
    return Assessment(evaluation, rules.name, budget, indicators, total, checks.run(view), table, line)


def _with_own_weights(evaluation: Evaluation, rules: RuleSet) -> Evaluation:
    """Weights marked as the tool's proposal count as the unit's own once somebody has changed one of them."""
    if not evaluation.weights_proposed:
        return evaluation
    proposed = scoring.propose_weights(evaluation.indicators, rules)
    weights = (number(indicator.weight) for indicator in evaluation.indicators)
    return evaluation if tuple(weights) == proposed else evaluation._replace(weights_proposed=False)


def _main(
    evaluation: Evaluation, ledgers: Sequence[Ledger]
) -> tuple[Ledger | None, BudgetLine, Sequence[BudgetLine]]:
    """The table that stands for all the money, its total line, whose execution is scored, and lines with points.

    Tables whose total has both a budget and an execution are preferred; among equals the funds block, then the first.
    (None, a blank line, no lines) where no table has a total line.
    """
    funds_first = sorted(ledgers, key=lambda ledger: ledger.table is not evaluation.funds)
    with_total = [(ledger, ledger.total_index) for ledger in funds_first if ledger.total_index is not None]
    scored = [(ledger, index, _scored_parts(evaluation, ledger, index, ledgers)) for ledger, index in with_total]
    totals = [(ledger, _added_up(ledger, index, parts), parts) for ledger, index, parts in scored]
    filled = [each for each in totals if None not in (number(each[1].adjusted), number(each[1].executed))]
    return next(iter(filled or totals), (None, BudgetLine(), ()))


def _scored_parts(
    evaluation: Evaluation, ledger: Ledger, index: int, ledgers: Sequence[Ledger]
) -> Sequence[BudgetLine]:
    """The lines of an official form to which the total leaves points, in its table or in another with the same total.

    Their parts count only where none of them has points itself: 项目支出, with points for each project.
    """
    if evaluation.template is not None:
        return ()
    place = ledger.lines[index].executed.place
    same = [one for one in ledgers if one is ledger or place in (line.executed.place for line in one.lines if place)]
    lines = [line for one in same for line in one.lines if line.level and number(line.weight) is not None]
    own = [line for line in lines if line.level == 1]
    return own or lines


def _added_up(ledger: Ledger, index: int, parts: Sequence[BudgetLine]) -> BudgetLine:
    """The total line of a table (the line at ``index``) with its amounts completed.

    A blank amount becomes the sum of the lines below, as a formula would give it; an amount with a unit of its own
    (``236万元`` in a table in 元) is converted to the table's.  Points left to ``parts`` are added up as well (基本支出
    and 项目支出 with 5 each, the total with none).
    """
    line = ledger.lines[index]
    known: dict[str, Any] = {}
    for column in ("initial", "adjusted", "executed"):
        entry, value = getattr(line, column), ledger.spent((index, column))
        if value is not None:
            known[column] = Entry(plain(value), value) if nothing(entry) else entry._replace(value=value)
    if len(parts) > 1 and nothing(line.weight) and nothing(line.claimed_score):
        for column in ("weight", "claimed_score"):
            points = scoring.sum_if_known(number(getattr(part, column)) for part in parts)
            if points is not None:
                known[column] = getattr(line, column)._replace(text=plain(points), value=points)
    return line._replace(**known)


def _execution_weight(evaluation: Evaluation, line: BudgetLine, rules: RuleSet) -> Decimal | None:
    """The weight of budget execution: the form's own, or else the rule set's.

    A workbook of ours has a cell for it: None, as for its formulas, where that holds no number.  Zero where nothing on
    an official form says that execution is scored there.
    """
    if evaluation.template is not None:
        return line.weight.value
    weight = number(line.weight)
    if weight is not None:
        return weight
    rows = [indicator for indicator in evaluation.indicators if weighed(indicator) and real(indicator)]
    parts = rows or scoring.items_of(evaluation, rules)
    weights = [number(indicator.weight) for indicator in parts]
    columns = evaluation.funds.columns if evaluation.funds else frozenset()
    scored = scores_execution(weights, rules, claimed=number(line.claimed_score), columns=columns)
    return rules.execution_weight if scored else Decimal(0)


def _total(
    evaluation: Evaluation, budget: BudgetScore, scores: tuple[IndicatorScore, ...], rules: RuleSet
) -> TotalScore:
    """The total over the rows that hold something.

    Filler rows that an official form came with (……) don't count.  In a workbook of ours somebody has typed such rows,
    and its formulas wait for their scores.
    """
    counts = real if evaluation.template is None else holds_anything
    pairs = [pair for pair in zip(evaluation.indicators, scores, strict=True) if counts(pair[0])]
    items = scoring.items_of(evaluation, rules)
    return scoring.total(budget, [indicator for indicator, _ in pairs], [score for _, score in pairs], rules, items)
