"""What totals are called: of money, of lines and regions, of scores."""

from __future__ import annotations

from functools import lru_cache

from selfeval_xl.lazy import lazy
from selfeval_xl.model import SUM_NAMES
from selfeval_xl.workbook.recognize.words.labels import Label
from selfeval_xl.workbook.recognize.words.vocabulary import LEVEL1, LEVEL2, LINE_TOTALS, TOTAL_ROWS

_SCORE = lazy("(?:自评|评价|综合|绩效|项目|得分|指标|分值|总){1,3}(?:总分|得分|合计|总计|总和|评定)值?")
_AND_GRADE = lazy("[及和与、,/]?(?:自评|评价|绩效)?(?:等级|等次|级别|档次)$")
_SUM_OF = lazy("(.*?)(?:得分|分值|自评|分项)*(小计|合计|总计)")
# 水利发展项目资金 is that of a project, and 省级项目资金 a source: these two words are a total only by themselves.
_TOTAL = lazy(
    "(?:总额|总金额|合计|总计|总预算|总支出|总资金|资金总量|整体支出|总数|全部资金)$"
    "|^(?:本|该|全年|当年|本年|年度|20\\d\\d年度?)?(?:年度资金|项目资金)$"
)
ANY_SUM = lazy(
    "(?:[本当]年度?|全年|年度|年初|期初|调整后?|可用|项目|预算|资金|金额|经费|收入|支出|支付|执行|使用|决算)*"
    "(?:合计|总计|小计|总额|总数)数?|可用(?:资金|金额|经费)数?"
)
"""Sums of amounts in a heading, or in a label before some: what is added up is none of their names."""
ENDS_AS_SUM = lazy("(?:合计|总计|小计|总额|总金额|总数)$")
SUM_OF_PURPOSES = lazy("(?:(.*)(?:资金|金额|经费|补助|预算))?(?:小计|合计|总计)")
"""The sum of purposes in a heading, behind the word for them or alone."""


def names_score(label: Label) -> bool:
    """True for 总分, 自评得分合计 and their like, also with the grade: 总分及等级."""
    said = _AND_GRADE.sub("", label.core)
    return said.removesuffix("值") in TOTAL_ROWS or _SCORE.fullmatch(said) is not None


def names_sum(label: Label) -> bool:
    """True for 小计 and whatever ends in it, and for 合计 of a level (产出指标合计) or of the indicators."""
    match = _SUM_OF.fullmatch(label.core)
    if match is None:
        return False
    of = match[1]
    return match[2] == "小计" or not of or of in LEVEL1 or of in LEVEL2 or of.endswith("指标")


def level_of_sum(label: Label) -> str:
    """The first level that the name of such a row says: 产出指标小计; empty where it says none."""
    match = _SUM_OF.fullmatch(label.core)
    return match[1] if match and match[1] in LEVEL1 else ""


@lru_cache(maxsize=512)
def ends_as_total(label: Label) -> bool:
    """True for words that end in 合计 and their like."""
    return bool(_TOTAL.search(label.core))


def is_sum(label: Label) -> bool:
    """True for 小计 and 合计 of whatever, and for all of a province (全省)."""
    return label.core.endswith(SUM_NAMES) or label.core in LINE_TOTALS
