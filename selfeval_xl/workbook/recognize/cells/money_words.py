"""What a label says about money: that it is a total, a source, a kind of spending, a share or a measure of it."""

from __future__ import annotations

from collections.abc import Sequence

from selfeval_xl.lazy import lazy
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.words.labels import Label, likeliest, meaning, read_label, squeeze
from selfeval_xl.workbook.recognize.words.totals import ends_as_total
from selfeval_xl.workbook.recognize.words.vocabulary import FUNDS, SECTIONS

FUNDS_TOTAL = lazy("资金总额$|^年度资金|^资金合计$|(?:收支|支出|预算)(?:总额|合计)$")
"""Names of the sum of all money, which tell a funds block from a list of projects or tasks."""

_FUND = lazy(
    "财政|拨款|资金|结转|自筹|补助|收入|支出|预算|贷款|债券|其他|基金|余额|结余"
    "|中央|省级|市级|县级|区级|地方|本级|配套|上级|自有|经费|捐赠|投资"
)
_DIVISION = lazy(
    "(?:当年|本年|年度|本级|一般公共预算)?财政(?:性)?(?:拨款|资金|补助)(?:收入)?|(?:上年)?结[转余](?:结余)?(?:资金)?"
    "|(?:中央|省级?|市级?|县级?|区级?|市县级?|地方|上级)(?:财政)?(?:资金|拨款|补助|下达|配套|下达预算)?|其他(?:资金|收入)|(?:基本|项目)(?:支出|经费)"
    "|(?:人员|日常公用|公用)(?:支出|经费)"
    "|一般公共预算(?:资金|拨款|收入)?|政府性基金(?:预算)?(?:资金|拨款|收入)?"
    "|按(?:收入|支出|资金)?(?:来源|性质|类别|类型)(?:分类?|划分)?"
)
_BATCH = lazy(
    "(?:第[一二三四五六七八九十1-9]批次?|提前|正式|当年|追加|年中|后续|[上下]半年)(?:下达|安排|拨付|分配)?(?:资金|金额|数)?"
)
_OF_YEAR = "(?:本年|年度|全年|当年)?"
_PLANS = (
    ("年初预算数", lazy("年初计划(?:数|额|金额)?")),
    ("全年预算数", lazy(f"{_OF_YEAR}(?:投资|资金)?计划(?:数|额|金额|投资)?")),
    ("全年执行数", lazy(f"{_OF_YEAR}(?:实际)?完成(?:数|额|金额|资金|投资额?)?")),
)
_OF_ALL_YEARS = lazy("(?:项目)?(?:总投资额?|总概算)")
_SIDE = lazy("(?:[本当]年度?|年度|部门|单位|整体|基金)*(收入|支出)(?:情况|部分|预算|决算|预决算|项目|科目|合计|总计)?")
_SHARE = lazy('["“”]*三公["“”]*经费(?:支出)?(?:情况)?|政府采购(?:预算|支出|金额)?(?:情况)?|(?:会议|培训)费')
_LONGEST_SOURCE = 12
_PREFIX = lazy(r"^\s*(?:其\s*中\s*[:：]?|按[^:：]{2,8}[:：]|[—–-]+|[（(]?(?:\d+|[一二三四五六七八九十]+)[)）.、])?\s*")
_MEASURE_KEYS = frozenset({"claimed_rate", "claimed_score", "weight"})
_MEASURE = lazy("(?:分值|得分|权重|满分|率|比例|进度)$")


def name_planned(sheet: Sheet) -> None:
    """Read 本年计划 | 本年完成 as budget | executed if 项目资金 opens their row and all other headings are of money.

    总投资 beside them is that of all years.
    """
    for _, (first, *others) in sheet.rows():
        heads = first.label.core in SECTIONS or likeliest(first.label, FUNDS) == "name"
        if not heads or not speaks_of_money(first.label):
            continue
        planned = {cell: words for cell in others for words, plan in _PLANS if plan.fullmatch(cell.label.core)}
        yearly = [cell for cell in others if not _OF_ALL_YEARS.fullmatch(cell.label.core)]
        labels = (read_label(planned[cell]) if cell in planned else cell.label for cell in yearly)
        keys = [next(iter(meaning(label, FUNDS)), "") for label in labels]
        if all(keys) and keys.count("adjusted") == keys.count("executed") == 1:
            for cell, words in planned.items():
                sheet.rename(cell, words)


def speaks_of_money(label: Label) -> bool:
    """True if some word of the label is about money or where it comes from."""
    return bool(_FUND.search(label.core))


def names_total(name: Cell) -> bool:
    """True for 年度资金总额, 合计 and the like; not for the sum of a part (其中：……合计)."""
    return ends_as_total(name.label) and not name.label.core.startswith("其中")


def names_source(name: Cell) -> bool:
    """True for a short name of a source of money, or of what money is spent on."""
    core = name.label.core
    return (
        bool(core) and len(core) <= _LONGEST_SOURCE and speaks_of_money(name.label) and not measures_money(name.label)
    )


def measures_money(label: Label) -> bool:
    """True for a measure of money that is no amount itself: 预算执行率, 预算执行分值, 执行率得分."""
    return likeliest(label, FUNDS) in _MEASURE_KEYS or bool(_MEASURE.search(label.core))


def divides_money(name: Cell) -> bool:
    """True for the usual parts of a form's money (财政拨款, 按支出性质：基本支出); no project is called so."""
    return any(_DIVISION.fullmatch(words) for words in (squeeze(bare_name(name)), name.label.core))


def share_money(names: Sequence[Cell]) -> bool:
    """True for 基本支出 beside 项目支出, 财政资金 beside 自筹资金: kinds of money of which none is the sum."""
    kinds = all(names_source(name) and not names_total(name) for name in names)
    return len(names) > 1 and kinds and any(map(divides_money, names))


def names_share(cell: Cell) -> bool:
    """True for 三公经费, 政府采购 and the like: spending on certain things, which cuts across the form's money."""
    return _SHARE.fullmatch(cell.label.core) is not None


def names_batch(name: Cell) -> bool:
    """True for 提前下达, 第一批 and the like, which say when a part of the money was handed out."""
    return _BATCH.fullmatch(name.label.core) is not None


def side_of(cell: Cell) -> str:
    """``"收入"`` or ``"支出"`` for 收入情况 and the like, which stand beside or above names and amounts; else empty."""
    side = _SIDE.fullmatch(cell.label.core)
    return side[1] if side else ""


def bare_name(cell: Cell) -> str:
    """``"其中：当年财政拨款："`` → ``"当年财政拨款"``."""
    return _PREFIX.sub("", cell.text.strip()).rstrip(":： ").strip() or cell.text.strip()
