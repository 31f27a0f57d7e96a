"""One sum split two ways: by the source of the money and by what it is spent on; each split goes where it belongs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.model import EMPTY, Entry, Row
from selfeval_xl.workbook.recognize.labels import squeeze

_NATURE = ("基本支出", "项目支出", "人员经费", "公用经费")
_AMOUNTS = ("initial", "adjusted", "executed")
_SLACK = Decimal("0.02")  # for the rounding of the figures shown


class Splits(NamedTuple):
    """The rows of a funds block: those by source, and those that say the same money by its nature."""

    sources: tuple[Row, ...]
    natures: tuple[Row, ...]


def splits(rows: Sequence[Row], totals: Mapping[str, Entry]) -> Splits:
    """Tell the two splits of a funds block apart; ``totals`` is its total row, by column.

    Where sources and natures only together make the total (基本支出 beside 上年结转), they are one split.
    """
    natures = tuple(row for row in rows if is_nature(row))
    sources = tuple(row for row in rows if not is_nature(row))
    together = _sums(rows)
    apart = _sums(sources), _sums(natures)
    given = {key: entry.value for key in _AMOUNTS if (entry := totals.get(key, EMPTY)).value}
    added = all(abs(together[key] - value) <= _SLACK for key, value in given.items() if value is not None)
    if given and added and all(any(sums[key] for key in given) for sums in apart):
        return Splits(tuple(rows), ())
    return Splits(sources, natures)


def is_nature(row: Row) -> bool:
    """True for a line that says what money is spent on, not where it comes from."""
    name = squeeze(row.get("name", EMPTY).text)
    return any(words in name for words in _NATURE)


def has_money(row: Row) -> bool:
    """True where a line has an amount other than nought."""
    return any(row.get(key, EMPTY).value for key in _AMOUNTS)


def _sums(rows: Iterable[Row]) -> dict[str, Decimal]:
    whole = [row for row in rows if row.get("level", EMPTY).text != "二级项目"]
    return {key: sum((row.get(key, EMPTY).value or Decimal(0) for row in whole), Decimal(0)) for key in _AMOUNTS}
