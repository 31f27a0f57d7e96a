"""Times the whole intake, as a ratio to one process that only reads the same files with python-calamine.

``python benchmarks/collect.py [--files N] [--rounds N] [--also N…]`` first makes returns (a fifth of a second each on
two processors): no two have a filled row in common, and ours are filled, scored and sealed.  Then it gives medians of
interleaved runs, each in processes of its own, by the clock and in processor time (which also holds on a shared
machine).  As python-calamine reads no formulas, two more baselines stand beside them: the same files unpacked and
parsed with lxml; and unpacked, with every cell found by one compiled pattern (address, style, type, formula, value).
``--also``: two processes on other numbers of files, to extrapolate to 100,000.  Memory is what a worker takes above a
bare interpreter, on Linux.  The cluster is a local one of two workers, started before (left out without the extra).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from material import make

ROOT = Path(__file__).parent.parent
# Compiled modules are stored, as for any user, even if forbidden here.
ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
}
BARE, PARSED, FOUND = "bare python-calamine", "bare lxml", "bare pattern"
ONE, TWO, DASK = "one process", "two processes", "Dask, two workers"
AIMS = {ONE: "1.6", TWO: "0.85"}
MEMORY_AIM = 40  # MB a worker
READ = """
import json, os, sys
from pathlib import Path
from python_calamine import CalamineWorkbook
for path in sorted(Path(sys.argv[1]).iterdir()):
    workbook = CalamineWorkbook.from_path(path)
    for name in workbook.sheet_names:
        workbook.get_sheet_by_name(name).to_python()
print(json.dumps({"cpu": sum(os.times()[:4])}))
"""
# Baseline for reading formulas and formats too: every part unpacked and parsed in C, nothing taken out.
PARSE = """
import json, os, sys, zipfile
from pathlib import Path
from lxml import etree
for path in sorted(Path(sys.argv[1]).iterdir()):
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            etree.fromstring(package.read(name))
print(json.dumps({"cpu": sum(os.times()[:4])}))
"""
# The least that Python itself can do: parts unpacked, cells of the sheets found by a pattern, nothing checked.
FIND = """
import json, os, re, sys, zipfile
from pathlib import Path
cell = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?(?:/>|>(?:<f[^<>]*>([^<]*)</f>)?(?:<v>([^<]*)</v>)?)'
)
for path in sorted(Path(sys.argv[1]).iterdir()):
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            part = package.read(name)
            if name.startswith("xl/worksheets/sheet"):
                cell.findall(part)
print(json.dumps({"cpu": sum(os.times()[:4])}))
"""
COLLECT = """
import json, multiprocessing, os, sys, threading
from pathlib import Path

def peak(pid):
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)

def watch(done, peaks):
    while not done.wait(0.1):
        for child in multiprocessing.active_children():
            peaks[child.pid] = max(peaks.get(child.pid, 0), peak(child.pid))

def workers(address):
    if not address:
        return 0
    from distributed import Client
    with Client(address) as client:
        return sum(client.run(lambda: sum(os.times()[:2])).values())

if __name__ == "__main__":  # workers import this script, unlike the command: they must not import more than it does
    from selfeval_xl.collect.run import Means, collect

    folder, ledger, jobs, scheduler = sys.argv[1:]
    done, peaks, before = threading.Event(), {}, workers(scheduler)
    watcher = threading.Thread(target=watch, args=(done, peaks))
    watcher.start()
    collect([folder], Path(ledger), means=Means(int(jobs), scheduler or None))
    done.set()
    watcher.join()
    cpu = sum(os.times()[:4]) + workers(scheduler) - before
    print(json.dumps({"cpu": cpu, "own": peak("self"), "peaks": sorted(peaks.values())}))
