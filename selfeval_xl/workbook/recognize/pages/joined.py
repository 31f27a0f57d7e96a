"""Joins texts that were taken apart: titles, names and headings in lines, a merged text copied into every cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, product

from selfeval_xl.groups import by_key
from selfeval_xl.lazy import lazy
from selfeval_xl.model import NAMED
from selfeval_xl.workbook.recognize.cells.money_words import names_total
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Sheet
from selfeval_xl.workbook.recognize.cells.titles import DOCUMENT, is_title, is_titled, names_column
from selfeval_xl.workbook.recognize.cells.values import is_number
from selfeval_xl.workbook.recognize.words.labels import Label, lookup, read_label, squeeze
from selfeval_xl.workbook.recognize.words.vocabulary import FUNDS, GOALS, INDICATORS, SECTIONS
from selfeval_xl.workbook.recognize.words.years import YEAR_ALONE, with_digits

_SAYS = lazy(r"20\d\d年|项目|部门|单位|整体|政策|专项|转移支付")
_NO_TITLE = lazy("[:：。；;]|^附[件表]")
_YEAR_WORD = lazy(r"年?度[)\]】]?")
_LONGEST = 40
_HEADS = 3  # known words that make a row a heading
_MOST_LINES = 2  # lines of a heading above or below its main row
_MOST_SIDE = 6  # lines of a label beside a part of the form
_MANY = 3  # equal cells side by side that must be one merged text


def join(sheet: Sheet) -> None:
    """Join what was taken apart, from single cells up to headings: each step sees what those before it joined."""
    for step in (_join_repeated, _join_years, _join_titles, _join_names, _join_sides, _join_headings):
        step(sheet)


def _join_titles(sheet: Sheet) -> None:
    """Join each title with the line above it if that is its beginning: 2023年度财政支出政策 over 绩效自评表."""
    for (above, first), (below, second) in reversed(list(pairwise(sheet.rows()))):
        if below == above + 1 and len(first) == 1 and is_title(second) and _opens(first[0], second[0]):
            sheet.gather((first[0], second[0]), above, above, "title")


def _join_years(sheet: Sheet) -> None:
    """Join a year with the word behind it: 2024 | 年度, （ | 2024 | 年度）; not 年度 before its own value."""
    for row, cells in list(sheet.rows()):
        words = [at for at, cell in enumerate(cells) if _YEAR_WORD.fullmatch(squeeze(cell.text))]
        for end in reversed(words):
            if _is_year(cells[end + 1 : end + 2]):
                continue
            runs = (cells[max(end - before, 0) : end + 1] for before in (2, 1))
            run = next((run for run in runs if len(run) > 1 and _is_year(run)), [])
            if run:
                sheet.gather(run, row, row, "label")


def _is_year(cells: Sequence[Cell]) -> bool:
    """True for cells side by side that together are a year, and nothing else."""
    beside = all(after.column == cell.right + 1 for cell, after in pairwise(cells))
    return beside and YEAR_ALONE.fullmatch(with_digits(squeeze("".join(cell.text for cell in cells)))) is not None


def _join_names(sheet: Sheet) -> None:
    """Join the name of a unit or project with its rest, alone in the rows below: 某市农业技术推广 over 中心.

    Its label may be in two lines too: 专项资金 over 名称.
    """
    for row, _ in list(sheet.rows()):
        _join_labels(sheet, row)
        pairs = [(cell, after) for cell, after in pairwise(sheet.row(row)) if _is_named(cell.label)]
        names = {name.column: name for _, name in pairs if name.bottom == row and _is_words(name)}
        below = row + 1
        while names and (rest := [*sheet.row(below)]) and all(one.column in names and _is_words(one) for one in rest):
            for cell in rest:
                names[cell.column] = sheet.gather((names[cell.column], cell), row, row, "label")
            below += 1


def _join_labels(sheet: Sheet, row: int) -> None:
    """Join labels of names whose second line stands in the next row: 专项资金 over 名称."""
    lines = sheet.row(row), sheet.row(row + 1)
    below = {cell.column: cell for cell in lines[1]}
    pairs = [(cell, below[cell.column]) for cell in lines[0] if cell.column in below and cell.bottom == row]
    behind = len(lines[0]) == 1  # the name stands beside the second line
    if len(pairs) < len(below) and not behind:
        return
    beside = {cell.column: after for cell, after in pairwise(lines[behind])}
    for above, tail in pairs:
        after = beside.get(above.column)
        if after is None or above.label.field or not _is_words(after):  # 专项资金 | 100万元 is whole
            continue
        joined = read_label(above.text + tail.text)
        if _is_named(joined) and joined.core != tail.label.core:
            sheet.gather((above, tail), row + behind, row + behind, "label")


def _is_named(label: Label) -> bool:
    return not NAMED.isdisjoint(label.field[:1])


def _is_words(cell: Cell) -> bool:
    """True for a plain text: no label, heading, title, figure or year."""
    known = names_column(cell) or cell.opening.field or is_titled(cell) or cell.label.core in SECTIONS
    return not (known or is_number(cell) or YEAR_ALONE.fullmatch(squeeze(with_digits(cell.text))))


def _join_sides(sheet: Sheet) -> None:
    """Join the lines of a label beside a part (资金投入 over 情况（万元）), as if it were merged down along it."""
    rows = [cells for _, cells in sheet.rows()]
    for at, cells in enumerate(rows):
        if len(cells) < 2 or not _begins_part(cells[1]):
            continue
        for end in range(min(at + _MOST_SIDE, len(rows)), at + 1, -1):
            lines = [beside[0] for beside in rows[at:end] if beside]
            if len(lines) == end - at and _is_side(lines):
                sheet.gather(lines, lines[0].row, lines[-1].row, "label")
                break


def _begins_part(cell: Cell) -> bool:
    """True for a cell that can begin a part of the form; not for a value (项目 | 甲工程 over 预算 | 100)."""
    known = names_column(cell) or _heads_column(cell.text) or lookup(cell.label, GOALS) or cell.label.field
    return bool(known) or names_total(cell)


def _is_side(lines: Sequence[Cell]) -> bool:
    """True for lines right below one another that together are the name of a part of the form."""
    return (
        all(b.row == a.row + 1 and b.column == a.column for a, b in pairwise(lines))
        and not any(cell.bottom > cell.row or cell.label.core in SECTIONS for cell in lines)
        and not any(cell.label.field for cell in lines[1:])  # 年度 over 总体 over 目标
        and read_label("".join(cell.text for cell in lines)).core in SECTIONS
    )


def _join_headings(sheet: Sheet) -> None:
    """Join the lines of headings that a conversion broke apart: 偏差原因分析 over 及改进措施."""
    for row, heads in reversed(list(sheet.rows())):
        if sum(map(names_column, heads)) < _HEADS - 1:
            continue
        around = [cells for _, cells in sheet.rows(row - _MOST_LINES, row + _MOST_LINES)]
        at = around.index(heads)
        for first, last in sorted(product(range(at + 1), range(at, len(around))), key=lambda each: each[0] - each[1]):
            broken = _broken(heads, [cell for cells in around[first : last + 1] for cell in cells])
            if broken:
                for lines in broken:
                    sheet.gather(lines, row, row, "label")
                break


def _broken(heads: Sequence[Cell], cells: Sequence[Cell]) -> list[list[Cell]]:
    """The lines of each heading that has several, if all of the cells belong to one heading row; else none."""
    columns = by_key((cell.column, cell) for cell in cells)
    several = [lines for lines in columns.values() if len(lines) > 1]
    alone = [lines[0] for lines in columns.values() if len(lines) == 1]
    if not several or not all(cell in heads or cell.label.core in SECTIONS for cell in alone):
        return []  # only the name of the part may stand alone beside the lines
    broken = [cell for lines in several for cell in lines]
    if any(column in columns for cell in broken for column in range(cell.column + 1, cell.right + 1)):
        return []  # 一级指标 over 名称 | 权重
    plain = all(cell.bottom == cell.row and not is_number(cell) for cell in broken)
    if not plain or not all(lines[0].label.core for lines in several):  # （2023年度） above a heading is no line of it
        return []
    enough = len(several) + sum(map(names_column, alone)) >= _HEADS
    known = enough and all(_heads_column("".join(cell.text for cell in lines)) for lines in several)
    return several if known else []


def _heads_column(text: str) -> bool:
    """True for words that head a column of indicators or money, or a part of the form."""
    label = read_label(text)
    return label.core in SECTIONS or any(lookup(label, words) for words in (INDICATORS, FUNDS))


def _join_repeated(sheet: Sheet) -> None:
    """If a title is copied into many cells side by side, treat other repeated texts as merged too.

    As equal cells may be target and actual, they must begin the row, be labels, or be as wide as a heading above.
    """
    rows = [(cells, list(_runs(cells))) for _, cells in sheet.rows()]
    if not any(len(run) >= _MANY and is_titled(run[0]) for _, runs in rows for run in runs):
        return
    heads: set[tuple[int, int]] = set()
    for cells, runs in rows:
        if sum(map(names_column, cells)) >= _HEADS:
            heads = {(run[0].column, run[-1].right) for run in runs if names_column(run[0])}
        for run in runs:
            across = run[0] is cells[0] and len(run) >= _MANY and not is_number(run[0])
            if across or run[0].label.field or (run[0].column, run[-1].right) in heads:
                sheet.widen(run)


def _runs(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Runs of neighbouring cells that say the same."""
    for _, same in groupby(enumerate(cells), lambda each: (each[1].text, each[1].column - each[0], each[1].bottom)):
        run = [cell for _, cell in same]
        if len(run) > 1:
            yield run


def _opens(line: Cell, title: Cell) -> bool:
    """True for the first line of the title below; a line that is a title itself, or just a year, stays apart."""
    text = squeeze(with_digits(line.text))
    words = _NO_TITLE.search(text) or DOCUMENT.search(text)
    apart = words or YEAR_ALONE.fullmatch(text) or is_titled(line) or line.label.field
    return line.column == title.column and len(text) <= _LONGEST and not apart and _SAYS.search(text) is not None
