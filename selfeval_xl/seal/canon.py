"""The content that a seal covers, in a canonical form: the same after another program saved the file, or rows moved.

Everything is identified by the keys of the form and by the number of a row among the filled ones, never by addresses or
sheet names.  The tool's own findings, notes and marks are left out, as they come and go with every check.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice, product, repeat
from typing import NamedTuple

from selfeval_xl.forms.layout import Layout, Spot, Stretch
from selfeval_xl.model import Place
from selfeval_xl.quantity.words import OLD_ERRORS
from selfeval_xl.read import Workbook
from selfeval_xl.seal.keyed import Formulas, Plan, plan
from selfeval_xl.seal.looks import Looks, looks_of
from selfeval_xl.workbook.grid import Grid, Merged, RawCell
from selfeval_xl.workbook.number_format import CellValue, ErrorValue
from selfeval_xl.workbook.references import Cell
from selfeval_xl.workbook.stored import number as stored_number

_RESULTS = ("total_score", "total_grade", "budget_rate", "budget_score", "weight_total")
_RESULT_COLUMNS = {"indicators": ("score", "status")}
_NOISE = Decimal("1e-9")
_CONSTANTS = {"=TRUE": "b1", "=FALSE": "b0"} | {f"={error}": f"e{error}" for error in OLD_ERRORS}
_REACH = 200, 30  # rows and columns of a sheet in which a field is looked for
_LARGE = 1 << 6  # cells, from which on not each of a merged range is looked for
_HEADING = 3  # rows above a cell in which its heading is looked for
HIDDEN, DATE1904 = "\0hidden", "\0date1904"
"""Added to the sealed text of a cell whose format hides it, and to the first one where days are counted from 1904."""

VERSIONS = ("1", "2", "3", "4")
"""Of what a seal covers; an earlier one is held against what it covered: the first knew no :func:`_sense` and no
constants that programs save as formulas, the second no formulas of blank rows, not all looks that mislead, and took
an error for a result, the third no labels and few colours, and told texts by the blanks around them."""
VERSION = VERSIONS[-1]


class Table(NamedTuple):
    """The filled rows of a table: their numbers, and each one's cells by column; ``""`` is the row itself."""

    stretch: Stretch
    numbers: list[int]
    rows: list[dict[str, str]]

    def place(self, ordinal: int, column: str) -> Place:
        """A cell of a filled row; the first one where the row itself is meant."""
        return self.stretch.place(self.numbers[ordinal], column or self._first)

    def below(self, ordinal: int) -> Place:
        """The first cell of the table's row below a filled one (-1: of its first row)."""
        row = self.numbers[ordinal] + 1 if ordinal >= 0 else self.stretch.first_row
        return self.stretch.place(min(row, self.stretch.last_row), self._first)

    @property
    def top(self) -> Place:
        """The table's first cell."""
        return self.stretch.place(self.stretch.first_row, self._first)

    @property
    def _first(self) -> str:
        return min(sorted(self.stretch.columns), key=lambda column: self.stretch.columns[column])


class Content(NamedTuple):
    """All that is sealed, as texts by their keys.

    ``fields`` are the single cells and the positions of table columns, ``results`` what the formulas gave, ``labels``
    the fixed texts beside fields, columns and at the top of sheets.  ``spots`` are the cells to report where a text
    differs; ``veiled`` those for a sheet where a conditional format hides text.
    """

    version: str
    fields: dict[str, str]
    tables: dict[str, Table]
    sheets: dict[str, str]
    results: dict[str, str]
    spots: dict[str, Spot]
    veiled: dict[str, Place]
    labels: dict[str, str]

    @property
    def items(self) -> dict[str, str]:
        """All that has one text each: fields, sheets and labels."""
        return self.fields | self.sheets | {f"~{key}": said for key, said in self.labels.items()}


def content_of(workbook: Workbook, layout: Layout, version: str = VERSION) -> Content:
    """The content of a workbook of ours with this layout, as seals of this version cover it."""
    return _Reader(workbook, plan(layout), version).content()


