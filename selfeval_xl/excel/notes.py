"""Our notes on the cells of an open sheet: recognized by their heading line, beside other people's or below theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from selfeval_xl.render.heights import height
from selfeval_xl.workbook.edits import NOTE_HEADING as HEADING

if TYPE_CHECKING:
    from xlwings import Note, Range, Sheet

_WIDTH, _CHARACTERS = 216.0, 42  # of a note's box: points, and half-width characters per line


def our_notes(sheet: Sheet) -> dict[str, str]:
    """Our texts by cell (``"B3"``)."""
    return {_cell(note.location): note.text.partition(HEADING)[2].strip("\n") for note in _ours(sheet)}


def set_notes(sheet: Sheet, notes: Mapping[str, str]) -> None:
    """Put our notes on a sheet in place of our earlier ones; unchanged ones are not touched."""
    stay = set()
    for note in list(_ours(sheet)):
        cell = _cell(note.location)
        before, _, ours = note.text.partition(HEADING)
        if notes.get(cell) == ours.strip("\n"):
            stay.add(cell)
        elif before.strip("\n"):
            note.text = before.rstrip("\n")
        else:
            note.delete()
    for cell, text in notes.items():
        if cell in stay:
            continue
        place = sheet.range(cell)
        existing = place.note
        ours = f"{HEADING}\n{text}"
        if existing is None:
            _widen(place.add_note(ours), ours)
        else:
            existing.text = f"{existing.text}\n{ours}"
            _widen(existing, existing.text)


def by_first_cell(sheet: Sheet, notes: Mapping[str, str]) -> dict[str, str]:
    """The notes by the first cell of any merged range, as only there a note can be seen."""
    texts: dict[str, str] = {}
    for cell, text in notes.items():
        first = _cell(sheet.range(cell).merge_area)
        texts[first] = f"{texts[first]}\n{text}" if first in texts else text
    return texts


def _ours(sheet: Sheet) -> Iterator[Note]:
    return (note for note in sheet.notes if HEADING in (note.text or ""))


def _cell(area: Range) -> str:
    return area.address.replace("$", "").partition(":")[0]


def _widen(note: Note, text: str) -> None:
    with suppress(Exception):  # a box that stays small can still be enlarged by hand
        note.api.Shape.Width, note.api.Shape.Height = _WIDTH, height([(text, _CHARACTERS)], 30.0) or 30.0
