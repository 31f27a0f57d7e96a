"""How high a row must be for its texts: a set height cuts wrapped cells off, and merged ones never fit themselves."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from unicodedata import east_asian_width

from selfeval_xl.forms.layout import Layout
from selfeval_xl.forms.outline import Outline
from selfeval_xl.model import Entries, Entry, Place
from selfeval_xl.workbook.references import parse_cell

LINE = 14.0
"""Points that a line of 10-point text takes."""
MARGIN = 4.0
"""Points that a row has above and below its lines."""
HIGHEST = 409.0
"""Points; no program makes a row higher."""

_PADDING = 1.2  # characters of a cell's width that its borders take
_SCALE = 10 / 11  # texts are set in 10 points, widths are counted in characters of 11


def height(texts: Iterable[tuple[str, float]], least: float) -> float | None:
    """The height in points for texts in cells of these widths (characters); None where ``least`` is enough."""
    needed = max((_lines(text, width) for text, width in texts), default=1) * LINE + MARGIN
    return min(needed, HIGHEST) if needed > least else None


def _lines(text: str, width: float) -> int:
    room = max(width - _PADDING, 1.0)
    return sum(max(1, math.ceil(_length(line) * _SCALE / room)) for line in text.splitlines()) or 1


def _length(line: str) -> float:
    return sum(2.0 if east_asian_width(character) in "WFA" else 1.1 for character in line)


def input_heights(
    form: Outline, layout: Layout, entries: Entries, written: Mapping[Place, Entry] | None = None
) -> dict[str, dict[int, float]]:
    """Rows by sheet that the entries, or those just ``written``, make higher than the template has them."""
    parts = {spot.place: form.fields[key] for key, spot in layout.fields.items() if key in form.fields}
    present = {entry.place: entry for entry in entries.fields.values() if entry.place}
    for table, rows in entries.tables.items():
        for row in rows:
            parts |= {entry.place: form.tables[table][key] for key, entry in row.items() if entry.place}
            present |= {entry.place: entry for entry in row.values() if entry.place}
    needed: dict[str, dict[int, float]] = defaultdict(dict)
    for place, entry in (present if written is None else written).items():
        part = parts.get(place)
        typed = part is not None and part.role == "entry" and entry.value is None
        points = height([(entry.text, part.width)], part.height) if part and typed else None
        if points:
            number = parse_cell(place.cell)[0]
            needed[place.sheet][number] = max(points, needed[place.sheet].get(number, 0.0))
    return needed
