"""Regular expressions compiled at first use, so that a start of the program compiles only those that it needs."""

from __future__ import annotations

import re
from typing import Any, AnyStr, Generic


class _Lazy(Generic[AnyStr]):
    """Takes each method from the compiled pattern when it is first asked for, and keeps it."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self._source: tuple[AnyStr, int] = pattern, flags

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(*self._source), name)
        setattr(self, name, method)
        return method


def lazy(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As ``re.compile``, only later; a match's ``re`` is the compiled pattern, not this object."""
    return _Lazy(pattern, flags)  # type: ignore[return-value]
