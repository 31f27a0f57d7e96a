"""Figures that the words beside a form's tables state once more (自评得分98.75分), told apart from all others in them.

Only what can't be meant of anything else is taken: a whole clause that says what, how much and in which unit, of this
form and of its year.  Sub-projects, other years, averages and scales of points have figures of their own.
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
from selfeval_xl.lazy import lazy
from selfeval_xl.model import Entry, Evaluation
from selfeval_xl.quantity.text import squeeze, unspaced
from selfeval_xl.quantity.units import CURRENCY


class Said(NamedTuple):
    """A figure as words state it, its unit, and what of: one of the kinds below; for a grade the word.

    ``doubt``: how far another figure of its kind may be the one that is meant; see :func:`said`.
    """

    kind: str
    text: str
    value: Decimal = Decimal(0)
    unit: str = ""
    doubt: int = 0

    @property
    def amount(self) -> Decimal:
        """The value, of money in 元."""
        return self.value * CURRENCY.get(self.unit, Decimal(1))

    @property
    def rounding(self) -> Decimal:
        """Half of the last digit that is written, on the scale of the amount."""
        return half(len(self.text.partition(".")[2])) * CURRENCY.get(self.unit, Decimal(1))


class _About(NamedTuple):
    """The form of which words speak: its year, its name on plain signs, and whether that is of a department."""

    year: str
    name: str
    department: bool


class _Kind(NamedTuple):
    """A noun, a verb and a figure: what is stated.

    ``sure`` nouns are only used of a form as a whole (全年执行数); others (累计支出) must be known to be of it, and the
    ``named`` ones must say so in the same clause.  A ``vague`` one (年度预算) may also be used of what a clearer one
    (调整后预算) is not.  "" are figures of the form that its tables are not asked for.
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
# What is no statement, or one of a part of the year: the sentence goes with it.
_UNSAID = lazy(
    rf"例如|举例|示例|比如|如:|假[设如]|平均|均[为达](?!到?满分)|(?<!\d)(?:[1-9]|10|11)月|季度|上半年|中期|监控|年中(?!(?:预算)?{_CHANGE})"
)
_OTHER_YEARS = lazy("上年|去年|上一年|往年|以前年度|次年|下年|明年|下一年|同[比期]")
# Parts of the whole, and those who judge besides the unit: what follows in the sentence is theirs.
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
_TELLING = 3  # characters from which a name is not found in words by chance
_LONGEST = 800  # signs; what goes on longer is no sentence, and searching it takes time by the square
_HALF_MARKS = 50  # below it words may speak of the points of a part


def spoken(evaluation: Evaluation) -> tuple[Entry, ...]:
    """The words in which an official form speaks of itself: those beside its tables, and what was reached."""
    goal = evaluation.goal_actual
    return evaluation.texts if evaluation.template is not None or goal.blank else (*evaluation.texts, goal)


def claimed(evaluation: Evaluation) -> Evaluation:
    """The evaluation with the total and the grade that only its words state as those claimed.

    Nothing is taken where the form has one of its own, or its words state two.
    """
    known: dict[str, dict[Said, Entry]] = {"total": {}, "grade": {}}
    for entry in spoken(evaluation):
        for one in said(entry, evaluation):
            if one.kind == "grade" or (one.kind == "total" and one.value >= _HALF_MARKS):
                known[one.kind].setdefault(one, entry)
    total, grade = (_meant(list(ones)) for ones in known.values())
    if total is not None and nothing(evaluation.claimed_total):
        words = Entry(total.text, total.value, known["total"][total].place)
        evaluation = evaluation._replace(claimed_total=words)
    if grade is not None and nothing(evaluation.claimed_grade):
        evaluation = evaluation._replace(claimed_grade=Entry(grade.text, None, known["grade"][grade].place))
    return evaluation


