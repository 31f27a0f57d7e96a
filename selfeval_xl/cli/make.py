"""The commands that make workbooks: ``demo`` (samples), ``new`` (empty), ``fill`` (from data), ``import``."""

from __future__ import annotations

from argparse import Namespace

from selfeval_xl.cli import console
from selfeval_xl.cli.parser import Commands, Parser, add_command, add_rules, positive


def add(commands: Commands) -> None:
    for one in (_add_demo, _add_new, _add_fill, _add_import):
        one(commands)


def _add_demo(commands: Commands) -> None:
    parser = add_command(
        commands,
        "demo",
        _demo,
        about="用四份真实的公开自评试一遍：填表、测算、校验",
        examples="selfeval-xl demo\nselfeval-xl demo -o 演示",
    )
    parser.add_argument(
        "-o", "--output", metavar="DIR", default="selfeval-demo", help="文件放在哪里（默认 selfeval-demo）"
    )


def _add_new(commands: Commands) -> None:
    parser = add_command(
        commands,
        "new",
        _new,
        about="新建一份空白的标准自评表\n给出 --rules 时，规则的说明、公式所用的数和预算执行率的分值都按这套规则。",
        examples=(
            "selfeval-xl new project -o 自评表.xlsx\n"
            "selfeval-xl new department -o 部门自评.xlsx\n"
            "selfeval-xl new project -o 空表.xlsx --rules 本市规则.toml"
        ),
    )
    parser.add_argument(
        "form", metavar="FORM", help="project 项目支出，department 部门整体，transfer 转移支付；也可以写中文"
    )
    _add_output(parser)
    add_rules(parser, unless="用表样自带的")


def _add_fill(commands: Commands) -> None:
    parser = add_command(
        commands,
        "fill",
        _fill,
        about="把数据填进标准自评表，测算并校验\n数据是一份 .yaml 或 .json，表格也可以放在旁边的 .csv、.xlsx 里。",
        examples=(
            "selfeval-xl fill 数据.yaml -o 自评表.xlsx\n"
            "selfeval-xl fill 数据.yaml --template 财政局的空表.xlsx -o 自评表.xlsx"
        ),
    )
    parser.add_argument(
        "data", metavar="DATA", help="数据文件；- 为标准输入，其中写的 .csv、.xlsx 在当前文件夹里找"
    )
    _add_output(parser, "（替换已有的）")
    parser.add_argument(
        "--template", metavar="FILE", help="改填这份工作簿：标准自评表，或官方格式的空表（行不够会加行）"
    )
    add_rules(parser, unless="用数据里写的")


def _add_import(commands: Commands) -> None:
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
    _add_output(parser, "（替换已有的）")
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


def _add_output(parser: Parser, what_of_old: str = "") -> None:
    help = f"写到哪个文件{what_of_old}；- 为标准输出"
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help=help)


def _demo(args: Namespace) -> int:
    import sys
    from pathlib import Path

    from selfeval_xl.cli.outcome import exit_code
    from selfeval_xl.demo import demo
    from selfeval_xl.filenames import workbooks_in
    from selfeval_xl.report.layout import layout_of
    from selfeval_xl.report.text import summary

    folder, assessments = Path(args.output), []
    for path, assessment in demo(folder):
        print(summary(str(path), assessment, layout_of(sys.stdout)))
        assessments.append(assessment)
    print(f"逐条查看问题：selfeval-xl check {workbooks_in(args.output)}")
    return exit_code(assessments)


def _new(args: Namespace) -> int:
    from selfeval_xl import forms
    from selfeval_xl.cli.outcome import rules_asked
    from selfeval_xl.read.words import form_called

    form = form_called(args.form)
    rules = rules_asked(args.rules)
    with console.target(args.output) as path:
        if rules is None:
            forms.new(form, path)
        else:
            from selfeval_xl.score import empty_under

            forms.new(form, path, empty_under(form, path.suffix.lower(), rules))
    print(f"已新建：{args.output}", file=console.report_stream(args.output))
    return 0


def _fill(args: Namespace) -> int:
    from pathlib import Path

    from selfeval_xl.cli.outcome import rules_asked, show, show_left
    from selfeval_xl.fill import fill_and_tell

    beside = Path() if args.data == console.STANDARD else None
    template = console.workbook(args.template) if args.template else None
    rules = rules_asked(args.rules)
    with console.source(args.data, ".yaml") as data, console.target(args.output) as output:
        assessment, left = fill_and_tell(data, output, template=template, rules=rules, beside=beside)
    stream = console.report_stream(args.output)
    show_left("表里没有位置或没有照填的", left, stream)
    return show(args.output, [assessment], stream)


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
