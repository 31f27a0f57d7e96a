"""The money of an official form as our tables have it: in one unit, and each sum once, however often it is split."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from selfeval_xl.checks.figures import unit_factor
from selfeval_xl.checks.ledger import SPENDING
from selfeval_xl.evaluation.entries import number_entry, plain_number
from selfeval_xl.importing.remarks import Remarks
from selfeval_xl.model import AMOUNT_COLUMNS, EMPTY, NATURES, OF_REGIONS, SUM_FIELDS, SUM_NAMES, Entry, Row
from selfeval_xl.quantity import convert
from selfeval_xl.render.leftovers import Left
from selfeval_xl.scoring import sum_if_known
from selfeval_xl.workbook.recognize.words.figures import currency_behind
from selfeval_xl.workbook.recognize.words.labels import squeeze

_MONEY = frozenset({*AMOUNT_COLUMNS, "allocated", "used"})
_WHOLE = "资金总额（未分来源）"
_NEAR = Decimal("0.0001")
_SLACK = Decimal("0.02")  # for the rounding of the figures shown


def in_unit_of(currency: str, row: Row, table: str = "") -> Row:
    """A row (or the fields) with its amounts in the form's unit ``currency``: 1140000元 is 114 in a form in 万元.

    ``table`` is the unit of the row's table where that is not the form's.
    """

    def converted(key: str, entry: Entry) -> Entry:
        if entry.value is None or (key not in _MONEY and key not in SUM_FIELDS):
            return entry
        own = currency_behind(entry.text) or table or currency
        value = convert(entry.value, own, currency) if own != currency else None
        return entry if value is None else entry._replace(text=plain_number(value), value=value)

    return {key: converted(key, entry) for key, entry in row.items()} if currency else row


def by_nature(
    tables: Mapping[str, tuple[Row, ...]], totals: Mapping[str, Entry], remarks: Remarks, *, has_table: bool
) -> dict[str, tuple[Row, ...]]:
    """The tables, with lines by nature of spending (基本支出) in our table for them, and never among the sources.

    They are the same money once more.  So they are only listed where the budget table has the split already, or where
    our form has no such table; but in the latter case they stay if the form splits its total in no other way.
    """
    sources, natures = _splits(tables.get("funds", ()), totals)
    rest = {**tables, "funds": sources}
    in_budget: tuple[Row, ...] = ()
    if has_table:
        budget = tables.get("budget", ())
        in_budget = _natures_in(budget)
        rest |= {"budget": tuple(row for row in budget if row not in in_budget), "nature": in_budget or natures}
    elif not any(map(_has_money, sources)):
        return dict(tables)
    if in_budget or not has_table:
        for row in filter(_has_money, natures):
            remarks.on_row(row, "与上面各项资金是同一笔钱的另一种分法，再列会重复相加")
    whole = [row for row in rest.get("nature", ()) if row.get("level", EMPTY).blank]
    for key, total in totals.items():
        values = [row[key].value for row in whole if key in row]
        added = sum_if_known(values) if values else None
        if added is not None and total.value is not None and added != total.value:
            why = f"按支出性质分的各项合计是 {plain_number(added)}，与这里写的总额不一致，请核对"
            remarks.on(total, why)
    return rest


def _natures_in(budget: Sequence[Row]) -> tuple[Row, ...]:
    """The lines 基本支出 and 项目支出 with the parts of each; () without both, as one alone is a task among others."""
    lines: list[Row] = []
    named: set[str] = set()
    inside = False
    for row in budget:
        name = squeeze(row.get("name", EMPTY).text)
        inside = name in NATURES or (inside and row.get("level", EMPTY).text == "二级项目")
        named |= {name} & NATURES
        lines += [row] * inside
    return tuple(lines) if named == NATURES else ()


def whole_funds(
    totals: Mapping[str, Entry], parts: tuple[Row, ...], natures: tuple[Row, ...], remarks: Remarks
) -> tuple[Row, ...]:
    """The parts; where they hold no amounts, also the total, as a part of its own, since our total is their sum.

    Zeros are amounts, unless the form splits its total by nature instead; without a total, the sum of those lines
    counts as it.  Where total and parts seem to be in different units, nobody knows which is right, and neither goes
    in, as our total would be a sum of both.
    """
    for total in totals.values():
        if total.value is None and not total.blank:
            remarks.on(total, "不是数，没有填进资金栏")
    added: dict[str, Entry] = {}
    conflicts: list[Left] = []
    for key, total in totals.items():
        known = [value for row in parts if (value := row.get(key, EMPTY).value) is not None]
        whole = sum(known, Decimal(0))
        if total.value is None:
            continue
        if total.value and (not known or (natures and not any(known))):
            added[key] = total._replace(formula=None)
        elif _in_other_units(total.value, known):
            for entry in (total, *(row[key] for row in parts if key in row and row[key].value is not None)):
                remarks.on(entry, "总额与各项资金相差约 1 万倍以上，单位弄不清，这一栏没有填；请核对后填写")
            parts = tuple({name: entry for name, entry in row.items() if name != key} for row in parts)
        elif total.value != whole:
            added_up = f"各项资金相加是 {plain_number(whole)}，与这里写的总额不一致"
            why = f"{added_up}；标准表的总额由各项相加，执行率也随它算，请先核对哪个数填错了"
            conflicts.append(Left(total.place or remarks.form, total.text, why))
    if not any(map(_has_money, parts)) and all(total.blank for total in totals.values()):
        summed = {key: whole for key, whole in _sums(natures).items() if any(key in row for row in natures)}
        added = {key: number_entry(whole) for key, whole in summed.items()}
    remarks.made[:0] = conflicts  # first of all, as our rate and score follow from it
    return (*parts, {"name": Entry(_WHOLE), **added}) if added else parts


def why_summed(table: str, row: Row, rows: Iterable[Row]) -> str | None:
    """Why a row would be counted twice (as a total, or a part of a row above); None where it is a line of its own."""
    level = row.get("level", EMPTY).text
    if table in ("funds", "nature") and level == "二级项目":
        return "是上面一项资金的其中数，再列会重复相加"
    name = squeeze(row.get("region" if table == "allocations" else "name", EMPTY).text)
    if table in ("budget", "allocations") and (level == "合计" or name in SUM_NAMES):
        return _added_up(row, rows)
    return None


def rate_follows(row: Row) -> bool:
    """True where a line's rate is just what our formula gives for it too."""
    rate = row.get("claimed_rate", EMPTY).value
    adjusted, executed = (row.get(key, row.get(of, EMPTY)).value for key, of in OF_REGIONS.items())
    if not adjusted or executed is None or rate is None:
        return False
    return abs(executed / adjusted - rate) < _NEAR


