"""Puts together table rows that a conversion from print broke up, and level names below their first row.

Each line of a wrapped text then has a cell of its own, and a merged text stands where the print had it: in the middle
of its rows.  Rows are joined only if there is exactly one way to do so for the whole table.  If possible, a text
continues in the next line only if its line is full.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import islice, pairwise, product, takewhile
from typing import NamedTuple
from unicodedata import east_asian_width

from selfeval_xl.groups import by_key
from selfeval_xl.lazy import lazy
from selfeval_xl.model import LEVELS
from selfeval_xl.workbook.recognize.cells.draft import Draft
from selfeval_xl.workbook.recognize.cells.sheet import Cell
from selfeval_xl.workbook.recognize.cells.table import Table
from selfeval_xl.workbook.recognize.cells.values import is_number, is_unit, number
from selfeval_xl.workbook.recognize.words.labels import OF_WHICH, Label, is_filler, read_label
from selfeval_xl.workbook.recognize.words.totals import names_score, names_sum
from selfeval_xl.workbook.recognize.words.vocabulary import FULL_MARKS, LEVEL_NAMES, NAMES, POINTS

_ASKED = frozenset({"name", "target", "actual"})
_MOST_LINES = 40  # sheet rows that one printed row takes
_MOST_WAYS = 50  # ways to divide a table into rows; with that many nothing is certain
_MOST_ROWS = 150  # sheet rows of a printed table
# Plain words too long for a level aren't read as labels: thousands of trials would push others out of the cache.
_NO_LEVEL = lazy(f"[一-鿿]{{{max(map(len, LEVEL_NAMES)) + 1},}}")
_WHOLE_NAME = lazy(r"(?:[数率量额次度]|比例|情况)\s*$")
_HEAD = lazy("(?:[0-9A-Za-z.,%‰]+|.)[，。；：、！？）》」』】％,.;:!?)]*")
_APART = (
    (("产出",), ("经济效益", "社会效益", "生态效益", "可持续影响", "满意度", "服务对象满意度")),
    (("效益", "效果", "满意度", "服务对象满意度"), ("数量", "质量", "时效", "成本")),
    (("满意度", "服务对象满意度"), ("经济效益", "社会效益", "生态效益", "可持续影响")),
)
"""First levels, each with second levels that never stand below it."""

Line = tuple[int, list[Cell]]


class Band(NamedTuple):
    """The lines of the sheet that make one row, as indexes into the table's lines; ``at`` is that with its points."""

    first: int
    last: int
    at: int


class Name(NamedTuple):
    """The name of a level (``key``), in one cell or in cells below one another, with its first and last line."""

    key: str
    cells: tuple[Cell, ...]
    first: int
    last: int

    @property
    def core(self) -> str:
        text = "".join(cell.text for cell in self.cells)
        return text if _NO_LEVEL.fullmatch(text) else read_label(text).core


Levels = tuple[tuple[Name, int, int], ...]
"""The names of levels, each with the first and last line of the rows that it covers."""

Way = tuple[Sequence[Band], Levels]
Text = tuple[int, int, int]
"""The first and the last line of a text, and the number of its cells."""

Fits = Callable[[int, int, Sequence[Text]], bool]
"""Whether lines ``first`` to ``last`` can be one row, or the rows of one level name, with the texts so placed."""


def _from_top(first: int, last: int, texts: Sequence[Text]) -> bool:
    return all(begin == first and end - begin < count for begin, end, count in texts)


def _upper_middle(first: int, last: int, texts: Sequence[Text]) -> bool:
    return all(0 <= first + last - begin - end <= 1 and end - begin < count for begin, end, count in texts)


def _lower_middle(first: int, last: int, texts: Sequence[Text]) -> bool:
    return all(0 <= begin + end - first - last <= 1 and end - begin < count for begin, end, count in texts)


def _very_middle(first: int, last: int, texts: Sequence[Text]) -> bool:
    """Figures have a line of their own, in the middle of the lines of a text."""
    return all(begin + end == first + last for begin, end, _ in texts)


