"""Reads the goals of the year, expected and reached: below their headings, beside their labels, or within one cell."""

from __future__ import annotations

from collections.abc import Iterator

from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, Entry
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.cells.values import is_number
from selfeval_xl.workbook.recognize.fields.labelled import is_label, right_of
from selfeval_xl.workbook.recognize.words.labels import LONGEST_GUESS, Label, is_filler, lookup, pair_in, read_label
from selfeval_xl.workbook.recognize.words.vocabulary import FIELDS, GOALS, SECTIONS

_AND = lazy("[及和与]")
_INNER_LABEL = lazy(r"(?:^|[\s。；;！!])(?P<label>[^\s。；;！!,，:：]{2,20})[:：]")


def read_goals(draft: Draft) -> None:
    """Read the goals expected and reached: below their headings, to the right of their labels, or both in one cell."""
    sheet = draft.sheet
    for row, cells in sheet.rows(draft.first, draft.last):
        ordered = [cell for cell in cells if cell.at not in sheet.used]
        heads = {key: cell for cell in ordered for key in _goal(cell, cells)}
        inline = [cell for cell in ordered if _take_inline_goal(draft, cell, heads)]
        if not heads and not inline:
            continue
        beside = {key: right_of(draft, ordered, cell) for key, cell in heads.items()}
        beside = {key: value if value not in inline else None for key, value in beside.items()}
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
            if cell.label.core in SECTIONS or _joins_goal(cell.label) or _names_both(cell.label):
                sheet.use(cell)
    _divide(draft)


def _divide(draft: Draft) -> None:
    """Split 预期目标：…… 实际完成情况：…… in one cell, if nothing else says what was reached."""
    both = draft.fields.get("goal_expected", EMPTY)
    if not draft.fields.get("goal_actual", EMPTY).blank or not any(colon in both.text for colon in "：:"):
        return
    labels = _INNER_LABEL.finditer(both.text)
    reached = [match for match in labels if lookup(read_label(match["label"]), GOALS)[:1] == ("goal_actual",)]
    if len(reached) != 1:
        return  # none, or one for each of several goals
    (match,) = reached
    draft.fields["goal_expected"] = both._replace(text=both.text[: match.start("label")].strip())
    draft.fields["goal_actual"] = both._replace(text=both.text[match.end() :].strip())


def _goal(cell: Cell, cells: list[Cell]) -> Iterator[str]:
    """The goal that a cell announces; a section's name (年度总体目标) counts only if the row has no clearer label."""
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
    if not (section and clearer):
        yield keys[0]


def _joins_goal(label: Label) -> bool:
    """True for a label that names the goal after something else: 部门职责及年度目标."""
    if not label.core.endswith("目标") or len(label.core) > LONGEST_GUESS:
        return False
    *others, last = _AND.split(label.core)
    return bool(others) and GOALS.get(last) == ("goal_expected",)


def _names_both(label: Label) -> bool:
    """True for a label of both what is expected and what was reached: 年度总体目标及完成情况."""
    return {GOALS.get(part, ("",))[0] for part in _AND.split(label.core)} == {"goal_expected", "goal_actual"}


def _take_inline_goal(draft: Draft, cell: Cell, heads: dict[str, Cell]) -> bool:
    """Take a goal whose label and text are one cell (完成情况：治理河长18公里), with the section's name before it; else
    False."""
    pair = pair_in(cell.text)
    if pair is None or not (keys := lookup(pair.label, GOALS)):
        return False
    key, text = keys[0], pair.value
    before = next((other for other in reversed(draft.sheet.row(cell.row)) if other.column < cell.column), None)
    if not text or not draft.fields.get(key, EMPTY).blank or (before and lookup(before.label, FIELDS)):
        return False
    draft.sheet.use(cell, key)
    draft.put(key, draft.sheet.words(cell, text))
    if key in heads:
        draft.sheet.use(heads.pop(key))
        _continue(draft, cell, key)
    return True


def _heads_texts(draft: Draft, heads: tuple[Cell, Cell]) -> bool:
    """True if both cells are short and each has a text below it, the first being leftmost: then they are headings."""
    below = [cell for cell in draft.sheet.row(heads[0].bottom + 1) if cell.at not in draft.sheet.used]
    columns = [cell.column for cell in below if not is_number(cell) and not is_label(cell)]
    short = all(len(head.label.core) <= LONGEST_GUESS for head in heads)
    return short and columns[:1] == [heads[0].column] and heads[1].column in columns


def _below(draft: Draft, row: int, heads: dict[str, Cell]) -> None:
    """Read goals below their headings, in one row or several, until the next label."""
    sheet = draft.sheet
    sheet.use_all(heads.values())
    left = min(cell.column for cell in heads.values())
    beside = any(cell.at in sheet.used for cell in sheet.row(row) if cell.column < left)  # a funds block
    following = row + 1
    texts: dict[str, list[Entry]] = {key: [] for key in heads}
    while following <= draft.last and (cells := sheet.row(following)):
        if beside:
            cells = [cell for cell in cells if cell.column >= left]
            if any(cell.at in sheet.used for cell in cells):
                break
        if any(sheet.used.get(cell.at) is not None or is_label(cell) for cell in cells if cell.column < left + 1):
            break
        begun = any(texts.values())
        if begun and any(cell.column < left and not is_number(cell) and not is_filler(cell.text) for cell in cells):
            break  # an unknown label; 目标2 is none
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
    """Add the further lines of a goal whose label is merged down beside them."""
    sheet = draft.sheet
    cover = sheet.covering(value.row, value.column - 1)
    if cover is None or cover.bottom <= value.bottom:
        return
    entries = [draft.fields[key]]
    for _, cells in sheet.rows(value.row + 1, cover.bottom):
        entries.extend(draft.take(c, key) for c in cells if c.column == value.column and not is_label(c))
    draft.fields[key] = Entry("\n".join(entry.text for entry in entries), None, entries[0].place)
