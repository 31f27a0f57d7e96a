"""Which lines of a funds block are parts of the line above them (中央 below 财政拨款), by name and by figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from selfeval_xl.model import EMPTY, Entry
from selfeval_xl.workbook.recognize.labels import squeeze

_DIVIDED = (
    (
        re.compile(r"(?:^|当年|本年|年度|本级)财政(?:性)?(?:拨款|资金|补助)$|^财政$"),
        re.compile("中央|省级|省财政|市级|市财政|县级|区级|县财政|区财政|地方|一般公共预算|政府性基金|国有资本"),
    ),
    (re.compile("^基本(?:支出|经费)$"), re.compile("人员|公用|对个人和家庭|工资|商品和服务")),
)
"""Names of lines, and of those which are their parts where they follow."""

_BY_NATURE = re.compile("基本支出|项目支出")

_AMOUNTS = frozenset({"initial", "adjusted", "executed"})
_SLACK = Decimal("0.02")

Line = Mapping[str, Entry]


def parts_of_parts(total: Line, lines: Sequence[dict[str, Entry]]) -> list[dict[str, Entry]]:
    """The lines that another line already comprises, so that nobody adds them up twice.

    ``total`` and ``lines`` hold amounts by column key.  Where all lines add up to the total, they are brothers whatever
    their names; where they don't, a line that is the sum of those below it comprises them.
    """
    named = _by_name(lines)
    sources = [line for line in lines if not _BY_NATURE.search(squeeze(line["name"].text))]
    if adds_up(total, sources):
        return [line for line in named if line not in sources]
    return named or _by_figures(total, sources)


def _by_name(lines: Sequence[dict[str, Entry]]) -> list[dict[str, Entry]]:
    found = []
    part: re.Pattern[str] | None = None
    for line in lines:
        name = squeeze(line["name"].text)
        if part is not None and part.search(name):
            found.append(line)
        else:
            part = next((parts for whole, parts in _DIVIDED if whole.search(name)), None)
    return found


def _by_figures(total: Line, lines: Sequence[dict[str, Entry]]) -> list[dict[str, Entry]]:
    for index, whole in enumerate(lines):
        for end in range(index + 2, len(lines) + 1):
            inside = lines[index + 1 : end]
            if adds_up(whole, inside) and adds_up(total, [*lines[: index + 1], *lines[end:]]):
                return list(inside)
    return []


def adds_up(total: Line, lines: Iterable[Line]) -> bool:
    """True where every column with a total is the sum of its lines, and one of them is not zero."""
    wholes = {key: entry.value for key, entry in total.items() if key in _AMOUNTS and entry.value is not None}
    given = list(lines)
    sums = {key: sum((line.get(key, EMPTY).value or Decimal(0) for line in given), Decimal(0)) for key in wholes}
    return any(wholes.values()) and all(abs(sums[key] - whole) <= _SLACK for key, whole in wholes.items())
