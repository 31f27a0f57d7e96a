"""Puts together what has something in common."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


def by_key(pairs: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    """The second of each pair, in lists by the first; keys and lists in the order in which they come."""
    groups: dict[K, list[T]] = {}
    for key, one in pairs:
        groups.setdefault(key, []).append(one)
    return groups
