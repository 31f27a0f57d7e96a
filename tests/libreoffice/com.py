"""The few objects of Excel itself that the button uses directly (xlwings' ``.api``), under Excel's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from libreoffice.office import uno

if TYPE_CHECKING:
    from libreoffice.engine import Book, Sheet
    from libreoffice.ranges import Range

_ALLOW = (
    "FormattingCells", "FormattingColumns", "FormattingRows", "InsertingColumns", "InsertingRows",
    "InsertingHyperlinks", "DeletingColumns", "DeletingRows", "Sorting", "Filtering", "UsingPivotTables",
)  # fmt: skip
_protection: dict[tuple[str, str], dict[str, Any]] = {}
"""The protection options of each sheet (workbook, sheet), as LibreOffice stores them but can't be asked for them."""


class Error(Exception):
    """Stands in for pywin32's com_error, with ``hresult`` as its first argument."""

    def __init__(self, hresult: int, message: str) -> None:
        super().__init__(hresult, message)
        self.hresult = hresult


class BookApi:
    def __init__(self, book: Book) -> None:
        self._book = book

    @property
    def ReadOnly(self) -> bool:
        return bool(self._book.document.isReadonly())

    @property
    def FullName(self) -> str:
        return self._book.fullname

    @property
    def Saved(self) -> bool:
        return not self._book.document.isModified()

    @Saved.setter
    def Saved(self, value: bool) -> None:
        for sheet in self._book.sheets:  # a redrawn chart counts as a modification too
            charts = sheet.page.Charts
            for index in range(charts.Count):
                charts.getByIndex(index).getEmbeddedObject().setModified(not value)
        self._book.document.setModified(not value)

    @property
    def HasVBProject(self) -> bool:
        return self._book.fullname.lower().endswith((".xlsm", ".xlam"))

    @property
    def ProtectStructure(self) -> bool:
        return bool(self._book.document.isProtected())

    def LinkSources(self, kind: int) -> tuple[str, ...] | None:
        """Kind 1: the files linked to; 2: the programs, which LibreOffice leaves in the formulas unchanged."""
        if kind == 1:
            return tuple(uno().fileUrlToSystemPath(url) for url in self._book.document.ExternalDocLinks.ElementNames)
        formulas = (sheet.used_range.cells.getFormulaArray() for sheet in self._book.sheets)
        texts = (text for rows in formulas for row in rows for text in row)
        return tuple(text for text in texts if text.startswith("=") and "|" in text) or None


class SheetApi:
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._key = sheet.book.fullname, sheet.name

    @property
    def ProtectContents(self) -> bool:
        return bool(self._sheet.page.isProtected())

    ProtectDrawingObjects = ProtectScenarios = ProtectContents
    ProtectionMode = False

    @property
    def EnableSelection(self) -> int:
        return 0

    @property
    def Protection(self) -> Any:
        return Protection(_protection.get(self._key, {}))

    @property
    def FilterMode(self) -> bool:
        used = self._sheet.used_range
        rows = used.cells.Rows
        return any(rows.getByIndex(index).IsFiltered for index in range(used.shape[0]))

    @property
    def Visible(self) -> int:
        return -1 if self._sheet.visible else 0

    def Unprotect(self, Password: str) -> None:
        self._sheet.page.unprotect(Password)
        if self.ProtectContents:
            raise Error(-2147352567, "wrong password")

    def Protect(self, **options: Any) -> None:
        self._sheet.page.protect(options.get("Password", ""))
        _protection[self._key] = options


class Protection:
    """The protection options; the defaults are those of our templates."""

    def __init__(self, options: dict[str, Any]) -> None:
        for name in _ALLOW:
            setattr(
                self, f"Allow{name}", options.get(f"Allow{name}", name not in ("InsertingColumns", "UsingPivotTables"))
            )


class RangeApi:
    def __init__(self, area: Range) -> None:
        self._area = area

    @property
    def Value2(self) -> Any:
        return self._area.shaped(self._area.values())
