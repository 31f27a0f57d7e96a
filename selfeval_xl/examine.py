"""Reads, scores and checks every form in a file, and changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from selfeval_xl.assess import assess
from selfeval_xl.checks import finding_of_error
from selfeval_xl.errors import RuleError, WorkbookError
from selfeval_xl.mistakes import brief
from selfeval_xl.model import Assessment, Evaluation, Finding
from selfeval_xl.read import Opened, Workbook, official, opened, ours_in
from selfeval_xl.read.file import is_sealed
from selfeval_xl.read.ours import Ours
from selfeval_xl.render.deviations import described, stale_values
from selfeval_xl.render.tied import Calculates, tied
from selfeval_xl.rules import DEFAULT, RuleSet, load, names

if TYPE_CHECKING:
    from selfeval_xl.seal import Keys

GRADES = ("优", "良", "中", "差")
NO_FORM = (
    "没有找到自评表：工作簿里没有本工具的表，也没有官方格式的自评表（绩效目标申报表、绩效运行监控表和汇总表不是自评表）"
)


class Unassessed(NamedTuple):
    """Why a file gave no assessment; it is ``readable`` where it only has no form, or names unknown rules."""

    reason: str
    finding: Finding
    readable: bool


def unassessed(error: WorkbookError | RuleError | None = None) -> Unassessed:
    """The outcome for a file with which :func:`examine_workbook` failed by ``error``, or (None) found no form."""
    if error is None:
        return Unassessed(NO_FORM, finding_of_error(WorkbookError(f"{NO_FORM}。", "package.no_form")), readable=True)
    if isinstance(error, RuleError):
        return Unassessed(str(error), finding_of_error(WorkbookError(str(error), "package.unread")), readable=True)
    return Unassessed(str(error), finding_of_error(error), readable=error.reason == "package.no_form")


def examine(path: Path, rules: RuleSet | None = None, *, returned: bool = False) -> tuple[Assessment, ...]:
    """The assessment of each form in the file, in the order of its sheets; () where it holds none.

    ``rules`` override those that the workbook names.  A seal is expected of a workbook ``returned`` to the bureau, and
    of one that shows a check code.  Raises WorkbookError (can't be read) and RuleError.
    """
    return examine_workbook(opened(path), rules, returned=returned)


def examine_workbook(
    workbook: Opened,
    rules: RuleSet | None = None,
    *,
    returned: bool = False,
    keys: Keys | None = None,
) -> tuple[Assessment, ...]:
    """As :func:`examine`, for an opened workbook; with ``keys`` the seal's signature is verified too."""
    ours = ours_in(workbook)
    if ours is None:
        return tuple(assess(found, rules or rules_of(found)) for found in official(workbook))
    if not isinstance(workbook, Workbook):  # an .xls or .ods: no seal, as that covers formulas too
        return (assess_ours(ours, for_ours(rules or rules_of(ours.evaluation))),)
    expected = returned or not workbook.code_line(ours.layout.fields.get("summary_line")).blank
    if expected or is_sealed(workbook.names):
        from selfeval_xl.seal import with_seal

        ours = with_seal(ours, workbook, keys)
    return (examine_ours(ours, workbook, rules),)


def examine_ours(ours: Ours, workbook: Workbook, rules: RuleSet | None = None) -> Assessment:
    """The assessment of a workbook of ours, with findings for stored values that its formulas no longer give."""
    rule_set = for_ours(rules or rules_of(ours.evaluation))
    assessment = assess_ours(ours, rule_set, workbook)
    stale = tuple(stale_values(ours, assessment, rule_set, workbook))
    if stale:
        evaluation = assessment.evaluation
        structure = evaluation.structure
        structure = structure._replace(deviations=(*structure.deviations, *stale))
        assessment = assess(evaluation._replace(structure=structure), rule_set)
    return assessment


def assess_ours(
    ours: Ours, rules: RuleSet, workbook: Calculates | None = None, *, to_write: bool = False
) -> Assessment:
    """The assessment of what was entered in a workbook of ours, with the right result of each overwritten formula.

    ``workbook``, where its formulas can be worked out, gives the figures of tie-outs that refer to our own results.
    ``to_write``: the assessment will be written back together with the numbers of ``rules``; then it is no finding that
    the workbook still holds those of other rules.
    """
    if to_write and _of_other_rules(ours.evaluation, rules):
        ours = ours._replace(evaluation=ours.evaluation._replace(parameters={}))
    assessment = assess(ours.evaluation, rules)
    if workbook is not None:
        before, ours = ours, tied(ours, assessment, rules, workbook)
        assessment = assessment if ours is before else assess(ours.evaluation, rules)
    with_results = described(ours, assessment, rules)
    return assess(with_results, rules) if with_results else assessment


def _of_other_rules(evaluation: Evaluation, rules: RuleSet) -> bool:
    """True where all the rules' numbers in the workbook are those of one other shipped rule set."""
    given = {key: entry.value for key, entry in evaluation.parameters.items()}

    def those_of(rule_set: RuleSet) -> bool:
        return given == {key: rule_set.parameters.get(key) for key in given}

    return not those_of(rules) and any(those_of(load(name)) for name in names())


def for_ours(rules: RuleSet) -> RuleSet:
    """The same rules; RuleError where a workbook of ours can't follow them: its formulas know only four grades."""
    if tuple(grade.name for grade in rules.grades) != GRADES:
        raise RuleError(
            f"规则集“{rules.name}”的等级是 {'、'.join(grade.name for grade in rules.grades)}，标准自评表的公式只认 "
            f"{'、'.join(GRADES)} 四等。请把规则文件的 grades 改成这四等（分数可以不同）；官方格式的表不受此限。"
        )
    return rules


def rules_of(evaluation: Evaluation) -> RuleSet:
    """The rule set that a workbook names, else the default.

    Only shipped ones, as an untrusted workbook must not make us open a file.  RuleError says how to use another.
    """
    name = evaluation.rules or DEFAULT
    if name not in names():
        raise RuleError(
            f"工作簿里写的评分规则“{brief(name)}”不是内置规则。用的是自己的规则文件的，"
            f"请在命令行加上 --rules 和这个文件（如 --rules {brief(name)}.toml）；"
            f"否则请把它改成内置规则的名称（{'、'.join(names())}）。"
        )
    return load(name)
