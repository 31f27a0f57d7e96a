"""How high a row must be for its texts: programs adjust neither rows of a set height nor rows with merged cells."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from unicodedata import east_asian_width

from selfeval_xl.forms.layout import Layout
from selfeval_xl.forms.outline import Outline, Part
from selfeval_xl.model import Entries, Place

LINE = 14.0
"""Points for a line of 10-point text."""
MARGIN = 4.0
"""Points above and below the lines of a row, together."""
HIGHEST = 409.0
"""Points; Excel's limit for a row."""

_PADDING = 1.2  # characters of a cell's width that its edges take
_SCALE = 10 / 11  # texts are in 10-point type, while widths count characters of 11 points


def height(texts: Iterable[tuple[str, float]], least: float) -> float | None:
    """The height in points for texts in cells of these widths (characters); None where ``least`` is enough."""
    needed = max((_lines(text, width) for text, width in texts), default=1) * LINE + MARGIN
    return min(needed, HIGHEST) if needed > least else None


def _lines(text: str, width: float) -> int:
    room = max(width - _PADDING, 1.0)
    return sum(max(1, math.ceil(_length(line) * _SCALE / room)) for line in text.splitlines()) or 1


def _length(line: str) -> float:
    return sum(2.0 if east_asian_width(character) in "WFA" else 1.1 for character in line)


def text_heights(
    form: Outline, layout: Layout, entries: Entries, fields: Mapping[str, object]
) -> dict[str, dict[int, float]]:
    """Rows by sheet that must be higher than in the template, for long entries and for the rule set's explanations.

    ``fields`` are the contents that the program writes, by key.
    """
    texts: list[tuple[Place, Part, str]] = []
    for key, part in form.fields.items():
        spot, content = layout.fields.get(key), fields.get(key)
        if spot and part.role == "parameter" and isinstance(content, str):
            texts.append((spot.place, part, content))
    rows = [(form.tables[table], row) for table, rows in entries.tables.items() for row in rows]
    for parts, row in [(form.fields, entries.fields), *rows]:
        for key, entry in row.items():
            if entry.place and entry.value is None and parts[key].role == "entry":
                texts.append((entry.place, parts[key], entry.text))
    needed: dict[str, dict[int, float]] = defaultdict(dict)
    for place, part, text in texts:
        points = height([(text, part.width)], part.height)
        if points:
            needed[place.sheet][place.row] = max(points, needed[place.sheet].get(place.row, 0.0))
    return needed


def cut_off(room: Mapping[str, Mapping[int, float]]) -> Iterator[tuple[str, list[int]]]:
    """The rows by sheet that can't be made as high as their texts."""
    for sheet, rows in room.items():
        if found := sorted(row for row, points in rows.items() if points == HIGHEST):
            yield sheet, found
