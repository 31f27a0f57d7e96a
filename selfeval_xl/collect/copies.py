"""The marked copies (批注件) of the returns: made by several processes, and never written over somebody's own words.

A copy that an earlier run made of the same source is left as it is.  Each copy holds a stamp (a digest of its parts) in
a defined name: where the parts no longer fit it, somebody has saved the copy since, and a new one goes beside it.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from selfeval_xl.collect.gather import Run
from selfeval_xl.collect.journal import Journal
from selfeval_xl.collect.sources import Source, content
from selfeval_xl.errors import SelfEvalError, TargetError
from selfeval_xl.filenames import free
from selfeval_xl.read.file import COPIED
from selfeval_xl.rules import RuleSet
from selfeval_xl.workbook import saving
from selfeval_xl.workbook.opening.package import Package, open_package


class Task(NamedTuple):
    """A copy to be made of a source, under the name ``stem`` (without its ending).

    ``key`` identifies the copy in the journal: a digest of the source's bytes and the name.
    """

    source: Source
    stem: str
    key: str


def copies(
    wanted: Iterable[tuple[Source, str, int | str]], folder: Path, journal: Journal, rules: RuleSet | None, run: Run
) -> dict[str, str]:
    """Write the copy of each wanted source; returns the names of the copies by stem.

    ``wanted`` has each source with its stem and the offset of its record in the journal.  The name is "" where there
    can be no copy (an old format, a damaged file), and where the file has changed since it was read, as the findings
    are not about what it holds now.
    """
    names: dict[str, str] = {}

    def missing() -> Iterator[Sequence[Task]]:
        for source, stem, at in wanted:
            digest = _digest_now(source)
            task = Task(source, stem, hashlib.sha256(digest + stem.encode()).hexdigest())
            name = _standing(task.key, folder, journal) if journal.find(digest.hex()) == at else ""
            if name is None:
                yield [task]
            else:
                names[stem] = name
                run.progress(1)

    engine = run.engine(functools.partial(mark, folder=folder, rules=rules))
    for task, name in engine.run(missing()):
        names[task.stem] = name or ""
        if name:
            journal.add(task.key, json.dumps({"copy": name, "digest": _digest(folder / name)}, ensure_ascii=False))
        run.progress(1)
    return names


def mark(tasks: Sequence[Task], folder: Path, rules: RuleSet | None) -> list[str]:
    """Write the marked copies; the name of each, "" where there can be none.  TargetError: one can't be written.

    A copy that somebody has saved since is left alone; a new one goes beside it, if it differs.
    """
    return [_mark(task, folder, rules) for task in tasks]


def _mark(task: Task, folder: Path, rules: RuleSet | None) -> str:
    from selfeval_xl.annotate import annotated
    from selfeval_xl.read import Workbook

    try:
        workbook = Workbook(content(task.source), task.source.label)
        _, patch = annotated(workbook, rules)
        stamp = _stamp(patch.to_bytes(), workbook.package)
        patch.set_name(COPIED, f'"{stamp}"')
        for stem in _stems(task.stem):
            path = folder / f"{stem}{workbook.package.ending}"
            edited = _edited(path)
            if edited is None:
                saving.replace(path, patch.to_bytes())
            if edited in (None, stamp):
                return path.name
    except TargetError:  # no room, or an earlier copy is open in Excel: the user must know that this one is missing
        raise
    except (SelfEvalError, OSError):
        pass
    return ""


def _stems(stem: str) -> Iterator[str]:
    """The names that a copy may have; no other return's copy has any of these."""
    yield stem
    yield from free(f"{stem}_新", set())


def _edited(path: Path) -> str | None:
    """The stamp of a copy that somebody has saved since ("" for an unknown one); None for one that may be replaced."""
    if not path.is_file():
        return None
    try:
        data = path.read_bytes()
        package = open_package(data, path.name, own=True)
        noted = next((one.text.strip('="') for one in package.defined_names if one.name == COPIED), "")
        return None if noted == _stamp(data, package) else noted
    except (SelfEvalError, OSError, zipfile.BadZipFile):
        return ""


def _stamp(data: bytes, package: Package) -> str:
    """A digest of a workbook's parts, which another program writes otherwise; without the one that holds the stamp."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = sorted(f"{one.filename} {one.CRC}" for one in archive.infolist() if one.filename != package.main)
    return hashlib.sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()


def kept(names: dict[str, str], folder: Path) -> tuple[str, ...]:
    """The outdated copies that were kept because somebody had saved them, given the names of all copies by stem."""
    others = (f"{stem}{Path(name).suffix}" for stem, name in names.items() if name and Path(name).stem != stem)
    return tuple(other for other in others if (folder / other).exists())


def _digest_now(source: Source) -> bytes:
    """The digest of what the source holds now; of no bytes where it can no longer be read."""
    try:
        return hashlib.sha256(content(source)).digest()
    except OSError:
        return hashlib.sha256().digest()


def _standing(key: str, folder: Path, journal: Journal) -> str | None:
    """The name of the copy that an earlier run made of the same source; None where it was changed since."""
    at = journal.find(key)
    if at is None:
        return None
    record = journal.record(at)
    try:
        untouched = _digest(folder / record["copy"]) == record["digest"]
    except OSError:
        return None
    return str(record["copy"]) if untouched else None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
