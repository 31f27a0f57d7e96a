"""The commands that explain: ``rules`` (the rule sets) and ``checks`` (the catalogue), listed or one by one."""

from __future__ import annotations

from selfeval_xl.cli import console
from selfeval_xl.cli.parser import add_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from selfeval_xl.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add ``rules`` and ``checks``."""
    parser = add_command(
        commands,
        "rules",
        _rules,
        about="列出规则集，或用白话说明一个",
        examples="selfeval-xl rules\nselfeval-xl rules mof-2020\nselfeval-xl rules 本市规则.toml",
    )
    parser.add_argument("name", metavar="NAME", nargs="?", help="规则集的名称，或规则文件 .toml")

    parser = add_command(
        commands,
        "checks",
        _checks,
        about="列出全部校验项，或说明一项",
        examples="selfeval-xl checks\nselfeval-xl checks budget.rate",
    )
    parser.add_argument("id", metavar="ID", nargs="?", help="校验项的编号")


def _rules(args: Namespace) -> int:
    from selfeval_xl.cli.outcome import rule_set
    from selfeval_xl.rules import DEFAULT, load, names

    if args.name:
        rules = rule_set(args.name)
        _print_lines(rules.name, f"{rules.title}（依据：{rules.source}）", (f"· {line}" for line in rules.plain))
    else:
        for name in names():
            print(f"{name:<22}{load(name).title}{'（默认）' if name == DEFAULT else ''}")
    return 0


def _checks(args: Namespace) -> int:
    from selfeval_xl.checks import catalogue
    from selfeval_xl.report.text import SEVERITY_TITLES, in_general

    specs = catalogue()
    if args.id:
        spec = specs[console.choose("校验项", args.id, specs)]
        about = f"{SEVERITY_TITLES[spec.severity]}：{spec.title}（自 {spec.since} 版起）"
        _print_lines(spec.id, about, (f"何时出现：{spec.when}", f"怎么改：{in_general(spec.fix)}"))
    else:
        for spec in specs.values():
            print(f"{spec.id:<27}{SEVERITY_TITLES[spec.severity]}  {spec.title}")
    return 0


def _print_lines(title: str, about: str, lines: Iterable[str]) -> None:
    import sys

    from selfeval_xl.report.layout import layout_of

    layout = layout_of(sys.stdout)
    print(layout.paint(title, "bold"))
    for line in (about, *lines):
        print(layout.wrap(line, "  "))
