"""Reads money within the words of one cell: 预算数：100万元, or 年初预算120万元，全年执行118万元."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, TOTAL_FIELDS, Entry
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.money_words import measures_money, speaks_of_money
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.money.sourced import keep_sourced, of_source
from selfeval_xl.workbook.recognize.words.figures import plain_number
from selfeval_xl.workbook.recognize.words.labels import OF_WHICH, Pair, guess, lookup, pair_in, read_label, squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import (
    EXECUTION_ROWS,
    FUNDS,
    MONEY,
    MOST_OF_EXECUTION,
    POINTS,
    SECTIONS,
)
from selfeval_xl.workbook.recognize.words.years import year_named

_DIGIT = lazy(r"\d")
_PIECES = lazy(  # 分值10 得分9.5 are two pieces
    r"[,，](?!\d{3}(?!\d))|[;；。、]|\s{2,}|\u3000+|\n|(?<=[\d%％元分])\s(?=[一-鿿]{2,6}[:：]?\d)"
)
_BEHIND_FIGURE = lazy(r"(?<=[\d%％元分])\s*[(（]([^()（）]*)[)）]")  # 得分9.5分（满分10分）
_OF_YEAR = lazy(r"(?:[本该](?:项目|专项|年度?))?(?:(20\d\d)年度?)?[,，]?")
_SAID = lazy(r"(?:20\d\d年度?)?([^\d:：]{2,30}?|得)(?:为|是|达到?)?\s*([\d０-９].*)")
_SCORED = lazy(r"得\s*$")  # 自评得 9 分
_COMES_TO = lazy(r"(?:为|是|达到?)\s*$")  # 预算执行率为：86.5%
_BESIDE_MONEY = frozenset({"claimed_rate", *POINTS})
_NAME_AND_TWO = 3
_TOTALS = frozenset(TOTAL_FIELDS.values())


class _Piece(NamedTuple):
    """An amount within words: its ``key``, its source (empty for all the money), and ``worded`` if it has no colon."""

    key: str = ""
    source: str = ""
    amount: Entry = EMPTY
    worded: bool = False


def take_inline(draft: Draft, cell: Cell) -> bool:
    """Take 预算数：100万元, 执行率：95% or several such labels with their figures from one cell; False for other cells.

    得分：9.5 and 分值：10 belong to the execution only beside its money.  Without colons
    (年初预算120万元，全年执行118万元) the text must be nothing else, with two amounts, alone or behind 项目资金; or
    beside the money it is 执行率98%, 分值10分, or 得分9分 if its full points are known.
    """
    pieces = _pieces(draft, cell) if _DIGIT.search(cell.text) else []
    if not pieces or not _are_of_money(draft, cell, pieces):
        return False
    place = draft.sheet.place(*cell.at)
    for key, source, stated, _ in sorted(pieces, key=lambda piece: bool(piece.source)):
        amount = stated._replace(place=place)
        draft.sheet.use(cell, f"funds.{key}" if source else TOTAL_FIELDS[key])
        if source:
            keep_sourced(draft, (source, key), cell, amount)
        elif key == "claimed_rate":
            draft.put_rate(amount)
        else:
            draft.put_total(key, amount)
    return True


def _pieces(draft: Draft, cell: Cell) -> list[_Piece]:
    """What a cell says about the form's money, in pieces; nothing if it says anything else, or repeats itself."""
    found: list[_Piece] = []
    inside = False
    for words in filter(None, map(str.strip, _PIECES.split(_BEHIND_FIGURE.sub(r",\1", _words(draft, cell))))):
        piece = _piece(words)
        key, source, amount, _ = piece
        inside = words.startswith("其中") or (inside and not key)
        if inside and any(one.worded for one in found):
            continue  # 其中财政拨款80万元、自筹资金10万元
        known = not source and key in MONEY and TOTAL_FIELDS[key] in draft.fields
        again = any(one.key == key and not one.source for one in found)
        if known or again or amount.value is None or key not in MONEY | _BESIDE_MONEY:
            return []
        found.append(piece)
    return found


def _words(draft: Draft, cell: Cell) -> str:
    """The text without a year and a section before it (资金情况：年初预算120万元); empty if it is of another year."""
    text = cell.text.strip()
    if text[:1] in ("(", "（") and text[-1:] in (")", "）"):
        text = text[1:-1]
    of_year, title_year = _OF_YEAR.match(text), year_named(draft.title)
    if of_year is not None:
        if of_year[1] and title_year and of_year[1] != title_year:
            return ""
        text = text[of_year.end() :]
    opening = pair_in(text)
    return opening.value if opening and opening.label.core in SECTIONS else text


