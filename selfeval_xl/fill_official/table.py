"""The indicator table of an official form: each indicator in its row, spare placeholders blanked."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

from selfeval_xl.fill_official.fields import entered_or
from selfeval_xl.fill_official.rows import Line, Plan, columns_of, is_placeholder, level_key
from selfeval_xl.fill_official.texts import measures, scalar
from selfeval_xl.fill_official.writer import Writer
from selfeval_xl.forms.outline import outline
from selfeval_xl.model import EMPTY, LEVELS, SUM_NAMES, Assessment, Entries, Indicator, IndicatorScore, Row
from selfeval_xl.workbook.edits import Scalar, Value
from selfeval_xl.workbook.recognize.cells.table import Span
from selfeval_xl.workbook.recognize.indicators.execution import names_execution
from selfeval_xl.workbook.recognize.words.figures import plain_number
from selfeval_xl.workbook.recognize.words.labels import squeeze
from selfeval_xl.workbook.references import Cell, cell_name

_PLAIN = ("name", "state", "reason")
_DERIVED = ("weight", "claimed_score", "op", "unit")  # not reported as left out unless they were entered


def put_table(writer: Writer, span: Span, plan: Plan, own: Assessment, data: Entries) -> None:
    """Write the rows that ``plan`` gives, in the sheet as it is once those rows were inserted."""
    headings = outline(own.evaluation.form).headings["indicators"]
    raw = [
        row
        for row in data.tables.get("indicators", ())
        if any(not entry.blank for key, entry in row.items() if key not in LEVELS)
    ]
    evaluation = own.evaluation
    if evaluation.weights_proposed and "weight" in span.columns:
        writer.tell("分值", None, "数据里没有分值，填的是工具建议的平均分配，请核对")
    for key in LEVELS:
        if key not in span.columns and not any(getattr(line, key) for line in plan.lines if line.row is not None):
            writer.tell(headings[key], f"{len(raw)} 行", "表里没有这一栏")
    _renumber(writer, span, plan)
    absent: dict[str, list[tuple[str, Scalar]]] = {}  # by the columns that the form does not have
    for position, line in enumerate(plan.lines):
        if line.fixed:
            continue
        row, number = plan.row(position), line.indicator
        if not line.held:
            _blank(writer, span, row)
        if number is not None:
            indicator, score = evaluation.indicators[number], own.indicators[number]
            for key, value in _put_row(writer, span, row, raw[number], indicator, score, headings):
                absent.setdefault(key, []).append((indicator.name.text.strip(), value))
    for key, values in absent.items():
        (name, value), several = values[0], len(values) > 1
        what = headings[key] if several else f"“{name}”的{headings[key]}"
        writer.tell(what, f"{len(values)} 行" if several else value, "表里没有这一栏")
    if kept := [position for position, line in enumerate(plan.lines) if _untouched(span, line)]:
        writer.keep(plan.row(kept[0]), [plan.lines[position].name for position in kept])
    if unsummed := _unsummed(writer, span, plan):
        why = "表里别的各级有小计，这是新加的，没有自己的小计行：请补上，并核对总分的公式"
        writer.tell("小计", "、".join(unsummed), why)
    for number in plan.homeless:
        name = evaluation.indicators[number].name.text
        writer.tell("指标", name, f"表里没有“{evaluation.indicators[number].level1.text}”这一级，没有填")


def _unsummed(writer: Writer, span: Span, plan: Plan) -> list[str]:
    """The levels that were added, where each of the form's own has a subtotal (小计), which the added ones lack.

    Where the rows of a first level have several subtotals, these are those of its second levels.
    """
    columns = range(1, span.columns["name"][1] + 1)
    fixed = (position for position, line in enumerate(plan.lines) if line.fixed and not line.continued)
    sums = [n for n in fixed if any(squeeze(writer.text((plan.row(n), column))) in SUM_NAMES for column in columns)]
    own = [(position, line) for position, line in enumerate(plan.lines) if line.row is not None and not line.fixed]
    if not sums or not own or own[-1][0] > sums[-1]:
        return []
    parts = {(line.keys[0], bisect(sums, position)) for position, line in own}
    second = len(parts) > len({one for one, _ in parts})
    known = {line.keys if second else line.keys[:1] for _, line in own}
    new = (line for line in plan.lines if line.row is None and (line.keys if second else line.keys[:1]) not in known)
    return list(dict.fromkeys((second and line.level2) or line.level1 for line in new))


def _untouched(span: Span, line: Line) -> bool:
    """True for an indicator that stands in the form with more than its name, and that the data do not name."""
    if line.indicator is not None or not line.held or line.row is None or is_placeholder(line.name):
        return False
    row = span.rows[line.row]
    return not names_execution(row) and any(not row[key].blank for key in row if key not in ("name", *LEVELS))


def _put_row(
    writer: Writer,
    span: Span,
    row: int,
    raw: Row,
    indicator: Indicator,
    score: IndicatorScore,
    headings: Mapping[str, str],
) -> Iterator[tuple[str, Scalar]]:
    """Write an indicator into its row; yields the keys and values for which the form has no column."""
    below = _below_target(writer, span, row)
    for key, value in _values(raw, indicator, score, {*span.columns, *below}).items():
        at = _cell(writer, span, row, key, below)
        what = f"“{indicator.name.text.strip()}”的{headings[key]}"
        if at is None:
            if value not in (None, "") and not (key in _DERIVED and raw.get(key, EMPTY).blank):
                yield key, value
        elif at[0] == row:
            percent = key == "weight" or indicator.unit.text.strip() in ("%", "％")
            writer.put(at, value, what, hundredths=percent)
        elif value not in (None, "") and not writer.holds(at, value):
            writer.tell(what, value, "这一格与上面的行合并，没有填")


def _values(raw: Row, indicator: Indicator, score: IndicatorScore, columns: Collection[str]) -> dict[str, Scalar]:
    """What goes into the columns that the form has."""
    values: dict[str, Scalar] = {key: raw[key].text.strip() for key in _PLAIN if key in raw}
    values |= measures(raw, indicator, columns)
    if "state" not in columns and values.get("state") and not values.get("actual"):
        values["actual"] = values.pop("state")  # read as the state all the same
    values["weight"] = scalar(indicator.weight)
    if not score.excluded:
        values["claimed_score"] = entered_or(indicator.claimed_score.value, score.score)
    return values


def _below_target(writer: Writer, span: Span, row: int) -> tuple[str, ...]:
    """The keys of a row's cells below one heading of targets: two (target, unit) or three (sign, target, unit)."""
    if {"op", "unit"} & span.columns.keys() or "target" not in span.columns:
        return ()
    return {2: ("target", "unit"), 3: ("op", "target", "unit")}.get(len(_target_cells(writer, span, row)), ())


