"""Reads a workbook of ours back by its defined names, wherever people moved its cells, rows and sheets.

Its formulas are not trusted: what they should say follows from the outline and the places found, what they give is
worked out again, and one that differs is a deviation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from contextlib import suppress
from decimal import Decimal
from functools import cache, lru_cache, partial
from math import prod
from operator import eq
from typing import NamedTuple, Protocol

from selfeval_xl.evaluation import evaluation
from selfeval_xl.evaluation.entries import number_entry
from selfeval_xl.forms.layout import LAYOUTS, PREFIX, Layout, Spot, found, row_formula, written
from selfeval_xl.forms.outline import ANY_TEXT, Outline, outline
from selfeval_xl.groups import by_key
from selfeval_xl.model import (
    EMPTY,
    SUM_FIELDS,
    UNKNOWN_FILE,
    UNREAD,
    UNSTATED,
    Deviation,
    Entries,
    Entry,
    Evaluation,
    Form,
    Place,
    Row,
    Structure,
    Template,
)
from selfeval_xl.read.outside import outside
from selfeval_xl.workbook.references import Area, cell_name, parse_area, tokens


class Cells(Protocol):
    """What this module needs of a workbook."""

    @property
    def names(self) -> list[tuple[str, str]]:
        """Its defined names, with what they refer to."""

    def entry(self, sheet: str, row: int, column: int) -> Entry:
        """What stands in a cell; EMPTY where nothing does."""

    def formulas(self, sheet: str, column: int, rows: range) -> Sequence[str | None]:
        """The formulas in a column's rows, with their ``=``."""

    def filled(self, sheet: str, rows: range, columns: Collection[int]) -> Iterable[int]:
        """Those of the rows in which anything may stand in these columns."""

    def settled(self, entry: Entry) -> Entry:
        """The entry with what its formula gives now."""


Settle = Callable[[Entry], Entry]
"""An entry that holds a formula → the same with what that formula gives now."""

_RENAMED = f"{PREFIX}template_id".replace(".", "_")
_LOOKED_AT = 1_000  # cells of one reference that are looked at, at most


class Ours(NamedTuple):
    """A workbook of ours: its form, where everything stands, and what was entered, as entries and as an evaluation."""

    form: Outline
    layout: Layout
    entries: Entries
    evaluation: Evaluation

    def with_entries(self, entries: Entries) -> Ours:
        """The same workbook, as if these had been entered."""
        before = self.evaluation
        assert before.sheet is not None and before.template is not None
        after = _evaluation(self.form, entries, before.sheet, before.template, before.structure)
        return self._replace(entries=entries, evaluation=after)

    def with_structure(self, structure: Structure) -> Ours:
        """The same workbook, with this said of its file."""
        return self._replace(evaluation=self.evaluation._replace(structure=structure))


def read_ours(
    cells: Cells, structure: Structure = UNKNOWN_FILE, names: Iterable[tuple[str, str]] | None = None
) -> Ours | None:
    """The evaluation in a workbook; None where its defined names (or ``names``, where given) are not ours.

    ``structure`` is what is known of the file already; deviations and broken names are added to it.
    """
    names = cells.names if names is None else names
    if not any(name.lower().startswith(PREFIX) for name, _ in names):
        return None
    layout, broken = found(names)
    if "indicators" not in layout.tables:
        return None
    version = _field(layout, cells, "template_version").text.strip()
    form = _form(_field(layout, cells, "template_id").text.strip(), layout)
    entries = _entries(form, layout, cells)
    template = Template(form.id, version or UNSTATED, form.version)
    lost = _lost(form, layout, broken)
    later = [name for name in lost if template.other and name not in broken and name.removeprefix(PREFIX) in form.added]
    lost = tuple(name for name in lost if name not in later)
    deviations = tuple(_deviations(form, layout, cells))
    structure = structure._replace(
        deviations=(*structure.deviations, *deviations),
        without_formulas=_without_formulas(form, layout, cells, {one.place.sheet for one in deviations}),
        broken_names=(*structure.broken_names, *lost),
        broken_contents=(*structure.broken_contents, *contents(form, lost)),
        outside=tuple(
            # A form of another version may have rows of words there that this one does not know.
            row
            for row in outside(form, layout, cells.entry)
            if version == form.version or any(entry.value is not None for entry in row.cells)
        ),
    )
    sheet = layout.tables["indicators"].sheet
    whole = _evaluation(form, entries, sheet, template._replace(lacks=tuple(contents(form, later))), structure)
    return Ours(form, layout, entries, whole)


