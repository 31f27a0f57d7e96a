"""Finds what was changed in a sealed workbook: the cells, and as far as the digests tell, what was done to them.

As a seal holds only digests, this is found by trying: would the present content, with one thing undone (not hidden, no
percentage, in another place), have the digest that was sealed?  If no such trial fits, the kind of change is unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from selfeval_xl.forms.layout import Layout, Spot
from selfeval_xl.forms.outline import Outline
from selfeval_xl.groups import by_key
from selfeval_xl.model import SealChange, SealChangeKind
from selfeval_xl.read import Workbook
from selfeval_xl.read.ours import Ours
from selfeval_xl.seal.canon import DATE1904, HIDDEN, Content, Table, content_of, fields_anywhere
from selfeval_xl.seal.record import Rows, Seal, digest_of, items_of, long, short, tables_of, token
from selfeval_xl.workbook.references import parse_cell

_MOST_PAIRS = 4_000_000  # pairs of rows that are compared one by one
_MOST_NAMES = 40  # defined names that are tried in other places; each takes as long as reading the workbook
_MOST_PLACES = 60  # places in which one name is tried
_MOST_COLUMNS = 60  # columns in which a table's column is looked for
_NEAR = 5  # columns, or rows, by which something may have been shifted


def changes_of(workbook: Workbook, ours: Ours, sealed: Seal, content: Content) -> tuple[SealChange, ...]:
    """The changes.  Redirected names are found first: all that they point at would seem changed otherwise."""
    moved, content = _redirected(workbook, ours, sealed, content)
    return tuple(dict.fromkeys((*moved, *_changes(ours.form, sealed, content))))


def seen_again(sealed: Seal, content: Content) -> Content:
    """The content, with single cells taken as still hidden that were hidden by their format when they were sealed.

    Every form has one (white text beside the grade), and making it visible conceals nothing.
    """
    fields = {
        key: _hidden(said) if "." not in key and sealed.items.get(token(key)) == short(_hidden(said)) else said
        for key, said in content.fields.items()
    }
    return content._replace(fields=fields)


def _hidden(said: str) -> str:
    """The sealed text of a field as it would be if its format hid it."""
    bare = said.removesuffix(DATE1904).rsplit("\0", 2)[0].removesuffix("\0row")
    return f"{bare}{HIDDEN}{said[len(bare) :]}"


def wrong_results(sealed: Seal, content: Content) -> Iterator[SealChange]:
    """The formulas whose stored results differ; reported only where no other change explains them."""
    for key, said in content.results.items():
        if said and sealed.results.get(token(key)) != long(said):
            yield SealChange(content.spots[key].place, "result")


def _redirected(workbook: Workbook, ours: Ours, sealed: Seal, content: Content) -> tuple[list[SealChange], Content]:
    """The defined names that were redirected or deleted, and the content read where they pointed before.

    A former place is believed if with it the whole digest fits, or more of the short ones than just the name's own.
    """
    found: list[SealChange] = []
    layout, now = ours.layout, content
    gone = [key for key in ours.form.fields if key not in layout.fields]
    candidates: dict[str, list[Spot]] | None = None  # by their short digests
    for key in [*_differing(sealed, content), *gone][:_MOST_NAMES]:
        digest = sealed.items.get(token(key))
        if digest is None or (key not in gone and digest == short(now.fields[key])):
            continue  # no such thing was sealed, or it fits since another name was put back
        if key in now.fields and _field(ours.form, key, now.fields[key], digest) in ("row_hidden", "hidden"):
            continue  # of an empty cell there are many that say the same, and can be seen
        others: list[Layout] = []
        table, _, column = key.partition(".")
        if column:
            gap = now.fields[key].split("\0")[1]
            columns = layout.tables[table].columns
            others = [
                _with_column(layout, table, column, number)
                for number in range(1, _MOST_COLUMNS)
                if number != columns[column] and short(f"{number}\0{gap}") == digest
            ]
        else:
            if candidates is None:
                anywhere = fields_anywhere(workbook, layout, content.version)
                candidates = by_key((short(said), spot) for said, spot in anywhere)
            others = [
                Layout({**layout.fields, key: spot}, layout.tables)
                for spot in candidates.get(digest, ())
                if spot != layout.fields.get(key)
            ]
        tried = [(content_of(workbook, other, content.version), other) for other in others[:_MOST_PLACES]]
        if not tried:
            continue
        best, other = min(tried, key=lambda one: _distance(sealed, one[0]))
        if digest_of(best, sealed.results) == sealed.digest or _distance(sealed, best) < _distance(sealed, now) - 1:
            kind: SealChangeKind = "name_gone" if key in gone else "name"
            at = other.fields[key] if key in gone else content.spots[key]
            found.append(SealChange(at.place, kind, f"se.{key}"))
            layout, now = other, best
    return found, now


def _differing(sealed: Seal, content: Content) -> list[str]:
    """The keys of fields and columns that differ, columns first."""
    keys = [key for key, said in content.fields.items() if sealed.items.get(token(key)) != short(said)]
    return sorted(keys, key=lambda key: "." not in key)


def _distance(sealed: Seal, content: Content) -> int:
    """How many fields, sheets and rows differ."""
    now = items_of(content)
    items = sum(sealed.items.get(key) != digest for key, digest in now.items())
    rows = sum(
        len(set(one.rows) ^ set(sealed.tables[key].rows))
        for key, one in tables_of(content).items()
        if key in sealed.tables
    )
    return items + rows


def _with_column(layout: Layout, table: str, column: str, number: int) -> Layout:
    stretch = layout.tables[table]
    changed = stretch._replace(columns={**stretch.columns, column: number})
    return Layout(layout.fields, {**layout.tables, table: changed})


def _changes(form: Outline, sealed: Seal, content: Content) -> Iterator[SealChange]:
    for key, said in content.fields.items():
        digest = sealed.items.get(token(key))
        if digest != short(said) and not _follows(form, key, said, digest, content):
            yield SealChange(content.spots[key].place, _field(form, key, said, digest))
    for key, said in content.labels.items():
        if sealed.items.get(token(f"~{key}")) != short(said):
            yield SealChange(content.spots[key].place, "label")
    now = tables_of(content)
    fewer = set[str]()
    for key, table in content.tables.items():
        before, after = sealed.tables.get(token(key)), now[token(key)]
        if before is not None:
            if len(before.rows) > len(after.rows):
                fewer.add(table.stretch.sheet)
            yield from _changed_rows(form, key, before, after, table)
    for key, said in content.sheets.items():
        digest = sealed.items.get(token(key))
        followed = "#REF!" in said and content.spots[key].sheet in fewer  # rules lose with a row what they refer to
        if digest != short(said) and not followed:
            yield _sheet(content, key, said, digest)


def _follows(form: Outline, key: str, said: str, digest: str | None, content: Content) -> bool:
    """Whether a column differs only because the filled rows lost its formula, which is reported for those rows."""
    table, _, column = key.partition(".")
    part = form.tables.get(table, {}).get(column)
    if part is None or part.formula is None or short("\0".join(said.split("\0")[:2])) != digest:
        return False
    rows = content.tables[table].rows
    return bool(rows) and not any(row[column].startswith("=") for row in rows)


def _field(form: Outline, key: str, said: str, digest: str | None) -> SealChangeKind:
    if "." in key:
        column, gap, *odd = said.split("\0")
        if _moved("", column, gap, "".join(f"\0{each}" for each in odd), digest):
            return "moved"
        return "formula" if odd else "content"
    said, column, gap = said.removesuffix(DATE1904).rsplit("\0", 2)
    if _moved(f"{said}\0", column, gap, "", digest):
        return "moved"
    part = form.fields.get(key)
    how = _cell(said, f"\0{column}\0{gap}", digest, formula=part is not None and part.formula is not None)
    return "rules" if how == "content" and (key == "rules" or key.startswith("rule_")) else how


def _moved(before: str, column: str, gap: str, behind: str, digest: str | None) -> bool:
    """Whether the same content was sealed a few columns or rows away."""
    return any(
        short(f"{before}{int(column) + right}\0{int(gap) + down}{behind}") == digest
        for step in (*range(-_NEAR, 0), *range(1, _NEAR + 1))
        for right, down in ((step, 0), (0, step))
    )


def _cell(said: str, behind: str, digest: str | None, *, formula: bool) -> SealChangeKind:
    """What was done to a cell; ``behind`` is what is sealed with it, ``formula``: the form has one there."""
    for kind, before in _before(said):
        if short(before + behind) == digest:
            return kind
    if said.startswith("="):
        return "formula"
    return "value" if formula else "content"


def _before(said: str) -> Iterator[tuple[SealChangeKind, str]]:
    """What may have been sealed, if each of some kinds of change was made to it."""
    shown = said.removesuffix("\0row")
    row = said[len(shown) :]
    if row:
        yield "row_hidden", shown
    bare = shown.removesuffix(HIDDEN)
    hidden = shown[len(bare) :]
    if hidden:
        yield "hidden", bare + row
    value = bare.partition("\0")[0]
    for sense in ("", "\0%", "\0date"):
        if value + sense != bare:
            yield "sense", value + sense + hidden + row


def _sheet(content: Content, key: str, said: str, digest: str | None) -> SealChange:
    at, veiled = content.spots[key].place, content.veiled.get(key)
    state, rest = said.split("\0", 1)
    if state != "visible" and (veiled is None or short(f"visible\0{rest}") == digest):
        return SealChange(at, "sheet_hidden")
    return SealChange(veiled, "veiled") if veiled else SealChange(at, "looks")


def _changed_rows(form: Outline, key: str, before: Rows, after: Rows, table: Table) -> Iterator[SealChange]:
    """The changed rows of a table, compared as sequences, so that one deleted row does not make all below it differ."""
    if len(before.rows) * len(after.rows) > _MOST_PAIRS:
        yield SealChange(table.top)  # no table that people fill; to match its rows would take minutes
        return
    from difflib import SequenceMatcher

    parts = form.tables.get(key, {})
    codes = SequenceMatcher(None, before.rows, after.rows, autojunk=False).get_opcodes()
    blocks = [(range(first, last), range(begin, end)) for kind, first, last, begin, end in codes if kind != "equal"]
    gone = Counter(before.rows[number] for numbers, _ in blocks for number in numbers)
    come = Counter(after.rows[number] for _, numbers in blocks for number in numbers)
    left, entered = gone & come, gone & come  # rows that only stand elsewhere now: taken out here, and put in there
    for numbers, stand in blocks:
        olds, (moved, news) = _parted(numbers, before, left)[1], _parted(stand, after, entered)
        for number in moved:
            yield SealChange(table.place(number, ""), "row_moved")
        for former, number in zip(olds, news, strict=False):
            old = dict(zip(before.columns, before.cells(former), strict=True))
            new = dict(zip(after.columns, after.cells(number), strict=True))
            for column, said in table.rows[number].items():
                digest = old.get(token(column))
                if digest == new[token(column)]:
                    continue
                part = parts.get(column)
                how: SealChangeKind = _cell(said, "", digest, formula=part is not None and part.formula is not None)
                if not column:
                    how = "row_hidden" if said else "content"
                yield SealChange(table.place(number, column), how)
        for number in news[len(olds) :]:
            typed = [
                table.place(number, column) for column, said in table.rows[number].items() if said[:1] not in ("", "=")
            ]
            at = min(typed, key=lambda place: parse_cell(place.cell), default=table.top)
            yield SealChange(at, "row_added")
        if (fewer := len(olds) - len(news)) > 0:  # rows were taken out, or cleared: what stands there now
            yield SealChange(table.below(stand.stop - 1), "rows_gone", str(fewer))


def _parted(numbers: Iterable[int], rows: Rows, some: Counter[str]) -> tuple[list[int], list[int]]:
    """The rows whose text is among ``some`` (each use counts one down), and the others."""
    found, others = list[int](), list[int]()
    for number in numbers:
        text = rows.rows[number]
        (found if some[text] > 0 else others).append(number)
        some[text] -= 1
    return found, others
