"""Finds the workbook whose button was clicked, and refuses those that can't be worked on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from selfeval_xl.errors import SelfEvalError

if TYPE_CHECKING:
    from pathlib import Path

    from xlwings import Book


def book_in_front() -> Book:
    """The workbook whose button was clicked (from the add-in: the active one).  SelfEvalError where it is gone."""
    import xlwings

    name = _given("wb")
    try:
        if name is not None and "=" in name:  # Book.caller would cut such a name short
            apps = [app for app in xlwings.apps if _given("hwnd") in (None, str(app.hwnd))]
            return next(book for app in apps for book in app.books if book.name == name)
        return xlwings.Book.caller()
    except Exception as error:
        raise SelfEvalError("没有找到要处理的工作簿：请打开自评表，在 Excel 里点按钮。") from error


def refuse(book: Book) -> None:
    """Raise SelfEvalError for a read-only workbook, as the results could not be saved."""
    if book.api.ReadOnly:
        raise SelfEvalError(
            f"“{book.name}”是以只读方式打开的（文件是只读的，或已在别处打开），工作簿没有改动。"
            "请关闭别处打开的同一文件，或用【另存为】存一份新的，再点按钮。"
        )


def full_name(book: Book) -> str:
    """The workbook's path, or its address where it is stored in the cloud (which xlwings' own call hides)."""
    return str(book.api.FullName)


def file_of(book: Book) -> Path:
    """The workbook's file.  SelfEvalError where it is stored in the cloud, even with a copy on this computer."""
    from pathlib import Path

    name = full_name(book)
    if "://" in name:
        raise SelfEvalError(
            f"“{book.name}”放在云端（{name.partition('://')[2].partition('/')[0]}），读不到它的文件。"
            "请用【另存为】存到本机的普通文件夹，再点按钮。"
        )
    return Path(name)


def _given(option: str) -> str | None:
    """An option passed by the macro: the workbook's name (``wb``), or the window of the Excel clicked in (``hwnd``)."""
    return next((each.partition("=")[2] for each in sys.argv if each.startswith(f"--{option}=")), None)
