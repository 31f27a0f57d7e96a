"""The command ``annotate``: a copy of a workbook with its findings marked on their cells."""

from __future__ import annotations

from argparse import Namespace

from selfeval_xl.cli import console
from selfeval_xl.cli.parser import Commands, add_command, add_rules


def add(commands: Commands) -> None:
    """Add ``annotate``."""
    parser = add_command(
        commands,
        "annotate",
        _annotate,
        about=(
            "写一份标注了问题的副本\n"
            "有问题的单元格标色、加批注，另附“校验结果”表；本工具的表和官方格式的表都可以，其余内容原样保留。"
        ),
        examples="selfeval-xl annotate 自评表.xlsx -o 自评表-批注.xlsx",
    )
    parser.add_argument("file", metavar="FILE", help="工作簿（.xlsx、.xlsm）；- 为标准输入")
    parser.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="副本写到哪里（替换已有的）；- 为标准输出"
    )
    add_rules(parser)


def _annotate(args: Namespace) -> int:
    from selfeval_xl.annotate import annotate
    from selfeval_xl.cli.outcome import rules_asked, show

    rules = rules_asked(args.rules)
    with console.source(args.file, ".xlsx") as path, console.target(args.output) as output:
        assessments = annotate(path, output, rules)
    return show(args.output, assessments, console.report_stream(args.output))
