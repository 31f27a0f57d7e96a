"""A workbook being changed: its parts, its sheets by name, the cells of each, and what changed formulas require."""

from __future__ import annotations

from functools import cached_property

from lxml import etree

from selfeval_xl.errors import WorkbookError
from selfeval_xl.workbook.opening.package import Package
from selfeval_xl.workbook.opening.zip import SAVE_ANEW
from selfeval_xl.workbook.writing.cells import Cells, Context
from selfeval_xl.workbook.writing.ooxml import MAIN, M, ensure, flag
from selfeval_xl.workbook.writing.parts import Parts


class Book:
    """The ``parts`` of a package, its ``main`` part and its worksheets (``sheets``: name → part, in order).

    Whoever changes formulas other than through :class:`Cells` sets ``chain_stale`` where Excel's list of formula cells
    no longer holds, and ``recalculate`` where results may change.
    """

    def __init__(self, package: Package) -> None:
        self.parts = Parts(package.archive)
        self.main = package.main
        self.sheets = {sheet.name: sheet.part for sheet in package.sheets if sheet.kind == "worksheet"}
        self.chain_stale = self.recalculate = False
        self._date1904 = package.date1904
        self._cells: dict[str, Cells] = {}
        if etree.QName(self.parts.look(self.main)).namespace != MAIN:
            raise WorkbookError(
                f"这是“Strict Open XML”格式的工作簿，可以校验和导入，不能改写。{SAVE_ANEW}",
                "package.not_workbook",
            )

    def part(self, sheet: str) -> str:
        """The part of a worksheet; WorkbookError where there is none of that name."""
        if sheet not in self.sheets:
            raise WorkbookError(f"工作簿里没有工作表“{sheet}”。", "package.not_workbook")
        return self.sheets[sheet]

    def look(self, sheet: str) -> etree._Element:
        """A worksheet's root, to be read only."""
        return self.parts.look(self.part(sheet))

    def change(self, sheet: str) -> etree._Element:
        """A worksheet's root, to be changed."""
        return self.parts.change(self.part(sheet))

    def cells(self, sheet: str) -> Cells:
        if sheet not in self._cells:
            self._cells[sheet] = Cells(self.look(sheet), sheet, self.context)
        return self._cells[sheet]

    def forget_cells(self, sheet: str) -> None:
        """Look the cells up again when next asked for, after they were moved or the whole part replaced."""
        self.settle()
        self._cells.pop(sheet, None)

    @cached_property
    def context(self) -> Context:
        """What the sheets' cells must know of the workbook."""
        return Context(self._strings(), self._date1904)

    def define(self, name: str, text: str, number: str | None = None, *, hidden: bool = False) -> None:
        """Set a defined name of the workbook, or of the sheet with this ``number`` (from 0); "" as text deletes it."""
        names = ensure(self.parts.change(self.main), "definedNames")
        found = [each for each in names if (each.get("name"), each.get("localSheetId")) == (name, number)]
        for old in found[bool(text) :]:
            names.remove(old)
        if text:
            attributes = {"name": name, "localSheetId": number or "", "hidden": "1" if hidden else ""}
            defined = found[0] if found else etree.SubElement(names, f"{M}definedName")
            defined.attrib.update({key: value for key, value in attributes.items() if value})
            defined.text = text

    def settle(self) -> None:
        """Tell the parts what has changed: sheets, a recalculation on opening; and remove a stale calcChain.xml.

        Excel reports damage where calcChain.xml names a cell without a formula, and rebuilds a missing one itself.
        """
        written = {name for name, cells in self._cells.items() if cells.changed}
        for name in written:
            self.parts.change(self.sheets[name])
        self.chain_stale |= any(cells.formulas_changed for cells in self._cells.values())
        if self.recalculate or any(cells.contents_changed for cells in self._cells.values()):
            calculation = self.parts.look(self.main).find(f"{M}calcPr")
            if calculation is None or not flag(calculation, "fullCalcOnLoad"):
                ensure(self.parts.change(self.main), "calcPr").set("fullCalcOnLoad", "1")
        chain = self.parts.related(self.main, "calcChain")
        if self.chain_stale and chain is not None:
            self.parts.remove(self.main, chain)

    def _strings(self) -> dict[str, int]:
        """The shared strings that are plain texts, with their indexes; formatted ones can't stand for a plain text."""
        part = self.parts.related(self.main, "sharedStrings")
        if part is None or part not in self.parts:
            return {}
        items = self.parts.look(part).iterchildren(f"{M}si")
        return {
            item[0].text or "": number for number, item in enumerate(items) if len(item) == 1 and item[0].tag == f"{M}t"
        }
