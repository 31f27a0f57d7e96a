"""Shared by the tests: LibreOffice as the second oracle, left out without it, never left out in CI."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Literal

import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
FILTERS = {
    "xlsx": "xlsx:Calc MS Excel 2007 XML", "xls": "xls:MS Excel 97", "ods": "ods:calc8", "pdf": "pdf:calc_pdf_Export",
}  # fmt: skip
Format = Literal["xlsx", "xls", "ods", "pdf"]

# Without OOXMLRecalcMode 0 (always) LibreOffice shows the values that Excel stored, and a test of formulas can't fail.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="UseLocking" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""

Convert = Callable[[Sequence[Path], Format], list[Path]]

pytest.register_assert_rewrite("desk")  # the fixtures of the button's tests

_not_run = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "requires_soffice: needs LibreOffice; skipped without it, except where CI is set"
    )
    config.stash[_not_run] = []


def pytest_runtest_setup(item: pytest.Function) -> None:
    if SOFFICE or not (item.get_closest_marker("requires_soffice") or "soffice_convert" in item.fixturenames):
        return
    if os.environ.get("CI"):
        pytest.fail("CI leaves no test out, and LibreOffice (soffice) is not installed")
    item.config.stash[_not_run].append(item.nodeid)
    pytest.skip("LibreOffice (soffice) is not installed")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """A test whose LibreOffice died under it, which is none of our faults, is tried once more with a new one."""
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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if left_out := config.stash[_not_run]:
        terminalreporter.section("not run, because LibreOffice (soffice) is not installed")
        terminalreporter.write_line("\n".join(left_out))


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without LibreOffice: the receipt stays a page of HTML, which is quick too."""
    from selfeval_xl.submit import receipt

    monkeypatch.setattr(receipt.shutil, "which", lambda _name: None)
    monkeypatch.setattr(receipt, "_OFFICES", ())


@pytest.fixture(scope="session")
def soffice_convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """``soffice_convert(paths, "xlsx" | "xls" | "ods" | "pdf") -> list[Path]``: what LibreOffice makes of them, freshly recalculated.

    All ``paths`` go through one call, as starting LibreOffice costs more than converting; the results stand in their
    order.  The profile is private, so that an office that is open elsewhere does no harm.
    """
    profile = tmp_path_factory.mktemp("soffice")
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir()
    settings.write_text(PROFILE, encoding="utf-8")
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
        for _ in range(2):  # it dies now and then, at no file's fault
            done = subprocess.run(command, capture_output=True, text=True, timeout=600)
            missing = [str(path) for path, result in zip(paths, results, strict=True) if not result.exists()]
            if not missing:
                return results
        raise AssertionError(f"LibreOffice converted none of {missing}: {done.stdout}{done.stderr}")

    return convert
