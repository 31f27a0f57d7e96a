"""Finds the facts about this machine for :mod:`selfeval_xl.excel.doctor`: Python, Excel's settings, a workbook file."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from selfeval_xl.errors import SelfEvalError
from selfeval_xl.excel.doctor import Facts, File
from selfeval_xl.excel.setup import KEY, config_file, expanded, python_facts, settings

Read = Callable[[str, str], object]
"""(key, name) → a value of the registry, the user's or else the machine's; None where there is none."""

_OFFICES = ("16.0", "15.0", "14.0")
_EXCEL = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_WPS = (r"Software\Kingsoft\Office", r"SOFTWARE\WOW6432Node\Kingsoft\Office", r"SOFTWARE\Kingsoft\Office")
_POLICIES, _USERS = r"Software\Policies\Microsoft\Office", r"Software\Microsoft\Office"
_XLSM = r"Software\Microsoft\Windows\CurrentVersion\Explorer\FileExts\.xlsm\UserChoice"
_NETWORK = 4  # DRIVE_REMOTE


def look(workbook: Path | None = None, *, config: Path | None = None, read: Read | None = None) -> Facts:
    """The facts about this machine, and about a workbook on it."""
    read = read or registry
    python = settings(config or config_file()).get(KEY)
    windows = sys.platform == "win32"
    facts = Facts(
        system=sys.platform,
        python=python,
        excel=(_text(read(_EXCEL, "")) or "").strip('"') or None if windows else None,
        wps=windows and any(read(key, "") is not None or read(key + r"\6.0\Common", "InstallRoot") for key in _WPS),
        opens_xlsm=_text(read(_XLSM, "ProgId")),
        macros=next((one for one in _security(read, "VBAWarnings") if isinstance(one, int)), None),
        blocks_mailed=any(one == 1 for one in _security(read, "blockcontentexecutionfrominternet", (_POLICIES,))),
        file=_file(workbook) if workbook else None,
    )
    if not python:
        return facts
    try:
        found = python_facts(expanded(python))
    except SelfEvalError:
        return facts
    return replace(facts, python_works=True, **found._asdict())


def registry(key: str, name: str) -> object:
    """A value of the registry, the user's before the machine's; None where there is none, or no Windows."""
    if sys.platform != "win32":
        return None
    import winreg

    for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
        with contextlib.suppress(OSError), winreg.OpenKey(root, key) as opened:
            value: object = winreg.QueryValueEx(opened, name)[0]
            return value
    return None


def _security(read: Read, name: str, starts: tuple[str, ...] = (_POLICIES, _USERS)) -> Iterator[object]:
    """The values of one of Excel's security settings; the organization's policy comes before the user's own."""
    for start in starts:
        for version in _OFFICES:
            yield read(rf"{start}\{version}\Excel\Security", name)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _file(path: Path) -> File:
    clouds = (os.environ.get(name, "") for name in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial"))
    return File(
        path=str(path),
        exists=path.is_file(),
        writable=os.access(path, os.W_OK),
        network=_on_network(path),
        mailed=_is_mailed(path),
        cloud_folders=tuple(each for each in clouds if each),
    )


def _on_network(path: Path) -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    return bool(ctypes.windll.kernel32.GetDriveTypeW(f"{path.absolute().drive}\\") == _NETWORK)


def _is_mailed(path: Path) -> bool:
    """Whether Windows has marked the file as coming from mail or the web, in a stream beside its content."""
    if sys.platform != "win32":
        return False
    try:
        mark = Path(f"{path}:Zone.Identifier").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return "ZoneId=3" in mark or "ZoneId=4" in mark
