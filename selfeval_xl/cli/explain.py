"""The commands that explain: ``rules`` (the rule sets) and ``checks`` (the catalogue), listed or one by one."""

from __future__ import annotations

from argparse import Namespace

from selfeval_xl.cli import console
from selfeval_xl.cli.parser import Commands, add_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selfeval_xl.rules import RuleSet


def add(commands: Commands) -> None:
    parser = add_command(
        commands,
        "rules",
        _rules,
        about="列出规则集，或用白话说明一个\n用 -o 抄出规则文件，改好后在别的命令里用 --rules 指定。",
        examples=(
            "selfeval-xl rules\n"
            "selfeval-xl rules mof-2020\n"
            "selfeval-xl rules mof-2020 -o 本市规则.toml\n"
            "selfeval-xl rules 本市规则.toml"
        ),
    )
    parser.add_argument("name", metavar="NAME", nargs="?", help="规则集的名称，或规则文件 .toml")
    parser.add_argument("-o", "--output", metavar="FILE", help="把规则文件抄到这里（.toml）；- 为标准输出")

    parser = add_command(
        commands,
        "checks",
        _checks,
        about="列出全部校验项，或说明一项",
        examples="selfeval-xl checks\nselfeval-xl checks budget.rate",
    )
    parser.add_argument("id", metavar="ID", nargs="?", help="校验项的编号")


def _rules(args: Namespace) -> int:
    from selfeval_xl.cli.outcome import rules_asked
    from selfeval_xl.rules import DEFAULT, load, names

    if args.output:
        return _copy(args.name or DEFAULT, args.output)
    rules = rules_asked(args.name)
    if rules:
        lines = [f"· {line}" for line in rules.plain]
        if rules.severities:
            lines.append("校验项的级别（其余按默认）：")
            lines += [f"· {line}" for line in _severities(rules)]
        _print_lines(rules.name, f"{rules.title}（依据：{rules.source}）", lines)
    else:
        for name in names():
            print(f"{name:<22}{load(name).title}{'（默认）' if name == DEFAULT else ''}")
    return 0


def _severities(rules: RuleSet) -> Iterator[str]:
    """A line for each check whose severity the rules set: ``budget.changed（…）：关闭（默认为提示）``."""
    from selfeval_xl.checks import catalogue
    from selfeval_xl.model import SEVERITY_NAMES

    for id, severity in rules.severities.items():
        spec = catalogue()[id]
        now = "关闭" if severity == "off" else SEVERITY_NAMES[severity]
        usual = "与默认相同" if severity == spec.severity else f"默认为{SEVERITY_NAMES[spec.severity]}"
        yield f"{id}（{spec.title}）：{now}（{usual}）"


def _copy(name: str, output: str) -> int:
    """Copy a shipped rule set's file to ``output``; TargetError where a file exists, as it may be somebody's rules."""
    import sys
    from pathlib import Path

    from selfeval_xl.errors import TargetError
    from selfeval_xl.filenames import quoted
    from selfeval_xl.rules import names, text_of
    from selfeval_xl.workbook.saving import replace, require_file

    text = text_of(console.choose("内置规则", name, names()))
    if output == console.STANDARD:
        sys.stdout.write(text)
        return 0
    path = Path(output)
    require_file(path, ".toml")
    if path.stem in names():
        raise TargetError(f"{output} 与内置规则“{path.stem}”重名，请换一个文件名，以免混淆")
    if path.exists():
        raise TargetError(f"{output} 已经存在，没有改动：请换个文件名，或先把它移走")
    replace(path, text.encode())
    print(f"已写入：{output}（照 {name} 抄的；改好后用 selfeval-xl rules {quoted(output)} 核对）")
    return 0


def _checks(args: Namespace) -> int:
    from selfeval_xl.checks import catalogue
    from selfeval_xl.model import SEVERITY_NAMES
    from selfeval_xl.report.text import in_general

    specs = catalogue()
    if args.id:
        spec = specs[console.choose("校验项", args.id, specs)]
        about = f"{SEVERITY_NAMES[spec.severity]}：{spec.title}（自 {spec.since} 版起）"
        _print_lines(spec.id, about, (f"何时出现：{spec.when}", f"怎么改：{in_general(spec.fix)}"))
    else:
        for spec in specs.values():
            print(f"{spec.id:<27}{SEVERITY_NAMES[spec.severity]}  {spec.title}")
    return 0


def _print_lines(title: str, about: str, lines: Iterable[str]) -> None:
    import sys

    from selfeval_xl.report.layout import layout_of

    layout = layout_of(sys.stdout)
    print(layout.paint(title, "bold"))
    for line in (about, *lines):
        print(layout.wrap(line, "  "))
