"""How each cell of a form was read: what it was taken as, whether it was left unused, or can be read in two ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from selfeval_xl.model import Ambiguity, Entry, Place
from selfeval_xl.read import Opened, grouped, ours_in, recognized
from selfeval_xl.workbook.references import cell_name

if TYPE_CHECKING:
    from selfeval_xl.read.ours import Ours
    from selfeval_xl.workbook.recognize import Recognized


class Taken(NamedTuple):
    """A cell, its text, and the key that it was taken as (``"year"``, ``"indicators.target"``, ``"label"``)."""

    place: Place
    text: str
    key: str


class Explanation(NamedTuple):
    """How one form was read.

    ``by_names``: its cells were found by defined names, so that ``unused`` has only cells at the edges of tables.
    """

    taken: tuple[Taken, ...]
    unused: tuple[tuple[Place, str], ...] = ()
    ambiguities: tuple[Ambiguity, ...] = ()
    by_names: bool = False


def explain(workbook: Opened) -> tuple[Explanation, ...]:
    """How each form of a workbook was read, in the order of its assessments."""
    ours = ours_in(workbook)
    if ours is not None:
        beside = tuple(
            (entry.place, entry.text.strip())
            for row in ours.evaluation.structure.outside
            for entry in row.cells
            if entry.place
        )
        return (Explanation(tuple(_named(ours)), beside, ours.evaluation.ambiguities, by_names=True),)
    return tuple(_found(workbook, forms) for forms in grouped(recognized(workbook)))


def _named(ours: Ours) -> Iterator[Taken]:
    """What the unit entered, without the rules' parameters that the template holds."""
    entries, parts = ours.entries, ours.form.fields
    yield from _taken((key, entry) for key, entry in entries.fields.items() if parts[key].role != "parameter")
    for table, rows in entries.tables.items():
        for row in rows:
            yield from _taken((f"{table}.{key}", entry) for key, entry in row.items())


def _taken(entries: Iterable[tuple[str, Entry]]) -> Iterator[Taken]:
    for key, entry in entries:
        if entry.place is not None and not entry.blank:
            yield Taken(entry.place, entry.text, key)


def _found(workbook: Opened, forms: Sequence[Recognized]) -> Explanation:
    taken, unused = list[Taken](), list[tuple[Place, str]]()
    for form in forms:
        cells = workbook.grids[form.sheet].cells
        taken += [
            Taken(Place(form.sheet, cell_name(*at)), cells[at].text.strip() if at in cells else "", key)
            for at, key in sorted(form.used.items())
        ]
        unused += [(Place(form.sheet, cell_name(*at)), cells[at].text.strip()) for at in form.leftovers]
    return Explanation(tuple(taken), tuple(unused), tuple(one for form in forms for one in form.ambiguities))
