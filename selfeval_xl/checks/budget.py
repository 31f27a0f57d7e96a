"""Checks of the money: the amounts of the funds block and the budget tables against one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from selfeval_xl.checks.allocations import reported_by_region
from selfeval_xl.checks.cells import worded
from selfeval_xl.checks.figures import (
    ROUNDED,
    UNIT_FACTORS,
    ZERO,
    decimals,
    grouped,
    half,
    nothing,
    number,
    plain,
    rate,
    scale,
    sum_of,
    unit_factor,
)
from selfeval_xl.checks.ledger import CHANGES, COLUMNS, SHOWN_LINES, Breach, Cell, Ledger, name_of, names_of
from selfeval_xl.checks.registry import Hit, as_one, check, hit
from selfeval_xl.checks.view import View
from selfeval_xl.evaluation import LISTED, NATURE, names_sum
from selfeval_xl.lazy import lazy
from selfeval_xl.mistakes import few
from selfeval_xl.model import NATURES, UNREAD_MONEY, BudgetLine, Entry, Evaluation, Place
from selfeval_xl.quantity.text import halfwidth, unspaced
from selfeval_xl.quantity.units import CURRENCY

_PIECES = lazy(r"[;\n]|\s{2,}")
_NATURE, _UNIT = "|".join(sorted(NATURES)), "|".join(CURRENCY)
_OF_NATURE = lazy(rf"(?:.*:)?\s*({_NATURE})\s*:\s*([\d,]*\d(?:\.(\d+))?)\s*({_UNIT})?\s*")

_OF_MORE = lazy(r"[^:]*(?:支出|经费|结转|结余|其他(?!资金|收入))[^:]*:\s*\d.*")
"""经营支出：20 beside them is a third part; 其他资金：60 is what came in."""
_OF_A_YEAR = lazy(r"[上去]年|20\d\d年")
_CAME_BACK = lazy("冲[减销回抵]|退[回款还]|红字|(?:收|追)回")


@check("budget.unit", "budget.adjustment", "budget.funds", "budget.total", "budget.overspent")
def amounts(view: View) -> Iterator[Hit]:
    """Relations between amounts that do not hold, each cause once."""
    reported: set[tuple[Decimal, Decimal]] = set()  # pairs of executed and budget that are overspent
    for ledger in view.ledgers:
        if ledger.foreign:
            cells = [ledger.entry(cell) for cell in ledger.foreign]
            wrong = "、".join(entry.text.strip() for entry in cells)
            why = f"本表的金额单位是{ledger.table.currency_unit}，这里写的是 {wrong}"
            yield hit("budget.unit", cells, provided=wrong, why=why)
        mistaken = [breach for breach in ledger.breaches if breach.kind == "unit" and breach.cell not in ledger.foreign]
        if mistaken:
            yield _mistaken_unit(ledger, mistaken)
        other = [breach for breach in ledger.breaches if breach.kind != "unit"]
        idle = [breach for breach in other if breach.kind == "sum" and ledger.idle(breach.cell[0])]
        yield from (_breach(ledger, breach) for breach in other if breach not in idle)
        for index in dict.fromkeys(breach.cell[0] for breach in idle):
            yield as_one([_breach(ledger, breach) for breach in idle if breach.cell[0] == index])
        yield from _overspent(view.evaluation, ledger, reported)
    yield from _against_funds(view)
    yield from _by_nature(view)
    yield from _by_nature_in_words(view)


@check("budget.unnamed", ours=True)
def unnamed(view: View) -> Iterator[Hit]:
    """Lines with money and no name; other forms may have their names in any column."""
    for ledger in view.ledgers:
        lines = [
            line
            for index, line in enumerate(ledger.lines)
            if line.level > 0 and line.name.blank and ledger.has_money(index)
        ]
        if lines:
            yield hit("budget.unnamed", [line.name for line in lines], count=len(lines))


@check("budget.incomplete", ours=True)
def incomplete(view: View) -> Iterator[Hit]:
    """First-level lines with a blank amount, which the sheet's sum of the column leaves out.

    A line without any amount of its own is no gap where the lines below it have them.
    """
    for ledger in view.ledgers:
        if ledger.total_index is not None or ledger.table.title == NATURE:
            continue
        given = {column for _, column in ledger.figures} & {"adjusted", "executed"}
        by_columns: dict[tuple[str, ...], list[BudgetLine]] = {}
        for index, line in enumerate(ledger.lines):
            own = {column for column in COLUMNS if (index, column) in ledger.figures}
            from_parts = not own and any(ledger.value((index, column)) is not None for column in given)
            missing = tuple(column for column in COLUMNS if column in given and nothing(getattr(line, column)))
            if line.level == 1 and not line.name.blank and missing and not from_parts:
                by_columns.setdefault(missing, []).append(line)
        for missing, lines in by_columns.items():
            cells = [getattr(line, missing[0]) for line in lines]
            columns = "和".join(COLUMNS[column] for column in missing)
            yield hit("budget.incomplete", cells, names=names_of(lines), columns=columns)


@check("budget.counted_twice", ours=True)
def counted_twice(view: View) -> Iterator[Hit]:
    """Lines that are the sum of the others, which the sheet's formula adds up once more."""
    for ledger in view.ledgers:
        counted = [line for index, line in enumerate(ledger.lines) if line.level == 1 and ledger.has_money(index)]
        sums = [line for line in counted if names_sum(line.name)]
        if sums and len(sums) < len(counted):
            yield hit("budget.counted_twice", [line.name for line in sums], names=names_of(sums))


