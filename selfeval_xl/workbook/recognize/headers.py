"""Single fields with a label before them: whose form it is, of which year, goals, total, grade, problems, measures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from selfeval_xl.model import EMPTY, TOTAL_FIELDS, Ambiguity, Entry
from selfeval_xl.workbook.recognize.anchors import is_title
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.labels import LONGEST_GUESS, Label, is_filler, lookup, read_label, squeeze
from selfeval_xl.workbook.recognize.money import explains_execution, weight_of
from selfeval_xl.workbook.recognize.sheet import Cell
from selfeval_xl.workbook.recognize.values import is_number, plain_number
from selfeval_xl.workbook.recognize.vocabulary import (
    CURRENCIES,
    FIELDS,
    FUNDS,
    GOALS,
    GRADES,
    MONEY,
    SECTIONS,
    UNMODELLED,
)

_PAIR = re.compile(r"(?P<label>[^:：\n]{1,30}?)[:：](?P<value>.*)", re.DOTALL)
_SEVERAL = re.compile(r"\s{2,}|\u3000+|\n")
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年?")
_BUDGET_YEAR = re.compile(r"(?<!\d)(20\d\d)年度")
_YEAR_ALONE = re.compile(r"\(?(20\d\d)(?:年度?|年?(?:预算|财政|会计)年度)?\)?")
_SPELLED_YEAR = re.compile(r"二[〇○零][一二〇○零][一二三四五六七八九〇○零](?=年)")
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR_BESIDE = re.compile(r"(?:^|\s)[(（]?\s*(20\d\d)\s*年(?:度\s*[)）]?|\s*[)）])(?=\s|$)")  # 填报单位：甲 2023年度
_TICKED = re.compile(r"(?:[☑√■✓✔☒]|\(√\))\s*(优秀?|良好?|中等?|较?差)|(优秀?|良好?|中等?|较?差)\s*(?:[☑√■✓✔☒]|\(√\))")
_GRADE_WORD = re.compile("|".join(sorted(GRADES, key=len, reverse=True)))
_NOTE = re.compile(r"(?:注|说明|填表说明|填报说明|备注)\d*[:：、.]|\d+[.、](?!\d)")
_AND = re.compile("[及和与]")
_BETWEEN_UNITS = re.compile("[、,;/和及]")
_COUNTED = re.compile("[人户次个项家件台套%分亩天]|人次|户次|人数|户数|公里|平方米")
_SEAL = re.compile(r"\s*[(（]\s*(?:盖章|公章|签章|章)\s*[)）]\s*$")


def read_goals(draft: Draft, end: int) -> None:
    """The goals expected and reached: below their headings, or to the right of their labels."""
    sheet = draft.sheet
    for row, cells in sheet.rows(draft.first, end):
        ordered = [cell for cell in cells if cell.at not in sheet.used]
        if not ordered:
            continue
        heads = {key: cell for cell in ordered for key in _goal(cell, cells)}
        said = [cell for cell in ordered if _said(draft, cell, heads)]
        if not heads and not said:
            continue
        beside = {key: _right(draft, ordered, cell) for key, cell in heads.items()}
        beside = {key: value if value not in said else None for key, value in beside.items()}
        expected, actual = heads.get("goal_expected"), heads.get("goal_actual")
        if expected and actual and (head := beside["goal_expected"]) and _heads_texts(draft, (head, actual)):
            sheet.use(expected)
            heads["goal_expected"] = head
            beside["goal_expected"] = None
        if expected and actual and beside["goal_expected"] is None:
            _below(draft, row, heads)
        else:
            for key, cell in heads.items():
                value = beside[key]
                sheet.use(cell)
                if value is not None:
                    draft.put(key, draft.take(value, key))
                    _continue(draft, value, key)
        for cell in ordered:
            if cell.label.core in SECTIONS or _joins_goal(cell.label):
                sheet.use(cell)


def read_fields(draft: Draft) -> None:
    """The labelled fields of the rows that no table has taken, the year, and notes below the form."""
    sheet = draft.sheet
    years: list[tuple[int, Cell, str]] = []
    notes = False
    for _, cells in sheet.rows(draft.first, draft.last):
        free = [cell for cell in cells if sheet.used.get(cell.at) is None]
        if not free:
            continue
        if is_title(cells):
            notes = False
        alone = len(cells) == 1  # a cell beside those of a table says nothing of what stands below it
        if notes or (alone and not is_number(free[0]) and _NOTE.match(squeeze(free[0].text))):
            notes = True
            if alone:
                sheet.use(free[0], "note")
                continue
        years.extend(_years(draft, free, is_title(cells)))
        _read_line(draft, free, weak=False)
        if len(free) == 1 and free[0].label.core.endswith("表"):
            sheet.use(free[0], "title")
    for _, cells in sheet.rows(draft.first, draft.last):
        _read_line(draft, [cell for cell in cells if cell.at not in sheet.used], weak=True)
    _keep_year(draft, years)


def _goal(cell: Cell, cells: list[Cell]) -> Iterator[str]:
    """The goal that a cell announces.  A section's name (年度总体目标) counts only where no clearer label stands."""
    section = cell.label.core in SECTIONS
    keys = lookup(cell.label, GOALS)
    if not keys and _joins_goal(cell.label):
        section, keys = True, ("goal_expected",)
    if not keys:
        return
    clearer = any(
        other is not cell and other.label.core not in SECTIONS and lookup(other.label, GOALS)[:1] == keys[:1]
        for other in cells
    )
    if not (section and (clearer or (cell.bottom > cell.row and _only_heads(cell, cells)))):
        yield keys[0]


