"""The draft of one form: everything that its readers have read so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from selfeval_xl.model import EMPTY, TOTAL_FIELDS, Entry, Row
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Column, Span
from selfeval_xl.workbook.recognize.cells.values import RATES_APART, blank, entry


class Draft:
    """The entries of one form while its parts are read.

    ``columns`` and ``funds_columns`` are the column keys that its indicator table and funds block have, ``spans`` where
    its tables stand, ``subtotals`` the rows that add up some of the indicators, ``sourced`` the amounts whose labels
    name a source (财政资金预算), by that source, and ``letters`` the grade of each letter, None until somebody asks.
    """

    def __init__(self, sheet: Sheet, first: int, last: int) -> None:
        self.sheet, self.first, self.last = sheet, first, last
        self.title = ""
        self.fields: dict[str, Entry] = {}
        self.tables: dict[str, list[Row]] = defaultdict(list)
        self.subtotals: list[Row] = []
        self.columns: set[str] = set()
        self.funds_columns: set[str] = set()
        self.spans: dict[str, Span] = {}
        self.sourced: dict[str, dict[str, Entry]] = {}
        self.letters: Mapping[str, str] | None = None

    def take(self, cell: Cell, key: str) -> Entry:
        """The cell as an entry, marked as used for ``key``."""
        self.sheet.use(cell, key)
        return entry(self.sheet, cell, key.rpartition(".")[2])

    def take_in(self, row: int, column: Column, key: str) -> Entry:
        """The cell of a row in a column, taken for ``key``; if none begins there, a blank entry with its place."""
        cells = self.sheet.in_column(row, column)
        return self.take(cells[0], key) if cells else blank(self.sheet, row, column.first)

    @property
    def cells(self) -> list[Cell]:
        """The filled cells of the form."""
        return self.sheet.cells(self.first, self.last)

    def total(self, key: str) -> Entry:
        """The form's total for a column of money, as far as it is known: ``adjusted`` gives all the budget."""
        return self.fields.get(TOTAL_FIELDS[key], EMPTY)

    def put_total(self, key: str, value: Entry) -> None:
        """Keep an entry as the form's total for a column of the funds block."""
        self.funds_columns.add(key)
        self.put(TOTAL_FIELDS[key], value)

    def take_total(self, key: str, cell: Cell) -> None:
        """Keep a cell as the form's total, and mark it as used."""
        self.put_total(key, self.take(cell, TOTAL_FIELDS[key]))

    def put_rate(self, value: Entry) -> None:
        """Keep the stated execution rate; of two that differ, the one that does not fit the amounts, to be checked.

        If only the initial budget is known, the other rate may be of an adjusted budget that the form doesn't give: the
        first one stays.  If no amounts are known, which of the two is meant is a doubt.
        """
        known = self.total("claimed_rate")
        initial, adjusted, executed = (self.total(key).value for key in ("initial", "adjusted", "executed"))
        if known.value is not None and value.value is not None and not _one_rate(known.value, value.value):
            if (budget := adjusted or initial) and executed is not None:
                right = executed / budget
                if adjusted and _one_rate(known.value, right) and not _one_rate(value.value, right):
                    self.fields["budget_claimed_rate"] = value
            else:
                self.sheet.doubt_at(value.place, "预算执行率", known.text.strip(), value.text.strip())
        self.put_total("claimed_rate", value)

    def put(self, key: str, value: Entry) -> None:
        """Keep a field; the first entry that isn't blank wins."""
        if key not in self.fields or self.fields[key].blank:
            self.fields[key] = value


def _one_rate(one: Decimal, other: Decimal) -> bool:
    """True for two rates that are the same, one perhaps in percent without its sign: 98.00 and 98%, not 1 and 1%."""
    low, high = sorted((one, other))
    return high - low < RATES_APART or (high > 1 and abs(high / 100 - low) < RATES_APART)
