"""What a form must have because the program itself reads or writes it: keys with their roles, words of lists."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_NEEDED = Path(__file__).with_name("needed.toml")


@cache
def needed() -> Mapping[str, Any]:
    """``needed.toml``."""
    return tomllib.loads(_NEEDED.read_text(encoding="utf-8"))


def always_there(form: str) -> frozenset[str]:
    """The keys that every issued copy of ``form`` has: ``"year"``, ``"indicators.target"``."""
    return frozenset(name for name, _ in wanted(form))


def wanted(form: str) -> Iterator[tuple[str, str]]:
    """The keys that every issued copy of ``form`` has, each with its role."""
    for part in (needed()["every"], needed().get(form, {})):
        yield from ((key, role) for role, keys in part.get("fields", {}).items() for key in keys)
        for table, columns in part.get("tables", {}).items():
            yield from ((f"{table}.{key}", role) for role, keys in columns.items() for key in keys)
