"""The upper half of the engine: application, workbooks, sheets and names, with the interface that xlwings expects."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import xlwings
from xlwings import base_classes

from libreoffice.com import BookApi, SheetApi
from libreoffice.notes import Note
from libreoffice.office import Office, properties
from libreoffice.ranges import Areas, Range, corners, excel

_XL_A1, _OOO, _XL_ENGLISH = 1, 0, 4
_DOT = "__dot__"  # replaces dots in names that are added: LibreOffice reads them from files, but a program may not add
_FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".xlsm": "Calc MS Excel 2007 VBA XML"}


class Plain:
    """Replaces read-only properties of xlwings' base classes by plain attributes."""

    api: Any = None
    app: Any = None
    book: Any = None


class Collection(Plain):
    """A collection whose items are found by name in any case, or by number from 1."""

    def keys(self) -> list[str]:
        raise NotImplementedError

    def item(self, name: str) -> Any:
        raise NotImplementedError

    def __call__(self, key: str | int) -> Any:
        names = self.keys()
        if isinstance(key, int):
            return self.item(names[key - 1])
        found = next((name for name in names if name.casefold() == key.casefold()), None)
        if found is None:
            raise KeyError(key)
        return self.item(found)

    def __len__(self) -> int:
        return len(self.keys())

    def __iter__(self) -> Iterator[Any]:
        return (self.item(name) for name in self.keys())

    def __contains__(self, key: str) -> bool:
        return key.casefold() in (name.casefold() for name in self.keys())

    contains = __contains__


class Engine:
    """What xlwings calls an implementation."""

    name, type = "libreoffice", "desktop"

    def __init__(self) -> None:
        self.apps = Apps()

    @staticmethod
    def prepare_xl_data_element(x: Any, date_format: Any = None) -> Any:
        return "" if x is None or (isinstance(x, float) and math.isnan(x)) else x


class Apps(base_classes.Apps):  # type: ignore[misc]
    def __init__(self) -> None:
        self.running: list[App] = []

    def keys(self) -> list[int]:
        return [app.pid for app in self.running]

    def __iter__(self) -> Iterator[App]:
        return iter(self.running)

    def __len__(self) -> int:
        return len(self.running)

    def __getitem__(self, pid: int) -> App:
        return next(app for app in self.running if app.pid == pid)


class App(Plain, base_classes.App):  # type: ignore[misc]
    """The application: its settings are just stored; ``alerts`` are the message boxes, all answered with OK."""

    screen_updating = display_alerts = enable_events = interactive = visible = True
    status_bar: Any = False
    engine: Any = None
    pid, hwnd, version = 1, 1, "16.0"

    def __init__(self, office: Office) -> None:
        self.office = office
        self.opened: list[Book] = []
        self.alerts: list[str] = []
        self.statuses: list[Any] = []
        self._calculation = "automatic"
        self.engine = engine

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "status_bar":
            self.statuses.append(value)

    @property
    def books(self) -> Books:
        return Books(self)

    @property
    def calculation(self) -> str:
        return self._calculation

    @calculation.setter
    def calculation(self, value: str) -> None:
        self._calculation = value
        for book in self.opened:
            book.document.enableAutomaticCalculation(value != "manual")

    def start_anew(self) -> None:
        """Start a new LibreOffice; what was open is lost."""
        self.office.kill()
        self.opened.clear()
        self.office.start()

    def calculate(self) -> None:
        for book in self.opened:
            book.document.calculateAll()

    def alert(self, prompt: str, title: str | None, buttons: str, mode: str | None, callback: Any) -> str:
        self.alerts.append(prompt)
        return "ok"

    def activate(self, steal_focus: bool = False) -> None:
        pass


class Books(Collection, base_classes.Books):  # type: ignore[misc]
    def __init__(self, app: App) -> None:
        self.app = app

    @property
    def active(self) -> Book:
        return self.app.opened[-1]

    def keys(self) -> list[str]:
        return [book.name for book in self.app.opened]

    def item(self, name: str) -> Book:
        return next(book for book in self.app.opened if book.name == name)

    def open(self, fullname: str, update_links: Any = None, read_only: bool = False, *_: Any, **__: Any) -> Book:
        return self.adopt(self.app.office.open(Path(fullname), read_only=read_only), fullname)

    def adopt(self, document: Any, fullname: str) -> Book:
        """Add a document that is open already."""
        book = Book(self.app, document, str(Path(fullname).resolve()))
        self.app.opened.append(book)
        return book


