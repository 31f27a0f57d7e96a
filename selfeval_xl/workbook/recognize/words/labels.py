"""A cell's text as a label: the bare words, and the points, units and fillers that forms attach to them."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.text import says_nothing, unnumbered
from selfeval_xl.quantity.text import squeeze as squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import (
    ALLOCATIONS,
    BUDGET,
    CURRENCIES,
    FIELDS,
    FUNDS,
    GUESSES,
    INDICATORS,
    LEVEL1,
    LEVEL2,
    MONEY_AND_RATE,
    OWNERS,
    SECTIONS,
    TABLES,
    Vocabulary,
)

LONGEST_LABEL = 60
LONGEST_GUESS = 14
_AT_YEAR_END = lazy(r"^截[至止]到?(?:20\d\d年度?)?(?:12月(?:31日|底|末)?|年[底末])止?")
_LONGEST_WHY = 24  # 预算执行率未达到100%的原因说明及改进措施

_MARKS = str.maketrans("", "", " \t\r\n\u3000★☆*●○◆◇▲△※#■□:;,。、_")
_CIRCLED = lazy("^\\s*[①-⑳❶-❿]")
_BRACKETS = lazy(r"[(\[【〔{<《]([^()\[\]【】〔〕{}<>《》]*)[)\]】〕}>》]")
_POINTS = lazy(r"(?:共|计|满分|权重|(?:预算)?执行率×)?(\d{1,3}(?:\.\d+)?)(?:分(?:×?(?:预算)?执行率)?|%)?")
_UNIT = lazy(rf"[^一-鿿]*(?:金额)?(?:单位)?({'|'.join(CURRENCIES)})|(%)")
_OF_VALUE = lazy(r"(?<=[值量数])\((?:含|计量|度量)?单位\)$")  # 指标值（单位） heads the values, 指标值单位 their units
_COLUMN_LETTERS = lazy(r"(?<=[^A-Za-z])[A-Za-z][A-Za-z/÷×=%0-9+*-]*$")
_ENGLISH = lazy(r"(?=[^一-鿿]*[a-z]{2})[A-Za-z][ -~]*?(?=\(?[一-鿿])")  # Actual Value 实际完成值, Target（目标值）
_RANK = lazy(r"(?:指标(?=.级$))?第?([一二三四1-4])级(?:绩效)?(?:指标)?")
_RANKS = dict(zip("一二三四1234", ("一级", "二级", "三级", "四级") * 2, strict=True))
_PAIR = lazy(r"([^:：\n]{1,30}?)[:：](.*)", re.DOTALL)

SAID_INSIDE = lazy(r":\d")  # 得分：9.5分 has its figure with it
APART = lazy(r"\s{2,}|\u3000+|\n")
"""What separates several statements in one cell: a title, 填报单位：甲, 单位：万元."""

OF_WHICH = lazy(r"\s*其\s*中")
"""Opens the name of a part of the line above: 其中：市本级."""

_CODED = frozenset(("代码", "编码", "编号", "名称", "分值", "权重"))
# 实施单位及代码, 单位编码及名称, 三级指标及分值
_CODES = lazy("[及和与](?:代码|编码|编号|分值|权重)$|(?:代码|编码|编号)[及和与](?=名称$)")
_RANKED = frozenset({"level1", "level2", "level4", "name"})
_TRAILING_POINTS = lazy(r"(?<=\D)(\d{1,3}(?:\.\d+)?)分$")
DASH = r"[-—/\\]+"
_FILLER = lazy(r"(?:三级)?(?:指标|目标)[0-9一二三四五六七八九十]*:?[.…]*|\(?\d{1,2}[.、)][.…·]{2,}|[Xx]+")
# Not filler: 不涉及 is an answer, which says that the row doesn't apply; 一 may be the number of a row.
_NO_FILLER = frozenset(("不涉及", "未涉及", "一"))
OPEN_DATE = "年月日"  # a date left blank in an empty form, squeezed
_CONTINUED = lazy(
    r"(?:[(\[](?:续|接上[页表]|续上[页表])[0-9一二三四五六七八九十]*[)\]]|续表[0-9一二三四五六七八九十]*[)\]]?|(?:^|(?<=[表告况)]))续\d*)$"
)
_OF_REGION = lazy("地方|基层|[省市县区旗州乡镇]+级?|(?:专项)?(?:资金|项目)|专项|政策|债券|业务")
_WHOSE = frozenset({"unit", "department"})
_FIRST = lazy("年初|期初")
_ASKS_WHY = lazy("原因|说明$")
_WHY_UNSPENT = lazy(
    "(?!.*(?:目标|指标|绩效))(?=.*(?:预算|资金|经费|支出|支付|拨付|执行|进度)).*(?:未|低|慢|滞后|偏差|结转|结余|执行)"
)
_WHY_MISSED = lazy("(?:目标|指标).*(?:未|偏离|偏差).*原因|(?:未|偏离|偏差).*(?:目标|指标).*原因")
_COMPLETED = lazy(
    "(?:(?:预算|支出|支付|决算|资金|执行|全年|年度|[本当]年度?)*完成|(?:(?:支出|执行)数?占|完成|占)(?:全年|年度|调整后)?预算数?的?)"
    "(?:率|进度|程度|度|比例|比重|百分比|%)+"
)
"""What headings of money may call the 执行率; over indicators the same words mean something else."""

_SHARED_OUT = {"initial": "allocated", "adjusted": "allocated", "executed": "used"}
_GUESSABLE = [(words, frozenset().union(*words.values())) for words in (INDICATORS, FUNDS, ALLOCATIONS)]
_GUESSABLE.append((BUDGET, frozenset({"reason"})))  # a guessed name or amount could be any of several columns


class _Words(NamedTuple):
    core: str = ""
    full: str = ""
    points: Decimal | None = None
    unit: str | None = None
    rank: str = ""


class Label(_Words):
    """``core`` is the text without brackets, ``full`` with the words in brackets, both without decoration.

    ``points`` are those behind a level's name (产出指标（50分）), ``unit`` is that in brackets behind a heading (万元,
    %), ``rank`` the level named there: 一级 for 绩效指标（一级）.  Labels are cached, so what they compute is computed
    once per text.
    """

    @cached_property
    def heads_column(self) -> bool:
        """True for a word that heads a column of some table."""
        return self.core not in OWNERS and any(lookup(self, words) for words in TABLES)

    @cached_property
    def field(self) -> tuple[str, ...]:
        """The fields that the label may name: a known one, or why money was not spent (or a target missed).

        A unit may be named after a kind of region: 区县使用单位, 县（区）实施单位.
        """
        keys = lookup(self, FIELDS)
        if not keys and (region := _OF_REGION.match(self.core)):
            own = FIELDS.get(self.core[region.end() :], ())
            keys = own if _WHOSE.issuperset(own) else ()
        if keys or not _ASKS_WHY.search(self.core) or len(self.core) > _LONGEST_WHY:
            return keys
        if _WHY_UNSPENT.match(self.core):
            return ("budget_reason",)
        return ("problems",) if _WHY_MISSED.search(self.core) else ()


NO_LABEL = Label()


@lru_cache(maxsize=512)
def read_label(text: str) -> Label:
    """The text as a label; an empty label if it is too long to be one."""
    if len(text) > 2 * LONGEST_LABEL:
        return NO_LABEL
    bare = _OF_VALUE.sub("", squeeze(_CIRCLED.sub("", text)))  # before squeezing, which makes ① a plain digit
    if bare[:1].isascii() and bare[:1].isalpha() and (english := _ENGLISH.match(bare)):
        behind = bare[english.end() :]
        bare = behind[1:].replace(")", "", 1) if behind[0] == "(" else behind
    if len(bare) > LONGEST_LABEL:
        return NO_LABEL
    section, _, heading = bare.partition(":")
    if heading and read_label(section).core in SECTIONS:  # 预算执行情况：全年预算数（万元）
        own = read_label(heading)
        if likeliest(own, FUNDS) in MONEY_AND_RATE:
            return own
    bare = unnumbered(bare.removesuffix(f":{OPEN_DATE}")).translate(_MARKS)
    points, unit, rank, words = _in_brackets(bare)
    core = _BRACKETS.sub("", bare)
    if match := _TRAILING_POINTS.search(core):
        points = Decimal(match[1])
        core = core[: match.start()]
    core = _COLUMN_LETTERS.sub("", core)
    if core.endswith("%"):
        core, unit = core[:-1], "%"
    if "指标" in core and (match := _RANK.fullmatch(core)):
        core = f"{_RANKS[match[1]]}指标"  # 1级指标, 指标1级
    full = core if not words else _BRACKETS.sub(lambda match: match[1] if match[1] in words else "", bare)
    return Label(core, full, points, unit, rank)


def _in_brackets(text: str) -> tuple[Decimal | None, str | None, str, list[str]]:
    """The points, the unit, the rank and the other words that a text has in brackets."""
    points: Decimal | None = None
    unit: str | None = None
    rank = ""
    words: list[str] = []
    for inside in _BRACKETS.findall(text):
        if match := _POINTS.fullmatch(inside):
            points = Decimal(match[1])
        elif match := _UNIT.fullmatch(inside):
            unit = match[1] or match[2]
        elif not inside.isascii():
            words.append(inside)
            rank = _RANKS[match[1]] if (match := _RANK.fullmatch(inside)) else rank
    return points, unit, rank, words


class Pair(NamedTuple):
    """A label and its value, written in one cell."""

    name: str
    value: str

    @property
    def label(self) -> Label:
        return read_label(self.name)


def pair_in(text: str) -> Pair | None:
    """Label and value of 项目名称：甲; None for other texts."""
    match = _PAIR.fullmatch(text.strip())
    return Pair(match[1].strip(), match[2].strip()) if match else None


def lookup(label: Label, words: Vocabulary) -> tuple[str, ...]:
    """The keys that the label may mean, the likeliest first; empty if the vocabulary lacks it.

    一级 to 四级 in brackets tell which level's names a column has (绩效指标（一级）); 分值（二级） stays points.
    """
    core, full, _, _, rank = label
    keys = words.get(full) or words.get(core) or ()
    if not keys:
        if core[-2:] not in _CODED:
            return ()
        keys = words.get(_CODES.sub("", core), ())
    elif "adjusted" in keys and _FIRST.search(full, len(core)) and full.startswith(core):
        return ("initial",)
    return words.get(f"{rank}指标", keys) if rank and keys and keys[0] in _RANKED else keys


def likeliest(label: Label, words: Vocabulary) -> str:
    """The first key that the label may mean; empty if the vocabulary lacks it."""
    keys = lookup(label, words)
    return keys[0] if keys else ""


def guess(label: Label, words: Vocabulary) -> tuple[str, ...]:
    """The key that a heading outside the vocabulary seems to mean; empty if that is unclear."""
    known = next((keys for one, keys in _GUESSABLE if one is words), ())
    if not label.core or len(label.core) > _LONGEST_WHY or not known:
        return ()
    if words is FUNDS and _COMPLETED.fullmatch(label.core + ("%" if label.unit == "%" else "")):
        return ("claimed_rate",)
    key = _seems(label.rank + label.core) or ""
    key = _SHARED_OUT.get(key, key) if words is ALLOCATIONS else key
    brief = len(_AT_YEAR_END.sub("", label.core)) <= LONGEST_GUESS
    return (key,) if key in known and (key == "reason" or brief) else ()


def meaning(label: Label, words: Vocabulary) -> tuple[str, ...]:
    """The keys of a known label, else the guessed one."""
    return lookup(label, words) or guess(label, words)


def opaque(label: Label) -> bool:
    """True for a heading of which there isn't even a guess, not even that it is none of our columns."""
    return bool(label.core) and _seems(label.rank + label.core) is None


@lru_cache(maxsize=512)
def _seems(words: str) -> str | None:
    """The key of the first guess that matches; empty for what is none of our columns, None if no guess matches."""
    return next((key for key, pattern in GUESSES if pattern.search(words)), None)


@lru_cache(maxsize=512)
def both_levels(core: str) -> tuple[str, str] | None:
    """``"产出指标数量指标"`` → 产出指标, 数量指标."""
    pairs = ((outer, core.removeprefix(outer)) for outer in LEVEL1 if core.startswith(outer))
    return next(((outer, inner) for outer, inner in pairs if inner in LEVEL2), None)


def continues(text: str) -> bool:
    """True for a title that is repeated above a further page: 项目支出绩效自评表（续）, 续表2."""
    return bool(_CONTINUED.search(squeeze(text)))


@lru_cache(maxsize=512)
def is_filler(text: str) -> bool:
    """True for a form's own filler (指标1：, ……, 无, /) and for nothing at all."""
    bare = squeeze(text).rstrip(":：")
    return (says_nothing(bare) and bare not in _NO_FILLER) or bool(_FILLER.fullmatch(bare))
