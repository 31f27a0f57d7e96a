"""Checks of transfer payments: what each region got, what it used, and whether the regions make the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from selfeval_xl.checks.allocations import (
    MONEY,
    adds_up,
    differing_in,
    is_whole,
    overused_in,
    regions_of,
    slack_of,
    sum_of_rows,
    totals_of,
    without_parts,
)
from selfeval_xl.checks.figures import (
    MIXED_UNITS,
    ZERO,
    gives_rate,
    grouped,
    in_quotes,
    nothing,
    number,
    of_wrong_rate,
    rate,
    scale,
)
from selfeval_xl.checks.ledger import COLUMNS, name_of, unit_between
from selfeval_xl.checks.plausible import integral
from selfeval_xl.checks.registry import Hit, as_one, by_sheet, check, hit
from selfeval_xl.checks.view import View
from selfeval_xl.mistakes import few
from selfeval_xl.model import Allocation, BudgetLine, Entry, Evaluation
from selfeval_xl.scoring import stated

_COLUMNS = {"allocated": "分配资金", "used": "使用资金", "households": "户数", "persons": "人数"}
_COUNTED = {"households": "户", "persons": "人"}
_SHOWN_REGIONS = 3  # with two amounts each
_MOST_GAPS = 40  # by which a figure may be wrong; no form has as many


@check("transfer.allocation")
def allocation(view: View) -> Iterator[Hit]:
    """Regions that used more than they got, one hit each; those that used less without a reason, one hit together."""
    asked, money = _asks_for_reasons(view.evaluation), _money(view.evaluation)
    unspent: list[Hit] = []
    regions = regions_of(view.evaluation)
    for region, allocated, used in differing_in(regions):
        rows = regions[region]
        cells = [getattr(row, column) for row in rows for column in MONEY if not nothing(getattr(row, column))]
        both: dict[str, Any] = {"provided": used, "expected": allocated}
        mixed = used > allocated > 0 and unit_between(used, allocated)
        unit = f" {money}" if money and not mixed else ""
        both["figures"] = f"{region and in_quotes(region)}分配 {grouped(allocated)}{unit}，使用 {grouped(used)}{unit}"
        if used > allocated:
            why = "使用数超过了分配数" + (MIXED_UNITS if mixed else "")
            yield hit("transfer.allocation", cells, why=why, **both)
        elif asked and not any(stated(row.reason) for row in rows):
            unspent.append(hit("transfer.allocation", cells, severity="warning", why="没有用完，也没有写原因", **both))
    for group in by_sheet(unspent, lambda one: one.places[0] if one.places else None):
        figures = few([str(one.facts["figures"]) for one in group], _SHOWN_REGIONS, "等 {} 个", "；")
        merged = as_one(group)._replace(facts={**group[0].facts, "figures": figures})
        yield merged if len(group) == 1 else merged._replace(provided=None, expected=None, difference=None)


@check("transfer.purpose")
def purpose(view: View) -> Iterator[Hit]:
    """A purpose for which a region used more than it got for it, though not over all its purposes, without a reason."""
    for rows in regions_of(view.evaluation).values():
        figures = [(row, number(row.allocated), number(row.used)) for row in rows]
        pairs = [(row, got, spent) for row, got, spent in figures if got is not None and spent is not None]
        # Some figure stands for several purposes at once: purposes can't be judged one by one.
        if len(pairs) < max(2, len(rows)) or sum(spent - got for _, got, spent in pairs) > slack_of(rows, MONEY):
            continue
        for row, got, spent in pairs:
            if spent - got <= slack_of([row], MONEY) or stated(row.reason):
                continue
            region, name = rows[0].region.text.strip(), row.purpose.text.strip()
            both: dict[str, Any] = {"provided": spent, "expected": got, "unit": _money(view.evaluation)}
            what = f"{region and in_quotes(region)}的{in_quotes(name) if name else '这一行'}"
            yield hit("transfer.purpose", [row.used], what=what, **both)


@check("transfer.rate")
def rates(view: View) -> Iterator[Hit]:
    """Stated rates that do not follow from the amounts, nor from what these would be, were a wrong sum put right."""
    gaps: dict[str, list[Decimal]] | None = None
    regions = regions_of(view.evaluation)
    for row in view.evaluation.allocations:
        claimed, got, spent = rate(row.claimed_rate), number(row.allocated), number(row.used)
        if spent is None and row.total and (parts := regions.get(row.region.text.strip())):
            spent = sum_of_rows(parts, "used")  # which stands once for all purposes
        if claimed is None or got is None or spent is None or got <= 0:
            continue
        if gives_rate(spent, got, claimed) or (spent > got and claimed[0] <= 1):
            continue  # what was really used is not known
        gaps = gaps or _gaps(view.evaluation)
        others = [(got + gap, spent) for gap in gaps["allocated"]] + [(got, spent + gap) for gap in gaps["used"]]
        if not any(gives_rate(used, budget, claimed) for budget, used in others):
            region = in_quotes((row.region.text or row.purpose.text).strip() or "合计")
            yield hit("transfer.rate", [row.claimed_rate], **of_wrong_rate(spent, got, claimed), region=region)


@check("transfer.total", "transfer.people", "transfer.unchecked")
def totals(view: View) -> Iterator[Hit]:
    """Total rows against the rows that they add up, and the money of all regions against the budget."""
    evaluation = view.evaluation
    regions = regions_of(evaluation)
    overused = overused_in(regions)
    # A region whose use differs from its allocation may have either of them wrong, and has been reported.
    asked = _asks_for_reasons(evaluation)
    offsets = {column: [ZERO, *(_offset(one, column, asked) for one in regions.values())] for column in _COLUMNS}
    found = totals_of(evaluation, regions)
    for total, groups, whole in sorted(found, key=lambda one: one[0].region.text.strip() not in regions):
        for column, label in _COLUMNS.items():
            entry: Entry = getattr(total, column)
            claimed = number(entry)
            sums = [(sum_of_rows(rows, column), rows) for rows in groups]
            if claimed is None or sums[0][0] is None:
                continue
            right = any(adds_up(total, column, added, rows, offsets[column]) for added, rows in sums)
            if not right and not (column == "used" and _mends(overused, claimed - sums[0][0])):
                id = "transfer.total" if column in MONEY else "transfer.people"
                unit = _COUNTED.get(column) or _money(evaluation)
                yield hit(id, [entry], provided=claimed, expected=sums[0][0], name=whole, column=label, unit=unit)
                offsets[column].append(claimed - sums[0][0])  # a total above this one is off by the same
    yield from _against_funds(view, overused)


@check("transfer.unnamed", ours=True)
def unnamed(view: View) -> Iterator[Hit]:
    """Rows with figures but no region: no region stands above them, or that one has a row for this purpose already."""
    nameless: list[Allocation] = []
    region, purposes = "", set[str]()
    for row in view.evaluation.allocations:
        if row.total:
            continue
        purpose = row.purpose.text.strip()
        if own := row.region.text.strip():
            purposes = purposes if own == region else set()
            region = own
        elif (not region or not purpose or purpose in purposes) and any(
            number(getattr(row, column)) for column in _COLUMNS
        ):
            nameless.append(row)
        purposes.add(purpose)
    if nameless:
        yield hit("transfer.unnamed", [row.region for row in nameless], count=len(nameless))


@check("transfer.implausible")
def implausible(view: View) -> Iterator[Hit]:
    """Households and persons below zero, or in parts."""
    people: list[Entry] = [entry for row in view.evaluation.allocations for entry in (row.households, row.persons)]
    wrong = [entry for entry in people if (count := number(entry)) is not None and (count < 0 or not integral(count))]
    if wrong:
        shown = "、".join(dict.fromkeys(entry.text.strip() for entry in wrong))
        yield hit("transfer.implausible", wrong, provided=shown)


def _against_funds(view: View, overused: Sequence[tuple[Decimal, Decimal]]) -> Iterator[Hit]:
    """The regions together against the funds block: first the lines whose budget they got, then what those spent.

    Where the table has a grand total that is no line's budget, its money may be another one: it is reported as not
    checked.  A funds figure that is already reported as wrong is passed over where the regions' sum would mend it.
    """
    evaluation = view.evaluation
    remedies = {one.entry(cell).place: values for one in view.ledgers for cell, values in one.remedies.items()}
    funds, rows = evaluation.funds, [row for row in evaluation.allocations if not row.total]
    if funds is None or not rows:
        return
    factor = scale(evaluation.allocations_unit or funds.currency_unit, funds.currency_unit)
    if factor is None:
        return
    wholes = [row for row in evaluation.allocations if row.total and is_whole(row)]
    lines: Sequence[BudgetLine] = funds.lines
    for column, keys in (("allocated", ("adjusted", "initial")), ("used", ("executed",))):
        groups = without_parts(rows), rows
        sums = [sum_of_rows(group, column) for group in groups]
        known = [total for total in sums if total is not None]
        figures = [
            (line, key, figure) for line in lines for key in keys if (figure := number(getattr(line, key))) is not None
        ]
        if not known or not figures:
            continue
        given = {entry: figure for row in wholes if (figure := number(entry := getattr(row, column))) is not None}
        totals, added, slack = [*given.values(), *known], known[0] * factor, slack_of(rows, (column,)) * factor
        alike = [one for one in figures if any(abs(one[2] - total * factor) <= slack for total in totals)]
        line, key, figure = figures[0]
        shared = len(lines) < len(funds.lines)
        if alike:
            lines = [line for line in lines if any(line is one for one, _, _ in alike)]
        elif wholes and not shared:
            cells = list(given) or [getattr(row, column) for row in rows]
            yield hit("transfer.unchecked", cells, provided=totals[0], column=COLUMNS[key], unit=_money(evaluation))
            return
        elif not (column == "used" and _mends(overused, (figure - added) / factor)) and not any(
            abs(value - added) <= slack for value in remedies.get(getattr(line, key).place, ())
        ):
            cells = [getattr(row, column) for row in rows]
            name = f"资金情况里{name_of(line)}" if shared else "资金情况"
            both: dict[str, Any] = {"provided": figure, "expected": added, "unit": funds.currency_unit}
            yield hit("transfer.total", cells, name=name, column=COLUMNS[key], **both)


def _money(evaluation: Evaluation) -> str:
    """The unit of the regions' money: that of the funds, where the table has none of its own."""
    return evaluation.allocations_unit or (evaluation.funds.currency_unit if evaluation.funds else "")


