"""The single cells of an official form: whose evaluation, of which year, money, goals, total, grade, problems."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from selfeval_xl.checks.figures import gives_rate, rate
from selfeval_xl.evaluation import NATURE
from selfeval_xl.evaluation.entries import plain_number
from selfeval_xl.fill_official.places import blank_total
from selfeval_xl.fill_official.texts import amount, percent
from selfeval_xl.fill_official.writer import Writer
from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, SUM_FIELDS, TOTAL_FIELDS, Assessment, BudgetLine, Entries, Entry, Evaluation, Row
from selfeval_xl.render.sources import core
from selfeval_xl.rules import RuleSet
from selfeval_xl.scoring import grade_of, sum_if_known
from selfeval_xl.workbook.edits import Scalar
from selfeval_xl.workbook.recognize import Recognized
from selfeval_xl.workbook.recognize.indicators.execution import names_execution
from selfeval_xl.workbook.recognize.words.labels import lookup, read_label, squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import FIELDS, FUNDS, GOALS, TITLES, TOTAL_ROWS
from selfeval_xl.workbook.recognize.words.years import YEAR_GAP
from selfeval_xl.workbook.references import Cell, parse_cell

_CALLED: Mapping[str, str] = {
    "year": "年度",
    "project": "项目名称",
    "department": "主管部门",
    "unit": "实施单位",
    "goal_expected": "预期目标",
    "goal_actual": "目标实际完成情况",
    "problems": "存在问题",
    "measures": "改进措施",
    "funds_initial": "资金总额的年初预算数",
    "funds_adjusted": "资金总额的全年预算数",
    "funds_executed": "资金总额的全年执行数",
    "budget_weight": "预算执行率的分值",
    "budget_claimed_rate": "预算执行率",
    "budget_claimed_score": "预算执行率的得分",
    "budget_reason": "预算执行的原因说明",
    "claimed_total": "总分",
    "claimed_grade": "等级",
}
_AMOUNTS = tuple(SUM_FIELDS.values())
_WORDS = ("project", "department", "unit", "goal_expected", "goal_actual", "problems", "measures", "budget_reason")
_DERIVED = ("budget_weight", "budget_claimed_score", "claimed_total", "claimed_grade")
_EXECUTION = {
    "budget_weight": "weight",
    "budget_claimed_score": "claimed_score",
    "budget_claimed_rate": "actual",
    "budget_reason": "reason",
}
_MONEY_FIELDS = {**SUM_FIELDS, "budget_claimed_rate": "claimed_rate"}
_WEIGHTS = "总分一行的分值"
_SUMS = ("总分值", "分值合计", "合计分值")
_NEAR = 3  # rows below the table in which its total stands
_YEAR_ALONE = lazy(r"^(?=\s*年度?\s*$)")
_GAP = lazy(r"(?<![^:：\s])([^:：\s]++)[:：](?=\s*(?:$|[^:：\s]+[:：]))")
_FUND_WORDS = lazy(r"其中|当年|本年|年度|资金|[:：]")


def put_fields(
    writer: Writer, form: Recognized, own: Assessment, data: Entries, rules: RuleSet, taken: Collection[int]
) -> None:
    """Write the single cells, and tell what has no cell.

    The rows ``taken`` hold indicators, even where their level is called 预算执行: no rate or score of the execution
    goes there.
    """
    funds = own.evaluation.funds
    unit = data.fields.get("currency_unit", EMPTY).text or (funds.currency_unit if funds else "")
    wanted = form.entries.fields.get("currency_unit", EMPTY).text or unit
    values = _values(own, data, rules, unit, wanted)
    if values["claimed_total"] is None and _place(writer, form, "claimed_total"):
        writer.tell(_CALLED["claimed_total"], None, "还有没评定的指标，总分没有填")
    blank = blank_total(form, writer.grid)
    if values.get("measures"):
        values.setdefault("problems", "")  # one cell may be for both
    places = {key: _place(writer, form, key) or _blank(writer, blank, key) for key in (*values, "budget_claimed_rate")}
    places = {key: at if at is None or at[0] not in taken else None for key, at in places.items()}
    if values.get("measures") and places["measures"] is None and places["problems"] is not None:
        values["problems"] = f"{values['problems']}\n改进措施：{values.pop('measures')}".strip()
    _put_year(writer, form, data)
    scored = places["budget_weight"] or places["budget_claimed_score"]
    execution = scored is not None or not data.fields.get("budget_weight", EMPTY).blank
    points = _points(own, execution=execution)
    if points is not None and (at := _weights_place(writer, form)) is not None:
        writer.put(at, points, _WEIGHTS, hundredths=True)
    if points == rules.full_marks and (at := _second_total(writer, form, places["claimed_total"])) is not None:
        writer.put(at, values["claimed_total"], _CALLED["claimed_total"])
    for key, value in values.items():
        entered = key not in _DERIVED or not data.fields.get(key, EMPTY).blank
        _put(writer, form, key, value, places[key], entered=entered)
    _put_rate(writer, form, own, data, places["budget_claimed_rate"], taken)
    _put_funds(writer, form, own.evaluation, unit, wanted)
    if "currency_unit" not in form.entries.fields and own.evaluation.funds_total.adjusted.value is not None:
        writer.tell("金额单位", unit, "表里没有写金额单位，金额按数据的单位填")


def _values(own: Assessment, data: Entries, rules: RuleSet, unit: str, wanted: str) -> dict[str, Scalar]:
    """What the single cells are to hold; amounts in the unit ``wanted``."""
    values: dict[str, Scalar] = {key: data.fields[key].text.strip() for key in _WORDS if key in data.fields}
    total = own.evaluation.funds_total
    for key in ("adjusted", "executed", "initial"):
        entry = getattr(total, key)
        values[TOTAL_FIELDS[key]] = amount(entry.value, unit, wanted) if entry.value is not None else None
    values["budget_weight"] = own.budget.weight or None
    values["budget_claimed_score"] = entered_or(total.claimed_score.value, own.budget.score)
    values["claimed_total"] = whole = _total(own)
    grade = own.total.grade if whole is None else grade_of(whole, rules)
    values["claimed_grade"] = own.evaluation.claimed_grade.text.strip() or grade
    return values


def _put_rate(
    writer: Writer, form: Recognized, own: Assessment, data: Entries, place: Cell | None, taken: Collection[int]
) -> None:
    """The rate into its own ``place``, and as the actual of a row 预算执行率 among the indicators."""
    entry = data.fields.get("budget_claimed_rate", EMPTY)
    share = _rate(own, entry)
    rates = (place, _in_execution_row(form, "actual"))
    found = [at for at in rates if at is not None and at[0] not in taken]
    for at in found:
        writer.put_rate(writer.first(at), share, _CALLED["budget_claimed_rate"])
    if share is not None and not found:
        _put(writer, form, "budget_claimed_rate", percent(share), None, entered=not entry.blank)


def _put_funds(writer: Writer, form: Recognized, evaluation: Evaluation, unit: str, wanted: str) -> None:
    """The parts of the money, by source and by nature."""
    natures = tuple(
        line
        for table in evaluation.budgets
        if table.title == NATURE
        for line in table.lines
        if any(getattr(line, key).value is not None for key in _AMOUNTS)
    )
    split = any(_rows_of(form, natures))
    if natures and not split:
        writer.tell("按支出性质分的资金", f"{len(natures)} 行", "表里没有这张表")
    if evaluation.funds:
        _put_parts(writer, form, evaluation.funds.lines + (natures if split else ()), unit, wanted)


def entered_or(claimed: Decimal | None, score: Decimal | None) -> Decimal | None:
    """The score that was entered, right or wrong (a check will tell), else the one that the rules give."""
    return claimed if claimed is not None else score


def _rate(own: Assessment, entered: Entry) -> Decimal | None:
    """The rate of the amounts, with all its digits; one that was entered and does not follow from them stays."""
    stated, computed = rate(entered), own.budget.rate
    if stated is None or computed is None:
        return stated[0] if stated else computed
    return computed if gives_rate(computed, Decimal(1), stated) else stated[0]


def _total(own: Assessment) -> Decimal | None:
    """The total that was entered, else the sum of the scores as they stand in the form."""
    evaluation = own.evaluation
    if (entered := evaluation.claimed_total.value) is not None or own.total.score is None:
        return entered
    pairs = [(evaluation.funds_total.claimed_score.value, own.budget.score)]
    pairs += [
        (indicator.claimed_score.value, score.score)
        for indicator, score in zip(evaluation.indicators, own.indicators, strict=True)
        if not score.excluded
    ]
    return own.total.score + sum(
        (claimed - score for claimed, score in pairs if claimed is not None and score is not None), Decimal(0)
    )


def _put(writer: Writer, form: Recognized, key: str, value: Scalar, at: Cell | None, *, entered: bool) -> None:
    if value in (None, ""):
        return
    if at is not None and key == "claimed_grade" and writer.tick(at, str(value)):
        return
    if at is not None:
        writer.put(at, value, _CALLED[key], hundredths=key == "budget_weight")
    elif not _put_inline(writer, form, key, str(value)) and entered:
        writer.tell(_CALLED[key], value, "表里没有这一项的位置")


def _place(writer: Writer, form: Recognized, key: str) -> Cell | None:
    """The field's cell: as recognized, else right of its label; None where the form has none."""
    known = form.entries.fields.get(key)
    right_edge = max((writer.grid.area(at).right for at in form.used), default=0)
    if known is not None and known.place is not None:
        at = writer.first(parse_cell(known.place.cell))
        announces = writer.text(at).rstrip().endswith((":", "："))  # a label itself, with room behind its colon
        if at[1] <= right_edge and form.used.get(at, key) == key and not announces:
            return at
    if key in _EXECUTION and (there := _in_execution_row(form, _EXECUTION[key])):
        return writer.first(there)
    for label_at in _labels(writer, form, key):
        beside = writer.first((label_at[0], writer.grid.area(label_at).right + 1))
        if beside[1] <= right_edge and not writer.text(beside).strip():
            return beside
    return None


