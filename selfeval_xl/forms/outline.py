"""What reading and rendering need of a form: each key's role and formula, kept ready as JSON beside the specs.

Loading a spec takes thirty times as long; ``selfeval-xl templates build`` writes the outlines, ``templates check``
holds them against the specs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from selfeval_xl.forms import FORMS

if TYPE_CHECKING:
    from selfeval_xl.forms.spec import Role

OUTLINES = Path(__file__).with_name("outlines")
ANY_TEXT = "${}"
"""Stands, within quotes, for any text in a formula that copies of a form may have."""


class Part(NamedTuple):
    """A field, or a column of a table: its role, formula, width in characters, height in points, and fixed text.

    Formulas are as in :func:`selfeval_xl.forms.layout.written`.
    """

    role: Role
    formula: str | None
    width: float
    height: float
    text: str | None = None

    @property
    def given(self) -> bool:
        """Whether what stands there was entered, or set for the form: no formula gives it."""
        return self.role in ("entry", "parameter")


class Outline(NamedTuple):
    """A form without its looks.

    ``headings`` are the column headings without blanks (table → column → text), ``strict`` the only texts that an entry
    may hold, by its key in fields and tables alike; ``former`` the formulas of other copies of the form, by the name of
    the field or column, with ``ANY_TEXT`` for what each says of itself.
    ``labels`` are what the fields (and columns without a heading) are called, ``titles`` the tables' names;
    ``added`` holds the keys that not every issued copy of the form has.  ``gaps`` says of each table how many rows lie
    between it and what has a name above and below it (None: nothing has); ``words`` are the fixed words around the
    tables, without blanks; ``sheets`` the names of each sheet's fields and columns.
    """

    id: str
    version: str
    rules: str
    title: str
    updated: str
    subject: str
    fields: Mapping[str, Part]
    tables: Mapping[str, Mapping[str, Part]]
    headings: Mapping[str, Mapping[str, str]]
    strict: Mapping[str, Sequence[str]]
    former: Mapping[str, Sequence[str]]
    labels: Mapping[str, str]
    titles: Mapping[str, str]
    added: frozenset[str]
    gaps: Mapping[str, Sequence[int | None]]
    words: frozenset[str]
    sheets: Mapping[str, Sequence[str]]

    def part(self, name: str) -> Part | None:
        """A field, or a column (``"indicators.target"``); None for what the form does not know."""
        table, dot, column = name.partition(".")
        return self.tables.get(table, {}).get(column) if dot else self.fields.get(name)

    def label(self, name: str) -> str:
        """What a field, or a column (``"indicators.target"``) within its table, is called; "" where nothing says it."""
        table, _, column = name.partition(".")
        heading = self.headings.get(table, {}).get(column, column)
        return self.labels.get(name, heading if heading != column else "")

    def called(self, name: str) -> str:
        """What a user knows a field or a column (``"indicators.target"``) as; "" where nothing says it."""
        table, dot, column = name.partition(".")
        label, title = self.label(name), self.titles.get(table, "")
        if dot and title:
            return f"“{title}”的“{label or column}”"
        return f"“{label}”" if label else ""


@cache
def known_keys() -> frozenset[str]:
    """The keys of all forms: ``"year"``, ``"indicators.target"``."""
    outlines = [outline(form) for form in FORMS]
    fields = {key for one in outlines for key in one.fields}
    columns = {f"{table}.{key}" for one in outlines for table, parts in one.tables.items() for key in parts}
    return frozenset(fields | columns)


@cache
def outline(form: str) -> Outline:
    """The outline of ``form``; KeyError where there is no such form."""
    if form not in FORMS:  # a stranger's workbook says it: never a path
        raise KeyError(form)
    return parsed((OUTLINES / f"{form}.json").read_text(encoding="utf-8"))


def parsed(text: str) -> Outline:
    """The outline in the text that :func:`selfeval_xl.forms.condense.condensed` makes."""
    raw = json.loads(text)
    raw["fields"] = _parts(raw["fields"])
    raw["tables"] = {table: _parts(columns) for table, columns in raw["tables"].items()}
    return Outline(**{**raw, "added": frozenset(raw["added"]), "words": frozenset(raw["words"])})


def _parts(raw: Mapping[str, Sequence[Any]]) -> dict[str, Part]:
    return {key: Part(*part) for key, part in raw.items()}
