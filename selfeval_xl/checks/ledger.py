"""The ledger: the figures of one table of money, and which of its sums, equations and limits do not hold.

One mistyped figure breaks every relation that it is part of, and must be reported once.  So a broken relation (breach)
records for each of its cells the value that would mend it (a remedy).  A later relation that one of these values would
mend as well is taken for the same mistake, and not reported again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, partial
from typing import NamedTuple

from selfeval_xl.checks.figures import (
    UNIT_FACTORS,
    ZERO,
    decimals,
    gives_rate,
    half,
    in_quotes,
    nothing,
    number,
    rate,
    sum_of,
    unit_factor,
    written_unit,
)
from selfeval_xl.mistakes import few
from selfeval_xl.model import SUM_NAMES, UNREAD_CHANGE, BudgetLine, BudgetTable, Entry, Evaluation, Place
from selfeval_xl.quantity.text import unspaced
from selfeval_xl.quantity.units import CURRENCY
from selfeval_xl.scoring import round_half_up
from selfeval_xl.words.unspent import names_carried, names_rest

COLUMNS = {
    "initial": "年初预算数",
    "cut": "压减数",
    "added": "追加数",
    "change": "调整数",
    "adjusted": "全年预算数",
    "executed": "全年执行数",
}

CHANGES = {"cut": "− 压减", "added": "+ 追加", "change": "+ 调整"}
"""The columns between the initial and the adjusted budget, as they stand in the equation."""

SHOWN_LINES = 5
"""Lines that a message names; of more, it tells how many there are."""

_MOST_TOTALS = 50  # total lines in one table that are checked; no real form has as many

SPENDING = ("基本支出", "项目支出", "人员经费", "公用经费", "基本经费", "项目经费")

_PROVES_COMPLETE = {"executed": ("adjusted",), "adjusted": ("initial", "executed")}
"""A total with one part only: in which other columns the two must be equal to show that there is no other part.

