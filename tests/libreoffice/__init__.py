"""Excel's part in the tests: an xlwings engine over a real, headless LibreOffice, which calculates and saves.

It shows what the button does to a workbook, and is no proof of Excel: docs/windows-checklist.md has what only that can
show.  Needs Debian's ``python3-uno`` and a Python of the same minor version.
"""

from __future__ import annotations

from libreoffice.engine import App, install
from libreoffice.office import Office, missing

__all__ = ["App", "Office", "install", "missing"]
