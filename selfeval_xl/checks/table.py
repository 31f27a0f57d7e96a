"""Checks of the indicator table as a table: its header, levels in their columns, no duplicates, sums of 其中 rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from selfeval_xl.checks.figures import ZERO, grouped, number, sum_of
from selfeval_xl.checks.levels import LEVEL1, LEVEL2, level_of
from selfeval_xl.checks.plausible import counted
from selfeval_xl.checks.registry import Hit, check, hit, together
from selfeval_xl.checks.rows import Row, names, real
from selfeval_xl.checks.view import View
from selfeval_xl.lazy import lazy
from selfeval_xl.model import Place, Severity
from selfeval_xl.quantity import Quantity, convert
from selfeval_xl.quantity.text import squeeze, unnumbered
from selfeval_xl.quantity.units import CURRENCY, is_money
from selfeval_xl.quantity.words import is_change
from selfeval_xl.scoring import unused
from selfeval_xl.scoring.rounding import ONE

_SATISFACTION = "满意度"  # as a second level it may stand under any first one
_LONG_NAME = 5  # two rows with the same name of so many characters and the same figures are one indicator
_PRICES = ("成本", "造价", "单价", "费用标准")
_PARTLY = ("其中", "包括", "含")  # before some of the parts
# Steps that the same things go through one after the other: what was rectified (整改) had been found (发现) before.
_STEP = lazy(
    "报名|申报|受理|审核|通过|公示|发放|回收|有效|发现|整改|约谈|处罚|立案|办结|结案|满意|签约|开工|完工|竣工|验收|投产|结业|就业"
)
_YEAR = lazy(r"(?<!\d)20\d\d(?!\d)")

_MISPLACED = "放在了不合适的二级指标下（数量指标应是数量，成本、满意度各有自己的类别）"
_DOUBTFUL = "是比率，放在了数量指标下；完成率、接种率这类说明做了多少、惠及多少的比率，有的表样就列在数量指标下"
_UNLESS = "表样就是这样列的，不用改；不是的，"
_REACHED = lazy(
    "(?:接种|覆盖|参[与保合训加会]|普及|建档|签约|入学|入园|筛查|受益|惠及|管理|检查|抽检|抽查|完成|完工|开工)(?:服务)?(?:率|面|比例|占比|度)$"
    "|(?:形象|工程|建设|施工|项目|完成|完工)进度$"
    "|(?:覆盖|受益|惠及)[^率]{0,6}(?:比例|占比)$"
)
_UNREAD = "填了而没有读到的，请把表头改成“三级指标”“年度指标值”“实际完成值”“分值”“得分”后再校验。"


@check("table.empty", always=True)
def empty(view: View) -> Iterator[Hit]:
    """A form that was only opened."""
    if view.empty:
        yield hit("table.empty", [])


@check("table.no_indicators")
def no_indicators(view: View) -> Iterator[Hit]:
    """No indicators: a total without anything to add up, or a form of which only the money was read."""
    evaluation, total = view.evaluation, view.evaluation.claimed_total
    if any(map(real, evaluation.indicators)) or view.total.attainable is not None:
        return
    claimed = number(total) if total.formula is None else None
    unread = "" if view.ours else _UNREAD  # the headings of a workbook of ours are known, and locked
    if claimed is not None:
        told = f"总分填的是 {grouped(claimed)} 分，指标表里没有指标，总分无法核对"
        yield hit("table.no_indicators", [total], provided=claimed, told=told, unread=unread)
    elif view.ours and not view.empty:
        spent = evaluation.funds_total.executed
        told = "没有填绩效指标，完成情况没有核对，也没有总分"
        yield hit("table.no_indicators", [] if spent.blank else [spent], told=told, unread=unread)
    elif evaluation.form in ("project", "department") and not (evaluation.budgets or view.empty):
        told = "读到了预算执行情况，没有读到绩效指标，完成情况没有核对"
        yield hit("table.no_indicators", [evaluation.funds_total.executed], severity="info", told=told, unread=unread)


@check("table.unnamed", ours=True)
def unnamed(view: View) -> Iterator[Hit]:
    """Rows without a name; other forms may have their names in any column."""
    nameless = [row for row in view.filled if not squeeze(row.indicator.name.text)]
    yield from together("table.unnamed", nameless, "name")


@check("table.header", ours=True)
def header(view: View) -> Iterator[Hit]:
    """Year, unit (单位) and unit of money that are missing in the header: the bureau must know whose workbook it is."""
    year, unit, currency = (getattr(view.evaluation.header, key) for key in ("year", "unit", "currency_unit"))
    missing = {"年度": year} if _YEAR.search(squeeze(year.text)) is None else {}
    missing |= {"单位": unit} if not squeeze(unit.text) else {}
    missing |= {"金额单位": currency} if currency.place and squeeze(currency.text) not in CURRENCY else {}
    if missing:
        yield hit("table.header", list(missing.values()), names="、".join(missing))


@check("table.hierarchy")
def hierarchy(view: View) -> Iterator[Hit]:
    """Names of one level in another level's column (数量 under 一级指标): the row has slipped sideways."""
    if not {"level1", "level2"} <= view.evaluation.columns:
        return
    found: list[tuple[str, Place | None]] = []
    usual = any(level_of(row.indicator.level1) in LEVEL1 for row in view.rows)
    for row in view.rows:
        level1, level2, name = row.indicator.level1, row.indicator.level2, row.indicator.name
        own_levels = bool(level_of(level1)) and not usual  # 履职效果 | 产出: the form has first levels of its own
        satisfied = level_of(level2).endswith(_SATISFACTION)
        satisfied |= own_levels and level_of(level1).endswith(_SATISFACTION)
        slipped = ["level1"] if level_of(level1) in LEVEL2 and not satisfied else []
        slipped += ["level2"] if level_of(level2) in LEVEL1 - {level_of(level1)} and not own_levels else []
        slipped += ["name"] if level_of(name) in LEVEL1 | LEVEL2 and squeeze(name.text).endswith("指标") else []
        found += [(getattr(row.indicator, column).text.strip(), row.at(column)) for column in slipped]
    if found:
        shown = "、".join(dict.fromkeys(f"“{text}”" for text, _ in found))
        yield hit("table.hierarchy", [at for _, at in found], shown=shown)