def fields_anywhere(workbook: Workbook, layout: Layout, version: str) -> Iterator[tuple[str, Spot]]:
    """What the content of a field would be at each cell of our sheets, as far as they are filled and forms reach."""
    return _Reader(workbook, plan(layout), version).anywhere()


class _Reader:
    """Reads the content of one workbook: its grids, which rows of each table are filled, and which cells are hidden."""

    def __init__(self, workbook: Workbook, places: Plan, version: str) -> None:
        self._plan, self._number = places, int(version)
        self._grids = {sheet: workbook.grids.get(sheet) or Grid(sheet) for sheet in places.sheets}
        self._filled: dict[str, list[int]] = {}
        self._used: dict[str, list[int]] = {}
        for sheet in places.sheets:
            self._look_over(sheet)
        self._covered = {sheet: _covered(grid) for sheet, grid in self._grids.items()}
        self._date1904 = workbook.package.date1904
        self._formulas = Formulas(places, self._filled)
        self._looks: Mapping[str, Looks] = looks_of(workbook.package, self._grids, self._number)

    def _look_over(self, sheet: str) -> None:
        """Find the rows of tables in which something was entered, and the other rows that are not blank."""
        used = set[int]()
        entered: dict[int, list[int]] = defaultdict(list)  # columns by row
        for (row, column), (value, _, formula, _) in self._grids[sheet].cells.items():
            if formula:
                used.add(row)
            elif value is not None and value != "":
                entered[row].append(column)
        used |= entered.keys()
        for key, one in self._plan.tables_on[sheet].items():
            columns, rows = set(one.columns.values()), one.rows
            filled = (row for row, there in entered.items() if row in rows and not columns.isdisjoint(there))
            self._filled[key] = sorted(filled)
            used.difference_update(rows)
        self._used[sheet] = sorted(used)

    def content(self) -> Content:
        content = Content(str(self._number), {}, {}, {}, {}, dict(self._plan.spots), {}, {})
        gaps = {place: self._gap(*place, above) for place, above in self._plan.above.items()}
        fields: dict[str, str] = {}
        for place, columns in self._plan.rows.items():
            fields.update(zip(columns, self._singly(*place, columns.values(), gaps[place]), strict=True))
        for key, spot in self._plan.fields:
            content.fields[key] = fields[key]
            if key in _RESULTS:
                content.results[f"={key}"] = self._result(spot.sheet, (spot.row, spot.column))
                content.spots[f"={key}"] = spot
        for key, stretch in self._plan.tables:
            gap = gaps[stretch.sheet, stretch.first_row]
            for column, number in stretch.columns.items():
                content.fields[f"{key}.{column}"] = f"{number}\0{gap}"
            content.tables[key] = self._table(key, stretch, content)
            if self._number > 2:
                for column, (said, row) in self._odd_formulas(key, stretch, content.tables[key].rows).items():
                    content.fields[f"{key}.{column}"] += f"\0{said}"
                    content.spots[f"{key}.{column}"] = Spot(stretch.sheet, row, stretch.columns[column])
        if self._date1904:  # every date is another one
            key, _ = self._plan.fields[0]
            content.fields[key] += DATE1904
        for sheet, keys in self._plan.sheets.items():
            looks, name = self._looks[sheet], f"!{keys[0]}"
            content.sheets[name] = "\0".join((looks.state, " ".join(keys), *sorted(looks.rules)))
            if looks.hiding_areas:
                content.veiled[name] = Place(sheet, looks.hiding_areas[0])
        if self._number > 3:
            content.labels.update({key: self._label(key, spot) for key, spot in self._plan.spots.items()})
        return content

    def _label(self, key: str, spot: Spot) -> str:
        """The fixed texts next to the left of a field and above it, of a table's column above it, at a sheet's top."""
        sheet, row, column = spot
        if key.startswith("!"):
            return self._first_label(sheet, sorted([at for at in self._grids[sheet].cells if at[0] <= _HEADING]))
        above = self._first_label(sheet, zip(range(row - 1, max(row - 1 - _HEADING, 0), -1), repeat(column)))
        if "." in key:
            return above
        return f"{self._first_label(sheet, zip(repeat(row), range(column - 1, 0, -1)))}\0{above}"

    def _first_label(self, sheet: str, places: Iterable[Cell]) -> str:
        """The first of these cells that holds a text which belongs to the form."""
        cells, looks = self._grids[sheet].cells, self._looks[sheet]
        for at in filter(cells.__contains__, places):
            raw = cells[at]
            if isinstance(raw.value, str) and not raw.formula and not self._plan.holds(sheet, *at):
                return "".join(raw.value.split()) + (HIDDEN if looks.hide(raw) else "")
        return ""

    def _table(self, key: str, stretch: Stretch, content: Content) -> Table:
        sheet, columns, numbers = stretch.sheet, self._plan.columns[key], self._filled[key]
        names, hidden = ("", *columns), self._looks[sheet].hidden_rows
        rows = []
        for number in numbers:
            texts = self._row(sheet, number, columns.values(), key)
            rows.append(dict(zip(names, ("hidden" if number in hidden else "", *texts), strict=True)))
        for column in _RESULT_COLUMNS.get(key, ()):
            at = stretch.columns.get(column)
            if at is not None:
                for ordinal, number in enumerate(numbers):
                    name = f"={key}.{column}.{ordinal}"
                    content.results[name] = self._result(sheet, (number, at))
                    content.spots[name] = Spot(sheet, number, at)
        return Table(stretch, numbers, rows)

    def _odd_formulas(self, key: str, stretch: Stretch, rows: list[dict[str, str]]) -> dict[str, tuple[str, int]]:
        """The formulas, by column, of blank rows that no filled ``rows`` have, and a row with the rarest.

        A row can be entered in formulas, and a sum be changed by them.  What filled rows have too is left out, or most
        rows of a table that has none, as blank rows come and go.
        """
        columns, filled = self._plan.columns[key], set(self._filled[key])
        cells, most = self._grids[stretch.sheet].cells, len(stretch.rows) // 2
        alike: dict[tuple[str, ...], list[int]] = defaultdict(list)  # rows by all their formulas
        for number in stretch.rows:
            if number not in filled:
                raws = [cells.get((number, column)) for column in columns.values()]
                formulas = tuple([raw and raw[2] for raw in raws])
                alike[self._formulas.keyed(formulas, stretch.sheet, number, key)].append(number)
        found: dict[str, dict[str, list[int]]] = {}
        for texts, numbers in alike.items():
            for name, said in zip(columns, texts, strict=True):
                if said:
                    found.setdefault(name, {}).setdefault(said, []).extend(numbers)
        odd = {}
        for name, by_formula in found.items():
            known = {row[name].partition("\0")[0] for row in rows}
            if not rows:
                known = {said for said, numbers in by_formula.items() if len(numbers) > most}
            if unknown := {said: numbers for said, numbers in by_formula.items() if said not in known}:
                odd[name] = "\0".join(sorted(unknown)), min(unknown.values(), key=len)[0]
        return odd

    def anywhere(self) -> Iterator[tuple[str, Spot]]:
        """See :func:`fields_anywhere`."""
        for sheet, grid in self._grids.items():
            last = min(max((row for row, _ in grid.cells), default=0) + 1, _REACH[0])
            columns = range(1, min(max((column for _, column in grid.cells), default=0) + 1, _REACH[1]) + 1)
            for row in range(1, last + 1):
                gap = self._gap(sheet, row, self._plan.above_row(sheet, row))
                for column, said in zip(columns, self._singly(sheet, row, columns, gap), strict=True):
                    yield said, Spot(sheet, row, column)

    def _singly(self, sheet: str, row: int, columns: Collection[int], gap: int) -> list[str]:
        """What is sealed of single cells in a row, with where each stands."""
        hidden = "\0row" if row in self._looks[sheet].hidden_rows else ""
        texts = self._row(sheet, row, columns)
        return [f"{said}{hidden}\0{column}\0{gap}" for said, column in zip(texts, columns, strict=True)]

    def _gap(self, sheet: str, row: int, above: int) -> int:
        """How many rows that are not blank lie between the table above (or the top) and a row."""
        used = self._used[sheet]
        return bisect_left(used, row) - bisect_right(used, above)

    def _row(self, sheet: str, row: int, columns: Iterable[int], own: str = "") -> list[str]:
        """What is sealed of a row's cells in these columns."""
        cells, covered, looks = self._grids[sheet].cells, self._covered[sheet], self._looks[sheet]
        raws = [cells.get((row, column)) for column in columns]
        formulas = self._formulas.keyed(tuple([raw and raw[2] for raw in raws]), sheet, row, own)
        texts = []
        for column, raw, said in zip(columns, raws, formulas, strict=True):
            text = ""
            if raw is not None:
                text = (_CONSTANTS.get(said, said) if self._number > 1 else said) or self._value(raw.value)
                if text and raw.formula is None and raw.format.code != "General" and self._number > 1:
                    text += _sense(raw)
                if text and ((row, column) in covered or looks.hide(raw)):
                    text += HIDDEN
            texts.append(text)
        return texts

    def _result(self, sheet: str, at: Cell) -> str:
        """What a formula gave, without the noise by which two programs' arithmetic may differ.

        An error counts as no result, as nobody takes it for a figure and programs save it differently.
        """
        raw = self._grids[sheet].cells.get(at)
        value = raw.value if raw else None
        if isinstance(value, str) and self._number > 3:  # some programs save a figure so where a formula gave it
            value = value if (figure := stored_number(value)) is None else figure
        if isinstance(value, ErrorValue) and self._number > 2:
            return ""
        if isinstance(value, Decimal):
            value = value.quantize(_NOISE, ROUND_HALF_UP) if abs(value) < 10_000 else value
        return _value(value)

    def _value(self, value: CellValue) -> str:
        """What was typed; blanks around a text nobody sees."""
        return _value(value.strip() if isinstance(value, str) and self._number > 3 else value)


