"""Settles what only the whole form can decide: 批复经费 as its budget, 0.1 as a share of all points, its unit."""

from __future__ import annotations

from decimal import Decimal

from selfeval_xl.model import EMPTY, NAMED, TOTAL_FIELDS, UNREAD_CHANGE, Entry, Form
from selfeval_xl.words.unspent import explains_unspent
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.table import Table
from selfeval_xl.workbook.recognize.cells.values import MEASURES, RATES_APART, is_number, number
from selfeval_xl.workbook.recognize.tables.currency import currency_of, use_label
from selfeval_xl.workbook.recognize.tables.proven import COST
from selfeval_xl.workbook.recognize.words.labels import lookup, meaning, squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import FULL_MARKS, FUNDS, INDICATORS, MONEY, MONEY_AND_RATE, POINTS

_ABOUT_ONE = Decimal("0.5"), Decimal("1.5")  # sums of shares, even if one is missing or too many
_OF_FORM = NAMED | MONEY_AND_RATE | {*POINTS, "year", "claimed_total", "claimed_grade", "budget_reason"}
_REMARKS = frozenset({"remarks", "instructions"})
_INITIAL = frozenset({"initial", TOTAL_FIELDS["initial"], "funds.initial", "budget.initial"})


def settle_approved(draft: Draft) -> None:
    """Take 批复经费 as the year's budget if the form has no other; a label with 年初 means it may have changed."""
    keys = draft.funds_columns.union(*(row for name in ("funds", "budget") for row in draft.tables.get(name, ())))
    if keys & {"adjusted", UNREAD_CHANGE} or "initial" not in keys:
        return
    cells = draft.cells
    labels = [cell for cell in cells if draft.sheet.used.get(cell.at) == "label"]
    heads = [cell for cell in labels if "initial" in meaning(cell.label, FUNDS)]
    if not heads or any("批复" not in cell.label.core or "初" in cell.label.core for cell in heads):
        return
    draft.funds_columns = set(map(_as_adjusted, draft.funds_columns))
    draft.fields = {_as_adjusted(key): entry for key, entry in draft.fields.items()}
    for name in ("funds", "budget"):
        rows = draft.tables.get(name, [])
        rows[:] = [{_as_adjusted(key): entry for key, entry in row.items()} for row in rows]
    for cell in cells:
        if cell.at in draft.sheet.used:
            draft.sheet.used[cell.at] = _as_adjusted(draft.sheet.used[cell.at])


def settle_cost(draft: Draft) -> None:
    """Take 项目总投资, which may be for several years, as the budget if there is no other and the rate fits it."""
    known = [draft.total(key) for key in ("initial", "adjusted", "executed", "claimed_rate")]
    executed, rate = known[2].value, known[3].value
    if not (known[0].blank and known[1].blank) or executed is None or not rate:
        return
    for row, cells in draft.sheet.rows(draft.first, draft.last):
        for label in (cell for cell in cells if COST.fullmatch(cell.label.core)):
            right = [cell for cell in cells if cell.column > label.column][:1]
            for cell in right + draft.sheet.beginning(row + 1, label.column, label.right):
                cost = number(cell)
                if cell.at not in draft.sheet.used and cost and abs(executed / cost - rate) < RATES_APART:
                    use_label(draft, label)
                    draft.take_total("adjusted", cell)
                    return


def settle_shares(draft: Draft) -> None:
    """Turn weights into points if they are shares (0.1 of 1): they add up to about one, and scores are higher."""
    rows = draft.tables.get("indicators", [])
    claims = [draft.total("claimed_score"), *(row.get("claimed_score", EMPTY) for row in rows)]
    weights = [draft.total("weight"), *(row.get("weight", EMPTY) for row in rows)]
    known = [weight.value for weight in weights if weight.value is not None]
    scored = any(claim.value is not None and claim.value > 1 for claim in claims)
    if len(known) < 2 or not scored or max(known) > 1 or not _ABOUT_ONE[0] <= sum(known) <= _ABOUT_ONE[1]:
        return
    if "budget_weight" in draft.fields:
        draft.fields["budget_weight"] = _points(draft.fields["budget_weight"])
    for table in (rows, draft.tables.get("funds", []), draft.subtotals):
        table[:] = [{**row, "weight": _points(row["weight"])} if "weight" in row else row for row in table]


