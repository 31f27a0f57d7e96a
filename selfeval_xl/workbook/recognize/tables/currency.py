"""The currency unit of a form: as its headings name it, else as some other cell or an amount does."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile

from selfeval_xl.lazy import lazy
from selfeval_xl.model import AMOUNT_COLUMNS, Entry
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.cells.table import Table
from selfeval_xl.workbook.recognize.words.figures import currency_behind
from selfeval_xl.workbook.recognize.words.labels import squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import CURRENCIES

_SPOKEN = lazy(
    r"(?:(?<![一-鿿])|(?<=[表度]))(?:金额|货币|计量|资金|本表)*单位[:：为是均]*"
    rf"({'|'.join(CURRENCIES)})(?![一-鿿/])"
)
_TITLES = 3  # rows above a table in which titles may stand


def read_currency(draft: Draft, table: Table) -> None:
    """Keep the unit that the headings name (预算数（元）), or else titles right above; a different one is a doubt."""
    apart = [table.columns[key].heading for key in own_units(table)]
    for cell in draft.sheet.cells(table.top, table.bottom):
        if cell not in apart or "currency_unit" not in draft.fields:
            currency_of(draft, cell)
    above = (draft.sheet.row(row) for row in range(table.top - 1, max(draft.first, table.top - _TITLES) - 1, -1))
    for (title,) in takewhile(lambda cells: len(cells) == 1, above):
        currency_of(draft, title)


def own_units(table: Table) -> Mapping[str, str]:
    """The units of the amounts by key, if every heading names one and they differ: 元 beside 万元; else nothing."""
    units = {key: table.columns[key].heading.label.unit or "" for key in AMOUNT_COLUMNS if key in table.columns}
    return units if len({*units.values()}) > 1 and {*units.values()} <= {*CURRENCIES} else {}


def currency_of(draft: Draft, cell: Cell) -> None:
    """Keep the unit behind a label; a second, different one is a doubt."""
    unit = cell.label.unit
    if unit is None or unit not in CURRENCIES:
        return
    known = draft.fields.get("currency_unit")
    if known is None:
        draft.fields["currency_unit"] = draft.sheet.words(cell, unit)
    elif known.text != unit:
        draft.sheet.doubt(cell, known.text, unit)


def use_label(draft: Draft, cell: Cell) -> None:
    """Mark a label of money as used, and keep the unit that it names."""
    draft.sheet.use(cell)
    currency_of(draft, cell)


def settle_currency(draft: Draft) -> None:
    """Keep the unit of a title, note or bracket (（单位：元）), or of the first amount, if no heading has any."""
    if "currency_unit" in draft.fields:
        return
    found = [(cell, unit) for cell in draft.cells for unit in _units_of(cell)]
    for cell, unit in found[:1]:
        draft.fields["currency_unit"] = draft.sheet.words(cell, unit)
        if other := next((one for _, one in found if one != unit), None):
            draft.sheet.doubt(cell, unit, other)
    for amount in () if found else map(draft.total, AMOUNT_COLUMNS):
        if unit := currency_behind(amount.text) or ("元" if squeeze(amount.text).startswith("¥") else ""):
            draft.fields["currency_unit"] = Entry(unit, None, amount.place)
            return


def _units_of(cell: Cell) -> list[str]:
    """The currency units that a cell names outside a heading: （元）, 单位：万元."""
    if not cell.label.core and cell.label.unit in CURRENCIES:
        return [cell.label.unit]
    return _SPOKEN.findall(squeeze(cell.text)) if "单位" in cell.text else []