def _joins_goal(label: Label) -> bool:
    """True where a label names the goal after something else: 部门职责及年度目标."""
    if not label.core.endswith("目标") or len(label.core) > LONGEST_GUESS:
        return False
    *others, last = _AND.split(label.core)
    return bool(others) and GOALS.get(last) == ("goal_expected",)


def _said(draft: Draft, cell: Cell, heads: dict[str, Cell]) -> bool:
    """Take a goal whose label and words are one cell (完成情况：治理河长18公里), with the section's name before it."""
    match = _PAIR.match(cell.text.strip()) if "：" in cell.text or ":" in cell.text else None
    if match is None or not (keys := lookup(read_label(match["label"]), GOALS)):
        return False
    key, text = keys[0], match["value"].strip()
    before = next((other for other in reversed(draft.sheet.row(cell.row)) if other.column < cell.column), None)
    if not text or not draft.fields.get(key, EMPTY).blank or (before and lookup(before.label, FIELDS)):
        return False
    draft.sheet.use(cell, key)
    draft.put(key, Entry(text, None, draft.sheet.place(*cell.at)))
    if key in heads:
        draft.sheet.use(heads.pop(key))
        _continue(draft, cell, key)
    return True


def _heads_texts(draft: Draft, heads: tuple[Cell, Cell]) -> bool:
    """True where both cells are short and a text stands below each, the first one leftmost: they are headings."""
    below = [cell for cell in draft.sheet.row(heads[0].bottom + 1) if cell.at not in draft.sheet.used]
    columns = [cell.column for cell in below if not is_number(cell) and not _is_label(cell)]
    short = all(len(head.label.core) <= LONGEST_GUESS for head in heads)
    return short and columns[:1] == [heads[0].column] and heads[1].column in columns


def _only_heads(cell: Cell, cells: list[Cell]) -> bool:
    """True where every other cell of the row is a label of a goal too."""
    return len(cells) > 1 and all(other is cell or lookup(other.label, GOALS) for other in cells)


