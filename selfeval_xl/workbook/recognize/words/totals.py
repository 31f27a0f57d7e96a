"""What totals are called: those of money, of lines and regions, and of scores."""

from __future__ import annotations

from functools import lru_cache

from selfeval_xl.lazy import lazy
from selfeval_xl.model import SUM_NAMES
from selfeval_xl.workbook.recognize.words.labels import Label
from selfeval_xl.workbook.recognize.words.vocabulary import LEVEL1, LEVEL2, LINE_TOTALS, TOTAL_ROWS

_SCORE = lazy(
    "(?:自评|评价|综合|绩效|项目|得分|指标|分值|最终|总){1,3}(?:总分|得分|合计|总计|总和|评定|(?<=综合|最终|自评)评分)值?"
)
_AND_GRADE = lazy("[及和与、,/]?(?:自评|评价|绩效)?(?:等级|等次|级别|档次)$")
_SUM_OF = lazy("(.*?)(?:得分|分值|自评|分项)*(小计|合计|总计)")
# 年度资金 and 项目资金 are totals only by themselves: 水利发展项目资金 is a project's, 省级项目资金 a source.
_TOTAL = lazy(
    "(?:总额|总金额|合计|总计|总预算|总支出|总资金|资金总量|整体支出|总数|全部资金)$"
    "|^(?:本|该|全年|当年|本年|年度|20\\d\\d年度?)?(?:年度资金|项目资金)$"
)
ANY_SUM = lazy(
    "(?:[本当]年度?|全年|年度|年初|期初|调整后?|可用|项目|预算|资金|金额|经费|收入|支出|支付|执行|使用|决算)*"
    "(?:合计|总计|小计|总额|总数)数?|可用(?:资金|金额|经费)数?"
)
"""Names of sums of amounts in a heading or label, which don't say what is added up."""
ENDS_AS_SUM = lazy("(?:合计|总计|小计|总额|总金额|总数)$")
SUM_OF_PURPOSES = lazy("(?:(.*)(?:资金|金额|经费|补助|预算))?(?:小计|合计|总计)")
"""The heading of the sum of purposes: 合计 alone, or behind a word for them (救助资金合计)."""


def names_score(label: Label) -> bool:
    """True for 总分, 自评得分合计 and the like, also together with the grade: 总分及等级."""
    core = _AND_GRADE.sub("", label.core)
    return core.removesuffix("值") in TOTAL_ROWS or _SCORE.fullmatch(core) is not None


def names_sum(label: Label) -> bool:
    """True for anything that ends in 小计, and for 合计 alone, of a level (产出指标合计) or of the indicators."""
    match = _SUM_OF.fullmatch(label.core)
    if match is None:
        return False
    of = match[1]
    return match[2] == "小计" or not of or of in LEVEL1 or of in LEVEL2 or of.endswith("指标")


def level_of_sum(label: Label) -> str:
    """The first level named by such a row (产出指标小计); empty if it names none."""
    match = _SUM_OF.fullmatch(label.core)
    return match[1] if match and match[1] in LEVEL1 else ""


@lru_cache(maxsize=512)
def ends_as_total(label: Label) -> bool:
    """True for 合计 and the like, also at the end of a longer name."""
    return bool(_TOTAL.search(label.core))


def is_sum(label: Label) -> bool:
    """True for 小计 or 合计 of anything, and for a whole province (全省)."""
    return label.core.endswith(SUM_NAMES) or label.core in LINE_TOTALS
