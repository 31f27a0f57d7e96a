"""Excel's state around a click: quiet while the button works, and afterwards as it was, also when the work fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from selfeval_xl.errors import WorkbookError
from selfeval_xl.forms import PASSWORD

if TYPE_CHECKING:
    from xlwings import App, Book, Sheet

_SWITCHES = {"screen_updating": False, "enable_events": False, "display_alerts": False, "calculation": "manual"}
_ALLOWED = (
    "AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns",
    "AllowInsertingRows", "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows", "AllowSorting",
    "AllowFiltering", "AllowUsingPivotTables",
)  # fmt: skip


def say(app: App, what: str) -> None:
    """Show in the status bar what is being done."""
    app.status_bar = f"绩效自评：{what}……"


@contextmanager
def quiet(book: Book) -> Iterator[None]:
    """No flicker, no events, no questions, no recalculation in between; all of it is put back in the end.

    That alone changes nothing in the workbook: one that was saved still counts as such.
    """
    app = book.app
    before = {name: getattr(app, name) for name in _SWITCHES}
    status = app.status_bar
    if before["calculation"] != "automatic":
        app.calculate()  # what is read must be what the formulas give now
    try:
        with _saved_stays(book):
            for name, value in _SWITCHES.items():
                setattr(app, name, value)
        yield
    finally:
        with _saved_stays(book):
            for name, value in before.items():
                with suppress(Exception):  # one that can't be put back must not keep the others from it
                    setattr(app, name, value)
        with suppress(Exception):
            app.status_bar = status or False


@contextmanager
def _saved_stays(book: Book) -> Iterator[None]:
    """Another mode of calculation makes Excel ask on closing whether the workbook shall be saved."""
    saved = False
    with suppress(Exception):  # as below: what can't be asked or said must not keep the switches from being set
        saved = bool(book.api.Saved)
    yield
    if saved:
        with suppress(Exception):
            book.api.Saved = True


@contextmanager
def unprotected(sheet: Sheet) -> Iterator[None]:
    """A sheet without its protection, and then with the same protection again.

    Raises WorkbookError where it has another password than the published one (or none).
    """
    native = sheet.api
    if not native.ProtectContents:
        yield
        return
    options = {name: getattr(native.Protection, name) for name in _ALLOWED}
    options |= {"DrawingObjects": native.ProtectDrawingObjects, "Scenarios": native.ProtectScenarios}
    password = _lifted(native, sheet.name)
    try:
        yield
    finally:
        native.Protect(Password=password, Contents=True, UserInterfaceOnly=native.ProtectionMode, **options)


def _lifted(native: Any, name: str) -> str:
    """Lift the protection; the password that did it."""
    for password in ("", PASSWORD):
        with suppress(Exception):  # Excel says in words of its own language that a password is wrong
            native.Unprotect(Password=password)
        if not native.ProtectContents:
            return password
    raise WorkbookError(
        f"工作表“{name}”设了别的保护密码，程序写不进去，工作簿没有改动。"
        f"请用“审阅”里的“撤消工作表保护”取消保护（或把密码改回 {PASSWORD}），再点按钮。"
    )
