"""From a tie-out's ``equals`` to the formula in its cell: ``{项目.executed}`` becomes ``=预算执行!$G$8``.

An expression of numbers, + - * /, brackets and terms in braces: ``{row.column}`` (a row of any table by its name),
``{funds.executed}`` and ``{budget.executed}`` (totals), ``{地区.used}`` and ``{用途.households}`` (sums over the
allocation), ``{地区/用途.used}``, ``{#id}`` (another tie-out's figure), ``{count:level2=数量指标}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from selfeval_xl.errors import DataError
from selfeval_xl.forms.layout import Layout, Spot, written
from selfeval_xl.model import ALLOCATION_COLUMNS, EMPTY, Entries, Entry, Row
from selfeval_xl.quantity.text import unspaced
from selfeval_xl.workbook.references import parse_cell

_TERM = re.compile(r"\{([^{}]+)\}")
_REST = re.compile(r"[0-9.+\-*/() ]*")
_TOTALS = {
    "funds": {key: f"funds_{key}" for key in ("initial", "adjusted", "executed")},
    "budget": {key: f"budget_sum_{key}" for key in ("initial", "cut", "added", "adjusted", "executed")},
    "allocations": {key: f"{key}_sum" for key in ALLOCATION_COLUMNS},
}
_NAMED = ("budget", "nature", "funds", "indicators", "management")
_KINDS = {"定性": '="定性"', "定量": '<>"定性"'}


def formula_of(text: str, where: str, sheet: str, layout: Layout, entries: Entries, ids: Mapping[str, Row]) -> str:
    """The Excel formula for the expression ``text``, in a cell of ``sheet``.

    ``ids`` are the tie-out rows that have an id.  DataError (beginning with ``where``) for a wrong expression, and for
    a term that names no row.
    """
    if not _REST.fullmatch(_TERM.sub("0", text)):
        raise DataError(f"{where}的 equals“{text}”只能由数字、加减乘除、括号和 {{…}} 组成")

    def term(match: re.Match[str]) -> str:
        try:
            found = _reference(match[1].strip(), sheet, layout, entries, ids)
        except KeyError:  # a column that no form has, or one that this workbook has lost
            found = None
        if found is None:
            raise DataError(f"{where}的 equals 里的 {match[0]} 找不到对应的行或项目，请核对名称")
        return found

    formula = _TERM.sub(term, text)
    # In a form still blank a sum is "" and a divisor 0: calculations then show nothing rather than an error.
    alone = _TERM.fullmatch(text.strip()) and not formula.strip().startswith(("(", "VALUE("))
    calculates = _TERM.search(text) and not alone
    return f'=IFERROR({formula},"")' if calculates else f"={formula}"


def _reference(term: str, sheet: str, layout: Layout, entries: Entries, ids: Mapping[str, Row]) -> str | None:
    if term.startswith("#"):
        return _stated(ids[term[1:]], sheet) if term[1:] in ids else None
    if term.startswith("count:"):
        return _count(term.removeprefix("count:"), sheet, layout)
    name, _, column = term.rpartition(".")
    if column in _TOTALS.get(name, {}):
        key = _TOTALS[name][column]
        return written(f"{{{key}}}", layout, sheet) if key in layout.fields else None
    for table in _NAMED:
        for row in entries.tables.get(table, ()):
            if _same(row.get("name", EMPTY), name) and column in row:
                return _figure(row, column, sheet)
    return _allocated(name, column, sheet, layout, entries.tables.get("allocations", ()))


def _stated(row: Row, sheet: str) -> str | None:
    """Another tie-out's figure; a rate stored in per cent is divided by 100."""
    figure = _figure(row, "stated", sheet)
    return f"({figure}/100)" if figure and row.get("unit", EMPTY).text == "%" else figure


def _figure(row: Row, column: str, sheet: str) -> str | None:
    """The reference to a cell; for one with words after a number (1194人), a formula that takes out the number."""
    entry = row[column]
    if entry.place is None:
        return None
    cell = Spot(entry.place.sheet, *parse_cell(entry.place.cell)).absolute(sheet)
    words = re.fullmatch(r"\s*[\d,.]+\s*(\D+?)\s*", entry.text)
    if entry.value is not None or not words:
        return cell
    return f'VALUE(SUBSTITUTE({cell},"{words[1]}",""))'


def _allocated(name: str, column: str, sheet: str, layout: Layout, rows: tuple[Row, ...]) -> str | None:
    region, slash, purpose = name.partition("/")
    if slash:
        for row in rows:
            if _same(row.get("region", EMPTY), region) and _same(row.get("purpose", EMPTY), purpose) and column in row:
                return _figure(row, column, sheet)
        return None
    for key in ("region", "purpose"):
        if any(_same(row.get(key, EMPTY), name) for row in rows):
            # Compared by =, as SUMIF would take * and ? in a name as wildcards.
            area = written(f"{{allocations.{key}}}", layout, sheet)
            quoted = name.replace('"', '""')
            return f'SUMPRODUCT(({area}="{quoted}")*1,{written(f"{{allocations.{column}}}", layout, sheet)})'
    return None


def _count(condition: str, sheet: str, layout: Layout) -> str | None:
    key, _, value = condition.partition("=")
    if key == "kind" and value in _KINDS:
        area = written("{indicators.op}", layout, sheet)
        names = written("{indicators.name}", layout, sheet)
        return f'SUMPRODUCT(({names}<>"")*({area}{_KINDS[value]}))'
    table = "budget" if key == "level" else "indicators"
    if table not in layout.tables or key not in layout.tables[table].columns or not value:
        return None
    return f'COUNTIF({written(f"{{{table}.{key}}}", layout, sheet)},"{value}")'


def _same(entry: Entry, name: str) -> bool:
    return unspaced(entry.text) == unspaced(name) != ""