def _blank(writer: Writer, places: Mapping[str, Cell], key: str) -> Cell | None:
    """The blank cell that is the field's, unless the heading above reaches down over it."""
    at = places.get(key)
    return at if at is not None and writer.first(at) == at else None


def _in_execution_row(form: Recognized, column: str) -> Cell | None:
    """The cell in a row 预算执行率 among the indicators, where the form has the execution scored there."""
    for row in form.spans["indicators"].rows.values():
        if names_execution(row) and column in row and (place := row[column].place):
            return parse_cell(place.cell)
    return None


def _labels(writer: Writer, form: Recognized, key: str) -> list[Cell]:
    """The labels that announce a field, first those that can mean nothing else."""
    money = _MONEY_FIELDS.get(key)
    found: list[tuple[int, Cell]] = []
    for at in form.used:
        if form.used[at] != "label" or _heads_a_column(writer, form, at):
            continue
        label = read_label(writer.text(at))
        keys = lookup(label, FIELDS) or lookup(label, GOALS)
        if key in keys:
            found.append((keys.index(key), at))
        elif money and lookup(label, FUNDS)[:1] == (money,):
            found.append((0, at))
    return [at for _, at in sorted(found)]


def _heads_a_column(writer: Writer, form: Recognized, at: Cell) -> bool:
    """Whether a label heads a column of the indicators, or of money beside another: there is no room beside it."""
    span = form.spans["indicators"]
    below = writer.grid.area(at).bottom + 1
    if below == span.first_row and any(first <= at[1] <= last for first, last in span.columns.values()):
        return True
    before = writer.first((at[0], at[1] - 1))
    return form.used.get(before) == "label" and all(lookup(read_label(writer.text(one)), FUNDS) for one in (before, at))


