"""Cells in words: error values, the form's own filler, states, references, harm and zero, Chinese numerals."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.text import DIGITS
from selfeval_xl.quantity.value import State

ERROR_NUMBERS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
"""The error values that every spreadsheet program knows, by the numbers that stand for them in old files."""

OLD_ERRORS = frozenset(ERROR_NUMBERS.values())
ERRORS = OLD_ERRORS | {"#SPILL!", "#CALC!"}

_PLACEHOLDER = lazy(
    r"[.·。]{2,} | [≥≤<>=]?(?:[Xx×*_○□]{2,}[^0-9]{0,8}|[Xx][%‰个项次人万元家件场年月日]{0,3}|_+) "
    r"| 指标[0-9一二三四五六七八九十]*:?(?:[.·。]{2,})? "
    r"| \(?(?:请|此处|在此)?(?:填写|填报|输入|录入)(?!率|及时|准确|质量).* "
    r"| \(?填[写报表]说明.* | 待(?:填写?|补充|录入)",
    re.VERBOSE | re.DOTALL,
)
_PLACEHOLDER_STARTS = frozenset(".·。Xx×*_○□指(请此在填输录待")


def _any(*words: str) -> str:
    """A pattern that takes the first of these words that fits, and tries no other if the rest then fails."""
    return f"(?>{'|'.join(words)})"


# A state is a sequence: not (未), partly (部分), how (按期), verb (完成), of what (年度), thing (目标), band.
_NOT = _any("未能", "没有", "尚未", "并未", "未", "没", "不")
_PARTLY = _any("大部分", "部分", "基本", "大体")
_HOW = _any(
    "全部或基本", "按质按量", "保质保量", "100%", "按计划", "按要求", "已经", "全部", "全面", "按时", "按期", "如期",
    "及时", "圆满", "顺利", "超额", "已", "均",
)  # fmt: skip
_VERB = _any("完成", "达成", "达到", "达标", "实现", "办结", "落实", "开展", "实施", "是", "否", "√", "✓", "✔", "×")
_WHAT = _any("年度", "预期", "预定", "既定", "全年", "绩效", "总体", "工作", "各项")
_THING = _any("指标值", "目标值", "指标", "目标", "任务", "效果", "要求", "计划", "标准")
_LITTLE = "且效果较差"
_BAND = _any("并具有一定效果", "具有一定效果", _LITTLE)
_STATE = lazy(rf"({_NOT})?+({_PARTLY})?+{_HOW}*+({_VERB}){_WHAT}*+{_THING}?+({_BAND})?+(?=[(,;:。、]|\Z)")

_WHY = ("主要原因", "主要因", "主要由于", "主要受", "原因", "因", "由于", "受")

# Words by which a target refers to a figure that stands elsewhere.
_ELSEWHERE = (
    "名额", "为准", "据实", "实报实销", "按实际", "按照实际", "按工作实际", "按照工作实际", "按单位实际",
    "按照单位实际", "根据实际", "根据工作实际", "以实际", "视情况", "视实际情况", "视工作情况", "见附件", "见附表",
)  # fmt: skip
_ELSEWHERE_ALONE = frozenset(("按需", "按需求", "按需要", "同上"))
_ELSEWHERE_AT_END = (
    "持平", "数量", "人数", "户数", "总数", "任务数", "计划数", "下达数", "核定数", "批复数", "预算数",
)  # fmt: skip
_SIGNS = frozenset("≥≤<>=")
_BOUND = lazy(f"(?:{_any('不得', '不')}{_any('低于', '少于', '高于', '超过', '超', '大于')}|[小大低]于)(?!预期)")
_MARKED = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ一二三四五六七八九十甲乙优良合")  # a figure or a grade: ≥A级
_GIVEN = lazy(
    "(?:上级|市里?|省里?|财政局?|主管部门|合同)(?:下达|批复|核定|约定)(?:的|任务|计划|指标|数)*(?:数量?|数额|金额)?$"
    "|(?:上年|去年|往年|上一年度?)(?:数|水平|同期)+$"
)
_AS_LAST_YEAR = lazy(
    "(?:[≥≤<>=]|不[低少高大]于|不超过?|[小大低高]于|[与同和较比])(?:上一?年|去年|往年)|(?:上一?年|去年|往年).*持平"
)
_COUNT_OF = lazy(r"(?:按照?(?![期时月季年])(?:20\d\d年)?|20\d\d年)\D+数$")  # 按2023年建档困难职工数
_GIVEN_BY = ("下达", "批复", "核定", "约定", "年")
_VERBS = ("提高", "提升", "增加", "增长", "减少", "扩大", "下降", "降低", "稳步", "优化", "改善", "充足", "达标")

# Matches (in full) a cost that was kept within the budget or a standard, in a target as in an actual.
_BUDGETED = (
    "(?:(?:年初|年度|全年|当年|项目|部门|批复|批准|核定|财政|总|的)*(?:预算|概算)(?:批复)?(?:总?金?额|总?数|资金)?"
    "|(?:国家|行业|[省市县][级定]?|规定|配置|配备|开支|支出|费用|经费|的)*标准)"
)
_WITHIN_BUDGET = lazy(
    f"[^0-9]{{0,8}}?(?:(?:不|不得|不能|未|未有|没有|均未|并未)(?:超过?|超出|突破|高于|大于){_BUDGETED}(?:范围|控制数)?"
    f"|(?:不|不得|未|没有)超支|控制在{_BUDGETED}(?:范围|控制数|之)*以?内)"
)
_LIMITS = ("算", "超支", "标准")

_DIGITS = {sign: value for value, signs in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
           for sign in signs}  # fmt: skip
_POWERS = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100, "十": 10}
_ONE = "[一二两三四五六七八九](?![一二两三四五六七八九])"
_ZERO = f"(?<=[百千万亿])[零〇](?={_ONE}|十)"  # of 一百零五; the digits of 二〇 make no numeral
_NUMERAL = f"(?:{_ONE}|十)(?:{_ONE}|[十百千万亿]|{_ZERO}){{0,30}}"  # a longer one is nobody's honest figure
_NUMERALS = frozenset("一二两三四五六七八九十")
_BEFORE = (
    "(?P<before>.*?(?:不[低少]于|不超过|不多于|至少|最少|最多|超过|[≥≤<>=])|约|近|超|共|全年|每个?(?:半?年|季度?|月|周|日|天|学期)|举办|开展|组织)?"
)
_BOUNDED = "(?:[及或含]*以[上内下]|[及或]更多|左右|之?内)?"
# Matches (in full) a count in Chinese numerals: 三次, 不少于两场.  Words such as 一级, 十分, 一起, 三月 are none.
_COUNTED = lazy(
    rf"{_BEFORE}(?P<numeral>{_NUMERAL})"
    r"(?P<after>(?:余|多)?(?:次|场次?|人次?|名|位|家|件|户|项|篇|套|台|天|周|年|个(?:工作日|月|小时|星期)?|小时|分钟|[百千]?[万亿]?元|份|部|座|所|处"
    rf"|批次?|倍|期|轮次?|[班台户件]次|辆|条|册|间|栋|幢|株|亩|公里|吨){_BOUNDED})"
)
_COUNTED_ENDS = frozenset("次场人名位家件户项篇套台天周年个日月时钟元份部座所处批倍期轮辆条册间栋幢株亩里吨上内下右多")
# A month in Chinese numerals, perhaps with its day: 十二月底前, 三月十五日; 三月 alone, in full, as 工期三月 is none.
_MONTHS = "十[一二]?|[一二三四五六七八九]"
_MONTH = lazy(
    rf"(?<![个每期一二三四五六七八九十])(?P<month>{_MONTHS})月"
    r"(?:(?P<day>[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[日号])|(?=份?(?:[底末]|之?前|以前)|[上中下]旬))"
    rf"|^(?P<alone>{_MONTHS})月$"
)
# Half of a time, alone (半年, in full; but 半天 are four hours or twelve) or behind a figure: 1个半月 is 1.5个月.
_HALF = lazy(
    rf"{_BEFORE}(?P<numeral>{_NUMERAL})(?P<after>个半(?:月|小时|钟头|工作日){_BOUNDED}|(?:年|个月|小时|天|周|倍)半{_BOUNDED})"
)
_HALF_ALONE = lazy(rf"{_BEFORE}半(?P<after>(?:年|个月|个?小时|个工作日){_BOUNDED})")
_AND_HALF = lazy(
    "(?<![0-9.])([0-9]{1,3})(?:(个)半(?=月|小时|钟头|工作日)|(年|个月|小时|天|周|倍)半(?=$|[及或含]?以?[上下内]|左右|[,;。、()]))"
)
# A rank in Chinese numerals that ends a text: 全省前三, 位列全市第二名, 第二; but 质量第一 is none.
_RANKED = lazy(
    rf"(?P<before>.*?(?:前|(?:全[国省市县区州]|排名|位[居列]|名列|居)[^0-9]{{0,6}}第)|第(?=.+[名位]$|{_NUMERAL}$))(?P<numeral>{_NUMERAL})[名位]?"
)
# So many tenths, in full: 九成以上, 近八成五, 9成5.
_TENTHS = lazy(
    "(?P<before>[^0-9]*?(?:不[低少]于|不超过|超过|达到?|[≥≤<>=约近超]))?(?P<tens>[一二两三四五六七八九]|[1-9](?:[.][0-9])?)成(?P<ones>[一二三四五六七八九半1-9])?"
    "(?P<after>(?:(?:[及或含]*以[上下]|左右|的)[^0-9]{0,10})?)"
)
# More than half, in full: 半数以上, 过半, 超过一半; and growth by doubling: 翻一番 is 增长100%.
_HALVES = lazy(
    "(?P<before>(?:占|占比|达到?)?(?:不[低少]于|不超过|超过?|达到?|[≥≤<>=约近])?)(?:(?P<over>过)半数?|半数|一半|半(?=以上))"
    "(?P<after>(?:[及或含]*以[上下]|左右)?)"
)
_DOUBLED = lazy("(?:实现|增长|增加)?翻了?(?:(?P<times>[一两二三1-3])?番)")
# Matches (in full) a count that is too vague for a figure: 十来个, 三五次, 数百人, 一至两次, 三次或四次.
_ONE_OR_THE_OTHER = rf"{_NUMERAL}[个次场名家件户项篇天]?(?:或者?|[至到~-])(?:{_NUMERAL}|[多几])"
_ROUND = "[几数]?[十百千万]+[几来余多]*|[几数]"
_NEIGHBOURS = "一两|两三|三[四五]|四五|五六|六七|七八|八九"
_VAGUE = lazy(
    rf"(?:约|近|超过?)?(?:{_ONE_OR_THE_OTHER}|{_ROUND}|{_NEIGHBOURS})"
    r"(?:个|次|场次?|人次?|名|家|件|户|项|篇|套|台|天|元|万元?|份)"
)
_VAGUE_ENDS = frozenset("个次场人名家件户项篇套台天元万份")
_FRACTION = lazy(rf"(?<![一二两三四五六七八九零〇十百千万亿])({_NUMERAL})分之({_NUMERAL})")
_PARTS = {"百": "%", "千": "‰", "万": "‱", "十万": "/10万", "1000": "‰", "10000": "‱", "100000": "/10万"}
# 4/5以上, ≥2/3; a bare 2/3 may be a day of a month.
_OF_PARTS = lazy(
    r"(?P<before>(?:不[低少]于|不超过|超过|达到?|至少|[≥≤<>=])*)(?P<part>[0-9]{1,2})/(?P<whole>[0-9]{1,2})(?P<after>(?:[及或含]*以[上下内])?)"
)
_OF_THOUSANDS = lazy(r"(?<![0-9./])([0-9]{1,2}(?:\.[0-9]+)?)/(10{3,5})(?=$|\W|以)")
_PERCENT = lazy(rf"(?<![一二两三四五六七八九十百千万亿0-9])([百千万]|十万)分(?:之({_NUMERAL}|百)|之([0-9.]+)|百)")

_INTRODUCED = lazy("[(,;:。、]*(?:(?:主要)?原因(?:是|为|在于)?[:,]?)?")

_KEEP = _any("实现", "确保", "达到", "保持", "做到", "全年")
_OF_HARM = _any("重特大", "重大", "较大", "特大", "一般", "生产", "交通", "消防", "责任", "安全")
_HARM = _any(
    "投诉", "事故", "差错", "失误", "上访", "信访", "伤亡", "死亡", "感染", "违规", "违纪", "案件", "火灾", "故障",
    "延误", "举报", "安全事故",
)  # fmt: skip
_ANY_HARM = f"{_OF_HARM}*+{_HARM}++(?:率|事件|发生|情况|现象|问题|行为)?"
_NOUGHT = lazy(f"零(?:发生|[起件次例个项人]|人次|万?元)?|{_KEEP}*+[零0]{_ANY_HARM}")
_NOTHING_OF = _any(
    "均未发生", "未发生", "没有发生", "无发生", "未出现", "没有出现", "未收到", "没有收到", "未接到", "没有", "无"
)  # fmt: skip
_NONE = lazy(f"{_KEEP}*+{_NOTHING_OF}{_ANY_HARM}")

NO = "无(?!人机|线|证|照|障碍|锡|偿|纸|害化|缝)"
"""无 where it says that there is none of a thing, not where it begins another word (无线, 无障碍)."""

_NONE_OF = lazy(
    "(?:全年|确保|实现|坚决|均|已|年内)*(?:[未不没]有?(?:发生|出现|造成|产生|新增)|无发生|未收到|没有收到|未接到|未发现"
    "|没有|杜绝|避免|零|"
    rf"{NO})(?P<harm>[^0-9]*)"
)

# A harm that was reported, but proved wrong or is not the unit's.
_CLEARED = lazy("无效|[不失]实|不属|不成立|无责|[无没]有?关|撤[回销诉]|误报|非[本我]")
_AND_YET = lazy("但|除|不过|然而|仅|另|发生|出现|收到|接到|[起件例次]|有(?![序效力])")

# A label, in full, that says how much more or less there is than before: 比上年增加, 同比增长.
_PAST = "(?:上一?年度?|去年|往年|年初|上期|前一年)?(?:的?同期)?"
_MORE_OR_LESS = "增[长加多]|减少|提[高升]|上升|下降|降低|缩短|压缩"
_CHANGE = lazy(
    rf"(?:[同环]比|[比较]{_PAST}|与{_PAST}(?:相比|比较))[,:]?(?:平均|净|共|均)?(?:{_MORE_OR_LESS}|改善|[多少快低高])[了出]?"
    rf"|(?:{_MORE_OR_LESS})了?"
)


class LeadingState(NamedTuple):
    """A state (达成) or a status word (完成) at the start of a text, up to ``end``."""

    end: int
    verb: str
    state: State


def leading_state(text: str) -> LeadingState | None:
    """The state that ``text`` begins with: 完成, 部分达成预期指标 …, up to its end or a bracket or comma."""
    state = _STATE.match(text)
    if state is None:
        return None
    no, partly, verb, band = state.groups()
    if no or verb in "否×" or band == _LITTLE:
        return LeadingState(state.end(), verb, "missed")
    return LeadingState(state.end(), verb, "partly" if partly or band else "reached")


def explains(text: str) -> bool:
    """True where the words after 未完成 begin a reason, so that a figure in them is not the actual."""
    return text.startswith("(") or text.lstrip(",;:。、").startswith(_WHY)


def reason(text: str) -> str:
    """The reason in the words after a status word, without what introduces it: （主要原因是：…）."""
    return _INTRODUCED.sub("", text, 1).rstrip(")。;")


def placeholder(text: str) -> bool:
    """True for the form's own filler that nobody has replaced: ……, 指标2：, ≥XX%, （填写…）."""
    first = text[1:2] if text[:1] in _SIGNS else text[:1]
    return first in _PLACEHOLDER_STARTS and _PLACEHOLDER.fullmatch(text) is not None


