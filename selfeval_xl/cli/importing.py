"""The command ``import``: an official form, or last year's workbook of ours, into this year's standard workbook."""

from __future__ import annotations

from argparse import Namespace

from selfeval_xl.cli import console
from selfeval_xl.cli.parser import Commands, add_command, add_rules, positive


def add(commands: Commands) -> None:
    """Add ``import``."""
    parser = add_command(
        commands,
        "import",
        _import,
        about=(
            "把官方格式的表、或去年的标准表，搬进今年的标准自评表\n"
            "搬不过去的逐条列出，也写进新表的“导入说明”；原文件不改动。"
        ),
        examples=(
            "selfeval-xl import 官方表.xlsx -o 自评表.xlsx\n"
            "selfeval-xl import 汇总.xlsx --sheet 项目二 -o 项目二.xlsx\n"
            "selfeval-xl import 汇总.xlsx --number 2 -o 第二张.xlsx\n"
            "selfeval-xl import 去年的表.xlsx -o 今年的表.xlsx"
        ),
    )
    parser.add_argument("file", metavar="FILE", help="要导入的工作簿；- 为标准输入")
    parser.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="写到哪个文件（替换已有的）；- 为标准输出"
    )
    parser.add_argument(
        "--form",
        metavar="FORM",
        help="搬进哪种表：project 项目支出，department 部门整体，transfer 转移支付（默认按原表）",
    )
    parser.add_argument("--sheet", metavar="NAME", help="有几张官方表时，取哪个工作表（默认第一张）")
    parser.add_argument(
        "--number",
        metavar="N",
        type=positive,
        help="取第几张官方表，从 1 数起（默认第一张）；加了 --sheet 就只数那个工作表里的",
    )
    add_rules(parser, unless="用去年的表里写的")


def _import(args: Namespace) -> int:
    from selfeval_xl.cli.outcome import rules_asked, show, show_left
    from selfeval_xl.importing import import_workbook
    from selfeval_xl.read.words import form_called
    from selfeval_xl.render.leftovers import PAGE

    form = form_called(args.form) if args.form else None
    rules = rules_asked(args.rules)
    with console.source(args.file, ".xlsx") as path, console.target(args.output) as output:
        imported = import_workbook(path, output, form=form, sheet=args.sheet, number=args.number, rules=rules)
    stream = console.report_stream(args.output)
    print(imported.taken, file=stream)
    show_left(f"没有照搬的（也写在新表的“{PAGE}”里）", imported.left, stream)
    return show(args.output, [imported.assessment], stream)
