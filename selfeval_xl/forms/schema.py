"""The schemas of the TOML files of a form's spec: the keys of each kind of file, which are required, and their values.

Schemas are built from :mod:`selfeval_xl.forms.kinds`; whether the files fit together :mod:`selfeval_xl.forms.sound`
checks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple, get_args

from selfeval_xl.forms.kinds import Kind, Record, between, each, fitting, mapping, matching, one_of, records, row
from selfeval_xl.forms.spec import Role
from selfeval_xl.forms.write import HIGHLIGHTS
from selfeval_xl.workbook.references import column_number, parse_cell

_MAX_WIDTH, _MAX_ROWS = 255, 5_000
_CELL = r"[A-Z]{1,3}[1-9][0-9]{0,4}"
_TITLE, _PROMPT = 32, 255  # characters of a hint, Excel's limits
_MAX_HEIGHT = 409  # points, Excel's limit
_SHEET_NAME = 31
_FORBIDDEN = "[]:*?/\\"


def _cells(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(rf"{_CELL}(?::{_CELL})?", value):
        return False
    corners = [parse_cell(corner) for corner in value.split(":")]
    return all(first <= last for first, last in zip(corners[0], corners[-1], strict=True))


def _columns(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{1,3}(?::[A-Z]{1,3})?", value):
        return False
    numbers = [column_number(letters) for letters in value.split(":")]
    return numbers == sorted(numbers)


def _any_or_from_to(value: Any) -> bool:
    if not isinstance(value, list):
        return isinstance(value, bool)
    return len(value) == 2 and all(type(one) in (int, float) for one in value) and value[0] < value[1]


def _sheet_name(value: Any) -> bool:
    return (
        isinstance(value, str)
        and 0 < len(value.strip()) <= len(value) <= _SHEET_NAME
        and not set(value) & set(_FORBIDDEN)
        and not (value.startswith("'") or value.endswith("'"))
    )


TEXT = fitting("一段文字（加英文双引号）", lambda value: isinstance(value, str) and value.strip() != "")
ANY_TEXT = fitting("文字（加英文双引号，可以是空的）", lambda value: isinstance(value, str))
FLAG = fitting(" true 或 false（不加引号）", lambda value: isinstance(value, bool))
KEY = matching(r"[a-z][a-z0-9_]*", "小写英文字母开头的名称，只用小写字母、数字和下划线，如 owner")
VERSION = matching(r"\d{1,4}\.\d{1,4}\.\d{1,4}", "三段数字的版本，加英文双引号，如 1.1.0")
COLOR = matching(r"[0-9A-Fa-f]{6}", "六位十六进制的颜色，不带 #，如 DDEBF7")
CELLS = fitting("单元格的位置，从左上到右下，如 C1 或 C1:G2", _cells)
COLUMNS = fitting("列的字母，从左到右，如 D 或 D:E", _columns)
SPAN = fitting("从哪一列到哪一列，如 A:K", lambda value: _columns(value) and ":" in value)
LETTERS = matching(r"[A-Z]{1,3}", "列的字母，如 A")
SHEET_NAME = fitting(f"不超过 {_SHEET_NAME} 个字的名称，不含 {_FORBIDDEN}，首尾没有单引号", _sheet_name)
FORMULA = fitting("以等号开头的公式", lambda value: isinstance(value, str) and value.startswith("=") and len(value) > 1)
CONDITION = fitting(
    "条件，写法同公式，不写等号", lambda value: isinstance(value, str) and value.strip("= ") == value.strip() != ""
)
HELP = row(
    '["年度", "四位年份，如 2024。"]',
    fitting(f"不超过 {_TITLE} 个字的提示标题", lambda value: isinstance(value, str) and 0 < len(value) <= _TITLE),
    fitting(f"不超过 {_PROMPT} 个字的提示内容", lambda value: isinstance(value, str) and 0 < len(value) <= _PROMPT),
)
NUMBER = fitting(" true，或从小到大的两个数，如 [0, 100]", _any_or_from_to)
HEIGHT = between(1, _MAX_HEIGHT)
TEXTS = each(TEXT, '["优", "良"]')


class Known(NamedTuple):
    """The names that a file may refer to, defined in other files (or as file names)."""

    rules: tuple[str, ...]
    sheets: tuple[str, ...]
    blocks: tuple[str, ...]
    styles: tuple[str, ...]
    lists: tuple[str, ...]


def form(identity: str, known: Known) -> Record:
    """A form's own file, ``project.toml``."""
    blocks = each(one_of(known.blocks, " blocks 文件夹里的文件名之一"), '["title", "header"]')
    sheets = one_of(known.sheets, " sheets 文件夹里的文件名之一")
    keys: dict[str, Kind] = {
        "id": fitting(f" {identity}（与文件名相同，不要改）", lambda value: value == identity),
        "version": VERSION,
        "title": TEXT,
        "updated": TEXT,
        "rules": one_of(known.rules, "内置规则之一"),
        "sheets": each(sheets, '["guide", "evaluation"]'),
        "texts": mapping(ANY_TEXT, KEY),
        "blocks": mapping(blocks, sheets),
        "rows": mapping(between(1, _MAX_ROWS, whole=True)),
        "defaults": _defaults,
    }
    return Record(keys, tuple(keys))