def _beside_first(bands: Sequence[Band]) -> Fits:
    """Level names stand beside their first row, as after a page break that split a merged range."""
    lasts = {band.first: band.last for band in bands}
    return lambda first, last, texts: all(end <= lasts[first] for _, end, _ in texts)


_WAYS: tuple[tuple[Fits, ...], ...] = (_from_top,), (_upper_middle, _lower_middle), (_very_middle,)
"""How texts can stand beside their rows, likeliest first: at the top, as when typed, then in the middle.  An even
number of lines has two middles, neither likelier."""


def join_printed(draft: Draft, table: Table, end: int) -> None:
    """Join the lines of each row into the line with its points, and give each level's name to all of its rows."""
    sheet = draft.sheet
    if not {"weight", "actual"} & table.columns.keys():
        return
    lines = [(row, cells) for row, cells in _rows(draft, table, end) if cells[-1].column >= _left(table)]
    if not 0 < len(lines) <= _MOST_ROWS:
        return
    wrapped = _is_wrapped(draft, table, lines, end)
    if not wrapped and "weight" not in table.columns:
        return
    whole = [] if wrapped else _merged(table, lines)
    ways = _ways(table, lines, whole)
    if wrapped and any(bands != ways[0][0] for bands, _ in ways):
        return  # uncertain: everything stays as it is, and rows without points are reported
    bands, levels = ways[0] if ways else (whole, ())
    for band in bands if len(bands) < len(lines) else ():
        for key, cells in _pieces(table, lines, band).items():
            if len(cells) > 1 and band.last > band.first:
                row = lines[band.at][0]
                sheet.gather(cells, row, row, f"indicators.{key}", "" if wrapped else "\n")
    at = {line: lines[band.at][0] for band in bands for line in range(band.first, band.last + 1)}
    for name, first, last in levels:
        sheet.gather(name.cells, at[first], at[last], f"indicators.{name.key}")
    for band in bands if len(ways) > 1 else ():
        _doubt(draft, table, at[band.at], [_levels_of(way, band.at) for _, way in ways])


def _doubt(draft: Draft, table: Table, row: int, readings: Sequence[str]) -> None:
    """Report a row that may belong to one level or to another."""
    name = table.columns["name"]
    if len(set(readings)) > 1:
        for cell in draft.sheet.in_column(row, name)[:1]:
            draft.sheet.doubt(cell, *dict.fromkeys(readings))


def _levels_of(way: Levels, line: int) -> str:
    return " ".join(name.core for name, first, last in way if first <= line <= last)


def _rows(draft: Draft, table: Table, end: int) -> list[Line]:
    """The lines down to the total, or to what stands below the table: a labelled field after the last points."""
    lines = list(takewhile(lambda line: not names_score(_opening(line)), draft.sheet.rows(table.bottom + 1, end - 1)))
    last = max((index for index, (_, cells) in enumerate(lines) if _points(table, cells)), default=-1)
    return [*lines[: last + 1], *takewhile(lambda line: not _opening(line).field, lines[last + 1 :])]


def _opening(line: Line) -> Label:
    return next((cell for cell in line[1] if not is_number(cell)), line[1][0]).opening


def _points(table: Table, cells: Sequence[Cell]) -> list[Cell]:
    """The cells that a row has in exactly one of its lines: its weight, or its actual if the form has no weights."""
    if "weight" not in table.columns:
        return [cell for cell in cells if table.columns["actual"].holds(cell)]
    return [cell for cell in cells if table.columns["weight"].holds(cell) and is_number(cell)]


def _is_sum(table: Table, cells: Sequence[Cell]) -> bool:
    """True for a row of points without a target or an actual: a level's, above the rows that it covers."""
    return bool(_points(table, cells)) and not {_key(table, cell) for cell in cells} & {"target", "actual"}


def _key(table: Table, cell: Cell) -> str:
    """The key of the column in which a cell begins; the column's number if it has none."""
    return next((key for key, column in table.columns.items() if column.holds(cell)), f"{cell.column}")