def _put_inline(writer: Writer, form: Recognized, key: str, value: str) -> bool:
    """Write behind the colon of 填报单位：      金额单位：万元; False where there is no such gap."""
    money = _MONEY_FIELDS.get(key)
    for at in form.used:
        text = writer.text(at)
        for match in _GAP.finditer(text):
            label = read_label(match[1])
            if lookup(label, FIELDS)[:1] == (key,) or (money and lookup(label, FUNDS)[:1] == (money,)):
                rest = text[match.end() :]
                writer.replace(at, text[: match.end()] + value + (f"   {rest.lstrip()}" if rest.strip() else ""))
                return True
    return False


def _points(own: Assessment, *, execution: bool) -> Decimal | None:
    """The sum of all points; None where a row lacks its own.

    ``execution``: the form scores the execution too, or the data give it points.
    """
    weights = [indicator.weight.value for indicator in own.evaluation.indicators]
    return sum_if_known([*weights, (own.budget.weight if execution else None) or Decimal(0)]) if weights else None


def _total_row(writer: Writer, form: Recognized) -> int | None:
    """The row of the total, below the indicators or their first row, even if the form's head has one (自评总分)."""
    first, last, _, indicators = form.spans["indicators"]
    total = form.entries.fields.get("claimed_total", EMPTY).place
    if total is not None and total.row == first and first not in indicators:
        return first
    if total is not None and (row := total.row) > last:
        return row if row - last <= _NEAR else None
    rows = (at[0] for at in sorted(form.used) if last < at[0] <= last + _NEAR)
    return next((row for row in rows if read_label(writer.text((row, 1))).core in TOTAL_ROWS), None)


