"""A row 预算执行率 in the indicator table: it has the score of the budget's execution, and is no indicator."""

from __future__ import annotations

from collections.abc import Sequence

from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, Entry, Row
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.values import ROUNDED
from selfeval_xl.workbook.recognize.words.labels import is_filler, read_label, squeeze
from selfeval_xl.workbook.recognize.words.standards import takes_steps
from selfeval_xl.workbook.recognize.words.vocabulary import EXECUTION_ROWS, FULL_MARKS, POINTS

_RATE = lazy(
    "^(?!.*(?:采购|三公|公用|人员|目标|任务|工作))"  # rates of other things than the budget
    ".*(?:执行(?:率|进度|情况|得分|比例)?$|执行数|(?:支出|支付|完成|使用)(?:率|进度|比例)$|资金总额)"
)
_ENOUGH = lazy(r"(?:≥|>=?|不低于|达到)\d{1,2}(?:\.\d+)?%(?:以上)?")
_WHOLE = frozenset({"100%", "=100%", "≥100%", "%", "1"})
_ZEROS = lazy(r"(?<=100)\.0+(?=%)")


def without_execution(draft: Draft, rows: Sequence[Row]) -> list[Row]:
    """The rows without the execution's, whose points and score go to the funds unless they have these already.

    If the funds have them, the row is left out only if it repeats them, so that they count once.
    """
    rows = [_with_rate(row) if names_execution(row) else row for row in rows]
    if draft.total("weight").text:
        repeated = [row for row in rows if _repeats(draft, row, rows)]
        for row in repeated:
            _move(draft, row)
        return [row for row in rows if row not in repeated]
    moved = next((row for row in rows if _is_execution(row) and not _by_standard(draft, row)), None)
    if moved is not None:
        _move(draft, moved)
    return [row for row in rows if row is not moved]


def names_execution(row: Row) -> bool:
    """True for a row 预算执行率, or the rate below a level 预算执行: 预算完成率 there, but not 预算编制约束性."""
    level1, level2, name = (read_label(row.get(key, EMPTY).text).core for key in ("level1", "level2", "name"))
    if name in EXECUTION_ROWS:
        return True
    if EXECUTION_ROWS.isdisjoint((level1, level2)):
        return False
    return is_filler(row.get("name", EMPTY).text) or name.isdigit() or _RATE.search(name) is not None


def _with_rate(row: Row) -> Row:
    """The row with its rate as the actual if it is one cell across target and actual.

    Its name may give the unit: 预算执行率（%） | 100 | 98.
    """
    if read_label(row.get("name", EMPTY).text).unit == "%" and row.get("unit", EMPTY).blank:
        row = {**row, "unit": Entry("%")}
    target, actual = row.get("target", EMPTY), row.get("actual", EMPTY)
    if target.blank or actual.place != target.place:
        return row
    return {**row, "target": actual, "actual": target}


def _is_execution(row: Row) -> bool:
    """True for a row 预算执行率 that is scored by the rate itself; with a target of its own it is an indicator.

    Unless figures show that it was scored by the rate: ≥95% | 98.21% | 10 | 9.82.
    """
    target = _ZEROS.sub("", _joined(row, "op", "target", "unit"))
    return names_execution(row) and (target in _WHOLE or is_filler(target) or _earned_by_rate(row))


def _earned_by_rate(row: Row) -> bool:
    """True if the score is below full marks, and is exactly the rate's share of them."""
    rate, weight, score = (row.get(key, EMPTY).value for key in ("actual", "weight", "claimed_score"))
    if rate is None or not weight or score is None or "%" not in squeeze(row["actual"].text):
        return False
    return score < weight and abs(rate * weight - score) <= ROUNDED


def _by_standard(draft: Draft, row: Row) -> bool:
    """True if the form scores the row by a standard, and not by the rate's share.

    It deducts points in steps (每低1个百分点扣0.2分), or without a target gives full marks from some rate on (≥95%).
    """
    if takes_steps(row.get("standard", EMPTY).text, row.get("weight", EMPTY).value):
        return True
    place = row.get("name", EMPTY).place
    if place is None or not row.get("target", EMPTY).blank:
        return False
    return any(_ENOUGH.fullmatch(squeeze(cell.text)) for cell in draft.sheet.row(place.row))


def _joined(row: Row, *keys: str) -> str:
    """The texts of neighbouring cells together: ≥ | 100 | %."""
    return "".join(squeeze(row.get(key, EMPTY).text) for key in keys)


def _repeats(draft: Draft, row: Row, rows: Sequence[Row]) -> bool:
    """True if the row repeats the funds' points: it has no figure, or the weights come to 100 only with it.

    预算执行率得分（10分） | 9.5 may have no cell before its score.
    """
    weight, own = draft.total("weight").value, row.get("weight", EMPTY)
    bare = all(row.get(key, EMPTY).blank for key in ("target", "actual"))
    if weight is None or not (own.value == weight or (bare and own.blank)) or not _is_execution(row):
        return False
    if bare:
        return True
    scores = {draft.total("claimed_score").value, row.get("claimed_score", EMPTY).value}
    return len(scores - {None}) < 2 and sum(one.get("weight", EMPTY).value or 0 for one in rows) == FULL_MARKS


def _move(draft: Draft, row: Row) -> None:
    """Move the row to the funds; if a score there differs, that one stays and which is meant is a doubt."""
    known, score = draft.total("claimed_score"), row.get("claimed_score", EMPTY)
    if None not in (known.value, score.value) and known.value != score.value:
        draft.sheet.doubt_at(score.place, "预算执行率得分", known.text.strip(), score.text.strip())
    for key in POINTS:
        if key in row:
            draft.put_total(key, row[key])
    rate = row.get("actual", EMPTY)
    if rate.value is not None and "%" not in squeeze(rate.text) and "%" in _joined(row, "unit"):
        rate = rate._replace(text=f"{rate.text}%", value=rate.value / 100)
    if rate.value is not None and "%" in squeeze(rate.text):
        draft.put_rate(rate)
    draft.put("budget_reason", row.get("reason", EMPTY))
