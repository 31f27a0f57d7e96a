"""Checks of the actuals: is there one, is it a figure where a figure is asked for, can it be true."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from selfeval_xl.checks.registry import Hit, check, together
from selfeval_xl.checks.rows import Row
from selfeval_xl.checks.view import View
from selfeval_xl.quantity import Quantity
from selfeval_xl.scoring import is_qualitative

IDS = (
    "actual.missing", "actual.unreadable", "actual.inequality", "actual.status_word", "actual.unit",
)  # fmt: skip

# Rates of something that is a part of a whole; 完成率, 增长率, 执行率 may well pass 100%.
_PART_OF_WHOLE = re.compile(
    "(?:合格|满意|覆盖|准确|达标|发放|参与|到位|及时|通过|知晓|优良|合规|规范|出勤|就业|按时完成)(?:率|度)|满意度"
)
_AVERAGE = re.compile("均|每|单位|人次比|生师比|指数|系数|密度|频[率次]|强度")
_WHOLE_UNITS = frozenset(
    (*"人名位个家次件户场项期台套宗起篇支所辆座处份", "场次", "人次", "户次", "家次", "件次", "批次", "课时")
)


@check(*IDS)
def readable(view: View) -> Iterator[Hit]:
    """Actuals that are missing or can't be held against their target."""
    table = view.rows
    for id in IDS:
        yield from together(id, [row for row in table if row.reading == id], "actual")


@check("actual.copied")
def copied(view: View) -> Iterator[Hit]:
    """Words that repeat the target and prove nothing."""
    yield from together("actual.copied", [row for row in _usable(view) if _repeats(row)], "actual")


@check("actual.approximate")
def approximate(view: View) -> Iterator[Hit]:
    """Figures that are only a bound (约, 近, 超, 余, 多)."""
    found = [row for row in _usable(view) if any(figure.bound for figure in _figures(row.indicator.actual_read))]
    yield from together("actual.approximate", [row for row in found if not is_qualitative(row.indicator)], "actual")


@check("actual.implausible")
def implausible(view: View) -> Iterator[Hit]:
    """A share above 100%, half a person, fewer than no households."""
    yield from together("actual.implausible", [row for row in _usable(view) if _implausible(row)], "actual")


def _usable(view: View) -> list[Row]:
    return [row for row in view.rows if not row.filler and row.reading is None and not row.score.excluded]


def _figures(actual: Quantity) -> tuple[Quantity, ...]:
    return actual.parts if actual.kind == "compound" else (actual,)


def _repeats(row: Row) -> bool:
    indicator = row.indicator
    words = _squeezed(indicator.actual.text)
    judged = indicator.actual_read.kind == "status" or indicator.actual_read.state is not None
    return is_qualitative(indicator) and bool(words) and not judged and words == _squeezed(indicator.target.text)


def _implausible(row: Row) -> bool:
    name = _squeezed(row.indicator.name.text)
    for figure in _figures(row.indicator.actual_read):
        if figure.kind != "number" or figure.value is None:
            continue
        unit = figure.unit or row.indicator.target_read.unit or row.indicator.unit.text.strip()
        if unit == "%" and figure.value > 100 and _PART_OF_WHOLE.search(name):
            return True
        # 1.23456万人 is rounded, not a fraction of a person.
        whole = figure.value == figure.value.to_integral_value() or any(scale in figure.text for scale in "万亿千")
        target = row.indicator.target_read.value
        broken = target is not None and target != target.to_integral_value()
        whole = whole or broken or _AVERAGE.search(name) is not None
        if unit in _WHOLE_UNITS and (figure.value < 0 or not whole):
            return True
    return False


def _squeezed(text: str) -> str:
    return re.sub(r"[\s,，。;；、.!！]", "", unicodedata.normalize("NFKC", text))
