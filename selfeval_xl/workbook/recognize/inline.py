"""Money within the words of one cell: 预算数：100万元, 年初预算120万元，全年执行118万元."""

from __future__ import annotations

from selfeval_xl.lazy import lazy
from selfeval_xl.model import TOTAL_FIELDS, Entry
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.labels import NO_LABEL, OF_WHICH, PAIR, guess, lookup, read_label, squeeze
from selfeval_xl.workbook.recognize.meant import keep_sourced, of_source
from selfeval_xl.workbook.recognize.money_words import measures_money, speaks_of_money
from selfeval_xl.workbook.recognize.sheet import Cell
from selfeval_xl.workbook.recognize.values import plain_number
from selfeval_xl.workbook.recognize.vocabulary import EXECUTION_ROWS, FUNDS, MONEY, MOST_OF_EXECUTION, POINTS, SECTIONS
from selfeval_xl.workbook.recognize.years import year_named

_DIGIT = lazy(r"\d")
_PIECES = lazy(  # 分值10 得分9.5 are two of them
    r"[,，](?!\d{3}(?!\d))|[;；。、]|\s{2,}|\u3000+|\n|(?<=[\d%％元分])\s(?=[一-鿿]{2,6}[:：]?\d)"
)
_BEHIND_FIGURE = lazy(r"(?<=[\d%％元分])\s*[(（]([^()（）]*)[)）]")  # 得分9.5分（满分10分）
_OF_YEAR = lazy(r"(?:[本该](?:项目|专项|年度?))?(?:(20\d\d)年度?)?[,，]?")
_SAID = lazy(r"(?:20\d\d年度?)?(?P<label>[^\d:：]{2,30}?|得)(?:为|是|达到?)?\s*(?P<value>[\d０-９].*)")
_SCORED = lazy(r"得\s*$")  # 自评得 9 分
_COMES_TO = lazy(r"(?:为|是|达到?)\s*$")  # 预算执行率为：86.5%
_BESIDE_MONEY = frozenset({"claimed_rate", *POINTS})
_NAME_AND_TWO = 3
_TOTALS = frozenset(TOTAL_FIELDS.values())


def take_inline(draft: Draft, cell: Cell) -> bool:
    """Take 预算数：100万元 or 执行率：95%, label and figure in one cell, one of them or several; False for others.

    得分：9.5 and 分值：10 are those of the execution only beside its money.  Without colons (年初预算120万元，全年执行
    118万元) it has to be a sentence of nothing else, with two amounts of the money, alone or behind 项目资金; or it is
    执行率98%, 分值10分, and 得分9分 where it is known of how many, beside the money.
    """
    if not _DIGIT.search(cell.text):
        return False
    found: dict[str, Entry] = {}
    sourced: list[tuple[tuple[str, str], Entry]] = []
    sentence = inside = False
    text = cell.text.strip()
    if text[:1] in ("(", "（") and text[-1:] in (")", "）"):
        text = text[1:-1]
    of_year, title_year = _OF_YEAR.match(text), year_named(draft.title)
    if of_year is not None:
        if of_year[1] and title_year and of_year[1] != title_year:
            return False
        text = text[of_year.end() :]
    if (opening := PAIR.match(text)) and read_label(opening["label"]).core in SECTIONS:
        text = opening["value"]  # 资金情况：年初预算120万元，……
    for piece in filter(None, map(str.strip, _PIECES.split(_BEHIND_FIGURE.sub(r",\1", text)))):
        pair = PAIR.fullmatch(piece)
        match = pair or _SAID.fullmatch(piece)
        label = read_label(_SCORED.sub("得分", _COMES_TO.sub("", match["label"]))) if match else NO_LABEL
        source = of_source(label.core)
        said = match is not None and pair is None
        key = source[1] if source else next(iter(lookup(label, FUNDS) or (guess(label, FUNDS) if said else ())), "")
        figure = plain_number(match["value"]) if match else None
        inside = piece.startswith("其中") or (inside and not key)
        if inside and sentence:
            continue  # 其中财政拨款80万元、自筹资金10万元
        if figure is None or match is None or key not in (*MONEY, *_BESIDE_MONEY) or key in found:
            return False
        if key in POINTS and figure[0] > MOST_OF_EXECUTION:
            return False
        sentence = sentence or said
        if source is None and key in MONEY and TOTAL_FIELDS[key] in draft.fields:
            return False
        value = figure[0] / 100 if figure[1] else figure[0]
        entry = Entry(match["value"].strip(), value, draft.sheet.place(*cell.at))
        if source:
            sourced.append((source, entry))
        else:
            found[key] = entry
    beside = not found.keys() - _BESIDE_MONEY
    if not sourced and beside and (sentence or "claimed_rate" not in found) and not holds_money(draft, cell.row):
        return False
    # 得分10分 of unknown points may be these.
    told = not found.keys() & POINTS or "weight" in found or not draft.total("weight").blank
    if sentence and not (beside and told) and (len(found.keys() & MONEY) < 2 or not _heads_row(draft, cell)):
        return False
    for key, entry in found.items():
        draft.sheet.use(cell, TOTAL_FIELDS[key])
        if key == "claimed_rate":
            draft.put_rate(entry)
        else:
            draft.put_total(key, entry)
    for source, entry in sourced:
        draft.sheet.use(cell, f"funds.{source[1]}")
        keep_sourced(draft, source, cell, entry)
    return bool(found or sourced)


def take_parts(draft: Draft) -> None:
    """Take 其中：财政拨款：300万元 below 全年预算：326万元 and once more below 执行：300万元: what each has of either.

    Sources below one amount alone may stand side by side wherever there is room, and tell of nothing but that.
    """
    sheet = draft.sheet
    parts: dict[str, dict[str, Entry]] = {}
    found: list[tuple[Cell, str]] = []
    heads = [(cell, key) for key in MONEY for cell in draft.cells if sheet.used.get(cell.at) == TOTAL_FIELDS[key]]
    for head, key in heads:
        below = head.bottom + 1 if PAIR.match(head.text.strip()) else draft.last + 1
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
    """The name and the amount of 其中：财政拨款：300万元; None for other words, and where they are taken."""
    pair = PAIR.fullmatch(OF_WHICH.sub("", cell.text.strip(), count=1).lstrip(":： "))
    figure = plain_number(pair["value"]) if pair and cell.at not in draft.sheet.used else None
    label = read_label(pair["label"]) if pair else NO_LABEL
    if pair is None or figure is None or figure[1] or not speaks_of_money(label) or measures_money(label):
        return None
    value = Entry(pair["value"].strip(), figure[0], draft.sheet.place(*cell.at))
    return draft.sheet.words(cell, pair["label"].strip()), value


def _heads_row(draft: Draft, cell: Cell) -> bool:
    """True for the first cell of its row, or one behind words that only head a part of the form or its money."""
    before = [one for one in draft.sheet.row(cell.row) if one.column < cell.column][-1:]
    return all(one.label.core in SECTIONS | EXECUTION_ROWS or lookup(one.label, FUNDS) for one in before)


def holds_money(draft: Draft, row: int) -> bool:
    used = (draft.sheet.used.get(cell.at, "") for cell in draft.sheet.row(row))
    return any(one in _TOTALS or one.startswith(("funds.", "budget.")) for one in used)
