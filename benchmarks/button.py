"""A click's Python from process start to done, as a ratio to ``import xlwings``, both in the button's environment.

``python benchmarks/button.py [PYTHON]``: PYTHON is the button's (as ``selfeval-xl install-button`` makes it); without
it one is made.  LibreOffice stands in for Excel; the time spent in it and in its engine is left out.  The medians of
interleaved runs on the department sample, three figures of which have changed since it was scored.
"""

from __future__ import annotations

import functools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RUNS = 21
AIM = 1.5
HERE = Path(__file__)
# Compiled modules are kept, as for any user, also where this environment forbids it.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: list[str]) -> tuple[float, str]:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, env=ENVIRONMENT, encoding="utf-8")
    taken = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{command} ended in {done.returncode}: {done.stderr}")
    return taken, done.stdout


def click(pipe: str, workbook: str) -> None:
    """In the button's own process: one click; prints the seconds that the engine has taken."""
    import xlwings  # both before the engine, which imports much of the same

    import selfeval_xl.excel.jobs

    start = time.perf_counter()
    sys.path.append(str(HERE.parents[1] / "tests"))
    from libreoffice import Office, com, engine, formats, install, notes, ranges

    outside = Outside()
    for module in (com, engine, formats, notes, ranges):
        outside.watch(module)
    app = install(Office(name=pipe))
    app.books.adopt(app.office.document(Path(workbook)), workbook)
    outside.seconds = time.perf_counter() - start
    sys.argv = ["-c", f"--wb={Path(workbook).name}", "--from_xl=1", f"--hwnd={app.hwnd}"]
    selfeval_xl.excel.recalculate()
    if app.alerts:
        sys.exit(app.alerts[0])
    assert xlwings.Book.caller().name == Path(workbook).name
    print(outside.seconds)


class Outside:
    """Counts the time spent in an engine's functions, from the outermost one on."""

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
    """The department sample, three figures changed since it was scored."""
    from selfeval_xl.demo import samples
    from selfeval_xl.fill import fill
    from selfeval_xl.read import Workbook, ours_in
    from selfeval_xl.workbook.edits import Value
    from selfeval_xl.workbook.patch import Patch

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
        office = Office(folder / "profile")
        try:
            floor, ours = [], []
            for number in range(RUNS + 1):
                document = office.open(path)
                taken, engine = seconds([python, str(HERE), "--click", office.name, str(path)])
                document.close(True)
                if number:  # the first run compiles
                    ours.append(taken - float(engine))
                    floor.append(seconds([python, "-c", "import xlwings"])[0])
        finally:
            office.stop()
    least, median = statistics.median(floor), statistics.median(ours)
    print(f"{RUNS} runs each")
    print(f"import xlwings   {least * 1000:7.1f} ms")
    print(f"a click          {median * 1000:7.1f} ms  {median / least:5.2f} ×  (aim {AIM:g})")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--click"]:
        click(*sys.argv[2:])
    else:
        main()
