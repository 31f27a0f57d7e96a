"""From an earlier workbook of ours to entries of this year's template, and what of it has no place there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from selfeval_xl.checks.template import rowless
from selfeval_xl.evaluation.together import in_percent
from selfeval_xl.forms import template_file
from selfeval_xl.forms.layout import PREFIX, Layout, found
from selfeval_xl.forms.outline import Outline, Part
from selfeval_xl.importing.indicators import FIGURES, figure
from selfeval_xl.model import Entries, Entry, Place, Row
from selfeval_xl.quantity.text import unspaced
from selfeval_xl.read import Opened, Workbook
from selfeval_xl.read.file import CODE_LINE
from selfeval_xl.read.ours import Ours, contents
from selfeval_xl.render.leftovers import PAGE, Left
from selfeval_xl.rules import names
from selfeval_xl.workbook.references import Cell, cell_name

# What the program itself writes: the numbers that the template prints beside rows, in a workbook that has grown; the
# line of a workbook that was submitted.
_PRINTED = re.compile(rf"\d{{1,3}}|{CODE_LINE}.*")


def own_entries(source: Opened, ours: Ours, target: Ours, *, with_rules: bool) -> tuple[Entries, list[Left]]:
    """What was entered in ``ours`` and goes into ``target``, and what does not (old columns, overtyped formulas).

    ``with_rules``: also the rule set that it names, where that is a shipped one.
    """
    left: list[Left] = []
    fields = dict(_fields(ours, target.form, left, with_rules=with_rules))
    tables = {
        key: tuple(_rows(rows, target.form.tables.get(key, {}), left)) for key, rows in ours.entries.tables.items()
    }
    structure = ours.evaluation.structure
    left.extend(_unknown(source, ours))
    left.extend(
        Left(one.place, one.provided, "这里本来是公式，改成的内容没有搬，新表按公式计算")
        for one in structure.deviations
        # The form's own formula, pointing at other rows after cells were cut and pasted, was typed by nobody.
        if one.kind == "formula" and rowless(one.provided) != rowless(one.expected)
        if one.place.sheet not in structure.without_formulas
    )
    left.extend(
        Left(f"工作表“{sheet}”", "", "这张表的公式全没有了，它们留下的结果没有搬，新表按公式计算")
        for sheet in structure.without_formulas
    )
    beside = [entry for row in structure.outside for entry in row.cells]
    left.extend(_left(entry, "这一行在表格的范围之外，没有搬；请填到新表的表格里面") for entry in beside)
    known = {entry.place for entry in beside}
    left.extend(one for one in _strays(source, ours) if one.where not in known)
    return Entries(fields, {key: rows for key, rows in tables.items() if rows}), left


def _fields(ours: Ours, target: Outline, left: list[Left], *, with_rules: bool) -> Iterator[tuple[str, Entry]]:
    """The single entries that ``target`` has a cell for; the others join what is ``left``."""
    for key, entry in ours.entries.fields.items():
        if key == "rules":
            if with_rules and entry.text.strip() in names():
                yield key, entry
            elif with_rules and not entry.blank:
                left.append(_left(entry, "不是内置的评分规则，新表用默认规则；要用自己的规则文件，导入时加 --rules"))
        elif ours.form.fields[key].role == "entry" and not entry.blank:
            part = target.fields.get(key)
            if part is not None and part.role == "entry":
                yield key, entry
            else:
                left.append(_left(entry, "今年的表没有这一项"))


def _rows(rows: Iterable[Row], columns: Mapping[str, Part], left: list[Left]) -> Iterator[Row]:
    """The rows of a table, each with the cells that there are ``columns`` for."""
    for given in rows:
        row = in_percent(given) if "target" in given else given
        cells = {name: entry for name, entry in row.items() if name in columns and columns[name].role == "entry"}
        left.extend(
            _left(entry, "今年的表没有这一栏") for name, entry in row.items() if name not in cells and not entry.blank
        )
        if any(not entry.blank for entry in cells.values()):
            yield {name: _shown(entry, left) if name in FIGURES else entry for name, entry in cells.items()}


def _shown(entry: Entry, left: list[Left]) -> Entry:
    """A date or a percentage as the text shown: the bare number would look, and be, another in the new cell."""
    bare = figure(entry)
    if entry.value is None or bare.value is not None:
        return entry
    if entry.formula is not None:
        left.append(Left(entry.place or "", entry.formula, f"公式的结果显示为 {entry.text}，新表里写的是这个结果"))
    return bare


def _left(entry: Entry, why: str) -> Left:
    return Left(entry.place or "", entry.text, why)


def _unknown(source: Opened, ours: Ours) -> Iterator[Left]:
    """What stands under names that this year's form does not have, or that lead nowhere any more."""
    for sheet, row, column, name in _cells(ours.layout):
        key, _, part = name.partition(".")
        if (part in ours.form.tables.get(key, {})) if part else key in ours.form.fields:
            continue
        entry = source.entry(sheet, row, column)
        if not entry.blank and entry.formula is None:
            yield _left(entry, f"今年的表没有这一栏（{PREFIX}{name}）")
    known = {name for name, _ in source.names}
    broken = [name for name in ours.evaluation.structure.broken_names if name in known]
    for called, keys in contents(ours.form, broken).items():
        # Unless only formulas stood there; a name that the form does not know may have held anything.
        if any((one := ours.form.part(key)) is None or one.given for key in keys):
            yield Left(called, "", "被删除了，里面的内容找不到了")


