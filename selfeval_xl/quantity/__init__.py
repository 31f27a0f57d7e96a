"""Figures as they are written in Chinese indicator tables: read("≥10 个") gives a Quantity, units convert."""

from __future__ import annotations

from selfeval_xl.quantity.reading import read
from selfeval_xl.quantity.units import convert, lacks_tail, normalize_unit
from selfeval_xl.quantity.value import (
    Bound,
    Kind,
    Op,
    Quantity,
    Role,
    State,
    comparable,
    extremes,
    maybe_share,
    scale_in_doubt,
)

__all__ = [
    "Bound",
    "Kind",
    "Op",
    "Quantity",
    "Role",
    "State",
    "comparable",
    "convert",
    "extremes",
    "lacks_tail",
    "maybe_share",
    "normalize_unit",
    "read",
    "scale_in_doubt",
]
