"""The tables of a ledger: columns with their widths and kinds, rows by generators that hold one return at a time."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from selfeval_xl.collect.intake import TO_MEND, Intake, Return
from selfeval_xl.collect.reviews import (
    CHANGED,
    GONE,
    PENDING,
    REVIEWED,
    STANDING,
    UNTRUE,
    VERDICTS,
    Key,
    Opinion,
    Opinions,
    review_key,
)
from selfeval_xl.collect.reviews import SHEET as REVIEW_SHEET
from selfeval_xl.collect.rollcall import BLANK, FORMLESS, UNREAD
from selfeval_xl.groups import by_key
from selfeval_xl.mistakes import few
from selfeval_xl.model import SEVERITY_NAMES
from selfeval_xl.quantity.units import CURRENCY
from selfeval_xl.read.words import FORM
from selfeval_xl.render.findings import shortened
from selfeval_xl.report.text import SEAL_TITLES, signature
from selfeval_xl.workbook.references import column_letters

Kind = Literal["text", "wrap", "center", "number", "rate", "whole", "figure", "link"]
NUMBERS = ("number", "rate", "whole")
"""The kinds of columns that hold nothing but numbers."""
FORMS = {form: words[0] for form, words in FORM.keys.items()}
COUNTS, SUPERSEDED, REPEATED = "计入", "旧版", "重复"
NOT_READ, NO_FORM, EMPTY_FORM, OTHER_YEAR = "读不了", "不是自评表", "空白表", "别的年度"
NO_GRADE = "待评定"
_SHOWN = 3  # messages of one finding that a line of the review shows
_CELLS = 40  # cells that it shows


class Link(NamedTuple):
    """A cell that leads to a file: what is shown, and the path or URL."""

    text: str
    target: str


class Derived(NamedTuple):
    """A cell with a formula, and its present result ``text``; ``{row}`` in the formula is the cell's own row."""

    text: str
    formula: str


Cell = str | int | Link | Derived | None
"""In columns of the kinds number and rate a number is a decimal string, and mostly so in those of kind figure."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in characters, and the kind of its cells."""

    title: str
    width: float = 10
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the ledger; ``rows`` makes its rows one by one, and ``count`` is their number."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[tuple[Cell, ...]]]
    count: int


OVERVIEW = (
    Column("序号", 5, "whole"), Column("单位", 20, "wrap"), Column("项目", 22, "wrap"), Column("年度", 6, "whole"),
    Column("表式", 9, "wrap"), Column("单位类别", 9, "wrap"), Column("全年预算数（万元）", 14, "number"),
    Column("全年执行数（万元）", 14, "number"), Column("执行率", 9, "rate"),
    Column("自评分", 8, "number"),
    Column("测算分", 8, "number"), Column("相差", 8, "number"), Column("等级", 8, "center"),
    Column("自评等级", 9, "center"),
    Column("错误", 5, "whole"), Column("警告", 5, "whole"), Column("提示", 5, "whole"), Column("封签", 9),
    Column("签名", 14, "wrap"), Column("版本", 7), Column("计入", 9, "wrap"),
    Column("提交时间", 16), Column("说明", 30, "wrap"),
    Column("打开", 6, "link"), Column("文件", 60, "wrap"),
    Column("全年预算数", 18, "number"), Column("全年执行数", 18, "number"), Column("金额单位", 9),
)  # fmt: skip
FINDINGS = (
    Column("单位", 20, "wrap"), Column("项目", 20, "wrap"), Column("年度", 6, "whole"), Column("级别", 6),
    Column("编号", 20), Column("问题", 60, "wrap"), Column("填报值", 14, "figure"),
    Column("应为", 14, "figure"), Column("相差", 14, "figure"), Column("怎么改", 40, "wrap"),
    Column("工作表", 14, "wrap"), Column("单元格", 14, "wrap"), Column("打开", 6, "link"), Column("文件", 60, "wrap"),
)  # fmt: skip
ROLL_CALL = (
    Column("单位", 30, "wrap"), Column("项目", 30, "wrap"), Column("类别", 12), Column("状态", 12),
    Column("份数", 7, "whole"), Column("版本数", 7, "whole"), Column("最近提交", 16), Column("邮箱", 28),
    Column("说明", 40, "wrap"), Column("年度", 11),
)  # fmt: skip
REVIEW = (
    Column("单位", 20, "wrap"), Column("项目", 20, "wrap"), Column("年度", 6, "whole"), Column("级别", 6),
    Column("编号", 20), Column("处数", 6, "whole"), Column("问题", 60, "wrap"), Column("状态", 10),
    Column("复核结论", 12), Column("复核意见", 40, "wrap"), Column("单元格", 14, "wrap"), Column("打开", 6, "link"),
    Column("文件", 60, "wrap"),
)  # fmt: skip
_VERDICT = column_letters(1 + [column.title for column in REVIEW].index("复核结论"))
_UNDECIDED = f'OR({_VERDICT}{{row}}="",{_VERDICT}{{row}}="{PENDING}")'
_STATE = f'IF({_UNDECIDED},"{STANDING}","{REVIEWED}")'
_STATE_CHANGED = f'IF({_UNDECIDED},"{STANDING}",IF({_VERDICT}{{row}}="%s","{CHANGED}","{REVIEWED}"))'


