"""Amounts whose labels also name their source: 财政资金预算."""

from __future__ import annotations

from functools import lru_cache

from selfeval_xl.lazy import lazy
from selfeval_xl.model import Entry
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.words.labels import LONGEST_GUESS
from selfeval_xl.workbook.recognize.words.vocabulary import FUNDS, MONEY, MONEY_AND_RATE

_SOURCE = lazy("(?<=..)(?:资金|拨款|经费|补助|贷款|债券|(?<=基本|项目)支出)(?=.)")


@lru_cache(maxsize=512)
def of_source(core: str) -> tuple[str, str] | None:
    """The source and the key that a label names, 财政资金预算数 → 财政资金, ``adjusted``; None for other labels."""
    bare = core.removeprefix("其中")
    if len(bare) <= LONGEST_GUESS and bare not in FUNDS:
        for match in _SOURCE.finditer(bare):
            key = next(iter(FUNDS.get(bare[match.end() :], ())), "")
            if key in MONEY_AND_RATE:
                return bare[: match.end()], key
    return None


def keep_sourced(draft: Draft, source: tuple[str, str], name: Cell, value: Entry) -> None:
    """Keep an amount with its source (see :func:`of_source`) until all of them are known."""
    words, key = source
    draft.funds_columns.add(key)
    named: dict[str, Entry] = {"name": draft.sheet.words(name, words)}
    draft.sourced.setdefault(words, named).setdefault(key, value)


def settle_sourced(draft: Draft) -> None:
    """Several sources are parts of the money; a single one is all of it, but beside a total its role is unclear."""
    if len(draft.sourced) > 1:
        draft.tables["funds"].extend(draft.sourced.values())
        return
    total = any(not draft.total(key).blank for key in MONEY)
    for amounts in draft.sourced.values():
        for key, entry in amounts.items():
            if total:
                draft.sheet.release(entry.place)
            elif key != "name":
                draft.put_total(key, entry)
