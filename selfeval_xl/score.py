"""What the button does, on a file: read, assess, and write formulas, scores, highlights, summary and findings back."""

from __future__ import annotations

from pathlib import Path

from selfeval_xl.errors import WorkbookError
from selfeval_xl.evaluation.entries import number_entry
from selfeval_xl.examine import assess_ours, for_ours, rules_of
from selfeval_xl.filenames import quoted
from selfeval_xl.forms import template_file
from selfeval_xl.forms.layout import names_of
from selfeval_xl.model import EMPTY, Assessment, Entries, Entry, Structure
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.read.file import is_sealed
from selfeval_xl.read.ours import Ours
from selfeval_xl.render.edits import edits
from selfeval_xl.rules import DEFAULT, RuleSet, load, names
from selfeval_xl.workbook.edits import Edits, Formula, SheetEdits, Value
from selfeval_xl.workbook.writing.patch import Patch


def score(path: Path, output: Path | None = None, *, rules: RuleSet | None = None) -> tuple[Assessment, ...]:
    """Score a workbook of ours and write it to ``output``, or in place (the old file stays until the new one is safe).

    Raises WorkbookError where it can't be read or is none of ours, TargetError where it can't be written.
    """
    assessment, patch = scored(Workbook(path), rules)
    patch.save(output or path)
    return (assessment,)


def scored(workbook: Workbook, rules: RuleSet | None = None) -> tuple[Assessment, Patch]:
    """The assessment of a workbook of ours, and the changes that write it back.

    A seal stays in the workbook even where what we write breaks it: whoever verifies it sees that the content changed.
    That it no longer holds becomes a finding like any other.
    """
    ours = ours_in(workbook)
    if ours is None:
        label = workbook.label
        raise WorkbookError(
            f"{label}：不是本工具的标准自评表，不能写入测算结果。请用 selfeval-xl check 校验，"
            f"或先用 selfeval-xl import {quoted(label)} -o 自评表.xlsx 导入标准表，再测算。"
        )
    workbook, ours = restored(workbook, ours, rules)
    assessment, patch = _put(workbook, ours, rules)
    if is_sealed(workbook.names) and _seal_fails(patch):
        ours = ours.with_structure(ours.evaluation.structure._replace(seal="outdated"))
        assessment, patch = _put(workbook, ours, rules)
    return assessment, patch


def restored(workbook: Workbook, ours: Ours, rules: RuleSet | None = None) -> tuple[Workbook, Ours]:
    """The workbook with lost defined names, and overwritten formulas of the form, put back and read again.

    Cells that depend on a restored one (a rate on its total, a user's own formula) are then read with the results that
    they will show.  The structure stays that of the file as it came, so that findings say what was put back.
    """
    structure = ours.evaluation.structure
    if structure.nameless:
        patch = Patch(workbook.package)
        for name, text in names_of(ours.layout).items():
            patch.set_name(name, text, hidden=False)
        workbook, ours = _reread(workbook, patch, structure)
    if any(deviation.kind == "formula" for deviation in structure.deviations):
        for _ in range(2):  # the formulas, then what follows from them
            _, patch = _put(workbook, ours, rules, checked=False)
            workbook, ours = _reread(workbook, patch, structure)
    return workbook, ours


def _reread(workbook: Workbook, patch: Patch, structure: Structure) -> tuple[Workbook, Ours]:
    """The workbook as patched, read again, with the structure that it had before."""
    workbook = Workbook(patch.to_bytes(), workbook.label)
    again = ours_in(workbook)
    assert again is not None
    return workbook, again.with_structure(structure)


def _seal_fails(patch: Patch) -> bool:
    """Whether the seal in a workbook of ours no longer fits once the patch is applied."""
    from selfeval_xl.seal import verify

    written = Workbook(patch.to_bytes(), patch.label)
    ours = ours_in(written)
    verdict = verify(written, ours) if ours else None
    return verdict is not None and verdict.state == "broken"


def _put(workbook: Workbook, ours: Ours, rules: RuleSet | None, *, checked: bool = True) -> tuple[Assessment, Patch]:
    """A workbook's assessment, and the patch that writes it in; without findings unless ``checked``."""
    patch = Patch(workbook.package)
    rule_set = for_ours(rules or rules_of(ours.evaluation))
    if _named(ours) != rule_set.name:
        ours, weight = _adopted(ours, rule_set)
        if weight is not None and weight.place is not None:
            patch.apply(Edits({weight.place.sheet: SheetEdits({weight.place.cell: Value(weight.value)})}))
    assessment = assess_ours(ours, rule_set, workbook, to_write=True)
    shown = assessment if checked else assessment._replace(findings=())
    patch.apply(edits(shown, rule_set, ours.form, ours.layout, ours.entries))
    return assessment, patch


def empty(form: str, suffix: str) -> tuple[Workbook, Ours]:
    """The empty workbook of a form (.xlsx, .xlsm), and what is read of it."""
    workbook = Workbook(template_file(form, suffix), f"{form}{suffix}")
    ours = ours_in(workbook)
    assert ours is not None
    return workbook, ours


def empty_under(form: str, suffix: str, rules: RuleSet) -> bytes:
    """The empty workbook of a form set up for ``rules``: with their name, numbers, words and weight in it."""
    workbook, ours = empty(form, suffix)
    _, patch = _put(workbook, ours, rules, checked=False)
    for key in ("findings_note", "card_findings"):  # nothing was checked yet
        spot = ours.layout.fields[key]
        entry = workbook.entry(*spot)
        content = Formula(entry.formula, entry.text) if entry.formula else Value(entry.text)
        patch.set(spot.sheet, spot.place.cell, content)
    return patch.to_bytes()


def under(entries: Entries, target: Ours, rules: RuleSet) -> Entries:
    """The entries, to be put into ``target``, completed by what a workbook takes from its rule set.

    That is the rule set's name, the numbers for the formulas, and the weight of execution where neither the entries nor
    the workbook's user give one.
    """
    fields: dict[str, Entry] = {"rules": Entry(rules.name)}
    fields |= {key: number_entry(value) for key, value in rules.parameters.items()}
    if weight_is_default(target) and _named(target) != rules.name:
        fields["budget_weight"] = number_entry(rules.execution_weight)
    given = {key: entry for key, entry in entries.fields.items() if not entry.blank and key != "rules"}
    return entries._replace(fields={**fields, **given})


def weight_is_default(ours: Ours) -> bool:
    """Whether the weight of execution is still what the template, or the rules it was last scored with, put there.

    False for a cell that somebody has emptied.
    """
    entry, named = ours.entries.fields.get("budget_weight", EMPTY), _named(ours)
    defaults = [load(name).execution_weight for name in (ours.form.rules, named) if name in names()]
    return entry.formula is None and entry.value in defaults


def _adopted(ours: Ours, rules: RuleSet) -> tuple[Ours, Entry | None]:
    """A workbook that is to follow other rules than it names: as read under these, and the new weight, if any."""
    fields = {key: entry for key, entry in ours.entries.fields.items() if not key.startswith("rule_")}
    weight = None
    if weight_is_default(ours) and fields["budget_weight"].value != rules.execution_weight:
        weight = number_entry(rules.execution_weight)._replace(place=fields["budget_weight"].place)
        fields["budget_weight"] = weight
    return ours.with_entries(ours.entries._replace(fields=fields)), weight


def _named(ours: Ours) -> str:
    return ours.evaluation.rules or DEFAULT
