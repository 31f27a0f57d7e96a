"""From an Assessment to the edits of a workbook of ours: formulas with values, readings, findings, notes, marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from selfeval_xl.forms.layout import Layout, Stretch, grown, row_formula, written
from selfeval_xl.forms.outline import Outline, Part
from selfeval_xl.model import Assessment, Entries, Finding
from selfeval_xl.render.findings import (
    CLEAN,
    count_line,
    finding_row,
    gravest_first,
    link_formula,
    marks_of,
    notes_of,
    total_line,
)
from selfeval_xl.render.heights import height, text_heights
from selfeval_xl.render.values import Cell, Computed, computed
from selfeval_xl.rules import RuleSet
from selfeval_xl.workbook.edits import Edits, Formula, Link, SheetEdits, Span, Value
from selfeval_xl.workbook.references import cell_name, column_letters

_OWN_VERSION = frozenset({"template_version", "guide_version"})


def edits(assessment: Assessment, rules: RuleSet, form: Outline, layout: Layout, entries: Entries) -> Edits:
    """Everything that 【重新计算】 writes into a workbook of ours with this layout; its ``entries`` are left alone, but
    their rows made high enough for them."""
    findings = gravest_first(assessment.findings)
    layout, grow = _with_room(layout, len(findings))
    values = computed(assessment, rules, form, layout)
    room = text_heights(form, layout, entries, values.fields)
    cells: dict[str, dict[str, Value | Formula]] = defaultdict(dict)
    template = assessment.evaluation.template
    # A workbook of another version keeps saying which: its layout stays as it is.
    own = _OWN_VERSION if template and template.other else frozenset()
    fields = {key: value for key, value in values.fields.items() if key not in own}
    _put_fields(cells, form, layout, {**fields, **_findings_fields(findings)})
    _put_tables(cells, form, layout, values)
    for statement in assessment.evaluation.statements:
        expected = statement.expected
        if expected.formula and expected.place:
            value = statement.shown if statement.shown is not None else expected.text or None
            cells[expected.place.sheet][expected.place.cell] = Formula(expected.formula, value)
    _put_findings(cells, layout, findings)
    heights = _findings_heights(form, layout, findings)
    for sheet, rows in _missed_heights(form, layout, values).items():
        heights[sheet] = heights.get(sheet, {}) | rows
    marks, notes = marks_of(findings), notes_of(findings)
    names = dict.fromkeys((*cells, *marks, *notes, *room, *(spot.sheet for spot in layout.fields.values())))
    return Edits(
        sheets={
            name: SheetEdits(
                cells.get(name, {}),
                heights=heights.get(name, {}),
                room=room.get(name, {}),
                notes=notes.get(name, {}),
                marks=marks.get(name, {}),
            )
            for name in names
        },
        grow=grow,
    )


def findings_edits(findings: tuple[Finding, ...], form: Outline, layout: Layout) -> Edits:
    """The findings alone, on the sheet that a workbook of ours has for them; scores and formulas are left alone."""
    layout, grow = _with_room(layout, len(findings))
    cells: dict[str, dict[str, Value | Formula]] = defaultdict(dict)
    _put_fields(cells, form, layout, _findings_fields(findings))
    _put_findings(cells, layout, findings)
    heights = _findings_heights(form, layout, findings)
    return Edits({name: SheetEdits(there, heights=heights.get(name, {})) for name, there in cells.items()}, grow)


def _findings_fields(findings: tuple[Finding, ...]) -> Mapping[str, Cell]:
    how = "点击“位置”跳到单元格；改好后再检查一次（【重新计算】按钮或 selfeval-xl score）。"
    note = f"{total_line(findings)}{how}" if findings else CLEAN
    return {"findings_note": note, "card_findings": count_line(findings) if findings else note}


def _content(value: Cell, formula: str | None) -> Value | Formula:
    if formula:
        return Formula(formula, value)
    return Value(None if value == "" else value)


def _put_fields(
    cells: dict[str, dict[str, Value | Formula]], form: Outline, layout: Layout, values: Mapping[str, Cell]
) -> None:
    for key, part in form.fields.items():
        spot = layout.fields.get(key)
        if key not in values or part.role == "entry" or spot is None:
            continue
        try:
            formula = written(part.formula, layout, spot.sheet) if part.formula else None
        except KeyError:  # a name that the formula needs is lost; a finding says so
            continue
        cells[spot.sheet][cell_name(spot.row, spot.column)] = _content(values[key], formula)


def _put_tables(cells: dict[str, dict[str, Value | Formula]], form: Outline, layout: Layout, values: Computed) -> None:
    for table, columns in form.tables.items():
        stretch = layout.tables.get(table)
        if stretch is None or table == "findings":
            continue
        for key, part in columns.items():
            if key not in stretch.columns:
                continue
            if part.text is not None:  # a row that was added has none yet
                for row in stretch.rows:
                    cells[stretch.sheet][cell_name(row, stretch.columns[key])] = Value(part.text)
            if part.role not in ("formula", "reading"):
                continue
            try:
                formula = row_formula(part.formula, layout, table) if part.formula else None
            except KeyError:
                continue
            letters, there = column_letters(stretch.columns[key]), cells[stretch.sheet]
            for row, shown in values.tables.get(table, {}).items():
                there[f"{letters}{row}"] = _content(shown[key], formula(row) if formula else None)


def _with_room(layout: Layout, findings: int) -> tuple[Layout, dict[Span, int]]:
    """The layout with enough rows for the findings, and the rows to be added for that."""
    stretch = layout.tables.get("findings")
    extra = findings - len(stretch.rows) if stretch else 0
    if stretch is None or extra <= 0:
        return layout, {}
    return grown(layout, "findings", extra), {Span(stretch.sheet, stretch.first_row, stretch.last_row): extra}


def _put_findings(cells: dict[str, dict[str, Value | Formula]], layout: Layout, findings: tuple[Finding, ...]) -> None:
    stretch = layout.tables.get("findings")
    if stretch is None:
        return
    for number, row in enumerate(stretch.rows):
        shown = finding_row(number + 1, findings[number]) if number < len(findings) else {}
        for key, column in stretch.columns.items():
            content = shown.get(key, Value(None))
            cells[stretch.sheet][cell_name(row, column)] = (
                link_formula(content) if isinstance(content, Link) else content
            )


def _findings_heights(form: Outline, layout: Layout, findings: tuple[Finding, ...]) -> dict[str, dict[int, float]]:
    """Rows of 校验结果, high enough for their texts; those of an earlier run shrink again."""
    stretch = layout.tables.get("findings")
    if stretch is None:
        return {}
    texts = {
        stretch.first_row + n: {"message": one.message, "fix": one.fix, "provided": one.provided or ""}
        for n, one in enumerate(findings)
    }
    return {stretch.sheet: _heights(form.tables["findings"], stretch, texts)}


def _missed_heights(form: Outline, layout: Layout, values: Computed) -> dict[str, dict[int, float]]:
    """The rows of the missed targets, likewise."""
    stretch = layout.tables.get("missed")
    if stretch is None:
        return {}
    shown = values.tables["missed"]
    texts = {row: {key: str(value) for key, value in cells.items()} for row, cells in shown.items()}
    return {stretch.sheet: _heights(form.tables["missed"], stretch, texts)}


def _heights(parts: Mapping[str, Part], stretch: Stretch, texts: Mapping[int, Mapping[str, str]]) -> dict[int, float]:
    least = next(iter(parts.values())).height
    return {
        row: height([(text, parts[key].width) for key, text in texts.get(row, {}).items()], least) or least
        for row in stretch.rows
    }
