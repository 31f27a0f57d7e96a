"""The tie-out (勾稽): each figure of the written report, or of the form's running text, against the form's own figure.

A number typed in the sheet 勾稽核对 is compared by the rule of that sheet's formula, which sees the value and never its
format: ``factor`` and ``allowance`` are that rule in Python.  Figures within words only the checks can read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from selfeval_xl.checks.claims import total_of
from selfeval_xl.checks.counts import stated_counts
from selfeval_xl.checks.figures import (
    HUNDRED,
    MIXED_UNITS,
    decimals,
    exact,
    half,
    nothing,
    number,
    plain,
    rate,
    unit_factor,
)
from selfeval_xl.checks.ledger import COLUMNS, Ledger
from selfeval_xl.checks.registry import Hit, check, hit
from selfeval_xl.checks.view import View
from selfeval_xl.checks.words import TextFigure, figures_in, own_texts
from selfeval_xl.evaluation.entries import figure_text, plain_number
from selfeval_xl.lazy import lazy
from selfeval_xl.model import Entry, Indicator, Place, Statement
from selfeval_xl.quantity import Quantity, convert, read
from selfeval_xl.quantity.text import halfwidth
from selfeval_xl.quantity.units import CURRENCY
from selfeval_xl.scoring import round_half_up

_NAMES = {**COLUMNS, "balance": "结余", "rate": "预算执行率", "total": "自评得分"}
_DERIVED = ("rate", "balance")  # computed from two amounts
ABOUT = Decimal("0.05")  # 约 allows this share of the figure (house rule)

NOISE = Decimal("1e-9")  # what the sheet's formula grants to binary fractions

_DIGITS = lazy(r"\d[\d,]*(?:\.(\d+))?")
_PERCENT = ("%", "％")
_HIGHEST_RATE = Decimal(2)  # above it a figure in percent was typed without its sign: 94.63, not 0.9463
_AMOUNTS = ("initial", "adjusted", "executed")
_PAYING = lazy("支付|支出|进度|结余")
_POINT = 2  # decimals of a rate that is exact to one percentage point
_CELL = lazy(r"(?:(?:'((?:[^']|'')+)'|([^\s'!=+\-*/^&<>(),:;]+))!)?(?<![\w:.])\$?([A-Z]{1,3})\$?(\d+)(?![\w:(.])")


def factor(stated: Decimal, expected: Decimal, unit: str) -> Decimal:
    """What ``expected`` must be multiplied by to be on the scale of ``stated``: under %, a rate is 94.63 or 0.9463."""
    if unit.strip() not in _PERCENT:
        return Decimal(1)
    apart = abs(stated - expected)
    if abs(stated) <= _HIGHEST_RATE < abs(expected) and abs(stated - expected / HUNDRED) < apart:
        return 1 / HUNDRED
    return HUNDRED if abs(stated - expected * HUNDRED) < apart else Decimal(1)


def allowance(stated: Decimal, expected: Decimal, unit: str) -> Decimal:
    """Half of the last digit typed.  The cell 90% holds 0.9, so a rate counts as exact to one percentage point."""
    digits = len(plain_number(stated).partition(".")[2])
    is_rate = _is_fraction(stated, expected, unit) if unit.strip() else abs(stated) <= 1
    return half(max(digits, _POINT) if is_rate else digits)


def _is_fraction(stated: Decimal, expected: Decimal, unit: str) -> bool:
    """True where the unit is % and the number a fraction: 0.9463."""
    return unit.strip() in _PERCENT and abs(stated) <= _HIGHEST_RATE and factor(stated, expected, unit) != HUNDRED


@check("tieout.mismatch")
def mismatch(view: View) -> Iterator[Hit]:
    """Figures of the report, or of the form's running text, that the tables contradict."""
    yield from _reported(view)
    yield from _worded(view)


