"""Checks of single cells: words where a number belongs, error values, and cells just outside a table."""

from __future__ import annotations

from collections.abc import Iterator

from selfeval_xl.checks.figures import number
from selfeval_xl.checks.ledger import COLUMNS
from selfeval_xl.checks.registry import Hit, by_sheet, check, hit
from selfeval_xl.checks.view import View
from selfeval_xl.groups import by_key
from selfeval_xl.mistakes import few
from selfeval_xl.model import ALLOCATION_COLUMNS, TABLE_TITLES, Entry, Evaluation, Outside
from selfeval_xl.quantity import read
from selfeval_xl.quantity.text import says_nothing

_LINE = (*COLUMNS, "weight", "claimed_rate", "claimed_score")
_SHOWN = 3  # texts within a message


@check("table.not_number")
def not_number(view: View) -> Iterator[Hit]:
    """Words in place of money, points or people, one finding a sheet; a dash, 无 and the like are fine.

    A figure with its unit (5万元) is understood in other forms, but the formulas of a workbook of ours ignore it.
    """
    found = [entry for entry in _money(view.evaluation) if entry.place and worded(entry, view.ours)]
    # 20（扣2分） can be read as a figure, but nobody knows which score it means.
    found += [one for one in _points(view.evaluation) if one.place and worded(one, view.ours or number(one) is None)]
    for entries in by_sheet(found, lambda entry: entry.place):
        words = "、".join(dict.fromkeys(f"“{one.text.strip()}”" for one in entries if not one.is_error))
        errors = dict.fromkeys(f"错误值 {one.text.strip()}" for one in entries if one.is_error)
        shown = "、".join([*([f"文字{words}"] if words else []), *errors])
        yield hit("table.not_number", entries, provided=entries[0].text if len(entries) == 1 else None, shown=shown)


@check("table.error_value")
def error_values(view: View) -> Iterator[Hit]:
    """Error values of formulas in cells for words; those in cells for figures are reported by the checks of these."""
    evaluation = view.evaluation
    entries: list[Entry] = [*evaluation.header[1:], evaluation.goal_expected, evaluation.goal_actual]
    for one in evaluation.indicators:
        entries += (one.level1, one.level2, one.name, one.op, one.unit, one.state, one.reason)
    lines = (line for table in evaluation.money_tables for line in table.lines)
    entries += (entry for line in lines for entry in (line.name, line.reason))
    entries += (entry for one in evaluation.allocations for entry in (one.region, one.purpose, one.reason))
    entries += (entry for one in evaluation.statements for entry in (one.topic, one.text))
    entries += (entry for one in evaluation.management for entry in (one.name, one.note))
    entries += (entry for one in evaluation.rectifications for entry in one)
    entries += (evaluation.problems, evaluation.measures)
    for found in by_sheet((entry for entry in entries if entry.is_error), lambda entry: entry.place):
        yield hit("table.error_value", found, provided="、".join(dict.fromkeys(entry.text.strip() for entry in found)))


@check("table.outside", always=True)
def outside(view: View) -> Iterator[Hit]:
    """Rows typed above or below the range of a table, one finding per edge; a single cell there may be a mere note."""
    groups = by_key(((row.table, row.above, row.sure), row) for row in view.evaluation.structure.outside)
    for (table, above, sure), rows in groups.items():
        cells = [entry for row in rows for entry in row.cells]
        texts = [f"“{' '.join(entry.text.split())}”" for entry in cells]
        yield hit(
            "table.outside",
            cells,
            severity=None if sure else "warning",
            provided=cells[0].text.strip() if len(cells) == 1 else None,
            rows=_listed([row.row for row in rows]),
            table=TABLE_TITLES.get(table, table),
            edge="在第一行的上面" if above else "在最后一行的下面",
            shown=few(texts, _SHOWN, "等 {} 格"),
            room=_room(rows),
        )


def worded(entry: Entry, ours: bool) -> bool:
    """True for words where a number belongs."""
    if entry.value is not None or says_nothing(entry.text):
        return False
    return ours or read(entry.text, role="actual").kind != "number"


def _money(evaluation: Evaluation) -> Iterator[Entry]:
    for table in evaluation.money_tables:
        for line in table.lines:
            # Without a budget the formula of the rate divides by zero.
            none = line.claimed_rate.text == "#DIV/0!" and not line.adjusted.value
            yield from (getattr(line, key) for key in _LINE if not (none and key == "claimed_rate"))
    for allocation in evaluation.allocations:
        yield from (getattr(allocation, key) for key in ALLOCATION_COLUMNS)


def _points(evaluation: Evaluation) -> Iterator[Entry]:
    for indicator in evaluation.indicators:
        yield from (indicator.weight, indicator.claimed_score)
    for item in evaluation.management:
        yield from (item.weight, item.claimed_score)
    yield evaluation.claimed_total


def _room(rows: list[Outside]) -> str:
    """Where in the table there is room for these rows, or how to make room."""
    free, missing = rows[0].free, len(rows) - len(rows[0].free)
    if missing > 0:
        return f"不够，先右击第 {rows[0].last} 行的行号插入 {missing} 行，填好后重新计算，公式会补上"
    return f"第 {_listed(list(free[: len(rows)]))} 行"


def _listed(rows: list[int]) -> str:
    return "、".join(map(str, rows))
