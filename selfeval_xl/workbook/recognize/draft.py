"""What has been read of one form so far."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from selfeval_xl.model import EMPTY, Entry, Row
from selfeval_xl.workbook.recognize.sheet import Cell, Sheet, Span
from selfeval_xl.workbook.recognize.values import entry

_NEAR = Decimal("0.0051")


@dataclass(slots=True)
class Draft:
    """Entries of one form while its parts are read; ``columns`` and ``funds_columns`` are those that it has,
    ``spans`` where its tables stand, ``subtotals`` the rows that add up some of the indicators."""

    sheet: Sheet
    first: int
    last: int
    title: str = ""
    fields: dict[str, Entry] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    subtotals: list[Row] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    funds_columns: set[str] = field(default_factory=set)
    spans: dict[str, Span] = field(default_factory=dict)

    def take(self, cell: Cell, key: str) -> Entry:
        """The cell as an entry, marked as used for ``key``."""
        self.sheet.use(cell, key)
        return entry(self.sheet, cell, key.rpartition(".")[2])

    def put_rate(self, value: Entry) -> None:
        """Keep the rate stated for the budget; of two that differ, the one that does not follow from the amounts."""
        known = self.fields.get("budget_claimed_rate", EMPTY).value
        adjusted, executed = (self.fields.get(key, EMPTY).value for key in ("funds_adjusted", "funds_executed"))
        if known is not None and value.value is not None and adjusted and executed is not None:
            right = executed / adjusted
            if abs(known - right) < _NEAR <= abs(value.value - right):
                self.fields["budget_claimed_rate"] = value
        self.put("budget_claimed_rate", value)

    def put(self, key: str, value: Entry) -> None:
        """Keep a field; the first that says something stays."""
        if key not in self.fields or self.fields[key].blank:
            self.fields[key] = value