def settle_full_marks(draft: Draft) -> None:
    """If no weights are given, and the scores add up to full marks, each score is also the full weight."""
    rows = draft.tables.get("indicators", [])
    claims = [row.get("claimed_score", EMPTY)._replace(place=None, formula=None) for row in rows]
    execution, own = draft.total("claimed_score").value, [claim.value for claim in claims]
    if None in own or "weight" in draft.columns or any(not row.get("weight", EMPTY).blank for row in rows):
        return
    if draft.total("weight").value == execution and sum(filter(None, (execution, *own))) == FULL_MARKS:
        rows[:] = [{**row, "weight": claim} for row, claim in zip(rows, claims, strict=True)]


def same_cells(sheet: Sheet, table: Table, head: Cell, last: int) -> list[Cell]:
    """The cells below a heading if they all say the same, else none.

    They stand in every row with a target or actual, in the first such row only, or in a row above these.
    """
    measures = table.of(*MEASURES)
    rows = [row for row, _ in sheet.rows(table.bottom + 1, last)]
    rows = [row for row in rows if any(sheet.in_column(row, one) for one in measures)]
    above = [row for row, _ in sheet.rows(table.bottom + 1, rows[0] - 1)] if rows else []
    cells = [cell for row in (*above, *rows) for cell in sheet.beginning(row, head.column, head.right)]
    alike = len({squeeze(cell.text) for cell in cells}) == 1
    return cells if alike and len(rows) > 1 and cells[0].row <= rows[0] else []


def settle_repeated(draft: Draft, table: Table) -> None:
    """Take what an export repeats beside each indicator as fields of the form: 项目名称 | 年度 | 预算数."""
    repeated: dict[str, tuple[Cell, list[Cell]]] = {}
    for head in (column.heading for column in (*table.extra, *table.of("note"))):
        key = _of_form(head)
        cells = same_cells(draft.sheet, table, head, draft.last) if key in _OF_FORM | _REMARKS else []
        if cells and key in _REMARKS:  # a 备注 on the whole project may say why money was left
            key = "budget_reason" if explains_unspent(cells[0].text) else ""
        if cells and key:
            repeated.setdefault(key, (head, cells))
    for key, (head, cells) in repeated.items() if "project" in repeated else ():
        first, *_ = cells
        if key in TOTAL_FIELDS and is_number(first):
            draft.take_total(key, first)
            if key in MONEY:
                currency_of(draft, head)
        elif key == "year" and (year := number(first)):
            draft.put(key, draft.take(first, key)._replace(value=year))
        elif key not in TOTAL_FIELDS:
            draft.put(key, draft.take(first, key))
        draft.sheet.use_all(cells)


def _of_form(head: Cell) -> str:
    """The form's field that a heading names: 执行率分值, or 单位 for whose form it is; 主管部门评分 may be an
    indicator's."""
    if head.label.core == "单位":
        return "unit"
    known = head.label.field or (() if lookup(head.label, INDICATORS) else lookup(head.label, FUNDS))
    guessed = {*meaning(head.label, FUNDS)[:1]} & MONEY_AND_RATE
    return next(iter((*known, *guessed)), "")


def settle_unit(draft: Draft, kind: Form) -> None:
    """Take 主管部门 as the unit of a department's form that names no other."""
    if kind == "department" and "unit" not in draft.fields and "department" in draft.fields:
        draft.put("unit", draft.fields.pop("department"))


def _as_adjusted(key: str) -> str:
    return key.replace("initial", "adjusted") if key in _INITIAL else key


def _points(share: Entry) -> Entry:
    return share if share.value is None or share.value > 1 else share._replace(value=share.value * 100)
