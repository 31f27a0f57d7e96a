"""From a recognized official form to entries of a standard form: units and signs settled, what has no place listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from selfeval_xl.checks.figures import unit_factor
from selfeval_xl.checks.points import scores_execution
from selfeval_xl.checks.words import claimed
from selfeval_xl.directions import Direction
from selfeval_xl.errors import WorkbookError
from selfeval_xl.evaluation import evaluation, figure_text, plain_number
from selfeval_xl.forms.outline import Outline
from selfeval_xl.importing.splits import has_money, splits
from selfeval_xl.model import AMOUNT_COLUMNS, EMPTY, OPEN_SIGN, Entries, Entry, Indicator, Place, Row
from selfeval_xl.quantity import convert
from selfeval_xl.read import Workbook
from selfeval_xl.render.leftovers import Left
from selfeval_xl.rules import RuleSet
from selfeval_xl.scoring import singles, way_of
from selfeval_xl.workbook.recognize import Recognized, recognize
from selfeval_xl.workbook.recognize.labels import is_filler, squeeze
from selfeval_xl.workbook.recognize.vocabulary import CURRENCIES
from selfeval_xl.workbook.references import cell_name

if TYPE_CHECKING:
    from selfeval_xl.read.old import OldWorkbook

_AMOUNTS = {"funds_initial": "initial", "funds_adjusted": "adjusted", "funds_executed": "executed"}
_WHOLE = "资金总额（未分来源）"
_NEAR = Decimal("0.0001")
_MONEY = frozenset({*AMOUNT_COLUMNS, "allocated", "used"})
_NATURES = ("基本支出", "项目支出")
_SIGNS = {
    ">=": "≥",
    "=>": "≥",
    "≧": "≥",
    "⩾": "≥",
    "<=": "≤",
    "=<": "≤",
    "≦": "≤",
    "⩽": "≤",
    "==": "=",
    "定性指标": "定性",
}
_SUPPLIED: Mapping[Direction, tuple[str, str]] = {
    "higher": ("≥", "没有比较符号，按名称写作“≥”，请核对"),
    "lower": ("≤", "没有比较符号，按名称写作“≤”，请核对"),
    "either": (
        OPEN_SIGN,
        f"没有比较符号，从名称也看不出越大越好还是越小越好，“指标性质”写的是“{OPEN_SIGN}”；请改选 ≥ 或 ≤",
    ),
}
_NOUGHT = Entry("0", Decimal(0))
_CLAIMS = {"claimed_total": "自评总分", "claimed_grade": "自评等级"}
_CHILD = re.compile(r"\W*其中")
_CONSTANT = re.compile(r"=\s*\d+(?:\.\d+)?%?")
_ERRORS = ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!")
_COLUMNS = {
    "weight": "分项的分值",
    "claimed_rate": "分项的执行率（由公式计算）",
    "claimed_score": "分项的得分",
    "measure": "改进措施",
    "note": "情况说明",
}


@dataclass(frozen=True, slots=True)
class Found:
    """The chosen form of how many, with tables from other sheets that belong to it, and what else stands there."""

    form: Recognized
    count: int
    tables: Mapping[str, tuple[Row, ...]]
    others: tuple[Left, ...]


def found_in(source: Workbook | OldWorkbook, name: str, sheet: str | None, number: int | None = None) -> Found:
    """The official form on ``sheet`` (None: on any), the ``number``-th there, from 1.  WorkbookError if none is."""
    everything = [form for title, grid in source.grids.items() for form in recognize(grid, title)]
    forms = [form for form in everything if not form.supplement] or [form for form in everything if not form.listing]
    if sheet is not None and sheet not in source.grids:
        raise WorkbookError(f"{name}：没有工作表“{sheet}”，有的是：{'、'.join(source.grids)}")
    offered = [form for form in forms if sheet in (None, form.sheet)]
    where = f"工作表“{sheet}”里" if sheet else ""
    lists = [form.sheet for form in everything if form.listing and sheet in (None, form.sheet)]
    if lists and not offered:
        listing = f"“{lists[0]}”是多个项目的汇总表，不是自评表，不能导入；请导入各项目自己的自评表。"
        raise WorkbookError(f"{name}：{listing}", "package.not_workbook")
    if not offered:
        raise WorkbookError(f"{name}：{where}没有找到自评表（本工具的表，或官方格式的表头）。", "package.not_workbook")
    if number is not None and number > len(offered):
        raise WorkbookError(f"{name}：{where}只有 {len(offered)} 张自评表，没有第 {number} 张。")
    chosen = offered[(number or 1) - 1]
    alone = len(forms) == 1
    extra = {
        key: rows
        for form in everything
        if alone and form.supplement and not form.listing
        for key, rows in form.entries.tables.items()
    }
    return Found(
        chosen, len(forms), {**extra, **chosen.entries.tables}, tuple(_others(source, chosen, everything, forms))
    )


def _others(
    source: Workbook | OldWorkbook, chosen: Recognized, everything: list[Recognized], forms: list[Recognized]
) -> Iterator[Left]:
    """What stands in the workbook outside the chosen form; ``forms`` are those that one can choose from."""
    for form in everything:
        if form is chosen:
            continue
        where = f"工作表“{form.sheet}”"
        if any(form is one for one in forms):
            project = form.entries.fields.get("project", EMPTY).text.strip()
            yield Left(where, project, f"这里另有一张表没有导入；要导入它，请另导一份，加上 {_choice(form, forms)}")
        elif form.listing:
            yield Left(where, "", "是多个项目的汇总表，不是自评表，没有导入")
        elif len(forms) == 1:
            yield from _leftovers(source, form)
        else:
            yield Left(where, "", "这里的明细表看不出属于哪一张自评表，没有导入")
    known = {form.sheet for form in everything}
    for name, grid in source.grids.items():
        filled = sum(bool(cell.text.strip()) for cell in grid.cells.values())
        if name not in known and filled:
            yield Left(f"工作表“{name}”", f"{filled} 个有内容的单元格", "不是自评表，没有导入")
    if not isinstance(source, Workbook):
        yield Left("整个文件", source.kind, "旧格式只读得到单元格的内容；公式只有结果，图片和批注没有看，也不导入")
        return
    pictures = sum("/media/" in part.lower() for part in source.package.archive.names)
    notes = sum(part.lower().rpartition("/")[2].startswith("comments") for part in source.package.archive.names)
    if pictures or notes:
        kinds = [f"{count} {kind}" for count, kind in ((pictures, "张图片"), (notes, "张表的批注")) if count]
        yield Left("整个文件", "、".join(kinds), "图片和批注不导入")


def _choice(form: Recognized, forms: list[Recognized]) -> str:
    """The options of the command that choose a form: its sheet, and its number where the sheet has several."""
    there = [one for one in forms if one.sheet == form.sheet]
    sheet = f'"{form.sheet}"' if " " in form.sheet else form.sheet
    number = next(position for position, one in enumerate(there, 1) if one is form)
    return f"--sheet {sheet}" + (f" --number {number}" if len(there) > 1 else "")


def official_entries(
    source: Workbook | OldWorkbook, found: Found, target: Outline, rules: RuleSet
) -> tuple[Entries, list[Left]]:
    """What of the form goes into the standard form ``target``, which is to follow ``rules``, and what does not."""
    return _Move(source, found, target, rules).result()


class _Move:
    """One form on its way; ``left`` fills up as its parts are looked at."""

    def __init__(self, source: Workbook | OldWorkbook, found: Found, target: Outline, rules: RuleSet) -> None:
        self._source, self._found, self._target, self._rules = source, found, target, rules
        self._where = f"工作表“{found.form.sheet}”"
        self._left: list[Left] = []

    def result(self) -> tuple[Entries, list[Left]]:
        form = self._found.form
        fields = {key: self._settled(entry) for key, entry in form.entries.fields.items()}
        tables: dict[str, tuple[Row, ...]] = {
            key: tuple({name: _signed(name, self._settled(entry)) for name, entry in row.items()} for row in rows)
            for key, rows in self._found.tables.items()
        }
        currency = fields.get("currency_unit", EMPTY).text
        tables = {
            key: tuple(
                {name: _in_unit(entry, currency) if name in _MONEY else entry for name, entry in row.items()}
                for row in rows
            )
            for key, rows in tables.items()
        }
        fields = {key: _in_unit(entry, currency) if key in _AMOUNTS else entry for key, entry in fields.items()}
        totals = {_AMOUNTS[key]: entry for key, entry in fields.items() if key in _AMOUNTS}
        tables = self._natures(tables, totals)
        moved: dict[str, tuple[Row, ...]] = {key: self._table(key, rows) for key, rows in tables.items()}
        moved["funds"] = self._funds(fields, moved.get("funds", ()), moved.get("nature", ()))
        kept = dict(self._fields(fields))
        kept |= self._spoken(fields)
        if "budget_weight" not in kept:
            self._settle_weight(kept, moved.get("indicators", ()))
        moved["indicators"] = self._with_signs(moved.get("indicators", ()), kept)
        if "currency_unit" not in kept and any(key in fields for key in _AMOUNTS):
            self._left.append(Left(self._where, "", "没有写金额单位，新表里写的是万元，请核对"))
        for row in form.subtotals:
            for key in ("weight", "claimed_score"):
                why = f"“{row['name'].text.strip()}”一行是小计，新表不单列，由汇总按一级指标合计"
                self._leave(row.get(key, EMPTY), why)
        self._left.extend(_leftovers(self._source, form))
        self._left.extend(
            Left(one.place, one.text, f"有几种读法（{'；'.join(one.readings)}），按第一种导入，请核对")
            for one in form.ambiguities
        )
        return Entries(kept, {key: rows for key, rows in moved.items() if rows}), self._left

    def _spoken(self, fields: Mapping[str, Entry]) -> Iterator[tuple[str, Entry]]:
        """The total and the grade that only the words beside the form's tables state, as a check takes them."""
        form = self._found.form
        words = claimed(evaluation(form.form, Entries(fields, {}), texts=form.texts))
        for key, title in _CLAIMS.items():
            part, entry = self._target.fields.get(key), getattr(words, key)
            if part is not None and part.role == "entry" and entry is not fields.get(key, EMPTY):
                self._leave(entry, f"表里没有填{title}，取的是这一格文字里写的，请核对")
                yield key, entry

    def _settle_weight(self, kept: dict[str, Entry], rows: tuple[Row, ...]) -> None:
        """A form that does not say what the execution counts: the rules' points, none where it is not scored."""
        weights = [row.get("weight", EMPTY).value for row in rows if "child" not in row]
        claimed = kept.get("budget_claimed_score", EMPTY).value
        scored = scores_execution(weights, self._rules, claimed=claimed, columns=self._found.form.funds_columns)
        if not scored:
            kept["budget_weight"] = Entry("0", Decimal(0))
        given = plain_number(sum(filter(None, weights), Decimal(0)))
        written = f"{plain_number(self._rules.execution_weight)} 分" if scored else f"0 分（指标合计 {given} 分）"
        self._left.append(Left(self._where, "", f"没有写预算执行率的分值，新表按 {written}，请核对"))

    def _settled(self, entry: Entry) -> Entry:
        """The cell's value; that of a formula which was saved without one is worked out."""
        return self._source.settled(entry) if entry.formula and entry.blank else entry

    def _fields(self, fields: Mapping[str, Entry]) -> Iterator[tuple[str, Entry]]:
        for key, entry in fields.items():
            part = self._target.fields.get(key)
            if entry.blank or key in _AMOUNTS:
                continue
            if part is None or part.role != "entry":
                self._leave(entry, "标准表没有这一项")
            elif not self._is_error(entry):
                yield key, entry._replace(formula=None)

    def _is_error(self, entry: Entry) -> bool:
        if entry.text.strip() in _ERRORS:
            self._leave(entry, "单元格里是错误值")
            return True
        return False

    def _leave(self, entry: Entry, why: str) -> None:
        if not is_filler(entry.text):
            self._left.append(Left(entry.place or self._where, entry.text, why))

    def _natures(
        self, tables: Mapping[str, tuple[Row, ...]], totals: Mapping[str, Entry]
    ) -> dict[str, tuple[Row, ...]]:
        """Lines by nature have a table of their own where the standard form has one; they never join the sources.

        They are the same money once more: where there is no such table, or a budget table has said them already, they
        are listed, unless they are all that the form splits its total into.
        """
        found = splits(tables.get("funds", ()), totals)
        rest = {**tables, "funds": found.sources}
        said: tuple[Row, ...] = ()
        if "nature" in self._target.tables:
            budget = tables.get("budget", ())
            said = tuple(row for row in budget if squeeze(row.get("name", EMPTY).text) in _NATURES)
            rest |= {"budget": tuple(row for row in budget if row not in said), "nature": said or found.natures}
        elif not any(map(has_money, found.sources)):
            return dict(tables)
        if said or "nature" not in self._target.tables:
            for row in filter(has_money, found.natures):
                self._leave_row(row, "与上面各项资金是同一笔钱的另一种分法，再列会重复相加")
        for key in totals.keys() if rest.get("nature") else ():
            known = [row[key].value for row in rest["nature"] if key in row and row.get("level", EMPTY).blank]
            added = sum((value for value in known if value is not None), Decimal(0))
            total = totals[key].value
            if None not in known and known and total is not None and added != total:
                self._leave(
                    totals[key], f"按支出性质分的各项合计是 {plain_number(added)}，与这里写的总额不一致，请核对"
                )
        return rest

    def _table(self, key: str, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        columns = self._target.tables.get(key)
        if columns is None:
            for row in rows:
                self._leave_row(row, "标准表没有这张表")
            return ()
        kept: list[Row] = []
        for row in rows:
            if self._is_sum(key, row, rows):
                continue
            cells: dict[str, Entry] = {}
            for name, entry in row.items():
                if entry.blank or (name in ("child", "level") and name not in columns) or self._is_error(entry):
                    continue
                if name in columns and columns[name].role == "entry":
                    cells[name] = entry._replace(formula=None)
                elif not (name == "claimed_rate" and _follows(row)):
                    self._leave(entry, f"标准表没有这一栏{f'：{_COLUMNS[name]}' if name in _COLUMNS else ''}")
            if key == "indicators":
                cells = self._indicator(row, cells, below=kept[-1] if kept else {})
            if any(name not in ("level", "level1", "level2") for name in cells):
                kept.append(cells)
        return tuple(kept)

    def _is_sum(self, key: str, row: Row, rows: tuple[Row, ...]) -> bool:
        """True for a row that must not be added up beside its parts; it is listed."""
        first = row.get("region" if key == "allocations" else "name", EMPTY)
        total = key in ("budget", "allocations") and (
            row.get("level", EMPTY).text == "合计" or squeeze(first.text) in ("合计", "总计", "小计")
        )
        part = key in ("funds", "nature") and row.get("level", EMPTY).text == "二级项目"
        if total or part:
            self._leave_row(row, _added_up(row, rows) if total else "是上面一项资金的其中数，再列会重复相加")
        return total or part

    def _leave_row(self, row: Row, why: str) -> None:
        first = row.get("name", row.get("region", EMPTY))
        others = (entry for key, entry in row.items() if key != "level" and entry is not first)
        texts = [entry.text.strip() for entry in (first, *others) if not entry.blank]
        self._left.append(Left(first.place or self._where, "，".join(texts), why))

    def _indicator(self, row: Row, cells: dict[str, Entry], *, below: Row) -> dict[str, Entry]:
        """Figures as a person would have typed them, signs as our dropdown has them; ``below`` which row it stands.

        A row that shares the points of the one above has none of its own; one that goes on 其中 rows is one of these.
        """
        for key in ("target", "actual"):
            if key in cells:
                cells[key] = _typed(cells[key])
        if "op" in cells:
            sign = squeeze(cells["op"].text)
            cells["op"] = Entry(_SIGNS.get(sign, sign))
        for key in ("level1", "level2"):
            entry = row.get(key, EMPTY)
            if key in cells and entry.value is not None:
                cells[key] = Entry(entry.text, None, entry.place)
                points = Left(
                    entry.place or "", f"{entry.text}（{plain_number(entry.value)}分）", "级次的分值没有单独的格"
                )
                if points not in self._left:
                    self._left.append(points)
        name = cells.get("name", EMPTY)
        if "child" not in row or name.blank or name.text.strip().startswith("其中"):
            return cells
        if "weight" in cells or _CHILD.match(name.text) or _CHILD.match(below.get("name", EMPTY).text):
            cells["name"] = Entry(f"其中：{name.text.strip()}", None, name.place)
            self._leave(name, "不单独计分，名称前加了“其中：”")
        else:
            cells |= {"weight": _NOUGHT, "claimed_score": _NOUGHT}
            self._leave(name, "与上面的指标合用一个分值和得分，都写在上面那一行，这一行写作 0 分")
        return cells

    def _with_signs(self, rows: tuple[Row, ...], fields: Mapping[str, Entry]) -> tuple[Row, ...]:
        """The direction that the words give where a target has no sign: our form reads signs, but no names."""
        entries = Entries(fields, {"indicators": rows})
        read = evaluation("unknown", entries).indicators
        return tuple(self._with_sign(row, one) for row, one in zip(rows, read, strict=True))

    def _with_sign(self, row: Row, indicator: Indicator) -> Row:
        parts = [part for part in singles(indicator.target_read) if part.inferred]
        ways: set[Direction] = {way_of(part, indicator) for part in parts}
        if all(way_of(part, indicator._replace(by_words=False)) == way_of(part, indicator) for part in parts):
            return row
        sign, why = _SUPPLIED[ways.pop() if len(ways) == 1 else "either"]
        self._left.append(Left(row["target"].place or "", f"{row['name'].text.strip()}：{row['target'].text}", why))
        return {**row, "op": Entry(sign)}

    def _funds(self, fields: Mapping[str, Entry], parts: tuple[Row, ...], natures: tuple[Row, ...]) -> tuple[Row, ...]:
        """The parts; where they hold no amounts, the total as a part of its own, as our total is their sum.

        Noughts are amounts, unless the form splits its total by nature instead.  Where total and parts are in different
        units, nobody knows which is right: neither goes in, as our total would be a sum of both.
        """
        totals = {_AMOUNTS[key]: entry for key, entry in fields.items() if key in _AMOUNTS and entry.value is not None}
        for key, entry in fields.items():
            if key in _AMOUNTS and entry.value is None and not entry.blank:
                self._leave(entry, "不是数，没有填进资金栏")
        added: dict[str, Entry] = {}
        conflicts: list[Left] = []
        for key, total in totals.items():
            known = [value for row in parts if (value := row.get(key, EMPTY).value) is not None]
            whole = sum(known, Decimal(0))
            if total.value and (not known or (natures and not any(known))):
                added[key] = total._replace(formula=None)
            elif total.value is not None and _in_other_units(total.value, known):
                for entry in (total, *(row[key] for row in parts if key in row and row[key].value is not None)):
                    self._leave(entry, "总额与各项资金相差约 1 万倍以上，单位弄不清，这一栏没有填；请核对后填写")
                parts = tuple({name: entry for name, entry in row.items() if name != key} for row in parts)
            elif total.value != whole:
                added_up = f"各项资金相加是 {plain_number(whole)}，与这里写的总额不一致"
                why = f"{added_up}；标准表的总额由各项相加，执行率也随它算，请先核对哪个数填错了"
                conflicts.append(Left(total.place or self._where, total.text, why))
        self._left[:0] = conflicts  # first of all, as our rate and score follow from it
        if not added:
            return parts
        return (*parts, {"name": Entry(_WHOLE), **added})


def _added_up(total: Row, rows: Iterable[Row]) -> str:
    """Why a total is not moved, and what our formula gives in its place where that is something else."""
    parts = [row for row in rows if row is not total and row.get("level", EMPTY).text != "二级项目"]
    other = []
    for key, entry in total.items():
        known = [row.get(key, EMPTY).value for row in parts]
        added = sum((value for value in known if value is not None), Decimal(0))
        if key in _MONEY and None not in known and known and entry.value is not None and added != entry.value:
            other.append(f"与这里写的 {entry.text.strip()} 不一致，得 {plain_number(added)}")
    return "，".join(("合计由标准表的公式计算", *other))


def _signed(key: str, entry: Entry) -> Entry:
    """``=100%`` typed as a target became a formula; its writer meant the sign."""
    constant = key == "target" and entry.formula is not None and _CONSTANT.fullmatch(entry.formula)
    return entry._replace(text=entry.formula or "", value=None) if constant else entry


def _in_unit(entry: Entry, currency: str) -> Entry:
    """An amount that carries another unit than the form's (1140000元 in a form in 万元), in that of the form."""
    own = next((unit for unit in CURRENCIES if squeeze(entry.text).endswith(unit)), currency)
    if entry.value is None or not currency or own == currency:
        return entry
    value = convert(entry.value, own, currency)
    return entry if value is None else entry._replace(text=plain_number(value), value=value)


def _in_other_units(total: Decimal, parts: Sequence[Decimal]) -> bool:
    """True where the total, or a part, is 10⁴ or 10⁸ times what the others make it."""
    added = sum(parts, Decimal(0))
    pairs = ((total, added), *((part, total - added + part) for part in parts))
    return total != added and any(unit_factor(one, other) for one, other in pairs)


def _typed(entry: Entry) -> Entry:
    """A percentage in full with its sign, a bare number as a number, anything else as its words."""
    text = figure_text(entry)
    bare = entry.value is not None and text == plain_number(entry.value)
    return Entry(text, entry.value if bare else None, entry.place)


def _follows(row: Row) -> bool:
    """True where a line's rate is just what our formula gives for it too."""
    adjusted, executed, rate = (row.get(key, EMPTY).value for key in ("adjusted", "executed", "claimed_rate"))
    return bool(adjusted) and None not in (executed, rate) and abs(executed / adjusted - rate) < _NEAR  # type: ignore


def _leftovers(source: Workbook | OldWorkbook, form: Recognized) -> Iterator[Left]:
    """The cells of a form that were taken as nothing."""
    grid = source.grids[form.sheet]
    for at in form.leftovers:
        cell = grid.cells[at]
        text = cell.text.strip()
        if isinstance(cell.value, Decimal) and "E+" in text:
            text = plain_number(cell.value)  # a code that General shortens
        if text:
            yield Left(Place(form.sheet, cell_name(*at)), text, "标准表没有对应的格")
