"""The button: each function is one click, and does in the live workbook what the command line does in a file.

The macros call them through xlwings.  A click pays for every import, so nothing is loaded here that a click does not
need; what goes wrong is shown in Excel, in Chinese, and never raised.
"""

from __future__ import annotations

__all__ = ["check", "clear", "recalculate", "submit", "undo"]


def recalculate() -> None:
    """【重新计算】: read, assess, write formulas, readings, highlights, notes, the summary and the findings."""
    _click("recalculate")


def check() -> None:
    """【检查】: read, assess, write the findings and nothing else; official forms of others get a sheet 校验结果."""
    _click("check")


def submit() -> None:
    """【生成报送件】: the package for the finance bureau, made from the saved file."""
    _click("submit")


def clear() -> None:
    """【清除标记】: take our notes and colours away."""
    _click("clear")


def undo() -> None:
    """【撤销上次】: bring back what the last click has overwritten."""
    _click("undo")


def _click(job: str) -> None:
    from selfeval_xl import ends_soon

    ends_soon()
    from selfeval_xl.excel.click import click

    click(job)
