"""Figures that the words beside a form's tables state once more (自评得分98.75分), told apart from all others in them.

Only what can't be meant of anything else is taken: a whole clause that says what, how much and in which unit, of this
form and of its year.  Sub-projects, other years, averages and scales of points have figures of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.model import Entry, Evaluation


class Said(NamedTuple):
    """A figure as words state it: what of (executed, adjusted, rate, total, grade), the figure or word, its unit."""

    kind: str
    text: str
    value: Decimal = Decimal(0)
    unit: str = ""


_NUMBER = r"(?P<number>\d+(?:\.\d+)?)"
_IS = "(?:共计|合计|总计|共|为|是|达到|达|:)?"
_KINDS = (
    ("executed", lazy(rf"(?P<of>.*?)(?:全年)?(?:预算)?执行(?:数额?|金额){_IS}{_NUMBER}(?P<unit>亿元|万元|元)")),
    ("adjusted", lazy(rf"(?P<of>.*?)全年预算(?:数额?|金额|资金)?{_IS}{_NUMBER}(?P<unit>亿元|万元|元)")),
    ("rate", lazy(rf"(?P<of>.*?)(?:全年)?(?:预算|资金)?执行率{_IS}{_NUMBER}(?P<unit>%)")),
    ("total", lazy(rf"(?P<of>.*?)(?:自评(?:综合|总)?(?:得分|评分|总分|分数|分)|总得分){_IS}{_NUMBER}(?P<unit>分)")),
    (
        "grade",
        lazy(
            r"(?P<of>.*?)(?:自评|评价|绩效)?(?:等级|等次|档次)(?:评定|确定)?(?:为|是|:)?[\"'“”‘’「]*"
            r"(?P<number>优秀|优|良好|良|中等|中|较差|差)[\"'“”‘’」]*(?P<unit>级|等|档)?"
        ),
    ),
)
_SENTENCES = re.compile(r"[。;!\n]")
_CLAUSES = re.compile(r"[,、，]")
_ASIDE = re.compile(r"\([^()]*\)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_YEAR = re.compile(r"(?<!\d)20\d\d(?=年)")
_OTHERS = lazy(
    "例如|举例|示例|比如|如:|假[设如]|上年|去年|上一年|往年|以前年度|次年|下年|明年|下一年|同比|子项目|分项|[各个些两]项目|[各个两]单位|平均|均[为达]"
    r"|复核|抽查|第三方|评审|专家|财政局|(?:财政|主管)部门|(?<!\d)(?:[1-9]|10|11)月|季度|上半年|中期|监控|年中"
)
_SCALE = lazy(
    r"以上|以下|以内|不足|不低于|不高于|不少于|≥|≤|[<>]|[(（]不?含[)）]|\d分?[-~～—–至]\d|满分|每[低少]|扣|得\d"
)
_OWN = lazy(
    "(?:综上所述|综上|根据|经过?|通过|综合|总体|整体|最终|最后|本次|此次|本|该|此|我|项目|部门|单位|专项|转移支付|局|全年|年度?|绩效"
    "|自评|支出|的|其|总|并|且|最|后)*"
)
_HEADS = lazy(".*(?:结论|情况|说明|备注|注|评价|意见|总结|概述|综述|事项|得分|等级)")
_FIGURE = lazy(r"\d(?:[万亿]?元|%|分)")


def own_sentences(entry: Entry, evaluation: Evaluation) -> Iterator[str]:
    """The sentences of a text that speak of this form and its year, on half-width signs without spaces."""
    text = unicodedata.normalize("NFKC", _THOUSANDS.sub("", entry.text))
    year = "".join(sign for sign in evaluation.header.year.text if sign.isdigit())[:4]
    for sentence in _SENTENCES.split(text):
        bare = "".join(sentence.split())
        if bare and not _OTHERS.search(bare) and set(_YEAR.findall(bare)) <= {year}:
            yield bare


def said(entry: Entry, evaluation: Evaluation) -> list[Said]:
    """What a text states of this form; nothing of a kind of which it has two different figures."""
    found: list[Said] = []
    foreign = False
    for sentence in own_sentences(entry, evaluation):
        if _SCALE.search(sentence):
            continue
        for clause in _CLAUSES.split(_ASIDE.sub("", sentence)):
            matches = [(kind, match) for kind, pattern in _KINDS if (match := pattern.fullmatch(clause))]
            if "其中" in clause or (not matches and _FIGURE.search(clause)):
                foreign = True  # what follows without a subject may go on with that of this clause
            for kind, match in matches[:1]:
                subject = _subject(match["of"], evaluation)
                if subject is None or (foreign and not subject):
                    foreign = True
                    break
                foreign = False
                number = match["number"]
                found.append(
                    Said(kind, number, Decimal(number) if number[0].isdigit() else Decimal(0), match["unit"] or "")
                )
    kinds = [one.kind for one in dict.fromkeys(found)]
    return [one for one in dict.fromkeys(found) if kinds.count(one.kind) == 1]


def _subject(words: str, evaluation: Evaluation) -> str | None:
    """Of what a clause speaks, "" where it does not say; None where that may not be the whole of the form."""
    head, colon, words = words.rpartition(":")
    if colon and not _HEADS.fullmatch(head):
        return None
    name = evaluation.header.unit if evaluation.form == "department" else evaluation.header.project
    known = "".join(unicodedata.normalize("NFKC", name.text).split())
    bare = words.replace(known, "") if known else words
    return words if _OWN.fullmatch(_YEAR.sub("", bare)) else None