def _covered(grid: Grid) -> frozenset[Cell]:
    """The filled cells that lie beneath a merged range."""
    found, large = set[Cell](), list[Merged]()
    for top, left, bottom, right in grid.merges:
        if (bottom - top + 1) * (right - left + 1) > _LARGE:
            large.append((top, left, bottom, right))
        else:
            places = product(range(top, bottom + 1), range(left, right + 1))
            found.update([at for at in islice(places, 1, None) if at in grid.cells])
    rows: dict[int, set[int]] = defaultdict(set)  # what is found leaves them: endless ranges cost no endless time
    for row, column in grid.cells if large else ():
        rows[row].add(column)
    for top, left, bottom, right in large:
        for row in range(top, bottom + 1) if bottom - top < len(rows) else tuple(rows):
            if top <= row <= bottom and row in rows:
                columns = {at for at in rows[row] if left <= at <= right and (row, at) != (top, left)}
                found.update((row, at) for at in columns)
                rows[row] -= columns
                if not rows[row]:
                    del rows[row]
    return frozenset(found)


def _sense(raw: RawCell) -> str:
    """What its number format makes of a typed value beyond its looks, as values are read with it: a rate, a date, other
    words.  How many digits are shown is left out, and so is how a date is written, which programs choose anew."""
    value = raw.value
    if not isinstance(value, str | Decimal):
        return ""
    shown = raw.text
    if isinstance(value, str):
        return f"\0{_value(shown)}" if shown != value else ""
    if shown.endswith(("%", "％")):
        return "\0%"
    return "\0date" if raw.format.is_date else ""


def _value(value: CellValue) -> str:
    match value:
        case str():
            text = value.replace("\r\n", "\n").replace("\r", "\n")
            return "t" + unicodedata.normalize("NFC", text) if text else ""
        case Decimal():
            return "n" + format(value.normalize() + 0, "f")
        case bool():
            return f"b{int(value)}"
        case ErrorValue():
            return f"e{value}"
    return ""
