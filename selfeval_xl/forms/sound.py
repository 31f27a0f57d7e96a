"""Checks that a form's spec fits together as a whole: no key twice, no cells that overlap, and so on.

Each check yields its faults as Chinese sentences that begin with the file.  Single values were checked before, by the
schemas.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selfeval_xl.forms.formulas import formula_faults
from selfeval_xl.forms.labels import labels_of
from selfeval_xl.mistakes import listed, near
from selfeval_xl.quantity.text import unspaced
from selfeval_xl.workbook.references import cell_name, column_letters, column_number

if TYPE_CHECKING:
    from selfeval_xl.forms.spec import Box, Cellspec, Sheet, Spec, Table

Check = Callable[["Spec"], Iterator[str]]

_WRITTEN_STYLES = ("label", "helper")  # used by code: for headings, and for the cells behind the dropdowns


def faults(spec: Spec) -> Iterator[str]:
    """The faults of a spec, the most basic first; each may be the cause of those after it."""
    for check in _CHECKS:
        yield from check(spec)


@cache
def _needed() -> Mapping[str, Any]:
    """What every form must have because code reads or writes it: keys with their roles, words of lists."""
    return tomllib.loads(Path(__file__).with_name("needed.toml").read_text(encoding="utf-8"))


def wanted(form: str) -> dict[str, str]:
    """The names that every issued copy of ``form`` has (``"year"``, ``"indicators.target"``), each with its role."""
    found: dict[str, str] = {}
    for part in (_needed()["every"], _needed().get(form, {})):
        for role, keys in part.get("fields", {}).items():
            found |= dict.fromkeys(keys, role)
        for table, columns in part.get("tables", {}).items():
            found |= {f"{table}.{key}": role for role, keys in columns.items() for key in keys}
    return found


def _tables(spec: Spec) -> dict[str, Table]:
    return {table.key: table for sheet in spec.sheets for table in sheet.tables}


def _twice(named: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Names that repeat among pairs (name, origin), each with the earlier and the later origin."""
    seen: dict[str, str] = {}
    for name, origin in named:
        if name in seen:
            yield name, seen[name], origin
        seen[name] = origin


# --- the checks, in this order ---


def _unique_names(spec: Spec) -> Iterator[str]:
    for _name, first, second in _twice((one.name.casefold(), f"sheets/{one.key}.toml") for one in spec.sheets):
        yield f"{second}：name 与 {first} 的重名；每张工作表的名称只能用一次"
    for key, first, second in _twice((table.key, table.origin) for sheet in spec.sheets for table in sheet.tables):
        yield f"{second} 的 key {key} 与 {first} 的重名；每张表的 key 只能用一次"
    for key, first, second in _twice((name, cell.origin) for name, cell in spec.cells()):
        own = key.rpartition(".")[2]
        yield f"{second} 的 key {own} 与 {first} 的重名；格的 key 全表不重复，列的 key 在一张表里不重复"
    for table in _tables(spec).values():
        headings = ((unspaced(one.heading), one.cell.origin) for one in table.columns if one.heading)
        for heading, first, second in _twice(headings):
            yield f"{second} 的 heading “{heading}” 与 {first} 的相同；同一张表里列的标题不能重复"


def _what_the_program_needs(spec: Spec) -> Iterator[str]:
    there = dict(spec.cells())
    needed = wanted(spec.id)
    for name, role in needed.items():
        what = f"表 {name.partition('.')[0]} 的列 {name.partition('.')[2]}" if "." in name else f"格 {name}"
        if name not in there:
            close = near(name, there.keys() - needed.keys()).replace(f"{name.partition('.')[0]}.", "")
            mend = "请恢复它的 key；要改叫法，改 heading 或固定文字"
            yield f"{spec.id}.toml：这种表缺少{what}{close}，程序和公式要用它；{mend}"
        elif there[name].role != role:
            yield f"{there[name].origin} 的 role 应为 {role}，现在是 {there[name].role}；程序按原来的用途读写它"
    for name in _WRITTEN_STYLES:
        if name not in spec.styles:
            yield f"styles.toml：缺少样式 [{name}]，程序要用它{near(name, spec.styles)}"
    yield from _words(spec)


