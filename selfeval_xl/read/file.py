"""A workbook of unknown origin, opened safely: its cells as entries, and what kind of file it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from selfeval_xl.errors import OldFormatError
from selfeval_xl.model import EMPTY, Entry, Place, Structure
from selfeval_xl.workbook.grid import Grid, RawCell
from selfeval_xl.workbook.links import calls, fetches, files_in, linked_files, starts_program
from selfeval_xl.workbook.number_format import CellValue, NumberFormat
from selfeval_xl.workbook.opening.package import Package, open_package
from selfeval_xl.workbook.reading.sheet import read_grid
from selfeval_xl.workbook.references import Cell, cell_name, parse_cell, split_sheet

if TYPE_CHECKING:
    from selfeval_xl.forms.layout import Spot
    from selfeval_xl.read.ours import Settle
    from selfeval_xl.workbook.formulas.arithmetic import Calculator, Names

Known = Mapping[str, Mapping[Cell, CellValue]]
"""Values by the name of their sheet and their place."""

OWN_MACROS = "selfeval_words"
"""The defined name that a workbook with our own macros carries: their Chinese texts stand there."""

OWN_MODULES = frozenset({"SelfEval", "SelfEvalPlain", "SelfEvalRibbon", "xlwings"})
"""The modules of our macros (``macros/``).  Excel compiles them on saving, so their bytes tell nothing."""

SEALED = "selfeval_xl.seal."
"""How the defined names that hold a seal begin."""

LEDGER = "selfeval_ledger"
"""The defined name by which a ledger of ours is known, whoever saved it last."""

MARKED = "selfeval_marked"
"""The hidden defined name of a marked copy that goes back to a unit; its text is the digest of what was marked."""

COPIED = "selfeval_copied"
"""The hidden defined name of such a copy that shows whether anybody has saved it since it was made."""

CODE_LINE = "报送件　核对码 "
"""What the line that ``submit`` prints below the heading of 汇总 begins with, before the code of the seal."""


def is_sealed(names: Iterable[tuple[str, str]]) -> bool:
    """Whether one of a workbook's defined names (and what it refers to) holds a seal."""
    return any(name[: len(SEALED)].lower() == SEALED for name, _ in names)


class Sheets(Protocol):
    """What the recognition of official forms needs of a workbook."""

    @property
    def grids(self) -> Mapping[str, Grid]:
        """Every worksheet's cells, by name, in the workbook's order."""

    @property
    def pages(self) -> frozenset[str]:
        """The sheets that we have added ourselves (校验结果); they hold no form."""

    @property
    def hidden(self) -> frozenset[str]:
        """The sheets that their user has hidden."""

    @property
    def structure(self) -> Structure:
        """What the file looks like, apart from its figures."""


class Opened:
    """An opened workbook, whatever its format; see :class:`Sheets`."""

    label: str
    """What messages call the file."""

    pages: frozenset[str]
    hidden: frozenset[str]

    @property
    def grids(self) -> Mapping[str, Grid]:
        raise NotImplementedError

    @property
    def names(self) -> list[tuple[str, str]]:
        """The workbook's own defined names, with what they refer to: ``#REF!`` where that is gone, or no reference."""
        raise NotImplementedError

    @property
    def structure(self) -> Structure:
        raise NotImplementedError

    def settled(self, entry: Entry) -> Entry:
        """The entry with what its formula gives now; unchanged where it has none, or one that can't be worked out."""
        return entry

    def entry(self, sheet: str, row: int, column: int) -> Entry:
        """What stands in a cell, with the value that the file has stored for a formula."""
        raw = self._cells(sheet).get((row, column))
        return EMPTY if raw is None else entry_of(raw, Place(sheet, cell_name(row, column)))

    def column(self, sheet: str, column: int, rows: range) -> Sequence[RawCell | None]:
        """The cells of a column in these rows, None where nothing stands."""
        cells = self._cells(sheet)
        return [cells.get((row, column)) for row in rows]

    def formulas(self, sheet: str, column: int, rows: range) -> Sequence[str | None]:
        """The formulas of a column in these rows, with their ``=``."""
        return [raw[2] if raw else None for raw in self.column(sheet, column, rows)]

    def filled(self, sheet: str, rows: range, columns: Collection[int]) -> Sequence[int]:
        """Those of the rows in which anything stands in these columns."""
        cells = self._cells(sheet)
        if len(rows) * len(columns) < len(cells):
            return [row for row in rows if any((row, column) in cells for column in columns)]
        return sorted({row for row, column in cells if row in rows and column in columns})

    def _cells(self, sheet: str) -> dict[Cell, RawCell]:
        grid = self.grids.get(sheet)
        return grid.cells if grid else {}


class OldWorkbook(Opened):
    """A workbook in an old or foreign format (.xls, .ods): of its formulas only their places are known."""

    def __init__(self, source: Path | bytes, error: OldFormatError) -> None:
        """``error`` came of opening it as .xlsx; WorkbookError says why it can't be read in its own format either."""
        from selfeval_xl.workbook.reading.ods import read_ods
        from selfeval_xl.workbook.reading.xls import read_xls

        self._sheets = read_ods(source, error.label) if error.kind == "ods" else read_xls(source, error)
        self._kind = error.kind
        self.label, self.pages, self.hidden = error.label, frozenset(), frozenset(self._sheets.hidden)

    @property
    def grids(self) -> Mapping[str, Grid]:
        return self._sheets.grids

    @property
    def names(self) -> list[tuple[str, str]]:
        return self._sheets.names

    @property
    def structure(self) -> Structure:
        return Structure(hidden_sheets=self._sheets.hidden, old_format=f".{self._kind}")