def _target_cells(writer: Writer, span: Span, row: int) -> list[Cell]:
    first, last = span.columns["target"]
    return sorted({writer.first((row, column)) for column in range(first, last + 1)})


def _cell(writer: Writer, span: Span, row: int, key: str, below: tuple[str, ...]) -> Cell | None:
    if key in below:
        return _target_cells(writer, span, row)[below.index(key)]
    if key not in span.columns:
        return None
    beside = (row, span.columns[key][0] + 1)
    numbered = key == "name" and _numbered(writer, span) and writer.first(beside) == beside
    return beside if numbered else writer.first((row, span.columns[key][0]))


def _numbered(writer: Writer, span: Span) -> bool:
    """True where the first of two columns below the names' heading holds running numbers."""
    first, last = span.columns["name"]
    texts = (writer.text((row, first)) for row in range(span.first_row, span.last_row + 1))
    return last > first and any(map(plain_number, texts))


def _renumber(writer: Writer, span: Span, plan: Plan) -> None:
    """Continue numbers that run through the table, or anew in each first level, over the inserted rows."""
    lines = list(enumerate(plan.lines))
    for column in set(range(1, span.columns["name"][1] + 1)) - _level_columns(span):
        cells = [(plan.row(position), column) for position, _ in lines]
        texts = [squeeze(writer.text(cell)) for cell in cells]
        rows = [n for n, line in lines if line.row is None or texts[n] or not line.fixed]
        printed = [n for n in rows if plan.lines[n].row is not None]
        for anew in (False, True):
            keys = {n: level_key(plan.lines[n].level1) if anew else "" for n in rows}
            if len(printed) < 2 or [texts[n] for n in printed] != _running(keys[n] for n in printed):
                continue
            for n, number in zip(rows, _running(keys.values()), strict=True):
                if texts[n] != number and not writer.has_formula(cells[n]):
                    writer.cells[cell_name(*cells[n])] = Value(Decimal(number))
            break


def _running(keys: Iterable[str]) -> list[str]:
    """1, 2, … for those of the same key."""
    seen = Counter[str]()
    numbers = []
    for key in keys:
        seen[key] += 1
        numbers.append(str(seen[key]))
    return numbers


def _level_columns(span: Span) -> set[int]:
    pairs = [span.columns[key] for key in LEVELS if key in span.columns]
    return {column for first, last in pairs for column in range(first, last + 1)}


def _blank(writer: Writer, span: Span, row: int) -> None:
    """Take the form's filler (指标1：, ……) out of a row's cells."""
    levels = _level_columns(span)
    for column in columns_of(span):
        text = writer.text((row, column))
        if column not in levels and text.strip() and is_placeholder(text):
            writer.clear((row, column))
