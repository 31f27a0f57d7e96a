"""The ledger workbook (台账): XlsxWriter makes its sheets, styles and charts; the tables' rows are streamed in."""

from __future__ import annotations

import datetime
import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from selfeval_xl.checks.figures import GROUPED_FROM
from selfeval_xl.collect import additions
from selfeval_xl.collect import tables as standings
from selfeval_xl.collect.charts import write_statistics
from selfeval_xl.collect.reviews import GONE, READ_BACK, VERDICTS
from selfeval_xl.collect.reviews import SHEET as REVIEW_SHEET
from selfeval_xl.collect.rollcall import EXCUSED, OTHER_YEAR, TO_ASK, TO_LOOK_AT
from selfeval_xl.collect.rows import EDGE, LINE, WRAPPED, rows_xml, split
from selfeval_xl.collect.sources import is_url
from selfeval_xl.collect.statistics import Statistics
from selfeval_xl.collect.tables import Cell, Table
from selfeval_xl.forms.zipped import explicit_labels
from selfeval_xl.read.file import LEDGER
from selfeval_xl.report.text import SEAL_TITLES
from selfeval_xl.workbook import saving
from selfeval_xl.workbook.opening.package import open_package
from selfeval_xl.workbook.references import column_letters

MAX_ROWS = 1_048_575  # below the heading
STATISTICS_SHEET = "统计"
_FORMATS = {"number": "#,##0.00", "rate": "0.00%", "whole": "0"}
_COLOURS = {"错误": "#C00000", "警告": "#9C5700", "提示": "#7F7F7F"}
_FILLS = {"错误": "#FFC7CE", "警告": "#FFEB9C"}
_LEGEND = "灰字：不计入（旧版、重复、别的年度）；红字：没有读出自评表；红底：有错误；黄底：有警告"
_LEVEL = 4  # of compression; more costs more time than it saves room


@dataclass(frozen=True, slots=True)
class _Part:
    """As many rows of a table as one sheet can hold: ``count`` rows from ``first`` on."""

    name: str
    table: Table
    first: int
    count: int

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        return islice(self.table.rows(), self.first, self.first + self.count)


def write(path: Path, tables: tuple[Table, ...], statistics: Statistics, made: float) -> tuple[str, ...]:
    """Write the ledger; ``made`` (POSIX seconds) is noted as its date, so that the same returns give the same bytes.

    Returns the further sheets of tables that are too long for one (``问题清单 2``).  Raises TargetError where it can't
    be written (it is open in Excel, its folder is missing …); an older ledger is left untouched then.
    """
    parts = [part for table in tables for part in _parts(table)]
    skeleton, streamed = _skeleton(parts, statistics, made)
    tally = additions.Tally()
    tally.count(open_package(skeleton.getvalue(), path.name, own=True))
    locate = partial(_locate, path.parent)

    def fill(file: BinaryIO) -> None:
        with (
            zipfile.ZipFile(skeleton) as old,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as new,
        ):
            for name in sorted(old.namelist(), key=additions.PART.__eq__):  # last the part that holds the sum of all
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                part = streamed.get(name)
                if part is None:
                    data = explicit_labels(name, old.read(name))
                    if name == additions.PART:
                        noted = additions.value(tally, new.infolist())
                        data = data.replace(additions.PLACEHOLDER.encode(), noted.encode())
                    new.writestr(info, data, compresslevel=_LEVEL)
                    continue
                before, styles, behind = split(old.read(name), part.count)
                aside = READ_BACK if part.table.name == REVIEW_SHEET else frozenset[str]()
                with new.open(info, "w", force_zip64=True) as stream:
                    stream.write(before)
                    for piece in rows_xml(part.table.columns, styles, part.rows(), locate, tally, aside):
                        stream.write(piece)
                    stream.write(behind)

    with saving.backup(path):
        saving.rewrite(path, fill)
    return tuple(part.name for part in parts if part.first)


def _parts(table: Table) -> Iterator[_Part]:
    for number, first in enumerate(range(0, max(table.count, 1), MAX_ROWS), 1):
        name = table.name if number == 1 else f"{table.name} {number}"
        yield _Part(name, table, first, min(MAX_ROWS, table.count - first))


