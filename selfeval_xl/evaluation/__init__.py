"""From :class:`Entries` to an :class:`Evaluation`: entries are arranged and read as quantities, and none is added.

Every source (a data file, a workbook of ours, an official form, a live workbook) goes through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from selfeval_xl.evaluation.together import read_together
from selfeval_xl.lazy import lazy
from selfeval_xl.model import (
    EMPTY,
    LEVELS,
    SHARED,
    SUM_NAMES,
    TABLE_TITLES,
    TOTAL_FIELDS,
    UNKNOWN_FILE,
    Allocation,
    BudgetLine,
    BudgetTable,
    Entries,
    Entry,
    Evaluation,
    Form,
    Header,
    Indicator,
    ManagementItem,
    Rectification,
    Row,
    Statement,
    Structure,
    Subtotal,
    Template,
    kind_of_table,
)
from selfeval_xl.quantity.text import halfwidth, unspaced
from selfeval_xl.words.directions import is_cost

_LEVELS = {"合计": 0, "一级项目": 1, "二级项目": 2}
_KEYS: Mapping[object, tuple[str, ...]] = {
    kind: tuple(key for key, default in kind._field_defaults.items() if default is EMPTY)
    for kind in (Allocation, BudgetLine, Header, Indicator, ManagementItem, Rectification, Statement, Subtotal)
}
_ROW_AT = ("name", "target", "actual", "weight", "claimed_score", "level2", "level1")  # levels last: often merged
_YEAR = lazy(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_SUM = lazy("(?:本年|当年|全年|年度|项目|资金|预算|支出|金额)*(?:合计|总计|总额)[:：]?")
T = TypeVar("T")
NATURE, LISTED = TABLE_TITLES["nature"], TABLE_TITLES["listed"]
PROPOSED = "工具建议"
"""The mark in a workbook of ours for weights proposed by the tool."""


def evaluation(
    form: Form,
    entries: Entries,
    *,
    sheet: str | None = None,
    columns: Iterable[str] | None = None,
    funds_columns: Iterable[str] | None = None,
    template: Template | None = None,
    structure: Structure = UNKNOWN_FILE,
) -> Evaluation:
    """The evaluation made of ``entries``.

    ``columns`` and ``funds_columns`` are the keys of the columns that the form has (None: those that any row has).
    """
    fields, tables, ours = entries.fields, entries.tables, template is not None

    def one(key: str) -> Entry:
        return fields.get(key, EMPTY)

    def rows(key: str) -> list[Row]:
        return [row for row in tables.get(key, ()) if _used(row)]

    # Most forms are in 万元 without saying so.  In ours, which has a cell for it, a blank means unknown.
    currency = _text(one("currency_unit")) or ("" if ours else "万元")
    return Evaluation(
        form=form,
        sheet=sheet,
        header=_made(Header, fields),
        funds=_funds(entries, currency, funds_columns),
        budgets=tuple(
            BudgetTable(
                TABLE_TITLES[kind], _text(one(f"{key}_currency_unit")) or currency, lines, _columns(tables[key])
            )
            for kind in ("budget", "nature", "listed")
            for key in tables
            if kind_of_table(key) == kind
            if (lines := tuple(_budget_line(row, ours=ours) for row in rows(key)))
        ),
        allocations=tuple(map(_allocation, rows("allocations"))),
        allocations_unit=_text(one("allocations_currency_unit")),
        goal_expected=one("goal_expected"),
        goal_actual=one("goal_actual"),
        indicators=_indicators(tables.get("indicators", ()), year_of(one("year")), by_words=not ours),
        columns=frozenset(columns if columns is not None else _columns(tables.get("indicators", ()))),
        claimed_total=one("claimed_total"),
        claimed_grade=one("claimed_grade"),
        weights_proposed=_text(one("weights_origin")) == PROPOSED,
        statements=tuple(
            _made(Statement, row, text=row.get("statement", EMPTY), hollow="hollow" in row) for row in rows("tieout")
        ),
        management=tuple(_made(ManagementItem, row) for row in rows("management")),
        rectifications=tuple(_made(Rectification, row) for row in rows("rectification")),
        problems=one("problems"),
        measures=one("measures"),
        rules=_text(one("rules")) or None,
        template=template,
        structure=structure,
        parameters={key: entry for key, entry in fields.items() if template and key.startswith("rule_")},
    )


def names_sum(name: Entry) -> bool:
    """True for the name of a line that sums up the others: 年度资金总额, 合计 and their like."""
    return _SUM.fullmatch(unspaced(name.text)) is not None


def _text(entry: Entry) -> str:
    return entry.text.strip()


def _made(kind: Callable[..., T], row: Row, /, **more: object) -> T:
    """An object of this ``kind`` with the row's entries under its field names, and ``more`` fields."""
    return kind(**({key: row.get(key, EMPTY) for key in _KEYS[kind]} | more))


