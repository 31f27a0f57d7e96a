"""Names of files: what Windows refuses in them, what ours are called, how the shell wants them in a command,
and which tell that a file is open."""

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
_PARTS = (40, 28)  # characters of the unit's and the project's name, and where these are too many bytes together
_TAIL = 12  # of them from the end, where names of one kind differ: （第二批）
_WHOLE = 180  # bytes in UTF-8; systems take 255, and endings follow
_PLAIN = frozenset("._-+@/:")  # signs that no shell takes for anything else
_WINDOWS = os.name == "nt"
LOCK_FILES = ("~$", ".~")  # how the names begin that Excel, WPS and LibreOffice give to theirs
_LOCKS = (("~$", ""), (".~lock.", "#"), (".~", ""))  # what stands around the name of the file that is open


def is_device(name: str) -> bool:
    """Whether Windows takes a file of this name for a device, as it does whatever the ending is (``aux.xlsx``)."""
    return _DEVICE.match(name) is not None


def file_stem(*about: str, ending: str = "自评表") -> str:
    """``"2024_市总工会_劳模津贴_自评表"`` of year, unit and project; what is not known ("") is left out."""
    parts = [part for text in about if (part := _clean(text))]
    stems = ["_".join(_shortened(part, most) for part in parts) for most in _PARTS]
    whole = _bounded(next((stem for stem in stems if len(stem.encode()) <= _WHOLE), stems[-1])) + ending
    return f"_{whole}" if is_device(whole) else whole


def free(stem: str, taken: set[str], ending: str = "") -> Iterator[str]:
    """The stem, then with numbers, as far as others have not ``taken`` it; each is taken as it is given.

    On some systems names that differ in case are one.
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


def _clean(text: str) -> str:
    return " ".join(REFUSED.sub("-", text.strip()).split()).strip(" .-")


def _shortened(text: str, most: int) -> str:
    """Both ends of a long name."""
    return text if len(text) <= most else f"{text[: most - _TAIL - 1].rstrip(' .-')}…{text[-_TAIL:]}"


def _bounded(text: str) -> str:
    """Cut at a character, never within one."""
    short = text.encode("utf-8")[:_WHOLE].decode("utf-8", errors="ignore").strip(" .-_")
    return f"{short}_" if short else ""


def quoted(word: str, *, windows: bool = _WINDOWS) -> str:
    """``word`` as one argument: as it is where no shell takes it for anything else, and with Chinese in it too."""
    if word and all(char.isalnum() or char in _PLAIN or (windows and char == "\\") for char in word):
        return word
    return f'"{word}"' if windows else "'" + word.replace("'", "'\\''") + "'"


def workbooks_in(folder: str, *, windows: bool = _WINDOWS) -> str:
    """Every workbook of a folder.  A shell of Windows leaves the ``*`` to us, and wants the whole in quotes."""
    return quoted(f"{folder}\\*.xlsx", windows=True) if windows else f"{quoted(folder, windows=False)}/*.xlsx"
