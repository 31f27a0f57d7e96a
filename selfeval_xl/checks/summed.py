"""What is said of a total that the form leaves blank: the sum of the lines below it stands for it."""

from __future__ import annotations

from collections.abc import Iterator

from selfeval_xl.checks.figures import grouped, nothing, number
from selfeval_xl.checks.ledger import COLUMNS, name_of
from selfeval_xl.checks.registry import Hit, check, hit
from selfeval_xl.checks.view import View
from selfeval_xl.model import Entry


@check("budget.summed")
def summed(view: View) -> Iterator[Hit]:
    """A total row without budget or execution; a form that has no such row gives none to fill in."""
    line = view.line
    for ledger in view.ledgers:
        if view.evaluation.template is not None or ledger.whole is None:
            continue
        own = ledger.lines[ledger.whole]
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
