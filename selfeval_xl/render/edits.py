"""From an Assessment to the edits of a workbook of ours: formulas with values, readings, findings, notes, marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from selfeval_xl.evaluation import plain_number
from selfeval_xl.forms.layout import Layout, written
from selfeval_xl.forms.outline import Outline
from selfeval_xl.model import Assessment, Finding, Place, Severity
from selfeval_xl.render.heights import height
from selfeval_xl.render.values import Cell, Computed, computed
from selfeval_xl.rules import RuleSet
from selfeval_xl.workbook.edits import Edits, Formula, SheetEdits, Span, Value
from selfeval_xl.workbook.references import cell_name, quote_sheet

SEVERITY_NAMES: Mapping[Severity, str] = {"error": "错误", "warning": "提醒", "info": "说明"}
CLEAN = "未发现问题。"


def edits(assessment: Assessment, rules: RuleSet, form: Outline, layout: Layout) -> Edits:
    """Everything that 【重新计算】 writes into a workbook of ours with this layout; entries are left alone."""
    values = computed(assessment, rules, form, layout)
    findings = tuple(sorted(assessment.findings, key=lambda finding: list(SEVERITY_NAMES).index(finding.severity)))
    cells: dict[str, dict[str, Value | Formula]] = defaultdict(dict)
    fields = dict(values.fields)
    fields["findings_note"] = _findings_note(findings)
    fields["card_findings"] = _count_line(findings) if findings else fields["findings_note"]
    _put_fields(cells, form, layout, fields)
    _put_tables(cells, form, layout, values)
    for statement in assessment.evaluation.statements:
        expected = statement.expected
        if expected.formula and expected.place:
            cells[expected.place.sheet][expected.place.cell] = Formula(expected.formula, expected.value)
    grow = _put_findings(cells, layout, findings)
    heights = _result_heights(form, layout, values, findings)
    marks, notes = _marks(findings), _notes(findings)
    names = {*cells, *marks, *notes, *(spot.sheet for spot in layout.fields.values())}
    return Edits(
        sheets={
            name: SheetEdits(
                cells.get(name, {}),
                heights=heights.get(name, {}),
                notes=notes.get(name, {}),
                marks=marks.get(name, {}),
            )
            for name in names
        },
        grow=grow,
    )


def _findings_note(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return CLEAN
    return f"共 {len(findings)} 条：{_count_line(findings)}。点击“位置”跳到单元格，改好后再点【重新计算】。"


def _count_line(findings: tuple[Finding, ...]) -> str:
    counts = [(name, sum(finding.severity == key for finding in findings)) for key, name in SEVERITY_NAMES.items()]
    return "，".join(f"{name} {count}" for name, count in counts)


def _content(value: Cell, formula: str | None) -> Value | Formula:
    if formula:
        return Formula(formula, value)
    return Value(None if value == "" else value)


def _put_fields(
    cells: dict[str, dict[str, Value | Formula]], form: Outline, layout: Layout, values: Mapping[str, Cell]
) -> None:
    for key, part in form.fields.items():
        spot = layout.fields.get(key)
        if part.role == "entry" or spot is None:
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
        for row, shown in values.tables.get(table, {}).items():
            for key, part in columns.items():
                if part.role not in ("formula", "reading") or key not in stretch.columns:
                    continue
                try:
                    formula = written(part.formula, layout, stretch.sheet, table, row) if part.formula else None
                except KeyError:
                    continue
                cells[stretch.sheet][cell_name(row, stretch.columns[key])] = _content(shown[key], formula)


def _put_findings(
    cells: dict[str, dict[str, Value | Formula]], layout: Layout, findings: tuple[Finding, ...]
) -> dict[Span, int]:
    stretch = layout.tables.get("findings")
    if stretch is None:
        return {}
    capacity = stretch.last_row - stretch.first_row + 1
    extra = max(0, len(findings) - capacity)
    for number in range(capacity + extra):
        shown = _finding_row(number, findings[number]) if number < len(findings) else {}
        for key, column in stretch.columns.items():
            cells[stretch.sheet][cell_name(stretch.first_row + number, column)] = shown.get(key, Value(None))
    return {Span(stretch.sheet, stretch.first_row, stretch.last_row): extra} if extra else {}


def _finding_row(number: int, finding: Finding) -> dict[str, Value | Formula]:
    return {
        "number": Value(number + 1),
        "severity": Value(SEVERITY_NAMES[finding.severity]),
        "link": _link(finding),
        "message": Value(finding.message),
        "provided": _figure(finding.provided),
        "expected": _figure(finding.expected),
        "difference": _figure(finding.difference),
        "fix": Value(finding.fix),
        "check": Value(finding.id),
    }


def _figure(text: str | None) -> Value:
    if text is None:
        return Value(None)
    try:
        number = Decimal(text)
    except ArithmeticError:
        return Value(text)
    return Value(number if plain_number(number) == text else text)


def _link(finding: Finding) -> Value | Formula:
    if not finding.sheet or not finding.cells:
        return Value(finding.sheet)
    more = f" 等 {len(finding.cells)} 格" if len(finding.cells) > 1 else ""
    shown = f"{finding.sheet}!{finding.cells[0]}{more}"
    target = f"#{quote_sheet(finding.sheet)}!{finding.cells[0]}"
    text = '=HYPERLINK("{}","{}")'.format(*(part.replace('"', '""') for part in (target, shown)))
    return Formula(text, shown)


def _result_heights(
    form: Outline, layout: Layout, values: Computed, findings: tuple[Finding, ...]
) -> dict[str, dict[int, float]]:
    """Rows of 校验结果 and of the missed targets, high enough for their texts; those of an earlier run shrink again."""
    heights: dict[str, dict[int, float]] = defaultdict(dict)
    for table in ("findings", "missed"):
        stretch = layout.tables.get(table)
        if stretch is None:
            continue
        if table == "findings":
            texts = {
                stretch.first_row + n: {"message": one.message, "fix": one.fix, "provided": one.provided or ""}
                for n, one in enumerate(findings)
            }
        else:
            texts = {
                row: {key: str(value) for key, value in shown.items()} for row, shown in values.tables[table].items()
            }
        parts = form.tables[table]
        least = next(iter(parts.values())).height
        for row in range(stretch.first_row, max(stretch.last_row, max(texts, default=0)) + 1):
            shown = [(text, parts[key].width) for key, text in texts.get(row, {}).items()]
            heights[stretch.sheet][row] = height(shown, least) or least
    return heights


def _by_cell(findings: tuple[Finding, ...]) -> dict[Place, list[Finding]]:
    places: dict[Place, list[Finding]] = defaultdict(list)
    for finding in findings:
        for cell in finding.cells:
            if finding.sheet:
                places[Place(finding.sheet, cell)].append(finding)
    return places


def _marks(findings: tuple[Finding, ...]) -> dict[str, dict[Severity, tuple[str, ...]]]:
    """Each cell in the colour of its gravest finding."""
    marks: dict[str, dict[Severity, tuple[str, ...]]] = defaultdict(dict)
    for place, found in _by_cell(findings).items():
        severity = next(key for key in SEVERITY_NAMES if any(finding.severity == key for finding in found))
        marks[place.sheet][severity] = (*marks[place.sheet].get(severity, ()), place.cell)
    return marks


def _notes(findings: tuple[Finding, ...]) -> dict[str, dict[str, str]]:
    notes: dict[str, dict[str, str]] = defaultdict(dict)
    for place, found in _by_cell(findings).items():
        lines = [
            f"【{SEVERITY_NAMES[one.severity]}】{one.message}" + (f"\n怎么改：{one.fix}" if one.fix else "")
            for one in found
        ]
        notes[place.sheet][place.cell] = "\n".join(lines)
    return notes
