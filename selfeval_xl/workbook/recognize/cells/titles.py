"""Recognizes titles and headings of columns by a single cell or row."""

from __future__ import annotations

from collections.abc import Sequence

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.words.labels import APART, SAID_INSIDE, continues, pair_in, read_label, squeeze

_TITLE = lazy(r"(?:自评|评价|绩效|转移支付).*(?:表|报告|情况)$")
DOCUMENT = lazy(r"(?:通知|办法|意见|方案|函)[》)]?(?:(?:的|之)?附[件表]\d*)?$")
"""关于开展2024年度绩效自评工作的通知, above the form that is its annex."""
YEAR_LINE = lazy(r"\(?(?:20\d\d|\s*)年?度?\)?|附[件表]\d*")


def names_column(cell: Cell) -> bool:
    """True for a word that heads a column of some table; not for 得分：9.9分, which has its figure with it."""
    return cell.label.heads_column and not SAID_INSIDE.search(squeeze(cell.text))


def is_title(cells: Sequence[Cell]) -> bool:
    """True for a row that holds a form's title, and besides it at most a year or a unit."""
    words = [cell for cell in cells if not YEAR_LINE.fullmatch(cell.label.core)]
    others = [cell for cell in words if not cell.label.core.startswith("单位")]
    titles = [cell for cell in words if is_titled(cell) and not continues(cell.text)] if len(others) < 2 else []
    return len(titles) == 1 and all(cell in titles for cell in others)


def is_titled(cell: Cell) -> bool:
    """True for a title, in whose cell there may also be a year, an annex number and fields: …自评表 ⏎ 填报单位：甲."""
    whole = _TITLE.search(cell.label.core) is not None
    parts = APART.split(cell.text)
    if whole or len(parts) == 1:
        return whole
    title, *fields = [one for one in parts if not YEAR_LINE.fullmatch(squeeze(one))] or [""]
    pairs = map(pair_in, fields)
    return bool(_TITLE.search(read_label(title).core)) and all(pair and pair.label.field for pair in pairs)