def year_of(entry: Entry) -> int | None:
    """The year in ``2024``, ``２０２４年度`` or ``（2024年度）``; None where there is none, or more than one."""
    found = set(_YEAR.findall(halfwidth(entry.text)))
    return int(found.pop()) if len(found) == 1 else None


def _used(row: Row) -> bool:
    return any(not entry.blank for entry in row.values())


def _columns(rows: Iterable[Row]) -> frozenset[str]:
    return frozenset(key for row in rows for key in row)


def _funds(entries: Entries, currency: str, columns: Iterable[str] | None) -> BudgetTable | None:
    fields, rows = entries.fields, entries.tables.get("funds", ())
    given = {key: fields[name] for key, name in TOTAL_FIELDS.items() if name in fields}
    total = _made(BudgetLine, given, level=0, name=fields.get("funds_name", Entry("年度资金总额")))
    parts = tuple(_budget_line(row) for row in rows if any(not row[key].blank for key in TOTAL_FIELDS if key in row))
    if columns is None:
        columns = given.keys() | _columns(rows)
    if not parts and not _used(given) and not columns:
        return None
    return BudgetTable("资金", currency, (total, *parts), frozenset(columns))


def _budget_line(row: Row, *, ours: bool = False) -> BudgetLine:
    """A line of money.  In a workbook of ours none is a total, even if 合计 was pasted in: the formulas add up all."""
    level = _LEVELS.get(_text(row.get("level", EMPTY)), 1)
    return _made(BudgetLine, row, level=level or 1 if ours else level)


def _allocation(row: Row) -> Allocation:
    named = unspaced(row.get("region", EMPTY).text) in SUM_NAMES
    return _made(Allocation, row, total=named or _text(row.get("level", EMPTY)) == "合计")


def _indicators(rows: Iterable[Row], year: int | None, *, by_words: bool) -> tuple[Indicator, ...]:
    """The indicators; a level's name counts for the rows below it too, until the next name."""
    result: list[Indicator] = []
    level1 = level2 = EMPTY
    for row in rows:
        named1, named2 = row.get("level1", EMPTY), row.get("level2", EMPTY)
        if not named1.blank:
            level1, level2 = named1, named2
        elif not named2.blank:
            level2 = named2
        if all(entry.blank for key, entry in row.items() if key not in LEVELS):
            continue
        cost = is_cost(level1.text + level2.text)
        target_read, actual_read = read_together(row, year, cost=cost, by_words=by_words)
        place = next((row[key].place for key in _ROW_AT if key in row and row[key].place), None)
        result.append(
            _made(
                Indicator,
                row,
                place=place,
                row=place.row if place else 0,
                level1=level1,
                level2=level2,
                target_read=target_read,
                actual_read=actual_read,
                child="child" in row or _text(row.get("name", EMPTY)).startswith("其中"),
                shares=row.get("child", EMPTY).text == SHARED,
                by_words=by_words,
            )
        )
    return tuple(result)


def subtotal(row: Row) -> Subtotal:
    """The subtotal row of an official form; of its level entries only those of the level summed up are filled."""
    place = row["name"].place
    return _made(Subtotal, row, row=place.row if place else 0, whole="whole" in row)
