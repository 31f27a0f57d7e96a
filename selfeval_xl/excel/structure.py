"""The open workbook's structure as a file: macros, links, commands, hidden sheets, and its seal."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from selfeval_xl.errors import SelfEvalError
from selfeval_xl.excel.caller import file_of
from selfeval_xl.excel.sheet import rows_of
from selfeval_xl.model import Place, Structure
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.read.file import OWN_MACROS
from selfeval_xl.workbook.links import linked_files, starts_program
from selfeval_xl.workbook.references import cell_name

if TYPE_CHECKING:
    from xlwings import Book

_VERY_HIDDEN = 2
_TO_WORKBOOKS, _TO_PROGRAMS = 1, 2  # kinds of links, for LinkSources


def structure_of(book: Book, names: Collection[tuple[str, str]]) -> Structure:
    """The structure as far as Excel tells it, without the seal; ``names`` include those local to a sheet."""
    return Structure(
        macro=bool(book.api.HasVBProject),
        own_macros=any(name == OWN_MACROS for name, _ in names),
        external_links=linked_files(book.api.LinkSources(_TO_WORKBOOKS) or ()),
        commands=tuple(_commands(book)) if book.api.LinkSources(_TO_PROGRAMS) else (),
        programs=tuple(dict.fromkeys(code for _, text in names if starts_program(code := text.removeprefix("=")))),
        hidden_sheets=tuple(sheet.name for sheet in book.sheets if sheet.api.Visible == _VERY_HIDDEN),
    )


def sealed_structure(book: Book) -> Structure | None:
    """The structure of the workbook's file, with the state of its seal; None if it is unsaved, unreadable or not ours.

    A seal covers the file's content down to how numbers are written, so it can only be verified on the file.
    """
    from selfeval_xl.seal import with_seal

    if not book.api.Saved:
        return None
    try:
        workbook = Workbook(file_of(book))
        ours = ours_in(workbook)
    except (OSError, SelfEvalError):  # stored in the cloud, or locked
        return None
    if ours is None:
        return None
    return with_seal(ours, workbook).evaluation.structure._replace(deviations=(), broken_names=(), broken_contents=())


def _commands(book: Book) -> Iterator[Place]:
    """The cells with a link to a program; reads every sheet, so Excel is asked first whether there are any."""
    for sheet in book.sheets:
        used = sheet.used_range
        for row, line in enumerate(rows_of(used.formula), used.row):
            for column, formula in enumerate(line, used.column):
                if isinstance(formula, str) and formula.startswith("=") and starts_program(formula):
                    yield Place(sheet.name, cell_name(row, column))