def _asks_for_reasons(evaluation: Evaluation) -> bool:
    """Whether the table has a place for the reason why money was left."""
    return any(row.reason.place or not row.reason.blank for row in evaluation.allocations)


def _offset(rows: list[Allocation], column: str, asked: bool) -> Decimal:
    """By how much the column's sum would change, had a region that is reported used just what it got."""
    allocated, used = (sum_of_rows(rows, column) for column in MONEY)
    if column not in MONEY or allocated is None or used is None:
        return ZERO
    if used < allocated and (not asked or any(stated(row.reason) for row in rows)):
        return ZERO
    return used - allocated if column == "allocated" else allocated - used


def _gaps(evaluation: Evaluation) -> dict[str, list[Decimal]]:
    """By column, the amounts by which some figure of a wrong sum (the total or a part) may be wrong."""
    found: dict[str, list[Decimal]] = {column: [] for column in MONEY}
    for total, groups, _ in totals_of(evaluation, regions_of(evaluation)):
        for column, gaps in found.items():
            claimed, added = number(getattr(total, column)), sum_of_rows(groups[0], column)
            if claimed is not None and added is not None and claimed != added and len(gaps) < _MOST_GAPS:
                gaps += [claimed - added, added - claimed]
    return found


def _mends(overused: Sequence[tuple[Decimal, Decimal]], gap: Decimal) -> bool:
    """True where the gap in a sum may be the mistake of a region that used too much: with it, that is within bounds."""
    return any(0 <= used + gap <= got for got, used in overused)
