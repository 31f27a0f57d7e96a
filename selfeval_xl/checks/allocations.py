"""The sums of a transfer's allocation (资金分配): which rows each adds up, how far it may be off, who used too much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate

from selfeval_xl.checks.figures import ROUNDED, ZERO, decimals, half, nothing, number, sum_of
from selfeval_xl.lazy import lazy
from selfeval_xl.model import OF_REGIONS, Allocation, Entry, Evaluation
from selfeval_xl.quantity.text import squeezed, unspaced

MONEY = tuple(OF_REGIONS.values())
_MOST_TOTALS = 200  # that are looked at; no form has as many
_WHOLE = lazy("(?:金额|资金|预算)?(?:合计|总计|总额)(?:金额)?|全.?(?:合计|总计)")


def regions_of(evaluation: Evaluation) -> dict[str, list[Allocation]]:
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


def reported_by_region(evaluation: Evaluation, executed: Entry) -> bool:
    """True where the amount is the regions' total, and the region that used too much is reported by itself."""
    sums = {row.used.place for row in evaluation.allocations if row.total} - {None}
    return executed.place in sums and bool(overused_in(regions_of(evaluation)))


def differing_in(regions: Mapping[str, list[Allocation]]) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Each region that did not use just what it got, with what it got and used."""
    for region, rows in regions.items():
        got, used = (sum_of_rows(rows, column) for column in MONEY)
        if got is not None and used is not None and abs(used - got) > slack_of(rows, MONEY):
            yield region, got, used


def overused_in(regions: Mapping[str, list[Allocation]]) -> list[tuple[Decimal, Decimal]]:
    """What each region got and used that used more than it got."""
    return [(got, used) for _, got, used in differing_in(regions) if used > got]


def is_whole(total: Allocation) -> bool:
    """True for the total of all regions, False for one of some of them (东片小计)."""
    words = unspaced(total.region.text or total.purpose.text)
    return not words or _WHOLE.fullmatch(words) is not None


def totals_of(
    evaluation: Evaluation, regions: Mapping[str, list[Allocation]]
) -> Iterator[tuple[Allocation, list[list[Allocation]], str]]:
    """Each total row, the groups of rows that it may add up (the likeliest first), and what to call it.

    It may be the total of all regions, of some, of one, or of one purpose.
    """
    parts = _parts(evaluation)
    rows = [row for group in regions.values() for row in group]
    every = [without_parts(rows), rows]
    all_named = all(row.purpose.text.strip() for row in rows)  # else some money may be for any purpose
    totals = [(index, row) for index, row in enumerate(evaluation.allocations) if row.total]
    for index, total in totals[:_MOST_TOTALS]:
        region, purpose = total.region.text.strip(), total.purpose.text.strip()
        same_purpose = [row for row in rows if row.purpose.text.strip() == purpose] if purpose else []
        if region in regions:
            yield total, [regions[region]], f"“{region}”小计"
        elif same_purpose and (not region or is_whole(total)):
            if all_named:
                yield total, [same_purpose], f"“{purpose}”合计"
        elif is_whole(total):
            yield total, [*parts.get(index, ()), *every], "合计"
        elif parts.get(index):
            inside = [row for row in rows if region and squeezed(row.region.text).startswith(squeezed(region))]
            yield total, [*([inside] if inside else []), *parts[index]], f"“{region or purpose}”"


def _parts(evaluation: Evaluation) -> dict[int, list[list[Allocation]]]:
    """The groups of rows that each total of several regions may add up, by the total's index, the likeliest first.

    A form has its totals below their regions or above them: the way in which more of them add up comes first.  Several
    grand totals may each end a table of their own: one of 中央资金, the next of 地方资金.
    """
    table = evaluation.allocations
    lines = [row for row in table if not row.total]
    regions, purposes = ({squeezed(getattr(row, key).text) for row in lines} for key in ("region", "purpose"))
    marks = [  # the totals between which the rows lie; one of a single region or purpose separates nothing
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
    wholes = [index for index in marks if is_whole(table[index])]
    for index in marks:
        others = wholes if index in wholes else marks
        if others is marks or len(wholes) > 1:
            first = max((m for m in others if m < index), default=-1)
            last = min((m for m in others if m > index), default=len(table))
            found[index] = between(first + 1, index), between(index + 1, last), between(0, index)

    def agreeing(way: int) -> int:
        sums = ((table[index], column, groups[way]) for index, groups in found.items() for column in MONEY)
        return sum(adds_up(total, column, sum_of_rows(rows, column), rows, [ZERO]) for total, column, rows in sums)

    ways = (*sorted((0, 1), key=agreeing, reverse=True), 2)
    return {
        index: [rows for rows in (*(groups[way] for way in ways), _until(groups[1], table[index])) if rows]
        for index, groups in found.items()
    }


def _until(rows: Sequence[Allocation], total: Allocation) -> list[Allocation]:
    """The first rows, as long as their money does not exceed the total's; rows of no group may follow them."""
    reached = accumulate(number(row.allocated) or ZERO for row in rows)
    whole = number(total.allocated) or ZERO
    return [row for row, so_far in zip(rows, reached, strict=True) if so_far <= whole]


def without_parts(rows: list[Allocation]) -> list[Allocation]:
    """The rows without those that are parts of the row above: 其中：市本级 and what follows, up to that row's money."""
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


def adds_up(
    total: Allocation, column: str, added: Decimal | None, rows: list[Allocation], offsets: list[Decimal]
) -> bool:
    """True where a total row is the sum of its rows in a column, or differs from it by one of the ``offsets``."""
    claimed = number(getattr(total, column))
    slack = slack_of([*rows, total], (column,)) if column in MONEY else ZERO
    off = None if claimed is None or added is None else claimed - added
    return off is not None and any(abs(off - offset) <= slack for offset in offsets)


def sum_of_rows(rows: list[Allocation], column: str) -> Decimal | None:
    """The sum; None where it can't be told.

    One figure may stand for several rows: in a cell merged over them, or with blank cells below it.  But a blank cell
    of what was used is a gap, unless it is merged.
    """
    figures: list[tuple[Entry, Decimal | None]] = [(one := getattr(row, column), number(one)) for row in rows]
    values = [value for _, value in figures if value is not None]
    given = {entry.place for entry, value in figures if value is not None} - {None}
    missing = [entry for entry, value in figures if value is None and entry.place not in given]
    is_open = any(not nothing(entry) for entry in missing) if column != "used" else bool(missing)
    return None if is_open or not values else sum_of(values)


def slack_of(rows: list[Allocation], columns: tuple[str, ...]) -> Decimal:
    """How far the sum of a relation may be off: for each figure half of the last digit of the most exact one.

    Whole numbers must agree; of more than two, where one is large (``ROUNDED``), the sum may be off by 1 from rounding.
    """
    entries: list[Entry] = [getattr(row, column) for row in rows for column in columns]
    given = [entry for entry in entries if number(entry) is not None]
    digits = max((min(decimals(entry), 6) for entry in given), default=0)
    large = len(given) > 2 and any((number(entry) or ZERO) >= ROUNDED for entry in given)
    return half(digits) * len(given) if digits else Decimal(large)
