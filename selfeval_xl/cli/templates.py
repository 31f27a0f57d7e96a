"""The command ``templates``: the committed workbooks of the standard forms, rebuilt or compared with their specs."""

from __future__ import annotations

import sys
from argparse import Namespace

from selfeval_xl.cli.parser import Commands, add_command


def add(commands: Commands) -> None:
    parser = add_command(
        commands,
        "templates",
        _templates,
        about="重建或核对标准表模板\nbuild 按表样说明重建 workbook_templates；check 只比较，有差别时退出码为 1。",
        examples="selfeval-xl templates check\nselfeval-xl templates build -o workbook_templates",
    )
    parser.add_argument("action", metavar="build|check", choices=("build", "check"), help="重建，或核对")
    parser.add_argument("-o", "--output", metavar="DIR", help="模板所在文件夹（默认程序自带的 workbook_templates）")


def _templates(args: Namespace) -> int:
    from pathlib import Path

    from selfeval_xl.forms.build import build, differences
    from selfeval_xl.shipped import shipped

    directory = Path(args.output) if args.output else shipped("workbook_templates")
    if args.action == "build":
        built = build(directory)
        for path in built.paths:
            print(f"已写入：{path}")
        for line in built.warnings:
            print(f"注意：{line}", file=sys.stderr)
        return 0
    different = differences(directory)
    print("\n".join(different) or "模板与表样说明一致")
    return int(bool(different))
