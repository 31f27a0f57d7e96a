"""The words beside a form's fields and tables: conclusions, remarks and notes, which state figures once more."""

from __future__ import annotations

from collections.abc import Iterator

from selfeval_xl.model import Entry
from selfeval_xl.workbook.recognize.draft import Draft
from selfeval_xl.workbook.recognize.labels import lookup, read_label, squeeze
from selfeval_xl.workbook.recognize.sheet import Cell
from selfeval_xl.workbook.recognize.vocabulary import FIELDS

_LONGEST_LABEL = 12
_OTHERS = frozenset({"opinion", "person", "date", "description"})
"""Fields in which somebody else speaks, or that are no statement at all."""


def read_texts(draft: Draft) -> Iterator[Entry]:
    """Each such text with the label before it (自评结论：……), in rows that no table has taken."""
    sheet = draft.sheet
    for _, cells in sheet.rows(draft.first, draft.last):
        if any("." in sheet.used.get(cell.at, "") for cell in cells):
            continue
        before: Cell | None = None
        for cell in cells:
            if sheet.used.get(cell.at, "note") == "note":
                head = before.label if before is not None else read_label(squeeze(cell.text).partition(":")[0])
                if not _OTHERS & set(lookup(head, FIELDS)[:1]):
                    words = cell.text.strip()
                    text = f"{before.text.strip().rstrip(':：')}：{words}" if before is not None else words
                    yield Entry(text, None, sheet.place(*cell.at))
            before = cell if 0 < len(cell.label.core) <= _LONGEST_LABEL else None