def _texts(table: Table, lines: Sequence[Line], band: Band) -> dict[str, list[Cell]]:
    """The texts of a row by column, without a label beside several rows (绩效指标, one character a line)."""
    pieces = _pieces(table, lines, band)
    return {key: cells for key, cells in pieces.items() if cells[0].column >= _left(table)}


def _left(table: Table) -> int:
    return min(column.first for column in table.of(*NAMES))


def _pieces(table: Table, lines: Sequence[Line], band: Band) -> dict[str, list[Cell]]:
    """The cells of a row's lines by column; level names are left out, as they cover other lines than one row."""
    found = _by_column(table, lines[band.first : band.last + 1])
    return {key: cells for key, cells in found.items() if key not in LEVELS}


def _by_column(table: Table, lines: Sequence[Line]) -> dict[str, list[Cell]]:
    return by_key((_key(table, cell), cell) for _, cells in lines for cell in cells)


def _is_wrapped(draft: Draft, table: Table, lines: Sequence[Line], end: int) -> bool:
    """True if texts were broken into lines and nothing is merged.

    A line without points could also be a row that somebody forgot to fill in.  It isn't one if the points of the others
    are complete.  In a form without points, each target must have its actual, more than one name must continue in a
    line of its own, and none of these may end as names do (培训人数): below that stands another name.
    """
    if any(cell.bottom > cell.row for _, cells in lines for cell in cells):
        return False
    rest = [{_key(table, cell) for cell in cells} for _, cells in lines if not _points(table, cells)]
    if not rest:
        return False
    if "weight" in table.columns:
        return _complete(draft, table, end)
    names = [(line, cell.text) for line in lines for cell in line[1] if _key(table, cell) == "name"]
    begun = [text for (_, text), ((_, cells), _) in pairwise(names) if not _points(table, cells)]
    return len(begun) > 1 and not any("target" in keys for keys in rest) and not any(map(_WHOLE_NAME.search, begun))


def _ways(table: Table, lines: Sequence[Line], whole: Sequence[Band]) -> list[Way]:
    """The likeliest ways to make rows of the lines and to put level names to them; with ``whole``, rows are known.

    [] if nothing need be done, or every way contradicts what stands there.
    """
    columns = _by_column(table, lines)
    names = {key: _names(lines, key, columns.get(key, [])) for key in LEVELS if key in table.columns}
    if any(cell.bottom > cell.row for key in LEVELS for cell in columns.get(key, ())):
        several = (name for of in names.values() for name in of if len(name.cells) > 1)
        return [(whole, tuple((name, name.first, name.last) for name in several))]
    filled = [of for of in names.values() if of]
    alone = all(name.first == name.last for of in filled for name in of)
    typed = alone and (len(filled) < len(names) or not filled or filled[0][0].first == 0)
    if whole and (typed or any(_is_sum(table, cells) for _, cells in lines)):
        return []
    if whole:
        measures: list[Mapping[str, int]] = [{}]
    else:
        widths = {key: max(_width(cell.text.strip()) for cell in cells) for key, cells in columns.items()}
        sure = bool(names) and "weight" in table.columns
        measures = [widths, {}] if sure else [widths]  # without levels or points only full lines are evidence
    for known, ways in product(measures, _WAYS):
        found: list[Way] = []
        for fits in ways:
            for bands in [whole] if whole else _divided(table, lines, fits, known):
                placed = list(_levels(filled, fits, bands)) or _levels(filled, _beside_first(bands), bands)
                found += [way for levels in placed if (way := (bands, levels)) not in found]
        if found:
            return found
    return []


