"""Checks of what must be explained: a target missed, money not spent, a budget changed, an indicator not applicable."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Set
from decimal import Decimal
from typing import Any

from selfeval_xl.checks.figures import ZERO, number, percent, plain, sum_of
from selfeval_xl.checks.ledger import SHOWN_LINES, Cell, Ledger, names_of
from selfeval_xl.checks.registry import Hit, by_sheet, check, hit, together
from selfeval_xl.checks.rows import DECIDED_WRONG, Row, names
from selfeval_xl.checks.view import View
from selfeval_xl.evaluation import LISTED, NATURE
from selfeval_xl.groups import by_key
from selfeval_xl.lazy import lazy
from selfeval_xl.mistakes import few
from selfeval_xl.model import Entry, Evaluation
from selfeval_xl.scoring import stated, unused
from selfeval_xl.words.unspent import explains_unspent, names_rest, tells_of_unspent

_CHANGE_LABEL = lazy("(?:调整|变动|追加)(?:情况|原因|说明|事由|依据|理由|[及和、])+$")
_THRIFT = lazy("三公经费|因公出国|公务(?:接待|用车)")  # the less of it is spent, the better
_ABOUT_CHANGE = lazy("追加|[调核]减|调增|压减|(?:预算|年中|资金|经费).{0,6}调整|调整.{0,6}(?:预算|资金|经费)")


@check("reason.missing")
def missing(view: View) -> Iterator[Hit]:
    """Rows that were missed or marked down without a reason; where the score is wrong too, that finding says both."""
    unexplained = [row for row in view.rows if row.unexplained and not _said_with_score(row)]
    for group in by_sheet(unexplained, lambda row: row.at("reason")):
        kinds = by_key((_to_explain(row), row) for row in group)
        what = "，".join(f"{names(rows)}{why}" for why, rows in kinds.items())
        yield from together("reason.missing", group, "reason", told=what)


def _to_explain(row: Row) -> str:
    if not row.score.failed:
        return "扣了分"
    return "没有按期完成" if row.indicator.target_read.kind == "date" else "没有完成"


def _said_with_score(row: Row) -> bool:
    """True where the finding of the row's wrong score says it, or where a score out of 1 or 10 only looks low."""
    return not row.score.failed if row.scoring == "score.scale" else row.scoring in DECIDED_WRONG


@check("reason.not_applicable")
def not_applicable(view: View) -> Iterator[Hit]:
    """Rows left out of the score as not applicable, with their weight."""
    left_out = [row for row in view.rows if row.score.excluded]
    empty = [row for row in left_out if unused(row.indicator)]
    explained = [row for row in left_out if row not in empty]
    weights = [row.weight for row in explained if row.weight is not None]
    points = f"，共 {plain(sum_of(weights))} 分" if weights else ""
    yield from together("reason.not_applicable", explained, "actual", why="已写明原因", points=points)
    yield from together("reason.not_applicable", empty, "actual", why="没有分值", points="")


@check("budget.low_rate", "budget.not_started")
def slow(view: View) -> Iterator[Hit]:
    """Lines with a low rate, or with nothing executed, that nobody has explained."""
    evaluation = view.evaluation
    if not _has_room_for_reasons(evaluation) or _explained_elsewhere(evaluation):
        return
    if (number(view.line.executed) or ZERO) < 0:
        return  # that is budget.negative
    reported = False
    for ledger in _own(view):
        found = _slow_lines(view, ledger, reported)
        for id in ("budget.low_rate", "budget.not_started"):
            indexes = sorted(index for index, one in found.items() if one == id)
            if indexes:
                reported = True
                lines = [ledger.lines[index] for index in indexes]
                facts: dict[str, Any] = {"rates": _rates(ledger, indexes), "limit": percent(view.rules.low_rate)}
                cells = [entry for index in indexes for entry in _executed(ledger, index)]
                yield hit(id, cells, names=names_of(lines), **facts)