def _defaults(path: str, value: Any) -> Iterator[str]:
    """Texts by key of a field, and under ``tables`` lists of texts by table and column."""
    fields = {key: item for key, item in value.items() if key != "tables"} if isinstance(value, dict) else value
    yield from mapping(TEXT)(path, fields)
    if isinstance(value, dict) and "tables" in value:
        yield from mapping(mapping(TEXTS))(f"{path}.tables", value["tables"])


def sheet(known: Known) -> Record:
    """A file of ``sheets/``."""
    return Record(
        {
            "name": SHEET_NAME,
            "landscape": FLAG,
            "one_page": FLAG,
            "widths": mapping(between(0.5, _MAX_WIDTH), LETTERS),
            "hidden": SPAN,
            "print": SPAN,
            "freeze": KEY,
            "blocks": each(one_of(known.blocks, " blocks 文件夹里的文件名之一"), '["guide"]'),
            "tab": COLOR,
        },
        ("name", "landscape", "widths", "print", "tab"),
    )


def field(known: Known) -> Record:
    """A ``[[field]]`` of a block."""
    keys: dict[str, Kind] = {
        "key": KEY,
        "at": CELLS,
        "role": one_of(get_args(Role)),
        "style": one_of(known.styles, " styles.toml 里的样式之一"),
        "formula": FORMULA,
        "former": each(FORMULA, "['=SUM({budget.adjusted})']"),
        "list": one_of(known.lists, " lists.toml 里的列表之一"),
        "number": NUMBER,
        "help": HELP,
        "text": TEXT,
    }
    return Record(keys, ("key", "at", "role", "style"), (("list", "number"), ("formula", "text")))


def column(known: Known) -> Record:
    """A ``[[column]]`` of a block."""
    cell = field(known)
    more: dict[str, Kind] = {"at": COLUMNS, "heading": TEXT, "number_from": between(0, _MAX_ROWS, whole=True)}
    return Record({**cell.keys, **more}, cell.needed, (*cell.not_both, ("formula", "text", "number_from")))


HIGHLIGHT = Record(
    {"columns": row('["problem", "effect"]', KEY, KEY), "when": CONDITION, "style": one_of(HIGHLIGHTS)},
    ("columns", "when", "style"),
)
SERIES = Record(
    {"name": TEXT, "from": KEY, "to": KEY, "color": COLOR, "colors": each(COLOR, '["70AD47", "FFC000"]')},
    ("name", "from", "to"),
    (("color", "colors"),),
)
CHART = Record(
    {"at": CELLS, "kind": one_of(("column", "bar")), "title": TEXT, "series": records(SERIES)},
    ("at", "kind", "title", "series"),
)


def block(known: Known) -> Record:
    """A file of ``blocks/``."""
    label = row('["A1:B1", "合计", "label"]', CELLS, ANY_TEXT, field(known).keys["style"])
    return Record(
        {
            "gap": between(0, 100, whole=True),
            "heights": each(HEIGHT, "[30, 20]"),
            "labels": each(label, '[["A1:B1", "合计", "label"]]'),
            "field": records(field(known)),
            "key": KEY,
            "title": TEXT,
            "height": HEIGHT,
            "column": records(column(known)),
            "highlight": records(HIGHLIGHT),
            "chart": records(CHART),
        }
    )


def table_block(known: Known) -> Record:
    """A file of ``blocks/`` that holds a table."""
    return Record(block(known).keys, ("key", "title", "height", "column"))


LISTS = Record({"strict": mapping(TEXTS, KEY), "suggest": mapping(TEXTS, KEY)}, ("strict", "suggest"))


def style(names: Collection[str]) -> Record:
    """One style of ``styles.toml``, in which these ``names`` are defined."""
    return Record(
        {
            "extends": one_of(names, "本文件里的样式之一"),
            "font": TEXT,
            "size": between(4, 100),
            "bold": FLAG,
            "underline": FLAG,
            "color": COLOR,
            "fill": COLOR,
            "border": FLAG,
            "bottom": COLOR,
            "align": one_of(("left", "center", "right")),
            "valign": one_of(("middle", "top")),
            "wrap": FLAG,
            "shrink": FLAG,
            "format": TEXT,
            "unlocked": FLAG,
        }
    )


def styles(names: Collection[str]) -> Kind:
    """``styles.toml``."""
    kind = style(names)

    def check(_path: str, value: Any) -> Iterator[str]:
        for name, settings in value.items():
            yield from kind(f"[{name}]", settings)

    return check
