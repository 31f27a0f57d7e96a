"""Kinds of values in a form's spec, to build schemas from: texts, numbers, words of a list; lists and tables of these.

A ``Kind`` checks one value and yields its faults as Chinese sentences that begin with the key's path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from selfeval_xl.mistakes import listed, near, shown

Kind = Callable[[str, Any], Iterator[str]]


def fitting(allowed: str, fits: Callable[[Any], bool]) -> Kind:
    """A value for which ``fits`` is true; ``allowed`` says in Chinese what is expected."""

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
            yield f"{path} 的值 {shown(value)} 不对{near(str(value), known)}，应为{what}：{listed(known)}"

    return check


def each(kind: Kind, example: str) -> Kind:
    """A list whose items are all of that kind."""

    def check(path: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{path} 的值 {shown(value)} 不对，应为一列，如 {example}"
            return
        for number, item in enumerate(value, 1):
            yield from kind(f"{path} 第 {number} 项", item)

    return check


def row(example: str, *kinds: Kind) -> Kind:
    """A list of exactly these items."""

    def check(path: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list) or len(value) != len(kinds):
            yield f"{path} 的值 {shown(value)} 不对，应为 {len(kinds)} 项，如 {example}"
            return
        for item, kind in zip(value, kinds, strict=True):
            yield from kind(path, item)

    return check


def mapping(kind: Kind, names: Kind | None = None) -> Kind:
    """A table whose keys are chosen by its author."""

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
    """A table with fixed keys: all of ``needed`` must be there, and at most one of each group in ``not_both``."""

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
    """A list of tables, each under ``[[path]]``; messages name one by its ``key`` or ``name``, or else its number."""

    def check(path: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list) or not value:
            yield f"{path} 的值 {shown(value)} 不对，每一个应以 [[{path}]] 开头"
            return
        for number, item in enumerate(value, 1):
            name = item.get("key") or item.get("name") or number if isinstance(item, dict) else number
            yield from record(f"[[{path}]] {name}" if isinstance(name, str) else f"第 {name} 个 [[{path}]]", item)

    return check
