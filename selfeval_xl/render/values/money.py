"""The computed cells of money: funds block, budget table with its sums, allocation, management items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from selfeval_xl.forms.layout import Layout
from selfeval_xl.groups import by_key
from selfeval_xl.model import ALLOCATION_COLUMNS, TABLE_TITLES, Allocation, Assessment, BudgetLine, ManagementItem
from selfeval_xl.render.values.figures import (
    ZERO,
    Cell,
    Values,
    cell,
    compare,
    each_row,
    minus,
    number,
    rate,
    row_of,
    total,
)

_AMOUNTS = ("initial", "cut", "added", "adjusted", "executed")
_BLANK_ALLOCATION: Values = {"region_allocated": "", "region_used": "", "region_balance": ""}


def funds_fields(assessment: Assessment) -> dict[str, Cell]:
    """The funds block's total row: sums of its parts, execution rate and score."""
    funds = assessment.evaluation.funds
    parts = [line for line in funds.lines if line.level] if funds else []
    keys = ("initial", "adjusted", "executed")
    sums = {f"funds_{key}": total((getattr(line, key) for line in parts), digits=9) for key in keys}
    return sums | {"budget_rate": cell(assessment.budget.rate), "budget_score": cell(assessment.budget.score)}


def money_rows(assessment: Assessment, layout: Layout) -> dict[str, dict[int, Values]]:
    """The rows of the funds block, of its split by nature, and of the budget table."""
    return {key: dict(_rows(_lines(assessment, key), layout, key)) for key in ("funds", "nature", "budget")}


def _rows(lines: Sequence[BudgetLine], layout: Layout, table: str) -> Iterator[tuple[int, Values]]:
    known = {row_of(line.name, line.adjusted): line for line in lines}
    rows = list(each_row(layout, table, {}, {}))
    placed = _placed(known.get(row, BudgetLine()) for row in rows)
    for row, (line, parent, counted) in zip(rows, placed, strict=True):
        yield (
            row,
            {
                "rate": rate(line.adjusted.value, line.executed.value),
                "balance": minus(line.adjusted.value, line.executed.value),
                "own": int(_has_money(line)),
                "parent": parent,
                "counted": int(counted),
            },
        )


def _lines(assessment: Assessment, key: str) -> list[BudgetLine]:
    """The lines of one table, without its total."""
    evaluation = assessment.evaluation
    others = [one for one in evaluation.budgets if one.title == TABLE_TITLES[key]]
    tables = [evaluation.funds] if key == "funds" else others
    return [line for table in tables if table for line in table.lines if line.level]


def _has_money(line: BudgetLine) -> bool:
    return any(getattr(line, key).value is not None for key in _AMOUNTS)


def _placed(lines: Iterable[BudgetLine]) -> Iterator[tuple[BudgetLine, int, bool]]:
    """Each line, the position (from 1) of the project that it belongs to, and whether it counts in the sum.

    A part (level 2) counts only where its project's line has no money of its own.
    """
    above, parent = BudgetLine(), 0
    for place, line in enumerate(lines, 1):
        if line.level != 2 and not line.name.blank:
            above, parent = line, place
        yield line, parent, line.level != 2 or not _has_money(above)


def budget_fields(assessment: Assessment, adjusted: Cell) -> dict[str, Cell]:
    """The sums below the budget table; ``adjusted`` is the funds block's total, to compare the sum with."""
    lines = _lines(assessment, "budget")
    added = [line for line, _, counted in _placed(lines) if counted]
    fields: dict[str, Cell] = {}
    for key in _AMOUNTS:
        filled = any(getattr(line, key).value is not None for line in lines)  # also in parts that don't count
        fields[f"budget_sum_{key}"] = total((getattr(line, key) for line in added), of_nothing=ZERO if filled else "")
    fields["budget_sum_rate"] = rate(fields["budget_sum_adjusted"], fields["budget_sum_executed"])
    fields["budget_sum_balance"] = minus(fields["budget_sum_adjusted"], fields["budget_sum_executed"])
    fields["budget_compare"] = compare("全年预算数", fields["budget_sum_adjusted"], adjusted)
    return fields


def allocation_fields(lines: Sequence[Allocation], executed: Cell) -> dict[str, Cell]:
    """The sums below the allocation; ``executed`` is the funds block's total, to compare the use with."""
    own = [line for line in lines if not line.total]
    unknown = any(line.region.is_error for line in lines)  # such a row may be a total, not to be added
    fields: dict[str, Cell] = {
        f"{key}_sum": "" if unknown else total(getattr(line, key) for line in own) for key in ALLOCATION_COLUMNS
    }
    fields["allocation_balance"] = minus(fields["allocated_sum"], fields["used_sum"])
    fields["allocation_compare"] = compare("全年执行数", fields["used_sum"], executed)
    return fields


def allocation_rows(lines: Sequence[Allocation], layout: Layout) -> dict[int, Values]:
    """For each row the sums of its whole region."""
    regions = by_key((_region(line), line) for line in lines)
    # The formulas (SUMPRODUCT) multiply whole columns by 1 or 0, so one error value makes every region's sum an error.
    columns = ("allocated", "used")
    unknown = {key for key in columns for line in lines if line.region.is_error or getattr(line, key).is_error}
    known: dict[int, Values] = {}
    for line in lines:
        if line.region.blank or line.region.is_error:
            continue
        same = regions[_region(line)]
        allocated, used = (
            "" if key in unknown else sum((getattr(other, key).value or ZERO for other in same), ZERO)
            for key in columns
        )
        known[row_of(line.region)] = {
            "region_allocated": allocated,
            "region_used": used,
            "region_balance": minus(allocated, used),
        }
    return each_row(layout, "allocations", known, _BLANK_ALLOCATION)


def _region(line: Allocation) -> object:
    """A region's name as Excel's = compares it: regardless of case, and a number never equals a text."""
    return line.region.text.casefold() if line.region.value is None else line.region.value


def management_fields(items: Sequence[ManagementItem]) -> dict[str, Cell]:
    """The sums below the management items."""
    weight: Cell = total(item.weight for item in items)
    score: Cell = total(item.claimed_score for item in items)
    return {"management_weight": weight, "management_score": score, "management_rate": rate(weight, score)}


def management_rows(items: Sequence[ManagementItem], layout: Layout) -> dict[int, Values]:
    """Each item's rate."""
    known = {row_of(item.name): {"rate": rate(item.weight.value, item.claimed_score.value)} for item in items}
    return each_row(layout, "management", known, {"rate": ""})


def weight_of(items: Sequence[ManagementItem]) -> Decimal:
    """The items' points together."""
    return number(total(item.weight for item in items)) or ZERO
