"""Changing a workbook in place: the entry point.  Parts that need not change come out byte for byte as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from lxml import etree

from selfeval_xl.errors import TargetError, WorkbookError
from selfeval_xl.model import Severity
from selfeval_xl.workbook import saving
from selfeval_xl.workbook.edits import Content, Edits, Page, Span
from selfeval_xl.workbook.opening.package import ENDINGS, Package
from selfeval_xl.workbook.references import parse_area
from selfeval_xl.workbook.writing.book import Book
from selfeval_xl.workbook.writing.grow import Insertion, insert_rows, refuse
from selfeval_xl.workbook.writing.marks import set_marks
from selfeval_xl.workbook.writing.measures import Measures
from selfeval_xl.workbook.writing.notes import set_notes
from selfeval_xl.workbook.writing.ooxml import M, ensure
from selfeval_xl.workbook.writing.sheets import put_page
from selfeval_xl.workbook.writing.styles import bordered
from selfeval_xl.workbook.writing.sums import take_in

P = ParamSpec("P")
T = TypeVar("T")


def _explained(method: Callable[Concatenate[Patch, P], T]) -> Callable[Concatenate[Patch, P], T]:
    """Let a method's errors name the file; bad numbers and references in its XML are reported as damage."""

    @wraps(method)
    def explained(patch: Patch, /, *args: P.args, **named: P.kwargs) -> T:
        try:
            return method(patch, *args, **named)
        except WorkbookError as error:
            if patch.label in str(error):
                raise
            raise WorkbookError(f"{patch.label}：{error}", error.reason) from error
        except (ValueError, OverflowError) as error:
            raise WorkbookError(
                f"{patch.label}：工作簿内部有读不懂的地址或数字，请在 Excel 或 WPS 里打开后另存一份再试。"
            ) from error

    return explained


