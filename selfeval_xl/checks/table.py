"""Checks of the indicator table's order: levels in their columns, nothing twice, 其中 rows that add up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from selfeval_xl.checks.figures import CURRENCY, number, sum_of
from selfeval_xl.checks.registry import Hit, check, hit, together
from selfeval_xl.checks.rows import Row, asks, names, place, real
from selfeval_xl.checks.view import View
from selfeval_xl.checks.words import own, own_sentences, spoken
from selfeval_xl.lazy import lazy
from selfeval_xl.model import UNKNOWN_COLUMN, UNUSED_COLUMN, Ambiguity, Entry, Evaluation, Place
from selfeval_xl.quantity import Quantity, read
from selfeval_xl.scoring import unused

_LEVEL1 = frozenset({"产出", "效益"})
_LEVEL2 = frozenset({"数量", "质量", "时效", "经济效益", "社会效益", "生态效益", "可持续影响", "服务对象满意度"})
_PLEASED = "满意度"  # as a second level it may stand under any first one
_COUNTED = "三级|产出|效益|满意度|成本|数量|质量|时效|经济效益|社会效益|生态效益|可持续影响|定量|定性|绩效|"
_TELLING = 5  # characters from which a name is hardly that of two indicators with the same figures
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"})
_PRICES = ("成本", "造价", "单价", "费用标准")
_STATED = lazy(
    rf"(设[置定有立]?了?)?({_COUNTED})指标((?:共计?|合计|总?数量?|个数|项数|条数|有|为|计):?)?\s*(\d+)\s*[个项条](?!\s*[未没不已均全完达存偏])"
)
_MEASURES = {"target": "年度指标值", "actual": "实际完成值"}
_OTHERS = re.compile("(?:完成|达标|达成|达到|实现|扣分|偏差|偏离|[一二四]级|类)的?$")
_ALL_TOLD = lazy(
    rf"(?:共计?|合计|(?<![增新另建开])设)[置定有立]?了?有?(\d+)[个项条]({_COUNTED})指标(?![中里内]|[未没不已完达存偏得扣])"
)
# What makes a number before 指标 that of a part: a level named in the same sentence, or what became of them.
_OF_SOME = lazy(
    "产出|效益|满意度|成本|数量|质量|时效|可持续|定量|定性|其中|完成|未|没有|达到|扣分|偏差|核心|重点|新增|调整"
)
_YEAR = lazy(r"(?<!\d)20\d\d(?!\d)")
_UPPER = ("一级", "二级")
_EVERY_KIND = ("", "绩效", "三级")  # words before 指标 that leave none of the rows out
_COUNT = lazy(rf"(?:([一二三]级)(?:绩效)?(?:指标)?|({_COUNTED})指标)(?:共计?|合计|总?数|有|为|计|:)*(\d+)[个项条]")
_ONE_COUNT = _COUNT.pattern.replace("(", "(?:").replace("(?:?:", "(?:")
_LIST_OF_COUNTS = lazy(
    rf"{_ONE_COUNT}(?:(?:[,、;:(和及]|其中|包括|包含)*{_ONE_COUNT})++(?=[,。;)]|$)(?!,?(?:目前|均|都|全部)*[未没不])"
)
_NOT_ALL = lazy("完成|未|没有|达到|扣分|偏差|核心|重点|新增|调整")
# Words that speak of all indicators: each reached (True), or given full marks (False).
_ALL = f"(?P<of>.*?)(?:全部|所有|各项|各)?(?:共|设[置定立]?了?)*(?P<kind>{_COUNTED})(?:绩效)?"
_EVERY = "(?:目前|已|经|均|都|全部|全面|按期|如期|按时|圆满|顺利|超额)*"
_REACHED = "(?:完成|达标|达成|达到|实现)了?(?:年度|年初|预期|预定|设定|绩效|目标|指标|要求|任务|值|的)*"
_SAYS_ALL = lazy("全部|所有|各项|均|都|全面|100%|满分")
_CLAIMS = (
    (lazy(f"{_ALL}(?:指标|(?<=绩效)目标)(?:任务|值)*{_EVERY}{_REACHED}"), True),
    (
        lazy(
            f"(?P<of>.*?){_EVERY}完成了?(?:年度|设定|的)*(?:全部|所有|各项)(?:年度)?(?P<kind>{_COUNTED})(?:绩效)?指标(?:任务)?"
        ),
        True,
    ),
    (lazy(f"{_ALL}指标(?:任务)?(?:完成|达标)率(?:均|都)?(?:为|是|达到?|:)?100%"), True),
    (lazy(f"{_ALL}指标{_EVERY}(?:自评)?(?:得分)?(?:得|获得?|为)了?满分"), False),
)
_EXCEPT = lazy("除|未|没|其[他余它]|大部分|多数|基本|按比例|扣|外|个别|部分")
_NUMBERED = lazy(r"(?<=指标)(?:共计?|有|为|:)?\d+[个项条],?(?=(?:目前|已)*(?:均|都|全部))")
_COUNT_TOPIC = lazy(rf"(?:^|[:、])({_COUNTED})指标(?:总数|个数|项数|条数|数量|数)$")


@check("table.empty", always=True)
def empty(view: View) -> Iterator[Hit]:
    """A form that was only opened."""
    if view.empty:
        yield hit("table.empty", [])


@check("table.no_indicators")
def no_indicators(view: View) -> Iterator[Hit]:
    """A total claimed for nothing."""
    total = view.evaluation.claimed_total
    if number(total) is not None and total.formula is None and not any(map(real, view.evaluation.indicators)):
        yield hit("table.no_indicators", [total], provided=number(total))


@check("table.unnamed")
def unnamed(view: View) -> Iterator[Hit]:
    """Rows of ours without a name; other forms may have their names in any column."""
    if view.evaluation.template is not None:
        nameless = [row for row in view.rows if not row.filler and not _flat(row.indicator.name)]
        yield from together("table.unnamed", nameless, "name")


@check("table.error_value")
def error_values(view: View) -> Iterator[Hit]:
    """Errors that formulas show where words belong; in place of a figure they can't be read, and are reported so."""
    evaluation = view.evaluation
    entries: list[Entry] = [*evaluation.header[1:], evaluation.goal_expected, evaluation.goal_actual]
    entries += (entry for one in evaluation.indicators for entry in (one.level1, one.level2, one.name, one.reason))
    tables = (*evaluation.budgets, *([evaluation.funds] if evaluation.funds else []))
    entries += (entry for table in tables for line in table.lines for entry in (line.name, line.reason))
    entries += (entry for one in evaluation.allocations for entry in (one.region, one.purpose, one.reason))
    entries += (entry for one in evaluation.statements for entry in (one.topic, one.text))
    entries += (entry for one in evaluation.management for entry in (one.name, one.note))
    entries += (entry for one in evaluation.rectifications for entry in one)
    entries += (evaluation.problems, evaluation.measures)
    by_sheet: dict[str | None, list[Entry]] = {}
    for entry in entries:
        if entry.text.strip() in _ERRORS:
            by_sheet.setdefault(entry.place.sheet if entry.place else None, []).append(entry)
    for found in by_sheet.values():
        yield hit("table.error_value", found, provided="、".join(dict.fromkeys(entry.text.strip() for entry in found)))


