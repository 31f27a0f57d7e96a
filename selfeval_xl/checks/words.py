"""Figures of the form that its running text states once more (自评得分98.75分), picked out from all others in the text.

Only a figure that can mean nothing else is taken: a whole clause that says what, how much and in which unit, about this
form and its year.  Sub-projects, other years, averages and scales of points have figures of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from selfeval_xl.checks.figures import half, nothing
from selfeval_xl.evaluation import year_of
from selfeval_xl.groups import by_key
from selfeval_xl.lazy import lazy
from selfeval_xl.model import Entry, Evaluation
from selfeval_xl.quantity.text import squeeze, unspaced
from selfeval_xl.quantity.units import CURRENCY


class TextFigure(NamedTuple):
    """A figure as the text writes it, with its unit; of a grade ("grade") ``text`` is the word, and the value 0.

    ``kind`` says what it is: "executed", "rate", "total"… (see ``_Kind``).  Of two figures of a kind that with the
    lower ``doubt`` is the one that is meant; see :func:`figures_in`.
    """

    kind: str
    text: str
    value: Decimal = Decimal(0)
    unit: str = ""
    doubt: int = 0

    @property
    def amount(self) -> Decimal:
        """The value; of money in 元."""
        return self.value * CURRENCY.get(self.unit, Decimal(1))

    @property
    def rounding(self) -> Decimal:
        """Half of the last digit that is written, on the scale of the amount."""
        return half(len(self.text.partition(".")[2])) * CURRENCY.get(self.unit, Decimal(1))


class _About(NamedTuple):
    """The form that the text is about: its year, its name in half-width characters, whether it is a department's."""

    year: str
    name: str
    department: bool


class _Kind(NamedTuple):
    """The pattern of a clause (noun, verb, figure, unit), and the kind of figure that it states.

    A ``sure`` noun is only used for the form as a whole (全年执行数).  Any other (累计支出) counts only where the text
    is known to speak of the whole form, and a ``named`` one only where the same clause says so (本项目得分).  A
    ``vague`` noun has two meanings: 年度预算 may be the initial or the adjusted budget, 调整后预算 can't.  Kind "" is a
    figure of the form that is recognized but not checked.
    """

    kind: str
    pattern: re.Pattern[str]
    sure: bool = True
    named: bool = False
    vague: bool = False


_NUMBER = r"(?P<number>\d+(?:\.\d+)?)"
_IS = "(?:已|仅|累计|实际)*(?:共计|合计|总计|共|为|是|有|完成|实现|达到|达|:)?了?"
_SUM = "(?:数额?|金额|总[额数]|资金)?"
_QUOTE = "[\"'“”‘’「」《》]*"
_GRADE = f"(?P<number>优秀|优|良好|良|中等|中|较差|差|基本合格|不合格|合格|不及格|及格){_QUOTE}(?P<unit>级|等|档)?"


def _kind(kind: str, noun: str, unit: str, *, sure: bool = True, named: bool = False, vague: bool = False) -> _Kind:
    return _Kind(kind, lazy(rf"(?P<of>.*?)(?:{noun}){_IS}{_NUMBER}(?P<unit>{unit})"), sure, named, vague)


def _graded(noun: str, *, sure: bool = True) -> _Kind:
    return _Kind("grade", lazy(rf"(?P<of>.*?)(?:{noun}){_QUOTE}{_GRADE}"), sure)


_BE = "(?:为|为?:|是)"
_MONEY = "|".join(CURRENCY)
_CHANGE = "(?:调[增减整]|追[加减]|[压核]减)"
_BUDGETED = f"预算{_SUM}(?:[计测]算)?的?"
_DONE = "(?:全年|全部|累计|实际|资金|预算|已|共|总)*"
_BY_LAST_SIGN = {
    "元": (
        _kind("executed", "(?:全年)?(?:预算)?执行(?:数额?|金额)", _MONEY),
        _kind("executed", f"{_DONE}(?:执行|支出|支付){_SUM}", _MONEY, sure=False),
        _kind("adjusted", "全年预算(?:数额?|金额|资金|总[额数])?", _MONEY),
        _kind("adjusted", f"调整后的?(?:全年|年度)?预算{_SUM}", _MONEY, sure=False),
        _kind("adjusted", f"年度预算{_SUM}", _MONEY, sure=False, vague=True),
        _kind("initial", f"年初预算{_SUM}", _MONEY, sure=False),
        _kind("balance", f"(?:年末|年底|资金|预算)*(?:结余|未执行|未支出|未使用){_SUM}", _MONEY, sure=False),
        _kind("", f"(?:年中|预算)*{_CHANGE}(?:预算)?{_SUM}", _MONEY, sure=False),
    ),
    "%": (
        _kind("", f"按?年初{_BUDGETED}执行率", "%"),
        _kind("rate", f"按?调整后的?(?:全年|年度)?{_BUDGETED}执行率", "%"),
        _kind("rate", "(?:全年)?(?:预算|资金|经费|支出)*执行率", "%", vague=True),
        _kind("rate", f"{_DONE}(?:经费)?(?:执行|支出|支付)(?:进度|比例|率)", "%", sure=False),
    ),
    "分": (
        _kind("total", "自我?评价?(?:综合|总)?(?:得分|评分|总分|分数|分|得)?|总得分", "分"),
        _kind("total", "(?:综合|最终|评价)?得分", "分", sure=False, named=True),
    ),
}
_GRADES = (
    _graded(f"自我?评价?(?:结果|结论)?(?:评定|定|评)?{_BE}"),
    _graded(f"(?:自评|评价|绩效|评定|综合)*(?:等级|等次|档次|级别)(?:被?评定|确定|被?评)?(?:{_BE})?"),
    _graded(f"(?:评价|评定|绩效)*(?:结果|结论){_BE}|(?:被|获)?(?:评定|认定|评)为", sure=False),
)
_LAST_OF_GRADES = frozenset("优秀良好中等差级档格\"'“”‘’「」《》")

