"""Reads what stands outside the tables: fields by their labels (whose form it is, total, grade), and other texts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, NAMED, TOTAL_FIELDS, Entry
from selfeval_xl.words.unspent import explains_unspent
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.money_words import names_share
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.cells.titles import is_title, is_titled
from selfeval_xl.workbook.recognize.cells.values import is_number, number
from selfeval_xl.workbook.recognize.fields.grades import grade_of, is_letter, other_grade
from selfeval_xl.workbook.recognize.fields.years import keep_year, years_in
from selfeval_xl.workbook.recognize.money.funds import weight_of
from selfeval_xl.workbook.recognize.money.inline import holds_money, take_inline, take_parts
from selfeval_xl.workbook.recognize.money.sourced import keep_sourced, of_source
from selfeval_xl.workbook.recognize.tables.currency import use_label
from selfeval_xl.workbook.recognize.tables.years import by_years
from selfeval_xl.workbook.recognize.words.figures import plain_number
from selfeval_xl.workbook.recognize.words.labels import (
    APART,
    OPEN_DATE,
    likeliest,
    lookup,
    pair_in,
    read_label,
    squeeze,
)
from selfeval_xl.workbook.recognize.words.vocabulary import (
    CURRENCIES,
    FIELDS,
    FULL_MARKS,
    FUNDS,
    GOALS,
    GRADES,
    SECTIONS,
    UNMODELLED,
)
from selfeval_xl.workbook.recognize.words.years import OFFICES, YEAR, YEAR_ALONE, YEAR_BESIDE, with_digits, year_named
from selfeval_xl.workbook.references import parse_cell

_NEXT_LABEL = lazy(r"[ ,，;；]([^\s,，;；。:：\d]{2,12})(?=[:：])")
_GRADE_WORD = lazy("|".join(sorted(GRADES, key=len, reverse=True)))
_NOTE = lazy(r"(?:注|说明|填表说明|填报说明|备注)\d*[:：、.]|\d+[.、](?!\d)")
_SENTENCE = lazy(r"[^\W\d_]{4}[，。；,;]|[^\W\d_]{8}")
_EVALUATION = lazy(r"^[^,;:。]*(?:绩效|自评)[^,;:。]*(?:体系|框架|标准|自评|评分|打分)(?:\([^()]*\))?$")
_BETWEEN_UNITS = lazy("[、,;/和及]")
_COUNTED = lazy("[人户次个项家件台套%分亩天]|人次|户次|人数|户数|公里|平方米")
_OPENING = ("(", "（", " ")  # the blank stands for a year that was cut out
_LONGEST_LABEL = 12
_BESIDE_YEAR = frozenset({"unit", "department", "currency_unit"})
_BESIDE = 3  # rows that the labels of one header are apart at most
_NO_STATEMENT = frozenset({"opinion", "person", "date", "description"})  # or a statement by somebody else
_SCORE_AT_END = lazy(r"(?<![\d.])(?!100(?:\.0+)?$)\d{1,3}(?:\.\d+)?$")  # 100 may be the full marks
_COLON_OR_BRACKET = lazy("[:：(（]")
_IN_TITLE = lazy(r"(.*[^\s(（])\s*[(（]([^()（）]*)[)）]\s*", re.DOTALL)
_OF_SCORE = lazy(r"(?!总分\D?100(?![.\d])).*?(?:[得总评]分|等[级次])")  # in 总分100分 these are the full marks
_SCORE_SAID = lazy(
    r"(?:^|(?<=[,，;；、\s]))(?:自评|评价|综合|绩效)*(?:总分|总?得分|评分)"
    r"(?:[:：]\s*(?=\d)|(?=\d)(?!100(?![.\d])))"
)
_BRACKETED = lazy(r"[\s(（,，;；、]*([^()（）]*?)[\s,，;；、)）]*")
# 某市水务局2022年度部门整体支出…, 2022年度某市水务局部门整体支出…: a title that says whose form it is.
_OWNER_IN_TITLE = lazy(
    rf"(?:20\d\d年度?)?([^\d:各]{{2,25}}[{OFFICES}])(?:\(本级\))?(?:\(?20\d\d年|(?:部门|单位)?\(?整体)"
)
_CARRIES = lazy("实施|承担|承办|建设")
_BARE_PROJECT = lazy("项目[0-9一二三四五六七八九十]*")
_CODE = lazy("[0-9]{3,}")  # in a cell of its own between 预算单位 and the name
_STAMP = r"\s*[(（]\s*(?:盖章|公章|签章|章)\s*[)）]\s*"
_SEAL = lazy(f"^{_STAMP}|{_STAMP}$")


def read_fields(draft: Draft) -> None:
    """Read the labelled fields in rows that no table has used, the year, and the notes below the form."""
    sheet = draft.sheet
    years: list[tuple[int, Cell, str]] = []
    notes = False
    captions = True  # true while each row has one cell only: 表14, 绩效自评（2024年度）
    listed = by_years(sheet, draft.first, draft.last)
    for row, cells in sheet.rows(draft.first, draft.last):
        alone = len(cells) == 1  # a cell beside a table's opens no notes
        captions = captions and alone
        free = [cell for cell in cells if sheet.used.get(cell.at) is None]
        if not free:
            continue
        if is_title(cells):
            notes = False
        if notes or (alone and _opens_notes(free[0])):
            notes = True
            if alone:
                sheet.use(free[0], "note")
                continue
        money = holds_money(draft, row) or sum(map(is_number, cells)) > 1  # then a bare 2023 may be an amount
        dated = [cell for cell in free if cell.at not in listed and not (money and is_number(cell))]
        caption = captions and not any(_pairs(free[0])) and _captions(free[0])
        years.extend(years_in(draft, dated, caption or is_title(cells)))
        _read_line(draft, free, weak=False)
        if len(free) == 1 and free[0].label.core.endswith("表"):
            sheet.use(free[0], "title")
    for _, cells in sheet.rows(draft.first, draft.last):
        _read_line(draft, [cell for cell in cells if cell.at not in sheet.used], weak=True)
    take_parts(draft)
    _take_bare_project(draft)
    _take_carrier(draft)
    keep_year(draft, years)
    if not {"unit", "department"} & draft.fields.keys() and (match := _OWNER_IN_TITLE.match(draft.title)):
        draft.put("unit", Entry(match[1]))  # without a place, as the unit has no cell of its own


def _captions(cell: Cell) -> bool:
    """True for a heading of the form that is no title with 表: 绩效自评（2024年度）, 部门整体支出绩效评价指标体系."""
    return bool(year_named(cell.text)) or _EVALUATION.search(squeeze(cell.text)) is not None


def _opens_notes(cell: Cell) -> bool:
    """True for 注：…… and for the first of numbered sentences; but 1.项目名称：甲 is a field."""
    if is_number(cell) or not _NOTE.match(squeeze(cell.text)):
        return False
    return all("instructions" in keys for keys, _ in _pairs(cell))


def right_of(draft: Draft, cells: list[Cell], cell: Cell) -> Cell | None:
    """The next cell to the right, unless it is a label itself, or gives the year or the currency unit."""
    at = bisect_right(cells, cell.column, key=lambda other: other.column)
    after = cells[at] if at < len(cells) else None
    if after is None or is_label(after) or any(True for _ in _pairs(after)) or _is_apart(draft, cell, after):
        return None
    year = YEAR_ALONE.fullmatch(squeeze(with_digits(after.text))) and "年" in after.text
    return None if year and cell.label.field[:1] != ("year",) else after


def _is_apart(draft: Draft, cell: Cell, after: Cell) -> bool:
    """True if another cell stands between: an empty merged one, which then is the value.

    So does a cell already used: 预算执行率（10分） | 预算数 | 100 | 执行数 | 98 | 执行率 | 98% | 9.8.
    """
    beside = draft.sheet.covering(cell.row, cell.right + 1)
    blank = beside is not None and cell.right < beside.column < after.column
    return blank or bool(draft.sheet.beginning(cell.row, cell.right + 1, after.column - 1))


def is_label(cell: Cell) -> bool:
    return bool(
        cell.label.field
        or lookup(cell.label, GOALS)
        or cell.label.core in SECTIONS
        or (cell.label.core and cell.text.rstrip().endswith((":", "：")))
    )


def _read_line(draft: Draft, cells: list[Cell], *, weak: bool) -> None:
    """Read the fields of one row: label and value in one cell (项目名称：甲), or in two cells side by side.

    Labels of either of two fields (地方主管部门), and values that name no unit, wait for a second pass, ``weak``.
    """
    taken: Cell | None = None
    for cell in cells:
        if cell is not taken:
            taken = _read_cell(draft, cells, cell, weak=weak) or taken


def _read_cell(draft: Draft, cells: list[Cell], cell: Cell, *, weak: bool) -> Cell | None:
    """Take what a cell says or labels; returns the cell with the value, if it is another one."""
    if pairs := list(_pairs(cell)):
        if weak or not any(_waits(*pair) for pair in pairs):
            for keys, value in sorted(pairs, key=lambda pair: len(pair[0])):
                _keep(draft, keys, _Answer(cell, value))
        return None
    keys = cell.label.field
    following = right_of(draft, cells, cell)
    if take_inline(draft, cell) or (not weak and _waits(keys, following.text if following else "")):
        return None
    if keys:
        holder = _value(draft, cells, keys[0], following) if following is not None else None
        _keep(draft, keys, _Answer(cell, following=holder))
        return holder
    # In a row that 政府采购 opens, figures are no total of the form's money, and no rate of it.
    if following is not None and is_number(following) and not names_share(draft.sheet.row(cell.row)[0]):
        money = likeliest(cell.label, FUNDS)
        if money == "claimed_rate" or (money in TOTAL_FIELDS and TOTAL_FIELDS[money] not in draft.fields):
            return _take_total(draft, money, cell, following)
        if source := of_source(cell.label.core):
            use_label(draft, cell)
            keep_sourced(draft, source, cell, draft.take(following, f"funds.{source[1]}"))
            return following
    if not weak and _BARE_PROJECT.fullmatch(cell.opening.core):
        return None  # another label, still to come, may name the project
    if cell.label.core in SECTIONS:
        use_label(draft, cell)
    elif cell.label.core[:2] in ("附件", "附表") or is_label(cell):
        draft.sheet.use(cell)
    return None


def _waits(keys: tuple[str, ...], value: str) -> bool:
    """True for what may be either of two fields, and for 各市县水利局, who are nobody where another name is given."""
    return len(keys) > 1 or (keys == ("unit",) and value.lstrip().startswith("各"))


def _take_total(draft: Draft, key: str, label: Cell, figure: Cell) -> Cell | None:
    """Take a figure as a total of the form's money."""
    if key == "claimed_rate":
        draft.sheet.use(label)
        draft.put_rate(draft.take(figure, TOTAL_FIELDS[key]))
    elif any(cell.column == figure.right + 1 and is_number(cell) for cell in draft.sheet.row(figure.row)):
        return None  # the first of several side by side: 中央补助 | 市级补助 | 合计
    else:
        use_label(draft, label)
        draft.take_total(key, figure)
        if key == "claimed_score":
            weight_of(draft, label)
    return figure


