"""Chooses the form of a workbook that is imported, and lists what else stands in the workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from selfeval_xl.errors import WorkbookError
from selfeval_xl.evaluation.entries import plain_number
from selfeval_xl.importing.money import in_unit_of
from selfeval_xl.model import EMPTY, Place
from selfeval_xl.read import Opened, Workbook, grouped, recognized
from selfeval_xl.read.pages import in_one
from selfeval_xl.render.leftovers import Left
from selfeval_xl.workbook.recognize import Recognized
from selfeval_xl.workbook.references import cell_name


@dataclass(frozen=True, slots=True)
class Found:
    """The chosen form, how many forms the workbook has (``count``), and what else stands there (``others``).

    ``pages`` are the form's sheets as they stand; ``form`` is all of it in one, with its tables on other sheets.
    """

    form: Recognized
    pages: tuple[Recognized, ...]
    count: int
    others: tuple[Left, ...]


def found_in(source: Opened, name: str, sheet: str | None, number: int | None = None) -> Found:
    """The official form on ``sheet`` (None: on any), the ``number``-th there, from 1.  WorkbookError if none is."""
    everything = recognized(source, sheet)
    groups = [group for group in grouped(everything) if not group[0].listing]
    forms = [first for first, *_ in groups]
    offered = [form for form in forms if sheet in (None, form.sheet)]
    where = f"工作表“{sheet}”里" if sheet else ""
    lists = [form.sheet for form in everything if form.listing and sheet in (None, form.sheet)]
    if lists and not offered:
        listing = f"“{lists[0]}”是多个项目的汇总表，不是自评表，不能导入；请导入各项目自己的自评表。"
        raise WorkbookError(f"{name}：{listing}", "package.not_workbook")
    if not offered:
        raise WorkbookError(
            f"{name}：{where}没有找到自评表（本工具的表，或官方格式的表头）。请核对是不是放错了文件。",
            "package.not_workbook",
        )
    if number is not None and number > len(offered):
        raise WorkbookError(f"{name}：{where}只有 {len(offered)} 张自评表，没有第 {number} 张。")
    chosen = offered[(number or 1) - 1]
    group = next(one for one in groups if one[0] is chosen)
    pages = (chosen, *(one for one in group[1:] if not one.supplement))
    unit = _unit(chosen)
    extra = {
        key: rows if unit == _unit(form) else tuple(in_unit_of(unit, row, _unit(form)) for row in rows)
        for form in group[1:]
        if form.supplement and not form.listing
        for key, rows in form.entries.tables.items()
        if key != "funds"
    }
    whole = in_one(pages)
    whole = whole._replace(entries=whole.entries._replace(tables={**extra, **whole.entries.tables}))
    others = [form for form in everything if not _among(pages, form)]
    return Found(whole, pages, len(forms), tuple(_others(source, others, group, groups)))


def _among(forms: Iterable[Recognized], form: Recognized) -> bool:
    """Whether ``form`` is one of these very objects; an equal one does not count."""
    return any(form is one for one in forms)


def _others(
    source: Opened, others: Sequence[Recognized], group: Sequence[Recognized], groups: Sequence[Sequence[Recognized]]
) -> Iterator[Left]:
    """What stands in the workbook outside the chosen form's pages: ``others`` (forms and tables), and further sheets.

    ``group`` is the chosen form with what belongs to it, one of the ``groups`` that can be chosen.
    """
    forms = [first for first, *_ in groups]
    for form in others:
        where = f"工作表“{form.sheet}”"
        if _among(forms, form):
            project = form.entries.fields.get("project", EMPTY).text.strip()
            yield Left(where, project, f"这里另有一张表没有导入；要导入它，请另导一份，加上 {_choice(form, forms)}")
        elif form.listing:
            yield Left(where, "", "是多个项目的汇总表，不是自评表，没有导入")
        elif "funds" in form.entries.tables:
            yield Left(where, "", "是支出明细，不是自评表，没有导入")
        elif _among(group, form):
            yield from leftovers(source, form)
        elif any(_among(one, form) for one in groups):
            yield Left(where, "", "属于另一张自评表，没有导入")
        else:
            yield Left(where, "", "这里的明细表看不出属于哪一张自评表，没有导入")
    known = {form.sheet for form in (*group, *others)}
    for name, grid in source.grids.items():
        filled = sum(bool(cell.text.strip()) for cell in grid.cells.values())
        if name not in known and filled:
            why = "不是自评表，没有导入"
            if name in source.hidden:
                why = f"是隐藏的工作表，没有导入；里面有表要导入的，请另导一份，加上 {_option(name)}"
            yield Left(f"工作表“{name}”", f"{filled} 个有内容的单元格", why)
    if not isinstance(source, Workbook):
        return  # of an .xls or .ods it is not known
    pictures = sum("/media/" in part.lower() for part in source.package.archive.names)
    notes = sum(part.lower().rpartition("/")[2].startswith("comments") for part in source.package.archive.names)
    if pictures or notes:
        kinds = [f"{count} {kind}" for count, kind in ((pictures, "张图片"), (notes, "张表的批注")) if count]
        yield Left("整个文件", "、".join(kinds), "图片和批注不导入")


def _unit(form: Recognized) -> str:
    return form.entries.fields.get("currency_unit", EMPTY).text or "万元"


def _choice(form: Recognized, forms: list[Recognized]) -> str:
    """The options of the command that choose a form: its sheet, and its number where the sheet has several."""
    there = [one for one in forms if one.sheet == form.sheet]
    number = next(position for position, one in enumerate(there, 1) if one is form)
    return _option(form.sheet) + (f" --number {number}" if len(there) > 1 else "")


def _option(sheet: str) -> str:
    return f'--sheet "{sheet}"' if " " in sheet else f"--sheet {sheet}"


def leftovers(source: Opened, form: Recognized) -> Iterator[Left]:
    """The cells of a form in which nothing was recognized."""
    grid = source.grids[form.sheet]
    for at in form.leftovers:
        cell = grid.cells[at]
        text = cell.text.strip()
        if isinstance(cell.value, Decimal) and "E+" in text:
            text = plain_number(cell.value)  # a long code, which the format General shortens
        if text:
            yield Left(Place(form.sheet, cell_name(*at)), text, "标准表没有对应的格")