@check("table.header")
def header(view: View) -> Iterator[Hit]:
    """The year and the unit of a workbook of ours, by which the bureau knows whose it is, and that of its money."""
    if view.evaluation.template is None:
        return
    year, unit, currency = (getattr(view.evaluation.header, key) for key in ("year", "unit", "currency_unit"))
    missing = {"年度": year} if _YEAR.search(_flat(year)) is None else {}
    missing |= {"单位": unit} if not _flat(unit) else {}
    missing |= {"金额单位": currency} if currency.place and _flat(currency) not in CURRENCY else {}
    if missing:
        yield hit("table.header", list(missing.values()), names="、".join(missing))


@check("table.hierarchy")
def hierarchy(view: View) -> Iterator[Hit]:
    """Names of one level in another level's column: the row has slipped sideways."""
    if not {"level1", "level2"} <= view.evaluation.columns:
        return
    found: dict[tuple[str, Place | None], tuple[Row, Entry]] = {}
    usual = any(_level(row.indicator.level1) in _LEVEL1 for row in view.rows)
    for row in view.rows:
        level1, level2, name = row.indicator.level1, row.indicator.level2, row.indicator.name
        inner = bool(_level(level1)) and not usual  # 履职效果 | 产出: the form has first levels of its own
        first = _level(level2).endswith(_PLEASED) or (inner and _level(level1).endswith(_PLEASED))
        slipped = [level1] if _level(level1) in _LEVEL2 and not first else []
        slipped += [level2] if _level(level2) in _LEVEL1 - {_level(level1)} and not inner else []
        slipped += [name] if _level(name) in _LEVEL1 | _LEVEL2 and _flat(name).endswith("指标") else []
        for entry in slipped:
            found.setdefault((entry.text, place(row.indicator, entry)), (row, entry))
    if found:
        shown = "、".join(dict.fromkeys(f"“{entry.text.strip()}”" for _, entry in found.values()))
        yield hit("table.hierarchy", [place(row.indicator, entry) for row, entry in found.values()], shown=shown)


