"""The Python behind the button: a process for each click, or one for all of them."""

from __future__ import annotations

import decimal
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import libreoffice
import pytest
import xlwings
from desk import (
    DEPARTMENT,
    PROJECT,
    Desk,
    contents,
    differing,
    filled,
    marks_of,
    notes_of,
    state_of,
    unprotected,
)

from selfeval_xl import excel
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.rules import names
from selfeval_xl.score import score

pytest_plugins = "desk"


def cold(app: libreoffice.App, path: Path, job: str, *blocked: str) -> dict[str, list[str]]:
    """A click in a process of its own on a workbook that is open: what it has loaded, and the message boxes."""
    command = [sys.executable, "-m", "libreoffice", app.office.name, str(path), job, *blocked]
    own = (str(Path(__file__).parent), str(Path(excel.__file__).parents[2]))
    paths = os.pathsep.join((*own, os.environ.get("PYTHONPATH", "")))
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env={**os.environ, "PYTHONPATH": paths}
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    told: dict[str, list[str]] = json.loads(done.stdout)
    return told


def test_a_click_of_its_own_process_loads_nothing_it_does_not_need(
    app: libreoffice.App, desk: Desk, tmp_path: Path
) -> None:
    path = filled(DEPARTMENT, tmp_path / "自评 表.xlsx")
    book = desk.open(path)
    before = state_of(book)
    slim = ("pandas", "numpy", "PIL", "matplotlib")  # the button's environment has none of them
    told = cold(app, path, "recalculate", *slim)
    assert told["alerts"] == [] and state_of(book)["校验结果"] != before["校验结果"]
    heavy = {"openpyxl", "lxml", "yaml", "rich", "xlsxwriter", "zipfile", "tempfile", "argparse", *slim}
    loaded = {name.partition(".")[0] for name in told["loaded"]}
    assert not loaded & heavy
    assert {name for name in told["loaded"] if name.startswith("selfeval_xl.excel")} == {
        f"selfeval_xl.excel{part}"
        for part in (
            "",
            ".blocks",
            ".caller",
            ".click",
            ".jobs",
            ".journal",
            ".live",
            ".marks",
            ".notes",
            ".session",
            ".sheet",
            ".structure",
            ".write",
        )
    }


# xlwings' warm process: the macro hands the workbook over, and no command line tells of it


class Warm:
    """One process that serves every click, as xlwings keeps one; this one."""

    def __init__(self, app: libreoffice.App, monkeypatch: pytest.MonkeyPatch) -> None:
        self._app = app
        self._windows = SimpleNamespace(BOOK_CALLER=None, Book=lambda native: native)
        monkeypatch.setattr(xlwings, "_xlwindows", self._windows, raising=False)
        monkeypatch.setattr(sys, "argv", ["-c"])

    def press(self, job: str, book: Any) -> list[str]:
        self._app.alerts.clear()
        self._windows.BOOK_CALLER = book
        getattr(excel, job)()
        return list(self._app.alerts)


def state() -> dict[str, Any]:
    """What a click might leave behind in its process."""
    return {
        "argv": list(sys.argv),
        "path": list(sys.path),
        "folder": Path.cwd(),
        "environment": dict(os.environ),
        "handlers": list(logging.root.handlers),
        "level": logging.root.level,
        "arithmetic": str(decimal.getcontext()),
        "threads": threading.active_count(),
        "warnings": list(warnings.filters),
        "excepthook": sys.excepthook,
        "streams": (sys.stdin, sys.stdout, sys.stderr),
    }


def test_one_process_serves_every_click_as_its_own_would(
    app: libreoffice.App, desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Three workbooks in turn, a failing click between them, each as a process of its own does it."""
    warm = Warm(app, monkeypatch)
    before = state()
    bad = desk.open(filled(PROJECT, tmp_path / "坏.xlsx"))
    spot = ours_in(Workbook(tmp_path / "坏.xlsx")).layout.fields["rules"]  # type: ignore[union-attr]
    unprotected(bad, spot.sheet).range((spot.row, spot.column)).formula = "不存在的规则"
    for number, data in enumerate((PROJECT, DEPARTMENT, PROJECT)):
        path = filled(data, tmp_path / f"{number} 冷.xlsx")
        alone = desk.open(path)
        served = desk.open(Path(shutil.copy(path, tmp_path / f"{number} 暖.xlsx")))
        if number == 2:  # another state of the first one, which must not be remembered
            for book in (alone, served):
                unprotected(book).range("F16").formula = "3"
        assert cold(app, path, "recalculate")["alerts"] == warm.press("recalculate", served) == []
        results = [desk.saved(book, tmp_path / f"{number}{book.name}") for book in (alone, served)]
        assert differing(*results) == {} and [*map(notes_of, alone.sheets)] == [*map(notes_of, served.sheets)]
        assert marks_of(alone) == marks_of(served)
        assert "不存在的规则" in warm.press("recalculate", bad)[0]
        with pytest.raises(SystemExit):  # the workbook is closed, or was never handed over
            warm.press("check", None)
        assert state() == before


def test_a_warm_process_sees_other_rules_and_other_figures(
    app: libreoffice.App, desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    warm = Warm(app, monkeypatch)
    path = filled(PROJECT, tmp_path / "自评表.xlsx")
    spot = ours_in(Workbook(path)).layout.fields["rules"]  # type: ignore[union-attr]
    book = desk.open(path)
    seen = []
    for rules in (*names()[:2], names()[0]):
        unprotected(book, spot.sheet).range((spot.row, spot.column)).formula = rules
        score(desk.saved(book, tmp_path / "start.xlsx"), tmp_path / "scored.xlsx")
        assert warm.press("recalculate", book) == []
        live = desk.saved(book, tmp_path / "live.xlsx")
        assert differing(live, tmp_path / "scored.xlsx") == {}
        seen.append(contents(live))
    assert seen[0] == seen[2] != seen[1]
    assert warm.press("undo", book) == ["已恢复到上次点按钮之前。"]
