"""What may stand in the TOML files of a form's spec: the keys of each kind of file, which are needed, and their values.

A ``Kind`` looks at one value and yields what is wrong with it, as a Chinese sentence that starts with the key's path.
The files' schemas are put together from kinds; what one file says of another is left to :mod:`selfeval_xl.forms.sound`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from selfeval_xl.mistakes import listed, near, shown
from selfeval_xl.workbook.references import column_number

Kind = Callable[[str, Any], Iterator[str]]

ROLES = ("entry", "formula", "parameter", "reading", "result", "label")
HIGHLIGHTS = (
    "missed", "exceeded", "undecided", "met", "proposed", "missed_proposed", "decimals", "missed_decimals",
)  # fmt: skip
CHARTS = ("column", "bar")

_CELL = r"[A-Z]{1,3}[1-9][0-9]{0,4}"
_TITLE, _PROMPT = 32, 255  # characters of a hint, Excel's limits
_MAX_HEIGHT, _MAX_WIDTH, _MAX_ROWS = 409, 255, 5_000
_SHEET_NAME = 31
_FORBIDDEN = "[]:*?/\\"


# --- kinds of values ---


def _kind(allowed: str, fits: Callable[[Any], bool]) -> Kind:
    def check(path: str, value: Any) -> Iterator[str]:
        if not fits(value):
            yield f"{path} 的值 {shown(value)} 不对，应为{allowed}"

    return check


def _matching(pattern: str, allowed: str) -> Kind:
    return _kind(allowed, lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None)


def _number(low: float, high: float, *, whole: bool = False) -> Kind:
    kinds = int if whole else (int, float)
    return _kind(
        f" {low} 到 {high} 之间的{'整数' if whole else '数'}（不加引号）",
        lambda value: isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high,
    )


def _one_of(known: Collection[str], what: str = "下列之一") -> Kind:
    def check(path: str, value: Any) -> Iterator[str]:
        if value not in known if isinstance(value, str) else True:
            hint = near(str(value), known)
            yield f"{path} 的值 {shown(value)} 不对{hint}，应为{what}：{listed(known)}"

    return check


def _each(kind: Kind, example: str) -> Kind:
    """A list; every item of that kind."""

    def check(path: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{path} 的值 {shown(value)} 不对，应为一列，如 {example}"
            return
        for number, item in enumerate(value, 1):
            yield from kind(f"{path} 第 {number} 项", item)

    return check


def _row(example: str, *kinds: Kind) -> Kind:
    """A list of just these items."""

    def check(path: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list) or len(value) != len(kinds):
            yield f"{path} 的值 {shown(value)} 不对，应为 {len(kinds)} 项，如 {example}"
            return
        for item, kind in zip(value, kinds, strict=True):
            yield from kind(path, item)

    return check


def _either(first: Kind, second: Kind) -> Kind:
    """The first kind, or the second, which says what is allowed."""

    def check(path: str, value: Any) -> Iterator[str]:
        if next(first(path, value), None):
            yield from second(path, value)

    return check


def _map(kind: Kind, names: Kind | None = None) -> Kind:
    """A table whose keys are names of the author's."""

    def check(path: str, value: Any) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path} 的值 {shown(value)} 不对，应为一个表（以 [{path}] 开头，下面每行一项）"
            return
        for key, item in value.items():
            if names:
                yield from names(f"{path} 的名称", key)
            yield from kind(f"{path}.{key}", item)

    return check


@dataclass(frozen=True, slots=True)
class Record:
    """A table with fixed keys; of ``needed`` each must be there, of ``not_both`` at most one."""

    keys: Mapping[str, Kind]
    needed: tuple[str, ...] = ()
    not_both: tuple[tuple[str, ...], ...] = ()

    def __call__(self, path: str, value: Any) -> Iterator[str]:
        start = f"{path} " if path else ""
        if not isinstance(value, dict):
            yield f"{start}的值 {shown(value)} 不对，应写明 {listed(self.needed)}"
            return
        for key in (key for key in value if key not in self.keys):
            yield f"{start}不认识 {key}{near(key, self.keys)}；可以写的有：{listed(self.keys)}"
        missing = [key for key in self.needed if key not in value]
        if missing:
            yield f"{start}缺少 {listed(missing)}"
        for group in self.not_both:
            if len(both := [key for key in group if key in value]) > 1:
                yield f"{start}的 {' 和 '.join(both)} 只能写一个"
        for key, kind in self.keys.items():
            if key in value:
                yield from kind(f"{start}的 {key}" if path else key, value[key])