def _take_bare_project(draft: Draft) -> None:
    """Take the name behind 项目 or 项目一：, near the labels of the unit, if no other label names the project.

    If there are several, it is unclear which is the form's.
    """
    if "project" in draft.fields:
        return
    owners = [place for key in ("unit", "department") if key in draft.fields and (place := draft.fields[key].place)]
    rows = {parse_cell(place.cell)[0] for place in owners}
    named = [cell for cell in draft.cells if _BARE_PROJECT.fullmatch(cell.opening.core)]
    if len(named) != 1 or not any(abs(named[0].row - row) < _BESIDE for row in rows):
        return
    (cell,) = named
    pair = pair_in(cell.text)
    inline = pair.value if pair else ""
    beside = draft.sheet.row(cell.row)
    following = right_of(draft, beside, cell)
    after = next((one for one in beside if following and one.column > following.right), None)
    if inline:
        draft.sheet.use(cell, "project")
        draft.put("project", draft.sheet.words(cell, inline))
    elif following is None or following.at in draft.sheet.used or is_number(following):
        return
    elif after is None or after.opening.field:  # 项目 | 内容 | 金额 is a heading
        draft.sheet.use(cell)
        draft.put("project", draft.take(following, "project"))


def _take_carrier(draft: Draft) -> None:
    """Take 项目实施单位 as the unit if 单位名称 only repeats the 主管部门."""
    known = [squeeze(draft.fields[key].text) for key in ("unit", "department") if key in draft.fields]
    if len(known) < 2 or known[0] != known[1]:
        return
    labels = [cell for cell in draft.cells if cell.label.field == ("unit",) and _CARRIES.search(cell.label.core)]
    behind = [right_of(draft, draft.sheet.row(cell.row), cell) for cell in labels]
    found = [cell for cell in behind if cell is not None and cell.at not in draft.sheet.used]
    if len(found) == 1:
        draft.fields["unit"] = draft.take(found[0], "unit")


