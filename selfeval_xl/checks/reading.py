"""Checks of how a form was read: unknown headings, cells that can be read in two ways, a year left in the title."""

from __future__ import annotations

from collections.abc import Iterator

from selfeval_xl.checks.figures import nothing
from selfeval_xl.checks.registry import Hit, by_sheet, check, hit
from selfeval_xl.checks.rows import Row
from selfeval_xl.checks.view import View
from selfeval_xl.model import HIDDEN_ROW, ONE_OF_REGIONS, UNKNOWN_COLUMN, UNREAD_MONEY, UNUSED_COLUMN, Ambiguity

_MEASURES = {"target": "年度指标值", "actual": "实际完成值"}
_POINTS = "分值"
_COLUMNS = ("一列", "两列", "三列")


@check("reading.ambiguous")
def ambiguous(view: View) -> Iterator[Hit]:
    """Cells that can be read in two ways, one finding a sheet."""
    here = [one for one in view.evaluation.ambiguities if not (_of_year(one, view) or _is_unknown(one))]
    doubtful = [one for one in here if one.readings[0] != UNREAD_MONEY or not view.evaluation.money_tables]
    for found in by_sheet(doubtful, lambda one: one.place):
        shown = list(dict.fromkeys(map(doubt, found)))
        yield hit("reading.ambiguous", [one.place for one in found], shown="；".join(shown[:5]))


@check("reading.column", ours=False)
def unrecognized(view: View) -> Iterator[Hit]:
    """Tables in which no column of targets, actuals or points was found, one finding a sheet with its unknown headings.

    Either a heading was not recognized, or the form has no such column (评分标准 | 自评得分); no row is wrong.  For a
    workbook of ours, template.name says what is missing.
    """
    unweighed = "weight" not in view.evaluation.columns and not any(row.weight for row in view.rows)
    pointless = unweighed and _is_scored(view)
    by_sheet: dict[str, list[Row]] = {}
    for row in view.filled:
        if row.indicator.place and (pointless or not row.asked):
            by_sheet.setdefault(row.indicator.place.sheet, []).append(row)
    for sheet, rows in by_sheet.items():
        lacking = [title for key, title in _MEASURES.items() if not all(row.asks(key) for row in rows)]
        measured = not lacking
        lacking += [_POINTS] if pointless else []
        unknown = [one for one in view.evaluation.ambiguities if _is_unknown(one) and one.place.sheet == sheet]
        shown = "、".join(f"“{one.text.strip()}”" for one in unknown)
        yield hit(
            "reading.column",
            [one.place for one in unknown] if unknown else [rows[0].indicator.place],
            provided=shown or None,
            names="、".join(lacking) + _COLUMNS[len(lacking) - 1],
            headings="或".join(f"“{title}”" for title in lacking),
            unchecked="各项该得几分" if measured else "各项是否完成、该得几分",
            why=f"（不知道{shown}填的是什么，没有采用）" if unknown else "",
        )


@check("table.year")
def years(view: View) -> Iterator[Hit]:
    """A year in the title that is not that of the header: one of them was left over from another year."""
    for one in view.evaluation.ambiguities:
        if _of_year(one, view):
            yield hit("table.year", [one.place], provided=one.readings[0], expected=one.readings[1])


def _is_scored(view: View) -> bool:
    """True for a form that asks for points or states some; the official form of transfer payments does not."""
    given = (view.evaluation.claimed_total, view.line.weight, view.line.claimed_score)
    printed = any(row.indicator.level1.value or row.indicator.level2.value for row in view.rows)
    return "claimed_score" in view.evaluation.columns or printed or not all(map(nothing, given))


def _of_year(one: Ambiguity, view: View) -> bool:
    """True for two budget years (年度); 2024年 alone may be the year in which the form was printed."""
    return one.place == view.evaluation.header.year.place and all(said.endswith("年度") for said in one.readings)


def _is_unknown(one: Ambiguity) -> bool:
    return one.readings[0] == UNKNOWN_COLUMN


def doubt(one: Ambiguity) -> str:
    """The doubt in words: what can be read in several ways, and which reading was taken."""
    first, *others = one.readings
    if _is_unknown(one):
        return f"不知道“{one.text.strip()}”一列填的是什么，没有采用"
    if first == UNREAD_MONEY:
        return f"“{one.text.strip()}”后面的数看着是预算执行情况的，没有读到，没有核对"
    if first == HIDDEN_ROW:
        return f"“{one.text.strip()}”一行是隐藏的，不算它分值合计才是满分，没有计入"
    if first == ONE_OF_REGIONS:
        return f"几个地区并列（{'、'.join(others)}），没有全部地区的一列，各地区不一样的没有采用"
    if others == [UNUSED_COLUMN]:
        return f"“{one.text.strip()}”一列从内容看是{first}，按它读取"
    if first == UNUSED_COLUMN:
        return f"“{one.text.strip()}”一列看着也是{'、'.join(others)}，已有别的列作为它，这一列没有采用"
    return f"“{one.text.strip()}”可读作“{'”或“'.join(one.readings)}”，取了前一种"
