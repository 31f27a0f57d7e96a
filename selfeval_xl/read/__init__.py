"""From a file to the evaluations in it: a workbook of ours by its defined names, an official form by its labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from selfeval_xl.errors import OldFormatError, WorkbookError
from selfeval_xl.evaluation import evaluation
from selfeval_xl.model import EMPTY, Entries, Entry, Evaluation, Place, Row
from selfeval_xl.read.file import Workbook
from selfeval_xl.read.ours import Ours, is_renamed, read_ours
from selfeval_xl.workbook.references import cell_name

if TYPE_CHECKING:
    from selfeval_xl.read.old import OldWorkbook
    from selfeval_xl.workbook.recognize import Recognized

__all__ = ["Workbook", "goes_on", "joined", "official", "opened", "ours_in", "read", "recognized"]


_OWN = frozenset({"unit", "department", "project", "funds_initial", "funds_adjusted", "funds_executed"})
"""Fields that tell of whom or of what money a form is."""

_RENAMED = (
    "这是本工具的表，但从旧格式（.xls）转存时，格子的名称被软件改掉了，读不准。请用转存之前的文件：最好是原来的 .xlsx；"
    "只有 .xls 的，可以直接核对，也可以用 selfeval-xl import 搬到新表。"
)


def read(path: Path) -> tuple[Evaluation, ...]:
    """Every evaluation in a file, in the order of its sheets; () where it holds no form.

    Raises :class:`~selfeval_xl.errors.WorkbookError`: the file can't be read, and why.
    """
    workbook = opened(path)
    ours = ours_in(workbook)
    return (ours.evaluation,) if ours else official(workbook)


def opened(path: Path) -> Workbook | OldWorkbook:
    """The workbook in a file, also where its format is one that can only be read (.xls, .ods)."""
    try:
        return Workbook(path)
    except OldFormatError as error:
        from selfeval_xl.read.old import OldWorkbook

        return OldWorkbook(path, error)


def ours_in(workbook: Workbook | OldWorkbook) -> Ours | None:
    """The workbook read as one of ours; None where it is not.  WorkbookError: it was, and its names were changed."""
    names = workbook.names()
    ours = read_ours(names, workbook, workbook.settled, workbook.structure)
    if ours is None and is_renamed(names):
        raise WorkbookError(f"{workbook.label}：{_RENAMED}", "package.renamed")
    return ours


def recognized(workbook: Workbook | OldWorkbook) -> tuple[tuple[Recognized, ...], ...]:
    """The official forms on a workbook's sheets, each with its further pages and the supplements that belong to it.

    Tables on a sheet of their own (预算执行明细) belong to the workbook's form where it has just one; a list of
    projects is told of with the first form.  What stands on a hidden sheet (an earlier draft, another year) counts only
    where nothing else does.
    """
    from selfeval_xl.workbook.recognize import recognize

    sheets = [(name, grid) for name, grid in workbook.grids.items() if name not in workbook.pages]
    shown = [(name, grid) for name, grid in sheets if name not in workbook.hidden]
    found = [form for name, grid in shown for form in recognize(grid, name)]
    if not found:
        found = [form for name, grid in sheets for form in recognize(grid, name)]
    pages: list[list[Recognized]] = []
    for form in found:
        if not form.supplement and pages and goes_on(pages[-1][-1], form):
            pages[-1].append(form)
        elif not form.supplement:
            pages.append([form])
    if len(pages) == 1:
        return ((*pages[0], *(form for form in found if form.supplement)),)
    lists = [form for form in found if form.listing] if pages else []
    return tuple((*one, *(lists if one is pages[0] else ())) for one in pages) or tuple((form,) for form in found)


def goes_on(above: Recognized, form: Recognized) -> bool:
    """True for a further page of the form above, which says neither whose it is nor what money it is about.

    Its title says so (续表), or it has the indicators, of which the form above has none.
    """
    fields, tables = form.entries.fields, form.entries.tables
    own = any(not fields[key].blank for key in _OWN & fields.keys())
    if own or form.sheet == above.sheet or "indicators" not in tables or tables.keys() & {"funds", "budget"}:
        return False
    begun = "indicators" not in above.entries.tables and "claimed_total" not in above.entries.fields
    return form.continued or (begun and "funds_executed" in above.entries.fields)


def official(workbook: Workbook | OldWorkbook) -> tuple[Evaluation, ...]:
    """The official forms on the sheets of a workbook of somebody else's making."""
    structure = workbook.structure
    found = []
    for group in recognized(workbook):
        form, *others = group
        pages = [form, *(one for one in others if not one.supplement)]
        found.append(
            evaluation(
                form.form,
                joined(pages, [one for one in others if one.supplement]),
                sheet=form.sheet,
                columns=frozenset().union(*(one.columns for one in pages)),
                funds_columns=frozenset().union(*(one.funds_columns for one in pages)),
                structure=structure,
                ambiguities=tuple(each for one in pages for each in one.ambiguities),
                subtotals=[row for one in pages for row in one.subtotals],
                texts=tuple(each for one in pages for each in one.texts),
                listed=[row for one in group for row in one.listed],
                lists=tuple(_heading(one) for one in group if one.listing),
            )
        )
    return tuple(found)


def _heading(listing: Recognized) -> Place:
    """The first cell of a list, by which it is told of."""
    return Place(listing.sheet, cell_name(*min(listing.used)))


def joined(pages: Sequence[Recognized], supplements: Sequence[Recognized]) -> Entries:
    """The entries of a form's pages, with the tables that only a supplement has.

    What that was spent on is no source of money, and the lines of a list are other projects: their money is no split of
    this form's.
    """
    fields: dict[str, Entry] = {}
    tables: dict[str, tuple[Row, ...]] = dict(pages[0].entries.tables)
    for page in pages:
        fields = {**page.entries.fields, **fields}
    for page in pages[1:]:
        tables["indicators"] = (*tables.get("indicators", ()), *page.entries.tables["indicators"])
    for one in reversed(supplements):
        unit = one.entries.fields.get("currency_unit")
        for kind, rows in one.entries.tables.items():
            key = "listed" if one.listing and kind == "budget" else kind
            unit_of = f"{key}_currency_unit"
            if key not in tables and key != "funds":
                tables[key] = rows
                if unit is not None:
                    fields[unit_of] = unit
            elif key == "allocations" and (unit.text if unit else "") == fields.get(unit_of, EMPTY).text:
                tables[key] = _got_and_used(rows, tables[key])
    return Entries(fields, tables)


def _got_and_used(before: Sequence[Row], known: tuple[Row, ...]) -> tuple[Row, ...]:
    """The known rows, and where one of two sheets says what each region got and the other what it used, both as one."""
    sheets = [{_of_whom(row): row for row in rows} for rows in (before, known)]
    amounts = [{key for row in rows for key in ("allocated", "used") if key in row} for rows in (before, known)]
    alike = sheets[0].keys() == sheets[1].keys() and len(before) == len(known) == len(sheets[0])
    if not alike or {"allocated"} not in amounts or {"used"} not in amounts:
        return known
    return tuple(
        {**row, **{key: entry for key, entry in sheets[1][whom].items() if row.get(key, EMPTY).blank}}
        for whom, row in sheets[0].items()
    )


def _of_whom(row: Row) -> tuple[str, ...]:
    return tuple("".join(row.get(key, EMPTY).text.split()) for key in ("region", "purpose", "level"))