def _executed(ledger: Ledger, index: int) -> list[Entry]:
    """The cells that say what the line spent: for a total without a cell of its own those of its parts."""
    own = ledger.lines[index].executed
    parts = [ledger.lines[part].executed for part in ledger.parts[index]]
    return [own] if own.place else [entry for entry in parts if number(entry) is not None]


@check("budget.changed")
def changed(view: View) -> Iterator[Hit]:
    """An adjusted budget that differs from the initial one, without a word."""
    evaluation = view.evaluation
    words = evaluation.goal_expected, evaluation.goal_actual, *evaluation.texts, *_faults(evaluation)
    if not _has_room_for_reasons(evaluation) or any(_tells_change(entry.text) for entry in words):
        return
    for ledger in [ledger for ledger in _own(view) if any(key == "initial" for _, key in ledger.figures)][:1]:
        broken = {cell for breach in ledger.breaches for cell in (breach.cell, *breach.others)}
        indexes = [index for index in range(len(ledger.lines)) if _was_changed(ledger, index, broken)]
        indexes = [index for index in indexes if not _explained(evaluation, ledger, index)]
        if ledger.funds:
            indexes = [index for index in indexes if ledger.lines[index].level == 0] or indexes
        if indexes:
            lines = [ledger.lines[index] for index in indexes]
            yield hit("budget.changed", [line.adjusted for line in lines], names=names_of(lines))


def _was_changed(ledger: Ledger, index: int, broken: Set[Cell]) -> bool:
    """True for a line whose budget differs from the initial one, with neither figure in doubt or ``broken``.

    A line with parts leaves the change to them, except the funds' total, whose parts are sources.
    """
    cells: tuple[Cell, Cell] = (index, "initial"), (index, "adjusted")
    initial, adjusted = map(ledger.figures.get, cells)
    if initial is None or adjusted is None or initial == adjusted:
        return False
    own = not ledger.parts[index] or (ledger.funds and ledger.lines[index].level == 0)
    return own and broken.isdisjoint(cells) and not ledger.doubtful(index)


def _own(view: View) -> list[Ledger]:
    """The tables of the form's own money, without lists of projects: those give their reasons in their own forms."""
    return [ledger for ledger in view.ledgers if ledger.table.title != LISTED]


def _slow_lines(view: View, ledger: Ledger, reported: bool) -> dict[int, str]:
    """The slow lines with the id of their finding, parts first: a total that is slow because of them is none.

    ``reported``: another table has slow lines, so that the funds block would only repeat them.
    """
    found: dict[int, str] = {}
    for index in sorted(range(len(ledger.lines)), key=lambda index: bool(ledger.parts[index])):
        id = _slow(ledger, index, view.rules.low_rate)
        name = ledger.lines[index].name.text
        if id is None or _THRIFT.search(name) or names_rest(name, budgeted=True):
            continue
        if id == "budget.low_rate" and _is_share(view, ledger, index):
            continue
        if (ledger.funds and reported) or _accounted_for(view, ledger, index, found.keys()):
            continue
        if not _explained(view.evaluation, ledger, index):
            found[index] = id
    return found


def _is_share(view: View, ledger: Ledger, index: int) -> bool:
    """True for a line that is a share of some money by source or by kind of spending: the whole answers for its rate.

    Shares by source are the level-1 lines of the funds block, columns of sources (one name for several lines: 小计 |
    财政拨款), and lines of one project, as long as these are not slow together.  Shares by kind (基本支出) answer for
    themselves where the rate of the whole is unknown.
    """
    level, own = ledger.lines[index].level, ledger.lines[index].name.place
    if level != 1 and own is not None and ledger.names_at[own] > 1:
        return True
    if own is not None and len(ledger.lines) > 1 and len(ledger.names_at) == 1:
        adjusted, executed = (sum_of(ledger.total(key).values()) for key in ("adjusted", "executed"))
        return executed >= adjusted * view.rules.low_rate
    if level == 0:
        return False
    kind = ledger.table.title == NATURE or ledger.is_spending(index)
    return ledger.funds or (kind and view.budget.rate is not None)