def _below(draft: Draft, row: int, heads: dict[str, Cell]) -> None:
    """Goals that stand below their headings, in one row or several, until the next label."""
    sheet = draft.sheet
    for cell in heads.values():
        sheet.use(cell)
    left = min(cell.column for cell in heads.values())
    following = row + 1
    texts: dict[str, list[Entry]] = {key: [] for key in heads}
    while following <= draft.last and (cells := sheet.row(following)):
        if any(sheet.used.get(cell.at) is not None or _is_label(cell) for cell in cells if cell.column < left + 1):
            break
        begun = any(texts.values())
        if begun and any(cell.column < left and not is_number(cell) and not is_filler(cell.text) for cell in cells):
            break  # a label that nobody knows; 目标2 is none
        for key, cell in heads.items():
            # 总体完成率 beside the goals has a column of its own.
            last = min((other.column for other in sheet.row(row) if other.column > cell.column), default=1 << 20)
            texts[key].extend(draft.take(c, key) for c in cells if cell.column <= c.column < last)
        following += 1
    for key, entries in texts.items():
        if entries:
            draft.put(key, Entry("\n".join(entry.text for entry in entries), None, entries[0].place))
        else:
            draft.put(key, Entry(place=sheet.place(row + 1, heads[key].column)))


def _continue(draft: Draft, value: Cell, key: str) -> None:
    """Further lines of a goal whose label is merged downwards along them."""
    sheet = draft.sheet
    cover = sheet.covering(value.row, value.column - 1)
    if cover is None or cover.bottom <= value.bottom:
        return
    entries = [draft.fields[key]]
    for _, cells in sheet.rows(value.row + 1, cover.bottom):
        entries.extend(draft.take(c, key) for c in cells if c.column == value.column and not _is_label(c))
    draft.fields[key] = Entry("\n".join(entry.text for entry in entries), None, entries[0].place)


def _right(draft: Draft, cells: list[Cell], cell: Cell) -> Cell | None:
    """The next cell to the right, unless that is a label itself, or says of what year or unit it is."""
    after = next((other for other in cells if other.column > cell.column), None)
    if after is None or _is_label(after) or any(True for _ in _pairs(after)) or _is_apart(draft, cell, after):
        return None
    year = _YEAR_ALONE.fullmatch(squeeze(_with_digits(after.text))) and "年" in after.text
    return None if year and lookup(cell.label, FIELDS)[:1] != ("year",) else after


def _is_apart(draft: Draft, cell: Cell, after: Cell) -> bool:
    """True where a merged empty cell stands between: that is the value, and nothing is in it."""
    beside = draft.sheet.covering(cell.row, cell.right + 1)
    return beside is not None and cell.right < beside.column < after.column


def _is_label(cell: Cell) -> bool:
    return bool(
        lookup(cell.label, FIELDS)
        or lookup(cell.label, GOALS)
        or cell.label.core in SECTIONS
        or (cell.label.core and cell.text.rstrip().endswith((":", "：")))
    )


def _read_line(draft: Draft, cells: list[Cell], *, weak: bool) -> None:
    """The fields of one row: label and value in one cell (项目名称：甲), or in two that follow one another.

    Words that may be either of two fields (地方主管部门) wait for a second pass, ``weak``.
    """
    sheet = draft.sheet
    skip: Cell | None = None
    for cell in cells:
        if cell is skip:
            continue
        pairs = list(_pairs(cell))
        if pairs:
            if not weak and any(len(lookup(read_label(label), FIELDS)) > 1 for label, _ in pairs):
                continue
            for label, value in pairs:
                _keep(draft, label, cell, value, None)
            continue
        if _inline_money(draft, cell):
            continue
        keys = lookup(cell.label, FIELDS)
        if len(keys) > 1 and not weak:
            continue
        money = lookup(cell.label, FUNDS)[:1]
        following = _right(draft, cells, cell)
        if keys:
            skip = following
            _keep(draft, _word(cell.label), cell, "", following)
        elif money and money[0] in TOTAL_FIELDS and following and is_number(following) and _no_funds(draft, money[0]):
            skip = following
            sheet.use(cell)
            draft.funds_columns.add(money[0])
            draft.put(TOTAL_FIELDS[money[0]], draft.take(following, TOTAL_FIELDS[money[0]]))
            if money[0] == "claimed_score":
                weight_of(draft, cell)
        elif cell.label.core[:2] in ("附件", "附表") or _is_label(cell):
            sheet.use(cell)


