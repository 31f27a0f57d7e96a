"""Resubmissions: what is the same return, sent again; the newest counts, and an unchanged copy is known as one."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dated:
    """A return as far as its versions go: whose it is, when it was sent, and what tells its content."""

    key: Hashable
    sent: float
    content: Hashable


@dataclass(frozen=True, slots=True)
class Version:
    """``number`` of ``of`` different contents, by the time they first came; ``repeated`` where it came before.

    Of one that does not count ``by`` is the place, in the order in which all came, of the one that counts for it.
    """

    number: int = 1
    of: int = 1
    repeated: bool = False
    counts: bool = True
    by: int | None = None


def squeezed(text: str | None) -> str:
    """A name without what people write differently: widths, blanks, case."""
    return "".join(unicodedata.normalize("NFKC", text or "").split()).casefold()


def versions(returns: Sequence[Dated]) -> list[Version]:
    """The version of each return; of equal times the later one in the order counts as the newer."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, one in enumerate(returns):
        groups[one.key].append(index)
    result = [Version()] * len(returns)
    for group in groups.values():
        group.sort(key=lambda index: returns[index].sent)
        numbers: dict[Hashable, int] = {}
        repeated = []
        for index in group:
            repeated.append(returns[index].content in numbers)
            numbers.setdefault(returns[index].content, len(numbers) + 1)
        newest = len(group) - 1
        while newest and returns[group[newest - 1]].content == returns[group[newest]].content:
            newest -= 1
        for position, index in enumerate(group):
            number = numbers[returns[index].content]
            by = None if position == newest else group[newest]
            result[index] = Version(number, len(numbers), repeated[position], position == newest, by)
    return result