def refers(text: str) -> bool:
    """True for a target that has its figure elsewhere: 按分配名额, 2024年困难职工数量, 按上年数.

    不低于上年 and 与上年持平 are plain words, as 较上年提高 is: the actual says how it went, and no figure is missing.
    """
    return _elsewhere(text) and not any(verb in text for verb in _VERBS) and not _AS_LAST_YEAR.search(text)


def _is_mark(text: str) -> bool:
    """True where the text begins with a grade or a figure, so that none has to stand elsewhere."""
    return text[:1] in _MARKED and not text.startswith("合同")


def _elsewhere(text: str) -> bool:
    bound = _BOUND.match(text)
    return (
        any(word in text for word in _ELSEWHERE)
        or text in _ELSEWHERE_ALONE
        or text.endswith(_ELSEWHERE_AT_END)
        or (text[:1] in _SIGNS and not _is_mark(text[1:]))
        or (bound is not None and not _is_mark(text[bound.end() :]))
        or (any(word in text for word in _GIVEN_BY) and _GIVEN.search(text) is not None)
        or (text.endswith("数") and _COUNT_OF.fullmatch(text) is not None)
    )


def within_budget(text: str) -> bool:
    """True for 不超预算, 未超标准, 控制在预算范围内: a cost without a figure of its own."""
    return any(word in text for word in _LIMITS) and _WITHIN_BUDGET.fullmatch(text) is not None


