"""Conditional formats with a formula as condition, the only kind that the button writes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

if TYPE_CHECKING:
    from libreoffice.engine import Sheet
    from libreoffice.ranges import Range

_CONDITION, _EXPRESSION = 0, 24  # com.sun.star.sheet.ConditionEntryType, ConditionFormatOperator

_MARK = "mark "  # how the names of the button's styles begin


class ConditionalFormats(base_classes.ConditionalFormats):  # type: ignore[misc]
    """The formats of some areas: reading gives all of the sheet's, adding covers the areas."""

    def __init__(self, sheet: Sheet, areas: list[Range]) -> None:
        self._sheet, self._areas = sheet, areas

    def __iter__(self) -> Iterator[ConditionalFormat]:
        for each in self._sheet.page.ConditionalFormats.getConditionalFormats():
            for index in range(each.getCount()):
                yield ConditionalFormat(self._sheet, each, index)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __call__(self, index: int) -> ConditionalFormat:
        return list(self)[index - 1]

    def add_custom(self, spec: dict[str, Any]) -> ConditionalFormat:
        document = self._sheet.book.document
        ranges = document.createInstance("com.sun.star.sheet.SheetCellRanges")
        ranges.addRangeAddresses(tuple(area.cells.RangeAddress for area in self._areas), False)
        formats = self._sheet.page.ConditionalFormats
        number = formats.createByRange(ranges)
        found = next(each for each in formats.getConditionalFormats() if number == each.ID)
        found.createEntry(_CONDITION, 0)
        entry = found.getByIndex(0)
        entry.Operator = _EXPRESSION
        entry.Formula1 = spec["formula"].removeprefix("=")
        entry.StyleName = self._style(spec["fill_color"])
        return ConditionalFormat(self._sheet, found, 0)

    def _style(self, fill: tuple[int, int, int]) -> str:
        """A style that has its colour only in its name, as LibreOffice changes no style while a sheet is protected."""
        styles = self._sheet.book.document.StyleFamilies.getByName("CellStyles")
        name = _MARK + "{:02X}{:02X}{:02X}".format(*fill)
        if not styles.hasByName(name):
            styles.insertByName(name, self._sheet.book.document.createInstance("com.sun.star.style.CellStyle"))
        return name


class ConditionalFormat(base_classes.ConditionalFormat):  # type: ignore[misc]
    api: Any = None

    def __init__(self, sheet: Sheet, native: Any, index: int) -> None:
        self.api = self
        self._sheet, self._native, self._index = sheet, native, index

    @cached_property
    def _entry(self) -> Any:
        """LibreOffice's entry; cached, as getting an object from LibreOffice is slow."""
        return self._native.getByIndex(self._index)

    @property
    def type(self) -> str:
        plain = self._entry.getType() == _CONDITION and self._entry.Operator == _EXPRESSION
        return "custom" if plain else "other"

    @property
    def formula(self) -> str:
        return f"={self._entry.Formula1}" if self.type == "custom" else ""

    @property
    def fill_color(self) -> tuple[int, int, int]:
        name = str(self._entry.StyleName)
        if name.startswith(_MARK):
            color = int(name.removeprefix(_MARK), 16)
        else:
            styles = self._sheet.book.document.StyleFamilies.getByName("CellStyles")
            color = styles.getByName(name).CellBackColor
        return color >> 16 & 255, color >> 8 & 255, color & 255

    @property
    def AppliesTo(self) -> Any:
        """Excel's range that the rule applies to, of which only the areas are used."""
        return self

    @property
    def Areas(self) -> list[Any]:
        from libreoffice.ranges import Range

        return [Range.of(self._sheet, each) for each in self._native.Range.RangeAddresses]

    def delete(self) -> None:
        self._sheet.page.ConditionalFormats.removeByID(self._native.ID)
