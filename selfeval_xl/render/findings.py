"""Findings as shown in a workbook: rows with links, a note and a colour for each cell, a sheet of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from selfeval_xl.checks.figures import GROUPED_FROM
from selfeval_xl.evaluation.entries import plain_number
from selfeval_xl.groups import by_key
from selfeval_xl.mistakes import clipped
from selfeval_xl.model import SEVERITY_NAMES, Finding, Place, Severity
from selfeval_xl.workbook.edits import Content, Formula, Link, Page, Style, Value
from selfeval_xl.workbook.references import quote_sheet

CLEAN = "未发现问题。"
TITLE = "校验结果"
_FORMULA = 40  # characters shown of a formula
_DIGITS = 15  # digits that a cell keeps of a number
_CENTRED = ("number", "provided", "expected", "difference")

_COLUMNS: Mapping[str, tuple[str, float]] = {  # heading, width in characters
    "number": ("序号", 6),
    "severity": ("级别", 8),
    "link": ("位置（点击跳转）", 20),
    "message": ("问题", 52),
    "provided": ("填报值", 16),
    "expected": ("应为", 16),
    "difference": ("相差", 12),
    "fix": ("怎么改", 44),
    "check": ("编号", 22),
}


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors, then warnings, then information; a finding that several forms of a file share appears once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: list(SEVERITY_NAMES).index(finding.severity)))


def count_line(findings: tuple[Finding, ...]) -> str:
    """``错误 1，警告 2，提示 0``."""
    counts = [(name, sum(finding.severity == key for finding in findings)) for key, name in SEVERITY_NAMES.items()]
    return "，".join(f"{name} {count}" for name, count in counts)


def total_line(findings: tuple[Finding, ...]) -> str:
    """``共 3 条：错误 1，警告 2，提示 0。``"""
    return f"共 {len(findings)} 条：{count_line(findings)}。"


def headline(note: str) -> str:
    """The note above the findings as shown on a card of 汇总: without its explanation in brackets."""
    return note.partition("（")[0]


def finding_row(number: int, finding: Finding) -> dict[str, Value | Link]:
    """The cells of a finding in a table of findings, by column key."""
    return {
        "number": Value(number),
        "severity": Value(SEVERITY_NAMES[finding.severity]),
        "link": _link(finding),
        "message": Value(finding.message),
        "provided": Value(as_figure(finding.provided)),
        "expected": Value(as_figure(finding.expected)),
        "difference": Value(as_figure(finding.difference)),
        "fix": Value(finding.fix),
        "check": Value(finding.id),
    }


def link_formula(link: Link) -> Formula:
    """A link as a HYPERLINK formula, for cells of a sheet that exists already."""
    target = f"#{quote_sheet(link.sheet)}!{link.cell}"
    text = '=HYPERLINK("{}","{}")'.format(*(part.replace('"', '""') for part in (target, link.text)))
    return Formula(text, link.text)


def findings_page(findings: tuple[Finding, ...]) -> Page:
    """The sheet 校验结果 that is added to an official form."""
    note = f"{total_line(findings)}点击“位置”跳到单元格；有问题的单元格已标色并加了批注。" if findings else CLEAN
    rows: list[tuple[tuple[Content | Link, Style], ...]] = [
        ((Value(TITLE), "title"),),
        ((Value(note), "plain"),),
    ]
    if findings:
        rows.append(tuple((Value(heading), "header") for heading, _ in _COLUMNS.values()))
    for number, finding in enumerate(findings, 1):
        cells = finding_row(number, finding)
        rows.append(tuple((cells[key], _style(key, cells[key], finding)) for key in _COLUMNS))
    return Page(tuple(rows), tuple(width for _, width in _COLUMNS.values()), frozen_rows=len(rows[:3]))


def marks_of(findings: tuple[Finding, ...]) -> dict[str, dict[Severity, tuple[str, ...]]]:
    """Each cell under the severity of its gravest finding: sheet → severity → cells."""
    marks: dict[str, dict[Severity, tuple[str, ...]]] = defaultdict(dict)
    for place, found in _by_cell(findings).items():
        severity = next(key for key in SEVERITY_NAMES if any(finding.severity == key for finding in found))
        marks[place.sheet][severity] = (*marks[place.sheet].get(severity, ()), place.cell)
    return marks


def notes_of(findings: tuple[Finding, ...]) -> dict[str, dict[str, str]]:
    """What is wrong with each cell and how to mend it: sheet → cell → text."""
    notes: dict[str, dict[str, str]] = defaultdict(dict)
    for place, found in _by_cell(findings).items():
        lines = [
            f"【{SEVERITY_NAMES[one.severity]}】{one.message}" + (f"\n怎么改：{one.fix}" if one.fix else "")
            for one in found
        ]
        notes[place.sheet][place.cell] = "\n".join(lines)
    return notes


def _by_cell(findings: tuple[Finding, ...]) -> dict[Place, list[Finding]]:
    return by_key((Place(one.sheet, cell), one) for one in findings if one.sheet for cell in one.cells)


def shortened(text: str | None) -> str | None:
    """The text, cut where it is a long formula: in a list all of it would tell a reader no more."""
    return clipped(text, _FORMULA) if text is not None and text.startswith("=") else text


def _style(key: str, content: Value | Link, finding: Finding) -> Style:
    if key == "severity":
        return finding.severity
    if isinstance(content, Link):
        return "link"
    if key not in _CENTRED:
        return "wrap"
    number = content.value
    grouped = isinstance(number, Decimal) and abs(number) >= GROUPED_FROM and number == round(number, 2)
    return "money" if grouped else "center"  # which shows two decimals


def as_figure(text: str | None) -> Decimal | str | None:
    """A finding's ``provided`` or ``expected`` as a number, where a number cell shows exactly the same.

    A number with an exponent, which may be of any size, stays a text.
    """
    try:
        number = Decimal("" if text is None or "e" in text.lower() else text)
    except ArithmeticError:
        return shortened(text)
    exact = number.is_finite() and len(number.as_tuple().digits) <= _DIGITS and plain_number(number) == text
    return number if exact else text


def _link(finding: Finding) -> Value | Link:
    if not finding.sheet or not finding.cells:
        return Value(finding.sheet)
    more = f" 等 {len(finding.cells)} 格" if len(finding.cells) > 1 else ""
    return Link(f"{finding.sheet}!{finding.cells[0]}{more}", finding.sheet, finding.cells[0])
