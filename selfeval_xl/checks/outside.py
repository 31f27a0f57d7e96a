"""The check of what was typed at the edge of a table of ours, where nothing reads it."""

from __future__ import annotations

from collections.abc import Iterator

from selfeval_xl.checks.registry import Hit, check, hit
from selfeval_xl.checks.view import View
from selfeval_xl.model import TABLE_TITLES, Outside

_SHOWN = 3  # texts within a message


@check("table.outside", always=True)
def outside(view: View) -> Iterator[Hit]:
    """Rows added beyond what a table's names span, one finding an edge; a single cell there may be a mere note."""
    groups: dict[tuple[str, bool, bool], list[Outside]] = {}
    for row in view.evaluation.structure.outside:
        groups.setdefault((row.table, row.above, row.sure), []).append(row)
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
            shown="、".join(texts[:_SHOWN]) + (f"等 {len(texts)} 格" if len(texts) > _SHOWN else ""),
            room=_room(rows),
        )


def _room(rows: list[Outside]) -> str:
    """Where in the table there is room for these rows, or how to make it.

    What was typed is to be copied as values: cells that are cut and pasted take the formulas along that look at them.
    """
    free, missing = rows[0].free, len(rows) - len(rows[0].free)
    if missing > 0:
        return f"不够，先右击第 {rows[0].last} 行的行号插入 {missing} 行，填好后重新计算，公式会补上"
    return f"第 {_listed(list(free[: len(rows)]))} 行"


def _listed(rows: list[int]) -> str:
    return "、".join(map(str, rows))
