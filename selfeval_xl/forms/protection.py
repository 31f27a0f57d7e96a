"""The password on the sheets of the standard workbooks."""

from __future__ import annotations

PASSWORD = "selfeval"
"""Published on purpose: protection keeps formulas from being overtyped by mistake and is no security."""