def _inline_money(draft: Draft, cell: Cell) -> bool:
    """Take 预算数：100万元 or 执行率：95%, label and figure in one cell, one of them or several; False for others."""
    found: dict[str, Entry] = {}
    for piece in filter(None, _SEVERAL.split(cell.text.strip())):
        match = _PAIR.fullmatch(piece.strip())
        key = next(iter(lookup(read_label(match["label"]), FUNDS)), "") if match else ""
        figure = plain_number(match["value"]) if match else None
        if figure is None or match is None or key not in (*MONEY, "claimed_rate"):
            return False
        if key in MONEY and not _no_funds(draft, key):
            return False
        value = figure[0] / 100 if figure[1] else figure[0]
        found[key] = Entry(match["value"].strip(), value, draft.sheet.place(*cell.at))
    for key, entry in found.items():
        draft.sheet.use(cell, TOTAL_FIELDS[key])
        draft.funds_columns.add(key)
        if key == "claimed_rate":
            draft.put_rate(entry)
        else:
            draft.put(TOTAL_FIELDS[key], entry)
    return bool(found)


def _no_funds(draft: Draft, key: str) -> bool:
    return TOTAL_FIELDS[key] not in draft.fields


def _pairs(cell: Cell) -> Iterator[tuple[str, str]]:
    """Labels and values of ``项目名称：甲`` or ``填报单位：乙   单位：万元``; nothing where there are none."""
    for piece in _SEVERAL.split(cell.text) if _several_labels(cell.text) else (cell.text,):
        match = _PAIR.match(piece.strip())
        if match and lookup(read_label(match["label"]), FIELDS) and match["value"].strip():
            yield _word(read_label(match["label"])), match["value"].strip()


def _word(label: Label) -> str:
    """The label as the vocabulary has it: with the words in its brackets, or without them (单位名称（盖章）)."""
    return label.full if label.full in FIELDS else label.core


def _several_labels(text: str) -> bool:
    pieces = [match["label"] for piece in _SEVERAL.split(text) if (match := _PAIR.match(piece.strip()))]
    return sum(bool(lookup(read_label(label), FIELDS)) for label in pieces) > 1


def _keep(draft: Draft, word: str, cell: Cell, inline: str, following: Cell | None) -> None:
    """Keep one field, from behind its colon or from the next cell."""
    sheet = draft.sheet
    keys = lookup(read_label(word), FIELDS)
    key = next((k for k in keys if k not in draft.fields or draft.fields[k].blank), keys[0] if keys else "")
    text = inline or (following.text.strip() if following else "")
    if key in ("unit", "department", "currency_unit"):
        text = _YEAR_BESIDE.sub("", text).strip()
    holder = following or cell
    place = sheet.place(*holder.at) if text or key == "year" else sheet.place(cell.row, cell.right + 1)
    if key == "currency_unit":
        text = _currency(text)
    if key == "currency_unit" and text not in CURRENCIES and not text.endswith(CURRENCIES):
        if not text:
            sheet.use(cell)
            return
        key = "unit"  # 单位：某局
    if key == "currency_unit":
        text = next(unit for unit in CURRENCIES if text.endswith(unit))
        known = draft.fields.get(key)
        if known is not None and known.text != text:
            sheet.doubt(cell, known.text, text)
    if key == "claimed_total" and text and plain_number(text) is None:
        if (match := _GRADE_WORD.search(text)) is not None and (score := re.match(r"\d+(?:\.\d+)?", squeeze(text))):
            draft.put("claimed_grade", Entry(match[0], None, sheet.place(*holder.at)))
            text = score[0]
        else:
            return
    if key == "claimed_grade":
        grade = _grade(text)
        if not grade and len(set(_GRADE_WORD.findall(text))) == 1:
            if following is not None and not inline:
                sheet.use(cell)
            return  # a sentence, which is read as such
        text = grade
    if following is None or inline:
        sheet.use(cell, key if text and key not in UNMODELLED else "label")
    else:
        sheet.use(cell)
    if key in ("remarks", "instructions") and explains_execution(text):
        draft.put("budget_reason", Entry(text, None, place))
        sheet.used[holder.at] = "budget_reason"
        return
    if key in UNMODELLED or key == "instructions":
        if key == "conclusion" and text in GRADES:
            draft.put("claimed_grade", Entry(text, None, sheet.place(*holder.at)))
            sheet.used[holder.at] = "claimed_grade"
        elif inline and key in UNMODELLED:
            sheet.used.pop(cell.at, None)  # the value is not taken, so the cell is left over
        return
    number = plain_number(text)
    formula = holder.raw.formula if holder.raw and not inline else None
    value = number[0] if number and key in ("claimed_total", "year") else None
    if key == "year" and (match := _YEAR.search(_with_digits(text))):
        text, value = match[1], Decimal(match[1])
    if key in draft.fields and not draft.fields[key].blank and draft.fields[key].text != text:
        return
    draft.put(key, Entry(_SEAL.sub("", text), value, place, formula))
    if following is not None:
        sheet.use(following, key)


