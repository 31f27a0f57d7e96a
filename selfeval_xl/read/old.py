"""A workbook in an old or a foreign format (.xls, .ods), of which only the cells are known."""

from __future__ import annotations

from pathlib import Path

from selfeval_xl.errors import OldFormatError
from selfeval_xl.model import Entry, Structure
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.legacy import read_xls
from selfeval_xl.workbook.ods import read_ods


class OldWorkbook:
    """What :class:`selfeval_xl.read.file.Workbook` gives for official forms; names and formulas can't be read."""

    def __init__(self, path: Path, error: OldFormatError) -> None:
        """``error`` is what opening it as a workbook of today said; WorkbookError says why it can't be read either."""
        self._kind = error.kind
        self.grids: dict[str, Grid]
        self._hidden: tuple[str, ...] = ()
        if error.kind == "ods":
            self.grids = read_ods(path)
        else:
            self.grids, self._hidden = read_xls(path, error)
        self.pages: frozenset[str] = frozenset()
        self.hidden = frozenset(self._hidden)

    @property
    def kind(self) -> str:
        """The ending of such files, with its dot."""
        return f".{self._kind}"

    def settled(self, entry: Entry) -> Entry:
        """The entry as the file has stored it: no formula is known."""
        return entry

    @property
    def structure(self) -> Structure:
        """What is known of the file apart from its figures."""
        return Structure(hidden_sheets=self._hidden, old_format=self.kind)
