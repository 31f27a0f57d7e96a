"""A row of a printed table that a conversion broke into several of the sheet, and level names below their first row.

Each line of a wrapped text then has a cell of its own, and what was merged stands where the print had it: in the middle
of its rows.  Rows are put together only where there is one way to do so, for all of the table; a text goes on in the
next line only where its line is full, if there is such a way.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import islice, pairwise, product, takewhile
from typing import NamedTuple
from unicodedata import east_asian_width

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
_MOST_LINES = 40  # of one printed row
_MOST_WAYS = 50  # to divide a table; with more of them nothing is certain
_MOST_ROWS = 150  # of a table that was printed, with all their lines
# Words alone, of which nothing is left out; names put together are thousands, and would drive out all other labels.
_NO_LEVEL = lazy(f"[一-鿿]{{{max(map(len, LEVEL_NAMES)) + 1},}}")
_WHOLE_NAME = lazy(r"(?:[数率量额次度]|比例|情况)\s*$")
_HEAD = lazy("(?:[0-9A-Za-z.,%‰]+|.)[，。；：、！？）》」』】％,.;:!?)]*")
_APART = (
    (("产出",), ("经济效益", "社会效益", "生态效益", "可持续影响", "满意度", "服务对象满意度")),
    (("效益", "效果", "满意度", "服务对象满意度"), ("数量", "质量", "时效", "成本")),
    (("满意度", "服务对象满意度"), ("经济效益", "社会效益", "生态效益", "可持续影响")),
)
"""First levels, and what stands below none of them."""

Line = tuple[int, list[Cell]]


class Band(NamedTuple):
    """The lines of the sheet, counted from the first, that are one row; ``at`` is the one with its points."""

    first: int
    last: int
    at: int


class Name(NamedTuple):
    """The name of a level (its key), in one cell or in lines below one another, the first and last of them."""

    key: str
    cells: tuple[Cell, ...]
    first: int
    last: int

    @property
    def core(self) -> str:
        text = "".join(cell.text for cell in self.cells)
        return text if _NO_LEVEL.fullmatch(text) else read_label(text).core


Levels = tuple[tuple[Name, int, int], ...]
"""The names of the levels, each with the first and the last line of its rows."""

Way = tuple[Sequence[Band], Levels]
Text = tuple[int, int, int]
"""The first and the last line of a text, and in how many of them it has a cell."""

Fits = Callable[[int, int, Sequence[Text]], bool]
"""Whether lines ``first`` to ``last`` are one row, or the rows of one name, by the texts in them."""


def _from_top(first: int, last: int, texts: Sequence[Text]) -> bool:
    return all(begin == first and end - begin < count for begin, end, count in texts)


def _upper_middle(first: int, last: int, texts: Sequence[Text]) -> bool:
    return all(0 <= first + last - begin - end <= 1 and end - begin < count for begin, end, count in texts)


def _lower_middle(first: int, last: int, texts: Sequence[Text]) -> bool:
    return all(0 <= begin + end - first - last <= 1 and end - begin < count for begin, end, count in texts)


def _very_middle(first: int, last: int, texts: Sequence[Text]) -> bool:
    """The figures are in a line of their own, between the lines of a text."""
    return all(begin + end == first + last for begin, end, _ in texts)


def _beside_first(bands: Sequence[Band]) -> Fits:
    """The names of levels stand beside their first rows, as where the end of a page parts what was merged."""
    lasts = {band.first: band.last for band in bands}
    return lambda first, last, texts: all(end <= lasts[first] for _, end, _ in texts)


_WAYS: tuple[tuple[Fits, ...], ...] = (_from_top,), (_upper_middle, _lower_middle), (_very_middle,)
"""The first is how forms are typed; of the next, one for each middle of an even number, neither is likelier."""


def join_printed(draft: Draft, table: Table, end: int) -> None:
    """Put the lines of each row together, in the one with its points, and each level's name to all of its rows."""
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
        return  # what isn't certain stays as it is, and its rows lack their points
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
    """Tell of a row that may belong to one level or to another."""
    name = table.columns["name"]
    if len(set(readings)) > 1:
        for cell in draft.sheet.in_column(row, name)[:1]:
            draft.sheet.doubt(cell, *dict.fromkeys(readings))


def _levels_of(way: Levels, line: int) -> str:
    return " ".join(name.core for name, first, last in way if first <= line <= last)


def _rows(draft: Draft, table: Table, end: int) -> list[Line]:
    """The lines down to the total, or to what stands below the table; a field before the last points is none."""
    lines = list(takewhile(lambda line: not names_score(_opening(line)), draft.sheet.rows(table.bottom + 1, end - 1)))
    last = max((index for index, (_, cells) in enumerate(lines) if _points(table, cells)), default=-1)
    return [*lines[: last + 1], *takewhile(lambda line: not _opening(line).field, lines[last + 1 :])]


def _opening(line: Line) -> Label:
    return next((cell for cell in line[1] if not is_number(cell)), line[1][0]).opening


def _points(table: Table, cells: Sequence[Cell]) -> list[Cell]:
    """What a row has in one of its lines alone: its points, or where the form has none what it came to."""
    if "weight" not in table.columns:
        return [cell for cell in cells if table.columns["actual"].holds(cell)]
    return [cell for cell in cells if table.columns["weight"].holds(cell) and is_number(cell)]


def _is_sum(table: Table, cells: Sequence[Cell]) -> bool:
    """True for a row of points without a target or an actual: that of a level, which heads others."""
    return bool(_points(table, cells)) and not {_key(table, cell) for cell in cells} & {"target", "actual"}


def _key(table: Table, cell: Cell) -> str:
    """What the column holds in which a cell begins; its number where nobody knows that."""
    return next((key for key, column in table.columns.items() if column.holds(cell)), f"{cell.column}")


