"""From a data file to a filled workbook of ours: the entries go into their cells, then it is scored like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from selfeval_xl.checks.figures import decimals, half
from selfeval_xl.errors import DataError, RuleError, WorkbookError
from selfeval_xl.evaluation import PROPOSED
from selfeval_xl.evaluation.entries import number_entry
from selfeval_xl.forms import template_file
from selfeval_xl.mistakes import listed
from selfeval_xl.model import EMPTY, Assessment, Entries, Entry, Indicator, Place, Row
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.read.datafile import Data, plain, read_data
from selfeval_xl.read.ours import Ours
from selfeval_xl.render.edits import by_sheet
from selfeval_xl.render.equals import formula_of
from selfeval_xl.render.inputs import Placed, place, untouched
from selfeval_xl.render.leftovers import Left
from selfeval_xl.rules import RuleSet, load
from selfeval_xl.score import scored, under
from selfeval_xl.scoring import propose_weights
from selfeval_xl.workbook.edits import Content, Edits, Formula, SheetEdits, Value
from selfeval_xl.workbook.writing.patch import Patch


def fill(data: Path, output: Path, *, template: Path | None = None, rules: RuleSet | None = None) -> Assessment:
    """Fill the standard workbook (or ``template``) from ``data``, score it and write it to ``output``.

    ``rules`` override those named in the data.  DataError, WorkbookError and TargetError say what could not be done;
    nothing is written then.
    """
    return fill_and_tell(data, output, template=template, rules=rules)[0]


def fill_and_tell(
    data: Path,
    output: Path,
    *,
    template: Path | None = None,
    rules: RuleSet | None = None,
    beside: Path | None = None,
) -> tuple[Assessment, tuple[Left, ...]]:
    """As :func:`fill`, and what is left: entries without a cell in an official form, or what one of ours kept.

    The files that the data name are looked for in ``beside``, or in the data's own folder.
    """
    content = read_data(data, beside)
    rules = rules or _rules(data, content.rules, data.parent if beside is None else beside)
    given = Workbook(template) if template is not None else None
    ours = ours_in(given) if given else None
    if given and ours is None:
        from selfeval_xl.fill_official import fill_official

        own, _ = filled(content, data.name, Workbook(template_file(content.form.id)), rules)
        form = fill_official(given, own, content.entries, rules)
        form.patch.save(output)
        return form.assessment, form.left
    workbook = given or Workbook(template_file(content.form.id, output.suffix.lower()))
    assessment, patch = filled(content, data.name, workbook, rules)
    patch.save(output)
    return assessment, tuple(untouched(content.entries, ours.entries)) if ours else ()


def _rules(data: Path, name: str, folder: Path) -> RuleSet:
    """The rule set that the data name: a shipped one, or a ``.toml`` file in ``folder``."""
    try:
        return load(folder / name if name.lower().endswith(".toml") else name)
    except RuleError as error:
        raise DataError(f"{data.name}：rules 不能用。{error}") from error


def filled(content: Data, label: str, workbook: Workbook, rules: RuleSet) -> tuple[Assessment, Patch]:
    """As :func:`fill`, in memory: the assessment and the workbook to save.  ``label`` names the data in messages."""
    ours = ours_in(workbook)
    if ours is None or ours.form.id != content.form.id:
        name = workbook.label
        found = f"是“{ours.form.title}”" if ours else "不是本工具生成的工作簿"
        raise WorkbookError(
            f"{name}：{found}，数据是“{content.form.title}”，不能填入。请换一份后者的工作簿，或核对数据。"
        )
    prepared = _prepared(content)
    if missing := dict.fromkeys(_without_cell(prepared, ours)):
        raise WorkbookError(
            f"{workbook.label}：找不到{listed(missing)}（工作表被删除、名称已失效，或空表的版本较旧），数据没有地方填。"
            "请用 selfeval-xl new 新建一份，再填入；用不着的，请从数据里去掉。"
        )
    placed = place(under(prepared, ours, rules), ours.form, ours.layout, ours.entries)
    more: dict[Place, Content] = {**proposed(placed, ours, rules), **_expected(content, placed)}
    return put(placed, more, workbook, label, rules)


def _without_cell(entries: Entries, ours: Ours) -> Iterator[str]:
    """The users' names of entries for which the workbook has no cell."""
    form, layout = ours.form, ours.layout
    for key, entry in entries.fields.items():
        if not entry.blank and key not in layout.fields:
            yield form.called(key) or f"“{key}”"
    for table, rows in entries.tables.items():
        if rows and table not in layout.tables:
            yield f"“{form.titles[table]}”"
            continue
        filled_columns = dict.fromkeys(key for row in rows for key, entry in row.items() if not entry.blank)
        for key in filled_columns:
            if key in form.tables[table] and key not in layout.tables[table].columns:
                yield form.called(f"{table}.{key}")