def _second_total(writer: Writer, form: Recognized, first: Cell | None) -> Cell | None:
    """The cell below the scores in the total row, where the total's own place ``first`` is at the head of the form."""
    row, columns = _total_row(writer, form), form.spans["indicators"].columns
    if row is None or first is None or first[0] >= row or "claimed_score" not in columns:
        return None
    at = (row, columns["claimed_score"][0])
    return at if writer.first(at) == at else None


def _weights_place(writer: Writer, form: Recognized) -> Cell | None:
    """The blank cell of the total row that belongs to the column of points, or to its own words 总分值."""
    row, span = _total_row(writer, form), form.spans["indicators"]
    if row is None or "weight" not in span.columns:
        return None
    words = [at for at, cell in writer.grid.cells.items() if at[0] == row and read_label(cell.text).core in _SUMS]
    wanted = (row, writer.grid.area(words[0]).right + 1) if words else (row, span.columns["weight"][0])
    at, cell = writer.first(wanted), writer.there(wanted)
    free = at == wanted and (cell is None or not (cell.text.strip() or cell.formula))
    return at if free else None


def _put_year(writer: Writer, form: Recognized, data: Entries) -> None:
    """The year: into its gap （    年度） or 20XX年, else into its cell, behind its label or before the word alone."""
    year = data.fields.get("year", EMPTY).text.strip()
    if not year:
        return
    known = form.entries.fields.get("year", EMPTY)
    if known.text:
        if known.text != year:
            writer.tell(_CALLED["year"], year, f"表里写的是 {known.text} 年，没有覆盖")
        return
    named = [at for at in sorted(form.used) if form.used[at] in ("label", "title", "year")]
    if _put_into(writer, named, YEAR_GAP, year):
        return
    if (at := _place(writer, form, "year")) is not None:
        writer.put(at, Decimal(year), _CALLED["year"])
    elif not (_put_inline(writer, form, "year", year) or _put_into(writer, named, _YEAR_ALONE, year)):
        writer.tell(_CALLED["year"], year, "表里没有写年度的位置")


def _put_into(writer: Writer, cells: Iterable[Cell], gap: re.Pattern[str], value: str) -> bool:
    """Write into the first gap that the words of one of the cells have; False where none has."""
    for at in cells:
        if gap.search(text := writer.text(at)):
            writer.replace(at, gap.sub(value, text, count=1))
            return True
    return False


def _put_parts(writer: Writer, form: Recognized, lines: tuple[BudgetLine, ...], unit: str, wanted: str) -> None:
    """The parts of the money, each in the row of its name."""
    total, *parts = lines
    for line, row in zip(parts, _rows_of(form, parts), strict=True):
        known = {key: value for key in _AMOUNTS if (value := getattr(line, key).value) is not None}
        if row is None:
            same_as_total = all(getattr(line, key).value == getattr(total, key).value for key in _AMOUNTS)
            if known and not same_as_total:
                amounts = (f"{TITLES[key]} {plain_number(amount(value, unit, wanted))}" for key, value in known.items())
                writer.tell(line.name.text, "，".join(amounts), "表里没有这一项资金")
            continue
        for key, value in known.items():
            what = f"{line.name.text}的{TITLES[key]}"
            value = amount(value, unit, wanted)
            place = row[key].place if key in row else None
            if place is None:
                writer.tell(what, value, "表里没有这一栏")
            else:
                writer.put(parse_cell(place.cell), value, what)
        rate = row.get("claimed_rate", EMPTY)
        if rate.place is not None and rate.blank and line.adjusted.value and line.executed.value is not None:
            what = f"{line.name.text}的执行率"
            writer.put_rate(parse_cell(rate.place.cell), line.executed.value / line.adjusted.value, what)


def _rows_of(form: Recognized, lines: Sequence[BudgetLine]) -> list[Row | None]:
    """The row of the form that each line belongs to: of its name, else the only one of the same source."""
    rows = [row for row in form.entries.tables.get("funds", ()) if "name" in row]
    exact = {_fund(row["name"].text): row for row in rows}
    taken = {_fund(line.name.text) for line in lines}
    cores = Counter(core(row["name"].text) for row in rows)
    known = Counter(core(line.name.text) for line in lines)
    alike = {
        words: row
        for row in rows
        if cores[words := core(row["name"].text)] == 1 == known[words] and _fund(row["name"].text) not in taken
    }
    return [exact.get(_fund(line.name.text), alike.get(core(line.name.text))) for line in lines]


def _fund(name: str) -> str:
    return _FUND_WORDS.sub("", squeeze(name))