def _texts(table: Table, lines: Sequence[Line], band: Band) -> dict[str, list[Cell]]:
    """The texts of a row, without what reaches along several: 绩效指标 beside them, a character a line."""
    pieces = _pieces(table, lines, band)
    return {key: cells for key, cells in pieces.items() if cells[0].column >= _left(table)}


def _left(table: Table) -> int:
    return min(column.first for column in table.of(*NAMES))


def _pieces(table: Table, lines: Sequence[Line], band: Band) -> dict[str, list[Cell]]:
    """What stands in the lines of a row, by column; the names of levels have rows of their own."""
    found = _by_column(table, lines[band.first : band.last + 1])
    return {key: cells for key, cells in found.items() if key not in LEVELS}


def _by_column(table: Table, lines: Sequence[Line]) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = {}
    for _, cells in lines:
        for cell in cells:
            found.setdefault(_key(table, cell), []).append(cell)
    return found


def _is_wrapped(draft: Draft, table: Table, lines: Sequence[Line], end: int) -> bool:
    """True where texts were broken into lines and nothing is merged.

    A line without points isn't a row that somebody forgot to fill in: the points of the others are complete.  Where
    there are none, each target has its actual, more than one name goes on in a line of its own, and none that does
    ends as names do (培训人数): below that stands another.
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
    """The likeliest ways to make rows of the lines, if they are not ``whole``, and to put the levels' names to them.

    None where nothing need be done, or all ways contradict what stands there.
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
        measures = [widths, {}] if sure else [widths]  # without levels or points only full lines tell
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
    """The ways to divide the lines into rows, each with its points in one of them; of full lines by these widths."""
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
    return {_key(table, cell) for cell in cells if not is_unit(cell)} >= _ASKED


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _head(text: str) -> str:
    """What of a text can't be parted in print: a sign or a whole figure, and the marks that no line begins with."""
    head = _HEAD.match(text)
    return head[0] if head else text


def _is_full(cells: Sequence[Cell], width: int) -> bool:
    """True where what each further line begins with had no place in the line above."""
    texts = [cell.text.strip() for cell in cells]
    return all(_width(above) + _width(_head(below)) > width for above, below in pairwise(texts))


def _are_texts(pieces: Mapping[str, Sequence[Cell]], row: int, *, full: bool = False) -> bool:
    """True for lines of texts, and none that may be a row of its own: a filler, 其中, or all that a row says.

    What is said in ``full`` lines goes on in the next, be it all that a row says.
    """
    several = {key: cells for key, cells in pieces.items() if len(cells) > 1}
    words = [cell.raw for cells in several.values() for cell in cells]
    texts = all(raw is not None and isinstance(raw.value, str) for raw in words)
    asked = [cell.text for key in _ASKED & several.keys() for cell in several[key]]
    filler = any(is_filler(text) or OF_WHICH.match(text) for text in asked)
    said = [{cell.row for cell in pieces.get(key, ()) if not is_unit(cell)} - {row} for key in _ASKED]
    in_order = all(len({cell.row for cell in cells}) == len(cells) for cells in several.values())
    return texts and not filler and in_order and (full or not set.intersection(*said))


def _complete(draft: Draft, table: Table, end: int) -> bool:
    """True where the points of the rows or their scores, perhaps with the execution's, are all: 100, or their total."""
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
    """The rows where each paragraph of a text became a line, and the row's other cells were merged along them.

    Such a row has its points and its score, if any, merged alike, and its name, its target and its actual but for one:
    where more than one of these are in lines, they may be rows of their own that share their points.
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
    pieces = _texts(table, lines, band)
    whole = {key for key, cells in pieces.items() if len(cells) == 1 and cells[0].bottom == bottom}
    alone = all(key not in pieces or key in whole for key in POINTS)
    return alone and len(_ASKED & whole) >= 2 and pieces.keys() >= _ASKED and _are_texts(pieces, lines[band.at][0])


def _levels(names: Sequence[Sequence[Name]], fits: Fits, bands: Sequence[Band]) -> Iterator[Levels]:
    """The ways to put the names of the levels to the rows; each part of a first level begins with one of a second."""
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
    """The names of a level; lines right below one another are one name where all of them then are known ones."""
    rows = [row for row, _ in lines]
    spans = [(bisect_left(rows, cell.row), bisect_right(rows, cell.bottom) - 1) for cell in cells]
    ways: list[list[list[Name]]] = [[[]]]  # to divide the first cells into known names
    for end in range(1, len(cells) + 1):
        ways.append([])
        for begin in reversed(range(max(0, end - _MOST_LINES), end)):
            if begin + 1 < end and spans[begin][1] + 1 != spans[begin + 1][0]:
                break
            name = Name(key, tuple(cells[begin:end]), spans[begin][0], spans[end - 1][1])
            if ways[begin] and cells[begin].label.core and name.core in LEVEL_NAMES:  # none begins with （50分）
                ways[end] += [[*way, name] for way in ways[begin][:2]]
    if len(ways[-1]) == 1:
        return ways[-1][0]
    return [Name(key, (cell,), *span) for cell, span in zip(cells, spans, strict=True)]


def _groups(names: Sequence[Name], fits: Fits, count: int, begins: set[int]) -> list[Levels]:
    """The ways to divide the lines among names in this order; each part begins with a row."""

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
    """True where a second level stands in a first one that it is none of: 数量指标 in 效益指标."""
    return any(
        above.core.removesuffix("指标") in firsts and below.core.removesuffix("指标") in seconds
        for above, first, last in outer
        for below, begin, _ in inner
        if first <= begin <= last
        for firsts, seconds in _APART
    )