def tables(intake: Intake, opinions: Opinions) -> tuple[Table, ...]:
    """一览, 问题清单, 催报 and 复核."""
    lines = sum(1 for _ in reviews(intake, opinions))
    return (
        Table("一览", OVERVIEW, lambda: overview(intake), len(intake)),
        Table("问题清单", FINDINGS, lambda: findings(intake), intake.findings),
        Table("催报", ROLL_CALL, lambda: calls(intake), len(intake.roll_call)),
        Table(REVIEW_SHEET, REVIEW, lambda: reviews(intake, opinions), lines),
    )


def overview(intake: Intake) -> Iterator[tuple[Cell, ...]]:
    """One line for each return, and for each file without one."""
    for one in intake.returns():
        form = one.form or {"form": None, "budget": {}, "total": {}, "seal": None}
        budget, total, seal = form["budget"], form["total"], form["seal"] or {}
        found = one.severity_counts
        currency = None if _unsure_of_unit(one) else budget.get("currency_unit")
        yield (
            one.index + 1, one.unit, one.project, one.year,
            FORMS.get(form["form"], "其他") if one.form else None, one.kind,
            in_wan(budget.get("adjusted"), currency), in_wan(budget.get("executed"), currency), budget.get("rate"),
            claimed(one), total.get("score"), difference(claimed(one), total.get("score")), grade(one),
            total.get("claimed_grade"),
            *found.values(), SEAL_TITLES[seal["state"]] if seal else "",
            signature(seal.get("signature"), seal.get("signer")),
            version_text(one) if one.form else None, standing(one),
            moment(one.source.sent), remark(one), Link("打开", one.source.file), one.source.name,
            budget.get("adjusted"), budget.get("executed"), budget.get("currency_unit"),
        )  # fmt: skip


def findings(intake: Intake) -> Iterator[tuple[Cell, ...]]:
    """One line for each finding of a return that counts, and for each file that could not be read, with the reason.

    Of superseded versions only the overview has the numbers of findings.
    """
    for one in intake.counting_returns():
        whose = f"{one.source.label}：" if one.failed else ""  # a printed ledger shows no paths
        for finding in one.gravest_first:
            yield (
                one.unit, one.project, one.year, SEVERITY_NAMES[finding["severity"]], finding["id"],
                whose + finding["message"], shortened(finding["provided"]), shortened(finding["expected"]),
                finding["difference"], finding["fix"], finding["sheet"], " ".join(finding["cells"]),
                Link("打开", one.source.file), one.source.name,
            )  # fmt: skip


def calls(intake: Intake) -> Iterator[tuple[Cell, ...]]:
    """One line for each line of the roll-call."""
    for line in intake.roll_call:
        expected = line.expected
        yield (
            expected.unit, expected.project, expected.kind, line.state, line.returns, line.versions,
            moment(line.sent), expected.mail, line.note, "、".join(map(str, line.years)),
        )  # fmt: skip


def reviews(intake: Intake, opinions: Opinions) -> Iterator[tuple[Cell, ...]]:
    """One line for each kind of finding in a return, with what the reviewer wrote about it in the old ledger.

    Opinions on findings that no longer appear come last: nothing that a reviewer wrote is dropped.
    """
    for one, found, words in _reviewed(intake, opinions):
        if one is None:
            yield (
                words.unit, words.project, words.year, words.severity, words.id, None, words.message,
                f"{GONE}（{words.state}）" if words.state else GONE, words.verdict, words.opinion,
                words.cells or None, None, words.file,
            )  # fmt: skip
            continue
        message, where = messages_of(found), _cells(found)
        yield (
            one.unit, one.project, one.year, SEVERITY_NAMES[found[0]["severity"]], found[0]["id"], len(found),
            message, state(words, changed=not words.about(message, where)), words.verdict, words.opinion, where,
            Link("打开", one.source.file), one.source.name,
        )  # fmt: skip


def dismissed(intake: Intake, opinions: Opinions) -> frozenset[tuple[int, str]]:
    """The findings that reviewers called untrue (不属实) and that are unchanged: the return's index, and their id."""
    return frozenset(
        (one.index, found[0]["id"])
        for one, found, words in _reviewed(intake, opinions)
        if one is not None and words.verdict == UNTRUE and words.state != CHANGED
        if words.about(messages_of(found), _cells(found))
    )