The budget of the year needs two: money may have been planned from another source, and then not have come.
"""

Cell = tuple[int, str]  # the line's number in the table, and the column's key


class Breach(NamedTuple):
    """A relation that does not hold: ``cell`` holds ``provided``, but by the ``others`` it should be ``expected``.

    ``kind`` is "sum", "adjustment" (年初预算数 ± 调整 = 全年预算数) or "unit"; for "unit", ``factor`` is the 10⁴ or 10⁸
    by which the two differ.
    """

    kind: str
    cell: Cell
    others: tuple[Cell, ...]
    provided: Decimal
    expected: Decimal
    factor: Decimal | None = None


class Ledger:
    """The figures of a table, examined on construction.

    Lines go by their index in ``lines``:
    ``total_index`` is the total line, or None; ``parts[i]`` are the lines that add up to line i, ``parents[i]`` the
    lines that it is a part of.  ``figures`` are the known amounts by cell, all in the unit of the table.

    What was found:
    ``foreign`` are the cells written in another unit than the table's; ``overspent`` the lines with more executed than
    budgeted; ``breaches`` the broken relations, and ``remedies`` the values that would mend them, by cell; ``echoes``
    gives for the cell of a breach those cells above it that are wrong only because it is.

    ``funds`` marks the funds block, where a blank part counts as zero.  ``known`` are the remedies of other tables, by
    place, as tables may share cells.  In a workbook of ours a figure typed as text does not count, as the sheet's
    formulas ignore it; a sum over such a cell is not judged.
    """

    def __init__(
        self,
        table: BudgetTable,
        funds: bool = False,
        *,
        ours: bool = False,
        known: Mapping[Place, Collection[Decimal]] | None = None,
    ) -> None:
        self.table, self.lines, self.funds, self._ours = table, table.lines, funds, ours
        self._names = [unspaced(line.name.text) for line in self.lines]
        total = table.total
        self.total_index = next((index for index, line in enumerate(self.lines) if line is total), None)
        self.digits = 0
        self.figures: dict[Cell, Decimal] = {}
        self.foreign: list[Cell] = []
        self.remedies: dict[Cell, set[Decimal]] = defaultdict(set)
        self.overspent: list[int] = []
        self.breaches: list[Breach] = []
        self.echoes: dict[Cell, list[Cell]] = defaultdict(list)
        self._carried: set[Cell] = set()  # sums that hold with a part in another unit
        self._read(known or {})
        self.parts = [self._parts_of(index) for index in range(len(self.lines))]
        self.parents: dict[int, list[int]] = defaultdict(list)
        self._excesses: dict[Cell, Sequence[tuple[Collection[int], Decimal]]] = {}
        for index, parts in enumerate(self.parts):
            for part in parts:
                self.parents[part].append(index)
        if ours:
            self._leave_out()
        self._examine()

    def _read(self, known: Mapping[Place, Collection[Decimal]]) -> None:
        """Take the figures, converted to the unit of the table, and the remedies that are known already."""
        unit, written = self.table.currency_unit, set[str]()
        for index, line in enumerate(self.lines):
            for column in COLUMNS:
                entry: Entry = getattr(line, column)
                value, own = number(entry), written_unit(entry)
                if value is None or (self._ours and entry.value is None):
                    continue
                if own is not None and unit in CURRENCY:
                    written.add(own)
                    if own != unit:
                        self.foreign.append((index, column))
                        self.remedies[index, column].add(value)  # in the table's unit, if only the word is wrong
                        value *= CURRENCY[own] / CURRENCY[unit]
                if known and entry.place is not None:
                    self.remedies[index, column].update(known.get(entry.place, ()))
                self.figures[index, column] = value
                self.digits = max(self.digits, min(decimals(entry), 6))
        if unit in written:  # every cell of this form names its unit: no cell is wrong for having another one
            for cell in self.foreign:
                del self.remedies[cell]
            self.foreign.clear()

    @cached_property
    def names_at(self) -> Counter[Place | None]:
        """How many lines have their name in each cell; several where it heads a column of sources."""
        return Counter(line.name.place for line in self.lines)

    def _leave_out(self) -> None:
        """Forget the totals over cells that hold words in place of a figure."""
        for index in range(len(self.lines)):
            for column in COLUMNS:
                words = [(part, column) for part in self.below(index) if (part, column) not in self.figures]
                if not all(nothing(self.entry(cell)) for cell in words):
                    self.figures.pop((index, column), None)

    def total(self, column: str) -> dict[Cell, Decimal]:
        """The cells whose figures make up the column's total: the total line's, or else those of all level-1 lines.

        Empty where one of the figures is missing.
        """
        top = [i for i, line in enumerate(self.lines) if line.level == 1]
        indexes = top if self.total_index is None else [self.total_index]
        figures = {(index, column): self.value((index, column)) for index in indexes}
        known = {cell: value for cell, value in figures.items() if value is not None}
        return known if len(known) == len(indexes) else {}

    def is_spending(self, index: int) -> bool:
        """True for a line that is called just 基本支出 or the like: a kind of spending, no task with a budget."""
        return self._names[index] in SPENDING

    def entry(self, cell: Cell) -> Entry:
        """What stands in the cell."""
        entry: Entry = getattr(self.lines[cell[0]], cell[1])
        return entry

    def _parts_of(self, index: int) -> tuple[int, ...]:
        """The lines that add up to the line: a level-1 line's level-2 lines, a (sub)total's level-1 lines.

        A total per source (财政拨款 of all lines together) adds up the level-2 lines of the same name.
        """
        line = self.lines[index]
        if line.level == 1:
            below = range(index + 1, len(self.lines))
            end = next((other for other in below if self.lines[other].level < 2), len(self.lines))
            return tuple(range(index + 1, end))
        if line.level > 1:
            return ()
        span = range(len(self.lines))
        if same := tuple(at for at in span if self.lines[at].level == 2 and self._names[at] == self._names[index]):
            return same
        totals = [other for other, one in enumerate(self.lines[:index]) if one.level == 0]
        if "小计" in self._names[index]:
            span = range(max(totals, default=-1) + 1, index)
        elif len(totals) >= _MOST_TOTALS:
            return ()
        inside = [other for other in span if self.lines[other].level > 0]
        if "支出" not in self._names[index]:
            return self._topmost(inside)
        spent_or_left = [other for other in inside if not self._stands_in(other, self._came_in)]
        spent = [other for other in spent_or_left if not self._stands_in(other, self._is_in_or_left)]
        # By the figures, as 支出总计 may comprise what is left, and 上年结转项目 is spending like any.
        choices = map(self._topmost, (spent, spent_or_left, inside))
        return max(choices, key=lambda parts: self._columns_held(index, parts))

    def _topmost(self, lines: Sequence[int]) -> tuple[int, ...]:
        top = min((self.lines[line].level for line in lines), default=0)
        return tuple(line for line in lines if self.lines[line].level == top)

    def _columns_held(self, index: int, parts: Sequence[int]) -> int:
        """In how many columns the line is the sum of these."""
        totals = ((self.figures.get((index, column)), column) for column in COLUMNS)
        off = (abs(total - self._sum_of(parts, column)) for total, column in totals if total is not None)
        return sum(gap <= self._tolerance(len(parts) + 1) for gap in off)

    def _stands_in(self, index: int, kind: Callable[[int], bool]) -> bool:
        """True for a line of the kind, and for one that stands in such a line."""
        above = next((at for at in range(index, -1, -1) if self.lines[at].level < 2), index)
        return kind(index) or (self.lines[above].level > 0 and kind(above))

    def _is_rest(self, index: int) -> bool:
        """True for 年末结转; 结余资金 with a budget is a source."""
        budgeted = any(self.figures.get((index, column)) for column in ("initial", "adjusted"))
        return names_rest(self._names[index], budgeted=budgeted)

    def spent(self, cell: Cell) -> Decimal | None:
        """The figure of a cell, without what is left at the end of the year where the sum comprises that."""
        value = self.value(cell)
        for group in self._groups(cell[0]) if value is not None else ():
            # 结转下年 with a budget and nothing executed was not spent, but is a part of the budget.
            left = (part for part in group if self._is_rest(part) and self.figures.get((part, "executed")))
            rest = self._sum_of(left, cell[1])
            if value is not None and rest and abs(value - self._sum_of(group, cell[1])) <= self._tolerance(len(group)):
                return value - rest
        return value

    def value(self, cell: Cell) -> Decimal | None:
        """The figure of a cell; for a blank cell the sum of the line's parts, where all of them have a figure."""
        if cell in self.figures or not nothing(self.entry(cell)):
            return self.figures.get(cell)
        for parts in self._groups(cell[0]):
            added = self._added([(part, cell[1]) for part in parts])
            if added is not None:
                return sum_of(added.values())
        return None

    def mended(self, index: int, figures: Mapping[str, Decimal], holds: Callable[..., bool]) -> bool:
        """True where the remedy of an earlier breach makes this relation between a line's figures hold too."""
        remedies = ((column, value) for column in figures for value in self.remedies.get((index, column), ()))
        return any(holds(**{**figures, column: value}) for column, value in remedies)

    def idle(self, index: int) -> bool:
        """True for a line with figures, all of them 0."""
        figures = [value for (line, _), value in self.figures.items() if line == index]
        return bool(figures) and not any(figures)

    def has_money(self, index: int) -> bool:
        """True for a line with a figure other than 0."""
        return any(self.figures.get((index, column)) for column in COLUMNS)

    def doubtful(self, index: int) -> bool:
        """True where the budget or the execution of the line was found wrong."""
        broken = {breach.cell for breach in self.breaches} | set(self.foreign)
        return index in self.overspent or any((index, column) in broken for column in ("adjusted", "executed"))

    @property
    def misread(self) -> bool:
        """True where the total's budget or execution, or a part of it, was found to be in another unit."""
        wrong = self._carried.union(breach.cell for breach in self.breaches if breach.kind == "unit")
        return any((self.total_index, column) in wrong for column in ("adjusted", "executed"))

    def _examine(self) -> None:
        """Go through all relations: of the lines without parts, of the sums, and then of the lines that have parts."""
        leaves = [index for index in range(len(self.lines)) if not self.parts[index]]
        parents = sorted((i for i in range(len(self.lines)) if self.parts[i]), key=lambda i: -self.lines[i].level)
        for index in leaves:
            self._line(index)
        for column in COLUMNS:
            if column == "executed":  # the sums of budgets are done: a line is not overspent where its budget was wrong
                self.overspent = [index for index in self.overspent if not self._budget_mended(index)]
            for index in parents:
                for group in self._groups(index):
                    self._sum(index, column, group)
        for index in parents:
            self._line(index)

    def _line(self, index: int) -> None:
        """The relations between the figures of one line."""
        self._adjustment(index)
        self._change(index)
        self._limit(index)

    def _budget_mended(self, index: int) -> bool:
        """True where a remedy for the line's budget equals what it spent, or agrees with the rate that it states."""
        executed, stated = self.figures[index, "executed"], rate(self.lines[index].claimed_rate)
        remedies = self.remedies.get((index, "adjusted"), ())
        return executed in remedies or any(stated and gives_rate(executed, value, stated) for value in remedies)

    def _groups(self, index: int) -> Iterator[tuple[int, ...]]:
        """The parts of a line, in groups that each add up to it.

        A funds block may split the same money twice: by kind (基本支出, 项目支出) and by source (财政拨款, 其他资金).
        """
        parts = self.parts[index]
        spending = tuple(part for part in parts if self.funds and any(words in self._names[part] for words in SPENDING))
        spending += tuple(part for part in parts if spending and self._is_rest(part))
        sources = tuple(part for part in parts if part not in spending)
        if spending and spending[0] == parts[0] and all(map(self._is_more_spending, sources)):
            spending, sources = parts, ()
        if spending and sources and any(self._adds_both(index, column, spending, sources) for column in COLUMNS):
            yield parts
        else:
            yield from filter(None, (spending, sources))

    def _is_not_spent(self, index: int) -> bool:
        """True for a line of income or of a balance: by its name, or in the funds block as no part of another line."""
        if self.funds and self.lines[index].level > 1 and all(line.level != 1 for line in self.lines[:index]):
            return True
        return self._is_in_or_left(index)

    def _is_in_or_left(self, index: int) -> bool:
        return names_rest(self._names[index]) or self._is_income(index)

    def _is_income(self, index: int) -> bool:
        return any(self._names[index].removesuffix(words).endswith("收入") for words in SUM_NAMES)

    def _came_in(self, index: int) -> bool:
        """True for what came in, and for what was there before."""
        return names_carried(self._names[index]) or self._is_income(index)

    def _is_more_spending(self, index: int) -> bool:
        """True for 其他 and 经营支出: behind 基本支出 and 项目支出 one more kind of spending, and no source."""
        name = self._names[index]
        return name.startswith("其他") or name.endswith("支出")

    def _adds_both(self, index: int, column: str, *groups: tuple[int, ...]) -> bool:
        """True where the line is the sum of the groups together, each with money (人员经费, 公用经费, 债务还本)."""
        total = self.figures.get((index, column))
        sums = [self._sum_of(group, column) for group in groups]
        return total is not None and all(sums) and abs(total - sum_of(sums)) <= half(self.digits)

    def _sum_of(self, lines: Iterable[int], column: str) -> Decimal:
        """The sum of these lines' figures; a missing one counts as 0."""
        return sum_of(self.figures.get((line, column), ZERO) for line in lines)

    def _break(self, breach: Breach, remedies: Iterable[tuple[Cell, Decimal]]) -> None:
        self.breaches.append(breach)
        for cell, value in remedies:
            self.remedies[cell].add(value)

    def _tolerance(self, count: int) -> Decimal:
        """How far a relation between so many rounded figures may be off."""
        slack = half(self.digits) * count
        # Whole numbers are seldom rounded: they may be off by 1 at most.
        return slack if self.digits else min(slack, Decimal(1))

    def _slack(self, total: Cell, parts: Collection[Cell]) -> Decimal:
        """How far a sum may be off.

        A total with one part states the same amount twice: they must be equal, rounded to the fewer decimals shown.
        """
        if len(parts) > 1 or {total, *parts} - self.figures.keys():
            return self._tolerance(len(parts) + 1)
        shown = {decimals(self.entry(cell)) for cell in (total, *parts)}
        return half(min(shown)) if len(shown) > 1 else ZERO

    def _sum(self, index: int, column: str, parts: tuple[int, ...]) -> None:
        """One line is the sum of its parts in one column; where it is not, find the cell that is most likely wrong."""
        total, cells = self.figures.get((index, column)), [(part, column) for part in parts]
        given = self._added(cells)
        if total is None or given is None:
            return
        total_cell, added = (index, column), sum_of(given.values())
        tolerance = ZERO if self._rate_backs_parts(total_cell, total, added) else self._slack(total_cell, given)

        off = total - added
        if abs(off) <= tolerance:
            for one in self.breaches:  # the sum holds with a part in the wrong unit, so the total is wrong with it
                if one.kind == "unit" and one.cell in given:
                    self.remedies[total_cell].add(total - one.provided + one.expected)
                    self._carried.add(total_cell)
            return
        terms = [(total_cell, total, 1), *((cell, value, -1) for cell, value in given.items())]
        # The same question as in mended(), without adding up all the parts anew for each remedy.
        if any(
            abs(off + sign * (remedy - value)) <= tolerance
            for cell, value, sign in terms
            for remedy in self.remedies.get(cell, ())
        ):
            return
        remedies = [(total_cell, added), *((cell, off + value) for cell, value in given.items())]
        if column == "executed" and any(self._could_be_meant(cell, value) for cell, value in remedies[1:]):
            return
        found = [
            Breach("unit", cell, (total_cell, *given), mistaken, value, factor)
            for cell, value in remedies
            if (factor := unit_factor(mistaken := self.value(cell) or ZERO, value))
        ]
        if found:
            self._break(self._likeliest(found), remedies)
            return
        may_list_some = sum((self.funds, self.lines[index].level == 1, len(parts) == 1)) > 1
        if may_list_some and off > 0 and not (self._ours or self._is_complete(index, parts, column)):
            return  # 其中：… may name only some of the parts
        self._break(Breach("sum", total_cell, tuple(given), total, added), remedies)

    def _is_complete(self, index: int, parts: tuple[int, ...], column: str) -> bool:
        """True where other columns show that the line has no part but these.

        Several parts are complete where they add up in any other column; for a lone part see ``_PROVES_COMPLETE``.
        """

        def holds(other: str) -> bool:
            return self.figures.get((index, other)) == self._sum_of(parts, other) != 0

        if len(parts) > 1:
            return any(holds(other) for other in COLUMNS if other != column)
        proofs = _PROVES_COMPLETE.get(column, ())
        return bool(proofs) and all(map(holds, proofs))

    def _likeliest(self, found: Iterable[Breach]) -> Breach:
        """Of the cells that may be in the wrong unit the one which, once mended, makes the most sums and rates hold.

        Among equals it is the usual slip: 元 written into a table of 万元 (10⁴ times too much), or 万元 into one of 元.
        """

        def unlikely(one: Breach) -> tuple[int, bool]:
            by_unit = (abs(one.provided) > abs(one.expected)) == (self.table.currency_unit == "元")
            return sum(-1 if holds else 1 for holds in self._relations_with(one.cell, one.expected)), by_unit

        return min(found, key=unlikely)

    def _relations_with(self, cell: Cell, value: Decimal) -> Iterator[bool]:
        """For each sum and rate that the cell is part of: would it hold with this value in the cell?

        A total that is a formula is left out, as it always holds.
        """
        index, column = cell
        change = value - self.figures.get(cell, ZERO)
        for parent in (index, *self.parents[index]):
            for group, off in self._excess(parent, column):
                if index == parent or index in group:
                    off += change if index == parent else -change
                    yield abs(off) <= self._tolerance(len(group) + 1)
        stated = rate(self.lines[index].claimed_rate)
        now = {column: self.figures.get((index, column)) for column in ("executed", "adjusted")} | {column: value}
        if stated is not None and now["executed"] and now["adjusted"]:
            yield gives_rate(now["executed"], now["adjusted"], stated)

    def _excess(self, index: int, column: str) -> Sequence[tuple[Collection[int], Decimal]]:
        """Each group of a line's parts, and how far its figure is above their sum; none where it is a formula."""
        if (index, column) not in self._excesses:
            found: list[tuple[Collection[int], Decimal]] = []
            total = self.figures.get((index, column))
            if total is not None and self.entry((index, column)).formula is None:
                found = [(frozenset(group), total - self._sum_of(group, column)) for group in self._groups(index)]
            self._excesses[index, column] = found
        return self._excesses[index, column]

    def _rate_backs_parts(self, cell: Cell, total: Decimal, added: Decimal) -> bool:
        """True where the line's stated rate follows from the sum of its parts, and not from its own figure."""
        index, column = cell
        other = "adjusted" if column == "executed" else "executed"
        against, stated = self.figures.get((index, other)), rate(self.lines[index].claimed_rate)
        if column not in ("adjusted", "executed") or against is None or stated is None:
            return False

        follows: Callable[..., bool] = partial(gives_rate, stated=stated)
        return follows(**{column: added, other: against}) and not follows(**{column: total, other: against})

    def _added(self, cells: list[Cell]) -> dict[Cell, Decimal] | None:
        """The figures of the parts of a sum; None where it can't be told: a part has no figure, or none has any."""
        given = {cell: value for cell in cells if (value := self.value(cell)) is not None}
        missing = [cell for cell in cells if cell not in given]
        is_open = any(not (self.funds and self._unused(cell)) for cell in missing)
        return None if is_open or not given else given

    def _unused(self, cell: Cell) -> bool:
        """True for a blank cell of a line without any money: a source of funds that the unit does not have."""
        return nothing(self.entry(cell)) and not any(self.figures.get((cell[0], column)) for column in COLUMNS)

    def _could_be_meant(self, cell: Cell, value: Decimal) -> bool:
        """True where the line was found overspent, and ``value`` is an amount that its budget would have allowed."""
        limit = self.figures.get((cell[0], "adjusted"))
        return cell[0] in self.overspent and limit is not None and 0 <= value <= limit

    def _adjustment(self, index: int) -> None:
        """年初预算数 − 压减 + 追加 = 全年预算数, where the form has such columns; a cut may be a negative number.

        A column 调整数 alone may hold the change with its sign, the change without its sign, or the new budget.
        """
        changes = [column for column in CHANGES if column in self.table.columns]
        *others, cell = [(index, column) for column in ("initial", *changes, "adjusted")]
        known = {one[1]: value for one in (*others, cell) if (value := self.value(one)) is not None}
        if not changes or not {"initial", "adjusted"} <= known.keys() or UNREAD_CHANGE in self.table.columns:
            return
        if self.funds and self.lines[index].level and all(nothing(self.entry(one)) for one in others[1:]):
            return  # this form states the changes in the total row only
        if any(one[1] not in known and not nothing(self.entry(one)) for one in others):
            return

        def gap(initial: Decimal, adjusted: Decimal, cut: Decimal = ZERO, **more: Decimal) -> Decimal:
            return adjusted - (initial - abs(cut) + sum_of(more.values()))

        def holds(**now: Decimal) -> bool:
            off, change = gap(**now), now.get("change")
            meant = (off,) if change is None else (off, off + 2 * change, now["adjusted"] - change)
            return min(map(abs, meant)) <= self._tolerance(len(known))

        off = gap(**known)
        if holds(**known) or self.mended(index, known, holds):
            return
        parts = self.below(index)
        below = [one for one in self.breaches if one.kind == "adjustment" and one.cell[0] in parts]
        if below and abs(off - sum_of(one.provided - one.expected for one in below)) <= self._tolerance(len(known)):
            for one in below:
                self.echoes[one.cell].append(cell)
            return
        signs = {"initial": 1, "cut": -1, "added": 1, "change": 1, "adjusted": -1}
        remedies = [((index, column), value + signs[column] * off) for column, value in known.items()]
        adjusted = known["adjusted"]
        factor = unit_factor(adjusted, adjusted - off)
        kind = "unit" if factor else "adjustment"
        self._break(Breach(kind, cell, tuple(others), adjusted, adjusted - off, factor), remedies)

    def below(self, index: int) -> set[int]:
        """The parts of a line, and their parts."""
        parts = set(self.parts[index])
        return parts | {deeper for part in parts for deeper in self.parts[part]}

    def _limit(self, index: int) -> None:
        """全年执行数 ≤ 全年预算数, both rounded as the table is; where it holds, the rate may yet show a wrong unit."""
        executed, adjusted = (
            self.spent((index, column)) if (index, column) in self.figures else None
            for column in ("executed", "adjusted")
        )
        if executed is None or adjusted is None or any(map(self._is_not_spent, (index, *self.parents[index]))):
            return

        def holds(executed: Decimal, adjusted: Decimal) -> bool:
            return round_half_up(executed, self.digits) <= round_half_up(adjusted, self.digits)

        if holds(executed, adjusted):
            self._far_below(index, executed, adjusted)
            return
        if self.mended(index, {"executed": executed, "adjusted": adjusted}, holds):
            return
        ratio = executed / adjusted if adjusted > 0 else ZERO
        # In the right unit it may still be a little too much: the unit is to be mended first.
        factor = next((factor for factor in UNIT_FACTORS if factor / 10 <= ratio <= factor * 2), None)
        if factor is not None:
            self._mistake((index, "executed"), (index, "adjusted"), factor)
        else:
            self.overspent.append(index)

    def _far_below(self, index: int, executed: Decimal, adjusted: Decimal) -> None:
        """446.2 of 4,600,000 with a rate of 97%: one of the amounts got another unit after the rate was computed."""
        stated = rate(self.lines[index].claimed_rate)
        if stated is None or stated[0] <= half(stated[1]):
            return
        holds = partial(gives_rate, stated=stated)
        factor = next((one for one in UNIT_FACTORS if holds(executed * one, adjusted)), None)
        if factor is not None and not self.mended(index, {"executed": executed, "adjusted": adjusted}, holds):
            self._mistake((index, "adjusted"), (index, "executed"), factor)

    def _mistake(self, one: Cell, other: Cell, factor: Decimal) -> None:
        """Two cells that should be in one unit, of which ``one`` holds about ``factor`` times what ``other`` holds."""
        big, small = self.figures[one], self.figures[other]
        found = (
            Breach("unit", one, (other,), big, big / factor, factor),
            Breach("unit", other, (one,), small, small * factor, factor),
        )
        self._break(self._likeliest(found), [(breach.cell, breach.expected) for breach in found])

    def _change(self, index: int) -> None:
        """年初预算数 and 全年预算数 may differ, but not by about 10⁴ or 10⁸ times: then one is in the wrong unit."""
        initial, adjusted = (self.figures.get((index, column)) for column in ("initial", "adjusted"))
        if initial is None or adjusted is None or min(initial, adjusted) <= 0:
            return

        def holds(**now: Decimal) -> bool:
            return min(now.values()) > 0 and unit_between(max(now.values()), min(now.values())) is None

        (small, less), (big, more) = sorted([(initial, "initial"), (adjusted, "adjusted")])
        factor = unit_between(big, small)
        if factor is not None and not self.mended(index, {"initial": initial, "adjusted": adjusted}, holds):
            self._mistake((index, more), (index, less), factor)