def _reported(view: View) -> Iterator[Hit]:
    for statement in view.evaluation.statements:
        figure, expected = _figure_of(statement), statement.expected.value
        if figure is None or expected is None or _hangs_on_missing(view, statement):
            continue
        value, unit, bound = figure
        if statement.stated.value is not None:
            stated, right = exact(statement.stated.value), exact(expected)
            if _sheet_agrees(statement, stated, right):
                continue
            value, right, unit = _on_one_scale(statement, stated, right, unit)
        else:
            right = _on_scale(value, exact(expected), unit)
            if _agrees(value, right, bound, _tolerance(statement, value)):
                continue
        about = statement.text.text.strip() or statement.topic.text.strip()
        where = [statement.stated, statement.expected]
        facts: dict[str, Any] = {"about": f"“{about}”" if about else "这一条", "where_stated": "报告里"}
        facts |= _units(unit, mixed=unit in ("", *CURRENCY) and bool(unit_factor(value, right)))
        yield hit("tieout.mismatch", where, provided=value, expected=_as_exact_as(value, right), **facts)


def _worded(view: View) -> Iterator[Hit]:
    """Wrong figures in running text; a rate or balance that follows from wrong amounts beside it is not one more."""
    for entry in own_texts(view.evaluation):
        stated = figures_in(entry, view.evaluation)
        wrong = {one.kind: table for one in stated if (table := _contradicted(one, view)) is not None}
        if wrong.keys() - {*_DERIVED, "total"}:
            for kind in _following(stated, view):
                wrong.pop(kind, None)
        for one in stated:
            if one.kind in wrong:
                expected = _as_exact_as(one.value, wrong[one.kind])
                facts: dict[str, Any] = {"about": f"“{_NAMES[one.kind]}”", "where_stated": "文字里"}
                facts |= _units(one.unit)
                yield hit("tieout.mismatch", [entry], provided=one.value, expected=expected, **facts)


@check("tieout.unchecked")
def unchecked(view: View) -> Iterator[Hit]:
    """Statements that have nothing to be compared with, or can't be read: reported, never skipped."""
    counted = {id(entry) for entry, *_ in stated_counts(view.evaluation)}
    open_ones = [
        statement
        for statement in view.evaluation.statements
        if _given(statement.stated)
        and id(statement.stated) not in counted
        and (statement.expected.value is None or _figure_of(statement) is None or _hangs_on_missing(view, statement))
    ]
    if open_ones:
        places: list[Entry] = [statement.stated for statement in open_ones]
        yield hit("tieout.unchecked", places, count=len(open_ones))


def _contradicted(one: TextFigure, view: View) -> Decimal | None:
    """The tables' figure, in the text's unit, where the text states another; None where they agree or can't tell."""
    if one.kind == "total":
        total = number(view.evaluation.claimed_total)
        if total is None or one.value < total / 2:
            return None  # 执行率97.5%，得分9.75分: points of a part
        added = total_of(view.claims)
        agrees = added is not None and _same(one, added)
        return None if agrees or _same(one, total, decimals(view.evaluation.claimed_total)) else total
    if one.kind not in _NAMES or any(_in_doubt(ledger, one.kind) for ledger in view.ledgers):
        return None  # the tables contradict each other, and nobody knows which figure is right
    if view.evaluation.lists and nothing(view.evaluation.funds_total.executed):
        return None  # the money that is scored may be that of all projects
    known = [value for ledger in view.ledgers for value in _figures(ledger, one)]
    if one.kind == "balance" and view.evaluation.form == "department":
        return None  # the balance in a department's accounts comprises more than this budget
    if one.kind == "rate":
        right = view.budget.rate * HUNDRED if view.budget.rate is not None else None
    else:
        units = {CURRENCY.get(ledger.table.currency_unit) for ledger in view.ledgers}
        unit = units.pop() if len(units) == 1 else None
        value = _amount(one.kind, *(number(getattr(view.line, column)) for column in _AMOUNTS))
        right = value * unit / CURRENCY[one.unit] if value is not None and unit is not None else None
    known += [value for row in view.evaluation.indicators if (value := _answer(row, one)) is not None]
    if right is None or any(_same(one, value) or unit_factor(one.value, value) for value in (right, *known)):
        return None
    return right