def zero(text: str) -> bool:
    """True for 零, 零起, 零投诉, 0事故 and their like, which are the figure 0."""
    return _NOUGHT.fullmatch(text) is not None


def none(text: str) -> bool:
    """True for 无投诉, 未发生安全事故 and their like, which answer with the figure 0; as a target they are words."""
    return _NONE.fullmatch(text) is not None


def none_of(text: str) -> str | None:
    """What did not happen, or must not: 重大事故 of 未发生重大事故, "" of 无; None for all other words."""
    none = _NONE_OF.fullmatch(text)
    return None if none is None else none["harm"]


def and_yet(text: str) -> bool:
    """True where a clause behind 未发生事故 may tell of one after all."""
    return _AND_YET.search(text) is not None and none_of(text) is None


def cleared(text: str) -> bool:
    """True for 投诉1起，经核查不属实: such a case may count or not."""
    return _CLEARED.search(text) is not None


def is_change(label: str, text: str) -> bool:
    """True for the ``label`` of a figure that says how much more or less there is than before: 比上年增加21件.

    The words must stand before the figure; 比上年118万元减少 holds the figure of another year.
    """
    return _CHANGE.fullmatch(label) is not None and not text.endswith(label[-1])


def vague(text: str) -> bool:
    """True for a count that is too vague for a figure: 十来个, 三五次, 数百人."""
    return text[-1:] in _VAGUE_ENDS and DIGITS.isdisjoint(text) and _VAGUE.fullmatch(text) is not None