def unit_between(big: Decimal, small: Decimal) -> Decimal | None:
    """10⁴ or 10⁸ where ``big`` is about that many times ``small``; else None."""
    return next((factor for factor in UNIT_FACTORS if factor / 2 <= big / small <= factor * 2), None)


def ledgers_of(evaluation: Evaluation) -> tuple[Ledger, ...]:
    """The tables of money, the more detailed ones first, the funds block last."""
    ours = evaluation.template is not None
    tables = [Ledger(table, ours=ours) for table in evaluation.budgets]
    known: dict[Place, set[Decimal]] = {}
    for ledger in tables:
        for cell, values in ledger.remedies.items():
            if (place := ledger.entry(cell).place) is not None:
                known[place] = values
    funds = (Ledger(evaluation.funds, funds=True, ours=ours, known=known),) if evaluation.funds else ()
    return (*tables, *funds)


def names_of(lines: Iterable[BudgetLine]) -> str:
    """The names of several lines; of many the first few."""
    return few(list(dict.fromkeys(map(name_of, lines))), SHOWN_LINES, "等 {} 行")


def name_of(line: BudgetLine) -> str:
    """The line's name in quotation marks, or what it is."""
    name = line.name.text.strip().rstrip("：:")
    return in_quotes(name) if name else "合计" if line.level == 0 else "未写名称的一行"