@check("budget.double_weight")
def double_weight(view: View) -> Iterator[Hit]:
    """A part of the funds block with the weight and score of the total row."""
    funds, total = view.evaluation.funds, view.evaluation.funds_total
    if funds is None or number(total.weight) is None:
        return
    whole = (number(total.weight), number(total.claimed_score))
    twice = [line for line in funds.lines if line.level and (number(line.weight), number(line.claimed_score)) == whole]
    if twice:
        yield hit("budget.double_weight", [line.weight for line in twice], provided=whole[0], names=names_of(twice))


@check("budget.summed", ours=False)
def summed(view: View) -> Iterator[Hit]:
    """A total row whose budget or execution was left blank and could be added up from the lines."""
    line = view.line
    for ledger in view.ledgers:
        if ledger.total_index is None:
            continue
        own = ledger.lines[ledger.total_index]
        if own._replace(initial=line.initial, adjusted=line.adjusted, executed=line.executed) != line:
            continue  # another table stands for the money
        blank: dict[str, Entry] = {
            key: getattr(own, key) for key in ("adjusted", "executed") if nothing(getattr(own, key))
        }
        sums = {key: number(getattr(line, key)) for key, entry in blank.items() if entry.place is not None}
        known = {key: grouped(value) for key, value in sums.items() if value is not None}
        if known and view.budget.rate is not None:
            yield hit(
                "budget.summed",
                [blank[key] for key in known],
                name=name_of(own),
                columns="、".join(COLUMNS[key] for key in known),
                sums="、".join(f"{value} {ledger.table.currency_unit}" for value in known.values()),
            )


@check("budget.negative")
def negative(view: View) -> Iterator[Hit]:
    """What the whole got or spent below zero, at the parts that make it so.

    A part alone may be, where spending of an earlier year came back, and so may the whole where the form says that;
    of a budget below zero there is no rate at all.
    """
    evaluation = view.evaluation
    reasons = [line.reason for table in evaluation.money_tables for line in table.lines]
    texts = (evaluation.problems, evaluation.measures, evaluation.goal_actual, *evaluation.texts, *reasons)
    came_back = any(_CAME_BACK.search(entry.text) for entry in texts)
    for column in ("initial",) if came_back else ("initial", "executed"):
        entry: Entry = getattr(view.line, column)
        value = number(entry)
        if value is not None and value < 0:
            lines = evaluation.funds.lines if evaluation.funds else ()
            parts = [getattr(line, column) for line in lines if line.level]
            below = [one for one in parts if (figure := number(one)) is not None and figure < 0]
            yield hit("budget.negative", below or [entry], provided=value, column=COLUMNS[column])


