"""What is shipped with the code and is no code: folders inside an installed package, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
SHIPPED = frozenset({"macros", "samples", "workbook_templates"})


def shipped(name: str) -> Path:
    """The folder of that name, one of :data:`SHIPPED`."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name
