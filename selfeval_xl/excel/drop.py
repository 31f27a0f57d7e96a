"""The file on the desktop onto which a workbook is dropped to score it: for WPS, and where macros are forbidden.

It is a batch file that calls ``score`` for each workbook.  The names go to Python untouched (``%*``): Explorer quotes
only names with spaces, and the interpreter itself would fail at the brackets of 自评表(1).xlsx.  For the same reason
it ends with ``exit``: what follows an & in a file's name would be run as a command after it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from selfeval_xl.excel.setup import put

NAME = "测算自评表（把文件拖到这里）.cmd"

_FOLDERS = r"Software\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"
_PROGRAM = "import sys; from selfeval_xl.cli import main; [main(['score', one]) for one in sys.argv[1:]]"
_LINES = (
    "@echo off",
    'if "%~1"=="" echo selfeval-xl score: drop .xlsx / .xlsm files on this file.',
    '"{python}" -P -c "{program}" %*',
    "pause",
    "exit",
)


def drop_target(python: str, folder: Path) -> Path:
    """Write the file into ``folder``; ``python`` is a path that cmd.exe expands.  TargetError, SelfEvalError."""
    path = folder / NAME
    put(path, "".join(f"{line}\r\n" for line in _LINES).format(python=python, program=_PROGRAM), naming=python)
    return path


def desktop(read: Callable[[str, str], object]) -> Path | None:
    """The user's desktop, which may have been moved (to a cloud folder); ``read`` gives (key, name) of the registry."""
    registered = read(_FOLDERS, "Desktop")
    folder = Path(registered) if isinstance(registered, str) else Path.home() / "Desktop"
    return folder if folder.is_dir() else None
