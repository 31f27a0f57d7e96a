"""What a single value in a form's spec may be: a text, a number, a colour, cells, a list or a table of such.

A ``Kind`` looks at one value and yields what is wrong with it, as a Chinese sentence that starts with the key's path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from selfeval_xl.mistakes import listed, near, shown
from selfeval_xl.workbook.references import column_number

Kind = Callable[[str, Any], Iterator[str]]

_CELL = r"[A-Z]{1,3}[1-9][0-9]{0,4}"
_TITLE, _PROMPT = 32, 255  # characters of a hint, Excel's limits
_MAX_HEIGHT = 409  # points, Excel's limit
_SHEET_NAME = 31
_FORBIDDEN = "[]:*?/\\"


def fitting(allowed: str, fits: Callable[[Any], bool]) -> Kind:
    """What ``fits``; ``allowed`` says in Chinese what that is."""

    def check(path: str, value: Any) -> Iterator[str]:
        if not fits(value):
            yield f"{path} 的值 {shown(value)} 不对，应为{allowed}"

    return check


def matching(pattern: str, allowed: str) -> Kind:
    """A text of this pattern."""
    return fitting(allowed, lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None)


def between(low: float, high: float, *, whole: bool = False) -> Kind:
    """A number from ``low`` to ``high``."""
    kinds = int if whole else (int, float)
    return fitting(
        f" {low} 到 {high} 之间的{'整数' if whole else '数'}（不加引号）",
        lambda value: isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high,
    )


def one_of(known: Collection[str], what: str = "下列之一") -> Kind:
    """One of the texts ``known``."""

    def check(path: str, value: Any) -> Iterator[str]:
        if not (isinstance(value, str) and value in known):
            hint = near(str(value), known)
            yield f"{path} 的值 {shown(value)} 不对{hint}，应为{what}：{listed(known)}"

    return check


def each(kind: Kind, example: str) -> Kind:
    """A list; every item of that kind."""

    def check(path: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{path} 的值 {shown(value)} 不对，应为一列，如 {example}"
            return
        for number, item in enumerate(value, 1):
            yield from kind(f"{path} 第 {number} 项", item)

    return check


def row(example: str, *kinds: Kind) -> Kind:
    """A list of just these items."""

    def check(path: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list) or len(value) != len(kinds):
            yield f"{path} 的值 {shown(value)} 不对，应为 {len(kinds)} 项，如 {example}"
            return
        for item, kind in zip(value, kinds, strict=True):
            yield from kind(path, item)

    return check


def either(first: Kind, second: Kind) -> Kind:
    """The first kind, or the second, which says what is allowed."""

    def check(path: str, value: Any) -> Iterator[str]:
        if next(first(path, value), None):
            yield from second(path, value)

    return check


def mapping(kind: Kind, names: Kind | None = None) -> Kind:
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


def records(record: Record) -> Kind:
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
NUMBER = either(FLAG, fitting(" true，或从小到大的两个数，如 [0, 100]", _from_to))
HEIGHT = between(1, _MAX_HEIGHT)
TEXTS = each(TEXT, '["优", "良"]')
