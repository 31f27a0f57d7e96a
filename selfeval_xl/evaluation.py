"""From entries under their keys to an :class:`Evaluation`: what was entered gets its meaning, nothing is added to it.

Every source (a data file, a workbook of ours, an official form, a live workbook) goes through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from selfeval_xl.directions import counts_harm, is_cost
from selfeval_xl.lazy import lazy
from selfeval_xl.model import (
    EMPTY,
    LEVELS,
    OPEN_SIGN,
    SHARED,
    SUM_NAMES,
    TABLE_TITLES,
    TOTAL_FIELDS,
    UNKNOWN_FILE,
    Allocation,
    Ambiguity,
    BudgetLine,
    BudgetTable,
    Entries,
    Entry,
    Evaluation,
    Form,
    Header,
    Indicator,
    Listed,
    ManagementItem,
    Place,
    Rectification,
    Row,
    Statement,
    Structure,
    Subtotal,
    Template,
    kind_of_table,
)
from selfeval_xl.quantity import Quantity, comparable, maybe_share, read, said_for_each
from selfeval_xl.quantity.text import halfwidth, squeezed, unspaced
from selfeval_xl.quantity.units import called_alike, within_period
from selfeval_xl.quantity.words import none_of, share_of

_LEVELS = {"合计": 0, "一级项目": 1, "二级项目": 2}
_KEYS: Mapping[object, tuple[str, ...]] = {
    kind: tuple(key for key, default in kind._field_defaults.items() if default is EMPTY)
    for kind in (Allocation, BudgetLine, Header, Indicator, ManagementItem, Rectification, Statement, Subtotal)
}
_ROW_AT = ("name", "target", "actual", "weight", "claimed_score", "level2", "level1")  # level cells may be merged
_NONE = lazy("(?:全年)?(?:均)?(?:未发生|没有发生|无发生|未出现|没有出现|未收到|没有收到|零发生)[^0-9，,；;]{0,10}")
_DECIMALS = lazy(r"-?\d+\.\d+")
_NO = lazy("无(?![法力从需须明])[^0-9，,；;]{1,10}")  # 无泄密事件
_SUM = lazy("(?:本年|当年|全年|年度|项目|资金|预算|支出|金额)*(?:合计|总计|总额)[:：]?")
_HAPPENS = lazy("[未没不无]有?(?:发生|出现)")  # of what nobody wants
_NOTHING = "无"
_BEHIND = lazy(r"[^()]*\((?![+-])([^()]+)\)")
_PART_AND_WHOLE = lazy(r"([0-9]{1,9}) ?[^\W0-9]{0,2} ?/ ?([0-9]{1,9}) ?[^\W0-9]{0,2}")
_SUMMED = lazy("全年|年度|累计|[合总]计|(?<!公)共")
_OF_TEN, _OF_HUNDRED = Decimal(10), Decimal(100)  # 9.6分 may be those of ten, and 满分100
_NEARLY_ALIKE = 2  # times what a week or a month was to have, a figure is still that of one; a house rule
_SUM_OF_ALL = 10  # times what each was to have, a figure may be that of all; a house rule
_LEAP = 2000  # a year that has every day
_WHOLLY = "100%"  # 已100%完成 says only that it was done, and beside a rate how much
# So do 全部合格 and 送检86批次，全部合格 beside 合格率, 检查全覆盖 beside 检查覆盖率, and as targets 全部, 全覆盖.
_OF_THESE = "[^,，、;；。.%未不无没但除仅外基部后首半季剩余另超逾延迟]"  # all of the rest, or of the late, is no share
_ALL = lazy(
    f"(?P<of>(?:{_OF_THESE}{{1,16}}[,，])?{_OF_THESE}{{0,12}}?)"
    "(?:已经?|均|都|实现|做到|达到)*(?:"
    "(?:全部|(?<![平人户年月周日])均)(?:已|均|都|按[时期]|及时)*(?P<what>[^0-9,，、;；。.未不无没但除仅外]{0,8})"
    "|[^0-9,，、;；。.未不无没但除仅外基部]{0,6}全(?P<whole>覆盖))[。.]?"
)
T = TypeVar("T")
NATURE, LISTED = TABLE_TITLES["nature"], TABLE_TITLES["listed"]
PROPOSED = "工具建议"
"""Where a workbook of ours says that its points are the tool's."""


