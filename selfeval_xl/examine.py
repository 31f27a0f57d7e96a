"""Reads, scores and checks every evaluation in a file, and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from selfeval_xl.assess import assess
from selfeval_xl.errors import RuleError
from selfeval_xl.model import Assessment, Evaluation
from selfeval_xl.read import Workbook, official, ours_in
from selfeval_xl.render.stale import stale_values
from selfeval_xl.rules import DEFAULT, RuleSet, load, names


def examine(path: Path, rules: RuleSet | None = None) -> tuple[Assessment, ...]:
    """The assessment of each form in the file, in the order of its sheets; () where it holds none.

    ``rules`` overrides what the workbooks name.  Raises WorkbookError (can't be read) and RuleError.
    """
    workbook = Workbook(path)
    ours = ours_in(workbook)
    if ours is None:
        return tuple(assess(found, rules or rules_of(found)) for found in official(workbook))
    rule_set = rules or rules_of(ours.evaluation)
    assessment = assess(ours.evaluation, rule_set)
    stale = stale_values(ours, assessment, rule_set, workbook)
    if stale:
        structure = ours.evaluation.structure
        structure = replace(structure, deviations=(*structure.deviations, *stale))
        assessment = assess(replace(ours.evaluation, structure=structure), rule_set)
    return (assessment,)


def rules_of(evaluation: Evaluation) -> RuleSet:
    """The rule set that a workbook names, else the default.

    Only shipped ones: a stranger's workbook must not make us open a file.  RuleError says how to name another.
    """
    name = evaluation.rules or DEFAULT
    if name not in names():
        raise RuleError(
            f"工作簿里写的评分规则“{name}”不是内置规则，请用 --rules 指定它的规则文件（.toml）或一个内置规则"
        )
    return load(name)
