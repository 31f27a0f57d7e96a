"""Shared by all tests: LibreOffice as a second opinion.  Tests that need it are skipped without it, but never in CI."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Literal

import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
FILTERS = {
    "xlsx": "xlsx:Calc MS Excel 2007 XML", "xls": "xls:MS Excel 97", "ods": "ods:calc8", "pdf": "pdf:calc_pdf_Export",
}  # fmt: skip
Format = Literal["xlsx", "xls", "ods", "pdf"]

Convert = Callable[[Sequence[Path], Format], list[Path]]

pytest.register_assert_rewrite("desk")  # the fixtures of the button's tests

NO_OFFICE = "LibreOffice (soffice) is not installed"
_MOST_WORKERS = 4


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "requires_soffice: needs LibreOffice; skipped without it, except where CI is set"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """At most four, as each may keep a LibreOffice open."""
    return min(os.cpu_count() or 1, _MOST_WORKERS)


def pytest_runtest_setup(item: pytest.Function) -> None:
    if SOFFICE or not (item.get_closest_marker("requires_soffice") or "soffice_convert" in item.fixturenames):
        return
    if os.environ.get("CI"):
        pytest.fail(f"CI leaves no test out, and {NO_OFFICE}")
    pytest.skip(NO_OFFICE)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Run a test once more with a new LibreOffice if it crashed, which is not our fault."""
    try:
        return (yield)
    except Exception:
        desk = pyfuncitem.funcargs.get("desk")
        if desk is None or desk.app.office.alive:
            raise
    desk.app.start_anew()
    given = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    if "tmp_path" in given:
        given["tmp_path"] = given["tmp_path"] / "again"
        given["tmp_path"].mkdir()
    with desk.app.office.at_most(300):
        pyfuncitem.obj(**given)
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", ())
    if left_out := [report.nodeid for report in skipped if report.longrepr[2].endswith(NO_OFFICE)]:
        terminalreporter.section(f"not run, because {NO_OFFICE}")
        terminalreporter.write_line("\n".join(left_out))


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without LibreOffice: the receipt stays HTML, which is also quicker."""
    from selfeval_xl.submit import receipt

    monkeypatch.setattr(receipt.shutil, "which", lambda _name: None)
    monkeypatch.setattr(receipt, "_OFFICES", ())


@pytest.fixture(scope="session")
def soffice_convert(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Convert]:
    """``soffice_convert(paths, "xlsx" | "xls" | "ods" | "pdf") -> list[Path]``: files converted and recalculated by LibreOffice.

    Starting LibreOffice takes longer than converting.  So one is kept running where python3-uno can tell when it is
    ready: the command then passes the files to it.  Where none is running, or it has crashed, the command does the work
    itself.  The profile is private, so that another LibreOffice doesn't interfere.
    """
    from libreoffice.office import Office, missing, prepare

    profile = tmp_path_factory.mktemp("soffice")
    prepare(profile)
    office = None if missing() else Office(profile)
    if office:  # an open document, as without one it would end with the first command
        office.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
    runs = itertools.count()

    def convert(paths: Sequence[Path], to: Format) -> list[Path]:
        work = profile / f"run{next(runs)}"
        (work / "in").mkdir(parents=True)
        # Numbered copies: files of one name from two folders must not overwrite each other's result.
        sources = [work / "in" / f"{index:04}{path.suffix}" for index, path in enumerate(paths)]
        for path, source in zip(paths, sources, strict=True):
            shutil.copyfile(path, source)
        assert SOFFICE
        command = [
            SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo",
            "--convert-to", FILTERS[to], "--outdir", str(work), *map(str, sources),
        ]  # fmt: skip
        results = [work / f"{source.stem}.{to}" for source in sources]
        for _ in range(2):  # LibreOffice crashes now and then, whatever the file
            with office.at_most(600) if office else nullcontext():
                done = subprocess.run(command, capture_output=True, text=True, timeout=900)
            lacking = [str(path) for path, result in zip(paths, results, strict=True) if not result.exists()]
            if not lacking:
                return results
            if office:
                office.kill()
        raise AssertionError(f"LibreOffice converted none of {lacking}: {done.stdout}{done.stderr}")

    yield convert
    if office:
        office.stop()
