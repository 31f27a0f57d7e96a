"""Shared by the tests of recognizing official forms: grids made from rows of values, and what was read from them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import form_corpus

from selfeval_xl.workbook.grid import Grid, RawCell
from selfeval_xl.workbook.number_format import NumberFormat
from selfeval_xl.workbook.opening.package import open_package
from selfeval_xl.workbook.reading.sheet import read_grid
from selfeval_xl.workbook.recognize import Recognized, recognize
from selfeval_xl.workbook.references import cell_name


def grids(name: str, folder: Path) -> list[Grid]:
    case = form_corpus.load(form_corpus.FORMS / f"{name}.md")
    package = open_package(case.build(folder / f"{name}.xlsx"))
    return [read_grid(package, sheet) for sheet in package.sheets]


def forms(name: str, folder: Path) -> list[Recognized]:
    return [form for grid in grids(name, folder) for form in recognize(grid, grid.sheet)]


def grid_of(rows: list[list[str | float | None]], formats: dict[tuple[int, int], str] | None = None) -> Grid:
    """A grid from rows of values; ``formats`` are number formats by (row, column)."""
    cells = {}
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            if value is not None:
                code = (formats or {}).get((row, column), "General")
                typed = value if isinstance(value, str) else Decimal(str(value))
                cells[row, column] = RawCell(typed, NumberFormat(code), None, 0)
    return Grid("表", cells)


def shown(form: Recognized) -> dict[str, Any]:
    """A recognized form in the notation of the corpus (see ``form_corpus``)."""
    fields = {key: (entry.text.replace("\n", "<br>"), entry.place and entry.place.cell) for key, entry in form.entries.fields.items()}
    fields["form"] = form.form, None
    fields["columns"] = ", ".join(sorted(form.columns)), None
    for key, text in (
        ("supplement", "是" if form.supplement else ""),
        ("funds_columns", ", ".join(sorted(form.funds_columns))),
        ("leftovers", ", ".join(cell_name(*at) for at in form.leftovers)),
        ("ambiguities", "; ".join(f"{each.place.cell} {' / '.join(each.readings)}" for each in form.ambiguities)),
    ):
        if text:
            fields[key] = text, None
    tables = {
        name: [{key: entry.text.replace("\n", "<br>") for key, entry in row.items() if not entry.blank} for row in rows]
        for name, rows in form.entries.tables.items()
    }
    return {"sheet": form.sheet, "fields": fields, "tables": tables}


INDICATOR_ROWS = [
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"],
    ["产出指标", "数量指标", "培训人数", "≥10人", "11人", 50, 50, None],
    [None, "质量指标", "合格率", "≥95%", "90%", 30, 28.42, "缺考"],
    ["满意度指标", "满意度指标", "学员满意度", "≥90%", "92%", 10, 10, None],
]


HEADS: list[str | float | None] = ["年初预算数", "全年预算数", "全年执行数", "执行率", "得分"]


def taken(form: Recognized, key: str) -> list[str]:
    return [row[key].text if key in row else "" for row in form.entries.tables["indicators"]]


def money_rows(form: Recognized, table: str = "funds") -> list[tuple[str, str]]:
    return [(row["name"].text, row["level"].text if "level" in row else "") for row in form.entries.tables[table]]
