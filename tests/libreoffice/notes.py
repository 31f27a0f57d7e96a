"""Notes on cells: LibreOffice's annotations as xlwings' notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

if TYPE_CHECKING:
    from libreoffice.engine import Sheet


class Note(base_classes.Note):  # type: ignore[misc]
    """A note; ``api`` stands for its box, which LibreOffice sizes itself."""

    api: Any = None

    def __init__(self, sheet: Sheet, native: Any) -> None:
        self._sheet, self._native = sheet, native
        self.api = _Api()

    @property
    def location(self) -> Any:
        place = self._native.Position
        return self._sheet.range((place.Row + 1, place.Column + 1))

    @property
    def text(self) -> str:
        return text_of(self._native)

    @text.setter
    def text(self, value: str) -> None:
        self._native.String = value

    @property
    def author(self) -> str:
        return str(self._native.Author)

    def delete(self) -> None:
        notes, here = self._sheet.page.Annotations, self._native.Position
        places = [notes.getByIndex(index).Position for index in range(notes.Count)]
        notes.removeByIndex(next(i for i, at in enumerate(places) if (at.Row, at.Column) == (here.Row, here.Column)))


def text_of(native: Any) -> str:
    """The text of a note, "" where there is none.  LibreOffice 25 loads a note's text from a file only into its box."""
    box = native.AnnotationShape
    return str(native.String or (box.String if box else ""))


class _Api:
    class Shape:
        Width = Height = 0.0