def numeral(text: str) -> int:
    """A Chinese numeral: 三百二十 → 320, 一亿零五万 → 100050000, 一百零五 → 105."""
    for sign, power in _POWERS.items():
        before, found, behind = text.rpartition(sign)
        if found:
            return (numeral(before) or 1) * power + numeral(behind)
    return _DIGITS.get(text[-1:], 0)


def _share(match: re.Match[str]) -> str:
    """四分之三 as 75%, 二十分之一 as 5%, 三分之二 as 66.6667%; more than the whole stays as written."""
    return share_of(numeral(match[2]), numeral(match[1])) or match[0]


def _of_parts(match: re.Match[str]) -> str:
    bare = not (match["before"] or match["after"])
    share = "" if bare else share_of(int(match["part"]), int(match["whole"]))
    return f"{match['before']}{share}{match['after']}" if share else match[0]


def share_of(part: Decimal | int, whole: Decimal | int) -> str:
    """``part`` of ``whole`` in percent, to four decimals; "" where that is no share."""
    return f"{round(Decimal(100 * part) / whole, 4).normalize():f}%" if whole and 0 <= part <= whole else ""


def _percent(match: re.Match[str]) -> str:
    spelled = match[2] or "百"
    return f"{match[3] or (100 if spelled == '百' else numeral(spelled))}{_PARTS[match[1]]}"


