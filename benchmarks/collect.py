"""The intake with everything on, as ratios to one process that only reads the same files with bare python-calamine.

``python benchmarks/collect.py [--files N] [--rounds N]``: medians of interleaved runs, each in processes of its own.
The cluster is a local one of two workers that is there already (left out without the extra ``cluster``).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Compiled modules are kept, as for any user, also where this environment forbids it.
ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": str(ROOT),
}
BARE = """
import sys
from pathlib import Path
from python_calamine import CalamineWorkbook
for path in sorted(Path(sys.argv[1]).iterdir()):
    workbook = CalamineWorkbook.from_path(path)
    for name in workbook.sheet_names:
        workbook.get_sheet_by_name(name).to_python()
"""
COLLECT = """
import sys
from pathlib import Path
from selfeval_xl.collect import Means, collect
if __name__ == "__main__":
    folder, ledger, jobs, scheduler = sys.argv[1:]
    collect([folder], Path(ledger), means=Means(int(jobs), scheduler or None))
"""


def make(folder: Path, count: int) -> None:
    """Four workbooks of ours for each official form, no two alike."""
    sys.path.insert(0, str(ROOT / "tests"))
    from returns import PROJECT, UNIT, base, official, varied

    for number in range(count):
        source = official() if number % 5 == 4 else base()
        names = {UNIT: f"第{number:05}单位", PROJECT: f"专项{number:05}"}
        (folder / f"{number:05}.xlsx").write_bytes(varied(source, names))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        returns, script = work / "returns", work / "run.py"
        returns.mkdir()
        make(returns, args.files)
        script.write_text(COLLECT, encoding="utf-8")
        runs = {"bare python-calamine": ("", "", 0.0), "one process": ("1", "", 1.6), "two processes": ("2", "", 0.85)}
        if find_spec("distributed"):
            from distributed import LocalCluster

            os.environ |= ENVIRONMENT
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            cluster = stack.enter_context(LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None))
            runs["Dask, two workers"] = ("0", cluster.scheduler_address, 0.0)
        taken: dict[str, list[float]] = {name: [] for name in runs}
        for attempt in range(args.rounds + 1):  # the first one compiles, and warms the cluster
            for name, (jobs, scheduler, _) in runs.items():
                ledger = work / f"{name}{attempt}.xlsx"
                command = [sys.executable, str(script), str(returns), str(ledger), jobs, scheduler]
                if not jobs:
                    command = [sys.executable, "-c", BARE, str(returns)]
                start = time.perf_counter()
                subprocess.run(command, check=True, env=ENVIRONMENT)
                if attempt:
                    taken[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    floor = medians["bare python-calamine"]
    print(f"{args.files} files, {args.rounds} rounds")
    for name, median in medians.items():
        aim = f"  (aim {runs[name][2]:g})" if runs[name][2] else ""
        print(f"{name:<22}{median:7.2f} s {median / args.files * 1000:7.2f} ms a file {median / floor:6.2f} ×{aim}")
    if "Dask, two workers" in medians:
        print(f"Dask to two processes   {medians['Dask, two workers'] / medians['two processes']:.2f} ×  (aim 1.4)")


if __name__ == "__main__":
    main()
