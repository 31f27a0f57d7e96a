"""Reads target and actual of a row together, as each may only be clear from the other, or from the indicator's name."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from selfeval_xl.evaluation.entries import figure_text, plain_number
from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, Entry, Row
from selfeval_xl.quantity import Quantity, comparable, maybe_share, read, said_for_each
from selfeval_xl.quantity.text import halfwidth, squeezed, unspaced
from selfeval_xl.quantity.units import called_alike, within_period
from selfeval_xl.quantity.words import none_of, share_of
from selfeval_xl.words.directions import counts_harm

_NONE = lazy("(?:全年)?(?:均)?(?:未发生|没有发生|无发生|未出现|没有出现|未收到|没有收到|零发生)[^0-9，,；;]{0,10}")
_NO = lazy("无(?![法力从需须明])[^0-9，,；;]{1,10}")  # 无泄密事件
_HAPPENS = lazy("[未没不无]有?(?:发生|出现)")  # said of things that nobody wants
_NOTHING = "无"
_BEHIND = lazy(r"[^()]*\((?![+-])([^()]+)\)")
_FRACTION = lazy("分之|[0-9]/[0-9]")
_PART_AND_WHOLE = lazy(r"([0-9]{1,9}) ?[^\W0-9]{0,2} ?/ ?([0-9]{1,9}) ?[^\W0-9]{0,2}(?: ?[×*] ?100%)?")
_SUMMED = lazy("全年|年度|累计|[合总]计|(?<!公)共")
_OF_TEN, _OF_HUNDRED = Decimal(10), Decimal(100)  # 9.6分 may be out of ten, 96.7分 is out of a hundred
_NEARLY_ALIKE = 2  # a figure up to so many times the target per week is still one week's; our own convention
_SUM_OF_ALL = 10  # a figure from so many times the target for each may be the sum for all; our own convention
_LEAP = 2000  # a year that has every day, 29 February too
_WHOLLY = "100%"  # 已100%完成 alone says that it is done; beside a rate it means the rate 100%
# So do 全部合格 and 送检86批次，全部合格 beside 合格率, 检查全覆盖 beside 检查覆盖率, and as targets 全部, 全覆盖.
_OF_THESE = "[^,，、;；。.%未不无没但除仅外基部后首半季剩余另超逾延迟]"  # "all of the rest", "all late ones": no 100%
_ALL = lazy(
    f"(?P<of>(?:{_OF_THESE}{{1,16}}[,，])?{_OF_THESE}{{0,12}}?)"
    "(?:已经?|均|都|实现|做到|达到)*(?:"
    "(?:全部|(?<![平人户年月周日])均)(?:已|均|都|按[时期]|及时)*(?P<what>[^0-9,，、;；。.未不无没但除仅外]{0,8})"
    "|[^0-9,，、;；。.未不无没但除仅外基部]{0,6}全(?P<whole>覆盖))[。.]?"
)


def read_together(row: Row, year: int | None, *, cost: bool, by_words: bool) -> tuple[Quantity, Quantity]:
    """Target and actual as quantities.

    ``year`` is the header's; ``cost``: the indicator stands under a level of costs; ``by_words``: no formula has to
    agree (an official form), so words count as they are meant (全部合格 beside a rate is 100%).
    """
    years = (None, _LEAP) if by_words and year is None else (year,)
    goal, done = _each(row, years, cost=cost)
    name = row.get("name", EMPTY).text.strip()
    if by_words:
        done = _as_fine(goal, _of_all(goal, _in_brackets(goal, done, name)))
        goal = _all_wanted(goal, done, name)
        goal, done = _for_each_alike(goal, done, name)
    return goal, _called_alike(goal, done, name)


def in_percent(row: Row) -> Row:
    """The row with a plain 0.95 that is read as 95% (as the other figure is a percentage) written as ``95%``."""
    read_as = zip(("target", "actual"), _each(row, (None,), cost=False), strict=True)
    changed = {}
    for key, figure in read_as:
        entry = row.get(key, EMPTY)
        percent = entry.value * 100 if entry.value else None
        if percent is None or (figure.value, figure.unit) != (percent, "%"):
            continue
        if read(figure_text(entry)).unit is None:
            changed[key] = entry._replace(text=f"{plain_number(percent)}%")
    return {**row, **changed}


def _each(row: Row, years: Iterable[int | None], *, cost: bool) -> tuple[Quantity, Quantity]:
    """Target and actual as quantities, before rules about the name; with the first of ``years`` that gives dates."""
    target, actual = row.get("target", EMPTY), row.get("actual", EMPTY)
    op, unit, name = (row.get(key, EMPTY).text.strip() for key in ("op", "unit", "name"))
    for year in years:
        goal = read(figure_text(target), unit=unit or None, op=op or None, role="target", year=year, name=name)
        done = read(figure_text(actual), unit=unit or None, role="actual", year=year, name=name)
        if not goal.kind == done.kind == "date" or goal.date or done.date:
            break  # else dates without a year, as 9月底前 and 9月20日: compared in any one year
    if "%" in (goal.unit, done.unit):
        goal, done = _on_one_scale((target, goal), (actual, done))
    none_wanted, is_limit, words = goal.value == 0, False, unspaced(target.text).rstrip("。")
    answer = unspaced(actual.text)
    if words == _NOTHING and (counts_harm(name) or _HAPPENS.match(answer)):
        none_wanted, goal = True, Quantity(target.text, "qualitative")  # target 无 for 有责投诉 means 无投诉
    elif goal.kind == "qualitative" and none_of(words) is not None:
        none_wanted = answer == _NOTHING  # 不发生违规 | 无
    elif goal.kind == "number" and goal.op in ("<=", "<"):
        none_wanted = none_wanted or counts_harm(name)  # 投诉 ≤3起 | 无
        is_limit = not cost  # 未发生 of a cost says something else than 0
    if (none_wanted or is_limit) and _none_happened(actual, row.get("reason", EMPTY), none_wanted):
        done = read("0", unit=goal.unit, role="actual")._replace(text=actual.text)
    elif goal.unit == "%" and _wholly_reached(done, name):
        done = read(_WHOLLY, role="actual")._replace(text=actual.text, state="reached")
    return goal, done


def _all_wanted(goal: Quantity, done: Quantity, name: str) -> Quantity:
    """Targets like 全覆盖, 全部完成 and 100%完成 as ≥100%, where the actual is a percentage (98%)."""
    in_words = goal.kind in ("status", "qualitative") and done.kind == "number" and done.unit == "%"
    means_all = in_words and done.label in name + goal.text and (_ALL.fullmatch(goal.text.strip()) or _is_whole(goal))
    return read(f"≥{_WHOLLY}")._replace(text=goal.text) if means_all else goal


def _in_brackets(goal: Quantity, done: Quantity, name: str) -> Quantity:
    """301天（82.5%）with target ≥82%: of two figures the one in the target's unit, unless one measures something else.

    逾期2件（5%） gives no rate of what was done in time, and 301天（+2.5%） a change.
    """
    behind = _BEHIND.fullmatch(halfwidth(done.text))
    if behind is None or not goal.kind == done.kind == "number" or comparable(goal, done) is not None:
        return done
    other = read(behind[1], role="actual")
    fits = other.kind == "number" and other.unit == goal.unit and done.label in name and other.label in name
    return other._replace(text=done.text) if fits else done


def _called_alike(goal: Quantity, done: Quantity, name: str) -> Quantity:
    """The actual in the target's unit where it means that: 56处 for ≥56个, 满意度 96.7分 for ≥90% (not 4.8分 of 5)."""
    if not goal.kind == done.kind == "number" or not goal.unit or not done.unit:
        return done
    points = (done if done.unit == "分" else goal).value or 0
    hundred = {goal.unit, done.unit} == {"%", "分"} and "满意" in name + done.label and _OF_TEN < points <= _OF_HUNDRED
    return done._replace(unit=goal.unit) if hundred or called_alike(goal.unit, done.unit) else done