@check("table.duplicate")
def duplicate(view: View) -> Iterator[Hit]:
    """The same name twice under the same second level (and parent, for a 其中 row), or with the same figures."""
    seen: dict[tuple[str, ...], list[Row]] = {}
    parent = ""
    for row in view.rows:
        indicator = row.indicator
        name = _flat(indicator.name)
        if row.filler or not name or unused(indicator):
            continue
        parent = parent if indicator.child else name
        seen.setdefault((_level(indicator.level1), _level(indicator.level2), parent, name), []).append(row)
        figures = _flat(indicator.target), _flat(indicator.actual)
        if all(figures) and len(name) >= _TELLING:
            seen.setdefault((parent, name, *figures), []).append(row)
    twice = {id(row): row for group in seen.values() if len(group) > 1 for row in group}.values()
    if twice:
        cells = [place(row.indicator, row.indicator.name) for row in twice]
        yield hit("table.duplicate", cells, names=names({row.name: row for row in twice}.values()))


@check("table.classification")
def classification(view: View) -> Iterator[Hit]:
    """Indicators that plainly belong under another second level; only the sure cases."""
    yield from together(
        "table.classification", [row for row in view.rows if not row.filler and _misplaced(row)], "name"
    )


@check("table.children")
def children(view: View) -> Iterator[Hit]:
    """其中 rows against the row above them, target by target and actual by actual, where the units are equal."""
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
                cells = [place(row.indicator, getattr(row.indicator, column)) for row in (parent, *parts)]
                facts: dict[str, Any] = {"name": parent.name, "column": label, "parts": names(parts)}
                yield hit("table.children", cells, provided=total, expected=sum_of(added), **facts)


@check("table.count")
def count(view: View) -> Iterator[Hit]:
    """A stated number of indicators against the rows of the table; one that is stated several times is told once."""
    rows_counted = [row for row in view.rows if not row.filler and not row.indicator.child]
    bare = [row for row in rows_counted if not (_level(row.indicator.level1) or _level(row.indicator.level2))]
    if any(_level(row.indicator.name) in _LEVEL1 | _LEVEL2 for row in bare):
        return  # levels that stand as rows of their own are no indicators
    told: dict[tuple[str, Decimal, str | None], list[tuple[Entry, str, int]]] = {}
    for entry, kind, number_stated in stated_counts(view.evaluation) if rows_counted else ():
        counted = _levels(view, kind) if kind in _UPPER else [sum(_is_of(row, kind) for row in rows_counted)]
        if bare and counted == [0]:
            continue  # the table does not say of which kind its rows are
        if counted and number_stated not in counted:
            same = "" if kind in _EVERY_KIND else kind, number_stated, entry.place.sheet if entry.place else None
            told.setdefault(same, []).append((entry, kind, counted[0]))
    for (_, number_stated, _), found in told.items():
        entries, (kind, *_), (right, *_) = zip(*found, strict=True)
        yield hit("table.count", entries, provided=number_stated, expected=Decimal(right), kind=f"{kind}指标")


@check("table.claim")
def claim(view: View) -> Iterator[Hit]:
    """What words say of all indicators, or of all of a kind: every one reached, or given full marks."""
    for entry in spoken(view.evaluation) if view.evaluation.template is None else ():
        for kind, reached in _claims_in(entry, view.evaluation):
            rows = [row for row in view.rows if _is_of(row, kind) and (_missed if reached else _reduced)(row)]
            if rows:
                facts: dict[str, Any] = {"kind": f"{kind}指标", "said": "完成" if reached else "得满分"}
                yield hit("table.claim", [entry], names=names(rows), **facts)


@check("table.list", always=True)
def listed(view: View) -> Iterator[Hit]:
    """Sheets that list several projects with their scores: said, as nobody has checked them."""
    for place_of_list in view.evaluation.lists:
        yield hit("table.list", [place_of_list])


