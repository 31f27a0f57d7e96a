"""An official form's indicators as a person would have typed them into ours: figures, signs, and one score a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from selfeval_xl.checks.rows import is_filler
from selfeval_xl.evaluation import evaluation
from selfeval_xl.evaluation.entries import figure_text, plain_number, whole_text
from selfeval_xl.evaluation.together import in_percent
from selfeval_xl.importing.remarks import Remarks
from selfeval_xl.mistakes import brief
from selfeval_xl.model import EMPTY, LEVELS, OPEN_SIGN, SHARED, Entries, Entry, Indicator, IndicatorScore, Row
from selfeval_xl.quantity.text import clean
from selfeval_xl.render.leftovers import Left
from selfeval_xl.rules import RuleSet
from selfeval_xl.scoring import (
    beside_the_points,
    is_qualitative,
    points_beside,
    score_indicator,
    score_indicators,
    way_of,
)
from selfeval_xl.words.directions import Direction
from selfeval_xl.workbook.recognize.cells.values import ROUNDED
from selfeval_xl.workbook.recognize.words.vocabulary import FULL_MARKS

_SUPPLIED: Mapping[Direction, tuple[str, str]] = {
    "higher": ("≥", "没有比较符号，按名称写作“≥”，请核对"),
    "lower": ("≤", "没有比较符号，按名称写作“≤”，请核对"),
    "either": (
        OPEN_SIGN,
        f"没有比较符号，从名称也看不出越大越好还是越小越好，“指标性质”写的是“{OPEN_SIGN}”；请改选 ≥ 或 ≤",
    ),
}
_OWN_POINTS = "{why}，不按完成比例，标准表没有这样的行：“指标性质”写作“定性”，得分照搬，请核对"
FIGURES = ("target", "actual")  # whose cells look as their contents ask for, a date as a date
_HOW_SCORED = ("standard", "child")  # what says how a row is scored; ours has no columns for it
_NOUGHT = Entry("0", Decimal(0))
_CHILD = re.compile(r"\W*其中")
_CONSTANT = re.compile(r"=\s*\d+(?:\.\d+)?%?")


def meant(key: str, entry: Entry) -> Entry:
    """``=100%`` typed as a target became a formula; its writer meant the sign."""
    constant = key == "target" and entry.formula is not None and _CONSTANT.fullmatch(entry.formula)
    return entry._replace(text=entry.formula or "", value=None) if constant else entry


def typed(row: Row, cells: dict[str, Entry], above: Row, remarks: Remarks) -> dict[str, Entry]:
    """The ``cells`` of ``row`` that our form has columns for, as they are typed there; ``above`` is the row above.

    A row without points of its own is a 其中 row where that one is; else it shares that one's points, and gets 0.
    """
    shares = in_percent(row)
    cells = {key: figure(shares[key]) if key in FIGURES else entry for key, entry in cells.items()}
    cells |= {key: row[key] for key in _HOW_SCORED if key in row}
    if "op" in cells:
        sign = clean(cells["op"].text)
        cells["op"] = Entry("定性" if sign == "定性指标" else sign)
    for key in LEVELS:
        if key in cells and (points := row[key].value) is not None:
            level, place = row[key].text, row[key].place
            cells[key] = Entry(level, None, place)
            remark = Left(place or "", f"{level}（{plain_number(points)}分）", "级次的分值没有单独的格")
            if remark not in remarks.made:
                remarks.made.append(remark)
    remarks.on_points(cells.get("weight", EMPTY))  # what stands behind a score is a reason
    score = cells.get("claimed_score", EMPTY)
    if "+" in score.text:
        remarks.on(score, "几行合用一个分值，各行的得分相加填在这一行")
    name = cells.get("name", EMPTY)
    if "child" not in row or name.blank or name.text.strip().startswith("其中"):
        return cells
    if "weight" in cells or _CHILD.match(name.text) or _CHILD.match(above.get("name", EMPTY).text):
        remarks.on(name, "不单独计分，名称前加了“其中：”")
        return cells | {"name": Entry(f"其中：{name.text.strip()}", None, name.place)}
    remarks.on(name, "与上面的指标合用一个分值和得分，都写在上面那一行，这一行写作 0 分")
    return cells | {"weight": _NOUGHT, "claimed_score": _NOUGHT}


def with_reasons(rows: Iterable[Row], remarks: Remarks) -> tuple[Row, ...]:
    """The rows; one that holds the points of several, but gives no reason, takes over that of the others."""
    explained: list[Row] = []
    first = 0
    for at, row in enumerate(rows):
        explained.append(row)
        reason = row.get("reason", EMPTY)
        if row.get("child", EMPTY).text != SHARED:
            first = at
        elif not reason.blank and explained[first].get("reason", EMPTY).blank:
            words = f"{row['name'].text.strip()}：{reason.text.strip()}"
            explained[first] = {**explained[first], "reason": Entry(words, None, reason.place)}
            remarks.on(reason, "几行合用一个分值，原因在得分的那一行也写了一遍")
    return tuple(explained)


def without_beside(
    rows: tuple[Row, ...], fields: dict[str, Entry], remarks: Remarks
) -> tuple[tuple[Row, ...], dict[str, Entry]]:
    """Rows and fields without 加分项 and 扣减项, for which our form has no rows, and without a total with them in it.

    Rows with only the old form's filler (……) go too: in ours they would wait for their scores.
    """
    read = evaluation("unknown", Entries(fields, {"indicators": rows})).indicators
    kept: list[Row] = []
    for row, one in zip(rows, read, strict=True):
        if is_filler(one):
            remarks.on(row.get("reason", EMPTY), "这一行没有指标，写的原因没有搬")
            continue
        if not beside_the_points(one):
            kept.append(row)
            continue
        remarks.on_row(row, "加分项、扣减项不在分值之内，标准表没有这样的行，没有搬")
        if points_beside(one)[0] != 0 and "claimed_total" in fields:
            remarks.on(fields["claimed_total"], "总分里有加分、扣减，标准表的总分没有，没有搬")
            fields = {key: entry for key, entry in fields.items() if key != "claimed_total"}
    return tuple(kept), fields


def without_part(
    rows: tuple[Row, ...], subtotals: Iterable[Row], fields: dict[str, Entry], remarks: Remarks
) -> dict[str, Entry]:
    """Fields without a total that adds up the indicators alone, as the weight in its row does: 合计 | 90 | 88."""
    own = [row for row in rows if "child" not in row]
    weights, scores = (
        sum((row.get(key, EMPTY).value or Decimal(0) for row in own), Decimal(0)) for key in ("weight", "claimed_score")
    )
    total, execution = fields.get("claimed_total", EMPTY), fields.get("budget_claimed_score", EMPTY).value
    alone = any(row.get("weight", EMPTY).value == weights for row in subtotals if "whole" in row)
    if not alone or weights >= FULL_MARKS or total.value is None or execution == 0:
        return fields
    if abs(total.value - scores) > ROUNDED:
        return fields
    remarks.on(total, "合计只有各项指标的得分，没有预算执行率的得分，没有搬；新表的总分由公式加上它")
    return {key: entry for key, entry in fields.items() if key != "claimed_total"}


def signed(rows: tuple[Row, ...], fields: Mapping[str, Entry], rules: RuleSet, remarks: Remarks) -> tuple[Row, ...]:
    """The rows; a target without a sign gets the one that its words give, as our form reads signs, but no names.

    Our form knows neither scoring standards (评分标准) nor rows that share points: a score that follows from these is
    carried over as that of a 定性 row, where the unit's own score stands.
    """
    read = evaluation("unknown", Entries(fields, {"indicators": rows})).indicators
    scores = score_indicators(read, rules)
    return tuple(
        _with_own_points(row, one, remarks)
        if _is_scored_otherwise(one, score, rules)
        else _with_sign(row, one, remarks)
        for row, one, score in zip(rows, read, scores, strict=True)
    )


def _is_scored_otherwise(indicator: Indicator, score: IndicatorScore, rules: RuleSet) -> bool:
    """Whether our form would score the row by its figures, and the form that it comes from does not."""
    return not is_qualitative(indicator) and score != score_indicator(indicator._replace(standard=EMPTY), rules)


def _with_own_points(row: Row, indicator: Indicator, remarks: Remarks) -> Row:
    standard, where = brief(indicator.standard.text, 60), row["target"].place
    why = f"原表按自己的评分标准（{standard}）计分" if standard else "几行合用一个分值，有的没有完成"
    target = whole_text(row["target"].text.strip(), indicator.op, indicator.unit)
    remarks.made.append(Left(where or "", f"{row['name'].text.strip()}：{target}", _OWN_POINTS.format(why=why)))
    kept = {key: entry for key, entry in row.items() if key not in ("unit", *_HOW_SCORED)}
    return {**kept, "op": Entry("定性"), "target": Entry(target, None, where)}


def _with_sign(row: Row, indicator: Indicator, remarks: Remarks) -> Row:
    row = {key: entry for key, entry in row.items() if key not in _HOW_SCORED}
    parts = [part for part in indicator.target_read.singles if part.inferred]
    ways: set[Direction] = {way_of(part, indicator) for part in parts}
    if all(way_of(part, indicator._replace(by_words=False)) == way_of(part, indicator) for part in parts):
        return row
    sign, why = _SUPPLIED[ways.pop() if len(ways) == 1 else "either"]
    remarks.made.append(Left(row["target"].place or "", f"{row['name'].text.strip()}：{row['target'].text}", why))
    return {**row, "op": Entry(sign)}


def figure(entry: Entry) -> Entry:
    """A percentage in full with its sign, a bare number as a number, anything else as its words."""
    text = figure_text(entry)
    bare = entry.value is not None and text == plain_number(entry.value)
    return Entry(text, entry.value if bare else None, entry.place)