def _words(spec: Spec) -> Iterator[str]:
    """Lists whose words code writes and reads must have these words; no list may be empty or repeat a word."""
    for which, lists in _needed()["words"].items():
        for name, words in lists.items():
            given = spec.choices.get(name)
            if given is None:
                yield f"lists.toml：缺少列表 {name}，程序要用它{near(name, spec.choices)}"
            elif strange := [word for word in given if word not in words]:
                yield f"lists.toml：{name} 里的“{strange[0]}”程序不认得，只能用：{listed(words)}"
            elif which == "all" and (missing := [word for word in words if word not in given]):
                yield f"lists.toml：{name} 里缺少“{missing[0]}”，程序要用它；应有：{listed(words)}"
    for name, choices in spec.choices.items():
        if not choices or len(set(choices)) < len(choices):
            yield f"lists.toml：{name} {'里有重复的词' if choices else '是空的'}"


def _rows(spec: Spec) -> Iterator[str]:
    tables = _tables(spec)
    for key in spec.rows:
        if key not in tables:
            yield f"{spec.id}.toml：[rows] 的 {key} 不是这种表里的表{near(key, tables)}；有：{listed(tables)}"


def _texts(spec: Spec) -> Iterator[str]:
    for name in spec.idle_texts:
        mend = f"请删掉这一行，或在块的固定文字、公式里写上 ${{{name}}}"
        yield f"{spec.id}.toml：[texts] 的 {name} 没有用处，这种表的各块里都没有写 ${{{name}}}；{mend}"


def _roles(spec: Spec) -> Iterator[str]:
    strict: dict[str, str | None] = {}
    for _name, cell in spec.cells():
        if (cell.role == "formula") != (cell.formula is not None):
            wrong = "缺少 formula" if cell.role == "formula" else f"有 formula，role 应为 formula，现在是 {cell.role}"
            yield f"{cell.origin} {wrong}"
        unlocked = bool(spec.styles[cell.style].get("unlocked"))
        if (cell.role == "entry") != unlocked:
            why = "单位填不进去" if cell.role == "entry" else "会被误改"
            yield (
                f"{cell.origin} 的 style {cell.style} {'没有' if not unlocked else ''}写 unlocked = true，role 是 "
                f"{cell.role}，{why}；请换一个样式，如 {'entry' if cell.role == 'entry' else 'formula'}"
            )
        if cell.role == "entry":
            choices = cell.choices if cell.choices in spec.strict else None
            if strict.setdefault(cell.key, choices) != choices:
                yield f"{cell.origin} 的 key {cell.key} 别处也有，那里的下拉列表不同；请换一个 key"
    for table in _tables(spec).values():
        for column in table.columns:
            if table.heading_row and column.cell.role == "entry" and not column.heading:
                yield f"{column.cell.origin} 缺少 heading（列的标题）"


def _places(sheet: Sheet) -> Iterator[tuple[Box, str, str]]:
    """Every occupied box on a sheet, with its origin and role; of a table its headings and first row."""
    for label in sheet.labels:
        yield label.box, label.origin, "label"
    for field in sheet.fields:
        yield field.box, field.cell.origin, field.cell.role
    for chart in sheet.charts:
        yield chart.box, chart.origin, "label"
    for table in sheet.tables:
        for column in table.columns:
            top = table.heading_row or table.first_row
            yield (top, column.first, table.first_row, column.last), column.cell.origin, column.cell.role


def _nothing_overlaps(spec: Spec) -> Iterator[str]:
    for sheet in spec.sheets:
        taken: dict[tuple[int, int], str] = {}
        for (top, left, bottom, right), origin, _role in _places(sheet):
            cells = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
            clash = next((at for at in cells if taken.setdefault(at, origin) != origin), None)
            if clash:
                where = f"工作表“{sheet.name}”的 {cell_name(*clash)}"
                yield f"{origin} 占的位置与 {taken[clash]} 重叠（{where}）；请改 at"


def _span(columns: str | None) -> range:
    first, _, last = (columns or "").partition(":")
    return range(column_number(first), column_number(last) + 1) if last else range(0)


def _everything_is_named(spec: Spec) -> Iterator[str]:
    labelled = dict(labels_of(spec))
    for cell in (field.cell for sheet in spec.sheets for field in sheet.fields):
        if cell.role == "entry" and cell.key not in labelled:
            yield f"{cell.origin} 的左边、上边都没有固定文字：请在 labels 里写上它的名称，单位才知道填什么"