"""


class Run(NamedTuple):
    """How long a run took, by the clock and by the processors, in seconds; the peak memory of its processes in MB."""

    wall: float
    cpu: float
    own: float
    worker: float


def taken(command: list[str]) -> Run:
    start = time.perf_counter()
    done = subprocess.run(command, check=True, env=ENVIRONMENT, stdout=subprocess.PIPE)
    wall = time.perf_counter() - start
    result: dict[str, Any] = json.loads(done.stdout)
    return Run(wall, result["cpu"], result.get("own", 0) / 1024, max(result.get("peaks", ()), default=0) / 1024)


def bare_interpreter() -> float:
    """The peak memory of a Python that does nothing, in MB; 0 where that is unknown."""
    code = "print(next((l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')), 0))"
    if not Path("/proc/self/status").exists():
        return 0.0
    return int(subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE).stdout) / 1024


def measured(work: Path, count: int, rounds: int, ways: dict[str, tuple[str, str]]) -> dict[str, Run]:
    """The medians of each way (jobs, scheduler) and of the baselines; the first call's first round warms up."""
    returns, script = work / f"returns{count}", work / "run.py"
    returns.mkdir()
    make(returns, count)
    script.write_text(COLLECT, encoding="utf-8")
    runs: dict[str, list[Run]] = {name: [] for name in (BARE, PARSED, FOUND, *ways)}
    warm = any(work.glob("*.xlsx"))
    for attempt in range(warm, rounds + 1):  # the first one compiles, and warms the cluster
        for name, code in ((BARE, READ), (PARSED, PARSE), (FOUND, FIND)):
            runs[name].append(taken([sys.executable, "-c", code, str(returns)]))
        for name, (jobs, address) in ways.items():
            ledger = work / f"{name}{count}-{attempt}.xlsx"
            runs[name].append(taken([sys.executable, str(script), str(returns), str(ledger), jobs, address]))
        if not attempt:
            for results in runs.values():
                results.clear()
    return {name: Run(*map(statistics.median, zip(*results, strict=True))) for name, results in runs.items()}


def show(count: int, runs: dict[str, Run], bare: float) -> None:
    floor = runs[BARE]
    print(f"\n{count} files{'wall':>19}{'ms a file':>11}{'ratio':>7}{'cpu':>9}{'ratio':>7}{'MB, above bare':>17}")
    for name, run in runs.items():
        aim = f"  (aim {AIMS[name]})" if name in AIMS else ""
        memory = (run.worker or run.own) - bare if run.own else 0
        print(
            f"{name:<22}{run.wall:7.1f} s{run.wall / count * 1000:11.2f}{run.wall / floor.wall:7.2f}"
            f"{run.cpu:7.1f} s{run.cpu / floor.cpu:7.2f}" + (f"{memory:17.1f}" if memory else "") + aim
        )
    if DASK in runs:
        dask, two = runs[DASK], runs[TWO]
        print(f"Dask to two processes   {dask.wall / two.wall:.2f} × wall, {dask.cpu / two.cpu:.2f} × cpu  (aim 1.4)")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--also", type=int, nargs="*", default=[])
    args = parser.parse_args()
    by_count: dict[int, dict[str, Run]] = {}
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ways = {ONE: ("1", ""), TWO: ("2", "")}
        if find_spec("distributed"):
            make_cluster: Any = import_module("distributed").LocalCluster
            os.environ |= ENVIRONMENT
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            cluster = stack.enter_context(make_cluster(n_workers=2, threads_per_worker=1, dashboard_address=None))
            ways[DASK] = "0", cluster.scheduler_address
        bare = bare_interpreter()
        print(f"{args.rounds} rounds; a bare interpreter takes {bare:.1f} MB, a worker is to add {MEMORY_AIM} at most")
        for count in (args.files, *args.also):
            by_count[count] = measured(work, count, args.rounds, ways if count == args.files else {TWO: ways[TWO]})
            show(count, by_count[count], bare)
    least, most = min(by_count), max(by_count)
    if least < most:
        few, many = by_count[least][TWO], by_count[most][TWO]
        ratio = many.cpu / most / (few.cpu / least)
        print(f"two processes: a file of {most} costs {ratio:.2f} × one of {least} in processor time")
        print(f"100,000 files follow: {many.wall / most * 100_000 / 60:.0f} min")


if __name__ == "__main__":
    main()
