"""Sets the button up: a small Python environment of its own, its path in xlwings' settings, and a trial run."""

from __future__ import annotations

import json
import locale
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from selfeval_xl.errors import SelfEvalError, TargetError
from selfeval_xl.excel.doctor import OLDEST_XLWINGS
from selfeval_xl.shipped import PACKAGE
from selfeval_xl.workbook.saving import replace

KEY = "INTERPRETER_WIN"
"""The setting in which xlwings' macros look up the path of Python."""

HEAVY = ("pandas", "numpy", "openpyxl", "matplotlib", "PIL")
"""Packages that slow down every click: xlwings imports them where the environment has them."""

NEEDED = (f"xlwings>={'.'.join(map(str, OLDEST_XLWINGS))}", "lxml>=5")
_TRIAL = (  # imports what the buttons import
    "import xlwings, selfeval_xl.excel.jobs, selfeval_xl.excel.foreign, selfeval_xl.submit.pack; "
    "print(xlwings.__version__)"
)
_TELL = (
    "import importlib.util as u, json, sys; del sys.path[0]\n"  # without the current folder
    "try: from importlib.metadata import version; x = version('xlwings')\n"
    "except Exception: x = None\n"
    "try: from selfeval_xl import __version__ as p\n"
    "except Exception: p = None\n"
    f"print(json.dumps([list(sys.version_info[:3]), x, p, [n for n in {HEAVY!r} if u.find_spec(n)]]))"
)


class PythonFacts(NamedTuple):
    """Facts about a Python: its version, those of xlwings and of this program in it (None: not installed), and the
    packages of :data:`HEAVY` that it has."""

    python_version: tuple[int, ...]
    xlwings: tuple[int, ...] | None
    program: str | None
    heavy: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Installed:
    """The result of installing: the button's Python, whether it was newly made, xlwings' version, the settings file."""

    python: Path
    made: bool
    xlwings: str
    config: Path


def install(say: Callable[[str], None], *, folder: Path | None = None) -> Installed:
    """Find or make the environment, try it, write the setting.  SelfEvalError says what could not be done.

    ``folder`` is where an environment is made (default: in the user's local data folder).
    """
    python = Path(sys.executable)
    made = not is_slim(python)
    if made:
        python = make(folder or data_folder() / "button", say)
    say("正在试运行……")
    version = run(python, "-P", "-B", "-c", _TRIAL, failure="按钮用的 Python 装好了，但试运行没有成功").strip()
    config = config_file()
    write_setting(config, KEY, portable(python))
    return Installed(python, made, version, config)


def python_facts(python: Path) -> PythonFacts:
    """The facts about a Python; SelfEvalError where it doesn't run, or is no Python."""
    failure = f"{python} 不能运行"
    try:
        version, xlwings, program, heavy = json.loads(run(python, "-c", _TELL, failure=failure))
        parts = tuple(int(part) for part in xlwings.split(".") if part.isdecimal()) if xlwings else None
        return PythonFacts(tuple(version), parts, program, tuple(heavy))
    except (ValueError, TypeError, AttributeError) as error:  # it printed something else
        raise SelfEvalError(failure) from error


def is_slim(python: Path) -> bool:
    """Whether a Python has xlwings, and none of the packages that slow clicks down."""
    facts = python_facts(python)
    return facts.xlwings is not None and not facts.heavy


def make(folder: Path, say: Callable[[str], None]) -> Path:
    """Make an environment with xlwings and a copy of this program, so that button and command line are one version."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        say(f"正在建立按钮用的 Python：{folder}")
        run(Path(sys.executable), "-m", "venv", str(folder), failure=f"不能在 {folder} 建立 Python 环境")
    # Its base Python may be uninstalled since.  We don't delete the folder, as there may be other files in it.
    broken = f"{folder} 里的 Python 不能运行，可能没有装完，或建立它的 Python 已经卸载：请删除这个文件夹，再运行一次"
    run(python, "-c", "", failure=broken)
    say("正在安装 xlwings（需要联网）……")
    run(
        python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *NEEDED,
        failure="下载 xlwings 没有成功，请检查网络（内网请先设置 pip 的镜像）后再运行一次",
    )  # fmt: skip
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", failure=f"{python} 不能运行")
    target = Path(site.strip()) / "selfeval_xl"
    try:
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(PACKAGE, target, ignore=shutil.ignore_patterns("__pycache__"))
    except OSError as error:
        raise TargetError(f"{target}：复制程序没有成功（{error.strerror}）。请先关闭 Excel，再运行一次。") from error
    # Clicks run Python with -B, which would otherwise compile everything each time.
    run(python, "-m", "compileall", "-q", str(target), failure=f"{target} 不能编译")
    return python


def run(python: Path, *arguments: str, failure: str) -> str:
    """Run a Python and return its output; a SelfEvalError that begins with ``failure`` where that fails."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    try:
        done = subprocess.run(
            [str(python), *arguments], capture_output=True, encoding="utf-8", errors="replace", timeout=900,
            env={**environment, "PYTHONUTF8": "1"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise SelfEvalError(f"{failure}：{error}") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise SelfEvalError(f"{failure}：{last}")
    return done.stdout


def data_folder() -> Path:
    """The user's local folder for this program."""
    local = os.environ.get("LOCALAPPDATA")
    return Path(local) / "selfeval-xl" if local else Path.home() / ".local" / "share" / "selfeval-xl"


def config_file() -> Path:
    """The user's settings file that xlwings' macros read."""
    return Path.home() / ".xlwings" / "xlwings.conf"


def portable(python: Path) -> str:
    """The path as the macros can read it: if possible with a variable in place of the user's name (maybe Chinese)."""
    for variable in ("LOCALAPPDATA", "USERPROFILE"):
        start = os.environ.get(variable)
        if start and python.is_relative_to(start):
            return f"%{variable}%{os.sep}{python.relative_to(start)}"
    return str(python)


def settings(config: Path) -> dict[str, str]:
    """The settings in xlwings' file; empty where there is no file."""
    if not config.is_file():
        return {}
    pairs = (line.strip().strip('"').split('","', 1) for line in _read(config).splitlines() if line.strip())
    return {pair[0].upper(): pair[1] for pair in pairs if len(pair) == 2}


def write_setting(config: Path, key: str, value: str) -> None:
    """Set one setting in the file; the others stay.  The macros read the file in the code page of Windows."""
    lines = _read(config).splitlines() if config.is_file() else []
    others = [line for line in lines if not line.upper().startswith(f'"{key.upper()}"')]
    text = "".join(f"{line}\n" for line in (*others, f'"{key}","{value}"'))
    put(config, text, naming=value)


def put(path: Path, text: str, *, naming: str) -> None:
    """Write a file in the code page of Windows; ``naming`` is the path in it that this may not be able to encode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode(locale.getencoding(), "surrogateescape")
    except UnicodeEncodeError as error:
        raise SelfEvalError(
            f"Python 的路径 {naming} 里有 Windows 代码页写不出的字，请把 Python 装到别的文件夹。"
        ) from error
    except OSError as error:
        raise TargetError(f"{path}：写不进去（{error.strerror}）。") from error
    replace(path, data)


def expanded(value: str) -> Path:
    """A path from the settings with its ``%LOCALAPPDATA%`` filled in."""
    for variable in ("LOCALAPPDATA", "USERPROFILE"):
        value = value.replace(f"%{variable}%", os.environ.get(variable, f"%{variable}%"))
    return Path(value)


def _read(config: Path) -> str:
    return config.read_bytes().decode(locale.getencoding(), "surrogateescape")
