"""From a recognized official form to entries of a standard form, and what has no place there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from selfeval_xl.checks.points import scores_execution
from selfeval_xl.checks.reading import doubt
from selfeval_xl.checks.words import with_claims_in_words
from selfeval_xl.evaluation import evaluation
from selfeval_xl.evaluation.entries import plain_number
from selfeval_xl.forms.outline import Outline
from selfeval_xl.importing.choosing import Found, leftovers
from selfeval_xl.importing.indicators import (
    FIGURES,
    meant,
    signed,
    typed,
    with_reasons,
    without_beside,
    without_part,
)
from selfeval_xl.importing.money import by_nature, in_unit_of, rate_follows, whole_funds, why_summed
from selfeval_xl.importing.remarks import Remarks
from selfeval_xl.model import EMPTY, FIGURE_KEYS, LEVELS, POINT_KEYS, SUM_FIELDS, UNREAD_MONEY, Entries, Entry, Row
from selfeval_xl.read import Opened
from selfeval_xl.render.leftovers import Left
from selfeval_xl.rules import RuleSet
from selfeval_xl.workbook.recognize import Recognized

_NO_ENTRIES = frozenset({"child", "level", "own_score", "standard"})  # concluded, told of the sum, or still listed
_BROKEN = "单元格里是错误值"
_AMOUNTS = tuple(sorted(FIGURE_KEYS.difference(POINT_KEYS, FIGURES)))  # of money and rates, whose notes have no cell
_CLAIMS = {"claimed_total": "自评总分", "claimed_grade": "自评等级"}
_COLUMNS = {
    "weight": "分项的分值",
    "claimed_rate": "分项的执行率（由公式计算）",
    "claimed_score": "分项的得分",
    "measure": "改进措施",
    "note": "情况说明",
}


def official_entries(source: Opened, found: Found, target: Outline, rules: RuleSet) -> tuple[Entries, list[Left]]:
    """What of the form goes into the standard form ``target``, which is to follow ``rules``, and what does not."""
    form = found.form
    remarks = Remarks(f"工作表“{form.sheet}”")
    fields, tables = _read(source, found)
    totals = {SUM_FIELDS[key]: entry for key, entry in fields.items() if key in SUM_FIELDS}
    tables = by_nature(tables, totals, remarks, has_table="nature" in target.tables)
    moved = {key: _rows(target, key, rows, remarks) for key, rows in tables.items()}
    moved["funds"] = whole_funds(totals, moved.get("funds", ()), moved.get("nature", ()), remarks)
    kept = _fields(target, fields, remarks)
    kept |= _claims_in_words(target, form, fields, remarks)
    moved["indicators"], kept = without_beside(moved.get("indicators", ()), kept, remarks)
    kept = without_part(moved["indicators"], form.subtotals, kept, remarks)
    if "budget_weight" not in kept:
        kept |= _execution(form, rules, kept, moved["indicators"], remarks)
    moved["indicators"] = signed(moved["indicators"], kept, rules, remarks)
    if "currency_unit" not in kept and totals:
        remarks.on_form("没有写金额单位，新表里写的是万元，请核对")
    for row in (one for one in form.subtotals if "whole" not in one):
        for key in ("weight", "claimed_score"):
            why = f"“{row['name'].text.strip()}”一行是小计，新表不单列，由汇总按一级指标合计"
            remarks.on(row.get(key, EMPTY), why)
    for row in (form.entries.fields, *(row for rows in form.entries.tables.values() for row in rows)):
        for key in _AMOUNTS:
            remarks.on_note(row.get(key, EMPTY))
    # The figures of money that was not read are among the leftovers.
    ambiguities = (one for one in form.ambiguities if one.readings[0] != UNREAD_MONEY)
    doubts = (Left(one.place, one.text, f"{doubt(one)}，请核对") for one in ambiguities)
    entries = Entries(kept, {key: rows for key, rows in moved.items() if rows})
    left = (one for page in found.pages for one in leftovers(source, page))
    return entries, [*remarks.made, *left, *doubts]


def _read(source: Opened, found: Found) -> tuple[Row, dict[str, tuple[Row, ...]]]:
    """The fields and tables found, formulas saved without a value worked out, amounts in the unit of the form."""

    def settled(row: Row) -> Row:
        return {
            key: meant(key, source.settled(entry) if entry.formula and entry.blank else entry)
            for key, entry in row.items()
        }

    fields = settled(found.form.entries.fields)
    currency = fields.get("currency_unit", EMPTY).text
    tables = {
        key: tuple(in_unit_of(currency, settled(row)) for row in rows)
        for key, rows in found.form.entries.tables.items()
    }
    return in_unit_of(currency, fields), tables


def _fields(target: Outline, fields: Mapping[str, Entry], remarks: Remarks) -> dict[str, Entry]:
    """The single entries that the target has a cell for; the money's totals have formulas there."""
    kept: dict[str, Entry] = {}
    for key, entry in fields.items():
        if entry.blank or key in SUM_FIELDS:
            continue
        if (part := target.fields.get(key)) is None or part.role != "entry":
            remarks.on(entry, "标准表没有这一项")
        elif entry.is_error:
            remarks.on(entry, _BROKEN)
        else:
            if key in POINT_KEYS:
                remarks.on_points(entry)
            kept[key] = entry._replace(formula=None)
    return kept