def _cells(layout: Layout) -> Iterator[tuple[str, int, int, str]]:
    """Every cell that has a name of ours: sheet, row, column, key."""
    for key, spot in layout.fields.items():
        yield spot.sheet, spot.row, spot.column, key
    for table, stretch in layout.tables.items():
        for key, column in stretch.columns.items():
            for row in stretch.rows:
                yield stretch.sheet, row, column, f"{table}.{key}"


def _strays(source: Opened, ours: Ours) -> Iterator[Left]:
    """What somebody wrote beside the form, and sheets of their own; the template's words are known by their text."""
    blank = Workbook(template_file(ours.form.id, ".xlsm"))  # which has the words of the button too
    words = {unspaced(cell.text) for grid in blank.grids.values() for cell in grid.cells.values()}
    template = ours.evaluation.template
    fixed = _fixed(blank, ours.layout) if template and template.other else lambda *_: False
    named: dict[str, set[Cell]] = {}
    for sheet, row, column, _ in _cells(ours.layout):
        named.setdefault(sheet, set()).add((row, column))
    for sheet, grid in source.grids.items():
        filled = {at: cell for at, cell in grid.cells.items() if cell.text.strip()}
        if sheet in named or sheet in blank.grids:
            for at, cell in filled.items():
                typed = at not in named.get(sheet, ()) and cell.formula is None and unspaced(cell.text) not in words
                if typed and not _PRINTED.fullmatch(cell.text.strip()) and not fixed(sheet, *at):
                    yield Left(Place(sheet, cell_name(*at)), cell.text.strip(), "不在填写的格子里，标准表没有这一格")
        elif filled:
            what = "是上次导入的说明" if sheet == PAGE else "不是标准表的工作表"
            yield Left(f"工作表“{sheet}”", f"{len(filled)} 个有内容的单元格", f"{what}，没有搬")


def _fixed(blank: Workbook, layout: Layout) -> Callable[[str, int, int], bool]:
    """A test for cells of another version: whether this year's form prints a text there, which was worded otherwise.

    The place is found by counting rows from the nearest ones, above and below, that have a name in both versions.
    """
    new = found(blank.names)[0]
    named = {(sheet, row, column) for sheet, row, column, _ in _cells(new)}
    pairs: dict[str, dict[int, tuple[str, int]]] = {}
    for key, spot in layout.fields.items():
        if key in new.fields:
            pairs.setdefault(spot.sheet, {})[spot.row] = new.fields[key].sheet, new.fields[key].row
    for key, stretch in layout.tables.items():
        if (there := new.tables.get(key)) is not None:
            rows = pairs.setdefault(stretch.sheet, {})
            rows[stretch.first_row], rows[stretch.last_row] = (
                (there.sheet, there.first_row),
                (there.sheet, there.last_row),
            )

    def fixed(sheet: str, row: int, column: int) -> bool:
        rows = pairs.get(sheet, {})
        above, below = [one for one in rows if one <= row], [one for one in rows if one >= row]
        for anchor in {max(above, default=row), min(below, default=row)} & rows.keys():
            title, there = rows[anchor]
            at = there + row - anchor, column
            cell = blank.grids[title].cells.get(at)
            if cell is not None and cell.formula is None and cell.text.strip() and (title, *at) not in named:
                return True
        return False

    return fixed
