"""An official form's indicators as a person would have typed them into ours: figures, signs, and one score a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from selfeval_xl.directions import Direction
from selfeval_xl.evaluation import evaluation, figure_text, plain_number
from selfeval_xl.importing.remarks import Remarks
from selfeval_xl.model import EMPTY, OPEN_SIGN, Entries, Entry, Indicator, Row
from selfeval_xl.render.leftovers import Left
from selfeval_xl.scoring import beside_the_points, way_of
from selfeval_xl.workbook.recognize.labels import squeeze

_SIGNS = {
    ">=": "≥",
    "=>": "≥",
    "≧": "≥",
    "⩾": "≥",
    "<=": "≤",
    "=<": "≤",
    "≦": "≤",
    "⩽": "≤",
    "==": "=",
    "定性指标": "定性",
}
_SUPPLIED: Mapping[Direction, tuple[str, str]] = {
    "higher": ("≥", "没有比较符号，按名称写作“≥”，请核对"),
    "lower": ("≤", "没有比较符号，按名称写作“≤”，请核对"),
    "either": (
        OPEN_SIGN,
        f"没有比较符号，从名称也看不出越大越好还是越小越好，“指标性质”写的是“{OPEN_SIGN}”；请改选 ≥ 或 ≤",
    ),
}
_NOUGHT = Entry("0", Decimal(0))
_CHILD = re.compile(r"\W*其中")
_CONSTANT = re.compile(r"=\s*\d+(?:\.\d+)?%?")


def meant(key: str, entry: Entry) -> Entry:
    """``=100%`` typed as a target became a formula; its writer meant the sign."""
    constant = key == "target" and entry.formula is not None and _CONSTANT.fullmatch(entry.formula)
    return entry._replace(text=entry.formula or "", value=None) if constant else entry


def typed(row: Row, cells: dict[str, Entry], above: Row, remarks: Remarks) -> dict[str, Entry]:
    """What of ``row`` goes into our columns, ``cells``, as it is typed there; ``above`` is the row above it.

    A row that shares the points of that one has none of its own; one that goes on 其中 rows is one of these.
    """
    cells = {key: _figure(entry) if key in ("target", "actual") else entry for key, entry in cells.items()}
    if "op" in cells:
        sign = squeeze(cells["op"].text)
        cells["op"] = Entry(_SIGNS.get(sign, sign))
    for key in ("level1", "level2"):
        if key in cells and (points := row[key].value) is not None:
            level, place = row[key].text, row[key].place
            cells[key] = Entry(level, None, place)
            told = Left(place or "", f"{level}（{plain_number(points)}分）", "级次的分值没有单独的格")
            if told not in remarks.made:
                remarks.made.append(told)
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


def within(rows: tuple[Row, ...], remarks: Remarks) -> tuple[Row, ...]:
    """The rows within the hundred points: our form has no place for 加分项 and 扣减项."""
    read = evaluation("unknown", Entries({}, {"indicators": rows})).indicators
    beside = [row for row, one in zip(rows, read, strict=True) if beside_the_points(one)]
    for row in beside:
        remarks.on_row(row, "标准表没有加分项、扣减项，没有搬；自评总分里算进了它的，请改为不含它的分")
    return tuple(row for row in rows if row not in beside)


def with_signs(rows: tuple[Row, ...], fields: Mapping[str, Entry], remarks: Remarks) -> tuple[Row, ...]:
    """The direction that the words give where a target has no sign: our form reads signs, but no names."""
    read = evaluation("unknown", Entries(fields, {"indicators": rows})).indicators
    return tuple(_with_sign(row, one, remarks) for row, one in zip(rows, read, strict=True))


def _with_sign(row: Row, indicator: Indicator, remarks: Remarks) -> Row:
    parts = [part for part in indicator.target_read.singles if part.inferred]
    ways: set[Direction] = {way_of(part, indicator) for part in parts}
    if all(way_of(part, indicator._replace(by_words=False)) == way_of(part, indicator) for part in parts):
        return row
    sign, why = _SUPPLIED[ways.pop() if len(ways) == 1 else "either"]
    remarks.made.append(Left(row["target"].place or "", f"{row['name'].text.strip()}：{row['target'].text}", why))
    return {**row, "op": Entry(sign)}


def _figure(entry: Entry) -> Entry:
    """A percentage in full with its sign, a bare number as a number, anything else as its words."""
    text = figure_text(entry)
    bare = entry.value is not None and text == plain_number(entry.value)
    return Entry(text, entry.value if bare else None, entry.place)