_SENTENCES = lazy(r"[。;!\n]")
_CLAUSES = lazy(r"[,、]")
_ASIDE = lazy(r"\([^()]*\)")
_THOUSANDS = lazy(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_LISTED = lazy(
    r"(?:^|(?<=:))(?:\(?(?:\d{1,2}|[一二三四五六七八九十]{1,2})\)|\d{1,2}[.、](?!\d)|[一二三四五六七八九十]{1,2}、)"
)
_YEAR = lazy(r"(?<!\d)20\d\d(?=年)")
_YEARS = lazy(r"(?<=年|度)、(?=20\d\d年)")
# Examples, averages and parts of the year: the whole sentence states nothing of the form.
_UNSAID = lazy(
    rf"例如|举例|示例|比如|如:|假[设如]|平均|均[为达](?!到?满分)|(?<!\d)(?:[1-9]|10|11)月|季度|上半年|中期|监控|年中(?!(?:预算)?{_CHANGE})"
)
_OTHER_YEARS = lazy("上年|去年|上一年|往年|以前年度|次年|下年|明年|下一年|同[比期]")
# Parts of the form, and others who judge it: from here on the sentence is about them.
_OTHERS = lazy(
    "子项目|分项|[各个些两]项目|[各个两]单位|复核|抽查|第三方|评审|专家|财政局|(?:财政|主管)部门"
    "|(?:上年|去年|以前年度|历年)[^,]{0,4}结[转余]"
)
_COMPARED = lazy(
    "[,、]?(?:同比|环比|较(?!为|[好差])|(?<!占)比(?![例重率])|与)[^,、]{0,60}?"
    "(?:提[高升]|增[长加幅]|下降|降低|减少|上升|回落|持平)[^,、]*"
)
_BY_ORDER = lazy("(?:根据|按照?|依据).*(?:要求|通知|文件|规定|部署|办法|方案|精神)")
_SCALE = lazy(r"以上|以下|以内|不足|不低于|不高于|不少于|≥|≤|[<>]|\d分?[-~～—–至]\d|满分|每[低少]|扣|得\d")
_BARE_GRADE = lazy(f"{_QUOTE}{_GRADE}(?:[三四五]?个?(?:等级|等次|档次|档|级))?")
_OWN = lazy(
    "(?:综上所述|综上|根据|经过?|通过|综合|总体|整体|最终|最后|截至|年?底|12月(?:31日|底|末)?|本次|此次|今|当|本|该|此|我|项目|部门"
    "|单位|专项|转移支付|局|全年|年度?|绩效|自评|支出|的|其|总|并|且|最|后)*+"
)
_PART_OF_DEPARTMENT = lazy("项目|专项")
_NAMED = lazy("[本该此我]|项目|部门|单位|专项|转移支付")
_WHOLE = lazy("总|整体|综合")
_NAMED_FIRST = lazy(r"(?:20\d\d年度?)?(?:本|[该此我](?:项目|专项|单位|部门|局)|项目)")
_HEADS = lazy(".*(?:结论|情况|说明|备注|注|评价|意见|总结|概述|综述|事项|得分|等级|结果)")
_FIGURE = lazy(r"\d(?:[万亿]?元|%|分)")
_INCLUDED = frozenset({"(含)", "(不含)"})
_SHORTEST_NAME = 3  # characters from which a name is not found in a text by chance
_LONGEST = 800  # characters; what is longer is no sentence, and the search takes quadratic time
_HALF_MARKS = 50  # fewer points may be those of a part


def own_texts(evaluation: Evaluation) -> tuple[Entry, ...]:
    """The running texts in which an official form speaks of itself: beside its tables, and of the goal reached."""
    goal = evaluation.goal_actual
    return evaluation.texts if evaluation.template is not None or goal.blank else (*evaluation.texts, goal)


def with_claims_in_words(evaluation: Evaluation) -> Evaluation:
    """The evaluation, its claimed total and grade filled in from the text where no cell has them.

    A text that states two different totals (or grades) fills in none.
    """
    known: dict[str, dict[TextFigure, Entry]] = {"total": {}, "grade": {}}
    for entry in own_texts(evaluation):
        for one in figures_in(entry, evaluation):
            if one.kind == "grade" or (one.kind == "total" and one.value >= _HALF_MARKS):
                known[one.kind].setdefault(one, entry)
    total, grade = (_single(list(ones)) for ones in known.values())
    if total is not None and nothing(evaluation.claimed_total):
        entry = Entry(total.text, total.value, known["total"][total].place)
        evaluation = evaluation._replace(claimed_total=entry)
    if grade is not None and nothing(evaluation.claimed_grade):
        evaluation = evaluation._replace(claimed_grade=Entry(grade.text, None, known["grade"][grade].place))
    return evaluation


def own_sentences(entry: Entry, evaluation: Evaluation) -> Iterator[str]:
    """The sentences of a text that are about this form and its year alone, half-width and without spaces."""
    about = _about(evaluation)
    for whole in _sentences(entry.text, about):
        sentence = _COMPARED.sub("", whole)
        if not (_UNSAID.search(sentence) or _OTHERS.search(sentence) or _of_other_years(sentence, about)):
            yield sentence


def names_whole_form(words: str, evaluation: Evaluation) -> bool:
    """True for the subject of a clause that is the form as a whole (本项目), or is left out."""
    return _subject(words, _about(evaluation)) is not None


def figures_in(entry: Entry, evaluation: Evaluation) -> list[TextFigure]:
    """The figures of this form that a text states, one of a kind; none of a kind that it states differently.

    A clear noun goes before a vague one, and a figure before one behind 其中 (see ``TextFigure.doubt``).  Of the same
    figure twice (95.17%, 95.2%) the more exact one counts.
    """
    found = _all_figures(entry.text, _about(evaluation), entry is evaluation.goal_actual)
    by_kind = by_key((one.kind, one) for one in found)
    return [single for several in by_kind.values() if (single := _single(several)) is not None]


def _single(several: list[TextFigure]) -> TextFigure | None:
    """The figure that the least doubtful of these all state, as exactly as one of them does; None where they differ."""
    least = min((one.doubt for one in several), default=0)
    clear = [one for one in several if one.doubt == least]
    exact = min(clear, key=lambda one: one.rounding, default=None)
    return exact if exact and all(_alike(one, exact) for one in clear) else None


def _alike(one: TextFigure, exact: TextFigure) -> bool:
    """True for the same grade, or a figure that is the exact one rounded."""
    return one.text == exact.text if one.kind == "grade" else abs(one.amount - exact.amount) <= one.rounding


@lru_cache(maxsize=256)  # asked once for each check
def _all_figures(text: str, about: _About, listing: bool) -> tuple[TextFigure, ...]:
    """Every figure of the form in a text; a ``listing`` (目标完成情况) goes through many tasks, each with its money."""
    reader = _Reader(about, listing)
    for sentence in _sentences(text, about):
        reader.read(_COMPARED.sub("", _without_asides(sentence)))
    return tuple(dict.fromkeys(reader.found))


class _Reader:
    """Goes through a text clause by clause, and keeps track of what it speaks about.

    ``elsewhere``: the last figure was of something else, so a clause without a subject may go on with that.
    ``strayed``: something else was spoken of since the form was named, though without such a figure.
    ``in_parts``: 其中 was said in this sentence, so what follows may be about a part.
    """

    def __init__(self, about: _About, listing: bool) -> None:
        self.about, self.listing = about, listing
        self.elsewhere, self.strayed, self.in_parts = False, listing, False
        self.found: list[TextFigure] = []

    def read(self, sentence: str) -> None:
        """Take the figures of one sentence."""
        if _UNSAID.search(sentence):
            self.strayed = True
            return
        clauses = _CLAUSES.split(sentence)
        scaled = other_year = self.in_parts = False  # scaled: a scale of points (90分以上为优) was spoken of
        graded = not any(_BARE_GRADE.fullmatch(_ASIDE.sub("", clause)) for clause in clauses)
        before = len(self.found)
        for clause in clauses:
            bare = _ASIDE.sub("", clause)
            if _OTHERS.search(clause) and not _BY_ORDER.fullmatch(bare):
                self.elsewhere = self.elsewhere or bool(_FIGURE.search(bare))
                return
            if _of_other_years(clause, self.about):
                other_year, self.elsewhere = True, self.elsewhere or bool(_FIGURE.search(bare))
                continue
            self.in_parts = self.in_parts or "其中" in bare
            stated = _matching(bare)
            subject = _subject(stated[1]["of"], self.about) if stated else None
            if stated is None or subject is None:
                if "其中" in bare and self._this_year(bare):
                    del self.found[before:]  # they were of several years
                scale = _SCALE.search(bare) is not None
                scaled = scaled or scale
                self._skip(bare, stated is not None or "其中" in bare or (not scale and bool(_FIGURE.search(bare))))
                continue
            kind, match = stated
            if (other_year and not self._this_year(subject)) or (kind.kind == "grade" and not graded):
                continue
            if self._of_form(kind, subject, bare, scaled):
                scaled = other_year = self.elsewhere = False
                self.strayed = self.strayed and not (_NAMED.search(subject) or self._surely_whole(kind, bare))
                if kind.kind:
                    self.found.append(self._figure(kind, match, subject))
            else:
                self.elsewhere = self.elsewhere or bool(subject) or not kind.named

    def _figure(self, kind: _Kind, match: re.Match[str], subject: str) -> TextFigure:
        figure = match["number"]
        value = Decimal(figure) if figure[0].isdigit() else Decimal(0)
        of_part = self.in_parts and not _WHOLE.search(subject)
        return TextFigure(kind.kind, figure, value, match["unit"] or "", kind.vague + 2 * of_part)

    def _of_form(self, kind: _Kind, subject: str, bare: str, scaled: bool) -> bool:
        """Whether a clause with this subject states the figure of the whole form."""
        if not subject and (self.elsewhere or (scaled and kind.kind != "total")):
            return False
        if _NAMED.search(subject):
            return True
        if kind.named:
            return False
        whole = kind.sure and (not self.listing or self._surely_whole(kind, bare))
        return whole or self._this_year(subject) or not self.strayed

    def _surely_whole(self, kind: _Kind, bare: str) -> bool:
        """True for 全年预算1200万元: even within a list of tasks, it brings the text back to the whole form."""
        return kind.sure and ("全年" in bare or "自评" in bare)

    def _skip(self, bare: str, other_figure: bool) -> None:
        """Pass over a clause that states no figure of the form; ``other_figure``: it states one of something else."""
        self.elsewhere = self.elsewhere or other_figure
        if _NAMED_FIRST.match(bare.rpartition(":")[2]):
            self.strayed = False
        elif _subject(bare, self.about) is None and not _BY_ORDER.fullmatch(bare):
            self.strayed = True

    def _this_year(self, words: str) -> bool:
        return any(year in words for year in (self.about.year or "本年", "本年", "今年"))


def _sentences(text: str, about: _About) -> Iterator[str]:
    """The sentences of a text, half-width and without spaces; the form's name, which may hold any word, becomes 本."""
    for sentence in _SENTENCES.split(unicodedata.normalize("NFKC", _THOUSANDS.sub("", text))):
        bare = unspaced(sentence)
        if not 0 < len(bare) <= _LONGEST:
            continue
        if about.name:
            bare = bare.replace(about.name, "本")
        yield _YEARS.sub("和", _LISTED.sub("", bare))


def _without_asides(sentence: str) -> str:
    """The sentence without brackets that hold figures, which only explain those before them; （2023年） stays."""
    while (shorter := _ASIDE.sub(_aside, sentence)) != sentence:
        sentence = shorter
    return sentence


def _aside(match: re.Match[str]) -> str:
    return "" if match[0] in _INCLUDED or any(map(str.isdigit, _YEAR.sub("", match[0]))) else match[0]


def _of_other_years(words: str, about: _About) -> bool:
    return not set(_YEAR.findall(words)) <= {about.year} or _OTHER_YEARS.search(words) is not None


def _matching(clause: str) -> tuple[_Kind, re.Match[str]] | None:
    """The kind of figure that a clause states, and the match of its pattern."""
    last = clause[-1:]
    kinds = _GRADES if last in _LAST_OF_GRADES else _BY_LAST_SIGN.get(last, ())
    return next(((kind, match) for kind in kinds if (match := kind.pattern.fullmatch(clause))), None)


def _about(evaluation: Evaluation) -> _About:
    header, department = evaluation.header, evaluation.form == "department"
    name = squeeze((header.unit if department else header.project).text)
    return _About(str(year_of(header.year) or ""), name if len(name) >= _SHORTEST_NAME else "", department)


def _subject(words: str, about: _About) -> str | None:
    """The words for the whole form that a clause is about, "" where it names nothing; None where it names another."""
    head, colon, words = words.rpartition(":")
    if colon and not _HEADS.fullmatch(head):
        return None
    if about.department and _PART_OF_DEPARTMENT.search(words):
        return None  # 项目支出 is beside 基本支出
    return words if _OWN.fullmatch(_YEAR.sub("", words)) else None
