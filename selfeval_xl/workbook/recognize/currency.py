"""The currency unit of a form, as its headings or its first amounts name it."""

from __future__ import annotations

from itertools import takewhile

from selfeval_xl.lazy import lazy
from selfeval_xl.model import TOTAL_FIELDS, Entry
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.labels import squeeze
from selfeval_xl.workbook.recognize.sheet import Cell, Table
from selfeval_xl.workbook.recognize.vocabulary import CURRENCIES

_SPOKEN = lazy(
    r"(?:(?<![一-鿿])|(?<=[表度]))(?:金额|货币|计量|资金|本表)*单位[:：为是均]*"
    rf"({'|'.join(CURRENCIES)})(?![一-鿿/])"
)
_TITLES = 3  # rows above a table in which titles may stand


def read_currency(draft: Draft, table: Table) -> None:
    """The unit that the headings name: 项目资金（万元）, 预算数（元）; two different ones are a doubt.

    Or else the titles right above them do: 分县资金使用情况（单位：元）.
    """
    for _, cells in draft.sheet.rows(table.top, table.bottom):
        for cell in cells:
            currency_of(draft, cell)
    above = (draft.sheet.row(row) for row in range(table.top - 1, max(draft.first, table.top - _TITLES) - 1, -1))
    for (title,) in takewhile(lambda cells: len(cells) == 1, above):
        currency_of(draft, title)


def currency_of(draft: Draft, cell: Cell) -> None:
    """Keep the unit that a label names behind it; a second, different one is a doubt."""
    unit = cell.label.unit
    if unit is None or unit not in CURRENCIES:
        return
    known = draft.fields.get("currency_unit")
    if known is None:
        draft.fields["currency_unit"] = Entry(unit, None, draft.sheet.place(*cell.at))
    elif known.text != unit:
        draft.sheet.doubt(cell, known.text, unit)


def currency_from_words(draft: Draft) -> None:
    """Where no heading names the unit, that of which a title, a note or a bracket of its own speaks: （单位：元）."""
    if "currency_unit" in draft.fields:
        return
    cells = [cell for _, row in draft.sheet.rows(draft.first, draft.last) for cell in row]
    found = [(cell, unit) for cell in cells for unit in _units_of(cell)]
    for cell, unit in found[:1]:
        draft.fields["currency_unit"] = Entry(unit, None, draft.sheet.place(*cell.at))
        if other := next((one for _, one in found if one != unit), None):
            draft.sheet.doubt(cell, unit, other)


def _units_of(cell: Cell) -> list[str]:
    if not cell.label.core and cell.label.unit in CURRENCIES:
        return [cell.label.unit]
    return _SPOKEN.findall(squeeze(cell.text)) if "单位" in cell.text else []


def currency_from_amounts(draft: Draft) -> None:
    """Where nothing at all names the unit, that of the first amount that carries one (120万元)."""
    amounts = [draft.fields[field] for field in list(TOTAL_FIELDS.values())[:3] if field in draft.fields]
    for amount in amounts:
        text = squeeze(amount.text)
        unit = next((unit for unit in CURRENCIES if text.endswith(unit)), "元" if text.startswith("¥") else None)
        if unit and "currency_unit" not in draft.fields:
            draft.fields["currency_unit"] = Entry(unit, None, amount.place)