class Workbook(Opened):
    """A workbook in today's format (.xlsx, .xlsm); its sheets are read when they are first asked for."""

    def __init__(self, source: Path | bytes, label: str | None = None) -> None:
        """WorkbookError says why a file can't be read."""
        self.package: Package = open_package(source, label)
        self.label, self.pages = self.package.archive.label, self.package.pages
        self.hidden = frozenset(sheet.name for sheet in self.package.sheets if sheet.state != "visible")

    @cached_property
    def grids(self) -> Mapping[str, Grid]:
        return {
            sheet.name: read_grid(self.package, sheet) for sheet in self.package.sheets if sheet.kind == "worksheet"
        }

    @cached_property
    def calculator(self) -> Calculator:
        """Works out formulas over all sheets."""
        from selfeval_xl.workbook.formulas.arithmetic import Calculator

        return Calculator(self.grids, self.package.name_text)

    @cached_property
    def names(self) -> list[tuple[str, str]]:
        """Without the names of single sheets.  Other programs than Excel leave the text that refers to a lost sheet."""
        sheets = {sheet.name.casefold() for sheet in self.package.sheets}
        return [
            (name.name, name.text if sheet is None or sheet.casefold() in sheets else "#REF!")
            for name in self.package.defined_names
            if name.sheet is None
            for sheet in (split_sheet(name.text.lstrip("="))[0] if "!" in name.text else None,)
        ]

    def code_line(self, heading: Spot | None) -> Entry:
        """The line of a sealed workbook below the ``heading`` of 汇总, with or without its seal; EMPTY for none."""
        if heading is not None:
            for row in range(heading.row + 1, heading.row + 6):
                line = self.entry(heading.sheet, row, heading.column)
                if line.formula is None and line.text.startswith(CODE_LINE):
                    return line
        return EMPTY

    def settled(self, entry: Entry) -> Entry:
        return _settled(entry, self.calculator, self.grids)

    def settling(self, known: Known) -> Settle:
        """A function like :meth:`settled`, with the ``known`` values in the cells instead of what stands there."""
        return settling(self.grids, self.package.name_text, known)

    @cached_property
    def structure(self) -> Structure:
        package = self.package
        formulas = self._reaching_out()
        programs = package.dde_links
        commands = [
            place for place, formula in formulas if starts_program(formula) or (programs and calls(formula, programs))
        ]
        named_programs = (name.text for name in package.defined_names if starts_program(name.text))
        named = [name for _, formula in formulas for name in files_in(formula)]
        return Structure(
            macro=package.has_macros,
            own_macros=package.has_macros and package.name_text(OWN_MACROS) is not None and self._only_own_modules(),
            external_links=linked_files((*package.external_links, *named)),
            connections=package.connections,
            commands=tuple(commands),
            programs=tuple(dict.fromkeys((*programs.values(), *named_programs))),
            fetches=tuple(place for place, formula in formulas if fetches(formula)),
            hidden_sheets=tuple(sheet.name for sheet in package.sheets if sheet.state == "veryHidden"),
        )

    def _only_own_modules(self) -> bool:
        """Whether the VBA projects have no module but ours; False where one can't be read."""
        from selfeval_xl.workbook.opening.container import modules_of

        projects = [name for name in self.package.archive.names if name.lower().endswith("vbaproject.bin")]
        found = [modules_of(self.package.archive.part(name)) for name in projects]
        return bool(found) and all(names is not None and names <= OWN_MODULES for names in found)

    def _reaching_out(self) -> list[tuple[Place, str]]:
        """The formulas that may reach for a program, another file, or the web.

        A command is ``=cmd|'/c …'!A1``, and ``[1]!A1`` once Excel has saved it.
        """
        return [
            (Place(name, cell_name(*cell)), grid.cells[cell].formula or "")
            for name, grid in self.grids.items()
            for cell in grid.outward
        ]


def entry_of(raw: RawCell, place: Place) -> Entry:
    """A cell of a file as an entry."""
    return Entry(raw.text, _number(raw.value), place, raw.formula)


def settling(grids: Mapping[str, Grid], names: Names, known: Known) -> Settle:
    """A function that settles entries of these sheets, with the ``known`` values in the cells instead of their own."""
    from selfeval_xl.workbook.formulas.arithmetic import Calculator

    grids = dict(grids)
    for sheet in known.keys() & grids.keys():
        cells = {at: RawCell(value, NumberFormat(), None, 0) for at, value in known[sheet].items()}
        grids[sheet] = grids[sheet].with_cells(grids[sheet].cells | cells)
    return partial(_settled, calculator=Calculator(grids, names), grids=grids)


def _settled(entry: Entry, calculator: Calculator, grids: Mapping[str, Grid]) -> Entry:
    if entry.formula is None or entry.place is None:
        return entry
    cell = parse_cell(entry.place.cell)
    value = calculator.result(entry.place.sheet, cell)
    if value is None:
        return entry
    raw = grids[entry.place.sheet].cells[cell]
    return entry._replace(text=raw.format.reading(value), value=_number(value))


def _number(value: CellValue) -> Decimal | None:
    return value if isinstance(value, Decimal) else None
