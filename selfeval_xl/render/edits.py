"""From an Assessment to the Edits of a workbook of ours: formulas with values, readings, findings, notes, marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from selfeval_xl.forms.layout import Layout, grown, row_formula, written
from selfeval_xl.forms.outline import Outline
from selfeval_xl.mistakes import few
from selfeval_xl.model import Assessment, Entries, Evaluation, Finding, Place
from selfeval_xl.render.findings import (
    CLEAN,
    count_line,
    finding_row,
    gravest_first,
    headline,
    link_formula,
    marks_of,
    notes_of,
    total_line,
)
from selfeval_xl.render.heights import cut_off, height, text_heights
from selfeval_xl.render.values import Cell, Computed, computed
from selfeval_xl.rules import RuleSet
from selfeval_xl.workbook.edits import Content, Edits, Formula, Link, SheetEdits, Span, Value
from selfeval_xl.workbook.stored import too_long

_ROWS = 6  # that the note above the findings names
_OWN_VERSION = frozenset({"template_version", "guide_version"})


def edits(assessment: Assessment, rules: RuleSet, form: Outline, layout: Layout, entries: Entries) -> Edits:
    """All that 【重新计算】 writes into a workbook of ours with this layout; ``entries`` only affect row heights."""
    findings = gravest_first(assessment.findings)
    layout, grow = _with_room(layout, len(findings))
    values = computed(assessment, rules, form, layout)
    room = text_heights(form, layout, entries, values.fields)
    template = assessment.evaluation.template
    # A workbook of another version keeps stating that version, as its layout stays what it is.
    own = _OWN_VERSION if template and template.other else frozenset()
    fields = {key: value for key, value in values.fields.items() if key not in own}
    cells = by_sheet(
        chain(
            _fields(form, layout, {**fields, **_findings_fields(findings, room)}),
            _tables(form, layout, values),
            _tieouts(assessment.evaluation),
            _findings(layout, findings),
        )
    )
    heights = _heights(form, layout, {"findings": _texts(findings), "missed": values.tables["missed"].values()})
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
    """The edits for the findings sheet of a workbook of ours; scores and formulas stay as they are."""
    layout, grow = _with_room(layout, len(findings))
    cells = by_sheet(chain(_fields(form, layout, _findings_fields(findings)), _findings(layout, findings)))
    heights = _heights(form, layout, {"findings": _texts(findings)})
    return Edits({name: SheetEdits(there, heights=heights.get(name, {})) for name, there in cells.items()}, grow)


def by_sheet(placed: Iterable[tuple[Place, Content]]) -> dict[str, dict[str, Content]]:
    """Contents by sheet and cell, as :class:`SheetEdits` wants them."""
    cells: dict[str, dict[str, Content]] = defaultdict(dict)
    for place, content in placed:
        cells[place.sheet][place.cell] = content
    return cells


def _findings_fields(
    findings: tuple[Finding, ...], room: Mapping[str, Mapping[int, float]] = {}
) -> Mapping[str, Cell]:
    how = "点击“位置”跳到单元格；改好后再校验一次（【重新计算】按钮或 selfeval-xl score）。"
    note = f"{total_line(findings)}{how}" if findings else CLEAN
    cut = "、".join(f"“{sheet}”第 {few([*map(str, rows)], _ROWS, ' 等 {}')} 行" for sheet, rows in cut_off(room))
    if cut:
        note += f"（{cut}的文字太多，最高的行也放不下，打印时显示不全：请写短些，或另附说明。）"
    return {"findings_note": note, "card_findings": count_line(findings) if findings else headline(note)}


def _content(value: Cell, formula: str | None) -> Content:
    # Texts joined from long entries may be too long for a cell, where a formula gives an error: store no value.
    shown = None if isinstance(value, str) and too_long(value) else value
    return Formula(formula, shown) if formula else Value(None if shown == "" else shown)


def _fields(form: Outline, layout: Layout, values: Mapping[str, Cell]) -> Iterator[tuple[Place, Content]]:
    for key, part in form.fields.items():
        spot = layout.fields.get(key)
        if key not in values or part.role == "entry" or spot is None:
            continue
        try:
            formula = written(part.formula, layout, spot.sheet) if part.formula else None
        except KeyError:  # the formula needs a defined name that is lost, which is a finding
            continue
        yield spot.place, _content(values[key], formula)


def _tables(form: Outline, layout: Layout, values: Computed) -> Iterator[tuple[Place, Content]]:
    for table, columns in form.tables.items():
        stretch = layout.tables.get(table)
        if stretch is None or table == "findings":
            continue
        for key, part in columns.items():
            if key not in stretch.columns:
                continue
            if part.text is not None:  # rows added since don't have the fixed text yet
                yield from ((stretch.place(row, key), Value(part.text)) for row in stretch.rows)
            if part.role not in ("formula", "reading"):
                continue
            try:
                formula = row_formula(part.formula, layout, table) if part.formula else None
            except KeyError:
                continue
            for row, shown in values.tables.get(table, {}).items():
                yield stretch.place(row, key), _content(shown[key], formula(row) if formula else None)


def _tieouts(evaluation: Evaluation) -> Iterator[tuple[Place, Content]]:
    """The users' own tie-out formulas (表内数), with their values now."""
    for statement in evaluation.statements:
        expected = statement.expected
        if expected.formula and expected.place:
            value = statement.shown if statement.shown is not None else expected.text or None
            yield expected.place, Formula(expected.formula, value)


def _findings(layout: Layout, findings: tuple[Finding, ...]) -> Iterator[tuple[Place, Content]]:
    stretch = layout.tables.get("findings")
    if stretch is None:
        return
    for number, row in enumerate(stretch.rows):
        shown = finding_row(number + 1, findings[number]) if number < len(findings) else {}
        for key in stretch.columns:
            content = shown.get(key, Value(None))
            yield stretch.place(row, key), link_formula(content) if isinstance(content, Link) else content


def _with_room(layout: Layout, findings: int) -> tuple[Layout, dict[Span, int]]:
    """The layout with enough rows for that many findings, and the rows to add."""
    stretch = layout.tables.get("findings")
    extra = findings - len(stretch.rows) if stretch else 0
    if stretch is None or extra <= 0:
        return layout, {}
    return grown(layout, "findings", extra), {Span(stretch.sheet, stretch.first_row, stretch.last_row): extra}


def _texts(findings: tuple[Finding, ...]) -> list[Mapping[str, object]]:
    return [{"message": one.message, "fix": one.fix, "provided": one.provided or ""} for one in findings]


def _heights(
    form: Outline, layout: Layout, texts: Mapping[str, Iterable[Mapping[str, object]]]
) -> dict[str, dict[int, float]]:
    """Row heights by sheet for tables with these texts; rows that an earlier run made higher shrink again."""
    heights: dict[str, dict[int, float]] = defaultdict(dict)
    for table in texts.keys() & layout.tables.keys():
        parts, stretch, shown = form.tables[table], layout.tables[table], iter(texts[table])
        least = next(iter(parts.values())).height
        for row in stretch.rows:
            cells = [(str(text), parts[key].width) for key, text in next(shown, {}).items()]
            heights[stretch.sheet][row] = height(cells, least) or least
    return heights