class Book(Plain, base_classes.Book):  # type: ignore[misc]
    fullname = ""

    def __init__(self, app: App, document: Any, fullname: str) -> None:
        self.app, self.document, self.fullname = app, document, fullname
        self.api = BookApi(self)
        make = document.createInstance
        mapping = make("com.sun.star.sheet.FormulaOpCodeMapper").getAvailableMappings(_XL_ENGLISH, 31)
        self._excel, self._native = (make("com.sun.star.sheet.FormulaParser") for _ in "ab")
        for parser, convention in ((self._excel, _XL_A1), (self._native, _OOO)):
            parser.FormulaConvention, parser.CompileEnglish = convention, True
        self._excel.OpCodeMap = mapping

    @property
    def name(self) -> str:
        return Path(self.fullname).name

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self)

    def activate(self) -> None:
        pass

    def save(self, path: str | None = None, password: str | None = None) -> None:
        if path:
            self.fullname = str(Path(path).resolve())
        self.save_copy(Path(self.fullname))
        self.api.Saved = True

    def save_copy(self, path: Path) -> None:
        """Save a copy of the workbook as it is now to another file."""
        self.document.storeToURL(path.as_uri(), properties(FilterName=_FILTERS[path.suffix.lower()]))

    def close(self) -> None:
        self.document.close(True)
        self.app.opened.remove(self)

    def native(self, formula: str, at: Any) -> str:
        """Excel's formula in LibreOffice's syntax."""
        return "=" + self._native.printFormula(self._excel.parseFormula(formula.removeprefix("="), at), at)


class Sheets(Collection, base_classes.Sheets):  # type: ignore[misc]
    def __init__(self, book: Book) -> None:
        self.book, self.api = book, book.document.Sheets

    @property
    def active(self) -> Sheet:
        return self(1)

    def keys(self) -> list[str]:
        return list(self.api.ElementNames)

    def item(self, name: str) -> Sheet:
        return Sheet(self.book, self.api.getByName(name))

    def add(self, before: Any = None, after: Any = None, name: str | None = None) -> Sheet:
        position = before.index - 1 if before else after.index if after else self.api.Count
        name = name or f"Sheet{self.api.Count + 1}"
        self.api.insertNewByName(name, position)
        return self.item(name)


class Sheet(Plain, base_classes.Sheet):  # type: ignore[misc]
    def __init__(self, book: Book, page: Any) -> None:
        self.book, self.page = book, page
        self.api = SheetApi(self)

    @property
    def name(self) -> str:
        return str(self.page.Name)

    @name.setter
    def name(self, value: str) -> None:
        self.page.Name = value

    @property
    def index(self) -> int:
        return int(self.page.RangeAddress.Sheet) + 1

    @property
    def visible(self) -> bool:
        return bool(self.page.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.page.IsVisible = bool(value)

    @cached_property
    def rows(self) -> Any:
        """LibreOffice's own rows, from 0."""
        return self.page.Rows

    @property
    def cells(self) -> Range:
        return Range(self, 1, 1, 1_048_576, 1024)

    @property
    def used_range(self) -> Range:
        cursor = self.page.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        return Range.of(self, cursor.RangeAddress)

    @property
    def notes(self) -> list[Note]:
        annotations = self.page.Annotations
        return [Note(self, annotations.getByIndex(index)) for index in range(annotations.Count)]

    def range(self, first: Any, last: Any = None) -> Range | Areas:
        if isinstance(first, str) and "," in first:
            return Areas(self, [corners(self, each) for each in first.split(",")])
        area = corners(self, first)
        if last is None:
            return area
        end = corners(self, last)
        return Range(
            self, area.row, area.column,
            end.row + end.shape[0] - area.row, end.column + end.shape[1] - area.column,
        )  # fmt: skip

    @property
    def names(self) -> SheetNames:
        return SheetNames(self)

    def clear(self) -> None:
        self.cells.cells.clearContents(1023)

    def delete(self) -> None:
        self.book.document.Sheets.removeByName(self.name)

    def activate(self) -> None:
        pass


class Names(Collection, base_classes.Names):  # type: ignore[misc]
    """The workbook's defined names, and as in Excel those local to a sheet too, prefixed by the sheet's name."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._all = {name: book.document.NamedRanges.getByName(name) for name in book.document.NamedRanges.ElementNames}
        for sheet in book.sheets:
            own = sheet.page.NamedRanges
            self._all |= {f"{sheet.name}!{name.replace(_DOT, '.')}": own.getByName(name) for name in own.ElementNames}

    def keys(self) -> list[str]:
        return list(self._all)

    def item(self, name: str) -> Name:
        return Name(self.book, name, self._all[name])


class SheetNames(Plain, base_classes.Names):  # type: ignore[misc]
    """The names local to a sheet, to which the button only adds."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def add(self, name: str, refers_to: str) -> Name:
        own = self._sheet.page.NamedRanges
        at = self._sheet.range("A1").at()
        native = name.replace(".", _DOT)
        own.addNewByName(native, self._sheet.book.native(refers_to, at).removeprefix("="), at, 0)
        return Name(self._sheet.book, name, own.getByName(native))


class Name(Plain, base_classes.Name):  # type: ignore[misc]
    name = ""

    def __init__(self, book: Book, name: str, native: Any) -> None:
        self.book, self.name, self._native = book, name, native

    @property
    def refers_to(self) -> str:
        return "=" + excel(self._native.Content)

    def delete(self) -> None:
        self.book.document.NamedRanges.removeByName(self.name)


engine: Any = Engine()


def install(office: Office) -> App:
    """Register LibreOffice as xlwings' engine; returns the application that the button will see."""
    app = App(office)
    engine.apps.running = [app]
    if "libreoffice" not in xlwings.engines.engines_by_name:
        xlwings.engines.add(xlwings.Engine(impl=engine))
    xlwings.engines["libreoffice"].activate()
    return app
