"""Gathers the records of all sources: those in the journal are taken from it, the others go to the engine in chunks."""

from __future__ import annotations

import functools
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from threading import Event
from typing import NamedTuple

from selfeval_xl.collect.containers import unpacked
from selfeval_xl.collect.engine import Dask, Engine, Here, Item, Result, processes
from selfeval_xl.collect.intake import Kept
from selfeval_xl.collect.journal import Journal
from selfeval_xl.collect.sources import Passed, Source, content
from selfeval_xl.collect.worker import Measure, Numbered, look_into, unread

CHUNK = 25  # sources that travel together: one by one, sending them costs more than reading them
CHUNK_BYTES = 4 << 20
AHEAD = 3  # chunks under way for each process
MOST = 61  # processes that one of Windows can wait for
DASK_AHEAD = 32  # chunks under way on a cluster, whose size may change
CRASHED = "读这个文件时程序崩溃了（文件可能被恶意构造），已跳过"

Progress = Callable[[int], None]
"""Called for each finished source with the number of bytes on the disk that it stands for."""


@dataclass(frozen=True, slots=True)
class Means:
    """What the work is done with: ``jobs`` processes (1: this one; None: one a processor), or a Dask scheduler."""

    jobs: int | None = None
    scheduler: str | None = None

    def executor(self) -> Executor:
        """A new executor that does the work."""
        if self.scheduler is not None:
            return Dask(self.scheduler)
        return Here() if self._workers == 1 else processes(self._workers)

    @property
    def _workers(self) -> int:
        return min(self.jobs or os.cpu_count() or 1, MOST)

    @property
    def window(self) -> int:
        """How many chunks are under way at a time."""
        if self.scheduler is not None:
            return DASK_AHEAD
        return 1 if self._workers == 1 else self._workers * AHEAD

    def chunk(self, files: int) -> int:
        """How many sources travel together; where there are few files, each process gets its share."""
        if self.scheduler is not None:
            return CHUNK
        return 1 if self._workers == 1 else max(1, min(CHUNK, files // self.window))


class Run(NamedTuple):
    """What the work of a run is done with, who is told of its progress, and the event that stops it early."""

    means: Means
    progress: Progress
    stopping: Event

    def engine(self, work: Callable[[Sequence[Item]], list[Result]]) -> Engine[Item, Result]:
        """An engine that does ``work`` with these means."""
        return Engine(work, self.means.executor, self.means.window, self.stopping)


def gather(
    top: Sequence[Source | Passed], journal: Journal, measure: Measure, run: Run
) -> tuple[list[Kept], list[Passed]]:
    """Every source with its record, and what was passed over, both in the order of ``top``.

    Where the run is stopped, chunks under way are still finished and kept in the journal; the lists are then partial.
    """
    resumed = bool(journal)
    kept: dict[int, Kept] = {}
    passed: list[Passed] = []

    def keep(index: int, source: Source, at: int | str) -> None:
        kept[index] = Kept(source._replace(data=None), at)
        run.progress(source.size)

    def waiting() -> Iterator[Numbered]:
        for index, source in enumerate(every(top, passed)):
            at = _known(source, journal, resumed)
            if at is None:
                yield index, source
            else:
                keep(index, source, at)

    engine = run.engine(functools.partial(look_into, measure=measure))
    for (index, source), outcome in engine.run(_chunks(waiting(), run.means.chunk(len(top)))):
        if outcome is None:
            keep(index, source, unread(CRASHED))
        elif outcome.digest is None:
            keep(index, source, outcome.record)
        else:
            keep(index, source, journal.add(outcome.digest, outcome.record))
    return [kept[index] for index in sorted(kept)], passed


def every(top: Iterable[Source | Passed], passed: list[Passed]) -> Iterator[Source]:
    """Every source, containers unpacked, in a stable order and with a name of its own; the others go to ``passed``."""
    for file in top:
        names: Counter[str] = Counter()
        for one in (file,) if isinstance(file, Passed) else unpacked(file):
            if isinstance(one, Passed):
                passed.append(one)
                continue
            names[one.name] += 1
            yield one if names[one.name] == 1 else one._replace(name=_numbered(one.name, names[one.name]))


def _numbered(name: str, times: int) -> str:
    """A name for the second, third… file that a container holds under one name."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}（{times}）{dot}{ending}"


def _known(source: Source, journal: Journal, resumed: bool) -> int | str | None:
    """The offset of the source's record in the journal, the record itself for a source not to be opened, or None.

    Files are read for this only where there is an earlier run to go on from; else only the worker reads them.
    """
    if source.reason is not None:
        return unread(source.reason)
    if source.data is None and not resumed:
        return None
    try:
        return journal.find(hashlib.sha256(content(source)).hexdigest())
    except OSError:
        return None


def _chunks(items: Iterable[Numbered], most: int) -> Iterator[list[Numbered]]:
    chunk: list[Numbered] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += item[1].size
        if len(chunk) == most or size > CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