def _divided(table: Table, lines: Sequence[Line], fits: Fits, widths: Mapping[str, int]) -> list[list[Band]]:
    """The ways to divide the lines into rows with points in one line each; with ``widths``, only full lines go on."""
    rows = {row: index for index, (row, _) in enumerate(lines)}
    at = [index for index, (_, cells) in enumerate(lines) if _points(table, cells)]
    broken = any(not (_points(table, cells) or _says_all(table, cells)) for _, cells in lines)

    @cache
    def is_row(band: Band) -> bool:
        pieces = _texts(table, lines, band)
        texts = [(rows[cells[0].row], rows[cells[-1].row], len(cells)) for cells in pieces.values()]
        if not fits(band.first, band.last, [(band.at, band.at, 1), *texts]):
            return False
        if not all(_is_full(cells, widths[key]) for key, cells in pieces.items() if widths):
            return False
        return _are_texts(pieces, lines[band.at][0], full=bool(widths) and broken)

    @cache
    def behind(first: int, index: int) -> list[list[Band]]:
        own, after = at[index], at[index + 1] if index + 1 < len(at) else len(lines)
        lasts = range(own, after) if after < len(lines) else [after - 1]
        bands = [Band(first, last, own) for last in lasts if last - first < _MOST_LINES]
        ends = [band for band in bands if first <= own and is_row(band)]
        if after == len(lines):
            return [[band] for band in ends]
        found = ([band, *others] for band in ends for others in behind(band.last + 1, index + 1))
        return list(islice(found, _MOST_WAYS))

    ways = behind(0, 0) if at else []
    return ways if len(ways) < _MOST_WAYS else []


def _says_all(table: Table, cells: Sequence[Cell]) -> bool:
    """True if the line has a name, a target and an actual."""
    return {_key(table, cell) for cell in cells if not is_unit(cell)} >= _ASKED


def _width(text: str) -> int:
    """The printed width of a text, Chinese characters counting twice."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _head(text: str) -> str:
    """What print keeps together at the start of a text: a sign or a figure, with the punctuation behind it."""
    head = _HEAD.match(text)
    return head[0] if head else text


def _is_full(cells: Sequence[Cell], width: int) -> bool:
    """True if the beginning of each further line had no room in the line above."""
    texts = [cell.text.strip() for cell in cells]
    return all(_width(above) + _width(_head(below)) > width for above, below in pairwise(texts))


def _are_texts(pieces: Mapping[str, Sequence[Cell]], row: int, *, full: bool = False) -> bool:
    """True for lines of texts, none of which may be a row of its own: a filler, 其中, or all that a row has.

    If lines are ``full``, the text continues even if a line has all that a row has.
    """
    several = {key: cells for key, cells in pieces.items() if len(cells) > 1}
    words = [cell.raw for cells in several.values() for cell in cells]
    texts = all(raw is not None and isinstance(raw.value, str) for raw in words)
    asked = [cell.text for key in _ASKED & several.keys() for cell in several[key]]
    filler = any(is_filler(text) or OF_WHICH.match(text) for text in asked)
    filled = [{cell.row for cell in pieces.get(key, ()) if not is_unit(cell)} - {row} for key in _ASKED]
    in_order = all(len({cell.row for cell in cells}) == len(cells) for cells in several.values())
    return texts and not filler and in_order and (full or not set.intersection(*filled))


def _complete(draft: Draft, table: Table, end: int) -> bool:
    """True if the weights of the rows, or their scores, make 100 or the stated total, perhaps with the execution's."""
    for key in POINTS:
        points, totals = Decimal(0), {FULL_MARKS}
        for _, cells in draft.sheet.rows(table.bottom + 1, end - 1):
            figures = [number(cell, points=True) or Decimal(0) for cell in cells if _key(table, cell) == key]
            if any(names_sum(cell.label) or names_score(cell.label) for cell in cells):
                totals.update(filter(None, figures))
            else:
                points += sum(figures)
        if totals & {points, points + (draft.total(key).value or 0)}:
            return True
    return False