def _value(draft: Draft, cells: list[Cell], key: str, following: Cell) -> Cell:
    """The cell with a field's value: usually the one behind its label.

    In 自评总分 | 100 | 99.5 it is the second figure, as the first is the full marks; a name may stand behind a code.
    """
    if key == "claimed_total" and number(following, points=True) == FULL_MARKS:
        behind = next((cell for cell in cells if cell.column > following.right and is_number(cell)), None)
        if behind is not None:
            draft.sheet.use(following)
            return behind
    elif key in NAMED and _CODE.fullmatch(squeeze(following.text)):
        return right_of(draft, cells, following) or following
    return following


def _pairs(cell: Cell) -> Iterator[tuple[tuple[str, ...], str]]:
    """The fields and values in ``项目名称：甲``, ``填报单位：乙   单位：万元``, ``（2023年度，单位：元）``, if any.

    Those in a title's brackets, too: 绩效自评表（自评总分95.2分）.
    """
    text = cell.text
    if not _COLON_OR_BRACKET.search(text):
        return
    titled = is_titled(cell)
    if titled and (match := _IN_TITLE.fullmatch(text)) and _OF_SCORE.match(match[2]):
        text = f"{match[1]}  {_SCORE_SAID.sub('自评总分：', match[2])}"
    if ":" not in text and "：" not in text:
        return
    text = YEAR_BESIDE.sub(" ", with_digits(text)) if "年" in text else text
    if text[:1] in _OPENING and (bare := _BRACKETED.fullmatch(text)):
        text = bare[1]
    several = list(_labelled(APART.split(_apart(text))))
    for keys, value in several if len(several) > 1 or titled else _labelled([text]):
        if squeeze(value) not in ("", OPEN_DATE):
            yield keys, value


