"""The spec of a standard form, loaded from its TOML files: every label, cell, formula and choice stands there once.

A form is a list of sheets, a sheet a stack of blocks; a block holds labels, fields and at most one table.  Rows in a
block count from its own first row, so a block can stand in any form; here they become rows of the sheet.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Template as Text
from typing import Any, Literal

from selfeval_xl.workbook.references import column_number

Role = Literal["entry", "formula", "parameter", "reading", "result", "label"]
Box = tuple[int, int, int, int]  # first row, first column, last row, last column; from 1
_SPECS = resources.files("selfeval_xl.forms") / "specs"


@dataclass(frozen=True, slots=True)
class Cellspec:
    """What a field, or each cell of a table's column, is: its role, look, formula, and what may be entered.

    ``former`` are formulas that earlier copies of the form have there: they are no tampering.
    """

    key: str
    role: Role
    style: str
    formula: str | None = None
    choices: str | None = None
    number: tuple[int, int] | bool = False
    help: tuple[str, str] | None = None
    text: str | None = None
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A single cell (or merged box) with a key."""

    cell: Cellspec
    box: Box


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``first`` and ``last`` are its sheet columns (merged where they differ)."""

    cell: Cellspec
    first: int
    last: int
    heading: str | None = None
    number_from: int | None = None


@dataclass(frozen=True, slots=True)
class Highlight:
    """A conditional format over a table's columns from ``first`` to ``last``, where ``when`` is true of the row."""

    first: str
    last: str
    when: str
    style: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of like cells, which grow; ``heading_row`` is None where the headings stand elsewhere."""

    key: str
    title: str
    heading_row: int | None
    first_row: int
    last_row: int
    height: float
    columns: tuple[Column, ...]
    highlights: tuple[Highlight, ...]

    def column(self, key: str) -> Column:
        """The column under that key; KeyError where there is none."""
        for column in self.columns:
            if column.cell.key == key:
                return column
        raise KeyError(f"{self.key}.{key}")


@dataclass(frozen=True, slots=True)
class Label:
    """Fixed text."""

    box: Box
    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart over the cells of its box; each series' figures stand in the fields ``from`` … ``to``, one below
    the other."""

    box: Box
    kind: str
    title: str
    series: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the form with its print set-up."""

    key: str
    name: str
    landscape: bool
    widths: Mapping[str, float]
    hidden: str | None
    print_columns: str
    repeat: str | None
    freeze: str | None
    tab: str
    heights: Mapping[int, float]
    labels: tuple[Label, ...]
    fields: tuple[Field, ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    last_row: int


@dataclass(frozen=True, slots=True)
class Spec:
    """A whole standard form.  ``defaults`` are the entries that stand in an empty workbook already."""

    id: str
    version: str
    title: str
    updated: str
    subject: str
    rules: str
    sheets: tuple[Sheet, ...]
    choices: Mapping[str, tuple[str, ...]]
    strict: frozenset[str]
    defaults: Mapping[str, Any]

    def table(self, key: str) -> Table:
        """The table under that key; KeyError where the form has none."""
        for sheet in self.sheets:
            for table in sheet.tables:
                if table.key == key:
                    return table
        raise KeyError(key)


@cache
def load_spec(form: str) -> Spec:
    """The spec of ``form``."""
    head = _toml(f"{form}.toml")
    texts = {**head["texts"], "title": head["title"], "updated": head["updated"]}
    texts |= {f"{key}_rows": str(count) for key, count in head["rows"].items()}
    lists = _toml("lists.toml")
    choices = {key: tuple(values) for kind in ("strict", "suggest") for key, values in lists[kind].items()}
    return Spec(
        id=head["id"],
        version=head["version"],
        title=head["title"],
        updated=head["updated"],
        subject=head["texts"]["funds_label"],
        rules=head["rules"],
        sheets=tuple(_sheet(key, head, texts) for key in head["sheets"]),
        choices=choices,
        strict=frozenset(lists["strict"]),
        defaults=head["defaults"],
    )


def load_styles() -> Mapping[str, Mapping[str, Any]]:
    """Style settings by name, with what they extend already merged in."""
    raw = _toml("styles.toml")

    def whole(name: str) -> dict[str, Any]:
        own = dict(raw[name])
        base = own.pop("extends", None)
        return {**(whole(base) if base else {}), **own}

    return {name: whole(name) for name in raw}


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_SPECS / name).read_text(encoding="utf-8"))


def _sheet(key: str, head: Mapping[str, Any], texts: Mapping[str, str]) -> Sheet:
    raw = _toml(f"sheets/{key}.toml")
    heights: dict[int, float] = {}
    labels: list[Label] = []
    fields: list[Field] = []
    tables: list[Table] = []
    charts: list[Chart] = []
    row = 0
    for name in head["blocks"].get(key) or raw["blocks"]:
        block = _toml(f"blocks/{name}.toml")
        row += block.get("gap", 0)
        for offset, height in enumerate(block.get("heights", ()), 1):
            heights[row + offset] = height
        for at, text, style in block.get("labels", ()):
            labels.append(Label(_box(at, row), Text(text).substitute(texts), style))
        fields.extend(Field(_cellspec(item, texts), _box(item["at"], row)) for item in block.get("field", ()))
        charts.extend(
            Chart(_box(item["at"], row), item["kind"], item["title"], tuple(item["series"]))
            for item in block.get("chart", ())
        )
        row += len(block.get("heights", ()))
        if "column" in block:
            table = _table(block, row, head["rows"][block["key"]], texts)
            if table.heading_row:
                heights[table.heading_row] = 30
            for line in range(table.first_row, table.last_row + 1):
                heights[line] = table.height
            tables.append(table)
            row = table.last_row
    return Sheet(
        key=key,
        name=raw["name"],
        landscape=raw["landscape"],
        widths=raw["widths"],
        hidden=raw.get("hidden"),
        print_columns=raw["print"],
        repeat=raw.get("repeat"),
        freeze=raw.get("freeze"),
        tab=raw["tab"],
        heights=heights,
        labels=tuple(labels),
        fields=tuple(fields),
        tables=tuple(tables),
        charts=tuple(charts),
        last_row=row,
    )


def _table(block: Mapping[str, Any], row: int, rows: int, texts: Mapping[str, str]) -> Table:
    columns = []
    for item in block["column"]:
        first, _, last = item["at"].partition(":")
        columns.append(
            Column(
                cell=_cellspec(item, texts),
                first=column_number(first),
                last=column_number(last or first),
                heading=item.get("heading"),
                number_from=item.get("number_from"),
            )
        )
    heading_row = row + 1 if any(column.heading for column in columns) else None
    first_row = (heading_row or row) + 1
    highlights = tuple(
        Highlight(item["columns"][0], item["columns"][1], item["when"], item["style"])
        for item in block.get("highlight", ())
    )
    return Table(
        key=block["key"],
        title=block["title"],
        heading_row=heading_row,
        first_row=first_row,
        last_row=first_row + rows - 1,
        height=block["height"],
        columns=tuple(columns),
        highlights=highlights,
    )


def _cellspec(item: Mapping[str, Any], texts: Mapping[str, str]) -> Cellspec:
    number = item.get("number", False)
    formula = item.get("formula")
    hint = item.get("help")
    return Cellspec(
        key=item["key"],
        role=item["role"],
        style=item["style"],
        formula=Text(formula).safe_substitute(texts) if formula else None,
        choices=item.get("list"),
        number=tuple(number) if isinstance(number, list) else bool(number),
        help=(hint[0], hint[1]) if hint else None,
        text=item.get("text"),
        former=tuple(Text(each).safe_substitute(texts) for each in item.get("former", ())),
    )


def _box(at: str, offset: int) -> Box:
    first, _, last = at.partition(":")
    row, column = _cell(first)
    last_row, last_column = _cell(last or first)
    return row + offset, column, last_row + offset, last_column


def _cell(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), column_number(letters)