def _records(record: Record) -> Kind:
    """Entries that each begin with ``[[path]]``; an entry's key says which one is meant."""

    def check(path: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list) or not value:
            yield f"{path} 的值 {shown(value)} 不对，每一个应以 [[{path}]] 开头"
            return
        for number, item in enumerate(value, 1):
            name = item.get("key") or item.get("name") or number if isinstance(item, dict) else number
            yield from record(f"[[{path}]] {name}" if isinstance(name, str) else f"第 {name} 个 [[{path}]]", item)

    return check


def _cells(value: Any) -> bool:
    found = re.fullmatch(rf"({_CELL})(?::({_CELL}))?", value) if isinstance(value, str) else None
    if not found:
        return False
    first, last = (re.fullmatch(r"([A-Z]+)(\d+)", one or found[1]) for one in found.groups())
    assert first and last
    return column_number(first[1]) <= column_number(last[1]) and int(first[2]) <= int(last[2])


def _columns(value: Any) -> bool:
    found = re.fullmatch(r"([A-Z]{1,3})(?::([A-Z]{1,3}))?", value) if isinstance(value, str) else None
    return bool(found) and column_number(found[1]) <= column_number(found[2] or found[1])  # type: ignore[index]


def _from_to(value: Any) -> bool:
    return (
        isinstance(value, list)
        and [type(one) for one in value] in ([int, int], [int, float], [float, int], [float, float])
        and value[0] < value[1]
    )


def _sheet_name(value: Any) -> bool:
    return (
        isinstance(value, str)
        and 0 < len(value.strip()) <= len(value) <= _SHEET_NAME
        and not set(value) & set(_FORBIDDEN)
        and not (value.startswith("'") or value.endswith("'"))
    )


TEXT = _kind("一段文字（加英文双引号）", lambda value: isinstance(value, str) and value.strip() != "")
ANY_TEXT = _kind("文字（加英文双引号，可以是空的）", lambda value: isinstance(value, str))
FLAG = _kind(" true 或 false（不加引号）", lambda value: isinstance(value, bool))
KEY = _matching(r"[a-z][a-z0-9_]*", "小写英文字母开头的名称，只用小写字母、数字和下划线，如 owner")
VERSION = _matching(r"\d{1,4}\.\d{1,4}\.\d{1,4}", "三段数字的版本，加英文双引号，如 1.1.0")
COLOR = _matching(r"[0-9A-Fa-f]{6}", "六位十六进制的颜色，不带 #，如 DDEBF7")
CELLS = _kind("单元格的位置，从左上到右下，如 C1 或 C1:G2", _cells)
COLUMNS = _kind("列的字母，从左到右，如 D 或 D:E", _columns)
SPAN = _kind("从哪一列到哪一列，如 A:K", lambda value: _columns(value) and ":" in value)
LETTERS = _matching(r"[A-Z]{1,3}", "列的字母，如 A")
SHEET_NAME = _kind(f"不超过 {_SHEET_NAME} 个字的名称，不含 {_FORBIDDEN}，首尾没有单引号", _sheet_name)
FORMULA = _kind("以等号开头的公式", lambda value: isinstance(value, str) and value.startswith("=") and len(value) > 1)
CONDITION = _kind(
    "条件，写法同公式，不写等号", lambda value: isinstance(value, str) and value.strip("= ") == value.strip() != ""
)
HELP = _row(
    '["年度", "四位年份，如 2024。"]',
    _kind(f"不超过 {_TITLE} 个字的提示标题", lambda value: isinstance(value, str) and 0 < len(value) <= _TITLE),
    _kind(f"不超过 {_PROMPT} 个字的提示内容", lambda value: isinstance(value, str) and 0 < len(value) <= _PROMPT),
)
NUMBER = _either(FLAG, _kind(" true，或从小到大的两个数，如 [0, 100]", _from_to))
HEIGHT = _number(1, _MAX_HEIGHT)
TEXTS = _each(TEXT, '["优", "良"]')


# --- the files ---


class Known(NamedTuple):
    """The names that a file may use, as they stand in other files (and in file names)."""

    rules: tuple[str, ...]
    sheets: tuple[str, ...]
    blocks: tuple[str, ...]
    styles: tuple[str, ...]
    lists: tuple[str, ...]


def form(identity: str, known: Known) -> Record:
    """A form's own file, ``project.toml``."""
    blocks = _each(_one_of(known.blocks, "blocks 文件夹里的文件名之一"), '["title", "header"]')
    sheets = _one_of(known.sheets, "sheets 文件夹里的文件名之一")
    keys: dict[str, Kind] = {
        "id": _kind(f" {identity}（与文件名相同，不要改）", lambda value: value == identity),
        "version": VERSION,
        "title": TEXT,
        "updated": TEXT,
        "rules": _one_of(known.rules, "内置规则之一"),
        "sheets": _each(sheets, '["guide", "evaluation"]'),
        "texts": _map(ANY_TEXT, KEY),
        "blocks": _map(blocks, sheets),
        "rows": _map(_number(1, _MAX_ROWS, whole=True)),
        "defaults": _defaults,
    }
    return Record(keys, tuple(keys))


