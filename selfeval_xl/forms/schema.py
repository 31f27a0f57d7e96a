"""What may stand in the TOML files of a form's spec: the keys of each kind of file, which are needed, and their values.

The files' schemas are put together from :mod:`selfeval_xl.forms.kinds`; what one file says of another is left to
:mod:`selfeval_xl.forms.sound`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple, get_args

from selfeval_xl.forms.kinds import (
    ANY_TEXT,
    CELLS,
    COLOR,
    COLUMNS,
    CONDITION,
    FLAG,
    FORMULA,
    HEIGHT,
    HELP,
    KEY,
    LETTERS,
    NUMBER,
    SHEET_NAME,
    SPAN,
    TEXT,
    TEXTS,
    VERSION,
    Kind,
    Record,
    between,
    each,
    fitting,
    mapping,
    one_of,
    records,
    row,
)
from selfeval_xl.forms.spec import Role

HIGHLIGHTS = (
    "missed", "exceeded", "undecided", "met", "proposed", "missed_proposed", "decimals", "missed_decimals",
)  # fmt: skip
CHARTS = ("column", "bar")

_MAX_WIDTH, _MAX_ROWS = 255, 5_000


class Known(NamedTuple):
    """The names that a file may use, as they stand in other files (and in file names)."""

    rules: tuple[str, ...]
    sheets: tuple[str, ...]
    blocks: tuple[str, ...]
    styles: tuple[str, ...]
    lists: tuple[str, ...]


def form(identity: str, known: Known) -> Record:
    """A form's own file, ``project.toml``."""
    blocks = each(one_of(known.blocks, "blocks 文件夹里的文件名之一"), '["title", "header"]')
    sheets = one_of(known.sheets, "sheets 文件夹里的文件名之一")
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
            "blocks": each(one_of(known.blocks, "blocks 文件夹里的文件名之一"), '["guide"]'),
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
        "style": one_of(known.styles, "styles.toml 里的样式之一"),
        "formula": FORMULA,
        "former": each(FORMULA, "['=SUM({budget.adjusted})']"),
        "list": one_of(known.lists, "lists.toml 里的列表之一"),
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
    {"at": CELLS, "kind": one_of(CHARTS), "title": TEXT, "series": records(SERIES)},
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
    """A style of ``styles.toml``, which names these."""
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
    one = style(names)

    def check(_path: str, value: Any) -> Iterator[str]:
        for name, settings in value.items():
            yield from one(f"[{name}]", settings)

    return check
