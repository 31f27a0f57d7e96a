"""Fill, score and check the Excel forms of the yearly performance self-evaluation of public money (预算绩效自评)."""

from __future__ import annotations

__version__ = "0.1.0"


def ends_soon() -> None:
    """Tell Python that this process does one job: looking for cycles in memory seldom pays, and at its end never."""
    import atexit
    import gc

    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
