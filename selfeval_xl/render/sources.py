"""Names of lines of money: forms print the same source under shorter and longer names, or with its unit behind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from selfeval_xl.model import EMPTY, Entry, Row
from selfeval_xl.workbook.recognize.words.labels import squeeze

_GENERIC = re.compile(r"^其中:?|当年|本年|年度|[:：]|\((?:单位:?)?(?:百?万|千|亿)?元\)$")
_ENDING = re.compile(r"(?:预算|财政拨款|拨款|资金|收入)+$")


def named_as(rows: Iterable[Row], printed: Iterable[str]) -> tuple[Row, ...]:
    """The rows with the names that a form prints for the same sources: 政府性基金 becomes 政府性基金预算财政拨款.

    Only where exactly one row and one printed name have the same core; a name that the form prints exactly stays.
    """
    rows, printed = tuple(rows), tuple(printed)
    exact = {squeeze(row.get("name", EMPTY).text) for row in rows}
    free = {core(name): name for name in printed if squeeze(name) not in exact}
    cores = Counter(core(row.get("name", EMPTY).text) for row in rows)
    doubled = Counter(map(core, printed))

    def renamed(row: Row) -> Row:
        name = row.get("name", EMPTY)
        words = core(name.text)
        if not words or words not in free or cores[words] > 1 or doubled[words] > 1:
            return row
        return {**row, "name": Entry(free[words], None, name.place)}

    return tuple(renamed(row) for row in rows)


def core(name: str) -> str:
    """The name of a source without the words that forms add or leave out: 一般公共预算财政拨款 → 一般公共."""
    words = _GENERIC.sub("", squeeze(name))
    return _ENDING.sub("", words) or words
