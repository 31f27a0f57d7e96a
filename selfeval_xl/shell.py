"""Commands that a message tells the user to paste: names of files quoted as the system's shell wants them."""

from __future__ import annotations

import os

_PLAIN = frozenset("._-+@/:")
_WINDOWS = os.name == "nt"


def quoted(word: str, *, windows: bool = _WINDOWS) -> str:
    """``word`` as one argument: as it is where no shell takes it for anything else, and with Chinese in it too."""
    if word and all(char.isalnum() or char in _PLAIN or (windows and char == "\\") for char in word):
        return word
    return f'"{word}"' if windows else "'" + word.replace("'", "'\\''") + "'"


def workbooks_in(folder: str, *, windows: bool = _WINDOWS) -> str:
    """Every workbook of a folder.  A shell of Windows leaves the ``*`` to us, and wants the whole in quotes."""
    return quoted(f"{folder}\\*.xlsx", windows=True) if windows else f"{quoted(folder, windows=False)}/*.xlsx"