def _in_doubt(ledger: Ledger, kind: str) -> bool:
    """True where a breach makes figures of that kind doubtful; for "executed" only a breach in its own column does."""
    wrong = {column for one in ledger.breaches for _, column in (one.cell, *one.others)}
    wrong |= {column for _, column in ledger.foreign}
    return "executed" in wrong if kind == "executed" else bool(wrong)


def _figures(ledger: Ledger, one: TextFigure) -> Iterator[Decimal]:
    """All figures of a table that the text may mean, in its unit: of any line, stated or computed.

    What the text calls the budget of the year may be the initial one, and the other way round.
    """
    if one.kind != "rate" and ledger.table.currency_unit not in CURRENCY:
        return
    scale = CURRENCY.get(ledger.table.currency_unit, Decimal(1)) / CURRENCY.get(one.unit, Decimal(1))
    for index, line in enumerate(ledger.lines):
        initial, adjusted, executed = (ledger.value((index, column)) for column in _AMOUNTS)
        if one.kind == "rate":
            stated = rate(line.claimed_rate)
            given = [stated[0]] if stated else []
            given += [executed / adjusted] if executed is not None and adjusted else []
            yield from (value * HUNDRED for value in given)
        else:
            meant = {(initial, adjusted, executed), (initial, initial, executed), (adjusted, adjusted, executed)}
            amounts = (_amount(one.kind, *three) for three in meant)
            yield from (value * scale for value in amounts if value is not None)


def _amount(kind: str, initial: Decimal | None, adjusted: Decimal | None, executed: Decimal | None) -> Decimal | None:
    """The amount of that kind, given the three amounts of a line."""
    if kind == "balance":
        return adjusted - executed if adjusted is not None and executed is not None else None
    return {"initial": initial, "adjusted": adjusted, "executed": executed}[kind]


def _answer(row: Indicator, one: TextFigure) -> Decimal | None:
    """The actual value of an indicator about payment (资金支付进度 97%), which the text may mean; None for others."""
    figure = row.actual_read
    return figure.value if figure.unit == one.unit and _PAYING.search(row.name.text) else None


def _following(stated: Sequence[TextFigure], view: View) -> Iterator[str]:
    """The kinds (rate, balance) whose figure in the text follows from the amounts in the text, or else in the table."""
    figures = {one.kind: one for one in stated}
    unit = CURRENCY.get(view.evaluation.funds.currency_unit) if view.evaluation.funds else None
    amounts: list[Decimal | None] = []
    for kind, known in (("executed", view.line.executed), ("adjusted", view.line.adjusted)):
        value = number(known)
        given = figures.get(kind)
        amounts.append(given.value * CURRENCY[given.unit] if given else value * unit if value and unit else None)
    executed, adjusted = amounts
    if executed and adjusted:
        if "rate" in figures and _same(figures["rate"], executed / adjusted * HUNDRED):
            yield "rate"
        balance = figures.get("balance")
        if balance and _same(balance, (adjusted - executed) / CURRENCY[balance.unit]):
            yield "balance"


def _same(one: TextFigure, value: Decimal, digits: int | None = None) -> bool:
    """True where the figure is the value, rounded or cut off to the digits written (or that the cell shows)."""
    written = len(one.text.partition(".")[2])
    off = value - one.value
    return abs(off) <= half(min(written, digits) if digits is not None else written) or 0 <= off < 2 * half(written)


def _given(entry: Entry) -> bool:
    return not entry.blank or entry.value is not None