@check("budget.unchecked")
def unchecked(view: View) -> Iterator[Hit]:
    """No rate can be worked out, though the form asks for the money or has points for its execution.

    Words in place of an amount, and amounts that were not read, have findings of their own.
    """
    unread = any(one.readings[0] == UNREAD_MONEY for one in view.evaluation.ambiguities)
    asked = view.ledgers or (view.budget.weight and view.points is not None and not unread)
    blank = [column for column in ("adjusted", "executed") if number(getattr(view.line, column)) is None]
    lines = view.evaluation.funds.lines if view.evaluation.funds else ()
    unreported = [one for one in blank if not any(worded(getattr(line, one), view.ours) for line in lines)]
    if asked and view.budget.rate is None and (unreported or not blank):
        missing = [COLUMNS[column] for column in unreported]
        adjusted = number(view.line.adjusted)
        if missing:
            why = f"{'缺少' if view.ledgers else '没有读到'}{'和'.join(missing)}"
        elif adjusted is not None and adjusted > 0:
            why = "金额的单位还没有弄清"
        else:
            why = f"全年预算数是 {plain(adjusted or ZERO)}"
        initial = view.budget_column == "initial" and number(view.line.initial) and rate(view.line.claimed_rate)
        checked = "填的执行率只按年初预算数核对了" if initial and len(blank) == 1 else "没有核对"
        yield hit("budget.unchecked", [view.line.adjusted, view.line.executed], why=why, checked=checked)


def _breach(ledger: Ledger, breach: Breach) -> Hit:
    index, others = breach.cell[0], [*breach.others, *ledger.echoes.get(breach.cell, ())]
    entries = map(ledger.entry, others)
    if breach.kind == "adjustment":
        changes = [(words, ledger.value((index, key))) for key, words in CHANGES.items()]
        terms = [f" {words} {grouped(figure)}" for words, figure in changes if figure is not None]
        asked = "、".join(words[2:] for key, words in CHANGES.items() if key in ledger.table.columns)
        change = "".join(terms) or f"（没有填{asked}）"
        equation = f"年初预算数 {grouped(ledger.value((index, 'initial')) or ZERO)}{change}"
        return _wrong("budget.adjustment", ledger, breach.cell, breach.expected, entries, equation=equation)
    parts = _listed(ledger, breach.others)
    id, parts = ("budget.funds", parts) if ledger.funds else ("budget.total", f"各行（{parts}）")
    return _wrong(id, ledger, breach.cell, breach.expected, entries, parts=parts)


def _wrong(id: str, ledger: Ledger, cell: Cell, expected: Decimal, others: Iterable[Entry], **facts: str) -> Hit:
    """A hit for a cell of a table that should hold ``expected`` by the ``others``, of this table or another."""
    line = ledger.lines[cell[0]]
    name = f"合计的{name_of(line)}" if line.level == 0 and line.name.place in _divided(ledger) else name_of(line)
    more: dict[str, Any] = {"name": name, "column": COLUMNS[cell[1]], "unit": ledger.table.currency_unit, **facts}
    return hit(id, [ledger.entry(cell), *others], provided=ledger.value(cell), expected=expected, **more)


def _listed(ledger: Ledger, cells: Iterable[Cell]) -> str:
    """The names and figures of cells: “基本支出” 60、“项目支出” 40; of many the first few.

    Lines that all have the name of one source (财政拨款) go by the names of the lines above them.
    """
    lines = [cell[0] for cell in cells]
    if len(lines) > 1 and len({ledger.lines[line].name.text for line in lines}) == 1:
        above = [[one for one in ledger.parents[line] if ledger.lines[one].level == 1] for line in lines]
        lines = [(own or [line])[0] for line, own in zip(lines, above, strict=True)]
    named = zip(lines, cells, strict=True)
    told = [f"{name_of(ledger.lines[line])} {grouped(ledger.value(cell) or ZERO)}" for line, cell in named]
    return few(told, SHOWN_LINES, " 等 {} 行")


