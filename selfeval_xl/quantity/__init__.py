"""Figures as Chinese indicator tables write them: ``read("≥10 个")`` gives a :class:`Quantity`, units convert.

A cell's way: ``text`` (one spelling), ``words`` (filler, states, Chinese numerals), ``figures`` and ``dates`` (where
numbers and dates stand), ``signs`` and ``units`` (what ≥, 以上 and 万元 mean), ``single`` (one figure with the words
around it), ``reading`` (the whole cell), ``value`` (the Quantity, and the comparison of two).
"""

from __future__ import annotations

from selfeval_xl.quantity.reading import beyond_reading, read
from selfeval_xl.quantity.units import convert, lacks_tail, normalize_unit, said_for_each
from selfeval_xl.quantity.value import Bound, Op, Quantity, State, comparable, extremes, maybe_share, scale_in_doubt

__all__ = [
    "Bound", "Op", "Quantity", "State", "beyond_reading", "comparable", "convert", "extremes", "lacks_tail",
    "maybe_share", "normalize_unit", "read", "said_for_each", "scale_in_doubt",
]  # fmt: skip