@check("reading.ambiguous")
def ambiguous(view: View) -> Iterator[Hit]:
    """Cells that can be read in two ways, one finding a sheet."""
    by_sheet: dict[str, list[str]] = {}
    cells: dict[str, list[Place]] = {}
    for one in view.evaluation.ambiguities:
        if _of_year(one, view) or _is_unknown(one):
            continue
        by_sheet.setdefault(one.place.sheet, []).append(_doubt(one))
        cells.setdefault(one.place.sheet, []).append(one.place)
    for sheet, shown in by_sheet.items():
        yield hit("reading.ambiguous", cells[sheet], shown="；".join(shown[:5]))


@check("reading.column")
def unrecognized(view: View) -> Iterator[Hit]:
    """Tables without a column of targets, or of actuals, and the headings in them that nobody knows: one a sheet.

    Either a heading was not recognized, or the form asks for none (评分标准 | 自评得分): no row is to blame.
    """
    by_sheet: dict[str, list[Row]] = {}
    for row in view.rows:
        if row.indicator.place and not row.asked and not row.filler:
            by_sheet.setdefault(row.indicator.place.sheet, []).append(row)
    for sheet, rows in by_sheet.items():
        lacking = [
            title
            for key, title in _MEASURES.items()
            if any(not asks(row.indicator, getattr(row.indicator, key)) for row in rows)
        ]
        unknown = [one for one in view.evaluation.ambiguities if _is_unknown(one) and one.place.sheet == sheet]
        shown = "、".join(f"“{one.text.strip()}”" for one in unknown)
        yield hit(
            "reading.column",
            [one.place for one in unknown] if unknown else [rows[0].indicator.place],
            provided=shown or None,
            names="、".join(lacking) + ("两列" if len(lacking) > 1 else "一列"),
            why=f"（不知道{shown}填的是什么，没有采用）" if unknown else "",
        )


@check("table.year")
def years(view: View) -> Iterator[Hit]:
    """A year in the title that is not that of the header: one of them was left over from another year."""
    for one in view.evaluation.ambiguities:
        if _of_year(one, view):
            yield hit("table.year", [one.place], provided=one.readings[0], expected=one.readings[1])


def _of_year(one: Ambiguity, view: View) -> bool:
    """True for two years of a budget; 2024年 in a title may be the year in which the form was made."""
    return one.place == view.evaluation.header.year.place and all(said.endswith("年度") for said in one.readings)


def _is_unknown(one: Ambiguity) -> bool:
    return one.readings[0] == UNKNOWN_COLUMN


def _doubt(one: Ambiguity) -> str:
    first, *others = one.readings
    if others == [UNUSED_COLUMN]:
        return f"“{one.text.strip()}”一列从内容看是{first}，按它读取"
    if first == UNUSED_COLUMN:
        return f"“{one.text.strip()}”一列看着也是{'、'.join(others)}，已有别的列作为它，这一列没有采用"
    return f"“{one.text.strip()}”可读作“{'”或“'.join(one.readings)}”，取了前一种"


def stated_counts(evaluation: Evaluation) -> Iterator[tuple[Entry, str, Decimal]]:
    """Each stated number of indicators that only the table can answer: its entry, the kind counted, the number."""
    for entry in (evaluation.goal_expected, evaluation.goal_actual, evaluation.problems):
        yield from ((entry, kind, count) for kind, count in _counts_in(_flat(entry)))
    for entry in evaluation.texts:
        for text in own_sentences(entry, evaluation):
            yield from ((entry, kind, count) for kind, count in _counts_in(text))
    for statement in evaluation.statements:
        words = _flat(statement.topic if statement.text.blank else statement.text)
        topic = _COUNT_TOPIC.search(words) if "指标" in words else None
        value = read(statement.stated.text, role="actual").value if topic else None
        # With a cell to compare with, it is a figure like any other (tieout.mismatch).
        if topic and value is not None and statement.expected.value is None:
            yield statement.stated, topic[1], value


def _claims_in(entry: Entry, evaluation: Evaluation) -> Iterator[tuple[str, bool]]:
    """The kinds of indicators of which a text says that all were reached (True), or got full marks (False)."""
    if "指标" not in entry.text and "绩效目标" not in entry.text:
        return
    for sentence in own_sentences(entry, evaluation):
        if _EXCEPT.search(sentence):
            continue
        for clause in re.split("[,、]", _NUMBERED.sub("", sentence)):
            for pattern, reached in _CLAIMS if _SAYS_ALL.search(clause) else ():
                match = pattern.fullmatch(clause)
                if match and own(match["of"], evaluation):
                    yield match["kind"], reached


def _missed(row: Row) -> bool:
    """True for a row that its own figures and score show as missed; what is wrong with it else has been said."""
    return row.scoring is None and row.reading is None and not row.filler and row.score.status == "missed"