def _accounted_for(view: View, ledger: Ledger, index: int, named: Collection[int]) -> bool:
    """True where the line is slow only because of parts that are found slow: had they spent all, it would not be."""
    parts = ledger.below(index) & set(named)
    amounts = [[ledger.spent((one, column)) or ZERO for column in ("adjusted", "executed")] for one in (index, *parts)]
    (adjusted, executed), *unspent = amounts
    return bool(parts) and executed + sum_of(a - b for a, b in unspent) >= view.rules.low_rate * adjusted


def _slow(ledger: Ledger, index: int, limit: Decimal) -> str | None:
    """The id of the finding for a slow line; where its figures are in doubt, only if every possible figure gives it."""
    cells: list[Cell] = [(index, "executed"), (index, "adjusted")]
    right = ledger.remedies if ledger.doubtful(index) else {}
    spent, budgets = ({ledger.value(cell), *right.get(cell, ())} for cell in cells)
    found = {_pace(executed, adjusted, limit) for executed in spent for adjusted in budgets}
    return found.pop() if len(found) == 1 and set(ledger.foreign).isdisjoint(cells) else None


def _pace(executed: Decimal | None, adjusted: Decimal | None, limit: Decimal) -> str | None:
    if executed is None or adjusted is None or adjusted <= 0:
        return None
    if executed == 0:
        return "budget.not_started"
    return "budget.low_rate" if executed / adjusted < limit else None


def _rates(ledger: Ledger, indexes: list[int]) -> str:
    shown = [(ledger.spent((i, "executed")), ledger.spent((i, "adjusted"))) for i in sorted(indexes)]
    rates = [percent(executed / adjusted) for executed, adjusted in shown if executed is not None and adjusted]
    return few(rates, SHOWN_LINES, " 等")


def _tells_change(text: str) -> bool:
    """True for words about a change of the budget, or behind a label that announces them (调整说明：……)."""
    label, _, words = text.replace(":", "：").partition("：")
    return bool(words.strip() and _CHANGE_LABEL.search(label)) or bool(
        _ABOUT_CHANGE.search(text) and not _CHANGE_LABEL.search(text.strip().rstrip("：:"))
    )


def _has_room_for_reasons(evaluation: Evaluation) -> bool:
    fields = (evaluation.problems, evaluation.measures)
    return (
        "reason" in evaluation.columns
        or any("reason" in table.columns for table in evaluation.money_tables)
        or any(entry.place is not None or not entry.blank for entry in fields)
    )


def _explained(evaluation: Evaluation, ledger: Ledger, index: int) -> bool:
    """True for a reason on the line, its parts or the lines above it; in the funds block on any line of money."""
    family = {index, *ledger.parts[index], *ledger.parents[index]}
    own: list[Entry] = [ledger.lines[one].reason for one in family]
    whole, total = evaluation.funds_total, ledger.table.total
    if total and whole.executed.place and whole.executed.place == total.executed.place:
        own.append(whole.reason)  # 预算执行差异说明：…… below the only table of money
    if ledger.funds:
        own += [line.reason for line in ledger.lines]
        own += [line.reason for table in evaluation.budgets for line in table.lines]
    return any(map(stated, own))


def _explained_elsewhere(evaluation: Evaluation) -> bool:
    """True where the form's texts account for unspent money.

    Among the problems it is enough that they mention it; other texts must say why.
    """
    done = (evaluation.goal_actual, *evaluation.texts)
    mentioned = any(tells_of_unspent(entry.text) for entry in _faults(evaluation))
    return mentioned or any(explains_unspent(entry.text) for entry in done)


def _faults(evaluation: Evaluation) -> list[Entry]:
    """The texts in which the form says what went wrong."""
    reasons = [indicator.reason for indicator in evaluation.indicators]
    return [evaluation.problems, evaluation.measures, *reasons, *(item.measure for item in evaluation.management)]
