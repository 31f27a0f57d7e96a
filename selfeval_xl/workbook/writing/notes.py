"""Notes on cells: ours are added beside other people's, or below theirs in one note, and can be removed completely."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count

from lxml import etree

from selfeval_xl.workbook.edits import NOTE_HEADING as HEADING
from selfeval_xl.workbook.references import Cell, cell_name, parse_cell
from selfeval_xl.workbook.writing import vml
from selfeval_xl.workbook.writing.book import Book
from selfeval_xl.workbook.writing.measures import Measures
from selfeval_xl.workbook.writing.ooxml import MAIN, OFFICE, R_ID, M, ensure, local, parent_of, place
from selfeval_xl.workbook.writing.values import clean, lines, text_element

AUTHOR = "selfeval-xl"
"""The author of our notes.  What is ours is told by the heading line, as LibreOffice forgets authors."""

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_EMPTY = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode()
_WIDTH, _LINE, _MARGIN, _HIGHEST = 288, 16, 14, 640  # pixels of a note's box at 9 points
_CHARACTER, _POINT = 7, 4 / 3  # pixels of a column's width of 1, and of a point
_LINE_CHARACTERS = 42  # of half width, in a box that wide


def set_notes(book: Book, sheet: str, notes: Mapping[str, str]) -> None:
    """Put a hidden note on each cell (in a merged range on its first cell), in place of all our earlier ones.

    Where a cell has somebody else's note, our text is added below it.
    """
    clear_notes(book, sheet)
    texts = _by_first_cell(book, sheet, notes)
    if not texts:
        return
    part, drawing = _comments(book, sheet), _drawing(book, sheet)
    root = book.parts.change(part)
    listed = ensure(root, "commentList")
    existing = {comment.get("ref"): comment for comment in listed}
    author = _author(root)
    stretched, boxes = {}, {}
    for cell, text in sorted(texts.items()):
        old = existing.get(cell_name(*cell))
        if old is not None:
            _append(old, text)
            stretched[cell] = _rows(f"{HEADING}\n{text}")
        else:
            comment = etree.SubElement(listed, f"{M}comment", ref=cell_name(*cell), authorId=str(author))
            _write(etree.SubElement(comment, f"{M}text"), f"{HEADING}\n", text)
            boxes[cell] = f"{HEADING}\n{text}"
    shapes = vml.stretch_notes(book.parts.read(drawing), stretched)
    measures = Measures(book.look(sheet))
    placed = {cell: _box(measures, cell, text) for cell, text in boxes.items()}
    book.parts.put(drawing, vml.add_notes(shapes, placed, lambda: _blocks(book, drawing)))


def clear_notes(book: Book, sheet: str) -> None:
    """Remove our notes, and our texts below others' notes; parts of the package left empty go too."""
    part = book.parts.related(book.part(sheet), "comments")
    if part is None:
        return
    ours, shortened = _remove_texts(book, part)
    if not ours and not shortened:
        return
    drawing = _related_drawing(book, sheet)
    if drawing is not None:
        shapes = vml.remove_notes(book.parts.read(drawing), ours)
        book.parts.put(drawing, vml.stretch_notes(shapes, shortened))
        if not vml.has_shapes(shapes):
            legacy = book.change(sheet).find(f"{M}legacyDrawing")
            if legacy is not None:
                book.change(sheet).remove(legacy)
            book.parts.remove(book.part(sheet), drawing)
    if book.parts.look(part).find(f"{M}commentList/{M}comment") is None:
        book.parts.remove(book.part(sheet), part)


def _remove_texts(book: Book, part: str) -> tuple[set[Cell], dict[Cell, int]]:
    """Remove our texts from the comments; returns cells that lose their note, and by how many rows others shrink."""
    root = book.parts.look(part)
    ours: set[Cell] = set()
    shortened: dict[Cell, int] = {}
    for comment in root.findall(f"{M}commentList/{M}comment"):
        cell = parse_cell(comment.get("ref", ""))
        remaining, cut = _cut(comment)
        if cut and not remaining:
            parent_of(comment).remove(comment)
            ours.add(cell)
        elif cut:
            shortened[cell] = -_rows(cut)
    if ours or shortened:
        book.parts.change(part)
    authors = root.find(f"{M}authors")
    if ours and authors is not None and len(authors) and authors[-1].text == AUTHOR:
        authors.remove(authors[-1])  # only from the end, as comments refer to authors by index
    return ours, shortened


def _append(comment: etree._Element, text: str) -> None:
    """Add our text below somebody's note."""
    holder = comment.find(f"{M}text")
    if holder is None:
        holder = etree.SubElement(comment, f"{M}text")
    plain = holder.find(f"{M}t")
    if plain is not None:  # a plain text must become a run, as it may not stand beside runs
        holder.remove(plain)
        run = etree.Element(f"{M}r")
        run.append(plain)
        holder.insert(0, run)
    _write(holder, f"\n{HEADING}\n", text)


