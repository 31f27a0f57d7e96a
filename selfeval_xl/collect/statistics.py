"""The statistics (统计) of the returns: how many of each form, grade and kind of unit, and the usual findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.checks import catalogue
from selfeval_xl.collect.intake import TO_MEND, Intake, Return
from selfeval_xl.collect.rollcall import BLANK
from selfeval_xl.collect.tables import FORMS, NO_GRADE, claimed, grade
from selfeval_xl.examine import GRADES
from selfeval_xl.model import SEVERITY_NAMES

MOST = 15  # findings shown
_LEVELS = 12  # first levels shown: some units write what they like there
_MEANS = "均分：有这个分数的各份平均"
_BEYOND = "总分超过满分"

Value = str | int | Decimal


@dataclass(frozen=True, slots=True)
class Block:
    """A small table with a title; ``shares`` are the columns (from 0) that hold fractions."""

    title: str
    heading: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    shares: tuple[int, ...] = ()


class Statistics(NamedTuple):
    """The blocks of the sheet 统计 in their order; ``grades`` and ``frequent`` have a chart each."""

    whole: Block
    grades: Block
    forms: Block
    kinds: Block
    levels: Block
    frequent: Block


class _Group:
    def __init__(self) -> None:
        self.returns = self.wrong = self.above_full = 0
        self.claimed: list[Decimal] = []
        self.scores: list[Decimal] = []

    def add(self, one: Return) -> None:
        assert one.form is not None
        self.returns += 1
        self.wrong += any(finding["severity"] == "error" for finding in one.findings)
        self.above_full += bool(one.above_full)
        full = Decimal(one.form["full_marks"])
        for scores, score in ((self.claimed, claimed(one)), (self.scores, one.form["total"]["score"])):
            if score is not None and Decimal(score) <= full:
                scores.append(Decimal(score))

    def cells(self) -> tuple[Value, ...]:
        """份数, 有错误的份数, their share, and the means, each over the returns that have this score."""
        share = Decimal(self.wrong) / self.returns
        return self.returns, self.wrong, round(share, 4), _mean(self.claimed), _mean(self.scores)


class _Tally:
    """What is counted and added up of the returns that count."""

    def __init__(self) -> None:
        self.forms: dict[str, _Group] = defaultdict(_Group)
        self.kinds: dict[str, _Group] = defaultdict(_Group)
        self.levels: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        self.spelled: dict[str, Counter[str]] = defaultdict(Counter)  # 产出 and 产出指标 are one level
        self.grades: Counter[str] = Counter()
        self.cells: Counter[str] = Counter()
        self.returns: Counter[str] = Counter()
        self.severities: dict[str, str] = {}

    def add(self, one: Return, *, by_kind: bool) -> None:
        """Count a return, or a file that could not be read."""
        wrong = [(finding["id"], finding["severity"]) for finding in one.findings if finding["severity"] in TO_MEND]
        self.cells.update(id for id, _ in wrong)
        self.returns.update({id for id, _ in wrong})
        self.severities.update(wrong)
        if one.form is None:
            return
        self.grades[grade(one) or _BEYOND] += 1
        self.forms[FORMS.get(one.form["form"], "其他")].add(one)
        if by_kind:
            self.kinds[one.kind or "未列类别"].add(one)
        for name, level in one.form["levels"].items():
            bare = name.removesuffix("指标") or "未写一级指标"
            for key, amount in level.items():
                self.levels[bare][key] += Decimal(amount)
            self.spelled[bare][name or bare] += level["items"]


def statistics(intake: Intake) -> Statistics:
    """The statistics of the returns that count."""
    tally = _Tally()
    for one in intake.counting_returns():
        if one.failed != BLANK:
            tally.add(one, by_kind=bool(intake.roll.expected))
    heading = ("份数", "有错误", "占比", "自评均分", "测算均分")
    left_out = sum(group.above_full for group in tally.forms.values())
    means = f"（{_MEANS}{f'；{left_out} 份有总分超过满分，那个分数不计' if left_out else ''}）"
    return Statistics(
        whole=Block("总体", ("事项", "数量"), tuple(_whole(intake))),
        grades=_grades(tally),
        forms=Block(f"按表式{means}", ("表式", *heading), _rows(tally.forms), (3,)),
        kinds=Block(f"按单位类别{means}", ("单位类别", *heading), _rows(tally.kinds), (3,)),
        levels=_levels(tally),
        frequent=_frequent(tally),
    )


def _grades(tally: _Tally) -> Block:
    known, grades = [*GRADES, NO_GRADE], tally.grades.copy()
    beyond = grades.pop(_BEYOND, 0)
    count = grades.total()
    return Block(
        f"按测算等级{f'（{beyond} 份测算总分超过满分，不计）' if beyond else ''}",
        ("等级", "份数", "占比"),
        tuple(
            (grade, grades[grade], round(Decimal(grades[grade]) / count, 4) if count else Decimal(0))
            for grade in [*known, *sorted(grades.keys() - set(known))]
        ),
        (2,),
    )


def _levels(tally: _Tally) -> Block:
    return Block(
        "按一级指标",
        ("一级指标", "指标数", "未完成", "占比", "待评定", "得分率"),
        tuple(
            (tally.spelled[name].most_common(1)[0][0], *_of_level(sums))
            for name, sums in sorted(tally.levels.items(), key=lambda item: (-item[1]["items"], item[0]))[:_LEVELS]
        ),
        (3, 5),
    )


def _of_level(sums: Mapping[str, Decimal]) -> tuple[Value, ...]:
    items, missed, undecided = (int(sums[key]) for key in ("items", "missed", "undecided"))
    earned = round(sums["score"] / sums["weight"], 4) if sums["weight"] else ""
    return items, missed, round(sums["missed"] / items, 4), undecided, earned


def _frequent(tally: _Tally) -> Block:
    return Block(
        f"最常见的问题（错误和警告，前 {MOST} 项）",
        ("问题", "编号", "级别", "份数", "处数"),
        tuple(
            (catalogue()[id].title, id, SEVERITY_NAMES[tally.severities[id]], number, tally.cells[id])  # type: ignore[index]
            for id, number in sorted(tally.returns.items(), key=lambda item: (-item[1], item[0]))[:MOST]
        ),
    )


def _whole(intake: Intake) -> Iterable[tuple[Value, ...]]:
    yield "收到的自评表（份，含旧版）", intake.returned
    yield "计入的（份，每个项目最新一版）", intake.counting
    yield "计入的里面，有错误的（份）", intake.wrong
    if intake.year is not None:
        yield f"不是 {intake.year} 年度的（份，不计入）", intake.other_year
    elif len(intake.years.keys() - {None}) > 1:
        yield from ((f"计入的里面，{year_name(year)}的（份）", count) for year, count in intake.years.items())
    yield "空白表（份，没有填，不计入）", intake.blank
    yield "读不了的文件（个）", intake.unread - intake.formless
    yield "不是自评表的工作簿（个）", intake.formless
    yield "跳过的文件（个，不是自评表）", len(intake.missed)
    if intake.roll.expected:
        yield from ((f"催报：{state}", count) for state, count in intake.states.items())


def year_name(year: int | None) -> str:
    """A year as people read it, also where a return names none."""
    return f"{year} 年度" if year else "没写年度"


def _rows(groups: dict[str, _Group]) -> tuple[tuple[Value, ...], ...]:
    return tuple((name, *group.cells()) for name, group in sorted(groups.items()))


def _mean(scores: list[Decimal]) -> Value:
    return round(sum(scores, Decimal(0)) / len(scores), 2) if scores else ""
