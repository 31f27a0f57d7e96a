"""Checks of transfer payments: what each region got, what it used, and whether the regions make the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any

from selfeval_xl.checks.figures import (
    MIXED_UNITS,
    ROUNDED,
    ZERO,
    decimals,
    few,
    gives_rate,
    grouped,
    half,
    nothing,
    number,
    of_wrong_rate,
    rate,
    scale,
    sum_of,
)
from selfeval_xl.checks.ledger import COLUMNS, name_of, unit_between
from selfeval_xl.checks.registry import Hit, as_one, by_sheet, check, hit
from selfeval_xl.checks.rows import SHOWN_NAMES
from selfeval_xl.checks.view import View
from selfeval_xl.lazy import lazy
from selfeval_xl.model import Allocation, BudgetLine, Entry, Evaluation
from selfeval_xl.quantity.text import squeezed, unspaced
from selfeval_xl.scoring import stated

_COLUMNS = {"allocated": "分配资金", "used": "使用资金", "households": "户数", "persons": "人数"}
_MONEY = ("allocated", "used")
_MOST_TOTALS = 200  # that are looked at; no form has as many
_MOST_GAPS = 40  # by which a figure may be wrong; no form has as many
_WHOLE = lazy("(?:金额|资金|预算)?(?:合计|总计|总额)(?:金额)?|全.?(?:合计|总计)")


@check("transfer.allocation")
def allocation(view: View) -> Iterator[Hit]:
    """Regions that used more than they got, each by itself; those that used less without a reason, all at once."""
    asked = _asks_for_reasons(view.evaluation)
    unspent: list[Hit] = []
    for region, rows in _regions(view.evaluation).items():
        allocated, used = _sum(rows, "allocated", gaps=True), _sum(rows, "used")
        if allocated is None or used is None or abs(used - allocated) <= _slack(rows, _MONEY):
            continue
        cells = [getattr(row, column) for row in rows for column in _MONEY if not nothing(getattr(row, column))]
        both: dict[str, Any] = {"provided": used, "expected": allocated}
        both["figures"] = f"{region}分配 {grouped(allocated)}，使用 {grouped(used)}"
        if used > allocated:
            why = "使用数超过了分配数" + (MIXED_UNITS if allocated and unit_between(used, allocated) else "")
            yield hit("transfer.allocation", cells, why=why, **both)
        elif asked and not any(stated(row.reason) for row in rows):
            unspent.append(hit("transfer.allocation", cells, severity="warning", why="没有用完，也没有写原因", **both))
    for group in by_sheet(unspent, lambda one: one.places[0] if one.places else None):
        figures = few([str(one.facts["figures"]) for one in group], SHOWN_NAMES, "等 {} 个", "；")
        told = as_one(group)._replace(facts={**group[0].facts, "figures": figures})
        yield told if len(group) == 1 else told._replace(provided=None, expected=None, difference=None)


@check("transfer.purpose")
def purpose(view: View) -> Iterator[Hit]:
    """A purpose for which a region used more than it got for it, though not in all, and does not say why."""
    for rows in _regions(view.evaluation).values():
        figures = [(row, number(row.allocated), number(row.used)) for row in rows]
        pairs = [(row, got, spent) for row, got, spent in figures if got is not None and spent is not None]
        # A figure that stands once for several purposes is none of this one's.
        if len(pairs) < max(2, len(rows)) or sum(spent - got for _, got, spent in pairs) > _slack(rows, _MONEY):
            continue
        for row, got, spent in pairs:
            if spent - got <= _slack([row], _MONEY) or stated(row.reason):
                continue
            region, name = rows[0].region.text.strip(), row.purpose.text.strip()
            purpose = f"“{name}”" if name else "这一行"
            yield hit("transfer.purpose", [row.used], region=region, purpose=purpose, provided=spent, expected=got)


@check("transfer.rate")
def rates(view: View) -> Iterator[Hit]:
    """Stated rates; where another of the figures that a wrong sum may be due to gives the rate, that one is wrong."""
    gaps: dict[str, list[Decimal]] | None = None
    for row in view.evaluation.allocations:
        claimed, got, spent = rate(row.claimed_rate), number(row.allocated), number(row.used)
        if claimed is None or got is None or spent is None or got <= 0:
            continue
        if gives_rate(spent, got, claimed) or (spent > got and claimed[0] <= 1):
            continue  # what was really used is not known
        gaps = gaps or _gaps(view.evaluation)
        others = [(got + gap, spent) for gap in gaps["allocated"]] + [(got, spent + gap) for gap in gaps["used"]]
        if not any(gives_rate(used, budget, claimed) for budget, used in others):
            region = (row.region.text or row.purpose.text).strip() or "合计"
            yield hit("transfer.rate", [row.claimed_rate], **of_wrong_rate(spent, got, claimed), region=region)


@check("transfer.total", "transfer.people", "transfer.unchecked")
def totals(view: View) -> Iterator[Hit]:
    """Total rows against the rows that they add up, and the money of all regions against the budget."""
    evaluation = view.evaluation
    regions = _regions(evaluation)
    overused = _overused(regions)
    # A region whose use differs from its allocation may have either of them wrong, and has been reported.
    asked = _asks_for_reasons(evaluation)
    offsets = {column: [ZERO, *(_offset(one, column, asked) for one in regions.values())] for column in _COLUMNS}
    found = _totals(evaluation, regions)
    for total, groups, whole in sorted(found, key=lambda one: one[0].region.text.strip() not in regions):
        for column, label in _COLUMNS.items():
            entry: Entry = getattr(total, column)
            claimed = number(entry)
            sums = [(_sum(rows, column, gaps=column != "used"), rows) for rows in groups]
            if claimed is None or sums[0][0] is None:
                continue
            right = any(_adds_up(total, column, added, rows, offsets[column]) for added, rows in sums)
            if not right and not (column == "used" and _mends(overused, claimed - sums[0][0])):
                id = "transfer.total" if column in _MONEY else "transfer.people"
                yield hit(id, [entry], provided=claimed, expected=sums[0][0], name=whole, column=label)
                offsets[column].append(claimed - sums[0][0])  # what one total is off by, that above it is too
    yield from _against_funds(view, overused)


def _adds_up(
    total: Allocation, column: str, added: Decimal | None, rows: list[Allocation], offsets: list[Decimal]
) -> bool:
    claimed = number(getattr(total, column))
    slack = _slack([*rows, total], (column,)) if column in _MONEY else ZERO
    off = None if claimed is None or added is None else claimed - added
    return off is not None and any(abs(off - offset) <= slack for offset in offsets)


@check("transfer.unnamed", ours=True)
def unnamed(view: View) -> Iterator[Hit]:
    """Rows with figures that belong to no region: none stands above, or it has that purpose already."""
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
    wrong = [entry for entry in people if (count := number(entry)) is not None and not _counts(count)]
    if wrong:
        shown = "、".join(dict.fromkeys(entry.text.strip() for entry in wrong))
        yield hit("transfer.implausible", wrong, provided=shown)


def _counts(number: Decimal) -> bool:
    return number >= 0 and number == number.to_integral_value()


def _against_funds(view: View, overused: Sequence[tuple[Decimal, Decimal]]) -> Iterator[Hit]:
    """The regions together against the funds block: the lines whose budget they share out, and what these have spent.

    Regions with a total of their own may share out another money than that of any line: then this is said.  A figure
    that has been found wrong already is no second finding where what mends it is the regions' sum.
    """
    evaluation = view.evaluation
    remedies = {one.entry(cell).place: values for one in view.ledgers for cell, values in one.remedies.items()}
    funds, rows = evaluation.funds, [row for row in evaluation.allocations if not row.total]
    if funds is None or not rows:
        return
    factor = scale(evaluation.allocations_unit or funds.currency_unit, funds.currency_unit)
    if factor is None:
        return
    wholes = [row for row in evaluation.allocations if row.total and _is_whole(row)]
    lines: Sequence[BudgetLine] = funds.lines
    for column, keys in (("allocated", ("adjusted", "initial")), ("used", ("executed",))):
        groups = _without_parts(rows), rows
        sums = [_sum(group, column, gaps=column == "allocated") for group in groups]
        known = [total for total in sums if total is not None]
        figures = [
            (line, key, figure) for line in lines for key in keys if (figure := number(getattr(line, key))) is not None
        ]
        if not known or not figures:
            continue
        given = {entry: figure for row in wholes if (figure := number(entry := getattr(row, column))) is not None}
        totals, added, slack = [*given.values(), *known], known[0] * factor, _slack(rows, (column,)) * factor
        alike = [one for one in figures if any(abs(one[2] - total * factor) <= slack for total in totals)]
        line, key, figure = figures[0]
        shared = len(lines) < len(funds.lines)
        if alike:
            lines = [line for line in lines if any(line is one for one, _, _ in alike)]
        elif wholes and not shared:
            cells = list(given) or [getattr(row, column) for row in rows]
            yield hit("transfer.unchecked", cells, provided=totals[0], column=COLUMNS[key])
            return
        elif not (column == "used" and _mends(overused, (figure - added) / factor)) and not any(
            abs(value - added) <= slack for value in remedies.get(getattr(line, key).place, ())
        ):
            cells = [getattr(row, column) for row in rows]
            name = f"资金情况里{name_of(line)}" if shared else "资金情况"
            yield hit("transfer.total", cells, provided=figure, expected=added, name=name, column=COLUMNS[key])


def _regions(evaluation: Evaluation) -> dict[str, list[Allocation]]:
    """The rows of each region (or else of each purpose); a blank region continues the one above."""
    regions: dict[str, list[Allocation]] = {}
    names: dict[str, str] = {}  # as each is written first
    region = ""
    for row in evaluation.allocations:
        if not row.total:
            region = row.region.text.strip() or region
            name = region or row.purpose.text.strip()
            regions.setdefault(names.setdefault(squeezed(name), name), []).append(row)
    return regions


def _is_whole(total: Allocation) -> bool:
    """True for the total of all regions, False for one of some of them (东片小计)."""
    words = unspaced(total.region.text or total.purpose.text)
    return not words or _WHOLE.fullmatch(words) is not None


def _parts(evaluation: Evaluation) -> dict[int, list[list[Allocation]]]:
    """The rows that each total of some regions may add up, by its number, the likeliest first.

    It stands below its regions or above them: whichever way more of them add up is the form's own.  Of several totals
    of all regions each may be that of a table of its own: of 中央资金, and then of 地方资金.
    """
    table = evaluation.allocations
    lines = [row for row in table if not row.total]
    regions, purposes = ({squeezed(getattr(row, key).text) for row in lines} for key in ("region", "purpose"))
    marks = [  # those of one region, or of one purpose, split nothing
        index
        for index, row in enumerate(table)
        if row.total
        and not (
            (row.region.text.strip() and squeezed(row.region.text) in regions)
            or (row.purpose.text.strip() and squeezed(row.purpose.text) in purposes)
        )
    ][:_MOST_TOTALS]

    def between(start: int, end: int) -> list[Allocation]:
        return [row for row in table[start:end] if not row.total]

    found: dict[int, tuple[list[Allocation], ...]] = {}  # above the total, below it, and all that stand before it
    wholes = [index for index in marks if _is_whole(table[index])]
    for index in marks:
        others = wholes if index in wholes else marks
        if others is marks or len(wholes) > 1:
            first = max((m for m in others if m < index), default=-1)
            last = min((m for m in others if m > index), default=len(table))
            found[index] = between(first + 1, index), between(index + 1, last), between(0, index)

    def agreeing(way: int) -> int:
        sums = ((table[index], column, groups[way]) for index, groups in found.items() for column in _MONEY)
        return sum(_adds_up(total, column, _sum(rows, column), rows, [ZERO]) for total, column, rows in sums)

    ways = (*sorted((0, 1), key=agreeing, reverse=True), 2)
    return {
        index: [rows for rows in (*(groups[way] for way in ways), _until(groups[1], table[index])) if rows]
        for index, groups in found.items()
    }


def _until(rows: Sequence[Allocation], total: Allocation) -> list[Allocation]:
    """The rows up to that with which the money of the total is reached; others of no group may follow."""
    reached = accumulate(number(row.allocated) or ZERO for row in rows)
    whole = number(total.allocated) or ZERO
    return [row for row, so_far in zip(rows, reached, strict=True) if so_far <= whole]


def _totals(
    evaluation: Evaluation, regions: Mapping[str, list[Allocation]]
) -> Iterator[tuple[Allocation, list[list[Allocation]], str]]:
    """Each total row, the rows that it may add up, and what to call it: the whole, some or one region, one purpose."""
    parts = _parts(evaluation)
    rows = [row for group in regions.values() for row in group]
    every = [_without_parts(rows), rows]
    told = all(row.purpose.text.strip() for row in rows)  # else some money may be for any purpose
    totals = [(index, row) for index, row in enumerate(evaluation.allocations) if row.total]
    for index, total in totals[:_MOST_TOTALS]:
        region, purpose = total.region.text.strip(), total.purpose.text.strip()
        same_purpose = [row for row in rows if row.purpose.text.strip() == purpose] if purpose else []
        if region in regions:
            yield total, [regions[region]], f"“{region}”小计"
        elif same_purpose and (not region or _is_whole(total)):
            if told:
                yield total, [same_purpose], f"“{purpose}”合计"
        elif _is_whole(total):
            yield total, [*parts.get(index, ()), *every], "合计"
        elif parts.get(index):
            inside = [row for row in rows if region and squeezed(row.region.text).startswith(squeezed(region))]
            yield total, [*([inside] if inside else []), *parts[index]], f"“{region or purpose}”"


def _without_parts(rows: list[Allocation]) -> list[Allocation]:
    """The rows but for those that part the one above: 其中：市本级, and what follows until its money is reached."""
    kept: list[Allocation] = []
    left: Decimal | None = None  # of the parent's money; None outside of its parts
    for row in rows:
        money = number(row.allocated) or ZERO
        first = squeezed(row.region.text).startswith("其中")
        if first and kept and left is None:
            left = number(kept[-1].allocated) or ZERO
        if left is not None and (first or 0 < money <= left):
            left -= money
        else:
            left = None
            kept.append(row)
    return kept


def _sum(rows: list[Allocation], column: str, *, gaps: bool = False) -> Decimal | None:
    """The sum; None while a figure is missing.  ``gaps``: a figure may stand once for several rows.

    In any column it does so where it stands in a cell merged over these.
    """
    entries: list[Entry] = [getattr(row, column) for row in rows]
    values = [value for entry in entries if (value := number(entry)) is not None]
    given = {entry.place for entry in entries if number(entry) is not None} - {None}
    missing = [entry for entry in entries if number(entry) is None and entry.place not in given]
    is_open = any(not nothing(entry) for entry in missing) if gaps else bool(missing)
    return None if is_open or not values else sum_of(values)


def _asks_for_reasons(evaluation: Evaluation) -> bool:
    """Whether the table has a place for the reason why money was left."""
    return any(row.reason.place or not row.reason.blank for row in evaluation.allocations)


def _offset(rows: list[Allocation], column: str, asked: bool) -> Decimal:
    """What the column would have more, if the region that was reported had used just what it got."""
    allocated, used = _sum(rows, "allocated", gaps=True), _sum(rows, "used")
    if column not in _MONEY or allocated is None or used is None:
        return ZERO
    if used < allocated and (not asked or any(stated(row.reason) for row in rows)):
        return ZERO
    return used - allocated if column == "allocated" else allocated - used


def told_by_region(evaluation: Evaluation, executed: Entry) -> bool:
    """True where the figure is the regions' own sum, and a region that used more than it got has been reported."""
    sums = {row.used.place for row in evaluation.allocations if row.total} - {None}
    return executed.place in sums and bool(_overused(_regions(evaluation)))


