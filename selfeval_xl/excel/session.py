"""Excel's settings around a click: quiet while the button works, and restored afterwards, even after a failure."""

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
    """Show in the status bar what is going on."""
    app.status_bar = f"绩效自评：{what}……"


@contextmanager
def quiet(book: Book) -> Iterator[None]:
    """Switch off screen updates, events, dialogs and recalculation, and restore these settings in the end.

    A workbook that was saved still counts as saved after this alone.
    """
    app = book.app
    before = {name: getattr(app, name) for name in _SWITCHES}
    status = app.status_bar
    if before["calculation"] != "automatic":
        app.calculate()  # so that we read up-to-date results
    try:
        with _saved_stays(book):
            for name, value in _SWITCHES.items():
                setattr(app, name, value)
        yield
    finally:
        with _saved_stays(book):
            for name, value in before.items():
                with suppress(Exception):  # one that can't be restored must not prevent the others
                    setattr(app, name, value)
        with suppress(Exception):
            app.status_bar = status or False


@contextmanager
def _saved_stays(book: Book) -> Iterator[None]:
    """Keep the workbook's saved state: changing the calculation mode makes Excel ask to save it on closing."""
    saved = False
    with suppress(Exception):  # here and below: a failure must not prevent the settings from being changed
        saved = bool(book.api.Saved)
    yield
    if saved:
        with suppress(Exception):
            book.api.Saved = True


@contextmanager
def unprotected(sheet: Sheet) -> Iterator[None]:
    """Lift a sheet's protection, and restore it afterwards.

    Raises WorkbookError where its password is neither the published one nor empty.
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
    """Lift the protection; returns the password that worked."""
    for password in ("", PASSWORD):
        with suppress(Exception):  # a wrong password raises an error in Excel's language
            native.Unprotect(Password=password)
        if not native.ProtectContents:
            return password
    raise WorkbookError(
        f"工作表“{name}”设了别的保护密码，程序写不进去，工作簿没有改动。"
        f"请用“审阅”里的“撤消工作表保护”取消保护（或把密码改回 {PASSWORD}），再点按钮。"
    )