def is_renamed(names: Iterable[tuple[str, str]]) -> bool:
    """Whether names of ours were changed: LibreOffice makes ``se_year`` of ``se.year`` where it opens an .xls.

    It keeps only one of two names that become the same, so such a workbook can't be read for certain.
    """
    return any(name.lower() == _RENAMED for name, _ in names)


def _evaluation(form: Outline, entries: Entries, sheet: str, template: Template, structure: Structure) -> Evaluation:
    """The evaluation that these entries of a workbook of ours make."""
    kind: Form = form.id  # type: ignore[assignment]
    return evaluation(
        kind,
        entries,
        sheet=sheet,
        columns=[key for key, part in form.tables["indicators"].items() if part.role == "entry"],
        funds_columns=["initial", "adjusted", "executed", "weight", "claimed_rate", "claimed_score", "reason"],
        template=template,
        structure=structure,
    )


def _form(identity: str, layout: Layout) -> Outline:
    """The form, by the id in the workbook, else by the tables that only one form has."""
    try:
        return outline(identity)
    except KeyError:
        if "allocations" in layout.tables:
            return outline("transfer")
        return outline("department" if "management" in layout.tables else "project")


def _field(layout: Layout, cells: Cells, key: str) -> Entry:
    spot = layout.fields.get(key)
    return cells.entry(*spot) if spot else EMPTY


def _entries(form: Outline, layout: Layout, cells: Cells) -> Entries:
    def lookup(sheet: str, row: int, column: int) -> Entry:
        entry = cells.entry(sheet, row, column)
        return cells.settled(entry) if entry.formula else entry

    tables: dict[str, tuple[Row, ...]] = {}
    for key, columns in form.tables.items():
        stretch = layout.tables.get(key)
        wanted = [name for name, part in columns.items() if part.role == "entry"]
        if stretch is None or not wanted:
            continue
        rows: list[Row] = []
        places = {name: stretch.columns[name] for name in wanted if name in stretch.columns}
        for number in cells.filled(stretch.sheet, stretch.rows, places.values()):
            row = {name: lookup(stretch.sheet, number, column) for name, column in places.items()}
            expected = row.get("expected", EMPTY) if key == "tieout" else EMPTY
            hollow = expected.value == 0 and _is_hollow(expected, lookup)
            if hollow:
                row["expected"] = expected._replace(text="", value=None)
            if all(entry.blank for entry in row.values()):
                continue
            empty = [name for name, entry in row.items() if not entry.place]
            row |= {name: _placed(stretch.sheet, number, places[name]) for name in empty}
            rows.append(row | {"hollow": EMPTY} if hollow else row)
        tables[key] = tuple(rows)
    fields: dict[str, Entry] = {}
    for key, part in form.fields.items():
        spot = layout.fields.get(key)
        if spot is None or not (part.given or key in SUM_FIELDS):
            continue
        if key in SUM_FIELDS:  # what was typed over the formula counts only where no parts do
            typed, added = cells.entry(*spot), _sum(tables.get("funds", ()), SUM_FIELDS[key], spot)
            entry = added if typed.formula or added.value is not None else typed
        else:
            entry = lookup(*spot)
        fields[key] = entry if entry.place else entry._replace(place=spot.place)
    return Entries(fields, tables)


