"""Runs the intake of 5,400 returns, of which 1% are bad in fifteen ways, and checks that every file is accounted for.

``python benchmarks/intake.py [--files N] [--jobs N]`` prints the results for the bad ones, the time, and the memory of
the largest process and of all together.  Exits 1 where a file is lost, has the wrong reason, or memory passes 500 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
AIM = 500  # MB
# Compiled modules are stored, as for any user, even if forbidden here.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def megabytes(who: int) -> int:
    """Peak memory; Linux counts in kilobytes, macOS in bytes."""
    return resource.getrusage(who).ru_maxrss // (1 << 20 if sys.platform == "darwin" else 1 << 10)


def run(folder: Path, jobs: int) -> None:
    """The intake itself, in a process of its own; prints its result and the memory it took."""
    from selfeval_xl.collect.run import Means, collect
    from selfeval_xl.collect.summary import to_json

    ledger = folder / "台账.xlsx"
    result = collect([str(folder / "收件")], ledger, units=folder / "单位名单.csv", means=Means(jobs), details=False)
    own, workers = megabytes(resource.RUSAGE_SELF), megabytes(resource.RUSAGE_CHILDREN)
    # Once more, after measuring memory, for details that a bureau doesn't need: nothing is read twice.
    result = collect([str(folder / "收件")], ledger, units=folder / "单位名单.csv", means=Means(1), details=True)
    json.dump({"own": own, "workers": workers, **to_json(str(ledger), result)}, sys.stdout)


def make(folder: Path, count: int) -> None:
    """Make the returns, in a process of its own too: on Linux a new process starts with its parent's peak memory."""
    sys.path.insert(0, str(ROOT / "tests"))
    from returns import build

    made = build(folder, count)
    expectation = {"expected": dict(made.expected), "found": dict(made.found), "passed": sorted(made.passed)}
    json.dump(expectation, sys.stdout)


def called(*argv: str) -> Any:
    """The output of this script when called with these arguments."""
    environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, __file__, *argv], stdout=subprocess.PIPE, check=True, env=environment)
    return json.loads(done.stdout)


def last(name: str) -> str:
    return name.rpartition(" › ")[2].replace("\\", "/").rpartition("/")[2]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=5_400)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--make", type=Path)
    parser.add_argument("--run", type=Path)
    args = parser.parse_args()
    if args.make:
        make(args.make, args.files)
        return
    if args.run:
        run(args.run, args.jobs)
        return
    with tempfile.TemporaryDirectory() as folder:
        made = called("--make", folder, "--files", str(args.files))
        print(f"{len(made['expected'])} returns made, {args.jobs} processes", flush=True)
        start = time.perf_counter()
        result = called("--run", folder, "--jobs", str(args.jobs))
        seconds = time.perf_counter() - start
        ledger = (Path(folder) / "台账.xlsx").stat().st_size
        journal = (Path(folder) / "台账.xlsx.journal").stat().st_size
    got = {last(one["file"]): one for one in result["files"]}
    lost = made["expected"].keys() - got.keys()
    wrong = [
        name
        for name, reason in made["expected"].items()
        if name in got
        and (got[name]["readable"] != (reason is None) or (reason or "") not in (got[name]["reason"] or ""))
    ]
    silent = [
        name for name, id in made["found"].items() if id not in {finding["id"] for finding in got[name]["findings"]}
    ]
    passed = sorted(last(one["file"]) for one in result["passed_over"])
    as_expected = passed == made["passed"]
    for name, count in sorted(Counter(one["reason"] for one in result["files"] if one["reason"]).items()):
        print(f"  {count:4}  {name}")
    together = result["own"] + args.jobs * result["workers"] if args.jobs > 1 else result["own"]
    print(f"read {result['returns']}, unread {result['unread']}, passed over {len(passed)}, of {len(got)} files")
    print(
        f"lost {len(lost)}, wrong reason {len(wrong)}, finding missing {len(silent)}, "
        f"passed over as expected: {as_expected}"
    )
    print(f"{seconds:.0f} s, {seconds / len(got) * 1000:.1f} ms a return")
    print(f"ledger {ledger >> 10} KB, journal {journal >> 10} KB")
    print(
        f"memory: main process {result['own']} MB, largest worker {result['workers']} MB, together below {together} MB"
    )
    sys.exit(bool(lost or wrong or silent or not as_expected or together > AIM))


if __name__ == "__main__":
    main()
