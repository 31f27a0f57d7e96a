"""From a file to the evaluations in it: a workbook of ours by its defined names, an official form by its labels.

``file`` opens it; ``ours`` reads a workbook of ours (``nameless``: without its names; ``outside``: rows beside its
tables), ``pages`` and ``years`` put official forms together.  Data for ``fill`` come from ``datafile`` and
``tablefile`` by the headings in ``words``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from selfeval_xl.errors import OldFormatError, WorkbookError
from selfeval_xl.evaluation import evaluation, subtotal
from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, Evaluation, Listed, Place, Structure
from selfeval_xl.read.file import LEDGER, OldWorkbook, Opened, Sheets, Workbook
from selfeval_xl.read.nameless import is_nameless, names_again
from selfeval_xl.read.ours import Ours, is_renamed, read_ours
from selfeval_xl.workbook.references import cell_name

if TYPE_CHECKING:
    from selfeval_xl.workbook.recognize import Recognized

__all__ = [
    "Opened", "Workbook", "grouped", "is_our_ledger", "official", "official_form", "opened", "ours_in", "read",
    "recognized",
]  # fmt: skip

_RENAMED = (
    "这是本工具的表，但转存或复制时，格子的名称丢了或者被软件改掉了，表里的列、行也和模板不同，读不准。请用转存之前的文件："
    "最好是原来的 .xlsx；只有 .xls 的，可以直接核对，也可以用 selfeval-xl import 搬到新表。"
)

_LEDGER = (
    "这是本工具收表做成的台账，不是自评表。各份表的问题列在它的“问题清单”里；要校验、标注或导入某一份的，请用那一份自评表；"
    "又收到新表的，再运行一次 selfeval-xl collect。"
)
# The title of an example; 示例基地建设项目 is none.
_EXAMPLE = lazy("填[报写表](?:示例|样例|范例)|(?:示例|样例|范例|举例)(?![^\\W\\d_])|(?:示例|样例|范例)表")
_known: WeakKeyDictionary[Opened, Ours | None] = WeakKeyDictionary()  # several steps ask for it


def read(path: Path) -> tuple[Evaluation, ...]:
    """Every evaluation in a file, in the order of its sheets; () where it holds no form.

    Raises :class:`~selfeval_xl.errors.WorkbookError`: the file can't be read, and why.
    """
    workbook = opened(path)
    ours = ours_in(workbook)
    return (ours.evaluation,) if ours else official(workbook)


def opened(source: Path | bytes, label: str | None = None) -> Opened:
    """The workbook in a file, also where its format is one that can only be read (.xls, .ods)."""
    try:
        return Workbook(source, label)
    except OldFormatError as error:
        return OldWorkbook(source, error)


def ours_in(workbook: Opened) -> Ours | None:
    """The workbook read as one of ours; None where it is not.

    WorkbookError: it was one, but its names were changed; or it is a ledger of ours, which might be taken for a form.
    """
    if is_our_ledger(workbook):
        raise WorkbookError(f"{workbook.label}：{_LEDGER}", "package.no_form")
    if workbook not in _known:
        ours = read_ours(workbook, workbook.structure)
        nameless = ours is None and is_nameless(workbook)
        if nameless:
            ours = read_ours(workbook, workbook.structure._replace(nameless=True), names_again(workbook))
        if ours is None and (nameless or is_renamed(workbook.names)):
            raise WorkbookError(f"{workbook.label}：{_RENAMED}", "package.renamed")
        _known[workbook] = ours and _with_further(workbook, ours)
    return _known[workbook]


def _with_further(workbook: Opened, ours: Ours) -> Ours:
    """The workbook, noting sheets with a form of their own (most often copies of ours), which are not read."""
    foreign = workbook.grids.keys() - ours.layout.sheets - workbook.pages - workbook.hidden
    forms = (form for form in recognized(workbook) if form.sheet in foreign) if foreign else ()
    further = tuple(dict.fromkeys(form.sheet for form in forms if form.entries.tables.get("indicators")))
    return ours.with_structure(ours.evaluation.structure._replace(further=further))


def is_our_ledger(workbook: Opened) -> bool:
    """Whether it is a ledger of ours."""
    return any(name == LEDGER for name, _ in workbook.names)


def recognized(workbook: Sheets, asked: str | None = None) -> list[Recognized]:
    """The official forms and supplements on a workbook's sheets.

    What stands on a hidden sheet (an earlier draft, another year) counts only where nothing else does, or where this
    sheet was ``asked`` for; an example (by its sheet's name or its title) counts only where nothing else is filled in.
    """
    return _own_and_examples(workbook, asked)[0]


def _own_and_examples(workbook: Sheets, asked: str | None = None) -> tuple[list[Recognized], tuple[str, ...]]:
    """What :func:`recognized` finds, and the sheets on which it left out an example."""
    from selfeval_xl.read.pages import recognized_on
    from selfeval_xl.read.years import with_heading

    sheets = [(name, grid) for name, grid in workbook.grids.items() if name not in workbook.pages]
    hidden = workbook.hidden - {asked}
    found = recognized_on(each for each in sheets if each[0] not in hidden)
    found = found or recognized_on(each for each in sheets if each[0] in hidden)
    own = [form for form in found if form.sheet == asked or not _EXAMPLE.search(f"{form.sheet} {form.title}")]
    rows = (row for form in own for row in form.entries.tables.get("indicators", ()))
    filled = any(not row.get("actual", EMPTY).blank for row in rows)
    examples = dict.fromkeys(form.sheet for form in found if form not in own) if filled else ()
    return with_heading(own if filled else found, workbook), tuple(examples)


def grouped(found: Sequence[Recognized]) -> tuple[tuple[Recognized, ...], ...]:
    """Each form with its further pages and the supplements that belong to it; without any form, each supplement.

    Tables on a sheet of their own (预算执行明细) belong to the workbook's form where it has just one, or to the form
    before them where each has some; a list of projects goes with the first form.
    """
    from selfeval_xl.read.pages import in_pages

    pages = in_pages(form for form in found if not form.supplement)
    if len(pages) == 1:
        return ((*pages[0], *(form for form in found if form.supplement)),)
    lists = [form for form in found if form.listing] if pages else []
    behind = _behind_each(found, [one[0] for one in pages])
    return tuple(
        (*one, *own, *(lists if one is pages[0] else ())) for one, own in zip(pages, behind, strict=True)
    ) or tuple((form,) for form in found)


def _behind_each(found: Sequence[Recognized], forms: Sequence[Recognized]) -> Sequence[Sequence[Recognized]]:
    """The supplements, except lists, behind each form; none if any form has none, as it is unclear whose they are."""
    starts = [at for form in forms for at, one in enumerate(found) if one is form]
    parts = [found[start:end] for start, end in pairwise([*starts, len(found)])]
    behind = [[one for one in part if one.supplement and not one.listing] for part in parts]
    stray = any(one.supplement and not one.listing for one in found[: starts[0] if starts else 0])
    return [[]] * len(forms) if stray or not all(behind) else behind


def official(workbook: Sheets) -> tuple[Evaluation, ...]:
    """The official forms on the sheets of a workbook of somebody else's making."""
    found, examples = _own_and_examples(workbook)
    structure = workbook.structure._replace(examples=examples)
    return tuple(official_form(group, structure) for group in grouped(found))


def official_form(group: Sequence[Recognized], structure: Structure) -> Evaluation:
    """One of the forms as they were :func:`grouped`, with all that belongs to it."""
    from selfeval_xl.read.pages import in_one

    first, *others = group
    pages = [first, *(one for one in others if not one.supplement)]
    form = in_one(pages, [one for one in others if one.supplement])
    read = evaluation(
        form.form,
        form.entries,
        sheet=form.sheet,
        columns=form.columns,
        funds_columns=form.funds_columns,
        structure=structure,
    )
    return read._replace(
        ambiguities=form.ambiguities,
        subtotals=tuple(map(subtotal, form.subtotals)),
        reviews=form.reviews,
        texts=form.texts,
        listed=tuple(Listed(**row) for one in group for row in one.listed),
        lists=tuple(Place(one.sheet, cell_name(*min(one.used))) for one in group if one.listing),
    )