def evaluation(
    form: Form,
    entries: Entries,
    *,
    sheet: str | None = None,
    columns: Iterable[str] | None = None,
    funds_columns: Iterable[str] | None = None,
    template: Template | None = None,
    structure: Structure = UNKNOWN_FILE,
    ambiguities: tuple[Ambiguity, ...] = (),
    subtotals: Iterable[Row] = (),
    texts: tuple[Entry, ...] = (),
    lists: tuple[Place, ...] = (),
    listed: Iterable[Row] = (),
) -> Evaluation:
    """The evaluation that ``entries`` make.

    ``columns`` and ``funds_columns`` are the column keys that the form has at all (None: all that any row has).
    ``subtotals``, ``texts``, ``lists`` and ``listed`` are what only official forms have beside their entries.
    """
    fields, tables, ours = entries.fields, entries.tables, template is not None

    def one(key: str) -> Entry:
        return fields.get(key, EMPTY)

    def rows(key: str) -> list[Row]:
        return [row for row in tables.get(key, ()) if _used(row)]

    # Most forms are in 万元, and few say so; ours has a cell for it, and what was emptied there is unknown.
    currency = _text(one("currency_unit")) or ("" if ours else "万元")
    return Evaluation(
        form=form,
        sheet=sheet,
        header=_made(Header, fields),
        funds=_funds(entries, currency, funds_columns),
        budgets=tuple(
            BudgetTable(
                TABLE_TITLES[kind], _text(one(f"{key}_currency_unit")) or currency, lines, _columns(tables[key])
            )
            for kind in ("budget", "nature", "listed")
            for key in tables
            if kind_of_table(key) == kind
            if (lines := tuple(_budget_line(row, ours=ours) for row in rows(key)))
        ),
        allocations=tuple(map(_allocation, rows("allocations"))),
        allocations_unit=_text(one("allocations_currency_unit")),
        goal_expected=one("goal_expected"),
        goal_actual=one("goal_actual"),
        indicators=_indicators(tables.get("indicators", ()), year_of(one("year")), by_words=not ours),
        columns=frozenset(columns if columns is not None else _columns(tables.get("indicators", ()))),
        subtotals=tuple(map(_subtotal, subtotals)),
        claimed_total=one("claimed_total"),
        claimed_grade=one("claimed_grade"),
        weights_proposed=_text(one("weights_origin")) == PROPOSED,
        statements=tuple(
            _made(Statement, row, text=row.get("statement", EMPTY), hollow="hollow" in row) for row in rows("tieout")
        ),
        management=tuple(_made(ManagementItem, row) for row in rows("management")),
        rectifications=tuple(_made(Rectification, row) for row in rows("rectification")),
        problems=one("problems"),
        measures=one("measures"),
        texts=texts,
        lists=lists,
        listed=tuple(Listed(**row) for row in listed),
        rules=_text(one("rules")) or None,
        template=template,
        structure=structure,
        ambiguities=ambiguities,
        parameters={key: entry for key, entry in fields.items() if template and key.startswith("rule_")},
    )


def plain_number(value: Decimal) -> str:
    """A number as a spreadsheet's General format joins it to text: no exponent, no trailing zeros (15 digits)."""
    text = format(value.normalize(), "f")
    return "0" if text in ("-0", "") else text


def number_entry(value: Decimal, place: Place | None = None) -> Entry:
    """A number as the entry that it is where somebody types it."""
    return Entry(plain_number(value), value, place)


def whole_text(text: str, op: Entry, unit: Entry) -> str:
    """A figure as one would write it in a single cell, where the form has columns for its sign and its unit."""
    sign = op.text.strip() if op.text.strip() not in ("定性", OPEN_SIGN) and text[:1].isdigit() else ""
    name = unit.text.strip() if text[-1:].isdigit() else ""
    return f"{sign}{text}{' ' if name not in ('', '%', '％') else ''}{name}"


