"""Versions: which returns are the same one sent again, which of them counts (the newest), and which are mere copies."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from selfeval_xl.groups import by_key


@dataclass(frozen=True, slots=True)
class Dated:
    """What decides about versions: returns with one ``key`` are versions of each other, equal ``content`` a copy."""

    key: Hashable
    sent: float
    content: Hashable


@dataclass(frozen=True, slots=True)
class Version:
    """Version ``number`` of ``of`` different contents, ordered by when each came last.

    ``repeated``: another return with the same content stands for this one too: where that came several times, with
    others in between, the first of the last time.  ``by`` is the index of the return that counts in place of this one,
    if it does not count itself.
    """

    number: int = 1
    of: int = 1
    repeated: bool = False
    counts: bool = True
    by: int | None = None


def versions(returns: Sequence[Dated]) -> list[Version]:
    """The version of each return; of equal times the later one in the order counts as the newer."""
    groups = by_key((one.key, index) for index, one in enumerate(returns))
    result = [Version()] * len(returns)
    for group in groups.values():
        group.sort(key=lambda index: returns[index].sent)
        latest: dict[Hashable, int] = {}  # of each content the copy that stands for it, in the order in which they came
        before = None
        for index in group:
            content = returns[index].content
            if content != before:
                latest.pop(content, None)
                latest[content] = index
            before = content
        numbers = {content: number for number, content in enumerate(latest, 1)}
        newest = list(latest.values())[-1]
        for index in group:
            content = returns[index].content
            by = None if index == newest else newest
            result[index] = Version(numbers[content], len(numbers), latest[content] != index, index == newest, by)
    return result