def _cut(comment: etree._Element) -> tuple[str, str]:
    """Cut our text off a comment; returns the text that stays, and ours."""
    holder = comment.find(f"{M}text")
    elements = [] if holder is None else [e for e in holder.iter(f"{M}t") if local(parent_of(e)) != "rPh"]
    full_text = "".join(element.text or "" for element in elements)
    start = full_text.find(HEADING)
    if holder is None or start < 0:
        return full_text, ""
    start -= full_text[:start].endswith("\n")
    left = start
    for element in elements:
        element.text = (element.text or "")[:left]
        left -= len(element.text)
        if not element.text and local(parent_of(element)) == "r":
            holder.remove(parent_of(element))
    if len(holder) == 1 and len(holder[0]) == 1 and local(holder[0]) == "r":
        holder.replace(holder[0], holder[0][0])
    return full_text[:start], full_text[start:].lstrip("\n")


def _write(holder: etree._Element, heading: str, text: str) -> None:
    _run(holder, heading, bold=True)
    _run(holder, text)


def _run(parent: etree._Element, text: str, *, bold: bool = False) -> None:
    run = etree.SubElement(parent, f"{M}r")
    looks = etree.SubElement(run, f"{M}rPr")
    if bold:
        etree.SubElement(looks, f"{M}b")
    etree.SubElement(looks, f"{M}sz", val="9")
    etree.SubElement(looks, f"{M}color", indexed="81")
    etree.SubElement(looks, f"{M}rFont", val="宋体")
    etree.SubElement(looks, f"{M}charset", val="134")
    text_element(run, f"{M}t", clean(text))


def _author(root: etree._Element) -> int:
    authors = ensure(root, "authors")
    names = [author.text for author in authors]
    if AUTHOR not in names:
        etree.SubElement(authors, f"{M}author").text = AUTHOR
        return len(names)
    return names.index(AUTHOR)


def _by_first_cell(book: Book, sheet: str, notes: Mapping[str, str]) -> dict[Cell, str]:
    cells, texts = book.cells(sheet), dict[Cell, str]()
    for reference, text in notes.items():
        first = cells.first(parse_cell(reference))
        texts[first] = f"{texts[first]}\n{text}" if first in texts else text
    return texts


def _comments(book: Book, sheet: str) -> str:
    """The sheet's comments part, made where there is none."""
    owner = book.part(sheet)
    part = book.parts.related(owner, "comments")
    if part is None:
        part = book.parts.free_name("xl/comments{}.xml")
        book.parts.put(part, _EMPTY, _COMMENTS_TYPE)
        book.parts.relate(owner, "comments", part)
    return part


def _drawing(book: Book, sheet: str) -> str:
    """The sheet's legacy drawing (which may hold form buttons already), made where there is none."""
    part = _related_drawing(book, sheet)
    if part is None:
        part = book.parts.free_name("xl/drawings/vmlDrawing{}.vml")
        others = _blocks(book, part)
        # The lowest free number, so that notes written again get the same numbers as before.
        book.parts.put(part, vml.new(next(number for number in count(1) if number not in others)))
        book.parts.default_type("vml", _VML_TYPE)
        legacy = etree.Element(f"{M}legacyDrawing", nsmap={"r": OFFICE})
        legacy.set(R_ID, book.parts.relate(book.part(sheet), "vmlDrawing", part))
        place(book.change(sheet), legacy)
    return part


def _blocks(book: Book, drawing: str) -> set[int]:
    """The ranges of shape ids taken by all other drawings."""
    others = (name for name in book.parts if name.lower().endswith(".vml") and name != drawing)
    return {block for name in others for block in vml.blocks(book.parts.read(name))}


def _related_drawing(book: Book, sheet: str) -> str | None:
    """The sheet's drawing of notes and buttons; a sheet may have another for pictures in its page header."""
    legacy = book.look(sheet).find(f"{M}legacyDrawing")
    number = None if legacy is None else legacy.get(R_ID)
    return next((each.target for each in book.parts.relations(book.part(sheet)) if each.id == number), None)


def _rows(text: str) -> int:
    """How many rows of normal height a text needs that is added to a note."""
    return -(-lines(text, _LINE_CHARACTERS) * _LINE // 20)


def _box(measures: Measures, cell: Cell, text: str) -> tuple[int, ...]:
    """The corners of a note's box: to the right of the cell, one row up, as high as its text."""
    area = measures.area(cell)
    height = min(lines(text, _LINE_CHARACTERS) * _LINE + _MARGIN, _HIGHEST)
    left, top = area.right + 1, max(area.top - 1, 1)
    right = _walk(left, 15 + _WIDTH, lambda number: round(measures.column(number) * _CHARACTER))
    bottom = _walk(top, 8 + height, lambda number: round(measures.height(number) * _POINT))
    return left - 1, 15, top - 1, 8, *right, *bottom


def _walk(start: int, pixels: int, size: Callable[[int], int]) -> tuple[int, int]:
    """The column or row (from 0) and the offset in it, that many pixels behind the edge of column or row ``start``."""
    number = start
    while pixels > size(number) and number < start + 200:
        pixels -= size(number)
        number += 1
    return number - 1, min(pixels, max(size(number) - 1, 0))
