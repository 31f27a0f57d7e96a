"""Writes one empty workbook: every sheet of a spec with its cells, dropdowns, highlights, charts and print set-up.

The caller passes in the XlsxWriter workbook, so that this module can be imported without that package.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from selfeval_xl.forms import PASSWORD
from selfeval_xl.forms.layout import Layout, names_of, row_formula, written
from selfeval_xl.forms.macros import BUTTONS, write_words
from selfeval_xl.forms.spec import Box, Cellspec, Chart, Sheet, Spec, Table
from selfeval_xl.workbook.references import column_letters, column_number, quote_sheet

_SUGGESTED_COLUMN = 700  # far right of the first sheet, hidden: the dropdowns' lists begin here
_BUTTON_SHEETS = ("evaluation", "summary")
_ALLOWED = (
    "format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter",
    "select_locked_cells", "select_unlocked_cells",
)  # fmt: skip
HIGHLIGHTS: Mapping[str, Mapping[str, Any]] = {
    "missed": {"bg_color": "#FFC7CE", "font_color": "#9C0006"},
    "exceeded": {"bg_color": "#FFE699", "font_color": "#7F6000"},
    "undecided": {"bg_color": "#BDD7EE", "font_color": "#1F4E79"},
    "met": {"bg_color": "#C6EFCE", "font_color": "#006100"},
    "proposed": {"italic": True, "font_color": "#7030A0", "num_format": 'General"*"'},
    "missed_proposed": {"bg_color": "#FFC7CE", "italic": True, "font_color": "#7030A0", "num_format": 'General"*"'},
    "decimals": {"num_format": "#,##0.00##"},
    "missed_decimals": {"bg_color": "#FFC7CE", "font_color": "#9C0006", "num_format": "#,##0.00##"},
}
"""The conditional formats by the name that specs use."""

_PROPERTIES = {
    "font": "font_name", "size": "font_size", "bold": "bold", "underline": "underline", "align": "align",
    "wrap": "text_wrap", "shrink": "shrink", "format": "num_format",
}  # fmt: skip
_VALIGN = {"middle": "vcenter", "top": "top"}
_CHART_GAP = 6  # pixels left free to the right of a chart and below it, to keep neighbours apart


class Writer:
    """Writes one workbook; holds what each step needs: formats, the layout, and the values stored with formulas."""

    def __init__(
        self,
        book: Any,
        spec: Spec,
        layout: Layout,
        fields: Mapping[str, Any],
        tables: Mapping[str, Mapping[int, Mapping[str, Any]]],
    ) -> None:
        self.book, self.spec, self.layout, self.fields, self.tables = book, spec, layout, fields, tables
        self.formats = {name: book.add_format(_properties(style)) for name, style in spec.styles.items()}
        self.highlights = {name: book.add_format(dict(look)) for name, look in HIGHLIGHTS.items()}
        self.lists: dict[str, str] = {}

    def write(self) -> None:
        """Write all sheets and the defined names; the workbook opens on its second sheet."""
        sheets = [(sheet, self.book.add_worksheet(sheet.name)) for sheet in self.spec.sheets]
        self._write_lists(sheets[0][0], sheets[0][1])
        for name, reference in sorted(names_of(self.layout).items()):
            self.book.define_name(name, "=" + reference)
        for sheet, page in sheets:
            self._sheet(sheet, page)
        sheets[1][1].activate()

    def write_macros(self) -> None:
        """Write what the macros need: buttons in a column to the right of what is printed, and their texts in hidden
        columns after the dropdowns' lists."""
        for sheet, page in zip(self.spec.sheets, self.book.worksheets(), strict=True):
            if sheet.key in _BUTTON_SHEETS:
                column = column_number((sheet.hidden or sheet.print_columns).partition(":")[2])
                page.set_column(column, column, 20)
                for number, (caption, macro) in enumerate(BUTTONS.items()):
                    size = {"width": 132, "height": 30, "x_offset": 6, "y_offset": 6 + 36 * number}
                    page.insert_button(0, column, {"macro": macro, "caption": caption, **size})
        column = _SUGGESTED_COLUMN + len(self.spec.choices)
        page = self.book.worksheets()[0]
        write_words(self.book, page, 1, column)
        page.set_column(column - 1, column, 8, None, {"hidden": True})

    def _write_lists(self, sheet: Sheet, page: Any) -> None:
        """Write the dropdowns' lists into hidden cells: inline, Excel allows only 255 characters."""
        for number, (key, choices) in enumerate(sorted(self.spec.choices.items())):
            column = _SUGGESTED_COLUMN + number
            for row, choice in enumerate(choices):
                page.write_string(row, column - 1, choice, self.formats["helper"])
            letters = column_letters(column)
            self.lists[key] = f"={quote_sheet(sheet.name)}!${letters}$1:${letters}${len(choices)}"
        first = column_letters(_SUGGESTED_COLUMN)
        last = column_letters(_SUGGESTED_COLUMN + len(self.spec.choices) - 1)
        page.set_column(f"{first}:{last}", 8, None, {"hidden": True})

    def _sheet(self, sheet: Sheet, page: Any) -> None:
        for letters, width in sheet.widths.items():
            page.set_column(f"{letters}:{letters}", width)
        if sheet.hidden:
            page.set_column(sheet.hidden, 8, None, {"hidden": True})
        for row, height in sheet.heights.items():
            page.set_row(row - 1, height)
        for label in sheet.labels:
            self._box(page, label.box, label.text, label.style)
        for field in sheet.fields:
            formula = field.cell.formula
            text = written(formula, self.layout, sheet.name) if formula else None
            self._box(page, field.box, self.fields.get(field.cell.key, field.cell.text or ""), field.cell.style, text)
            self._guard(page, field.cell, field.box)
        for highlight in sheet.highlights:
            box = (*sheet.field(highlight.first).box[:2], *sheet.field(highlight.last).box[2:])
            self._highlight(page, box, written(highlight.when, self.layout, sheet.name), highlight.style)
        for table in sheet.tables:
            self._table(page, table)
        for chart in sheet.charts:
            self._chart(sheet, page, chart)
        page.set_selection(*(number - 1 for number in _first_entry(sheet)))
        self._print(sheet, page)
        page.set_tab_color(f"#{sheet.tab}")
        page.hide_gridlines(2)
        page.protect(PASSWORD, dict.fromkeys(_ALLOWED, True))

    def _table(self, page: Any, table: Table) -> None:
        if table.heading_row:
            for column in table.columns:
                box = (table.heading_row, column.first, table.heading_row, column.last)
                style = "helper" if column.cell.role == "reading" or column.cell.style == "helper" else "label"
                self._box(page, box, column.heading or "", style)
        defaults = self.spec.defaults.get("tables", {}).get(table.key, {})
        for number, row in enumerate(range(table.first_row, table.last_row + 1)):
            values = self.tables.get(table.key, {}).get(row, {})
            for column in table.columns:
                preset = defaults.get(column.cell.key, ())
                value = preset[number] if number < len(preset) else values.get(column.cell.key, column.cell.text or "")
                if column.number_from is not None:
                    value = column.number_from + number
                formula = column.cell.formula
                text = row_formula(formula, self.layout, table.key)(row) if formula else None
                self._box(page, (row, column.first, row, column.last), value, column.cell.style, text)
        for column in table.columns:
            self._guard(page, column.cell, (table.first_row, column.first, table.last_row, column.first))
        for highlight in table.highlights:
            first, last = table.column(highlight.first).first, table.column(highlight.last).last
            when = row_formula(highlight.when, self.layout, table.key)(table.first_row)
            self._highlight(page, (table.first_row, first, table.last_row, last), when, highlight.style)

    def _highlight(self, page: Any, box: Box, when: str, style: str) -> None:
        rule = {"type": "formula", "criteria": "=" + when, "format": self.highlights[style]}
        page.conditional_format(*(number - 1 for number in box), rule)

    def _box(self, page: Any, box: Box, value: Any, style: str, formula: str | None = None) -> None:
        top, left, bottom, right = (number - 1 for number in box)
        look = self.formats[style]
        if (top, left) != (bottom, right):
            page.merge_range(top, left, bottom, right, "", look)
        if isinstance(value, Decimal):
            value = float(value)
        if formula:
            page.write_formula(top, left, formula, look, value)
        elif value == "":
            page.write_blank(top, left, None, look)
        elif isinstance(value, str):
            page.write_string(top, left, value, look)
        else:
            page.write_number(top, left, value, look)

    def _guard(self, page: Any, cell: Cellspec, box: Box) -> None:
        """Add an entry cell's dropdown, number check and hint."""
        rule: dict[str, Any] = {"validate": "any"}
        if cell.choices:
            strict = cell.choices in self.spec.strict
            rule = {"validate": "list", "source": self.lists[cell.choices]}
            rule |= {"show_error": strict, "error_title": "不在列表中", "error_message": "请从列表中选择。"}
        elif cell.number:
            low, high = cell.number if isinstance(cell.number, tuple) else (-1e12, 1e12)
            rule = {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
            rule |= {"error_type": "warning", "error_title": "请填数字"}
            rule["error_message"] = "这里应填数字，不带单位和文字。" + (
                f"范围 {low} 至 {high}。" if isinstance(cell.number, tuple) else ""
            )
        if cell.help:
            rule |= {"input_title": cell.help[0], "input_message": cell.help[1]}
        if rule != {"validate": "any"}:
            top, left, bottom, right = (number - 1 for number in box)
            page.data_validation(top, left, bottom, right, rule)

    def _chart(self, sheet: Sheet, page: Any, chart: Chart) -> None:
        drawing = self.book.add_chart({"type": chart.kind})
        for series in chart.series:
            first, last = self.layout.fields[series["from"]], self.layout.fields[series["to"]]
            labels = [label for label in sheet.labels if label.box[0] == first.row and label.box[1] < first.column]
            beside = max(label.box[1] for label in labels)
            options: dict[str, Any] = {
                "name": series["name"],
                "categories": [sheet.name, first.row - 1, beside - 1, last.row - 1, beside - 1],
                "values": [sheet.name, first.row - 1, first.column - 1, last.row - 1, last.column - 1],
                "data_labels": {"value": True, "num_format": "0.##;;", "font": {"size": 8}},
                "gap": 60,
            }
            if "color" in series:
                options["fill"] = {"color": f"#{series['color']}"}
            else:
                options["points"] = [{"fill": {"color": f"#{color}"}} for color in series["colors"]]
            drawing.add_series(options)
        drawing.set_title({"name": chart.title, "name_font": {"size": 11, "bold": True}, "overlay": False})
        top, left, bottom, right = chart.box
        width = sum(_pixels(sheet.widths[column_letters(column)]) for column in range(left, right + 1))
        height = sum(round(sheet.heights[row] * 96 / 72) for row in range(top, bottom + 1))
        drawing.set_size({"width": width - _CHART_GAP, "height": height - _CHART_GAP})
        drawing.set_x_axis({"num_font": {"size": 9}, "major_gridlines": {"visible": False}})
        drawing.set_y_axis(
            {"num_font": {"size": 9}, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
        )
        if chart.kind == "bar":
            drawing.set_y_axis({"reverse": True, "num_font": {"size": 9}})
            # No axis: each bar shows its figure, and an axis would label counts of a few items with halves.
            drawing.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
        if len(chart.series) == 1:
            drawing.set_legend({"none": True})
        else:
            drawing.set_legend({"position": "bottom", "font": {"size": 9}})
        page.insert_chart(top - 1, left - 1, drawing, {"object_position": 1})

    def _print(self, sheet: Sheet, page: Any) -> None:
        page.set_paper(9)
        if sheet.landscape:
            page.set_landscape()
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.55)
        page.center_horizontally()
        page.fit_to_pages(1, 1 if sheet.one_page else 0)
        page.set_footer("&C&9第 &P 页，共 &N 页&R&9&A")
        first, _, last = sheet.print_columns.partition(":")
        page.print_area(f"{first}1:{last}{sheet.last_row}")
        # Repeated on every page, so those of the last table: an earlier table's don't fit the later columns.
        headings = [table.heading_row for table in sheet.tables if table.heading_row]
        if headings:
            page.repeat_rows(headings[-1] - 1)
        frozen = next((table for table in sheet.tables if table.key == sheet.freeze), None)
        if frozen and frozen is sheet.tables[-1]:  # its headings would not fit the columns of a table below it
            page.freeze_panes(frozen.first_row - 1, 0)


def _first_entry(sheet: Sheet) -> Box:
    """The topmost entry cell, where typing begins; A1 on a sheet without any."""
    boxes = [field.box for field in sheet.fields if field.cell.role == "entry"]
    for table in sheet.tables:
        row, entered = table.first_row, (column for column in table.columns if column.cell.role == "entry")
        boxes += [(row, column.first, row, column.last) for column in entered]
    return min(boxes, default=(1, 1, 1, 1))


def _pixels(width: float) -> int:
    """A column's width in pixels, as XlsxWriter counts it when it places charts."""
    return int(width * 7 + 0.5) + 5


def _properties(style: Mapping[str, Any]) -> dict[str, Any]:
    """A style of the spec in XlsxWriter's properties."""
    properties: dict[str, Any] = {name: style[key] for key, name in _PROPERTIES.items() if key in style}
    properties |= {"valign": _VALIGN[style["valign"]], "locked": not style.get("unlocked", False)}
    if style.get("shrink"):
        properties["text_wrap"] = False
    if style.get("color"):
        properties["font_color"] = f"#{style['color']}"
    if style.get("fill"):
        properties["bg_color"] = f"#{style['fill']}"
    if style.get("border"):
        properties |= {"border": 1, "border_color": "#A6A6A6"}
    if style.get("bottom"):
        properties |= {"bottom": 2, "bottom_color": f"#{style['bottom']}"}
    return properties
