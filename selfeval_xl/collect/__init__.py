"""The bureau's intake: everything that came back, read and assessed in one pass, and the ledger of it all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Event

from selfeval_xl.collect.engine import interruptible
from selfeval_xl.collect.gather import Means, default_jobs, gather
from selfeval_xl.collect.intake import Intake
from selfeval_xl.collect.journal import Journal
from selfeval_xl.collect.reviews import Opinions, read_back
from selfeval_xl.collect.rollcall import Roll, read_units
from selfeval_xl.collect.sources import Passed, Source, found, is_url
from selfeval_xl.collect.summary import Summary, summary
from selfeval_xl.errors import SelfEvalError, TargetError
from selfeval_xl.rules import RuleSet

__all__ = ["Means", "Steps", "Summary", "collect", "journal_of"]


@dataclass(frozen=True, slots=True)
class Steps:
    """Whom to tell how far it is: ``begin`` a step with its title and its size, then ``advance`` by parts of it."""

    begin: Callable[[str, int], None] = lambda _title, _size: None
    advance: Callable[[int], None] = lambda _size: None


def journal_of(ledger: Path) -> Path:
    """The journal that belongs to a ledger: finished work is found there again."""
    return ledger.with_name(f"{ledger.name}.journal")


def collect(
    paths: Sequence[str],
    ledger: Path,
    *,
    units: Path | None = None,
    rules: RuleSet | None = None,
    means: Means | None = None,
    tables: Path | None = None,
    annotate: Path | None = None,
    details: bool = False,
    steps: Steps | None = None,
) -> Summary:
    """Read all that lies under ``paths`` (files, folders, archives, mails, URLs) and write the ledger of it.

    ``units`` is the list for the roll-call, ``rules`` override what the workbooks name, ``tables`` is a folder for the
    tables as CSV, ``annotate`` one for marked copies and drafts of replies; ``details`` asks for each return in the
    summary.  A bad file becomes a line.  Raises SelfEvalError where nothing can be done, and KeyboardInterrupt after
    Ctrl-C: what was finished is in the journal, and the same call goes on from there.
    """
    means, steps = means or Means(default_jobs()), steps or Steps()
    opinions = _prepared(ledger)
    roll = read_units(units) if units else Roll()
    outputs = [path for path in (ledger, journal_of(ledger), tables, annotate, units) if path]
    top = list(found(paths, outputs=outputs))
    if not any(is_url(path) or Path(path).exists() for path in paths):
        raise SelfEvalError(f"找不到 {'、'.join(paths[:3])}，请检查路径")
    if not any(isinstance(one, Source) for one in top):
        raise SelfEvalError(f"{'、'.join(paths[:3])} 里没有找到工作簿、压缩包或邮件")
    with _journal(ledger, rules) as journal, interruptible() as stopping:
        steps.begin("读取并校验", sum(one.size for one in top if isinstance(one, Source)))
        kept, passed = gather(top, journal, means, rules, stopping, steps.advance)
        _unless(stopping)
        intake = Intake(journal, kept, passed, roll)
        steps.begin("写台账", 0)
        _write(ledger, intake, opinions, tables)
        _unless(stopping)
        if annotate is not None:
            _answer(annotate, top, intake, means, rules, stopping, steps)
        return summary(intake, details=details)


def _prepared(ledger: Path) -> Opinions:
    """What the reviewers wrote in the ledger that is there; whatever stands in the way is said before any work."""
    if find_spec("xlsxwriter") is None:
        raise SelfEvalError('写台账需要组件 XlsxWriter，请先安装：python -m pip install "selfeval-xl[collect]"')
    if ledger.is_dir():
        raise TargetError(f"{ledger} 是文件夹，请给出台账的文件名")
    if ledger.suffix.lower() != ".xlsx":
        raise TargetError(f"{ledger} 的扩展名应为 .xlsx")
    if not ledger.parent.is_dir():
        raise TargetError(f"文件夹不存在：{ledger.parent}")
    return read_back(ledger)


def _journal(ledger: Path, rules: RuleSet | None) -> Journal:
    stamp = "-" if rules is None else hashlib.sha256(repr(rules).encode()).hexdigest()[:16]
    path = journal_of(ledger)
    try:
        return Journal(path, stamp)
    except OSError as error:
        raise TargetError(f"{path}：进度文件写不了，请检查台账所在的文件夹能不能写") from error


def _unless(stopping: Event) -> None:
    if stopping.is_set():
        raise KeyboardInterrupt


def _write(ledger: Path, intake: Intake, opinions: Opinions, folder: Path | None) -> None:
    from selfeval_xl.collect.export import export
    from selfeval_xl.collect.ledger import write
    from selfeval_xl.collect.statistics import statistics
    from selfeval_xl.collect.tables import tables

    all_tables = tables(intake, opinions)
    write(ledger, all_tables, statistics(intake), intake.newest)
    if folder is not None:
        export(folder, all_tables)


def _answer(
    folder: Path,
    top: Sequence[Source | Passed],
    intake: Intake,
    means: Means,
    rules: RuleSet | None,
    stopping: Event,
    steps: Steps,
) -> None:
    from selfeval_xl.collect.replies import answer

    steps.begin("写批注副本和回复", intake.counting)
    answer(folder, top, intake, means, rules, stopping, steps.advance)
    _unless(stopping)
