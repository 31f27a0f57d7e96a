"""Cells of words: nothing, the form's own filler, states and status words, references, Chinese numerals."""

from __future__ import annotations

import re

from selfeval_xl.quantity.value import State

NOTHING = frozenset(
    ("", "无", "/", "\\", "-", "--", "—", "——", "~", "N/A", "n/a", "NA", "暂无", "不适用", "不涉及", "未涉及", "无此项")
)

PLACEHOLDER = re.compile(
    r"[.·。]{2,} | [≥≤<>=]?(?:[Xx×*_○□]{2,}[^0-9]{0,8}|[Xx][%‰个项次人万元家件场年月日]{0,3}|_+) "
    r"| 指标[0-9一二三四五六七八九十]*:?(?:[.·。]{2,})? "
    r"| \(?(?:请|此处|在此)?(?:填写|填报|输入|录入)(?!率|及时|准确|质量).* "
    r"| \(?填[写报表]说明.* | 待(?:填写?|补充|录入)",
    re.VERBOSE | re.DOTALL,
)
"""Matches (in full) what the form itself put there, or nobody replaced: ……, 指标2：, ≥XX%, （填写…）."""

STATUS = re.compile(
    r"(?P<not>未能?|没有?|尚未|不|并未)?(?P<part>部分|基本|大部分|大体)?"
    r"(?:已经?|均|全部|全面|按时|按期|按计划|按要求|按质按量|如期|及时|圆满|顺利|超额|保质保量|100%)*"
    r"(?P<verb>完成|达成|达到|达标|实现|办结|落实|开展|实施|是|否|[√✓✔]|×)"
    r"(?:年度|预期|预定|既定|全年|绩效|总体|工作|各项)*(?:指标值?|目标值?|任务|效果|要求|计划|标准)?(?P<band>并?具有一定效果|且效果较差)?"
    r"(?=$|[(,;:。、])"
)
"""Matches a state or a status word at the start, up to the end or a bracket or comma."""

REASON = re.compile(r"[(,;:。、]*(?:(?:主要)?原因(?:是|为|在于)?[:,]?)?(.*?)[)。;]*", re.DOTALL)

EXPLAINS = re.compile(r"\(|[,;:。、]*(?:主要)?(?:原因|因|由于|受)")
"""Matches the words after 未完成 that begin a reason, so that a figure in them is none of the actual's."""

_REFERENCE = re.compile(
    r"名额|为准|据实|实报实销|按(?:照)?(?:工作|单位)?实际|根据(?:工作)?实际|以实际|视(?:实际|工作)?情况|^按需(?:求|要)?$|持平$"
    r"|(?:上级|市里?|省里?|财政局?|主管部门|合同)(?:下达|批复|核定|约定)(?:的|任务|计划|指标|数)*(?:数量?|数额|金额)?$"
    r"|^[≥≤<>=](?![0-9])|^(?:不得?(?:低于|少于|高于|超过?|大于)|小于|大于|低于)(?!预期)|(?:上年|去年|往年|上一年度?)(?:数|水平|同期)+$"
    r"|见附[件表]|^同上$|(?:数量|人数|户数|总数|任务数|计划数|下达数|核定数|批复数|预算数)$"
)
_VERBS = re.compile(r"提[高升]|增[加长]|减少|扩大|下降|降低|稳步|优化|改善|充足|达标")

_DIGITS = {sign: value for value, signs in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
           for sign in signs}  # fmt: skip
_POWERS = {"十": 10, "百": 100, "千": 1000}
_ONE = "[一二两三四五六七八九](?![一二两三四五六七八九])"
NUMERAL = f"(?:{_ONE}|十)(?:{_ONE}|[零〇十百千万亿])*"
COUNTED = re.compile(
    rf"(?P<before>.*?(?:不[低少]于|不超过|不多于|至少|最少|最多|超过|[≥≤<>=])|约|近|超|共|全年|每年|举办|开展|组织)?(?P<numeral>{NUMERAL})"
    r"(?P<after>(?:余|多)?(?:次|场次?|人次?|名|位|家|件|户|项|篇|套|台|天|年|个(?:工作日|月|小时)?|小时|[百千]?[万亿]?元|份|部|座|所|处|批次|倍)"
    r"(?:及?以[上内下]|左右|之?内)?)"
)
"""Matches (in full) a count in Chinese numerals: 三次, 不少于两场.  Words such as 一级, 十分, 一起, 三月 are none."""

VAGUE = re.compile(
    r"(?:约|近|超过?)?(?:[几数]?[十百千万]+[几来余多]*|[几数]|[十百千][几来]|一两|两三|三[四五]|四五|五六|六七|七八|八九)"
    r"(?:个|次|场次?|人次?|名|家|件|户|项|篇|套|台|天|元|万元?|份)"
)
"""Matches (in full) a figure that is none: 十来个, 三五次, 数百人."""

_PERCENT = re.compile(rf"([百千])分(?:之({NUMERAL}|百)|之([0-9.]+)|百)")
_ZERO = re.compile(
    r"(?:实现|确保|达到|保持|做到|全年)*[零0](?:重大)?(?:投诉|事故|差错|失误|上访|信访|伤亡|死亡|感染|违规|违纪|案件|火灾|故障|延误|举报|安全事故)"
    r"(?:率|事件|发生)?"
)


def state_of(match: re.Match[str]) -> State:
    """The state that a match of :data:`STATUS` says."""
    if match["not"] or match["verb"] in "否×" or match["band"] == "且效果较差":
        return "missed"
    return "partly" if match["part"] or match["band"] else "reached"


def refers(text: str) -> bool:
    """True for a target that has its figure elsewhere: 按分配名额, 2024年困难职工数量, 不低于上年水平."""
    return bool(_REFERENCE.search(text)) and not _VERBS.search(text)


def zero(text: str) -> bool:
    """True for 零投诉, 0事故 and their like, which are the figure 0."""
    return bool(_ZERO.fullmatch(text))


def numeral(text: str) -> int:
    """A Chinese numeral: 三百二十 → 320, 两万 → 20000, 一百零五 → 105."""
    total = section = digit = 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _POWERS:
            section += (digit or 1) * _POWERS[sign]
            digit = 0
        else:
            total = (total + section + digit) * (10_000 if sign == "万" else 100_000_000)
            section = digit = 0
    return total + section + digit


def _percent(match: re.Match[str]) -> str:
    spelled = match[2] or "百"
    return f"{match[3] or (100 if spelled == '百' else numeral(spelled))}{'%' if match[1] == '百' else '‰'}"


def in_digits(text: str) -> str:
    """``text`` with 百分之九十五 as 95%, and with a count such as 三次 as 3次; other words stay."""
    if "分" in text:
        text = _PERCENT.sub(_percent, text)
    counted = COUNTED.fullmatch(text)
    return f"{counted['before'] or ''}{numeral(counted['numeral'])}{counted['after']}" if counted else text
