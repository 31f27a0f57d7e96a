"""The command ``demo``: the main job on the four real samples, with a short report."""

from __future__ import annotations

from selfeval_xl.cli.parser import add_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from selfeval_xl.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add ``demo``."""
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


def _demo(args: Namespace) -> int:
    import sys
    from pathlib import Path

    from selfeval_xl.cli.outcome import exit_code
    from selfeval_xl.demo import demo
    from selfeval_xl.report.layout import layout_of
    from selfeval_xl.report.text import summary
    from selfeval_xl.shell import workbooks_in

    folder, assessments = Path(args.output), []
    for path, assessment in demo(folder):
        print(summary(str(path), assessment, layout_of(sys.stdout)))
        assessments.append(assessment)
    print(f"逐条查看问题：selfeval-xl check {workbooks_in(args.output)}")
    return exit_code(assessments)
