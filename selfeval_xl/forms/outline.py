"""What reading and rendering need of a form: each key's role and formula, kept ready as JSON beside the specs.

Loading a spec takes thirty times as long; ``selfeval-xl templates build`` writes the outlines, ``templates check``
holds them against the specs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from selfeval_xl.forms import FORMS
from selfeval_xl.workbook.references import column_letters

if TYPE_CHECKING:
    from selfeval_xl.forms.spec import Cellspec, Role, Sheet, Spec

OUTLINES = Path(__file__).with_name("outlines")


class Part(NamedTuple):
    """A field, or a column of a table: its role, formula, width in characters, height in points, and fixed text.

    Formulas are as in :func:`selfeval_xl.forms.layout.written`.
    """

    role: Role
    formula: str | None
    width: float
    height: float
    text: str | None = None


class Outline(NamedTuple):
    """A form without its looks.

    ``headings`` are the column headings without blanks (table → column → text), ``defaults`` the rows' preset texts,
    ``strict`` the only texts that an entry may hold, by its key in fields and tables alike; ``former`` the formulas of
    earlier copies of the form, by the key of the field.
    """

    id: str
    version: str
    rules: str
    title: str
    updated: str
    subject: str
    fields: Mapping[str, Part]
    tables: Mapping[str, Mapping[str, Part]]
    headings: Mapping[str, Mapping[str, str]]
    defaults: Mapping[str, Mapping[str, tuple[str, ...]]]
    strict: Mapping[str, tuple[str, ...]]
    former: Mapping[str, tuple[str, ...]]


@cache
def known_keys() -> frozenset[str]:
    """The keys of all forms: ``"year"``, ``"indicators.target"``."""
    outlines = [outline(form) for form in FORMS]
    fields = {key for one in outlines for key in one.fields}
    columns = {f"{table}.{key}" for one in outlines for table, parts in one.tables.items() for key in parts}
    return frozenset(fields | columns)


@cache
def outline(form: str) -> Outline:
    """The outline of ``form``; KeyError where there is no such form."""
    if form not in FORMS:  # a stranger's workbook says it: never a path
        raise KeyError(form)
    raw = json.loads((OUTLINES / f"{form}.json").read_text(encoding="utf-8"))
    return Outline(
        **{key: raw[key] for key in ("id", "version", "rules", "title", "updated", "subject")},
        fields={key: Part(*part) for key, part in raw["fields"].items()},
        tables={table: {key: Part(*part) for key, part in columns.items()} for table, columns in raw["tables"].items()},
        headings=raw["headings"],
        defaults={
            table: {key: tuple(texts) for key, texts in columns.items()} for table, columns in raw["defaults"].items()
        },
        strict={key: tuple(texts) for key, texts in raw["strict"].items()},
        former={key: tuple(formulas) for key, formulas in raw["former"].items()},
    )


def outline_text(spec: Spec) -> str:
    """The JSON of a spec's outline, the same text every time."""
    fields = {
        field.cell.key: (
            field.cell.role,
            field.cell.formula,
            _width(sheet, field.box[1], field.box[3]),
            sum(sheet.heights[row] for row in range(field.box[0], field.box[2] + 1)),
        )
        for sheet in spec.sheets
        for field in sheet.fields
    }
    tables = {
        table.key: {
            column.cell.key: (
                column.cell.role,
                column.cell.formula,
                _width(sheet, column.first, column.last),
                table.height,
                *([column.cell.text] if column.cell.text is not None else []),
            )
            for column in table.columns
        }
        for sheet in spec.sheets
        for table in sheet.tables
    }
    raw = {
        "id": spec.id,
        "version": spec.version,
        "rules": spec.rules,
        "title": spec.title,
        "updated": spec.updated,
        "subject": spec.subject,
        "fields": fields,
        "tables": tables,
        "headings": {
            table.key: {
                column.cell.key: "".join((column.heading or column.cell.key).split()) for column in table.columns
            }
            for sheet in spec.sheets
            for table in sheet.tables
        },
        "defaults": spec.defaults.get("tables", {}),
        "strict": {cell.key: spec.choices[cell.choices] for cell in _cells(spec) if cell.choices in spec.strict},
        "former": {cell.key: cell.former for cell in _cells(spec) if cell.former},
    }
    return json.dumps(raw, ensure_ascii=False, indent=1) + "\n"


def _cells(spec: Spec) -> Iterator[Cellspec]:
    for sheet in spec.sheets:
        yield from (field.cell for field in sheet.fields)
        yield from (column.cell for table in sheet.tables for column in table.columns)


def _width(sheet: Sheet, first: int, last: int) -> float:
    return round(sum(sheet.widths.get(column_letters(column), 0.0) for column in range(first, last + 1)), 2)