def _everything_shows(spec: Spec) -> Iterator[str]:
    for sheet in spec.sheets:
        file = f"sheets/{sheet.key}.toml"
        printed, hidden = _span(sheet.print_columns), _span(sheet.hidden)
        if set(printed) & set(hidden):
            yield f"{file}：print {sheet.print_columns} 和 hidden {sheet.hidden} 有重叠的列"
        for (_top, left, _bottom, right), origin, role in _places(sheet):
            outside = [column for column in range(left, right + 1) if column not in printed]
            if not outside:
                continue
            letters = column_letters(outside[0])
            if role == "entry" and outside[0] in hidden:
                why = f"{file} 的 hidden {sheet.hidden} 把它隐藏了，单位看不到；请改 hidden 和 print"
                yield f"{origin} 在 {letters} 列，{why}"
            elif outside[0] not in hidden:
                why = f"打印不出来：请把它写进 {file} 的 print（现在是 {sheet.print_columns}）或 hidden"
                yield f"{origin} 在 {letters} 列，{why}"
        for column in printed:
            if (letters := column_letters(column)) not in sheet.widths:
                yield f"{file}：widths 里缺少 {letters} 列的宽度"
        tables = {table.key for table in sheet.tables}
        frozen = sheet.freeze
        if frozen is not None and frozen not in tables:
            allowed = listed(sorted(tables))
            yield f"{file}：freeze 的值“{frozen}”不对{near(frozen, tables)}，应为这张工作表上的表：{allowed}"


def _charts(spec: Spec) -> Iterator[str]:
    for sheet in spec.sheets:
        fields = {field.cell.key: field for field in sheet.fields}
        for chart in sheet.charts:
            for one in chart.series:
                unknown = [key for key in (one["from"], one["to"]) if key not in fields]
                if unknown:
                    yield f"{chart.origin} 的 series 写了 {unknown[0]}，这张工作表没有这个格{near(unknown[0], fields)}"
                    continue
                first, last = fields[one["from"]].box, fields[one["to"]].box
                points = last[0] - first[0] + 1
                if first[1] != last[1] or points < 1:
                    yield f"{chart.origin} 的 series：{one['from']} 到 {one['to']} 应上下相连，从上到下"
                if not any(label.box[0] == first[0] and label.box[1] < first[1] for label in sheet.labels):
                    yield f"{chart.origin} 的 series：{one['from']} 左边要有固定文字，作为各项的名称"
                if "color" not in one and len(one.get("colors", ())) != points:
                    yield f"{chart.origin} 的 series 要写 color，或写 colors，每一点一个颜色（{points} 个）"


def _defaults(spec: Spec) -> Iterator[str]:
    entries = {name: cell for name, cell in spec.cells() if cell.role == "entry"}
    fields = [name for name in entries if "." not in name]
    tables = _tables(spec)
    for key, value in spec.defaults.items():
        if key == "tables":
            continue
        if key not in fields:
            yield f"{spec.id}.toml：[defaults] 的 {key} 不是由单位填写的格{near(key, fields)}"
        else:
            yield from _default(spec, f"[defaults] 的 {key}", value, entries[key])
    for table, columns in spec.defaults.get("tables", {}).items():
        where = f"[defaults.tables.{table}]"
        if table not in tables:
            yield f"{spec.id}.toml：{where} 不是这种表里的表{near(table, tables)}"
            continue
        own = {name.partition(".")[2]: cell for name, cell in entries.items() if name.startswith(f"{table}.")}
        for key, values in columns.items():
            if key not in own:
                yield f"{spec.id}.toml：{where} 的 {key} 不是由单位填写的列{near(key, own)}"
                continue
            if len(values) > spec.rows[table]:
                yield f"{spec.id}.toml：{where} 的 {key} 有 {len(values)} 项，[rows] 里这张表只有 {spec.rows[table]} 行"
            for value in values:
                yield from _default(spec, f"{where} 的 {key}", value, own[key])


def _default(spec: Spec, where: str, value: str, cell: Cellspec) -> Iterator[str]:
    if cell.choices in spec.strict and value not in spec.choices[cell.choices or ""]:
        allowed = spec.choices[cell.choices or ""]
        which = f"不在下拉列表 {cell.choices} 里{near(value, allowed)}，可选：{listed(allowed)}"
        yield f"{spec.id}.toml：{where} 的值“{value}”{which}"
    if cell.number and not _is_number(value):
        yield f"{spec.id}.toml：{where} 的值“{value}”不是数，{cell.key} 只许填数"


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


_CHECKS: tuple[Check, ...] = (
    _unique_names,
    _what_the_program_needs,
    _rows,
    _texts,
    _roles,
    _nothing_overlaps,
    _everything_shows,
    _everything_is_named,
    formula_faults,
    _charts,
    _defaults,
)
