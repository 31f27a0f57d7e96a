"""The budget table of an official form, on the form's sheet or one of its own: a line for each project or task."""

from __future__ import annotations

from typing import NamedTuple

from selfeval_xl.fill_official.places import ruled_rows
from selfeval_xl.fill_official.texts import amount, scalar
from selfeval_xl.fill_official.writer import Writer
from selfeval_xl.model import AMOUNT_COLUMNS, EMPTY, Entries, Entry, Row
from selfeval_xl.read import Workbook
from selfeval_xl.scoring import sum_if_known
from selfeval_xl.workbook.edits import Edits, SheetEdits
from selfeval_xl.workbook.reading.sheet import read_grid
from selfeval_xl.workbook.recognize.cells.sheet import Sheet
from selfeval_xl.workbook.recognize.cells.table import Table
from selfeval_xl.workbook.recognize.forms.anchors import find
from selfeval_xl.workbook.recognize.words.vocabulary import CURRENCIES, LINE_TOTALS, TITLES
from selfeval_xl.workbook.writing.patch import Patch

TITLE = "预算执行明细"


class _Place(NamedTuple):
    """An empty budget table: its heading, its blank rows, and the row of its total where it has one."""

    sheet: str
    table: Table
    first: int
    last: int
    total: int | None


def fill_budget(template: Workbook, data: Entries) -> tuple[Workbook, Writer | None]:
    """The workbook with its empty budget table filled, and the writer that did it; None where nothing can be filled.

    A project with its parts goes into a flat table as the parts, whose total is the project; several projects with
    parts of their own would be added up twice there, so that table is left alone.
    """
    rows = data.tables.get("budget", ())
    place = next(filter(None, (_empty_table(template, name) for name in template.grids)), None)
    if not rows or place is None:
        return template, None
    lines, whole = _flat(rows)
    patch = Patch(template.package)
    missing = len(lines) - (place.last - place.first + 1)
    if missing > 0:
        patch.insert_rows(place.sheet, place.last + 1, missing, since=place.last)
        template = Workbook(patch.to_bytes(), template.label)
        patch = Patch(template.package)
    writer = Writer(read_grid(template.package, place.sheet, blanks=True))
    if not lines:
        writer.tell(TITLE, f"{len(rows)} 行", "有几个一级项目各带二级项目，表里分不出两级，没有填")
        return template, writer
    unit = data.fields.get("currency_unit", EMPTY).text
    for row, line in enumerate(lines, place.first):
        _write(writer, place, row, line, unit)
    if place.total is not None:
        _write(writer, place, place.total + max(missing, 0), whole or _sum(lines), unit, named=False)
    patch.apply(Edits({place.sheet: SheetEdits(writer.cells)}))
    patch.apply(Edits({place.sheet: SheetEdits(heights=writer.raised(patch.measures(place.sheet)))}))
    return Workbook(patch.to_bytes(), template.label), writer


def _empty_table(template: Workbook, name: str) -> _Place | None:
    """The budget table of the sheet ``name``, where nothing was entered into it yet."""
    sheet = Sheet(template.grids[name], name)
    for anchor in find(sheet):
        if anchor.kind != "budget" or anchor.table is None:
            continue
        first = anchor.table.bottom + 1
        below = next((row for row in sheet.numbers if row >= first), None)
        if below is None:  # only borders can tell how far the table goes
            grid = read_grid(template.package, name, blanks=True)
            columns = [(column.first, column.last) for column in anchor.table.columns.values()]
            if rows := ruled_rows(grid, columns, first, Patch(template.package).bordered()):
                return _Place(name, anchor.table, first, rows[-1], None)
        if below is None or below == first:
            continue
        total = sheet.row(below)[0].label.core in LINE_TOTALS
        return _Place(name, anchor.table, first, below - 1, below if total else None)
    return None


def _flat(rows: tuple[Row, ...]) -> tuple[list[Row], Row | None]:
    """The lines for a table without levels, and the line that is their total; no lines where levels can't be told."""
    projects = [row for row in rows if row.get("level", EMPTY).text not in ("二级项目", "合计")]
    parts = [row for row in rows if row.get("level", EMPTY).text == "二级项目"]
    total = next((row for row in rows if row.get("level", EMPTY).text == "合计"), None)
    if not parts:
        return projects, total
    return (parts, projects[0]) if len(projects) == 1 else ([], None)


def _sum(lines: list[Row]) -> Row:
    """The sums of the columns in which every line has a figure."""
    sums: dict[str, Entry] = {}
    for key in AMOUNT_COLUMNS:
        added = sum_if_known(row.get(key, EMPTY).value for row in lines)
        if added is not None:
            sums[key] = Entry(str(added), added)
    return sums


def _write(writer: Writer, place: _Place, row: int, line: Row, unit: str, *, named: bool = True) -> None:
    columns, name = place.table.columns, line.get("name", EMPTY).text.strip()
    for key, column in columns.items():
        at = writer.first((row, column.first))
        wanted = column.heading.label.unit
        entry = line.get(key, EMPTY)
        what = f"“{name}”的{column.heading.text.strip()}"
        if key in AMOUNT_COLUMNS:
            value = entry.value
            writer.put(at, amount(value, unit, wanted) if value is not None and wanted in CURRENCIES else value, what)
        elif key == "claimed_rate":
            adjusted, executed = line.get("adjusted", EMPTY).value, line.get("executed", EMPTY).value
            writer.put_rate(at, executed / adjusted if adjusted and executed is not None else entry.value, what)
        elif key == "name" and named:
            writer.put(at, name, what)
        elif key == "reason":
            writer.put(at, scalar(entry), what)
    for key in AMOUNT_COLUMNS:
        value = line.get(key, EMPTY).value
        if key not in columns and value:
            writer.tell(f"“{name}”的{TITLES[key]}", value, "表里没有这一栏")
