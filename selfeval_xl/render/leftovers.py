"""What was not carried over when figures moved from one workbook to another: as lines of text, and as a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from selfeval_xl.mistakes import few
from selfeval_xl.model import Place
from selfeval_xl.workbook.edits import Content, Link, Page, Style, Value

PAGE = "导入说明"


class Left(NamedTuple):
    """One thing not carried over as it stood: where it stands (a cell, or in words), its text, and why."""

    where: Place | str
    text: str
    why: str


def kept(where: Place | str, names: Sequence[str]) -> Left:
    """Rows of a table, the first at ``where``, that were left alone because the data don't name them."""
    return Left(where, few(names, 5, "等 {} 行"), "数据里没有，表里原有的行保留未动；不再需要的请删掉其内容")


def lines(left: Iterable[Left]) -> Iterator[str]:
    """A line of text for each."""
    for one in left:
        text = " ".join(one.text.split())
        yield f"{one.where}  {text}：{one.why}" if text else f"{one.where}：{one.why}"


def page(source: str, left: Iterable[Left]) -> Page:
    """The sheet 导入说明 with what was not carried over from the workbook called ``source``."""
    intro = f"从“{source}”导入。下面的内容没有照搬，请逐条核对；都处理好以后可以删掉这张工作表。"
    return Page(
        rows=(
            ((Value(PAGE), "title"),),
            ((Value(intro), "plain"),),
            _row("header", "原来的位置", "内容", "为什么没有照搬"),
            *(_row("wrap", str(one.where), one.text.strip(), one.why) for one in left),
        ),
        widths=(26, 50, 60),
        frozen_rows=3,
    )


def _row(style: Style, *texts: str) -> tuple[tuple[Content | Link, Style], ...]:
    return tuple((Value(text or None), style) for text in texts)