def own_sentences(entry: Entry, evaluation: Evaluation) -> Iterator[str]:
    """The sentences of a text that speak of nothing but this form and its year, on half-width signs without spaces."""
    about = _about(evaluation)
    for whole in _sentences(entry.text, about):
        sentence = _COMPARED.sub("", whole)
        if not (_UNSAID.search(sentence) or _OTHERS.search(sentence) or _of_other_years(sentence, about)):
            yield sentence


def own(words: str, evaluation: Evaluation) -> bool:
    """True for words that name the form as a whole, or nothing."""
    return _subject(words, _about(evaluation)) is not None


def said(entry: Entry, evaluation: Evaluation) -> list[Said]:
    """What a text states of this form; nothing of a kind of which it has two different figures.

    One whose noun is vague gives way to one whose is not, and both to one that does not stand behind 其中.  Of the same
    figure twice (95.17%, 95.2%) the more exact one counts.
    """
    by_kind: dict[str, list[Said]] = {}
    for one in _said(entry.text, _about(evaluation), entry is evaluation.goal_actual):
        by_kind.setdefault(one.kind, []).append(one)
    return [meant for several in by_kind.values() if (meant := _meant(several)) is not None]


def _meant(several: list[Said]) -> Said | None:
    """The one figure that is stated several times; None where there are two of them."""
    least = min((one.doubt for one in several), default=0)
    clear = [one for one in several if one.doubt == least]
    exact = min(clear, key=lambda one: one.rounding, default=None)
    return exact if exact and all(_alike(one, exact) for one in clear) else None


def _alike(one: Said, exact: Said) -> bool:
    """True for the same grade, or a figure that is the exact one rounded."""
    return one.text == exact.text if one.kind == "grade" else abs(one.amount - exact.amount) <= one.rounding


@lru_cache(maxsize=256)  # asked once for each check
def _said(text: str, about: _About, listing: bool) -> tuple[Said, ...]:
    """All that a text states; a ``listing`` goes through many things, each with money of its own."""
    reader = _Reader(about, listing)
    for sentence in _sentences(text, about):
        reader.read(_COMPARED.sub("", _without_asides(sentence)))
    return tuple(dict.fromkeys(reader.found))


class _Reader:
    """Goes through a text clause by clause, and keeps in mind of what it speaks.

    ``theirs``: the last figure was of something else, and what follows without a subject may go on with that.
    ``vague``: something else was spoken of, though without such a figure.
    ``parted``: 其中 was said, so that what follows in the sentence may be of a part.
    """

    def __init__(self, about: _About, listing: bool) -> None:
        self.about, self.listing, self.theirs, self.vague, self.parted = about, listing, False, listing, False
        self.found: list[Said] = []

    def read(self, sentence: str) -> None:
        """Take what one sentence states."""
        if _UNSAID.search(sentence):
            self.vague = True
            return
        clauses = _CLAUSES.split(sentence)
        scaled = another = self.parted = False  # a scale of points, another year was spoken of
        graded = not any(_BARE_GRADE.fullmatch(_ASIDE.sub("", clause)) for clause in clauses)
        before = len(self.found)
        for clause in clauses:
            bare = _ASIDE.sub("", clause)
            if _OTHERS.search(clause) and not _BY_ORDER.fullmatch(bare):
                self.theirs = self.theirs or bool(_FIGURE.search(bare))
                return
            if _of_other_years(clause, self.about):
                another, self.theirs = True, self.theirs or bool(_FIGURE.search(bare))
                continue
            self.parted = self.parted or "其中" in bare
            stated = _matching(bare)
            subject = _subject(stated[1]["of"], self.about) if stated else None
            if stated is None or subject is None:
                if "其中" in bare and self._this_year(bare):
                    del self.found[before:]  # they were of several years
                scale = _SCALE.search(bare) is not None
                scaled = scaled or scale
                self._pass(bare, stated is not None or "其中" in bare or (not scale and bool(_FIGURE.search(bare))))
                continue
            kind, match = stated
            if (another and not self._this_year(subject)) or (kind.kind == "grade" and not graded):
                continue
            if self._of_form(kind, subject, bare, scaled):
                scaled = another = self.theirs = False
                self.vague = self.vague and not (_NAMED.search(subject) or self._surely_whole(kind, bare))
                if kind.kind:
                    self.found.append(self._stated(kind, match, subject))
            else:
                self.theirs = self.theirs or bool(subject) or not kind.named

    def _stated(self, kind: _Kind, match: re.Match[str], subject: str) -> Said:
        figure = match["number"]
        value = Decimal(figure) if figure[0].isdigit() else Decimal(0)
        of_part = self.parted and not _WHOLE.search(subject)
        return Said(kind.kind, figure, value, match["unit"] or "", kind.vague + 2 * of_part)

    def _of_form(self, kind: _Kind, subject: str, bare: str, scaled: bool) -> bool:
        """Whether the figure of a clause with this subject is of the whole form."""
        if not subject and (self.theirs or (scaled and kind.kind != "total")):
            return False
        if _NAMED.search(subject):
            return True
        if kind.named:
            return False
        whole = kind.sure and (not self.listing or self._surely_whole(kind, bare))
        return whole or self._this_year(subject) or not self.vague

    def _surely_whole(self, kind: _Kind, bare: str) -> bool:
        """True for 全年预算1200万元, be it in a listing: what follows without a subject goes on with the whole."""
        return kind.sure and ("全年" in bare or "自评" in bare)

    def _pass(self, bare: str, theirs: bool) -> None:
        """Pass over a clause that states nothing of the form, and say whether a figure of something else."""
        self.theirs = self.theirs or theirs
        if _NAMED_FIRST.match(bare.rpartition(":")[2]):
            self.vague = False
        elif _subject(bare, self.about) is None and not _BY_ORDER.fullmatch(bare):
            self.vague = True

    def _this_year(self, words: str) -> bool:
        return any(year in words for year in (self.about.year or "本年", "本年", "今年"))


