"""The commands that assess workbooks: ``check`` (changes nothing), ``score`` (writes the results into the file) and
``annotate`` (marks them in a copy)."""

from __future__ import annotations

import sys
from argparse import Namespace

from selfeval_xl.cli import console
from selfeval_xl.cli.parser import Commands, add_command, add_rules
from selfeval_xl.errors import SelfEvalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from selfeval_xl.cli.files import Examined

_MANY = 5  # files from which on a terminal shows progress


def add(commands: Commands) -> None:
    for one in (_add_check, _add_score, _add_annotate):
        one(commands)


def _add_check(commands: Commands) -> None:
    parser = add_command(
        commands,
        "check",
        _check,
        about="校验自评表，列出问题，不改动文件\n独立重算每个得分；本工具的表和官方格式的表都能读。",
        examples=(
            "selfeval-xl check 自评表.xlsx\n"
            "selfeval-xl check *.xlsx --json > 结果.json\n"
            "selfeval-xl check 自评表.xlsx --rules mof-2021-cost\n"
            "selfeval-xl check 别处的表.xlsx --explain\n"
            "selfeval-xl check 收到的表.xlsx --keys 公钥"
        ),
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help="工作簿，可以有多个；- 为标准输入")
    parser.add_argument("--json", action="store_true", help="输出 JSON（供脚本使用）")
    parser.add_argument("--explain", action="store_true", help="另外说明每个单元格读作什么，哪些没有用到")
    parser.add_argument("--keys", metavar="DIR", help="按这个文件夹里的公钥（.pem）核验封签的签名")
    add_rules(parser)


def _add_score(commands: Commands) -> None:
    parser = add_command(
        commands,
        "score",
        _score,
        about=(
            "测算并把结果写进自评表\n"
            "公式、得分、标色、批注、汇总和校验结果都会更新。\n"
            "不给 -o 时就地改写；新文件写好之前，旧文件不动。"
        ),
        examples="selfeval-xl score 自评表.xlsx\nselfeval-xl score 自评表.xlsx -o 已测算.xlsx",
    )
    parser.add_argument("file", metavar="FILE", help="标准自评表；- 为标准输入")
    parser.add_argument("-o", "--output", metavar="FILE", help="写到另一个文件（替换已有的）；- 为标准输出")
    add_rules(parser)


def _add_annotate(commands: Commands) -> None:
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


def _check(args: Namespace) -> int:
    from selfeval_xl.cli.files import Examined, expand, look_into
    from selfeval_xl.cli.outcome import exit_code, public_keys, rules_asked

    files = list(expand(args.files))
    try:
        rules = rules_asked(args.rules)
        keys = public_keys(args.keys)
    except SelfEvalError as error:
        if args.json:
            _print_json([Examined(file, reason=str(error), readable=False) for file in files])
        raise
    results = [look_into(file, rules, explained=args.explain, keys=keys) for file in _with_progress(files)]
    for result in results:
        if result.reason:
            console.complain(_why(result.file, result.reason))
        elif not args.json:
            _show(result)
    if args.json:
        _print_json(results)
    if any(result.reason for result in results):
        return 2
    return exit_code([one for result in results for one in result.assessments])


def _why(file: str, reason: str) -> str:
    """The reason, beginning with the file as it was given; many reasons begin with its bare name already."""
    from pathlib import Path

    if file == console.STANDARD or file in reason:
        return reason
    return f"{file}：{reason.removeprefix(f'{Path(file).name}：')}"


def _show(result: Examined) -> None:
    """Print the report of each form, followed by how it was read where that was asked for."""
    from selfeval_xl.cli.outcome import show

    for assessment, explanation in result.forms:
        show(result.file, [assessment], sys.stdout)
        if explanation:
            from selfeval_xl.report import explained
            from selfeval_xl.report.layout import layout_of

            sys.stdout.write(explained.text(explanation, layout_of(sys.stdout)) + "\n")


def _print_json(results: Iterable[Examined]) -> None:
    from selfeval_xl.report import json

    def objects() -> Iterator[dict[str, Any]]:
        for result in results:
            if result.reason:
                yield json.failed(result.file, result.reason, readable=result.readable, findings=result.findings)
            for assessment, explanation in result.forms:
                form = json.assessed(result.file, assessment)
                if explanation:
                    from selfeval_xl.report import explained

                    form["explain"] = explained.json(explanation)
                yield form

    sys.stdout.write(json.dumps(objects()))


def _with_progress(files: Sequence[str]) -> Iterable[str]:
    """``files``, with a progress bar on a terminal's standard error where there are many."""
    if len(files) <= _MANY or not sys.stderr.isatty():
        return files
    from rich.console import Console
    from rich.progress import track

    return track(files, "校验", console=Console(stderr=True), transient=True)


def _score(args: Namespace) -> int:
    from selfeval_xl.cli.outcome import rules_asked, show
    from selfeval_xl.score import score

    rules = rules_asked(args.rules)
    if args.output is None:
        if args.file == console.STANDARD:
            raise SelfEvalError("从标准输入读取时，请用 -o 指定结果写到哪里")
        return show(args.file, score(console.workbook(args.file), rules=rules), sys.stdout)
    with console.source(args.file, ".xlsx") as path, console.target(args.output) as output:
        assessments = score(path, output, rules=rules)
    return show(args.output, assessments, console.report_stream(args.output))


def _annotate(args: Namespace) -> int:
    from selfeval_xl.annotate import annotate
    from selfeval_xl.cli.outcome import rules_asked, show

    rules = rules_asked(args.rules)
    with console.source(args.file, ".xlsx") as path, console.target(args.output) as output:
        assessments = annotate(path, output, rules)
    return show(args.output, assessments, console.report_stream(args.output))
