"""Excel's stand-in for the tests: an xlwings engine over a real, headless LibreOffice, which calculates and saves.

It shows what the button does to a workbook, but proves nothing about Excel: what only Excel can show is listed in
docs/windows-checklist.md.  Needs Debian's ``python3-uno`` and a Python of the same minor version.
"""

from __future__ import annotations

from libreoffice.engine import App, install
from libreoffice.office import Office, missing

__all__ = ["App", "Office", "install", "missing"]
