"""Decides which column each heading means: known words first, then guesses, each in the light of its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.model import CHANGE_COLUMNS
from selfeval_xl.workbook.recognize.cells.money_words import names_batch
from selfeval_xl.workbook.recognize.cells.sheet import Cell, Position
from selfeval_xl.workbook.recognize.cells.table import Column, Table
from selfeval_xl.workbook.recognize.tables.years import Years, year_of
from selfeval_xl.workbook.recognize.words.labels import guess
from selfeval_xl.workbook.recognize.words.totals import ANY_SUM, ends_as_total
from selfeval_xl.workbook.recognize.words.vocabulary import FUNDS, MONEY, NAMES, SECTIONS, Vocabulary

AIMS = ("目标", "任务")  # last words of headings of the goals that indicators serve
_MOVED = lazy("调整(?!后)")
CARRIED = lazy("(?:上年|上年度|以前年度|历年|年初)?结[转余](?:结余)?(?:资金|预算|金额|数)?")
_BUDGET = lazy("(?:项目|年度|部门)?预算(?:数|金额)?")
_LASTING = lazy("总预算|计划总?投资")
_OF_THIS_YEAR = lazy("[本当]年度?")
_OF_PART = lazy(r"半年|年中|[一二三1-3]季度|(?<!\d)0?1月?[-—~至到](?:[2-9]|1[01])月")  # 1-6月, not 1-12月
_DERIVED = "标准|扣|折算|加权|[权比]重|上年|去年"
DERIVED = lazy(_DERIVED)
"""In headings of scores that nobody gave: worked out from others (折算得分), or of another year."""
JUDGE = lazy(
    f"(?!.*(?:{_DERIVED}))(?:.*(?:主管|财政|部门|科室|处室|股室|业务|评审|审[核定]|核定|终评|专家|第三方|上级|机构|小组|评价组"
    "|[科局办](?=[评打]分))|.*(?:复[核评审]|抽[查评核]|核[查实])).*(?:分数?|评价|(?<=[核评审定查]))$"
)
"""The heading of a column of scores that a second judge gave: 主管部门评分, 复核得分."""
PART = ("",)  # the keys of a part of another column: none, and none may be guessed


class Slot(NamedTuple):
    """A heading with its first and last column, its cell, and the keys that it may mean."""

    first: int
    last: int
    cell: Cell
    keys: tuple[str, ...]


def resolve(
    table: Table,
    slots: list[Slot],
    words: Vocabulary,
    own: frozenset[str] = frozenset(),
    over: Mapping[Position, str] = MappingProxyType({}),
) -> None:
    """Give each column its key: clear words first, then weak ones, then guesses, and names of sections last.

    Two guesses for one column are a doubt.  ``own``: the years of the form; ``over``: the years in the headings above.
    """
    years = Years([slot.cell for slot in slots], own, over)
    names_at = next((slot.first for slot in slots if slot.keys[:1] == ("name",)), 0)
    guessed: set[str] = set()
    either: set[tuple[str, tuple[str, ...]]] = set()  # headings that already got one of their meanings
    settled = _tell_budgets_apart(_settle_sums(slots, words), words)
    for first, last, cell, keys in sorted(settled, key=lambda slot: _order(slot, words, years, names_at)):
        likely = keys or (() if _heads_goals(table, first, cell) else guess(cell.label, words))
        past, dated = years.past(cell), years.rank(cell) != 0
        if past and not table.columns.keys().isdisjoint(likely):
            likely = ()  # 预算数 below 2023年, beside 2024年: it isn't this year's initial budget either
        again = len(keys) > 1 and (cell.label.full, keys) in either
        either.add((cell.label.full, keys))
        key = None if again else next((key for key in likely if key and key not in table.columns), None)
        if key is not None:
            table.columns[key] = Column(key, first, last, cell)
            if not keys and not dated:
                guessed.add(key)
        else:
            doubted = () if past else keys or (likely if guessed.issuperset(likely) and not dated else ())
            table.extra.append(Column(doubted[0] if doubted else "", first, last, cell))


def _order(slot: Slot, words: Vocabulary, years: Years, names_at: int) -> tuple[bool | int, ...]:
    """Which headings get their keys first; ``names_at`` is the first column of the names.

    三级指标 goes before other headings of names (指标, 指标内容), 指标值 before 目标 left of the names, which is the
    goal that they serve, 自评得分 before 得分, 得分 before 部门评分, and 调整后预算 before other budgets.  A guessed
    reason (未使用原因) goes before weak words: 备注 beside it is a remark.  The cost over all years (项目总预算,
    计划投资) is this year's budget only if no other column is.  Of guesses the form's year goes first (2023年预算数),
    other years and parts of a year (上半年完成值) last, and sums before parts (提前下达 | 正式下达 | 下达资金合计).
    """
    label, keys = slot.cell.label, slot.keys
    reason = not keys and guess(label, words) == ("reason",)
    lasting = bool(_LASTING.search(label.core))
    aims = keys == ("target",) and slot.first < names_at
    known = int(aims) if len(keys) == 1 else 1 if reason else 2 if keys else 4 + years.rank(slot.cell)
    stale = not _is_after(slot)
    part = not keys and not ends_as_total(label)
    scored, self_given = keys[:1] == ("claimed_score",), "自评" in label.core
    own = label.core.startswith("三级") or (scored and self_given)
    judged = scored and not self_given and bool(JUDGE.fullmatch(label.core))
    brief = bool(_OF_PART.search(label.core))
    return label.core in SECTIONS, years.past(slot.cell), brief, stale, lasting, known, part, judged, not own


def _heads_goals(table: Table, column: int, cell: Cell) -> bool:
    """True for 绩效目标 before the indicators' names: it holds the goal that they serve, not their targets."""
    before = any(column <= one.first for one in table.of(*NAMES))
    return before and cell.label.core.endswith(AIMS)


