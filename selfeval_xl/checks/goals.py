"""A check of the year's goal in words against the indicators: 培训1200人 beside 培训人数 ≥1000人."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from selfeval_xl.checks.figures import half
from selfeval_xl.checks.registry import Hit, check, hit
from selfeval_xl.checks.rows import names
from selfeval_xl.checks.view import View
from selfeval_xl.checks.words import own_sentences
from selfeval_xl.lazy import lazy
from selfeval_xl.quantity import Quantity, read
from selfeval_xl.quantity.text import squeeze, unnumbered
from selfeval_xl.quantity.units import is_money, scaled

_COUNT = "(?:[总人户个件套辆台期场批天]?(?:数量?|次数?|量)|面积|里程|规模)"  # what a name has behind its thing
_COUNTED = lazy(f"{_COUNT}$")
_LEAD = (
    r"(?:20\d\d年度?|全年|年内|本?年度|今年|年底前?|已|共|累计|计划|拟|预计|按期|顺利|圆满|实际|全面)*"
    "(?:完成|举办|开展|组织|实施|新建|建设|改造|资助|发放|采购|购置|维修|制作|印发|检查|救助|补助|修建|整治|创建|培育|建成|新增)?了?"
)
_FIGURE = r"(?P<figure>\d+(?:\.(?P<decimals>\d+))?(?P<scale>万?)[^\W\d_]{1,4}?)"
_CLAUSES = lazy("[,、:]")
# Of a part, or of several years; 2024年 and 二〇二四年 are one.
_ELSEWHERE = lazy("其中|分别|各|每|[中长]期|实施期|十[三四五]五|(?<![0-9〇零一二三四五六七八九])[二两三四五2-5]年")
_SHORTEST_THING = 2  # characters from which a thing is not found in a text by chance


@check("table.goal")
def goal(view: View) -> Iterator[Hit]:
    """A figure in the goal's text that differs from the one indicator which counts the same thing."""
    evaluation = view.evaluation
    rows = [(row, _thing(row.indicator.name.text)) for row in view.filled if not row.is_part]
    seen = Counter(thing for _, thing in rows)
    wanted, reached = (evaluation.goal_expected, "target", "年度目标"), (evaluation.goal_actual, "actual", "完成情况")
    for entry, key, what in (wanted, reached):
        whole = (one for one in own_sentences(entry, evaluation) if not _ELSEWHERE.search(one))
        clauses = [clause for sentence in whole for clause in _CLAUSES.split(sentence)]
        for row, thing in rows if clauses else ():
            in_row = row.indicator.target_read if key == "target" else row.indicator.actual_read
            if seen[thing] == 1 and (in_text := _contradicts(clauses, thing, in_row)) is not None:
                cells = entry, getattr(row.indicator, key)
                name = names([row])
                yield hit(
                    "table.goal", cells, provided=in_text, expected=in_row.value, name=name, what=what, unit=in_row.unit
                )


def _thing(name: str) -> str:
    """The thing that an indicator counts: 培训 for 培训人数, 危房改造 for 1、危房改造户数."""
    return _COUNTED.sub("", unnumbered(squeeze(name)))


def _contradicts(clauses: Sequence[str], thing: str, in_row: Quantity) -> Decimal | None:
    """The figure that the clauses give for the thing, where it is the only one and not that of the row.

    ``in_row`` is the row's figure; the clauses must use its unit.
    """
    if len(thing) < _SHORTEST_THING or in_row.kind != "number" or in_row.value is None or in_row.bound:
        return None
    about = [clause for clause in clauses if thing in clause]
    if not about or not in_row.unit or in_row.unit == "%" or is_money(in_row.unit):
        return None
    named = f"{re.escape(thing)}{_COUNT}?"
    ways = [re.compile(f"{_LEAD}{way}") for way in (f"{named}(?:共|达到?|为)?{_FIGURE}", f"{_FIGURE}的?{named}")]
    in_text: dict[Decimal, Decimal] = {}  # with half of the last digit written
    for match in (match for clause in about for way in ways if (match := way.fullmatch(clause))):
        figure = read(match["figure"], role="actual")
        if figure.kind == "number" and figure.unit == in_row.unit and figure.value is not None and not figure.bound:
            in_text[figure.value] = scaled(half(len(match["decimals"] or "")), match["scale"])
    if len(in_text) != 1:
        return None
    ((value, slack),) = in_text.items()
    return value if abs(value - in_row.value) > slack else None
