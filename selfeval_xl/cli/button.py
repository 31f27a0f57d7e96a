"""The commands for the button in Excel: ``install-button`` sets it up, ``doctor`` finds what keeps it from working."""

from __future__ import annotations

from argparse import Namespace

from selfeval_xl.cli.parser import Commands, add_command

_NEXT = """
接下来在 Excel 里做一次（三步）：
  1. 文件 → 选项 → 信任中心 → 信任中心设置 → 受信任位置 → 添加新位置，选放自评表的文件夹。
  2. 自评表若是邮件或网上得来的：右击文件 → 属性，勾选“解除锁定”。
  3. 打开 .xlsm 的自评表，点【启用内容】，再点【重新计算】。
按钮没有反应时，运行：selfeval-xl doctor 自评表.xlsm"""


def add(commands: Commands) -> None:
    parser = add_command(
        commands,
        "install-button",
        _install,
        about=(
            "装好 Excel 里的按钮\n"
            "找到（没有就建立）一个只有 xlwings 和 lxml 的小 Python，写好 xlwings 的设置，并试运行一次；\n"
            "桌面上放一个文件，把自评表拖到它上面就会测算。\n"
            "可以重复运行；程序升级后再运行一次。"
        ),
        examples="selfeval-xl install-button",
    )
    parser.add_argument("--folder", metavar="DIR", help="小 Python 放在哪个文件夹（默认在用户的本地数据文件夹）")

    parser = add_command(
        commands,
        "doctor",
        _doctor,
        about=(
            "检查按钮为什么不能用\n看 Python、xlwings、Excel 的宏设置、文件的位置；每行写明怎么办。有问题时退出码为 1。"
        ),
        examples="selfeval-xl doctor\nselfeval-xl doctor 自评表.xlsm",
    )
    parser.add_argument("file", metavar="FILE", nargs="?", help="要用的自评表，一并检查它的位置")


def _install(args: Namespace) -> int:
    import sys
    from pathlib import Path

    from selfeval_xl.excel import drop
    from selfeval_xl.excel.machine import registry
    from selfeval_xl.excel.setup import install, portable

    if sys.platform != "win32":
        print("注意：按钮只能在 Windows 的 Excel 里使用；这里只装好它的 Python。")
    installed = install(print, folder=Path(args.folder) if args.folder else None)
    print(f"已装好：{installed.python}（xlwings {installed.xlwings}）")
    print(f"已写入设置：{installed.config}")
    desktop = drop.desktop(registry)
    if desktop:
        print(f"已放在桌面：{drop.drop_target(portable(installed.python), desktop)}")
        print("  把自评表拖到它上面就会测算，结果与【重新计算】相同；WPS 和不许用宏的电脑也能用。")
    print(_NEXT)
    return 0


def _doctor(args: Namespace) -> int:
    from pathlib import Path

    from selfeval_xl.excel.doctor import lines
    from selfeval_xl.excel.machine import look

    found = list(lines(look(Path(args.file).absolute() if args.file else None)))
    for line in found:
        print(f"{line.level}  {line.what}")
        if line.to_do:
            print(f"      {line.to_do}")
    return int(any(line.level == "问题" for line in found))
