"""File names: what Windows refuses in them, how we name files, how a shell quotes them, and the names of lock files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain, count
from typing import TYPE_CHECKING

from selfeval_xl.lazy import lazy

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = lazy(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_DEVICE = lazy(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)")
_PARTS = (40, 28)  # most characters of the unit's and the project's name each; the second where the first is too long
_TAIL = 12  # characters kept from a long name's end, where similar names differ: （第二批）
_WHOLE = 180  # bytes in UTF-8; systems take 255, and endings follow
_PLAIN = frozenset("._-+@/:")  # signs that no shell takes for anything else
_WINDOWS = os.name == "nt"
LOCK_FILES = ("~$", ".~")  # how the lock files of Excel, WPS and LibreOffice begin
_LOCKS = (("~$", ""), (".~lock.", "#"), (".~", ""))  # what such a name has before and after that of the open file


def is_device(name: str) -> bool:
    """Whether Windows takes this name for a device, as it does with any ending (``aux.xlsx``)."""
    return _DEVICE.match(name) is not None


def file_stem(*about: str, ending: str = "自评表") -> str:
    """``"2024_市总工会_劳模津贴_自评表"`` of year, unit and project; what is not known ("") is left out."""
    words = (" ".join(REFUSED.sub("-", text.strip()).split()).strip(" .-") for text in about)
    parts = list(filter(None, words))
    stems = ["_".join(_shortened(part, most) for part in parts) for most in _PARTS]
    name = _bounded(next((stem for stem in stems if len(stem.encode()) <= _WHOLE), stems[-1])) + ending
    return f"_{name}" if is_device(name) else name


def free(stem: str, taken: set[str], ending: str = "") -> Iterator[str]:
    """File names not yet ``taken``: the stem, then 名称（2） and so on; each one yielded is added to ``taken``.

    Compared regardless of case, as some systems do.
    """
    for name in (f"{one}{ending}" for one in chain([stem], (f"{stem}（{number}）" for number in count(2)))):
        if name.casefold() not in taken:
            taken.add(name.casefold())
            yield name


def lock_files(path: Path) -> tuple[Path, ...]:
    """The files that programs put beside ``path`` while they have it open."""
    return tuple(path.with_name(f"{before}{path.name}{behind}") for before, behind in _LOCKS)


def locked_name(lock: str) -> str:
    """The name of the file that a lock file of this name is for."""
    before, behind = next(around for around in _LOCKS if lock.startswith(around[0]))
    return lock.removeprefix(before).removesuffix(behind)


def _shortened(text: str, most: int) -> str:
    """Both ends of a long name."""
    return text if len(text) <= most else f"{text[: most - _TAIL - 1].rstrip(' .-')}…{text[-_TAIL:]}"


def _bounded(text: str) -> str:
    """Cut at a character, never within one."""
    short = text.encode("utf-8")[:_WHOLE].decode("utf-8", errors="ignore").strip(" .-_")
    return f"{short}_" if short else ""


def quoted(word: str, *, windows: bool = _WINDOWS) -> str:
    """``word`` as one argument of a command: unquoted (Chinese too) where no shell would split or interpret it."""
    if word and all(char.isalnum() or char in _PLAIN or (windows and char == "\\") for char in word):
        return word
    return f'"{word}"' if windows else "'" + word.replace("'", "'\\''") + "'"


def workbooks_in(folder: str, *, windows: bool = _WINDOWS) -> str:
    """The argument for every workbook of a folder.  On Windows the ``*`` may stand in quotes, as we expand it there."""
    return quoted(f"{folder}\\*.xlsx", windows=True) if windows else f"{quoted(folder, windows=False)}/*.xlsx"
