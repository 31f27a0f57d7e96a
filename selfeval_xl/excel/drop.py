"""A file on which a workbook can be dropped: what the button does, without macros, for WPS and where macros are barred.

Written for Windows' own command interpreter; the program called is the command line's ``score``, for each workbook.
What was dropped goes to Python as it came: Explorer puts only names with blanks in quotes, and the interpreter itself
would stumble over the brackets of 自评表(1).xlsx.
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
)


def drop_target(python: str, folder: Path) -> Path:
    """Write the file into ``folder``; ``python`` is the path as cmd.exe shall read it.  TargetError, SelfEvalError."""
    path = folder / NAME
    put(path, "".join(f"{line}\r\n" for line in _LINES).format(python=python, program=_PROGRAM), naming=python)
    return path


def desktop(read: Callable[[str, str], object]) -> Path | None:
    """The user's desktop, which may be moved (to a cloud folder); ``read`` gives (key, name) of the registry."""
    told = read(_FOLDERS, "Desktop")
    folder = Path(told) if isinstance(told, str) else Path.home() / "Desktop"
    return folder if folder.is_dir() else None
