"""Decides the kind of a form (transfer, department, project), by its title first, then by what only that kind has."""

from __future__ import annotations

from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, NATURES, Form
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.money_words import FUNDS_TOTAL, divides_money
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.words.labels import likeliest, squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import FUNDS

_TITLED = lazy("(?:自评|评价|绩效|转移支付|执行).*(?:表|报告|情况)$")
_TRANSFER_WORDS = ("转移支付", "区域绩效")
_DEPARTMENT_WORDS = ("整体支出", "部门整体", "单位整体", "部门(单位)整体")
_WHOLE_WORDS = ("整体绩效", "整体自评", "部门职责")  # a department's, unless a project is named
_PROJECT_TITLES = ("项目支出", "项目绩效", "项目自评")
# 中央就业补助资金绩效自评表, 中央财政林业草原生态保护恢复资金绩效自评表
_HANDED_DOWN = lazy("(?:中央|上级)(?:财政|预算内|[^省市县区]*(?:补助|专项))[^省市县区]*(?:资金|经费)")
_SEVERAL_REGIONS = lazy("(?:各|有关|相关)[(地省市州盟县区旗乡镇街道)、/]+(?![直级属域场])")
"""Units in several regions, whose use of the money a transfer's form is about: 各县（市、区）教育局."""

_PROJECT_WORDS = ("项目", "专项资金")


def kind_of(draft: Draft) -> Form:
    """The kind of the form; ``project`` if it at least mentions a project or an evaluation, else ``unknown``."""
    title = squeeze(draft.title)
    if any(word in title for word in _TRANSFER_WORDS):
        return "transfer"
    if any(word in title for word in _DEPARTMENT_WORDS):
        return "department"
    if "allocations" not in draft.tables and any(word in title for word in _PROJECT_TITLES):
        return "project"  # whatever the project is called
    labels = _labels(draft)
    if {"中央主管部门", "地方主管部门"} & labels or any("转移支付" in label for label in labels):
        return "transfer"
    several = _SEVERAL_REGIONS.search(squeeze(draft.fields.get("unit", EMPTY).text)) or "市县主管部门" in labels
    if several or "allocations" in draft.tables or _HANDED_DOWN.search(title):
        return "transfer"
    if any(word in title for word in _PROJECT_WORDS):
        return "project"
    if any(word in title for word in _WHOLE_WORDS):
        return "department"
    names = {squeeze(row["name"].text) for row in draft.tables.get("funds", ())}
    if "地方资金" in names and any("中央" in name for name in names):
        return "transfer"
    if "project" in draft.fields:
        return "project"
    if {"部门名称", "部门单位名称", "部门整体支出", "整体支出情况"} & labels or names >= NATURES:
        return "department"
    evaluated = "indicators" in draft.tables and ("自评" in title or "绩效" in title)
    return "project" if evaluated or any("项目" in label for label in labels) else "unknown"


def is_ledger(draft: Draft) -> bool:
    """True for a list of what money was spent on (办公费, 印刷费): no project is named, nothing says that it is a form.

    A form has points, a title that says what it is (预算执行情况表), or the sources of its money.
    """
    if "project" in draft.fields or draft.funds_columns & {"weight", "claimed_score"}:
        return False
    cells = draft.cells
    titled = any(_TITLED.search(words) for words in (draft.sheet.name, *(cell.label.core for cell in cells)))
    return not titled and not any(map(_of_funds, cells))


def _of_funds(cell: Cell) -> bool:
    sources = likeliest(cell.label, FUNDS) == "name"
    return sources or divides_money(cell) or bool(FUNDS_TOTAL.search(cell.label.core))


def _labels(draft: Draft) -> set[str]:
    """The texts of labels and names, outside the tables' data."""
    named = ("label", "project", "unit", "department")
    labels = (cell.label for cell in draft.cells if draft.sheet.used.get(cell.at) in named)
    return {words for label in labels for words in (label.core, label.full)}