def _of_all(goal: Quantity, done: Quantity) -> Quantity:
    """11/12, 11家/12家 and 11/12×100% as a share, where the target is a rate."""
    of_all = _PART_AND_WHOLE.fullmatch(halfwidth(done.text)) if goal.unit == "%" and done.kind == "unreadable" else None
    share = share_of(Decimal(of_all[1]), Decimal(of_all[2])) if of_all else ""
    return read(share, role="actual")._replace(text=done.text) if share else done


def _as_fine(goal: Quantity, done: Quantity) -> Quantity:
    """三分之二 and 2/3 as 66.67% where the target is ≥66.67%: rounded to as many digits as the target has."""
    written = halfwidth(done.text)
    if not goal.unit == done.unit == "%" or not _FRACTION.search(written) or "%" in written:
        return done
    if not goal.value or not goal.value % 1 or done.value is None:
        return done  # for a whole target no rounding: 1999/2000 is not 100%
    return done._replace(value=done.value.quantize(goal.value, ROUND_HALF_UP))


def _for_each_alike(goal: Quantity, done: Quantity, name: str) -> tuple[Quantity, Quantity]:
    """A unit per person or per day (元/人, 人次/天) for both, where one of them only implies it.

    800元/人 and 789元 of 人均补贴, ≥40人次/天 and 日均43人次; unless one figure may be the sum for all.  64小时 beside
    67.5小时/周 is a week's, as a year's would be far more, unless the words say 累计.
    """
    if not goal.unit or not done.unit or comparable(goal, done) is not None:
        return goal, done
    wanted = goal._replace(unit=said_for_each(goal.unit, done.unit, name + goal.label) or goal.unit)
    reached = done._replace(unit=said_for_each(done.unit, goal.unit, name + done.label) or done.unit)
    value, aim = comparable(wanted, reached), abs(wanted.value or Decimal(0))
    if value is None and not _SUMMED.search(done.text + name):
        each = done._replace(unit=within_period(done.unit, goal.unit) or done.unit)
        value = comparable(goal, each)
        near = value is not None and aim <= _NEARLY_ALIKE * value <= _NEARLY_ALIKE**2 * aim
        return (goal, each) if near else (goal, done)
    apart = value is None or not aim <= _SUM_OF_ALL * abs(value) <= _SUM_OF_ALL**2 * aim
    return (goal, done) if apart else (wanted, reached)


