"""What keeps the button from working on a machine, and what to do about it: from facts to lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from selfeval_xl import __version__

Level = Literal["正常", "注意", "问题"]

OLDEST_PYTHON = (3, 11)
OLDEST_XLWINGS = (0, 37, 5)
_INSTALL = "请运行：selfeval-xl install-button"
_TRUST = "文件 → 选项 → 信任中心 → 信任中心设置"
_CLOUDS = {
    "onedrive": "OneDrive", "wpsdrive": "WPS 云盘", "wps云盘": "WPS 云盘", "wps cloud files": "WPS 云盘",
    "baidusyncdisk": "百度网盘", "坚果云": "坚果云", "nutstore": "坚果云", "dropbox": "Dropbox",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """The result of one test: how it is, and what to do if it isn't right."""

    level: Level
    what: str
    to_do: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """The facts about a workbook file that matter to opening it in Excel.

    ``network``: on a network drive; ``mailed``: marked by Windows as coming from mail or the web.
    """

    path: str
    exists: bool = True
    writable: bool = True
    network: bool = False
    mailed: bool = False
    cloud_folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts about a machine; None for what could not be found out.

    ``python`` is the button's Python, as in the settings; ``program`` is this program's version in it, ``version`` the
    version running now; ``heavy`` are packages that slow clicks down; ``macros`` is Excel's setting VBAWarnings (1 all
    run, 2 the user is asked, 3 only signed ones, 4 none); ``opens_xlsm`` is the program that opens .xlsm files.
    """

    system: str = "win32"
    python: str | None = None
    python_works: bool = False
    python_version: tuple[int, ...] | None = None
    xlwings: tuple[int, ...] | None = None
    program: str | None = None
    version: str = __version__
    heavy: tuple[str, ...] = ()
    excel: str | None = None
    wps: bool = False
    opens_xlsm: str | None = None
    macros: int | None = None
    blocks_mailed: bool = False
    file: File | None = None


def lines(facts: Facts) -> Iterator[Line]:
    """The diagnosis of a machine, the most basic things first."""
    if facts.system != "win32":
        yield Line(
            "问题", "这台电脑不是 Windows，按钮不能用", "请用命令行：selfeval-xl score 自评表.xlsx，结果与按钮相同"
        )
    yield from _python(facts)
    if facts.system == "win32":
        yield from _excel(facts)
    if facts.file:
        yield from _file(facts.file)


def _python(facts: Facts) -> Iterator[Line]:
    if facts.python is None:
        yield Line("问题", "还没有设置按钮用的 Python", _INSTALL)
        return
    if not facts.python_works:
        yield Line("问题", f"按钮用的 Python 不能运行：{facts.python}", _INSTALL)
        return
    version = _dotted(facts.python_version)
    if facts.python_version and facts.python_version[:2] < OLDEST_PYTHON:
        yield Line(
            "问题", f"Python 版本是 {version}，太旧", f"请装 {_dotted(OLDEST_PYTHON)} 或更高版本，再{_INSTALL[1:]}"
        )
    else:
        yield Line("正常", f"按钮用的 Python {version}：{facts.python}")
    if facts.xlwings is None:
        yield Line("问题", "按钮用的 Python 里没有 xlwings", _INSTALL)
    elif facts.xlwings < OLDEST_XLWINGS:
        yield Line("问题", f"xlwings 版本是 {_dotted(facts.xlwings)}，太旧", _INSTALL)
    else:
        yield Line("正常", f"xlwings {_dotted(facts.xlwings)}")
    if facts.program is None:
        yield Line("问题", "按钮用的 Python 里没有本程序", _INSTALL)
    elif facts.program != facts.version:
        yield Line(
            "问题",
            f"按钮用的程序是 {facts.program} 版，命令行是 {facts.version} 版，结果可能不同",
            f"请关闭 Excel，再{_INSTALL[1:]}",
        )
    if facts.heavy:
        names = "、".join(facts.heavy)
        yield Line("注意", f"按钮用的 Python 里有 {names}，每点一次要多等约半秒到一秒", f"想快一些，{_INSTALL}")


def _excel(facts: Facts) -> Iterator[Line]:
    if facts.excel:
        yield Line("正常", f"装有 Excel（{facts.excel}）")
    elif facts.wps:
        yield Line(
            "问题", "只装有 WPS，没有 Excel：按钮不保证能用",
            "公式在 WPS 里照常计算；测算请把自评表拖到桌面的“测算自评表”上，或用命令行 selfeval-xl score",
        )  # fmt: skip
    else:
        yield Line("问题", "没有找到 Excel", "请安装 Excel 2010 或更高版本；没有时用命令行 selfeval-xl score")
    if facts.excel and facts.opens_xlsm and facts.opens_xlsm.upper().startswith(("KET", "WPS", "ET.")):
        yield Line("注意", "双击 .xlsm 文件会用 WPS 打开", "请先打开 Excel，再从“文件 → 打开”里选自评表")
    if facts.excel:
        yield from _macros(facts)


def _macros(facts: Facts) -> Iterator[Line]:
    trusted = f"{_TRUST} → 受信任位置 → 添加新位置，选放自评表的文件夹"
    match facts.macros:
        case 4:
            yield Line(
                "问题",
                "Excel 禁用了所有宏，点按钮没有反应",
                f"{_TRUST} → 宏设置，选“禁用所有宏，并发出通知”；或 {trusted}",
            )
        case 3:
            yield Line("问题", "Excel 只允许有数字签名的宏，自评表的宏没有签名", trusted)
        case 1:
            yield Line("注意", "Excel 允许所有宏运行，不安全", f"{_TRUST} → 宏设置，改为“禁用所有宏，并发出通知”")
        case _:
            yield Line("正常", "打开自评表时 Excel 会询问是否启用宏，请点【启用内容】")
    if facts.blocks_mailed:
        yield Line(
            "注意", "本单位的设置不允许运行从网上或邮件里来的宏", f"{trusted}；发文件请用【生成报送件】，它不带宏"
        )


def _file(file: File) -> Iterator[Line]:
    name = file.path.replace("\\", "/").rpartition("/")[2]
    if not file.exists:
        yield Line("问题", f"文件不存在：{file.path}")
        return
    problems = list(_file_problems(file, name))
    yield from problems or [Line("正常", f"文件 {name} 没有妨碍按钮的地方")]


def _file_problems(file: File, name: str) -> Iterator[Line]:
    if "=" in name:
        yield Line("问题", f"文件名里有等号：{name}", "请另存为不带等号的文件名")
    if not name.lower().endswith((".xlsm", ".xlam")):
        yield Line("注意", f"{name} 不带宏，里面没有按钮", "请用 .xlsm 的自评表，或装上“绩效自评”加载项")
    if file.path.startswith(("\\\\", "//")) or file.network:
        yield Line("注意", "文件在网络位置，宏可能被拦下，保存也可能变慢", "请复制到本机的文件夹再填")
    cloud = _cloud(file)
    if cloud:
        yield Line(
            "注意", f"文件在同步文件夹（{cloud}）里，同步时可能打不开或变成只读", "请复制到不同步的本机文件夹再填"
        )
    if file.mailed:
        yield Line(
            "问题", "文件是从邮件或网上得来的，Windows 会拦下它的宏", "右击文件 → 属性，勾选“解除锁定”，确定后重新打开"
        )
    if not file.writable:
        yield Line("问题", "文件是只读的，结果存不进去", "右击文件 → 属性，取消“只读”，或另存一份")


def _cloud(file: File) -> str | None:
    path = file.path.replace("\\", "/").casefold()
    for folder in file.cloud_folders:
        if folder and path.startswith(folder.replace("\\", "/").casefold().rstrip("/") + "/"):
            return "OneDrive"
    parts = path.split("/")[:-1]
    return next((name for sign, name in _CLOUDS.items() if any(part.startswith(sign) for part in parts)), None)


def _dotted(version: tuple[int, ...] | None) -> str:
    return ".".join(map(str, version or ()))