def _tenths(match: re.Match[str]) -> str:
    tens, ones = match["tens"], match["ones"] or ""
    if "." in tens and ones:
        return match[0]
    share = 10 * _figure(tens) + (5 if ones == "半" else _figure(ones))
    return f"{match['before'] or ''}{share.normalize():f}%{match['after']}"


def _month(match: re.Match[str]) -> str:
    day = numeral(match["day"]) if match["day"] else ""
    return f"{numeral(match['month'] or match['alone'])}月{day}"


def _figure(written: str) -> Decimal:
    return Decimal(written if written[:1] in DIGITS else numeral(written))


def in_digits(text: str) -> str:
    """``text`` with 百分之九十五, 九成五 as 95%, 4/5以上 as 80%以上, 1/1000 as 1‰, counts such as 三次 as 3次.

    Halves and months too: 一年半 as 1.5年, 十二月底 as 12月底.
    """
    if "/" in text and (parts := _OF_PARTS.fullmatch(text)):
        return _of_parts(parts)
    if "/10" in text:
        text = _OF_THOUSANDS.sub(lambda share: f"{share[1]}{_PARTS[share[2]]}", text)
    if "分之" in text or "分百" in text:
        text = _FRACTION.sub(_share, _PERCENT.sub(_percent, text))
    if "成" in text and (tenths := _TENTHS.fullmatch(text)):
        return _tenths(tenths)
    if "半" in text:
        text = _in_halves(text)
    if "番" in text:
        text = _DOUBLED.sub(_growth, text)
    if "月" in text:
        text = _MONTH.sub(_month, text)
    if ("前" in text or "第" in text) and (ranked := _RANKED.fullmatch(text)):
        return f"{ranked['before']}{numeral(ranked['numeral'])}名"
    if text[-1:] not in _COUNTED_ENDS or _NUMERALS.isdisjoint(text):
        return text
    counted = _COUNTED.fullmatch(text)
    return f"{counted['before'] or ''}{numeral(counted['numeral'])}{counted['after']}" if counted else text


def _growth(doubled: re.Match[str]) -> str:
    return f"增长{100 * (2 ** int(_figure(doubled['times'] or '一')) - 1)}%"


def _in_halves(text: str) -> str:
    if halves := _HALVES.fullmatch(text):
        return f"{'超过' if halves['over'] else halves['before']}50%{halves['after']}"
    if alone := _HALF_ALONE.fullmatch(text):
        return f"{alone['before'] or ''}0.5{alone['after']}"
    if half := _HALF.fullmatch(text):
        text = f"{half['before'] or ''}{numeral(half['numeral'])}{half['after']}"
    return _AND_HALF.sub(r"\1.5\2\3", text)
