"""Official forms as Markdown: each file of tests/forms/ shows a workbook, and what must be read and found in it.

A file has a title, a few words on where such a layout is used, then the sheets and the expectations::

    ## 工作表 自评表, 从第 3 行
    | B | C | D |
    |---|---|---|
    | 项目名称 | 甲项目 | < |        < merges with the cell at the left, ^ with the one above
    | 预算数 | 1,415.43 | 86.85% |   figures as they are shown; a number format is made for them
    | 执行数 | '202.06 | =C4/2 → 3 |  ' makes a text, → gives the stored value of a formula, <br> a new line

    ## 识别 自评表
    - form: project
    - year: 2024 @B2
    ### indicators
    | name | target |
    |---|---|
    | 培训人数 | ≥10 |

    ## 发现
    - error budget.rate D4

Each 识别 is one form, in the order found, with everything read from it.  Fields name their cell after ``@``;
``leftovers`` and ``ambiguities`` are empty where they are not listed.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter

FORMS = Path(__file__).parent / "forms"
_SHEET = re.compile(r"## 工作表 (.+?)(?:, 从第 (\d+) 行)?$")
_FIGURE = re.compile(r"(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?)(%)?")


@dataclass
class Expected:
    """What must be recognized in one form."""

    sheet: str
    fields: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)


@dataclass
class Case:
    """One file: sheets as (name, first row, column letters, rows), forms expected, findings as written."""

    name: str
    sheets: list[tuple[str, int, list[str], list[list[str]]]] = field(default_factory=list)
    forms: list[Expected] = field(default_factory=list)
    findings: list[str] | None = None

    @cached_property
    def data(self) -> bytes:
        """The workbook."""
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, first, letters, rows in self.sheets:
            _fill(book.create_sheet(name), first, [column_index_from_string(letter) for letter in letters], rows)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def build(self, path: Path) -> Path:
        """Write the workbook."""
        path.write_bytes(self.data)
        return path


@cache
def load(path: Path) -> Case:
    """Read one Markdown file."""
    case = Case(path.stem)
    table: list[list[str]] = []
    part = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            part, table = line, []
            if match := _SHEET.fullmatch(line):
                case.sheets.append((match[1], int(match[2] or 1), [], []))
            elif line.startswith("## 识别"):
                case.forms.append(Expected(line.removeprefix("## 识别").strip()))
            elif line.startswith("## 发现"):
                case.findings = []
        elif line.startswith("|"):
            cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
            if all(set(cell) <= set("-: ") and cell for cell in cells):
                continue
            table.append(cells)
            if part.startswith("## 工作表"):
                _, _, letters, rows = case.sheets[-1]
                if len(table) == 1:
                    letters.extend(cells)
                else:
                    rows.append(cells)
            elif part.startswith("### "):
                name = part.removeprefix("### ").strip()
                rows_expected = case.forms[-1].tables.setdefault(name, [])
                if len(table) > 1:
                    rows_expected.append(dict(zip(table[0], cells, strict=True)))
        elif line.startswith("- "):
            if part.startswith("## 识别"):
                key, _, rest = line[2:].partition(": ")
                text, _, cell = rest.partition(" @")
                case.forms[-1].fields[key.rstrip(":")] = text.strip(), cell.strip() or None
            elif case.findings is not None:
                case.findings.append(line[2:].strip())
    return case


def built(name: str, folder: Path) -> Path:
    """The workbook of a form of the corpus, written into a folder."""
    return load(FORMS / f"{name}.md").build(folder / f"{name}.xlsx")


def cases() -> list[Path]:
    """The files of the corpus."""
    return sorted(FORMS.glob("*.md"))


def is_figure(cell: str) -> bool:
    """True for a cell that becomes a number with a format."""
    return _FIGURE.fullmatch(cell) is not None


def _fill(sheet: Any, first: int, columns: list[int], rows: list[list[str]]) -> None:
    merges: dict[tuple[int, int], list[tuple[int, int]]] = {}
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for offset, cells in enumerate(rows):
        row = first + offset
        assert len(cells) == len(columns), (row, cells)
        for column, text in zip(columns, cells, strict=True):
            at = row, column
            if text == "<":
                owner[at] = owner[row, column - 1]
            elif text == "^":
                owner[at] = owner[row - 1, column]
            else:
                owner[at] = at
                _write(sheet.cell(row, column), text)
            merges.setdefault(owner[at], []).append(at)
    for (top, left), members in merges.items():
        if len(members) > 1:
            bottom, right = max(row for row, _ in members), max(column for _, column in members)
            assert len(members) == (bottom - top + 1) * (right - left + 1), f"{get_column_letter(left)}{top}"
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)


def _write(cell: Any, text: str) -> None:
    text = text.replace("<br>", "\n").replace("&nbsp;", "\u3000")
    if not text:
        return
    if text.startswith("'"):
        cell.value, cell.number_format, cell.data_type = text[1:], "@", "s"
    elif text.startswith("="):
        cell.value = text.partition("→")[0].strip()
    elif match := _FIGURE.fullmatch(text):
        decimals = "." + "0" * len(match[2]) if match[2] else ""
        comma = "#,##" if "," in match[1] else ""
        number = float(match[1].replace(",", ""))
        cell.value = round(number / 100, 12) if match[3] else number
        cell.number_format = f"{comma}0{decimals}{match[3] or ''}" if decimals or comma or match[3] else "General"
    else:
        cell.value = text
        cell.data_type = "s"
