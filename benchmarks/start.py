"""Times starting up: ``--help`` and ``check --json`` of a filled workbook, as ratios to ``python -c pass``.

``python benchmarks/start.py [WORKBOOK]``: medians of interleaved runs, so that slow moments affect all alike.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

RUNS = 31
# Compiled modules are stored, as for any user, even if forbidden here.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
AIMS = {"selfeval-xl --help": 3.0, "selfeval-xl check --json": 4.0}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, env=ENVIRONMENT)
    taken = time.perf_counter() - start
    if done.returncode not in (0, 1):
        sys.exit(f"{command} ended in {done.returncode}: {done.stderr.decode('utf-8', 'replace')}")
    return taken


def script() -> list[str]:
    """The installed command, or else the package run as a module."""
    installed = Path(sysconfig.get_path("scripts")) / ("selfeval-xl.exe" if sys.platform == "win32" else "selfeval-xl")
    return [str(installed)] if installed.exists() else [sys.executable, "-m", "selfeval_xl"]


def sample(folder: Path) -> Path:
    """The filled workbook of the first sample."""
    from selfeval_xl.demo import demo

    return next(demo(folder))[0]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workbook = Path(sys.argv[1]) if len(sys.argv) > 1 else sample(Path(folder))
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "selfeval-xl --help": [*script(), "--help"],
            "selfeval-xl check --json": [*script(), "check", "--json", str(workbook)],
        }
        for command in commands.values():
            seconds(command)  # the first run compiles
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                taken[name].append(seconds(command))
    floor = statistics.median(taken["python -c pass"])
    print(f"workbook: {workbook.name}, {RUNS} runs each")
    for name, times in taken.items():
        median = statistics.median(times)
        aim = f"  (aim {AIMS[name]:g})" if name in AIMS else ""
        print(f"{name:<26}{median * 1000:7.1f} ms  {median / floor:5.2f} ×{aim}")


if __name__ == "__main__":
    main()