def _reduced(row: Row) -> bool:
    """True for a row whose own score is less than full marks."""
    claimed, weight = number(row.indicator.claimed_score), number(row.indicator.weight)
    return claimed is not None and weight is not None and claimed < weight and not row.score.excluded


def _levels(view: View, kind: str) -> list[int]:
    """How many first or second levels the table has, with and without rows that nobody filled in and the execution.

    Nothing where a row lacks a level.
    """
    found: list[int] = []
    every = [one for one in view.evaluation.indicators if not one.child]
    for rows in ([row.indicator for row in view.rows if not row.filler and not row.indicator.child], every):
        levels = {(_level(one.level1), _level(one.level2)) for one in rows}
        if any("" in pair for pair in levels):
            return []
        names_of_levels = levels if kind == "二级" else {first for first, _ in levels}
        found += [len(names_of_levels), len(names_of_levels) + bool(view.budget.weight)]
    return found


def _counts_in(text: str) -> Iterator[tuple[str, Decimal]]:
    """The numbers of indicators that a text states, each with the kind that it counts.

    设数量指标 3 个, 数量指标共 3 个, 指标个数：9; 完成数量指标 3 个, 二级指标共 8 个 are something else.  Before
    the word, 共 20 个指标, 设置 8 个产出指标; 20 项指标 alone may be a part of them.
    """
    if "指标" not in text:
        return
    listed = dict(_listed_counts(text))
    yield from listed.items()
    for match in _STATED.finditer(text):
        if match[2] not in listed and (match[1] or (match[3] and not _OTHERS.search(text[: match.start()]))):
            yield match[2], Decimal(match[4])
    for match in _ALL_TOLD.finditer(text):
        before = re.split("[。;!]", text[: match.start()])[-1]
        if match[2] not in _EVERY_KIND or not _OF_SOME.search(before):
            yield match[2], Decimal(match[1])


def _listed_counts(text: str) -> Iterator[tuple[str, Decimal]]:
    """The counts of a list that goes through levels or kinds: 一级指标3个、二级指标7个、三级指标14个."""
    for run in _LIST_OF_COUNTS.finditer(text):
        before = re.split("[。;!]", text[: run.start()])[-1]
        items = [(match[1] or match[2] or "", Decimal(match[3])) for match in _COUNT.finditer(run[0])]
        if len({kind for kind, _ in items}) == len(items) > 1 and not _NOT_ALL.search(before):
            yield from items


def _is_of(row: Row, kind: str) -> bool:
    qualitative = row.indicator.target_read.kind in ("qualitative", "status")
    if kind in ("定量", "定性"):
        return qualitative == (kind == "定性")
    if kind in _EVERY_KIND:
        return True
    return kind in (_level(row.indicator.level1), _level(row.indicator.level2))


def _misplaced(row: Row) -> bool:
    indicator = row.indicator
    level1, level2, name = _level(indicator.level1), _level(indicator.level2), _flat(indicator.name)
    unit = indicator.target_read.unit or _flat(indicator.unit)
    share = name.endswith("率") or (unit == "%" and not name.endswith("数"))
    money = unit in ("元", "万元", "亿元") and any(word in name for word in _PRICES)
    if level1 == "产出" and not level2.endswith(_PLEASED) and name.endswith(("满意度", "满意率")):
        return True
    if level2 == "数量":
        return share or money
    return level2 in ("质量", "时效") and money


def _families(view: View) -> Iterator[tuple[Row, list[Row]]]:
    """Each row with the 其中 rows below it."""
    parent: Row | None = None
    parts: list[Row] = []
    for row in view.rows:
        if row.indicator.child:
            parts.append(row)
            continue
        if parent and parts:
            yield parent, parts
        parent, parts = row, []
    if parent and parts:
        yield parent, parts


def _figure(figure: Quantity) -> Decimal | None:
    return figure.value if figure.kind == "number" and figure.bound is None and figure.unit != "%" else None


def _level(entry: Entry) -> str:
    return _level_name(entry.text)


@lru_cache(maxsize=1024)
def _level_name(text: str) -> str:
    """The name of a level without 指标, its points and spaces: "产出指标（50分）" → "产出"."""
    return re.sub(r"\([^()]*\)|\d+分?|\s|指标|[:★*]", "", unicodedata.normalize("NFKC", text))


def _flat(entry: Entry) -> str:
    return "".join(unicodedata.normalize("NFKC", entry.text).split())