def _claims_in_words(
    target: Outline, form: Recognized, fields: Mapping[str, Entry], remarks: Remarks
) -> Iterator[tuple[str, Entry]]:
    """The total and the grade that only the words beside the form's tables state, as a check takes them."""
    words = with_claims_in_words(evaluation(form.form, Entries(fields, {}))._replace(texts=form.texts))
    for key, title in _CLAIMS.items():
        part, entry = target.fields.get(key), getattr(words, key)
        if part is not None and part.role == "entry" and entry is not fields.get(key, EMPTY):
            remarks.on(entry, f"表里没有填{title}，取的是这一格文字里写的，请核对")
            yield key, entry


def _execution(
    form: Recognized, rules: RuleSet, kept: Mapping[str, Entry], rows: tuple[Row, ...], remarks: Remarks
) -> dict[str, Entry]:
    """The points of the execution where the form names none: 0 if it is not scored, else none (the rules' count)."""
    weights = [row.get("weight", EMPTY).value for row in rows if "child" not in row]
    score = kept.get("budget_claimed_score", EMPTY).value
    scored = scores_execution(weights, rules, claimed=score, columns=form.funds_columns)
    given = plain_number(sum(filter(None, weights), Decimal(0)))
    written = f"{plain_number(rules.execution_weight)} 分" if scored else f"0 分（指标合计 {given} 分）"
    remarks.on_form(f"没有写预算执行率的分值，新表按 {written}，请核对")
    return {} if scored else {"budget_weight": Entry("0", Decimal(0))}


def _rows(target: Outline, table: str, rows: tuple[Row, ...], remarks: Remarks) -> tuple[Row, ...]:
    """The rows of a table with the cells that the target has columns for."""
    columns = target.tables.get(table)
    if columns is None:
        for row in rows:
            remarks.on_row(row, "标准表没有这张表")
        return ()
    kept: list[Row] = []
    for row in rows:
        if why := why_summed(table, row, rows):
            remarks.on_row(row, why)
            continue
        cells: dict[str, Entry] = {}
        for key, entry in row.items():
            if entry.blank or (key in _NO_ENTRIES and key not in columns):
                continue
            if entry.is_error:
                remarks.on(entry, _BROKEN)
            elif key in columns and columns[key].role == "entry":
                cells[key] = entry._replace(formula=None)
            elif not (key == "claimed_rate" and rate_follows(row)):
                remarks.on(entry, f"标准表没有这一栏{f'：{_COLUMNS[key]}' if key in _COLUMNS else ''}")
        if table == "indicators":
            cells = typed(row, cells, kept[-1] if kept else {}, remarks)
        if any(key not in _NO_ENTRIES.union(LEVELS) for key in cells):
            kept.append(cells)
    return with_reasons(kept, remarks) if table == "indicators" else tuple(kept)
