"""Moves what an official form, or an earlier workbook of ours, holds into this year's standard workbook.

``choosing`` takes one form of the file; ``official`` (with ``indicators`` and ``money``) or ``own`` (with ``formulas``)
turns it into entries of the new workbook.  What has no place there is listed on its sheet 导入说明 (``remarks``):
nothing is dropped silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from selfeval_xl.errors import TargetError, WorkbookError
from selfeval_xl.fill import proposed, put
from selfeval_xl.forms.outline import Outline
from selfeval_xl.importing.choosing import Found, found_in
from selfeval_xl.importing.formulas import moved_formulas
from selfeval_xl.importing.official import official_entries
from selfeval_xl.importing.own import own_entries
from selfeval_xl.model import EMPTY, Assessment, Entries, Place
from selfeval_xl.read import Opened, Workbook, opened, ours_in
from selfeval_xl.read.ours import Ours
from selfeval_xl.read.words import FORM
from selfeval_xl.render.inputs import place
from selfeval_xl.render.leftovers import PAGE, Left, page
from selfeval_xl.render.sources import named_as
from selfeval_xl.rules import RuleSet, load
from selfeval_xl.score import empty, under, weight_is_default
from selfeval_xl.workbook.edits import Content, Edits
from selfeval_xl.workbook.writing.patch import Patch

_OLD_FORMAT = "旧格式只读得到单元格的内容；公式只有结果，图片和批注没有看，也不导入"
_PROPOSED = (
    "原表的指标没有分值，标准表要有分值才能计分：已按各级指标的权重均分，标为“工具建议”，不是单位自定的分值；"
    "要改的请直接改分值，再把“分值来源”选为“单位自定”"
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import: ``taken`` says in Chinese what was moved, ``left`` what was not."""

    assessment: Assessment
    taken: str
    left: tuple[Left, ...]


def import_workbook(
    path: Path,
    output: Path,
    *,
    form: str | None = None,
    sheet: str | None = None,
    number: int | None = None,
    rules: RuleSet | None = None,
) -> Imported:
    """Move the evaluation in ``path`` into a standard workbook, score it and write it to ``output``.

    ``form`` names the standard form where the file's own kind can't be told (or another is wanted); ``sheet`` and
    ``number`` (from 1, on that sheet or in all) choose one of several official forms; ``rules`` replace those that last
    year's workbook names.
    WorkbookError, RuleError, TargetError and SelfEvalError say what could not be done; nothing is written then.
    """
    if output.exists() and output.samefile(path):
        raise TargetError(f"{output.name}：导入写的是新表，不改原文件；请换一个文件名。")
    source = opened(path)
    ours = ours_in(source)
    if sheet is not None and sheet not in source.grids:
        raise WorkbookError(f"{path.name}：没有工作表“{sheet}”，有的是：{'、'.join(source.grids)}")
    if ours and (number or 1) > 1:
        raise WorkbookError(f"{path.name}：只有 1 张自评表，没有第 {number} 张。")
    suffix = output.suffix.lower()
    if ours:
        imported, patch = _from_ours(source, ours, path.name, suffix, form, rules)
    else:
        found = found_in(source, path.name, sheet, number)
        imported, patch = _from_official(source, found, path.name, suffix, form, rules)
    if kind := source.structure.old_format:
        imported = replace(imported, left=(*imported.left, Left("整个文件", kind, _OLD_FORMAT)))
    if imported.left:
        patch.apply(Edits(pages={PAGE: page(path.name, imported.left)}))
    patch.save(output)
    return imported


def _from_official(
    source: Opened, found: Found, name: str, suffix: str, form: str | None, rules: RuleSet | None
) -> tuple[Imported, Patch]:
    kind = form or found.form.form
    if kind == "unknown":
        raise WorkbookError(f"{name}：看不出“{found.form.sheet}”是哪种自评表，请用 --form 指定：{FORM.listed()}。")
    workbook, target = empty(kind, suffix)
    rules = rules or load(target.form.rules)
    entries, left = official_entries(source, found, target.form, rules)
    own = target.entries.tables
    printed = {key: [row["name"].text for row in own.get(key, ()) if "name" in row] for key in ("funds", "nature")}
    named = {key: named_as(entries.tables[key], names) for key, names in printed.items() if key in entries.tables}
    entries = Entries(entries.fields, {**entries.tables, **named})
    weightless = "weight" not in found.form.columns
    assessment, patch, more = _put(entries, workbook, target, None, rules, weightless=weightless)
    return Imported(assessment, _taken(found, _count(entries, target.form)), (*left, *more, *found.others)), patch


def _from_ours(
    source: Opened, ours: Ours, name: str, suffix: str, form: str | None, rules: RuleSet | None
) -> tuple[Imported, Patch]:
    workbook, target = empty(form or ours.form.id, suffix)
    entries, left = own_entries(source, ours, target, with_rules=rules is None)
    if rules is not None and weight_is_default(ours):  # the default of the former rules, which nobody has typed
        fields = {key: entry for key, entry in entries.fields.items() if key != "budget_weight"}
        entries = entries._replace(fields=fields)
    rules = rules or load(entries.fields.get("rules", EMPTY).text.strip() or target.form.rules)
    assessment, patch, more = _put(entries, workbook, target, ours, rules)
    template = ours.evaluation.template
    version = f"（模板 {template.version} 版）" if template and template.stated else ""
    moved = f"已搬到 {target.form.version} 版：{_count(entries, target.form)}。"
    return Imported(assessment, f"“{name}”是{ours.form.title}{version}。{moved}", (*left, *more)), patch


def _put(
    entries: Entries,
    workbook: Workbook,
    target: Ours,
    source: Ours | None,
    rules: RuleSet,
    *,
    weightless: bool = False,
) -> tuple[Assessment, Patch, list[Left]]:
    """The standard workbook with the entries in it, scored.  Formulas are moved from ``source``; else values only.

    ``weightless``: the form that they came from gives no points; ours needs some, so they are proposed.
    """
    placed = place(under(entries, target, rules), target.form, target.layout, target.entries)
    more: Mapping[Place, Content] = {}
    left: list[Left] = []
    if source is not None:
        more, left = moved_formulas(entries, placed, source)
    elif weightless and (more := proposed(placed, target, rules)):
        left.append(Left(placed.layout.tables["indicators"].sheet, "", _PROPOSED))
    assessment, patch = put(placed, more, workbook, workbook.label, rules)
    return assessment, patch, left


def _taken(found: Found, count: str) -> str:
    several = f"文件里有 {found.count} 张自评表，" if found.count > 1 else ""
    project = found.form.entries.fields.get("project", EMPTY).text.strip() if several else ""
    named = f"（{project}）" if project else ""
    sheets = "”和续表“".join(page.sheet for page in found.pages)
    return f"{several}取了工作表“{sheets}”的这一张{named}。已搬到标准表：{count}。"


def _count(entries: Entries, form: Outline) -> str:
    """How much was moved: 年度、项目名称等单独的栏目 12 个，绩效指标 11 行，资金来源 1 行."""
    filled = sum(not entry.blank for entry in entries.fields.values())
    tables = [f"{form.titles[key]} {len(rows)} 行" for key, rows in entries.tables.items() if rows]
    return "，".join((f"年度、项目名称等单独的栏目 {filled} 个", *tables))
