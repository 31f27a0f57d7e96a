"""Work that fails, for tests of the intake's engine; in a module of its own, as worker processes must import it."""

from __future__ import annotations

import os
from collections.abc import Sequence


def double(items: Sequence[int]) -> list[int]:
    """Twice each item; 13 ends the process at once, 17 raises."""
    for item in items:
        if item == 13:
            os._exit(1)
        if item == 17:
            raise MemoryError
    return [2 * item for item in items]