def _settle_sums(slots: list[Slot], words: Vocabulary) -> list[Slot]:
    """Let a sum be the budget and not its parts, this year's money or a batch: 上年结转 | 本年预算 | 合计.

    Each of several sums adds up the columns since the one before: 合计 behind 结转支出 | 本年支出 is what was spent.
    """
    partial = [
        at
        for at, slot in enumerate(slots)
        if CARRIED.fullmatch(slot.cell.label.core) or (words is FUNDS and not slot.keys and names_batch(slot.cell))
    ]
    sums = [at for at, slot in enumerate(slots) if ANY_SUM.fullmatch(slot.cell.label.core)]
    if not partial or not sums:
        return slots
    leading = sums[0] < partial[0]  # 合计 | 上年结转 | 本年预算
    keys: dict[int, tuple[str, ...]] = {}
    for before, at, after in zip([-1, *sums], sums, [*sums[1:], len(slots)], strict=False):
        parts = range(at + 1, after) if leading else range(before + 1, at)
        inside = {slots[part].keys[0] for part in parts if slots[part].keys} & {*MONEY, *CHANGE_COLUMNS}
        known = slots[at].keys or guess(slots[at].cell.label, words)
        goes_on = any(slot.keys[:1] == ("adjusted",) for slot in slots[at + 1 :])  # 年初预算 | 合计 | 调整后预算 | 合计
        alone = inside == {"executed"} or (inside == {"initial"} and goes_on)
        key = known[0] if known else next(iter(inside)) if alone else "adjusted"
        if key not in MONEY or (key,) in keys.values():
            continue
        own = (slot for slot in enumerate(slots) if key in slot[1].keys)
        keys |= {part: () for part, slot in own if _OF_THIS_YEAR.match(slot.cell.label.core)}
        if len(sums) > 1:
            keys |= {part: PART for part in parts if key in slots[part].keys[:1]}
        keys[at] = (key,)
    return [slot._replace(keys=keys[at]) if at in keys else slot for at, slot in enumerate(slots)]


def _tell_budgets_apart(slots: list[Slot], words: Vocabulary) -> list[Slot]:
    """Tell the budget before a change, the change, and the budget after it apart by what stands beside each.

    调整预算数 alone is the budget after the change; beside 全年预算数, on either side, it is the change.  Another
    budget beside 调整后核定预算 is the one before the change, and so is 预算批复数 beside a column of changes.  Behind
    年初预算数 | 调整数, 预算数 is the one after it.
    """
    first = any(slot.keys == ("initial",) for slot in slots)
    moved = next((at for at, slot in enumerate(slots) if first and slot.keys == ("adjusted", "change")), len(slots))
    last = [slot for slot in slots[moved:] if _BUDGET.fullmatch(slot.cell.label.core)]
    slots = [slot._replace(keys=("adjusted",)) if slot in last else slot for slot in slots]
    change = [slot for slot in slots if slot.keys == ("adjusted",) and _MOVED.search(slot.cell.label.core)]
    if any(slot.keys == ("adjusted",) for slot in slots if slot not in change):
        slots = [slot._replace(keys=("change",)) if slot in change else slot for slot in slots]
    after = [slot for slot in slots if (_is_after(slot) or _is_last(slot, words)) and means(slot, words, MONEY)]
    changed = any(slot.keys and slot.keys[0] in CHANGE_COLUMNS for slot in slots)
    if first:
        return slots
    return [slot._replace(keys=("initial",)) if _is_before(slot, words, after, changed) else slot for slot in slots]


def _is_after(slot: Slot) -> bool:
    """True for the budget after a change: 调整后预算, or 调整预算 within unknown words (2024年调整预算数)."""
    core = slot.cell.label.core
    return "调整后" in core or (not slot.keys and "调整预算" in core)


def _is_last(slot: Slot, words: Vocabulary) -> bool:
    """True for the whole year's budget in words outside the vocabulary: 全年预算安排, 年末预算数."""
    likely = not slot.keys and slot.cell.label.core.startswith(("全年", "年末", "年终", "最终"))
    return likely and guess(slot.cell.label, words) == ("adjusted",)


def _is_before(slot: Slot, words: Vocabulary, after: Sequence[Slot], changed: bool) -> bool:
    """True for a budget that may be either, beside one ``after`` a change; for 批复 also beside the change."""
    keys, year = slot.keys, year_of(slot.cell)
    either = {"initial", "adjusted"} <= set(keys) or (not keys and guess(slot.cell.label, words) == ("adjusted",))
    of_it = any(year_of(one.cell) in (year, "") or not year for one in after)
    return either and slot not in after and (of_it or (changed and "批复" in slot.cell.label.core))


def means(slot: Slot, words: Vocabulary, keys: frozenset[str]) -> bool:
    """True for a heading that means, or may mean, one of the keys."""
    return not keys.isdisjoint(slot.keys or guess(slot.cell.label, words))