def _overused(regions: Mapping[str, list[Allocation]]) -> list[tuple[Decimal, Decimal]]:
    """What those regions got, and what they used, that used more than they got."""
    figures = [(_sum(rows, "allocated", gaps=True), _sum(rows, "used"), rows) for rows in regions.values()]
    known = [(got, used, rows) for got, used, rows in figures if got is not None and used is not None]
    return [(got, used) for got, used, rows in known if used - got > _slack(rows, _MONEY)]


def _gaps(evaluation: Evaluation) -> dict[str, list[Decimal]]:
    """By what each figure of a wrong sum may be wrong: the total, or one of its parts."""
    found: dict[str, list[Decimal]] = {column: [] for column in _MONEY}
    for total, groups, _ in _totals(evaluation, _regions(evaluation)):
        for column, gaps in found.items():
            claimed, added = number(getattr(total, column)), _sum(groups[0], column, gaps=column != "used")
            if claimed is not None and added is not None and claimed != added and len(gaps) < _MOST_GAPS:
                gaps += [claimed - added, added - claimed]
    return found


def _mends(overused: Sequence[tuple[Decimal, Decimal]], gap: Decimal) -> bool:
    """True where one of these regions would have used no more than it got, had it used what the sum lacks."""
    return any(0 <= used + gap <= got for got, used in overused)


def _slack(rows: list[Allocation], columns: tuple[str, ...]) -> Decimal:
    """Half of the last digit of each figure; whole numbers may be rounded ones, by 1 in all, where they are large."""
    entries: list[Entry] = [getattr(row, column) for row in rows for column in columns]
    given = [entry for entry in entries if number(entry) is not None]
    digits = max((min(decimals(entry), 6) for entry in given), default=0)
    large = len(given) > 2 and any((number(entry) or ZERO) >= ROUNDED for entry in given)
    return half(digits) * len(given) if digits else Decimal(large)
