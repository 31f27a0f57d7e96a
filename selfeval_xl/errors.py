"""What can go wrong for a user: each error carries one plain Chinese line that says what, where and how to mend it."""

from __future__ import annotations

TYPE_CHECKING = False  # every start imports this module, and typing itself takes a while
if TYPE_CHECKING:
    from typing import Any, Literal


class SelfEvalError(Exception):
    """The job could not be done; ``str(error)`` is the line to show (exit code 2)."""


class DataError(SelfEvalError, ValueError):
    """A data file holds something that is no evaluation: names file, row and field."""


class RuleError(SelfEvalError, ValueError):
    """A rule set can't be used: names file, key and what is allowed."""


class SpecError(SelfEvalError, ValueError):
    """The spec of a standard form can't be used: names file, table and key, and what is allowed."""


class WorkbookError(SelfEvalError, ValueError):
    """A workbook can't be read or written.  ``reason`` is the id of the package check that says why."""

    def __init__(self, message: str, reason: str = "package.damaged") -> None:
        super().__init__(message)
        self.reason = reason


class OldFormatError(WorkbookError):
    """A workbook in an old format or another program's (``kind`` xls or ods): it can be checked, but not written."""

    def __init__(self, label: str, message: str, kind: Literal["xls", "ods"]) -> None:
        super().__init__(f"{label}：{message}", "package.legacy")
        self.label, self.kind = label, kind


class ComponentError(SelfEvalError):
    """``job`` needs a PyPI package that is not installed; the message gives the command that installs it."""

    def __init__(self, job: str, package: str) -> None:
        super().__init__(f"{job}需要组件 {package}，请先安装：python -m pip install {package}")


def component(name: str, job: str, package: str) -> Any:
    """The module ``name`` of a PyPI package that ``job`` needs; ComponentError where it is not installed."""
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise ComponentError(job, package) from error


class TargetError(SelfEvalError, OSError):
    """A file can't be written: it is open elsewhere, read-only, or its folder is missing; nothing was lost."""