def _is_hollow(entry: Entry, lookup: Callable[[str, int, int], Entry]) -> bool:
    """True where a formula only refers to cells that are still blank: a spreadsheet makes a 0 of that.

    A formula that can't be read may be such a one.
    """
    if entry.formula == UNREAD:
        return True
    areas = list[Area]()
    for token in tokens((entry.formula or "").lstrip("=")):
        if token.kind in ("name", "error", "bracket"):
            return False
        if token.kind == "reference":
            with suppress(ValueError):
                areas.append(parse_area(str(token)))
    own = entry.place.sheet if entry.place else ""
    return bool(areas) and all(
        prod(area.shape) <= _LOOKED_AT and all(lookup(area.sheet or own, *cell).blank for cell in area.cells())
        for area in areas
    )


def _placed(sheet: str, row: int, column: int) -> Entry:
    return Entry(place=Place(sheet, cell_name(row, column)))


def _sum(rows: tuple[Row, ...], key: str, spot: Spot) -> Entry:
    """What the total's formula gives."""
    entries = [row[key] for row in rows if key in row]
    known = [entry.value for entry in entries if entry.value is not None]
    if not known or any(entry.is_error for entry in entries):
        return Entry(place=spot.place)
    return number_entry(sum(known, Decimal(0)), spot.place)


def _lost(form: Outline, layout: Layout, broken: tuple[str, ...]) -> tuple[str, ...]:
    wanted = [PREFIX + key for key in form.fields if key not in layout.fields]
    for table, columns in form.tables.items():
        have = layout.tables[table].columns if table in layout.tables else {}
        wanted += [f"{PREFIX}{table}.{key}" for key in columns if key not in have]
    return tuple(dict.fromkeys((*broken, *wanted)))


def contents(form: Outline, names: Iterable[str]) -> dict[str, list[str]]:
    """What users call the contents under these names, each with its keys; a sheet or table lost as a whole is one."""
    keys = {name.lower().removeprefix(PREFIX): name for name in names}
    if not keys:
        return {}
    groups: list[tuple[str, Collection[str]]] = [(f"工作表“{name}”", parts) for name, parts in form.sheets.items()]
    groups += [
        (f"“{form.titles[table]}”整张表", [f"{table}.{key}" for key in columns])
        for table, columns in form.tables.items()
    ]
    gone: dict[str, str] = {}
    for called, parts in groups:
        if keys.keys() >= set(parts):
            gone = dict.fromkeys(parts, called) | gone
    return by_key((gone.get(key) or form.called(key) or name, key) for key, name in keys.items())


Writing = Callable[[str], Callable[[int], str]]
"""A formula of the form → that of each row."""


class FormulaColumn(NamedTuple):
    """A cell, or a table's column of cells, where the form wants formulas; ``key`` as in the defined names.

    ``formula`` gives the formula of a row; ``former`` are other wordings that are right as well, for ``write``.
    """

    sheet: str
    column: int
    key: str
    rows: range
    formula: Callable[[int], str]
    write: Writing
    former: Sequence[str]

    def says(self, said: str, row: int) -> bool:
        """Whether a formula is the one wanted in that row, or a former one, whatever program saved it."""
        return _fits(said, self.formula(row)) or any(_fits(said, one(row)) for one in self._former())

    def _former(self) -> Iterator[Callable[[int], str]]:
        for formula in self.former:
            with suppress(KeyError):  # the formula needs a name that is lost
                yield self.write(formula)


def formula_columns(form: Outline, layout: Layout) -> tuple[FormulaColumn, ...]:
    """Every cell that the form wants a formula in; those whose formula needs a name that is lost are left out."""
    return _formula_columns(form.id, layout)