def _reviewed(
    intake: Intake, opinions: Opinions
) -> Iterator[tuple[Return | None, Sequence[Mapping[str, Any]], Opinion]]:
    """Each return with its findings of one id and the opinion on them; last the opinions that belong to no return."""
    left: dict[Key, list[Opinion]] = defaultdict(list)
    for one_by_one in opinions.values():
        for words in one_by_one:  # an older ledger may have another spelling of a name
            unit, project = intake.roll.names.shown(words.unit, words.project)
            left[review_key(unit, project, words.year, words.id, words.file)].append(words)
    for one in intake.counting_returns():
        if one.failed:
            continue
        to_mend = (finding for finding in one.gravest_first if finding["severity"] in TO_MEND)
        for id, found in by_key((finding["id"], finding) for finding in to_mend).items():
            written = left.get(review_key(one.unit, one.project, one.year, id, one.source.name))
            yield one, found, written.pop(0) if written else Opinion()
    yield from ((None, (), words) for written in left.values() for words in written)


def messages_of(found: Sequence[Mapping[str, Any]]) -> str:
    """The messages of some findings: the first few, and how many there are."""
    messages = list(dict.fromkeys(finding["message"] for finding in found))
    return few(messages, _SHOWN, "\n……共 {} 条，其余见“问题清单”", "\n")


def _cells(found: Sequence[Mapping[str, Any]]) -> str:
    """The cells of some findings; of many the first ones."""
    cells = list(dict.fromkeys(cell for finding in found for cell in finding["cells"]))
    return few(cells, _CELLS, " 等 {} 格", " ")


def in_wan(amount: str | None, unit: str | None) -> str | None:
    """An amount in 万元, exactly; None where its unit is not known."""
    factor = CURRENCY.get(unit or "")
    return None if amount is None or factor is None else format(Decimal(amount) * factor / CURRENCY["万元"], "f")


def grade(one: Return) -> str | None:
    """The grade, or that it is still open; None where the total is above full marks, and for a blank form."""
    if one.form is None or one.failed or "score" in one.above_full:
        return None
    return one.form["total"]["grade"] or NO_GRADE


def state(words: Opinion, *, changed: bool = False) -> str | Derived:
    """The state of a finding's review: a formula over the verdict, unless the reviewer typed something over it.

    A verdict on a problem that has ``changed`` since does not count: the state waits for a new one.
    """
    typed = "" if words.state == CHANGED else words.state
    if words.pending:
        return Derived(STANDING, _STATE)
    if typed:
        return f"{CHANGED}，原为“{typed}”" if changed and not typed.startswith(CHANGED) else typed
    if changed or words.state:
        return Derived(CHANGED, _STATE_CHANGED.replace("%s", words.verdict)) if words.verdict in VERDICTS else CHANGED
    return Derived(REVIEWED, _STATE)


def claimed(one: Return) -> str | None:
    """The total that a form claims: the one typed, or in a workbook of ours that of its formula.

    The formula gives the same as the rules, unless a finding says that it was changed or is stale: then None.
    """
    if one.form is None:
        return None
    total = one.form["total"]
    if total["claimed"] is not None or not one.form["template"]:
        return total["claimed"]  # type: ignore[no-any-return]
    doubtful = any(finding["id"] in ("template.stale", "template.formula") for finding in one.findings)
    return None if doubtful else total["score"]


def difference(claimed: str | None, score: str | None) -> str | None:
    """How many points more are claimed than the rules give; None where one of both is unknown."""
    return None if claimed is None or score is None else format(Decimal(claimed) - Decimal(score), "f")


def version_text(one: Return) -> str:
    """``第2/3版``; "" for a return that came in one version only."""
    version = one.version
    return "" if version.of == 1 else f"第{version.number}/{version.of}版"


def standing(one: Return) -> str:
    """Whether the return counts, or why it doesn't."""
    if one.other_year:
        return OTHER_YEAR
    if not one.version.counts:
        return REPEATED if one.version.repeated or one.failed else SUPERSEDED
    return {UNREAD: NOT_READ, FORMLESS: NO_FORM, BLANK: EMPTY_FORM}[one.failed] if one.failed else COUNTS


def _unsure_of_unit(one: Return) -> bool:
    """Whether there is no rate because an amount may be in another unit than the form says."""
    if one.form is None or one.form["budget"]["rate"] is not None:
        return False
    return any(finding["id"] == "budget.unit" for finding in one.findings)


def remark(one: Return) -> str | None:
    """The 说明 of a return: why a file gave none, what somebody has to look at, which return counts in its place."""
    words = [f"{one.source.label}：{one.reason}"] if one.reason else []
    words += one.doubts
    if one.instead is not None:
        number, source = one.instead
        words.append(f"以序号 {number + 1} 的“{source.label}”为准")
    if one.above_full and not one.failed:
        words.append("总分超过满分，不评等级，也不计入统计的均分")
    if _unsure_of_unit(one):
        words.append("金额的单位前后不一致（见问题清单），没有换算成万元")
    return "；".join(words) or None


def moment(seconds: float) -> str | None:
    """A time as people write it, in this machine's zone."""
    if not seconds:
        return None
    try:
        return datetime.datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return None