def _divided(ledger: Ledger) -> set[Place | None]:
    """The headings of sources (小计 | 财政拨款): cells that are the name of several lines."""
    return {place for place, times in ledger.names_at.items() if times > 1} - {None}


def _mistaken_unit(ledger: Ledger, breaches: list[Breach]) -> Hit:
    """Figures of one table that are 10⁴ or 10⁸ times too large or too small: one mistake, told by the first."""
    first = breaches[0]
    name, column = name_of(ledger.lines[first.cell[0]]), COLUMNS[first.cell[1]]
    times = "1 万倍" if first.factor == UNIT_FACTORS[0] else "1 亿倍"
    given, meant = grouped(first.provided), grouped(first.expected)
    why = f"{name}的{column}填的是 {given}，和其他数对起来应为 {meant}，相差约 {times}"
    cells = [ledger.entry(breach.cell) for breach in breaches]
    return hit("budget.unit", cells, provided=first.provided, expected=first.expected, why=why)


def _overspent(evaluation: Evaluation, ledger: Ledger, reported: set[tuple[Decimal, Decimal]]) -> Iterator[Hit]:
    """The overspent lines of a table; a pair of amounts that another table states too is reported once."""
    pairs = {i: (ledger.figures[i, "executed"], ledger.figures[i, "adjusted"]) for i in ledger.overspent}
    indexes = [
        index
        for index, pair in sorted(pairs.items())
        if pair not in reported and not reported_by_region(evaluation, ledger.lines[index].executed)
    ]
    reported.update(pairs.values())
    if indexes:
        lines = [ledger.lines[index] for index in indexes]
        executed, adjusted = pairs[indexes[0]]
        others = f"；{names_of(lines[1:])}也超过了" if lines[1:] else ""  # each by an amount of its own
        facts: dict[str, Any] = {"name": name_of(lines[0]), "others": others, "unit": ledger.table.currency_unit}
        yield hit("budget.overspent", [line.executed for line in lines], provided=executed, expected=adjusted, **facts)


def _against_funds(view: View) -> Iterator[Hit]:
    """The total of a project's budget table against its funds block's; other forms split their money in other ways."""
    funds, listings = _funds(view), [one for one in view.ledgers if not one.funds and one.table.title != LISTED]
    tables = [one for one in listings if one.total_index is not None or view.ours]  # ours has its total in a formula
    if view.evaluation.form != "project" or len(tables) != 1 or funds is None:
        return
    table = tables[0]
    project = unspaced(view.evaluation.header.project.text)
    listed = [unspaced(line.name.text) for line in table.table.lines if line.level == 1]
    if not view.ours and len(listed) > 1 and project in listed:
        return  # a list of projects, of which this is one
    factor = scale(table.table.currency_unit, funds.table.currency_unit)
    if factor is None:
        return
    mistaken: list[Hit] = []
    for here, mine in _totals(funds).items():
        there = table.total(here[1])
        if not there:
            continue
        other = sum_of(there.values())
        same_digits = {decimals(funds.entry(here))} == {decimals(table.entry(cell)) for cell in there}
        one_figure = len(there) == 1 and factor == 1 and same_digits
        tolerance = ZERO if one_figure else half(funds.digits) + half(table.digits) * factor
        remedies = {other - there[cell] + value for cell in there for value in table.remedies.get(cell, ())}
        given, *mended = [value * factor for value in (other, *remedies)]
        if any(_agrees(funds, here, value, tolerance) for value in (given, *mended)):
            continue
        entries = [table.entry(cell) for cell in there]
        if unit_factor(mine, given):
            why = (
                f"资金总额的{COLUMNS[here[1]]}填的是 {grouped(mine)}，预算执行表的合计是 {grouped(given)}，只差在单位上"
            )
            mistaken.append(hit("budget.unit", [funds.entry(here), *entries], provided=mine, expected=given, why=why))
        else:
            yield _wrong("budget.total", funds, here, given, entries, parts="预算执行表")
    if mistaken:
        yield as_one(mistaken)


