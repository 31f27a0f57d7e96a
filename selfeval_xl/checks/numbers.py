"""The check of cells that must hold a number and hold words instead."""

from __future__ import annotations

from collections.abc import Iterator

from selfeval_xl.checks.figures import number
from selfeval_xl.checks.ledger import COLUMNS
from selfeval_xl.checks.registry import Hit, by_sheet, check, hit
from selfeval_xl.checks.view import View
from selfeval_xl.model import Entry, Evaluation
from selfeval_xl.quantity import read
from selfeval_xl.quantity.text import squeeze

_LINE = (*COLUMNS, "weight", "claimed_rate", "claimed_score")
_PLACE = ("allocated", "used", "households", "persons")
_FILLERS = frozenset("-—–/无*")


@check("table.not_number")
def not_number(view: View) -> Iterator[Hit]:
    """Words for money, points or people, one finding a sheet; a dash, 无 and the like say that there is none.

    A figure with its unit is understood in anybody's form, but the formulas of a workbook of ours leave it out.
    """
    ours = view.evaluation.template is not None
    found = [entry for entry in _money(view.evaluation) if entry.place and worded(entry, ours)]
    # 20（扣2分） is a figure, and no score for certain.
    found += [one for one in _points(view.evaluation) if one.place and worded(one, ours or number(one) is None)]
    for entries in by_sheet(found, lambda entry: entry.place):
        shown = "、".join(dict.fromkeys(f"“{entry.text.strip()}”" for entry in entries))
        yield hit("table.not_number", entries, provided=entries[0].text if len(entries) == 1 else None, shown=shown)


def worded(entry: Entry, ours: bool) -> bool:
    """True for words where a number belongs."""
    understood = not ours and read(entry.text, role="actual").kind == "number"
    return entry.value is None and not _FILLERS.issuperset(squeeze(entry.text)) and not understood


def _money(evaluation: Evaluation) -> Iterator[Entry]:
    for table in evaluation.money_tables:
        for line in table.lines:
            # Of no money there is no rate, so a formula for it has no result.
            none = line.claimed_rate.text == "#DIV/0!" and not line.adjusted.value
            yield from (getattr(line, key) for key in _LINE if not (none and key == "claimed_rate"))
    for allocation in evaluation.allocations:
        yield from (getattr(allocation, key) for key in _PLACE)


def _points(evaluation: Evaluation) -> Iterator[Entry]:
    for indicator in evaluation.indicators:
        yield from (indicator.weight, indicator.claimed_score)
    for item in evaluation.management:
        yield from (item.weight, item.claimed_score)
    yield evaluation.claimed_total