def _splits(rows: Sequence[Row], totals: Mapping[str, Entry]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The rows of a funds block that split the money by source, and those by nature; ``totals`` is the block's total.

    Where sources and natures only together make the total (基本支出 beside 上年结转), they are one split.
    """
    natures = tuple(row for row in rows if _is_nature(row))
    sources = tuple(row for row in rows if not _is_nature(row))
    together = _sums(rows)
    apart = _sums(sources), _sums(natures)
    given = {key: entry.value for key in SUM_FIELDS.values() if (entry := totals.get(key, EMPTY)).value}
    added = all(abs(together[key] - value) <= _SLACK for key, value in given.items() if value is not None)
    if given and added and all(any(sums[key] for key in given) for sums in apart):
        return tuple(rows), ()
    return sources, natures


def _is_nature(row: Row) -> bool:
    """True for a line that says what money is spent on, not where it comes from."""
    name = squeeze(row.get("name", EMPTY).text)
    return any(words in name for words in SPENDING)


def _has_money(row: Row) -> bool:
    """True where a line has an amount other than 0."""
    return any(row.get(key, EMPTY).value for key in SUM_FIELDS.values())


def _sums(rows: Iterable[Row]) -> dict[str, Decimal]:
    whole = [row for row in rows if row.get("level", EMPTY).text != "二级项目"]
    return {
        key: sum((row.get(key, EMPTY).value or Decimal(0) for row in whole), Decimal(0)) for key in SUM_FIELDS.values()
    }


def _added_up(total: Row, rows: Iterable[Row]) -> str:
    """Why a total is not moved, and what our formula gives instead where that differs."""
    named = squeeze(total.get("name", EMPTY).text)
    inner = [row for row in rows if row.get("level", EMPTY).text == "二级项目"]
    parts = [row for row in inner if squeeze(row["name"].text) == named] or [
        row for row in rows if row is not total and row.get("level", EMPTY).text not in ("二级项目", "合计")
    ]
    for key in ("region", "purpose"):  # 小计 of one region, 合计 of one purpose
        name = squeeze(total.get(key, EMPTY).text)
        same = [row for row in parts if squeeze(row.get(key, EMPTY).text) == name]
        if same and name:
            parts = same
        elif name and not name.endswith(("合计", "总计", "总额")):
            parts = []  # 东片小计: nobody says of which regions
    other = []
    for key, entry in total.items():
        added = sum_if_known(row.get(key, EMPTY).value for row in parts) if parts and key in _MONEY else None
        if added is not None and entry.value is not None and added != entry.value:
            other.append(f"与这里写的 {entry.text.strip()} 不一致，得 {plain_number(added)}")
    return "，".join(("合计由标准表的公式计算", *other))


def _in_other_units(total: Decimal, parts: Sequence[Decimal]) -> bool:
    """True where the total, or a part, is 10⁴ or 10⁸ times what the others make it."""
    added = sum(parts, Decimal(0))
    pairs = ((total, added), *((part, total - added + part) for part in parts))
    return total != added and any(unit_factor(one, other) for one, other in pairs)
