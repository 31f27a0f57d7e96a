"""Condenses a spec into the JSON of its :class:`~selfeval_xl.forms.outline.Outline`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from selfeval_xl.forms.labels import labels_of
from selfeval_xl.forms.sound import wanted
from selfeval_xl.forms.spec import Sheet, Spec, Table
from selfeval_xl.quantity.text import unspaced
from selfeval_xl.workbook.references import column_letters

_Part = tuple[object, ...]
"""The values of a :class:`~selfeval_xl.forms.outline.Part`, without the last one where there is no text."""


def condensed(spec: Spec) -> str:
    """The JSON of a spec's outline, the same text every time."""
    tables = [(sheet, table) for sheet in spec.sheets for table in sheet.tables]
    names = {name for name, _ in spec.cells()}
    raw = {
        "id": spec.id,
        "version": spec.version,
        "rules": spec.rules,
        "title": spec.title,
        "updated": spec.updated,
        "subject": spec.subject,
        "fields": dict(_fields(spec)),
        "tables": {table.key: dict(_columns(sheet, table)) for sheet, table in tables},
        "headings": {
            table.key: {column.cell.key: unspaced(column.heading or column.cell.key) for column in table.columns}
            for _, table in tables
        },
        "strict": {cell.key: spec.choices[cell.choices] for _, cell in spec.cells() if cell.choices in spec.strict},
        "former": {name: cell.former for name, cell in spec.cells() if cell.former},
        "labels": dict(labels_of(spec)),
        "titles": {table.key: table.title for _, table in tables},
        "added": sorted(names - wanted(spec.id).keys()),
        "gaps": {table.key: _gaps(sheet, table) for sheet, table in tables},
        "words": sorted(set(_words(spec))),
        "sheets": {sheet.name: [name for name, _ in sheet.cells()] for sheet in spec.sheets},
    }
    return json.dumps(raw, ensure_ascii=False, indent=1) + "\n"


def _fields(spec: Spec) -> Iterator[tuple[str, _Part]]:
    """Each field as a part; its fixed text is left out, as nothing but the template needs it."""
    for sheet in spec.sheets:
        for field in sheet.fields:
            top, left, bottom, right = field.box
            height = sum(sheet.heights[row] for row in range(top, bottom + 1))
            yield field.cell.key, (field.cell.role, field.cell.formula, _width(sheet, left, right), height)


def _columns(sheet: Sheet, table: Table) -> Iterator[tuple[str, _Part]]:
    for column in table.columns:
        cell = column.cell
        part = cell.role, cell.formula, _width(sheet, column.first, column.last), table.height
        yield cell.key, part if cell.text is None else (*part, cell.text)


def _gaps(sheet: Sheet, table: Table) -> tuple[int | None, int | None]:
    named = [row for field in sheet.fields for row in (field.box[0], field.box[2])]
    named += [row for other in sheet.tables if other is not table for row in (other.first_row, other.last_row)]
    above = max((row for row in named if row < table.first_row), default=None)
    below = min((row for row in named if row > table.last_row), default=None)
    return (
        None if above is None else table.first_row - above - 1,
        None if below is None else below - table.last_row - 1,
    )


def _words(spec: Spec) -> Iterator[str]:
    """The fixed texts, without spaces, of the sheets that have a table to be filled in."""
    for sheet in spec.sheets:
        if any(column.cell.role == "entry" for table in sheet.tables for column in table.columns):
            yield from (unspaced(label.text) for label in sheet.labels)


def _width(sheet: Sheet, first: int, last: int) -> float:
    return round(sum(sheet.widths.get(column_letters(column), 0.0) for column in range(first, last + 1)), 2)