def names_sum(name: Entry) -> bool:
    """True for 年度资金总额, 合计 and their like: a line of money that is the sum of the others."""
    return _SUM.fullmatch(unspaced(name.text)) is not None


def figure_text(entry: Entry) -> str:
    """The text to read a figure from: a number in full, whatever its format shows; a date as shown.

    A percentage stands as shown (92.0%) where that is all of it.
    """
    shown = entry.text.strip()
    if entry.value is None or not shown:
        return entry.text
    if halfwidth(shown).endswith("%"):
        full = plain_number(entry.value * 100)
        bare = shown[:-1].rstrip()
        return shown if _DECIMALS.fullmatch(bare) and bare.rstrip("0").rstrip(".") == full else full + "%"
    if any(mark in shown for mark in "年月/:") or shown.count("-") > 1:
        return entry.text
    return plain_number(entry.value)


def _text(entry: Entry) -> str:
    return entry.text.strip()


def _made(kind: Callable[..., T], row: Row, /, **more: object) -> T:
    """What holds the entries of a row, each under its own key, and what ``more`` is known of it."""
    return kind(**({key: row.get(key, EMPTY) for key in _KEYS[kind]} | more))


def year_of(entry: Entry) -> int | None:
    """The year of a header: 2024年度; of two the first."""
    digits = "".join(character for character in entry.text if character.isdecimal())[:4]
    return int(digits) if len(digits) == 4 else None


def _used(row: Row) -> bool:
    return any(not entry.blank for entry in row.values())


def _columns(rows: Iterable[Row]) -> frozenset[str]:
    return frozenset(key for row in rows for key in row)


def _funds(entries: Entries, currency: str, columns: Iterable[str] | None) -> BudgetTable | None:
    fields, rows = entries.fields, entries.tables.get("funds", ())
    given = {key: fields[name] for key, name in TOTAL_FIELDS.items() if name in fields}
    total = _made(BudgetLine, given, level=0, name=fields.get("funds_name", Entry("年度资金总额")))
    parts = tuple(_budget_line(row) for row in rows if any(not row[key].blank for key in TOTAL_FIELDS if key in row))
    if columns is None:
        columns = given.keys() | _columns(rows)
    if not parts and not _used(given) and not columns:
        return None
    return BudgetTable("资金", currency, (total, *parts), frozenset(columns))


def _budget_line(row: Row, *, ours: bool = False) -> BudgetLine:
    """A line of money; in a workbook of ours no line is a total, whatever was pasted there: its formula counts it."""
    level = _LEVELS.get(_text(row.get("level", EMPTY)), 1)
    return _made(BudgetLine, row, level=level or 1 if ours else level)


def _allocation(row: Row) -> Allocation:
    named = unspaced(row.get("region", EMPTY).text) in SUM_NAMES
    return _made(Allocation, row, total=named or _text(row.get("level", EMPTY)) == "合计")


def _indicators(rows: Iterable[Row], year: int | None, *, by_words: bool) -> tuple[Indicator, ...]:
    """Level names given once hold for the rows below, until the next one."""
    result: list[Indicator] = []
    years = (None, _LEAP) if by_words and year is None else (year,)
    level1 = level2 = EMPTY
    for row in rows:
        named1, named2 = row.get("level1", EMPTY), row.get("level2", EMPTY)
        if not named1.blank:
            level1, level2 = named1, named2
        elif not named2.blank:
            level2 = named2
        if all(entry.blank for key, entry in row.items() if key not in LEVELS):
            continue
        target_read, actual_read = _target_and_actual(row, years, cost=is_cost(level1.text + level2.text))
        name = _text(row.get("name", EMPTY))
        if by_words:
            actual_read = _of_all(target_read, _in_brackets(target_read, actual_read, name))
            target_read = _all_wanted(target_read, actual_read, name)
            target_read, actual_read = _for_each_alike(target_read, actual_read, name)
        actual_read = _called_alike(target_read, actual_read, name)
        place = next((row[key].place for key in _ROW_AT if key in row and row[key].place), None)
        result.append(
            _made(
                Indicator,
                row,
                place=place,
                row=place.row if place else 0,
                level1=level1,
                level2=level2,
                target_read=target_read,
                actual_read=actual_read,
                child="child" in row or name.startswith("其中"),
                shares=row.get("child", EMPTY).text == SHARED,
                by_words=by_words,
            )
        )
    return tuple(result)


