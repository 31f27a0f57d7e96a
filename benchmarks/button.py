"""Times a click's Python from process start to end, as a ratio to ``import xlwings``, in the button's environment.

``python benchmarks/button.py [PYTHON]``: PYTHON is the button's (as ``selfeval-xl install-button`` makes it); without
it one is made.  LibreOffice stands in for Excel; the time spent in it and in the code that stands in is left out.  It
prints medians of interleaved runs on the department sample, with three figures changed since it was scored.

Then the same with all clicks in one process, as with xlwings' warm process: the seconds of a later click, and the
memory that the process holds between clicks (without that of the stand-in).
"""

from __future__ import annotations

import functools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RUNS = 21
LATER = 3  # clicks of the warm process after its first
AIM = 1.5
HERE = Path(__file__)
# As for any user: the button's Python uses its own packages, and compiled modules are stored even if forbidden here.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")}


def seconds(command: list[str]) -> tuple[float, str]:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, env=ENVIRONMENT, encoding="utf-8")
    taken = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{command} ended in {done.returncode}: {done.stderr}")
    return taken, done.stdout


def clicks(pipe: str, *workbooks: str) -> None:
    """In the button's own process: one click on each workbook; prints the seconds spent in the stand-in in all, those
    of the last click without the stand-in, and the bytes held in the end.
    """
    import xlwings  # both before the stand-in, which imports many of the same modules

    import selfeval_xl.excel.jobs

    start = time.perf_counter()
    ours = resident()
    sys.path.append(str(HERE.parents[1] / "tests"))
    from libreoffice import Office, com, engine, formats, install, notes, ranges

    outside = Outside()
    for module in (com, engine, formats, notes, ranges):
        outside.watch(module)
    app = install(Office(name=pipe))
    for workbook in workbooks:
        app.books.adopt(app.office.document(Path(workbook)), workbook)
    outside.seconds = time.perf_counter() - start
    ours -= resident()
    for workbook in workbooks:
        start, before = time.perf_counter(), outside.seconds
        sys.argv = ["-c", f"--wb={Path(workbook).name}", "--from_xl=1", f"--hwnd={app.hwnd}"]
        selfeval_xl.excel.recalculate()
        if app.alerts:
            sys.exit(app.alerts[0])
        assert xlwings.Book.caller().name == Path(workbook).name
        last = time.perf_counter() - start - (outside.seconds - before)
    print(outside.seconds, last, ours + resident())


def resident() -> int:
    """The bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


class Outside:
    """Counts the time spent in the functions of the stand-in's modules (calls within them count once)."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._inside = False

    def watch(self, module: Any) -> None:
        classes = [each for each in vars(module).values() if isinstance(each, type)]
        for owner in [each for each in classes if each.__module__ == module.__name__]:
            for name, attribute in list(vars(owner).items()):
                if isinstance(attribute, property):
                    setattr(owner, name, property(*map(self._timed, (attribute.fget, attribute.fset))))
                elif callable(attribute) and not isinstance(attribute, type | staticmethod):
                    setattr(owner, name, self._timed(attribute))

    def _timed(self, do: Callable[..., Any] | None) -> Any:
        if do is None:
            return None

        @functools.wraps(do)
        def timed(*args: Any, **keywords: Any) -> Any:
            if self._inside:
                return do(*args, **keywords)
            self._inside, start = True, time.perf_counter()
            try:
                return do(*args, **keywords)
            finally:
                self._inside = False
                self.seconds += time.perf_counter() - start

        return timed


def changed(path: Path) -> None:
    """Write the department sample to ``path``, with three figures changed since it was scored."""
    from selfeval_xl.demo import samples
    from selfeval_xl.fill import fill
    from selfeval_xl.read import Workbook, ours_in
    from selfeval_xl.workbook.edits import Value
    from selfeval_xl.workbook.writing.patch import Patch

    fill(next(each for each in samples() if each.stem.startswith("department-2024")), path)
    workbook = Workbook(path)
    ours = ours_in(workbook)
    assert ours
    patch = Patch(workbook.package)
    stretch = ours.layout.tables["indicators"]
    for row in range(stretch.first_row, stretch.first_row + 3):
        place = stretch.place(row, "actual")
        patch.set(place.sheet, place.cell, Value(row))
    patch.save(path)


def main() -> None:
    sys.path.append(str(HERE.parents[1] / "tests"))
    from libreoffice import Office

    from selfeval_xl.excel.setup import make

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = sys.argv[1] if len(sys.argv) > 1 else str(make(folder / "button", print))
        path = folder / "部门自评.xlsx"
        changed(path)
        more = [Path(shutil.copy(path, folder / f"{number}.xlsx")) for number in range(LATER)]
        office = Office(folder / "profile")
        try:
            floor, ours, later, memory = [], [], [], []
            for number in range(RUNS + 1):
                taken, engine, _, _ = run(python, office, path)
                _, _, last, held = run(python, office, path, *more)
                if number:  # the first run compiles
                    ours.append(taken - engine)
                    floor.append(seconds([python, "-c", "import xlwings"])[0])
                    later.append(last)
                    memory.append(held)
        finally:
            office.stop()
    least, median = statistics.median(floor), statistics.median(ours)
    print(f"{RUNS} runs each")
    print(f"import xlwings   {least * 1000:7.1f} ms")
    print(f"a click          {median * 1000:7.1f} ms  {median / least:5.2f} ×  (aim {AIM:g})")
    warm, held = statistics.median(later), statistics.median(memory)
    print(
        f"a warm click     {warm * 1000:7.1f} ms  {warm / median:5.2f} × a click;  {held / 1e6:.0f} MB held in between"
    )


def run(python: str, office: Any, *paths: Path) -> tuple[float, float, float, float]:
    """Click on workbooks in one process: its seconds, and the three figures that it prints (see :func:`clicks`)."""
    documents = [office.open(path) for path in paths]
    taken, output = seconds([python, str(HERE), "--clicks", office.name, *map(str, paths)])
    for document in documents:
        document.close(True)
    engine, last, held = map(float, output.split())
    return taken, engine, last, held


if __name__ == "__main__":
    if sys.argv[1:2] == ["--clicks"]:
        clicks(*sys.argv[2:])
    else:
        main()
