"""One private soffice process with a profile of its own, controlled over a pipe."""

from __future__ import annotations

import importlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
_DISTRIBUTION = "/usr/lib/python3/dist-packages"  # where Debian's python3-uno puts uno.py
_SETTINGS = (
    ("Common/Misc", "UseLocking", "false"),  # with a stale lock file opening would silently fail
    ("Common/Misc", "UseDocumentSystemFileLocking", "false"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    # Always recalculate: else LibreOffice shows the values stored in the file, and no test of formulas could fail.
    ("Calc/Formula/Load", "OOXMLRecalcMode", "0"),
    ("Common/Save/Document", "GenerateThumbnail", "false"),  # half of the time of saving an .ods
)
_ITEM = '<item oor:path="/org.openoffice.Office.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'


def uno() -> Any:
    """The module ``uno``, even if the environment doesn't include the distribution's packages."""
    try:
        return importlib.import_module("uno")
    except ImportError:
        sys.path.append(_DISTRIBUTION)
        try:
            return importlib.import_module("uno")
        finally:
            sys.path.remove(_DISTRIBUTION)


def missing() -> str | None:
    """What is missing for the engine to run; None where nothing is."""
    if not SOFFICE:
        return "LibreOffice (soffice)"
    try:
        uno()
    except ImportError as error:
        return f"python3-uno for Python {sys.version_info[0]}.{sys.version_info[1]} ({error})"
    return None


def properties(**values: Any) -> tuple[Any, ...]:
    """Keyword arguments as UNO takes them."""
    make = uno().createUnoStruct
    return tuple(make("com.sun.star.beans.PropertyValue", Name=key, Value=value) for key, value in values.items())


def prepare(profile: Path) -> None:
    """Write the settings of a new profile."""
    settings = profile / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.parent.mkdir(parents=True)
        items = "".join(_ITEM.format(*each) for each in _SETTINGS)
        namespace = 'xmlns:oor="http://openoffice.org/2001/registry"'
        settings.write_text(f'<?xml version="1.0"?><oor:items {namespace}>{items}</oor:items>', encoding="utf-8")


class Office:
    """A running LibreOffice: started with ``profile``, or one that listens on the pipe ``name`` already."""

    _numbers = itertools.count()

    def __init__(self, profile: Path | None = None, name: str | None = None) -> None:
        self._profile = profile
        self.name = name or ""
        self.start()

    def start(self) -> None:
        """Start, or restart."""
        if self._profile:
            self.name = f"selfeval{os.getpid()}n{next(self._numbers)}"
        self._process = self._start(self._profile) if self._profile else None
        self.desktop = self._connect()

    def _start(self, profile: Path) -> subprocess.Popen[bytes]:
        prepare(profile)
        assert SOFFICE
        return subprocess.Popen(
            [SOFFICE, "--headless", "--norestore", "--nodefault", "--nologo", "--nolockcheck",
             f"-env:UserInstallation={profile.as_uri()}", f"--accept=pipe,name={self.name};urp;"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def _connect(self) -> Any:
        local = uno().getComponentContext()
        make = local.ServiceManager.createInstanceWithContext
        resolver = make("com.sun.star.bridge.UnoUrlResolver", local)
        until = time.monotonic() + 60
        while True:
            try:
                context = resolver.resolve(f"uno:pipe,name={self.name};urp;StarOffice.ComponentContext")
                return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            except Exception:  # UNO's own exceptions have no common class in Python
                ended = self._process is not None and self._process.poll() not in (None, 81)  # 81: it restarts itself
                if ended or time.monotonic() > until:
                    raise
                time.sleep(0.05)

    @property
    def alive(self) -> bool:
        """Whether it still answers: LibreOffice 7.4 crashes now and then by a fault of its own."""
        try:
            self.desktop.Components.createEnumeration()
        except Exception:
            return False
        return True

    @contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """Kill it if the block takes longer: a crashing LibreOffice may hang, and its caller with it."""
        timer = threading.Timer(seconds, self.kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def kill(self) -> None:
        """Kill it, if this object started it; whoever waits for an answer gets an error."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def open(self, path: Path, *, read_only: bool = False) -> Any:
        """Open a workbook; returns its document."""
        options = properties(Hidden=True, ReadOnly=read_only)
        document = self.desktop.loadComponentFromURL(path.resolve().as_uri(), "_blank", 0, options)
        if document is None:
            raise OSError(f"LibreOffice could not open {path}")
        return document

    def document(self, path: Path) -> Any:
        """The document of a workbook that is open already."""
        components = self.desktop.Components.createEnumeration()
        while components.hasMoreElements():
            document = components.nextElement()
            if uno().fileUrlToSystemPath(document.URL) == str(path.resolve()):
                return document
        raise KeyError(str(path))

    def stop(self) -> None:
        """End the process, if this object started it."""
        if self._process is None:
            return
        try:
            with self.at_most(10):
                self.desktop.terminate()
                self._process.wait()
        except Exception:  # it has ended already
            self.kill()