def _target_and_actual(row: Row, years: Iterable[int | None], *, cost: bool) -> tuple[Quantity, Quantity]:
    """What target and actual say, each in the light of the other; of the ``years`` the first that tells their dates."""
    target, actual = row.get("target", EMPTY), row.get("actual", EMPTY)
    op, unit, name = (_text(row.get(key, EMPTY)) for key in ("op", "unit", "name"))
    for year in years:
        goal = read(figure_text(target), unit=unit or None, op=op or None, role="target", year=year, name=name)
        done = read(figure_text(actual), unit=unit or None, role="actual", year=year, name=name)
        if not goal.kind == done.kind == "date" or goal.date or done.date:
            break  # else 9月底前 and 9月20日 are of one year, whichever it was
    if "%" in (goal.unit, done.unit):
        goal, done = _on_one_scale((target, goal), (actual, done))
    none_wanted, words = goal.value == 0, unspaced(target.text).rstrip("。")
    if words == _NOTHING and (counts_harm(name) or _HAPPENS.match(unspaced(actual.text))):
        none_wanted, goal = True, Quantity(target.text, "qualitative")  # 有责投诉 | 无, as 无投诉
    elif goal.kind == "qualitative" and none_of(words) is not None:
        none_wanted = unspaced(actual.text) == _NOTHING  # 不发生违规 | 无
    most = goal.kind == "number" and goal.op in ("<=", "<") and not cost
    if (none_wanted or most) and _none_happened(actual, row.get("reason", EMPTY), none_wanted):
        done = read("0", unit=goal.unit, role="actual")._replace(text=actual.text)
    elif goal.unit == "%" and _wholly_reached(done, name):
        done = read(_WHOLLY, role="actual")._replace(text=actual.text, state="reached")
    return goal, done


def _all_wanted(goal: Quantity, done: Quantity, name: str) -> Quantity:
    """全覆盖, 全部完成 and 100%完成 as 100% where the answer is a share of all, be it less."""
    in_words = goal.kind in ("status", "qualitative") and done.kind == "number" and done.unit == "%"
    told = in_words and done.label in name + goal.text and (_ALL.fullmatch(goal.text.strip()) or _is_whole(goal))
    return read(f"≥{_WHOLLY}")._replace(text=goal.text) if told else goal


def _in_brackets(goal: Quantity, done: Quantity, name: str) -> Quantity:
    """301天（82.5%）beside ≥82%: of two figures the one on the target's unit, unless either is of something else.

    逾期2件（5%） is no rate of what was done in time, and 301天（+2.5%） tells a change.
    """
    behind = _BEHIND.fullmatch(halfwidth(done.text))
    if behind is None or not goal.kind == done.kind == "number" or comparable(goal, done) is not None:
        return done
    other = read(behind[1], role="actual")
    told = other.kind == "number" and other.unit == goal.unit and done.label in name and other.label in name
    return other._replace(text=done.text) if told else done


def _called_alike(goal: Quantity, done: Quantity, name: str) -> Quantity:
    """56处 beside ≥56个, 96.7分 of 满意度 beside ≥90%: on the target's unit; 4.8分 may be those of five, or of ten."""
    if not goal.kind == done.kind == "number" or not goal.unit or not done.unit:
        return done
    points = (done if done.unit == "分" else goal).value or 0
    hundred = {goal.unit, done.unit} == {"%", "分"} and "满意" in name + done.label and _OF_TEN < points <= _OF_HUNDRED
    return done._replace(unit=goal.unit) if hundred or called_alike(goal.unit, done.unit) else done


