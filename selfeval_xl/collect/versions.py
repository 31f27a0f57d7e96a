"""Resubmissions: what is the same return, sent again; the newest counts, and an unchanged copy is known as one."""

from __future__ import annotations

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
    """``number`` of ``of`` different contents, by the time they came last; ``repeated`` where another copy stands for
    the content: the first of those that came last in a row.

    Of one that does not count ``by`` is the place, in the order in which all came, of the one that counts for it.
    """

    number: int = 1
    of: int = 1
    repeated: bool = False
    counts: bool = True
    by: int | None = None


def versions(returns: Sequence[Dated]) -> list[Version]:
    """The version of each return; of equal times the later one in the order counts as the newer."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, one in enumerate(returns):
        groups[one.key].append(index)
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
