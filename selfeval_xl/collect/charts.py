"""The sheet 统计 of a ledger: small tables below each other, two native charts beside them, laid out for printing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from selfeval_xl.collect.statistics import Block, Statistics

_CHARTED = 10  # of the frequent findings; more can't be read in a chart
_CHART_AT = 7  # the column at the right of the tables
_ROW = 18  # points: Chinese fonts are higher than those that the default is made for
_SIZE = {"width": 420, "height": 264}  # pixels: eleven rows
_CHARTS = (2, 14)  # the rows where they begin: both end on the first page, wherever it breaks
_TITLE = "绩效自评台账 · 统计"
_PAGE = 64  # rows that a page holds at the scale at which tables and charts are as wide as the page


def write_statistics(workbook: Any, sheet: Any, statistics: Statistics) -> None:
    """Fill ``sheet``, a new one of the XlsxWriter ``workbook``; blocks without rows are left out."""
    line = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
    looks = {
        "title": workbook.add_format({"bold": True, "font_size": 12}),
        "heading": workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "align": "center", **line}),
        "text": workbook.add_format(line),
        "number": workbook.add_format({"num_format": "#,##0.00", **line}),
        "share": workbook.add_format({"num_format": "0.0%", **line}),
    }
    sheet.set_default_row(_ROW)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 22)
    sheet.set_column(2, 5, 11)
    sheet.set_column(6, 6, 2)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, _TITLE, workbook.add_format({"bold": True, "font_size": 16, "valign": "vcenter"}))
    row, page, breaks = 2, 0, []
    rows: dict[str, int] = {}
    for block in statistics:
        if not block.rows:
            continue
        if row + _height(block) - page > _PAGE:  # a table stays below its headings
            breaks.append(page := row)
        rows[block.title] = row + 2
        _block(sheet, row, block, looks)
        row += _height(block) + 1
    _chart(workbook, sheet, "column", "测算等级分布（份）", rows, statistics.grades, 1, _CHARTS[0])
    _chart(workbook, sheet, "bar", "最常见的问题（份）", rows, statistics.frequent, 3, _CHARTS[1])
    sheet.hide_gridlines(2)
    sheet.set_portrait()  # so that as a rule all of it stands on one page
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_h_pagebreaks(breaks)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _height(block: Block) -> int:
    """How many rows a block takes with its title and its headings."""
    return 2 + len(block.rows)


def _block(sheet: Any, row: int, block: Block, looks: dict[str, Any]) -> None:
    sheet.write_string(row, 0, block.title, looks["title"])
    for column, title in enumerate(block.heading):
        sheet.write_string(row + 1, column, title, looks["heading"])
    for at, cells in enumerate(block.rows, row + 2):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(at, column, cell, looks["text"])
            else:
                decimal = "number" if isinstance(cell, Decimal) else "text"
                sheet.write_number(at, column, cell, looks["share" if column in block.shares else decimal])


def _chart(
    workbook: Any, sheet: Any, kind: str, title: str, rows: dict[str, int], block: Block, column: int, at: int
) -> None:
    """A chart of a block's column, placed at row ``at``; none where the block is empty."""
    count = min(len(block.rows), _CHARTED)
    if not count:
        return
    chart = workbook.add_chart({"type": kind})
    name, first = sheet.get_name(), rows[block.title]
    last = first + count - 1
    chart.add_series(
        {
            "name": title,
            "categories": [name, first, 0, last, 0],
            "values": [name, first, column, last, column],
            "data_labels": {"value": True},
            "fill": {"color": "#5B9BD5"},
            "gap": 60,
        }
    )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    figures = {"visible": False, "min": 0, "major_gridlines": {"visible": False}}  # each bar has its own
    if kind == "bar":
        chart.set_x_axis(figures)
        chart.set_y_axis({"reverse": True, "num_font": {"size": 8}})
    else:
        chart.set_y_axis(figures)
    chart.set_size(_SIZE)
    sheet.insert_chart(at, _CHART_AT, chart)