def _of_all(goal: Quantity, done: Quantity) -> Quantity:
    """11/12 and 11家/12家 beside a rate: so many of all."""
    of_all = _PART_AND_WHOLE.fullmatch(halfwidth(done.text)) if goal.unit == "%" and done.kind == "unreadable" else None
    share = share_of(Decimal(of_all[1]), Decimal(of_all[2])) if of_all else ""
    return read(share, role="actual")._replace(text=done.text) if share else done


def _for_each_alike(goal: Quantity, done: Quantity, name: str) -> tuple[Quantity, Quantity]:
    """800元/人 and 789元 of 人均补贴, ≥40人次/天 and 日均43人次: both for each, unless one may be the sum for all.

    64小时 beside 67.5小时/周 are those of a week, as those of a year would be far more; unless it says 累计.
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
    """Target and actual, one of them in percent, where the figure of the other has no sign and may be a fraction.

    Beside the number 0.95, which its cell shows as 95%, the number 0.965 is 96.5%: so any formula takes them.  Beside
    95 nobody knows, and a sign in the column for units tells nothing.  That 1 is 1% beside 60 may well be.
    """
    goal, done = target[1], actual[1]
    if goal.kind == done.kind == "number" and goal.value is not None and done.value is not None:
        if maybe_share(done.value, goal.value):
            return goal, _share(*actual, *target)
        if goal.value % 1 and maybe_share(goal.value, done.value):
            return _share(*target, *actual), done
    return goal, done


def in_percent(row: Row) -> Row:
    """The row with a bare fraction beside a percentage as what it is read as, so that it may stand beside 95, too."""
    read_as = zip(("target", "actual"), _target_and_actual(row, (None,), cost=False), strict=True)
    changed = {}
    for key, figure in read_as:
        entry = row.get(key, EMPTY)
        percent = entry.value * 100 if entry.value else None
        if percent is None or (figure.value, figure.unit) != (percent, "%"):
            continue
        if read(figure_text(entry)).unit is None:
            changed[key] = entry._replace(text=f"{plain_number(percent)}%")
    return {**row, **changed}


def _share(entry: Entry, figure: Quantity, beside: Entry, rate: Quantity) -> Quantity:
    if figure.value is None or rate.value is None or read(figure_text(entry)).unit is not None:
        return figure
    fractions = entry.value is not None and beside.value is not None and maybe_share(beside.value, rate.value)
    return figure._replace(value=figure.value * 100, unit="%") if fractions else figure._replace(unit=None)


def _subtotal(row: Row) -> Subtotal:
    place = row["name"].place
    return _made(Subtotal, row, row=place.row if place else 0, whole="whole" in row)


def _wholly_reached(actual: Quantity, name: str) -> bool:
    """True for 已100%完成, and for words that all of it was, of the very thing that the name asks about.

    Where it is said of what (受理368件，全部办结), the name has to have the whole word.
    """
    counted = actual.kind == "number" and actual.unit not in ("%", "分", None)
    if actual.kind not in ("status", "qualitative") and not counted:
        return False
    said = _ALL.fullmatch(actual.text.strip())
    what = (said["what"] or said["whole"] or "") if said else ""
    if said and said["of"]:
        return len(what) > 1 and what in name
    return _is_whole(actual) or any(left + right in name for left, right in pairwise(what))


def _is_whole(words: Quantity) -> bool:
    return words.state == "reached" and _WHOLLY in squeezed(words.text)


def _none_happened(actual: Entry, reason: Entry, none_wanted: bool) -> bool:
    """True for words that answer a target of zero (事故 0 起), or another most, with 0: 未发生.

    无 answers zero alone, unless a reason makes it 不适用; and a cost that did not arise says something else.
    """
    text = unspaced(actual.text).rstrip("。")
    if text == _NOTHING:
        return none_wanted and reason.blank
    return _NONE.fullmatch(text) is not None or (none_wanted and _NO.fullmatch(text) is not None)
