"""Merged ranges of a sheet: some taken apart, others made."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from selfeval_xl.workbook.book import Book
from selfeval_xl.workbook.ooxml import M, ensure
from selfeval_xl.workbook.references import parse_area


def remerge(book: Book, sheet: str, old: Iterable[str], new: Iterable[str]) -> None:
    """Take the ranges ``old`` (``"A3:A9"``) apart and merge the ranges ``new``; contents stay where they are."""
    root = book.change(sheet)
    holder = ensure(root, "mergeCells")
    gone = {parse_area(reference) for reference in old}
    for merge in list(holder):
        if parse_area(merge.get("ref", "A1")) in gone:
            holder.remove(merge)
    for reference in new:
        etree.SubElement(holder, f"{M}mergeCell", ref=reference)
    if len(holder):
        holder.set("count", str(len(holder)))
    else:
        root.remove(holder)
    book.forget_cells(sheet)