def put(
    placed: Placed, more: Mapping[Place, Content], workbook: Workbook, label: str, rules: RuleSet
) -> tuple[Assessment, Patch]:
    """Write the placed entries into a workbook of ours, and ``more`` cells over or beside them; score it.

    ``label`` names the result in messages.
    """
    entries = {
        where: Value(entry.value if entry.value is not None else entry.text) for where, entry in placed.written.items()
    }
    sheets = by_sheet({**entries, **more}.items())
    patch = Patch(workbook.package)
    patch.apply(Edits({name: SheetEdits(cells) for name, cells in sheets.items()}, grow=placed.grow))
    return scored(Workbook(patch.to_bytes(), label), rules)


def _prepared(content: Data) -> Entries:
    """The entries, with the tie-out figures (勾稽核对) split into number and unit, and a tolerance given to each."""
    tables = dict(content.entries.tables)
    if "tieout" in tables:
        tables["tieout"] = tuple(
            _stated(row, where) for row, where in zip(tables["tieout"], content.origins["tieout"], strict=True)
        )
    return Entries(content.entries.fields, tables)


def _stated(row: Row, where: str) -> Row:
    """``94.63%`` becomes 94.63 with the unit %; the tolerance is half of the last digit stated, unless given.

    The text of ``equals`` stands in the column 表内数 until :func:`_expected` makes a formula of it.  DataError where
    the data give a formula: cells move when rows are added, so data must name what a figure equals.
    """
    cells = {key: entry for key, entry in row.items() if key not in ("id", "equals")}
    if not (equals := row.get("equals", EMPTY)).blank:
        cells["expected"] = equals
    stated = row.get("stated", EMPTY)
    if stated.blank:
        raise DataError(f"{where}缺少 stated（报告数）")
    if (formula := row.get("expected", EMPTY).text).startswith("="):
        instead = 'equals: "{funds.executed}"'
        raise DataError(f"{where}的 表内数 是“{formula}”，数据里不写公式，请改用 equals，如 {instead}")
    text = stated.text
    if text.endswith(("%", "％")):
        text = text[:-1].strip()
        cells["unit"] = Entry("%")
    number = plain(text)
    if number is not None:
        cells["stated"] = number_entry(number)
        if row.get("tolerance", EMPTY).blank:
            cells["tolerance"] = number_entry(half(decimals(Entry(text))))
    return cells


def proposed(placed: Placed, ours: Ours, rules: RuleSet) -> Mapping[Place, Value]:
    """An equal split of the levels' points where no indicator has any, marked as proposed.

    ``ours`` is the workbook that the entries were placed in.
    """
    indicators = ours.with_entries(placed.entries).evaluation.indicators
    if not indicators or any(not indicator.weight.blank for indicator in indicators):
        return {}
    weights = propose_weights(indicators, rules)
    points = placed.entries.fields.get("budget_weight", EMPTY).value
    if (points or 0) > rules.execution_weight or any(map(_contradicts, indicators, weights)):
        return {}  # the unit's scores come from other weights, which only it knows
    if "weight" not in placed.layout.tables["indicators"].columns or "weights_origin" not in placed.layout.fields:
        return {}  # the missing cell is a finding of its own; unmarked weights would pass for the unit's
    cells = {}
    for indicator, weight in zip(indicators, weights, strict=True):
        if weight is not None:
            cells[placed.layout.tables["indicators"].place(indicator.row, "weight")] = Value(weight)
    if cells:
        cells[placed.layout.fields["weights_origin"].place] = Value(PROPOSED)
    return cells


def _contradicts(indicator: Indicator, weight: Decimal | None) -> bool:
    score = indicator.claimed_score.value
    return score is not None and weight is not None and score > weight


def _expected(content: Data, placed: Placed) -> Mapping[Place, Formula]:
    """The formula of each tie-out that says what it must equal."""
    rows = content.entries.tables.get("tieout", ())
    if not rows:
        return {}
    stretch = placed.layout.tables["tieout"]
    by_place = {row["expected"].place: row for row in placed.entries.tables["tieout"]}
    cells = [by_place[stretch.place(row, "expected")] for row in placed.rows["tieout"]]
    ids = {row["id"].text: cell for row, cell in zip(rows, cells, strict=True) if "id" in row}
    result = {}
    for row, cell, written in zip(rows, cells, content.origins["tieout"], strict=True):
        equals, where = row.get("equals", EMPTY), cell["expected"].place
        if equals.blank or where is None:
            continue
        text = f"({equals.text})*100" if row["stated"].text.endswith(("%", "％")) else equals.text
        result[where] = Formula(formula_of(text, written, stretch.sheet, placed.layout, placed.entries, ids))
    return result
