"""Collects the remarks on an import: what has no place in our form, and what the user should look at."""

from __future__ import annotations

from selfeval_xl.model import EMPTY, Entry, Row
from selfeval_xl.render.leftovers import Left
from selfeval_xl.workbook.recognize.words.figures import has_note, remarked
from selfeval_xl.workbook.recognize.words.labels import is_filler


class Remarks:
    """The remarks in the order in which they are made; ``form`` is the place of those that concern no cell."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.made: list[Left] = []

    def on_form(self, why: str) -> None:
        """A remark on the form as a whole."""
        self.made.append(Left(self.form, "", why))

    def on(self, entry: Entry, why: str) -> None:
        """A remark on an entry, unless that is only the form's own filler."""
        if not is_filler(entry.text):
            self.made.append(Left(entry.place or self.form, entry.text, why))

    def on_points(self, entry: Entry) -> None:
        """A remark on words in brackets behind points (8分（未完成扣2分）): only the number is moved."""
        if remarked(entry.text):
            self.on(entry, "只搬了分数，括号里的话没有单独的格")

    def on_note(self, entry: Entry) -> None:
        """A remark on a note behind an amount or a rate (45（年中追加5）), unless the cell has a remark already."""
        if has_note(entry.text) and all(one.where != entry.place for one in self.made):
            self.on(entry, "只搬了数字，括号里的话没有单独的格")

    def on_row(self, row: Row, why: str) -> None:
        """A remark on a row, quoting all its texts, the name first."""
        first = row.get("name", row.get("region", EMPTY))
        others = [entry for key, entry in row.items() if key != "level" and entry is not first]
        texts = [entry.text.strip() for entry in (first, *others) if not entry.blank]
        where = first.place or next((entry.place for entry in others if entry.place), self.form)
        self.made.append(Left(where, "，".join(texts), why))
