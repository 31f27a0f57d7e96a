"""One run of ``collect``: read and assess all that came back, and write the ledger (台账), its tables and replies."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Event

from selfeval_xl.collect.engine import interruptible
from selfeval_xl.collect.gather import Means, Run, gather
from selfeval_xl.collect.intake import Intake
from selfeval_xl.collect.journal import Journal
from selfeval_xl.collect.reviews import Opinions, read_back
from selfeval_xl.collect.sources import Passed, Source, found, is_url
from selfeval_xl.collect.summary import Summary, detail
from selfeval_xl.collect.units import Roll, read_units
from selfeval_xl.collect.worker import Measure
from selfeval_xl.errors import ComponentError, SelfEvalError, TargetError
from selfeval_xl.rules import RuleSet
from selfeval_xl.seal import Keys
from selfeval_xl.workbook.saving import backups, make_folder, require_file, require_replaceable, sweep_of

__all__ = ["Means", "Steps", "Summary", "collect", "journal_of"]


@dataclass(frozen=True, slots=True)
class Steps:
    """Callbacks for progress: ``begin`` a step with its title and size, then ``advance`` by parts of that size."""

    begin: Callable[[str, int], None] = lambda _title, _size: None
    advance: Callable[[int], None] = lambda _size: None


def journal_of(ledger: Path) -> Path:
    """The path of the journal that belongs to a ledger, from which a run that was interrupted goes on."""
    return ledger.with_name(f"{ledger.name}.journal")


def collect(
    paths: Sequence[str],
    ledger: Path,
    *,
    units: Path | None = None,
    rules: RuleSet | None = None,
    keys: Keys | None = None,
    means: Means | None = None,
    tables: Path | None = None,
    annotate: Path | None = None,
    year: int | None = None,
    details: bool = False,
    steps: Steps | None = None,
) -> Summary:
    """Read all that lies under ``paths`` (files, folders, archives, mails, URLs) and write the ledger of it.

    ``units`` is the list of units (单位名单) for the roll-call; ``rules`` replace those that the workbooks name;
    ``keys`` are the public keys that signatures are checked with; ``tables`` is a folder for the tables as CSV,
    ``annotate`` one for marked copies and drafts of replies.  Returns of another ``year`` don't count.  ``details``
    puts each return into the summary.

    A bad file becomes a line of the ledger.  Raises SelfEvalError where nothing can be done, and KeyboardInterrupt
    after Ctrl-C: what was finished is in the journal, and the same call goes on from there.
    """
    means, steps = means or Means(), steps or Steps()
    _prepare(ledger, [folder for folder in (tables, annotate) if folder])
    roll = read_units(units, year) if units else Roll()
    outputs = [path for path in (ledger, journal_of(ledger), tables, annotate, units) if path]
    top = _found(paths, outputs)
    measure = Measure(rules, keys)
    with _journal(ledger, measure) as journal, interruptible() as stopping:
        sweep_of(ledger)  # the journal is ours, so nobody else writes it
        for folder in filter(None, (tables, annotate)):
            make_folder(folder, "不能建立这个文件夹，或不能往里面写，请另选一个")
        steps.begin("读取并校验", sum(one.size for one in top if isinstance(one, Source)))
        run = Run(means, steps.advance, stopping)
        kept, passed = gather(top, journal, measure, run)
        _end_if(stopping)
        intake = Intake(journal, kept, passed, roll, year)
        steps.begin("写台账", 0)
        opinions = read_back(ledger)  # read as late as possible: somebody may be writing into the ledger meanwhile
        further, backup = _write(ledger, intake, opinions, tables)
        _end_if(stopping)
        answered = None
        if annotate is not None:
            from selfeval_xl.collect.replies import answer
            from selfeval_xl.collect.tables import dismissed

            untrue = dismissed(intake, opinions)
            steps.begin("写批注件和回复", intake.counting)
            answered = answer(annotate, top, intake, untrue, rules, run)
            _end_if(stopping)
        each = tuple(map(detail, intake.returns())) if details else ()
        return Summary(intake, each, further, backup, tuple(backups(ledger)), answered)


def _prepare(ledger: Path, folders: Iterable[Path]) -> None:
    """Raise, before any work is done, for whatever will keep the ledger or the folders from being written."""
    if find_spec("xlsxwriter") is None:
        raise ComponentError("写台账", "XlsxWriter")
    require_file(ledger, ".xlsx")
    for folder in folders:
        if folder.is_file():
            raise TargetError(f"{folder} 是文件，请给出文件夹")
    require_replaceable(ledger)
    read_back(ledger)


def _found(paths: Sequence[str], outputs: Sequence[Path]) -> list[Source | Passed]:
    """What lies under the paths; SelfEvalError where there is nothing to be read."""
    if not any(is_url(path) or os.path.lexists(path) for path in paths):
        raise SelfEvalError(f"找不到 {'、'.join(paths[:3])}，请检查路径")
    top = list(found(paths, outputs=outputs))
    if not any(isinstance(one, Source) for one in top):
        raise SelfEvalError(f"{'、'.join(paths[:3])} 里没有找到工作簿、压缩包或邮件")
    return top


def _journal(ledger: Path, measure: Measure) -> Journal:
    """The journal of a ledger, opened for these rules and keys; TargetError where that can't be done."""
    stamp = "-" if measure == Measure() else hashlib.sha256(repr(measure).encode()).hexdigest()[:16]
    path = journal_of(ledger)
    try:
        return Journal(path, stamp)
    except BlockingIOError as error:
        raise TargetError(f"另一次 collect 正在做 {ledger.name}：请等它结束再运行，或换个台账文件名") from error
    except OSError as error:
        raise TargetError(f"{path}：进度文件写不了，请检查台账所在的文件夹能不能写") from error


def _end_if(stopping: Event) -> None:
    if stopping.is_set():
        raise KeyboardInterrupt


def _write(ledger: Path, intake: Intake, opinions: Opinions, folder: Path | None) -> tuple[tuple[str, ...], str | None]:
    """Write the ledger and the tables.

    Returns the further sheets of tables that are too long for one, and the copy that was kept of an older ledger.
    """
    from selfeval_xl.collect.additions import keep
    from selfeval_xl.collect.export import export
    from selfeval_xl.collect.ledger import write
    from selfeval_xl.collect.statistics import statistics
    from selfeval_xl.collect.tables import tables

    all_tables = tables(intake, opinions)
    backup = keep(ledger)
    try:
        further = write(ledger, all_tables, statistics(intake), intake.newest)
    except BaseException:
        if backup is not None:  # the old ledger is still in place
            backup.unlink(missing_ok=True)
        raise
    if folder is not None:
        export(folder, all_tables)
    return further, str(backup) if backup else None