def _sentences(text: str, about: _About) -> Iterator[str]:
    """The sentences of a text on half-width signs without spaces; the form's name, which may hold any word, is 本."""
    for sentence in _SENTENCES.split(unicodedata.normalize("NFKC", _THOUSANDS.sub("", text))):
        bare = unspaced(sentence)
        if not 0 < len(bare) <= _LONGEST:
            continue
        if about.name:
            bare = bare.replace(about.name, "本")
        yield _YEARS.sub("和", _LISTED.sub("", bare))


def _without_asides(sentence: str) -> str:
    """Brackets with figures explain those before them; others (2023年) may say of what they are."""
    while (shorter := _ASIDE.sub(_aside, sentence)) != sentence:
        sentence = shorter
    return sentence


def _aside(match: re.Match[str]) -> str:
    return "" if match[0] in _INCLUDED or any(map(str.isdigit, _YEAR.sub("", match[0]))) else match[0]


def _of_other_years(words: str, about: _About) -> bool:
    return not set(_YEAR.findall(words)) <= {about.year} or _OTHER_YEARS.search(words) is not None


def _matching(clause: str) -> tuple[_Kind, re.Match[str]] | None:
    """What kind of figure a clause states, and the match."""
    last = clause[-1:]
    kinds = _GRADES if last in _LAST_OF_GRADES else _BY_LAST_SIGN.get(last, ())
    return next(((kind, match) for kind in kinds if (match := kind.pattern.fullmatch(clause))), None)


def _about(evaluation: Evaluation) -> _About:
    header, department = evaluation.header, evaluation.form == "department"
    name = squeeze((header.unit if department else header.project).text)
    return _About(str(year_of(header.year) or ""), name if len(name) >= _TELLING else "", department)


def _subject(words: str, about: _About) -> str | None:
    """Of what a clause speaks, "" where it does not say; None where that may not be the whole of the form."""
    head, colon, words = words.rpartition(":")
    if colon and not _HEADS.fullmatch(head):
        return None
    if about.department and _PART_OF_DEPARTMENT.search(words):
        return None  # 项目支出 is beside 基本支出
    return words if _OWN.fullmatch(_YEAR.sub("", words)) else None