def _currency(text: str) -> str:
    """The unit of money of several units (万元、人); the text as it is where it names none, or something else too."""
    pieces = [piece for piece in _BETWEEN_UNITS.split(squeeze(text)) if piece]
    measures = [piece for piece in pieces if piece.endswith(CURRENCIES) or _COUNTED.fullmatch(piece)]
    if len(measures) < len(pieces) or len(pieces) < 2:
        return text
    return next((piece for piece in pieces if piece.endswith(CURRENCIES)), "")


def _grade(text: str) -> str:
    """The grade that is named, or the one ticked among several; empty where that is not clear."""
    if squeeze(text) in GRADES:
        return squeeze(text)
    ticked = [a or b for a, b in _TICKED.findall(text)]
    return ticked[0] if len(ticked) == 1 else ""


def _with_digits(text: str) -> str:
    """二〇二三年度 → 2023年度; other words stay."""
    return _SPELLED_YEAR.sub(lambda match: match[0].translate(_NUMERALS), text) if "二" in text else text


def _years(draft: Draft, cells: list[Cell], title: bool) -> Iterator[tuple[int, Cell, str]]:
    """Years that the form names: alone in a cell first, then within its title, there best as 年度."""
    for cell in cells:
        text = _with_digits(cell.text)
        bare = squeeze(text)
        if match := _YEAR_ALONE.fullmatch(bare):
            draft.sheet.use(cell, "year")
            yield 0, cell, match[1]
        elif title and len(bare) > 4:
            draft.sheet.use(cell, "title")
            if not draft.title:
                draft.title = squeeze(cell.text)
            if match := _BUDGET_YEAR.search(bare):
                yield 1, cell, match[1]
            elif match := _YEAR.search(bare):
                yield 2, cell, match[1]
        elif match := _YEAR_BESIDE.search(text):
            yield 0, cell, match[1]
        elif re.fullmatch(r"\(?年度\)?", bare):
            draft.sheet.use(cell)


def _keep_year(draft: Draft, years: list[tuple[int, Cell, str]]) -> None:
    """The year by its label, or else the first of those that stand alone; a title that says another is a doubt."""
    if not years:
        return
    labelled = "year" in draft.fields
    if not labelled:
        _, cell, text = min(years, key=lambda each: each[0])
        draft.fields["year"] = Entry(text, Decimal(text), draft.sheet.place(*cell.at))
    known = draft.fields["year"]
    if known.place is None or not _YEAR_ALONE.fullmatch(known.text):
        return
    others = {(year, "年" if rank == 2 else "年度") for rank, _, year in years if rank or not labelled}
    for year, named in sorted(others):
        if year != known.text:
            readings = f"{known.text}年度", f"{year}{named}"
            draft.sheet.ambiguities.append(Ambiguity(known.place, known.text, readings))