def _skeleton(parts: list[_Part], statistics: Statistics, made: float) -> tuple[io.BytesIO, dict[str, _Part]]:
    """The workbook with a heading and a pattern row in each table, and which of its files holds which table."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    workbook.set_properties({"title": "绩效自评台账", "created": datetime.datetime.fromtimestamp(made, datetime.UTC)})
    workbook.set_custom_property(additions.PROPERTY, additions.PLACEHOLDER, "text")
    workbook.define_name(LEDGER, '="1"')
    at_front = [part for part in parts if part.table.name != REVIEW_SHEET]
    for part in at_front:
        _sheet(workbook, part)
    write_statistics(workbook, workbook.add_worksheet(STATISTICS_SHEET), statistics)
    for part in parts[len(at_front) :]:
        _sheet(workbook, part)
    names = [sheet.get_name() for sheet in workbook.worksheets()]
    workbook.close()
    return stream, {f"xl/worksheets/sheet{names.index(part.name) + 1}.xml": part for part in parts}


def _sheet(workbook: Any, part: _Part) -> None:
    sheet = workbook.add_worksheet(part.name)
    heading = workbook.add_format(
        {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
    )
    last = part.count
    for number, column in enumerate(part.table.columns):
        look: dict[str, Any] = {"border": 1, "border_color": "#BFBFBF", "valign": "top"}
        if column.kind in WRAPPED:
            look["text_wrap"] = True
        elif column.kind == "link":
            look |= {"font_color": "#0563C1", "underline": 1}
        elif column.kind in _FORMATS:
            look |= {"num_format": _FORMATS[column.kind], "shrink": True}  # 元 for 万元 makes figures of any length
        if column.kind in ("center", "whole", "link", "figure"):
            look["align"] = "center"
        elif column.kind in _FORMATS:
            look |= {"align": "right", "indent": 1}  # a unit follows in the next column
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, column.title, heading)
        sheet.write_blank(1, number, None, workbook.add_format(look))
    width = len(part.table.columns) - 1
    if last:
        sheet.autofilter(0, 0, last, width)
        _accents(workbook, sheet, part, width)
    links = [number for number, column in enumerate(part.table.columns) if column.kind == "link"]
    if links:  # paths and what stands behind them are for the screen
        sheet.print_area(0, 0, max(last, 1), links[0] - 1)
    sheet.set_default_row(LINE + EDGE)
    sheet.freeze_panes(1, 2)
    sheet.set_row(0, 30)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.set_header(f'&C&"宋体,Bold"&14绩效自评台账 · {part.name}')
    coloured = any(column.title == "计入" for column in part.table.columns)
    legend = f"&9{_LEGEND}&11\n" if coloured else ""
    sheet.set_footer(f"&C{legend}第 &P 页，共 &N 页")


def _accents(workbook: Any, sheet: Any, part: _Part, width: int) -> None:
    """Conditional formats: levels of findings, returns that don't count, units that are missing."""
    titles = [column.title for column in part.table.columns]

    def mark(first: int, last: int, look: dict[str, str], **rule: str) -> None:
        sheet.conditional_format(1, first, part.count, last, {**rule, "format": workbook.add_format(look)})

    def rule(title: str, values: dict[str, str], whole_row: bool = False) -> None:
        column = titles.index(title)
        first, last = (0, width) if whole_row else (column, column)
        letters = column_letters(column + 1)
        for value, colour in values.items():
            mark(first, last, {"font_color": colour}, type="formula", criteria=f'=${letters}2="{value}"')

    def above_zero(title: str, fill: str, *also: str) -> None:
        count = f"=N(${column_letters(titles.index(title) + 1)}2)>0"
        for at in (titles.index(each) for each in (title, *also)):
            mark(at, at, {"bg_color": fill}, type="formula", criteria=count)

    if "填报值" in titles:
        at = titles.index("填报值")
        cell = f"{column_letters(at + 1)}2"
        long = f"=IF(ISNUMBER({cell}),ABS({cell})>={GROUPED_FROM})"
        mark(at, titles.index("相差"), {"num_format": "#,##0.00##"}, type="formula", criteria=long)
    if "级别" in titles:
        rule("级别", _COLOURS)
    if "计入" in titles:
        aside = (standings.SUPERSEDED, standings.REPEATED, standings.OTHER_YEAR)
        nothing = (standings.NOT_READ, standings.NO_FORM, standings.EMPTY_FORM)
        rule("计入", dict.fromkeys(aside, "#7F7F7F") | dict.fromkeys(nothing, "#C00000"), whole_row=True)
        above_zero("错误", _FILLS["错误"], "单位")
        above_zero("警告", _FILLS["警告"])
        for at in map(titles.index, ("单位", "计入")):  # a note would be another part of the package
            sheet.data_validation(0, at, 0, at, {"validate": "any", "input_title": "颜色", "input_message": _LEGEND})
        at = titles.index("封签")
        mark(at, at, {"bg_color": _FILLS["错误"]}, type="cell", criteria="==", value=f'"{SEAL_TITLES["broken"]}"')
    if part.table.name == "催报":
        rule("状态", dict.fromkeys(TO_ASK, "#C00000"))
        rule("状态", dict.fromkeys(TO_LOOK_AT, "#9C5700"))
        rule("状态", dict.fromkeys((OTHER_YEAR, EXCUSED), "#7F7F7F"))
    if part.table.name == REVIEW_SHEET:
        column = titles.index("复核结论")
        sheet.data_validation(1, column, part.count, column, {"validate": "list", "source": list(VERDICTS)})
        rule("状态", {GONE: "#7F7F7F"}, whole_row=True)


def _locate(folder: Path, target: str) -> str:
    """Where a file lies as seen from the ledger, so that both can be moved together; a URL stays what it is."""
    if is_url(target):
        return target
    try:
        return os.path.relpath(target, folder)
    except ValueError:  # another drive of Windows
        return str(Path(target).resolve())