def _labelled(pieces: Iterable[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The fields whose labels begin some of the pieces, and what stands behind their colons."""
    for pair in filter(None, map(pair_in, pieces)):
        if keys := pair.label.field:
            yield keys, pair.value


def _apart(text: str) -> str:
    """The text with a gap before each label of a field: 项目名称：甲 实施单位：乙."""
    return _NEXT_LABEL.sub(lambda match: f"  {match[1]}" if read_label(match[1]).field else match[0], text)


class _Answer(NamedTuple):
    """The value of a field: behind the colon in the cell of its ``label`` (``inline``), or in the ``following``
    cell."""

    label: Cell
    inline: str = ""
    following: Cell | None = None

    @property
    def holder(self) -> Cell:
        return self.following or self.label

    @property
    def text(self) -> str:
        return self.inline or (self.following.text.strip() if self.following else "")


Reading = tuple[str, str, Decimal | None]
"""A field's key, its text and its figure."""


def _keep(draft: Draft, keys: tuple[str, ...], answer: _Answer) -> None:
    """Keep one field: the first of the ``keys`` that is still blank."""
    sheet, label = draft.sheet, answer.label
    key = next((key for key in keys if draft.fields.get(key, EMPTY).blank), keys[0])
    text = YEAR_BESIDE.sub("", answer.text).strip() if key in _BESIDE_YEAR else answer.text
    place = sheet.place(*answer.holder.at) if text or key == "year" else sheet.place(label.row, label.right + 1)
    reading = _READERS[key](draft, answer, text) if key in _READERS else (key, text, None)
    if reading is None:
        return
    key, text, value = reading
    known = draft.fields.get(key, EMPTY)
    sheet.use(label, key if answer.following is None and text and key not in UNMODELLED else "label")
    if key in ("remarks", "instructions") and explains_unspent(text):
        draft.put("budget_reason", Entry(text, None, place))
        sheet.used[answer.holder.at] = "budget_reason"
    elif key == "conclusion" and (grade := grade_of(draft, text)):
        draft.put("claimed_grade", sheet.words(answer.holder, grade))
        if not _SENTENCE.search(text):
            sheet.used[answer.holder.at] = "claimed_grade"
        elif answer.inline:
            sheet.used.pop(label.at, None)  # so that the rest of its text is reported as left over
    elif key in UNMODELLED or not (known.blank or known.text == text):
        if answer.inline:
            sheet.used.pop(label.at, None)  # the value is not taken, so the cell is left over
    elif key != "instructions":
        formula = answer.following.raw.formula if answer.following and answer.following.raw else None
        draft.put(key, Entry(_SEAL.sub("", text), value, place, formula))
        if answer.following is not None:
            sheet.use(answer.following, key)


def _year(draft: Draft, answer: _Answer, text: str) -> Reading | None:
    """None for 年度 over 预算 and 执行 in a table that was not read, and for 评价期间 | 2021-2023年."""
    years = YEAR.findall(with_digits(text))
    if len({*years}) == 1:
        return "year", years[0], Decimal(years[0])
    return None if text else ("year", text, None)


def _currency(draft: Draft, answer: _Answer, text: str) -> Reading | None:
    """The unit of money behind 单位, or the name of the unit whose form it is: 单位：某局."""
    text = _of_several(text)
    if not text:
        draft.sheet.use(answer.label)
        return None
    currency = next((unit for unit in CURRENCIES if text.endswith(unit)), "")
    known = draft.fields.get("currency_unit")
    if currency and known is not None and known.text != currency:
        draft.sheet.doubt(answer.label, known.text, currency)
    return ("currency_unit", currency, None) if currency else ("unit", text, None)


def _total(draft: Draft, answer: _Answer, text: str) -> Reading | None:
    """The score, which may stand together with the grade: 95.2分（优）."""
    if text and plain_number(text) is None:
        grade, score = _GRADE_WORD.search(text), re.match(r"\d+(?:\.\d+)?", squeeze(text))
        if grade is None or score is None:
            return None
        draft.put("claimed_grade", draft.sheet.words(answer.holder, grade[0]))
        text = score[0]
    number = plain_number(text)
    return "claimed_total", text, number[0] if number else None


def _grade(draft: Draft, answer: _Answer, text: str) -> Reading | None:
    """None for a letter that is not explained, and for a sentence, which is read as text."""
    grade = grade_of(draft, text) or other_grade(text)
    if grade or not (is_letter(text) or len(set(_GRADE_WORD.findall(text))) == 1):
        return "claimed_grade", grade, None
    if answer.following is not None:
        draft.sheet.use(answer.label)
    return None


_READERS: Mapping[str, Callable[[Draft, _Answer, str], Reading | None]] = {
    "year": _year,
    "currency_unit": _currency,
    "claimed_total": _total,
    "claimed_grade": _grade,
}


def _of_several(text: str) -> str:
    """The unit of money among several units (万元、人); the text itself if it is no such list."""
    pieces = [piece for piece in _BETWEEN_UNITS.split(squeeze(text)) if piece]
    measures = [piece for piece in pieces if piece.endswith(CURRENCIES) or _COUNTED.fullmatch(piece)]
    if len(measures) < len(pieces) or len(pieces) < 2:
        return text
    return next((piece for piece in pieces if piece.endswith(CURRENCIES)), "")


def read_texts(draft: Draft) -> Iterator[Entry]:
    """Conclusions, remarks and notes, with their labels, from rows outside the tables: they may repeat figures."""
    sheet = draft.sheet
    for row, cells in sheet.rows(draft.first, draft.last):
        if any("." in sheet.used.get(cell.at, "") for cell in cells) or names_share(cells[0]):
            continue
        before: Cell | None = None
        money = holds_money(draft, row)  # then bare figures are those of other years
        for cell in cells:
            if sheet.used.get(cell.at, "note") == "note" and not (money and is_number(cell)):
                label = None if lookup(cell.opening, FIELDS) else before
                head = cell.opening if label is None else label.label
                if not _NO_STATEMENT & set(lookup(head, FIELDS)[:1]):
                    words = cell.text.strip()
                    text = words if label is None else f"{label.text.strip().rstrip(':：')}：{words}"
                    scored = likeliest(head, FIELDS) == "claimed_total" and _SCORE_AT_END.search(text)
                    yield sheet.words(cell, f"{text}分" if scored else text)
            before = cell if 0 < len(cell.label.core) <= _LONGEST_LABEL else None