def _figure_of(statement: Statement) -> tuple[Decimal, str, str | None] | None:
    """The figure on the scale of the unit column, that unit, and its bound; None where no figure can be read."""
    entry, unit = statement.stated, statement.unit.text.strip()
    text = plain(entry.value) if entry.blank and entry.value is not None else figure_text(entry)
    figure: Quantity = read(text, unit=unit or None, role="actual")
    if figure.kind != "number" or figure.value is None:
        return None
    value, own = figure.value, figure.unit
    if unit and own and own != unit:
        converted = convert(value, own, unit)
        if converted is None:
            return value, own, figure.bound
        value = converted
    return value, unit or own or "", figure.bound


def _hangs_on_missing(view: View, statement: Statement) -> bool:
    """True where the expected figure is a formula over an actual value that is blank, which counts as 0 there."""
    formula, own = statement.expected.formula, statement.expected.place
    if not formula or own is None:
        return False
    missing = {row.actual.place for row in view.evaluation.indicators if row.actual.blank and row.actual.place}
    named = (
        Place((quoted.replace("''", "'") or bare) or own.sheet, f"{letters}{row}")
        for quoted, bare, letters, row in _CELL.findall(formula)
    )
    return any(place in missing for place in named)


def _sheet_agrees(statement: Statement, stated: Decimal, expected: Decimal) -> bool:
    """The verdict of the sheet's formula on two numbers."""
    unit, given = statement.unit.text, number(statement.tolerance)
    allowed = abs(given) if given is not None else allowance(stated, expected, unit)
    apart = abs(round_half_up(stated - expected * factor(stated, expected, unit), 6))
    if not unit.strip() and statement.stated.text.strip().endswith(_PERCENT):  # the sheet doesn't see the sign
        apart = min(apart, abs(stated - expected / HUNDRED))
    return apart <= allowed + NOISE


def _on_one_scale(statement: Statement, stated: Decimal, expected: Decimal, unit: str) -> tuple[Decimal, Decimal, str]:
    """Both figures on one scale with their unit, as the message shows them: a rate in percent."""
    given = statement.unit.text
    right = expected * factor(stated, expected, given)
    if statement.stated.text.strip().endswith(_PERCENT) or _is_fraction(stated, expected, given):
        return Decimal(plain_number(stated * HUNDRED)), right * HUNDRED, "%"
    return stated, right, unit


def _units(unit: str, mixed: bool = False) -> dict[str, str]:
    """The units behind the figures of a message; ``mixed``: one figure is in 元 and the other in 万元."""
    behind = unit if unit in ("", *_PERCENT) else f" {unit}"
    apart = MIXED_UNITS if mixed else " 个百分点" if unit in _PERCENT else behind
    return {"unit": behind, "cell_unit": "" if mixed else behind, "apart": apart}


def _on_scale(value: Decimal, expected: Decimal, unit: str) -> Decimal:
    """The expected figure on the scale of the value: a rate that the cell holds as a fraction, in percent."""
    if unit not in _PERCENT:
        return expected
    return min((expected, expected * HUNDRED), key=lambda one: abs(one - value))


def _as_exact_as(value: Decimal, expected: Decimal) -> Decimal:
    """The expected figure with the stated one's decimals (two at least), or with all where both would look the same."""
    digits = max(2, -int(value.as_tuple().exponent))
    shown = round_half_up(expected, digits)
    return expected if shown == value else shown


def _tolerance(statement: Statement, value: Decimal) -> Decimal:
    """The tolerance that the sheet names, or half of the last digit written, on the scale of the value."""
    given = number(statement.tolerance)
    if given is not None:
        return abs(given)
    written = _DIGITS.search(halfwidth(statement.stated.text))
    if written is None:
        return half(0)
    raw = Decimal(written[0].replace(",", ""))
    scale = abs(value / raw) if raw else Decimal(1)
    return half(len(written[1] or "")) * scale


def _agrees(value: Decimal, expected: Decimal, bound: str | None, tolerance: Decimal) -> bool:
    more = expected - value
    if bound == "about":
        tolerance = max(tolerance, abs(value) * ABOUT)
    return (bound == "above" or more <= tolerance) and (bound == "below" or more >= -tolerance)
