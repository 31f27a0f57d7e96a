"""Reads one figure with the words before and behind it: its sign, its bound, its unit, its label."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.figures import Figure, UncertainError
from selfeval_xl.quantity.signs import ABOVE, bound_of, comparisons, near, op_of, tail
from selfeval_xl.quantity.units import EVENTS, convert, is_money, normalize_unit, scaled, settle, split_scale
from selfeval_xl.quantity.value import Bound, Op, Quantity, Role

EDGE = " ,;:。、!-—~()的"
_MOST_DIGITS = 15  # what a spreadsheet keeps of a number; longer ones are account or identity numbers
_PER = lazy(r"(?:每(?:人次|[人名位生户亩月年天日次件台个家村场期]))+$")
# 月均 means per month; in 1-12月均开展, 本月均已 and 工作日均 the 均 means 都.
_EACH = lazy(
    r"(?:每个?|平均每)(季度|半年|学期|学年|[年季月周天日])(?!.*每)"
    r"|(?<![0-9一二两三四五六七八九十个本当作假])([年季月周天日])均(?![衡已未无])"
)
_MARKER = lazy(r"\(?(?:[0-9]{1,2}[.、)]|指标[0-9]+:?)|和|及|与|[且并](?!网)")
_MARKS = frozenset("(0123456789指和及与且并")
_RANKS, _NO_RANK = ("前", "第"), frozenset("目当年日期以之提从")
_HALF = lazy("半(?:$|[,;。、以之左年月天日小个])")
_STRAY = frozenset("≥≤<>=")
_QUOTED = lazy("“[^”]*”")  # the target, cited: “宣讲≥3场”，实际完成331场
_YEAR_MONTH = lazy(r"(?:19|20)[0-9]{2}\.(?:0[1-9]|1[0-2])")
# Up to three characters that end the cell are a unit, even if no table knows it, unless one of these says how it went.
_HOW_IT_WENT = frozenset(
    "完成达标合格满意良好优秀正常无有率以上下内左右多少的为已均覆盖增长提高前后零一二三四五六七八九十"
)


class Column(NamedTuple):
    """What a cell is (``role``), unit and sign in its row (None: no such column), the form's year, the row's name."""

    role: Role
    unit: str | None = None
    op: Op | None = None
    year: int | None = None
    name: str = ""


def single(text: str, before: str, figure: Figure, after: str, column: Column) -> Quantity:
    """``figure`` as a number or a range, by the words ``before`` and ``after`` it.  Raises :class:`UncertainError`."""
    if figure.high:
        before = before.removesuffix("控制在")
    before, op, bound = _sign(before, column)
    after, op, bound = _tail(after, op, bound, column)
    if after[:1] == "半" and _HALF.match(after):
        raise UncertainError  # 3个半
    if after.lstrip(EDGE).startswith("或") or before.rstrip(EDGE).endswith(("或", "或者")):
        raise UncertainError  # one or the other, nobody says which: 1000或1200人次, 100%或达到国家标准
    value, upper, unit, unit_is_after = _value(figure, after, column)
    if unit_is_after:
        after = ""
    if any(amount is not None and amount.more for amount in (figure.low, figure.high)):
        bound = "above"
    unit, op, bound = _ranked(before, _of_each(unit, before), op, bound, column.role)
    label = _unmarked(before.strip(EDGE) + after).strip(EDGE)
    if not _STRAY.isdisjoint(_QUOTED.sub("", label)) or after.startswith(("/", "%", "‰", "^", "*", "×", ".%", ".‰")):
        raise UncertainError
    if upper is None:
        if not (unit or op or label or column.op) and _YEAR_MONTH.fullmatch(str(value)):
            raise UncertainError  # 2024.12 may as well be a month
        return number(text, value, unit, op, column, bound, label)
    if op not in (None, "=") and not (figure.spread and op == "<="):  # 控制在±2%以内 is ±2%
        raise UncertainError
    return Quantity(text, "range", value=value, upper=upper, unit=unit, bound=bound, label=label)


def _of_each(unit: str | None, before: str) -> str | None:
    """The unit, with what the words before say it is per: 每人每月800元 is on 元/人·月, 每月1次 on 次/月."""
    if unit and "每" in before and is_money(unit) and "/" not in unit and (per := _PER.search(before)):
        return normalize_unit(unit + per[0])
    period = each(before[_clause_start(before) :]) if before and unit in EVENTS else None
    return f"{unit}/{period}" if period else unit


def _ranked(
    before: str, unit: str | None, op: Op | None, bound: Bound | None, role: Role
) -> tuple[str | None, Op | None, Bound | None]:
    """Unit, sign and bound of a figure that may be a rank (全省前3, 第2名, 前28%): the lower, the better."""
    rank = before[-1:] if before[-2:-1] not in _NO_RANK else ""
    if rank in _RANKS and unit in ("名", "位", None):
        unit = "名次"
    if rank not in _RANKS or unit not in ("名次", "%"):
        return unit, op, bound
    if role == "target":
        return unit, op or "<=", bound
    return unit, op, "below" if rank == "前" else bound


def _clause_start(words: str) -> int:
    """Where the last clause of the words begins."""
    return max(map(words.rfind, ",;。")) + 1


def each(words: str) -> str | None:
    """The period per which the words count something: 月 of 每月 and 月均; None for none."""
    found = _EACH.search(words)
    return found and (found[1] or found[2])


def _unmarked(label: str) -> str:
    """The label without a leading list number or 和."""
    marker = _MARKER.match(label) if label[:1] in _MARKS else None
    return label[marker.end() :] if marker else label


def number(
    text: str,
    value: Decimal,
    unit: str | None,
    op: Op | None,
    column: Column,
    bound: Bound | None = None,
    label: str = "",
) -> Quantity:
    """A number with the sign of the cell, else of its column, else (targets only) an inferred one: ≥, for zero ≤."""
    inferred = column.role == "target" and not (op or column.op)
    sign = op or column.op or (None if column.role == "actual" else "<=" if value == 0 else ">=")
    return Quantity(text, "number", sign, value, unit=unit, bound=bound, inferred=inferred, label=label)


def _sign(before: str, column: Column) -> tuple[str, Op | None, Bound | None]:
    """The words before a figure without its sign and 约, 近, 超, then the operator and the bound that these mean."""
    op: Op | None = None
    bound: Bound | None = None
    word = near(before)
    if word and not comparisons(before, max(0, len(before) - len(word) - 2)):
        before, bound = before[: -len(word)], bound_of(word)
        if word in ABOVE and column.role == "target":
            op, bound = ">", "above" if word == "超" else None
    sign = before
    if before and (op := op_of(before)):
        before = ""
    elif signs := comparisons(before, _clause_start(before)):  # 控制在编制以内,实有86人
        sign = signs[-1][0]
        op = op_of(sign)
        before = before[: signs[-1].start()] + before[signs[-1].end() :]
    if op and sign.startswith("最") and column.role == "actual":  # 最高10天: the highest figure reached
        return before, None, "below" if op == "<=" else "above"
    return before, op, bound


def _tail(after: str, op: Op | None, bound: Bound | None, column: Column) -> tuple[str, Op | None, Bound | None]:
    """The words after a figure without 以上, 以内, 左右, which are a sign in a target and a bound in an actual."""
    found = tail(after)
    if not found:
        return after, op, bound
    after = after[: found.start()] + after[found.end() :]
    if found["about"]:
        return after, op, "about"
    if column.role == "actual" and op is None:
        return after, None, "above" if found["least"] else "below"
    way: Op = ">=" if found["least"] else "<="
    if op not in (None, "=") and op[0] != way[0]:
        raise UncertainError
    return after, op if op not in (None, "=") else way, bound


def _value(figure: Figure, after: str, column: Column) -> tuple[Decimal, Decimal | None, str | None, bool]:
    """Value, upper end, unit; and whether ``after`` is the unit (one that no table knows)."""
    low, high = figure.low, figure.high
    if low is None or high is None:
        only = low or high
        assert only is not None
        unit_is_after = not (only.unit or column.unit) and _unknown_unit(after.strip(EDGE))
        written = after.strip(EDGE) if unit_is_after else only.unit
        value, unit = _measured(_decimal(only.digits), only.scale, written, column)
        return (-value, value, unit, unit_is_after) if figure.spread else (value, None, unit, unit_is_after)
    # An end without a unit takes that of the other one, and its scale too: 3-5万元, 80%-90.
    low_scale, low_unit, high_scale, high_unit = low.scale, low.unit, high.scale, high.unit
    if not low_unit:
        low_scale, low_unit = low_scale or high_scale, high_unit
    elif not high_unit:
        high_scale, high_unit = high_scale or low_scale, low_unit
    value, unit = _measured(_decimal(low.digits), low_scale, low_unit, column)
    other, other_unit = _measured(_decimal(high.digits), high_scale, high_unit, column)
    upper = other if unit == other_unit else convert(other, other_unit or "", unit or "")
    if upper is None and figure.spread and other_unit == "%":
        upper = abs(value) * other / 100  # 2.1万吨±5%
    if upper is not None and figure.spread:
        value, upper = value - upper, value + upper
    if upper is None or value > upper:
        raise UncertainError
    return value, upper, unit, False


def _unknown_unit(word: str) -> bool:
    """True for up to three characters that may be a unit, though no table knows it."""
    return 0 < len(word) <= 3 and all(
        sign.isalnum() and not sign.isascii() and sign not in _HOW_IT_WENT for sign in word
    )


def _decimal(digits: str) -> Decimal:
    if len(digits.lstrip("+-").partition(".")[0]) > _MOST_DIGITS or len(digits) > 2 * _MOST_DIGITS:
        raise UncertainError
    return Decimal(digits)


def _measured(value: Decimal, scale: str, unit: str, column: Column) -> tuple[Decimal, str | None]:
    """The value on its unit, or where the cell names none on the column's: 1.2万 beside 人次 is 12000 人次."""
    if not unit and column.unit:
        unit = split_scale(column.unit)[1] if scale else column.unit
    if not unit:
        return (scaled(value, scale) if scale else value), None
    return settle(value, normalize_unit(scale + unit))