def _on_one_scale(target: tuple[Entry, Quantity], actual: tuple[Entry, Quantity]) -> tuple[Quantity, Quantity]:
    """Target and actual, one of them in percent, where the other is a number without % that may be a fraction.

    Beside a cell with the number 0.95, shown as 95%, the number 0.965 is 96.5%: formulas compare them so.  Beside 95
    it is unknown what 0.965 means, even with % in the column of units.  (A 1 beside 60 may well be 1%.)
    """
    goal, done = target[1], actual[1]
    if goal.kind == done.kind == "number" and goal.value is not None and done.value is not None:
        if maybe_share(done.value, goal.value):
            return goal, _share(*actual, *target)
        if goal.value % 1 and maybe_share(goal.value, done.value):
            return _share(*target, *actual), done
    return goal, done


def _share(entry: Entry, figure: Quantity, beside: Entry, rate: Quantity) -> Quantity:
    """The figure as a percentage where its cell and the other's both hold fractions, else without a unit: unknown."""
    if figure.value is None or rate.value is None or read(figure_text(entry)).unit is not None:
        return figure
    fractions = entry.value is not None and beside.value is not None and maybe_share(beside.value, rate.value)
    return figure._replace(value=figure.value * 100, unit="%") if fractions else figure._replace(unit=None)


def _wholly_reached(actual: Quantity, name: str) -> bool:
    """True for 已100%完成, and for words saying that all of what the name asks about was done (合格率 | 全部合格).

    Where they say of what (受理368件，全部办结), the name must contain the whole word (办结).
    """
    counted = actual.kind == "number" and actual.unit not in ("%", "分", None)
    if actual.kind not in ("status", "qualitative") and not counted:
        return False
    all_done = _ALL.fullmatch(actual.text.strip())
    what = (all_done["what"] or all_done["whole"] or "") if all_done else ""
    if all_done and all_done["of"]:
        return len(what) > 1 and what in name
    return _is_whole(actual) or any(left + right in name for left, right in pairwise(what))


def _is_whole(words: Quantity) -> bool:
    return words.state == "reached" and _WHOLLY in squeezed(words.text)


def _none_happened(actual: Entry, reason: Entry, none_wanted: bool) -> bool:
    """True for words like 未发生 that mean 0, where the target is zero (事故 0 起) or another upper limit.

    无 means 0 only for a target of zero, or for the limit of a harm, and not where a reason is given (it may mean
    不适用).
    """
    text = unspaced(actual.text).rstrip("。")
    if text == _NOTHING:
        return none_wanted and reason.blank
    return _NONE.fullmatch(text) is not None or (none_wanted and _NO.fullmatch(text) is not None)