def _merged(table: Table, lines: Sequence[Line]) -> list[Band]:
    """The rows whose texts were split at paragraphs into lines, while their other cells are merged along these.

    In such a row the points (and score, if any) are merged alike, and so are name, target and actual but for one.  If
    more than one of them is in lines, they may be separate rows that share their points.
    """
    bands: list[Band] = []
    index = 0
    while index < len(lines):
        row, cells = lines[index]
        bottom = max((cell.bottom for cell in _points(table, cells)), default=row)
        last = index + sum(row < number <= bottom for number, _ in lines[index + 1 : index + _MOST_LINES])
        band = Band(index, last, index)
        bands.append(band if last > index and _is_one(table, lines, band, bottom) else Band(index, index, index))
        index = bands[-1].last + 1
    return bands


def _is_one(table: Table, lines: Sequence[Line], band: Band, bottom: int) -> bool:
    """True if the lines of the band are one row, of which only a text is split."""
    pieces = _texts(table, lines, band)
    whole = {key for key, cells in pieces.items() if len(cells) == 1 and cells[0].bottom == bottom}
    alone = all(key not in pieces or key in whole for key in POINTS)
    return alone and len(_ASKED & whole) >= 2 and pieces.keys() >= _ASKED and _are_texts(pieces, lines[band.at][0])


def _levels(names: Sequence[Sequence[Name]], fits: Fits, bands: Sequence[Band]) -> Iterator[Levels]:
    """The ways to put level names to the rows; the rows of a first level begin with those of a second."""
    if not names:
        yield ()
        return
    outer, *inner = names
    count, begins = bands[-1].last + 1, {band.first for band in bands}
    for below in _groups(inner[0], fits, count, begins) if inner else [()]:
        inside = {first for _, first, _ in below} if inner else begins
        for above in _groups(outer, fits, count, inside):
            if not _contradict(above, below):
                yield (*above, *below)


def _names(lines: Sequence[Line], key: str, cells: Sequence[Cell]) -> list[Name]:
    """The names of a level; lines right below one another are joined if that gives known names in just one way."""
    rows = [row for row, _ in lines]
    spans = [(bisect_left(rows, cell.row), bisect_right(rows, cell.bottom) - 1) for cell in cells]
    ways: list[list[list[Name]]] = [[[]]]  # at n: the ways to divide the first n cells into known names
    for end in range(1, len(cells) + 1):
        ways.append([])
        for begin in reversed(range(max(0, end - _MOST_LINES), end)):
            if begin + 1 < end and spans[begin][1] + 1 != spans[begin + 1][0]:
                break
            name = Name(key, tuple(cells[begin:end]), spans[begin][0], spans[end - 1][1])
            if ways[begin] and cells[begin].label.core and name.core in LEVEL_NAMES:  # not （50分）
                ways[end] += [[*way, name] for way in ways[begin][:2]]
    if len(ways[-1]) == 1:
        return ways[-1][0]
    return [Name(key, (cell,), *span) for cell, span in zip(cells, spans, strict=True)]


def _groups(names: Sequence[Name], fits: Fits, count: int, begins: set[int]) -> list[Levels]:
    """The ways to divide the lines among these names, in their order; the rows of each name begin with a whole row."""

    @cache
    def behind(index: int, first: int) -> list[Levels]:
        name, others = names[index], names[index + 1 :]
        text = name.first, name.last, name.last - name.first + 1
        lasts = range(others[0].first - 1, name.last - 1, -1) if others else [count - 1]
        begun = (last for last in lasts if last + 1 in begins or not others)
        fitting = [last for last in begun if first <= name.first and fits(first, last, [text])]
        ways = ((last, more) for last in fitting for more in (behind(index + 1, last + 1) if others else [()]))
        return [((name, first, last), *more) for last, more in islice(ways, _MOST_WAYS)]

    ways = behind(0, 0)
    return ways if len(ways) < _MOST_WAYS else []


def _contradict(outer: Levels, inner: Levels) -> bool:
    """True if a second level stands in a first one where it never belongs: 数量指标 in 效益指标."""
    return any(
        above.core.removesuffix("指标") in firsts and below.core.removesuffix("指标") in seconds
        for above, first, last in outer
        for below, begin, _ in inner
        if first <= begin <= last
        for firsts, seconds in _APART
    )