class Patch:
    """Changes to one workbook, made in memory until it is saved.

    Cells are named ``"B3"``.  What can't be done raises :class:`~selfeval_xl.errors.WorkbookError` (Chinese); the patch
    must then be discarded, and the file is untouched.
    """

    @_explained
    def __init__(self, package: Package) -> None:
        self._package = package
        self._book = Book(package)

    @property
    def label(self) -> str:
        """The file's name in messages."""
        return self._package.archive.label

    @_explained
    def set(self, sheet: str, cell: str, content: Content) -> None:
        """Write a cell; its format stays."""
        self._book.cells(sheet).set(cell, content)

    @_explained
    def set_look(self, sheet: str, cell: str, like: str) -> None:
        """Give a cell the format of the cell ``like``."""
        cells = self._book.cells(sheet)
        cells.set_style(cell, cells.style(like))

    @_explained
    def forget(self, sheet: str, cell: str) -> None:
        """Remove the value stored with a formula, which is out of date as other cells have changed."""
        self._book.cells(sheet).forget(cell)

    @_explained
    def insert_rows(self, sheet: str, row: int, count: int, *, since: int = 0, like: int = 0) -> None:
        """Insert rows before ``row``; ``since`` and ``like`` are as in :class:`.Insertion`.

        Sums that list single cells (``E5+E8``) are extended to the new cells too (see ``sums``).
        """
        insert_rows(self._book, Insertion(sheet, row, count, since, like))
        take_in(self._book.look(sheet), range(row, row + count), since)

    @_explained
    def remerge(self, sheet: str, old: Iterable[str], new: Iterable[str]) -> None:
        """Unmerge the ranges ``old`` (``"A3:A9"``) and merge the ranges ``new``; contents stay."""
        root = self._book.change(sheet)
        holder = ensure(root, "mergeCells")
        gone = {parse_area(reference) for reference in old}
        for merge in list(holder):
            if parse_area(merge.get("ref", "A1")) in gone:
                holder.remove(merge)
        for reference in new:
            etree.SubElement(holder, f"{M}mergeCell", ref=reference)
        if len(holder):
            holder.set("count", str(len(holder)))
        else:
            root.remove(holder)
        self._book.forget_cells(sheet)

    @_explained
    def measures(self, sheet: str) -> Measures:
        """The widths and heights of the sheet's cells, with all changes so far."""
        self._book.settle()
        return Measures(self._book.look(sheet))

    @_explained
    def bordered(self) -> frozenset[int]:
        return bordered(self._book)

    @_explained
    def set_notes(self, sheet: str, notes: Mapping[str, str]) -> None:
        """Put notes (cell → text) on a sheet in place of our earlier ones."""
        set_notes(self._book, sheet, notes)

    @_explained
    def set_marks(self, sheet: str, marks: Mapping[Severity, tuple[str, ...]], *, fills: bool = False) -> None:
        """Colour the cells of findings in place of our earlier colours (see ``marks``)."""
        set_marks(self._book, sheet, marks, fills=fills)

    @property
    def sheets(self) -> tuple[str, ...]:
        return tuple(self._book.sheets)

    @_explained
    def put_page(self, name: str, page: Page) -> str:
        """Add a sheet of ours, or replace it; returns the name that it got."""
        return put_page(self._book, name, page)

    @_explained
    def set_name(self, name: str, text: str, *, hidden: bool = True) -> None:
        """Put a defined name of the whole workbook, in place of one of that name."""
        self._book.define(name, text, hidden=hidden)

    @_explained
    def apply(self, edits: Edits) -> None:
        """Carry out everything that ``edits`` asks for.

        A table's new rows come in before its last row: as in Excel, references to all of its rows are then extended.
        """
        book = self._book
        self._grow(edits.grow)
        for sheet, changes in edits.sheets.items():
            if changes.notes is not None:  # cleared on all sheets first, which frees the part names for the new ones
                set_notes(book, sheet, {})
        for sheet, changes in edits.sheets.items():
            cells = book.cells(sheet)
            for cell, content in changes.cells.items():
                cells.set(cell, content)
            for row, points in changes.heights.items():
                cells.set_height(row, points)
            for row, points in changes.room.items():
                cells.set_height(row, points, or_higher=True)
            if changes.notes is not None:
                set_notes(book, sheet, changes.notes)
            if changes.marks is not None:
                set_marks(book, sheet, changes.marks)
        for name, page in edits.pages.items():
            put_page(book, name, page)

    def _grow(self, grow: Mapping[Span, int]) -> None:
        """Add rows to tables, upper tables first: new rows of a lower table then needn't be moved, which is slow."""
        tables = sorted((span, extra) for span, extra in grow.items() if extra > 0)
        insertions = [Insertion(span.sheet, max(span.last, span.first + 1), extra) for span, extra in tables]
        for each in insertions:
            refuse(self._book, each)  # before any change, so that messages name rows as the file numbers them
        added: Counter[str] = Counter()
        for sheet, row, count, *_ in insertions:
            insert_rows(self._book, Insertion(sheet, row + added[sheet], count))
            added[sheet] += count

    @_explained
    def to_bytes(self) -> bytes:
        self._book.settle()
        return self._book.parts.to_bytes()

    def save(self, path: Path) -> None:
        """Write the workbook to ``path``; a file there is replaced in one step, with a backup beside it until then.

        Raises :class:`~selfeval_xl.errors.TargetError` where it can't be written, or where Excel wouldn't open it
        because of the name's ending; nothing is lost then.
        """
        self._refuse_other_kind(path)
        data = self.to_bytes()
        with saving.backup(path):
            saving.replace(path, data)

    def _refuse_other_kind(self, path: Path) -> None:
        """TargetError where the name's ending is that of another kind of workbook; other endings are allowed."""
        ending = self._package.ending
        if path.suffix.lower() not in ENDINGS - {ending}:
            return
        if ending in (".xltx", ".xltm"):
            raise TargetError(f"{path.name}：原工作簿是模板文件（{ending}），请先在 Excel 或 WPS 里另存为 .xlsx。")
        raise TargetError(f"{path.name}：原工作簿是 {ending} 格式，写出的文件扩展名也要是 {ending}。")
