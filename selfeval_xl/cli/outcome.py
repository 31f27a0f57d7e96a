"""What commands that assess have in common: the rules and keys asked for, the text shown, the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from selfeval_xl.cli import console
from selfeval_xl.errors import SelfEvalError

if TYPE_CHECKING:
    from selfeval_xl.model import Assessment
    from selfeval_xl.render.leftovers import Left
    from selfeval_xl.rules import RuleSet
    from selfeval_xl.seal import Keys


def exit_code(assessments: Sequence[Assessment]) -> int:
    """1 where any finding is an error, else 0."""
    return int(any(finding.severity == "error" for one in assessments for finding in one.findings))


def show(file: str, assessments: Sequence[Assessment], stream: TextIO) -> int:
    """Write the text report of every form in ``file`` to ``stream`` and return the exit code."""
    from selfeval_xl.report.layout import layout_of
    from selfeval_xl.report.text import render

    layout = layout_of(stream)
    stream.writelines(render(file, assessment, layout) + "\n" for assessment in assessments)
    return exit_code(assessments)


def show_left(what: str, left: Sequence[Left], stream: TextIO) -> None:
    """List what was not carried over, if anything."""
    from selfeval_xl.render.leftovers import lines

    if left:
        stream.writelines([f"{what}，共 {len(left)} 处：\n", *(f"  {line}\n" for line in lines(left))])


def rules_asked(name: str | None) -> RuleSet | None:
    """The shipped rule set called ``name``, or a bureau's own TOML file; None where none is named.

    A SelfEvalError suggests what was meant.
    """
    if name is None:
        return None
    from pathlib import Path

    from selfeval_xl.rules import load, names

    if name.lower().endswith(".toml"):
        return load(console.existing(name))
    if name not in names():
        if Path(f"{name}.toml").is_file():
            raise SelfEvalError(f"没有规则 {name}。是不是 {name}.toml？自己的规则要写文件名，连同 .toml")
        if Path(name).is_file():
            raise SelfEvalError(f"{name}：规则文件的扩展名应为 .toml，请改名（看不到的，先让系统显示扩展名）")
    return load(console.choose("规则", name, names()))


def public_keys(folder: str | None) -> Keys | None:
    """The public keys in that folder; None where none is named.  A SelfEvalError says what is wrong with it."""
    if folder is None:
        return None
    from pathlib import Path

    from selfeval_xl.seal import known_keys

    return known_keys(Path(folder))
