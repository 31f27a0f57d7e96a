"""Checks of what the text says of the indicators: how many there are (设数量指标3个), and that all were reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from selfeval_xl.checks.levels import LEVEL1, LEVEL2, level_of
from selfeval_xl.checks.registry import Hit, check, hit
from selfeval_xl.checks.rows import Row, names
from selfeval_xl.checks.view import View
from selfeval_xl.checks.words import names_whole_form, own_sentences, own_texts
from selfeval_xl.lazy import lazy
from selfeval_xl.model import Entry, Evaluation
from selfeval_xl.quantity import read
from selfeval_xl.quantity.text import squeeze

_COUNTED = "三级(?:绩效)?|产出|效益|满意度|成本|数量|质量|时效|经济效益|社会效益|生态效益|可持续影响|定量|定性|绩效|"
_STATED = lazy(
    rf"(设[置定有立]?了?)?({_COUNTED})指标((?:共计?|合计|总?数量?|个数|项数|条数|有|为|计):?)?\s*(\d+)\s*[个项条](?!\s*[未没不已均全完达存偏])"
)
_OTHERS = lazy("(?:完成|达标|达成|达到|实现|扣分|偏差|偏离|[一二四]级|类)的?$")
_ALL_TOLD = lazy(
    rf"(?:共计?|合计|(?<![增新另建开])设)[置定有立]?了?有?(\d+)[个项条]({_COUNTED})指标(?![中里内]|[未没不已完达存偏得扣])"
)
# Before 3个指标 these words show that it counts only some: a level, or what became of them.
_SOME = "完成|未|没有|达到|扣分|偏差|核心|重点|新增|调整"
_NOT_ALL = lazy(_SOME)
_OF_SOME = lazy(f"产出|效益|满意度|成本|数量|质量|时效|可持续|定量|定性|其中|{_SOME}")
_UPPER = ("一级", "二级")
_EVERY_KIND = ("", "绩效", "三级", "三级绩效")  # words before 指标 that mean all rows
_COMES_TO = "(?:共计?|合计|总?数|有|为|计|:)*+"
_COUNT = lazy(rf"(?:([一二三]级)(?:绩效)?(?:指标)?|({_COUNTED})指标){_COMES_TO}(\d+)[个项条]")
_ONE_COUNT = rf"(?:[一二三]级(?:绩效)?(?:指标)?|(?:{_COUNTED})指标){_COMES_TO}\d+[个项条]"
_LIST_OF_COUNTS = lazy(
    rf"{_ONE_COUNT}(?:(?:[,、;:(和及]|其中|包括|包含)*{_ONE_COUNT})++(?=[,。;)]|$)(?!,?(?:目前|均|都|全部)*[未没不])"
)
# Clauses that speak of all indicators: that each was reached (True), or has full marks (False).
_ALL = f"(?P<of>.*?)(?:全部|所有|各项|各)?(?:共|设[置定立]?了?)*(?P<kind>{_COUNTED})(?:绩效)?"
_EVERY = "(?:目前|已|经|均|都|全部|全面|按期|如期|按时|圆满|顺利|超额)*"
_REACHED = "(?:完成|达标|达成|达到|实现)了?(?:年度|年初|预期|预定|设定|绩效|目标|指标|要求|任务|值|的)*"
_SAYS_ALL = lazy("全部|所有|各项|均|都|全面|100%|满分")
_CLAIMS = (
    (lazy(f"{_ALL}(?:指标|(?<=绩效)目标)(?:任务|值)*{_EVERY}{_REACHED}"), True),
    (
        lazy(
            f"(?P<of>.*?){_EVERY}完成了?(?:年度|设定|的)*(?:全部|所有|各项)(?:年度)?(?P<kind>{_COUNTED})(?:绩效)?指标(?:任务)?"
        ),
        True,
    ),
    (lazy(f"{_ALL}指标(?:任务)?(?:完成|达标)率(?:均|都)?(?:为|是|达到?|:)?100%"), True),
    (lazy(f"{_ALL}指标{_EVERY}(?:自评)?(?:得分)?(?:得|获得?|为)了?满分"), False),
)
_EXCEPT = lazy("除|未|没|其[他余它]|大部分|多数|基本|按比例|扣|外|个别|部分")
_NUMBERED = lazy(r"(?<=指标)(?:共计?|有|为|:)?\d+[个项条],?(?=(?:目前|已)*(?:均|都|全部))")
_COUNT_TOPIC = lazy(rf"(?:^|[:、])({_COUNTED})指标(?:总数|个数|项数|条数|数量|数)$")


@check("table.count")
def count(view: View) -> Iterator[Hit]:
    """A stated number of indicators against the rows of the table; one hit for a number stated several times."""
    rows_counted = [row for row in view.filled if not row.is_part]
    alone = [row for row in rows_counted if not row.indicator.child]  # rows in one merged cell may be one, or several
    bare = [row for row in rows_counted if not (level_of(row.indicator.level1) or level_of(row.indicator.level2))]
    if any(level_of(row.indicator.name) in LEVEL1 | LEVEL2 for row in bare):
        return  # the table has its levels as rows of their own, which are no indicators
    wrong: dict[tuple[str, Decimal, str | None], list[tuple[Entry, str, int]]] = {}
    for entry, kind, number_stated in stated_counts(view.evaluation) if rows_counted else ():
        counted = [sum(_is_of(row, kind) for row in rows) for rows in (rows_counted, alone)]
        counted = _levels(view, kind) if kind in _UPPER else counted
        if bare and not any(counted):
            continue  # the table does not say of which kind its rows are
        if counted and number_stated not in counted:
            same = "" if kind in _EVERY_KIND else kind, number_stated, entry.place.sheet if entry.place else None
            wrong.setdefault(same, []).append((entry, kind, counted[0]))
    for (_, number_stated, _), found in wrong.items():
        entries, (kind, *_), (right, *_) = zip(*found, strict=True)
        yield hit("table.count", entries, provided=number_stated, expected=Decimal(right), kind=f"{kind}指标")


@check("table.claim", ours=False)
def claim(view: View) -> Iterator[Hit]:
    """A text that says that all indicators (of a kind) were reached or have full marks, and rows that contradict it."""

    @cache
    def contradicting(kind: str, reached: bool) -> list[Row]:
        return [row for row in view.rows if _is_of(row, kind) and (_missed if reached else _reduced)(row)]

    for entry in own_texts(view.evaluation):
        for kind, reached in _claims_in(entry, view.evaluation):
            if rows := contradicting(kind, reached):
                facts: dict[str, Any] = {"kind": f"{kind}指标", "said": "完成" if reached else "得满分"}
                yield hit("table.claim", [entry], names=names(rows), **facts)


def stated_counts(evaluation: Evaluation) -> Iterator[tuple[Entry, str, Decimal]]:
    """Each stated number of indicators: its entry, the kind that is counted, and the number.

    A statement with a cell to compare with is left to ``tieout.mismatch``.
    """
    for entry in (evaluation.goal_expected, evaluation.goal_actual, evaluation.problems):
        yield from ((entry, kind, count) for kind, count in _counts_in(squeeze(entry.text)))
    for entry in evaluation.texts:
        for text in own_sentences(entry, evaluation):
            yield from ((entry, kind, count) for kind, count in _counts_in(text))
    for statement in evaluation.statements:
        words = squeeze((statement.topic if statement.text.blank else statement.text).text)
        topic = _COUNT_TOPIC.search(words) if "指标" in words else None
        value = read(statement.stated.text, role="actual").value if topic else None
        if topic and value is not None and statement.expected.value is None:
            yield statement.stated, topic[1], value


def _claims_in(entry: Entry, evaluation: Evaluation) -> Iterator[tuple[str, bool]]:
    """The kinds of indicators of which a text says that all were reached (True), or got full marks (False)."""
    if "指标" not in entry.text and "绩效目标" not in entry.text:
        return
    for sentence in own_sentences(entry, evaluation):
        if _EXCEPT.search(sentence):
            continue
        for clause in re.split("[,、]", _NUMBERED.sub("", sentence)):
            for pattern, reached in _CLAIMS if _SAYS_ALL.search(clause) else ():
                match = pattern.fullmatch(clause)
                if match and names_whole_form(match["of"], evaluation):
                    yield match["kind"], reached


def _missed(row: Row) -> bool:
    """True for a row that was plainly missed; one with a finding of its own contradicts nothing."""
    return row.scoring is None and row.reading is None and not row.filler and row.score.status == "missed"


def _reduced(row: Row) -> bool:
    """True for a row whose own score is less than full marks."""
    if row.claimed is None or row.weight is None or row.score.excluded:
        return False
    return row.claimed < row.weight


def _levels(view: View, kind: str) -> list[int]:
    """How many first or second levels the table has; every number that may be meant, none where a row lacks a level.

    Rows that nobody filled in, and the execution, may be counted or not.
    """
    found: list[int] = []
    every = [one for one in view.evaluation.indicators if not one.child]
    for rows in ([row.indicator for row in view.filled if not row.indicator.child], every):
        levels = {(level_of(one.level1), level_of(one.level2)) for one in rows}
        if any("" in pair for pair in levels):
            return []
        names_of_levels = levels if kind == "二级" else {first for first, _ in levels}
        found += [len(names_of_levels), len(names_of_levels) + bool(view.budget.weight)]
    return found


def _counts_in(text: str) -> Iterator[tuple[str, Decimal]]:
    """The numbers of indicators that a text states, each with the kind that it counts.

    Taken are 设数量指标 3 个, 数量指标共 3 个, 指标个数：9, 共 20 个指标, 设置 8 个产出指标.  Not taken are
    完成数量指标 3 个 and 20 项指标 alone, which may be some of them.
    """
    if "指标" not in text:
        return
    listed = dict(_listed_counts(text))
    yield from listed.items()
    for match in _STATED.finditer(text):
        if match[2] not in listed and (match[1] or (match[3] and not _OTHERS.search(text[: match.start()]))):
            yield match[2], Decimal(match[4])
    for match in _ALL_TOLD.finditer(text):
        before = re.split("[。;!]", text[: match.start()])[-1]
        if match[2] not in _EVERY_KIND or not _OF_SOME.search(before):
            yield match[2], Decimal(match[1])


def _listed_counts(text: str) -> Iterator[tuple[str, Decimal]]:
    """The counts of a list that goes through levels or kinds: 一级指标3个、二级指标7个、三级指标14个."""
    for run in _LIST_OF_COUNTS.finditer(text):
        before = re.split("[。;!]", text[: run.start()])[-1]
        items = [(match[1] or match[2] or "", Decimal(match[3])) for match in _COUNT.finditer(run[0])]
        if len({kind for kind, _ in items}) == len(items) > 1 and not _NOT_ALL.search(before):
            yield from items


def _is_of(row: Row, kind: str) -> bool:
    qualitative = row.indicator.target_read.kind in ("qualitative", "status")
    if kind in ("定量", "定性"):
        return qualitative == (kind == "定性")
    if kind in _EVERY_KIND:
        return True
    return kind in (level_of(row.indicator.level1), level_of(row.indicator.level2))
