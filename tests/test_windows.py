"""What of Windows can be told on Linux: no file is in the way of its own replacement, no code page loses a sign."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from intake import book, put

SAMPLE = Path(__file__).parents[1] / "samples" / "project-2024-jiangmen-union.yaml"
FILLED = ["fill", str(SAMPLE), "-o", "甲.xlsx"]
LEDGER = ["collect", "收件", "-o", "台账.xlsx", "--jobs", "1", "--annotate", "退回", "--tables", "表"]

# Windows neither replaces nor deletes what anybody has open, were it the program itself.
HELD = """
import os, sys
def look(event, names):
    if event in ("os.rename", "os.remove"):
        paths = {os.path.realpath(name) for name in names if isinstance(name, (str, os.PathLike))}
        for number in os.listdir("/proc/self/fd"):
            if os.path.exists(link := f"/proc/self/fd/{number}") and os.readlink(link) in paths:
                print("held:", os.readlink(link))
        seen.append(event)
seen = []
sys.addaudithook(look)
from selfeval_xl.cli import main
code = main(sys.argv[1:])
print("looked at", len(seen))
sys.exit(code)
"""


# A scanner may have a passing file open just then.
SCANNED = """
import sys
def look(event, names):
    if event == "os.remove" and "标准输" in str(names[0]):
        raise PermissionError(names[0])
from selfeval_xl.cli import main
sys.addaudithook(look)
sys.exit(main(sys.argv[1:]))
"""


def ran(*argv: str, folder: Path, given: bytes | None = None, **env: str) -> str:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **env}
    done = subprocess.run([sys.executable, *argv], input=given, capture_output=True, cwd=folder, env=env)
    assert done.returncode in (0, 1), done.stderr.decode()
    return done.stdout.decode("utf-8")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only where the system lists what is open")
def test_nothing_that_is_replaced_or_deleted_is_open(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "乙.xlsx", book())
    for argv in (
        FILLED,
        [*FILLED, "--template", "甲.xlsx"],
        ["score", "甲.xlsx"],
        ["annotate", "甲.xlsx", "-o", "批注.xlsx"],
        ["import", "甲.xlsx", "-o", "批注.xlsx"],
        ["submit", "甲.xlsx", "--with-errors"],
        LEDGER,
        LEDGER,
    ):
        said = ran("-c", HELD, *argv, folder=tmp_path)
        assert "held:" not in said and "looked at 0" not in said, argv


def test_a_passing_file_that_stays_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "暂存").mkdir()
    passing = {key: str(tmp_path / "暂存") for key in ("TMPDIR", "TEMP", "TMP")}
    assert '"readable": true' in ran("-c", SCANNED, "check", "-", "--json", folder=tmp_path, given=book(), **passing)
    assert [*(tmp_path / "暂存").rglob("*.xlsx")]


def test_the_code_page_of_china_loses_no_sign(tmp_path: Path) -> None:
    for argv in (
        FILLED,
        ["check", "甲.xlsx", "--explain"],
        ["check", "甲.xlsx", "--json"],
        ["checks"],
        ["rules", "mof-2020"],
    ):
        told = [
            ran("-m", "selfeval_xl", *argv, folder=tmp_path, **env)
            for env in ({}, {"PYTHONIOENCODING": "gbk:strict", "PYTHONUTF8": "0", "LC_ALL": "C"})
        ]
        assert told[0] == told[1] and told[0].strip()
