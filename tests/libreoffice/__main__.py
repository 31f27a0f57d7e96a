"""A click in a process of its own, as Excel starts one: ``python -m libreoffice PIPE WORKBOOK JOB [BLOCKED…]``.

LibreOffice listens on PIPE and has WORKBOOK open; BLOCKED modules can't be imported, as in the button's slim
environment.  Prints, as JSON, the modules that the click has loaded.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path


def main(pipe: str, workbook: str, job: str, *blocked: str) -> None:
    for name in blocked:
        sys.modules[name] = None  # type: ignore[assignment]
    from libreoffice import Office, install

    office = Office(name=pipe)
    app = install(office)
    app.books.adopt(office.document(Path(workbook)), workbook)
    before = set(sys.modules)
    sys.argv = ["selfeval_xl.excel", job, f"--wb={Path(workbook).name}", "--from_xl=1", f"--hwnd={app.hwnd}"]
    runpy.run_module("selfeval_xl.excel", run_name="__main__")
    print(json.dumps({"loaded": sorted(set(sys.modules) - before), "alerts": app.alerts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
