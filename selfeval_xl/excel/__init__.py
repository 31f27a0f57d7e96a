"""The buttons: each function is one click, and does in the open workbook what the command line does in a file.

The macros call them through xlwings.  ``click`` finds the workbook (``caller``), quiets Excel (``session``) and runs
one of ``jobs``, which reads the workbook (``live``, ``sheet``, ``structure``; official forms by ``foreign``) and writes
the Edits back (``write`` in ``blocks``, ``marks``, ``notes``, ``page``; ``journal`` for undo).  ``setup``, ``doctor``,
``machine`` and ``drop`` belong to installing.  Every import costs time at each click, so nothing more is imported here;
errors are shown in Excel, in Chinese, and never raised.
"""

from __future__ import annotations

__all__ = ["check", "clear", "recalculate", "submit", "undo"]


def recalculate() -> None:
    """【重新计算】: read, assess, write formulas, readings, highlights, notes, the summary and the findings."""
    _click("recalculate")


def check() -> None:
    """【检查】: read, assess, write the findings and nothing else; official forms get a sheet 校验结果."""
    _click("check")


def submit() -> None:
    """【生成报送件】: the package for the finance bureau, made from the saved file."""
    _click("submit")


def clear() -> None:
    """【清除标记】: remove our notes and colours."""
    _click("clear")


def undo() -> None:
    """【撤销上次】: restore what the last click has overwritten."""
    _click("undo")


def _click(job: str) -> None:
    from selfeval_xl import ends_soon

    ends_soon()
    from selfeval_xl.excel.click import click

    click(job)