def _piece(words: str) -> _Piece:
    """A label and its figure; without a figure if there is none, or if it is the score of the whole form."""
    pair = pair_in(words)
    worded = pair is None
    if match := _SAID.fullmatch(words) if worded else None:
        pair = Pair(match[1], match[2])
    if pair is None:
        return _Piece()
    label = read_label(_SCORED.sub("得分", _COMES_TO.sub("", pair.name)))
    known = lookup(label, FUNDS) or (guess(label, FUNDS) if worded else ())
    source, key = of_source(label.core) or ("", next(iter(known), ""))
    figure, percent = plain_number(pair.value) or (None, False)
    if figure is None or (key in POINTS and figure > MOST_OF_EXECUTION):
        return _Piece(key)
    return _Piece(key, source, Entry(pair.value.strip(), figure / 100 if percent else figure), worded)


def _are_of_money(draft: Draft, cell: Cell, pieces: Sequence[_Piece]) -> bool:
    """True for amounts whose words say that they are the form's money, or which stand beside such amounts."""
    worded = any(piece.worded for piece in pieces)
    keys = {piece.key for piece in pieces if not piece.source}
    sourced = any(piece.source for piece in pieces)
    beside = keys <= _BESIDE_MONEY
    if beside and not sourced and (worded or "claimed_rate" not in keys) and not holds_money(draft, cell.row):
        return False
    # Without known points, 得分10分 may be just these.
    known_points = not keys & {*POINTS} or "weight" in keys or not draft.total("weight").blank
    return not worded or (beside and known_points) or (len(keys & MONEY) > 1 and _heads_row(draft, cell))


def take_parts(draft: Draft) -> None:
    """Take parts listed below each amount: 其中：财政拨款：300万元 below 全年预算：326万元, and again below 执行.

    All parts must have the same amounts, two at least: sources below a single amount may be there for layout only.
    """
    sheet = draft.sheet
    parts: dict[str, dict[str, Entry]] = {}
    found: list[tuple[Cell, str]] = []
    heads = [(cell, key) for key in MONEY for cell in draft.cells if sheet.used.get(cell.at) == TOTAL_FIELDS[key]]
    for head, key in heads:
        below = head.bottom + 1 if pair_in(head.text) else draft.last + 1
        while (cells := sheet.beginning(below, head.column, head.right)) and (part := _part(draft, cells[0])):
            name, amount = part
            if key in parts.get(squeeze(name.text), {}):
                return  # 财政拨款 twice below one amount
            parts.setdefault(squeeze(name.text), {"name": name})[key] = amount
            found.append((cells[0], f"funds.{key}"))
            below = cells[0].bottom + 1
    kinds = {frozenset(part) for part in parts.values()}
    if len(kinds) != 1 or len(kinds.pop()) < _NAME_AND_TWO or draft.tables["funds"]:
        return
    draft.tables["funds"].extend(parts.values())
    for cell, use in found:
        sheet.use(cell, use)


def _part(draft: Draft, cell: Cell) -> tuple[Entry, Entry] | None:
    """The name and the amount of 其中：财政拨款：300万元; None for other words, and for cells already used."""
    pair = pair_in(OF_WHICH.sub("", cell.text.strip(), count=1).lstrip(":： "))
    figure = plain_number(pair.value) if pair and cell.at not in draft.sheet.used else None
    if pair is None or figure is None or figure[1] or not speaks_of_money(pair.label) or measures_money(pair.label):
        return None
    return draft.sheet.words(cell, pair.name), Entry(pair.value, figure[0], draft.sheet.place(*cell.at))


def _heads_row(draft: Draft, cell: Cell) -> bool:
    """True for the first cell of its row, or one behind a word that only heads a part of the form or its money."""
    before = [one for one in draft.sheet.row(cell.row) if one.column < cell.column][-1:]
    return all(one.label.core in SECTIONS | EXECUTION_ROWS or lookup(one.label, FUNDS) for one in before)


def holds_money(draft: Draft, row: int) -> bool:
    """True if a cell of the row was read as money."""
    used = (draft.sheet.used.get(cell.at, "") for cell in draft.sheet.row(row))
    return any(one in _TOTALS or one.startswith(("funds.", "budget.")) for one in used)