@check("table.duplicate")
def duplicate(view: View) -> Iterator[Hit]:
    """The same name twice under the same second level (and parent, for a 其中 row), or with the same figures.

    One merged cell that names several rows (承保面积 beside 水稻 | 小麦) is no duplicate.
    """
    seen: dict[tuple[str, ...], list[Row]] = {}
    parent = ""
    for row in view.rows:
        indicator = row.indicator
        name = unnumbered(squeeze(indicator.name.text))
        if row.filler or not name or unused(indicator):
            continue
        parent = parent if indicator.child else name
        seen.setdefault((level_of(indicator.level1), level_of(indicator.level2), parent, name), []).append(row)
        figures = squeeze(indicator.target.text), squeeze(indicator.actual.text)
        if all(figures) and len(name) >= _LONG_NAME:
            seen.setdefault((parent, name, *figures), []).append(row)
    groups = (group for group in seen.values() if len({row.at("name") for row in group}) > 1)
    twice = {id(row): row for group in groups for row in group}.values()
    if twice:
        cells = [row.at("name") for row in twice]
        yield hit("table.duplicate", cells, names=names({row.name: row for row in twice}.values()))


@check("table.classification")
def classification(view: View) -> Iterator[Hit]:
    """Indicators that plainly belong under another second level; only the sure cases."""
    found = [row for row in view.filled if _misplaced(row)]
    reached = [row for row in found if _counts_reached(row)]
    sure = [row for row in found if row not in reached]
    yield from together("table.classification", sure, "name", placed=_MISPLACED, unless="")
    yield from together("table.classification", reached, "name", severity="info", placed=_DOUBTFUL, unless=_UNLESS)