def _funds(view: View) -> Ledger | None:
    return next((ledger for ledger in view.ledgers if ledger.funds), None)


def _totals(ledger: Ledger) -> dict[Cell, Decimal]:
    """The figures of a table's total line by cell; none where the table has no such line."""
    if ledger.total_index is None:
        return {}
    cells = [(ledger.total_index, column) for column in ("initial", "adjusted", "executed")]
    return {cell: ledger.figures[cell] for cell in cells if cell in ledger.figures}


def _agrees(ledger: Ledger, cell: Cell, given: Decimal, tolerance: Decimal) -> bool:
    """True where a cell holds the figure that is given elsewhere, or a remedy of another breach would put it there."""
    return any(abs(one - given) <= tolerance for one in (ledger.figures[cell], *ledger.remedies.get(cell, ())))


def _by_nature(view: View) -> Iterator[Hit]:
    """The table that splits the money into 基本支出 and 项目支出, against the funds block, column by column.

    Nothing is said where the split is incomplete or has another mistake, nor where the written report states one of the
    two sums beside the other: that is ``tieout.mismatch``.
    """
    reported = {(number(each.stated), number(each.expected)) for each in view.evaluation.statements}
    nature = next((ledger for ledger in view.ledgers if ledger.table.title == NATURE), None)
    funds = _funds(view)
    if nature is None or funds is None or len(nature.lines) < 2:
        return
    if nature.breaches or nature.overspent or nature.foreign:
        return
    digits = max(funds.digits, nature.digits)
    for here, mine in _totals(funds).items():
        parts = nature.total(here[1])
        # Nobody rounds 60.4 to 60, but 1320.4 may well be stated as 1320.
        tolerance = half(digits) * (len(parts) + 1) if digits else Decimal(mine >= ROUNDED)
        added = sum_of(parts.values())
        if parts and not _agrees(funds, here, added, tolerance) and (mine, added) not in reported:
            yield _wrong("budget.funds", funds, here, added, map(nature.entry, parts), parts=_listed(nature, parts))


def _by_nature_in_words(view: View) -> Iterator[Hit]:
    """The same split in words below the table (基本支出：60；项目支出：40): its sum must be one of the funds' totals.

    The words do not say whether they split the budget or what was executed.
    """
    funds = _funds(view)
    if view.evaluation.form != "department" or funds is None or funds.breaches or funds.foreign:
        return
    parts, totals = _parts_in_words(view.evaluation.texts, funds.table.currency_unit), _totals(funds)
    if sorted(part.name for part in parts) != sorted(NATURES) or not totals:
        return
    added = sum_of(part.value for part in parts)
    tolerance = half(funds.digits) + sum_of(part.rounding for part in parts)
    if all(abs(value - added) > tolerance for value in totals.values()):
        likely = [cell for cell in totals if cell[1] != "initial"] or [*totals]
        here = min(likely, key=lambda cell: abs(totals[cell] - added))
        listed = "、".join(f"“{part.name}” {grouped(part.value)}" for part in parts)
        yield _wrong("budget.funds", funds, here, added, [part.entry for part in parts], parts=listed)


class _Part(NamedTuple):
    """A kind of spending and its money, as words below the funds block state them."""

    name: str
    value: Decimal
    rounding: Decimal
    entry: Entry


def _parts_in_words(texts: Iterable[Entry], unit: str) -> list[_Part]:
    """The kinds of spending that words state, in the unit; none at all where a piece can't be read or is of a year."""
    found: list[_Part] = []
    for entry in texts:
        for piece in _PIECES.split(halfwidth(entry.text)):
            match = _OF_NATURE.fullmatch(piece)
            if match is None and _OF_MORE.fullmatch(piece) is None:
                continue
            factor = scale(match[4] or unit, unit) if match and not _OF_A_YEAR.search(piece) else None
            if match is None or factor is None:
                return []
            value, rounding = Decimal(match[2].replace(",", "")) * factor, half(len(match[3] or "")) * factor
            found.append(_Part(match[1], value, rounding, entry))
    return found
