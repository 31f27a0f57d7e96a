"""From a file to the evaluations in it: a workbook of ours by its defined names, an official form by its labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from selfeval_xl.evaluation import evaluation
from selfeval_xl.model import Entries, Evaluation
from selfeval_xl.read.file import Workbook
from selfeval_xl.read.ours import Ours, read_ours

__all__ = ["Workbook", "ours_in", "read"]


def read(path: Path) -> tuple[Evaluation, ...]:
    """Every evaluation in a file, in the order of its sheets; () where it holds no form.

    Raises :class:`~selfeval_xl.errors.WorkbookError`: the file can't be read, and why.
    """
    workbook = Workbook(path)
    ours = ours_in(workbook)
    return (ours.evaluation,) if ours else official(workbook)


def ours_in(workbook: Workbook) -> Ours | None:
    """The workbook read as one of ours; None where it is not."""
    return read_ours(workbook.names(), workbook.entry, workbook.settled, workbook.structure())


def official(workbook: Workbook) -> tuple[Evaluation, ...]:
    """The official forms on the sheets of a workbook of somebody else's making.

    Tables on a sheet of their own (预算执行明细) belong to the workbook's form where it has just one.
    """
    from selfeval_xl.workbook.recognize import recognize

    found = [form for name, grid in workbook.grids.items() for form in recognize(grid, name)]
    forms = [form for form in found if not form.supplement]
    if len(forms) == 1:
        extra = {key: rows for form in found if form.supplement for key, rows in form.entries.tables.items()}
        tables = {**extra, **forms[0].entries.tables}
        forms = [replace(forms[0], entries=Entries(forms[0].entries.fields, tables))]
    structure = workbook.structure()
    return tuple(
        evaluation(
            form.form,
            form.entries,
            sheet=form.sheet,
            columns=form.columns,
            funds_columns=form.funds_columns,
            structure=structure,
            ambiguities=form.ambiguities,
        )
        for form in forms or found
    )