def _defaults(path: str, value: Any) -> Iterator[str]:
    """Texts by key of a field, and under ``tables`` lists of texts by table and column."""
    fields = {key: item for key, item in value.items() if key != "tables"} if isinstance(value, dict) else value
    yield from _map(TEXT)(path, fields)
    if isinstance(value, dict) and "tables" in value:
        yield from _map(_map(TEXTS))(f"{path}.tables", value["tables"])


def sheet(known: Known) -> Record:
    """A file of ``sheets/``."""
    return Record(
        {
            "name": SHEET_NAME,
            "landscape": FLAG,
            "one_page": FLAG,
            "widths": _map(_number(0.5, _MAX_WIDTH), LETTERS),
            "hidden": SPAN,
            "print": SPAN,
            "freeze": KEY,
            "blocks": _each(_one_of(known.blocks, "blocks 文件夹里的文件名之一"), '["guide"]'),
            "tab": COLOR,
        },
        ("name", "landscape", "widths", "print", "tab"),
    )


def field(known: Known) -> Record:
    """A ``[[field]]`` of a block."""
    keys: dict[str, Kind] = {
        "key": KEY,
        "at": CELLS,
        "role": _one_of(ROLES),
        "style": _one_of(known.styles, "styles.toml 里的样式之一"),
        "formula": FORMULA,
        "former": _each(FORMULA, "['=SUM({budget.adjusted})']"),
        "list": _one_of(known.lists, "lists.toml 里的列表之一"),
        "number": NUMBER,
        "help": HELP,
        "text": TEXT,
    }
    return Record(keys, ("key", "at", "role", "style"), (("list", "number"), ("formula", "text")))


def column(known: Known) -> Record:
    """A ``[[column]]`` of a block."""
    cell = field(known)
    more: dict[str, Kind] = {"at": COLUMNS, "heading": TEXT, "number_from": _number(0, _MAX_ROWS, whole=True)}
    return Record({**cell.keys, **more}, cell.needed, (*cell.not_both, ("formula", "text", "number_from")))


HIGHLIGHT = Record(
    {"columns": _row('["problem", "effect"]', KEY, KEY), "when": CONDITION, "style": _one_of(HIGHLIGHTS)},
    ("columns", "when", "style"),
)
SERIES = Record(
    {"name": TEXT, "from": KEY, "to": KEY, "color": COLOR, "colors": _each(COLOR, '["70AD47", "FFC000"]')},
    ("name", "from", "to"),
    (("color", "colors"),),
)
CHART = Record(
    {"at": CELLS, "kind": _one_of(CHARTS), "title": TEXT, "series": _records(SERIES)},
    ("at", "kind", "title", "series"),
)


def block(known: Known) -> Record:
    """A file of ``blocks/``."""
    label = _row('["A1:B1", "合计", "label"]', CELLS, ANY_TEXT, field(known).keys["style"])
    return Record(
        {
            "gap": _number(0, 100, whole=True),
            "heights": _each(HEIGHT, "[30, 20]"),
            "labels": _each(label, '[["A1:B1", "合计", "label"]]'),
            "field": _records(field(known)),
            "key": KEY,
            "title": TEXT,
            "height": HEIGHT,
            "column": _records(column(known)),
            "highlight": _records(HIGHLIGHT),
            "chart": _records(CHART),
        }
    )


def table_block(known: Known) -> Record:
    """A file of ``blocks/`` that holds a table."""
    return Record(block(known).keys, ("key", "title", "height", "column"))


LISTS = Record({"strict": _map(TEXTS, KEY), "suggest": _map(TEXTS, KEY)}, ("strict", "suggest"))


def style(names: Collection[str]) -> Record:
    """A style of ``styles.toml``, which names these."""
    return Record(
        {
            "extends": _one_of(names, "本文件里的样式之一"),
            "font": TEXT,
            "size": _number(4, 100),
            "bold": FLAG,
            "underline": FLAG,
            "color": COLOR,
            "fill": COLOR,
            "border": FLAG,
            "bottom": COLOR,
            "align": _one_of(("left", "center", "right")),
            "valign": _one_of(("middle", "top")),
            "wrap": FLAG,
            "shrink": FLAG,
            "format": TEXT,
            "unlocked": FLAG,
        }
    )


def styles(names: Collection[str]) -> Kind:
    """``styles.toml``."""
    one = style(names)

    def check(_path: str, value: Any) -> Iterator[str]:
        for name, settings in value.items():
            yield from one(f"[{name}]", settings)

    return check
