"""Fills somebody's empty official form from our data: recognized by its labels, grown where it has too few rows.

``places`` finds the empty rows; ``rows`` plans which indicator goes where, and what is inserted; ``levels`` and
``beside`` adapt merged cells and formulas to that; ``table``, ``fields`` and ``budget`` write (``writer``, ``texts``);
``results`` recalculates the form's formulas.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from selfeval_xl.assess import assess
from selfeval_xl.errors import WorkbookError
from selfeval_xl.fill_official.beside import add_beside
from selfeval_xl.fill_official.budget import TITLE, fill_budget
from selfeval_xl.fill_official.fields import put_fields
from selfeval_xl.fill_official.levels import level_changes
from selfeval_xl.fill_official.places import with_printed, with_ruled
from selfeval_xl.fill_official.results import recalculated
from selfeval_xl.fill_official.rows import plan
from selfeval_xl.fill_official.table import put_table
from selfeval_xl.fill_official.writer import Writer
from selfeval_xl.forms.outline import outline
from selfeval_xl.model import TABLE_TITLES, Assessment, Entries, Evaluation
from selfeval_xl.read import Workbook, grouped, official_form, recognized
from selfeval_xl.render.leftovers import Left
from selfeval_xl.rules import RuleSet
from selfeval_xl.workbook.edits import Edits, SheetEdits
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.reading.sheet import read_grid
from selfeval_xl.workbook.recognize import Recognized, recognize
from selfeval_xl.workbook.recognize.cells.table import Span
from selfeval_xl.workbook.writing.patch import Patch


@dataclass(frozen=True, slots=True)
class Filled:
    """The form filled in, ready to be saved; what it gives when it is read again; and what had no place there."""

    patch: Patch
    assessment: Assessment
    left: tuple[Left, ...]


def fill_official(given: Workbook, own: Assessment, data: Entries, rules: RuleSet) -> Filled:
    """Fill the official form in ``given`` with ``data``, whose scores under ``rules`` are those of ``own``.

    WorkbookError where the workbook holds no form that could be recognized.
    """
    template, budget = fill_budget(given, data)
    form, number, others = _form(template, own.evaluation.form)
    before = read_grid(template.package, form.sheet, blanks=True)
    patch = Patch(template.package)
    span = _apart(with_printed(with_ruled(form.spans["indicators"], before, patch.bordered()), before), before)
    rows = plan(span, _continued(span, before), before.hidden_rows, own.evaluation.indicators)
    for insert in reversed(rows.inserts):
        patch.insert_rows(form.sheet, insert.behind + 1, insert.added, since=insert.since, like=insert.like)
    if rows.inserts:
        template = Workbook(patch.to_bytes(), given.label)
        patch = Patch(template.package)
        form = recognize(template.grids[form.sheet], form.sheet)[number]
    after = read_grid(template.package, form.sheet, blanks=True)
    changes = level_changes(span, rows, before, after)
    add_beside(changes, span, rows, before, after)
    blanked = {at: after.cells[at]._replace(value=None, formula=None) for at in changes.lone}
    writer = Writer(after.with_cells(after.cells | blanked))
    put_table(writer, span, rows, own, data)
    put_fields(writer, form, own, data, rules, rows.taken)
    _tell_rest(writer, form, others, own.evaluation.form, data, budget)
    patch.remerge(form.sheet, changes.old, ())
    writer.cells = {**changes.cells, **writer.cells}
    patch.apply(Edits({form.sheet: SheetEdits(writer.cells)}))
    for cell, like in changes.looks.items():
        patch.set_look(form.sheet, cell, like)
    patch.remerge(form.sheet, (), changes.new)
    patch.apply(Edits({form.sheet: SheetEdits(heights=writer.raised(patch.measures(form.sheet)))}))
    patch = recalculated(given.grids, Workbook(patch.to_bytes(), given.label))
    workbook = Workbook(patch.to_bytes(), given.label)
    writer.tell_results(workbook.grids[form.sheet])
    return Filled(patch, assess(_read_again(workbook, form.sheet, number), rules), tuple(writer.left))


def _form(template: Workbook, kind: str) -> tuple[Recognized, int, list[str]]:
    """The form to fill (the first of the data's kind, else the first), its number on its sheet, the sheets of others.

    Forms on hidden sheets count only where there are no others, as when a form is read.
    """
    every = [
        (form, number) for name, grid in template.grids.items() for number, form in enumerate(recognize(grid, name))
    ]
    seen = [(form, number) for form, number in every if form.sheet not in template.hidden] or every
    found = [(form, number) for form, number in seen if "indicators" in form.spans]
    if not found:
        raise WorkbookError(
            f"{template.label}：没有找到自评表的指标表头，不能填入。请核对是不是放错了文件。", "package.not_workbook"
        )
    taken = next((place for place, (form, _) in enumerate(found) if form.form == kind), 0)
    return *found[taken], [form.sheet for form, _ in (*found[:taken], *found[taken + 1 :])]


def _tell_rest(
    writer: Writer, form: Recognized, others: Iterable[str], kind: str, data: Entries, budget: Writer | None
) -> None:
    """Note what of the workbook was left alone (the forms on the sheets ``others``), and which of the data's tables it
    does not have; ``kind`` is the data's own form, ``budget`` has written their budget, None where there is no place.
    """
    if form.form not in (kind, "unknown"):
        kinds = f"这张表像是“{outline(form.form).title}”，数据是“{outline(kind).title}”"
        writer.tell(f"工作表“{form.sheet}”", None, f"{kinds}，照表头填了；请核对是不是拿错了表")
    for sheet in others:
        writer.tell(f"工作表“{sheet}”", None, f"这里还有一张自评表，没有填；数据只填进了“{form.sheet}”的一张")
    writer.left.extend(budget.left if budget else ())
    titles = {} if budget else {"budget": TITLE}
    titles |= {key: TABLE_TITLES[key] for key in ("allocations", "tieout", "management", "rectification")}
    for key, title in titles.items():
        if count := len(data.tables.get(key, ())):
            writer.tell(title, f"{count} 行", "表里没有这张表")


def _read_again(workbook: Workbook, sheet: str, number: int) -> Evaluation:
    """The evaluation in the filled form, the one of that number among those whose indicators stand on the sheet.

    That may be a further page (续表) of a form which begins on another sheet.
    """
    found = [
        pages
        for pages in grouped(recognized(workbook))
        if any(page.sheet == sheet and "indicators" in page.spans for page in pages)
    ]
    return official_form(found[min(number, len(found) - 1)], workbook.structure)


def _apart(span: Span, grid: Grid) -> Span:
    """The table without rows in which a cell further left is merged over the name: they hold no indicator."""
    first = span.columns["name"][0]
    across = {
        row for top, left, bottom, right in grid.merges if left < first <= right for row in range(top, bottom + 1)
    }
    return span._replace(rows={number: row for number, row in span.rows.items() if number not in across})


def _continued(span: Span, grid: Grid) -> frozenset[int]:
    """Rows over which the name of the indicator above is merged."""
    first, last = span.columns["name"]
    return frozenset(
        row
        for top, left, bottom, _ in grid.merges
        if first <= left <= last and bottom > top
        for row in range(top + 1, bottom + 1)
    )