@check("table.children")
def children(view: View) -> Iterator[Hit]:
    """其中 rows against the row above them, and the parts that one cell lists (4 场：线上 3 场、讲座 1 场)."""
    for parent, parts in _families(view):
        for column, label in (("target", "指标值"), ("actual", "实际完成值")):
            whole: Quantity = getattr(parent.indicator, f"{column}_read")
            figures: list[Quantity] = [getattr(part.indicator, f"{column}_read") for part in parts]
            total, added = _figure(whole), [value for figure in figures if (value := _figure(figure)) is not None]
            same_unit = {figure.unit or whole.unit for figure in figures} == {whole.unit}
            if total is None or len(added) < len(figures) or not same_unit:
                continue
            # One 其中 row names a part only; several name them all.
            wrong = sum_of(added) > total if len(added) == 1 else sum_of(added) != total
            if wrong:
                cells = [row.at(column) for row in (parent, *parts)]
                facts: dict[str, Any] = {"name": parent.name, "column": label}
                below = f"下面“其中”各行（{names(parts)}）"
                yield hit("table.children", cells, provided=total, expected=sum_of(added), parts=below, **facts)
    for row in view.filled:
        for column, label in (("target", "指标值"), ("actual", "实际完成值")):
            whole = getattr(row.indicator, f"{column}_read")
            several = _miscounted(row, whole)
            if several is not None and whole.value is not None:
                facts = {"name": row.name, "column": label, "provided": whole.value, "expected": several}
                inside = f"写出的各项（{'、'.join(part.text for part in whole.parts)}）"
                # Parts that fall short of the whole may be just some of them.
                severity: Severity = "warning" if several > whole.value else "info"
                yield hit("table.children", [row.at(column)], severity=severity, parts=inside, **facts)


@check("table.list", always=True)
def listed(view: View) -> Iterator[Hit]:
    """Sheets that list several projects with their scores, which no check looks at: reported, never skipped."""
    for place in view.evaluation.lists:
        yield hit("table.list", [place])


def _misplaced(row: Row) -> bool:
    indicator = row.indicator
    level1, level2, name = level_of(indicator.level1), level_of(indicator.level2), squeeze(indicator.name.text)
    unit = indicator.target_read.unit or squeeze(indicator.unit.text)
    target = indicator.target_read
    counted = name.endswith("数") or is_change(target.label, target.text)  # 培训人次 比上年增长5%
    pace = "/" in unit and convert(Decimal(1), unit, "%") is None  # 周转率 3次/日
    share = (name.endswith("率") and not (pace or name.endswith("频率"))) or (unit == "%" and not counted)
    money = is_money(unit) and any(word in name for word in _PRICES)
    if level1 == "产出" and not level2.endswith(_SATISFACTION) and name.endswith(("满意度", "满意率")):
        return True
    if level2 == "数量":
        return share or money
    return level2 in ("质量", "时效") and money


def _counts_reached(row: Row) -> bool:
    """True for a rate under 数量指标 that some ministries' own forms have there: 招收完成率, 疫苗接种率, 健康管理率."""
    indicator = row.indicator
    return level_of(indicator.level2) == "数量" and _REACHED.search(squeeze(indicator.name.text)) is not None


def _families(view: View) -> list[tuple[Row, list[Row]]]:
    """Each row that has 其中 rows, with these rows; a row that only shares the points of the one above is none."""
    found: list[tuple[Row, list[Row]]] = []
    for row in view.rows:
        goes_on = row.indicator.child and found and found[-1][1]
        if not (row.is_part or goes_on):
            found.append((row, []))
        elif found:
            found[-1][1].append(row)
    return [family for family in found if family[1]]


def _miscounted(row: Row, whole: Quantity) -> Decimal | None:
    """The sum of the parts that stand behind a figure, where it misses the figure by so little that it is a slip.

    Parts that are far off list only some, or the same ones twice: 300人（男120人，女180人，党员50人）.
    """
    if len(whole.parts) < 2 or _lists_some(whole.parts):
        return None
    figures = [_figure(one) if counted(one, row.indicator) else None for one in (whole, *whole.parts)]
    known = [value for value in figures if value is not None]
    if len(known) < len(figures):
        return None
    total, *values = known
    added = sum_of(values)
    slip = max(ONE, min(filter(None, values), default=ZERO) / 2)
    return added if max(values) < total and 0 < abs(added - total) <= slip else None


def _lists_some(parts: Sequence[Quantity]) -> bool:
    """True for parts that say they are not all (其中……, ……等), or are steps and no parts (发现问题12家，整改10家)."""
    steps = {match[0] for part in parts if (match := _STEP.search(part.label))}
    return len(steps) > 1 or parts[-1].text.endswith("等") or any(part.label.startswith(_PARTLY) for part in parts)


def _figure(figure: Quantity) -> Decimal | None:
    return figure.value if figure.kind == "number" and figure.bound is None and figure.unit != "%" else None
