"""The check of cells that must hold a number and hold words instead."""

from __future__ import annotations

from collections.abc import Iterator

from selfeval_xl.checks.figures import number
from selfeval_xl.checks.ledger import COLUMNS
from selfeval_xl.checks.registry import Hit, check, hit
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
    by_sheet: dict[str, list[Entry]] = {}
    points = {id(entry) for entry in _points(view.evaluation)}
    for entry in _numbers(view):
        unread = id(entry) in points and number(entry) is None  # 20（扣2分）: a figure, and no score for certain
        if entry.place and worded(entry, ours or unread):
            by_sheet.setdefault(entry.place.sheet, []).append(entry)
    for entries in by_sheet.values():
        shown = "、".join(dict.fromkeys(f"“{entry.text.strip()}”" for entry in entries))
        yield hit("table.not_number", entries, provided=entries[0].text if len(entries) == 1 else None, shown=shown)


def worded(entry: Entry, ours: bool) -> bool:
    """True for words where a number belongs."""
    understood = not ours and read(entry.text, role="actual").kind == "number"
    return entry.value is None and not _filler(entry.text) and not understood


def _numbers(view: View) -> Iterator[Entry]:
    evaluation = view.evaluation
    for table in evaluation.money_tables:
        for line in table.lines:
            # Of no money there is no rate, so a formula for it has no result.
            none = line.claimed_rate.text == "#DIV/0!" and not line.adjusted.value
            yield from (getattr(line, key) for key in _LINE if not (none and key == "claimed_rate"))
    for allocation in evaluation.allocations:
        yield from (getattr(allocation, key) for key in _PLACE)
    yield from _points(evaluation)


def _points(evaluation: Evaluation) -> Iterator[Entry]:
    for indicator in evaluation.indicators:
        yield from (indicator.weight, indicator.claimed_score)
    for item in evaluation.management:
        yield from (item.weight, item.claimed_score)
    yield evaluation.claimed_total


def _filler(text: str) -> bool:
    return _FILLERS.issuperset(squeeze(text))
