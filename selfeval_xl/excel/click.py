"""One click from start to end: whatever goes wrong, the user gets a message in Chinese and Excel goes on."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from selfeval_xl.errors import SelfEvalError
from selfeval_xl.excel.caller import book_in_front, file_of, refuse
from selfeval_xl.excel.session import quiet

if TYPE_CHECKING:
    from pathlib import Path

    from xlwings import Book

TITLE = "绩效自评"
_BUSY = {-2147418111, -2146777998, -2147417846}
"""Excel's errors while a cell is being edited or a dialog is open (RPC_E_CALL_REJECTED, VBA_E_IGNORE …)."""

_ATTEMPTS = 500
"""How often xlwings may retry a call while Excel is busy; by default it retries forever."""


def click(job: str) -> None:
    """Do the ``job`` of a button; never raises.

    The process ends with code 2 only where Excel can't be reached, so that the macro says so.
    """
    book: Book | None = None
    try:
        book = book_in_front()
        _limit_attempts()
        refuse(book)
        from selfeval_xl.excel.jobs import JOBS

        with quiet(book):
            message = JOBS[job](book)
        if message:
            book.app.alert(message, TITLE)
    except Exception as error:
        message = _reason(error, book)
        try:
            if book is None:
                raise
            _show(book, message)
        except Exception:
            if sys.stderr is not None:  # as in a process without a console
                sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
                print(message, file=sys.stderr)
            sys.exit(2)


def _reason(error: Exception, book: Book | None) -> str:
    """The message for an error; an unexpected one is written to a log file, which the message names."""
    if isinstance(error, SelfEvalError):
        return str(error)
    if getattr(error, "hresult", None) in _BUSY:
        return "Excel 正忙：可能有单元格正在编辑，或开着对话框。请按回车（或 Esc）结束编辑，再点按钮。工作簿没有改动。"
    return f"程序内部出错（{type(error).__name__}），没有做完，工作簿已恢复原样。详细记录：{_log(error, book)}"


def _show(book: Book, message: str) -> None:
    """Show a message box, and the same text on 校验结果 where the workbook has a cell for it."""
    with suppress(Exception):
        from selfeval_xl.excel.jobs import put_message

        with quiet(book):
            put_message(book, message)
    book.app.alert(message, TITLE, mode="critical")


def _log(error: Exception, book: Book | None) -> Path:
    """The file with the details: beside the workbook, or among the temporary files where that can't be written."""
    import tempfile
    import traceback
    from pathlib import Path

    text = "".join(traceback.format_exception(error))
    places = [Path(tempfile.gettempdir()) / "selfeval-xl.log"]
    with suppress(Exception):  # a workbook in the cloud may have an address in place of a folder
        if book is not None:
            places.insert(0, file_of(book).with_suffix(".log"))
    for place in places:
        with suppress(OSError):
            place.write_text(text, encoding="utf-8", errors="backslashreplace")
            return place
    return places[-1]


def _limit_attempts() -> None:
    windows = sys.modules.get("xlwings._xlwindows")
    if windows is not None:
        windows.N_COM_ATTEMPTS = _ATTEMPTS  # type: ignore[attr-defined]
