"""Layout of plain text on a terminal: Chinese characters two columns wide, lines wrapped with an indent, colours."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple, TextIO
from unicodedata import combining, east_asian_width

_COLOURS = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "grey": "90", "bold": "1"}
# Characters that must not begin a line: they stay with the word before them.
_CLOSING = frozenset("，。；：、！？）》」』】％ ")


def width(text: str) -> int:
    """How many columns ``text`` takes on a terminal."""
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def pad(text: str, columns: int) -> str:
    """``text`` filled up with spaces to ``columns``; a longer one stays as it is."""
    return text + " " * (columns - width(text))


def _lines(text: str, room: int | None) -> list[str]:
    lines, line = [], ""
    for piece in _pieces(text):
        if room is not None and line and width(line) + width(piece.rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """The pieces that no line break may split: a run of narrow characters or one wide one, with closing punctuation."""
    pieces: list[str] = []
    for sign in text:
        before = pieces[-1][-1] if pieces else " "
        run = before != " " and width(before) < 2 and width(sign) < 2
        if pieces and (run or sign in _CLOSING):
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


class Layout(NamedTuple):
    """Where text goes: how many ``columns`` it may take (None: any) and whether it may be ``coloured``."""

    columns: int | None = None
    coloured: bool = False

    def paint(self, text: str, *colours: str) -> str:
        """``text`` in ``colours`` (red, green, yellow, blue, grey, bold) where colours are welcome."""
        if not self.coloured:
            return text
        return f"\x1b[{';'.join(_COLOURS[colour] for colour in colours)}m{text}\x1b[0m"

    def wrap(self, text: str, indent: str = "") -> str:
        """``text`` wrapped to lines that fit, each after ``indent``; its own line breaks stay."""
        room = None if self.columns is None else max(20, self.columns - width(indent))
        return "\n".join(indent + line for own in text.splitlines() for line in _lines(own, room))


def layout_of(stream: TextIO) -> Layout:
    """The layout that suits ``stream``: wrapped and coloured on a terminal (``NO_COLOR`` is respected), else plain."""
    if not stream.isatty():
        return Layout()
    try:
        columns = os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        columns = 80
    # The old Windows console would print colour codes as text; newer ones set one of these variables.
    able = sys.platform != "win32" or bool({"WT_SESSION", "ANSICON", "TERM"} & os.environ.keys())
    return Layout(columns, able and os.environ.get("TERM") != "dumb" and not os.environ.get("NO_COLOR"))
