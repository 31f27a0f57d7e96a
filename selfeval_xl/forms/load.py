"""Loads the spec of a form from its TOML files, and converts rows counted within a block to rows of the sheet.

Finance officers edit these files: each is checked against its schema, and mistakes are reported as SpecError.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Template as Text
from typing import Any, NamedTuple

from selfeval_xl import rules
from selfeval_xl.errors import SpecError
from selfeval_xl.forms import FORMS, schema
from selfeval_xl.forms.kinds import Kind
from selfeval_xl.forms.outline import ANY_TEXT
from selfeval_xl.forms.sound import faults
from selfeval_xl.forms.spec import Box, Cellspec, Chart, Column, Field, Highlight, Label, Sheet, Spec, Table
from selfeval_xl.mistakes import listed, near, unreadable
from selfeval_xl.workbook.references import column_number, parse_area

SPECS = Path(__file__).with_name("specs")
FACTS = ("title", "updated")
"""Texts about the form itself (its title, its date): a formula that quotes an earlier one is not a changed formula."""
_HEADING_HEIGHT = 30  # points of a table's headings
_TEXT = re.compile(r"\$\{(\w*)\}?")


def load_spec(form: str, folder: Path | None = None) -> Spec:
    """The spec of ``form`` in ``folder`` (default: the program's own).  SpecError names the first mistake in it."""
    return _load_spec(form, folder or SPECS)


def strangers() -> list[str]:
    """TOML files beside the forms' that nothing reads: somebody may have meant to add a form of their own."""
    known = (*FORMS, "lists", "styles")
    return sorted(path.name for path in SPECS.glob("*.toml") if path.stem not in known)


@cache
def _load_spec(form: str, folder: Path) -> Spec:
    files = _Files(folder)
    styles = files.styles()
    lists = files.read("lists.toml", schema.LISTS)
    twice = lists["strict"].keys() & lists["suggest"].keys()
    if twice:
        raise SpecError(f"lists.toml：{listed(sorted(twice))} 在 [strict] 和 [suggest] 里都有，只能写一处")
    choices = {key: tuple(values) for kind in ("strict", "suggest") for key, values in lists[kind].items()}
    known = schema.Known(rules.names(), files.names("sheets"), files.names("blocks"), tuple(styles), tuple(choices))
    head = files.read(f"{form}.toml", schema.form(form, known))
    texts = {**head["texts"], "title": head["title"], "updated": head["updated"]}
    texts |= {f"{key}_rows": str(count) for key, count in head["rows"].items()}
    if "funds_label" not in texts:
        raise SpecError(f"{form}.toml：[texts] 缺少 funds_label{near('funds_label', texts)}")
    used = {"funds_label"}  # the program itself shows it
    sheets = tuple(_sheet(key, head, _Texts(texts, used), files, known) for key in head["sheets"])
    spec = Spec(
        id=head["id"],
        version=head["version"],
        title=head["title"],
        updated=head["updated"],
        subject=head["texts"]["funds_label"],
        rules=head["rules"],
        sheets=sheets,
        styles=styles,
        choices=choices,
        strict=frozenset(lists["strict"]),
        defaults=head["defaults"],
        rows=head["rows"],
        idle_texts=tuple(name for name in head["texts"] if name not in used),
    )
    for fault in faults(spec):
        raise SpecError(fault)
    return spec


class _Files:
    """The TOML files of a folder of specs, each checked against the schema of its kind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self, kind: str) -> tuple[str, ...]:
        """The names, without ending, of the files in ``sheets`` or ``blocks``."""
        return tuple(sorted(path.stem for path in (self.folder / kind).glob("*.toml")))

    def read(self, name: str, kind: Kind) -> dict[str, Any]:
        """The content of a file; SpecError where it does not fit ``kind``."""
        data = self.raw(name)
        for fault in kind("", data):
            raise SpecError(f"{name}：{fault}")
        return data

    def raw(self, name: str) -> dict[str, Any]:
        """The content of a file, unchecked."""
        path = self.folder / name
        try:  # Notepad on Windows puts a byte order mark in front, which TOML does not know.
            return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        except (OSError, ValueError) as error:
            raise SpecError(unreadable(name, path, error, "表样文件")) from error

    def styles(self) -> dict[str, dict[str, Any]]:
        """``styles.toml`` with what each style extends merged into it."""
        name = "styles.toml"
        raw = self.read(name, schema.styles(self.raw(name)))

        def merged(style: str, extending: tuple[str, ...] = ()) -> dict[str, Any]:
            if style in extending:
                raise SpecError(f"{name}：[{style}] 的 extends 绕了一圈又回到自己")
            own = dict(raw[style])
            base = own.pop("extends", None)
            return {**(merged(base, (*extending, style)) if base else {}), **own}

        styles = {style: merged(style) for style in raw}
        for style, settings in styles.items():
            if missing := [key for key in ("font", "size", "valign") if key not in settings]:
                raise SpecError(f'{name}：[{style}] 缺少 {listed(missing)}；可以写 extends = "base"，只写不同的地方')
        return styles


class _Texts(NamedTuple):
    """The texts of a form by name, and the names ``used`` so far."""

    known: Mapping[str, str]
    used: set[str]


class _Place:
    """A block with ``row`` sheet rows above it and ``rows`` of its own: converts its cells and texts to the sheet's."""

    def __init__(self, file: str, texts: _Texts, row: int, rows: int) -> None:
        self.file, self.texts, self.row, self.rows = file, texts, row, rows

    def box(self, at: str, origin: str) -> Box:
        """The sheet's cells for ``at``, which counts rows from the block's first."""
        area = parse_area(at)
        if area.bottom > self.rows:
            raise SpecError(f"{origin} 在第 {area.bottom} 行，heights 只写了 {self.rows} 行的行高，请补上")
        return area.top + self.row, area.left, area.bottom + self.row, area.right

    def filled(self, text: str, origin: str, texts: Mapping[str, str] | None = None) -> str:
        """``text`` with each ``${name}`` replaced by the form's text of that name."""
        known = self.texts.known
        for name in _TEXT.findall(text):
            if name not in known:
                raise SpecError(f"{origin} 写了 ${{{name}}}，表的 [texts] 里没有这个名称{near(name, known)}")
            self.texts.used.add(name)
        return Text(text).safe_substitute(known if texts is None else texts)

    def cellspec(self, item: Mapping[str, Any], origin: str) -> Cellspec:
        """The specification of a field's or a column's cell."""
        number = item.get("number", False)
        formula = item.get("formula")
        hint = item.get("help")
        return Cellspec(
            key=item["key"],
            role=item["role"],
            style=item["style"],
            formula=self.filled(formula, f"{origin} 的 formula") if formula else None,
            choices=item.get("list"),
            number=tuple(number) if isinstance(number, list) else bool(number),
            help=(hint[0], hint[1]) if hint else None,
            text=item.get("text"),
            former=tuple(self._former(item, origin)),
            origin=origin,
        )

    def _former(self, item: Mapping[str, Any], origin: str) -> Iterator[str]:
        open_texts = {**self.texts.known, **dict.fromkeys(FACTS, ANY_TEXT)}
        formula = item.get("formula", "")
        if set(_TEXT.findall(formula)) & set(FACTS):
            yield self.filled(formula, origin, open_texts)
        for former in item.get("former", ()):
            yield self.filled(former, f"{origin} 的 former", open_texts)


def _sheet(key: str, head: Mapping[str, Any], texts: _Texts, files: _Files, known: schema.Known) -> Sheet:
    origin = f"sheets/{key}.toml"
    raw = files.read(origin, schema.sheet(known))
    names = head["blocks"].get(key) or raw.get("blocks")
    if not names:
        raise SpecError(f"{origin}：缺少 blocks；{head['id']}.toml 的 [blocks] 里也没有 {key}")
    heights: dict[int, float] = {}
    labels: list[Label] = []
    fields: list[Field] = []
    charts: list[Chart] = []
    highlights: list[Highlight] = []
    tables: list[Table] = []
    row = 0
    for name in names:
        file = f"blocks/{name}.toml"
        block = files.read(file, schema.block(known))
        if block.keys() & {"key", "title", "height", "column"}:
            files.read(file, schema.table_block(known))
        place = _Place(file, texts, row + block.get("gap", 0), len(block.get("heights", ())))
        heights |= enumerate(block.get("heights", ()), place.row + 1)
        labels += _labels(block, place)
        fields += _fields(block, place)
        charts += _charts(block, place)
        row = place.row + place.rows
        if "column" in block:
            table = _table(block, place, head)
            if table.heading_row:
                heights[table.heading_row] = _HEADING_HEIGHT
            heights |= dict.fromkeys(range(table.first_row, table.last_row + 1), table.height)
            tables.append(table)
            row = table.last_row
        else:
            highlights += _highlights(block, place)
    return Sheet(
        key=key,
        name=raw["name"],
        landscape=raw["landscape"],
        one_page=raw.get("one_page", False),
        widths=raw["widths"],
        hidden=raw.get("hidden"),
        print_columns=raw["print"],
        freeze=raw.get("freeze"),
        tab=raw["tab"],
        heights=heights,
        labels=tuple(labels),
        fields=tuple(fields),
        highlights=tuple(highlights),
        tables=tuple(tables),
        charts=tuple(charts),
        last_row=row,
    )


def _labels(block: Mapping[str, Any], place: _Place) -> Iterator[Label]:
    for at, text, style in block.get("labels", ()):
        where = f"{place.file}：labels 里 {at} 的文字"
        yield Label(place.box(at, where), place.filled(text, where), style, where)


def _fields(block: Mapping[str, Any], place: _Place) -> Iterator[Field]:
    for item in block.get("field", ()):
        where = f"{place.file}：[[field]] {item['key']}"
        yield Field(place.cellspec(item, where), place.box(item["at"], where))


def _charts(block: Mapping[str, Any], place: _Place) -> Iterator[Chart]:
    for item in block.get("chart", ()):
        where = f"{place.file}：[[chart]] {item['title']}"
        yield Chart(place.box(item["at"], where), item["kind"], item["title"], tuple(item["series"]), where)


def _highlights(block: Mapping[str, Any], place: _Place) -> Iterator[Highlight]:
    for number, item in enumerate(block.get("highlight", ()), 1):
        first, last = item["columns"]
        yield Highlight(first, last, item["when"], item["style"], f"{place.file}：第 {number} 个 [[highlight]]")


def _table(block: Mapping[str, Any], place: _Place, head: Mapping[str, Any]) -> Table:
    rows = head["rows"].get(block["key"])
    if rows is None:
        raise SpecError(
            f"{head['id']}.toml：[rows] 缺少 {block['key']}（{block['title']}的行数）{near(block['key'], head['rows'])}"
        )
    columns = []
    for item in block["column"]:
        first, _, last = item["at"].partition(":")
        columns.append(
            Column(
                cell=place.cellspec(item, f"{place.file}：[[column]] {item['key']}"),
                first=column_number(first),
                last=column_number(last or first),
                heading=item.get("heading"),
                number_from=item.get("number_from"),
            )
        )
    row = place.row + place.rows
    heading_row = row + 1 if any(column.heading for column in columns) else None
    first_row = (heading_row or row) + 1
    return Table(
        key=block["key"],
        title=block["title"],
        heading_row=heading_row,
        first_row=first_row,
        last_row=first_row + rows - 1,
        height=block["height"],
        columns=tuple(columns),
        highlights=tuple(_highlights(block, place)),
        origin=f"{place.file}：表 {block['key']}",
    )
