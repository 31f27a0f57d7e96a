"""The command ``selfeval-xl``: parses, runs one command, and turns every outcome into an exit code.

0 done, no error-level finding; 1 done, with at least one; 2 could not be done, the reason in one line on standard
error.  Starting must be quick, so what a command needs is imported when it runs.
"""

from __future__ import annotations

import sys

from selfeval_xl.cli import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from selfeval_xl.cli.parser import Parser

# Each command and the module that adds it, in the order of the help.
_COMMANDS = {
    "demo": "make", "new": "make", "fill": "make", "import": "make", "check": "check", "score": "check",
    "annotate": "check", "submit": "submit", "keys": "submit", "collect": "collect", "install-button": "button",
    "doctor": "button", "rules": "explain", "checks": "explain", "templates": "templates",
}  # fmt: skip


def start() -> int:
    """As :func:`main`, for a process of its own: a tenth quicker, as it ends without tidying up memory."""
    from selfeval_xl import ends_soon

    console.speak_utf8()
    ends_soon()
    return main()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: the process's own) and return its exit code; never raises."""
    console.use_utf8()
    try:
        code = _code(argv)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        console.end_output()
        return 141
    except Exception as error:
        console.complain(console.reason_of(error))
        console.end_output()
        return 2
    return code


def _code(argv: Sequence[str] | None) -> int:
    try:
        return _run(argv)
    except SystemExit as stop:  # argparse: after --help, --version, or a usage error
        return stop.code if isinstance(stop.code, int) else 0


def _run(argv: Sequence[str] | None) -> int:
    given = sys.argv[1:] if argv is None else argv
    first = given[0] if given else ""
    if first and not first.startswith("-"):
        console.choose("命令", first, _COMMANDS)
    parser = _parser(first)
    args, stray = parser.parse_known_args(given)
    if stray:
        getattr(args, "parser", parser).refuse(stray)
    if args.command is None:
        parser.print_help()
        return 0
    code: int = args.run(args)
    return code


def _parser(first: str) -> Parser:
    """A parser with only the command that ``first`` names, or with all commands where it names none."""
    from importlib import import_module

    from selfeval_xl import __version__
    from selfeval_xl.cli.parser import Parser

    parser = Parser(
        "selfeval-xl",
        description="预算绩效自评表：填报、测算、校验。",
        epilog=(
            "例：\n"
            "  selfeval-xl demo                        用四份真实自评试一遍\n"
            "  selfeval-xl new project -o 自评表.xlsx  新建一份空白自评表\n"
            "  selfeval-xl check 自评表.xlsx           校验一份自评表\n"
            "  selfeval-xl check --help                看一个命令的用法\n\n"
            "退出码：0 完成，没有错误；1 完成，发现错误；2 无法完成。"
        ),
    )
    parser.add_argument("--version", action="version", version=f"selfeval-xl {__version__}", help="显示版本号")
    commands = parser.add_subparsers(title="命令", dest="command", metavar="COMMAND", prog=parser.prog)
    commands.type = str  # not our check for empty values: arguments of a command are its own parser's to check
    for module in dict.fromkeys([_COMMANDS[first]] if first in _COMMANDS else _COMMANDS.values()):
        import_module(f"selfeval_xl.cli.{module}").add(commands)
    return parser
