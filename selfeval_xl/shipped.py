"""Shipped folders that are no code (templates, samples, macros): in an installed package, or beside a checkout's."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
SHIPPED = frozenset({"macros", "samples", "workbook_templates"})


def shipped(name: str) -> Path:
    """The folder of that name, one of :data:`SHIPPED`."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name
