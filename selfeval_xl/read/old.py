"""A workbook in an old or a foreign format (.xls, .ods): of its formulas it is only known where they stand."""

from __future__ import annotations

from pathlib import Path

from selfeval_xl.errors import OldFormatError
from selfeval_xl.model import Entry, Structure
from selfeval_xl.read.file import Cells
from selfeval_xl.workbook.grid import Grid
from selfeval_xl.workbook.legacy import read_xls
from selfeval_xl.workbook.ods import read_ods


class OldWorkbook(Cells):
    """What :class:`selfeval_xl.read.file.Workbook` gives, as far as such a file can be read; ``kind`` is its ending."""

    def __init__(self, path: Path, error: OldFormatError) -> None:
        """``error`` is what opening it as a workbook of today said; WorkbookError says why it can't be read either."""
        self.label, self.kind = path.name, f".{error.kind}"
        self._sheets = read_ods(path) if error.kind == "ods" else read_xls(path, error)
        self.names = self._sheets.names  # what is no reference to cells reads ``#REF!``
        self.pages: frozenset[str] = frozenset()
        self.hidden = frozenset(self._sheets.hidden)
        self.structure = Structure(hidden_sheets=self._sheets.hidden, old_format=self.kind)

    @property
    def grids(self) -> dict[str, Grid]:
        return self._sheets.grids

    def settled(self, entry: Entry) -> Entry:
        """The entry as the file has stored it: what a formula says is not known."""
        return entry
