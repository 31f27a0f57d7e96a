"""argparse in Chinese: its own messages translated, help texts with their own line breaks, usage errors in one line."""

from __future__ import annotations

import argparse

TYPE_CHECKING = False  # the commands' modules do without typing itself: importing it would slow down every start
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from typing import Any, NoReturn

    from _typeshed import SupportsWrite

    Commands = argparse._SubParsersAction["Parser"]
    Run = Callable[[argparse.Namespace], int]
else:
    Commands = argparse._SubParsersAction

# The messages of argparse itself (3.11 to 3.14) that options like ours can cause.
_WORDS = {
    "usage: ": "用法：",
    "options": "选项",
    "positional arguments": "参数",
    "argument %(argument_name)s: %(message)s": "参数 %(argument_name)s：%(message)s",
    "the following arguments are required: %s": "缺少参数：%s",
    "ignored explicit argument %r": "不接受值 %r",
    "expected one argument": "后面要有一个值",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r，可选：%(choices)s",
    "invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)": (
        "没有 %(value)r，是不是 %(closest)r？可选：%(choices)s"
    ),
    "invalid %(type)s value: %(value)r": "%(value)r 不能用在这里",
}


class _Formatter(argparse.RawTextHelpFormatter):
    """Keeps the texts' own line breaks; a fixed width saves the time of asking the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=100)

    def _iter_indented_subactions(self, action: argparse.Action) -> Generator[argparse.Action, None, None]:
        # Not indented: argparse forgets the indent when it measures commands' names, and would break the longest line.
        yield from getattr(action, "_get_subactions", list)()

    def _set_color(self, _color: bool, **_more: object) -> None:  # from 3.15 on with the file as well
        # From 3.14 on argparse imports a module for its colours, which slows down every start: we have none.
        self._theme = _Plain()
        self._decolor = str


class _Plain:
    """A theme of colours with none set."""

    def __getattr__(self, _part: str) -> str:
        return ""


class Parser(argparse.ArgumentParser):
    """A parser that helps and complains in Chinese; a complaint is one line and ends in exit code 2."""

    def __init__(self, prog: str | None = None, **more: Any) -> None:  # argparse itself passes more for a command
        # argparse looks up translations of its messages through this name in its module.
        vars(argparse).update(_=lambda text: _WORDS.get(text, text))
        super().__init__(prog, formatter_class=_Formatter, add_help=False, allow_abbrev=False, **more)
        self.add_argument("-h", "--help", action="help", help="显示本说明")
        self.register("type", None, _given)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}：{message}（用法见 {self.prog} --help）\n")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        # argparse would pass over a full disk.
        if file:
            file.write(message)

    def refuse(self, stray: Sequence[str]) -> NoReturn:
        """End with a usage error for words that no argument takes: often the rest of a file name with a space."""
        from selfeval_xl.mistakes import BLANKS

        self.error(f"不认识的参数：{' '.join(stray)}{'' if stray[0].startswith('-') else BLANKS}")


def add_command(commands: Commands, name: str, run: Run, *, about: str, examples: str) -> Parser:
    """Add a command with its handler; the first line of ``about`` is its line in the list of all commands."""
    epilog = "\n".join(["例：", *(f"  {line}" for line in examples.splitlines())])
    parser = commands.add_parser(name, help=about.splitlines()[0], description=about, epilog=epilog)
    parser.set_defaults(run=run, parser=parser)
    return parser


def add_rules(parser: Parser, unless: str = "用表里写的") -> None:
    """Add the option ``--rules``, the same everywhere; ``unless`` says in Chinese which rules apply without it."""
    parser.add_argument("--rules", metavar="NAME", help=f"规则集的名称，或规则文件 .toml（默认{unless}）")


def _given(text: str) -> str:
    """Refuse an empty value: it comes from a script's unset variable, and is not the same as no option."""
    if not text:
        raise argparse.ArgumentTypeError("不能是空的")
    return text


def positive(text: str) -> int:
    """An option's value as a number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"应为大于 0 的整数，而不是 {text}")
    return int(text)
