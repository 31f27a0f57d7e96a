"""The part of a form's spec that reading and rendering need (each key's role, formula …), stored as JSON for speed.

Loading the spec itself takes thirty times as long.  ``selfeval-xl templates build`` writes the outlines, ``templates
check`` compares them with the specs.
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
"""Within quotes in a formula of :attr:`Outline.former`: any text."""


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
        """Whether the content is entered by the unit, or set for the form, and not given by a formula."""
        return self.role in ("entry", "parameter")


class Outline(NamedTuple):
    """A form without its formatting.  Names are ``"year"`` for a field, ``"indicators.target"`` for a column.

    ``headings`` are the column headings without spaces (table → column → text).  ``strict``: the only texts that an
    entry may hold, by its key.  ``former``: by name, formulas that other versions of the form have in that cell, with
    ``ANY_TEXT`` for texts about the version itself.  ``labels`` are the users' names of fields (and of columns without
    a heading), ``titles`` those of tables.  ``added`` are names that not every issued copy of the form has.  ``gaps``:
    how many rows lie between a table and the next named cells above and below it (None: there are none).  ``words``
    are the fixed texts on sheets with tables, without spaces; ``sheets`` lists the names on each sheet.
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
        """A field, or a column (``"indicators.target"``); None where the form has none of that name."""
        table, dot, column = name.partition(".")
        return self.tables.get(table, {}).get(column) if dot else self.fields.get(name)

    def label(self, name: str) -> str:
        """The users' name of a field, or of a column (without its table); "" where it has none."""
        table, _, column = name.partition(".")
        heading = self.headings.get(table, {}).get(column, column)
        return self.labels.get(name, heading if heading != column else "")

    def called(self, name: str) -> str:
        """The users' name in quotes: “年度”, or for a column “绩效指标”的“指标值”; "" where it has none."""
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
    if form not in FORMS:  # the name may come from an untrusted workbook: never use it as a path
        raise KeyError(form)
    return parsed((OUTLINES / f"{form}.json").read_text(encoding="utf-8"))


def parsed(text: str) -> Outline:
    """The outline from the JSON that :func:`selfeval_xl.forms.condense.condensed` makes."""
    raw = json.loads(text)
    raw["fields"] = _parts(raw["fields"])
    raw["tables"] = {table: _parts(columns) for table, columns in raw["tables"].items()}
    return Outline(**{**raw, "added": frozenset(raw["added"]), "words": frozenset(raw["words"])})


def _parts(raw: Mapping[str, Sequence[Any]]) -> dict[str, Part]:
    return {key: Part(*part) for key, part in raw.items()}