@lru_cache(maxsize=LAYOUTS)
def _formula_columns(identity: str, layout: Layout) -> tuple[FormulaColumn, ...]:
    found: list[FormulaColumn] = []
    form = outline(identity)

    def want(formula: str, sheet: str, column: int, key: str, rows: range, write: Writing) -> None:
        with suppress(KeyError):
            found.append(FormulaColumn(sheet, column, key, rows, write(formula), write, form.former.get(key, ())))

    for key, part in form.fields.items():
        spot = layout.fields.get(key)
        if part.formula and spot:
            write = partial(_in_a_cell, layout=layout, sheet=spot.sheet)
            want(part.formula, spot.sheet, spot.column, key, range(spot.row, spot.row + 1), write)
    for table, columns in form.tables.items():
        stretch = layout.tables.get(table)
        if stretch is None:
            continue
        write = partial(row_formula, layout=layout, table=table)
        for key, part in columns.items():
            if part.formula is not None and key in stretch.columns:
                want(part.formula, stretch.sheet, stretch.columns[key], f"{table}.{key}", stretch.rows, write)
    return tuple(found)


def _in_a_cell(formula: str, layout: Layout, sheet: str) -> Callable[[int], str]:
    text = written(formula, layout, sheet)
    return lambda _: text


def _deviations(form: Outline, layout: Layout, cells: Cells) -> Iterator[Deviation]:
    """Formulas that were changed, typed over, or deleted from a row that has others."""
    columns = formula_columns(form, layout)
    inserted = cache(partial(_inserted, columns, cells))
    for one in columns:
        sheet, column, rows = one.sheet, one.column, one.rows
        found = cells.formulas(sheet, column, rows)
        if all(map(eq, found, map(one.formula, rows))):
            continue
        table, inside, _ = one.key.partition(".")
        for row, said in zip(rows, found, strict=True):
            expected = one.formula(row)
            if said in (expected, UNREAD) or (said is not None and one.says(said, row)):
                continue
            entry = cells.entry(sheet, row, column)
            if said is not None or not entry.blank or not (inside and row in inserted(table)):
                yield Deviation("formula", Place(sheet, cell_name(row, column)), said or entry.text, expected)


def _without_formulas(form: Outline, layout: Layout, cells: Cells, among: Collection[str]) -> tuple[str, ...]:
    """Those ``among`` the sheets that have lost every formula that the form wants there."""
    columns = [one for one in formula_columns(form, layout) if one.sheet in among] if among else []
    left = {one.sheet for one in columns if any(cells.formulas(one.sheet, one.column, one.rows))}
    return tuple(dict.fromkeys(one.sheet for one in columns if one.sheet not in left))


def _inserted(columns: Iterable[FormulaColumn], cells: Cells, table: str) -> Set[int]:
    """Rows that somebody inserted into a table: without formulas, or with the few that a program carried on."""
    beside = [each for each in columns if each.key.startswith(f"{table}.")]
    there: Counter[int] = Counter()
    for each in beside:
        formulas = cells.formulas(each.sheet, each.column, each.rows)
        there.update(row for row, said in zip(each.rows, formulas, strict=True) if said is not None)
    return {row for row in beside[0].rows if there[row] * 2 < len(beside)}


def _fits(said: str, wanted: str) -> bool:
    """Whether a formula is the one wanted, in which ``ANY_TEXT`` stands for any text within quotes."""
    if ANY_TEXT not in wanted:
        return alike(said) == alike(wanted)
    pattern = '[^"]*'.join(map(re.escape, alike(wanted).split(ANY_TEXT)))
    return re.fullmatch(pattern, alike(said)) is not None


@lru_cache(maxsize=4096)
def alike(formula: str) -> str:
    """A formula without what differs when another program saves it: blanks, ``$``, quotes of sheet names, case, and
    how a number is written (Gnumeric makes 0.0099999999999999999998 of 0.01).
    """
    parts = []
    for token in tokens(formula.lstrip("=")):
        if token.kind == "space":
            continue
        if token.kind == "number":
            parts.append(format(float(token.text), ".15g"))  # the digits that a spreadsheet keeps
            continue
        text = str(token) if token.kind == "text" else str(token).replace("$", "").replace("'", "").upper()
        parts.append(text.removeprefix("_XLFN."))
    return "".join(parts)
